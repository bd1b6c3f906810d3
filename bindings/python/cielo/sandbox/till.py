"""The till of API 3.0: makes a sale of what was asked for, and asks the acquirer."""

from __future__ import annotations

import uuid
from typing import Any

from .api3 import AUTHORIZED, DENIED, NOT_FINISHED, PAID, PENDING, TRANSACTION_HOST
from .books import Books, add_event
from .card_data import CardData
from .clock import DAY, add_months, local, local_day
from .exchange import cents
from .news import News
from .outcomes import SUCCESS, UNMARKED, Outcome, decide
from .store import Sale
from .validation import SaleRequest
from .vault import Vault

PIX_CODE_SECONDS = 7200  # unless the sale names another span [pix-life]

#: A picture of one white point stands for every QR code.
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2sQAAAABJRU5ErkJggg=="
)

#: Members of a request that come back as they were sent.
ECHOED = (
    "ExternalAuthentication",
    "Wallet",
    "PaymentFacilitator",
    "AirlineData",
    "InitiatedTransactionIndicator",
    "SolutionType",
    "Tip",
    "QuasiCash",
    "IsCryptoCurrencyNegotiation",
    "ReturnUrl",
)

#: Brands that hand out a scheme identifier.
SCHEME_BRANDS = frozenset(("Visa", "Master", "Elo"))


class Till:
    """Enters sales into the books, and what the acquirer says of them."""

    def __init__(self, books: Books, vault: Vault, news: News) -> None:
        self._store = books.store
        self._draw = books.draw
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
            self._news.tell_payment(sale.payment_id)
        self._store.save(sale)
        return sale

    def settle_card(self, sale: Sale, outcome: Outcome, capture: bool, moment: float) -> None:
        """Enter the acquirer's word on a card sale."""
        sale.return_code, sale.return_message = outcome.code, outcome.message
        if not outcome.approved:
            sale.status = DENIED
            return
        sale.status = AUTHORIZED
        sale.details["AuthorizationCode"] = f"{self._draw.randrange(10**6):06d}"
        node = sale.details.get(sale.type)
        if node and node.get("Brand") in SCHEME_BRANDS:
            sale.details["IssuerTransactionId"] = f"{self._draw.randrange(10**15):015d}"
        if capture:
            sale.status, sale.return_code = PAID, "6"
            sale.captured_amount, sale.captured_at = sale.amount, moment

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
        card, debit = wanted.card, sale.type == "DebitCard"
        details = sale.details = card_details(wanted)
        self._give_number(sale)
        if card is not None:
            sale.card = card.masked
            details[sale.type] = self.card_node(sale.merchant_id, card)
        if _redirects(wanted):
            details["AuthenticationUrl"] = f"{TRANSACTION_HOST}/1/auth/{uuid.uuid4().hex[:20]}"
            sale.return_code = "0"
            return
        self.settle_card(sale, self._decide(wanted), debit or wanted.capture, sale.received_at)

    def _decide(self, wanted: SaleRequest) -> Outcome:
        card = wanted.card
        if card is None or not card.number:
            return SUCCESS  # the number is inside the wallet's own payload
        if card.on_file.get("Reason") == "Recurring" and not (wanted.recurrent or wanted.plan):
            return UNMARKED
        return decide(card.number, self._draw)

    def _fill_pix(self, sale: Sale, wanted: SaleRequest) -> None:
        provider = wanted.provider
        options = wanted.payment.get("QrCode")
        seconds = cents(options.get("Expiration")) if isinstance(options, dict) else None
        txid = uuid.uuid4().hex
        sale.status, sale.return_code = PENDING, "0"
        sale.return_message = "Pix created"
        sale.details = {
            "AcquirerTransactionId": str(uuid.uuid4()),
            "QrcodeBase64Image": PICTURE,
            "QrCodeString": f"00020126880014br.gov.bcb.pix2566{txid}5204000053039865802BR6304",
            "QrCodeExpiration": min(seconds or PIX_CODE_SECONDS, int(DAY)),
            "Currency": "BRL",
            "Country": "BRA",
            "Provider": provider,
        }
        if provider == "Cielo2":
            sale.details["SentOrderId"] = txid
            sale.acquirer_order_id = txid
        self._give_number(sale)
        proof = sale.details.pop("ProofOfSale")
        if provider != "Cielo2":
            sale.details["ProofOfSale"] = proof.rjust(20, "0")

    def _fill_boleto(self, sale: Sale, wanted: SaleRequest) -> None:
        payment = wanted.payment
        number = str(payment.get("BoletoNumber") or self._draw.randrange(10**9))
        line = f"{self._draw.randrange(10**47):047d}"
        day = local_day(sale.received_at)
        sale.status = AUTHORIZED
        sale.details = {
            "Url": f"{TRANSACTION_HOST}/post/pagador/reenvia.asp/{sale.payment_id}",
            "Number": number,
            "BarCodeNumber": line[:44],
            "DigitableLine": f"{line[:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} {line[21:]}",
            "ExpirationDate": payment.get("ExpirationDate") or add_months(day, 1).isoformat(),
            "Currency": "BRL",
            "Country": "BRA",
            "Provider": wanted.provider,
        }
        for name in ("Assignor", "Address", "Identification", "Instructions", "Demonstrative"):
            if payment.get(name) is not None:
                sale.details[name] = payment[name]

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
        """A date-like `Tid`, as the examples have, and an NSU."""
        serial = int(self._store.meta.get("serial", 0)) + 1
        self._store.set_meta("serial", serial)
        sale.tid = f"{local(sale.received_at):%m%d%H%M%S}{serial:07d}"
        sale.details["ProofOfSale"] = f"{serial % 10**6:06d}"

    def _acquirer_number(self, sale: Sale) -> str:
        """Cielo sends another number when this one is long or repeated."""
        earlier = self._store.by_order(sale.merchant_id, sale.order_number)
        repeated = bool(earlier) and sale.received_at - earlier[-1].received_at < DAY
        if len(sale.order_number) > 20 or repeated:
            return f"{local(sale.received_at):%Y%m%d}{uuid.uuid4().hex[:12]}"
        return ""


def _redirects(wanted: SaleRequest) -> bool:
    """Whether the shopper goes to the bank first: the older flow [debit-captured].

    A debit card needs no mark for it beside the address to come back to.
    """
    payment = wanted.payment
    if payment.get("ExternalAuthentication"):
        return False
    back = wanted.type == "DebitCard" and payment.get("ReturnUrl") and not payment.get("Wallet")
    return wanted.authenticate or bool(back)


def card_details(wanted: SaleRequest) -> dict[str, Any]:
    """The members of a card payment that its request decides."""
    payment, debit = wanted.payment, wanted.type == "DebitCard"
    details: dict[str, Any] = {
        "ServiceTaxAmount": cents(payment.get("ServiceTaxAmount")) or 0,
        "Installments": wanted.installments,
        # Text for credit, a number for debit: both are real.
        "Interest": payment.get("Interest") or (0 if debit else "ByMerchant"),
        "Capture": wanted.capture,
        "Authenticate": wanted.authenticate,
        "Recurrent": wanted.recurrent,
        "Provider": "Simulado",
        "Currency": "BRL",
        "Country": payment.get("Country") or "BRA",
        "IsQrCode": False,
        "IsSplitted": False,
        "DynamicCurrencyConversion": False,
        "ExtraDataCollection": [],
    }
    if payment.get("SoftDescriptor"):
        details["SoftDescriptor"] = payment["SoftDescriptor"]
    details.update({name: payment[name] for name in ECHOED if payment.get(name) is not None})
    proof = payment.get("ExternalAuthentication")
    if isinstance(proof, dict) and proof.get("Eci") is not None:
        details["Eci"] = proof["Eci"]
    elif payment.get("Wallet"):
        details["Eci"] = 0
    return details
