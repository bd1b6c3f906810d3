"""Scheduled recurrence: creation, every change, and charges by the clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sandbox_support import CARD, DAY, Shop, card_ending, open_card


def today(shop: Shop) -> date:
    """The sandbox's day, taken from its own books' clock."""
    answer = shop.get("/_sandbox/clock").json
    return date.fromisoformat(answer["now"][:10])


def start(shop: Shop, card: str = CARD, **plan: Any) -> dict[str, Any]:
    """The payment of a new recurrence."""
    node = {"AuthorizeNow": True, "Interval": "Monthly", **plan}
    return shop.paid(RecurrentPayment=node, card={"CardNumber": card})


def read(shop: Shop, recurrence_id: str) -> dict[str, Any]:
    node: dict[str, Any] = shop.get(f"/1/RecurrentPayment/{recurrence_id}").json["RecurrentPayment"]
    return node


def later(shop: Shop, days: int = 40, **changes: Any) -> str:
    """A recurrence that is only scheduled; gives its id."""
    day = (today(shop) + timedelta(days=days)).isoformat()
    payment = start(shop, AuthorizeNow=False, StartDate=day, **changes)
    identity: str = payment["RecurrentPayment"]["RecurrentPaymentId"]
    return identity


def test_first_charge_now(shop: Shop) -> None:
    payment = start(shop, EndDate="2040-12-01", Interval="SemiAnnual")
    node = payment["RecurrentPayment"]
    assert payment["Status"] == 1 and payment["PaymentId"]
    assert node["Interval"] == 6 and node["EndDate"] == "2040-12-01"
    assert node["ReasonCode"] == 0 and node["ReasonMessage"] == "Successful"
    shown = shop.read(payment["PaymentId"])["RecurrentPayment"]
    assert shown["Interval"] == "SemiAnnual" and "ReasonCode" not in shown
    assert node["AuthorizeNow"] is True and node["Link"]["Rel"] == "recurrentPayment"
    one = read(shop, node["RecurrentPaymentId"])
    assert one["Status"] == 1 and one["Amount"] == 15700 and one["Interval"] == "SemiAnnual"
    assert one["NextRecurrency"] == node["NextRecurrency"]
    assert one["RecurrentTransactions"] == [
        {"PaymentId": payment["PaymentId"], "PaymentNumber": 0, "TryNumber": 1}
    ]


def test_only_scheduled(shop: Shop) -> None:
    day = (today(shop) + timedelta(days=9)).isoformat()
    payment = start(shop, AuthorizeNow="false", StartDate=day)
    assert payment["Status"] == 20
    assert not {"PaymentId", "Tid", "ReturnCode"} & set(payment)
    assert payment["RecurrentPayment"]["NextRecurrency"] == day
    assert payment["RecurrentPayment"]["StartDate"] == day
    assert payment["RecurrentPayment"]["Interval"] == 1
    assert payment["RecurrentPayment"]["ReasonCode"] == 0


def test_declined_first_charge_creates_nothing(shop: Shop, sandbox: Any) -> None:
    payment = start(shop, card=card_ending(2), Interval="SemiAnnual", EndDate="2040-12-01")
    assert payment["Status"] == 3
    assert payment["RecurrentPayment"] == {
        "ReasonCode": 7,
        "ReasonMessage": "Denied",
        "EndDate": "2040-12-01",
        "Interval": 6,
        "AuthorizeNow": True,
    }
    assert sandbox.recurrences() == []


@pytest.mark.parametrize(
    ("payment", "reason"),
    [
        ({"Amount": 1663}, 16),
        ({"Authenticate": True, "ReturnUrl": "https://loja.example/"}, 9),
        ({"card": {"CardNumber": card_ending(6)}}, 22),
    ],
)
def test_a_first_charge_that_is_not_authorised(
    shop: Shop, sandbox: Any, payment: dict[str, Any], reason: int
) -> None:
    made = shop.paid(RecurrentPayment={"AuthorizeNow": True}, **payment)
    assert made["RecurrentPayment"]["ReasonCode"] == reason
    assert "RecurrentPaymentId" not in made["RecurrentPayment"]
    assert sandbox.recurrences() == []


@pytest.mark.parametrize(
    ("plan", "codes"),
    [
        ({"AuthorizeNow": None}, [166, 316]),
        ({"AuthorizeNow": False}, [316]),
        ({"Interval": "Weekly"}, [186]),
        ({"EndDate": "2020-01-01"}, [321]),
    ],
)
def test_plans_that_cannot_be(shop: Shop, plan: dict[str, Any], codes: list[int]) -> None:
    node = {"AuthorizeNow": True, **plan}
    assert shop.sell(RecurrentPayment=node).codes == codes


def test_instalments_do_not_recur(shop: Shop) -> None:
    assert shop.sell(Installments=2, RecurrentPayment={"AuthorizeNow": True}).codes == [179]
    assert shop.sell(Type="DebitCard", RecurrentPayment={"AuthorizeNow": True}).codes == [186]


def test_every_change(shop: Shop) -> None:
    one = later(shop)
    path = f"/1/RecurrentPayment/{one}"
    end = (today(shop) + timedelta(days=900)).isoformat()
    coming = (today(shop) + timedelta(days=50)).isoformat()
    payment = {
        "Type": "CreditCard",
        "Amount": "777",
        "Installments": 1,
        "CreditCard": open_card(Brand="Master"),
    }
    changes: list[tuple[str, Any]] = [
        ("Customer", {"Name": "Outro Nome"}),
        ("EndDate", end),
        ("Interval", 6),
        ("Amount", 156),
        ("NextPaymentDate", coming),
        ("Payment", payment),
    ]
    for name, body in changes:
        answer = shop.put(f"{path}/{name}", body)
        assert (answer.status, answer.body) == (200, b""), name
        assert answer.headers["Content-Length"] == "0"
    tree = shop.get(path.lower()).json
    node = tree["RecurrentPayment"]
    assert tree["Customer"]["Name"] == "Outro Nome"
    assert node["EndDate"] == end and node["Interval"] == "SemiAnnual"
    assert node["Amount"] == 777 and node["NextRecurrency"] == coming


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("Customer", [1], 184),
        ("EndDate", "2020-01-01", 321),
        ("EndDate", 7, 321),
        ("Interval", 4, 186),
        ("Interval", "Monthly", 186),
        ("RecurrencyDay", 32, 317),
        ("RecurrencyDay", "3", 317),
        ("Amount", 0, 108),
        ("Amount", b"", 184),
        ("NextPaymentDate", "2020-01-01", 316),
        ("Payment", {}, 102),
    ],
)
def test_changes_that_cannot_be(shop: Shop, name: str, body: Any, code: int) -> None:
    answer = shop.put(f"/1/RecurrentPayment/{later(shop)}/{name}", body)
    assert answer.status == 400 and answer.codes[0] == code


def test_off_and_on(shop: Shop, sandbox: Any) -> None:
    one = later(shop, days=5)
    path = f"/1/RecurrentPayment/{one}"
    assert shop.put(f"{path}/Deactivate").status == 200
    assert read(shop, one)["Status"] == 3
    assert shop.put(f"{path}/Deactivate").codes == [169]
    assert shop.put(f"{path}/Amount", 5).codes == [169]
    sandbox.advance(10 * DAY)
    assert read(shop, one)["RecurrentTransactions"] == []
    assert shop.put(f"{path}/Reactivate").status == 200
    node = read(shop, one)
    assert node["Status"] == 1 and node["NextRecurrency"] > today(shop).isoformat()
    assert shop.put("/1/RecurrentPayment/unknown/Deactivate").status == 404


def test_day_change_rules(shop: Shop, sandbox: Any) -> None:
    # On the 10th of a month, so that there are days before and after.
    ahead = date(today(shop).year + 1, 3, 10) - today(shop)
    sandbox.advance(ahead.days * DAY)
    now = today(shop)
    this_month, next_month = later(shop, days=10), later(shop, days=31)
    shop.put(f"/1/RecurrentPayment/{this_month}/RecurrencyDay", 25)
    assert read(shop, this_month)["NextRecurrency"] == f"{now.year}-03-25"
    shop.put(f"/1/RecurrentPayment/{this_month}/RecurrencyDay", 3)
    assert read(shop, this_month)["NextRecurrency"] == f"{now.year}-03-25"
    assert read(shop, this_month)["RecurrencyDay"] == 3
    shop.put(f"/1/RecurrentPayment/{next_month}/RecurrencyDay", 3)
    assert read(shop, next_month)["NextRecurrency"] == f"{now.year}-04-03"
    sandbox.advance(16 * DAY)
    assert read(shop, this_month)["NextRecurrency"] == f"{now.year}-04-03"


def test_charges_by_the_clock(shop: Shop, sandbox: Any) -> None:
    payment = start(shop)
    one = payment["RecurrentPayment"]["RecurrentPaymentId"]
    first = read(shop, one)["NextRecurrency"]
    sandbox.advance(66 * DAY)
    node = read(shop, one)
    assert node["SuccessfulRecurrences"] == 2 and node["NextRecurrency"] > first
    assert [turn["PaymentNumber"] for turn in node["RecurrentTransactions"]] == [0, 1, 2]
    charge = shop.read(node["RecurrentTransactions"][1]["PaymentId"])
    assert charge["Status"] == 2 and charge["CapturedAmount"] == 15700
    assert charge["ReceivedDate"].startswith(first)
    assert charge["RecurrentPayment"]["RecurrentPaymentId"] == one


def test_declined_charges_are_tried_again(shop: Shop, sandbox: Any) -> None:
    payment = start(shop)
    one = payment["RecurrentPayment"]["RecurrentPaymentId"]
    body = {
        "Type": "CreditCard",
        "Amount": 15700,
        "Installments": 1,
        "CreditCard": open_card(CardNumber=card_ending(2)),
    }
    assert shop.put(f"/1/RecurrentPayment/{one}/Payment", body).status == 200
    due = date.fromisoformat(read(shop, one)["NextRecurrency"]) - today(shop)
    sandbox.advance(due.days * DAY)
    assert read(shop, one)["CurrentRecurrencyTry"] == 2
    coming = (today(shop) + timedelta(days=3)).isoformat()
    assert shop.put(f"/1/RecurrentPayment/{one}/NextPaymentDate", coming).codes == [315]
    sandbox.advance(DAY)
    body["CreditCard"] = open_card()
    shop.put(f"/1/RecurrentPayment/{one}/Payment", body)
    sandbox.advance(DAY)
    node = read(shop, one)
    assert node["Status"] == 1 and node["CurrentRecurrencyTry"] == 1
    tries = [(turn["PaymentNumber"], turn["TryNumber"]) for turn in node["RecurrentTransactions"]]
    assert tries == [(0, 1), (1, 1), (1, 2), (1, 3)]


@pytest.mark.parametrize(
    ("settings", "digit", "tries"),
    [({}, 2, 5), ({"recurrence_tries": 2}, 2, 3), ({"recurrence_tries": 0}, 2, 1), ({}, 3, 1)],
)
def test_tries_that_are_used_up(
    package: Any, settings: dict[str, Any], digit: int, tries: int
) -> None:
    """The tries are beside the charge; irreversible denials have none."""
    for disable in (True, False):
        options = {**settings, "recurrence_disable": disable}
        with package.run(seed=7, **options) as server, Shop(server) as shop:
            day = (today(shop) + timedelta(days=2)).isoformat()
            payment = start(shop, card=card_ending(digit), AuthorizeNow=False, StartDate=day)
            server.advance(25 * DAY)
            node = read(shop, payment["RecurrentPayment"]["RecurrentPaymentId"])
            assert len(node["RecurrentTransactions"]) == tries
            assert node["Status"] == (4 if disable else 1)
            if not disable:
                assert node["NextRecurrency"] > today(shop).isoformat() > day
                assert node["CurrentRecurrencyTry"] == 1


def test_a_recurrence_goes_on_after_its_tries(shop: Shop, sandbox: Any) -> None:
    day = (today(shop) + timedelta(days=2)).isoformat()
    payment = start(shop, card=card_ending(2), AuthorizeNow=False, StartDate=day)
    sandbox.advance(45 * DAY)
    node = read(shop, payment["RecurrentPayment"]["RecurrentPaymentId"])
    turns = node["RecurrentTransactions"]
    assert [turn["TryNumber"] for turn in turns] == [1, 2, 3, 4, 5] * 2
    assert [turn["PaymentNumber"] for turn in turns] == [0] * 5 + [1] * 5
    assert node["SuccessfulRecurrences"] == 0


def test_days_between_the_tries(package: Any) -> None:
    with package.run(recurrence_retry_days=3) as server, Shop(server) as shop:
        day = today(shop) + timedelta(days=2)
        payment = start(
            shop, card=card_ending(2), AuthorizeNow=False, StartDate=day.isoformat()
        )
        server.advance(20 * DAY)
        node = read(shop, payment["RecurrentPayment"]["RecurrentPaymentId"])
        sales = [shop.read(turn["PaymentId"]) for turn in node["RecurrentTransactions"]]
        days = [date.fromisoformat(sale["ReceivedDate"][:10]) - day for sale in sales]
        assert [one.days for one in days] == [0, 3, 6, 9, 12]


@pytest.mark.parametrize(
    "options",
    [{"recurrence_tries": 5}, {"recurrence_tries": -1}, {"recurrence_retry_days": 0},
     {"recurrence_retry_days": 5}],
)
def test_settings_that_a_store_cannot_make(package: Any, options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        package.run(**options)


def test_end_and_expired_card(shop: Shop, sandbox: Any) -> None:
    end = (today(shop) + timedelta(days=70)).isoformat()
    ending = start(shop, EndDate=end)["RecurrentPayment"]["RecurrentPaymentId"]
    month = today(shop) + timedelta(days=10)
    card = {"ExpirationDate": f"{month.month:02d}/{month.year}"}
    expiring = shop.paid(RecurrentPayment={"AuthorizeNow": True}, card=card)
    sandbox.advance(100 * DAY)
    assert read(shop, ending)["Status"] == 2
    assert read(shop, ending)["SuccessfulRecurrences"] == 2
    assert read(shop, expiring["RecurrentPayment"]["RecurrentPaymentId"])["Status"] == 5


def test_past_start_is_caught_up_day_by_day(shop: Shop, sandbox: Any) -> None:
    one = later(shop, days=-65)
    sandbox.advance(5 * DAY)
    node = read(shop, one)
    days = [
        shop.read(turn["PaymentId"])["ReceivedDate"][:10] for turn in node["RecurrentTransactions"]
    ]
    assert len(days) == 3 and len(set(days)) == 3
