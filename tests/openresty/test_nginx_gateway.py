"""What the shop of examples/openresty tells a shopper when things go wrong."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from support import (
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

EXAMPLE = os.path.join(ROOT, "examples", "openresty")
HTTP = f"""
lua_shared_dict confirmed 1m;
init_by_lua_block {{
  package.path = "{EXAMPLE}/?.lua;" .. package.path
  local cielo = require "resty.cielo"
  local new = cielo.new
  cielo.new = function(options) options.timeout = 1500 return new(options) end
  gateway = require "gateway"
}}
"""
LOCATIONS = """
location = /sales { content_by_lua_block { gateway.sell() } }
location ~ ^/sales/(?<payment_id>.*)$ { content_by_lua_block {
  gateway.look_up(ngx.var.payment_id) } }
location = /notifications { content_by_lua_block { gateway.notified() } }
"""
PAYMENT = "24bc8366-fc31-4d6c-8555-17049a836a07"


def serving(sandbox: Cielo, **environment: str) -> Any:
    variables = {"CIELO_" + name: value for name, value in environment.items()}
    return running(sandbox, http=HTTP, locations=LOCATIONS, level="notice", environment=variables)


def sell(nginx: Nginx, **card: Any) -> tuple[int, dict[str, Any]]:
    status, text = fetch(nginx.port, "/sales", sale_fields("shopper", 15700, **card))
    assert leaks(text) == []
    return status, json.loads(text)


@pytest.mark.parametrize("environment, line", [
    ({"MERCHANT_KEY": ""}, "env CIELO_MERCHANT_KEY;"),
    ({"MERCHANT_ID": "", "MERCHANT_KEY": ""}, "env CIELO_MERCHANT_ID;"),
    ({"BASE_URL": "http://localhost:1"}, "needs a resolver"),
    ({"BASE_URL": "{tls}"}, "lua_ssl_trusted_certificate"),
    ({"BASE_URL": "{refusing}"}, "Cielo refused the credentials"),
])
def test_a_broken_set_up_is_not_the_shoppers(environment: dict[str, str], line: str,
                                             tmp_path: Any) -> None:
    sandbox = Cielo("--merchant", f"{PAYMENT}:{'K' * 40}")
    port, own = free_port(), certificate(tmp_path, "own")
    http = f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {own}; " \
           f"ssl_certificate_key {tmp_path}/own.key; return 200; }}"
    url = environment.get("BASE_URL", "").format(tls=f"https://127.0.0.1:{port}",
                                                 refusing=sandbox.base_url)
    variables = {"CIELO_" + name: value for name, value in environment.items()}
    if url:
        variables["CIELO_BASE_URL"] = url
    with running(sandbox, http=HTTP + http, locations=LOCATIONS, level="warn",
                 environment=variables) as nginx:
        status, told = sell(nginx)
        assert (status, told["error"], told["charged"]) == (500, "setup", "no")
        assert "nada foi cobrado" in told["shopper"]
        assert "CIELO" not in json.dumps(told) and "message" not in told
        assert fetch(nginx.port, "/sales/" + PAYMENT)[0] == 500
        log = [text for text in nginx.errors().splitlines() if "cielo: " in text]
        assert len(log) == 2 and all("[error]" in text and line in text for text in log), log
    sandbox.stop()


def test_what_is_in_doubt_is_not_paid_again(sandbox: Cielo) -> None:
    sandbox.faults({"match": "POST /1/sales", "after": "read", "do": "close"})
    with serving(sandbox) as nginx:
        status, told = sell(nginx)
        assert (status, told["error"], told["charged"]) == (202, "outcome_unknown", "maybe")
        assert told["order"] == "shopper" and "Não pague de novo" in told["shopper"]
        (line,) = (text for text in nginx.errors().splitlines() if "cielo: " in text)
        assert "[error]" in line and "order shopper" in line


def test_the_shoppers_own_mistakes_leave_no_line(sandbox: Cielo) -> None:
    with serving(sandbox) as nginx:
        status, told = sell(nginx, CardNumber="4551x")
        assert (status, told["error"], told["charged"]) == (422, "validation", "no")
        assert "Confira" in told["shopper"] and "card_number" in told["problems"][0]
        status, told = sell(nginx, CardNumber="0000000000000002")
        assert status == 402 and told["declined"] and told["shopper"]
        status, text = fetch(nginx.port, "/sales/" + PAYMENT)
        assert status == 404 and "shopper" not in json.loads(text)
        assert "cielo: " not in nginx.errors()


def test_cielo_down_is_neither(sandbox: Cielo) -> None:
    with serving(sandbox, BASE_URL=f"http://127.0.0.1:{free_port()}") as nginx:
        status, told = sell(nginx)
        assert (status, told["error"], told["charged"]) == (502, "transport", "no")
        assert "mais tarde" in told["shopper"]
        (line,) = (text for text in nginx.errors().splitlines() if "cielo: " in text)
        assert "[warn]" in line


def test_a_notification_forges_no_line(sandbox: Cielo) -> None:
    """Anybody may post one: Cielo signs nothing."""
    with serving(sandbox) as nginx:
        for payment in ("x\n1970/01/01 00:00:00 [error] forged", PAYMENT):
            assert fetch(nginx.port, "/notifications", {
                "PaymentId": payment, "ChangeType": 1})[0] in (200, 400)
        wait_for("the log", lambda: f'notification of "{PAYMENT}"' in nginx.errors())
        told = [text for text in nginx.errors().splitlines() if "notification of" in text]
        assert [text.count("[notice]") for text in told] == [1, 1], told
        assert not [text for text in nginx.errors().splitlines() if text.startswith("1970")]
        forged = [{"Code": 1, "Message": "x\n1970/01/01 00:00:00 [error] made up\r"}]
        sandbox.faults({"match": "GET /1/sales", "do": "reply", "after": "read",
                        "reply": {"status": 400, "body": json.dumps(forged)}})
        fetch(nginx.port, "/notifications", {"PaymentId": PAYMENT, "ChangeType": 1})
        wait_for("the log", lambda: "[error] made up" in nginx.errors())
        assert "\\0101970/01/01 00:00:00 [error] made up\\013" in nginx.errors()
        assert not [text for text in nginx.errors().splitlines() if text.startswith("1970")]
        sandbox.faults({"match": "GET /1/sales", "do": "close", "after": "read", "times": -1})
        fetch(nginx.port, "/notifications", {"PaymentId": PAYMENT, "ChangeType": 1})
        wait_for("the log", lambda: "no answer" in nginx.errors())
