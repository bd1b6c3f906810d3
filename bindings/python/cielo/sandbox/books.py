"""The books as handlers get them: with the time and the chance that entries need."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .clock import Clock, stamp
from .store import Order, Sale, Store


@dataclass(frozen=True)
class Books:
    """Every record, what time it is, and where what is drawn comes from."""

    store: Store
    clock: Clock
    draw: random.Random


def add_event(record: Sale | Order, what: str, amount: int, moment: float) -> None:
    """One more line in the history of a sale or an order."""
    record.events.append({"At": stamp(moment), "What": what, "Amount": amount})


def has_lapsed(record: Sale | Order) -> bool:
    """Whether nobody can pay it any more, though its status may not say so."""
    return any(event["What"] == "expired" for event in record.events)
