"""Sales and doubts made anew out of all events, and held against what is there.

What grows by increments and what is made anew is the same, since both go one way: each
event is placed, and what it is about is folded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from cielo import journal

from . import events, usage
from .database import projecting
from .ingest import LeftOut, count_damaged, new_event
from .schema import event, in_doubt, sale, segment

__all__ = ["Verified", "rebuild", "verify"]

PAGE = 500


def _pages(connection: sa.Connection, column: sa.Column[Any], *more: Any,
           where: sa.ColumnElement[bool] | None = None) -> Iterator[list[Any]]:
    """All rows by an order of their own, without holding a cursor."""
    chosen = sa.select(column, *more).order_by(column).limit(PAGE)
    if where is not None:
        chosen = chosen.where(where)
    last = ""
    while True:
        rows = list(connection.execute(chosen.where(column > last)))
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _forget(connection: sa.Connection) -> None:
    """What was found of events; of those that no journal tells the store is a fact."""
    connection.execute(sa.update(event).values(sale_key=None))
    connection.execute(sa.update(event).where(event.c.source == "journal").values(store_id=None))
    connection.execute(sa.update(sale).values(payment_id=None))
    connection.execute(sa.delete(in_doubt))


#: Is told how many events were placed again, how many failed (none), and how many there are.
Progress = Callable[[int, int, int], object]


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def rebuild(engine: sa.Engine, progress: Progress | None = None) -> int:
    """Makes every sale anew; gives how many. Sales keep their numbers.

    In one transaction: what a sale is made from may lie anywhere among the events, so that
    half of it would show sales that never were so, and let a change be decided by them.
    Its price is time and room, which grow as the events do: SQLite's log came to two thirds
    of a ledger of 240,000 sales, and who else writes waits, or is refused. Readers see the
    sales as they were, and so does everybody once it was killed.
    """
    with projecting(engine) as connection:
        _forget(connection)
        done, total = 0, _count(connection, event) if progress else 0
        for page in _pages(connection, event.c.id, event.c.kind, event.c.of, event.c.at,
                           event.c.source, event.c.data, event.c.segment_id, event.c.store_id):
            events.place_again(connection, [events.New(*row) for row in page])
            done += len(page)
            if progress:
                progress(done, 0, total)
        connection.execute(sa.delete(sale).where(sale.c.key.not_in(
            sa.select(event.c.sale_key).where(event.c.sale_key.is_not(None)))))
        usage.rebuild(connection)
        return _count(connection, sale)


# ---- verifying ----


class Verified(NamedTuple):
    """What was looked at, and what is not as it must be."""

    segments: int
    records: int
    behind: int  # bytes that the ledger has not read yet
    damaged: int  # lines of the journals that are no records
    events: int
    sales: int
    captured: int  # the sums of all sales, in cents
    voided: int
    problems: list[str]
    left_out: list[LeftOut]  # of the damaged those whose lines are whole


class _Verifier:
    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.problems: list[str] = []
        self.left_out: list[LeftOut] = []
        self.segments = self.records = self.behind = self.damaged = 0

    # journals

    def folder(self, folder: str) -> None:
        read = {row.name: row for row in self.connection.execute(
            sa.select(segment).where(segment.c.folder == folder))}
        for each in journal.segments(folder) if os.path.isdir(folder) else []:
            self.segments += 1
            row = read.get(each.name)
            if row is None:
                self.behind += each.size
            elif row.offset > each.size:
                self.problems.append(f"{each.name} was cut: {each.size} bytes, of which "
                                     f"{row.offset} were read")
            else:
                self._segment(folder, each, row)

    def _segment(self, folder: str, each: journal.Segment, row: Any) -> None:
        records = journal.records(folder, each.name)
        batch: list[events.New] = []
        for record in records:
            if records.offset > row.offset:
                self.behind += each.size - row.offset
                break
            made = new_event(record, row.id, each.name, records.offset)
            if isinstance(made, LeftOut):
                self.left_out.append(made)
                continue
            batch.append(made)
            if len(batch) == PAGE:
                self._records(each.name, batch)
                batch = []
        records.close()
        self._records(each.name, batch)
        if row.size == each.size:
            damaged = count_damaged(folder, each.name)
            self.damaged += damaged
            if damaged != row.damaged:
                self.problems.append(f"{each.name} has {damaged} damaged lines, and "
                                     f"{row.damaged} were counted")

    def _records(self, name: str, batch: list[events.New]) -> None:
        self.records += len(batch)
        known: dict[str, Mapping[str, Any]] = {row.id: row.data for row in self.connection.execute(
            sa.select(event.c.id, event.c.data)
            .where(event.c.id.in_([each.id for each in batch])))}
        for each in batch:
            if each.id not in known:
                self.problems.append(f"the event {each.id} of {name} is missing")
            elif known[each.id] != each.data:
                self.problems.append(f"the event {each.id} is not what {name} says")

    # what is made from events

    def _same(self, what: str, key: str, made: Mapping[str, Any] | None,
              row: Mapping[str, Any] | None) -> None:
        if made is None or row is None:
            self.problems.append(f"{what} {key} {'is missing' if row is None else 'has no event'}")
            return
        for name, value in made.items():
            if row[name] != value:
                self.problems.append(f"{what} {key}: {name} is {row[name]}, and {value} by its "
                                     "events")

    def sales(self) -> tuple[int, int, int]:
        """(sales, captured, voided) of the rows."""
        totals = [0, 0, 0]
        for page in _pages(self.connection, sale.c.key, sale):
            rows = {row.key: row._asdict() for row in page}
            made = {row["key"]: row for row in events.folded(self.connection, rows)}
            for key, row in rows.items():
                self._same("the sale", key, made.get(key), row)
                totals[0] += 1
                totals[1] += row["captured"] or 0
                totals[2] += row["voided"] or 0
        for key in self.connection.scalars(
                sa.select(event.c.sale_key).distinct()
                .outerjoin_from(event, sale, sale.c.key == event.c.sale_key)
                .where(event.c.sale_key.is_not(None), sale.c.id.is_(None))):
            self._same("the sale", str(key), {}, None)
        return totals[0], totals[1], totals[2]

    def doubts(self) -> None:
        rows = {row.id: row._asdict() for row in self.connection.execute(sa.select(in_doubt))}
        made = {row["id"]: row for page in _pages(self.connection, event.c.id,
                                                  where=event.c.kind == "intent")
                for row in events.doubts(self.connection, [row.id for row in page])}
        for id_ in sorted(rows.keys() | made.keys()):
            self._same("the doubt", id_, made.get(id_), rows.get(id_))

    def usage(self) -> None:
        made, rows = usage.count(self.connection), usage.rows(self.connection)
        for key in sorted(rows.keys() | made.keys()):
            if made.get(key) != rows.get(key):
                self.problems.append(f"the use {key[2]} of {key[1]} is {rows.get(key)}, and "
                                     f"{made.get(key)} by the sales")


def verify(engine: sa.Engine, folders: Iterable[str]) -> Verified:
    """Reads the journals anew and folds every sale; changes nothing.

    What is read is of one moment, in PostgreSQL too.
    """
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name != "sqlite" else {}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        verifier = _Verifier(connection)
        for folder in folders:
            verifier.folder(os.path.abspath(folder))
        sales, captured, voided = verifier.sales()
        verifier.doubts()
        verifier.usage()
        count = _count(connection, event)
        return Verified(verifier.segments, verifier.records, verifier.behind, verifier.damaged,
                        count, sales, captured, voided, verifier.problems,
                        verifier.left_out)
