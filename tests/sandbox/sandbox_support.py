"""A plain HTTP client and a receiver of notifications, on the standard library."""

from __future__ import annotations

import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable

MERCHANT = "6be60cf2-7a95-4e43-a9a8-66d0e9ff0f95"
KEY = "K" * 40
CARD = "4091688625337641"  # the check digit holds
DAY = 86_400


class Reply:
    """Status, headers and decoded body of one answer."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def codes(self) -> list[int]:
        """The codes of an error array."""
        return [problem["Code"] for problem in self.json]


class Shop:
    """Sends requests over one connection, as a store would."""

    def __init__(self, server: Any, merchant: str = MERCHANT, key: str = KEY) -> None:
        self.headers = {"MerchantId": merchant, "MerchantKey": key}
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.orders = 0

    def __enter__(self) -> Shop:
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.close()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """One request; `body` is JSON unless it is bytes."""
        sent = dict(self.headers, **headers)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        self.connection.request(method, path, body, sent)
        return Reply(self.connection.getresponse())

    def get(self, path: str) -> Reply:
        return self.call("GET", path)

    def put(self, path: str, body: Any = None) -> Reply:
        return self.call("PUT", path, body)

    def post(self, path: str, body: Any) -> Reply:
        return self.call("POST", path, body)

    def order(self) -> str:
        self.orders += 1
        return f"order{self.orders}"

    def sell(self, **payment: Any) -> Reply:
        """A credit sale of R$ 157.00; keywords change the payment."""
        order = payment.pop("order", None) or self.order()
        card = payment.pop("card", {})
        members = {"Type": "CreditCard", "Amount": 15700, "Installments": 1, **payment}
        if members["Type"] in ("CreditCard", "DebitCard"):
            members[members["Type"]] = open_card(**card)
        body = {"MerchantOrderId": order, "Customer": dict(CUSTOMER), "Payment": members}
        return self.post("/1/sales", body)

    def paid(self, **payment: Any) -> dict[str, Any]:
        """The `Payment` of a sale that went through."""
        answer = self.sell(**payment)
        assert answer.status == 201, answer.body
        node: dict[str, Any] = answer.json["Payment"]
        return node

    def read(self, payment_id: str) -> dict[str, Any]:
        """The `Payment` of a query."""
        node: dict[str, Any] = self.get(f"/1/sales/{payment_id}").json["Payment"]
        return node


CUSTOMER = {"Name": "Comprador Teste", "Identity": "12345678909", "IdentityType": "CPF"}


def open_card(**changes: Any) -> dict[str, Any]:
    """A card node with open data; None removes a member."""
    node = {
        "CardNumber": CARD,
        "Holder": "Teste Holder",
        "ExpirationDate": "12/2035",
        "SecurityCode": "123",
        "Brand": "Visa",
        **changes,
    }
    return {name: value for name, value in node.items() if value is not None}


def card_ending(digit: int) -> str:
    return f"402400715376319{digit}"


class Receiver:
    """A shop's notification address; fails as often as it is told to."""

    def __init__(self, failures: int = 0, held: bool = False) -> None:
        self.failures = failures
        self.free = threading.Event()
        if not held:
            self.free.set()
        self.posts: list[tuple[str, bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append((self.headers["Content-Type"], body))
                receiver.free.wait(60)
                fail = receiver.failures > 0
                receiver.failures -= fail
                self.send_response(500 if fail else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/notify"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def json(self) -> list[Any]:
        return [json.loads(body) for _type, body in self.posts]


def wait_for(true: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Poll until something holds."""
    end = time.monotonic() + seconds
    while True:
        value = true()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.02)
