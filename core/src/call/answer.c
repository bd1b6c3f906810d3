/* The shapes of answers: what makes one readable, whose it is, its list of
 * sales. */
#include <string.h>

#include "call.h"

/* A member of an answer under any of the spellings that the map knows of the
 * wire name `wire` [any-case]. */
static const cielo_value *spelled(int object, const cielo_value *tree,
                                  const char *wire)
{
    const cielo_field *wanted = cielo_field_by_wire(object, wire, strlen(wire));
    const cielo_value *member = wanted ? cielo_value_first(tree) : NULL;

    for (; member; member = cielo_value_next(member)) {
        size_t length;
        const char *name = cielo_value_name(member, &length);
        const cielo_field *field
            = name ? cielo_field_by_wire(object, name, length) : NULL;

        if (field && strcmp(field->host, wanted->host) == 0
            && cielo_value_type(member) != CIELO_NULL)
            return member;
    }
    return NULL;
}

/* "Payment.Status#": the "#" asks for an integer, as a number or as text. */
static int has_member(int object, const cielo_value *tree, const char *expect)
{
    const cielo_value *member
        = cielo__member_from(tree, expect, strcspn(expect, ".#"));
    size_t length = strlen(expect);
    char path[64];
    int64_t number;

    if (!member) {
        length -= expect[length - 1] == '#';
        memcpy(path, expect, length);
        path[length] = '\0';
        member = spelled(object, tree, path);
    }
    return strchr(expect, '#') ? cielo__number(member, "", &number)
                               : cielo_value_type(member) != CIELO_NULL;
}

int cielo__readable(const cielo__operation *row, const cielo_value *tree)
{
    switch (row->expect[0]) {
    case '-':
        return 1;
    case '{':
        return cielo_value_type(tree) == CIELO_OBJECT;
    case '[':
        return cielo__list_of(tree) != NULL;
    }
    return has_member(row->facts.object, tree, row->expect);
}

/* What the answer to a consent shows is not documented: that there is a payment
 * has to do [pix-automatic]. */
int cielo__is_whole_answer(const cielo__intent *intent, const cielo_value *tree)
{
    if (cielo__readable(intent->row, tree))
        return 1;
    return intent->operation == CIELO_OP_SALE_CREATE
        && cielo__is_consent(cielo_value_get(intent->body, "Payment"))
        && cielo_value_type(cielo__member(tree, "Payment")) == CIELO_OBJECT;
}

int cielo__is_own_404(int is_empty, const cielo_value *tree)
{
    return is_empty || cielo_value_type(tree) == CIELO_ARRAY;
}

const cielo_value *cielo__list_of(const cielo_value *tree)
{
    static const char *const names[] = {"Payments", "Payment"};
    size_t i;

    if (cielo_value_type(tree) == CIELO_ARRAY)
        return tree;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const cielo_value *list = cielo_value_get_case(tree, names[i]);

        if (cielo_value_type(list) == CIELO_ARRAY)
            return list;
    }
    return NULL;
}

/* ---- whose answer it is ---- */

/* How what an answer repeats is held against what was asked. An order number of
 * Checkout is Cielo's or the shop's own, told apart by their length. */
typedef enum compare {
    SAME_TEXT,
    SAME_NUMBER,
    SAME_ID,
    SAME_IF_AS_LONG,
    SAME_LINK
} compare;

/* X(operation, what was asked, where the answer repeats it, how): a parameter,
 * or with a point before it a member of the body [answers-cross]. */
#define ECHO_MAP(X)                                                          \
    X(SALE_CREATE, ".MerchantOrderId", "MerchantOrderId", SAME_TEXT)         \
    X(SALE_CREATE, ".Payment.Amount", "Payment.Amount", SAME_NUMBER)         \
    X(SALE_GET, "payment_id", "Payment.PaymentId", SAME_ID)                  \
    X(SALE_GET_BY_TID, "tid", "Payment.Tid", SAME_TEXT)                      \
    X(SALE_CAPTURE, "payment_id", "PaymentId", SAME_ID)                      \
    X(SALE_CAPTURE, "payment_id", "Payment.PaymentId", SAME_ID)              \
    X(SALE_CAPTURE, "amount", "CapturedAmount", SAME_NUMBER)                 \
    X(SALE_VOID, "payment_id", "PaymentId", SAME_ID)                         \
    X(SALE_VOID, "payment_id", "Payment.PaymentId", SAME_ID)                 \
    X(SALE_CAPTURE, "payment_id", "Links", SAME_LINK)                        \
    X(SALE_VOID, "payment_id", "Links", SAME_LINK)                           \
    X(ORDER_CAPTURE, "checkout_order_number", "links", SAME_LINK)            \
    X(ORDER_VOID, "checkout_order_number", "links", SAME_LINK)               \
    X(SALE_VOID_BY_ORDER, "merchant_order_id", "MerchantOrderId", SAME_TEXT) \
    X(RECURRENCE_GET, "id", "RecurrentPayment.RecurrentPaymentId", SAME_ID)  \
    X(ORDER_GET, "checkout_order_number", "orderNumber", SAME_IF_AS_LONG)    \
    X(ORDER_NOTIFIED, "merchant_order_number", "order_number", SAME_TEXT)    \
    X(LINK_GET, "id", "id", SAME_ID)                                         \
    X(LINK_UPDATE, "id", "id", SAME_ID)                                      \
    X(LINK_PAYMENTS, "id", "productId", SAME_ID)

enum { ID_SHORTEST = 32, ID_LONGEST = 64 };

static const struct echo {
    int operation;
    const char *asked;
    const char *path;
    compare how;
} echoes[] = {
#define X(operation, asked, path, how) {CIELO_OP_##operation, asked, path, how},
    ECHO_MAP(X)
#undef X
};

/* The text or the digits of a value without what Cielo may trim; NULL. */
static const char *trimmed(const cielo_value *value, size_t *length)
{
    const char *text = cielo_value_text(value, length);

    while (text && *length > 0 && text[*length - 1] == ' ')
        --*length;
    while (text && *length > 0 && *text == ' ') {
        text++;
        --*length;
    }
    return text;
}

/* The bytes up to the next ASCII character. */
static size_t run_of_others(const char *text, size_t length)
{
    size_t n = 0;

    while (n < length && ((unsigned char)text[n] & 0x80))
        n++;
    return n;
}

/* 1 for two texts that are one but for case and for letters past ASCII that
 * could not be read [odd-texts]: those may stand for any. */
static int is_text_of(const char *a, size_t n, const char *b, size_t m)
{
    size_t i = 0, j = 0, run, other;

    while (i < n && j < m) {
        run = run_of_others(a + i, n - i);
        other = run_of_others(b + j, m - j);
        if ((run == 0) != (other == 0))
            return 0;
        if (run == 0) {
            if (cielo__lower(a[i++]) != cielo__lower(b[j++]))
                return 0;
            continue;
        }
        if (!cielo__has_substitute(b + j, other)
            && (run != other || memcmp(a + i, b + j, run) != 0))
            return 0;
        i += run;
        j += other;
    }
    return i == n && j == m;
}

static int is_same_text(const cielo_value *asked, const cielo_value *told,
                        compare how)
{
    size_t n = 0, m = 0;
    const char *a = trimmed(asked, &n);
    const char *b = trimmed(told, &m);

    if (!a || !b || m == 0 || (how == SAME_IF_AS_LONG && n != m))
        return 1;
    if (n == m && memcmp(a, b, n) == 0)
        return 1;
    return is_text_of(a, n, b, m);
}

int cielo__is_text_echoed(const cielo_value *asked, const cielo_value *told)
{
    return is_same_text(asked, told, SAME_TEXT);
}

/* A number with a point is an amount in cents or in reais; one that is neither
 * is another's. */
static int is_same_number(const cielo_value *asked, const cielo_value *told)
{
    int64_t a, b;
    double real, reais;

    if (!cielo__amount(asked, "", &a))
        return 1;
    if (cielo__amount(told, "", &b))
        return a == b;
    if (cielo_value_type(told) != CIELO_NUMBER)
        return 1;
    real = cielo_value_real(told);
    reais = real * 100 - (double)a; /* 19.99 is not quite 1999 hundredths */
    return real == (double)a || (reais > -0.001 && reais < 0.001);
}

/* The letters and digits of an id, which may be written with hyphens, in braces
 * or with neither; 0 when there are too many. */
static size_t bare_id(const cielo_value *value, char out[ID_LONGEST])
{
    size_t length = 0, count = 0, i;
    const char *text = cielo_value_text(value, &length);

    for (i = 0; text && i < length; i++) {
        if (!cielo__is_alnum(text[i]))
            continue;
        if (count == ID_LONGEST)
            return 0;
        out[count++] = cielo__lower(text[i]);
    }
    return count;
}

static int is_same_id(const cielo_value *asked, const cielo_value *told)
{
    char a[ID_LONGEST], b[ID_LONGEST];
    size_t n = bare_id(asked, a), m = bare_id(told, b);

    return n == 0 || m == 0 || (n == m && memcmp(a, b, n) == 0);
}

/* 1 for a part of an address that is an id, written with hyphens or without. */
static int is_id(const char *part, size_t length)
{
    size_t count = 0, i;

    for (i = 0; i < length; i++) {
        char c = cielo__lower(part[i]);

        if (cielo__is_digit(c) || (c >= 'a' && c <= 'f'))
            count++;
        else if (c != '-')
            return 0;
    }
    return count == ID_SHORTEST;
}

static int same_but_hyphens(const char *a, size_t n, const char *b, size_t m)
{
    size_t i = 0, j = 0;

    for (;; i++, j++) {
        while (i < n && a[i] == '-')
            i++;
        while (j < m && b[j] == '-')
            j++;
        if (i == n || j == m)
            return i == n && j == m;
        if (cielo__lower(a[i]) != cielo__lower(b[j]))
            return 0;
    }
}

/* The bytes of what parts an address: a sign, or one that is escaped. */
static size_t separator_at(const char *at)
{
    return *at == '\0'                                 ? 0
        : *at == '%' && at[1] != '\0' && at[2] != '\0' ? 3
                                                       : 1;
}

/* 0 when an address has the id of another payment or order as one of its parts.
 * Of what is no id nothing is said, since samples have placeholders. */
static int is_link_of(const char *id, size_t length, const char *address)
{
    size_t part;

    for (; *address; address += part + separator_at(address + part)) {
        part = strcspn(address, "/?#{};%");
        if (is_id(address, part)
            && !same_but_hyphens(address, part, id, length))
            return 0;
    }
    return 1;
}

static int are_links_of(const cielo_value *asked, const cielo_value *links)
{
    const cielo_value *link = cielo_value_type(links) == CIELO_ARRAY
        ? cielo_value_first(links)
        : links;
    size_t length = 0;
    const char *id = cielo_value_text(asked, &length);

    for (; link && id && is_id(id, length);
         link = link == links ? NULL : cielo_value_next(link)) {
        const char *address
            = cielo_value_text(cielo__member(link, "Href"), NULL);

        if (address && !is_link_of(id, length, address))
            return 0;
    }
    return 1;
}

/* What is not asked for, not repeated or not readable contradicts nothing. */
static int is_echoed(const struct echo *echo, const cielo__intent *intent,
                     const cielo_value *tree)
{
    const cielo_value *asked = *echo->asked == '.'
        ? cielo__member(intent->body, echo->asked + 1)
        : cielo_value_get(intent->params, echo->asked);
    const cielo_value *told = cielo__member(tree, echo->path);

    switch (echo->how) {
    case SAME_NUMBER:
        return is_same_number(asked, told);
    case SAME_ID:
        return is_same_id(asked, told);
    case SAME_LINK:
        return are_links_of(asked, told);
    default:
        return is_same_text(asked, told, echo->how);
    }
}

/* Where no body is due any will do, but for what is told of a sale or of
 * another recurrence [answers-cross]. */
static int is_beside(const cielo__intent *intent, const cielo_value *tree)
{
    static const char *const of_sales[]
        = {"MerchantOrderId", "PaymentId", "Payment.PaymentId"};
    size_t i;

    for (i = 0; i < sizeof(of_sales) / sizeof(of_sales[0]); i++) {
        if (cielo__member(tree, of_sales[i]))
            return 0;
    }
    return is_same_id(cielo_value_get(intent->params, "id"),
                      cielo__member(tree,
                                    "RecurrentPayment.RecurrentPaymentId"));
}

int cielo__is_answer_to(const cielo__intent *intent, const cielo_value *tree)
{
    size_t i;

    if (intent->row->facts.object == CIELO_OBJECT_EMPTY)
        return is_beside(intent, tree);
    for (i = 0; i < sizeof(echoes) / sizeof(echoes[0]); i++) {
        if (echoes[i].operation == intent->operation
            && !is_echoed(&echoes[i], intent, tree))
            return 0;
    }
    return 1;
}
