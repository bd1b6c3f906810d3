"""Every fault, on fresh and on reused connections."""

from __future__ import annotations

import json
import select
import socket
import time
from typing import Any

import pytest
from sandbox_support import KEY, MERCHANT, Shop, open_card, wait_for

STAGES = ("read", "process", "headers", "half_body")


class Wire:
    """A bare connection, so that every byte and the way it ends can be seen."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()

    def send(self, method: str, path: str, body: bytes = b"") -> None:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: x\r\nMerchantId: {MERCHANT}\r\n"
            f"MerchantKey: {KEY}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.socket.sendall(head.encode() + body)

    def answer(self) -> bytes:
        """One whole answer."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(65536)
        head, _blank, body = data.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        while len(body) < length:
            body += self.socket.recv(65536)
        return head + b"\r\n\r\n" + body

    def rest(self, seconds: float = 60) -> tuple[bytes, str]:
        """Everything until the end, and how it ended: closed, reset or open."""
        data = b""
        self.socket.settimeout(seconds)
        try:
            while True:
                piece = self.socket.recv(65536)
                if not piece:
                    return data, "closed"
                data += piece
        except ConnectionResetError:
            return data, "reset"
        except socket.timeout:
            return data, "open"


def sale(order: str) -> bytes:
    payment = {
        "Type": "CreditCard",
        "Amount": 100,
        "Installments": 1,
        "CreditCard": open_card(),
    }
    return json.dumps({"MerchantOrderId": order, "Payment": payment}).encode()


@pytest.fixture(params=["fresh", "reused"])
def wire(request: Any, sandbox: Any) -> Any:
    """A connection that is new, or that already carried an exchange."""
    with Wire(sandbox.port) as one:
        if request.param == "reused":
            one.send("GET", "/1/nothing")
            assert one.answer().startswith(b"HTTP/1.1 404")
        yield one


@pytest.mark.parametrize("do", ["close", "reset", "stall"])
@pytest.mark.parametrize("after", STAGES)
def test_cut_connections(wire: Wire, sandbox: Any, after: str, do: str) -> None:
    sandbox.faults([{"match": "POST /1/sales", "after": after, "do": do}])
    wire.send("POST", "/1/sales/", sale("cut"))
    assert wait_for(lambda: [one for one in sandbox.requests() if one["fault"]])
    begins = do == "stall" and after in ("headers", "half_body")
    first = wire.socket.recv(65536) if begins else b""
    more, end = wire.rest(0.3 if do == "stall" else 60)
    data = first + more
    assert end == {"close": "closed", "reset": "reset", "stall": "open"}[do]
    assert len(sandbox.sales()) == (0 if after == "read" else 1)
    head, blank, body = data.partition(b"\r\n\r\n")
    if after in ("read", "process"):
        assert data == b""
    else:
        assert head.startswith(b"HTTP/1.1 201 Created") and b"\r\nDate: " in head and blank
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        assert len(body) == (length // 2 if after == "half_body" else 0)
    entry = sandbox.requests()[-1]
    assert entry["status"] is None and entry["fault"] == f"{after}/{do}"


@pytest.mark.parametrize("after", STAGES)
def test_other_status(wire: Wire, sandbox: Any, after: str) -> None:
    sandbox.faults([{"match": "POST /1/sales", "after": after, "do": "status:503"}])
    wire.send("POST", "/1/sales", sale("status"))
    assert wire.answer().startswith(b"HTTP/1.1 503 ")
    assert len(sandbox.sales()) == (0 if after == "read" else 1)
    assert sandbox.requests()[-1]["status"] == 503
    wire.send("POST", "/1/sales", sale("again"))
    assert wire.answer().startswith(b"HTTP/1.1 201 "), "the connection goes on"


@pytest.mark.parametrize("after", STAGES)
def test_garbage(wire: Wire, sandbox: Any, after: str) -> None:
    sandbox.faults([{"match": "POST /1/sales", "after": after, "do": "garbage"}])
    wire.send("POST", "/1/sales", sale("garbage"))
    if after in ("read", "process"):
        data, end = wire.rest()
        assert data and not data.startswith(b"HTTP") and end == "closed"
    else:
        head, _blank, body = wire.answer().partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 201 ")
        with pytest.raises(ValueError):
            json.loads(body)
    assert len(sandbox.sales()) == (0 if after == "read" else 1)


def test_reply_of_any_kind(wire: Wire, sandbox: Any) -> None:
    reply = {"status": 302, "headers": {"Location": "http://elsewhere/"}, "body": "<html>"}
    sandbox.faults([{"match": "* /1/sales", "after": "read", "do": "reply", "reply": reply}])
    wire.send("GET", "/1/sales/x")
    data, end = wire.rest()
    assert data.startswith(b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n")
    assert data.endswith(b"\r\n\r\n<html>") and end == "closed"
    assert b"\r\nConnection: close\r\n" in data


def test_delays(wire: Wire, sandbox: Any) -> None:
    sandbox.faults(
        [
            {"match": "GET /1/sales", "delay_ms": 150},
            {"match": "POST /1/sales", "after": "process", "do": "close", "delay_ms": 1500},
        ]
    )
    begun = time.monotonic()
    wire.send("GET", "/1/sales/x")
    assert wire.answer().startswith(b"HTTP/1.1 404 ")
    assert time.monotonic() - begun >= 0.15
    begun = time.monotonic()
    wire.send("POST", "/1/sales", sale("slow"))
    assert wait_for(sandbox.sales)
    assert not select.select([wire.socket], [], [], 0)[0], "booked before the pause"
    assert wire.rest() == (b"", "closed")
    assert time.monotonic() - begun >= 1.5 and len(sandbox.sales()) == 1


def test_stall_ends_when_the_client_leaves(shop: Shop, sandbox: Any) -> None:
    sandbox.faults([{"match": "POST /1/sales", "after": "process", "do": "stall", "times": 50}])
    for number in range(50):
        with Wire(sandbox.port) as wire:
            wire.send("POST", "/1/sales", sale(f"left{number}"))
            wire.rest(0.005)
    assert shop.get("/1/nothing").status == 404
    assert wait_for(lambda: len(sandbox.sales()) == 50)


def test_times_and_order(shop: Shop, sandbox: Any) -> None:
    sandbox.faults(
        [
            {"match": "POST /1/sales", "do": "status:500", "times": 2},
            {"match": "post /1/SALES", "do": "status:502"},
            {"match": "* /1/sales/*/void", "do": "status:503", "times": -1},
            {"match": "PUT /1/sales", "do": "status:504", "times": 0},
        ]
    )
    assert [shop.sell().status for _ in range(4)] == [500, 500, 502, 201]
    assert [shop.put("/1/sales/x/void?amount=1").status for _ in range(3)] == [503] * 3
    assert [shop.put("/1/sales/x/capture").status for _ in range(3)] == [504] * 3
    assert [fault["used"] for fault in shop.get("/_sandbox/faults").json] == [2, 1, 3, 3]
    sandbox.faults([])
    assert shop.put("/1/sales/x/capture").status == 404


@pytest.mark.parametrize(
    "faults",
    [
        {},
        [3],
        [{}],
        [{"match": "GET /", "do": "explode"}],
        [{"match": "GET /", "do": "status:999"}],
        [{"match": "GET /", "after": "lunch"}],
        [{"match": "GET /", "times": "1"}],
        [{"match": "GET /", "delay_ms": -1}],
        [{"match": "GET /", "delay_ms": 10**400}],
        [{"match": "GET /", "what": 1}],
        [{"match": "GET /", "do": "reply"}],
        [{"match": "GET /", "reply": {}}],
        [{"match": "GET /", "do": "reply", "reply": {"body": {}}}],
    ],
)
def test_lists_that_make_no_sense(shop: Shop, faults: Any) -> None:
    answer = shop.post("/_sandbox/faults", faults)
    assert answer.status == 400 and answer.json["error"]


@pytest.mark.parametrize(
    "match",
    ["/1/sales", "", "POST", "POST ", "POST 1/sales", "POST http://x/1/sales", " POST /1/sales",
     "POST /1/sales twice", "POST/1/sales"],
)
def test_a_match_without_its_form_is_refused(shop: Shop, sandbox: Any, match: str) -> None:
    faults = [{"match": "GET /1/kept", "do": "status:503"}]
    sandbox.faults(faults)
    answer = shop.post("/_sandbox/faults", [{"match": match, "do": "close"}])
    assert answer.status == 400
    said = f'"match" is "METHOD /path", as in "POST /1/sales", not {json.dumps(match)}'
    assert answer.json == {"error": said}
    with pytest.raises(ValueError) as caught:
        sandbox.faults([{"match": match, "do": "close"}])
    assert str(caught.value) == said
    assert shop.get("/1/kept").status == 503, "the list before it stays"


def test_a_match_with_an_unknown_method_is_refused(shop: Shop, sandbox: Any) -> None:
    answer = shop.post("/_sandbox/faults", [{"match": "PSOT /1/sales", "do": "close"}])
    assert answer.status == 400
    assert '"match" is "METHOD /path"' in answer.json["error"]
    assert "GET, HEAD, POST, PUT" in answer.json["error"] and '"PSOT"' in answer.json["error"]
    with pytest.raises(ValueError, match='"match" is "METHOD /path"'):
        sandbox.faults([{"match": "SALES /1/sales", "do": "close"}])
    sandbox.faults([{"match": f"{method} *"} for method in ("delete", "*", "PATCH")])
