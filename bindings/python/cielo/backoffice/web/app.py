"""The application: its pages, and what stands between them and who asks."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio
import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from ..errors import BackofficeError, BadValue, Usage
from . import (
    audit,
    batches,
    changes,
    cookies,
    doubts,
    export,
    help,
    home,
    language,
    me,
    problems,
    recurrences,
    sale,
    sales,
    signing,
    statement,
    stores,
    users,
)
from .asked import Asked, NotFound, Page, StepUp
from .door import Confirm, Door, MountedDoor, OwnDoor, WhoAsks, visitor
from .download import Turns
from .guard import Guard, Place, is_ours
from .notify import Notify
from .words import words

if TYPE_CHECKING:
    from ..ledger import Ledger

__all__ = ["ACCOUNTS", "PAGES", "Web", "create_app"]

# Every page there is, but for those of accounts, which a shop that mounts them does without.
PAGES: tuple[Page, ...] = (
    *home.PAGES, *language.PAGES, *sales.PAGES, *sale.PAGES, *changes.PAGES, *export.PAGES,
    *statement.PAGES, *recurrences.PAGES, *audit.PAGES, *stores.PAGES, *help.PAGES,
    *batches.PAGES, *doubts.PAGES)
ACCOUNTS: tuple[Page, ...] = (*signing.PAGES, *me.PAGES, *users.PAGES)
# Log-ins that are looked at at a time. Each takes long, on purpose: without a bound, some tens
# of strangers would have all threads, and whoever is in would wait for one.
AT_ONCE = 4
# Above it no database numbers its rows.
LAST_ID = (1 << 63) - 1


@dataclass
class Web:
    """What all requests share."""

    ledger: Ledger
    door: Door
    templates: jinja2.Environment
    lang: str
    place: Place
    downloads: Turns = field(default_factory=Turns)
    strangers: anyio.Semaphore = field(default_factory=lambda: anyio.Semaphore(AT_ONCE))

    def words(self, asked: Asked) -> dict[str, Any]:
        """What every template may use."""
        return words(asked)

    def set_cookie(self, answer: Response, request: Request, name: str, value: str) -> None:
        """A cookie; an empty value removes it."""
        cookies.write(self.place, answer, request, name, value)


def create_app(ledger: Ledger, *, person: WhoAsks | None = None, confirm: Confirm | None = None,
               public_url: str | None = None, trusted: Iterable[str] = (),
               lang: str = "pt") -> Guard:
    """The Backoffice's pages over a ledger, as an ASGI application.

    A shop that mounts it gives `person`: of a request the Person who asks, with an `id` that
    stays, or None for nobody (a function or a coroutine function); and `confirm`, which says
    whether a password is that person's, asked before money moves. Without `person` the
    Backoffice has accounts of its own, which `cielo backoffice user add` makes. `public_url` is
    the address that browsers use, `trusted` those of the proxies whose word on it is taken;
    `lang` is spoken to those who chose no language, "pt" or "en". The ledger stays the caller's
    to close.
    """
    place = Place.of(public_url, trusted, mounted=person is not None)
    door: Door = (OwnDoor(ledger, place) if person is None
                  else MountedDoor(ledger, person, confirm, place))
    web = Web(ledger, door, _templates(), lang, place)
    pages = (*(ACCOUNTS if door.has_accounts else ()), *PAGES, home.MISSING)
    routes: list[BaseRoute] = [
        Mount("/static", StaticFiles(packages=[(__package__ or "", "static")]), name="static"),
        *Notify(ledger).routes,
        *_routes(web, pages),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={
        HTTPException: _drawn(web), Exception: _drawn(web)}), place)


def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("cielo.backoffice.web"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _routes(web: Web, pages: Sequence[Page]) -> list[Route]:
    """A route for each path, whatever methods it has."""
    by_path: dict[str, dict[str, Page]] = {}
    for page in pages:
        by_path.setdefault(page.path, {})[page.method] = page
    return [Route(path, _endpoint(web, found), methods=list(found))
            for path, found in by_path.items()]


def _endpoint(web: Web, pages: dict[str, Page]) -> Any:
    async def answer(request: Request) -> Response:
        page = pages["GET" if request.method == "HEAD" else request.method]
        asked = Asked(web, request, await web.door.identify(request),
                      language.of(web, request))
        try:
            if page.method == "POST":
                if not is_ours(web.place, request):
                    return await run_in_threadpool(problems.draw, asked, problems.Forged())
                if page.permission == "open" or asked.identity is not None:
                    asked.form = await request.form(max_files=1)  # a stranger's is not read
                if page.permission == "open":
                    async with web.strangers:
                        return await run_in_threadpool(_view, page, asked)
            return await run_in_threadpool(_view, page, asked)
        finally:
            await asked.form.close()

    return answer


def _view(page: Page, asked: Asked) -> Response:
    try:
        if any(isinstance(each, int) and each > LAST_ID for each in asked.path.values()):
            raise NotFound()
        if page.permission != "open":
            if asked.identity is None:
                return asked.web.door.closed(asked)
            if page.permission is not None:
                asked.demand(page.permission)
        if page.method == "POST":
            _check_form(page, asked)
        return page.view(asked)
    except StepUp as error:
        return signing.ask_again(asked, error)
    except (BackofficeError, BadValue) as error:
        return problems.draw(asked, error)


def _check_form(page: Page, asked: Asked) -> None:
    """Whether it is of a page that we gave to who sends it, and holds texts."""
    given = asked.form.get("token")
    own = (visitor(asked.web.place, asked.request).token if page.permission == "open"
           or asked.identity is None else asked.identity.token)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), own.encode()):
        raise problems.Forged()
    if any("\0" in value for value in asked.form.values() if isinstance(value, str)):
        raise Usage("a form has no NUL in it", "um formulário não tem NUL")


def _drawn(web: Web) -> Any:
    async def draw(request: Request, error: Exception) -> Response:
        asked = Asked(web, request, None, language.of(web, request))
        if not isinstance(error, HTTPException):
            asked.identity = None
        return await run_in_threadpool(problems.draw, asked, error)

    return draw
