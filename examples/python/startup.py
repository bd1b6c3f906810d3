"""What a shop does when it starts: settles the charges that an earlier process left.

A first process is killed here in the middle of a sale, as a power cut or a restart of
the machine does it: Cielo has charged the card, and nobody was told.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from typing import Any

from local import local_cielo

import cielo
from cielo.typed import SaleFields

#: Cards that the local Cielo approves, and leaves undecided, and what the shop is to note.
CARDS = {"4024007197692931": "paid", "0000000000000006": "pending"}


def fields(order: str, card_number: str) -> SaleFields:
    return {
        "merchant_order_id": order,
        "payment": {
            "type": "CreditCard", "amount": 15700, "installments": 1, "capture": True,
            "credit_card": {
                "card_number": cielo.Secret(card_number), "holder": "Teste Holder",
                "expiration_date": "12/2030", "security_code": "123", "brand": "Visa",
            },
        },
    }


def note_of(sale: cielo.Sale) -> str:
    """What the shop notes of a sale.

    One that is pending Cielo has not decided yet: it may still be paid, so it is not charged
    again. A notification or ``client.sales.get`` tells its end.
    """
    return "paid" if sale.approved else "refused" if sale.declined else "pending"


def settle_at_start(client: cielo.Client, orders: dict[str, str]) -> None:
    """The routine: before the shop sells anything, and every ten minutes from then on."""
    for entry, settled in client.journal.settle():
        order = entry.merchant_order_id or entry.payment_id or entry.id
        if settled.state == "adopted":
            # It happened: `result` is what the lost call would have given.
            orders[order] = note_of(settled.result)
        elif settled.state == "absent":
            # Two looks, ten minutes apart, found nothing: it may be charged again.
            orders[order] = "open"
        else:
            # Neither is sure: do not charge it again; it is looked at the next time.
            orders[order] = "in doubt"
        print(f"{order}: {settled.state}, so it is {orders[order]} {settled.why}")


def main() -> None:
    expected = {f"start{time.time_ns() // 1_000_000}{card[-1]}": note
                for card, note in CARDS.items()}
    with tempfile.TemporaryDirectory() as folder, local_cielo():
        # One folder of a local disk for all processes of the shop, kept for good.
        os.environ["CIELO_JOURNAL"] = os.path.join(folder, "journal")
        for order, card_number in zip(expected, CARDS):
            kill_one_that_sells(order, card_number)

        orders = dict.fromkeys(expected, "being paid")
        with cielo.Client() as client:
            print("in doubt:", *(entry.merchant_order_id for entry in client.journal.in_doubt()))
            settle_at_start(client, orders)
            assert orders == expected
            assert client.journal.in_doubt() == []


# ---- what goes wrong, with a local Cielo's help ----


def ask(path: str, body: Any = None) -> Any:
    address = f"{os.environ['CIELO_BASE_URL']}/_sandbox/{path}"
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, data)) as answer:
        return json.load(answer)


def kill_one_that_sells(order: str, card_number: str) -> None:
    """Starts a process that sells, and kills it when Cielo has sold and not answered."""
    ask("faults", [{"match": "POST /1/sales", "after": "process", "do": "stall"}])
    process = subprocess.Popen([sys.executable, __file__, order, card_number])
    while not any(line["MerchantOrderId"] == order for line in ask("sales")):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    ask("faults", [])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with cielo.Client() as seller:
            seller.sales.create(fields(*sys.argv[1:]))
    else:
        main()
