"""What a shell completes values with: words, and what the ledger has of a kind.

Somebody waits for it at the keyboard: few are looked for, by an index and in a short time,
and nothing is said where there is no ledger or it does not answer.
"""

from __future__ import annotations

import os
import sqlite3
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click
from click.shell_completion import CompletionItem

from .app import App

__all__ = ["batches", "columns", "doubts", "in_column", "names_of_stores", "numbers_of_stores",
           "orders", "recurrences", "sales", "services", "words_of"]

MOST = 20
# Of numbers, which no index finds by their first digits, the last so many are looked through.
LATELY = 500
# Behind whatever goes on from a beginning, whichever language a database sorts by.
HIGH = "z" * 16
# Seconds, for a server to answer, and milliseconds for a query.
CONNECT, QUERY = 2, 1000

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem[Any]]"]


def _engine(url: str) -> Any:
    """Reads only, and makes nothing."""
    import sqlalchemy as sa

    address = sa.make_url(url)
    if address.get_backend_name() != "sqlite":
        return sa.create_engine(address.set(drivername="postgresql+psycopg"), connect_args={
            "connect_timeout": CONNECT, "options": f"-c statement_timeout={QUERY}"})
    path = urllib.parse.quote(os.path.abspath(address.database or ""))
    return sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(
        f"file:{path}?mode=ro", uri=True, timeout=QUERY / 1000))


def _from_ledger(find: Callable[[Any, str, str], Iterable[tuple[str, str]]]) -> Complete:
    """`find(connection, begin, language)` gives values and what they are."""

    def complete(context: click.Context, parameter: click.Parameter, begin: str) -> (
            list[CompletionItem[Any]]):
        del parameter
        app = context.find_object(App) or App("pt")
        try:
            from sqlalchemy.exc import SQLAlchemyError

            from cielo.backoffice.database import default_url
        except ImportError:
            return []
        try:
            with _engine(app.db or default_url()).connect() as connection:
                return [CompletionItem(value, help=told or None)
                        for value, told in find(connection, begin, app.lang)
                        if value.startswith(begin)][:MOST]
        except (SQLAlchemyError, ImportError, OSError):  # nobody reads an error here
            return []

    return complete


def _begins(connection: Any, column: Any, begin: str, *more: Any) -> list[Any]:
    """Rows whose column begins so, by its index; the last that were made for no beginning."""
    import sqlalchemy as sa

    chosen = sa.select(column, *more).limit(MOST)
    if begin:
        chosen = chosen.where(column >= begin, column < begin + HIGH).order_by(column)
    else:
        chosen = chosen.where(column.is_not(None)).order_by(column.table.c.id.desc())
    return list(connection.execute(chosen))


def _told(row: Any, lang: str) -> str:
    from cielo.backoffice.words import label

    from .values import money

    return " ".join(filter(None, (label("status", row.word, lang), money(row.amount, lang))))


@_from_ledger
def sales(connection: Any, begin: str, lang: str) -> Iterator[tuple[str, str]]:
    """Our numbers of sales, and PaymentIds once there is a beginning."""
    import sqlalchemy as sa

    from cielo.backoffice.schema import sale

    for row in connection.execute(sa.select(sale.c.id, sale.c.word, sale.c.amount)
                                  .order_by(sale.c.id.desc()).limit(LATELY)):
        yield str(row.id), _told(row, lang)
    if begin:
        for row in _begins(connection, sale.c.payment_id, begin, sale.c.word, sale.c.amount):
            yield row.payment_id, _told(row, lang)


@_from_ledger
def orders(connection: Any, begin: str, lang: str) -> Iterator[tuple[str, str]]:
    from cielo.backoffice.schema import sale

    rows = _begins(connection, sale.c.order_number, begin, sale.c.word, sale.c.amount)
    return ((row.order_number, _told(row, lang)) for row in rows)


@_from_ledger
def batches(connection: Any, begin: str, lang: str) -> Iterator[tuple[str, str]]:
    import sqlalchemy as sa

    from cielo.backoffice.schema import batch
    from cielo.backoffice.words import label

    del begin
    for row in connection.execute(sa.select(batch.c.id, batch.c.verb, batch.c.state)
                                  .order_by(batch.c.id.desc()).limit(LATELY)):
        yield str(row.id), f"{label('verb', row.verb, lang)}, {label('batch', row.state, lang)}"


@_from_ledger
def doubts(connection: Any, begin: str, lang: str) -> Iterator[tuple[str, str]]:
    import sqlalchemy as sa

    from cielo.backoffice.schema import in_doubt

    del begin, lang
    for row in connection.execute(sa.select(in_doubt.c.id, in_doubt.c.operation,
                                            in_doubt.c.order_number)
                                  .order_by(in_doubt.c.at.desc(), in_doubt.c.id.desc())
                                  .limit(LATELY)):
        yield row.id, " ".join(filter(None, (row.operation, row.order_number)))


@_from_ledger
def recurrences(connection: Any, begin: str, lang: str) -> Iterator[tuple[str, str]]:
    from cielo.backoffice.schema import recurrence
    from cielo.backoffice.words import label

    for row in _begins(connection, recurrence.c.key, begin, recurrence.c.state):
        yield row.key, label("recurrence", row.state, lang)


def _of_stores(column: str) -> Complete:
    @_from_ledger
    def find(connection: Any, begin: str, lang: str) -> Iterator[tuple[str, str]]:
        import sqlalchemy as sa

        from cielo.backoffice.schema import store

        del begin, lang
        for row in connection.execute(sa.select(store).order_by(store.c.id).limit(LATELY)):
            if row._mapping[column]:
                yield row._mapping[column], row.merchant_id if column == "name" else row.name

    return find


names_of_stores, numbers_of_stores = _of_stores("name"), _of_stores("ec")


def in_column(name: str) -> Complete:
    """The values that a column of sales has, each found behind the one before by its index."""

    @_from_ledger
    def find(connection: Any, begin: str, lang: str) -> Iterator[tuple[str, str]]:
        import sqlalchemy as sa

        from cielo.backoffice.schema import sale

        del lang
        column, last = sale.c[name], begin
        for _ in range(MOST):
            after = column >= last if last == begin else column > last
            found = connection.scalar(sa.select(sa.func.min(column)).where(after))
            if found is None or not found.startswith(begin):
                return
            yield found, ""
            last = found

    return find


# ---- words of ours ----


def words_of(kind: str) -> Complete:
    """Words of "status", "group", "fraud" or "date", with what they are called."""

    def complete(context: click.Context, parameter: click.Parameter, begin: str) -> (
            list[CompletionItem[Any]]):
        del parameter
        from cielo.backoffice.words import label, labels

        app = context.find_object(App) or App("pt")
        written = ((word.replace("_", "-") if "-" in begin or "_" not in begin else word, word)
                   for word in labels(kind))
        return [CompletionItem(text, help=label(kind, word, app.lang))
                for text, word in written if text.startswith(begin)]

    return complete


def columns(context: click.Context, parameter: click.Parameter, begin: str) -> (
        list[CompletionItem[Any]]):
    """The last name of a list that commas part."""
    del context, parameter
    from cielo.backoffice.export import COLUMNS

    before, comma, last = begin.rpartition(",")
    given = before.split(",")
    return [CompletionItem(before + comma + each.name) for each in COLUMNS
            if each.name.startswith(last) and each.name not in given]


def services(context: click.Context, parameter: click.Parameter, begin: str) -> (
        list[CompletionItem[Any]]):
    """What tariffs are set for."""
    del parameter
    from cielo.backoffice.tariffs import SERVICES

    app = context.find_object(App) or App("pt")
    return [CompletionItem(one.key, help=one.name(app.lang)) for one in SERVICES.values()
            if one.key.startswith(begin)]
