"""A forked child goes on with its parent's client."""

from __future__ import annotations

import os
import threading
import warnings

import pytest
from conftest import card_sale

import cielo

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


def in_child(client: cielo.Client, order: str) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            sale = client.sales.create(card_sale(order=order))
            os._exit(0 if sale.merchant_order_id == order else 1)
        except BaseException:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_after_a_call(client: cielo.Client) -> None:
    assert client.sales.create(card_sale()).approved
    assert in_child(client, "fork1") == 0
    # The child took no connection of ours along.
    assert client.sales.create(card_sale()).approved
    assert len(client.sales.find("fork1")) == 1


def test_while_threads_call(client: cielo.Client) -> None:
    stop = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            while not stop.is_set():
                client.sales.find("nothing")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        codes = [in_child(client, "forked%d" % i) for i in range(5)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert codes == [0] * 5 and not failed
