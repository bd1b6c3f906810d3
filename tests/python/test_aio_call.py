"""What a verb of AsyncClient gives: a coroutine by its methods, made in C."""

from __future__ import annotations

import asyncio
import collections.abc
import contextvars
import gc
import inspect
import sys
import threading
import time
import warnings
import weakref
from collections.abc import Awaitable, Iterator
from typing import Any, Callable

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY, card_sale, collect, order_number
from quick_server import QuickServer

import cielo

try:
    import uvloop
except ImportError:  # it is nobody's dependency
    uvloop = None


@pytest.fixture(scope="module")
def server() -> Iterator[QuickServer]:
    with QuickServer() as running:
        yield running


@pytest.fixture
def slow(server: QuickServer) -> Iterator[QuickServer]:
    """It does what is asked, and answers when a test has it wait no more."""
    server.wait(60)
    server.most()
    yield server
    server.wait(0)


async def until(condition: Callable[[], bool]) -> None:
    """Comes back when it holds; the loop runs meanwhile."""
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        await asyncio.sleep(0.001)


def make(server: QuickServer) -> cielo.AsyncClient:
    return cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                             base_url=server.base_url)


def run(server: QuickServer, main: Callable[[cielo.AsyncClient], Awaitable[Any]]) -> Any:
    async def wrapper() -> Any:
        async with make(server) as client:
            return await main(client)

    return asyncio.run(wrapper())


def sell(client: cielo.AsyncClient, order: str | None = None) -> Any:
    return client.sales.create(card_sale(order=order or order_number()))


def test_it_is_a_coroutine_to_whoever_asks(server: QuickServer) -> None:
    call = sell(make(server))
    assert asyncio.iscoroutine(call) and inspect.isawaitable(call)
    assert isinstance(call, collections.abc.Coroutine)
    assert call.__name__ == call.__qualname__ == "sale_create"
    assert repr(call) == "<call of sale_create>"
    call.close()
    call.close()


async def in_a_task(call: Any) -> Any:
    return await asyncio.create_task(call)


async def gathered(call: Any) -> Any:
    [result] = await asyncio.gather(call)
    return result


async def shielded(call: Any) -> Any:
    return await asyncio.shield(call)


async def in_time(call: Any) -> Any:
    return await asyncio.wait_for(call, 10)


async def awaited(call: Any) -> Any:
    return await call


@pytest.mark.parametrize("way", [awaited, in_a_task, gathered, shielded, in_time])
def test_ways_to_await_it(server: QuickServer, way: Callable[[Any], Awaitable[Any]]) -> None:
    async def main(client: cielo.AsyncClient) -> None:
        assert (await way(sell(client))).approved
        with pytest.raises(cielo.NotFoundError):
            await way(client.sales.get("00000000-0000-0000-0000-000000000000"))
        with pytest.raises(cielo.ValidationError):
            await way(client.sales.create({}))
        assert await way(client.sales.find("nothing")) == []

    run(server, main)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="no eager tasks before 3.12")
def test_a_task_that_starts_at_once(server: QuickServer) -> None:
    async def main(client: cielo.AsyncClient) -> None:
        factory: Any = asyncio.eager_task_factory  # type: ignore[attr-defined,unused-ignore]
        asyncio.get_running_loop().set_task_factory(factory)
        for way in (in_a_task, gathered):
            assert (await way(sell(client))).approved

    run(server, main)


def test_it_is_what_asyncio_run_takes(server: QuickServer) -> None:
    assert asyncio.run(sell(make(server))).approved


def test_it_is_awaited_once(slow: QuickServer) -> None:
    async def main(client: cielo.AsyncClient) -> None:
        call = sell(client)
        first = asyncio.ensure_future(call)
        await slow.busy()
        with pytest.raises(RuntimeError, match="being awaited already"):
            await call
        with pytest.raises(RuntimeError, match="being awaited already"):
            await asyncio.ensure_future(call)
        slow.wait(0)
        assert (await first).approved
        for again in (awaited, in_a_task):
            with pytest.raises(RuntimeError, match="cannot reuse an already awaited call"):
                await again(call)
        with pytest.raises(RuntimeError, match="cannot reuse"):
            call.throw(ValueError())

    run(slow, main)


def test_a_task_tells_its_name(slow: QuickServer) -> None:
    async def main(client: cielo.AsyncClient) -> None:
        task = asyncio.create_task(sell(client))
        await asyncio.sleep(0)
        assert "coro=<sale_create()" in repr(task) and not task.get_stack()
        slow.wait(0)
        await task

    run(slow, main)


def test_one_that_is_never_awaited_says_so(server: QuickServer) -> None:
    order = order_number()
    with pytest.warns(RuntimeWarning, match="the call of sale_create was never awaited"):
        sell(make(server), order)
        collect()
    assert "POST " + order not in server.done()


def test_one_that_is_closed_says_nothing(server: QuickServer) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call = sell(make(server))
        call.close()
        other = sell(make(server))
        with pytest.raises(ValueError, match="no sale"):
            other.throw(ValueError("no sale"))
        del call, other
        collect()


def test_throwing(slow: QuickServer) -> None:
    class Stopped(Exception):
        pass

    async def main(client: cielo.AsyncClient) -> None:
        for given in ((Stopped("now"),), (Stopped, "now"), (Stopped, Stopped("now")),
                      (Stopped, "now", None)):
            order = order_number()
            call = sell(client, order)
            call.send(None)
            await slow.busy()
            with pytest.raises(Stopped, match="now") as caught:
                call.throw(*given)
            doubt = caught.value.__cause__
            assert isinstance(doubt, cielo.OutcomeUnknownError)
            assert doubt.merchant_order_id == order
        call = sell(client)
        for wrong in ((5,), (Stopped("a"), "b"), (int,)):
            with pytest.raises(TypeError, match="takes an exception"):
                call.throw(*wrong)
        with pytest.raises(TypeError, match="has not started"):
            call.send(1)
        slow.wait(0)
        assert (await call).approved

    run(slow, main)


def test_it_needs_a_loop(server: QuickServer) -> None:
    order = order_number()
    call = sell(make(server), order)
    with pytest.raises(RuntimeError, match="no running event loop"):
        call.send(None)
    with pytest.raises(RuntimeError, match="cannot reuse"):
        call.send(None)
    assert "POST " + order not in server.done()


def test_a_write_that_is_garbage_under_way(
        slow: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    """Dropped without a task, in its loop: the connection goes with it."""

    async def main(client: cielo.AsyncClient) -> None:
        order = order_number()
        call = sell(client, order)
        call.send(None)
        await slow.busy()
        del call
        [record] = caplog.records
        assert record.getMessage().startswith(f"sale_create of order {order} may have taken")
        slow.wait(0)
        assert (await sell(client)).approved

    run(slow, main)


def test_garbage_in_another_thread(slow: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    """While the loop is busy with the calls that the garbage is one of."""

    async def main(client: cielo.AsyncClient) -> None:
        orders = [order_number() for _ in range(40)]
        dropped = [sell(client, order) for order in orders[:20]]
        kept = [asyncio.ensure_future(sell(client, order)) for order in orders[20:]]
        for call in dropped:
            call.send(None)
        await slow.did(*("POST " + order for order in orders))

        def drop() -> None:
            dropped.pop()
            slow.wait(0)
            while dropped:
                dropped.pop()

        thread = threading.Thread(target=drop)
        thread.start()
        del call
        while thread.is_alive():
            await asyncio.sleep(0)
        assert all(sale.approved for sale in await asyncio.gather(*kept))
        assert (await sell(client)).approved

    run(slow, main)
    assert 0 < len(caplog.records) <= 20


def test_the_loop_forgets_what_another_thread_closed(slow: QuickServer) -> None:
    async def main(client: cielo.AsyncClient) -> None:
        loop: Any = asyncio.get_running_loop()
        own = len(loop._selector.get_map())
        dropped = [sell(client)]
        dropped[0].send(None)
        await slow.busy()
        assert len(loop._selector.get_map()) == own + 1
        thread = threading.Thread(target=dropped.clear)
        thread.start()
        thread.join()
        await until(lambda: len(loop._selector.get_map()) == own)

    run(slow, main)


def test_a_client_that_is_garbage_in_another_thread(server: QuickServer) -> None:
    """Its connections are closed by their loop, which takes its watchers away."""

    async def main() -> None:
        held = [make(server)]
        assert (await sell(held[0])).approved
        [multi] = held[0]._family().multis.values()
        gone = weakref.ref(multi)
        del multi
        thread = threading.Thread(target=held.clear)
        thread.start()
        thread.join()
        await until(lambda: gone() is None)
        loop: Any = asyncio.get_running_loop()
        own = len(loop._selector.get_map())
        async with make(server) as client:
            assert (await sell(client)).approved
            assert len(loop._selector.get_map()) == own + 1
        assert len(loop._selector.get_map()) == own == 1

    asyncio.run(main())


def test_a_connection_is_watched_once(server: QuickServer) -> None:
    async def main(client: cielo.AsyncClient) -> None:
        assert (await sell(client)).approved
        loop: Any = asyncio.get_running_loop()
        told: list[str] = []

        def listen(name: str, real: Callable[..., Any]) -> None:
            def tell(*given: Any) -> Any:
                told.append(name)
                return real(*given)

            setattr(loop, name, tell)

        for name in ("add_reader", "remove_reader", "add_writer", "remove_writer", "call_later"):
            listen(name, getattr(loop, name))
        for _ in range(8):  # an answer that is late in coming has timers of its own
            told.clear()
            for _ in range(50):
                assert (await sell(client)).approved
            if not told:
                return
        raise AssertionError(told)

    run(server, main)


def test_what_the_loop_keeps_holds_nothing_of_a_call_s_context(server: QuickServer) -> None:
    class Request:
        pass

    current: contextvars.ContextVar[Request] = contextvars.ContextVar("current")

    async def buy(client: cielo.AsyncClient) -> weakref.ref[Request]:
        request = Request()
        current.set(request)
        assert (await sell(client)).approved
        return weakref.ref(request)

    async def main(client: cielo.AsyncClient) -> None:
        gone = await asyncio.create_task(buy(client))
        await asyncio.sleep(0)
        collect()
        assert gone() is None

    run(server, main)


def test_a_family_is_one_loop_s_at_a_time(server: QuickServer) -> None:
    """The way that a call went before is none in another loop."""
    client = make(server)

    async def sales() -> list[bool]:
        return [(await sell(client)).approved for _ in range(20)]

    outcomes: list[bool] = []
    threads = [threading.Thread(target=lambda: outcomes.extend(asyncio.run(sales())))
               for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 80
    assert asyncio.run(sales()) == [True] * 20
    asyncio.run(client.close())
    with pytest.raises(cielo.ClosedError):
        asyncio.run(sales())


def test_a_loop_that_raises_what_stops_it(server: QuickServer) -> None:
    """What was to be watched then is watched later."""
    order = order_number()

    async def main(client: cielo.AsyncClient) -> None:
        loop: Any = asyncio.get_running_loop()

        def interrupt(*_: Any) -> None:
            raise KeyboardInterrupt

        loop.add_reader = loop.add_writer = interrupt
        call = sell(client, order)
        with pytest.raises(KeyboardInterrupt):
            call.send(None)
        del loop.add_reader, loop.add_writer
        assert (await sell(client)).approved

    run(server, main)


def test_a_call_that_ended_holds_no_connections(server: QuickServer) -> None:
    async def main(client: cielo.AsyncClient) -> None:
        call = sell(client)
        assert client in gc.get_referents(call)
        assert (await call).approved
        held = gc.get_referents(call)
        assert not [one for one in held if isinstance(one, (cielo.AsyncClient, asyncio.Future))]
        assert type(call) in held and len(held) <= 2  # and the write's doubt

    run(server, main)


@pytest.mark.skipif(uvloop is None, reason="uvloop is not installed")
def test_under_uvloop(slow: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with make(slow) as client:
            orders = [order_number() for _ in range(20)]
            sales = asyncio.gather(*(sell(client, order) for order in orders))
            await slow.did(*("POST " + order for order in orders))
            slow.wait(0)
            assert all(sale.approved for sale in await sales)
            slow.wait(60)
            slow.most()
            late = asyncio.ensure_future(sell(client))
            await slow.busy()
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(late, 0.1)
            with pytest.raises(cielo.RequestTimeoutError):
                await client.sales.find("nothing", timeout=0.1)
            slow.wait(0)
            for _ in range(20):
                assert (await sell(client)).approved
            assert len(caplog.records) == 1
            dropped = make(slow)
            assert (await sell(dropped)).approved
            del dropped
            collect()
            assert (await sell(client)).approved

    loop = uvloop.new_event_loop()
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()


class Dropping(asyncio.SelectorEventLoop):
    """Drops a call while its connection is being watched, as a collection may."""

    victim: Any = None
    watched: Any = None

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:
        victim, self.victim = self.victim, None
        if victim is not None:
            self.watched = fd
            victim.close()
        super().add_reader(fd, callback, *args)


def test_a_call_dropped_while_it_is_watched_takes_no_other_along(slow: QuickServer) -> None:
    loop = Dropping()

    async def main() -> None:
        async with make(slow) as client:
            other = asyncio.ensure_future(sell(client))
            await slow.busy()  # its connection is open
            victim = sell(client)
            victim.send(None)
            loop.victim = victim
            await until(lambda: loop.victim is None)
            slow.wait(0)
            assert (await other).approved
            assert loop.watched is not None
            assert (await sell(client)).approved

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the sale that was dropped is told of
        try:
            loop.run_until_complete(main())
        finally:
            loop.close()


def test_a_sale_that_is_cancelled_in_the_queue_was_not_sent(
    slow: QuickServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                                     base_url=slow.base_url, max_connections=1) as client:
            first = asyncio.ensure_future(sell(client))
            await slow.busy()
            order = order_number()
            second = asyncio.ensure_future(sell(client, order))
            await asyncio.sleep(0.05)
            second.cancel()
            with pytest.raises(asyncio.CancelledError) as stopped:
                await second
            assert stopped.value.__cause__ is None
            slow.wait(0)
            assert (await first).approved
            assert "POST " + order not in slow.done()

    asyncio.run(main())
    assert not caplog.records
