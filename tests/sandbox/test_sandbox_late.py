"""A time-out at the acquirer: pending, then paid or gone as the seed draws."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sandbox_support import DAY, Receiver, Shop, card_ending, open_card, wait_for

LATE = {"CardNumber": card_ending(6)}


def test_the_answer_to_a_time_out(shop: Shop) -> None:
    answer = shop.sell(card=LATE)
    payment = answer.json["Payment"]
    assert answer.status == 201
    assert (payment["Status"], payment["ReturnCode"]) == (0, "99")
    assert payment["ReturnMessage"] == "Timeout"
    assert [link["Rel"] for link in payment["Links"]] == ["self"]
    assert not {"ProofOfSale", "AuthorizationCode", "CapturedAmount"} & set(payment)
    path = f"/1/sales/{payment['PaymentId']}"
    assert shop.read(payment["PaymentId"])["Status"] == 0
    assert shop.put(f"{path}/capture").codes == [308]
    assert shop.put(f"{path}/void").codes == [309]


@pytest.mark.parametrize(
    ("payment", "paid"),
    [({}, 1), ({"Capture": True}, 2), ({"Type": "DebitCard"}, 2)],
)
def test_it_settles_as_the_seed_draws(package: Any, payment: dict[str, Any], paid: int) -> None:
    def play() -> list[dict[str, Any]]:
        with package.run(seed=11) as server, Shop(server) as shop:
            made = [shop.paid(card=LATE, **payment)["PaymentId"] for _ in range(12)]
            server.advance(4)  # and as long as it takes to make and to read them
            assert {shop.read(one)["Status"] for one in made} == {0}
            server.advance(6)
            return [shop.read(one) for one in made]

    sales = play()
    statuses = [sale["Status"] for sale in sales]
    assert set(statuses) == {13, paid}, "paid or gone"
    assert statuses == [sale["Status"] for sale in play()], "the seed decides"
    for sale in sales:
        gone = sale["Status"] == 13
        assert ("AuthorizationCode" not in sale) is gone
        assert sale["ReturnCode"] == ("99" if gone else "6" if paid == 2 else "4")
        assert sale.get("CapturedAmount", 0) == (15700 if sale["Status"] == 2 else 0)


def test_it_can_be_captured_once_it_is_authorised(package: Any) -> None:
    with package.run(seed=11) as server, Shop(server) as shop:
        made = [shop.paid(card=LATE)["PaymentId"] for _ in range(12)]
        server.advance(10)
        done = [shop.put(f"/1/sales/{one}/capture").status for one in made]
        assert done == [200 if shop.read(one)["Status"] == 2 else 400 for one in made]
        events = {event["What"] for sale in server.sales() for event in sale["Events"]}
        assert {"found authorised", "found not charged"} <= events


def test_the_shop_is_told_when_it_settles(package: Any) -> None:
    with Receiver() as receiver, package.run(notify_url=receiver.url) as server:
        with Shop(server) as shop:
            payment = shop.paid(card=LATE, Capture=True)
            assert server.notifications() == []
            server.advance(10)
            assert wait_for(lambda: receiver.posts)
            assert receiver.json == [{"PaymentId": payment["PaymentId"], "ChangeType": 1}]


def test_it_settles_after_a_restart(package: Any, tmp_path: Any) -> None:
    state = str(tmp_path / "books")
    with package.run(state=state) as server, Shop(server) as shop:
        payment = shop.paid(card=LATE)
    with package.run(state=state) as server, Shop(server) as shop:
        server.advance(10)
        assert shop.read(payment["PaymentId"])["Status"] in (1, 13)


def test_it_is_forgotten_by_a_reset(shop: Shop, sandbox: Any) -> None:
    shop.paid(card=LATE)
    sandbox.reset()
    sandbox.advance(20)
    assert sandbox.sales() == []


def test_nobody_pays_it_by_hand(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(card=LATE)
    with pytest.raises(ValueError, match="not waiting for its shopper"):
        sandbox.pay(payment["PaymentId"])


def test_a_recurrence_does_not_begin_with_it(shop: Shop, sandbox: Any) -> None:
    plan = {"AuthorizeNow": True, "Interval": "Annual"}
    payment = shop.paid(card=LATE, RecurrentPayment=plan)
    assert payment["Status"] == 0
    assert payment["RecurrentPayment"] == {
        "ReasonCode": 22,
        "ReasonMessage": "TimeOut",
        "Interval": 12,
        "AuthorizeNow": True,
    }
    assert sandbox.recurrences() == []


def test_later_charges_are_settled_before_they_count(package: Any) -> None:
    with package.run(seed=5) as server, Shop(server) as shop:
        today = date.fromisoformat(shop.get("/_sandbox/clock").json["now"][:10])
        plan = {"AuthorizeNow": False, "StartDate": (today + timedelta(days=1)).isoformat()}
        payment = shop.paid(card=LATE, RecurrentPayment=plan)
        server.advance(150 * DAY)
        identity = payment["RecurrentPayment"]["RecurrentPaymentId"]
        node = shop.get(f"/1/RecurrentPayment/{identity}").json["RecurrentPayment"]
        statuses = [sale["Status"] for sale in server.sales()]
        assert set(statuses) == {2, 13} and node["SuccessfulRecurrences"] == statuses.count(2)


def test_the_qr_code_of_a_shopper_whose_card_is_late(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(Type="qrcode")
    sandbox.pay(payment["PaymentId"], card=open_card(**LATE)["CardNumber"])
    assert shop.read(payment["PaymentId"])["Status"] == 0
    sandbox.advance(10)
    assert shop.read(payment["PaymentId"])["Status"] in (1, 13)
