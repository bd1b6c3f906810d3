"""A batch and its rows, as the database has them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from .schema import batch_row, change, sale

__all__ = ["ENDED", "NOT_DONE", "Batch", "CHUNK", "Row", "batches_of", "counts_of",
           "not_through", "select_rows"]

# Rows in one statement.
CHUNK = 500

ENDED = ("done", "pending", "refused", "failed", "in_doubt")
NOT_DONE = ("refused", "failed", "in_doubt")


@dataclass(frozen=True)
class Batch:
    """A batch, with how many of its rows are in which state."""

    id: int
    store_id: int
    verb: str
    state: str  # ready, running, paused, done
    created: datetime.datetime
    created_by: str
    started_by: str | None
    search: str | None
    void_limit: int | None
    ended: datetime.datetime | None
    why: str | None  # it stopped by itself
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def through(self) -> int:
        """Rows whose end is known, or in doubt."""
        return sum(self.counts.get(state, 0) for state in ENDED)

    @property
    def not_done(self) -> int:
        return sum(self.counts.get(state, 0) for state in NOT_DONE)


class Row(NamedTuple):
    """A row of a batch."""

    id: int
    sale_id: int
    payment_id: str | None
    order_number: str | None
    asked: int | None  # in cents; None: all that is left
    amount: int | None  # what was sent
    state: str
    code: str | None
    why: str | None
    ended: datetime.datetime | None
    intent: str | None  # the journal's id of what was sent


def select_rows() -> sa.Select[Any]:
    """A query of a batch's rows, as `Row` has them."""
    return sa.select(
        batch_row.c.id, batch_row.c.sale_id, sale.c.payment_id, sale.c.order_number,
        batch_row.c.amount, change.c.amount, batch_row.c.state, batch_row.c.code,
        batch_row.c.why, batch_row.c.ended, change.c.intent,
    ).join_from(batch_row, sale, batch_row.c.sale_id == sale.c.id).outerjoin(
        change, batch_row.c.change_id == change.c.id)


def batches_of(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Batch]:
    counts = counts_of(connection, [row.id for row in rows])
    return [Batch(row.id, row.store_id, row.verb, row.state, row.created, row.created_by,
                  row.started_by, row.search, row.void_limit, row.ended, row.why,
                  counts[row.id]) for row in rows]


def not_through(number: int) -> sa.Exists:
    """Whether a row of a batch waits or is under way."""
    return sa.select(batch_row.c.id).where(
        batch_row.c.batch_id == number, batch_row.c.state.in_(("waiting", "sending"))).exists()


def counts_of(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many rows of each of these batches are in which state."""
    counts: dict[int, dict[str, int]] = {number: {} for number in numbers}
    for at in range(0, len(numbers), CHUNK):
        for number, state, count in connection.execute(sa.select(
                batch_row.c.batch_id, batch_row.c.state, sa.func.count()).where(
                    batch_row.c.batch_id.in_(numbers[at:at + CHUNK])).group_by(
                        batch_row.c.batch_id, batch_row.c.state)):
            counts[number][state] = count
    return counts
