"""Where calls work, where they refuse, and what nginx.conf decides."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import textwrap
from typing import Any

import pytest
from support import (
    CREDENTIALS,
    ROOT,
    Cielo,
    Nginx,
    fetch,
    free_port,
    running,
    sale_fields,
    wait_for,
)

TRY = 'require("service").try(require("resty.cielo").new)'

#: A call in every phase: those in a request leave what came of it in a header.
PHASES = {
    "set": 'set_by_lua_block $tried { return %s } content_by_lua_block { ngx.say(ngx.var.tried) }',
    "rewrite": 'rewrite_by_lua_block { ngx.say(%s) ngx.exit(200) }',
    "access": 'access_by_lua_block { ngx.say(%s) ngx.exit(200) }',
    "content": 'content_by_lua_block { ngx.say(%s) }',
    "header_filter": 'content_by_lua_block { ngx.say("") } '
                     'header_filter_by_lua_block { ngx.header.tried = %s }',
    "body_filter": 'content_by_lua_block { ngx.say("") } '
                   'body_filter_by_lua_block { if not ngx.ctx.tried then ngx.ctx.tried = true '
                   'ngx.arg[1] = %s end }',
    "log": 'content_by_lua_block { ngx.say("") } '
           'log_by_lua_block { ngx.shared.tried:set("log", %s) }',
    "balancer": "proxy_pass http://nowhere;",
    "timer": 'content_by_lua_block { ngx.timer.at(0, function() '
             'ngx.shared.tried:set("timer", %s) end) ngx.say("") }',
}
CANNOT = ("set", "header_filter", "body_filter", "log", "balancer")

HTTP = """
lua_shared_dict tried 100k;
init_by_lua_block { early = %(try)s }
init_worker_by_lua_block { ngx.shared.tried:set("init_worker", %(try)s) }
upstream nowhere {
  server 127.0.0.1:1;
  balancer_by_lua_block { ngx.shared.tried:set("balancer", %(try)s) }
}
""" % {"try": TRY}

TOLD = """
location = /init { content_by_lua_block { ngx.say(early) } }
location = /told { content_by_lua_block { ngx.say(ngx.shared.tried:get(ngx.var.arg_phase)) } }
location = /blocks { content_by_lua_block {
  ngx.say(require("service").try(require("cielo").new)) } }
location = /allowed { content_by_lua_block {
  ngx.say(require("service").try(function()
    return require("cielo").new{ allow_blocking = true }:with_options{} end)) } }
location = /books { content_by_lua_block {
  local cielo = require "cielo"
  ngx.say(cielo.return_code("51").category, " ", cielo.sale_status(2).name) } }
location = /same { content_by_lua_block {
  local resty = require "resty.cielo"
  for name in pairs(require "cielo") do assert(resty[name] ~= nil, name) end
  ngx.say(resty.return_code("51").category) } }
location = /required { content_by_lua_block {
  package.preload.sells = function() return { told = %s } end
  ngx.say(require("sells").told) } }
""" % TRY


@pytest.fixture(scope="module")
def phases(sandbox: Cielo) -> Any:
    locations = "".join(
        f"location = /{name} {{ {code % TRY if '%s' in code else code} }}\n"
        for name, code in PHASES.items())
    with running(sandbox, http=HTTP, locations=locations + TOLD) as server:
        yield server


def answer(nginx: Nginx, phase: str) -> str:
    status, text = fetch(nginx.port, "/" + phase)
    if phase in ("log", "balancer", "timer"):
        found: list[str] = []

        def told() -> bool:
            found[:] = [nginx.get("/told?phase=" + phase)]
            return found[0] != "nil"

        wait_for(phase, told)
        return found[0]
    if phase == "header_filter":
        with socket.create_connection(("127.0.0.1", nginx.port)) as plain:
            plain.sendall(b"GET /header_filter HTTP/1.0\r\n\r\n")
            head = b"".join(iter(lambda: plain.recv(4096), b"")).decode()
        return head[head.lower().index("tried: ") + 7:].split("\r\n")[0]
    assert status == 200, text
    return text.strip()


@pytest.mark.parametrize("phase", [name for name in PHASES if name not in CANNOT])
def test_it_sells_where_io_can_be_done(phase: str, phases: Nginx) -> None:
    assert answer(phases, phase) == "sold"


@pytest.mark.parametrize("phase", CANNOT)
def test_other_phases_name_the_timer(phase: str, phases: Nginx, sandbox: Cielo) -> None:
    told = answer(phases, phase)
    assert told.startswith("phase: ")
    assert "ngx.timer.at" in told
    assert sandbox.get("sales") == []


def test_workers_cannot_sell_while_they_start(phases: Nginx) -> None:
    for told in (phases.get("/init"), phases.get("/told?phase=init_worker")):
        assert told.startswith("phase: ") and "ngx.timer.at" in told


def test_a_call_that_cannot_yield_is_an_error_and_not_a_hang(phases: Nginx) -> None:
    told = phases.get("/required")
    assert told.startswith("raised: ") and "attempt to yield" in told, told


def test_the_blocking_client_refuses_to_block_a_worker(phases: Nginx) -> None:
    told = phases.get("/blocks")
    assert told.startswith("phase: ")
    assert "resty.cielo" in told and "allow_blocking" in told
    assert phases.get("/allowed") == "sold"
    category, status = phases.get("/books").split()
    assert status == "payment_confirmed"
    assert phases.get("/same") == category


@pytest.mark.parametrize("option, value, directive", [
    ("ca_file", "/etc/ssl/cert.pem", "lua_ssl_trusted_certificate"),
    ("proxy", "http://127.0.0.1:3128", "proxy_pass"),
    ("max_connections", 10, "pool_size, and backlog"),
    ("token_dict", "nowhere", "lua_shared_dict"),
])
def test_what_nginx_decides_is_refused(option: str, value: Any, directive: str,
                                       nginx: Nginx) -> None:
    status, text = fetch(nginx.port, "/call", {"operation": "sale_get", "params": {},
                                               "options": {option: value}})
    assert status == 500
    assert option in text and directive in text


@pytest.mark.parametrize("option, value", [
    ("pool_size", "many"), ("pool_size", 0), ("idle_timeout", 1.5), ("token_dict", 1),
    ("timout", 1), ("pol_size", 1)])
def test_wrong_options_raise(option: str, value: Any, nginx: Nginx) -> None:
    status, text = fetch(nginx.port, "/call", {"operation": "sale_get", "params": {},
                                               "options": {option: value}})
    assert status == 500
    assert option in text, text


@pytest.mark.parametrize("version", ["5.4", "5.1", "jit"])
def test_outside_nginx_it_says_what_to_use(version: str) -> None:
    done = subprocess.run(
        ["tools/lua.sh", version, "-e", 'print(pcall(require, "resty.cielo"))'],
        cwd=ROOT, capture_output=True, text=True, check=True)
    assert 'require "cielo"' in done.stdout


def test_without_a_resolver_the_error_says_so(nginx: Nginx) -> None:
    told = nginx.call("sale_get", {"payment_id": "24bc8366-fc31-4d6c-8555-17049a836a07"},
                      base_url="http://localhost:1", max_retries=0)
    assert told["error"]["kind"] == "transport"
    assert "resolver" in told["message"]


def test_ipv6_addresses_are_dialled(nginx: Nginx) -> None:
    told = nginx.call("sale_get", {"payment_id": "24bc8366-fc31-4d6c-8555-17049a836a07"},
                      base_url="http://[::1]:1", max_retries=0)
    assert told["error"]["kind"] == "transport"
    assert "connect" in told["message"]


def test_results_are_the_blocking_clients(nginx: Nginx, sandbox: Cielo) -> None:
    script = textwrap.dedent("""
        package.path = arg[1] .. "/?.lua;" .. package.path
        package.loaded["resty.cielo"] = require "cielo"
        ngx = { req = { read_body = function() end,
                        get_body_data = function() return arg[2] end },
                say = print }
        local service = require "service"
        ngx.socket, ngx.get_phase = nil, nil
        service.call()
    """)

    def blocking(operation: str, params: dict[str, Any]) -> Any:
        asked = {"operation": operation, "params": params,
                 "options": {**CREDENTIALS, "base_url": sandbox.base_url}}
        done = subprocess.run(
            [os.path.join(ROOT, "tools", "lua.sh"), "jit", "-",
             os.path.join(ROOT, "tests", "openresty"), json.dumps(asked)],
            input=script, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    sale = nginx.call("sale_create", {"fields": sale_fields("same")})
    payment = sale["result"]["Payment"]["PaymentId"]
    for operation, params in (
            ("sale_get", {"payment_id": payment}),
            ("sale_find", {"merchant_order_id": "same"}),
            ("card_bin", {"digits": "455187"}),
            ("sale_get", {"payment_id": "00000000-0000-0000-0000-000000000000"}),
            ("sale_get", {"payment_id": "../x"})):
        ours, theirs = nginx.call(operation, params), blocking(operation, params)
        for told in (ours, theirs):
            told.get("facts", {}).pop("request_id", None)
            err = told.get("error") or {}
            err.pop("request_id", None)
            for attempt in err.get("attempts", []):
                attempt.pop("request_id"), attempt.pop("ms")
            told.pop("text")
        assert ours == theirs


def test_every_noun_through_nginx(nginx: Nginx, sandbox: Cielo) -> None:
    def done(operation: str, **params: Any) -> Any:
        told = nginx.call(operation, params, token_dict="cielo")
        assert "error" not in told, told
        return told["result"]

    sale = done("sale_create", fields=sale_fields("all"))["Payment"]["PaymentId"]
    assert done("sale_capture", payment_id=sale, amount=10000)["Status"] == 2
    assert done("sale_void", payment_id=sale, amount=2500)["Status"] in (2, 10)
    seen = done("sale_get", payment_id=sale)["Payment"]
    assert (seen["CapturedAmount"], seen["VoidedAmount"]) == (10000, 2500)
    plan = sale_fields("plan")
    plan["Payment"]["RecurrentPayment"] = {
        "AuthorizeNow": "true", "EndDate": "2040-12-01", "Interval": "Monthly"}
    made = done("sale_create", fields=plan)["Payment"]["RecurrentPayment"]
    recurrence = made["RecurrentPaymentId"]
    done("recurrence_set_amount", id=recurrence, amount=1990)
    assert done("recurrence_get", id=recurrence)["RecurrentPayment"]["Amount"] == 1990
    card = done("card_tokenize", fields={
        "CustomerName": "Comprador", "CardNumber": "4091688625337641",
        "Holder": "Teste Holder", "ExpirationDate": "12/2030", "Brand": "Visa"})
    assert card["CardToken"]
    link = done("link_create", fields={
        "Type": "Digital", "Name": "Livro", "Price": 4200, "Quantity": 3,
        "Shipping": {"Type": "WithoutShipping"}})
    assert done("link_get", id=link["id"])["id"] == link["id"]


def test_sales_by_the_certificate_phase(sandbox: Cielo, tmp_path: Any) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=shop.test", "-addext", "subjectAltName=DNS:shop.test",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True)
    port = free_port()
    http = f"""
    lua_shared_dict tried 100k;
    server {{
      listen 127.0.0.1:{port} ssl;
      ssl_certificate {certificate};
      ssl_certificate_key {key};
      ssl_certificate_by_lua_block {{ ngx.shared.tried:set("ssl_cert", {TRY}) }}
      location / {{ return 200; }}
    }}
    """
    with running(sandbox, http=http, locations=TOLD.split("location = /blocks")[0].replace(
            "early", '""')) as nginx:
        subprocess.run(["curl", "-sk", f"https://127.0.0.1:{port}/"], check=True,
                       capture_output=True)
        assert nginx.get("/told?phase=ssl_cert") == "sold"
