"""Recurrence of pages and links [checkout-recurrence]."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from .books import Books
from .checkout import (
    ACTIVE,
    DENIED,
    DISABLED,
    FINISHED,
    OUT_OF_TRIES,
    PAID,
    RECURRENCE_TEXTS,
    STATUS_WORDS,
    lowered,
    numbered,
    refused,
)
from .checkout_till import CheckoutTill
from .clock import add_months, iso, local_day, midnight, parse_day
from .exchange import Answer, Refusal, Request, cents, not_found, reply
from .intervals import INTERVAL_NAMES, read_end, read_interval
from .store import CheckoutRecurrence, Order

#: After the charge itself, one try a day; not configurable at Cielo either.
RETRIES = 4

NEVER = "0001-01-01T00:00:00"

#: The documented answer to a change is no JSON; a client must not mind.
UPDATED = b'{ "message": "Recurrent payment updated", }'


class CheckoutRecurrences:
    """``/api/public/v1/RecurrentPayment`` and the charges behind it."""

    def __init__(self, books: Books, till: CheckoutTill) -> None:
        self._store = books.store
        self._clock = books.clock
        self._till = till

    def begin(self, order: Order, plan: Mapping[str, Any], card: str) -> None:
        """The first payment went through: the card is charged again from now on.

        `card` is the masked card of the later charges; a test may want one that
        stops working after the first.
        """
        start = local_day(order.created_at)
        months = read_interval(plan.get("interval", "Monthly")) or 1
        end = read_end(plan.get("enddate"))
        coming = add_months(start, months).isoformat()
        recurrence = CheckoutRecurrence(
            pagador_id=str(uuid.uuid4()),
            identity=str(uuid.uuid4()),
            first_order=order.number,
            months=months,
            amount=order.amount,
            day=start.day,
            start=start.isoformat(),
            next=coming,
            due=coming,
            touched_at=order.created_at,
            end=end.isoformat() if end else "",
            orders=[order.number],
            last_paid=iso(order.created_at, 0),
            card=card,
        )
        order.recurrence_id = recurrence.pagador_id
        self._store.save(recurrence)

    # -- reading and changing --------------------------------------------

    def get(self, request: Request, pagador_id: str) -> Answer:
        """``GET …/RecurrentPayment/{pagadorRecurrentPaymentId}``."""
        recurrence = self._find(pagador_id)
        first = self._store.orders[recurrence.first_order]
        tree: dict[str, Any] = {
            "id": recurrence.identity,
            "pagadorRecurrentPaymentId": recurrence.pagador_id,
            "recurrentPaymentStatus": recurrence.status,
            "recurrentPaymentStatusEnum": recurrence.status,
            "recurrentPaymentStatusDescription": RECURRENCE_TEXTS[recurrence.status],
            "isRecurrentPaymentExpired": recurrence.status == FINISHED,
            "allowEdit": recurrence.status == ACTIVE,
            "startDate": f"{recurrence.start}T00:00:00",
            "endDate": f"{recurrence.end}T00:00:00" if recurrence.end else NEVER,
            "formatedEndDate": _brazilian(recurrence.end),
            "day": recurrence.day,
            "items": first.cart["items"],
            "history": [self._past(number) for number in recurrence.orders],
            "lastPaymentDate": recurrence.last_paid or NEVER,
            "nextPaymentDate": f"{recurrence.next}T00:00:00",
            "formatedNextPaymentDate": _brazilian(recurrence.next),
            "intervalDescription": INTERVAL_NAMES[recurrence.months],
            "amount": float(recurrence.amount),
        }
        tree = numbered(tree)
        tree["item"] = {"$ref": tree["items"][0]["$id"]}
        return reply(tree)

    def _past(self, number: str) -> dict[str, Any]:
        order = self._store.orders[number]
        return {
            "orderId": str(uuid.UUID(order.number)),
            "orderNumber": order.number,
            "merchantOrderNumber": order.order_number,
            "createdDate": iso(order.created_at),
            "paymentStatus": order.status,
            "paymentStatusDescription": STATUS_WORDS[order.status],
        }

    def update(self, request: Request) -> Answer:
        """``PUT …/RecurrentPayment/Update``: only what the body names changes."""
        body = lowered(request.object())
        recurrence = self._find(str(body.get("pagadorrecurrentpaymentid", "")))
        if recurrence.status != ACTIVE:
            raise refused("The recurrence is not active.")
        changes = _read_changes(body, self._clock.today())
        for name, value in changes.items():
            setattr(recurrence, name, value)
        if "next" in changes:
            recurrence.due, recurrence.attempt = recurrence.next, 1
        elif "day" in changes:
            coming = date.fromisoformat(recurrence.next)
            recurrence.next = add_months(coming, 0, recurrence.day).isoformat()
            recurrence.due = recurrence.next
        recurrence.touched_at = self._clock.now()
        self._store.save(recurrence)
        return Answer(200, UPDATED)

    def deactivate(self, request: Request, pagador_id: str) -> Answer:
        """``DELETE …/RecurrentPayment/Deactivate/{id}``: for good."""
        recurrence = self._find(pagador_id)
        if recurrence.status != ACTIVE:
            raise refused("The recurrence is not active.")
        recurrence.status = DISABLED
        self._store.save(recurrence)
        return Answer(200)

    def _find(self, pagador_id: str) -> CheckoutRecurrence:
        recurrence = self._store.checkout_recurrences.get(pagador_id.lower())
        if recurrence is None:
            raise Refusal(not_found())
        return recurrence

    # -- charging --------------------------------------------------------

    def run_due(self) -> None:
        """Make every charge whose day has come, in the order of those days."""
        today = self._clock.today().isoformat()
        while True:
            due = [
                recurrence
                for recurrence in self._store.checkout_recurrences.values()
                if recurrence.status == ACTIVE and recurrence.due <= today
            ]
            if not due:
                return
            for recurrence in sorted(due, key=lambda one: one.due):
                self._charge(recurrence)
                self._store.save(recurrence)

    def _charge(self, recurrence: CheckoutRecurrence) -> None:
        moment = max(midnight(date.fromisoformat(recurrence.due)), recurrence.touched_at)
        recurrence.touched_at = moment
        if recurrence.end and recurrence.next > recurrence.end:
            recurrence.status = FINISHED
            return
        first = self._store.orders[recurrence.first_order]
        order = self._till.charge_again(first, recurrence.card, recurrence.amount, moment)
        recurrence.orders.append(order.number)
        if order.status == PAID:
            coming = date.fromisoformat(recurrence.next)
            recurrence.next = add_months(coming, recurrence.months, recurrence.day).isoformat()
            recurrence.due = max(recurrence.next, _tomorrow(moment))
            recurrence.attempt = 1
            recurrence.last_paid = iso(moment, 0)
            if recurrence.end and recurrence.next > recurrence.end:
                recurrence.status = FINISHED
        elif order.status == DENIED and recurrence.attempt > RETRIES:
            recurrence.status = OUT_OF_TRIES
        else:
            recurrence.attempt += 1
            recurrence.due = _tomorrow(moment)


def _read_changes(body: Mapping[str, Any], today: date) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if body.get("amount") is not None:
        changes["amount"] = _cents(body["amount"])
    if body.get("interval") is not None:
        changes["months"] = read_interval(body["interval"])
    if body.get("day") is not None:
        day = cents(body["day"])
        changes["day"] = day if day is not None and 1 <= day <= 31 else None
    for name, member in (("end", "enddate"), ("next", "nextpaymentdate")):
        if body.get(member) is not None:
            when = parse_day(body[member])
            changes[name] = when.isoformat() if when is not None and when >= today else None
    wrong = [name for name, value in changes.items() if value is None]
    if wrong:
        raise refused(f"The recurrence cannot take this: {', '.join(wrong)}.")
    return changes


def _cents(value: object) -> int | None:
    """Cents; text with a decimal point, as in the sample, is taken as reais."""
    found = cents(value)
    if found is None and isinstance(value, str):
        try:
            found = int(Decimal(value) * 100)
        except (InvalidOperation, ValueError, OverflowError):
            return None
    return found if found is not None and 0 < found < 10**15 else None


def _tomorrow(moment: float) -> str:
    return (local_day(moment) + timedelta(days=1)).isoformat()


def _brazilian(day: str) -> str:
    return date.fromisoformat(day).strftime("%d/%m/%Y") if day else ""
