"""What was used of Cielo's services, counted by the day in Brasilia.

What a sale used is a function of its row, and what a call used one of its events: so each
touch adds the difference, and counting anew gives the same.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from .database import insert
from .project import CIELO, Event, is_end
from .schema import event, sale, usage_day

__all__ = ["SALE_COLUMNS", "Use", "brasilia_day", "count", "note_calls", "note_sales",
           "rebuild", "rows", "uses_of_call", "uses_of_sale"]

# Writes that are no sales, and reads that Cielo charges for: the service of each.
CALLS = {
    "card_verify": "zero_auth",
    "card_tokenize": "token",
    "card_bin": "bin",
    "browser_threeds_token": "threeds",
}
# Cielo's states of a sale that its bank or its scheme did not take.
NOT_TAKEN = (0, 3, 13)
# Words for an antifraud analysis that took place.
ANALYSED = ("accept", "reject", "review")
# Keys in one statement: databases have a limit of parameters.
CHUNK = 500
# Rows that are read at once.
PAGE = 5000

# What `uses_of_sale` reads.
SALE_COLUMNS = ("store_id", "received", "payment_id", "status", "means_group", "fraud",
                "recurrence_id", "amount")


class Use(NamedTuple):
    """What was used once, and for how much money."""

    day: datetime.date
    service: str
    times: int = 1
    amount: int = 0


def brasilia_day(moment: datetime.datetime) -> datetime.date:
    """The day by which Cielo bills."""
    return moment.astimezone(CIELO).date()


def uses_of_sale(row: Mapping[str, Any]) -> Iterator[Use]:
    """What a sale used, by its row: nothing before Cielo has booked it."""
    if row["payment_id"] is None or row["status"] is None:
        return
    day, amount = brasilia_day(row["received"]), row["amount"] or 0
    yield Use(day, "gateway", 1, amount)
    if row["means_group"] == "boleto" and row["status"] not in NOT_TAKEN:
        yield Use(day, "boleto", 1, amount)
    if row["fraud"] in ANALYSED:
        yield Use(day, "antifraud", 1, amount)
    if row["recurrence_id"] is not None:
        yield Use(day, "recurrence", 1, amount)


def uses_of_call(call: Event, about: Iterable[Event]) -> Iterator[Use]:
    """What a call that is no sale used: an intent, with what is about it, or a `use`."""
    service = CALLS.get(call.data.get("op", ""))
    if service is None:
        return
    if call.kind == "use":
        yield Use(brasilia_day(call.at), service, int(call.data.get("count", 1)))
    elif any(is_end(each) and each.data.get("result") != "failed"
             and each.data.get("state") != "absent" for each in about):
        yield Use(brasilia_day(call.at), service)


# ---- counting ----


class _Sums:
    """Differences to the days of stores."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[int, datetime.date, str]] = Counter()
        self.amounts: Counter[tuple[int, datetime.date, str]] = Counter()

    def add(self, store: int, uses: Iterable[Use], sign: int = 1) -> None:
        for use in uses:
            key = (store, use.day, use.service)
            self.counts[key] += sign * use.times
            self.amounts[key] += sign * use.amount

    def write(self, connection: sa.Connection) -> None:
        changed: list[dict[str, Any]] = [
            {"store_id": store, "day": day, "service": service,
             "count": self.counts[store, day, service],
             "amount": self.amounts[store, day, service]}
            for store, day, service in sorted(self.counts)
            if self.counts[store, day, service] or self.amounts[store, day, service]]
        if not changed:
            return
        new = insert(connection, usage_day)
        connection.execute(new.on_conflict_do_update(
            index_elements=["store_id", "day", "service"],
            set_={"count": usage_day.c.count + new.excluded.count,
                  "amount": usage_day.c.amount + new.excluded.amount}), changed)
        if any(row["count"] < 0 for row in changed):
            connection.execute(sa.delete(usage_day).where(usage_day.c.count == 0))


def note_sales(connection: sa.Connection, before: Iterable[Mapping[str, Any]],
               after: Iterable[Mapping[str, Any]]) -> None:
    """Sales had the rows `before`, and have the rows `after`."""
    sums = _Sums()
    for row in before:
        sums.add(row["store_id"], uses_of_sale(row), -1)
    for row in after:
        sums.add(row["store_id"], uses_of_sale(row))
    sums.write(connection)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(ids)
    return (every[at:at + CHUNK] for at in range(0, len(every), CHUNK))


def _calls(connection: sa.Connection, where: sa.ColumnElement[bool]) -> (
        Iterator[tuple[int, Event]]):
    """Of these events the calls that may have used something, with their stores."""
    for row in connection.execute(
            sa.select(event.c.store_id, event.c.id, event.c.kind, event.c.of, event.c.at,
                      event.c.data)
            .where(where, event.c.kind.in_(("intent", "use")), event.c.store_id.is_not(None))):
        if row.data.get("op") in CALLS:
            yield row.store_id, Event(*row[1:])


def _about(connection: sa.Connection, ids: Iterable[str]) -> dict[str, list[Event]]:
    about: dict[str, list[Event]] = defaultdict(list)
    for part in _chunks(ids):
        for row in connection.execute(
                sa.select(event.c.id, event.c.kind, event.c.of, event.c.at, event.c.data)
                .where(event.c.of.in_(part))):
            about[row.of].append(Event(*row))
    return about


def note_calls(connection: sa.Connection, added: Iterable[tuple[str, str | None]]) -> None:
    """Events were added: by their ids, and those of the events they are about."""
    pairs = list(added)
    new = {id_ for id_, _ in pairs}
    sums = _Sums()
    calls = [each for part in _chunks(new | {of for _, of in pairs if of})
             for each in _calls(connection, event.c.id.in_(part))]
    about = _about(connection, (call.id for _, call in calls if call.kind == "intent"))
    for store, call in calls:
        others = about[call.id]
        if call.id not in new:
            sums.add(store, uses_of_call(call, (each for each in others if each.id not in new)),
                     -1)
        sums.add(store, uses_of_call(call, others))
    sums.write(connection)


def _pages(connection: sa.Connection, found: sa.Select[Any], column: sa.Column[Any],
           last: Any) -> Iterator[Sequence[Any]]:
    """All rows by an order of their own, without holding a cursor."""
    while True:
        page = connection.execute(found.where(column > last).order_by(column)
                                  .limit(PAGE)).all()
        if not page:
            return
        yield page
        last = page[-1][0]


def count(connection: sa.Connection) -> dict[tuple[int, datetime.date, str], tuple[int, int]]:
    """Uses and their amount by store, day and service, out of all sales and events."""
    sums = _Sums()
    columns = [sale.c[name] for name in SALE_COLUMNS]
    for page in _pages(connection, sa.select(sale.c.id, *columns), sale.c.id, 0):
        for row in page:
            sums.add(row.store_id, uses_of_sale(row._asdict()))
    apart = sa.select(event.c.id).where(event.c.kind.in_(("intent", "use")),
                                        event.c.sale_key.is_(None))
    for page in _pages(connection, apart, event.c.id, ""):
        calls = [each for part in _chunks(row.id for row in page)
                 for each in _calls(connection, event.c.id.in_(part))]
        about = _about(connection, (call.id for _, call in calls if call.kind == "intent"))
        for store, call in calls:
            sums.add(store, uses_of_call(call, about[call.id]))
    return {key: (sums.counts[key], sums.amounts[key]) for key in sums.counts}


def rows(connection: sa.Connection) -> dict[tuple[int, datetime.date, str], tuple[int, int]]:
    """The same as it is kept."""
    return {(row.store_id, row.day, row.service): (row.uses, row.amount)
            for row in connection.execute(sa.select(
                usage_day.c.store_id, usage_day.c.day, usage_day.c.service, usage_day.c.amount,
                usage_day.c.count.label("uses")))}


def rebuild(connection: sa.Connection) -> None:
    """Counts everything anew."""
    connection.execute(sa.delete(usage_day))
    made = [{"store_id": store, "day": day, "service": service, "count": uses, "amount": amount}
            for (store, day, service), (uses, amount) in sorted(count(connection).items())]
    if made:
        connection.execute(sa.insert(usage_day), made)
