"""AsyncClient.many(): many calls at once, in an event loop."""

from __future__ import annotations

import asyncio
import itertools
import logging
import sys
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from typing import Any, Callable

import pytest
from conftest import GOOD_CARD, MERCHANT_ID, MERCHANT_KEY, card_sale, collect
from quick_server import QuickServer

import cielo
import cielo.sandbox

ID = "24bc8366-fc31-4d6c-8555-17049a836a%02x"


@pytest.fixture(scope="module")
def server() -> Iterator[QuickServer]:
    with QuickServer() as running:
        yield running


@pytest.fixture
def slow(server: QuickServer) -> Iterator[QuickServer]:
    server.wait(0.3)
    yield server
    server.wait(0)


def make(server: QuickServer | cielo.sandbox.LocalCielo) -> cielo.AsyncClient:
    return cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                             base_url=server.base_url)


def quick_sale(order: str) -> dict[str, Any]:
    return {"MerchantOrderId": order, "Payment": {
        "Type": "CreditCard", "Amount": 100, "Installments": 1,
        "CreditCard": {"CardToken": ID % 0, "Brand": "Visa"}}}


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records
            if record.name == "cielo" and record.levelno == logging.WARNING]


async def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        await asyncio.sleep(0.005)


def made(server: QuickServer, prefix: str) -> list[str]:
    return [order for order in server.done() if order.startswith("POST " + prefix)]


def test_every_item_has_its_outcome(sandbox: cielo.sandbox.LocalCielo) -> None:
    async def main() -> None:
        async with make(sandbox) as client:
            fields = [card_sale() for _ in range(20)]
            seen = set()
            async for outcome in client.many(client.sales.create, fields, concurrency=5):
                assert outcome.call is fields[outcome.index]
                assert outcome.error is None and outcome.result is not None
                assert outcome.result.merchant_order_id == outcome.call["MerchantOrderId"]
                assert GOOD_CARD not in repr(outcome)
                seen.add(outcome.index)
            assert seen == set(range(20))

    asyncio.run(main())


def test_one_failure_stops_nothing(sandbox: cielo.sandbox.LocalCielo) -> None:
    async def main() -> None:
        async with make(sandbox) as client:
            good = (await client.sales.create(card_sale())).payment.payment_id
            calls: list[Any] = [ID % 1, 5, good, ("../x",), {1: 2}]
            kinds = {}
            async for outcome in client.many(client.sales.get, calls):
                kinds[outcome.index] = type(outcome.error).__name__
            assert kinds == {0: "NotFoundError", 1: "TypeError", 2: "NoneType",
                             3: "ValidationError", 4: "TypeError"}
            async for outcome in client.many(client.request, [("GET", "/1/sales/" + good)]):
                assert outcome.error is None

    asyncio.run(main())


def test_so_many_at_once_of_an_asynchronous_iterable(server: QuickServer) -> None:
    asked = given = 0

    async def calls() -> AsyncIterator[str]:
        nonlocal asked
        for number in range(20):
            await asyncio.sleep(0)
            asked += 1
            assert asked <= given + 1 + 4
            yield ID % number

    async def main() -> None:
        nonlocal given
        async with make(server) as client:
            async for outcome in client.many(client.sales.capture, calls(), concurrency=4):
                assert outcome.error is None
                given += 1

    with server.held(4) as most:
        asyncio.run(main())
    assert given == 20
    assert most == [4]


def test_outcomes_are_given_while_the_next_item_is_awaited(server: QuickServer) -> None:
    async def main() -> int:
        given, one = 0, asyncio.Event()

        async def calls() -> AsyncIterator[str]:
            yield ID % 1
            await asyncio.wait_for(one.wait(), 30)
            yield ID % 2

        async with make(server) as client:
            async for _ in client.many(client.sales.capture, calls()):
                given += 1
                one.set()
        return given

    assert asyncio.run(main()) == 2


def test_an_endless_iterable_takes_no_memory(server: QuickServer) -> None:
    async def main() -> int:
        calls = (("GET", "/1/x%d" % number) for number in itertools.count())
        before = 0
        async with make(server) as client:
            async with client.many(client.request, calls, concurrency=8) as outcomes:
                given = 0
                async for _ in outcomes:
                    given += 1
                    if given == 300:
                        tracemalloc.start()
                    if given == 500:
                        collect()
                        before = tracemalloc.get_traced_memory()[0]
                    if given == 2000:
                        collect()
                        break
                after = tracemalloc.get_traced_memory()[0]
                tracemalloc.stop()
                return after - before
        raise AssertionError

    assert asyncio.run(main()) < 30_000


def test_voids_of_one_payment_are_spaced(sandbox: cielo.sandbox.LocalCielo) -> None:
    async def main() -> None:
        async with make(sandbox) as client:
            ids = []
            fields = [card_sale(amount=1000, capture=True) for _ in range(3)]
            async for sale in client.many(client.sales.create, fields):
                assert sale.result is not None
                ids.append(sale.result.payment.payment_id)
            calls = [(ids[0], 100), (ids[0], 200), (ids[1], 100), (ids[2], 100)]
            begun = time.monotonic()
            times = {}
            async for outcome in client.many(client.sales.void, calls, concurrency=2):
                assert outcome.error is None
                times[outcome.index] = time.monotonic() - begun
            assert list(times)[-1] == 1 and times[1] >= 5

    asyncio.run(main())


def test_what_the_iterable_raises_comes_last(slow: QuickServer) -> None:
    async def later() -> AsyncIterator[str]:
        yield ID % 1
        yield ID % 2
        raise LookupError("the file ended early")

    def now() -> Iterator[str]:
        yield ID % 1
        yield ID % 2
        raise LookupError("the file ended early")

    async def main() -> None:
        async with make(slow) as client:
            for calls in (later(), now()):
                given = []
                with pytest.raises(LookupError, match="ended early"):
                    async for outcome in client.many(client.sales.capture, calls):
                        given.append(outcome.index)
                assert sorted(given) == [0, 1]

    asyncio.run(main())


def test_a_cancelled_iterable_is_no_end(server: QuickServer) -> None:
    """What it awaits may be cancelled: the rest of it was not charged."""
    async def later() -> AsyncIterator[str]:
        yield ID % 1
        lost = asyncio.get_running_loop().create_future()
        lost.cancel()
        await lost
        yield ID % 2

    async def main() -> None:
        async with make(server) as client:
            given = []
            with pytest.raises(asyncio.CancelledError):
                async for outcome in client.many(client.sales.capture, later()):
                    given.append(outcome.index)
            assert given == [0]

    asyncio.run(main())


def test_the_loop_is_shared(server: QuickServer) -> None:
    """Outcomes that are there already keep no other task waiting."""
    async def main() -> None:
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        async with make(server) as client:
            task = asyncio.ensure_future(other())
            begun = time.monotonic()
            async for outcome in client.many(client.sales.get, itertools.repeat("../x")):
                assert isinstance(outcome.error, cielo.ValidationError)
                if turns >= 5:
                    break
                assert time.monotonic() - begun < 30
            task.cancel()

    asyncio.run(main())


def test_wrong_use(server: QuickServer) -> None:
    async def main() -> None:
        blocking = cielo.Client(merchant_id="a", merchant_key="b", base_url=server.base_url)
        async with make(server) as client:
            many: Any = client.many
            with pytest.raises(TypeError, match="verb must be"):
                many(blocking.sales.get, [])
            with pytest.raises(TypeError, match="verb must be"):
                blocking.many(client.sales.get, [])
            with pytest.raises(TypeError):
                many(client.sales.get, 5)
            outcomes = many(client.sales.get, [ID % 1])
            with pytest.raises(TypeError):
                iter(outcomes)
        with pytest.raises(cielo.ClosedError):
            many(client.sales.get, [])

    asyncio.run(main())


def test_progress(server: QuickServer) -> None:
    told: list[Any] = []

    async def main() -> None:
        async with make(server) as client:
            calls: list[Any] = [ID % n for n in range(8)] + [5]
            async for _ in client.many(client.sales.capture, calls,
                                       progress=lambda *a: told.append(a)):
                pass
            assert told[0] == (0, 0, 9) and told[-1] == (9, 1, 9)
            told.clear()
            async for _ in client.many(client.sales.capture, iter(calls[:8]),
                                       progress=lambda *a: told.append(a)):
                break
            await until(lambda: told[-1] == (1, 0, None))

    asyncio.run(main())


# ---- leaving ----


@pytest.mark.parametrize("how", ["break", "aclose", "with", "error"])
def test_leaving_finishes_what_is_under_way(
    slow: QuickServer, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    asked: list[str] = []

    def calls() -> Iterator[dict[str, Any]]:
        for number in itertools.count():
            asked.append("%s%d" % (how, number))
            yield quick_sale(asked[-1])

    async def leave(client: cielo.AsyncClient) -> None:
        outcomes = client.many(client.sales.create, calls(), concurrency=4)
        if how == "with":
            async with outcomes:
                await outcomes.__anext__()
        elif how == "aclose":
            await outcomes.__anext__()
            await outcomes.aclose()
            with pytest.raises(StopAsyncIteration):
                await outcomes.__anext__()
        else:
            async for _ in outcomes:
                if how == "error":
                    raise KeyError
                break

    async def main() -> None:
        async with make(slow) as client:
            try:
                await leave(client)
            except KeyError:
                pass
            collect()
            await until(lambda: len(warned(caplog)) == len(asked) - 1)
            collect()

    asyncio.run(main())
    assert 4 <= len(asked) <= 5
    assert len(made(slow, how)) == len(asked)
    lines = warned(caplog)
    assert len(lines) == len(asked) - 1
    assert all("was made" in line for line in lines)


async def wait_all(client: cielo.AsyncClient, prefix: str) -> None:
    calls = (quick_sale("%s%d" % (prefix, number)) for number in itertools.count())
    async for _ in client.many(client.sales.create, calls, concurrency=3):
        pass


def test_a_cancelled_task_finishes_what_is_under_way(
    server: QuickServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with make(server) as client:
            task = asyncio.ensure_future(wait_all(client, "late"))
            await server.did("POST late0", "POST late1", "POST late2")
            task.cancel()
            await asyncio.sleep(0.05)
            server.wait(0)
            with pytest.raises(asyncio.CancelledError):
                await task

    server.wait(60)
    asyncio.run(main())
    assert len(made(server, "late")) == 3
    assert len(warned(caplog)) == 3 and all("was made" in line for line in warned(caplog))


def test_cancelled_again_it_cancels_them(
    server: QuickServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> float:
        async with make(server) as client:
            begun = time.monotonic()
            task = asyncio.ensure_future(wait_all(client, "soon"))
            await server.did("POST soon0", "POST soon1", "POST soon2")
            task.cancel()
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return time.monotonic() - begun

    server.wait(60)
    assert asyncio.run(main()) < 30
    server.wait(0)
    lines = warned(caplog)
    assert len(lines) == 3 and all("may have taken effect" in line for line in lines)


def test_closing_the_client_cancels_them(
    server: QuickServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> list[Any]:
        client = make(server)
        given = []

        async def loop() -> None:
            async for outcome in client.many(client.sales.create,
                                             map(quick_sale, ["c1", "c2", "c3"]),
                                             concurrency=2):
                given.append(outcome.error)

        task = asyncio.ensure_future(loop())
        await server.did("POST c1", "POST c2")
        await client.close()
        with pytest.raises(cielo.ClosedError):
            await task
        return given

    server.wait(60)
    given = asyncio.run(main())
    server.wait(0)
    assert len(given) == 2
    assert all(isinstance(error, cielo.OutcomeUnknownError) for error in given)
    assert warned(caplog) == []


@pytest.mark.skipif(sys.version_info < (3, 11), reason="no asyncio.timeout before 3.11")
def test_a_timeout_around_it(server: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    async def end(limit: asyncio.Timeout) -> None:
        await server.did("POST timeout0", "POST timeout1", "POST timeout2")
        limit.reschedule(asyncio.get_running_loop().time())
        await asyncio.sleep(0.05)
        server.wait(0)

    async def main() -> None:
        async with make(server) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(None) as limit:
                    ending = asyncio.ensure_future(end(limit))
                    await wait_all(client, "timeout")
            await ending

    server.wait(60)
    asyncio.run(main())
    assert len(made(server, "timeout")) == 3
    assert len(warned(caplog)) == 3
