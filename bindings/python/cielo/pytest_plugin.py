"""The fixture ``cielo_sandbox`` of pytest: a local Cielo, empty for every test.

It is there wherever the package is installed with its extra ``sandbox``. Not a
part of cielo.sandbox, since pytest loads its plugins at every start, and the
server's libraries take longer to load than most tests to run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cielo.sandbox import LocalCielo

#: The local Cielo takes any; a client made without arguments finds these.
CREDENTIALS = {
    "CIELO_MERCHANT_ID": "00000000-0000-0000-0000-000000000001",
    "CIELO_MERCHANT_KEY": "any-key",
    "CIELO_CLIENT_ID": "00000000-0000-0000-0000-000000000002",
    "CIELO_CLIENT_SECRET": "any-secret",
    "CIELO_CHECKOUT_MERCHANT_ID": "00000000-0000-0000-0000-000000000003",
}


@pytest.fixture(scope="session")
def _cielo_server() -> Iterator[LocalCielo]:
    import cielo.sandbox

    with cielo.sandbox.run() as sandbox:
        yield sandbox


@pytest.fixture
def cielo_sandbox(_cielo_server: LocalCielo, monkeypatch: pytest.MonkeyPatch) -> LocalCielo:
    """A local Cielo with empty books and no faults; clients find it by themselves.

    ``CIELO_BASE_URL`` and credentials are set in the environment of the test,
    ``CIELO_ENVIRONMENT`` and ``CIELO_JOURNAL`` are taken out of it.
    """
    _cielo_server.reset()
    for name, value in {**CREDENTIALS, "CIELO_BASE_URL": _cielo_server.base_url}.items():
        monkeypatch.setenv(name, value)
    for name in ("CIELO_ENVIRONMENT", "CIELO_JOURNAL"):
        monkeypatch.delenv(name, raising=False)
    return _cielo_server
