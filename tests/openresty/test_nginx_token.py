"""The OAuth token in a lua_shared_dict: one for all workers, past a reload."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support import CREDENTIALS, Cielo, Nginx, running, wait_for

TOKEN = "POST /api/public/v2/token"
LINK = {"Type": "Digital", "Name": "Livro", "Price": 4200, "Quantity": 3,
        "Shipping": {"Type": "WithoutShipping"}}


def tokens(cielo: Cielo, path: str = "/v2/token") -> int:
    return sum(row["path"].endswith(path) for row in cielo.get("requests"))


@pytest.fixture
def two(sandbox: Cielo) -> Iterator[Nginx]:
    with running(sandbox, workers=2) as server:
        yield server


def many(nginx: Nginx, count: int, **options: Any) -> None:
    with ThreadPoolExecutor(count) as pool:
        told = list(pool.map(
            lambda _: nginx.call("link_create", {"fields": LINK}, **options), range(count)))
    for answer in told:
        assert "error" not in answer, answer


def test_two_workers_fetch_one_token_for_many_calls(two: Nginx, sandbox: Cielo) -> None:
    sandbox.faults({"match": TOKEN, "delay_ms": 200, "times": -1})
    many(two, 40, token_dict="cielo")
    assert tokens(sandbox) == 1


def test_a_reload_keeps_the_token(two: Nginx, sandbox: Cielo) -> None:
    many(two, 4, token_dict="cielo")
    two.reload()
    many(two, 8, token_dict="cielo")
    assert tokens(sandbox) == 1


def test_a_token_that_is_refused_is_dropped_for_all(two: Nginx, sandbox: Cielo) -> None:
    many(two, 8, token_dict="cielo")
    sandbox.post("clock", {"advance_seconds": 86400})  # ends every token
    many(two, 8, token_dict="cielo")
    assert 2 <= tokens(sandbox) <= 3
    many(two, 8, token_dict="cielo")
    assert 2 <= tokens(sandbox) <= 3


def test_a_failed_fetch_leaves_no_lock(two: Nginx, sandbox: Cielo) -> None:
    sandbox.faults({"match": TOKEN, "do": "status:401"})
    told = two.call("link_create", {"fields": LINK}, token_dict="cielo")
    assert told["error"]["kind"] == "authentication", told
    assert told["error"]["sent"] == "no"
    many(two, 8, token_dict="cielo", timeout=5000)


def post_token(nginx: Nginx) -> None:
    told = nginx.call("browser_post_token", token_dict="cielo")
    assert "error" not in told, told


def test_a_browsers_token_is_no_other_calls(nginx: Nginx, sandbox: Cielo) -> None:
    """Its OAuth is another host's: each call asks for its own, and none of it is shared."""
    post_token(nginx)
    many(nginx, 2, token_dict="cielo")
    post_token(nginx)
    many(nginx, 2, token_dict="cielo")
    assert (tokens(sandbox, "/oauth2/token"), tokens(sandbox)) == (2, 1)
    sandbox.post("clock", {"advance_seconds": 86400})  # ends every token
    post_token(nginx)
    many(nginx, 1, token_dict="cielo")
    many(nginx, 2, token_dict="cielo", user_agent="other")  # knows the dict alone
    assert (tokens(sandbox, "/oauth2/token"), tokens(sandbox)) == (3, 2)


def test_a_browsers_token_leaves_the_lock_of_a_fetch(nginx: Nginx, sandbox: Cielo) -> None:
    sandbox.faults({"match": TOKEN, "delay_ms": 600})
    with ThreadPoolExecutor(1) as pool:
        fetch = pool.submit(many, nginx, 1, token_dict="cielo", user_agent="locks")
        wait_for("the fetch", lambda: tokens(sandbox))
        told = nginx.call("browser_post_token", token_dict="cielo", user_agent="locks")
        assert "error" not in told, told
        fetch.result()
    many(nginx, 1, token_dict="cielo", user_agent="waits", timeout=2000)
    assert tokens(sandbox) == 1


def test_a_fetch_whose_client_hangs_up_leaves_no_lock(sandbox: Cielo) -> None:
    sandbox.faults({"match": TOKEN, "delay_ms": 5000})
    asked = {"operation": "link_create", "params": {"fields": LINK},
             "options": {"token_dict": "cielo"}}
    with running(sandbox, server="lua_check_client_abort on;") as nginx:
        line = http.client.HTTPConnection("127.0.0.1", nginx.port)
        line.request("POST", "/call", json.dumps(asked))
        wait_for("the fetch", lambda: tokens(sandbox))
        line.close()
        many(nginx, 1, token_dict="cielo", user_agent="next", timeout=3000)


def test_without_a_dict_each_worker_has_its_own(two: Nginx, sandbox: Cielo) -> None:
    many(two, 20)
    assert 1 <= tokens(sandbox) <= 2


def test_calls_of_one_worker_wait_for_one_fetch(nginx: Nginx, sandbox: Cielo) -> None:
    sandbox.faults({"match": TOKEN, "delay_ms": 300, "times": -1})
    many(nginx, 30, user_agent="wait")
    assert tokens(sandbox) == 1


def test_the_keys_of_the_dict_hold_no_secret(sandbox: Cielo) -> None:
    locations = """
    location = /keys { content_by_lua_block {
      ngx.say(table.concat(ngx.shared.cielo:get_keys(), "\\n")) } }
    """
    with running(sandbox, locations=locations) as nginx:
        many(nginx, 2, token_dict="cielo")
        keys = nginx.get("/keys")
        assert keys.startswith("cielo:")
        for secret in (CREDENTIALS["client_secret"], CREDENTIALS["client_id"]):
            assert secret not in keys


def test_without_the_code_cache_the_dict_still_serves(sandbox: Cielo) -> None:
    with running(sandbox, server="lua_code_cache off;") as nginx:
        many(nginx, 8, token_dict="cielo")
        assert tokens(sandbox) == 1
        for number in range(5):
            assert " authorized " in nginx.get(f"/sale?order=off{number}")
