"""One local Cielo per module and an empty one per test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                                "support"))

from support import Cielo, Nginx, running  # noqa: E402


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Cielo]:
    server = Cielo()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def nginx(sandbox: Cielo) -> Iterator[Nginx]:
    with running(sandbox) as server:
        yield server


@pytest.fixture(autouse=True)
def clean(request: pytest.FixtureRequest) -> None:
    if "sandbox" in request.fixturenames:
        request.getfixturevalue("sandbox").reset()
