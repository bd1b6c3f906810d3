"""Capture and void of a sale, as pages, against the local Cielo."""

from __future__ import annotations

import datetime
import re
import socket
import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa
from browsing import ADDRESS, Browser, Site
from journal_lines import KEY, MERCHANT
from test_changes import booked, fields, sent

from cielo.backoffice import Person, claims
from cielo.backoffice.schema import sale
from cielo.backoffice.tries import NAME
from cielo.backoffice.web import sale as pages


@pytest.fixture(autouse=True)
def _no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Voids of a payment one after the other: the local Cielo's clock is moved instead."""
    monkeypatch.setattr(claims, "VOID_GAP", datetime.timedelta(0))


@pytest.fixture
def sell(shop: Any, site: Site, keys: None) -> Any:
    """Makes a sale and takes it up: its number in the ledger, and Cielo's."""

    def make(amount: int = 10000, capture: bool = True) -> tuple[int, str]:
        payment_id = shop.sales.create(fields(amount, capture)).payment.payment_id
        site.ledger.ingest()
        with site.ledger.engine.connect() as connection:
            return connection.execute(sa.select(sale.c.id).where(
                sale.c.payment_id == payment_id)).scalar_one(), payment_id

    return make


def form_of(text: str) -> dict[str, str]:
    """What a browser would send of the form of a page, untouched."""
    [found] = re.findall(r'<form class="form".*?</form>', text, re.S)
    inputs = re.findall(r'name="([^"]+)" (?:type="[^"]+" )?value="([^"]*)"', found)
    return {name: value for name, value in inputs if name not in ("check", "password")}


def post(browser: Browser, path: str, form: dict[str, str], **fields: str) -> Any:
    return browser.post(path, data={**form, **fields}, headers={"origin": ADDRESS})


def test_the_whole_is_captured_and_voided(site: Site, sell: Any, sandbox: Any) -> None:
    number, payment_id = sell(15700, capture=False)
    browser = site.browser()
    page = browser.get(f"/sales/{number}").text
    assert f'href="/sales/{number}/capture"' in page and "R$\xa0157,00" in page
    form = form_of(browser.get(f"/sales/{number}/capture").text)
    assert (form["amount"], form["left"]) == ("157,00", "15700")
    answer = post(browser, f"/sales/{number}/capture", form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sales/{number}?note=captured"
    page = browser.get(answer.headers["location"]).text
    assert "Capturado." in page and "Captura enviada" in page and "· ana" in page
    assert f"/sales/{number}/capture" not in page and f"/sales/{number}/void" in page
    form = form_of(browser.get(f"/sales/{number}/void").text)
    assert post(browser, f"/sales/{number}/void", form).headers["location"].endswith("voided")
    page = browser.get(f"/sales/{number}").text
    assert "Estornado" in page and f"/sales/{number}/void" not in page
    assert "Não resta nada a cancelar" in browser.get(f"/sales/{number}/void").text
    assert booked(sandbox, payment_id)["Status"] == 10


def test_parts(site: Site, sell: Any, sandbox: Any) -> None:
    number, payment_id = sell()
    browser = site.browser(lang="en")
    path = f"/sales/{number}/void"
    page = browser.get(path).text
    form = form_of(page)
    assert "read from Cielo just now" in page and 'data-left="10000"' in page
    worked_out = post(browser, path, form, amount="57,00", check="yes")
    assert worked_out.status_code == 200 and "A part: R$43.00 is left." in worked_out.text
    for amount, problem in (("1,234", "Is no sum in reais"), ("0", "Must be more than nothing"),
                            ("100,01", "Only R$100.00 is left"), ("", "Is no sum")):
        wrong = post(browser, path, form, amount=amount)
        assert wrong.status_code == 400 and problem in wrong.text
        assert f'name="amount" value="{amount}"' in wrong.text
    assert sent(sandbox, payment_id) == []
    assert post(browser, path, form, amount="57,00").status_code == 303
    assert booked(sandbox, payment_id)["VoidedAmount"] == 5700
    assert form_of(browser.get(path).text)["amount"] == "43,00"


def test_what_is_authorized_is_voided_whole(site: Site, sell: Any, sandbox: Any) -> None:
    number, payment_id = sell(capture=False)
    browser = site.browser()
    page = browser.get(f"/sales/{number}/void").text
    assert "Só pode ser o valor todo" in page and 'name="amount"' not in page
    assert post(browser, f"/sales/{number}/void", form_of(page)).status_code == 303
    assert booked(sandbox, payment_id)["Status"] == 10


def test_the_same_form_twice_at_once(site: Site, sell: Any, sandbox: Any) -> None:
    """A double click, and later a reload: one void of 40, where two of them would fit."""
    number, payment_id = sell()
    path = f"/sales/{number}/void"
    browsers = [site.browser() for _ in range(3)]
    form = form_of(browsers[0].get(path).text)
    ends: list[str] = []

    def press(browser: Browser) -> None:
        token = browser.token(path)
        ends.append(post(browser, path, {**form, "token": token}, amount="40,00")
                    .headers.get("location", "none"))

    people = [threading.Thread(target=press, args=(one,)) for one in browsers]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert ends == [f"/sales/{number}?note=voided"] * 3
    assert post(browsers[0], path, form, amount="40,00").status_code == 303
    assert booked(sandbox, payment_id)["VoidedAmount"] == 4000
    assert len(sent(sandbox, payment_id)) == 1


def test_somebody_else_was_faster(site: Site, sell: Any, sandbox: Any) -> None:
    number, payment_id = sell()
    browser = site.browser()
    form = form_of(browser.get(f"/sales/{number}/void").text)
    site.ledger.changes.void(number, 9000, by=Person("eva"))
    answer = post(browser, f"/sales/{number}/void", form)
    assert answer.status_code == 409 and "Outra mudança foi feita enquanto isso" in answer.text
    assert form_of(answer.text)["left"] == "1000"
    assert booked(sandbox, payment_id)["VoidedAmount"] == 9000


def test_the_password_is_asked_for(site: Site, sell: Any, sandbox: Any) -> None:
    number, payment_id = sell()
    browser = site.browser(confirm=lambda person, password: password == "right")
    path = f"/sales/{number}/void"
    page = browser.get(path).text
    assert 'type="password"' in page
    for password in ("", "wrong"):
        answer = post(browser, path, form_of(page), amount="57,00", password=password)
        assert answer.status_code == 403 and 'name="amount" value="57,00"' in answer.text
        assert ("Não confere" in answer.text) == bool(password)
    assert sent(sandbox, payment_id) == []
    assert post(browser, path, form_of(page), amount="57,00", password="right").status_code == 303
    assert booked(sandbox, payment_id)["VoidedAmount"] == 5700


def test_a_shops_own_check_of_passwords_is_no_place_to_guess(
        site: Site, sell: Any, sandbox: Any, one_moment: None) -> None:
    """Where a shop mounts the pages: a stolen session gets a few guesses, and each is noted."""
    number, payment_id = sell()
    asked: list[str] = []

    def confirm(person: Person, password: str) -> bool:
        asked.append(password)
        return password == "right"

    browser = site.browser(confirm=confirm)
    path = f"/sales/{number}/void"

    def guess(password: str) -> Any:
        return post(browser, path, form_of(browser.get(path).text), password=password)

    for _ in range(NAME.free):
        assert guess("wrong").status_code == 403
    answer = guess("right")
    assert answer.status_code == 429 and answer.headers["retry-after"] == "1"
    assert "espere 1 s" in answer.text
    assert asked == ["wrong"] * NAME.free and not sent(sandbox, payment_id)
    assert len(list(site.ledger.audit.lines(did="step-up failed"))) == NAME.free
    other = site.browser(Person("bia"), confirm=confirm)
    answer = post(other, path, form_of(other.get(path).text), password="right")
    assert answer.status_code == 303, "who else confirms does not wait"


def test_who_may_not(site: Site, sell: Any, sandbox: Any) -> None:
    number, payment_id = sell()
    owner = site.browser()
    form = form_of(owner.get(f"/sales/{number}/void").text)
    for person in (Person("bia", frozenset({"view"})),
                   Person("bia", frozenset({"view"}), beside={99: frozenset({"void"})})):
        reader = site.browser(person)
        page = reader.get(f"/sales/{number}").text
        assert f"/sales/{number}/void" not in page
        form["token"] = reader.token(f"/sales/{number}")
        for answer in (reader.get(f"/sales/{number}/void"),
                       post(reader, f"/sales/{number}/void", form)):
            assert answer.status_code == 403
    other = site.browser(Person("eva", stores=frozenset({99})))
    assert other.get(f"/sales/{number}/void").status_code == 404
    for broken in ({}, {**form, "token": "forged"}):
        assert post(owner, f"/sales/{number}/void", broken).status_code == 403
    assert sent(sandbox, payment_id) == []
    limited = site.browser(Person("carla", void_limit=5000))
    page = limited.get(f"/sales/{number}/void").text
    assert "Seu limite por venda" in page
    answer = post(limited, f"/sales/{number}/void", form_of(page))
    assert answer.status_code == 409 and "50,00" in answer.text
    assert sent(sandbox, payment_id) == []


def test_a_form_that_is_not_whole(site: Site, sell: Any, sandbox: Any) -> None:
    number, payment_id = sell()
    browser = site.browser()
    form = form_of(browser.get(f"/sales/{number}/void").text)
    for broken in ({"form": "no-uuid"}, {"form": ""}, {"left": ""}, {"left": "999999"}):
        answer = post(browser, f"/sales/{number}/void", {**form, **broken})
        assert answer.status_code == 409
    assert sent(sandbox, payment_id) == []


def test_a_refusal_of_cielos(site: Site, sell: Any, sandbox: Any) -> None:
    number, payment_id = sell(15666)  # an amount that the local Cielo never gives back
    browser = site.browser()
    form = form_of(browser.get(f"/sales/{number}/void").text)
    answer = post(browser, f"/sales/{number}/void", form)
    assert answer.status_code == 409 and 'class="notice bad"' in answer.text
    assert form_of(answer.text)["form"] != form["form"]
    again = post(browser, f"/sales/{number}/void", form)  # by a reload: it is not sent anew
    assert again.status_code == 409 and len(sent(sandbox, payment_id)) == 1


def test_an_answer_that_is_lost(site: Site, sell: Any, sandbox: Any, faults: Any) -> None:
    number, payment_id = sell()
    browser = site.browser()
    path = f"/sales/{number}/void"
    form = form_of(browser.get(path).text)
    faults(match=f"PUT /1/sales/{payment_id}", after="process", do="close")
    ledger = site.ledger
    ledger.changes._open_client = lambda store, **more: ledger.client(
        store, reconcile=False, **more)
    answer = post(browser, path, form, amount="40,00")
    assert answer.headers["location"] == f"/sales/{number}?note=change_in_doubt"
    page = browser.get(answer.headers["location"]).text
    assert "não repita" in page and "Próxima consulta" in page and path not in page
    assert post(browser, path, form, amount="40,00").headers["location"].endswith("in_doubt")
    page = browser.get(path)
    assert form_of(page.text)["left"] == "6000"  # which is what Cielo says; no more is sent
    answer = post(browser, path, form_of(page.text))
    assert answer.status_code == 409 and "nenhuma mudança agora" in answer.text
    assert len(sent(sandbox, payment_id)) == 1


def test_cielo_cannot_be_asked(site: Site, sell: Any, sandbox: Any, faults: Any) -> None:
    number, payment_id = sell()
    browser = site.browser()
    form = form_of(browser.get(f"/sales/{number}/void").text)
    faults(match=f"GET /1/sales/{payment_id}", after="read", do="status:500", times=-1)
    page = browser.get(f"/sales/{number}")
    assert page.status_code == 200 and f"/sales/{number}/void" not in page.text
    page = browser.get(f"/sales/{number}/void")
    assert "nada pode ser mudado" in page.text and "<form class" not in page.text
    assert post(browser, f"/sales/{number}/void", form).status_code == 409
    answer = browser.submit(f"/sales/{number}/refresh", f"/sales/{number}")
    assert answer.headers["location"] == f"/sales/{number}?note=looked_failed"
    sandbox.faults([])
    assert sent(sandbox, payment_id) == []


def test_a_sale_is_looked_up(site: Site, sell: Any, shop: Any) -> None:
    number, payment_id = sell(capture=False)
    shop.sales.capture(payment_id, 2500)  # nobody has taken up the journal yet
    browser = site.browser(Person("bia", frozenset({"view"})))
    answer = browser.submit(f"/sales/{number}/refresh", f"/sales/{number}")
    assert answer.headers["location"] == f"/sales/{number}?note=looked_done"
    page = browser.get(answer.headers["location"]).text
    assert "R$\xa025,00" in page and "Consultado na Cielo agora" in page
    [line] = site.ledger.audit.lines(did="sale.look")
    assert (line.who, line.sale_id, line.data["state"]) == ("bia", number, "done")


def test_what_grows_meanwhile_stays(site: Site, sell: Any, sandbox: Any,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    """A void that was pending ends refused between the page's read and the change's own: what
    goes is the sum that somebody confirmed, though it was all that was left."""
    number, payment_id = sell()
    look, path = site.ledger.changes.look, f"/sales/{number}/void"
    monkeypatch.setattr(site.ledger.changes, "look",
                        lambda sale_id, **more: look(sale_id)._replace(pending=6000))
    browser = site.browser()
    form = form_of(browser.get(path).text)
    assert (form["amount"], form["left"]) == ("40,00", "4000")
    assert post(browser, path, form).status_code == 303
    assert booked(sandbox, payment_id)["VoidedAmount"] == 4000


def test_a_cielo_that_says_nothing_is_not_waited_for(
        site: Site, journal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that waits holds a thread: some tens of them would be all there are."""
    monkeypatch.setattr(pages, "PATIENCE", 0.5)
    monkeypatch.setenv("CIELO_MERCHANT_ID", MERCHANT)
    monkeypatch.setenv("CIELO_MERCHANT_KEY", KEY)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        journal.env = f"http://127.0.0.1:{silent.getsockname()[1]}"
        journal.sale(15700, capture=True)
        site.ledger.ingest()
        began = time.monotonic()
        page = site.browser().get("/sales/1").text
    assert "A Cielo não pôde ser consultada agora" in page
    assert time.monotonic() - began < 20
