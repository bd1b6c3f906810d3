"""What the acquirer refuses to give back here, so that a test can see it [void-refused]."""

from __future__ import annotations

from .store import Order, Sale

#: Last digits of a card that can be charged, but never given anything back.
DENYING_CARD = "6664"

#: Amounts that end so, in cents, are given back on no card and by no Pix.
DENYING_AMOUNT = 666


def denies_void(record: Sale | Order, amount: int) -> bool:
    """Whether this much of a sale or an order is not given back."""
    return record.card.endswith(DENYING_CARD) or amount % 1000 == DENYING_AMOUNT
