"""What all of Checkout shares: statuses, names, and the reading of its bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .clock import DAY, parse_day
from .exchange import Refusal, cents, reply
from .intervals import read_end, read_interval
from .store import Order

#: The address in Checkout's links; a client must not follow them.
CHECKOUT_HOST = "https://cieloecommerce.cielo.com.br"

#: Status numbers of Checkout [order-statuses]; they clash with those of API 3.0.
PENDING, PAID, DENIED, EXPIRED, VOIDED, NOT_FINISHED, AUTHORIZED, CHARGEBACK = range(1, 9)

#: The words of `payment.status`.
STATUS_WORDS: Mapping[int, str] = {
    PENDING: "Pending",
    PAID: "Paid",
    DENIED: "Denied",
    EXPIRED: "Expired",
    VOIDED: "Voided",
    NOT_FINISHED: "NotFinalized",
    AUTHORIZED: "Authorized",
    CHARGEBACK: "Chargeback",
}

#: Means of payment by the name of `payment.type`, with their numbers.
METHODS: Mapping[str, int] = {"creditCard": 1, "boleto": 2, "debitCard": 4, "pix": 6}

#: Numbers of brands in notifications.
BRAND_NUMBERS: Mapping[str, int] = {
    "Visa": 1,
    "Master": 2,
    "AmericanExpress": 3,
    "Diners": 4,
    "Elo": 5,
    "Aura": 6,
    "JCB": 7,
    "Discover": 8,
    "HiperCard": 9,
}

#: Kinds of article and of delivery, with their numbers [delivery-kinds].
PRODUCT_TYPES: Mapping[str, int] = {
    "Asset": 1,
    "Digital": 2,
    "Service": 3,
    "Payment": 4,
    "Recurrent": 5,
}
SHIPPING_TYPES: Mapping[str, int] = {
    "FixedAmount": 2,
    "Free": 3,
    "WithoutShippingPickUp": 4,
    "WithoutShipping": 5,
}

#: Status numbers of recurrences here; API 3.0's are others [recurrence-statuses].
ACTIVE, DISABLED, FINISHED, OUT_OF_TRIES = 1, 3, 4, 6

RECURRENCE_TEXTS: Mapping[int, str] = {
    ACTIVE: "Ativa",
    DISABLED: "Desativada",
    FINISHED: "Finalizada",
    OUT_OF_TRIES: "Desativada por tentativas",
}

MOST_INSTALLMENTS = 12
QUERY_DAYS = 45  # how far back queries see [query-window]

DAY_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d(\.\d+)?)?")


class Form:
    """Collects what is wrong with a Checkout body, member by member."""

    def __init__(self) -> None:
        self.state: dict[str, list[str]] = {}

    def add(self, path: str, why: str) -> None:
        self.state.setdefault(f"[{path}]", []).append(why)

    def finish(self) -> None:
        """Refuse the request if anything was found."""
        if self.state:
            body = {"message": "The request is invalid.", "modelState": self.state}
            raise Refusal(reply(body, 400))

    def text(self, path: str, value: object, longest: int, needed: bool = False) -> str:
        """A text of at most so many characters."""
        if value is None or value == "":
            if needed:
                self.add(path, "This field is required.")
            return ""
        if not isinstance(value, str):
            self.add(path, "This field is a text.")
            return ""
        if len(value) > longest:
            self.add(path, f"This field has at most {longest} characters.")
        return value

    def number(
        self, path: str, value: object, least: int, most: int, needed: bool = False
    ) -> int | None:
        """A whole number within bounds; numeric text is accepted."""
        if value is None:
            if needed:
                self.add(path, "This field is required.")
            return None
        found = cents(value)
        if found is None or not least <= found <= most:
            self.add(path, f"This field is a whole number from {least} to {most}.")
            return None
        return found

    def choice(self, path: str, value: object, names: Mapping[str, int]) -> str:
        """One of some names; letter case does not matter."""
        for name in names:
            if isinstance(value, str) and value.lower() == name.lower():
                return name
        self.add(path, f"This field is one of {', '.join(names)}.")
        return ""

    def node(self, path: str, parent: Mapping[str, Any], needed: bool = False) -> dict[str, Any]:
        """A member that is an object, with its names in lower case."""
        value = parent.get(path.rpartition(".")[2].lower())
        if isinstance(value, dict):
            return lowered(value)
        if needed or value is not None:
            self.add(path, "This field is required and is an object.")
        return {}

    def order_number(self, value: object) -> str:
        """Letters and digits only."""
        text = self.text("OrderNumber", value, 64)
        if text and not re.fullmatch("[A-Za-z0-9]+", text):
            self.add("OrderNumber", "This field has letters and digits only.")
        return text

    def shipping(self, node: Mapping[str, Any]) -> str:
        """The kind of delivery; Cielo ended ``Correios``."""
        return self.choice("Shipping.Type", node.get("type"), SHIPPING_TYPES)

    def plan(self, path: str, node: Mapping[str, Any]) -> None:
        """Interval and end of a recurrence."""
        if read_interval(node.get("interval", "Monthly")) is None:
            self.add(f"{path}.Interval", "This interval is not known.")
        if node.get("enddate") is not None and read_end(node["enddate"]) is None:
            self.add(f"{path}.EndDate", "This field is a day, YYYY-MM-DD.")

    def day(self, path: str, value: object) -> None:
        """A day, with or without a time."""
        if value is not None and (
            not isinstance(value, str) or not DAY_AND_TIME.fullmatch(value)
            or parse_day(value[:10]) is None
        ):
            self.add(path, "This field is a day, YYYY-MM-DD or YYYY-MM-DD HH:MM:SS.")


def lowered(node: Mapping[str, Any]) -> dict[str, Any]:
    """The same object with its names in lower case: Checkout mixes its cases."""
    return {name.lower(): value for name, value in node.items()}


def numbered(value: Any, counter: list[int] | None = None) -> Any:
    """Put Checkout's running `$id` into every object of a tree."""
    counter = [0] if counter is None else counter
    if isinstance(value, list):
        return [numbered(one, counter) for one in value]
    if not isinstance(value, dict) or "$ref" in value:
        return value
    counter[0] += 1
    tree: dict[str, Any] = {"$id": str(counter[0])}
    tree.update((name, numbered(one, counter)) for name, one in value.items())
    return tree


def is_recent(order: Order, now: float) -> bool:
    """Whether queries still show the order."""
    return order.created_at >= now - QUERY_DAYS * DAY


def link(method: str, rel: str, path: str) -> dict[str, str]:
    """One entry of Checkout's `links`."""
    return {"method": method, "rel": rel, "href": CHECKOUT_HOST + path}


def refused(why: str) -> Refusal:
    """A rule was broken; the only documented form of such an answer."""
    return Refusal(reply({"message": why}, 400))
