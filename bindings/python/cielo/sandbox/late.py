"""Sales that the acquirer did not answer in time: pending, until it is asked again.

A time-out says nothing of what became of the charge [acquirer-timeout].  Cielo
asks the acquirer some time later; whether the charge was made is drawn when it
times out, so that a seed decides it however the clock is moved.
"""

from __future__ import annotations

from .books import Books
from .store import Sale

#: How long such a sale stays pending here.
LATE_SECONDS = 10.0


class Late:
    """The sales that wait for the acquirer's word."""

    def __init__(self, books: Books) -> None:
        self._store = books.store
        self._draw = books.draw
        self._waiting = [sale.payment_id for sale in self._store.sales.values() if sale.late_due]

    def add(self, sale: Sale, moment: float) -> None:
        """The acquirer did not answer; it has decided all the same."""
        sale.late_due = moment + LATE_SECONDS
        sale.late_paid = self._draw.random() < 0.5
        self._waiting.append(sale.payment_id)

    def take(self, sale: Sale) -> bool:
        """The acquirer's word on a sale that waited for it: whether it was charged."""
        self._waiting.remove(sale.payment_id)
        sale.late_due = 0.0
        return sale.late_paid

    def due(self, now: float) -> list[Sale]:
        """Those whose time has come."""
        waiting = (self._store.sales[payment_id] for payment_id in self._waiting)
        return [sale for sale in waiting if sale.late_due <= now]

    def clear(self) -> None:
        """Forget every sale that waits."""
        self._waiting.clear()
