"""The style of the house, as far as no other tool knows it.

    python tests/house/style.py

Lines that are too long (of Python ruff tells), files without a word of opening,
functions that run on, notes to oneself; and in the core: lines broken behind an
operator, functions of C that know no bounds, and functions that only tests call.
The last is read from the objects that `make lib` left under build/lib.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "house"))

from floors import Count, symbols  # noqa: E402

WIDTH = {".c": 80, ".h": 80, ".lua": 100}
ROW_WIDTH = 100  # of a table of X-macros
READ = (*WIDTH, ".py")
LONGEST = 60  # lines of a function, its head and its braces too

#: What is not written by hand, or is another's text.
NOT_READ = ("tests/fuzz/corpus/", "tests/codes/data/", "bindings/lua/cielo/meta.lua",
            "bindings/python/cielo/backoffice/migrations/versions/")

#: Tables of sentences, one a line.
SENTENCES = re.compile(r"core/src/facts/codes_\w+\.h$")

#: In two parts, so as not to be found here.
NOTE = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")

#: Functions that write or read past what they are given, and their like.
BANNED = re.compile(
    r"\b(sprintf|vsprintf|strcpy|strcat|gets|atoi|atol|strtok|alloca|scanf|sscanf)\s*\(")

#: Where strcpy copies a text that is known to fit, by file and function.
BOUNDED = {
    ("core/src/call/failure.c", "set_code"), ("core/src/call/send.c", "hand_over"),
    ("core/src/call/result.c", "cielo__result_attempt"),
    ("core/src/call/settle.c", "cielo__settle_start"),
    ("core/src/call/settle.c", "judge_newest"), ("core/src/call/settle.c", "list_candidates"),
}


def files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT,
                            check=True, stdout=subprocess.PIPE).stdout.decode()
    return sorted(path for path in listed.split("\0") if Path(path).suffix in READ
                  and not path.startswith(NOT_READ) and (ROOT / path).is_file())


# ---- lines ----

def is_row(line: str) -> bool:
    """A line of a table of X-macros, or of a macro."""
    return line.endswith("\\") or re.match(r"\s+[A-Z]+\(", line) is not None


def check_lines(count: Count, path: str, text: str) -> None:
    limit = WIDTH.get(Path(path).suffix, sys.maxsize)
    long, notes, late = [], [], []
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > (ROW_WIDTH if limit == 80 and is_row(line) else limit):
            long.append(number)
        if NOTE.search(line):
            notes.append(number)
        if re.search(r"(&&|\|\|)\s*\\?$", line):
            late.append(number)
    count.hold(not long or SENTENCES.match(path), f"{path}: too long are lines {long}")
    count.hold(not notes, f"{path}: notes to oneself in lines {notes}")
    if path.startswith("core/src/"):
        count.hold(not late, f"{path}: broken behind an operator are lines {late}")


def check_opening(count: Count, path: str, text: str) -> None:
    """Says what the file is, in its first words."""
    start = re.sub(r"^#!.*\n", "", text)
    first = {".lua": r"--", ".py": r"#|[rR]?\"\"\""}.get(Path(path).suffix, r"/\*")
    count.hold(not text or re.match(first, start), f"{path} opens with a comment")


# ---- functions ----

def bare(text: str) -> str:
    """C without comments and strings, line by line."""
    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, text,
                  flags=re.S)


def c_functions(text: str) -> Iterator[tuple[str, int, int]]:
    """Name, first and last line of each: its braces stand at the margin."""
    for match in re.finditer(r"^(\w[^;{}#=]*?\b(\w+)\([^;{}#]*\))\n\{\n.*?^\}", text, re.M | re.S):
        begin = text.count("\n", 0, match.start()) + 1
        yield match[2], begin, begin + match[0].count("\n")


def python_functions(text: str) -> Iterator[tuple[str, int, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno or node.lineno


def lua_functions(text: str) -> Iterator[tuple[str, int, int]]:
    """Those on lines of their own: `end` stands below `function`."""
    text = re.sub(r"\[\[.*?\]\]", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.S)
    for match in re.finditer(
            r"^( *)(?:local )?function ([\w.:]+)(?!.*\bend$).*\n(?:.*\n)*?\1end\b", text, re.M):
        begin = text.count("\n", 0, match.start()) + 1
        yield match[2], begin, begin + match[0].count("\n")


FUNCTIONS = {".c": c_functions, ".py": python_functions, ".lua": lua_functions}


def check_functions(count: Count, path: str, text: str) -> set[tuple[str, str]]:
    """Gives those that copy where they may."""
    bounded = set()
    functions = FUNCTIONS.get(Path(path).suffix)
    code = bare(text) if path.endswith(".c") else text
    for name, begin, end in functions(code) if functions else ():
        count.hold(end - begin < LONGEST,
                   f"{path}:{begin} {name} has {end - begin + 1} lines, of {LONGEST}")
        body = "\n".join(code.splitlines()[begin - 1:end])
        for used in sorted(set(BANNED.findall(body))) if path.startswith("core/src/") else ():
            may = used == "strcpy" and (path, name) in BOUNDED
            count.hold(may, f"{path}: {name} calls {used}")
            if may:
                bounded.add((path, name))
    return bounded


# ---- functions that nobody calls ----

def words(*folders: str) -> set[str]:
    return {word for folder in folders for path in (ROOT / folder).rglob("*.[ch]")
            for word in re.findall(r"\bcielo__\w+", path.read_text(encoding="utf-8"))}


def check_callers(count: Count) -> None:
    build, sources = ROOT / "build/lib", ROOT / "core/src"
    objects = [build / path.relative_to(sources).with_suffix(".o")
               for path in sorted(sources.glob("*/*.c"))]
    missing = [path.name for path in objects if not path.exists()]
    count.hold(not missing, f"the objects are there (make lib): {', '.join(missing)}")
    if missing:
        return
    known = {path: symbols(path) for path in objects}
    asked = words("bindings").union(*(wanted for _, wanted in known.values()))
    tested = words("tests")
    for path, (defined, _) in known.items():
        for name in sorted(name for name in defined if name.startswith("cielo__")):
            who = "tests alone call" if name in tested else "nobody outside its file calls"
            count.hold(name in asked, f"{path.parent.name}/{path.stem}.c: {who} {name}")


def main() -> int:
    os.chdir(ROOT)
    count = Count()
    bounded: set[tuple[str, str]] = set()
    for path in files():
        text = (ROOT / path).read_text(encoding="utf-8")
        check_lines(count, path, text)
        check_opening(count, path, text)
        bounded |= check_functions(count, path, text)
    for path, name in sorted(BOUNDED - bounded):
        count.hold(False, f"{path}: {name} need not be allowed strcpy any more")
    check_callers(count)
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
