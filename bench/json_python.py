"""JSON alone, in Python: ours beside orjson, msgspec and the json module.

    build/peers/bin/python bench/json_python.py            as `make bench` runs it
    build/peers/bin/python bench/json_python.py --quick    fewer rounds, for a first look

Two halves of a sale without a network, through what cielo._core has for this
bench and the tests alone:

* an answer's bytes to three of its fields: ours reads strictly and makes a result;
  the peers make a dict of all, but for the one of msgspec that is told the fields.
* fields to the bytes that are sent: ours checks them and puts them into Cielo's
  order; the peers print a dict as it is.

Rounds are interleaved; what counts is the ratio to orjson, of medians.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import time
from typing import Any, Callable

from peers import HEADERS, sale
from run import install_peers

import cielo
from cielo import _core

HERE = pathlib.Path(__file__).resolve().parent
BEST = "`orjson`"

#: Calls of one round, a few milliseconds.
CALLS = 2000

Work = Callable[[], Any]


def readers(body: bytes, peers: set[str]) -> dict[str, Work]:
    def ours() -> Any:
        found = _core._read(body, "Sale")
        payment = found.payment
        return found.merchant_order_id, payment.payment_id, payment.status

    def plainly(load: Callable[[bytes], Any]) -> Work:
        def read() -> Any:
            found = load(body)
            payment = found["Payment"]
            return found["MerchantOrderId"], payment["PaymentId"], payment["Status"]

        return read

    listed: dict[str, Work] = {"libcielo, a result": ours}
    if "orjson" in peers:
        import orjson

        listed[BEST] = plainly(orjson.loads)
    if "msgspec" in peers:
        import msgspec

        listed["`msgspec`"] = plainly(msgspec.json.Decoder().decode)
        payment = msgspec.defstruct("payment", [("PaymentId", str), ("Status", int)])
        told = msgspec.defstruct("told", [("MerchantOrderId", str), ("Payment", payment)])
        decode = msgspec.json.Decoder(told).decode

        def typed() -> Any:
            found = decode(body)
            return found.MerchantOrderId, found.Payment.PaymentId, found.Payment.Status

        listed["`msgspec`, told the three fields"] = typed
    listed["`json`"] = plainly(json.loads)
    return listed


def writers(client: cielo.Client, peers: set[str]) -> dict[str, Work]:
    fields = sale()
    listed: dict[str, Work] = {
        "libcielo, checked": lambda: _core._checked(client, "sale_create", fields)}
    if "orjson" in peers:
        import orjson

        listed[BEST] = lambda: orjson.dumps(fields)
    if "msgspec" in peers:
        import msgspec

        encode = msgspec.json.Encoder().encode
        listed["`msgspec`"] = lambda: encode(fields)
    listed["`json`"] = lambda: json.dumps(fields).encode()
    return listed


def once(work: Work) -> float:
    """Microseconds of CPU for one call."""
    before = time.process_time()
    for _ in range(CALLS):
        work()
    return (time.process_time() - before) / CALLS * 1e6


def measure(works: dict[str, Work], rounds: int) -> dict[str, float]:
    for work in works.values():
        once(work)
    samples: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            samples[name].append(once(work))
    return {name: statistics.median(found) for name, found in samples.items()}


def show(title: str, aim: str, medians: dict[str, float]) -> None:
    base = medians.get(BEST)
    print(f"\n{title} ({aim})\n")
    print("| | µs | ratio |\n| --- | ---: | ---: |")
    for name, micros in medians.items():
        print(f"| {name} | {micros:.2f} | {micros / base:.2f} |" if base
              else f"| {name} | {micros:.2f} | |")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    rounds = 5 if parser.parse_args().quick else 25
    peers = install_peers()
    body = (HERE / "answer.json").read_bytes()
    show(f"{len(body):,} bytes of an answer to three fields", "aim: 0.5 of orjson",
         measure(readers(body, peers), rounds))
    with cielo.Client(merchant_id=HEADERS["MerchantId"],
                      merchant_key=HEADERS["MerchantKey"]) as client:
        sent = _core._checked(client, "sale_create", sale())
        show(f"fields to {len(sent):,} bytes", "aim: 1.6 of orjson, which checks nothing",
             measure(writers(client, peers), rounds))


if __name__ == "__main__":
    main()
