"""The page to begin at."""

from __future__ import annotations

from starlette.responses import Response

from .asked import Asked, NotFound, Page

__all__ = ["MISSING", "PAGES"]


def home(asked: Asked) -> Response:
    return asked.go("/sales")


def missing(asked: Asked) -> Response:
    raise NotFound()


# For every path that no other page has; last of all.
MISSING = Page("GET", "/{rest:path}", missing, None)

PAGES = (Page("GET", "/", home, None),)
