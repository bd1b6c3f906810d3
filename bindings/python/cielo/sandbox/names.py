"""The names of members in requests: any letter case is read, one is written.

Clients of other languages send ``merchantOrderId`` or ``MerchantOrderID`` for
``MerchantOrderId``; Cielo takes all three, and answers in its own spelling
[any-case].  Of two spellings of one member the later counts, and one that is
null was not given [null-is-absent].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ROOT = """
    MerchantOrderId OrderDescription CustomerName CardType Card Customer Payment
"""
_CUSTOMER = """
    Name Status Email Birthdate Identity IdentityType IpAddress Mobile Phone
    WorkPhone Address DeliveryAddress BillingAddress Billing Street Number
    Complement ZipCode City State Country District Neighborhood AddressType
"""
_PAYMENT = """
    Type Amount Currency Country Provider SoftDescriptor Installments Interest
    Capture Authenticate Recurrent RecurrentPayment ServiceTaxAmount Tip
    IsCryptoCurrencyNegotiation DigitalAsset AirlineData TicketNumber ReturnUrl
    QuasiCash IsCarneTransaction IsCustomerBillPaymentService SolutionType
    IssuerTransactionId TransactionLinkId InitiatedTransactionIndicator Category
    Subcategory ExternalAuthentication Cavv Xid Eci Version ReferenceId DataOnly
    Wallet WalletKey PlatformOperator AdditionalData EphemeralPublicKey
    Signature CashIn Mcc PaymentFacilitator EstablishmentCode SubEstablishment
    PostalCode CountryCode PhoneNumber CompanyName EstablishmentUrl Modality
    QrCode Expiration MerchantName BoletoNumber Assignor Demonstrative
    ExpirationDate Identification Instructions
"""
_CARD = """
    CreditCard DebitCard CardNumber Holder SecurityCode SaveCard Brand CardToken
    PaymentToken Cryptogram CardOnFile Usage Reason
"""
_PLAN = """
    AuthorizeNow StartDate EndDate Interval RecurrenceType RecurrentType RecurrenceId Plan
    MinimumAmount RetryPolicy BusinessDayAdjust
"""
_ANTIFRAUD = """
    FraudAnalysis Sequence SequenceCriteria FingerPrintId CaptureOnLowRisk
    VoidOnHighRisk TotalOrderAmount Browser BrowserFingerprint CookiesAccepted
    HostName Cart IsGift ReturnsAccepted Items GiftCategory HostHedge
    NonSensicalHedge ObscenitiesHedge PhoneHedge Quantity Sku UnitPrice Risk
    TimeHedge VelocityHedge MerchantDefinedFields Id Value Shipping Addressee
    Method Travel
"""
_PAGE = """
    OrderNumber Discount Description Weight SourceZipCode TargetZipCode Services
    Price Deadline Carrier Package Length Height Width Diameter BoletoDiscount
    DebitDiscount FirstInstallmentDiscount MaxNumberOfInstallments FullName
    Options AntifraudEnabled Settings
"""

#: Each name in lower case, and how the documents write it.
NAMES: Mapping[str, str] = {
    name.lower(): name
    for names in (_ROOT, _CUSTOMER, _PAYMENT, _CARD, _PLAN, _ANTIFRAUD, _PAGE)
    for name in names.split()
}


def spelled(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a request under the names of the documents; others stay as they came."""
    return {
        NAMES.get(name.lower(), name): value for name, value in members if value is not None
    }
