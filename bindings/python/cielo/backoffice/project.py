"""What became of a sale, out of all that was written and told of it.

A sale is folded from its events in the order of their time, each time anew: so
what grows by increments is what a rebuild makes.  Nothing here reads or writes.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from .words import fraud_of, means_of, word_of

__all__ = ["Event", "cielo_moment", "doubt_of", "is_end", "next_look", "project"]

UTC = datetime.timezone.utc
# Cielo writes moments without a zone, in Brasilia's.
CIELO = ZoneInfo("America/Sao_Paulo")

# What makes a sale; other writes change one.
CREATES = "sale_create"
# Ends that the journal tells, after which nothing is in doubt.
ENDS = ("approved", "declined", "pending", "done", "failed")
# Cielo's states of a sale that was refused.
REFUSED = (3, 13)

# When a doubt is looked at, each counted from the look before: then weekly, until
# Cielo's query knows the sale no more.
STEPS = (
    datetime.timedelta(minutes=1), datetime.timedelta(minutes=5), datetime.timedelta(hours=1),
    *(datetime.timedelta(days=1),) * 5,
)
WEEKLY = datetime.timedelta(weeks=1)
QUERY_ENDS = datetime.timedelta(days=90)
# What the journal gives a call beyond its deadline before it is no more in flight.
GRACE = datetime.timedelta(seconds=5)


class Event(NamedTuple):
    """A row of the ledger's table of that name."""

    id: str
    kind: str  # intent, outcome, settled, look, seen, notice, use, change
    of: str | None
    at: datetime.datetime
    data: Mapping[str, Any]


@dataclasses.dataclass
class _Sale:
    received: datetime.datetime
    payment_id: str | None = None
    order_number: str | None = None
    tid: str | None = None
    nsu: str | None = None
    auth: str | None = None
    captured_at: datetime.datetime | None = None
    voided_at: datetime.datetime | None = None
    type: str | None = None
    provider: str | None = None
    brand: str | None = None
    first6: str | None = None
    last4: str | None = None
    installments: int | None = None
    amount: int | None = None
    captured: int | None = None
    voided: int | None = None
    status: int | None = None
    code: str | None = None
    error: str | None = None
    kind: str | None = None
    fraud: str | None = None
    recurrence_id: str | None = None
    checkout_order: str | None = None
    checkout_status: str | None = None
    reconciled: bool = False
    request_id: str | None = None
    seen_at: datetime.datetime | None = None


# Members of an outcome, or of what a query told, under the names of the columns.
_TOLD = ("payment_id", "tid", "nsu", "auth", "status", "code", "recurrence_id",
         "checkout_order", "checkout_status", "type", "provider", "brand", "installments")
_INTENDED = ("type", "provider", "brand", "installments", "amount", "request_id",
             "checkout_order", "recurrence_id", "payment_id")


def cielo_moment(text: Any) -> datetime.datetime | None:
    """A date of Cielo's, which may have a zone of its own; None when it is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=CIELO)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _take(sale: _Sale, data: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if data.get(name) is not None:
            setattr(sale, name, data[name])


def _take_intent(sale: _Sale, data: Mapping[str, Any]) -> None:
    """Of the sale itself: a change's amounts are not the sale's."""
    _take(sale, data, _INTENDED)
    sale.order_number = data.get("order", sale.order_number)
    card = data.get("card") or {}
    sale.first6 = card.get("first6", sale.first6)
    sale.last4 = card.get("last4", sale.last4)


def _take_told(sale: _Sale, data: Mapping[str, Any]) -> None:
    _take(sale, data, _TOLD)
    sale.fraud = fraud_of(data.get("fraud")) or sale.fraud
    _take(sale, data.get("amounts") or {}, ("amount", "captured", "voided"))
    dates = data.get("dates") or {}
    sale.received = cielo_moment(dates.get("received")) or sale.received
    sale.captured_at = cielo_moment(dates.get("captured")) or sale.captured_at
    sale.voided_at = cielo_moment(dates.get("voided")) or sale.voided_at


def _take_end_of_sale(sale: _Sale, data: Mapping[str, Any]) -> None:
    _take_told(sale, data)
    failed = data.get("result") in ("declined", "failed")
    sale.error = (data.get("code") or data.get("kind")) if failed else None
    sale.kind = data.get("kind")
    sale.reconciled = bool(data.get("reconciled") or data.get("state") == "adopted")


def _take_end_of_change(sale: _Sale, intent: Mapping[str, Any], end: Mapping[str, Any],
                        at: datetime.datetime) -> None:
    """A change that was carried out shows in the sale's amounts.

    Its answer tells the sale's status, and rarely its amounts: what was asked,
    or all that was left, was moved.  A query tells later what is so.
    """
    by_word = end.get("state") == "adopted" and "result" not in end  # of a person
    if not by_word and end.get("result") not in ("approved", "done"):
        return
    if end.get("status") is not None:
        sale.status = end["status"]
    asked = intent.get("amount")
    if intent["op"].endswith("_capture"):
        sale.captured = asked if asked is not None else sale.amount
        sale.captured_at = at
    elif "_void" in intent["op"]:
        before = (intent.get("before") or {}).get("voided", sale.voided) or 0
        held = sale.captured or sale.amount
        sale.voided = before + asked if asked is not None else held
        sale.voided_at = at
    _take(sale, end.get("amounts") or {}, ("captured", "voided"))


def _take_seen(sale: _Sale, event: Event) -> None:
    """What a query told: of a sale of another program, all that is known."""
    data = event.data
    _take_told(sale, data)
    card = data.get("card") or {}
    sale.first6 = card.get("first6", sale.first6)
    sale.last4 = card.get("last4", sale.last4)
    sale.order_number = data.get("order", sale.order_number)
    sale.seen_at = event.at
    if data.get("status") in REFUSED:
        sale.error = sale.error or data.get("code")
    elif data.get("status") is not None:
        sale.error = sale.kind = None


def is_end(event: Event) -> bool:
    """Whether the write that an event is about is in doubt no more."""
    if event.kind == "settled":
        return event.data.get("state") in ("adopted", "absent")
    return event.kind == "outcome" and event.data.get("result") in ENDS


def _take_end(sale: _Sale, intent: Event, end: Event) -> None:
    if end.data.get("state") == "absent":
        if intent.data["op"] == CREATES and sale.status is None:
            sale.kind = sale.error = "absent"
    elif intent.data["op"] == CREATES:
        _take_end_of_sale(sale, end.data)
    else:
        _take_end_of_change(sale, intent.data, end.data, end.at)


def _take_event(sale: _Sale, event: Event, intents: Mapping[str, Event]) -> None:
    if event.kind == "intent" and event.data["op"] == CREATES:
        sale.received = event.at
        _take_intent(sale, event.data)
    elif event.kind == "intent":
        _take(sale, event.data, ("payment_id", "checkout_order"))
        sale.order_number = event.data.get("order", sale.order_number)
    elif event.kind == "seen":
        _take_seen(sale, event)
    elif is_end(event) and event.of and event.of in intents:
        _take_end(sale, intents[event.of], event)


def _in_order(events: Iterable[Event]) -> list[Event]:
    """By time; what came of a write is behind it, whichever clock dated it.

    Looks are dated by Cielo's clock, to the second.
    """
    known = list(events)
    asked = {event.id: event.at for event in known if event.kind == "intent"}
    return sorted(known, key=lambda event: (
        max(event.at, asked.get(event.of or "", event.at)), event.id))


def project(events: Iterable[Event]) -> dict[str, Any]:
    """The columns of a sale, but for id, store and key, out of all its events."""
    ordered = _in_order(events)
    intents = {event.id: event for event in ordered if event.kind == "intent"}
    ended = {event.of for event in ordered if is_end(event)}
    sale = _Sale(received=ordered[0].at)
    for event in ordered:
        _take_event(sale, event, intents)
    doubt = not ended.issuperset(intents)
    group, means = means_of(sale.type, sale.brand, sale.provider)
    return {
        **vars(sale),
        "fraud": fraud_of(sale.fraud),
        "means": means,
        "means_group": group,
        "in_doubt": doubt,
        "word": _word(sale, doubt),
    }


def _word(sale: _Sale, doubt: bool) -> str:
    if sale.status is None and sale.payment_id and not doubt:
        return "unknown"  # made, as a person says, and not seen yet
    return word_of(sale.status, in_doubt=doubt, received=sale.received, voided=sale.voided_at)


# ---- what is in doubt ----


def next_look(since: datetime.datetime, looked: list[datetime.datetime]) -> (
        datetime.datetime | None):
    """When a doubt is looked at after so many looks; None when Cielo's query has ended."""
    step = STEPS[len(looked)] if len(looked) < len(STEPS) else WEEKLY
    moment = (max(looked) if looked else since) + step
    return moment if moment <= since + QUERY_ENDS else None


def doubt_of(intent: Event, about: Iterable[Event]) -> dict[str, Any] | None:
    """The row of a write whose end nobody knows; None for one that has its end."""
    others = sorted(about, key=lambda event: (event.at, event.id))
    if any(map(is_end, others)):
        return None
    answered = [event.at for event in others if event.kind == "outcome"]
    deadline = cielo_moment(intent.data.get("deadline")) or intent.at
    since = answered[0] if answered else deadline + GRACE
    looks = [event for event in others if event.kind == "look"]
    last = looks[-1] if looks else None
    return {
        "id": intent.id,
        "operation": intent.data["op"],
        "order_number": intent.data.get("order"),
        "payment_id": intent.data.get("payment_id"),
        "amount": intent.data.get("amount"),
        "at": intent.at,
        "since": since,
        "looks": len(looks),
        "looked_at": last.at if last else None,
        "next_look": next_look(since, [look.at for look in looks]),
        "saw": last.data.get("saw") if last else None,
        "why": last.data.get("why") if last else None,
    }
