"""Sales as files: everything that a search finds, as it is read, and a line in the audit."""

from __future__ import annotations

import itertools
import tempfile
import threading
from collections.abc import Generator, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from starlette.responses import RedirectResponse, Response

from ..export import CHUNK, columns_of, csv_chunks, write_xlsx
from ..filters import FilterError, Filters
from .asked import Asked, Forbidden, Page
from .download import CSV, Download
from .search_form import OWN, grouped

__all__ = ["PAGES"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Rows:
    """Rows that are counted as they are read, and end when their reader leaves."""

    def __init__(self, rows: Iterator[sa.Row[Any]]) -> None:
        self._rows = rows
        self._left = threading.Event()
        self.count = 0
        self.whole = False

    def leave(self) -> None:
        self._left.set()

    def __iter__(self) -> Iterator[sa.Row[Any]]:
        for row in self._rows:
            if self._left.is_set():
                return
            self.count += 1
            yield row
        self.whole = True


def as_csv(asked: Asked) -> Response:
    return _answer(asked, "csv")


def as_xlsx(asked: Asked) -> Response:
    return _answer(asked, "xlsx")


def _answer(asked: Asked, kind: str) -> Response:
    within = [number for number in asked.stores if asked.may("export", number)]
    if not within and asked.stores:
        raise Forbidden("there is no store whose sales you may export",
                        "não há loja cujas vendas você possa exportar")
    try:
        filters = Filters.from_pairs(asked.query.multi_items(), ignore=OWN)
        columns = _columns(asked)
        found = asked.ledger.search.rows(filters, sort=asked.query.get("sort", "newest"),
                                         within=within)
        first = list(itertools.islice(found, 1))  # what is wrong is told before anything is sent
    except FilterError:
        pairs = grouped(asked.query.multi_items())
        return asked.dress(RedirectResponse(asked.url("/sales", **pairs), 303))
    rows = Rows(itertools.chain(first, found))
    write = _csv if kind == "csv" else _xlsx
    name = asked.say("vendas", "sales") + "." + kind
    return asked.dress(Download(
        asked.web.downloads, _audited(asked, kind, filters, rows, write(asked, rows, columns)),
        name, CSV if kind == "csv" else XLSX, rows.leave))


def _columns(asked: Asked) -> Any:
    names = [one for value in asked.query.getlist("columns") for one in value.split(",") if one]
    return columns_of(names) if names else None


def _audited(asked: Asked, kind: str, filters: Filters, rows: Rows,
             chunks: Iterable[bytes]) -> Generator[bytes, None, None]:
    """With a line about how many were read, also when their reader left."""
    try:
        yield from chunks
    finally:
        asked.ledger.audit.note(asked.person.name, "export", rows=rows.count, format=kind,
                                search=filters.query(), whole=rows.whole)


def _csv(asked: Asked, rows: Rows, columns: Any) -> Iterator[bytes]:
    return csv_chunks(rows, asked.stores, columns=columns, lang=asked.lang)


def _xlsx(asked: Asked, rows: Rows, columns: Any) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        write_xlsx(rows, file, asked.stores, columns=columns, lang=asked.lang)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


PAGES = (Page("GET", "/sales.csv", as_csv, "export"),
         Page("GET", "/sales.xlsx", as_xlsx, "export"))
