"""1,000 sales, captures and voids from threads while the local Cielo fails on a
third of them, or answers with what is another's; then its books are held against
what the callers were told.

No order is charged twice, no charge took effect that its caller was told had
failed, and whoever is told "unknown" is told of the candidates.
"""

from __future__ import annotations

import functools
import json
import random
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

import pytest
from conftest import BAD_CARD, MERCHANT_ID, MERCHANT_KEY, card_sale

import cielo
import cielo.sandbox

CALLS = 1000
THREADS = 8
SEED = 20140117

#: Another's answer, as one that is off by one gives.
FOREIGN = {
    "MerchantOrderId": "another", "Payment": {
        "PaymentId": "0a0b0c0d-0000-4000-8000-000000000001", "Type": "CreditCard",
        "Amount": 1, "Status": 2, "ReturnCode": "6", "CreditCard": {}},
}
#: How Cielo says that it refuses a void: the sale stays as it was.
DENIED = {"Status": 2, "ReasonCode": 7, "ReasonMessage": "Denied", "ReturnCode": "6"}


def reply(after: str, status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"after": after, "do": "reply",
            "reply": {"status": status, "body": json.dumps(body),
                      "headers": {"Content-Type": "application/json"}}}


#: Before, during and after processing.
FAULTS: tuple[dict[str, Any], ...] = (
    {"after": "read", "do": "close"},
    {"after": "read", "do": "reset"},
    {"after": "process", "do": "close"},
    {"after": "process", "do": "reset"},
    {"after": "process", "do": "status:500"},
    {"after": "process", "do": "garbage"},
    {"after": "headers", "do": "close"},
    {"after": "half_body", "do": "close"},
    {"after": "process", "do": "stall"},
    # What a gateway says after it forwarded the request, or before.
    {"after": "process", "do": "status:408"},
    {"after": "process", "do": "status:409"},
    {"after": "process", "do": "status:425"},
    {"after": "read", "do": "status:499"},
    {"after": "process", "do": "status:499"},
    reply("process", 201, FOREIGN),
    reply("read", 200, FOREIGN),
)
#: What is worth a wait is rare.
WEIGHTS = (6, 4, 6, 4, 6, 4, 4, 4, 1, 2, 2, 2, 1, 2, 5, 2)


class Ledger:
    """What callers were told, by order number."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.told: dict[str, list[tuple[str, Any]]] = defaultdict(list)

    def note(self, order: str, what: str, value: Any) -> None:
        with self.lock:
            self.told[order].append((what, value))


@pytest.fixture
def local() -> Iterator[cielo.sandbox.LocalCielo]:
    """Books of its own."""
    with cielo.sandbox.run(seed=SEED) as running:
        yield running


def attempt(
    ledger: Ledger, order: str, what: str, call: Callable[[], Any]
) -> Any:
    try:
        result = call()
    except cielo.OutcomeUnknownError as error:
        ledger.note(order, what + " unknown", error)
        return None
    except cielo.CieloError as error:
        ledger.note(order, what + " failed", error)
        return None
    ledger.note(order, what, result)
    return result


def refused_twice(
    client: cielo.Client, rival: cielo.Client, ledger: Ledger, order: str, amount: int
) -> int:
    """The card is declined, of another client first: under one order number."""
    for what, whose in (("rival", rival), ("refusal", client)):
        attempt(ledger, order, what, lambda whose=whose: whose.sales.create(
            card_sale(order=order, amount=amount, card=BAD_CARD)))
    return 2


def shop(client: cielo.Client, rival: cielo.Client, ledger: Ledger, number: int) -> int:
    """One order: a sale, then a capture and voids; how many calls it made."""
    draw = random.Random(SEED + number)
    order, amount = "money%d" % number, 10000 + number
    if number % 20 == 3:
        return refused_twice(client, rival, ledger, order, amount)
    calls = 1
    if draw.random() < 0.2:
        # An old decline under the same number, which must never be adopted.
        calls += 1
        attempt(ledger, order, "decline", lambda: client.sales.create(
            card_sale(order=order, amount=amount, card=BAD_CARD)))
    sale = attempt(ledger, order, "sale", lambda: client.sales.create(
        card_sale(order=order, amount=amount)))
    if sale is None or not sale.approved:
        return calls
    payment_id = sale.payment.payment_id
    calls += 1
    if attempt(ledger, order, "capture", lambda: client.sales.capture(payment_id)) is None:
        return calls
    if number % 100 == 7:
        # The second waits until five seconds after the first.
        patient = client.with_options(timeout=20)
        for part in (2000, 3000):
            attempt(ledger, order, "part",
                    functools.partial(patient.sales.void, payment_id, amount=part))
            calls += 1
    elif draw.random() < 0.4:
        attempt(ledger, order, "void", lambda: client.sales.void(payment_id))
        calls += 1
    return calls


def spoil(local: cielo.sandbox.LocalCielo) -> int:
    """Makes a third of the writes fail; gives how many faults there are."""
    draw = random.Random(SEED)
    faults: list[dict[str, Any]] = []
    for method in ("POST", "PUT"):
        for _ in range(CALLS):
            chosen: dict[str, Any] = {"after": "read", "do": ""}
            if draw.random() < 1 / 3:
                chosen = draw.choices(FAULTS, WEIGHTS)[0]
            if method == "PUT" and draw.random() < 1 / 20:
                chosen = reply("read", 200, DENIED)
            faults.append({**chosen, "match": method + " /1/sales", "times": 1})
    local.faults(faults)
    return len(faults)


def books(local: cielo.sandbox.LocalCielo) -> dict[str, list[dict[str, Any]]]:
    by_order: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for sale in local.sales():
        by_order[str(sale["MerchantOrderId"])].append(sale)
    return by_order


#: Authorised, paid, voided, refunded: the card was charged or held.
CHARGED = (1, 2, 10, 11)


def check_order(
    order: str, told: list[tuple[str, Any]], sales: list[dict[str, Any]]
) -> Iterator[str]:
    """What the books say of an order against what its caller was told."""
    charged = [sale for sale in sales if sale["Status"] in CHARGED]
    if len(charged) > 1:
        yield f"{order}: charged {len(charged)} times"
    sale = charged[0] if charged else {"PaymentId": None, "CapturedAmount": 0, "VoidedAmount": 0}
    parts = 0
    yield from check_refusals(order, told, sales)
    for what, value in told:
        if what == "sale":
            if not value.approved or value.payment.payment_id != sale["PaymentId"]:
                yield f"{order}: told of {value!r}, the books have {sales}"
        elif what == "sale failed" and charged:
            yield f"{order}: told {value!r} {value.attempts}, but it was charged"
        elif what == "decline" and value.approved:
            yield f"{order}: told that a declined card was approved"
        elif what in ("capture", "void", "part") and not value.approved:
            yield from check_denied(order, what, value, sale)
        elif what == "capture" and not sale["CapturedAmount"]:
            yield f"{order}: told captured, and it is not"
        elif what == "capture failed" and sale["CapturedAmount"]:
            yield f"{order}: told {value!r} {value.attempts}, but it was captured"
        elif what == "void" and sale["VoidedAmount"] != sale["Amount"]:
            yield f"{order}: told voided, and it is not"
        elif what == "void failed" and sale["VoidedAmount"]:
            yield f"{order}: told {value!r} {value.attempts}, but it was voided"
        if what.startswith("part"):
            parts += 1
        if what.endswith("unknown"):
            yield from check_unknown(order, what, value, sales)
    if parts == 2 and sum(what == "part" and value.approved for what, value in told) == 2:
        if sale["VoidedAmount"] != 5000:
            yield f"{order}: told of 5000 voided in parts, the books have {sale}"


def check_denied(order: str, what: str, value: Any, sale: dict[str, Any]) -> Iterator[str]:
    """Told that a change was refused."""
    member = "CapturedAmount" if what == "capture" else "VoidedAmount"
    if not value.declined or (what != "part" and sale[member]):
        yield f"{order}: told {what} {value!r}, the books have {sale}"


def check_refusals(
    order: str, told: list[tuple[str, Any]], sales: list[dict[str, Any]]
) -> Iterator[str]:
    """Two declined sales of one number: each is told of its own, or in doubt."""
    refused = {sale["PaymentId"] for sale in sales if sale["Status"] == 3}
    ids = [value.payment.payment_id for what, value in told if what in ("rival", "refusal")]
    if len(set(ids)) != len(ids) or not set(ids) <= refused:
        yield f"{order}: told of {ids}, the books have {sales}"


def check_unknown(
    order: str, what: str, error: cielo.OutcomeUnknownError, sales: list[dict[str, Any]]
) -> Iterator[str]:
    known = {sale["PaymentId"] for sale in sales}
    seen = {payment.payment_id for payment in error.found}
    if not seen <= known:
        yield f"{order}: candidates that the books do not have: {error.found}"
    if what == "sale unknown" and error.merchant_order_id != order:
        yield f"{order}: the error names {error.merchant_order_id}"
    if error.sent == "no":
        yield f"{order}: unknown, though nothing was sent"


def test_money_safety(local: cielo.sandbox.LocalCielo) -> None:
    ledger = Ledger()
    faults = spoil(local)
    made, number = 0, 0
    lock = threading.Lock()

    options: dict[str, Any] = {"merchant_id": MERCHANT_ID, "merchant_key": MERCHANT_KEY,
                               "base_url": local.base_url, "timeout": 6}

    with cielo.Client(**options) as client, cielo.Client(**options) as rival:

        def work(_: int) -> None:
            nonlocal made, number
            while True:
                with lock:
                    if made >= CALLS:
                        return
                    number += 1
                    mine = number
                calls = shop(client, rival, ledger, mine)
                with lock:
                    made += calls

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS)))

    by_order = books(local)
    wrong = [
        line
        for order, told in ledger.told.items()
        for line in check_order(order, told, by_order.get(order, []))
    ]
    assert not wrong, "\n".join(wrong)
    assert set(by_order) <= set(ledger.told)

    outcomes = [what for told in ledger.told.values() for what, _ in told]
    results = [value for told in ledger.told.values() for what, value in told
               if isinstance(value, cielo.Result)]
    assert len(outcomes) >= CALLS and faults
    spoiled = [entry for entry in local.requests() if entry["fault"]]
    # Refusals of both kinds were told: of changes, and of a number's second sale.
    assert sum(what in ("capture", "void") and value.declined
               for told in ledger.told.values() for what, value in told) > 5
    assert outcomes.count("rival") > 5 and outcomes.count("refusal") > 5
    # The faults bit, and most of what they did was settled.
    assert sum(result.reconciled for result in results) > 50
    assert len(spoiled) > CALLS / 4
    assert sum(what.endswith("unknown") for what in outcomes) < CALLS / 10
