"""Pix Automático: consents, and charges under them."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_support import CUSTOMER, DAY, Reply, Shop

TERMS = {
    "RecurrenceType": "SelfManagedConsent",
    "AuthorizeNow": False,
    "StartDate": "2035-01-10",
    "EndDate": "2036-01-10",
    "Interval": "Monthly",
    "RetryPolicy": "Allowed_3R_7D",
    "Amount": 990,
    "Plan": "Plano mensal",
}


def ask(shop: Shop, terms: dict[str, Any], **payment: Any) -> Reply:
    members = {"Type": "Pix", "Provider": "Cielo2", "RecurrentPayment": terms, **payment}
    body = {
        "MerchantOrderId": shop.order(),
        "OrderDescription": "Assinatura",
        "Customer": dict(CUSTOMER),
        "Payment": members,
    }
    return shop.post("/1/sales", body)


def charge(shop: Shop, recurrence_id: str, **payment: Any) -> Reply:
    terms = {
        "RecurrenceType": "SelfManagedConsent",
        "AuthorizeNow": True,
        "RecurrenceId": recurrence_id,
        "BusinessDayAdjust": True,
    }
    members = {"Type": "Pix", "Provider": "Cielo2", "Amount": 990, "RecurrentPayment": terms}
    body = {"MerchantOrderId": shop.order(), "OrderDescription": "Julho"}
    return shop.post("/1/sales", {**body, "Payment": {**members, **payment}})


def test_a_consent_alone(shop: Shop, sandbox: Any) -> None:
    answer = ask(shop, TERMS)
    tree, payment = answer.json, answer.json["Payment"]
    assert answer.status == 201 and tree["OrderDescription"] == "Assinatura"
    assert payment["Status"] == 12 and payment["QrCodeString"]
    assert payment["RecurrentPayment"] == TERMS and "Amount" not in payment
    (consent,) = sandbox.consents()
    assert consent["Status"] == "waiting" and consent["PaymentId"] == payment["PaymentId"]
    assert consent["RecurrenceId"] not in answer.body.decode(), "no page says where it stands"
    assert charge(shop, consent["RecurrenceId"]).codes == [169], "not given yet"
    sandbox.pay(payment["PaymentId"])
    assert sandbox.consents()[0]["Status"] == "given"
    read = shop.read(payment["PaymentId"])
    assert read["Status"] == 12 and "EndToEndId" not in read, "nothing was paid"
    with pytest.raises(ValueError, match="already"):
        sandbox.pay(payment["PaymentId"])


def test_a_consent_with_the_first_payment(shop: Shop, sandbox: Any) -> None:
    terms = {**TERMS, "AuthorizeNow": True}
    assert ask(shop, terms).codes == [108]
    payment = ask(shop, terms, Amount=1990).json["Payment"]
    assert (payment["Status"], payment["Amount"]) == (12, 1990) and payment["QrCodeString"]
    sandbox.pay(payment["PaymentId"])
    assert sandbox.consents()[0]["Status"] == "given"
    read = shop.read(payment["PaymentId"])
    assert read["Status"] == 2 and read["EndToEndId"]


def test_a_payer_who_refuses(shop: Shop, sandbox: Any) -> None:
    payment = ask(shop, {**TERMS, "AuthorizeNow": True}, Amount=1990).json["Payment"]
    sandbox.pay(payment["PaymentId"], approve=False)
    (consent,) = sandbox.consents()
    assert consent["Status"] == "refused"
    assert shop.read(payment["PaymentId"])["Status"] == 12
    assert charge(shop, consent["RecurrenceId"]).codes == [169]


def test_a_charge(shop: Shop, sandbox: Any) -> None:
    sandbox.pay(ask(shop, TERMS).json["Payment"]["PaymentId"])
    identity = sandbox.consents()[0]["RecurrenceId"]
    answer = charge(shop, identity.upper(), Amount=1290, ExpirationDate="2035-02-10")
    payment = answer.json["Payment"]
    assert answer.status == 201 and answer.json["OrderDescription"] == "Julho"
    assert (payment["Status"], payment["Amount"]) == (12, 1290)
    assert payment["ExpirationDate"] == "2035-02-10"
    assert "QrCodeString" not in payment and payment["SentOrderId"]
    sandbox.advance(5 * DAY)
    sandbox.pay(payment["PaymentId"])
    assert shop.read(payment["PaymentId"])["Status"] == 2
    with Shop(sandbox, merchant="another") as other:
        assert charge(other, identity).codes == [313]
    assert charge(shop, "00000000-0000-0000-0000-000000000000").codes == [313]
    assert charge(shop, identity, Amount=None).codes == [108]


def test_consents_survive_a_restart(package: Any, tmp_path: Any) -> None:
    state = str(tmp_path / "books")
    with package.run(state=state) as server, Shop(server) as shop:
        server.pay(ask(shop, TERMS).json["Payment"]["PaymentId"])
        consents = server.consents()
    with package.run(state=state) as server, Shop(server) as shop:
        assert server.consents() == consents
        assert charge(shop, consents[0]["RecurrenceId"]).status == 201


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"RecurrenceType": None}, [186]),
        ({"RecurrenceType": "Other"}, [186]),
        ({"AuthorizeNow": None}, [166]),
        ({"StartDate": None}, [316]),
        ({"EndDate": "2034-01-10"}, [321]),
        ({"Amount": None}, [186]),
        ({"MinimumAmount": 100}, [186]),
        ({"Amount": "19.99"}, [108]),
        ({"BusinessDayAdjust": "soon"}, [184]),
        ({"RecurrenceId": "00000000-0000-0000-0000-000000000000"}, [186]),
    ],
)
def test_terms_that_cannot_be(shop: Shop, changes: dict[str, Any], codes: list[int]) -> None:
    assert ask(shop, {**TERMS, **changes}).codes == codes


def test_forms_that_may_be(shop: Shop) -> None:
    variable = {**TERMS, "Amount": None, "MinimumAmount": 100}
    assert ask(shop, variable).status == 201
    sample = {**TERMS, "RecurrentType": TERMS["RecurrenceType"], "RecurrenceType": None}
    assert ask(shop, sample).status == 201
    assert ask(shop, TERMS, Provider="Simulado").codes == [133]


def test_an_ordinary_pix_is_not_declined(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid(Type="Pix")
    with pytest.raises(ValueError, match="leave it unpaid"):
        sandbox.pay(payment["PaymentId"], approve=False)
    assert shop.read(payment["PaymentId"])["Status"] == 12
