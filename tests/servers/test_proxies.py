"""Servers before a local Cielo whose books are held against what was told."""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import plain
import pytest
import real
from selling import HOSTS, lies, orders, outcomes, posts, sell, settings

import cielo
import cielo.sandbox

Local = cielo.sandbox.LocalCielo


def port_of(local: Local) -> int:
    return int(local.base_url.rsplit(":", 1)[1])


def connections(server: real.Server) -> int:
    return len({line.client for line in server.writes()})


@pytest.mark.parametrize("host", HOSTS)
def test_the_idle_time_of_the_server_is_shorter(kind: str, host: str, local: Local) -> None:
    """Long closed when the next sale comes: seen before the write, and none in doubt."""
    with real.running(kind, upstream=port_of(local), idle_ms=100) as server:
        told = sell(host, server.base_url, orders(4),
                    pause=lambda: real.closed_by(server.port))
    assert outcomes(told) == {"Sale": 4} and not lies(told, local)
    assert not any(sale.reconciled for sale in told.values())
    assert posts(local) == 4


@pytest.mark.parametrize("host", HOSTS)
def test_the_idle_time_ends_as_a_sale_begins(kind: str, host: str, local: Local) -> None:
    """The sale and the closing cross each other: never made twice, and told truly."""
    draw = random.Random(11)
    with real.running(kind, upstream=port_of(local), idle_ms=100) as server:
        told = sell(host, server.base_url, orders(64), at_once=8,
                    pause=lambda: draw.uniform(0.092, 0.106))
    assert not lies(told, local)
    assert posts(local) <= 64
    assert outcomes(told)["Sale"] >= 48


@pytest.mark.parametrize("host", HOSTS)
def test_early_hints(host: str, local: Local) -> None:
    """Of the three only HAProxy says 103 by itself."""
    with real.running(real.need("haproxy"), upstream=port_of(local), hints=True) as server:
        told = sell(host, server.base_url, orders(10))
        assert outcomes(told) == {"Sale": 10} and not lies(told, local)
        real.wait_for("the log", lambda: len(server.writes()) == 10)
        assert connections(server) == 1


@pytest.mark.parametrize("host", HOSTS)
def test_interim_answers_that_nobody_asked_for(host: str, local: Local) -> None:
    with plain.running(plain.Talkative, port_of(local)) as origin:
        told = sell(host, origin.base_url, orders(6))
    assert outcomes(told) == {"Sale": 6} and not lies(told, local)


@pytest.mark.parametrize("host", HOSTS)
def test_an_origin_of_http_1_0(host: str, local: Local) -> None:
    with plain.running(plain.Old, port_of(local)) as origin:
        told = sell(host, origin.base_url, orders(6))
    assert outcomes(told) == {"Sale": 6} and not lies(told, local)


@pytest.mark.parametrize("host", HOSTS)
def test_an_origin_of_http_1_0_behind(kind: str, host: str, local: Local) -> None:
    """No length behind: chunks before, but of HAProxy, which closes too."""
    with plain.running(plain.Old, port_of(local)) as origin, \
            real.running(kind, upstream=origin.port) as server:
        told = sell(host, server.base_url, orders(6))
        assert outcomes(told) == {"Sale": 6} and not lies(told, local)
        real.wait_for("the log", lambda: len(server.writes()) == 6)
        assert connections(server) == (6 if kind == "haproxy" else 1)


#: What becomes of the Cielo behind in the middle of a sale.
DEATHS: tuple[dict[str, Any], ...] = (
    {"after": "read", "do": "close"}, {"after": "read", "do": "reset"},
    {"after": "process", "do": "close"}, {"after": "process", "do": "reset"},
    {"after": "headers", "do": "close"}, {"after": "half_body", "do": "reset"},
)


@pytest.mark.parametrize("host", HOSTS)
def test_the_cielo_behind_dies_in_the_middle(kind: str, host: str, local: Local) -> None:
    """A 502, or half of an answer: looked up, and not made again."""
    local.faults([{**death, "match": "POST /1/sales", "times": 1} for death in DEATHS * 2])
    with real.running(kind, upstream=port_of(local)) as server:
        told = sell(host, server.base_url, orders(12), at_once=6, timeout=6)
    assert not lies(told, local)
    assert posts(local) == 12
    found = [sale for sale in told.values() if isinstance(sale, cielo.Result)]
    assert len(found) == 8 and all(sale.reconciled for sale in found)


@pytest.mark.parametrize("host", HOSTS)
def test_the_cielo_behind_is_too_late(kind: str, host: str, local: Local) -> None:
    """A 504, though the sale was made."""
    local.faults([{"after": "process", "do": "stall", "match": "POST /1/sales", "times": 2}])
    with real.running(kind, upstream=port_of(local), answer_ms=1000) as server:
        told = sell(host, server.base_url, orders(2), at_once=2)
    assert outcomes(told) == {"Sale": 2} and not lies(told, local)
    assert all(sale.reconciled for sale in told.values()) and posts(local) == 2


def test_there_is_no_cielo_behind(kind: str) -> None:
    with real.running(kind, upstream=real.free_port()) as server:
        told = sell("blocking", server.base_url, orders(2), at_once=2, timeout=2)
    assert all(isinstance(error, cielo.CieloError) for error in told.values())
    assert not any(error.sent == "no" for error in told.values())


@pytest.mark.parametrize("host", HOSTS)
def test_too_large_for_the_server(kind: str, host: str, local: Local) -> None:
    """A 413 is an answer: Cielo never saw the sale."""
    with real.running(kind, upstream=port_of(local), body_limit=100) as server:
        told = sell(host, server.base_url, orders(4))
    assert outcomes(told) == {"InvalidRequestError": 4}, told
    assert {error.http_status for error in told.values()} == {413}
    assert not lies(told, local) and posts(local) == 0


def test_an_answer_before_the_body_was_read(kind: str, local: Local) -> None:
    """Of two megabytes the kernel takes a part; the 413 may be lost as the server closes."""
    with real.running(kind, upstream=port_of(local), body_limit=100) as server, \
            cielo.Client(**settings(server.base_url)) as client:
        for _ in range(3):
            with pytest.raises(cielo.CieloError) as caught:
                client.request("POST", "/1/sales/", {"MerchantOrderId": "x" * 1_900_000})
            assert caught.value.http_status == 413 \
                or isinstance(caught.value, (cielo.OutcomeUnknownError, cielo.TransportError))
        real.wait_for("the log", lambda: server.writes())
        assert len(server.writes()) <= 3
    assert posts(local) == 0


@pytest.mark.parametrize("host", HOSTS)
def test_the_server_is_reloaded_as_sales_go_on(kind: str, host: str, local: Local) -> None:
    ended = threading.Event()

    def keep_reloading(server: real.Server) -> None:
        while not ended.wait(0.3):
            server.reload()

    with real.running(kind, upstream=port_of(local)) as server:
        thread = threading.Thread(target=keep_reloading, args=(server,))
        thread.start()
        try:
            told = sell(host, server.base_url, orders(240), at_once=8, pause=lambda: 0.03)
        finally:
            ended.set()
            thread.join()
        time.sleep(0.1)
    assert not lies(told, local)
    assert posts(local) <= 240
    assert outcomes(told)["Sale"] >= 200
