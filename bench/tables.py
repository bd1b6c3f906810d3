"""What a job tells: a table of Markdown, bars of the chart, aims with their figures."""

from __future__ import annotations

import re
from typing import NamedTuple


class Bar(NamedTuple):
    title: str
    ratio: float  # to what stands at 1
    ours: bool


class Panel(NamedTuple):
    """One group of bars; `floor` says what stands at 1."""

    title: str
    floor: str
    bars: list[Bar]


class Aim(NamedTuple):
    what: str
    figure: float | None  # None: could not be measured
    limit: float
    unit: str = ""
    least: bool = False  # the figure should be no less; else no more

    @property
    def verdict(self) -> str:
        if self.figure is None:
            return "not measured"
        figure = round(self.figure, 2)  # as it is told
        met = figure >= self.limit if self.least else figure <= self.limit
        return "met" if met else "**missed**"


class Section(NamedTuple):
    """Goes between the marks of its name in docs/bench.md."""

    name: str
    text: str
    aims: list[Aim]
    panels: list[Panel] = []


def table(head: list[str], rows: list[list[str]]) -> str:
    """The first column is text, the others are numbers."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows])


def number(value: float | None, unit: str = "") -> str:
    """As many digits as mean something."""
    if value is None:
        return "not measured"
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:,.{digits}f}"
    if abs(value) < 100 and unit == "KB":
        text = f"{value:,.0f}" if value == int(value) else text
    return f"{text} {unit}".strip()


def aims_table(aims: list[Aim]) -> str:
    rows = [[aim.what, number(aim.figure, aim.unit),
             ("at least " if aim.least else "") + number(aim.limit, aim.unit), aim.verdict]
            for aim in aims]
    return table(["what", "figure", "aim", ""], rows)


#: How a program of another job tells an aim: "WHAT (aim: 0.5 of orjson)", a table
#: below it, and in its first row, which is ours, the figure as the last number.
TOLD = re.compile(r"^(.+) \(aim: ([\d.]+)( of [^)]+)?\)\n\n.*\n\| ---.*\n\|.* ([\d.]+) \|$", re.M)


def told_aims(text: str) -> list[Aim]:
    return [Aim(what + beside, float(figure), float(limit))
            for what, limit, beside, figure in TOLD.findall(text)]
