#!/usr/bin/env python3
"""A Cielo that does whatever it is asked, at once, in a process of its own.

    with QuickServer() as server:       # starts the process
        ...                             # talk to server.base_url
        server.done()                   # what it did, by "POST order1" or "PUT id"

As a command it prints one line, ``http://127.0.0.1:PORT``, and serves until its
standard input closes.  Every sale is authorised, every capture and void is
carried out; ``/1/list`` is answered with a list; what is not POST or PUT is answered
404, but for ``GET /done``, ``GET /most`` (requests that were under way at once, since it
was last asked), and ``GET /wait/SECONDS``, after which every answer waits so
long; a shorter wait lets those go that wait already. After ``GET /mute/1`` it does what it
is asked, and closes the connection without an answer.

Nothing but the standard library is used.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

DONE: dict[str, str] = {}
WAIT = [0.0]
MUTE = [False]
NOW, MOST = [0], [0]
LOCK = threading.Lock()
LESS = threading.Condition()


def answer(method: str, path: str, body: bytes) -> tuple[int, Any]:
    if path == "/done":
        return 200, DONE
    if path == "/most":
        most, MOST[0] = MOST[0], 0
        return 200, most
    if path.startswith("/wait/"):
        with LESS:
            WAIT[0] = float(path[6:])
            LESS.notify_all()
        return 200, {}
    if path.startswith("/mute/"):
        MUTE[0] = path.endswith("1")
        return 200, {}
    if path == "/1/list":
        return 201, ["a", "list", "of", "texts"]
    if method == "POST":
        sale = json.loads(body)
        payment_id = DONE["POST " + sale["MerchantOrderId"]] = str(uuid.uuid4())
        sale["Payment"].update(PaymentId=payment_id, Status=1, ReturnCode="4")
        return 201, sale
    if method == "PUT":
        payment_id, verb = path.split("?")[0].split("/")[3:5]
        DONE[f"PUT {payment_id}"] = verb
        return 200, {"Status": 2 if verb == "capture" else 10, "ReasonCode": 0,
                     "ReturnCode": "6" if verb == "capture" else "0"}
    return 404, []


def pause() -> None:
    with LESS:
        asked = WAIT[0]
        LESS.wait_for(lambda: WAIT[0] < asked, asked)


def read(connection: socket.socket, pending: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Head, body and what follows."""
    while b"\r\n\r\n" not in pending:
        data = connection.recv(65536)
        if not data:
            return None
        pending += data
    head, _, rest = pending.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                   if line.lower().startswith(b"content-length:")), 0)
    while len(rest) < length:
        data = connection.recv(65536)
        if not data:
            return None
        rest += data
    return head, rest[:length], rest[length:]


def serve(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pending = b""
    with connection:
        while True:
            try:
                request = read(connection, pending)
                if request is None:
                    return
                method, path, _ = request[0].split(b"\r\n")[0].decode().split(" ")
                status, tree = answer(method, path, request[1])
                if not path.startswith(("/done", "/wait", "/mute", "/most")):
                    with LOCK:
                        NOW[0] += 1
                        MOST[0] = max(MOST[0], NOW[0])
                    pause()
                    with LOCK:
                        NOW[0] -= 1
                    if MUTE[0]:
                        return
                body = json.dumps(tree).encode()
                connection.sendall(b"HTTP/1.1 %d Quick\r\nContent-Type: application/json\r\n"
                                   b"Content-Length: %d\r\n\r\n" % (status, len(body)) + body)
                pending = request[2]
            except OSError:
                return


class QuickServer:
    """The process."""

    def __enter__(self) -> QuickServer:
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, universal_newlines=True)
        assert self.process.stdout is not None
        self.base_url = self.process.stdout.readline().strip()
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.communicate()

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.base_url + path, timeout=30) as reply:
            return json.load(reply)

    def most(self) -> int:
        return int(self._get("/most"))

    @contextlib.contextmanager
    def held(self, count: int) -> Iterator[list[int]]:
        """In the block nothing is answered before so many requests are under way at once;
        after it the list has the most that ever were."""
        most: list[int] = [0]
        over = threading.Event()

        def let_go() -> None:
            limit = time.monotonic() + 30
            while most[0] < count and not over.is_set() and time.monotonic() < limit:
                most[0] = max(most[0], self.most())
                over.wait(0.01)
            self.wait(0)

        self.wait(60)
        self.most()
        thread = threading.Thread(target=let_go)
        thread.start()
        try:
            yield most
        finally:
            over.set()
            thread.join()
            most[0] = max(most[0], self.most())

    async def busy(self) -> None:
        """Comes back when another request than those it came back for is under way."""
        limit = time.monotonic() + 30
        while not await asyncio.to_thread(self.most):
            assert time.monotonic() < limit, "no request came"
            await asyncio.sleep(0.01)

    async def did(self, *what: str) -> None:
        """Comes back when all of these are done, and perhaps not answered."""
        limit = time.monotonic() + 30
        while not set(what) <= set(await asyncio.to_thread(self.done)):
            assert time.monotonic() < limit, f"not done: {what}"
            await asyncio.sleep(0.01)

    def done(self) -> dict[str, str]:
        done: dict[str, str] = self._get("/done")
        return done

    def wait(self, seconds: float) -> None:
        """Answers wait so long from now on; what is asked is done at once."""
        self._get(f"/wait/{seconds}")

    def mute(self, on: bool) -> None:
        self._get(f"/mute/{int(on)}")


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    print("http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)

    def accept() -> None:
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
