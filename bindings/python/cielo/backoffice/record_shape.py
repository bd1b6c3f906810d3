"""Whether a record of the journal is what it says: whole lines may still hold anything.

A record whose line is whole and whose members are not what the ledger builds on would stop
the reading of its folder. It is left out, counted as damaged, and told of; so it is looked
at here before anything is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .project import cielo_moment
from .when import YEARS

__all__ = ["fault_of"]

# Of an index's entry, and far above what the journal writes in it.
LONGEST = 512
# What a column takes.
SMALL, LARGE = 1 << 31, 1 << 63

# What a record of a kind cannot be without. Of other kinds nothing is built yet.
NEEDED = {
    "intent": ("id", "op", "merchant", "env"),
    "outcome": ("of",),
    "settled": ("of",),
    "look": ("of",),
    "use": ("op", "merchant", "env"),
    "seen": (),
    "notice": (),
}
TEXTS = ("id", "of", "op", "merchant", "env", "order", "payment_id", "checkout_order",
         "checkout_status", "recurrence_id", "request_id", "type", "provider", "brand", "tid",
         "nsu", "auth", "code", "kind", "result", "state", "sent", "saw")
NUMBERS = {"status": SMALL, "installments": SMALL, "amount": LARGE, "count": SMALL}
# Members of members.
AMOUNTS = ("before", "amounts")
OBJECTS = ("card", "dates")
CARD = ("first6", "last4")


def fault_of(record: Mapping[str, Any]) -> str | None:
    """What is wrong with it: the member and the rule; None for a record that is well."""
    return next(_faults(record), None)


def _faults(record: Mapping[str, Any]) -> Iterator[str]:
    kind = record.get("rec")
    if not _is_text(kind):
        yield "rec: no text"
    moment = cielo_moment(record.get("at"))
    if moment is None or moment.year not in YEARS:
        yield "at: no moment"
    for name in NEEDED.get(str(kind), ()):
        if not record.get(name):
            yield f"{name}: missing"
    names = TEXTS if kind in NEEDED else ("of", "payment_id")
    for name in names:
        if record.get(name) is not None and not _is_text(record[name]):
            yield f"{name}: no text of up to {LONGEST} characters"
    if kind in NEEDED:
        yield from _wrong_values(record)


def _wrong_values(record: Mapping[str, Any]) -> Iterator[str]:
    for name, limit in NUMBERS.items():
        if record.get(name) is not None and not _is_number(record[name], limit):
            yield f"{name}: no whole number"
    for name in (*AMOUNTS, *OBJECTS):
        if record.get(name) is not None and not isinstance(record[name], Mapping):
            yield f"{name}: no object"
    for name in AMOUNTS:
        for part, value in (record.get(name) or {}).items():
            if value is not None and not _is_number(value, LARGE):
                yield f"{name}.{part}: no whole number"
    for part in CARD:
        value = (record.get("card") or {}).get(part)
        if value is not None and not _is_text(value):
            yield f"card.{part}: no text"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _is_number(value: Any, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
