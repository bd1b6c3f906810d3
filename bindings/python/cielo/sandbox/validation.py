"""Reads the body of a sale and lists everything wrong with it.

Every rule answers with the code of Cielo's own table that describes it best;
where the table has none, a field that is too long is 0 and an option that does
not fit is 186.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .automatic import ConsentRequest, read_consent
from .card_data import CREDIT_BRANDS, DEBIT_BRANDS, CardData, FindCard, read_card
from .checker import Checker
from .clock import add_months, parse_day
from .exchange import cents
from .intervals import read_end, read_interval

#: Providers by kind of payment.
PROVIDERS: Mapping[str, frozenset[str]] = {
    "CreditCard": frozenset(("Simulado", "Cielo", "CieloSandbox")),
    "DebitCard": frozenset(("Simulado", "Cielo", "CieloSandbox")),
    "qrcode": frozenset(("Simulado", "Cielo", "CieloSandbox")),
    "Pix": frozenset(("Simulado", "Cielo", "CieloSandbox", "Cielo2")),
    "Boleto": frozenset(("Simulado", "Bradesco2", "BancoDoBrasil2", "Bradesco", "BancoDoBrasil")),
}

#: Address member -> (longest text, its code, code when it is missing).
ADDRESS: Mapping[str, tuple[int, int, int]] = {
    "Street": (255, 147, 197),
    "Number": (15, 148, 198),
    "Complement": (50, 149, 0),
    "ZipCode": (9, 150, 199),
    "City": (50, 151, 200),
    "State": (2, 152, 201),
    "Country": (35, 153, 0),
    "District": (50, 154, 202),
}


@dataclass
class Plan:
    """`Payment.RecurrentPayment` of a new sale."""

    authorize_now: bool
    months: int
    start: date
    end: date | None


@dataclass
class SaleRequest:
    """A sale that may be made."""

    order_number: str
    customer: dict[str, Any]
    payment: dict[str, Any]
    type: str
    amount: int
    provider: str = "Simulado"
    installments: int = 1
    capture: bool = False
    authenticate: bool = False
    recurrent: bool = False
    card: CardData | None = None
    plan: Plan | None = None
    consent: ConsentRequest | None = None
    description: str = ""


def read_sale(body: dict[str, Any], find: FindCard, today: date) -> SaleRequest:
    """The sale a body asks for; refused with every problem at once."""
    check = Checker()
    sale = SaleRequest("", {}, {}, "", 0)
    sale.order_number = read_order_number(check, body)
    sale.customer = check.node(body, "Customer") or {}
    sale.description = check.text(body, "OrderDescription", 255, 0)
    payment = check.node(body, "Payment")
    if payment is None:
        check.add(119)
    else:
        sale.payment = payment
        sale.type = _read_type(check, payment)
        read_customer(check, sale.customer, today)
        if sale.type:
            _read_payment(check, sale, find, today)
        if sale.type in ("Pix", "Boleto"):
            _check_named_customer(check, body, sale)
    check.finish()
    return sale


def read_order_number(check: Checker, body: Mapping[str, Any]) -> str:
    """At most fifty signs of any kind, but no blanks [order-number]."""
    value = body.get("MerchantOrderId")
    if value is None or value == "":
        check.add(122)
    elif not isinstance(value, str) or not re.fullmatch(r"[^\s\x00-\x1f\x7f]{1,50}", value):
        check.add(107)
    else:
        return value
    return ""


def read_customer(check: Checker, customer: Mapping[str, Any], today: date) -> None:
    """Sizes and the birth date; names may have spaces and accents."""
    check.text(customer, "Name", 255, 155)
    check.text(customer, "Identity", 18, 156)
    check.text(customer, "IdentityType", 255, 157)
    check.text(customer, "Email", 255, 158)
    if customer.get("Birthdate") is not None:
        day = parse_day(customer["Birthdate"])
        if day is None or day > today:
            check.add(183)
    for name in ("Address", "DeliveryAddress"):
        address = check.node(customer, name) or {}
        for member, (longest, code, _missing) in ADDRESS.items():
            check.text(address, member, longest, code)


def read_amount(check: Checker, value: object) -> int:
    """Cents; zero is refused although Cielo's text allows it."""
    amount = cents(value)
    if amount is None or amount <= 0:
        check.add(108)
        return 0
    if amount >= 10**15:
        check.add(0)
    return amount


def _read_type(check: Checker, payment: Mapping[str, Any]) -> str:
    value = payment.get("Type")
    if value is None or value == "":
        check.add(102)
    elif not isinstance(value, str) or not value.isalpha():
        check.add(103)
    else:
        for known in PROVIDERS:
            if value.lower() == known.lower():
                return known
        check.add(173)
    return ""


def _read_payment(check: Checker, sale: SaleRequest, find: FindCard, today: date) -> None:
    payment = sale.payment
    node = check.node(payment, "RecurrentPayment") if sale.type == "Pix" else None
    sale.provider = _read_provider(check, sale)
    if node is not None:
        sale.consent = read_consent(check, node, sale.provider)
    if sale.consent is None or sale.consent.authorize_now:
        sale.amount = read_amount(check, payment.get("Amount"))
    if payment.get("Currency") is not None and payment["Currency"] != "BRL":
        known = isinstance(payment["Currency"], str) and len(payment["Currency"]) == 3
        check.add(176 if known else 110)
    if payment.get("Country") is not None and len(str(payment["Country"])) != 3:
        check.add(112)
    if sale.type not in ("Pix", "Boleto"):
        _read_card_payment(check, sale, find, today)
    if sale.provider == "Bradesco2" and len(sale.order_number) > 27:
        check.add(107)


def _read_provider(check: Checker, sale: SaleRequest) -> str:
    """As the table writes it, whatever the case of the request [word-case]."""
    value = sale.payment.get("Provider")
    if value is None:
        if sale.type == "Boleto":
            check.add(129)
        return "Simulado"
    for known in PROVIDERS[sale.type]:
        if isinstance(value, str) and value.lower() == known.lower():
            return known
    check.add(133)
    return ""


def _read_card_payment(check: Checker, sale: SaleRequest, find: FindCard, today: date) -> None:
    payment = sale.payment
    sale.capture = check.flag(payment, "Capture")
    sale.authenticate = check.flag(payment, "Authenticate")
    sale.recurrent = check.flag(payment, "Recurrent")
    for name in ("Tip", "QuasiCash"):
        check.flag(payment, name)
    # More than the thirteen signs of the table are taken and echoed [descriptor-signs].
    check.text(payment, "SoftDescriptor", 255, 0)
    sale.installments = _read_installments(check, sale)
    if sale.recurrent and sale.authenticate:
        check.add(186)
    if sale.type == "qrcode":
        return
    if sale.authenticate and not payment.get("ExternalAuthentication"):
        if sale.type == "DebitCard" and not payment.get("ReturnUrl"):
            check.add(163)
    node = check.node(payment, sale.type)
    if node is not None:
        sale.card = read_card(check, node, find, store=False)
        brands = DEBIT_BRANDS if sale.type == "DebitCard" else CREDIT_BRANDS
        if sale.card.brand and sale.card.brand not in brands:
            check.add(185)
    elif not payment.get("Wallet"):
        check.add(124)
    check.node(payment, "FraudAnalysis")
    plan = check.node(payment, "RecurrentPayment")
    if plan is not None:
        if sale.type != "CreditCard" or payment.get("Wallet"):
            check.add(186)
        sale.plan = _read_plan(check, plan, today)


def _read_installments(check: Checker, sale: SaleRequest) -> int:
    value = sale.payment.get("Installments")
    if value is None and sale.type == "DebitCard":
        return 1
    count = cents(value)
    if count is None or count < 1:
        check.add(123)
        return 1
    if count > 1 and (sale.recurrent or sale.payment.get("RecurrentPayment")):
        check.add(179)
    elif count > 99:
        check.add(0)
    elif count > 1 and sale.type == "DebitCard":
        check.add(186)
    return count


def _read_plan(check: Checker, node: Mapping[str, Any], today: date) -> Plan:
    if node.get("AuthorizeNow") is None:
        check.add(166)
    now = check.flag(node, "AuthorizeNow")
    months = read_interval(node.get("Interval", "Monthly"))
    if months is None:
        check.add(186)
        months = 1
    start = today if now else parse_day(node.get("StartDate"))
    if start is None:
        check.add(316)
        start = today
    end = None
    if node.get("EndDate") is not None:
        end = read_end(node["EndDate"])
        first = add_months(start, months) if now else start
        if end is None or end < first:
            check.add(321)
    return Plan(now, months, start, end)


def _check_named_customer(check: Checker, body: Mapping[str, Any], sale: SaleRequest) -> None:
    """Pix and boleto have to know who pays, unless a consent says so already."""
    if sale.consent is not None and sale.consent.is_charge:
        return
    if body.get("Customer") is None:
        check.add(121)
        return
    customer = sale.customer
    if not customer.get("Name"):
        check.add(105)
    if sale.type == "Pix":
        if not customer.get("Identity") or not customer.get("IdentityType"):
            check.add(104)
        return
    address = customer.get("Address")
    for member, (_longest, _code, missing) in ADDRESS.items():
        if missing and not (isinstance(address, dict) and address.get(member)):
            check.add(missing)
