"""Servers that answer by themselves: which connections are kept, and what is asked."""

from __future__ import annotations

import pytest
import real
from selling import HOSTS, orders, outcomes, sell


def connections(server: real.Server) -> int:
    return len({line.client for line in server.writes()})


def sold(server: real.Server, host: str, count: int, at_once: int = 1) -> None:
    """All of them, and each was asked for once."""
    told = sell(host, server.base_url, orders(count), at_once)
    assert outcomes(told) == {"Sale": count}, told
    real.wait_for("the log", lambda: len(server.writes()) >= count)
    assert len(server.writes()) == count


@pytest.mark.parametrize("host", HOSTS)
def test_a_connection_is_kept(kind: str, host: str) -> None:
    with real.running(kind) as server:
        sold(server, host, 20)
        assert connections(server) == 1


@pytest.mark.parametrize("host", HOSTS)
def test_several_at_once_keep_theirs(kind: str, host: str) -> None:
    with real.running(kind) as server:
        sold(server, host, 80, at_once=8)
        assert connections(server) <= 8


@pytest.mark.parametrize("kind", ["apache", "nginx"])
@pytest.mark.parametrize("host", HOSTS)
def test_chunks(kind: str, host: str) -> None:
    """HAProxy knows the length of whatever it says by itself."""
    real.need(kind)
    with real.running(kind, chunked=True) as server:
        sold(server, host, 10)
        assert connections(server) == 1


@pytest.mark.parametrize("host", HOSTS)
def test_so_many_requests_and_no_more(kind: str, host: str) -> None:
    with real.running(kind, requests=3) as server:
        sold(server, host, 24)
        # Apache counts those after the first; HAProxy throws dice.
        wanted = {"nginx": {8}, "apache": {6}, "haproxy": set(range(2, 25))}[kind]
        assert connections(server) in wanted


@pytest.mark.parametrize("host", HOSTS)
def test_so_many_requests_from_several_at_once(kind: str, host: str) -> None:
    with real.running(kind, requests=3) as server:
        sold(server, host, 96, at_once=8)


@pytest.mark.parametrize("host", HOSTS)
def test_no_connection_is_kept(kind: str, host: str) -> None:
    with real.running(kind, close=True) as server:
        sold(server, host, 6)
        assert connections(server) == 6
