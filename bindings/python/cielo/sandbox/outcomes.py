"""How the simulated acquirer decides."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """The acquirer's word: a code and whether the charge went through."""

    approved: bool
    code: str
    message: str


SUCCESS = Outcome(True, "4", "Operation Successful")
#: No answer in time: neither approved nor denied [acquirer-timeout].
TIMED_OUT = Outcome(False, "99", "Timeout")

#: Last digit of the card number -> outcome; 9 is drawn [sandbox-digits].
BY_LAST_DIGIT: Mapping[str, Outcome] = {
    "0": SUCCESS,
    "1": SUCCESS,
    "2": Outcome(False, "05", "Not Authorized"),
    "3": Outcome(False, "57", "Card Expired"),
    "4": SUCCESS,
    "5": Outcome(False, "78", "Card Blocked"),
    "6": TIMED_OUT,
    "7": Outcome(False, "77", "Card Cancelled"),
    "8": Outcome(False, "70", "Card Problems"),
}

#: Denials among the above that must not be tried again.
IRREVERSIBLE = frozenset({"57"})

#: A recurring charge that does not carry its mark is denied.
UNMARKED = Outcome(False, "05", "Not Authorized")


def decide(number: str, draw: random.Random) -> Outcome:
    """The outcome of a charge on a card, masked or not."""
    return BY_LAST_DIGIT.get(number[-1:]) or (SUCCESS if draw.random() < 0.5 else TIMED_OUT)


def zero_auth(number: str) -> bool:
    """Whether a card is good without charging it.

    Cielo's documents disagree: "ends in 4" is the older rule,
    "starts with 5 and passes Luhn" the newer one.  Either is enough here.
    A card from the vault is masked, and was checked when it was stored.
    """
    return number.endswith("4") or (number.startswith("5") and ("*" in number or luhn(number)))


def luhn(number: str) -> bool:
    """The check digit rule, asked for when a card is stored."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def account_reference(number: str, expiration: str) -> str:
    """A PAR: 29 characters, the same for every use of a card."""
    digest = hashlib.sha256(f"{number}/{expiration}".encode()).hexdigest()
    return digest[:29].upper()


#: What each digit of a BIN decides [sandbox-bin].
BIN_PROVIDER: Mapping[str, str] = {"3": "AMEX", "5": "MASTERCARD", "6": "DISCOVER"}
BIN_TYPE: Mapping[str, str] = {"3": "Débito", "5": "Crédito", "7": "Crédito"}
BIN_STATUS: Mapping[str, str] = {"2": "01", "3": "02"}
BIN_ISSUER: Mapping[str, tuple[str, str]] = {"1": ("104", "Caixa"), "2": ("001", "Banco do Brasil")}


def describe_bin(digits: str) -> dict[str, object]:
    """What the BIN query says of a number; only its first six digits count here."""
    code, issuer = BIN_ISSUER.get(digits[5], ("237", "Bradesco"))
    return {
        "Status": BIN_STATUS.get(digits[4], "00"),
        "Provider": BIN_PROVIDER.get(digits[0], "VISA"),
        "CardType": BIN_TYPE.get(digits[1], "Multiplo"),
        "ForeignCard": digits[2] == "1",
        "CorporateCard": digits[3] == "1",
        "Issuer": issuer,
        "IssuerCode": code,
        "Prepaid": digits[1] == "7",
    }
