"""The page to begin at: sums, and what wants somebody's eye."""

from __future__ import annotations

import datetime
import re

import sqlalchemy as sa
from browsing import Site
from journal_lines import MERCHANT, UTC, Segment

from cielo.backoffice import Person
from cielo.backoffice.jobs import Worker
from cielo.backoffice.schema import recurrence


def test_nothing_yet(site: Site) -> None:
    page = site.browser().get("/")
    assert page.status_code == 200 and "Nenhuma venda ainda" in page.text
    assert "Nada atualiza esta página agora" in page.text
    assert "No sale yet" in site.browser(lang="en").get("/").text


def test_sums_and_what_wants_an_eye(site: Site, journal: Segment) -> None:
    now = datetime.datetime.now(UTC)
    # Of this month whenever that began, and though it should end while the page is made.
    journal.now = now + datetime.timedelta(minutes=10)
    for amount in (15700, 4300):
        journal.sale(amount, capture=True)
    journal.sale(9900)
    journal.declined()
    journal.intent(order="4711", amount=2500, type="CreditCard", card={
        "first6": "455187", "last4": "0181"}, at=now - datetime.timedelta(hours=2))
    Worker(site.ledger).run_due()
    ids = [row.id for row in site.ledger.search(status="paid")]
    site.ledger.batches.start(site.ledger.batches.make("void", ids).id)
    page = site.browser().get("/").text
    assert "Nada atualiza" not in page and "Leitura do diário" in page and "em dia" in page
    assert page.count("R$\xa0200,00") >= 2  # of the month, in sum and in its table
    assert '/sales?status=paid&amp;since=' in page and "Não cobre de novo" in page
    assert "/batches/1" in page and "em curso" in page
    stranger = site.browser(Person("eva", stores=frozenset({99}))).get("/").text
    assert "200,00" not in stranger and "/batches/1" not in stranger


def test_a_failing_recurrence_leads_to_its_page(site: Site) -> None:
    site.ledger.stores.add(MERCHANT, "sandbox")
    site.ledger.recurrences.add("assinatura/1", amount=4990, starts=datetime.date(2026, 11, 10))
    with site.ledger.engine.begin() as connection:
        connection.execute(sa.update(recurrence).values(state="failing"))
    browser = site.browser()
    [address] = re.findall(r'href="([^"]+)">assinatura/1<', browser.get("/").text)
    assert browser.get(address).status_code == 200
