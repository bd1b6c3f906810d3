"""Sales: creating, capturing, voiding and reading them.

The documentation names no code for most broken rules.  Here HTTP 400 comes with
308 for a capture that cannot be, 309 for a void that cannot be (the five seconds
between voids among them), 310 for a means of payment that knows neither, and 108
for an amount that is none; the books say which rule it was.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from .api3 import (
    AUTHORIZED,
    DENIED,
    NOT_FINISHED,
    PAID,
    PENDING,
    REFUNDED,
    TRANSACTION_HOST,
    VOIDED,
)
from .card_data import CardData
from .clock import DAY, add_months, iso, local, local_day, midnight, stamp
from .exchange import Answer, Refusal, Request, cents, not_found, problems, reply
from .outcomes import SUCCESS, UNMARKED, Outcome, decide
from .sale_tree import change_tree, sale_tree
from .store import Sale
from .validation import SaleRequest, read_sale

if TYPE_CHECKING:
    from .app import Sandbox

VOID_SPACING = 5.0  # seconds between voids of one sale [void-gap]
CAPTURE_DAYS = 15  # an authorisation lapses afterwards
VOID_DAYS = 360  # since the authorisation [void-window]
PIX_REFUND_DAYS = 90  # since the sale [pix-refund]
PIX_REFUND_SECONDS = 2.0  # how long a Pix refund stays pending here
PIX_CODE_SECONDS = 7200  # unless the sale names another span [pix-life]
QUERY_MONTHS = 3  # how far back queries see [query-window]

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


class Sales:
    """The handlers of ``/1/sales``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._store = sandbox.store
        self._clock = sandbox.clock
        self._draw = sandbox.draw

    # -- creating --------------------------------------------------------

    def create(self, request: Request) -> Answer:
        """``POST /1/sales/``: HTTP 201, whatever the acquirer said."""
        body = request.object()
        cards = self._sandbox.cards
        wanted = read_sale(
            body, lambda token: cards.find(request.merchant, token), self._clock.today()
        )
        if wanted.plan is not None:
            return self._sandbox.recurrences.create(request.merchant, wanted)
        sale = self.book(request.merchant, wanted, self._clock.now())
        tree = sale_tree(sale)
        renewed = self._renewed(wanted, sale)
        if renewed:
            tree["Payment"]["NewCard"] = renewed
        return reply(tree, 201)

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
            self._pix(sale, wanted)
        elif wanted.type == "Boleto":
            self._boleto(sale, wanted)
        elif wanted.type == "qrcode":
            self._qrcode(sale, wanted)
        else:
            self._card(sale, wanted)
        self._event(sale, "created", sale.amount, moment)
        if sale.captured_amount:
            self._event(sale, "captured", sale.captured_amount, moment)
            self._sandbox.notify_payment(sale.payment_id)
        self._store.save(sale)
        return sale

    def _card(self, sale: Sale, wanted: SaleRequest) -> None:
        card, debit = wanted.card, sale.type == "DebitCard"
        details = sale.details = self.card_details(wanted)
        self._number(sale)
        if card is not None:
            sale.card = card.masked
            details[sale.type] = self.card_node(sale.merchant_id, card)
        if wanted.authenticate and not wanted.payment.get("ExternalAuthentication"):
            # The older redirect flow waits for the shopper.
            details["AuthenticationUrl"] = f"{TRANSACTION_HOST}/1/auth/{uuid.uuid4().hex[:20]}"
            sale.return_code = "0"
            return
        self.settle_card(sale, self._outcome(wanted), debit or wanted.capture, sale.received_at)

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

    def _outcome(self, wanted: SaleRequest) -> Outcome:
        card = wanted.card
        if card is None or not card.number:
            return SUCCESS  # the number is inside the wallet's own payload
        if card.on_file.get("Reason") == "Recurring" and not (wanted.recurrent or wanted.plan):
            return UNMARKED
        return decide(card.number, self._draw)

    def card_details(self, wanted: SaleRequest) -> dict[str, Any]:
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
            node["CardToken"] = self._sandbox.cards.keep(merchant, card).token
        return node

    def _renewed(self, wanted: SaleRequest, sale: Sale) -> dict[str, Any] | None:
        """The card renewal service: the number to use from now on [sandbox-renewal]."""
        card = wanted.card
        if card is None or not (wanted.recurrent and sale.status == DENIED):
            return None
        if card.token or not card.number.endswith("3") or not card.expired(self._clock.today()):
            return None
        year = self._clock.today().year + 5
        new = {
            "CardNumber": card.number[:-1] + "1",
            "ExpirationDate": f"{card.expiration[:2]}/{year}",
            "Brand": card.brand,
            "SaveCard": False,
        }
        sale.details["NewCard"] = dict(new, CardNumber=f"{card.masked[:-1]}1")
        self._store.save(sale)
        return new

    def _pix(self, sale: Sale, wanted: SaleRequest) -> None:
        provider = wanted.payment.get("Provider") or "Simulado"
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
        self._number(sale)
        proof = sale.details.pop("ProofOfSale")
        if provider != "Cielo2":
            sale.details["ProofOfSale"] = proof.rjust(20, "0")

    def _boleto(self, sale: Sale, wanted: SaleRequest) -> None:
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
            "Provider": payment["Provider"],
        }
        for name in ("Assignor", "Address", "Identification", "Instructions", "Demonstrative"):
            if payment.get(name) is not None:
                sale.details[name] = payment[name]

    def _qrcode(self, sale: Sale, wanted: SaleRequest) -> None:
        sale.details = self.card_details(wanted)
        self._number(sale)
        sale.details["IsQrCode"] = True
        sale.details["Modality"] = wanted.payment.get("Modality") or "Credit"
        sale.details["QrCodeBase64Image"] = PICTURE
        sale.details["QrCodeString"] = uuid.uuid4().hex
        sale.status, sale.return_code = PENDING, "0"
        sale.return_message = "QR code created"

    def _number(self, sale: Sale) -> None:
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

    # -- capturing -------------------------------------------------------

    def capture(self, request: Request, payment_id: str) -> Answer:
        """``PUT /1/sales/{PaymentId}/capture``."""
        sale = self._find(request.merchant, payment_id)
        if sale.type not in ("CreditCard", "qrcode"):
            raise Refusal(problems(310))
        amount = _amount(request)
        now = self._clock.now()
        wanted = sale.amount if amount is None else amount
        if sale.status != AUTHORIZED:
            self._refuse(sale, 308, "capture refused: not an open authorisation")
        if now - sale.received_at > CAPTURE_DAYS * DAY:
            self._refuse(sale, 308, "capture refused: the authorisation has lapsed")
        if wanted > sale.amount:
            self._refuse(sale, 308, "capture refused: more than was authorised")
        sale.status, sale.return_code = PAID, "6"
        sale.captured_amount, sale.captured_at = wanted, now
        tax = cents(request.query.get("servicetaxamount"))
        if tax:
            sale.details["ServiceTaxAmount"] = tax
        self._event(sale, "captured", wanted, now)
        self._store.save(sale)
        self._sandbox.notify_payment(sale.payment_id)
        return reply(change_tree(sale, {"ReturnCode": "6", "ReturnMessage": SUCCESS.message}))

    # -- voiding ---------------------------------------------------------

    def void(self, request: Request, payment_id: str) -> Answer:
        """``PUT /1/sales/{PaymentId}/void``."""
        return self._void(request, self._find(request.merchant, payment_id))

    def void_by_order(self, request: Request, order_number: str) -> Answer:
        """``PUT /1/sales/OrderId/{MerchantOrderId}/void``: the newest sale only."""
        sales = self._store.by_order(request.merchant, order_number)
        if not sales:
            raise Refusal(not_found())
        return self._void(request, sales[-1])

    def _void(self, request: Request, sale: Sale) -> Answer:
        amount = _amount(request)
        if sale.type == "Boleto":
            raise Refusal(problems(310))
        now = self._clock.now()
        total = sale.captured_amount if sale.status == PAID else sale.amount
        left = total - sale.voided_amount
        wanted = left if amount is None else amount
        why = self._void_problem(sale, wanted, left, now)
        if why:
            self._refuse(sale, 309, f"void refused: {why}")
        sale.voided_at = now
        if sale.type == "Pix":
            return self._refund_pix(sale, wanted, now)
        sale.voided_amount += wanted
        self._event(sale, "voided", wanted, now)
        whole = sale.voided_amount == total
        if whole:
            same_day = local_day(now) == local_day(sale.received_at)
            sale.status = VOIDED if same_day else REFUNDED
            sale.return_code = "9"
            answer: dict[str, Any] = {"ReturnCode": "9", "ReturnMessage": SUCCESS.message}
        else:
            sale.partial_voids += 1
            sale.return_code = "0"
            answer = {
                "ReasonCode": 0,
                "ReasonMessage": "Successful",
                "ProviderReturnCode": "0",
                "ProviderReturnMessage": SUCCESS.message,
                "ReturnCode": "0",
                "ReturnMessage": SUCCESS.message,
            }
        self._store.save(sale)
        self._sandbox.notify_payment(sale.payment_id)
        return reply(change_tree(sale, answer))

    def _void_problem(self, sale: Sale, wanted: int, left: int, now: float) -> str:
        """Which rule the void breaks; empty if none."""
        age = now - sale.received_at
        if sale.status not in (AUTHORIZED, PAID) or left <= 0:
            return "nothing to give back"
        if sale.voided_at and now - sale.voided_at < VOID_SPACING:
            return "less than five seconds after the one before"
        if wanted > left:
            return "more than is left"
        if sale.status == AUTHORIZED:
            if wanted < left:
                return "in part before the capture"
            if age > CAPTURE_DAYS * DAY:
                return "the authorisation has lapsed"
        if age > (PIX_REFUND_DAYS if sale.type == "Pix" else VOID_DAYS) * DAY:
            return "too late"
        if sale.type == "DebitCard" and wanted < left and sale.partial_voids:
            return "a debit sale is given back in part only once"
        return ""

    def _refund_pix(self, sale: Sale, wanted: int, now: float) -> Answer:
        """Pix goes back later; until then the sale is pending."""
        sale.status = PENDING
        sale.refund_amount, sale.refund_due = wanted, now + PIX_REFUND_SECONDS
        self._event(sale, "refund asked", wanted, now)
        self._store.save(sale)
        self._sandbox.refunds.append(sale.payment_id)
        answer = {
            "ReasonCode": 0,
            "ReasonMessage": "Successful",
            "ReturnCode": "0",
            "ReturnMessage": "Refund requested",
        }
        return reply(change_tree(sale, answer))

    def finish_refund(self, sale: Sale) -> None:
        """Complete a Pix refund whose time has come."""
        sale.voided_amount += sale.refund_amount
        sale.status = REFUNDED if sale.voided_amount == sale.captured_amount else PAID
        self._event(sale, "voided", sale.refund_amount, sale.refund_due)
        sale.refund_amount, sale.refund_due = 0, 0.0
        self._store.save(sale)
        self._sandbox.notify_payment(sale.payment_id)

    # -- reading ---------------------------------------------------------

    def get(self, request: Request, payment_id: str) -> Answer:
        """``GET /1/sales/{PaymentId}``."""
        return self._read(request, self._store.sales.get(payment_id.lower()))

    def get_by_tid(self, request: Request, tid: str) -> Answer:
        """``GET /1/sales/acquirerTid/{Tid}``."""
        return self._read(request, self._store.by_tid(tid))

    def find(self, request: Request) -> Answer:
        """``GET /1/sales?merchantOrderId=``."""
        order_number = request.query.get("merchantorderid")
        if not order_number:
            raise Refusal(problems(122))
        sales = self._store.by_order(request.merchant, order_number)
        found = [
            # The misspelt member is what Cielo sends.
            {"PaymentId": sale.payment_id, "ReceveidDate": iso(sale.received_at)}
            for sale in sales
            if self._recent(sale)
        ]
        if not found:
            raise Refusal(not_found())
        return reply({"ReasonCode": 0, "ReasonMessage": "Successful", "Payments": found})

    def _read(self, request: Request, sale: Sale | None) -> Answer:
        if sale is None or sale.merchant_id != request.merchant or not self._recent(sale):
            raise Refusal(not_found())
        return reply(sale_tree(sale, query=True))

    def _recent(self, sale: Sale) -> bool:
        oldest = add_months(self._clock.today(), -QUERY_MONTHS)
        return sale.received_at >= midnight(oldest)

    def _find(self, merchant: str, payment_id: str) -> Sale:
        sale = self._store.sales.get(payment_id.lower())
        if sale is None or sale.merchant_id != merchant:
            raise Refusal(not_found())
        return sale

    # -- paying by other hands -------------------------------------------

    def pay(self, payment_id: str, approve: bool, card: str) -> str:
        """Do the shopper's part of a Pix, boleto, QR code or authentication.

        Gives what stood in the way, or nothing.
        """
        sale = self._store.sales.get(payment_id.lower())
        if sale is None:
            return "no such payment"
        now = self._clock.now()
        if sale.type == "Boleto" and sale.status == AUTHORIZED:
            pass
        elif sale.status not in (NOT_FINISHED, PENDING) or sale.captured_amount:
            return "this payment is not waiting for its shopper"
        if sale.type == "Pix" and now - sale.received_at > sale.details["QrCodeExpiration"]:
            return "the code has expired"
        if sale.type in ("Pix", "Boleto"):
            sale.status, sale.captured_amount, sale.captured_at = PAID, sale.amount, now
            if sale.type == "Pix":
                sale.details["EndToEndId"] = f"E{local(now):%Y%m%d%H%M}{uuid.uuid4().hex[:19]}"
        else:
            self._finish_card(sale, approve, card, now)
        if sale.captured_amount:
            self._event(sale, "captured", sale.captured_amount, now)
        self._store.save(sale)
        self._sandbox.notify_payment(sale.payment_id)
        return ""

    def _finish_card(self, sale: Sale, approve: bool, card: str, now: float) -> None:
        # The documented card of the QR code succeeds although it ends in 3.
        number = card or sale.card
        outcome = SUCCESS if sale.type == "qrcode" and not card else decide(number, self._draw)
        if not approve:
            outcome = UNMARKED
        debit = sale.type == "DebitCard" or sale.details.get("Modality") == "Debit"
        self.settle_card(sale, outcome, debit or sale.details["Capture"], now)

    def _event(self, sale: Sale, what: str, amount: int, moment: float) -> None:
        sale.events.append({"At": stamp(moment), "What": what, "Amount": amount})

    def _refuse(self, sale: Sale, code: int, why: str) -> None:
        self._event(sale, why, 0, self._clock.now())
        self._store.save(sale)
        raise Refusal(problems(code))


def _amount(request: Request) -> int | None:
    """The query parameter `amount`: None for the whole."""
    text = request.query.get("amount")
    if text is None or text == "":
        return None
    if not re.fullmatch("[0-9]{1,15}", text) or int(text) == 0:
        raise Refusal(problems(108))
    return int(text)
