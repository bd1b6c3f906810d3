"""TLS 1.3 of real servers: tickets come unasked, sessions are taken up again."""

from __future__ import annotations

import threading

import pytest
import real
from selling import HOSTS, lies, orders, outcomes, posts, sell

import cielo
import cielo.sandbox

Local = cielo.sandbox.LocalCielo
Pair = tuple[str, str]


def port_of(local: Local) -> int:
    return int(local.base_url.rsplit(":", 1)[1])


def connections(server: real.Server) -> list[bool]:
    """Of each, in order, whether its session was resumed."""
    first = {line.client: line.resumed for line in reversed(server.writes())}
    return list(first.values())


@pytest.mark.parametrize("host", HOSTS)
def test_tickets_are_no_answers(kind: str, host: str, local: Local, certificate: Pair) -> None:
    both, alone = certificate
    with real.running(kind, upstream=port_of(local), certificate=both) as server:
        told = sell(host, server.base_url, orders(10), ca_file=alone)
        assert outcomes(told) == {"Sale": 10} and not lies(told, local)
        assert not any(sale.reconciled for sale in told.values())
        assert len(connections(server)) == 1


@pytest.mark.parametrize("host", HOSTS)
def test_sessions_are_resumed(kind: str, host: str, local: Local, certificate: Pair) -> None:
    both, alone = certificate
    with real.running(kind, upstream=port_of(local), certificate=both, close=True) as server:
        told = sell(host, server.base_url, orders(5), ca_file=alone)
        assert outcomes(told) == {"Sale": 5} and not lies(told, local)
        real.wait_for("the log", lambda: len(connections(server)) >= 5)
        assert len(connections(server)) == 5
        assert sum(connections(server)) == 4


@pytest.mark.parametrize("host", HOSTS)
def test_the_server_says_farewell_while_idle(kind: str, host: str, local: Local,
                                             certificate: Pair) -> None:
    """close_notify waits on the kept connection: it is no answer, and ends it."""
    both, alone = certificate
    with real.running(kind, upstream=port_of(local), certificate=both, idle_ms=100) as server:
        told = sell(host, server.base_url, orders(3), ca_file=alone,
                    pause=lambda: real.closed_by(server.port))
    assert outcomes(told) == {"Sale": 3} and not lies(told, local)
    assert not any(sale.reconciled for sale in told.values()) and posts(local) == 3


@pytest.mark.parametrize("host", HOSTS)
def test_reloads_over_tls(kind: str, host: str, local: Local, certificate: Pair) -> None:
    both, alone = certificate
    ended = threading.Event()

    def keep_reloading(server: real.Server) -> None:
        while not ended.wait(0.3):
            server.reload()

    with real.running(kind, upstream=port_of(local), certificate=both, requests=5) as server:
        thread = threading.Thread(target=keep_reloading, args=(server,))
        thread.start()
        try:
            told = sell(host, server.base_url, orders(80), at_once=4, pause=lambda: 0.05,
                        ca_file=alone)
        finally:
            ended.set()
            thread.join()
    assert not lies(told, local) and posts(local) <= 80
    assert outcomes(told)["Sale"] >= 60


def test_a_stranger_gets_nothing(kind: str, local: Local, certificate: Pair) -> None:
    with real.running(kind, upstream=port_of(local), certificate=certificate[0]) as server:
        told = sell("blocking", server.base_url, orders(2))
        assert not server.writes()
    assert outcomes(told) == {"TransportError": 2}
    assert {error.sent for error in told.values()} == {"no"} and posts(local) == 0
