"""The search of sales: a page of what matches, and how to go on with it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from starlette.responses import RedirectResponse, Response

from ..export import Column, cell_words
from ..filters import FilterError
from ..schema import in_doubt, sale
from ..words import label
from .asked import Asked, Page
from .search_form import Form

__all__ = ["PAGES", "card_text", "means_text"]


class Line(NamedTuple):
    """A row of the page: the sale, and when it is looked at where it is in doubt."""

    sale: sa.Row[Any]
    next_look: datetime.datetime | None
    zone: str


class Sums(NamedTuple):
    """Of the sales of a page, in cents."""

    amount: int
    captured: int
    voided: int


def show(asked: Asked) -> Response:
    form = Form(asked)
    if form.is_filled_in:
        return asked.dress(RedirectResponse(form.address(), 303))
    found, count = None, None
    if form.filters is not None:
        try:
            found = asked.ledger.search.page(
                form.filters, sort=form.sort, after=asked.query.get("after"),
                before=asked.query.get("before"), within=asked.stores)
            count = asked.ledger.search.count(form.filters, within=asked.stores)
        except FilterError as error:
            form.refuse(error)
    rows = found.rows if found else []
    return asked.page(
        "sales.html", 400 if form.problems else 200, form=form, found=found, count=count,
        lines=_lines(asked, rows), sums=_sums(rows), cell=lambda column, row: _cell(
            asked, column, row), started=bool(rows) or _has_sales(asked),
        in_block=[verb for verb in ("capture", "void") if asked.may("batch") and asked.may(verb)])


def _lines(asked: Asked, rows: Iterable[sa.Row[Any]]) -> list[Line]:
    rows = list(rows)
    doubtful = [row.key for row in rows if row.in_doubt]
    looks: Mapping[str, Any] = {}
    if doubtful:
        with asked.ledger.engine.connect() as connection:
            looks = {row.sale_key: row.next for row in connection.execute(
                sa.select(in_doubt.c.sale_key, sa.func.min(in_doubt.c.next_look).label("next"))
                .where(in_doubt.c.sale_key.in_(doubtful)).group_by(in_doubt.c.sale_key))}
    return [Line(row, looks.get(row.key), asked.stores[row.store_id].zone) for row in rows]


def _sums(rows: Iterable[sa.Row[Any]]) -> Sums:
    return Sums(*(sum(row._mapping[name] or 0 for row in rows)
                  for name in ("amount", "captured", "voided")))


def _has_sales(asked: Asked) -> bool:
    with asked.ledger.engine.connect() as connection:
        return connection.scalar(sa.select(sale.c.id).where(
            sale.c.store_id.in_(list(asked.stores))).limit(1)) is not None


# ---- cells ----


def _cell(asked: Asked, column: Column, row: sa.Row[Any]) -> str:
    """What is text; sums, moments and states are drawn by the template."""
    if column.name == "last4":
        return card_text(row)
    if column.name == "means":
        return means_text(row, asked.lang)
    return cell_words(column, row, asked.stores, asked.lang)


def card_text(row: sa.Row[Any]) -> str:
    """The ends of a card's number, as far as they are known."""
    return f"{row.first6 or '······'}··{row.last4}" if row.last4 else ""


def means_text(row: sa.Row[Any], lang: str) -> str:
    """How it was paid, with the brand or the bank where the group alone does not tell it."""
    group = label("group", row.means_group, lang)
    if not row.means or row.means == row.means_group or row.means_group == "pix":
        return group
    name = row.means if row.means.isupper() else row.means.capitalize()
    return f"{name} · {group}" if group else name


PAGES = (Page("GET", "/sales", show, "view"),)

