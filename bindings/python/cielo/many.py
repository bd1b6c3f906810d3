"""Many calls at once, blocking: the loop that client.many() gives.

What the calls are made of is kept in C, in a roster: no frame of this file holds
an item while calls run.
"""

from __future__ import annotations

import _thread
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from types import TracebackType
from typing import Any, Generic, Optional, TypeVar

from ._core import Outcome, _Roster

__all__ = ["Many"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_Self = TypeVar("_Self", bound="Many[Any, Any]")
Progress = Callable[[int, int, Optional[int]], object]


class Meter:
    """Counts what the loop is through with, and tells it, not too often."""

    EVERY = 0.1

    def __init__(self, progress: Optional[Progress], calls: object) -> None:
        self._progress = progress
        self._total = len(calls) if hasattr(calls, "__len__") else None
        self._done = self._failed = 0
        self._told: Optional[int] = None
        self._next = 0.0

    def add(self, outcome: Outcome[_Item, _Result]) -> Outcome[_Item, _Result]:
        self._done += 1
        self._failed += outcome.error is not None
        return outcome

    @property
    def pause(self) -> Optional[float]:
        """Seconds until there is something to tell, or None."""
        if self._progress is None or self._told == self._done:
            return None
        return max(0.0, self._next - monotonic())

    def tell(self) -> None:
        """Tells what is new, when it is time for it."""
        if self.pause == 0.0:
            self._tell()

    def end(self) -> None:
        """Tells the last of it, and has a bar put away."""
        progress = self._progress
        try:
            if progress is not None and self._told != self._done:
                self._tell()
        finally:
            self._progress = None
            close = getattr(progress, "close", None)
            if close is not None:
                close()

    def _tell(self) -> None:
        # One that raises is not asked again: what it raises ends the loop.
        progress, self._progress = self._progress, None
        if progress is not None:
            self._told = self._done
            try:
                progress(self._done, self._failed, self._total)
            except StopIteration as error:  # which would pass for the end of the loop
                raise RuntimeError("progress raised StopIteration") from error
            self._progress = progress
            self._next = monotonic() + self.EVERY


class Many(Generic[_Item, _Result]):
    """The outcomes of many calls, as they end; made by client.many().

    It is one loop's: another thread that asks meanwhile gets a RuntimeError.
    What the body of the loop does takes the time of the calls under way.  Leaving
    it, by break, an exception, Ctrl-C, close() or because nobody has it any more,
    starts nothing more and waits for the calls under way; of a write whose
    outcome nobody was given, the logger ``cielo`` warns.  A second Ctrl-C cancels
    them: those that may have taken effect are named in the same way.  Who keeps it
    in a variable leaves it by close(), or uses it in a with statement.

    What calls raises comes out of the loop after the outcomes of the calls under
    way, and so does ClosedError once the client is closed.  What progress raises
    ends the loop at once, as any exception does.
    """

    #: One whose making was interrupted has nothing to end.
    _over = True

    def __init__(self, roster: _Roster, calls: Iterable[_Item],
                 progress: Optional[Progress]) -> None:
        self._busy = _thread.allocate_lock()
        self._roster = roster
        self._source: Optional[Iterator[_Item]] = iter(calls)
        self._failure: Optional[Exception] = None
        self._meter = Meter(progress, calls)
        self._over = False

    def __iter__(self: _Self) -> _Self:
        return self

    def __next__(self) -> Outcome[_Item, _Result]:
        self._enter()
        try:
            if self._over:
                raise StopIteration
            try:
                return self._next()
            except BaseException:
                try:
                    self._end()
                except BaseException:  # Ctrl-C again, be it before the calls were waited for
                    self._roster.leave()
                    self._end()
                    raise
                raise
        finally:
            self._busy.release()

    def close(self) -> None:
        """Starts nothing more, and waits for the calls under way."""
        self._enter()
        try:
            self._end()
        finally:
            self._busy.release()

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # The roster waits for what is under way as it goes: what Ctrl-C raises in a
        # __del__ is lost.
        if not self._over:
            self._over = True
            self._source = None
            self._meter.end()

    def _enter(self) -> None:
        if not self._busy.acquire(False):
            raise RuntimeError("this loop over many calls is being asked already: by another "
                               "thread, by its own calls or by its progress")

    def _end(self) -> None:
        if self._over:
            return
        self._over = True
        self._source = None
        try:
            self._roster.finish()
        finally:
            self._meter.end()

    def _pull(self, source: Iterator[_Item]) -> None:
        try:
            if self._roster.pull(source):
                return
        except Exception as error:
            self._failure = error
        self._source = None

    def _attend(self, seconds: float) -> None:
        """Moves what is under way; as long as a slow source kept it waiting."""
        until = monotonic() + seconds
        self._roster.wait(0)
        while not self._roster.ended and self._roster.under_way:
            left = until - monotonic()
            if left < 0.001:
                break
            self._roster.wait(left)

    def _next(self) -> Outcome[_Item, _Result]:
        roster = self._roster
        while True:
            self._meter.tell()
            if self._source is not None and roster.room:
                begun = monotonic()
                self._pull(self._source)
                roster.start()
                self._attend(monotonic() - begun)
            elif not roster.ended:
                if not roster.count:
                    break
                roster.start()
                roster.wait(self._meter.pause)
            if roster.ended:
                return self._meter.add(roster.take())
        failure, self._failure = self._failure, None
        try:
            raise failure or StopIteration
        finally:
            del failure
