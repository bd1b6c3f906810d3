"""Makes every kind of write with canaries in all that is secret, and tells in the file
SEEN the tokens that Cielo gave: for test_canaries.py, which looks for them elsewhere."""

from __future__ import annotations

import logging
import sys
from typing import Any, Callable

import cielo

CARD = {"CardNumber": "4024007197692931", "Holder": "CANARYHOLDER", "ExpirationDate": "12/2035",
        "SecurityCode": "973", "Brand": "Visa"}
CUSTOMER = {
    "Name": "CANARYNAME", "Email": "canary@example.com", "Identity": "12345678909",
    "IdentityType": "CPF", "Birthdate": "1991-01-02",
    "Address": {"Street": "CANARYSTREET", "Number": "123", "ZipCode": "12345987",
                "City": "Rio de Janeiro", "State": "RJ", "Country": "BRA"},
}


def sale(order: str, card: dict[str, Any], **payment: Any) -> dict[str, Any]:
    return {"MerchantOrderId": order, "Customer": CUSTOMER,
            "Payment": {"Type": "CreditCard", "Amount": 15700, "Installments": 1,
                        "SoftDescriptor": "CANARYSOFT", "CreditCard": card, **payment}}


def attempt(call: Callable[[], Any]) -> Any:
    """Its result; an error is logged as an application does."""
    try:
        return call()
    except cielo.CieloError as error:
        logging.getLogger("shop").exception("it failed: %r", error)
        return None


def write_all(client: cielo.Client) -> list[str]:
    # Neither its answer nor a look at it can be read.
    attempt(lambda: client.with_options(timeout=2).sales.create(sale("canary1", CARD)))
    attempt(lambda: client.sales.create(sale("canary2", {**CARD, "CardNumber":
                                                         "4551870000000357"})))
    stored = attempt(lambda: client.cards.tokenize({
        "CustomerName": "CANARYNAME", **{name: CARD[name] for name in (
            "CardNumber", "Holder", "ExpirationDate", "Brand")}}))
    token = stored.card_token
    attempt(lambda: client.sales.create(sale("canary3", {
        "CardToken": token, "SecurityCode": "973", "Brand": "Visa"})))
    attempt(lambda: client.cards.verify({"CardNumber": CARD["CardNumber"], "Holder":
        "CANARYHOLDER", "ExpirationDate": "12/2035", "SecurityCode": "973", "Brand": "Visa",
        "SaveCard": True}))
    recurring = attempt(lambda: client.sales.create(sale("canary4", CARD, RecurrentPayment={
        "AuthorizeNow": True, "Interval": "Monthly"})))
    number = recurring.payment.recurrent_payment.recurrent_payment_id
    attempt(lambda: client.recurrences.set_customer(number, CUSTOMER))
    attempt(lambda: client.recurrences.set_payment(number, {
        "Type": "CreditCard", "Amount": 100, "Installments": 1, "CreditCard": CARD}))
    attempt(lambda: client.links.create({
        "name": "CANARYNAME", "type": "Digital", "price": 1000,
        "shipping": {"type": "WithoutShipping"}}))
    attempt(lambda: client.request("POST", "/1/sales/?CANARYQUERY=1",
                                   sale("canary5", CARD), host="transaction"))
    attempt(lambda: client.sales.void_by_order("canary1", 100))
    attempt(lambda: client.sales.capture(recurring.payment.payment_id, 10**9))
    return [token.reveal() if isinstance(token, cielo.Secret) else str(token)]


def main(seen: str) -> None:
    logging.basicConfig(level=logging.DEBUG)
    with cielo.Client(client_id="CANARYCLIENT", client_secret="CANARYSECRET") as client:
        tokens = write_all(client)
    with open(seen, "w", encoding="ascii") as file:
        file.write("\n".join(tokens))


if __name__ == "__main__":
    main(sys.argv[1])
