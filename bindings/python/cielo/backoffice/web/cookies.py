"""Cookies that scripts do not see, and that other sites neither send nor set.

Under https their names begin with `__Host-`: a browser takes such a one from this very
host alone, so that nobody on a name beside it can plant another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

if TYPE_CHECKING:
    from .guard import Place

__all__ = ["read", "write"]


def _name(place: Place, request: Request, name: str) -> str:
    return f"__Host-{name}" if place.is_secure(request.scope["scheme"]) else name


def read(place: Place, request: Request, name: str) -> str:
    """Empty for none."""
    return request.cookies.get(_name(place, request, name), "")


def write(place: Place, answer: Response, request: Request, name: str, value: str) -> None:
    """An empty value removes it."""
    secure = place.is_secure(request.scope["scheme"])
    path = "/" if secure else request.scope.get("root_path", "") or "/"
    answer.set_cookie(_name(place, request, name), value, path=path, secure=secure, httponly=True,
                      samesite="strict", max_age=None if value else 0)
