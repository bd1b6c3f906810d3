"""Runs every suite in turn and ends with one line, "N passed, N failed".

    python tests/run.py             all suites
    python tests/run.py lua python  those whose name starts so

A suite is a command; what it counts is read from its closing lines, and a
suite that counts nothing is one check by its exit code. Skipped tests say why
and are counted too.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import glob
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYTHON = os.path.join(".venv", "bin", "python")
LUAS = ("5.4", "5.3", "5.1", "jit")
OLDEST_PYTHON = 9  # of pyproject.toml
CAN_BUILD = """
import ensurepip, os, sysconfig, venv
assert os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
"""


class Suite(NamedTuple):
    name: str
    command: list[str]
    timeout: int = 600
    environment: dict[str, str] = {}
    beside: bool = False  # it measures no time, so that others like it may run meanwhile


class Count(NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def c_suites() -> list[Suite]:
    """The programs that make built under the sanitizers."""
    environment = {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
    suites = [
        Suite("c-" + os.path.basename(path)[5:-2].replace("_", "-"),
              [os.path.join("build", "test", os.path.basename(path)[:-2])],
              environment=environment)
        for path in sorted(glob.glob("tests/core/test_*.c"))
    ]
    cases = sorted(glob.glob("tests/cases/*.json"))
    suites += [
        Suite("c-cases", ["build/test/run_cases", *cases], environment=environment),
        Suite("c-fail-alloc", ["build/test/fail_alloc", *cases], environment=environment),
        Suite("c-install", ["tests/install.sh"]),
        Suite("simulate-worlds", ["build/test/simulate", "--writes", "60000", "--jobs", "2"],
              environment=environment),
        Suite("simulate-seeds", ["build/test/simulate", "--seeds", "tests/simulate/seeds.txt"],
              environment=environment),
        Suite("simulate-walk", ["build/test/simulate", "--walk", "5"], environment=environment),
    ]
    for path in sorted(glob.glob("tests/fuzz/fuzz_*.c")):
        name = os.path.basename(path)[5:-2]
        corpus = sorted(glob.glob(f"tests/fuzz/corpus/{name}/*"))
        suites.append(Suite("fuzz-" + name, [f"build/test/fuzz_{name}", *corpus],
                            environment=environment))
    return suites


def other_pythons() -> dict[int, str]:
    """CPythons of other minor versions that can build extensions, by that number."""
    own = subprocess.run([PYTHON, "-c", "import sys; print(sys.version_info[1])"],
                         stdout=subprocess.PIPE, check=True).stdout
    found: dict[int, str] = {}
    root = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    for minor in range(OLDEST_PYTHON, OLDEST_PYTHON + 12):
        name = f"python3.{minor}"
        for program in [*glob.glob(f"{root}/versions/*/bin/{name}"), shutil.which(name)]:
            if program and minor != int(own) and subprocess.run(
                    [program, "-c", CAN_BUILD], stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL, check=False).returncode == 0:
                found[minor] = program
    return found


def other_python_suites() -> list[Suite]:
    """The Python suite on the oldest and the newest of them."""
    found = other_pythons()
    if not found:
        return [Suite("python-other", ["echo", "not run: no CPython but that of .venv"])]
    return [Suite(f"python-3.{minor}",
                  ["tests/python/other.sh", found[minor], f"build/python-3.{minor}"],
                  timeout=1200)
            for minor in sorted({min(found), max(found)})]


def backoffice_suites(pytest: list[str]) -> list[Suite]:
    """In parts, and with syncs left out where that can be had: they wait for disks."""
    parts = 4
    quick = [program] if (program := shutil.which("eatmydata")) else []
    files = sorted(glob.glob("tests/backoffice/**/test_*.py", recursive=True))
    return [Suite(f"backoffice-{part + 1}", [*quick, *pytest, *files[part::parts]], timeout=1200,
                  beside=True)
            for part in range(parts)]


def python_suites() -> list[Suite]:
    pytest = [PYTHON, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]
    return [
        Suite("codes", [PYTHON, "tests/codes/check_codes.py"]),
        *backoffice_suites(pytest),
        Suite("sandbox", [*pytest, "tests/sandbox"], beside=True),
        Suite("clients", [*pytest, "tests/clients"], beside=True),
        Suite("servers", [*pytest, "tests/servers"]),
        Suite("python", [*pytest, "tests/python"], timeout=900),
        Suite("recipes", [*pytest, "tests/recipes"], beside=True),
        Suite("crash", [*pytest, "tests/crash"]),
        *other_python_suites(),
        Suite("python-types", [PYTHON, "-m", "mypy", "--strict", "--no-incremental",
                               "bindings/python/cielo/sandbox",
                               "bindings/python/cielo/backoffice", "bindings/python/cielo/cli",
                               "examples/python"], beside=True),
        Suite("parity", [PYTHON, "tests/parity/check.py"], beside=True),
        Suite("docs", [PYTHON, "tests/docs/check.py"], beside=True),
        Suite("docs-notes", [PYTHON, "tests/docs/notes.py"], beside=True),
        Suite("house-floors", [PYTHON, "tests/house/floors.py"], beside=True),
        Suite("house-style", [PYTHON, "tests/house/style.py"], beside=True),
        Suite("house-format", [PYTHON, "tests/house/format.py"], beside=True),
        Suite("house-ruff", [PYTHON, "-m", "ruff", "check", "--output-format", "concise", "."],
              beside=True),
    ]


def lua_suites() -> list[Suite]:
    suites = []
    for version in LUAS:
        suites.append(Suite(f"lua-{version}", ["tests/lua/run.sh", version]))
    for version in LUAS:
        suites.append(Suite(f"lua-gc-{version}", ["tests/lua/run.sh", version], timeout=1200,
                            environment={"CIELO_GC_STRESS": "1"}, beside=True))
    suites.append(Suite("lua-valgrind", ["tests/lua/valgrind.sh"], timeout=1200, beside=True))
    suites.append(Suite("lua-clean", ["tests/lua/clean.sh"]))
    suites.append(Suite("lua-check", ["luacheck", "-q", "bindings/lua", "tests/lua",
                                      "examples/lua"]))
    return suites


def other_suites() -> list[Suite]:
    suites = [Suite("examples", ["tests/examples.sh"])]
    if os.path.exists("tests/openresty/run.sh"):
        suites.append(Suite("openresty", ["tests/openresty/run.sh"], timeout=900))
    return suites


# The words of closing lines (pytest, busted, our own) and what they count.
KINDS = {"passed": 0, "successes": 0, "success": 0,
         "failed": 1, "error": 1, "errors": 1, "failure": 1, "failures": 1,
         "skipped": 2, "pending": 2}


def closing(text: str) -> Count | None:
    """What the last line with a count says; None when no line has one."""
    unit = re.findall(r"^Ran (\d+) tests? in .*\n\n(OK|FAILED)(?: \((.*)\))?", text, re.M)
    if unit:
        total, _, rest = unit[-1]
        bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", rest))
        skipped = sum(int(n) for n in re.findall(r"skipped=(\d+)", rest))
        return Count(int(total) - bad - skipped, bad, skipped)
    for line in reversed(text.splitlines()):
        found = re.findall(
            r"(\d+) (passed|failed|skipped|errors?|success(?:es)?|failures?|pending)\b", line)
        if any(kind in ("passed", "successes", "success", "failed") for _, kind in found):
            counts = [0, 0, 0]
            for number, kind in found:
                counts[KINDS[kind]] += int(number)
            return Count(*counts)
    return None


def output_of(suite: Suite) -> tuple[str, int]:
    """What it printed, and its exit status; -1 for one that had to be ended."""
    # A file, since a pipe is open for as long as anything a suite left behind; and
    # a session of its own, so that all of a suite without an end can be ended.
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(suite.command, stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=subprocess.STDOUT,
                                       env={**os.environ, **suite.environment},
                                       start_new_session=True)
        except OSError as error:
            return str(error), -1
        late = ""
        try:
            code = process.wait(suite.timeout)
        except subprocess.TimeoutExpired:
            code, late = -1, f"\nno end after {suite.timeout} s"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        output.seek(0)
        return output.read().decode(errors="replace") + late, code


def run(suite: Suite) -> Count:
    started = time.monotonic()
    if not suite.beside:
        print(f"== {suite.name}", flush=True)
    text, code = output_of(suite)
    if suite.beside:
        print(f"== {suite.name}", flush=True)
    count = closing(text) or Count(passed=int(code == 0), failed=int(code != 0))
    if code != 0 and count.failed == 0:
        count = count._replace(failed=1)
    if count.failed:
        print(text)
    for line in text.splitlines():
        if re.match(r"\s*(SKIPPED|skip(ped)?[:\]]|not run:)", line, re.I):
            print("   " + line.strip())
    print(f"   {count.passed} passed, {count.failed} failed, {count.skipped} skipped"
          f"  ({time.monotonic() - started:.1f} s)", flush=True)
    return count


def run_all(suites: list[Suite]) -> list[Count]:
    """One after the other, but for those that go beside each other, on every core."""
    counts: list[Count] = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for beside, group in itertools.groupby(suites, lambda suite: suite.beside):
            members = list(group)
            counts += pool.map(run, members) if beside else map(run, members)
    return counts


def main(wanted: list[str]) -> int:
    os.chdir(ROOT)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    # No credentials and no address of the machine's own reach the suites.
    for name in [n for n in os.environ if n.startswith("CIELO_")]:
        del os.environ[name]
    suites = c_suites() + python_suites() + lua_suites() + other_suites()
    if wanted:
        suites = [s for s in suites if any(s.name.startswith(w) for w in wanted)]
    counts = [(suite.name, count) for suite, count in zip(suites, run_all(suites))]
    bad = [name for name, count in counts if count.failed]
    if bad:
        print("failed: " + ", ".join(bad))
    passed = sum(count.passed for _, count in counts)
    failed = sum(count.failed for _, count in counts)
    skipped = sum(count.skipped for _, count in counts)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
