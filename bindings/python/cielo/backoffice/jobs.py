"""The jobs that a worker does as long as it lives: the ledger is kept up to date by them.

    with Worker(ledger):
        ...                      # until the end of the block

Any number of workers may run, on any number of machines: a job is done by one of them,
under a lease, or does no harm done twice. One that fails stops no other: it is told, put
off, longer each time, and tried again. What a killed worker left is taken up by the next.
"""

from __future__ import annotations

import datetime
import functools
import logging
import os
import platform
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

import cielo

from .errors import BackofficeError, Told
from .job_states import State
from .lease import kept
from .person import WhoIs
from .sender import alone
from .stores import Store

if TYPE_CHECKING:
    from .ledger import Ledger

__all__ = ["State", "Worker"]

log = logging.getLogger("cielo.backoffice")

UTC = datetime.timezone.utc
Clock = Callable[[], datetime.datetime]
Tell = Callable[[State], object]
Counts = Mapping[str, int]

# Seconds from one run that went well to the next.
EVERY = {"ingest": 1.0, "doubts": 15.0, "notices": 2.0, "nights": 60.0, "batches": 1.0,
         "batch": 30.0}
# The hour of the store at which its night's look is due.
NIGHT = datetime.time(3)
# Of jobs that fail: the first pause doubles, up to the longest.
LONGEST = 600.0
# A job that has nothing to do is noted so often, in seconds.
NOTED = 60.0
# Batches that one worker runs at a time.
BESIDE = 4
# How long what only reads is waited for at the end, in seconds; what sends, until it has ended.
READERS = 10.0


# What may happen to a job without a fault of ours: it is told without a trace.
EXPECTED = (BackofficeError, cielo.CieloError, sa.exc.SQLAlchemyError, OSError)


def _clock() -> datetime.datetime:
    return datetime.datetime.now(UTC)


class Turns:
    """The runs of one job by one worker: when the next is due, and how the last went."""

    def __init__(self, ledger: Ledger, name: str, place: str, do: Callable[[], Counts],
                 clock: Clock, tell: Tell) -> None:
        self.name = name
        self.place = place
        self.next = clock()
        self._jobs = ledger.jobs
        self._do = do
        self._clock = clock
        self._tell = tell
        self._failures = 0
        self._noted: datetime.datetime | None = None

    def is_due(self) -> bool:
        return self._clock() >= self.next

    def run(self) -> bool:
        """Once, whether it is due or not; False when it failed, which was told then."""
        began, before = self._clock(), self._failures
        counts: dict[str, int] = {}
        why: dict[str, str] = {}
        try:
            counts = dict(self._do())
        except Exception as error:  # whatever it is must not end the worker
            self._failures += 1
            why = _why(error)
            if not isinstance(error, EXPECTED):
                log.exception("the job %s %s failed", self.name, self.place)
        else:
            self._failures = 0
        ended = self._clock()
        self.next = ended + datetime.timedelta(seconds=self._pause())
        state = State(self.name, self.place, began, ended, "failed" if why else "done",
                      self._failures, counts, why, self.next)
        if why or before:
            self._say(state)
        if why or before or any(counts.values()) or self._is_stale(ended):
            self._note(state)
        return not why

    def _pause(self) -> float:
        every = EVERY[self.name]
        return min(max(every, 1.0) * 2 ** min(self._failures, 16), max(LONGEST, every)) if (
            self._failures) else every

    def _is_stale(self, at: datetime.datetime) -> bool:
        return self._noted is None or at - self._noted >= datetime.timedelta(seconds=NOTED)

    def _say(self, state: State) -> None:
        try:
            self._tell(state)
        except Exception:  # such as a closed standard error
            log.exception("how the job %s went was not told", state.name)

    def _note(self, state: State) -> None:
        try:
            self._jobs.note(state)
            self._noted = state.ended
        except sa.exc.SQLAlchemyError as error:
            log.warning("how the job %s went was not noted: %s", self.name, _line(error))


class Worker:
    """Does the jobs of a ledger, each in a thread of its own, from `start` to `stop`.

    `tell(state)` is called when a job fails, and when it goes well again; by itself that
    goes to the log `cielo.backoffice`. `who_is(id)` gives a person of a shop's own as they
    are now, None for who is gone: it is asked again and again while a batch of theirs runs.
    """

    def __init__(self, ledger: Ledger, *, tell: Tell | None = None,
                 clock: Clock = _clock, who_is: WhoIs | None = None) -> None:
        self._ledger = ledger
        self._who_is = who_is
        self._clock = clock
        self._tell = tell or _log
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._running: dict[int, threading.Thread] = {}
        self._batches: dict[int, Turns] = {}
        folders = [os.path.abspath(each) for each in ledger.journals]
        here = f"{platform.node()}:{','.join(folders)}"
        self._turns = [self._new("ingest", here, self._ingest),
                       self._new("doubts", here, self._doubts),
                       self._new("notices", "", self._notices),
                       self._new("nights", here, self._nights),
                       self._new("batches", here, self._find_batches)]

    def __enter__(self) -> Worker:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        self._ledger.jobs.forget_old(self._clock())
        for turns in self._turns:
            self._threads.append(_thread(turns.name, self._go_round, turns))

    def end(self) -> None:
        """Begins nothing more, and waits for nothing."""
        self._over.set()

    def stop(self) -> None:
        """Begins nothing more, and waits for what is being sent."""
        self.end()
        for thread in self._threads:  # first: one of them begins batches
            thread.join(READERS)
        for thread in list(self._running.values()):
            thread.join()

    def run_due(self) -> None:
        """What is due now, once, one after the other; batches to their end."""
        for turns in self._turns:
            if turns.is_due():
                turns.run()
        for turns in list(self._batches.values()):
            if turns.is_due():
                turns.run()

    def _new(self, name: str, place: str, do: Callable[[], Counts]) -> Turns:
        return Turns(self._ledger, name, place, do, self._clock, self._tell)

    def _go_round(self, turns: Turns) -> None:
        while not self._over.is_set():
            turns.run()
            if turns.name == "batches" and not self._over.is_set():
                self._begin_batches()
            self._over.wait(max(0.0, (turns.next - self._clock()).total_seconds()))

    # ---- the jobs ----

    def _ingest(self) -> Counts:
        found = self._ledger.ingest()
        return {"records": found.records, "sales": found.sales}

    def _doubts(self) -> Counts:
        """Those whose journal is here; a second one on this machine would look twice."""
        counts: dict[str, int] = {}
        with alone(self._ledger.journals[0], "doubts") as ours:
            if ours:
                for look in self._ledger.doubts.settle():
                    counts[look.state] = counts.get(look.state, 0) + 1
                    if self._over.is_set():
                        break
        for store in self._ledger.stores.all():  # batches have rows that were in doubt
            self._ledger.changes.catch_up(store.id)
        return counts

    def _notices(self) -> Counts:
        if not self._ledger.sync.is_due():  # which takes no lease, and so writes nothing
            return {}
        return self._ledger.sync.work()._asdict()

    def _nights(self) -> Counts:
        """Once a night of each store; where no worker was there at its hour, later."""
        due = [store for store in self._ledger.stores.all() if self._is_night(store)]
        if not due:
            return {}
        queued = 0
        with kept(self._ledger.engine, "night") as lease:
            for store in due if lease else ():
                if self._is_night(store):  # another one may have done it meanwhile
                    began = self._clock()
                    found = self._ledger.sync.night(store.id)
                    self._ledger.jobs.note(State(
                        "night", str(store.id), began, self._clock(), "done", 0,
                        {"queued": found}, {}, _last_night(store, began) + DAY))
                    queued += found
        return {"queued": queued}

    def _is_night(self, store: Store) -> bool:
        last = self._ledger.jobs.get("night", str(store.id))
        return last is None or last.began < _last_night(store, self._clock())

    # ---- batches ----

    def _find_batches(self) -> Counts:
        left = {one.id for one in self._ledger.batches.left()}
        for number in [each for each in self._batches if each not in left
                       and each not in self._running]:
            del self._batches[number]
        for number in left - set(self._batches):
            self._batches[number] = self._new(
                "batch", str(number), functools.partial(self._run_batch, number))
        return {}

    def _begin_batches(self) -> None:
        for number, thread in list(self._running.items()):
            if not thread.is_alive():
                del self._running[number]
        for number, turns in self._batches.items():
            if len(self._running) < BESIDE and number not in self._running and turns.is_due():
                self._running[number] = _thread(f"batch {number}", turns.run)

    def _run_batch(self, number: int) -> Counts:
        return dict(self._ledger.batches.go_on(
            number, self._over.is_set, self._who_is).counts)


DAY = datetime.timedelta(days=1)


def _last_night(store: Store, at: datetime.datetime) -> datetime.datetime:
    """When the last night's look of a store was due."""
    zone = ZoneInfo(store.zone)
    day = at.astimezone(zone).date()
    hour = datetime.datetime.combine(day, NIGHT, zone).astimezone(UTC)
    return hour if hour <= at else datetime.datetime.combine(
        day - DAY, NIGHT, zone).astimezone(UTC)


def _thread(name: str, do: Callable[..., object], *words: object) -> threading.Thread:
    # The process may end without those that hang: what they did not note is done again.
    thread = threading.Thread(target=do, args=words, name=f"cielo {name}", daemon=True)
    thread.start()
    return thread


def _line(error: BaseException) -> str:
    """Without the values that a database's error shows beside its statement."""
    told = " ".join(str(getattr(error, "orig", None) or error).split())
    return told or type(error).__name__


def _why(error: Exception) -> dict[str, str]:
    """By language, in one line."""
    if isinstance(error, Told):
        return {"en": error.en, "pt": error.pt}
    line = _line(error)
    if not isinstance(error, EXPECTED):
        line = f"{type(error).__name__}: {line}"
    return {"en": line, "pt": line}


def _log(state: State) -> None:
    name = " ".join(filter(None, (state.name, state.place)))
    if state.failed:
        log.warning("the job %s failed: %s", name, state.why["en"])
    else:
        log.info("the job %s goes well again", name)
