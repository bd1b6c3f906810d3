"""What may still be captured or voided of a payment, out of what Cielo says of it now.

Nothing here reads or writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from .errors import Refused, Usage
from .words import label, reais_of

__all__ = ["Decision", "Move", "Standing", "decide", "of_ledger", "of_order", "of_sale",
           "pending_of"]

AUTHORIZED, PAID = "authorized", "paid"
# By Cielo's numbers of API 3.0 and by its words of Checkout; the others allow nothing.
_STATUS = {1: AUTHORIZED, 2: PAID}
_WORDS = {"authorized": AUTHORIZED, "paid": PAID}
# What is paid at once, or by who has no card.
_NEVER_CAPTURED = ("boleto", "pix", "debitcard", "electronictransfer")
_NEVER_VOIDED = ("boleto",)
_NEVER = {
    "capture": ("a payment of this kind is never captured",
                "um pagamento deste meio nunca se captura"),
    "void": ("Cielo voids no payment of this kind: give its money back another way",
             "a Cielo não cancela pagamentos deste meio: devolva o dinheiro de outro modo"),
}


class Standing(NamedTuple):
    """A payment as a fresh read shows it, in cents."""

    status: str  # "authorized", "paid", or Cielo's own name for it
    type: str
    amount: int | None  # None: Checkout does not tell it, nor does the ledger
    captured: int | None  # likewise
    voided: int
    pending: int = 0  # of voids that Cielo took, and does not show yet

    def left(self, verb: str) -> int | None:
        """What may be captured or voided: 0 for nothing, None where only Cielo knows."""
        if self.never(verb):
            return 0
        if verb == "capture":
            return self.amount if self.status == AUTHORIZED else 0
        if self.status not in (AUTHORIZED, PAID):
            return 0
        total = self.captured if self.status == PAID else self.amount
        return None if total is None else max(0, total - self.voided - self.pending)

    def never(self, verb: str) -> bool:
        """Whether its kind takes no such change, however it stands."""
        return self.type.lower() in (_NEVER_CAPTURED if verb == "capture" else _NEVER_VOIDED)

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self._asdict().items() if value is not None}


class Decision(NamedTuple):
    """How much is changed, and what is sent for it: None for the whole."""

    amount: int | None
    sent: int | None


def of_sale(payment: Any) -> Standing:
    """Of the payment of a sale that was read."""
    number = payment.status
    amount, captured = payment.amount, payment.captured_amount
    if captured is None:
        captured = amount if number == 2 else 0
    return Standing(_STATUS.get(number, f"status {number}"), payment.type or "", amount,
                    captured or 0, payment.voided_amount or 0)


def of_order(order: Any, amount: int | None, captured: int | None,
             voided: int | None) -> Standing:
    """Of an order of Checkout, whose answers tell no amounts: those are the ledger's."""
    word = (order.payment.status or "").lower()
    status = _WORDS.get(word, word)
    if captured is None:
        captured = amount if status == PAID else 0
    return Standing(status, order.payment.type or "", amount, captured, voided or 0)


def of_ledger(row: Any) -> Standing:
    """Of a sale as the ledger has it, without asking Cielo."""
    status = (_WORDS.get((row.checkout_status or "").lower()) if row.status is None
              else _STATUS.get(row.status))
    captured = row.captured
    if captured is None:
        captured = row.amount if status == PAID else 0
    return Standing(status or f"status {row.status}", row.type or "", row.amount, captured,
                    row.voided or 0)


def decide(standing: Standing, verb: str, asked: int | None) -> Decision:
    """What is sent for what was asked; Refused for what may not be done now."""
    left = standing.left(verb)
    if asked is not None and asked <= 0:
        raise Usage("the amount must be more than nothing", "o valor deve ser mais do que nada")
    if left is None:
        if asked is not None:
            raise Refused("how much is left is not known: only the whole can be changed",
                          "não se sabe quanto resta: só o todo pode ser mudado")
        return Decision(None, None)
    if standing.never(verb):
        raise Refused(*_NEVER[verb])
    if left == 0:
        raise Refused(f"nothing is left to {verb}: {_told(standing)}",
                      f"não resta nada a {label('verb', verb)}: {_told_pt(standing)}")
    amount = left if asked is None else asked
    if amount > left:
        raise Refused(f"only {reais_of(left)} is left to {verb}: {_told(standing)}",
                      f"só restam {reais_of(left)} a {label('verb', verb)}: {_told_pt(standing)}")
    if verb == "void" and standing.status == AUTHORIZED and amount < left:
        raise Refused("what is not captured yet can only be voided whole",
                      "o que ainda não foi capturado só pode ser cancelado por inteiro")
    untouched = not standing.voided and not standing.pending
    return Decision(amount, None if untouched and amount == left else amount)


def _told(standing: Standing) -> str:
    told = (f"it is {standing.status}, {reais_of(standing.captured or 0)} captured, "
            f"{reais_of(standing.voided)} voided")
    return told + (f", {reais_of(standing.pending)} pending" if standing.pending else "")


def _told_pt(standing: Standing) -> str:
    told = (f"está {label('standing', standing.status)}, {reais_of(standing.captured or 0)} "
            f"capturados, {reais_of(standing.voided)} cancelados")
    return told + (f", {reais_of(standing.pending)} pendentes" if standing.pending else "")


# ---- what is pending ----


class Move(NamedTuple):
    """A void that Cielo took, in the order of time."""

    amount: int | None  # None: all that was left then
    voided: int  # what was voided before it
    pending: bool


def pending_of(moves: Iterable[Move], standing: Standing) -> int:
    """How much of voids that were pending does not show in the total yet."""
    awaited: int | None = None
    for move in moves:
        if awaited is None and not move.pending:
            continue
        if awaited is None:
            awaited = move.voided
        awaited = standing.captured or 0 if move.amount is None else awaited + move.amount
    return max(0, (awaited or 0) - standing.voided)
