"""Which sale is meant, by what people type: a number of ours, of Cielo's or of the shop's."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from . import completing
from .app import App
from .misuse import Misuse

if TYPE_CHECKING:
    from cielo.backoffice import Ledger

__all__ = ["find_sale", "sale_numbered", "sale_options"]

F = TypeVar("F", bound=Callable[..., Any])
# Longer numbers are no number of ours: Cielo's Tid has twenty digits.
_MOST_DIGITS = 12
# Rows that are looked at, and named where none of them is the one.
_MOST = 20


def sale_options(command: F) -> F:
    command = click.option(
        "--order", metavar="N", shell_complete=completing.orders,
        help="Pelo número do pedido. // By the order number.")(command)
    return click.argument("sale", required=False, metavar="[ID]",
                          shell_complete=completing.sales)(command)


def find_sale(app: App, ledger: Ledger, text: str | None, order: str | None, *,
              to_change: bool = False) -> Any:
    """The row of a sale: by our number, PaymentId or Tid, or by its order.

    The number of an order without `--order` shows its sale, where there is one; it changes
    none, nor does a number that is ours and another sale's order.
    """
    if (text is None) == (order is None):
        raise click.UsageError(app.say("qual venda? Dê o ID, ou --order N",
                                       "which sale? Give its ID, or --order N"))
    if to_change:
        ledger.ingest()  # another of that name may have been made just now
    rows, of_order = _look(ledger, text, order)
    if not rows and not of_order:
        ledger.ingest()  # or the only one
        rows, of_order = _look(ledger, text, order)
    of_order = [row for row in of_order if row.id not in [each.id for each in rows]]
    if of_order and to_change:
        raise _an_order(str(text), rows, of_order)
    found = rows or of_order
    if not found:
        raise _no_sale(app, str(text or order), to_change)
    if len(found) > 1:
        raise click.UsageError(app.say(f"várias vendas são {text or order}: {_named(found)}",
                                       f"several sales are {text or order}: {_named(found)}"))
    if of_order and not rows:
        app.tell(f"{text} é o número do pedido", f"{text} is the number of its order")
    elif of_order:
        app.tell(f"{text} é também o número de um pedido: --order {text}",
                 f"{text} is the number of an order, too: --order {text}")
    return found[0]


def _no_sale(app: App, text: str, to_change: bool) -> click.UsageError:
    """With the way of a file, where one was given in the place of a sale."""
    pt, en = f"o livro não tem a venda {text}", f"the ledger has no sale {text}"
    if to_change and os.path.isfile(text):
        way = f"cielo batch {click.get_current_context().info_name} --from {shlex.quote(text)}"
        pt, en = f"{pt}; as de um arquivo: {way}", f"{en}; those of a file: {way}"
    return click.UsageError(app.say(pt, en))


def sale_numbered(ledger: Ledger, number: int) -> Any:
    """The row as it is now."""
    from cielo.backoffice.schema import sale

    return _rows(ledger, sale.c.id == number)[0]


def _look(ledger: Ledger, text: str | None, order: str | None) -> tuple[list[Any], list[Any]]:
    """The sales with that ID, and those that `text` is the order of."""
    from cielo.backoffice.schema import sale

    if order is not None:
        return _rows(ledger, sale.c.order_number == order), []
    assert text is not None
    return _rows(ledger, _has_id(text)), _rows(ledger, sale.c.order_number == text)


def _has_id(text: str) -> Any:
    from cielo.backoffice.schema import sale

    if text.isdecimal() and len(text) <= _MOST_DIGITS:
        return sale.c.id == int(text)
    if text.isdecimal():
        return sale.c.tid == text
    return sale.c.payment_id == text.lower()


def _rows(ledger: Ledger, where: Any) -> list[Any]:
    import sqlalchemy as sa

    from cielo.backoffice.schema import sale

    with ledger.engine.connect() as connection:
        return list(connection.execute(sa.select(sale).where(where).order_by(sale.c.id)
                                       .limit(_MOST)))


def _named(rows: list[Any]) -> str:
    return ", ".join(f"{row.id} ({row.payment_id})" if row.payment_id else str(row.id)
                     for row in rows)


def _an_order(text: str, rows: list[Any], of_order: list[Any]) -> Misuse:
    both = (f"a venda {rows[0].id} e ", f"sale {rows[0].id} and ") if rows else ("", "")
    names = _named(of_order)
    return Misuse(f"{text} é {both[0]}o pedido de {names}: dê o PaymentId, ou --order {text}",
                  f"{text} is {both[1]}the order of {names}: give the PaymentId, or --order {text}")
