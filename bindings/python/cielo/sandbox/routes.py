"""Which handler answers which path of Cielo's, and what it asks of the caller first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable

from .browser_tokens import BrowserTokens
from .cards import Cards
from .checkout_recurrence import CheckoutRecurrences
from .exchange import Answer, Handler, Request, reply
from .oauth import OAuth
from .orders import Orders
from .pages import Links, Pages
from .recurrence import Recurrences
from .sales import Sales

#: Lets the caller of a request in, or refuses the request.
Check = Callable[[Request], None]

#: Method, path and handler of some routes.
Table = list[tuple[str, str, Handler]]


@dataclass(frozen=True)
class Route:
    """A verb, the paths it is for, and who answers."""

    method: str
    path: re.Pattern[str]
    handler: Handler
    check: Check


class Router:
    """Finds the route of a request, has it checked and answered."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(self, check: Check, table: Table) -> None:
        """More routes, whose callers are all checked in one way."""
        # Cielo does not mind the case of a path.
        self._routes += [
            Route(method, re.compile(path, re.IGNORECASE), handler, check)
            for method, path, handler in table
        ]

    def answer(self, request: Request) -> Answer:
        """The answer of the first route that fits; 405 if only its verb does not."""
        other_verb = False
        for route in self._routes:
            match = route.path.fullmatch(request.path)
            if match is None:
                continue
            if route.method != request.method:
                other_verb = True
                continue
            route.check(request)
            return route.handler(request, *match.groups())
        return Answer(405) if other_verb else _no_route()


def _no_route() -> Answer:
    """Not `not_found`, which is Cielo's word on an unknown id: a path that no call has."""
    return reply({"error": "the local Cielo has no such path"}, 404)


def api_table(sales: Sales, recurrences: Recurrences, cards: Cards) -> Table:
    """All of API 3.0."""
    changes = "Customer|EndDate|Interval|RecurrencyDay|Amount|NextPaymentDate|Payment"
    recurrence = "/1/RecurrentPayment/([^/]+)"
    return [
        ("POST", "/1/sales", sales.create),
        ("GET", "/1/sales", sales.find),
        ("GET", "/1/sales/acquirerTid/([^/]+)", sales.get_by_tid),
        ("GET", "/1/sales/([^/]+)", sales.get),
        ("PUT", "/1/sales/OrderId/([^/]+)/void", sales.void_by_order),
        ("PUT", "/1/sales/([^/]+)/void", sales.void),
        ("PUT", "/1/sales/([^/]+)/capture", sales.capture),
        ("GET", recurrence, recurrences.get),
        ("PUT", f"{recurrence}/Deactivate", recurrences.deactivate),
        ("PUT", f"{recurrence}/Reactivate", recurrences.reactivate),
        ("PUT", f"{recurrence}/({changes})", recurrences.change),
        ("POST", "/1/card", cards.tokenize),
        ("GET", "/1/card/([^/]+)", cards.get),
        ("GET", "/1/cardBin/([^/]+)", cards.bin),
        ("POST", "/[12]/zeroauth", cards.verify),
    ]


def checkout_table(orders: Orders, links: Links, recurrences: CheckoutRecurrences) -> Table:
    """What Checkout does for the bearer of a token."""
    order = "/api/public/v2/orders/([^/]+)"
    product = "/api/public/v1/products/([^/]+)"
    recurrence = "/api/public/v1/RecurrentPayment"
    return [
        ("GET", "/api/public/v2/merchantOrderNumber/([^/]+)", orders.find),
        ("GET", order, orders.get),
        ("PUT", f"{order}/capture", orders.capture),
        ("PUT", f"{order}/void", orders.void),
        ("POST", "/api/public/v1/products", links.create),
        ("GET", product, links.get),
        ("PUT", product, links.update),
        ("DELETE", product, links.delete),
        ("GET", f"{product}/payments", links.payments),
        ("PUT", f"{recurrence}/Update", recurrences.update),
        ("GET", f"{recurrence}/([^/]+)", recurrences.get),
        ("DELETE", f"{recurrence}/Deactivate/([^/]+)", recurrences.deactivate),
    ]


def token_table(oauth: OAuth) -> Table:
    """Where a client gets its token."""
    return [("POST", "/api/public/v2/token", oauth.token)]


def threeds_table(tokens: BrowserTokens) -> Table:
    """The host of 3DS."""
    return [("POST", "/v2/auth/token", tokens.threeds)]


def post_bearer_table(tokens: BrowserTokens) -> Table:
    """The OAuth host of Silent Order Post."""
    return [("POST", "/oauth2/token", tokens.bearer)]


def post_table(tokens: BrowserTokens) -> Table:
    """Silent Order Post itself."""
    return [("POST", "/post/api/public/v2/accesstoken", tokens.post)]


def page_table(pages: Pages) -> Table:
    """Checkout pages."""
    return [("POST", "/api/public/v1/orders", pages.create)]


def notified_table(orders: Orders) -> Table:
    """What a notification of the JSON kind points to."""
    return [("GET", "/api/public/v1/orders/([^/]+)/([^/]+)", orders.find_notified)]
