"""Checkout over OAuth: one token for all, and its orders."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import GOOD_CARD

import cielo
import cielo.sandbox


@pytest.fixture
def client(sandbox: cielo.sandbox.LocalCielo) -> Iterator[cielo.Client]:
    with cielo.Client(client_id="c1", client_secret="s" * 32, base_url=sandbox.base_url,
                      checkout_merchant_id=str(uuid.uuid4()), merchant_id="m",
                      merchant_key="k", timeout=20) as made:
        yield made


def token_requests(sandbox: cielo.sandbox.LocalCielo) -> int:
    return sum(entry["path"] == "/api/public/v2/token" for entry in sandbox.requests())


def paid_order(client: cielo.Client, sandbox: cielo.sandbox.LocalCielo) -> str:
    number = uuid.uuid4().hex
    client.orders.create({
        "OrderNumber": number,
        "Cart": {"Items": [{"Name": "Caneta", "UnitPrice": 900, "Quantity": 1,
                            "Type": "Asset"}]},
        "Shipping": {"Type": "WithoutShipping"},
    })
    sandbox.pay(order=number, card=GOOD_CARD)
    return str(client.orders.find(number)[0].checkout_order_number)


def test_threads_share_one_token(client: cielo.Client,
                                 sandbox: cielo.sandbox.LocalCielo) -> None:
    before = token_requests(sandbox)
    barrier = threading.Barrier(16)
    results: list[Any] = []

    def ask() -> None:
        barrier.wait()
        results.append(client.with_options(timeout=15).orders.find("nobody"))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [[]] * 16
    assert token_requests(sandbox) == before + 1


def test_a_token_that_ended_is_fetched_anew(client: cielo.Client,
                                            sandbox: cielo.sandbox.LocalCielo) -> None:
    client.orders.find("nobody")
    before = token_requests(sandbox)
    sandbox.advance(1300)  # the client's own clock does not move: a 401 tells
    assert client.orders.find("nobody") == []
    assert token_requests(sandbox) == before + 1


def test_bad_credentials(sandbox: cielo.sandbox.LocalCielo) -> None:
    with cielo.sandbox.run(clients={"c1": "right"}) as strict:
        with cielo.Client(client_id="c1", client_secret="wrong secret",
                          base_url=strict.base_url) as client:
            with pytest.raises(cielo.AuthenticationError) as caught:
                client.orders.find("nobody")
    assert caught.value.sent == "no"
    assert caught.value.errors[0].code == "invalid_client"
    assert "wrong secret" not in repr(caught.value) + str(caught.value.body)


def test_an_order_from_page_to_void(client: cielo.Client,
                                    sandbox: cielo.sandbox.LocalCielo) -> None:
    number = paid_order(client, sandbox)
    order = client.orders.get(number)
    assert (order.payment.status, order.status_name) == ("Authorized", "authorized")
    assert order.status_number == 7  # Checkout's own numbers
    assert client.orders.capture(number, 500).approved
    assert client.orders.get(number).status_name == "paid"
    assert order.request_id is None and order.http_status == 200  # Checkout has no RequestId
    with pytest.raises(cielo.InvalidRequestError, match="most likely"):
        client.orders.capture(number, 100)
    assert client.orders.void(number).approved
    assert client.orders.get(number).status_name == "voided"


def test_a_whole_void_is_settled_by_reading_the_order(
        client: cielo.Client, sandbox: cielo.sandbox.LocalCielo) -> None:
    number = paid_order(client, sandbox)
    sandbox.faults([{"match": "PUT /api/public/v2/orders/*/void", "after": "process",
                     "do": "close"}])
    voided = client.orders.void(number)
    assert voided.reconciled and voided.approved and voided.success


def test_a_partial_void_in_doubt_is_unknown(
        client: cielo.Client, sandbox: cielo.sandbox.LocalCielo) -> None:
    number = paid_order(client, sandbox)
    client.orders.capture(number)
    sandbox.faults([{"match": "PUT /api/public/v2/orders/*/void", "after": "process",
                     "do": "close"}])
    with pytest.raises(cielo.OutcomeUnknownError):
        client.orders.void(number, 100)


def test_production_hosts_are_asked_for_outright() -> None:
    with cielo.Client(client_id="c", client_secret="s") as client:
        with pytest.raises(cielo.ValidationError, match="no sandbox host"):
            client.orders.get("1")
