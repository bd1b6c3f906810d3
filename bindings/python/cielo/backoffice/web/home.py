"""The page to begin at: how the shop stands, and what wants somebody's eye."""

from __future__ import annotations

import datetime

from starlette.responses import Response

from ..job_states import State
from ..overview import begins, told_last, totals
from .asked import Asked, NotFound, Page

__all__ = ["MISSING", "PAGES"]

UTC = datetime.timezone.utc
# Lines of each list.
FEW = 5


def home(asked: Asked) -> Response:
    ledger, engine, stores = asked.ledger, asked.ledger.engine, asked.stores
    now = datetime.datetime.now(UTC)
    day, month = begins(now, stores.values())
    failing = [one for one in ledger.recurrences.all(failing=True) if one.store_id in stores]
    return asked.page(
        "home.html", today=totals(engine, day, stores), month=totals(engine, month, stores),
        month_day=month.date(), batches=[one for state in ("running", "paused", "ready")
                                         for one in ledger.batches.all(
                                             FEW, within=stores, state=state)],
        doubts=ledger.doubts.list(within=stores)[:FEW], failing=failing,
        jobs=[_job(one, now) for one in ledger.jobs.states() if _is_seen(asked, one)],
        worked=ledger.jobs.are_done("ingest"),
        notices=told_last(engine, list(stores), FEW),
        names={str(one.id): one.name for one in stores.values()})


def _is_seen(asked: Asked, state: State) -> bool:
    """Of what is done for other stores nothing is told."""
    if state.name == "night":
        return int(state.place) in asked.stores
    if state.name == "batch":
        return asked.ledger.batches.get(int(state.place)).store_id in asked.stores
    return True


def _job(state: State, now: datetime.datetime) -> tuple[State, str]:
    """A job, and how it goes: done, failed or late."""
    return state, "failed" if state.failed else "late" if state.is_late(now) else "done"


def missing(asked: Asked) -> Response:
    raise NotFound()


# For every path that no other page has; last of all.
MISSING = Page("GET", "/{rest:path}", missing, None)

PAGES = (Page("GET", "/", home, "view"),)
