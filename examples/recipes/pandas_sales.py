"""pandas: sales as a DataFrame, masked, a row each.

    python pandas_sales.py
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas

import cielo


def frame(sales: Iterable[cielo.Sale]) -> pandas.DataFrame:
    """Cielo's members as columns, such as Payment.Amount, and what was made of them."""
    sales = list(sales)
    table = pandas.json_normalize([sale.to_dict() for sale in sales])
    table["status"] = [sale.status_name for sale in sales]
    table["retry"] = [sale.advice.retry.kind if sale.declined else None for sale in sales]
    return table


def by_status(table: pandas.DataFrame) -> pandas.DataFrame:
    """How many and how much; cents stay integers, a sum of reais as floats would not add up."""
    return table.groupby("status")["Payment.Amount"].agg(["count", "sum"])


def main() -> None:
    def sale(number: int) -> dict[str, object]:
        return {"merchant_order_id": f"frame{number}", "payment": {
            "type": "CreditCard", "amount": 1000 + number, "installments": 1, "credit_card": {
                # Of the documents' cards, the one ending in 2 is declined.
                "card_number": "0000000000000002" if number % 3 == 0 else "4091688625337641",
                "holder": "Teste Holder", "expiration_date": "12/2035",
                "security_code": "123", "brand": "Visa"}}}

    with cielo.Client() as client:
        outcomes = client.many(client.sales.create, map(sale, range(9)), concurrency=4)
        print(by_status(frame(one.result for one in outcomes if not one.error)))


if __name__ == "__main__":
    main()
