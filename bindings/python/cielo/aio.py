"""The asyncio client: who shares connections, and in which event loop.

A call is made and awaited in C: no frame of this file exists while it runs, so
that no traceback through here shows what was in its fields.
"""

from __future__ import annotations

import asyncio
import weakref
from types import TracebackType
from typing import Optional, TypeVar

from ._core import ClosedError, _AsyncClient, _Multi

__all__ = ["AsyncClient"]

_Self = TypeVar("_Self", bound="AsyncClient")

class _Family:
    """The connections of a client and of all that with_options made of it.

    Only open members and calls under way hold it, so that with the last of
    them, closed or collected, the connections go.
    """

    def __init__(self) -> None:
        self.members: weakref.WeakSet[_Member] = weakref.WeakSet()
        self.multis: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Multi]
        self.multis = weakref.WeakKeyDictionary()

    def multi(self, client: _AsyncClient) -> _Multi:
        """That of the running loop, made over `client` where there is none."""
        loop = asyncio.get_running_loop()
        multi = self.multis.get(loop)
        if multi is None or multi.lost:
            # Loops of other threads come here too.
            for other in [ref() for ref in self.multis.keyrefs()]:
                left = self.multis.pop(other, None) if other and other.is_closed() else None
                if left is not None:
                    left.close(None)
            if multi is not None:
                multi.close(loop)
            multi = self.multis[loop] = client._multi(loop)
        return multi


class _Member:
    """A client's place in its family; it has no family once it was closed."""

    def __init__(self, family: _Family) -> None:
        self.family: Optional[_Family] = family
        self._former = weakref.ref(family)
        family.members.add(self)

    def leave(self, client: _AsyncClient) -> None:
        """Ends the client's calls in the running loop; the last to leave closes it all.

        May be asked again in other loops, for the calls there.
        """
        self.family = None
        family = self._former()
        if family is None:
            return
        family.members.discard(self)
        loop = asyncio.get_running_loop()
        multi = family.multis.get(loop)
        if multi is None:
            return
        if family.members:
            multi.end(client)
        else:
            del family.multis[loop]
            multi.close(loop)


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

    def _route(self) -> tuple[_Family, _Multi]:
        """Where a call of the running loop goes, and what keeps it there."""
        family = self._family()  # raises when closed since the call was made
        return family, family.multi(self)

    async def close(self) -> None:
        """Cancels this client's calls under way in this event loop.

        Closes the connections, too, unless clients that share them are open.
        Later calls raise ClosedError.
        """
        self._shut()
        member: Optional[_Member] = self.__dict__.get("_own_member")
        if member is not None:
            member.leave(self)

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
