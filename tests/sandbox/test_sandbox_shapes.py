"""Answers have the shapes that recorded ones have."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sandbox_support import CUSTOMER, Shop, card_ending, open_card

ADDRESS = {
    "Street": "Rua Teste",
    "Number": "1",
    "ZipCode": "12345678",
    "City": "Rio de Janeiro",
    "State": "RJ",
    "District": "Centro",
}
SUCCESS = {
    "ReasonCode": 0,
    "ReasonMessage": "Successful",
    "ProviderReturnMessage": "Operation Successful",
    "ReturnMessage": "Operation Successful",
}


def part(answer: dict[str, Any], members: dict[str, Any]) -> dict[str, Any]:
    """Those of the answer's members that `members` names."""
    return {name: answer.get(name) for name in members}


def test_captures_and_voids_give_a_reason(shop: Shop, sandbox: Any) -> None:
    payment = shop.paid()
    path = f"/1/sales/{payment['PaymentId']}"
    captured = shop.put(f"{path}/capture").json
    assert part(captured, SUCCESS) == SUCCESS
    assert (captured["ProviderReturnCode"], captured["ReturnCode"]) == ("6", "6")
    partly = shop.put(f"{path}/void?amount=100").json
    assert part(partly, SUCCESS) == SUCCESS
    assert (partly["ProviderReturnCode"], partly["ReturnCode"]) == ("0", "0")
    sandbox.advance(5)
    voided = shop.put(f"{path}/void").json
    assert part(voided, SUCCESS) == SUCCESS
    assert (voided["ProviderReturnCode"], voided["ReturnCode"]) == ("6", "9")


def parts_of(code: str) -> dict[str, str]:
    """A BR Code, taken apart: two digits of id, two of length, and the value."""
    parts = {}
    while code:
        size = int(code[2:4])
        parts[code[:2]], code = code[4 : 4 + size], code[4 + size :]
        assert len(parts) < 100
    return parts


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE, bit by bit."""
    value = 0xFFFF
    for byte in text.encode():
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ (0x1021 if value & 0x8000 else 0)) & 0xFFFF
    return f"{value:04X}"


def test_the_code_of_a_pix_is_a_br_code(shop: Shop) -> None:
    assert crc("123456789") == "29B1"  # the algorithm's published check value
    payment = shop.paid(Type="Pix", Provider="Cielo2")
    code = payment["QrCodeString"]
    parts = parts_of(code)
    assert list(parts) == sorted(parts) and {"00", "26", "52", "53", "58", "59", "60"} <= set(parts)
    assert parts_of(parts["26"])["00"] == "br.gov.bcb.pix"
    assert parts_of(parts["26"])["25"].endswith(payment["SentOrderId"])
    assert code[-8:-4] == "6304" and parts["63"] == crc(code[:-4])


@pytest.mark.parametrize("provider", ["Simulado", "Cielo2"])
def test_a_pix(shop: Shop, provider: str) -> None:
    answer = shop.sell(Type="Pix", Provider=provider).json
    payment = answer["Payment"]
    assert payment["QrCodeBase64Image"] and payment["QrCodeString"]
    assert payment["Tid"].isdigit() and re.fullmatch("[0-9a-f]{32}", payment["SentOrderId"])
    assert payment["SentOrderId"] in payment["QrCodeString"]
    if provider == "Cielo2":
        assert answer["AcquirerOrderId"] == payment["SentOrderId"]
        assert "ProofOfSale" not in payment
    else:
        assert "AcquirerOrderId" not in answer and len(payment["ProofOfSale"]) == 20


def test_a_boleto(shop: Shop) -> None:
    body = {
        "MerchantOrderId": "boleto1",
        "Customer": dict(CUSTOMER, Address=ADDRESS),
        "Payment": {
            "Type": "Boleto", "Amount": 500, "Provider": "Simulado", "BoletoNumber": "131"
        },
    }
    answer = shop.post("/1/sales", body).json
    payment = answer["Payment"]
    assert re.fullmatch(r"131-\d", payment["BoletoNumber"]) and payment["Bank"] == 0
    assert "Number" not in payment and payment["IsSplitted"] is False
    assert answer["Customer"]["Address"] == {**ADDRESS, "AddressType": 0}


def test_every_address_has_its_kind(shop: Shop) -> None:
    customer = dict(CUSTOMER, Address=ADDRESS, DeliveryAddress=dict(ADDRESS, AddressType=1))
    payment = {"Type": "CreditCard", "Amount": 1, "Installments": 1, "CreditCard": open_card()}
    body = {"MerchantOrderId": "homes", "Customer": customer, "Payment": payment}
    answer = shop.post("/1/sales", body).json
    shown = shop.get(f"/1/sales/{answer['Payment']['PaymentId']}").json
    for tree in (answer, shown):
        assert tree["Customer"]["Address"]["AddressType"] == 0
        assert tree["Customer"]["DeliveryAddress"]["AddressType"] == 1


@pytest.mark.parametrize("order", ["loja-1", "loja_1", "loja.1#a", "x" * 21])
def test_other_numbers_are_sent_to_the_acquirer(shop: Shop, order: str) -> None:
    payment = shop.paid(order=order)
    assert payment["SentOrderId"] != order
    shown = shop.get(f"/1/sales/{payment['PaymentId']}").json
    assert shown["MerchantOrderId"] == order
    assert shown["AcquirerOrderId"] == shown["Payment"]["SentOrderId"] == payment["SentOrderId"]


def test_plain_numbers_are_sent_as_they_are(shop: Shop) -> None:
    first, again = shop.paid(order="plain1"), shop.paid(order="plain1")
    assert first["SentOrderId"] == "plain1" != again["SentOrderId"]


@pytest.mark.parametrize("order", ["no blanks", "no\ttabs", "", "x" * 51, 7])
def test_numbers_that_cannot_be(shop: Shop, order: Any) -> None:
    payment = {"Type": "CreditCard", "Amount": 1, "Installments": 1, "CreditCard": open_card()}
    body = {"MerchantOrderId": order, "Payment": payment}
    assert shop.post("/1/sales", body).codes in ([107], [122])


def test_interest(shop: Shop) -> None:
    assert shop.paid()["Interest"] == 0
    assert shop.paid(Type="DebitCard")["Interest"] == 0
    assert shop.paid(Interest="ByIssuer")["Interest"] == "ByIssuer"
    assert shop.paid(Recurrent=True)["Interest"] == "ByMerchant"
    assert shop.paid(RecurrentPayment={"AuthorizeNow": True})["Interest"] == "ByMerchant"


def test_a_descriptor_is_echoed_whole(shop: Shop) -> None:
    assert shop.paid(SoftDescriptor="Loja do Teste 42")["SoftDescriptor"] == "Loja do Teste 42"


def test_the_identity_may_have_its_signs(shop: Shop) -> None:
    body = {
        "MerchantOrderId": "pix1",
        "Customer": dict(CUSTOMER, Identity="12.345.678/0001-95", IdentityType="CNPJ"),
        "Payment": {"Type": "Pix", "Amount": 100},
    }
    assert shop.post("/1/sales", body).status == 201
    body["Customer"] = dict(CUSTOMER, Identity="1" * 19)
    assert shop.post("/1/sales", body).codes == [156]


def test_scheme_identifiers(shop: Shop) -> None:
    by_brand = {
        brand: shop.paid(card={"Brand": brand})
        for brand in ("Visa", "Master", "Elo", "Amex", "Diners")
    }
    for brand, payment in by_brand.items():
        assert ("IssuerTransactionId" in payment) is (brand != "Diners")
        assert ("TransactionLinkId" in payment) is (brand == "Master")
    link = by_brand["Master"]["TransactionLinkId"]
    assert re.fullmatch("[A-Za-z0-9_-]{22}", link)
    shown = shop.read(by_brand["Master"]["PaymentId"])
    assert shown["TransactionLinkId"] == link
    again = shop.paid(card={"Brand": "Master"}, TransactionLinkId=link)
    assert again["TransactionLinkId"] == link
    assert shop.paid(card={"Brand": "Master"})["TransactionLinkId"] != link
    denied = shop.paid(card={"Brand": "Master", "CardNumber": card_ending(2)})
    assert not {"TransactionLinkId", "IssuerTransactionId"} & set(denied)


def test_a_card_kept_for_the_first_time_needs_no_mark(shop: Shop) -> None:
    first = {"CardOnFile": {"Usage": "First", "Reason": "Recurring"}}
    assert shop.paid(card=first)["Status"] == 1
    used = {"CardOnFile": {"Usage": "used", "Reason": "recurring"}}
    assert shop.paid(card=used)["Status"] == 3


def test_members_that_are_echoed(shop: Shop) -> None:
    assert shop.paid(DigitalAsset="NFT")["DigitalAsset"] == "NFT"
