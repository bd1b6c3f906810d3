"""Recurrences and how they are tried again, the stores, and the audit, as pages."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from browsing import Site
from journal_lines import MERCHANT

from cielo.backoffice import Person

STARTS = datetime.date(2026, 11, 10)


@pytest.fixture
def store(site: Site) -> Any:
    one = site.ledger.stores.add(MERCHANT, "sandbox")
    site.ledger.stores.set(one.id, name="Loja A")
    site.ledger.recurrences.add("assinatura/1", amount=4990, starts=STARTS)
    site.ledger.recurrences.add("00000000-0000-0000-0000-000000000001", amount=1990,
                                starts=STARTS, scheduled=True)
    return one


def test_the_list(site: Site, store: Any) -> None:
    page = site.browser().get("/recurrences").text
    for told in ("assinatura/1", "R$\xa049,90", "10/11/2026", "Ativa", "/assinatura/1\""):
        assert told in page, told
    shop = site.browser().get("/recurrences", params={"show": "shop"}).text
    assert "assinatura/1" in shop and "000000000001" not in shop
    assert "Nenhuma recorrência aqui" in site.browser().get("/recurrences?show=failing").text


def test_one_of_the_shops_own(site: Site, store: Any) -> None:
    browser = site.browser()
    path = f"/recurrences/{store.id}/assinatura%2F1"
    page = browser.get(path)
    assert page.status_code == 200 and "O que se prevê" in page.text
    assert "mais 4 tentativas" in page.text
    assert browser.submit(path + "/suspend", path, why="").status_code == 400
    assert browser.submit(path + "/suspend", path, why="cartão perdido").status_code == 303
    one = site.ledger.recurrences.get("assinatura/1")
    assert (one.state, one.why) == ("suspended", "cartão perdido")
    assert "cartão perdido" in browser.get(path).text
    assert browser.submit(path + "/resume", path).status_code == 303
    assert browser.submit(path + "/resume", path).status_code == 409  # it goes on already
    assert browser.submit(path + "/end", path).status_code == 303
    assert site.ledger.recurrences.get("assinatura/1").state == "ended"
    assert "form" not in browser.get(path).text.split("<main")[1]
    assert [line.who for line in site.ledger.audit.lines(did="recurrence.end")] == ["ana"]


def test_cielos_own_is_not_changed_here(site: Site, store: Any) -> None:
    browser = site.browser()
    path = f"/recurrences/{store.id}/00000000-0000-0000-0000-000000000001"
    assert "É a Cielo que a cobra" in browser.get(path).text
    assert browser.submit(path + "/end", "/retry").status_code == 409
    assert browser.get(f"/recurrences/{store.id}/none").status_code == 404
    assert browser.get(f"/recurrences/{store.id + 1}/assinatura%2F1").status_code == 404


def test_how_often_is_tried(site: Site, store: Any) -> None:
    browser = site.browser()
    assert " checked" not in browser.get("/retry").text  # the box is not ticked by itself
    given = {"group": "credit_card", "tries": "2", "days": "3", "store": store.id}
    assert browser.submit("/retry", "/retry", disable="yes", **given).status_code == 303
    [rule] = site.ledger.recurrences.rules()
    assert (rule.tries, rule.days, rule.disable) == (2, 3, True)
    for field, value in (("tries", "5"), ("days", "0"), ("days", "x")):
        assert browser.submit("/retry", "/retry", **{**given, field: value}).status_code == 400


def test_what_is_due_sends_nothing(site: Site, store: Any, monkeypatch: Any) -> None:
    refused = site.browser().get("/recurrences/due")
    assert refused.status_code == 409 and "Loja A" in refused.text  # it has no keys
    monkeypatch.setenv("CIELO_MERCHANT_ID", MERCHANT)
    monkeypatch.setenv("CIELO_MERCHANT_KEY", "CANARYKEYCANARYKEYCANARYKEYCANARYKEYCANA")
    page = site.browser().get("/recurrences/due")
    assert page.status_code == 200 and "assinatura/1" in page.text and "A cobrar" in page.text
    assert site.ledger.recurrences.charges("assinatura/1") == []


def test_stores(site: Site, store: Any) -> None:
    browser = site.browser()
    page = browser.get("/stores").text
    assert MERCHANT in page and "do ambiente" in page
    path = f"/stores/{store.id}"
    good = {"name": "Loja B", "ec": "1044748068", "zone": "America/Manaus"}
    for field, value in (("name", ""), ("ec", "12a"), ("zone", "Mars"), ("name", "x" * 61)):
        answer = browser.submit(path, "/stores", **{**good, field: value})
        assert answer.status_code == 400 and 'aria-invalid="true"' in answer.text, field
    assert browser.submit(path, "/stores", **good).status_code == 303
    one = site.ledger.stores.get(store.id)
    assert (one.name, one.ec, one.zone) == ("Loja B", "1044748068", "America/Manaus")
    assert site.browser(Person("bia", frozenset({"view"}))).post(path).status_code == 403


def test_the_audit(site: Site, store: Any) -> None:
    for number in range(120):
        site.ledger.audit.note("bia" if number % 2 else "=cmd()", "export", store_id=store.id,
                               rows=number)
    browser = site.browser()
    first = browser.get("/audit").text
    assert first.count("<tr>") == 51 and "linhas 119" in first and "linhas 69" not in first
    after = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "linhas 69" in browser.get(after).text
    only = browser.get("/audit", params={"who": "bia", "did": "export"}).text
    assert "linhas 119" in only and "linhas 118" not in only
    assert browser.get("/audit", params={"since": "x"}).status_code == 400
    assert "'=cmd()" in browser.get("/audit.csv").text
    assert site.browser(Person("bia", frozenset({"view"}))).get("/audit").status_code == 403
    elsewhere = site.browser(Person("carla", stores=frozenset({store.id + 1})))
    assert "linhas 1" not in elsewhere.get("/audit").text


def test_the_words_are_explained_in_both_languages(site: Site) -> None:
    assert "Não cobre de novo" in site.browser().get("/help").text
    assert "Do not charge again" in site.browser(lang="en").get("/help").text
