"""Finds sales: one query for both databases, in pages that stay whole while sales arrive.

What is in doubt is never hidden by a filter on what nobody knows of it yet:

- A sale in doubt matches every `status` and `status_number`, since the change that
  is in doubt may have moved it.
- A sale in doubt that has no status yet (its creation is in doubt, or another
  program made it and it was never looked at) matches every filter on a column that
  is still empty: Tid, NSU, PaymentId, error, antifraud, amount and the others.
- A capture or cancel date that is still empty matches every span of time.
- What is known of it filters as ever: order number, amount, card, store, means, and
  the date of the order.

So a search is two queries, each with an index and an end of its own, under one
UNION ALL: what is known, where every filter is a plain comparison, and what is in
doubt, which are few and have an index for themselves.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from . import schema
from .filters import FilterError, Filters, Problem, Window
from .stores import Store, Stores
from .words import number_text

__all__ = ["PAGE", "SORTS", "Count", "Page", "Place", "Search"]

PAGE = 50
SORTS = ("newest", "oldest", "largest", "smallest")
COUNTED = 10_000

UTC = datetime.timezone.utc
BRASILIA = "America/Sao_Paulo"

# How many values of one filter are looked up side by side, each in its own order;
# more of them are found in any order and sorted.
FANNED = 12
# Characters of a place, of which ours have some two hundred.
LONGEST_PLACE = 400
# Rows that a stream holds at a time.
CHUNK = 500

sale = schema.sale
_TIMES = {"order": sale.c.received, "capture": sale.c.captured_at, "cancel": sale.c.voided_at}

# Filters that are a column, those first that leave the fewest sales.
_COLUMNS = (
    ("payment_id", sale.c.payment_id), ("tid", sale.c.tid), ("order", sale.c.order_number),
    ("nsu", sale.c.nsu), ("recurrence", sale.c.recurrence_id), ("card", sale.c.last4),
    ("error", sale.c.error), ("kind", sale.c.kind), ("fraud", sale.c.fraud),
    ("means", sale.c.means), ("status", sale.c.word), ("status_number", sale.c.status),
    ("group", sale.c.means_group),
)
# Those that a change in doubt may have moved.
_MOVED = ("status", "status_number")
# Those without an index of their own.
_UNINDEXED = ("kind", "status_number")

Column = sa.ColumnElement[Any]

NO_AMOUNT = sa.literal(-1, sa.BigInteger)


class Count(NamedTuple):
    """How many sales match, or that they are more than were counted."""

    number: int
    more: bool

    def text(self, lang: str = "pt") -> str:
        return number_text(self.number, lang) + ("+" if self.more else "")


@dataclasses.dataclass(frozen=True)
class Page:
    """Sales and the places where the pages beside it begin; None where there is none."""

    rows: list[sa.Row[Any]]
    next: str | None
    previous: str | None


# ---- the order of sales ----

class Key(NamedTuple):
    """What sales are sorted by; `empty` stands in it for what a column does not hold."""

    column: Column
    down: bool
    empty: Column | None = None


def _keys(sort: str, time: Column) -> tuple[Key, ...]:
    """The keys of an order; the last is the sale's own, so that no two are equal."""
    received = sale.c.received
    by_time = (Key(time, True, None if time is received else received), Key(sale.c.id, True))
    by_amount = (Key(sale.c.amount, True, NO_AMOUNT), Key(received, False),
                 Key(sale.c.id, False))
    if sort in ("newest", "oldest"):
        return by_time if sort == "newest" else _turned(by_time)
    return by_amount if sort == "largest" else _turned(by_amount)


def _turned(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    return tuple(key._replace(down=not key.down) for key in keys)


def _beyond(columns: Sequence[Column], keys: Sequence[Key], values: Sequence[Any]) -> Column:
    """Sales behind those values in the keys' order.

    The first bound stands alone, since databases do not see it inside an OR.
    """
    column, key, value = columns[0], keys[0], sa.literal(values[0], keys[0].column.type)
    past = column < value if key.down else column > value
    if len(keys) == 1:
        return past
    reached = column <= value if key.down else column >= value
    return sa.and_(reached, sa.or_(past, _beyond(columns[1:], keys[1:], values[1:])))


class Place(NamedTuple):
    """A place between two sales of a search, which addresses carry as a word.

    It holds the moment of the first page: "30d" does not slide while somebody reads.
    """

    now: datetime.datetime
    values: tuple[Any, ...]  # of the keys
    search: int  # whose place it is

    def word(self) -> str:
        values = [value.isoformat() if isinstance(value, datetime.datetime) else value
                  for value in self.values]
        text = json.dumps([self.now.isoformat(), values, self.search], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, word: str, keys: Sequence[Key], search: int) -> Place:
        try:
            if len(word) > LONGEST_PLACE:
                raise ValueError(word)
            text = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
            now, values, its_search = json.loads(text)
            if its_search != search:
                raise FilterError(Problem("after", "is a place in another search"))
            if len(values) != len(keys):
                raise ValueError(values)
            return cls(_moment(now), tuple(map(_key_value, keys, values)), search)
        except (ValueError, TypeError):
            raise FilterError(Problem("after", "is no place in a search")) from None


def _moment(text: str) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _key_value(key: Key, value: Any) -> Any:
    if isinstance(key.column.type, schema.Moment):
        return _moment(value)
    if not isinstance(value, int):
        raise ValueError(value)
    return value


def _mark(filters: Filters, sort: str) -> int:
    """A number for a search, so that a place is not taken into another one."""
    return zlib.crc32(f"{sort}?{filters.query()}".encode())


# ---- what sales must hold ----

class Terms(NamedTuple):
    """Filters as the database compares them."""

    values: Mapping[str, tuple[Any, ...]]  # by the filter's name
    stores: tuple[int, ...] | None
    time: Column
    window: Window | None
    least: int | None
    most: int | None

    @property
    def doubt_differs(self) -> bool:
        """Whether what is in doubt is filtered in a way of its own."""
        return bool(self.values or self.least is not None or self.most is not None
                    or self.time is not sale.c.received)


def _within(column: Column, least: Any, most: Any) -> list[Column]:
    return ([column >= least] if least is not None else []) + (
        [column <= most] if most is not None else [])


def _in_window(terms: Terms) -> list[Column]:
    if terms.window is None:
        return []
    begin, end = terms.window
    return ([terms.time >= begin] if begin else []) + ([terms.time < end] if end else [])


def _equal(column: Column, values: tuple[Any, ...]) -> Column:
    return column == values[0] if len(values) == 1 else column.in_(values)


def _whole(terms: Terms) -> list[Column]:
    """What holds of every sale alike."""
    return [] if terms.stores is None else [_equal(sale.c.store_id, terms.stores)]


def _known(terms: Terms) -> list[list[Column]]:
    """Conditions for what is not in doubt, one list for each query that is needed."""
    rest = [*_whole(terms), *_in_window(terms),
            *_within(sale.c.amount, terms.least, terms.most)]
    if terms.doubt_differs:
        rest.append(sale.c.in_doubt.is_not(sa.true()))
    fanned: list[Column] = []
    for name, column in _COLUMNS:
        values = terms.values.get(name)
        if not values:
            continue
        if 1 < len(values) <= FANNED and not fanned and name not in _UNINDEXED:
            fanned = [column == value for value in values]
        else:
            rest.append(_equal(column, values))
    return [[one, *rest] for one in fanned] if fanned else [rest]


def _doubtful(terms: Terms) -> list[Column]:
    """Conditions for what is in doubt: what is not known of it matches."""
    blank = sale.c.status.is_(None)
    found = [sale.c.in_doubt, *_whole(terms)]
    for name, column in _COLUMNS:
        if name in terms.values and name not in _MOVED:
            found.append(sa.or_(_equal(column, terms.values[name]),
                                sa.and_(blank, column.is_(None))))
    amount = _within(sale.c.amount, terms.least, terms.most)
    if amount:
        found.append(sa.or_(sa.and_(*amount), sa.and_(blank, sale.c.amount.is_(None))))
    window = _in_window(terms)
    if window and terms.time is not sale.c.received:
        found.append(sa.or_(sa.and_(*window), terms.time.is_(None)))
    else:
        found += window
    return found


class Part(NamedTuple):
    """One of the queries of a search: its conditions and its own form of the keys."""

    conditions: list[Column]
    keys: list[Column]


def _parts(terms: Terms, keys: Sequence[Key]) -> list[Part]:
    plain = [key.column for key in keys]
    filled = [sa.func.coalesce(key.column, key.empty) if key.empty is not None else key.column
              for key in keys]
    amount = sale.c.amount
    parts = []
    for conditions in [] if terms.values.get("status") == ("in_doubt",) else _known(terms):
        if plain[0] is not amount or terms.least is not None or terms.most is not None:
            parts.append(Part(conditions, plain))
            continue
        # A sale whose amount nobody told comes last, by a query that an index serves.
        parts.append(Part([*conditions, amount.is_not(None)], plain))
        parts.append(Part([*conditions, amount.is_(None)], [NO_AMOUNT, *plain[1:]]))
    if terms.doubt_differs:
        parts.append(Part(_doubtful(terms), filled))
    return parts


def _names(keys: Sequence[Key]) -> list[str]:
    return [f"key{number}" for number in range(len(keys))]


def _directed(key: Key, column: Column) -> Column:
    return column.desc() if key.down else column.asc()


def _select(parts: Sequence[Part], keys: Sequence[Key], behind: Sequence[Any] | None,
            limit: int | None) -> sa.Select[Any]:
    """The sales of all parts in the keys' order, each part with the same end."""
    names = _names(keys)
    selects = []
    for part in parts:
        select = sa.select(*sale.c, *(column.label(name) for name, column
                                      in zip(names, part.keys))).where(*part.conditions)
        if behind is not None:
            select = select.where(_beyond(part.keys, keys, behind))
        order = [_directed(key, column) for key, column in zip(keys, part.keys)
                 if column is not NO_AMOUNT]
        selects.append(select.order_by(*order).limit(limit))
    if len(selects) == 1:
        return selects[0]
    union = sa.union_all(*(sa.select(one.subquery()) for one in selects)).subquery()
    order = [_directed(key, union.c[name]) for key, name in zip(keys, names)]
    return sa.select(union).order_by(*order).limit(limit)


# ---- searching ----

class Search:
    """Searches of a ledger; it holds an engine and nothing else."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._stores = Stores(engine)

    def __call__(self, filters: Filters | None = None, *, sort: str = "newest",
                 **words: Any) -> Iterator[sa.Row[Any]]:
        """All that matches, by filters or by their words: `search(status="paid", since="2h")`."""
        return self.rows(filters or Filters.of(**words), sort=sort)

    def page(self, filters: Filters, *, sort: str = "newest", after: str | None = None,
             before: str | None = None, size: int = PAGE,
             within: Collection[int] | None = None,
             now: datetime.datetime | None = None) -> Page:
        """A page of what matches; `after` and `before` are places that a page told.

        `within` are the stores that the reader may see, None for all.  What arrives
        meanwhile is on no page that was read, and moves no sale from one to another.
        """
        word = after or before
        mark = _mark(filters, _sort(sort))
        keys = _keys(sort, _time(filters))
        place = Place.read(word, keys, mark) if word else None
        moment = place.now if place else now or datetime.datetime.now(UTC)
        terms = _terms(filters, self._stores.all(), within, moment)
        if terms.stores == ():
            return Page([], None, None)
        backwards = before is not None and after is None
        way = _turned(keys) if backwards else keys
        statement = _select(_parts(terms, way), way, place.values if place else None, size + 1)
        with self._engine.connect() as connection:
            rows = list(connection.execute(statement))
        return _paged(rows, size, backwards, place, moment, mark, keys)

    def count(self, filters: Filters, *, at_most: int = COUNTED,
              within: Collection[int] | None = None,
              now: datetime.datetime | None = None) -> Count:
        """How many match, counted to a bound: "10,000+" costs no more than that."""
        terms = _terms(filters, self._stores.all(), within, now or datetime.datetime.now(UTC))
        if terms.stores == ():
            return Count(0, False)
        found = [sa.select(sale.c.id).where(*part.conditions).limit(at_most + 1).subquery()
                 for part in _parts(terms, _keys("newest", terms.time))]
        union = sa.union_all(*(sa.select(one) for one in found)).limit(at_most + 1)
        with self._engine.connect() as connection:
            number = connection.execute(
                sa.select(sa.func.count()).select_from(union.subquery())).scalar_one()
        return Count(min(number, at_most), number > at_most)

    def rows(self, filters: Filters, *, sort: str = "newest",
             within: Collection[int] | None = None,
             now: datetime.datetime | None = None) -> Iterator[sa.Row[Any]]:
        """Everything that matches, row by row: what one statement sees, none twice."""
        terms = _terms(filters, self._stores.all(), within, now or datetime.datetime.now(UTC))
        if terms.stores == ():
            return
        keys = _keys(_sort(sort), terms.time)
        statement = _select(_parts(terms, keys), keys, None, None)
        with self._engine.connect() as connection:
            yield from connection.execution_options(
                stream_results=True, yield_per=CHUNK).execute(statement)


def _sort(sort: str) -> str:
    if sort not in SORTS:
        raise FilterError(Problem("sort", f"{sort!r} is none of {', '.join(SORTS)}"))
    return sort


def _time(filters: Filters) -> Column:
    """The date that is searched and sorted by; without a span only the order's is sure."""
    return _TIMES[filters.date or "order"] if filters.spanned() else sale.c.received


def _paged(rows: list[sa.Row[Any]], size: int, backwards: bool, place: Place | None,
           now: datetime.datetime, mark: int, keys: Sequence[Key]) -> Page:
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    first, last = (Place(now, tuple(row._mapping[name] for name in _names(keys)), mark).word()
                   for row in (rows[0], rows[-1]))
    return Page(rows, last if more or backwards else None,
                first if (more if backwards else place is not None) else None)


def _terms(filters: Filters, stores: Sequence[Store], within: Collection[int] | None,
           now: datetime.datetime) -> Terms:
    chosen = _chosen(filters, stores, within)
    zones = {store.zone for store in stores if chosen is None or store.id in chosen}
    zone = ZoneInfo(zones.pop() if len(zones) == 1 else BRASILIA)
    values = {name: getattr(filters, name) for name, _ in _COLUMNS if getattr(filters, name)}
    if "status_number" in values:
        values["status_number"] = tuple(map(int, values["status_number"]))
    least, most = filters.amounts()
    return Terms(values, chosen, _time(filters), filters.window(now, zone), least, most)


def _chosen(filters: Filters, stores: Sequence[Store],
            within: Collection[int] | None) -> tuple[int, ...] | None:
    """The stores that are searched, None for all of them."""
    seen = [store for store in stores if within is None or store.id in within]
    for name in filters.store:
        if name not in {store.name for store in seen}:
            raise FilterError(Problem("store", f"no store is named {name!r}"))
    for ec in filters.ec:
        if ec not in {store.ec for store in seen}:
            raise FilterError(Problem("ec", f"no store has the number {ec}"))
    if within is None and not filters.store and not filters.ec:
        return None
    return tuple(sorted(store.id for store in seen
                        if (not filters.store or store.name in filters.store)
                        and (not filters.ec or store.ec in filters.ec)))
