"""Hosts that are killed in a write, the books they are held against, and the journal
as its files are written: read here by code of its own."""

from __future__ import annotations

import datetime
import glob
import http.client
import json
import os
import re
import signal
import subprocess
import sys
from typing import Any, NamedTuple

import cielo.sandbox

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PRELOAD = os.path.join(ROOT, "build", "test", "crash.so")

#: Each moment at which a process dies, and whether Cielo then has the request.
MOMENTS = {
    "before_intent": False,
    "in_intent": False,
    "after_intent": False,
    "after_sync": False,
    "in_send": False,
    "after_send": True,
    "before_outcome": True,
    "in_outcome": True,
}
#: Those after which the journal knows nothing: nothing was sent.
UNKNOWN = ("before_intent", "in_intent")
OPERATIONS = ("sale", "capture", "void")

#: What no journal, log or stderr may show.
KEY = "CANARYKEYCANARYKEYCANARYKEYCANARYKEYCANA"
CANARIES = (KEY, "CANARYNAME", "CANARYHOLDER", "CANARYTOKEN", "canary@example.com",
            "4024007197692931", '"973"', "=973")
MERCHANT = "5f4c2a1e-7d3b-4a5c-9e8f-0b1a2c3d4e5f"


class Host(NamedTuple):
    """A program that makes a write, and one that settles, as its arguments say."""

    name: str
    command: list[str]
    settler: list[str]


def hosts() -> list[Host]:
    python = [sys.executable, os.path.join(HERE, "host.py")]
    blocking = [*python, "blocking"]
    c = [os.path.join(ROOT, "build", "test", "crash_host")]
    found = [Host("c", c, c), Host("python", blocking, blocking),
             Host("asyncio", [*python, "asyncio"], [*python, "asyncio"])]
    for version in ("5.4", "jit"):
        lua = [os.path.join(ROOT, "tools", "lua.sh"), version, os.path.join(HERE, "host.lua")]
        found.append(Host(f"lua{version}", lua, lua))
    nginx = [sys.executable, os.path.join(HERE, "nginx_host.py")]
    return [*found, Host("nginx", nginx, blocking)]


def environment(base_url: str, folder: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("CIELO_")}
    return {**own, "CIELO_BASE_URL": base_url, "CIELO_JOURNAL": folder,
            "CIELO_MERCHANT_ID": MERCHANT, "CIELO_MERCHANT_KEY": KEY}


# ---- the local Cielo ----

class Book(NamedTuple):
    """What Cielo has of one sale, in cents."""

    charged: int
    captured: int
    voided: int


def books(local: cielo.sandbox.LocalCielo) -> dict[str, list[Book]]:
    """By order number: more than one where it was charged more than once."""
    found: dict[str, list[Book]] = {}
    for line in local.sales():
        book = Book(line["Amount"], line["CapturedAmount"], line["VoidedAmount"])
        found.setdefault(line["MerchantOrderId"], []).append(book)
    return found


def prepare(local: cielo.sandbox.LocalCielo, order: str, amount: int, capture: bool) -> str:
    """A sale that is there already, made by another; gives its PaymentId."""
    body = {
        "MerchantOrderId": order,
        "Payment": {"Type": "CreditCard", "Amount": amount, "Installments": 1,
                    "Capture": capture,
                    "CreditCard": {"CardNumber": "4024007197692931", "Holder": "A",
                                   "ExpirationDate": "12/2035", "SecurityCode": "123",
                                   "Brand": "Visa"}},
    }
    connection = http.client.HTTPConnection("127.0.0.1", local.port, timeout=30)
    try:
        connection.request("POST", "/1/sales", json.dumps(body), {
            "MerchantId": MERCHANT, "MerchantKey": KEY, "Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return str(answer["Payment"]["PaymentId"])


# ---- one death ----

class Death(NamedTuple):
    """A process that was killed: where, in what, and what it left on stderr."""

    moment: str
    operation: str
    order: str
    payment_id: str | None
    amount: int
    code: int
    output: str

    @property
    def name(self) -> str:
        return f"{self.operation} {self.moment}"


def request_of(operation: str, payment_id: str | None) -> str:
    """How the request begins that the process dies around."""
    return "POST /1/sales/" if operation == "sale" else f"PUT /1/sales/{payment_id}/{operation}"


def die(host: Host, local: cielo.sandbox.LocalCielo, folder: str, moment: str,
        operation: str) -> Death:
    order = "".join(filter(str.isalnum, f"{host.name}{operation}{moment}"))
    payment_id, amount = None, 15700
    if operation != "sale":
        payment_id = prepare(local, order, amount, operation == "void")
        amount = 5700
    beginning = request_of(operation, payment_id)
    process = subprocess.run(
        [*host.command, operation, payment_id or order, str(amount)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=60, check=False, text=True,
        env={**environment(local.base_url, folder), "LD_PRELOAD": PRELOAD, "CRASH_AT": moment,
             "CRASH_JOURNAL": os.path.realpath(folder), "CRASH_REQUEST": beginning})
    return Death(moment, operation, order, payment_id, amount, process.returncode,
                 process.stdout)


def was_killed(death: Death) -> bool:
    """By the signal itself, or as a shell tells it."""
    return death.code in (-signal.SIGKILL, 128 + signal.SIGKILL)


def settle(host: Host, local: cielo.sandbox.LocalCielo, folder: str) -> dict[str, dict[str, Any]]:
    """By a fresh process; what it says of each entry that was in doubt, by its id."""
    process = subprocess.run(
        [*host.settler, "settle"], stdin=subprocess.DEVNULL, capture_output=True,
        timeout=120, check=False, text=True,
        env=environment(local.base_url, folder))
    assert process.returncode == 0, process.stderr
    for canary in CANARIES:
        assert canary not in process.stderr + process.stdout
    lines = [json.loads(line) for line in process.stdout.splitlines() if line.startswith("{")]
    return {line["id"]: line for line in lines}


# ---- the files ----

def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def crc32c(data: bytes) -> str:
    value = 0xFFFFFFFF
    for byte in data:
        value = _TABLE[(value ^ byte) & 0xFF] ^ value >> 8
    return f"{value ^ 0xFFFFFFFF:08x}"


_LINE = re.compile(rb'(\{.*),"crc":"([0-9a-f]{8})"\}')


def segments(folder: str) -> list[str]:
    return sorted(glob.glob(os.path.join(folder, "*.jsonl")))


def records(folder: str) -> list[dict[str, Any]]:
    """All that are whole, of all segments."""
    found = []
    for path in segments(folder):
        with open(path, "rb") as file:
            for line in file.read().split(b"\n"):
                match = _LINE.fullmatch(line)
                if match and crc32c(match[1]).encode() == match[2]:
                    found.append(json.loads(line))
    return found


def stumps(folder: str) -> int:
    """Lines that are torn or damaged."""
    count = 0
    for path in segments(folder):
        with open(path, "rb") as file:
            for line in file.read().split(b"\n"):
                match = _LINE.fullmatch(line)
                count += bool(line) and not (match and crc32c(match[1]).encode() == match[2])
    return count


def _earlier(match: re.Match[bytes]) -> bytes:
    record = json.loads(match[0])
    if record["rec"] != "look":
        return match[0]
    at = datetime.datetime.fromisoformat(record["at"].replace("Z", "+00:00"))
    past = (at - datetime.timedelta(minutes=11)).isoformat(timespec="milliseconds")
    old = b'"at":"' + record["at"].encode() + b'"'
    new = b'"at":"' + past.replace("+00:00", "Z").encode() + b'"'
    assert match[1].count(old) == 1
    text = match[1].replace(old, new)
    return text + b',"crc":"' + crc32c(text).encode() + b'"}'


def date_looks_back(folder: str) -> None:
    """By eleven minutes, so that the next look is late enough to say "absent"."""
    for path in segments(folder):
        with open(path, "rb") as file:
            text = file.read()
        with open(path, "wb") as file:
            file.write(_LINE.sub(_earlier, text))


def shown_canaries(folder: str) -> list[str]:
    """Those that a file of the journal shows."""
    text = b"".join(open(path, "rb").read() for path in segments(folder)).decode()
    return [canary for canary in CANARIES if canary in text]
