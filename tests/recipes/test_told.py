"""What a shop's API says where nobody knows, and where it may be tried again."""

from __future__ import annotations

from typing import Any

import pytest

import cielo


@pytest.mark.parametrize("error, status, body", [
    (cielo.OutcomeUnknownError("lost", {"merchant_order_id": "one", "sent": "maybe"}), 202,
     {"error": "outcome_unknown", "order": "one"}),
    (cielo.TransportError("refused", {"merchant_order_id": "two", "sent": "no"}), 502,
     {"error": "transport", "order": "two", "again": True}),
    (cielo.AuthenticationError("no", {"merchant_order_id": "three", "sent": "yes"}), 502,
     {"error": "authentication", "order": "three", "again": False}),
])
def test_told(recipe: Any, error: cielo.CieloError, status: int, body: dict[str, Any]) -> None:
    assert recipe.told(error) == (status, body)
