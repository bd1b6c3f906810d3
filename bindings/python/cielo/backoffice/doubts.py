"""Writes whose end nobody knows: looked at by a schedule, or closed by a person.

What is not found never becomes "failed" by its age: the journal's own rules say when a
write is absent, and what they cannot say stays in doubt until a person gives a reason.
"""

from __future__ import annotations

import datetime
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

import cielo

from . import audit, events, notices
from .answers import both_texts, look_text
from .database import now, projecting
from .errors import InDoubt, Refused, Usage
from .ingest import ingest
from .person import Person
from .project import CREATES
from .schema import event, in_doubt, sale, segment
from .stores import Store

__all__ = ["Doubt", "Doubts", "Look", "check"]

UTC = datetime.timezone.utc

NOT_THERE = ("the journal does not hold it for in doubt", "o diário não a tem por duvidosa")

# Makes a client of a store whose journal is a folder: Ledger.client.
MakeClient = Callable[..., cielo.Client]


class Doubt(NamedTuple):
    """A row of the ledger's table in_doubt."""

    id: str
    store_id: int
    sale_key: str | None
    folder: str | None
    operation: str
    order_number: str | None
    payment_id: str | None
    amount: int | None
    at: datetime.datetime
    since: datetime.datetime
    looks: int
    looked_at: datetime.datetime | None
    next_look: datetime.datetime | None
    saw: str | None
    why: str | None


class Known(NamedTuple):
    """Whose a write is."""

    store_id: int | None
    sale_id: int | None


class Look(NamedTuple):
    """What a look at a doubt came to."""

    doubt: Doubt
    state: str  # adopted, absent, answered (its outcome was there after all), unknown
    why: str
    pt: str = ""  # the same in Portuguese

    def text(self, lang: str) -> str:
        """Why, as people read it."""
        return self.pt if lang == "pt" else self.why


def check(connection: sa.Connection, payment_id: str | None,
          order_number: str | None = None) -> None:
    """InDoubt for a payment with a write that is in doubt or in flight: it takes no change."""
    about = [in_doubt.c.payment_id == payment_id] if payment_id else []
    if payment_id:
        about.append(in_doubt.c.sale_key.in_(
            sa.select(sale.c.key).where(sale.c.payment_id == payment_id)))
    if order_number:  # a void by an order's number, which acts on one of its sales
        about.append(sa.and_(in_doubt.c.order_number == order_number,
                             in_doubt.c.operation == "sale_void_by_order"))
    row = connection.execute(sa.select(in_doubt).where(sa.or_(*about))).first() if about else None
    if row is not None:
        raise InDoubt(f"the payment takes no change: what became of {row.operation} "
                      f"{row.id} is not known yet",
                      "o pagamento não pode ser mudado: ainda não se sabe em que deu "
                      f"{row.operation} {row.id}")


Rows = list[Doubt]


class Doubts:
    """`ledger.doubts`."""

    def __init__(self, engine: sa.Engine, client: MakeClient, store: Callable[[int], Store],
                 folders: Iterable[str]) -> None:
        self._engine = engine
        self._client = client
        self._store = store
        self._folders = [os.path.abspath(each) for each in folders]

    # ---- looking ----

    def list(self, store: int | None = None, *, within: Iterable[int] | None = None) -> Rows:
        """Oldest first, without calls that are in flight; of these stores or all."""
        with self._engine.connect() as connection:
            query = sa.select(in_doubt).where(in_doubt.c.since <= now(connection))
            if store is not None:
                query = query.where(in_doubt.c.store_id == store)
            if within is not None:
                query = query.where(in_doubt.c.store_id.in_(list(within)))
            return [_doubt(row) for row in connection.execute(
                query.order_by(in_doubt.c.at, in_doubt.c.id))]

    def under_way(self) -> Rows:
        """Calls in flight, whose end is not known yet either: the first to be over first."""
        with self._engine.connect() as connection:
            return [_doubt(row) for row in connection.execute(
                sa.select(in_doubt).where(in_doubt.c.since > now(connection))
                .order_by(in_doubt.c.since, in_doubt.c.id))]

    def get(self, id_: str) -> Doubt:
        with self._engine.connect() as connection:
            return _get(connection, id_)

    def sales(self, doubts: Sequence[Doubt]) -> dict[str, int]:
        """The numbers of the sales that they are about, where there are any, by their ids."""
        keys = {each.sale_key for each in doubts if each.sale_key}
        with self._engine.connect() as connection:
            found = {row.key: row.id for row in connection.execute(
                sa.select(sale.c.key, sale.c.id).where(sale.c.key.in_(list(keys))))}
        return {each.id: found[each.sale_key] for each in doubts
                if each.sale_key and each.sale_key in found}

    def known(self, id_: str) -> Known | None:
        """Whose a write is or was, in doubt or not; None for what the ledger never saw."""
        with self._engine.connect() as connection:
            row = connection.execute(
                sa.select(event.c.store_id, sale.c.id)
                .outerjoin_from(event, sale, sale.c.key == event.c.sale_key)
                .where(event.c.id == id_, event.c.kind == "intent")).first()
        return Known(*row) if row else None

    def check(self, payment_id: str | None, order_number: str | None = None) -> None:
        """InDoubt for a payment that takes no change now."""
        with self._engine.connect() as connection:
            check(connection, payment_id, order_number)

    # ---- settling ----

    def settle(self, id_: str | None = None, *, timeout: float | None = None) -> Iterator[Look]:
        """Looks at those whose time has come, or at one now, as this machine's folders go.

        Nothing is charged, captured or cancelled by it. `timeout` is that of each call, in
        seconds.
        """
        chosen = self._due() if id_ is None else [self._not_in_flight(id_)]
        here = self._here(chosen)
        if id_ is not None and not here:
            raise Refused(f"the journal that has {id_} is not on this machine: "
                          f"{chosen[0].folder}",
                          f"o diário que tem {id_} não está nesta máquina: {chosen[0].folder}")
        for (store, folder), doubts in here.items():
            yield from self._settle_folder(self._store(store), folder, doubts, timeout)

    def _here(self, doubts: Rows) -> dict[tuple[int, str], Rows]:
        """Those whose segment this machine has, by store and folder: others may have a
        folder of that name too."""
        found: dict[tuple[int, str], Rows] = {}
        with self._engine.connect() as connection:
            for doubt in doubts:
                name = connection.scalar(
                    sa.select(segment.c.name).join_from(event, segment)
                    .where(event.c.id == doubt.id))
                if doubt.folder and name and os.path.exists(os.path.join(doubt.folder, name)):
                    found.setdefault((doubt.store_id, doubt.folder), []).append(doubt)
        return found

    def _due(self) -> Rows:
        with self._engine.connect() as connection:
            return [_doubt(row) for row in connection.execute(
                sa.select(in_doubt).where(in_doubt.c.next_look <= now(connection),
                                          in_doubt.c.folder.in_(self._folders))
                .order_by(in_doubt.c.next_look, in_doubt.c.id))]

    def _not_in_flight(self, id_: str) -> Doubt:
        with self._engine.connect() as connection:
            doubt = _get(connection, id_)
            if doubt.since > now(connection):
                raise _in_flight(doubt)
        return doubt

    def _settle_folder(self, store: Store, folder: str, doubts: Iterable[Doubt],
                       timeout: float | None) -> Iterator[Look]:
        options = {} if timeout is None else {"timeout": timeout}
        try:
            client = self._client(store, journal=folder, **options)
        except (Refused, cielo.CieloError) as error:
            for doubt in doubts:
                yield self._failed(doubt, *both_texts(error))
            return
        with client:
            for doubt in doubts:
                yield self._look(client, folder, doubt)

    def _look(self, client: cielo.Client, folder: str, doubt: Doubt) -> Look:
        try:
            looked = client.journal.settle(doubt.id)
        except cielo.CieloError as error:
            return self._failed(doubt, *both_texts(error))
        ingest(self._engine, [folder])
        left = self._left(doubt.id)
        if left is None:
            return Look(doubt, looked[0][1].state if looked else "answered", "")
        if not looked:
            return self._failed(doubt, *NOT_THERE)
        settled = looked[0][1]
        why, pt = both_texts(settled.error) if settled.error else ("", "")
        if settled.error and left.saw:
            pt = look_text(left.saw, settled.error)
        if left.looks == doubt.looks:  # none was written
            return self._failed(doubt, why, pt)
        return Look(left, "unknown", why, pt)

    def _left(self, id_: str) -> Doubt | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(in_doubt).where(in_doubt.c.id == id_)).first()
        return _doubt(row) if row else None

    def _failed(self, doubt: Doubt, why: str, pt: str) -> Look:
        """A look that saw nothing counts as one, so that the next waits for its time."""
        with projecting(self._engine) as connection:
            at = now(connection)
            events.take(connection, [events.New(
                f"{doubt.id}:look:{at.isoformat(timespec='milliseconds')}", "look", doubt.id, at,
                "backoffice", {"saw": "unread", "why": why})])
        return Look(doubt, "unknown", why, pt)

    # ---- closing ----

    def close(self, id_: str, as_: str, reason: str, person: Person,
              payment_id: str | None = None) -> None:
        """Ends a doubt by the word of a person, who gives the reason.

        `as_` is "absent" or "adopted"; a sale that was made has its `payment_id`, which is
        looked up next. What Cielo tells later is believed over it.
        """
        if as_ not in ("absent", "adopted"):
            raise Usage(f"a doubt is closed as absent or adopted, not as {as_}",
                        f"uma dúvida se encerra como absent ou adopted, e não como {as_}")
        if not reason.strip():
            raise Usage("say why: a doubt is closed with a reason",
                        "diga por quê: uma dúvida se encerra com um motivo")
        payment_id = _payment_of(payment_id)
        with projecting(self._engine) as connection:
            doubt = _get(connection, id_)
            person.demand("configure", doubt.store_id)
            at = now(connection)
            if doubt.since > at:
                raise _in_flight(doubt)
            if as_ == "adopted" and doubt.operation == CREATES and not payment_id:
                raise Usage("a sale that was made has a PaymentId: which?",
                            "uma venda que foi feita tem um PaymentId: qual?")
            if payment_id:
                _demand_own(connection, doubt, payment_id)
            data: dict[str, Any] = {"state": as_, "by": person.name, "reason": reason.strip()}
            payment = payment_id or doubt.payment_id
            if as_ == "adopted" and payment:
                data["payment_id"] = payment
                notices.queue(connection, doubt.store_id, "doubt", {"payment_id": payment}, at)
            events.take(connection, [events.New(f"{id_}:closed", "settled", id_, at,
                                                "backoffice", data)])
            audit.note(connection, person.name, "doubt.close", store_id=doubt.store_id,
                       sale_id=connection.scalar(sa.select(sale.c.id).where(
                           sale.c.key == doubt.sale_key)),
                       intent=id_, operation=doubt.operation, state=as_, reason=reason.strip(),
                       payment_id=payment)


def _in_flight(doubt: Doubt) -> Refused:
    return Refused(f"{doubt.id} is in flight until {doubt.since:%H:%M:%S} UTC",
                   f"{doubt.id} está a caminho até {doubt.since:%H:%M:%S} UTC")


def _payment_of(text: str | None) -> str | None:
    """A PaymentId as Cielo writes it, however it was typed: other texts are other payments."""
    if text is None or not text.strip():
        return None
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        raise Usage(f"{text.strip()!r} is no PaymentId",
                    f"{text.strip()!r} não é um PaymentId") from None


def _demand_own(connection: sa.Connection, doubt: Doubt, payment_id: str) -> None:
    """Refused for a payment of another sale: it would count twice."""
    if doubt.operation != CREATES:
        if doubt.payment_id and doubt.payment_id.lower() != payment_id:
            raise Usage(f"{doubt.id} is about the payment {doubt.payment_id}",
                        f"{doubt.id} é sobre o pagamento {doubt.payment_id}")
        return
    other = connection.scalar(sa.select(sale.c.key).where(
        sale.c.store_id == doubt.store_id, sale.c.payment_id == payment_id,
        sale.c.key != doubt.sale_key, sale.c.key.not_like("payment:%")))
    if other is not None:
        raise Refused(f"the payment {payment_id} is of another sale: {other}",
                      f"o pagamento {payment_id} é de outra venda: {other}")


def _doubt(row: Any) -> Doubt:
    return Doubt(**row._mapping)


def _get(connection: sa.Connection, id_: str) -> Doubt:
    row = connection.execute(sa.select(in_doubt).where(in_doubt.c.id == id_)).first()
    if row is None:
        known = connection.scalar(sa.select(event.c.id).where(event.c.id == id_))
        raise (Usage(f"{id_} is not in doubt", f"{id_} não está em dúvida") if known else
               Usage(f"the ledger has no write {id_}", f"o livro não tem a escrita {id_}"))
    return _doubt(row)
