"""Ctrl-C while a call waits."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any, Callable

import pytest
from conftest import card_sale

import cielo


@pytest.fixture
def interrupt_after() -> Any:
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, previous)


@pytest.fixture
def interrupt_when_met(interrupt_after: Any, ring_when_met: Callable[[], None]) -> Any:
    return ring_when_met


def test_a_read(
    client: cielo.Client, faults: Callable[..., None], interrupt_after: Callable[[float], Any]
) -> None:
    """At once: a machine that is busy elsewhere may be late, but not each time."""
    for _ in range(8):
        faults(match="GET /1/sales", after="read", do="stall")
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt) as caught:
            interrupt_after(0.2)
            client.sales.get("00000000-0000-0000-0000-000000000000")
        assert caught.value.__cause__ is None
        if time.monotonic() - started < 0.2 + 0.1 + 0.1:
            return
    raise AssertionError("never at once")


def test_a_write_names_its_order(
    client: cielo.Client, faults: Callable[..., None], interrupt_when_met: Callable[[], None]
) -> None:
    faults(match="POST /1/sales", after="process", do="stall")
    fields = card_sale()
    with pytest.raises(KeyboardInterrupt) as caught:
        interrupt_when_met()
        client.sales.create(fields)
    cause = caught.value.__cause__
    assert isinstance(cause, cielo.OutcomeUnknownError)
    assert cause.merchant_order_id == fields["MerchantOrderId"]
    # And so it is: the sale took effect.
    assert len(client.sales.find(fields["MerchantOrderId"])) == 1


def test_the_client_goes_on(
    client: cielo.Client, faults: Callable[..., None], interrupt_after: Callable[[float], Any]
) -> None:
    faults(match="GET /1/sales", after="read", do="stall")
    with pytest.raises(KeyboardInterrupt):
        interrupt_after(0.1)
        client.sales.get("00000000-0000-0000-0000-000000000000")
    assert client.sales.create(card_sale()).approved


def test_a_handler_that_returns_interrupts_nothing(
    client: cielo.Client, faults: Callable[..., None]
) -> None:
    seen: list[int] = []
    previous = signal.signal(signal.SIGALRM, lambda number, frame: seen.append(number))
    faults(match="GET /1/sales", after="read", do="stall")
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(cielo.RequestTimeoutError):
            client.with_options(max_retries=0).sales.get(
                "00000000-0000-0000-0000-000000000000", timeout=0.5)
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert seen


def test_other_threads_are_left_alone(
    client: cielo.Client, faults: Callable[..., None], interrupt_when_met: Callable[[], None]
) -> None:
    outcome: list[Any] = []
    fields = card_sale()
    thread = threading.Thread(target=lambda: outcome.append(client.sales.create(fields)))
    faults(match="POST /1/sales", after="process", do="stall", delay_ms=0)
    with pytest.raises(KeyboardInterrupt):
        interrupt_when_met()
        client.sales.create(card_sale())
    thread.start()
    thread.join(60)
    assert outcome and outcome[0].approved
