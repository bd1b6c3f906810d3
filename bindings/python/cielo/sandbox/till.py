"""The till of API 3.0: makes a sale of what was asked for, and asks the acquirer."""

from __future__ import annotations

import re
import uuid
from typing import Any

from .antifraud import REJECT, act_on, analyse, analyses_first
from .api3 import (
    ABORTED,
    AUTHORIZED,
    CIELO2,
    DENIED,
    NOT_FINISHED,
    PAID,
    PENDING,
    TRANSACTION_HOST,
)
from .boleto import boleto_details
from .books import Books, add_event
from .card_data import CardData
from .card_payment import captures_at_once, card_details, redirects
from .clock import DAY, local
from .late import Late
from .news import News
from .outcomes import SUCCESS, TIMED_OUT, UNMARKED, Outcome, decide
from .pix import PICTURE, pix_details
from .scheme import scheme_ids
from .store import Sale
from .validation import SaleRequest
from .vault import Vault
from .velocity import stop


class Till:
    """Enters sales into the books, and what the acquirer says of them."""

    def __init__(self, books: Books, vault: Vault, news: News, late: Late) -> None:
        self._store = books.store
        self._clock = books.clock
        self._draw = books.draw
        self._late = late
        self._vault = vault
        self._news = news

    def book(self, merchant: str, wanted: SaleRequest, moment: float) -> Sale:
        """Make the sale and enter it into the books."""
        sale = Sale(
            payment_id=str(uuid.uuid4()),
            merchant_id=merchant,
            order_number=wanted.order_number,
            type=wanted.type,
            amount=wanted.amount,
            status=NOT_FINISHED,
            received_at=moment,
            customer=dict(wanted.customer),
        )
        sale.acquirer_order_id = self._acquirer_number(sale)
        if wanted.type == "Pix":
            self._fill_pix(sale, wanted)
        elif wanted.type == "Boleto":
            self._fill_boleto(sale, wanted)
        elif wanted.type == "qrcode":
            self._fill_qrcode(sale, wanted)
        else:
            self._fill_card(sale, wanted)
        add_event(sale, "created", sale.amount, moment)
        if sale.captured_amount:
            add_event(sale, "captured", sale.captured_amount, moment)
        if sale.voided_amount:
            add_event(sale, "voided", sale.voided_amount, moment)
        if sale.captured_amount or sale.voided_amount:
            self._news.tell_payment(sale.payment_id)
        self._store.save(sale)
        return sale

    def settle_card(self, sale: Sale, outcome: Outcome, moment: float) -> None:
        """Enter the acquirer's word on a card sale."""
        sale.return_code, sale.return_message = outcome.code, outcome.message
        if outcome is TIMED_OUT:
            sale.status = NOT_FINISHED
            self._late.add(sale, moment)
            return
        if not outcome.approved:
            sale.status = DENIED
            return
        sale.status = AUTHORIZED
        sale.details["ProofOfSale"] = _proof(sale)
        sale.details["AuthorizationCode"] = f"{self._draw.randrange(10**6):06d}"
        node = sale.details.get(sale.type)
        if node:
            sale.details.update(scheme_ids(node["Brand"], sale.details, self._draw))
        if captures_at_once(sale):
            sale.status, sale.return_code = PAID, "6"
            sale.captured_amount, sale.captured_at = sale.amount, moment

    def settle_due(self) -> None:
        """Ask the acquirer about the sales that it did not answer in time."""
        for sale in self._late.due(self._clock.now()):
            self.settle_late(sale)
            self.publish(sale)

    def settle_late(self, sale: Sale) -> None:
        """What became of a sale that the acquirer did not answer in time."""
        moment = sale.late_due
        if self._late.take(sale):
            self.settle_card(sale, SUCCESS, moment)
            add_event(sale, "found authorised", sale.amount, moment)
        else:
            sale.status = ABORTED
            add_event(sale, "found not charged", 0, moment)
        if sale.captured_amount:
            add_event(sale, "captured", sale.captured_amount, moment)

    def card_node(self, merchant: str, card: CardData) -> dict[str, Any]:
        """The card as answers show it; keeps it in the vault if asked to."""
        node: dict[str, Any] = {}
        if not card.token:
            node["CardNumber"] = card.masked
            node["Holder"] = card.holder
            node["ExpirationDate"] = card.expiration
        node["SaveCard"] = card.save
        node["Brand"] = card.brand
        if card.on_file:
            node["CardOnFile"] = card.on_file
        if card.reference:
            node["PaymentAccountReference"] = card.reference
        if card.token:
            node["CardToken"] = card.token
        elif card.save:
            node["CardToken"] = self._vault.keep(merchant, card).token
        return node

    def publish(self, sale: Sale) -> None:
        """Keep a sale that has changed, and tell the shop."""
        self._store.save(sale)
        self._news.tell_payment(sale.payment_id)

    # -- the means of payment ---------------------------------------------

    def _fill_card(self, sale: Sale, wanted: SaleRequest) -> None:
        card = wanted.card
        details = sale.details = card_details(wanted)
        self._give_number(sale)
        if card is not None:
            sale.card = card.masked
            details[sale.type] = self.card_node(sale.merchant_id, card)
        if redirects(wanted):
            details["AuthenticationUrl"] = f"{TRANSACTION_HOST}/1/auth/{uuid.uuid4().hex[:20]}"
            sale.return_code = "0"
            return
        if sale.type == "CreditCard" and stop(sale):
            return
        asked = wanted.payment.get("FraudAnalysis") if sale.type == "CreditCard" else None
        if asked and analyses_first(asked) and analyse(sale, asked) == REJECT:
            sale.status = ABORTED
            return
        self.settle_card(sale, self._decide(wanted), sale.received_at)
        if asked and not analyses_first(asked):
            analyse(sale, asked)
        if asked:
            act_on(sale, sale.received_at)

    def _decide(self, wanted: SaleRequest) -> Outcome:
        card = wanted.card
        if card is None or not card.number:
            return SUCCESS  # the number is inside the wallet's own payload
        if card.recurs and not (wanted.recurrent or wanted.plan):
            return UNMARKED
        return decide(card.number, self._draw)

    def _fill_pix(self, sale: Sale, wanted: SaleRequest) -> None:
        txid = uuid.uuid4().hex
        sale.status, sale.return_code = PENDING, "0"
        sale.return_message = "Pix created"
        sale.details = pix_details(wanted, txid)
        self._give_number(sale)
        if wanted.provider == CIELO2:
            sale.acquirer_order_id = txid
        else:
            sale.details["ProofOfSale"] = _proof(sale).rjust(20, "0")

    def _fill_boleto(self, sale: Sale, wanted: SaleRequest) -> None:
        sale.status = AUTHORIZED
        sale.details = boleto_details(sale, wanted, self._draw)

    def _fill_qrcode(self, sale: Sale, wanted: SaleRequest) -> None:
        sale.details = card_details(wanted)
        self._give_number(sale)
        sale.details["IsQrCode"] = True
        sale.details["Modality"] = wanted.payment.get("Modality") or "Credit"
        sale.details["QrCodeBase64Image"] = PICTURE
        sale.details["QrCodeString"] = uuid.uuid4().hex
        sale.status, sale.return_code = PENDING, "0"
        sale.return_message = "QR code created"

    def _give_number(self, sale: Sale) -> None:
        """A date-like `Tid`, as the examples have."""
        serial = int(self._store.meta.get("serial", 0)) + 1
        self._store.set_meta("serial", serial)
        sale.tid = f"{local(sale.received_at):%m%d%H%M%S}{serial:07d}"

    def _acquirer_number(self, sale: Sale) -> str:
        """Cielo sends another number when this one is long, repeated or has signs."""
        earlier = self._store.by_order(sale.merchant_id, sale.order_number)
        repeated = bool(earlier) and sale.received_at - earlier[-1].received_at < DAY
        plain = re.fullmatch("[A-Za-z0-9]{1,20}", sale.order_number)
        if repeated or not plain:
            return f"{local(sale.received_at):%Y%m%d}{uuid.uuid4().hex[:12]}"
        return ""


def _proof(sale: Sale) -> str:
    """The NSU: the end of the `Tid`, as in the samples."""
    return sale.tid[-6:]
