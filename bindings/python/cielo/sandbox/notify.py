"""Posts notifications in the background.

Cielo posts every half hour and tries again an hour or more later.  Here a post
leaves at once and is tried again after each of `RETRY_SECONDS`, so that a test
can watch the repeats.
"""

from __future__ import annotations

import asyncio
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

    def post_json(self, url: str, members: Mapping[str, Any]) -> None:
        """Queue a JSON post."""
        self._queue(url, members, {"json": dict(members)})

    def post_form(self, url: str, members: Mapping[str, str]) -> None:
        """Queue a form post."""
        self._queue(url, members, {"data": dict(members)})

    def _queue(self, url: str, members: Mapping[str, Any], content: dict[str, Any]) -> None:
        entry: dict[str, Any] = {"url": url, "body": dict(members), "attempts": []}
        self.sent.append(entry)
        task = asyncio.get_running_loop().create_task(self._deliver(entry, content))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, entry: dict[str, Any], content: dict[str, Any]) -> None:
        if self._session is None or self._gate is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)
            )
            self._gate = asyncio.Semaphore(PARALLEL)
        for pause in (0.0, *RETRY_SECONDS):
            await asyncio.sleep(pause)
            async with self._gate:
                outcome = await self._attempt(self._session, entry["url"], content)
            entry["attempts"].append(outcome)
            if outcome == "200":
                return

    async def _attempt(
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
