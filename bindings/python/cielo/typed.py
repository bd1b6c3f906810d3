# Written by stubgen.py from the core's maps: change those, not this.
"""The objects that are sent, as TypedDicts: what the verbs take.

Each member stands in both spellings, snake_case and Cielo's own; nothing is required,
since what is depends on the rest.  `cielo.fields("payment")` shows them at the prompt.
What was read from somewhere goes in through `cielo.Fields(mapping)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, Optional, TypedDict, Union

from ._core import Secret

__all__ = [
    "AddressFields",
    "AirlineDataFields",
    "BillingFields",
    "CardFields",
    "CardOnFileFields",
    "CardTokenFields",
    "CustomerFields",
    "ExternalAuthenticationFields",
    "FraudAnalysisFields",
    "FraudBrowserFields",
    "FraudCartFields",
    "FraudMerchantDefinedFieldFields",
    "FraudShippingFields",
    "InitiatedTransactionIndicatorFields",
    "LinkFields",
    "LinkRecurrentFields",
    "LinkShippingFields",
    "OrderRecurrenceChangeFields",
    "PageAddressFields",
    "PageCartFields",
    "PageCustomerFields",
    "PageDiscountFields",
    "PageFields",
    "PageItemFields",
    "PageOptionsFields",
    "PagePaymentFields",
    "PageRecurrentPaymentFields",
    "PageShippingFields",
    "PageShippingServiceFields",
    "PaymentFacilitatorFields",
    "PaymentFields",
    "QrCodeFields",
    "RecurrentPaymentFields",
    "SaleFields",
    "SubEstablishmentFields",
    "WalletAdditionalDataFields",
    "WalletFields",
    "ZeroAuthFields",
]


class SaleFields(TypedDict, total=False):
    """Sale: the fields of sales.create."""

    merchant_order_id: Union[str, Secret]
    """Required; a-z A-Z 0-9, other signs with a warning; at most 50 characters."""
    order_description: Optional[Union[str, Secret]]
    customer: CustomerFields
    payment: PaymentFields
    """Required."""
    MerchantOrderId: Union[str, Secret]
    """Required; a-z A-Z 0-9, other signs with a warning; at most 50 characters."""
    OrderDescription: Optional[Union[str, Secret]]
    Customer: CustomerFields
    Payment: PaymentFields
    """Required."""


class CustomerFields(TypedDict, total=False):
    """Customer: the fields of recurrences.set_customer."""

    name: Optional[Union[str, Secret]]
    """At most 255 characters."""
    status: Optional[Literal["NEW", "EXISTING"]]
    email: Optional[Union[str, Secret]]
    """At most 255 characters."""
    birthdate: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, a day of the calendar; at most 10 characters."""
    identity: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 18 characters."""
    identity_type: Optional[Union[str, Secret]]
    """At most 255 characters."""
    mobile: Optional[Union[str, Secret]]
    phone: Optional[Union[str, Secret]]
    ip_address: Optional[Union[str, Secret]]
    address: AddressFields
    delivery_address: AddressFields
    billing_address: AddressFields
    billing: BillingFields
    Name: Optional[Union[str, Secret]]
    """At most 255 characters."""
    Status: Optional[Literal["NEW", "EXISTING"]]
    Email: Optional[Union[str, Secret]]
    """At most 255 characters."""
    Birthdate: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, a day of the calendar; at most 10 characters."""
    Identity: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 18 characters."""
    IdentityType: Optional[Union[str, Secret]]
    """At most 255 characters."""
    Mobile: Optional[Union[str, Secret]]
    Phone: Optional[Union[str, Secret]]
    IpAddress: Optional[Union[str, Secret]]
    Address: AddressFields
    DeliveryAddress: AddressFields
    BillingAddress: AddressFields
    Billing: BillingFields


class AddressFields(TypedDict, total=False):
    """Address."""

    street: Optional[Union[str, Secret]]
    """At most 255 characters."""
    number: Optional[Union[str, Secret]]
    """At most 15 characters."""
    complement: Optional[Union[str, Secret]]
    """At most 50 characters."""
    zip_code: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 9 characters."""
    city: Optional[Union[str, Secret]]
    """At most 50 characters."""
    state: Optional[Union[str, Secret]]
    """At most 2 characters."""
    country: Optional[Union[str, Secret]]
    """At most 35 characters."""
    district: Optional[Union[str, Secret]]
    """At most 50 characters."""
    address_type: Optional[int]
    Street: Optional[Union[str, Secret]]
    """At most 255 characters."""
    Number: Optional[Union[str, Secret]]
    """At most 15 characters."""
    Complement: Optional[Union[str, Secret]]
    """At most 50 characters."""
    ZipCode: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 9 characters."""
    City: Optional[Union[str, Secret]]
    """At most 50 characters."""
    State: Optional[Union[str, Secret]]
    """At most 2 characters."""
    Country: Optional[Union[str, Secret]]
    """At most 35 characters."""
    District: Optional[Union[str, Secret]]
    """At most 50 characters."""
    AddressType: Optional[int]


class BillingFields(TypedDict, total=False):
    """Billing."""

    street: Optional[Union[str, Secret]]
    """At most 24 characters."""
    number: Optional[Union[str, Secret]]
    """At most 5 characters."""
    complement: Optional[Union[str, Secret]]
    """At most 14 characters."""
    neighborhood: Optional[Union[str, Secret]]
    """At most 15 characters."""
    city: Optional[Union[str, Secret]]
    """At most 20 characters."""
    state: Optional[Union[str, Secret]]
    """At most 2 characters."""
    country: Optional[Union[str, Secret]]
    """At most 2 characters."""
    zip_code: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 9 characters."""
    Street: Optional[Union[str, Secret]]
    """At most 24 characters."""
    Number: Optional[Union[str, Secret]]
    """At most 5 characters."""
    Complement: Optional[Union[str, Secret]]
    """At most 14 characters."""
    Neighborhood: Optional[Union[str, Secret]]
    """At most 15 characters."""
    City: Optional[Union[str, Secret]]
    """At most 20 characters."""
    State: Optional[Union[str, Secret]]
    """At most 2 characters."""
    Country: Optional[Union[str, Secret]]
    """At most 2 characters."""
    ZipCode: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 9 characters."""


class PaymentFields(TypedDict, total=False):
    """Payment: the fields of recurrences.set_payment."""

    type: Literal["CreditCard", "DebitCard", "Pix", "Boleto", "qrcode", "EletronicTransfer"]
    """Required."""
    amount: int
    """Required; cents, an integer."""
    currency: Optional[Union[str, Secret]]
    """At most 3 characters."""
    country: Optional[Union[str, Secret]]
    """At most 3 characters."""
    provider: Optional[Literal[
        "Simulado", "Cielo", "Cielo2", "CieloSandbox", "Bradesco2", "BancoDoBrasil2", "Bradesco",
        "BancoDoBrasil"
    ]]
    soft_descriptor: Optional[Union[str, Secret]]
    """Text, on the bill; at most 13 characters."""
    installments: Optional[int]
    """At most 2 digits."""
    interest: Optional[Union[str, int]]
    capture: Optional[Union[bool, Literal["true", "false"]]]
    authenticate: Optional[Union[bool, Literal["true", "false"]]]
    recurrent: Optional[Union[bool, Literal["true", "false"]]]
    recurrent_payment: RecurrentPaymentFields
    credit_card: CardFields
    debit_card: CardFields
    service_tax_amount: Optional[int]
    """Cents, an integer."""
    tip: Optional[Union[bool, Literal["true", "false"]]]
    is_crypto_currency_negotiation: Optional[Union[bool, Literal["true", "false"]]]
    digital_asset: Optional[Literal["Cryptocurrency", "NFT"]]
    airline_data: AirlineDataFields
    return_url: Optional[Union[str, Secret]]
    """At most 1024 characters."""
    quasi_cash: Optional[Union[bool, Literal["true", "false"]]]
    is_carne_transaction: Optional[Union[bool, Literal["true", "false"]]]
    is_customer_bill_payment_service: Optional[Union[bool, Literal["true", "false"]]]
    solution_type: Optional[Literal["ExternalLinkPay"]]
    issuer_transaction_id: Optional[Union[str, Secret]]
    transaction_link_id: Optional[Union[str, Secret]]
    """At most 22 characters."""
    initiated_transaction_indicator: InitiatedTransactionIndicatorFields
    external_authentication: ExternalAuthenticationFields
    wallet: WalletFields
    payment_facilitator: PaymentFacilitatorFields
    fraud_analysis: FraudAnalysisFields
    qr_code: QrCodeFields
    modality: Optional[Literal["Credit", "Debit"]]
    address: Optional[Union[str, Secret]]
    """At most 255 characters."""
    boleto_number: Optional[Union[str, Secret]]
    """At most 11 characters."""
    assignor: Optional[Union[str, Secret]]
    """At most 200 characters."""
    demonstrative: Optional[Union[str, Secret]]
    """At most 255 characters."""
    expiration_date: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
    identification: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 14 characters."""
    instructions: Optional[Union[str, Secret]]
    """At most 255 characters."""
    Type: Literal["CreditCard", "DebitCard", "Pix", "Boleto", "qrcode", "EletronicTransfer"]
    """Required."""
    Amount: int
    """Required; cents, an integer."""
    Currency: Optional[Union[str, Secret]]
    """At most 3 characters."""
    Country: Optional[Union[str, Secret]]
    """At most 3 characters."""
    Provider: Optional[Literal[
        "Simulado", "Cielo", "Cielo2", "CieloSandbox", "Bradesco2", "BancoDoBrasil2", "Bradesco",
        "BancoDoBrasil"
    ]]
    SoftDescriptor: Optional[Union[str, Secret]]
    """Text, on the bill; at most 13 characters."""
    Installments: Optional[int]
    """At most 2 digits."""
    Interest: Optional[Union[str, int]]
    Capture: Optional[Union[bool, Literal["true", "false"]]]
    Authenticate: Optional[Union[bool, Literal["true", "false"]]]
    Recurrent: Optional[Union[bool, Literal["true", "false"]]]
    RecurrentPayment: RecurrentPaymentFields
    CreditCard: CardFields
    DebitCard: CardFields
    ServiceTaxAmount: Optional[int]
    """Cents, an integer."""
    Tip: Optional[Union[bool, Literal["true", "false"]]]
    IsCryptoCurrencyNegotiation: Optional[Union[bool, Literal["true", "false"]]]
    DigitalAsset: Optional[Literal["Cryptocurrency", "NFT"]]
    AirlineData: AirlineDataFields
    ReturnUrl: Optional[Union[str, Secret]]
    """At most 1024 characters."""
    QuasiCash: Optional[Union[bool, Literal["true", "false"]]]
    IsCarneTransaction: Optional[Union[bool, Literal["true", "false"]]]
    IsCustomerBillPaymentService: Optional[Union[bool, Literal["true", "false"]]]
    SolutionType: Optional[Literal["ExternalLinkPay"]]
    IssuerTransactionId: Optional[Union[str, Secret]]
    TransactionLinkId: Optional[Union[str, Secret]]
    """At most 22 characters."""
    InitiatedTransactionIndicator: InitiatedTransactionIndicatorFields
    ExternalAuthentication: ExternalAuthenticationFields
    Wallet: WalletFields
    PaymentFacilitator: PaymentFacilitatorFields
    FraudAnalysis: FraudAnalysisFields
    QrCode: QrCodeFields
    Modality: Optional[Literal["Credit", "Debit"]]
    Address: Optional[Union[str, Secret]]
    """At most 255 characters."""
    BoletoNumber: Optional[Union[str, Secret]]
    """At most 11 characters."""
    Assignor: Optional[Union[str, Secret]]
    """At most 200 characters."""
    Demonstrative: Optional[Union[str, Secret]]
    """At most 255 characters."""
    ExpirationDate: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
    Identification: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 14 characters."""
    Instructions: Optional[Union[str, Secret]]
    """At most 255 characters."""


class CardFields(TypedDict, total=False):
    """Card."""

    card_number: Optional[Union[str, Secret]]
    """13 to 19 digits, as text; at most 19 digits."""
    holder: Optional[Union[str, Secret]]
    """At most 25 characters."""
    expiration_date: Optional[Union[str, Secret]]
    """MM/YYYY; at most 7 characters."""
    security_code: Optional[Union[str, Secret]]
    """3 or 4 digits, as text; not shown; at most 4 digits."""
    save_card: Optional[Union[bool, Literal["true", "false"]]]
    brand: Optional[Literal[
        "Visa", "Master", "Amex", "Elo", "Aura", "JCB", "Diners", "Discover", "Hipercard", "Hiper"
    ]]
    card_token: Optional[Union[str, Secret]]
    """A GUID that stands for a card; not shown; at most 36 characters."""
    payment_token: Optional[Union[str, Secret]]
    """A GUID that stands for a card; not shown; at most 36 characters."""
    cryptogram: Optional[Union[str, Secret]]
    """Key material; not shown; at most 28 characters."""
    card_on_file: CardOnFileFields
    CardNumber: Optional[Union[str, Secret]]
    """13 to 19 digits, as text; at most 19 digits."""
    Holder: Optional[Union[str, Secret]]
    """At most 25 characters."""
    ExpirationDate: Optional[Union[str, Secret]]
    """MM/YYYY; at most 7 characters."""
    SecurityCode: Optional[Union[str, Secret]]
    """3 or 4 digits, as text; not shown; at most 4 digits."""
    SaveCard: Optional[Union[bool, Literal["true", "false"]]]
    Brand: Optional[Literal[
        "Visa", "Master", "Amex", "Elo", "Aura", "JCB", "Diners", "Discover", "Hipercard", "Hiper"
    ]]
    CardToken: Optional[Union[str, Secret]]
    """A GUID that stands for a card; not shown; at most 36 characters."""
    PaymentToken: Optional[Union[str, Secret]]
    """A GUID that stands for a card; not shown; at most 36 characters."""
    Cryptogram: Optional[Union[str, Secret]]
    """Key material; not shown; at most 28 characters."""
    CardOnFile: CardOnFileFields


class CardOnFileFields(TypedDict, total=False):
    """CardOnFile."""

    usage: Optional[Literal["First", "Used"]]
    reason: Optional[Literal["Recurring", "Unscheduled", "Installments"]]
    Usage: Optional[Literal["First", "Used"]]
    Reason: Optional[Literal["Recurring", "Unscheduled", "Installments"]]


class RecurrentPaymentFields(TypedDict, total=False):
    """RecurrentPayment."""

    authorize_now: Optional[Union[bool, Literal["true", "false"]]]
    start_date: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, a day of the calendar; at most 10 characters."""
    end_date: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
    interval: Optional[Union[int, Literal[
        "Monthly", "Bimonthly", "Quarterly", "SemiAnnual", "Annual"
    ]]]
    recurrence_type: Optional[Literal["SelfManagedConsent"]]
    recurrence_id: Optional[Union[str, Secret]]
    """A GUID, 8-4-4-4-12 hexadecimal digits; at most 36 characters."""
    minimum_amount: Optional[int]
    """Cents, an integer."""
    plan: Optional[Union[str, Secret]]
    retry_policy: Optional[Union[str, Secret]]
    business_day_adjust: Optional[Union[bool, Literal["true", "false"]]]
    amount: Optional[int]
    """Cents, an integer."""
    AuthorizeNow: Optional[Union[bool, Literal["true", "false"]]]
    StartDate: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, a day of the calendar; at most 10 characters."""
    EndDate: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
    Interval: Optional[Union[int, Literal[
        "Monthly", "Bimonthly", "Quarterly", "SemiAnnual", "Annual"
    ]]]
    RecurrenceType: Optional[Literal["SelfManagedConsent"]]
    RecurrenceId: Optional[Union[str, Secret]]
    """A GUID, 8-4-4-4-12 hexadecimal digits; at most 36 characters."""
    MinimumAmount: Optional[int]
    """Cents, an integer."""
    Plan: Optional[Union[str, Secret]]
    RetryPolicy: Optional[Union[str, Secret]]
    BusinessDayAdjust: Optional[Union[bool, Literal["true", "false"]]]
    Amount: Optional[int]
    """Cents, an integer."""


class ExternalAuthenticationFields(TypedDict, total=False):
    """ExternalAuthentication."""

    cavv: Optional[Union[str, Secret]]
    """Key material; not shown."""
    xid: Optional[Union[str, Secret]]
    """Key material; not shown."""
    eci: Optional[Union[str, int]]
    version: Optional[Union[str, int]]
    reference_id: Optional[Union[str, Secret]]
    """At most 36 characters."""
    data_only: Optional[Union[bool, Literal["true", "false"]]]
    Cavv: Optional[Union[str, Secret]]
    """Key material; not shown."""
    Xid: Optional[Union[str, Secret]]
    """Key material; not shown."""
    Eci: Optional[Union[str, int]]
    Version: Optional[Union[str, int]]
    ReferenceId: Optional[Union[str, Secret]]
    """At most 36 characters."""
    DataOnly: Optional[Union[bool, Literal["true", "false"]]]


class InitiatedTransactionIndicatorFields(TypedDict, total=False):
    """InitiatedTransactionIndicator."""

    category: Optional[Literal["C1", "M1", "M2"]]
    subcategory: Optional[Literal[
        "CredentialsOnFile", "StandingOrder", "Subscription", "Installment", "PartialShipment",
        "RelatedOrDelayedCharge", "NoShow", "Resubmission"
    ]]
    Category: Optional[Literal["C1", "M1", "M2"]]
    Subcategory: Optional[Literal[
        "CredentialsOnFile", "StandingOrder", "Subscription", "Installment", "PartialShipment",
        "RelatedOrDelayedCharge", "NoShow", "Resubmission"
    ]]


class WalletFields(TypedDict, total=False):
    """Wallet."""

    type: Optional[Literal["ApplePay", "SamsungPay", "GooglePay", "AndroidPay"]]
    wallet_key: Optional[Union[str, Secret]]
    """Key material; not shown."""
    platform_operator: Optional[Union[str, Secret]]
    additional_data: WalletAdditionalDataFields
    eci: Optional[Union[str, int]]
    cavv: Optional[Union[str, Secret]]
    """Key material; not shown."""
    Type: Optional[Literal["ApplePay", "SamsungPay", "GooglePay", "AndroidPay"]]
    WalletKey: Optional[Union[str, Secret]]
    """Key material; not shown."""
    PlatformOperator: Optional[Union[str, Secret]]
    AdditionalData: WalletAdditionalDataFields
    Eci: Optional[Union[str, int]]
    Cavv: Optional[Union[str, Secret]]
    """Key material; not shown."""


class WalletAdditionalDataFields(TypedDict, total=False):
    """WalletAdditionalData."""

    ephemeral_public_key: Optional[Union[str, Secret]]
    """Key material; not shown."""
    signature: Optional[Union[str, Secret]]
    """Key material; not shown."""
    mcc: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 4 characters."""
    cash_in: Optional[Union[str, Secret]]
    EphemeralPublicKey: Optional[Union[str, Secret]]
    """Key material; not shown."""
    Signature: Optional[Union[str, Secret]]
    """Key material; not shown."""
    Mcc: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 4 characters."""
    CashIn: Optional[Union[str, Secret]]


class PaymentFacilitatorFields(TypedDict, total=False):
    """PaymentFacilitator."""

    establishment_code: Optional[Union[str, Secret]]
    """At most 11 characters."""
    sub_establishment: SubEstablishmentFields
    EstablishmentCode: Optional[Union[str, Secret]]
    """At most 11 characters."""
    SubEstablishment: SubEstablishmentFields


class SubEstablishmentFields(TypedDict, total=False):
    """SubEstablishment."""

    establishment_code: Optional[Union[str, Secret]]
    """At most 15 characters."""
    identity: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 14 characters."""
    mcc: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 4 characters."""
    address: Optional[Union[str, Secret]]
    """At most 22 characters."""
    city: Optional[Union[str, Secret]]
    """At most 13 characters."""
    state: Optional[Union[str, Secret]]
    """At most 2 characters."""
    postal_code: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 9 characters."""
    country_code: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 3 characters."""
    phone_number: Optional[Union[str, Secret]]
    """At most 13 characters."""
    company_name: Optional[Union[str, Secret]]
    """At most 40 characters."""
    establishment_url: Optional[Union[str, Secret]]
    EstablishmentCode: Optional[Union[str, Secret]]
    """At most 15 characters."""
    Identity: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 14 characters."""
    Mcc: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 4 characters."""
    Address: Optional[Union[str, Secret]]
    """At most 22 characters."""
    City: Optional[Union[str, Secret]]
    """At most 13 characters."""
    State: Optional[Union[str, Secret]]
    """At most 2 characters."""
    PostalCode: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 9 characters."""
    CountryCode: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 3 characters."""
    PhoneNumber: Optional[Union[str, Secret]]
    """At most 13 characters."""
    CompanyName: Optional[Union[str, Secret]]
    """At most 40 characters."""
    EstablishmentUrl: Optional[Union[str, Secret]]


class AirlineDataFields(TypedDict, total=False):
    """AirlineData."""

    ticket_number: Optional[Union[str, Secret]]
    """At most 13 characters."""
    TicketNumber: Optional[Union[str, Secret]]
    """At most 13 characters."""


class QrCodeFields(TypedDict, total=False):
    """QrCode."""

    merchant_name: Optional[Union[str, Secret]]
    expiration: Optional[int]
    MerchantName: Optional[Union[str, Secret]]
    Expiration: Optional[int]


class FraudAnalysisFields(TypedDict, total=False):
    """FraudAnalysis."""

    provider: Optional[Union[str, Secret]]
    sequence: Optional[Literal["AnalyseFirst", "AuthorizeFirst"]]
    sequence_criteria: Optional[Literal["OnSuccess", "Always"]]
    capture_on_low_risk: Optional[Union[bool, Literal["true", "false"]]]
    void_on_high_risk: Optional[Union[bool, Literal["true", "false"]]]
    total_order_amount: Optional[int]
    """Cents, an integer."""
    browser: FraudBrowserFields
    cart: FraudCartFields
    merchant_defined_fields: Sequence[FraudMerchantDefinedFieldFields]
    shipping: FraudShippingFields
    travel: Any
    """Anything."""
    Provider: Optional[Union[str, Secret]]
    Sequence: Optional[Literal["AnalyseFirst", "AuthorizeFirst"]]
    SequenceCriteria: Optional[Literal["OnSuccess", "Always"]]
    CaptureOnLowRisk: Optional[Union[bool, Literal["true", "false"]]]
    VoidOnHighRisk: Optional[Union[bool, Literal["true", "false"]]]
    TotalOrderAmount: Optional[int]
    """Cents, an integer."""
    Browser: FraudBrowserFields
    Cart: FraudCartFields
    MerchantDefinedFields: Sequence[FraudMerchantDefinedFieldFields]
    Shipping: FraudShippingFields
    Travel: Any
    """Anything."""


class FraudBrowserFields(TypedDict, total=False):
    """FraudBrowser."""

    browser_fingerprint: Optional[Union[str, Secret]]
    cookies_accepted: Optional[Union[bool, Literal["true", "false"]]]
    email: Optional[Union[str, Secret]]
    host_name: Optional[Union[str, Secret]]
    ip_address: Optional[Union[str, Secret]]
    type: Optional[Union[str, Secret]]
    BrowserFingerprint: Optional[Union[str, Secret]]
    CookiesAccepted: Optional[Union[bool, Literal["true", "false"]]]
    Email: Optional[Union[str, Secret]]
    HostName: Optional[Union[str, Secret]]
    IpAddress: Optional[Union[str, Secret]]
    Type: Optional[Union[str, Secret]]


class FraudCartFields(TypedDict, total=False):
    """FraudCart."""

    is_gift: Optional[Union[bool, Literal["true", "false"]]]
    returns_accepted: Optional[Union[bool, Literal["true", "false"]]]
    items: Sequence[Any]
    IsGift: Optional[Union[bool, Literal["true", "false"]]]
    ReturnsAccepted: Optional[Union[bool, Literal["true", "false"]]]
    Items: Sequence[Any]


class FraudMerchantDefinedFieldFields(TypedDict, total=False):
    """FraudMerchantDefinedField."""

    id: Optional[Union[str, int]]
    value: Optional[Union[str, int]]
    Id: Optional[Union[str, int]]
    Value: Optional[Union[str, int]]


class FraudShippingFields(TypedDict, total=False):
    """FraudShipping."""

    addressee: Optional[Union[str, Secret]]
    method: Optional[Union[str, Secret]]
    phone: Optional[Union[str, Secret]]
    Addressee: Optional[Union[str, Secret]]
    Method: Optional[Union[str, Secret]]
    Phone: Optional[Union[str, Secret]]


class CardTokenFields(TypedDict, total=False):
    """CardToken: the fields of cards.tokenize."""

    customer_name: Union[str, Secret]
    """Required; at most 255 characters."""
    card_number: Union[str, Secret]
    """Required; 13 to 19 digits, as text; at most 19 digits."""
    holder: Union[str, Secret]
    """Required; at most 25 characters."""
    expiration_date: Union[str, Secret]
    """Required; MM/YYYY; at most 7 characters."""
    brand: Literal[
        "Visa", "Master", "Amex", "Elo", "Aura", "JCB", "Diners", "Discover", "Hipercard", "Hiper"
    ]
    """Required."""
    CustomerName: Union[str, Secret]
    """Required; at most 255 characters."""
    CardNumber: Union[str, Secret]
    """Required; 13 to 19 digits, as text; at most 19 digits."""
    Holder: Union[str, Secret]
    """Required; at most 25 characters."""
    ExpirationDate: Union[str, Secret]
    """Required; MM/YYYY; at most 7 characters."""
    Brand: Literal[
        "Visa", "Master", "Amex", "Elo", "Aura", "JCB", "Diners", "Discover", "Hipercard", "Hiper"
    ]
    """Required."""


class ZeroAuthFields(TypedDict, total=False):
    """ZeroAuth: the fields of cards.verify."""

    card_type: Optional[Literal["CreditCard", "DebitCard"]]
    card_number: Optional[Union[str, Secret]]
    """13 to 19 digits, as text; at most 19 digits."""
    holder: Optional[Union[str, Secret]]
    """At most 25 characters."""
    expiration_date: Optional[Union[str, Secret]]
    """MM/YYYY; at most 7 characters."""
    security_code: Optional[Union[str, Secret]]
    """3 or 4 digits, as text; not shown; at most 4 digits."""
    save_card: Optional[Union[bool, Literal["true", "false"]]]
    brand: Optional[Literal[
        "Visa", "Master", "Amex", "Elo", "Aura", "JCB", "Diners", "Discover", "Hipercard", "Hiper"
    ]]
    card_on_file: CardOnFileFields
    card_token: Optional[Union[str, Secret]]
    """A GUID that stands for a card; not shown; at most 36 characters."""
    card: CardFields
    wallet: WalletFields
    CardType: Optional[Literal["CreditCard", "DebitCard"]]
    CardNumber: Optional[Union[str, Secret]]
    """13 to 19 digits, as text; at most 19 digits."""
    Holder: Optional[Union[str, Secret]]
    """At most 25 characters."""
    ExpirationDate: Optional[Union[str, Secret]]
    """MM/YYYY; at most 7 characters."""
    SecurityCode: Optional[Union[str, Secret]]
    """3 or 4 digits, as text; not shown; at most 4 digits."""
    SaveCard: Optional[Union[bool, Literal["true", "false"]]]
    Brand: Optional[Literal[
        "Visa", "Master", "Amex", "Elo", "Aura", "JCB", "Diners", "Discover", "Hipercard", "Hiper"
    ]]
    CardOnFile: CardOnFileFields
    CardToken: Optional[Union[str, Secret]]
    """A GUID that stands for a card; not shown; at most 36 characters."""
    Card: CardFields
    Wallet: WalletFields


class OrderRecurrenceChangeFields(TypedDict, total=False):
    """OrderRecurrenceChange: the fields of orders.recurrence_update."""

    pagador_recurrent_payment_id: Optional[Union[str, Secret]]
    """A GUID, 8-4-4-4-12 hexadecimal digits; at most 36 characters."""
    amount: Optional[int]
    """Cents, an integer."""
    interval: Optional[Union[int, Literal[
        "Monthly", "Bimonthly", "Quarterly", "SemiAnnual", "Annual"
    ]]]
    end_date: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
    next_payment_date: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
    day: Optional[Union[str, int]]
    PagadorRecurrentPaymentId: Optional[Union[str, Secret]]
    """A GUID, 8-4-4-4-12 hexadecimal digits; at most 36 characters."""
    Amount: Optional[int]
    """Cents, an integer."""
    Interval: Optional[Union[int, Literal[
        "Monthly", "Bimonthly", "Quarterly", "SemiAnnual", "Annual"
    ]]]
    EndDate: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
    NextPaymentDate: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
    Day: Optional[Union[str, int]]


class PageFields(TypedDict, total=False):
    """Page: the fields of orders.create."""

    order_number: Optional[Union[str, Secret]]
    """A-z A-Z 0-9, other signs with a warning; at most 64 characters."""
    soft_descriptor: Optional[Union[str, Secret]]
    """Text, on the bill; at most 13 characters."""
    cart: PageCartFields
    """Required."""
    shipping: PageShippingFields
    """Required."""
    payment: PagePaymentFields
    customer: PageCustomerFields
    options: PageOptionsFields
    settings: Any
    OrderNumber: Optional[Union[str, Secret]]
    """A-z A-Z 0-9, other signs with a warning; at most 64 characters."""
    SoftDescriptor: Optional[Union[str, Secret]]
    """Text, on the bill; at most 13 characters."""
    Cart: PageCartFields
    """Required."""
    Shipping: PageShippingFields
    """Required."""
    Payment: PagePaymentFields
    Customer: PageCustomerFields
    Options: PageOptionsFields
    Settings: Any


class PageCartFields(TypedDict, total=False):
    """PageCart."""

    discount: PageDiscountFields
    items: Sequence[PageItemFields]
    """Required."""
    Discount: PageDiscountFields
    Items: Sequence[PageItemFields]
    """Required."""


class PageDiscountFields(TypedDict, total=False):
    """PageDiscount."""

    type: Optional[Literal["Amount", "Percent"]]
    value: Optional[int]
    """At most 18 digits."""
    Type: Optional[Literal["Amount", "Percent"]]
    Value: Optional[int]
    """At most 18 digits."""


class PageItemFields(TypedDict, total=False):
    """PageItem."""

    name: Union[str, Secret]
    """Required; at most 128 characters."""
    description: Optional[Union[str, Secret]]
    """At most 256 characters."""
    unit_price: int
    """Required; cents, an integer."""
    quantity: int
    """Required; at most 9 digits."""
    type: Literal["Asset", "Digital", "Service", "Payment"]
    """Required."""
    sku: Optional[Union[str, Secret]]
    """At most 32 characters."""
    weight: Optional[int]
    """At most 9 digits."""
    Name: Union[str, Secret]
    """Required; at most 128 characters."""
    Description: Optional[Union[str, Secret]]
    """At most 256 characters."""
    UnitPrice: int
    """Required; cents, an integer."""
    Quantity: int
    """Required; at most 9 digits."""
    Type: Literal["Asset", "Digital", "Service", "Payment"]
    """Required."""
    Sku: Optional[Union[str, Secret]]
    """At most 32 characters."""
    Weight: Optional[int]
    """At most 9 digits."""


class PageShippingFields(TypedDict, total=False):
    """PageShipping."""

    type: Literal["FixedAmount", "Free", "WithoutShippingPickUp", "WithoutShipping"]
    """Required."""
    source_zip_code: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 8 characters."""
    target_zip_code: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 8 characters."""
    address: PageAddressFields
    services: Sequence[PageShippingServiceFields]
    package: Optional[Union[str, int]]
    length: Optional[Union[str, int]]
    height: Optional[Union[str, int]]
    width: Optional[Union[str, int]]
    diameter: Optional[Union[str, int]]
    Type: Literal["FixedAmount", "Free", "WithoutShippingPickUp", "WithoutShipping"]
    """Required."""
    SourceZipCode: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 8 characters."""
    TargetZipCode: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 8 characters."""
    Address: PageAddressFields
    Services: Sequence[PageShippingServiceFields]
    Package: Optional[Union[str, int]]
    Length: Optional[Union[str, int]]
    Height: Optional[Union[str, int]]
    Width: Optional[Union[str, int]]
    Diameter: Optional[Union[str, int]]


class PageAddressFields(TypedDict, total=False):
    """PageAddress."""

    street: Optional[Union[str, Secret]]
    """At most 256 characters."""
    number: Optional[Union[str, Secret]]
    """At most 8 characters."""
    complement: Optional[Union[str, Secret]]
    """At most 14 characters."""
    district: Optional[Union[str, Secret]]
    """At most 64 characters."""
    city: Optional[Union[str, Secret]]
    """At most 64 characters."""
    state: Optional[Union[str, Secret]]
    """At most 2 characters."""
    Street: Optional[Union[str, Secret]]
    """At most 256 characters."""
    Number: Optional[Union[str, Secret]]
    """At most 8 characters."""
    Complement: Optional[Union[str, Secret]]
    """At most 14 characters."""
    District: Optional[Union[str, Secret]]
    """At most 64 characters."""
    City: Optional[Union[str, Secret]]
    """At most 64 characters."""
    State: Optional[Union[str, Secret]]
    """At most 2 characters."""


class PageShippingServiceFields(TypedDict, total=False):
    """PageShippingService."""

    name: Optional[Union[str, Secret]]
    """At most 128 characters."""
    price: Optional[int]
    """Cents, an integer."""
    deadline: Optional[int]
    """At most 9 digits."""
    carrier: Optional[Union[str, int]]
    Name: Optional[Union[str, Secret]]
    """At most 128 characters."""
    Price: Optional[int]
    """Cents, an integer."""
    Deadline: Optional[int]
    """At most 9 digits."""
    Carrier: Optional[Union[str, int]]


class PagePaymentFields(TypedDict, total=False):
    """PagePayment."""

    boleto_discount: Optional[int]
    """At most 3 digits."""
    debit_discount: Optional[int]
    """At most 3 digits."""
    first_installment_discount: Optional[int]
    """At most 3 digits."""
    installments: Optional[int]
    """At most 2 digits."""
    max_number_of_installments: Optional[int]
    """At most 2 digits."""
    fixed_installments: Any
    """Anything."""
    recurrent_payment: PageRecurrentPaymentFields
    BoletoDiscount: Optional[int]
    """At most 3 digits."""
    DebitDiscount: Optional[int]
    """At most 3 digits."""
    FirstInstallmentDiscount: Optional[int]
    """At most 3 digits."""
    Installments: Optional[int]
    """At most 2 digits."""
    MaxNumberOfInstallments: Optional[int]
    """At most 2 digits."""
    FixedInstallments: Any
    """Anything."""
    RecurrentPayment: PageRecurrentPaymentFields


class PageRecurrentPaymentFields(TypedDict, total=False):
    """PageRecurrentPayment."""

    interval: Optional[Union[int, Literal[
        "Monthly", "Bimonthly", "Quarterly", "SemiAnnual", "Annual"
    ]]]
    end_date: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
    Interval: Optional[Union[int, Literal[
        "Monthly", "Bimonthly", "Quarterly", "SemiAnnual", "Annual"
    ]]]
    EndDate: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""


class PageCustomerFields(TypedDict, total=False):
    """PageCustomer."""

    identity: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 14 characters."""
    full_name: Optional[Union[str, Secret]]
    """At most 288 characters."""
    email: Optional[Union[str, Secret]]
    """At most 64 characters."""
    phone: Optional[Union[str, Secret]]
    """At most 11 characters."""
    Identity: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 14 characters."""
    FullName: Optional[Union[str, Secret]]
    """At most 288 characters."""
    Email: Optional[Union[str, Secret]]
    """At most 64 characters."""
    Phone: Optional[Union[str, Secret]]
    """At most 11 characters."""


class PageOptionsFields(TypedDict, total=False):
    """PageOptions."""

    return_url: Optional[Union[str, Secret]]
    """At most 255 characters."""
    antifraud_enabled: Optional[Union[bool, Literal["true", "false"]]]
    ReturnUrl: Optional[Union[str, Secret]]
    """At most 255 characters."""
    AntifraudEnabled: Optional[Union[bool, Literal["true", "false"]]]


class LinkFields(TypedDict, total=False):
    """Link: the fields of links.create, links.update."""

    order_number: Optional[Union[str, Secret]]
    """At most 64 characters."""
    type: Literal["Asset", "Digital", "Service", "Payment", "Recurrent"]
    """Required."""
    name: Union[str, Secret]
    """Required; at most 128 characters."""
    description: Optional[Union[str, Secret]]
    """At most 256 characters."""
    show_description: Optional[Union[bool, Literal["true", "false"]]]
    price: int
    """Required; cents, an integer."""
    expiration_date: Optional[Union[str, Secret, date]]
    """A date or moment, any style."""
    weight: Optional[Union[str, int]]
    soft_descriptor: Optional[Union[str, Secret]]
    """Text, on the bill; at most 13 characters."""
    max_number_of_installments: Optional[int]
    """At most 2 digits."""
    fixed_installments: Any
    """Anything."""
    quantity: Optional[int]
    """At most 2 digits."""
    sku: Optional[Union[str, Secret]]
    """At most 32 characters."""
    shipping: LinkShippingFields
    recurrent: LinkRecurrentFields
    OrderNumber: Optional[Union[str, Secret]]
    """At most 64 characters."""
    showDescription: Optional[Union[bool, Literal["true", "false"]]]
    expirationDate: Optional[Union[str, Secret, date]]
    """A date or moment, any style."""
    softDescriptor: Optional[Union[str, Secret]]
    """Text, on the bill; at most 13 characters."""
    maxNumberOfInstallments: Optional[int]
    """At most 2 digits."""
    fixedInstallments: Any
    """Anything."""


class LinkShippingFields(TypedDict, total=False):
    """LinkShipping."""

    type: Optional[Literal["FixedAmount", "Free", "WithoutShippingPickUp", "WithoutShipping"]]
    name: Optional[Union[str, Secret]]
    """At most 128 characters."""
    price: Optional[int]
    """Cents, an integer."""
    origin_zip_code: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 8 characters."""
    originZipCode: Optional[Union[str, Secret]]
    """Text whose zeros count: CPF, CEP; at most 8 characters."""


class LinkRecurrentFields(TypedDict, total=False):
    """LinkRecurrent."""

    interval: Optional[Union[int, Literal[
        "Monthly", "Bimonthly", "Quarterly", "SemiAnnual", "Annual"
    ]]]
    end_date: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
    endDate: Optional[Union[str, Secret, date]]
    """YYYY-MM-DD, today or later; at most 10 characters."""
