"""The Control API: reading, capturing and voiding the orders of Checkout."""

from __future__ import annotations

import re
from typing import Any

from .api3 import VOID_SPACING
from .books import Books, add_event
from .checkout import (
    AUTHORIZED,
    EXPIRED,
    PAID,
    STATUS_WORDS,
    VOIDED,
    is_recent,
    link,
    numbered,
    refused,
)
from .checkout_news import order_news
from .checkout_till import CheckoutTill
from .clock import DAY, iso
from .denials import denies_void
from .exchange import Answer, Refusal, Request, not_found, reply
from .outcomes import SUCCESS, UNMARKED
from .store import Order

CAPTURE_DAYS = 15  # then the status is "expired"


class Orders:
    """The handlers of ``/api/public/v2/orders``, and what a notification points to."""

    def __init__(self, books: Books, till: CheckoutTill) -> None:
        self._store = books.store
        self._clock = books.clock
        self._till = till

    # -- reading ---------------------------------------------------------

    def find(self, request: Request, order_number: str) -> Answer:
        """``GET …/merchantOrderNumber/{number}``: several entries are normal."""
        found = [
            {
                "checkoutOrderNumber": order.number,
                "createdDate": iso(order.created_at),
                "links": [link("GET", "self", f"/api/public/v2/orders/{order.number}")],
            }
            for order in reversed(list(self._store.orders.values()))
            if order.order_number == order_number and is_recent(order, self._clock.now())
        ]
        if not found:
            raise Refusal(not_found())
        return reply(numbered(found))

    def get(self, request: Request, number: str) -> Answer:
        """``GET …/orders/{checkout_cielo_order_number}``."""
        return reply(_order_tree(self._find(number)))

    def find_notified(self, request: Request, merchant: str, order_number: str) -> Answer:
        """``GET …/v1/orders/{MerchantId}/{number}``: the JSON kind's second half."""
        found = [
            order
            for order in self._store.orders.values()
            if order.order_number == order_number
            and order.merchant_id == merchant.lower() == request.merchant
            and is_recent(order, self._clock.now())
        ]
        if not found:
            raise Refusal(not_found())
        return reply(order_news(self._store, found[-1]))

    def _find(self, number: str) -> Order:
        order = self._store.orders.get(number.lower())
        if order is None or not is_recent(order, self._clock.now()):
            raise Refusal(not_found())
        return order

    # -- capturing and voiding -------------------------------------------

    def capture(self, request: Request, number: str) -> Answer:
        """``PUT …/capture``: once, credit only."""
        order, amount = self._find(number), _read_amount(request)
        if order.method != "creditCard":
            raise refused("Only credit card orders are captured.")
        if order.status != AUTHORIZED:
            raise refused("The order's status allows no capture.")
        wanted = order.amount if amount is None else amount
        if wanted > order.amount:
            raise refused("The amount is more than was authorised.")
        order.captured_amount = wanted
        self._till.enter_change(order, PAID, "captured", wanted)
        return reply(_change_tree(order, True))

    def void(self, request: Request, number: str) -> Answer:
        """``PUT …/void``: whole at any time, in part only after the capture."""
        order, amount = self._find(number), _read_amount(request)
        now = self._clock.now()
        if order.status not in (AUTHORIZED, PAID) or order.method == "boleto":
            raise refused("The order's status allows no void.")
        if order.voided_at and now - order.voided_at < VOID_SPACING:
            raise refused("Wait five seconds between the voids of an order.")
        total = order.captured_amount if order.status == PAID else order.amount
        left = total - order.voided_amount
        wanted = left if amount is None else amount
        if wanted > left:
            raise refused("The amount is more than is left of the order.")
        if order.status == AUTHORIZED and wanted < left:
            raise refused("An order is voided in part only after its capture.")
        if denies_void(order, wanted):
            add_event(order, "void denied", wanted, now)
            self._store.save(order)
            return reply(_change_tree(order, False))
        order.voided_amount += wanted
        order.voided_at = now
        status = VOIDED if wanted == left else order.status
        self._till.enter_change(order, status, "voided", wanted)
        return reply(_change_tree(order, True))

    # -- time ------------------------------------------------------------

    def expire(self) -> None:
        """Authorisations that nobody captured lapse."""
        oldest = self._clock.now() - CAPTURE_DAYS * DAY
        for order in list(self._store.orders.values()):
            if order.status == AUTHORIZED and order.created_at < oldest:
                self._till.enter_change(order, EXPIRED, "expired", 0)


def _order_tree(order: Order) -> dict[str, Any]:
    """The answer to a query of one order."""
    payment: dict[str, Any] = {
        "status": STATUS_WORDS[order.status],
        "tid": order.tid,
        "nsu": order.nsu,
        "authorizationCode": order.authorization,
        "numberOfPayments": order.installments,
        "createdDate": iso(order.created_at),
        "finishedDate": iso(order.created_at),
        "cardMaskedNumber": order.card,
        "brand": order.brand,
        "type": order.method,
        "errorcode": order.error_code,
        "antifraud": {
            "antifraudeResult": 0,
            "description": "The order was not analysed for fraud.",
        },
    }
    return {
        "merchantId": order.merchant_id,
        "orderNumber": order.number,
        "softDescriptor": order.soft_descriptor,
        "cart": order.cart,
        "shipping": order.shipping,
        "payment": payment,
        "customer": order.customer,
        "links": _links(order),
    }


def _change_tree(order: Order, done: bool) -> dict[str, Any]:
    """Void and capture have the same answer in the documents; only `success` tells."""
    return {
        "success": done,
        "status": PAID,
        "returnCode": "6",
        "returnMessage": (SUCCESS if done else UNMARKED).message,
        "links": _links(order),
    }


def _links(order: Order) -> list[dict[str, str]]:
    path = f"/api/public/v2/orders/{order.number}"
    links = [link("GET", "self", path)]
    if order.status == AUTHORIZED:
        links.append(link("PUT", "capture", f"{path}/capture"))
    if order.status in (AUTHORIZED, PAID) and order.method != "boleto":
        links.append(link("PUT", "void", f"{path}/void"))
    return links


def _read_amount(request: Request) -> int | None:
    text = request.query.get("amount")
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,15}", text) or int(text) == 0:
        raise refused("The amount is a whole number of cents.")
    return int(text)
