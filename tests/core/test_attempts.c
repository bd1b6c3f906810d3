/* Attempts that are told as they end: when a call pauses, and what is given. */
#include <cielo/cielo.h>

#include "check.h"

#define NOW 1000

static cielo_client *client_that(int tells)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;

    options.merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d";
    options.merchant_key = "CANARYKEYABCDEFGHIJKLMNOPQRSTUVWXYZ01234";
    options.tell_attempts = tells;
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    return client;
}

/* A look for the sales of an order, at its first SEND. */
static cielo_call *begin(cielo_client *client)
{
    cielo_value *params = cielo_value_new_object();
    cielo_entropy entropy;
    cielo_call *call = NULL;

    memset(&entropy, 7, sizeof(entropy));
    cielo_value_set(params, "merchant_order_id",
                    cielo_value_new_text("2026112201", 10));
    CHECK_INT(cielo_call_new(&call, client, CIELO_OP_SALE_FIND, params,
                             &entropy, NULL),
              CIELO_OK);
    cielo_value_free(params);
    CHECK_INT(cielo_call_step(call, NOW), CIELO_STEP_SEND);
    return call;
}

static void lose(cielo_call *call)
{
    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_MAYBE, CIELO_CAUSE_CLOSED,
                                    "it was closed"),
              CIELO_OK);
}

static void answer_none(cielo_call *call)
{
    cielo_response response;

    memset(&response, 0, sizeof(response));
    response.http_status = 404;
    CHECK_INT(cielo_call_on_response(call, &response), CIELO_OK);
}

/* Until its request is there. */
static int64_t wait_on(cielo_call *call, int64_t now)
{
    while (cielo_call_step(call, now) == CIELO_STEP_WAIT)
        now = cielo_call_deadline(call);
    return now;
}

static void check_text(const cielo_value *of, const char *name,
                       const char *expected)
{
    CHECK_STR(cielo_value_text(cielo_value_get(of, name), NULL), expected);
}

static void a_call_pauses_after_each(void)
{
    cielo_client *client = client_that(1);
    cielo_call *call = begin(client);
    cielo_value *told;
    int64_t now;

    CHECK(cielo_call_attempt(call) == NULL);
    lose(call);
    CHECK_INT(cielo_call_step(call, NOW + 30), CIELO_STEP_WAIT);
    told = cielo_call_attempt(call);
    check_text(told, "operation", "sale_find");
    check_text(told, "order", "2026112201");
    check_text(told, "method", "GET");
    check_text(told, "cause", "closed");
    check_text(told, "text", "it was closed");
    check_text(told, "sent", "maybe");
    CHECK_INT(cielo_value_type(cielo_value_get(told, "http_status")),
              CIELO_NULL);
    CHECK_INT(cielo_value_size(told), 10);
    cielo_value_free(told);
    CHECK(cielo_call_attempt(call) == NULL);
    now = wait_on(call, NOW + 30);
    answer_none(call);
    CHECK_INT(cielo_call_step(call, now), CIELO_STEP_DONE);
    told = cielo_call_attempt(call);
    CHECK_INT(cielo_value_size(told), 10);
    CHECK_INT(cielo_value_type(cielo_value_get(told, "cause")), CIELO_NULL);
    cielo_value_free(told);
    CHECK(cielo_call_attempt(call) == NULL);
    CHECK_INT(cielo_value_size(
                  cielo_value_get(cielo_call_details(call), "attempts")),
              2);
    cielo_call_free(call);
    cielo_client_unref(client);
}

static void those_that_share_tell_too(void)
{
    cielo_client *client = client_that(1), *other = NULL;
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_call *call;

    options.timeout_ms = 9000;
    CHECK_INT(cielo_client_with(&other, client, &options, NULL), CIELO_OK);
    call = begin(other);
    cielo_client_unref(other);
    lose(call);
    CHECK_INT(cielo_call_step(call, NOW), CIELO_STEP_WAIT);
    (void)wait_on(call, NOW);
    answer_none(call);
    CHECK_INT(cielo_call_step(call, NOW + 5000), CIELO_STEP_DONE);
    cielo_value_free(cielo_call_attempt(call));
    cielo_value_free(cielo_call_attempt(call));
    CHECK(cielo_call_attempt(call) == NULL);
    cielo_call_free(call);
    options.tell_attempts = 1;
    CHECK_INT(cielo_client_with(&other, client, &options, NULL),
              CIELO_EVALIDATION);
    cielo_client_unref(client);
}

static void nothing_pauses_unasked(void)
{
    cielo_client *client = client_that(-1);
    cielo_call *call = begin(client);
    cielo_value *told;

    lose(call);
    CHECK_INT(cielo_call_step(call, NOW), CIELO_STEP_WAIT);
    CHECK(cielo_call_deadline(call) > NOW); /* it backs off */
    told = cielo_call_attempt(call);        /* who steps may ask all the same */
    check_text(told, "cause", "closed");
    cielo_value_free(told);
    cielo_call_free(call);
    cielo_client_unref(client);
    CHECK(cielo_call_attempt(NULL) == NULL);
    CHECK(cielo_multi_attempt(NULL) == NULL);
}

CHECK_MAIN(a_call_pauses_after_each, those_that_share_tell_too,
           nothing_pauses_unasked)
