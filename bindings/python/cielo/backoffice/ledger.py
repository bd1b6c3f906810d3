"""The ledger: what was asked of Cielo and answered, in a database, and what is made of it."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Union

import sqlalchemy as sa

import cielo
import cielo.journal

from . import upgrade
from .accounts import Accounts
from .audit import Audit
from .backup import backup
from .batches import Batches
from .changes import Changes
from .database import data_folder, default_url, open_engine
from .doubts import Doubts
from .errors import Refused, Usage, text_of
from .ingest import Ingested, ingest, unread
from .job_states import Jobs
from .rebuild import Progress, Verified, rebuild, verify
from .recurrences import Recurrences
from .search import Search
from .sessions import Sessions
from .statement import Statements
from .stores import Store, Stores
from .sync import Sync
from .tariffs import Tariffs

__all__ = ["Ledger"]

Folder = Union[str, "os.PathLike[str]"]


class Ledger:
    """A ledger in SQLite or PostgreSQL.

        with cielo.backoffice.Ledger() as ledger:
            ledger.ingest()

    `url` is an SQLAlchemy address: by default CIELO_LEDGER, or a file in the user's data
    folder. `journals` are the folders it reads: by default CIELO_JOURNAL, or one in the
    user's data folder; changes that are made here are written to the first. A new
    database gets its tables; one of another version is refused, but for `upgrade`.
    """

    def __init__(self, url: str | None = None, journals: Iterable[Folder] | None = None, *,
                 upgrade_now: bool = False) -> None:
        self.url = url or default_url()
        given = [os.fspath(each) for each in journals or ()]
        # By their absolute paths: a relative one leads elsewhere once the process works elsewhere.
        self.journals = [os.path.abspath(each) for each in given or [
            os.environ.get("CIELO_JOURNAL") or str(data_folder() / "journal")]]
        try:
            self.engine: sa.Engine = open_engine(self.url)
            (upgrade.upgrade if upgrade_now else upgrade.check)(self.engine)
        except (ValueError, sa.exc.ArgumentError) as error:
            told = text_of(error, "en"), text_of(error, "pt")
            raise Usage(*told) from error
        except ImportError as error:
            raise Refused(f"a ledger in PostgreSQL needs {error.name}: "
                          "pip install 'libcielo[postgres]'",
                          f"um livro em PostgreSQL precisa de {error.name}: "
                          "pip install 'libcielo[postgres]'") from error
        except (OSError, sa.exc.DatabaseError) as error:
            why = getattr(error, "orig", error)
            raise Refused(f"the ledger cannot be opened: {why}",
                          f"o livro não pode ser aberto: {why}") from error
        self.stores = Stores(self.engine)
        self.doubts = Doubts(self.engine, self.client, self.stores.get, self.journals)
        self.recurrences = Recurrences(self.engine, self.stores)
        self.tariffs = Tariffs(self.engine, self.stores)
        self.statement = Statements(self.engine, self.stores)
        self.sync = Sync(self.engine, self.client, self.stores.get)
        self.search = Search(self.engine)
        self.audit = Audit(self.engine)
        self.changes = Changes(self.engine, self.client, lambda folder: self.ingest([folder]))
        self.batches = Batches(self.engine, self.changes, self.search)
        self.jobs = Jobs(self.engine)
        self.accounts = Accounts(self.engine)
        self.sessions = Sessions(self.engine, self.accounts)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<ledger in {self.engine.url!r}>"  # which hides a password

    def close(self) -> None:
        self.engine.dispose()

    def upgrade(self) -> None:
        """Takes the tables to this version."""
        upgrade.upgrade(self.engine)

    def ingest(self, folders: Iterable[Folder] | None = None) -> Ingested:
        """Takes up what the journals have and the ledger has not: each record once."""
        return ingest(self.engine, self.journals if folders is None
                      else [os.fspath(each) for each in folders])

    def prune(self, days: int, folder: Folder | None = None) -> int:
        """Removes segments of a journal that nobody wrote to for so many days, settled ones.

        What they have is taken up before. Gives how many were removed.
        """
        if days < 1:
            raise Usage("a segment of today may still be written to: give a day or more",
                        "um arquivo de hoje ainda pode receber escritas: dê um dia ou mais")
        name = os.fspath(folder or self.journals[0])
        self.ingest([name])
        behind = unread(self.engine, name)
        if behind:
            raise Refused(f"not taken up yet: {', '.join(behind)}",
                          f"ainda não está no livro: {', '.join(behind)}")
        return cielo.journal.prune(name, days)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Makes every sale anew out of its events; gives how many there are.

        `progress(events, 0, of_all)` is called as they are read again.
        """
        return rebuild(self.engine, progress)

    def verify(self, folders: Iterable[Folder] | None = None) -> Verified:
        """Holds the ledger against the journals, and sales against their events."""
        return verify(self.engine, self.journals if folders is None
                      else [os.fspath(each) for each in folders])

    def client(self, store: Store | int | str | None = None, *, journal: Folder | None = None,
               **options: Any) -> cielo.Client:
        """A client of a store, which keeps a journal: what it does is taken up as any other.

        Its keys come from the environment or from the store's file. Close it.
        """
        which = store if isinstance(store, Store) else self.stores.get(store)
        settings = {**self.stores.settings(which), **options}
        return cielo.Client(journal=journal or self.journals[0], **settings)

    def backup(self, path: Folder) -> None:
        """A copy of an SQLite ledger as of one moment, while others go on.

        Refused for PostgreSQL, which has pg_dump for it, and for a file that is there.
        """
        backup(self.engine, pathlib.Path(path))
