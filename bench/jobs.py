"""The jobs of the bench but for calls in flight: each measures and tells a section."""

from __future__ import annotations

import subprocess
from typing import NamedTuple

import openresty
from contestants import HERE, PEERS_PYTHON, ROOT, Contestant
from measuring import (
    Times,
    import_times,
    instructions,
    note,
    ratio,
    rounds,
    run_once,
    system_calls,
)
from tables import Aim, Bar, Panel, Section, number, table, told_aims

#: CPU time beside the bare loop, by contestant.
BESIDE_BARE = {"c": 0.6, "python": 0.85, "lua": 0.9, "luajit": 0.9, "async": 1.3}
INSTRUCTIONS = {"c": 35e3, "python": 60e3, "lua": 95e3, "async": 100e3}
SYSTEM_CALLS = {"c": 4.0, "python": 4.0, "lua": 4.0, "luajit": 4.0}
AT_ONCE = (10, 64)
QUICK_WORK = ("bare", "c", "python", "async", "lua")


class Place(NamedTuple):
    """Where the contestants go, and how thoroughly."""

    url: str
    secure: str  # the same over TLS
    trusted: str  # file of its authority
    quick: bool

    @property
    def rounds(self) -> int:
        return 3 if self.quick else 15


def beside(listed: list[Contestant], times: Times, aims: dict[str, float]) -> list[list[str]]:
    floor, lines = times[listed[0].key], []
    for one in listed:
        values = sorted(times[one.key])
        limit = aims.get(one.key)
        lines.append([one.title, number(values[len(values) // 2]),
                      f"{number(values[0])} to {number(values[-1])}",
                      f"{ratio(times[one.key], floor):.2f}", f"{limit}" if limit else ""])
    return lines


def bars(listed: list[Contestant], times: Times) -> list[Bar]:
    return [Bar(one.title, ratio(times[one.key], times[listed[0].key]), not one.peer)
            for one in listed]


HEAD = ["client", "CPU µs per sale", "lowest to highest", "ratio to bare", "aim"]


def blocking(listed: list[Contestant], place: Place) -> Section:
    note("one sale at a time")
    times = rounds(listed, place.url, place.rounds, 1000)
    aims = [Aim(f"{one.title}: CPU of a sale beside the bare loop",
                ratio(times[one.key], times["bare"]), BESIDE_BARE[one.key])
            for one in listed if one.key in BESIDE_BARE]
    return Section("times", table(HEAD, beside(listed, times, BESIDE_BARE)), aims, [
        Panel("One sale at a time", "a bare libcurl loop in C, which makes and reads no JSON",
              bars(listed, times))])


def many(listed: list[Contestant], place: Place) -> Section:
    """Several at once, each number beside the bare multi loop with as many."""
    rows, aims, panels = [], list[Aim](), list[Panel]()
    for at_once in AT_ONCE:
        note(f"{at_once} at once")
        several = [one.of(at_once) for one in listed]
        times = rounds(several, place.url, place.rounds, 1920)
        ours = times.get(f"async-{at_once}")
        limits = {f"async-{at_once}": 1.0} if at_once == max(AT_ONCE) else {}
        rows += [[f"{row[0]}, {at_once} at once", *row[1:]]
                 for row in beside(several, times, limits)]
        if at_once == max(AT_ONCE) and ours:
            aims.append(Aim(f"`AsyncClient`, {at_once} at once: CPU of a sale beside the bare "
                            "multi loop", ratio(ours, times[f"bare-multi-{at_once}"]), 1.0))
            if f"aiohttp-{at_once}" in times:
                aims.append(Aim(f"`AsyncClient`, {at_once} at once: sales a core can carry "
                                "beside `aiohttp`", ratio(times[f"aiohttp-{at_once}"], ours),
                                4.0, least=True))
            panels.append(Panel(f"{at_once} sales at once",
                                "a bare libcurl multi loop in C, which makes and reads no JSON",
                                bars(several, times)))
    head = [*HEAD[:3], "ratio to bare multi", HEAD[4]]
    return Section("many", table(head, rows), aims, panels)


def work(listed: list[Contestant], place: Place) -> Section:
    rows, aims = [], []
    for one in listed:
        if place.quick and one.key not in QUICK_WORK:
            continue
        note(f"instructions and system calls: {one.title}")
        counted, traced = instructions(one, place.url), system_calls(one, place.url)
        rows.append([one.title,
                     "not measured: valgrind is missing" if counted is None else f"{counted:,.0f}",
                     f"{INSTRUCTIONS[one.key]:,.0f}" if one.key in INSTRUCTIONS else "",
                     "not measured: strace is missing" if traced is None else f"{traced:.1f}",
                     f"{SYSTEM_CALLS[one.key]:.0f}" if one.key in SYSTEM_CALLS else ""])
        if one.key in INSTRUCTIONS:
            aims.append(Aim(f"{one.title}: user instructions of a sale", counted,
                            INSTRUCTIONS[one.key]))
        if one.key in SYSTEM_CALLS:
            aims.append(Aim(f"{one.title}: system calls of a sale", traced,
                            SYSTEM_CALLS[one.key]))
    return Section("work", table(
        ["client", "user instructions per sale", "aim", "system calls per sale", "aim"], rows),
        aims)


def tls(listed: list[Contestant], place: Place) -> Section:
    note("over TLS 1.3")
    those = [one for one in listed if one.key in ("bare", *BESIDE_BARE)]
    limits = {one.key: 0.8 for one in those if one.key in ("c", "python", "lua", "luajit")}
    times = rounds(those, place.secure, place.rounds, 1000, place.trusted)
    aims = [Aim(f"{one.title}: CPU of a sale over TLS 1.3 beside the bare loop over TLS",
                ratio(times[one.key], times["bare"]), limits[one.key])
            for one in those if one.key in limits]
    return Section("tls", table(HEAD, beside(those, times, limits)), aims)


def memory(listed: list[Contestant], place: Place) -> Section:
    rows, aims = [], []
    for one in listed:
        if not one.peer:
            note(f"memory: {one.title}")
            sample = run_once(one, place.url, 1000, 9000)
            growth = sample.late_kb - sample.early_kb
            rows.append([one.title, f"{sample.early_kb:,} KB", f"{sample.late_kb:,} KB",
                         f"{growth:,} KB"])
            aims.append(Aim(f"{one.title}: growth over 10,000 sales", growth, 256.0, "KB"))
    return Section("memory", table(
        ["client", "after 1,000 calls", "after 10,000 calls", "growth"], rows), aims)


def starting(peers: dict[str, str], quick: bool) -> Section:
    note("import")
    names = ["cielo", *(name for name in ("pycurl", "pyreqwest.client", "urllib3", "requests",
                                          "httpx", "aiohttp") if name.split(".")[0] in peers)]
    spent = import_times(names, 7 if quick else 15)
    rows = [[f"`import {name}`", f"{spent[name]:.0f} ms", "15 ms" if name == "cielo" else ""]
            for name in names]
    return Section("import", table(["", "beyond the bare interpreter", "aim"], rows),
                   [Aim("`import cielo` beyond the bare interpreter", spent["cielo"], 15, "ms")])


def json_alone(quick: bool) -> Section | None:
    """What two programs beside this file say of JSON without a network."""
    commands = {"json_python.py": [PEERS_PYTHON, str(HERE / "json_python.py")],
                "json_lua.lua": [str(ROOT / "tools" / "lua.sh"), "5.4", str(HERE / "json_lua.lua")]}
    texts = []
    for name, command in commands.items():
        if (HERE / name).exists():
            note(f"JSON: {name}")
            texts.append(subprocess.run([*command, *(["--quick"] if quick else [])], check=True,
                                        text=True, stdout=subprocess.PIPE).stdout.strip())
    text = "\n\n".join(texts)
    return Section("json", text, told_aims(text)) if texts else None


def nginx(quick: bool) -> Section:
    note("an nginx worker")
    worker = openresty.figures(1000 if quick else 5000, 2 if quick else 5)
    listed = (("bare cosocket loop, nothing parsed", worker.bare, False),
              ("the same with lua-cjson", worker.cjson, False),
              ("`resty.cielo`", worker.ours, True))
    rows = [[title, number(micros), f"{micros / worker.bare:.2f}",
             f"{micros / worker.cjson:.2f}", "1.0" if ours else ""]
            for title, micros, ours in listed]
    head = ["worker's loop", "CPU µs per sale", "ratio to bare", "ratio to lua-cjson's", "aim"]
    return Section("nginx", table(head, rows), [
        Aim("nginx worker: CPU of a sale beside a cosocket loop with lua-cjson",
            worker.ours / worker.cjson, 1.0)], [
        Panel("In an nginx worker", "a cosocket loop with lua-cjson",
              [Bar(title, micros / worker.cjson, ours) for title, micros, ours in listed])])
