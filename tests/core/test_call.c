/* The call machine where a case file cannot say it: two calls of one client,
 * clocks, cancelling, misuse. */
#define _POSIX_C_SOURCE 200809L

#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cielo/cielo.h>

#include "call/call_internal.h"
#include "check.h"

#define KEY "CANARYKEYABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
#define SECRET "CANARYSECRETabcdefghijklmnopqrst"
#define TOKEN "{\"access_token\":\"CANARYTOKEN1\",\"expires_in\":1199}"
#define DATE "Sun, 22 Nov 2026 15:00:05 GMT"
#define PID "737a8d9a-88fe-4f74-931f-acf81149f4a0"
#define OTHER_PID "837a8d9a-88fe-4f74-931f-acf81149f4a0"
#define SALE                                                              \
    "{\"fields\":{\"MerchantOrderId\":\"2026112201\",\"Payment\":{"       \
    "\"Type\":\"CreditCard\",\"Amount\":15700,\"Installments\":1,"        \
    "\"CreditCard\":{\"CardNumber\":\"4024007153763191\","                \
    "\"Holder\":\"Teste Holder\",\"ExpirationDate\":\"12/2030\","         \
    "\"SecurityCode\":\"1234\",\"Brand\":\"Visa\"}}}}"
#define SOLD(status, date)                                                \
    "{\"MerchantOrderId\":\"2026112201\",\"Payment\":{"                   \
    "\"Type\":\"CreditCard\",\"Amount\":15700,\"Installments\":1,"        \
    "\"CreditCard\":{\"CardNumber\":\"402400******3191\"},"               \
    "\"ReceivedDate\":\"" date "\",\"PaymentId\":\"" PID "\","            \
    "\"Status\":" status "}}"
#define LISTED                                                            \
    "{\"Payments\":[{\"PaymentId\":\"" PID                                \
    "\",\"ReceveidDate\":\"2026-11-22T12:00:05.4\"}]}"
#define ORDER "{\"checkout_order_number\":\"054f5b509f7149d6aec3b4023a6a2957\"}"
#define VOIDED "{\"Status\":10,\"ReturnCode\":\"9\"}"

/* ---- helpers ---- */

static cielo_client *client_for(int64_t timeout, const char *environment)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;

    options.merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d";
    options.merchant_key = KEY;
    options.client_id = "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11";
    options.client_secret = SECRET;
    options.environment = environment;
    options.timeout_ms = timeout;
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    return client;
}

static cielo_client *client_at(const char *base_url)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;

    options.merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d";
    options.merchant_key = KEY;
    options.base_url = base_url;
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    return client;
}

static cielo_call *call_seeded(cielo_client *client, int operation,
                               const char *params, unsigned char seed)
{
    cielo_value *tree = NULL;
    cielo_entropy entropy;
    cielo_call *call = NULL;

    memset(&entropy, seed, sizeof(entropy));
    CHECK_INT(cielo_value_parse(&tree, params, strlen(params), NULL), CIELO_OK);
    CHECK_INT(cielo_call_new(&call, client, operation, tree, &entropy, NULL),
              CIELO_OK);
    cielo_value_free(tree);
    return call;
}

static cielo_call *call_for(cielo_client *client, int operation,
                            const char *params)
{
    return call_seeded(client, operation, params, 7);
}

static void reply_dated(cielo_call *call, int status, const char *body,
                        const char *date)
{
    cielo_response response;

    memset(&response, 0, sizeof(response));
    response.http_status = status;
    response.date = date;
    response.body = body;
    response.body_length = strlen(body);
    /* Not read as an answer to what was asked, it is CIELO_EDECODE. */
    CHECK(cielo_call_on_response(call, &response) != CIELO_EUSAGE);
}

static void reply(cielo_call *call, int status, const char *body)
{
    reply_dated(call, status, body, NULL);
}

static void lose(cielo_call *call)
{
    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_YES, CIELO_CAUSE_CLOSED,
                                    "closed"),
              CIELO_OK);
}

static void refuse(cielo_call *call)
{
    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_NO, CIELO_CAUSE_CONNECT,
                                    "refused"),
              CIELO_OK);
}

static int status_of(cielo_call *call)
{
    return cielo_call_result(call, NULL, NULL);
}

static const char *detail(cielo_call *call, const char *name)
{
    return cielo_value_text(cielo_value_get(cielo_call_details(call), name),
                            NULL);
}

static int fact(cielo_call *call, const char *name)
{
    return cielo_value_bool(cielo_value_get(cielo_call_facts(call), name));
}

static int asks_for(cielo_call *call, const char *method,
                    const char *part)
{
    const cielo_request *request = cielo_call_request(call);

    return request && strcmp(request->method, method) == 0
        && strstr(request->target, part) != NULL;
}

#define STEP(call, now, step) CHECK_INT(cielo_call_step(call, now), step)
#define SEND CIELO_STEP_SEND
#define WAIT CIELO_STEP_WAIT
#define DONE CIELO_STEP_DONE

static void drop(cielo_client *client, cielo_call *call)
{
    cielo_call_free(call);
    cielo_client_unref(client);
}

/* ---- time ---- */

static void a_write_has_two_thirds(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);

    STEP(call, 1000, SEND);
    CHECK_INT(cielo_call_deadline(call), 1000 + 6000);
    CHECK_INT(cielo_call_request(call)->write, 1);
    CHECK_INT(cielo_call_request(call)->connect_timeout_ms, 5000);
    lose(call);
    STEP(call, 2000, SEND);
    CHECK(asks_for(call, "GET", "merchantOrderId=2026112201"));
    CHECK(cielo_call_deadline(call) <= 2000 + 3000);
    drop(client, call);
}

static void a_write_that_cannot_be_settled_has_all(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_REQUEST,
                                "{\"method\":\"POST\",\"path\":\"/1/x\"}");

    STEP(call, 1000, SEND);
    CHECK_INT(cielo_call_deadline(call), 10000);
    drop(client, call);
}

static void a_call_may_have_its_own_timeout(void)
{
    cielo_client *client = client_for(-1, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_GET,
                                "{\"payment_id\":\"x\",\"timeout\":700}");

    STEP(call, 1000, SEND);
    CHECK_INT(cielo_call_deadline(call), 1700);
    cielo_call_free(call);
    call = call_for(client, CIELO_OP_SALE_GET,
                    "{\"payment_id\":\"x\",\"timeout\":0}");
    STEP(call, 1000, DONE);
    CHECK_INT(status_of(call), CIELO_EVALIDATION);
    drop(client, call);
}

static void an_endless_timeout_does_not_overflow(void)
{
    cielo_client *client = client_for(INT64_MAX, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);

    STEP(call, 1000, SEND);
    CHECK(cielo_call_deadline(call) > 1000);
    lose(call);
    STEP(call, 2000, SEND);
    CHECK(cielo_call_deadline(call) > 2000);
    drop(client, call);
}

static void retry_after_past_the_deadline_ends_at_once(void)
{
    cielo_client *client = client_for(5000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_GET,
                                "{\"payment_id\":\"" PID "\"}");
    cielo_response response;

    memset(&response, 0, sizeof(response));
    response.http_status = 503;
    response.retry_after = "Sun, 22 Nov 2026 15:01:05 GMT";
    response.date = DATE;
    response.body = "";
    STEP(call, 1000, SEND);
    CHECK_INT(cielo_call_on_response(call, &response), CIELO_OK);
    STEP(call, 1001, DONE);
    CHECK_INT(status_of(call), CIELO_ESERVER);
    drop(client, call);
}

/* ---- settling ---- */

static void settling_ends_within_the_timeout(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    int64_t now = 1000;
    int steps = 0;
    cielo_step step;

    STEP(call, now, SEND);
    now = cielo_call_deadline(call);
    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_YES, CIELO_CAUSE_TIMEOUT,
                                    NULL),
              CIELO_OK);
    while ((step = cielo_call_step(call, now)) != DONE && ++steps < 100) {
        if (step == SEND)
            reply_dated(call, 404, "", DATE);
        else
            now = cielo_call_deadline(call);
        CHECK(!cielo_call_request(call) || !cielo_call_request(call)->write);
    }
    CHECK_INT(step, DONE);
    CHECK(now <= 10000);
    CHECK(steps > 6 && steps < 30);
    CHECK_INT(status_of(call), CIELO_EUNKNOWN);
    drop(client, call);
}

/* Of this client's own earlier calls, and within the tolerance of clocks. */
static void a_sale_told_of_is_never_adopted(void)
{
    cielo_client *client = client_for(900, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);

    STEP(call, 1000, SEND);
    reply(call, 201, SOLD("3", "2026-11-22 12:00:05"));
    STEP(call, 1001, DONE);
    CHECK(fact(call, "declined"));
    cielo_call_free(call);
    call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    STEP(call, 1002, SEND);
    lose(call);
    STEP(call, 1010, SEND);
    reply_dated(call, 200, LISTED, DATE);
    STEP(call, 1020, WAIT); /* the sale is not even asked for */
    STEP(call, cielo_call_deadline(call), SEND);
    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_YES, CIELO_CAUSE_TIMEOUT,
                                    NULL),
              CIELO_OK);
    STEP(call, 1300, DONE);
    CHECK_INT(status_of(call), CIELO_EUNKNOWN);
    CHECK_INT(cielo_value_size(
                  cielo_value_get(cielo_call_details(call), "found")), 1);
    drop(client, call);
}

static void without_a_date_nothing_is_adopted(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);

    STEP(call, 1000, SEND);
    lose(call);
    STEP(call, 1010, SEND);
    reply(call, 200, LISTED);
    STEP(call, 1020, WAIT);
    drop(client, call);
}

/* Two lost calls under one number: one sale is one call's. */
static void one_sale_is_adopted_once(void)
{
    cielo_client *client = client_for(900, "sandbox");
    cielo_call *calls[2];
    int i;

    for (i = 0; i < 2; i++) {
        calls[i] = call_for(client, CIELO_OP_SALE_CREATE, SALE);
        STEP(calls[i], 1000, SEND);
        lose(calls[i]);
        STEP(calls[i], 1010, SEND);
        reply_dated(calls[i], 200, LISTED, DATE);
        STEP(calls[i], 1020, SEND);
    }
    for (i = 0; i < 2; i++)
        reply(calls[i], 200, SOLD("1", "2026-11-22 12:00:05"));
    STEP(calls[0], 1030, DONE);
    CHECK_INT(status_of(calls[0]), CIELO_OK);
    CHECK(fact(calls[0], "reconciled"));
    CHECK(cielo_call_step(calls[1], 1030) != DONE);
    cielo_call_free(calls[0]);
    drop(client, calls[1]);
}

static void the_tolerance_is_two_seconds(void)
{
    static const struct {
        const char *sale;
        cielo_step step;
    } cases[] = {{SOLD("1", "2026-11-22 12:00:03"), DONE},
                 {SOLD("1", "2026-11-22 12:00:02"), WAIT},
                 /* Later than the look-up by more than clocks differ: dates
                  * of another zone, of a sale of whatever age. */
                 {SOLD("1", "2026-11-22 12:01:05"), DONE},
                 {SOLD("1", "2026-11-22 12:01:06"), WAIT},
                 {SOLD("3", "2026-11-22 13:20:05"), WAIT}};
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cielo_client *client = client_for(9000, "sandbox");
        cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);

        STEP(call, 1000, SEND);
        lose(call);
        STEP(call, 1000, SEND);
        reply_dated(call, 200, LISTED, DATE);
        STEP(call, 1000, SEND);
        reply(call, 200, cases[i].sale);
        STEP(call, 1000, cases[i].step);
        drop(client, call);
    }
}

static void the_id_is_that_of_the_operation(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CAPTURE,
                                "{\"payment_id\":\"" PID
                                "\",\"request_id\":\"mine\"}");

    STEP(call, 1000, SEND);
    lose(call);
    STEP(call, 1010, SEND);
    CHECK(strcmp(cielo_call_request(call)->headers[2].value, "mine") != 0);
    reply(call, 200, SOLD("2", "2026-11-22 12:00:05"));
    STEP(call, 1020, DONE);
    CHECK_STR(cielo_value_text(cielo_value_get(cielo_call_facts(call),
                                               "request_id"), NULL), "mine");
    CHECK_STR(detail(call, "request_id"), "mine");
    drop(client, call);
}

static void a_settled_change_has_no_members(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_RECURRENCE_DEACTIVATE,
                                "{\"id\":\"x\"}");
    const cielo_value *value;

    STEP(call, 1000, SEND);
    lose(call);
    STEP(call, 1010, SEND);
    reply(call, 200, "{\"RecurrentPayment\":{\"Status\":3}}");
    STEP(call, 1020, DONE);
    CHECK_INT(cielo_call_result(call, &value, NULL), CIELO_OK);
    CHECK(value == NULL);
    drop(client, call);
}

/* ---- voids of one payment ---- */

#define VOID "{\"payment_id\":\"" PID "\"}"
#define PART "{\"payment_id\":\"" PID "\",\"amount\":100}"

static void a_void_waits_for_the_last_one(void)
{
    cielo_client *client = client_for(20000, "sandbox");
    cielo_call *first = call_for(client, CIELO_OP_SALE_VOID, VOID);
    cielo_call *second = call_for(client, CIELO_OP_SALE_VOID, VOID);
    uint64_t epoch;

    STEP(first, 1000, SEND);
    STEP(second, 1100, WAIT);
    CHECK_INT(cielo_call_deadline(second), 21100);
    epoch = cielo_client_epoch(client);
    STEP(second, 1150, WAIT);
    CHECK_INT(cielo_client_epoch(client), epoch);
    reply(first, 200, VOIDED);
    STEP(first, 2000, DONE);
    CHECK(cielo_client_epoch(client) != epoch);
    STEP(second, 2000, WAIT);
    CHECK_INT(cielo_call_deadline(second), 2000 + 5100);
    STEP(second, 7099, WAIT);
    STEP(second, 7100, SEND);
    cielo_call_free(first);
    drop(client, second);
}

static void voids_of_others_do_not_wait(void)
{
    cielo_client *client = client_for(20000, "sandbox");
    cielo_call *first = call_for(client, CIELO_OP_SALE_VOID, VOID);
    cielo_call *second
        = call_for(client, CIELO_OP_SALE_VOID, "{\"payment_id\":\"other\"}");

    CHECK(!cielo_call_order(second));
    STEP(first, 1000, SEND);
    STEP(second, 1000, SEND);
    cielo_call_free(first);
    drop(client, second);
}

static void a_deadline_too_short_for_the_wait_fails_at_once(void)
{
    cielo_client *client = client_for(4000, "sandbox");
    cielo_call *first = call_for(client, CIELO_OP_SALE_VOID, VOID);
    cielo_call *second = call_for(client, CIELO_OP_SALE_VOID, VOID);

    STEP(first, 1000, SEND);
    reply(first, 200, VOIDED);
    STEP(first, 1500, DONE);
    STEP(second, 2000, DONE);
    CHECK_INT(status_of(second), CIELO_ETIMEOUT);
    CHECK_STR(detail(second, "sent"), "no");
    cielo_call_free(first);
    drop(client, second);
}

static void a_void_under_way_may_outlast_the_wait(void)
{
    cielo_client *client = client_for(4000, "sandbox");
    cielo_call *first = call_for(client, CIELO_OP_SALE_VOID, VOID);
    cielo_call *second = call_for(client, CIELO_OP_SALE_VOID, VOID);

    STEP(first, 1000, SEND);
    STEP(second, 1000, WAIT);
    STEP(second, 5000, DONE);
    CHECK_INT(status_of(second), CIELO_ETIMEOUT);
    CHECK_STR(detail(second, "sent"), "no");
    cielo_call_free(first);
    drop(client, second);
}

static void a_void_that_was_not_sent_makes_nobody_wait(void)
{
    cielo_client *client = client_for(20000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_VOID, VOID);

    STEP(call, 1000, SEND);
    refuse(call);
    STEP(call, 1100, DONE);
    cielo_call_free(call);
    call = call_for(client, CIELO_OP_SALE_VOID, VOID);
    STEP(call, 1200, SEND);
    cielo_call_cancel(call); /* this one may have gone out */
    cielo_call_free(call);
    call = call_for(client, CIELO_OP_SALE_VOID, VOID);
    STEP(call, 1300, WAIT);
    drop(client, call);
}

/* Else the second's total is that of before the first, and the first's part
 * would be taken for the second's. */
static void the_total_is_read_when_the_turn_has_come(void)
{
    cielo_client *client = client_for(20000, "sandbox");
    cielo_call *first = call_for(client, CIELO_OP_SALE_VOID, PART);
    cielo_call *second = call_for(client, CIELO_OP_SALE_VOID, PART);

    STEP(first, 1000, SEND);
    CHECK(asks_for(first, "GET", PID));
    STEP(second, 1000, WAIT);
    reply(first, 200, SOLD("2", "2026-11-22 12:00:05"));
    STEP(first, 1100, SEND);
    CHECK(asks_for(first, "PUT", "/void?amount=100"));
    CHECK_INT(cielo_call_deadline(first), 1100 + 19900 * 2 / 3);
    reply(first, 200, VOIDED);
    STEP(first, 1200, DONE);
    STEP(second, 1200, WAIT);
    STEP(second, 6300, SEND);
    CHECK(asks_for(second, "GET", PID));
    cielo_call_free(first);
    drop(client, second);
}

/* While the first looks whether its part is there, no other part may come. */
static void a_void_in_doubt_keeps_its_turn(void)
{
    cielo_client *client = client_for(20000, "sandbox");
    cielo_call *first = call_for(client, CIELO_OP_SALE_VOID, PART);
    cielo_call *second = call_for(client, CIELO_OP_SALE_VOID, PART);

    STEP(first, 1000, SEND);
    reply(first, 200, SOLD("2", "2026-11-22 12:00:05"));
    STEP(first, 1000, SEND);
    lose(first);
    STEP(first, 1000, SEND);
    CHECK(asks_for(first, "GET", PID));
    STEP(second, 7000, WAIT);
    reply(first, 200, SOLD("2", "2026-11-22 12:00:05"));
    STEP(first, 7000, WAIT);
    STEP(second, 7000, WAIT);
    cielo_call_cancel(first);
    STEP(second, 7000, SEND);
    cielo_call_free(first);
    drop(client, second);
}

/* ---- the token ---- */

static void one_call_fetches_the_token_for_all(void)
{
    cielo_client *client = client_for(20000, "production");
    cielo_call *first = call_for(client, CIELO_OP_ORDER_GET, ORDER);
    cielo_call *second = call_for(client, CIELO_OP_ORDER_GET, ORDER);
    uint64_t epoch;

    STEP(first, 1000, SEND);
    CHECK(asks_for(first, "POST", "/token"));
    CHECK(cielo_call_request(first)->token);
    STEP(second, 1000, WAIT);
    epoch = cielo_client_epoch(client);
    reply(first, 200, TOKEN);
    STEP(first, 1100, SEND);
    CHECK(asks_for(first, "GET", "/orders/"));
    CHECK(!cielo_call_request(first)->token);
    CHECK(cielo_client_epoch(client) != epoch);
    STEP(second, 1100, SEND);
    CHECK(asks_for(second, "GET", "/orders/"));
    cielo_call_free(first);
    drop(client, second);
}

static void a_browsers_token_is_no_token_to_share(void)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    cielo_call *call;

    options.merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d";
    options.post_client_id = "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11";
    options.post_client_secret = SECRET;
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    call = call_for(client, CIELO_OP_BROWSER_POST_TOKEN, "{}");
    STEP(call, 1000, SEND);
    CHECK(asks_for(call, "POST", "/oauth2/token"));
    CHECK(!cielo_call_request(call)->token);
    reply(call, 200, TOKEN);
    STEP(call, 1100, SEND);
    CHECK(asks_for(call, "POST", "/accesstoken"));
    CHECK(!cielo_call_request(call)->token);
    drop(client, call);
}

typedef void (*ending)(cielo_call *call);

static void stall_until_late(cielo_call *call)
{
    int64_t deadline = cielo_call_deadline(call);

    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_YES, CIELO_CAUSE_TIMEOUT,
                                    NULL),
              CIELO_OK);
    STEP(call, deadline, DONE);
}

/* Whatever becomes of the one who fetches, the next one fetches. */
static void the_lease_is_passed_on(void)
{
    static const ending endings[] = {cielo_call_cancel, stall_until_late, NULL};
    size_t i;

    for (i = 0; i < 3; i++) {
        cielo_client *client = client_for(4000, "production");
        cielo_call *first = call_for(client, CIELO_OP_ORDER_GET, ORDER);
        cielo_call *second = call_for(client, CIELO_OP_ORDER_GET, ORDER);
        uint64_t epoch;

        STEP(first, 1000, SEND);
        STEP(second, 2000, WAIT);
        CHECK_INT(cielo_call_deadline(second), 5000);
        epoch = cielo_client_epoch(client);
        if (endings[i])
            endings[i](first);
        else
            cielo_call_free(first);
        CHECK(cielo_client_epoch(client) != epoch);
        STEP(second, 5000, SEND);
        CHECK(asks_for(second, "POST", "/token"));
        if (endings[i])
            cielo_call_free(first);
        drop(client, second);
    }
}

/* A holder that nobody steps any more: its lease ends with its deadline. */
static void a_lease_ends_by_itself(void)
{
    cielo_client *client = client_for(4000, "production");
    cielo_call *first = call_for(client, CIELO_OP_ORDER_GET, ORDER);
    cielo_call *second = call_for(client, CIELO_OP_ORDER_GET, ORDER);

    STEP(first, 1000, SEND);
    STEP(second, 2000, WAIT);
    STEP(second, 4999, WAIT);
    STEP(second, 5000, SEND);
    CHECK(asks_for(second, "POST", "/token"));
    reply(first, 200, TOKEN); /* late, and still good */
    STEP(first, 5001, DONE);
    CHECK_INT(status_of(first), CIELO_ETIMEOUT);
    cielo_call_free(first);
    reply(second, 200, TOKEN);
    STEP(second, 5002, SEND);
    CHECK(asks_for(second, "GET", "/orders/"));
    drop(client, second);
}

static void clients_made_by_with_share_the_token(void)
{
    cielo_client *client = client_for(4000, "production");
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *other = NULL;
    cielo_call *call;

    options.timeout_ms = 700;
    CHECK_INT(cielo_client_with(&other, client, &options, NULL), CIELO_OK);
    CHECK_INT(cielo_client_token_put(client, "abc", 2000000), CIELO_OK);
    call = call_for(other, CIELO_OP_ORDER_GET, ORDER);
    STEP(call, 1000, SEND);
    CHECK_INT(cielo_call_deadline(call), 1700);
    CHECK(asks_for(call, "GET", "/orders/"));
    cielo_call_free(call);
    call = call_for(client, CIELO_OP_ORDER_GET, ORDER);
    STEP(call, 2000000 - 60000, SEND); /* its last minute */
    CHECK(asks_for(call, "POST", "/token"));
    drop(client, call);
    cielo_client_unref(other);
}

static void a_child_process_holds_no_lease(void)
{
    cielo_client *client = client_for(4000, "production");
    cielo_call *first = call_for(client, CIELO_OP_ORDER_GET, ORDER);
    cielo_call *second = call_for(client, CIELO_OP_ORDER_GET, ORDER);
    int status = -1;
    pid_t child;

    STEP(first, 1000, SEND);
    STEP(second, 1000, WAIT);
    cielo__client_lock(client); /* as another thread might at that moment */
    child = fork();
    if (child == 0) {
        cielo_step step = cielo_call_step(second, 1001);

        _exit(step == SEND && asks_for(second, "POST", "/token") ? 0 : 1);
    }
    cielo__client_unlock(client);
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    STEP(second, 1001, WAIT);
    cielo_call_free(first);
    drop(client, second);
}

/* ---- cancelling ---- */

static void cancelled(cielo_call *call, int status, const char *sent)
{
    cielo_call_cancel(call);
    STEP(call, 9999999, DONE);
    CHECK_INT(status_of(call), status);
    CHECK_STR(detail(call, "sent"), sent);
    CHECK(cielo_call_request(call) == NULL);
    cielo_call_cancel(call);
    CHECK_INT(status_of(call), status);
    cielo_call_free(call);
}

static void a_write_may_be_cancelled_at_every_step(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);

    cancelled(call, CIELO_ECANCELLED, "no"); /* before its first step */
    call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    STEP(call, 1000, SEND);
    cancelled(call, CIELO_EUNKNOWN, "maybe"); /* with the host */
    call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    STEP(call, 1000, SEND);
    refuse(call);
    cancelled(call, CIELO_ECANCELLED, "no"); /* surely not sent */
    call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    STEP(call, 1000, SEND);
    lose(call);
    cancelled(call, CIELO_EUNKNOWN, "maybe");
    call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    STEP(call, 1000, SEND);
    lose(call);
    STEP(call, 1001, SEND);
    cancelled(call, CIELO_EUNKNOWN, "yes"); /* reading back */
    call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    STEP(call, 1000, SEND);
    lose(call);
    STEP(call, 1001, SEND);
    reply(call, 404, "");
    STEP(call, 1002, WAIT);
    cancelled(call, CIELO_EUNKNOWN, "yes"); /* between two look-ups */
    call = call_for(client, CIELO_OP_SALE_VOID, PART);
    STEP(call, 1000, SEND);
    cancelled(call, CIELO_ECANCELLED, "no"); /* reading the total ahead */
    call = call_for(client, CIELO_OP_SALE_GET, VOID);
    STEP(call, 1000, SEND);
    cancelled(call, CIELO_ECANCELLED, "no"); /* a read */
    cielo_client_unref(client);
}

static void a_call_that_ended_stays_as_it_is(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_GET, VOID);

    STEP(call, 1000, SEND);
    reply(call, 200, SOLD("1", "2026-11-22 12:00:05"));
    STEP(call, 1001, DONE);
    cielo_call_cancel(call);
    CHECK_INT(status_of(call), CIELO_OK);
    drop(client, call);
}

/* ---- misuse ---- */

static void reports_out_of_turn_are_refused(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_GET, VOID);
    cielo_response response;

    memset(&response, 0, sizeof(response));
    response.http_status = 404;
    response.body = "";
    CHECK_INT(cielo_call_on_response(call, &response), CIELO_EUSAGE);
    CHECK(cielo_call_request(call) == NULL);
    CHECK(cielo_call_facts(call) == NULL);
    CHECK_INT(status_of(call), CIELO_EAGAIN);
    STEP(call, 1000, SEND);
    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_NO, CIELO_CAUSE_END, ""),
              CIELO_EUSAGE);
    CHECK_INT(cielo_call_on_failure(call, (cielo_sent)7, CIELO_CAUSE_TLS, ""),
              CIELO_EUSAGE);
    CHECK_INT(cielo_call_on_response(call, &response), CIELO_OK);
    CHECK_INT(cielo_call_on_response(call, &response), CIELO_EUSAGE);
    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_NO, CIELO_CAUSE_TLS, ""),
              CIELO_EUSAGE);
    STEP(call, 1001, DONE);
    CHECK_INT(cielo_call_on_response(call, &response), CIELO_EUSAGE);
    CHECK_INT(status_of(call), CIELO_ENOTFOUND);
    drop(client, call);
}

static void check_fact(const cielo_call *call, size_t index, int has,
                       cielo_type type, int64_t number, const char *text)
{
    cielo_fact_value fact;

    CHECK_INT(cielo_call_fact(call, index, &fact), has);
    CHECK_INT(fact.type, type);
    CHECK_INT(fact.number, number);
    CHECK_STR(fact.text ? fact.text : "none", text ? text : "none");
}

#define CHECK_FACT(call, name, type, number, text) \
    check_fact(call, CIELO_FACT_##name, 1, type, number, text)
#define CHECK_NO_FACT(call, name) \
    check_fact(call, CIELO_FACT_##name, 0, CIELO_NULL, 0, NULL)

/* The tree has each of them under its name and in their order, no more. */
static void check_facts_agree(cielo_call *call)
{
    const cielo_value *item = cielo_value_first(cielo_call_facts(call));
    cielo_fact_value fact;
    size_t i;

    for (i = 0; i < CIELO_FACT_COUNT; i++) {
        if (!cielo_call_fact(call, i, &fact))
            continue;
        CHECK_STR(cielo_value_name(item, NULL), cielo_fact_at(i)->name);
        CHECK_INT(cielo_value_type(item), fact.type);
        item = cielo_value_next(item);
    }
    CHECK(item == NULL);
}

static cielo_call *call_answered(cielo_client *client, int operation,
                                 const char *params, int status,
                                 const char *body)
{
    cielo_call *call = call_for(client, operation, params);

    STEP(call, 1000, SEND);
    reply(call, status, body);
    STEP(call, 1001, DONE);
    return call;
}

static void facts_are_told_one_by_one(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    char id[37];
    size_t i;

    STEP(call, 1000, SEND);
    strcpy(id, cielo_call_request(call)->headers[2].value);
    for (i = 0; i <= CIELO_FACT_COUNT; i++)
        check_fact(call, i, 0, CIELO_NULL, 0, NULL); /* not DONE */
    reply(call, 201, SOLD("1", "2026-11-22 12:00:05"));
    STEP(call, 1001, DONE);
    CHECK_FACT(call, http_status, CIELO_NUMBER, 201, NULL);
    CHECK_FACT(call, request_id, CIELO_TEXT, 0, id);
    CHECK_FACT(call, status_name, CIELO_TEXT, 0, "authorized");
    CHECK_FACT(call, approved, CIELO_BOOL, 1, NULL);
    CHECK_FACT(call, declined, CIELO_BOOL, 0, NULL);
    CHECK_FACT(call, pending, CIELO_BOOL, 0, NULL);
    CHECK_FACT(call, reconciled, CIELO_BOOL, 0, NULL);
    CHECK_NO_FACT(call, status_number);
    CHECK_NO_FACT(call, warnings);
    CHECK_NO_FACT(call, advice);
    check_fact(call, CIELO_FACT_COUNT, 0, CIELO_NULL, 0, NULL);
    check_facts_agree(call);
    drop(client, call);
}

static void a_fact_that_nobody_knows_is_null(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_answered(client, CIELO_OP_SALE_CREATE, SALE, 201,
                                     SOLD("77", "2026-11-22 12:00:05"));

    CHECK_FACT(call, status_name, CIELO_NULL, 0, NULL); /* in no table */
    CHECK_FACT(call, approved, CIELO_BOOL, 0, NULL);
    CHECK_FACT(call, pending, CIELO_BOOL, 0, NULL);
    check_facts_agree(call);
    drop(client, call);
}

static void a_failure_has_no_facts_of_a_sale(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call
        = call_answered(client, CIELO_OP_SALE_GET, VOID, 404, "[]");

    CHECK_FACT(call, http_status, CIELO_NUMBER, 404, NULL);
    CHECK_NO_FACT(call, status_name);
    CHECK_NO_FACT(call, approved);
    CHECK_NO_FACT(call, reconciled);
    check_facts_agree(call);
    drop(client, call);
}

static void facts_outlive_the_result_that_is_taken(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_answered(client, CIELO_OP_SALE_CREATE, SALE, 201,
                                     SOLD("3", "2026-11-22 12:00:05"));

    cielo_value_free(cielo_call_take_result(call));
    CHECK_FACT(call, status_name, CIELO_TEXT, 0, "denied");
    CHECK_FACT(call, declined, CIELO_BOOL, 1, NULL);
    check_facts_agree(call);
    drop(client, call);
}

static void a_result_may_be_taken_out_of_its_call(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    cielo_value *taken;

    CHECK(cielo_call_take_result(call) == NULL);
    STEP(call, 1000, SEND);
    CHECK(cielo_call_take_result(call) == NULL);
    reply(call, 201, SOLD("1", "2026-11-22 12:00:05"));
    STEP(call, 1001, DONE);
    taken = cielo_call_take_result(call);
    CHECK(cielo_call_take_result(call) == NULL);
    CHECK_STR(cielo_value_text(
                  cielo_value_get(cielo_call_facts(call), "status_name"), NULL),
              "authorized");
    cielo_call_free(call);
    CHECK_STR(cielo_value_text(
                  cielo_value_get(cielo_value_get(taken, "Payment"),
                                  "PaymentId"), NULL),
              PID);
    cielo_value_free(taken);
    call = call_for(client, CIELO_OP_SALE_GET, VOID);
    STEP(call, 1000, SEND);
    reply(call, 404, "[]");
    STEP(call, 1001, DONE);
    CHECK(cielo_call_take_result(call) == NULL); /* it failed */
    cielo_call_free(call);
    cielo_client_unref(client);
}

/* What is told of a read of the payment of this id. */
static void tells_of_a_read(const char *id, const char *shown, int whole)
{
    cielo_client *client = client_for(9000, "sandbox");
    char params[100], *text;
    cielo_call *call;
    size_t length;

    snprintf(params, sizeof(params), "{\"payment_id\":\"%s\"}", id);
    call = call_for(client, CIELO_OP_SALE_GET, params);
    STEP(call, 1000, SEND);
    CHECK(strstr(cielo_call_request(call)->url, id) != NULL);
    reply(call, 404, "");
    STEP(call, 1001, DONE);
    CHECK_INT(cielo_value_print(cielo_call_details(call), &text, &length),
              CIELO_OK);
    CHECK(strstr(text, shown) != NULL);
    CHECK_INT(strstr(text, id) != NULL, whole);
    cielo_text_free(text, length);
    cielo_call_free(call);
    cielo_client_unref(client);
}

static void a_card_given_as_an_id_is_not_shown(void)
{
    tells_of_a_read("4024007153763191", "/1/sales/***", 0);
    tells_of_a_read("4024007153763191a", "/1/sales/***", 0);
    tells_of_a_read("40240071537631914024007153763191", "/1/sales/***", 0);
}

static void an_id_with_digits_as_a_cards_is_shown(void)
{
    tells_of_a_read("a53d6a6947c914cbe994607582720320",
                    "/1/sales/a53d6a6947c914cbe994607582720320\"", 1);
}

static void messages_say_what_to_look_up(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    cielo_error err;

    STEP(call, 1000, SEND);
    cielo_call_cancel(call);
    CHECK_INT(cielo_call_result(call, NULL, &err), CIELO_EUNKNOWN);
    CHECK(strstr(err.message, "look order 2026112201 up") != NULL);
    cielo_call_free(call);
    call = call_for(client, CIELO_OP_SALE_VOID,
                    "{\"payment_id\":\"" PID "\"}");
    STEP(call, 1000, SEND);
    cielo_call_cancel(call);
    CHECK_INT(cielo_call_result(call, NULL, &err), CIELO_EUNKNOWN);
    CHECK(strstr(err.message, "look payment " PID " up") != NULL);
    cielo_call_free(call);
    call = call_for(client, CIELO_OP_REQUEST,
                    "{\"method\":\"POST\",\"path\":\"/1/x\"}");
    STEP(call, 1000, SEND);
    cielo_call_cancel(call);
    CHECK_INT(cielo_call_result(call, NULL, &err), CIELO_EUNKNOWN);
    CHECK(strstr(err.message, "look it up") != NULL);
    cielo_call_free(call);
    call = call_for(client, CIELO_OP_SALE_CREATE,
                    "{\"timeout\":0,\"fields\":{\"Payment\":{}}}");
    STEP(call, 1000, DONE);
    CHECK_INT(cielo_call_result(call, NULL, &err), CIELO_EVALIDATION);
    CHECK_STR(err.message,
              "4 problems:\n"
              "  payment.type: is required\n"
              "  payment.amount: is required\n"
              "  merchant_order_id: is required\n"
              "  timeout: must be above 0");
    cielo_call_free(call);
    cielo_client_unref(client);
}

/* More than a client keeps the memory of, and each as new. */
static void many_calls_end_and_begin_anew(void)
{
    enum { MANY = 40, ROUNDS = 3 };
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *calls[MANY];
    int round, i;

    for (round = 0; round < ROUNDS; round++) {
        for (i = 0; i < MANY; i++) {
            calls[i] = call_for(client, CIELO_OP_SALE_GET, VOID);
            CHECK(cielo_call_request(calls[i]) == NULL);
            CHECK(cielo_call_details(calls[i]) == NULL);
            CHECK_INT(status_of(calls[i]), CIELO_EAGAIN);
        }
        for (i = 0; i < MANY; i += 2) {
            STEP(calls[i], 1000, SEND);
            reply(calls[i], 404, "");
            STEP(calls[i], 1001, DONE);
            CHECK_INT(status_of(calls[i]), CIELO_ENOTFOUND);
        }
        for (i = 0; i < MANY; i++)
            cielo_call_free(calls[i]);
    }
    cielo_client_unref(client);
}

static void a_send_stays_open_until_it_is_reported(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    const cielo_request *request;

    STEP(call, 1000, SEND);
    request = cielo_call_request(call);
    STEP(call, 90000, SEND);
    CHECK(cielo_call_request(call) == request);
    CHECK_INT(cielo_value_size(cielo_value_get(cielo_call_details(call),
                                               "attempts")), 0);
    drop(client, call);
}

static void wrong_arguments_are_refused(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_value *object = cielo_value_new_object();
    cielo_value *list = cielo_value_new_array();
    cielo_entropy entropy = {{0}, 0};
    cielo_call *call;

    CHECK_INT(cielo_call_new(&call, client, -1, object, &entropy, NULL),
              CIELO_EUSAGE);
    CHECK(call == NULL);
    CHECK_INT(cielo_call_new(&call, client, CIELO_OP_COUNT, object, &entropy,
                             NULL), CIELO_EUSAGE);
    CHECK_INT(cielo_call_new(&call, client, 0, list, &entropy, NULL),
              CIELO_EUSAGE);
    CHECK_INT(cielo_call_new(&call, client, 0, object, NULL, NULL),
              CIELO_EUSAGE);
    CHECK_INT(cielo_call_new(&call, NULL, 0, object, &entropy, NULL),
              CIELO_EUSAGE);
    cielo_call_free(NULL);
    cielo_value_free(object);
    cielo_value_free(list);
    cielo_client_unref(client);
}

static void bad_request_ids_are_problems(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_GET,
                                "{\"payment_id\":\"x\","
                                "\"request_id\":\"a\\r\\nX: y\"}");

    STEP(call, 1000, DONE);
    CHECK_INT(status_of(call), CIELO_EVALIDATION);
    drop(client, call);
}

static void checkout_has_no_sandbox(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_ORDER_GET, ORDER);
    cielo_error err;

    STEP(call, 1000, DONE);
    CHECK_INT(cielo_call_result(call, NULL, &err), CIELO_EVALIDATION);
    CHECK(strstr(err.message, "no sandbox host") != NULL);
    drop(client, call);
}

/* ---- ids ---- */

static int is_guid_4(const char *text)
{
    size_t i;

    for (i = 0; text[i]; i++) {
        int dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? text[i] != '-' : !strchr("0123456789abcdef", text[i]))
            return 0;
    }
    return i == 36 && text[14] == '4' && strchr("89ab", text[19]);
}

static void request_ids_are_fresh(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    char ids[40][37];
    size_t count = 0, i, j;

    for (i = 0; i < 20; i++) {
        cielo_call *call = call_seeded(client, CIELO_OP_SALE_GET, VOID,
                                       (unsigned char)i);

        for (j = 0; j < 2; j++) {
            const char *id;

            STEP(call, 1000 + (int64_t)j * 1000, SEND);
            id = cielo_call_request(call)->headers[2].value;
            CHECK(is_guid_4(id));
            strcpy(ids[count++], id);
            reply(call, 503, "");
            STEP(call, 1001 + (int64_t)j * 1000, WAIT);
        }
        cielo_call_free(call);
    }
    for (i = 0; i < count; i++) {
        for (j = 0; j < i; j++)
            CHECK(strcmp(ids[i], ids[j]) != 0);
    }
    cielo_client_unref(client);
}

/* ---- canaries ---- */

static void is_clean(cielo_call *call)
{
    static const char *const secrets[]
        = {"4024007153763191", "\"1234\"", " 1234", KEY, SECRET,
           "CANARYTOKEN", NULL};
    const cielo_value *trees[2];
    char *text = NULL;
    size_t length = 0, i, j;
    cielo_error err;

    trees[0] = cielo_call_details(call);
    trees[1] = cielo_call_facts(call);
    (void)cielo_call_result(call, NULL, &err);
    for (i = 0; i < 2; i++) {
        CHECK_INT(cielo_value_print(trees[i], &text, &length), CIELO_OK);
        for (j = 0; secrets[j]; j++) {
            CHECK_STR(text ? strstr(text, secrets[j]) : NULL, NULL);
            CHECK(strstr(err.message, secrets[j]) == NULL);
            CHECK(strstr(err.code, secrets[j]) == NULL);
        }
        cielo_text_free(text, length);
    }
}

#define ECHO_ALL                                                          \
    "number 4024007153763191 4024-0071-5376-3191 code 1234 key " KEY      \
    " secret " SECRET

static void errors_show_no_secret(void)
{
    static const char *const bodies[]
        = {ECHO_ALL, "[{\"Code\":1,\"Message\":\"" ECHO_ALL "\"}]",
           "{\"Code\":\"" ECHO_ALL "\"}",
           "{\"modelState\":{\"" ECHO_ALL "\":[\"" ECHO_ALL "\"]}}",
           "{\"CardNumber\":\"4024007153763191\",\"SecurityCode\":1234}",
           "\"" ECHO_ALL "\"", "<p>" ECHO_ALL};
    size_t i;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        cielo_client *client = client_for(9000, "sandbox");
        cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);

        STEP(call, 1000, SEND);
        reply(call, 400, bodies[i]);
        STEP(call, 1001, DONE);
        CHECK_INT(status_of(call), CIELO_EREQUEST);
        is_clean(call);
        drop(client, call);
    }
}

static void failures_show_no_secret(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);

    STEP(call, 1000, SEND);
    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_NO, CIELO_CAUSE_TLS,
                                    ECHO_ALL "\xff\xfe"), CIELO_OK);
    STEP(call, 1001, DONE);
    CHECK_INT(status_of(call), CIELO_ETRANSPORT);
    is_clean(call);
    drop(client, call);
}

/* In whatever form and piece a transport quotes them. */
static void the_user_of_a_proxy_is_not_shown(void)
{
    static const char *const pieces[]
        = {"usr1", "p%40ss:w%2fRD", "p@ss:w/RD", "w/RD", "usr1:p@ss",
           "dXNyMTpwQHNzOncvUkQ=", NULL};
    size_t i;

    for (i = 0; pieces[i]; i++) {
        cielo_options o = CIELO_OPTIONS_INIT;
        cielo_client *client = NULL;
        cielo_call *call;
        char text[128], *shown = NULL;
        size_t length = 0;

        o.merchant_id = o.merchant_key = "x";
        o.proxy = "http://usr1:p%40ss:w%2fRD@proxy.example:3128";
        CHECK_INT(cielo_client_new(&client, &o, NULL), CIELO_OK);
        call = call_for(client, CIELO_OP_SALE_GET,
                        "{\"payment_id\":\"" PID "\"}");
        snprintf(text, sizeof(text), "Could not use proxy: %s", pieces[i]);
        STEP(call, 1000, SEND);
        CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_NO, CIELO_CAUSE_TLS,
                                        text), CIELO_OK);
        while (cielo_call_step(call, 60000) != CIELO_STEP_DONE)
            ;
        CHECK_INT(cielo_value_print(cielo_call_details(call), &shown, &length),
                  CIELO_OK);
        CHECK(strstr(shown, "Could not use proxy: ***\"") != NULL);
        if (strstr(shown, pieces[i]))
            CHECK_STR(pieces[i], "hidden");
        cielo_text_free(shown, length);
        drop(client, call);
    }
}

static void tokens_are_not_shown(void)
{
    cielo_client *client = client_for(9000, "production");
    cielo_call *call = call_for(client, CIELO_OP_ORDER_GET, ORDER);

    STEP(call, 1000, SEND);
    reply(call, 200, TOKEN);
    STEP(call, 1001, SEND);
    reply(call, 403, "<p>token CANARYTOKEN1 secret " SECRET);
    STEP(call, 1002, DONE);
    is_clean(call);
    drop(client, call);
}

/* The answer cannot be used, yet what it holds may be a token that lives. */
static void tokens_in_odd_answers_are_not_shown(void)
{
    static const struct {
        int status;
        const char *body;
    } answers[] = {{500, TOKEN},
                   {200, "{\"access_token\":[\"CANARYTOKEN1\"]}"},
                   {200, "{\"access_token\" : \"CANARYTOKEN1\", \"expi"},
                   {200, "{\"Access_Token\":\"CANARYTOKEN1"},
                   {200, "{\"token\":\"CANARYTOKEN1\",\"expires_in\":1199}"},
                   {200, "access_token=CANARYTOKEN1&expires_in=1199"},
                   {200, "{\"a\\\"\":1,\"access_token\":\n"
                         "\"\\\"CANARYTOKEN1\"}}"}};
    size_t i;

    for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        cielo_client *client = client_for(9000, "production");
        cielo_call *call = call_for(client, CIELO_OP_ORDER_GET, ORDER);

        STEP(call, 1000, SEND);
        reply(call, answers[i].status, answers[i].body);
        STEP(call, 1001, DONE);
        is_clean(call);
        drop(client, call);
    }
}

/* Base64 of id and secret is the secret in other letters. */
static void echoed_credentials_are_not_shown(void)
{
    cielo_client *client = client_for(9000, "production");
    cielo_call *call = call_for(client, CIELO_OP_ORDER_GET, ORDER);
    char echo[400];
    char *text;
    size_t length;

    STEP(call, 1000, SEND);
    CHECK_STR(cielo_call_request(call)->headers[0].name, "Authorization");
    snprintf(echo, sizeof(echo), "<p>Authorization: %s</p>",
             cielo_call_request(call)->headers[0].value);
    reply(call, 400, echo);
    STEP(call, 1001, DONE);
    CHECK_INT(cielo_value_print(cielo_call_details(call), &text, &length),
              CIELO_OK);
    CHECK(strstr(text, "Basic ***") != NULL);
    cielo_text_free(text, length);
    drop(client, call);
}

/* A three-digit security code is no part of a number, nor of Cielo's code. */
static void a_short_code_is_shown_a_security_code_is_not(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call;
    cielo_error err;

    call = call_for(
        client, CIELO_OP_CARD_VERIFY,
        "{\"fields\":{\"CardNumber\":\"4024007153763191\",\"Holder\":\"A\","
        "\"ExpirationDate\":\"12/2030\",\"SecurityCode\":\"739\","
        "\"Brand\":\"Visa\"}}");
    STEP(call, 1000, SEND);
    reply(call, 400, "[{\"Code\":739,\"Message\":\"code '739' of 17390\"}]");
    STEP(call, 1001, DONE);
    (void)cielo_call_result(call, NULL, &err);
    CHECK_STR(err.code, "739");
    CHECK(strstr(err.message, "code '***' of 17390") != NULL);
    CHECK_STR(detail(call, "body"),
              "[{\"Code\":***,\"Message\":\"code '***' of 17390\"}]");
    drop(client, call);
}

/* A page takes the store's id, and a token only if one can be had. */
static void half_of_the_credentials_fetch_no_token(void)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    cielo_call *call;

    options.client_id = "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11";
    options.checkout_merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d";
    options.environment = "production";
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    call = call_for(client, CIELO_OP_ORDER_NOTIFIED,
                    "{\"merchant_id\":\"m\",\"merchant_order_number\":\"n\"}");
    STEP(call, 1000, SEND);
    CHECK(asks_for(call, "GET", "/api/public/v1/orders/m/n"));
    drop(client, call);
}

static void a_cut_answer_shows_no_new_card_token(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(
        client, CIELO_OP_CARD_TOKENIZE,
        "{\"fields\":{\"CustomerName\":\"A\",\"CardNumber\":"
        "\"4024007153763191\",\"Holder\":\"A\",\"ExpirationDate\":"
        "\"12/2030\",\"Brand\":\"Visa\"}}");

    STEP(call, 1000, SEND);
    reply(call, 201, "{\"Name\":\"x\",\"CardToken\":\"CANARYTOKEN2\",\"Li");
    STEP(call, 1001, DONE);
    CHECK_INT(status_of(call), CIELO_EUNKNOWN);
    CHECK(detail(call, "body") && strstr(detail(call, "body"), "\"x\""));
    is_clean(call);
    drop(client, call);
}

/* Answers that name nothing, of a connection that may be one off. */
static void what_is_no_answer_ends_its_connection(void)
{
    static const struct {
        int operation;
        int http_status;
        const char *body;
        int status;
    } cells[] = {
        {CIELO_OP_SALE_GET, 200, "{\"Payments\":[]}", CIELO_EDECODE},
        {CIELO_OP_SALE_GET, 200, "<html>", CIELO_EDECODE},
        {CIELO_OP_SALE_GET, 200, "{\"Payment\":{\"Status\":1}}", CIELO_OK},
        {CIELO_OP_SALE_GET, 200, " ", CIELO_EDECODE},
        {CIELO_OP_SALE_GET, 404, "", CIELO_OK},
        {CIELO_OP_SALE_GET, 404, "<html>", CIELO_OK},
        {CIELO_OP_SALE_VOID, 200, "{\"Payment\":{\"Status\":10}}",
         CIELO_EDECODE},
        {CIELO_OP_SALE_VOID, 200, "{\"Status\":10}", CIELO_OK},
        {CIELO_OP_SALE_VOID, 500, "[]", CIELO_OK},
        {CIELO_OP_RECURRENCE_DEACTIVATE, 200, "thanks", CIELO_OK},
        {CIELO_OP_RECURRENCE_DEACTIVATE, 200, "", CIELO_OK},
        {CIELO_OP_RECURRENCE_DEACTIVATE, 200, "{\"a\":1}", CIELO_OK},
        {CIELO_OP_RECURRENCE_DEACTIVATE, 200,
         "{\"Payment\":{\"PaymentId\":\"x\"}}", CIELO_EDECODE},
        {CIELO_OP_RECURRENCE_DEACTIVATE, 200, "{\"MerchantOrderId\":\"x\"}",
         CIELO_EDECODE},
        {CIELO_OP_RECURRENCE_DEACTIVATE, 200,
         "{\"RecurrentPayment\":{\"RecurrentPaymentId\":\"" PID "\"}}",
         CIELO_OK},
        {CIELO_OP_RECURRENCE_DEACTIVATE, 200,
         "{\"RecurrentPayment\":{\"RecurrentPaymentId\":\"" OTHER_PID "\"}}",
         CIELO_EDECODE},
    };
    size_t i;

    for (i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
        cielo_client *client = client_for(10000, "sandbox");
        cielo_call *call = call_for(
            client, cells[i].operation,
            cells[i].operation == CIELO_OP_RECURRENCE_DEACTIVATE
                ? "{\"id\":\"" PID "\"}" : "{\"payment_id\":\"" PID "\"}");
        cielo_response response;

        memset(&response, 0, sizeof(response));
        response.http_status = cells[i].http_status;
        response.body = cells[i].body;
        response.body_length = strlen(cells[i].body);
        STEP(call, 0, SEND);
        CHECK_INT(cielo_call_on_response(call, &response), cells[i].status);
        cielo_call_free(call);
        cielo_client_unref(client);
    }
}

static void odd_bytes_make_printable_errors(void)
{
    static const char *const bodies[]
        = {"\x1f\x8b\x08 gzip", "\xff\xfe\x80", "\xc3", "{\"a\":\"\xc3\"}",
           "\"\\u0000\"", "[[[[", "\xef\xbb\xbf{}"};
    size_t i;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        cielo_client *client = client_for(9000, "sandbox");
        cielo_call *call = call_for(client, CIELO_OP_SALE_GET, VOID);

        STEP(call, 1000, SEND);
        reply(call, 200, bodies[i]);
        STEP(call, 1001, DONE);
        CHECK_INT(status_of(call), CIELO_EDECODE);
        CHECK(detail(call, "body") != NULL);
        is_clean(call);
        drop(client, call);
    }
}

/* The brand's table forbids what the return code alone would allow. */
static void a_decline_is_advised_on(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_GET,
                                "{\"payment_id\":\"" PID "\"}");
    cielo_value *taken;
    cielo_advice advice;

    CHECK_INT(cielo_call_advice(call, &advice), 0);
    CHECK_INT(cielo_call_step(call, 0), CIELO_STEP_SEND);
    reply(call, 200,
          "{\"Payment\":{\"Status\":3,\"ReturnCode\":\"57\","
          "\"CreditCard\":{\"Brand\":\"Visa\"}}}");
    CHECK_INT(cielo_call_step(call, 1), CIELO_STEP_DONE);
    CHECK_INT(cielo_call_advice(call, &advice), 1);
    CHECK_STR(advice.code ? advice.code->code : NULL, "57");
    CHECK_STR(cielo_retry_name(advice.retry.kind), "never");
    taken = cielo_call_take_result(call);
    CHECK_INT(cielo_call_lacks_mark(call), 0);
    cielo_call_free(call);
    memset(&advice, 0, sizeof(advice));
    CHECK_INT(cielo_result_advice(CIELO_OP_SALE_GET, taken, 0, &advice), 1);
    CHECK_STR(advice.code ? advice.code->code : NULL, "57");
    CHECK_STR(cielo_retry_name(advice.retry.kind), "never");
    CHECK_INT(cielo_result_advice(CIELO_OP_SALE_GET, NULL, 0, &advice), 0);
    CHECK_INT(cielo_result_advice(CIELO_OP_COUNT, taken, 0, &advice), 0);
    cielo_value_free(taken);
    cielo_client_unref(client);
}

#define STORED(more)                                                           \
    "{\"fields\":{\"MerchantOrderId\":\"2026112201\","                           \
    "\"Payment\":{\"Type\":\"CreditCard\",\"Amount\":15700,"                     \
    "\"Installments\":1," more "\"CreditCard\":{\"CardToken\":\"" PID "\","      \
    "\"Brand\":\"Visa\",\"CardOnFile\":{\"Usage\":\"Used\","                     \
    "\"Reason\":\"Recurring\"}}}}}"
#define DENIED(code)                                                           \
    "{\"MerchantOrderId\":\"2026112201\",\"Payment\":{\"Amount\":15700,"         \
    "\"Status\":3,\"ReturnCode\":\"" code "\"}}"

/* What the advice on an answer to a sale with a stored card says to change. */
static const char *change_after(const char *fields, const char *answer)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, fields);
    int change, lacks_mark;
    cielo_value *taken;
    cielo_advice advice;

    CHECK_INT(cielo_call_step(call, 0), CIELO_STEP_SEND);
    reply(call, 201, answer);
    CHECK_INT(cielo_call_step(call, 1), CIELO_STEP_DONE);
    CHECK_INT(cielo_call_advice(call, &advice), 1);
    change = advice.change;
    lacks_mark = cielo_call_lacks_mark(call);
    taken = cielo_call_take_result(call);
    cielo_call_free(call);
    CHECK_INT(cielo_result_advice(CIELO_OP_SALE_CREATE, taken, lacks_mark,
                                  &advice),
              1);
    CHECK_INT(advice.change, change);
    cielo_value_free(taken);
    cielo_client_unref(client);
    return cielo_change_name(advice.change);
}

/* "05" says to change nothing, which would be denied again and again. */
static void a_missing_mark_is_advised_on(void)
{
    CHECK_STR(change_after(STORED(""), DENIED("05")), "data");
    CHECK_STR(change_after(STORED(""), DENIED("no such")), "data");
    CHECK_STR(change_after(STORED(""), DENIED("41")), "card");
    CHECK_STR(change_after(STORED("\"Recurrent\":true,"), DENIED("05")),
              "nothing");
    CHECK_STR(change_after(STORED(""), SOLD("1", "2026-11-22 12:00:05")),
              "nothing");
}

/* ---- what is asked again, and what is taken for a token ---- */

/* A read is asked again when nothing was sent or the connection broke; not when
 * Cielo may still be at work on it. */
static void reads_are_asked_again_by_their_cause(void)
{
    static const struct {
        cielo_sent sent;
        cielo_cause cause;
        cielo_step step;
    } rows[] = {{CIELO_SENT_NO, CIELO_CAUSE_CONNECT, WAIT},
                {CIELO_SENT_YES, CIELO_CAUSE_CLOSED, WAIT},
                {CIELO_SENT_NO, CIELO_CAUSE_TIMEOUT, WAIT},
                {CIELO_SENT_YES, CIELO_CAUSE_TIMEOUT, DONE},
                {CIELO_SENT_NO, CIELO_CAUSE_TLS, DONE},
                {CIELO_SENT_YES, CIELO_CAUSE_PROTOCOL, DONE}};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cielo_client *client = client_for(9000, "sandbox");
        cielo_call *call = call_for(client, CIELO_OP_SALE_GET,
                                    "{\"payment_id\":\"" PID "\"}");

        STEP(call, 0, SEND);
        CHECK_INT(cielo_call_on_failure(call, rows[i].sent, rows[i].cause, "x"),
                  CIELO_OK);
        STEP(call, 1, rows[i].step);
        drop(client, call);
    }
}

static void only_what_fits_a_header_is_a_token(void)
{
    static const struct {
        const char *answer;
        int good;
    } rows[] = {{"\"!token~\",\"expires_in\":1", 1},
                {"\"a\",\"expires_in\":999999", 1},
                {"\"\",\"expires_in\":1199", 0},
                {"\" token\",\"expires_in\":1199", 0},
                {"\"to ken\",\"expires_in\":1199", 0},
                {"\"to\\u007Fken\",\"expires_in\":1199", 0},
                {"\"to\\u00E3ken\",\"expires_in\":1199", 0},
                {"12,\"expires_in\":1199", 0},
                {"{},\"expires_in\":1199", 0},
                {"null", 0}};
    char answer[120];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cielo_client *client = client_for(9000, "production");
        cielo_call *call = call_for(client, CIELO_OP_ORDER_GET, ORDER);

        STEP(call, 0, SEND);
        snprintf(answer, sizeof(answer), "{\"access_token\":%s}",
                 rows[i].answer);
        reply(call, 200, answer);
        STEP(call, 1, rows[i].good ? SEND : DONE);
        drop(client, call);
    }
}

/* Whose credentials or sales they are not, is told with what was asked. */
static void an_error_names_the_environment(void)
{
    static const struct {
        const char *environment;
        int operation, http_status;
        const char *asked;
    } rows[] = {{"sandbox", CIELO_OP_SALE_GET, 401, "(HTTP 401, sandbox)"},
                {"production", CIELO_OP_SALE_GET, 403,
                 "(HTTP 403, production)"},
                {"sandbox", CIELO_OP_SALE_GET, 404, "(HTTP 404, sandbox)"},
                {"sandbox", CIELO_OP_SALE_GET, 400, "(HTTP 400)"},
                {"production", CIELO_OP_ORDER_GET, 400,
                 "(HTTP 400, production)"}, /* asking for a token */
                {"http://127.0.0.1:9/x", CIELO_OP_SALE_GET, 401,
                 "(HTTP 401, 127.0.0.1)"}};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cielo_client *client = strncmp(rows[i].environment, "http:", 5) == 0
            ? client_at(rows[i].environment)
            : client_for(9000, rows[i].environment);
        cielo_call *call
            = call_for(client, rows[i].operation,
                       rows[i].operation == CIELO_OP_ORDER_GET
                           ? ORDER
                           : "{\"payment_id\":\"" PID "\"}");

        STEP(call, 0, SEND);
        reply(call, rows[i].http_status, "");
        STEP(call, 1, DONE);
        CHECK(strstr(detail(call, "message"), rows[i].asked) != NULL);
        drop(client, call);
    }
}

/* How long the client keeps a token, whatever the answer says of it. */
static void a_tokens_life_is_read_in_any_form(void)
{
    static const struct {
        const char *life;
        int64_t seconds;
    } rows[] = {{",\"expires_in\":1199", 1199},
                {",\"expires_in\":\"1199\"", 1199},
                {",\"expires_in\":1199.9", 1199},
                {",\"expires_in\":\"1199.5\"", 1199},
                {",\"Expires_In\":1.199e3", 1199},
                {",\"expires_in\":31536000", 1000000},
                {",\"expires_in\":1e300", 1000000},
                {",\"expires_in\":0", 0},
                {",\"expires_in\":-1", 0},
                {",\"expires_in\":\"soon\"", 1200},
                {",\"expires_in\":null", 1200},
                {",\"expires_in\":{}", 1200},
                {",\"expires_in\":true", 1200},
                {"", 1200}};
    char answer[120], token[64];
    int64_t expires;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cielo_client *client = client_for(9000, "production");
        cielo_call *call = call_for(client, CIELO_OP_ORDER_GET, ORDER);

        STEP(call, 500, SEND);
        snprintf(answer, sizeof(answer), "{\"access_token\":\"token\"%s}",
                 rows[i].life);
        reply(call, 200, answer);
        STEP(call, 600, SEND);
        CHECK_INT(cielo_client_token_get(client, token, sizeof(token),
                                         &expires),
                  CIELO_OK);
        CHECK_INT(expires, 500 + rows[i].seconds * 1000);
        drop(client, call);
    }
}

/* A call that could not read its token passes the turn on. */
static void a_token_that_is_none_blocks_nobody(void)
{
    cielo_client *client = client_for(9000, "production");
    cielo_call *first = call_for(client, CIELO_OP_ORDER_GET, ORDER);
    cielo_call *second = call_for(client, CIELO_OP_ORDER_GET, ORDER);

    STEP(first, 0, SEND);
    STEP(second, 0, WAIT);
    reply(first, 200, "{\"access_token\":12}");
    STEP(first, 1, DONE);
    STEP(second, 1, SEND);
    CHECK(asks_for(second, "POST", "/token"));
    cielo_call_free(first);
    drop(client, second);
}

/* ---- answers to something else, and to nothing ---- */

#define OTHER_SALE                                                 \
    "{\"MerchantOrderId\":\"2026112201\",\"Payment\":{\"PaymentId\":\"" \
    OTHER_PID "\",\"Amount\":15700,\"Status\":10}}"

static int report_body(cielo_call *call, const char *body)
{
    cielo_response response;

    memset(&response, 0, sizeof(response));
    response.http_status = 200;
    response.body = body;
    response.body_length = strlen(body);
    return cielo_call_on_response(call, &response);
}

/* Kept through the call's end, and not passed on with its memory. */
static void a_call_keeps_a_pointer_of_its_hosts(void)
{
    cielo_client *client = client_for(45000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    int mark;

    CHECK(cielo_call_user(call) == NULL);
    cielo_call_set_user(call, &mark);
    CHECK_INT(cielo_call_step(call, 0), CIELO_STEP_SEND);
    CHECK(cielo_call_user(call) == &mark);
    cielo_call_cancel(call);
    CHECK(cielo_call_user(call) == &mark);
    cielo_call_free(call);
    call = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    CHECK(cielo_call_user(call) == NULL);
    cielo_call_free(call);
    cielo_client_unref(client);
}

/* As what a consent is answered with need not show a status. */
static void a_consent_keeps_its_connection(void)
{
    static const struct {
        const char *body;
        int status;
    } cells[] = {
        {"{\"Payment\":{\"PaymentId\":\"" PID "\"}}", CIELO_OK},
        {"{\"Payment\":{\"Status\":20}}", CIELO_OK},
        {"{\"Payment\":[]}", CIELO_EDECODE},
        {"{\"Message\":\"OK\"}", CIELO_EDECODE},
        {" ", CIELO_EDECODE},
    };
    size_t i;

    for (i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
        cielo_client *client = client_for(10000, "sandbox");
        cielo_call *call = call_for(
            client, CIELO_OP_SALE_CREATE,
            "{\"fields\":{\"MerchantOrderId\":\"2026112203\","
            "\"Customer\":{\"Name\":\"A\",\"Identity\":\"12345678909\","
            "\"IdentityType\":\"CPF\"},\"Payment\":{\"Type\":\"Pix\","
            "\"Provider\":\"Cielo2\",\"RecurrentPayment\":{"
            "\"AuthorizeNow\":false,\"StartDate\":\"2027-01-10\","
            "\"Interval\":\"Monthly\","
            "\"RecurrenceType\":\"SelfManagedConsent\"}}}}");

        STEP(call, 0, SEND);
        CHECK_INT(report_body(call, cells[i].body), cells[i].status);
        drop(client, call);
    }
}

/* The host is told, which ends the connection; nothing of it is kept. */
static void an_answer_to_another_read_is_none(void)
{
    cielo_error err;
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_GET,
                                "{\"payment_id\":\"" PID "\"}");

    STEP(call, 0, SEND);
    CHECK_INT(report_body(call, OTHER_SALE), CIELO_EDECODE);
    STEP(call, 1, DONE);
    CHECK_INT(cielo_call_result(call, NULL, &err), CIELO_EDECODE);
    CHECK_INT(err.http_status, 200);
    CHECK(strstr(detail(call, "message"), "to another request") != NULL);
    CHECK(detail(call, "body") == NULL);
    drop(client, call);
}

static void an_answer_to_another_look_settles_nothing(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_VOID,
                                "{\"payment_id\":\"" PID "\"}");

    STEP(call, 0, SEND);
    lose(call);
    STEP(call, 1, SEND);
    CHECK_INT(report_body(call, OTHER_SALE), CIELO_EDECODE);
    STEP(call, 2, WAIT);
    STEP(call, 1000, SEND);
    CHECK_INT(report_body(call, SOLD("10", "2026-11-22 12:00:05")), CIELO_OK);
    STEP(call, 1001, DONE);
    CHECK_INT(status_of(call), CIELO_OK);
    drop(client, call);
}

/* A candidate is asked for by its id: another sale is no answer, though it be
 * of the same order, amount and card. */
static void a_candidate_is_held_against_its_id(void)
{
    static const char twin[]
        = "{\"MerchantOrderId\":\"2026112201\",\"Payment\":{"
          "\"Type\":\"CreditCard\",\"Amount\":15700,"
          "\"CreditCard\":{\"CardNumber\":\"402400******3191\"},"
          "\"ReceivedDate\":\"2026-11-22 12:00:05\","
          "\"PaymentId\":\"" OTHER_PID "\",\"Status\":1}}";
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);

    STEP(call, 0, SEND);
    lose(call);
    STEP(call, 1, SEND);
    reply_dated(call, 200, LISTED, DATE);
    STEP(call, 2, SEND);
    CHECK(asks_for(call, "GET", PID));
    CHECK_INT(report_body(call, twin), CIELO_EDECODE);
    STEP(call, 3, WAIT);
    drop(client, call);
}

/* A token's answer names nothing; what it says beside is nobody's. */
static void an_answer_with_a_token_is_never_anothers(void)
{
    static const char token[]
        = "{\"access_token\":\"t\",\"expires_in\":1199,"
          "\"orderNumber\":\"154f5b509f7149d6aec3b4023a6a2957\"}";
    cielo_client *client = client_for(9000, "production");
    cielo_call *call = call_for(client, CIELO_OP_ORDER_GET, ORDER);

    STEP(call, 0, SEND);
    CHECK_INT(report_body(call, token), CIELO_OK);
    STEP(call, 1, SEND);
    drop(client, call);
}

static void blanks_are_no_body(void)
{
    static const char *const bodies[] = {"", " ", "\t", "\r\n", " \r\n\t "};
    static const char params[] = "{\"method\":\"GET\",\"path\":\"/1/x\"}";
    size_t i;

    for (i = 0; i <= sizeof(bodies) / sizeof(bodies[0]); i++) {
        cielo_client *client = client_for(9000, "sandbox");
        cielo_call *call = call_for(client, CIELO_OP_REQUEST, params);
        int blank = i < sizeof(bodies) / sizeof(bodies[0]);

        STEP(call, 0, SEND);
        CHECK_INT(report_body(call, blank ? bodies[i] : " x"),
                  blank ? CIELO_OK : CIELO_EDECODE);
        STEP(call, 1, DONE);
        CHECK_INT(status_of(call), blank ? CIELO_OK : CIELO_EDECODE);
        CHECK_STR(detail(call, "body"), blank ? NULL : " x");
        drop(client, call);
    }
}

static void the_reason_of_a_failure_is_told(void)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_GET,
                                "{\"payment_id\":\"" PID "\"}");

    STEP(call, 0, SEND);
    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_NO, CIELO_CAUSE_TLS,
                                    "the certificate is another's"),
              CIELO_OK);
    STEP(call, 1, DONE);
    CHECK(strstr(detail(call, "message"), "the certificate is another's")
          != NULL);
    drop(client, call);
}

/* ---- what answers tell of Cielo's clock ---- */

static int is_same_zone_after(int operation, const char *params,
                              const char *sale)
{
    cielo_client *client = client_for(9000, "sandbox");
    cielo_call *call = call_for(client, operation, params);
    int same;

    STEP(call, 0, SEND);
    reply_dated(call, operation == CIELO_OP_SALE_CREATE ? 201 : 200, sale,
                DATE);
    STEP(call, 1, DONE);
    same = cielo__is_same_zone(cielo__client_shared(client));
    drop(client, call);
    return same;
}

/* What was made just now is dated now; what was read may be of any age. */
static void only_a_sale_just_made_tells_the_zone(void)
{
    static const char read[] = "{\"payment_id\":\"" PID "\"}";

    CHECK(is_same_zone_after(CIELO_OP_SALE_CREATE, SALE,
                             SOLD("1", "2026-11-22 12:00:05")));
    CHECK(!is_same_zone_after(CIELO_OP_SALE_CREATE, SALE,
                              SOLD("1", "2026-11-22 15:00:05")));
    CHECK(is_same_zone_after(CIELO_OP_SALE_GET, read,
                             SOLD("1", "2026-11-22 15:00:05")));
    CHECK(is_same_zone_after(CIELO_OP_SALE_GET, read,
                             SOLD("1", "2026-11-20 12:00:05")));
}

/* When the operation began is told from the answer's date by what passed on
 * this side: from there to the request at the least, to the answer at most. */
static void the_beginning_is_told_from_what_passed(void)
{
    const int64_t date = INT64_C(1795359605000); /* DATE */
    cielo_client *client = client_for(60000, "sandbox");
    cielo_call *call = call_for(client, CIELO_OP_SALE_CREATE, SALE);

    STEP(call, 1000, SEND);
    lose(call);
    STEP(call, 6000, SEND);
    reply_dated(call, 200, LISTED, DATE);
    STEP(call, 10000, SEND);
    CHECK_INT(call->settle.begin, date - 5000);
    CHECK_INT(call->settle.bound, date - 9000);
    drop(client, call);
}

/* A host tells of them before it sends anything, and again with the end. */
static void warnings_are_there_from_the_start(void)
{
    cielo_client *client = client_for(1000, "production");
    cielo_call *call
        = call_for(client, CIELO_OP_SALE_CREATE,
                   "{\"fields\":{\"MerchantOrderId\":\"2026112201\","
                   "\"Payment\":{\"Type\":\"CreditCard\","
                   "\"Amount\":15700,\"Installments\":1,"
                   "\"SoftDescriptor\":\"4024007153763191\",\"CreditCard\":{"
                   "\"CardToken\":\"" PID "\",\"SecurityCode\":\"123\","
                   "\"Brand\":\"Visa\"}}}}");
    cielo_call *quiet = call_for(client, CIELO_OP_SALE_CREATE, SALE);
    const cielo_value *warnings = cielo_call_warnings(call);

    CHECK(!cielo_call_warnings(quiet));
    CHECK_STR(cielo_call_order(call), "2026112201");
    CHECK_INT((int)cielo_value_size(warnings), 1);
    CHECK_STR(cielo_value_text(
                  cielo_value_get(cielo_value_first(warnings), "rule"), NULL),
              "size");
    CHECK(!strstr(cielo_value_text(
                      cielo_value_get(cielo_value_first(warnings), "message"),
                      NULL), "4024"));
    CHECK_INT(cielo_call_step(call, 0), CIELO_STEP_SEND);
    reply(call, 201, SOLD("1", "2026-11-22 12:00:05"));
    CHECK_INT(cielo_call_step(call, 1), CIELO_STEP_DONE);
    CHECK(cielo_value_equal(
        cielo_value_get(cielo_call_facts(call), "warnings"), warnings));
    CHECK(cielo_value_equal(
        cielo_value_get(cielo_call_details(call), "warnings"), warnings));
    cielo_call_free(quiet);
    cielo_call_free(call);
    cielo_client_unref(client);
}

CHECK_MAIN(an_answer_to_another_read_is_none,
           an_answer_to_another_look_settles_nothing,
           a_candidate_is_held_against_its_id,
           an_answer_with_a_token_is_never_anothers, blanks_are_no_body,
           the_reason_of_a_failure_is_told,
           reads_are_asked_again_by_their_cause,
           only_what_fits_a_header_is_a_token,
           an_error_names_the_environment,
           a_tokens_life_is_read_in_any_form,
           a_token_that_is_none_blocks_nobody,
           only_a_sale_just_made_tells_the_zone,
           the_beginning_is_told_from_what_passed,
           warnings_are_there_from_the_start, a_decline_is_advised_on,
           a_missing_mark_is_advised_on, a_write_has_two_thirds,
           a_write_that_cannot_be_settled_has_all,
           a_call_may_have_its_own_timeout,
           an_endless_timeout_does_not_overflow,
           retry_after_past_the_deadline_ends_at_once,
           settling_ends_within_the_timeout, a_sale_told_of_is_never_adopted,
           without_a_date_nothing_is_adopted, one_sale_is_adopted_once,
           the_tolerance_is_two_seconds, the_id_is_that_of_the_operation,
           a_settled_change_has_no_members, a_void_waits_for_the_last_one,
           voids_of_others_do_not_wait,
           a_deadline_too_short_for_the_wait_fails_at_once,
           a_void_under_way_may_outlast_the_wait,
           a_void_that_was_not_sent_makes_nobody_wait,
           the_total_is_read_when_the_turn_has_come,
           a_void_in_doubt_keeps_its_turn, one_call_fetches_the_token_for_all,
           a_browsers_token_is_no_token_to_share,
           the_lease_is_passed_on, a_lease_ends_by_itself,
           clients_made_by_with_share_the_token, a_child_process_holds_no_lease,
           a_write_may_be_cancelled_at_every_step,
           a_call_that_ended_stays_as_it_is, reports_out_of_turn_are_refused,
           a_card_given_as_an_id_is_not_shown,
           an_id_with_digits_as_a_cards_is_shown, messages_say_what_to_look_up,
           facts_are_told_one_by_one, a_fact_that_nobody_knows_is_null,
           a_failure_has_no_facts_of_a_sale,
           facts_outlive_the_result_that_is_taken,
           a_result_may_be_taken_out_of_its_call, many_calls_end_and_begin_anew,
           a_send_stays_open_until_it_is_reported, wrong_arguments_are_refused,
           bad_request_ids_are_problems, checkout_has_no_sandbox,
           request_ids_are_fresh, errors_show_no_secret,
           failures_show_no_secret, the_user_of_a_proxy_is_not_shown,
           tokens_are_not_shown,
           tokens_in_odd_answers_are_not_shown,
           a_cut_answer_shows_no_new_card_token,
           echoed_credentials_are_not_shown,
           a_short_code_is_shown_a_security_code_is_not,
           half_of_the_credentials_fetch_no_token,
           odd_bytes_make_printable_errors,
           what_is_no_answer_ends_its_connection,
           a_consent_keeps_its_connection,
           a_call_keeps_a_pointer_of_its_hosts)
