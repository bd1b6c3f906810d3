"""The server itself: credentials, journal, state, notifications, command line."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import importlib.metadata
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from sandbox_support import CARD, DAY, KEY, MERCHANT, Receiver, Shop, wait_for

# -- credentials and paths ---------------------------------------------------


def test_credentials_are_required(shop: Shop) -> None:
    for headers in ({}, {"MerchantId": MERCHANT}, {"MerchantKey": KEY}):
        shop.headers = headers
        answer = shop.get("/1/sales/x")
        assert (answer.status, answer.body) == (401, b"")


def test_slashes_that_follow_each_other_count_as_one(shop: Shop) -> None:
    sale = shop.post("//1//sales/", {"MerchantOrderId": "o1"})
    assert sale.codes == [119]
    payment_id = shop.paid()["PaymentId"]
    assert shop.get(f"//1/sales/{payment_id}").json["Payment"]["PaymentId"] == payment_id


def test_named_merchants_only(package: Any) -> None:
    with package.run(merchants={MERCHANT: KEY}) as server:
        with Shop(server, MERCHANT.upper()) as shop:
            assert shop.sell().status == 201
        with Shop(server, key="wrong") as shop:
            assert shop.sell().status == 401
        with Shop(server, merchant="other") as shop:
            assert shop.sell().status == 401
        assert len(server.sales()) == 1


@pytest.mark.parametrize("form", [list, tuple, set, iter])
def test_merchants_as_the_command_takes_them(package: Any, form: Any) -> None:
    texts = form([f"{MERCHANT}:{KEY}", "other:key:with:colons"])
    with package.run(merchants=texts) as server:
        with Shop(server) as shop:
            assert shop.sell().status == 201
        with Shop(server, merchant="OTHER", key="key:with:colons") as shop:
            assert shop.sell().status == 201
        with Shop(server, merchant="other") as shop:
            assert shop.sell().status == 401


@pytest.mark.parametrize("option", ["merchants", "clients"])
@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (f"{MERCHANT}:{KEY}", TypeError, "in a list; not one str"),
        (b"id:hidden", TypeError, "in a list; not one bytes"),
        (7, TypeError, "not int"),
        (["id:key", ("id", "hidden")], TypeError, "[1] is tuple, not str"),
        ({"id": b"hidden"}, TypeError, "an id or key is bytes, not str"),
        ({1: "hidden"}, TypeError, "an id or key is int, not str"),
        ({"": "hidden"}, ValueError, "an id or key is empty"),
        (["id:key", "hidden"], ValueError, "[1]: two parts with a colon between them are expected"),
        ([":hidden"], ValueError, "[0]: two parts with a colon between them are expected"),
    ],
)
def test_merchants_of_no_form(
    package: Any, option: str, value: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as caught:
        package.run(**{option: value})
    text = str(caught.value)
    assert text.startswith(f'{option} must be a dict of id to key, or texts "ID:KEY"')
    assert text.endswith(said) and "hidden" not in text and KEY not in text


@pytest.mark.parametrize("nobody", [None, {}, []])
def test_no_merchants_are_any(package: Any, nobody: Any) -> None:
    with package.run(merchants=nobody) as server, Shop(server) as shop:
        assert shop.sell().status == 201


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("merchant", "run() has no option 'merchant'; did you mean 'merchants'?"),
        ("notify_ulr", "run() has no option 'notify_ulr'; did you mean 'notify_url'?"),
        ("prot", "run() has no option 'prot'; did you mean 'port'?"),
        ("zzz", "run() has no option 'zzz'"),
    ],
)
def test_misspelt_options_of_run(package: Any, name: str, said: str) -> None:
    with pytest.raises(TypeError) as caught:
        package.run(**{name: 1})
    assert str(caught.value) == said


@pytest.mark.parametrize("port", [-1, 65536, 99999])
def test_run_refuses_a_port_there_is_not(package: Any, port: int) -> None:
    with pytest.raises(ValueError, match=f"port from 0 to 65535, not {port}"):
        package.run(port=port)


def test_unknown_paths_and_verbs(shop: Shop) -> None:
    lost = shop.get("/1/nothing")
    assert (lost.status, lost.json) == (404, {"error": "the local Cielo has no such path"})
    unknown = shop.get("/1/sales/12345678-1234-1234-1234-123456789012")
    assert (unknown.status, unknown.body) == (404, b"")  # Cielo's own word
    assert shop.call("DELETE", "/1/sales").status == 405
    for path in ("/_sandbox", "/_sandbox/"):
        listed = shop.get(path)
        assert listed.status == 200 and "POST /_sandbox/pay" in listed.json["handles"]
    nothing = shop.get("/_sandbox/nothing")
    assert (nothing.status, nothing.json["error"]) == (404, "no such handle")
    assert nothing.json["handles"] == listed.json["handles"]
    assert shop.get("/_sandbox/reset").status == 405


# -- clock -------------------------------------------------------------------


def test_clock_moves_every_date(shop: Shop, sandbox: Any) -> None:
    before = parsedate_to_datetime(shop.get("/1/nothing").headers["Date"])
    sandbox.advance(10 * DAY)
    answer = shop.sell()
    after = parsedate_to_datetime(answer.headers["Date"])
    assert 10 * DAY <= (after - before).total_seconds() < 10 * DAY + 30
    assert "GMT" in answer.headers["Date"]
    sandbox.reset()
    back = parsedate_to_datetime(shop.get("/1/nothing").headers["Date"])
    assert (back - before).total_seconds() < 30


@pytest.mark.parametrize(
    "wrong",
    [-1, "soon", True, None, [1], 1e12, 10**400, float("nan"), float("inf"), float("-inf")],
)
def test_a_clock_that_cannot_be_moved_so(shop: Shop, wrong: Any) -> None:
    answer = shop.post("/_sandbox/clock", {"advance_seconds": wrong})
    assert answer.status == 400 and "advance_seconds" in answer.json["error"]
    assert shop.get("/_sandbox/clock").json["offset_seconds"] == 0
    assert shop.paid()["Status"] == 1, "nothing is broken"


def test_the_clock_ends_with_the_year_2199(shop: Shop, sandbox: Any) -> None:
    plan = {"AuthorizeNow": True, "Interval": "Annual"}
    shop.paid(RecurrentPayment=plan, card={"ExpirationDate": "12/2299"})
    years = 2199 - int(shop.get("/_sandbox/clock").json["now"][:4])
    sandbox.advance(years * 365 * DAY)
    assert len(sandbox.sales()) == years
    with pytest.raises(ValueError, match="2199"):
        sandbox.advance(2 * 365 * DAY)
    assert shop.sell().status == 201


# -- journal -----------------------------------------------------------------


def test_journal_masks_what_is_secret(shop: Shop, sandbox: Any) -> None:
    shop.call("POST", "/1/sales/?a=b", b'{"CardNumber": "' + CARD.encode() + b'", "SecurityCode":')
    shop.sell()
    broken, sale = sandbox.requests()
    assert (broken["method"], broken["path"], broken["status"]) == ("POST", "/1/sales/?a=b", 400)
    assert broken["json"] is None and "409168******7641" in broken["body"]
    assert sale["status"] == 201 and sale["headers"]["MerchantKey"] == "***"
    assert sale["headers"]["MerchantId"] == MERCHANT
    card = sale["json"]["Payment"]["CreditCard"]
    assert card["CardNumber"] == "409168******7641" and card["SecurityCode"] == "***"
    seen = json.dumps(sandbox.requests()) + json.dumps(sandbox.sales())
    assert CARD not in seen and KEY not in seen


SECRETS = (CARD, KEY, "CANARY", "987", "1234-1234")
ORDER = "2026112212000501"  # sixteen digits, and no card's


def test_journal_masks_addresses_and_headers(shop: Shop, sandbox: Any) -> None:
    token = "12345678-1234-1234-1234-123456789012"
    escaped = "%34091688625337641"
    for path in (
        f"/1/sales/{CARD}",
        f"/1/sales/{escaped}",
        f"/1/sales?merchantOrderId={CARD}",
        f"/1/sales?merchantOrderId=%2534{CARD[1:]}",
        "/1/x?card=4091-6886-2533-7641",
        f"/1/card/{token}",
        "/1/x?client_secret=CANARY1&card%5Btoken%5D=CANARY2",
        f"/1/sales?merchantOrderId={ORDER}",
        f"/1/sales/acquirerTid/{ORDER}",
        f"/1/sales/{token}",
    ):
        shop.get(path)
    shop.call("GET", "/1/x", Authorization="CANARY3", Cookie="a=CANARY4", X_Api_Key="CANARY5")
    shop.call("GET", "/1/x", Authorization="Basic CANARY6", **{"Proxy-Authorization": "CANARY7"})
    entries = sandbox.requests()
    paths = [entry["path"] for entry in entries]
    assert "409168******7641" in paths[0] and "409168******7641" in paths[3]
    assert paths[5] == "/1/card/***"
    assert paths[7].endswith(ORDER) and paths[8].endswith(ORDER) and paths[9].endswith(token)
    assert entries[10]["headers"]["Authorization"] == "***"
    assert entries[11]["headers"]["Authorization"] == "Basic ***"
    seen = json.dumps(entries[:7] + entries[10:])
    assert [secret for secret in (*SECRETS, CARD[1:], "6886") if secret in seen] == []


TIMES = ("1795784533662", "1795784533662123456", "async1795784533662", "a-1795784533662.1_x")


@pytest.mark.parametrize("number", TIMES)
def test_journal_leaves_numbers_of_orders_whole(shop: Shop, sandbox: Any, number: str) -> None:
    """A test finds its request by the time in it, which is no card's number."""
    shop.sell(order=number)
    body = json.dumps({"orderNumber": number, "paymentId": number, "Other": number})
    shop.call("POST", "/1/sales/", body.encode())
    form = f"order_number={number}&MERCHANTORDERID={number}"
    shop.call("POST", "/api/public/v2/token", form.encode())
    paths = (
        f"/1/sales?merchantOrderId={number}&a=b",
        f"/1/sales?MERCHANTORDERID={number}",
        f"/1/sales/OrderId/{number}/void",
        f"/1/sales/{number}",
        f"/1/RecurrentPayment/{number}/Deactivate",
        f"/api/public/v2/merchantOrderNumber/{number}",
        f"/api/public/v1/orders/12345678-1234-1234-1234-123456789012/{number}",
    )
    for path in paths:
        shop.call("GET", path, RequestId=number)
    sale, other, posted, *entries = sandbox.requests()
    assert sale["json"]["MerchantOrderId"] == number
    assert (other["json"]["orderNumber"], other["json"]["paymentId"]) == (number, number)
    assert number not in other["json"]["Other"]
    assert posted["body"] == form
    assert [entry["path"] for entry in entries] == list(paths)
    assert {entry["headers"]["RequestId"] for entry in entries} == {number}


@pytest.mark.parametrize("number", [CARD, "4091-6886-2533-7641", "4091_6886_2533_7641"])
def test_journal_masks_cards_given_as_numbers_of_orders(
    shop: Shop, sandbox: Any, number: str
) -> None:
    shop.sell(order=number)
    shop.call("POST", "/1/sales/", f'{{"OrderNumber": {CARD}}}'.encode())
    shop.call("POST", "/1/sales/", f"order_number={number}".encode())
    for path in (
        f"/1/sales?merchantOrderId={number}",
        f"/1/sales/OrderId/{number}/void",
        f"/1/sales/{number}",
        f"/api/public/v2/merchantOrderNumber/{number}",
    ):
        shop.call("GET", path, RequestId=number)
    seen = json.dumps(sandbox.requests())
    assert [secret for secret in (CARD, number, "6886", "2533") if secret in seen] == []
    assert seen.count("409168******7641") >= 7


@pytest.mark.parametrize(
    "body",
    [
        b'{"MerchantOrderId": "4091 6886 2533 7641"}',
        b'{"MerchantOrderId": "4091,6886,2533,7641"}',
        b'{"MerchantOrderId": 4091 6886 2533 7641}',
        b'{"MerchantOrderId": "\\u0034091688625337641"}',
        b"order_number=4091 6886 2533 7641",
        b"/1/sales/OrderId/4091/6886/2533/7641",
        b'{"Number": "\\u003409168862533764\\u0031"}',
        b'{"Number": "%34091688625337641"}',
        b'{"Number": 4091688625337641, "Real": 4091688625337641.0}',
        b'{"4091688625337641": 1, "Text": "4091 6886 2533 7641 987"}',
        b'{"Text": "card 12/2030 4091.6886.2533.7641, 987"}',
        b'{"client_secret": "CANARY", "Nested": {"MerchantKey": "CANARY \\" more"}}',
        b'{"Password": {"any": ["CANARY", 987]}, "cvv": 987, "Card-Code": 987.0}',
        b'{"Client\\u0053ecret": "CANARY", "CardToken": "CANARY", "WalletKey": "CANARY"}',
        b'{"broken": {"SecurityCode": 987, "access_token" : "CANARY',
        b"grant_type=client_credentials&client_secret=CANARY&number=4091688625337641",
        b"client%5Fsecret=CANARY&card[cvv]=987&n=%34%30%39%31688625337641",
        b"<card>4091688625337641 987</card> MerchantKey=CANARY",
    ],
)
def test_journal_masks_bodies(shop: Shop, sandbox: Any, body: bytes) -> None:
    shop.call("POST", "/1/sales/", body)
    seen = json.dumps(sandbox.requests())
    hidden = (*SECRETS, CARD[1:], "6886", "2533")
    assert [secret for secret in hidden if secret in seen] == []


def test_journal_shows_a_body_as_it_came(shop: Shop, sandbox: Any) -> None:
    body = (
        b'{ "MerchantOrderId":"2026-11-22",\n"At": "2026-11-22 12:00:05.1234567",'
        b' "Off": "50%25",'
        b' "PaymentId": "12345678-1234-1234-1234-123456789012", "Amount": 15700,'
        b' "Caf\\u00e9": null,'
        b' "Phone": "+55 11 99999-8888", "Code": "51", "List": [1, 2.50, true] }'
    )
    shop.call("POST", "/1/sales/", body)
    (entry,) = sandbox.requests()
    assert entry["body"] == body.decode() and entry["json"] == json.loads(body)


def test_reset_forgets(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid()
    sandbox.reset()
    assert sandbox.sales() == sandbox.requests() == []
    assert shop.get(f"/1/sales/{payment['PaymentId']}").status == 404


# -- state -------------------------------------------------------------------


def test_state_survives_a_restart(package: Any, tmp_path: Path) -> None:
    state = str(tmp_path / "books.sqlite")
    with package.run(state=state) as server, Shop(server) as shop:
        sale = shop.paid(card={"SaveCard": True}, order="kept")
        shop.put(f"/1/sales/{sale['PaymentId']}/capture?amount=100")
        repeated = shop.paid(RecurrentPayment={"AuthorizeNow": True}, order="kept")
        server.advance(3 * DAY)
        books = server.sales()
    assert CARD.encode() not in (tmp_path / "books.sqlite").read_bytes()
    with package.run(state=state) as server, Shop(server) as shop:
        assert server.sales() == books
        assert shop.read(sale["PaymentId"])["CapturedAmount"] == 100
        assert shop.get(f"/1/sales/acquirerTid/{sale['Tid']}").status == 200
        assert len(shop.get("/1/sales?merchantOrderId=kept").json["Payments"]) == 2
        assert shop.get(f"/1/card/{sale['CreditCard']['CardToken']}").status == 200
        sold = parsedate_to_datetime(shop.get("/1/x").headers["Date"]).timestamp()
        assert sold > time.time() + 2.9 * DAY
        server.advance(40 * DAY)
        assert len(server.sales()) == 3, "the recurrence goes on"
        assert repeated["RecurrentPayment"]["RecurrentPaymentId"]
        server.reset()
    with package.run(state=state) as server:
        assert server.sales() == []


@pytest.mark.skipif(os.name != "posix", reason="no modes of files")
def test_state_is_its_owners(package: Any, tmp_path: Path) -> None:
    state = tmp_path / "books.sqlite"
    before = os.umask(0)
    try:
        with package.run(state=str(state)) as server, Shop(server) as shop:
            shop.paid()
            files = list(tmp_path.iterdir())
            assert state in files
            assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    finally:
        os.umask(before)


def unusable(folder: Path, kind: str) -> Path:
    """A path that cannot be the books, for one of several reasons."""
    state = folder / kind
    if kind == "folder":
        state.mkdir()
    elif kind == "text":
        state.write_text("no database at all, but long enough to be taken for one" * 100)
    elif kind == "unknown":
        with contextlib.closing(sqlite3.connect(state)) as database, database:
            database.execute("CREATE TABLE record (id INTEGER, kind TEXT, key TEXT, body TEXT)")
            database.execute("INSERT INTO record VALUES (1, 'ship', 'x', '{}')")
    else:
        state = folder / "missing" / "books"
    return state


@pytest.mark.parametrize("kind", ["folder", "text", "unknown", "missing"])
def test_a_state_that_cannot_be(package: Any, tmp_path: Path, kind: str) -> None:
    state = unusable(tmp_path, kind)
    with pytest.raises(OSError, match="cannot keep the books in"):
        with package.run(state=str(state)):
            pass
    with start(package, "--port", "0", "--state", str(state)) as process:
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert errors.startswith(f"cielo-sandbox: cannot keep the books in {state}: ")
    assert len(errors.splitlines()) == 1


# -- notifications -----------------------------------------------------------


@pytest.fixture
def notified(package: Any) -> Iterator[tuple[Any, Shop, Receiver]]:
    with Receiver() as receiver, package.run(notify_url=receiver.url) as server:
        with Shop(server) as shop:
            yield server, shop, receiver


def test_payment_notifications(notified: tuple[Any, Shop, Receiver]) -> None:
    server, shop, receiver = notified
    payment = shop.paid()
    shop.put(f"/1/sales/{payment['PaymentId']}/capture")
    shop.put(f"/1/sales/{payment['PaymentId']}/void")
    assert wait_for(lambda: len(receiver.posts) == 2)
    assert receiver.json == [{"PaymentId": payment["PaymentId"], "ChangeType": 1}] * 2
    assert receiver.posts[0][0] == "application/json"


def test_recurrence_notifications(notified: tuple[Any, Shop, Receiver]) -> None:
    server, shop, receiver = notified
    node = shop.paid(RecurrentPayment={"AuthorizeNow": True})["RecurrentPayment"]
    shop.put(f"/1/RecurrentPayment/{node['RecurrentPaymentId']}/Deactivate")
    assert wait_for(lambda: len(receiver.posts) == 2)
    assert {post["ChangeType"] for post in receiver.json} == {2, 4}
    assert all(post["RecurrentPaymentId"] == node["RecurrentPaymentId"] for post in receiver.json)


def test_pix_refund_is_notified_after_a_moment(notified: tuple[Any, Shop, Receiver]) -> None:
    server, shop, receiver = notified
    payment = shop.paid(Type="Pix")
    server.pay(payment["PaymentId"])
    shop.put(f"/1/sales/{payment['PaymentId']}/void")
    assert wait_for(lambda: len(receiver.posts) == 2)
    assert shop.read(payment["PaymentId"])["Status"] == 11


def test_notifications_are_repeated_and_never_in_the_way(package: Any) -> None:
    with Receiver(failures=2, held=True) as receiver:
        with package.run(notify_url=receiver.url) as server, Shop(server) as shop:
            shop.paid(Capture=True)  # which is answered while the shop says nothing
            receiver.free.set()
            assert wait_for(lambda: len(receiver.posts) == 3)
            assert wait_for(lambda: len(server.notifications()[0]["attempts"]) == 3)
            assert server.notifications()[0]["attempts"] == ["500", "500", "200"]


def test_news_of_a_sale_never_overtake_each_other(package: Any) -> None:
    with Receiver(held=True) as receiver:
        with package.run(notify_url=receiver.url) as server, Shop(server) as shop:
            slow, other = shop.paid()["PaymentId"], shop.paid()["PaymentId"]
            shop.put(f"/1/sales/{slow}/capture")
            shop.put(f"/1/sales/{slow}/void")
            shop.put(f"/1/sales/{other}/capture")
            # The void's waits for the capture's answer, another sale's does not.
            assert wait_for(lambda: len(receiver.posts) == 2)
            assert {post["PaymentId"] for post in receiver.json} == {slow, other}
            receiver.free.set()
            assert wait_for(lambda: len(receiver.posts) == 3)
            assert receiver.json[2]["PaymentId"] == slow


def test_notifications_end_after_three_repeats(package: Any) -> None:
    with Receiver(failures=99) as receiver:
        with package.run(notify_url=receiver.url) as server, Shop(server) as shop:
            shop.paid(Capture=True)
            assert wait_for(lambda: len(receiver.posts) == 4)
            time.sleep(0.3)
            assert len(receiver.posts) == 4


# -- books that begin before today -------------------------------------------


def test_books_may_begin_some_days_ago(package: Any) -> None:
    with package.run(days_ago=40) as server:
        shop = Shop(server)
        first = shop.paid(Capture=True)["ReceivedDate"]
        server.advance(40 * DAY)
        last = shop.paid(Capture=True)["ReceivedDate"]
        read = datetime.datetime.fromisoformat
        past = read(last) - read(first) - datetime.timedelta(days=40)
        assert abs(past) < datetime.timedelta(minutes=1)
        assert abs(shop.get("/_sandbox/clock").json["offset_seconds"]) < 1
    with pytest.raises(ValueError, match="days_ago"):
        package.run(days_ago=361)


# -- command line ------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_prints_one_line_and_stops(package: Any, number: signal.Signals) -> None:
    with start(package, "--port", "0", "--seed", "1") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:(\d+)$", line.strip())
        assert match, line
        connection = http.client.HTTPConnection("127.0.0.1", int(match.group(1)), timeout=60)
        stall = [{"match": "GET /1/stalled", "after": "read", "do": "stall"}]
        connection.request("POST", "/_sandbox/faults", json.dumps(stall))
        assert connection.getresponse().read()
        connection.request("GET", "/1/stalled")
        time.sleep(0.2)
        begun = time.monotonic()
        process.send_signal(number)
        rest, errors = process.communicate(timeout=60)
        assert time.monotonic() - begun < 30, "a stalled request must not hold it back"
        connection.close()
    assert process.returncode == 0 and rest == "" and errors == ""


def test_command_refuses_what_it_cannot_use(package: Any) -> None:
    with start(package, "--merchant", "nocolon") as process:
        _out, errors = process.communicate(timeout=60)
    assert process.returncode == 2 and "two parts" in errors
    with package.run() as server, start(package, "--port", str(server.port)) as process:
        _out, errors = process.communicate(timeout=60)
        assert process.returncode == 1 and errors.startswith("cielo-sandbox:")
        assert repr(server) == f"<LocalCielo {server.base_url}>"


@pytest.mark.parametrize("port", ["99999", "65536", "-1", "http", "", "1_0"])
def test_command_refuses_a_port_there_is_not(package: Any, port: str) -> None:
    with start(package, "--port", port) as process:
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert errors == (
        f"cielo-sandbox: argument --port: a number from 0 to 65535 is expected, not {port!r}; "
        "see --help\n"
    )


@pytest.mark.parametrize("option", [
    ("--recurrence-tries", "5"), ("--recurrence-tries", "-1"), ("--recurrence-retry-days", "0")
])
def test_command_refuses_what_a_store_cannot_set(package: Any, option: tuple[str, str]) -> None:
    with start(package, *option) as process:
        _out, errors = process.communicate(timeout=60)
    assert process.returncode == 2 and f"4 is expected, not '{option[1]}'" in errors


def test_command_says_where_it_cannot_listen(package: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with start(package, "--port", str(port)) as process:
            _out, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith(f"cielo-sandbox: port {port} of 127.0.0.1 is taken")
    assert "--port" in errors


def start(package: Any, *arguments: str) -> subprocess.Popen[str]:
    """The command, under whichever name the package has here."""
    folder = Path(package.__file__).parents[len(package.__name__.split("."))]
    return subprocess.Popen(
        [sys.executable, "-m", package.__name__, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def without(missing: str, package: Any, code: str) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.modules[{missing!r}] = None; {code}"
    folder = Path(package.__file__).parents[len(package.__name__.split("."))]
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("missing", ["aiohttp", "jinja2"])
@pytest.mark.parametrize("use", ["from {} import run", "import {0}; {0}.LocalCielo"])
def test_what_is_missing_names_the_extra(package: Any, missing: str, use: str) -> None:
    done = without(missing, package, use.format(package.__name__))
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("ImportError: ")
    assert missing in last and "libcielo[sandbox]" in last
    done = without(missing, package, f"import {package.__name__}; {package.__name__}.nothing")
    assert done.stderr.splitlines()[-1].startswith("AttributeError: ")


@pytest.mark.parametrize("missing", ["aiohttp", "jinja2"])
@pytest.mark.parametrize("command", [
    "import runpy; runpy.run_module('{}', run_name='__main__', alter_sys=True)",
    "from {}.__main__ import main; sys.exit(main([]))",
])
def test_the_command_without_it_ends_with_a_sentence(
    package: Any, missing: str, command: str
) -> None:
    done = without(missing, package, command.format(package.__name__))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (f"cielo-sandbox: the local Cielo needs {missing}: "
                           "install it with pip install 'libcielo[sandbox]'\n")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    from cielo.sandbox.__main__ import main

    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{importlib.metadata.version('libcielo')}\n"
