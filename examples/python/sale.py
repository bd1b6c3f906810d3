"""Creates a card sale, captures a part of it and gives a part back.

Uses CIELO_BASE_URL and the credentials of the environment, or starts a local
Cielo when there is none.
"""

from __future__ import annotations

import time

from local import local_cielo

import cielo


def main() -> None:
    with local_cielo(), cielo.Client() as client:
        sale = client.sales.create({
            "MerchantOrderId": "example%d" % (time.time_ns() // 1_000_000),
            "Customer": {"Name": "Comprador crédito"},
            "Payment": {
                "Type": "CreditCard",
                "Amount": 15700,  # cents
                "Installments": 1,
                "CreditCard": {
                    "CardNumber": cielo.Secret("4024007197692931"),
                    "Holder": "Teste Holder",
                    "ExpirationDate": "12/2030",
                    "SecurityCode": "123",
                    "Brand": "Visa",
                },
            },
        })
        print(sale)
        if not sale.approved:
            # A declined card is a result, never an error.
            print("declined:", sale.advice.change, sale.advice.retry.kind)
            return

        payment_id = sale.payment.payment_id
        captured = client.sales.capture(payment_id, amount=10000)
        # Of a change `approved` says that it was carried out; the status is the
        # sale's, which a refused change leaves as it was.
        print("captured:", captured.approved, captured.status_name)
        voided = client.sales.void(payment_id, amount=2500)
        if voided.pending:
            print("the void was accepted, and is not done yet")
        elif not voided.approved:
            print("not voided:", voided.return_code, voided.return_message)
            return
        print("voided:", voided.status_name)

        payment = client.sales.get(payment_id).payment
        print("in the books:", payment.captured_amount, payment.voided_amount)


if __name__ == "__main__":
    main()
