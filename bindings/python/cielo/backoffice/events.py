"""Events, and the sales and doubts that are made from them.

An event is written once and stays.  What it is about is found when it comes, in whatever
order events come: those that came too early are placed when what they are about is known.
Then each sale that was touched is folded anew out of all its events.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from . import usage
from .database import insert
from .project import CREATES, Event, doubt_of, project
from .scheduled import note_seen
from .schema import batch_row, event, in_doubt, sale, segment
from .stores import store_number

__all__ = ["New", "Taken", "doubts", "fold", "folded", "note_doubts", "place_again", "take"]

# Keys in one statement: databases have a limit of parameters.
CHUNK = 500


class New(NamedTuple):
    """An event that may not be in the ledger yet."""

    id: str
    kind: str
    of: str | None
    at: datetime.datetime
    source: str  # journal, sync, notice, backoffice
    data: Mapping[str, Any]
    segment_id: int | None = None
    store_id: int | None = None  # found by what it is about where it is None


class Taken(NamedTuple):
    """How many were new, and how many sales they touched."""

    events: int
    sales: int


class _Place(NamedTuple):
    """What an event is about."""

    store: int | None = None
    key: str | None = None


class _Known(NamedTuple):
    """Of an event that is in the ledger, what others are placed by."""

    id: str
    of: str | None
    place: _Place
    data: Mapping[str, Any]


def chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    every = list(items)
    return (every[at:at + CHUNK] for at in range(0, len(every), CHUNK))


def _of_payment(payment_id: str) -> str:
    """The key of a sale whose making is not known."""
    return f"payment:{payment_id}"


class _Placer:
    """Finds what the events of a batch are about, and what earlier ones turn out to be."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.places: dict[str, _Place] = {}  # by the ids of events, the ones to change too
        self.claims: dict[tuple[int, str], str] = {}  # keys of sales by their payments
        self.late: set[str] = set()  # intents whose sale was told after them
        self._stores: dict[tuple[str, str], int] = {}
        self._known: dict[tuple[int, str], str] = {}

    def _store_of(self, data: Mapping[str, Any]) -> int:
        merchant = (data["merchant"], data["env"])
        if merchant not in self._stores:
            self._stores[merchant] = store_number(self.connection, *merchant)
        return self._stores[merchant]

    def _load_payments(self, new: Sequence[New]) -> None:
        wanted = {each.data["payment_id"] for each in new if each.data.get("payment_id")}
        for part in chunks(wanted):
            rows = self.connection.execute(
                sa.select(sale.c.store_id, sale.c.payment_id, sale.c.key)
                .where(sale.c.payment_id.in_(part)).order_by(sale.c.key.desc()))
            for row in rows:  # where two have one payment, the first by key
                if not row.key.startswith("payment:"):
                    self._known[row.store_id, row.payment_id] = row.key

    def _key_of_payment(self, store: int, payment_id: str) -> str:
        pair = (store, payment_id)
        return self.claims.get(pair) or self._known.get(pair) or _of_payment(payment_id)

    def _place_intent(self, each: New) -> _Place:
        data = each.data
        store = self._store_of(data)
        if data["op"] == CREATES:
            return _Place(store, each.id)
        if data.get("payment_id"):
            return _Place(store, self._key_of_payment(store, data["payment_id"]))
        if data.get("checkout_order"):
            return _Place(store, f"checkout:{data['checkout_order']}")
        return _Place(store)

    def _place_seen(self, each: New) -> _Place:
        if each.store_id is None:
            if each.kind == "use":
                return _Place(self._store_of(each.data))
            return _Place()
        if each.data.get("payment_id"):
            return _Place(each.store_id,
                          self._key_of_payment(each.store_id, each.data["payment_id"]))
        if each.data.get("checkout_order"):
            return _Place(each.store_id, f"checkout:{each.data['checkout_order']}")
        return _Place(each.store_id)

    def _place_about(self, each: New | _Known, intent: New | _Known, place: _Place) -> None:
        """What is about an intent is where the intent is, and may tell its payment."""
        payment_id = each.data.get("payment_id")
        if payment_id and place.store is not None:
            if intent.data["op"] == CREATES and place.key:
                self.claims.setdefault((place.store, payment_id), place.key)
            elif place.key is None and intent.data["op"].startswith("sale_"):
                # A void by an order's number: whose sale it was is heard now.
                place = _Place(place.store, self._key_of_payment(place.store, payment_id))
                self.places[intent.id] = place
                self.late.add(intent.id)
        self.places[each.id] = place

    def _select(self, where: sa.ColumnElement[bool]) -> Iterator[_Known]:
        for row in self.connection.execute(sa.select(
                event.c.id, event.c.of, event.c.store_id, event.c.sale_key, event.c.data)
                .where(where)):
            yield _Known(row.id, row.of, _Place(row.store_id, row.sale_key), row.data)

    def _intents(self, ids: Iterable[str]) -> dict[str, _Known]:
        return {each.id: each for part in chunks(ids) for each in self._select(sa.and_(
            event.c.id.in_(part), event.c.kind == "intent"))}

    def _orphans(self, ids: Iterable[str]) -> list[_Known]:
        return [each for part in chunks(ids) for each in self._select(sa.and_(
            event.c.of.in_(part), event.c.store_id.is_(None)))]

    def place(self, new: Sequence[New]) -> None:
        """Fills `places` and `claims`; what earlier events are about now is among them."""
        self._load_payments(new)
        intents = {each.id: each for each in new if each.kind == "intent"}
        others = [each for each in new if each.kind != "intent"]
        earlier = self._intents({each.of for each in others if each.of} - set(intents))
        for each in intents.values():
            self.places[each.id] = self._place_intent(each)
        for each in others:
            if each.of in earlier:
                known = earlier[each.of]
                self._place_about(each, known, self.places.get(known.id, known.place))
            elif each.of in intents:
                self._place_about(each, intents[each.of], self.places[each.of])
            else:
                self.places[each.id] = self._place_seen(each)
        for orphan in self._orphans(intents):
            if orphan.of:
                self._place_about(orphan, intents[orphan.of], self.places[orphan.of])
        for id_, (store, key) in self.places.items():  # so that nothing is to be moved
            if store is not None and key and key.startswith("payment:"):
                claimed = self.claims.get((store, key[len("payment:"):]))
                if claimed:
                    self.places[id_] = _Place(store, claimed)


# ---- taking up ----


def _unknown(connection: sa.Connection, new: Iterable[New]) -> list[New]:
    """Those that the ledger has not, each once."""
    each_once = {each.id: each for each in new}
    for part in chunks(each_once):
        for id_ in connection.scalars(sa.select(event.c.id).where(event.c.id.in_(part))):
            del each_once[id_]
    return list(each_once.values())


def _merge(connection: sa.Connection, store: int, payment_id: str, key: str) -> None:
    """What was told of a payment before its making was known is now of that sale.

    The row stays, with its number, unless the sale has one already.
    """
    old = _of_payment(payment_id)
    connection.execute(sa.update(event).where(
        event.c.sale_key == old, event.c.store_id == store).values(sale_key=key))
    connection.execute(sa.update(in_doubt).where(in_doubt.c.sale_key == old)
                       .values(sale_key=key))
    row = connection.scalar(sa.select(sale.c.id).where(sale.c.key == old,
                                                       sale.c.store_id == store))
    if row is None:
        return
    stays = connection.scalar(sa.select(sale.c.id).where(sale.c.key == key))
    if stays is None:
        connection.execute(sa.update(sale).where(sale.c.id == row).values(key=key))
    else:
        _move_rows(connection, row, stays)
        usage.note_sales(connection, sale_rows(connection, [old]), [])
        connection.execute(sa.delete(sale).where(sale.c.id == row))


def _move_rows(connection: sa.Connection, old: int, new: int) -> None:
    """Rows of batches go with their sale; a batch that has both keeps the one that was sent."""
    both = sa.select(batch_row.c.batch_id).where(batch_row.c.sale_id == old)
    connection.execute(sa.delete(batch_row).where(
        batch_row.c.sale_id == new, batch_row.c.change_id.is_(None),
        batch_row.c.batch_id.in_(both)))
    connection.execute(sa.update(batch_row).where(batch_row.c.sale_id == old)
                       .values(sale_id=new))


def _claim(connection: sa.Connection, claims: Mapping[tuple[int, str], str]) -> None:
    """Of most payments nothing was told before."""
    for part in chunks(claims):
        keys = {_of_payment(payment_id): (store, payment_id) for store, payment_id in part}
        held = set(connection.scalars(sa.select(event.c.sale_key).distinct().where(
            event.c.sale_key.in_(list(keys)))))
        for old in sorted(held):
            _merge(connection, *keys[old], claims[keys[old]])


def _insert(connection: sa.Connection, new: Sequence[New],
            places: Mapping[str, _Place]) -> None:
    connection.execute(sa.insert(event), [{
        **each._asdict(), "data": dict(each.data),
        "store_id": places[each.id].store, "sale_key": places[each.id].key,
    } for each in new])


def _settle_places(connection: sa.Connection, placer: _Placer, known: Iterable[str]) -> set[str]:
    """Writes what was found of events that are there; gives the keys of all that was."""
    rows = [{"event": id_, "store": placer.places[id_].store, "key": placer.places[id_].key}
            for id_ in known]
    if rows:
        connection.execute(
            sa.update(event).where(event.c.id == sa.bindparam("event"))
            .values(store_id=sa.bindparam("store"), sale_key=sa.bindparam("key")), rows)
    for id_ in sorted(placer.late):  # takes with it what is about it
        place = placer.places[id_]
        connection.execute(sa.update(event).where(
            event.c.of == id_, event.c.sale_key.is_(None)).values(
                store_id=place.store, sale_key=place.key))
    _claim(connection, placer.claims)
    return {place.key for place in placer.places.values() if place.key}


def _intents_of(new: Iterable[New]) -> set[str | None]:
    return {each.id if each.kind == "intent" else each.of for each in new}


def take(connection: sa.Connection, events: Iterable[New]) -> Taken:
    """Adds events that are not there yet, and folds what they touch.

    In a transaction of `projecting`.
    """
    new = _unknown(connection, events)
    if not new:
        return Taken(0, 0)
    placer = _Placer(connection)
    placer.place(new)
    _insert(connection, new, placer.places)
    keys = _settle_places(connection, placer, placer.places.keys() - {each.id for each in new})
    fold(connection, keys)
    note_doubts(connection, _intents_of(new))
    usage.note_calls(connection, [(each.id, each.of) for each in new])
    for each in new:
        if each.kind == "seen" and each.store_id and "charges" in each.data:
            note_seen(connection, each.store_id, each.data)
    return Taken(len(new), len(keys))


def place_again(connection: sa.Connection, old: Sequence[New]) -> None:
    """For events that are there, and of which was forgotten what they are about."""
    placer = _Placer(connection)
    placer.place(old)
    fold(connection, _settle_places(connection, placer, placer.places))
    note_doubts(connection, _intents_of(old))


# ---- making anew ----


def folded(connection: sa.Connection, keys: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The rows of sales, but for their ids, out of their events."""
    for part in chunks(sorted(keys)):
        about: dict[str, list[Event]] = defaultdict(list)
        stores: dict[str, int] = {}
        for row in connection.execute(
                sa.select(event.c.id, event.c.kind, event.c.of, event.c.at, event.c.data,
                          event.c.sale_key, event.c.store_id)
                .where(event.c.sale_key.in_(part))):
            about[row.sale_key].append(Event(*row[:5]))
            stores[row.sale_key] = row.store_id
        for key in part:
            if key in about:
                yield {"key": key, "store_id": stores[key], **project(about[key])}


def sale_rows(connection: sa.Connection, keys: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Of these sales what `usage` reads, as they are now."""
    columns = [sale.c[name] for name in usage.SALE_COLUMNS]
    for part in chunks(keys):
        for row in connection.execute(sa.select(*columns).where(sale.c.key.in_(part))):
            yield row._asdict()


def fold(connection: sa.Connection, keys: Iterable[str]) -> None:
    """Makes the rows of these sales out of their events."""
    rows = list(folded(connection, keys))
    if not rows:
        return
    usage.note_sales(connection, list(sale_rows(connection, (row["key"] for row in rows))), rows)
    statement = insert(connection, sale)
    changed = {name: statement.excluded[name] for name in rows[0] if name != "key"}
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=changed),
                       rows)


def doubts(connection: sa.Connection, intents: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The rows of those of these writes that are in doubt."""
    for part in chunks(sorted(intents)):
        about: dict[str, list[Event]] = defaultdict(list)
        for row in connection.execute(
                sa.select(event.c.id, event.c.kind, event.c.of, event.c.at, event.c.data)
                .where(event.c.of.in_(part))):
            about[row.of].append(Event(*row))
        for intent in connection.execute(
                sa.select(event.c.id, event.c.kind, event.c.of, event.c.at, event.c.data,
                          event.c.store_id, event.c.sale_key, segment.c.folder)
                .outerjoin_from(event, segment, event.c.segment_id == segment.c.id)
                .where(event.c.id.in_(part), event.c.kind == "intent")):
            doubt = doubt_of(Event(*intent[:5]), about[intent.id])
            if doubt:
                yield {**doubt, "store_id": intent.store_id, "sale_key": intent.sale_key,
                       "folder": intent.folder}


def note_doubts(connection: sa.Connection, intents: Iterable[str | None]) -> None:
    """One row for each write without an end, none for one that has its end."""
    ids = {intent for intent in intents if intent}
    rows = list(doubts(connection, ids))
    for part in chunks(ids - {row["id"] for row in rows}):
        connection.execute(sa.delete(in_doubt).where(in_doubt.c.id.in_(part)))
    if rows:
        statement = insert(connection, in_doubt)
        changed = {name: statement.excluded[name] for name in rows[0] if name != "id"}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_=changed), rows)
