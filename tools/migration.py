"""Writes the ledger's next migration: what the tables of schema.py have that the last has not.

    .venv/bin/python tools/migration.py 0002 "what it is for"

Read it before it is committed: Alembic guesses. Then set REVISION of upgrade.py.
"""

from __future__ import annotations

import pathlib
import sys
import tempfile

from alembic import command
from alembic.config import Config
from sqlalchemy.types import TypeDecorator

from cielo.backoffice.database import open_engine, projecting
from cielo.backoffice.schema import Moment

VERSIONS = pathlib.Path("bindings/python/cielo/backoffice/migrations")


def main(revision: str, message: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS))
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/ledger.db")
        with projecting(engine) as connection:
            config.attributes["connection"] = connection
            config.attributes["render_item"] = render_item
            command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=revision)
        engine.dispose()


def render_item(kind: str, item: object, context: object) -> str | bool:
    """Types of ours by their name."""
    del context
    if kind == "type" and isinstance(item, TypeDecorator):
        assert isinstance(item, Moment), item
        return "Moment()"
    return False


if __name__ == "__main__":
    main(*sys.argv[1:])
