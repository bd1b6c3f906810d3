"""Fixtures: a local Cielo, clients of it, and fields that pass."""

from __future__ import annotations

import gc
import itertools
import json
import os
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any, Callable

import pytest

import cielo
import cielo.sandbox

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "support"))

# Credentials of the machine must not change what the tests see.
for _name in [name for name in os.environ if name.startswith("CIELO_")]:
    del os.environ[_name]

MERCHANT_ID = "5f4c2a1e-7d3b-4a5c-9e8f-0b1a2c3d4e5f"
MERCHANT_KEY = "CANARYKEYCANARYKEYCANARYKEYCANARYKEYCANA"

#: A test card that the sandbox authorises, and one that it declines.
GOOD_CARD = "4024007197692931"
BAD_CARD = "4551870000000357"

_numbers = itertools.count(1)


def order_number() -> str:
    return "order%d" % next(_numbers)


def card_sale(**changes: Any) -> dict[str, Any]:
    """Fields of a credit card sale; `amount`, `card`, `order` may be changed."""
    return {
        "MerchantOrderId": changes.get("order") or order_number(),
        "Customer": {"Name": "Comprador crédito"},
        "Payment": {
            "Type": "CreditCard",
            "Amount": changes.get("amount", 15700),
            "Installments": 1,
            "Capture": changes.get("capture", False),
            "CreditCard": {
                "CardNumber": changes.get("card", GOOD_CARD),
                "Holder": "Teste Holder",
                "ExpirationDate": "12/2030",
                "SecurityCode": "123",
                "Brand": "Visa",
            },
        },
    }


def collect() -> None:
    """A whole collection: gc.collect() is none while another thread is in the middle of one."""
    own, ended = threading.get_ident(), list[int]()

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "stop" and threading.get_ident() == own:
            ended.append(info["generation"])

    gc.callbacks.append(note)
    try:
        while 2 not in ended:
            gc.collect()
            time.sleep(0)  # the other one goes on
    finally:
        gc.callbacks.remove(note)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[cielo.sandbox.LocalCielo]:
    with cielo.sandbox.run() as running:
        yield running


@pytest.fixture
def faults(sandbox: cielo.sandbox.LocalCielo) -> Iterator[Callable[..., None]]:
    """Asks the sandbox for a fault; what is left over is taken back."""

    def add(**fault: Any) -> None:
        sandbox.faults([{"times": 1, **fault}])

    yield add
    sandbox.faults([])


@pytest.fixture
def ring_when_met(sandbox: cielo.sandbox.LocalCielo) -> Iterator[Callable[[], None]]:
    """SIGALRM to the main thread, as soon as the one fault that was asked for was met."""
    threads: list[threading.Thread] = []
    over = threading.Event()  # of a test whose call ends without it there is nothing to ring for

    def ring() -> None:
        limit, used = time.monotonic() + 60, 0
        while not used:
            if over.is_set() or time.monotonic() > limit:
                return
            time.sleep(0.01)
            with urllib.request.urlopen(f"{sandbox.base_url}/_sandbox/faults") as answer:
                [fault] = json.load(answer)
            used = fault["used"]
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)

    def begin() -> None:
        threads.append(threading.Thread(target=ring))
        threads[-1].start()

    yield begin
    over.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def make_client(sandbox: cielo.sandbox.LocalCielo) -> Iterator[Callable[..., cielo.Client]]:
    made: list[cielo.Client] = []

    def make(**options: Any) -> cielo.Client:
        settings: dict[str, Any] = {
            "merchant_id": MERCHANT_ID,
            "merchant_key": MERCHANT_KEY,
            "base_url": sandbox.base_url,
            **options,
        }
        made.append(cielo.Client(**settings))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., cielo.Client]) -> cielo.Client:
    return make_client()
