"""Many calls at once for asyncio: the loop that AsyncClient.many() gives.

What the calls are made of is kept in C, in a roster: no frame of this file holds
an item while calls run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterable, Iterator
from time import monotonic
from types import TracebackType
from typing import Any, Generic, Optional, TypeVar, Union

from ._core import Outcome, _Roster
from .many import Meter, Progress

__all__ = ["AsyncMany"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_Self = TypeVar("_Self", bound="AsyncMany[Any, Any]")

#: A loop holds its timers, and of all else that waits nothing: without one, what
#: is finished after a break would be garbage.
HELD = 1.0

#: How long outcomes that are there already may keep an event loop to themselves.
SHARE = 0.01


class _Bell:
    """Wakes the one who waits, or who is about to."""

    def __init__(self) -> None:
        self._rung = False
        self._waiter: Optional[asyncio.Future[None]] = None

    def ring(self) -> None:
        self._rung = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self, *pauses: Optional[float]) -> None:
        """Until it rings, or the shortest of the pauses is over."""
        loop = asyncio.get_running_loop()
        limits = [pause for pause in pauses if pause is not None]
        timer = loop.call_later(min(limits), self.ring) if limits else None
        self._waiter = loop.create_future()
        if self._rung:
            self.ring()
        try:
            await self._waiter
        finally:
            self._waiter = None
            self._rung = False
            if timer is not None:
                timer.cancel()


class _Feeder:
    """Puts calls in, while there is room: at once, or as an asynchronous iterable
    has them."""

    def __init__(self, roster: _Roster, bell: _Bell,
                 calls: Union[Iterable[Any], AsyncIterable[Any]]) -> None:
        self._roster = roster
        self._bell = bell
        self._awaited: Optional[AsyncIterator[Any]] = None
        self._source: Optional[Iterator[Any]] = None
        if isinstance(calls, AsyncIterable):
            self._awaited = calls.__aiter__()
        else:
            self._source = iter(calls)
        self._task: Optional[asyncio.Task[None]] = None
        self.failure: Optional[BaseException] = None

    @property
    def over(self) -> bool:
        return self._source is None and self._awaited is None and self._task is None

    def feed(self) -> bool:
        """Whether there may be room for more, of what is at hand."""
        if self._task is not None or not self._roster.room:
            return False
        if self._source is not None:
            self._pull(self._source)
            return self._source is not None
        if self._awaited is not None:
            self._task = asyncio.ensure_future(self._pull_awaited(self._awaited))
        return False

    def stop(self) -> None:
        self._source = self._awaited = None
        if self._task is not None:
            self._task.cancel()

    def _pull(self, source: Iterator[Any]) -> None:
        try:
            if self._roster.pull(source):
                return
        except Exception as error:
            self.failure = error
        self._source = None

    async def _pull_awaited(self, source: AsyncIterator[Any]) -> None:
        try:
            self._roster.put(await source.__anext__())
        except StopAsyncIteration:
            self._awaited = None
        except (Exception, asyncio.CancelledError) as error:
            # What it awaited may have been cancelled, and it be over with that.
            self._awaited = None
            self.failure = error
        finally:
            self._task = None
            self._bell.ring()


async def _give(roster: _Roster, bell: _Bell, feeder: _Feeder,
                meter: Meter) -> AsyncIterator[Outcome[Any, Any]]:
    waited = monotonic()
    try:
        while True:
            meter.tell()
            more = feeder.feed()
            roster.start()
            if roster.ended:
                yield meter.add(roster.take())
                if monotonic() - waited > SHARE:
                    await asyncio.sleep(0)
                    waited = monotonic()
            elif not more:
                if feeder.over and not roster.count:
                    break
                await bell.wait(roster.pause, meter.pause)
                waited = monotonic()
        if feeder.failure is not None:
            raise feeder.failure
    finally:
        feeder.stop()
        roster.stop()
        try:
            while roster.under_way:
                await bell.wait(HELD)
        finally:
            roster.leave()
            meter.end()


class AsyncMany(Generic[_Item, _Result]):
    """The outcomes of many calls, as they end; made by AsyncClient.many().

    Leaving the loop, by break, an exception, the cancellation of its task or
    aclose(), starts nothing more and waits for the calls under way; of a write
    whose outcome nobody was given, the logger ``cielo`` warns.  After break that
    happens in a task of the event loop's own, unless the loop is left by aclose()
    or an async with statement.  A second cancellation cancels them: those that may
    have taken effect are named in the same way.  Closing the client cancels them
    too.

    What calls raises comes out of the loop after the outcomes of the calls under
    way, and so does ClosedError once the client is closed.  What progress raises
    ends the loop at once, as any exception does.
    """

    def __init__(self, roster: _Roster, calls: Union[Iterable[_Item], AsyncIterable[_Item]],
                 progress: Optional[Progress]) -> None:
        bell = _Bell()
        roster.wake = bell.ring
        self._outcomes: Any = _give(roster, bell, _Feeder(roster, bell, calls),
                                    Meter(progress, calls))

    def __aiter__(self: _Self) -> _Self:
        return self

    def __anext__(self) -> Awaitable[Outcome[_Item, _Result]]:
        awaited: Awaitable[Outcome[_Item, _Result]] = self._outcomes.__anext__()
        return awaited

    async def aclose(self) -> None:
        """Starts nothing more, and waits for the calls under way."""
        await self._outcomes.aclose()

    close = aclose

    async def __aenter__(self: _Self) -> _Self:
        return self

    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.aclose()
