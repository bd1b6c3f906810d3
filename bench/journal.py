"""The journal: what it costs a sale in each host, and how long others wait for it.

Every figure stands beside the same host's without a journal, in the same run. The
journals are under build/, on whatever disk that is, which the text says; beside
them stands what that disk takes for a write and an fdatasync with nothing around.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from typing import NamedTuple

import journal_nginx
import openresty
import servers
from contestants import HERE, PYTHON, ROOT, Contestant
from jobs import Place
from measuring import Sample, instructions, note, ratio, samples, system_calls
from tables import Aim, Section, number, table

#: By way: what its process is told beside, `{folder}` being the journal's.
WAYS: dict[str, dict[str, str]] = {
    "none": {},
    "off": {"CIELO_JOURNAL": "{folder}", "BENCH_JOURNAL_SYNC": "off"},
    "intent": {"CIELO_JOURNAL": "{folder}", "BENCH_JOURNAL_SYNC": "intent"},
}
TITLES = {"none": "none", "off": "`journal_sync` `off`", "intent": "`intent`"}
#: How many at once, of those that can.
AT_ONCE = {"multi": 64, "async": 10}
BLOCKING = ("c", "python", "lua", "luajit")
#: Of 64 sales that wait for one loop, and how late others in it may be.
LATE_MS, BESIDE = 20.0, 2.0
LAGS = {"none": "no journal", "intent": "a journal", "loop": "synced in the loop itself"}


@contextlib.contextmanager
def on_disk() -> Iterator[pathlib.Path]:
    """A folder on a real disk, where the one of temporary files may be memory."""
    with tempfile.TemporaryDirectory(prefix="journals-", dir=ROOT / "build") as made:
        yield pathlib.Path(made)


def disk_of(folder: pathlib.Path) -> str:
    told = subprocess.run(["df", "--output=fstype", str(folder)], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.split()
    return told[-1]


# ---- what a sale costs ----

def keeping(one: Contestant, way: str, folder: pathlib.Path) -> Contestant:
    """The same, told that way where to keep its journal."""
    told = [f"{name}={value.format(folder=folder)}" for name, value in WAYS[way].items()]
    return one._replace(key=f"{one.key}-{way}", command=["env", *told, *one.command])


def hosts(one_by_one: list[Contestant], several: list[Contestant]) -> list[Contestant]:
    return [*(one for one in one_by_one if one.key in BLOCKING),
            *(one.of(AT_ONCE[one.key]) for one in several if one.key in AT_ONCE)]


class Work(NamedTuple):
    """What repeats from run to run."""

    instructions: float | None
    calls: float | None


def beside(mine: float | None, base: float | None) -> str:
    if mine is None or base is None:
        return "not measured"
    return f"{mine:,.0f} ({mine / base:.2f})" if mine >= 100 else f"{mine:.1f}"


def row(one: Contestant, way: str, told: dict[str, list[Sample]],
        work: dict[str, Work]) -> list[str]:
    key, base = f"{one.key}-{way}", f"{one.key}-none"
    micros, floor = ([sample.micros for sample in told[name]] for name in (key, base))
    passed = statistics.median(sample.passed for sample in told[key])
    at_once = f", {one.at_once} at once" if one.at_once > 1 else ""
    return [one.title + at_once, TITLES[way],
            beside(work[key].instructions, work[base].instructions),
            beside(work[key].calls, None if work[key].calls is None else work[base].calls),
            f"{number(statistics.median(micros))} ({ratio(micros, floor):.2f})",
            number(passed)]


def nginx_rows(quick: bool, folder: pathlib.Path) -> list[list[str]]:
    """An nginx worker's, with its pool's threads, less those of a word."""
    note("  an nginx worker")
    told = openresty.keeping(
        {way: {name: value.format(folder=folder) for name, value in variables.items()}
         for way, variables in WAYS.items()}, 1000 if quick else 3000, 3 if quick else 7)
    title = f"`resty.cielo`, {openresty.CONNECTIONS} at once"
    return [[title, TITLES[way], "", "",
             f"{number(statistics.median(told[way]))} ({ratio(told[way], told['none']):.2f})",
             ""] for way in WAYS]


def bare_sync(folder: str, file: pathlib.Path) -> Contestant:
    return Contestant("bare-sync", "a write and an fdatasync in C, nothing else",
                      [f"{folder}/bare_sync", str(file), "{warm}", "{count}"])


def costs(programs: str, one_by_one: list[Contestant], several: list[Contestant],
          place: Place) -> Section:
    note("the journal")
    listed = hosts(one_by_one, several)
    with on_disk() as folder:
        disk = disk_of(folder)
        bare = bare_sync(programs, folder / "bare")
        every = [keeping(one, way, folder) for one in listed for way in WAYS]
        told = samples([bare, *every], place.url, place.rounds, 300 if place.quick else 1000)
        work = {}
        for one in every:
            note(f"  instructions and system calls: {one.key}")
            work[one.key] = Work(instructions(one, place.url),
                                 system_calls(one, place.url, 1 if place.quick else 3))
        rows = [row(one, way, told, work) for one in listed for way in WAYS]
        rows += nginx_rows(place.quick, folder)
    alone = told[bare.key]
    rows.append([bare.title, "", "", "2.0",
                 number(statistics.median(sample.micros for sample in alone)),
                 number(statistics.median(sample.passed for sample in alone))])
    head = ["client", "journal", "user instructions (beside none)", "system calls",
            "CPU µs (beside none)", "µs that passed"]
    return Section("journal", f"The journals were on {disk}.\n\n{table(head, rows)}", [])


# ---- how long others wait ----

def lag(way: str, url: str, seconds: int) -> list[float]:
    """Sales a second, then ms: half of the turns, 99 %, the last."""
    with on_disk() as folder:
        told = subprocess.run([PYTHON, str(HERE / "lag.py"), way, url, str(seconds),
                               str(folder)], check=True, text=True, stdout=subprocess.PIPE)
    return [float(word) for word in told.stdout.split()]


def lags(quick: bool) -> dict[str, list[float]]:
    rounds: dict[str, list[list[float]]] = {way: [] for way in LAGS}
    with servers.slow(0.02) as url:
        for _ in range(3 if quick else 7):
            for way, told in rounds.items():
                told.append(lag(way, url, 3))
    return {way: [statistics.median(column) for column in zip(*told)]
            for way, told in rounds.items()}


def wait_rows(title: str, told: dict[str, tuple[float, float, float]]) -> list[list[str]]:
    first = next(iter(told.values()))
    return [[title, way, f"{sales:,.0f}", f"{half:.2f}", f"{most:.2f} ({most / first[2]:.2f})"]
            for way, (sales, half, most) in told.items()]


def waits(quick: bool) -> Section:
    note("who waits for a journal")
    loop = {LAGS[way]: (told[0], told[1], told[2]) for way, told in lags(quick).items()}
    build = os.path.join(ROOT, "build")
    worker = {way: (one.sales, one.half, one.most)
              for way, one in journal_nginx.figures(3 if quick else 5, build).items()}
    rows = [*wait_rows("`AsyncClient`", loop), *wait_rows("`resty.cielo`", worker)]
    head = ["client", "journal", "sales a second", "others wait, ms: half", "99 % (beside none)"]
    names = list(worker)
    return Section("waits", f"The journals were on {disk_of(ROOT / 'build')}.\n\n"
                            f"{table(head, rows)}", [
        Aim("`AsyncClient`: wait of others in the loop, 99 %", loop["a journal"][2], LATE_MS,
            "ms"),
        *(Aim(f"nginx worker, {way}: wait of other requests beside no journal, 99 %",
              worker[way][2] / worker[names[0]][2], BESIDE)
          for way in names[1:3])])
