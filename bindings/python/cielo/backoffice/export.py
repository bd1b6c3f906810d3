"""Sales as files: CSV and XLSX for people, JSON for programs, row by row.

CSV is as Brazil's spreadsheets open it: semicolons, UTF-8 with a byte order mark,
reais with a comma.  No cell can be taken for a formula.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import xlsxwriter  # type: ignore[import-untyped]

from .filters import FilterError, Problem, none_of
from .stores import Store
from .words import LANGUAGES, label, moment_text, reais_of

__all__ = ["COLUMNS", "DEFAULT", "Column", "cell_words", "columns_of", "csv_chunks", "harmless",
           "headings", "json_chunks", "json_row", "plain_rows", "write_xlsx"]

Row = sa.Row[Any]
Stores = Mapping[int, Store]


class Column(NamedTuple):
    """A column: its name in JSON and in addresses, that of the table, and what it holds."""

    name: str
    source: str
    pt: str
    en: str
    holds: str = "text"  # text, money, moment, number, yes, status, group, fraud, store, ec, zone


COLUMNS = (
    Column("id", "id", "Número", "Number", "number"),
    Column("status", "word", "Status", "Status", "status"),
    Column("status_number", "status", "Status (número)", "Status (number)", "number"),
    Column("amount", "amount", "Valor", "Amount", "money"),
    Column("captured", "captured", "Capturado", "Captured", "money"),
    Column("voided", "voided", "Cancelado", "Canceled", "money"),
    Column("received", "received", "Data do pedido", "Order date", "moment"),
    Column("captured_at", "captured_at", "Data da captura", "Capture date", "moment"),
    Column("voided_at", "voided_at", "Data do cancelamento", "Cancel date", "moment"),
    Column("merchant_order_id", "order_number", "Pedido", "Order number"),
    Column("payment_id", "payment_id", "PaymentId", "PaymentId"),
    Column("tid", "tid", "Tid", "Tid"),
    Column("nsu", "nsu", "NSU", "NSU"),
    Column("authorization_code", "auth", "Autorização", "Authorization"),
    Column("group", "means_group", "Meio de pagamento", "Payment method", "group"),
    Column("means", "means", "Bandeira ou banco", "Brand or bank"),
    Column("first6", "first6", "Cartão (início)", "Card (begins)"),
    Column("last4", "last4", "Cartão (final)", "Card (ends)"),
    Column("installments", "installments", "Parcelas", "Installments", "number"),
    Column("code", "code", "Código de retorno", "Return code"),
    Column("error", "error", "Erro", "Error"),
    Column("kind", "kind", "Tipo do erro", "Kind of error"),
    Column("fraud", "fraud", "Antifraude", "Antifraud", "fraud"),
    Column("recurrence_id", "recurrence_id", "Recorrência", "Recurrence"),
    Column("checkout_order", "checkout_order", "Pedido do Checkout", "Checkout order"),
    Column("checkout_status", "checkout_status", "Status do Checkout", "Checkout status"),
    Column("reconciled", "reconciled", "Reconciliado", "Reconciled", "yes"),
    Column("in_doubt", "in_doubt", "Em dúvida", "In doubt", "yes"),
    Column("request_id", "request_id", "RequestId", "RequestId"),
    Column("store", "store_id", "Loja", "Store", "store"),
    Column("ec", "store_id", "EC", "EC", "ec"),
    Column("zone", "store_id", "Fuso horário", "Time zone", "zone"),
)
# What a file has when nobody chose; the zone stands beside the times that are in it.
DEFAULT = ("status", "amount", "captured", "voided", "received", "zone", "merchant_order_id",
           "payment_id", "tid", "nsu", "group", "means", "first6", "last4", "installments", "code",
           "error", "fraud", "store", "ec")

# What makes a spreadsheet take a cell for a formula, also in full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_YES = {"pt": ("não", "sim"), "en": ("no", "yes")}
CHUNK = 64 * 1024
# Rows that a sheet of Excel takes, the headings among them.
SHEET = 1_048_576


def columns_of(names: Iterable[str] = DEFAULT) -> tuple[Column, ...]:
    """Columns by name, in that order; FilterError names those that do not exist."""
    known = {column.name: column for column in COLUMNS}
    chosen = list(names)
    problems = [Problem("columns", *none_of(name, known).args)
                for name in chosen if name not in known]
    if problems:
        raise FilterError(*problems)
    return tuple(known[name] for name in dict.fromkeys(chosen))


def headings(columns: Sequence[Column], lang: str = "pt") -> list[str]:
    index = LANGUAGES.index(lang)
    return [(column.pt, column.en)[index] for column in columns]


def cell_words(column: Column, row: Row, stores: Stores, lang: str) -> str:
    """What is text, or becomes it in the reader's language."""
    value = row._mapping[column.source]
    if column.holds in ("store", "ec", "zone"):
        store = stores[value]
        return {"store": store.name, "ec": store.ec or "", "zone": store.zone}[column.holds]
    if value is None:
        return ""
    if column.holds in ("status", "group", "fraud"):
        return label(column.holds, value, lang)
    if column.holds == "yes":
        return _YES[lang][bool(value)]
    return str(value)


def _cell(column: Column, row: Row, stores: Stores, lang: str) -> str:
    value = row._mapping[column.source]
    if value is not None and column.holds == "money":
        return reais_of(value)
    if value is not None and column.holds == "moment":
        return moment_text(value, ZoneInfo(stores[row.store_id].zone), lang)
    if column.holds == "number":
        return "" if value is None else str(value)
    return harmless(cell_words(column, row, stores, lang))


def harmless(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def plain_rows(rows: Iterable[Row], columns: Sequence[Column], stores: Stores,
               lang: str = "pt") -> Iterator[list[str]]:
    """The cells of each row as text, for CSV and for tables in a terminal."""
    for row in rows:
        yield [_cell(column, row, stores, lang) for column in columns]


def csv_chunks(rows: Iterable[Row], stores: Stores, *, columns: Sequence[Column] | None = None,
               lang: str = "pt") -> Iterator[bytes]:
    """A CSV file in pieces, as the rows come."""
    chosen = columns or columns_of()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow(headings(chosen, lang))
    for cells in plain_rows(rows, chosen, stores, lang):
        writer.writerow(cells)
        if text.tell() >= CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


# ---- XLSX ----

def write_xlsx(rows: Iterable[Row], file: IO[bytes], stores: Stores, *,
               columns: Sequence[Column] | None = None, lang: str = "pt") -> int:
    """A workbook into `file`, row by row; gives how many sales are in it.

    Amounts and moments are numbers of the spreadsheet, all else is text: nothing that
    a sale carries becomes a formula, a link or a rounded number.
    """
    chosen = columns or columns_of()
    book = xlsxwriter.Workbook(file, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "remove_timezone": True})
    formats = {"money": book.add_format({"num_format": "#,##0.00"}),
               "moment": book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss" if lang == "pt"
                                          else "yyyy-mm-dd hh:mm:ss"}),
               "head": book.add_format({"bold": True})}
    count, line, sheet = 0, SHEET, None
    for row in rows:
        if sheet is None or line >= SHEET:
            sheet, line = _new_sheet(book, chosen, formats, lang), 1
        _write_row(sheet, line, row, chosen, stores, formats, lang)
        line += 1
        count += 1
    if sheet is None:
        _new_sheet(book, chosen, formats, lang)
    book.close()
    return count


def _new_sheet(book: Any, columns: Sequence[Column], formats: Mapping[str, Any],
               lang: str) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for number, (column, text) in enumerate(zip(columns, headings(columns, lang))):
        wide = column.holds == "moment" or column.name == "payment_id"
        sheet.set_column(number, number, 20 if wide else 14)
        sheet.write_string(0, number, text, formats["head"])
    return sheet


def _write_row(sheet: Any, line: int, row: Row, columns: Sequence[Column], stores: Stores,
               formats: Mapping[str, Any], lang: str) -> None:
    for number, column in enumerate(columns):
        value = row._mapping[column.source]
        if column.holds in ("money", "moment", "number") and value is None:
            continue
        if column.holds == "money":
            sheet.write_number(line, number, value / 100, formats["money"])
        elif column.holds == "moment":
            zone = ZoneInfo(stores[row.store_id].zone)
            local = value.astimezone(zone).replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(line, number, local, formats["moment"])
        elif column.holds == "number":
            sheet.write_number(line, number, value)
        else:
            sheet.write_string(line, number, cell_words(column, row, stores, lang))


# ---- JSON ----

def json_row(row: Row, stores: Stores,
             columns: Sequence[Column] = COLUMNS) -> dict[str, str | int | bool | None]:
    """A sale for programs: cents, words of the filters, moments in UTC."""
    return {column.name: _plain(column, row, stores) for column in columns}


def _plain(column: Column, row: Row, stores: Stores) -> str | int | bool | None:
    value: str | int | bool | datetime.datetime | None = row._mapping[column.source]
    if column.holds in ("store", "ec", "zone"):
        return cell_words(column, row, stores, "en") or None
    if isinstance(value, datetime.datetime):
        moment = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return moment.isoformat(timespec="milliseconds") + "Z"
    return value


def json_chunks(rows: Iterable[Row], stores: Stores, *,
                columns: Sequence[Column] | None = None) -> Iterator[bytes]:
    """One array of all rows, in pieces."""
    pieces, length, comma = ["["], 1, "\n"
    for row in rows:
        piece = comma + json.dumps(json_row(row, stores, columns or COLUMNS), ensure_ascii=False)
        pieces.append(piece)
        length += len(piece)
        comma = ",\n"
        if length >= CHUNK:
            yield "".join(pieces).encode()
            pieces, length = [], 0
    pieces.append("\n]\n" if comma != "\n" else "]\n")
    yield "".join(pieces).encode()
