"""What the journal costs a worker of nginx: sales a second, and other requests' wait.

    .venv/bin/python bench/journal_nginx.py [SECONDS [FOLDER]]      also a job of run.py

One worker sells with wrk's 64 connections at once against a Cielo that takes 20 ms,
and meanwhile is asked for a page that says a word. Four ways: without a journal; with
its syncs on nginx's threads; on the core's thread; and, as one would at first, in
the worker itself. Rounds are interleaved and the medians told. FOLDER is where the
journals go for the time (default build/): the figures are those of its disk.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from openresty import LOCATIONS, POOL, answer_of  # noqa: E402
from support import Nginx, free_port  # noqa: E402

ROUNDS = 3
CONNECTIONS = 64

#: Each write syncs for itself, and all requests of the worker wait for it.
IN_WORKER = """
init_worker_by_lua_block {
  local core = require "cielo.core"
  require("resty.cielo.disk").wait = function(_, client)
    local fd, ticket = client:sync_begin()
    client:sync_end(ticket, core.fdatasync(fd))
    return true
  end
}
"""

#: By way: whether there is a journal, what is told to nginx, and in http.
WAYS = {
    "no journal": (False, "", ""),
    "nginx's threads": (True, POOL, ""),
    "the core's thread": (True, "", ""),
    "in the worker": (True, POOL, IN_WORKER),
}


class Round(NamedTuple):
    """Sales a second, and ms within which half and 99 % of the words came."""

    sales: float
    half: float
    most: float


@contextlib.contextmanager
def cielo() -> Iterator[str]:
    """Answers a fixed sale after 20 ms."""
    port = free_port()
    server = Nginx("http://127.0.0.1:1", level="error", http=f"""
      server {{
        listen 127.0.0.1:{port} backlog=4096;
        access_log off;
        keepalive_requests 1000000;
        location / {{
          default_type application/json;
          content_by_lua_block {{
            ngx.sleep(0.02)
            ngx.status = 201
            ngx.print('{answer_of()}')
          }}
        }}
      }}""")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


def ms_of(text: str, percent: int) -> float:
    found = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", text)
    if not found:
        raise RuntimeError(text)
    return float(found[1]) * {"us": 1e-3, "ms": 1, "s": 1e3}[found[2]]


def wrk(nginx: Nginx, path: str, connections: int, seconds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
         f"http://127.0.0.1:{nginx.port}{path}"], stdout=subprocess.PIPE, text=True)


def measure(nginx: Nginx, seconds: int) -> Round:
    wrk(nginx, "/ours", CONNECTIONS, 1).communicate()
    sales = wrk(nginx, "/ours", CONNECTIONS, seconds)
    words, _ = wrk(nginx, "/word", 1, seconds).communicate()
    sold, _ = sales.communicate()
    if "Non-2xx" in sold + words:
        raise RuntimeError(sold + words + nginx.errors()[-2000:])
    rate = re.search(r"Requests/sec:\s+([\d.]+)", sold)
    if not rate:
        raise RuntimeError(sold)
    return Round(float(rate[1]), ms_of(words, 50), ms_of(words, 99))


def run(way: str, url: str, folder: str, seconds: int) -> Round:
    has_journal, main, http = WAYS[way]
    environment = {"CIELO_JOURNAL": folder} if has_journal else {}
    nginx = Nginx(url, level="error", main=main, locations=LOCATIONS, environment=environment,
                  http="keepalive_requests 1000000; access_log off;" + http)
    try:
        return measure(nginx, seconds)
    finally:
        nginx.stop()


def figures(seconds: int, folder: str) -> dict[str, Round]:
    """By way, the first being without a journal."""
    rounds: dict[str, list[Round]] = {way: [] for way in WAYS}
    os.makedirs(folder, exist_ok=True)
    with cielo() as url:
        for _ in range(ROUNDS):
            for way in WAYS:
                where = tempfile.mkdtemp(prefix="journal-", dir=folder)
                rounds[way].append(run(way, url, where, seconds))
                shutil.rmtree(where)
    return {way: Round(*(statistics.median(column) for column in zip(*measured)))
            for way, measured in rounds.items()}


def main(seconds: int, folder: str) -> int:
    print(f"{'':20}{'sales/s':>9}{'p50 ms':>9}{'p99 ms':>9}   of a word beside them")
    base = None
    for way, one in figures(seconds, folder).items():
        base = base or one.most
        print(f"{way:20}{one.sales:9.0f}{one.half:9.2f}{one.most:9.2f}   "
              f"p99 {one.most / base:.2f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5,
                  sys.argv[2] if len(sys.argv) > 2 else
                  os.path.join(os.path.dirname(HERE), "build")))
