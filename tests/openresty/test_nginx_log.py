"""What the error log of nginx is told of each attempt, and when."""

from __future__ import annotations

import re

import pytest
from support import KEY, Cielo, Nginx, free_port, leaks, running, sale_fields

LINE = re.compile(r"cielo: (\w+) (\S+) -> (\w+) in \d+ ms \(request ([\w-]+)\)")


def attempts(nginx: Nginx) -> list[tuple[str, str, str]]:
    found = LINE.findall(nginx.errors())
    assert all(len(request_id) == 36 for _, url, _, request_id in found if "/1/sales" in url)
    return [(method, url, outcome) for method, url, outcome, _ in found]


def test_debug_tells_each_attempt(sandbox: Cielo) -> None:
    with running(sandbox) as nginx:
        sale = nginx.call("sale_create", {"fields": sale_fields("told", 15700)})
        payment_id = sale["result"]["Payment"]["PaymentId"]
        sandbox.faults({"match": "GET /1/sales", "after": "read", "do": "status:503", "times": 1})
        nginx.call("sale_get", {"payment_id": payment_id})
        sandbox.faults({"match": "POST /1/sales", "after": "process", "do": "close"})
        nginx.call("sale_create", {"fields": sale_fields("lost", 15700)})
        one = f"{sandbox.base_url}/1/sales/{payment_id}"
        told = attempts(nginx)
        assert told[:4] == [("POST", f"{sandbox.base_url}/1/sales/", "201"),
                            ("GET", one, "503"), ("GET", one, "200"),
                            ("POST", f"{sandbox.base_url}/1/sales/", "closed")]
        assert told[4][0] == "GET" and told[4][2] == "200", told  # the look-up
        nginx.call("order_get", {"checkout_order_number": "8a5d2a9c"})
        assert any(url.endswith("/v2/token") for _, url, _ in attempts(nginx))
        assert leaks(nginx.errors()) == []


@pytest.mark.parametrize("level", ["info", "error"])
def test_other_levels_tell_none(sandbox: Cielo, level: str) -> None:
    with running(sandbox, level=level) as nginx:
        nginx.call("sale_create", {"fields": sale_fields("quiet", 15700)})
        assert attempts(nginx) == []


def test_a_warning_is_told_before_anything_is_sent(sandbox: Cielo) -> None:
    fields = sale_fields("descriptor", 15700)
    fields["Payment"]["SoftDescriptor"] = "Loja_ABC"
    with running(sandbox, level="warn") as nginx:
        sale = nginx.call("sale_create", {"fields": fields})
        assert [w["rule"] for w in sale["facts"]["warnings"]] == ["format"]
        assert "cielo: sale_create: payment.soft_descriptor: has other characters" in nginx.errors()


def lines(nginx: Nginx) -> list[str]:
    """What the module logs, its level first."""
    found = re.findall(r"\[(\w+)\].*? cielo: (.*?), client: ", nginx.errors())
    return [f"{level} {text}" for level, text in found]


def test_what_an_operator_has_to_know_is_logged_once(sandbox: Cielo) -> None:
    sale = {"fields": sale_fields("operator", 15700)}
    with running(sandbox, level="warn", environment={"CIELO_MERCHANT_KEY": ""}) as nginx:
        sandbox.faults({"match": "POST /1/sales", "after": "read", "do": "close"})
        options = {"merchant_key": KEY}
        assert nginx.call("sale_create", sale, timeout=1000,
                          **options)["error"]["kind"] == "outcome_unknown"
        sandbox.faults({"match": "POST /1/sales", "after": "read", "do": "status:401"})
        assert nginx.call("sale_create", sale, **options)["error"]["kind"] == "authentication"
        nowhere = {**options, "base_url": f"http://127.0.0.1:{free_port()}"}
        assert nginx.call("sale_create", sale, **nowhere)["error"]["kind"] == "transport"
        sandbox.faults({"match": "GET /1/sales", "after": "read", "do": "status:503",
                        "times": -1})
        assert nginx.call("sale_get", {"payment_id": "x"}, max_retries=0,
                          **options)["error"]["kind"] == "server"
        assert nginx.call("sale_create", sale)["error"]["kind"] == "validation"
        told = lines(nginx)
        expected = ["error sale_create of order operator: outcome unknown",
                    "error sale_create of order operator: Cielo refused the credentials",
                    "warn sale_create of order operator: no answer, and nothing took effect",
                    "warn sale_get: Cielo failed to answer a read",
                    "error sale_create of order operator: merchant_key: is missing"]
        assert len(told) == len(expected), told
        for line, start in zip(told, expected):
            assert line.startswith(start), line
        assert "`env CIELO_MERCHANT_KEY;`" in told[-1]
        assert leaks(nginx.errors()) == []


def test_what_callers_can_mend_is_not(sandbox: Cielo) -> None:
    with running(sandbox, level="warn") as nginx:
        for fields in ({"MerchantOrderId": "x"}, sale_fields("declined", 15700,
                                                             CardNumber="0000000000000002")):
            nginx.call("sale_create", {"fields": fields})
        nginx.call("sale_get", {"payment_id": "24bc8366-fc31-4d6c-8555-17049a836a07"})
        assert lines(nginx) == []


TOLD = """
location = /told {
    content_by_lua_block {
        local told = {}
        local client = assert(require("resty.cielo").new{
            client_id = "an-id", client_secret = "a-secret",
            on_attempt = function(attempt)
                told[#told + 1] = table.concat({ attempt.operation, attempt.order or "-",
                    attempt.http_status or attempt.cause, ngx.get_phase() }, " ")
                if attempt.order == "bad" then error "mine" end
            end })
        assert(client.sales:find(ngx.var.arg_order))
        assert(client.with_options(client, { timeout = 9000 }).orders:find("page"))
        for _ in client:many("sales.find", { "many" }) do end
        ngx.say(table.concat(told, "; "))
    }
}
"""


def test_on_attempt_is_told_in_the_request(sandbox: Cielo) -> None:
    with running(sandbox, level="error", locations=TOLD) as nginx:
        sandbox.faults({"match": "GET /1/sales", "after": "read", "do": "close"})
        told = nginx.get("/told?order=good").strip().split("; ")
        assert told == ["sale_find good closed content", "sale_find good 404 content",
                        "order_find page 200 content", "order_find page 404 content",
                        "sale_find many 404 content"]
        assert nginx.errors() == ""
        assert nginx.get("/told?order=bad").startswith("sale_find bad 404 content; ")
        assert nginx.errors().count("cielo: on_attempt raised: ") == 1
        assert "mine" in nginx.errors()
