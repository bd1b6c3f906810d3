"""Files that are made while they are read: few at a time, and not for who reads no more.

Each holds a connection to the database as long as it lasts. Without a bound, some readers
that stand still would have all of them, and everybody else would wait for one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from typing import Any

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ..errors import Refused

__all__ = ["CSV", "Download", "Turns"]

CSV = "text/csv; charset=utf-8"
#: Files at a time; and how long a piece of one may take to be taken, in seconds.
AT_ONCE, STANDSTILL = 4, 30.0


class Turns:
    """How many files may be made besides."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def take(self) -> Callable[[], None]:
        """Gives what ends the turn. Refused while there is none."""
        if not self._free.acquire(blocking=False):
            raise Refused("other files are being downloaded: wait for one of them to end",
                          "outros arquivos estão sendo baixados: espere um deles acabar")
        return self._free.release


class Download(StreamingResponse):
    """Who leaves, or stands still, ends the query behind it; `leave` is told of it."""

    def __init__(self, turns: Turns, chunks: Generator[bytes, None, None], name: str,
                 kind: str = CSV, leave: Callable[[], object] = lambda: None) -> None:
        super().__init__(chunks, media_type=kind, headers={
            "content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"})
        self._chunks = chunks
        self._leave = leave
        self._end_turn = turns.take()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._watch, receive, group.cancel_scope)
                await self.stream_response(self._timely(send, group.cancel_scope))
                group.cancel_scope.cancel()
        finally:
            self._leave()
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self._chunks.close)
            self._end_turn()

    def _timely(self, send: Send, whole: anyio.CancelScope) -> Send:
        async def sending(message: Any) -> None:
            with anyio.move_on_after(STANDSTILL) as piece:
                await send(message)
            if piece.cancelled_caught:
                whole.cancel()

        return sending

    async def _watch(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._leave()
        scope.cancel()
