"""What is to be looked up at Cielo: what notifications name, and what we ask for ourselves.

A row says what and when; who looked removes it from the queue in the transaction that
keeps what was seen, so that each is looked up until it was, and counts once.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from .schema import notice, sale

__all__ = ["Notice", "about_of", "due", "finish", "put_off", "queue", "waiting"]

# After so many looks that failed it is given up; the next notification or night asks anew.
TRIES = 12
FIRST_PAUSE = datetime.timedelta(minutes=1)
LONGEST_PAUSE = datetime.timedelta(days=1)


class Notice(NamedTuple):
    """A row that is due."""

    id: int
    store_id: int
    kind: str  # of the notification, or who of us asks: doubt, night, recurrence, person
    about: str
    ids: Mapping[str, Any]
    tries: int
    received: datetime.datetime  # when it was last asked for


_COLUMNS = tuple(notice.c[name] for name in Notice._fields)


def about_of(ids: Mapping[str, Any]) -> str | None:
    """What ids name, as one text; None when they name nothing."""
    for name, word in (("payment_id", "payment"), ("recurrent_payment_id", "recurrence"),
                       ("checkout_order_number", "checkout"),
                       ("merchant_order_number", "order")):
        if ids.get(name):
            return f"{word}:{ids[name]}"
    return None


def queue(connection: sa.Connection, store: int, kind: str, ids: Mapping[str, Any],
          at: datetime.datetime) -> bool:
    """Asks for a look; False when one is waiting already, or nothing is named.

    One that is under way was begun too early to know what is told now: it is made again.
    """
    about = about_of(ids)
    waits = connection.scalar(sa.select(notice.c.id).where(
        notice.c.about == about, notice.c.store_id == store, notice.c.state == "waiting").limit(1))
    if about is None:
        return False
    if waits is not None:
        connection.execute(sa.update(notice).where(notice.c.id == waits).values(received=at))
        return False
    connection.execute(sa.insert(notice).values(
        store_id=store, received=at, kind=kind, about=about, ids=dict(ids), next_try=at))
    return True


def due(connection: sa.Connection, at: datetime.datetime, limit: int) -> list[Notice]:
    """Those whose time has come: of payments that are known first, so that a flood of
    forged ones does not keep them waiting."""
    known = sa.exists().where(sale.c.payment_id == sa.func.substr(
        notice.c.about, len("payment:") + 1), sale.c.store_id == notice.c.store_id)
    rows = connection.execute(
        sa.select(*_COLUMNS).where(notice.c.state == "waiting", notice.c.next_try <= at)
        .order_by(sa.case((known, 0), else_=1), notice.c.id).limit(limit))
    return [Notice(*row) for row in rows]


def waiting(connection: sa.Connection, store: int, ids: Mapping[str, Any]) -> Notice | None:
    """The one that asks for a look at what these ids name."""
    row = connection.execute(
        sa.select(*_COLUMNS).where(notice.c.about == about_of(ids), notice.c.store_id == store,
                                   notice.c.state == "waiting").limit(1)).first()
    return None if row is None else Notice(*row)


def finish(connection: sa.Connection, one: Notice, state: str, why: str | None = None) -> bool:
    """Takes it from the queue as "done" or "unknown"; False when another one did, or when it
    was asked for again since."""
    return bool(connection.execute(
        sa.update(notice).where(notice.c.id == one.id, notice.c.state == "waiting",
                                notice.c.received == one.received)
        .values(state=state, why=why)).rowcount)


def put_off(connection: sa.Connection, one: Notice, why: str, at: datetime.datetime) -> None:
    """After a look that failed: the next one later, and later each time."""
    tries = one.tries + 1
    pause = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
    connection.execute(
        sa.update(notice).where(notice.c.id == one.id, notice.c.state == "waiting")
        .values(tries=tries, why=why, next_try=at + pause,
                state="waiting" if tries < TRIES else "failed"))
