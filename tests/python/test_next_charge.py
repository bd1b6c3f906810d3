"""cielo.next_charge: from the result of a sale to the fields of the next."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import cielo
import cielo.sandbox

TOKEN = "db62dc71-d07b-4745-9969-42697b988ccb"
LINK = "MCC1abcd_EFGH-ijkl0123"


def sale_of(**payment: Any) -> dict[str, Any]:
    return {"Payment": {"Status": 2, "CreditCard": {"Brand": "Master", "CardToken": TOKEN},
                        **payment}}


def stored(client: cielo.Client) -> cielo.Sale:
    return client.sales.create({
        "merchant_order_id": "first1",
        "customer": {"name": "Comprador Teste"},
        "payment": {
            "type": "CreditCard", "amount": 5000, "installments": 1, "capture": True,
            "credit_card": {"card_number": "4024007197692931", "holder": "Teste Holder",
                            "expiration_date": "12/2035", "security_code": "123",
                            "brand": "Visa", "save_card": True},
        },
    })


def test_a_result_gives_a_charge_that_is_taken() -> None:
    with cielo.sandbox.run() as sandbox, \
            cielo.Client(merchant_id="m", merchant_key="k", base_url=sandbox.base_url) as client:
        first = stored(client)
        fields = cielo.next_charge(first, "second1", 4500, reason="Recurring")
        assert fields["Payment"]["Amount"] == 4500
        assert fields["Payment"]["Recurrent"] is True
        assert fields["Payment"]["Capture"] is True
        second = client.sales.create(fields)
        assert second.approved and not second.warnings
        # A later one gives the next, too.
        third = client.sales.create(cielo.next_charge(second, "third1", 4500))
        assert third.approved
        kept = first.to_dict(reveal=True)
        assert cielo.next_charge(kept, "second1", 4500, reason="Recurring") == fields


def test_the_token_prints_masked() -> None:
    fields = cielo.next_charge(sale_of(TransactionLinkId=LINK), "o2", 500)
    assert TOKEN not in repr(fields)
    assert fields["Payment"]["CreditCard"]["CardToken"].reveal() == TOKEN
    assert fields["Payment"]["TransactionLinkId"] == LINK


def test_a_masked_copy_holds_no_token() -> None:
    with cielo.sandbox.run() as sandbox, \
            cielo.Client(merchant_id="m", merchant_key="k", base_url=sandbox.base_url) as client:
        sale = stored(client)
    for copy in (sale.to_dict(), pickle.loads(pickle.dumps(sale))):
        with pytest.raises(cielo.ValidationError) as caught:
            cielo.next_charge(copy, "o2", 500)
        assert [(p.path, p.rule) for p in caught.value.problems] == [
            ("sale.payment.credit_card.card_token", "format")]


@pytest.mark.parametrize("payment, rule", [
    ({"Status": 3.0}, "conflict"),
    ({"status": 2, "Status": 3}, "conflict"),
    ({"Status": None}, "required"),
    ({"Status": "3.0"}, "type"),
])
def test_only_a_sale_that_says_it_was_approved_has_one(
        payment: dict[str, Any], rule: str) -> None:
    card = {"Brand": "Visa", "CardToken": TOKEN}
    with pytest.raises(cielo.ValidationError) as caught:
        cielo.next_charge({"Payment": {**payment, "CreditCard": card}}, "o2", 500)
    assert [(p.path, p.rule) for p in caught.value.problems] == [("sale.payment.status", rule)]


def test_booleans_are_read_as_a_result_reads_them() -> None:
    fields = cielo.next_charge(sale_of(Capture="true", Recurrent="True"), "o2", 500)
    assert fields["Payment"]["Capture"] is True
    assert fields["Payment"]["Recurrent"] is True
    assert fields["Payment"]["CreditCard"]["CardOnFile"]["Reason"] == "Recurring"


def test_every_problem_is_told() -> None:
    with pytest.raises(cielo.ValidationError) as caught:
        cielo.next_charge({"Payment": {"Status": 3}}, "", 0, reason="weekly")
    assert [p.path for p in caught.value.problems] == [
        "sale.payment.credit_card", "sale.payment.status", "merchant_order_id", "amount",
        "reason"]
    assert caught.value.sent == "no"


@pytest.mark.parametrize("arguments, keywords", [
    ((1, "o2", 500), {}),
    ((sale_of(), 2, 500), {}),
    ((sale_of(), "o2", 5.5), {}),
    ((sale_of(), "o2", 500), {"reason": 1}),
    ((sale_of(), "o2", 500), {"transaction_link_id": 1}),
    ((sale_of(), "o2", 500, "Recurring"), {}),
    ((sale_of(),), {}),
])
def test_wrong_types_raise(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        cielo.next_charge(*arguments, **keywords)
