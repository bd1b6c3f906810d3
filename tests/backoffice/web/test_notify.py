"""Cielo's posts, and those of people who would like to be Cielo."""

from __future__ import annotations

import http.client
import json
import pathlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import uvicorn
from browsing import Site

import cielo.sandbox
from cielo.backoffice import Person
from cielo.backoffice.jobs import Worker
from cielo.backoffice.schema import notice
from cielo.backoffice.web import create_app, notify

SECRET = "CANARYnotify-secret_of-a-store"
PAYMENT = "24bc8366-fc31-4d6c-8555-17049a836a07"
JSON = {"content-type": "application/json"}


@pytest.fixture
def store(site: Site, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("CIELO_MERCHANT_ID", "merchant")
    monkeypatch.setenv("CIELO_MERCHANT_KEY", "K" * 40)
    monkeypatch.setenv("CIELO_NOTIFY_SECRET", SECRET)
    return site.ledger.stores.add("merchant", "sandbox")


@pytest.fixture
def cielos(site: Site, store: Any) -> Any:
    """Who posts: no browser, and nobody who is signed in."""
    return site.browser()


@pytest.fixture
def served(site: Site) -> Iterator[tuple[str, int]]:
    """The address of the pages behind a real server."""
    config = uvicorn.Config(create_app(site.ledger, person=lambda request: None), port=0,
                            lifespan="off", log_level="error", http="h11")
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join(60)


def body(payment_id: str = PAYMENT, change: int = 1) -> str:
    return json.dumps({"PaymentId": payment_id, "ChangeType": change})


def queued(site: Site) -> list[str]:
    with site.ledger.engine.connect() as connection:
        return list(connection.scalars(sa.select(notice.c.about).order_by(notice.c.id)))


def test_both_families_are_taken(site: Site, store: Any, cielos: Any) -> None:
    address = f"/notify/{store.id}/{SECRET}"
    assert cielos.post(address, content=body(), headers=JSON).status_code == 200
    answer = cielos.post(address, data={"checkout_cielo_order_number": "abc123",
                                        "order_number": "Pedido01", "amount": "100"})
    assert (answer.status_code, answer.text) == (200, "OK\n")
    assert queued(site) == [f"payment:{PAYMENT}", "checkout:abc123"]


def test_the_secret_may_come_in_a_header(site: Site, store: Any, cielos: Any) -> None:
    address = f"/notify/{store.id}"
    given = {**JSON, notify.HEADER: SECRET}
    assert cielos.post(address, content=body(), headers=given).status_code == 200
    given[notify.HEADER] = SECRET + "x"
    assert cielos.post(address, content=body(), headers=given).status_code == 404
    assert cielos.post(address, content=body(), headers=JSON).status_code == 404


@pytest.mark.parametrize("path", ["/notify/{id}/" + SECRET[:-1], "/notify/{id}/x", "/notify/{id}",
                                  "/notify/99/" + SECRET, "/notify/{id}/%C3%A7",
                                  "/notify/" + "9" * 40 + "/x"])
def test_who_knows_no_secret_learns_nothing(site: Site, store: Any, cielos: Any,
                                            path: str) -> None:
    answer = cielos.post(path.format(id=store.id), content=body(), headers=JSON)
    assert (answer.status_code, answer.text) == (404, "not found\n")
    assert queued(site) == []
    assert cielos.get(f"/notify/{store.id}/{SECRET}").status_code == 404  # nothing to see


def test_a_secret_that_could_be_guessed_opens_nothing(
        site: Site, store: Any, monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture) -> None:
    for short in ("CANARYshort", "CANARY with blanks in it"):
        monkeypatch.setenv("CIELO_NOTIFY_SECRET", short)
        answer = site.browser().post(f"/notify/{store.id}/{short}", content=body())
        assert answer.status_code == 404
    assert "CIELO_NOTIFY_SECRET" in caplog.text and "CANARY" not in caplog.text


def test_each_store_has_its_own(site: Site, store: Any, cielos: Any,
                                tmp_path: pathlib.Path) -> None:
    keys = tmp_path / "keys"
    keys.touch(0o600)
    keys.write_text(f"CIELO_MERCHANT_ID=other\nCIELO_NOTIFY_SECRET={SECRET[::-1]}\n")
    other = site.ledger.stores.add("other", "sandbox")
    site.ledger.stores.set(other.id, keys=str(keys))
    for number, secret, status in ((other.id, SECRET, 404), (store.id, SECRET[::-1], 404),
                                   (other.id, SECRET[::-1], 200)):
        assert cielos.post(f"/notify/{number}/{secret}", content=body(),
                           headers=JSON).status_code == status


def test_a_new_secret_holds_soon(site: Site, store: Any, cielos: Any,
                                 monkeypatch: pytest.MonkeyPatch) -> None:
    assert cielos.post(f"/notify/{store.id}/{SECRET}", content=body()).status_code == 200
    monkeypatch.setenv("CIELO_NOTIFY_SECRET", SECRET[::-1])
    monkeypatch.setattr(notify, "REMEMBERED", 0.0)
    assert cielos.post(f"/notify/{store.id}/{SECRET}", content=body()).status_code == 404
    assert cielos.post(f"/notify/{store.id}/{SECRET[::-1]}", content=body()).status_code == 200


def test_a_forged_one_costs_a_look_and_changes_nothing(
        site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it comes; a real one that waits with it is looked at first."""
    with cielo.sandbox.run() as sandbox:
        monkeypatch.setenv("CIELO_MERCHANT_ID", "merchant")
        monkeypatch.setenv("CIELO_MERCHANT_KEY", "K" * 40)
        monkeypatch.setenv("CIELO_NOTIFY_SECRET", SECRET)
        store = site.ledger.stores.add("merchant", sandbox.base_url)
        cielos = site.browser()
        for _ in range(5):
            assert cielos.post(f"/notify/{store.id}/{SECRET}", content=body(),
                               headers=JSON).status_code == 200
        assert queued(site) == [f"payment:{PAYMENT}"]
        before = len(sandbox.requests())
        worker = Worker(site.ledger)
        worker.run_due()
        assert [one["path"] for one in sandbox.requests()[before:]] == [f"/1/sales/{PAYMENT}"]
        assert site.ledger.jobs.get("notices").counts == {"seen": 0, "unknown": 1, "failed": 0}
        with site.ledger.engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM sale")) == 0


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", "{\"PaymentId\": 7, \"ChangeType\": 1}",
                                  "\x00" * 100, "{" * 4000,
                                  json.dumps({"PaymentId": "x" * 300, "ChangeType": 1})])
def test_what_is_no_notification(site: Site, store: Any, cielos: Any, text: str) -> None:
    answer = cielos.post(f"/notify/{store.id}/{SECRET}", content=text, headers=JSON)
    assert answer.status_code in (200, 400)
    assert len(queued(site)) == (1 if answer.status_code == 200 else 0)
    assert not any(len(about) > 300 for about in queued(site))


def test_a_huge_one_is_not_read(served: Any, site: Site, store: Any) -> None:
    """It may say that it is small, or not say how long it is: what comes is counted."""
    with socket.create_connection(served, 60) as line:
        line.sendall(b"POST /notify/%d/%b HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n" % (store.id, SECRET.encode()))
        for _ in range(9):
            line.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
        answer = line.recv(4096)  # while it is not at its end
    assert answer.split()[1] == b"413" and b"connection: close" in answer.lower()
    assert queued(site) == []


def test_a_flood_is_sent_again_later(site: Site, store: Any, cielos: Any,
                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "BURST", 5.0)
    monkeypatch.setattr(notify, "RATE", 0.0)
    address = f"/notify/{store.id}/"
    for _ in range(20):  # who has no secret takes nobody's turn
        assert cielos.post(address + "wrong", content=body()).status_code == 404
    codes = [cielos.post(address + SECRET, content=body(PAYMENT[:-1] + str(n)),
                         headers=JSON).status_code for n in range(8)]
    assert codes == [200] * 5 + [429] * 3


def test_the_secret_is_kept_nowhere(site: Site, store: Any, cielos: Any, tmp_path: pathlib.Path,
                                    caplog: pytest.LogCaptureFixture) -> None:
    cielos.post(f"/notify/{store.id}/{SECRET}", content=body(), headers=JSON)
    cielos.post(f"/notify/{store.id}/{SECRET}x", content="", headers=JSON)
    assert SECRET not in caplog.text
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


def test_one_that_cannot_be_kept_is_sent_again(
        site: Site, store: Any, cielos: Any, caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the database is away: the log tells of it, and not of the secret."""
    def fail(*words: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(site.ledger.sync, "receive", fail)
    answer = cielos.post(f"/notify/{store.id}/{SECRET}", content=body(), headers=JSON)
    assert answer.status_code == 503 and SECRET not in answer.text
    assert "the disk is full" in caplog.text and SECRET not in caplog.text


def test_many_at_once_when_the_server_has_just_begun(served: Any, site: Site, store: Any) -> None:
    codes: list[int] = []

    def post() -> None:
        line = http.client.HTTPConnection(*served, timeout=60)
        line.request("POST", f"/notify/{store.id}/{SECRET}", body=body(), headers=JSON)
        codes.append(line.getresponse().status)
        line.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [200] * 8 and queued(site) == [f"payment:{PAYMENT}"]


def test_a_slow_one(served: Any, site: Site, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has its time; who brings no secret is answered before the body comes at all."""
    monkeypatch.setattr(notify, "PATIENCE", 0.5)
    for secret, status, least in ((SECRET, b"408", 0.4), ("wrong", b"404", 0.0)):
        with socket.create_connection(served, 60) as line:
            begun = time.monotonic()
            line.sendall(b"POST /notify/%d/%b HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                         b"Content-Length: 1000\r\n\r\n{" % (store.id, secret.encode()))
            answer = line.recv(4096)
            assert answer.split()[1] == status
            assert least <= time.monotonic() - begun < 8
    assert queued(site) == []


def test_the_page_says_where_to_register(site: Site, store: Any,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the secret itself, and to those who may configure."""
    text = site.browser(lang="en").get("/stores").text
    assert f"http://127.0.0.1/notify/{store.id}/" in text and SECRET not in text
    monkeypatch.delenv("CIELO_NOTIFY_SECRET")
    assert "are not taken" in site.browser(lang="en").get("/stores").text
    viewer = Person("bia", frozenset({"view"}))
    assert "CIELO_NOTIFY_SECRET" not in site.browser(viewer, lang="en").get("/stores").text
