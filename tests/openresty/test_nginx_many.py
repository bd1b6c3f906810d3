"""A client:many whose loop is left: what it sold and did not see stands in the log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from support import Cielo, Nginx, fetch, leaks, path_of, running, wait_for

LEFT = """
location = /left { content_by_lua_block { require("service").left() } }
location = /slow { content_by_lua_block { require("service").slow() } }
"""

#: The request ends; or lives on and holds nothing of it; or it was killed.
WAYS = ["break", "raised", "closed", "living", "exit"]


@pytest.fixture(scope="module")
def left(sandbox: Cielo) -> Iterator[Nginx]:
    with running(sandbox, locations=LEFT, level="info") as nginx:
        yield nginx


def named(nginx: Nginx, how: str) -> list[str]:
    """The orders that a line names, as often as it does."""
    return re.findall(rf"cielo: [^\n]*?sale_create of order ({how}\d+)\b", nginx.errors())


def sold(cielo: Cielo) -> set[str]:
    return {sale["MerchantOrderId"] for sale in cielo.get("sales")}


def is_named(nginx: Nginx, cielo: Cielo, how: str, seen: set[str]) -> Callable[[], bool]:
    return lambda: sold(cielo) - seen == set(named(nginx, how))


@pytest.mark.parametrize("how", WAYS)
def test_what_a_loop_that_was_left_did_not_see_is_named(how: str, left: Nginx,
                                                        sandbox: Cielo) -> None:
    sandbox.faults({"match": "POST /1/sales", "after": "process", "delay_ms": 100, "times": -1})
    seen = set(left.get(path_of("/left", how=how, order=how)).split())
    assert len(seen) == 3
    wait_for("the lines", is_named(left, sandbox, how, seen))
    lines = named(left, how)
    assert len(lines) == len(set(lines)) >= 5, lines
    for order in lines:
        assert re.search(rf"\[error\][^\n]* of order {order} was answered: authorized, approved, "
                         r"PaymentId \w", left.errors()), left.errors()
    assert leaks(left.errors()) == []
    fetch(left.port, path_of("/go", order=how))


def test_who_takes_outcomes_slowly_holds_up_no_other_request(left: Nginx) -> None:
    """By collections, each of which takes as long as the worker's memory is large."""
    count, seconds = map(float, left.get("/slow").split())
    assert 0 < count < seconds, (count, seconds)


def test_outcomes_that_somebody_holds_are_named_when_the_worker_leaves(left: Nginx,
                                                                       sandbox: Cielo) -> None:
    seen = set(left.get(path_of("/left", how="kept")).split())
    wait_for("the sales", lambda: len(sold(sandbox)) >= 8)
    left.reload()
    wait_for("the lines", is_named(left, sandbox, "kept", seen))
    assert len(named(left, "kept")) == len(sold(sandbox)) - 3
