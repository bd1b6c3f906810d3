"""The handles of the sandbox itself, under ``/_sandbox/``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .clock import stamp
from .exchange import Answer, Refusal, Request, reply
from .faults import read_faults
from .lines import order_line, recurrence_line, sale_line
from .shopper import PayProblem

if TYPE_CHECKING:
    from .app import Sandbox


class Admin:
    """Books, journal, clock, faults and the shopper's hand."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._routes = {
            ("GET", "requests"): self._requests,
            ("GET", "sales"): self._sales,
            ("GET", "recurrences"): self._recurrences,
            ("GET", "orders"): self._orders,
            ("GET", "notifications"): self._notifications,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._set_faults,
            ("GET", "clock"): self._clock,
            ("POST", "clock"): self._advance,
            ("POST", "pay"): self._pay,
            ("POST", "reset"): self._reset,
        }
        self._pay_for = {
            "payment_id": self._pay_sale,
            "order": self._pay_page,
            "link": self._pay_link,
        }

    def handle(self, request: Request) -> Answer:
        """Answer a request under ``/_sandbox/``."""
        name = request.path[len("/_sandbox") :].strip("/")
        handler = self._routes.get((request.method, name))
        if handler is None:
            known = any(path == name for _method, path in self._routes)
            return _error("no such handle", 405 if known else 404)
        return handler(request)

    def _requests(self, request: Request) -> Answer:
        return reply(self._sandbox.journal.as_list())

    def _sales(self, request: Request) -> Answer:
        return reply([sale_line(sale) for sale in self._sandbox.store.sales.values()])

    def _recurrences(self, request: Request) -> Answer:
        return reply([recurrence_line(one) for one in self._sandbox.store.recurrences.values()])

    def _orders(self, request: Request) -> Answer:
        return reply([order_line(one) for one in self._sandbox.store.orders.values()])

    def _notifications(self, request: Request) -> Answer:
        return reply(list(self._sandbox.notifier.sent))

    def _faults(self, request: Request) -> Answer:
        return reply([fault.as_dict() for fault in self._sandbox.faults.list])

    def _set_faults(self, request: Request) -> Answer:
        try:
            self._sandbox.faults.list = read_faults(_body(request))
        except ValueError as error:
            return _error(str(error))
        return self._faults(request)

    def _clock(self, request: Request) -> Answer:
        clock = self._sandbox.clock
        return reply({"now": stamp(clock.now()), "offset_seconds": clock.offset})

    def _advance(self, request: Request) -> Answer:
        seconds = _members(request).get("advance_seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds < 0:
            return _error('"advance_seconds" is a number, and the clock never goes back')
        self._sandbox.advance(seconds)
        return self._clock(request)

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
        return reply(sale_line(self._sandbox.shopper.pay(payment_id, approve, card)))

    def _pay_page(self, wanted: dict[str, Any]) -> Answer:
        return reply(order_line(self._sandbox.checkout_shopper.pay_page(wanted["order"], wanted)))

    def _pay_link(self, wanted: dict[str, Any]) -> Answer:
        return reply(order_line(self._sandbox.checkout_shopper.pay_link(wanted["link"], wanted)))

    def _reset(self, request: Request) -> Answer:
        self._sandbox.reset()
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
