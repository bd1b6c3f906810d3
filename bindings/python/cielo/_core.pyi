# Written by stubgen.py from the core's maps: change those, not this.
from asyncio import AbstractEventLoop
from collections.abc import (
    AsyncIterable, Callable, Coroutine, Generator, Iterable, Iterator, KeysView, Sequence,
)
from datetime import date as _date, datetime as _datetime, timedelta as _timedelta
from os import PathLike
from types import TracebackType
from typing import Any, ClassVar, Generic, Literal, Optional, TypeVar, Union, final

from .aio_journal import AsyncJournal as _AsyncJournal
from .aio_many import AsyncMany
from .journal import Journal as _ClientJournal
from .many import Many
from .typed import (
    CardTokenFields,
    CustomerFields,
    LinkFields,
    OrderRecurrenceChangeFields,
    PageFields,
    PaymentFields,
    SaleFields,
    ZeroAuthFields,
)

__version__: str

_Seconds = Union[int, float, _timedelta]
_Text = Union[str, "Secret"]
_Time = Union[_datetime, int, float]
_Folder = Union[str, bytes, PathLike[str]]
_Language = Literal["pt", "en"]
_Host = Literal["transaction", "query", "checkout"]
_Environment = Literal["sandbox", "production"]
_Sent = Literal["no", "maybe", "yes"]
_Kind = Literal["error", "api", "validation", "transport", "timeout", "outcome_unknown", "authentication", "permission", "not_found", "rate_limit", "invalid_request", "server", "decode", "closed", "journal"]
_SaleStatus = Literal["not_finished", "authorized", "payment_confirmed", "denied", "voided", "refunded", "pending", "aborted", "scheduled"]
_OrderStatus = Literal["undefined", "pending", "paid", "denied", "expired", "voided", "not_finalized", "authorized", "chargeback", "authorized_id_pay_pending"]
_Interval = Literal["Monthly", "Bimonthly", "Quarterly", "SemiAnnual", "Annual"]
_RetryKind = Literal["unknown", "allowed", "limited", "after", "limited_next_day", "never"]
_Change = Literal["nothing", "amount", "data", "card", "means"]
_Category = Literal["success", "issuer_decline", "funds", "limits", "amount", "card_data", "expired", "security_code", "authentication", "blocked", "fraud", "not_permitted", "invalid_request", "merchant_configuration", "communication", "cancellation", "not_found", "duplicate", "state"]
_AdviceTable = Literal["return_code", "abecs", "visa", "merchant_advice", "brand_programme"]
_CodeOperation = Literal["sale", "capture", "void"]
_Rule = Literal["required", "type", "size", "format", "range", "choice", "unknown_name", "given_twice", "conflict", "json", "unrecorded"]
_Cause = Literal["connect", "tls", "timeout", "closed", "protocol", "too_large", "cancelled", "memory", "internal"]
_Notified = Literal["sale", "recurrence", "order", "order_reference", "order_status"]
_Book = Literal["sale_status", "order_status", "recurrence_status", "order_recurrence_status", "antifraud_status", "order_antifraud_status", "reason_code", "api_error"]
_C = TypeVar("_C", bound="Client")
_A = TypeVar("_A", bound="_AsyncClient")
_Item = TypeVar("_Item")
_Given = TypeVar("_Given")
_Progress = Callable[[int, int, Optional[int]], object]

@final
class Secret:
    """Text that is not shown by accident, such as a card number.

    str() and repr() of a card number give its first six and last four
    digits, those of any other text stars only; pickling keeps no more.
    Accepted in fields and parameters wherever text is; ids, order numbers
    and paths given so are named in errors and logs all the same. Equal to
    the same text."""
    def __new__(cls, text: Union[str, Secret]) -> Secret: ...
    def reveal(self) -> str:
        """The text itself."""
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

class Result:
    """An object that Cielo answered with.

    Members are attributes in snake_case; those that Cielo left out read as
    None. By wire name it behaves as a mapping: result['Payment'], in, len,
    iteration. repr() leaves out what is null and masks card data.

    Computed by the library, of what an operation gave:

    http_status: int, of the answer that decided
    request_id: str or None, under which Cielo knows the request
    warnings: a sequence of cielo.Problem, what Cielo may take otherwise than was meant"""
    http_status: int
    """Of the answer that decided."""
    request_id: Optional[str]
    """Under which Cielo knows the request."""
    warnings: Sequence[Problem]
    """What Cielo may take otherwise than was meant."""
    def __getitem__(self, name: str) -> Any: ...
    def __contains__(self, name: object) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    # dict(result) and {**result} hold tokens in clear, as result[name] does; to_dict() masks.
    def keys(self) -> KeysView[str]:
        """The wire names, so that dict(result) and {**result} work: their values
        are those of result[name], tokens in clear; to_dict() is for logs. A
        member of that name is read as result['keys'] or result['Keys']."""
    def to_dict(self, reveal: bool = False) -> dict[str, Any]:
        """A plain dict with wire names; card data is masked unless revealed."""
    def to_json(self, reveal: bool = False) -> str:
        """JSON text with wire names; card data is masked unless revealed."""

__all__ = [
    "Address",
    "Advice",
    "AdviceSource",
    "AirlineData",
    "ApiError",
    "AsyncBrowser",
    "AsyncCards",
    "AsyncLinks",
    "AsyncOrders",
    "AsyncRecurrences",
    "AsyncSales",
    "Attempt",
    "AuthenticationError",
    "Billing",
    "Bin",
    "Browser",
    "Card",
    "CardOnFile",
    "CardToken",
    "Cards",
    "Chargeback",
    "CieloError",
    "Client",
    "ClosedError",
    "Customer",
    "DecodeError",
    "Denial",
    "Empty",
    "ErrorEntry",
    "ExternalAuthentication",
    "FieldWarning",
    "FraudAlert",
    "FraudAnalysis",
    "FraudBrowser",
    "FraudCart",
    "FraudMerchantDefinedField",
    "FraudShipping",
    "Hyperlink",
    "InitiatedTransactionIndicator",
    "InvalidRequestError",
    "JournalError",
    "Link",
    "LinkOrder",
    "LinkPayment",
    "LinkPayments",
    "LinkRecurrent",
    "LinkShipping",
    "Links",
    "MerchantAdvice",
    "NewCard",
    "NotFoundError",
    "Notification",
    "Order",
    "OrderAddress",
    "OrderAntifraud",
    "OrderCart",
    "OrderChange",
    "OrderCustomer",
    "OrderDiscount",
    "OrderHistory",
    "OrderHyperlink",
    "OrderItem",
    "OrderNotice",
    "OrderPayment",
    "OrderRecurrence",
    "OrderRecurrenceChange",
    "OrderReference",
    "OrderShipping",
    "OrderShippingService",
    "Orders",
    "Outcome",
    "OutcomeUnknownError",
    "Page",
    "PageAddress",
    "PageCart",
    "PageCustomer",
    "PageDiscount",
    "PageItem",
    "PageOptions",
    "PagePayment",
    "PageRecurrentPayment",
    "PageSettings",
    "PageShipping",
    "PageShippingService",
    "Payment",
    "PaymentFacilitator",
    "PermissionDeniedError",
    "PostToken",
    "Problem",
    "QrCode",
    "RateLimitError",
    "Recurrence",
    "Recurrences",
    "RecurrentPayment",
    "RecurrentTransaction",
    "RequestTimeoutError",
    "Result",
    "Retry",
    "ReturnCode",
    "Sale",
    "SaleReference",
    "Sales",
    "Secret",
    "ServerError",
    "StatusEntry",
    "SubEstablishment",
    "ThreeDsToken",
    "Transaction",
    "TransportError",
    "ValidationError",
    "VelocityAnalysis",
    "Wallet",
    "WalletAdditionalData",
    "ZeroAuth",
    "abecs",
    "antifraud_status",
    "api_error",
    "merchant_advice",
    "next_charge",
    "order_antifraud_status",
    "order_recurrence_status",
    "order_status",
    "parse_notification",
    "parse_time",
    "reason_code",
    "recurrence_status",
    "retry_plan",
    "return_code",
    "return_codes",
    "sale_status",
]

@final
class Empty(Result):
    """Empty: its members, None where Cielo left one out (see cielo.Result)."""

@final
class Sale(Result):
    """Sale: its members, None where Cielo left one out (see cielo.Result).

    merchant_order_id: str
    order_description: str
    acquirer_order_id: str
    customer: Customer
    payment: Payment
    links: Hyperlink or list of Hyperlink

    Computed by the library, of what an operation gave:

    status_name: str or None, such as authorized; none for a status that no table has
    approved: bool, authorised or paid; a boleto or Pix: paid; a capture or void: done
    declined: bool, refused for good
    pending: bool, not decided yet, or not paid; a capture or void: accepted, not done
    reconciled: bool, a lost answer was read back
    advice: cielo.Advice, may it be tried again?"""
    merchant_order_id: Optional[str]
    order_description: Optional[str]
    acquirer_order_id: Optional[str]
    customer: Optional[Customer]
    payment: Payment
    links: Optional[Union[Hyperlink, list[Hyperlink]]]
    status_name: Optional[_SaleStatus]
    """Such as authorized; none for a status that no table has."""
    approved: bool
    """Authorised or paid; a boleto or Pix: paid; a capture or void: done."""
    declined: bool
    """Refused for good."""
    pending: bool
    """Not decided yet, or not paid; a capture or void: accepted, not done."""
    reconciled: bool
    """A lost answer was read back."""
    advice: Advice
    """May it be tried again?"""

@final
class SaleReference(Result):
    """SaleReference: its members, None where Cielo left one out (see cielo.Result).

    payment_id: str, a GUID
    received_date: str, a date or a moment, as Cielo writes it"""
    payment_id: str
    received_date: Optional[str]

@final
class Transaction(Result):
    """Transaction: its members, None where Cielo left one out (see cielo.Result).

    status: int
    tid: str
    proof_of_sale: str
    authorization_code: str
    return_code: str
    return_message: str
    reason_code: str or int
    reason_message: str
    provider_return_code: str
    provider_return_message: str
    merchant_advice_code: str
    links: Hyperlink or list of Hyperlink

    Computed by the library, of what an operation gave:

    status_name: str or None, such as authorized; none for a status that no table has
    approved: bool, authorised or paid; a boleto or Pix: paid; a capture or void: done
    declined: bool, refused for good
    pending: bool, not decided yet, or not paid; a capture or void: accepted, not done
    reconciled: bool, a lost answer was read back
    advice: cielo.Advice, may it be tried again?"""
    status: int
    tid: Optional[str]
    proof_of_sale: Optional[str]
    authorization_code: Optional[str]
    return_code: Optional[str]
    return_message: Optional[str]
    reason_code: Optional[Union[str, int]]
    reason_message: Optional[str]
    provider_return_code: Optional[str]
    provider_return_message: Optional[str]
    merchant_advice_code: Optional[str]
    links: Optional[Union[Hyperlink, list[Hyperlink]]]
    status_name: Optional[_SaleStatus]
    """Such as authorized; none for a status that no table has."""
    approved: bool
    """Authorised or paid; a boleto or Pix: paid; a capture or void: done."""
    declined: bool
    """Refused for good."""
    pending: bool
    """Not decided yet, or not paid; a capture or void: accepted, not done."""
    reconciled: bool
    """A lost answer was read back."""
    advice: Advice
    """May it be tried again?"""

@final
class Customer(Result):
    """Customer: its members, None where Cielo left one out (see cielo.Result).

    name: str
    status: str
    email: str
    birthdate: str, YYYY-MM-DD
    identity: str
    identity_type: str
    mobile: str
    phone: str
    ip_address: str
    address: Address
    delivery_address: Address
    billing_address: Address
    billing: Billing"""
    name: Optional[str]
    status: Optional[str]
    email: Optional[str]
    birthdate: Optional[str]
    identity: Optional[str]
    identity_type: Optional[str]
    mobile: Optional[str]
    phone: Optional[str]
    ip_address: Optional[str]
    address: Optional[Address]
    delivery_address: Optional[Address]
    billing_address: Optional[Address]
    billing: Optional[Billing]

@final
class Address(Result):
    """Address: its members, None where Cielo left one out (see cielo.Result).

    street: str
    number: str
    complement: str
    zip_code: str
    city: str
    state: str
    country: str
    district: str
    address_type: int"""
    street: Optional[str]
    number: Optional[str]
    complement: Optional[str]
    zip_code: Optional[str]
    city: Optional[str]
    state: Optional[str]
    country: Optional[str]
    district: Optional[str]
    address_type: Optional[int]

@final
class Billing(Result):
    """Billing: its members, None where Cielo left one out (see cielo.Result).

    street: str
    number: str
    complement: str
    neighborhood: str
    city: str
    state: str
    country: str
    zip_code: str"""
    street: Optional[str]
    number: Optional[str]
    complement: Optional[str]
    neighborhood: Optional[str]
    city: Optional[str]
    state: Optional[str]
    country: Optional[str]
    zip_code: Optional[str]

@final
class Payment(Result):
    """Payment: its members, None where Cielo left one out (see cielo.Result).

    type: str
    amount: int, in cents
    currency: str
    country: str
    provider: str
    soft_descriptor: str
    installments: int
    interest: str or int
    capture: bool
    authenticate: bool
    recurrent: bool
    recurrent_payment: RecurrentPayment
    credit_card: Card
    debit_card: Card
    service_tax_amount: int, in cents
    tip: bool
    is_crypto_currency_negotiation: bool
    digital_asset: str
    airline_data: AirlineData
    return_url: str
    quasi_cash: bool
    is_carne_transaction: bool
    is_customer_bill_payment_service: bool
    solution_type: str
    issuer_transaction_id: str
    transaction_link_id: str
    initiated_transaction_indicator: InitiatedTransactionIndicator
    external_authentication: ExternalAuthentication
    wallet: Wallet
    payment_facilitator: PaymentFacilitator
    fraud_analysis: FraudAnalysis
    qr_code: QrCode
    modality: str
    address: str
    boleto_number: str
    assignor: str
    demonstrative: str
    expiration_date: str, YYYY-MM-DD
    identification: str
    instructions: str
    payment_id: str, a GUID
    status: int
    return_code: str
    return_message: str
    tid: str
    proof_of_sale: str
    authorization_code: str
    eci: str or int
    received_date: str, a date or a moment, as Cielo writes it
    captured_amount: int, in cents
    captured_date: str, a date or a moment, as Cielo writes it
    voided_amount: int, in cents
    voided_date: str, a date or a moment, as Cielo writes it
    merchant_advice_code: str
    extra_data_collection: whatever Cielo sends
    is_qr_code: bool
    is_splitted: bool
    dynamic_currency_conversion: bool
    try_automatic_cancellation: bool
    sent_order_id: str
    new_card: NewCard
    velocity_analysis: VelocityAnalysis
    provider_return_code: str
    provider_return_message: str
    reason_code: str or int
    reason_message: str
    authentication_url: str
    chargebacks: list of Chargeback
    fraud_alert: FraudAlert
    end_to_end_id: str
    acquirer_transaction_id: str
    acquirer_order_id: str
    qr_code_base64_image: str
    qr_code_string: str
    url: str
    number: str
    bar_code_number: str
    digitable_line: str
    authorize_now: bool
    link: Hyperlink or list of Hyperlink
    links: Hyperlink or list of Hyperlink"""
    type: str
    amount: int
    currency: Optional[str]
    country: Optional[str]
    provider: Optional[str]
    soft_descriptor: Optional[str]
    installments: Optional[int]
    interest: Optional[Union[str, int]]
    capture: Optional[bool]
    authenticate: Optional[bool]
    recurrent: Optional[bool]
    recurrent_payment: Optional[RecurrentPayment]
    credit_card: Optional[Card]
    debit_card: Optional[Card]
    service_tax_amount: Optional[int]
    tip: Optional[bool]
    is_crypto_currency_negotiation: Optional[bool]
    digital_asset: Optional[str]
    airline_data: Optional[AirlineData]
    return_url: Optional[str]
    quasi_cash: Optional[bool]
    is_carne_transaction: Optional[bool]
    is_customer_bill_payment_service: Optional[bool]
    solution_type: Optional[str]
    issuer_transaction_id: Optional[str]
    transaction_link_id: Optional[str]
    initiated_transaction_indicator: Optional[InitiatedTransactionIndicator]
    external_authentication: Optional[ExternalAuthentication]
    wallet: Optional[Wallet]
    payment_facilitator: Optional[PaymentFacilitator]
    fraud_analysis: Optional[FraudAnalysis]
    qr_code: Optional[QrCode]
    modality: Optional[str]
    address: Optional[str]
    boleto_number: Optional[str]
    assignor: Optional[str]
    demonstrative: Optional[str]
    expiration_date: Optional[str]
    identification: Optional[str]
    instructions: Optional[str]
    payment_id: str
    status: int
    return_code: Optional[str]
    return_message: Optional[str]
    tid: Optional[str]
    proof_of_sale: Optional[str]
    authorization_code: Optional[str]
    eci: Optional[Union[str, int]]
    received_date: Optional[str]
    captured_amount: Optional[int]
    captured_date: Optional[str]
    voided_amount: Optional[int]
    voided_date: Optional[str]
    merchant_advice_code: Optional[str]
    extra_data_collection: Any
    is_qr_code: Optional[bool]
    is_splitted: Optional[bool]
    dynamic_currency_conversion: Optional[bool]
    try_automatic_cancellation: Optional[bool]
    sent_order_id: Optional[str]
    new_card: Optional[NewCard]
    velocity_analysis: Optional[VelocityAnalysis]
    provider_return_code: Optional[str]
    provider_return_message: Optional[str]
    reason_code: Optional[Union[str, int]]
    reason_message: Optional[str]
    authentication_url: Optional[str]
    chargebacks: Optional[list[Chargeback]]
    fraud_alert: Optional[FraudAlert]
    end_to_end_id: Optional[str]
    acquirer_transaction_id: Optional[str]
    acquirer_order_id: Optional[str]
    qr_code_base64_image: Optional[str]
    qr_code_string: Optional[str]
    url: Optional[str]
    number: Optional[str]
    bar_code_number: Optional[str]
    digitable_line: Optional[str]
    authorize_now: Optional[bool]
    link: Optional[Union[Hyperlink, list[Hyperlink]]]
    links: Optional[Union[Hyperlink, list[Hyperlink]]]

@final
class Card(Result):
    """Card: its members, None where Cielo left one out (see cielo.Result).

    card_number: Secret, masked; reveal() gives it
    holder: str
    expiration_date: str, MM/YYYY
    security_code: str
    save_card: bool
    brand: str
    card_token: str
    payment_token: str
    cryptogram: str
    card_on_file: CardOnFile
    payment_account_reference: str"""
    card_number: Optional[Secret]
    holder: Optional[str]
    expiration_date: Optional[str]
    security_code: Optional[str]
    save_card: Optional[bool]
    brand: Optional[str]
    card_token: Optional[str]
    payment_token: Optional[str]
    cryptogram: Optional[str]
    card_on_file: Optional[CardOnFile]
    payment_account_reference: Optional[str]

@final
class CardOnFile(Result):
    """CardOnFile: its members, None where Cielo left one out (see cielo.Result).

    usage: str
    reason: str"""
    usage: Optional[str]
    reason: Optional[str]

@final
class NewCard(Result):
    """NewCard: its members, None where Cielo left one out (see cielo.Result).

    card_number: Secret, masked; reveal() gives it
    expiration_date: str, MM/YYYY
    brand: str
    save_card: bool"""
    card_number: Optional[Secret]
    expiration_date: Optional[str]
    brand: Optional[str]
    save_card: Optional[bool]

@final
class RecurrentPayment(Result):
    """RecurrentPayment: its members, None where Cielo left one out (see cielo.Result).

    authorize_now: bool
    start_date: str, YYYY-MM-DD
    end_date: str, YYYY-MM-DD
    interval: str
    recurrence_type: str
    recurrence_id: str, a GUID
    minimum_amount: int, in cents
    plan: str
    retry_policy: str
    business_day_adjust: bool
    recurrent_payment_id: str, a GUID
    next_recurrency: str, a date or a moment, as Cielo writes it
    amount: int, in cents
    country: str
    currency: str
    provider: str
    create_date: str, a date or a moment, as Cielo writes it
    current_recurrency_try: int
    order_number: str
    recurrency_day: int
    successful_recurrences: int
    recurrent_transactions: list of RecurrentTransaction
    status: int
    reason_code: str or int
    reason_message: str
    link: Hyperlink or list of Hyperlink
    links: Hyperlink or list of Hyperlink"""
    authorize_now: Optional[bool]
    start_date: Optional[str]
    end_date: Optional[str]
    interval: Optional[str]
    recurrence_type: Optional[str]
    recurrence_id: Optional[str]
    minimum_amount: Optional[int]
    plan: Optional[str]
    retry_policy: Optional[str]
    business_day_adjust: Optional[bool]
    recurrent_payment_id: Optional[str]
    next_recurrency: Optional[str]
    amount: Optional[int]
    country: Optional[str]
    currency: Optional[str]
    provider: Optional[str]
    create_date: Optional[str]
    current_recurrency_try: Optional[int]
    order_number: Optional[str]
    recurrency_day: Optional[int]
    successful_recurrences: Optional[int]
    recurrent_transactions: Optional[list[RecurrentTransaction]]
    status: Optional[int]
    reason_code: Optional[Union[str, int]]
    reason_message: Optional[str]
    link: Optional[Union[Hyperlink, list[Hyperlink]]]
    links: Optional[Union[Hyperlink, list[Hyperlink]]]

@final
class RecurrentTransaction(Result):
    """RecurrentTransaction: its members, None where Cielo left one out (see cielo.Result).

    payment_id: str, a GUID
    payment_number: int
    try_number: int
    transaction_id: str"""
    payment_id: Optional[str]
    payment_number: Optional[int]
    try_number: Optional[int]
    transaction_id: Optional[str]

@final
class Recurrence(Result):
    """Recurrence: its members, None where Cielo left one out (see cielo.Result).

    customer: Customer
    recurrent_payment: RecurrentPayment"""
    customer: Optional[Customer]
    recurrent_payment: RecurrentPayment

@final
class ExternalAuthentication(Result):
    """ExternalAuthentication: its members, None where Cielo left one out (see cielo.Result).

    cavv: str
    xid: str
    eci: str or int
    version: str or int
    reference_id: str
    data_only: bool"""
    cavv: Optional[str]
    xid: Optional[str]
    eci: Optional[Union[str, int]]
    version: Optional[Union[str, int]]
    reference_id: Optional[str]
    data_only: Optional[bool]

@final
class InitiatedTransactionIndicator(Result):
    """InitiatedTransactionIndicator: its members, None where Cielo left one out (see cielo.Result).

    category: str
    subcategory: str"""
    category: Optional[str]
    subcategory: Optional[str]

@final
class Wallet(Result):
    """Wallet: its members, None where Cielo left one out (see cielo.Result).

    type: str
    wallet_key: str
    platform_operator: str
    additional_data: WalletAdditionalData
    eci: str or int
    cavv: str"""
    type: Optional[str]
    wallet_key: Optional[str]
    platform_operator: Optional[str]
    additional_data: Optional[WalletAdditionalData]
    eci: Optional[Union[str, int]]
    cavv: Optional[str]

@final
class WalletAdditionalData(Result):
    """WalletAdditionalData: its members, None where Cielo left one out (see cielo.Result).

    ephemeral_public_key: str
    signature: str
    mcc: str
    cash_in: str"""
    ephemeral_public_key: Optional[str]
    signature: Optional[str]
    mcc: Optional[str]
    cash_in: Optional[str]

@final
class PaymentFacilitator(Result):
    """PaymentFacilitator: its members, None where Cielo left one out (see cielo.Result).

    establishment_code: str
    sub_establishment: SubEstablishment"""
    establishment_code: Optional[str]
    sub_establishment: Optional[SubEstablishment]

@final
class SubEstablishment(Result):
    """SubEstablishment: its members, None where Cielo left one out (see cielo.Result).

    establishment_code: str
    identity: str
    mcc: str
    address: str
    city: str
    state: str
    postal_code: str
    country_code: str
    phone_number: str
    company_name: str
    establishment_url: str"""
    establishment_code: Optional[str]
    identity: Optional[str]
    mcc: Optional[str]
    address: Optional[str]
    city: Optional[str]
    state: Optional[str]
    postal_code: Optional[str]
    country_code: Optional[str]
    phone_number: Optional[str]
    company_name: Optional[str]
    establishment_url: Optional[str]

@final
class AirlineData(Result):
    """AirlineData: its members, None where Cielo left one out (see cielo.Result).

    ticket_number: str"""
    ticket_number: Optional[str]

@final
class QrCode(Result):
    """QrCode: its members, None where Cielo left one out (see cielo.Result).

    merchant_name: str
    expiration: int"""
    merchant_name: Optional[str]
    expiration: Optional[int]

@final
class VelocityAnalysis(Result):
    """VelocityAnalysis: its members, None where Cielo left one out (see cielo.Result).

    id: str
    result_message: str
    score: str or int"""
    id: Optional[str]
    result_message: Optional[str]
    score: Optional[Union[str, int]]

@final
class FraudAnalysis(Result):
    """FraudAnalysis: its members, None where Cielo left one out (see cielo.Result).

    provider: str
    sequence: str
    sequence_criteria: str
    capture_on_low_risk: bool
    void_on_high_risk: bool
    total_order_amount: int, in cents
    browser: FraudBrowser
    cart: FraudCart
    merchant_defined_fields: list of FraudMerchantDefinedField
    shipping: FraudShipping
    travel: whatever Cielo sends
    id: str
    status: int
    fraud_analysis_reason_code: str or int
    reply_data: whatever Cielo sends"""
    provider: Optional[str]
    sequence: Optional[str]
    sequence_criteria: Optional[str]
    capture_on_low_risk: Optional[bool]
    void_on_high_risk: Optional[bool]
    total_order_amount: Optional[int]
    browser: Optional[FraudBrowser]
    cart: Optional[FraudCart]
    merchant_defined_fields: Optional[list[FraudMerchantDefinedField]]
    shipping: Optional[FraudShipping]
    travel: Any
    id: Optional[str]
    status: Optional[int]
    fraud_analysis_reason_code: Optional[Union[str, int]]
    reply_data: Any

@final
class FraudBrowser(Result):
    """FraudBrowser: its members, None where Cielo left one out (see cielo.Result).

    browser_fingerprint: str
    cookies_accepted: bool
    email: str
    host_name: str
    ip_address: str
    type: str"""
    browser_fingerprint: Optional[str]
    cookies_accepted: Optional[bool]
    email: Optional[str]
    host_name: Optional[str]
    ip_address: Optional[str]
    type: Optional[str]

@final
class FraudCart(Result):
    """FraudCart: its members, None where Cielo left one out (see cielo.Result).

    is_gift: bool
    returns_accepted: bool
    items: list of Result"""
    is_gift: Optional[bool]
    returns_accepted: Optional[bool]
    items: Optional[list[Result]]

@final
class FraudMerchantDefinedField(Result):
    """FraudMerchantDefinedField: its members, None where Cielo left one out (see cielo.Result).

    id: str or int
    value: str or int"""
    id: Optional[Union[str, int]]
    value: Optional[Union[str, int]]

@final
class FraudShipping(Result):
    """FraudShipping: its members, None where Cielo left one out (see cielo.Result).

    addressee: str
    method: str
    phone: str"""
    addressee: Optional[str]
    method: Optional[str]
    phone: Optional[str]

@final
class Chargeback(Result):
    """Chargeback: its members, None where Cielo left one out (see cielo.Result).

    amount: int, in cents
    case_number: str
    date: str, a date or a moment, as Cielo writes it
    reason_code: str or int
    reason_message: str
    status: str or int
    raw_data: str"""
    amount: Optional[int]
    case_number: Optional[str]
    date: Optional[str]
    reason_code: Optional[Union[str, int]]
    reason_message: Optional[str]
    status: Optional[Union[str, int]]
    raw_data: Optional[str]

@final
class FraudAlert(Result):
    """FraudAlert: its members, None where Cielo left one out (see cielo.Result).

    date: str, a date or a moment, as Cielo writes it
    reason_message: str
    incoming_chargeback: bool"""
    date: Optional[str]
    reason_message: Optional[str]
    incoming_chargeback: Optional[bool]

@final
class Hyperlink(Result):
    """Hyperlink: its members, None where Cielo left one out (see cielo.Result).

    method: str
    rel: str
    href: str"""
    method: Optional[str]
    rel: Optional[str]
    href: Optional[str]

@final
class CardToken(Result):
    """CardToken: its members, None where Cielo left one out (see cielo.Result).

    customer_name: str
    card_number: Secret, masked; reveal() gives it
    holder: str
    expiration_date: str, MM/YYYY
    brand: str
    card_token: str
    links: Hyperlink or list of Hyperlink"""
    customer_name: Optional[str]
    card_number: Optional[Secret]
    holder: Optional[str]
    expiration_date: Optional[str]
    brand: Optional[str]
    card_token: str
    links: Optional[Union[Hyperlink, list[Hyperlink]]]

@final
class ZeroAuth(Result):
    """ZeroAuth: its members, None where Cielo left one out (see cielo.Result).

    card_type: str
    card_number: Secret, masked; reveal() gives it
    holder: str
    expiration_date: str, MM/YYYY
    security_code: str
    save_card: bool
    brand: str
    card_on_file: CardOnFile
    card_token: str
    card: Card
    wallet: Wallet
    valid: bool
    return_code: str
    return_message: str
    issuer_transaction_id: str
    transaction_link_id: str"""
    card_type: Optional[str]
    card_number: Optional[Secret]
    holder: Optional[str]
    expiration_date: Optional[str]
    security_code: Optional[str]
    save_card: Optional[bool]
    brand: Optional[str]
    card_on_file: Optional[CardOnFile]
    card_token: Optional[str]
    card: Optional[Card]
    wallet: Optional[Wallet]
    valid: bool
    return_code: Optional[str]
    return_message: Optional[str]
    issuer_transaction_id: Optional[str]
    transaction_link_id: Optional[str]

@final
class Bin(Result):
    """Bin: its members, None where Cielo left one out (see cielo.Result).

    status: str
    provider: str
    card_type: str
    foreign_card: bool
    corporate_card: bool
    issuer: str
    issuer_code: str
    prepaid: bool"""
    status: Optional[str]
    provider: Optional[str]
    card_type: Optional[str]
    foreign_card: Optional[bool]
    corporate_card: Optional[bool]
    issuer: Optional[str]
    issuer_code: Optional[str]
    prepaid: Optional[bool]

@final
class Order(Result):
    """Order: its members, None where Cielo left one out (see cielo.Result).

    merchant_id: str, a GUID
    order_number: str
    soft_descriptor: str
    cart: OrderCart
    shipping: OrderShipping
    payment: OrderPayment
    customer: OrderCustomer
    links: OrderHyperlink or list of OrderHyperlink

    Computed by the library, of what an operation gave:

    status_name: str or None, such as authorized; none for a status that no table has
    status_number: int or None, the same as Cielo's number"""
    merchant_id: Optional[str]
    order_number: Optional[str]
    soft_descriptor: Optional[str]
    cart: Optional[OrderCart]
    shipping: Optional[OrderShipping]
    payment: OrderPayment
    customer: Optional[OrderCustomer]
    links: Optional[Union[OrderHyperlink, list[OrderHyperlink]]]
    status_name: Optional[_OrderStatus]
    """Such as authorized; none for a status that no table has."""
    status_number: Optional[int]
    """The same as Cielo's number."""

@final
class OrderCart(Result):
    """OrderCart: its members, None where Cielo left one out (see cielo.Result).

    discount: OrderDiscount
    items: list of OrderItem"""
    discount: Optional[OrderDiscount]
    items: Optional[list[OrderItem]]

@final
class OrderDiscount(Result):
    """OrderDiscount: its members, None where Cielo left one out (see cielo.Result).

    type: str
    value: int"""
    type: Optional[str]
    value: Optional[int]

@final
class OrderItem(Result):
    """OrderItem: its members, None where Cielo left one out (see cielo.Result).

    name: str
    description: str
    unit_price: int, in cents
    quantity: int
    type: str or int
    sku: str
    weight: str or int"""
    name: Optional[str]
    description: Optional[str]
    unit_price: Optional[int]
    quantity: Optional[int]
    type: Optional[Union[str, int]]
    sku: Optional[str]
    weight: Optional[Union[str, int]]

@final
class OrderShipping(Result):
    """OrderShipping: its members, None where Cielo left one out (see cielo.Result).

    type: str or int
    services: list of OrderShippingService
    address: OrderAddress"""
    type: Optional[Union[str, int]]
    services: Optional[list[OrderShippingService]]
    address: Optional[OrderAddress]

@final
class OrderShippingService(Result):
    """OrderShippingService: its members, None where Cielo left one out (see cielo.Result).

    name: str
    price: int, in cents
    deadline: str or int
    carrier: str or int"""
    name: Optional[str]
    price: Optional[int]
    deadline: Optional[Union[str, int]]
    carrier: Optional[Union[str, int]]

@final
class OrderAddress(Result):
    """OrderAddress: its members, None where Cielo left one out (see cielo.Result).

    street: str
    number: str or int
    complement: str
    district: str
    city: str
    state: str"""
    street: Optional[str]
    number: Optional[Union[str, int]]
    complement: Optional[str]
    district: Optional[str]
    city: Optional[str]
    state: Optional[str]

@final
class OrderPayment(Result):
    """OrderPayment: its members, None where Cielo left one out (see cielo.Result).

    status: str
    tid: str
    nsu: str
    authorization_code: str
    number_of_payments: int
    created_date: str, a date or a moment, as Cielo writes it
    finished_date: str, a date or a moment, as Cielo writes it
    card_masked_number: str
    brand: str
    type: str
    errorcode: str
    antifraud: OrderAntifraud"""
    status: Optional[str]
    tid: Optional[str]
    nsu: Optional[str]
    authorization_code: Optional[str]
    number_of_payments: Optional[int]
    created_date: Optional[str]
    finished_date: Optional[str]
    card_masked_number: Optional[str]
    brand: Optional[str]
    type: Optional[str]
    errorcode: Optional[str]
    antifraud: Optional[OrderAntifraud]

@final
class OrderAntifraud(Result):
    """OrderAntifraud: its members, None where Cielo left one out (see cielo.Result).

    antifraude_result: str or int
    description: str"""
    antifraude_result: Optional[Union[str, int]]
    description: Optional[str]

@final
class OrderCustomer(Result):
    """OrderCustomer: its members, None where Cielo left one out (see cielo.Result).

    identity: str
    full_name: str
    email: str
    phone: str or int"""
    identity: Optional[str]
    full_name: Optional[str]
    email: Optional[str]
    phone: Optional[Union[str, int]]

@final
class OrderHyperlink(Result):
    """OrderHyperlink: its members, None where Cielo left one out (see cielo.Result).

    method: str
    rel: str
    href: str"""
    method: Optional[str]
    rel: Optional[str]
    href: Optional[str]

@final
class OrderReference(Result):
    """OrderReference: its members, None where Cielo left one out (see cielo.Result).

    checkout_order_number: str
    created_date: str, a date or a moment, as Cielo writes it
    links: OrderHyperlink or list of OrderHyperlink"""
    checkout_order_number: Optional[str]
    created_date: Optional[str]
    links: Optional[Union[OrderHyperlink, list[OrderHyperlink]]]

@final
class OrderChange(Result):
    """OrderChange: its members, None where Cielo left one out (see cielo.Result).

    success: bool
    status: int
    return_code: str
    return_message: str
    links: OrderHyperlink or list of OrderHyperlink

    Computed by the library, of what an operation gave:

    approved: bool, authorised or paid; a boleto or Pix: paid; a capture or void: done
    declined: bool, refused for good
    pending: bool, not decided yet, or not paid; a capture or void: accepted, not done
    reconciled: bool, a lost answer was read back"""
    success: Optional[bool]
    status: Optional[int]
    return_code: Optional[str]
    return_message: Optional[str]
    links: Optional[Union[OrderHyperlink, list[OrderHyperlink]]]
    approved: bool
    """Authorised or paid; a boleto or Pix: paid; a capture or void: done."""
    declined: bool
    """Refused for good."""
    pending: bool
    """Not decided yet, or not paid; a capture or void: accepted, not done."""
    reconciled: bool
    """A lost answer was read back."""

@final
class OrderRecurrence(Result):
    """OrderRecurrence: its members, None where Cielo left one out (see cielo.Result).

    id: str or int
    pagador_recurrent_payment_id: str, a GUID
    recurrent_payment_status: str or int
    recurrent_payment_status_enum: str or int
    recurrent_payment_status_description: str
    is_recurrent_payment_expired: bool
    allow_edit: bool
    start_date: str, a date or a moment, as Cielo writes it
    end_date: str, a date or a moment, as Cielo writes it
    formated_end_date: str, a date or a moment, as Cielo writes it
    day: str or int
    items: list of OrderItem
    item: whatever Cielo sends
    history: list of OrderHistory
    last_payment_date: str, a date or a moment, as Cielo writes it
    next_payment_date: str, a date or a moment, as Cielo writes it
    formated_next_payment_date: str, a date or a moment, as Cielo writes it
    interval_description: str
    amount: str or int"""
    id: Optional[Union[str, int]]
    pagador_recurrent_payment_id: Optional[str]
    recurrent_payment_status: Optional[Union[str, int]]
    recurrent_payment_status_enum: Optional[Union[str, int]]
    recurrent_payment_status_description: Optional[str]
    is_recurrent_payment_expired: Optional[bool]
    allow_edit: Optional[bool]
    start_date: Optional[str]
    end_date: Optional[str]
    formated_end_date: Optional[str]
    day: Optional[Union[str, int]]
    items: Optional[list[OrderItem]]
    item: Any
    history: Optional[list[OrderHistory]]
    last_payment_date: Optional[str]
    next_payment_date: Optional[str]
    formated_next_payment_date: Optional[str]
    interval_description: Optional[str]
    amount: Optional[Union[str, int]]

@final
class OrderHistory(Result):
    """OrderHistory: its members, None where Cielo left one out (see cielo.Result).

    order_id: str or int
    order_number: str
    merchant_order_number: str
    created_date: str, a date or a moment, as Cielo writes it
    payment_status: str or int
    payment_status_description: str"""
    order_id: Optional[Union[str, int]]
    order_number: Optional[str]
    merchant_order_number: Optional[str]
    created_date: Optional[str]
    payment_status: Optional[Union[str, int]]
    payment_status_description: Optional[str]

@final
class OrderRecurrenceChange(Result):
    """OrderRecurrenceChange: its members, None where Cielo left one out (see cielo.Result).

    pagador_recurrent_payment_id: str, a GUID
    amount: int, in cents
    interval: int
    end_date: str, YYYY-MM-DD
    next_payment_date: str, YYYY-MM-DD
    day: str or int"""
    pagador_recurrent_payment_id: Optional[str]
    amount: Optional[int]
    interval: Optional[int]
    end_date: Optional[str]
    next_payment_date: Optional[str]
    day: Optional[Union[str, int]]

@final
class Page(Result):
    """Page: its members, None where Cielo left one out (see cielo.Result).

    order_number: str
    soft_descriptor: str
    cart: PageCart
    shipping: PageShipping
    payment: PagePayment
    customer: PageCustomer
    options: PageOptions
    settings: PageSettings"""
    order_number: Optional[str]
    soft_descriptor: Optional[str]
    cart: Optional[PageCart]
    shipping: Optional[PageShipping]
    payment: Optional[PagePayment]
    customer: Optional[PageCustomer]
    options: Optional[PageOptions]
    settings: PageSettings

@final
class PageCart(Result):
    """PageCart: its members, None where Cielo left one out (see cielo.Result).

    discount: PageDiscount
    items: list of PageItem"""
    discount: Optional[PageDiscount]
    items: Optional[list[PageItem]]

@final
class PageDiscount(Result):
    """PageDiscount: its members, None where Cielo left one out (see cielo.Result).

    type: str
    value: int"""
    type: Optional[str]
    value: Optional[int]

@final
class PageItem(Result):
    """PageItem: its members, None where Cielo left one out (see cielo.Result).

    name: str
    description: str
    unit_price: int, in cents
    quantity: int
    type: str
    sku: str
    weight: int"""
    name: Optional[str]
    description: Optional[str]
    unit_price: Optional[int]
    quantity: Optional[int]
    type: Optional[str]
    sku: Optional[str]
    weight: Optional[int]

@final
class PageShipping(Result):
    """PageShipping: its members, None where Cielo left one out (see cielo.Result).

    type: str
    source_zip_code: str
    target_zip_code: str
    address: PageAddress
    services: list of PageShippingService
    package: str or int
    length: str or int
    height: str or int
    width: str or int
    diameter: str or int"""
    type: Optional[str]
    source_zip_code: Optional[str]
    target_zip_code: Optional[str]
    address: Optional[PageAddress]
    services: Optional[list[PageShippingService]]
    package: Optional[Union[str, int]]
    length: Optional[Union[str, int]]
    height: Optional[Union[str, int]]
    width: Optional[Union[str, int]]
    diameter: Optional[Union[str, int]]

@final
class PageAddress(Result):
    """PageAddress: its members, None where Cielo left one out (see cielo.Result).

    street: str
    number: str
    complement: str
    district: str
    city: str
    state: str"""
    street: Optional[str]
    number: Optional[str]
    complement: Optional[str]
    district: Optional[str]
    city: Optional[str]
    state: Optional[str]

@final
class PageShippingService(Result):
    """PageShippingService: its members, None where Cielo left one out (see cielo.Result).

    name: str
    price: int, in cents
    deadline: int
    carrier: str or int"""
    name: Optional[str]
    price: Optional[int]
    deadline: Optional[int]
    carrier: Optional[Union[str, int]]

@final
class PagePayment(Result):
    """PagePayment: its members, None where Cielo left one out (see cielo.Result).

    boleto_discount: int
    debit_discount: int
    first_installment_discount: int
    installments: int
    max_number_of_installments: int
    fixed_installments: whatever Cielo sends
    recurrent_payment: PageRecurrentPayment"""
    boleto_discount: Optional[int]
    debit_discount: Optional[int]
    first_installment_discount: Optional[int]
    installments: Optional[int]
    max_number_of_installments: Optional[int]
    fixed_installments: Any
    recurrent_payment: Optional[PageRecurrentPayment]

@final
class PageRecurrentPayment(Result):
    """PageRecurrentPayment: its members, None where Cielo left one out (see cielo.Result).

    interval: str
    end_date: str, YYYY-MM-DD"""
    interval: Optional[str]
    end_date: Optional[str]

@final
class PageCustomer(Result):
    """PageCustomer: its members, None where Cielo left one out (see cielo.Result).

    identity: str
    full_name: str
    email: str
    phone: str"""
    identity: Optional[str]
    full_name: Optional[str]
    email: Optional[str]
    phone: Optional[str]

@final
class PageOptions(Result):
    """PageOptions: its members, None where Cielo left one out (see cielo.Result).

    return_url: str
    antifraud_enabled: bool"""
    return_url: Optional[str]
    antifraud_enabled: Optional[bool]

@final
class PageSettings(Result):
    """PageSettings: its members, None where Cielo left one out (see cielo.Result).

    checkout_url: str
    profile: str
    version: str or int"""
    checkout_url: Optional[str]
    profile: Optional[str]
    version: Optional[Union[str, int]]

@final
class Link(Result):
    """Link: its members, None where Cielo left one out (see cielo.Result).

    order_number: str
    type: str
    name: str
    description: str
    show_description: bool
    price: int, in cents
    expiration_date: str, a date or a moment, as Cielo writes it
    weight: str or int
    soft_descriptor: str
    max_number_of_installments: int
    fixed_installments: whatever Cielo sends
    quantity: int
    sku: str
    shipping: LinkShipping
    recurrent: LinkRecurrent
    id: str, a GUID
    short_url: str
    links: OrderHyperlink or list of OrderHyperlink"""
    order_number: Optional[str]
    type: Optional[str]
    name: Optional[str]
    description: Optional[str]
    show_description: Optional[bool]
    price: Optional[int]
    expiration_date: Optional[str]
    weight: Optional[Union[str, int]]
    soft_descriptor: Optional[str]
    max_number_of_installments: Optional[int]
    fixed_installments: Any
    quantity: Optional[int]
    sku: Optional[str]
    shipping: Optional[LinkShipping]
    recurrent: Optional[LinkRecurrent]
    id: str
    short_url: Optional[str]
    links: Optional[Union[OrderHyperlink, list[OrderHyperlink]]]

@final
class LinkShipping(Result):
    """LinkShipping: its members, None where Cielo left one out (see cielo.Result).

    type: str
    name: str
    price: int, in cents
    origin_zip_code: str"""
    type: Optional[str]
    name: Optional[str]
    price: Optional[int]
    origin_zip_code: Optional[str]

@final
class LinkRecurrent(Result):
    """LinkRecurrent: its members, None where Cielo left one out (see cielo.Result).

    interval: str
    end_date: str, YYYY-MM-DD"""
    interval: Optional[str]
    end_date: Optional[str]

@final
class LinkPayments(Result):
    """LinkPayments: its members, None where Cielo left one out (see cielo.Result).

    product_id: str, a GUID
    created_date: str, a date or a moment, as Cielo writes it
    orders: list of LinkOrder"""
    product_id: Optional[str]
    created_date: Optional[str]
    orders: list[LinkOrder]

@final
class LinkOrder(Result):
    """LinkOrder: its members, None where Cielo left one out (see cielo.Result).

    order_number: str
    created_date: str, a date or a moment, as Cielo writes it
    payment: LinkPayment
    links: OrderHyperlink or list of OrderHyperlink"""
    order_number: Optional[str]
    created_date: Optional[str]
    payment: Optional[LinkPayment]
    links: Optional[Union[OrderHyperlink, list[OrderHyperlink]]]

@final
class LinkPayment(Result):
    """LinkPayment: its members, None where Cielo left one out (see cielo.Result).

    price: int, in cents
    number_of_payments: int
    created_date: str, a date or a moment, as Cielo writes it
    status: str"""
    price: Optional[int]
    number_of_payments: Optional[int]
    created_date: Optional[str]
    status: Optional[str]

@final
class OrderNotice(Result):
    """OrderNotice: its members, None where Cielo left one out (see cielo.Result).

    checkout_cielo_order_number: str or int
    amount: str or int
    order_number: str or int
    created_date: str or int
    customer_name: str or int
    customer_identity: str or int
    customer_email: str or int
    customer_phone: str or int
    discount_amount: str or int
    first_installment_discount: str or int
    shipping_type: str or int
    shipping_name: str or int
    shipping_price: str or int
    shipping_address_zipcode: str or int
    shipping_address_district: str or int
    shipping_address_city: str or int
    shipping_address_state: str or int
    shipping_address_line1: str or int
    shipping_address_line2: str or int
    shipping_address_number: str or int
    payment_method_type: str or int
    payment_method_brand: str or int
    payment_method_bank: str or int
    payment_maskedcreditcard: str or int
    payment_installments: str or int
    payment_antifrauderesult: str or int
    payment_boletonumber: str or int
    payment_boletoexpirationdate: str or int
    payment_status: str or int
    payment_end_to_end_id: str or int
    tid: str or int
    nsu: str or int
    authorization_code: str or int
    test_transaction: str or int
    product_id: str or int
    product_type: str or int
    product_sku: str or int
    product_max_number_of_installments: str or int
    product_expiration_date: str or int
    product_quantity: str or int
    product_description: str or int
    pagador_recurrent_payment_id: str or int
    recurrent_status: str or int
    start_date: str or int
    end_date: str or int
    interval: str or int"""
    checkout_cielo_order_number: Optional[Union[str, int]]
    amount: Optional[Union[str, int]]
    order_number: Optional[Union[str, int]]
    created_date: Optional[Union[str, int]]
    customer_name: Optional[Union[str, int]]
    customer_identity: Optional[Union[str, int]]
    customer_email: Optional[Union[str, int]]
    customer_phone: Optional[Union[str, int]]
    discount_amount: Optional[Union[str, int]]
    first_installment_discount: Optional[Union[str, int]]
    shipping_type: Optional[Union[str, int]]
    shipping_name: Optional[Union[str, int]]
    shipping_price: Optional[Union[str, int]]
    shipping_address_zipcode: Optional[Union[str, int]]
    shipping_address_district: Optional[Union[str, int]]
    shipping_address_city: Optional[Union[str, int]]
    shipping_address_state: Optional[Union[str, int]]
    shipping_address_line1: Optional[Union[str, int]]
    shipping_address_line2: Optional[Union[str, int]]
    shipping_address_number: Optional[Union[str, int]]
    payment_method_type: Optional[Union[str, int]]
    payment_method_brand: Optional[Union[str, int]]
    payment_method_bank: Optional[Union[str, int]]
    payment_maskedcreditcard: Optional[Union[str, int]]
    payment_installments: Optional[Union[str, int]]
    payment_antifrauderesult: Optional[Union[str, int]]
    payment_boletonumber: Optional[Union[str, int]]
    payment_boletoexpirationdate: Optional[Union[str, int]]
    payment_status: Optional[Union[str, int]]
    payment_end_to_end_id: Optional[Union[str, int]]
    tid: Optional[Union[str, int]]
    nsu: Optional[Union[str, int]]
    authorization_code: Optional[Union[str, int]]
    test_transaction: Optional[Union[str, int]]
    product_id: Optional[Union[str, int]]
    product_type: Optional[Union[str, int]]
    product_sku: Optional[Union[str, int]]
    product_max_number_of_installments: Optional[Union[str, int]]
    product_expiration_date: Optional[Union[str, int]]
    product_quantity: Optional[Union[str, int]]
    product_description: Optional[Union[str, int]]
    pagador_recurrent_payment_id: Optional[Union[str, int]]
    recurrent_status: Optional[Union[str, int]]
    start_date: Optional[Union[str, int]]
    end_date: Optional[Union[str, int]]
    interval: Optional[Union[str, int]]

@final
class Notification(Result):
    """Notification: its members, None where Cielo left one out (see cielo.Result).

    kind: str
    payment_id: str, a GUID
    recurrent_payment_id: str, a GUID
    change_type: int
    change: str
    checkout_order_number: str
    merchant_order_number: str
    merchant_id: str, a GUID
    amount: int, in cents
    payment_status: int
    status_name: str
    test_transaction: bool
    fields: OrderNotice"""
    kind: _Notified
    payment_id: Optional[str]
    recurrent_payment_id: Optional[str]
    change_type: Optional[int]
    change: Optional[str]
    checkout_order_number: Optional[str]
    merchant_order_number: Optional[str]
    merchant_id: Optional[str]
    amount: Optional[int]
    payment_status: Optional[int]
    status_name: Optional[_OrderStatus]
    test_transaction: Optional[bool]
    fields: Optional[OrderNotice]

@final
class ThreeDsToken(Result):
    """ThreeDsToken: its members, None where Cielo left one out (see cielo.Result).

    establishment_code: str
    merchant_name: str
    mcc: str
    access_token: str
    token_type: str
    expires_in: str or int"""
    establishment_code: Optional[str]
    merchant_name: Optional[str]
    mcc: Optional[str]
    access_token: Optional[str]
    token_type: Optional[str]
    expires_in: Optional[Union[str, int]]

@final
class PostToken(Result):
    """PostToken: its members, None where Cielo left one out (see cielo.Result).

    merchant_id: str
    access_token: str
    issued: str, a date or a moment, as Cielo writes it
    expires_in: str, a date or a moment, as Cielo writes it"""
    merchant_id: Optional[str]
    access_token: Optional[str]
    issued: Optional[str]
    expires_in: Optional[str]

@final
class Problem(tuple[Any, ...]):
    """A rule that the input breaks."""
    @property
    def path(self) -> str:
        """str, where, such as payment.amount"""
    @property
    def rule(self) -> _Rule:
        """str, the rule that is broken, one word"""
    @property
    def message(self) -> str:
        """str, for people"""

@final
class ErrorEntry(tuple[Any, ...]):
    """An error that Cielo answered with."""
    @property
    def code(self) -> str:
        """str, Cielo's code"""
    @property
    def message(self) -> str:
        """str, Cielo's text"""

@final
class Attempt(tuple[Any, ...]):
    """One request of a call."""
    @property
    def method(self) -> str:
        """str, such as POST"""
    @property
    def url(self) -> str:
        """str, without secrets"""
    @property
    def request_id(self) -> Optional[str]:
        """str or None, of this request"""
    @property
    def http_status(self) -> Optional[int]:
        """int or None, of its answer, where one came"""
    @property
    def sent(self) -> _Sent:
        """'no', 'maybe' or 'yes', whether it can have reached Cielo"""
    @property
    def cause(self) -> Optional[_Cause]:
        """str or None, why no answer came, a word"""
    @property
    def text(self) -> Optional[str]:
        """str or None, the same, for people"""
    @property
    def ms(self) -> Optional[int]:
        """int or None, how long it took"""

@final
class Retry(tuple[Any, ...]):
    """May the same sale be sent again?"""
    @property
    def kind(self) -> _RetryKind:
        """'never', 'limited', 'limited_next_day', 'after', 'allowed' or 'unknown'"""
    @property
    def max_attempts(self) -> Optional[int]:
        """repeats allowed in the window, or None"""
    @property
    def window_days(self) -> Optional[int]:
        """the window, or None"""
    @property
    def after_hours(self) -> Optional[int]:
        """hours to wait after the latest attempt, or None"""

@final
class AdviceSource(tuple[Any, ...]):
    """What one table says."""
    @property
    def table(self) -> _AdviceTable:
        """the table that says so"""
    @property
    def retry(self) -> Retry:
        """its rule"""
    @property
    def change(self) -> _Change:
        """what it asks to alter"""

@final
class Advice(tuple[Any, ...]):
    """May a sale be tried again, when, and with what changed?"""
    @property
    def code(self) -> Optional[ReturnCode]:
        """the entry of the return code, or None"""
    @property
    def retry(self) -> Retry:
        """the strictest of the rules that apply"""
    @property
    def not_before_hours(self) -> Optional[int]:
        """hours to wait after the latest attempt, or None"""
    @property
    def change(self) -> _Change:
        """what to alter first: 'nothing', 'amount', 'data', 'card' or 'means'"""
    @property
    def sources(self) -> tuple[AdviceSource, ...]:
        """what each table says"""

class CieloError(Exception):
    """What every error of cielo derives from.

    kind: str, what went wrong, such as not_found
    message: str, for people
    http_status: int or None, of the answer that decided
    errors: a sequence of cielo.ErrorEntry, what Cielo answered, code and message
    body: str or None, of that answer, masked, cut at 4 KB
    request_id: str or None, under which Cielo knows the request
    sent: 'no', 'maybe' or 'yes' or None, whether it can have reached Cielo
    operation: str or None, such as sale_create
    merchant_order_id: str or None, the shop's number of the order
    attempts: a sequence of cielo.Attempt, every request that was made
    problems: a sequence of cielo.Problem, every rule that the input breaks
    warnings: a sequence of cielo.Problem, as a result's
    found: a sequence of cielo.Payment, the sales that a look-up saw

    None of it holds card data, keys or tokens, nor does a pickle."""
    kind: _Kind
    """What went wrong, such as not_found."""
    message: str
    """For people."""
    http_status: Optional[int]
    """Of the answer that decided."""
    errors: Sequence[ErrorEntry]
    """What Cielo answered, code and message."""
    body: Optional[str]
    """Of that answer, masked, cut at 4 KB."""
    request_id: Optional[str]
    """Under which Cielo knows the request."""
    sent: Optional[_Sent]
    """Whether it can have reached Cielo."""
    operation: Optional[str]
    """Such as sale_create."""
    merchant_order_id: Optional[str]
    """The shop's number of the order."""
    attempts: Sequence[Attempt]
    """Every request that was made."""
    problems: Sequence[Problem]
    """Every rule that the input breaks."""
    warnings: Sequence[Problem]
    """As a result's."""
    found: Sequence[Payment]
    """The sales that a look-up saw."""
    def __init__(
        self, message: str = "", facts: dict[str, Any] = ..., /, **attributes: Any
    ) -> None: ...

class ApiError(CieloError):
    """Cielo answered with an error."""

class FieldWarning(UserWarning):
    """A field that is sent as it was given, although Cielo may take it
    otherwise than was meant.  A result's and an error's warnings have
    it, too.  Made an error by a filter, it is raised before anything is
    sent."""

class ValidationError(CieloError):
    """The input breaks a rule; nothing was sent."""
class TransportError(CieloError):
    """No answer, and nothing took effect."""
class RequestTimeoutError(CieloError):
    """No answer in time, and nothing took effect."""
class OutcomeUnknownError(CieloError):
    """Outcome unknown: look it up before repeating."""
class AuthenticationError(ApiError):
    """Cielo refused the credentials."""
class PermissionDeniedError(ApiError):
    """Cielo does not allow this caller."""
class NotFoundError(ApiError):
    """Cielo knows no such thing."""
class RateLimitError(ApiError):
    """Cielo asks for fewer requests."""
class InvalidRequestError(ApiError):
    """Cielo refused the request."""
class ServerError(ApiError):
    """Cielo failed to answer a read."""
class DecodeError(CieloError):
    """The answer cannot be read."""
class ClosedError(CieloError):
    """The client is closed."""
class JournalError(CieloError):
    """The journal cannot record it; nothing was sent."""

@final
class Sales:
    """The operations on Cielo's sales."""
    def create(
        self, fields: SaleFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Sale:
        """Creates a sale: card, Pix, boleto or QR code.

        POST /1/sales/
        Gives cielo.Sale.

        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("sales.create")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def get(
        self, payment_id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Sale:
        """Reads a sale by its PaymentId.

        GET /1/sales/{payment_id}
        Gives cielo.Sale.

        payment_id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def get_by_tid(
        self, tid: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Sale:
        """Reads a sale by the acquirer's Tid.

        GET /1/sales/acquirerTid/{tid}
        Gives cielo.Sale.

        tid: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def find(
        self, merchant_order_id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> list[SaleReference]:
        """Lists the sales of an order number; empty when there is none.

        GET /1/sales?merchantOrderId={merchant_order_id}
        Gives a list of SaleReference results.

        merchant_order_id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def capture(
        self, payment_id: _Text, amount: Optional[int] = None, service_tax_amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Transaction:
        """Captures an authorised credit sale, whole or in part, once.

        PUT /1/sales/{payment_id}/capture?amount={amount}&serviceTaxAmount={service_tax_amount}
        Gives cielo.Transaction.

        payment_id: str or cielo.Secret
        amount: int, in cents; when left out, the whole
        service_tax_amount: int, in cents; when left out, Cielo's default
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def void(
        self, payment_id: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Transaction:
        """Cancels a sale, or part of a captured one.

        PUT /1/sales/{payment_id}/void?amount={amount}
        Gives cielo.Transaction.

        payment_id: str or cielo.Secret
        amount: int, in cents; when left out, the whole
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def void_by_order(
        self, merchant_order_id: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Transaction:
        """Cancels the newest sale of an order number.

        PUT /1/sales/OrderId/{merchant_order_id}/void?amount={amount}
        Gives cielo.Transaction.

        merchant_order_id: str or cielo.Secret
        amount: int, in cents; when left out, the whole
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def reconcile(
        self, merchant_order_id: _Text, amount: int, not_before: Optional[Union[float, _datetime]] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Sale:
        """Looks up what became of a sale by its order number and amount.

        No request of its own.
        Gives cielo.Sale.

        merchant_order_id: str or cielo.Secret
        amount: int, in cents
        not_before: int or float (seconds since 1970) or a datetime with its zone, no sale that Cielo received earlier is meant; may be left out
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""

@final
class Recurrences:
    """The operations on Cielo's recurrences."""
    def get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Recurrence:
        """Reads a scheduled recurrence.

        GET /1/RecurrentPayment/{id}
        Gives cielo.Recurrence.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def set_customer(
        self, id: _Text, fields: CustomerFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Replaces the customer of a recurrence.

        PUT /1/RecurrentPayment/{id}/Customer
        Gives cielo.Empty.

        id: str or cielo.Secret
        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("recurrences.set_customer")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_end_date(
        self, id: _Text, date: Union[_Text, _date], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Sets the last day of a recurrence.

        PUT /1/RecurrentPayment/{id}/EndDate
        Gives cielo.Empty.

        id: str or cielo.Secret
        date: str, cielo.Secret or datetime.date, YYYY-MM-DD
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_interval(
        self, id: _Text, interval: Union[_Interval, int], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Sets the interval of a recurrence.

        PUT /1/RecurrentPayment/{id}/Interval
        Gives cielo.Empty.

        id: str or cielo.Secret
        interval: str, cielo.Secret or int, a name such as Monthly, or its months
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_day(
        self, id: _Text, day: int, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Sets the day of the month on which a recurrence is charged.

        PUT /1/RecurrentPayment/{id}/RecurrencyDay
        Gives cielo.Empty.

        id: str or cielo.Secret
        day: int, of the month, 1 to 31
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_amount(
        self, id: _Text, amount: int, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Sets the amount of a recurrence, in cents, from the next charge on.

        PUT /1/RecurrentPayment/{id}/Amount
        Gives cielo.Empty.

        id: str or cielo.Secret
        amount: int, in cents
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_next_payment_date(
        self, id: _Text, date: Union[_Text, _date], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Moves the next charge of a recurrence, and only that one.

        PUT /1/RecurrentPayment/{id}/NextPaymentDate
        Gives cielo.Empty.

        id: str or cielo.Secret
        date: str, cielo.Secret or datetime.date, YYYY-MM-DD
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_payment(
        self, id: _Text, fields: PaymentFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Replaces the payment data of a recurrence.

        PUT /1/RecurrentPayment/{id}/Payment
        Gives cielo.Empty.

        id: str or cielo.Secret
        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("recurrences.set_payment")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def deactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Stops the future charges of a recurrence.

        PUT /1/RecurrentPayment/{id}/Deactivate
        Gives cielo.Empty.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def reactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Starts the charges of a stopped recurrence again.

        PUT /1/RecurrentPayment/{id}/Reactivate
        Gives cielo.Empty.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""

@final
class Cards:
    """The operations on Cielo's cards."""
    def tokenize(
        self, fields: CardTokenFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> CardToken:
        """Stores a card and gives its token.

        POST /1/card/
        Gives cielo.CardToken.

        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("cards.tokenize")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def get(
        self, card_token: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Card:
        """Reads a stored card by its token.

        GET /1/card/{card_token}
        Gives cielo.Card.

        card_token: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def verify(
        self, fields: ZeroAuthFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> ZeroAuth:
        """Checks a card without charging it (Zero Auth).

        POST /1/zeroauth
        Gives cielo.ZeroAuth.

        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("cards.verify")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def bin(
        self, digits: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Bin:
        """Tells brand, kind and issuer from the first 6 to 19 digits of a card.

        GET /1/cardBin/{digits}
        Gives cielo.Bin.

        digits: str or cielo.Secret, the first 6 to 19 digits of a card
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""

@final
class Orders:
    """The operations on Cielo's orders."""
    def get(
        self, checkout_order_number: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Order:
        """Reads a Checkout order.

        GET /api/public/v2/orders/{checkout_order_number}
        Gives cielo.Order.

        checkout_order_number: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def find(
        self, merchant_order_number: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> list[OrderReference]:
        """Lists the Checkout orders of a store's order number.

        GET /api/public/v2/merchantOrderNumber/{merchant_order_number}
        Gives a list of OrderReference results.

        merchant_order_number: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def capture(
        self, checkout_order_number: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> OrderChange:
        """Captures a Checkout order, whole or in part.

        PUT /api/public/v2/orders/{checkout_order_number}/capture?amount={amount}
        Gives cielo.OrderChange.

        checkout_order_number: str or cielo.Secret
        amount: int, in cents; when left out, the whole
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def void(
        self, checkout_order_number: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> OrderChange:
        """Cancels a Checkout order, or part of a captured one.

        PUT /api/public/v2/orders/{checkout_order_number}/void?amount={amount}
        Gives cielo.OrderChange.

        checkout_order_number: str or cielo.Secret
        amount: int, in cents; when left out, the whole
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def create(
        self, fields: PageFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Page:
        """Creates a Checkout payment page.

        POST /api/public/v1/orders
        Gives cielo.Page.

        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("orders.create")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def recurrence_get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> OrderRecurrence:
        """Reads a Checkout recurrence.

        GET /api/public/v1/RecurrentPayment/{id}
        Gives cielo.OrderRecurrence.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def recurrence_update(
        self, id: _Text, fields: OrderRecurrenceChangeFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Changes a Checkout recurrence; orders.recurrence_get tells how it is.

        PUT /api/public/v1/RecurrentPayment/Update
        Gives cielo.Empty.

        id: str or cielo.Secret
        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("orders.recurrence_update")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def recurrence_deactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Ends a Checkout recurrence for good.

        DELETE /api/public/v1/RecurrentPayment/Deactivate/{id}
        Gives cielo.Empty.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""

@final
class Links:
    """The operations on Cielo's links."""
    def create(
        self, fields: LinkFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Link:
        """Creates a payment link.

        POST /api/public/v1/products/
        Gives cielo.Link.

        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("links.create")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Link:
        """Reads a payment link.

        GET /api/public/v1/products/{id}
        Gives cielo.Link.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def update(
        self, id: _Text, fields: LinkFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Link:
        """Changes a payment link.

        PUT /api/public/v1/products/{id}
        Gives cielo.Link.

        id: str or cielo.Secret
        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("links.update")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def delete(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty:
        """Deletes a payment link.

        DELETE /api/public/v1/products/{id}
        Gives cielo.Empty.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def payments(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> LinkPayments:
        """Lists the payments made through a link.

        GET /api/public/v1/products/{id}/payments
        Gives cielo.LinkPayments.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""

@final
class Browser:
    """The operations on Cielo's browser."""
    def threeds_token(
        self, establishment_code: _Text, merchant_name: _Text, mcc: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> ThreeDsToken:
        """Gives a page's 3DS script its token, a fresh one each time.

        POST /v2/auth/token
        Gives cielo.ThreeDsToken.

        establishment_code: str or cielo.Secret, the store's number at Cielo
        merchant_name: str or cielo.Secret, the store's name, as Cielo has it
        mcc: str or cielo.Secret, the store's merchant category code; cielo.fields("browser.threeds_token")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def post_token(
        self, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> PostToken:
        """Gives a page's Silent Order Post script its token, a fresh one each time.

        POST /post/api/public/v2/accesstoken
        Gives cielo.PostToken.

        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""

@final
class AsyncSales:
    """The operations on Cielo's sales."""
    def create(
        self, fields: SaleFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Sale]:
        """Creates a sale: card, Pix, boleto or QR code.

        POST /1/sales/
        Gives cielo.Sale.

        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("sales.create")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def get(
        self, payment_id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Sale]:
        """Reads a sale by its PaymentId.

        GET /1/sales/{payment_id}
        Gives cielo.Sale.

        payment_id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def get_by_tid(
        self, tid: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Sale]:
        """Reads a sale by the acquirer's Tid.

        GET /1/sales/acquirerTid/{tid}
        Gives cielo.Sale.

        tid: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def find(
        self, merchant_order_id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, list[SaleReference]]:
        """Lists the sales of an order number; empty when there is none.

        GET /1/sales?merchantOrderId={merchant_order_id}
        Gives a list of SaleReference results.

        merchant_order_id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def capture(
        self, payment_id: _Text, amount: Optional[int] = None, service_tax_amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Transaction]:
        """Captures an authorised credit sale, whole or in part, once.

        PUT /1/sales/{payment_id}/capture?amount={amount}&serviceTaxAmount={service_tax_amount}
        Gives cielo.Transaction.

        payment_id: str or cielo.Secret
        amount: int, in cents; when left out, the whole
        service_tax_amount: int, in cents; when left out, Cielo's default
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def void(
        self, payment_id: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Transaction]:
        """Cancels a sale, or part of a captured one.

        PUT /1/sales/{payment_id}/void?amount={amount}
        Gives cielo.Transaction.

        payment_id: str or cielo.Secret
        amount: int, in cents; when left out, the whole
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def void_by_order(
        self, merchant_order_id: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Transaction]:
        """Cancels the newest sale of an order number.

        PUT /1/sales/OrderId/{merchant_order_id}/void?amount={amount}
        Gives cielo.Transaction.

        merchant_order_id: str or cielo.Secret
        amount: int, in cents; when left out, the whole
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def reconcile(
        self, merchant_order_id: _Text, amount: int, not_before: Optional[Union[float, _datetime]] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Sale]:
        """Looks up what became of a sale by its order number and amount.

        No request of its own.
        Gives cielo.Sale.

        merchant_order_id: str or cielo.Secret
        amount: int, in cents
        not_before: int or float (seconds since 1970) or a datetime with its zone, no sale that Cielo received earlier is meant; may be left out
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""

@final
class AsyncRecurrences:
    """The operations on Cielo's recurrences."""
    def get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Recurrence]:
        """Reads a scheduled recurrence.

        GET /1/RecurrentPayment/{id}
        Gives cielo.Recurrence.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def set_customer(
        self, id: _Text, fields: CustomerFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Replaces the customer of a recurrence.

        PUT /1/RecurrentPayment/{id}/Customer
        Gives cielo.Empty.

        id: str or cielo.Secret
        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("recurrences.set_customer")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_end_date(
        self, id: _Text, date: Union[_Text, _date], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Sets the last day of a recurrence.

        PUT /1/RecurrentPayment/{id}/EndDate
        Gives cielo.Empty.

        id: str or cielo.Secret
        date: str, cielo.Secret or datetime.date, YYYY-MM-DD
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_interval(
        self, id: _Text, interval: Union[_Interval, int], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Sets the interval of a recurrence.

        PUT /1/RecurrentPayment/{id}/Interval
        Gives cielo.Empty.

        id: str or cielo.Secret
        interval: str, cielo.Secret or int, a name such as Monthly, or its months
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_day(
        self, id: _Text, day: int, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Sets the day of the month on which a recurrence is charged.

        PUT /1/RecurrentPayment/{id}/RecurrencyDay
        Gives cielo.Empty.

        id: str or cielo.Secret
        day: int, of the month, 1 to 31
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_amount(
        self, id: _Text, amount: int, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Sets the amount of a recurrence, in cents, from the next charge on.

        PUT /1/RecurrentPayment/{id}/Amount
        Gives cielo.Empty.

        id: str or cielo.Secret
        amount: int, in cents
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_next_payment_date(
        self, id: _Text, date: Union[_Text, _date], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Moves the next charge of a recurrence, and only that one.

        PUT /1/RecurrentPayment/{id}/NextPaymentDate
        Gives cielo.Empty.

        id: str or cielo.Secret
        date: str, cielo.Secret or datetime.date, YYYY-MM-DD
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def set_payment(
        self, id: _Text, fields: PaymentFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Replaces the payment data of a recurrence.

        PUT /1/RecurrentPayment/{id}/Payment
        Gives cielo.Empty.

        id: str or cielo.Secret
        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("recurrences.set_payment")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def deactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Stops the future charges of a recurrence.

        PUT /1/RecurrentPayment/{id}/Deactivate
        Gives cielo.Empty.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def reactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Starts the charges of a stopped recurrence again.

        PUT /1/RecurrentPayment/{id}/Reactivate
        Gives cielo.Empty.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""

@final
class AsyncCards:
    """The operations on Cielo's cards."""
    def tokenize(
        self, fields: CardTokenFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, CardToken]:
        """Stores a card and gives its token.

        POST /1/card/
        Gives cielo.CardToken.

        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("cards.tokenize")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def get(
        self, card_token: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Card]:
        """Reads a stored card by its token.

        GET /1/card/{card_token}
        Gives cielo.Card.

        card_token: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def verify(
        self, fields: ZeroAuthFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, ZeroAuth]:
        """Checks a card without charging it (Zero Auth).

        POST /1/zeroauth
        Gives cielo.ZeroAuth.

        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("cards.verify")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def bin(
        self, digits: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Bin]:
        """Tells brand, kind and issuer from the first 6 to 19 digits of a card.

        GET /1/cardBin/{digits}
        Gives cielo.Bin.

        digits: str or cielo.Secret, the first 6 to 19 digits of a card
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""

@final
class AsyncOrders:
    """The operations on Cielo's orders."""
    def get(
        self, checkout_order_number: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Order]:
        """Reads a Checkout order.

        GET /api/public/v2/orders/{checkout_order_number}
        Gives cielo.Order.

        checkout_order_number: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def find(
        self, merchant_order_number: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, list[OrderReference]]:
        """Lists the Checkout orders of a store's order number.

        GET /api/public/v2/merchantOrderNumber/{merchant_order_number}
        Gives a list of OrderReference results.

        merchant_order_number: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def capture(
        self, checkout_order_number: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, OrderChange]:
        """Captures a Checkout order, whole or in part.

        PUT /api/public/v2/orders/{checkout_order_number}/capture?amount={amount}
        Gives cielo.OrderChange.

        checkout_order_number: str or cielo.Secret
        amount: int, in cents; when left out, the whole
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def void(
        self, checkout_order_number: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, OrderChange]:
        """Cancels a Checkout order, or part of a captured one.

        PUT /api/public/v2/orders/{checkout_order_number}/void?amount={amount}
        Gives cielo.OrderChange.

        checkout_order_number: str or cielo.Secret
        amount: int, in cents; when left out, the whole
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def create(
        self, fields: PageFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Page]:
        """Creates a Checkout payment page.

        POST /api/public/v1/orders
        Gives cielo.Page.

        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("orders.create")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def recurrence_get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, OrderRecurrence]:
        """Reads a Checkout recurrence.

        GET /api/public/v1/RecurrentPayment/{id}
        Gives cielo.OrderRecurrence.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def recurrence_update(
        self, id: _Text, fields: OrderRecurrenceChangeFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Changes a Checkout recurrence; orders.recurrence_get tells how it is.

        PUT /api/public/v1/RecurrentPayment/Update
        Gives cielo.Empty.

        id: str or cielo.Secret
        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("orders.recurrence_update")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def recurrence_deactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Ends a Checkout recurrence for good.

        DELETE /api/public/v1/RecurrentPayment/Deactivate/{id}
        Gives cielo.Empty.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""

@final
class AsyncLinks:
    """The operations on Cielo's links."""
    def create(
        self, fields: LinkFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Link]:
        """Creates a payment link.

        POST /api/public/v1/products/
        Gives cielo.Link.

        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("links.create")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Link]:
        """Reads a payment link.

        GET /api/public/v1/products/{id}
        Gives cielo.Link.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def update(
        self, id: _Text, fields: LinkFields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Link]:
        """Changes a payment link.

        PUT /api/public/v1/products/{id}
        Gives cielo.Link.

        id: str or cielo.Secret
        fields: a mapping, as Cielo's manual writes them or in snake_case; cielo.fields("links.update")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def delete(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]:
        """Deletes a payment link.

        DELETE /api/public/v1/products/{id}
        Gives cielo.Empty.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types.
        Of these cielo.OutcomeUnknownError says that nobody can know yet
        whether it happened: look it up before repeating. What Cielo denies
        is a result, not an error."""
    def payments(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, LinkPayments]:
        """Lists the payments made through a link.

        GET /api/public/v1/products/{id}/payments
        Gives cielo.LinkPayments.

        id: str or cielo.Secret
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""

@final
class AsyncBrowser:
    """The operations on Cielo's browser."""
    def threeds_token(
        self, establishment_code: _Text, merchant_name: _Text, mcc: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, ThreeDsToken]:
        """Gives a page's 3DS script its token, a fresh one each time.

        POST /v2/auth/token
        Gives cielo.ThreeDsToken.

        establishment_code: str or cielo.Secret, the store's number at Cielo
        merchant_name: str or cielo.Secret, the store's name, as Cielo has it
        mcc: str or cielo.Secret, the store's merchant category code; cielo.fields("browser.threeds_token")
        lists them
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def post_token(
        self, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, PostToken]:
        """Gives a page's Silent Order Post script its token, a fresh one each time.

        POST /post/api/public/v2/accesstoken
        Gives cielo.PostToken.

        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""

class Client:
    """A client of Cielo's payment APIs.

    merchant_id, merchant_key   the credentials of API 3.0
    client_id, client_secret    those of Checkout
    checkout_merchant_id        to create a Checkout page, or the token alone
    environment                 'sandbox' (the default) or 'production'
    base_url                    replaces every host: a local Cielo, a proxy
    timeout                     seconds for a whole call, 45
    connect_timeout             seconds for one connection, 5
    max_retries                 of reads and tokens only, 2
    reconcile                   look writes in doubt up, True
    validate                    check fields before sending, True
    ca_file, proxy, user_agent  as in libcurl
    allow_plain_http            http:// beyond loopback addresses, False
    max_connections             in use at once to each host, 100
    journal                     a folder in which each write is noted before
                                it is sent, str or os.PathLike; '' for none
    journal_sync                'intent' (the default): on disk before a write
                                is sent; 'off': a power cut may lose it
    journal_required            what cannot be noted is not sent, True
    journal_mode                'private' (the default), or 'group': for the
                                folder's group too
    mpi_client_id, mpi_client_secret    those of 3DS
    post_client_id, post_client_secret  those of Silent Order Post
    on_attempt                  called after each request with a dict of its
                                masked facts, for metrics and spans

    What is missing comes from the environment variables CIELO_MERCHANT_ID,
    CIELO_MERCHANT_KEY, CIELO_CLIENT_ID, CIELO_CLIENT_SECRET,
    CIELO_CHECKOUT_MERCHANT_ID, CIELO_ENVIRONMENT, CIELO_BASE_URL,
    CIELO_MPI_CLIENT_ID, CIELO_MPI_CLIENT_SECRET, CIELO_POST_CLIENT_ID,
    CIELO_POST_CLIENT_SECRET and CIELO_JOURNAL.
    Threads may share one client, and a forked child may go on with it."""
    def __init__(
        self,
        *,
        merchant_id: Optional[str] = None,
        merchant_key: Optional[_Text] = None,
        client_id: Optional[str] = None,
        client_secret: Optional[_Text] = None,
        checkout_merchant_id: Optional[str] = None,
        environment: Optional[_Environment] = None,
        base_url: Optional[str] = None,
        ca_file: Optional[str] = None,
        proxy: Optional[str] = None,
        user_agent: Optional[str] = None,
        timeout: Optional[_Seconds] = None,
        connect_timeout: Optional[_Seconds] = None,
        max_retries: Optional[int] = None,
        reconcile: Optional[bool] = None,
        validate: Optional[bool] = None,
        allow_plain_http: Optional[bool] = None,
        mpi_client_id: Optional[str] = None,
        mpi_client_secret: Optional[_Text] = None,
        post_client_id: Optional[str] = None,
        post_client_secret: Optional[_Text] = None,
        max_connections: Optional[int] = None,
        journal: Optional[_Folder] = None,
        journal_sync: Optional[Literal["intent", "off"]] = None,
        journal_required: Optional[bool] = None,
        journal_mode: Optional[Literal["private", "group"]] = None,
        on_attempt: Optional[Callable[[dict[str, Any]], object]] = None,
    ) -> None: ...
    @property
    def environment(self) -> _Environment:
        """'sandbox' or 'production'."""
    @property
    def base_url(self) -> str:
        """What replaces every host, '' when nothing does."""
    @property
    def merchant_id(self) -> str:
        """The merchant of API 3.0."""
    @property
    def timeout(self) -> float:
        """Seconds that a whole call may take."""
    @property
    def closed(self) -> bool:
        """Whether close() was called."""
    @property
    def journal(self) -> _ClientJournal:
        """What outlives the process: the writes whose outcome nobody knows."""
    @property
    def _journal_folder(self) -> Optional[str]: ...
    @property
    def sales(self) -> Sales:
        """The operations on Cielo's sales."""
    @property
    def recurrences(self) -> Recurrences:
        """The operations on Cielo's recurrences."""
    @property
    def cards(self) -> Cards:
        """The operations on Cielo's cards."""
    @property
    def orders(self) -> Orders:
        """The operations on Cielo's orders."""
    @property
    def links(self) -> Links:
        """The operations on Cielo's links."""
    @property
    def browser(self) -> Browser:
        """The operations on Cielo's browser."""
    def request(
        self, method: _Text, path: _Text, body: Any = None, host: Optional[_Host] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Any:
        """Calls what has no method of its own.

        A change whose outcome is unknown is not settled.

        method: str, such as 'GET'
        path: str, begins with a slash
        body: any JSON value
        host: 'transaction', 'query' or 'checkout'; when left out, 'query' for a
        GET and 'transaction' for all else
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def confirm(
        self, notification: Notification, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Union[Sale, Recurrence, Order]:
        """Asks Cielo for what a notification is about, by its ids alone.

        Cielo signs nothing: only this tells the real state. Gives a Sale, a
        Recurrence or an Order.

        notification: what cielo.parse_notification() gave
        timeout: seconds for the whole call, int, float or timedelta
        request_id: str or cielo.Secret, the RequestId to send

        Raises cielo.CieloError, and TypeError for values of other types."""
    def many(
        self, verb: Callable[..., _Given], calls: Iterable[_Item],
        concurrency: int = 16, progress: Optional[_Progress] = None
    ) -> Many[_Item, _Given]:
        """Makes a call of each item of calls, a few at once.

            for outcome in client.many(client.sales.capture, ids):
                if outcome.error:
                    print(outcome.call, outcome.error)

        Gives a cielo.Many of a cielo.Outcome for each, as they end. One that
        fails stops nothing: what its verb would raise is its error, a TypeError
        for a wrong item too. Between voids of one payment five seconds pass,
        while those of others go on.

        verb: a method of this client's, such as client.sales.capture
        calls: an iterable, which may be endless, of what the verb is called
        with: a tuple of arguments, a single one, or a dict: the fields where the
        verb's first parameter is fields, else keywords. The next item is asked
        for when there is room for its call
        concurrency: calls under way at once, 1 to 10000; past max_connections
        they wait for a connection within their time-out
        progress: called with done, failed and total (None where calls has no
        len()), ten times a second at most, and at the end; cielo.progress()"""
    def with_options(
        self: _C,
        *,
        timeout: Optional[_Seconds] = None,
        connect_timeout: Optional[_Seconds] = None,
        max_retries: Optional[int] = None,
        reconcile: Optional[bool] = None,
        validate: Optional[bool] = None,
    ) -> _C:
        """A client that differs in these and shares all else: connections, token,
        the times of voids. Closing one of them leaves the others at work.

        timeout, connect_timeout: seconds, int, float or timedelta
        max_retries: int; reconcile, validate: bool

        Raises ClosedError after close(), and ValidationError for a number out
        of bounds."""
    def close(self) -> None:
        """Closes the idle connections. Later calls raise ClosedError."""
    def __enter__(self: _C) -> _C: ...
    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...

class _AsyncClient:
    def __init__(
        self,
        *,
        merchant_id: Optional[str] = None,
        merchant_key: Optional[_Text] = None,
        client_id: Optional[str] = None,
        client_secret: Optional[_Text] = None,
        checkout_merchant_id: Optional[str] = None,
        environment: Optional[_Environment] = None,
        base_url: Optional[str] = None,
        ca_file: Optional[str] = None,
        proxy: Optional[str] = None,
        user_agent: Optional[str] = None,
        timeout: Optional[_Seconds] = None,
        connect_timeout: Optional[_Seconds] = None,
        max_retries: Optional[int] = None,
        reconcile: Optional[bool] = None,
        validate: Optional[bool] = None,
        allow_plain_http: Optional[bool] = None,
        mpi_client_id: Optional[str] = None,
        mpi_client_secret: Optional[_Text] = None,
        post_client_id: Optional[str] = None,
        post_client_secret: Optional[_Text] = None,
        max_connections: Optional[int] = None,
        journal: Optional[_Folder] = None,
        journal_sync: Optional[Literal["intent", "off"]] = None,
        journal_required: Optional[bool] = None,
        journal_mode: Optional[Literal["private", "group"]] = None,
        on_attempt: Optional[Callable[[dict[str, Any]], object]] = None,
    ) -> None: ...
    @property
    def environment(self) -> _Environment: ...
    @property
    def base_url(self) -> str: ...
    @property
    def merchant_id(self) -> str: ...
    @property
    def timeout(self) -> float: ...
    @property
    def closed(self) -> bool: ...
    @property
    def journal(self) -> _AsyncJournal: ...
    @property
    def _journal_folder(self) -> Optional[str]: ...
    @property
    def sales(self) -> AsyncSales: ...
    @property
    def recurrences(self) -> AsyncRecurrences: ...
    @property
    def cards(self) -> AsyncCards: ...
    @property
    def orders(self) -> AsyncOrders: ...
    @property
    def links(self) -> AsyncLinks: ...
    @property
    def browser(self) -> AsyncBrowser: ...
    def request(
        self, method: _Text, path: _Text, body: Any = None, host: Optional[_Host] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Any]: ...
    def confirm(
        self, notification: Notification, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Union[Sale, Recurrence, Order]]: ...
    def many(
        self, verb: Callable[..., Coroutine[Any, Any, _Given]], calls: Union[Iterable[_Item], AsyncIterable[_Item]],
        concurrency: int = 16, progress: Optional[_Progress] = None
    ) -> AsyncMany[_Item, _Given]: ...
    def with_options(
        self: _A,
        *,
        timeout: Optional[_Seconds] = None,
        connect_timeout: Optional[_Seconds] = None,
        max_retries: Optional[int] = None,
        reconcile: Optional[bool] = None,
        validate: Optional[bool] = None,
    ) -> _A: ...
    def _multi(self, loop: AbstractEventLoop) -> _Multi: ...
    def _shut(self) -> None: ...

@final
class Outcome(Generic[_Item, _Given]):
    """What became of one of many calls: its result, or its error.

    Which call it was, index and call say: the call's place among all, and
    the item that it was made of."""
    @property
    def index(self) -> int:
        """The place of the call among all, from 0."""
    @property
    def call(self) -> _Item:
        """The caller's own item, of which the call was made."""
    @property
    def result(self) -> Optional[_Given]:
        """What the verb gives; None beside an error."""
    @property
    def error(self) -> Optional[Exception]:
        """What the verb raises, an exception; None beside a result."""

@final
class _Roster:
    wake: Optional[Callable[[], None]]
    @property
    def room(self) -> bool: ...
    @property
    def ended(self) -> bool: ...
    @property
    def count(self) -> int: ...
    @property
    def under_way(self) -> int: ...
    @property
    def pause(self) -> Optional[float]: ...
    def put(self, item: Any) -> None: ...
    def pull(self, iterator: Iterator[Any]) -> bool: ...
    def start(self) -> None: ...
    def wait(self, seconds: Optional[float]) -> None: ...
    def take(self) -> Any: ...
    def stop(self) -> None: ...
    def finish(self) -> None: ...
    def leave(self) -> None: ...

@final
class _Call(Coroutine[Any, Any, Any]):
    @property
    def _settled(self) -> Optional[str]: ...
    def __await__(self) -> Generator[Any, None, Any]: ...
    def send(self, value: Any) -> Any: ...
    def throw(self, kind: Any, value: Any = None, traceback: Any = None) -> Any: ...
    def close(self) -> None: ...

@final
class _Multi:
    @property
    def lost(self) -> bool: ...
    def end(self, client: _AsyncClient) -> None: ...
    def close(self, loop: Optional[AbstractEventLoop]) -> None: ...

@final
class _Journal:
    def __init__(self, folder: _Folder, /) -> None: ...
    def lock(self) -> bool: ...
    def load(self) -> None: ...
    def take(self, in_doubt: bool) -> list[dict[str, Any]]: ...
    def find(self, id: str) -> Optional[dict[str, Any]]: ...
    def counts(self) -> tuple[int, int, int, int]: ...
    def close(self) -> None: ...

@final
class _Records:
    def __init__(self, folder: _Folder, segment: str, start: int, /) -> None: ...
    @property
    def damaged(self) -> int: ...
    def take(self) -> list[tuple[dict[str, Any], int]]: ...
    def close(self) -> None: ...

@final
class ReturnCode:
    """An entry of Cielo's return codes."""
    code: str
    """As Cielo writes it."""
    operation: _CodeOperation
    """'sale', 'capture' or 'void'."""
    category: _Category
    """What it is about."""
    retry: Retry
    """May it be tried again?"""
    change: _Change
    """What to alter before trying again."""
    def meaning(self, language: _Language = "pt") -> str:
        """What it means to the merchant, in 'pt' or 'en'."""
    def shopper(self, language: _Language = "pt") -> str:
        """A sentence that may be shown to whoever is paying, in 'pt' or 'en'."""

@final
class StatusEntry:
    """A status of one of the books."""
    book: _Book
    """The book, such as 'sale_status'."""
    number: int
    """Cielo's number."""
    name: str
    """A name in snake_case."""
    wire: str
    """Cielo's own word, '' if it has none."""
    def meaning(self, language: _Language = "pt") -> str:
        """What it means to the merchant, in 'pt' or 'en'."""

@final
class Denial:
    """A brand's denial code in the table of ABECS."""
    brand: str
    """'elo', 'visa', 'master' or 'amex'."""
    code: str
    """As Cielo writes it."""
    category: _Category
    """What it is about."""
    reversible: bool
    """May it be tried again?"""
    change: _Change
    """What to alter before trying again."""
    def meaning(self, language: _Language = "pt") -> str:
        """What it means to the merchant, in 'pt' or 'en'."""

@final
class MerchantAdvice:
    """What Mastercard advises the merchant to do."""
    code: str
    """As Cielo writes it."""
    retry: Retry
    """May it be tried again?"""
    change: _Change
    """What to alter before trying again."""
    def meaning(self, language: _Language = "pt") -> str:
        """What it means to the merchant, in 'pt' or 'en'."""

return_codes: tuple[ReturnCode, ...]

def return_code(
    code: str, operation: _CodeOperation = "sale"
) -> Optional[ReturnCode]:
    """What a return code of Cielo's means, or None when no book holds it.

    The text is exact: '4' is a success and '04' a blocked card. operation
    is 'sale', 'capture' or 'void': each has a book of its own."""
def abecs(brand: str, code: str) -> Optional[Denial]:
    """A brand's denial code in the table of ABECS, or None."""
def merchant_advice(code: str) -> Optional[MerchantAdvice]:
    """What Mastercard advises the merchant to do, or None."""
def retry_plan(
    sale: Union[Result, Advice, Retry, ReturnCode, MerchantAdvice],
    attempts: Optional[Iterable[_Time]] = None,
    now: Optional[_Time] = None,
) -> Optional[_datetime]:
    """When a sale may be tried again, or None when it may not.

    sale: a result with advice, an Advice, a Retry, or an entry of a code
    book that has one: ReturnCode, MerchantAdvice
    attempts: the times of those made so far, the first among them; when
    left out, this one alone: when Cielo received the sale, else now
    now: the caller's clock; when left out, the system's

    Times are datetime.datetime with a zone or seconds since 1970; the
    answer is a datetime in UTC, never before now. Raises ValueError for a
    datetime without a zone, which parse_time gives: Cielo's clock is
    Brasilia's, three hours behind UTC. Raises TypeError for anything
    else."""
def next_charge(
    sale: Union[Sale, dict[str, Any]],
    merchant_order_id: _Text,
    amount: int,
    *,
    reason: Optional[_Text] = None,
    transaction_link_id: Optional[_Text] = None,
) -> Any:
    """The fields of a stored card's next charge that the store makes by
    itself, for client.sales.create: token, brand and what the brand wants
    to see again. A dict in wire names; add what your sales carry besides.

    sale: the result of the last approved sale of that card, or a dict
    that keeps what it said, secrets revealed
    reason: Recurring, Unscheduled or Installments; left out, the sale's,
    and where that has none Recurring after a sale marked recurrent, else
    Unscheduled
    transaction_link_id: Mastercard's of the first sale, the one that the
    shopper took part in; needed once sale is a later one, '' if that had
    none

    Raises ValidationError with every problem."""
def parse_time(text: Optional[str]) -> Optional[_datetime]:
    """A date or moment of a result or a notification, as a datetime.

    text: in any of Cielo's styles, such as '2026-11-22 12:00:05',
    '2026-11-22T12:00:05.42', '2026-11-22' or '22/11/2026 12:00:05'

    The datetime has no zone, since Cielo gives none. None for None and for
    Cielo's '0001-01-01T00:00:00'. Raises DecodeError for other texts."""
def parse_notification(
    body: Union[str, bytes, bytearray, memoryview],
    content_type: Optional[str] = None,
) -> Notification:
    """Reads what Cielo posted, bytes or text of any shape.

    Raises DecodeError for what is no notification. Nothing in it is
    proof: client.confirm() asks Cielo."""
def _fits(name: str, /) -> dict[str, int]: ...
def _schema() -> dict[str, Any]: ...
def _restore(kind: str, members: dict[str, Any], facts: Optional[dict[str, Any]], /) -> Any: ...
def _restore_row(kind: int, book: _Book, code: Any, /) -> Any: ...
def _read(body: bytes, kind: str, /) -> Any: ...
def _checked(client: Union[Client, _AsyncClient], operation: str, /, *params: Any) -> bytes: ...
def _journal_segments(folder: _Folder, /) -> list[dict[str, Any]]: ...
def _journal_prune(folder: _Folder, days: int, /) -> Optional[int]: ...
def _journal_settle(reader: _Journal, client: Union[Client, _AsyncClient], id: str, /) -> Any: ...

def sale_status(value: Union[int, str]) -> Optional[StatusEntry]:
    """The status of a sale (API 3.0) by its number or its word, or None."""
def order_status(value: Union[int, str]) -> Optional[StatusEntry]:
    """The status of a Checkout order by its number or its word, or None."""
def recurrence_status(value: Union[int, str]) -> Optional[StatusEntry]:
    """The status of a recurrence (API 3.0) by its number or its word, or None."""
def order_recurrence_status(value: Union[int, str]) -> Optional[StatusEntry]:
    """The status of a Checkout recurrence by its number or its word, or None."""
def antifraud_status(value: Union[int, str]) -> Optional[StatusEntry]:
    """The status of a fraud analysis (API 3.0) by its number or its word, or None."""
def order_antifraud_status(value: Union[int, str]) -> Optional[StatusEntry]:
    """The status of a Checkout fraud analysis by its number or its word, or None."""
def reason_code(value: Union[int, str]) -> Optional[StatusEntry]:
    """The reason of an answer (API 3.0) by its number or its word, or None."""
def api_error(value: Union[int, str]) -> Optional[StatusEntry]:
    """An error of API 3.0 by its number or its word, or None."""
