"""What a query tells of a sale, as an event of the ledger: the listed members, no others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import cielo

__all__ = ["seen_notice", "seen_order", "seen_recurrence", "seen_sale"]

# As the journal writes them: ids of Cielo's, and words in which no card number can be.
ID = re.compile(r"[A-Za-z0-9-]{1,64}")
WORD = re.compile(r"(?!.*\d{13})[A-Za-z0-9_-]{1,64}")
DATE = re.compile(r"[0-9T :./Z+-]{8,40}")
ORDER = 255

# The member of an event, the member of a payment, and what it may hold.
TEXTS = (
    ("payment_id", "PaymentId", ID), ("tid", "Tid", ID), ("nsu", "ProofOfSale", ID),
    ("auth", "AuthorizationCode", WORD), ("code", "ReturnCode", WORD), ("type", "Type", WORD),
    ("provider", "Provider", WORD),
)
NUMBERS = (("status", "Status"), ("reason", "ReasonCode"), ("installments", "Installments"))
AMOUNTS = (("amount", "Amount"), ("captured", "CapturedAmount"), ("voided", "VoidedAmount"))
DATES = (("received", "ReceivedDate"), ("captured", "CapturedDate"), ("voided", "VoidedDate"))
CARDS = ("CreditCard", "DebitCard", "Card")


def _text(value: Any, pattern: re.Pattern[str]) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None


def _number(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _card(payment: Mapping[str, Any]) -> dict[str, Any]:
    """The brand, and the ends of a number that comes masked."""
    cards = [payment[name] for name in CARDS if isinstance(payment.get(name), dict)]
    card: Mapping[str, Any] = cards[0] if cards else {}
    found: dict[str, Any] = _without_none({"brand": _text(card.get("Brand"), WORD)})
    ends = _masked(card.get("CardNumber"))
    return {**found, "card": ends} if ends else found


def _group(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    kept = _without_none(values)
    return {name: kept} if kept else {}


def seen_sale(sale: Any) -> dict[str, Any]:
    """The data of an event `seen`, of the result of a query for a sale."""
    fields = sale.to_dict()  # masked
    payment = fields.get("Payment") or {}
    fraud = payment.get("FraudAnalysis")
    recurrence = payment.get("RecurrentPayment")
    order = fields.get("MerchantOrderId")
    return {
        **_without_none({
            "order": order[:ORDER] if isinstance(order, str) else None,
            **{name: _text(payment.get(wire), pattern) for name, wire, pattern in TEXTS},
            **{name: _number(payment.get(wire)) for name, wire in NUMBERS},
            "fraud": _number(fraud.get("Status")) if isinstance(fraud, dict) else None,
            "recurrence_id": _text(recurrence.get("RecurrentPaymentId"), ID)
            if isinstance(recurrence, dict) else None,
        }),
        **_card(payment),
        **_group("amounts", {n: _number(payment.get(wire)) for n, wire in AMOUNTS}),
        **_group("dates", {n: _text(payment.get(wire), DATE) for n, wire in DATES}),
    }


def _masked(value: Any) -> dict[str, str] | None:
    ends = re.fullmatch(r"(\d{6})\*+(\d{4})", str(value or ""))
    return {"first6": ends[1], "last4": ends[2]} if ends else None


def seen_order(order: Any) -> dict[str, Any]:
    """Likewise of a Checkout order, whose status is a word of a table of its own."""
    payment = order.payment
    return _without_none({
        "checkout_order": _text(order.order_number, ID),
        "checkout_status": _text(order.status_name, WORD),
        "tid": _text(payment.tid, ID),
        "nsu": _text(payment.nsu, ID),
        "auth": _text(payment.authorization_code, WORD),
        "type": _text(payment.type, WORD),
        "brand": _text(payment.brand, WORD),
        "installments": _number(payment.number_of_payments),
        "card": _masked(payment.card_masked_number),
    })


def seen_notice(order: Any) -> dict[str, Any]:
    """Likewise of one that was read by the shop's number of it."""
    status = cielo.order_status(order.payment_status) if order.payment_status else None
    amount = _number(order.amount)
    return _without_none({
        "order": order.order_number[:ORDER] if order.order_number else None,
        "checkout_order": _text(order.checkout_cielo_order_number, ID),
        "checkout_status": status.name if status else None,
        "tid": _text(order.tid, ID),
        "nsu": _text(order.nsu, ID),
        "auth": _text(order.authorization_code, WORD),
        "installments": _number(order.payment_installments),
        "card": _masked(order.payment_maskedcreditcard),
        "amounts": {"amount": amount} if amount is not None else None,
    })


def seen_recurrence(recurrence: Any) -> dict[str, Any]:
    """Likewise of a recurrence that Cielo charges by itself."""
    found = recurrence.to_dict().get("RecurrentPayment") or {}
    listed = found.get("RecurrentTransactions")
    charges = [each for each in listed if isinstance(each, dict)] if isinstance(
        listed, list) else []
    return _without_none({
        "recurrence_id": _text(found.get("RecurrentPaymentId"), ID),
        "order": _text(found.get("OrderNumber"), WORD),
        "status": _number(found.get("Status")),
        "amount": _number(found.get("Amount")),
        "interval": _text(found.get("Interval"), WORD),
        "day": _number(found.get("RecurrencyDay")),
        "starts": _text(found.get("StartDate"), DATE),
        "ends": _text(found.get("EndDate"), DATE),
        "next": _text(found.get("NextRecurrency"), DATE),
        "try": _number(found.get("CurrentRecurrencyTry")),
        "charges": [_without_none({
            "payment_id": _text(each.get("PaymentId"), ID),
            "number": _number(each.get("PaymentNumber")),
            "try": _number(each.get("TryNumber"))}) for each in charges],
    })
