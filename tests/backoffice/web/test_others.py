"""What somebody of one store is not told of another: in the audit, of jobs, on the first page."""

from __future__ import annotations

import datetime
import pathlib
import re

import pytest
from browsing import Site
from journal_lines import MERCHANT, UTC, Segment

import cielo.backoffice
from cielo.backoffice import Person
from cielo.backoffice.jobs import State
from cielo.backoffice.person import PERMISSIONS
from cielo.backoffice.words import labels


@pytest.fixture
def shops(site: Site, journal: Segment) -> dict[str, int]:
    """Two stores, each with a sale that was paid."""
    journal.sale(15700, capture=True)
    journal.merchant = "other"
    journal.sale(9900, capture=True)
    site.ledger.ingest()
    return {one.merchant_id: one.id for one in site.ledger.stores.all()}


def of_one(store: int, *permissions: str) -> Person:
    """Who has these permissions in one store, or all."""
    return Person("eva", frozenset(permissions or PERMISSIONS), frozenset({store}))


def test_the_audit_of_another_store(site: Site, shops: dict[str, int]) -> None:
    ours, other = shops[MERCHANT], shops["other"]
    site.user("dono", "owner")
    note = site.ledger.audit.note
    note("ana", "export", search="order=SEGREDO")
    note("ana", "void", store_id=other, amount=471108159)
    note("ana", "capture", store_id=ours, amount=123408159)
    note("eva", "export", search="order=MINHA")
    for path in ("/audit", "/audit.csv"):
        page = site.browser(of_one(ours)).get(path).text
        assert "SEGREDO" not in page and "dono" not in page, path
        assert ("123408159" if path.endswith("csv") else "1.234.081,59") in page, path
        assert "MINHA" in page and ";void;" not in page, path
        assert "471108159" not in page and "4.711.081,59" not in page, path
        assert "SEGREDO" in site.browser().get(path).text
    both = Person("eva", frozenset({"view"}), None, None, {ours: frozenset({"users"})})
    page = site.browser(both).get("/audit.csv").text
    assert "123408159" in page and "471108159" not in page
    page = site.browser(of_one(ours, "users")).get("/audit.csv").text  # and views no sale
    assert "123408159" in page and "471108159" not in page


def test_the_jobs_of_another_store(site: Site, shops: dict[str, int]) -> None:
    ours, other = shops[MERCHANT], shops["other"]
    batches = site.ledger.batches
    for row in site.ledger.search(since="2026-11-01"):
        batches.start(batches.make("void", [row.id]).id)
    at = datetime.datetime.now(UTC)
    for name, place in (*(("batch", str(one.id)) for one in batches.all()),
                        *(("night", str(one)) for one in shops.values()), ("ingest", "here")):
        site.ledger.jobs.note(State(name, place, at, at, "failed", 1, {},
                                    {"pt": f"SEGREDO de {name}", "en": f"SECRET of {name}"}, at))
    page = site.browser(of_one(ours)).get("/").text
    told = re.findall(r"<li>([^<]+?)\s*<span class=\"status failed", page)
    assert len(told) == 3 and "SEGREDO" not in page, told
    mine = {one.store_id: one.id for one in batches.all()}
    assert any(each.endswith(f" {mine[ours]}") for each in told)
    assert not any(each.endswith(f" {mine[other]}") for each in told)
    assert "SEGREDO de ingest" in site.browser().get("/").text


def test_where_keys_are_is_told_to_who_may_set_them(site: Site, shops: dict[str, int]) -> None:
    ours = shops[MERCHANT]
    site.ledger.stores.set(ours, keys="/srv/keys/ours.env")
    assert "ours.env" not in site.browser(of_one(ours, "view")).get("/stores").text
    assert "ours.env" in site.browser(of_one(ours, "view", "configure")).get("/stores").text


def test_many_sales_of_another_store_hide_no_sums(
        site: Site, shops: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    from cielo.backoffice import overview

    monkeypatch.setattr(overview, "COUNTED", 1)
    since = datetime.datetime(2020, 1, 1, tzinfo=UTC)
    assert overview.totals(site.ledger.engine, since, [shops[MERCHANT]]) is not None
    assert overview.totals(site.ledger.engine, since, list(shops.values())) is None


def test_the_audit_in_the_readers_language(site: Site, shops: dict[str, int]) -> None:
    """No word of the program's own is left in what people read of it."""
    note = site.ledger.audit.note
    for did in labels("did"):
        note("ana", did)
    note("ana", "void", store_id=shops[MERCHANT], state="in_doubt", amount=4711)
    note("ana", "step-up failed", wrong="recovery")
    note("ana", "retry.set", means_group="credit_card", disable=True)
    note("ana", "batch make", verb="capture", rows=3)
    note("ana", "tariff.set", service="boleto", since="2026-08-23")
    note("ana", "void", state="refused", code="308",
         why="Cielo refused the request (HTTP 400): 308")
    page = site.browser().get("/audit").text
    rows = page[page.index("<tbody>"):]
    for told in ("estado em dúvida", "valor R$\xa047,11", "não conferiu o código de recuperação",
                 "meio Cartão de crédito, desativar ao fim sim", "para capturar, linhas 3",
                 "serviço Boleto emitido, desde 23/08/2026"):
        assert told in rows, told
    for did in ("Cielo refused", "batch make", "log-in failed", "user totp", "tariff.set",
                ">void<"):
        assert did not in rows, did
    found = site.browser().get("/audit", params={"did": "batch run"}).text
    assert found.count('data-label="O quê"') == 1 and "lote começado" in found
    assert '<option value="batch run" selected>lote começado' in found
    assert "batch started" in site.browser(lang="en").get("/audit").text


def test_all_that_is_noted_has_words(site: Site) -> None:
    """Of the sources: a new line of the audit needs its words in both languages."""
    sources = pathlib.Path(cielo.backoffice.__file__).parents[1]
    found = {call for path in (*sources.glob("backoffice/**/*.py"), *sources.glob("cli/*.py"))
             for call in re.findall(
                 r"\bnote\((?:connection, )?[\w.()]+(?: if known else \"\?\")?, \"([^\"]+)\"",
                 path.read_text("utf-8"))}
    assert len(found) > 25 and found <= set(labels("did")), found - set(labels("did"))
