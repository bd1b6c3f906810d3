"""One Python contestant: python peers.py NAME URL WARM COUNT [AT_ONCE] [CA_FILE]

Prints CPU microseconds per call (user and system time of this process), then
resident memory in KB: before and after the measured calls, and the highest; then
the microseconds that passed per call.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
import time
from collections.abc import Awaitable
from typing import Any, Callable, NamedTuple

HEADERS = {
    "Content-Type": "application/json",
    "MerchantId": "00000000-0000-0000-0000-000000000001",
    "MerchantKey": "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA",
    "RequestId": "00000000-0000-0000-0000-000000000009",
}
PATIENCE = 120.0  # 10,000 at once queue for one core
#: What lets AsyncClient have as many under way.
WIDE: dict[str, Any] = {"timeout": PATIENCE, "connect_timeout": PATIENCE,
                        "max_connections": 20000}


class Task(NamedTuple):
    url: str
    warm: int
    calls: int
    at_once: int = 1
    ca_file: str | None = None

    @property
    def target(self) -> str:
        return self.url + "/1/sales/"


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


def memory_kb(name: str) -> int:
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


class Before(NamedTuple):
    """What was so before the measured calls."""

    early_kb: int
    clock: float
    cpu: float


def measured_from() -> Before:
    return Before(memory_kb("VmRSS:"), time.perf_counter(), time.process_time())


def report(before: Before, count: int) -> None:
    spent = (time.process_time() - before.cpu) / count * 1e6
    passed = (time.perf_counter() - before.clock) / count * 1e6
    print(f"{spent:.3f} {before.early_kb} {memory_kb('VmRSS:')} {memory_kb('VmHWM:')} "
          f"{passed:.3f}")


def measure(once: Callable[[], Any], task: Task) -> None:
    for _ in range(task.warm):
        once()
    before = measured_from()
    for _ in range(task.calls):
        once()
    report(before, task.calls)


async def measure_async(once: Callable[[], Awaitable[Any]], task: Task) -> None:
    async def some(number: int) -> None:
        for _ in range(number):
            await once()

    async def all_of(number: int) -> None:
        await asyncio.gather(*(some(number // task.at_once) for _ in range(task.at_once)))

    await all_of(task.warm)
    before = measured_from()
    await all_of(task.calls)
    report(before, task.calls // task.at_once * task.at_once)


def options(task: Task) -> dict[str, Any]:
    return {"base_url": task.url, "merchant_id": HEADERS["MerchantId"],
            "merchant_key": HEADERS["MerchantKey"], "ca_file": task.ca_file,
            "journal_sync": os.environ.get("BENCH_JOURNAL_SYNC")}


def run_cielo(task: Task) -> None:
    import cielo

    with cielo.Client(**options(task)) as client:
        measure(lambda: client.sales.create(sale()).payment.payment_id, task)


def run_cielo_async(task: Task) -> None:
    import cielo

    async def main() -> None:
        async with cielo.AsyncClient(**options(task), **WIDE) as client:
            async def once() -> str:
                made = await client.sales.create(sale())
                return str(made.payment.payment_id)

            await measure_async(once, task)

    asyncio.run(main())


def run_requests(task: Task) -> None:
    import requests

    with requests.Session() as session:
        session.headers.update(HEADERS)
        measure(lambda: session.post(task.target, json=sale()).json()["Payment"]["PaymentId"],
                task)


def run_urllib3(task: Task) -> None:
    import urllib3

    with urllib3.PoolManager(headers=HEADERS) as pool:
        measure(lambda: pool.request(
            "POST", task.target, body=json.dumps(sale())).json()["Payment"]["PaymentId"], task)


def run_httpx(task: Task) -> None:
    import httpx

    with httpx.Client(headers=HEADERS) as client:
        measure(lambda: client.post(task.target, json=sale()).json()["Payment"]["PaymentId"],
                task)


def run_aiohttp(task: Task) -> None:
    import aiohttp

    async def main() -> None:
        async with aiohttp.ClientSession(
                headers=HEADERS, connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(PATIENCE)) as session:
            async def once() -> str:
                async with session.post(task.target, json=sale()) as answer:
                    return str((await answer.json())["Payment"]["PaymentId"])

            await measure_async(once, task)

    asyncio.run(main())


def run_pyreqwest(task: Task) -> None:
    from pyreqwest.client import SyncClientBuilder

    with SyncClientBuilder().default_headers(HEADERS).build() as client:
        def once() -> str:
            answer = client.post(task.target).body_json(sale()).build().send()
            return str(answer.json()["Payment"]["PaymentId"])

        measure(once, task)


def run_pycurl(task: Task) -> None:
    import pycurl

    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, task.target)
    curl.setopt(pycurl.HTTPHEADER, [f"{name}: {text}" for name, text in HEADERS.items()])
    curl.setopt(pycurl.NOSIGNAL, 1)  # else eight calls for signals, each time

    def once() -> str:
        answer = io.BytesIO()
        curl.setopt(pycurl.POSTFIELDS, json.dumps(sale()))
        curl.setopt(pycurl.WRITEDATA, answer)
        curl.perform()
        return str(json.loads(answer.getvalue())["Payment"]["PaymentId"])

    measure(once, task)
    curl.close()


RUNS: dict[str, Callable[[Task], None]] = {
    "cielo": run_cielo,
    "cielo-async": run_cielo_async,
    "requests": run_requests,
    "urllib3": run_urllib3,
    "httpx": run_httpx,
    "aiohttp": run_aiohttp,
    "pyreqwest": run_pyreqwest,
    "pycurl": run_pycurl,
}


def main(name: str, url: str, warm: str, count: str, at_once: str = "1",
         ca_file: str | None = None) -> None:
    memory_kb("VmRSS:")  # what reading it takes the first time is not a client's
    RUNS[name](Task(url, int(warm), int(count), int(at_once), ca_file))


if __name__ == "__main__":
    main(*sys.argv[1:])
