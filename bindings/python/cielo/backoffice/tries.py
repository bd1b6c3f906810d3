"""Log-ins that failed, and how long the next one has to wait: by name and by address.

A name has a few tries at each address, and some more at all of them together; where its
owner came in lately the latter do not count, so that strangers who try it from elsewhere
keep nobody out; nor do they for who has a recovery code, which nobody guesses. A try counts as
failed from before it is checked until it is known to be right: many at once get no more than
one after the other. Names are kept as hashes, since people also type their password there.
"""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from .addresses import address_in
from .database import insert, now, writing
from .errors import Refused
from .schema import failed_try as table
from .schema import known_place

__all__ = ["TooMany", "Tries"]

#: After so long nobody remembers.
FORGOTTEN = datetime.timedelta(days=1)
#: For so long a place is known where a name was right.
KNOWN = datetime.timedelta(days=30)


class _Pace(NamedTuple):
    """So many tries are free; behind them each waits twice as long as the one before."""

    free: int
    longest: int  # seconds

    def wait(self, fails: int) -> datetime.timedelta:
        """After so many failures."""
        beyond = fails - self.free
        return datetime.timedelta(seconds=0 if beyond < 0 else min(
            self.longest, 2 ** min(beyond, 20)))


# A name at one address; and at all where it was not right lately, which somebody who knows
# it can use up, so that is more, and never long. An address is shared by many.
NAME = _Pace(5, 300)
EVERYWHERE = _Pace(50, 300)
ADDRESS = _Pace(20, 1800)


class TooMany(Refused):
    """Too many tries: the next is in so many seconds; `elsewhere`: they were all at other places,
    and a recovery code passes."""

    def __init__(self, seconds: int, elsewhere: bool = False) -> None:
        way = (", or use a recovery code", ", ou use um código de recuperação")
        super().__init__(f"too many tries: wait {seconds} s{way[0] * elsewhere}",
                         f"tentativas demais: espere {seconds} s{way[1] * elsewhere}")
        self.seconds = seconds
        self.elsewhere = elsewhere


def _hash(*parts: str) -> str:
    """Whatever they hold, others than these are another hash: names are what people type."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _network(address: str) -> str:
    """Who has one address of IPv6 has 2**64 of them."""
    try:
        one = address_in(address)
    except ValueError:
        return address
    if one.version == 4:
        return str(one)
    return str(ipaddress.ip_network((one, 64), strict=False))


def _place(what: str, name: str, address: str | None) -> str:
    """Of a name at an address, or wherever it is where none is told."""
    return _hash(what, name) if address is None else _hash(what, name, _network(address))


def _is_known(connection: sa.Connection, place: str, moment: datetime.datetime) -> bool:
    return connection.scalar(sa.select(known_place.c.key).where(
        known_place.c.key == place, known_place.c.last >= moment - KNOWN)) is not None


def _forget(connection: sa.Connection, moment: datetime.datetime) -> None:
    for which, after in ((table, FORGOTTEN), (known_place, KNOWN)):
        old = sa.select(which.c.key).where(which.c.last < moment - after)
        connection.execute(sa.delete(which).where(which.c.key.in_(
            old.with_for_update(skip_locked=True))))


def _held(connection: sa.Connection, keys: Iterable[str]) -> Sequence[sa.Row[Any]]:
    """These rows, which nobody else changes meanwhile."""
    return connection.execute(sa.select(table).where(table.c.key.in_(keys)).order_by(
        table.c.key).with_for_update()).all()


class Tries:
    """Counts what fails."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, name: str, address: str | None, what: str = "name", *,
              here_alone: bool = False) -> list[str]:
        """Counts a try as failed, before it is checked. Raises TooMany.

        Gives what `forgive` takes when it was right. `what` is tried is counted apart: who is
        in does not wait for what others try from outside. With `here_alone` what was tried at
        other places does not count.
        """
        place = _place(what, name, address)
        paces = {place: NAME}
        if address:
            paces[_hash("address", _network(address))] = ADDRESS
        with writing(self._engine) as connection:
            moment = now(connection)
            _forget(connection, moment)
            everywhere = _hash(what, name)
            if address and not here_alone and not _is_known(connection, place, moment):
                paces[everywhere] = EVERYWHERE
            # In one order, here and below, so that two never wait for each other's rows.
            for key in sorted(paces):
                connection.execute(insert(connection, table).values(
                    key=key, fails=0, last=moment, until=moment).on_conflict_do_nothing())
            rows = _held(connection, paces)
            moment = now(connection)  # who waited for them comes later
            late = {row.key: row.until for row in rows if row.until > moment}
            if late:
                wait = max(late.values()) - moment
                raise TooMany(math.ceil(wait.total_seconds()), bool(address)
                              and late.keys() == {everywhere})
            for row in rows:
                fails = row.fails + 1
                connection.execute(sa.update(table).where(table.c.key == row.key).values(
                    fails=fails, last=moment, until=moment + paces[row.key].wait(fails)))
        return list(paces)

    def forgive(self, keys: Sequence[str]) -> None:
        """It was right: the name starts anew here, and the rest has failed once less."""
        place, *others = keys
        with writing(self._engine) as connection:
            moment = now(connection)
            _held(connection, keys)
            connection.execute(sa.delete(table).where(table.c.key == place))
            connection.execute(sa.update(table).where(table.c.key.in_(others)).values(
                fails=table.c.fails - 1, until=moment))
            if others:  # of no address there is no place
                connection.execute(insert(connection, known_place).values(
                    key=place, last=moment).on_conflict_do_update(
                        index_elements=["key"], set_={"last": moment}))
