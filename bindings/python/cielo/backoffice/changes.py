"""Captures and voids: from a fresh read, never above what is left, each in the audit.

A payment is claimed, read, decided about, marked as sent, and sent; then what came of it
is written down, and taken up from the journal.  Killed at any point it goes on by
`Changes.recover`, which never sends anything: what was surely not sent may be asked for
again, and what may have been sent is in doubt until Cielo was asked.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import cielo

from . import claims
from .answers import both_texts
from .claims import Blocked, Claim, Ending, Wanted
from .database import writing
from .errors import BackofficeError, InDoubt, Refused, Usage
from .left import (
    Decision,
    Move,
    Standing,
    decide,
    of_ledger,
    of_order,
    of_sale,
    pending_of,
)
from .limits import demand_within
from .person import Person
from .schema import change, sale
from .sender import Sender, sweep
from .whys import why_text
from .words import label

__all__ = ["Change", "Changes", "Work"]

# How long somebody waits for another change of the same payment, in seconds.
PATIENCE = 30.0
PAUSE = 0.1
# How many payments are read and changed side by side.
CONCURRENCY = 16
# Of the payments side by side a fourth is marked as sent at a time: who stops waits for no more
# than those besides what is under way.
TOGETHER = 4

# Of a sale of which nobody knows Cielo's number, and so cannot be asked about.
UNKNOWN = ("Cielo's number of this payment is not known: it cannot be changed",
           "não se sabe o número deste pagamento na Cielo: não pode ser mudado")

#: Opens a client of a store that keeps a journal.
OpenClient = Callable[..., cielo.Client]
#: Takes the journal of a folder up into the ledger.
TakeUp = Callable[[str], object]
#: Is told what became of a change.
Tell = Callable[[Claim, Ending], object]


@dataclass(frozen=True)
class Change:
    """A capture or a void as it was asked for, and what came of it."""

    id: int
    sale_id: int
    verb: str
    #: done, pending, refused, failed (nothing happened) or in_doubt; before: reading, sending.
    state: str
    #: In cents; None where nothing was sent, or where only Cielo knows what the whole is.
    amount: int | None
    who: str
    began: datetime.datetime
    ended: datetime.datetime | None
    before: dict[str, Any] | None
    intent: str | None
    code: str | None
    why: str | None

    def check(self) -> Change:
        """Itself when Cielo took it: done, or pending. Raises otherwise."""
        if self.state in ("done", "pending"):
            return self
        if self.state == "in_doubt":
            raise InDoubt(f"nobody knows what became of this {self.verb}: do not repeat it; it "
                          f"is looked up until Cielo tells ({self.why})",
                          "ninguém sabe em que deu: não repita; a Cielo é consultada até que se "
                          f"saiba ({why_text(self.why)})")
        en, pt = (" ".join(filter(None, (self.code, why_text(self.why, lang)))) or none
                  for lang, none in (("en", "no reason was told"), ("pt", "sem motivo")))
        if self.state == "failed":
            raise Refused(f"nothing happened, it may be tried again: {en}",
                          f"nada aconteceu, pode ser tentado de novo: {pt}")
        raise Refused(f"the {self.verb} was refused: {en}",
                      f"foi recusado {label('verb', self.verb)}: {pt}")


def _change_of(row: sa.Row[Any], sale_id: int) -> Change:
    return Change(row.id, sale_id, row.verb, row.state, row.amount, row.who, row.began,
                  row.ended, row.before, row.intent, row.code, row.why)


class Work:
    """A client, a journal and a sender: what changes payments of one store."""

    def __init__(self, engine: sa.Engine, store_id: int, client: cielo.Client, sender: Sender,
                 folder: str, take_up: TakeUp) -> None:
        self._engine = engine
        self._store_id = store_id
        self._client = client
        self._sender = sender
        self._folder = folder
        self._take_up = take_up
        self._life = datetime.timedelta(seconds=2 * client.timeout + 30)

    def recover(self, own: bool = False) -> None:
        """Ends what others left open when they died; with `own`, what this one did."""
        with self._engine.connect() as connection:
            rows = claims.open_changes(connection, self._store_id)
        ended = claims.ended_senders(rows, self._folder)
        if own:
            ended.add(self._sender.name)
        self._take_up(self._folder)
        if rows:
            with writing(self._engine) as connection:
                claims.recover(connection, rows, ended)

    def sweep(self) -> None:
        """Removes what processes that were killed have left beside the journal."""
        with self._engine.connect() as connection:
            sweep(self._folder, claims.open_senders(connection))

    def claim(self, wanted: Sequence[Wanted]) -> tuple[list[Claim], list[Blocked]]:
        self._sender.clean = False
        with writing(self._engine) as connection:
            return claims.claim(connection, wanted, self._sender.name, self._life)

    def change(self, claimed: Sequence[Claim], concurrency: int = CONCURRENCY,
               each: Tell | None = None, stop: Callable[[], bool] = lambda: False) -> None:
        """Reads, decides about and changes these payments, side by side.

        `stop()` is asked before some are sent; once it says so, what is under way ends and the
        other claims are given back. What is under way when it is interrupted is written down
        before it raises.
        """
        tell = each or (lambda claim, ending: None)
        try:
            marked = self._send(self._read(claimed, concurrency, tell), concurrency, tell, stop)
            with writing(self._engine) as connection:
                claims.give_back(connection, claimed)
        except BaseException:
            self.recover(own=True)
            self._sender.clean = True
            raise
        self._sender.clean = True
        self._take_up(self._folder)
        with writing(self._engine) as connection:
            claims.note_intents(connection, marked)

    # ---- reading ----

    def _read(self, claimed: Sequence[Claim], concurrency: int,
              tell: Tell) -> list[tuple[Claim, Standing]]:
        found: list[tuple[Claim, Any]] = []
        for verb, some in self._by_means(claimed, self._client.sales.get,
                                         self._client.orders.get):
            calls = [str(one.sale.payment_id or one.sale.checkout_order) for one in some]
            with self._client.many(verb, calls, concurrency=concurrency) as outcomes:
                for outcome in outcomes:
                    one = some[outcome.index]
                    if outcome.error is None:
                        found.append((one, outcome.result))
                    else:
                        why = f"it could not be read: {outcome.error}"
                        self._end(one, Ending("failed", why=why), tell)
        told = standings_of(self._engine, [(one.sale, result) for one, result in found])
        return [(one, standing) for (one, _), standing in zip(found, told)]

    @staticmethod
    def _by_means(claimed: Sequence[Claim], of_sales: Any,
                  of_orders: Any) -> Iterator[tuple[Any, list[Claim]]]:
        for verb, wanted in ((of_sales, False), (of_orders, True)):
            some = [one for one in claimed if one.checkout == wanted]
            if some:
                yield verb, some

    # ---- changing ----

    def _send(self, found: Sequence[tuple[Claim, Standing]], concurrency: int, tell: Tell,
              stop: Callable[[], bool]) -> list[Claim]:
        """Gives those that were sent."""
        standings = {claim.id: standing for claim, standing in found}
        sent: list[Claim] = []
        for name in ("capture", "void"):
            mine = [claim for claim, _ in found if claim.wanted.verb == name]
            for verb, some in self._by_means(mine, getattr(self._client.sales, name),
                                             getattr(self._client.orders, name)):
                marked: list[Claim] = []
                calls = self._calls(some, standings, marked, max(1, concurrency // TOGETHER),
                                    tell, stop)
                # Left by an error it waits for the calls under way: then they have ended.
                with self._client.many(verb, calls, concurrency=concurrency) as outcomes:
                    for outcome in outcomes:
                        self._end(marked[outcome.index], _ending(outcome), tell)
                sent += marked
        return sent

    def _calls(self, some: Sequence[Claim], standings: Mapping[int, Standing],
               marked: list[Claim], size: int, tell: Tell,
               stop: Callable[[], bool]) -> Iterator[dict[str, Any]]:
        """One after the other, as there is room; so many at a time are marked before."""
        for at in range(0, len(some), size):
            if stop():
                return
            for claim, decision in self._decide(some[at:at + size], standings, tell):
                marked.append(claim)
                yield self._call(claim, decision)

    def _decide(self, some: Sequence[Claim], standings: Mapping[int, Standing],
                tell: Tell) -> list[tuple[Claim, Decision]]:
        """Marks as sent what may be done; nothing is sent before that is on disk."""
        marked: list[tuple[Claim, Decision]] = []
        refused: list[tuple[Claim, Ending]] = []
        with writing(self._engine) as connection:
            for claim in some:
                standing = standings[claim.id]
                try:
                    decision = decide(standing, claim.wanted.verb, claim.wanted.amount)
                    demand_within(connection, claim, decision)
                except BackofficeError as error:
                    refused.append((claim, Ending("refused", why=str(error))))
                    claims.end(connection, claim.wanted, claim.id, refused[-1][1])
                else:
                    if claims.mark(connection, claim, decision, standing):
                        marked.append((claim, decision))
        for each in refused:
            tell(*each)
        return marked

    @staticmethod
    def _call(claim: Claim, decision: Decision) -> dict[str, Any]:
        named = ({"checkout_order_number": claim.sale.checkout_order} if claim.checkout
                 else {"payment_id": claim.sale.payment_id})
        return {**named, "amount": decision.sent, "request_id": claim.request_id}

    def _end(self, claim: Claim, ending: Ending, tell: Tell) -> None:
        with writing(self._engine) as connection:
            claims.end(connection, claim.wanted, claim.id, ending)
        tell(claim, ending)


def standings_of(engine: sa.Engine, found: Sequence[tuple[sa.Row[Any], Any]]) -> list[Standing]:
    """Payments as they were read just now, less what is pending."""
    with engine.connect() as connection:
        moves = claims.moves_of(connection, [row.key for row, _ in found])
    return [_standing(row, result, moves.get(row.key, ())) for row, result in found]


def _standing(row: sa.Row[Any], result: Any, moves: Sequence[Move]) -> Standing:
    if row.payment_id is None:
        return of_order(result, row.amount, row.captured, row.voided)
    standing = of_sale(result.payment)
    return standing._replace(pending=pending_of(moves, standing))


def _ending(outcome: Any) -> Ending:
    """Out of a call's outcome."""
    error, result = outcome.error, outcome.result
    if error is not None:
        told = "unknown" if isinstance(error, cielo.OutcomeUnknownError) else "failed"
        codes = [entry.code for entry in error.errors or ()]
        return Ending(claims.state_of(told, error.kind, error.sent),
                      codes[0] if codes else None, error.message)
    for told in ("approved", "pending", "declined"):
        if getattr(result, told):
            code = getattr(result, "return_code", None)
            message = getattr(result, "return_message", None)
            return Ending(claims.state_of(told, None, None), code,
                          message if told == "declined" else None)
    return Ending("in_doubt", why="the answer does not say what became of it")


class Changes:
    """Captures and voids of one sale, `ledger.changes`."""

    def __init__(self, engine: sa.Engine, open_client: OpenClient, take_up: TakeUp) -> None:
        self._engine = engine
        self._open_client = open_client
        self._take_up = take_up

    @contextmanager
    def work(self, store_id: int) -> Iterator[Work]:
        """What changes payments of a store, as long as the block lasts."""
        with self._open_client(store_id) as client:
            folder = client.journal.folder
            if folder is None:
                raise Refused("changes are made by a client that keeps a journal",
                              "mudanças são feitas por um cliente que tem um diário")
            with Sender(folder) as sender:
                work = Work(self._engine, store_id, client, sender, folder, self._take_up)
                work.sweep()
                yield work

    def look(self, sale_id: int, *, timeout: float | None = None) -> Standing:
        """What Cielo says of a sale now: what may be captured or voided is `left(verb)`.

        `timeout` is what it may take, in seconds; else the client's own.
        """
        row = self._sale(sale_id)
        standing = self.look_many(row.store_id, [sale_id], timeout=timeout)[sale_id]
        if isinstance(standing, BackofficeError):
            raise standing
        return standing

    def known(self, sale_id: int) -> Standing:
        """What the ledger knows of a sale, without asking Cielo: how it stood when it was told."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(sale).where(sale.c.id == sale_id)).one()
            moves = claims.moves_of(connection, [row.key]).get(row.key, ())
        standing = of_ledger(row)
        return standing._replace(pending=pending_of(moves, standing))

    def look_many(self, store_id: int, sale_ids: Sequence[int], concurrency: int = CONCURRENCY, *,
                  timeout: float | None = None) -> dict[int, Standing | BackofficeError]:
        """The same of many sales of a store, side by side."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(sale).where(sale.c.id.in_(sale_ids))).all()
        found: dict[int, Standing | BackofficeError] = {
            row.id: Refused(*UNKNOWN)
            for row in rows if claims.target_of(row) is None}
        read: list[tuple[sa.Row[Any], Any]] = []
        options = {} if timeout is None else {"timeout": timeout}
        with self._open_client(store_id, **options) as client:
            for get, some in ((client.sales.get, [row for row in rows if row.payment_id]),
                              (client.orders.get, [row for row in rows if not row.payment_id
                                                   and row.checkout_order])):
                calls = [row.payment_id or row.checkout_order for row in some]
                with client.many(get, calls, concurrency=concurrency) as outcomes:
                    for outcome in outcomes:
                        row = some[outcome.index]
                        if outcome.error is None:
                            read.append((row, outcome.result))
                        else:
                            en, pt = both_texts(outcome.error)
                            found[row.id] = Refused(f"it could not be read: {en}",
                                                    f"não se pôde ler: {pt}")
        for (row, _), standing in zip(read, standings_of(self._engine, read)):
            found[row.id] = standing
        return found

    def capture(self, sale_id: int, amount: int | None = None, *, by: Person | None = None,
                request_id: str | None = None) -> Change:
        """Captures an amount in cents, or all. Raises Refused or InDoubt.

        With a `request_id`, a UUID, it is made once, however often it is asked for.
        """
        return self._make(sale_id, "capture", amount, by or Person.of_system(), request_id)

    def void(self, sale_id: int, amount: int | None = None, *, by: Person | None = None,
             request_id: str | None = None) -> Change:
        """Voids an amount in cents, or all that is left. Raises Refused or InDoubt.

        With a `request_id`, a UUID, it is made once, however often it is asked for.
        """
        return self._make(sale_id, "void", amount, by or Person.of_system(), request_id)

    def asked(self, sale_id: int, request_id: str) -> Change | None:
        """The change of a sale that was asked for by that number; None: none was."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(change).where(
                change.c.request_id == request_id,
                change.c.target == claims.target_of(self._sale(sale_id)))).first()
        return None if row is None else _change_of(row, sale_id)

    def of(self, sale_id: int) -> list[Change]:
        """The changes of a sale, oldest first."""
        target = claims.target_of(self._sale(sale_id))
        with self._engine.connect() as connection:
            return [_change_of(row, sale_id) for row in connection.execute(
                sa.select(change).where(change.c.target == target).order_by(change.c.id))]

    def recover(self, store_id: int) -> None:
        """Ends what was left open by who died, and what was settled since. Sends nothing."""
        with self.work(store_id) as work:
            work.recover()

    def catch_up(self, store_id: int) -> None:
        """Ends what the ledger knows the end of by now, such as doubts that were settled."""
        with self._engine.connect() as connection:
            rows = claims.open_changes(connection, store_id)
        if rows:
            with writing(self._engine) as connection:
                claims.recover(connection, rows, set())

    def _sale(self, sale_id: int) -> sa.Row[Any]:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(sale).where(sale.c.id == sale_id)).first()
        if row is None:
            raise Usage(f"there is no sale {sale_id} in this ledger",
                        f"não há a venda {sale_id} neste livro")
        if claims.target_of(row) is None:
            raise Refused(*UNKNOWN)
        return row

    def _make(self, sale_id: int, verb: str, amount: int | None, by: Person,
              request_id: str | None) -> Change:
        row = self._sale(sale_id)
        by.demand(verb, row.store_id)
        if amount is not None and amount <= 0:
            raise Usage("the amount must be more than nothing",
                        "o valor deve ser mais do que nada")
        wanted = Wanted(sale_id, verb, amount, by.name, limit=by.void_limit,
                        request_id=request_id)
        with self.work(row.store_id) as work:
            claim = _claim_one(work, wanted)
            if claim is None:
                return self._await(work, wanted)
            work.change([claim])
        with self._engine.connect() as connection:
            made = connection.execute(sa.select(change).where(change.c.id == claim.id)).one()
        return _change_of(made, sale_id).check()

    def _await(self, work: Work, wanted: Wanted) -> Change:
        """The change that was asked for before, once it has ended."""
        limit = time.monotonic() + PATIENCE
        while True:
            made = self.asked(wanted.sale_id, wanted.request_id or "")
            if made is None or made.verb != wanted.verb:
                raise Usage("that number was given to another change",
                            "este número foi dado a outra mudança")
            if made.state not in ("reading", "sending"):
                return made.check()
            if time.monotonic() >= limit:
                raise Refused("not now: this was asked for already, and is under way",
                              "agora não: isto já foi pedido, e está em curso")
            time.sleep(PAUSE)
            work.recover()


def _claim_one(work: Work, wanted: Wanted) -> Claim | None:
    """Waits for another change of the payment, and for the five seconds between voids.

    None: this one was asked for before.
    """
    limit = time.monotonic() + PATIENCE
    while True:
        work.recover()
        claimed, blocked = work.claim([wanted])
        if claimed:
            return claimed[0]
        why = blocked[0].why if blocked else "it was taken"
        if blocked and blocked[0].kind == "again":
            return None
        if blocked and blocked[0].kind == "in_doubt":
            raise InDoubt(f"no change now: {why}", f"nenhuma mudança agora: {why_text(why)}")
        if time.monotonic() >= limit:
            raise Refused(f"not now: {why}", f"agora não: {why_text(why)}")
        time.sleep(PAUSE)
