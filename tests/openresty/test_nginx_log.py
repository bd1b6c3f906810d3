"""What the error log of nginx is told of each attempt, and when."""

from __future__ import annotations

import re

import pytest
from support import Cielo, Nginx, leaks, running, sale_fields

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
        assert "cielo: payment.soft_descriptor: has other characters" in nginx.errors()
