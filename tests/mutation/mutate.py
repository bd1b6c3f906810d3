"""Breaks the code that decides about money, one place at a time, and counts what no test sees.

    make mutate                                   all files of the list below
    python tests/mutation/mutate.py call/settle.c one file
    python tests/mutation/mutate.py --sample 100  a drawn hundred, the same each time

Each mutant is one changed operator, constant, condition or statement. It is built
under AddressSanitizer with leak detection, and the fast C suites run: unit tests and
every case. A mutant that all of them pass lives. Those that cannot matter stand in
survivors.txt, each with the reason; the closing line counts the rest.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent

FILES = ("call/settle.c", "call/match.c", "call/change.c", "call/answer.c", "call/step.c",
         "call/send.c", "call/report.c", "call/call.c", "call/retry.c", "call/validate.c",
         "call/check.c", "call/between.c", "call/path.c", "json/scan.c", "json/block.c",
         "json/value.c", "call/outcome.c", "http/exchange.c", "http/pool.c", "http/perform.c",
         "http/multi.c", "http/idle.c", "call/record.c", "call/recording.c")
#: These bring a call of their own, so that they are linked with what they lack.
HTTP = ("test_lines", "test_perform", "test_multi")
#: What is run first for files whose unit tests are no others'.
OWN = {"call/validate.c": ("test_validate",), "call/check.c": ("test_validate",),
       "call/between.c": ("test_validate",), "call/path.c": ("test_validate",),
       "call/record.c": ("test_record",), "call/recording.c": ("test_record",),
       "json/scan.c": ("test_value",), "json/block.c": ("test_value",),
       "json/value.c": ("test_value",), "http/exchange.c": HTTP, "http/pool.c": HTTP,
       "http/perform.c": HTTP, "http/multi.c": ("test_multi",), "http/idle.c": ("test_multi",)}
TESTS = ("test_retry", "test_settle", "test_change", "test_call", "test_client", "run_cases",
         "fail_alloc")
EVERY = {*TESTS, *(test for own in OWN.values() for test in own)}
#: As the Makefile links them.
WRAPPED = {"fail_alloc": ["-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc"],
           "run_cases": ["-Wl,--wrap=free,--wrap=realloc"]}
#: fail_alloc runs few cases: those in which memory runs out while money is in doubt.
FEW = ("sale_create_settle_after_close", "sale_void_settle_partial", "order_void_settle",
       "order_void_settle_token_renewed", "recurrence_set_amount_settle", "sale_reconcile_found",
       "sale_find_none", "order_get")
#: What a changed loop may need before it is taken for an endless one.
SECONDS = 40

COMPILE = ["gcc", "-std=c99", "-w", "-O1", "-g", "-fsanitize=address,undefined",
           "-fno-sanitize-recover=all", "-DCIELO_BUILD"]

#: What is looked for, and what stands in its place.
OPERATORS = (
    (r"&&", "||"), (r"\|\|", "&&"), (r"==", "!="), (r"!=", "=="), (r">=", ">"), (r"<=", "<"),
    (r"(?<![-<>=])<(?![<=])", "<="), (r"(?<![-<>=])>(?![>=])", ">="),
    (r"\breturn 0;", "return 1;"), (r"\breturn 1;", "return 0;"),
    (r"(?<=[ (])!(?=[a-z(*])", ""), (r"\+\+", ""), (r" \+ ", " - "), (r" - ", " + "),
    (r"(?<= = )1;", "0;"), (r"(?<= = )0;", "1;"),
)
#: A statement by itself: an assignment or a call, which is then left out.
STATEMENT = re.compile(
    r"^ {4,}((?:\(void\))?[a-z_>\-\[\]*.]+(?:\+\+|[^;{}=]*\([^;{}]*\)| [-+|]?= [^;{}]*);)$", re.M)
DECLARATION = re.compile(r"^(return|static|const|int|size_t|char|cielo_\w+|goto|memset)\b")
#: Comments, texts and preprocessor lines are not looked into.
BLIND = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\])*"|^#[^\n]*(?:\\\n[^\n]*)*', re.S | re.M)


class Mutant(NamedTuple):
    file: str
    start: int
    end: int
    text: str  # what stands there instead
    line: int
    was: str   # the source line

    def __str__(self) -> str:
        return f"{self.file}: {self.was} -> {self.text or '(nothing)'}"


def blank(match: re.Match[str]) -> str:
    return "".join("\n" if c == "\n" else " " for c in match[0])


def find_mutants(file: str) -> list[Mutant]:
    source = (ROOT / "core/src" / file).read_text(encoding="utf-8")
    seen = BLIND.sub(blank, source)
    found = [(m.start(), m.end(), text) for pattern, text in OPERATORS
             for m in re.finditer(pattern, seen)]
    found += [(m.start(1), m.end(1), ";") for m in STATEMENT.finditer(seen)
              if not DECLARATION.match(m[1])]
    lines = source.splitlines()
    mutants = []
    for start, end, text in sorted(found):
        line = source.count("\n", 0, start)
        was = re.sub(r"\s+", " ", source[start:end] if text == ";" else lines[line].strip())
        mutants.append(Mutant(file, start, end, text, line + 1, was))
    return mutants


def known_survivors() -> dict[str, str]:
    """Why a mutant may live, by its text."""
    reasons = {}
    for line in (HERE / "survivors.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            mutant, _, reason = line.partition(" | ")
            reasons[mutant] = reason
    return reasons


def run(command: list[str], **options: object) -> int:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False, **options).returncode  # type: ignore[call-overload]


class Bench:
    """A folder with everything built, in which one file at a time is changed."""

    def __init__(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mutate."))
        shutil.copytree(ROOT / "core/src", self.folder / "src")
        flags = subprocess.run(["pkg-config", "--cflags", "libcurl", "libcjson"], check=True,
                               stdout=subprocess.PIPE, text=True).stdout.split()
        self.includes = [f"-I{ROOT}/core/include", f"-I{self.folder}/src", f"-I{ROOT}/tests/core",
                         *flags]
        self.objects = {path.relative_to(self.folder / "src").as_posix(): path.with_suffix(".o")
                        for path in sorted((self.folder / "src").glob("*/*.c"))}
        for file in self.objects:
            self.build(file)
        for test in EVERY:
            if run([*COMPILE, *self.includes, "-c", f"{ROOT}/tests/core/{test}.c", "-o",
                    str(self.folder / f"{test}.o")]):
                sys.exit(f"{test} does not compile")
        cases = sorted((ROOT / "tests/cases").glob("*.json"))
        self.cases = {"run_cases": [str(path) for path in cases],
                      "fail_alloc": [str(path) for path in cases if path.stem in FEW]}

    def build(self, file: str) -> bool:
        return run([*COMPILE, *self.includes, "-c", str(self.folder / "src" / file), "-o",
                    str(self.objects[file])]) == 0

    def passes(self, test: str) -> bool:
        program = str(self.folder / test)
        library = str(self.folder / "core.a")
        run(["ar", "rcs", library, *map(str, self.objects.values())])
        if run([*COMPILE, str(self.folder / f"{test}.o"), library, *WRAPPED.get(test, ()),
                "-o", program, "-lcurl", "-lcjson", "-lpthread"]):
            sys.exit(f"{test} does not link")
        try:
            return run([program, *self.cases.get(test, [])], timeout=SECONDS) == 0
        except subprocess.TimeoutExpired:
            return False

    def lives(self, mutant: Mutant) -> bool | None:
        """Whether every suite passes; None for one that does not compile."""
        path = self.folder / "src" / mutant.file
        source = path.read_text(encoding="utf-8")
        path.write_text(source[:mutant.start] + mutant.text + source[mutant.end:],
                        encoding="utf-8")
        built = self.build(mutant.file)
        tests = (*OWN.get(mutant.file, ()), *TESTS)
        living = all(self.passes(test) for test in tests) if built else None
        path.write_text(source, encoding="utf-8")
        self.build(mutant.file)
        return living


def work(mutants: list[Mutant]) -> list[tuple[Mutant, bool | None]]:
    bench = Bench()
    try:
        if not all(bench.passes(test) for test in EVERY):
            sys.exit("the suites fail before anything is changed")
        results = []
        for mutant in mutants:
            results.append((mutant, bench.lives(mutant)))
            if results[-1][1]:
                print(f"lives: {mutant} (line {mutant.line})", flush=True)
        return results
    finally:
        shutil.rmtree(bench.folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", default=FILES, metavar="FILE",
                        help="below core/src; all that decide about money")
    parser.add_argument("--sample", type=int, help="how many to draw, seeded")
    options = parser.parse_args()
    mutants = [mutant for file in options.files for mutant in find_mutants(file)]
    if options.sample:
        mutants = random.Random(1).sample(mutants, min(options.sample, len(mutants)))
    hands = os.cpu_count() or 1
    with concurrent.futures.ProcessPoolExecutor(hands) as pool:
        parts = pool.map(work, [mutants[i::hands] for i in range(hands)])
        results = [result for part in parts for result in part]
    reasons = known_survivors()
    tried = [mutant for mutant, living in results if living is not None]
    alive = [mutant for mutant, living in results if living]
    excused = [mutant for mutant in alive if str(mutant) in reasons]
    matter = len(tried) - len(excused)
    killed = len(tried) - len(alive)
    print(f"{len(tried)} mutants, {killed} killed, {len(excused)} that cannot matter, "
          f"{len(alive) - len(excused)} survivors: {100 * killed / max(matter, 1):.1f} % killed")
    return 0 if killed >= 0.9 * matter else 1


if __name__ == "__main__":
    sys.exit(main())
