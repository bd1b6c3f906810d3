/*
 * A stored entry of the journal as an intent, for settling: what was asked for
 * as far as it was recorded, in the form in which a live call has it.
 */
#include <stdio.h>
#include <string.h>

#include "call.h"

enum {
    DAY_MS = 24 * 3600 * 1000,
    LATE_MS = 60 * 1000 /* from a call's deadline to Cielo's date of what it
                           sent, at most */
};

static const char *text_of(const cielo_value *record, const char *name)
{
    const cielo_value *value = cielo_value_get(record, name);

    return cielo_value_type(value) == CIELO_TEXT ? cielo_value_text(value, NULL)
                                                 : NULL;
}

static int copy(cielo_value *to, const char *as, const cielo_value *record,
                const char *name)
{
    const cielo_value *value = cielo_value_get(record, name);

    return value ? cielo_value_set(to, as, cielo_value_dup(value)) : CIELO_OK;
}

static int put_text(cielo_value *to, const char *name, const char *text)
{
    return cielo_value_set(to, name, cielo_value_new_text(text, strlen(text)));
}

/* ---- parameters ---- */

static int read_params(cielo_value *params, const cielo__operation *row,
                       const cielo_value *record)
{
    static const char *const names[][2]
        = {{"payment_id", "payment_id"},
           {"id", "recurrence_id"},
           {"checkout_order_number", "checkout_order"},
           {"amount", "amount"}};
    int status = CIELO_OK;
    size_t i;

    if (row->settle == CIELO__SETTLE_SALE)
        return CIELO_OK; /* its fields are all it has */
    for (i = 0; status == CIELO_OK && i < sizeof(names) / sizeof(names[0]); i++)
        status = copy(params, names[i][0], record, names[i][1]);
    if (status == CIELO_OK && row->settle == CIELO__SETTLE_VOID_NEWEST)
        status = copy(params, "merchant_order_id", record, "order");
    return status;
}

/* ---- the body ---- */

/* As an answer shows a card: the ends of its number. */
static int put_number(cielo_value *card, const char *first, const char *last)
{
    char text[32];

    snprintf(text, sizeof(text), "%.6s******%.4s", first, last);
    return put_text(card, "CardNumber", text);
}

/* One of which nothing was recorded is, like a wallet, what no sale is held
 * against. */
static int read_card(cielo_value *payment, const cielo_value *record)
{
    const cielo_value *of = cielo_value_get(record, "card");
    const char *first = text_of(of, "first6"), *last = text_of(of, "last4");
    int is_stored = cielo_value_bool(cielo_value_get(of, "stored"));
    cielo_value *card;
    int status;

    if (!of)
        return CIELO_OK;
    card = cielo_value_new_object();
    if (!is_stored && !(first && last))
        return cielo_value_set(payment, "Wallet", card);
    status = copy(card, "Brand", record, "brand");
    if (status == CIELO_OK && !is_stored)
        status = put_number(card, first, last);
    if (status == CIELO_OK)
        return cielo_value_set(payment, "CreditCard", card);
    cielo_value_free(card);
    return status;
}

static int read_schedule(cielo_value *payment, const cielo_value *record)
{
    cielo_value *schedule;

    if (!cielo_value_get(record, "authorize_now"))
        return CIELO_OK;
    schedule = cielo_value_new_object();
    if (copy(schedule, "AuthorizeNow", record, "authorize_now") == CIELO_OK)
        return cielo_value_set(payment, "RecurrentPayment", schedule);
    cielo_value_free(schedule);
    return CIELO_EMEMORY;
}

static int read_payment(cielo_value *payment, const cielo_value *record)
{
    static const char *const names[][2] = {{"Type", "type"},
                                           {"Amount", "amount"},
                                           {"Installments", "installments"}};
    int status = read_card(payment, record);
    size_t i;

    for (i = 0; status == CIELO_OK && i < sizeof(names) / sizeof(names[0]); i++)
        status = copy(payment, names[i][0], record, names[i][1]);
    return status == CIELO_OK ? read_schedule(payment, record) : status;
}

static cielo_value *read_sale(const cielo_value *record)
{
    cielo_value *sale = cielo_value_new_object();
    cielo_value *payment = cielo_value_new_object();
    int status = copy(sale, "MerchantOrderId", record, "order");

    if (status == CIELO_OK && payment)
        status = read_payment(payment, record);
    if (status == CIELO_OK
        && cielo_value_set(sale, "Payment", payment) == CIELO_OK)
        return sale;
    if (status != CIELO_OK)
        cielo_value_free(payment);
    cielo_value_free(sale);
    return NULL;
}

/* What a recurrence was changed to. */
static const cielo_value *changed_to(const cielo_value *record)
{
    static const char *const names[]
        = {"amount", "day", "interval", "end_date", "next_payment_date"};
    const cielo_value *value = NULL;
    size_t i;

    for (i = 0; !value && i < sizeof(names) / sizeof(names[0]); i++)
        value = cielo_value_get(record, names[i]);
    return value;
}

static int read_body(cielo__recorded *r, const cielo__operation *row,
                     const cielo_value *record)
{
    const cielo_value *value = NULL;

    if (row->settle == CIELO__SETTLE_SALE) {
        r->body = read_sale(record);
        return r->body ? CIELO_OK : CIELO_EMEMORY;
    }
    if (row->settle == CIELO__SETTLE_RECURRENCE)
        value = changed_to(record);
    r->body = cielo_value_dup(value);
    return r->body || !value ? CIELO_OK : CIELO_EMEMORY;
}

/* ---- moments ---- */

static int read_moment(const cielo_value *record, const char *name, int64_t *ms)
{
    const char *text = text_of(record, name);

    return text && cielo__moment_read(text, strlen(text), ms);
}

/* A difference of clocks; nobody's is an age away. */
static int read_span(const cielo_value *record, const char *name, int64_t *ms)
{
    const int64_t longest = INT64_C(100) * 366 * DAY_MS;

    return cielo_value_integer(cielo_value_get(record, name), ms)
        && *ms >= -longest && *ms <= longest;
}

/* By Cielo's clock where the record knows how far that was ahead of its
 * writer's, at least and at most; else from a day before to a day after. */
static void read_moments(cielo__recorded *r, const cielo_value *record)
{
    int64_t at, deadline, ahead, within;

    r->begin = r->earliest = r->lasts = -1;
    if (!read_moment(record, "at", &at))
        return;
    if (!read_moment(record, "deadline", &deadline))
        deadline = at;
    r->lasts = deadline - at;
    if (read_span(record, "clock", &ahead)
        && read_span(record, "clock_within", &within) && within >= 0) {
        r->begin = at + ahead + within;
        r->earliest = at + ahead;
        r->latest = deadline + ahead + within + LATE_MS;
    } else {
        r->earliest = at - DAY_MS;
        r->latest = deadline + DAY_MS;
    }
}

/* The last look, or with `first` the first one, before `until` and after
 * `after` that saw nothing, or saw anything; -1 when there is none. One that
 * was not answered is neither, and may have no date but that of its own
 * machine. */
static int64_t find_look(const cielo_value *looks, int nothing, int first,
                         int64_t after, int64_t until)
{
    const cielo_value *look;
    int64_t at, found = -1;

    for (look = cielo_value_first(looks); look; look = cielo_value_next(look)) {
        const cielo_value *saw = cielo_value_get(look, "saw");

        if (cielo__is_word(saw, "unread")
            || cielo__is_word(saw, "nothing") != nothing
            || !read_moment(look, "at", &at) || at <= after || at > until)
            continue;
        if (found < 0 || (first ? at < found : at > found))
            found = at;
    }
    return found;
}

/*
 * How far apart two looks have to be that saw nothing; and no less than the
 * call may last: where a clock was out, or a machine slept, the first of them
 * may have come before it was sent.
 */
#define APART_MS (10 * INT64_C(60000))

int cielo__was_absent_long(const cielo__recorded *r, int64_t now)
{
    const cielo_value *looks = cielo_value_get(r->entry, "looks");
    int64_t other = find_look(looks, 0, 0, -1, now);
    int64_t since = find_look(looks, 1, 1, other, now);

    return since >= 0 && now - since >= APART_MS && now - since >= r->lasts;
}

int64_t cielo__last_absence(const cielo__recorded *r)
{
    return find_look(cielo_value_get(r->entry, "looks"), 1, 0, -1, INT64_MAX);
}

/* ---- life ---- */

static int read_record(cielo__recorded *r, const cielo__operation *row,
                       const cielo_value *record)
{
    const cielo_value *before = cielo_value_get(record, "before");

    if (!cielo_value_integer(cielo_value_get(before, "voided"),
                             &r->voided_before))
        r->voided_before = -1;
    r->is_stored = cielo_value_bool(
        cielo_value_get(cielo_value_get(record, "card"), "stored"));
    read_moments(r, record);
    r->params = cielo_value_new_object();
    if (!r->params || read_params(r->params, row, record) != CIELO_OK)
        return CIELO_EMEMORY;
    return read_body(r, row, record);
}

/* The record of an entry that is in doubt, or NULL. */
static const cielo_value *record_of(const cielo_value *entry,
                                    const cielo__operation **row)
{
    const cielo_value *record = cielo_value_get(entry, "intent");
    const char *name = text_of(record, "op"), *id = text_of(record, "id");

    *row = name ? cielo__operation_row(cielo_operation_find(name)) : NULL;
    return *row && id && strlen(id) < sizeof(((cielo__recorded *)0)->id)
            && cielo__is_word(cielo_value_get(entry, "state"), "in_doubt")
        ? record
        : NULL;
}

int cielo__recorded_new(cielo__recorded **out, cielo__intent *intent,
                        const cielo_value *entry, cielo_error *err)
{
    const cielo__operation *row;
    const cielo_value *record = record_of(entry, &row);
    cielo__recorded *r;

    *out = NULL;
    if (!record)
        return cielo__report(err, CIELO_EUSAGE,
                             "no entry of a journal that is in doubt");
    r = cielo__calloc(NULL, sizeof(*r));
    if (!r)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    r->entry = cielo_value_dup(entry);
    if (!r->entry || read_record(r, row, record) != CIELO_OK) {
        cielo__recorded_free(r);
        return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    snprintf(r->id, sizeof(r->id), "%s", text_of(record, "id"));
    r->told = cielo_value_get(r->entry, "told");
    r->is_overtaken = cielo_value_bool(cielo_value_get(r->entry, "overtaken"));
    memset(intent, 0, sizeof(*intent));
    intent->operation = cielo__operation_number(row);
    intent->row = row;
    intent->params = r->params;
    intent->body = r->body;
    intent->recorded = r;
    *out = r;
    return CIELO_OK;
}

void cielo__recorded_free(cielo__recorded *r)
{
    if (!r)
        return;
    cielo_value_free(r->entry);
    cielo_value_free(r->params);
    cielo_value_free(r->body);
    cielo__free(NULL, r);
}
