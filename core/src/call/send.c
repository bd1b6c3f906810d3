/* Starting a job: the token and the turn it needs, its request, its time. */
#include <string.h>

#include <cielo/journal.h>

#include "call_internal.h"

/* The first attempt of a write leaves a third for reading its outcome back. */
static int64_t send_deadline(const cielo_call *call, int64_t limit)
{
    int64_t left = limit - call->now;

    if (call->phase != CIELO__PHASE_SEND)
        return left < 2000 ? limit : call->now + left / 2;
    if (call->job == CIELO__JOB_MAIN && cielo__call_settles(call))
        return call->now + left * 2 / 3;
    return limit;
}

static void fail_late(cielo_call *call)
{
    if (call->phase == CIELO__PHASE_BACK)
        cielo__call_unknown(call, "no look-up settled it in time");
    else
        cielo__call_fail(
            call, CIELO_ETIMEOUT,
            call->phase == CIELO__PHASE_AHEAD
                ? "the time-out passed before the void was sent"
                : "the time-out passed before the request was sent");
}

/* A wait that another call of the client may end. */
static void watch(cielo_call *call, int64_t until)
{
    cielo__call_wait(call, call->job, until);
    call->watching = 1;
}

static int needs_token(const cielo_call *call, const cielo__operation *row)
{
    const cielo__settings *s = cielo__client_settings(call->client);

    return cielo__has_own_token(row)
        || (cielo__host_of(row, call->input.params) == CIELO__HOST_CHECKOUT
            && *s->client_id && *s->client_secret);
}

static void fetch_token(cielo_call *call)
{
    call->resume = call->job;
    cielo__call_start_job(call, CIELO__JOB_TOKEN);
}

/* 1 when the token is there or not needed; else the call fetches or waits. */
static int have_token(cielo_call *call, const cielo__operation *row,
                      int64_t limit)
{
    int64_t until = limit;

    /* What this call holds serves to its end: a 401 says when it does not. */
    if (call->job == CIELO__JOB_TOKEN || call->token.length > 0
        || !needs_token(call, row))
        return 1;
    if (cielo__has_own_token(row)) {
        fetch_token(call);
        return 0;
    }
    switch (cielo__token_turn(cielo__client_shared(call->client), call,
                              call->now, call->deadline, &call->token,
                              &until)) {
    case CIELO__TURN_READY:
        return 1;
    case CIELO__TURN_MINE:
        call->holds_token = 1;
        fetch_token(call);
        return 0;
    default:
        watch(call, until < limit ? until : limit);
        return 0;
    }
}

/* Voids of one payment are counted by what names it. */
static const char *void_key(const cielo_call *call)
{
    static const char *const names[]
        = {"payment_id", "merchant_order_id", "checkout_order_number"};
    size_t i;

    if (!cielo__operation_is_void(call->row))
        return NULL;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const cielo_value *name = cielo_value_get(call->input.params, names[i]);

        if (name)
            return cielo_value_text(name, NULL);
    }
    return NULL;
}

uint64_t cielo__call_payment(const cielo_call *call)
{
    const char *key = NULL;

    /* One that is refused unsent waits for nothing. */
    if (cielo_value_size(call->input.problems) == 0)
        key = void_key(call);
    return key ? cielo__payment_hash(key) : 0;
}

/* 1 when this void may go; else the call waits or ends. */
static int have_turn(cielo_call *call)
{
    const char *key = void_key(call);
    int64_t until = 0;

    /* The total ahead of a partial void is read when its turn has come: read
     * before, it would not know of the void that is waited for. */
    if (!key || call->holds_void
        || (call->job != CIELO__JOB_MAIN && call->phase != CIELO__PHASE_AHEAD))
        return 1;
    if (cielo__void_turn(cielo__client_shared(call->client), call, key,
                         call->now, &until)
        == CIELO__TURN_READY) {
        call->holds_void = 1;
        return 1;
    }
    if (until != INT64_MAX && until >= call->deadline) {
        cielo__call_fail(call, CIELO_ETIMEOUT,
                         "the time-out is shorter than the wait between voids "
                         "of one payment, five seconds");
        return 0;
    }
    watch(call, until < call->deadline ? until : call->deadline);
    return 0;
}

static int build(cielo_call *call, const cielo__operation *row)
{
    const char *id = *call->request_id ? call->request_id : NULL;

    if (call->job == CIELO__JOB_TOKEN)
        return cielo__message_token(&call->message, call->client, row);
    if (call->job == CIELO__JOB_MAIN)
        return cielo__message_build(&call->message, call->client, row,
                                    call->input.params, call->input.body,
                                    cielo__buf_string(&call->token), id,
                                    &call->random);
    cielo_value_free(call->look);
    call->look = cielo__settle_params(&call->settle, &call->intent);
    if (!call->look)
        return CIELO_EMEMORY;
    return cielo__message_build(&call->message, call->client, row, call->look,
                                NULL, cielo__buf_string(&call->token), NULL,
                                &call->random);
}

/* A write is noted before it goes out, once: a new token makes it no other. */
static int is_to_record(const cielo_call *call)
{
    return call->job == CIELO__JOB_MAIN && call->recording == CIELO__RECORD_NONE
        && call->message.request.write
        && cielo_client_journal(call->client) != NULL;
}

/* The request that was built is the host's to exchange. */
static void hand_over(cielo_call *call, int64_t limit)
{
    call->send_deadline = send_deadline(call, limit);
    call->sent_at = call->now;
    if (call->job == CIELO__JOB_MAIN) {
        call->void_sent = 1;
        call->void_at = call->now;
        strcpy(call->own_id, call->message.request_id);
    }
    call->mode = CIELO__MODE_OPEN;
}

void cielo__call_send_recorded(cielo_call *call)
{
    int64_t limit = cielo__call_limit(call);

    if (call->now >= limit)
        fail_late(call);
    else if (call->recording == CIELO__RECORD_REPORTED)
        hand_over(call, limit);
}

void cielo__call_send(cielo_call *call)
{
    int64_t limit = cielo__call_limit(call);
    const cielo__operation *row = call->job == CIELO__JOB_LOOK
        ? cielo__settle_row(&call->settle)
        : call->row;

    if (call->now >= limit) {
        fail_late(call);
        return;
    }
    if (!have_token(call, row, limit) || !have_turn(call))
        return;
    if (build(call, row) != CIELO_OK) {
        cielo__call_fail_memory(call);
        return;
    }
    if (is_to_record(call)) {
        call->recording = CIELO__RECORD_ASKED;
        call->send_deadline = limit;
        call->mode = CIELO__MODE_RECORD;
        return;
    }
    hand_over(call, limit);
}
