"""What somebody is shown of a batch that is ready: how payments stand, and so what goes.

What was read is kept with the rows. Whoever comes back, to whichever process, asks Cielo
nothing for a while; and what was shown as staying stays when the batch is started.
"""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Union

import sqlalchemy as sa

from .batch_rows import Row
from .errors import BackofficeError, Refused
from .left import Standing, decide
from .schema import batch_row

__all__ = ["Foreseen", "Look", "Shown", "foresee", "forget", "keep", "known_since", "put_aside",
           "shown"]

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
    another `mark`. `staying` are rows that were read and do not go, with the reason."""

    mark: str
    staying: Mapping[int, str]


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


def keep(connection: sa.Connection, at: datetime.datetime, looks: Mapping[int, Look]) -> None:
    """What was read at that moment, by the number of a row."""
    for row_id, look in looks.items():
        connection.execute(sa.update(batch_row).where(
            batch_row.c.id == row_id, batch_row.c.state == "waiting").values(
                looked=at, look=_data_of(look)))


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
    connection.execute(sa.update(batch_row).where(batch_row.c.batch_id == number).values(
        looked=None, look=None))


def _data_of(look: Look) -> dict[str, Any]:
    return look._asdict() if isinstance(look, Standing) else {"en": look.en, "pt": look.pt}


def _look_of(data: Mapping[str, Any]) -> Look:
    return Refused(data["en"], data["pt"]) if "en" in data else Standing(**data)


# ---- what follows of it ----


def shown(connection: sa.Connection, number: int, verb: str) -> Shown:
    """Of the rows that wait, as far as they were read."""
    count, sum_ = 0, 0
    staying: dict[int, str] = {}
    for row in connection.execute(sa.select(
            batch_row.c.id, batch_row.c.amount, batch_row.c.look).where(
                batch_row.c.batch_id == number, batch_row.c.state == "waiting").order_by(
                    batch_row.c.id)):
        why = _why_not(_look_of(row.look), verb, row.amount) if row.look else None
        if why is not None:
            staying[row.id] = why
        count += 1
        sum_ = zlib.crc32(f"{row.id}:{row.amount}:{why is None};".encode(), sum_)
    return Shown(f"{count}-{sum_:08x}", staying)


def _why_not(look: Look, verb: str, amount: int | None) -> str | None:
    if isinstance(look, BackofficeError):
        return str(look)
    try:
        decide(look, verb, amount)
    except BackofficeError as error:
        return str(error)
    return None


def put_aside(connection: sa.Connection, staying: Mapping[int, str],
              moment: datetime.datetime) -> None:
    """Rows that do not go end unsent, with the reason: they may be tried again."""
    for row_id, why in staying.items():
        connection.execute(sa.update(batch_row).where(
            batch_row.c.id == row_id, batch_row.c.state == "waiting").values(
                state="failed", why=why, ended=moment))
