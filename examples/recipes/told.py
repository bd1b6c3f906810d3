"""What a shop's own API says of an error: shared by the recipes for the web."""

from __future__ import annotations

from typing import Any

import cielo


def told(error: cielo.CieloError) -> tuple[int, dict[str, Any]]:
    """A status and a body. No error's text holds card data, keys or tokens."""
    body: dict[str, Any] = {"error": error.kind, "order": error.merchant_order_id}
    if isinstance(error, cielo.ValidationError):
        problems = [{"path": one.path, "message": one.message} for one in error.problems]
        return 422, {**body, "problems": problems}
    if isinstance(error, cielo.OutcomeUnknownError):
        return 202, body  # the card may have been charged: to be looked up, never sent again
    return 502, {**body, "again": error.sent == "no"}


def shown(sale: cielo.Sale) -> dict[str, Any]:
    return {"order": sale.merchant_order_id, "payment": sale.payment.payment_id,
            "status": sale.status_name, "approved": sale.approved}
