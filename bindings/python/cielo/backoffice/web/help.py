"""The words that the pages use, explained."""

from __future__ import annotations

from starlette.responses import Response

from ..words import WORDS
from .asked import Asked, Page

__all__ = ["PAGES"]


def words(asked: Asked) -> Response:
    return asked.page("help.html", words=WORDS)


PAGES = (Page("GET", "/help", words, None),)
