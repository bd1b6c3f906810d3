"""repr() begins with what decides: approved, declined or pending, then warnings."""

from __future__ import annotations

import warnings
from typing import Any, Callable

import pytest
from conftest import BAD_CARD, card_sale

import cielo
from cielo import _core


def test_a_sale_and_its_changes_say_what_became_of_them(client: cielo.Client) -> None:
    fields = card_sale()
    sale = client.sales.create(fields)
    assert " ".join(repr(sale).split()).startswith(
        f"Sale( approved=True, status_name='authorized', merchant_order_id="
        f"'{fields['MerchantOrderId']}',")
    captured = client.sales.capture(sale.payment.payment_id)
    assert " ".join(repr(captured).split()).startswith("Transaction( approved=True, ")
    voided = client.sales.void(sale.payment.payment_id)
    assert " ".join(repr(voided).split()).startswith("Transaction( approved=True, ")
    for text in (repr(sale), repr(captured), repr(voided)):
        assert "declined" not in text and "pending" not in text and "warnings" not in text


def test_a_declined_sale_says_so(make_client: Callable[..., cielo.Client]) -> None:
    text = repr(make_client().sales.create(card_sale(card=BAD_CARD)))
    assert " ".join(text.split()).startswith("Sale( declined=True, status_name=")
    assert "approved" not in text and "pending" not in text


@pytest.mark.parametrize("facts, shown", [
    ({"approved": True, "declined": False, "pending": False}, "approved=True, "),
    ({"approved": False, "declined": True, "pending": False}, "declined=True, "),
    ({"approved": False, "declined": False, "pending": True}, "pending=True, "),
    ({"approved": False, "declined": False, "pending": False, "warnings": ()}, ""),
    ({"approved": True, "reconciled": True, "warnings": ("a", "b", "c")},
     "approved=True, reconciled=True, warnings=3, "),
    (None, ""),
])
@pytest.mark.parametrize("kind", ["Sale", "Transaction", "OrderChange"])
def test_whichever_is_true(kind: str, facts: Any, shown: str) -> None:
    result = _core._restore(kind, {"Note": "n"}, facts)
    assert repr(result) == f"{kind}({shown}note='n')"


def test_warnings_are_counted(client: cielo.Client) -> None:
    fields = card_sale()
    fields["Payment"].update(SoftDescriptor="Loja_ABC", Cvv=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cielo.FieldWarning)
        sale = client.sales.create(fields)
    assert len(sale.warnings) == 2
    assert " ".join(repr(sale).split()).startswith(
        "Sale( approved=True, status_name='authorized', warnings=2, ")
