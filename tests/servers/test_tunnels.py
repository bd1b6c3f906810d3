"""Through a forward proxy: Apache, which is asked to CONNECT."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import real
from selling import HOSTS, lies, orders, outcomes, posts, sell

import cielo.sandbox

Local = cielo.sandbox.LocalCielo
Pair = tuple[str, str]


def port_of(local: Local) -> int:
    return int(local.base_url.rsplit(":", 1)[1])


def url_of(server: real.Server) -> str:
    return f"http://127.0.0.1:{server.port}"


@pytest.fixture
def tunnel() -> Iterator[real.Server]:
    with real.running(real.need("apache"), connect=True) as server:
        yield server


@pytest.mark.parametrize("host", HOSTS)
def test_plain(tunnel: real.Server, host: str, local: Local) -> None:
    told = sell(host, local.base_url, orders(8), proxy=url_of(tunnel))
    assert outcomes(told) == {"Sale": 8} and not lies(told, local)
    real.wait_for("the log", tunnel.lines)


@pytest.mark.parametrize("host", HOSTS)
def test_tls_inside(kind: str, tunnel: real.Server, host: str, local: Local,
                    certificate: Pair) -> None:
    """One tunnel for one connection, whatever goes through it."""
    both, alone = certificate
    with real.running(kind, upstream=port_of(local), certificate=both) as server:
        told = sell(host, server.base_url, orders(8), proxy=url_of(tunnel), ca_file=alone)
        assert outcomes(told) == {"Sale": 8} and not lies(told, local)
        assert len({line.client for line in server.writes()}) == 1
    real.wait_for("the log", tunnel.lines)
    assert [line.method for line in tunnel.lines()] == ["CONNECT"]


@pytest.mark.parametrize("host", HOSTS)
def test_the_server_closes_inside(kind: str, tunnel: real.Server, host: str, local: Local,
                                  certificate: Pair) -> None:
    both, alone = certificate
    with real.running(kind, upstream=port_of(local), certificate=both, requests=3) as server:
        told = sell(host, server.base_url, orders(24), at_once=4, proxy=url_of(tunnel),
                    ca_file=alone)
    assert outcomes(told) == {"Sale": 24} and not lies(told, local)
    assert posts(local) == 24


@pytest.mark.parametrize("host", HOSTS)
def test_the_proxy_refuses(host: str, local: Local, certificate: Pair) -> None:
    """Said before anything was sent: surely not made. HAProxy before a Cielo takes
    CONNECT for a request like others, which that Cielo does not know."""
    with real.running(real.need("haproxy"), upstream=port_of(local)) as refuses:
        told = sell(host, "https://127.0.0.1:%d" % real.free_port(), orders(2),
                    proxy=url_of(refuses), ca_file=certificate[1], timeout=3)
    assert outcomes(told) == {"TransportError": 2}, told
    assert {error.sent for error in told.values()} == {"no"}


@pytest.mark.parametrize("host", HOSTS)
def test_there_is_no_proxy(host: str, local: Local) -> None:
    told = sell(host, local.base_url, orders(2), timeout=3,
                proxy="http://127.0.0.1:%d" % real.free_port())
    assert outcomes(told) == {"TransportError": 2}
    assert {error.sent for error in told.values()} == {"no"} and posts(local) == 0
