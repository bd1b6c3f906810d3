"""Answers of an enemy: each a defined error, in bounded memory."""

from __future__ import annotations

import gzip
import resource
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY, card_sale

import cielo

ID = "737a8d9a-88fe-4f74-931f-acf81149f4a0"


def http(body: bytes, head: str = "Content-Type: application/json",
         status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


#: name: (what the server sends before it closes, what a read raises)
ANSWERS: dict[str, tuple[bytes, type[cielo.CieloError]]] = {
    "empty": (http(b""), cielo.DecodeError),
    "object": (http(b"{}"), cielo.DecodeError),
    "list": (http(b"[]"), cielo.DecodeError),
    "null": (http(b"null"), cielo.DecodeError),
    "html": (http(b"<html>busy</html>", "Content-Type: text/html"), cielo.DecodeError),
    "truncated json": (http(b'{"Payment": {"Status": 1'), cielo.DecodeError),
    "status as word": (http(b'{"Payment": {"Status": "one"}}'), cielo.DecodeError),
    "twice": (http(b'{"Payment": {"Status": 1, "Status": 3}}'), cielo.DecodeError),
    "nul between": (http(b'{"Payment": \0{"Status": 1}}'), cielo.DecodeError),
    "bad utf-8 between": (http(b'{"Payment": {"Status": 1}} \xff'), cielo.DecodeError),
    "huge number": (http(b'{"Payment": {"Status": 1e400}}'), cielo.DecodeError),
    "deep": (http(b"[" * 100_000 + b"]" * 100_000), cielo.DecodeError),
    "10 MB": (http(b'{"a": "' + b"x" * 10_000_000 + b'"}'), cielo.DecodeError),
    "gzip bomb": (http(gzip.compress(b" " * 50_000_000), "Content-Encoding: gzip"),
                  cielo.DecodeError),
    "broken gzip": (http(b"\x1f\x8b\x08 this is none", "Content-Encoding: gzip"),
                    cielo.DecodeError),
    "endless headers": (b"HTTP/1.1 200 OK\r\n" + b"X-Filler: aaaaaaaaaaaaaaaa\r\n" * 50_000,
                        cielo.DecodeError),
    "no http": (b"220 mail.example ESMTP\r\n", cielo.DecodeError),
    "redirect": (http(b"", "Location: http://127.0.0.1:1/", "302 Found"),
                 cielo.InvalidRequestError),
    "moved": (http(b"", "Location: http://127.0.0.1:1/", "308 Permanent Redirect"),
              cielo.InvalidRequestError),
    "teapot": (http(b"short and stout", status="418 I'm a teapot"), cielo.InvalidRequestError),
    "cut body": (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", cielo.TransportError),
    "cut head": (b"HTTP/1.1 200 OK\r\nContent-Le", cielo.TransportError),
    "nothing": (b"", cielo.TransportError),
}


class Enemy:
    """Says the same bytes to whoever comes."""

    def __init__(self) -> None:
        self.answer = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = "http://127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self._speak(connection)

    def _speak(self, connection: socket.socket) -> None:
        try:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            connection.sendall(self.answer)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except OSError:
            return  # the client had enough

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # ends accept(), which close() does not
        self._listener.close()


@pytest.fixture(scope="module")
def enemy() -> Iterator[Enemy]:
    server = Enemy()
    yield server
    server.close()


def client_of(enemy: Enemy, **options: Any) -> cielo.Client:
    return cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                        base_url=enemy.base_url, timeout=5, max_retries=0, **options)


#: What is odd and decides nothing: what the server sends, and what the Tid reads as.
ODD: dict[str, tuple[bytes, str]] = {
    "status as text": (http(b'{"Payment": {"Status": "1", "Tid": "t"}}'), "t"),
    "nul": (http(b'{"Payment": {"Status": 1, "Tid": "a\\u0000b"}}'), "a\ufffdb"),
    "raw nul": (http(b'{"Payment": {"Status": 1, "Tid": "a\0b"}}'), "a\ufffdb"),
    "bad utf-8": (http(b'{"Payment": {"Status": 1, "Tid": "\xff"}}'), "\ufffd"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_text_leaves_nothing_in_doubt(enemy: Enemy, name: str) -> None:
    enemy.answer, tid = ODD[name]
    with client_of(enemy) as client:
        read = client.sales.get(ID)
    with client_of(enemy) as client:  # the first one's connection ends, some time
        made = client.sales.create(card_sale())
    for sale in (read, made):
        assert sale.approved and sale.payment.status == 1 and sale.payment.tid == tid
        assert sale.to_dict()["Payment"]["Tid"] == tid and repr(sale)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_read_gets_a_defined_error(enemy: Enemy, name: str) -> None:
    enemy.answer, kind = ANSWERS[name]
    with client_of(enemy) as client, pytest.raises(kind) as caught:
        client.sales.get(ID)
    assert type(caught.value) is kind
    assert len(caught.value.body or "") <= 4096


@pytest.mark.parametrize("name", ANSWERS)
def test_a_write_is_in_doubt_unless_refused(enemy: Enemy, name: str) -> None:
    enemy.answer, kind = ANSWERS[name]
    # A 302 may come from what took the write.
    refused = kind is cielo.InvalidRequestError and name != "redirect"
    with client_of(enemy, reconcile=False) as client, pytest.raises(cielo.CieloError) as caught:
        client.sales.create(card_sale())
    wanted = cielo.InvalidRequestError if refused else cielo.OutcomeUnknownError
    assert type(caught.value) is wanted


def test_memory_stays_bounded(enemy: Enemy) -> None:
    with client_of(enemy) as client:
        for name in ("10 MB", "gzip bomb", "endless headers", "deep"):
            enemy.answer = ANSWERS[name][0]
            with pytest.raises(cielo.CieloError):
                client.sales.get(ID)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(5):
            for name in ("10 MB", "gzip bomb", "endless headers", "deep"):
                enemy.answer = ANSWERS[name][0]
                with pytest.raises(cielo.CieloError):
                    client.sales.get(ID)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 8 * 1024, "kilobytes"
