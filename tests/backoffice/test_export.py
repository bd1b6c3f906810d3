"""Sales as CSV, XLSX and JSON: what people and programs read, and nothing that acts."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import json
import re
import tracemalloc
import zipfile
from typing import Any

import pytest
from many_sales import load, sales

from cielo.backoffice import Ledger, schema
from cielo.backoffice.export import (
    COLUMNS,
    DEFAULT,
    columns_of,
    csv_chunks,
    headings,
    json_chunks,
    json_row,
    write_xlsx,
)
from cielo.backoffice.filters import FilterError, Filters

UTC = datetime.timezone.utc
NOW = datetime.datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
EVIL = ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "＝1", "\n=1")


def one(number: int, **told: Any) -> dict[str, Any]:
    return {**dict.fromkeys(column.name for column in schema.sale.c), "id": number,
            "key": str(number), "store_id": 1, "word": "paid", "status": 2, "amount": 123456,
            "received": datetime.datetime(2026, 11, 27, 2, 19, 23, 456_000, tzinfo=UTC),
            "in_doubt": False, "reconciled": False, **told}


def stores(ledger: Ledger) -> dict[int, Any]:
    return {store.id: store for store in ledger.stores.all()}


def rows(ledger: Ledger, **options: Any) -> Any:
    return ledger.search.rows(Filters.of(since="400d"), now=NOW, **options)


def as_csv(ledger: Ledger, **options: Any) -> list[list[str]]:
    data = b"".join(csv_chunks(rows(ledger), stores(ledger), **options))
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\xef\xbb\xbf") == 1
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def sheet_of(data: bytes, number: int = 1) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_csv_as_spreadsheets_of_brazil_open_it(ledger: Ledger) -> None:
    load(ledger.engine, iter([one(1, order_number='a;"b"', nsu="06091119", means_group="pix",
                                  fraud="accept", captured=5700)]))
    columns = columns_of(("status", "amount", "captured", "received", "merchant_order_id", "nsu",
                          "group", "fraud", "store", "ec", "zone", "voided", "in_doubt"))
    assert as_csv(ledger, columns=columns) == [
        ["Status", "Valor", "Capturado", "Data do pedido", "Pedido", "NSU", "Meio de pagamento",
         "Antifraude", "Loja", "EC", "Fuso horário", "Cancelado", "Em dúvida"],
        ["Pago", "1234,56", "57,00", "26/11/2026 23:19:23", 'a;"b"', "06091119", "Pix", "Aceita",
         "Loja 1", "1044748061", "America/Sao_Paulo", "", "não"]]
    english = as_csv(ledger, columns=columns, lang="en")
    assert english[0][:4] == ["Status", "Amount", "Captured", "Order date"]
    assert english[1][:4] == ["Paid", "1234,56", "57,00", "2026-11-26 23:19:23"]


def test_no_cell_is_a_formula(ledger: Ledger) -> None:
    load(ledger.engine, iter([one(number + 1, order_number=text, provider=text)
                              for number, text in enumerate(EVIL)]))
    columns = columns_of(("merchant_order_id", "amount"))
    cells = [line[0] for line in as_csv(ledger, columns=columns)[1:]]
    assert sorted(cells) == sorted("'" + text for text in EVIL)
    file = io.BytesIO()
    assert write_xlsx(rows(ledger), file, stores(ledger), columns=columns) == len(EVIL)
    sheet = sheet_of(file.getvalue())
    assert "<f>" not in sheet and "hyperlink" not in sheet.lower()
    assert sheet.count('t="inlineStr"') == len(EVIL) + 2


def test_xlsx_has_numbers_and_local_moments(ledger: Ledger) -> None:
    load(ledger.engine, iter([one(1, nsu="06091119", installments=3)]))
    file = io.BytesIO()
    columns = columns_of(("amount", "received", "nsu", "installments", "voided", "in_doubt"))
    assert write_xlsx(rows(ledger), file, stores(ledger), columns=columns) == 1
    sheet = sheet_of(file.getvalue())
    cells = re.findall(r"<c [^>]*>.*?</c>", sheet)[len(columns):]
    assert [re.sub(r"<[^>]*>", "", cell) for cell in cells] == [
        "1234.56", "46352.97179398148", "06091119", "3", "não"]
    empty = io.BytesIO()
    assert write_xlsx(iter(()), empty, stores(ledger), columns=columns, lang="en") == 0
    assert "Order date" in sheet_of(empty.getvalue())


def test_a_long_workbook_goes_on_on_another_sheet(ledger: Ledger,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cielo.backoffice.export.SHEET", 101)
    load(ledger.engine, sales(250, NOW, days=20))
    file = io.BytesIO()
    assert write_xlsx(rows(ledger), file, stores(ledger), columns=columns_of(("tid",))) == 250
    assert [sheet_of(file.getvalue(), n).count("<row ") for n in (1, 2, 3)] == [101, 101, 51]


def test_json_has_the_names_of_the_command_and_utc(ledger: Ledger) -> None:
    load(ledger.engine, iter([one(1, payment_id="p", order_number="8", tid="t", nsu="0609",
                                  code="00", captured=123456), one(2, word="in_doubt", status=None,
                                                                   in_doubt=True)]))
    data = json.loads(b"".join(json_chunks(rows(ledger, sort="oldest"), stores(ledger))))
    first = data[0]
    for name, value in {"payment_id": "p", "merchant_order_id": "8", "tid": "t", "nsu": "0609",
                        "status": "paid", "status_number": 2, "code": "00", "amount": 123456,
                        "captured": 123456, "voided": None, "in_doubt": False, "store": "Loja 1",
                        "received": "2026-11-27T02:19:23.456Z"}.items():
        assert first[name] == value
    assert data[1]["status"] == "in_doubt" and data[1]["status_number"] is None
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in first)
    assert json.loads(b"".join(json_chunks(iter(()), {}))) == []
    row = next(iter(rows(ledger, sort="oldest")))
    assert json_row(row, stores(ledger), columns_of(("tid",))) == {"tid": "t"}


def test_columns_are_chosen_by_name(ledger: Ledger) -> None:
    assert [column.name for column in columns_of(("tid", "amount", "tid"))] == ["tid", "amount"]
    assert len(headings(columns_of(DEFAULT), "en")) == len(DEFAULT)
    for lang in ("pt", "en"):
        assert len(set(headings(COLUMNS, lang))) == len(COLUMNS)
    with pytest.raises(FilterError, match="columns: 'card_number' is none of id, status"):
        columns_of(("tid", "card_number"))


def test_files_are_written_row_by_row(ledger: Ledger) -> None:
    """Four times as many sales take the same memory, and the first bytes come early."""
    load(ledger.engine, sales(4_800, NOW, days=20))
    known = stores(ledger)

    def peak(count: int, write: Any) -> int:
        tracemalloc.start()
        write(itertools.islice(rows(ledger), count))
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    for write, spare in ((lambda some: sum(map(len, csv_chunks(some, known))), 300_000),
                         (lambda some: sum(map(len, json_chunks(some, known))), 300_000),
                         # The file itself is in memory here.
                         (lambda some: write_xlsx(some, io.BytesIO(), known), 500_000)):
        peak(50, write)
        assert peak(4_800, write) < peak(1_200, write) + spare
    assert 60_000 < len(next(csv_chunks(rows(ledger), known))) < 80_000
