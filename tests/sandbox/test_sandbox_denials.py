"""What is not given back, and what becomes of a Pix."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_support import DAY, Receiver, Shop, wait_for
from test_sandbox_checkout import PAGE, Store

DENYING = "4024007153736664"
DENIED = {
    "ReasonCode": 7,
    "ReasonMessage": "Denied",
    "ProviderReturnCode": "6",
    "ReturnCode": "6",
}


def assert_denied(answer: Any, status: int) -> None:
    assert answer.status == 200
    tree = answer.json
    assert tree["Status"] == status
    assert {name: tree[name] for name in DENIED} == DENIED


@pytest.mark.parametrize(("capture", "status"), [(True, 2), (False, 1)])
def test_a_card_that_gives_nothing_back(shop: Shop, capture: bool, status: int) -> None:
    payment = shop.paid(card={"CardNumber": DENYING}, Capture=capture)
    path = f"/1/sales/{payment['PaymentId']}/void"
    assert payment["Status"] == status
    assert_denied(shop.put(path), status)
    if capture:
        assert_denied(shop.put(f"{path}?amount=100"), status)
    read = shop.read(payment["PaymentId"])
    assert read["Status"] == status and "VoidedAmount" not in read


def test_a_stored_card_gives_nothing_back_either(shop: Shop) -> None:
    payment = shop.paid(card={"CardNumber": DENYING, "SaveCard": True})
    card = {"CardToken": payment["CreditCard"]["CardToken"], "Brand": "Visa"}
    members = {"Type": "CreditCard", "Amount": 100, "Installments": 1, "CreditCard": card}
    body = {"MerchantOrderId": "stored", "Payment": members}
    sale = shop.post("/1/sales", body).json["Payment"]
    assert_denied(shop.put(f"/1/sales/{sale['PaymentId']}/void"), 1)
    assert_denied(shop.put("/1/sales/OrderId/stored/void"), 1)


def test_amounts_that_are_not_given_back(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(Capture=True)
    path = f"/1/sales/{payment['PaymentId']}/void"
    assert_denied(shop.put(f"{path}?amount=666"), 2)
    assert_denied(shop.put(f"{path}?amount=1666"), 2)
    assert shop.put(f"{path}?amount=667").json["ReasonCode"] == 0, "a denied one needs no gap"
    sandbox.advance(5)
    assert shop.put(path).json["Status"] == 10
    whole = shop.paid(Amount=2666, Capture=True)
    assert_denied(shop.put(f"/1/sales/{whole['PaymentId']}/void"), 2)


def test_rules_come_before_denials(shop: Shop) -> None:
    payment = shop.paid(card={"CardNumber": DENYING})
    assert shop.put(f"/1/sales/{payment['PaymentId']}/void?amount=100").codes == [309]
    assert shop.put(f"/1/sales/{payment['PaymentId']}/void?amount=99999").codes == [309]


def test_a_denied_void_is_in_the_books_and_told(package: Any) -> None:
    with Receiver() as receiver, package.run(notify_url=receiver.url) as server:
        with Shop(server) as shop:
            payment = shop.paid(card={"CardNumber": DENYING})
            shop.put(f"/1/sales/{payment['PaymentId']}/void")
            assert wait_for(lambda: receiver.posts)
            assert receiver.json == [{"PaymentId": payment["PaymentId"], "ChangeType": 5}]
            (sale,) = server.sales()
            event = sale["Events"][-1]
            assert (event["What"], event["Amount"]) == ("void denied", 15700)
            assert sale["VoidedAmount"] == 0


def test_checkout_tells_by_success_alone(sandbox: Any) -> None:
    with Store(sandbox) as store:
        store.log_in()
        for card, done in (("5404434242956664", False), ("5404434242930104", True)):
            store.page(OrderNumber=f"pedido{done}")
            order = sandbox.pay(order=f"pedido{done}", card=card, capture=True)
            number = order["checkout_cielo_order_number"]
            answer = store.change(number, "void")
            assert answer.status == 200 and answer.json["success"] is done
            assert (answer.json["status"], answer.json["returnCode"]) == (2, "6")
            assert store.order(number)["payment"]["status"] == ("Voided" if done else "Paid")
        page = dict(PAGE, OrderNumber="pedido3")
        page["Cart"] = {"Items": [dict(PAGE["Cart"]["Items"][0], UnitPrice=83, Quantity=2)]}
        store.page(**page)
        order = sandbox.pay(order="pedido3", card="5404434242930104")
        assert order["amount"] == 666
        answer = store.change(order["checkout_cielo_order_number"], "void")
        assert answer.json["success"] is False


# -- Pix -----------------------------------------------------------------------


def pix(shop: Shop, **payment: Any) -> tuple[str, str]:
    """A new Pix of the newer integration: its id and its path."""
    made = shop.paid(Type="Pix", Provider="Cielo2", **payment)
    assert made["Status"] == 12
    return made["PaymentId"], f"/1/sales/{made['PaymentId']}"


def test_an_unpaid_code_is_removed(shop: Shop, sandbox: Any) -> None:
    payment_id, path = pix(shop)
    assert shop.put(f"{path}/void?amount=15700").codes == [309], "without an amount only"
    answer = shop.put(f"{path}/void")
    assert answer.status == 200
    assert answer.json["Status"] == 2, "as recorded, although nobody paid"
    assert (answer.json["ReasonCode"], answer.json["ReasonMessage"]) == (8, "Scheduled")
    assert answer.json["ReturnCode"] == "0"
    assert shop.read(payment_id)["Status"] == 12
    with pytest.raises(ValueError, match="removed"):
        sandbox.pay(payment_id)
    assert shop.put(f"{path}/void").codes == [309]
    sandbox.advance(DAY)
    assert shop.read(payment_id)["Status"] == 12


def test_a_code_of_the_older_integration_is_not_removed(shop: Shop) -> None:
    payment = shop.paid(Type="Pix")
    assert shop.put(f"/1/sales/{payment['PaymentId']}/void").codes == [309]


def test_a_paid_pix_is_given_back_in_parts(shop: Shop, sandbox: Any) -> None:
    payment_id, path = pix(shop)
    sandbox.pay(payment_id)
    assert shop.read(payment_id)["Status"] == 2
    asked = shop.put(f"{path}/void?amount=700").json
    assert (asked["Status"], asked["ReasonCode"], asked["ReturnCode"]) == (12, 0, "0")
    assert shop.put(f"{path}/void").codes == [309], "one is under way"
    sandbox.advance(6)
    read = shop.read(payment_id)
    assert (read["Status"], read["VoidedAmount"]) == (2, 700)
    assert shop.put(f"{path}/void?amount=15001").codes == [309]
    assert shop.put(f"{path}/void").json["Status"] == 12
    sandbox.advance(6)
    read = shop.read(payment_id)
    assert (read["Status"], read["VoidedAmount"]) == (11, 15700)


def test_a_pix_is_given_back_for_ninety_days(shop: Shop, sandbox: Any) -> None:
    early, late = pix(shop), pix(shop)
    sandbox.pay(early[0])
    sandbox.pay(late[0])
    sandbox.advance(90 * DAY)
    assert shop.put(f"{early[1]}/void").json["Status"] == 12
    sandbox.advance(DAY)
    assert shop.put(f"{late[1]}/void").codes == [309]


def test_a_store_without_balance(shop: Shop, sandbox: Any) -> None:
    payment_id, path = pix(shop)
    sandbox.pay(payment_id)
    answer = shop.put(f"{path}/void?amount=666")
    assert answer.status == 422
    assert answer.json == [
        {"Code": 422, "Message": "Error on pix service integration for moneyback"}
    ]
    assert shop.read(payment_id)["Status"] == 2
    assert shop.put(f"{path}/void?amount=700").json["Status"] == 12


@pytest.mark.parametrize(
    ("payment", "seconds"),
    [
        ({}, 86_400),
        ({"QrCode": {"Expiration": 60}}, 60),
        ({"QrCode": {"Expiration": 86_401}}, 86_400),
        ({"Provider": "Simulado"}, 7_200),
    ],
)
def test_how_long_a_code_lives(
    shop: Shop, sandbox: Any, payment: dict[str, Any], seconds: int
) -> None:
    in_time, late = (
        shop.paid(Type="Pix", **{"Provider": "Cielo2", **payment})["PaymentId"] for _ in range(2)
    )
    sandbox.advance(seconds - 30)
    sandbox.pay(in_time)
    sandbox.advance(60)
    with pytest.raises(ValueError, match="expired"):
        sandbox.pay(late)
