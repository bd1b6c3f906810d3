"""The shopper's hand on Checkout: pays pages, links and pending orders."""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Mapping
from typing import Any

from .books import Books, has_lapsed
from .checkout import (
    AUTHORIZED,
    DENIED,
    EXPIRED,
    METHODS,
    MOST_INSTALLMENTS,
    PAID,
    PENDING,
    PRODUCT_TYPES,
    SHIPPING_TYPES,
    lowered,
)
from .checkout_recurrence import CheckoutRecurrences
from .checkout_till import CheckoutTill
from .clock import local, midnight, parse_day
from .exchange import cents, mask
from .shopper import PayProblem
from .store import Link, Order, Page

#: The documented example of a card for the test mode.
TEST_CARD = "5404434242930100"


class CheckoutShopper:
    """Makes an order of a page or a link, with what the shopper chose there."""

    def __init__(
        self, books: Books, till: CheckoutTill, recurrences: CheckoutRecurrences
    ) -> None:
        self._store = books.store
        self._clock = books.clock
        self._till = till
        self._recurrences = recurrences

    def pay_page(self, name: str, wanted: dict[str, Any]) -> Order:
        """Finish a page, given by its id or its order number; or a pending order."""
        pending = self._store.orders.get(name)
        if pending is not None:
            return self._settle_pending(pending)
        named = [
            page
            for page in self._store.pages.values()
            if name.lower() == page.page_id or name == page.order_number
        ]
        open_pages = [page for page in named if not page.paid]
        if not open_pages:
            raise PayProblem("this page was paid already" if named else "no such page")
        page = open_pages[-1]
        order = self._make_page_order(page)
        self._pay(order, wanted)
        if order.status != DENIED:
            page.paid = True
            self._store.save(page)
        return self._finish(order, _page_plan(page), wanted)

    def pay_link(self, link_id: str, wanted: dict[str, Any]) -> Order:
        """Finish a payment link; each use that is not denied counts."""
        made = self._store.links.get(link_id.lower())
        if made is None:
            raise PayProblem("no such link")
        end = _link_end(made)
        if end is not None and self._clock.now() >= end:
            raise PayProblem("the link has expired")
        if made.left == 0:
            raise PayProblem("the link accepts no more payments")
        order = self._make_link_order(made)
        self._pay(order, wanted)
        if order.status != DENIED and made.left is not None:
            made.left -= 1
            self._store.save(made)
        return self._finish(order, _link_plan(made), wanted)

    def lapse(self, number: str) -> Order:
        """Leave an order unpaid, or uncaptured, for good.

        No document says that a Pix becomes expired: it stays pending.
        """
        order = self._store.orders.get(number)
        if order is None or not can_lapse(order):
            raise PayProblem("no order that could expire")
        status = order.status if order.method == "pix" else EXPIRED
        self._till.enter_change(order, status, "expired", 0)
        return order

    def offers(self) -> list[Page | Link]:
        """The pages and links that can be paid now, oldest first."""
        now = self._clock.now()
        pages = [page for page in self._store.pages.values() if not page.paid]
        links = [
            made
            for made in self._store.links.values()
            if made.left != 0 and now < (_link_end(made) or math.inf)
        ]
        return sorted([*pages, *links], key=lambda offer: offer.created_at)

    def price(self, offer: Page | Link) -> int:
        """What a shopper pays there."""
        if isinstance(offer, Page):
            return self._make_page_order(offer).amount
        return self._make_link_order(offer).amount

    def _settle_pending(self, order: Order) -> Order:
        if not awaits_payment(order):
            raise PayProblem("this order is not waiting for its payment")
        order.captured_amount = order.amount
        if order.method == "pix":
            moment = local(self._clock.now())
            order.end_to_end_id = f"E{moment:%Y%m%d%H%M}{uuid.uuid4().hex[:19]}"
        self._till.enter_change(order, PAID, "paid", order.amount)
        return order

    def _pay(self, order: Order, wanted: dict[str, Any]) -> None:
        """Check what the shopper chose on the page, and charge it."""
        method = wanted.get("method", "creditCard")
        card = wanted.get("card", TEST_CARD)
        count = wanted.get("installments", order.installments)
        capture = wanted.get("capture", False)
        if method not in METHODS:
            raise PayProblem(f"the method is one of {', '.join(METHODS)}")
        if not isinstance(card, str) or not re.fullmatch("[0-9]{13,19}", card):
            raise PayProblem("a card number has 13 to 19 digits")
        if isinstance(count, bool) or not isinstance(count, int):
            raise PayProblem("the number of instalments is a whole number")
        if not 1 <= count <= MOST_INSTALLMENTS or not isinstance(capture, bool):
            raise PayProblem(f"at most {MOST_INSTALLMENTS} instalments; capture is a boolean")
        customer = wanted.get("customer")
        if isinstance(customer, dict):
            order.customer.update(customer)
        order.method, order.installments = method, count
        if method in ("creditCard", "debitCard"):
            self._till.charge(order, mask(card), capture or method == "debitCard")
        else:
            order.installments = 1

    def _finish(
        self, order: Order, plan: dict[str, Any] | None, wanted: dict[str, Any]
    ) -> Order:
        if plan is not None and order.status in (AUTHORIZED, PAID):
            later = wanted.get("later_card")
            card = mask(later) if isinstance(later, str) and later else order.card
            self._recurrences.begin(order, plan, card)
        self._till.finish(order)
        return order

    # -- what is bought --------------------------------------------------

    def _make_page_order(self, page: Page) -> Order:
        body = lowered(page.body)
        cart, shipping = lowered(body["cart"]), lowered(body["shipping"])
        customer, options = lowered(body.get("customer") or {}), lowered(body.get("payment") or {})
        items = [_item(lowered(item)) for item in cart["items"]]
        total = sum(item["unitPrice"] * item["quantity"] for item in items)
        discount = _discount(lowered(cart.get("discount") or {}), total)
        services = [
            {"name": one["name"], "price": cents(one["price"]) or 0}
            for one in map(lowered, shipping.get("services") or [])
        ]
        delivery = services[0]["price"] if services else 0
        return self._till.make_order(
            page.merchant_id,
            page.order_number,
            total - discount + delivery,
            {"items": items},
            {
                "type": _shipping_type(shipping["type"]),
                "services": services,
                "address": lowered(shipping.get("address") or {}),
            },
            {
                "identity": str(customer.get("identity", "")),
                "fullName": str(customer.get("fullname", "")),
                "email": str(customer.get("email", "")),
                "phone": str(customer.get("phone", "")),
            },
            soft_descriptor=body.get("softdescriptor") or "",
            discount=discount,
            installments=cents(options.get("installments")) or 1,
        )

    def _make_link_order(self, made: Link) -> Order:
        body, shipping = made.body, lowered(made.body["shipping"])
        price, delivery = cents(body["price"]) or 0, cents(shipping.get("price")) or 0
        kind = str(PRODUCT_TYPES[_known(PRODUCT_TYPES, body["type"])])
        item = {
            "name": body["name"],
            "description": body.get("description", ""),
            "unitPrice": price,
            "quantity": 1,
            "type": kind,
        }
        services = [{"name": shipping["name"], "price": delivery}] if shipping.get("name") else []
        return self._till.make_order(
            made.merchant_id,
            body.get("ordernumber") or uuid.uuid4().hex,
            price + delivery,
            {"items": [item]},
            {"type": _shipping_type(shipping["type"]), "services": services, "address": {}},
            {"identity": "", "fullName": "", "email": "", "phone": ""},
            soft_descriptor=body.get("softdescriptor") or "",
            link_id=made.link_id,
        )


def awaits_payment(order: Order) -> bool:
    """A Pix or a boleto that the shopper can still pay."""
    return order.status == PENDING and not has_lapsed(order)


def can_lapse(order: Order) -> bool:
    """What waits for its payment or for its capture can wait in vain."""
    return awaits_payment(order) or order.status == AUTHORIZED


def _link_end(made: Link) -> float | None:
    """The moment the link stops being accepted; None for never."""
    text = str(made.body.get("expirationdate") or "")
    day = parse_day(text[:10])
    if day is None:
        return None
    hours, minutes, seconds = 24.0, 0.0, 0.0
    if len(text) >= 19:
        hours, minutes, seconds = (float(part) for part in text[11:19].split(":"))
    return midnight(day) + hours * 3600 + minutes * 60 + seconds


def _known(names: Mapping[str, int], value: str) -> str:
    return next(name for name in names if name.lower() == value.lower())


def _shipping_type(value: str) -> str:
    return _known(SHIPPING_TYPES, value)


def _item(item: dict[str, Any]) -> dict[str, Any]:
    """An article as the query shows it; its type is the number as text there."""
    shown = {
        "name": item["name"],
        "description": item.get("description") or "",
        "unitPrice": cents(item["unitprice"]) or 0,
        "quantity": cents(item["quantity"]) or 1,
        "type": str(PRODUCT_TYPES[_known(PRODUCT_TYPES, item["type"])]),
    }
    if item.get("sku"):
        shown["sku"] = item["sku"]
    return shown


def _discount(node: dict[str, Any], total: int) -> int:
    value = cents(node.get("value")) or 0
    if str(node.get("type", "")).lower() == "percent":
        return total * min(value, 100) // 100
    return min(value, total)


def _page_plan(page: Page) -> dict[str, Any] | None:
    plan = lowered(lowered(page.body).get("payment") or {}).get("recurrentpayment")
    return lowered(plan) if plan else None


def _link_plan(made: Link) -> dict[str, Any] | None:
    plan = made.body.get("recurrent")
    if plan:
        return lowered(plan)
    return {} if made.body["type"].lower() == "recurrent" else None
