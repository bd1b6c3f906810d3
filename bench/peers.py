"""One Python contestant: python peers.py NAME URL WARM COUNT

Prints CPU microseconds per call (user and system time of this process) and the
resident memory in KB before and after the measured calls.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
from collections.abc import Awaitable
from typing import Any, Callable

HEADERS = {
    "Content-Type": "application/json",
    "MerchantId": "00000000-0000-0000-0000-000000000001",
    "MerchantKey": "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA",
    "RequestId": "00000000-0000-0000-0000-000000000009",
}
AT_ONCE = 10


def sale() -> dict[str, Any]:
    """Made anew for each call, as a store does."""
    return {
        "MerchantOrderId": "bench0001",
        "Customer": {"Name": "Comprador Teste"},
        "Payment": {
            "Type": "CreditCard", "Amount": 15700, "Installments": 1,
            "SoftDescriptor": "123456789ABCD",
            "CreditCard": {
                "CardNumber": "4024007153763191", "Holder": "Teste Holder",
                "ExpirationDate": "12/2035", "SecurityCode": "123", "Brand": "Visa",
            },
        },
    }


def resident_kb() -> int:
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def report(before: float, count: int, early: int) -> None:
    spent = (time.process_time() - before) / count * 1e6
    print(f"{spent:.3f} {early} {resident_kb()}")


def measure(once: Callable[[], Any], warm: int, count: int) -> None:
    for _ in range(warm):
        once()
    early, before = resident_kb(), time.process_time()
    for _ in range(count):
        once()
    report(before, count, early)


async def measure_async(once: Callable[[], Awaitable[Any]], warm: int, count: int,
                        at_once: int) -> None:
    async def some(number: int) -> None:
        for _ in range(number):
            await once()

    async def all_of(number: int) -> None:
        await asyncio.gather(*(some(number // at_once) for _ in range(at_once)))

    await all_of(warm)
    early, before = resident_kb(), time.process_time()
    await all_of(count)
    report(before, count // at_once * at_once, early)


def run_cielo(url: str, warm: int, count: int) -> None:
    import cielo

    with cielo.Client(base_url=url, merchant_id=HEADERS["MerchantId"],
                      merchant_key=HEADERS["MerchantKey"]) as client:
        measure(lambda: client.sales.create(sale()).payment.payment_id, warm, count)


def run_cielo_async(url: str, warm: int, count: int, at_once: int = 1) -> None:
    import cielo

    async def main() -> None:
        async with cielo.AsyncClient(base_url=url, merchant_id=HEADERS["MerchantId"],
                                     merchant_key=HEADERS["MerchantKey"]) as client:
            async def once() -> str:
                made = await client.sales.create(sale())
                return str(made.payment.payment_id)

            await measure_async(once, warm, count, at_once)

    asyncio.run(main())


def run_requests(url: str, warm: int, count: int) -> None:
    import requests

    with requests.Session() as session:
        session.headers.update(HEADERS)
        measure(lambda: session.post(url + "/1/sales/", json=sale()).json()["Payment"]["PaymentId"],
                warm, count)


def run_httpx(url: str, warm: int, count: int) -> None:
    import httpx

    with httpx.Client(headers=HEADERS) as client:
        measure(lambda: client.post(url + "/1/sales/", json=sale()).json()["Payment"]["PaymentId"],
                warm, count)


def run_aiohttp(url: str, warm: int, count: int, at_once: int = 1) -> None:
    import aiohttp

    async def main() -> None:
        async with aiohttp.ClientSession(headers=HEADERS) as session:
            async def once() -> str:
                async with session.post(url + "/1/sales/", json=sale()) as answer:
                    return str((await answer.json())["Payment"]["PaymentId"])

            await measure_async(once, warm, count, at_once)

    asyncio.run(main())


def run_pycurl(url: str, warm: int, count: int) -> None:
    import pycurl

    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url + "/1/sales/")
    curl.setopt(pycurl.HTTPHEADER, [f"{name}: {text}" for name, text in HEADERS.items()])

    def once() -> str:
        answer = io.BytesIO()
        curl.setopt(pycurl.POSTFIELDS, json.dumps(sale()))
        curl.setopt(pycurl.WRITEDATA, answer)
        curl.perform()
        return str(json.loads(answer.getvalue())["Payment"]["PaymentId"])

    measure(once, warm, count)
    curl.close()


RUNS: dict[str, Callable[[str, int, int], None]] = {
    "cielo": run_cielo,
    "cielo-async": run_cielo_async,
    "cielo-async-10": lambda url, warm, count: run_cielo_async(url, warm, count, AT_ONCE),
    "requests": run_requests,
    "httpx": run_httpx,
    "aiohttp": run_aiohttp,
    "aiohttp-10": lambda url, warm, count: run_aiohttp(url, warm, count, AT_ONCE),
    "pycurl": run_pycurl,
}

if __name__ == "__main__":
    resident_kb()  # what reading it takes the first time is not a client's
    RUNS[sys.argv[1]](sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
