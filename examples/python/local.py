"""What the examples share: a local Cielo when no address is given."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import cielo.sandbox

os.environ.setdefault("CIELO_MERCHANT_ID", "11111111-2222-3333-4444-555555555555")
os.environ.setdefault("CIELO_MERCHANT_KEY", "A" * 40)


@contextlib.contextmanager
def local_cielo() -> Iterator[None]:
    """Points CIELO_BASE_URL at a local Cielo unless it is set."""
    if os.environ.get("CIELO_BASE_URL"):
        yield
        return
    with cielo.sandbox.run() as sandbox:
        os.environ["CIELO_BASE_URL"] = sandbox.base_url
        try:
            yield
        finally:
            del os.environ["CIELO_BASE_URL"]
