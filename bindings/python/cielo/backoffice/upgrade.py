"""The version of a ledger's schema: which it is, and the way to ours."""

from __future__ import annotations

import pathlib

import sqlalchemy as sa

from .audit import protect
from .database import projecting
from .errors import Refused
from .schema import metadata

__all__ = ["REVISION", "check", "upgrade"]

# The last step of migrations/versions, so that opening a ledger need not load Alembic.
REVISION = "0001"


def _version(engine: sa.Engine) -> str | None:
    """None for a database without a ledger."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        version = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return str(version) if version else None


def upgrade(engine: sa.Engine) -> None:
    """Makes the tables, or takes them from an earlier version to this one, or does nothing.

    One at a time: who comes second finds it done.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = pathlib.Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    with projecting(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        protect(connection)
        _demand_whole(connection)


def check(engine: sa.Engine) -> None:
    """Makes a new ledger's tables; Refused for a ledger of another version."""
    version = _version(engine)
    if version is None:
        upgrade(engine)
    elif version < REVISION:
        raise Refused("this ledger is of an earlier version: back it up, then "
                      "`cielo ledger upgrade`",
                      "este livro é de uma versão anterior: faça uma cópia, depois "
                      "`cielo ledger upgrade`")
    elif version > REVISION:
        raise Refused("this ledger is of a later version than this program",
                      "este livro é de uma versão posterior à deste programa")
    else:
        with engine.connect() as connection:
            _demand_whole(connection)


def _demand_whole(connection: sa.Connection) -> None:
    """Refused for a ledger made before the first release, when steps were still written anew.

    It says that it is of this version, and no step leads from it to this one.
    """
    there = {table: {column["name"] for column in columns} for (_, table), columns
             in sa.inspect(connection).get_multi_columns().items()}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name not in there.get(table.name, ()):
                name = f"{table.name}.{column.name}" if table.name in there else table.name
                raise Refused(f"this ledger was made before the first release, and has no {name}: "
                              "make a new one at another address, and `cielo ledger ingest`; "
                              "what no journal has, such as users, is put in anew",
                              "este livro foi feito antes da primeira versão publicada, e não tem "
                              f"{name}: faça um novo em outro endereço, e `cielo ledger ingest`; "
                              "o que não está em diário, como usuários, se põe de novo")
