"""The canary: what must be nowhere that people or logs see."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
import re
import traceback
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from conftest import GOOD_CARD, MERCHANT_ID, MERCHANT_KEY, card_sale
from script_server import ScriptServer

import cielo
from cielo import _core

CODE = "987"
TOKEN = "c0ffee00-1234-4abc-8def-c0ffee00cafe"
CANARIES = (GOOD_CARD, MERCHANT_KEY, TOKEN, '"%s"' % CODE, "'%s'" % CODE)


def check(*texts: Any) -> None:
    for text in texts:
        text = text.decode("latin-1") if isinstance(text, bytes) else str(text)
        for canary in CANARIES:
            assert canary not in text


def check_error(error: BaseException) -> None:
    check(error, repr(error), pickle.dumps(error), vars(error), error.args)
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The frames of this file hold the card: only those of the library count.
    check(*[
        f"{name}={value}"
        for frame in shown.stack
        if frame.filename != __file__ and "/tests/" not in frame.filename
        for name, value in (frame.locals or {}).items()
    ])


def fields(**changes: Any) -> dict[str, Any]:
    """What ANSWER may answer."""
    sale = card_sale(**{"order": "x", **changes})
    sale["Payment"]["CreditCard"]["SecurityCode"] = CODE
    return sale


def test_secret() -> None:
    secret = cielo.Secret(GOOD_CARD)
    assert str(secret) == "402400******2931" and repr(secret) == "Secret('402400******2931')"
    assert f"{secret}" == "402400******2931" and "%s" % secret == "402400******2931"
    assert secret.reveal() == GOOD_CARD
    assert secret == GOOD_CARD == secret and secret != "x" and secret != 5
    assert secret == cielo.Secret(GOOD_CARD) and secret != cielo.Secret(GOOD_CARD + "1")
    assert hash(secret) == hash(GOOD_CARD) and {secret: 1}[GOOD_CARD] == 1  # type: ignore[index]
    assert copy.deepcopy(secret) is secret and cielo.Secret(secret) is secret
    check(pickle.dumps(secret), json.dumps(str(secret)))
    assert str(pickle.loads(pickle.dumps(secret))) == str(secret)
    # Separators stay where they are; what is no card number says nothing.
    for text, shown in (("4024 0071 9769 2931", "4024 00** **** 2931"),
                        ("4024-0071-9769-2931", "4024-00**-****-2931"),
                        ("402400******2931", "402400******2931"), ("4" * 13, "444444***4444"),
                        ("4" * 19, "444444*********4444"), ("4" * 20, "***"),
                        ("card " + GOOD_CARD, "***"), (GOOD_CARD + " ", "***")):
        assert str(cielo.Secret(text)) == shown and cielo.Secret(text).reveal() == text
    for text in ("", "1", "123", "a key of any length", MERCHANT_KEY, "4" * 30, "é" * 15):
        assert str(cielo.Secret(text)) == "***" and cielo.Secret(text).reveal() == text
    for wrong in (5, None, b"x"):
        with pytest.raises(TypeError):
            cielo.Secret(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        secret < secret  # type: ignore[operator]
    with pytest.raises(ValueError) as caught:
        cielo.Secret(GOOD_CARD + "\ud800")
    check_error(caught.value)


ANSWER = {
    "MerchantOrderId": "x",
    "Payment": {
        "Status": 1, "PaymentId": "11111111-1111-1111-1111-111111111111", "Type": "CreditCard",
        "Amount": 15700,
        "CreditCard": {"CardNumber": GOOD_CARD, "SecurityCode": CODE, "CardToken": TOKEN,
                       "Cryptogram": TOKEN},
        "Links": [{"Href": "https://x/1/CARD/" + TOKEN, "Rel": "self", "Method": "GET"}],
        "Strange": {"Pan": GOOD_CARD, "Text": "card " + GOOD_CARD, "cardtoken": TOKEN,
                    "Many": [GOOD_CARD], "Date": GOOD_CARD + " 12/2030", "Url": "/1/card/" + TOKEN,
                    "Minus": -int(GOOD_CARD), "Real": float(GOOD_CARD), GOOD_CARD: "a name",
                    "cvv": CODE, "Senha": {"of": TOKEN}, "merchantKey": MERCHANT_KEY},
    },
}


GUID = "11111111-1111-1111-1111-111111111111"

#: Values that pass for parameters that are no text.
OTHERS: dict[str, Any] = {
    "fields": {}, "amount": 100, "service_tax_amount": 1, "day": 5, "body": {"A": "b"},
    "not_before": 1416236400,
}
TEXTS = {"digits": "402400", "date": "2030-12-31", "interval": "Monthly", "method": "GET",
         "path": "/1/nothing", "host": "query"}


@pytest.mark.parametrize(
    "row", [row for row in _core._schema()["operations"] if row["noun"]],
    ids=lambda row: str(row["name"]))
def test_text_parameters_may_be_secret(row: dict[str, Any]) -> None:
    """What comes out is the same; nobody listens, so that nothing is waited for."""
    def outcome(text: Callable[[str], Any]) -> tuple[type, str]:
        with cielo.Client(merchant_id=GUID, merchant_key=MERCHANT_KEY, client_id=GUID,
                          client_secret="x", max_retries=0, reconcile=False,
                          base_url="http://127.0.0.1:1") as client:
            owner = client if row["noun"] == "-" else getattr(client, row["noun"])
            given = {name: OTHERS[name] if name in OTHERS else text(TEXTS.get(name, GUID))
                     for name in row["params"].replace("?", "").split()}
            with pytest.raises(cielo.CieloError) as caught:
                getattr(owner, row["verb"])(**given, timeout=0.5, request_id=text(GUID))
            # libcurl tells how long it tried.
            return type(caught.value), re.sub(r"after \d+ ms", "", str(caught.value))

    assert outcome(cielo.Secret) == outcome(str)


def test_secret_parameters_reach_cielo(client: cielo.Client) -> None:
    sale = client.sales.create(card_sale())
    payment_id = cielo.Secret(sale.payment.payment_id)
    assert client.sales.get(payment_id).payment.payment_id == payment_id
    assert client.sales.find(cielo.Secret(sale.merchant_order_id or ""))
    stored = client.cards.tokenize({"CustomerName": "A", "CardNumber": GOOD_CARD, "Holder": "A",
                                    "ExpirationDate": "12/2030", "Brand": "Visa"})
    assert client.cards.get(cielo.Secret(stored.card_token)).holder == "A"
    with pytest.raises(TypeError, match="payment_id must be str or cielo.Secret, not int"):
        client.sales.get(5)  # type: ignore[arg-type]


def test_results(caplog: pytest.LogCaptureFixture) -> None:
    case = {"exchanges": [{"request": {}, "reply": {"status": 201, "body": ANSWER}}] * 2}
    server = ScriptServer(case)
    server._compare_body = lambda *_: None  # type: ignore[method-assign]
    with server, cielo.Client(
        merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, base_url=server.base_url
    ) as client, caplog.at_level(logging.DEBUG):
        for result in (
            client.sales.create(fields()),
            client.request("POST", "/1/sales/", {"Card": GOOD_CARD}),
        ):
            card = result.payment["CreditCard"]
            assert card.card_number.reveal() == GOOD_CARD
            check(repr(result), str(result), pickle.dumps(result), result.to_dict(),
                  result.to_json(), repr(card), repr(card.card_number))
            assert result.to_dict(reveal=True) == ANSWER
            assert card["CardToken"] == TOKEN
        check(repr(client), caplog.text)


def faulty() -> Iterator[tuple[str, Callable[[cielo.Client], Any]]]:
    lost = fields(order="lost1")
    yield "validation", lambda c: c.sales.create(fields(amount=1.5, order="bad order"))
    yield "number", lambda c: c.sales.create({
        "Payment": {"CreditCard": {"CardNumber": int(GOOD_CARD), "SecurityCode": CODE}}})
    yield "closed", lambda c: (c.close(), c.sales.create(fields()))
    yield "type", lambda c: c.sales.create([fields()])
    yield "path", lambda c: c.cards.get(TOKEN + "/..")
    yield "token", lambda c: c.cards.get(TOKEN)
    yield "refused", lambda c: c.with_options(validate=False).sales.create(
        fields(order="not valid"))
    yield "lost", lambda c: c.with_options(reconcile=False).sales.create(lost)


@pytest.mark.parametrize("name, call", list(faulty()), ids=lambda value: str(value)[:10])
def test_errors(
    name: str,
    call: Callable[[cielo.Client], Any],
    client: cielo.Client,
    faults: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    if name == "lost":
        faults(match="POST /1/sales", after="process", do="close")
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception) as caught:
        call(client)
    check_error(caught.value)
    check(caplog.text)


def test_tracebacks_of_asyncio(sandbox: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with cielo.AsyncClient(
            merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, base_url=sandbox.base_url
        ) as client:
            for wanted in (fields(order="not valid"), {**fields(), "Payment": {}}):
                with pytest.raises(cielo.CieloError) as caught:
                    await client.with_options(validate=False).sales.create(wanted)
                check_error(caught.value)
            with pytest.raises(cielo.ValidationError) as refused:
                await client.sales.create(fields(order="not valid"))
            check_error(refused.value)

    with caplog.at_level(logging.DEBUG):
        asyncio.run(main())
    check(caplog.text)


def test_options_are_not_in_tracebacks() -> None:
    for kind in (cielo.Client, cielo.AsyncClient):
        with pytest.raises(cielo.ValidationError) as caught:
            kind(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, environment="moon")
        check_error(caught.value)


def answered(body: Any) -> Any:
    """What reading a sale gives; its own id is asked for."""
    case = {"exchanges": [{"request": {}, "reply": {"status": 200, "body": body}}]}
    server = ScriptServer(case)
    with server, cielo.Client(
        merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, base_url=server.base_url
    ) as client:
        return client.sales.get(body["Payment"]["PaymentId"])


def test_cards_in_free_text_and_numbers() -> None:
    result = answered({
        "MerchantOrderId": "x", "Other": int(GOOD_CARD), "Customer": {"Name": GOOD_CARD},
        "Payment": {
            "PaymentId": ANSWER["Payment"]["PaymentId"], "Status": 3,  # type: ignore[index]
            "ReturnMessage": f"card {GOOD_CARD} refused",
            "Strange": [int(GOOD_CARD), {"n": int(GOOD_CARD)}],
            "CreditCard": {"CardNumber": int(GOOD_CARD), "SecurityCode": 987},
        },
    })
    check(repr(result), result.to_dict(), result.to_json(), pickle.dumps(result))
    assert result.payment.return_message == f"card {GOOD_CARD} refused"


def test_ids_are_left_whole() -> None:
    for last in range(10, 100):
        payment_id, order = f"24bc8366-fc31-4d6c-a251-3123456789{last}", f"20241118153045{last}"
        result = answered({
            "MerchantOrderId": order, "Note": f"see {payment_id}",
            "Payment": {"PaymentId": payment_id, "Status": 1, "Url": "https://x/" + payment_id},
        })
        text = repr(result) + result.to_json()
        assert text.count(payment_id) == 6 and text.count(order) == 2
