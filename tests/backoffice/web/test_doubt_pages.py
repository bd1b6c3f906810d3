"""What is in doubt, on pages: explained, looked at now, and closed with a reason."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from browsing import Site
from journal_lines import UTC, Segment

from cielo.backoffice import Person

BIA = Person("bia", frozenset({"view"}))


def ago(**parts: float) -> datetime.datetime:
    return datetime.datetime.now(UTC) - datetime.timedelta(**parts)


@pytest.fixture
def lost(folder, sandbox) -> Segment:
    """The journal of a process that died."""
    return Segment(folder, at=ago(hours=2), env=sandbox.base_url)


def lose(site: Site, journal: Segment, order: str = "4711", **members: Any) -> str:
    id_ = journal.intent(order=order, amount=15700, type="CreditCard", installments=1,
                         brand="Visa", card={"first6": "402400", "last4": "2931"}, clock=0,
                         **members)
    site.ledger.ingest()
    return id_


def test_nothing_is_in_doubt(site: Site) -> None:
    assert "Não é preciso fazer nada" in site.browser().get("/doubts").text
    assert "nothing to do" in site.browser(lang="en").get("/doubts").text


def test_it_is_listed_and_explained(site: Site, lost: Segment) -> None:
    id_ = lose(site, lost)
    browser = site.browser()
    page = browser.get("/doubts").text
    assert f"/doubts/{id_}" in page and "Venda" in page and "4711" in page and "157,00" in page
    assert "Não cobre de novo" in page and '<span class="badge">1</span>' in page
    one = browser.get(f"/doubts/{id_}").text
    assert "Consultar agora" in one and "Encerrar a dúvida" in one and "PaymentId" in one
    assert "Encerrar a dúvida" not in site.browser(BIA).get(f"/doubts/{id_}").text


def test_what_is_in_flight_is_not_counted(site: Site, lost: Segment) -> None:
    lose(site, lost, at=ago(seconds=1))
    assert "badge" not in site.browser().get("/doubts").text


def test_a_look_now(site: Site, lost: Segment, keys: None) -> None:
    id_ = lose(site, lost, "nowhere")
    browser = site.browser()
    answer = browser.submit(f"/doubts/{id_}/settle", f"/doubts/{id_}")
    assert answer.headers["location"] == f"/doubts/{id_}?note=doubt_unknown"
    page = browser.get(answer.headers["location"]).text
    assert "ainda não se sabe" in page and "nada com esse pedido" in page
    assert [line.who for line in site.ledger.audit.lines(did="doubt.look")] == ["ana"]


def test_a_look_that_settles_it(site: Site, lost: Segment, keys: None) -> None:
    id_ = lose(site, lost, "nowhere")
    lost.look(id_, at=ago(minutes=30))
    site.ledger.ingest()
    browser = site.browser()
    token = browser.token(f"/doubts/{id_}")
    answer = browser.post(f"/doubts/{id_}/settle", data={"token": token})
    assert answer.headers["location"].endswith("?note=doubt_absent")
    over = browser.get(f"/doubts/{id_}")
    assert over.status_code == 200 and "Já não está em dúvida" in over.text
    again = browser.post(f"/doubts/{id_}/settle", data={"token": token})
    assert again.headers["location"].endswith("?note=doubt_answered")


def test_closed_with_a_reason(site: Site, lost: Segment) -> None:
    id_ = lose(site, lost)
    path = f"/doubts/{id_}"
    browser = site.browser(confirm=lambda person, password: password == "right horse")

    def close(**fields: str) -> Any:
        return browser.submit(f"{path}/close", path, **fields)

    assert close(**{"as": "absent"}, reason="told so").status_code == 403
    without = close(**{"as": "absent"}, reason=" ", password="right horse")
    assert without.status_code == 400 and "com um motivo" in without.text
    made = close(**{"as": "adopted"}, reason="o atendimento disse", password="right horse")
    assert made.status_code == 400 and "PaymentId: qual?" in made.text
    assert "o atendimento disse" in made.text  # nothing that was typed is lost
    done = close(**{"as": "absent"}, reason="o atendimento disse", password="right horse")
    assert done.headers["location"].endswith("?note=doubt_closed")
    [line] = site.ledger.audit.lines(did="doubt.close")
    assert (line.who, line.data["reason"]) == ("ana", "o atendimento disse")
    assert site.ledger.doubts.list() == []


def test_who_may_not(site: Site, lost: Segment) -> None:
    id_ = lose(site, lost)
    viewer = site.browser(BIA)
    assert viewer.submit(f"/doubts/{id_}/close", f"/doubts/{id_}").status_code == 403
    stranger = site.browser(Person("eva", stores=frozenset({99})))
    assert stranger.get(f"/doubts/{id_}").status_code == 404
    assert "4711" not in stranger.get("/doubts").text
    assert site.browser().get("/doubts/no-such-thing").status_code == 404
