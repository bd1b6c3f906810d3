"""The recipes are modules of their folder; a local Cielo is behind each."""

from __future__ import annotations

import importlib
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import cielo.sandbox

RECIPES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "recipes"
sys.path.insert(0, str(RECIPES))

CARD = {"card_number": "4091688625337641", "holder": "Teste Holder", "brand": "Visa",
        "expiration_date": "12/2035", "security_code": "123"}


def sale(order: str, **card: Any) -> dict[str, Any]:
    return {"merchant_order_id": order, "payment": {
        "type": "CreditCard", "amount": 15700, "installments": 1,
        "credit_card": {**CARD, **card}}}


@pytest.fixture
def recipe(cielo_sandbox: cielo.sandbox.LocalCielo,
           request: pytest.FixtureRequest) -> Iterator[Any]:
    """The module that the test's file is called after; its client is ended."""
    name = request.path.stem[len("test_"):]
    module = importlib.import_module(name)
    yield module
    if hasattr(module, "client"):
        if module.client.cache_info().currsize:
            module.client().close()
        module.client.cache_clear()
