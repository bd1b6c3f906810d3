"""Fixtures of the local Cielo's own tests."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

try:
    sandbox_package = importlib.import_module("cielo.sandbox")
except ImportError:
    # The sandbox needs nothing of the extension, so it is tested without it too.
    sys.path.insert(0, str(Path(__file__).parents[2] / "bindings" / "python" / "cielo"))
    sandbox_package = importlib.import_module("sandbox")

from sandbox_support import Shop  # noqa: E402


@pytest.fixture(scope="session")
def package() -> Any:
    """The sandbox package, under whichever name it could be imported."""
    return sandbox_package


@pytest.fixture(scope="session")
def shared(package: Any) -> Iterator[Any]:
    with package.run(seed=7) as server:
        yield server


@pytest.fixture
def sandbox(shared: Any) -> Iterator[Any]:
    """A sandbox as if it had just started."""
    shared.reset()
    yield shared


@pytest.fixture
def slow_refunds(sandbox: Any, package: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Pix refund stays pending for a minute of the sandbox's clock."""
    module = importlib.import_module(f"{package.__name__}.refunds")
    monkeypatch.setattr(module, "PIX_REFUND_SECONDS", 60.0)


@pytest.fixture
def shop(sandbox: Any) -> Iterator[Shop]:
    """A store that talks to it over one kept connection."""
    with Shop(sandbox) as one:
        yield one
