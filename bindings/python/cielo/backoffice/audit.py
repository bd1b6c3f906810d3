"""Who did what, and what came of it: rows that are added, and never changed or removed.

The database itself refuses to change them, see `protect`.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from .database import now, writing
from .schema import audit

__all__ = ["Audit", "Line", "Seen", "note", "protect"]

CHUNK = 500
# Of one query; SQLite takes 500.
PARTS = 100


class Line(NamedTuple):
    """A line of the audit."""

    id: int
    at: datetime.datetime
    who: str
    did: str
    store_id: int | None
    sale_id: int | None
    data: dict[str, Any]


def note(connection: sa.Connection, who: str, did: str, *, store_id: int | None = None,
         sale_id: int | None = None, at: datetime.datetime | None = None, **data: Any) -> None:
    """A line, in the transaction that does what it tells of, now if no moment is given.

    `data` is shown to who may read the audit: neither keys nor cards belong there.
    """
    told = {name: value for name, value in data.items() if value is not None}
    connection.execute(sa.insert(audit).values(
        at=at or now(connection), who=who, did=did, store_id=store_id, sale_id=sale_id, data=told))


class Seen(NamedTuple):
    """What somebody may read: the lines of these stores, and their own of no store."""

    stores: Collection[int]
    who: str

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        """Of which each line meets one at most."""
        stores = sorted(self.stores)
        for at in range(min(PARTS, len(stores))):
            yield audit.c.store_id.in_(stores[at::PARTS])
        yield sa.and_(audit.c.store_id.is_(None), audit.c.who == self.who)


class Audit:
    """The audit of a ledger, `ledger.audit`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def note(self, who: str, did: str, *, store_id: int | None = None,
             sale_id: int | None = None, **data: Any) -> None:
        """A line about what changes nothing else: a log-in, an export."""
        with writing(self._engine) as connection:
            note(connection, who, did, store_id=store_id, sale_id=sale_id, **data)

    def lines(self, *, who: str | None = None, did: str | None = None,
              sale_id: int | None = None, since: datetime.datetime | None = None,
              before: int | None = None, limit: int | None = None,
              seen: Seen | None = None) -> Iterator[Line]:
        """Newest first; `before` is the number of a line, below which they go on."""
        wanted = [column == value for column, value in (
            (audit.c.who, who), (audit.c.did, did), (audit.c.sale_id, sale_id))
            if value is not None]
        if since is not None:
            wanted.append(audit.c.at >= since)
        if before is not None:
            wanted.append(audit.c.id < before)
        newest = sa.select(audit).where(*wanted).order_by(audit.c.id.desc()).limit(limit)
        # One for each store: an index has the lines of each in their order, not those of some.
        found = newest if seen is None else sa.union_all(*(
            newest.where(each).subquery().select() for each in seen.conditions())).order_by(
                sa.desc("id")).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=CHUNK).execute(found)
            yield from (Line(*row) for row in rows)


# ---- what keeps it so ----

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS audit_{verb} BEFORE {verb} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END
"""
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit is only added to'; END $$
    """,
    "DROP TRIGGER IF EXISTS audit_kept ON audit",
    """
    CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit()
    """,
)


def protect(connection: sa.Connection) -> None:
    """Makes the database refuse what would change the audit, or remove from it."""
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_SQLITE.format(verb=verb))
    else:
        for statement in _POSTGRESQL:
            connection.exec_driver_sql(statement)
