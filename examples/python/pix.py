"""A Pix from its code to the refund, and one whose code is taken back unpaid."""

from __future__ import annotations

import time

from local import local_cielo

import cielo


def create(client: cielo.Client, order: str, amount: int) -> cielo.Sale:
    return client.sales.create({
        "merchant_order_id": order,
        "customer": {"name": "Nome do Pagador", "identity": "12345678909",
                     "identity_type": "CPF"},
        "payment": {
            "type": "Pix",
            "provider": "Cielo2",  # new stores have no other
            "amount": amount,
            "qr_code": {"expiration": 600},  # seconds, at most a day
        },
    })


def remove(client: cielo.Client, payment_id: str) -> None:
    """Takes an unpaid code back. It is refused once somebody has paid."""
    try:
        removed = client.sales.void(payment_id)
    except cielo.InvalidRequestError as error:
        print("not removed:", error.errors[0].message)
        return
    # Accepted, not done: until it is, the code can still be paid.
    print("removal accepted:", removed.pending)


def main() -> None:
    order = f"pix{time.time_ns()}"
    with local_cielo(), cielo.Client() as client:
        sale = create(client, order, 10000)
        payment_id = sale.payment.payment_id
        print("to be paid:", sale.pending, sale.payment.qr_code_string)

        # On the local Cielo we are the shopper; elsewhere a notification tells.
        client.request("POST", "/_sandbox/pay", {"payment_id": payment_id})
        paid = client.sales.get(payment_id)
        print("paid:", paid.approved, paid.payment.end_to_end_id)

        refund = client.sales.void(payment_id, 2500)
        print("refund of R$ 25.00 accepted:", refund.pending or refund.approved)

        unpaid = create(client, order + "b", 5000)
        remove(client, unpaid.payment.payment_id)


if __name__ == "__main__":
    main()
