"""Stored cards, zero auth and the BIN query."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sandbox_support import CARD, Shop, card_ending, open_card


def token_body(**changes: Any) -> dict[str, Any]:
    body = {"CustomerName": "Comprador Teste", **open_card(**changes)}
    del body["SecurityCode"]
    return body


def test_store_and_read(shop: Shop, sandbox: Any) -> None:
    answer = shop.post("/1/card", token_body())
    assert answer.status == 201
    token = answer.json["CardToken"]
    assert answer.json["Links"]["Rel"] == "self", "one object, not a list"
    read = shop.get(f"/1/card/{token}").json
    assert read == {
        "CardNumber": "409168******7641",
        "Holder": "Teste Holder",
        "ExpirationDate": "12/2035",
    }
    assert shop.get("/1/card/unknown").status == 404
    with Shop(sandbox, merchant="another") as other:
        assert other.get(f"/1/card/{token}").status == 404


def test_luhn_is_checked_for_storing(shop: Shop) -> None:
    assert shop.post("/1/card/", token_body(CardNumber=card_ending(2))).codes == [213]
    body = token_body()
    del body["CustomerName"]
    assert shop.post("/1/card/", body).codes == [105]


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("5502095822650000", True),
        ("5315281703921200", True),
        ("5502095822650001", False),
        ("4024007153763194", True),
        ("4024007153763191", False),
        ("4551870000000183", False),
        (CARD, False),
        (card_ending(2), False),
    ],
)
def test_zero_auth(shop: Shop, number: str, valid: bool) -> None:
    answer = shop.post("/1/zeroauth", open_card(CardNumber=number, CardType="CreditCard"))
    assert answer.status == 200 and answer.json["Valid"] is valid
    assert (answer.json["ReturnCode"] == "00") is valid
    assert ("IssuerTransactionId" in answer.json) is valid


def test_zero_auth_other_forms(shop: Shop) -> None:
    token = shop.post("/1/card/", token_body(CardNumber="5502095822650000")).json["CardToken"]
    assert shop.post("/1/zeroauth", {"CardToken": token, "Brand": "Master"}).json["Valid"] is True
    wallet = {"Card": open_card(CardNumber=card_ending(4)), "Wallet": {"Type": "ApplePay"}}
    assert shop.post("/2/zeroauth", wallet).json["Valid"] is True
    assert shop.post("/2/zeroauth", {}).codes == [124, 182, 118, 117, 125]
    diners = open_card(CardNumber=card_ending(4), Brand="Diners")
    assert shop.post("/1/zeroauth", diners).json["Valid"] is True
    master = shop.post("/1/zeroauth", open_card(CardNumber=card_ending(4), Brand="Master"))
    assert len(master.json["TransactionLinkId"]) == 22
    refused = shop.post("/1/zeroauth", open_card(Brand="Amex"))
    assert refused.status == 400 and refused.json["Code"] == 57


def test_bin(shop: Shop) -> None:
    assert shop.get("/1/cardBin/531112").json == {
        "Status": "00",
        "Provider": "MASTERCARD",
        "CardType": "Débito",
        "ForeignCard": True,
        "CorporateCard": True,
        "Issuer": "Banco do Brasil",
        "IssuerCode": "001",
        "Prepaid": False,
    }
    other = shop.get("/1/cardbin/470021000").json
    assert (other["Status"], other["Prepaid"], other["CardType"]) == ("01", True, "Crédito")
    usual = shop.get("/1/cardBin/400000").json
    assert (usual["Status"], usual["Provider"], usual["IssuerCode"]) == ("00", "VISA", "237")
    assert usual["CardType"] == "Multiplo"
    assert not (usual["ForeignCard"] or usual["CorporateCard"] or usual["Prepaid"])
    assert shop.get("/1/cardBin/400020").json["Status"] == "01"
    assert shop.get("/1/cardBin/40002000").json["Status"] == "01"
    assert shop.get("/1/cardBin/4000200000000000000").json["Status"] == "01"
    for wrong in ("4024", "40240", "4" * 20, "40240x"):
        assert shop.get(f"/1/cardBin/{wrong}").codes == [177]


def test_the_declined_card_of_the_example(package: Any, sandbox: Any) -> None:
    if package.__name__ != "cielo.sandbox":
        pytest.skip("the example needs the client")
    example = Path(__file__).parents[2] / "examples" / "python" / "errors.py"
    done = subprocess.run(
        [sys.executable, str(example)],
        env=dict(os.environ, CIELO_BASE_URL=sandbox.base_url),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert [sale["ReturnCode"] for sale in sandbox.sales()] == ["05", "4"]
    assert "declined: This payment was not approved. Please use another card" in done.stdout
