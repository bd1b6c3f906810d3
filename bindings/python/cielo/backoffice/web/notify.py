"""What Cielo posts when a payment changes: taken at once, looked up later.

    POST /notify/{store's number}/{secret}
    POST /notify/{store's number}           with the header X-Notify-Secret

Cielo signs nothing. The secret keeps strangers out, and is looked at before the body is
read; what comes in is proof of nothing, and queued for one look by the jobs. So a post
that is forged changes nothing, and one that comes twice costs nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from typing import TYPE_CHECKING, NamedTuple

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ..errors import BackofficeError, Refused
from ..stores import Store

if TYPE_CHECKING:
    from ..ledger import Ledger

__all__ = ["HEADER", "Notify"]

log = logging.getLogger("cielo.backoffice")

HEADER = "X-Notify-Secret"
# Cielo's have some hundred bytes.
LARGEST = 8 * 1024
# How long a post may take to come in, in seconds.
PATIENCE = 10.0
# Posts of a store that are taken in a second, and at once; Cielo sends the others again.
RATE, BURST = 20.0, 400.0
# How long stores and their secrets are remembered, in seconds: a flood asks no database.
REMEMBERED = 10.0


class _Rate:
    """So many a second, and so many at once."""

    def __init__(self) -> None:
        self._left = BURST
        self._at = time.monotonic()

    def take_turn(self) -> bool:
        moment = time.monotonic()
        self._left = min(BURST, self._left + (moment - self._at) * RATE)
        self._at = moment
        if self._left < 1:
            return False
        self._left -= 1
        return True


class _Known(NamedTuple):
    """A store that takes notifications, its secret's hash, and its rate."""

    store: Store
    secret: bytes
    rate: _Rate


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


NOBODYS = bytes(32)


class Notify:
    """The door for Cielo's posts; `routes` are the application's."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[int, _Known] = {}
        self._read_at: float | None = None
        self._reading = anyio.Lock()
        self.routes = [Route("/notify/{store:int}/{secret}", self.take, methods=["POST"]),
                       Route("/notify/{store:int}", self.take, methods=["POST"])]

    async def take(self, request: Request) -> Response:
        try:
            return await self._take(request)
        except Exception:  # what goes further up is logged with its address: the secret's
            log.exception("a notification was not taken")
            return _say(503)

    async def _take(self, request: Request) -> Response:
        given = request.path_params.get("secret") or request.headers.get(HEADER) or ""
        known = await self._find(request.path_params["store"], given)
        if known is None:
            return _say(404)
        if not known.rate.take_turn():
            return _say(429)
        try:
            body = await asyncio.wait_for(_read(request), PATIENCE)
        except (asyncio.TimeoutError, ClientDisconnect):
            return _say(408)
        if body is None:
            return _say(413)
        try:
            await run_in_threadpool(self._ledger.sync.receive, known.store, body,
                                    request.headers.get("content-type"))
        except Refused:
            return _say(400)
        return _say(200)

    async def _find(self, number: int, secret: str) -> _Known | None:
        """The store whose secret this is. Where there is none of that number it is compared
        too, so that time tells nothing of the stores there are."""
        if self._is_old():
            async with self._reading:  # who comes meanwhile waits: nobody is known before
                if self._is_old():
                    self._known = await run_in_threadpool(self._read)
                    self._read_at = time.monotonic()
        known = self._known.get(number)
        right = hmac.compare_digest(known.secret if known else NOBODYS, _hash(secret))
        return known if right else None

    def _is_old(self) -> bool:
        return self._read_at is None or time.monotonic() - self._read_at > REMEMBERED

    def _read(self) -> dict[int, _Known]:
        found = {}
        for store in self._ledger.stores.all():
            try:
                secret = self._ledger.stores.notify_secret(store)
            except BackofficeError as error:
                log.warning("notifications are not taken: %s", error)
                continue
            if secret is not None:
                before = self._known.get(store.id)
                found[store.id] = _Known(store, _hash(secret), before.rate if before else _Rate())
        return found


async def _read(request: Request) -> bytes | None:
    """The body, counted as it comes; None for one that is too long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return body


_TEXTS = {200: "OK", 400: "no notification", 404: "not found", 408: "too slow",
          413: "too large", 429: "too many: send it again later",
          503: "not now: send it again later"}


def _say(status: int) -> Response:
    # What is left of a body that was not read ends the connection.
    headers = {} if status == 200 else {"connection": "close"}
    return PlainTextResponse(_TEXTS[status] + "\n", status, headers=headers)
