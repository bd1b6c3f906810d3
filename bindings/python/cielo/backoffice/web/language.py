"""Which language somebody is spoken to in, and the switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from ..words import LANGUAGES
from . import cookies
from .asked import Asked, NotFound, Page

if TYPE_CHECKING:
    from .app import Web

__all__ = ["PAGES", "local", "of"]

COOKIE = "cielo_lang"


def of(web: Web, request: Request) -> str:
    """The one that was chosen, else the browser's first of ours, else the default."""
    chosen = cookies.read(web.place, request, COOKIE)
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        name = part.partition(";")[0].strip().lower().partition("-")[0]
        if name in LANGUAGES:
            return name
    return web.lang


def local(path: str | None) -> str:
    """A path within the application out of an address: never another site's."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or (
            any(ord(letter) < 32 for letter in path)):
        return "/"
    return path


def choose(asked: Asked) -> Response:
    to = asked.path["to"]
    if to not in LANGUAGES:
        raise NotFound()
    answer = asked.go(local(asked.query.get("back")))
    asked.web.set_cookie(answer, asked.request, COOKIE, to)
    return answer


PAGES = (Page("GET", "/language/{to}", choose, "open"),)
