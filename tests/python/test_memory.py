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
    # An answer that is not read takes three blocks, a doubt many.
    few = way == "answered" and flavour != "doubt"
    assert counts["cause"] > (2 if few else 10) and not counts["log"]
    assert counts["cause"] + counts["context"] > 8
    sent = {what[1] for what in told.values() if what[0] in ("cause", "context")}
    assert sent == {"yes" if way == "answered" else "maybe"}
    if way == "answered" and flavour != "doubt":
        # Nobody took those results: the log is told when there is memory again.
        assert all(what[2] for what in told.values() if what[0] in ("cause", "context"))
        assert counts["result"] > 10


READ = """
import functools
import _testcapi
from cielo import _core

def starve(read, start):
    _testcapi.set_nomemory(start, start + 1)
    try:
        read()
    except MemoryError:
        return 1
    finally:
        _testcapi.remove_mem_hooks()
    return 0

members = {"Payment": {"Tid": "t", "Status": 2, "Links": [{"Rel": "self", "Href": "h"}]}}
failed = 0
for start in range(20):
    sale = _core._restore("Sale", members, None)
    failed += starve(functools.partial(getattr, sale, "payment"), start)
    payment = sale.payment
    assert sale.payment is payment is sale["Payment"]
    for name in ("tid", "links", "status"):
        failed += starve(functools.partial(getattr, payment, name), start)
    failed += starve(functools.partial(repr, sale), start)
    failed += starve(functools.partial(sale.to_dict, True), start)
    assert payment.links is payment["Links"] and sale == members
print(failed)
"""


def test_a_member_that_could_not_be_made_is_made_at_the_next_read() -> None:
    pytest.importorskip("_testcapi")
    process = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    assert int(process.stdout) > 20


def test_calls_of_a_loop_that_fails_have_their_own_outcomes(quick: QuickServer) -> None:
    def fail(*_: Any) -> None:
        raise MemoryError

    async def main() -> None:
        async with cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                                     base_url=quick.base_url) as client:
            sales = [asyncio.ensure_future(client.sales.create(card_sale(order=f"loop{number}")))
                     for number in range(5)]
            await quick.did(*(f"POST loop{number}" for number in range(5)))
            loop: Any = asyncio.get_running_loop()
            loop.add_reader = loop.add_writer = fail
            with pytest.raises(MemoryError) as last:
                await client.sales.create(card_sale(order="last"))
            del loop.add_reader, loop.add_writer
            errors: list[Any] = await asyncio.gather(*sales, return_exceptions=True)
            assert [type(error) for error in errors] == [MemoryError] * 5
            assert [error.__cause__.merchant_order_id for error in errors] == [
                f"loop{number}" for number in range(5)]
            assert not {*errors} & {last.value}
            assert len(loop._selector.get_map()) == 1  # its own: nothing closed is left there
            quick.wait(0)
            assert (await client.sales.create(card_sale(order="again"))).approved

    quick.wait(60)
    try:
        asyncio.run(main())
    finally:
        quick.wait(0)
