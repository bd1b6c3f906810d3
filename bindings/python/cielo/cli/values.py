"""Values as people type them: sums of reais, a sale, a day, a store."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from . import completing
from .app import App
from .misuse import Misuse

if TYPE_CHECKING:
    from cielo.backoffice import Ledger

__all__ = ["amount_options", "cents", "day", "find_sale", "money", "moment", "sale_options",
           "store_options"]

F = TypeVar("F", bound=Callable[..., Any])
# Longer numbers are no number of ours: Cielo's Tid has twenty digits.
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


def sale_options(command: F) -> F:
    command = click.option(
        "--order", metavar="N", shell_complete=completing.orders,
        help="Pelo número do pedido. // By the order number.")(command)
    return click.argument("sale", required=False, metavar="[ID]",
                          shell_complete=completing.sales)(command)


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


def find_sale(app: App, ledger: Ledger, text: str | None, order: str | None) -> Any:
    """The row of a sale: by our number, PaymentId or Tid, or by its order."""
    if (text is None) == (order is None):
        raise click.UsageError(app.say("qual venda? Dê o ID, ou --order N",
                                       "which sale? Give its ID, or --order N"))
    rows = _rows(ledger, text, order)
    if not rows:
        ledger.ingest()  # it may have been made just now
        rows = _rows(ledger, text, order)
    if len(rows) == 1:
        return rows[0]
    name = text or order
    if not rows:
        raise click.UsageError(app.say(f"o livro não tem a venda {name}",
                                       f"the ledger has no sale {name}"))
    ids = ", ".join(str(row.id) for row in rows)
    raise click.UsageError(app.say(f"várias vendas são {name}: {ids}",
                                   f"several sales are {name}: {ids}"))


def _rows(ledger: Ledger, text: str | None, order: str | None) -> list[Any]:
    import sqlalchemy as sa

    from cielo.backoffice.schema import sale

    if order is not None:
        where: Any = sale.c.order_number == order
    elif text and text.isdecimal() and len(text) <= _MOST_DIGITS:
        where = sale.c.id == int(text)
    elif text and text.isdecimal():
        where = sale.c.tid == text
    else:
        where = sale.c.payment_id == (text or "").lower()
    with ledger.engine.connect() as connection:
        return list(connection.execute(sa.select(sale).where(where).order_by(sale.c.id)
                                       .limit(20)))
