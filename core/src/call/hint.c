/* The documented rules behind refusals that Cielo does not explain. */
#include <string.h>

#include "call.h"

enum { ANY, WHOLE, PARTIAL };

/* X(operation, ANY, WHOLE or PARTIAL, status, code of Cielo's error or "" for
 * any, rule), from [query-window], [capture-once], [capture-window],
 * [void-part] and [void-gap]. The first row that fits is the one. */
#define HINT_MAP(X)                                                            \
    X(ORDER_GET, ANY, ENOTFOUND, "", "orders are found for 45 days")           \
    X(ORDER_CAPTURE, ANY, ENOTFOUND, "", "orders are found for 45 days")       \
    X(ORDER_VOID, ANY, ENOTFOUND, "", "orders are found for 45 days")          \
    X(ORDER_CAPTURE, PARTIAL, EREQUEST, "",                                    \
      "a partial capture works once, for credit cards only, up to the "        \
      "authorised amount")                                                     \
    X(ORDER_CAPTURE, WHOLE, EREQUEST, "",                                      \
      "only an authorised order can be captured, once, within 15 days")        \
    X(ORDER_VOID, PARTIAL, EREQUEST, "",                                       \
      "a partial void needs a captured order, fits what is left of it, and "   \
      "comes five seconds after the last void")                                \
    X(ORDER_VOID, WHOLE, EREQUEST, "",                                         \
      "only an authorised or paid order can be voided, with balance enough, "  \
      "five seconds after the last void")                                      \
    X(SALE_GET, ANY, ENOTFOUND, "",                                            \
      "sales are found for three months, by a PaymentId, which is a GUID")     \
    X(SALE_GET_BY_TID, ANY, ENOTFOUND, "", "sales are found for three months") \
    X(SALE_CAPTURE, PARTIAL, EREQUEST, "308", UNCAPTURED PAST_AMOUNT)          \
    X(SALE_CAPTURE, WHOLE, EREQUEST, "308", UNCAPTURED)                        \
    X(SALE_VOID, PARTIAL, EREQUEST, "309", UNVOIDED_PART)                      \
    X(SALE_VOID, WHOLE, EREQUEST, "309", UNVOIDED)                             \
    X(SALE_VOID, PARTIAL, EREQUEST, "312", UNVOIDED_PART)                      \
    X(SALE_VOID, WHOLE, EREQUEST, "312", UNVOIDED)                             \
    X(SALE_VOID_BY_ORDER, PARTIAL, EREQUEST, "309", UNVOIDED_PART)             \
    X(SALE_VOID_BY_ORDER, WHOLE, EREQUEST, "309", UNVOIDED)                    \
    X(SALE_VOID_BY_ORDER, PARTIAL, EREQUEST, "312", UNVOIDED_PART)             \
    X(SALE_VOID_BY_ORDER, WHOLE, EREQUEST, "312", UNVOIDED)

#define UNCAPTURED                                                      \
    "the sale is captured or voided already, was not approved, or its " \
    "authorisation has lapsed"
#define PAST_AMOUNT ", or the amount is more than was authorised"
#define UNVOIDED                                                             \
    "the sale is voided already, or was not approved, or its authorisation " \
    "has lapsed"
#define UNVOIDED_PART                                                        \
    "the sale is voided already or not captured yet, or the amount is more " \
    "than is left of it"

static const struct hint {
    int operation;
    int amount;
    int status;
    const char *code;
    const char *rule;
} hints[] = {
#define X(operation, amount, status, code, rule) \
    {CIELO_OP_##operation, amount, CIELO_##status, code, rule},
    HINT_MAP(X)
#undef X
};

const char *cielo__hint(int operation, const cielo_value *params, int status,
                        const char *code)
{
    int amount = cielo_value_get(params, "amount") ? PARTIAL : WHOLE;
    size_t i;

    for (i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        const struct hint *one = &hints[i];

        if (one->operation == operation && one->status == status
            && (one->amount == ANY || one->amount == amount)
            && (!*one->code || (code && strcmp(one->code, code) == 0)))
            return one->rule;
    }
    return NULL;
}

const char *cielo__asked(const cielo_client *client, const char *host,
                         int status)
{
    if (status != CIELO_EAUTHENTICATION && status != CIELO_EPERMISSION
        && status != CIELO_ENOTFOUND)
        return NULL;
    return *cielo_client_base_url(client) ? host
                                          : cielo_client_environment(client);
}
