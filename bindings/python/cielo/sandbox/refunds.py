"""Pix refunds, which Cielo carries out some time after it took them."""

from __future__ import annotations

from typing import Callable

from .api3 import PAID, PENDING, REFUNDED
from .books import Books, add_event
from .store import Sale

PIX_REFUND_SECONDS = 2.0  # how long a Pix refund stays pending here


class Refunds:
    """Those that were asked for and are not done yet; their sales are pending."""

    def __init__(self, books: Books, publish: Callable[[Sale], None]) -> None:
        self._store = books.store
        self._clock = books.clock
        self._publish = publish
        self._waiting = [sale.payment_id for sale in self._store.sales.values() if sale.refund_due]

    def ask(self, sale: Sale, wanted: int, now: float) -> None:
        """Take a refund; the shop is told when it is done."""
        sale.status = PENDING
        sale.refund_amount, sale.refund_due = wanted, now + PIX_REFUND_SECONDS
        add_event(sale, "refund asked", wanted, now)
        self._store.save(sale)
        self._waiting.append(sale.payment_id)

    def run_due(self) -> None:
        """Carry out every refund whose time has come."""
        now = self._clock.now()
        for payment_id in list(self._waiting):
            sale = self._store.sales[payment_id]
            if sale.refund_due <= now:
                self._waiting.remove(payment_id)
                self._carry_out(sale)

    def clear(self) -> None:
        """Forget every refund that is waiting."""
        self._waiting.clear()

    def _carry_out(self, sale: Sale) -> None:
        sale.voided_amount += sale.refund_amount
        sale.status = REFUNDED if sale.voided_amount == sale.captured_amount else PAID
        add_event(sale, "voided", sale.refund_amount, sale.refund_due)
        sale.refund_amount, sale.refund_due = 0, 0.0
        self._publish(sale)
