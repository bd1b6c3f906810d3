"""One client shared by threads, and closed under them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

from conftest import card_sale

import cielo


def test_one_client_many_threads(client: cielo.Client, sandbox: Any) -> None:
    fields = [card_sale(amount=1000 + i) for i in range(60)]
    with ThreadPoolExecutor(8) as pool:
        sales = list(pool.map(client.sales.create, fields))
    for wanted, sale in zip(fields, sales):
        assert sale.merchant_order_id == wanted["MerchantOrderId"]
        assert sale.payment.amount == wanted["Payment"]["Amount"]


def test_the_gil_is_free_while_a_call_waits(
    client: cielo.Client, faults: Callable[..., None]
) -> None:
    """A machine that is busy elsewhere may leave us no time, but not each time."""

    def call(done: threading.Event) -> None:
        try:
            client.sales.get("00000000-0000-0000-0000-000000000000", timeout=0.5)
        except cielo.CieloError:
            pass
        done.set()

    for _ in range(8):
        faults(match="GET /1/sales", after="read", do="stall", delay_ms=500)
        counted, done = 0, threading.Event()
        thread = threading.Thread(target=call, args=(done,))
        thread.start()
        while not done.is_set():
            counted += 1
            done.wait(0.001)
        thread.join()
        if counted > 100:
            return
    raise AssertionError("never free")


def test_closed_under_way(make_client: Callable[..., cielo.Client]) -> None:
    client = make_client()
    outcomes: list[Any] = []

    def call() -> None:
        for _ in range(20):
            try:
                outcomes.append(client.sales.find("nothing"))
            except cielo.ClosedError:
                outcomes.append("closed")

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    client.close()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 80 and all(item in ([], "closed") for item in outcomes)


def test_with_options_in_threads(client: cielo.Client) -> None:
    def call(number: int) -> bool:
        other = client.with_options(timeout=10 + number)
        return other.sales.create(card_sale()).approved

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(call, range(20)))
