"""Django: a sale, and errors through its middleware."""

from __future__ import annotations

from typing import Any

from conftest import sale


def test_sells_and_tells_errors(recipe: Any) -> None:
    from django.test import Client

    http = Client()
    sold = http.post("/sales", sale("django1"), content_type="application/json")
    assert sold.status_code == 200 and sold.json()["approved"]
    wrong = http.post("/sales", {"payment": {}}, content_type="application/json")
    assert wrong.status_code == 422
    assert http.get("/sales").status_code == 405
