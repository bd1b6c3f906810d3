"""The journal of an asynchronous client, and that it never blocks the loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY, card_sale, order_number
from test_journal import leave_doubt

import cielo
import cielo.journal
from cielo import _core

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the journal is POSIX's")


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "journal"


def settings(sandbox: Any, folder: pathlib.Path, **options: Any) -> dict[str, Any]:
    return {"merchant_id": MERCHANT_ID, "merchant_key": MERCHANT_KEY,
            "base_url": sandbox.base_url, "journal": folder, **options}


def test_entries(sandbox: Any, folder: pathlib.Path) -> None:
    async def run() -> None:
        async with cielo.AsyncClient(**settings(sandbox, folder)) as client:
            assert await client.journal.in_doubt() == []
            assert [entry async for entry in client.journal.entries()] == []
            await asyncio.gather(*(client.sales.create(card_sale()) for _ in range(100)))
            entries = [entry async for entry in client.journal.entries()]
            assert len(entries) == 100 and {entry.state for entry in entries} == {"done"}
            assert entries == list(cielo.journal.read(folder))
            assert await client.journal.in_doubt() == [] == await client.journal.settle()
        with pytest.raises(cielo.ClosedError):
            await client.journal.in_doubt()
        with pytest.raises(cielo.ClosedError):
            await client.journal.settle()

    asyncio.run(run())
    assert len(cielo.journal.segments(folder)) == 1


def test_without_one(sandbox: Any) -> None:
    async def run() -> None:
        async with cielo.AsyncClient(**settings(sandbox, pathlib.Path())
                                     | {"journal": ""}) as client:
            with pytest.raises(cielo.JournalError, match="option journal"):
                await client.journal.in_doubt()
            with pytest.raises(cielo.JournalError, match="option journal"):
                await client.journal.settle()
            with pytest.raises(cielo.JournalError, match="option journal"):
                async for _ in client.journal.entries():
                    raise AssertionError("there is none")

    asyncio.run(run())


def test_nothing_is_sent_that_cannot_be_noted(sandbox: Any, tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")

    async def run() -> None:
        kept = settings(sandbox, tmp_path / "file" / "journal")
        async with cielo.AsyncClient(**kept) as client:
            with pytest.raises(cielo.JournalError) as caught:
                await client.sales.create(card_sale(order=order))
            assert caught.value.sent == "no" and caught.value.merchant_order_id == order
            assert await client.sales.find(order) == []

    order = order_number()
    asyncio.run(run())


def test_settling(sandbox: Any, folder: pathlib.Path, make_client: Callable[..., cielo.Client],
                  faults: Callable[..., None]) -> None:
    async def run() -> None:
        async with cielo.AsyncClient(**settings(sandbox, folder)) as client:
            lost, sold = await client.journal.in_doubt()
            ((entry, settled),) = await client.journal.settle(sold)
            assert entry == sold and settled.state == "adopted"
            assert isinstance(settled.result, cielo.Sale) and settled.result.reconciled
            assert await client.journal.settle(sold.id) == []
            ((entry, settled),) = await client.journal.settle()
            assert entry.id == lost.id and settled.state == "unknown"
            assert isinstance(settled.error, cielo.OutcomeUnknownError)
            (again,) = await client.journal.in_doubt()
            assert [look.saw for look in again.looks] == ["nothing"]
            with pytest.raises(ValueError, match="no entry"):
                await client.journal.settle("0190f2a4-0000-7000-8000-000000000000")

    blocking = make_client(journal=folder)
    leave_doubt(blocking, sandbox, faults, order_number(), after="read")
    leave_doubt(blocking, sandbox, faults, order_number())
    asyncio.run(run())


def test_what_was_settled_before_a_cancellation_is_named(
    sandbox: Any, folder: pathlib.Path, make_client: Callable[..., cielo.Client],
    faults: Callable[..., None], caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> None:
        async with cielo.AsyncClient(**settings(sandbox, folder)) as client:
            settling = asyncio.ensure_future(client.journal.settle())
            while not any(orders[1] in one["path"] and one["method"] == "GET"
                          for one in await asyncio.to_thread(sandbox.requests)):
                assert not settling.done()
                await asyncio.sleep(0.01)
            settling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await settling
            ((entry, _),) = await client.journal.settle()
            assert entry.merchant_order_id == orders[1]

    blocking = make_client(journal=folder)
    orders = [order_number(), order_number()]
    for order in orders:
        leave_doubt(blocking, sandbox, faults, order)
    faults(match=f"GET /1/sales?merchantOrderId={orders[1]}", after="read", do="stall")
    asyncio.run(run())
    named = [record.getMessage() for record in caplog.records
             if "ended before it said so" in record.getMessage()]
    assert len(named) == 1 and f"sale_create of {orders[0]} was settled: adopted" in named[0]


def test_one_settles_at_a_time(sandbox: Any, folder: pathlib.Path) -> None:
    async def run() -> None:
        async with cielo.AsyncClient(**settings(sandbox, folder)) as client:
            await client.sales.create(card_sale())
            other = _core._Journal(folder)
            assert other.lock()
            with pytest.raises(cielo.JournalError, match="being settled"):
                await client.with_options(timeout=0.2).journal.settle()
            waiting = asyncio.create_task(client.journal.settle())
            await asyncio.sleep(0.1)
            assert not waiting.done()
            other.close()
            assert await waiting == []
            # Who is cancelled does not take it any more.
            third = _core._Journal(folder)
            assert third.lock()
            waiting = asyncio.create_task(client.journal.settle())
            await asyncio.sleep(0.1)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            third.close()
            assert await client.journal.settle() == []

    asyncio.run(run())


@pytest.fixture
def apart() -> Iterator[str]:
    """A local Cielo in a process of its own: what it does holds up no loop here."""
    command = [sys.executable, "-m", "cielo.sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield next(word for word in process.stdout.readline().split() if "://" in word)
        finally:
            process.terminate()


def lag(base_url: str, folder: str) -> float:
    """How late others in the loop are, while sales are noted and the folder is read (""
    for none): the 99th of a hundred, in seconds."""
    lags: list[float] = []

    async def look() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.001)
            lags.append(time.perf_counter() - begun - 0.001)

    async def sell(client: cielo.AsyncClient) -> None:
        for _ in range(30):
            await client.sales.create(card_sale())

    async def read(client: cielo.AsyncClient) -> None:
        for _ in range(10 if folder else 0):
            assert [entry async for entry in client.journal.entries()]
            await client.journal.in_doubt()

    async def run() -> None:
        kept: dict[str, Any] = {"merchant_id": MERCHANT_ID, "merchant_key": MERCHANT_KEY,
                                "base_url": base_url}
        async with cielo.AsyncClient(journal=folder, **kept) as client:
            await client.sales.create(card_sale())
            looking = asyncio.create_task(look())
            await asyncio.gather(*(sell(client) for _ in range(8)), read(client))
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking

    asyncio.run(run())
    assert len(lags) > 50
    return sorted(lags)[int(len(lags) * 0.99)]


def test_the_loop_is_not_blocked(apart: str, folder: pathlib.Path) -> None:
    # What others do on the machine makes both later, and the one with more threads more so.
    pairs = [(lag(apart, str(folder)), lag(apart, "")) for _ in range(4)]
    kept, bare = (min(column) for column in zip(*pairs))
    print(f"late: {kept * 1000:.1f} ms, {bare * 1000:.1f} without a journal")
    assert kept < max(0.020, 4 * bare)
