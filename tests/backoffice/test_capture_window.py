"""Until when what is authorised can be captured, as people are told it."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cielo.backoffice.capture_window import open_text

UTC = datetime.timezone.utc
# Eleven in the evening of the 27th at Cielo.
SOLD = datetime.datetime(2026, 11, 28, 2, tzinfo=UTC)
SALE = {"in_doubt": False, "word": "not_paid", "status": 1, "means_group": "credit_card",
        "means": "visa", "type": "CreditCard", "amount": 100, "captured": None, "voided": None,
        "checkout_status": None, "received": SOLD}


def told(lang: str = "pt", days: float = 0, **members: Any) -> str:
    return open_text(SimpleNamespace(**{**SALE, **members}), lang,
                     SOLD + datetime.timedelta(days=days))


@pytest.mark.parametrize(("means", "days", "pt", "en"), [
    ("visa", 15, "autorizada, a capturar até 12/12", "authorized, to be captured by 2026-12-12"),
    ("visa", 16, "autorizada, podia ser capturada até 12/12/2026",
     "authorized, could be captured until 2026-12-12"),
    ("master", 7, "autorizada, a capturar até 04/12", "authorized, to be captured by 2026-12-04"),
    ("master", 8, "autorizada, podia ser capturada até 04/12/2026",
     "authorized, could be captured until 2026-12-04")])
def test_by_the_brand(means, days, pt, en):
    assert told("pt", days, means=means) == pt
    assert told("en", days, means=means) == en


def test_of_checkout():
    assert told(status=None, checkout_status="Authorized").startswith("autorizada")


@pytest.mark.parametrize("members", [
    {"in_doubt": True}, {"word": "paid", "status": 2}, {"means_group": "boleto"},
    {"means_group": "debit_card"}, {"status": None, "checkout_status": "Pending"}])
def test_others_say_nothing(members):
    assert told(**members) == ""
