/*
 * What a call writes to the journal: when it is asked for, what stands in it,
 * and what follows when it cannot be kept.
 */
#include <stdlib.h>

#include <cielo/cielo.h>

#include "call/call_internal.h"
#include "call/record.h"
#include "check.h"

#define ID "24bc8366-fc31-4d6c-8555-17049a836a07"
#define SALE                                                                \
    "{\"fields\":{\"MerchantOrderId\":\"2014111703\",\"Customer\":"          \
    "{\"Name\":\"Comprador Teste\"},\"Payment\":{\"Type\":\"CreditCard\","   \
    "\"Amount\":15700,\"Installments\":1,\"Capture\":true,\"CreditCard\":"   \
    "{\"CardNumber\":\"4551870000000181\",\"Holder\":\"Teste Holder\","      \
    "\"ExpirationDate\":\"12/2030\",\"SecurityCode\":\"123\","               \
    "\"Brand\":\"Visa\"}}}}"
#define SOLD                                                                 \
    "{\"MerchantOrderId\":\"2014111703\",\"Payment\":{\"PaymentId\":\"" ID   \
    "\",\"Type\":\"CreditCard\",\"Amount\":15700,\"CapturedAmount\":15700,"  \
    "\"Tid\":\"1006993069000509C28A\",\"ProofOfSale\":\"674532\","           \
    "\"AuthorizationCode\":\"123456\",\"Status\":2,\"ReturnCode\":\"6\","    \
    "\"ReceivedDate\":\"2026-11-22 12:00:05\",\"CreditCard\":"               \
    "{\"CardNumber\":\"455187******0181\",\"Holder\":\"Teste Holder\"}}}"

/* 2026-11-22T15:00:05.000Z */
#define WALL INT64_C(1795359605000)

typedef struct scene {
    cielo_client *client;
    cielo_call *call;
    int64_t now;
} scene;

static cielo_options with_journal(void)
{
    cielo_options options = CIELO_OPTIONS_INIT;

    options.merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d";
    options.merchant_key = "CANARYKEY";
    options.journal = "/nowhere";
    return options;
}

static cielo_value *json(const char *text, size_t length)
{
    cielo_value *tree = NULL;

    CHECK_INT(cielo_value_parse(&tree, text, length, NULL), CIELO_OK);
    return tree;
}

static void begin(scene *s, const cielo_options *options, int operation,
                  const char *text)
{
    cielo_value *params = json(text, strlen(text));
    cielo_entropy entropy;

    memset(s, 0, sizeof(*s));
    memset(&entropy, 9, sizeof(entropy));
    s->now = 5000;
    CHECK_INT(cielo_client_new(&s->client, options, NULL), CIELO_OK);
    CHECK_INT(cielo_call_new(&s->call, s->client, operation, params, &entropy,
                             NULL),
              CIELO_OK);
    cielo_value_free(params);
}

static void end(scene *s)
{
    cielo_call_free(s->call);
    cielo_client_unref(s->client);
}

static void answer(scene *s, int status, const char *body, const char *date)
{
    cielo_response response;

    memset(&response, 0, sizeof(response));
    response.http_status = status;
    response.body = body;
    response.body_length = strlen(body);
    response.date = date;
    CHECK_INT(cielo_call_on_response(s->call, &response), CIELO_OK);
}

/* The record that is due, with its frame checked and taken off; NULL: none. */
static cielo_value *record(scene *s)
{
    static const cielo_origin origin = {WALL, "shop-1", 4711};
    size_t length = 0, body;
    const char *text = cielo_call_record(s->call, &origin, &length);
    char sum[16];

    if (!text) {
        CHECK_INT(length, 0);
        return NULL;
    }
    CHECK(length > CIELO__RECORD_TAIL + 2 && length <= CIELO__RECORD_LIMIT);
    CHECK(text[0] == '\n' && text[1] == '{' && text[length - 1] == '\n');
    CHECK(!memchr(text + 1, '\n', length - 2));
    body = length - 2 - CIELO__RECORD_TAIL;
    snprintf(sum, sizeof(sum), "%08x", cielo__crc32c(text + 1, body));
    CHECK(memcmp(text + 1 + body, ",\"crc\":\"", 8) == 0);
    CHECK(memcmp(text + 1 + body + 8, sum, 8) == 0);
    return json(text + 1, length - 2);
}

static void is(const cielo_value *tree, const char *name, const char *should)
{
    const cielo_value *member = cielo__member(tree, name);
    char *text = NULL;
    size_t length = 0;

    cielo_value_print(member, &text, &length);
    check__text(__FILE__, __LINE__, name, member ? text : NULL, should);
    cielo_text_free(text, length);
}

static void a_sale_is_noted_before_and_after(void)
{
    cielo_options options = with_journal();
    cielo_value *intent, *outcome;
    char id[64];
    scene s;

    begin(&s, &options, CIELO_OP_SALE_CREATE, SALE);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_RECORD);
    CHECK(cielo_call_request(s.call) == NULL);
    CHECK_INT(cielo_call_deadline(s.call), s.now + 45000);
    intent = record(&s);
    is(intent, "v", "1");
    is(intent, "rec", "\"intent\"");
    is(intent, "at", "\"2026-11-22T15:00:05.000Z\"");
    is(intent, "op", "\"sale_create\"");
    is(intent, "merchant", "\"5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d\"");
    is(intent, "env", "\"sandbox\"");
    is(intent, "order", "\"2014111703\"");
    is(intent, "amount", "15700");
    is(intent, "type", "\"CreditCard\"");
    is(intent, "brand", "\"Visa\"");
    is(intent, "card", "{\"first6\":\"455187\",\"last4\":\"0181\"}");
    is(intent, "installments", "1");
    is(intent, "host", "\"shop-1\"");
    is(intent, "pid", "4711");
    is(intent, "deadline", "\"2026-11-22T15:00:50.000Z\"");
    is(intent, "clock", NULL);
    snprintf(id, sizeof(id), "\"%s\"",
             cielo_value_text(cielo_value_get(intent, "id"), NULL));
    CHECK(record(&s) == NULL);
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_SEND);
    CHECK_STR(cielo_value_text(cielo_value_get(intent, "request_id"), NULL),
              s.call->message.request_id);
    answer(&s, 201, SOLD, "Sun, 22 Nov 2026 15:00:06 GMT");
    CHECK_INT(cielo_call_step(s.call, s.now + 700), CIELO_STEP_DONE);
    outcome = record(&s);
    is(outcome, "rec", "\"outcome\"");
    is(outcome, "of", id);
    is(outcome, "result", "\"approved\"");
    is(outcome, "sent", "\"yes\"");
    is(outcome, "http", "201");
    is(outcome, "ms", "700");
    is(outcome, "payment_id", "\"" ID "\"");
    is(outcome, "tid", "\"1006993069000509C28A\"");
    is(outcome, "nsu", "\"674532\"");
    is(outcome, "auth", "\"123456\"");
    is(outcome, "status", "2");
    is(outcome, "code", "\"6\"");
    is(outcome, "amounts", "{\"amount\":15700,\"captured\":15700}");
    is(outcome, "dates", "{\"received\":\"2026-11-22 12:00:05\"}");
    is(outcome, "reconciled", "false");
    CHECK(record(&s) == NULL);
    cielo_value_free(intent);
    cielo_value_free(outcome);
    end(&s);
}

CHECK_MAIN(a_sale_is_noted_before_and_after)
