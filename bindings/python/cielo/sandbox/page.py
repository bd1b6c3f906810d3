"""``GET /``: the books, the journal and the faults in a browser, with buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Callable

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .checkout import METHODS
from .faults import STAGES
from .origin import is_foreign
from .page_actions import SECONDS, ActionProblem, Actions
from .page_text import MEANS, TAGS, Words, choose_language
from .page_view import View
from .shopper import PayProblem

HERE = Path(__file__).parent

#: Where the forms go, and the files that the page is made of.
PREFIX = "/_sandbox/page"
TYPES: Mapping[str, str] = {
    "style.css": "text/css",
    "script.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}

#: How many rows a part has unless more are asked for.
USUAL_ROWS = 50
MOST_ROWS = 500

#: What a fault of the form can do; the rest takes JSON.
DEEDS = ("", "close", "reset", "stall", "status:401", "status:500", "status:503", "garbage")

#: Everything comes from here; nobody frames the page; forms stay here.
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    # With "no-referrer" a browser would hide where our own forms come from.
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
}


class StatusPage:
    """The handlers of the page; API clients never come here."""

    def __init__(
        self, view: View, actions: Actions, flush: Callable[[], None], *, notifies: bool
    ) -> None:
        self._view = view
        self._actions = actions
        self._flush = flush
        self._notifies = notifies
        self._files = {name: (HERE / "static" / name).read_bytes() for name in TYPES}
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("page.html")

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Has to come before whatever answers every path."""
        router.add_get("/", self._show)
        router.add_get(PREFIX + "/{name}", self._file)
        router.add_post(PREFIX + "/{name}", self._act)

    async def _show(self, request: web.Request) -> web.Response:
        return self._page(request)

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in TYPES:
            raise web.HTTPNotFound
        headers = {**HEADERS, "Cache-Control": "no-cache"}
        return web.Response(
            body=self._files[name], content_type=TYPES[name], charset="utf-8", headers=headers
        )

    async def _act(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if is_foreign(request.headers):
            return self._page(request, 403, foreign=True)
        if name not in self._actions:
            raise web.HTTPNotFound
        posted = await request.post()
        form = {key: value for key, value in posted.items() if isinstance(value, str)}
        try:
            self._actions.run(name, form)
        except (PayProblem, ActionProblem) as problem:
            return self._page(request, 409, problem=str(problem))
        finally:
            self._flush()
        # After a redirect nothing is sent again when the page is loaded anew.
        place = f"/?{_query(request, done=name)}#{_anchor(form, name)}"
        raise web.HTTPSeeOther(place)

    def _page(
        self, request: web.Request, status: int = 200, *, problem: str = "", foreign: bool = False
    ) -> web.Response:
        asked = request.query.get("lang", "")
        words = Words(choose_language(asked, request.headers.get("Accept-Language", "")))
        done = request.query.get("done", "")
        most = _most(request)
        text = self._template.render(
            self._view.parts(words, most),
            clock=self._view.clock(),
            t=words.texts,
            tag=TAGS[words.language],
            suffix=f"?{_query(request)}".rstrip("?"),
            other_query=_query(request, lang="en" if words.language == "pt" else "pt"),
            address=f"{request.scheme}://{request.host}",
            prefix=PREFIX,
            done=getattr(words.texts, f"done_{done}", "") if done in self._actions else "",
            problem=problem,
            foreign=foreign,
            notifies=self._notifies,
            units=[(name, getattr(words.texts, name)) for name in SECONDS],
            methods=[(name, words.of(MEANS, name.lower())) for name in METHODS],
            stages=STAGES,
            deeds=DEEDS,
            most=most,
            more=MOST_ROWS,
            more_query=_query(request, show=str(MOST_ROWS)),
        )
        headers = {**HEADERS, "Content-Language": TAGS[words.language]}
        return web.Response(
            text=text, status=status, content_type="text/html", headers=headers
        )


def _most(request: web.Request) -> int:
    text = request.query.get("show", "")
    return min(int(text), MOST_ROWS) if re.fullmatch("[0-9]{1,5}", text) else USUAL_ROWS


def _query(request: web.Request, **changes: str) -> str:
    """What was asked for in the address and stays in it: only what is known to be sound."""
    kept = {
        "lang": request.query.get("lang", "") if request.query.get("lang") in TAGS else "",
        "show": request.query.get("show", "") if _most(request) != USUAL_ROWS else "",
        **changes,
    }
    return "&".join(f"{name}={value}" for name, value in kept.items() if value)


def _anchor(form: Mapping[str, str], name: str) -> str:
    """The part of the page that shows what was done."""
    if name in ("fault", "end"):
        return "faults"
    for member, part in (("sale", "sales"), ("order", "orders")):
        if member in form:
            return part
    return "orders" if "page" in form or "link" in form else "main"
