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
import io
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
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
    beside: bool = False  # others may run meanwhile: what it says of time is no tight bound


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
        Suite("c-fail-alloc", ["build/test/fail_alloc", *cases], environment=environment,
              beside=True),
        Suite("c-install", ["tests/install.sh"]),
        Suite("simulate-worlds", ["build/test/simulate", "--writes", "60000", "--jobs", "2"],
              environment=environment),
        Suite("simulate-seeds", ["build/test/simulate", "--seeds", "tests/simulate/seeds.txt"],
              environment=environment, beside=True),
        Suite("simulate-walk", ["build/test/simulate", "--walk", "5"], environment=environment,
              beside=True),
    ]
    suites.append(Suite("simulate-plants", [sys.executable, "tests/simulate/plant.py", "--places"],
                        beside=True))
    for path in sorted(glob.glob("tests/fuzz/fuzz_*.c")):
        name = os.path.basename(path)[5:-2]
        corpus = sorted(glob.glob(f"tests/fuzz/corpus/{name}/*"))
        suites.append(Suite("fuzz-" + name, [f"build/test/fuzz_{name}", *corpus],
                            environment=environment, beside=True))
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
                  timeout=1200, beside=True)
            for minor in sorted({min(found), max(found)})]


def backoffice_suites(pytest: list[str]) -> list[Suite]:
    """In parts, and with syncs left out where that can be had: they wait for disks."""
    parts = 6
    quick = [program] if (program := shutil.which("eatmydata")) else []
    files = sorted(glob.glob("tests/backoffice/**/test_*.py", recursive=True))
    return [Suite(f"backoffice-{part + 1}", [*quick, *pytest, *files[part::parts]], timeout=2400,
                  beside=True)
            for part in range(parts)]


def python_suites() -> list[Suite]:
    pytest = [PYTHON, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]
    return [
        Suite("codes", [PYTHON, "tests/codes/check_codes.py"]),
        *backoffice_suites(pytest),
        Suite("browser", [*pytest, "tests/browser"], beside=True),
        Suite("sandbox", [*pytest, "tests/sandbox"], beside=True),
        Suite("clients", [*pytest, "tests/clients"], beside=True),
        Suite("servers", [*pytest, "tests/servers"]),
        Suite("python", [*pytest, "tests/python"], timeout=900, beside=True),
        Suite("packages", [*pytest, "tests/packages"], beside=True),
        Suite("recipes", [*pytest, "tests/recipes"], beside=True),
        Suite("crash", [*pytest, "tests/crash"]),
        *other_python_suites(),
        Suite("python-types", [PYTHON, "-m", "mypy", "--strict", "--no-incremental",
                               "bindings/python/cielo/sandbox",
                               "bindings/python/cielo/backoffice", "bindings/python/cielo/cli",
                               "examples/python"], beside=True),
        Suite("parity", [PYTHON, "tests/parity/check.py"], beside=True),
        Suite("docs", [PYTHON, "tests/docs/check.py"], beside=True),
        Suite("docs-site", [PYTHON, "tests/docs/search.py"], beside=True),
        Suite("docs-notes", [PYTHON, "tests/docs/notes.py"], beside=True),
        Suite("house-floors", [PYTHON, "tests/house/floors.py"], beside=True),
        Suite("house-run", [*pytest, "tests/house/test_run.py"], beside=True),
        Suite("house-style", [PYTHON, "tests/house/style.py"], beside=True),
        Suite("house-format", [PYTHON, "tests/house/format.py"], beside=True),
        Suite("house-ruff", [PYTHON, "-m", "ruff", "check", "--output-format", "concise", "."],
              beside=True),
    ]


def lua_suites() -> list[Suite]:
    suites = []
    for version in LUAS:  # the longest first: none is left over at the end
        suites.append(Suite(f"lua-gc-{version}", ["tests/lua/run.sh", version], timeout=1200,
                            environment={"CIELO_GC_STRESS": "1"}, beside=True))
    for version in LUAS:
        suites.append(Suite(f"lua-{version}", ["tests/lua/run.sh", version], beside=True))
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


class Ended(NamedTuple):
    name: str
    counts: Count
    seconds: float = 0.0
    busy: float = 0.0  # seconds of CPU, of it and of the children that it waited for


def wait(process: subprocess.Popen[bytes], seconds: float) -> tuple[int | None, float]:
    """Its exit status, or None when it did not end in time, and its seconds of CPU."""
    descriptor = os.pidfd_open(process.pid)
    try:
        in_time = bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)
    if not in_time:
        os.killpg(process.pid, signal.SIGKILL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode if in_time else None, used.ru_utime + used.ru_stime


def counted(text: str, code: int) -> Count:
    """What a suite's text says, where its exit status does not say otherwise."""
    count = closing(text) or Count(passed=int(code == 0), failed=int(code != 0))
    return count._replace(failed=1) if code != 0 and count.failed == 0 else count


class Runner:
    """Runs suites, and knows what ended so far, however it goes on."""

    def __init__(self) -> None:
        self.ended: list[Ended] = []
        self._groups: set[int] = set()
        self._stopped = False

    def run_all(self, suites: list[Suite]) -> None:
        """Those that measure time one by one, then the others side by side."""
        for suite in suites:
            if not suite.beside:
                self._run(suite)
        # One more than there are cores: many of them wait for most of their time.
        pool = concurrent.futures.ThreadPoolExecutor((os.cpu_count() or 1) + 1)
        try:
            others = [pool.submit(self._run, suite) for suite in suites if suite.beside]
            for other in concurrent.futures.as_completed(others):
                other.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            self._stopped = True
            for group in list(self._groups):
                self._end(group)
            raise
        finally:
            pool.shutdown()

    def _end(self, group: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)

    def _output_of(self, suite: Suite) -> tuple[str, int, float]:
        """What it printed, its exit status, -1 for one that had to be ended, and its CPU."""
        # A file, since a pipe is open for as long as anything a suite left behind; and
        # a session of its own, so that all of a suite without an end can be ended.
        with tempfile.TemporaryFile() as output:
            try:
                process = subprocess.Popen(suite.command, stdin=subprocess.DEVNULL,
                                           stdout=output, stderr=subprocess.STDOUT,
                                           env={**os.environ, **suite.environment},
                                           start_new_session=True)
            except OSError as error:
                return str(error), -1, 0.0
            self._groups.add(process.pid)
            if self._stopped:  # as it was begun: nobody else ends it
                self._end(process.pid)
            try:
                code, busy = wait(process, suite.timeout)
            finally:
                self._end(process.pid)
                self._groups.discard(process.pid)
            output.seek(0)
            text = output.read().decode(errors="replace")
        if code is None:
            return f"{text}\nno end after {suite.timeout} s", -1, busy
        return text, code, busy

    def _run(self, suite: Suite) -> None:
        started = time.monotonic()
        if not suite.beside:
            print(f"== {suite.name}", flush=True)
        try:
            text, code, busy = self._output_of(suite)
            count = counted(text, code)
        except Exception:  # ours: the others are run all the same
            text, busy, count = traceback.format_exc(), 0.0, Count(failed=1)
        if self._stopped:  # nobody may be waiting for it: the last line is another's
            return
        seconds = time.monotonic() - started
        self.ended.append(Ended(suite.name, count, seconds, busy))
        lines = [f"== {suite.name}"] if suite.beside else []
        if count.failed:
            lines.append(text)
        lines += ["   " + line.strip() for line in text.splitlines()
                  if re.match(r"\s*(SKIPPED|skip(ped)?[:\]]|not run:)", line, re.I)]
        lines.append(f"   {count.passed} passed, {count.failed} failed, {count.skipped} skipped"
                     f"  ({seconds:.1f} s, {busy:.1f} s of CPU)")
        print("\n".join(lines), flush=True)


def tell(suites: list[Suite], ended: list[Ended]) -> bool:
    """Prints what came of them; one that did not end is a failure. Whether all is well."""
    known = {one.name for one in ended}
    missing = [suite.name for suite in suites if suite.name not in known]
    print("longest:")
    for one in sorted(ended, key=lambda one: one.seconds, reverse=True)[:10]:
        print(f"   {one.seconds:6.1f} s, {one.busy:6.1f} s of CPU  {one.name}")
    if missing:
        print("not ended: " + ", ".join(missing))
    bad = [one.name for one in ended if one.counts.failed]
    if bad:
        print("failed: " + ", ".join(bad))
    passed = sum(one.counts.passed for one in ended)
    failed = sum(one.counts.failed for one in ended) + len(missing)
    skipped = sum(one.counts.skipped for one in ended)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return not failed and passed > 0


def run(suites: list[Suite]) -> bool:
    """Whether all went well; the last line comes even when it is interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if isinstance(sys.stdout, io.TextIOWrapper):  # whatever they print, wherever it goes
        sys.stdout.reconfigure(errors="backslashreplace")
    runner = Runner()
    try:
        runner.run_all(suites)
    except KeyboardInterrupt:
        print("interrupted")
    return tell(suites, runner.ended)


def main(wanted: list[str]) -> int:
    os.chdir(ROOT)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    # No credentials and no address of the machine's own reach the suites.
    for name in [n for n in os.environ if n.startswith("CIELO_")]:
        del os.environ[name]
    suites = c_suites() + python_suites() + lua_suites() + other_suites()
    if wanted:
        suites = [s for s in suites if any(s.name.startswith(w) for w in wanted)]
    return 0 if run(suites) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
