"""The chart of docs/bench.md: bars of ratios as SVG, readable on light and dark."""

from __future__ import annotations

import html

from tables import Bar, Panel

WIDTH = 760
MARGIN = 16
ROW = 24
BAR = 14
HEAD = 62  # title and scale of a panel
LETTER = 6.9  # width of a letter at 13 pixels, on the large side
LONGEST = 6.0  # longer bars are cut, and their number stands beside them
FOOT = 30

STYLE = """
text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
.head { font-size: 15px; font-weight: 600; }
.small { font-size: 12px; fill: #59636e; }
.mine { font-weight: 600; }
.ours { fill: #0969da; } .peer { fill: #9ba3ad; }
.grid { stroke: #d1d9e0; } .one { stroke: #59636e; stroke-dasharray: 4 3; }
.cut { fill: #ffffff; }
.number { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
.page { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; } .small { fill: #9198a1; }
  .ours { fill: #58a6ff; } .peer { fill: #656c76; }
  .grid { stroke: #3d444d; } .one { stroke: #9198a1; }
  .cut, .page { fill: #0d1117; }
  .number { stroke: #0d1117; }
}
"""


def plain(text: str) -> str:
    return html.escape(text.replace("`", ""))


def scale_end(panels: list[Panel]) -> float:
    """One scale for all, so that panels can be held side by side."""
    longest = max(bar.ratio for panel in panels for bar in panel.bars)
    return max(1.5, min(LONGEST, longest))


class Canvas:
    def __init__(self, panels: list[Panel]) -> None:
        names = [plain(bar.title) for panel in panels for bar in panel.bars]
        self.left = MARGIN + max(len(name) for name in names) * LETTER + 8
        self.end = scale_end(panels)
        self.unit = (WIDTH - MARGIN - 44 - self.left) / self.end
        self.parts: list[str] = []

    def x(self, ratio: float) -> float:
        return self.left + min(ratio, self.end) * self.unit

    def text(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" '
                          f'text-anchor="{anchor}">{plain(text)}</text>')

    def line(self, x: float, top: float, bottom: float, kind: str) -> None:
        self.parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}" '
                          f'class="{kind}"/>')

    def bar(self, bar: Bar, y: float) -> None:
        kind = "ours" if bar.ours else "peer"
        top = y + (ROW - BAR) / 2
        self.text(self.left - 8, y + 17, bar.title, "mine" if bar.ours else "", "end")
        self.parts.append(f'<rect x="{self.left:.1f}" y="{top:.1f}" height="{BAR}" rx="2" '
                          f'width="{max(self.x(bar.ratio) - self.left, 1):.1f}" class="{kind}"/>')
        if bar.ratio > self.end:
            at = self.x(bar.ratio) - 26
            self.parts.append(f'<path d="M{at:.1f} {top + BAR + 1:.1f} l6 {-BAR - 2} h5 '
                              f'l-6 {BAR + 2} z" class="cut"/>')

    def value(self, bar: Bar, y: float) -> None:
        """With a rim in the colour of the page, as lines may pass behind it."""
        kind = "number mine" if bar.ours else "number"
        self.text(self.x(bar.ratio) + 6, y + 17, f"{bar.ratio:.2f}", kind)

    def panel(self, panel: Panel, top: float) -> float:
        bottom = top + HEAD + ROW * len(panel.bars)
        self.text(MARGIN, top + 18, panel.title, "head")
        self.text(MARGIN, top + 37, f"CPU time of a sale; 1 is {panel.floor}", "small")
        for step in range(int(self.end) + 1):
            self.line(self.x(step), top + HEAD - 4, bottom, "grid")
            self.text(self.x(step), top + HEAD - 8, str(step), "small", "middle")
        for index, bar in enumerate(panel.bars):
            self.bar(bar, top + HEAD + index * ROW)
        self.line(self.x(1), top + HEAD - 4, bottom, "one")
        for index, bar in enumerate(panel.bars):
            self.value(bar, top + HEAD + index * ROW)
        return bottom + 22


def sentence(panels: list[Panel]) -> str:
    """What one who hears it read is told: every bar, in words."""
    return " ".join(
        f"{panel.title}, beside {panel.floor}: "
        + ", ".join(f"{bar.title} {bar.ratio:.2f}" for bar in panel.bars) + "."
        for panel in panels)


def svg(panels: list[Panel]) -> str:
    canvas = Canvas(panels)
    top = float(MARGIN)
    for panel in panels:
        top = canvas.panel(panel, top)
    canvas.text(MARGIN, top + 6, "Blue: libcielo and lua-cielo. Shorter is less CPU time. "
                "A cut bar is longer than it is drawn.", "small")
    height = top + FOOT
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH}" height="{height:.0f}" role="img" aria-labelledby="t d">',
        '<title id="t">CPU time of a card sale, beside other clients</title>',
        f'<desc id="d">{plain(sentence(panels))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height:.0f}" rx="6" class="page"/>',
        *canvas.parts, "</svg>", ""])
