"""Until when an authorised sale can be captured, which its brand decides [capture-window].

A hint for people: whether it still can be captured only Cielo knows.
"""

from __future__ import annotations

import datetime
from typing import Any

from .left import AUTHORIZED, of_ledger
from .project import CIELO

__all__ = ["capture_until", "open_text"]

DAYS, MASTER_DAYS = 15, 7
UTC = datetime.timezone.utc


def capture_until(row: Any) -> datetime.date | None:
    """The last day, as Cielo counts them; None for a sale that waits for no capture."""
    if row.in_doubt or row.word != "not_paid" or row.means_group != "credit_card":
        return None
    if of_ledger(row).status != AUTHORIZED:
        return None
    days = MASTER_DAYS if row.means == "master" else DAYS
    day: datetime.date = row.received.astimezone(CIELO).date()
    return day + datetime.timedelta(days=days)


def open_text(row: Any, lang: str = "pt", now: datetime.datetime | None = None) -> str:
    """What stands beside "Not paid", in small letters; "" where nothing is to be captured."""
    until = capture_until(row)
    if until is None:
        return ""
    over = (now or datetime.datetime.now(UTC)).astimezone(CIELO).date() > until
    if lang != "pt":
        told = "could be captured until" if over else "to be captured by"
        return f"authorized, {told} {until:%Y-%m-%d}"
    told = "podia ser capturada até" if over else "a capturar até"
    return f"autorizada, {told} {until:%d/%m}" + (f"/{until:%Y}" if over else "")
