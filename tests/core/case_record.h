/*
 * The journal of a case, in memory: what the call would have had written, and
 * whether it is whole, in order, and free of all that is on no list.
 */
#ifndef CASE_RECORD_H
#define CASE_RECORD_H

#include "call/record.h"

/* 2026-03-02T15:00:00Z when a case begins. */
#define CASE_WALL INT64_C(1772463600000)
#define CASE_START INT64_C(1000000)

enum { CASE_LINES = 2 };

typedef struct case_journal {
    char lines[CASE_LINES][8 * 1024];
    size_t lengths[CASE_LINES];
    size_t count;
    int too_many;
} case_journal;

/* Keeps the line that is due; 1 when there was one. */
static int case_note(case_journal *journal, cielo_call *call, int64_t now)
{
    cielo_origin origin = {CASE_WALL, "a-host", 4711};
    size_t length = 0;
    const char *line;

    origin.wall_ms += now - CASE_START;
    line = cielo_call_record(call, &origin, &length);
    if (!line)
        return 0;
    if (journal->count == CASE_LINES
        || length >= sizeof(journal->lines[0])) {
        journal->too_many = 1;
        return 1;
    }
    memcpy(journal->lines[journal->count], line, length);
    journal->lines[journal->count][length] = '\0';
    journal->lengths[journal->count++] = length;
    return 1;
}

/* The record of a line, the caller's to free; NULL when its frame is broken. */
static cielo_value *case_unframed(const char *line, size_t length)
{
    cielo_value *tree = NULL;
    char sum[16];
    size_t body = length - 2 - CIELO__RECORD_TAIL;

    if (length < 2 + CIELO__RECORD_TAIL || length > CIELO__RECORD_LIMIT
        || line[0] != '\n' || line[1] != '{' || line[length - 1] != '\n'
        || memchr(line + 1, '\n', length - 2))
        return NULL;
    snprintf(sum, sizeof(sum), "%08x", cielo__crc32c(line + 1, body));
    if (memcmp(line + 1 + body, ",\"crc\":\"", 8) != 0
        || memcmp(line + 1 + body + 8, sum, 8) != 0)
        return NULL;
    (void)cielo_value_parse(&tree, line + 1, length - 2, NULL);
    return tree;
}

/* ---- what may stand in it ---- */

/* Every member that a record may have. */
static int case_is_listed(const char *name)
{
    static const char *const names[]
        = {"v", "rec", "id", "at", "op", "merchant", "env", "order",
           "payment_id", "recurrence_id", "link_id", "checkout_order", "amount",
           "type", "provider", "brand", "card", "first6", "last4", "stored",
           "hidden", "installments", "recurrent", "authorize_now", "method",
           "day", "interval", "end_date", "next_payment_date", "before",
           "captured", "voided", "request_id", "host", "pid", "deadline",
           "clock", "clock_within", "of", "result", "kind", "sent", "http",
           "ms", "tid", "nsu", "auth", "status", "reason", "code", "amounts",
           "dates", "received", "fraud", "reconciled", "crc"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(name, names[i]) == 0)
            return 1;
    }
    return 0;
}

static const char *case_unlisted(const cielo_value *record)
{
    const cielo_value *item;

    for (item = cielo_value_first(record); item;
         item = cielo_value_next(item)) {
        const char *name = cielo_value_name(item, NULL);
        const char *inner = case_unlisted(item);

        if (name && !case_is_listed(name))
            return name;
        if (inner)
            return inner;
    }
    return NULL;
}

/* What a record may take over, by the names that requests and answers give. */
static int case_is_kept(const char *name)
{
    static const char *const names[]
        = {"MerchantOrderId", "OrderNumber", "merchant_order_id",
           "merchant_order_number", "payment_id", "PaymentId", "id",
           "checkout_order_number", "RecurrentPaymentId", "Type", "Provider",
           "Brand", "method", "request_id", "Tid", "ProofOfSale",
           "AuthorizationCode", "ReturnCode", "ProviderReturnCode", "Code",
           "ReceivedDate", "CapturedDate", "VoidedDate", "date", "error",
           "field", "EndDate", "NextRecurrency", "AcquirerOrderId"};
    size_t i;

    for (i = 0; name && i < sizeof(names) / sizeof(names[0]); i++) {
        if (cielo__same_name(names[i], name, strlen(name)))
            return 1;
    }
    return 0;
}

/* 1 when a text stands in one of the record's. */
static int case_holds(const cielo_value *record, const char *text)
{
    const cielo_value *item;

    for (item = cielo_value_first(record); item;
         item = cielo_value_next(item)) {
        if ((cielo_value_type(item) == CIELO_TEXT
             && strstr(cielo_value_text(item, NULL), text))
            || case_holds(item, text))
            return 1;
    }
    return 0;
}

/* A text of the tree under another name that stands in a record; NULL: none. Of
 * five characters on: shorter ones stand there by chance. */
static const char *case_leaked(const cielo_value *tree,
                               const cielo_value *record)
{
    const cielo_value *item;

    for (item = cielo_value_first(tree); item; item = cielo_value_next(item)) {
        size_t length = 0;
        const char *text = cielo_value_type(item) == CIELO_TEXT
            ? cielo_value_text(item, &length)
            : NULL;
        const char *inner = case_leaked(item, record);

        if (inner)
            return inner;
        if (text && length >= 5 && !case_is_kept(cielo_value_name(item, NULL))
            && case_holds(record, text))
            return text;
    }
    return NULL;
}

#endif
