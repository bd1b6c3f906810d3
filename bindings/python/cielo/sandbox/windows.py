"""How long a sale can be captured and voided, which its brand decides [capture-window]."""

from __future__ import annotations

from .clock import local_day
from .store import Sale

CAPTURE_DAYS = 15
MASTER_CAPTURE_DAYS = 7

VOID_DAYS = 330  # debit and credit at once
LONG_VOID_DAYS = 690  # instalments and airlines
MAESTRO_VOID_DAYS = 150  # Mastercard's debit
PIX_REFUND_DAYS = 90  # since the sale [pix-refund]


def can_capture(sale: Sale, now: float) -> bool:
    """Whether the authorisation still stands."""
    days = MASTER_CAPTURE_DAYS if _brand(sale) == "Master" else CAPTURE_DAYS
    return _age(sale, now) <= days


def can_void(sale: Sale, now: float) -> bool:
    """Whether the sale's money can still be given back [void-window]."""
    return _age(sale, now) <= _void_days(sale)


def _void_days(sale: Sale) -> int:
    if sale.type == "Pix":
        return PIX_REFUND_DAYS
    if sale.type == "DebitCard":
        return MAESTRO_VOID_DAYS if _brand(sale) == "Master" else VOID_DAYS
    airline = sale.details.get("AirlineData") or sale.details.get("ServiceTaxAmount")
    return LONG_VOID_DAYS if airline or sale.details["Installments"] > 1 else VOID_DAYS


def _brand(sale: Sale) -> str:
    node = sale.details.get(sale.type)
    return str(node["Brand"]) if isinstance(node, dict) else ""


def _age(sale: Sale, now: float) -> int:
    """Whole days of the calendar since the authorisation."""
    return (local_day(now) - local_day(sale.received_at)).days
