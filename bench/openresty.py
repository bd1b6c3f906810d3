"""CPU of an nginx worker per sale, beside a loop with lua-cjson: aim 1.0.

    .venv/bin/python bench/openresty.py [SALES]

One worker sells over resty.cielo; over a bare cosocket loop that sends the same
bytes and only counts the answer's; and over that loop with lua-cjson making and
reading the JSON. The Cielo is another nginx that answers a fixed sale. What is
counted is the CPU time (user and system) of the worker, less that of a location
that only says a word; rounds are interleaved and the medians are told.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests", "openresty"))

from support import Nginx, free_port, resident  # noqa: E402

ROUNDS = 5
CONNECTIONS = 50
TICK = os.sysconf("SC_CLK_TCK")
#: Sales under way in one request of a load of many: nginx's Lua module walks all
#: light threads of a request at each of their turns.
THREADS = 10

#: The threads that sync a journal.
POOL = "thread_pool default threads=2;"

LOCATIONS = """
location = /ours { content_by_lua_block {
  client = client or assert(require("resty.cielo").new{
    journal_sync = os.getenv "BENCH_JOURNAL_SYNC" })
  local sale, message = client.sales:create(require("service").fields("bench0001", 15700))
  ngx.say(assert(sale, message).payment.payment_id) } }
location = /word { content_by_lua_block { ngx.say("word") } }
location = /bare { content_by_lua_block { require("bare").plain() } }
location = /cjson { content_by_lua_block { require("bare").cjson() } }
"""

MANY = """
location = /many { content_by_lua_block {
  client = client or assert(require("resty.cielo").new{
    pool_size = 20000, timeout = 120000, connect_timeout = 60000 })
  local function some()
    for _ = 1, ngx.var.arg_sales do
      local sale, message = client.sales:create(require("service").fields("bench0001", 15700))
      assert(sale, message)
    end
  end
  local threads = {}
  for i = 1, %d do threads[i] = ngx.thread.spawn(some) end
  for _, thread in ipairs(threads) do assert(ngx.thread.wait(thread)) end
  ngx.say("word") } }
""" % THREADS

BARE = r"""
local cjson = require "cjson"
local bare = {}
local port = tonumber(os.getenv("CIELO_BASE_URL"):match ":(%d+)$")

local function fields()
  return { MerchantOrderId = "bench0001", Customer = { Name = "Comprador" }, Payment = {
    Type = "CreditCard", Amount = 15700, Installments = 1, CreditCard = {
      CardNumber = "4091688625337641", Holder = "Teste Holder",
      ExpirationDate = "12/2030", SecurityCode = "973", Brand = "Visa" } } }
end

local function request(body)
  return ("POST /1/sales HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
    .. "MerchantId: 5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d\r\n"
    .. "MerchantKey: CANARYKEYABCDEFGHIJKLMNOPQRSTUVWXYZ01234\r\n"
    .. "RequestId: 24bc8366-fc31-4d6c-8555-17049a836a07\r\nAccept: application/json\r\n"
    .. "User-Agent: libcielo/0.1.0 lua\r\nAccept-Encoding: identity\r\n"
    .. "Content-Length: %d\r\n\r\n%s"):format(port, #body, body)
end

local fixed = request(cjson.encode(fields()))

local function exchange(bytes)
  local sock = ngx.socket.tcp()
  sock:settimeouts(5000, 30000, 30000)
  assert(sock:connect("127.0.0.1", port))
  assert(sock:send(bytes))
  local answer = ""
  repeat
    answer = answer .. assert(sock:receiveany(16384))
    local _, head = answer:find("\r\n\r\n", 1, true)
    local length = head and tonumber(answer:match "Content%-Length: (%d+)")
  until head and #answer >= head + length
  sock:setkeepalive(60000, 30)
  return answer
end

function bare.plain() ngx.say(#exchange(fixed)) end

function bare.cjson()
  local answer = exchange(request(cjson.encode(fields())))
  ngx.say(cjson.decode(answer:match "\r\n\r\n(.*)$").Payment.PaymentId)
end

return bare
"""


class Worker(NamedTuple):
    """What a sale takes in a worker, in microseconds, less a request without one."""

    bare: float
    cjson: float
    ours: float
    early_kb: int
    late_kb: int
    sales: int


def worker_micros(nginx: Nginx) -> float:
    """Of all threads of the worker: its pool's may sync a journal."""
    pid, spent = nginx.workers()[0], 0
    with contextlib.suppress(FileNotFoundError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
                spent += int(file.read().split()[0])
        return spent / 1e3
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        words = file.read().rsplit(") ", 1)[1].split()
    return (int(words[11]) + int(words[12])) * 1e6 / TICK


def spend(nginx: Nginx, path: str, connections: int, requests: int) -> float:
    """Microseconds of CPU per request."""
    load = os.path.join(os.path.dirname(HERE), "tests", "openresty", "load.py")
    before = worker_micros(nginx)
    told = subprocess.run(
        [sys.executable, load, str(nginx.port), path, str(connections), str(requests)],
        check=True, stdout=subprocess.PIPE).stdout
    spent = worker_micros(nginx) - before
    if json.loads(told)["kinds"] != {"200": requests}:
        raise RuntimeError(f"{path}: {told.decode()} {nginx.errors()[-2000:]}")
    return spent / requests


def answer_of() -> str:
    with open(os.path.join(HERE, "answer.json"), encoding="utf-8") as file:
        return file.read().strip().replace("'", "\\'").replace("$", "")


@contextlib.contextmanager
def answering() -> Iterator[str]:
    """A Cielo: nginx that answers a fixed sale."""
    port = free_port()
    cielo = Nginx("http://127.0.0.1:1", level="error", http=f"""
      server {{
        listen 127.0.0.1:{port} backlog=4096;
        access_log off;
        keepalive_requests 1000000;
        location / {{ default_type application/json; return 201 '{answer_of()}'; }}
      }}""")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        cielo.stop()


@contextlib.contextmanager
def selling(url: str, main: str = "",
            environment: dict[str, str] | None = None) -> Iterator[Nginx]:
    """A worker with the three loops."""
    store = Nginx(url, level="error", locations=LOCATIONS, main=main, environment=environment,
                  http="keepalive_requests 1000000;")
    try:
        with open(os.path.join(store.prefix, "bare.lua"), "w", encoding="utf-8") as file:
            file.write(BARE)
        yield store
    finally:
        store.stop()


def figures(sales: int, number: int = ROUNDS) -> Worker:
    paths = ("/word", "/bare", "/cjson", "/ours")
    with answering() as url, selling(url) as store:
        for path in paths:
            spend(store, path, CONNECTIONS, 1000)
        early = resident(store.workers()[0])
        rounds: dict[str, list[float]] = {path: [] for path in paths}
        for _ in range(number):
            for path in paths:
                rounds[path].append(spend(store, path, CONNECTIONS, sales))
        word, *own = (statistics.median(rounds[path]) for path in paths)
        return Worker(own[0] - word, own[1] - word, own[2] - word,
                      early, resident(store.workers()[0]), number * sales)


def keeping(ways: dict[str, dict[str, str]], sales: int, number: int) -> dict[str, list[float]]:
    """By way, which is what the worker's environment has beside: microseconds of a sale
    in each round, less a request without one."""
    rounds: dict[str, list[float]] = {way: [] for way in ways}
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(answering())
        stores = {way: stack.enter_context(selling(url, POOL, variables))
                  for way, variables in ways.items()}
        for store in stores.values():
            spend(store, "/ours", CONNECTIONS, 500)
        for _ in range(number):
            for way, store in stores.items():
                rounds[way].append(spend(store, "/ours", CONNECTIONS, sales)
                                   - spend(store, "/word", CONNECTIONS, sales))
    return rounds


def flights(cielo_url: str, bursts: dict[int, int]) -> dict[int, tuple[float, int]]:
    """Of a worker with so many sales in flight, each number that many times:
    microseconds per sale, and its memory in KB then."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    told = {}
    for number, times in bursts.items():
        store = Nginx(cielo_url, level="error", locations=MANY, connections=min(most, 19000),
                      http="keepalive_requests 1000000;")
        try:
            requests = number // THREADS
            spend(store, "/many?sales=1", requests, requests)
            spent = spend(store, f"/many?sales={times}", requests, requests)
            told[number] = spent / THREADS / times, resident(store.workers()[0])
        finally:
            store.stop()
    return told


def main(sales: int) -> int:
    worker = figures(sales)
    for own, title in ((worker.bare, "bare cosocket loop, nothing parsed"),
                       (worker.cjson, "the same with lua-cjson"), (worker.ours, "resty.cielo")):
        print(f"{title:36} {own:7.1f} us per sale  {own / worker.bare:5.2f} times the bare loop  "
              f"{own / worker.cjson:5.2f} times lua-cjson's")
    print(f"worker's memory {worker.early_kb} KB before, {worker.late_kb} KB after "
          f"{worker.sales} sales of each")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10000))
