"""The asyncio client: the event loop drives the core's calls.

A call is made in C before any frame of this file exists, so that no traceback
through here shows what was in its fields.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import weakref
from types import TracebackType
from typing import Any, Optional, TypeVar

from ._core import ClosedError, _AsyncClient, _Call

__all__ = ["AsyncClient"]

_Self = TypeVar("_Self", bound="AsyncClient")

_READABLE = 1
_WRITABLE = 2


def _twin(error: Exception) -> Exception:
    """Another of its kind: each write has its own outcome as its cause."""
    try:
        return copy.copy(error)
    except Exception:  # one that is not made of its args
        return error


class _Pump:
    """The calls of one family of clients in one event loop.

    It keeps no reference to the loop that would keep it alive: the end of the
    loop is also its own.
    """

    def __init__(self, client: _AsyncClient) -> None:
        self._multi = client._multi()
        self._loop = weakref.ref(asyncio.get_running_loop())
        self._closed = False
        self._waiting: dict[_Call, tuple[_Member, asyncio.Future[None]]] = {}
        # Weak, as a handle holds its loop; the loop holds those that are due.
        self._timer: Optional[weakref.ref[asyncio.TimerHandle]] = None
        self._again: Optional[asyncio.Handle] = None
        self.lost = False

    def start(self, call: _Call, member: _Member) -> asyncio.Future[None]:
        """Starts a member's call; the future ends with it, whatever came out."""
        loop = asyncio.get_running_loop()
        self._multi.add(call)
        future = loop.create_future()
        self._waiting[call] = member, future
        # Calls that start in one round of the loop share an advance.
        if self._again is None:
            self._again = loop.call_soon(self._advance)
        return future

    def cancel(self, call: _Call) -> None:
        self._waiting.pop(call, None)
        # A coroutine may be cancelled after close(), or be dropped when its
        # loop is gone or another one runs.
        if self._closed or not self._multi.remove(call):
            return
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            return
        if running is self._loop():
            self._advance()

    def _advance(self, fd: int = -1, ready: int = 0) -> None:
        if fd < 0 and self._again is not None:
            self._again.cancel()
            self._again = None
        loop = asyncio.get_running_loop()
        try:
            done, changes, delay, lost = self._multi.advance(fd, ready)
            for fd, before, after in changes:
                self._watch(loop, fd, before, after)
        except Exception as error:  # no memory, or a loop that cannot watch
            self._fail(error)
            return
        self.lost = self.lost or lost
        self._arm(loop, delay)
        for call in done:
            self._settle(call)

    def _settle(self, call: _Call) -> None:
        _, future = self._waiting.pop(call, (None, None))
        if future is not None and not future.done():
            future.set_result(None)

    def _watch(
        self, loop: asyncio.AbstractEventLoop, fd: int, before: int, after: int
    ) -> None:
        if before & ~after & _READABLE:
            loop.remove_reader(fd)
        if before & ~after & _WRITABLE:
            loop.remove_writer(fd)
        if after & ~before & _READABLE:
            loop.add_reader(fd, self._advance, fd, _READABLE)
        if after & ~before & _WRITABLE:
            loop.add_writer(fd, self._advance, fd, _WRITABLE)

    def _arm(self, loop: asyncio.AbstractEventLoop, delay: Optional[float]) -> None:
        # One that is early does no harm, and costs less than a new one per call.
        timer = self._pending_timer()
        if delay is None or (timer is not None and timer.when() <= loop.time() + delay):
            return
        if timer is not None:
            timer.cancel()
        self._timer = weakref.ref(loop.call_later(delay, self._tick, weakref.ref(self)))

    def _pending_timer(self) -> Optional[asyncio.TimerHandle]:
        return None if self._timer is None else self._timer()

    @staticmethod
    def _tick(ref: weakref.ref[_Pump]) -> None:
        pump = ref()  # gone when its client is: the timer was left behind
        if pump is not None:
            pump._timer = None
            pump._advance()

    def _fail(self, error: Exception) -> None:
        waiting, self._waiting = self._waiting, {}
        self.lost = True
        for call, (_, future) in waiting.items():
            self._multi.remove(call)
            if not future.done():
                future.set_exception(_twin(error))

    def end(self, member: _Member) -> None:
        """Ends the calls of one member; those of others go on."""
        own = [call for call, (owner, _) in self._waiting.items() if owner is member]
        for call in own:
            self._multi.remove(call)
            self._settle(call)
        self._advance()

    def close(self, loop: Optional[asyncio.AbstractEventLoop]) -> None:
        """Ends the calls under way; `loop` is None when it is closed already."""
        if loop is not None:
            for fd, before, after in self._multi.watched():
                # A loop without watchers has none to take away: _advance, which
                # could not set any, has told the callers.
                with contextlib.suppress(NotImplementedError):
                    self._watch(loop, fd, before, after)
            for handle in (self._pending_timer(), self._again):
                if handle is not None:
                    handle.cancel()
        waiting, self._waiting = self._waiting, {}
        self._closed = True
        self._multi.close()
        for _, future in waiting.values():
            if loop is not None and not future.done():
                future.set_result(None)


class _Family:
    """The connections of a client and of all that with_options made of it.

    Only open members and calls under way hold it, so that with the last of
    them, closed or collected, the connections go.
    """

    def __init__(self) -> None:
        self.members: weakref.WeakSet[_Member] = weakref.WeakSet()
        self.pumps: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Pump]
        self.pumps = weakref.WeakKeyDictionary()

    def pump(self, client: _AsyncClient) -> _Pump:
        """The pump of the running loop, made over `client` where there is none."""
        loop = asyncio.get_running_loop()
        pump = self.pumps.get(loop)
        if pump is None or pump.lost:
            # Loops of other threads come here too.
            for other in [ref() for ref in self.pumps.keyrefs()]:
                left = self.pumps.pop(other, None) if other and other.is_closed() else None
                if left is not None:
                    left.close(None)
            if pump is not None:
                pump.close(loop)
            pump = self.pumps[loop] = _Pump(client)
        return pump


class _Member:
    """A client's place in its family; it has no family once it was closed."""

    def __init__(self, family: _Family) -> None:
        self.family: Optional[_Family] = family
        self._former = weakref.ref(family)
        family.members.add(self)

    def leave(self) -> None:
        """Ends the calls in the running loop; the last to leave closes it all.

        May be asked again in other loops, for the calls there.
        """
        self.family = None
        family = self._former()
        if family is None:
            return
        family.members.discard(self)
        loop = asyncio.get_running_loop()
        pump = family.pumps.get(loop)
        if pump is None:
            return
        if family.members:
            pump.end(self)
        else:
            del family.pumps[loop]
            pump.close(loop)


class AsyncClient(_AsyncClient):
    """Client's twin for asyncio: the same options and names, awaited.

    One AsyncClient may be used from several event loops; each has connections
    of its own.  A client made by with_options shares them, the token and the
    times of voids; closing one of the two leaves the other at work, and the
    connections are closed with the last.  Cancelling a task cancels its call: if
    the call may have taken effect, the CancelledError has an OutcomeUnknownError
    as its cause.  On Python 3.9 and 3.10 that is the error inside the task; who
    awaits the task is given another, with that one as its context.  The logger
    ``cielo`` warns of every write that is dropped so, as a TaskGroup and others
    swallow the error.
    """

    _own_member: _Member

    def _member(self) -> _Member:
        member: Optional[_Member] = self.__dict__.get("_own_member")
        if member is None:
            # Threads may meet here: the first of them wins.
            member = self.__dict__.setdefault("_own_member", _Member(_Family()))
        return member

    def _family(self) -> _Family:
        family = None if self.closed else self._member().family
        if family is None:
            raise ClosedError("the client is closed")
        return family

    def _adopt(self, derived: AsyncClient) -> None:
        """Takes what with_options made into the family."""
        derived._own_member = _Member(self._family())

    async def _run(self, call: _Call) -> Any:
        family = self._family()  # raises when closed since the call was made
        pump = family.pump(self)
        try:
            await pump.start(call, self._member())
            return call.result()
        except BaseException as stopped:
            try:
                pump.cancel(call)
            finally:
                doubt = call.doubt()  # None when result() has told
            if doubt is not None:
                raise stopped from doubt
            raise

    async def close(self) -> None:
        """Cancels this client's calls under way in this event loop.

        Closes the connections, too, unless clients that share them are open.
        Later calls raise ClosedError.
        """
        self._shut()
        member: Optional[_Member] = self.__dict__.get("_own_member")
        if member is not None:
            member.leave()

    aclose = close

    async def __aenter__(self: _Self) -> _Self:
        if self.closed:
            raise ClosedError("the client is closed")
        return self

    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.close()
