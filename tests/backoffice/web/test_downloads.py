"""Files that are made while they are read: a few at a time, each with an end."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import anyio
import pytest
from browsing import Site

from cielo.backoffice import Refused
from cielo.backoffice.web import download
from cielo.backoffice.web.download import Download, Turns

FILES = ("/sales.csv", "/sales.xlsx", "/audit.csv", "/batches/1.csv")


def test_who_stands_still_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds the database's connection ends, and somebody else has the turn."""
    monkeypatch.setattr(download, "AT_ONCE", 1)
    monkeypatch.setattr(download, "STANDSTILL", 0.1)
    ends: list[str] = []

    def chunks() -> Generator[bytes, None, None]:
        try:
            while True:
                yield b"x"
        finally:
            ends.append("closed")

    async def never(*message: Any) -> Any:
        if not message or message[0]["type"] == "http.response.body":
            await anyio.sleep_forever()

    turns = Turns()
    one = Download(turns, chunks(), "x.csv", leave=lambda: ends.append("left"))
    with pytest.raises(Refused, match="other files"):
        Download(turns, chunks(), "y.csv")
    anyio.run(one, {"type": "http", "asgi": {"spec_version": "2.4"}}, never, never)
    assert ends == ["left", "closed"]
    Download(turns, chunks(), "y.csv")


@pytest.mark.parametrize("at_once", [0, 1])
def test_files_at_a_time(site: Site, journal: Any, monkeypatch: pytest.MonkeyPatch,
                         at_once: int) -> None:
    journal.sale(15700, capture=True)
    site.ledger.ingest()
    ids = [row.id for row in site.ledger.search(since="2026-11-01")]
    site.ledger.batches.make("void", ids)
    monkeypatch.setattr(download, "AT_ONCE", at_once)
    browser = site.browser()
    for path in FILES:
        answer = browser.get(path)
        assert answer.status_code == (200 if at_once else 409), path
        assert at_once or "sendo baixados" in answer.text
