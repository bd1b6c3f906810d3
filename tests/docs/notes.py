#!/usr/bin/env python3
"""Holds the comments and the notes of docs/cielo-notes.md to each other.

    python3 tests/docs/notes.py

Every name that a comment cites in brackets has a note; every note says where it
comes from and is cited by a comment or linked from a page; in Portuguese each is
as sure and names the same. Numbers of sections and rows, which nobody can follow,
stand in no comment and on no page.
"""

from __future__ import annotations

import io
import json
import pathlib
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterable, Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NOTES = "docs/cielo-notes.md"
TWIN = "docs/cielo-notes.pt-BR.md"
#: How sure a note is, and what its twin says of it.
SURE = {"documented": "documentado", "seen in answers": "visto em respostas",
        "inferred": "deduzido"}
# Bytes to replay, tables to compare with: no comments in them.
NOT_READ = ("tests/fuzz/corpus/", "tests/codes/data/")

NAME = r"[a-z]{2,}(?:-[a-z]+)+"
CITED = re.compile(rf"(?<!ignore)\[({NAME})\]")
LINKED = re.compile(rf"cielo-notes(?:\.pt-BR)?\.md#({NAME})")

# ---- comments ----

C_TOKEN = re.compile(r""" "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
                        | (?P<comment>/\*.*?\*/|//[^\n]*) """, re.S | re.X)
LUA_TOKEN = re.compile(r""" "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
                          | (?P<comment>--\[\[.*?\]\]|--[^\n]*) """, re.S | re.X)
HASH = re.compile(r"(?:^|\s)(?P<comment>#[^\n]*)", re.M)


def python_comments(text: str) -> Iterator[str]:
    """Comments, and the long strings, which are nearly all docstrings."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or (
                token.type == tokenize.STRING and token.string.lstrip("rbfRBF")[:3] == '"""'):
            yield token.string


def comments(path: str, text: str) -> Iterator[str]:
    suffix = pathlib.PurePath(path).suffix
    if suffix in (".py", ".pyi"):
        yield from python_comments(text)
    elif suffix == ".json":
        if path.startswith("tests/cases/"):
            yield json.loads(text)["about"]
    elif suffix != ".md":
        token = C_TOKEN if suffix in (".c", ".h") \
            else LUA_TOKEN if suffix in (".lua", ".rockspec") else HASH
        yield from (match["comment"] for match in token.finditer(text) if match["comment"])


def prose(comment: str) -> str:
    """A comment as one line, without its stars, dashes and hashes."""
    lines = re.sub(r'^/\*+|\*/$|^"""|"""$', "", comment).split("\n")
    return " ".join(re.sub(r"^\s*(?:\*|--+|#[:!]?|//)?\s*", "", line) for line in lines).strip()


# ---- numbers of a book that is not here ----

# What has a number of its own by right: standards, protocols, programs.
BY_RIGHT = re.compile(
    r"RFC \d+(?:,? (?:section )?[\d.]+)*|\bHTTP/\d\.\d|\bAPI 3\.0|\bTLS 1\.\d|R\$ ?[\d.,]+"
    r"|/\d\.\d\b|-\d\.\d\b|\b\d+(?:\.\d+){2,}"
    r"|\b(?:PUC|LuaJIT|jit|Lua|lua|run\.sh|lua\.sh|C?Python|libcurl|cJSON)"
    r"(?:,? ?(?:and|or|to|of)? ?\(?\d\.\d+)+", re.I)
SECTION = (r"(?<![\d.$])(?:1\.[1-6]|2\.(?:1\d|2[0-2]|\d)|3\.[1-9]|4\.[1-5]|5\.[12]"
           r"|6\.(?:1[0-4]|[1-9])|7\.[1-4])(?![\d%]|\.\d)")
ANYWHERE = [re.compile(pattern, re.I) for pattern in (
    r"(?<![\w-])(?:reference|sections?|interface|architecture|seed 0) ?\d+(?:\.\d+)?\b",
    r"\(interface: \w+\)",
    rf"{SECTION}, ?rows? \d+",
    r"[(,;] ?rows? \d+",
    rf"\((?:[^()]*[ ,;])?{SECTION}(?:[,;][^()]*)?\)",
)]
IN_CODE = [re.compile(pattern, re.I) for pattern in (
    rf"^{SECTION}(?=[,:.; ]|$)",
    rf"{SECTION}(?:,| and| to) {SECTION}",
    rf"\b(?:answer|rule|body|table|case|form|shape|what)s? of {SECTION}",
    rf"\b{SECTION}(?=: [a-z])",
)]


def old_numbers(text: str, patterns: Iterable[re.Pattern[str]]) -> list[str]:
    text = BY_RIGHT.sub("", text)
    return [match.group() for pattern in patterns for match in pattern.finditer(text)]


# ---- notes ----

def read_notes(text: str) -> dict[str, str]:
    """The body of each note by its name."""
    parts = re.split(r"^### (.*)$", text, flags=re.M)
    return {heading: re.sub(r"^## .*", "", body, flags=re.M | re.S)
            for heading, body in zip(parts[1::2], parts[2::2])}


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT,
                            check=True, stdout=subprocess.PIPE).stdout.decode()
    return sorted(path for path in listed.split("\0")
                  if path and not path.startswith(NOT_READ) and (ROOT / path).is_file())


class Count:
    def __init__(self) -> None:
        self.passed = self.failed = 0

    def hold(self, true: object, what: str) -> None:
        if true:
            self.passed += 1
        else:
            self.failed += 1
            print(f"failed: {what}")


def check_notes(count: Count, notes: dict[str, str], used: set[str]) -> None:
    for heading, body in notes.items():
        name = heading.strip("[]")
        count.hold(re.fullmatch(rf"\[{NAME}\]", heading),
                   f"{NOTES}: {heading} is a name in brackets")
        source = re.findall(r"^Source: \S.*; sure: (.*)$", body, re.M)
        count.hold(len(source) == 1 and source[0] in SURE,
                   f"{NOTES}: [{name}] has one line \"Source: ...; sure: {' | '.join(SURE)}\"")
        count.hold(name in used, f"{NOTES}: [{name}] is cited by a comment or linked from a page")


def check_twin(count: Count, notes: dict[str, str]) -> None:
    """The same notes in Portuguese, as sure of each, and with the codes and members it has."""
    twins = read_notes((ROOT / TWIN).read_text(encoding="utf-8"))
    count.hold(list(twins) == list(notes), f"{TWIN}: the notes of {NOTES}, in its order")
    for heading, body in notes.items():
        twin = twins.get(heading, "")
        sure = re.findall(r"; sure: (.*)$", body, re.M)
        told = re.findall(r"^Fonte: \S.*; certeza: (.*)$", twin, re.M)
        count.hold([SURE.get(word) for word in sure] == told,
                   f"{TWIN}: {heading} has one line \"Fonte: ...; certeza: ...\", as sure")
        code = [set(re.findall(r"`([^`]+)`", text)) for text in (body, twin)]
        count.hold(code[0] == code[1], f"{TWIN}: {heading} names {sorted(code[0] ^ code[1])} once")


def main() -> int:
    count = Count()
    text = (ROOT / NOTES).read_text(encoding="utf-8")
    notes = read_notes(text)
    headings = re.findall(r"^### (.*)$", text, re.M)
    count.hold(len(headings) == len(notes), f"{NOTES}: no name twice")
    names = {heading.strip("[]") for heading in notes}
    used: set[str] = set()
    for path in tracked():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        said = [prose(comment) for comment in comments(path, text)]
        cited = [name for comment in said for name in CITED.findall(comment)]
        if path not in (NOTES, TWIN):
            cited += LINKED.findall(text)
        for name in sorted(set(cited)):
            count.hold(name in names, f"{path}: [{name}] has a note")
        used.update(cited)
        old = [found for comment in said for found in old_numbers(comment, ANYWHERE + IN_CODE)]
        if path.endswith(".md"):
            old += old_numbers(" ".join(text.split()), ANYWHERE)
        count.hold(not old, f"{path}: numbers that lead nowhere: {'; '.join(sorted(set(old)))}")
    check_notes(count, notes, used)
    check_twin(count, notes)
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
