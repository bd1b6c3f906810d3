"""Checkout: tokens, pages, links, orders, notifications and recurrence."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from sandbox_support import DAY, MERCHANT, Receiver, Reply, Shop, wait_for

CLIENT, SECRET = "b521b6b2-b9b4-4a30-881d-3b63dece0006", "08Qkje79NwWRx5BdgNJsIkBuITt5cIVO"
GOOD, BAD = "5404434242930104", "5404434242930107"
FORM = "application/x-www-form-urlencoded"

PAGE: dict[str, Any] = {
    "OrderNumber": "pedido1",
    "SoftDescriptor": "Loja",
    "Cart": {
        "Discount": {"Type": "Percent", "Value": 10},
        "Items": [
            {"Name": "Caneca", "UnitPrice": 1000, "Quantity": 2, "Type": "Asset", "Sku": "C1"}
        ],
    },
    "Shipping": {
        "Type": "FixedAmount",
        "Services": [{"Name": "Motoboy", "Price": 500, "Deadline": 1}],
        "Address": {"Street": "Rua Teste", "Number": "1", "City": "Rio", "State": "RJ"},
    },
    "Customer": {"FullName": "Comprador Teste", "Identity": "12345678909"},
}
LINK: dict[str, Any] = {
    "type": "Digital",
    "name": "Curso",
    "price": "4000",
    "shipping": {"type": "WithoutShipping"},
}


class Store(Shop):
    """A shop that uses Checkout."""

    def token(self, pair: str = f"{CLIENT}:{SECRET}", body: bytes | None = None) -> Reply:
        basic = base64.b64encode(pair.encode()).decode()
        self.headers = {}
        return self.call(
            "POST",
            "/api/public/v2/token",
            b"grant_type=client_credentials" if body is None else body,
            **{"Authorization": f"Basic {basic}", "Content-Type": FORM},
        )

    def log_in(self) -> Store:
        self.headers = {"Authorization": f"Bearer {self.token().json['access_token']}"}
        return self

    def page(self, **changes: Any) -> Reply:
        return self.call(
            "POST", "/api/public/v1/orders", {**PAGE, **changes}, MerchantId=MERCHANT
        )

    def link(self, **changes: Any) -> dict[str, Any]:
        answer = self.post("/api/public/v1/products/", {**LINK, **changes})
        assert answer.status == 201, answer.body
        made: dict[str, Any] = answer.json
        return made

    def order(self, number: str = "") -> Any:
        return self.get(f"/api/public/v2/orders/{number}").json

    def change(self, number: str, what: str) -> Reply:
        return self.put(f"/api/public/v2/orders/{number}/{what}")


@pytest.fixture
def store(sandbox: Any) -> Iterator[Store]:
    with Store(sandbox) as one:
        yield one.log_in()


def paid(sandbox: Any, store: Store, **details: Any) -> str:
    """A page finished by its shopper; gives the order's number at Checkout."""
    assert store.page().status == 201
    order = sandbox.pay(order="pedido1", **{"card": GOOD, **details})
    return str(order["checkout_cielo_order_number"])


# -- tokens ------------------------------------------------------------------


def test_token_lives_1199_seconds(store: Store, sandbox: Any) -> None:
    answer = store.token().json
    assert answer["token_type"] == "bearer" and answer["expires_in"] == 1199
    store.headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert store.get("/api/public/v2/orders/none").status == 404
    sandbox.advance(1200)
    late = store.get("/api/public/v2/orders/none")
    assert (late.status, late.body) == (401, b"")


def test_bad_token_requests(store: Store) -> None:
    for pair in ("id", f"{CLIENT}:", f"{CLIENT}: {SECRET}"):
        answer = store.token(pair)
        assert answer.status == 400
        assert answer.json["error"] == "invalid_client" and answer.json["error_description"]
    assert store.token(body=b"grant_type=password").json["error"] == "unsupported_grant_type"
    store.headers = {"Authorization": "Basic !"}
    assert store.post("/api/public/v2/token", {}).json["error"] == "invalid_client"


@pytest.mark.parametrize("content", ["application/json", "text/plain", FORM, ""])
def test_a_token_request_may_have_no_body(store: Store, content: str) -> None:
    basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": content}
    store.headers = {}
    answer = store.call("POST", "/api/public/v2/token", b"", **headers)
    assert answer.status == 200 and answer.json["access_token"]
    other = store.call("POST", "/api/public/v2/token", b"{}", **headers)
    assert other.status == 400


def test_named_clients_only(package: Any) -> None:
    with package.run(clients={CLIENT: SECRET}) as server, Store(server) as store:
        assert store.token().status == 200
        assert store.token(f"{CLIENT}:other").status == 400
        assert store.token(f"other:{SECRET}").status == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/public/v2/merchantOrderNumber/x"),
        ("GET", "/api/public/v2/orders/x"),
        ("PUT", "/api/public/v2/orders/x/void"),
        ("POST", "/api/public/v1/products/"),
        ("GET", "/api/public/v1/RecurrentPayment/x"),
    ],
)
def test_bearer_is_asked_for_everywhere(sandbox: Any, method: str, path: str) -> None:
    with Store(sandbox) as store:
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {SECRET}"}):
            store.headers = headers
            assert store.call(method, path).status == 401


# -- pages -------------------------------------------------------------------


def test_page_is_no_order_until_it_is_paid(store: Store, sandbox: Any) -> None:
    answer = store.page()
    assert answer.status == 201
    settings = answer.json["Settings"]
    assert settings["Profile"] == "CheckoutCielo" and settings["Version"] == 1
    assert store.get("/api/public/v2/merchantOrderNumber/pedido1").status == 404
    page_id = settings["CheckoutUrl"].rpartition("=")[2]
    order = sandbox.pay(order=page_id, card=GOOD, installments=3)
    assert order["amount"] == 2000 - 200 + 500 and order["status"] == "Authorized"
    with pytest.raises(ValueError, match="paid already"):
        sandbox.pay(order=page_id)
    with pytest.raises(ValueError, match="no such page"):
        sandbox.pay(order="nothing")
    for wrong in ({"card": "12"}, {"method": "cash"}, {"installments": 13}):
        store.page()
        with pytest.raises(ValueError):
            sandbox.pay(order="pedido1", **wrong)


def test_a_page_may_write_the_document_as_a_number(store: Store, sandbox: Any) -> None:
    customer = {"FullName": "Comprador Teste", "Identity": 84261300206, "Phone": 5521999998888}
    assert store.page(Customer=customer).status == 400, "the telephone is too long"
    del customer["Phone"]
    assert store.page(Customer=customer).json["Customer"] == customer
    order = sandbox.pay(order="pedido1", card=GOOD)
    shown = store.order(order["checkout_cielo_order_number"])
    assert shown["customer"]["identity"] == "84261300206"
    customer["FullName"] = True
    assert store.page(Customer=customer).status == 400


def test_page_credentials(store: Store) -> None:
    without_header = store.post("/api/public/v1/orders", PAGE)
    assert without_header.status == 201, "a token will do"
    store.headers = {}
    assert store.page().status == 201, "and so will the header"
    assert store.post("/api/public/v1/orders", PAGE).status == 401
    store.headers = {"Authorization": "Bearer wrong"}
    assert store.page().status == 401


def test_page_without_a_number_gets_one(store: Store) -> None:
    assert store.page(OrderNumber=None).json["OrderNumber"]


def test_page_problems_come_by_member(store: Store) -> None:
    answer = store.page(
        OrderNumber="pedido 1",
        Cart={"Items": [{"Name": "", "UnitPrice": 1.5, "Quantity": 0, "Type": "Toy"}]},
        Shipping={"Type": "Correios"},
        Payment={"MaxNumberOfInstallments": 13, "RecurrentPayment": {"Interval": "Weekly"}},
    )
    assert answer.status == 400 and answer.json["message"]
    assert set(answer.json["modelState"]) == {
        "[OrderNumber]",
        "[Cart.Items.Name]",
        "[Cart.Items.UnitPrice]",
        "[Cart.Items.Quantity]",
        "[Cart.Items.Type]",
        "[Shipping.Type]",
        "[Payment.MaxNumberOfInstallments]",
        "[Payment.RecurrentPayment.Interval]",
    }
    assert set(store.post("/api/public/v1/orders", {}).json["modelState"]) == {
        "[Cart]",
        "[Cart.Items]",
        "[Shipping]",
        "[Shipping.Type]",
    }


# -- orders ------------------------------------------------------------------


def test_order_has_the_documented_shape(store: Store, sandbox: Any) -> None:
    number = paid(sandbox, store, installments=2)
    order = store.order(number)
    assert re.fullmatch("[0-9a-f]{32}", number) and order["orderNumber"] == number
    assert order["merchantId"] == MERCHANT and order["softDescriptor"] == "Loja"
    assert order["cart"]["items"][0] == {
        "name": "Caneca",
        "description": "",
        "unitPrice": 1000,
        "quantity": 2,
        "type": "1",
        "sku": "C1",
    }
    assert order["shipping"]["type"] == "FixedAmount"
    assert order["shipping"]["services"] == [{"name": "Motoboy", "price": 500}]
    assert order["shipping"]["address"]["street"] == "Rua Teste"
    payment = order["payment"]
    assert payment["status"] == "Authorized" and payment["errorcode"] == "00"
    assert payment["numberOfPayments"] == 2 and payment["type"] == "creditCard"
    assert payment["cardMaskedNumber"] == "540443******0104" and payment["brand"] == "Master"
    assert payment["antifraud"]["antifraudeResult"] == 0
    assert order["customer"]["fullName"] == "Comprador Teste"
    assert [link["rel"] for link in order["links"]] == ["self", "capture", "void"]


def test_orders_of_a_number(store: Store, sandbox: Any) -> None:
    first, second = paid(sandbox, store), paid(sandbox, store, card=BAD)
    found = store.get("/api/public/v2/merchantOrderNumber/pedido1").json
    assert [order["checkoutOrderNumber"] for order in found] == [second, first]
    assert [order["$id"] for order in found] == ["1", "3"]
    assert found[0]["links"][0]["$id"] == "2"
    assert store.order(second)["payment"]["status"] == "Denied"


def test_queries_end_after_45_days(store: Store, sandbox: Any) -> None:
    number = paid(sandbox, store, capture=True)
    sandbox.advance(44 * DAY)
    assert store.log_in().order(number)["payment"]["status"] == "Paid"
    sandbox.advance(2 * DAY)
    store.log_in()
    assert store.get(f"/api/public/v2/orders/{number}").status == 404
    assert store.get("/api/public/v2/merchantOrderNumber/pedido1").status == 404
    assert store.change(number, "void").status == 404


def test_authorisation_expires(store: Store, sandbox: Any) -> None:
    number = paid(sandbox, store)
    sandbox.advance(15 * DAY + 1)
    assert store.log_in().order(number)["payment"]["status"] == "Expired"
    assert store.change(number, "capture").status == 400


def test_capture_once(store: Store, sandbox: Any) -> None:
    number = paid(sandbox, store)
    assert store.change(number, "capture?amount=2301").status == 400
    assert store.change(number, "capture?amount=x").status == 400
    answer = store.change(number, "capture?amount=1000")
    assert answer.status == 200
    assert answer.json["success"] is True and answer.json["status"] == 2
    assert answer.json["returnCode"] == "6"
    assert [link["rel"] for link in answer.json["links"]] == ["self", "void"]
    assert store.order(number)["payment"]["status"] == "Paid"
    again = store.change(number, "capture?amount=100")
    assert again.status == 400 and again.json["message"]
    assert sandbox.orders()[0]["captured_amount"] == 1000


def test_credit_only_is_captured(store: Store, sandbox: Any) -> None:
    number = paid(sandbox, store, method="debitCard")
    assert store.order(number)["payment"]["status"] == "Paid"
    assert store.change(number, "capture").status == 400


def test_voids(store: Store, sandbox: Any) -> None:
    number = paid(sandbox, store)
    assert store.change(number, "void?amount=100").status == 400, "before the capture"
    store.change(number, "capture")
    assert store.change(number, "void?amount=2301").status == 400
    assert store.change(number, "void?amount=100").json["status"] == 2
    quick = store.change(number, "void?amount=100")
    assert quick.status == 400 and "five seconds" in quick.json["message"]
    assert store.order(number)["payment"]["status"] == "Paid"
    sandbox.advance(5)
    assert store.change(number, "void").status == 200
    assert store.order(number)["payment"]["status"] == "Voided"
    assert store.change(number, "void").status == 400
    assert sandbox.orders()[0]["voided_amount"] == 2300
    whole = paid(sandbox, store)
    assert store.change(whole, "void").status == 200
    assert store.order(whole)["payment"]["status"] == "Voided"


# -- links -------------------------------------------------------------------


def test_link_life(store: Store) -> None:
    made = store.link(quantity=2, description="a|b")
    path = f"/api/public/v1/products/{made['id']}"
    assert made["price"] == 4000 and made["shortUrl"] and made["links"][0]["rel"] == "self"
    assert made["shipping"] == {"type": "WithoutShipping"}
    assert store.get(path).json == made
    many = store.link(weight="500", maxNumberOfInstallments="3")
    assert (many["weight"], many["maxNumberOfInstallments"]) == (500, 3)
    changed = store.put(path, dict(LINK, name="Outro"))
    assert changed.status == 200 and changed.json["name"] == "Outro"
    assert "quantity" not in changed.json
    gone = store.call("DELETE", path)
    assert (gone.status, gone.body) == (204, b"")
    assert store.get(path).status == store.call("DELETE", path).status == 404


def test_link_problems(store: Store) -> None:
    body = {
        "type": "Recurrent",
        "price": 0,
        "expirationDate": "soon",
        "maxNumberOfInstallments": 2,
        "shipping": {"type": "FixedAmount"},
        "quantity": "many",
    }
    answer = store.post("/api/public/v1/products", body)
    assert answer.status == 400
    assert set(answer.json["modelState"]) == {
        "[Name]",
        "[Price]",
        "[ExpirationDate]",
        "[MaxNumberOfInstallments]",
        "[Shipping.Name]",
        "[Shipping.Price]",
        "[Quantity]",
    }


def test_link_payments_and_quantity(store: Store, sandbox: Any) -> None:
    made = store.link(quantity=1, OrderNumber="link1")
    denied = sandbox.pay(link=made["id"], card=BAD)
    good = sandbox.pay(link=made["id"], card=GOOD)
    with pytest.raises(ValueError, match="no more"):
        sandbox.pay(link=made["id"])
    found = store.get(f"/api/public/v1/products/{made['id']}/payments").json
    assert found["$id"] == "1" and found["productId"] == made["id"]
    first, second = found["orders"]
    assert (first["$id"], first["payment"]["$id"], first["links"][0]["$id"]) == ("2", "3", "4")
    assert first["orderNumber"] == denied["checkout_cielo_order_number"]
    assert first["payment"]["status"] == "Denied"
    assert second["orderNumber"] == good["checkout_cielo_order_number"]
    assert second["payment"]["price"] == 4000
    assert store.get("/api/public/v2/merchantOrderNumber/link1").status == 200


def test_link_expires(store: Store, sandbox: Any) -> None:
    today = date.fromisoformat(store.get("/_sandbox/clock").json["now"][:10])
    made = store.link(expirationDate=(today + timedelta(days=3)).isoformat())
    timed = store.link(expirationDate=f"{today + timedelta(days=1)} 00:00:00")
    assert sandbox.pay(link=made["id"], card=GOOD)["status"] == "Authorized"
    sandbox.advance(DAY)
    with pytest.raises(ValueError, match="expired"):
        sandbox.pay(link=timed["id"])
    sandbox.advance(3 * DAY)
    with pytest.raises(ValueError, match="expired"):
        sandbox.pay(link=made["id"])


# -- notifications -----------------------------------------------------------


def form(body: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body.decode(), True).items()}


def test_form_notification_and_status_change(package: Any) -> None:
    with Receiver(failures=1) as news, Receiver() as changes:
        with package.run(notify_url=news.url, status_url=changes.url) as server:
            with Store(server) as store:
                number = paid(server, store.log_in())
                assert wait_for(lambda: len(news.posts) == 2), "the failed post is repeated"
                store.change(number, "capture")
                assert wait_for(lambda: len(changes.posts) == 1)
    kind, body = news.posts[1]
    assert kind == FORM and body == news.posts[0][1]
    fields = form(body)
    assert fields["checkout_cielo_order_number"] == number
    assert fields["order_number"] == "pedido1" and fields["amount"] == "2300"
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d", fields["created_date"])
    assert fields["payment_status"] == "7" and fields["payment_method_type"] == "1"
    assert fields["payment_method_brand"] == "2" and fields["test_transaction"] == "True"
    assert fields["payment_maskedcreditcard"] == "540443******0104"
    assert fields["shipping_type"] == "2" and fields["discount_amount"] == "200"
    changed = form(changes.posts[0][1])
    assert changed["payment_status"] == "2" and changed["brand"] == "Master"
    assert changed["checkout_cielo_order_number"] == number


def test_json_notification_and_its_get(package: Any) -> None:
    with Receiver() as news:
        with package.run(notify_url=news.url, notify_kind="json") as server:
            with Store(server) as store:
                number = paid(server, store.log_in())
                assert wait_for(lambda: news.posts)
                (post,) = news.json
                assert post["MerchantId"] == MERCHANT and post["MerchantOrderNumber"] == "pedido1"
                path = f"/api/public/v1/orders/{MERCHANT}/pedido1"
                assert post["Url"].endswith(path)
                store.headers = {}
                assert store.get(path).status == 401
                other = store.call("GET", path, MerchantId="other")
                assert other.status == 404
                fields = store.call("GET", path, MerchantId=MERCHANT).json
    assert fields["checkout_cielo_order_number"] == number and fields["amount"] == 2300
    assert re.fullmatch(r"\d\d-\d\d-\d{4} \d\d:\d\d:\d\d", fields["created_date"])
    assert fields["payment_status"] == 7


def test_pix_is_pending_until_it_is_paid(package: Any) -> None:
    with Receiver() as changes, package.run(status_url=changes.url) as server:
        with Store(server) as store:
            number = paid(server, store.log_in(), method="pix")
            assert store.order(number)["payment"]["status"] == "Pending"
            assert server.pay(order=number)["status"] == "Paid"
            with pytest.raises(ValueError):
                server.pay(order=number)
            assert wait_for(lambda: changes.posts)
    fields = form(changes.posts[0][1])
    assert fields["payment_status"] == "2" and fields["payment_end_to_end_id"].startswith("E")


# -- recurrence --------------------------------------------------------------

PATH = "/api/public/v1/RecurrentPayment"


def begin(store: Store, sandbox: Any, **plan: Any) -> str:
    made = store.link(type="Recurrent", recurrent={"interval": "Monthly", **plan})
    order = sandbox.pay(link=made["id"], card=GOOD)
    return str(order["pagador_recurrent_payment_id"])


def test_recurrence_of_a_link(store: Store, sandbox: Any) -> None:
    one = begin(store, sandbox)
    tree = store.get(f"{PATH}/{one}").json
    assert tree["$id"] == "1" and tree["pagadorRecurrentPaymentId"] == one
    assert tree["recurrentPaymentStatus"] == 1 and tree["allowEdit"] is True
    assert tree["amount"] == 4000.0 and tree["intervalDescription"] == "Monthly"
    assert tree["item"] == {"$ref": tree["items"][0]["$id"]}
    assert tree["endDate"].startswith("0001-01-01")
    assert len(tree["history"]) == 1
    sandbox.advance(63 * DAY)
    store.log_in()
    tree = store.get(f"{PATH}/{one}").json
    assert len(tree["history"]) == 3
    assert {past["paymentStatusDescription"] for past in tree["history"][1:]} == {"Paid"}
    latest = tree["history"][-1]["orderNumber"]
    assert store.order(latest)["payment"]["status"] == "Paid"


def test_recurrence_changes(store: Store, sandbox: Any) -> None:
    one = begin(store, sandbox)
    today = date.fromisoformat(store.get("/_sandbox/clock").json["now"][:10])
    coming = (today + timedelta(days=4)).isoformat()
    body = {
        "PagadorRecurrentPaymentId": one,
        "Amount": 777,
        "Interval": 6,
        "EndDate": "2090-01-01",
        "NextPaymentDate": coming,
    }
    answer = store.put(f"{PATH}/Update", body)
    assert answer.status == 200
    with pytest.raises(ValueError):
        answer.json  # noqa: B018 - documented: not valid JSON
    tree = store.get(f"{PATH}/{one}").json
    assert tree["amount"] == 777.0 and tree["intervalDescription"] == "SemiAnnual"
    assert tree["nextPaymentDate"].startswith(coming)
    wrong = store.put(f"{PATH}/Update", dict(body, Interval=5, Amount=-1))
    assert wrong.status == 400 and "months" in wrong.json["message"]
    assert store.put(f"{PATH}/Update", {"PagadorRecurrentPaymentId": "x"}).status == 404
    sandbox.advance(5 * DAY)
    assert sandbox.orders()[-1]["amount"] == 777


def test_recurrence_is_ended_for_good(store: Store, sandbox: Any) -> None:
    one = begin(store, sandbox)
    assert store.call("DELETE", f"{PATH}/Deactivate/{one}").status == 200
    assert store.call("DELETE", f"{PATH}/Deactivate/{one}").status == 400
    assert store.put(f"{PATH}/Update", {"PagadorRecurrentPaymentId": one}).status == 400
    sandbox.advance(40 * DAY)
    assert len(sandbox.orders()) == 1


def test_recurrence_of_a_page_reaches_its_end(store: Store, sandbox: Any) -> None:
    today = date.fromisoformat(store.get("/_sandbox/clock").json["now"][:10])
    plan = {"Interval": "Monthly", "EndDate": (today + timedelta(days=70)).isoformat()}
    shipping = {"Type": "WithoutShipping"}
    assert store.page(Shipping=shipping, Payment={"RecurrentPayment": plan}).status == 201
    order = sandbox.pay(order="pedido1", card=GOOD)
    one = order["pagador_recurrent_payment_id"]
    sandbox.advance(100 * DAY)
    tree = store.log_in().get(f"{PATH}/{one}").json
    assert tree["recurrentPaymentStatus"] == 4 and len(tree["history"]) == 3


def test_recurrence_ends_after_its_retries(store: Store, sandbox: Any) -> None:
    made = store.link(type="Recurrent")
    order = sandbox.pay(link=made["id"], card=GOOD, later_card=BAD)
    one = order["pagador_recurrent_payment_id"]
    sandbox.advance(60 * DAY)
    tree = store.log_in().get(f"{PATH}/{one}").json
    assert tree["recurrentPaymentStatus"] == 6
    denied = [past["paymentStatusDescription"] for past in tree["history"][1:]]
    assert denied == ["Denied"] * 5, "the charge and four retries, each a new order"
    days = {past["createdDate"][:10] for past in tree["history"]}
    assert len(days) == 6


def test_checkout_survives_a_restart(package: Any, tmp_path: Path) -> None:
    state = str(tmp_path / "books")
    with package.run(state=state) as server, Store(server) as store:
        number = paid(server, store.log_in())
        one = begin(store, server)
        kept, gone = store.link(), store.link()
        store.call("DELETE", f"/api/public/v1/products/{gone['id']}")
        books = server.orders()
    with package.run(state=state) as server, Store(server) as store:
        assert server.orders() == books
        assert store.log_in().order(number)["orderNumber"] == number
        assert store.get(f"{PATH}/{one}").status == 200
        assert store.get(f"/api/public/v1/products/{kept['id']}").status == 200
        assert store.get(f"/api/public/v1/products/{gone['id']}").status == 404
