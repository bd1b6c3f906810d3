"""Searches of both databases against a list in Python, and pages while sales arrive."""

from __future__ import annotations

import base64
import datetime
import random
import struct
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from many_sales import STORES, load, sales

from cielo.backoffice import Ledger, schema
from cielo.backoffice.filters import FilterError, Filters
from cielo.backoffice.search import SORTS, Page

UTC = datetime.timezone.utc
NOW = datetime.datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
ZONE = ZoneInfo("America/Sao_Paulo")
NUMBER = 400
Sale = dict[str, Any]

COLUMNS = {"tid": "tid", "payment_id": "payment_id", "order": "order_number", "nsu": "nsu",
           "error": "error", "group": "means_group", "means": "means", "fraud": "fraud",
           "status": "word", "status_number": "status", "card": "last4", "kind": "kind",
           "recurrence": "recurrence_id"}
TIMES = {"order": "received", "capture": "captured_at", "cancel": "voided_at"}


# ---- the model: what a search finds, one sale at a time ----

def equals(sale: Sale, name: str, values: list[str]) -> bool:
    value = sale[COLUMNS[name]]
    if sale["in_doubt"] and (name in ("status", "status_number") or
                             (value is None and sale["status"] is None)):
        return True
    return value is not None and str(value) in values


def in_span(sale: Sale, date: str, begin: Any, end: Any) -> bool:
    at = sale[TIMES[date]]
    if at is None:
        return bool(sale["in_doubt"])
    return (begin is None or at >= begin) and (end is None or at < end)


def in_amounts(sale: Sale, least: int | None, most: int | None) -> bool:
    amount = sale["amount"]
    if least is None and most is None:
        return True
    if amount is None:
        return bool(sale["in_doubt"] and sale["status"] is None)
    return (least is None or amount >= least) and (most is None or amount <= most)


def found(books: list[Sale], given: dict[str, Any]) -> list[Sale]:
    """`given` has moments as moments, amounts as cents, and lists of texts."""
    names = [name for name in COLUMNS if name in given]
    named = any(name in given for name in ("tid", "payment_id", "order", "nsu", "recurrence"))
    begin, end = given.get("since"), given.get("until")
    if begin is None and end is None and not named and given.get("status") != ["in_doubt"]:
        begin = NOW - datetime.timedelta(days=30)
    spanned = begin is not None or end is not None
    return [sale for sale in books
            if all(equals(sale, name, given[name]) for name in names)
            and (not spanned or in_span(sale, given.get("date", "order"), begin,
                                        end and end + datetime.timedelta(seconds=1)))
            and in_amounts(sale, given.get("amount_min"), given.get("amount_max"))
            and ("store" not in given or f"Loja {sale['store_id']}" in given["store"])
            and ("ec" not in given or f"104474806{sale['store_id']}" in given["ec"])]


def ordered(some: list[Sale], given: dict[str, Any], sort: str) -> list[int]:
    spanned = "since" in given or "until" in given or not any(
        name in given for name in ("tid", "payment_id", "order", "nsu", "recurrence"))
    spanned = spanned and (given.get("status") != ["in_doubt"] or "since" in given
                           or "until" in given)
    time = TIMES[given.get("date", "order")] if spanned else "received"
    if sort in ("newest", "oldest"):
        rows = sorted(some, key=lambda sale: (sale[time] or sale["received"], sale["id"]))
        return [sale["id"] for sale in (rows if sort == "oldest" else rows[::-1])]
    rows = sorted(some, key=lambda sale: (sale["received"], sale["id"]), reverse=True)
    rows.sort(key=lambda sale: -1 if sale["amount"] is None else sale["amount"])
    return [sale["id"] for sale in (rows if sort == "smallest" else rows[::-1])]


# ---- what is drawn ----

def drawn_books(chance: random.Random) -> list[Sale]:
    """Sales with many equal moments and amounts, holes, and much in doubt."""
    books = list(sales(NUMBER, NOW, days=45, seed=chance.randrange(1000)))
    for sale in books:
        sale["received"] = sale["received"].replace(second=0, microsecond=0)
        sale["amount"] = chance.choice((None, 100, 5700, 15700, sale["amount"]))
        for name in chance.sample(sorted({*COLUMNS.values()} - {"status", "word"}), 2):
            if chance.random() < 0.2:
                sale[name] = None
        if chance.random() < 0.1:
            sale.update(in_doubt=True, word="in_doubt")
            if chance.random() < 0.6:
                sale.update(status=None, tid=None, nsu=None, error=None, fraud=None,
                            captured_at=None, voided_at=None)
    return books


def drawn_filters(chance: random.Random, books: list[Sale]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    rare = ("tid", "payment_id", "order", "nsu")
    for name in chance.sample(sorted(COLUMNS), chance.choice((0, 1, 1, 2, 2, 3))):
        values = [str(sale[COLUMNS[name]]) for sale in chance.sample(books, 12)
                  if sale[COLUMNS[name]] is not None]
        if values and (name not in rare or chance.random() < 0.5):
            given[name] = list(dict.fromkeys(values))[:chance.choice((1, 1, 2, 4))]
    if chance.random() < 0.5:
        given["date"] = chance.choice(("order", "capture", "cancel"))
    moments = sorted(NOW - datetime.timedelta(minutes=chance.randrange(45 * 1440))
                     for _ in range(2))
    if chance.random() < 0.5:
        given["since"] = moments[0]
    if chance.random() < 0.5:
        given["until"] = moments[1]
    if chance.random() < 0.3:
        given["amount_min"] = chance.choice((0, 100, 5700))
    if chance.random() < 0.3:
        given["amount_max"] = chance.choice((5700, 15700, 90_000))
    if chance.random() < 0.2:
        given["store"] = [f"Loja {chance.randint(1, STORES)}"]
    if chance.random() < 0.1:
        given["ec"] = [f"104474806{chance.randint(1, STORES)}"]
    return given


def pages(ledger: Ledger, filters: Filters, **options: Any) -> Iterator[Page]:
    page = ledger.search.page(filters, now=NOW, **options)
    yield page
    while page.next:
        page = ledger.search.page(filters, after=page.next, **options)
        yield page


def ids(some: list[Page]) -> list[int]:
    return [row.id for page in some for row in page.rows]


@pytest.mark.parametrize("seed", range(3))
def test_it_finds_what_the_model_finds(ledger: Ledger, seed: int) -> None:
    chance = random.Random(seed)
    books = drawn_books(chance)
    load(ledger.engine, iter(books))
    sizes = []
    for _ in range(30):
        given, sort = drawn_filters(chance, books), chance.choice(SORTS)
        filters = Filters.of(**given)
        wanted = ordered(found(books, given), given, sort)
        told = (given, sort)
        forth = list(pages(ledger, filters, sort=sort, size=chance.choice((30, 50, 400))))
        assert ids(forth) == wanted, told
        assert [row.id for row in ledger.search.rows(filters, sort=sort, now=NOW)] == wanted, told
        assert ledger.search.count(filters, now=NOW) == (len(wanted), False), told
        bound = max(1, len(wanted) - 1)
        assert ledger.search.count(filters, at_most=bound, now=NOW) == (
            bound if wanted else 0, len(wanted) > bound), told
        sizes.append(len(wanted))
    assert sum(size > 50 for size in sizes) > 3 and min(sizes) < 20


def test_pages_lead_back_as_they_led_forth(ledger: Ledger) -> None:
    load(ledger.engine, sales(500, NOW, days=20))
    filters = Filters.of(status=["paid", "canceled", "reversed"])
    for sort in SORTS:
        forth = list(pages(ledger, filters, sort=sort))
        assert forth[0].previous is None and len(forth) > 6
        back = [forth[-1]]
        while back[-1].previous:
            back.append(ledger.search.page(filters, sort=sort, before=back[-1].previous))
        assert [ids([page]) for page in back[::-1]] == [ids([page]) for page in forth]
        assert back[-1].next == forth[0].next


@pytest.mark.parametrize("sort", SORTS)
def test_pages_stay_whole_while_sales_arrive(ledger: Ledger, sort: str) -> None:
    books = list(sales(600, NOW, days=29, seed=5))
    chance = random.Random(sort)
    late = [books.pop(chance.randrange(len(books))) for _ in range(200)]
    load(ledger.engine, iter(books))
    filters = Filters.of(since="30d", group=["credit_card", "pix"])
    there = [row.id for row in ledger.search.rows(filters, sort=sort, now=NOW)]
    read: list[int] = []
    for page in pages(ledger, filters, sort=sort, size=20):
        read += ids([page])
        new, late = late[:15], late[15:]
        if new:
            with ledger.engine.execution_options(writes=True).begin() as connection:
                connection.execute(schema.sale.insert(), new)
    assert len(read) == len(set(read)), "none twice"
    old = set(there)
    assert [one for one in read if one in old] == there, "none missed, all in their order"
    assert len(read) > len(there), "what arrives further on is found too"


def test_thirty_days_do_not_slide_between_pages(ledger: Ledger) -> None:
    load(ledger.engine, sales(300, NOW, days=40))
    filters = Filters()
    first = ledger.search.page(filters, now=NOW)
    rows = ids([first])
    while first.next:  # however late it is asked for: a place knows when it began
        first = ledger.search.page(filters, after=first.next,
                                   now=NOW + datetime.timedelta(days=9))
        rows += ids([first])
    assert rows == [row.id for row in ledger.search.rows(filters, now=NOW)]


def test_places_are_of_one_search(ledger: Ledger) -> None:
    load(ledger.engine, sales(200, NOW, days=3))
    place = ledger.search.page(Filters(), now=NOW).next
    assert place
    for filters, sort in ((Filters.of(status="paid"), "newest"), (Filters(), "largest")):
        with pytest.raises(FilterError, match="after: is a place in another search"):
            ledger.search.page(filters, sort=sort, after=place)
    assert len(place) < 40, "a line of a terminal has room for it"
    now, search, at, number = struct.unpack(">qIqq", base64.urlsafe_b64decode(place + "=="))
    for changed in ((now, search, at, 1 << 62), (now, search, at, -2), (1 << 62, search, at, 1),
                    (now, search, -(1 << 56), number)):
        word = base64.urlsafe_b64encode(struct.pack(">qIqq", *changed)).decode().rstrip("=")
        with pytest.raises(FilterError, match="after: is"):
            ledger.search.page(Filters(), after=word)
    for word in ("x", "AAAA", place[:-3], "é", "W10", "bnVsbA", "[" * 5000):
        with pytest.raises(FilterError, match="after: is"):
            ledger.search.page(Filters(), after=word)
    with pytest.raises(FilterError, match="sort: 'up' is none of newest"):
        ledger.search.page(Filters(), sort="up")


# ---- what is in doubt, and who sees what ----

def only(number: int, **told: Any) -> Sale:
    return {**dict.fromkeys(column.name for column in schema.sale.c),
            "id": number, "key": str(number), "store_id": 1, "received": NOW, "word": "paid",
            "status": 2, "amount": 5700, "in_doubt": False, "reconciled": False, **told}


NOTHING_KNOWN = {"word": "in_doubt", "status": None, "in_doubt": True, "order_number": "77"}
UNKNOWN_YET = [{"status": "paid"}, {"status_number": "2"}, {"error": "51"}, {"fraud": "accept"},
               {"tid": "1"}, {"nsu": "1"}, {"payment_id": "1"}, {"kind": "timeout"},
               {"date": "capture", "since": "2h"}, {"date": "cancel", "since": "2h"},
               {"status": "paid", "error": "51", "tid": "1", "means": "visa"}]


def test_no_filter_on_what_is_unknown_hides_what_is_in_doubt(ledger: Ledger) -> None:
    load(ledger.engine, iter([only(1, **NOTHING_KNOWN), only(2, status=3, word="pending")]))
    for given in UNKNOWN_YET:
        rows = ledger.search.rows(Filters.of(**given), now=NOW)
        assert [row.id for row in rows] == [1], given


def test_what_is_known_of_it_filters_as_ever(ledger: Ledger) -> None:
    load(ledger.engine, iter([only(1, **NOTHING_KNOWN)]))
    for given in ({"order": "78"}, {"amount_min": 5800}, {"store": "Loja 2"},
                  {"since": "1h", "until": "30m"}):
        assert list(ledger.search.rows(Filters.of(**given), now=NOW)) == [], given


def test_a_void_in_doubt_leaves_the_sale_what_it_is(ledger: Ledger) -> None:
    void = only(1, word="in_doubt", in_doubt=True, payment_id="p", tid="t", captured_at=NOW)
    load(ledger.engine, iter([void]))
    for given, there in (({"status": "canceled"}, 1), ({"tid": "other"}, 0), ({"error": "51"}, 0),
                         ({"date": "cancel", "since": "2h"}, 1), ({"status": "in_doubt"}, 1),
                         ({"date": "capture", "until": "2h"}, 0)):
        assert ledger.search.count(Filters.of(**given), now=NOW).number == there, given


def test_sales_with_a_number_are_found_however_old(ledger: Ledger) -> None:
    old = only(1, received=NOW - datetime.timedelta(days=900), tid="t", order_number="8")
    load(ledger.engine, iter([old]))
    assert ledger.search.count(Filters(), now=NOW).number == 0
    for given in ({"tid": "t"}, {"order": "8"}):
        assert ledger.search.count(Filters.of(**given), now=NOW).number == 1
        assert ledger.search.count(Filters.of(**given, since="30d"), now=NOW).number == 0


def test_a_person_sees_their_stores_alone(ledger: Ledger) -> None:
    load(ledger.engine, iter([only(1), only(2, store_id=2), only(3, store_id=3)]))

    def seen(within: set[int], **given: Any) -> list[int]:
        return [row.id for row in ledger.search.rows(Filters.of(**given), within=within, now=NOW)]

    assert seen({1, 3}) == [3, 1]
    assert seen(set()) == [] == ledger.search.page(Filters(), within=set()).rows
    assert seen({1, 2}, ec="1044748062") == [2]
    assert seen({1, 2}, ec="1044748062", store="Loja 1") == []
    with pytest.raises(FilterError, match="store: no store is named 'Loja 3'"):
        seen({1, 2}, store="Loja 3")
    with pytest.raises(FilterError, match="ec: no store has the number 1044748063"):
        seen({1, 2}, ec="1044748063")


def test_days_are_those_of_the_stores_zone(ledger: Ledger) -> None:
    late = datetime.datetime(2026, 11, 26, 23, 59, 59, 900_000, tzinfo=ZONE)
    load(ledger.engine, iter([only(1, received=late.astimezone(UTC))]))
    for day, there in (("26/11/2026", 1), ("27/11/2026", 0)):
        filters = Filters.of(since=day, until=day)
        assert ledger.search.count(filters, now=NOW).number == there
    with ledger.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.update(schema.store).values(zone="UTC"))
    assert ledger.search.count(Filters.of(since="27/11/2026"), now=NOW).number == 1
