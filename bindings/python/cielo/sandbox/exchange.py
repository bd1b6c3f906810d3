"""One request and its answer, free of the HTTP server that carries them.

Handlers are plain functions from a `Request` to an `Answer`.  They run to the
end without waiting, so two requests can never see each other half done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Callable

from .names import spelled

JSON_TYPE = "application/json; charset=utf-8"


@dataclass
class Request:
    """A request that was read completely."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    merchant: str = ""

    def json(self) -> Any:
        """The decoded body, its members under the names of the documents.

        A body that is no JSON is refused as Cielo does.
        """
        if not self.body.strip():
            raise Refusal(problems(184))
        try:
            return json.loads(
                self.body.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=spelled
            )
        except (ValueError, RecursionError):
            raise Refusal(problems(184)) from None

    def object(self) -> dict[str, Any]:
        """The decoded body, which has to be a JSON object."""
        value = self.json()
        if not isinstance(value, dict):
            raise Refusal(problems(184))
        return value


@dataclass
class Answer:
    """What goes back: empty unless a body is given."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)

    def head(self, date: str) -> bytes:
        """Status line and headers as bytes, for the faults that cut an answer."""
        try:
            reason = HTTPStatus(self.status).phrase
        except ValueError:
            reason = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in self.header_items(date)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")

    def header_items(self, date: str) -> list[tuple[str, str]]:
        """Every header of the answer; explicit ones win over the usual ones."""
        given = {name.lower() for name in self.headers}
        items = list(self.headers.items())
        if "date" not in given:
            items.append(("Date", date))
        if self.body and "content-type" not in given:
            items.append(("Content-Type", self.content_type))
        if not {"content-length", "transfer-encoding"} & given and self.status != 204:
            items.append(("Content-Length", str(len(self.body))))
        return items


Handler = Callable[..., Answer]


class Refusal(Exception):
    """Ends a handler with an answer that is not a success."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"HTTP {answer.status}")
        self.answer = answer


def reply(value: Any, status: int = 200) -> Answer:
    """An answer with a compact JSON body."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, text.encode("utf-8"))


def problems(*codes: int) -> Answer:
    """HTTP 400 with Cielo's array of codes and messages [error-shapes]."""
    return reply([{"Code": code, "Message": MESSAGES[code]} for code in codes], 400)


def not_found() -> Answer:
    """An unknown id, or one of another store: no body."""
    return Answer(404)


def cents(value: object) -> int | None:
    """An amount in cents; numeric text is accepted."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.lstrip("-").isdigit() and value.isascii():
        return int(value) if len(value) <= 32 else None
    return None


def mask(number: str) -> str:
    """First six, six stars, last four, however long the number is."""
    return f"{number[:6]}{'*' * 6}{number[-4:]}"


def _no_constant(name: str) -> None:
    raise ValueError(name)


#: Cielo's own wire messages, for the codes this server emits.
MESSAGES: Mapping[int, str] = {
    0: "Internal error",
    102: "Payment Type is required",
    103: "Payment Type can only contain letters",
    104: "Customer Identity is required",
    105: "Customer Name is required",
    107: "OrderId is invalid or does not exists",
    108: "Amount must be greater or equal to zero",
    110: "Invalid Payment Currency",
    112: "Invalid Payment Country",
    117: "Credit Card Holder is required",
    118: "Credit Card Number is required",
    119: "At least one Payment is required",
    121: "Customer is required",
    122: "MerchantOrderId is required",
    123: "Installments must be greater or equal to one",
    124: "Credit Card is Required",
    125: "Credit Card Expiration Date is required",
    126: "Credit Card Expiration Date is invalid",
    128: "Card Number length exceeded",
    129: "Affiliation not found",
    130: "Could not get Credit Card",
    133: "Provider is not supported for this Payment Type",
    146: "SecurityCode length exceeded",
    147: "Address Street length exceeded",
    148: "Address Number length exceeded",
    149: "Address Complement length exceeded",
    150: "Address ZipCode length exceeded",
    151: "Address City length exceeded",
    152: "Address State length exceeded",
    153: "Address Country length exceeded",
    154: "Address District length exceeded",
    155: "Customer Name length exceeded",
    156: "Customer Identity length exceeded",
    157: "Customer IdentityType length exceeded",
    158: "Customer Email length exceeded",
    163: "Return Url is required",
    166: "AuthorizeNow is required",
    169: "Recurrent Payment is not active",
    173: "Payment method is not enabled",
    176: "Payment Currency is not supported",
    177: "Card Number is invalid",
    179: "The max number of installments allowed for recurring payment is 1",
    180: "The provided Card PaymentToken was not found",
    182: "Brand is required",
    183: "Invalid customer bithdate",
    184: "Request could not be empty",
    185: "Brand is not supported by selected provider",
    186: (
        "The selected provider does not support the options provided "
        "(Capture, Authenticate, Recurrent or Installments)"
    ),
    197: "Street is required",
    198: "Number is required",
    199: "ZipCode is required",
    200: "City is required",
    201: "State is required",
    202: "District is required",
    213: "Credit Card Number is invalid",
    214: "Credit Card Holder Must Have Only Letters",
    308: "Transaction not available to capture",
    309: "Transaction not available to void",
    310: "Payment method doest not support this operation",
    313: "Recurrent Payment not found",
    315: "Cannot change NextRecurrency with pending payment",
    316: "Cannot set NextRecurrency to past date",
    317: "Invalid Recurrency Day",
    321: "Can not set EndDate to before next recurrency",
}
