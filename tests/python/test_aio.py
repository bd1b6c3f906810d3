"""AsyncClient: the same names, awaited; loops, cancelling, closing."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import threading
import time
from collections.abc import Awaitable
from typing import Any, Callable

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY, card_sale, order_number

import cielo
from cielo import _core


def make(sandbox: Any, **options: Any) -> cielo.AsyncClient:
    settings: dict[str, Any] = {
        "merchant_id": MERCHANT_ID, "merchant_key": MERCHANT_KEY,
        "base_url": sandbox.base_url, **options,
    }
    return cielo.AsyncClient(**settings)


def run(main: Callable[[], Awaitable[Any]]) -> Any:
    """asyncio.run in debug mode: slow or lost callbacks complain."""

    async def wrapper() -> Any:
        return await main()

    return asyncio.run(wrapper())


async def until_made(client: cielo.AsyncClient, order: str) -> None:
    """Cielo has the sale, whether its answer came or not."""
    limit = time.monotonic() + 30
    while not await client.sales.find(order):
        assert time.monotonic() < limit
        await asyncio.sleep(0.01)


def test_names_are_those_of_the_blocking_client() -> None:
    for row in _core._schema()["operations"]:
        if len(row["noun"]) > 1:
            kind = getattr(cielo, "Async" + row["noun"].capitalize())
            twin = getattr(cielo, row["noun"].capitalize())
            method, other = getattr(kind, row["verb"]), getattr(twin, row["verb"])
            assert method.__doc__ == other.__doc__
            assert method.__text_signature__ == other.__text_signature__
    for name in ("request", "confirm", "with_options", "close"):
        assert hasattr(cielo.AsyncClient, name)


def test_a_life(sandbox: Any) -> None:
    async def main() -> None:
        async with make(sandbox) as client:
            sale = await client.sales.create(card_sale())
            await client.sales.capture(sale.payment.payment_id)
            found = await client.sales.get(sale.payment.payment_id)
            assert found.payment.status == 2
            assert await client.sales.find("nothing") == []
            with pytest.raises(cielo.NotFoundError):
                await client.sales.get("00000000-0000-0000-0000-000000000000")
            with pytest.raises(TypeError):
                await client.sales.get(5)  # type: ignore[arg-type]
            with pytest.raises(cielo.ValidationError):
                await client.sales.create({})
        assert client.closed
        with pytest.raises(cielo.ClosedError):
            await client.sales.find("a")

    run(main)


def test_many_at_once(sandbox: Any) -> None:
    async def main() -> None:
        async with make(sandbox) as client:
            fields = [card_sale(amount=1000 + i) for i in range(50)]
            sales = await asyncio.gather(*[client.sales.create(item) for item in fields])
            assert [sale.payment.amount for sale in sales] == list(range(1000, 1050))

    run(main)


def test_the_loop_is_free_while_calls_wait(sandbox: Any, faults: Callable[..., None]) -> None:
    async def main() -> None:
        ticks = 0
        async with make(sandbox) as client:
            faults(match="GET /1/sales", after="read", do="stall", times=9)
            call = asyncio.ensure_future(client.sales.find("nothing"))
            while ticks < 20:
                ticks += 1
                await asyncio.sleep(0.005)
            assert not call.done()
            call.cancel()
            with pytest.raises(cielo.RequestTimeoutError):
                await client.sales.find("nothing", timeout=0.1)

    run(main)


def test_cancelling_a_read(sandbox: Any, faults: Callable[..., None]) -> None:
    async def main() -> None:
        async with make(sandbox) as client:
            faults(match="GET /1/sales", after="read", do="stall")
            task = asyncio.ensure_future(client.sales.get("0" * 8 + "-0000-0000-0000-" + "0" * 12))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await client.sales.create(card_sale())).approved

    run(main)


def test_cancelling_a_write_names_its_order(sandbox: Any, faults: Callable[..., None]) -> None:
    async def main() -> None:
        causes: list[Any] = []

        async def buy(client: cielo.AsyncClient, fields: dict[str, Any]) -> None:
            try:
                await client.sales.create(fields)
            except asyncio.CancelledError as error:
                causes.append(error.__cause__)
                raise

        async with make(sandbox) as client:
            faults(match="POST /1/sales", after="process", do="stall")
            fields = card_sale()
            task = asyncio.ensure_future(buy(client, fields))
            await until_made(client, fields["MerchantOrderId"])
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            [cause] = causes
            assert isinstance(cause, cielo.OutcomeUnknownError)
            assert cause.merchant_order_id == fields["MerchantOrderId"]
            assert len(await client.sales.find(fields["MerchantOrderId"])) == 1

    run(main)


def test_cancelled_before_it_starts(sandbox: Any) -> None:
    async def main() -> None:
        async with make(sandbox) as client:
            fields = card_sale()
            task = asyncio.ensure_future(client.sales.create(fields))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await client.sales.find(fields["MerchantOrderId"]) == []

    run(main)


def test_wait_for(sandbox: Any, faults: Callable[..., None]) -> None:
    async def main() -> None:
        async with make(sandbox) as client:
            faults(match="GET /1/sales", after="read", do="stall")
            started = time.monotonic()
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.sales.find("nothing"), 0.1)
            assert time.monotonic() - started < client.timeout

    run(main)


def test_close_ends_what_is_under_way(sandbox: Any, faults: Callable[..., None]) -> None:
    async def main() -> None:
        client = make(sandbox)
        faults(match="GET /1/sales", after="read", do="stall")
        task = asyncio.ensure_future(client.sales.find("nothing"))
        await asyncio.sleep(0.1)
        await client.close()
        with pytest.raises(cielo.CieloError):
            await task
        await client.aclose()

    run(main)


def test_several_loops_one_after_the_other(sandbox: Any) -> None:
    client = make(sandbox)

    async def call() -> bool:
        return (await client.sales.create(card_sale())).approved

    for _ in range(5):
        assert run(call)
    assert len(client._family().multis) <= 1
    run(client.close)


def test_loops_in_several_threads(sandbox: Any) -> None:
    client = make(sandbox)
    outcomes: list[bool] = []

    async def calls() -> None:
        sales = await asyncio.gather(*[client.sales.create(card_sale()) for _ in range(10)])
        outcomes.extend(sale.approved for sale in sales)

    threads = [threading.Thread(target=run, args=(calls,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 40


def test_with_options_shares(sandbox: Any) -> None:
    async def main() -> None:
        async with make(sandbox) as client:
            other = client.with_options(timeout=3)
            assert type(other) is cielo.AsyncClient and other.timeout == 3
            assert (await other.sales.create(card_sale())).approved
            await other.close()
            assert (await client.sales.create(card_sale())).approved

    run(main)


def test_connections_closed_by_the_server(sandbox: Any, faults: Callable[..., None]) -> None:
    async def main() -> None:
        async with make(sandbox) as client:
            for _ in range(10):
                faults(match="POST /1/sales", after="process", do="close")
                sale = await client.sales.create(card_sale())
                assert sale.reconciled

    run(main)


def test_other_sockets_of_the_loop_live_on(sandbox: Any, faults: Callable[..., None]) -> None:
    """Numbers of closed descriptors are used again, by others too."""

    async def main() -> None:
        async with make(sandbox) as client:
            for _ in range(5):
                faults(match="POST /1/sales", after="process", do="reset")
                await client.sales.create(card_sale())
                ours, theirs = socket.socketpair()
                reader, writer = await asyncio.open_connection(sock=ours)
                theirs.sendall(b"x")
                assert await asyncio.wait_for(reader.readexactly(1), 30) == b"x"
                assert (await client.sales.create(card_sale())).approved
                writer.close()
                theirs.close()

    run(main)


def test_a_dropped_client_leaves_nothing(sandbox: Any) -> None:
    async def main() -> None:
        client = make(sandbox)
        await client.sales.create(card_sale())
        del client
        gc.collect()
        await asyncio.sleep(0.05)

    run(main)
    gc.collect()


def test_cancelled_after_close(sandbox: Any, faults: Callable[..., None]) -> None:
    async def main() -> None:
        client = make(sandbox)
        faults(match="POST /1/sales", after="process", do="stall")
        task = asyncio.ensure_future(client.sales.create(card_sale(order="late1")))
        await until_made(client, "late1")
        await client.close()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        stopped: Any = caught.value
        if sys.version_info < (3, 11):  # a task raises another than was raised inside
            stopped = stopped.__context__
        doubt = stopped.__cause__
        assert isinstance(doubt, cielo.OutcomeUnknownError)
        assert doubt.merchant_order_id == "late1"

    run(main)


def test_nothing_is_sent_after_close(sandbox: Any) -> None:
    async def main() -> None:
        client = make(sandbox)
        order = order_number()
        call = client.sales.create(card_sale(order=order))
        await client.close()
        with pytest.raises(cielo.ClosedError):
            await call
        async with make(sandbox) as other:
            assert await other.sales.find(order) == []

    run(main)


def test_dropped_after_the_loop(sandbox: Any, faults: Callable[..., None]) -> None:
    faults(match="GET /1/sales", after="read", do="stall")
    client = make(sandbox)
    loop = asyncio.new_event_loop()

    async def begin() -> Any:
        task = asyncio.ensure_future(client.sales.find("nothing"))
        await asyncio.sleep(0.1)
        return task

    ignored: list[Any] = []
    hook, sys.unraisablehook = sys.unraisablehook, ignored.append
    try:
        task = loop.run_until_complete(begin())
        task._log_destroy_pending = False
        loop.close()
        del task
        gc.collect()
    finally:
        sys.unraisablehook = hook
    assert not ignored


def test_a_loop_that_watches_no_sockets(sandbox: Any) -> None:
    """As on Windows: its own error, at once, instead of a time-out."""

    def refuse(*_: Any) -> None:
        raise NotImplementedError("no sockets here")

    async def main() -> None:
        loop: Any = asyncio.get_running_loop()
        loop.add_reader = loop.add_writer = loop.remove_reader = loop.remove_writer = refuse
        client = make(sandbox, timeout=60)
        for _ in range(2):
            with pytest.raises(NotImplementedError):
                await asyncio.wait_for(client.sales.find("nothing"), 30)
        await client.close()

    run(main)
