"""What a command shows: tables and colours in a terminal, plain text elsewhere, JSON.

JSON is one array, written as its rows come; moments are UTC, sums are cents.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from .app import App, is_terminal

__all__ = ["STYLES", "json_rows", "plain", "progress", "table", "waiting"]

# Of words that tell how something stands.
STYLES = {"paid": "green", "done": "green", "adopted": "green", "active": "green",
          "approved": "green", "not_authorized": "red", "refused": "red", "failed": "red",
          "declined": "red", "disabled": "red", "failing": "red", "in_doubt": "bold yellow",
          "unknown": "bold yellow", "pending": "cyan", "not_paid": "cyan", "paused": "yellow"}

# Cells up to so many characters, a moment among them, stay in one line.
KEPT = 20

UTC = datetime.timezone.utc


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime.datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None)
        return moment.isoformat(timespec="milliseconds") + "Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def json_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    """One array, a row a line, whole even when the rows end early."""
    out, comma = sys.stdout, ""
    out.write("[")
    try:
        for row in rows:
            out.write(f"{comma}\n{json.dumps(plain(row), ensure_ascii=False)}")
            out.flush()
            comma = ","
    finally:
        out.write("\n]\n" if comma else "]\n")
        out.flush()


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = (),
          styles: Sequence[str] | None = None, title: str | None = None) -> None:
    """Rows of text; `styles` has a word of each row that says its colour, in its first cell."""
    lines, to_right = [list(row) for row in rows], set(right)
    if is_terminal(sys.stdout):
        _rich_table(heads, lines, to_right, styles, title)
        return
    widths = [max([len(head), *(len(line[at]) for line in lines)])
              for at, head in enumerate(heads)]
    if title:
        click.echo(title)
    for line in [list(heads), *lines]:
        cells = (cell.rjust(width) if at in to_right else cell.ljust(width)
                 for at, (cell, width) in enumerate(zip(line, widths)))
        click.echo("  ".join(cells).rstrip())


def _rich_table(heads: Sequence[str], lines: Sequence[Sequence[str]], right: set[int],
                styles: Sequence[str] | None, title: str | None) -> None:
    from rich import box
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console, colours = Console(), [STYLES.get(word, "") for word in styles or ()]
    least = [_least(head, [line[at] for line in lines]) for at, head in enumerate(heads)]
    drawn = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
                  header_style="bold", show_edge=False, padding=(0, 1, 0, 0))
    if _fitting(least, console.width) == len(heads):
        for at, head in enumerate(heads):
            drawn.add_column(head, justify="right" if at in right else "left", overflow="fold",
                             min_width=least[at])
        for number, line in enumerate(lines):
            drawn.add_row(*(Text(cell, style=colours[number] if colours and at == 0 else "")
                            for at, cell in enumerate(line)))
        console.print(drawn)
        return
    # Nothing is cut off: what has no room stands below, by its name.
    widths = [max([len(head), *(len(line[at]) for line in lines)])
              for at, head in enumerate(heads)]
    fit = _fitting(widths, console.width)
    if title:
        console.print(Text(title, style="bold"))
    for number, line in enumerate([heads, *lines]):
        cells = [Text(cell.rjust(width) if at in right else cell.ljust(width))
                 for at, (cell, width) in enumerate(zip(line[:fit], widths))]
        if number == 0:
            console.print(Text("  ").join(cells), style="bold", soft_wrap=True)
            console.print("\u2500" * console.width)
            continue
        cells[0].stylize(colours[number - 1] if colours else "")
        console.print(Text("  ").join(cells), soft_wrap=True)
        rest = " \u00b7 ".join(f"{head}: {cell}" for head, cell in zip(heads[fit:], line[fit:])
                              if cell)
        if rest:
            console.print(Padding(Text(rest, overflow="fold"), (0, 0, 0, 2),
                                  expand=False))


def _least(head: str, cells: Sequence[str]) -> int:
    """How narrow a column may get: an identifier, which is copied, stays in one line."""
    widest = max(map(len, cells), default=0)
    if widest > KEPT and any(" " in cell for cell in cells):
        widest = KEPT
    return max(widest, *map(len, head.split()), 1)


def _fitting(least: Sequence[int], width: int) -> int:
    """How many columns, from the left, have room; two blanks are between them."""
    for fit in range(len(least), 1, -1):
        if sum(least[:fit]) + 2 * fit <= width:
            return fit
    return 1


# ---- long work ----


@contextmanager
def waiting(app: App, pt: str, en: str) -> Iterator[None]:
    """A sign of life in a terminal while something takes its time."""
    if not is_terminal(sys.stderr):
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(app.say(pt, en)):
        yield


@contextmanager
def progress(app: App, pt: str, en: str) -> Iterator[Callable[[int, int, int | None], object]]:
    """A bar in a terminal, a line now and then elsewhere."""
    import cielo

    bar = cielo.progress(app.say(pt, en), lang=app.lang)
    try:
        yield bar
    finally:
        bar.close()
