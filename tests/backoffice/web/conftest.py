"""A ledger of their own for the tests of the pages."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Iterator

import argon2
import pytest
from browsing import Site

from cielo.backoffice import Ledger


@pytest.fixture
def site(empty_sqlite: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[Site]:
    shutil.copy(empty_sqlite, tmp_path / "ledger.db")
    with Ledger(f"sqlite:///{tmp_path}/ledger.db", [tmp_path / "journal"]) as ledger:
        ledger.accounts.hasher = argon2.PasswordHasher(1, 8, 1)
        yield Site(ledger)
