"""What a batch is asked for by a file: a line for each sale."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import NamedTuple, TextIO

from .errors import BadValue, Usage
from .words import cents_of

__all__ = ["Line", "read_csv"]

_NAMES = {
    "payment_id": "payment_id", "paymentid": "payment_id",
    "order": "order", "merchant_order_id": "order", "merchantorderid": "order",
    "order_number": "order", "pedido": "order",
    "amount": "amount", "valor": "amount",
}
# Of an amount in cents: more of them are no sum of money, and no database's number.
DIGITS = 15


class Line(NamedTuple):
    """A line of a file."""

    number: int
    column: str  # payment_id or order
    value: str
    amount: int | None


def read_csv(file: TextIO, *, cents: bool = False) -> Iterator[Line]:
    """Lines with a payment_id or an order, and an amount where not all that is left is meant.

    The first line names the columns; `;` or `,` or a tab is between them. Amounts are
    reais as people write them, or whole cents.
    """
    head = file.readline().lstrip("\ufeff")
    mark = max(";,\t", key=head.count)
    names = [_NAMES.get(name.strip().strip('"').lower()) for name in head.split(mark)]
    keys = [name for name in names if name in ("payment_id", "order")]
    if not keys:
        raise Usage("the first line names the columns: payment_id or order, and amount",
                    "a primeira linha diz as colunas: payment_id ou pedido, e valor")
    for number, cells in enumerate(_cells(csv.reader(file, delimiter=mark)), 2):
        found = {name: cell.strip() for name, cell in zip(names, cells) if name and cell.strip()}
        if not found:
            continue
        key = next((name for name in keys if name in found), None)
        if key is None:
            raise Usage(f"line {number}: neither a payment_id nor an order",
                        f"linha {number}: nem payment_id nem pedido")
        yield Line(number, key, found[key], _amount(number, found.get("amount"), cents))


def _cells(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Line by line; Usage for what is no table, such as another kind of file."""
    try:
        for cells in reader:
            if any("\0" in cell for cell in cells):
                raise csv.Error("line contains NUL")
            yield cells
    except csv.Error as error:
        raise Usage(f"the file is no CSV: {error}", f"o arquivo não é CSV: {error}") from error


def _amount(number: int, text: str | None, cents: bool) -> int | None:
    if text is None:
        return None
    try:
        if cents and (not text.isascii() or len(text) > DIGITS):
            raise ValueError(text)
        amount = int(text) if cents else cents_of(text)
    except ValueError as error:
        rule = error if isinstance(error, BadValue) else BadValue(
            "is no whole number of cents", "não é um número inteiro de centavos")
        raise Usage(f"line {number}: the amount {text!r} {rule.en}",
                    f"linha {number}: o valor {text!r} {rule.pt}") from error
    if amount <= 0:
        raise Usage(f"line {number}: the amount must be more than nothing",
                    f"linha {number}: o valor deve ser mais do que nada")
    return amount
