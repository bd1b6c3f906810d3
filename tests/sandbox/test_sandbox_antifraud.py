"""`FraudAnalysis` that is asked for is answered."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_support import CUSTOMER, Shop, card_ending, open_card

BUYER = {
    **CUSTOMER,
    "Email": "comprador@example.com",
    "Phone": "5521999998888",
    "BillingAddress": {"Street": "Rua Teste", "City": "Rio", "Complement": "ap 1"},
}


def sell(shop: Shop, buyer: dict[str, Any] = BUYER, amount: int = 15700, **asked: Any) -> Any:
    """The `Payment` of a sale that asks for an analysis."""
    card = open_card(**asked.pop("card", {}))
    body = {
        "MerchantOrderId": shop.order(),
        "Customer": buyer,
        "Payment": {
            "Type": "CreditCard",
            "Amount": amount,
            "Installments": 1,
            "CreditCard": card,
            "FraudAnalysis": {"Provider": "Cybersource", "Sequence": "AuthorizeFirst", **asked},
        },
    }
    answer = shop.post("/1/sales", body)
    assert answer.status == 201, answer.body
    return answer.json["Payment"]


@pytest.mark.parametrize(("amount", "status", "reason"), [
    (15700, 1, 100), (15661, 3, 480), (15662, 2, 481)
])
def test_the_amount_decides(shop: Shop, amount: int, status: int, reason: int) -> None:
    payment = sell(shop, amount=amount)
    node = payment["FraudAnalysis"]
    assert payment["Status"] == 1, "nothing was asked to be done about it"
    assert (node["Status"], node["FraudAnalysisReasonCode"]) == (status, reason)
    assert node["Provider"] == "Cybersource" and node["Sequence"] == "AuthorizeFirst"
    assert shop.read(payment["PaymentId"])["FraudAnalysis"] == node


@pytest.mark.parametrize(
    ("buyer", "reason"),
    [
        (CUSTOMER, 101),
        ({name: value for name, value in BUYER.items() if name != "BillingAddress"}, 101),
        (dict(BUYER, Address={"Complement": "bloco B, apto 101"}), 102),
    ],
)
def test_an_analysis_that_is_aborted(shop: Shop, buyer: dict[str, Any], reason: int) -> None:
    payment = sell(shop, buyer, amount=15662)
    assert payment["Status"] == 1
    assert payment["FraudAnalysis"]["Status"] == 4
    assert payment["FraudAnalysis"]["FraudAnalysisReasonCode"] == reason


def test_what_is_done_about_the_result(shop: Shop) -> None:
    both = {"CaptureOnLowRisk": "true", "VoidOnHighRisk": True}
    low, high, review = (sell(shop, amount=amount, **both) for amount in (15700, 15662, 15661))
    assert (low["Status"], low["CapturedAmount"], low["ReturnCode"]) == (2, 15700, "6")
    assert high["Status"] == 10 and shop.read(high["PaymentId"])["VoidedAmount"] == 15662
    assert review["Status"] == 1


def test_analysis_before_the_acquirer(shop: Shop) -> None:
    stopped = sell(shop, amount=15662, Sequence="AnalyseFirst")
    assert stopped["Status"] == 13 and "AuthorizationCode" not in stopped
    assert stopped["FraudAnalysis"]["Status"] == 2
    assert sell(shop, Sequence="AnalyseFirst", CaptureOnLowRisk=True)["Status"] == 2
    denied = sell(shop, Sequence="AnalyseFirst", card={"CardNumber": card_ending(2)})
    assert (denied["Status"], denied["FraudAnalysis"]["Status"]) == (3, 1)


def test_a_denied_sale_is_analysed_only_if_always(shop: Shop) -> None:
    card = {"CardNumber": card_ending(2)}
    usual = sell(shop, card=card)["FraudAnalysis"]
    assert usual["Status"] == 0 and "FraudAnalysisReasonCode" not in usual
    assert sell(shop, card=card, SequenceCriteria="Always")["FraudAnalysis"]["Status"] == 1


def test_velocity_stops_a_sale_for_good(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(Amount=1663, Capture=True)
    assert (payment["Status"], payment["ReturnCode"]) == (0, "BP171")
    assert (payment["ProviderReturnCode"], payment["ReasonCode"]) == ("BP171", 16)
    analysis = payment["VelocityAnalysis"]
    assert analysis["ResultMessage"] == "Reject" and analysis["RejectReasons"]
    assert [link["Rel"] for link in payment["Links"]] == ["self"]
    sandbox.advance(60)
    assert shop.read(payment["PaymentId"])["Status"] == 0
    with pytest.raises(ValueError, match="not waiting"):
        sandbox.pay(payment["PaymentId"])
    assert "VelocityAnalysis" not in shop.paid(Amount=1664)


def test_a_sale_that_asks_for_none_has_none(shop: Shop) -> None:
    assert "FraudAnalysis" not in shop.paid()
