"""What the page shows of the books: plain values, ready for its templates."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Callable, TypeVar

from .api3 import CIELO2
from .books import Books, has_lapsed
from .checkout_shopper import CheckoutShopper, awaits_payment, can_lapse
from .clock import stamp
from .faults import Fault, Faults
from .journal import Entry, Journal
from .mask import shown_number, shown_text, shown_tree
from .notify import RETRY_SECONDS, Notifier
from .page_text import (
    EVENTS,
    MARKS,
    MEANS,
    ORDER_STATUSES,
    ORDER_TONES,
    REMOVED,
    SALE_STATUSES,
    SALE_TONES,
    Words,
)
from .shopper import Shopper
from .store import Link, Order, Page, Sale

#: Of a body, the characters that are shown.
LONGEST_BODY = 20_000

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Part:
    """Some rows of a book, newest first, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: int


class View:
    """Reads the books; changes nothing."""

    def __init__(
        self,
        books: Books,
        journal: Journal,
        faults: Faults,
        notifier: Notifier,
        shopper: Shopper,
        checkout_shopper: CheckoutShopper,
    ) -> None:
        self._store = books.store
        self._clock = books.clock
        self._journal = journal
        self._faults = faults
        self._notifier = notifier
        self._shopper = shopper
        self._checkout_shopper = checkout_shopper

    def parts(self, words: Words, most: int) -> dict[str, Any]:
        """The rows of every part, at most so many of each."""
        sales, orders = self._store.sales, self._store.orders
        offers, sent = self._checkout_shopper.offers(), self._notifier.sent
        return {
            "sales": _part(list(sales.values()), most, lambda one: self._sale(one, words)),
            "offers": _part(offers, most, self._offer),
            "orders": _part(list(orders.values()), most, lambda one: _order(one, words)),
            "requests": Part(
                [_request(entry) for entry in self._journal.newest(most)], len(self._journal)
            ),
            "notifications": _part(sent, most, _notification),
            "faults": [_fault(fault) for fault in self._faults.list],
        }

    def clock(self) -> dict[str, Any]:
        """What time it is, and how far ahead of the real one."""
        seconds = round(self._clock.offset)
        days, rest = divmod(seconds, 86_400)
        span = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
        ahead = f"{days} d {span}" if days else span
        return {"now": stamp(self._clock.now()), "ahead": ahead if seconds > 0 else ""}

    def _sale(self, sale: Sale, words: Words) -> dict[str, Any]:
        actions = []
        if self._shopper.awaited(sale):
            can_decline = self._shopper.can_decline(sale)
            actions = ["pay", "decline", "expire"] if can_decline else ["pay", "expire"]
        return {
            "id": sale.payment_id,
            "at": stamp(sale.received_at),
            "number": shown_number(sale.order_number),
            "means": words.of(MEANS, sale.type.lower()),
            "card": sale.card,
            "amount": reais(sale.amount),
            "status": words.status(SALE_STATUSES, sale.status),
            # A boleto is authorised when it is issued, long before it is paid.
            "tone": "wait" if actions else SALE_TONES.get(sale.status, "off"),
            "said": shown_text(" ".join(filter(None, (sale.return_code, sale.return_message)))),
            "old_pix": sale.type == "Pix" and sale.details["Provider"] != CIELO2,
            "marks": _marks(sale, self._shopper.expired(sale), words),
            "events": _events(sale.events, words),
            "actions": actions,
        }

    def _offer(self, offer: Page | Link) -> dict[str, Any]:
        page = isinstance(offer, Page)
        name = offer.order_number if isinstance(offer, Page) else str(offer.body["name"])
        return {
            "id": offer.key,
            "kind": "page" if page else "link",
            "at": stamp(offer.created_at),
            "number": shown_number(name),
            "amount": reais(self._checkout_shopper.price(offer)),
        }


def _part(
    records: Sequence[Kept], most: int, row: Callable[[Kept], dict[str, Any]]
) -> Part:
    return Part([row(one) for one in islice(reversed(records), most)], len(records))


def reais(cents: int) -> str:
    """``R$ 1.234,56``; its blank does not break a line."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}R$\N{NO-BREAK SPACE}{whole:,}".replace(",", ".") + f",{rest:02d}"


def _order(order: Order, words: Words) -> dict[str, Any]:
    actions = ["pay"] if awaits_payment(order) else []
    return {
        "id": order.number,
        "at": stamp(order.created_at),
        "number": shown_number(order.order_number),
        "means": words.of(MEANS, order.method.lower()),
        "card": order.card,
        "amount": reais(order.amount),
        "status": words.status(ORDER_STATUSES, order.status),
        "tone": ORDER_TONES.get(order.status, "off"),
        "said": order.error_code,
        # The status of a Pix does not say that it has expired.
        "marks": _marks(order, has_lapsed(order) and order.method == "pix", words),
        "events": _events(order.events, words),
        "actions": [*actions, "expire"] if can_lapse(order) else actions,
    }


def _marks(record: Sale | Order, lapsed: bool, words: Words) -> list[tuple[str, str]]:
    """What the status does not say: how each looks, and its word."""
    marks = [("off", words.texts.expired_mark)] if lapsed else []
    if 0 < record.voided_amount < record.captured_amount:
        marks.append(("wait", words.texts.part_mark))
    names = [event["What"].partition(":")[0] for event in record.events]
    # The newest counts, but what is removed stays so whatever is tried later.
    told = dict.fromkeys([*(name for name in names if name == REMOVED), names[-1]])
    return [*marks, *((MARKS[name], words.of(EVENTS, name)) for name in told if name in MARKS)]


def _events(events: list[dict[str, Any]], words: Words) -> list[dict[str, str]]:
    return [
        {
            "at": event["At"],
            "what": words.event(event["What"]),
            "amount": reais(event["Amount"]) if event["Amount"] else "",
        }
        for event in events
    ]


def _request(entry: Entry) -> dict[str, Any]:
    tones = {2: "good", 4: "wait", 5: "bad"}
    return {
        "at": entry.at,
        "method": entry.method,
        "path": entry.path,
        "headers": entry.headers,
        "body": indented(entry.body[:LONGEST_BODY]),
        "cut": len(entry.body) > LONGEST_BODY,
        "status": entry.status,
        "tone": "bad" if entry.status is None else tones.get(entry.status // 100, "off"),
        "fault": entry.fault,
    }


def _notification(entry: Mapping[str, Any]) -> dict[str, Any]:
    body, attempts = shown_tree(entry["body"]), list(entry["attempts"])
    arrived = attempts[-1:] == ["200"]
    return {
        "url": shown_text(entry["url"]),
        "brief": ", ".join(f"{name} {value}" for name, value in islice(body.items(), 3)),
        "body": json.dumps(body, ensure_ascii=False, indent=2),
        "attempts": attempts,
        "under_way": not arrived and len(attempts) <= len(RETRY_SECONDS),
    }


def _fault(fault: Fault) -> dict[str, Any]:
    shown = fault.as_dict()
    status = shown.get("reply", {}).get("status", 200)
    what = f"reply {status}" if fault.do == "reply" else fault.do
    return {**shown, "match": shown_text(fault.match), "do": what}


def indented(body: str) -> str:
    """JSON over several lines, each of its texts and numbers as it came; else as it is."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return body
    parts, depth, last = [], 0, ""
    for token in TOKEN.findall(body):
        depth -= token in "}]"
        # Nothing stands between the brackets of what is empty.
        if (token in "}]" and last not in "{[") or last in ("{", "[", ",") and token not in "}]":
            parts.append("\n" + "  " * depth)
        parts.append(": " if token == ":" else token)
        depth += token in "{["
        last = token
    return "".join(parts)
