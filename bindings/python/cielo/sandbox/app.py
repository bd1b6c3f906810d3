"""The application: wires the handlers, keeps the time and runs the server."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Callable

from aiohttp import web

from .admin import Admin
from .books import Books
from .browser_tokens import BrowserTokens
from .cards import Cards
from .checkout_news import CheckoutNews
from .checkout_recurrence import CheckoutRecurrences
from .checkout_shopper import CheckoutShopper
from .checkout_till import CheckoutTill
from .clock import DAY, Clock, stamp
from .consents import Consents
from .exchange import Answer, Refusal, Request, problems
from .faults import Faults
from .journal import Journal
from .late import Late
from .merchants import Merchants
from .news import News
from .notify import Notifier
from .oauth import OAuth
from .orders import Orders
from .page import StatusPage
from .page_actions import Actions
from .page_view import View
from .pages import Links, Pages
from .recurrence import Recurrences, Retries
from .refunds import Refunds
from .routes import (
    Router,
    api_table,
    checkout_table,
    notified_table,
    page_table,
    post_bearer_table,
    post_table,
    threeds_table,
    token_table,
)
from .sales import Sales
from .shopper import Shopper
from .store import Store
from .till import Till
from .vault import Vault

LOG = logging.getLogger(__name__)

#: How often work that falls due by the clock is looked for.
TICK_SECONDS = 0.2

#: How often, and how many days apart, a store can have a charge tried again.
MOST_RETRIES = 4

#: How far back new books may begin: as long as Cielo's query knows a sale, four times.
MOST_DAYS_AGO = 360

#: The largest request body that is read.
LARGEST_BODY = 4 * 1024 * 1024


@dataclass(frozen=True)
class Options:
    """What a sandbox can be told when it starts.

    Empty `merchants` or `clients` accept any credentials.  `notify_url` gets the
    notifications of API 3.0 and those of finished Checkout orders, the latter as
    `notify_kind` says (`post` or `json`); `status_url` gets later changes.  Three
    are what a store sets for declined charges of its recurrences.  New books begin
    `days_ago`, and are brought up to today by moving the clock.
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
    recurrence_disable: bool = False
    days_ago: int = 0

    def __post_init__(self) -> None:
        for name, least in (("recurrence_tries", 0), ("recurrence_retry_days", 1)):
            if not least <= getattr(self, name) <= MOST_RETRIES:
                raise ValueError(f"{name} is from {least} to {MOST_RETRIES}")
        if not 0 <= self.days_ago <= MOST_DAYS_AGO:
            raise ValueError(f"days_ago is from 0 to {MOST_DAYS_AGO}")


class Sandbox:
    """One local Cielo: its books, its clock and the handlers around them."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.store = Store(self.options.state)
        self.clock = Clock(float(self.store.meta.get("offset", -self.options.days_ago * DAY)))
        self.journal = Journal()
        self.faults = Faults()
        self.notifier = Notifier()
        books = Books(self.store, self.clock, random.Random(self.options.seed))
        self._oauth = OAuth(self.clock, self.options.clients or {})
        self._merchants = Merchants(self.options.merchants or {}, self._oauth)
        self._router = Router()
        shopper, self._recurrences, self._refunds = self._wire_api(books)
        checkout_shopper, self._checkout_recurrences, self._orders = self._wire_checkout(books)
        self._admin = Admin(
            books,
            self.journal,
            self.faults,
            self.notifier,
            shopper,
            checkout_shopper,
            advance=self.advance,
            reset=self.reset,
        )
        self._page = self._wire_page(books, shopper, checkout_shopper)

    def __repr__(self) -> str:
        return f"<Sandbox {len(self.store.sales)} sales, {len(self.journal)} requests>"

    # -- wiring ----------------------------------------------------------

    def _wire_api(self, books: Books) -> tuple[Shopper, Recurrences, Refunds]:
        """The handlers of API 3.0; what is given back has more callers than the router."""
        options = self.options
        news = News(self.notifier, options.notify_url)
        vault = Vault(books)
        self._late = Late(books)
        self._till = till = Till(books, vault, news, self._late)
        refunds = Refunds(books, till.publish)
        retries = Retries(
            options.recurrence_tries, options.recurrence_retry_days, options.recurrence_disable
        )
        recurrences = Recurrences(books, vault, till, news, retries)
        consents = Consents(books, till)
        sales = Sales(books, vault, till, news, refunds, recurrences, consents)
        table = api_table(sales, recurrences, Cards(books, vault))
        self._router.add(self._merchants.check_key, table)
        return Shopper(books, till, consents), recurrences, refunds

    def _wire_checkout(
        self, books: Books
    ) -> tuple[CheckoutShopper, CheckoutRecurrences, Orders]:
        """The handlers of Checkout; what is given back has more callers than the router."""
        options = self.options
        news = CheckoutNews(
            self.store, self.notifier, options.notify_url, options.notify_kind, options.status_url
        )
        till = CheckoutTill(books, news)
        orders = Orders(books, till)
        recurrences = CheckoutRecurrences(books, till)
        add, merchants, oauth = self._router.add, self._merchants, self._oauth
        add(oauth.authenticate, checkout_table(orders, Links(books), recurrences))
        add(lambda request: None, token_table(oauth))
        add(merchants.check_id_or_token, page_table(Pages(books)))
        add(merchants.check_id, notified_table(orders))
        browser = BrowserTokens(books.clock, oauth, merchants)
        add(browser.check_threeds, threeds_table(browser))
        add(lambda request: None, post_bearer_table(browser))
        add(browser.check_post, post_table(browser))
        return CheckoutShopper(books, till, recurrences), recurrences, orders

    def _wire_page(
        self, books: Books, shopper: Shopper, checkout_shopper: CheckoutShopper
    ) -> StatusPage:
        journal, faults, options = self.journal, self.faults, self.options
        return StatusPage(
            View(books, journal, faults, self.notifier, shopper, checkout_shopper),
            Actions(
                shopper,
                checkout_shopper,
                faults,
                self.clock,
                advance=self.advance,
                reset=self.reset,
            ),
            self.store.flush,
            notifies=bool(options.notify_url or options.status_url),
        )

    # -- the server ------------------------------------------------------

    def application(self) -> web.Application:
        """The aiohttp application that serves this sandbox."""
        application = web.Application(client_max_size=LARGEST_BODY)
        self._page.add_to(application.router)
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
        # The official Ruby kit doubles the first slash of every path [doubled-slash].
        path = re.sub("/{2,}", "/", raw.path).rstrip("/")
        request = Request(raw.method, path, query, raw.headers, body)
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
        return self._guard(lambda: self._router.answer(request))

    def _guard(self, handle: Callable[[], Answer]) -> Answer:
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

    # -- time ------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Move the clock and do what has fallen due meanwhile."""
        self.clock.offset += seconds
        self.store.set_meta("offset", self.clock.offset)
        self._orders.expire()
        self.tick()

    def tick(self) -> None:
        """Charges, refunds and acquirers' late words whose time has come."""
        self._recurrences.run_due()
        self._checkout_recurrences.run_due()
        self._refunds.run_due()
        self._till.settle_due()
        self.store.flush()

    def reset(self) -> None:
        """Back to an empty sandbox on real time."""
        self.store.clear()
        self.journal.clear()
        self.faults.list = []
        self.notifier.clear()
        self._refunds.clear()
        self._late.clear()
        self._oauth.clear()
        self.clock.offset = 0.0
