"""Creates ten sales at once in an event loop."""

from __future__ import annotations

import asyncio
import time

from local import local_cielo

import cielo
from cielo.typed import SaleFields


def fields(number: int) -> SaleFields:
    return {
        "MerchantOrderId": "async%d%d" % (time.time_ns() // 1_000_000, number),
        "Payment": {
            "Type": "CreditCard",
            "Amount": 1000 + number,
            "Installments": 1,
            "CreditCard": {
                "CardNumber": cielo.Secret("4024007197692931"),
                "Holder": "Teste Holder",
                "ExpirationDate": "12/2030",
                "SecurityCode": "123",
                "Brand": "Visa",
            },
        },
    }


async def main() -> None:
    async with cielo.AsyncClient() as client:
        started = time.monotonic()
        sales = await asyncio.gather(
            *[client.sales.create(fields(number)) for number in range(10)]
        )
        print("%d sales in %.0f ms" % (len(sales), (time.monotonic() - started) * 1000))
        print({sale.status_name for sale in sales})


if __name__ == "__main__":
    with local_cielo():
        asyncio.run(main())
