"""Celery: charges by a stored card's token, results and errors kept as JSON.

    celery -A celery_app worker

The queue carries tokens, never card numbers: brokers write what they carry.
"""

from __future__ import annotations

import functools
import os
from typing import Any

from celery import Celery, Task

import cielo

app = Celery(
    "charges",
    broker=os.environ.get("CELERY_BROKER", "memory://"),
    backend=os.environ.get("CELERY_BACKEND", "cache+memory://"),
)
# A task that is delivered twice would charge twice: it leaves the queue as it
# begins, and is not begun again when its worker is lost.
app.conf.update(task_acks_late=False, task_serializer="json", result_serializer="json")


@functools.lru_cache
def client() -> cielo.Client:
    """One for each process of the worker."""
    return cielo.Client()


@app.task(bind=True, max_retries=3)
def charge(self: Task, order: str, amount: int, card_token: str, brand: str) -> dict[str, Any]:
    try:
        sale = client().sales.create({
            "merchant_order_id": order,
            "payment": {
                "type": "CreditCard", "amount": amount, "installments": 1, "capture": True,
                "credit_card": {"card_token": card_token, "brand": brand},
            },
        })
    except cielo.CieloError as error:
        if error.sent == "no" and not isinstance(error, cielo.ValidationError):
            raise self.retry(exc=error, countdown=2 ** self.request.retries) from error
        # The store keeps the class and its arguments; get() raises it again with
        # its kind, sent, order and attempts.
        raise
    return {"approved": sale.approved, "status": sale.status_name, "sale": sale.to_dict()}
