"""Charges the subscriptions of a CSV file, sixteen at once, with a bar.

    python examples/python/subscriptions.py subscriptions.csv outcomes.csv [--asyncio]

Of each line (order, amount in cents, token of the stored card, brand) it makes a
sale, and writes what came of it to the second file as soon as it is known.  It is
safe to run again, after a crash or Ctrl-C: a journal beside that file (or in
CIELO_JOURNAL) has every sale that was sent, so that the next run writes what the last
one had no time for, and asks Cielo about those whose answer it did not see.  What cannot
be told yet is in doubt and is not charged: run it again after ten minutes.  Without
files it makes up 500 subscriptions.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import contextlib
import csv
import io
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from local import local_cielo

import cielo

COLUMNS = ["order", "outcome", "amount", "payment_id", "code", "message"]


class Outcomes:
    """The file of outcomes: what it had, and what comes to it."""

    def __init__(self, path: str) -> None:
        self.rows: dict[str, dict[str, str]] = {}
        self.journal = os.environ.get("CIELO_JOURNAL") or os.path.abspath(f"{path}.journal")
        text = ""
        if os.path.exists(path):
            with open(path, newline="", encoding="utf-8") as file:
                text = file.read()
            # A line that was cut short counts for nothing: the journal knows its order.
            self.rows = {row["order"]: row for row in csv.DictReader(io.StringIO(text))
                         if None not in row.values()}
        # A line is in the file as soon as it is written.
        self._file = open(path, "a", newline="", encoding="utf-8", buffering=1)
        self._writer = csv.DictWriter(self._file, COLUMNS)
        if not text:
            self._writer.writeheader()
        elif not text.endswith("\n"):
            self._file.write("\r\n")

    def is_settled(self, order: str) -> bool:
        """What was surely not sent may be charged now."""
        return order in self.rows and self.rows[order]["outcome"] != "not sent"

    def is_told(self, order: str) -> bool:
        """Whether it is known what came of it."""
        return self.is_settled(order) and self.rows[order]["outcome"] != "in doubt"

    def add(self, order: str, outcome: str, amount: int, **rest: Any) -> None:
        row = {"order": order, "outcome": outcome, "amount": amount, **rest}
        self._writer.writerow(row)
        self.rows[order] = {name: str(row.get(name) or "") for name in COLUMNS}

    def add_sale(self, sale: cielo.Sale) -> None:
        payment = sale.payment
        word = ("approved" if sale.approved else "declined" if sale.declined
                else "pending")
        self.add(str(sale.merchant_order_id), word, payment.amount,
                 payment_id=payment.payment_id, code=payment.return_code,
                 message=payment.return_message)

    def add_outcome(self, outcome: cielo.Outcome[dict[str, Any], cielo.Sale]) -> None:
        if outcome.result is not None:
            self.add_sale(outcome.result)
            return
        # An error: refused by Cielo or before it was sent, or in doubt.  Only what was
        # surely not sent is charged by the next run.
        sent = getattr(outcome.error, "sent", "no")
        refused = isinstance(outcome.error, (cielo.ApiError, cielo.ValidationError, TypeError))
        self.add(outcome.call["MerchantOrderId"],
                 "refused" if refused else "not sent" if sent == "no" else "in doubt",
                 outcome.call["Payment"]["Amount"], message=outcome.error)

    def close(self) -> None:
        self._file.close()


def sales_in(path: str, outcomes: Outcomes) -> Iterator[dict[str, Any]]:
    """The fields of each sale that is still to be made, read as there is room for it."""
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if outcomes.is_settled(row["order"]):
                continue
            # The sale in which the card was stored, as far as the file knows it.
            first = {"Payment": {"Status": 2, "Capture": True, "CreditCard": {
                "CardToken": row["card_token"], "Brand": row["brand"]}}}
            yield cielo.next_charge(first, row["order"], int(row["amount"]), reason="Recurring")


def catch_up(client: cielo.Client, outcomes: Outcomes) -> None:
    """Writes what runs that were cut short have charged and not written."""
    client.journal.settle()
    for entry in client.journal.entries():
        order = entry.merchant_order_id
        if entry.operation != "sale_create" or order is None or outcomes.is_told(order):
            continue
        if entry.state == "in_doubt" and not outcomes.is_settled(order):
            outcomes.add(order, "in doubt", entry.amount or 0, message="not seen at Cielo yet")
        elif entry.state == "absent":
            outcomes.add(order, "not sent", entry.amount or 0, message="Cielo never had it")
        elif entry.state in ("done", "adopted") and entry.payment_id:
            outcomes.add_sale(client.sales.get(entry.payment_id))


def charge(path: str, outcomes: Outcomes) -> None:
    with cielo.Client(journal=outcomes.journal) as client:
        catch_up(client, outcomes)
        for outcome in client.many(client.sales.create, sales_in(path, outcomes),
                                   concurrency=16, progress=cielo.progress("Charging")):
            outcomes.add_outcome(outcome)


async def charge_in_a_loop(path: str, outcomes: Outcomes) -> None:
    """The same in asyncio, where other tasks go on meanwhile."""
    with cielo.Client(journal=outcomes.journal) as blocking:
        await asyncio.to_thread(catch_up, blocking, outcomes)
    async with cielo.AsyncClient(journal=outcomes.journal) as client:
        many = client.many(client.sales.create, sales_in(path, outcomes),
                           concurrency=16, progress=cielo.progress("Charging"))
        async with many:
            async for outcome in many:
                outcomes.add_outcome(outcome)


def reais(cents: int) -> str:
    return f"R$ {cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def report(outcomes: Outcomes) -> None:
    """What a person wants to know: how much, and what to do about the rest."""
    count: collections.Counter[str] = collections.Counter()
    cents: collections.Counter[str] = collections.Counter()
    codes: collections.Counter[str] = collections.Counter()
    for row in outcomes.rows.values():
        count[row["outcome"]] += 1
        cents[row["outcome"]] += int(row["amount"])
        if row["outcome"] == "declined":
            codes[row["code"]] += 1
    for word, number in count.most_common():
        print(f"{number:6} {word:9} {reais(cents[word]):>16}")
    for code, number in codes.most_common():
        entry = cielo.return_code(code)
        if entry is not None:
            print(f"{number:6} of the declined: {code} {entry.meaning('en')} "
                  f"(again: {entry.retry.kind})")
    if count["in doubt"]:
        print("Those in doubt may have been charged: run this again after ten minutes, and it "
              "asks Cielo once more.")


def make_up(path: str) -> None:
    """A file to play with: two cards, one of which is declined, and 500 lines."""
    with cielo.Client() as client, open(path, "w", newline="", encoding="utf-8") as file:
        tokens = [
            client.cards.tokenize({
                "CustomerName": "Comprador Teste", "CardNumber": number,
                "Holder": "Teste Holder", "ExpirationDate": "12/2030", "Brand": "Visa",
            }).card_token
            for number in ("4024007197692931", "4551870000000183")
        ]
        writer = csv.writer(file)
        writer.writerow(["order", "amount", "card_token", "brand"])
        month = int(time.time())
        for number in range(500):
            amount = (1990, 4990, 9990)[number % 3]
            writer.writerow([f"plan{month}n{number}", amount, tokens[number % 25 == 7], "Visa"])


def run(path: str, to: str, use_asyncio: bool) -> None:
    begun = time.monotonic()
    with contextlib.closing(Outcomes(to)) as outcomes:
        before = len(outcomes.rows)
        if use_asyncio:
            asyncio.run(charge_in_a_loop(path, outcomes))
        else:
            charge(path, outcomes)
        print(f"{len(outcomes.rows) - before} new of {len(outcomes.rows)} in {to}, "
              f"in {time.monotonic() - begun:.1f} s")
        report(outcomes)


def main() -> None:
    parser = argparse.ArgumentParser(description="Charges the subscriptions of a CSV file.")
    parser.add_argument("subscriptions", nargs="?", help="order,amount,card_token,brand")
    parser.add_argument("outcomes", nargs="?", help="written, and read to go on")
    parser.add_argument("--asyncio", action="store_true", help="charge in an event loop")
    given = parser.parse_args()
    # After Ctrl-C a line for each sale that was made and not written.
    logging.basicConfig()
    with local_cielo(), tempfile.TemporaryDirectory() as folder:
        if given.subscriptions:
            run(given.subscriptions, given.outcomes or "outcomes.csv", given.asyncio)
            return
        path, to = os.path.join(folder, "subscriptions.csv"), os.path.join(folder, "outcomes.csv")
        make_up(path)
        run(path, to, given.asyncio)
        # Cut short, and run again: the journal knows the rest, and nothing is charged twice.
        with open(to, encoding="utf-8") as file:
            lines = file.readlines()
        with open(to, "w", encoding="utf-8") as file:
            file.writelines([*lines[:-20], lines[-20][:12]])
        run(path, to, not given.asyncio)


if __name__ == "__main__":
    main()
