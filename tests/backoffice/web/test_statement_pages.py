"""The statement of a month, its prices and what Cielo says, as pages."""

from __future__ import annotations

import datetime
import pathlib
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from browsing import Site
from journal_lines import MERCHANT, Segment

from cielo.backoffice import Person

OCTOBER = datetime.date(2026, 10, 1)


@pytest.fixture
def store(site: Site) -> Any:
    one = site.ledger.stores.add(MERCHANT, "sandbox")
    return site.ledger.stores.set(one.id, name="Loja A", ec="1044748068")


def boletos(site: Site, tmp_path: pathlib.Path, *moments: str) -> None:
    journal = Segment(tmp_path / "journal")
    for text in moments:
        id_ = journal.intent(order=f"b{next(journal.numbers)}", amount=5000, type="Boleto",
                             provider="Bradesco2", at=datetime.datetime.fromisoformat(text))
        journal.outcome(id_, "pending", status=1, amounts={"amount": 5000},
                        payment_id="24bc8366-fc31-4d6c-8555-%012x" % next(journal.numbers))
    site.ledger.ingest()


def test_the_sample_of_cielos_screen(site: Site, store: Any, tmp_path: pathlib.Path) -> None:
    site.ledger.tariffs.set("boleto", 60, since=OCTOBER)
    boletos(site, tmp_path, "2026-10-15T15:00:00+00:00", "2026-10-31T23:59:59-03:00",
            "2026-11-01T00:00:00-03:00")
    answer = site.browser().get("/statement/2026-10")
    assert answer.status_code == 200
    for told in ("Extrato de outubro de 2026", "estimativa", "EC 1044748068", "Boleto emitido",
                 "R$\xa00,60", "R$\xa01,20"):
        assert told in answer.text, told
    english = site.browser(lang="en").get("/statement/2026-10").text
    assert "Statement of October 2026" in english and "R$1.20" in english
    november = site.browser().get("/statement/2026-11").text
    assert "R$\xa00,60" in november and "R$\xa01,20" not in november


def test_the_picture_is_a_file_of_its_own(site: Site, store: Any, tmp_path: pathlib.Path) -> None:
    boletos(site, tmp_path, "2026-10-15T15:00:00+00:00")
    answer = site.browser().get("/statement/2026-10/picture.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert ET.fromstring(answer.text).tag.endswith("svg")
    page = site.browser().get("/statement/2026-10").text
    assert "/statement/2026-10/picture.svg?" in page and "<svg" not in page and "style=" not in page


def test_what_has_no_price_is_said(site: Site, store: Any, tmp_path: pathlib.Path) -> None:
    boletos(site, tmp_path, "2026-10-15T15:00:00+00:00")
    page = site.browser().get("/statement/2026-10").text
    assert "Sem preço" in page and f"/tariffs?store={store.id}&amp;service=boleto" in page


def test_empty_months_and_no_month(site: Site, store: Any) -> None:
    browser = site.browser()
    assert "Nada neste mês" in browser.get("/statement/2026-10").text
    assert browser.get("/statement/2026-13").status_code == 404
    assert browser.get("/statement/october").status_code == 404
    assert browser.get("/statement").headers["location"].startswith("/statement/20")
    assert browser.get("/statement/2026-10", params={"store": "99"}).status_code == 404


def test_no_store_yet(site: Site) -> None:
    for path in ("/statement", "/tariffs", "/retry", "/recurrences/due"):
        assert "Nenhuma loja ainda" in site.browser().get(path).text


def test_cielos_own_figure_shows_the_difference(site: Site, store: Any,
                                                tmp_path: pathlib.Path) -> None:
    site.ledger.tariffs.set("boleto", 60, since=OCTOBER)
    boletos(site, tmp_path, "2026-10-15T15:00:00+00:00")
    browser = site.browser()
    page = "/statement/2026-10"
    wrong = browser.submit(page, page, service="boleto", total="1,234", store=store.id)
    assert wrong.status_code == 400 and "não é uma soma em reais" in wrong.text
    assert 'value="1,234"' in wrong.text  # nothing that was typed is lost
    assert browser.submit(page, page, service="boleto", total="0,90",
                          store=store.id).status_code == 303
    assert "R$\xa00,30" in browser.get(page).text
    browser.submit(page, page, service="boleto", total="", store=store.id)
    assert site.ledger.statement("2026-10").told is None
    assert [line.who for line in site.ledger.audit.lines(did="statement.tell")] == ["ana", "ana"]


def test_prices(site: Site, store: Any) -> None:
    browser = site.browser()
    assert "Nenhum preço ainda" in browser.get("/tariffs").text
    given = {"service": "boleto", "unit": "0,60", "grace": "100", "allowance": "",
             "since": "2026-10-01", "store": store.id}
    assert browser.submit("/tariffs", "/tariffs", **given).status_code == 303
    [one] = site.ledger.tariffs.all()
    assert (one.unit, one.grace, one.allowance, one.since) == (60, 100, 0, OCTOBER)
    for field, value in (("unit", "x"), ("grace", "-1"), ("since", "1/1"), ("unit", "")):
        answer = browser.submit("/tariffs", "/tariffs", **{**given, field: value})
        assert answer.status_code == 400 and 'aria-invalid="true"' in answer.text, field
    assert browser.submit("/tariffs", "/tariffs", **{**given, "service": "x"}).status_code == 400
    browser.submit("/tariffs/remove", "/tariffs", service="boleto", since="2026-10-01",
                   store=store.id)
    assert site.ledger.tariffs.all() == []


def test_the_file_is_harmless(site: Site, store: Any, tmp_path: pathlib.Path) -> None:
    site.ledger.tariffs.set("boleto", 60, since=OCTOBER)
    boletos(site, tmp_path, "2026-10-15T15:00:00+00:00")
    answer = site.browser().get("/statement/2026-10/statement.csv")
    assert answer.text.startswith("\ufeffServiço;") and "attachment" in (
        answer.headers["content-disposition"])
    assert not any(cell[:1] in "=+@" for line in answer.text.splitlines()
                   for cell in line.lstrip("\ufeff").split(";") if cell)


def test_rights(site: Site, store: Any) -> None:
    viewer = site.browser(Person("bia", frozenset({"view"})))
    page = viewer.get("/statement/2026-10").text
    assert "<form method=\"post\"" not in page and "statement.csv" not in page
    assert viewer.get("/statement/2026-10/statement.csv").status_code == 403
    assert viewer.post("/tariffs", data={"token": "x"}).status_code == 403
    other = site.browser(Person("carla", stores=frozenset({store.id + 1})))
    assert other.get("/statement/2026-10", params={"store": store.id}).status_code == 404
