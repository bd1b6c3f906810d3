"""No memory while Python makes of an answer what its caller is told."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY, card_sale
from quick_server import QuickServer

import cielo

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "no_memory.py")


@pytest.fixture(scope="module")
def quick() -> Iterator[QuickServer]:
    with QuickServer() as server:
        yield server


def starved(quick: QuickServer, flavour: str, way: str) -> dict[str, Any]:
    try:
        importlib.import_module("_testcapi").set_nomemory
    except (ImportError, AttributeError):
        pytest.skip("this Python is without _testcapi.set_nomemory")
    quick.mute(way == "mute")
    try:
        process = subprocess.run(
            [sys.executable, SCRIPT, quick.base_url, flavour, way], capture_output=True,
            text=True, timeout=120)
    finally:
        quick.mute(False)
    assert process.returncode == 0, process.stderr
    told: dict[str, Any] = json.loads(process.stdout)
    return told


@pytest.mark.parametrize("way", ["answered", "mute"])
@pytest.mark.parametrize("flavour", ["blocking", "result", "doubt"])
def test_every_sale_that_was_made_is_told(quick: QuickServer, flavour: str, way: str) -> None:
    told = starved(quick, flavour, way)
    done = quick.done()
    lost = {order: what for order, what in told.items()
            if what[0] == "nothing" and "POST " + order in done}
    assert not lost
    counts = Counter(what[0] for what in told.values())
    # A context: Python had no memory to note where its MemoryError passed.
    assert counts["cause"] > 10 and not counts["log"]
    sent = {what[1] for what in told.values() if what[0] in ("cause", "context")}
    assert sent == {"yes" if way == "answered" else "maybe"}
    if way == "answered" and flavour != "doubt":
        # Nobody took those results: the log is told when there is memory again.
        assert all(what[2] for what in told.values() if what[0] in ("cause", "context"))
        assert counts["result"] > 10


def test_calls_of_a_loop_that_fails_have_their_own_outcomes(quick: QuickServer) -> None:
    async def main() -> None:
        async with cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                                     base_url=quick.base_url) as client:
            sales = [asyncio.ensure_future(client.sales.create(card_sale(order=f"loop{number}")))
                     for number in range(5)]
            await asyncio.sleep(0.2)
            client._family().pump(client)._fail(MemoryError())
            errors: list[Any] = await asyncio.gather(*sales, return_exceptions=True)
            assert [type(error) for error in errors] == [MemoryError] * 5
            assert [error.__cause__.merchant_order_id for error in errors] == [
                f"loop{number}" for number in range(5)]

    quick.wait(1)
    try:
        asyncio.run(main())
    finally:
        quick.wait(0)
