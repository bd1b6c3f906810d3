"""Ours beside its peers: CPU time, instructions, system calls, memory, scale.

    make bench                          or   .venv/bin/python bench/run.py
    .venv/bin/python bench/run.py --quick        fewer calls, for a first look
    .venv/bin/python bench/run.py --only times,tls    those jobs alone
    .venv/bin/python bench/run.py --client Lua   the floors, and whose title holds it
    .venv/bin/python bench/run.py --write        puts tables and chart into docs/

Everybody POSTs the same sale to the same nginx on loopback, which answers a
fixed sale. What is counted is the CPU time (user and system) that the client's
process spends in its loop, so that neither nginx nor waiting is part of it.
Rounds are interleaved; the tables show the median and the spread of rounds.
Nothing is asserted: the aims are printed beside what was measured.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile
from collections.abc import Iterator

import chart
import flight
import jobs
import journal
import recovery
import servers
from contestants import ROOT, Contestant, blocking, build, install_peers, many, versions
from tables import Aim, Panel, Section, aims_table

JOBS = ("times", "many", "work", "flight", "tls", "memory", "import", "json", "nginx",
        "journal", "waits", "recovery")


def sections(wanted: list[str], one_by_one: list[Contestant], several: list[Contestant],
             peers: dict[str, str], place: jobs.Place, programs: str) -> Iterator[Section]:
    if "times" in wanted:
        yield jobs.blocking(one_by_one, place)
    if "many" in wanted:
        yield jobs.many(several, place)
    if "work" in wanted:
        yield jobs.work(one_by_one, place)
    if "flight" in wanted:
        yield flight.job(several, place.quick)
    if "tls" in wanted:
        yield jobs.tls(one_by_one, place)
    if "memory" in wanted:
        yield jobs.memory(one_by_one + [one.of(10) for one in several], place)
    if "import" in wanted:
        yield jobs.starting(peers, place.quick)
    if "json" in wanted and (told := jobs.json_alone(place.quick)):
        yield told
    if "nginx" in wanted:
        yield jobs.nginx(place.quick)
    if "journal" in wanted:
        yield journal.costs(programs, one_by_one, several, place)
    if "waits" in wanted:
        yield journal.waits(place.quick)
    if "recovery" in wanted:
        yield recovery.job()


def chosen(listed: list[Contestant], text: str) -> list[Contestant]:
    """The floor, and whose title holds the text."""
    return listed[:1] + [one for one in listed[1:] if text in one.title]


def write(name: str, text: str) -> None:
    """Replaces what stands between the marks of a name in docs/bench.md."""
    path = ROOT / "docs" / "bench.md"
    page = path.read_text(encoding="utf-8")
    head, begin, rest = page.partition(f"<!-- {name} -->\n")
    _, end, tail = rest.partition("<!-- end -->\n")
    if not end:
        raise SystemExit(f"docs/bench.md has no marks for {name}")
    path.write_text(f"{head}{begin}\n{text}\n\n{end}{tail}", encoding="utf-8")


def arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(description="ours beside its peers")
    options.add_argument("--quick", action="store_true", help="fewer calls and rounds")
    options.add_argument("--write", action="store_true", help="tables and chart into docs/")
    options.add_argument("--only", default=",".join(JOBS), help="jobs: " + ", ".join(JOBS))
    options.add_argument("--client", default="", help="contestants whose title holds this text")
    options.add_argument("--chart", type=pathlib.Path, help="the chart into this file")
    given = options.parse_args()
    given.only = given.only.split(",")
    if unknown := set(given.only) - set(JOBS):
        options.error("no such job: " + ", ".join(sorted(unknown)))
    return given


def main() -> int:
    given = arguments()
    aims, panels = list[Aim](), list[Panel]()
    peers = install_peers()
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        with servers.quick(folder) as (url, secure, trusted):
            place = jobs.Place(url, secure, trusted, given.quick)
            for section in sections(given.only, chosen(blocking(folder, peers), given.client),
                                    chosen(many(folder, peers), given.client), peers, place,
                                    folder):
                print(f"\n## {section.name}\n\n{section.text}", flush=True)
                aims += section.aims
                panels += section.panels
                if given.write:
                    write(section.name, section.text)
    print(f"\n## aims\n\n{aims_table(aims)}\n\n{versions(peers)}")
    if given.write and set(given.only) == set(JOBS):
        write("aims", aims_table(aims))
        write("versions", versions(peers))
    if given.write and {"times", "many", "nginx"} <= set(given.only):
        given.chart = ROOT / "docs" / "bench.svg"
    if given.chart and panels:
        given.chart.write_text(chart.svg(panels), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
