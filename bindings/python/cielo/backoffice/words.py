"""The Backoffice's words: for the state of a sale, and for how it is paid."""

from __future__ import annotations

import datetime
from typing import NamedTuple

__all__ = ["GROUPS", "WORDS", "Means", "means_of", "word_of"]

# A canceled sale is told as reversed when its last void came so soon after it.
REVERSED = datetime.timedelta(hours=24)

# Cielo's status of a sale, in the words of its Backoffice.
_BY_STATUS = {
    0: "not_finished",
    1: "not_paid",
    2: "paid",
    3: "not_authorized",
    10: "canceled",
    11: "canceled",
    12: "pending",
    13: "aborted",
    20: "scheduled",
}

# Every word a sale can have, in the order in which screens offer them. Those
# that are no status of Cielo's: a sale whose outcome nobody knows, one that was
# surely never made, and a status that is in no table.
WORDS = ("in_doubt", "paid", "not_paid", "pending", "not_authorized", "canceled", "reversed",
         "not_finished", "aborted", "scheduled", "not_made", "unknown")


def word_of(status: int | None, *, in_doubt: bool = False,
            received: datetime.datetime | None = None,
            voided: datetime.datetime | None = None) -> str:
    """The word for a sale; what is in doubt is never told as anything else."""
    if in_doubt:
        return "in_doubt"
    if status is None:
        return "not_made"
    word = _BY_STATUS.get(status, "unknown")
    if word == "canceled" and received and voided and voided - received < REVERSED:
        return "reversed"
    return word


class Means(NamedTuple):
    """How a sale is paid: the group, which knows no brand, and the means itself."""

    group: str | None
    name: str | None


# The groups, by Cielo's type of a payment.
_BY_TYPE = {
    "creditcard": "credit_card",
    "debitcard": "debit_card",
    "pix": "pix",
    "boleto": "boleto",
    "qrcode": "qr_code",
    "electronictransfer": "transfer",
    "voucher": "voucher",
}

GROUPS = tuple(dict.fromkeys(_BY_TYPE.values()))

# Of these the brand tells the means, of others who provides them.
_BY_BRAND = ("credit_card", "debit_card", "voucher")


def means_of(type_: str | None, brand: str | None, provider: str | None) -> Means:
    """Group and means of a payment, in lower case: ("credit_card", "visa")."""
    if not type_:
        return Means(None, None)
    group = _BY_TYPE.get(type_.lower(), type_.lower())
    name = brand if group in _BY_BRAND else provider
    return Means(group, name.lower() if name else group)
