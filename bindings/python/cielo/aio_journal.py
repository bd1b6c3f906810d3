"""The journal of an AsyncClient: journal.py with nothing that blocks the loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, Callable, TypeVar

from ._core import CieloError, ClosedError, _AsyncClient, _Journal, _journal_settle
from .journal import (
    PAUSE,
    Base,
    Entry,
    Settled,
    choose,
    is_missing,
    load,
    make_entry,
    name_untold,
    wanted_id,
)

__all__ = ["AsyncJournal"]

_T = TypeVar("_T")


async def _in_thread(function: Callable[..., _T], *args: Any) -> _T:
    return await asyncio.get_running_loop().run_in_executor(None, function, *args)


class AsyncJournal(Base):
    """The journal of an asynchronous client, `client.journal`.

    Files are read in the loop's own threads for such work: the loop goes on.
    """

    def __init__(self, client: _AsyncClient) -> None:
        super().__init__(client)

    async def _reader(self) -> _Journal | None:
        folder = self._folder()
        return None if is_missing(folder) else await _in_thread(load, folder)

    async def in_doubt(self) -> list[Entry]:
        """The writes whose outcome nobody knows, oldest first.

        Never a call in flight: its process is dead, or its time is over.
        """
        return [entry async for entry in self._all(True)]

    def entries(self) -> AsyncIterator[Entry]:
        """Every write of the folder, oldest first: for ``async for``."""
        return self._all(False)

    async def _all(self, in_doubt: bool) -> AsyncIterator[Entry]:
        reader = await self._reader()
        while reader and (batch := await _in_thread(reader.take, in_doubt)):
            for data in batch:
                yield make_entry(data)

    async def settle(self, entry: Entry | str | None = None) -> list[tuple[Entry, Settled]]:
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
            while not await _in_thread(reader.lock):
                if time.monotonic() >= limit:
                    raise self._busy(folder)
                await asyncio.sleep(PAUSE)
            await _in_thread(reader.load)
            chosen = await _in_thread(choose, reader, wanted)
            return await self._look_at(reader, chosen)
        finally:
            reader.close()

    async def _look_at(self, reader: _Journal,
                       chosen: list[Entry]) -> list[tuple[Entry, Settled]]:
        told: list[tuple[Entry, Settled]] = []
        try:
            for entry in chosen:
                told.append((entry, await self._look(reader, entry)))
        except BaseException:
            for entry, settled in told:
                name_untold(entry, settled.state)
            raise
        return told

    async def _look(self, reader: _Journal, entry: Entry) -> Settled:
        try:
            call = await _in_thread(_journal_settle, reader, self._client, entry.id)
        except ClosedError:
            raise
        except CieloError as error:  # of another merchant, say: others can be settled
            return Settled("unknown", error=error)
        return await _told(entry, call)


async def _told(entry: Entry, call: Any) -> Settled:
    try:
        result = await call
    except CieloError as error:
        if call._settled is None:
            raise
        return Settled(call._settled, error=error)
    except BaseException:  # the look may have been over
        name_untold(entry, call._settled)
        raise
    return Settled(call._settled, result)
