"""A copy of a ledger in SQLite: whole under its name, or not there."""

from __future__ import annotations

import os
import pathlib
import sqlite3
import uuid
from contextlib import closing

import sqlalchemy as sa

from .errors import Refused

__all__ = ["backup"]


def backup(engine: sa.Engine, target: pathlib.Path) -> None:
    """As of one moment, while others go on.

    Refused for PostgreSQL, which has pg_dump for it, and for a file that is there.
    """
    if engine.dialect.name != "sqlite":
        command = f"pg_dump --format=custom --file={target} {engine.url.database}"
        raise Refused(f"PostgreSQL makes its own copies: {command}",
                      f"o PostgreSQL faz as suas cópias: {command}")
    if os.path.lexists(target):
        raise _failed(target, "it is there already", "já existe")
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        part.touch(0o600, exist_ok=False)
        _copy(engine, part)
        os.replace(part, target)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _failed(target, why, why) from error
    finally:
        part.unlink(missing_ok=True)


def _failed(target: pathlib.Path, en: str, pt: str) -> Refused:
    return Refused(f"no copy can be made in {target}: {en}",
                   f"não se pode copiar para {target}: {pt}")


def _copy(engine: sa.Engine, part: pathlib.Path) -> None:
    with engine.connect() as connection, closing(sqlite3.connect(part)) as copy:
        source = connection.connection.driver_connection
        assert source is not None
        source.backup(copy)
