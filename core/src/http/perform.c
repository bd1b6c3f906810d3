/* One call at a time, over lines that calls of a client hand on to one
 * another. */
#include <string.h>

#include "http.h"

/* A call's SEND under way. */
typedef struct passage {
    cielo__seat seat; /* first: a call's slot points here */
    const cielo_allocator *mem;
    cielo__lease lease;
    cielo__exchange *exchange;
    int64_t deadline;
    int queued;   /* the lease is */
    int wait;     /* for READABLE and WRITABLE once the line is open, 0: it was
                     not tried yet */
    unsigned age; /* the pool's when its line was taken or opened */
    unsigned forks;
} passage;

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- beginning and ending ---- */

static passage *passage_new(cielo_client *client)
{
    const cielo_allocator *mem = cielo__client_allocator(client);
    passage *p = cielo__calloc(mem, sizeof(*p));

    if (!p)
        return NULL;
    p->mem = mem;
    p->forks = cielo__forks();
    p->exchange = cielo__exchange_new(mem);
    if (p->exchange)
        return p;
    cielo__free(mem, p);
    return NULL;
}

static void passage_free(passage *p)
{
    cielo__lease_end(&p->lease);
    cielo__exchange_free(p->exchange);
    cielo__free(p->mem, p);
}

/* Without a line any more: it does not serve a second request, or could not. */
static void close_line(passage *p)
{
    cielo__line *line = p->exchange->line;

    p->exchange->line = NULL;
    if (!line)
        return;
    if (p->forks != cielo__forks())
        cielo__line_abandon(line, 0);
    else
        cielo__line_free(line, 1);
}

/* The call was freed or cancelled between two slices. */
static void drop_passage(cielo__seat *seat)
{
    close_line((passage *)seat);
    passage_free((passage *)seat);
}

/* Reports to the call and lets go. */
static void end_send(cielo_call *call, passage *p)
{
    cielo__exchange *x = p->exchange;

    cielo__seat_set(call, NULL);
    if (cielo__exchange_report(x, call)) {
        cielo__pool_give(&p->lease, x->line, p->age);
        x->line = NULL;
    }
    close_line(p);
    passage_free(p);
}

/* Starts the call's SEND. What goes wrong here is reported to the call. */
static void begin_send(cielo_call *call)
{
    cielo_client *client = cielo__call_client(call);
    cielo__pool *pool = cielo__pool_of(client);
    passage *p = pool ? passage_new(client) : NULL;
    cielo__lease_state state;

    if (!p) {
        (void)cielo_call_on_failure(call, CIELO_SENT_NO, CIELO_CAUSE_MEMORY,
                                    "out of memory");
        return;
    }
    p->deadline = cielo_call_deadline(call);
    p->seat.drop = drop_passage;
    cielo__seat_set(call, &p->seat);
    if (!cielo__exchange_start(p->exchange, call)) {
        end_send(call, p);
        return;
    }
    state = cielo__lease_ask(&p->lease, pool, cielo_call_request(call)->url,
                             NULL);
    p->queued = state == CIELO__LEASE_QUEUED;
    if (state == CIELO__LEASE_NONE) {
        cielo__exchange_fail(p->exchange, CIELO_CAUSE_MEMORY, "out of memory");
        end_send(call, p);
    }
}

/* In a forked child: the parent goes on with the exchange, this process only
 * knows that the request may have left, or may yet. */
static void leave_to_parent(cielo_call *call, passage *p)
{
    cielo__seat_set(call, NULL);
    close_line(p);
    passage_free(p);
    (void)cielo_call_on_failure(call, CIELO_SENT_MAYBE, CIELO_CAUSE_CLOSED,
                                "the process was forked during the exchange");
}

/* ---- lines ---- */

/* An idle line that is as good as new, or NULL. */
static cielo__line *take_sound(passage *p)
{
    cielo__line *line;

    while ((line = cielo__pool_take(&p->lease, &p->age)) != NULL) {
        if (line->idle_since + CIELO__IDLE_LIMIT_MS > cielo_now_ms()
            && cielo__line_is_sound(line))
            return line;
        cielo__line_free(line, 0);
    }
    return NULL;
}

/* Gives 0 when there was no memory for it. */
static int open_line(cielo_call *call, passage *p)
{
    const cielo_request *request = cielo_call_request(call);
    int64_t left = p->deadline - cielo_now_ms();

    cielo__pool_make_room(&p->lease);
    p->exchange->line
        = cielo__line_open(cielo__pool_net(p->lease.pool),
                           cielo__call_client(call), request,
                           earlier(left, request->connect_timeout_ms), NULL);
    if (!p->exchange->line)
        cielo__exchange_fail(p->exchange, CIELO_CAUSE_MEMORY, "out of memory");
    return p->exchange->line != NULL;
}

static int find_line(cielo_call *call, passage *p)
{
    cielo__exchange *x = p->exchange;

    p->wait = 0;
    if (!x->again)
        x->line = take_sound(p);
    x->reused = x->line != NULL;
    return x->line || open_line(call, p);
}

/* ---- going on ---- */

/* Moves bytes over an open line until the exchange ended (1) or `until` passed
 * (0); -1 when it is to be sent anew. */
static int move(passage *p, int64_t until)
{
    cielo__exchange *x = p->exchange;
    int readable = 0;

    for (;;) {
        int64_t now;

        if (p->wait) {
            now = cielo_now_ms();
            if (now >= p->deadline) {
                cielo__exchange_fail_late(x);
                return 1;
            }
            if (now >= until)
                return 0;
            readable = cielo__line_wait(x->line, p->wait,
                                        earlier(until, p->deadline) - now);
        }
        switch (cielo__exchange_move(x, readable)) {
        case CIELO__WAIT_READ:
            p->wait = CIELO_READABLE;
            break;
        case CIELO__WAIT_BOTH:
            p->wait = CIELO_READABLE | CIELO_WRITABLE;
            break;
        case CIELO__ANEW:
            return -1;
        case CIELO__ENDED:
            return 1;
        }
    }
}

/* Until the line is there: 1, or 0 when `limit` passed or it cannot be. */
static int reach_line(cielo_call *call, passage *p, int64_t limit)
{
    cielo__exchange *x = p->exchange;

    if (p->queued)
        p->queued = cielo__lease_wait(&p->lease, limit) == CIELO__LEASE_QUEUED;
    if (p->queued || (!x->line && !find_line(call, p)))
        return 0;
    cielo__line_finish(x->line, limit);
    if (cielo__line_state_of(x->line) == CIELO__LINE_FAILED)
        cielo__exchange_fail_line(x);
    return cielo__line_state_of(x->line) == CIELO__LINE_OPEN;
}

/* Goes on with an exchange until it ended (1) or `until` passed (0). */
static int advance(cielo_call *call, passage *p, int64_t until)
{
    cielo__exchange *x = p->exchange;
    int64_t limit = earlier(until, p->deadline);
    int moved = -1;

    while (moved < 0) {
        if (!reach_line(call, p, limit)) {
            if (x->cause == CIELO_CAUSE_END && limit < p->deadline)
                return 0;
            if (x->cause == CIELO_CAUSE_END)
                cielo__exchange_fail_late(x);
            return 1;
        }
        moved = move(p, until);
        if (moved < 0) {
            close_line(p);
            if (!cielo__exchange_again(x, call))
                return 1;
        }
    }
    return moved;
}

static int pump(cielo_call *call, passage *p, int64_t until)
{
    if (p->forks != cielo__forks()) {
        leave_to_parent(call, p);
        return 1;
    }
    if (!advance(call, p, until))
        return 0;
    end_send(call, p);
    return 1;
}

/* Goes on until the call is done (1) or `until` passed (0). */
static int run(cielo_call *call, int64_t until)
{
    cielo_client *client = cielo__call_client(call);
    uint64_t epoch = 0;
    int waiting = 0;

    for (;;) {
        passage *p = (passage *)cielo__seat_get(call);

        if (p && !pump(call, p, until))
            return 0;
        switch (cielo_call_step(call, cielo_now_ms())) {
        case CIELO_STEP_DONE:
            return 1;
        case CIELO_STEP_SEND:
            begin_send(call);
            break;
        case CIELO_STEP_WAIT:
            if (cielo_now_ms() >= until)
                return 0;
            /* The step is asked again once the epoch is read, so that what
             * changed before is seen and what changes after ends the wait. */
            if (waiting)
                cielo__client_wait(client, epoch,
                                   earlier(cielo_call_deadline(call), until));
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
