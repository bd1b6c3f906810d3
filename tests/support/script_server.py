#!/usr/bin/env python3
"""Plays a case of tests/cases on a loopback port and checks what is asked.

From Python, in the same process::

    with ScriptServer(case) as server:          # the parsed JSON of a case
        ...                                     # talk to server.base_url
    assert not server.mismatches, server.report()

As a command, for any language::

    python3 tests/support/script_server.py

For each line of its standard input, the path of a case, it prints one,
``http://127.0.0.1:PORT``, and plays the case there until the next one comes or its
input ends.  ``GET /_done`` tells whether every request came as scripted and none
was missing: 200 ``ok``, or 500 with the differences.

The exchanges are played in the order of the file whatever connection a request
comes on; connections are kept alive.  A request past the script is a mismatch
and is answered 599.  ``refused`` closes the port: nobody listens any more.
A case whose script stalls would take its whole time-out: ``timeout_ms(case)``
is a shorter one that gives the same outcome, for hosts with a real clock.

Nothing but the standard library is used.
"""

from __future__ import annotations

import difflib
import json
import select
import socket
import sys
import threading
from types import TracebackType
from typing import Any

#: What a stalled case is worth waiting for.
STALL_TIMEOUT_MS = 3000

REASONS = {200: "OK", 201: "Created", 204: "No Content"}


def timeout_ms(case: dict[str, Any]) -> int:
    """The call's time-out for a host with a real clock."""
    asked = int(case.get("options", {}).get("timeout_ms", 45000))
    stalls = any(exchange.get("fail") == "stall" for exchange in case.get("exchanges", []))
    return min(asked, STALL_TIMEOUT_MS) if stalls else asked


def matches(expected: Any, got: Any) -> bool:
    """Whether a tree is as a case writes it; {"$any": true} is any value."""
    if expected == {"$any": True}:
        return got is not None
    if isinstance(expected, dict) and isinstance(got, dict):
        return list(expected) == list(got) and all(
            matches(value, got[name]) for name, value in expected.items()
        )
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(matches, expected, got))
    return type(expected) is type(got) and bool(expected == got)


def compact(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


class Request:
    """One request as it came."""

    def __init__(self, head: bytes, body: bytes) -> None:
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, self.version = (lines[0].split(" ") + ["", ""])[:3]
        self.headers: dict[str, str] = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()] = value.strip()
        self.body = body.decode("utf-8", "replace")


class ScriptServer:
    """Serves the exchanges of one case, each once, in order."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.exchanges: list[dict[str, Any]] = list(case.get("exchanges", []))
        self.mismatches: list[str] = []
        self._next = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._woken, self._waker = socket.socketpair()  # readable once it is stopped
        self._threads: list[threading.Thread] = []
        if self._is_refused(0):
            # Bound and not listening: refused, and nobody else's port meanwhile.
            self._listener = socket.socket()
            self._listener.bind(("127.0.0.1", 0))
        else:
            self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = "http://127.0.0.1:%d" % self._listener.getsockname()[1]

    def __enter__(self) -> ScriptServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        if error is None:
            self.check_end()

    def start(self) -> None:
        if self._is_refused(0):
            return
        thread = threading.Thread(target=self._accept, daemon=True)
        thread.start()
        self._threads.append(thread)

    def stop(self) -> None:
        """Closes every connection; those that stall end too."""
        self._stop.set()
        self._waker.close()
        for thread in list(self._threads):
            thread.join(30)
        self._listener.close()
        self._woken.close()

    def check_end(self) -> None:
        """Notes the exchanges that nobody asked for."""
        for exchange in self.exchanges[self._next :]:
            if exchange.get("fail") != "refused":
                request = exchange.get("request", {})
                self.mismatches.append(
                    "never came: %s %s" % (request.get("method"), request.get("path"))
                )
        self._next = len(self.exchanges)

    def report(self) -> str:
        return "\n".join(self.mismatches)

    # ---- connections ----

    def _is_refused(self, index: int) -> bool:
        return (
            index < len(self.exchanges) and self.exchanges[index].get("fail") == "refused"
        )

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                if not self._has_come(self._listener):
                    return
                connection, _ = self._listener.accept()
            except (OSError, ValueError):
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _serve(self, connection: socket.socket) -> None:
        pending = bytearray()
        with connection:
            try:
                while not self._stop.is_set():
                    request = self._read(connection, pending)
                    if request is None or not self._answer(connection, request):
                        return
            except OSError:
                pass

    def _has_come(self, to: socket.socket) -> bool:
        """Waits for what comes to a socket; False when the server is stopped."""
        return self._woken not in select.select([to, self._woken], [], [])[0]

    def _receive(self, connection: socket.socket, pending: bytearray) -> bool:
        data = connection.recv(65536) if self._has_come(connection) else b""
        pending += data
        return bool(data)

    def _read(self, connection: socket.socket, pending: bytearray) -> Request | None:
        while b"\r\n\r\n" not in pending:
            if not self._receive(connection, pending):
                return None
        end = pending.index(b"\r\n\r\n")
        request = Request(bytes(pending[:end]), b"")
        if request.headers.get("expect", "").lower() == "100-continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = int(request.headers.get("content-length", "0"))
        while len(pending) < end + 4 + length:
            if not self._receive(connection, pending):
                return None
        body = bytes(pending[end + 4 : end + 4 + length])
        request.body = body.decode("utf-8", "replace")
        del pending[: end + 4 + length]
        return request

    # ---- the script ----

    def _answer(self, connection: socket.socket, request: Request) -> bool:
        """Plays the next exchange; whether the connection goes on."""
        if request.path == "/_done":
            return self._tell(connection)
        with self._lock:
            index = self._next
            self._next += 1
        if index >= len(self.exchanges):
            self.mismatches.append("not in the script: %s %s" % (request.method, request.path))
            self._send(connection, {"status": 599, "text": "past the script"}, False)
            return False
        exchange = self.exchanges[index]
        self._compare(index, exchange.get("request", {}), request)
        self._stop.wait(exchange.get("after_ms", 0) / 1000)
        refuse = self._is_refused(index + 1)
        if refuse:
            self._listener.shutdown(socket.SHUT_RDWR)  # at once, though it is waited for
            self._listener.close()
        if "reply" in exchange:
            self._send(connection, exchange["reply"], refuse)
            return not refuse
        self._fail(connection, exchange.get("fail", "close"))
        return False

    def _fail(self, connection: socket.socket, how: str) -> None:
        if how == "half":
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b'Content-Length: 400\r\n\r\n{"Payment":{"Stat'
            )
        elif how == "garbage":
            connection.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        elif how == "stall":
            # Until the client gives up.
            while self._has_come(connection) and connection.recv(4096):
                pass
        elif how != "close":
            self.mismatches.append("the case has an unknown fail: %s" % how)

    def _send(self, connection: socket.socket, reply: dict[str, Any], close: bool) -> None:
        status = int(reply.get("status", 200))
        text = compact(reply["body"]) if "body" in reply else str(reply.get("text", ""))
        headers = {"Content-Type": "application/json", **reply.get("headers", {})}
        body = reply["bytes"].encode("latin-1") if "bytes" in reply else text.encode("utf-8")
        if status != 204:
            headers.setdefault("Content-Length", str(len(body)))
        if close:
            headers["Connection"] = "close"
        lines = ["HTTP/1.1 %d %s" % (status, REASONS.get(status, "Scripted"))]
        lines += ["%s: %s" % (name, value) for name, value in headers.items()]
        connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def _tell(self, connection: socket.socket) -> bool:
        self.check_end()
        report = self.report()
        self._send(
            connection,
            {"status": 500 if report else 200, "text": report or "ok",
             "headers": {"Content-Type": "text/plain; charset=utf-8"}},
            True,
        )
        return False

    # ---- comparing ----

    def _compare(self, index: int, expected: dict[str, Any], got: Request) -> None:
        where = "request %d" % (index + 1)
        for name in ("method", "path"):
            if name in expected and expected[name] != getattr(got, name):
                self.mismatches.append(
                    "%s: %s is %s, expected %s"
                    % (where, name, getattr(got, name), expected[name])
                )
        for name, value in expected.get("headers", {}).items():
            text = got.headers.get(name.lower())
            if (text is not None) if value is None else not matches(value, text):
                self.mismatches.append(
                    "%s: header %s is %r, expected %r" % (where, name, text, value)
                )
        self._compare_body(where, expected, got.body)

    def _compare_body(self, where: str, expected: dict[str, Any], got: str) -> None:
        if "form" in expected:
            wanted = str(expected["form"])
        elif "body" in expected:
            wanted = compact(expected["body"])
        else:
            wanted = ""
        if got == wanted:
            return
        if "$any" in wanted:
            try:
                if matches(expected.get("body"), json.loads(got)):
                    return
            except ValueError:
                pass
        self.mismatches.append(
            "%s: the body differs\n%s" % (where, "\n".join(difflib.ndiff([wanted], [got])))
        )


def main() -> None:
    playing: ScriptServer | None = None
    for line in sys.stdin:
        if playing is not None:
            playing.stop()
        with open(line.rstrip("\n"), encoding="utf-8") as file:
            playing = ScriptServer(json.load(file))
        playing.start()
        print(playing.base_url, flush=True)


if __name__ == "__main__":
    main()
