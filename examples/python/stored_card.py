"""Stores a card, then charges it by its token."""

from __future__ import annotations

import time

from local import local_cielo

import cielo


def main() -> None:
    with local_cielo(), cielo.Client() as client:
        bin_ = client.cards.bin("402400")
        print("the first digits say:", bin_.provider, bin_.card_type)

        stored = client.cards.tokenize({
            "CustomerName": "Comprador Teste",
            "CardNumber": cielo.Secret("4024007197692931"),
            "Holder": "Teste Holder",
            "ExpirationDate": "12/2030",
            "Brand": "Visa",
        })
        # The token stands for the card: repr masks it, keep it as a secret.
        print(stored)

        sale = client.sales.create({
            "merchant_order_id": "stored%d" % (time.time_ns() // 1_000_000),
            "payment": {
                "type": "CreditCard",
                "amount": 5000,
                "installments": 1,
                "capture": True,
                "credit_card": {
                    "card_token": stored.card_token,
                    "brand": "Visa",
                    "card_on_file": {"usage": "Used", "reason": "Unscheduled"},
                },
            },
        })
        print("charged:", sale.status_name, sale.payment.payment_id)

        # The next one, without the shopper: with all that the brand wants to see again.
        fields = cielo.next_charge(sale, f"next{time.time_ns() // 1_000_000}", 5000,
                                   reason="Recurring")
        again = client.sales.create(fields)
        print("charged again:", again.status_name, again.payment.payment_id)


if __name__ == "__main__":
    main()
