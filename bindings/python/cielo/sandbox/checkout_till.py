"""The till of Checkout: makes an order of what was paid for, and asks the acquirer."""

from __future__ import annotations

import uuid
from typing import Any

from .books import Books, add_event
from .checkout import AUTHORIZED, DENIED, PAID, PENDING
from .checkout_news import CheckoutNews
from .clock import local
from .store import Order

#: First digit -> brand, enough to name the cards of a test.
BRANDS = {"3": "AmericanExpress", "4": "Visa", "5": "Master", "6": "Discover"}


class CheckoutTill:
    """Enters orders into the books, what the acquirer says of them, and each change."""

    def __init__(self, books: Books, news: CheckoutNews) -> None:
        self._store = books.store
        self._clock = books.clock
        self._draw = books.draw
        self._news = news

    def make_order(
        self,
        merchant: str,
        order_number: str,
        amount: int,
        cart: dict[str, Any],
        shipping: dict[str, Any],
        customer: dict[str, Any],
        **rest: Any,
    ) -> Order:
        """An order that nobody has paid; it is not in the books before `finish`."""
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

    def charge(self, order: Order, card: str, capture: bool) -> None:
        """Test mode: the last digit of the masked card decides [test-mode]."""
        order.card, order.brand = card, BRANDS.get(card[:1], "Elo")
        order.tid = f"{local(order.created_at):%m%d%H%M%S}{uuid.uuid4().hex[:10].upper()}"
        order.nsu = f"{self._draw.randrange(10**6):06d}"
        if card[-1] in "56789":
            order.status, order.error_code = DENIED, "05"
            return
        order.status, order.error_code = AUTHORIZED, "00"
        order.authorization = f"{self._draw.randrange(10**6):06d}"
        if capture:
            order.status, order.captured_amount = PAID, order.amount

    def finish(self, order: Order) -> None:
        """The shopper is done, whatever came of it: enter the order, tell the shop."""
        add_event(order, "finished", order.amount, order.created_at)
        self._store.save(order)
        self._news.tell_finished(order)

    def charge_again(self, first: Order, card: str, amount: int, moment: float) -> Order:
        """A later charge of a recurrence: always a new order."""
        order = self.make_order(
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
        self.charge(order, card, capture=True)
        self.finish(order)
        return order

    def enter_change(self, order: Order, status: int, what: str, amount: int) -> None:
        """Note what was done to an order; the shop is told if its status is another."""
        changed = order.status != status
        order.status = status
        add_event(order, what, amount, self._clock.now())
        self._store.save(order)
        if changed:
            self._news.tell_changed(order)
