"""Writes in asyncio that nobody is told of: the logger names every one."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Iterator
from typing import Any, Callable

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY, card_sale, collect, order_number
from quick_server import QuickServer

import cielo

ID = "24bc8366-fc31-4d6c-8555-17049a836a07"
# Of which thirteen digits in a row pass for a card's number.
UNLUCKY = "a53d6a6947c914cbe994607582720320"
CARD = "4091688625337641"
SALE = {"MerchantOrderId": "raw", "Payment": {}}


@pytest.fixture(scope="module")
def server() -> Iterator[QuickServer]:
    with QuickServer() as running:
        yield running


@pytest.fixture
def slow(server: QuickServer) -> Iterator[QuickServer]:
    """Does what it is asked, and does not say so before the test is over."""
    server.most()
    server.wait(60)
    yield server
    server.wait(0)


def make(server: QuickServer) -> cielo.AsyncClient:
    return cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                             base_url=server.base_url)


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    assert all(record.name == "cielo" and record.levelno == logging.WARNING
               for record in caplog.records)
    return [record.getMessage() for record in caplog.records]


def told_of(lines: list[str], *orders: str) -> None:
    assert len(lines) == len(orders)
    for order in orders:
        [line] = [line for line in lines if line.startswith(f"sale_create of order {order} ")]
        assert "may have taken effect" in line and "sent: maybe" in line


async def fail(server: QuickServer, *orders: str) -> None:
    """When these sales are under way."""
    await server.did(*("POST " + order for order in orders))
    raise ValueError("a sibling")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="no TaskGroup before 3.11")
def test_a_sibling_in_a_task_group_fails(
        slow: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    orders = [order_number() for _ in range(3)]

    async def main() -> Any:
        async with make(slow) as client:
            try:
                async with asyncio.TaskGroup() as group:  # type: ignore[attr-defined,unused-ignore]
                    for order in orders:
                        group.create_task(client.sales.create(card_sale(order=order)))
                    group.create_task(fail(slow, *orders))
            except BaseException as stopped:
                return stopped

    stopped = asyncio.run(main())
    # The group tells of the sibling alone.
    assert [type(error) for error in stopped.exceptions] == [ValueError]
    told_of(warned(caplog), *orders)
    assert {"POST " + order for order in orders} <= set(slow.done())


@pytest.mark.skipif(sys.version_info < (3, 11), reason="no TaskGroup before 3.11")
def test_whoever_catches_it_inside_has_the_cause(slow: QuickServer) -> None:
    order, seen = order_number(), []

    async def buy(client: cielo.AsyncClient) -> None:
        try:
            await client.sales.create(card_sale(order=order))
        except asyncio.CancelledError as stopped:
            seen.append(stopped.__cause__)
            raise

    async def main() -> None:
        async with make(slow) as client:
            async with asyncio.TaskGroup() as group:  # type: ignore[attr-defined,unused-ignore]
                group.create_task(buy(client))
                group.create_task(fail(slow, order))

    with pytest.raises(BaseException, match="unhandled errors"):
        asyncio.run(main())
    [doubt] = seen
    assert isinstance(doubt, cielo.OutcomeUnknownError) and doubt.merchant_order_id == order


def test_gather_leaves_with_the_first_error(
        slow: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    """The loop ends, and what gather left running is cancelled by it."""
    orders = [order_number() for _ in range(2)]

    async def main() -> None:
        client = make(slow)
        await asyncio.gather(
            fail(slow, *orders), *[client.sales.create(card_sale(order=order)) for order in orders])

    with pytest.raises(ValueError, match="a sibling"):
        asyncio.run(main())
    told_of(warned(caplog), *orders)


def test_a_time_limit(slow: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    """On a crowded machine a sale may not be on its way after a second: there is no line then."""
    order = order_number()

    async def main() -> None:
        async with make(slow) as client:
            for seconds in (1, 20):
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(client.sales.create(card_sale(order=order)), seconds)
                if warned(caplog):
                    break

    asyncio.run(main())
    told_of(warned(caplog), order)


def test_a_task_that_is_garbage(slow: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    order = order_number()
    loop = asyncio.new_event_loop()
    client: Any = make(slow)

    async def begin() -> Any:
        task = asyncio.ensure_future(client.sales.create(card_sale(order=order)))
        await slow.did("POST " + order)
        return task

    task: Any = loop.run_until_complete(begin())
    task._log_destroy_pending = False
    loop.close()
    del task
    client = None
    collect()
    told_of(warned(caplog), order)


def test_a_void_is_named_by_its_payment(
        slow: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with make(slow) as client:
            for call in (client.sales.void(ID), client.sales.capture(ID, 100),
                         client.sales.void_by_order("a1"), client.request("POST", "/1/x", SALE),
                         client.sales.void(UNLUCKY), client.sales.void(CARD)):
                task = asyncio.ensure_future(call)
                await slow.busy()
                task.cancel()
                await asyncio.wait([task])

    asyncio.run(main())
    lines = warned(caplog)
    assert [line.split(" may have")[0] for line in lines] == [
        f"sale_void of {ID}", f"sale_capture of {ID}", "sale_void_by_order of order a1", "request",
        f"sale_void of {UNLUCKY}", "sale_void of 409168******7641"]


@pytest.mark.parametrize("before", [True, False], ids=["before it is woken", "after that"])
def test_one_that_was_answered_as_it_was_cancelled(
        server: QuickServer, caplog: pytest.LogCaptureFixture, before: bool) -> None:
    """The loop did not come to it between the answer and the cancelling."""
    order = order_number()

    async def main() -> Any:
        async with make(server) as client:
            loop = asyncio.get_running_loop()
            task: Any = None

            class Late(asyncio.Future):  # type: ignore[type-arg]
                def set_result(self, value: Any) -> None:
                    if before:
                        task.cancel()
                    if not self.done():
                        super().set_result(value)
                    if not before:
                        task.cancel()

            loop.create_future = lambda: Late(loop=loop)  # type: ignore[method-assign]
            task = asyncio.ensure_future(client.sales.create(card_sale(order=order)))
            try:
                await task
            except asyncio.CancelledError as stopped:
                return stopped.__cause__ or getattr(stopped.__context__, "__cause__", None)

    doubt = asyncio.run(main())
    made = server.done()["POST " + order]
    assert isinstance(doubt, cielo.OutcomeUnknownError) and doubt.sent == "yes"
    assert [payment.payment_id for payment in doubt.found] == [made]
    [line] = warned(caplog)
    assert line.startswith(f"sale_create of order {order} was made: approved, PaymentId {made}; ")
    assert line.endswith(f"(sent: yes, payments: ['{made}'])")


Dropped = Callable[[cielo.AsyncClient], Awaitable[Any]]


@pytest.mark.parametrize("call", [
    lambda client: client.sales.get(ID),
    lambda client: client.sales.find("a1"),
    lambda client: client.sales.reconcile("a1", 100),
    lambda client: client.request("GET", "/1/x"),
], ids=["get", "find", "reconcile", "request"])
def test_reads_leave_no_line(
        slow: QuickServer, caplog: pytest.LogCaptureFixture, call: Dropped) -> None:
    async def main() -> None:
        async with make(slow) as client:
            task = asyncio.ensure_future(call(client))
            await slow.busy()
            task.cancel()
            await asyncio.wait([task])

    asyncio.run(main())
    assert not warned(caplog)


def test_nothing_was_sent(slow: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with make(slow) as client:
            task = asyncio.ensure_future(client.sales.create(card_sale()))
            task.cancel()
            await asyncio.wait([task])
            never = client.sales.create(card_sale())
            never.close()

    asyncio.run(main())
    assert not warned(caplog)


def test_who_is_told_by_an_error_needs_no_line(
        server: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        client = make(server).with_options(reconcile=False)
        with pytest.raises(cielo.OutcomeUnknownError):
            await client.sales.create(card_sale())
        await client.close()

    server.mute(True)
    try:
        asyncio.run(main())
    finally:
        server.mute(False)
    assert not warned(caplog)
