"""Who does a job that only one may do at a time, on whichever machine."""

from __future__ import annotations

import datetime
import logging
import os
import platform
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from .database import insert, now, writing
from .errors import Refused
from .schema import lease

__all__ = ["Lease", "free", "held", "kept"]

# How long a holder that died keeps others out, in seconds.
LIFE = 60.0

log = logging.getLogger("cielo.backoffice")


class Lease:
    """A job's row with its holder, and when it ends if it is not renewed."""

    def __init__(self, engine: sa.Engine, name: str, seconds: float = LIFE) -> None:
        self.name = name
        self.holder = f"{platform.node()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
        self._engine = engine
        self._life = datetime.timedelta(seconds=seconds)

    def take(self) -> bool:
        """Takes or renews it; False while another one holds it."""
        with writing(self._engine) as connection:
            moment = now(connection)
            row = insert(connection, lease).values(
                name=self.name, holder=self.holder, until=moment + self._life)
            return connection.execute(row.on_conflict_do_update(
                index_elements=["name"],
                set_={"holder": row.excluded.holder, "until": row.excluded.until},
                where=sa.or_(lease.c.holder == self.holder, lease.c.until <= moment),
            ).returning(lease.c.name)).first() is not None

    def renew(self) -> None:
        """Refused when it was not renewed in time, and another one has it."""
        if not self.take():
            raise Refused(f"the job {self.name} was taken over by another process",
                          f"o trabalho {self.name} foi assumido por outro processo")

    def leave(self) -> None:
        with writing(self._engine) as connection:
            connection.execute(sa.delete(lease).where(lease.c.name == self.name,
                                                      lease.c.holder == self.holder))


@contextmanager
def held(engine: sa.Engine, name: str, seconds: float = LIFE) -> Iterator[Lease | None]:
    """The lease of a job while the block lasts; None when another one holds it."""
    own = Lease(engine, name, seconds)
    if not own.take():
        yield None
        return
    try:
        yield own
    finally:
        own.leave()


@contextmanager
def kept(engine: sa.Engine, name: str, seconds: float = LIFE) -> Iterator[Lease | None]:
    """The same for a block of any length: a thread renews it meanwhile.

    It is lost when the database cannot be reached for so long. What runs under it must
    bear a second one beside it.
    """
    with held(engine, name, seconds) as own:
        if own is None:
            yield None
            return
        over = threading.Event()
        keeper = threading.Thread(target=_keep, args=(own, over, seconds / 3), daemon=True)
        keeper.start()
        try:
            yield own
        finally:
            over.set()
            keeper.join()


def _keep(own: Lease, over: threading.Event, pause: float) -> None:
    while not over.wait(pause):
        try:
            own.renew()
        except (Refused, sa.exc.SQLAlchemyError) as error:
            log.warning("the lease of %s was not renewed: %s", own.name,
                        getattr(error, "orig", None) or error)


def free(connection: sa.Connection, names: Iterable[str]) -> set[str]:
    """Of these jobs the ones that nobody does."""
    wanted = set(names)
    taken = connection.scalars(sa.select(lease.c.name).where(
        lease.c.name.in_(wanted), lease.c.until > now(connection)))
    return wanted - set(taken)
