"""Charges the subscriptions of a CSV file, sixteen at once, with a bar.

    python examples/python/subscriptions.py subscriptions.csv outcomes.csv [--asyncio]

Of each line (order, amount in cents, token of the stored card, brand) it makes a
sale, and writes what came of it to the second file as soon as it is known.  It is
safe to run again, after a crash or Ctrl-C: orders that the second file has are
left alone, and the others are looked up first, as one may have been charged just
before its line was written.  Wait ten minutes after a crash: Cielo need not show at
once what it charged in the last moment.  Without files it makes up 500 subscriptions.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import contextlib
import csv
import io
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
        self.is_new = not os.path.exists(path)
        text = ""
        if not self.is_new:
            with open(path, newline="", encoding="utf-8") as file:
                text = file.read()
            # A line that was cut short counts for nothing: its order is looked up.
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


def look_up(client: cielo.Client, path: str, outcomes: Outcomes) -> None:
    """Notes what a run that was cut short has charged and not written."""
    orders = [fields["MerchantOrderId"] for fields in sales_in(path, outcomes)]
    for found in client.many(client.sales.find, orders, progress=cielo.progress("Looking up")):
        if found.error is not None:
            raise found.error  # nothing is charged while that is not known
        for reference in found.result or []:
            outcomes.add_sale(client.sales.get(reference.payment_id))


def charge(path: str, outcomes: Outcomes) -> None:
    with cielo.Client() as client:
        if not outcomes.is_new:
            look_up(client, path, outcomes)
        for outcome in client.many(client.sales.create, sales_in(path, outcomes),
                                   concurrency=16, progress=cielo.progress("Charging")):
            outcomes.add_outcome(outcome)


async def charge_in_a_loop(path: str, outcomes: Outcomes) -> None:
    """The same in asyncio, where other tasks go on meanwhile."""
    if not outcomes.is_new:
        with cielo.Client() as blocking:
            await asyncio.to_thread(look_up, blocking, path, outcomes)
    async with cielo.AsyncClient() as client:
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
        print("Those in doubt may have been charged: look each up before you charge it again.")


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
    with local_cielo(), tempfile.TemporaryDirectory() as folder:
        if given.subscriptions:
            run(given.subscriptions, given.outcomes or "outcomes.csv", given.asyncio)
            return
        path, to = os.path.join(folder, "subscriptions.csv"), os.path.join(folder, "outcomes.csv")
        make_up(path)
        run(path, to, given.asyncio)
        # Cut short, and run again: what Cielo has is found, and nothing is charged twice.
        with open(to, encoding="utf-8") as file:
            lines = file.readlines()
        with open(to, "w", encoding="utf-8") as file:
            file.writelines([*lines[:-20], lines[-20][:12]])
        run(path, to, not given.asyncio)


if __name__ == "__main__":
    main()
