/* The operations: one row each. Bindings grow their methods from this list. */
#ifndef CIELO_OPERATIONS_H
#define CIELO_OPERATIONS_H

#include <stddef.h>

#include <cielo/api.h>
#include <cielo/fields.h>

CIELO_BEGIN

/*
 * X(NAME, "type"): the kinds of parameters, and what hosts take for each:
 * "text", "integer", "date" (text or the host's own date), "moment" (seconds
 * since 1970 or the host's own moment with its zone), "interval" (text or an
 * integer), "object", "any".
 */
#define CIELO_PARAM_KIND_MAP(X)                                            \
    X(ID, "text")           /* an id of Cielo's, in the address */         \
    X(ORDER, "text")        /* an order number of the shop's, shown whole */ \
    X(TOKEN, "text")        /* a stored card, never shown */               \
    X(BIN, "text")                                                         \
    X(MEMBER, "text")       /* the member of the row's FIELDS of that name */ \
    X(AMOUNT, "integer")                                                   \
    X(DAY, "integer")                                                      \
    X(DATE, "date")                                                        \
    X(MOMENT, "moment")                                                    \
    X(INTERVAL, "interval")                                                \
    X(FIELDS, "object")     /* held against the row's FIELDS */            \
    X(METHOD, "text")                                                      \
    X(TARGET, "text")       /* a path and its query */                     \
    X(HOST, "text")                                                        \
    X(BODY, "any")

enum cielo_param_kind {
#define CIELO_X(name, type) CIELO_PARAM_##name,
    CIELO_PARAM_KIND_MAP(CIELO_X)
#undef CIELO_X
    CIELO_PARAM_KIND_END
};

/*
 * X(name, KIND, size, about): the parameters of operations, by name. size: the
 * most characters or digits, 0 where the kind says all. about: half a sentence
 * for help texts, "" where the name says all.
 */
#define CIELO_PARAM_MAP(X)                                                 \
    X(payment_id, ID, 64, "")                                              \
    X(tid, ID, 64, "")                                                     \
    X(merchant_order_id, ORDER, 64, "")                                    \
    X(merchant_order_number, ORDER, 64, "")                                \
    X(merchant_id, ID, 64, "")                                             \
    X(checkout_order_number, ID, 64, "")                                   \
    X(card_token, TOKEN, 64, "")                                           \
    X(id, ID, 64, "")                                                      \
    X(digits, BIN, 19, "the first 6 to 19 digits of a card")               \
    X(establishment_code, MEMBER, 10, "the store's number at Cielo")       \
    X(merchant_name, MEMBER, 25, "the store's name, as Cielo has it")        \
    X(mcc, MEMBER, 4, "the store's merchant category code")                \
    X(amount, AMOUNT, 15, "in cents")                                      \
    X(service_tax_amount, AMOUNT, 15, "in cents")                          \
    X(day, DAY, 2, "of the month, 1 to 31")                                \
    X(date, DATE, 10, "YYYY-MM-DD")                                        \
    X(not_before, MOMENT, 0, "no sale that Cielo received earlier is meant") \
    X(interval, INTERVAL, 0, "a name such as Monthly, or its months")      \
    X(fields, FIELDS, 0, "as Cielo's manual writes them or in snake_case") \
    X(method, METHOD, 0, "such as GET")                                    \
    X(path, TARGET, 0, "begins with /")                                    \
    X(host, HOST, 0, "transaction, query or checkout")                     \
    X(body, BODY, 0, "any JSON value")

/* A row of CIELO_PARAM_MAP; static. */
typedef struct cielo_param {
    const char *name;
    int kind; /* CIELO_PARAM_... */
    int size;
    const char *about;
} cielo_param;

/* The n-th parameter, NULL past the last. */
CIELO_API const cielo_param *cielo_param_at(size_t index);

/* The parameter of that very name; NULL when there is none. */
CIELO_API const cielo_param *cielo_param_find(const char *name, size_t length);

/* What hosts take for a kind, as CIELO_PARAM_KIND_MAP has it; NULL for no
 * CIELO_PARAM_... */
CIELO_API const char *cielo_param_type(int kind);

/*
 * X(NAME, name, noun, verb, METHOD, HOST, AUTH, path, params, body, FIELDS,
 *   RESULT, KIND, NOTE, SETTLE, EXPECT, about)
 *
 * noun, verb  as users write them: client.NOUN.VERB; noun "-" is the client
 *             itself, noun "" is for the library's own use (confirming a
 *             notification) and no method
 * HOST        TRANSACTION, QUERY (API 3.0 [two-hosts]), CHECKOUT, MPI (3DS) or
 *             POST (Silent Order Post) [browser-tokens]; LOCAL: no request of
 *             its own
 * AUTH        MERCHANT: the store's id and key. BEARER: an OAuth token. PAGE:
 *             the store's id for Checkout, a token, or both [page-credentials].
 *             MPI: the id and secret for 3DS. POST: the store's id and a token
 *             of Silent Order Post's own, fetched for each call
 *             [browser-tokens].
 *             NOTICE: the store's id that the notification names. GIVEN: as the
 *             host that the caller names
 * path        {name} stands for a parameter; a query part is left out with its
 *             parameter
 * params      names of CIELO_PARAM_MAP, in the order users give them; `?` marks
 *             what may be left out
 * body        the parameter that is the body, or "-"; "*": all of them, under
 *             their wire names in FIELDS
 * FIELDS      the object of fields.h that parameter "fields" is held against
 * RESULT      the object of fields.h of the answer
 * KIND        READ, or WRITE: repeated only if surely not sent
 * NOTE        what only this row has. PART: without an amount the whole is
 *             meant, so that 0 is none [whole-when-omitted]. PARTIAL_UPDATE:
 *             fields may leave out what stays [link-rules]. ID_IN_BODY: the
 *             body names what changes [checkout-recurrence]. CARD_BY_V2: a card
 *             or a wallet as an object is for the second version of the path.
 *             BILLED: a read that a bill of Cielo's counts, and so the journal
 * SETTLE      how a write in doubt is read back (settle.c)
 * EXPECT      the member an answer must have to be readable (with "#": as an
 *             integer); "-" for an answer that may be empty, "[]" for a list,
 *             "{}" for any object
 * about       one sentence for help texts and reference pages
 */
#define CIELO_OPERATION_MAP(X)                                                 \
    X(SALE_CREATE, "sale_create", "sales", "create", POST, TRANSACTION,        \
      MERCHANT, "/1/sales/", "fields", "fields", SALE, SALE, WRITE, NONE,      \
      SALE, "Payment.Status#",                                                 \
      "Creates a sale: card, Pix, boleto or QR code.")                         \
    X(SALE_GET, "sale_get", "sales", "get", GET, QUERY, MERCHANT,              \
      "/1/sales/{payment_id}", "payment_id", "-", NONE, SALE, READ, NONE,      \
      NONE, "Payment.Status#", "Reads a sale by its PaymentId.")               \
    X(SALE_GET_BY_TID, "sale_get_by_tid", "sales", "get_by_tid", GET, QUERY,   \
      MERCHANT, "/1/sales/acquirerTid/{tid}", "tid", "-", NONE, SALE, READ,    \
      NONE, NONE, "Payment.Status#", "Reads a sale by the acquirer's Tid.")    \
    X(SALE_FIND, "sale_find", "sales", "find", GET, QUERY, MERCHANT,           \
      "/1/sales?merchantOrderId={merchant_order_id}", "merchant_order_id",     \
      "-", NONE, SALE_REFERENCE, READ, NONE, NONE, "[]",                       \
      "Lists the sales of an order number; empty when there is none.")         \
    X(SALE_CAPTURE, "sale_capture", "sales", "capture", PUT, TRANSACTION,      \
      MERCHANT,                                                                \
      "/1/sales/{payment_id}/capture?amount={amount}&serviceTaxAmount={service_tax_amount}", \
      "payment_id amount? service_tax_amount?", "-", NONE, TRANSACTION,        \
      WRITE, PART, CAPTURE, "Status#",                                         \
      "Captures an authorised credit sale, whole or in part, once.")           \
    X(SALE_VOID, "sale_void", "sales", "void", PUT, TRANSACTION, MERCHANT,     \
      "/1/sales/{payment_id}/void?amount={amount}", "payment_id amount?",      \
      "-", NONE, TRANSACTION, WRITE, PART, VOID, "Status#",                    \
      "Cancels a sale, or part of a captured one.")                            \
    X(SALE_VOID_BY_ORDER, "sale_void_by_order", "sales", "void_by_order",      \
      PUT, TRANSACTION, MERCHANT,                                              \
      "/1/sales/OrderId/{merchant_order_id}/void?amount={amount}",             \
      "merchant_order_id amount?", "-", NONE, TRANSACTION, WRITE, PART,        \
      VOID_NEWEST, "Status#", "Cancels the newest sale of an order number.")   \
    X(SALE_RECONCILE, "sale_reconcile", "sales", "reconcile", GET, LOCAL,      \
      MERCHANT, "-", "merchant_order_id amount not_before?", "-", NONE, SALE, READ,        \
      NONE, SALE, "-",                                                         \
      "Looks up what became of a sale by its order number and amount.")        \
    X(RECURRENCE_GET, "recurrence_get", "recurrences", "get", GET, QUERY,      \
      MERCHANT, "/1/RecurrentPayment/{id}", "id", "-", NONE, RECURRENCE,       \
      READ, NONE, NONE, "RecurrentPayment", "Reads a scheduled recurrence.")   \
    X(RECURRENCE_SET_CUSTOMER, "recurrence_set_customer", "recurrences",       \
      "set_customer", PUT, TRANSACTION, MERCHANT,                              \
      "/1/RecurrentPayment/{id}/Customer", "id fields", "fields", CUSTOMER,    \
      EMPTY, WRITE, NONE, RECURRENCE, "-",                                     \
      "Replaces the customer of a recurrence.")                                \
    X(RECURRENCE_SET_END_DATE, "recurrence_set_end_date", "recurrences",       \
      "set_end_date", PUT, TRANSACTION, MERCHANT,                              \
      "/1/RecurrentPayment/{id}/EndDate", "id date", "date", NONE, EMPTY,      \
      WRITE, NONE, RECURRENCE, "-", "Sets the last day of a recurrence.")      \
    X(RECURRENCE_SET_INTERVAL, "recurrence_set_interval", "recurrences",       \
      "set_interval", PUT, TRANSACTION, MERCHANT,                              \
      "/1/RecurrentPayment/{id}/Interval", "id interval", "interval", NONE,    \
      EMPTY, WRITE, NONE, RECURRENCE, "-",                                     \
      "Sets the interval of a recurrence.")                                    \
    X(RECURRENCE_SET_DAY, "recurrence_set_day", "recurrences", "set_day",      \
      PUT, TRANSACTION, MERCHANT, "/1/RecurrentPayment/{id}/RecurrencyDay",    \
      "id day", "day", NONE, EMPTY, WRITE, NONE, RECURRENCE, "-",              \
      "Sets the day of the month on which a recurrence is charged.")           \
    X(RECURRENCE_SET_AMOUNT, "recurrence_set_amount", "recurrences",           \
      "set_amount", PUT, TRANSACTION, MERCHANT,                                \
      "/1/RecurrentPayment/{id}/Amount", "id amount", "amount", NONE, EMPTY,   \
      WRITE, NONE, RECURRENCE, "-",                                            \
      "Sets the amount of a recurrence, in cents, from the next charge on.")   \
    X(RECURRENCE_SET_NEXT_PAYMENT_DATE, "recurrence_set_next_payment_date",    \
      "recurrences", "set_next_payment_date", PUT, TRANSACTION, MERCHANT,      \
      "/1/RecurrentPayment/{id}/NextPaymentDate", "id date", "date", NONE,     \
      EMPTY, WRITE, NONE, RECURRENCE, "-",                                     \
      "Moves the next charge of a recurrence, and only that one.")             \
    X(RECURRENCE_SET_PAYMENT, "recurrence_set_payment", "recurrences",         \
      "set_payment", PUT, TRANSACTION, MERCHANT,                               \
      "/1/RecurrentPayment/{id}/Payment", "id fields", "fields", PAYMENT,      \
      EMPTY, WRITE, NONE, RECURRENCE, "-",                                     \
      "Replaces the payment data of a recurrence.")                            \
    X(RECURRENCE_DEACTIVATE, "recurrence_deactivate", "recurrences",           \
      "deactivate", PUT, TRANSACTION, MERCHANT,                                \
      "/1/RecurrentPayment/{id}/Deactivate", "id", "-", NONE, EMPTY, WRITE,    \
      NONE, RECURRENCE, "-", "Stops the future charges of a recurrence.")      \
    X(RECURRENCE_REACTIVATE, "recurrence_reactivate", "recurrences",           \
      "reactivate", PUT, TRANSACTION, MERCHANT,                                \
      "/1/RecurrentPayment/{id}/Reactivate", "id", "-", NONE, EMPTY, WRITE,    \
      NONE, RECURRENCE, "-",                                                   \
      "Starts the charges of a stopped recurrence again.")                     \
    X(CARD_TOKENIZE, "card_tokenize", "cards", "tokenize", POST,               \
      TRANSACTION, MERCHANT, "/1/card/", "fields", "fields", CARD_TOKEN,       \
      CARD_TOKEN, WRITE, NONE, NONE, "CardToken",                              \
      "Stores a card and gives its token.")                                    \
    X(CARD_GET, "card_get", "cards", "get", GET, QUERY, MERCHANT,              \
      "/1/card/{card_token}", "card_token", "-", NONE, CARD, READ, NONE,       \
      NONE, "CardNumber", "Reads a stored card by its token.")                 \
    X(CARD_VERIFY, "card_verify", "cards", "verify", POST, TRANSACTION,        \
      MERCHANT, "/1/zeroauth", "fields", "fields", ZERO_AUTH, ZERO_AUTH,       \
      WRITE, CARD_BY_V2, NONE, "Valid",                                        \
      "Checks a card without charging it (Zero Auth).")                        \
    X(CARD_BIN, "card_bin", "cards", "bin", GET, QUERY, MERCHANT,              \
      "/1/cardBin/{digits}", "digits", "-", NONE, BIN, READ, BILLED, NONE,     \
      "Status",                                                                \
      "Tells brand, kind and issuer from the first 6 to 19 digits of a card.") \
    X(ORDER_GET, "order_get", "orders", "get", GET, CHECKOUT, BEARER,          \
      "/api/public/v2/orders/{checkout_order_number}",                         \
      "checkout_order_number", "-", NONE, ORDER, READ, NONE, NONE,             \
      "payment", "Reads a Checkout order.")                                    \
    X(ORDER_FIND, "order_find", "orders", "find", GET, CHECKOUT, BEARER,       \
      "/api/public/v2/merchantOrderNumber/{merchant_order_number}",            \
      "merchant_order_number", "-", NONE, ORDER_REFERENCE, READ, NONE, NONE,   \
      "[]", "Lists the Checkout orders of a store's order number.")            \
    X(ORDER_CAPTURE, "order_capture", "orders", "capture", PUT, CHECKOUT,      \
      BEARER,                                                                  \
      "/api/public/v2/orders/{checkout_order_number}/capture?amount={amount}", \
      "checkout_order_number amount?", "-", NONE, ORDER_CHANGE, WRITE, PART,   \
      ORDER_CAPTURE, "success",                                                \
      "Captures a Checkout order, whole or in part.")                          \
    X(ORDER_VOID, "order_void", "orders", "void", PUT, CHECKOUT, BEARER,       \
      "/api/public/v2/orders/{checkout_order_number}/void?amount={amount}",    \
      "checkout_order_number amount?", "-", NONE, ORDER_CHANGE, WRITE, PART,   \
      ORDER_VOID, "success",                                                   \
      "Cancels a Checkout order, or part of a captured one.")                  \
    X(ORDER_CREATE, "order_create", "orders", "create", POST, CHECKOUT,        \
      PAGE, "/api/public/v1/orders", "fields", "fields", PAGE, PAGE, WRITE,    \
      NONE, NONE, "Settings", "Creates a Checkout payment page.")              \
    X(ORDER_NOTIFIED, "order_notified", "", "notified", GET, CHECKOUT,         \
      NOTICE, "/api/public/v1/orders/{merchant_id}/{merchant_order_number}",   \
      "merchant_id merchant_order_number", "-", NONE, ORDER_NOTICE, READ,      \
      NONE, NONE, "checkout_cielo_order_number",                               \
      "Reads what a Checkout JSON notification points to.")                    \
    X(ORDER_RECURRENCE_GET, "order_recurrence_get", "orders",                  \
      "recurrence_get", GET, CHECKOUT, BEARER,                                 \
      "/api/public/v1/RecurrentPayment/{id}", "id", "-", NONE,                 \
      ORDER_RECURRENCE, READ, NONE, NONE, "{}",                                \
      "Reads a Checkout recurrence.")                                          \
    X(ORDER_RECURRENCE_UPDATE, "order_recurrence_update", "orders",            \
      "recurrence_update", PUT, CHECKOUT, BEARER,                              \
      "/api/public/v1/RecurrentPayment/Update", "id fields", "fields",         \
      ORDER_RECURRENCE_CHANGE, EMPTY, WRITE, ID_IN_BODY, NONE, "-",            \
      "Changes a Checkout recurrence; orders.recurrence_get tells how it is.") \
    X(ORDER_RECURRENCE_DEACTIVATE, "order_recurrence_deactivate", "orders",    \
      "recurrence_deactivate", DELETE, CHECKOUT, BEARER,                       \
      "/api/public/v1/RecurrentPayment/Deactivate/{id}", "id", "-", NONE,      \
      EMPTY, WRITE, NONE, NONE, "-", "Ends a Checkout recurrence for good.")   \
    X(LINK_CREATE, "link_create", "links", "create", POST, CHECKOUT, BEARER,   \
      "/api/public/v1/products/", "fields", "fields", LINK, LINK, WRITE,       \
      NONE, NONE, "id", "Creates a payment link.")                             \
    X(LINK_GET, "link_get", "links", "get", GET, CHECKOUT, BEARER,             \
      "/api/public/v1/products/{id}", "id", "-", NONE, LINK, READ, NONE,       \
      NONE, "id", "Reads a payment link.")                                     \
    X(LINK_UPDATE, "link_update", "links", "update", PUT, CHECKOUT, BEARER,    \
      "/api/public/v1/products/{id}", "id fields", "fields", LINK, LINK,       \
      WRITE, PARTIAL_UPDATE, NONE, "id", "Changes a payment link.")            \
    X(LINK_DELETE, "link_delete", "links", "delete", DELETE, CHECKOUT,         \
      BEARER, "/api/public/v1/products/{id}", "id", "-", NONE, EMPTY, WRITE,   \
      NONE, NONE, "-", "Deletes a payment link.")                              \
    X(LINK_PAYMENTS, "link_payments", "links", "payments", GET, CHECKOUT,      \
      BEARER, "/api/public/v1/products/{id}/payments", "id", "-", NONE,        \
      LINK_PAYMENTS, READ, NONE, NONE, "orders",                               \
      "Lists the payments made through a link.")                               \
    X(BROWSER_THREEDS_TOKEN, "browser_threeds_token", "browser",               \
      "threeds_token", POST, MPI, MPI, "/v2/auth/token",                       \
      "establishment_code merchant_name mcc", "*", THREEDS_TOKEN,              \
      THREEDS_TOKEN, READ, BILLED, NONE, "access_token",                       \
      "Gives a page's 3DS script its token, a fresh one each time.")           \
    X(BROWSER_POST_TOKEN, "browser_post_token", "browser", "post_token", POST, \
      POST, POST, "/post/api/public/v2/accesstoken", "", "-", NONE,            \
      POST_TOKEN, READ, NONE, NONE, "AccessToken",                             \
      "Gives a page's Silent Order Post script its token, a fresh one each "   \
      "time.")                                                                 \
    X(REQUEST, "request", "-", "request", GET, TRANSACTION, GIVEN, "-",        \
      "method path body? host?", "body", NONE, ANY, WRITE, NONE, NONE, "-",    \
      "Sends any other request to Cielo.")

enum cielo_operation_number {
#define CIELO_X(id, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) \
    CIELO_OP_##id,
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
