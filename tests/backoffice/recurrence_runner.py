"""Charges recurrences in a process of its own, which dies where it is told to.

    recurrence_runner.py LEDGER JOURNAL BASE_URL NOW begun|answered|never
"""

from __future__ import annotations

import datetime
import os
import sys
from typing import Any

import cielo
from cielo.backoffice import Ledger, charges, recurrences

url, journal, base_url, now, where = sys.argv[1:]
begin, end = charges.Charger._begin, charges.Charger._end


def begin_and_die(self: Any, *rest: Any) -> Any:
    made = begin(self, *rest)
    os._exit(9)
    return made


def die(self: Any, *rest: Any) -> None:
    del self, rest
    os._exit(9)


def fields_for(recurrence: Any) -> dict[str, Any]:
    return {"Payment": {"Type": "CreditCard", "Installments": 1, "CreditCard": {
        "CardNumber": f"402400719769293{recurrence.key[-1]}", "Holder": "Teste",
        "ExpirationDate": "12/2035", "SecurityCode": "123", "Brand": "Visa"}}}


if where == "begun":
    charges.Charger._begin = begin_and_die  # type: ignore[method-assign]
elif where == "answered":
    charges.Charger._end = die  # type: ignore[method-assign]
with Ledger(url, [journal]) as ledger, cielo.Client(
        merchant_id=os.environ["MERCHANT"], merchant_key=os.environ["KEY"], base_url=base_url,
        journal=journal) as client:
    recurrences.run(ledger, client, fields_for, now=datetime.datetime.fromisoformat(now))
