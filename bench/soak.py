"""A long run of one nginx worker under wrk: errors, memory, connections.

    .venv/bin/python bench/soak.py [SALES]      100,000 when left out

wrk (Debian's package of that name) asks from a process of its own for sales over
resty.cielo; the Cielo is another nginx that answers a fixed sale. What is printed
after every round: the sales so far, what wrk counted as errors, the worker's
resident memory, and the connections that it keeps to its Cielo.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests", "openresty"))

from openresty import LOCATIONS, answer_of  # noqa: E402
from support import Nginx, free_port, resident  # noqa: E402

CONNECTIONS = 100
SECONDS = 5


def established(port: int) -> int:
    """Connections to a loopback port, as /proc tells them."""
    wanted, count = f":{port:04X}", 0
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table:
            words = line.split()
            count += words[2].endswith(wanted) and words[3] == "01"
    return count


def load(port: int) -> tuple[int, list[str]]:
    """How many answers wrk got, and its lines about errors."""
    text = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", f"http://127.0.0.1:{port}/ours"],
        check=True, capture_output=True, text=True).stdout
    found = re.search(r"(\d+) requests in", text)
    assert found, text
    return int(found.group(1)), re.findall(r"^\s*((?:Socket errors|Non-2xx).*)$", text, re.M)


def main(wanted: int) -> int:
    if not shutil.which("wrk"):
        print("wrk is not installed (Debian: apt-get install wrk)")
        return 2
    port, sales, errors = free_port(), 0, list[str]()
    cielo = Nginx("http://127.0.0.1:1", level="error", http=f"""
      server {{
        listen 127.0.0.1:{port} backlog=4096;
        access_log off;
        keepalive_requests 10000000;
        location / {{ default_type application/json; return 201 '{answer_of()}'; }}
      }}""")
    store = Nginx(f"http://127.0.0.1:{port}", level="error", locations=LOCATIONS)
    try:
        early = 0
        while sales < wanted:
            done, bad = load(store.port)
            sales += done
            errors += bad
            memory = resident(store.workers()[0])
            early = early or (memory if sales >= 10_000 else 0)
            print(f"{sales:8} sales  {memory} KB  {established(port)} connections  "
                  f"{'; '.join(bad) or 'no error'}", flush=True)
        print(f"memory since the first 10,000: {resident(store.workers()[0]) - early:+} KB")
        print(store.errors() or "nothing in the error log")
    finally:
        store.stop()
        cielo.stop()
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
