"""Batches on pages: looked over, started once, followed, paused, killed and gone on with."""

from __future__ import annotations

import io
import re
import time
import zoneinfo
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from browsing import ADDRESS, Browser, Site
from job_runner import work

from cielo.backoffice import Person, Refused
from cielo.backoffice.jobs import Worker
from cielo.backoffice.schema import batch, batch_row, sale
from cielo.backoffice.web.batches import KEPT
from cielo.backoffice.words import moment_text

CARD = {"CardNumber": "4024007197692931", "Holder": "Teste Holder", "ExpirationDate": "12/2030",
        "SecurityCode": "123", "Brand": "Visa"}
BIA = Person("bia", frozenset({"view"}))


@pytest.fixture
def sell(shop, site, keys):
    """Makes paid sales and takes them up: Cielo's numbers by the ledger's."""

    def make(count: int, amount: int = 10000) -> dict[int, str]:
        fields = ({"MerchantOrderId": f"page{number}", "Payment": {
            "Type": "CreditCard", "Amount": amount, "Installments": 1, "Capture": True,
            "CreditCard": CARD}} for number in range(count))
        made = [one.result.payment.payment_id for one in shop.many(shop.sales.create, fields)]
        site.ledger.ingest()
        with site.ledger.engine.connect() as connection:
            return dict(connection.execute(sa.select(sale.c.id, sale.c.payment_id).where(
                sale.c.payment_id.in_(made)).order_by(sale.c.id)).all())

    return make


def sent(sandbox: Any, payments: dict[int, str]) -> list[int]:
    """How often each payment was asked to be changed."""
    paths = [one["path"] for one in sandbox.requests() if one["method"] == "PUT"]
    return [sum(each in path for path in paths) for each in payments.values()]


def until(is_so: Callable[[], bool]) -> None:
    """Waits for it, with an end."""
    limit = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < limit, "it did not come about in a minute"
        time.sleep(0.1)


def made_of(browser: Browser, payments: Any, verb: str = "void") -> str:
    """The path of a new batch of these sales."""
    answer = browser.submit("/batches/new", "/batches/new", verb=verb, id=list(payments))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def marked(page: str) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', page)
    assert found
    return found[1]


def started(browser: Browser, path: str, **fields: Any) -> Any:
    return browser.submit(f"{path}/start", path, mark=marked(browser.get(path).text), **fields)


def test_none_yet(site: Site) -> None:
    page = site.browser().get("/batches")
    assert page.status_code == 200 and "Nenhum lote ainda" in page.text
    assert "De um arquivo" not in site.browser(BIA).get("/batches").text


def test_thirty_with_one_refused_and_one_in_doubt(site, sell, shop, sandbox, faults,
                                                  monkeypatch) -> None:
    payments = sell(30)
    first, second = list(payments)[:2]
    shop.sales.void(payments[first])
    monkeypatch.setattr(site.ledger.changes, "_open_client",
                        lambda store, **more: site.ledger.client(
                            store, reconcile=False, **more))
    before = sent(sandbox, payments)
    browser = site.browser()
    path = made_of(browser, payments)
    page = browser.get(path).text
    assert "Lote 1: cancelar 30" in page
    assert "não resta nada a cancelar" in page and "2.900,00" in page
    assert "1 não vai: fica no lote" in " ".join(page.split())
    assert sent(sandbox, payments) == before  # nothing was sent yet

    faults(match=f"PUT /1/sales/{payments[second]}", after="process", do="close")
    assert started(browser, path).headers["location"] == path
    running = browser.get(path).text
    assert 'id="batch" data-refresh="2"' in running and "http-equiv" in running
    assert "nenhum programa está enviando" in running
    Worker(site.ledger).run_due()
    done = browser.get(path).text
    assert "data-refresh" not in done and "feitas 28" in done
    assert [sent(sandbox, payments)[at] - before[at] for at in range(30)] == [0] + [1] * 29
    doubt = re.search(r'href="(/doubts/[^"]+)"', browser.get(path, params={
        "state": "in_doubt"}).text)
    assert doubt and "em dúvida" in browser.get(doubt[1]).text
    unsent = browser.get(path, params={"state": "failed"}).text
    assert "não resta nada a cancelar" in unsent and "Tentar as não enviadas" in unsent

    lines = browser.get(f"{path}.csv").text.splitlines()
    assert len(lines) == 31 and lines[0].startswith("\ufeffPedido;PaymentId;Estado")
    assert {"feita", "não enviada", "em dúvida"} == {line.split(";")[2] for line in lines[1:]}


def test_what_was_typed_is_looked_over_before_it_is_sent(site, sell, sandbox) -> None:
    payments = sell(3)
    browser = site.browser()
    path = made_of(browser, payments)
    rows = [row.id for row in site.ledger.batches.rows(1)]
    typed = {f"amount-{rows[0]}": "57,00", f"amount-{rows[1]}": "", "omit": str(rows[2])}
    answer = started(browser, path, **typed)
    assert answer.status_code == 409 and "mudou desde que foi mostrado" in answer.text
    assert "57,00" in answer.text and "157,00" in answer.text
    assert "cancelar 2" in answer.text
    wrong = browser.submit(f"{path}/rows", path, **{f"amount-{rows[0]}": "1,234"})
    assert wrong.status_code == 400 and "aria-invalid" in wrong.text and "1,234" in wrong.text
    assert browser.submit(f"{path}/rows", path,
                          **{f"amount-{rows[1]}": "10000"}).status_code == 303
    assert "só restam 100,00" in browser.get(path).text
    assert sent(sandbox, payments) == [0, 0, 0]
    browser.submit(f"{path}/rows", path, omit=[str(each) for each in rows])
    assert site.ledger.batches.all() == []


def test_one_that_stopped_by_itself_says_why_in_the_readers_language(site, sell) -> None:
    browser = site.browser()
    path = made_of(browser, sell(1))
    with site.ledger.engine.begin() as connection:
        connection.execute(sa.update(batch).values(
            state="paused", why="bia started it, and may no longer void in block here"))
    page = browser.get(path).text
    assert "parou sozinho: bia o começou, e não pode mais cancelar em lote nesta loja." in page
    assert ("by itself: bia started it, and may no longer void in block here."
            in site.browser(lang="en").get(path).text)
    browser.submit(f"{path}/resume", path)
    assert "parou sozinho" not in browser.get(path).text


def test_what_was_read_a_moment_ago_is_not_asked_for_again(site, sell, sandbox, faults) -> None:
    """Until somebody wants it anew, or it is old; what could not be read is asked for again."""
    payments = sell(3)
    browser = site.browser()
    path = made_of(browser, payments)
    def reads() -> int:
        return sum(one["method"] == "GET" and any(each in one["path"] for each in
                   payments.values()) for one in sandbox.requests())

    first = next(iter(payments.values()))
    before = reads()
    faults(match=f"GET /1/sales/{first}", after="read", do="status:404")
    assert "não se pôde ler" in browser.get(path).text and reads() == before + 3
    page = browser.get(path).text
    assert "não se pôde ler" not in page and reads() == before + 4
    assert "não se pôde ler" not in site.browser().get(path).text and reads() == before + 4
    with site.ledger.engine.connect() as connection:
        read = connection.scalar(sa.select(sa.func.min(batch_row.c.looked)))
    moment = moment_text(read, zoneinfo.ZoneInfo("America/Sao_Paulo"))
    assert "lidas na Cielo em\n  <time" in page and moment in page
    row = next(iter(site.ledger.batches.rows(1))).id
    browser.submit(f"{path}/rows", path, **{f"amount-{row}": "57,00"})
    assert "57,00" in browser.get(path).text and reads() == before + 4
    browser.submit(f"{path}/rows", path, anew="yes")
    browser.get(path)
    assert reads() == before + 7
    with site.ledger.engine.begin() as connection:
        connection.execute(sa.update(batch_row).values(looked=read - KEPT))
    browser.get(path)
    assert reads() == before + 10
    viewer = site.browser(BIA).get(path).text
    assert "Ler de novo" not in viewer and "Descartar" not in viewer
    before = reads()
    browser.submit(f"{path}/drop", path)
    browser.get(made_of(browser, payments))  # which SQLite numbers alike
    assert reads() == before + 3


def test_what_is_ready_is_not_resumed(site, sell) -> None:
    """Nothing is sent that nobody looked over; where nothing goes there is no button for it."""
    browser = site.browser()
    path = made_of(browser, sell(1), "capture")
    page = browser.get(path).text
    assert "Nenhuma destas vendas vai" in page and f"{path}/start" not in page
    assert browser.submit(f"{path}/resume", path).headers["location"] == path
    assert site.ledger.batches.get(1).state == "ready"


def test_old_pages_change_nothing_unseen(site, sell) -> None:
    """Of one that was begun meanwhile no sum is changed; one that is ready stays so."""
    one, two = site.browser(), site.browser()
    path = made_of(one, sell(2))
    token, batches = two.token(path), site.ledger.batches
    rows = [row.id for row in batches.rows(1)]

    def post(where: str, **fields: str) -> str:
        answer = two.post(f"{path}/{where}", data={"token": token, **fields},
                          headers={"origin": ADDRESS})
        assert answer.status_code == 303
        return str(answer.headers["location"])

    assert post("pause") == path and batches.get(1).state == "ready"
    started(one, path)
    one.submit(f"{path}/pause", path)
    told = post("rows", omit=str(rows[1]), **{f"amount-{rows[0]}": "57,00"})
    assert told == f"{path}?note=batch_begun"
    assert [row.asked for row in batches.rows(1)] == [None, None]
    assert batches.get(1).state == "paused"


def test_two_tabs_start_it_once(site, sell, sandbox) -> None:
    payments = sell(3)
    one, two = site.browser(), site.browser()
    path = made_of(one, payments)
    mark = marked(two.get(path).text)
    token = two.token(path)
    assert started(one, path).headers["location"] == path
    again = two.post(f"{path}/start", data={"token": token, "mark": mark},
                     headers={"origin": ADDRESS})
    assert again.headers["location"] == f"{path}?note=batch_begun"
    assert len(list(site.ledger.audit.lines(did="batch run"))) == 1
    Worker(site.ledger).run_due()
    assert sent(sandbox, payments) == [1, 1, 1]


def test_what_another_reads_while_the_page_is_made_is_not_started(site, sell, monkeypatch) -> None:
    """A row that the page says stays goes by what the other was told a moment later."""
    payments = sell(2)
    browser, batches = site.browser(), site.ledger.batches
    path = made_of(browser, payments)
    real, read = batches.look, site.ledger.changes.look_many
    unread = dict.fromkeys(payments, Refused("it could not be read: x", "não se pôde ler: x"))
    with monkeypatch.context() as patched:

        def look(number, **words):
            patched.setattr(site.ledger.changes, "look_many", lambda *words, **more: unread)
            found = list(real(number, **words))
            patched.setattr(site.ledger.changes, "look_many", read)
            assert len(list(real(number))) == 2
            return iter(found)

        patched.setattr(batches, "look", look)
        page = browser.get(path).text
    assert page.count("não se pôde ler") == 2
    mark = re.search('name="mark" value="([^"]*)"', page)[1]
    answer = browser.post(f"{path}/start", data={"token": browser.token(path), "mark": mark},
                          headers={"origin": ADDRESS})
    assert answer.status_code == 409 and "não se pôde ler" not in answer.text
    assert started(browser, path).headers["location"] == path


def test_paused_resumed_and_tried_again(site, sell, sandbox, faults) -> None:
    payments = sell(3)
    first = next(iter(payments))
    browser = site.browser(confirm=lambda person, password: password == "right horse")
    path = made_of(browser, payments)
    assert "Sua senha" in browser.get(path).text
    assert started(browser, path, password="wrong").status_code == 403
    started(browser, path, password="right horse")
    assert browser.submit(f"{path}/pause", path).status_code == 303
    Worker(site.ledger).run_due()
    assert sent(sandbox, payments) == [0, 0, 0]
    assert "Continuar o lote" in browser.get(path).text
    assert browser.submit(f"{path}/resume", path).status_code == 403
    browser.submit(f"{path}/resume", path, password="right horse")
    faults(match=f"GET /1/sales/{payments[first]}", after="read", do="status:500", times=-1)
    Worker(site.ledger).run_due()
    sandbox.faults([])
    assert "Tentar as não enviadas" in browser.get(path).text
    browser.submit(f"{path}/resume", path, again="yes", password="right horse")
    Worker(site.ledger).run_due()
    assert site.ledger.batches.get(1).counts == {"done": 3}
    assert sent(sandbox, payments) == [1, 1, 1]


def test_a_file(site, sell) -> None:
    payments = sell(2)
    browser = site.browser()

    def upload(text: bytes) -> Any:
        return browser.post("/batches/new", files={"file": ("lote.csv", io.BytesIO(text))}, data={
            "token": browser.token("/batches/new"), "verb": "void"}, headers={"origin": ADDRESS})

    ids = list(payments.values())
    answer = upload(f"payment_id;valor\n{ids[0]};57,00\n{ids[1]};\n".encode())
    assert "57,00" in browser.get(answer.headers["location"]).text
    refused = upload("pedido;valor;observação\nnowhere;;é\n".encode("cp1252"))
    assert refused.status_code == 400 and "linha 2: nenhuma venda" in refused.text


def test_of_a_search(site, sell) -> None:
    sell(2)
    answer = site.browser().submit("/batches/new", "/batches/new", verb="void",
                                   which="all", search="status=paid&since=1d")
    assert answer.headers["location"] == "/batches/1"
    assert site.ledger.batches.get(1).search == "--status paid --since 1d"
    none = site.browser().submit("/batches/new", "/batches/new", verb="void")
    assert none.status_code == 400 and "nenhuma venda foi escolhida" in none.text


def test_who_may_not(site, sell) -> None:
    payments = sell(1)
    owner = site.browser()
    path = made_of(owner, payments)
    viewer = site.browser(BIA)
    assert "/start" not in viewer.get(path).text
    for act in ("rows", "start", "pause", "resume", "drop"):
        answer = viewer.post(f"{path}/{act}", headers={"origin": ADDRESS})
        assert answer.status_code == 403, act
    assert viewer.get(f"{path}.csv").status_code == 403
    stranger = site.browser(Person("eva", stores=frozenset({99})))
    assert stranger.get(path).status_code == 404
    assert stranger.get("/batches").text.count("<tr") == 0
    with site.ledger.engine.connect() as connection:
        assert connection.scalar(sa.select(batch.c.state)) == "ready"


def test_the_server_is_killed_and_another_takes_over(site, sell, sandbox, faults, processes,
                                                     folder) -> None:
    """What was started on a page goes on wherever a worker lives, each row sent once."""
    payments = sell(12)
    browser = site.browser()
    path = made_of(browser, payments)
    ready = processes.Event()
    url = site.ledger.engine.url.render_as_string(hide_password=False)
    server = processes.Process(target=work, args=(url, str(folder), 1.5, ready))
    server.start()
    assert ready.wait(60)
    faults(match="PUT /1/sales/", delay_ms=100, times=-1)
    started(browser, path)
    until(lambda: site.ledger.batches.get(1).counts.get("done", 0) > 0)
    server.kill()
    server.join()
    sandbox.faults([])
    with Worker(site.ledger):
        until(lambda: "data-refresh" not in browser.get(path).text)
    assert max(sent(sandbox, payments)) == 1
    assert set(site.ledger.batches.get(1).counts) <= {"done", "in_doubt"}
