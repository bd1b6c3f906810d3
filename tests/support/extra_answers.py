#!/usr/bin/env python3
"""A small Cielo out of step: now and then it sends one answer too many.

    python3 tests/support/extra_answers.py

Prints one line with its address and serves until its standard input closes.
``GET /1/extra?ms=N`` is answered, and N milliseconds later the answer to a sale
that nobody here asked for follows on the same connection; without ``ms`` it is
glued to the first. So does a sale whose order number is "extraNx" and more, N as
before or nothing. Everything else is answered as Cielo would, once.
``GET /1/told`` lists what was asked on a connection that had such an answer on
it: ``late``, for longer than the asking host can have overlooked; ``again``,
after something else was asked on it, and thus got that answer. Nothing but the
standard library is used.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from typing import Any

#: Of another customer: told of this, a host was told wrong.
FOREIGN = {"MerchantOrderId": "foreign", "Payment": {
    "PaymentId": "f0e1f0e1-f0e1-f0e1-f0e1-f0e1f0e1f0e1", "Type": "CreditCard",
    "Amount": 666, "Installments": 1, "Status": 1, "ReturnCode": "4",
    "CreditCard": {"CardNumber": "455187******0183"}}}

#: A request that comes later than this (s) after the extra answer left was sent
#: on a connection that should have been closed.
GRACE = 0.05


def frame(body: Any) -> bytes:
    text = json.dumps(body).encode()
    return (b"HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Length: %d\r\n\r\n"
            % (time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime()).encode(), len(text))
            ) + text


class Spoiled:
    """What a connection has had too many: since when, and what was asked on it after."""

    def __init__(self) -> None:
        self.since: float | None = None
        self.asked = 0

    def begin(self) -> None:
        # A second answer too many, on a connection that is late to close, changes nothing.
        if self.since is None:
            self.since = time.monotonic()


class ExtraAnswers:
    def __init__(self) -> None:
        self.sales: dict[str, dict[str, Any]] = {}
        self.late: list[str] = []
        self.again: list[str] = []
        self.extra = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)  # ends accept(), which close() does not
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        spoiled = Spoiled()
        data = b""
        with connection:
            while True:
                head, end, rest = data.partition(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: *(\d+)", head)
                size = int(length.group(1)) if length else 0
                if not end or len(rest) < size:
                    try:
                        piece = connection.recv(65536)
                    except OSError:
                        return
                    if not piece:
                        return
                    data += piece
                    continue
                method, path = head.decode().split(" ", 2)[:2]
                if spoiled.since is not None:
                    if time.monotonic() > spoiled.since + GRACE:
                        self.late.append(f"{method} {path}")
                    if spoiled.asked:
                        self.again.append(f"{method} {path}")
                    spoiled.asked += 1
                body, data = rest[:size], rest[size:]
                try:
                    self._answer(connection, method, path, body, spoiled)
                except OSError:
                    return

    def _answer(self, connection: socket.socket, method: str, path: str, body: bytes,
                spoiled: Spoiled) -> None:
        if path == "/1/told":
            connection.sendall(frame({"late": self.late, "again": self.again, "extra": self.extra}))
            return
        asked = re.match(r"/1/extra(?:\?ms=(\d+))?", path)
        order = re.search(rb'"MerchantOrderId" *: *"extra(\d*)x', body)
        right = frame({"extra": True} if asked else self._reply(method, path, body))
        if not asked and not order:
            connection.sendall(right)
            return
        self.extra += 1
        delay = asked.group(1) if asked else order and order.group(1).decode()
        if not delay:
            spoiled.begin()
            connection.sendall(right + frame(FOREIGN))
            return

        def follow() -> None:
            try:
                connection.sendall(frame(FOREIGN))
                spoiled.begin()
            except OSError:
                pass

        connection.sendall(right)
        threading.Timer(int(delay) / 1000, follow).start()

    def _reply(self, method: str, path: str, body: bytes) -> Any:
        if method == "POST":
            sale = json.loads(body)
            number = len(self.sales) + 1
            card = sale["Payment"]["CreditCard"].pop("CardNumber")
            sale["Payment"]["CreditCard"] = {"CardNumber": f"{card[:6]}******{card[-4:]}"}
            sale["Payment"].update(
                PaymentId=f"24bc8366-fc31-4d6c-8555-{number:012d}", Status=1, ReturnCode="4",
                ReceivedDate=time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() - 10800)))
            self.sales[sale["Payment"]["PaymentId"]] = sale
            return sale
        if "merchantOrderId=" in path:
            order = path.split("merchantOrderId=")[1]
            return {"Payments": [
                {"PaymentId": sale["Payment"]["PaymentId"],
                 "ReceveidDate": sale["Payment"]["ReceivedDate"]}
                for sale in self.sales.values() if sale["MerchantOrderId"] == order]}
        found = self.sales[path.split("?")[0].split("/")[3]]
        if method == "PUT":
            found["Payment"]["Status"] = 10
            return {"Status": 10, "ReturnCode": "0", "ReasonCode": 0}
        return found


if __name__ == "__main__":
    server = ExtraAnswers()
    print(server.base_url, flush=True)
    sys.stdin.read()
