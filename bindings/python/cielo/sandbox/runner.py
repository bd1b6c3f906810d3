"""Runs a sandbox: in the foreground, or in a thread beside a test."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import difflib
import http.client
import json
import signal
import threading
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from .app import Options, Sandbox
from .pairs import read_pairs

#: How long a thread may take to start or to stop.
PATIENCE_SECONDS = 60.0


class Server:
    """A sandbox listening on a port of the running loop."""

    def __init__(self, sandbox: Sandbox, host: str, port: int) -> None:
        self.sandbox = sandbox
        self.host = host
        self.port = port
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """The address clients use; a wildcard is reached over loopback."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    async def start(self) -> None:
        """Begin to listen; port 0 picks a free one."""
        # Stalled requests end at once on shutdown; nothing else takes this long.
        runner = web.AppRunner(
            self.sandbox.application(), access_log=None, shutdown_timeout=1.0
        )
        await runner.setup()
        self._runner = runner
        try:
            await web.TCPSite(runner, self.host, self.port).start()
        except OSError:
            await self.stop()
            raise
        self.port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection and the books."""
        if self._runner is not None:
            self.sandbox.faults.stop()
            await self._runner.cleanup()
            self._runner = None


async def serve(options: Options, host: str, port: int) -> None:
    """Run a sandbox in the foreground until SIGINT or SIGTERM."""
    server = Server(Sandbox(options), host, port)
    leave = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, leave.set)
        except NotImplementedError:  # Windows: Ctrl-C arrives as KeyboardInterrupt
            break
    await server.start()
    try:
        print(f"Local Cielo listening on {server.base_url}", flush=True)
        await leave.wait()
    finally:
        await server.stop()


class LocalCielo:
    """A running sandbox, as `run` gives it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.base_url = server.base_url
        self.port = server.port

    def __repr__(self) -> str:
        return f"<LocalCielo {self.base_url}>"

    def requests(self) -> list[dict[str, Any]]:
        """Every request received, oldest first, card data masked."""
        return list(self._call("GET", "requests"))

    def sales(self) -> list[dict[str, Any]]:
        """The books: every sale with its amounts and events."""
        return list(self._call("GET", "sales"))

    def recurrences(self) -> list[dict[str, Any]]:
        """Every scheduled recurrence."""
        return list(self._call("GET", "recurrences"))

    def consents(self) -> list[dict[str, Any]]:
        """What payers were asked to agree to for Pix Automático, and their word."""
        return list(self._call("GET", "consents"))

    def orders(self) -> list[dict[str, Any]]:
        """Every Checkout order."""
        return list(self._call("GET", "orders"))

    def notifications(self) -> list[dict[str, Any]]:
        """What was posted, where, and how each attempt ended."""
        return list(self._call("GET", "notifications"))

    def faults(self, faults: list[dict[str, Any]]) -> None:
        """Set what goes wrong from now on; an empty list ends it."""
        self._call("POST", "faults", faults)

    def advance(self, seconds: float) -> None:
        """Move the clock forward; what falls due happens before this returns."""
        self._call("POST", "clock", {"advance_seconds": seconds})

    def pay(self, payment_id: str | None = None, **details: Any) -> dict[str, Any]:
        """Do the shopper's part of a payment that waits for it.

        Instead of `payment_id`, `order` (a page or a pending order) or `link`
        pays through Checkout, with `card`, `installments`, `method`, `capture`.
        """
        if payment_id is not None:
            details["payment_id"] = payment_id
        return dict(self._call("POST", "pay", details))

    def reset(self) -> None:
        """Forget everything and return to real time."""
        self._call("POST", "reset")

    def _call(self, method: str, name: str, body: Any = None) -> Any:
        host = self.base_url[len("http://") : self.base_url.rindex(":")].strip("[]")
        connection = http.client.HTTPConnection(host, self.port, timeout=30)
        try:
            payload = None if body is None else json.dumps(body)
            connection.request(method, f"/_sandbox/{name}", payload)
            answer = connection.getresponse()
            value = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(value["error"])
        return value


def run(
    *, host: str = "127.0.0.1", port: int = 0, **options: Any
) -> contextlib.AbstractContextManager[LocalCielo]:
    """Run a sandbox in a daemon thread until the block ends.

    The other keywords are the members of `Options`: `state`, `seed`,
    `notify_url`, `notify_kind`, `status_url`, `merchants`, `clients`,
    `recurrence_tries`, `recurrence_retry_days`, `recurrence_disable`, `days_ago`.  `merchants`
    is a dict of MerchantId to MerchantKey, or an iterable of texts ``"ID:KEY"``;
    `clients` likewise, with client ids and secrets.  Any are accepted when there
    are none.
    """
    known = [member.name for member in dataclasses.fields(Options)]
    for name in options:
        if name not in known:
            near = difflib.get_close_matches(name, ["host", "port", *known], 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"run() has no option {name!r}{hint}")
    if not 0 <= port <= 65535:
        raise ValueError(f"run() needs a port from 0 to 65535, not {port}")
    for name in ("merchants", "clients"):
        options[name] = read_pairs(name, options.get(name))
    return _running(Options(**options), host, port)


@contextlib.contextmanager
def _running(options: Options, host: str, port: int) -> Iterator[LocalCielo]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_run_loop, args=(loop,), name="cielo-sandbox", daemon=True)
    thread.start()
    try:
        started = asyncio.run_coroutine_threadsafe(_start(options, host, port), loop)
        server = started.result(PATIENCE_SECONDS)
        try:
            yield LocalCielo(server)
        finally:
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result(PATIENCE_SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_SECONDS)


async def _start(options: Options, host: str, port: int) -> Server:
    server = Server(Sandbox(options), host, port)
    await server.start()
    return server


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()
