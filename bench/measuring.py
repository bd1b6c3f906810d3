"""How a contestant is measured: CPU time, memory, instructions, system calls."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Callable, NamedTuple

from contestants import PEERS_PYTHON, Contestant
from servers import pin

WARM = 200
#: Two lengths, whose difference is free of what starting and ending take. The
#: longer the steadier, and the slower under valgrind.
COUNTED, TRACED = (40, 240), (100, 1100)
WARM_COUNTED = 20
#: The last line of what strace -c prints; the last but one word may be errors.
TOTAL = re.compile(r"^100\.00\s+\S+\s+\d*\s+(\d+)(?:\s+\d+)?\s+total$", re.M)


class Sample(NamedTuple):
    micros: float  # CPU time per call
    early_kb: int  # resident before the measured calls
    late_kb: int  # and after them
    peak_kb: int
    passed: float  # microseconds per call, waiting too


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def ready() -> None:
    """For a contestant's process: one core, as many descriptors as it may have."""
    import resource

    pin(0)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def run_once(one: Contestant, url: str, warm: int, count: int, *more: str) -> Sample:
    done = subprocess.run(one.line(url, warm, count, *more), check=True, text=True,
                          stdout=subprocess.PIPE, preexec_fn=ready)
    micros, early, late, peak, passed = done.stdout.split()
    return Sample(float(micros), int(early), int(late), int(peak), float(passed))


Times = dict[str, list[float]]


def samples(listed: list[Contestant], url: str, number: int, count: int,
            *more: str) -> dict[str, list[Sample]]:
    """By contestant; the rounds are interleaved."""
    told: dict[str, list[Sample]] = {one.key: [] for one in listed}
    for turn in range(number):
        note(f"  round {turn + 1} of {number}")
        for one in listed:
            told[one.key].append(run_once(one, url, WARM, int(count * one.share), *more))
    return told


def rounds(listed: list[Contestant], url: str, number: int, count: int, *more: str) -> Times:
    """CPU microseconds per call, by contestant."""
    return {key: [sample.micros for sample in told]
            for key, told in samples(listed, url, number, count, *more).items()}


def ratio(mine: list[float], others: list[float]) -> float:
    """Taken within a round, where both saw the same machine."""
    return statistics.median(a / b for a, b in zip(mine, others))


# ---- what repeats from run to run ----

def instructions(one: Contestant, url: str) -> float | None:
    """User instructions per call, by callgrind; None where valgrind is missing."""
    def total(count: int) -> float:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                ["valgrind", "--tool=callgrind", "--trace-children=yes", "--smc-check=all",
                 f"--callgrind-out-file={folder}/out.%p",
                 *one.line(url, warm_of(one), count)],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONHASHSEED": "0"})
            return max(map(summary, pathlib.Path(folder).iterdir()))

    return difference(total, COUNTED, one) if shutil.which("valgrind") else None


def summary(path: pathlib.Path) -> int:
    """A shell that became the program left a file of its own, and counted less."""
    found = re.findall(r"^(?:summary|totals): (\d+)", path.read_text(errors="replace"), re.M)
    return max(map(int, found), default=0)


def system_calls(one: Contestant, url: str, times: int = 3) -> float | None:
    """System calls per call, by strace; None where that is missing."""
    def total(count: int) -> float:
        with tempfile.NamedTemporaryFile("r") as out:
            subprocess.run(["strace", "-c", "-f", "-o", out.name,
                            *one.line(url, warm_of(one), count)],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           preexec_fn=lambda: pin(0))
            found = TOTAL.findall(out.read())
            return float(found[-1])

    if not shutil.which("strace"):
        return None
    # How often a client polls hangs on how soon the answer comes: the middle of some.
    return statistics.median(difference(total, TRACED, one) for _ in range(times))


def scale_of(one: Contestant) -> int:
    """So that even the short length has all that are at once under way."""
    return max(1, one.at_once // 10)


def warm_of(one: Contestant) -> int:
    return WARM_COUNTED * scale_of(one)


def difference(total: Callable[[int], float], lengths: tuple[int, int],
               one: Contestant) -> float:
    short, long = (int(length * one.share * scale_of(one)) for length in lengths)
    return difference_of(total, (short, long))


def difference_of(total: Callable[[int], float], lengths: tuple[int, int]) -> float:
    short, long = lengths
    return (total(long) - total(short)) / (long - short)


# ---- starting ----

def import_times(names: list[str], repeats: int) -> dict[str, float]:
    """Milliseconds that a process takes longer for an import, interleaved medians."""
    spent: dict[str, list[float]] = {name: [] for name in ("", *names)}
    for _ in range(repeats):
        for name in spent:
            before = time.perf_counter()
            subprocess.run([PEERS_PYTHON, "-c", f"import {name}" if name else "pass"], check=True,
                           preexec_fn=lambda: pin(0))
            spent[name].append((time.perf_counter() - before) * 1e3)
    bare = statistics.median(spent.pop(""))
    return {name: statistics.median(values) - bare for name, values in spent.items()}
