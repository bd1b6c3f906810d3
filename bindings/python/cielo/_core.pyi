# Written by stubgen.py from the core's maps: change those, not this.
from asyncio import AbstractEventLoop
from collections.abc import (
    AsyncIterable, Callable, Coroutine, Generator, Iterable, Iterator, KeysView, Mapping, Sequence,
)
from datetime import date as _date, datetime as _datetime, timedelta as _timedelta
from os import PathLike
from types import TracebackType
from typing import Any, ClassVar, Generic, Literal, Optional, TypeVar, Union, final

from .aio_journal import AsyncJournal as _AsyncJournal
from .aio_many import AsyncMany
from .journal import Journal as _ClientJournal
from .many import Many

__version__: str

_Seconds = Union[int, float, _timedelta]
_Text = Union[str, "Secret"]
_Fields = Union[Mapping[str, Any], "Result"]
_Time = Union[_datetime, int, float]
_Folder = Union[str, bytes, PathLike[str]]
_Language = Literal["pt", "en"]
_Host = Literal["transaction", "query", "checkout"]
_C = TypeVar("_C", bound="Client")
_A = TypeVar("_A", bound="_AsyncClient")
_Item = TypeVar("_Item")
_Given = TypeVar("_Given")
_Progress = Callable[[int, int, Optional[int]], object]

@final
class Secret:
    def __new__(cls, text: Union[str, Secret]) -> Secret: ...
    def reveal(self) -> str: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

class Result:
    http_status: int
    request_id: Optional[str]
    warnings: Sequence[Problem]
    def __getitem__(self, name: str) -> Any: ...
    def __contains__(self, name: object) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    # dict(result) and {**result} hold tokens in clear, as result[name] does; to_dict() masks.
    def keys(self) -> KeysView[str]: ...
    def to_dict(self, reveal: bool = False) -> dict[str, Any]: ...
    def to_json(self, reveal: bool = False) -> str: ...

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
    ...

@final
class Sale(Result):
    merchant_order_id: Optional[str]
    order_description: Optional[str]
    acquirer_order_id: Optional[str]
    customer: Optional[Customer]
    payment: Payment
    links: Optional[Union[Hyperlink, list[Hyperlink]]]
    status_name: Optional[str]
    approved: bool
    declined: bool
    pending: bool
    reconciled: bool
    advice: Advice

@final
class SaleReference(Result):
    payment_id: str
    received_date: Optional[str]

@final
class Transaction(Result):
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
    status_name: Optional[str]
    approved: bool
    declined: bool
    pending: bool
    reconciled: bool
    advice: Advice

@final
class Customer(Result):
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
    usage: Optional[str]
    reason: Optional[str]

@final
class NewCard(Result):
    card_number: Optional[Secret]
    expiration_date: Optional[str]
    brand: Optional[str]
    save_card: Optional[bool]

@final
class RecurrentPayment(Result):
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
    payment_id: Optional[str]
    payment_number: Optional[int]
    try_number: Optional[int]
    transaction_id: Optional[str]

@final
class Recurrence(Result):
    customer: Optional[Customer]
    recurrent_payment: RecurrentPayment

@final
class ExternalAuthentication(Result):
    cavv: Optional[str]
    xid: Optional[str]
    eci: Optional[Union[str, int]]
    version: Optional[Union[str, int]]
    reference_id: Optional[str]
    data_only: Optional[bool]

@final
class InitiatedTransactionIndicator(Result):
    category: Optional[str]
    subcategory: Optional[str]

@final
class Wallet(Result):
    type: Optional[str]
    wallet_key: Optional[str]
    platform_operator: Optional[str]
    additional_data: Optional[WalletAdditionalData]
    eci: Optional[Union[str, int]]
    cavv: Optional[str]

@final
class WalletAdditionalData(Result):
    ephemeral_public_key: Optional[str]
    signature: Optional[str]
    mcc: Optional[str]
    cash_in: Optional[str]

@final
class PaymentFacilitator(Result):
    establishment_code: Optional[str]
    sub_establishment: Optional[SubEstablishment]

@final
class SubEstablishment(Result):
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
    ticket_number: Optional[str]

@final
class QrCode(Result):
    merchant_name: Optional[str]
    expiration: Optional[int]

@final
class VelocityAnalysis(Result):
    id: Optional[str]
    result_message: Optional[str]
    score: Optional[Union[str, int]]

@final
class FraudAnalysis(Result):
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
    browser_fingerprint: Optional[str]
    cookies_accepted: Optional[bool]
    email: Optional[str]
    host_name: Optional[str]
    ip_address: Optional[str]
    type: Optional[str]

@final
class FraudCart(Result):
    is_gift: Optional[bool]
    returns_accepted: Optional[bool]
    items: Optional[list[Result]]

@final
class FraudMerchantDefinedField(Result):
    id: Optional[Union[str, int]]
    value: Optional[Union[str, int]]

@final
class FraudShipping(Result):
    addressee: Optional[str]
    method: Optional[str]
    phone: Optional[str]

@final
class Chargeback(Result):
    amount: Optional[int]
    case_number: Optional[str]
    date: Optional[str]
    reason_code: Optional[Union[str, int]]
    reason_message: Optional[str]
    status: Optional[Union[str, int]]
    raw_data: Optional[str]

@final
class FraudAlert(Result):
    date: Optional[str]
    reason_message: Optional[str]
    incoming_chargeback: Optional[bool]

@final
class Hyperlink(Result):
    method: Optional[str]
    rel: Optional[str]
    href: Optional[str]

@final
class CardToken(Result):
    customer_name: Optional[str]
    card_number: Optional[Secret]
    holder: Optional[str]
    expiration_date: Optional[str]
    brand: Optional[str]
    card_token: str
    links: Optional[Union[Hyperlink, list[Hyperlink]]]

@final
class ZeroAuth(Result):
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
    merchant_id: Optional[str]
    order_number: Optional[str]
    soft_descriptor: Optional[str]
    cart: Optional[OrderCart]
    shipping: Optional[OrderShipping]
    payment: OrderPayment
    customer: Optional[OrderCustomer]
    links: Optional[Union[OrderHyperlink, list[OrderHyperlink]]]
    status_name: Optional[str]
    status_number: Optional[int]

@final
class OrderCart(Result):
    discount: Optional[OrderDiscount]
    items: Optional[list[OrderItem]]

@final
class OrderDiscount(Result):
    type: Optional[str]
    value: Optional[int]

@final
class OrderItem(Result):
    name: Optional[str]
    description: Optional[str]
    unit_price: Optional[int]
    quantity: Optional[int]
    type: Optional[Union[str, int]]
    sku: Optional[str]
    weight: Optional[Union[str, int]]

@final
class OrderShipping(Result):
    type: Optional[Union[str, int]]
    services: Optional[list[OrderShippingService]]
    address: Optional[OrderAddress]

@final
class OrderShippingService(Result):
    name: Optional[str]
    price: Optional[int]
    deadline: Optional[Union[str, int]]
    carrier: Optional[Union[str, int]]

@final
class OrderAddress(Result):
    street: Optional[str]
    number: Optional[Union[str, int]]
    complement: Optional[str]
    district: Optional[str]
    city: Optional[str]
    state: Optional[str]

@final
class OrderPayment(Result):
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
    antifraude_result: Optional[Union[str, int]]
    description: Optional[str]

@final
class OrderCustomer(Result):
    identity: Optional[str]
    full_name: Optional[str]
    email: Optional[str]
    phone: Optional[Union[str, int]]

@final
class OrderHyperlink(Result):
    method: Optional[str]
    rel: Optional[str]
    href: Optional[str]

@final
class OrderReference(Result):
    checkout_order_number: Optional[str]
    created_date: Optional[str]
    links: Optional[Union[OrderHyperlink, list[OrderHyperlink]]]

@final
class OrderChange(Result):
    success: Optional[bool]
    status: Optional[int]
    return_code: Optional[str]
    return_message: Optional[str]
    links: Optional[Union[OrderHyperlink, list[OrderHyperlink]]]
    approved: bool
    declined: bool
    pending: bool
    reconciled: bool

@final
class OrderRecurrence(Result):
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
    order_id: Optional[Union[str, int]]
    order_number: Optional[str]
    merchant_order_number: Optional[str]
    created_date: Optional[str]
    payment_status: Optional[Union[str, int]]
    payment_status_description: Optional[str]

@final
class OrderRecurrenceChange(Result):
    pagador_recurrent_payment_id: Optional[str]
    amount: Optional[int]
    interval: Optional[int]
    end_date: Optional[str]
    next_payment_date: Optional[str]
    day: Optional[Union[str, int]]

@final
class Page(Result):
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
    discount: Optional[PageDiscount]
    items: Optional[list[PageItem]]

@final
class PageDiscount(Result):
    type: Optional[str]
    value: Optional[int]

@final
class PageItem(Result):
    name: Optional[str]
    description: Optional[str]
    unit_price: Optional[int]
    quantity: Optional[int]
    type: Optional[str]
    sku: Optional[str]
    weight: Optional[int]

@final
class PageShipping(Result):
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
    street: Optional[str]
    number: Optional[str]
    complement: Optional[str]
    district: Optional[str]
    city: Optional[str]
    state: Optional[str]

@final
class PageShippingService(Result):
    name: Optional[str]
    price: Optional[int]
    deadline: Optional[int]
    carrier: Optional[Union[str, int]]

@final
class PagePayment(Result):
    boleto_discount: Optional[int]
    debit_discount: Optional[int]
    first_installment_discount: Optional[int]
    installments: Optional[int]
    max_number_of_installments: Optional[int]
    fixed_installments: Any
    recurrent_payment: Optional[PageRecurrentPayment]

@final
class PageRecurrentPayment(Result):
    interval: Optional[str]
    end_date: Optional[str]

@final
class PageCustomer(Result):
    identity: Optional[str]
    full_name: Optional[str]
    email: Optional[str]
    phone: Optional[str]

@final
class PageOptions(Result):
    return_url: Optional[str]
    antifraud_enabled: Optional[bool]

@final
class PageSettings(Result):
    checkout_url: Optional[str]
    profile: Optional[str]
    version: Optional[Union[str, int]]

@final
class Link(Result):
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
    type: Optional[str]
    name: Optional[str]
    price: Optional[int]
    origin_zip_code: Optional[str]

@final
class LinkRecurrent(Result):
    interval: Optional[str]
    end_date: Optional[str]

@final
class LinkPayments(Result):
    product_id: Optional[str]
    created_date: Optional[str]
    orders: list[LinkOrder]

@final
class LinkOrder(Result):
    order_number: Optional[str]
    created_date: Optional[str]
    payment: Optional[LinkPayment]
    links: Optional[Union[OrderHyperlink, list[OrderHyperlink]]]

@final
class LinkPayment(Result):
    price: Optional[int]
    number_of_payments: Optional[int]
    created_date: Optional[str]
    status: Optional[str]

@final
class OrderNotice(Result):
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
    kind: str
    payment_id: Optional[str]
    recurrent_payment_id: Optional[str]
    change_type: Optional[int]
    change: Optional[str]
    checkout_order_number: Optional[str]
    merchant_order_number: Optional[str]
    merchant_id: Optional[str]
    amount: Optional[int]
    payment_status: Optional[int]
    status_name: Optional[str]
    test_transaction: Optional[bool]
    fields: Optional[OrderNotice]

@final
class ThreeDsToken(Result):
    establishment_code: Optional[str]
    merchant_name: Optional[str]
    mcc: Optional[str]
    access_token: Optional[str]
    token_type: Optional[str]
    expires_in: Optional[Union[str, int]]

@final
class PostToken(Result):
    merchant_id: Optional[str]
    access_token: Optional[str]
    issued: Optional[str]
    expires_in: Optional[str]

@final
class Problem(tuple[Any, ...]):
    @property
    def path(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def message(self) -> str: ...

@final
class ErrorEntry(tuple[Any, ...]):
    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...

@final
class Attempt(tuple[Any, ...]):
    @property
    def method(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def request_id(self) -> Optional[str]: ...
    @property
    def http_status(self) -> Optional[int]: ...
    @property
    def sent(self) -> str: ...
    @property
    def cause(self) -> Optional[str]: ...
    @property
    def text(self) -> Optional[str]: ...
    @property
    def ms(self) -> Optional[int]: ...

@final
class Retry(tuple[Any, ...]):
    @property
    def kind(self) -> str: ...
    @property
    def max_attempts(self) -> Optional[int]: ...
    @property
    def window_days(self) -> Optional[int]: ...
    @property
    def after_hours(self) -> Optional[int]: ...

@final
class AdviceSource(tuple[Any, ...]):
    @property
    def table(self) -> str: ...
    @property
    def retry(self) -> Retry: ...
    @property
    def change(self) -> str: ...

@final
class Advice(tuple[Any, ...]):
    @property
    def code(self) -> Optional[ReturnCode]: ...
    @property
    def retry(self) -> Retry: ...
    @property
    def not_before_hours(self) -> Optional[int]: ...
    @property
    def change(self) -> str: ...
    @property
    def sources(self) -> tuple[AdviceSource, ...]: ...

class CieloError(Exception):
    kind: str
    message: str
    http_status: Optional[int]
    errors: Sequence[ErrorEntry]
    body: Optional[str]
    request_id: Optional[str]
    sent: Optional[str]
    operation: Optional[str]
    merchant_order_id: Optional[str]
    attempts: Sequence[Attempt]
    problems: Sequence[Problem]
    warnings: Sequence[Problem]
    found: Sequence[Payment]
    def __init__(
        self, message: str = "", facts: dict[str, Any] = ..., /, **attributes: Any
    ) -> None: ...

class ApiError(CieloError): ...

class FieldWarning(UserWarning): ...

class ValidationError(CieloError): ...
class TransportError(CieloError): ...
class RequestTimeoutError(CieloError): ...
class OutcomeUnknownError(CieloError): ...
class AuthenticationError(ApiError): ...
class PermissionDeniedError(ApiError): ...
class NotFoundError(ApiError): ...
class RateLimitError(ApiError): ...
class InvalidRequestError(ApiError): ...
class ServerError(ApiError): ...
class DecodeError(CieloError): ...
class ClosedError(CieloError): ...
class JournalError(CieloError): ...

@final
class Sales:
    def create(
        self, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Sale: ...
    def get(
        self, payment_id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Sale: ...
    def get_by_tid(
        self, tid: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Sale: ...
    def find(
        self, merchant_order_id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> list[SaleReference]: ...
    def capture(
        self, payment_id: _Text, amount: Optional[int] = None, service_tax_amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Transaction: ...
    def void(
        self, payment_id: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Transaction: ...
    def void_by_order(
        self, merchant_order_id: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Transaction: ...
    def reconcile(
        self, merchant_order_id: _Text, amount: int, not_before: Optional[Union[float, _datetime]] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Sale: ...

@final
class Recurrences:
    def get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Recurrence: ...
    def set_customer(
        self, id: _Text, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...
    def set_end_date(
        self, id: _Text, date: Union[_Text, _date], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...
    def set_interval(
        self, id: _Text, interval: Union[_Text, int], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...
    def set_day(
        self, id: _Text, day: int, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...
    def set_amount(
        self, id: _Text, amount: int, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...
    def set_next_payment_date(
        self, id: _Text, date: Union[_Text, _date], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...
    def set_payment(
        self, id: _Text, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...
    def deactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...
    def reactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...

@final
class Cards:
    def tokenize(
        self, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> CardToken: ...
    def get(
        self, card_token: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Card: ...
    def verify(
        self, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> ZeroAuth: ...
    def bin(
        self, digits: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Bin: ...

@final
class Orders:
    def get(
        self, checkout_order_number: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Order: ...
    def find(
        self, merchant_order_number: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> list[OrderReference]: ...
    def capture(
        self, checkout_order_number: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> OrderChange: ...
    def void(
        self, checkout_order_number: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> OrderChange: ...
    def create(
        self, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Page: ...
    def recurrence_get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> OrderRecurrence: ...
    def recurrence_update(
        self, id: _Text, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...
    def recurrence_deactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...

@final
class Links:
    def create(
        self, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Link: ...
    def get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Link: ...
    def update(
        self, id: _Text, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Link: ...
    def delete(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Empty: ...
    def payments(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> LinkPayments: ...

@final
class Browser:
    def threeds_token(
        self, establishment_code: _Text, merchant_name: _Text, mcc: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> ThreeDsToken: ...
    def post_token(
        self, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> PostToken: ...

@final
class AsyncSales:
    def create(
        self, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Sale]: ...
    def get(
        self, payment_id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Sale]: ...
    def get_by_tid(
        self, tid: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Sale]: ...
    def find(
        self, merchant_order_id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, list[SaleReference]]: ...
    def capture(
        self, payment_id: _Text, amount: Optional[int] = None, service_tax_amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Transaction]: ...
    def void(
        self, payment_id: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Transaction]: ...
    def void_by_order(
        self, merchant_order_id: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Transaction]: ...
    def reconcile(
        self, merchant_order_id: _Text, amount: int, not_before: Optional[Union[float, _datetime]] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Sale]: ...

@final
class AsyncRecurrences:
    def get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Recurrence]: ...
    def set_customer(
        self, id: _Text, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...
    def set_end_date(
        self, id: _Text, date: Union[_Text, _date], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...
    def set_interval(
        self, id: _Text, interval: Union[_Text, int], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...
    def set_day(
        self, id: _Text, day: int, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...
    def set_amount(
        self, id: _Text, amount: int, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...
    def set_next_payment_date(
        self, id: _Text, date: Union[_Text, _date], *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...
    def set_payment(
        self, id: _Text, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...
    def deactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...
    def reactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...

@final
class AsyncCards:
    def tokenize(
        self, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, CardToken]: ...
    def get(
        self, card_token: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Card]: ...
    def verify(
        self, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, ZeroAuth]: ...
    def bin(
        self, digits: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Bin]: ...

@final
class AsyncOrders:
    def get(
        self, checkout_order_number: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Order]: ...
    def find(
        self, merchant_order_number: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, list[OrderReference]]: ...
    def capture(
        self, checkout_order_number: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, OrderChange]: ...
    def void(
        self, checkout_order_number: _Text, amount: Optional[int] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, OrderChange]: ...
    def create(
        self, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Page]: ...
    def recurrence_get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, OrderRecurrence]: ...
    def recurrence_update(
        self, id: _Text, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...
    def recurrence_deactivate(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...

@final
class AsyncLinks:
    def create(
        self, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Link]: ...
    def get(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Link]: ...
    def update(
        self, id: _Text, fields: _Fields, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Link]: ...
    def delete(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, Empty]: ...
    def payments(
        self, id: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, LinkPayments]: ...

@final
class AsyncBrowser:
    def threeds_token(
        self, establishment_code: _Text, merchant_name: _Text, mcc: _Text, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, ThreeDsToken]: ...
    def post_token(
        self, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Coroutine[Any, Any, PostToken]: ...

class Client:
    def __init__(
        self,
        *,
        merchant_id: Optional[str] = None,
        merchant_key: Optional[_Text] = None,
        client_id: Optional[str] = None,
        client_secret: Optional[_Text] = None,
        checkout_merchant_id: Optional[str] = None,
        environment: Optional[str] = None,
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
    ) -> None: ...
    @property
    def environment(self) -> str: ...
    @property
    def base_url(self) -> str: ...
    @property
    def merchant_id(self) -> str: ...
    @property
    def timeout(self) -> float: ...
    @property
    def closed(self) -> bool: ...
    @property
    def journal(self) -> _ClientJournal: ...
    @property
    def _journal_folder(self) -> Optional[str]: ...
    @property
    def sales(self) -> Sales: ...
    @property
    def recurrences(self) -> Recurrences: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def links(self) -> Links: ...
    @property
    def browser(self) -> Browser: ...
    def request(
        self, method: _Text, path: _Text, body: Any = None, host: Optional[_Host] = None, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Any: ...
    def confirm(
        self, notification: Notification, *, timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None
    ) -> Union[Sale, Recurrence, Order]: ...
    def many(
        self, verb: Callable[..., _Given], calls: Iterable[_Item],
        concurrency: int = 16, progress: Optional[_Progress] = None
    ) -> Many[_Item, _Given]: ...
    def with_options(
        self: _C,
        *,
        timeout: Optional[_Seconds] = None,
        connect_timeout: Optional[_Seconds] = None,
        max_retries: Optional[int] = None,
        reconcile: Optional[bool] = None,
        validate: Optional[bool] = None,
    ) -> _C: ...
    def close(self) -> None: ...
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
        environment: Optional[str] = None,
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
    ) -> None: ...
    @property
    def environment(self) -> str: ...
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
    @property
    def index(self) -> int: ...
    @property
    def call(self) -> _Item: ...
    @property
    def result(self) -> Optional[_Given]: ...
    @property
    def error(self) -> Optional[Exception]: ...

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
    code: str
    operation: str
    category: str
    retry: Retry
    change: str
    def meaning(self, language: _Language = "pt") -> str: ...
    def shopper(self, language: _Language = "pt") -> str: ...

@final
class StatusEntry:
    book: str
    number: int
    name: str
    wire: str
    def meaning(self, language: _Language = "pt") -> str: ...

@final
class Denial:
    brand: str
    code: str
    category: str
    reversible: bool
    change: str
    def meaning(self, language: _Language = "pt") -> str: ...

@final
class MerchantAdvice:
    code: str
    retry: Retry
    change: str
    def meaning(self, language: _Language = "pt") -> str: ...

return_codes: tuple[ReturnCode, ...]

def return_code(
    code: str, operation: Literal["sale", "capture", "void"] = "sale"
) -> Optional[ReturnCode]: ...
def abecs(brand: str, code: str) -> Optional[Denial]: ...
def merchant_advice(code: str) -> Optional[MerchantAdvice]: ...
def retry_plan(
    sale: Union[Result, Advice, Retry, ReturnCode, MerchantAdvice],
    attempts: Iterable[_Time],
    now: Optional[_Time] = None,
) -> Optional[_datetime]: ...
def next_charge(
    sale: Union[Sale, dict[str, Any]],
    merchant_order_id: _Text,
    amount: int,
    *,
    reason: Optional[_Text] = None,
    transaction_link_id: Optional[_Text] = None,
) -> dict[str, Any]: ...
def parse_time(text: Optional[str]) -> Optional[_datetime]: ...
def parse_notification(
    body: Union[str, bytes, bytearray, memoryview],
    content_type: Optional[str] = None,
) -> Notification: ...
def _schema() -> dict[str, Any]: ...
def _restore(kind: str, members: dict[str, Any], facts: Optional[dict[str, Any]], /) -> Any: ...
def _restore_row(kind: int, book: str, code: Any, /) -> Any: ...
def _read(body: bytes, kind: str, /) -> Any: ...
def _checked(client: Union[Client, _AsyncClient], operation: str, /, *params: Any) -> bytes: ...
def _journal_segments(folder: _Folder, /) -> list[dict[str, Any]]: ...
def _journal_prune(folder: _Folder, days: int, /) -> Optional[int]: ...
def _journal_settle(reader: _Journal, client: Union[Client, _AsyncClient], id: str, /) -> Any: ...

def sale_status(value: Union[int, str]) -> Optional[StatusEntry]: ...
def order_status(value: Union[int, str]) -> Optional[StatusEntry]: ...
def recurrence_status(value: Union[int, str]) -> Optional[StatusEntry]: ...
def order_recurrence_status(value: Union[int, str]) -> Optional[StatusEntry]: ...
def antifraud_status(value: Union[int, str]) -> Optional[StatusEntry]: ...
def order_antifraud_status(value: Union[int, str]) -> Optional[StatusEntry]: ...
def reason_code(value: Union[int, str]) -> Optional[StatusEntry]: ...
def api_error(value: Union[int, str]) -> Optional[StatusEntry]: ...
