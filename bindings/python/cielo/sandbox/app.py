"""The application: routes, authentication and the life of the server."""

from __future__ import annotations

import asyncio
import hmac
import logging
import random
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Callable

from aiohttp import web

from .admin import Admin
from .books import Books
from .cards import Cards
from .checkout_news import CheckoutNews
from .checkout_recurrence import CheckoutRecurrences
from .checkout_shopper import CheckoutShopper
from .checkout_till import CheckoutTill
from .clock import Clock, stamp
from .exchange import Answer, Handler, Refusal, Request, not_found, problems
from .faults import Faults
from .journal import Journal
from .news import News
from .notify import Notifier
from .oauth import OAuth
from .orders import Orders
from .pages import Links, Pages
from .recurrence import Recurrences
from .refunds import Refunds
from .sales import Sales
from .shopper import Shopper
from .store import Store
from .till import Till
from .vault import Vault

LOG = logging.getLogger(__name__)

#: How often work that falls due by the clock is looked for.
TICK_SECONDS = 0.2

#: The largest request body that is read.
LARGEST_BODY = 4 * 1024 * 1024


@dataclass(frozen=True)
class Options:
    """What a sandbox can be told when it starts.

    Empty `merchants` or `clients` accept any credentials.  `notify_url` gets the
    notifications of API 3.0 and those of finished Checkout orders, the latter as
    `notify_kind` says (`post` or `json`); `status_url` gets later changes.
    """

    state: str | None = None
    seed: int | None = None
    notify_url: str | None = None
    notify_kind: str = "post"
    status_url: str | None = None
    merchants: Mapping[str, str] | None = None
    clients: Mapping[str, str] | None = None
    recurrence_tries: int = 4
    recurrence_retry_days: int = 1


@dataclass(frozen=True)
class Route:
    """A verb, the paths it is for, and who answers."""

    method: str
    path: re.Pattern[str]
    handler: Handler
    authenticate: Callable[[Request], None]


class Sandbox:
    """One local Cielo: its books, its clock and the handlers around them."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.store = Store(self.options.state)
        self.clock = Clock(float(self.store.meta.get("offset", 0.0)))
        self.draw = random.Random(self.options.seed)
        self.journal = Journal()
        self.faults = Faults()
        self.notifier = Notifier()
        books = Books(self.store, self.clock, self.draw)
        news = News(self.notifier, self.options.notify_url)
        vault = Vault(books)
        till = Till(books, vault, news)
        self.cards = Cards(books, vault)
        self.refunds = Refunds(books, till.publish)
        self.recurrences = Recurrences(
            books,
            vault,
            till,
            news,
            tries=self.options.recurrence_tries,
            retry_days=self.options.recurrence_retry_days,
        )
        self.sales = Sales(books, vault, till, self.refunds, self.recurrences)
        self.shopper = Shopper(books, till)
        self.oauth = OAuth(self.clock, self.options.clients or {})
        self.pages = Pages(books)
        self.links = Links(books)
        checkout_news = CheckoutNews(
            self.store,
            self.notifier,
            self.options.notify_url,
            self.options.notify_kind,
            self.options.status_url,
        )
        checkout_till = CheckoutTill(books, checkout_news)
        self.orders = Orders(books, checkout_till)
        self.checkout_recurrences = CheckoutRecurrences(books, checkout_till)
        self.checkout_shopper = CheckoutShopper(books, checkout_till, self.checkout_recurrences)
        self._admin = Admin(self)
        self._routes = self._build_routes()

    def __repr__(self) -> str:
        return f"<Sandbox {len(self.store.sales)} sales, {len(self.journal)} requests>"

    # -- the server ------------------------------------------------------

    def application(self) -> web.Application:
        """The aiohttp application that serves this sandbox."""
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_route("*", "/{path:.*}", self._dispatch)
        application.cleanup_ctx.append(self._background)
        application.on_shutdown.append(self._stop_stalls)
        return application

    async def _background(self, application: web.Application) -> AsyncIterator[None]:
        ticker = asyncio.get_running_loop().create_task(self._tick_for_ever())
        yield
        ticker.cancel()
        await asyncio.gather(ticker, return_exceptions=True)
        await self.notifier.close()
        self.store.close()

    async def _stop_stalls(self, application: web.Application) -> None:
        self.faults.stop()

    async def _tick_for_ever(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.tick()

    async def _dispatch(self, raw: web.Request) -> web.StreamResponse:
        try:
            body = await raw.read()
        except ConnectionError:
            return web.Response()  # nobody is left to read it
        query = {name.lower(): value for name, value in raw.query.items()}
        request = Request(raw.method, raw.path.rstrip("/"), query, raw.headers, body)
        if request.path == "/_sandbox" or request.path.startswith("/_sandbox/"):
            return self._response(self._guard(lambda: self._admin.handle(request)))
        entry = self.journal.record(
            raw.method, raw.path_qs, raw.headers, body, stamp(self.clock.now())
        )
        answer: Answer | None
        fault = self.faults.take(raw.method, raw.path_qs) if self.faults.list else None
        if fault is None:
            answer = self.process(request)
        else:
            entry.fault = f"{fault.after}/{fault.do}" if fault.do else "delay"
            answer = await self.faults.play(
                fault, raw, lambda: self.process(request), self.clock.http_date
            )
            if answer is None:
                return web.Response()  # the connection is gone already
        entry.status = answer.status
        return self._response(answer)

    def _response(self, answer: Answer) -> web.Response:
        headers = dict(answer.header_items(self.clock.http_date()))
        return web.Response(status=answer.status, body=answer.body or None, headers=headers)

    # -- a request -------------------------------------------------------

    def process(self, request: Request) -> Answer:
        """Route, authenticate, handle and book one request."""
        return self._guard(lambda: self._handle(request))

    def _guard(self, handle: Handler) -> Answer:
        try:
            answer = handle()
        except Refusal as refusal:
            answer = refusal.answer
        except Exception:
            LOG.exception("the local Cielo failed")
            answer = problems(0)
            answer.status = 500
        self.store.flush()
        return answer

    def _handle(self, request: Request) -> Answer:
        other_verb = False
        for route in self._routes:
            match = route.path.fullmatch(request.path)
            if match is None:
                continue
            if route.method != request.method:
                other_verb = True
                continue
            route.authenticate(request)
            return route.handler(request, *match.groups())
        return Answer(405) if other_verb else not_found()

    def _api_merchant(self, request: Request) -> None:
        """`MerchantId` and `MerchantKey`; a failure has no body [http-codes]."""
        merchant = request.headers.get("MerchantId", "").strip().lower()
        key = request.headers.get("MerchantKey", "").strip()
        if not merchant or not key:
            raise Refusal(Answer(401))
        keys = self._merchant_keys()
        wanted = keys.get(merchant, "")
        if keys and not hmac.compare_digest(wanted.encode(), key.encode()):
            raise Refusal(Answer(401))
        request.merchant = merchant

    def _page_merchant(self, request: Request) -> None:
        """Header `MerchantId`, or a bearer token: both are in use."""
        if request.headers.get("Authorization"):
            self.oauth.authenticate(request)
        self._checkout_merchant(request)

    def _checkout_merchant(self, request: Request) -> None:
        """Header `MerchantId` alone; a token already presented will do instead."""
        merchant = request.headers.get("MerchantId", "").strip().lower()
        if merchant:
            keys = self._merchant_keys()
            if keys and merchant not in keys:
                raise Refusal(Answer(401))
            request.merchant = merchant
        if not request.merchant:
            raise Refusal(Answer(401))

    def _merchant_keys(self) -> dict[str, str]:
        return {name.lower(): key for name, key in (self.options.merchants or {}).items()}

    def _build_routes(self) -> list[Route]:
        return [*self._api_routes(), *self._checkout_routes()]

    def _api_routes(self) -> list[Route]:
        sales, cards, recurrences = self.sales, self.cards, self.recurrences
        changes = "Customer|EndDate|Interval|RecurrencyDay|Amount|NextPaymentDate|Payment"
        recurrence = "/1/RecurrentPayment/([^/]+)"
        table: list[tuple[str, str, Handler]] = [
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
        return [
            Route(method, _pattern(path), handler, self._api_merchant)
            for method, path, handler in table
        ]

    def _checkout_routes(self) -> list[Route]:
        orders, links, recurrences = self.orders, self.links, self.checkout_recurrences
        order = "/api/public/v2/orders/([^/]+)"
        product = "/api/public/v1/products/([^/]+)"
        recurrence = "/api/public/v1/RecurrentPayment"
        table: list[tuple[str, str, Handler]] = [
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
        routes = [
            Route(method, _pattern(path), handler, self.oauth.authenticate)
            for method, path, handler in table
        ]
        token, page = "/api/public/v2/token", "/api/public/v1/orders"
        routes += [
            Route("POST", _pattern(token), self.oauth.token, lambda request: None),
            Route("POST", _pattern(page), self.pages.create, self._page_merchant),
            Route(
                "GET",
                _pattern(f"{page}/([^/]+)/([^/]+)"),
                orders.find_notified,
                self._checkout_merchant,
            ),
        ]
        return routes

    # -- time ------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Move the clock and do what has fallen due meanwhile."""
        self.clock.offset += seconds
        self.store.set_meta("offset", self.clock.offset)
        self.orders.expire()
        self.tick()

    def tick(self) -> None:
        """Charges and refunds whose time has come."""
        self.recurrences.run_due()
        self.checkout_recurrences.run_due()
        self.refunds.run_due()
        self.store.flush()

    def reset(self) -> None:
        """Back to an empty sandbox on real time."""
        self.store.clear()
        self.journal.clear()
        self.faults.list = []
        self.notifier.clear()
        self.refunds.clear()
        self.oauth.clear()
        self.clock.offset = 0.0


def _pattern(path: str) -> re.Pattern[str]:
    """Cielo does not mind the case of a path."""
    return re.compile(path, re.IGNORECASE)
