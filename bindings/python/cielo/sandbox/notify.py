"""Posts notifications in the background.

Cielo posts every half hour and tries again an hour or more later.  Here a post
leaves at once and is tried again after each of `RETRY_SECONDS`, so that a test
can watch the repeats.  What is told of one sale or order is first posted in the
order it happened, so that a test can say what comes when; a repeat may come
behind what is newer.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import Mapping
from typing import Any

import aiohttp

#: Pauses before the three further attempts.
RETRY_SECONDS = (0.3, 0.6, 1.2)
#: How long a shop may take to answer.
ANSWER_SECONDS = 5.0
#: How many posts may be under way at once.
PARALLEL = 8
#: How many notifications are remembered for ``/_sandbox/notifications``.
CAPACITY = 10_000


class Notifier:
    """Sends each notification from a task of its own; answers never wait for it."""

    def __init__(self) -> None:
        self.sent: deque[dict[str, Any]] = deque(maxlen=CAPACITY)
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._gate: asyncio.Semaphore | None = None
        self._turns: weakref.WeakValueDictionary[str, asyncio.Lock] = (
            weakref.WeakValueDictionary()
        )

    def post_json(self, url: str, subject: str, members: Mapping[str, Any]) -> None:
        """Queue a JSON post; `subject` is the id of what it tells of."""
        self._queue(url, subject, members, {"json": dict(members)})

    def post_form(self, url: str, subject: str, members: Mapping[str, str]) -> None:
        """Queue a form post; `subject` is the id of what it tells of."""
        self._queue(url, subject, members, {"data": dict(members)})

    def _queue(
        self, url: str, subject: str, members: Mapping[str, Any], content: dict[str, Any]
    ) -> None:
        entry: dict[str, Any] = {"url": url, "body": dict(members), "attempts": []}
        self.sent.append(entry)
        turn = self._turns.setdefault(subject, asyncio.Lock())
        task = asyncio.get_running_loop().create_task(self._deliver(entry, content, turn))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(
        self, entry: dict[str, Any], content: dict[str, Any], turn: asyncio.Lock
    ) -> None:
        async with turn:
            taken = await self._attempt(entry, content)
        for pause in RETRY_SECONDS:
            if taken:
                return
            await asyncio.sleep(pause)
            taken = await self._attempt(entry, content)

    async def _attempt(self, entry: dict[str, Any], content: dict[str, Any]) -> bool:
        """Whether the shop took it."""
        if self._session is None or self._gate is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)
            )
            self._gate = asyncio.Semaphore(PARALLEL)
        async with self._gate:
            outcome = await self._post(self._session, entry["url"], content)
        entry["attempts"].append(outcome)
        return outcome == "200"

    async def _post(
        self, session: aiohttp.ClientSession, url: str, content: dict[str, Any]
    ) -> str:
        try:
            async with session.post(url, allow_redirects=False, **content) as answer:
                return str(answer.status)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            return type(error).__name__

    def clear(self) -> None:
        """Forget what was sent and stop what is being tried."""
        for task in list(self._tasks):
            task.cancel()
        self.sent.clear()

    async def close(self) -> None:
        tasks = list(self._tasks)
        self.clear()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
