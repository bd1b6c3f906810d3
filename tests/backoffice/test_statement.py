"""The statement of a month: what was used, what it costs, and the picture of it."""

from __future__ import annotations

import collections
import datetime
import random
import shutil
import xml.etree.ElementTree as ET
from typing import Any

import pytest
import sqlalchemy as sa
from journal_lines import MERCHANT, UTC, Segment

import cielo
from cielo.backoffice import Ledger, Person, Refused, Usage, brand_fees, month_picture, usage
from cielo.backoffice.database import projecting
from cielo.backoffice.project import Event
from cielo.backoffice.schema import audit, sale, usage_day

NOON = datetime.datetime(2026, 10, 15, 15, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def ledger(ledger: Ledger) -> Ledger:
    """The shop's store is there before its journal is read, so that tariffs can be set."""
    one = ledger.stores.add(MERCHANT, "sandbox")
    ledger.stores.set(one.id, ec="1044748068")
    return ledger


def boleto(journal: Segment, at: datetime.datetime = NOON, received: str | None = None,
           amount: int = 5000) -> str:
    id_ = journal.intent(order=f"b{next(journal.numbers)}", amount=amount, type="Boleto",
                         provider="Bradesco2", at=at)
    dates = {"dates": {"received": received}} if received else {}
    journal.outcome(id_, "pending", status=1, amounts={"amount": amount},
                    payment_id="24bc8366-fc31-4d6c-8555-%012x" % next(journal.numbers), **dates)
    return id_


def line(ledger: Ledger, service: str, month: str = "2026-10") -> Any:
    [one] = [each for each in ledger.statement(month).lines if each.service == service]
    return one


def days(ledger: Ledger) -> dict[tuple[str, str], tuple[int, int]]:
    with ledger.engine.connect() as connection:
        return {(str(day), service): sums for (_, day, service), sums in usage.rows(
            connection).items()}


def test_the_sample_of_the_screen(ledger, journal):
    ledger.tariffs.set("boleto", 60, since=datetime.date(2026, 10, 1))
    boleto(journal)
    boleto(journal)
    ledger.ingest()
    one = line(ledger, "boleto")
    assert (one.used, one.exceeded, one.grace, one.unit, one.total) == (2, 2, 0, 60, 120)
    assert one.contracted == 0
    statement = ledger.statement("2026-10", "1044748068")
    assert statement.total == 120
    assert statement.estimate
    assert statement.store.ec == "1044748068"


@pytest.mark.parametrize("moment, month", [
    ("2026-11-01T02:59:59+00:00", "2026-10"),  # 23:59:59 in Brasilia
    ("2026-11-01T03:00:00+00:00", "2026-11"),
    ("2026-10-01T03:00:00+00:00", "2026-10"),
    ("2026-10-01T02:59:59+00:00", "2026-09"),
])
def test_the_border_of_a_month(ledger, journal, moment, month):
    boleto(journal, at=datetime.datetime.fromisoformat(moment))
    ledger.ingest()
    for each in ("2026-09", "2026-10", "2026-11"):
        used = [one.used for one in ledger.statement(each).lines if one.service == "boleto"]
        assert used == ([1] if each == month else []), each


def test_the_moment_is_cielos(ledger, journal):
    """Its date has no zone and is Brasilia's; the shop's clock is a minute ahead."""
    boleto(journal, at=datetime.datetime(2026, 11, 1, 3, 0, 30, tzinfo=UTC),
           received="2026-10-31 23:59:59")
    ledger.ingest()
    assert ("2026-10-31", "boleto") in days(ledger)


def test_free_uses_and_what_is_contracted(ledger, journal):
    ledger.tariffs.set("boleto", 60, grace=3, allowance=2, since=datetime.date(2026, 10, 1))
    for _ in range(7):
        boleto(journal)
    ledger.ingest()
    one = line(ledger, "boleto")
    assert (one.contracted, one.used, one.grace, one.exceeded, one.total) == (2, 7, 3, 2, 120)


def test_nothing_is_owed_below_what_is_free(ledger, journal):
    ledger.tariffs.set("boleto", 60, grace=100, since=datetime.date(2026, 10, 1))
    boleto(journal)
    ledger.ingest()
    assert (line(ledger, "boleto").exceeded, line(ledger, "boleto").total) == (0, 0)


def test_a_price_holds_from_its_day(ledger, journal):
    ledger.tariffs.set("boleto", 60, since=datetime.date(2026, 9, 1))
    ledger.tariffs.set("boleto", 90, grace=1, since=datetime.date(2026, 10, 16))
    for day in (14, 15, 16, 17):
        boleto(journal, at=NOON.replace(day=day))
    ledger.ingest()
    first, second = [each for each in ledger.statement("2026-10").lines
                     if each.service == "boleto"]
    assert (first.used, first.grace, first.unit, first.total) == (2, 1, 60, 60)
    assert (second.used, second.grace, second.unit, second.total) == (2, 0, 90, 180)
    assert second.since == datetime.date(2026, 10, 16)
    assert ledger.statement("2026-10").total == 240


def test_a_service_without_a_price_is_told(ledger, journal):
    boleto(journal)
    ledger.ingest()
    statement = ledger.statement("2026-10")
    assert set(statement.unpriced) == {"gateway", "boleto"}
    assert statement.total == 0
    assert line(ledger, "boleto").total is None


def test_what_each_sale_and_call_uses(ledger, journal):
    journal.now = NOON
    journal.sale(15700)
    id_ = journal.intent(order="1", amount=100, type="CreditCard", brand="Visa")
    journal.outcome(id_, "approved", payment_id="p1", status=2, fraud=1, recurrence_id="r1")
    for op, result in (("card_verify", "done"), ("card_verify", "failed"),
                       ("card_tokenize", "done")):
        journal.outcome(journal.intent(op), result)
    for op in ("card_bin", "browser_threeds_token"):
        journal.write(rec="use", at="2026-10-15T15:00:00.000Z", op=op, merchant=MERCHANT,
                      env="sandbox")
    ledger.ingest()
    used = {each.service: each.used for each in ledger.statement("2026-10").lines}
    assert used == {"gateway": 2, "antifraud": 1, "recurrence": 1, "zero_auth": 1, "token": 1,
                    "bin": 1, "threeds": 1}
    assert (line(ledger, "token").unit, line(ledger, "token").total) == (0, 0)
    assert days(ledger)["2026-10-15", "gateway"] == (2, 15800)


def test_what_clients_ask_is_counted_from_their_journals(ledger, shop, folder):
    """A BIN query and a 3DS token: the client notes each, and the statement has it."""
    def month():
        return str(usage.brasilia_day(datetime.datetime.now(UTC)))[:7]

    months = {month()}
    shop.cards.bin("402400")
    with cielo.Client(merchant_id=MERCHANT, mpi_client_id="a-client", mpi_client_secret="any",
                      base_url=shop.base_url, journal=folder) as page:
        for _ in range(2):
            page.browser.threeds_token("1006993069", "Loja Exemplo", "5912")
    assert ledger.ingest() == (3, 0, 0)
    used = collections.Counter()
    for each in {*months, month()}:  # one may end meanwhile
        used.update({line.service: line.used for line in ledger.statement(each, store=2).lines})
    assert used == {"bin": 1, "threeds": 2}
    assert ledger.verify().problems == []


def test_what_failed_uses_nothing(ledger, journal):
    journal.now = NOON
    refused = journal.intent(order="1", amount=100, type="Boleto")
    journal.outcome(refused, "failed", kind="invalid_request", http=400)
    journal.intent(order="2", amount=100, type="Boleto")  # in doubt
    ledger.ingest()
    assert days(ledger) == {}


def test_antifraud_with_bpo(ledger, journal):
    ledger.tariffs.set("antifraud-bpo", 95, since=datetime.date(2026, 10, 1))
    journal.now = NOON
    id_ = journal.intent(order="1", amount=100, type="CreditCard", brand="Visa")
    journal.outcome(id_, "declined", payment_id="p1", status=3, fraud=2, code="51")
    ledger.ingest()
    assert (line(ledger, "antifraud_bpo").used, line(ledger, "antifraud_bpo").total) == (1, 95)
    assert "antifraud" not in [each.service for each in ledger.statement("2026-10").lines]


def test_what_cielo_says_stands_beside(ledger, journal):
    ledger.tariffs.set("boleto", 60, since=datetime.date(2026, 10, 1))
    boleto(journal)
    ledger.ingest()
    ledger.statement.tell("2026-10", "boleto", 120)
    assert (line(ledger, "boleto").told, line(ledger, "boleto").difference) == (120, 60)
    ledger.statement.tell("2026-10", "boleto", 60)
    assert line(ledger, "boleto").difference == 0
    assert ledger.statement("2026-10").told == 60
    ledger.statement.tell("2026-10", "boleto", None)
    assert line(ledger, "boleto").told is None


@pytest.mark.parametrize("language, name, unit, total, head", [
    ("pt", "Boleto emitido", "R$\xa00,60", "R$\xa01,20", "Total (estimativa)"),
    ("en", "Boleto issued", "R$0.60", "R$1.20", "Total (estimate)"),
])
def test_the_table_that_people_read(ledger, journal, language, name, unit, total, head):
    ledger.tariffs.set("boleto", 60, since=datetime.date(2026, 10, 1))
    boleto(journal)
    boleto(journal)
    ledger.ingest()
    ledger.statement.tell("2026-10", "boleto", 60)
    heads, *rows, sums = ledger.statement("2026-10").table(language)
    assert heads[6] == head
    [row] = [each for each in rows if each[0] == name]
    assert row[1:7] == ("0", "2", "0", "2", unit, total)
    assert row[8].replace("\xa0", "") in ("-R$0,60", "-R$0.60")
    assert {len(each) for each in (heads, *rows, sums)} == {9}
    assert sums[6] == total
    [gateway] = [each for each in rows if each[2] == "2" and each[5] == ""]
    assert gateway[6] == ""  # used, and nobody said what it costs


def test_who_may_set_a_tariff(ledger):
    viewer = Person("eva", frozenset({"view"}))
    for act in (lambda: ledger.tariffs.set("boleto", 60, by=viewer),
                lambda: ledger.statement.tell("2026-10", "boleto", 1, by=viewer)):
        with pytest.raises(Refused):
            act()
    ledger.tariffs.set("boleto", 60, since=datetime.date(2026, 10, 1), by=Person("ana"))
    with ledger.engine.connect() as connection:
        [row] = connection.execute(sa.select(audit.c.who, audit.c.did)).all()
    assert tuple(row) == ("ana", "tariff.set")


@pytest.mark.parametrize("month", ["2026-13", "10/2026", "", "2026-1"])
def test_a_month_that_is_none(ledger, month):
    with pytest.raises(Usage, match="2026-10"):
        ledger.statement(month)


def test_a_tariff_that_is_none(ledger):
    with pytest.raises(Usage, match="no service"):
        ledger.tariffs.set("boletto", 60)
    with pytest.raises(Usage, match="below 0"):
        ledger.tariffs.set("boleto", -1)
    with pytest.raises(Usage, match="begins"):
        ledger.tariffs.remove("boleto", datetime.date(2026, 10, 1))


# ---- increments and rebuild ----


def write_history(folder: Any, seed: int) -> list[Segment]:
    """Sales, changes and calls of all kinds over two months, by three processes."""
    draw = random.Random(seed)
    segments = [Segment(folder) for _ in range(3)]
    payments: list[str] = []
    for n in range(150):
        one = draw.choice(segments)
        at = NOON + datetime.timedelta(hours=draw.randint(-700, 700))
        kind = draw.choice(("sale", "boleto", "declined", "void", "call", "doubt", "use"))
        if kind == "sale":
            payments.append(one.sale(draw.randint(1, 9999), at=at)[1])
        elif kind == "boleto":
            boleto(one, at)
        elif kind == "declined":
            one.declined(at=at)
        elif kind == "void" and payments:
            one.now = at
            draw.choice(segments).change("sale_void", draw.choice(payments))
        elif kind == "call":
            one.outcome(one.intent("card_verify", at=at), draw.choice(("done", "unknown")))
        elif kind == "doubt":
            id_ = one.intent(order=f"d{n}", amount=100, type="Boleto", at=at)
            draw.choice(segments).settled(id_, "adopted", result="approved", status=1,
                                          payment_id=f"q{n}", amounts={"amount": 100})
        else:
            one.write(rec="use", at=one._at(at), op="card_bin", merchant=MERCHANT, env="sandbox")
    return segments


@pytest.mark.parametrize("seed", range(2))
def test_increments_are_what_a_count_anew_gives(ledger, tmp_path, seed):
    """Each segment is read in pieces, in an order of its own: outcomes before intents too."""
    draw = random.Random(seed)
    pieces = []
    for segment in write_history(tmp_path / "whole", seed):
        lines = [b"\n" + text.strip(b"\n") + b"\n"
                 for text in segment.path.read_bytes().split(b"\n\n") if text.strip(b"\n")]
        pieces += [(segment.name, lines[at:at + 9]) for at in range(0, len(lines), 9)]
    draw.shuffle(pieces)
    for n, (name, lines) in enumerate(pieces):
        folder = tmp_path / f"piece{n}"
        folder.mkdir()
        (folder / name.replace("shop", f"shop{n}")).write_bytes(b"".join(lines))
        ledger.ingest([folder])
    grown = days(ledger)
    assert grown
    assert ledger.verify([]).problems == []
    ledger.rebuild()
    assert days(ledger) == grown


def test_a_count_that_is_wrong_is_found(ledger, journal):
    boleto(journal)
    ledger.ingest()
    with ledger.engine.begin() as connection:
        connection.execute(sa.update(usage_day).values(count=7))
    assert any("the use boleto" in each for each in ledger.verify().problems)
    with projecting(ledger.engine) as connection:
        usage.rebuild(connection)
    assert ledger.verify().problems == []


def test_a_segment_that_is_read_twice_counts_once(ledger, journal, tmp_path):
    boleto(journal)
    ledger.ingest()
    before = days(ledger)
    shutil.copytree(journal.folder, tmp_path / "copy")
    ledger.ingest([tmp_path / "copy"])
    assert days(ledger) == before


def test_uses_of_a_call_that_is_a_read():
    one = Event("u", "use", None, NOON, {"op": "card_bin", "count": 3})
    assert list(usage.uses_of_call(one, [])) == [
        usage.Use(datetime.date(2026, 10, 15), "bin", 3)]
    assert list(usage.uses_of_call(one._replace(data={"op": "sale_get"}), [])) == []


# ---- the brands' fees ----


def attempts(brand: str, codes: list[str | None], hours: float = 1, amount: int = 100) -> list[Any]:
    return [brand_fees.Attempt(NOON + datetime.timedelta(hours=hours * n), brand, "4551870181",
                               amount, code) for n, code in enumerate(codes)]


def fees(*groups: list[Any]) -> list[str]:
    return [service for _, service in brand_fees.charged(each for group in groups
                                                         for each in group)]


@pytest.mark.parametrize("brand, code, free, service", [
    ("Visa", "51", 16, "retry_visa"),
    ("Visa", "57", 1, "retry_visa"),
    ("Master", "51", 8, "retry_mastercard"),
    ("Elo", "51", 16, "retry_elo"),
])
def test_what_a_brand_charges_for(brand, code, free, service):
    assert fees(attempts(brand, [code] * free)) == []
    assert fees(attempts(brand, [code] * (free + 2))) == [service] * 2


def test_what_is_no_retry():
    assert fees(attempts("Visa", [None] * 40)) == []
    assert fees(attempts("Visa", ["51"] * 10 + [None] + ["51"] * 10)) == []
    assert fees(attempts("Hipercard", ["51"] * 40)) == []
    assert fees(*(attempts("Visa", ["51"] * 10, amount=n) for n in (100, 200))) == []
    assert fees(attempts("Visa", ["51"] * 40, hours=49)) == []


def test_one_that_is_taken_after_all_is_a_retry_too():
    assert fees(attempts("Visa", ["57", None])) == ["retry_visa"]


def test_elo_counts_by_the_month_though_it_has_31_days():
    first, last = attempts("Elo", ["51"] * 12), attempts("Elo", ["51"] * 6)
    begin, end = (datetime.timedelta(days=days) for days in (-14, 16))
    assert fees([one._replace(at=one.at + begin) for one in first],
                [one._replace(at=one.at + end) for one in last]) == ["retry_elo"] * 2
    assert fees([one._replace(at=one.at + begin, brand="Visa") for one in first],
                [one._replace(at=one.at + end, brand="Visa") for one in last]) == []
    september = datetime.timedelta(days=-15)
    assert fees([one._replace(at=one.at + september) for one in first], last) == []


def test_of_one_second_the_first_is_the_first(ledger, journal):
    """Whatever has touched the rows since: a denial, and what is taken after it."""
    journal.now = NOON
    for result, status, code in (("declined", 3, "57"), ("approved", 2, "6")):
        id_ = journal.intent(order="x", amount=100, type="CreditCard", brand="Visa", at=NOON,
                             card={"first6": "402400", "last4": "2931"})
        journal.outcome(id_, result, status=status, code=code, payment_id=f"p{id_}", at=NOON)
    ledger.ingest()
    for _ in range(3):
        assert [line.used for line in ledger.statement("2026-10").lines
                if line.service == "retry_visa"] == [1]
        with ledger.engine.begin() as connection:  # moves its row where rows are appended
            connection.execute(sa.update(sale).where(sale.c.status == 3).values(tid="moved"))


def test_fees_in_a_statement(ledger, journal):
    journal.now = NOON
    for _ in range(10):
        id_ = journal.intent(order="x", amount=100, type="CreditCard", brand="Master",
                             card={"first6": "555566", "last4": "0008"})
        journal.outcome(id_, "declined", status=3, code="51", payment_id=f"p{id_}")
    ledger.ingest()
    one = line(ledger, "retry_mastercard")
    assert (one.used, one.unit, one.total) == (2, 200, 400)


# ---- the picture ----


def read(picture: str) -> Any:
    return ET.fromstring(picture)


@pytest.mark.parametrize("language, title, busiest", [
    ("pt", "Uso por dia em outubro de 2026", "15 de outubro"),
    ("en", "Use by day in October 2026", "October 15"),
])
def test_the_picture_says_what_it_shows(ledger, journal, language, title, busiest):
    for _ in range(3):
        boleto(journal)
    boleto(journal, at=NOON.replace(day=20))
    ledger.ingest()
    tree = read(ledger.statement("2026-10").picture(language))
    assert tree.find(f"{SVG}title").text == title
    assert busiest in tree.find(f"{SVG}desc").text
    assert tree.get("role") == "img"
    assert {tree.find(f"{SVG}title").get("id"), tree.find(f"{SVG}desc").get("id")} == set(
        tree.get("aria-labelledby").split())
    assert len(tree.findall(f"{SVG}g")) == 2


@pytest.mark.parametrize("theme, styled", [
    ("auto", True), ("light", True), ("dark", True), ("page", False)])
def test_its_colours(theme, styled):
    day = datetime.date(2026, 10, 1)
    picture = month_picture.draw([day], {day: {"a": 3}}, {"a": "<A & B>"}, "pt", theme)
    assert ("<style>" in picture) is styled
    assert ("prefers-color-scheme" in picture) is (theme == "auto")
    assert read(picture).findall(f".//{SVG}text")[-2].text == "<A & B>"


@pytest.mark.parametrize("narrow", [False, True])
def test_bars_are_inside_and_names_do_not_run_out(narrow):
    first = datetime.date(2026, 10, 1)
    names = {f"s{n}": "Nome de serviço bem comprido" for n in range(9)}
    every = [first.replace(day=n + 1) for n in range(31)]
    uses = {day: dict.fromkeys(names, 7 * day.day) for day in every}
    tree = read(month_picture.draw(every, uses, names, narrow=narrow))
    width = month_picture.NARROW if narrow else month_picture.WIDTH
    assert tree.get("viewBox") == f"0 0 {width} {month_picture.HEIGHT}"
    for rect in tree.iter(f"{SVG}rect"):
        x, y = float(rect.get("x", 0)), float(rect.get("y", 0))
        assert 0 <= x <= x + float(rect.get("width")) <= width
        assert 0 <= y <= y + float(rect.get("height")) <= month_picture.HEIGHT
    assert len(tree.findall(f"{SVG}g")) == 31


@pytest.mark.parametrize("most, top", [(0, 1), (1, 1), (3, 4), (5, 5), (6, 10), (82, 100),
                                       (401, 500), (1000, 1000)])
def test_the_scale(most, top):
    assert month_picture.ceiling(most) == top
