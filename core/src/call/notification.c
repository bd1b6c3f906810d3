/* What Cielo posts: JSON or a form, from anyone who knows the address. */
#include <string.h>

#include <cielo/notification.h>

#include "call.h"

/* X(number, "name", about a recurrence) [sale-notice]. */
#define CHANGE_MAP(X)                        \
    X(1, "payment_status_changed", 0)        \
    X(2, "recurrence_created", 1)            \
    X(3, "antifraud_status_changed", 0)      \
    X(4, "recurrence_status_changed", 1)     \
    X(5, "void_denied", 0)                   \
    X(6, "boleto_paid_with_lower_amount", 0) \
    X(7, "chargeback", 0)                    \
    X(8, "fraud_alert", 0)                   \
    X(25, "refunded", 0)

static const struct change {
    int number;
    const char *name;
    int recurrence;
} changes[] = {
#define X(number, name, recurrence) {number, name, recurrence},
    CHANGE_MAP(X)
#undef X
};

static int put(cielo_value *out, const char *name, cielo_value *item)
{
    return cielo_value_set(out, name, item);
}

static int put_text(cielo_value *out, const char *name, const char *text)
{
    return put(out, name, cielo_value_new_text(text, strlen(text)));
}

/* NULL too for one with U+FFFD in it: nobody has an id or a number that was not
 * to be read. */
static const char *text_member(const cielo_value *tree, const char *name)
{
    const cielo_value *value = cielo_value_get_case(tree, name);
    const char *text = cielo_value_type(value) == CIELO_TEXT
        ? cielo_value_text(value, NULL)
        : NULL;

    return text && *text && !cielo__has_substitute(text, strlen(text)) ? text
                                                                       : NULL;
}

/* An integer written as a number or as text; -1 when it is none. */
static int64_t integer_member(const cielo_value *tree, const char *name)
{
    const cielo_value *value = cielo_value_get_case(tree, name);
    const char *text = cielo_value_text(value, NULL);
    int64_t number = 0;

    if (!text || !*text || strlen(text) > 15)
        return -1;
    for (; *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (*text - '0');
    return *text ? -1 : number;
}

/* ---- API 3.0 ---- */

static const struct change *change_of(int64_t number)
{
    size_t i;

    for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        if (changes[i].number == number)
            return &changes[i];
    }
    return NULL;
}

static int read_api(cielo_value *out, const cielo_value *body)
{
    const char *payment = text_member(body, "PaymentId");
    const char *recurrence = text_member(body, "RecurrentPaymentId");
    int64_t number = integer_member(body, "ChangeType");
    const struct change *change = change_of(number);
    int about_recurrence = recurrence
        && ((change && change->recurrence) || !payment);
    int status
        = put_text(out, "kind", about_recurrence ? "recurrence" : "sale");

    if (status == CIELO_OK && payment)
        status = put_text(out, "payment_id", payment);
    if (status == CIELO_OK && recurrence)
        status = put_text(out, "recurrent_payment_id", recurrence);
    if (status == CIELO_OK && number >= 0)
        status = put(out, "change_type", cielo_value_new_integer(number));
    if (status == CIELO_OK && change)
        status = put_text(out, "change", change->name);
    return status;
}

/* ---- Checkout ---- */

static int is_true_word(const char *text)
{
    return text && strlen(text) == 4 && cielo__same_case(text, "true", 4);
}

static int put_order_status(cielo_value *out, const cielo_value *form)
{
    int64_t number = integer_member(form, "payment_status");
    const cielo_status *entry;
    int status = CIELO_OK;

    if (number < 0)
        return CIELO_OK;
    entry = cielo_book_get(CIELO_BOOK_ORDER_STATUS, (int)number);
    status = put(out, "payment_status", cielo_value_new_integer(number));
    if (status == CIELO_OK && entry)
        status = put_text(out, "status_name", entry->name);
    return status;
}

static int read_order(cielo_value *out, const cielo_value *form)
{
    const char *number = text_member(form, "order_number");
    int64_t amount = integer_member(form, "amount");
    const char *test = text_member(form, "test_transaction");
    /* Only the first post says what was bought, and when. */
    int finished = cielo_value_get_case(form, "created_date")
        || cielo_value_get_case(form, "payment_method_type");
    int status = put_text(out, "kind", finished ? "order" : "order_status");

    if (status == CIELO_OK)
        status = put_text(out, "checkout_order_number",
                          text_member(form, "checkout_cielo_order_number"));
    if (status == CIELO_OK && number)
        status = put_text(out, "merchant_order_number", number);
    if (status == CIELO_OK && amount >= 0)
        status = put(out, "amount", cielo_value_new_integer(amount));
    if (status == CIELO_OK)
        status = put_order_status(out, form);
    if (status == CIELO_OK && test)
        status = put(out, "test_transaction",
                     cielo_value_new_bool(is_true_word(test)));
    return status == CIELO_OK ? put(out, "fields", cielo_value_dup(form))
                              : status;
}

static int read_reference(cielo_value *out, const cielo_value *body)
{
    int status = put_text(out, "kind", "order_reference");

    if (status == CIELO_OK)
        status = put_text(out, "merchant_id", text_member(body, "MerchantId"));
    if (status == CIELO_OK)
        status = put_text(out, "merchant_order_number",
                          text_member(body, "MerchantOrderNumber"));
    return status;
}

/* ---- the form ---- */

static int hex_value(char c)
{
    char l = cielo__lower(c);

    return c >= '0' && c <= '9' ? c - '0'
        : l >= 'a' && l <= 'f'  ? l - 'a' + 10
                                : -1;
}

/* Percent and plus decoded in place; a stray '%' stands for itself. */
static size_t decode(char *text, size_t length)
{
    size_t from, to = 0;

    for (from = 0; from < length; from++) {
        char c = text[from];

        if (c == '+') {
            c = ' ';
        } else if (c == '%' && from + 2 < length
                   && hex_value(text[from + 1]) >= 0
                   && hex_value(text[from + 2]) >= 0) {
            c = (char)(hex_value(text[from + 1]) * 16
                       + hex_value(text[from + 2]));
            from += 2;
        }
        text[to++] = c;
    }
    return to;
}

/* Bytes that are no UTF-8 are taken for Latin-1, as older servers send it. */
static cielo_value *new_lenient_text(const char *text, size_t length)
{
    cielo_value *value;
    cielo__buf utf8;

    cielo__buf_init(&utf8, NULL, SIZE_MAX - 1);
    value = cielo__utf8_add(&utf8, text, length, 1) == CIELO_OK
        ? cielo_value_new_text(cielo__buf_string(&utf8), utf8.length)
        : NULL;
    cielo__buf_clear(&utf8);
    return value;
}

enum { FORM_FIELDS = 256 };

static int read_pair(cielo_value *form, char *at, size_t length)
{
    char *equals = memchr(at, '=', length);
    size_t name = equals ? (size_t)(equals - at) : length;
    size_t decoded = decode(at, name);
    char *value = equals ? equals + 1 : at + length;
    int status;

    if (decoded == 0 || cielo_value_size(form) >= FORM_FIELDS)
        return CIELO_OK;
    status = cielo_value_set_named(
        form, at, decoded,
        new_lenient_text(value, decode(value, length - (size_t)(value - at))));
    /* A name that is no text is nobody's: it is left out. */
    return status == CIELO_EUSAGE ? CIELO_OK : status;
}

static int read_form(cielo_value **out, const char *body, size_t length)
{
    char *copy = cielo__allocate(NULL, length + 1);
    size_t at = 0;
    int status = CIELO_OK;

    *out = cielo_value_new_object();
    if (!copy || !*out)
        status = CIELO_EMEMORY;
    else
        memcpy(copy, body, length); /* a NUL may be inside */
    while (status == CIELO_OK && at < length) {
        size_t n = 0;

        while (at + n < length && copy[at + n] != '&')
            n++;
        status = read_pair(*out, copy + at, n);
        at += n + 1;
    }
    if (copy)
        cielo__wipe(copy, length);
    cielo__free(NULL, copy);
    return status;
}

/* ---- parsing ---- */

static int contains(const char *text, const char *word)
{
    size_t n = strlen(word);

    for (; text && *text; text++) {
        if (strlen(text) >= n && cielo__same_case(text, word, n))
            return 1;
    }
    return 0;
}

static int is_json(const char *body, size_t length, const char *content_type)
{
    size_t i;

    if (contains(content_type, "json"))
        return 1;
    if (contains(content_type, "form"))
        return 0;
    for (i = cielo__utf8_mark(body, length); i < length; i++) {
        if (!memchr(" \t\r\n", body[i], 4))
            return body[i] == '{' || body[i] == '[';
    }
    return 0;
}

static int read_json(cielo_value **out, const char *body, size_t length,
                     const char *content_type, cielo_error *err)
{
    cielo__buf scratch;
    int status;

    cielo__buf_init(&scratch, NULL, SIZE_MAX - 1);
    status
        = cielo__answer_parse(out, body, length, content_type, &scratch, err);
    cielo__buf_clear(&scratch);
    return status;
}

static int read_tree(cielo_value *out, const cielo_value *tree)
{
    if (text_member(tree, "checkout_cielo_order_number"))
        return read_order(out, tree);
    if (text_member(tree, "PaymentId")
        || text_member(tree, "RecurrentPaymentId"))
        return read_api(out, tree);
    if (text_member(tree, "MerchantId")
        && text_member(tree, "MerchantOrderNumber"))
        return read_reference(out, tree);
    return CIELO_EDECODE;
}

int cielo_notification_parse(cielo_value **out, const char *body, size_t length,
                             const char *content_type, cielo_error *err)
{
    cielo_value *tree = NULL;
    int status;

    *out = NULL;
    if (length > CIELO_NOTIFICATION_LIMIT)
        return cielo__report(err, CIELO_EDECODE,
                             "the body is too large for a notification");
    status = is_json(body, length, content_type)
        ? read_json(&tree, body, length, content_type, err)
        : read_form(&tree, body, length);
    if (status == CIELO_OK) {
        *out = cielo_value_new_object();
        status = *out ? read_tree(*out, tree) : CIELO_EMEMORY;
        cielo__report(err, status,
                      status == CIELO_EDECODE
                          ? "the body has no id that a notification carries"
                          : NULL);
    } else if (status == CIELO_EMEMORY) {
        cielo__report(err, status, NULL);
    }
    cielo_value_free(tree);
    if (status != CIELO_OK) {
        cielo_value_free(*out);
        *out = NULL;
    }
    return status;
}

/* ---- confirming ---- */

static int is_kind(const cielo_value *notification, const char *kind)
{
    const char *text = text_member(notification, "kind");

    return text && strcmp(text, kind) == 0;
}

static int add_id(cielo_value *params, const char *name,
                  const cielo_value *notification, const char *from)
{
    const char *text = text_member(notification, from);

    return text ? put_text(params, name, text) : CIELO_EVALIDATION;
}

int cielo_notification_confirm(const cielo_value *notification, int *operation,
                               cielo_value **params, cielo_error *err)
{
    int status;

    *params = cielo_value_new_object();
    if (is_kind(notification, "sale")) {
        *operation = CIELO_OP_SALE_GET;
        status = add_id(*params, "payment_id", notification, "payment_id");
    } else if (is_kind(notification, "recurrence")) {
        *operation = CIELO_OP_RECURRENCE_GET;
        status = add_id(*params, "id", notification, "recurrent_payment_id");
    } else if (is_kind(notification, "order_reference")) {
        *operation = CIELO_OP_ORDER_NOTIFIED;
        status = add_id(*params, "merchant_id", notification, "merchant_id");
        if (status == CIELO_OK)
            status = add_id(*params, "merchant_order_number", notification,
                            "merchant_order_number");
    } else {
        *operation = CIELO_OP_ORDER_GET;
        status = add_id(*params, "checkout_order_number", notification,
                        "checkout_order_number");
    }
    if (status != CIELO_OK) {
        cielo_value_free(*params);
        *params = NULL;
    }
    return cielo__report(err, status,
                         status == CIELO_EVALIDATION
                             ? "notification: has no id to ask for"
                             : NULL);
}
