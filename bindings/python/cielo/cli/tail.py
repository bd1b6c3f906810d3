"""`cielo sales tail`: the journal as it is written, without a ledger."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import click

import cielo
import cielo.journal
from cielo.backoffice.record_shape import fault_of

from . import show
from .app import App
from .commands import Command, ledger_options, pass_app
from .values import money

__all__ = ["tail"]

PAUSE = 0.3
RESULTS = ("approved", "declined", "pending", "failed", "unknown", "adopted", "absent")


class Reader:
    """The writes of folders and what became of them, as they come."""

    def __init__(self, folders: list[str]) -> None:
        self._folders = folders
        self._offsets: dict[tuple[str, str], int] = {}
        self._intents: dict[str, dict[str, Any]] = {}

    def new(self) -> Iterator[dict[str, Any]]:
        """What was written since the last call."""
        for folder in self._folders:
            for name in self._segments(folder):
                records = cielo.journal.records(folder, name,
                                                self._offsets.get((folder, name), 0))
                try:
                    for record in records:
                        if fault_of(record) is None:  # the ledger tells of those that are none
                            yield from self._rows(record)
                    self._offsets[folder, name] = records.offset
                finally:
                    records.close()

    @staticmethod
    def _segments(folder: str) -> list[str]:
        try:
            return [one.name for one in cielo.journal.segments(folder)]
        except cielo.JournalError:  # a folder is made with its first record
            return []

    def _rows(self, record: dict[str, Any]) -> Iterator[dict[str, Any]]:
        kind = record["rec"]
        if kind == "intent":
            self._intents[record["id"]] = record
        about = record if kind == "intent" else self._intents.get(record.get("of") or "", {})
        if kind in ("intent", "outcome", "settled"):
            if kind != "intent":
                self._intents.pop(record.get("of") or "", None)
            amounts = record.get("amounts") or {}
            yield {"at": record["at"], "record": kind, "operation": about.get("op"),
                   "merchant_order_id": about.get("order"),
                   "payment_id": record.get("payment_id") or about.get("payment_id"),
                   "amount": about.get("amount", amounts.get("amount")),
                   "result": record.get("result") or record.get("state"),
                   "status": record.get("status"), "code": record.get("code"),
                   "ms": record.get("ms"), "id": record.get("of") or record.get("id")}


def _rows(folders: list[str], lines: int, follow: bool, results: tuple[str, ...]) -> (
        Iterator[dict[str, Any]]):
    """The last so many lines, then what is written."""
    reader = Reader(folders)

    def wanted() -> Iterator[dict[str, Any]]:
        return (row for row in reader.new()
                if (row["result"] in results if results else row["record"] != "intent"))

    last = deque(wanted(), maxlen=lines)
    yield from sorted(last, key=lambda row: str(row["at"]))
    while follow:
        yield from wanted()
        time.sleep(PAUSE)


@click.command(cls=Command, epilog="cielo sales tail --result unknown --journal /var/lib/shop")
@click.option("--result", multiple=True, type=click.Choice(RESULTS), metavar="RESULT",
              help=f"Só o que deu nisto: {', '.join(RESULTS)}. // "
                   f"Only what came to this: {', '.join(RESULTS)}.")
@click.option("--lines", "-n", type=click.IntRange(0), metavar="N", default=10, show_default=True,
              help="Linhas do que já há. // Lines of what is there.")
@click.option("--follow/--no-follow", default=True, help="Continua a ler. // Goes on reading.")
@ledger_options
@pass_app
def tail(app: App, result: tuple[str, ...], lines: int, follow: bool) -> None:
    """O diário ao vivo: cada escrita com o que deu. Ctrl-C acaba.

    //

    The journal, live: each write with what became of it. Ctrl-C ends it.
    """
    rows = _rows(app.folders(), lines, follow, result)
    try:
        if app.json:
            show.json_rows(rows)
            return
        for row in rows:
            told = click.style(str(row["result"] or "").ljust(9),
                               fg=_colour(str(row["result"])))
            click.echo(f"{row['at']}  {told}  {(row['operation'] or '?').ljust(14)}"
                       f"  {money(row['amount'], app.lang).rjust(11)}"
                       f"  {row['merchant_order_id'] or row['payment_id'] or ''}"
                       f"  {row['code'] or ''}".rstrip())
    except KeyboardInterrupt:
        return


def _colour(word: str) -> str | None:
    style = show.STYLES.get(word, "")
    return style.split()[-1] if style else None
