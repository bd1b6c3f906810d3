"""How long other tasks of an event loop wait while AsyncClient sells: aim 20 ms.

    .venv/bin/python bench/lag.py WAY URL SECONDS FOLDER

64 sales are kept under way, and beside them a task sleeps a millisecond again and
again. WAY: `none`, no journal; `intent`, a journal in FOLDER; `loop`, none, but a
line of one's own is written and synced in the loop before each sale, as one would at
first. Prints sales a second, and within how many ms of its time the task went on in
half of the turns, in 99 %, and at most.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import Any, Callable

from peers import HEADERS, sale

import cielo

AT_ONCE = 64
#: As many bytes as a sale leaves in a journal.
LINE = b"\0" * 850


async def late(lags: list[float]) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.001)
        lags.append((time.perf_counter() - begun - 0.001) * 1e3)


async def sell(client: cielo.AsyncClient, before: Callable[[], None], until: float) -> int:
    number = 0
    while time.monotonic() < until:
        before()
        await client.sales.create(sale())
        number += 1
    return number


async def load(options: dict[str, Any], before: Callable[[], None],
               seconds: float) -> tuple[float, list[float]]:
    async with cielo.AsyncClient(**options) as client:
        async def all_of(long: float) -> int:
            until = time.monotonic() + long
            return sum(await asyncio.gather(
                *(sell(client, before, until) for _ in range(AT_ONCE))))

        await all_of(0.5)
        lags: list[float] = []
        looking = asyncio.create_task(late(lags))
        begun = time.monotonic()
        sales = await all_of(seconds)
        passed = time.monotonic() - begun
        looking.cancel()
        return sales / passed, sorted(lags)


def main(way: str, url: str, seconds: str, folder: str) -> None:
    options = {"base_url": url, "merchant_id": HEADERS["MerchantId"],
               "merchant_key": HEADERS["MerchantKey"],
               "journal": folder if way == "intent" else None}
    fd = os.open(os.path.join(folder, "own"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def before() -> None:
        if way == "loop":
            os.write(fd, LINE)
            os.fdatasync(fd)

    rate, lags = asyncio.run(load(options, before, float(seconds)))
    print(f"{rate:.0f} {lags[len(lags) // 2]:.2f} {lags[int(len(lags) * 0.99)]:.2f} "
          f"{lags[-1]:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
