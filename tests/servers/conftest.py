"""Fixtures: a local Cielo with books of its own, a certificate, servers of a kind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import real  # noqa: E402

import cielo.sandbox  # noqa: E402

for _name in [name for name in os.environ if name.startswith("CIELO_")]:
    del os.environ[_name]


@pytest.fixture(params=sorted(real.KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    """Each server that is installed; the others say so."""
    return real.need(str(request.param))


@pytest.fixture
def local() -> Iterator[cielo.sandbox.LocalCielo]:
    with cielo.sandbox.run() as running:
        yield running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """With its key, and alone."""
    return real.certificate(str(tmp_path_factory.mktemp("tls")))
