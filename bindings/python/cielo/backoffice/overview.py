"""How a shop stands at a glance: sums by status, and what Cielo told last."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from .schema import notice, sale
from .stores import Store
from .words import WORDS

__all__ = ["COUNTED", "Told", "Total", "begins", "told_last", "totals"]

UTC = datetime.timezone.utc
BRASILIA = "America/Sao_Paulo"
# A span with more sales is not summed up: it would take somebody's patience.
COUNTED = 200_000


class Total(NamedTuple):
    """Sales of a status: how many, and their amounts in cents."""

    word: str
    number: int
    amount: int


class Told(NamedTuple):
    """What is to be looked up at Cielo, or was."""

    received: datetime.datetime
    store_id: int
    kind: str
    about: str  # payment:ID and the like
    state: str  # waiting, done, unknown, failed
    sale_id: int | None  # of the payment that it is about
    order_number: str | None


def begins(now: datetime.datetime, stores: Collection[Store]) -> (
        tuple[datetime.datetime, datetime.datetime]):
    """When the day and the month began, in the stores' zone or else in Brasilia's."""
    zones = {store.zone for store in stores}
    zone = ZoneInfo(zones.pop() if len(zones) == 1 else BRASILIA)
    today = now.astimezone(zone).date()
    day, month = (datetime.datetime.combine(date, datetime.time(), zone)
                  for date in (today, today.replace(day=1)))
    return day, month


def totals(engine: sa.Engine, since: datetime.datetime,
           within: Collection[int]) -> list[Total] | None:
    """Sales since a moment by status, in the order of screens; None for too many."""
    with engine.connect() as connection:
        mine = sale.c.received >= since, sale.c.store_id.in_(list(within))
        span = sa.select(sale.c.id).where(*mine).limit(COUNTED + 1).subquery()
        if (connection.scalar(sa.select(sa.func.count()).select_from(span)) or 0) > COUNTED:
            return None
        rows: list[Any] = list(connection.execute(
            sa.select(sale.c.word, sa.func.count(), sa.func.coalesce(sa.func.sum(sale.c.amount), 0))
            .where(*mine).group_by(sale.c.word)))
    found = {word: Total(word, count, int(amount)) for word, count, amount in rows}
    return [found[word] for word in WORDS if word in found]


def told_last(engine: sa.Engine, within: Collection[int], limit: int) -> list[Told]:
    """Newest first."""
    payment = sa.func.substr(notice.c.about, len("payment:") + 1)
    with engine.connect() as connection:
        return [Told(*row) for row in connection.execute(
            sa.select(notice.c.received, notice.c.store_id, notice.c.kind, notice.c.about,
                      notice.c.state, sale.c.id, sale.c.order_number)
            .outerjoin_from(notice, sale, sa.and_(sale.c.payment_id == payment,
                                                  sale.c.store_id == notice.c.store_id))
            .where(notice.c.store_id.in_(list(within)))
            .order_by(notice.c.id.desc()).limit(limit))]
