"""on_attempt: each request is told of as it ends, with its facts masked."""

from __future__ import annotations

import asyncio
import contextvars
import signal
import sys
import threading
import weakref
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from conftest import GOOD_CARD, MERCHANT_ID, MERCHANT_KEY, card_sale, collect, order_number

import cielo

FACTS = {"method", "url", "request_id", "http_status", "sent", "cause", "text", "ms",
         "operation", "order"}


@pytest.fixture
def unraised(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What sys.unraisablehook was given."""
    given: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: given.append(told.exc_value))
    return given


@pytest.fixture
def asyncly(sandbox: Any) -> Callable[..., Any]:
    """Runs a function of an AsyncClient that tells its attempts."""

    def run(main: Callable[[cielo.AsyncClient], Any], on_attempt: Any) -> Any:
        async def wrapper() -> Any:
            async with cielo.AsyncClient(
                merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, client_id="an-id",
                client_secret="a-secret", base_url=sandbox.base_url, on_attempt=on_attempt,
            ) as client:
                return await main(client)

        return asyncio.run(wrapper())

    return run


def told_in_turn(requests: Callable[[], int], seen: list[Any]) -> Callable[[Any], None]:
    return lambda facts: seen.append((facts, requests()))


def test_each_try_of_a_read_is_told_before_the_next_one(
    sandbox: Any, make_client: Any, faults: Any
) -> None:
    seen: list[Any] = []
    order = f"askedfor{order_number()}x"

    def requests() -> int:
        return sum(order in str(request) for request in sandbox.requests())

    client = make_client(on_attempt=told_in_turn(requests, seen))
    faults(match="GET /1/sales", after="read", do="close")
    assert client.sales.find(order) == []
    assert [at for _, at in seen] == [1, 2]
    first, second = (facts for facts, _ in seen)
    assert set(first) == set(second) == FACTS
    assert (first["cause"], first["http_status"], first["sent"]) == ("closed", None, "maybe")
    assert (second["cause"], second["http_status"], second["sent"]) == (None, 404, "yes")
    assert (first["operation"], first["order"]) == ("sale_find", order)
    assert first["request_id"] != second["request_id"] and second["ms"] >= 0


def test_the_looks_of_settling_are_told_and_no_card(make_client: Any, faults: Any) -> None:
    seen: list[Any] = []
    client = make_client(on_attempt=seen.append)
    faults(match="POST /1/sales", after="process", do="close")
    sale = client.sales.create(card_sale())
    assert sale.reconciled and seen[0]["method"] == "POST"
    assert {facts["method"] for facts in seen[1:]} == {"GET"}
    assert {facts["operation"] for facts in seen} == {"sale_create"}
    for secret in (GOOD_CARD, MERCHANT_KEY, "'123'"):
        assert secret not in repr(seen)


def test_a_token_is_told(make_client: Any) -> None:
    seen: list[Any] = []
    client = make_client(on_attempt=seen.append, client_id="an-id", client_secret="a-secret")
    client.orders.find(order_number())
    assert [facts["url"].rsplit("/", 1)[-1] for facts in seen][0] == "token"
    assert len(seen) == 2 and "a-secret" not in repr(seen)


def test_with_options_tells_the_same_function(make_client: Any) -> None:
    seen: list[Any] = []
    client = make_client(on_attempt=seen.append)
    client.with_options(timeout=5).sales.find(order_number())
    assert len(seen) == 1
    with pytest.raises(TypeError):
        client.with_options(on_attempt=print)


def test_what_it_raises_is_reported_and_changes_nothing(
    make_client: Any, unraised: list[Any]
) -> None:
    problem = ValueError("of the application")

    def fail(facts: Any) -> None:
        raise problem

    assert make_client(on_attempt=fail).sales.create(card_sale()).approved
    assert unraised == [problem]


def test_a_signal_that_comes_there_is_the_callers(make_client: Any) -> None:
    def interrupt(facts: Any) -> None:
        signal.raise_signal(signal.SIGINT)

    # Who runs the suite may have started it with the signal ignored.
    held = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            make_client(on_attempt=interrupt).sales.create(card_sale())
    finally:
        signal.signal(signal.SIGINT, held)
    assert isinstance(caught.value.__cause__, cielo.OutcomeUnknownError)


def test_it_may_call_itself(make_client: Any) -> None:
    seen: list[Any] = []
    other = make_client(max_connections=1)

    def look(facts: Any) -> None:
        seen.append(facts["method"])
        if facts["method"] == "POST":
            assert client.sales.find(facts["order"])  # with the only connection
            other.sales.find(facts["order"])

    client = make_client(on_attempt=look, max_connections=1)
    assert client.sales.create(card_sale()).approved
    assert seen == ["POST", "GET"]


@pytest.mark.parametrize("wrong", [5, "print", [print]])
def test_what_cannot_be_called_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="on_attempt must be callable, not"):
        cielo.Client(on_attempt=wrong)


def test_none_is_none(make_client: Any) -> None:
    assert make_client(on_attempt=None).sales.find(order_number()) == []


def test_many_calls_tell_in_the_callers_thread(make_client: Any) -> None:
    seen: list[Any] = []
    client = make_client(on_attempt=lambda facts: seen.append(
        (facts["order"], threading.current_thread())))
    orders = [order_number() for _ in range(20)]
    for outcome in client.many(client.sales.find, orders, concurrency=4):
        assert outcome.call in dict(seen)
    assert sorted(seen, key=str) == sorted(
        ((order, threading.current_thread()) for order in orders), key=str)


def test_many_that_is_left_tells_what_was_under_way(make_client: Any) -> None:
    seen: list[Any] = []
    client = make_client(on_attempt=seen.append)
    taken: list[str] = []

    def orders() -> Iterator[str]:
        for _ in range(5):
            taken.append(order_number())
            yield taken[-1]

    with client.many(client.sales.find, orders()) as many:
        next(iter(many))
    assert sorted(facts["order"] for facts in seen) == sorted(taken)


def test_a_client_that_its_function_knows_is_collected(make_client: Any, sandbox: Any) -> None:
    class Owner:
        def __init__(self) -> None:
            self.client = cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                                       base_url=sandbox.base_url, on_attempt=self.told)

        def told(self, facts: Any) -> None: ...

    owner = weakref.ref(Owner())
    collect()
    assert owner() is None


# ---- asyncio ----

WHO: contextvars.ContextVar[str] = contextvars.ContextVar("WHO", default="nobody")


def test_asyncio_tells_in_the_tasks_context(asyncly: Any) -> None:
    seen: list[tuple[str, str]] = []

    async def one(client: cielo.AsyncClient, name: str) -> None:
        WHO.set(name)
        await client.sales.find(name)

    async def main(client: cielo.AsyncClient) -> None:
        await asyncio.gather(*(one(client, order_number()) for _ in range(10)))

    asyncly(main, lambda facts: seen.append((facts["order"], WHO.get())))
    assert len(seen) == 10 and all(order == who for order, who in seen)


def test_asyncio_tells_retries_and_looks_before_it_goes_on(
    sandbox: Any, asyncly: Any, faults: Any
) -> None:
    seen: list[Any] = []
    order = f"soldas{order_number()}x"

    def requests() -> int:
        return sum(order in str(request) for request in sandbox.requests())

    async def main(client: cielo.AsyncClient) -> Any:
        return await client.sales.create(card_sale(order=order))

    faults(match="POST /1/sales", after="process", do="close")
    assert asyncly(main, told_in_turn(requests, seen)).reconciled
    # The looks after those two are at the sale's own address.
    assert [at for _, at in seen][:2] == [1, 2]
    assert [facts["method"] for facts, _ in seen][:2] == ["POST", "GET"]


def test_asyncio_goes_on_whatever_it_raises(asyncly: Any, unraised: list[Any]) -> None:
    def fail(facts: Any) -> None:
        raise ValueError(facts["order"])

    async def main(client: cielo.AsyncClient) -> list[Any]:
        verb = client.sales.find
        return [outcome.result async for outcome in client.many(verb, list("abc"))]

    assert asyncly(main, fail) == [[], [], []]
    assert sorted(str(problem) for problem in unraised) == list("abc")


def test_asyncio_lets_it_end_what_is_under_way(asyncly: Any) -> None:
    """A function that cancels a task, and closes the client."""
    tasks: list[Any] = []

    def end(facts: Any) -> None:
        tasks[0].cancel()
        tasks.append(asyncio.ensure_future(clients[0].close()))

    clients: list[cielo.AsyncClient] = []

    async def main(client: cielo.AsyncClient) -> None:
        clients.append(client)
        tasks.append(asyncio.ensure_future(client.sales.find("an-order")))
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        await tasks[1]

    asyncly(main, end)
    assert clients[0].closed and len(tasks) == 2


def test_a_dropped_task_leaves_nothing_to_tell(asyncly: Any, faults: Any) -> None:
    seen: list[Any] = []

    async def main(client: cielo.AsyncClient) -> None:
        faults(match="GET /1/sales", after="read", do="stall")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.sales.find("a-slow-one"), 0.2)
        await client.sales.find("the-next")

    asyncly(main, seen.append)
    assert [facts["order"] for facts in seen] == ["the-next"]
