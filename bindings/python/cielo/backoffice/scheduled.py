"""What Cielo tells of the recurrences that it charges by itself."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .database import insert
from .schema import recurrence as table

__all__ = ["note_seen"]

# Intervals as Cielo writes them, in months.
INTERVALS = {"monthly": 1, "bimonthly": 2, "quarterly": 3, "semiannual": 6, "annual": 12}
# Cielo's status of a recurrence: our state, and why.
CIELO_STATES: Mapping[int, tuple[str, str | None]] = {
    1: ("active", None),
    2: ("ended", None),
    3: ("disabled", "Cielo: by the shop"),
    4: ("disabled", "Cielo: its tries were used up"),
    5: ("disabled", "Cielo: the card has expired"),
}


def _date(text: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def note_seen(connection: sa.Connection, store_id: int, data: Mapping[str, Any]) -> None:
    """A query's answer about a scheduled recurrence, an event `seen`, says how it stands."""
    state, why = CIELO_STATES.get(data.get("status", 1), ("disabled", f"Cielo: its status is "
                                                          f"{data.get('status')}"))
    word = str(data.get("interval", "")).lower().replace("-", "")
    values: dict[str, Any] = {
        "amount": data.get("amount"), "day": data.get("day"),
        "interval_months": INTERVALS.get(word) or (int(word) if word.isdecimal() else None),
        "starts": _date(data.get("starts")), "ends": _date(data.get("ends")),
        "next_charge": _date(data.get("next")),
        "attempt": max(0, int(data.get("try") or 1) - 1),
    }
    told = {name: value for name, value in values.items() if value is not None}
    if state == "active" and told["attempt"]:
        state = "failing"
    row = insert(connection, table).values(
        store_id=store_id, key=data["recurrence_id"], scheduled=True, means_group="credit_card",
        state=state, why=why, **told)
    # An amount or an end that was declared stays: what Cielo says beside it deviates.
    kept: dict[str, Any] = {
        name: sa.func.coalesce(table.c[name], row.excluded[name])
        for name in ("amount", "interval_months", "day", "starts", "ends") if name in told}
    connection.execute(row.on_conflict_do_update(
        index_elements=["store_id", "key"], where=table.c.scheduled,
        set_={**kept, "next_charge": told.get("next_charge"), "attempt": told["attempt"],
              "state": state, "why": why}))
