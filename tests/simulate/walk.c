/*
 * For each operation every sequence of a few events that a host may see, over
 * the call machine itself. A sequence is replayed from its beginning; where one
 * leads to a state that was seen with as many events left, nothing new can come
 * of it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "call/call_internal.h"
#include "sim.h"

/* X(NAME, "what happened"): to a request, ... */
#define EVENT_MAP(X)                                  \
    X(ANSWERED, "answered")                           \
    X(CUT_DONE, "carried out, cut")                   \
    X(CUT, "cut")                                     \
    X(UNSENT, "not sent")                             \
    X(LATE_DONE, "carried out, no answer in time")    \
    X(LATE, "no answer in time")                      \
    X(HELD, "no answer in time, carried out at last") \
    X(DOUBT_DONE, "carried out, 500")                 \
    X(DOUBT, "500")                                   \
    X(CONFLICT_DONE, "carried out, 409")              \
    X(REFUSED, "400")                                 \
    X(UNAUTHORIZED, "401")                            \
    X(NOT_FOUND, "404")                               \
    X(TOO_MANY, "429")                                \
    X(EMPTY_DONE, "carried out, 200 and {}")          \
    X(FOREIGN_DONE, "carried out, another's answer")  \
    X(CANCELLED_DONE, "carried out, cancelled")       \
    X(CANCELLED, "cancelled")                         \
    /* ... and while the call waits */                \
    X(WAITED, "waited")                               \
    X(WAITED_VOIDED, "waited, another voided it")     \
    X(WAIT_CANCELLED, "cancelled while it waited")

enum event {
#define X(name, text) name,
    EVENT_MAP(X)
#undef X
        EVENTS
};

static const char *const event_names[EVENTS] = {
#define X(name, text) text,
    EVENT_MAP(X)
#undef X
};

enum { DEPTH_MOST = 8, VARIANTS = 6, STEPS_MOST = 400 };

/* What is tried: the choice at each of the first decisions. */
typedef struct path {
    int chosen[DEPTH_MOST];
    int count[DEPTH_MOST]; /* of the alternatives there */
    int events[DEPTH_MOST];
    int fixed; /* decisions that are as they were */
    int length;
    int depth;
} path;

/* States seen, by hash: an open table. */
typedef struct seen_states {
    uint64_t *keys;
    unsigned char *left; /* events that were left when it was seen */
    size_t size, count;
} seen_states;

typedef struct walk {
    path at;
    seen_states seen;
    FILE *out;
    int64_t sequences, pruned, steps;
    int broken;
} walk;

/* ---- states ---- */

static void *allocate(size_t count, size_t size)
{
    void *made = calloc(count, size);

    if (!made)
        abort();
    return made;
}

static size_t place_of(const seen_states *s, uint64_t key)
{
    size_t i = key & (s->size - 1);

    while (s->keys[i] && s->keys[i] != key)
        i = (i + 1) & (s->size - 1);
    return i;
}

static void grow(seen_states *s)
{
    seen_states old = *s;
    size_t i, at;

    s->size = old.size ? old.size * 2 : 4096;
    s->keys = allocate(s->size, sizeof(*s->keys));
    s->left = allocate(s->size, 1);
    for (i = 0; i < old.size; i++) {
        if (!old.keys[i])
            continue;
        at = place_of(s, old.keys[i]);
        s->keys[at] = old.keys[i];
        s->left[at] = old.left[i];
    }
    free(old.keys);
    free(old.left);
}

/* 1 when it was seen with at least as many events left. */
static int was_seen(seen_states *s, uint64_t key, int left)
{
    size_t at;

    if (2 * s->count >= s->size)
        grow(s);
    at = place_of(s, key ? key : 1);
    if (s->keys[at] && s->left[at] >= left)
        return 1;
    s->count += !s->keys[at];
    s->keys[at] = key ? key : 1;
    s->left[at] = (unsigned char)left;
    return 0;
}

static void forget_states(seen_states *s)
{
    free(s->keys);
    free(s->left);
    memset(s, 0, sizeof(*s));
}

static void mix(uint64_t *hash, int64_t value)
{
    sim_random r;

    r.state = *hash ^ (uint64_t)value;
    *hash = sim_next(&r);
}

static void mix_text(uint64_t *hash, const char *text)
{
    for (; *text; text++)
        mix(hash, *text);
}

/* All that decides what comes next: of the machine, of the books, of what was
 * done. */
static uint64_t state_of(const sim_world *w, const sim_call *c)
{
    const cielo_call *m = c->call;
    const cielo__settling *s = &m->settle;
    const sim_sale *sale;
    uint64_t hash = 1;
    const int64_t parts[] = {m->mode,
                             m->job,
                             m->resume,
                             m->tries,
                             m->token_renewed,
                             m->watching,
                             m->holds_void,
                             m->void_sent,
                             m->holds_token,
                             m->sent,
                             m->phase,
                             m->rounds,
                             m->reconciled,
                             m->change,
                             s->ahead,
                             s->look,
                             s->voided_before,
                             (int64_t)s->count,
                             (int64_t)s->next,
                             s->unseen,
                             s->too_many,
                             s->no_refusals,
                             (int64_t)s->matches,
                             s->refused_status,
                             s->refused_date,
                             m->wait_until - w->now,
                             m->send_deadline - w->now,
                             m->deadline - w->now,
                             m->settle_limit - w->now,
                             c->did,
                             c->unsafe,
                             c->processed,
                             c->denied};
    size_t i;

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        mix(&hash, parts[i]);
    mix_text(&hash, s->payment_id);
    mix_text(&hash, s->refused_id);
    for (sale = w->sales; sale; sale = sale->next) {
        mix(&hash, sale->status);
        mix(&hash, sale->voided);
        mix(&hash, sale->captured);
    }
    for (i = 0; i < SIM_RECURRENCES; i++) {
        mix(&hash, w->recurrences[i].amount);
        mix(&hash, w->recurrences[i].status);
        mix(&hash, w->recurrences[i].interval + 100 * w->recurrences[i].day);
        mix_text(&hash, w->recurrences[i].end_date);
        mix_text(&hash, w->recurrences[i].next_date);
    }
    return hash;
}

/* ---- what may happen ---- */

/* What a request may meet; whether it is carried out matters for a write. */
static int alternatives(const sim_call *c, cielo_step step, int out[EVENTS])
{
    static const int of_reads[] = {ANSWERED,     CUT,          UNSENT,
                                   LATE,         DOUBT,        REFUSED,
                                   UNAUTHORIZED, NOT_FOUND,    TOO_MANY,
                                   EMPTY_DONE,   FOREIGN_DONE, CANCELLED};
    int n = 0, i;

    if (step == CIELO_STEP_WAIT) {
        out[n++] = WAITED;
        if (c->operation == CIELO_OP_SALE_VOID)
            out[n++] = WAITED_VOIDED;
        out[n++] = WAIT_CANCELLED;
        return n;
    }
    if (!cielo_call_request(c->call)->write) {
        memcpy(out, of_reads, sizeof(of_reads));
        return (int)(sizeof(of_reads) / sizeof(of_reads[0]));
    }
    for (i = 0; i <= CANCELLED; i++)
        out[n++] = i;
    return n;
}

/* The event at this decision; -1 when nothing new can come of it. */
static int choose(walk *k, const sim_world *w, const sim_call *c,
                  cielo_step step)
{
    path *p = &k->at;
    int options[EVENTS], n = p->length++;

    if (n >= p->depth)
        return step == CIELO_STEP_WAIT ? WAITED : ANSWERED;
    if (n >= p->fixed) {
        if (was_seen(&k->seen, state_of(w, c), p->depth - n)) {
            k->pruned++;
            p->length--;
            return -1;
        }
        p->chosen[n] = 0;
        p->fixed = n + 1;
    }
    p->count[n] = alternatives(c, step, options);
    p->events[n] = options[p->chosen[n]];
    return p->events[n];
}

/* The next sequence; 0 after the last. */
static int advance(path *p)
{
    int n = p->length < p->depth ? p->length : p->depth;

    while (n > 0 && p->chosen[n - 1] + 1 >= p->count[n - 1])
        n--;
    if (n == 0)
        return 0;
    p->chosen[n - 1]++;
    p->fixed = n;
    p->length = 0;
    return 1;
}

/* ---- a sequence is played ---- */

static void carry_out(sim_world *w, sim_call *c, sim_answer *out)
{
    const cielo_request *q = cielo_call_request(c->call);
    const char *token = NULL;
    size_t i;

    for (i = 0; i < q->header_count; i++) {
        if (strcmp(q->headers[i].name, "Authorization") == 0
            && strncmp(q->headers[i].value, "Bearer ", 7) == 0)
            token = q->headers[i].value + 7;
    }
    sim_cielo(w, q->method, q->target, token, q->body ? q->body : "",
              q->write ? c : NULL, out);
}

static int is_carried_out(int event)
{
    return event == ANSWERED || event == CUT_DONE || event == LATE_DONE
        || event == DOUBT_DONE || event == CONFLICT_DONE || event == EMPTY_DONE
        || event == FOREIGN_DONE || event == CANCELLED_DONE;
}

static int status_of(int event)
{
    switch (event) {
    case DOUBT_DONE:
    case DOUBT:
        return 500;
    case CONFLICT_DONE:
        return 409;
    case REFUSED:
        return 400;
    case UNAUTHORIZED:
        return 401;
    case NOT_FOUND:
        return 404;
    case TOO_MANY:
        return 429;
    default:
        return 200;
    }
}

/* Another payment's answer, of the shape that was asked for. */
static void put_foreign(sim_world *w, const sim_call *c, sim_answer *out)
{
    const sim_sale *other = w->sales;

    if (strcmp(other->id, c->target) == 0
        || strcmp(other->order, c->target) == 0 || other->by == c)
        other = other->next;
    if (cielo_call_request(c->call)->write
        && c->operation != CIELO_OP_SALE_CREATE)
        sim_put(out, 200,
                "{\"Status\":10,\"ReasonCode\":0,\"success\":true,\"Links\":[{"
                "\"Method\":\"GET\",\"Rel\":\"self\",\"Href\":\"https://x/1/"
                "sales/%s\"}]}",
                other->id);
    else
        sim_sale_show(w, (sim_sale *)other, out);
}

static void report_failure(sim_world *w, sim_call *c, int event)
{
    cielo_sent sent = event == UNSENT ? CIELO_SENT_NO : CIELO_SENT_MAYBE;
    cielo_cause cause = event == UNSENT     ? CIELO_CAUSE_CONNECT
        : event == CUT || event == CUT_DONE ? CIELO_CAUSE_CLOSED
                                            : CIELO_CAUSE_TIMEOUT;

    if (cause == CIELO_CAUSE_TIMEOUT)
        w->now = cielo_call_deadline(c->call) - c->process->offset;
    sim_check_reported(w, c, sent != CIELO_SENT_NO);
    cielo_call_on_failure(c->call, sent, cause, event_names[event]);
}

static void report_answer(sim_world *w, sim_call *c, int event,
                          sim_answer *truth)
{
    cielo_response response;
    char date[40];

    if (event == EMPTY_DONE) {
        c->fooled = 1;
        sim_put(truth, 200, "{}");
    } else if (event == FOREIGN_DONE) {
        c->fooled = 1;
        put_foreign(w, c, truth);
    } else if (event != ANSWERED) {
        sim_put(truth, status_of(event), "%s", "");
    }
    sim_date(w, date, sizeof(date));
    memset(&response, 0, sizeof(response));
    response.http_status = truth->status;
    response.date = date;
    response.body = truth->body;
    response.body_length = truth->length;
    sim_check_reported(w, c, response.http_status != 401);
    cielo_call_on_response(c->call, &response);
}

static void void_by_another(sim_world *w, const sim_call *c)
{
    sim_answer *out = allocate(1, sizeof(*out));
    sim_sale *s = sim_sale_by_id(w, c->target);

    if (s)
        s->void_seen = 0;
    sim_sale_change(w, c->target, "/void", "", NULL, out);
    free(out);
}

/* 0 when the call ended with it. */
static int happen(sim_world *w, sim_call *c, int event)
{
    sim_answer *truth;
    int write;

    if (event == WAITED || event == WAITED_VOIDED) {
        if (event == WAITED_VOIDED)
            void_by_another(w, c);
        w->now = cielo_call_deadline(c->call) - c->process->offset;
        return 1;
    }
    if (event == WAIT_CANCELLED) {
        cielo_call_cancel(c->call);
        return 0;
    }
    write = cielo_call_request(c->call)->write;
    truth = allocate(1, sizeof(*truth));
    c->fooled = 0;
    w->now += 10;
    if (w->now > cielo_call_deadline(c->call) - c->process->offset)
        w->now = cielo_call_deadline(c->call) - c->process->offset;
    if (is_carried_out(event))
        carry_out(w, c, truth);
    c->held |= event == HELD && write;
    if (write && event != UNSENT && event != UNAUTHORIZED)
        c->unsafe = 1;
    if (event == CANCELLED || event == CANCELLED_DONE)
        cielo_call_cancel(c->call);
    else if (event == CUT || event == CUT_DONE || event == UNSENT
             || event == LATE || event == LATE_DONE || event == HELD)
        report_failure(w, c, event);
    else
        report_answer(w, c, event, truth);
    free(truth);
    return event != CANCELLED && event != CANCELLED_DONE;
}

/* What a gateway held comes out after all was told. */
static void come_out(sim_world *w, sim_call *c, const char *method,
                     const char *target, const char *body)
{
    sim_answer *out = allocate(1, sizeof(*out));
    int did = c->did;

    if (strncmp(target, "/api/", 5) != 0) { /* without its token: no entry */
        sim_cielo(w, method, target, NULL, body, c, out);
        if (c->did && !did)
            sim_check_late(w, c);
    }
    free(out);
}

static void keep_request(const sim_call *c, char **kept)
{
    const cielo_request *q = cielo_call_request(c->call);
    size_t size;

    if (!q || !q->write || *kept)
        return;
    size = strlen(q->method) + strlen(q->target) + q->body_length + 3;
    *kept = allocate(1, size);
    snprintf(*kept, size, "%s%c%s%c%s", q->method, 0, q->target, 0,
             q->body ? q->body : "");
}

/* 1 when the call came to its end. */
static int play(walk *k, sim_world *w, sim_call *c, char **kept)
{
    int steps;

    for (steps = 0; steps < STEPS_MOST; steps++) {
        cielo_step step = cielo_call_step(c->call, sim_clock(w, c->process));
        int event;

        k->steps++;
        sim_check_step(w, c, step);
        if (step == CIELO_STEP_DONE)
            return 1;
        if (step == CIELO_STEP_SEND) {
            sim_check_send(w, c);
            keep_request(c, kept);
        }
        event = choose(k, w, c, step);
        if (event < 0)
            return 0;
        if (!happen(w, c, event))
            return 1;
    }
    sim_break(w, c, "a call that does not end");
    return 1;
}

/* Two payments before: another's, and the one that is acted upon. */
static void make_sales(sim_world *w, int variant)
{
    static const char *const types[] = {"CreditCard", "CreditCard",
                                        "CreditCard", "CreditCard",
                                        "CreditCard", "Pix"};
    sim_answer *out = allocate(1, sizeof(*out));
    char body[300];
    int i;

    for (i = 0; i < 2; i++) {
        snprintf(body, sizeof(body),
                 "{\"MerchantOrderId\":\"B%d\",\"Payment\":{\"Type\":\"%s\","
                 "\"Amount\":15700,\"Installments\":1,\"Capture\":%s}}",
                 i, i ? types[variant] : "CreditCard",
                 variant % 2 ? "true" : "false");
        sim_sale_create(w, body, NULL, out);
    }
    if (variant == 3)
        w->sales->voided = 700;
    free(out);
    w->now += 60000;
}

/* The amounts whose last digit decides, and twins of what was told before. */
static void vary_slot(sim_world *w, int variant)
{
    static const int digits[VARIANTS] = {0, 2, 6, 8, 5, 0};

    w->slots[0].amount = 15700 + digits[variant];
    w->slots[0].type = variant == 5 ? "Pix" : "CreditCard";
    w->slots[0].installments = 1;
    w->slots[0].by_token = 0;
    w->slots[0].card = "4551870000000183";
}

static void tell_path(const walk *k, const sim_call *c, int variant,
                      const char *broken)
{
    int i;

    fprintf(k->out, "%s, variant %d: %s\n",
            cielo_operation_at(c->operation)->name, variant, broken);
    for (i = 0; i < k->at.length && i < k->at.depth; i++)
        fprintf(k->out, "    %s\n", event_names[k->at.events[i]]);
}

static void play_sequence(walk *k, int operation, int variant)
{
    static const sim_mask none;
    sim_world *w = allocate(1, sizeof(*w));
    sim_random draw = sim_stream(77, (uint64_t)variant);
    char *kept = NULL;
    sim_call *c;

    w->seed = 77;
    w->mask = &none;
    sim_open_one(w);
    make_sales(w, variant);
    vary_slot(w, variant);
    c = sim_shop_call(w, &w->processes[0].families[0], operation, 0, &draw);
    if (play(k, w, c, &kept)) {
        k->sequences++;
        sim_check_done(w, c);
        if (c->held && kept) {
            char *target = kept + strlen(kept) + 1;

            come_out(w, c, kept, target, target + strlen(target) + 1);
        }
    }
    if (w->violations) {
        k->broken++;
        tell_path(k, c, variant, w->violation);
    }
    cielo_call_free(c->call);
    c->call = NULL;
    w->processes[0].families[0].calls = NULL;
    free(kept);
    sim_close(w);
    free(w);
}

static void walk_operation(walk *k, int operation, int depth)
{
    int variant;

    for (variant = 0; variant < VARIANTS; variant++) {
        memset(&k->at, 0, sizeof(k->at));
        k->at.depth = depth;
        do
            play_sequence(k, operation, variant);
        while (advance(&k->at));
        forget_states(&k->seen);
    }
}

int sim_walk(int depth, FILE *out)
{
    walk k;
    int operation, walked = 0;

    memset(&k, 0, sizeof(k));
    k.out = out;
    if (depth > DEPTH_MOST)
        depth = DEPTH_MOST;
    for (operation = 0; operation < CIELO_OP_COUNT; operation++) {
        int64_t before = k.sequences;

        if (!sim_shop_knows(operation)) {
            fprintf(out, "%s: no wish asks for it\n",
                    cielo_operation_at(operation)->name);
            k.broken++;
            continue;
        }
        walk_operation(&k, operation, depth);
        fprintf(out, "%-36s %8" PRId64 " sequences\n",
                cielo_operation_at(operation)->name, k.sequences - before);
        walked++;
    }
    fprintf(out,
            "%d operations, depth %d: %" PRId64 " sequences to their end, "
            "%" PRId64 " led to a state seen before, %" PRId64 " steps\n",
            walked, depth, k.sequences, k.pruned, k.steps);
    fprintf(out, "%d passed, %d failed\n", walked, k.broken);
    return k.broken;
}
