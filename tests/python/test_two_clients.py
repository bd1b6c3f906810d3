"""Two clients under one order number, card and amount: the first was declined, and
its caller told; the second's answer is lost. It is told of its own sale or that
nobody knows, never of the first's: its shopper would pay again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from conftest import BAD_CARD, MERCHANT_ID, MERCHANT_KEY, card_sale, order_number

import cielo
import cielo.sandbox

#: One attempt; as a program, what came of it in a line of JSON.
PROGRAM = f"""
import json, sys
import cielo
base_url, fields = sys.argv[1], json.loads(sys.argv[2])
with cielo.Client(merchant_id={MERCHANT_ID!r}, merchant_key={MERCHANT_KEY!r}, base_url=base_url,
                  timeout=6) as client:
    try:
        sale = client.sales.create(fields)
        print(json.dumps(["told", sale.payment.payment_id, sale.declined]))
    except cielo.OutcomeUnknownError as error:
        print(json.dumps(["doubt", error.merchant_order_id, error.sent]))
"""


def attempt(base_url: str, fields: dict[str, Any]) -> list[Any]:
    with cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, base_url=base_url,
                      timeout=6) as client:
        try:
            sale = client.sales.create(fields)
        except cielo.OutcomeUnknownError as error:
            return ["doubt", error.merchant_order_id, error.sent]
        return ["told", sale.payment.payment_id, sale.declined]


def here(base_url: str, fields: dict[str, Any]) -> list[Any]:
    return attempt(base_url, fields)


def forked(base_url: str, fields: dict[str, Any]) -> list[Any]:
    """A child that began after the first was told."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            os.write(writer, json.dumps(attempt(base_url, fields)).encode())
            os._exit(0)
        except BaseException:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader) as told:
        outcome: list[Any] = json.loads(told.read())
    assert os.waitpid(child, 0)[1] == 0
    return outcome


def executed(base_url: str, fields: dict[str, Any]) -> list[Any]:
    process = subprocess.run([sys.executable, "-c", PROGRAM, base_url, json.dumps(fields)],
                             stdout=subprocess.PIPE, text=True, check=True)
    outcome: list[Any] = json.loads(process.stdout)
    return outcome


WAYS = [here, executed] + ([forked] if hasattr(os, "fork") else [])


@pytest.fixture
def local() -> Iterator[cielo.sandbox.LocalCielo]:
    with cielo.sandbox.run() as running:
        yield running


def second(local: cielo.sandbox.LocalCielo, way: Callable[..., list[Any]], after: str,
           seconds: int) -> tuple[str, list[str], list[Any]]:
    """The first's id, the ids of all, and what the second was told."""
    fields = card_sale(order=order_number(), card=BAD_CARD)
    told, first, declined = attempt(local.base_url, fields)
    assert (told, declined) == ("told", True)
    if seconds:
        local.advance(seconds)
    local.faults([{"match": "POST /1/sales", "after": after, "do": "close", "times": 1}])
    outcome = way(local.base_url, fields)
    assert outcome[0] == "told" or outcome[1] == fields["MerchantOrderId"]
    return first, [sale["PaymentId"] for sale in local.sales()], outcome


@pytest.mark.parametrize("seconds", [0, 5])
@pytest.mark.parametrize("way", WAYS)
def test_the_second_never_reached_cielo(
        local: cielo.sandbox.LocalCielo, way: Callable[..., list[Any]], seconds: int) -> None:
    if way is executed and not seconds:
        # Another process, and less than two seconds old: what no clock can tell.
        seconds = 3
    first, sales, outcome = second(local, way, "read", seconds)
    assert sales == [first]
    assert outcome[0] == "doubt" and outcome[2] == "maybe"


@pytest.mark.parametrize("seconds", [5])
@pytest.mark.parametrize("way", WAYS)
def test_the_second_was_declined_as_well(
        local: cielo.sandbox.LocalCielo, way: Callable[..., list[Any]], seconds: int) -> None:
    first, sales, outcome = second(local, way, "process", seconds)
    assert len(sales) == 2 and first in sales
    [own] = [payment_id for payment_id in sales if payment_id != first]
    assert outcome == ["told", own, True]


@pytest.mark.parametrize("way", WAYS)
def test_both_within_the_same_second(
        local: cielo.sandbox.LocalCielo, way: Callable[..., list[Any]]) -> None:
    first, sales, outcome = second(local, way, "process", 0)
    assert len(sales) == 2
    assert outcome[0] == "doubt" or outcome[1] != first
