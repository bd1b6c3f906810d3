"""Origins that real servers cannot be talked into being: a relay that answers as
HTTP/1.0 does, or says "100 Continue" to those who did not ask.

Every connection is for one request, and ends with its answer.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import threading
from collections.abc import Iterator

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


def read_request(connection: socket.socket) -> tuple[str, str, bytes]:
    """Method, path and body; EOFError when it is not whole."""
    data = b""
    while True:
        head, end, body = data.partition(b"\r\n\r\n")
        found = LENGTH.search(head)
        if end and len(body) >= (int(found[1]) if found else 0):
            method, path, _ = head.split(b"\r\n", 1)[0].decode().split()
            return method, path, body
        piece = connection.recv(65536)
        if not piece:
            raise EOFError
        data += piece


class Old:
    """Forwards to a Cielo on a port; answers as HTTP/1.0, without a length."""

    INTERIM = b""
    LINE = b"HTTP/1.0 %d Fine\r\n"

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.base_url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, EOFError):
            method, path, body = read_request(connection)
            connection.sendall(self.INTERIM)
            status, text = self._ask(method, path, body)
            connection.sendall(self.LINE % status + self.head(text) + text)

    def head(self, text: bytes) -> bytes:
        return b"Content-Type: application/json\r\n\r\n"

    def _ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        asked = http.client.HTTPConnection("127.0.0.1", self.upstream)
        try:
            asked.request(method, path, body, {
                "Content-Type": "application/json",
                "MerchantId": "5f4c2a1e-7d3b-4a5c-9e8f-0b1a2c3d4e5f",
                "MerchantKey": "CANARYKEYCANARYKEYCANARYKEYCANARYKEYCANA"})
            answer = asked.getresponse()
            return answer.status, answer.read()
        finally:
            asked.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # ends accept(), which close() does not
        self._listener.close()


class Talkative(Old):
    """Says two interim answers before the answer itself."""

    INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX-Wait: a while\r\n\r\n"
    LINE = b"HTTP/1.1 %d Fine\r\n"

    def head(self, text: bytes) -> bytes:
        return (b"Content-Type: application/json\r\nConnection: close\r\n"
                b"Content-Length: %d\r\n\r\n" % len(text))


@contextlib.contextmanager
def running(kind: type[Old], upstream: int) -> Iterator[Old]:
    server = kind(upstream)
    try:
        yield server
    finally:
        server.close()
