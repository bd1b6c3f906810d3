"""The handles of the sandbox itself, under ``/_sandbox/``."""

from __future__ import annotations

import json
from typing import Any, Callable

from .books import Books
from .checkout_shopper import CheckoutShopper
from .clock import LATEST, stamp
from .exchange import Answer, Refusal, Request, reply
from .faults import Faults, read_faults
from .journal import Journal
from .lines import consent_line, order_line, recurrence_line, sale_line
from .notify import Notifier
from .origin import is_foreign
from .shopper import PayProblem, Shopper


class Admin:
    """Books, journal, clock, faults and the shopper's hand."""

    def __init__(
        self,
        books: Books,
        journal: Journal,
        faults: Faults,
        notifier: Notifier,
        shopper: Shopper,
        checkout_shopper: CheckoutShopper,
        *,
        advance: Callable[[float], None],
        reset: Callable[[], None],
    ) -> None:
        self._store = books.store
        self._clock = books.clock
        self._journal = journal
        self._faults = faults
        self._notifier = notifier
        self._shopper = shopper
        self._checkout_shopper = checkout_shopper
        self._advance = advance
        self._reset = reset
        self._routes = {
            ("GET", "requests"): self._show_requests,
            ("GET", "sales"): self._show_sales,
            ("GET", "recurrences"): self._show_recurrences,
            ("GET", "consents"): self._show_consents,
            ("GET", "orders"): self._show_orders,
            ("GET", "notifications"): self._show_notifications,
            ("GET", "faults"): self._show_faults,
            ("POST", "faults"): self._set_faults,
            ("GET", "clock"): self._show_clock,
            ("POST", "clock"): self._move_clock,
            ("POST", "pay"): self._pay,
            ("POST", "reset"): self._forget,
        }
        self._pay_for = {
            "payment_id": self._pay_sale,
            "order": self._pay_page,
            "link": self._pay_link,
        }

    def handle(self, request: Request) -> Answer:
        """Answer a request under ``/_sandbox/``."""
        name = request.path[len("/_sandbox") :].strip("/")
        if request.method != "GET" and is_foreign(request.headers):
            return _error("a page of another site sent this", 403)
        if (request.method, name) == ("GET", ""):
            return reply({"handles": self._handles()})
        handler = self._routes.get((request.method, name))
        if handler is None:
            known = any(path == name for _method, path in self._routes)
            body = {"error": "no such handle", "handles": self._handles()}
            return reply(body, 405 if known else 404)
        return handler(request)

    def _handles(self) -> list[str]:
        return [f"{method} /_sandbox/{name}" for method, name in self._routes]

    def _show_requests(self, request: Request) -> Answer:
        return reply(self._journal.as_list())

    def _show_sales(self, request: Request) -> Answer:
        return reply([sale_line(sale) for sale in self._store.sales.values()])

    def _show_recurrences(self, request: Request) -> Answer:
        return reply([recurrence_line(one) for one in self._store.recurrences.values()])

    def _show_consents(self, request: Request) -> Answer:
        return reply([consent_line(one) for one in self._store.consents.values()])

    def _show_orders(self, request: Request) -> Answer:
        return reply([order_line(one) for one in self._store.orders.values()])

    def _show_notifications(self, request: Request) -> Answer:
        return reply(list(self._notifier.sent))

    def _show_faults(self, request: Request) -> Answer:
        return reply([fault.as_dict() for fault in self._faults.list])

    def _set_faults(self, request: Request) -> Answer:
        try:
            self._faults.list = read_faults(_body(request))
        except ValueError as error:
            return _error(str(error))
        return self._show_faults(request)

    def _show_clock(self, request: Request) -> Answer:
        now, offset = self._clock.now(), self._clock.offset
        return reply({"now": stamp(now), "offset_seconds": offset})

    def _move_clock(self, request: Request) -> Answer:
        seconds = _members(request).get("advance_seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            return _error('"advance_seconds" is a number')
        # Not the other way round: what is no number is in no order.
        if not 0 <= seconds <= LATEST - self._clock.now():
            return _error('"advance_seconds": the clock never goes back, nor past the year 2199')
        self._advance(seconds)
        return self._show_clock(request)

    def _pay(self, request: Request) -> Answer:
        wanted = _members(request)
        named = [name for name in ("payment_id", "order", "link") if name in wanted]
        if len(named) != 1 or not isinstance(wanted[named[0]], str):
            return _error('one of "payment_id", "order" and "link" says what is paid')
        try:
            return self._pay_for[named[0]](wanted)
        except PayProblem as problem:
            return _error(str(problem), 409)

    def _pay_sale(self, wanted: dict[str, Any]) -> Answer:
        payment_id, card = wanted["payment_id"], wanted.get("card", "")
        approve = wanted.get("approve", True)
        if not isinstance(approve, bool) or not isinstance(card, str):
            return _error('"approve" is a boolean and "card" text')
        return reply(sale_line(self._shopper.pay(payment_id, approve, card)))

    def _pay_page(self, wanted: dict[str, Any]) -> Answer:
        return reply(order_line(self._checkout_shopper.pay_page(wanted["order"], wanted)))

    def _pay_link(self, wanted: dict[str, Any]) -> Answer:
        return reply(order_line(self._checkout_shopper.pay_link(wanted["link"], wanted)))

    def _forget(self, request: Request) -> Answer:
        self._reset()
        return reply({"reset": True})


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body.decode("utf-8"))
    except ValueError:
        raise Refusal(_error("a JSON body is expected")) from None


def _members(request: Request) -> dict[str, Any]:
    value = _body(request)
    if not isinstance(value, dict):
        raise Refusal(_error("a JSON object is expected"))
    return value


def _error(message: str, status: int = 400) -> Answer:
    return reply({"error": message}, status)
