#!/usr/bin/env python3
"""Stands before a Cielo and does what one must not: answers out of step, and voids
that are denied.

    python3 tests/support/shifting_proxy.py PORT

Prints one line with its address, forwards to 127.0.0.1:PORT, and serves until its
standard input closes. After every SHIFT-th answer to a write it sends the answer to
an earlier sale once more, glued to it or some milliseconds later, so that answers
on that connection are one off. Every DENY-th whole void is answered as Cielo
answers one that it denies, and not forwarded. Nothing but the standard library is
used.
"""

from __future__ import annotations

import json
import re
import select
import socket
import struct
import sys
import threading
import time

SHIFT, DENY = 13, 4
DENIED = {"Status": 2, "ReasonCode": 7, "ReasonMessage": "Denied", "ReturnCode": "6",
          "ReturnMessage": "Transaction not found"}
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


def size_of(head: bytes) -> int:
    found = LENGTH.search(head)
    return int(found.group(1)) if found else 0


def take(data: bytes) -> tuple[bytes, bytes]:
    """The first message of `data`, b"" while it is not whole, and the rest."""
    head, end, _ = data.partition(b"\r\n\r\n")
    whole = len(head) + 4 + size_of(head)
    return (data[:whole], data[whole:]) if end and len(data) >= whole else (b"", data)


class Gone(Exception):
    """A side closed."""


def read(at: socket.socket, data: bytes, other: socket.socket) -> tuple[bytes, bytes]:
    """The next message, given up when `other` closes meanwhile."""
    while True:
        message, rest = take(data)
        if message:
            return message, rest
        ready, _, _ = select.select([at, other], [], [])
        if other in ready and not other.recv(1, socket.MSG_PEEK):
            raise Gone
        if at in ready:
            piece = at.recv(65536)
            if not piece:
                raise Gone
            data += piece


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class ShiftingProxy:
    def __init__(self, port: int) -> None:
        self.port, self.shifted, self.denied = port, 0, 0
        self._writes = self._voids = 0
        self._sale = b""
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.base_url = "http://127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # ends accept(), which close() does not
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self.port)) as cielo:
            cielo.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            asked = b""
            try:
                while True:
                    request, asked = read(client, asked, cielo)
                    if not self._denies(request, client):
                        cielo.sendall(request)
                        self._relay(request, client, cielo)
            except ConnectionResetError:
                reset(client)
            except (Gone, OSError):
                pass

    def _denies(self, request: bytes, client: socket.socket) -> bool:
        line = request.split(b"\r\n", 1)[0]
        if not line.startswith(b"PUT ") or b"/void " not in line:
            return False
        with self._lock:
            self._voids += 1
            denies = self._voids % DENY == 0
            self.denied += denies
        if denies:
            body = json.dumps(DENIED).encode()
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        return denies

    def _relay(self, request: bytes, client: socket.socket, cielo: socket.socket) -> None:
        """What comes is passed on as it comes, whole or not."""
        answer = b""
        while not take(answer)[0]:
            ready, _, _ = select.select([cielo, client], [], [])
            if cielo in ready:
                piece = cielo.recv(65536)
                if not piece:
                    raise Gone
                client.sendall(piece)
                answer += piece
            elif not client.recv(1, socket.MSG_PEEK):
                raise Gone
        if not request.startswith(b"GET "):
            self._shift(request, answer, client)

    def _shift(self, request: bytes, answer: bytes, client: socket.socket) -> None:
        with self._lock:
            self._writes += 1
            shifts = self._writes % SHIFT == 0 and self._sale
            earlier, turn = self._sale, self._writes
            if request.startswith(b"POST ") and answer.startswith(b"HTTP/1.1 201"):
                self._sale = answer
            self.shifted += bool(shifts)
        if shifts:
            time.sleep(turn % 3 * 0.003)
            client.sendall(earlier)


if __name__ == "__main__":
    proxy = ShiftingProxy(int(sys.argv[1]))
    print(proxy.base_url, flush=True)
    sys.stdin.read()
