"""The application: its pages, and what stands between them and who asks."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from ..errors import BackofficeError
from . import (
    audit,
    batches,
    doubts,
    help,
    home,
    language,
    problems,
    recurrences,
    statement,
    stores,
)
from .asked import Asked, Page
from .door import Confirm, Door, MountedDoor, WhoAsks
from .notify import Notify
from .words import words

if TYPE_CHECKING:
    from ..ledger import Ledger

__all__ = ["PAGES", "Web", "create_app"]

# Every page there is, but for what the door itself has.
PAGES: tuple[Page, ...] = (
    *home.PAGES, *language.PAGES, *statement.PAGES, *recurrences.PAGES, *audit.PAGES,
    *stores.PAGES, *help.PAGES, *batches.PAGES, *doubts.PAGES, home.MISSING)


@dataclass
class Web:
    """What all requests share."""

    ledger: Ledger
    door: Door
    templates: jinja2.Environment
    lang: str
    public_url: str | None
    trusted: frozenset[str]

    def words(self, asked: Asked) -> dict[str, Any]:
        """What every template may use."""
        return words(asked)

    def set_cookie(self, answer: Response, request: Request, name: str, value: str) -> None:
        """A cookie that scripts do not see and other sites do not send."""
        answer.set_cookie(name, value, path=request.scope.get("root_path", "") or "/",
                          secure=request.url.scheme == "https", httponly=True, samesite="strict")


def create_app(ledger: Ledger, *, person: WhoAsks | None = None, confirm: Confirm | None = None,
               public_url: str | None = None, trusted: Iterable[str] = (),
               lang: str = "pt") -> Starlette:
    """The Backoffice's pages over a ledger, as an ASGI application.

    A shop that mounts it gives `person`: of a request the Person who asks, or None for
    nobody (a function or a coroutine function); and `confirm`, which says whether a password
    is that person's, asked before money moves. Without `person` the Backoffice has accounts
    of its own, which `cielo backoffice user add` makes. `public_url` is the address that
    browsers use, `trusted` those of the proxies whose word on it is taken; `lang` is spoken
    to those who chose no language, "pt" or "en". The ledger stays the caller's to close.
    """
    if person is None:
        raise NotImplementedError("accounts")
    web = Web(ledger, MountedDoor(person, confirm), _templates(), lang, public_url,
              frozenset(trusted))
    routes: list[BaseRoute] = [
        Mount("/static", StaticFiles(packages=[(__package__ or "", "static")]), name="static"),
        *Notify(ledger).routes,
        *_routes(web, PAGES),
    ]
    return Starlette(routes=routes, exception_handlers={
        HTTPException: _drawn(web), Exception: _drawn(web)})


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
                      language.of(request, web.lang))
        try:
            if page.method == "POST":
                asked.form = await request.form()
            return await run_in_threadpool(_view, page, asked)
        finally:
            await asked.form.close()

    return answer


def _view(page: Page, asked: Asked) -> Response:
    try:
        if page.permission != "open":
            if asked.identity is None:
                return asked.web.door.closed(asked)
            if page.permission is not None:
                asked.demand(page.permission)
            if page.method == "POST":
                _check_token(asked, asked.form)
        return page.view(asked)
    except BackofficeError as error:
        return problems.draw(asked, error)


def _check_token(asked: Asked, form: FormData) -> None:
    given = form.get("token")
    assert asked.identity is not None
    if not isinstance(given, str) or not hmac.compare_digest(
            given.encode(), asked.identity.token.encode()):
        raise problems.Forged("the form is not of this session",
                              "o formulário não é desta sessão")


def _drawn(web: Web) -> Any:
    async def draw(request: Request, error: Exception) -> Response:
        asked = Asked(web, request, None, language.of(request, web.lang))
        if not isinstance(error, HTTPException):
            asked.identity = None
        return await run_in_threadpool(problems.draw, asked, error)

    return draw
