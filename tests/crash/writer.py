"""Sells without end, in threads of one process or in one event loop, until it is killed.

    writer.py threads|asyncio NAME
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
import threading

from host import fields

import cielo

AT_ONCE = 3


def sell(client: cielo.Client, name: str) -> None:
    for number in itertools.count():
        client.sales.create(fields(f"{name}n{number}", random.randint(100, 99999)))


def sell_in_threads(name: str) -> None:
    client = cielo.Client()
    for thread in range(AT_ONCE):
        threading.Thread(target=sell, args=(client, f"{name}t{thread}")).start()


async def sell_in_loop(name: str) -> None:
    async def sell_on(client: cielo.AsyncClient, own: str) -> None:
        for number in itertools.count():
            await client.sales.create(fields(f"{own}n{number}", random.randint(100, 99999)))

    async with cielo.AsyncClient() as client:
        await asyncio.gather(*(sell_on(client, f"{name}t{task}") for task in range(AT_ONCE)))


if __name__ == "__main__":
    if sys.argv[1] == "threads":
        sell_in_threads(sys.argv[2])
    else:
        asyncio.run(sell_in_loop(sys.argv[2]))
