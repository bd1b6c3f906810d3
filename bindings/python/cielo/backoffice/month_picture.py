"""The picture of a month: what was used each day, as bars in SVG.

It says by its title and description, and by each bar's, what it shows to who does not see
it, or not in colours. It turns dark with the reader's choice.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from babel.dates import format_date
from babel.numbers import format_decimal

__all__ = ["COLOURS", "draw"]

WIDTH, HEIGHT = 720, 260
# On a phone, where letters of the other one would be too small.
NARROW = 350
LEFT, RIGHT, BOTTOM = 44, 12, 28
# Of a row of the legend, and of a letter in it.
ROW, LETTER = 18, 7.0
#: Colours by theme: paper, ink, lines, then services in their order; the last is for all others.
COLOURS = {
    "light": ("#ffffff", "#1f2937", "#d1d5db", "#0b5cad", "#e07b00", "#3d8b40", "#8e44ad",
              "#6b7280"),
    "dark": ("#111827", "#e5e7eb", "#374151", "#6cb4ff", "#ffb454", "#86d38a", "#d7a3f0",
             "#9ca3af"),
}
NAMES = ("paper", "ink", "line", "bar0", "bar1", "bar2", "bar3", "bar4")
SHOWN = 4

TEXTS = {
    "pt": {"title": "Uso por dia em {month}", "none": "Nada foi usado neste mês.",
           "sum": "{total} usos: {parts}. Dia com mais usos: {day}, com {most}.",
           "day": "{day}: {parts}", "others": "Outros"},
    "en": {"title": "Use by day in {month}", "none": "Nothing was used in this month.",
           "sum": "{total} uses: {parts}. Most on {day}: {most}.",
           "day": "{day}: {parts}", "others": "Others"},
}
LOCALES = {"pt": "pt_BR", "en": "en"}


def ceiling(most: int) -> int:
    """The first of 1, 2, 4, 5, 10, 20, ... that is not below."""
    power = 1
    while True:
        for step in (1, 2, 4, 5):
            if step * power >= most:
                return step * power
        power *= 10


class _Picture:
    def __init__(self, days: Sequence[datetime.date],
                 uses: Mapping[datetime.date, Mapping[str, int]],
                 names: Mapping[str, str], language: str, width: int) -> None:
        self.days = days
        self.width = width
        self.locale = LOCALES[language]
        self.texts = TEXTS[language]
        counts = {key: sum(uses.get(day, {}).get(key, 0) for day in days) for key in names}
        ordered = sorted((key for key in names if counts[key]), key=lambda key: -counts[key])
        # One more than the most is no reason for "others".
        shown = ordered if len(ordered) <= SHOWN + 1 else ordered[:SHOWN]
        self.groups = [(names[key], [key]) for key in shown]
        if len(shown) < len(ordered):
            self.groups.append((self.texts["others"], ordered[SHOWN:]))
        self.bars = {day: [sum(uses.get(day, {}).get(key, 0) for key in keys)
                           for _, keys in self.groups] for day in days}
        self.most = max(map(sum, self.bars.values()), default=0)
        self.top = ceiling(self.most)
        self.places = list(self.place_legend())
        self.above = 22 + ROW * (self.places[-1][1] + 1 if self.places else 0)

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.locale))

    def day_name(self, day: datetime.date) -> str:
        form = "d 'de' MMMM" if self.locale == "pt_BR" else "MMMM d"
        return str(format_date(day, form, locale=self.locale))

    def parts(self, counts: Sequence[int]) -> str:
        return ", ".join(f"{name} {self.number(count)}"
                         for (name, _), count in zip(self.groups, counts) if count)

    @property
    def title(self) -> str:
        form = "MMMM 'de' y" if self.locale == "pt_BR" else "MMMM y"
        return self.texts["title"].format(
            month=format_date(self.days[0], form, locale=self.locale))

    @property
    def description(self) -> str:
        if not self.most:
            return self.texts["none"]
        sums = [sum(bar[n] for bar in self.bars.values()) for n in range(len(self.groups))]
        busiest = max(self.days, key=lambda day: sum(self.bars[day]))
        return self.texts["sum"].format(
            total=self.number(sum(sums)), parts=self.parts(sums),
            day=self.day_name(busiest), most=self.number(self.most))

    # ---- its parts ----

    def height(self, count: int) -> float:
        return count / self.top * (HEIGHT - self.above - BOTTOM)

    def scale(self) -> Iterator[str]:
        # Halves where a half is a whole number of uses.
        steps = (0, self.top // 2, self.top) if self.top % 2 == 0 else (0, self.top)
        for value in steps:
            y = HEIGHT - BOTTOM - self.height(value)
            yield (f'<line class="line" x1="{LEFT}" x2="{self.width - RIGHT}" y1="{y:.1f}" '
                   f'y2="{y:.1f}"/>')
            yield (f'<text class="ink" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
                   f'{self.number(value)}</text>')

    def place_legend(self) -> Iterator[tuple[float, int]]:
        """Where each name begins, and in which row."""
        x, row = float(LEFT), 0
        for name, _ in self.groups:
            wide = 34 + LETTER * len(name)
            if x + wide > self.width and x > LEFT:
                x, row = float(LEFT), row + 1
            yield x, row
            x += wide

    def legend(self) -> Iterator[str]:
        for n, ((name, _), (x, row)) in enumerate(zip(self.groups, self.places)):
            y = 8 + ROW * row
            yield f'<rect class="bar{n}" x="{x:.1f}" y="{y}" width="11" height="11" rx="2"/>'
            yield f'<text class="ink" x="{x + 16:.1f}" y="{y + 10}">{escape(name)}</text>'

    def columns(self) -> Iterator[str]:
        step = (self.width - LEFT - RIGHT) / len(self.days)
        gap = 2 if self.width == WIDTH else 1
        for n, day in enumerate(self.days):
            x = LEFT + n * step
            if day.day == 1 or day.day % 5 == 0:
                yield (f'<text class="ink" x="{x + step / 2:.1f}" y="{HEIGHT - 10}" '
                       f'text-anchor="middle">{day.day}</text>')
            counts = self.bars[day]
            if not sum(counts):
                continue
            label = self.texts["day"].format(day=self.day_name(day), parts=self.parts(counts))
            yield f"<g><title>{escape(label)}</title>"
            y = float(HEIGHT - BOTTOM)
            for group, count in enumerate(counts):
                if count:
                    high = self.height(count)
                    y -= high
                    yield (f'<rect class="bar{group}" x="{x + gap:.1f}" y="{y:.1f}" '
                           f'width="{step - 2 * gap:.1f}" height="{high:.1f}"/>')
            yield "</g>"


def _rules(theme: str) -> str:
    """A rule for each class: in the colour of lines what is drawn, else of areas."""
    return "".join(f".{name}{{{'stroke' if name == 'line' else 'fill'}:{colour}}}"
                   for name, colour in zip(NAMES, COLOURS[theme]))


def _style(theme: str) -> str:
    if theme == "page":
        return ""
    rules = _rules("light" if theme == "auto" else theme)
    if theme == "auto":
        rules += f"@media (prefers-color-scheme:dark){{{_rules('dark')}}}"
    return f"<style>{rules}</style>"


def draw(days: Sequence[datetime.date], uses: Mapping[datetime.date, Mapping[str, int]],
         names: Mapping[str, str], language: str = "pt", theme: str = "auto",
         narrow: bool = False) -> str:
    """`uses` by day and service, `names` of the services that are shown."""
    if theme not in ("auto", "page", *COLOURS):
        raise ValueError(f"no theme {theme!r}")
    picture = _Picture(days, uses, names, "pt" if language.startswith("pt") else "en",
                       NARROW if narrow else WIDTH)
    body = "\n".join((*picture.scale(), *picture.legend(), *picture.columns()))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width} {HEIGHT}" '
            f'lang="{picture.locale.replace("_", "-")}" role="img" class="month" '
            'aria-labelledby="month-title month-description" '
            'font-family="system-ui, sans-serif" font-size="12">\n'
            f'<title id="month-title">{escape(picture.title)}</title>\n'
            f'<desc id="month-description">{escape(picture.description)}</desc>\n'
            f'{_style(theme)}<rect class="paper" width="{picture.width}" height="{HEIGHT}"/>\n'
            f"{body}\n</svg>\n")
