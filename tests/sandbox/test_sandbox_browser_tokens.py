"""Tokens for Cielo's scripts: 3DS and Silent Order Post."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sandbox_support import MERCHANT, Reply, Shop

FORM = "application/x-www-form-urlencoded"
STORE = {"EstablishmentCode": "1006993069", "MerchantName": "Loja Exemplo", "MCC": "5912"}
THREEDS, BEARER = "/v2/auth/token", "/oauth2/token"
POST = "/post/api/public/v2/accesstoken"


def basic(pair: str = "client:secret") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


@pytest.fixture
def page(sandbox: Any) -> Iterator[Shop]:
    """A shop whose requests carry no header by themselves."""
    with Shop(sandbox) as one:
        one.headers = {}
        yield one


def ask_bearer(page: Shop, **headers: str) -> Reply:
    body = b"grant_type=client_credentials"
    return page.call("POST", BEARER, body, **{"Content-Type": FORM, **basic(), **headers})


def test_a_threeds_token(page: Shop) -> None:
    first, second = (page.call("POST", THREEDS, STORE, **basic()) for _ in range(2))
    assert first.status == second.status == 200
    assert first.json["access_token"] != second.json["access_token"], "good for one use"
    assert first.json["expires_in"] == 1200
    as_numbers = {"establishmentCode": 1006993069, "merchantName": "Loja", "mcc": 5912}
    assert page.call("POST", THREEDS, as_numbers, **basic()).status == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"EstablishmentCode": None}, 101),
        ({"EstablishmentCode": "1" * 11}, 102),
        ({"EstablishmentCode": "x"}, 102),
        ({"MerchantName": ""}, 101),
        ({"MerchantName": "x" * 26}, 102),
        ({"MCC": "59"}, 102),
        ({"MCC": True}, 102),
    ],
)
def test_a_threeds_token_needs_the_stores_data(
    page: Shop, changes: dict[str, Any], code: int
) -> None:
    answer = page.call("POST", THREEDS, {**STORE, **changes}, **basic())
    assert answer.status == 400 and answer.codes == [code]


def test_who_gets_a_threeds_token(package: Any, page: Shop) -> None:
    for headers in ({}, basic("client"), {"Authorization": "Bearer x"}):
        answer = page.call("POST", THREEDS, STORE, **headers)
        assert (answer.status, answer.body) == (401, b"")
    with package.run(clients={"client": "secret"}) as server, Shop(server) as shop:
        assert shop.call("POST", THREEDS, STORE, **basic()).status == 200
        assert shop.call("POST", THREEDS, STORE, **basic("client:other")).status == 401


def test_a_post_token(page: Shop) -> None:
    bearer = ask_bearer(page)
    assert bearer.status == 200 and bearer.json["expires_in"] == 599
    headers = {"Authorization": f"Bearer {bearer.json['access_token']}", "MerchantId": MERCHANT}
    first, second = (page.call("POST", POST, **headers) for _ in range(2))
    assert first.status == second.status == 201
    assert first.json["AccessToken"] != second.json["AccessToken"], "good for one use"
    assert first.json["MerchantId"] == MERCHANT
    issued, end = (datetime.fromisoformat(first.json[name]) for name in ("Issued", "ExpiresIn"))
    assert end - issued == timedelta(minutes=20), "a date here, not a span"


def test_who_gets_a_post_token(package: Any, page: Shop, sandbox: Any) -> None:
    token = f"Bearer {ask_bearer(page).json['access_token']}"
    wrong = [{}, {"MerchantId": MERCHANT}, {"Authorization": token}]
    wrong.append({"MerchantId": MERCHANT, "Authorization": "Bearer x"})
    for headers in wrong:
        answer = page.call("POST", POST, **headers)
        assert (answer.status, answer.body) == (401, b"")
    sandbox.advance(600)
    late = page.call("POST", POST, MerchantId=MERCHANT, Authorization=token)
    assert late.status == 401, "the bearer token has run out"
    assert ask_bearer(page, **basic("client:")).json["error"] == "invalid_client"


def test_only_named_stores_get_a_post_token(package: Any) -> None:
    with package.run(merchants={MERCHANT: "key"}) as server, Shop(server) as shop:
        shop.headers = {}
        token = f"Bearer {ask_bearer(shop).json['access_token']}"
        assert shop.call("POST", POST, MerchantId=MERCHANT, Authorization=token).status == 201
        assert shop.call("POST", POST, MerchantId="another", Authorization=token).status == 401
