"""A write whose result nobody read, beside an ordinary exception: it is told of as
made; whoever takes a result has read it, and raises plainly."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any, Callable

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY, card_sale, order_number
from quick_server import QuickServer

import cielo

ID = "24bc8366-fc31-4d6c-8555-17049a836a07"
Client = Any  # what takes a result is wrong by its types


@pytest.fixture(scope="module")
def quick() -> Iterator[QuickServer]:
    with QuickServer() as server:
        yield server


@pytest.fixture
def client(quick: QuickServer) -> Iterator[Client]:
    with cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                      base_url=quick.base_url) as made:
        yield made


def sell(client: Client) -> Any:
    return client.sales.create(card_sale())


TAKERS: dict[str, Callable[[Client], Any]] = {
    "next_charge": lambda client: cielo.next_charge(sell(client), "n2", 100),
    "by keyword": lambda client: cielo.next_charge(
        sale=sell(client), merchant_order_id="n2", amount=100),
    "a change as the sale": lambda client: cielo.next_charge(
        client.sales.void(ID), "n2", 100),
    "retry_plan": lambda client: cielo.retry_plan(sell(client), 5),  # type: ignore[arg-type]
    "its time": lambda client: cielo.retry_plan(sell(client), [], now="x"),  # type: ignore[arg-type]
    "capture": lambda client: client.sales.capture(sell(client)),
    "a keyword of a verb": lambda client: client.sales.capture(ID, amount=sell(client)),
    "no such keyword": lambda client: client.sales.capture(ID, sale=sell(client)),
    "too many": lambda client: client.sales.get(ID, sell(client)),
    "an option": lambda client: client.sales.get(ID, timeout=sell(client)),
    "fields": lambda client: client.sales.create({"payment": {"amount": sell(client)}}),
    "confirm": lambda client: client.confirm(sell(client)),
    "parse_notification": lambda client: cielo.parse_notification(sell(client)),
    "parse_time": lambda client: cielo.parse_time(sell(client)),
    "a code": lambda client: cielo.return_code(sell(client)),
    "with_options": lambda client: client.with_options(timeout=sell(client)),
    "Client": lambda client: cielo.Client(merchant_id=sell(client)),
    "Secret": lambda client: cielo.Secret(sell(client)),
}


@pytest.mark.parametrize("take", TAKERS.values(), ids=TAKERS)
def test_who_takes_a_result_has_read_it(
        client: Client, caplog: pytest.LogCaptureFixture, take: Callable[[Client], Any]) -> None:
    with pytest.raises((TypeError, ValueError, cielo.ValidationError)) as caught:
        take(client)
    assert not isinstance(caught.value, cielo.OutcomeUnknownError)
    assert caught.value.__cause__ is None and not caplog.records


def test_so_it_is_in_asyncio(quick: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> BaseException:
        made: Any = cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                                      base_url=quick.base_url)
        async with made as client:
            with pytest.raises(TypeError, match="payment_id must be") as caught:
                await client.sales.capture(await client.sales.create(card_sale()))
            return caught.value

    assert asyncio.run(main()).__cause__ is None and not caplog.records


class Broken(list):  # type: ignore[type-arg]
    def write(self, text: str) -> None:
        raise OSError("a pipe that nobody reads")


LOOKS: dict[str, Callable[[Client], Any]] = {
    "repr": lambda client: print(sell(client), file=Broken()),  # type: ignore[arg-type]
    "in": lambda client: 1 / ("Tid" in sell(client)),
    "iter": lambda client: {}[next(iter(sell(client)))],
    "==": lambda client: 1 / (sell(client) == {}),
    "== of the other": lambda client: 1 / ({} == sell(client)),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_who_looks_at_a_result_has_read_it(
        client: Client, caplog: pytest.LogCaptureFixture, look: Callable[[Client], Any]) -> None:
    with pytest.raises((OSError, ArithmeticError, LookupError)) as caught:
        look(client)
    assert caught.value.__cause__ is None and not caplog.records


def test_a_sale_that_nobody_read_was_made(
        client: Client, quick: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    order = order_number()
    with pytest.raises(TypeError, match="unsupported operand") as caught:
        client.sales.create(card_sale(order=order)) + 1
    made = quick.done()["POST " + order]
    outcome = caught.value.__cause__
    assert isinstance(outcome, cielo.OutcomeUnknownError) and outcome.sent == "yes"
    assert outcome.message == str(outcome) == outcome.args[0] == (
        f"sale_create of order {order} was made: approved, PaymentId {made}; "
        "its result was not used")
    assert outcome.merchant_order_id == order and outcome.operation == "sale_create"
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage() == f"{outcome} (sent: yes, payments: ['{made}'])"


@pytest.mark.parametrize("call, told", [
    (lambda client: client.sales.capture(ID, 100), f"sale_capture of {ID} was made: approved"),
    (lambda client: client.sales.void_by_order("a1"),
     "sale_void_by_order of order a1 was made: approved"),
], ids=["capture", "void"])
def test_a_change_that_nobody_read_was_made(
        client: Client, call: Callable[[Client], Any], told: str) -> None:
    with pytest.raises(TypeError) as caught:
        call(client) + 1
    assert str(caught.value.__cause__) == told + "; its result was not used"


def test_a_declined_sale_is_told_as_such(make_client: Callable[..., cielo.Client]) -> None:
    client: Client = make_client()
    with pytest.raises(TypeError) as caught:
        client.sales.create(card_sale(card="4551870000000357")) + 1
    assert " was made: declined, PaymentId " in str(caught.value.__cause__)


def test_who_ends_well_may_leave_it_unread(quick: QuickServer, client: Client,
                                           caplog: pytest.LogCaptureFixture) -> None:
    """A local that goes with its coroutine or generator, and one on its way out."""
    async def none(client: Client) -> None:
        sale = await client.sales.create(card_sale())  # noqa: F841

    async def one(client: Client) -> int:
        sale = await client.sales.create(card_sale())  # noqa: F841
        return 1

    async def some(client: Client) -> AsyncIterator[int]:
        sale = await client.sales.create(card_sale())  # noqa: F841
        yield 1

    def some_here() -> Iterator[int]:
        sale = sell(client)  # noqa: F841
        yield 1

    async def main() -> None:
        async with cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                                     base_url=quick.base_url) as client:
            assert await none(client) is None and await one(client) == 1
            assert [number async for number in some(client)] == [1]

    asyncio.run(main())
    assert list(some_here()) == [1]
    assert not caplog.records


def test_what_a_failing_coroutine_leaves_unread_was_made(
        quick: QuickServer, caplog: pytest.LogCaptureFixture) -> None:
    async def stop(client: Client) -> None:
        next(iter(()), await client.sales.create(card_sale())) + 1

    async def main() -> None:
        async with cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                                     base_url=quick.base_url) as client:
            await stop(client)

    with pytest.raises(TypeError):
        asyncio.run(main())
    [record] = caplog.records
    assert "its result was not used" in record.getMessage()
