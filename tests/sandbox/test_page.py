"""The page of ``GET /``: what it shows, what it hides, and what its buttons do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_reader import PageReader, press, read_page, send
from sandbox_support import CARD, DAY, KEY, Receiver, Shop, card_ending, wait_for
from test_sandbox_checkout import BAD, GOOD, SECRET, Store

SCRIPT = "<script>alert('x')</script>"
OWN = {"Sec-Fetch-Site": "same-origin"}
PARTS = ("sales", "orders", "requests", "notifications", "faults")


@pytest.fixture
def store(sandbox: Any) -> Iterator[Store]:
    with Store(sandbox) as one:
        yield one.log_in()


@pytest.fixture
def told(package: Any) -> Iterator[tuple[Any, Store, Receiver]]:
    """A sandbox that posts to both addresses of a shop."""
    with Receiver() as receiver:
        with package.run(notify_url=receiver.url, status_url=receiver.url) as server:
            with Store(server) as one:
                yield server, one, receiver


def pix(shop: Shop, **changes: Any) -> str:
    payment_id: str = shop.paid(Type="Pix", **changes)["PaymentId"]
    return payment_id


def status_of(sandbox: Any, payment_id: str) -> int:
    (sale,) = [one for one in sandbox.sales() if one["PaymentId"] == payment_id]
    status: int = sale["Status"]
    return status


# -- what it shows -----------------------------------------------------------


def test_an_empty_sandbox_says_what_to_do(shop: Shop, sandbox: Any) -> None:
    page = read_page(shop, "?lang=en")
    assert page.part("sales") == (
        f"Sales 0 JSON No sale yet. Give a client this address: {sandbox.base_url}"
    )
    assert page.part("orders").startswith("Checkout orders 0 JSON No order yet.")
    assert page.part("requests").endswith("No request yet.")
    assert "--notify-url" in page.part("notifications")
    assert "Nothing goes wrong." in page.part("faults")
    assert page.part("offers") == ""
    portuguese = read_page(shop, "?lang=pt")
    assert portuguese.part("sales").startswith("Vendas 0 JSON Nenhuma venda ainda.")


def test_sales_as_a_developer_reads_them(shop: Shop) -> None:
    shop.sell(order="approved", Amount=123456, Capture=True)
    shop.sell(order="declined", card={"CardNumber": card_ending(2)})
    pix(shop, order="waiting", Amount=7)
    page = read_page(shop, "?lang=pt")
    rows = re.split(r"(?=waiting|declined|approved)", page.part("sales"))
    assert "Pix R$ 0,07 12 Pendente" in rows[1]
    assert "Crédito 402400******3192 R$ 157,00 3 Negada 05 Not Authorized" in rows[2]
    assert "Crédito 409168******7641 R$ 1.234,56 2 Paga 6 Operation Successful" in rows[3]
    assert "captura R$ 1.234,56" in rows[3]
    assert "R$\N{NO-BREAK SPACE}1.234,56" in page.words["sales"]
    buttons = [label for label in page.labels() if ":" in label]
    assert buttons == ["Pagar: waiting", "Expirar: waiting"]


@pytest.mark.usefixtures("slow_refunds")
def test_what_a_status_does_not_say(shop: Shop, sandbox: Any) -> None:
    removed = pix(shop, order="r1", Provider="Cielo2")
    denied = shop.paid(order="d1", Amount=666, Capture=True)["PaymentId"]
    part = shop.paid(order="p1", Capture=True)["PaymentId"]
    back = pix(shop, order="b1")
    sandbox.pay(back)
    for voided in (removed, removed, denied, back):
        shop.put(f"/1/sales/{voided}/void")
    shop.put(f"/1/sales/{part}/void?amount=100")
    for language, words in (
        ("en", ("12 Pending code removed void refused", "2 Paid void denied",
                "2 Paid refunded in part", "12 Pending refund asked")),
        ("pt", ("12 Pendente código removido cancelamento recusado", "2 Paga cancelamento negado",
                "2 Paga devolvido em parte", "12 Pendente devolução pedida")),
    ):
        rows = re.split(r"(?=\b[bpdr]1\b)", read_page(shop, f"?lang={language}").part("sales"))
        found = {row[:2]: row for row in rows}
        for number, word in zip(("r1", "d1", "p1", "b1"), words):
            assert word in found[number], found[number]
    assert "cancelamento recusado: nothing to give back" in found["r1"]


def test_an_order_denied_and_given_back_in_part(store: Store, sandbox: Any) -> None:
    for number, amount in (("part", 100), ("denied", 666)):
        store.page(OrderNumber=number)
        paid = sandbox.pay(order=number, card=GOOD)["checkout_cielo_order_number"]
        address = f"/api/public/v2/orders/{paid}"
        assert store.put(f"{address}/capture").status == 200
        store.put(f"{address}/void?amount={amount}")
    orders = read_page(store, "?lang=en").part("orders")
    assert "2 Paid void denied" in orders and "2 Paid refunded in part" in orders


def test_a_pix_of_an_older_provider_is_told(shop: Shop) -> None:
    pix(shop, order="new", Provider="Cielo2")
    assert "Cielo2" not in read_page(shop, "?lang=en").part("sales")
    pix(shop, order="old")
    assert "another provider than Cielo2" in read_page(shop, "?lang=en").part("sales")
    assert "provedor diferente de Cielo2" in read_page(shop, "?lang=pt").part("sales")


def test_checkout_before_and_after_the_shopper(store: Store, sandbox: Any) -> None:
    store.page(OrderNumber="basket")
    made = store.link(name="Course", price=123456)
    for number, card in (("good", GOOD), ("bad", BAD)):
        store.page(OrderNumber=number)
        sandbox.pay(order=number, card=card)
    page = read_page(store, "?lang=en")
    offers = page.part("offers")
    assert re.search(r"basket \S+ page R\$ 23,00", offers)
    assert f"Course {made['id']} link R$ 1.234,56" in offers
    orders = page.part("orders")
    assert re.search(r"bad .* Credit 540443\*{6}0107 R\$ 23,00 3 Denied 05", orders)
    assert re.search(r"good .* Credit 540443\*{6}0104 R\$ 23,00 7 Authorised 00", orders)
    sandbox.pay(link=made["id"], card=GOOD)
    assert "Expire: good" in read_page(store, "?lang=en").labels()


def test_requests_with_what_became_of_them(shop: Shop, sandbox: Any) -> None:
    shop.sell(order="one")
    shop.get("/1/sales/nothing")
    shop.post("/1/sales", b'{"a": [], "b": {"c": "d e"}, "f": 1.50}')
    shop.post("/1/sales", b'{"broken":')
    text = read_page(shop, "?lang=en").words["requests"]
    assert re.search(r"GET\s+/1/sales/nothing\s+404", text)
    assert re.search(r"POST\s+/1/sales\s+201", text)
    # Members of what was sent stand on lines of their own, numbers as they came.
    assert '{\n  "a": [],\n  "b": {\n    "c": "d e"\n  },\n  "f": 1.50\n}' in text
    assert '{"broken":' in text and "MerchantKey: ***" in text


def test_faults_and_requests_that_met_one(shop: Shop, sandbox: Any) -> None:
    sandbox.faults([
        {"match": "GET /1/sales/*", "after": "process", "do": "close", "delay_ms": 5},
        {"match": "* /2", "do": "reply", "reply": {"status": 418}, "times": -1},
    ])
    with pytest.raises(OSError):
        shop.get("/1/sales/x")
    page = read_page(shop, "?lang=en")
    assert "GET /1/sales/* process close 5 1 1" in page.part("faults")
    assert "* /2 read reply 418 0 for ever 0" in page.part("faults")
    assert re.search(r"GET /1/sales/x no answer fault process/close", page.part("requests"))


def test_notifications_and_their_attempts(package: Any) -> None:
    with Receiver(failures=1) as receiver, package.run(notify_url=receiver.url) as server:
        with Shop(server) as shop:
            payment_id = shop.paid(Capture=True)["PaymentId"]
            assert wait_for(lambda: len(receiver.posts) == 2)
            text = wait_for(lambda: re.search(
                r"500 200", read_page(shop, "?lang=en").part("notifications")))
            assert text
            part = read_page(shop, "?lang=en").part("notifications")
            assert f"POST {receiver.url} PaymentId {payment_id}, ChangeType 1" in part


def test_notifications_under_way(package: Any) -> None:
    with Receiver(failures=9, held=True) as receiver:
        with package.run(notify_url=receiver.url) as server, Shop(server) as shop:
            assert "No notification yet." in read_page(shop, "?lang=en").part("notifications")
            shop.paid(Capture=True)
            assert "on its way" in read_page(shop, "?lang=en").part("notifications")
            receiver.free.set()
            assert wait_for(lambda: "on its way" not in read_page(
                shop, "?lang=en").part("notifications"))


def test_the_newest_fifty_and_more_when_asked(shop: Shop) -> None:
    for number in range(52):
        shop.sell(order=f"order{number}")
    page = read_page(shop, "?lang=en")
    assert "order51" in page.part("sales") and "order1 " not in page.part("sales")
    assert page.part("sales").endswith("50 newest of 52 · show 500")
    more = [one.attributes["href"] for one in page.all("a")
            if "show=500" in str(one.attributes["href"])]
    page = read_page(shop, str(more[0])[1:])
    assert "order0 " in page.part("sales") and "newest of" not in page.part("sales")
    for wrong in ("x", "-1", "999999", ""):
        assert "50 newest of" in read_page(shop, f"?show={wrong}&lang=en").part("sales")


def test_a_long_body_is_cut(shop: Shop) -> None:
    shop.post("/1/sales", b"[" + b"1," * 20_000 + b"1]")
    part = read_page(shop, "?lang=en").part("requests")
    assert "cut here; whole in the JSON" in part and len(part) < 25_000


@pytest.mark.parametrize(("query", "accepted", "tag"), [
    ("", "", "en"),
    ("", "pt-BR,pt;q=0.9,en;q=0.8", "pt-BR"),
    ("", "en-GB,en;q=0.9,pt;q=0.8", "en"),
    ("", "fr, pt;q=0.2", "pt-BR"),
    ("", "en;q=0.2,PT;q=0.3", "pt-BR"),
    ("", "pt;q=0, en;q=0.1", "en"),
    ("", "pt;q=x", "en"),
    ("", "de", "en"),
    ("?lang=pt", "en", "pt-BR"),
    ("?lang=en", "pt", "en"),
    ("?lang=xx", "pt", "pt-BR"),
])
def test_the_language(shop: Shop, query: str, accepted: str, tag: str) -> None:
    answer = shop.call("GET", f"/{query}", **{"Accept-Language": accepted})
    assert answer.headers["Content-Language"] == tag
    assert answer.headers["Vary"] == "Accept-Language"
    assert f'<html lang="{tag}">' in answer.body.decode()
    assert PageReader(answer.body.decode()).part("sales").startswith(
        "Vendas" if tag == "pt-BR" else "Sales")


# -- what it hides, and what cannot get in -----------------------------------


def test_everything_is_escaped(store: Store, sandbox: Any) -> None:
    store.sell(order=SCRIPT)
    store.page(OrderNumber="a1", Customer={"FullName": SCRIPT})
    sandbox.pay(order="a1", method="pix")
    store.link(name=SCRIPT)
    store.call("GET", "/1/sales/%3Cscript%3E", **{"X-Own": SCRIPT})
    sandbox.faults([{"match": "GET /<script>", "do": "close"}])
    for query in ("", '?lang="><script>', '?done="><script>', '?show="><script>'):
        page = read_page(store, query.replace('"', "%22").replace("<", "%3C"))
        assert [one.attributes.get("src") for one in page.all("script")] == [
            "/_sandbox/page/script.js"]
        assert SCRIPT in page.words["offers"] and SCRIPT in page.words["requests"]
        assert "GET /<script>" in page.words["faults"]
    answer = send(store, "fault", {"match": SCRIPT, **OWN})
    assert answer.status == 409
    assert len(PageReader(answer.body.decode()).all("script")) == 1
    answer = store.call("GET", "/", Host='"><script>')
    assert len(PageReader(answer.body.decode()).all("script")) == 1


def test_nothing_secret_is_shown(package: Any) -> None:
    with Receiver() as receiver:
        address = f"{receiver.url}?token=hidden-token&card={CARD}"
        with package.run(notify_url=address) as server, Store(server) as store:
            store.sell(order="plain", Capture=True)
            store.sell(order=CARD)
            store.get(f"/1/sales/?merchantOrderId={CARD}")
            store.log_in()
            store.page(OrderNumber="paid")
            server.pay(order="paid", card=GOOD)
            server.faults([{"match": f"GET /1/card/{CARD}", "do": "close"}])
            assert wait_for(lambda: len(receiver.posts) >= 2)
            text = store.get("/").body.decode()
    assert "409168******7641" in text and "540443******0104" in text
    for secret in (CARD, GOOD, KEY, SECRET, "hidden-token", '"123"'):
        assert secret not in text, secret


def test_numbers_of_orders_stay_whole(shop: Shop) -> None:
    shop.sell(order="20141117010001")
    assert "20141117010001" in read_page(shop).part("sales")


def test_nothing_of_elsewhere_is_loaded_or_run(shop: Shop) -> None:
    answer = shop.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    page = PageReader(answer.body.decode())
    for element in page.elements:
        assert not [name for name in element.attributes
                    if name.startswith("on") or name == "style"], element
        for name in ("href", "src", "action", "formaction"):
            assert str(element.attributes.get(name, "/")).startswith(("/", "#")), element
    assert not page.all("style", "base", "iframe")


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "{base}"},
    {"Origin": "https://shop.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://[::1"},
    {"Origin": "http://127.0.0.1:1"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_forms_of_other_sites_are_refused(
    shop: Shop, sandbox: Any, headers: dict[str, str]
) -> None:
    waiting = pix(shop)
    given = {name: text.format(base=sandbox.base_url) for name, text in headers.items()}
    for name, form in (("pay", {"sale": waiting}), ("reset", {}), ("nothing", {}),
                       ("fault", {"match": "POST /1/sales"})):
        answer = send(shop, name, form, **given)
        assert answer.status == 403
        assert "another site" in PageReader(answer.body.decode()).words[""]
    assert status_of(sandbox, waiting) == 12
    assert shop.get("/_sandbox/faults").json == []


@pytest.mark.parametrize("headers", FOREIGN)
def test_so_are_their_calls_of_the_handles(
    shop: Shop, sandbox: Any, headers: dict[str, str]
) -> None:
    waiting = pix(shop)
    given = {name: text.format(base=sandbox.base_url) for name, text in headers.items()}
    for name, body in (("pay", {"payment_id": waiting}), ("reset", {}),
                       ("faults", [{"match": "GET /", "do": "close"}])):
        answer = shop.call("POST", f"/_sandbox/{name}", body, **given)
        assert (answer.status, answer.json) == (
            403, {"error": "a page of another site sent this"})
    assert status_of(sandbox, waiting) == 12


@pytest.mark.parametrize("headers", [
    {}, OWN, {"Sec-Fetch-Site": "none"}, {"Origin": "{base}"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
])
def test_forms_of_the_page_itself_are_not(
    shop: Shop, sandbox: Any, headers: dict[str, str]
) -> None:
    waiting = pix(shop)
    given = {name: text.format(base=sandbox.base_url) for name, text in headers.items()}
    assert send(shop, "pay", {"sale": waiting}, **given).status == 303
    assert status_of(sandbox, waiting) == 2


# -- what the buttons do -----------------------------------------------------


def test_pay_says_so_once_and_leads_back(shop: Shop, sandbox: Any) -> None:
    waiting = pix(shop, order="p1")
    answer = press(shop, "Pagar: p1", "?lang=pt")
    assert answer.status == 303
    assert answer.headers["Location"] == "/?lang=pt&done=pay#sales"
    assert status_of(sandbox, waiting) == 2
    page = read_page(shop, "?lang=pt&done=pay")
    assert "O comprador apertou o botão." in page.words[""]
    assert [label for label in page.labels() if "p1" in label] == []


def test_paying_tells_the_shop(told: tuple[Any, Store, Receiver]) -> None:
    server, shop, receiver = told
    waiting = pix(shop, order="p1")
    press(shop, "Pay: p1")
    assert wait_for(lambda: receiver.json) == [{"PaymentId": waiting, "ChangeType": 1}]


def test_a_boleto_is_paid(shop: Shop, sandbox: Any) -> None:
    address = {"Street": "Rua", "Number": "1", "ZipCode": "20000000", "City": "Rio",
               "State": "RJ", "District": "Centro"}
    answer = shop.post("/1/sales", {
        "MerchantOrderId": "b1", "Customer": {"Name": "Teste", "Identity": "12345678909",
                                              "Address": address},
        "Payment": {"Type": "Boleto", "Amount": 990, "Provider": "Simulado"}})
    assert answer.status == 201, answer.body
    page = read_page(shop, "?lang=en")
    assert [one for one in page.labels() if "b1" in one] == ["Pay: b1", "Expire: b1"]
    press(shop, "Pay: b1")
    assert sandbox.sales()[0]["Status"] == 2


@pytest.mark.parametrize(("button", "status"), [("Pay", 1), ("Decline", 3)])
def test_a_qr_code_by_card(
    told: tuple[Any, Store, Receiver], button: str, status: int
) -> None:
    server, shop, receiver = told
    shop.sell(order="q1", Type="qrcode")
    press(shop, f"{button}: q1")
    assert server.sales()[0]["Status"] == status
    assert wait_for(lambda: receiver.json)[0]["ChangeType"] == 1


@pytest.mark.parametrize("kind", ["Pix", "qrcode"])
def test_what_expires_keeps_its_status_and_cannot_be_paid(
    told: tuple[Any, Store, Receiver], kind: str
) -> None:
    server, shop, _receiver = told
    waiting = shop.paid(order="e1", Type=kind)["PaymentId"]
    assert press(shop, "Expire: e1").headers["Location"] == "/?done=expire#sales"
    assert status_of(server, waiting) == 12
    assert server.sales()[0]["Events"][-1]["What"] == "expired"
    with pytest.raises(ValueError, match="expired"):
        server.pay(waiting)
    page = read_page(shop, "?lang=en")
    assert "12 Pending expired" in page.part("sales")
    assert [label for label in page.labels() if "e1" in label] == []
    assert send(shop, "expire", {"sale": waiting}).status == 409
    assert server.notifications() == []


def test_a_code_that_has_run_out_is_marked(shop: Shop, sandbox: Any) -> None:
    pix(shop, order="old")
    sandbox.advance(2 * DAY)
    page = read_page(shop, "?lang=en")
    assert "12 Pending expired" in page.part("sales")
    assert [label for label in page.labels() if "old" in label] == []


@pytest.mark.parametrize(("button", "method", "status"), [
    ("Pay", "creditCard", "Authorized"),
    ("Pay", "debitCard", "Paid"),
    ("Pay", "pix", "Pending"),
    ("Decline", "creditCard", "Denied"),
    ("Decline", "debitCard", "Denied"),
    ("Decline", "pix", "Denied"),
])
def test_pages_and_links_are_paid(
    told: tuple[Any, Store, Receiver], button: str, method: str, status: str
) -> None:
    server, store, receiver = told
    store.log_in()
    store.page(OrderNumber="page1")
    store.link(name="link1", quantity=1)
    for name in ("page1", "link1"):
        press(store, f"{button}: {name}", method=method)
    assert [order["status"] for order in server.orders()] == [status, status]
    assert wait_for(lambda: len(receiver.posts) == 2)
    # What was declined can be tried again.
    left = read_page(store, "?lang=en").part("offers")
    assert ("page1" in left and "link1" in left) == (status == "Denied")


@pytest.mark.parametrize(("method", "button", "status"), [
    ("boleto", "Pay", "Paid"),
    ("pix", "Pay", "Paid"),
    ("boleto", "Expire", "Expired"),
    ("creditCard", "Expire", "Expired"),
])
def test_orders_are_paid_or_expire(
    told: tuple[Any, Store, Receiver], method: str, button: str, status: str
) -> None:
    server, store, receiver = told
    store.log_in()
    store.page(OrderNumber="o1")
    press(store, "Pay: o1", method=method)
    assert press(store, f"{button}: o1").headers["Location"].endswith("#orders")
    assert server.orders()[0]["status"] == status
    assert wait_for(lambda: len(receiver.posts) == 2)
    number = {"Paid": b"payment_status=2", "Expired": b"payment_status=4"}[status]
    assert number in receiver.posts[1][1]
    assert [label for label in read_page(store).labels() if "o1" in label] == []


def test_an_expired_pix_of_checkout_keeps_its_status(told: tuple[Any, Store, Receiver]) -> None:
    server, store, receiver = told
    store.log_in()
    store.page(OrderNumber="o1")
    press(store, "Pay: o1", method="pix")
    press(store, "Expire: o1")
    (order,) = server.orders()
    assert order["status"] == "Pending"
    assert "1 Pending expired" in read_page(store, "?lang=en").part("orders")
    with pytest.raises(ValueError, match="not waiting"):
        server.pay(order=order["checkout_cielo_order_number"])


def test_links_that_take_no_more_are_not_offered(store: Store, sandbox: Any) -> None:
    store.link(name="once", quantity=1)
    store.link(name="brief", expirationDate="2020-01-01")
    store.link(name="ever")
    press(store, "Pay: once")
    part = read_page(store).part("offers")
    assert "ever" in part and "once" not in part and "brief" not in part


@pytest.mark.parametrize(("count", "unit", "seconds"), [
    ("3", "days", 3 * DAY), ("2", "hours", 7200), ("90", "minutes", 5400),
])
def test_the_clock_is_advanced(
    shop: Shop, sandbox: Any, count: str, unit: str, seconds: int
) -> None:
    assert "real time" in read_page(shop, "?lang=en").words[""]
    press(shop, "Advance", count=count, unit=unit)
    assert shop.get("/_sandbox/clock").json["offset_seconds"] == seconds
    days, rest = divmod(seconds, DAY)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:00"
    ahead = f"ahead {days} d {clock}" if days else f"ahead {clock[:5]}"
    assert ahead in read_page(shop, "?lang=en").words[""]


def test_advancing_does_what_falls_due(store: Store, sandbox: Any) -> None:
    store.page(OrderNumber="o1")
    press(store, "Pay: o1")
    press(store, "Advance", count="16", unit="days")
    assert sandbox.orders()[0]["status"] == "Expired"


def test_everything_is_forgotten(shop: Shop, sandbox: Any) -> None:
    shop.sell()
    press(shop, "Advance", count="1", unit="days")
    assert press(shop, "Forget everything").status == 303
    assert sandbox.sales() == [] and sandbox.requests() == []
    assert shop.get("/_sandbox/clock").json["offset_seconds"] == 0


def test_faults_are_added_and_ended(shop: Shop, sandbox: Any) -> None:
    press(shop, "Add", match="GET /1/sales/*", after="process", do="status:503", times="0",
          delay_ms="1")
    press(shop, "Add", match="POST /1/card")
    shown = [(one["match"], one["do"], one["times"])
             for one in shop.get("/_sandbox/faults").json]
    assert shown == [("GET /1/sales/*", "status:503", 0), ("POST /1/card", None, 1)]
    assert shop.get("/1/sales/x").status == 503
    assert press(shop, "End all faults").headers["Location"] == "/?done=end#faults"
    assert shop.get("/1/sales/x").status == 404


@pytest.mark.parametrize(("name", "form", "said"), [
    ("pay", {"sale": "nothing"}, "no such payment"),
    ("expire", {"sale": "nothing"}, "no such payment"),
    ("pay", {"order": "nothing"}, "no such page"),
    ("pay", {"link": "nothing"}, "no such link"),
    ("pay", {}, "no such page"),
    ("expire", {"order": "nothing"}, "no order that could expire"),
    ("advance", {"count": "-1", "unit": "days"}, "0 to 9999"),
    ("advance", {"count": "99999", "unit": "days"}, "0 to 9999"),
    ("advance", {"count": "1", "unit": "years"}, "0 to 9999"),
    ("advance", {}, "0 to 9999"),
    ("fault", {"match": "nothing"}, "METHOD /path"),
    ("fault", {"match": "GET /", "times": "x"}, "whole number"),
    ("fault", {"match": "GET /", "do": "x"}, '"do" is one of'),
])
def test_what_cannot_be_done_is_said(
    shop: Shop, sandbox: Any, name: str, form: dict[str, str], said: str
) -> None:
    answer = send(shop, f"/_sandbox/page/{name}?lang=pt", form)
    assert answer.status == 409
    words = PageReader(answer.body.decode()).words[""]
    assert "Não deu certo:" in words and said in words
    assert shop.get("/_sandbox/clock").json["offset_seconds"] == 0
    assert shop.get("/_sandbox/faults").json == []


def test_what_was_done_outlives_the_server(package: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "books")
    with package.run(state=path) as server, Shop(server) as shop:
        pix(shop, order="p1")
        pix(shop, order="p2")
        press(shop, "Pay: p1")
        press(shop, "Expire: p2")
    with package.run(state=path) as server, Shop(server) as shop:
        assert [sale["Status"] for sale in server.sales()] == [2, 12]
        assert "12 Pending expired" in read_page(shop, "?lang=en").part("sales")


# -- beside the API ----------------------------------------------------------


def test_clients_do_not_notice_it(shop: Shop, sandbox: Any) -> None:
    sandbox.faults([{"match": "* /", "do": "status:503", "times": 1}])
    read_page(shop)
    shop.get("/_sandbox/page/style.css")
    assert shop.call("HEAD", "/").status == 200
    send(shop, "advance", {"count": "0", "unit": "days"})
    assert sandbox.requests() == []
    assert shop.call("POST", "/", {}).status == 503
    assert [one["path"] for one in sandbox.requests()] == ["/"]
    assert shop.call("POST", "/", {}).status == 404


def test_its_files(shop: Shop) -> None:
    for name, kind in (("style.css", "text/css"), ("script.js", "text/javascript"),
                       ("icon.svg", "image/svg+xml")):
        answer = shop.get(f"/_sandbox/page/{name}")
        assert (answer.status, answer.headers.get_content_type()) == (200, kind)
        assert answer.body and answer.headers["X-Content-Type-Options"] == "nosniff"
    for wrong in ("page.html", "..%2fpage.py", "nothing"):
        assert shop.get(f"/_sandbox/page/{wrong}").status == 404
    assert send(shop, "nothing", {}).status == 404


# -- for everybody -----------------------------------------------------------


def full_page(store: Store, sandbox: Any) -> PageReader:
    with Shop(sandbox) as shop:
        shop.paid(order="s1", Type="qrcode")
    store.page(OrderNumber="o1")
    store.page(OrderNumber="o2")
    sandbox.pay(order="o2", method="pix")
    sandbox.faults([{"match": "GET /2", "do": "close"}])
    return read_page(store, "?lang=en")


def test_every_control_has_a_name(store: Store, sandbox: Any) -> None:
    page = full_page(store, sandbox)
    names = page.labels()
    assert len(names) > 10 and all(names) and len(set(names)) == len(names)
    titles = {one.attributes["for"] for one in page.all("label") if "for" in one.attributes}
    text = store.get("/?lang=en").body.decode()
    inside = re.findall(r"<label>.*?</label>", text, re.S)
    for one in page.all("input", "select"):
        known = one.attributes
        labelled = known.get("aria-label") or known.get("id") in titles or any(
            f'name="{known["name"]}"' in label for label in inside)
        assert known.get("type") == "hidden" or labelled, known
    ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
    assert len(set(ids)) == len(ids)
    for one in page.elements:
        for name in ("aria-labelledby", "for"):
            assert one.attributes.get(name, ids[0]) in ids, one
        if str(one.attributes.get("href", "")).startswith("#"):
            assert str(one.attributes["href"])[1:] in ids, one


def test_the_keyboard_reaches_everything_in_its_order(store: Store, sandbox: Any) -> None:
    page = full_page(store, sandbox)
    assert {one.attributes["tabindex"] for one in page.elements
            if "tabindex" in one.attributes} == {"0", "-1"}
    first = page.all("a", "button", "input", "summary")[0]
    assert first.attributes["href"] == "#main"
    links = [one.attributes["href"] for one in page.all("a")]
    assert [f"#{name}" for name in PARTS] == [one for one in links if one in {
        f"#{name}" for name in PARTS}]


def luminance(colour: str) -> float:
    """Of ``#rrggbb``, as WCAG 2 counts it."""
    total = 0.0
    for weight, start in ((0.2126, 1), (0.7152, 3), (0.0722, 5)):
        value = int(colour[start:start + 2], 16) / 255
        total += weight * (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return total


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_in_light_and_in_dark(shop: Shop) -> None:
    text = shop.get("/_sandbox/page/style.css").body.decode()
    schemes = [dict(re.findall(r"--([\w-]+): (#\w{6});", block))
               for block in re.findall(r":root \{(.*?)\}", text, re.S)]
    assert len(schemes) == 2 and schemes[0].keys() == schemes[1].keys()
    for colours in schemes:
        for ink in ("ink", "soft", "accent"):
            for ground in ("paper", "ground"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        for tone in ("good", "bad", "wait", "off"):
            assert contrast(colours[tone], colours[f"{tone}-ground"]) >= 4.5, tone
        assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
        assert contrast(colours["bad"], colours["paper"]) >= 4.5
        assert contrast(colours["edge"], colours["paper"]) >= 3
    # Colours are named once: a rule with one of its own would escape this test.
    assert not re.search(r"#[0-9a-f]{3,8}\b", re.sub(r"--[\w-]+: #\w{6};", "", text))


def test_no_word_of_the_page_is_left_over(package: Any) -> None:
    folder = Path(package.__file__).parent
    used = "".join(path.read_text(encoding="utf-8")
                   for path in (*(folder / "templates").iterdir(), folder / "page_actions.py",
                                folder / "page_view.py"))
    text = (folder / "page_text.py").read_text(encoding="utf-8")
    names = re.findall(r'^    "(\w+)": \(', text.partition("SALE_STATUSES")[0], re.M)
    assert len(names) > 60
    for name in names:
        plain = name[len("done_"):] if name.startswith("done_") else name
        there = re.search(rf'\bt(exts)?\.{name}\b|"{plain}"', used)
        assert there or plain in ("page", "link"), name


def test_the_clock_ends_somewhere(shop: Shop) -> None:
    answers = [send(shop, "advance", {"count": "9999", "unit": "days"}) for _ in range(7)]
    assert [answer.status for answer in answers] == [303] * 6 + [409]
    assert "2199" in answers[-1].body.decode()


@pytest.mark.parametrize(("button", "status"), [("Pay", "given"), ("Decline", "refused")])
def test_a_consent_is_given_or_refused(shop: Shop, button: str, status: str) -> None:
    answer = shop.post("/1/sales", {
        "MerchantOrderId": "c1",
        "Customer": {"Name": "Teste", "Identity": "12345678909", "IdentityType": "CPF"},
        "Payment": {"Type": "Pix", "Provider": "Cielo2", "RecurrentPayment": {
            "RecurrenceType": "SelfManagedConsent", "AuthorizeNow": False, "Amount": 1000,
            "Interval": "Monthly", "StartDate": "2026-12-20"}}})
    assert answer.status == 201, answer.body
    press(shop, f"{button}: c1")
    assert shop.get("/_sandbox/consents").json[0]["Status"] == status
    assert [one.label for one in read_page(shop).buttons if one.label.endswith(": c1")] == []
