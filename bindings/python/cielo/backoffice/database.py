"""The two databases behind one interface: how they are opened, and where they differ."""

from __future__ import annotations

import contextlib
import datetime
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .errors import BadValue

__all__ = ["data_folder", "default_url", "insert", "now", "open_engine", "projecting", "writing"]

# How long a writer waits for another one, in seconds.
PATIENCE = 30

# Of PostgreSQL's advisory locks: who makes sales out of events does so alone.
PROJECTION = 0x6369656C6F

UTC = datetime.timezone.utc


def data_folder() -> pathlib.Path:
    """Where this user's ledger and journal are when nothing else is said; it is made."""
    home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    folder = pathlib.Path(home) / "libcielo"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def default_url() -> str:
    """CIELO_LEDGER, or a file in the user's data folder."""
    return os.environ.get("CIELO_LEDGER") or f"sqlite:///{data_folder() / 'ledger.db'}"


def _set_up_sqlite(engine: sa.Engine) -> None:
    """Readers beside one writer, and a writer that says so when it begins.

    Left alone the driver begins a transaction with the first change, and two that have
    read before cannot both go on.
    """

    @sa.event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        del record
        connection.isolation_level = None
        for pragma in (f"busy_timeout={PATIENCE * 1000}", "journal_mode=WAL", "foreign_keys=ON",
                       "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def open_engine(url: str) -> sa.Engine:
    """An engine for SQLite or PostgreSQL; BadValue for any other address.

    OSError for a file that cannot be made.
    """
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:  # its text might show a password
        raise BadValue("the ledger's address begins with sqlite:/// and a file, or with "
                       "postgresql://", "o endereço do livro começa com sqlite:/// e um arquivo, "
                       "ou com postgresql://") from None
    backend = address.get_backend_name()
    if backend == "sqlite":
        if address.database in (None, "", ":memory:"):
            raise BadValue("a ledger in memory would be forgotten: name a file",
                           "um livro na memória seria esquecido: dê um arquivo")
        with contextlib.suppress(FileExistsError):  # of this user alone, as its keys are
            os.close(os.open(address.database, os.O_CREAT | os.O_EXCL, 0o600))
        engine = sa.create_engine(address, connect_args={"timeout": PATIENCE},
                                  hide_parameters=True)  # values are nobody's to log
        _set_up_sqlite(engine)
        return engine
    if backend != "postgresql":
        raise BadValue(f"a ledger lives in SQLite or PostgreSQL, not in {backend}",
                       f"um livro vive em SQLite ou PostgreSQL, e não em {backend}")
    return sa.create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True,
                            hide_parameters=True)


@contextlib.contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes, committed at its end."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextlib.contextmanager
def projecting(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One that writes events and makes sales out of them: one at a time, on any machine.

    Two that touched one sale would each fold it without the other's events.
    """
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(PROJECTION)))
        yield connection


def insert(connection: sa.Connection, table: sa.Table) -> Any:
    """INSERT with ON CONFLICT, which both have, each under a name of its own."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def now(connection: sa.Connection) -> datetime.datetime:
    """The database's time, which machines that share it agree on."""
    if connection.dialect.name == "sqlite":
        return datetime.datetime.now(UTC)
    moment: datetime.datetime = connection.execute(
        sa.select(sa.func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)
