"""Codes for who lost the telephone: each lets in once, in the place of the second factor.

They are shown once and kept as passwords are. The first part of one is its name, by which
it is found, so that one hash is tried and not ten.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from .schema import recovery_code as table

__all__ = ["draw", "forget", "hash_of", "keep", "left", "lock", "split", "take"]

#: So many at a time.
COUNT = 10
# Without what looks like something else where it was written by hand.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
PART, PARTS = 4, 4  # the first is no secret; the others have 59 bits


def draw() -> list[str]:
    """New ones, of which no two have the same name."""
    names: set[str] = set()
    while len(names) < COUNT:
        names.add(_part())
    return ["-".join((name, *(_part() for _ in range(PARTS - 1)))) for name in sorted(names)]


def _part() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(PART))


def split(typed: str) -> tuple[str, str]:
    """Name and secret, however it was typed."""
    plain = "".join(each for each in typed.lower() if each.isalnum())
    return plain[:PART], plain[PART:]


def lock(user_id: int, codes: Sequence[str],
         hash_: Callable[[str], str]) -> list[dict[str, object]]:
    """The rows of codes, for `keep`."""
    return [{"user_id": user_id, "name": name, "secret": hash_(secret)}
            for name, secret in map(split, codes)]


def keep(connection: sa.Connection, user_id: int, rows: Sequence[dict[str, object]]) -> None:
    """In the place of those there were."""
    forget(connection, user_id)
    connection.execute(sa.insert(table), list(rows))


def forget(connection: sa.Connection, user_id: int) -> None:
    connection.execute(sa.delete(table).where(table.c.user_id == user_id))


def left(connection: sa.Connection, user_id: int) -> int:
    """How many are not used yet."""
    return connection.scalar(sa.select(sa.func.count()).where(
        table.c.user_id == user_id)) or 0


def hash_of(connection: sa.Connection, user_id: int, name: str) -> str | None:
    """What the secret of that name is checked against; None: there is none, or no more."""
    return connection.scalar(sa.select(table.c.secret).where(
        table.c.user_id == user_id, table.c.name == name))


def take(connection: sa.Connection, user_id: int, name: str, hashed: str) -> bool:
    """Uses one up; False where somebody just did."""
    return bool(connection.execute(sa.delete(table).where(
        table.c.user_id == user_id, table.c.name == name, table.c.secret == hashed)).rowcount)
