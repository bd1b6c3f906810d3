"""What the request of a card payment decides by itself, before the acquirer is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .exchange import cents
from .store import Sale
from .validation import SaleRequest

#: Members of a request that come back as they were sent.
ECHOED = (
    "ExternalAuthentication",
    "Wallet",
    "PaymentFacilitator",
    "AirlineData",
    "InitiatedTransactionIndicator",
    "TransactionLinkId",
    "SolutionType",
    "Tip",
    "QuasiCash",
    "IsCryptoCurrencyNegotiation",
    "DigitalAsset",
    "ReturnUrl",
)


def card_details(wanted: SaleRequest) -> dict[str, Any]:
    """The members of a card payment that its request decides."""
    payment = wanted.payment
    details: dict[str, Any] = {
        "ServiceTaxAmount": cents(payment.get("ServiceTaxAmount")) or 0,
        "Installments": wanted.installments,
        "Interest": interest(payment, wanted.recurrent or wanted.plan is not None),
        "Capture": wanted.capture,
        "Authenticate": wanted.authenticate,
        "Recurrent": wanted.recurrent,
        "Provider": "Simulado",
        "Currency": "BRL",
        "Country": payment.get("Country") or "BRA",
        "IsQrCode": False,
        "IsSplitted": False,
        "DynamicCurrencyConversion": False,
        "ExtraDataCollection": [],
    }
    if payment.get("SoftDescriptor"):
        details["SoftDescriptor"] = payment["SoftDescriptor"]
    details.update({name: payment[name] for name in ECHOED if payment.get(name) is not None})
    proof = payment.get("ExternalAuthentication")
    if isinstance(proof, dict) and proof.get("Eci") is not None:
        details["Eci"] = proof["Eci"]
    elif payment.get("Wallet"):
        details["Eci"] = 0
    return details


def captures_at_once(sale: Sale) -> bool:
    """Whether the acquirer's yes is a capture too."""
    debit = sale.type == "DebitCard" or sale.details.get("Modality") == "Debit"
    return debit or bool(sale.details["Capture"])


def interest(payment: Mapping[str, Any], recurring: bool) -> Any:
    """What was asked for; else 0, but a word in the samples that recur [interest-forms]."""
    return payment.get("Interest") or ("ByMerchant" if recurring else 0)


def redirects(wanted: SaleRequest) -> bool:
    """Whether the shopper goes to the bank first: the older flow [debit-captured].

    A debit card needs no mark for it beside the address to come back to.
    """
    payment = wanted.payment
    if payment.get("ExternalAuthentication"):
        return False
    back = wanted.type == "DebitCard" and payment.get("ReturnUrl") and not payment.get("Wallet")
    return wanted.authenticate or bool(back)
