"""How long sales can be captured and voided, by brand and kind."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_support import DAY, Shop

MASTER, VISA = {"Brand": "Master"}, {"Brand": "Visa"}


@pytest.mark.parametrize(("card", "days"), [(MASTER, 7), (VISA, 15), ({"Brand": "Elo"}, 15)])
def test_captures(shop: Shop, sandbox: Any, card: dict[str, str], days: int) -> None:
    in_time, late = shop.paid(card=card), shop.paid(card=card)
    sandbox.advance(days * DAY)
    assert shop.put(f"/1/sales/{in_time['PaymentId']}/capture").status == 200
    sandbox.advance(DAY)
    assert shop.put(f"/1/sales/{late['PaymentId']}/capture").codes == [308]
    assert shop.put(f"/1/sales/{late['PaymentId']}/void").codes == [309], "it has lapsed"


@pytest.mark.parametrize(
    ("payment", "days"),
    [
        ({"card": VISA}, 330),
        ({"card": VISA, "Type": "DebitCard"}, 330),
        ({"card": MASTER, "Type": "DebitCard"}, 150),
        ({"card": MASTER}, 330),
        ({"card": VISA, "Installments": 2}, 690),
        ({"card": VISA, "ServiceTaxAmount": 100}, 690),
        ({"card": VISA, "AirlineData": {"TicketNumber": "1"}}, 690),
    ],
)
def test_voids(shop: Shop, sandbox: Any, payment: dict[str, Any], days: int) -> None:
    in_time, late = (shop.paid(Capture=True, **payment)["PaymentId"] for _ in range(2))
    sandbox.advance(days * DAY)
    assert shop.put(f"/1/sales/{in_time}/void").json["Status"] == 11
    sandbox.advance(DAY)
    assert shop.put(f"/1/sales/{late}/void").codes == [309]
