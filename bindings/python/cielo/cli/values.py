"""Values as people type them: sums of reais, a day, a store."""

from __future__ import annotations

import datetime
from typing import Any, Callable, TypeVar

import click

from . import completing
from .misuse import Misuse

__all__ = ["amount_options", "cents", "day", "money", "moment", "store_options"]

F = TypeVar("F", bound=Callable[..., Any])
# Longer numbers are no sum.
_MOST_DIGITS = 12


def cents(text: str, whole: bool, name: str = "--amount") -> int:
    """A sum in cents: of reais, or of cents where they are said to be."""
    from cielo.backoffice.errors import BadValue
    from cielo.backoffice.words import cents_of

    if not whole:
        try:
            found = cents_of(text)
        except BadValue as error:
            raise Misuse(f"{name}: {text!r} {error.pt}", f"{name}: {text!r} {error.en}") from None
    elif text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS + 2:
        found = int(text)
    else:
        raise Misuse(f"{name}: {text!r} não é um número inteiro de centavos",
                     f"{name}: {text!r} is no whole number of cents")
    return found


def amount_options(command: F) -> F:
    command = click.option(
        "--cents", is_flag=True,
        help="As somas são centavos inteiros. // Sums are whole cents.")(command)
    return click.option(
        "--amount", metavar="REAIS",
        help="Só esta parte: 57,00, 1.234,56 ou 1234.56. // "
             "Only this part: 57,00, 1.234,56 or 1234.56.")(command)


def store_options(command: F) -> F:
    command = click.option("--store", metavar="NAME", shell_complete=completing.names_of_stores,
                           help="Loja: nome ou número. // Store: name or number.")(command)
    return click.option("--ec", metavar="N", shell_complete=completing.numbers_of_stores,
                        help="Loja: número do estabelecimento. // "
                             "Store: number of the establishment.")(command)


def day(text: str | None, name: str) -> datetime.date | None:
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise Misuse(f"{name}: {text!r} não é um dia como 01/10/2026 ou 2026-10-01",
                 f"{name}: {text!r} is no day such as 2026-10-01 or 01/10/2026")


def money(amount: int | None, lang: str) -> str:
    """A sum in a column: 1.234,56, or as English has it."""
    if amount is None:
        return ""
    text = f"{amount / 100:,.2f}" if abs(amount) < 10 ** 15 else str(amount)
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def moment(at: datetime.datetime | None, zone: str, lang: str) -> str:
    from zoneinfo import ZoneInfo

    from cielo.backoffice.words import moment_text

    return "" if at is None else moment_text(at, ZoneInfo(zone), lang)
