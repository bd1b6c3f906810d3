"""What a batch is asked for by a file: a line for each sale."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TextIO

from .errors import BadValue, Problems, Usage
from .words import cents_of

__all__ = ["MOST", "Line", "file_text", "read_csv"]

_NAMES = {
    "payment_id": "payment_id", "paymentid": "payment_id",
    "order": "order", "merchant_order_id": "order", "merchantorderid": "order",
    "order_number": "order", "pedido": "order",
    "amount": "amount", "valor": "amount",
}
# Of an amount in cents: more of them are no sum of money, and no database's number.
DIGITS = 15
# Lines that are wrong, of which each is told.
MOST = 20

_CENTS = re.compile("[0-9]{2}")


class Line(NamedTuple):
    """A line of a file."""

    number: int
    names: dict[str, str]  # payment_id, order, or both, which one sale has then
    amount: int | None

    def __str__(self) -> str:
        return self.text("en")

    def text(self, lang: str) -> str:
        """What it names, by the names of columns in that language."""
        said = {"order": "pedido"} if lang == "pt" else {}
        return ", ".join(f"{said.get(name, name)} {value}" for name, value in self.names.items())


def file_text(data: bytes) -> str:
    """As spreadsheets save it: in UTF-8 or UTF-16, or as they did before."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_csv(file: TextIO, *, cents: bool = False,
             problems: Problems | None = None) -> Iterator[Line]:
    """Lines with a payment_id or an order, and an amount where not all that is left is meant.

    The first line names the columns; `;` or `,` or a tab is between them. Amounts are
    reais as people write them, or whole cents. A line that is wrong is left out and told with
    the others at the end: by whoever gave `problems`, else here.
    """
    wrong = problems or Problems(MOST)
    head = file.readline().lstrip("\ufeff")
    mark = max(";,\t", key=head.count)
    titles = next(_cells(csv.reader([head], delimiter=mark)), [])
    names = [_NAMES.get(title.strip().lower()) for title in titles]
    _demand_columns(titles, names)
    for number, cells in enumerate(_cells(csv.reader(file, delimiter=mark)), 2):
        line: Line | None = None
        if any(cell.strip() for cell in cells):
            with wrong.note():
                line = _line(number, cells, names, mark, cents)
        if line is not None:
            yield line
    if problems is None:
        wrong.demand_none()


def _line(number: int, cells: Sequence[str], names: Sequence[str | None], mark: str,
          cents: bool) -> Line:
    if len(cells) > len(names):
        raise Usage(f"line {number}: more values than columns: a sum with a comma stands in "
                    "quotes, or ; is between the columns",
                    f"linha {number}: mais valores do que colunas: uma soma com vírgula fica "
                    "entre aspas, ou as colunas se separam com ;")
    found = {name: cell.strip() for name, cell in zip(names, cells) if name and cell.strip()}
    if mark == "," and not cents and "amount" in names:
        _demand_whole(number, cells, names.index("amount"))
    amount = _amount(number, found.pop("amount", None), cents)
    if not found:
        raise Usage(f"line {number}: neither a payment_id nor an order",
                    f"linha {number}: nem payment_id nem pedido")
    if "payment_id" in found:
        found["payment_id"] = found["payment_id"].lower()
    return Line(number, found, amount)


def _demand_columns(titles: Sequence[str], names: Sequence[str | None]) -> None:
    """Usage where a column may be an amount that would be passed over: all would be sent."""
    known = [name for name in names if name]
    if not {"payment_id", "order"} & set(known):
        raise Usage("the first line names the columns: payment_id or order, and amount",
                    "a primeira linha diz as colunas: payment_id ou pedido, e valor")
    for name in sorted(set(known)):
        if known.count(name) > 1:
            raise Usage(f"two columns are {name}", f"duas colunas são {name}")
    others = ", ".join(title.strip() for title, name in zip(titles, names)
                       if name is None and title.strip())
    if others and "amount" not in known:
        raise Usage(f"no column is amount, and nobody knows {others}: call the amount so, or "
                    "leave out what is none",
                    f"nenhuma coluna é valor, e não se conhece {others}: chame assim o valor, ou "
                    "tire o que não é")


def _demand_whole(number: int, cells: Sequence[str], at: int) -> None:
    """Usage for 57,50 in two cells, which looks like 57 with another column beside it."""
    reais, beside = (cell.strip() for cell in [*cells, "", ""][at:at + 2])
    if reais and _CENTS.fullmatch(beside) and reais[-3:-2] not in (".", ","):
        raise Usage(f"line {number}: the amount may be {reais} or {reais},{beside}: write "
                    f'{reais}.00, or "{reais},{beside}" in quotes, or put ; between the columns',
                    f"linha {number}: o valor pode ser {reais} ou {reais},{beside}: escreva "
                    f'{reais}.00, ou "{reais},{beside}" entre aspas, ou separe as colunas com ;')


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
        if cents and not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
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
