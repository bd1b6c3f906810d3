"""What API 3.0 tells the shop [sale-notice]."""

from __future__ import annotations

from .notify import Notifier

#: Kinds of change: a payment's status, a new recurrence, a recurrence's status, and
#: a void that was denied.
PAYMENT, CREATED, CHANGED, VOID_DENIED = 1, 2, 4, 5


class News:
    """Posts ids, never what became of them: the shop has to ask."""

    def __init__(self, notifier: Notifier, url: str | None) -> None:
        self._notifier = notifier
        self._url = url

    def tell_payment(self, payment_id: str) -> None:
        """The status of a payment changed."""
        self._tell(payment_id, {"PaymentId": payment_id, "ChangeType": PAYMENT})

    def tell_void_denied(self, payment_id: str) -> None:
        """A void was asked for, and nothing came of it."""
        self._tell(payment_id, {"PaymentId": payment_id, "ChangeType": VOID_DENIED})

    def tell_recurrence(self, recurrence_id: str, change: int) -> None:
        """A recurrence was created or changed its status."""
        self._tell(recurrence_id, {"RecurrentPaymentId": recurrence_id, "ChangeType": change})

    def _tell(self, subject: str, members: dict[str, str | int]) -> None:
        if self._url:
            self._notifier.post_json(self._url, subject, members)
