"""with_options in asyncio: connections are shared, and closed with the last."""

from __future__ import annotations

import asyncio
import os
import threading
import time
import warnings
import weakref
from collections.abc import Awaitable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY, collect

import cielo


class Counting(ThreadingHTTPServer):
    """Answers every look-up with "not found", and counts connections.

    A look-up of the order "slow" waits until `release` is set.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.accepted = 0
        self.open = 0
        self.asked = 0
        self.lock = threading.Lock()
        self.release = threading.Event()
        self.base_url = "http://127.0.0.1:%d" % self.server_address[1]

    def count(self, accepted: int = 0, opened: int = 0, asked: int = 0) -> None:
        with self.lock:
            self.accepted += accepted
            self.open += opened
            self.asked += asked


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Counting

    def setup(self) -> None:
        self.server.count(accepted=1, opened=1)
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.server.count(opened=-1)

    def do_GET(self) -> None:
        self.server.count(asked=1)
        if self.path.endswith("=slow"):
            self.server.release.wait(60)
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Counting]:
    with Counting() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.02,))
        thread.start()
        yield made
        made.release.set()
        made.shutdown()
        thread.join()


def make(server: Counting, **options: Any) -> cielo.AsyncClient:
    return cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                             base_url=server.base_url, **options)


async def until(condition: Callable[[], bool]) -> None:
    """Waits for what the server's threads are about to see."""
    limit = time.monotonic() + 30
    while not condition() and time.monotonic() < limit:
        await asyncio.sleep(0.005)
    assert condition()


def run(main: Callable[[], Awaitable[None]]) -> None:
    async def wrapper() -> None:
        await main()

    asyncio.run(wrapper())


def test_connections_are_shared(server: Counting) -> None:
    async def main() -> None:
        async with make(server) as client:
            assert await client.sales.find("a") == []
            derived = client.with_options(timeout=33)
            assert await derived.sales.find("b") == []
            assert await derived.with_options(max_retries=0).sales.find("c") == []
            assert await client.sales.find("d") == []
            assert (server.accepted, server.asked) == (1, 4)

    run(main)


def test_a_family_begins_with_any_of_them(server: Counting) -> None:
    async def main() -> None:
        client = make(server)
        first, second = client.with_options(timeout=33), client.with_options(timeout=34)
        await first.sales.find("a")
        await second.sales.find("b")
        await client.sales.find("c")
        assert server.accepted == 1
        for one in (client, first, second):
            await one.close()

    run(main)


def test_options_are_each_client_s_own(server: Counting) -> None:
    async def main() -> None:
        async with make(server) as client:
            hasty = client.with_options(timeout=0.2, max_retries=0)
            patient = asyncio.ensure_future(client.sales.find("slow"))
            started, patience = time.monotonic(), client.timeout
            with pytest.raises(cielo.RequestTimeoutError):
                await hasty.sales.find("slow")
            assert time.monotonic() - started < patience
            assert not patient.done()
            server.release.set()
            assert await patient == []

    run(main)


@pytest.mark.parametrize("closed", ["derived", "parent"])
def test_closing_one_leaves_the_other_at_work(server: Counting, closed: str) -> None:
    async def main() -> None:
        parent = make(server)
        derived = parent.with_options(timeout=30)
        one, other = (derived, parent) if closed == "derived" else (parent, derived)
        ended = asyncio.ensure_future(one.sales.find("slow"))
        goes_on = asyncio.ensure_future(other.sales.find("slow"))
        await until(lambda: server.asked == 2)
        await one.close()
        with pytest.raises(cielo.CieloError, match="cancelled"):
            await ended
        with pytest.raises(cielo.ClosedError):
            await one.sales.find("a")
        with pytest.raises(cielo.ClosedError):
            one.with_options(timeout=1)
        assert not goes_on.done()
        server.release.set()
        assert await goes_on == []
        assert await other.sales.find("b") == []
        assert await other.with_options(timeout=32).sales.find("c") == []
        assert server.accepted == 2
        await other.close()
        await other.close()
        await until(lambda: server.open == 0)

    run(main)


def test_aexit_ends_its_own_calls_only(server: Counting) -> None:
    async def main() -> None:
        async with make(server) as client:
            waits = asyncio.ensure_future(client.sales.find("slow"))
            await until(lambda: server.asked == 1)
            async with client.with_options(timeout=30) as derived:
                ended = asyncio.ensure_future(derived.sales.find("slow"))
                await until(lambda: server.asked == 2)
            with pytest.raises(cielo.CieloError, match="cancelled"):
                await ended
            server.release.set()
            assert await waits == []

    run(main)


def test_the_last_to_close_closes_the_connections(server: Counting) -> None:
    async def main() -> None:
        client = make(server)
        derived = client.with_options(timeout=33)
        await client.sales.find("a")
        await client.close()
        await asyncio.sleep(0.1)
        assert server.open == 1
        await derived.sales.find("b")
        await derived.close()
        await until(lambda: server.open == 0)
        assert server.accepted == 1

    run(main)


def test_a_collected_parent(server: Counting) -> None:
    async def main() -> None:
        client = make(server)
        derived = client.with_options(timeout=33)
        await client.sales.find("a")
        gone = weakref.ref(client)
        del client
        collect()
        assert gone() is None
        assert await derived.sales.find("b") == []
        assert (server.accepted, server.open) == (1, 1)
        del derived
        collect()
        await until(lambda: server.open == 0)

    run(main)


@pytest.mark.parametrize("closed_first", [True, False])
def test_one_closed_and_one_collected(server: Counting, closed_first: bool) -> None:
    async def main() -> None:
        client = make(server)
        derived = client.with_options(timeout=33)
        await derived.sales.find("a")
        if closed_first:
            await client.close()
            del derived
        else:
            del derived
            await client.close()
        collect()
        await until(lambda: server.open == 0)

    run(main)


def test_one_loop_after_the_other(server: Counting) -> None:
    client = make(server)
    derived = client.with_options(timeout=33)

    async def main() -> None:
        await client.sales.find("a")
        await derived.sales.find("b")

    for _ in range(3):
        run(main)
    assert server.accepted == 3
    run(client.close)
    run(derived.close)


def test_loops_in_several_threads(server: Counting) -> None:
    client = make(server)
    failed: list[BaseException] = []
    counted: list[int] = []

    async def main() -> None:
        for _ in range(10):
            async with client.with_options(timeout=36) as derived:
                counted.append(len(await derived.sales.find("a")))
            counted.append(len(await client.sales.find("b")))

    def work() -> None:
        try:
            run(main)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed and counted == [0] * 80
    assert server.accepted == 4
    run(client.close)


def test_a_loop_that_ended_is_let_go(server: Counting) -> None:
    """It takes its connections along, though the client is kept."""
    client = make(server)
    loops: list[weakref.ref[asyncio.AbstractEventLoop]] = []

    async def main() -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        await client.sales.find("a")

    threads = [threading.Thread(target=run, args=(main,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    collect()
    assert [ref() for ref in loops] == [None] * 5
    limit = time.monotonic() + 30
    while server.open and time.monotonic() < limit:
        time.sleep(0.01)
    assert server.open == 0
    run(client.close)


def test_closing_in_each_of_two_loops(server: Counting) -> None:
    client = make(server)
    closed = threading.Event()

    async def other() -> None:
        task = asyncio.ensure_future(client.sales.find("slow"))
        await until(lambda: server.asked == 1 and closed.is_set())
        assert not task.done()
        await client.close()
        with pytest.raises(cielo.CieloError, match="cancelled"):
            await task
        ended.append(True)

    ended: list[bool] = []
    thread = threading.Thread(target=run, args=(other,))
    thread.start()
    run(lambda: until(lambda: server.asked == 1))
    run(client.close)
    closed.set()
    thread.join()
    assert ended == [True]


def test_cancelling_one_of_many(server: Counting) -> None:
    async def main() -> None:
        async with make(server) as client:
            derived = client.with_options(timeout=30)
            tasks = [asyncio.ensure_future(one.sales.find("slow"))
                     for one in (client, derived) for _ in range(5)]
            await until(lambda: server.asked == 10)
            for task in tasks[::2]:
                task.cancel()
            server.release.set()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(end, asyncio.CancelledError) for end in ends[::2])
            assert ends[1::2] == [[]] * 5

    run(main)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_goes_on_with_both(server: Counting) -> None:
    client = make(server)
    derived = client.with_options(timeout=35)

    async def main() -> None:
        assert await client.sales.find("a") == []
        assert await derived.sales.find("b") == []

    run(main)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            run(main)
            run(client.close)
            run(derived.close)
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    run(main)
    assert server.accepted == 3
    run(client.close)
    run(derived.close)
