"""Pages for what went wrong: each with its status, what it means and the way on."""

from __future__ import annotations

import logging
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

import cielo

from ..errors import BackofficeError, BadValue, Usage, text_of
from ..tries import TooMany
from .asked import Asked, Forbidden, NotFound, SignedOut, StepUp

__all__ = ["Forged", "draw"]

log = logging.getLogger("cielo.backoffice")


class Forged(BackofficeError):
    """A form that was not made for who sent it."""

    def __init__(self) -> None:
        super().__init__("the form is not of this session, or not of this site",
                         "o formulário não é desta sessão, ou não é deste site")


class Title(NamedTuple):
    pt: str
    en: str


_TITLES = {
    400: Title("Pedido inválido", "That cannot be read"),
    401: Title("Entre para continuar", "Sign in to go on"),
    403: Title("Sem permissão", "Not allowed"),
    404: Title("Página não encontrada", "No such page"),
    405: Title("Aqui não", "Not like this"),
    408: Title("Demorou demais", "It took too long"),
    409: Title("Não foi feito", "It was not done"),
    413: Title("Grande demais", "Too large"),
    429: Title("Tentativas demais", "Too many tries"),
    500: Title("Algo deu errado aqui", "Something went wrong here"),
    502: Title("A Cielo não respondeu como devia", "Cielo did not answer as it should"),
}

# By the first that fits: the status, and whether the error's own text is for who asked.
_BY_ERROR: tuple[tuple[type[Exception], int, bool], ...] = (
    (NotFound, 404, False), (SignedOut, 401, False), (Forged, 403, False),
    (TooMany, 429, True), (Forbidden, 403, False), (StepUp, 403, False), (Usage, 400, True),
    (BadValue, 400, True),
    (BackofficeError, 409, True), (cielo.CieloError, 502, True),
)


def draw(asked: Asked, error: Exception) -> Response:
    """The page for an error; what nobody foresaw is logged, and nothing of it is shown."""
    status, tells = _status_of(error)
    found = _TITLES.get(status) or _TITLES[400 if status < 500 else 500]
    if status == 500:
        log.error("a page failed: %s %s", asked.request.method, asked.request.url.path,
                  exc_info=error)
    answer = asked.page("problem.html", status, title=asked.say(found.pt, found.en),
                        text=text_of(error, asked.lang) if tells else None, code=status)
    if isinstance(error, TooMany):
        answer.headers["retry-after"] = str(error.seconds)
    return answer


def _status_of(error: Exception) -> tuple[int, bool]:
    if isinstance(error, HTTPException):
        return error.status_code, False
    for kind, status, tells in _BY_ERROR:
        if isinstance(error, kind):
            return status, tells
    return 500, False
