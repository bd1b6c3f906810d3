"""The shopper's hand: pays what API 3.0 leaves waiting for it."""

from __future__ import annotations

import uuid

from .api3 import AUTHORIZED, NOT_FINISHED, PAID, PENDING
from .books import Books, add_event, has_lapsed
from .clock import local
from .consents import Consents
from .outcomes import SUCCESS, UNMARKED, decide
from .store import Sale
from .till import Till

#: Sales on which an issuer decides, so that it can decline them.
BY_CARD = frozenset(("CreditCard", "DebitCard", "qrcode"))


class PayProblem(Exception):
    """Why a shopper could not pay."""


class Shopper:
    """Pays a Pix, a boleto or a QR code, or proves who holds the card."""

    def __init__(self, books: Books, till: Till, consents: Consents) -> None:
        self._store = books.store
        self._clock = books.clock
        self._draw = books.draw
        self._till = till
        self._consents = consents

    def awaited(self, sale: Sale) -> bool:
        """Whether the shopper can still pay."""
        try:
            self._check(sale, self._clock.now())
        except PayProblem:
            return False
        return True

    def can_decline(self, sale: Sale) -> bool:
        """Whether an issuer, or the payer who is asked for a consent, can say no."""
        return sale.type in BY_CARD or bool(self._consents.asked(sale))

    def expired(self, sale: Sale) -> bool:
        """Whether it was left unpaid for too long, which its status does not say."""
        life = sale.details.get("QrCodeExpiration")
        unpaid = sale.status == PENDING and not sale.captured_amount
        late = life is not None and unpaid and self._clock.now() - sale.received_at > life
        return late or has_lapsed(sale)

    def lapse(self, payment_id: str) -> Sale:
        """Leave a payment unpaid for good.

        No document names a status for it: it stays as it is, and nothing is posted.
        """
        sale = self._store.sales.get(payment_id.lower())
        if sale is None:
            raise PayProblem("no such payment")
        now = self._clock.now()
        self._check(sale, now)
        add_event(sale, "expired", 0, now)
        self._store.save(sale)
        return sale

    def _check(self, sale: Sale, now: float) -> None:
        _check_waiting(sale, now)
        if has_lapsed(sale):
            raise PayProblem("this payment has expired")
        if sale.type == "Pix" and not sale.amount and not self._consents.asked(sale):
            raise PayProblem("the payer has said yes or no already")

    def pay(self, payment_id: str, approve: bool, card: str) -> Sale:
        """Do the shopper's part of a payment, with its own card unless another is named."""
        sale = self._store.sales.get(payment_id.lower())
        if sale is None:
            raise PayProblem("no such payment")
        now = self._clock.now()
        self._check(sale, now)
        if sale.type in ("Pix", "Boleto"):
            asks = self._consents.answer(sale, approve)
            if not asks and not approve:
                raise PayProblem("a Pix or a boleto is not declined: leave it unpaid")
            if not approve or not sale.amount:
                return sale
            self._pay_at_once(sale, now)
        else:
            self._finish_card(sale, approve, card, now)
        if sale.captured_amount:
            add_event(sale, "captured", sale.captured_amount, now)
        self._till.publish(sale)
        return sale

    def _pay_at_once(self, sale: Sale, now: float) -> None:
        sale.status, sale.captured_amount, sale.captured_at = PAID, sale.amount, now
        if sale.type == "Pix":
            sale.details["EndToEndId"] = f"E{local(now):%Y%m%d%H%M}{uuid.uuid4().hex[:19]}"

    def _finish_card(self, sale: Sale, approve: bool, card: str, now: float) -> None:
        # The documented card of the QR code succeeds although it ends in 3.
        number = card or sale.card
        outcome = SUCCESS if sale.type == "qrcode" and not card else decide(number, self._draw)
        if not approve:
            outcome = UNMARKED
        self._till.settle_card(sale, outcome, now)


def _check_waiting(sale: Sale, now: float) -> None:
    issued = sale.type == "Boleto" and sale.status == AUTHORIZED
    away = sale.status == NOT_FINISHED and "AuthenticationUrl" in sale.details
    waiting = (away or sale.status == PENDING) and not sale.captured_amount
    if sale.late_due or (not issued and not waiting):
        raise PayProblem("this payment is not waiting for its shopper")
    if sale.removed_at:
        raise PayProblem("the code was removed")
    life = sale.details.get("QrCodeExpiration")
    if life is not None and now - sale.received_at > life:
        raise PayProblem("the code has expired")
