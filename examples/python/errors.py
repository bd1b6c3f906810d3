"""What can go wrong with a sale, and what each case calls for."""

from __future__ import annotations

import time
from typing import Any

from local import local_cielo

import cielo
from cielo.typed import SaleFields


def fields(order: str, card: str, amount: Any = 15700) -> SaleFields:
    return {
        "MerchantOrderId": order,
        "Payment": {
            "Type": "CreditCard",
            "Amount": amount,
            "Installments": 1,
            "CreditCard": {
                "CardNumber": cielo.Secret(card),
                "Holder": "Teste Holder",
                "ExpirationDate": "12/2030",
                "SecurityCode": "123",
                "Brand": "Visa",
            },
        },
    }


def charge(client: cielo.Client, wanted: SaleFields) -> cielo.Sale | None:
    """The sale, or None when nothing was charged."""
    try:
        sale = client.sales.create(wanted)
    except cielo.ValidationError as error:
        for problem in error.problems:
            print("fix", problem.path, "-", problem.message)
        return None
    except cielo.OutcomeUnknownError as error:
        # It may have been charged: look before anything else is tried.
        print("look up order", error.merchant_order_id, "and decide:", error.found)
        raise
    except cielo.ApiError as error:
        print("Cielo refused:", error.http_status, [entry.code for entry in error.errors])
        return None
    except (cielo.TransportError, cielo.RequestTimeoutError) as error:
        print("nothing took effect, try again later:", error)
        return None
    if sale.declined:
        code = sale.advice.code
        print("declined:", code.shopper("en") if code else sale.payment.return_message)
        print("again?", sale.advice.retry.kind, "after changing:", sale.advice.change)
        return None
    return sale


def main() -> None:
    with local_cielo(), cielo.Client() as client:
        order = "errors%d" % (time.time_ns() // 1_000_000)
        charge(client, fields(order + "a", "4024007197692931", amount=157.0))
        charge(client, fields(order + "b", "4551870000000092"))
        print(charge(client, fields(order + "c", "4024007197692931")))
        try:
            client.sales.get("00000000-0000-0000-0000-000000000000")
        except cielo.NotFoundError as error:
            print(error.kind, "-", error)


if __name__ == "__main__":
    main()
