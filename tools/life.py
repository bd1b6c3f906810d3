#!/usr/bin/env python3
"""Draws the life of a call for the pages on safe outcomes, in both languages.

    python3 tools/life.py          # writes docs/call-life*.svg
    python3 tools/life.py --check  # 1 when they are others than it would write
"""

from __future__ import annotations

import html
import pathlib
import sys
from typing import NamedTuple

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"

WIDTH = 760
TOP = 76  # of the first step
STEP, GAP = 46, 68  # heights: of a step, and of what may happen before the next
LINE = 126  # x of the line of life
CARD, CARD_WIDTH = 232, 512
END = 92

STYLE = """
text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
.head { font-size: 15px; font-weight: 600; }
.small { font-size: 12px; fill: #59636e; }
.name { font-weight: 600; fill: #ffffff; }
.strong { font-weight: 600; }
.page { fill: #ffffff; }
.step { fill: #0969da; } .disk { fill: #1a7f37; } .asked { fill: #8250df; }
.life, .away { stroke: #59636e; stroke-width: 2; fill: none; }
.away { stroke-dasharray: 4 3; stroke-width: 1.5; }
.card { fill: #f6f8fa; stroke: #d1d9e0; }
.death { stroke: #cf222e; stroke-width: 2.5; fill: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; } .small { fill: #9198a1; }
  .page { fill: #0d1117; }
  .step { fill: #1f6feb; } .disk { fill: #238636; } .asked { fill: #8957e5; }
  .life, .away { stroke: #9198a1; }
  .card { fill: #151b23; stroke: #3d444d; }
  .death { stroke: #f85149; }
}
"""


class Texts(NamedTuple):
    suffix: str
    title: str
    scale: str
    on_disk: str
    after: str
    settle: str
    settle_texts: tuple[str, str]
    # Kind of box, its name, what is done there.
    steps: tuple[tuple[str, str, str], ...]
    # What a death after each step leaves on disk, and what is known afterwards.
    deaths: tuple[tuple[str, str], ...]


ENGLISH = Texts(
    "", "The life of a write, and what its death leaves behind",
    "Red: the process dies here. Green: on disk.", "on disk", "afterwards",
    "settle", ("any process that has the files looks at Cielo, and never charges:",
               "adopted, absent (after two looks ten minutes apart), or unknown"),
    (("step", "check", "fields are wrong: an error, nothing is sent"),
     ("disk", "intent", "one line in the journal, synced; if that fails, nothing is sent"),
     ("step", "send", "no answer in time: the call itself looks at Cielo"),
     ("step", "answer", "read, or read back"),
     ("disk", "outcome", "one more line, never waited for")),
    (("nothing, or a torn line that readers skip", "nothing was sent"),
     ("the intent", "settled: absent"),
     ("the intent", "settled: adopted, or absent"),
     ("the intent", "settled: adopted")))

PORTUGUESE = Texts(
    ".pt-BR", "A vida de uma escrita, e o que a sua morte deixa",
    "Vermelho: o processo morre aqui. Verde: em disco.", "em disco", "depois",
    "acertar", ("qualquer processo com os arquivos consulta a Cielo, e nunca cobra:",
                "adopted, absent (duas consultas com dez minutos entre elas), unknown"),
    (("step", "conferir", "campos errados: um erro, nada é enviado"),
     ("disk", "intenção", "uma linha no diário, sincronizada; se isso falha, nada é enviado"),
     ("step", "enviar", "sem resposta a tempo: a própria chamada consulta a Cielo"),
     ("step", "resposta", "lida, ou consultada"),
     ("disk", "desfecho", "mais uma linha, que ninguém espera")),
    (("nada, ou uma linha cortada que a leitura pula", "nada foi enviado"),
     ("a intenção", "acertada: absent"),
     ("a intenção", "acertada: adopted, ou absent"),
     ("a intenção", "acertada: adopted")))


class Canvas:
    def __init__(self) -> None:
        self.parts: list[str] = []

    def text(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        self.parts.append(f'<text x="{x:g}" y="{y:g}" class="{kind}" '
                          f'text-anchor="{anchor}">{html.escape(text)}</text>')

    def labelled(self, x: float, y: float, label: str, text: str) -> None:
        self.parts.append(f'<text x="{x:g}" y="{y:g}"><tspan class="small">{html.escape(label)}:'
                          f'</tspan><tspan dx="5">{html.escape(text)}</tspan></text>')

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        self.parts.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
                          f'rx="6" class="{kind}"/>')

    def path(self, path: str, kind: str) -> None:
        self.parts.append(f'<path d="{path}" class="{kind}"/>')


def draw_step(canvas: Canvas, y: float, kind: str, name: str, what: str) -> None:
    canvas.box(LINE - 56, y, 112, STEP - 16, kind)
    canvas.text(LINE, y + 22, name, "name", "middle")
    canvas.text(CARD, y + 22, what)


def draw_death(canvas: Canvas, y: float, texts: Texts, on_disk: str, after: str) -> None:
    middle = y + GAP / 2
    canvas.path(f"M{LINE - 9} {middle - 9:g} l18 18 m0 -18 l-18 18", "death")
    canvas.path(f"M{LINE + 18} {middle:g} H{CARD - 6}", "away")
    canvas.box(CARD, middle - 26, CARD_WIDTH, 52, "card")
    canvas.labelled(CARD + 12, middle - 5, texts.on_disk, on_disk)
    canvas.labelled(CARD + 12, middle + 15, texts.after, after)


def draw_settling(canvas: Canvas, y: float, texts: Texts) -> None:
    canvas.box(LINE - 56, y, 112, STEP - 16, "asked")
    canvas.text(LINE, y + 22, texts.settle, "name", "middle")
    for index, line in enumerate(texts.settle_texts):
        canvas.text(CARD, y + 14 + index * 19, line)


def describe(texts: Texts) -> str:
    """What one who hears it read is told."""
    parts = []
    for index, (_, name, what) in enumerate(texts.steps):
        parts.append(f"{index + 1}. {name}: {what}.")
        if index < len(texts.deaths):
            on_disk, after = texts.deaths[index]
            parts.append(f"† {texts.on_disk}: {on_disk}; {texts.after}: {after}.")
    return " ".join([*parts, texts.settle, *texts.settle_texts])


def draw(texts: Texts) -> str:
    canvas = Canvas()
    pitch = STEP + GAP
    last = TOP + (len(texts.steps) - 1) * pitch
    height = last + STEP + END
    canvas.text(16, 30, texts.title, "head")
    canvas.text(16, 51, texts.scale, "small")
    canvas.path(f"M{LINE} {TOP} V{last}", "life")
    for index, step in enumerate(texts.steps):
        draw_step(canvas, TOP + index * pitch, *step)
    for index, death in enumerate(texts.deaths):
        draw_death(canvas, TOP + STEP - 16 + index * pitch + 8, texts, *death)
    draw_settling(canvas, last + STEP + 22, texts)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{html.escape(texts.title)}</title>',
        f'<desc id="d">{html.escape(describe(texts))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" rx="6" class="page"/>',
        *canvas.parts, "</svg>", ""])


def main(arguments: list[str]) -> int:
    stale = 0
    for texts in (ENGLISH, PORTUGUESE):
        path, drawn = DOCS / f"call-life{texts.suffix}.svg", draw(texts)
        if "--check" not in arguments:
            path.write_text(drawn, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != drawn:
            print(f"{path.name} is not what tools/life.py draws")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
