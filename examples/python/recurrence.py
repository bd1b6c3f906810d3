"""Schedules a monthly charge, changes its amount, and stops it."""

from __future__ import annotations

import datetime
import time

from local import local_cielo

import cielo


def main() -> None:
    with local_cielo(), cielo.Client() as client:
        sale = client.sales.create({
            "MerchantOrderId": "monthly%d" % (time.time_ns() // 1_000_000),
            "Customer": {"Name": "Comprador Teste"},
            "Payment": {
                "Type": "CreditCard",
                "Amount": 1990,
                "Installments": 1,
                "RecurrentPayment": {
                    "AuthorizeNow": True,
                    "Interval": "Monthly",
                    "EndDate": datetime.date.today() + datetime.timedelta(days=365),
                },
                "CreditCard": {
                    "CardNumber": cielo.Secret("4024007197692931"),
                    "Holder": "Teste Holder",
                    "ExpirationDate": "12/2035",
                    "SecurityCode": "123",
                    "Brand": "Visa",
                },
            },
        })
        recurrent = sale.payment.recurrent_payment
        assert recurrent is not None and recurrent.recurrent_payment_id is not None
        recurrence_id = recurrent.recurrent_payment_id
        print("scheduled:", recurrence_id, "next on", recurrent.next_recurrency)

        client.recurrences.set_amount(recurrence_id, 2490)
        client.recurrences.set_day(recurrence_id, 10)
        print(client.recurrences.get(recurrence_id))

        client.recurrences.deactivate(recurrence_id)
        status = client.recurrences.get(recurrence_id).recurrent_payment.status
        entry = cielo.recurrence_status(status) if status is not None else None
        print("now:", entry.name if entry else status)


if __name__ == "__main__":
    main()
