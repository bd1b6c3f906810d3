"""Reads the body of a sale and lists everything wrong with it.

Every rule answers with the code of Cielo's own table that describes it best;
where the table has none, a field that is too long is 0 and an option that does
not fit is 186.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Callable, Optional

from .clock import add_months, parse_day, parse_month
from .exchange import Refusal, cents, mask, problems
from .outcomes import account_reference, luhn
from .store import Card

#: Who takes credit and who takes debit.
CREDIT_BRANDS = frozenset(
    "Visa Master Amex Elo Aura JCB Diners Discover Hipercard Hiper".split()
)
DEBIT_BRANDS = frozenset(("Visa", "Master", "Elo"))
#: Brands that give a PAR.
REFERENCE_BRANDS = frozenset(("Visa", "Master"))

#: Interval name -> months, which is also its number.
INTERVALS: Mapping[str, int] = {
    "Monthly": 1,
    "Bimonthly": 2,
    "Quarterly": 3,
    "SemiAnnual": 6,
    "Annual": 12,
}
INTERVAL_NAMES: Mapping[int, str] = {months: name for name, months in INTERVALS.items()}

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

FindCard = Callable[[str], Optional[Card]]


@dataclass
class CardData:
    """The card of one charge.  `number` is whole only while a request runs."""

    number: str = ""
    holder: str = ""
    expiration: str = ""
    brand: str = ""
    token: str = ""
    save: bool = False
    on_file: dict[str, Any] = field(default_factory=dict)

    @property
    def masked(self) -> str:
        return mask(self.number)

    @property
    def reference(self) -> str:
        """PAR: one per card, whether it comes open or as a token."""
        if self.brand not in REFERENCE_BRANDS or not self.number:
            return ""
        return account_reference(self.masked, self.expiration)

    def expired(self, day: date) -> bool:
        """Whether the card's last month is over."""
        month = parse_month(self.expiration)
        return month is not None and month < (day.year, day.month)


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
    installments: int = 1
    capture: bool = False
    authenticate: bool = False
    recurrent: bool = False
    card: CardData | None = None
    plan: Plan | None = None


class Checker:
    """Collects codes; each is reported once, in the order found."""

    def __init__(self) -> None:
        self.codes: list[int] = []

    def add(self, code: int) -> None:
        if code not in self.codes:
            self.codes.append(code)

    def finish(self) -> None:
        """Refuse the request if anything was found."""
        if self.codes:
            raise Refusal(problems(*self.codes))

    def text(self, node: Mapping[str, Any], name: str, longest: int, code: int) -> str:
        """A text member; absent is empty, too long or no text is `code`."""
        value = node.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest:
            self.add(code)
            return ""
        return value

    def flag(self, node: Mapping[str, Any], name: str) -> bool:
        """A boolean, which may be written as text."""
        value = node.get(name)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if value is None or isinstance(value, bool):
            return bool(value)
        self.add(184)
        return False

    def node(self, parent: Mapping[str, Any], name: str) -> dict[str, Any] | None:
        """A member that has to be an object if it is there."""
        value = parent.get(name)
        if value is None or isinstance(value, dict):
            return value
        self.add(184)
        return None


def read_sale(body: dict[str, Any], find: FindCard, today: date) -> SaleRequest:
    """The sale a body asks for; refused with every problem at once."""
    check = Checker()
    sale = SaleRequest("", {}, {}, "", 0)
    sale.order_number = read_order_number(check, body)
    sale.customer = check.node(body, "Customer") or {}
    payment = check.node(body, "Payment")
    if payment is None:
        check.add(119)
    else:
        sale.payment = payment
        sale.type = _type(check, payment)
        read_customer(check, sale.customer, today)
        if sale.type:
            _read_payment(check, sale, find, today)
        if sale.type in ("Pix", "Boleto"):
            _named_customer(check, body, sale)
    check.finish()
    return sale


def read_order_number(check: Checker, body: Mapping[str, Any]) -> str:
    """Letters and digits, at most fifty."""
    value = body.get("MerchantOrderId")
    if value is None or value == "":
        check.add(122)
    elif not isinstance(value, str) or not re.fullmatch("[A-Za-z0-9]{1,50}", value):
        check.add(107)
    else:
        return value
    return ""


def read_customer(check: Checker, customer: Mapping[str, Any], today: date) -> None:
    """Sizes and the birth date; names may have spaces and accents."""
    check.text(customer, "Name", 255, 155)
    check.text(customer, "Identity", 14, 156)
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


def read_card(check: Checker, node: Mapping[str, Any], find: FindCard, store: bool) -> CardData:
    """A card node: open data or a token.

    `store` asks for the check digit, which Cielo wants of cards it keeps.
    """
    card = CardData(save=check.flag(node, "SaveCard"))
    card.brand = _brand(check, node)
    check.text(node, "SecurityCode", 4, 146)
    on_file = check.node(node, "CardOnFile")
    if on_file:
        card.on_file = on_file
    if node.get("PaymentToken") is not None:
        check.add(180)
    elif node.get("CardToken") is not None:
        stored = find(str(node["CardToken"]))
        if stored is None:
            check.add(130)
        else:
            card.token = stored.token
            card.number = stored.number
            card.holder = stored.holder
            card.expiration = stored.expiration
    else:
        _open_card(check, node, card, store or card.save)
    return card


def read_interval(value: object) -> int | None:
    """Months of an interval given by name or number."""
    if isinstance(value, str):
        for name, months in INTERVALS.items():
            if value.lower() == name.lower() or value == str(months):
                return months
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value in INTERVAL_NAMES:
        return value
    return None


def read_end(value: object) -> date | None:
    """A last day; ``MM/YYYY``, the form of the tables, means its whole month."""
    month = parse_month(value)
    if month is not None:
        return add_months(date(month[0], month[1], 1), 0, 31)
    return parse_day(value)


def _type(check: Checker, payment: Mapping[str, Any]) -> str:
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
    sale.amount = read_amount(check, payment.get("Amount"))
    if payment.get("Currency") is not None and payment["Currency"] != "BRL":
        known = isinstance(payment["Currency"], str) and len(payment["Currency"]) == 3
        check.add(176 if known else 110)
    if payment.get("Country") is not None and len(str(payment["Country"])) != 3:
        check.add(112)
    provider = payment.get("Provider")
    if provider is None:
        if sale.type == "Boleto":
            check.add(129)
    elif provider not in PROVIDERS[sale.type]:
        check.add(133)
    if sale.type not in ("Pix", "Boleto"):
        _read_card_payment(check, sale, find, today)
    if provider == "Bradesco2" and len(sale.order_number) > 27:
        check.add(107)


def _read_card_payment(check: Checker, sale: SaleRequest, find: FindCard, today: date) -> None:
    payment = sale.payment
    sale.capture = check.flag(payment, "Capture")
    sale.authenticate = check.flag(payment, "Authenticate")
    sale.recurrent = check.flag(payment, "Recurrent")
    for name in ("Tip", "QuasiCash"):
        check.flag(payment, name)
    descriptor = check.text(payment, "SoftDescriptor", 255, 0)
    # Staged wallets put their own name first and a star between.
    if len(descriptor) > 13 and "*" not in descriptor:
        check.add(0)
    sale.installments = _installments(check, sale)
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
    plan = check.node(payment, "RecurrentPayment")
    if plan is not None:
        if sale.type != "CreditCard" or payment.get("Wallet"):
            check.add(186)
        sale.plan = _plan(check, plan, today)


def read_amount(check: Checker, value: object) -> int:
    """Cents; zero is refused although Cielo's text allows it."""
    amount = cents(value)
    if amount is None or amount <= 0:
        check.add(108)
        return 0
    if amount >= 10**15:
        check.add(0)
    return amount


def _installments(check: Checker, sale: SaleRequest) -> int:
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


def _plan(check: Checker, node: Mapping[str, Any], today: date) -> Plan:
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


def _brand(check: Checker, node: Mapping[str, Any]) -> str:
    value = node.get("Brand")
    if value is None or value == "":
        check.add(182)
        return ""
    for known in CREDIT_BRANDS:
        if isinstance(value, str) and value.lower() == known.lower():
            return known
    check.add(185)
    return ""


def _open_card(check: Checker, node: Mapping[str, Any], card: CardData, store: bool) -> None:
    number = node.get("CardNumber")
    if number is None or number == "":
        check.add(118)
    elif not isinstance(number, str) or not re.fullmatch("[0-9]{13,}", number):
        check.add(213)
    elif len(number) > 19:
        check.add(128)
    elif store and not luhn(number):
        check.add(213)
    else:
        card.number = number
    holder = node.get("Holder")
    if holder is None or holder == "":
        check.add(117)
    elif not isinstance(holder, str) or not re.fullmatch("[A-Za-z ]+", holder):
        check.add(214)
    elif len(holder) > 25:
        check.add(0)
    else:
        card.holder = holder
    expiration = node.get("ExpirationDate")
    if expiration is None or expiration == "":
        check.add(125)
    elif parse_month(expiration) is None:
        check.add(126)
    else:
        card.expiration = expiration


def _named_customer(check: Checker, body: Mapping[str, Any], sale: SaleRequest) -> None:
    """Pix and boleto have to know who pays."""
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
