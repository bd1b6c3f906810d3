"""Journals written by hand, as fast as a test wants them: records of any age and kind."""

from __future__ import annotations

import datetime
import itertools
import json
import pathlib
from typing import Any

UTC = datetime.timezone.utc
# Looked for where no key may be.
KEY = "CANARYKEYCANARYKEYCANARYKEYCANARYKEYCANA"
MERCHANT = "5f4c2a1e-7d3b-4a5c-9e8f-0b1a2c3d4e5f"


def _table() -> list[int]:
    rows = []
    for row in range(256):
        for _ in range(8):
            row = row >> 1 ^ (0x82F63B78 if row & 1 else 0)
        rows.append(row)
    return rows


TABLE = _table()


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def line(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, separators=(",", ":")).encode()[:-1]
    return b"\n%b,\"crc\":\"%08x\"}\n" % (text, crc32c(text))


def moment(at: datetime.datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at.microsecond // 1000)


class Segment:
    """One process's file. Times go on by a second with each record unless they are given."""

    numbers = itertools.count(1)

    def __init__(self, folder: pathlib.Path, at: datetime.datetime | None = None,
                 merchant: str = MERCHANT, env: str = "sandbox") -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.name = f"shop-{next(self.numbers)}-1764000000000-1.jsonl"
        self.path = folder / self.name
        self.now = at or datetime.datetime(2026, 11, 20, 12, tzinfo=UTC)
        self.merchant = merchant
        self.env = env

    def write(self, **record: Any) -> dict[str, Any]:
        with self.path.open("ab") as file:
            file.write(line({"v": 1, **record}))
        return record

    def _at(self, at: datetime.datetime | None) -> str:
        self.now = at or self.now + datetime.timedelta(seconds=1)
        return moment(self.now)

    def new_id(self) -> str:
        return "019aaaaa-0000-7000-8000-%012x" % next(self.numbers)

    def intent(self, op: str = "sale_create", at: datetime.datetime | None = None,
               **members: Any) -> str:
        """The id of a write that is about to be sent."""
        id_ = members.pop("id", None) or self.new_id()
        when = self._at(at)
        self.write(rec="intent", id=id_, at=when, op=op, merchant=self.merchant, env=self.env,
                   **members, host="shop", pid=1,
                   deadline=moment(self.now + datetime.timedelta(seconds=45)))
        return id_

    def outcome(self, of: str, result: str, at: datetime.datetime | None = None,
                **members: Any) -> None:
        self.write(rec="outcome", of=of, at=self._at(at), result=result,
                   sent=members.pop("sent", "yes"), ms=180, **members)

    def look(self, of: str, saw: str = "nothing", at: datetime.datetime | None = None) -> None:
        self.write(rec="look", of=of, at=self._at(at), saw=saw)

    def settled(self, of: str, state: str, at: datetime.datetime | None = None,
                **members: Any) -> None:
        self.write(rec="settled", of=of, at=self._at(at), state=state, **members)

    # ---- whole stories ----

    def sale(self, amount: int = 15700, order: str | None = None, capture: bool = False,
             at: datetime.datetime | None = None, **members: Any) -> tuple[str, str]:
        """(intent's id, PaymentId) of an approved sale by card."""
        number = next(self.numbers)
        order = order or f"order{number}"
        payment_id = "24bc8366-fc31-4d6c-8555-%012x" % number
        fields = {"type": "CreditCard", "provider": "Simulado", "installments": 1,
                  "brand": "Visa", "card": {"first6": "455187", "last4": "0181"}, **members}
        id_ = self.intent(order=order, amount=amount, at=at, **fields)
        self.outcome(id_, "approved", http=201, payment_id=payment_id,
                     tid=f"10447480{number:012d}", nsu=f"{number:06d}", auth="123456",
                     status=2 if capture else 1, reason=0, code="6" if capture else "4",
                     amounts={"amount": amount, **({"captured": amount} if capture else {})},
                     reconciled=False)
        return id_, payment_id

    def change(self, op: str, payment_id: str, amount: int | None = None,
               result: str | None = "approved", **members: Any) -> str:
        given = {} if amount is None else {"amount": amount}
        id_ = self.intent(op, payment_id=payment_id, **given)
        if result:
            status = {"sale_capture": 2, "sale_void": 10}[op]
            self.outcome(id_, result, payment_id=payment_id, status=status, reason=0, code="0",
                         reconciled=False, **members)
        return id_

    def declined(self, code: str = "51", amount: int = 15700, **members: Any) -> str:
        id_ = self.intent(order=f"order{next(self.numbers)}", amount=amount, type="CreditCard",
                          brand="Visa", installments=1,
                          card={"first6": "455187", "last4": "0357"}, **members)
        self.outcome(id_, "declined", http=201, status=3, code=code,
                     payment_id="24bc8366-fc31-4d6c-8555-%012x" % next(self.numbers),
                     amounts={"amount": amount}, reconciled=False)
        return id_
