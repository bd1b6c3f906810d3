/* One call at a time, over lines that calls of a client hand on to one
 * another. */
#include <string.h>

#include <cielo/journal.h>

#include "http.h"

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- beginning and ending ---- */

/* The call was freed or cancelled between two slices. */
static void drop(cielo__seat *seat)
{
    cielo__exchange *x = (cielo__exchange *)seat;

    cielo__exchange_drop(x, x->call);
    cielo__exchange_close(x);
    cielo__lease_end(&x->lease);
    cielo__exchange_free(x);
}

/* Reports to the call and lets go. */
static void end_send(cielo_call *call, cielo__exchange *x, cielo__pool *pool)
{
    cielo__seat_set(call, NULL);
    if (cielo__exchange_report(x, call)) {
        cielo__pool_give(&x->lease, x->line, x->age);
        x->line = NULL;
    }
    cielo__exchange_close(x);
    cielo__lease_end(&x->lease);
    cielo__pool_return(pool, x);
}

/* Starts the call's SEND. What goes wrong here is reported to the call. */
static void begin_send(cielo_call *call)
{
    cielo__pool *pool = cielo__pool_of(cielo__call_client(call));
    cielo__exchange *x = pool ? cielo__pool_borrow(pool) : NULL;
    cielo__lease_state state;

    if (!x) {
        (void)cielo_call_on_failure(call, CIELO_SENT_NO, CIELO_CAUSE_MEMORY,
                                    "out of memory");
        return;
    }
    x->seat.drop = drop;
    x->call = call;
    cielo__seat_set(call, &x->seat);
    if (!cielo__exchange_start(x, call)) {
        end_send(call, x, pool);
        return;
    }
    state = cielo__lease_ask(&x->lease, pool, cielo_call_request(call)->url,
                             NULL);
    x->queued = state == CIELO__LEASE_QUEUED;
    if (state == CIELO__LEASE_NONE) {
        cielo__exchange_fail(x, CIELO_CAUSE_MEMORY, "out of memory");
        end_send(call, x, pool);
    }
}

/* In a forked child: the parent goes on with the exchange, this process only
 * knows that the request may have left, or may yet. */
static void leave_to_parent(cielo_call *call, cielo__exchange *x)
{
    cielo__seat_set(call, NULL);
    drop(&x->seat);
    (void)cielo_call_on_failure(call, CIELO_SENT_MAYBE, CIELO_CAUSE_CLOSED,
                                "the process was forked during the exchange");
}

/* ---- the journal ---- */

/* Notes the call's intent, as durably as its client wants it. */
static void record(cielo_call *call)
{
    cielo_error err;
    uint64_t ticket;
    int status = cielo_journal_write(call, &ticket, &err);

    if (status == CIELO_OK && ticket)
        status = cielo_journal_sync(cielo__call_client(call), ticket, &err);
    (void)cielo_call_on_record(call, status == CIELO_OK, err.message);
}

/* ---- lines ---- */

/* An idle line that is as good as new, or NULL. */
static cielo__line *take_sound(cielo__exchange *x)
{
    cielo__line *line;

    while ((line = cielo__pool_take(&x->lease, &x->age)) != NULL) {
        if (line->idle_since + CIELO__IDLE_LIMIT_MS > cielo_now_ms()
            && cielo__line_is_sound(line))
            return line;
        cielo__line_free(line, 0);
    }
    return NULL;
}

/* Gives 0 when there was no memory for it. */
static int open_line(cielo_call *call, cielo__exchange *x)
{
    const cielo_request *request = cielo_call_request(call);
    int64_t left = x->limit - cielo_now_ms();

    cielo__pool_make_room(&x->lease);
    x->line = cielo__line_open(cielo__pool_net(x->lease.pool),
                               cielo__call_client(call), request,
                               earlier(left, request->connect_timeout_ms),
                               NULL);
    if (!x->line)
        cielo__exchange_fail(x, CIELO_CAUSE_MEMORY, "out of memory");
    return x->line != NULL;
}

static int find_line(cielo_call *call, cielo__exchange *x)
{
    x->wait = 0;
    if (!x->again)
        x->line = take_sound(x);
    x->reused = x->line != NULL;
    return x->line || open_line(call, x);
}

/* ---- going on ---- */

/* Moves bytes over an open line until the exchange ended (1) or `until` passed
 * (0); -1 when it is to be sent anew. */
static int move(cielo__exchange *x, int64_t until)
{
    int readable = 0;

    for (;;) {
        int64_t now;

        if (x->wait) {
            now = cielo_now_ms();
            if (now >= x->limit) {
                cielo__exchange_fail_late(x);
                return 1;
            }
            if (now >= until)
                return 0;
            readable = cielo__line_wait(x->line, x->wait,
                                        earlier(until, x->limit) - now);
        }
        switch (cielo__exchange_move(x, readable)) {
        case CIELO__WAIT_READ:
            x->wait = CIELO_READABLE;
            break;
        case CIELO__WAIT_BOTH:
            x->wait = CIELO_READABLE | CIELO_WRITABLE;
            break;
        case CIELO__ANEW:
            return -1;
        case CIELO__ENDED:
            return 1;
        }
    }
}

/* Until the line is there: 1, or 0 when `limit` passed or it cannot be. */
static int reach_line(cielo_call *call, cielo__exchange *x, int64_t limit)
{
    if (x->queued)
        x->queued = cielo__lease_wait(&x->lease, limit) == CIELO__LEASE_QUEUED;
    if (x->queued || (!x->line && !find_line(call, x)))
        return 0;
    cielo__line_finish(x->line, limit);
    if (cielo__line_state_of(x->line) == CIELO__LINE_FAILED)
        cielo__exchange_fail_line(x);
    return cielo__line_state_of(x->line) == CIELO__LINE_OPEN;
}

/* Goes on with an exchange until it ended (1) or `until` passed (0). */
static int advance(cielo_call *call, cielo__exchange *x, int64_t until)
{
    int64_t limit = earlier(until, x->limit);
    int moved = -1;

    while (moved < 0) {
        if (!reach_line(call, x, limit)) {
            if (x->cause == CIELO_CAUSE_END && limit < x->limit)
                return 0;
            if (x->cause == CIELO_CAUSE_END)
                cielo__exchange_fail_late(x);
            return 1;
        }
        moved = move(x, until);
        if (moved < 0) {
            cielo__exchange_close(x);
            if (!cielo__exchange_again(x, call))
                return 1;
        }
    }
    return moved;
}

static int pump(cielo_call *call, cielo__exchange *x, int64_t until)
{
    if (x->forks != cielo__forks()) {
        leave_to_parent(call, x);
        return 1;
    }
    if (!advance(call, x, until))
        return 0;
    end_send(call, x, x->lease.pool);
    return 1;
}

/* Goes on until the call is done (1) or `until` passed (0). */
static int run(cielo_call *call, int64_t until)
{
    cielo_client *client = cielo__call_client(call);
    uint64_t epoch = 0;
    int waiting = 0;

    for (;;) {
        cielo__exchange *x = (cielo__exchange *)cielo__seat_get(call);

        if (x && !pump(call, x, until))
            return 0;
        if (cielo__call_has_news(call) && until < INT64_MAX)
            return 0;
        switch (cielo_call_step(call, cielo_now_ms())) {
        case CIELO_STEP_DONE:
            cielo__journal_outcome(call);
            return 1;
        case CIELO_STEP_RECORD:
            record(call);
            break;
        case CIELO_STEP_SEND:
            begin_send(call);
            break;
        case CIELO_STEP_WAIT:
            if (cielo_now_ms() >= until)
                return 0;
            /* The step is asked again once the epoch is read, so that what
             * changed before is seen and what changes after ends the wait. */
            if (waiting)
                cielo__client_wait(
                    client, epoch,
                    cielo__cond_ms(earlier(cielo_call_deadline(call), until)));
            else
                epoch = cielo_client_epoch(client);
            waiting = !waiting;
            break;
        }
    }
}

static int perform(cielo_call *call, int64_t until, cielo_error *err)
{
    const cielo_value *value;
    cielo__seat *seat;

    if (!call)
        return cielo__report(err, CIELO_EUSAGE, "no call was given");
    if (cielo__net_start() != CIELO_OK)
        return cielo__report(err, CIELO_ETRANSPORT, "libcurl did not start");
    seat = cielo__seat_get(call);
    if (seat && seat->multi)
        return cielo__report(err, CIELO_EUSAGE,
                             "the call is being run by a cielo_multi");
    if (!seat && cielo__call_is_open(call)) /* it would be sent twice */
        return cielo__report(err, CIELO_EUSAGE,
                             "the call's request is with another host");
    if (!run(call, until))
        return cielo__report(err, CIELO_EAGAIN, NULL);
    return cielo_call_result(call, &value, err);
}

int cielo_perform(cielo_call *call, cielo_error *err)
{
    return perform(call, INT64_MAX, err);
}

int cielo_perform_slice(cielo_call *call, int slice_ms, cielo_error *err)
{
    return perform(call, cielo_now_ms() + (slice_ms > 0 ? slice_ms : 0), err);
}
