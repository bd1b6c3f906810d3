"""Ours beside its peers: CPU time per sale and the ratio to bare libcurl.

    make bench                          or   .venv/bin/python bench/run.py
    .venv/bin/python bench/run.py --quick    fewer calls, for a first look
    .venv/bin/python bench/run.py --write    puts the tables into docs/bench.md

Everybody POSTs the same sale to the same nginx on loopback, which answers a
fixed sale. What is counted is the CPU time (user and system) that the client's
process spends in its loop, so that neither nginx nor waiting is part of it.
Rounds are interleaved; the table shows the median and the spread of rounds.
Nothing is asserted: the aims are printed beside what was measured.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
PACKAGES = ("libcurl", "libcjson")
WARM = 200


class Contestant(NamedTuple):
    title: str
    command: list[str]  # URL, WARM and COUNT come at the end
    share: float = 1.0  # slow ones make fewer calls
    aim: float = 0.0


class Sample(NamedTuple):
    micros: float
    early_kb: int
    late_kb: int


# ---- the peers and the programs ----

def install_peers() -> set[str]:
    """Puts the peers into .venv, one by one; gives those that are there."""
    there = set()
    for line in (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines():
        name = line.partition("#")[0].strip()
        if not name:
            continue
        subprocess.run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", name],
                       check=False, stderr=subprocess.DEVNULL)
        if subprocess.run([PYTHON, "-c", f"import {name}"], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0:
            there.add(name)
        else:
            print(f"not measured: {name} cannot be installed here")
    return there


def flags(what: str) -> list[str]:
    return subprocess.run(["pkg-config", what, *PACKAGES], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.split()


def build(folder: str) -> None:
    """bare, and ours with the library of `make lib`."""
    compiler = [os.environ.get("CC", "cc"), "-std=gnu99", "-O2", *flags("--cflags")]
    subprocess.run([*compiler, str(HERE / "bare.c"), "-o", f"{folder}/bare", *flags("--libs")],
                   check=True)
    subprocess.run([*compiler, f"-I{ROOT}/core/include", str(HERE / "ours.c"),
                    str(ROOT / "build" / "libcielo.a"), "-o", f"{folder}/ours",
                    *flags("--libs"), "-lpthread"], check=True)


def contestants(folder: str, peers: set[str]) -> list[Contestant]:
    sale = str(HERE / "sale.json")

    def python(name: str) -> list[str]:
        return [PYTHON, str(HERE / "peers.py"), name]

    def lua(version: str) -> list[str]:
        return [str(ROOT / "tools" / "lua.sh"), version, str(HERE / "ours.lua")]

    listed = [
        Contestant("bare libcurl loop in C", [f"{folder}/bare", "{url}", sale]),
        Contestant("libcielo, C", [f"{folder}/ours", "{url}", sale]),
        Contestant("libcielo, Python `Client`", python("cielo"), aim=1.5),
        Contestant("libcielo, Python `AsyncClient`", python("cielo-async")),
        Contestant("libcielo, Python `AsyncClient`, 10 at once", python("cielo-async-10")),
        Contestant("lua-cielo, Lua 5.4", lua("5.4"), aim=1.4),
        Contestant("lua-cielo, LuaJIT", lua("jit"), aim=1.4),
    ]
    if "pycurl" in peers:
        listed.append(Contestant("`pycurl` with `json`", python("pycurl")))
    if "aiohttp" in peers:
        listed.append(Contestant("`aiohttp`", python("aiohttp"), 0.3))
        listed.append(Contestant("`aiohttp`, 10 at once", python("aiohttp-10"), 0.3))
    if "requests" in peers:
        listed.append(Contestant("`requests.Session`", python("requests"), 0.3))
    if "httpx" in peers:
        listed.append(Contestant("`httpx.Client`", python("httpx"), 0.3))
    return listed


# ---- the server ----

CONFIGURATION = """
daemon off;
master_process off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    keepalive_requests 100000000;
    keepalive_timeout 300s;
    server {{
        listen 127.0.0.1:{port};
        default_type application/json;
        location / {{ return 201 '{answer}'; }}
    }}
}}
"""


def pin(core: int) -> None:
    """Keeps this process on one core: nginx on the last, clients on the first,
    so that neither's moving about is counted as work."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core]})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server(folder: str) -> Iterator[str]:
    port = free_port()
    answer = (HERE / "answer.json").read_text(encoding="utf-8").strip()
    path = pathlib.Path(folder) / "nginx.conf"
    path.write_text(CONFIGURATION.format(folder=folder, port=port, answer=answer),
                    encoding="utf-8")
    program = subprocess.Popen(["nginx", "-e", "stderr", "-p", folder, "-c", str(path)],
                               preexec_fn=lambda: pin(-1))
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        program.wait()


# ---- measuring ----

def run_once(contestant: Contestant, url: str, warm: int, count: int) -> Sample:
    command = [part.replace("{url}", url) for part in contestant.command]
    if url not in command:
        command.append(url)
    done = subprocess.run([*command, str(warm), str(count)], check=True, text=True,
                          stdout=subprocess.PIPE, preexec_fn=lambda: pin(0))
    micros, early, late = done.stdout.split()
    return Sample(float(micros), int(early), int(late))


def rounds(listed: list[Contestant], url: str, number: int, count: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {one.title: [] for one in listed}
    for turn in range(number):
        print(f"round {turn + 1} of {number}", file=sys.stderr, flush=True)
        for one in listed:
            sample = run_once(one, url, WARM, int(count * one.share))
            times[one.title].append(sample.micros)
    return times


def time_table(listed: list[Contestant], times: dict[str, list[float]]) -> str:
    """Ratios are taken within a round, where both saw the same machine."""
    bare = times[listed[0].title]
    lines = ["| client | CPU µs per sale | lowest to highest | ratio to bare | aim |",
             "| --- | ---: | ---: | ---: | ---: |"]
    for one in listed:
        mine = times[one.title]
        ratio = statistics.median(a / b for a, b in zip(mine, bare))
        aim = f"{one.aim:.1f}" if one.aim else ""
        lines.append(f"| {one.title} | {statistics.median(mine):.0f} | "
                     f"{min(mine):.0f} to {max(mine):.0f} | {ratio:.2f} | {aim} |")
    return "\n".join(lines)


def memory_table(listed: list[Contestant], url: str) -> str:
    lines = ["| client | after 1,000 calls | after 10,000 calls | growth |",
             "| --- | ---: | ---: | ---: |"]
    for one in listed:
        if "cielo" in one.title:
            sample = run_once(one, url, 1000, 9000)
            lines.append(f"| {one.title} | {sample.early_kb} KB | {sample.late_kb} KB | "
                         f"{sample.late_kb - sample.early_kb} KB |")
    return "\n".join(lines)


def write(name: str, text: str) -> None:
    """Replaces what stands between the marks of a name in docs/bench.md."""
    path = ROOT / "docs" / "bench.md"
    page = path.read_text(encoding="utf-8")
    head, begin, rest = page.partition(f"<!-- {name} -->\n")
    _, end, tail = rest.partition("<!-- end -->\n")
    path.write_text(f"{head}{begin}\n{text}\n\n{end}{tail}", encoding="utf-8")


def main() -> int:
    options = argparse.ArgumentParser(description="CPU time per sale, ours and others'")
    options.add_argument("--quick", action="store_true", help="fewer calls and rounds")
    options.add_argument("--write", action="store_true", help="put the tables into docs/bench.md")
    options.add_argument("--only", help="only contestants whose title holds this text")
    given = options.parse_args()
    number, count = (3, 1000) if given.quick else (21, 1000)
    with tempfile.TemporaryDirectory() as folder:
        peers = install_peers() if not given.only else set()
        build(folder)
        listed = contestants(folder, peers)
        if given.only:
            listed = listed[:1] + [one for one in listed[1:] if given.only in one.title]
        with server(folder) as url:
            times = time_table(listed, rounds(listed, url, number, count))
            memory = memory_table(listed, url)
    print(times + "\n\n" + memory)
    if given.write:
        write("times", times)
        write("memory", memory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
