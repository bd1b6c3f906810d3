"""Pix Automático: consents that payers give, and the charges under them [pix-automatic].

No page shows what is answered, so every step is answered as a new Pix is.  Nor is
it told how the shop learns the `RecurrenceId`: here ``/_sandbox/consents`` says it.
"""

from __future__ import annotations

import uuid

from .books import Books, add_event
from .exchange import Answer, Refusal, problems, reply
from .sale_tree import sale_tree
from .store import Consent, Sale
from .till import Till
from .validation import SaleRequest

#: States of a consent; Cielo's own are not known.
WAITING, GIVEN, REFUSED = "waiting", "given", "refused"

#: A charge is made without anything to scan.
SCANNED = ("QrCodeString", "QrCodeBase64Image", "QrCodeExpiration")


class Consents:
    """Makes consents and charges; the shopper's hand gives or refuses the former."""

    def __init__(self, books: Books, till: Till) -> None:
        self._store = books.store
        self._clock = books.clock
        self._till = till

    def create(self, merchant: str, wanted: SaleRequest) -> Answer:
        """A Pix that carries `RecurrentPayment`."""
        assert wanted.consent is not None
        if wanted.consent.is_charge:
            self._check_given(merchant, wanted.consent.recurrence_id)
        sale = self._till.book(merchant, wanted, self._clock.now())
        sale.description = wanted.description
        sale.details["RecurrentPayment"] = wanted.consent.node
        if wanted.consent.is_charge:
            for name in SCANNED:
                del sale.details[name]
            if wanted.payment.get("ExpirationDate") is not None:
                sale.details["ExpirationDate"] = wanted.payment["ExpirationDate"]
        else:
            self._ask(sale)
        self._store.save(sale)
        return reply(sale_tree(sale), 201)

    def answer(self, sale: Sale, given: bool) -> bool:
        """The payer's word, if the sale asks for a consent; whether it does."""
        found = self.asked(sale)
        for consent in found:
            consent.status = GIVEN if given else REFUSED
            add_event(sale, f"consent {consent.status}", 0, self._clock.now())
            self._store.save(consent)
            self._store.save(sale)
        return bool(found)

    def asked(self, sale: Sale) -> list[Consent]:
        """What the payer has not answered yet."""
        return [
            one
            for one in self._store.consents.values()
            if one.payment_id == sale.payment_id and one.status == WAITING
        ]

    def _ask(self, sale: Sale) -> None:
        consent = Consent(
            recurrence_id=str(uuid.uuid4()),
            merchant_id=sale.merchant_id,
            order_number=sale.order_number,
            payment_id=sale.payment_id,
            status=WAITING,
            created_at=sale.received_at,
        )
        self._store.save(consent)

    def _check_given(self, merchant: str, recurrence_id: str) -> None:
        consent = self._store.consents.get(recurrence_id)
        if consent is None or consent.merchant_id != merchant:
            raise Refusal(problems(313))
        if consent.status != GIVEN:
            raise Refusal(problems(169))
