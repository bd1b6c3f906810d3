"""What somebody is shown of a batch that is ready: how payments stand, and so what goes.

What was read is kept with the rows. Whoever comes back, to whichever process, asks Cielo
nothing for a while; and what was shown as staying stays when the batch is started.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Union

import sqlalchemy as sa

from .batch_rows import Row
from .errors import BackofficeError, Refused
from .left import Standing, decide
from .schema import batch, batch_row, sale

__all__ = ["Foreseen", "Look", "Shown", "foresee", "foreseen", "forget", "keep", "known_since",
           "put_aside", "revise", "set_amount", "shown"]

#: How a payment stood, or why it could not be read.
Look = Union[Standing, BackofficeError]


class Foreseen(NamedTuple):
    """What would become of a row now: what `amount` is sent, or the rule by which nothing is."""

    row: Row
    at: datetime.datetime  # when it was read
    standing: Standing | None
    left: int | None
    amount: int | None
    refused: BackofficeError | None

    @property
    def why(self) -> str | None:
        return str(self.refused) if self.refused else None


class Shown(NamedTuple):
    """A batch as it is shown: another row, another amount, or another one that stays is
    another `mark`."""

    mark: str
    waiting: int
    staying: int  # rows that were read and do not go
    sum: int  # in cents, of the rows that wait, as far as the ledger knows


def foresee(row: Row, verb: str, look: Look, at: datetime.datetime) -> Foreseen:
    if isinstance(look, BackofficeError):
        return Foreseen(row, at, None, None, None, look)
    left = look.left(verb)
    try:
        decision = decide(look, verb, row.asked)
    except BackofficeError as error:
        return Foreseen(row, at, look, left, None, error)
    return Foreseen(row, at, look, left, decision.amount, None)


# ---- what is kept ----


def keep(connection: sa.Connection, number: int, verb: str, at: datetime.datetime,
         looks: Mapping[int, Look]) -> None:
    """What was read at that moment of a batch that is held, by the number of a row."""
    waiting = {row.id: row for row in connection.execute(sa.select(
        batch_row.c.id, batch_row.c.amount, batch_row.c.stays).where(
            batch_row.c.id.in_(looks), batch_row.c.state == "waiting"))}
    whys = {row_id: _why_not(look, verb, waiting[row_id].amount)
            for row_id, look in looks.items() if row_id in waiting}
    if not whys:
        return
    connection.execute(
        sa.update(batch_row).where(batch_row.c.id == sa.bindparam("row_id")).values(
            looked=at, look=sa.bindparam("read"), stays=sa.bindparam("because")),
        [{"row_id": row_id, "read": _data_of(looks[row_id]), "because": why}
         for row_id, why in whys.items()])
    if any((waiting[row_id].stays is None) != (why is None) for row_id, why in whys.items()):
        revise(connection, number)


def revise(connection: sa.Connection, number: int) -> None:
    """It is another one than it was shown; held until the transaction's end."""
    connection.execute(sa.update(batch).where(batch.c.id == number).values(
        revision=batch.c.revision + 1))


def set_amount(connection: sa.Connection, number: int, row_id: int, verb: str,
               amount: int | None) -> bool:
    """The amount of a row, by which it may go or stay; False where no such row waits."""
    mine = (batch_row.c.id == row_id, batch_row.c.batch_id == number,
            batch_row.c.state == "waiting")
    row = connection.execute(sa.select(batch_row.c.look).where(*mine)).first()
    if row is None:
        return False
    why = _why_not(_look_of(row.look), verb, amount) if row.look else None
    connection.execute(sa.update(batch_row).where(*mine).values(amount=amount, stays=why))
    revise(connection, number)
    return True


def known_since(connection: sa.Connection, rows: Collection[int], since: datetime.datetime) -> (
        dict[int, tuple[datetime.datetime, Standing]]):
    """What was read of these rows since then; what could not be read is read again."""
    found: dict[int, tuple[datetime.datetime, Standing]] = {}
    for row in connection.execute(sa.select(
            batch_row.c.id, batch_row.c.looked, batch_row.c.look).where(
                batch_row.c.id.in_(rows), batch_row.c.looked > since)):
        look = _look_of(row.look)
        if isinstance(look, Standing):
            found[row.id] = row.looked, look
    return found


def forget(connection: sa.Connection, number: int) -> None:
    """What was read of a batch that is held."""
    connection.execute(sa.update(batch_row).where(
        batch_row.c.batch_id == number, batch_row.c.state == "waiting",
        batch_row.c.looked.is_not(None)).values(looked=None, look=None, stays=None))
    revise(connection, number)


def _data_of(look: Look) -> dict[str, Any]:
    return look._asdict() if isinstance(look, Standing) else {"en": look.en, "pt": look.pt}


def _look_of(data: Mapping[str, Any]) -> Look:
    return Refused(data["en"], data["pt"]) if "en" in data else Standing(**data)


# ---- what follows of it ----


def shown(connection: sa.Connection, number: int) -> Shown | None:
    """Of the rows that wait, as far as they were read; None for no such batch."""
    known = sa.case((batch.c.verb == "capture", sale.c.amount), else_=(
        sa.func.coalesce(sale.c.captured, sale.c.amount) - sa.func.coalesce(sale.c.voided, 0)))
    row = connection.execute(sa.select(
        batch.c.revision, sa.func.count(batch_row.c.id), sa.func.sum(batch_row.c.id),
        sa.func.count(batch_row.c.stays),
        sa.func.sum(sa.func.coalesce(batch_row.c.amount, known)))
        .join_from(batch, batch_row, sa.and_(
            batch_row.c.batch_id == batch.c.id, batch_row.c.state == "waiting"), isouter=True)
        .outerjoin(sale, sale.c.id == batch_row.c.sale_id)
        .where(batch.c.id == number).group_by(batch.c.id, batch.c.revision)).first()
    if row is None:
        return None
    revision, waiting, ids, staying, sum_ = row
    # A runner that ends late takes rows and gives others back, and knows of no revision.
    return Shown(f"{number}-{revision}-{waiting}-{ids or 0}", waiting, staying, int(sum_ or 0))


def foreseen(connection: sa.Connection, number: int, after: int,
             limit: int) -> list[tuple[int, int | None, bool]]:
    """Rows that wait: their numbers, their amounts, and whether they go, as far as is known."""
    return [(row.id, row.amount, row.stays is None) for row in connection.execute(sa.select(
        batch_row.c.id, batch_row.c.amount, batch_row.c.stays).where(
            batch_row.c.batch_id == number, batch_row.c.state == "waiting",
            batch_row.c.id > after).order_by(batch_row.c.id).limit(limit))]


def _why_not(look: Look, verb: str, amount: int | None) -> str | None:
    if isinstance(look, BackofficeError):
        return str(look)
    try:
        decide(look, verb, amount)
    except BackofficeError as error:
        return str(error)
    return None


def put_aside(connection: sa.Connection, number: int, moment: datetime.datetime) -> int:
    """Rows that do not go end unsent, with the reason: they may be tried again. How many."""
    return connection.execute(sa.update(batch_row).where(
        batch_row.c.batch_id == number, batch_row.c.state == "waiting",
        batch_row.c.stays.is_not(None)).values(
            state="failed", why=batch_row.c.stays, stays=None, ended=moment)).rowcount
