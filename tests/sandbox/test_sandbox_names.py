"""Members of requests are read whatever the letter case of their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

import pytest
from sandbox_support import CUSTOMER, Shop, open_card
from test_sandbox_checkout import GOOD, LINK, PAGE, Store


def camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def respelled(value: Any, spell: Callable[[str], str]) -> Any:
    """The same tree under other names."""
    if isinstance(value, list):
        return [respelled(one, spell) for one in value]
    if not isinstance(value, dict):
        return value
    return {spell(name): respelled(one, spell) for name, one in value.items()}


@pytest.fixture(params=[camel, str.lower, str.upper], ids=["camel", "lower", "upper"])
def spell(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def store(sandbox: Any) -> Iterator[Store]:
    with Store(sandbox) as one:
        yield one.log_in()


def sale(**payment: Any) -> dict[str, Any]:
    members = {
        "Type": "CreditCard",
        "Amount": 15700,
        "Installments": 1,
        "Capture": True,
        "SoftDescriptor": "Loja",
        "CreditCard": open_card(SaveCard=True, CardOnFile={"Usage": "First"}),
        **payment,
    }
    return {"MerchantOrderId": "cased1", "Customer": dict(CUSTOMER), "Payment": members}


def test_a_sale_in_any_case(shop: Shop, spell: Any) -> None:
    answer = shop.post("/1/sales", respelled(sale(), spell))
    assert answer.status == 201, answer.body
    tree = answer.json
    assert tree["MerchantOrderId"] == "cased1" and tree["Customer"] == CUSTOMER
    assert tree["Payment"]["Status"] == 2 and tree["Payment"]["SoftDescriptor"] == "Loja"
    card = tree["Payment"]["CreditCard"]
    assert card["CardToken"] and card["CardOnFile"] == {"Usage": "First"}


def test_what_is_echoed_has_the_names_of_the_documents(shop: Shop, spell: Any) -> None:
    wallet = {"Type": "ApplePay", "WalletKey": "k", "AdditionalData": {"EphemeralPublicKey": "e"}}
    proof = {"Cavv": "c", "Xid": "x", "Eci": "5", "Version": "2", "ReferenceId": "r"}
    body = sale(Wallet=wallet, ExternalAuthentication=proof)
    payment = shop.post("/1/sales", respelled(body, spell)).json["Payment"]
    assert payment["Wallet"] == wallet and payment["ExternalAuthentication"] == proof
    assert payment["Eci"] == "5"


def test_recurrences_in_any_case(shop: Shop, spell: Any) -> None:
    plan = {"AuthorizeNow": True, "Interval": "Annual", "EndDate": "2040-12-01"}
    body = respelled(sale(RecurrentPayment=plan), spell)
    node = shop.post("/1/sales", body).json["Payment"]["RecurrentPayment"]
    path = f"/1/RecurrentPayment/{node['RecurrentPaymentId']}"
    assert node["EndDate"] == "2040-12-01"
    changed = respelled({"Name": "Outro Nome", "Address": {"City": "Rio"}}, spell)
    assert shop.put(f"{path}/Customer", changed).status == 200
    payment = respelled(sale(Amount=700)["Payment"], spell)
    assert shop.put(f"{path}/Payment", payment).status == 200
    read = shop.get(path).json
    assert read["Customer"] == {"Name": "Outro Nome", "Address": {"City": "Rio", "AddressType": 0}}
    assert read["RecurrentPayment"]["Amount"] == 700


def test_cards_in_any_case(shop: Shop, spell: Any) -> None:
    card = open_card(CardNumber="5502095822650000", Brand="Master")
    answer = shop.post("/1/card", respelled({"CustomerName": "Comprador", **card}, spell))
    assert answer.status == 201, answer.body
    token = {"CardToken": answer.json["CardToken"], "Brand": "Master"}
    assert shop.post("/1/zeroauth", respelled(token, spell)).json["Valid"] is True
    wallet = respelled({"Card": card, "Wallet": {"Type": "ApplePay"}}, spell)
    assert shop.post("/2/zeroauth", wallet).json["Valid"] is True


def test_pix_and_boleto_in_any_case(shop: Shop, spell: Any) -> None:
    pix = {"Type": "Pix", "Amount": 100, "Provider": "cielo2", "QrCode": {"Expiration": 60}}
    body = {"MerchantOrderId": "pix1", "Customer": dict(CUSTOMER), "Payment": pix}
    payment = shop.post("/1/sales", respelled(body, spell)).json["Payment"]
    assert payment["Provider"] == "Cielo2" and payment["QrCodeExpiration"] == 60
    wrong = {"Type": "Boleto", "Amount": 100, "Provider": "simulado"}
    body = {"MerchantOrderId": "boleto1", "Customer": dict(CUSTOMER), "Payment": wrong}
    assert shop.post("/1/sales", respelled(body, spell)).codes == [197, 198, 199, 200, 201, 202]


def test_the_later_of_two_spellings_counts(shop: Shop) -> None:
    body = sale()
    body["Payment"]["amount"] = 300
    assert shop.post("/1/sales", body).json["Payment"]["Amount"] == 300


def test_unknown_members_stay_as_they_came(shop: Shop) -> None:
    body = sale()
    body["Customer"]["loyaltyNumber"] = "7"
    assert shop.post("/1/sales", body).json["Customer"]["loyaltyNumber"] == "7"


def test_a_page_keeps_its_number_in_any_case(sandbox: Any, store: Store, spell: Any) -> None:
    page = store.post("/api/public/v1/orders", respelled(PAGE, spell))
    assert page.status == 201 and page.json["OrderNumber"] == "pedido1"
    assert page.json["Cart"] == PAGE["Cart"] and page.json["Settings"]["CheckoutUrl"]
    order = sandbox.pay(order="pedido1", card=GOOD)
    assert (order["order_number"], order["amount"]) == ("pedido1", 2300)


def test_a_link_in_any_case(store: Store, spell: Any) -> None:
    wanted = {**LINK, "OrderNumber": "link1", "recurrent": {"interval": "Monthly"}}
    made = store.post("/api/public/v1/products/", respelled(wanted, spell)).json
    assert (made["OrderNumber"], made["name"], made["type"]) == ("link1", "Curso", "Digital")
    assert made["recurrent"] == {"interval": "Monthly"} and made["shipping"] == LINK["shipping"]


def test_null_is_absent(shop: Shop, store: Store) -> None:
    body = sale(Interest=None, Provider=None, RecurrentPayment=None, SoftDescriptor=None)
    payment = shop.post("/1/sales", body).json["Payment"]
    assert not {"RecurrentPayment", "SoftDescriptor"} & set(payment)
    plan = {"AuthorizeNow": True, "Interval": None, "EndDate": None}
    body = sale(RecurrentPayment=plan)
    assert shop.post("/1/sales", body).json["Payment"]["RecurrentPayment"]["RecurrentPaymentId"]
    made = store.link(OrderNumber=None, recurrent={"interval": None, "endDate": None})
    assert not {"OrderNumber", "recurrent"} & set(made)
