"""Journals with everything in them, and what a ledger made of them."""

from __future__ import annotations

import pathlib
import random
from typing import Any

import sqlalchemy as sa
from journal_lines import Segment

from cielo.backoffice import Ledger
from cielo.backoffice.schema import event, in_doubt, sale, segment, store

#: What a database numbers as it likes.
NUMBERS = {"id", "store_id", "segment_id"}


class Shop:
    """Processes of a shop, each with its segments, in which sales are made and changed."""

    def __init__(self, folder: pathlib.Path, seed: int, processes: int = 3) -> None:
        self.chance = random.Random(seed)
        self.segments = [Segment(folder) for _ in range(processes)]
        self.sold: list[str] = []

    def tell(self, count: int = 1) -> None:
        for _ in range(count):
            journal = self.chance.choice(self.segments)
            journal.now = max(each.now for each in self.segments)
            self.chance.choice([self._sell, self._sell, self._change, self._change, self._decline,
                                self._doubt, self._settle, self._by_order, self._tear])(journal)

    def _sell(self, journal: Segment) -> None:
        self.sold.append(journal.sale(self.chance.randint(100, 99999),
                                      capture=self.chance.random() < 0.5)[1])

    def _change(self, journal: Segment) -> None:
        if self.sold:
            op = self.chance.choice(["sale_capture", "sale_void"])
            result = self.chance.choice(["approved", "approved", "declined", "pending", "unknown",
                                         None])
            journal.change(op, self.chance.choice(self.sold),
                           self.chance.choice([None, self.chance.randint(1, 100)]), result)

    def _decline(self, journal: Segment) -> None:
        journal.declined(self.chance.choice(["05", "51", "57"]))

    def _doubt(self, journal: Segment) -> None:
        id_ = journal.intent(order="doubtful", amount=100, type="CreditCard")
        if self.chance.random() < 0.5:
            journal.outcome(id_, "unknown", sent="maybe", kind="outcome_unknown")

    def _settle(self, journal: Segment) -> None:
        id_ = journal.intent(order="settled", amount=300, type="CreditCard")
        self.chance.choice(self.segments).look(id_, at=journal.now)
        if self.chance.random() < 0.5:
            journal.settled(id_, "absent")
        else:
            journal.settled(id_, "adopted", result="approved", status=2,
                            payment_id=f"adopted-{id_}", amounts={"amount": 300, "captured": 300})

    def _by_order(self, journal: Segment) -> None:
        if self.sold:
            id_ = journal.intent("sale_void_by_order", order="by-order")
            if self.chance.random() < 0.5:
                self.chance.choice(self.segments).look(id_, at=journal.now)
            journal.outcome(id_, "approved", payment_id=self.chance.choice(self.sold), status=10,
                            reason=0)

    def _tear(self, journal: Segment) -> None:
        with journal.path.open("ab") as file:
            file.write(b"\n{\"v\":1,\"rec\":\"intent\",\"torn\n")


def made(ledger: Ledger) -> dict[str, Any]:
    """All that a ledger has, but for the numbers that its rows got."""
    with ledger.engine.connect() as connection:
        def rows(table: sa.Table, *without: str) -> list[dict[str, Any]]:
            found = [{name: value for name, value in row._mapping.items()
                      if name not in {*without, *(NUMBERS - {"id"} if table is event else NUMBERS
                                                  if table is not in_doubt else {"store_id"})}}
                     for row in connection.execute(sa.select(table))]
            return sorted(found, key=repr)
        return {"event": rows(event), "sale": rows(sale), "in_doubt": rows(in_doubt, "folder"),
                "segment": rows(segment, "folder"), "store": rows(store)}


def sums(ledger: Ledger) -> Any:
    with ledger.engine.connect() as connection:
        return connection.execute(sa.select(
            sa.func.count(), sa.func.sum(sale.c.amount), sa.func.sum(sale.c.captured),
            sa.func.sum(sale.c.voided))).one()._tuple()
