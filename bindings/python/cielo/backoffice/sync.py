"""What Cielo knows and the journal does not: looked up, and kept as events `seen`.

Notifications are proof of nothing: what they name is looked up.  Besides, each night what
is pending is looked at, and the charges of recurrences that Cielo makes by itself.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import sqlalchemy as sa

import cielo

from . import events, notices
from .database import now, projecting, writing
from .errors import Refused
from .lease import LIFE, kept
from .notices import Notice
from .schema import event, notice, sale
from .seen import seen_notice, seen_order, seen_recurrence, seen_sale
from .stores import Store

__all__ = ["Sync", "Synced"]

MakeClient = Callable[..., cielo.Client]

# Characters of an order number or an id; PostgreSQL's indexes take no long ones.
LONGEST = 255
# Its lease.
JOB = "sync"
# Who of us asks for a look; the other kinds are those of notifications.
OURS = ("night", "recurrence", "doubt", "person")
# How many are looked up at a time.
BATCH = 100

# Pending by their status: not finished, and waiting for the payer or the bank.
PENDING = (0, 12)
# Of these, "authorized" says only that they were issued.
ISSUED = ("boleto", "pix", "qr_code", "transfer")
# Cielo's query knows a sale for so long.
QUERY_ENDS = datetime.timedelta(days=90)
# A night's look is not repeated on the same day.
NIGHT = datetime.timedelta(hours=20)


class Synced(NamedTuple):
    """What a round came to."""

    seen: int  # looked up and kept
    unknown: int  # Cielo has nothing of the kind
    failed: int  # to be tried again


def _body(one: Notice) -> tuple[str, str]:
    """A notification with these ids, to be confirmed; (body, content type)."""
    ids = one.ids
    if ids.get("checkout_order_number"):
        return urlencode({"checkout_cielo_order_number": ids["checkout_order_number"],
                          "order_number": ids.get("merchant_order_number") or ""}), (
                              "application/x-www-form-urlencoded")
    wire = {"PaymentId": ids.get("payment_id"), "RecurrentPaymentId":
            None if ids.get("payment_id") else ids.get("recurrent_payment_id"),
            "ChangeType": ids.get("change_type", 1), "MerchantId": ids.get("merchant_id"),
            "MerchantOrderNumber": ids.get("merchant_order_number")}
    return json.dumps({name: value for name, value in wire.items() if value is not None}), (
        "application/json")


def new_id(at: datetime.datetime) -> str:
    """A UUIDv7: events that are no journal's sort by their time too."""
    ms = int(at.timestamp() * 1000)
    low = uuid.uuid4().int & ((1 << 76) - 1)
    return str(uuid.UUID(int=ms << 80 | 0x7 << 76 | low & ~(0xC << 60) | 0x8 << 60))


class Sync:
    """`ledger.sync`."""

    def __init__(self, engine: sa.Engine, client: MakeClient,
                 store: Callable[[int], Store]) -> None:
        self._engine = engine
        self._client = client
        self._store = store

    # ---- asking for looks ----

    def receive(self, store: Store, body: bytes | str, content_type: str | None = None) -> bool:
        """Queues what a notification names; False when it waits already.

        Refused for a body that is none. Answer Cielo at once, whatever this gives.
        """
        try:
            told = cielo.parse_notification(body, content_type)
        except cielo.DecodeError as error:
            raise Refused(f"no notification: {error.message}",
                          f"não é uma notificação: {error.message}") from error
        ids = {name: getattr(told, name) for name in (
            "payment_id", "recurrent_payment_id", "change_type", "checkout_order_number",
            "merchant_order_number", "merchant_id") if getattr(told, name, None) is not None}
        if any(len(str(value)) > LONGEST for value in ids.values()):
            raise Refused("no notification: it names what is longer than any of Cielo's numbers",
                          "não é uma notificação: traz o que é mais longo do que qualquer "
                          "número da Cielo")
        with writing(self._engine) as connection:
            return notices.queue(connection, store.id, told.kind, ids, now(connection))

    def night(self, store: int | None = None) -> int:
        """Asks for a look at all that is pending and every recurrence, of one store or all;
        gives how many."""
        with writing(self._engine) as connection:
            at = now(connection)
            wanted = [*_pending(connection, at), *_recurrences(connection, at)]
            return sum(notices.queue(connection, owner, "night", ids, at)
                       for owner, ids in wanted if store in (None, owner))

    # ---- looking ----

    def look(self, store: int, ids: Mapping[str, Any]) -> str:
        """Looks up now what these ids name, whoever else is at work.

        "done", "unknown" to Cielo, or "failed": then it waits in the queue.
        """
        with writing(self._engine) as connection:
            notices.queue(connection, store, "person", ids, now(connection))
            one = notices.waiting(connection, store, ids)
        if one is None:
            raise Refused("Cielo's number of this payment is not known",
                          "o número deste pagamento na Cielo não é conhecido")
        return next(self._look_all([one]))

    def is_due(self) -> bool:
        """Whether there is anything to look up now."""
        with self._engine.connect() as connection:
            return bool(notices.due(connection, now(connection), 1))

    def work(self) -> Synced:
        """Looks up all that is due; nothing while another worker does.

        Once another one took over it leaves the rest to that one: what both looked up counts
        once.
        """
        total = Synced(0, 0, 0)
        with kept(self._engine, JOB, LIFE) as lease:
            while lease and lease.take():
                with self._engine.connect() as connection:
                    batch = notices.due(connection, now(connection), BATCH)
                if not batch:
                    break
                states = list(self._look_all(batch))
                total = Synced(*(old + states.count(name) for old, name in zip(
                    total, ("done", "unknown", "failed"))))
        return total

    def _look_all(self, batch: list[Notice]) -> Iterator[str]:
        for number in sorted({one.store_id for one in batch}):
            mine = [one for one in batch if one.store_id == number]
            try:
                client = self._client(self._store(number))
            except (Refused, cielo.CieloError) as error:
                yield from [self._put_off(one, str(error)) for one in mine]
                continue
            with client:
                yield from self._look_store(client, mine)

    def _look_store(self, client: cielo.Client, mine: list[Notice]) -> Iterator[str]:
        told = [cielo.parse_notification(*_body(one)) for one in mine]
        with self._engine.connect() as connection:
            asked = now(connection)  # what is changed meanwhile may not be in the answers
        for outcome in client.many(client.confirm, told, concurrency=8):
            one = mine[outcome.index]
            if outcome.error is None:
                yield self._keep(one, outcome.result, asked)
            elif isinstance(outcome.error, cielo.NotFoundError):
                yield self._finish(one, outcome.error.message)
            else:
                yield self._put_off(one, str(outcome.error))

    def _keep(self, one: Notice, result: Any, asked: datetime.datetime) -> str:
        """In one transaction with the end of the notice: it counts once."""
        with projecting(self._engine) as connection:
            if notices.finish(connection, one, "done"):
                at = now(connection)
                data = _data(one, result)
                events.take(connection, [events.New(
                    new_id(asked), "seen", None, asked,
                    "sync" if one.kind in OURS else "notice",
                    data, store_id=one.store_id)])
                for payment_id in _charges(result):
                    if not _is_known(connection, one.store_id, payment_id):
                        notices.queue(connection, one.store_id, "recurrence",
                                      {"payment_id": payment_id}, at)
        return "done"

    def _finish(self, one: Notice, why: str) -> str:
        with writing(self._engine) as connection:
            notices.finish(connection, one, "unknown", why)
        return "unknown"

    def _put_off(self, one: Notice, why: str) -> str:
        with writing(self._engine) as connection:
            notices.put_off(connection, one, why, now(connection))
        return "failed"


# ---- what was seen ----


def _data(one: Notice, result: Any) -> dict[str, Any]:
    if one.about.startswith("recurrence:"):
        return seen_recurrence(result)
    if one.about.startswith("checkout:"):
        return seen_order(result)
    if one.about.startswith("order:"):
        return seen_notice(result)
    return seen_sale(result)


def _charges(result: Any) -> list[str]:
    """The payments of a recurrence."""
    recurrence = getattr(result, "recurrent_payment", None)
    listed = getattr(recurrence, "recurrent_transactions", None) or []
    return [each.payment_id for each in listed if each.payment_id]


def _is_known(connection: sa.Connection, store: int, payment_id: str) -> bool:
    return connection.scalar(sa.select(sale.c.id).where(
        sale.c.store_id == store, sale.c.payment_id == payment_id).limit(1)) is not None


# ---- what a night looks at ----


def _pending(connection: sa.Connection, at: datetime.datetime) -> (
        Iterator[tuple[int, Mapping[str, Any]]]):
    """Sales that wait for something, and those with a change that does."""
    waits = sa.or_(sale.c.status.in_(PENDING),
                   sa.and_(sale.c.status == 1, sale.c.means_group.in_(ISSUED)))
    told = sa.select(event.c.sale_key).where(
        event.c.kind == "outcome", event.c.at > at - QUERY_ENDS,
        event.c.data["result"].as_string() == "pending",
        sa.or_(sale.c.seen_at.is_(None), sale.c.seen_at < event.c.at))
    rows = connection.execute(
        sa.select(sale.c.store_id, sale.c.payment_id)
        .where(sale.c.payment_id.is_not(None), sale.c.received > at - QUERY_ENDS,
               sa.or_(sale.c.seen_at.is_(None), sale.c.seen_at < at - NIGHT),
               sa.or_(waits, sale.c.key.in_(told)))
        .order_by(sale.c.id))
    return ((row.store_id, {"payment_id": row.payment_id}) for row in rows.all())


def _recurrences(connection: sa.Connection, at: datetime.datetime) -> (
        Iterator[tuple[int, Mapping[str, Any]]]):
    """Those that were heard of, but for those that were looked at lately."""
    lately = set(connection.scalars(sa.select(notice.c.about).where(
        notice.c.received > at - NIGHT, notice.c.about.like("recurrence:%"))))
    rows = connection.execute(
        sa.select(sale.c.store_id, sale.c.recurrence_id).distinct()
        .where(sale.c.recurrence_id.is_not(None))
        .order_by(sale.c.store_id, sale.c.recurrence_id))
    return ((row.store_id, {"recurrent_payment_id": row.recurrence_id}) for row in rows.all()
            if f"recurrence:{row.recurrence_id}" not in lately)
