"""What cielo.progress() gives: a bar in a terminal, else a line now and then."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from time import monotonic
from typing import Any, NamedTuple, Optional, TextIO

__all__ = ["progress"]

#: Seconds between two lines where there is no terminal.
LINE_EVERY = 5.0


class Words(NamedTuple):
    """What is said beside the numbers, in a language."""

    name: str
    some: str  # of a total that is not known
    of_all: str
    failed: str


WORDS = {
    "en": Words("Calls", "{done} done", "{done} of {total} done", "{failed} failed"),
    "pt": Words("Chamadas", "{done}", "{done} de {total}", "falhas: {failed}"),
}


def language(environment: Mapping[str, str]) -> str:
    """Portuguese where the locale is, else English, as of all that the library tells."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG")
                   if environment.get(name)), "")
    return "pt" if locale.lower().startswith("pt") else "en"


class Lines:
    """Plain lines, such as logs keep."""

    def __init__(self, description: str, words: Words, stream: TextIO) -> None:
        self._description = description
        self._words = words
        self._stream = stream
        self._next = 0.0
        self._untold: Optional[str] = None

    def __call__(self, done: int, failed: int, total: Optional[int]) -> None:
        told = f"{self._words.some if total is None else self._words.of_all}, {self._words.failed}"
        told = told.format(done=done, failed=failed, total=total)
        self._untold = f"{self._description}: {told}"
        if monotonic() >= self._next:
            self._tell()
            self._next = monotonic() + LINE_EVERY

    def close(self) -> None:
        self._tell()

    def _tell(self) -> None:
        line, self._untold = self._untold, None
        if line is not None:
            print(line, file=self._stream, flush=True)


class Bar:
    """A bar of rich's, put away when the loop is left."""

    def __init__(self, description: str, bar: Any) -> None:
        self._bar = bar
        self._task = bar.add_task(description, total=None, failed=0)

    def __call__(self, done: int, failed: int, total: Optional[int]) -> None:
        self._bar.start()
        self._bar.update(self._task, completed=done, failed=failed, total=total)

    def close(self) -> None:
        self._bar.refresh()
        self._bar.stop()


def progress(description: Optional[str] = None, *, lang: Optional[str] = None) -> Any:
    """A progress for client.many(): a bar on stderr, where that is a terminal.

    Elsewhere a line now and then.  Needs rich: pip install 'libcielo[progress]'.
    Each is for one loop, which puts it away at its end.  lang is "pt" or "en";
    without it the locale's.
    """
    words = WORDS.get(lang or language(os.environ))
    if words is None:
        raise ValueError(f"lang is pt or en, not {lang!r}")
    try:
        from rich import console as consoles
        from rich import progress as bars
    except ImportError as error:
        raise ImportError(
            "cielo.progress() needs rich: pip install 'libcielo[progress]'", name="rich"
        ) from error
    name = description or words.name
    if not sys.stderr.isatty():
        return Lines(name, words, sys.stderr)
    console = consoles.Console(stderr=True)
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TextColumn(words.failed.format(failed="{task.fields[failed]}")),
        bars.TimeElapsedColumn(),
        bars.TimeRemainingColumn(),
    )
    return Bar(name, bars.Progress(*columns, console=console))
