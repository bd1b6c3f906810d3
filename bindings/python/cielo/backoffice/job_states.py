"""How the jobs of workers go, as rows: what a page shows, and what a restart goes by."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from .database import insert, now, writing
from .schema import batch
from .schema import job as table

__all__ = ["Jobs", "State"]


class State(NamedTuple):
    """A job's last run."""

    name: str  # ingest, doubts, notices, nights, night, batches, batch
    place: str  # a machine with its journals, a store's number, a batch's number, or ""
    began: datetime.datetime
    ended: datetime.datetime
    state: str  # done, failed
    failures: int  # since it last went well
    counts: Mapping[str, int]  # what it came to, such as {"records": 3}
    why: Mapping[str, str]  # by language, of one that failed
    next_run: datetime.datetime

    @property
    def failed(self) -> bool:
        return self.state == "failed"

    def is_late(self, at: datetime.datetime) -> bool:
        """Whether it should have run long ago: no worker lives that does it."""
        return at - self.next_run > LATE


# A run that lasts is noted at its end; those of batches last long.
LATE = datetime.timedelta(minutes=15)
# What is done every second is noted every minute.
FRESH = datetime.timedelta(minutes=2)
# Rows of machines that are there no more.
FORGOTTEN = datetime.timedelta(days=7)


class Jobs:
    """`ledger.jobs`: what workers did."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def states(self) -> list[State]:
        """Those that failed first; of batches the ones that are to run."""
        running = sa.select(sa.cast(batch.c.id, sa.Text)).where(batch.c.state == "running")
        with self._engine.connect() as connection:
            return [State(*row) for row in connection.execute(
                sa.select(table).where(sa.or_(table.c.name != "batch", table.c.place.in_(running)))
                .order_by(table.c.state.desc(), table.c.name, table.c.place))]

    def get(self, name: str, place: str = "") -> State | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(table).where(
                table.c.name == name, table.c.place == place)).first()
        return State(*row) if row else None

    def are_done(self, name: str) -> bool:
        """Whether a worker lives that does them."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(table.c.name).where(
                table.c.name == name, table.c.next_run > now(connection) - FRESH).limit(1)
            ) is not None

    def note(self, state: State) -> None:
        """In the place of what it did before."""
        values: dict[str, Any] = state._asdict()
        with writing(self._engine) as connection:
            connection.execute(insert(connection, table).values(values).on_conflict_do_update(
                index_elements=["name", "place"], set_=values))

    def forget_old(self, at: datetime.datetime) -> None:
        """Removes those that nobody has done for days."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(table).where(table.c.next_run < at - FORGOTTEN))
