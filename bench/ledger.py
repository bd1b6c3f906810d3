"""Millions of sales in a ledger of each database, and what every filter takes there.

    .venv/bin/python bench/ledger.py [--sqlite 10000000] [--postgresql 2000000]
        [--url postgresql://...] [--write]

SQLite's file is made in a temporary folder (TMPDIR); PostgreSQL is a server of its own
there too, unless an address of an empty database is given. Indexes are made after the
sales are in. `--write` puts the figures onto docs/backoffice-figures.md.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import pathlib
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent / "tests" / "backoffice"
PAGE = HERE.parent / "docs" / "backoffice-figures.md"
sys.path.insert(0, str(TESTS))

from many_sales import load, sales  # noqa: E402

from cielo.backoffice import Ledger, schema  # noqa: E402
from cielo.backoffice.filters import Filters  # noqa: E402

UTC = datetime.timezone.utc
DAYS = 730
ROUNDS = 8
# So many sales are alike but for their numbers and their time.
COPIES = 50

Case = tuple[str, dict[str, Any], str]


def cases(count: int) -> list[Case]:
    """What is asked for: title, filters, order; `one` is a sale in the midst of them."""
    one = count // COPIES - 10
    return [
        ("the last 30 days", {}, "newest"),
        ("all, from the oldest on", {"since": f"{DAYS + 1}d"}, "oldest"),
        ("Tid", {"tid": f"1006993069{one:010d}"}, "newest"),
        ("EC", {"ec": "1044748063"}, "newest"),
        ("PaymentId", {"payment_id": f"24bc8366-fc31-4d6c-8555-{one:012x}"}, "newest"),
        ("order number", {"order": f"2026{one:09d}"}, "newest"),
        ("NSU", {"nsu": "123456"}, "newest"),
        ("error code", {"error": "51"}, "newest"),
        ("group of means", {"group": "boleto"}, "newest"),
        ("means", {"means": "visa"}, "newest"),
        ("antifraud", {"fraud": "reject"}, "newest"),
        ("status", {"status": "not_paid"}, "newest"),
        ("two statuses", {"status": ["scheduled", "aborted"]}, "newest"),
        ("status by number", {"status_number": "11"}, "newest"),
        ("in doubt", {"status": "in_doubt"}, "newest"),
        ("store", {"store": "Loja 2"}, "newest"),
        ("last four", {"card": "0181"}, "newest"),
        ("kind of error", {"kind": "timeout"}, "newest"),
        ("recurrence", {"recurrence": "r43"}, "newest"),
        ("amount, 30 days", {"amount_min": 57_00, "amount_max": 58_00}, "newest"),
        ("by amount, 30 days", {}, "largest"),
        ("by amount, all", {"since": f"{DAYS + 1}d"}, "largest"),
        ("date of capture", {"date": "capture", "since": "2d"}, "newest"),
        ("date of cancel", {"date": "cancel"}, "oldest"),
        ("not paid, visa", {"status": "not_paid", "means": "visa"}, "newest"),
        ("error and antifraud", {"error": ["51", "05"], "fraud": "review"}, "newest"),
        ("nothing fits: paid with an error", {"error": "51", "status": "paid"}, "newest"),
        ("nothing fits in two years", {"error": "51", "status": "paid", "since": f"{DAYS + 1}d"},
         "newest"),
        ("last four and a store", {"card": ["0181", "4242"], "ec": "1044748062",
                                   "since": f"{DAYS + 1}d"}, "newest"),
        ("five at once", {"status": ["paid", "canceled"], "means": ["visa", "elo"],
                          "fraud": "accept", "amount_min": 500_00, "ec": "1044748061"}, "newest"),
    ]


def fast(ledger: Ledger, yes: bool) -> None:
    """SQLite without a log while the sales are put in: what breaks is made anew."""
    if ledger.engine.dialect.name != "sqlite":
        return
    connection = ledger.engine.raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA journal_mode={'MEMORY' if yes else 'WAL'}")
    driver.execute(f"PRAGMA synchronous={'OFF' if yes else 'FULL'}")
    connection.close()


# The columns that differ from copy to copy of the first sales, with what is put behind.
NUMBERED = ("key", "payment_id", "order_number", "tid")
TIMES = ("received", "captured_at", "voided_at")


def multiply(connection: sa.Connection, base: int, copies: int, step: float) -> None:
    """Copies of the first sales between them, each some seconds after the one before."""
    later = {
        "sqlite": "strftime('%Y-%m-%d %H:%M:%f', {0}, '+' || ({1} * n) || ' seconds') || '000'",
        "postgresql": "{0} + n * {1} * interval '1 second'",
    }[connection.dialect.name]
    columns = [column.name for column in schema.sale.c]
    values = {**{name: name for name in columns}, "id": f"id + n * {base}",
              **{name: f"{name} || '-' || n" for name in NUMBERED},
              **{name: later.format(name, step) for name in TIMES}}
    # From a table apart, so that SQLite need not keep all copies before it writes one.
    connection.exec_driver_sql("CREATE TEMPORARY TABLE first AS SELECT * FROM sale")
    connection.exec_driver_sql(
        f"WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy "
        f"WHERE n < {copies}) INSERT INTO sale ({', '.join(columns)}) "
        f"SELECT {', '.join(values[name] for name in columns)} FROM copy, first")


def fill(ledger: Ledger, count: int, now: datetime.datetime) -> tuple[float, float]:
    """Seconds for the sales, and for the indexes after them."""
    began = time.monotonic()
    fast(ledger, True)
    base = count // COPIES
    indexes = sorted(schema.sale.indexes, key=lambda index: str(index.name))
    with ledger.engine.execution_options(writes=True).begin() as connection:
        for index in indexes:
            index.drop(connection)
    load(ledger.engine, sales(base, now - datetime.timedelta(days=DAYS / base), DAYS))
    with ledger.engine.execution_options(writes=True).begin() as connection:
        multiply(connection, base, COPIES - 1, DAYS * 86_400 / count)
    loaded = time.monotonic()
    with ledger.engine.execution_options(writes=True).begin() as connection:
        for index in indexes:
            index.create(connection)
        connection.exec_driver_sql("ANALYZE")
    fast(ledger, False)
    return loaded - began, time.monotonic() - loaded


class Took(NamedTuple):
    """Milliseconds: the first time, the least of those after it, and of the processor's time."""

    first: float
    least: float
    cpu: float


def took(act: Any) -> tuple[Took, Any]:
    """With what it gave."""
    times, spent = [], []
    for _ in range(ROUNDS):
        began, before = time.perf_counter(), time.process_time()
        given = act()
        times.append((time.perf_counter() - began) * 1e3)
        spent.append((time.process_time() - before) * 1e3)
    return Took(times[0], min(times[1:]), min(spent[1:])), given


HEADS = ("filter", "sales", "first page, ms", "of it CPU here, ms", "next page, ms", "count, ms",
         "first of all, ms")


def table(ledger: Ledger, count: int, now: datetime.datetime) -> list[str]:
    lines = ["| " + " | ".join(HEADS) + " |", "| --- |" + " ---: |" * (len(HEADS) - 1)]
    search = ledger.search
    for title, given, sort in cases(count):
        filters = Filters.of(**given)
        one, page = took(
            lambda filters=filters, sort=sort: search.page(filters, sort=sort, now=now))
        after = "–"
        if page.next:
            other, _ = took(lambda filters=filters, sort=sort, page=page: search.page(
                filters, sort=sort, after=page.next))
            after = f"{other.least:.1f}"
        counted, number = took(lambda filters=filters: search.count(filters, now=now))
        lines.append(f"| {title} | {number.text('en')} | {one.least:.1f} | {one.cpu:.1f} | {after} "
                     f"| {counted.least:.1f} | {one.first:.1f} |")
        print(lines[-1], flush=True)
    return lines


@contextlib.contextmanager
def server(folder: str) -> Iterator[str]:
    """The address of an empty database of PostgreSQL."""
    from conftest import _running

    os.environ["TMPDIR"] = folder
    with _running() as one:
        with one.connect() as connection:
            connection.execute("CREATE DATABASE sales")
        yield one.url("sales")


def measured(title: str, url: str, count: int) -> list[str]:
    now = datetime.datetime.now(UTC)
    with Ledger(url) as ledger:
        print(f"{title}: {count:,} sales", flush=True)
        loaded, indexed = fill(ledger, count, now)
        size = ""
        with ledger.engine.connect() as connection:
            if ledger.engine.dialect.name == "sqlite":
                pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() * 4096
            else:
                pages = connection.scalar(sa.select(sa.func.pg_database_size("sales")))
            size = f"{pages / 1e9:.1f} GB"
        head = (f"{count:,} sales of two years, {size}; written in {loaded:.0f} s, indexed in "
                f"{indexed:.0f} s.")
        print(head, flush=True)
        return [f"## {title}", "", head, "", *table(ledger, count, now), ""]


MARK = "<!-- figures: bench/ledger.py writes from here on -->"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sqlite", type=int, default=10_000_000, metavar="SALES")
    words.add_argument("--postgresql", type=int, default=2_000_000, metavar="SALES")
    words.add_argument("--url", help="an empty database of PostgreSQL to use")
    words.add_argument("--write", action="store_true", help=f"onto {PAGE.name}")
    given = words.parse_args()
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="cielo-ledger-") as folder:
        os.chmod(folder, 0o755)
        if given.sqlite:
            lines += measured("SQLite", f"sqlite:///{folder}/ledger.db", given.sqlite)
        if given.postgresql:
            with contextlib.nullcontext(given.url) if given.url else server(folder) as url:
                lines += measured("PostgreSQL", url, given.postgresql)
    if given.write:
        text = PAGE.read_text("utf-8")
        PAGE.write_text(text[:text.index(MARK)] + MARK + "\n\n" + "\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
