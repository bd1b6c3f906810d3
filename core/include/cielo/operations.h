/* The operations: one row each. Bindings grow their methods from this list. */
#ifndef CIELO_OPERATIONS_H
#define CIELO_OPERATIONS_H

#include <stddef.h>

#include <cielo/api.h>
#include <cielo/fields.h>

CIELO_BEGIN

/*
 * X(NAME, name, noun, verb, METHOD, HOST, path, params, body, FIELDS, RESULT,
 *   KIND, SETTLE, EXPECT, about)
 *
 * noun, verb  as users write them: client.NOUN.VERB; noun "-" is the client
 *             itself, noun "" is for the library's own use (confirming a
 *             notification) and no method
 * HOST        TRANSACTION, QUERY (API 3.0 [two-hosts]) or CHECKOUT, which also
 *             says how the request is authenticated; LOCAL: no request of
 *             its own
 * path        {name} stands for a parameter; a query part is left out with its
 *             parameter
 * params      in the order users give them; `?` marks what may be left out
 * body        the parameter that is the body, or "-"
 * FIELDS      the object of fields.h that parameter "fields" is held against
 * RESULT      the object of fields.h of the answer
 * KIND        READ, or WRITE: repeated only if surely not sent
 * SETTLE      how a write in doubt is read back (settle.c)
 * EXPECT      the member an answer must have to be readable (with "#": as an
 *             integer); "-" for an answer that may be empty, "[]" for a list,
 *             "{}" for any object
 * about       one sentence for help texts and reference pages
 */
#define CIELO_OPERATION_MAP(X)                                                 \
    X(SALE_CREATE, "sale_create", "sales", "create", POST, TRANSACTION,        \
      "/1/sales/", "fields", "fields", SALE, SALE, WRITE, SALE,                \
      "Payment.Status#", "Creates a sale: card, Pix, boleto or QR code.")      \
    X(SALE_GET, "sale_get", "sales", "get", GET, QUERY,                        \
      "/1/sales/{payment_id}", "payment_id", "-", NONE, SALE, READ, NONE,      \
      "Payment.Status#", "Reads a sale by its PaymentId.")                     \
    X(SALE_GET_BY_TID, "sale_get_by_tid", "sales", "get_by_tid", GET, QUERY,   \
      "/1/sales/acquirerTid/{tid}", "tid", "-", NONE, SALE, READ, NONE,        \
      "Payment.Status#", "Reads a sale by the acquirer's Tid.")                \
    X(SALE_FIND, "sale_find", "sales", "find", GET, QUERY,                     \
      "/1/sales?merchantOrderId={merchant_order_id}", "merchant_order_id",     \
      "-", NONE, SALE_REFERENCE, READ, NONE, "[]",                             \
      "Lists the sales of an order number; empty when there is none.")         \
    X(SALE_CAPTURE, "sale_capture", "sales", "capture", PUT, TRANSACTION,      \
      "/1/sales/{payment_id}/capture?amount={amount}&serviceTaxAmount={service_tax_amount}", \
      "payment_id amount? service_tax_amount?", "-", NONE, TRANSACTION,        \
      WRITE, CAPTURE, "Status#",                                               \
      "Captures an authorised credit sale, whole or in part, once.")           \
    X(SALE_VOID, "sale_void", "sales", "void", PUT, TRANSACTION,               \
      "/1/sales/{payment_id}/void?amount={amount}", "payment_id amount?",      \
      "-", NONE, TRANSACTION, WRITE, VOID, "Status#",                          \
      "Cancels a sale, or part of a captured one.")                            \
    X(SALE_VOID_BY_ORDER, "sale_void_by_order", "sales", "void_by_order",      \
      PUT, TRANSACTION,                                                        \
      "/1/sales/OrderId/{merchant_order_id}/void?amount={amount}",             \
      "merchant_order_id amount?", "-", NONE, TRANSACTION, WRITE, VOID,        \
      "Status#", "Cancels the newest sale of an order number.")                \
    X(SALE_RECONCILE, "sale_reconcile", "sales", "reconcile", GET, LOCAL,      \
      "-", "merchant_order_id amount", "-", NONE, SALE, READ, SALE, "-",       \
      "Looks up what became of a sale by its order number and amount.")        \
    X(RECURRENCE_GET, "recurrence_get", "recurrences", "get", GET, QUERY,      \
      "/1/RecurrentPayment/{id}", "id", "-", NONE, RECURRENCE, READ, NONE,     \
      "RecurrentPayment", "Reads a scheduled recurrence.")                     \
    X(RECURRENCE_SET_CUSTOMER, "recurrence_set_customer", "recurrences",       \
      "set_customer", PUT, TRANSACTION, "/1/RecurrentPayment/{id}/Customer",   \
      "id fields", "fields", CUSTOMER, EMPTY, WRITE, RECURRENCE, "-",          \
      "Replaces the customer of a recurrence.")                                \
    X(RECURRENCE_SET_END_DATE, "recurrence_set_end_date", "recurrences",       \
      "set_end_date", PUT, TRANSACTION, "/1/RecurrentPayment/{id}/EndDate",    \
      "id date", "date", NONE, EMPTY, WRITE, RECURRENCE, "-",                  \
      "Sets the last day of a recurrence.")                                    \
    X(RECURRENCE_SET_INTERVAL, "recurrence_set_interval", "recurrences",       \
      "set_interval", PUT, TRANSACTION, "/1/RecurrentPayment/{id}/Interval",   \
      "id interval", "interval", NONE, EMPTY, WRITE, RECURRENCE, "-",          \
      "Sets the interval of a recurrence.")                                    \
    X(RECURRENCE_SET_DAY, "recurrence_set_day", "recurrences", "set_day",      \
      PUT, TRANSACTION, "/1/RecurrentPayment/{id}/RecurrencyDay", "id day",    \
      "day", NONE, EMPTY, WRITE, RECURRENCE, "-",                              \
      "Sets the day of the month on which a recurrence is charged.")           \
    X(RECURRENCE_SET_AMOUNT, "recurrence_set_amount", "recurrences",           \
      "set_amount", PUT, TRANSACTION, "/1/RecurrentPayment/{id}/Amount",       \
      "id amount", "amount", NONE, EMPTY, WRITE, RECURRENCE, "-",              \
      "Sets the amount of a recurrence, in cents, from the next charge on.")   \
    X(RECURRENCE_SET_NEXT_PAYMENT_DATE, "recurrence_set_next_payment_date",    \
      "recurrences", "set_next_payment_date", PUT, TRANSACTION,                \
      "/1/RecurrentPayment/{id}/NextPaymentDate", "id date", "date", NONE,     \
      EMPTY, WRITE, RECURRENCE, "-",                                           \
      "Moves the next charge of a recurrence, and only that one.")             \
    X(RECURRENCE_SET_PAYMENT, "recurrence_set_payment", "recurrences",         \
      "set_payment", PUT, TRANSACTION, "/1/RecurrentPayment/{id}/Payment",     \
      "id fields", "fields", PAYMENT, EMPTY, WRITE, RECURRENCE, "-",           \
      "Replaces the payment data of a recurrence.")                            \
    X(RECURRENCE_DEACTIVATE, "recurrence_deactivate", "recurrences",           \
      "deactivate", PUT, TRANSACTION, "/1/RecurrentPayment/{id}/Deactivate",   \
      "id", "-", NONE, EMPTY, WRITE, RECURRENCE, "-",                          \
      "Stops the future charges of a recurrence.")                             \
    X(RECURRENCE_REACTIVATE, "recurrence_reactivate", "recurrences",           \
      "reactivate", PUT, TRANSACTION, "/1/RecurrentPayment/{id}/Reactivate",   \
      "id", "-", NONE, EMPTY, WRITE, RECURRENCE, "-",                          \
      "Starts the charges of a stopped recurrence again.")                     \
    X(CARD_TOKENIZE, "card_tokenize", "cards", "tokenize", POST, TRANSACTION,  \
      "/1/card/", "fields", "fields", CARD_TOKEN, CARD_TOKEN, WRITE, NONE,     \
      "CardToken", "Stores a card and gives its token.")                       \
    X(CARD_GET, "card_get", "cards", "get", GET, QUERY,                        \
      "/1/card/{card_token}", "card_token", "-", NONE, CARD, READ, NONE,       \
      "CardNumber", "Reads a stored card by its token.")                       \
    X(CARD_VERIFY, "card_verify", "cards", "verify", POST, TRANSACTION,        \
      "/1/zeroauth", "fields", "fields", ZERO_AUTH, ZERO_AUTH, WRITE, NONE,    \
      "Valid", "Checks a card without charging it (Zero Auth).")               \
    X(CARD_BIN, "card_bin", "cards", "bin", GET, QUERY,                        \
      "/1/cardBin/{digits}", "digits", "-", NONE, BIN, READ, NONE, "Status",   \
      "Tells brand, kind and issuer from the first 6 or 9 digits of a card.")  \
    X(ORDER_GET, "order_get", "orders", "get", GET, CHECKOUT,                  \
      "/api/public/v2/orders/{checkout_order_number}",                         \
      "checkout_order_number", "-", NONE, ORDER, READ, NONE, "payment",        \
      "Reads a Checkout order.")                                               \
    X(ORDER_FIND, "order_find", "orders", "find", GET, CHECKOUT,               \
      "/api/public/v2/merchantOrderNumber/{merchant_order_number}",            \
      "merchant_order_number", "-", NONE, ORDER_REFERENCE, READ, NONE, "[]",   \
      "Lists the Checkout orders of a store's order number.")                  \
    X(ORDER_CAPTURE, "order_capture", "orders", "capture", PUT, CHECKOUT,      \
      "/api/public/v2/orders/{checkout_order_number}/capture?amount={amount}", \
      "checkout_order_number amount?", "-", NONE, ORDER_CHANGE, WRITE,         \
      ORDER_CAPTURE, "success",                                                \
      "Captures a Checkout order, whole or in part.")                          \
    X(ORDER_VOID, "order_void", "orders", "void", PUT, CHECKOUT,               \
      "/api/public/v2/orders/{checkout_order_number}/void?amount={amount}",    \
      "checkout_order_number amount?", "-", NONE, ORDER_CHANGE, WRITE,         \
      ORDER_VOID, "success",                                                   \
      "Cancels a Checkout order, or part of a captured one.")                  \
    X(ORDER_CREATE, "order_create", "orders", "create", POST, CHECKOUT,        \
      "/api/public/v1/orders", "fields", "fields", PAGE, PAGE, WRITE, NONE,    \
      "Settings", "Creates a Checkout payment page.")                          \
    X(ORDER_NOTIFIED, "order_notified", "", "notified", GET, CHECKOUT,         \
      "/api/public/v1/orders/{merchant_id}/{merchant_order_number}",           \
      "merchant_id merchant_order_number", "-", NONE, ORDER_NOTICE, READ,      \
      NONE, "checkout_cielo_order_number",                                     \
      "Reads what a Checkout JSON notification points to.")                    \
    X(ORDER_RECURRENCE_GET, "order_recurrence_get", "orders",                  \
      "recurrence_get", GET, CHECKOUT,                                         \
      "/api/public/v1/RecurrentPayment/{id}", "id", "-", NONE,                 \
      ORDER_RECURRENCE, READ, NONE, "{}", "Reads a Checkout recurrence.")      \
    X(ORDER_RECURRENCE_UPDATE, "order_recurrence_update", "orders",            \
      "recurrence_update", PUT, CHECKOUT,                                      \
      "/api/public/v1/RecurrentPayment/Update", "id fields", "fields",         \
      ORDER_RECURRENCE_CHANGE, EMPTY, WRITE, NONE, "-",                        \
      "Changes a Checkout recurrence; orders.recurrence_get tells how it is.") \
    X(ORDER_RECURRENCE_DEACTIVATE, "order_recurrence_deactivate", "orders",    \
      "recurrence_deactivate", DELETE, CHECKOUT,                               \
      "/api/public/v1/RecurrentPayment/Deactivate/{id}", "id", "-", NONE,      \
      EMPTY, WRITE, NONE, "-", "Ends a Checkout recurrence for good.")         \
    X(LINK_CREATE, "link_create", "links", "create", POST, CHECKOUT,           \
      "/api/public/v1/products/", "fields", "fields", LINK, LINK, WRITE,       \
      NONE, "id", "Creates a payment link.")                                   \
    X(LINK_GET, "link_get", "links", "get", GET, CHECKOUT,                     \
      "/api/public/v1/products/{id}", "id", "-", NONE, LINK, READ, NONE,       \
      "id", "Reads a payment link.")                                           \
    X(LINK_UPDATE, "link_update", "links", "update", PUT, CHECKOUT,            \
      "/api/public/v1/products/{id}", "id fields", "fields", LINK, LINK,       \
      WRITE, NONE, "id", "Changes a payment link.")                            \
    X(LINK_DELETE, "link_delete", "links", "delete", DELETE, CHECKOUT,         \
      "/api/public/v1/products/{id}", "id", "-", NONE, EMPTY, WRITE, NONE,     \
      "-", "Deletes a payment link.")                                          \
    X(LINK_PAYMENTS, "link_payments", "links", "payments", GET, CHECKOUT,      \
      "/api/public/v1/products/{id}/payments", "id", "-", NONE,                \
      LINK_PAYMENTS, READ, NONE, "orders",                                     \
      "Lists the payments made through a link.")                               \
    X(REQUEST, "request", "-", "request", GET, TRANSACTION, "-",               \
      "method path body? host?", "body", NONE, ANY, WRITE, NONE, "-",          \
      "Sends any other request to Cielo.")

enum cielo_operation_number {
#define CIELO_X(id, a, b, c, d, e, f, g, h, i, j, k, l, m, n) CIELO_OP_##id,
    CIELO_OPERATION_MAP(CIELO_X)
#undef CIELO_X
    CIELO_OP_COUNT
};

/* What users write about an operation; static. */
typedef struct cielo_operation {
    const char *name;   /* "sale_create" */
    const char *noun;   /* "sales"; "-" the client itself; "" no method */
    const char *verb;   /* "create" */
    const char *params; /* "payment_id amount?" */
    const char *method; /* "POST" */
    const char *path;   /* "/1/sales/{payment_id}" */
    int object;         /* CIELO_OBJECT_... of the result */
    int fields;         /* CIELO_OBJECT_... of parameter "fields" */
    int is_write;
    int is_list;        /* the result is an array of such objects */
    const char *about;  /* one sentence */
} cielo_operation;

/* The row of CIELO_OP_...; NULL past the last. */
CIELO_API const cielo_operation *cielo_operation_at(int operation);

/* CIELO_OP_... of a name such as "sale_void"; -1 when there is none. */
CIELO_API int cielo_operation_find(const char *name);

CIELO_END

#endif
