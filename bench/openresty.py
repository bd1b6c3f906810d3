"""CPU of an nginx worker per sale, beside a loop that parses nothing.

    .venv/bin/python bench/openresty.py [SALES]

One worker sells over resty.cielo; over a bare cosocket loop that sends the same
bytes and only counts the answer's; and over that loop with lua-cjson making and
reading the JSON. The Cielo is another nginx that answers a fixed sale. What is
counted is the CPU time (user and system) of the worker, less that of a location
that only says a word; rounds are interleaved and the median is printed.
Nothing is asserted: the aim is 1.3 times the bare loop.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests", "openresty"))

from support import Nginx, free_port, resident  # noqa: E402

ROUNDS = 5
CONNECTIONS = 50
TICK = os.sysconf("SC_CLK_TCK")

LOCATIONS = """
location = /ours { content_by_lua_block {
  client = client or assert(require("resty.cielo").new{})
  local sale, message = client.sales:create(require("service").fields("load", 15700))
  ngx.say(assert(sale, message).payment.payment_id) } }
location = /word { content_by_lua_block { ngx.say("word") } }
location = /bare { content_by_lua_block { require("bare").plain() } }
location = /cjson { content_by_lua_block { require("bare").cjson() } }
"""

BARE = r"""
local cjson = require "cjson"
local bare = {}
local port = tonumber(os.getenv("CIELO_BASE_URL"):match ":(%d+)$")

local function fields()
  return { MerchantOrderId = "load", Customer = { Name = "Comprador" }, Payment = {
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


def worker_micros(nginx: Nginx) -> float:
    with open(f"/proc/{nginx.workers()[0]}/stat", encoding="ascii") as file:
        words = file.read().rsplit(") ", 1)[1].split()
    return (int(words[11]) + int(words[12])) * 1e6 / TICK


def spend(nginx: Nginx, path: str, sales: int) -> float:
    """Microseconds of CPU per request."""
    load = os.path.join(os.path.dirname(HERE), "tests", "openresty", "load.py")
    before = worker_micros(nginx)
    subprocess.run([sys.executable, load, str(nginx.port), path, str(CONNECTIONS), str(sales)],
                   check=True, stdout=subprocess.DEVNULL)
    return (worker_micros(nginx) - before) / sales


def answer_of() -> str:
    """The answer of the other benches, for the order that is sold here."""
    with open(os.path.join(HERE, "answer.json"), encoding="utf-8") as file:
        text = file.read().strip().replace("'", "\\'").replace("$", "")
    return text.replace('"bench0001"', '"load"')


def main(sales: int) -> int:
    port = free_port()
    cielo = Nginx("http://127.0.0.1:1", level="error", http=f"""
      server {{
        listen 127.0.0.1:{port} backlog=4096;
        access_log off;
        keepalive_requests 1000000;
        location / {{ default_type application/json; return 201 '{answer_of()}'; }}
      }}""")
    store = Nginx(f"http://127.0.0.1:{port}", level="error", locations=LOCATIONS,
                  http="keepalive_requests 1000000;")
    try:
        with open(os.path.join(store.prefix, "bare.lua"), "w", encoding="utf-8") as file:
            file.write(BARE)
        paths = ("/word", "/bare", "/cjson", "/ours")
        for path in paths:
            spend(store, path, 1000)
        early = resident(store.workers()[0])
        rounds: dict[str, list[float]] = {path: [] for path in paths}
        for _ in range(ROUNDS):
            for path in paths:
                rounds[path].append(spend(store, path, sales))
        medians = {path: statistics.median(values) for path, values in rounds.items()}
        bare = medians["/bare"] - medians["/word"]
        for path, title in (("/bare", "bare cosocket loop, nothing parsed"),
                            ("/cjson", "the same with lua-cjson"), ("/ours", "resty.cielo")):
            own = medians[path] - medians["/word"]
            print(f"{title:36} {own:7.1f} us per sale  {own / bare:5.2f} times")
        print(f"worker's memory {early} KB before, {resident(store.workers()[0])} KB after "
              f"{ROUNDS * sales} sales of each")
    finally:
        store.stop()
        cielo.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10000))
