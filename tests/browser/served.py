"""A shop's Backoffice, served as `cielo backoffice serve` does, over a story of its own."""

from __future__ import annotations

import contextlib
import pathlib
import random
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import argon2
import uvicorn

import cielo.sandbox
from cielo.backoffice import Ledger
from cielo.backoffice.jobs import Worker
from cielo.backoffice.roles import ROLES
from cielo.backoffice.stores import Store
from cielo.backoffice.web import create_app
from cielo.sandbox import LocalCielo

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "examples"))

from backoffice_data import BUYER, DAYS, Made, card, fill  # noqa: E402

PASSWORD = "cavalo bateria grampo"


@dataclass
class Served:
    """Where it is, and what is behind it; `ana` may do all there."""

    address: str
    ledger: Ledger
    sandbox: LocalCielo
    made: Made

    @property
    def store(self) -> Store:
        return self.made.stores[0]

    def sell(self, *orders: str, amount: int = 15700, name: str = "Comprador Teste",
             timeout: float = 60, **payment: Any) -> None:
        """Sales by card, taken up in the ledger at once."""
        chance = random.Random(7)
        with self.ledger.client(self.store, timeout=timeout) as client:
            for outcome in client.many(client.sales.create, [
                    {"MerchantOrderId": order, "Customer": {**BUYER, "Name": name},
                     "Payment": {"Amount": amount, **card(chance, "1", **payment)}}
                    for order in orders]):
                if outcome.error and not isinstance(outcome.error, cielo.OutcomeUnknownError):
                    raise outcome.error
        self.ledger.ingest()

    def voided(self, order: str) -> int:
        """What of it Cielo's books have as given back."""
        return int(next(line["VoidedAmount"] for line in self.sandbox.sales()
                        if line["MerchantOrderId"] == order))

    def doubt(self, order: str) -> None:
        """A sale whose answer is lost, and that no look finds until somebody presses."""
        self.sandbox.faults([
            {"match": "POST /1/sales", "after": "process", "do": "reset", "times": 1},
            {"match": "GET /1/", "after": "read", "do": "reset", "times": -1}])
        try:
            self.sell(order, timeout=4, Capture=True)
        finally:
            self.sandbox.faults([])


@contextlib.contextmanager
def serving(folder: pathlib.Path, count: int) -> Iterator[Served]:
    """A shop of about `count` sales, with its jobs, until the end of the block."""
    with cielo.sandbox.run(days_ago=DAYS, seed=1) as sandbox, \
            Ledger(f"sqlite:///{folder}/ledger.db", [folder / "journal"]) as ledger:
        made = fill(ledger, sandbox, count=count)
        ledger.accounts.hasher = argon2.PasswordHasher(1, 8, 1)
        ledger.accounts.add("ana", PASSWORD, {None: ROLES["owner"]})
        with socket.create_server(("127.0.0.1", 0)) as listening, Worker(ledger):
            server = uvicorn.Server(uvicorn.Config(
                create_app(ledger), log_config=None, proxy_headers=False, lifespan="off",
                ws="none"))
            thread = threading.Thread(target=server.run, args=([listening],))
            thread.start()
            try:
                _await(server)
                yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", ledger, sandbox,
                             made)
            finally:
                server.should_exit = True
                thread.join()


def _await(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + 60
    while not server.started:
        if time.monotonic() > deadline:
            raise TimeoutError("it serves nothing after 60 s")
        time.sleep(0.02)
