"""A host in Python that is to be killed: makes one write of a client with a journal,
or settles what others left.

    host.py blocking|asyncio sale ORDER AMOUNT | capture PAYMENT AMOUNT | void PAYMENT AMOUNT
    host.py blocking|asyncio settle       a line of JSON for each entry that was in doubt
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any

import cielo

#: Cielo's own test card, with names that no file may show.
CARD = "4024007197692931"


def fields(order: str, amount: int) -> dict[str, Any]:
    return {
        "MerchantOrderId": order,
        "Customer": {"Name": "CANARYNAME", "Email": "canary@example.com"},
        "Payment": {
            "Type": "CreditCard", "Amount": amount, "Installments": 1, "Capture": True,
            "CreditCard": {"CardNumber": CARD, "Holder": "CANARYHOLDER",
                           "ExpirationDate": "12/2035", "SecurityCode": "973", "Brand": "Visa"},
        },
    }


def call(client: Any, operation: str, what: str, amount: int) -> Any:
    if operation == "sale":
        return client.sales.create(fields(what, amount))
    return getattr(client.sales, operation)(what, amount)


def tell(pairs: Any) -> None:
    for entry, settled in pairs:
        print(json.dumps({
            "id": entry.id, "order": entry.merchant_order_id, "payment_id": entry.payment_id,
            "operation": entry.operation, "amount": entry.amount, "state": settled.state,
            "why": str(settled.error or ""),
        }))


async def run_async(words: list[str]) -> None:
    async with cielo.AsyncClient() as client:
        if words == ["settle"]:
            tell(await client.journal.settle())
        else:
            await call(client, words[0], words[1], int(words[2]))


def run(words: list[str]) -> None:
    with cielo.Client() as client:
        if words == ["settle"]:
            tell(client.journal.settle())
        else:
            call(client, words[0], words[1], int(words[2]))


def main(kind: str, *words: str) -> None:
    logging.basicConfig(level=logging.DEBUG, format="%(name)s %(message)s")
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    if kind == "asyncio":
        asyncio.run(run_async(list(words)))
    else:
        run(list(words))
    print("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
