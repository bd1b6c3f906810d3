/* Is a sale that Cielo shows the one that was asked for? */
#include <string.h>

#include "call.h"

/* How far Cielo's dates may lie before the operation began: they are cut to
 * seconds, and so is the Date header they are held against. */
#define TOLERANCE_MS 2000
/* How far a listed date may lie ahead of the list's own before no date of it
 * tells a refusal's age. */
#define SKEW_MS 2000
/* How far they may lie after the look-up: clocks of two servers. More tells of
 * dates in another zone, and then of no sale how old it is. */
#define AHEAD_MS 60000

static const char *text_at(const cielo_value *tree, const char *path)
{
    const cielo_value *value = cielo__member(tree, path);

    return cielo_value_type(value) == CIELO_TEXT ? cielo_value_text(value, NULL)
                                                 : NULL;
}

int cielo__same_word(const char *a, const char *b)
{
    return a && b && strlen(a) == strlen(b)
        && cielo__same_case(a, b, strlen(a));
}

/* One page spells the kind of recurrence otherwise. Of a card the type changes
 * nothing. */
int cielo__is_consent(const cielo_value *payment)
{
    const cielo_value *recurrent = cielo_value_get(payment, "RecurrentPayment");
    const cielo_value *now = cielo_value_get(recurrent, "AuthorizeNow");

    return cielo__same_word(text_at(payment, "Type"), "Pix")
        && cielo_value_type(now) == CIELO_BOOL && !cielo_value_bool(now)
        && (cielo_value_get(recurrent, "RecurrenceType")
            || cielo_value_get(recurrent, "RecurrentType"));
}

int cielo__intent_is_manual(const cielo__intent *intent)
{
    return intent->row->host == CIELO__HOST_LOCAL;
}

const char *cielo__intent_order(const cielo__intent *intent)
{
    const cielo_value *given
        = cielo_value_get(intent->params, "merchant_order_id");

    return given ? cielo_value_text(given, NULL)
                 : text_at(intent->body, "MerchantOrderId");
}

int64_t cielo__received_at(const cielo_value *item)
{
    const char *text = text_at(item, "ReceivedDate");
    int64_t ms;

    if (!text)
        text = text_at(item, "ReceveidDate");
    return text && cielo__cielo_date(text, strlen(text), &ms) ? ms : -1;
}

static const cielo_value *card_of(const cielo_value *payment)
{
    const cielo_value *card = cielo__member(payment, "CreditCard");

    return card ? card : cielo__member(payment, "DebitCard");
}

/* First six and last four: all that an answer shows of a card, and all that a
 * record does. */
static int same_number(const char *sent, const char *seen)
{
    size_t n = strlen(sent);
    size_t m = seen ? strlen(seen) : 0;

    return n >= 13 && m >= 10 && memcmp(sent, seen, 6) == 0
        && memcmp(sent + n - 4, seen + m - 4, 4) == 0;
}

/* A record has no token: it is a stored card too, and of no other brand. */
static int is_stored_like(const cielo_value *ours, const cielo_value *theirs)
{
    const char *brand = text_at(ours, "Brand");
    const char *shown = text_at(theirs, "Brand");

    return text_at(theirs, "CardToken")
        && (!brand || !shown || cielo__same_word(brand, shown));
}

static int same_card(const cielo__intent *intent, const cielo_value *sent,
                     const cielo_value *seen)
{
    const cielo_value *ours = card_of(sent);
    const cielo_value *theirs = card_of(seen);
    const char *number = text_at(ours, "CardNumber");
    const char *token = text_at(ours, "CardToken");

    if (intent->recorded && intent->recorded->is_stored)
        return is_stored_like(ours, theirs);
    if (number)
        return same_number(number, text_at(theirs, "CardNumber"));
    if (token)
        return cielo__same_word(token, text_at(theirs, "CardToken"));
    /* A wallet or a single-use token leaves nothing to compare. */
    return !ours && !cielo__member(sent, "Wallet");
}

/* Left out they are one; 0, which is no number of them, when unreadable. */
static int64_t installments(const cielo_value *payment)
{
    int64_t count;

    if (cielo__number(payment, "Installments", &count))
        return count;
    return cielo__member(payment, "Installments") ? 0 : 1;
}

static int same_installments(const cielo_value *sent, const cielo_value *seen)
{
    int64_t count = installments(seen);

    return count > 0 && count == installments(sent);
}

/* 1 and whether they are one; 0 when either cannot be read. */
static int compare_amounts(const cielo__intent *intent, const cielo_value *seen,
                           int *same)
{
    int64_t ours, theirs;
    int known = cielo__intent_is_manual(intent)
        ? cielo_value_integer(cielo_value_get(intent->params, "amount"), &ours)
        : cielo__amount(intent->body, "Payment.Amount", &ours);

    if (!known || !cielo__amount(seen, "Payment.Amount", &theirs))
        return 0;
    *same = ours == theirs;
    return 1;
}

static int same_amount(const cielo__intent *intent, const cielo_value *seen)
{
    int same;

    return compare_amounts(intent, seen, &same) && same;
}

/* Cielo may look numbers up without regard to case: they are others all the
 * same. */
static int same_order(const char *ours, const char *theirs)
{
    return ours && theirs && strcmp(ours, theirs) == 0;
}

int cielo__is_refused_as(const cielo_value *payment, cielo_nature nature)
{
    size_t length = 0;
    const char *code;

    if (nature != CIELO_NATURE_UNFINISHED)
        return nature == CIELO_NATURE_REFUSED;
    code = cielo_value_text(cielo__member(payment, "ReturnCode"), &length);
    return cielo__code_is_final(code, length)
        || cielo__same_word(text_at(payment, "VelocityAnalysis.ResultMessage"),
                            "Reject");
}

int cielo__is_refused(const cielo_value *payment)
{
    int64_t status = -1;

    cielo__number(payment, "Status", &status);
    return cielo__is_refused_as(payment, cielo__sale_nature(status));
}

int cielo__is_late_enough(int64_t received, int64_t begin)
{
    return begin >= 0 && received >= begin - TOLERANCE_MS;
}

int cielo__is_ahead(int64_t received, int64_t listed)
{
    return listed >= 0 && received > listed + SKEW_MS;
}

int cielo__is_meant(const cielo__intent *intent, int64_t received)
{
    int64_t seconds;

    return !cielo_value_integer(cielo_value_get(intent->params, "not_before"),
                                &seconds)
        || (received >= 0 && received / 1000 >= seconds);
}

static int are_digits(const char *text, size_t count)
{
    size_t i;

    for (i = 0; i < count && cielo__is_digit(text[i]); i++)
        continue;
    return i == count;
}

/* Both are shown, digit by digit, and they differ. */
static int is_other_card(const cielo_value *sent, const cielo_value *seen)
{
    const char *ours = text_at(card_of(sent), "CardNumber");
    const char *theirs = text_at(card_of(seen), "CardNumber");
    size_t length = theirs ? strlen(theirs) : 0;

    return ours && length >= 13 && are_digits(theirs, 6)
        && are_digits(theirs + length - 4, 4) && !same_number(ours, theirs);
}

int cielo__is_other_sale(const cielo__intent *intent, const cielo_value *seen)
{
    const char *order = text_at(seen, "MerchantOrderId");
    int same;

    return (order && !same_order(cielo__intent_order(intent), order))
        || (compare_amounts(intent, seen, &same) && !same)
        || is_other_card(cielo__member(intent->body, "Payment"),
                         cielo__member(seen, "Payment"));
}

/* A record says until when it can have been sent. */
static int is_early_enough(const cielo__intent *intent, int64_t received)
{
    return !intent->recorded || received <= intent->recorded->latest;
}

int cielo__sale_fits(const cielo__intent *intent, const cielo_value *seen,
                     int64_t begin, int64_t listed, int64_t listed_date)
{
    const cielo_value *sent = cielo__member(intent->body, "Payment");
    const cielo_value *payment = cielo__member(seen, "Payment");
    int64_t received = cielo__received_at(payment);

    if (!same_amount(intent, seen)
        || !same_order(cielo__intent_order(intent),
                       text_at(seen, "MerchantOrderId")))
        return 0;
    if (received < 0)
        received = listed_date;
    if (cielo__intent_is_manual(intent))
        return cielo__is_meant(intent, received);
    return cielo__is_late_enough(received, begin)
        && received <= listed + AHEAD_MS && is_early_enough(intent, received)
        && cielo__same_word(text_at(sent, "Type"), text_at(payment, "Type"))
        && same_installments(sent, payment) && same_card(intent, sent, payment);
}
