/* Sales that are noted in a journal, and a look at what is in its folder. */
#ifndef NOTEBOOK_H
#define NOTEBOOK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cielo/cielo.h>

#define NOTEBOOK_MERCHANT "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d"
#define NOTEBOOK_ID "24bc8366-fc31-4d6c-8555-17049a836a07"
/* The parameters and the answer of a sale; %s: its order number. */
#define NOTEBOOK_SALE                                                       \
    "{\"fields\":{\"MerchantOrderId\":\"%s\",\"Customer\":{\"Name\":"       \
    "\"Comprador Teste\"},\"Payment\":{\"Type\":\"CreditCard\",\"Amount\":" \
    "15700,\"Installments\":1,\"Capture\":true,\"CreditCard\":{"            \
    "\"CardNumber\":\"4551870000000181\",\"Holder\":\"Teste Holder\","      \
    "\"ExpirationDate\":\"12/2030\",\"SecurityCode\":\"123\","              \
    "\"Brand\":\"Visa\"}}}}"
#define NOTEBOOK_SOLD                                                         \
    "{\"MerchantOrderId\":\"%s\",\"Payment\":{\"PaymentId\":\"" NOTEBOOK_ID   \
    "\",\"Type\":\"CreditCard\",\"Amount\":15700,\"Installments\":1,"         \
    "\"CapturedAmount\":15700,\"Tid\":\"1006993069000509C28A\",\"Status\":2," \
    "\"ReturnCode\":\"6\",\"ReceivedDate\":\"2026-11-22 12:00:05\","          \
    "\"CreditCard\":{\"CardNumber\":\"455187******0181\"}}}"

static inline cielo_call *notebook_call(cielo_client *client, int operation,
                                        const char *text)
{
    cielo_call *call = NULL;
    cielo_value *params = NULL;
    cielo_entropy entropy;

    if (cielo_entropy_fill(&entropy) != CIELO_OK
        || cielo_value_parse(&params, text, strlen(text), NULL) != CIELO_OK
        || cielo_call_new(&call, client, operation, params, &entropy, NULL)
            != CIELO_OK)
        abort();
    cielo_value_free(params);
    return call;
}

static inline cielo_call *notebook_sale(cielo_client *client, const char *order)
{
    char text[700];

    snprintf(text, sizeof(text), NOTEBOOK_SALE, order);
    return notebook_call(client, CIELO_OP_SALE_CREATE, text);
}

/* The order number of a request; "" when it has none. */
static inline void notebook_order(const char *request, char *out, size_t size)
{
    const char *name = "\"MerchantOrderId\":\"";
    const char *at = strstr(request, name);
    size_t length = 0;

    if (at) {
        at += strlen(name);
        length = strcspn(at, "\"");
    }
    snprintf(out, size, "%.*s", (int)length, at ? at : "");
}

static inline const char *notebook_text(const cielo_value *object,
                                        const char *name)
{
    const cielo_value *member = cielo_value_get(object, name);

    return member ? cielo_value_text(member, NULL) : NULL;
}

static inline int notebook_warnings(const cielo_call *call, const char *rule)
{
    const cielo_value *at = cielo_value_first(cielo_call_warnings(call));
    int count = 0;

    for (; at; at = cielo_value_next(at)) {
        const char *is = notebook_text(at, "rule");

        count += is && strcmp(is, rule) == 0;
    }
    return count;
}

typedef struct notes {
    size_t segments;
    int intents;
    int outcomes;
    size_t damaged;
} notes;

/* Gives every record of a folder to `each`, with its "rec". */
static inline notes notebook_walk(const char *folder,
                                  void (*each)(void *context, const char *rec,
                                               const cielo_value *record),
                                  void *context)
{
    cielo_value *segments = NULL;
    const cielo_value *segment;
    notes n;

    memset(&n, 0, sizeof(n));
    if (cielo_journal_segments(&segments, folder, NULL) != CIELO_OK)
        abort();
    n.segments = cielo_value_size(segments);
    for (segment = cielo_value_first(segments); segment;
         segment = cielo_value_next(segment)) {
        const char *name = notebook_text(segment, "name");
        cielo_records *records = NULL;
        const cielo_value *record;
        int64_t at;

        if (cielo_records_open(&records, folder, name, 0, NULL, NULL)
            != CIELO_OK)
            abort();
        while (cielo_records_next(records, &record, &at, NULL) == CIELO_OK) {
            const char *rec = notebook_text(record, "rec");

            n.intents += strcmp(rec, "intent") == 0;
            n.outcomes += strcmp(rec, "outcome") == 0;
            if (each)
                each(context, rec, record);
        }
        n.damaged += cielo_records_damaged(records);
        cielo_records_close(records);
    }
    cielo_value_free(segments);
    return n;
}

static inline notes notebook_read(const char *folder)
{
    return notebook_walk(folder, NULL, NULL);
}

typedef struct notebook_sought {
    const char *rec;
    const char *member;
    const char *text;
    int found;
} notebook_sought;

static inline void notebook_compare(void *context, const char *rec,
                                    const cielo_value *record)
{
    notebook_sought *s = context;
    const char *text = notebook_text(record, s->member);

    s->found += strcmp(rec, s->rec) == 0 && text && strcmp(text, s->text) == 0;
}

/* How many records of the kind have that text as their member. */
static inline int notebook_has(const char *folder, const char *rec,
                               const char *member, const char *text)
{
    notebook_sought s = {rec, member, text, 0};

    (void)notebook_walk(folder, notebook_compare, &s);
    return s.found;
}

#endif
