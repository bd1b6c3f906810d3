"""Sales through a client of each host, and what was told held against the books."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

import cielo
import cielo.sandbox

CARD = "4024007197692931"
HOSTS = ("blocking", "asyncio")
#: What was told of an order: the result, or the error.
Told = dict[str, Any]

_numbers = itertools.count(1)


def orders(count: int) -> list[str]:
    """Numbers of twelve digits that no other test has."""
    return ["%07d%05d" % (os.getpid() % 10**7, next(_numbers)) for _ in range(count)]


def fields(order: str) -> dict[str, Any]:
    return {
        "MerchantOrderId": order,
        "Customer": {"Name": "Comprador"},
        "Payment": {
            "Type": "CreditCard", "Amount": 15700, "Installments": 1,
            "CreditCard": {"CardNumber": CARD, "Holder": "Teste Holder",
                           "ExpirationDate": "12/2035", "SecurityCode": "123", "Brand": "Visa"},
        },
    }


def settings(base_url: str, **options: Any) -> dict[str, Any]:
    return {"merchant_id": "5f4c2a1e-7d3b-4a5c-9e8f-0b1a2c3d4e5f",
            "merchant_key": "CANARYKEYCANARYKEYCANARYKEYCANARYKEYCANA",
            "base_url": base_url, "timeout": 10, **options}


def sell(host: str, base_url: str, wanted: Iterable[str], at_once: int = 1,
         pause: Callable[[], float] = lambda: 0.0, **options: Any) -> Told:
    """One sale for each order, so many at a time; `pause` is waited after each."""
    run = {"blocking": _sell_blocking, "asyncio": _sell_asyncio}[host]
    return run(list(wanted), at_once, pause, settings(base_url, **options))


def _sell_blocking(wanted: list[str], at_once: int, pause: Callable[[], float],
                   options: dict[str, Any]) -> Told:
    def one(order: str) -> Any:
        try:
            return client.sales.create(fields(order))
        except cielo.CieloError as error:
            return error
        finally:
            time.sleep(pause())

    with cielo.Client(**options) as client:
        if at_once == 1:
            return {order: one(order) for order in wanted}
        with ThreadPoolExecutor(at_once) as pool:
            return dict(zip(wanted, pool.map(one, wanted)))


def _sell_asyncio(wanted: list[str], at_once: int, pause: Callable[[], float],
                  options: dict[str, Any]) -> Told:
    told: Told = {}

    async def some(client: cielo.AsyncClient, left: list[str]) -> None:
        while left:
            order = left.pop()
            try:
                told[order] = await client.sales.create(fields(order))
            except cielo.CieloError as error:
                told[order] = error
            await asyncio.sleep(pause())

    async def main() -> None:
        async with cielo.AsyncClient(**options) as client:
            left = list(reversed(wanted))
            await asyncio.gather(*(some(client, left) for _ in range(at_once)))

    asyncio.run(main())
    return told


def lies(told: Told, local: cielo.sandbox.LocalCielo) -> list[str]:
    """Where what was told is not what the books have, and whatever was done twice."""
    made: dict[str, list[dict[str, Any]]] = {}
    for sale in local.sales():
        made.setdefault(str(sale["MerchantOrderId"]), []).append(sale)
    found = []
    for order, value in told.items():
        sales = made.get(order, [])
        if len(sales) > 1:
            found.append(f"{order}: {len(sales)} sales")
        if isinstance(value, cielo.OutcomeUnknownError):
            continue
        if isinstance(value, cielo.CieloError):
            if sales:
                found.append(f"{order}: told {value!r} {value.attempts}, and it was made")
        elif [value.payment.payment_id] != [sale["PaymentId"] for sale in sales]:
            found.append(f"{order}: told {value!r}, the books have {sales}")
    return found


def posts(local: cielo.sandbox.LocalCielo) -> int:
    """Sales that were asked of a Cielo, whatever it did with them."""
    return sum(entry["method"] == "POST" and entry["path"].startswith("/1/sales")
               for entry in local.requests())


def outcomes(told: Told) -> Counter[str]:
    return Counter(type(value).__name__ for value in told.values())
