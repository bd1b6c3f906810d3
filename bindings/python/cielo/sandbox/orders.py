"""Checkout orders: paying, reading, capturing and voiding them."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .api3 import VOID_SPACING
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
    STATUS_WORDS,
    VOIDED,
    is_recent,
    link,
    lowered,
    numbered,
    refused,
)
from .clock import DAY, iso, local, stamp
from .exchange import Answer, Refusal, Request, cents, mask, not_found, reply
from .shopper import PayProblem
from .store import Link, Order, Page

if TYPE_CHECKING:
    from .app import Sandbox

CAPTURE_DAYS = 15  # then the status is "expired"

#: The documented example of a card for the test mode.
TEST_CARD = "5404434242930100"

#: First digit -> brand, enough to name the cards of a test.
BRANDS = {"3": "AmericanExpress", "4": "Visa", "5": "Master", "6": "Discover"}


class Orders:
    """The Control API, and the shopper's side of pages and links."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._store = sandbox.store
        self._clock = sandbox.clock
        self._draw: random.Random = sandbox.draw

    # -- the shopper -----------------------------------------------------

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
        order = self._page_order(page)
        self._charge(order, wanted)
        if order.status != DENIED:
            page.paid = True
            self._store.save(page)
        return self._finish(order, _page_plan(page), wanted)

    def pay_link(self, link_id: str, wanted: dict[str, Any]) -> Order:
        """Finish a payment link; each use that is not denied counts."""
        made = self._store.links.get(link_id.lower())
        if made is None:
            raise PayProblem("no such link")
        end = self._sandbox.links.end_of(made)
        if end is not None and self._clock.now() >= end:
            raise PayProblem("the link has expired")
        if made.left == 0:
            raise PayProblem("the link accepts no more payments")
        order = self._link_order(made)
        self._charge(order, wanted)
        if order.status != DENIED and made.left is not None:
            made.left -= 1
            self._store.save(made)
        return self._finish(order, _link_plan(made), wanted)

    def _page_order(self, page: Page) -> Order:
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
        return self._new(
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
                "identity": customer.get("identity", ""),
                "fullName": customer.get("fullname", ""),
                "email": customer.get("email", ""),
                "phone": customer.get("phone", ""),
            },
            soft_descriptor=body.get("softdescriptor") or "",
            discount=discount,
            installments=cents(options.get("installments")) or 1,
        )

    def _link_order(self, made: Link) -> Order:
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
        return self._new(
            made.merchant_id,
            body.get("ordernumber") or uuid.uuid4().hex,
            price + delivery,
            {"items": [item]},
            {"type": _shipping_type(shipping["type"]), "services": services, "address": {}},
            {"identity": "", "fullName": "", "email": "", "phone": ""},
            soft_descriptor=body.get("softdescriptor") or "",
            link_id=made.link_id,
        )

    def _new(
        self,
        merchant: str,
        order_number: str,
        amount: int,
        cart: dict[str, Any],
        shipping: dict[str, Any],
        customer: dict[str, Any],
        **rest: Any,
    ) -> Order:
        return Order(
            number=uuid.uuid4().hex,
            merchant_id=merchant,
            order_number=order_number,
            amount=amount,
            status=PENDING,
            method="creditCard",
            created_at=self._clock.now(),
            cart=cart,
            shipping=shipping,
            customer=customer,
            **rest,
        )

    def again(self, first: Order, card: str, amount: int, moment: float) -> Order:
        """A later charge of a recurrence: always a new order."""
        order = self._new(
            first.merchant_id,
            first.order_number,
            amount,
            first.cart,
            first.shipping,
            first.customer,
            soft_descriptor=first.soft_descriptor,
            link_id=first.link_id,
            recurrence_id=first.recurrence_id,
        )
        order.created_at = moment
        order.card, order.brand = card, brand_of(card)
        self._authorise(order, capture=True)
        return self._finish(order, None, {})

    def _charge(self, order: Order, wanted: dict[str, Any]) -> None:
        """What the shopper chose on the page, checked."""
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
            order.card, order.brand = mask(card), brand_of(card)
            self._authorise(order, capture or method == "debitCard")
        else:
            order.installments = 1

    def _authorise(self, order: Order, capture: bool) -> None:
        """Test mode: the last digit decides [test-mode]."""
        order.tid = f"{local(order.created_at):%m%d%H%M%S}{uuid.uuid4().hex[:10].upper()}"
        order.nsu = f"{self._draw.randrange(10**6):06d}"
        if order.card[-1] in "56789":
            order.status, order.error_code = DENIED, "05"
            return
        order.status, order.error_code = AUTHORIZED, "00"
        order.authorization = f"{self._draw.randrange(10**6):06d}"
        if capture:
            order.status, order.captured_amount = PAID, order.amount

    def _finish(
        self, order: Order, plan: dict[str, Any] | None, wanted: dict[str, Any]
    ) -> Order:
        order.events.append(_event("finished", order.amount, order.created_at))
        if plan is not None and order.status in (AUTHORIZED, PAID):
            later = wanted.get("later_card")
            card = mask(later) if isinstance(later, str) and later else order.card
            self._sandbox.checkout_recurrences.begin(order, plan, card)
        self._store.save(order)
        self._sandbox.checkout_news.finished(order)
        return order

    def _settle_pending(self, order: Order) -> Order:
        if order.status != PENDING:
            raise PayProblem("this order is not waiting for its payment")
        order.captured_amount = order.amount
        if order.method == "pix":
            moment = local(self._clock.now())
            order.end_to_end_id = f"E{moment:%Y%m%d%H%M}{uuid.uuid4().hex[:19]}"
        self._change(order, PAID, "paid", order.amount)
        return order

    def expire(self) -> None:
        """Authorisations that nobody captured lapse."""
        oldest = self._clock.now() - CAPTURE_DAYS * DAY
        for order in list(self._store.orders.values()):
            if order.status == AUTHORIZED and order.created_at < oldest:
                self._change(order, EXPIRED, "expired", 0)

    def _change(self, order: Order, status: int, what: str, amount: int) -> None:
        changed = order.status != status
        order.status = status
        order.events.append(_event(what, amount, self._clock.now()))
        self._store.save(order)
        if changed:
            self._sandbox.checkout_news.changed(order)

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
        counter = [0]
        return reply(numbered(found, counter))

    def get(self, request: Request, number: str) -> Answer:
        """``GET …/orders/{checkout_cielo_order_number}``."""
        return reply(self._tree(self._find(number)))

    def notified(self, request: Request, merchant: str, order_number: str) -> Answer:
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
        return reply(self._sandbox.checkout_news.members(found[-1]))

    def _find(self, number: str) -> Order:
        order = self._store.orders.get(number.lower())
        if order is None or not is_recent(order, self._clock.now()):
            raise Refusal(not_found())
        return order

    def _tree(self, order: Order) -> dict[str, Any]:
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
            "links": self._links(order),
        }

    def _links(self, order: Order) -> list[dict[str, str]]:
        path = f"/api/public/v2/orders/{order.number}"
        links = [link("GET", "self", path)]
        if order.status == AUTHORIZED:
            links.append(link("PUT", "capture", f"{path}/capture"))
        if order.status in (AUTHORIZED, PAID) and order.method != "boleto":
            links.append(link("PUT", "void", f"{path}/void"))
        return links

    # -- capturing and voiding -------------------------------------------

    def capture(self, request: Request, number: str) -> Answer:
        """``PUT …/capture``: once, credit only."""
        order, amount = self._find(number), _amount(request)
        if order.method != "creditCard":
            raise refused("Only credit card orders are captured.")
        if order.status != AUTHORIZED:
            raise refused("The order's status allows no capture.")
        wanted = order.amount if amount is None else amount
        if wanted > order.amount:
            raise refused("The amount is more than was authorised.")
        order.captured_amount = wanted
        self._change(order, PAID, "captured", wanted)
        return self._changed(order)

    def void(self, request: Request, number: str) -> Answer:
        """``PUT …/void``: whole at any time, in part only after the capture."""
        order, amount = self._find(number), _amount(request)
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
        order.voided_amount += wanted
        order.voided_at = now
        self._change(order, VOIDED if wanted == left else order.status, "voided", wanted)
        return self._changed(order)

    def _changed(self, order: Order) -> Answer:
        """Void and capture have the same answer in the documents."""
        answer = {
            "success": True,
            "status": PAID,
            "returnCode": "6",
            "returnMessage": "Operation Successful",
            "links": self._links(order),
        }
        return reply(answer)


def _amount(request: Request) -> int | None:
    text = request.query.get("amount")
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,15}", text) or int(text) == 0:
        raise refused("The amount is a whole number of cents.")
    return int(text)


def brand_of(card: str) -> str:
    """A brand for the first digit; enough to tell test cards apart."""
    return BRANDS.get(card[:1], "Elo")


def _event(what: str, amount: int, moment: float) -> dict[str, Any]:
    return {"At": stamp(moment), "What": what, "Amount": amount}


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
