"""Scheduled recurrence: Cielo charges a kept card by itself."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Callable

from .api3 import AUTHORIZED, PAID, SCHEDULED
from .books import Books
from .card_data import CardData
from .card_payment import card_details, interest
from .checker import Checker
from .clock import add_months, local_day, midnight, parse_day
from .exchange import Answer, Refusal, Request, not_found, problems, reply
from .intervals import INTERVAL_NAMES, read_end
from .news import CHANGED, CREATED, News
from .outcomes import IRREVERSIBLE
from .recurrence_tree import (
    created_node,
    recurrence_node,
    recurrence_tree,
    refused_node,
)
from .sale_tree import sale_tree, shown_customer
from .store import Recurrence, Sale
from .till import Till
from .validation import Plan, SaleRequest, read_amount, read_customer, read_sale
from .vault import Vault

#: Status numbers; Checkout's recurrences have others [recurrence-statuses].
ACTIVE, FINISHED, DISABLED, OUT_OF_TRIES, CARD_EXPIRED = 1, 2, 3, 4, 5

#: What a sale's status is when its charge went through.
CHARGED = (AUTHORIZED, PAID)


@dataclass(frozen=True)
class Retries:
    """What a store sets for declined charges: how often again, how far apart, and then.

    `count` is beside the charge itself.  When they are used up the recurrence is
    disabled or, as it is unless the store wants that, goes on at its next date.
    """

    count: int = 4
    days: int = 1
    disable: bool = False


class Recurrences:
    """The handlers of ``/1/RecurrentPayment`` and the scheduler behind them.

    A declined charge is tried again as the store has set in the Backoffice
    [recurrence-retries].
    """

    def __init__(
        self, books: Books, vault: Vault, till: Till, news: News, retries: Retries
    ) -> None:
        self._store = books.store
        self._clock = books.clock
        self._vault = vault
        self._till = till
        self._news = news
        self._retries = retries
        self._changes: Mapping[str, Callable[[Recurrence, Request], None]] = {
            "customer": self._set_customer,
            "enddate": self._set_end_date,
            "interval": self._set_interval,
            "recurrencyday": self._set_day,
            "amount": self._set_amount,
            "nextpaymentdate": self._set_next_payment_date,
            "payment": self._set_payment,
        }

    # -- creating --------------------------------------------------------

    def create(self, merchant: str, wanted: SaleRequest) -> Answer:
        """A sale that carries `RecurrentPayment`."""
        assert wanted.plan is not None
        if wanted.plan.authorize_now:
            return self._create_now(merchant, wanted, wanted.plan)
        return self._create_later(merchant, wanted, wanted.plan)

    def _create_now(self, merchant: str, wanted: SaleRequest, plan: Plan) -> Answer:
        now = self._clock.now()
        sale = self._till.book(merchant, wanted, now)
        if sale.status in CHARGED:
            recurrence = self._begin(merchant, wanted, plan, add_months(plan.start, plan.months))
            self._enter(recurrence, sale)
            node = recurrence_node(recurrence, True)
        else:
            node = refused_node(sale, plan)
        sale.details["RecurrentPayment"] = node
        self._store.save(sale)
        tree = sale_tree(sale)
        if sale.status in CHARGED:
            tree["Payment"]["RecurrentPayment"] = created_node(node, plan)
        return reply(tree, 201)

    def _create_later(self, merchant: str, wanted: SaleRequest, plan: Plan) -> Answer:
        """Only a schedule: no charge, so no `PaymentId`."""
        assert wanted.card is not None
        recurrence = self._begin(merchant, wanted, plan, plan.start)
        payment = {
            name: value
            for name, value in recurrence.payment.items()
            if name not in ("ExtraDataCollection", "IsQrCode", "IsSplitted")
        }
        payment.update(
            CreditCard=self._till.card_node(merchant, wanted.card),
            Type=wanted.type,
            Amount=wanted.amount,
            Status=SCHEDULED,
            RecurrentPayment=created_node(recurrence_node(recurrence, False), plan),
        )
        tree = {
            "MerchantOrderId": wanted.order_number,
            "Customer": shown_customer(wanted.customer),
            "Payment": payment,
        }
        return reply(tree, 201)

    def _begin(self, merchant: str, wanted: SaleRequest, plan: Plan, first: date) -> Recurrence:
        now = self._clock.now()
        recurrence = Recurrence(
            recurrence_id=str(uuid.uuid4()),
            merchant_id=merchant,
            order_number=wanted.order_number,
            customer=dict(wanted.customer),
            payment={},
            card={},
            amount=wanted.amount,
            months=plan.months,
            start=plan.start.isoformat(),
            next=first.isoformat(),
            due=first.isoformat(),
            day=plan.start.day,
            created_at=now,
            touched_at=now,
            end=plan.end.isoformat() if plan.end else "",
        )
        self._keep_payment(recurrence, wanted)
        self._store.save(recurrence)
        self._news.tell_recurrence(recurrence.recurrence_id, CREATED)
        return recurrence

    def _keep_payment(self, recurrence: Recurrence, wanted: SaleRequest) -> None:
        """What every later charge is made of; the number is kept masked."""
        card = wanted.card
        assert card is not None
        recurrence.card = dict(vars(card), number=card.masked, save=False, on_file={})
        recurrence.payment = card_details(wanted)
        recurrence.payment["Interest"] = interest(wanted.payment, True)

    # -- reading ---------------------------------------------------------

    def get(self, request: Request, recurrence_id: str) -> Answer:
        """``GET /1/RecurrentPayment/{RecurrentPaymentId}``."""
        recurrence = self._find(request.merchant, recurrence_id)
        return reply(recurrence_tree(recurrence))

    def _find(self, merchant: str, recurrence_id: str) -> Recurrence:
        recurrence = self._store.recurrences.get(recurrence_id.lower())
        if recurrence is None or recurrence.merchant_id != merchant:
            raise Refusal(not_found())
        return recurrence

    # -- changing --------------------------------------------------------

    def change(self, request: Request, recurrence_id: str, what: str) -> Answer:
        """``PUT /1/RecurrentPayment/{id}/…``: 200 without a body."""
        recurrence = self._find(request.merchant, recurrence_id)
        if recurrence.status != ACTIVE:
            raise Refusal(problems(169))
        self._changes[what.lower()](recurrence, request)
        return self._keep_change(recurrence)

    def deactivate(self, request: Request, recurrence_id: str) -> Answer:
        """Stops later charges; what was charged stays charged."""
        recurrence = self._find(request.merchant, recurrence_id)
        if recurrence.status != ACTIVE:
            raise Refusal(problems(169))
        self._set_status(recurrence, DISABLED)
        return self._keep_change(recurrence)

    def reactivate(self, request: Request, recurrence_id: str) -> Answer:
        """Charges go on at the next date that is still to come."""
        recurrence = self._find(request.merchant, recurrence_id)
        if recurrence.status == FINISHED:
            raise Refusal(problems(169))
        if recurrence.status != ACTIVE:
            self._set_status(recurrence, ACTIVE)
            recurrence.attempt = 1
            while recurrence.next <= self._clock.today().isoformat():
                _plan_next(recurrence)
            recurrence.due = recurrence.next
        return self._keep_change(recurrence)

    def _keep_change(self, recurrence: Recurrence) -> Answer:
        recurrence.touched_at = self._clock.now()
        self._store.save(recurrence)
        return Answer(200)

    def _set_customer(self, recurrence: Recurrence, request: Request) -> None:
        customer = request.object()
        check = Checker()
        read_customer(check, customer, self._clock.today())
        check.finish()
        recurrence.customer = customer

    def _set_end_date(self, recurrence: Recurrence, request: Request) -> None:
        end = read_end(request.json())
        if end is None or end.isoformat() < recurrence.next:
            raise Refusal(problems(321))
        recurrence.end = end.isoformat()

    def _set_interval(self, recurrence: Recurrence, request: Request) -> None:
        months = request.json()
        if isinstance(months, bool) or not isinstance(months, int) or months not in INTERVAL_NAMES:
            raise Refusal(problems(186))
        recurrence.months = months

    def _set_day(self, recurrence: Recurrence, request: Request) -> None:
        """Whether the next charge already moves depends on today [recurrence-day]."""
        day = request.json()
        if isinstance(day, bool) or not isinstance(day, int) or not 1 <= day <= 31:
            raise Refusal(problems(317))
        today, coming = self._clock.today(), date.fromisoformat(recurrence.next)
        recurrence.day = day
        this_month = (coming.year, coming.month) == (today.year, today.month)
        if recurrence.attempt == 1 and (day > today.day or not this_month):
            recurrence.next = recurrence.due = add_months(coming, 0, day).isoformat()

    def _set_amount(self, recurrence: Recurrence, request: Request) -> None:
        check = Checker()
        amount = read_amount(check, request.json())
        check.finish()
        recurrence.amount = amount

    def _set_next_payment_date(self, recurrence: Recurrence, request: Request) -> None:
        day = parse_day(request.json())
        if recurrence.attempt > 1:
            raise Refusal(problems(315))
        if day is None or day < self._clock.today():
            raise Refusal(problems(316))
        if recurrence.end and day.isoformat() > recurrence.end:
            raise Refusal(problems(321))
        recurrence.next = recurrence.due = day.isoformat()

    def _set_payment(self, recurrence: Recurrence, request: Request) -> None:
        """Replaces the whole node, so everything in it has to be there."""
        payment = dict(request.object(), Recurrent=True)
        payment.pop("RecurrentPayment", None)
        body = {"MerchantOrderId": recurrence.order_number, "Payment": payment}
        find = partial(self._vault.find, request.merchant)
        wanted = read_sale(body, find, self._clock.today())
        if wanted.type != "CreditCard" or wanted.card is None:
            raise Refusal(problems(186))
        wanted.recurrent = False
        self._keep_payment(recurrence, wanted)
        recurrence.amount = wanted.amount

    # -- charging --------------------------------------------------------

    def run_due(self) -> None:
        """Make every charge whose day has come, in the order of those days."""
        today = self._clock.today().isoformat()
        while True:
            due = [
                recurrence
                for recurrence in self._store.recurrences.values()
                if recurrence.status == ACTIVE and recurrence.due <= today
            ]
            if not due:
                return
            for recurrence in sorted(due, key=lambda one: one.due):
                self._charge(recurrence)

    def _charge(self, recurrence: Recurrence) -> None:
        moment = max(midnight(date.fromisoformat(recurrence.due)), recurrence.touched_at)
        day = local_day(moment)
        recurrence.touched_at = moment
        card = CardData(**recurrence.card)
        if recurrence.end and recurrence.next > recurrence.end:
            self._set_status(recurrence, FINISHED)
        elif card.expired(day):
            self._set_status(recurrence, CARD_EXPIRED)
        else:
            self._attempt(recurrence, card, moment)
        self._store.save(recurrence)

    def _attempt(self, recurrence: Recurrence, card: CardData, moment: float) -> None:
        wanted = SaleRequest(
            order_number=recurrence.order_number,
            customer=recurrence.customer,
            payment={
                name: recurrence.payment.get(name) for name in ("Interest", "SoftDescriptor")
            },
            type="CreditCard",
            amount=recurrence.amount,
            capture=True,  # always captured at once
            card=card,
        )
        sale = self._till.book(recurrence.merchant_id, wanted, moment)
        if sale.late_due:
            # Cielo asks again by itself before it counts a charge as failed.
            self._till.settle_late(sale)
            self._till.publish(sale)
        self._enter(recurrence, sale)
        day = local_day(moment)
        if sale.status in CHARGED:
            recurrence.successes += 1
            self._go_on(recurrence, day)
        elif recurrence.attempt <= self._retries.count and sale.return_code not in IRREVERSIBLE:
            recurrence.attempt += 1
            recurrence.due = (day + timedelta(days=self._retries.days)).isoformat()
        elif self._retries.disable:
            self._set_status(recurrence, OUT_OF_TRIES)
        else:
            recurrence.charges += 1
            recurrence.attempt = 1
            self._go_on(recurrence, day)
        sale.details["RecurrentPayment"] = recurrence_node(recurrence, False)
        self._store.save(sale)

    def _go_on(self, recurrence: Recurrence, day: date) -> None:
        """To the next date; a start in the past is caught up with one charge per day."""
        _plan_next(recurrence)
        recurrence.due = max(recurrence.next, (day + timedelta(days=1)).isoformat())
        if recurrence.end and recurrence.next > recurrence.end:
            self._set_status(recurrence, FINISHED)

    def _enter(self, recurrence: Recurrence, sale: Sale) -> None:
        sale.recurrence_id = recurrence.recurrence_id
        recurrence.transactions.append(
            {
                "PaymentId": sale.payment_id,
                "PaymentNumber": recurrence.charges,
                "TryNumber": recurrence.attempt,
            }
        )
        if sale.status in CHARGED:
            recurrence.charges += 1
            recurrence.attempt = 1
        self._store.save(recurrence)

    def _set_status(self, recurrence: Recurrence, status: int) -> None:
        recurrence.status = status
        self._news.tell_recurrence(recurrence.recurrence_id, CHANGED)


def _plan_next(recurrence: Recurrence) -> None:
    """The next date, counted from the one that was planned and not from today."""
    coming = date.fromisoformat(recurrence.next)
    recurrence.next = add_months(coming, recurrence.months, recurrence.day).isoformat()
