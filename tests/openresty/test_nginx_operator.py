"""What whoever runs the server finds in its log, and what is not his business."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support import (
    CREDENTIALS,
    KEY,
    ROOT,
    Cielo,
    Nginx,
    certificate,
    fetch,
    free_port,
    leaks,
    running,
    sale_fields,
    wait_for,
)

import cielo

SALE = {"fields": sale_fields("operator", 15700)}
READ = {"payment_id": "24bc8366-fc31-4d6c-8555-17049a836a07"}
HTML = "<html></html>"


@contextlib.contextmanager
def answering(status: int, body: Any) -> Iterator[str]:
    """A server that says the same to every request."""
    data = (body if isinstance(body, str) else json.dumps(body)).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            """Standard error is the tests'."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def lines(nginx: Nginx) -> list[str]:
    """What the module logs, its level first."""
    found = re.findall(r"\[(\w+)\].*? cielo: (.*?)(?:, client: .*)?$", nginx.errors(), re.M)
    return [f"{level} {text}" for level, text in found]


@pytest.fixture(scope="module")
def shop(sandbox: Cielo) -> Iterator[Nginx]:
    with running(sandbox, level="info") as server:
        yield server


def told(nginx: Nginx, operation: str, params: dict[str, Any], **options: Any) -> tuple[
        dict[str, Any], list[str]]:
    """The error that the caller had, and the lines that came with it."""
    before = len(lines(nginx))
    answer = nginx.call(operation, params, **options)
    return answer.get("error", {}), lines(nginx)[before:]


def entry(code: Any) -> list[dict[str, Any]]:
    return [{"Code": code, "Message": "..."}]


@pytest.mark.parametrize("status, body, write, kind, line", [
    (401, "", True, "authentication",
     "error sale_create of order operator: Cielo refused the credentials (HTTP 401, 127.0.0.1)"),
    (401, "", False, "authentication", "error sale_get: Cielo refused the credentials"),
    (403, HTML, True, "permission",
     "error sale_create of order operator: Cielo does not allow this caller (HTTP 403, 127.0.0.1)"),
    (400, entry(132), True, "invalid_request",
     "error sale_create of order operator: Cielo refused the request (HTTP 400): 132"),
    (400, entry("116"), True, "invalid_request", "error sale_create of order operator"),
    (400, entry(323), False, "invalid_request", "error sale_get: Cielo refused the request"),
    (429, "", False, "rate_limit",
     "warn sale_get: Cielo asks for fewer requests (HTTP 429) (2 attempts)"),
    (503, HTML, False, "server",
     "warn sale_get: Cielo failed to answer a read (HTTP 503) (2 attempts)"),
    (500, HTML, False, "server", "warn sale_get: Cielo failed to answer a read (HTTP 500)"),
    (200, HTML, False, "decode", "warn sale_get: the answer (HTTP 200) cannot be read"),
    (503, HTML, True, "outcome_unknown", "error sale_create of order operator: outcome unknown"),
    (400, entry(126), True, "invalid_request", None),
    (400, entry("none of theirs"), True, "invalid_request", None),
    (404, "", False, "not_found", None),
])
def test_an_answer_is_one_line_or_none(status: int, body: Any, write: bool, kind: str,
                                       line: str | None, shop: Nginx) -> None:
    with answering(status, body) as url:
        operation, params = ("sale_create", SALE) if write else ("sale_get", READ)
        err, logged = told(shop, operation, params, base_url=url, max_retries=1, timeout=2000)
    assert err["kind"] == kind
    assert len(logged) == (line is not None), logged
    assert not line or logged[0].startswith(line), logged


def test_a_cielo_out_of_reach(shop: Nginx) -> None:
    err, (line,) = told(shop, "sale_get", READ, base_url=f"http://127.0.0.1:{free_port()}")
    assert err["kind"] == "transport"
    assert line.startswith("warn sale_get: no answer, and nothing took effect: connect: ")
    assert line.endswith("(3 attempts)")


def test_a_cielo_that_is_slow(shop: Nginx, sandbox: Cielo) -> None:
    sandbox.faults({"match": "GET /1/sales", "after": "read", "do": "stall"})
    err, (line,) = told(shop, "sale_get", READ, timeout=300)
    assert err["kind"] == "timeout"
    assert line.startswith("warn sale_get: no answer in time"), line


def test_the_limits_of_a_pool_are_those_of_each_client(shop: Nginx, sandbox: Cielo) -> None:
    """Though another client, which has none, was the first at this address."""
    told(shop, "sale_get", READ)
    sandbox.faults({"match": "GET /1/sales", "after": "read", "do": "stall", "times": -1})
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: shop.call(
            "sale_get", READ, pool_size=1, backlog=1, timeout=1000, max_retries=0), range(4)))
    refused = [answer for answer in answers if "too many waiting" in answer["message"]]
    assert refused and all(answer["error"]["sent"] == "no" for answer in refused), answers


def test_a_cielo_that_hangs_up_in_the_handshake(shop: Nginx) -> None:
    """No certificate was seen, so that none is to blame."""
    listener = socket.create_server(("127.0.0.1", 0))

    def hang_up() -> None:
        with contextlib.suppress(OSError):
            while True:
                listener.accept()[0].close()

    threading.Thread(target=hang_up, daemon=True).start()
    url = "https://127.0.0.1:%d" % listener.getsockname()[1]
    err, (line,) = told(shop, "sale_get", READ, base_url=url, max_retries=1)
    listener.shutdown(socket.SHUT_RDWR)  # ends accept(), which close() does not
    listener.close()
    assert (err["kind"], err["sent"], len(err["attempts"])) == ("transport", "no", 2)
    assert line.startswith("warn sale_get: ") and "TLS: " in line, line


# ---- the shop's own set-up ----

def test_the_books_know_the_codes_of_a_store() -> None:
    with open(os.path.join(ROOT, "bindings/lua/resty/cielo/setup.lua"), encoding="utf-8") as file:
        named = set(re.findall(r"(\w+) = true", file.read().split("local STORE")[1].split("}")[0]))
    known = {entry.name for entry in map(cielo.api_error, range(400)) if entry}
    assert len(named) > 15 and named <= known, named - known


def test_what_nginx_conf_lacks(sandbox: Cielo, tmp_path: Any) -> None:
    own, other, port = certificate(tmp_path, "own"), certificate(tmp_path, "other"), free_port()
    http = f"""
    lua_ssl_trusted_certificate {other};
    server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {own};
              ssl_certificate_key {tmp_path}/own.key; return 200; }}
    """
    deaf = f"""location = /deaf {{ resolver 127.0.0.1:{free_port()}; resolver_timeout 200ms;
      content_by_lua_block {{ require("service").call() }} }}"""
    with running(sandbox, http=http, level="warn", locations=deaf) as nginx:
        err, (line,) = told(nginx, "sale_create", SALE, base_url=f"https://127.0.0.1:{port}")
        assert (err["kind"], err["sent"]) == ("transport", "no")
        assert line.startswith("error sale_create of order operator: "), line
        assert "certificate" in line and "lua_ssl_trusted_certificate" in line
        for _ in range(8):  # whether nginx knows it at once, or in a later turn
            err, (line,) = told(nginx, "sale_get", READ, base_url=f"https://127.0.0.1:{port}")
            assert err["kind"] == "transport" and "certificate" in line, line
        _, text = fetch(nginx.port, "/deaf", {
            "operation": "sale_get", "params": READ,
            "options": {"base_url": "https://cielo.test", "max_retries": 0}})
        assert "resolver of nginx.conf" in json.loads(text)["error"]["message"], text
        lines(nginx)
        err, (line,) = told(nginx, "sale_get", READ, base_url="http://localhost:1")
        assert err["kind"] == "transport" and len(err["attempts"]) == 1
        assert line.startswith("error sale_get: ") and "needs a resolver" in line, line


BLOCKING = """
location = /blocked { content_by_lua_block {
  local client = require("cielo").new{ allow_blocking = true }
  ngx.say((select(2, client.sales:get("x")))) } }
location = /confirmed { content_by_lua_block {
  local cielo = require "resty.cielo"
  local _, _, err = cielo.new{}:confirm(cielo.parse_notification(
    '{"PaymentId":"24bc8366-fc31-4d6c-8555-17049a836a07","ChangeType":1}', "application/json"))
  ngx.say(err.message, " ", cielo.is_setup(err)) } }
location = /refused { content_by_lua_block {
  local cielo = require "resty.cielo"
  local function is_setup(new, ...) return cielo.is_setup((select(3, new(...)))) end
  local client = cielo.new{ merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d",
                            merchant_key = ("K"):rep(40) }
  ngx.say(is_setup(cielo.new, { ca_file = "x" }), " ", is_setup(cielo.new, { base_url = "x" }), " ",
    is_setup(cielo.new, { token_dict = "none" }), " ", is_setup(client.with_options, client,
      { timeout = 0 })) } }
location = /strangers { content_by_lua_block {
  local cielo = require "resty.cielo"
  local client = cielo.new{ merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d",
                            merchant_key = ("K"):rep(40) }
  local sold = { payment = { status = 1, credit_card = { card_token = "t", brand = "Visa" } } }
  local _, _, charge = cielo.next_charge(sold, "N1", -5)
  local _, _, sale = client.sales:create{ merchant_order_id = {} }
  local _, _, order = client:confirm(cielo.parse_notification(
    '{"MerchantId":"..","MerchantOrderNumber":"x"}', "application/json"))
  local _, _, notice = cielo.parse_notification ""
  for _, err in ipairs { charge, sale, order, notice } do
    ngx.say(err.kind, " ", #err.problems > 0 and err.problems[1].path, " ", cielo.is_setup(err))
  end } }
"""


def test_a_missing_key_names_the_line_of_nginx_conf(sandbox: Cielo) -> None:
    environment = {"CIELO_MERCHANT_ID": "", "CIELO_MERCHANT_KEY": ""}
    wanted = "which nginx hides without `env CIELO_MERCHANT_%s;` in nginx.conf"
    with running(sandbox, environment=environment, locations=BLOCKING, level="warn") as nginx:
        shopper = {"fields": sale_fields("operator", 15700, CardNumber="1")}
        for fields in (SALE, shopper):
            err, (line,) = told(nginx, "sale_create", fields)
            assert err["kind"] == "validation" and err["sent"] == "no"
            assert wanted % err["problems"][0]["path"][len("merchant_"):].upper() \
                in err["message"] or fields is shopper, err["message"]
            named = {problem["path"]: problem["message"] for problem in err["problems"]}
            for word in ("id", "key"):
                assert named["merchant_" + word].endswith(wanted % word.upper())
            assert line == ("error sale_create of order operator: merchant_id: "
                            f"{named['merchant_id']}; merchant_key: {named['merchant_key']}")
        assert wanted % "ID" in nginx.get("/blocked")
        told_of = nginx.get("/confirmed")
        assert wanted % "ID" in told_of and told_of.endswith(" true")
        assert [line.split()[1] for line in lines(nginx)[2:]] == ["sale_get:"]
        assert nginx.get("/refused") == "true true true true"
        assert len(lines(nginx)) == 3


def test_what_strangers_send_is_not_the_shops_set_up(sandbox: Cielo) -> None:
    """Whatever is missing, and although an option may be called like a parameter."""
    with running(sandbox, locations=BLOCKING, level="warn") as nginx:
        charge, sale, order, notice = nginx.get("/strangers").splitlines()
        assert charge == "validation amount false"
        assert sale == "validation merchant_order_id false"
        assert order == "validation merchant_id false"
        assert notice.endswith(" false false")
        assert lines(nginx) == []


def test_a_phase_that_cannot_ask(sandbox: Cielo) -> None:
    locations = """
    location = /late { content_by_lua_block { ngx.say("") } log_by_lua_block {
      require("service").try(require("resty.cielo").new) } }
    """
    with running(sandbox, locations=locations, level="warn") as nginx:
        nginx.get("/late")
        wait_for("the line", lambda: lines(nginx))
        (line,) = lines(nginx)
        assert line.startswith("error sale_create: the log phase of nginx cannot do I/O: "), line


# ---- no flood, no lines of other people's ----

def test_a_warning_is_told_once_by_a_worker(sandbox: Cielo) -> None:
    fields = sale_fields("descriptor", 15700)
    fields["Payment"]["SoftDescriptor"] = "Loja_ABC"
    with running(sandbox, level="warn") as nginx:
        for _ in range(5):
            sale = nginx.call("sale_create", {"fields": fields})
            assert len(sale["facts"]["warnings"]) == 1
        (line,) = lines(nginx)
        assert line.startswith("warn sale_create: payment.soft_descriptor: has other"), line
        nginx.reload()
        nginx.call("sale_create", {"fields": fields})
        assert len(lines(nginx)) == 2


def test_made_up_members_are_one_line_of_a_call_and_none_in_the_end(sandbox: Cielo) -> None:
    def sell(nginx: Nginx, name: str, count: int) -> list[str]:
        before = len(lines(nginx))
        fields = {**SALE["fields"], **{f"{name}x{i}": 1 for i in range(count)}}
        sale = nginx.call("sale_create", {"fields": fields})
        assert len(sale["facts"]["warnings"]) == min(count, 32)
        return lines(nginx)[before:]

    with running(sandbox, level="warn") as nginx:
        assert [line.count("is not a known member") for line in sell(nginx, "Q", 2)] == [2]
        (line,) = sell(nginx, "W", 5500)
        assert line.startswith("warn sale_create: Wx") and line.endswith(" (and 28 more)"), line
        assert line.count(": is not a known member here") == 4
        told = [sell(nginx, "V", 30) for _ in range(10)]
        assert [len(logged) for logged in told] == [1] * 8 + [0] * 2, told
        assert len(set(re.findall(r"Vx\d+(?=: )", str(told)))) == 30
        for number in range(43):
            sell(nginx, f"K{number}", 40)
        (last,) = [line for line in lines(nginx) if "no others will be" in line]
        assert lines(nginx)[-1] == last
        assert sell(nginx, "Last", 5500) == []
        assert len(nginx.errors()) < 100_000


def test_names_that_break_lines_break_none(sandbox: Cielo) -> None:
    forged = "x\n1970/01/01 00:00:00 [error] 1#1: *1 cielo: forged\r\n\x1b[2J"
    with running(sandbox, level="warn", environment={"CIELO_MERCHANT_KEY": ""}) as nginx:
        for validate in (True, False):
            for fields in ({**SALE["fields"], "MerchantOrderId": forged},
                           {**SALE["fields"], forged: 1}):
                for key in ("", KEY):
                    with answering(500, entry(forged)) as url:
                        nginx.call("sale_create", {"fields": fields}, validate=validate,
                                   base_url=url, merchant_key=key, timeout=500)
        text = nginx.errors()
        assert lines(nginx) and "forged" in text
        for line in text.splitlines():
            assert re.match(r"\d{4}/\d\d/\d\d ", line) and not line.startswith("1970"), line
        assert "\x1b" not in text and "\r" not in text


def test_a_doubt_that_was_told_is_named_once(sandbox: Cielo) -> None:
    with running(sandbox, level="info") as nginx:
        sandbox.faults({"match": "POST /1/sales", "after": "read", "do": "close"})
        err, (line,) = told(nginx, "sale_create", SALE, timeout=1000)
        assert err["kind"] == "outcome_unknown"
        assert "look order operator up before repeating" in line
        nginx.reload()
        nginx.call("sale_get", READ)
        assert lines(nginx) == [line]
        assert nginx.errors().count("order operator") == 2  # both in that line
        assert leaks(nginx.errors()) == []


# ---- elsewhere ----

SILENT = """
local cielo = require "cielo"
local options = { base_url = arg[1], merchant_id = arg[2], merchant_key = arg[3], timeout = 20000 }
local fields = { MerchantOrderId = "silent", Payment = {
  Type = "CreditCard", Amount = 100, Installments = 1, SoftDescriptor = "Loja_ABC",
  CreditCard = { CardNumber = "4551870000000183", Holder = "A", ExpirationDate = "12/2035",
                 SecurityCode = "123", Brand = "Visa" } } }
local kinds = {}
local function try(changes)
  local all = {}
  for name, value in pairs(options) do all[name] = value end
  for name, value in pairs(changes) do all[name] = value end
  local _, _, err = cielo.new(all).sales:create(fields)
  kinds[#kinds + 1] = err.kind
end
try{}
try{ base_url = arg[4], timeout = 800 }
try{ merchant_key = "" }
try{ base_url = arg[5] }
print(table.concat(kinds, " "))
"""


@pytest.mark.parametrize("version", ["5.4", "5.3", "5.1", "jit"])
def test_outside_nginx_nobody_is_told_but_the_caller(version: str) -> None:
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("CIELO_")}
    with answering(401, "") as wrong_key, answering(500, HTML) as broken:
        done = subprocess.run(
            ["tools/lua.sh", version, "-", wrong_key, CREDENTIALS["merchant_id"], KEY, broken,
             f"http://127.0.0.1:{free_port()}"], input=SILENT, cwd=ROOT, text=True,
            capture_output=True, env=environment, check=False)
    assert done.stdout.split() == ["authentication", "outcome_unknown", "validation",
                                   "transport"], done
    assert done.stderr == ""
