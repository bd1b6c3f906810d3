"""Sales: creating, capturing, voiding and reading them.

The documentation names no code for most broken rules.  Here HTTP 400 comes with
308 for a capture that cannot be, 309 for a void that cannot be (the five seconds
between voids among them), 310 for a means of payment that knows neither, and 108
for an amount that is none; the books say which rule it was.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any, NoReturn

from .api3 import (
    AUTHORIZED,
    CIELO2,
    DENIAL,
    DENIED,
    NOT_DONE_YET,
    PAID,
    PENDING,
    REFUNDED,
    SUCCESSFUL,
    VOID_SPACING,
    VOIDED,
)
from .books import Books, add_event
from .clock import add_months, iso, local_day, midnight
from .consents import Consents
from .denials import denies_void
from .exchange import Answer, Refusal, Request, cents, not_found, problems, reply
from .news import News
from .outcomes import SUCCESS, UNMARKED
from .recurrence import Recurrences
from .refunds import Refunds
from .sale_tree import change_tree, sale_tree
from .store import Sale
from .till import Till
from .validation import SaleRequest, read_sale
from .vault import Vault
from .windows import can_capture, can_void

QUERY_MONTHS = 3  # how far back queries see [query-window]

#: What stands in the answers beside the sale itself [change-reasons].
PROVIDER_SUCCESS = {
    **SUCCESSFUL,
    "ProviderReturnCode": "6",
    "ProviderReturnMessage": SUCCESS.message,
}
CAPTURED = {**PROVIDER_SUCCESS, "ReturnCode": "6", "ReturnMessage": SUCCESS.message}
VOIDED_WHOLE = {**PROVIDER_SUCCESS, "ReturnCode": "9", "ReturnMessage": SUCCESS.message}
VOIDED_IN_PART = {
    **PROVIDER_SUCCESS,
    "ProviderReturnCode": "0",
    "ReturnCode": "0",
    "ReturnMessage": SUCCESS.message,
}
#: The sale beside it stays as it was [void-refused].
VOID_DENIED = {
    **DENIAL,
    "ProviderReturnCode": "6",
    "ProviderReturnMessage": UNMARKED.message,
    "ReturnCode": "6",
    "ReturnMessage": UNMARKED.message,
}
REFUND_ASKED = {**SUCCESSFUL, "ReturnCode": "0", "ReturnMessage": "Refund requested"}
REFUND_DENIED = {"Code": 422, "Message": "Error on pix service integration for moneyback"}
#: Status 2, although nobody paid [void-refused].
CODE_REMOVED = {"Status": PAID, **NOT_DONE_YET, "ReturnCode": "0", "ReturnMessage": "Scheduled"}


class Sales:
    """The handlers of ``/1/sales``."""

    def __init__(
        self,
        books: Books,
        vault: Vault,
        till: Till,
        news: News,
        refunds: Refunds,
        recurrences: Recurrences,
        consents: Consents,
    ) -> None:
        self._store = books.store
        self._clock = books.clock
        self._vault = vault
        self._till = till
        self._news = news
        self._refunds = refunds
        self._recurrences = recurrences
        self._consents = consents

    # -- creating --------------------------------------------------------

    def create(self, request: Request) -> Answer:
        """``POST /1/sales/``: HTTP 201, whatever the acquirer said."""
        body = request.object()
        find = partial(self._vault.find, request.merchant)
        wanted = read_sale(body, find, self._clock.today())
        if wanted.plan is not None:
            return self._recurrences.create(request.merchant, wanted)
        if wanted.consent is not None:
            return self._consents.create(request.merchant, wanted)
        sale = self._till.book(request.merchant, wanted, self._clock.now())
        tree = sale_tree(sale)
        renewed = self._renew_card(wanted, sale)
        if renewed:
            tree["Payment"]["NewCard"] = renewed
        return reply(tree, 201)

    def _renew_card(self, wanted: SaleRequest, sale: Sale) -> dict[str, Any] | None:
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

    # -- capturing -------------------------------------------------------

    def capture(self, request: Request, payment_id: str) -> Answer:
        """``PUT /1/sales/{PaymentId}/capture``."""
        sale = self._find(request.merchant, payment_id)
        if sale.type not in ("CreditCard", "qrcode"):
            raise Refusal(problems(310))
        amount = _read_amount(request)
        now = self._clock.now()
        wanted = sale.amount if amount is None else amount
        if sale.status != AUTHORIZED:
            self._refuse(sale, 308, "capture refused: not an open authorisation")
        if not can_capture(sale, now):
            self._refuse(sale, 308, "capture refused: the authorisation has lapsed")
        if wanted > sale.amount:
            self._refuse(sale, 308, "capture refused: more than was authorised")
        sale.status, sale.return_code = PAID, "6"
        sale.captured_amount, sale.captured_at = wanted, now
        tax = cents(request.query.get("servicetaxamount"))
        if tax:
            sale.details["ServiceTaxAmount"] = tax
        add_event(sale, "captured", wanted, now)
        self._till.publish(sale)
        return reply(change_tree(sale, CAPTURED))

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
        amount = _read_amount(request)
        if sale.type == "Boleto":
            raise Refusal(problems(310))
        now = self._clock.now()
        if sale.type == "Pix" and sale.status == PENDING and amount is None:
            return self._remove_code(sale, now)
        total = sale.captured_amount if sale.status == PAID else sale.amount
        left = total - sale.voided_amount
        wanted = left if amount is None else amount
        why = _void_problem(sale, wanted, left, now)
        if why:
            self._refuse(sale, 309, f"void refused: {why}")
        if denies_void(sale, wanted):
            return self._deny(sale, wanted, now)
        sale.voided_at = now
        if sale.type == "Pix":
            self._refunds.ask(sale, wanted, now)
            return reply(change_tree(sale, REFUND_ASKED))
        self._give_back(sale, wanted, total, now)
        return reply(change_tree(sale, VOIDED_WHOLE if wanted == left else VOIDED_IN_PART))

    def _remove_code(self, sale: Sale, now: float) -> Answer:
        """An unpaid Pix of the newer integration: nobody can pay it any more."""
        if sale.details["Provider"] != CIELO2 or sale.removed_at or sale.refund_due:
            self._refuse(sale, 309, "void refused: nothing to give back")
        sale.removed_at = now
        add_event(sale, "code removed", 0, now)
        self._store.save(sale)
        return reply(change_tree(sale, CODE_REMOVED))

    def _deny(self, sale: Sale, wanted: int, now: float) -> Answer:
        """The acquirer gives nothing back; cards are told by 200, Pix by 422 [pix-errors]."""
        add_event(sale, "void denied", wanted, now)
        self._store.save(sale)
        self._news.tell_void_denied(sale.payment_id)
        if sale.type == "Pix":
            return reply([REFUND_DENIED], 422)
        return reply(change_tree(sale, VOID_DENIED))

    def _give_back(self, sale: Sale, wanted: int, total: int, now: float) -> None:
        sale.voided_amount += wanted
        add_event(sale, "voided", wanted, now)
        if sale.voided_amount == total:
            same_day = local_day(now) == local_day(sale.received_at)
            sale.status = VOIDED if same_day else REFUNDED
            sale.return_code = "9"
        else:
            sale.partial_voids += 1
            sale.return_code = "0"
        self._till.publish(sale)

    # -- reading ---------------------------------------------------------

    def get(self, request: Request, payment_id: str) -> Answer:
        """``GET /1/sales/{PaymentId}``."""
        return self._answer(request, self._store.sales.get(payment_id.lower()))

    def get_by_tid(self, request: Request, tid: str) -> Answer:
        """``GET /1/sales/acquirerTid/{Tid}``."""
        return self._answer(request, self._store.by_tid(tid))

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
            if self._is_recent(sale)
        ]
        if not found:
            raise Refusal(not_found())
        return reply({**SUCCESSFUL, "Payments": found})

    def _answer(self, request: Request, sale: Sale | None) -> Answer:
        if sale is None or sale.merchant_id != request.merchant or not self._is_recent(sale):
            raise Refusal(not_found())
        return reply(sale_tree(sale, query=True))

    def _is_recent(self, sale: Sale) -> bool:
        oldest = add_months(self._clock.today(), -QUERY_MONTHS)
        return sale.received_at >= midnight(oldest)

    def _find(self, merchant: str, payment_id: str) -> Sale:
        sale = self._store.sales.get(payment_id.lower())
        if sale is None or sale.merchant_id != merchant:
            raise Refusal(not_found())
        return sale

    def _refuse(self, sale: Sale, code: int, why: str) -> NoReturn:
        """The answer does not say which rule was broken; the books do."""
        add_event(sale, why, 0, self._clock.now())
        self._store.save(sale)
        raise Refusal(problems(code))


def _void_problem(sale: Sale, wanted: int, left: int, now: float) -> str:
    """Which rule the void breaks; empty if none."""
    if sale.status not in (AUTHORIZED, PAID) or left <= 0:
        return "nothing to give back"
    if sale.voided_at and now - sale.voided_at < VOID_SPACING:
        return "less than five seconds after the one before"
    if wanted > left:
        return "more than is left"
    if sale.status == AUTHORIZED:
        if wanted < left:
            return "in part before the capture"
        if not can_capture(sale, now):
            return "the authorisation has lapsed"
    if not can_void(sale, now):
        return "too late"
    if sale.type == "DebitCard" and wanted < left and sale.partial_voids:
        return "a debit sale is given back in part only once"
    return ""


def _read_amount(request: Request) -> int | None:
    """The query parameter `amount`: None for the whole."""
    text = request.query.get("amount")
    if text is None or text == "":
        return None
    if not re.fullmatch("[0-9]{1,15}", text) or int(text) == 0:
        raise Refusal(problems(108))
    return int(text)
