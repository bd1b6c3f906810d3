"""FastAPI: a sale, its capture, and an error."""

from __future__ import annotations

from typing import Any

from conftest import CARD, sale
from fastapi.testclient import TestClient


def test_sells_captures_and_tells_errors(recipe: Any) -> None:
    with TestClient(recipe.app) as http:
        sold = http.post("/sales", json=sale("web1"))
        assert sold.status_code == 200 and sold.json()["approved"]
        done = http.post(f"/sales/{sold.json()['payment']}/capture")
        assert done.json() == {"approved": True, "status": "payment_confirmed"}

        wrong = http.post("/sales", json=sale("web2", security_code="x"))
        assert wrong.status_code == 422
        assert wrong.json()["problems"][0]["path"] == "payment.credit_card.security_code"
    assert CARD["card_number"] not in wrong.text + sold.text
