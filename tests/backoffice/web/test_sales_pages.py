"""The search of sales, a sale, and files of them, as pages."""

from __future__ import annotations

import datetime
import io
import pathlib
import re
import zipfile
from typing import Any

import anyio
import pytest
import sqlalchemy as sa
from browsing import Site
from journal_lines import UTC, Segment

from cielo.backoffice import Person
from cielo.backoffice.schema import sale


@pytest.fixture
def journal(site: Site) -> Segment:
    """The journal of a shop that sold a while ago."""
    return Segment(pathlib.Path(site.ledger.journals[0]),
                   at=datetime.datetime.now(UTC) - datetime.timedelta(hours=1))


@pytest.fixture
def sold(site: Site, journal: Segment) -> dict[str, int]:
    """Sales by their order numbers: paid, declined, in doubt, and one of another store."""
    journal.sale(15700, "paid1", capture=True)
    journal.sale(1234567, "=dear", capture=True, brand="Elo")
    no = journal.intent(order="no1", amount=15700, type="CreditCard", brand="Visa",
                        card={"first6": "455187", "last4": "0357"})
    journal.outcome(no, "declined", http=201, status=3, code="51", payment_id="24bc8366",
                    amounts={"amount": 15700})
    id_ = journal.intent(order="maybe1", amount=300, type="CreditCard", brand="Visa")
    journal.outcome(id_, "unknown", sent="maybe", kind="outcome_unknown")
    other = Segment(journal.folder, at=journal.now, merchant="other-merchant")
    other.sale(500, "elsewhere")
    site.ledger.ingest()
    with site.ledger.engine.connect() as connection:
        return {row.order_number: row.id for row in connection.execute(sa.select(sale))}


def orders(text: str) -> list[str]:
    return re.findall(r'<tr class="[^"]*">.*?href="/sales/\d+">([^<]+)</a>', text, re.S)


def test_what_there_is(site: Site, sold: dict[str, int]) -> None:
    page = site.browser().get("/sales")
    assert page.status_code == 200
    assert sorted(orders(page.text)) == ["=dear", "elsewhere", "maybe1", "no1", "paid1"]
    assert "R$\xa012.345,67" in page.text and "455187··0181" in page.text
    assert "próxima consulta" in page.text and "<strong>5</strong> vendas" in page.text
    assert "Visa · Cartão de crédito" in page.text
    assert page.text.count("autorizada, a capturar até") == 1  # the one of another store
    page = site.browser(lang="en").get(f"/sales/{sold['elsewhere']}")
    assert "authorized, to be captured by" in page.text
    page = site.browser(lang="en").get("/sales")
    assert "R$12,345.67" in page.text and "next look" in page.text
    assert "<strong>5</strong> sales" in page.text


@pytest.mark.parametrize("query, found", [
    ("order=paid1", ["paid1"]),
    ("order=paid1&order=no1", ["no1", "paid1"]),
    ("status=paid&means=elo", ["=dear"]),
    ("status=not-authorized", ["maybe1", "no1"]),  # what is in doubt no status hides
    ("amount_min=100,00&amount_max=200,00&status=paid", ["paid1"]),
    ("card=0357", ["no1"]),
    ("error=51&since=2h", ["no1"]),
    ("since=2h&until=2h", None),
    ("since=2h&until=90m", []),
    ("sort=largest&status=paid&means=visa&means=elo", ["=dear", "paid1"]),
])
def test_filters_stand_in_the_address(site: Site, sold: dict[str, int], query: str,
                                      found: Any) -> None:
    page = site.browser().get(f"/sales?{query}")
    if found is None:
        assert page.status_code == 400
        return
    told = [one for one in orders(page.text) if one != "maybe1" or "maybe1" in found]
    assert page.status_code == 200 and (told if "sort" in query else sorted(told)) == found


def test_a_chip_takes_its_filter_away(site: Site, sold: dict[str, int]) -> None:
    page = site.browser().get("/sales?order=paid1&order=no1&status=paid&sort=oldest")
    chips = dict(re.findall(r'<li><a href="([^"]+)" aria-label="Tirar ([^"]+)"', page.text))
    assert {text: address.replace("&amp;", "&") for address, text in chips.items()} == {
        "Pedido: paid1": "/sales?sort=oldest&order=no1&status=paid",
        "Pedido: no1": "/sales?sort=oldest&order=paid1&status=paid",
        "Status: Pago": "/sales?sort=oldest&order=paid1&order=no1"}
    assert re.search(r'name="order" value="paid1".*name="order" value="no1".*name="order" value=""',
                     page.text, re.S)
    assert re.search(r'name="status" value="paid" checked', page.text)


def test_a_form_leads_to_a_short_address(site: Site, sold: dict[str, int]) -> None:
    answer = site.browser().get("/sales", params=[
        ("order", "paid1"), ("order", ""), ("tid", ""), ("sort", "newest"), ("since", ""),
        *[("columns", name) for name in ("status", "amount")]])
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sales?order=paid1&columns=status%2Camount"
    page = site.browser().get(answer.headers["location"])
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page.text) == ["Status", "Valor"]


@pytest.mark.parametrize("query, field, pt, en", [
    ("amount_min=1,234&order=kept", "amount_min", "Não é uma soma em reais", "Is no sum in reais"),
    ("amount_min=20&amount_max=10", "amount_min", "é mais do que", "above"),
    ("since=someday", "since", "Não é", "Is no moment"),
    ("since=1h&until=2h", "since", "depois", "after"),
    ("card=123", "card", "quatro", "last four"),
    ("status=paied", "status", "quis dizer paid", "did you mean paid"),
    ("ec=99999", "ec", "99999", "99999"),
])
def test_a_wrong_filter_is_told_beside_its_field(site: Site, sold: dict[str, int], query: str,
                                                 field: str, pt: str, en: str) -> None:
    for lang, text in (("pt", pt), ("en", en)):
        page = site.browser(lang=lang).get(f"/sales?{query}")
        assert page.status_code == 400 and not orders(page.text)
        [told] = re.findall(f'<small id="h-{field}" class="problem">([^<]+)<', page.text)
        assert text in told.replace("&#39;", "'")
        assert "kept" not in query or 'name="order" value="kept"' in page.text


@pytest.mark.parametrize("query, text", [
    ("sort=upwards", "sort"), ("columns=secrets", "columns"), ("colour=red", "colour"),
    ("after=nowhere", "after")])
def test_what_is_no_field_is_told_above(site: Site, sold: dict[str, int], query: str,
                                        text: str) -> None:
    page = site.browser().get(f"/sales?{query}")
    assert page.status_code == 400
    assert re.search(f'role="alert">{text}: ', page.text)


def test_pages(site: Site, journal: Segment) -> None:
    for number in range(60):
        journal.sale(100, f"many{number}")
    site.ledger.ingest()
    browser = site.browser()
    first = browser.get("/sales")
    [after] = re.findall(r'rel="next" href="([^"]+)"', first.text)
    second = browser.get(after.replace("&amp;", "&"))
    assert [len(orders(page.text)) for page in (first, second)] == [50, 10]
    assert not set(orders(first.text)) & set(orders(second.text))
    [before] = re.findall(r'rel="prev" href="([^"]+)"', second.text)
    assert orders(browser.get(before.replace("&amp;", "&")).text) == orders(first.text)


def test_in_block(site: Site, sold: dict[str, int]) -> None:
    """What is ticked, or all that is found: by two forms, so that none is taken for the other."""
    page = site.browser().get("/sales?status=paid").text
    forms = dict(re.findall(r'<form id="(ticked|all)" method="post".*?>(.*?)</form>', page, re.S))
    assert 'name="id" value="1"' in forms["ticked"] and 'name="search"' not in forms["ticked"]
    assert 'name="search" value="status=paid"' in forms["all"] and '"id"' not in forms["all"]
    page = site.browser(Person("bia", frozenset({"view", "void"}))).get("/sales").text
    assert "/batches/new" not in page and 'type="checkbox" name="id"' not in page
    for chosen, rows in (({"id": str(sold["paid1"])}, 1),
                         ({"which": "all", "search": "status=paid"}, 2)):  # none in doubt
        answer = site.browser().submit("/batches/new", "/sales", verb="void", **chosen)
        number = int(answer.headers["location"].rpartition("/")[2])
        assert sum(site.ledger.batches.get(number).counts.values()) == rows
    answer = site.browser().submit("/batches/new", "/sales", verb="void")  # nothing was ticked
    assert answer.status_code == 400


def test_nothing_yet_and_nothing_found(site: Site, journal: Segment) -> None:
    assert "Ainda não há vendas aqui" in site.browser().get("/sales").text
    journal.sale()
    site.ledger.ingest()
    page = site.browser(lang="en").get("/sales?order=none")
    assert "No sale found" in page.text and "Search a year" not in page.text
    assert "Search a year" in site.browser(lang="en").get("/sales?card=9999").text


def test_who_may_not_see_a_store_knows_nothing_of_it(site: Site, sold: dict[str, int]) -> None:
    mine = Person("bia", stores=frozenset({1}))
    browser = site.browser(mine)
    assert "elsewhere" not in browser.get("/sales").text
    for number in (sold["elsewhere"], 10 ** 6, 1 << 80):
        answer = browser.get(f"/sales/{number}")
        assert answer.status_code == 404 and "elsewhere" not in answer.text
    assert browser.submit(f"/sales/{sold['elsewhere']}/refresh", f"/sales/{sold['paid1']}"
                          ).status_code == 404
    assert browser.get("/sales?store=other-merchant").status_code == 400


# ---- a sale ----


def test_a_sale_and_what_happened_to_it(site: Site, sold: dict[str, int]) -> None:
    page = site.browser(Person("bia", frozenset({"view"}))).get(f"/sales/{sold['paid1']}")
    assert page.status_code == 200
    for text in ("R$\xa0157,00", "Venda enviada à Cielo", "Aprovado", "455187··0181", "Pago"):
        assert text in page.text
    assert "/void" not in page.text and "/capture" not in page.text
    page = site.browser(lang="en").get(f"/sales/{sold['no1']}")
    assert "Declined" in page.text and "Try again" in page.text and "limited" in page.text


def test_a_sale_in_doubt(site: Site, sold: dict[str, int]) -> None:
    page = site.browser().get(f"/sales/{sold['maybe1']}")
    assert "não recebe mudanças até se saber" in page.text and 'href="/doubts/' in page.text
    assert "/void" not in page.text


def test_other_sales_of_an_order(site: Site, journal: Segment) -> None:
    journal.sale(100, "twice")
    journal.sale(200, "twice")
    site.ledger.ingest()
    page = site.browser(Person("bia", frozenset({"view"}))).get("/sales/1")
    assert "Outras vendas deste pedido" in page.text and 'href="/sales/2"' in page.text


def test_a_sale_of_which_cielo_cannot_be_asked(site: Site, sold: dict[str, int]) -> None:
    page = site.browser().get(f"/sales/{sold['paid1']}")  # there are no keys
    assert page.status_code == 200
    assert "nada pode ser mudado" in page.text and "/void" not in page.text


# ---- files ----


def test_csv_of_all_that_matches(site: Site, sold: dict[str, int]) -> None:
    answer = site.browser().get("/sales.csv?status=paid&columns=merchant_order_id,amount")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="vendas.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Pedido;Valor" and sorted(lines[1:]) == [
        "'=dear;12345,67", "maybe1;3,00", "paid1;157,00"]
    [line] = site.ledger.audit.lines()
    assert (line.who, line.did) == ("ana", "export")
    assert line.data == {"rows": 3, "format": "csv", "search": "status=paid", "whole": True}


def test_xlsx_of_all_that_matches(site: Site, sold: dict[str, int]) -> None:
    answer = site.browser(lang="en").get("/sales.xlsx?order=%3Ddear")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=dear" in sheet and "<f>" not in sheet and "12345.67" in sheet
    assert [line.data["rows"] for line in site.ledger.audit.lines()] == [1]


def test_who_may_not_export(site: Site, sold: dict[str, int]) -> None:
    reader = Person("bia", frozenset({"view"}))
    assert "/sales.csv" not in site.browser(reader).get("/sales").text
    assert site.browser(reader).get("/sales.csv").status_code == 403
    some = Person("eva", frozenset({"view"}), beside={1: frozenset({"view", "export"})})
    text = site.browser(some).get("/sales.csv").text
    assert "paid1" in text and "elsewhere" not in text


def test_a_wrong_filter_of_a_file_is_told_by_the_search(site: Site, sold: dict[str, int]) -> None:
    answer = site.browser().get("/sales.csv?amount_min=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sales?amount_min=x")
    assert list(site.ledger.audit.lines()) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_reader_who_leaves_ends_the_query(site: Site, journal: Segment, kind: str,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first bytes of a CSV; before there are any of an XLSX."""
    for number in range(40):
        journal.sale(100, f"many{number}")
    site.ledger.ingest()
    read: list[int] = []
    search = site.ledger.search.rows
    gone = anyio.Event()

    def slowly(*given: Any, **words: Any) -> Any:
        for row in search(*given, **words):
            read.append(row.id)
            if len(read) == 10:
                anyio.from_thread.run_sync(gone.set)
                anyio.from_thread.run(anyio.sleep, 0.05)
            yield row

    monkeypatch.setattr(site.ledger.search, "rows", slowly)
    monkeypatch.setattr("cielo.backoffice.export.CHUNK", 1)
    anyio.run(_leave, site, kind, gone)
    assert 10 <= len(read) < 40
    [line] = site.ledger.audit.lines()
    assert line.data["rows"] < 40 and line.data["whole"] is False
    assert site.ledger.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def _leave(site: Site, kind: str, gone: anyio.Event) -> None:
    """Asks for a file as a server does, and leaves when `gone` is set."""
    app = site.browser().app
    scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "method": "GET",
             "path": f"/sales.{kind}", "raw_path": f"/sales.{kind}".encode(), "query_string": b"",
             "headers": [(b"host", b"127.0.0.1")], "root_path": "", "scheme": "http",
             "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 5000), "http_version": "1.1"}
    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if asked:
            return asked.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        await anyio.sleep(0)

    await app(scope, receive, send)
