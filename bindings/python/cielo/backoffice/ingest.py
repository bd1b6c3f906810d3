"""From the journal into the ledger: each record once, however often it is read.

The offset in a segment moves in the transaction that inserts its records, and an event
that is there already stays as it is.  So an ingester may be killed at any point, two may
read one segment, and a segment may be given twice.  A record that is none, whole as its
line is, is left out, counted with the damaged lines and told of: the others go on.
"""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from cielo import journal

from . import events
from .database import insert, projecting
from .project import cielo_moment
from .record_shape import fault_of
from .schema import segment

__all__ = ["Ingested", "LeftOut", "count_damaged", "ingest", "new_event", "unread"]

log = logging.getLogger("cielo.backoffice")

# Records of one transaction: so many that a commit costs little beside them.
BATCH = 500


class Ingested(NamedTuple):
    """What a reading of the journals came to."""

    records: int  # that were new
    sales: int  # that were made, or changed
    damaged: int  # lines that are in the segments and no records


class LeftOut(NamedTuple):
    """A record whose line is whole, and of which nothing can be made."""

    segment: str
    before: int  # the offset at which it ends
    fault: str

    def __str__(self) -> str:
        return f"{self.segment}: the record before byte {self.before} is none: {self.fault}"


def new_event(record: Mapping[str, Any], number: int, name: str, offset: int) -> (
        events.New | LeftOut):
    """The event of a record. One of a kind that is not known yet is kept too."""
    fault = fault_of(record)
    if fault is not None:
        return LeftOut(name, offset, fault)
    kind = record["rec"]
    at = cielo_moment(record["at"])
    assert at is not None
    of = record.get("of")
    if kind == "intent":
        id_ = record["id"]
    elif kind == "look":
        id_ = f"{of}:look:{record['at']}"
    elif kind in ("outcome", "settled"):
        id_ = f"{of}:{kind}"
    else:
        id_ = f"{name}:{offset}"
    return events.New(id_, kind, of, at, "journal", record, segment_id=number)


def _offset(connection: sa.Connection, folder: str, name: str) -> tuple[int, int]:
    """The segment's number, and where to read on."""
    connection.execute(insert(connection, segment).values(
        folder=folder, name=name).on_conflict_do_nothing())
    row = connection.execute(sa.select(segment.c.id, segment.c.offset).where(
        segment.c.folder == folder, segment.c.name == name)).one()
    return row.id, row.offset


def count_damaged(folder: str, name: str) -> int:
    """Of a whole segment: a reading from the middle counts some lines again."""
    records = journal.records(folder, name)
    try:
        return sum(fault_of(record) is not None for record in records) + records.damaged
    finally:
        records.close()


def _ingest_part(engine: sa.Engine, folder: str, name: str, size: int) -> tuple[int, int, bool]:
    """At most BATCH records of a segment, in a transaction. (new, sales, whether more come)"""
    with projecting(engine) as connection:
        number, start = _offset(connection, folder, name)
        records = journal.records(folder, name, start)
        try:
            batch = [new_event(record, number, name, records.offset)
                     for record in itertools.islice(records, BATCH)]
            left_out = [each for each in batch if isinstance(each, LeftOut)]
            taken = events.take(connection, (each for each in batch
                                             if isinstance(each, events.New)))
            values: dict[str, Any] = {"offset": records.offset}
            if len(batch) < BATCH:
                values["size"] = size
            if left_out or records.damaged:
                values["damaged"] = count_damaged(folder, name)
            connection.execute(sa.update(segment).where(segment.c.id == number).values(values))
        finally:
            records.close()
    for each in left_out:
        log.warning("%s", each)
    return taken.events, taken.sales, len(batch) == BATCH


def _to_read(engine: sa.Engine, folder: str) -> Iterator[journal.Segment]:
    """The segments of a folder that have grown since they were read to their end."""
    with engine.connect() as connection:
        known: dict[str, int] = {row.name: row.size for row in connection.execute(
            sa.select(segment.c.name, segment.c.size).where(segment.c.folder == folder))}
    return (each for each in journal.segments(folder) if known.get(each.name) != each.size)


def unread(engine: sa.Engine, folder: str) -> list[str]:
    """The segments of dead processes that were not read to their end."""
    return [each.name for each in _to_read(engine, os.path.abspath(folder)) if not each.live]


def _damaged(engine: sa.Engine, folders: Iterable[str]) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.coalesce(
            sa.func.sum(segment.c.damaged), 0)).where(
                segment.c.folder.in_(list(folders)))).scalar_one())


def ingest(engine: sa.Engine, folders: Iterable[str]) -> Ingested:
    """Takes up what the journals of these folders have that the ledger has not.

    A folder that nobody wrote to yet, and so is not there, has nothing.
    """
    names = [os.path.abspath(folder) for folder in folders]
    count = sales = 0
    for folder in names:
        if not os.path.isdir(folder):
            continue
        for each in _to_read(engine, folder):
            more = True
            while more:
                new, folded, more = _ingest_part(engine, folder, each.name, each.size)
                count += new
                sales += folded
    return Ingested(count, sales, _damaged(engine, names))
