"""What the answer to a new boleto says [boleto-shape]."""

from __future__ import annotations

import random
from typing import Any

from .api3 import TRANSACTION_HOST
from .clock import add_months, local_day
from .store import Sale
from .validation import SaleRequest

#: Members of a request that are printed on the boleto, and come back as they were sent.
PRINTED = ("Assignor", "Address", "Identification", "Instructions", "Demonstrative")


def boleto_details(sale: Sale, wanted: SaleRequest, draw: random.Random) -> dict[str, Any]:
    """The members of a boleto; its number comes back with a check digit."""
    payment = wanted.payment
    number = str(payment.get("BoletoNumber") or draw.randrange(10**9))
    line = f"{draw.randrange(10**47):047d}"
    day = local_day(sale.received_at)
    details = {
        "Url": f"{TRANSACTION_HOST}/post/pagador/reenvia.asp/{sale.payment_id}",
        "BoletoNumber": f"{number}-{_check_digit(number)}",
        "Bank": 0,
        "BarCodeNumber": line[:44],
        "DigitableLine": f"{line[:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} {line[21:]}",
        "ExpirationDate": payment.get("ExpirationDate") or add_months(day, 1).isoformat(),
        "Currency": "BRL",
        "Country": "BRA",
        "Provider": wanted.provider,
        "IsSplitted": False,
    }
    details.update({name: payment[name] for name in PRINTED if payment.get(name) is not None})
    return details


def _check_digit(number: str) -> int:
    """One digit; how a bank computes its own, no page says."""
    return sum(int(digit) for digit in number if digit.isdecimal()) % 10
