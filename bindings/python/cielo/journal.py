"""The memory that outlives the process: what was sent, and what nobody was told.

    client = cielo.Client(journal="/var/lib/shop/cielo")
    for entry, settled in client.journal.settle():   # when the shop starts
        print(entry.merchant_order_id, settled.state)

A client with the option ``journal`` notes each write in that folder before it
sends it, and its outcome afterwards.  After a crash the folder says which charges
may have happened; `Journal.settle` asks Cielo about each of them.

The functions here need no client: they read the folder of any.
"""

from __future__ import annotations

import datetime
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Union

from ._core import (
    CieloError,
    Client,
    ClosedError,
    JournalError,
    _Journal,
    _journal_prune,
    _journal_segments,
    _journal_settle,
    _Records,
)

__all__ = [
    "Counts", "Entry", "Journal", "Look", "Records", "Segment", "Settled",
    "count", "prune", "read", "records", "segments",
]

_Folder = Union[str, "os.PathLike[str]"]

#: Who waits for another settler looks again after so many seconds.
PAUSE = 0.05


# ---- what is read ----


class Look(NamedTuple):
    """One look at what became of an entry."""

    at: datetime.datetime
    #: "nothing", "adopted", "unread" (no answer, which tells neither way), "several" or
    #: "unsure".
    saw: str
    why: str


@dataclass(frozen=True)
class Entry:
    """A write as the journal knows it: its intent, and what came of it.

    `state` is "open" while its call is in flight, "done" when its outcome was noted,
    "in_doubt", and "adopted" or "absent" once it was settled.  `intent`, `outcome` and
    `settled` are the records as they were written, or None.
    """

    id: str
    at: datetime.datetime
    operation: str
    merchant_order_id: str | None
    payment_id: str | None
    #: In cents.
    amount: int | None
    #: Who made it, as "host:pid".
    process: str
    state: str
    looks: tuple[Look, ...] = ()
    intent: dict[str, Any] = field(default_factory=dict, repr=False)
    outcome: dict[str, Any] | None = field(default=None, repr=False)
    settled: dict[str, Any] | None = field(default=None, repr=False)

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass(frozen=True)
class Settled:
    """What a look at an entry came to.

    "adopted": it happened, and `result` is what its call would have given.
    "absent": Cielo has nothing of it; said only after two looks at least ten minutes
    apart.  "unknown": neither can be said yet, and `error` says why.
    """

    state: Literal["adopted", "absent", "unknown"]
    result: Any = None
    error: CieloError | None = None

    @property
    def why(self) -> str:
        """What `error` says, for people; "" without one."""
        return self.error.message if self.error is not None else ""


class Segment(NamedTuple):
    """A file of the journal: one process wrote it."""

    name: str
    size: int
    #: Whether that process lives.
    live: bool


class Counts(NamedTuple):
    """How much there is."""

    segments: int
    entries: int
    in_doubt: int
    #: Lines that were torn or changed, and are skipped.
    damaged: int


def _moment(text: str) -> datetime.datetime:
    if text.endswith("Z"):  # which Python 3.10 does not know
        text = text[:-1] + "+00:00"
    return datetime.datetime.fromisoformat(text)


def make_entry(data: dict[str, Any]) -> Entry:
    return Entry(
        data["id"], _moment(data["at"]), data["operation"], data.get("merchant_order_id"),
        data.get("payment_id"), data.get("amount"), data["process"], data["state"],
        tuple(Look(_moment(look["at"]), look["saw"], look.get("why") or "")
              for look in data.get("looks") or ()),
        data["intent"], data.get("outcome"), data.get("settled"),
    )


def _all(reader: _Journal, in_doubt: bool) -> Iterator[Entry]:
    """The rest of what was loaded, a few at a time."""
    while batch := reader.take(in_doubt):
        yield from map(make_entry, batch)


def load(folder: _Folder) -> _Journal:
    reader = _Journal(folder)
    reader.load()
    return reader


def read(folder: _Folder) -> Iterator[Entry]:
    """The entries of a folder, oldest first.  Raises JournalError if it cannot be read."""
    return _all(load(folder), False)


def count(folder: _Folder) -> Counts:
    """How much there is in a folder.  Raises JournalError if it cannot be read."""
    return Counts(*load(folder).counts())


def segments(folder: _Folder) -> list[Segment]:
    """The files of a folder, oldest first.  Raises JournalError if there is none."""
    return [Segment(row["name"], row["size"], row["live"]) for row in _journal_segments(folder)]


class Records(Iterator[dict[str, Any]]):
    """The records of one segment as they were written, for who keeps a copy of them.

    `offset` is where the one after the last that was given begins: reading goes on
    there later, by `records(folder, segment, offset)`.  A file grows while its process
    lives: past the end an iterator may be asked again.
    """

    def __init__(self, folder: _Folder, segment: str, start: int) -> None:
        self._reader = _Records(folder, segment, start)
        self._batch: Iterator[tuple[dict[str, Any], int]] = iter(())
        self.offset = start

    @property
    def damaged(self) -> int:
        """Lines that were skipped on the way, and somewhat beyond."""
        return self._reader.damaged

    def __next__(self) -> dict[str, Any]:
        pair = next(self._batch, None)
        if pair is None:
            self._batch = iter(self._reader.take())
            pair = next(self._batch)
        record, self.offset = pair
        return record

    def close(self) -> None:
        """Close the file."""
        self._batch = iter(())
        self._reader.close()


def records(folder: _Folder, segment: str, start: int = 0) -> Records:
    """The records of a segment, from 0 or an offset that was told on."""
    return Records(folder, segment, start)


def prune(folder: _Folder, days: int) -> int:
    """Remove segments of dead processes that nobody wrote to for so many days.

    Those with an entry whose end is not known stay.  Gives how many were removed;
    raises JournalError, also while the folder is being settled.
    """
    removed = _journal_prune(folder, days)
    if removed is None:
        raise JournalError(f"the journal in {os.fsdecode(folder)} is being settled", sent="no")
    return removed


# ---- the journal of a client ----


def is_missing(folder: str) -> bool:
    """Whether nothing was written yet: a folder is made with its first record."""
    try:
        os.stat(folder)
    except FileNotFoundError:
        return True
    except OSError:
        return False  # who reads it says what is wrong with it
    return False


class Base:
    """What the journals of both clients have."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<journal {self.folder!r} of {self._client!r}>"

    @property
    def folder(self) -> str | None:
        """Where it is; None when the client keeps none."""
        folder: str | None = self._client._journal_folder
        return folder

    def _folder(self) -> str:
        if self._client.closed:
            raise ClosedError("the client is closed")
        folder = self.folder
        if folder is None:
            raise JournalError("this client keeps no journal: give it the option journal, a "
                               "folder, or set CIELO_JOURNAL", sent="no")
        return folder

    def _limit(self) -> float:
        return time.monotonic() + float(self._client.timeout)

    def _busy(self, folder: str) -> JournalError:
        return JournalError(f"the journal in {folder} is still being settled by another "
                            f"process or thread after {self._client.timeout:g} s", sent="no")


def wanted_id(entry: Entry | str | None) -> str | None:
    if entry is None or isinstance(entry, str):
        return entry
    if isinstance(entry, Entry):
        return entry.id
    raise TypeError(f"entry must be an Entry or its id, not {type(entry).__name__}")


def name_untold(entry: Entry, state: str | None) -> None:
    """Names an entry that was settled by who then left settle() before it told."""
    if state in ("adopted", "absent"):
        logging.getLogger("cielo").warning(
            "%s of %s was settled: %s; settle() ended before it said so, and "
            "journal.entries() has it", entry.operation,
            entry.merchant_order_id or entry.payment_id or entry.id, state)


def choose(reader: _Journal, wanted: str | None) -> list[Entry]:
    """Those in doubt, or of them the one that is wanted."""
    if wanted is None:
        return list(_all(reader, True))
    data = reader.find(wanted)
    if data is None:
        raise ValueError(f"the journal has no entry {wanted!r}")
    entry = make_entry(data)
    return [entry] if entry.state == "in_doubt" else []


class Journal(Base):
    """The journal of a client, `client.journal`."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)

    def _reader(self) -> _Journal | None:
        folder = self._folder()
        return None if is_missing(folder) else load(folder)

    def in_doubt(self) -> list[Entry]:
        """The writes whose outcome nobody knows, oldest first.

        Never a call in flight: its process is dead, or its time is over.
        """
        reader = self._reader()
        return list(_all(reader, True)) if reader else []

    def entries(self) -> Iterator[Entry]:
        """Every write of the folder, oldest first."""
        reader = self._reader()
        return _all(reader, False) if reader else iter(())

    def settle(self, entry: Entry | str | None = None) -> list[tuple[Entry, Settled]]:
        """Look once at every entry in doubt, or at one (an Entry or its id).

        Nothing is charged, captured or cancelled by it: it reads what Cielo has.
        What is not in doubt any more is left out.  One settles at a time: waits for
        another for the client's time-out, then raises JournalError.
        """
        wanted, folder = wanted_id(entry), self._folder()
        if is_missing(folder):
            return []
        reader = _Journal(folder)
        try:
            limit = self._limit()
            while not reader.lock():
                if time.monotonic() >= limit:
                    raise self._busy(folder)
                time.sleep(PAUSE)
            reader.load()
            return self._look_at(reader, choose(reader, wanted))
        finally:
            reader.close()

    def _look_at(self, reader: _Journal, chosen: list[Entry]) -> list[tuple[Entry, Settled]]:
        try:
            return [(entry, self._look(reader, entry)) for entry in chosen]
        except BaseException:
            reader.load()  # what was written since: the looks
            for entry in chosen:
                name_untold(entry, (reader.find(entry.id) or {}).get("state"))
            raise

    def _look(self, reader: _Journal, entry: Entry) -> Settled:
        try:
            return Settled(*_journal_settle(reader, self._client, entry.id))
        except ClosedError:
            raise
        except CieloError as error:  # of another merchant, say: others can be settled
            return Settled("unknown", error=error)
