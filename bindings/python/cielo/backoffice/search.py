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

Of filters together a planner knows averages, and guesses.  So the database is asked
first which of them leaves few sales, each to a bound and by its index; such a one is
gone through, and the others are compared.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import struct
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from . import schema
from .filters import FilterError, Filters, Problem, Window, none_of
from .stores import Store, Stores
from .when import YEARS
from .words import number_text, words_of

__all__ = ["PAGE", "SORTS", "Count", "Page", "Place", "Search"]

PAGE = 50
SORTS = ("newest", "oldest", "largest", "smallest")
COUNTED = 10_000

UTC = datetime.timezone.utc
BRASILIA = "America/Sao_Paulo"

# How many values of one filter are looked up side by side, each in its own order;
# more of them are found in any order and sorted.
FANNED = 12
# A filter that leaves no more than so many sales is gone through, the others compared.
FEW = 2_000
# A LIMIT that limits nothing, behind which no planner looks.
ALL = 1 << 62
# A place as bytes: the moment of the first page and the search, then its keys, of which no
# order has more than three.
HEAD = struct.Struct(">qI")
LONGEST_PLACE = 48
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = datetime.timedelta(microseconds=1)
# Rows that a stream holds at a time.
CHUNK = 500

sale = schema.sale
TIMES = {"order": "received", "capture": "captured_at", "cancel": "voided_at"}

# Filters that are a column, those first that leave the fewest sales.
COLUMNS = (
    ("payment_id", "payment_id"), ("tid", "tid"), ("order", "order_number"), ("nsu", "nsu"),
    ("recurrence", "recurrence_id"), ("card", "last4"), ("kind", "kind"), ("error", "error"),
    ("fraud", "fraud"), ("means", "means"), ("status", "word"), ("status_number", "status"),
    ("group", "means_group"),
)
# Those that a change in doubt may have moved.
MOVED = ("status", "status_number")
# Has no index: the word that follows from it has one.
UNINDEXED = "status_number"

Column = sa.ColumnElement[Any]
# Of the table, or of a query of it.
Columns = sa.ColumnCollection[str, Any]

# Where a sale stands whose amount nobody told.
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
    """A column that sales are sorted by."""

    name: str
    down: bool

    def directed(self, column: Column) -> Column:
        return column.desc() if self.down else column.asc()

    def filled(self, columns: Columns) -> Column:
        """With something in it, where a sale in doubt has nothing yet."""
        column: Column = columns[self.name]
        if self.name == "amount":
            return sa.func.coalesce(column, NO_AMOUNT)
        if self.name in ("captured_at", "voided_at"):
            return sa.func.coalesce(column, columns.received)
        return column


Keys = tuple[Key, ...]


def _keys(sort: str, time: str) -> Keys:
    """The keys of an order; the last is the sale's own, so that no two are equal."""
    by_time = Key(time, True), Key("id", True)
    by_amount = Key("amount", True), Key("received", False), Key("id", False)
    if sort in ("newest", "oldest"):
        return by_time if sort == "newest" else _turned(by_time)
    return by_amount if sort == "largest" else _turned(by_amount)


def _turned(keys: Keys) -> Keys:
    return tuple(key._replace(down=not key.down) for key in keys)


def _beyond(columns: Sequence[Column], keys: Sequence[Key], values: Sequence[Any]) -> Column:
    """Sales behind those values in the keys' order.

    The first bound stands alone, since databases do not see it inside an OR.
    """
    column, value = columns[0], sa.literal(values[0], sale.c[keys[0].name].type)
    past = column < value if keys[0].down else column > value
    if len(keys) == 1:
        return past
    reached = column <= value if keys[0].down else column >= value
    return sa.and_(reached, sa.or_(past, _beyond(columns[1:], keys[1:], values[1:])))


class Place(NamedTuple):
    """A place between two sales of a search, which addresses carry as a word.

    It holds the moment of the first page: "30d" does not slide while somebody reads.
    """

    now: datetime.datetime
    values: tuple[Any, ...]  # of the keys
    search: int  # whose place it is

    def word(self) -> str:
        numbers = [_since_epoch(value) if isinstance(value, datetime.datetime) else value
                   for value in self.values]
        told = HEAD.pack(_since_epoch(self.now), self.search)
        told += struct.pack(f">{len(numbers)}q", *numbers)
        return base64.urlsafe_b64encode(told).decode().rstrip("=")

    @classmethod
    def read(cls, word: str, keys: Sequence[Key], search: int) -> Place:
        try:
            if len(word) > LONGEST_PLACE:
                raise ValueError(word)
            told = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
            now, its_search = HEAD.unpack_from(told)
            if its_search != search:
                raise FilterError(Problem("after", "is a place in another search",
                                          "é um lugar em outra busca"))
            numbers = struct.unpack(f">{len(keys)}q", told[HEAD.size:])
            return cls(_moment(now), tuple(map(_key_value, keys, numbers)), search)
        except (ValueError, OverflowError, struct.error):
            raise FilterError(Problem("after", "is no place in a search",
                                      "não é um lugar numa busca")) from None


def _since_epoch(moment: datetime.datetime) -> int:
    """In microseconds, as a moment of the database is kept."""
    return (moment - EPOCH) // MICROSECOND


def _moment(number: int) -> datetime.datetime:
    moment = EPOCH + number * MICROSECOND
    if moment.year not in YEARS:
        raise ValueError(number)
    return moment


def _key_value(key: Key, value: int) -> Any:
    if isinstance(sale.c[key.name].type, schema.Moment):
        return _moment(value)
    if not -1 <= value < ALL:
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
    time: str  # the column
    window: Window | None
    least: int | None
    most: int | None

    @property
    def by_amount(self) -> bool:
        return self.least is not None or self.most is not None

    @property
    def doubt_differs(self) -> bool:
        """Whether what is in doubt is filtered in a way of its own."""
        return bool(self.values) or self.by_amount or self.time != "received"

    @property
    def only_doubt(self) -> bool:
        return self.values.get("status") == ("in_doubt",)


def _equal(column: Column, values: tuple[Any, ...]) -> Column:
    return column == values[0] if len(values) == 1 else column.in_(values)


def _of_store(terms: Terms, columns: Columns) -> list[Column]:
    return [] if terms.stores is None else [_equal(columns.store_id, terms.stores)]


def _in_window(terms: Terms, columns: Columns) -> list[Column]:
    if terms.window is None:
        return []
    time, (begin, end) = columns[terms.time], terms.window
    return ([time >= begin] if begin else []) + ([time < end] if end else [])


def _in_amounts(terms: Terms, columns: Columns) -> list[Column]:
    return ([columns.amount >= terms.least] if terms.least is not None else []) + (
        [columns.amount <= terms.most] if terms.most is not None else [])


def _valued(terms: Terms, columns: Columns) -> dict[str, Column]:
    """The comparisons of filters that are a column, by their names."""
    return {name: _equal(columns[column], terms.values[name])
            for name, column in COLUMNS if name in terms.values}


def _known(terms: Terms, columns: Columns, but: Collection[str] = ()) -> list[Column]:
    """Conditions for what is not in doubt, without some of the filters."""
    known = [*_of_store(terms, columns), *_in_window(terms, columns),
             *_in_amounts(terms, columns),
             *(one for name, one in _valued(terms, columns).items() if name not in but)]
    return [*known, columns.in_doubt.is_not(sa.true())] if terms.doubt_differs else known


def _doubtful(terms: Terms, columns: Columns) -> list[Column]:
    """Conditions for what is in doubt: what is not known of it matches."""
    blank = columns.status.is_(None)
    found = _of_store(terms, columns)
    compared = _valued(terms, columns)
    for name, column in COLUMNS:
        if name in compared and name not in MOVED:
            found.append(sa.or_(compared[name], sa.and_(blank, columns[column].is_(None))))
    if terms.by_amount:
        found.append(sa.or_(sa.and_(*_in_amounts(terms, columns)),
                            sa.and_(blank, columns.amount.is_(None))))
    window = _in_window(terms, columns)
    if window and terms.time != "received":
        return [*found, sa.or_(sa.and_(*window), columns[terms.time].is_(None))]
    return [*found, *window]


def _narrowest(connection: sa.Connection, terms: Terms) -> list[Column] | None:
    """The condition that leaves the fewest sales, if they are few; it counts no further."""
    received = _in_window(terms, sale.c) if terms.time == "received" else []
    choices = [[one, *received] for name, one in _valued(terms, sale.c).items()
               if name != UNINDEXED]
    if terms.stores:
        choices.append([*_of_store(terms, sale.c), *received])
    if terms.least is not None and terms.most is not None:
        choices.append(_in_amounts(terms, sale.c))
    if terms.window and terms.time != "received":
        choices.append(_in_window(terms, sale.c))
    if len(choices) < 2 or terms.only_doubt:
        return None
    counts = connection.execute(sa.select(*(
        sa.select(sa.func.count()).select_from(
            sa.select(sale.c.id).where(*choice).limit(FEW + 1).subquery()).scalar_subquery()
        for choice in choices))).one()
    fewest = min(counts)
    return choices[list(counts).index(fewest)] if fewest <= FEW else None


# ---- the query ----

class Part(NamedTuple):
    """One of the queries of a search: its rows, its conditions, its own form of the keys."""

    columns: Columns
    conditions: list[Column]
    keys: list[Column]


def _gone_through(conditions: list[Column], terms: Terms, keys: Keys) -> Columns:
    """Sales that are few, as a table of which no planner sees more than that.

    It has the columns that are compared or sorted by, and no others.
    """
    needed = {"id", "store_id", "in_doubt", "status", "amount", "received", terms.time,
              *(key.name for key in keys),
              *(column for name, column in COLUMNS if name in terms.values)}
    few = sa.select(*(sale.c[name] for name in sorted(needed)))
    return few.where(*conditions).limit(ALL).subquery().c


def _fan(terms: Terms, keys: Keys,
         narrow: list[Column] | None) -> list[tuple[Columns, list[Column]]]:
    """Where what is known is found: queries that have each their own index and order."""
    if narrow:
        few = _gone_through(narrow, terms, keys)
        return [(few, _known(terms, few))]
    for name, column in COLUMNS:
        values = terms.values.get(name, ())
        if 1 < len(values) <= FANNED and name != UNINDEXED:
            rest = _known(terms, sale.c, but=(name,))
            return [(sale.c, [sale.c[column] == value, *rest]) for value in values]
    return [(sale.c, _known(terms, sale.c))]


def _parts(terms: Terms, keys: Keys, narrow: list[Column] | None) -> list[Part]:
    parts = []
    for columns, conditions in [] if terms.only_doubt else _fan(terms, keys, narrow):
        plain = [columns[key.name] for key in keys]
        if keys[0].name != "amount" or terms.by_amount:
            parts.append(Part(columns, conditions, plain))
            continue
        # A sale whose amount nobody told comes last, by a query that an index serves.
        amount = columns.amount
        parts.append(Part(columns, [*conditions, amount.is_not(None)], plain))
        parts.append(Part(columns, [*conditions, amount.is_(None)], [NO_AMOUNT, *plain[1:]]))
    if terms.doubt_differs:
        few = _gone_through([sale.c.in_doubt], terms, keys)
        parts.append(Part(few, _doubtful(terms, few), [key.filled(few) for key in keys]))
    return parts


def _names(keys: Sequence[Key]) -> list[str]:
    return [f"key{number}" for number in range(len(keys))]


def _select(parts: Sequence[Part], keys: Keys, behind: Sequence[Any] | None,
            limit: int | None) -> sa.Select[Any]:
    """The sales of all parts in the keys' order, each part with the same end."""
    names = _names(keys)
    selects = []
    for part in parts:
        select = sa.select(*(column.label(name) for name, column
                             in zip(names, part.keys))).where(*part.conditions)
        if behind is not None:
            select = select.where(_beyond(part.keys, keys, behind))
        order = [key.directed(column) for key, column in zip(keys, part.keys)
                 if column is not NO_AMOUNT]
        selects.append(select.order_by(*order).limit(limit))
    if len(selects) == 1 and parts[0].columns is sale.c:
        return selects[0].add_columns(*sale.c)
    union = sa.union_all(*(sa.select(one.subquery()) for one in selects)).subquery()
    order = [key.directed(union.c[name]) for key, name in zip(keys, names)]
    found = sa.select(union).order_by(*order).limit(limit).subquery()
    order = [key.directed(found.c[name]) for key, name in zip(keys, names)]
    return sa.select(*found.c, *sale.c).join_from(
        found, sale, found.c[names[-1]] == sale.c.id).order_by(*order)


# ---- searching ----

@contextmanager
def _by_index(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose reads have an end: PostgreSQL likes to read a whole table for
    the first rows that fit, and knows nothing of where in it they are."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        yield connection


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
        with _by_index(self._engine) as connection:
            parts = _parts(terms, way, _narrowest(connection, terms))
            rows = list(connection.execute(
                _select(parts, way, place.values if place else None, size + 1)))
        return _paged(rows, size, backwards, place, moment, mark, keys)

    def count(self, filters: Filters, *, at_most: int = COUNTED,
              within: Collection[int] | None = None,
              now: datetime.datetime | None = None) -> Count:
        """How many match, counted to a bound: "10,000+" costs no more than that."""
        terms = _terms(filters, self._stores.all(), within, now or datetime.datetime.now(UTC))
        if terms.stores == ():
            return Count(0, False)
        keys = _keys("newest", terms.time)
        with _by_index(self._engine) as connection:
            found = [sa.select(part.columns.id).where(*part.conditions).order_by(
                         *(key.directed(column) for key, column in zip(keys, part.keys)))
                     .limit(at_most + 1).subquery()
                     for part in _parts(terms, keys, _narrowest(connection, terms))]
            union = sa.union_all(*(sa.select(one) for one in found)).limit(at_most + 1)
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
        with self._engine.connect() as connection:
            parts = _parts(terms, keys, _narrowest(connection, terms))
            statement = _select(parts, keys, None, None)
            yield from connection.execution_options(
                stream_results=True, yield_per=CHUNK).execute(statement)


def _sort(sort: str) -> str:
    if sort not in SORTS:
        raise FilterError(Problem("sort", *none_of(sort, SORTS).args))
    return sort


def _time(filters: Filters) -> str:
    """The date that is searched and sorted by; without a span only the order's is sure."""
    return TIMES[filters.date or "order"] if filters.spanned() else TIMES["order"]


def _paged(rows: list[sa.Row[Any]], size: int, backwards: bool, place: Place | None,
           now: datetime.datetime, mark: int, keys: Keys) -> Page:
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
    values = {name: getattr(filters, name) for name, _ in COLUMNS if getattr(filters, name)}
    if "status_number" in values:
        numbers = tuple(map(int, values["status_number"]))
        values["status_number"] = numbers
        # What follows from it, and has an index.
        values.setdefault("status", tuple(dict.fromkeys(
            word for number in numbers for word in words_of(number))))
    least, most = filters.amounts()
    return Terms(values, chosen, _time(filters), filters.window(now, zone), least, most)


def _chosen(filters: Filters, stores: Sequence[Store],
            within: Collection[int] | None) -> tuple[int, ...] | None:
    """The stores that are searched, None for all of them."""
    seen = [store for store in stores if within is None or store.id in within]
    for name in filters.store:
        if name not in {store.name for store in seen}:
            raise FilterError(Problem("store", f"no store is named {name!r}",
                                      f"nenhuma loja se chama {name!r}"))
    for ec in filters.ec:
        if ec not in {store.ec for store in seen}:
            raise FilterError(Problem("ec", f"no store has the number {ec}",
                                      f"nenhuma loja tem o número {ec}"))
    if within is None and not filters.store and not filters.ec:
        return None
    return tuple(sorted(store.id for store in seen
                        if (not filters.store or store.name in filters.store)
                        and (not filters.ec or store.ec in filters.ec)))
