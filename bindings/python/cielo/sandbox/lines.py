"""The books as ``/_sandbox/`` shows them: one line for each record."""

from __future__ import annotations

from typing import Any

from .checkout import STATUS_WORDS
from .clock import stamp
from .store import Consent, Order, Recurrence, Sale


def sale_line(sale: Sale) -> dict[str, Any]:
    """A transaction of API 3.0."""
    line: dict[str, Any] = {
        "PaymentId": sale.payment_id,
        "MerchantId": sale.merchant_id,
        "MerchantOrderId": sale.order_number,
        "Type": sale.type,
        "Amount": sale.amount,
        "Status": sale.status,
        "ReturnCode": sale.return_code,
        "CapturedAmount": sale.captured_amount,
        "VoidedAmount": sale.voided_amount,
        "Tid": sale.tid,
        "CardNumber": sale.card,
        "ReceivedDate": stamp(sale.received_at),
        "Events": sale.events,
    }
    if sale.recurrence_id:
        line["RecurrentPaymentId"] = sale.recurrence_id
    return line


def recurrence_line(recurrence: Recurrence) -> dict[str, Any]:
    """A scheduled recurrence of API 3.0."""
    return {
        "RecurrentPaymentId": recurrence.recurrence_id,
        "MerchantOrderId": recurrence.order_number,
        "Amount": recurrence.amount,
        "Status": recurrence.status,
        "NextRecurrency": recurrence.next,
        "NextAttempt": recurrence.due,
        "CreatedDate": stamp(recurrence.created_at),
        "RecurrentTransactions": recurrence.transactions,
    }


def consent_line(consent: Consent) -> dict[str, Any]:
    """A payer's consent to further charges by Pix."""
    return {
        "RecurrenceId": consent.recurrence_id,
        "MerchantOrderId": consent.order_number,
        "PaymentId": consent.payment_id,
        "Status": consent.status,
        "CreatedDate": stamp(consent.created_at),
    }


def order_line(order: Order) -> dict[str, Any]:
    """An order of Checkout."""
    line: dict[str, Any] = {
        "checkout_cielo_order_number": order.number,
        "order_number": order.order_number,
        "merchant_id": order.merchant_id,
        "method": order.method,
        "amount": order.amount,
        "status": STATUS_WORDS[order.status],
        "captured_amount": order.captured_amount,
        "voided_amount": order.voided_amount,
        "card": order.card,
        "created_date": stamp(order.created_at),
        "events": order.events,
    }
    if order.link_id:
        line["link"] = order.link_id
    if order.recurrence_id:
        line["pagador_recurrent_payment_id"] = order.recurrence_id
    return line
