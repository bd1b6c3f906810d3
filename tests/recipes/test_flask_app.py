"""Flask: a sale and an error."""

from __future__ import annotations

from typing import Any

from conftest import sale


def test_sells_and_tells_errors(recipe: Any) -> None:
    http = recipe.app.test_client()
    assert http.post("/sales", json=sale("flask1")).get_json()["approved"]
    wrong = http.post("/sales", json={"merchant_order_id": "flask2"})
    assert wrong.status_code == 422 and wrong.get_json()["problems"]
