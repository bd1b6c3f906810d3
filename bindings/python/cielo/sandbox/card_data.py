"""The card node of a request: open data, or the token of a stored card."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Callable, Optional

from .checker import Checker
from .clock import parse_month
from .exchange import mask
from .outcomes import account_reference, luhn
from .store import Card

#: Who takes credit and who takes debit.
CREDIT_BRANDS = frozenset(
    "Visa Master Amex Elo Aura JCB Diners Discover Hipercard Hiper".split()
)
DEBIT_BRANDS = frozenset(("Visa", "Master", "Elo"))
#: Brands that give a PAR.
REFERENCE_BRANDS = frozenset(("Visa", "Master"))

#: Looks a stored card up by its token.
FindCard = Callable[[str], Optional[Card]]


@dataclass
class CardData:
    """The card of one charge.  `number` is whole only while a request runs."""

    number: str = ""
    holder: str = ""
    expiration: str = ""
    brand: str = ""
    token: str = ""
    save: bool = False
    on_file: dict[str, Any] = field(default_factory=dict)

    @property
    def masked(self) -> str:
        return mask(self.number)

    @property
    def reference(self) -> str:
        """PAR: one per card, whether it comes open or as a token."""
        if self.brand not in REFERENCE_BRANDS or not self.number:
            return ""
        return account_reference(self.masked, self.expiration)

    @property
    def recurs(self) -> bool:
        """Whether a kept card is charged again, and not for the first time [own-recurrence]."""
        words = [str(self.on_file.get(name, "")).lower() for name in ("Usage", "Reason")]
        return words == ["used", "recurring"]

    def expired(self, day: date) -> bool:
        """Whether the card's last month is over."""
        month = parse_month(self.expiration)
        return month is not None and month < (day.year, day.month)


def read_card(check: Checker, node: Mapping[str, Any], find: FindCard, store: bool) -> CardData:
    """A card node: open data or a token.

    `store` asks for the check digit, which Cielo wants of cards it keeps.
    """
    card = CardData(save=check.flag(node, "SaveCard"))
    card.brand = _read_brand(check, node)
    check.text(node, "SecurityCode", 4, 146)
    on_file = check.node(node, "CardOnFile")
    if on_file:
        card.on_file = on_file
    if node.get("PaymentToken") is not None:
        check.add(180)
    elif node.get("CardToken") is not None:
        stored = find(str(node["CardToken"]))
        if stored is None:
            check.add(130)
        else:
            card.token = stored.token
            card.number = stored.number
            card.holder = stored.holder
            card.expiration = stored.expiration
    else:
        _read_open_card(check, node, card, store or card.save)
    return card


def _read_brand(check: Checker, node: Mapping[str, Any]) -> str:
    value = node.get("Brand")
    if value is None or value == "":
        check.add(182)
        return ""
    for known in CREDIT_BRANDS:
        if isinstance(value, str) and value.lower() == known.lower():
            return known
    check.add(185)
    return ""


def _read_open_card(check: Checker, node: Mapping[str, Any], card: CardData, store: bool) -> None:
    number = node.get("CardNumber")
    if number is None or number == "":
        check.add(118)
    elif not isinstance(number, str) or not re.fullmatch("[0-9]{13,}", number):
        check.add(213)
    elif len(number) > 19:
        check.add(128)
    elif store and not luhn(number):
        check.add(213)
    else:
        card.number = number
    holder = node.get("Holder")
    if holder is None or holder == "":
        check.add(117)
    elif not isinstance(holder, str) or not re.fullmatch("[A-Za-z ]+", holder):
        check.add(214)
    elif len(holder) > 25:
        check.add(0)
    else:
        card.holder = holder
    expiration = node.get("ExpirationDate")
    if expiration is None or expiration == "":
        check.add(125)
    elif parse_month(expiration) is None:
        check.add(126)
    else:
        card.expiration = expiration
