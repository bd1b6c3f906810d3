/* The network: connections that a host keeps, what the kernel takes, the way to
 * Cielo and back, and all that can go wrong on it, at any byte. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "call/slots.h"
#include "sim.h"

struct sim_connection {
    struct sim_connection *all;  /* the next of the world */
    struct sim_connection *idle; /* the next that is kept */
    sim_family *family;
    int open;        /* at the host's side */
    int peer_closed; /* and the host may see it */
    size_t unread;   /* came while nothing was asked */
    int64_t last;    /* what is on its way comes no earlier than this */
    cielo_wire *wire;
    sim_exchange *now;
};

struct sim_exchange {
    struct sim_exchange *all;
    sim_call *c;
    sim_connection *k;
    sim_fault fault;
    sim_random draw;
    int write;
    int reused;
    size_t total, taken;
    char *bytes; /* of the request, as far as the kernel took them */
};

/* Bytes on their way to the host. */
struct sim_message {
    sim_connection *k;
    const sim_exchange *from; /* the request that it comes after ... */
    const sim_exchange *of;   /* ... and the one whose answer it is */
    int end; /* of the connection, after them: 1 in order, 2 reset */
    size_t length;
    char bytes[];
};

/* ---- connections ---- */

static sim_connection *new_connection(sim_world *w, sim_family *f)
{
    sim_connection *k = calloc(1, sizeof(*k));

    if (!k || cielo_wire_new(&k->wire, NULL) != CIELO_OK)
        abort();
    k->family = f;
    k->open = 1;
    k->all = w->connections;
    w->connections = k;
    return k;
}

static void close_connection(sim_connection *k)
{
    k->open = 0;
    k->now = NULL;
    cielo_wire_free(k->wire);
    k->wire = NULL;
}

/* A kept one on which nothing came and that its peer did not close. */
static sim_connection *idle_connection(sim_family *f)
{
    while (f->idle) {
        sim_connection *k = f->idle;

        f->idle = k->idle;
        k->idle = NULL;
        if (!k->peer_closed && k->unread == 0)
            return k;
        close_connection(k);
    }
    return NULL;
}

void sim_family_close(sim_world *w, sim_family *f)
{
    sim_connection *k;

    for (k = w->connections; k; k = k->all) {
        if (k->family == f && k->open)
            close_connection(k);
    }
    f->idle = NULL;
}

void sim_network_free(sim_world *w)
{
    int i;

    while (w->connections) {
        sim_connection *k = w->connections;

        w->connections = k->all;
        if (k->open)
            close_connection(k);
        free(k);
    }
    while (w->all_exchanges) {
        sim_exchange *e = w->all_exchanges;

        w->all_exchanges = e->all;
        free(e->bytes);
        free(e);
    }
    for (i = 0; i < 8; i++)
        free(w->last_answers[i]);
}

/* ---- what the host reports ---- */

cielo_sent sim_exchange_sent(const sim_exchange *e)
{
    return e->k && e->k->now == e ? cielo_wire_sent_state(e->k->wire)
                                  : CIELO_SENT_NO;
}

static int may_have_gone(const sim_exchange *e)
{
    return e->total > 0 && e->taken == e->total;
}

void sim_abandon(sim_world *w, sim_exchange *e)
{
    (void)w;
    if (e->write && may_have_gone(e))
        e->c->unsafe = 1;
    if (e->k && e->k->now == e)
        close_connection(e->k);
    e->c->exchange = NULL;
}

static void report_failure(sim_world *w, sim_exchange *e, cielo_sent sent,
                           cielo_cause cause, const char *text)
{
    sim_call *c = e->c;
    sim_family *f = c->family;

    sim_enter(c->process);
    sim_say(w, c, "%s, sent %s", text,
            sent == CIELO_SENT_NO ? "no" : "perhaps");
    sim_check_reported(w, c, sent != CIELO_SENT_NO);
    sim_abandon(w, e);
    cielo_call_on_failure(c->call, sent, cause, text);
    sim_drive(w, c);
    sim_host_wake(w, f);
}

static void report_answer(sim_world *w, sim_exchange *e)
{
    sim_call *c = e->c;
    sim_family *f = c->family;
    sim_connection *k = e->k;
    cielo_response response;
    int status, keep;

    sim_enter(c->process);
    cielo_wire_response(k->wire, &response);
    sim_say(w, c, "answered %d %.60s", response.http_status,
            response.body ? response.body : "");
    sim_check_reported(w, c, response.http_status != 401);
    if (e->write && response.http_status != 401 && may_have_gone(e))
        c->unsafe = 1;
    if (e->write && c->fooled && response.http_status == 401)
        c->misled = 1;
    status = cielo_call_on_response(c->call, &response);
    keep = status != CIELO_EDECODE && cielo_wire_keep(k->wire);
    k->now = NULL;
    c->exchange = NULL;
    if (keep) {
        k->idle = f->idle;
        f->idle = k;
    } else {
        close_connection(k);
    }
    sim_drive(w, c);
    sim_host_wake(w, f);
}

/* ---- the way there ---- */

static sim_fault draw_fault(sim_world *w, sim_exchange *e)
{
    static const int weights[SIM_FAULTS] = {
#define X(name, weight, text) weight,
        SIM_FAULT_MAP(X)
#undef X
    };
    int64_t sum = 0, at;
    int i;

    if (w->mask->calm[e->c->item] || !sim_chance(&e->draw, w->faults))
        return SIM_FAULT_NONE;
    for (i = 0; i < SIM_FAULTS; i++)
        sum += weights[i];
    at = sim_below(&e->draw, sum);
    for (i = 0; at >= weights[i]; i++)
        at -= weights[i];
    return (sim_fault)i;
}

/* The kernel takes `count` more bytes. */
static void take(sim_exchange *e, size_t count)
{
    const char *data;
    size_t length;

    if (count == 0 || !cielo_wire_output(e->k->wire, &data, &length))
        return;
    if (count > length)
        count = length;
    memcpy(e->bytes + e->taken, data, count);
    e->taken += count;
    cielo_wire_sent(e->k->wire, count);
}

static void leave(sim_world *w, sim_exchange *e)
{
    if (e->fault != SIM_FAULT_LOST)
        sim_at(w, w->now + 1 + sim_below(&e->draw, 30), SIM_ARRIVE, e, 0);
}

/* The whole request, or as much as there is before something goes wrong. */
static void transmit(sim_world *w, sim_exchange *e)
{
    const cielo_request *request = cielo_call_request(e->c->call);
    const char *data;

    e->k->now = e;
    if (cielo_wire_start(e->k->wire, request) != CIELO_OK
        || !cielo_wire_output(e->k->wire, &data, &e->total)) {
        sim_break(w, e->c, "a request that cannot be framed: %s",
                  cielo_wire_text(e->k->wire));
        return;
    }
    e->bytes = malloc(e->total + 1);
    if (!e->bytes)
        abort();
    sim_say(w, e->c, "%s %s %s%s%s", request->method, request->target,
            e->reused ? "(kept connection) " : "", e->fault ? "-> " : "",
            e->fault ? sim_fault_names[e->fault] : "");
    if (e->fault == SIM_FAULT_BROKEN_SENDING
        || e->fault == SIM_FAULT_STUCK_SENDING || e->fault == SIM_FAULT_EARLY) {
        take(e, (size_t)sim_below(&e->draw, (int64_t)e->total));
        if (e->fault == SIM_FAULT_BROKEN_SENDING)
            sim_at(w, w->now + sim_below(&e->draw, 20), SIM_TAKE, e, 0);
        if (e->fault == SIM_FAULT_EARLY && e->taken > 0)
            leave(w, e);
    } else if (sim_chance(&e->draw, 100)) {
        take(e, (size_t)sim_below(&e->draw, (int64_t)e->total));
        sim_at(w, w->now + sim_below(&e->draw, 10), SIM_TAKE, e, 0);
    } else {
        take(e, e->total);
        leave(w, e);
    }
}

void sim_take(sim_world *w, sim_exchange *e)
{
    if (e->c->exchange != e || e->k->now != e)
        return;
    if (e->fault == SIM_FAULT_BROKEN_SENDING) {
        report_failure(w, e, cielo_wire_sent_state(e->k->wire),
                       CIELO_CAUSE_CLOSED, "broken while sending");
        return;
    }
    take(e, e->total);
    leave(w, e);
}

void sim_connected(sim_world *w, sim_exchange *e)
{
    if (e->c->exchange != e)
        return;
    if (e->fault == SIM_FAULT_REFUSED) {
        report_failure(w, e, CIELO_SENT_NO, CIELO_CAUSE_CONNECT, "refused");
    } else if (e->fault == SIM_FAULT_CONNECT_LATE) {
        report_failure(w, e, CIELO_SENT_NO, CIELO_CAUSE_TIMEOUT,
                       "no connection in time");
    } else {
        e->k = new_connection(w, e->c->family);
        transmit(w, e);
    }
}

static sim_exchange *new_exchange(sim_world *w, sim_call *c)
{
    sim_exchange *e = calloc(1, sizeof(*e));

    if (!e)
        abort();
    e->c = c;
    e->draw = sim_stream(sim_next(&c->draw), (uint64_t)c->exchanges++);
    e->write = cielo_call_request(c->call)->write;
    e->fault = draw_fault(w, e);
    e->all = w->all_exchanges;
    w->all_exchanges = e;
    c->tried[e->fault]++;
    if (w->figures)
        w->figures->exchanges++;
    return e;
}

void sim_send(sim_world *w, sim_call *c)
{
    int64_t patience = cielo_call_request(c->call)->connect_timeout_ms;
    sim_exchange *e;
    int64_t after;

    sim_check_send(w, c);
    e = new_exchange(w, c);
    c->exchange = e;
    c->fooled = c->fooled_by_own = 0; /* what decides is the last answer */
    if (e->fault != SIM_FAULT_REFUSED && e->fault != SIM_FAULT_CONNECT_LATE)
        e->k = idle_connection(c->family);
    if (e->k) {
        e->reused = 1;
        transmit(w, e);
        return;
    }
    after = e->fault == SIM_FAULT_CONNECT_LATE ? patience
                                               : 1 + sim_below(&e->draw, 40);
    sim_at(w, w->now + after, SIM_CONNECTED, e, 0);
}

/* ---- at Cielo's door ---- */

typedef struct heard {
    char method[8];
    char target[300];
    char token[40];
    char *body;
} heard;

/* Reads a request as a server does, and holds its framing to the letter. */
static int hear(sim_world *w, sim_exchange *e, heard *h)
{
    char *end, *at;
    size_t length = 0;

    e->bytes[e->taken] = '\0';
    memset(h, 0, sizeof(*h));
    end = strstr(e->bytes, "\r\n\r\n");
    if (!end
        || sscanf(e->bytes, "%7s %299s HTTP/1.1\r\n", h->method, h->target)
            != 2) {
        sim_break(w, e->c, "a request without a head");
        return 0;
    }
    h->body = end + 4;
    at = strstr(e->bytes, "\r\nContent-Length: ");
    if (at && at < end)
        length = strtoul(at + 18, NULL, 10);
    if (e->bytes + e->total != h->body + length)
        sim_break(w, e->c, "a request of another length than it says");
    at = strstr(e->bytes, "\r\nAuthorization: Bearer ");
    if (at && at < end)
        sscanf(at + 24, "%39[^\r]", h->token);
    return 1;
}

static int status_of_doubt(sim_exchange *e)
{
    static const int statuses[] = {500, 502, 503, 504, 408, 409, 425, 499, 500};

    return statuses[sim_below(&e->draw, 9)];
}

static int refusal_status(sim_exchange *e)
{
    static const int statuses[] = {400, 403, 404, 429, 302, 422};

    return statuses[sim_below(&e->draw, 6)];
}

static void garble(sim_exchange *e, sim_answer *out)
{
    static const char *const bodies[] = {"<html>busy</html>",
                                         "{",
                                         "",
                                         "[]",
                                         "null",
                                         "{\"Payment\":{}}",
                                         "{\"Status\":\"",
                                         "{\"Status\":1}",
                                         "{\"Status\":null,\"success\":null}"};

    sim_put(out, 200, "%s", bodies[sim_below(&e->draw, 9)]);
}

static void carry_out(sim_world *w, sim_exchange *e, const heard *h,
                      sim_answer *out)
{
    sim_call *by = e->write ? e->c : NULL;
    int did = e->c->did;

    sim_cielo(w, h->method, h->target, h->token, h->body, by, out);
    if (by && by->did && !did) {
        by->did_at = w->now;
        sim_say(w, e->c, "* done in Cielo's books");
    }
    if (by && by->processed > 1 && !by->misled)
        sim_break(w, by, "a write was carried out twice");
    if (by && by->did && !did && by->is_done)
        sim_check_late(w, by);
}

void sim_process_late(sim_world *w, sim_exchange *e)
{
    sim_answer *out = malloc(sizeof(*out));
    heard h;

    if (!out)
        abort();
    sim_say(w, e->c, "* comes out of the gateway that held it");
    if (hear(w, e, &h))
        carry_out(w, e, &h, out);
    free(out);
}

/* ---- the way back ---- */

static void post(sim_world *w, sim_exchange *e, const char *bytes,
                 size_t length, int64_t delay, const sim_exchange *of, int end)
{
    sim_message *m = malloc(sizeof(*m) + length + 1);
    int64_t when = w->now + delay;

    if (!m)
        abort();
    m->k = e->k;
    m->from = e;
    m->of = of;
    m->end = end;
    m->length = length;
    memcpy(m->bytes, bytes, length);
    m->bytes[length] = '\0';
    if (when < e->k->last)
        when = e->k->last;
    e->k->last = when;
    sim_at(w, when, SIM_BYTES, m, 0);
}

/* In one piece, or cut anywhere. */
static void post_cut(sim_world *w, sim_exchange *e, const char *bytes,
                     size_t length, int64_t delay, const sim_exchange *of,
                     int end)
{
    if (length > 1 && sim_chance(&e->draw, 200)) {
        size_t at = 1 + (size_t)sim_below(&e->draw, (int64_t)length - 1);

        post(w, e, bytes, at, delay, of, 0);
        post(w, e, bytes + at, length - at, delay + sim_below(&e->draw, 5), of,
             end);
    } else {
        post(w, e, bytes, length, delay, of, end);
    }
}

void sim_date(const sim_world *w, char *out, size_t size)
{
    time_t seconds = (time_t)((SIM_EPOCH_MS + w->now + w->date_off) / 1000);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(out, size, "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

static void put_date(const sim_world *w, sim_exchange *e, char out[60])
{
    char date[40];

    out[0] = '\0';
    if (sim_chance(&e->draw, w->no_dates))
        return;
    sim_date(w, date, sizeof(date));
    snprintf(out, 60, "Date: %s\r\n", date);
}

typedef struct framed {
    size_t length;
    size_t head;
    int closes; /* the body ends with the connection */
    char bytes[8000];
} framed;

/* With a length, in chunks, or until the end; perhaps something before it. */
static void frame(const sim_world *w, sim_exchange *e, const sim_answer *a,
                  framed *out)
{
    int style = (int)sim_below(&e->draw, 10);
    int bare = a->status == 204;
    char date[60], more[80] = "";

    put_date(w, e, date);
    if (a->status == 429 || a->status == 503)
        snprintf(more, sizeof(more), "Retry-After: %d\r\n",
                 (int)sim_below(&e->draw, 4));
    out->closes = !bare && style == 9;
    out->head = (size_t)
        snprintf(out->bytes, sizeof(out->bytes),
                 "%sHTTP/1.1 %d X\r\n%s%sContent-Type: application/json\r\n",
                 style == 8 ? "HTTP/1.1 100 Continue\r\n\r\n" : "", a->status,
                 date, more);
    if (bare)
        out->length = out->head
            + (size_t)sprintf(out->bytes + out->head, "\r\n");
    else if (out->closes)
        out->length = out->head
            + (size_t)sprintf(out->bytes + out->head,
                              "Connection: close\r\n\r\n%s", a->body);
    else if (style >= 6 && a->length > 0)
        out->length = out->head
            + (size_t)sprintf(out->bytes + out->head,
                              "Transfer-Encoding: chunked\r\n\r\n%zx\r\n%s\r\n"
                              "0\r\n\r\n",
                              a->length, a->body);
    else
        out->length = out->head
            + (size_t)sprintf(out->bytes + out->head,
                              "Content-Length: %zu\r\n\r\n%s", a->length,
                              a->body);
}

/* Some other request's answer of late, whole. */
static int post_anothers(sim_world *w, sim_exchange *e, int64_t delay)
{
    const sim_message *m = w->last_answers[sim_below(&e->draw, 8)];

    if (!m || m->from == e)
        return 0;
    post_cut(w, e, m->bytes, m->length, delay, m->of, 0);
    return 1;
}

/* Kept whole, to be some other request's answer. */
static void remember(sim_world *w, sim_exchange *e, const framed *f)
{
    sim_message **slot = &w->last_answers[w->last_answer++ % 8];

    if (f->closes)
        return;
    free(*slot);
    *slot = malloc(sizeof(**slot) + f->length + 1);
    if (!*slot)
        abort();
    (*slot)->from = e;
    (*slot)->of = e;
    (*slot)->length = f->length;
    memcpy((*slot)->bytes, f->bytes, f->length);
}

static void post_twice(sim_world *w, sim_exchange *e, const framed *f,
                       int64_t delay)
{
    char both[16000];

    if (e->fault == SIM_FAULT_TWICE_GLUED) {
        memcpy(both, f->bytes, f->length);
        memcpy(both + f->length, f->bytes, f->length);
        post_cut(w, e, both, 2 * f->length, delay, e, 0);
    } else {
        post_cut(w, e, f->bytes, f->length, delay, e, 0);
        post_cut(w, e, f->bytes, f->length,
                 delay + sim_below(&e->draw, 2) * sim_below(&e->draw, 400), e,
                 0);
    }
}

/* The answer, and what becomes of it on its way. */
static void answer(sim_world *w, sim_exchange *e, const sim_answer *a)
{
    int64_t delay = 5 + sim_below(&e->draw, 300);
    size_t cut;
    framed f;

    frame(w, e, a, &f);
    switch (e->fault) {
    case SIM_FAULT_CUT_HEAD:
        cut = (size_t)sim_below(&e->draw, (int64_t)f.head);
        post_cut(w, e, f.bytes, cut, delay, e, 1 + (int)sim_below(&e->draw, 2));
        break;
    case SIM_FAULT_CUT_BODY:
        cut = f.head
            + (size_t)sim_below(&e->draw, (int64_t)(f.length - f.head));
        post_cut(w, e, f.bytes, cut, delay, e, 1 + (int)sim_below(&e->draw, 2));
        break;
    case SIM_FAULT_SLOW:
        post_cut(w, e, f.bytes, f.length, delay + sim_below(&e->draw, 60000), e,
                 f.closes);
        break;
    case SIM_FAULT_TWICE_GLUED:
    case SIM_FAULT_TWICE_LATER:
        post_twice(w, e, &f, delay);
        break;
    case SIM_FAULT_ANOTHERS:
        if (!post_anothers(w, e, delay))
            post(w, e, "", 0, delay, e, 2);
        break;
    case SIM_FAULT_CLOSED_IDLE:
        post_cut(w, e, f.bytes, f.length, delay, e, f.closes);
        post(w, e, "", 0, delay + sim_below(&e->draw, 2000), e, 1);
        break;
    default:
        remember(w, e, &f);
        post_cut(w, e, f.bytes, f.length, delay, e, f.closes);
        break;
    }
}

/* A gateway answers in Cielo's place. */
static void answer_status(sim_world *w, sim_exchange *e, int status,
                          sim_answer *out)
{
    sim_put(out, status, "%s",
            status == 404
                ? ""
                : "[{\"Code\":\"1\",\"Message\":\"from a gateway\"}]");
    answer(w, e, out);
}

/* What became of a request that came whole. */
static void meet(sim_world *w, sim_exchange *e, const heard *h, sim_answer *out)
{
    int64_t held = 500 + sim_below(&e->draw, 90000);

    switch (e->fault) {
    case SIM_FAULT_CLOSED_UNREAD:
        post(w, e, "", 0, sim_below(&e->draw, 50), e,
             1 + (int)sim_below(&e->draw, 2));
        break;
    case SIM_FAULT_HELD:
        sim_at(w, w->now + held, SIM_PROCESS, e, 0);
        break;
    case SIM_FAULT_HELD_STATUS:
        sim_at(w, w->now + held, SIM_PROCESS, e, 0);
        answer_status(w, e, status_of_doubt(e), out);
        break;
    case SIM_FAULT_DOUBT_UNREAD:
        answer_status(w, e, status_of_doubt(e), out);
        break;
    case SIM_FAULT_REFUSAL:
        answer_status(w, e, refusal_status(e), out);
        break;
    case SIM_FAULT_UNAUTHORIZED:
        answer_status(w, e, 401, out);
        break;
    case SIM_FAULT_GARBAGE_UNREAD:
        e->c->fooled = 1;
        garble(e, out);
        answer(w, e, out);
        break;
    default:
        carry_out(w, e, h, out);
        if (e->fault == SIM_FAULT_STALLED)
            break;
        if (e->fault == SIM_FAULT_GARBAGE_DONE && out->status / 100 == 2)
            garble(e, out);
        if (e->fault == SIM_FAULT_CLOSED_DONE)
            post(w, e, "", 0, 5 + sim_below(&e->draw, 300), e,
                 1 + (int)sim_below(&e->draw, 2));
        else if (e->fault == SIM_FAULT_DOUBT_DONE)
            answer_status(w, e, status_of_doubt(e), out);
        else
            answer(w, e, out);
        break;
    }
}

void sim_arrive(sim_world *w, sim_exchange *e)
{
    sim_answer *out = malloc(sizeof(*out));
    heard h;

    if (!out)
        abort();
    if (e->fault == SIM_FAULT_EARLY) {
        static const int statuses[] = {400, 503, 401, 413};

        answer_status(w, e, statuses[sim_below(&e->draw, 4)], out);
    } else if (hear(w, e, &h)) {
        meet(w, e, &h, out);
    }
    free(out);
}

/* ---- bytes at the host ---- */

/* It reads what another request was answered. */
static void note_fooled(sim_exchange *e, const sim_message *m)
{
    if (m->length == 0 || m->of == e)
        return;
    e->c->fooled = e->c->ever_fooled = 1;
    if (strcmp(m->of->c->target, e->c->target) == 0
        || (*e->c->target && strstr(m->bytes, e->c->target)))
        e->c->fooled_by_own = 1;
}

void sim_bytes(sim_world *w, sim_message *m)
{
    sim_connection *k = m->k;
    sim_exchange *e = k->now;
    cielo_wire_state state = CIELO_WIRE_MORE;

    if (!k->open || !e) {
        k->unread += m->length;
        k->peer_closed |= m->end != 0;
        free(m);
        return;
    }
    note_fooled(e, m);
    if (m->length > 0)
        state = cielo_wire_input(k->wire, m->bytes, m->length);
    k->peer_closed |= m->end != 0;
    if (m->end == 1 && state == CIELO_WIRE_MORE)
        state = cielo_wire_eof(k->wire);
    if (state == CIELO_WIRE_DONE)
        report_answer(w, e);
    else if (state == CIELO_WIRE_FAILED)
        report_failure(w, e, cielo_wire_sent_state(k->wire),
                       cielo_wire_cause(k->wire), cielo_wire_text(k->wire));
    else if (m->end == 2)
        report_failure(w, e, cielo_wire_sent_state(k->wire), CIELO_CAUSE_CLOSED,
                       "reset");
    free(m);
}
