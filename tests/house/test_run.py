"""tests/run.py: whatever a suite does, the last line comes and counts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
START = f"""
import sys
sys.path.insert(0, {os.path.join(ROOT, "tests")!r})
import run
Suite = run.Suite
def python(name, text, **more):
    return Suite(name, [sys.executable, "-c", text], **more)
"""


def start(script: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-B", "-c", START + script], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env={**os.environ, "LC_ALL": "C"})


def told(script: str) -> list[str]:
    with start(script) as process:
        assert process.stdout is not None
        return process.stdout.read().splitlines()


def test_a_suite_that_goes_wrong_is_a_failure() -> None:
    lines = told("""
suites = [
    python("counts", "print('3 passed, 1 skipped')"),
    python("silent", "pass", beside=True),
    python("dies", "import os; os.abort()", beside=True),
    python("says well and fails", "print('2 passed'); raise SystemExit(1)", beside=True),
    Suite("is not there", ["no-such-program"], beside=True),
    python("odd", r"import os; os.write(1, b'\\xff\\xe2\\x82\\xac'); raise SystemExit(1)"),
    python("endless", "import time; time.sleep(600)", timeout=1),
]
sys.exit(0 if run.run(suites) else 1)
""")
    assert lines[-1] == "6 passed, 5 failed, 1 skipped"
    failed = set(lines[-2].replace("failed: ", "").split(", "))
    assert failed == {"dies", "says well and fails", "is not there", "odd", "endless"}


def test_a_fault_of_its_own_stops_no_other() -> None:
    lines = told("""
suites = [Suite("odd", [5]), python("well", "print('2 passed')")]
sys.exit(0 if run.run(suites) else 1)
""")
    assert lines[-2:] == ["failed: odd", "2 passed, 1 failed"]


def test_the_last_line_comes_when_it_is_ended() -> None:
    with start("""
suites = [python("first", "print('2 passed')"),
          python("slow", "import time; time.sleep(600)", beside=True),
          python("slow too", "import time; time.sleep(600)", beside=True)]
sys.exit(0 if run.run(suites) else 1)
""") as process:
        assert process.stdout is not None
        while "2 passed" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGTERM)
        lines = process.stdout.read().splitlines()
    assert process.returncode == 1
    assert "interrupted" in lines and lines[-1] == "2 passed, 2 failed"


@pytest.mark.parametrize("place", ["subprocess.Popen", "threading.Thread.start"])
def test_a_suite_that_begins_as_it_is_ended_is_ended_too(place: str) -> None:
    with start(f"""
import os, signal, subprocess, threading, time
real = {place}
def late(*given, **more):
    made = real(*given, **more)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.5)
    return made
{place} = late
suites = [python("slow", "import time; time.sleep(600)", beside=True)]
sys.exit(0 if run.run(suites) else 1)
""") as process:
        try:
            lines = process.communicate(timeout=60)[0].splitlines()
        finally:
            process.kill()
    assert "interrupted" in lines and lines[-1] == "0 passed, 1 failed"
