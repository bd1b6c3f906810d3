"""How the answers of API 3.0 write a scheduled recurrence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api3 import (
    ABORTED_BY_FRAUD,
    DENIAL,
    DENIED,
    ON_ITS_WAY,
    QUERY_HOST,
    SUCCESSFUL,
    TIMEOUT,
    link,
)
from .clock import iso
from .intervals import INTERVAL_NAMES
from .sale_tree import shown_customer
from .store import Recurrence, Sale
from .validation import Plan


def recurrence_tree(recurrence: Recurrence) -> dict[str, Any]:
    """The answer to a query of a recurrence."""
    node: dict[str, Any] = {
        "RecurrentPaymentId": recurrence.recurrence_id,
        "NextRecurrency": recurrence.next,
        "StartDate": recurrence.start,
    }
    if recurrence.end:
        node["EndDate"] = recurrence.end
    node.update(
        Interval=INTERVAL_NAMES[recurrence.months],
        Amount=recurrence.amount,
        Country=recurrence.payment["Country"],
        Currency=recurrence.payment["Currency"],
        CreateDate=iso(recurrence.created_at, 0),
        CurrentRecurrencyTry=recurrence.attempt,
        OrderNumber=recurrence.order_number,
        Provider=recurrence.payment["Provider"],
        RecurrencyDay=recurrence.day,
        SuccessfulRecurrences=recurrence.successes,
        Links=[_link(recurrence)],
        RecurrentTransactions=recurrence.transactions,
        Status=recurrence.status,
    )
    return {"Customer": shown_customer(recurrence.customer), "RecurrentPayment": node}


def recurrence_node(recurrence: Recurrence, now: bool) -> dict[str, Any]:
    """`RecurrentPayment` in the answer to a sale."""
    node: dict[str, Any] = {
        "RecurrentPaymentId": recurrence.recurrence_id,
        "NextRecurrency": recurrence.next,
    }
    if not now:
        node["StartDate"] = recurrence.start
    if recurrence.end:
        node["EndDate"] = recurrence.end
    node["Interval"] = INTERVAL_NAMES[recurrence.months]
    node["Link"] = _link(recurrence)
    node["AuthorizeNow"] = now
    return node


def created_node(node: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """The same when the recurrence has just been made [interval-words]."""
    return {**SUCCESSFUL, **node, "Interval": plan.months}


def refused_node(sale: Sale, plan: Plan) -> dict[str, Any]:
    """The same of a recurrence that does not begin [recurrence-begins]."""
    node = dict(_why_not(sale))
    if plan.end:
        node["EndDate"] = plan.end.isoformat()
    node["Interval"] = plan.months
    node["AuthorizeNow"] = True
    return node


def _why_not(sale: Sale) -> Mapping[str, Any]:
    """`ReasonCode` and its message, when the first charge was not authorised."""
    if sale.status == DENIED:
        return DENIAL
    if sale.late_due:
        return TIMEOUT
    return ON_ITS_WAY if "AuthenticationUrl" in sale.details else ABORTED_BY_FRAUD


def _link(recurrence: Recurrence) -> dict[str, str]:
    path = f"/1/RecurrentPayment/{recurrence.recurrence_id}"
    return link("GET", "recurrentPayment", QUERY_HOST + path)
