"""Captures and voids in block: rows that are each sent once, whoever runs them and dies.

A batch belongs to nobody: who runs it claims some rows, reads and changes their payments
side by side, and claims the next. So it can be killed at any point and run again, also by
two at once; what was sent and not answered is looked up in the journal, and what is in
doubt is never sent again.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO, Union

import sqlalchemy as sa

from .audit import note
from .batch_file import MOST, Line, read_csv
from .batch_looks import (
    Foreseen,
    Shown,
    foresee,
    foreseen,
    forget,
    keep,
    known_since,
    put_aside,
    revise,
    set_amount,
    shown,
)
from .batch_rows import CHUNK, Batch, Row, batches_of, not_through, select_rows
from .batch_run import Progress, Run, Stop
from .changes import CONCURRENCY, Changes
from .database import now, writing
from .errors import Problems, Refused, Usage
from .filters import Filters
from .lease import free, kept
from .limits import demand_foreseen, least
from .person import Person, WhoIs
from .schema import batch, batch_row, sale
from .search import Search
from .words import label

__all__ = ["Batch", "Batches", "Foreseen", "Row", "read_csv"]

# By which a line of a file names a sale.
COLUMNS = {"payment_id": sale.c.payment_id, "order": sale.c.order_number}

#: A sale's number, alone or with an amount in cents (None: all that is left).
Chosen = Union[int, "tuple[int, int | None]"]


# ---- batches ----


class Batches:
    """Captures and voids in block, `ledger.batches`."""

    def __init__(self, engine: sa.Engine, changes: Changes, search: Search) -> None:
        self._engine = engine
        self._changes = changes
        self._search = search

    # -- making --

    def make(self, verb: str, chosen: Iterable[Chosen], *, by: Person | None = None,
             search: str | None = None) -> Batch:
        """A batch of these sales, which are of one store; nothing is sent yet.

        `search` are the words that chose them, kept beside it.
        """
        person = by or Person.of_system()
        if verb not in ("capture", "void"):
            raise Usage(f"a batch captures or voids, and does not {verb}",
                        f"um lote captura ou cancela, e {verb!r} não é capture nem void")
        rows = dict(each if isinstance(each, tuple) else (each, None) for each in chosen)
        if not rows:
            raise Usage("no sale was chosen", "nenhuma venda foi escolhida")
        if any(amount is not None and amount <= 0 for amount in rows.values()):
            raise Usage("the amount must be more than nothing",
                        "o valor deve ser mais do que nada")
        with writing(self._engine) as connection:
            store_id = _store_of(connection, list(rows), person.reach())
            for permission in ("batch", verb):
                person.demand(permission, store_id)
            if verb == "void":
                demand_foreseen(connection, person.name, person.void_limit, rows.items())
            number = connection.execute(sa.insert(batch).values(
                store_id=store_id, verb=verb, state="ready", created=now(connection),
                created_by=person.name, search=search, void_limit=person.void_limit,
                ).returning(batch.c.id)).scalar_one()
            connection.execute(sa.insert(batch_row), [
                {"batch_id": number, "sale_id": sale_id, "amount": amount, "state": "waiting"}
                for sale_id, amount in rows.items()])
            note(connection, person.name, "batch make", store_id=store_id, batch=number,
                 verb=verb, rows=len(rows), search=search)
        return self.get(number)

    def make_matching(self, verb: str, filters: Filters, *, by: Person | None = None) -> Batch:
        """A batch of all that a search finds now, in whole; what comes later is not in it.

        What is in doubt takes no change, and is left out.
        """
        person = by or Person.of_system()
        return self.make(verb, (row.id for row in self._search.rows(
            filters, sort="oldest", within=person.reach()) if not row.in_doubt),
            by=person, search=filters.command())

    def make_from(self, verb: str, file: TextIO, *, store_id: int | None = None,
                  by: Person | None = None, cents: bool = False) -> Batch:
        """A batch of what the lines of a CSV file name, see `read_csv`."""
        return self.make(verb, self.chosen_from(file, store_id=store_id, by=by, cents=cents), by=by)

    def chosen_from(self, file: TextIO, *, store_id: int | None = None, by: Person | None = None,
                    cents: bool = False) -> list[Chosen]:
        """The sales that the lines of a file name, for `make`; Usage with all that is wrong."""
        problems = Problems(MOST)
        lines = read_csv(file, cents=cents, problems=problems)
        found = list(self._sales_of(lines, store_id, (by or Person.of_system()).reach(), problems))
        problems.demand_none()
        return found

    def amend(self, number: int, row_id: int, amount: int | None, *,
              by: Person | None = None) -> None:
        """Sets the amount of a row that waits, in cents; None: all that is left then."""
        person = by or Person.of_system()
        found = self._demand_rows(number, person)
        if amount is not None and amount <= 0:
            raise Usage("the amount must be more than nothing",
                        "o valor deve ser mais do que nada")
        with writing(self._engine) as connection:
            _demand_still(connection, number)
            if not set_amount(connection, number, row_id, found.verb, amount):
                raise Refused(f"batch {number} has no row {row_id} that waits",
                              f"o lote {number} não tem linha {row_id} à espera")
            note(connection, person.name, "batch amend", store_id=found.store_id, batch=number,
                 row=row_id, amount=amount)

    def omit(self, number: int, row_ids: Collection[int], *, by: Person | None = None) -> None:
        """Takes rows that wait out of a batch that does not run."""
        person = by or Person.of_system()
        found = self._demand_rows(number, person)
        with writing(self._engine) as connection:
            _demand_still(connection, number)
            rows = [row_id for row_id in row_ids if connection.execute(
                sa.delete(batch_row).where(
                    batch_row.c.id == row_id, batch_row.c.batch_id == number,
                    batch_row.c.state == "waiting")).rowcount]
            revise(connection, number)
            note(connection, person.name, "batch omit", store_id=found.store_id, batch=number,
                 rows=rows)

    def _demand_rows(self, number: int, person: Person) -> Batch:
        """Refused for who may not send them either: a paused batch goes on as they leave it."""
        found = self.get(number)
        for permission in ("batch", found.verb):
            person.demand(permission, found.store_id)
        return found

    def drop(self, number: int, *, by: Person | None = None) -> None:
        """Removes a batch of which nothing was sent, such as that of a dry run."""
        person = by or Person.of_system()
        found = self.get(number)
        person.demand("batch", found.store_id)
        with writing(self._engine) as connection:
            removed = connection.execute(sa.update(batch).where(
                batch.c.id == number, batch.c.state == "ready").values(state="dropped")).rowcount
            if not removed or connection.scalar(sa.select(batch_row.c.id).where(
                    batch_row.c.batch_id == number, batch_row.c.change_id.is_not(None))):
                raise Refused(f"batch {number} was begun already",
                              f"o lote {number} já foi começado")
            connection.execute(sa.delete(batch_row).where(batch_row.c.batch_id == number))
            connection.execute(sa.delete(batch).where(batch.c.id == number))
            note(connection, person.name, "batch drop", store_id=found.store_id, batch=number)

    def _sales_of(self, lines: Iterable[Line], store_id: int | None,
                  within: Collection[int] | None, problems: Problems) -> Iterator[Chosen]:
        taken: dict[int, int] = {}
        reached = _reached(within)
        if store_id is not None:
            reached.append(sale.c.store_id == store_id)
        with self._engine.connect() as connection:
            for line in lines:
                ids = list(connection.scalars(sa.select(sale.c.id).where(
                    *(COLUMNS[name] == value for name, value in line.names.items()),
                    *reached).limit(2)))
                with problems.note():
                    _demand_one(line, ids, taken)
                    taken[ids[0]] = line.number
                    yield ids[0], line.amount

    # -- telling --

    def get(self, number: int) -> Batch:
        with self._engine.connect() as connection:
            return batches_of(connection, [_row_of(connection, number)])[0]

    def all(self, limit: int | None = None, *, within: Collection[int] | None = None,
            state: str | None = None, before: int | None = None) -> list[Batch]:
        """Newest first: of these stores or all, in this state or any, older than `before`."""
        found = sa.select(batch).order_by(batch.c.id.desc()).limit(limit)
        if within is not None:
            found = found.where(batch.c.store_id.in_(list(within)))
        if state is not None:
            found = found.where(batch.c.state == state)
        if before is not None:
            found = found.where(batch.c.id < before)
        with self._engine.connect() as connection:
            return batches_of(connection, connection.execute(found).all())

    def rows(self, number: int, *states: str, after: int = 0, limit: int | None = None,
             of: Collection[int] | None = None) -> Iterator[Row]:
        """The rows of a batch, of these states or all, behind the row `after`; `of` names some."""
        found = select_rows().where(
            batch_row.c.batch_id == number, batch_row.c.id > after).order_by(
            batch_row.c.id).limit(limit)
        if states:
            found = found.where(batch_row.c.state.in_(states))
        if of is not None:
            found = found.where(batch_row.c.id.in_(of))
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=CHUNK).execute(found):
                yield Row(*row)

    def look(self, number: int, *, concurrency: int = CONCURRENCY, after: int = 0,
             limit: int | None = None, timeout: float | None = None,
             fresh: datetime.timedelta = datetime.timedelta(0)) -> Iterator[Foreseen]:
        """A dry run: reads each payment that waits, and says what would happen to it.

        `timeout` is what each read may take, in seconds. What was read so lately that it is
        `fresh` is not read again.
        """
        with self._engine.connect() as connection:
            found = _row_of(connection, number)
        waiting = list(self.rows(number, "waiting", after=after, limit=limit))
        for at in range(0, len(waiting), CHUNK):
            yield from self._look_at(found, waiting[at:at + CHUNK], concurrency, timeout, fresh)

    def _look_at(self, found: sa.Row[Any], part: Sequence[Row], concurrency: int,
                 timeout: float | None, fresh: datetime.timedelta) -> Iterator[Foreseen]:
        with self._engine.connect() as connection:
            moment = now(connection)
            known = known_since(connection, [row.id for row in part], moment - fresh)
        unread = {row.sale_id: row.id for row in part if row.id not in known}
        told = self._changes.look_many(
            found.store_id, list(unread), concurrency, timeout=timeout) if unread else {}
        if unread:
            with writing(self._engine) as connection:
                # Held, so that two who look, or one who starts it, never wait for each other.
                if _state_held(connection, found.id) == "ready":
                    keep(connection, found.id, found.verb, moment,
                         {unread[sale_id]: look for sale_id, look in told.items()})
        for row in part:
            at, look = known.get(row.id) or (moment, told[row.sale_id])
            yield foresee(row, found.verb, look, at)

    def look_anew(self, number: int, *, by: Person | None = None) -> None:
        """What was read of its payments counts no more."""
        (by or Person.of_system()).demand("view", self.get(number).store_id)
        with writing(self._engine) as connection:
            if _state_held(connection, number) == "ready":
                forget(connection, number)

    def look_over(self, number: int, *, after: int, limit: int, timeout: float,
                  fresh: datetime.timedelta) -> tuple[list[Foreseen], Shown]:
        """A part of what `look` gives, and how the batch is shown with it.

        Where somebody changed or read these rows meanwhile it has no mark, and is not started
        as that.
        """
        found = list(self.look(number, after=after, limit=limit, timeout=timeout, fresh=fresh))
        as_shown = self.shown(number)  # first: what changes before the rows are read changes it
        with self._engine.connect() as connection:
            rows = foreseen(connection, number, after, limit)
        if rows != [(one.row.id, one.row.asked, one.refused is None) for one in found]:
            as_shown = as_shown._replace(mark="")
        return found, as_shown

    def sum(self, number: int) -> int:
        """What the rows that wait come to in cents, as far as the ledger knows."""
        return self.shown(number).sum

    def shown(self, number: int) -> Shown:
        """How it is shown now: its mark is to be given to `start`."""
        with self._engine.connect() as connection:
            found = shown(connection, number)
        if found is None:
            raise _none(number)
        return found

    # -- running --

    def run(self, number: int, *, by: Person | None = None, progress: Progress | None = None,
            concurrency: int = CONCURRENCY, mark: str | None = None) -> Batch:
        """Sends the rows that wait, until none does or it is paused; resumes what was killed.

        `progress(through, not_done, total)` is called as rows end; `mark` is as for `start`.
        """
        person = by or Person.of_system()
        found = self._begin(number, person, mark)
        with kept(self._engine, _lease(number)):
            self._run(found, person, concurrency, progress)
        return self.get(number)

    resume = run

    def start(self, number: int, *, by: Person | None = None, mark: str | None = None) -> Batch:
        """Lets it run, by the jobs of whichever worker: nothing is sent here.

        With the `mark` of how it was shown it is begun as that, once, and refused when it is
        another by now: rows that were shown as staying end unsent.
        """
        self._begin(number, by or Person.of_system(), mark)
        return self.get(number)

    def left(self) -> list[Batch]:
        """Those that are to run and that no process is at: it died, or was none yet."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(batch).where(
                batch.c.state == "running").order_by(batch.c.id)).all()
            open_ = free(connection, [_lease(row.id) for row in rows]) if rows else ()
            return batches_of(connection, [row for row in rows if _lease(row.id) in open_])

    def go_on(self, number: int, stop: Stop, who_is: WhoIs | None = None) -> Batch:
        """Runs one that was started, as who started it, unless another process is at it.

        It is left as it is, to be gone on with, as soon as `stop()` says so and what is
        under way has ended. Of who is no user of ours `who_is` says what they still may.
        """
        with kept(self._engine, _lease(number)) as lease:
            found = self.get(number)
            if lease is not None and found.state == "running":
                self._run(found, None, CONCURRENCY, None, stop, who_is)
        return self.get(number)

    def _run(self, found: Batch, who: Person | None, concurrency: int, progress: Progress | None,
             stop: Stop = lambda: False, who_is: WhoIs | None = None) -> None:
        with self._changes.work(found.store_id) as work:
            run = Run(self._engine, work, found, who, concurrency, progress, stop, who_is)
            while run.goes_on() and run.round():
                pass
        self._end(found.id)

    def pause(self, number: int, *, by: Person | None = None) -> Batch:
        """Whoever runs it stops when the payments that are under way have ended."""
        with self._turn(number, ("ready", "running"), "paused", by, "batch pause"):
            pass
        return self.get(number)

    def retry(self, number: int, *, by: Person | None = None) -> Batch:
        """Lets rows that failed wait again: nothing happened to them. Those in doubt stay."""
        with self._turn(number, ("running", "paused", "done"), "ready", by,
                        "batch retry") as connection:
            connection.execute(sa.update(batch_row).where(
                batch_row.c.batch_id == number, batch_row.c.state == "failed").values(
                    state="waiting", code=None, why=None, ended=None, looked=None, look=None,
                    stays=None))
            revise(connection, number)
        return self.get(number)

    @contextmanager
    def _turn(self, number: int, states: Sequence[str], state: str, by: Person | None,
              did: str) -> Iterator[sa.Connection]:
        """In the transaction of what else is changed of it: nobody starts it half turned."""
        person = by or Person.of_system()
        found = self.get(number)
        person.demand("batch", found.store_id)
        with writing(self._engine) as connection:
            if not connection.execute(sa.update(batch).where(
                    batch.c.id == number, batch.c.state.in_(states)).values(
                        state=state, ended=None, why=None)).rowcount:
                raise _not_now(number, self.get(number).state)
            note(connection, person.name, did, store_id=found.store_id, batch=number)
            yield connection

    def _begin(self, number: int, person: Person, mark: str | None = None) -> Batch:
        found = self.get(number)
        for permission in ("batch", found.verb):
            person.demand(permission, found.store_id)
        with writing(self._engine) as connection:
            aside = _as_shown(connection, found, mark) if mark is not None else None
            if found.verb == "void":
                demand_foreseen(connection, person.name, person.void_limit, connection.execute(
                    sa.select(batch_row.c.sale_id, batch_row.c.amount).where(
                        batch_row.c.batch_id == number,
                        batch_row.c.state.not_in(("refused", "failed")))).all())
            connection.execute(sa.update(batch).where(
                batch.c.id == number, batch.c.state != "done").values(
                    state="running", started_by=person.name, started_id=person.id, why=None,
                    void_limit=least(found.void_limit, person.void_limit)))
            note(connection, person.name, "batch run", store_id=found.store_id, batch=number,
                 aside=aside)
        return self.get(number)

    def _end(self, number: int) -> None:
        """Done when no row waits or is under way."""
        with writing(self._engine) as connection:
            connection.execute(sa.update(batch).where(
                batch.c.id == number, batch.c.state == "running",
                ~not_through(number)).values(state="done", ended=now(connection)))


def _row_of(connection: sa.Connection, number: int) -> sa.Row[Any]:
    row = connection.execute(sa.select(batch).where(batch.c.id == number)).first()
    if row is None:
        raise _none(number)
    return row


def _none(number: int) -> Usage:
    return Usage(f"there is no batch {number}", f"não há o lote {number}")


def _lease(number: int) -> str:
    """The job of running it: who does may not be alone, and others leave it to them."""
    return f"batch:{number}"


def _state_held(connection: sa.Connection, number: int) -> str | None:
    """Its state, which stays as it is until the transaction's end."""
    return connection.scalar(sa.select(batch.c.state).where(
        batch.c.id == number).with_for_update())


def _not_now(number: int, state: str | None) -> Refused:
    return Refused(f"batch {number} is {state}", f"o lote {number} está {label('batch', state)}")


def _demand_still(connection: sa.Connection, number: int) -> None:
    """Refused for a batch that runs, or has run: its rows are no longer anybody's to change."""
    state = _state_held(connection, number)
    if state not in ("ready", "paused"):
        raise _not_now(number, state)


def _as_shown(connection: sa.Connection, found: Batch, mark: str) -> int | None:
    """Puts aside what was shown as staying: how many, None for none. Refused for another mark."""
    state = _state_held(connection, found.id)
    if state != "ready":
        raise _not_now(found.id, state)
    as_it_is = shown(connection, found.id)
    if as_it_is is None or as_it_is.mark != mark:
        raise Refused(f"batch {found.id} was changed since it was shown",
                      f"o lote {found.id} mudou desde que foi mostrado")
    return put_aside(connection, found.id, now(connection)) or None


def _reached(within: Collection[int] | None) -> list[sa.ColumnElement[bool]]:
    return [] if within is None else [sale.c.store_id.in_(list(within))]


def _demand_one(line: Line, ids: Sequence[int], taken: Mapping[int, int]) -> None:
    """Usage where what a line names is not one sale, or one that another line has."""
    if len(ids) != 1:
        en, pt = ("several sales", "várias vendas") if ids else ("no sale", "nenhuma venda")
        raise Usage(f"line {line.number}: {en} with {line}",
                    f"linha {line.number}: {pt} com {line.text('pt')}")
    if ids[0] in taken:
        raise Usage(f"line {line.number}: the sale of line {taken[ids[0]]} again",
                    f"linha {line.number}: a venda da linha {taken[ids[0]]} de novo")


def _store_of(connection: sa.Connection, ids: Sequence[int],
              within: Collection[int] | None) -> int:
    """The store of all of them; `within` are those that are known of, None for all."""
    stores: set[int] = set()
    count = 0
    for at in range(0, len(ids), CHUNK):
        rows = connection.execute(sa.select(sale.c.store_id, sa.func.count()).where(
            sale.c.id.in_(ids[at:at + CHUNK]), *_reached(within)).group_by(sale.c.store_id)).all()
        stores.update(store for store, _ in rows)
        count += sum(number for _, number in rows)
    if count != len(ids):
        raise Usage(f"{len(ids) - count} of these sales are not in this ledger",
                    f"{len(ids) - count} destas vendas não estão neste livro")
    if len(stores) != 1:
        raise Usage("these sales are of several stores: a batch is of one",
                    "estas vendas são de várias lojas: um lote é de uma")
    return stores.pop()
