/* The members of Cielo's objects: the single list of their names and rules. */
#ifndef CIELO_FIELDS_H
#define CIELO_FIELDS_H

#include <stddef.h>

#include <cielo/api.h>
#include <cielo/value.h>

CIELO_BEGIN

/* X(NAME, "TypeName"): the objects members stand in. Checkout and API 3.0 mix
 * casings, so a name means nothing without its object. ANY takes all. The rows
 * of CIELO_FIELD_MAP stand in this order: look-ups rely on it. */
#define CIELO_OBJECT_MAP(X)                              \
    X(NONE, "None")                                      \
    X(ANY, "Result")                                     \
    X(EMPTY, "Empty")                                    \
    X(SALE, "Sale")                                      \
    X(SALE_REFERENCE, "SaleReference")                   \
    X(TRANSACTION, "Transaction")                        \
    X(CUSTOMER, "Customer")                              \
    X(ADDRESS, "Address")                                \
    X(BILLING, "Billing")                                \
    X(PAYMENT, "Payment")                                \
    X(CARD, "Card")                                      \
    X(CARD_ON_FILE, "CardOnFile")                        \
    X(NEW_CARD, "NewCard")                               \
    X(RECURRENT_PAYMENT, "RecurrentPayment")             \
    X(RECURRENT_TRANSACTION, "RecurrentTransaction")     \
    X(RECURRENCE, "Recurrence")                          \
    X(EXTERNAL_AUTHENTICATION, "ExternalAuthentication") \
    X(INITIATED, "InitiatedTransactionIndicator")        \
    X(WALLET, "Wallet")                                  \
    X(WALLET_DATA, "WalletAdditionalData")               \
    X(FACILITATOR, "PaymentFacilitator")                 \
    X(SUB_ESTABLISHMENT, "SubEstablishment")             \
    X(AIRLINE, "AirlineData")                            \
    X(QR_CODE, "QrCode")                                 \
    X(VELOCITY, "VelocityAnalysis")                      \
    X(FRAUD_ANALYSIS, "FraudAnalysis")                   \
    X(FRAUD_BROWSER, "FraudBrowser")                     \
    X(FRAUD_CART, "FraudCart")                           \
    X(FRAUD_FIELD, "FraudMerchantDefinedField")          \
    X(FRAUD_SHIPPING, "FraudShipping")                   \
    X(CHARGEBACK, "Chargeback")                          \
    X(FRAUD_ALERT, "FraudAlert")                         \
    X(HYPERLINK, "Hyperlink")                            \
    X(CARD_TOKEN, "CardToken")                           \
    X(ZERO_AUTH, "ZeroAuth")                             \
    X(BIN, "Bin")                                        \
    X(ORDER, "Order")                                    \
    X(ORDER_CART, "OrderCart")                           \
    X(ORDER_DISCOUNT, "OrderDiscount")                   \
    X(ORDER_ITEM, "OrderItem")                           \
    X(ORDER_SHIPPING, "OrderShipping")                   \
    X(ORDER_SERVICE, "OrderShippingService")             \
    X(ORDER_ADDRESS, "OrderAddress")                     \
    X(ORDER_PAYMENT, "OrderPayment")                     \
    X(ORDER_ANTIFRAUD, "OrderAntifraud")                 \
    X(ORDER_CUSTOMER, "OrderCustomer")                   \
    X(ORDER_LINK, "OrderHyperlink")                      \
    X(ORDER_REFERENCE, "OrderReference")                 \
    X(ORDER_CHANGE, "OrderChange")                       \
    X(ORDER_RECURRENCE, "OrderRecurrence")               \
    X(ORDER_HISTORY, "OrderHistory")                     \
    X(ORDER_RECURRENCE_CHANGE, "OrderRecurrenceChange")  \
    X(PAGE, "Page")                                      \
    X(PAGE_CART, "PageCart")                             \
    X(PAGE_DISCOUNT, "PageDiscount")                     \
    X(PAGE_ITEM, "PageItem")                             \
    X(PAGE_SHIPPING, "PageShipping")                     \
    X(PAGE_ADDRESS, "PageAddress")                       \
    X(PAGE_SERVICE, "PageShippingService")               \
    X(PAGE_PAYMENT, "PagePayment")                       \
    X(PAGE_RECURRENT, "PageRecurrentPayment")            \
    X(PAGE_CUSTOMER, "PageCustomer")                     \
    X(PAGE_OPTIONS, "PageOptions")                       \
    X(PAGE_SETTINGS, "PageSettings")                     \
    X(LINK, "Link")                                      \
    X(LINK_SHIPPING, "LinkShipping")                     \
    X(LINK_RECURRENT, "LinkRecurrent")                   \
    X(LINK_PAYMENTS, "LinkPayments")                     \
    X(LINK_ORDER, "LinkOrder")                           \
    X(LINK_PAYMENT, "LinkPayment")                       \
    X(ORDER_NOTICE, "OrderNotice")                       \
    X(NOTIFICATION, "Notification")                      \
    X(THREEDS_TOKEN, "ThreeDsToken")                     \
    X(POST_TOKEN, "PostToken")

enum cielo_object_number {
#define CIELO_X(name, text) CIELO_OBJECT_##name,
    CIELO_OBJECT_MAP(CIELO_X)
#undef CIELO_X
    CIELO_OBJECT_COUNT
};

/*
 * X(NAME, POLICY): what becomes of a value whose size, form or word breaks a
 * member's rule. Whatever the policy, what cannot be meant is a problem: an
 * object for a text, a fraction of a cent, a card number that is a number, two
 * spellings of one member.
 */
#define CIELO_POLICY_MAP(X)              \
    X(REFUSE) /* a problem: not sent */  \
    X(WARN)   /* sent, with a warning */ \
    X(PASS)   /* sent as it is */

enum cielo_policy_number {
#define CIELO_X(name) CIELO_POLICY_##name,
    CIELO_POLICY_MAP(CIELO_X)
#undef CIELO_X
    CIELO_POLICY_COUNT
};

/*
 * X(NAME, "annotation", POLICY, takes): how a member is held against its rule
 * (validate.c), what bindings annotate it with, what becomes of a breach where
 * CIELO_MEMBER_POLICY_MAP says nothing else, and half a sentence for help texts
 * and pages on what it takes, but for its size.
 */
#define CIELO_FIELD_TYPE_MAP(X) \
    X(TEXT, "str", WARN, "text") \
    X(WORD, "str", PASS, "text of any length") \
    X(DESCRIPTOR, "str", WARN, "text, on the bill") \
    X(ID, "str", WARN, "an id, shown whole") \
    X(ORDER_ID, "str", WARN, "a-z A-Z 0-9, other signs with a warning") \
    X(GUID, "str", WARN, "a GUID, 8-4-4-4-12 hexadecimal digits") \
    X(NUMBER, "int", WARN, "an integer") \
    X(AMOUNT, "int", REFUSE, "cents, an integer") \
    X(VARIANT, "object", PASS, "text or number, as it comes") \
    X(BOOL, "bool", REFUSE, "true or false, or its word as text") \
    X(DATE, "str", WARN, "YYYY-MM-DD, a day of the calendar") \
    X(DUE, "str", WARN, "YYYY-MM-DD, today or later") \
    X(TIME, "str", PASS, "a date or moment, any style") \
    X(EXPIRATION, "str", REFUSE, "MM/YYYY") \
    X(INTERVAL, "str", WARN, "a name, or its months") \
    X(INTERVAL_NUMBER, "int", WARN, "its months, or a name; sent as the number") \
    X(CHOICE, "str", WARN, "one of its words, in any case") \
    X(CARD_NUMBER, "Secret", REFUSE, "13 to 19 digits, as text") \
    X(SECURITY_CODE, "str", REFUSE, "3 or 4 digits, as text; not shown") \
    X(TOKEN, "str", REFUSE, "a GUID that stands for a card; not shown") \
    X(CIPHER, "str", PASS, "key material; not shown") \
    X(OBJECT, "object", REFUSE, "an object") \
    X(LIST, "list", REFUSE, "an array of objects") \
    X(EITHER, "object", PASS, "an object, or an array of them") \
    X(OPEN, "object", PASS, "anything") \
    X(DIGITS, "str", WARN, "text whose zeros count: CPF, CEP")

enum cielo_field_type_number {
#define CIELO_X(name, text, policy, takes) CIELO_FIELD_##name,
    CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
    CIELO_FIELD_TYPE_COUNT
};

/* How a member takes part. ALIAS: another spelling seen in answers. */
enum cielo_field_use {
    CIELO_USE_REQUIRED,
    CIELO_USE_OPTIONAL,
    CIELO_USE_ANSWER,
    CIELO_USE_ALIAS
};

/*
 * X(OBJECT, "WireName", "host_name", TYPE, size, USE, CHILD). Sizes and
 * requirements are those of Cielo's tables [field-sizes].
 */
#define CIELO_FIELD_MAP(X)                                                     \
    /* a sale, in requests and answers */                                      \
    X(SALE, "MerchantOrderId", "merchant_order_id", ORDER_ID, 50, REQUIRED,    \
      NONE)                                                                    \
    X(SALE, "OrderDescription", "order_description", WORD, 0, OPTIONAL, NONE)  \
    X(SALE, "AcquirerOrderId", "acquirer_order_id", ID, 50, ANSWER, NONE)      \
    X(SALE, "Customer", "customer", OBJECT, 0, OPTIONAL, CUSTOMER)             \
    X(SALE, "Payment", "payment", OBJECT, 0, REQUIRED, PAYMENT)                \
    X(SALE, "Links", "links", EITHER, 0, ANSWER, HYPERLINK)                    \
    X(SALE, "Link", "links", EITHER, 0, ALIAS, HYPERLINK)                      \
    X(SALE_REFERENCE, "PaymentId", "payment_id", GUID, 36, ANSWER, NONE)       \
    X(SALE_REFERENCE, "ReceivedDate", "received_date", TIME, 0, ANSWER, NONE)  \
    X(SALE_REFERENCE, "ReceveidDate", "received_date", TIME, 0, ALIAS, NONE)   \
    X(TRANSACTION, "Status", "status", NUMBER, 2, ANSWER, NONE)                \
    X(TRANSACTION, "Tid", "tid", ID, 40, ANSWER, NONE)                         \
    X(TRANSACTION, "ProofOfSale", "proof_of_sale", ID, 20, ANSWER, NONE)       \
    X(TRANSACTION, "AuthorizationCode", "authorization_code", TEXT, 6,         \
      ANSWER, NONE)                                                            \
    X(TRANSACTION, "ReturnCode", "return_code", TEXT, 32, ANSWER, NONE)        \
    X(TRANSACTION, "ReturnMessage", "return_message", TEXT, 512, ANSWER, NONE) \
    X(TRANSACTION, "ReasonCode", "reason_code", VARIANT, 0, ANSWER, NONE)      \
    X(TRANSACTION, "ReasonMessage", "reason_message", TEXT, 512, ANSWER, NONE) \
    X(TRANSACTION, "ProviderReturnCode", "provider_return_code", TEXT, 32,     \
      ANSWER, NONE)                                                            \
    X(TRANSACTION, "ProviderReturnMessage", "provider_return_message", TEXT,   \
      512, ANSWER, NONE)                                                       \
    X(TRANSACTION, "MerchantAdviceCode", "merchant_advice_code", TEXT, 2,      \
      ANSWER, NONE)                                                            \
    X(TRANSACTION, "Links", "links", EITHER, 0, ANSWER, HYPERLINK)             \
    X(TRANSACTION, "Link", "links", EITHER, 0, ALIAS, HYPERLINK)               \
    X(CUSTOMER, "Name", "name", TEXT, 255, OPTIONAL, NONE)                     \
    X(CUSTOMER, "Status", "status", CHOICE, 255, OPTIONAL, NONE)               \
    X(CUSTOMER, "Email", "email", TEXT, 255, OPTIONAL, NONE)                   \
    X(CUSTOMER, "Birthdate", "birthdate", DATE, 10, OPTIONAL, NONE)            \
    X(CUSTOMER, "Identity", "identity", DIGITS, 18, OPTIONAL, NONE)            \
    X(CUSTOMER, "IdentityType", "identity_type", TEXT, 255, OPTIONAL, NONE)    \
    X(CUSTOMER, "Mobile", "mobile", WORD, 0, OPTIONAL, NONE)                   \
    X(CUSTOMER, "Phone", "phone", WORD, 0, OPTIONAL, NONE)                     \
    X(CUSTOMER, "IpAddress", "ip_address", WORD, 0, OPTIONAL, NONE)            \
    X(CUSTOMER, "Address", "address", OBJECT, 0, OPTIONAL, ADDRESS)            \
    X(CUSTOMER, "DeliveryAddress", "delivery_address", OBJECT, 0, OPTIONAL,    \
      ADDRESS)                                                                 \
    X(CUSTOMER, "BillingAddress", "billing_address", OBJECT, 0, OPTIONAL,      \
      ADDRESS)                                                                 \
    X(CUSTOMER, "Billing", "billing", OBJECT, 0, OPTIONAL, BILLING)            \
    X(ADDRESS, "Street", "street", TEXT, 255, OPTIONAL, NONE)                  \
    X(ADDRESS, "Number", "number", TEXT, 15, OPTIONAL, NONE)                   \
    X(ADDRESS, "Complement", "complement", TEXT, 50, OPTIONAL, NONE)           \
    X(ADDRESS, "ZipCode", "zip_code", DIGITS, 9, OPTIONAL, NONE)               \
    X(ADDRESS, "City", "city", TEXT, 50, OPTIONAL, NONE)                       \
    X(ADDRESS, "State", "state", TEXT, 2, OPTIONAL, NONE)                      \
    X(ADDRESS, "Country", "country", TEXT, 35, OPTIONAL, NONE)                 \
    X(ADDRESS, "District", "district", TEXT, 50, OPTIONAL, NONE)               \
    X(ADDRESS, "AddressType", "address_type", NUMBER, 0, OPTIONAL, NONE)       \
    X(BILLING, "Street", "street", TEXT, 24, OPTIONAL, NONE)                   \
    X(BILLING, "Number", "number", TEXT, 5, OPTIONAL, NONE)                    \
    X(BILLING, "Complement", "complement", TEXT, 14, OPTIONAL, NONE)           \
    X(BILLING, "Neighborhood", "neighborhood", TEXT, 15, OPTIONAL, NONE)       \
    X(BILLING, "City", "city", TEXT, 20, OPTIONAL, NONE)                       \
    X(BILLING, "State", "state", TEXT, 2, OPTIONAL, NONE)                      \
    X(BILLING, "Country", "country", TEXT, 2, OPTIONAL, NONE)                  \
    X(BILLING, "ZipCode", "zip_code", DIGITS, 9, OPTIONAL, NONE)               \
    X(PAYMENT, "Type", "type", CHOICE, 100, REQUIRED, NONE)                    \
    X(PAYMENT, "Amount", "amount", AMOUNT, 15, REQUIRED, NONE)                 \
    X(PAYMENT, "Currency", "currency", TEXT, 3, OPTIONAL, NONE)                \
    X(PAYMENT, "Country", "country", TEXT, 3, OPTIONAL, NONE)                  \
    X(PAYMENT, "Provider", "provider", CHOICE, 15, OPTIONAL, NONE)             \
    X(PAYMENT, "SoftDescriptor", "soft_descriptor", DESCRIPTOR, 13, OPTIONAL,  \
      NONE)                                                                    \
    X(PAYMENT, "Installments", "installments", NUMBER, 2, OPTIONAL, NONE)      \
    X(PAYMENT, "Interest", "interest", VARIANT, 10, OPTIONAL, NONE)            \
    X(PAYMENT, "Capture", "capture", BOOL, 0, OPTIONAL, NONE)                  \
    X(PAYMENT, "Authenticate", "authenticate", BOOL, 0, OPTIONAL, NONE)        \
    X(PAYMENT, "Recurrent", "recurrent", BOOL, 0, OPTIONAL, NONE)              \
    X(PAYMENT, "RecurrentPayment", "recurrent_payment", OBJECT, 0, OPTIONAL,   \
      RECURRENT_PAYMENT)                                                       \
    X(PAYMENT, "CreditCard", "credit_card", OBJECT, 0, OPTIONAL, CARD)         \
    X(PAYMENT, "DebitCard", "debit_card", OBJECT, 0, OPTIONAL, CARD)           \
    X(PAYMENT, "ServiceTaxAmount", "service_tax_amount", AMOUNT, 15, OPTIONAL, \
      NONE)                                                                    \
    X(PAYMENT, "Tip", "tip", BOOL, 0, OPTIONAL, NONE)                          \
    X(PAYMENT, "IsCryptoCurrencyNegotiation",                                  \
      "is_crypto_currency_negotiation", BOOL, 0, OPTIONAL, NONE)               \
    X(PAYMENT, "DigitalAsset", "digital_asset", CHOICE, 0, OPTIONAL, NONE)     \
    X(PAYMENT, "AirlineData", "airline_data", OBJECT, 0, OPTIONAL, AIRLINE)    \
    X(PAYMENT, "ReturnUrl", "return_url", TEXT, 1024, OPTIONAL, NONE)          \
    X(PAYMENT, "QuasiCash", "quasi_cash", BOOL, 0, OPTIONAL, NONE)             \
    X(PAYMENT, "IsCarneTransaction", "is_carne_transaction", BOOL, 0,          \
      OPTIONAL, NONE)                                                          \
    X(PAYMENT, "IsCustomerBillPaymentService",                                 \
      "is_customer_bill_payment_service", BOOL, 0, OPTIONAL, NONE)             \
    X(PAYMENT, "SolutionType", "solution_type", CHOICE, 0, OPTIONAL, NONE)     \
    X(PAYMENT, "IssuerTransactionId", "issuer_transaction_id", ID, 0,          \
      OPTIONAL, NONE)                                                          \
    X(PAYMENT, "TransactionLinkId", "transaction_link_id", ID, 22, OPTIONAL,   \
      NONE)                                                                    \
    X(PAYMENT, "InitiatedTransactionIndicator",                                \
      "initiated_transaction_indicator", OBJECT, 0, OPTIONAL, INITIATED)       \
    X(PAYMENT, "ExternalAuthentication", "external_authentication", OBJECT, 0, \
      OPTIONAL, EXTERNAL_AUTHENTICATION)                                       \
    X(PAYMENT, "Wallet", "wallet", OBJECT, 0, OPTIONAL, WALLET)                \
    X(PAYMENT, "PaymentFacilitator", "payment_facilitator", OBJECT, 0,         \
      OPTIONAL, FACILITATOR)                                                   \
    X(PAYMENT, "FraudAnalysis", "fraud_analysis", OBJECT, 0, OPTIONAL,         \
      FRAUD_ANALYSIS)                                                          \
    X(PAYMENT, "QrCode", "qr_code", OBJECT, 0, OPTIONAL, QR_CODE)              \
    X(PAYMENT, "Modality", "modality", CHOICE, 0, OPTIONAL, NONE)              \
    X(PAYMENT, "Address", "address", TEXT, 255, OPTIONAL, NONE)                \
    X(PAYMENT, "BoletoNumber", "boleto_number", ID, 11, OPTIONAL, NONE)        \
    X(PAYMENT, "Assignor", "assignor", TEXT, 200, OPTIONAL, NONE)              \
    X(PAYMENT, "Demonstrative", "demonstrative", TEXT, 255, OPTIONAL, NONE)    \
    X(PAYMENT, "ExpirationDate", "expiration_date", DUE, 10, OPTIONAL, NONE)  \
    X(PAYMENT, "Identification", "identification", DIGITS, 14, OPTIONAL, NONE) \
    X(PAYMENT, "Instructions", "instructions", TEXT, 255, OPTIONAL, NONE)      \
    X(PAYMENT, "PaymentId", "payment_id", GUID, 36, ANSWER, NONE)              \
    X(PAYMENT, "Status", "status", NUMBER, 2, ANSWER, NONE)                    \
    X(PAYMENT, "ReturnCode", "return_code", TEXT, 32, ANSWER, NONE)            \
    X(PAYMENT, "ReturnMessage", "return_message", TEXT, 512, ANSWER, NONE)     \
    X(PAYMENT, "Tid", "tid", ID, 40, ANSWER, NONE)                             \
    X(PAYMENT, "ProofOfSale", "proof_of_sale", ID, 20, ANSWER, NONE)           \
    X(PAYMENT, "AuthorizationCode", "authorization_code", TEXT, 6, ANSWER,     \
      NONE)                                                                    \
    X(PAYMENT, "Eci", "eci", VARIANT, 2, ANSWER, NONE)                         \
    X(PAYMENT, "ReceivedDate", "received_date", TIME, 19, ANSWER, NONE)        \
    X(PAYMENT, "CapturedAmount", "captured_amount", AMOUNT, 15, ANSWER, NONE)  \
    X(PAYMENT, "CapturedDate", "captured_date", TIME, 19, ANSWER, NONE)        \
    X(PAYMENT, "VoidedAmount", "voided_amount", AMOUNT, 15, ANSWER, NONE)      \
    X(PAYMENT, "VoidedDate", "voided_date", TIME, 19, ANSWER, NONE)            \
    X(PAYMENT, "MerchantAdviceCode", "merchant_advice_code", TEXT, 2, ANSWER,  \
      NONE)                                                                    \
    X(PAYMENT, "ExtraDataCollection", "extra_data_collection", OPEN, 0,        \
      ANSWER, NONE)                                                            \
    X(PAYMENT, "IsQrCode", "is_qr_code", BOOL, 0, ANSWER, NONE)                \
    X(PAYMENT, "IsSplitted", "is_splitted", BOOL, 0, ANSWER, NONE)             \
    X(PAYMENT, "DynamicCurrencyConversion", "dynamic_currency_conversion",     \
      BOOL, 0, ANSWER, NONE)                                                   \
    X(PAYMENT, "TryAutomaticCancellation", "try_automatic_cancellation", BOOL, \
      0, ANSWER, NONE)                                                         \
    X(PAYMENT, "SentOrderId", "sent_order_id", ID, 50, ANSWER, NONE)           \
    X(PAYMENT, "NewCard", "new_card", OBJECT, 0, ANSWER, NEW_CARD)             \
    X(PAYMENT, "VelocityAnalysis", "velocity_analysis", OBJECT, 0, ANSWER,     \
      VELOCITY)                                                                \
    X(PAYMENT, "ProviderReturnCode", "provider_return_code", TEXT, 32, ANSWER, \
      NONE)                                                                    \
    X(PAYMENT, "ProviderReturnMessage", "provider_return_message", TEXT, 512,  \
      ANSWER, NONE)                                                            \
    X(PAYMENT, "ReasonCode", "reason_code", VARIANT, 0, ANSWER, NONE)          \
    X(PAYMENT, "ReasonMessage", "reason_message", TEXT, 512, ANSWER, NONE)     \
    X(PAYMENT, "AuthenticationUrl", "authentication_url", TEXT, 56, ANSWER,    \
      NONE)                                                                    \
    X(PAYMENT, "Chargebacks", "chargebacks", LIST, 0, ANSWER, CHARGEBACK)      \
    X(PAYMENT, "FraudAlert", "fraud_alert", OBJECT, 0, ANSWER, FRAUD_ALERT)    \
    X(PAYMENT, "EndToEndId", "end_to_end_id", ID, 50, ANSWER, NONE)            \
    X(PAYMENT, "AcquirerTransactionId", "acquirer_transaction_id", TEXT, 36,   \
      ANSWER, NONE)                                                            \
    X(PAYMENT, "AcquirerOrderId", "acquirer_order_id", ID, 50, ANSWER, NONE)   \
    X(PAYMENT, "QrCodeBase64Image", "qr_code_base64_image", WORD, 0, ANSWER,   \
      NONE)                                                                    \
    X(PAYMENT, "QrCodeString", "qr_code_string", ID, 0, ANSWER, NONE)          \
    X(PAYMENT, "Url", "url", TEXT, 256, ANSWER, NONE)                          \
    X(PAYMENT, "Number", "number", ID, 50, ANSWER, NONE)                       \
    X(PAYMENT, "BarCodeNumber", "bar_code_number", ID, 44, ANSWER, NONE)       \
    X(PAYMENT, "DigitableLine", "digitable_line", ID, 256, ANSWER, NONE)       \
    X(PAYMENT, "AuthorizeNow", "authorize_now", BOOL, 0, ANSWER, NONE)         \
    X(PAYMENT, "Link", "link", EITHER, 0, ANSWER, HYPERLINK)                   \
    X(PAYMENT, "Links", "links", EITHER, 0, ANSWER, HYPERLINK)                 \
    X(CARD, "CardNumber", "card_number", CARD_NUMBER, 19, OPTIONAL, NONE)      \
    X(CARD, "Holder", "holder", TEXT, 25, OPTIONAL, NONE)                      \
    X(CARD, "ExpirationDate", "expiration_date", EXPIRATION, 7, OPTIONAL,      \
      NONE)                                                                    \
    X(CARD, "SecurityCode", "security_code", SECURITY_CODE, 4, OPTIONAL, NONE) \
    X(CARD, "SaveCard", "save_card", BOOL, 0, OPTIONAL, NONE)                  \
    X(CARD, "Brand", "brand", CHOICE, 10, OPTIONAL, NONE)                      \
    X(CARD, "CardToken", "card_token", TOKEN, 36, OPTIONAL, NONE)              \
    X(CARD, "PaymentToken", "payment_token", TOKEN, 36, OPTIONAL, NONE)        \
    X(CARD, "Cryptogram", "cryptogram", CIPHER, 28, OPTIONAL, NONE)            \
    X(CARD, "CardOnFile", "card_on_file", OBJECT, 0, OPTIONAL, CARD_ON_FILE)   \
    X(CARD, "PaymentAccountReference", "payment_account_reference", TEXT, 29,  \
      ANSWER, NONE)                                                            \
    X(CARD_ON_FILE, "Usage", "usage", CHOICE, 0, OPTIONAL, NONE)               \
    X(CARD_ON_FILE, "Reason", "reason", CHOICE, 0, OPTIONAL, NONE)             \
    X(NEW_CARD, "CardNumber", "card_number", CARD_NUMBER, 16, ANSWER, NONE)    \
    X(NEW_CARD, "ExpirationDate", "expiration_date", EXPIRATION, 7, ANSWER,    \
      NONE)                                                                    \
    X(NEW_CARD, "Brand", "brand", TEXT, 10, ANSWER, NONE)                      \
    X(NEW_CARD, "SaveCard", "save_card", BOOL, 0, ANSWER, NONE)                \
    /* a recurrence, when created and in the query */                          \
    X(RECURRENT_PAYMENT, "AuthorizeNow", "authorize_now", BOOL, 0, OPTIONAL,   \
      NONE)                                                                    \
    X(RECURRENT_PAYMENT, "StartDate", "start_date", DATE, 10, OPTIONAL, NONE)  \
    X(RECURRENT_PAYMENT, "EndDate", "end_date", DUE, 10, OPTIONAL, NONE)      \
    X(RECURRENT_PAYMENT, "Interval", "interval", INTERVAL, 10, OPTIONAL, NONE) \
    X(RECURRENT_PAYMENT, "RecurrenceType", "recurrence_type", CHOICE, 0,       \
      OPTIONAL, NONE)                                                          \
    X(RECURRENT_PAYMENT, "RecurrentType", "recurrence_type", CHOICE, 0, ALIAS, \
      NONE)                                                                    \
    X(RECURRENT_PAYMENT, "RecurrenceId", "recurrence_id", GUID, 36, OPTIONAL,  \
      NONE)                                                                    \
    X(RECURRENT_PAYMENT, "MinimumAmount", "minimum_amount", AMOUNT, 15,        \
      OPTIONAL, NONE)                                                          \
    X(RECURRENT_PAYMENT, "Plan", "plan", WORD, 0, OPTIONAL, NONE)              \
    X(RECURRENT_PAYMENT, "RetryPolicy", "retry_policy", WORD, 0, OPTIONAL,     \
      NONE)                                                                    \
    X(RECURRENT_PAYMENT, "BusinessDayAdjust", "business_day_adjust", BOOL, 0,  \
      OPTIONAL, NONE)                                                          \
    X(RECURRENT_PAYMENT, "RecurrentPaymentId", "recurrent_payment_id", GUID,   \
      36, ANSWER, NONE)                                                        \
    X(RECURRENT_PAYMENT, "NextRecurrency", "next_recurrency", TIME, 0, ANSWER, \
      NONE)                                                                    \
    X(RECURRENT_PAYMENT, "Amount", "amount", AMOUNT, 15, OPTIONAL, NONE)       \
    X(RECURRENT_PAYMENT, "Country", "country", TEXT, 3, ANSWER, NONE)          \
    X(RECURRENT_PAYMENT, "Currency", "currency", TEXT, 3, ANSWER, NONE)        \
    X(RECURRENT_PAYMENT, "Provider", "provider", TEXT, 15, ANSWER, NONE)       \
    X(RECURRENT_PAYMENT, "CreateDate", "create_date", TIME, 0, ANSWER, NONE)   \
    X(RECURRENT_PAYMENT, "CurrentRecurrencyTry", "current_recurrency_try",     \
      NUMBER, 1, ANSWER, NONE)                                                 \
    X(RECURRENT_PAYMENT, "OrderNumber", "order_number", ID, 50, ANSWER,        \
      NONE)                                                                    \
    X(RECURRENT_PAYMENT, "RecurrencyDay", "recurrency_day", NUMBER, 2, ANSWER, \
      NONE)                                                                    \
    X(RECURRENT_PAYMENT, "SuccessfulRecurrences", "successful_recurrences",    \
      NUMBER, 2, ANSWER, NONE)                                                 \
    X(RECURRENT_PAYMENT, "RecurrentTransactions", "recurrent_transactions",    \
      LIST, 0, ANSWER, RECURRENT_TRANSACTION)                                  \
    X(RECURRENT_PAYMENT, "Status", "status", NUMBER, 1, ANSWER, NONE)          \
    X(RECURRENT_PAYMENT, "ReasonCode", "reason_code", VARIANT, 0, ANSWER,      \
      NONE)                                                                    \
    X(RECURRENT_PAYMENT, "ReasonMessage", "reason_message", TEXT, 512, ANSWER, \
      NONE)                                                                    \
    X(RECURRENT_PAYMENT, "Link", "link", EITHER, 0, ANSWER, HYPERLINK)         \
    X(RECURRENT_PAYMENT, "Links", "links", EITHER, 0, ANSWER, HYPERLINK)       \
    X(RECURRENT_TRANSACTION, "PaymentId", "payment_id", GUID, 36, ANSWER,      \
      NONE)                                                                    \
    X(RECURRENT_TRANSACTION, "PaymentNumber", "payment_number", NUMBER, 0,     \
      ANSWER, NONE)                                                            \
    X(RECURRENT_TRANSACTION, "TryNumber", "try_number", NUMBER, 0, ANSWER,     \
      NONE)                                                                    \
    X(RECURRENT_TRANSACTION, "TransactionId", "transaction_id", TEXT, 36,      \
      ANSWER, NONE)                                                            \
    X(RECURRENCE, "Customer", "customer", OBJECT, 0, ANSWER, CUSTOMER)         \
    X(RECURRENCE, "RecurrentPayment", "recurrent_payment", OBJECT, 0, ANSWER,  \
      RECURRENT_PAYMENT)                                                       \
    /* cards, wallets, facilitators, antifraud */                              \
    X(EXTERNAL_AUTHENTICATION, "Cavv", "cavv", CIPHER, 0, OPTIONAL, NONE)      \
    X(EXTERNAL_AUTHENTICATION, "Xid", "xid", CIPHER, 0, OPTIONAL, NONE)        \
    X(EXTERNAL_AUTHENTICATION, "Eci", "eci", VARIANT, 2, OPTIONAL, NONE)       \
    X(EXTERNAL_AUTHENTICATION, "Version", "version", VARIANT, 0, OPTIONAL,     \
      NONE)                                                                    \
    X(EXTERNAL_AUTHENTICATION, "ReferenceId", "reference_id", WORD, 36,        \
      OPTIONAL, NONE)                                                          \
    X(EXTERNAL_AUTHENTICATION, "DataOnly", "data_only", BOOL, 0, OPTIONAL,     \
      NONE)                                                                    \
    X(INITIATED, "Category", "category", CHOICE, 2, OPTIONAL, NONE)            \
    X(INITIATED, "Subcategory", "subcategory", CHOICE, 0, OPTIONAL, NONE)      \
    X(WALLET, "Type", "type", CHOICE, 0, OPTIONAL, NONE)                       \
    X(WALLET, "WalletKey", "wallet_key", CIPHER, 0, OPTIONAL, NONE)            \
    X(WALLET, "PlatformOperator", "platform_operator", WORD, 0, OPTIONAL,      \
      NONE)                                                                    \
    X(WALLET, "AdditionalData", "additional_data", OBJECT, 0, OPTIONAL,        \
      WALLET_DATA)                                                             \
    X(WALLET, "Eci", "eci", VARIANT, 0, OPTIONAL, NONE)                        \
    X(WALLET, "Cavv", "cavv", CIPHER, 0, OPTIONAL, NONE)                       \
    X(WALLET_DATA, "EphemeralPublicKey", "ephemeral_public_key", CIPHER, 0,    \
      OPTIONAL, NONE)                                                          \
    X(WALLET_DATA, "Signature", "signature", CIPHER, 0, OPTIONAL, NONE)        \
    X(WALLET_DATA, "Mcc", "mcc", DIGITS, 4, OPTIONAL, NONE)                    \
    X(WALLET_DATA, "CashIn", "cash_in", WORD, 0, OPTIONAL, NONE)               \
    X(FACILITATOR, "EstablishmentCode", "establishment_code", TEXT, 11,        \
      OPTIONAL, NONE)                                                          \
    X(FACILITATOR, "SubEstablishment", "sub_establishment", OBJECT, 0,         \
      OPTIONAL, SUB_ESTABLISHMENT)                                             \
    X(SUB_ESTABLISHMENT, "EstablishmentCode", "establishment_code", TEXT, 15,  \
      OPTIONAL, NONE)                                                          \
    X(SUB_ESTABLISHMENT, "Identity", "identity", DIGITS, 14, OPTIONAL, NONE)   \
    X(SUB_ESTABLISHMENT, "Mcc", "mcc", DIGITS, 4, OPTIONAL, NONE)              \
    X(SUB_ESTABLISHMENT, "Address", "address", TEXT, 22, OPTIONAL, NONE)       \
    X(SUB_ESTABLISHMENT, "City", "city", TEXT, 13, OPTIONAL, NONE)             \
    X(SUB_ESTABLISHMENT, "State", "state", TEXT, 2, OPTIONAL, NONE)            \
    X(SUB_ESTABLISHMENT, "PostalCode", "postal_code", DIGITS, 9, OPTIONAL,     \
      NONE)                                                                    \
    X(SUB_ESTABLISHMENT, "CountryCode", "country_code", DIGITS, 3, OPTIONAL,   \
      NONE)                                                                    \
    X(SUB_ESTABLISHMENT, "PhoneNumber", "phone_number", TEXT, 13, OPTIONAL,    \
      NONE)                                                                    \
    X(SUB_ESTABLISHMENT, "CompanyName", "company_name", TEXT, 40, OPTIONAL,    \
      NONE)                                                                    \
    X(SUB_ESTABLISHMENT, "EstablishmentUrl", "establishment_url", WORD, 0,     \
      OPTIONAL, NONE)                                                          \
    X(AIRLINE, "TicketNumber", "ticket_number", ID, 13, OPTIONAL, NONE)        \
    X(QR_CODE, "MerchantName", "merchant_name", WORD, 0, OPTIONAL, NONE)       \
    X(QR_CODE, "Expiration", "expiration", NUMBER, 0, OPTIONAL, NONE)          \
    X(VELOCITY, "Id", "id", ID, 0, ANSWER, NONE)                               \
    X(VELOCITY, "ResultMessage", "result_message", WORD, 0, ANSWER, NONE)      \
    X(VELOCITY, "Score", "score", VARIANT, 0, ANSWER, NONE)                    \
    X(FRAUD_ANALYSIS, "Provider", "provider", WORD, 0, OPTIONAL, NONE)         \
    X(FRAUD_ANALYSIS, "Sequence", "sequence", CHOICE, 0, OPTIONAL, NONE)       \
    X(FRAUD_ANALYSIS, "SequenceCriteria", "sequence_criteria", CHOICE, 0,      \
      OPTIONAL, NONE)                                                          \
    X(FRAUD_ANALYSIS, "CaptureOnLowRisk", "capture_on_low_risk", BOOL, 0,      \
      OPTIONAL, NONE)                                                          \
    X(FRAUD_ANALYSIS, "VoidOnHighRisk", "void_on_high_risk", BOOL, 0,          \
      OPTIONAL, NONE)                                                          \
    X(FRAUD_ANALYSIS, "TotalOrderAmount", "total_order_amount", AMOUNT, 15,    \
      OPTIONAL, NONE)                                                          \
    X(FRAUD_ANALYSIS, "Browser", "browser", OBJECT, 0, OPTIONAL,               \
      FRAUD_BROWSER)                                                           \
    X(FRAUD_ANALYSIS, "Cart", "cart", OBJECT, 0, OPTIONAL, FRAUD_CART)         \
    X(FRAUD_ANALYSIS, "MerchantDefinedFields", "merchant_defined_fields",      \
      LIST, 0, OPTIONAL, FRAUD_FIELD)                                          \
    X(FRAUD_ANALYSIS, "Shipping", "shipping", OBJECT, 0, OPTIONAL,             \
      FRAUD_SHIPPING)                                                          \
    X(FRAUD_ANALYSIS, "Travel", "travel", OPEN, 0, OPTIONAL, NONE)             \
    X(FRAUD_ANALYSIS, "Id", "id", ID, 0, ANSWER, NONE)                         \
    X(FRAUD_ANALYSIS, "Status", "status", NUMBER, 0, ANSWER, NONE)             \
    X(FRAUD_ANALYSIS, "FraudAnalysisReasonCode",                               \
      "fraud_analysis_reason_code", VARIANT, 0, ANSWER, NONE)                  \
    X(FRAUD_ANALYSIS, "ReplyData", "reply_data", OPEN, 0, ANSWER, NONE)        \
    X(FRAUD_BROWSER, "BrowserFingerprint", "browser_fingerprint", WORD, 0,     \
      OPTIONAL, NONE)                                                          \
    X(FRAUD_BROWSER, "CookiesAccepted", "cookies_accepted", BOOL, 0, OPTIONAL, \
      NONE)                                                                    \
    X(FRAUD_BROWSER, "Email", "email", WORD, 0, OPTIONAL, NONE)                \
    X(FRAUD_BROWSER, "HostName", "host_name", WORD, 0, OPTIONAL, NONE)         \
    X(FRAUD_BROWSER, "IpAddress", "ip_address", WORD, 0, OPTIONAL, NONE)       \
    X(FRAUD_BROWSER, "Type", "type", WORD, 0, OPTIONAL, NONE)                  \
    X(FRAUD_CART, "IsGift", "is_gift", BOOL, 0, OPTIONAL, NONE)                \
    X(FRAUD_CART, "ReturnsAccepted", "returns_accepted", BOOL, 0, OPTIONAL,    \
      NONE)                                                                    \
    X(FRAUD_CART, "Items", "items", LIST, 0, OPTIONAL, ANY)                    \
    X(FRAUD_FIELD, "Id", "id", VARIANT, 0, OPTIONAL, NONE)                     \
    X(FRAUD_FIELD, "Value", "value", VARIANT, 0, OPTIONAL, NONE)               \
    X(FRAUD_SHIPPING, "Addressee", "addressee", WORD, 0, OPTIONAL, NONE)       \
    X(FRAUD_SHIPPING, "Method", "method", WORD, 0, OPTIONAL, NONE)             \
    X(FRAUD_SHIPPING, "Phone", "phone", WORD, 0, OPTIONAL, NONE)               \
    X(CHARGEBACK, "Amount", "amount", AMOUNT, 15, ANSWER, NONE)                \
    X(CHARGEBACK, "CaseNumber", "case_number", ID, 0, ANSWER, NONE)            \
    X(CHARGEBACK, "Date", "date", TIME, 0, ANSWER, NONE)                       \
    X(CHARGEBACK, "ReasonCode", "reason_code", VARIANT, 0, ANSWER, NONE)       \
    X(CHARGEBACK, "ReasonMessage", "reason_message", WORD, 0, ANSWER, NONE)    \
    X(CHARGEBACK, "Status", "status", VARIANT, 0, ANSWER, NONE)                \
    X(CHARGEBACK, "RawData", "raw_data", WORD, 0, ANSWER, NONE)                \
    X(FRAUD_ALERT, "Date", "date", TIME, 0, ANSWER, NONE)                      \
    X(FRAUD_ALERT, "ReasonMessage", "reason_message", WORD, 0, ANSWER, NONE)   \
    X(FRAUD_ALERT, "IncomingChargeback", "incoming_chargeback", BOOL, 0,       \
      ANSWER, NONE)                                                            \
    X(HYPERLINK, "Method", "method", WORD, 0, ANSWER, NONE)                    \
    X(HYPERLINK, "Rel", "rel", WORD, 0, ANSWER, NONE)                          \
    X(HYPERLINK, "Href", "href", WORD, 0, ANSWER, NONE)                        \
    /* stored cards, Zero Auth, the BIN query */                               \
    X(CARD_TOKEN, "CustomerName", "customer_name", TEXT, 255, REQUIRED, NONE)  \
    X(CARD_TOKEN, "CardNumber", "card_number", CARD_NUMBER, 19, REQUIRED,      \
      NONE)                                                                    \
    X(CARD_TOKEN, "Holder", "holder", TEXT, 25, REQUIRED, NONE)                \
    X(CARD_TOKEN, "ExpirationDate", "expiration_date", EXPIRATION, 7,          \
      REQUIRED, NONE)                                                          \
    X(CARD_TOKEN, "Brand", "brand", CHOICE, 10, REQUIRED, NONE)                \
    X(CARD_TOKEN, "CardToken", "card_token", TOKEN, 36, ANSWER, NONE)          \
    X(CARD_TOKEN, "PCardToken", "card_token", TOKEN, 36, ALIAS, NONE)          \
    X(CARD_TOKEN, "Links", "links", EITHER, 0, ANSWER, HYPERLINK)              \
    X(CARD_TOKEN, "Link", "links", EITHER, 0, ALIAS, HYPERLINK)                \
    X(ZERO_AUTH, "CardType", "card_type", CHOICE, 0, OPTIONAL, NONE)           \
    X(ZERO_AUTH, "CardNumber", "card_number", CARD_NUMBER, 19, OPTIONAL, NONE) \
    X(ZERO_AUTH, "Holder", "holder", TEXT, 25, OPTIONAL, NONE)                 \
    X(ZERO_AUTH, "ExpirationDate", "expiration_date", EXPIRATION, 7, OPTIONAL, \
      NONE)                                                                    \
    X(ZERO_AUTH, "SecurityCode", "security_code", SECURITY_CODE, 4, OPTIONAL,  \
      NONE)                                                                    \
    X(ZERO_AUTH, "SaveCard", "save_card", BOOL, 0, OPTIONAL, NONE)             \
    X(ZERO_AUTH, "Brand", "brand", CHOICE, 10, OPTIONAL, NONE)                 \
    X(ZERO_AUTH, "CardOnFile", "card_on_file", OBJECT, 0, OPTIONAL,            \
      CARD_ON_FILE)                                                            \
    X(ZERO_AUTH, "CardToken", "card_token", TOKEN, 36, OPTIONAL, NONE)         \
    X(ZERO_AUTH, "Card", "card", OBJECT, 0, OPTIONAL, CARD)                    \
    X(ZERO_AUTH, "Wallet", "wallet", OBJECT, 0, OPTIONAL, WALLET)              \
    X(ZERO_AUTH, "Valid", "valid", BOOL, 0, ANSWER, NONE)                      \
    X(ZERO_AUTH, "ReturnCode", "return_code", TEXT, 2, ANSWER, NONE)           \
    X(ZERO_AUTH, "ReturnMessage", "return_message", TEXT, 255, ANSWER, NONE)   \
    X(ZERO_AUTH, "IssuerTransactionId", "issuer_transaction_id", ID, 0,        \
      ANSWER, NONE)                                                            \
    X(ZERO_AUTH, "TransactionLinkId", "transaction_link_id", ID, 22, ANSWER,   \
      NONE)                                                                    \
    X(BIN, "Status", "status", TEXT, 2, ANSWER, NONE)                          \
    X(BIN, "Provider", "provider", TEXT, 255, ANSWER, NONE)                    \
    X(BIN, "CardType", "card_type", TEXT, 20, ANSWER, NONE)                    \
    X(BIN, "ForeignCard", "foreign_card", BOOL, 0, ANSWER, NONE)               \
    X(BIN, "ForeingCard", "foreign_card", BOOL, 0, ALIAS, NONE)                \
    X(BIN, "CorporateCard", "corporate_card", BOOL, 0, ANSWER, NONE)           \
    X(BIN, "Issuer", "issuer", TEXT, 255, ANSWER, NONE)                        \
    X(BIN, "IssuerCode", "issuer_code", TEXT, 255, ANSWER, NONE)               \
    X(BIN, "Prepaid", "prepaid", BOOL, 0, ANSWER, NONE)                        \
    /* orders of Checkout, camelCase [checkout-casing] */                      \
    X(ORDER, "merchantId", "merchant_id", GUID, 36, ANSWER, NONE)              \
    X(ORDER, "orderNumber", "order_number", ID, 32, ANSWER, NONE)              \
    X(ORDER, "softDescriptor", "soft_descriptor", TEXT, 13, ANSWER, NONE)      \
    X(ORDER, "cart", "cart", OBJECT, 0, ANSWER, ORDER_CART)                    \
    X(ORDER, "shipping", "shipping", OBJECT, 0, ANSWER, ORDER_SHIPPING)        \
    X(ORDER, "payment", "payment", OBJECT, 0, ANSWER, ORDER_PAYMENT)           \
    X(ORDER, "customer", "customer", OBJECT, 0, ANSWER, ORDER_CUSTOMER)        \
    X(ORDER, "links", "links", EITHER, 0, ANSWER, ORDER_LINK)                  \
    X(ORDER_CART, "discount", "discount", OBJECT, 0, ANSWER, ORDER_DISCOUNT)   \
    X(ORDER_CART, "items", "items", LIST, 0, ANSWER, ORDER_ITEM)               \
    X(ORDER_DISCOUNT, "type", "type", WORD, 0, ANSWER, NONE)                   \
    X(ORDER_DISCOUNT, "value", "value", NUMBER, 18, ANSWER, NONE)              \
    X(ORDER_ITEM, "name", "name", TEXT, 128, ANSWER, NONE)                     \
    X(ORDER_ITEM, "description", "description", TEXT, 256, ANSWER, NONE)       \
    X(ORDER_ITEM, "unitPrice", "unit_price", AMOUNT, 18, ANSWER, NONE)         \
    X(ORDER_ITEM, "quantity", "quantity", NUMBER, 9, ANSWER, NONE)             \
    X(ORDER_ITEM, "type", "type", VARIANT, 0, ANSWER, NONE)                    \
    X(ORDER_ITEM, "sku", "sku", TEXT, 32, ANSWER, NONE)                        \
    X(ORDER_ITEM, "weight", "weight", VARIANT, 0, ANSWER, NONE)                \
    X(ORDER_SHIPPING, "type", "type", VARIANT, 0, ANSWER, NONE)                \
    X(ORDER_SHIPPING, "services", "services", LIST, 0, ANSWER, ORDER_SERVICE)  \
    X(ORDER_SHIPPING, "address", "address", OBJECT, 0, ANSWER, ORDER_ADDRESS)  \
    X(ORDER_SERVICE, "name", "name", TEXT, 128, ANSWER, NONE)                  \
    X(ORDER_SERVICE, "price", "price", AMOUNT, 10, ANSWER, NONE)               \
    X(ORDER_SERVICE, "deadline", "deadline", VARIANT, 0, ANSWER, NONE)         \
    X(ORDER_SERVICE, "carrier", "carrier", VARIANT, 0, ANSWER, NONE)           \
    X(ORDER_ADDRESS, "street", "street", TEXT, 256, ANSWER, NONE)              \
    X(ORDER_ADDRESS, "number", "number", VARIANT, 8, ANSWER, NONE)             \
    X(ORDER_ADDRESS, "complement", "complement", TEXT, 64, ANSWER, NONE)       \
    X(ORDER_ADDRESS, "district", "district", TEXT, 64, ANSWER, NONE)           \
    X(ORDER_ADDRESS, "city", "city", TEXT, 64, ANSWER, NONE)                   \
    X(ORDER_ADDRESS, "state", "state", TEXT, 2, ANSWER, NONE)                  \
    X(ORDER_PAYMENT, "status", "status", WORD, 10, ANSWER, NONE)               \
    X(ORDER_PAYMENT, "tid", "tid", ID, 32, ANSWER, NONE)                       \
    X(ORDER_PAYMENT, "nsu", "nsu", TEXT, 6, ANSWER, NONE)                      \
    X(ORDER_PAYMENT, "authorizationCode", "authorization_code", TEXT, 6,       \
      ANSWER, NONE)                                                            \
    X(ORDER_PAYMENT, "numberOfPayments", "number_of_payments", NUMBER, 6,      \
      ANSWER, NONE)                                                            \
    X(ORDER_PAYMENT, "createdDate", "created_date", TIME, 22, ANSWER, NONE)    \
    X(ORDER_PAYMENT, "finishedDate", "finished_date", TIME, 22, ANSWER, NONE)  \
    X(ORDER_PAYMENT, "cardMaskedNumber", "card_masked_number", WORD, 19,       \
      ANSWER, NONE)                                                            \
    X(ORDER_PAYMENT, "brand", "brand", WORD, 10, ANSWER, NONE)                 \
    X(ORDER_PAYMENT, "type", "type", WORD, 11, ANSWER, NONE)                   \
    X(ORDER_PAYMENT, "errorcode", "errorcode", TEXT, 2, ANSWER, NONE)          \
    X(ORDER_PAYMENT, "errocode", "errorcode", TEXT, 2, ALIAS, NONE)            \
    X(ORDER_PAYMENT, "antifraud", "antifraud", OBJECT, 0, ANSWER,              \
      ORDER_ANTIFRAUD)                                                         \
    X(ORDER_ANTIFRAUD, "antifraudeResult", "antifraude_result", VARIANT, 1,    \
      ANSWER, NONE)                                                            \
    X(ORDER_ANTIFRAUD, "antifraudResult", "antifraude_result", VARIANT, 1,     \
      ALIAS, NONE)                                                             \
    X(ORDER_ANTIFRAUD, "description", "description", TEXT, 256, ANSWER, NONE)  \
    X(ORDER_CUSTOMER, "identity", "identity", TEXT, 14, ANSWER, NONE)          \
    X(ORDER_CUSTOMER, "fullName", "full_name", TEXT, 256, ANSWER, NONE)        \
    X(ORDER_CUSTOMER, "email", "email", TEXT, 64, ANSWER, NONE)                \
    X(ORDER_CUSTOMER, "phone", "phone", VARIANT, 11, ANSWER, NONE)             \
    X(ORDER_LINK, "method", "method", WORD, 0, ANSWER, NONE)                   \
    X(ORDER_LINK, "rel", "rel", WORD, 0, ANSWER, NONE)                         \
    X(ORDER_LINK, "href", "href", WORD, 512, ANSWER, NONE)                     \
    X(ORDER_REFERENCE, "checkoutOrderNumber", "checkout_order_number", TEXT,   \
      32, ANSWER, NONE)                                                        \
    X(ORDER_REFERENCE, "createdDate", "created_date", TIME, 0, ANSWER, NONE)   \
    X(ORDER_REFERENCE, "links", "links", EITHER, 0, ANSWER, ORDER_LINK)        \
    X(ORDER_CHANGE, "success", "success", BOOL, 0, ANSWER, NONE)               \
    X(ORDER_CHANGE, "status", "status", NUMBER, 2, ANSWER, NONE)               \
    X(ORDER_CHANGE, "returnCode", "return_code", TEXT, 2, ANSWER, NONE)        \
    X(ORDER_CHANGE, "returnMessage", "return_message", TEXT, 255, ANSWER,      \
      NONE)                                                                    \
    X(ORDER_CHANGE, "links", "links", EITHER, 0, ANSWER, ORDER_LINK)           \
    /* a recurrence of Checkout [checkout-recurrence] */                       \
    X(ORDER_RECURRENCE, "id", "id", VARIANT, 0, ANSWER, NONE)                  \
    X(ORDER_RECURRENCE, "pagadorRecurrentPaymentId",                           \
      "pagador_recurrent_payment_id", GUID, 36, ANSWER, NONE)                  \
    X(ORDER_RECURRENCE, "recurrentPaymentStatus", "recurrent_payment_status",  \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_RECURRENCE, "recurrentPaymentStatusEnum",                          \
      "recurrent_payment_status_enum", VARIANT, 0, ANSWER, NONE)               \
    X(ORDER_RECURRENCE, "recurrentPaymentStatusDescription",                   \
      "recurrent_payment_status_description", WORD, 0, ANSWER, NONE)           \
    X(ORDER_RECURRENCE, "isRecurrentPaymentExpired",                           \
      "is_recurrent_payment_expired", BOOL, 0, ANSWER, NONE)                   \
    X(ORDER_RECURRENCE, "allowEdit", "allow_edit", BOOL, 0, ANSWER, NONE)      \
    X(ORDER_RECURRENCE, "startDate", "start_date", TIME, 0, ANSWER, NONE)      \
    X(ORDER_RECURRENCE, "endDate", "end_date", TIME, 0, ANSWER, NONE)          \
    X(ORDER_RECURRENCE, "formatedEndDate", "formated_end_date", TIME, 0,       \
      ANSWER, NONE)                                                            \
    X(ORDER_RECURRENCE, "day", "day", VARIANT, 0, ANSWER, NONE)                \
    X(ORDER_RECURRENCE, "items", "items", LIST, 0, ANSWER, ORDER_ITEM)         \
    X(ORDER_RECURRENCE, "item", "item", OPEN, 0, ANSWER, NONE)                 \
    X(ORDER_RECURRENCE, "history", "history", LIST, 0, ANSWER, ORDER_HISTORY)  \
    X(ORDER_RECURRENCE, "lastPaymentDate", "last_payment_date", TIME, 0,       \
      ANSWER, NONE)                                                            \
    X(ORDER_RECURRENCE, "nextPaymentDate", "next_payment_date", TIME, 0,       \
      ANSWER, NONE)                                                            \
    X(ORDER_RECURRENCE, "formatedNextPaymentDate",                             \
      "formated_next_payment_date", TIME, 0, ANSWER, NONE)                     \
    X(ORDER_RECURRENCE, "intervalDescription", "interval_description", WORD,   \
      0, ANSWER, NONE)                                                         \
    X(ORDER_RECURRENCE, "amount", "amount", VARIANT, 0, ANSWER, NONE)          \
    X(ORDER_HISTORY, "orderId", "order_id", VARIANT, 0, ANSWER, NONE)          \
    X(ORDER_HISTORY, "orderNumber", "order_number", ID, 32, ANSWER, NONE)      \
    X(ORDER_HISTORY, "merchantOrderNumber", "merchant_order_number", WORD, 0,  \
      ANSWER, NONE)                                                            \
    X(ORDER_HISTORY, "createdDate", "created_date", TIME, 0, ANSWER, NONE)     \
    X(ORDER_HISTORY, "paymentStatus", "payment_status", VARIANT, 0, ANSWER,    \
      NONE)                                                                    \
    X(ORDER_HISTORY, "paymentStatusDescription",                               \
      "payment_status_description", WORD, 0, ANSWER, NONE)                     \
    X(ORDER_RECURRENCE_CHANGE, "PagadorRecurrentPaymentId",                    \
      "pagador_recurrent_payment_id", GUID, 36, OPTIONAL, NONE)                \
    X(ORDER_RECURRENCE_CHANGE, "Amount", "amount", AMOUNT, 15, OPTIONAL, NONE) \
    X(ORDER_RECURRENCE_CHANGE, "Interval", "interval", INTERVAL_NUMBER, 0,     \
      OPTIONAL, NONE)                                                          \
    X(ORDER_RECURRENCE_CHANGE, "EndDate", "end_date", DUE, 10, OPTIONAL,      \
      NONE)                                                                    \
    X(ORDER_RECURRENCE_CHANGE, "NextPaymentDate", "next_payment_date", DUE,    \
      10, OPTIONAL, NONE)                                                      \
    X(ORDER_RECURRENCE_CHANGE, "Day", "day", VARIANT, 0, OPTIONAL, NONE)       \
    /* a Checkout page [page-rules] */                                         \
    X(PAGE, "OrderNumber", "order_number", ORDER_ID, 64, OPTIONAL, NONE)       \
    X(PAGE, "SoftDescriptor", "soft_descriptor", DESCRIPTOR, 13, OPTIONAL,     \
      NONE)                                                                    \
    X(PAGE, "Cart", "cart", OBJECT, 0, REQUIRED, PAGE_CART)                    \
    X(PAGE, "Shipping", "shipping", OBJECT, 0, REQUIRED, PAGE_SHIPPING)        \
    X(PAGE, "Payment", "payment", OBJECT, 0, OPTIONAL, PAGE_PAYMENT)           \
    X(PAGE, "Customer", "customer", OBJECT, 0, OPTIONAL, PAGE_CUSTOMER)        \
    X(PAGE, "Options", "options", OBJECT, 0, OPTIONAL, PAGE_OPTIONS)           \
    X(PAGE, "Settings", "settings", OBJECT, 0, OPTIONAL, PAGE_SETTINGS)        \
    X(PAGE_CART, "Discount", "discount", OBJECT, 0, OPTIONAL, PAGE_DISCOUNT)   \
    X(PAGE_CART, "Items", "items", LIST, 0, REQUIRED, PAGE_ITEM)               \
    X(PAGE_DISCOUNT, "Type", "type", CHOICE, 0, OPTIONAL, NONE)                \
    X(PAGE_DISCOUNT, "Value", "value", NUMBER, 18, OPTIONAL, NONE)             \
    X(PAGE_ITEM, "Name", "name", TEXT, 128, REQUIRED, NONE)                    \
    X(PAGE_ITEM, "Description", "description", TEXT, 256, OPTIONAL, NONE)      \
    X(PAGE_ITEM, "UnitPrice", "unit_price", AMOUNT, 15, REQUIRED, NONE)        \
    X(PAGE_ITEM, "Quantity", "quantity", NUMBER, 9, REQUIRED, NONE)            \
    X(PAGE_ITEM, "Type", "type", CHOICE, 255, REQUIRED, NONE)                  \
    X(PAGE_ITEM, "Sku", "sku", TEXT, 32, OPTIONAL, NONE)                       \
    X(PAGE_ITEM, "Weight", "weight", NUMBER, 9, OPTIONAL, NONE)                \
    X(PAGE_SHIPPING, "Type", "type", CHOICE, 255, REQUIRED, NONE)              \
    X(PAGE_SHIPPING, "SourceZipCode", "source_zip_code", DIGITS, 8, OPTIONAL,  \
      NONE)                                                                    \
    X(PAGE_SHIPPING, "TargetZipCode", "target_zip_code", DIGITS, 8, OPTIONAL,  \
      NONE)                                                                    \
    X(PAGE_SHIPPING, "Address", "address", OBJECT, 0, OPTIONAL, PAGE_ADDRESS)  \
    X(PAGE_SHIPPING, "Services", "services", LIST, 0, OPTIONAL, PAGE_SERVICE)  \
    X(PAGE_SHIPPING, "Package", "package", VARIANT, 0, OPTIONAL, NONE)         \
    X(PAGE_SHIPPING, "Length", "length", VARIANT, 0, OPTIONAL, NONE)           \
    X(PAGE_SHIPPING, "Height", "height", VARIANT, 0, OPTIONAL, NONE)           \
    X(PAGE_SHIPPING, "Width", "width", VARIANT, 0, OPTIONAL, NONE)             \
    X(PAGE_SHIPPING, "Diameter", "diameter", VARIANT, 0, OPTIONAL, NONE)       \
    X(PAGE_ADDRESS, "Street", "street", TEXT, 256, OPTIONAL, NONE)             \
    X(PAGE_ADDRESS, "Number", "number", TEXT, 8, OPTIONAL, NONE)               \
    X(PAGE_ADDRESS, "Complement", "complement", TEXT, 14, OPTIONAL, NONE)      \
    X(PAGE_ADDRESS, "District", "district", TEXT, 64, OPTIONAL, NONE)          \
    X(PAGE_ADDRESS, "City", "city", TEXT, 64, OPTIONAL, NONE)                  \
    X(PAGE_ADDRESS, "State", "state", TEXT, 2, OPTIONAL, NONE)                 \
    X(PAGE_SERVICE, "Name", "name", TEXT, 128, OPTIONAL, NONE)                 \
    X(PAGE_SERVICE, "Price", "price", AMOUNT, 15, OPTIONAL, NONE)              \
    X(PAGE_SERVICE, "Deadline", "deadline", NUMBER, 9, OPTIONAL, NONE)         \
    X(PAGE_SERVICE, "Carrier", "carrier", VARIANT, 0, OPTIONAL, NONE)          \
    X(PAGE_PAYMENT, "BoletoDiscount", "boleto_discount", NUMBER, 3, OPTIONAL,  \
      NONE)                                                                    \
    X(PAGE_PAYMENT, "DebitDiscount", "debit_discount", NUMBER, 3, OPTIONAL,    \
      NONE)                                                                    \
    X(PAGE_PAYMENT, "FirstInstallmentDiscount", "first_installment_discount",  \
      NUMBER, 3, OPTIONAL, NONE)                                               \
    X(PAGE_PAYMENT, "Installments", "installments", NUMBER, 2, OPTIONAL, NONE) \
    X(PAGE_PAYMENT, "MaxNumberOfInstallments", "max_number_of_installments",   \
      NUMBER, 2, OPTIONAL, NONE)                                               \
    X(PAGE_PAYMENT, "FixedInstallments", "fixed_installments", OPEN, 0,        \
      OPTIONAL, NONE)                                                          \
    X(PAGE_PAYMENT, "RecurrentPayment", "recurrent_payment", OBJECT, 0,        \
      OPTIONAL, PAGE_RECURRENT)                                                \
    X(PAGE_RECURRENT, "Interval", "interval", INTERVAL, 0, OPTIONAL, NONE)     \
    X(PAGE_RECURRENT, "EndDate", "end_date", DUE, 10, OPTIONAL, NONE)         \
    X(PAGE_CUSTOMER, "Identity", "identity", DIGITS, 14, OPTIONAL, NONE)       \
    X(PAGE_CUSTOMER, "FullName", "full_name", TEXT, 288, OPTIONAL, NONE)       \
    X(PAGE_CUSTOMER, "Email", "email", TEXT, 64, OPTIONAL, NONE)               \
    X(PAGE_CUSTOMER, "Phone", "phone", TEXT, 11, OPTIONAL, NONE)               \
    X(PAGE_OPTIONS, "ReturnUrl", "return_url", TEXT, 255, OPTIONAL, NONE)      \
    X(PAGE_OPTIONS, "AntifraudEnabled", "antifraud_enabled", BOOL, 0,          \
      OPTIONAL, NONE)                                                          \
    X(PAGE_SETTINGS, "CheckoutUrl", "checkout_url", WORD, 255, ANSWER, NONE)   \
    X(PAGE_SETTINGS, "Profile", "profile", WORD, 0, ANSWER, NONE)              \
    X(PAGE_SETTINGS, "Version", "version", VARIANT, 0, ANSWER, NONE)           \
    /* a payment link, and its payments [link-rules] */                        \
    X(LINK, "OrderNumber", "order_number", ID, 64, OPTIONAL, NONE)             \
    X(LINK, "type", "type", CHOICE, 255, REQUIRED, NONE)                       \
    X(LINK, "name", "name", TEXT, 128, REQUIRED, NONE)                         \
    X(LINK, "description", "description", TEXT, 256, OPTIONAL, NONE)           \
    X(LINK, "showDescription", "show_description", BOOL, 0, OPTIONAL, NONE)    \
    X(LINK, "price", "price", AMOUNT, 15, REQUIRED, NONE)                      \
    X(LINK, "expirationDate", "expiration_date", TIME, 0, OPTIONAL, NONE)      \
    X(LINK, "weight", "weight", VARIANT, 0, OPTIONAL, NONE)                    \
    X(LINK, "softDescriptor", "soft_descriptor", DESCRIPTOR, 13, OPTIONAL,     \
      NONE)                                                                    \
    X(LINK, "maxNumberOfInstallments", "max_number_of_installments", NUMBER,   \
      2, OPTIONAL, NONE)                                                       \
    X(LINK, "fixedInstallments", "fixed_installments", OPEN, 0, OPTIONAL,      \
      NONE)                                                                    \
    X(LINK, "quantity", "quantity", NUMBER, 2, OPTIONAL, NONE)                 \
    X(LINK, "sku", "sku", TEXT, 32, OPTIONAL, NONE)                            \
    X(LINK, "shipping", "shipping", OBJECT, 0, OPTIONAL, LINK_SHIPPING)        \
    X(LINK, "recurrent", "recurrent", OBJECT, 0, OPTIONAL, LINK_RECURRENT)     \
    X(LINK, "id", "id", GUID, 36, ANSWER, NONE)                                \
    X(LINK, "shortUrl", "short_url", WORD, 0, ANSWER, NONE)                    \
    X(LINK, "links", "links", EITHER, 0, ANSWER, ORDER_LINK)                   \
    X(LINK_SHIPPING, "type", "type", CHOICE, 0, OPTIONAL, NONE)                \
    X(LINK_SHIPPING, "name", "name", TEXT, 128, OPTIONAL, NONE)                \
    X(LINK_SHIPPING, "price", "price", AMOUNT, 15, OPTIONAL, NONE)             \
    X(LINK_SHIPPING, "originZipCode", "origin_zip_code", DIGITS, 8, OPTIONAL,  \
      NONE)                                                                    \
    X(LINK_RECURRENT, "interval", "interval", INTERVAL, 128, OPTIONAL, NONE)   \
    X(LINK_RECURRENT, "endDate", "end_date", DUE, 10, OPTIONAL, NONE)         \
    X(LINK_PAYMENTS, "productId", "product_id", GUID, 36, ANSWER, NONE)        \
    X(LINK_PAYMENTS, "createdDate", "created_date", TIME, 0, ANSWER, NONE)     \
    X(LINK_PAYMENTS, "orders", "orders", LIST, 0, ANSWER, LINK_ORDER)          \
    X(LINK_ORDER, "orderNumber", "order_number", ID, 32, ANSWER, NONE)         \
    X(LINK_ORDER, "createdDate", "created_date", TIME, 0, ANSWER, NONE)        \
    X(LINK_ORDER, "payment", "payment", OBJECT, 0, ANSWER, LINK_PAYMENT)       \
    X(LINK_ORDER, "links", "links", EITHER, 0, ANSWER, ORDER_LINK)             \
    X(LINK_PAYMENT, "price", "price", AMOUNT, 15, ANSWER, NONE)                \
    X(LINK_PAYMENT, "numberOfPayments", "number_of_payments", NUMBER, 0,       \
      ANSWER, NONE)                                                            \
    X(LINK_PAYMENT, "createdDate", "created_date", TIME, 0, ANSWER, NONE)      \
    X(LINK_PAYMENT, "status", "status", WORD, 0, ANSWER, NONE)                 \
    /* notifications: names as posted, and as the library gives them */        \
    X(ORDER_NOTICE, "checkout_cielo_order_number",                             \
      "checkout_cielo_order_number", VARIANT, 0, ANSWER, NONE)                 \
    X(ORDER_NOTICE, "amount", "amount", VARIANT, 0, ANSWER, NONE)              \
    X(ORDER_NOTICE, "order_number", "order_number", VARIANT, 0, ANSWER, NONE)  \
    X(ORDER_NOTICE, "created_date", "created_date", VARIANT, 0, ANSWER, NONE)  \
    X(ORDER_NOTICE, "customer_name", "customer_name", VARIANT, 0, ANSWER,      \
      NONE)                                                                    \
    X(ORDER_NOTICE, "customer_identity", "customer_identity", VARIANT, 0,      \
      ANSWER, NONE)                                                            \
    X(ORDER_NOTICE, "customer_email", "customer_email", VARIANT, 0, ANSWER,    \
      NONE)                                                                    \
    X(ORDER_NOTICE, "customer_phone", "customer_phone", VARIANT, 0, ANSWER,    \
      NONE)                                                                    \
    X(ORDER_NOTICE, "discount_amount", "discount_amount", VARIANT, 0, ANSWER,  \
      NONE)                                                                    \
    X(ORDER_NOTICE, "first_installment_discount",                              \
      "first_installment_discount", VARIANT, 0, ANSWER, NONE)                  \
    X(ORDER_NOTICE, "shipping_type", "shipping_type", VARIANT, 0, ANSWER,      \
      NONE)                                                                    \
    X(ORDER_NOTICE, "shipping_name", "shipping_name", VARIANT, 0, ANSWER,      \
      NONE)                                                                    \
    X(ORDER_NOTICE, "shipping_price", "shipping_price", VARIANT, 0, ANSWER,    \
      NONE)                                                                    \
    X(ORDER_NOTICE, "shipping_address_zipcode", "shipping_address_zipcode",    \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "shipping_address_district", "shipping_address_district",  \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "shipping_address_city", "shipping_address_city",          \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "shipping_address_state", "shipping_address_state",        \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "shipping_address_line1", "shipping_address_line1",        \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "shipping_address_line2", "shipping_address_line2",        \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "shipping_address_number", "shipping_address_number",      \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "payment_method_type", "payment_method_type", VARIANT, 0,  \
      ANSWER, NONE)                                                            \
    X(ORDER_NOTICE, "payment_method_brand", "payment_method_brand", VARIANT,   \
      0, ANSWER, NONE)                                                         \
    X(ORDER_NOTICE, "payment_method_bank", "payment_method_bank", VARIANT, 0,  \
      ANSWER, NONE)                                                            \
    X(ORDER_NOTICE, "payment_maskedcreditcard", "payment_maskedcreditcard",    \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "payment_installments", "payment_installments", VARIANT,   \
      0, ANSWER, NONE)                                                         \
    X(ORDER_NOTICE, "payment_antifrauderesult", "payment_antifrauderesult",    \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "payment_antifraudresult", "payment_antifrauderesult",     \
      VARIANT, 0, ALIAS, NONE)                                                 \
    X(ORDER_NOTICE, "payment_boletonumber", "payment_boletonumber", VARIANT,   \
      0, ANSWER, NONE)                                                         \
    X(ORDER_NOTICE, "payment_boletoexpirationdate",                            \
      "payment_boletoexpirationdate", VARIANT, 0, ANSWER, NONE)                \
    X(ORDER_NOTICE, "payment_status", "payment_status", VARIANT, 0, ANSWER,    \
      NONE)                                                                    \
    X(ORDER_NOTICE, "payment_end_to_end_id", "payment_end_to_end_id",          \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "tid", "tid", VARIANT, 0, ANSWER, NONE)                    \
    X(ORDER_NOTICE, "nsu", "nsu", VARIANT, 0, ANSWER, NONE)                    \
    X(ORDER_NOTICE, "authorization_code", "authorization_code", VARIANT, 0,    \
      ANSWER, NONE)                                                            \
    X(ORDER_NOTICE, "test_transaction", "test_transaction", VARIANT, 0,        \
      ANSWER, NONE)                                                            \
    X(ORDER_NOTICE, "product_id", "product_id", VARIANT, 0, ANSWER, NONE)      \
    X(ORDER_NOTICE, "product_type", "product_type", VARIANT, 0, ANSWER, NONE)  \
    X(ORDER_NOTICE, "product_sku", "product_sku", VARIANT, 0, ANSWER, NONE)    \
    X(ORDER_NOTICE, "product_max_number_of_installments",                      \
      "product_max_number_of_installments", VARIANT, 0, ANSWER, NONE)          \
    X(ORDER_NOTICE, "product_expiration_date", "product_expiration_date",      \
      VARIANT, 0, ANSWER, NONE)                                                \
    X(ORDER_NOTICE, "product_quantity", "product_quantity", VARIANT, 0,        \
      ANSWER, NONE)                                                            \
    X(ORDER_NOTICE, "product_description", "product_description", VARIANT, 0,  \
      ANSWER, NONE)                                                            \
    X(ORDER_NOTICE, "pagador_recurrent_payment_id",                            \
      "pagador_recurrent_payment_id", VARIANT, 0, ANSWER, NONE)                \
    X(ORDER_NOTICE, "recurrent_status", "recurrent_status", VARIANT, 0,        \
      ANSWER, NONE)                                                            \
    X(ORDER_NOTICE, "start_date", "start_date", VARIANT, 0, ANSWER, NONE)      \
    X(ORDER_NOTICE, "end_date", "end_date", VARIANT, 0, ANSWER, NONE)          \
    X(ORDER_NOTICE, "interval", "interval", VARIANT, 0, ANSWER, NONE)          \
    X(NOTIFICATION, "kind", "kind", TEXT, 0, ANSWER, NONE)                     \
    X(NOTIFICATION, "payment_id", "payment_id", GUID, 0, ANSWER, NONE)         \
    X(NOTIFICATION, "recurrent_payment_id", "recurrent_payment_id", GUID, 0,   \
      ANSWER, NONE)                                                            \
    X(NOTIFICATION, "change_type", "change_type", NUMBER, 0, ANSWER, NONE)     \
    X(NOTIFICATION, "change", "change", TEXT, 0, ANSWER, NONE)                 \
    X(NOTIFICATION, "checkout_order_number", "checkout_order_number", TEXT,    \
      0, ANSWER, NONE)                                                         \
    X(NOTIFICATION, "merchant_order_number", "merchant_order_number", TEXT,    \
      0, ANSWER, NONE)                                                         \
    X(NOTIFICATION, "merchant_id", "merchant_id", GUID, 0, ANSWER, NONE)       \
    X(NOTIFICATION, "amount", "amount", AMOUNT, 0, ANSWER, NONE)               \
    X(NOTIFICATION, "payment_status", "payment_status", NUMBER, 0, ANSWER,     \
      NONE)                                                                    \
    X(NOTIFICATION, "status_name", "status_name", TEXT, 0, ANSWER, NONE)       \
    X(NOTIFICATION, "test_transaction", "test_transaction", BOOL, 0, ANSWER,   \
      NONE)                                                                    \
    X(NOTIFICATION, "fields", "fields", OBJECT, 0, ANSWER, ORDER_NOTICE)       \
    /* tokens for a shop's page [browser-tokens] */                            \
    X(THREEDS_TOKEN, "EstablishmentCode", "establishment_code", ID, 10,        \
      REQUIRED, NONE)                                                          \
    X(THREEDS_TOKEN, "MerchantName", "merchant_name", TEXT, 25, REQUIRED,      \
      NONE)                                                                    \
    X(THREEDS_TOKEN, "MCC", "mcc", ID, 4, REQUIRED, NONE)                      \
    X(THREEDS_TOKEN, "access_token", "access_token", TOKEN, 0, ANSWER, NONE)   \
    X(THREEDS_TOKEN, "token_type", "token_type", WORD, 0, ANSWER, NONE)        \
    X(THREEDS_TOKEN, "expires_in", "expires_in", VARIANT, 0, ANSWER, NONE)     \
    X(POST_TOKEN, "MerchantId", "merchant_id", ID, 36, ANSWER, NONE)           \
    X(POST_TOKEN, "AccessToken", "access_token", TOKEN, 0, ANSWER, NONE)       \
    X(POST_TOKEN, "Issued", "issued", TIME, 0, ANSWER, NONE)                   \
    X(POST_TOKEN, "ExpiresIn", "expires_in", TIME, 0, ANSWER, NONE)

/*
 * X(OBJECT, "WireName", "word"): the words of CHOICE members. One in another
 * case is sent as it stands here [word-case]. An unknown word is Cielo's to
 * judge and is sent; one that is nearly a known word is a problem that suggests
 * it, or a warning, as the member's policy says. Oddities: [brand-names],
 * [payment-kinds], [pix-provider], [wallet-names].
 */
#define CIELO_CHOICE_MAP(X)                                        \
    X(CUSTOMER, "Status", "NEW")                                   \
    X(CUSTOMER, "Status", "EXISTING")                              \
    X(PAYMENT, "Type", "CreditCard")                               \
    X(PAYMENT, "Type", "DebitCard")                                \
    X(PAYMENT, "Type", "Pix")                                      \
    X(PAYMENT, "Type", "Boleto")                                   \
    X(PAYMENT, "Type", "qrcode")                                   \
    X(PAYMENT, "Type", "EletronicTransfer")                        \
    X(PAYMENT, "Provider", "Simulado")                             \
    X(PAYMENT, "Provider", "Cielo")                                \
    X(PAYMENT, "Provider", "Cielo2")                               \
    X(PAYMENT, "Provider", "CieloSandbox")                         \
    X(PAYMENT, "Provider", "Bradesco2")                            \
    X(PAYMENT, "Provider", "BancoDoBrasil2")                       \
    X(PAYMENT, "Provider", "Bradesco")                             \
    X(PAYMENT, "Provider", "BancoDoBrasil")                        \
    X(PAYMENT, "SolutionType", "ExternalLinkPay")                  \
    X(PAYMENT, "DigitalAsset", "Cryptocurrency")                   \
    X(PAYMENT, "DigitalAsset", "NFT")                              \
    X(PAYMENT, "Modality", "Credit")                               \
    X(PAYMENT, "Modality", "Debit")                                \
    X(RECURRENT_PAYMENT, "RecurrenceType", "SelfManagedConsent")   \
    X(CARD, "Brand", "Visa")                                       \
    X(CARD, "Brand", "Master")                                     \
    X(CARD, "Brand", "Amex")                                       \
    X(CARD, "Brand", "Elo")                                        \
    X(CARD, "Brand", "Aura")                                       \
    X(CARD, "Brand", "JCB")                                        \
    X(CARD, "Brand", "Diners")                                     \
    X(CARD, "Brand", "Discover")                                   \
    X(CARD, "Brand", "Hipercard")                                  \
    X(CARD, "Brand", "Hiper")                                      \
    X(CARD_ON_FILE, "Usage", "First")                              \
    X(CARD_ON_FILE, "Usage", "Used")                               \
    X(CARD_ON_FILE, "Reason", "Recurring")                         \
    X(CARD_ON_FILE, "Reason", "Unscheduled")                       \
    X(CARD_ON_FILE, "Reason", "Installments")                      \
    X(INITIATED, "Category", "C1")                                 \
    X(INITIATED, "Category", "M1")                                 \
    X(INITIATED, "Category", "M2")                                 \
    X(INITIATED, "Subcategory", "CredentialsOnFile")               \
    X(INITIATED, "Subcategory", "StandingOrder")                   \
    X(INITIATED, "Subcategory", "Subscription")                    \
    X(INITIATED, "Subcategory", "Installment")                     \
    X(INITIATED, "Subcategory", "PartialShipment")                 \
    X(INITIATED, "Subcategory", "RelatedOrDelayedCharge")          \
    X(INITIATED, "Subcategory", "NoShow")                          \
    X(INITIATED, "Subcategory", "Resubmission")                    \
    X(WALLET, "Type", "ApplePay")                                  \
    X(WALLET, "Type", "SamsungPay")                                \
    X(WALLET, "Type", "GooglePay")                                 \
    X(WALLET, "Type", "AndroidPay")                                \
    X(FRAUD_ANALYSIS, "Sequence", "AnalyseFirst")                  \
    X(FRAUD_ANALYSIS, "Sequence", "AuthorizeFirst")                \
    X(FRAUD_ANALYSIS, "SequenceCriteria", "OnSuccess")             \
    X(FRAUD_ANALYSIS, "SequenceCriteria", "Always")                \
    X(ZERO_AUTH, "CardType", "CreditCard")                         \
    X(ZERO_AUTH, "CardType", "DebitCard")                          \
    X(PAGE_DISCOUNT, "Type", "Amount")                             \
    X(PAGE_DISCOUNT, "Type", "Percent")                            \
    X(PAGE_ITEM, "Type", "Asset")                                  \
    X(PAGE_ITEM, "Type", "Digital")                                \
    X(PAGE_ITEM, "Type", "Service")                                \
    X(PAGE_ITEM, "Type", "Payment")                                \
    X(PAGE_SHIPPING, "Type", "FixedAmount")                        \
    X(PAGE_SHIPPING, "Type", "Free")                               \
    X(PAGE_SHIPPING, "Type", "WithoutShippingPickUp")              \
    X(PAGE_SHIPPING, "Type", "WithoutShipping")                    \
    X(LINK, "type", "Asset")                                       \
    X(LINK, "type", "Digital")                                     \
    X(LINK, "type", "Service")                                     \
    X(LINK, "type", "Payment")                                     \
    X(LINK, "type", "Recurrent")                                   \
    X(LINK_SHIPPING, "type", "FixedAmount")                        \
    X(LINK_SHIPPING, "type", "Free")                               \
    X(LINK_SHIPPING, "type", "WithoutShippingPickUp")              \
    X(LINK_SHIPPING, "type", "WithoutShipping")

/*
 * X(OBJECT, "WireName", POLICY, code): members whose policy is not that of
 * their type, or is so because Cielo documents an error for the breach, whose
 * code stands here; 0 where it documents none [sure-refusals].
 */
#define CIELO_MEMBER_POLICY_MAP(X)                      \
    X(SALE, "MerchantOrderId", REFUSE, 107)             \
    X(CUSTOMER, "Name", REFUSE, 155)                    \
    X(CUSTOMER, "Email", REFUSE, 158)                   \
    X(CUSTOMER, "Identity", REFUSE, 156)                \
    X(CUSTOMER, "IdentityType", REFUSE, 157)            \
    X(ADDRESS, "Street", REFUSE, 147)                   \
    X(ADDRESS, "Number", REFUSE, 148)                   \
    X(ADDRESS, "Complement", REFUSE, 149)               \
    X(ADDRESS, "ZipCode", REFUSE, 150)                  \
    X(ADDRESS, "City", REFUSE, 151)                     \
    X(ADDRESS, "State", REFUSE, 152)                    \
    X(ADDRESS, "Country", REFUSE, 153)                  \
    X(ADDRESS, "District", REFUSE, 154)                 \
    X(PAYMENT, "Type", REFUSE, 102)                     \
    X(PAYMENT, "Currency", REFUSE, 110)                 \
    X(PAYMENT, "Country", REFUSE, 112)                  \
    X(PAYMENT, "Installments", REFUSE, 123)             \
    X(PAYMENT, "Instructions", REFUSE, 161)             \
    X(PAYMENT, "Demonstrative", REFUSE, 162)            \
    X(CARD, "CardNumber", REFUSE, 177)                  \
    X(CARD, "ExpirationDate", REFUSE, 126)              \
    X(CARD, "SecurityCode", REFUSE, 146)                \
    X(CARD, "Brand", REFUSE, 185)                       \
    X(CARD, "CardToken", REFUSE, 130)                   \
    X(CARD, "PaymentToken", REFUSE, 180)                \
    X(CARD_TOKEN, "CustomerName", REFUSE, 155)          \
    X(CARD_TOKEN, "Brand", REFUSE, 185)                 \
    X(ZERO_AUTH, "Brand", REFUSE, 57)                   \
    X(ORDER_RECURRENCE_CHANGE, "Amount", WARN, 0)       \
    X(PAGE_SHIPPING, "Type", REFUSE, 0)

/* One member; static. */
typedef struct cielo_field {
    const char *wire; /* "MerchantOrderId" */
    const char *host; /* "merchant_order_id" */
    int object;       /* CIELO_OBJECT_... it stands in */
    int type;         /* CIELO_FIELD_... */
    int size;         /* digits or characters; 0: not sized */
    int use;          /* CIELO_USE_... */
    int child;        /* CIELO_OBJECT_... of OBJECT, LIST and EITHER */
} cielo_field;

/* The n-th row of CIELO_FIELD_MAP, NULL past the last. */
CIELO_API const cielo_field *cielo_field_at(size_t index);

/* A member of `object` by wire name ignoring case, as answers spell it; NULL
 * when the map does not know it. */
CIELO_API const cielo_field *cielo_field_by_wire(int object, const char *name,
                                                 size_t length);

/*
 * How a text in an answer reads where the map has a member of `type`:
 * CIELO_BOOL for a boolean's word in any case [text-booleans] and CIELO_NUMBER
 * for an integer's digits where an integer is due [text-numbers], both with
 * `*number`; CIELO_NULL for CIELO_NEVER, whatever the type; else CIELO_TEXT.
 * With the last two `*number`, which must not be NULL, stays as it was. The
 * wire form keeps the text.
 */
CIELO_API cielo_type cielo_field_reads(int type, const char *text,
                                       size_t length, int64_t *number);

/* A member of `object` by any spelling users write: case and `_` ignored. */
CIELO_API const cielo_field *cielo_field_by_name(int object, const char *name,
                                                 size_t length);

/* 1 for a member that users may give; 0 for those of answers alone, and for
 * other spellings in answers. */
CIELO_API int cielo_field_is_given(const cielo_field *field);

/* What a member takes, for help texts: its type in half a sentence; static. */
CIELO_API const char *cielo_field_takes(const cielo_field *field);

/* The n-th word that is documented for a member: those of a CHOICE, or the
 * names of an INTERVAL; static. NULL past the last, and for members without
 * words. */
CIELO_API const char *cielo_field_word(const cielo_field *field, size_t index);

/* The type name of an object, such as "Sale"; static. NULL past the last. */
CIELO_API const char *cielo_object_name(int object);

/* How well a name that somebody typed fits an object. */
typedef enum cielo_fit {
    CIELO_FIT_NONE,   /* not, or it is in answers alone */
    CIELO_FIT_SLIP,   /* it is nearly one of the names below */
    CIELO_FIT_MEMBER, /* the name of a member that holds it: "credit_card" */
    CIELO_FIT_TYPE    /* its own: "Card" */
} cielo_fit;

/* Whether `name`, case and `_` ignored, is that of an object that users
 * give. */
CIELO_API cielo_fit cielo_object_fits(int object, const char *name,
                                      size_t length);

/*
 * The name under which hosts show a wire name: the map's, else the wire name
 * split at capitals ("EndToEndId" is "end_to_end_id", "ECI" is "eci"). Writes
 * at most `size` bytes with the NUL and gives the length it needs.
 */
CIELO_API size_t cielo_host_name(int object, const char *name, size_t length,
                                 char *out, size_t size);

CIELO_END

#endif
