/* Many calls at once: which of them may start, and what waits. */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#include <cielo/cielo.h>

#include "check.h"
#include "loopback.h"

static cielo_client *made(const char *base_url)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;

    options.merchant_id = "id";
    options.merchant_key = "key";
    options.client_id = "id";
    options.client_secret = "secret";
    options.base_url = base_url ? base_url : "http://127.0.0.1:1";
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    cielo_client_token_put(client, "token", (int64_t)1 << 40);
    return client;
}

static cielo_many *many_of(cielo_client *client, int concurrency)
{
    cielo_many *many = NULL;

    CHECK_INT(cielo_many_new(&many, client, concurrency, NULL), CIELO_OK);
    return many;
}

static cielo_call *call_of(cielo_client *client, int operation,
                           const char *name, const char *id)
{
    cielo_entropy entropy = {{0}, 0};
    cielo_value *params = cielo_value_new_object();
    cielo_call *call = NULL;

    cielo_value_set(params, name, cielo_value_new_text(id, strlen(id)));
    CHECK_INT(cielo_call_new(&call, client, operation, params, &entropy, NULL),
              CIELO_OK);
    cielo_value_free(params);
    return call;
}

/* A read, and a void of one of nine payments. */
static cielo_call *read_of(cielo_client *client)
{
    return call_of(client, CIELO_OP_SALE_GET, "payment_id",
                   "24bc8366-fc31-4d6c-8555-17049a836a07");
}

static cielo_call *void_of(cielo_client *client, char payment)
{
    char id[] = "24bc8366-fc31-4d6c-8555-17049a836a0?";

    id[sizeof(id) - 2] = payment;
    return call_of(client, CIELO_OP_SALE_VOID, "payment_id", id);
}

static void put(cielo_many *many, cielo_call *call)
{
    CHECK_INT(cielo_many_put(many, call, NULL), CIELO_OK);
}

/* Answers a call's request, and ends it. */
static void answer(cielo_many *many, cielo_call *call, int64_t now)
{
    static const char body[] = "{\"Status\":10,\"ReasonCode\":0}";
    cielo_response response;

    memset(&response, 0, sizeof(response));
    response.http_status = 200;
    response.body = body;
    response.body_length = sizeof(body) - 1;
    CHECK_INT(cielo_call_step(call, now), CIELO_STEP_SEND);
    CHECK_INT(cielo_call_on_response(call, &response), CIELO_OK);
    CHECK_INT(cielo_call_step(call, now), CIELO_STEP_DONE);
    cielo_many_ended(many, call, now);
}

static void free_calls(cielo_call **calls, size_t count)
{
    while (count > 0)
        cielo_call_free(calls[--count]);
}

static void so_many_at_once_in_their_order(void)
{
    cielo_client *client = made(NULL);
    cielo_many *many = many_of(client, 2);
    cielo_call *calls[3];
    int i;

    for (i = 0; i < 3; i++)
        calls[i] = read_of(client);
    put(many, calls[0]);
    CHECK_INT(cielo_many_room(many), 1);
    put(many, calls[1]);
    CHECK_INT(cielo_many_room(many), 0);
    CHECK_INT(cielo_many_put(many, calls[2], NULL), CIELO_EUSAGE);
    CHECK(cielo_many_deadline(many) <= 1000);
    CHECK(cielo_many_start(many, 1000) == calls[0]);
    CHECK(cielo_many_start(many, 1000) == calls[1]);
    CHECK(cielo_many_start(many, 1000) == NULL);
    CHECK_INT(cielo_many_deadline(many), -1);
    cielo_many_ended(many, calls[1], 1000);
    CHECK_INT(cielo_many_room(many), 1);
    CHECK_INT((long)cielo_many_count(many), 1);
    put(many, calls[2]);
    CHECK(cielo_many_start(many, 1000) == calls[2]);
    cielo_many_ended(many, calls[0], 1000);
    cielo_many_ended(many, calls[0], 1000); /* it is gone: nothing happens */
    cielo_many_ended(many, calls[2], 1000);
    CHECK_INT((long)cielo_many_count(many), 0);
    CHECK(cielo_many_take(many) == NULL);
    cielo_many_free(many);
    free_calls(calls, 3);
    cielo_client_unref(client);
}

static void what_cannot_be_put_in(void)
{
    cielo_client *client = made(NULL), *other = made(NULL);
    cielo_many *many = NULL;
    cielo_call *call = read_of(client), *strange = read_of(other);
    cielo_error err;

    CHECK_INT(cielo_many_new(&many, client, 0, &err), CIELO_EVALIDATION);
    CHECK_INT(cielo_many_new(&many, client, 10001, &err), CIELO_EVALIDATION);
    CHECK(many == NULL);
    CHECK_INT(cielo_many_new(&many, NULL, 1, &err), CIELO_EUSAGE);
    many = many_of(client, 10000);
    CHECK_INT(cielo_many_put(many, strange, &err), CIELO_EUSAGE);
    put(many, call);
    CHECK_INT(cielo_many_put(many, call, &err), CIELO_EUSAGE);
    CHECK(cielo_many_take(many) == call);
    (void)cielo_call_step(call, 1);
    CHECK_INT(cielo_many_put(many, call, &err), CIELO_EUSAGE);
    CHECK_STR(err.message, "the call has begun");
    cielo_many_free(many);
    cielo_many_free(NULL);
    cielo_call_free(call);
    cielo_call_free(strange);
    cielo_client_unref(client);
    cielo_client_unref(other);
}

/* Voids of one payment go one after the other, five seconds apart; those of
 * others and all else go on meanwhile. */
static void voids_of_a_payment_are_spaced(void)
{
    cielo_client *client = made(NULL);
    cielo_many *many = many_of(client, 2);
    cielo_call *calls[5];

    calls[0] = void_of(client, 'a');
    calls[1] = void_of(client, 'A'); /* the same */
    calls[2] = void_of(client, 'b');
    calls[3] = read_of(client);
    calls[4] = void_of(client, 'a');
    put(many, calls[0]);
    put(many, calls[1]);
    CHECK_INT(cielo_many_room(many), 1); /* the second waits for the first */
    put(many, calls[2]);
    CHECK(cielo_many_start(many, 1000) == calls[0]);
    CHECK(cielo_many_start(many, 1000) == calls[2]);
    CHECK(cielo_many_start(many, 1000) == NULL);
    answer(many, calls[0], 2000);
    CHECK_INT(cielo_many_deadline(many), 7100);
    CHECK(cielo_many_start(many, 2000) == NULL);
    put(many, calls[3]);
    CHECK(cielo_many_start(many, 2000) == calls[3]);
    cielo_many_ended(many, calls[3], 2000);
    cielo_many_ended(many, calls[2], 2000);
    put(many, calls[4]);
    CHECK_INT(cielo_many_deadline(many), 7100);
    CHECK(cielo_many_start(many, 7099) == NULL);
    CHECK(cielo_many_start(many, 7100) == calls[1]);
    CHECK(cielo_many_start(many, 7100) == NULL);
    answer(many, calls[1], 8000);
    CHECK_INT(cielo_many_deadline(many), 13100);
    CHECK(cielo_many_start(many, 13100) == calls[4]);
    cielo_many_ended(many, calls[4], 13100);
    CHECK_INT((long)cielo_many_count(many), 0);
    cielo_many_free(many);
    free_calls(calls, 5);
    cielo_client_unref(client);
}

/* By what each kind of void names its payment with. */
static void every_kind_of_void_is_spaced(void)
{
    static const struct {
        int operation;
        const char *name;
        const char *id;
    } kinds[] = {
        {CIELO_OP_SALE_VOID_BY_ORDER, "merchant_order_id", "2014111701"},
        {CIELO_OP_ORDER_VOID, "checkout_order_number",
         "65930e7460bd4a849502ed14d7be6c03"},
    };
    cielo_client *client = made(NULL);
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        cielo_many *many = many_of(client, 3);
        cielo_call *first = call_of(client, kinds[i].operation, kinds[i].name,
                                    kinds[i].id);
        cielo_call *second = call_of(client, kinds[i].operation, kinds[i].name,
                                     kinds[i].id);

        put(many, first);
        put(many, second);
        CHECK(cielo_many_start(many, 1000) == first);
        CHECK(cielo_many_start(many, 1000) == NULL);
        cielo_many_free(many);
        cielo_call_free(first);
        cielo_call_free(second);
    }
    cielo_client_unref(client);
}

/* Calls of the same client beside this one hold a turn, and end one. */
static void turns_outside_count_too(void)
{
    cielo_client *client = made(NULL);
    cielo_many *many = many_of(client, 2);
    cielo_call *outside = void_of(client, 'a'), *inside = void_of(client, 'a');

    CHECK_INT(cielo_call_step(outside, 1000), CIELO_STEP_SEND);
    put(many, inside);
    CHECK(cielo_many_start(many, 1000) == NULL);
    CHECK_INT(cielo_many_deadline(many), 1050);
    CHECK(cielo_many_start(many, 1050) == NULL);
    CHECK_INT(cielo_many_deadline(many), 1100);
    /* Given up while a host has it: it is counted from when the next asks. */
    cielo_call_cancel(outside);
    CHECK(cielo_many_start(many, 1100) == NULL);
    CHECK_INT(cielo_many_deadline(many), 6200);
    CHECK(cielo_many_start(many, 6200) == inside);
    CHECK_INT(cielo_call_step(inside, 6200), CIELO_STEP_SEND);
    cielo_many_free(many);
    cielo_call_free(outside);
    cielo_call_free(inside);
    cielo_client_unref(client);
}

/* A void that is refused unsent is told at once. */
static void a_wrong_void_waits_for_nothing(void)
{
    cielo_client *client = made(NULL);
    cielo_many *many = many_of(client, 2);
    cielo_call *calls[2];
    int i;

    for (i = 0; i < 2; i++) {
        calls[i] = call_of(client, CIELO_OP_SALE_VOID, "payment_id", "../1");
        put(many, calls[i]);
    }
    CHECK(cielo_many_start(many, 1000) == calls[0]);
    CHECK(cielo_many_start(many, 1000) == calls[1]);
    CHECK_INT(cielo_call_step(calls[1], 1000), CIELO_STEP_DONE);
    cielo_many_free(many);
    free_calls(calls, 2);
    cielo_client_unref(client);
}

/* However many voids of one payment come, so many wait; and one whose turn has
 * come stands before what was put in later. */
static void parking_is_bounded_and_fair(void)
{
    enum { MOST = 1001 };
    static cielo_call *calls[MOST + 3];
    cielo_client *client = made(NULL);
    cielo_many *many = many_of(client, 1);
    int i;

    calls[0] = void_of(client, 'a');
    put(many, calls[0]);
    CHECK(cielo_many_start(many, 1000) == calls[0]);
    answer(many, calls[0], 1000);
    for (i = 1; i < MOST; i++) {
        CHECK_INT(cielo_many_room(many), 1);
        calls[i] = void_of(client, 'a');
        put(many, calls[i]);
        CHECK(cielo_many_start(many, 1000) == NULL);
    }
    CHECK_INT(cielo_many_room(many), 0);
    CHECK_INT((long)cielo_many_count(many), MOST - 1);
    CHECK(cielo_many_start(many, 6100) == calls[1]);
    CHECK_INT(cielo_many_room(many), 0); /* the only place is taken */
    answer(many, calls[1], 6100);
    CHECK_INT(cielo_many_room(many), 1);
    calls[MOST] = read_of(client);
    put(many, calls[MOST]);
    CHECK(cielo_many_start(many, 11200) == calls[2]);
    CHECK(cielo_many_start(many, 11200) == NULL);
    answer(many, calls[2], 11200);
    CHECK(cielo_many_start(many, 11200) == calls[MOST]);
    /* None of those that were not started is left behind. */
    for (i = 3; i < MOST; i++)
        CHECK(cielo_many_take(many) == calls[i]);
    CHECK(cielo_many_take(many) == NULL);
    CHECK_INT((long)cielo_many_count(many), 1);
    cielo_many_free(many);
    free_calls(calls, MOST + 1);
    cielo_client_unref(client);
}

/* While the first is under way, too. */
static void those_behind_can_be_taken(void)
{
    cielo_client *client = made(NULL);
    cielo_many *many = many_of(client, 2);
    cielo_call *calls[4];
    int i;

    for (i = 0; i < 4; i++)
        put(many, calls[i] = void_of(client, i < 3 ? 'a' : 'b'));
    CHECK(cielo_many_start(many, 1000) == calls[0]);
    CHECK(cielo_many_take(many) == calls[3]);
    CHECK(cielo_many_take(many) == calls[1]);
    CHECK(cielo_many_take(many) == calls[2]);
    CHECK(cielo_many_take(many) == NULL);
    put(many, calls[2]);
    answer(many, calls[0], 2000);
    CHECK(cielo_many_start(many, 7100) == calls[2]);
    cielo_many_free(many);
    free_calls(calls, 4);
    cielo_client_unref(client);
}

/* ---- over connections ---- */

static void serve(peer *p)
{
    while (peer_read(p)
           && peer_say(p, "HTTP/1.1 404 Not Found\r\n"
                          "Content-Length: 0\r\n\r\n"))
        continue;
}

/* The loop that many.h shows. */
static void the_loop_of_the_header(void)
{
    enum { CALLS = 200, AT_ONCE = 100 };
    static cielo_call *calls[CALLS];
    loopback *server = loopback_start(serve);
    char url[64];
    cielo_client *client;
    cielo_multi *multi = NULL;
    cielo_many *many;
    cielo_call *call;
    int begun = 0, ended = 0, under_way = 0;

    snprintf(url, sizeof(url), "http://127.0.0.1:%d", server->port);
    client = made(url);
    many = many_of(client, AT_ONCE);
    CHECK_INT(cielo_multi_new(&multi, client, NULL), CIELO_OK);
    while (begun < CALLS || cielo_many_count(many) > 0) {
        while (begun < CALLS && cielo_many_room(many))
            put(many, calls[begun++] = read_of(client));
        while ((call = cielo_many_start(many, cielo_now_ms())) != NULL) {
            CHECK_INT(cielo_multi_add(multi, call, NULL), CIELO_OK);
            under_way++;
        }
        CHECK(under_way <= AT_ONCE);
        CHECK_INT(cielo_multi_wait(multi, 1000), CIELO_OK);
        while ((call = cielo_multi_done(multi)) != NULL) {
            const cielo_value *value;

            CHECK_INT(cielo_call_result(call, &value, NULL),
                      CIELO_ENOTFOUND);
            cielo_many_ended(many, call, cielo_now_ms());
            ended++;
            under_way--;
        }
    }
    CHECK_INT(ended, CALLS);
    CHECK_INT(server->requests, CALLS);
    CHECK(server->connections <= AT_ONCE);
    cielo_multi_free(multi);
    cielo_many_free(many);
    free_calls(calls, CALLS);
    cielo_client_unref(client);
    loopback_end(server);
}

static void hold(peer *p)
{
    if (!peer_read(p))
        return;
    peer_mark(p);
    peer_await(p, 0);
    peer_say(p, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

static void on_alarm(int number)
{
    (void)number;
}

/* Its time, a signal and an answer end a wait; and an answer that came while
 * the host was away is no time-out, however late it is looked at. */
static void what_ends_a_wait(void)
{
    /* Again and again: the first may come before the wait does. */
    struct itimerval soon = {{0, 20000}, {0, 20000}}, never = {{0, 0}, {0, 0}};
    struct sigaction action;
    loopback *server = loopback_start(hold);
    char url[64];
    cielo_client *client, *brief = NULL;
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_multi *multi = NULL;
    cielo_call *call;
    const cielo_value *value;
    int64_t begin;

    snprintf(url, sizeof(url), "http://127.0.0.1:%d", server->port);
    client = made(url);
    options.timeout_ms = 1500;
    CHECK_INT(cielo_client_with(&brief, client, &options, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_wait(NULL, 0), CIELO_EUSAGE);
    CHECK_INT(cielo_multi_new(&multi, client, NULL), CIELO_OK);
    begin = cielo_now_ms();
    CHECK_INT(cielo_multi_wait(multi, 30), CIELO_OK);
    CHECK(cielo_now_ms() - begin >= 29);
    call = read_of(brief);
    CHECK_INT(cielo_multi_add(multi, call, NULL), CIELO_OK);
    while (loopback_count(server, &server->marks) == 0)
        CHECK_INT(cielo_multi_wait(multi, 10), CIELO_OK);
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_INT(cielo_multi_wait(multi, 20000), CIELO_OK);
    setitimer(ITIMER_REAL, &never, NULL);
    CHECK(cielo_now_ms() - begin < 1500);
    CHECK(cielo_multi_done(multi) == NULL);
    loopback_allow(server, 0);
    while (cielo_now_ms() - begin < 1700)
        loopback_nap();
    CHECK_INT(cielo_multi_wait(multi, -1), CIELO_OK);
    CHECK(cielo_multi_done(multi) == call);
    CHECK_INT(cielo_call_result(call, &value, NULL), CIELO_ENOTFOUND);
    cielo_multi_free(multi);
    cielo_call_free(call);
    cielo_client_unref(brief);
    cielo_client_unref(client);
    loopback_end(server);
}

CHECK_MAIN(so_many_at_once_in_their_order, what_cannot_be_put_in,
           voids_of_a_payment_are_spaced, every_kind_of_void_is_spaced,
           turns_outside_count_too, a_wrong_void_waits_for_nothing,
           parking_is_bounded_and_fair, those_behind_can_be_taken,
           the_loop_of_the_header, what_ends_a_wait)
