"""Somebody's running of a batch: rounds of rows, until none is left, or it is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from .accounts import user_named
from .audit import note
from .batch_rows import ENDED, NOT_DONE, Batch, counts_of, not_through
from .changes import Work
from .claims import Blocked, Claim, Ending, Wanted
from .database import now, writing
from .limits import least
from .person import Person, WhoIs
from .schema import batch, batch_row

__all__ = ["Progress", "Run", "Stop"]

# Rows that are claimed at a time, for each payment that is changed beside others.
ROUND = 4
PAUSE = 0.2
# How long a run waits, in seconds, for rows that others have under way, and for payments
# that somebody else changes.
FOR_OTHERS = 5.0
FOR_PAYMENTS = 60.0

Progress = Callable[[int, int, int], object]
#: Whether nothing more is to be sent for now.
Stop = Callable[[], bool]


class Run:
    """Somebody's running of a batch: rounds of rows, until none is left."""

    def __init__(self, engine: sa.Engine, work: Work, found: Batch, who: Person | None,
                 concurrency: int, progress: Progress | None, stop: Stop,
                 who_is: WhoIs | None) -> None:
        self._engine = engine
        self._work = work
        self._batch = found
        self._given = who  # None: who started it last, who may be another by the next round
        self._who = ""
        self._limit: int | None = None
        self._concurrency = concurrency
        self._progress = progress
        self._stop_asked = stop
        self._who_is = who_is
        self._last = 0  # the row up to which this pass has come
        self._idle_since = time.monotonic()
        self._through, self._not_done = found.through, found.not_done
        work.recover()
        self._tell()

    def goes_on(self) -> bool:
        """Whether nobody has paused it, and who runs it still may: else it is paused here."""
        if self._stop_asked():
            return False
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(batch).where(
                batch.c.id == self._batch.id)).one()
            if row.state != "running":
                return False
            self._who = self._given.name if self._given else row.started_by or row.created_by
            id_ = self._given.id if self._given else row.started_id
            user = user_named(connection, self._who) if id_ is None else None
        self._limit = row.void_limit
        if user is not None:
            return self._still_may(None if user.disabled else user.person)
        if id_ is not None and self._who_is is not None:
            return self._still_may(self._who_is(id_))
        return True  # the system's, or who nobody here knows: the batch's own limit holds

    def _still_may(self, person: Person | None) -> bool:
        """Whether who runs it still may, by their limit of now; None: they come in no more."""
        why = self._lost(person)
        if why is not None:
            self._stop(why)
        elif person is not None:
            self._limit = least(self._limit, person.void_limit)
        return why is None

    def _lost(self, person: Person | None) -> str | None:
        """What who began it may do no more; None for who still may all of it."""
        if person is None:
            return f"{self._who} started it, and comes in no more"
        needed = ("batch", self._batch.verb)
        if not all(person.may(each, self._batch.store_id) for each in needed):
            return f"{self._who} started it, and may no longer {self._batch.verb} in block here"
        return None

    def _stop(self, why: str) -> None:
        """Unless somebody else goes on with it by now, or nothing is left to do."""
        with writing(self._engine) as connection:
            if connection.execute(sa.update(batch).where(
                    batch.c.id == self._batch.id, batch.c.state == "running",
                    batch.c.started_by == self._who, not_through(self._batch.id)).values(
                        state="paused", why=why)).rowcount:
                note(connection, Person.of_system().name, "batch stop",
                     store_id=self._batch.store_id, batch=self._batch.id, why=why)

    def round(self) -> bool:
        """Some rows; False when none is left that this process can do anything about."""
        wanted = self._next()
        if not wanted:
            return self._next_pass()
        claimed, blocked = self._work.claim(wanted)
        self._give_up([each for each in blocked if each.kind in ("in_doubt", "unknown")])
        if claimed:
            who, limit = self._who, self._limit
            self._work.change(claimed, self._concurrency, self._ended, lambda: not (
                self.goes_on() and (self._who, self._limit) == (who, limit)))
            self._idle_since = time.monotonic()
        return True

    def _next(self) -> list[Wanted]:
        found = sa.select(batch_row.c.id, batch_row.c.sale_id, batch_row.c.amount).where(
            batch_row.c.batch_id == self._batch.id, batch_row.c.state == "waiting",
            batch_row.c.id > self._last).order_by(batch_row.c.id).limit(
                ROUND * self._concurrency)
        with self._engine.connect() as connection:
            rows = connection.execute(found).all()
        if rows:
            self._last = rows[-1].id
        return [Wanted(row.sale_id, self._batch.verb, row.amount, self._who, row.id,
                       self._batch.id, self._limit) for row in rows]

    def _next_pass(self) -> bool:
        """From the beginning: rows that were busy or too early, or that others have."""
        self._work.recover()
        self._last = 0
        with self._engine.connect() as connection:
            counts = counts_of(connection, [self._batch.id])[self._batch.id]
        self._count(counts)
        idle = time.monotonic() - self._idle_since
        if not counts.get("waiting"):
            if not counts.get("sending") or idle > FOR_OTHERS:
                return False
        elif idle > FOR_PAYMENTS:
            self._give_up([Blocked(each, "busy", "somebody else changes this payment")
                           for each in self._next()])
        time.sleep(PAUSE)
        return True

    def _count(self, counts: Mapping[str, int]) -> None:
        """What others did of it is told too."""
        self._through = sum(counts.get(state, 0) for state in ENDED)
        self._not_done = sum(counts.get(state, 0) for state in NOT_DONE)
        self._tell()

    def _give_up(self, blocked: Sequence[Blocked]) -> None:
        """Rows that this batch cannot send now, and whose payments were not touched."""
        if not blocked:
            return
        with writing(self._engine) as connection:
            for each in blocked:
                connection.execute(sa.update(batch_row).where(
                    batch_row.c.id == each.wanted.row_id, batch_row.c.state == "waiting").values(
                        state="failed", why=each.why, ended=now(connection)))
        self._through += len(blocked)
        self._not_done += len(blocked)
        self._tell()

    def _ended(self, claim: Claim, ending: Ending) -> None:
        del claim
        self._through += 1
        self._not_done += ending.state in NOT_DONE
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._through, self._not_done, self._batch.total)
