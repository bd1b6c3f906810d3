"""Thousands of calls, errors and conversions leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
import pathlib
import pickle
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY, card_sale

import cielo
import cielo.journal

ROUNDS = 400


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """A local Cielo in a process of its own: it keeps books of every request."""
    command = [sys.executable, "-m", "cielo.sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, universal_newlines=True) as process:
        assert process.stdout is not None
        try:
            yield next(word for word in process.stdout.readline().split() if "://" in word)
        finally:
            process.terminate()


@pytest.fixture
def client(base_url: str) -> Iterator[cielo.Client]:
    with cielo.Client(
        merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, base_url=base_url
    ) as made:
        yield made


def resident_kb() -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS"):
                return int(line.split()[1])
    return 0


def growth(work: Callable[[], Any], rounds: int = ROUNDS) -> tuple[int, int, int]:
    """Objects, bytes of Python's and KB of the process that `rounds` leave.

    The least of three passes: caches and free lists fill up once, a leak grows
    in each.
    """
    tracemalloc.start()
    try:
        passes = []
        for _ in range(4):
            gc.collect()
            before = (
                len(gc.get_objects()), tracemalloc.get_traced_memory()[0], resident_kb())
            for _ in range(rounds):
                work()
            gc.collect()
            after = (
                len(gc.get_objects()), tracemalloc.get_traced_memory()[0], resident_kb())
            passes.append([now - then for now, then in zip(after, before)])
    finally:
        tracemalloc.stop()
    objects, memory, resident = (min(column) for column in zip(*passes[1:]))
    return objects, memory, resident


def assert_flat(work: Callable[[], Any], rounds: int = ROUNDS) -> None:
    # A leak of one object each round would be `rounds` objects.
    objects, memory, resident = growth(work, rounds)
    assert objects < rounds // 4, f"{objects} objects in {rounds} rounds"
    assert memory < rounds * 16 + 4000, f"{memory} bytes in {rounds} rounds"
    if sys.platform == "linux":
        assert resident < 2000, f"{resident} KB in {rounds} rounds"


def test_the_measure_sees_a_leak() -> None:
    kept: list[Any] = []
    objects, memory, _ = growth(lambda: kept.append([object()]))
    assert objects > ROUNDS // 2 and memory > ROUNDS * 16


def test_calls(client: cielo.Client) -> None:
    fields = card_sale()
    sale = client.sales.create(fields)

    def work() -> None:
        found = client.sales.get(sale.payment.payment_id)
        repr(found), found.to_dict(), found.to_json(True), dir(found)
        found.payment.credit_card, found.acquirer_order_id, found.advice, found == found
        pickle.loads(pickle.dumps(found))

    assert_flat(work)


@pytest.mark.filterwarnings("ignore::cielo.FieldWarning")
def test_errors(client: cielo.Client) -> None:
    bad = card_sale(amount=1.5, order="not valid")
    bad["Payment"]["Extra"] = {"set": {1}, "bytes": b"x", "deep": [[[object()]]]}

    def work() -> None:
        for call in (
            lambda: client.sales.create(bad),
            lambda: client.sales.get("00000000-0000-0000-0000-000000000000"),
            lambda: client.sales.get(5),  # type: ignore[arg-type]
            lambda: client.sales.get("a", nonsense=1),  # type: ignore[call-arg]
            lambda: client.sales.nothing,  # type: ignore[attr-defined]
            lambda: cielo.Client(environment="moon"),
            lambda: cielo.Client(nonsense=1),  # type: ignore[call-arg]
            lambda: cielo.parse_notification(b"\xff"),
        ):
            with pytest.raises(Exception):
                call()

    assert_flat(work, 200)


def test_clients() -> None:
    def work() -> None:
        with cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY) as client:
            client.with_options(timeout=1).sales
            repr(client)

    assert_flat(work)


def test_values_and_books() -> None:
    rule = cielo.return_code("51")
    assert rule is not None

    sale = {"Payment": {"Status": 2, "CreditCard": {"CardToken": "t", "Brand": "Visa"}}}

    def work() -> None:
        repr(cielo.next_charge(sale, "o2", 500))
        with pytest.raises(cielo.ValidationError):
            cielo.next_charge({}, "o2", 500)
        secret = cielo.Secret("4024007197692931")
        repr(secret), hash(secret), secret == "x", pickle.loads(pickle.dumps(secret))
        entry = cielo.return_code("51")
        assert entry is not None
        entry.retry, entry.meaning("en"), repr(entry), pickle.loads(pickle.dumps(entry))
        cielo.sale_status(2), cielo.abecs("visa", "51"), cielo.merchant_advice("03")
        cielo.retry_plan(rule.retry, [1, 2], now=3)
        cielo.parse_notification(
            b'{"PaymentId":"11111111-1111-1111-1111-111111111111","ChangeType":1}')

    assert_flat(work)


def test_journal(base_url: str, tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "journal"
    with cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, base_url=base_url,
                      journal=folder) as client:
        client.sales.create(card_sale())
        (segment,) = cielo.journal.segments(folder)

        def work() -> None:
            assert len(list(client.journal.entries())) == 1
            assert client.journal.in_doubt() == [] == client.journal.settle()
            assert len(list(cielo.journal.records(folder, segment.name))) == 2
            assert cielo.journal.count(folder).entries == 1
            with pytest.raises(ValueError):
                client.journal.settle("nothing")
            with pytest.raises(cielo.JournalError):
                cielo.journal.read(folder / "nothing")

        assert_flat(work)


def test_asyncio(base_url: str) -> None:
    async def main() -> None:
        async with cielo.AsyncClient(
            merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, base_url=base_url
        ) as client:
            fields = card_sale(order="not valid")
            for measured in (False, True):
                gc.collect()
                before = len(gc.get_objects())
                for _ in range(200):
                    await client.sales.find("nothing")
                    with pytest.raises(cielo.ValidationError):
                        await client.sales.create(fields)
                    task = asyncio.ensure_future(client.sales.find("nothing"))
                    await asyncio.sleep(0)
                    task.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await task
                gc.collect()
                if measured:
                    assert len(gc.get_objects()) - before < 100

    asyncio.run(main())


def test_derived_in_asyncio(base_url: str) -> None:
    async def main() -> None:
        async with cielo.AsyncClient(
            merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, base_url=base_url
        ) as client:
            for measured in (False, True):
                gc.collect()
                before = len(gc.get_objects())
                for _ in range(200):
                    async with client.with_options(timeout=10) as derived:
                        await derived.sales.find("nothing")
                    dropped = client.with_options(timeout=20)
                    await dropped.sales.find("nothing")
                    del dropped
                # What they were goes at once: nothing of it waits for a collection.
                if measured:
                    assert len(gc.get_objects()) - before < 100

    asyncio.run(main())


def test_event_loops(base_url: str) -> None:
    async def main() -> None:
        async with cielo.AsyncClient(
            merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, base_url=base_url
        ) as client:
            await client.sales.find("nothing")

    def work() -> None:
        asyncio.run(main())

    assert_flat(work, 200)
