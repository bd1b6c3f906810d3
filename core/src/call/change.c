/*
 * What the answer to a capture or a void says of the change. The status in it
 * is the payment's, which says nothing by itself: a void that was refused is
 * answered with the sale as it was, and a code that is success in one book is a
 * denial in another [void-refused].
 */
#include <string.h>

#include "call.h"

/* What an answer holds, read once. */
typedef struct told {
    const cielo__intent *intent;
    int success; /* Checkout's word; -1 when there is none to read */
    cielo_nature nature;
    int64_t reason; /* -1 when it gives none */
    const cielo_code *code;
} told;

cielo_nature cielo__wanted_nature(const cielo__operation *row)
{
    switch (row->settle) {
    case CIELO__SETTLE_CAPTURE:
    case CIELO__SETTLE_ORDER_CAPTURE:
        return CIELO_NATURE_PAID;
    case CIELO__SETTLE_VOID:
    case CIELO__SETTLE_VOID_NEWEST:
    case CIELO__SETTLE_ORDER_VOID:
        return CIELO_NATURE_GIVEN_BACK;
    default:
        return CIELO_NATURE_NONE;
    }
}

int cielo__is_change(const cielo__operation *row)
{
    return cielo__wanted_nature(row) != CIELO_NATURE_NONE;
}

int cielo__code_book(const cielo__operation *row)
{
    return row->settle == CIELO__SETTLE_CAPTURE ? CIELO_CODE_CAPTURE
        : cielo__operation_is_void(row)         ? CIELO_CODE_VOID
                                                : CIELO_CODE_SALE;
}

static int has_category(const cielo_code *code, const char *category)
{
    return code && strcmp(code->category, category) == 0;
}

/* ---- the rules, in their order: Checkout's, then those of API 3.0 ---- */

static int is_checkout(const told *t)
{
    return t->intent->row->host == CIELO__HOST_CHECKOUT;
}

static int says_done(const told *t)
{
    return is_checkout(t) && t->success == 1;
}

static int says_failed(const told *t)
{
    return is_checkout(t) && t->success == 0;
}

static int is_accepted_only(const told *t)
{
    const cielo_status *scheduled = cielo_book_word(CIELO_BOOK_REASON_CODE,
                                                    "scheduled",
                                                    strlen("scheduled"));

    return (scheduled && t->reason == scheduled->number)
        || t->nature == CIELO_NATURE_PENDING;
}

static int has_reason_against(const told *t)
{
    return t->reason > 0;
}

/* A part leaves a sale paid: there a reason of 0 or the code has to say so. */
static int shows_it(const told *t)
{
    if (t->nature == cielo__wanted_nature(t->intent->row))
        return 1;
    return cielo__operation_is_void(t->intent->row)
        && cielo_value_get(t->intent->params, "amount")
        && t->nature == CIELO_NATURE_PAID
        && (t->reason == 0 || has_category(t->code, "success"));
}

/* Where Cielo itself failed nobody knows what was done. */
static int is_denied(const told *t)
{
    return (t->nature == CIELO_NATURE_AUTHORIZED
            || t->nature == CIELO_NATURE_PAID)
        && t->code && !has_category(t->code, "success")
        && !has_category(t->code, "communication");
}

static const struct rule {
    int (*fits)(const told *t);
    cielo__change change;
} rules[] = {
    {says_done, CIELO__CHANGE_DONE},
    {says_failed, CIELO__CHANGE_REFUSED},
    {is_checkout, CIELO__CHANGE_DOUBT}, /* its other members say nothing */
    {is_accepted_only, CIELO__CHANGE_PENDING},
    {has_reason_against, CIELO__CHANGE_REFUSED},
    {shows_it, CIELO__CHANGE_DONE},
    {is_denied, CIELO__CHANGE_REFUSED},
};

/* ---- reading ---- */

static const cielo_code *code_of(const cielo__intent *intent,
                                 const cielo_value *answer)
{
    size_t length = 0;
    const char *text
        = cielo_value_text(cielo__member(answer, "ReturnCode"), &length);

    if (!text)
        text = cielo_value_text(cielo__member(answer, "ProviderReturnCode"),
                                &length);
    return text ? cielo_return_code(text, length, cielo__code_book(intent->row))
                : NULL;
}

cielo__change cielo__change_of(const cielo__intent *intent,
                               const cielo_value *answer)
{
    int64_t status;
    told t;
    size_t i;

    t.intent = intent;
    t.success = cielo__flag(cielo__member(answer, "success"));
    t.nature = cielo__number(answer, "Status", &status)
        ? cielo__sale_nature(status)
        : CIELO_NATURE_NONE;
    if (!cielo__number(answer, "ReasonCode", &t.reason))
        t.reason = -1;
    t.code = code_of(intent, answer);
    for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (rules[i].fits(&t))
            return rules[i].change;
    }
    return CIELO__CHANGE_DOUBT;
}
