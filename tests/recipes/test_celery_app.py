"""Results and errors go through Celery's store of JSON."""

from __future__ import annotations

from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from conftest import CARD

import cielo


def test_results_and_errors_go_through_the_store(recipe: Any, cielo_sandbox: Any) -> None:
    with cielo.Client() as client:
        token = client.cards.tokenize({"customer_name": "Aline", **{
            name: CARD[name] for name in ("card_number", "holder", "expiration_date", "brand")
        }}).card_token
    with start_worker(recipe.app, pool="solo", perform_ping_check=False, loglevel="ERROR"):
        charged = recipe.charge.delay("task1", 1990, token, "Visa").get(timeout=60)
        assert charged["approved"] and token not in str(charged)
        with pytest.raises(cielo.ValidationError) as refused:
            recipe.charge.delay("task2", -1, token, "Visa").get(timeout=60)
        assert refused.value.problems[0].path == "payment.amount"

        cielo_sandbox.faults([
            {"match": "POST /1/sales", "after": "process", "do": "close", "times": 1},
            {"match": "GET /1/sales", "after": "read", "do": "status:503", "times": 99}])
        with pytest.raises(cielo.OutcomeUnknownError) as lost:
            recipe.charge.delay("task3", 1990, token, "Visa").get(timeout=60)
        assert (lost.value.sent, lost.value.merchant_order_id) == ("maybe", "task3")
    assert [one["MerchantOrderId"] for one in cielo_sandbox.sales()] == ["task1", "task3"]
