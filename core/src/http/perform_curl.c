/* One call at a time, over pairs of a CURLM and an exchange that calls of a
 * client hand on to one another. */
#define _POSIX_C_SOURCE 200809L

#include <string.h>

#include "http.h"

#define IDLE_PAIRS_LIMIT 64
#define CONNECTIONS_PER_PAIR 4L
#define POLL_LIMIT_MS 100

/* ---- pairs ---- */

typedef struct pair {
    cielo__seat seat; /* first: a call's slot points here */
    struct pair *next;
    const cielo_allocator *mem;
    CURLM *multi;
    cielo__exchange *exchange;
    cielo__sockets sockets;
    int running;  /* the exchange is inside the CURLM */
    unsigned age; /* the pool's when it was taken */
} pair;

/* What the client's slot points at. */
typedef struct pool {
    const cielo_allocator *mem;
    pair *idle; /* the last one used first: its connection is the warmest */
    size_t count;
    unsigned age; /* grows when idle connections are closed */
} pool;

/* In a forked child an idle pair is cleaned up behind the socket's back. One
 * that was running stays as it is: a thread of the parent may have been inside
 * it, and then its memory is anyone's guess. */
static void pair_free(pair *p)
{
    cielo__hush hush;

    if (!p)
        return;
    cielo__hush_begin(&hush);
    if (cielo__sockets_forked(&p->sockets) && p->running) {
        cielo__sockets_abandon(&p->sockets);
        cielo__exchange_abandon(p->exchange);
    } else {
        if (cielo__sockets_forked(&p->sockets))
            cielo__sockets_silence(&p->sockets);
        if (p->running)
            (void)curl_multi_remove_handle(p->multi, p->exchange->easy);
        cielo__exchange_free(p->exchange);
        (void)curl_multi_cleanup(p->multi);
    }
    cielo__hush_end(&hush);
    cielo__sockets_clear(&p->sockets);
    cielo__free(p->mem, p);
}

static void pairs_free(pair *p)
{
    while (p) {
        pair *next = p->next;

        pair_free(p);
        p = next;
    }
}

static pair *pair_new(cielo_client *client)
{
    const cielo_allocator *mem = cielo__client_allocator(client);
    pair *p = cielo__calloc(mem, sizeof(*p));
    pair *made = NULL;

    if (!p)
        goto done;
    p->mem = mem;
    cielo__sockets_init(&p->sockets, mem);
    p->multi = curl_multi_init();
    p->exchange = cielo__exchange_new(client, &p->sockets);
    if (!p->multi || !p->exchange)
        goto done;
    (void)curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS,
                            CONNECTIONS_PER_PAIR);
    made = p;
    p = NULL;
done:
    pair_free(p);
    return made;
}

/* Runs under the client's lock, or when nobody else is left. */
static void pool_destroy(void *transport, int idle_only)
{
    pool *shared = transport;
    pair *idle = shared->idle;

    /* Off the list first: a fork in the middle must not find them on it. */
    shared->idle = NULL;
    shared->count = 0;
    shared->age++;
    pairs_free(idle);
    if (!idle_only)
        cielo__free(shared->mem, shared);
}

/* The client's pool; NULL when there is no memory for one. Under the lock. */
static pool *pool_of(cielo_client *client)
{
    void **slot = cielo__client_transport(client, pool_destroy);

    if (!*slot) {
        const cielo_allocator *mem = cielo__client_allocator(client);
        pool *made = cielo__calloc(mem, sizeof(*made));

        if (made)
            made->mem = mem;
        *slot = made;
    }
    return *slot;
}

/* Takes an idle pair or makes one; NULL when memory is short. */
static pair *pair_take(cielo_client *client)
{
    pair *taken = NULL;
    pair *stale = NULL;
    unsigned age = 0;
    pool *shared;

    cielo__client_lock(client);
    shared = pool_of(client);
    if (shared && shared->idle
        && cielo__sockets_forked(&shared->idle->sockets)) {
        stale = shared->idle;
        shared->idle = NULL;
        shared->count = 0;
    }
    if (shared && shared->idle) {
        taken = shared->idle;
        shared->idle = taken->next;
        shared->count--;
    }
    if (shared)
        age = shared->age;
    cielo__client_unlock(client);

    pairs_free(stale);
    if (!taken)
        taken = pair_new(client);
    if (taken) {
        taken->next = NULL;
        taken->age = age;
    }
    return taken;
}

static void pair_give(cielo_client *client, pair *p)
{
    pool *shared;

    cielo__client_lock(client);
    shared = pool_of(client);
    if (shared && shared->age == p->age && shared->count < IDLE_PAIRS_LIMIT
        && !cielo__sockets_forked(&p->sockets)) {
        p->next = shared->idle;
        shared->idle = p;
        shared->count++;
        p = NULL;
    }
    cielo__client_unlock(client);
    pair_free(p);
}

/* ---- exchanges ---- */

/* The call was freed or cancelled between two slices. */
static void drop_pair(cielo__seat *seat)
{
    pair_free((pair *)seat);
}

/* Starts the call's SEND. What goes wrong here is reported to the call. */
static void begin_send(cielo_call *call)
{
    cielo_client *client = cielo__call_client(call);
    pair *p = pair_take(client);
    CURLcode code;

    if (!p) {
        (void)cielo_call_on_failure(call, CIELO_SENT_NO, CIELO_CAUSE_MEMORY,
                                    "out of memory");
        return;
    }
    code = cielo__exchange_prepare(p->exchange, call);
    if (code == CURLE_OK)
        code = cielo__exchange_code(
            curl_multi_add_handle(p->multi, p->exchange->easy));
    if (code != CURLE_OK) {
        cielo__exchange_report(p->exchange, call, code);
        pair_free(p);
        return;
    }
    p->running = 1;
    p->seat.drop = drop_pair;
    cielo__seat_set(call, &p->seat);
}

/* Ends the exchange, whose connection stays with the pair if `code` came from
 * the transfer; a pair whose CURLM failed is not used again. */
static void end_send(cielo_call *call, pair *p, CURLcode code, int sound)
{
    cielo__seat_set(call, NULL);
    cielo__exchange_leave(p->exchange, p->multi);
    p->running = 0;
    cielo__exchange_report(p->exchange, call, code);
    if (sound)
        pair_give(cielo__call_client(call), p);
    else
        pair_free(p);
}

/* In a forked child: the parent goes on with the exchange, this process only
 * knows that the request may have left. */
static void leave_to_parent(cielo_call *call, pair *p)
{
    cielo_sent sent = p->exchange->begun ? CIELO_SENT_MAYBE : CIELO_SENT_NO;

    cielo__seat_set(call, NULL);
    pair_free(p);
    (void)cielo_call_on_failure(call, sent, CIELO_CAUSE_CLOSED,
                                "the process was forked during the exchange");
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Moves bytes until the exchange ended (1) or `until` passed (0). */
static int pump(cielo_call *call, pair *p, int64_t until)
{
    if (cielo__sockets_forked(&p->sockets)) {
        leave_to_parent(call, p);
        return 1;
    }
    for (;;) {
        CURLMsg *message;
        int number;
        int64_t left;
        CURLMcode code = curl_multi_perform(p->multi, &number);

        message = curl_multi_info_read(p->multi, &number);
        if (message) {
            end_send(call, p, message->data.result, 1);
            return 1;
        }
        left = earlier(until - cielo_now_ms(), POLL_LIMIT_MS);
        if (code == CURLM_OK && left <= 0)
            return 0;
        if (code == CURLM_OK)
            code = curl_multi_poll(p->multi, NULL, 0, (int)left, NULL);
        if (code != CURLM_OK) {
            end_send(call, p, cielo__exchange_code(code), 0);
            return 1;
        }
    }
}

/* Goes on until the call is done (1) or `until` passed (0). */
static int run(cielo_call *call, int64_t until)
{
    cielo_client *client = cielo__call_client(call);
    uint64_t epoch = 0;
    int waiting = 0;

    for (;;) {
        pair *p = (pair *)cielo__seat_get(call);

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
    cielo__hush hush;
    int done;

    if (!call)
        return cielo__report(err, CIELO_EUSAGE, "no call was given");
    if (cielo__curl_start() != CIELO_OK)
        return cielo__report(err, CIELO_ETRANSPORT, "libcurl did not start");
    seat = cielo__seat_get(call);
    if (seat && seat->multi)
        return cielo__report(err, CIELO_EUSAGE,
                             "the call is being run by a cielo_multi");
    if (!seat && cielo__call_is_open(call)) /* it would be sent twice */
        return cielo__report(err, CIELO_EUSAGE,
                             "the call's request is with another host");
    cielo__hush_begin(&hush);
    done = run(call, until);
    cielo__hush_end(&hush);
    if (!done)
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
