"""Read by mypy alone: what the annotations promise to those who use them."""

from __future__ import annotations

import datetime
import pathlib
from collections.abc import Iterator
from typing import Any, Literal, Optional

from typing_extensions import assert_type

import cielo


def blocking(client: cielo.Client) -> None:
    sale = client.sales.create({"MerchantOrderId": "a"}, timeout=5)
    assert_type(sale, cielo.Sale)
    assert_type(sale.payment, cielo.Payment)
    assert_type(sale.payment.payment_id, str)
    assert_type(sale.payment.credit_card, Optional[cielo.Card])
    assert_type(sale.approved, bool)
    assert_type(sale.payment.type, str)
    assert_type(client.sales.find("a"), list[cielo.SaleReference])
    assert_type(client.sales.capture("a", 100, request_id="x"), cielo.Transaction)
    assert_type(client.recurrences.set_end_date("a", datetime.date.today()), cielo.Empty)
    assert_type(client.with_options(timeout=1), cielo.Client)
    card = sale.payment.credit_card
    if card and card.card_number:
        assert_type(card.card_number.reveal(), str)
    with client as same:
        assert_type(same, cielo.Client)
    for outcome in client.many(client.sales.capture, ["a"], concurrency=2, progress=print):
        assert_type(outcome, cielo.Outcome[str, cielo.Transaction])
        assert_type(outcome.call, str)
        assert_type(outcome.result, Optional[cielo.Transaction])
        assert_type(outcome.error, Optional[Exception])
    with client.many(client.sales.get, [("a",)]) as outcomes:
        assert_type(outcomes, cielo.Many[tuple[str], cielo.Sale])
    client.many(client.sales.get, 5)  # type: ignore[arg-type]
    sale.paymnt  # type: ignore[attr-defined]
    client.sales.get(5)  # type: ignore[arg-type]
    client.sales.capture("a", amount=1.5)  # type: ignore[arg-type]


def journal(client: cielo.Client) -> None:
    cielo.Client(journal=pathlib.Path("folder"), journal_sync="off", journal_required=False)
    cielo.Client(journal_sync="perhaps")  # type: ignore[arg-type]
    assert_type(client.journal.in_doubt(), list[cielo.journal.Entry])
    for entry, settled in client.journal.settle():
        assert_type(entry.at, datetime.datetime)
        assert_type(entry.looks, tuple[cielo.journal.Look, ...])
        assert_type(entry.amount, Optional[int])
        assert_type(settled.state, Literal["adopted", "absent", "unknown"])
        client.journal.settle(entry)
        client.journal.settle(entry.id)
    assert_type(client.journal.entries(), Iterator[cielo.journal.Entry])
    for record in cielo.journal.records("folder", "segment", 5):
        assert_type(record, dict[str, Any])
    assert_type(cielo.journal.prune("folder", 30), int)


async def awaited_journal(client: cielo.AsyncClient) -> None:
    assert_type(await client.journal.in_doubt(), list[cielo.journal.Entry])
    async for entry in client.journal.entries():
        assert_type(entry, cielo.journal.Entry)
    for _, settled in await client.journal.settle():
        assert_type(settled, cielo.journal.Settled)


async def awaited(client: cielo.AsyncClient) -> None:
    assert_type(await client.sales.create({}), cielo.Sale)
    assert_type(await client.sales.find("a"), list[cielo.SaleReference])
    async for outcome in client.many(client.sales.find, ["a"], progress=cielo.progress()):
        assert_type(outcome, cielo.Outcome[str, list[cielo.SaleReference]])
    async with client as same:
        assert_type(same, cielo.AsyncClient)
    await client.close()


def failures(error: cielo.CieloError) -> None:
    for problem in error.problems:
        assert_type(problem.path, str)
    assert_type(error.http_status, Optional[int])


def books() -> None:
    code = cielo.return_code("51")
    assert_type(code, Optional[cielo.ReturnCode])
    if code is not None:
        assert_type(code.retry.max_attempts, Optional[int])
        assert_type(cielo.retry_plan(code.retry, [0]), Optional[datetime.datetime])
        assert_type(cielo.retry_plan(code, [0]), Optional[datetime.datetime])


def next_charge(sale: cielo.Sale) -> None:
    fields = cielo.next_charge(sale, "order2", 500, reason="Recurring")
    assert_type(fields, Any)
