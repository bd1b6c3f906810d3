/* The network: what a kernel takes, the way to Cielo and back, and all that can
 * go wrong on it, at any byte. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lines.h"

void sim_network_free(sim_world *w)
{
    int i;

    sim_lines_free(w);
    while (w->all_exchanges) {
        sim_exchange *e = w->all_exchanges;

        w->all_exchanges = e->all;
        free(e->bytes);
        free(e);
    }
    for (i = 0; i < 8; i++)
        free(w->last_answers[i]);
}

/* ---- which request it is ---- */

sim_exchange *sim_exchange_asking(sim_process *p, const cielo_request *request)
{
    sim_call *c;
    int i;

    for (i = 0; i < SIM_FAMILIES; i++) {
        for (c = p->families[i].calls; c; c = c->next) {
            if (c->exchange && cielo_call_request(c->call) == request)
                return c->exchange;
        }
    }
    return NULL;
}

sim_exchange *sim_exchange_sending(sim_process *p, const char *data)
{
    sim_call *c;
    int i;

    for (i = 0; i < SIM_FAMILIES; i++) {
        for (c = p->families[i].calls; c; c = c->next) {
            sim_exchange *e = c->exchange;

            if (e && e->bytes_at && data == e->bytes_at + e->taken)
                return e;
        }
    }
    return NULL;
}

/* ---- what the core makes of it ---- */

int sim_may_have_gone(const sim_exchange *e)
{
    return e->came > 0 || (e->total > 0 && e->taken == e->total);
}

static int is_whole(const sim_exchange *e)
{
    return e->total > 0 && e->taken == e->total;
}

/* Its line, while it is under way there. */
static sim_line *line_of(const sim_exchange *e)
{
    return e->line && e->line->now == e ? e->line : NULL;
}

sim_line *sim_line_under(const sim_call *c)
{
    return c->exchange ? line_of(c->exchange) : NULL;
}

void sim_spoil_line(sim_line *k)
{
    k->spent = 1;
}

/* It is over for the call: the line serves it no more. */
static void let_go(sim_exchange *e, int spoilt)
{
    sim_line *k = line_of(e);

    e->c->exchange = NULL;
    if (!k)
        return;
    sim_line_note_full(k);
    k->now = NULL;
    k->idle = k->world->now;
    k->spent |= spoilt;
}

void sim_abandon(sim_exchange *e)
{
    if (e->write && is_whole(e))
        e->c->unsafe = 1;
    let_go(e, 1);
}

/* Others that asked later for the same were served long ago. */
static int was_overtaken(const sim_world *w, const sim_exchange *e)
{
    const sim_exchange *o;

    for (o = w->all_exchanges; o; o = o->all) {
        if (o->sequence > e->sequence && o->c->family == e->c->family
            && o->c->loop == e->c->loop && o->served >= 0
            && o->served + 200 < w->now && strcmp(o->origin, e->origin) == 0)
            return 1;
    }
    return 0;
}

/* It waited in vain: for its turn, or for what lies there. One whose time was
 * over when it was asked for, as its record took all of it, has not waited. */
static void check_patience(sim_world *w, const sim_exchange *e)
{
    const sim_family *f = e->c->family;
    const sim_line *k = e->line;

    if (e->served < 0 && w->now > e->asked && w->now - f->full > 200
        && sim_lines_used(f, e->origin) < f->most)
        sim_break(w, e->c, "it had no turn, and there was room");
    if (e->served < 0 && was_overtaken(w, e))
        sim_break(w, e->c, "it had no turn, and one that came later had");
    if (k && k->first && k->first->came + 200 < w->now)
        sim_break(w, e->c, "out of time, and an answer lies there unread");
    if (k && e->taken < e->total && e->roomy >= 0 && e->roomy + 200 < w->now)
        sim_break(w, e->c, "out of time, and there was room for the rest");
}

void sim_check_failure(sim_world *w, sim_call *c, cielo_sent sent,
                       cielo_cause cause)
{
    sim_exchange *e = c->exchange;

    sim_check_reported(w, c, sent != CIELO_SENT_NO);
    if (!e)
        return;
    if (sent == CIELO_SENT_NO && is_whole(e))
        sim_break(w, c, "told not sent, and the kernel took all of it");
    if (sent != CIELO_SENT_NO && !sim_may_have_gone(e))
        sim_break(w, c, "told perhaps sent, and the kernel did not take it");
    if (cause == CIELO_CAUSE_TIMEOUT)
        check_patience(w, e);
    e->told_no = sent == CIELO_SENT_NO;
    sim_abandon(e);
}

void sim_check_answer(sim_world *w, sim_call *c, const cielo_response *response)
{
    sim_exchange *e = c->exchange;

    sim_check_reported(w, c, response->http_status != 401);
    if (!e)
        return;
    if (e->write && response->http_status != 401 && is_whole(e))
        c->unsafe = 1;
    if (e->write && c->fooled && response->http_status == 401)
        c->misled = 1;
    let_go(e, !is_whole(e));
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

/* The host of the other side goes away: so do those that are kept. */
static void end_idle_lines(sim_exchange *e)
{
    sim_line *k;

    for (k = e->c->family->lines; k; k = k->beside) {
        if (k->state == CIELO__LINE_OPEN && !k->now && !k->end
            && strcmp(k->origin, e->origin) == 0) {
            sim_line_end(k, 1 + (int)sim_below(&e->draw, 2));
            sim_line_changed(k);
        }
    }
}

static sim_exchange *new_exchange(sim_world *w, sim_call *c)
{
    const cielo_request *request = cielo_call_request(c->call);
    sim_exchange *e = calloc(1, sizeof(*e));

    if (!e)
        abort();
    e->c = c;
    e->draw = sim_stream(sim_next(&c->draw), (uint64_t)c->exchanges++);
    e->write = request->write;
    e->fault = draw_fault(w, e);
    e->sequence = w->asked++;
    e->asked = w->now;
    e->served = e->roomy = -1;
    snprintf(e->origin, sizeof(e->origin), "%s:%d", request->host,
             request->port);
    e->all = w->all_exchanges;
    w->all_exchanges = e;
    c->tried[e->fault]++;
    c->exchange = e;
    if (w->figures)
        w->figures->exchanges++;
    if (e->fault == SIM_FAULT_REFUSED || e->fault == SIM_FAULT_CONNECT_LATE)
        end_idle_lines(e);
    return e;
}

void sim_send(sim_world *w, sim_call *c)
{
    sim_check_send(w, c);
    new_exchange(w, c);
    c->fooled = c->fooled_by_own = 0; /* what decides is the last answer */
}

/* Once more, on a new line: the core does that where nothing can have come of
 * the first. */
static void send_anew(sim_world *w, sim_call *c)
{
    sim_exchange *e = c->exchange;

    if (is_whole(e) || e->came > 0)
        sim_break(w, c, "sent anew, and the kernel took all of it before");
    else if (!e->reused)
        sim_break(w, c, "sent anew after a line of its own");
    sim_say(w, c, "is sent anew");
    e->told_no = 1;
    let_go(e, 1);
    new_exchange(w, c)->sequence = e->sequence; /* its turn it has */
}

/* The bytes of the call's request are made. */
int __real_cielo_wire_start(cielo_wire *wire, const cielo_request *request);
int __wrap_cielo_wire_start(cielo_wire *wire, const cielo_request *request);

int __wrap_cielo_wire_start(cielo_wire *wire, const cielo_request *request)
{
    sim_process *p = sim_here();
    sim_exchange *e = p && !p->struck ? sim_exchange_asking(p, request) : NULL;
    int status = __real_cielo_wire_start(wire, request);

    if (!e)
        return status;
    if (e->bytes_at) {
        send_anew(p->world, e->c);
        e = e->c->exchange;
    }
    if (status != CIELO_OK || !cielo_wire_output(wire, &e->bytes_at, &e->total))
        sim_break(p->world, e->c, "a request that cannot be framed: %s",
                  cielo_wire_text(wire));
    e->bytes = malloc(e->total + 1);
    if (!e->bytes)
        abort();
    memcpy(e->bytes, e->bytes_at, e->total);
    return status;
}

static void leave(sim_world *w, sim_exchange *e)
{
    if (e->fault != SIM_FAULT_LOST)
        sim_at(w, w->now + 1 + sim_below(&e->draw, 30), SIM_ARRIVE, e, 0);
}

static int is_cut(const sim_exchange *e)
{
    return e->fault == SIM_FAULT_BROKEN_SENDING
        || e->fault == SIM_FAULT_STUCK_SENDING || e->fault == SIM_FAULT_EARLY;
}

void sim_have_turn(sim_world *w, sim_exchange *e)
{
    if (e->served < 0 && w->now > e->asked)
        sim_say(w, e->c, "had to wait for a connection");
    e->served = w->now;
}

void sim_transmit(sim_world *w, sim_exchange *e, sim_line *k)
{
    const cielo_request *request = cielo_call_request(e->c->call);

    k->now = e;
    e->line = k;
    sim_have_turn(w, e);
    e->reused = k->served++ > 0;
    sim_say(w, e->c, "%s %s %s%s%s", request->method, request->target,
            e->reused ? "(kept connection) " : "", e->fault ? "-> " : "",
            e->fault ? sim_fault_names[e->fault] : "");
    k->room = SIZE_MAX;
    if (is_cut(e) || sim_chance(&e->draw, 100))
        k->room = (size_t)sim_below(&e->draw, (int64_t)e->total);
}

void sim_take(sim_world *w, sim_exchange *e, size_t count)
{
    e->taken += count;
    if (is_whole(e))
        leave(w, e);
}

void sim_stop(sim_world *w, sim_exchange *e)
{
    if (e->stopped)
        return;
    e->stopped = 1;
    if (e->fault == SIM_FAULT_EARLY && e->taken > 0)
        leave(w, e);
    else if (e->fault == SIM_FAULT_BROKEN_SENDING)
        sim_at(w, w->now + sim_below(&e->draw, 20), SIM_ROOM, e, 0);
    else if (!is_cut(e))
        sim_at(w, w->now + sim_below(&e->draw, 10), SIM_ROOM, e, 0);
}

/* There is room again, or there will never be. */
void sim_room(sim_world *w, sim_exchange *e)
{
    sim_line *k = line_of(e);

    if (!k || k->freed)
        return;
    if (e->fault == SIM_FAULT_BROKEN_SENDING) {
        sim_say(w, e->c, "broken after %zu of %zu bytes", e->taken, e->total);
        k->broken = 1;
    }
    e->roomy = w->now;
    k->room = SIZE_MAX;
    sim_line_changed(k);
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
    static const int statuses[] = {500, 502, 503, 504, 408, 409, 425, 499, 303};

    return statuses[sim_below(&e->draw, 9)];
}

static int refusal_status(sim_exchange *e)
{
    static const int statuses[] = {400, 403, 404, 429, 301, 422};

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

    e->c->ever_fooled |= e->c->settles != NULL;
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
    if (by && by->did && !did) {
        sim_check_late(w, by);
        sim_check_once(w, by);
    }
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
    m->next = NULL;
    m->line = e->line;
    m->read = 0;
    m->from = e;
    m->of = of;
    m->end = end;
    m->length = length;
    memcpy(m->bytes, bytes, length);
    m->bytes[length] = '\0';
    if (when < e->line->arrives)
        when = e->line->arrives;
    e->line->arrives = when;
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
    int status;

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
        status = refusal_status(e);
        e->c->ever_fooled |= e->c->settles && status == 404;
        answer_status(w, e, status, out);
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
void sim_note_read(sim_exchange *e, const sim_message *m, size_t count)
{
    e->came += count;
    if (m->of == e)
        return;
    e->c->fooled = e->c->ever_fooled = 1;
    e->c->family->misdated = 1;
    if (strcmp(m->of->c->target, e->c->target) == 0
        || (*e->c->target && strstr(m->bytes, e->c->target)))
        e->c->fooled_by_own = 1;
}

void sim_bytes(sim_world *w, sim_message *m)
{
    sim_line *k = m->line;

    if (k->freed || k->end) {
        free(m);
        return;
    }
    m->came = w->now;
    sim_line_receive(k, m);
    sim_line_changed(k);
}
