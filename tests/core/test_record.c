/*
 * What a call writes to the journal: when it is asked for, what stands in it,
 * and what follows when it cannot be kept.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>

#include <cielo/cielo.h>

#include "call/call_internal.h"
#include "call/record.h"
#include "call/slots.h"
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
    size_t length = 7, body;
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

/* ---- which calls are noted ---- */

static cielo_options for_checkout(void)
{
    cielo_options options = with_journal();

    options.client_id = "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11";
    options.client_secret = "CANARYSECRET";
    options.environment = "production";
    return options;
}

/* The first step of a call that needs no token and no look-up. */
static cielo_step first_step(const cielo_options *options, int operation,
                             const char *params)
{
    cielo_step step;
    scene s;

    begin(&s, options, operation, params);
    step = cielo_call_step(s.call, s.now);
    if (step != CIELO_STEP_RECORD)
        CHECK(record(&s) == NULL);
    end(&s);
    return step;
}

static void writes_alone_are_noted(void)
{
    cielo_options options = with_journal(), none = with_journal();

    none.journal = "";
    CHECK_INT(first_step(&none, CIELO_OP_SALE_CREATE, SALE), CIELO_STEP_SEND);
    CHECK_INT(first_step(&options, CIELO_OP_SALE_GET,
                         "{\"payment_id\":\"" ID "\"}"),
              CIELO_STEP_SEND);
    CHECK_INT(first_step(&options, CIELO_OP_SALE_RECONCILE,
                         "{\"merchant_order_id\":\"1\",\"amount\":5}"),
              CIELO_STEP_SEND);
    CHECK_INT(first_step(&options, CIELO_OP_REQUEST,
                         "{\"method\":\"GET\",\"path\":\"/1/x\"}"),
              CIELO_STEP_SEND);
    CHECK_INT(first_step(&options, CIELO_OP_REQUEST,
                         "{\"method\":\"DELETE\",\"path\":\"/1/x\"}"),
              CIELO_STEP_RECORD);
    CHECK_INT(first_step(&options, CIELO_OP_SALE_CAPTURE,
                         "{\"payment_id\":\"" ID "\"}"),
              CIELO_STEP_RECORD);
    /* What is refused before it is sent. */
    CHECK_INT(first_step(&options, CIELO_OP_SALE_CAPTURE, "{}"),
              CIELO_STEP_DONE);
}

/* Every row: a write has an intent that names it, a read has none. */
static void every_row_is_as_its_kind_says(void)
{
    static const char params[]
        = "{\"payment_id\":\"" ID "\",\"merchant_order_id\":\"1\","
          "\"tid\":\"1\","
          "\"merchant_order_number\":\"1\",\"merchant_id\":\"1\","
          "\"checkout_order_number\":\"" ID "\",\"card_token\":\"" ID "\","
          "\"id\":\"" ID "\",\"digits\":\"455187\",\"amount\":5,\"day\":3,"
          "\"establishment_code\":\"1\",\"merchant_name\":\"x\",\"mcc\":\"1\","
          "\"date\":\"2027-01-31\",\"interval\":\"Monthly\",\"fields\":{},"
          "\"method\":\"PUT\",\"path\":\"/1/x\"}";
    cielo_options options = for_checkout();
    int i;

    options.validate = 0;
    options.checkout_merchant_id = options.merchant_id;
    options.mpi_client_id = options.client_id;
    options.mpi_client_secret = options.client_secret;
    options.post_client_id = options.client_id;
    options.post_client_secret = options.client_secret;
    for (i = 0; i < CIELO_OP_COUNT; i++) {
        const cielo_operation *row = cielo_operation_at(i);
        cielo_value *intent = NULL;
        cielo_step step;
        scene s;

        begin(&s, &options, i, params);
        CHECK_INT(cielo_client_token_put(s.client, "CANARYTOKEN", s.now * 100),
                  CIELO_OK);
        step = cielo_call_step(s.call, s.now);
        if (step == CIELO_STEP_SEND && s.call->phase == CIELO__PHASE_AHEAD) {
            end(&s); /* what is read ahead of it: elsewhere */
            continue;
        }
        CHECK_INT(step == CIELO_STEP_RECORD, row->is_write);
        intent = record(&s);
        CHECK_INT(intent != NULL, row->is_write);
        if (intent)
            CHECK_STR(cielo_value_text(cielo_value_get(intent, "op"), NULL),
                      row->name);
        cielo_value_free(intent);
        end(&s);
    }
}

/* ---- when it cannot be kept ---- */

static cielo_step to_record(scene *s, const cielo_options *options)
{
    begin(s, options, CIELO_OP_SALE_CREATE, SALE);
    return cielo_call_step(s->call, s->now);
}

static void nothing_is_sent_without_its_record(void)
{
    cielo_options options = with_journal();
    cielo_value *outcome;
    cielo_error err;
    scene s;

    CHECK_INT(to_record(&s, &options), CIELO_STEP_RECORD);
    cielo_value_free(record(&s));
    CHECK_INT(cielo_call_on_record(s.call, 0, "no space left on device"),
              CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now + 3), CIELO_STEP_DONE);
    CHECK_INT(cielo_call_result(s.call, NULL, &err), CIELO_EJOURNAL);
    CHECK_STR(err.message, "the journal cannot record it; nothing was sent: no "
                           "space left on device");
    is(cielo_call_details(s.call), "kind", "\"journal\"");
    is(cielo_call_details(s.call), "sent", "\"no\"");
    is(cielo_call_details(s.call), "attempts", "[]");
    outcome = record(&s);
    is(outcome, "result", "\"failed\"");
    is(outcome, "kind", "\"journal\"");
    is(outcome, "sent", "\"no\"");
    is(outcome, "http", NULL);
    cielo_value_free(outcome);
    end(&s);
}

static void unless_the_client_does_without(void)
{
    cielo_options options = with_journal();
    const cielo_value *warnings;
    scene s;

    options.journal_required = 0;
    CHECK_INT(to_record(&s, &options), CIELO_STEP_RECORD);
    CHECK_INT(cielo_call_on_record(s.call, 0, NULL), CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_SEND);
    warnings = cielo_call_warnings(s.call);
    CHECK_INT(cielo_value_size(warnings), 1);
    is(cielo_value_first(warnings), "path", "\"journal\"");
    is(cielo_value_first(warnings), "rule", "\"unrecorded\"");
    is(cielo_value_first(warnings), "message",
       "\"it is sent without a record\"");
    answer(&s, 201, SOLD, NULL);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_DONE);
    CHECK_INT(cielo_value_size(
                  cielo_value_get(cielo_call_facts(s.call), "warnings")),
              1);
    /* No intent was given, so that an outcome would be nobody's. */
    CHECK(record(&s) == NULL);
    end(&s);
}

static void a_warning_tells_why_and_no_secret(void)
{
    cielo_options options = with_journal();
    const cielo_value *warning;
    scene s;

    options.journal_required = 0;
    CHECK_INT(to_record(&s, &options), CIELO_STEP_RECORD);
    CHECK_INT(cielo_call_on_record(s.call, 0, "/CANARYKEY/4551870000000181"),
              CIELO_OK);
    warning = cielo_value_first(cielo_call_warnings(s.call));
    is(warning, "message",
       "\"it is sent without a record: /***/***\"");
    end(&s);
}

static void a_report_is_one_of_an_open_record(void)
{
    cielo_options options = with_journal();
    scene s;

    begin(&s, &options, CIELO_OP_SALE_CREATE, SALE);
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_EUSAGE);
    CHECK(record(&s) == NULL);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_RECORD);
    CHECK_INT(cielo_call_on_failure(s.call, CIELO_SENT_NO,
                                    CIELO_CAUSE_CONNECT, NULL),
              CIELO_EUSAGE);
    CHECK_INT(cielo_call_step(s.call, s.now + 1), CIELO_STEP_RECORD);
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_OK);
    CHECK_INT(cielo_call_on_record(s.call, 0, NULL), CIELO_EUSAGE);
    CHECK(record(&s) == NULL); /* after the report it is too late */
    CHECK_INT(cielo_call_step(s.call, s.now + 2), CIELO_STEP_SEND);
    CHECK_INT(cielo_call_on_record(s.call, 0, NULL), CIELO_EUSAGE);
    end(&s);
}

/* It changes nothing of what came of the call. */
static void an_outcome_that_is_lost_is_told(void)
{
    cielo_options options = with_journal();
    const cielo_value *warning;
    scene s;

    CHECK_INT(to_record(&s, &options), CIELO_STEP_RECORD);
    cielo_value_free(record(&s));
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_SEND);
    answer(&s, 201, SOLD, NULL);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_DONE);
    CHECK_INT(cielo_call_on_record(s.call, 0, "disk full"), CIELO_EUSAGE);
    cielo_value_free(record(&s));
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_OK);
    CHECK(cielo_call_warnings(s.call) == NULL);
    CHECK_INT(cielo_call_on_record(s.call, 0, "disk full"), CIELO_OK);
    warning = cielo_value_first(cielo_call_warnings(s.call));
    is(warning, "path", "\"journal\"");
    is(warning, "message",
       "\"what came of it is not in the journal: disk full\"");
    CHECK_INT(cielo_call_result(s.call, NULL, NULL), CIELO_OK);
    end(&s);
}

/* ---- the end at a RECORD ---- */

static void check_unsent(scene *s, int status, const char *kind)
{
    cielo_value *outcome;

    CHECK_INT(cielo_call_result(s->call, NULL, NULL), status);
    is(cielo_call_details(s->call), "sent", "\"no\"");
    outcome = record(s);
    is(outcome, "kind", kind);
    is(outcome, "result", "\"failed\"");
    is(outcome, "sent", "\"no\"");
    cielo_value_free(outcome);
}

static void a_call_can_be_cancelled_at_it(void)
{
    cielo_options options = with_journal();
    scene s;

    CHECK_INT(to_record(&s, &options), CIELO_STEP_RECORD);
    cielo_value_free(record(&s));
    cielo_call_cancel(s.call);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_DONE);
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_EUSAGE);
    check_unsent(&s, CIELO_ECANCELLED, "\"cancelled\"");
    end(&s);
}

/* The disk took longer than the call has. */
static void what_is_noted_too_late_is_not_sent(void)
{
    cielo_options options = with_journal();
    scene s;

    CHECK_INT(to_record(&s, &options), CIELO_STEP_RECORD);
    cielo_value_free(record(&s));
    CHECK_INT(cielo_call_step(s.call, s.now + 44999), CIELO_STEP_RECORD);
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now + 45000), CIELO_STEP_DONE);
    check_unsent(&s, CIELO_ETIMEOUT, "\"timeout\"");
    end(&s);
    CHECK_INT(to_record(&s, &options), CIELO_STEP_RECORD);
    cielo_value_free(record(&s));
    CHECK_INT(cielo_call_step(s.call, s.now + 45000), CIELO_STEP_DONE);
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_EUSAGE);
    check_unsent(&s, CIELO_ETIMEOUT, "\"timeout\"");
    end(&s);
}

/* Of the time that is left, a third is for reading back. */
static void the_time_of_the_record_is_the_calls(void)
{
    cielo_options options = with_journal();
    scene s;

    CHECK_INT(to_record(&s, &options), CIELO_STEP_RECORD);
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now + 15000), CIELO_STEP_SEND);
    CHECK_INT(cielo_call_deadline(s.call), s.now + 15000 + 20000);
    end(&s);
}

/* A void that is freed before it is sent leaves its turn at once. */
static void a_call_freed_at_it_leaves_its_turn(void)
{
    static const char params[] = "{\"payment_id\":\"" ID "\"}";
    cielo_options options = with_journal();
    cielo_value *given = json(params, strlen(params));
    cielo_entropy entropy;
    cielo_call *other;
    scene s;

    memset(&entropy, 3, sizeof(entropy));
    begin(&s, &options, CIELO_OP_SALE_VOID, params);
    CHECK_INT(cielo_call_new(&other, s.client, CIELO_OP_SALE_VOID, given,
                             &entropy, NULL),
              CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_RECORD);
    cielo_value_free(record(&s));
    CHECK_INT(cielo_call_step(other, s.now), CIELO_STEP_WAIT);
    cielo_call_free(s.call);
    s.call = other;
    CHECK_INT(cielo_call_step(other, s.now), CIELO_STEP_RECORD);
    end(&s);
    cielo_value_free(given);
}

/* ---- once for each write ---- */

/* A 401 to Checkout took no effect: with a new token it is the same write. */
static void a_new_token_makes_no_new_intent(void)
{
    cielo_options options = for_checkout();
    cielo_value *outcome;
    scene s;

    begin(&s, &options, CIELO_OP_ORDER_VOID,
          "{\"checkout_order_number\":\"" ID "\"}");
    CHECK_INT(cielo_client_token_put(s.client, "CANARYTOKEN", s.now * 100),
              CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_RECORD);
    cielo_value_free(record(&s));
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_SEND);
    answer(&s, 401, "{}", NULL);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_SEND);
    CHECK(cielo_call_request(s.call)->token);
    answer(&s, 200, "{\"access_token\":\"CANARYTOKEN2\",\"expires_in\":1200}",
           NULL);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_SEND);
    CHECK(record(&s) == NULL);
    answer(&s, 200, "{\"success\":true,\"returnCode\":\"6\"}", NULL);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_DONE);
    outcome = record(&s);
    is(outcome, "result", "\"approved\"");
    is(outcome, "code", "\"6\"");
    cielo_value_free(outcome);
    end(&s);
}

static cielo_value *intent_of(const cielo_options *options, int operation,
                              const char *params)
{
    cielo_value *intent;
    scene s;

    begin(&s, options, operation, params);
    (void)cielo_client_token_put(s.client, "CANARYTOKEN", s.now * 100);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_RECORD);
    intent = record(&s);
    end(&s);
    return intent;
}

/* ---- Cielo's clock ---- */

/* Answered `now` ms after it began, two seconds after it was sent. */
static void read_dated(scene *s, int64_t now, const char *date)
{
    static const char params[] = "{\"payment_id\":\"" ID "\"}";
    cielo_value *given = json(params, strlen(params));
    cielo_entropy entropy;

    memset(&entropy, 4, sizeof(entropy));
    cielo_call_free(s->call);
    CHECK_INT(cielo_call_new(&s->call, s->client, CIELO_OP_SALE_GET, given,
                             &entropy, NULL),
              CIELO_OK);
    cielo_value_free(given);
    CHECK_INT(cielo_call_step(s->call, now - 2000), CIELO_STEP_SEND);
    answer(s, 404, "", date);
    CHECK_INT(cielo_call_step(s->call, now), CIELO_STEP_DONE);
}

/* Each date was written at some moment of its second and of the exchange:
 * together they tell more than the last. */
static void several_dates_narrow_the_clocks_difference(void)
{
    static const struct {
        int64_t now;
        const char *date;
        int64_t least;
        int64_t within;
    } rows[] = {
        {10000, "Thu, 01 Jan 1970 00:01:40 GMT", 90000, 2999},
        {20000, "Thu, 01 Jan 1970 00:01:52 GMT", 92000, 999},
        {30000, "Thu, 01 Jan 1970 00:02:01 GMT", 92000, 999},
        {40400, "Thu, 01 Jan 1970 00:02:10 GMT", 92000, 599},
        /* one that none before agrees with: it or they may be right, */
        {50000, "Thu, 01 Jan 1970 00:01:30 GMT", 40000, 52599},
        {60000, "Thu, 01 Jan 1970 00:02:32 GMT", 40000, 54999},
        {640000, "Thu, 01 Jan 1970 00:12:12 GMT", 40000, 54999},
        /* until all of that is old */
        {650001, "Thu, 01 Jan 1970 00:11:30 GMT", 39999, 2999},
    };
    cielo_options options = with_journal();
    int64_t ahead, within;
    scene s;
    size_t i;

    begin(&s, &options, CIELO_OP_SALE_GET, "{\"payment_id\":\"" ID "\"}");
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_dated(&s, rows[i].now, rows[i].date);
        CHECK(cielo__clock_ahead(cielo__client_shared(s.client), &ahead,
                                 &within));
        CHECK_INT(ahead, rows[i].least);
        CHECK_INT(within, rows[i].within);
    }
    end(&s);
}

static void an_intent_has_the_clocks_difference(void)
{
    static const char params[] = "{\"payment_id\":\"" ID "\"}";
    cielo_options options = with_journal();
    cielo_value *given = json(params, strlen(params)), *intent;
    cielo_entropy entropy;
    scene s;

    memset(&entropy, 3, sizeof(entropy));
    begin(&s, &options, CIELO_OP_SALE_GET, params);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_SEND);
    /* Three seconds ahead of WALL, which it is at the record. */
    answer(&s, 404, "", "Sun, 22 Nov 2026 15:00:08 GMT");
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_DONE);
    cielo_call_free(s.call);
    CHECK_INT(cielo_call_new(&s.call, s.client, CIELO_OP_SALE_CAPTURE, given,
                             &entropy, NULL),
              CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now + 500), CIELO_STEP_RECORD);
    intent = record(&s);
    is(intent, "clock", "3500");
    is(intent, "clock_within", "999");
    cielo_value_free(intent);
    cielo_value_free(given);
    end(&s);
}

/* ---- what was read ahead ---- */

static void what_the_look_ahead_read_is_kept(void)
{
    static const char sale[]
        = "{\"MerchantOrderId\":\"2014111703\",\"Payment\":{\"PaymentId\":\"" ID
          "\",\"Status\":2,\"Amount\":15700,\"CapturedAmount\":15700,"
          "\"VoidedAmount\":700}}";
    cielo_options options = with_journal();
    cielo_value *intent;
    scene s;

    begin(&s, &options, CIELO_OP_SALE_VOID_BY_ORDER,
          "{\"merchant_order_id\":\"2014111703\",\"amount\":500}");
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_SEND);
    answer(&s, 200,
           "{\"Payments\":[{\"PaymentId\":\"" ID "\","
           "\"ReceveidDate\":\"2026-11-22T12:00:05\"}]}",
           NULL);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_SEND);
    answer(&s, 200, sale, NULL);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_RECORD);
    intent = record(&s);
    is(intent, "order", "\"2014111703\"");
    is(intent, "amount", "500");
    is(intent, "payment_id", "\"" ID "\"");
    is(intent, "before", "{\"captured\":15700,\"voided\":700}");
    cielo_value_free(intent);
    end(&s);
}

/* ---- cards ---- */

/* A sale whose payment has these members beside its amount. */
static cielo_value *intent_of_payment(const char *members)
{
    cielo_options options = with_journal();
    char params[2048];

    options.validate = 0;
    snprintf(params, sizeof(params),
             "{\"fields\":{\"MerchantOrderId\":\"1\",\"Customer\":"
             "{\"Name\":\"Comprador\"},\"Payment\":{\"Amount\":5%s}}}",
             members);
    return intent_of(&options, CIELO_OP_SALE_CREATE, params);
}

static void check_card(const char *members, const char *card)
{
    cielo_value *intent = intent_of_payment(members);

    is(intent, "card", card);
    cielo_value_free(intent);
}

static void of_a_card_its_ends_are_kept(void)
{
    check_card(",\"DebitCard\":{\"CardNumber\":\"4551870000000181\"}",
               "{\"first6\":\"455187\",\"last4\":\"0181\"}");
    check_card(",\"CreditCard\":{\"CardNumber\":\"4551 8700 0000 0181\"}",
               "{\"first6\":\"455187\",\"last4\":\"0181\"}");
    check_card(",\"CreditCard\":{\"CardNumber\":\"4551870000181\"}",
               "{\"first6\":\"455187\",\"last4\":\"0181\"}");
    /* Of twelve digits the ends would be nearly all. */
    check_card(",\"CreditCard\":{\"CardNumber\":\"455187000018\"}",
               "{\"hidden\":true}");
    check_card(",\"CreditCard\":{\"CardNumber\":\"45518700000001810000\"}",
               "{\"hidden\":true}");
    check_card(",\"CreditCard\":{\"CardToken\":\"CANARYTOKEN\","
               "\"SecurityCode\":\"123\"}",
               "{\"stored\":true}");
    check_card(",\"CreditCard\":{\"PaymentToken\":\"CANARYTOKEN\"}",
               "{\"hidden\":true}");
    check_card(",\"Wallet\":{\"Type\":\"ApplePay\",\"WalletKey\":\"CANARY\"}",
               "{\"hidden\":true}");
    check_card(",\"CreditCard\":\"4551870000000181\"", "{\"hidden\":true}");
    check_card("", NULL);
}

static void a_card_that_is_stored_has_its_ends_too(void)
{
    cielo_options options = with_journal();
    cielo_value *intent;

    intent = intent_of(&options, CIELO_OP_CARD_TOKENIZE,
                       "{\"fields\":{\"CustomerName\":\"Comprador\","
                       "\"CardNumber\":\"4551870000000181\",\"Holder\":"
                       "\"Teste Holder\",\"ExpirationDate\":\"12/2030\","
                       "\"Brand\":\"Visa\"}}");
    is(intent, "card", "{\"first6\":\"455187\",\"last4\":\"0181\"}");
    is(intent, "brand", "\"Visa\"");
    cielo_value_free(intent);
    intent = intent_of(&options, CIELO_OP_CARD_VERIFY,
                       "{\"fields\":{\"Card\":{\"CardNumber\":"
                       "\"4551870000000181\",\"ExpirationDate\":\"12/2030\","
                       "\"SecurityCode\":\"123\",\"Brand\":\"Visa\"}}}");
    is(intent, "card", "{\"first6\":\"455187\",\"last4\":\"0181\"}");
    is(intent, "brand", "\"Visa\"");
    cielo_value_free(intent);
}

/* ---- what else each operation names ---- */

static void check_member(int operation, const char *params, const char *name,
                         const char *should)
{
    cielo_options options = for_checkout();
    cielo_value *intent = intent_of(&options, operation, params);

    is(intent, name, should);
    cielo_value_free(intent);
}

static void an_operation_is_noted_with_what_it_changes(void)
{
    check_member(CIELO_OP_RECURRENCE_SET_AMOUNT,
                 "{\"id\":\"" ID "\",\"amount\":156}", "amount", "156");
    check_member(CIELO_OP_RECURRENCE_SET_DAY, "{\"id\":\"" ID "\",\"day\":16}",
                 "day", "16");
    check_member(CIELO_OP_RECURRENCE_SET_INTERVAL,
                 "{\"id\":\"" ID "\",\"interval\":\"SemiAnnual\"}", "interval",
                 "6");
    check_member(CIELO_OP_RECURRENCE_SET_END_DATE,
                 "{\"id\":\"" ID "\",\"date\":\"2031-01-09\"}", "end_date",
                 "\"2031-01-09\"");
    check_member(CIELO_OP_RECURRENCE_SET_NEXT_PAYMENT_DATE,
                 "{\"id\":\"" ID "\",\"date\":\"2031-06-15\"}",
                 "next_payment_date", "\"2031-06-15\"");
    check_member(CIELO_OP_RECURRENCE_DEACTIVATE, "{\"id\":\"" ID "\"}",
                 "recurrence_id", "\"" ID "\"");
    check_member(CIELO_OP_LINK_DELETE, "{\"id\":\"" ID "\"}", "link_id",
                 "\"" ID "\"");
    check_member(CIELO_OP_ORDER_RECURRENCE_DEACTIVATE, "{\"id\":\"" ID "\"}",
                 "recurrence_id", "\"" ID "\"");
    check_member(CIELO_OP_ORDER_CAPTURE,
                 "{\"checkout_order_number\":\"" ID "\",\"amount\":9}",
                 "checkout_order", "\"" ID "\"");
    /* An id whose digits would pass for a card's is kept whole. */
    check_member(CIELO_OP_ORDER_CAPTURE,
                 "{\"checkout_order_number\":"
                 "\"45518700000001814551870000000181\",\"amount\":9}",
                 "checkout_order", "\"45518700000001814551870000000181\"");
    check_member(CIELO_OP_REQUEST,
                 "{\"method\":\"POST\","
                 "\"path\":\"/1/sales?x=4551870000000181\"}",
                 "method", "\"POST\"");
}

static void the_store_is_the_one_that_is_asked(void)
{
    cielo_options options = for_checkout();
    cielo_value *intent;

    check_member(CIELO_OP_ORDER_CAPTURE,
                 "{\"checkout_order_number\":\"" ID "\"}", "merchant",
                 "\"2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11\"");
    check_member(CIELO_OP_SALE_CAPTURE, "{\"payment_id\":\"" ID "\"}",
                 "merchant", "\"5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d\"");
    check_member(CIELO_OP_SALE_CAPTURE, "{\"payment_id\":\"" ID "\"}", "env",
                 "\"production\"");
    options.environment = NULL;
    options.base_url = "http://127.0.0.1:8645";
    intent = intent_of(&options, CIELO_OP_SALE_CAPTURE,
                       "{\"payment_id\":\"" ID "\"}");
    is(intent, "env", "\"http://127.0.0.1:8645\"");
    cielo_value_free(intent);
}

/* ---- odd texts ---- */

static cielo_value *outcome_of(const char *body, int status)
{
    cielo_options options = with_journal();
    cielo_response response;
    cielo_value *outcome;
    scene s;

    options.reconcile = 0;
    CHECK_INT(to_record(&s, &options), CIELO_STEP_RECORD);
    cielo_value_free(record(&s));
    CHECK_INT(cielo_call_on_record(s.call, 1, NULL), CIELO_OK);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_SEND);
    memset(&response, 0, sizeof(response));
    response.http_status = status;
    response.body = body;
    response.body_length = strlen(body);
    (void)cielo_call_on_response(s.call, &response);
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_DONE);
    outcome = record(&s);
    end(&s);
    return outcome;
}

/* What Cielo says where an id or a code is due is cut and cleaned. */
static void odd_answers_make_whole_lines(void)
{
    cielo_value *outcome = outcome_of(
        "{\"Payment\":{\"Status\":2,\"Tid\":\"a\\n\\\"b\\\\\\u0000\\ud800c\","
        "\"ProofOfSale\":\"4551870000000181 Teste\",\"ReturnCode\":"
        "\"4551870000000181\",\"AuthorizationCode\":{\"a\":1},"
        "\"ReasonCode\":\"zero\",\"PaymentId\":null,\"ReceivedDate\":"
        "\"4551-8700-0000-0181\",\"Amount\":157.0,"
        "\"CapturedAmount\":\"15700\",\"FraudAnalysis\":[1]}}",
        201);

    is(outcome, "result", "\"approved\"");
    is(outcome, "tid", "\"a?\\\"b\\\\\xef\xbf\xbd\xef\xbf\xbd" "c\"");
    is(outcome, "nsu", "\"*** Teste\"");
    is(outcome, "code", "\"***\"");
    is(outcome, "auth", NULL);
    is(outcome, "reason", NULL);
    is(outcome, "payment_id", NULL);
    is(outcome, "dates.received", "\"4551-87**-****-0181\"");
    is(outcome, "amounts", "{\"captured\":15700}");
    is(outcome, "fraud", NULL);
    cielo_value_free(outcome);
}

static void other_spellings_are_read(void)
{
    cielo_value *outcome = outcome_of(
        "{\"payment\":{\"status\":\"2\",\"TID\":\"x\",\"tid\":\"y\","
        "\"Tid\":\"z\",\"paymentid\":\"" ID "\",\"ReceveidDate\":"
        "\"2026-11-22T12:00:05\",\"ProviderReturnCode\":\"6\"}}",
        201);

    is(outcome, "status", "2");
    is(outcome, "tid", "\"z\"");
    is(outcome, "payment_id", "\"" ID "\"");
    is(outcome, "dates", "{\"received\":\"2026-11-22T12:00:05\"}");
    is(outcome, "code", "\"6\"");
    cielo_value_free(outcome);
}

enum { LARGE = 4 * 1024 * 1024 };

/* A body of `text` in all that a record takes over. */
static char *large_answer(int from)
{
    static const char *const names[]
        = {"PaymentId", "Tid", "ProofOfSale", "AuthorizationCode", "ReturnCode",
           "ReceivedDate", "CapturedDate", "VoidedDate", "ReturnMessage"};
    char *body = malloc(LARGE * 2), *at = body;
    size_t i, each = LARGE / 10;

    at += sprintf(at, "{\"Payment\":{\"Status\":2");
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        at += sprintf(at, ",\"%s\":\"", names[i]);
        memset(at, from, each);
        at += each;
        *at++ = '"';
    }
    sprintf(at, "}}");
    return body;
}

static void large_answers_make_small_lines(void)
{
    static const char fill[] = {'a', '7', '~', ' '};
    size_t i;

    for (i = 0; i < sizeof(fill); i++) {
        char *body = large_answer(fill[i]);
        cielo_value *outcome = outcome_of(body, 201);
        size_t length = 0;

        is(outcome, "result", "\"approved\"");
        (void)cielo_value_text(cielo_value_get(outcome, "tid"), &length);
        CHECK(length <= 64);
        cielo_value_free(outcome);
        free(body);
    }
}

static void check_order(const char *order, const char *kept)
{
    cielo_options options = with_journal();
    char params[1200];
    cielo_value *intent;

    options.validate = 0;
    snprintf(params, sizeof(params),
             "{\"fields\":{\"MerchantOrderId\":\"%s\",\"Payment\":{"
             "\"Amount\":5,\"CreditCard\":{\"CardNumber\":"
             "\"4551870000000181\"}}}}",
             order);
    intent = intent_of(&options, CIELO_OP_SALE_CREATE, params);
    is(intent, "order", kept);
    cielo_value_free(intent);
}

/* By a number that is not the order's own the sale would be looked for, and be
 * told to be none. */
static void an_order_is_whole_or_not_there(void)
{
    char longest[257];

    memset(longest, 'x', sizeof(longest));
    longest[256] = '\0';
    check_order("Ped\\u00eddo 7", "\"Ped\xc3\xad" "do 7\"");
    check_order("A1\\n", NULL);
    check_order(longest, NULL);
    check_order("4551870000000180", "\"4551870000000180\"");
    check_order("4551870000000181", NULL);
    check_order("A-4551870000000181", NULL);
}

/* What the shop itself says: its order, its host. */
static void odd_orders_are_kept_whole(void)
{
    cielo_options options = with_journal();
    cielo_origin origin = {INT64_MIN, "a\x01\"\\\xff\xc3\xa7", 0};
    size_t length = 0;
    cielo_value *intent;
    const char *line;
    scene s;

    options.validate = 0;
    begin(&s, &options, CIELO_OP_SALE_CREATE,
          "{\"fields\":{\"MerchantOrderId\":\"Ped\\u00eddo \\\"7\\\"\","
          "\"Payment\":{\"Amount\":1,\"Type\":\"4551870000000181\"}}}");
    CHECK_INT(cielo_call_step(s.call, s.now), CIELO_STEP_RECORD);
    line = cielo_call_record(s.call, &origin, &length);
    CHECK(line != NULL);
    intent = json(line + 1, length - 2);
    is(intent, "order", "\"Ped\xc3\xad" "do \\\"7\\\"\"");
    is(intent, "type", "\"455187******0181\"");
    is(intent, "host", "\"a?\\\"\\\\?\xc3\xa7\"");
    is(intent, "pid", NULL);
    is(intent, "at", "\"0000-03-01T00:00:00.000Z\"");
    cielo_value_free(intent);
    end(&s);
}

/* ---- ids ---- */

static void ids_sort_by_time_and_repeat_never(void)
{
    static const int64_t times[] = {0, 1, WALL - 1, WALL, WALL + 1};
    static const unsigned char seed[32] = {1, 2, 3};
    cielo__random random;
    char last[37] = "", next[37];
    size_t i, j;

    cielo__random_seed(&random, seed);
    for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        cielo__random_timed(&random, times[i], next);
        CHECK(strcmp(last, next) < 0);
        CHECK_INT(strlen(next), CIELO__RECORD_ID);
        CHECK(next[14] == '7' && strchr("89ab", next[19]));
        for (j = 0; j < CIELO__RECORD_ID; j++)
            CHECK((next[j] == '-')
                  == (j == 8 || j == 13 || j == 18 || j == 23));
        memcpy(last, next, sizeof(last));
    }
    cielo__random_timed(&random, INT64_C(0x0123456789AB), next);
    CHECK(memcmp(next, "01234567-89ab-7", 15) == 0);
    cielo__random_timed(&random, INT64_C(0x0123456789AB), last);
    CHECK(strcmp(last, next) != 0);
}

/* ---- a client's options ---- */

static void check_refused(const cielo_options *options, const char *message)
{
    cielo_client *client = NULL;
    cielo_error err;

    CHECK_INT(cielo_client_new(&client, options, &err), CIELO_EVALIDATION);
    CHECK_STR(err.message, message);
    cielo_client_unref(client);
}

static void its_options_are_checked(void)
{
    cielo_options options = with_journal(), shared = CIELO_OPTIONS_INIT;
    cielo_client *client, *other = NULL;
    cielo_error err;

    options.journal_sync = "always";
    check_refused(&options, "journal_sync: must be \"intent\" or \"off\"");
    options.journal_sync = "off";
    options.journal_mode = "world";
    check_refused(&options, "journal_mode: must be \"private\" or \"group\"");
    options.journal_mode = "group";
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    CHECK_STR(cielo_client_journal(client), "/nowhere");
    CHECK(!cielo__client_journal_syncs(client));
    CHECK(cielo__client_journal_is_shared(client));
    shared.timeout_ms = 9;
    CHECK_INT(cielo_client_with(&other, client, &shared, NULL), CIELO_OK);
    CHECK_STR(cielo_client_journal(other), "/nowhere");
    cielo_client_unref(other);
    shared.journal_required = 0;
    CHECK_INT(cielo_client_with(&other, client, &shared, &err),
              CIELO_EVALIDATION);
    CHECK_STR(err.message, "journal_required: cannot differ between clients "
                           "that share connections");
    cielo_client_unref(client);
}

static void the_environment_names_a_journal(void)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client;

    setenv("CIELO_JOURNAL", "/var/lib/shop", 1);
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    CHECK_STR(cielo_client_journal(client), "/var/lib/shop");
    CHECK(cielo__client_journal_syncs(client));
    CHECK(!cielo__client_journal_is_shared(client));
    cielo_client_unref(client);
    options.journal = "";
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    CHECK_STR(cielo_client_journal(client), NULL);
    cielo_client_unref(client);
    unsetenv("CIELO_JOURNAL");
}

/* ---- settling ---- */

static void looks_and_ends_are_lines_too(void)
{
    cielo_options options = with_journal();
    cielo_value *tree;
    cielo__buf out;
    scene s;

    begin(&s, &options, CIELO_OP_SALE_CREATE, SALE);
    cielo__buf_init(&out, NULL, SIZE_MAX - 1);
    CHECK_INT(cielo__record_look(&out, s.call, "an-id", WALL,
                                 CIELO__SAW_SEVERAL, "several sales fit"),
              CIELO_OK);
    tree = json(cielo__buf_string(&out) + 1, out.length - 2);
    is(tree, "rec", "\"look\"");
    is(tree, "of", "\"an-id\"");
    is(tree, "saw", "\"several\"");
    is(tree, "why", "\"several sales fit\"");
    cielo_value_free(tree);
    cielo__buf_reset(&out);
    CHECK_INT(cielo__record_settled(&out, s.call, "an-id", WALL,
                                    CIELO_SETTLED_ABSENT),
              CIELO_OK);
    tree = json(cielo__buf_string(&out) + 1, out.length - 2);
    is(tree, "rec", "\"settled\"");
    is(tree, "state", "\"absent\"");
    is(tree, "result", NULL);
    cielo_value_free(tree);
    cielo__buf_clear(&out);
    end(&s);
}

/* ---- uses ---- */

#define BIN "{\"digits\":\"4024007153763191\"}"

/* A read of the store's, answered so. */
static void ask(scene *s, const cielo_options *options, int operation,
                const char *params, int status, const char *body)
{
    begin(s, options, operation, params);
    CHECK_INT(cielo_call_step(s->call, s->now), CIELO_STEP_SEND);
    CHECK(record(s) == NULL);
    answer(s, status, body, NULL);
    CHECK_INT(cielo_call_step(s->call, s->now), CIELO_STEP_DONE);
}

/* What is billed is on no other list than that: no digit of the card. */
static void a_read_that_is_billed_is_noted_once(void)
{
    cielo_options options = with_journal();
    cielo_value *use;
    scene s;

    ask(&s, &options, CIELO_OP_CARD_BIN, BIN, 200, "{\"Status\":\"00\"}");
    use = record(&s);
    is(use, "v", "1");
    is(use, "rec", "\"use\"");
    is(use, "at", "\"2026-11-22T15:00:05.000Z\"");
    is(use, "op", "\"card_bin\"");
    is(use, "merchant", "\"5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d\"");
    is(use, "env", "\"sandbox\"");
    is(use, "host", "\"shop-1\"");
    is(use, "pid", "4711");
    CHECK_INT(cielo_value_size(use), 9); /* with the sum */
    CHECK(record(&s) == NULL);
    CHECK_INT(cielo_call_on_record(s.call, 0, "the disk is full"), CIELO_OK);
    is(cielo_value_first(cielo_call_warnings(s.call)), "message",
       "\"that it was used is not in the journal: the disk is full\"");
    cielo_value_free(use);
    end(&s);
}

static void what_is_not_billed_is_not_noted(void)
{
    cielo_options options = with_journal();
    scene s;

    ask(&s, &options, CIELO_OP_CARD_BIN, BIN, 404, "");
    CHECK(record(&s) == NULL); /* was not answered */
    end(&s);
    ask(&s, &options, CIELO_OP_SALE_GET, "{\"payment_id\":\"" ID "\"}", 200,
        SOLD);
    CHECK(record(&s) == NULL);
    end(&s);
    options.journal = "";
    ask(&s, &options, CIELO_OP_CARD_BIN, BIN, 200, "{\"Status\":\"00\"}");
    CHECK(record(&s) == NULL);
    end(&s);
}

/* Nobody's use is on no statement. */
static void a_use_is_some_stores(void)
{
    static const char token[] = "{\"access_token\":\"x\"}";
    static const char page[]
        = "{\"establishment_code\":\"1006993069\","
          "\"merchant_name\":\"Loja\",\"mcc\":\"5912\"}";
    cielo_options options = with_journal();
    cielo_value *use;
    scene s;

    options.mpi_client_id = "a-client";
    options.mpi_client_secret = "CANARYSECRET";
    ask(&s, &options, CIELO_OP_BROWSER_THREEDS_TOKEN, page, 200, token);
    use = record(&s);
    is(use, "op", "\"browser_threeds_token\"");
    is(use, "merchant", "\"5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d\"");
    cielo_value_free(use);
    end(&s);
    options.merchant_id = "";
    ask(&s, &options, CIELO_OP_BROWSER_THREEDS_TOKEN, page, 200, token);
    CHECK(record(&s) == NULL);
    end(&s);
}

CHECK_MAIN(a_sale_is_noted_before_and_after, writes_alone_are_noted,
           every_row_is_as_its_kind_says, nothing_is_sent_without_its_record,
           unless_the_client_does_without, a_warning_tells_why_and_no_secret,
           a_report_is_one_of_an_open_record,
           an_outcome_that_is_lost_is_told, a_call_can_be_cancelled_at_it,
           what_is_noted_too_late_is_not_sent,
           the_time_of_the_record_is_the_calls,
           a_call_freed_at_it_leaves_its_turn, a_new_token_makes_no_new_intent,
           several_dates_narrow_the_clocks_difference,
           an_intent_has_the_clocks_difference,
           what_the_look_ahead_read_is_kept, of_a_card_its_ends_are_kept,
           a_card_that_is_stored_has_its_ends_too,
           an_operation_is_noted_with_what_it_changes,
           the_store_is_the_one_that_is_asked, odd_answers_make_whole_lines,
           other_spellings_are_read, large_answers_make_small_lines,
           an_order_is_whole_or_not_there, odd_orders_are_kept_whole,
           ids_sort_by_time_and_repeat_never,
           its_options_are_checked, the_environment_names_a_journal,
           looks_and_ends_are_lines_too, a_read_that_is_billed_is_noted_once,
           what_is_not_billed_is_not_noted, a_use_is_some_stores)
