/* Calls as their hosts have them: side by side in a loop or blocking, given up,
 * done; and what the core does with each, seen at its own doors. */
#include <string.h>

#include "http/http.h"
#include "lines.h"

/* ---- calls that are alive ---- */

static sim_call *call_of(const cielo_call *call)
{
    const sim_process *p = sim_here();
    sim_call *c;
    int i;

    for (i = 0; p && !p->struck && i < SIM_FAMILIES; i++) {
        for (c = p->families[i].calls; c; c = c->next) {
            if (c->call == call)
                return c->loop || c->blocking ? c : NULL;
        }
    }
    return NULL;
}

static void end(sim_call *c)
{
    sim_call **at = &c->family->calls;

    if (c->exchange)
        sim_abandon(c->exchange);
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    cielo_call_free(c->call);
    c->call = NULL;
}

/* ---- the machine's doors, which every host of it goes through ---- */

cielo_step __real_cielo_call_step(cielo_call *call, int64_t now_ms);
cielo_step __wrap_cielo_call_step(cielo_call *call, int64_t now_ms);
int __real_cielo_call_on_response(cielo_call *call,
                                  const cielo_response *response);
int __wrap_cielo_call_on_response(cielo_call *call,
                                  const cielo_response *response);
int __real_cielo_call_on_failure(cielo_call *call, cielo_sent sent,
                                 cielo_cause cause, const char *text);
int __wrap_cielo_call_on_failure(cielo_call *call, cielo_sent sent,
                                 cielo_cause cause, const char *text);

const char *__real_cielo_call_record(cielo_call *call,
                                     const cielo_origin *origin,
                                     size_t *length);
const char *__wrap_cielo_call_record(cielo_call *call,
                                     const cielo_origin *origin,
                                     size_t *length);
int __real_cielo_call_on_record(cielo_call *call, int ok, const char *why);
int __wrap_cielo_call_on_record(cielo_call *call, int ok, const char *why);

/* A thread that blocks asks again and again. */
static void say_wait(sim_call *c, int64_t until)
{
    if (until != c->waits)
        sim_say(c->process->world, c, "waits until %.3f s",
                (double)until / 1000);
    c->waits = until;
}

cielo_step __wrap_cielo_call_step(cielo_call *call, int64_t now_ms)
{
    cielo_step step = __real_cielo_call_step(call, now_ms);
    sim_call *c = call_of(call);

    if (!c)
        return step;
    sim_check_step(c->process->world, c, step);
    if (step == CIELO_STEP_SEND)
        sim_send(c->process->world, c);
    else if (step == CIELO_STEP_WAIT)
        say_wait(c, cielo_call_deadline(call) - c->process->offset);
    return step;
}

int __wrap_cielo_call_on_response(cielo_call *call,
                                  const cielo_response *response)
{
    sim_call *c = call_of(call);
    sim_line *k = c ? sim_line_under(c) : NULL;
    int status;

    if (c) {
        sim_say(c->process->world, c, "answered %d %.60s",
                response->http_status, response->body ? response->body : "");
        sim_check_answer(c->process->world, c, response);
    }
    status = __real_cielo_call_on_response(call, response);
    if (k && status == CIELO_EDECODE)
        sim_spoil_line(k);
    return status;
}

int __wrap_cielo_call_on_failure(cielo_call *call, cielo_sent sent,
                                 cielo_cause cause, const char *text)
{
    sim_call *c = call_of(call);

    if (c) {
        sim_say(c->process->world, c, "%s, sent %s", text,
                sent == CIELO_SENT_NO ? "no" : "perhaps");
        sim_check_failure(c->process->world, c, sent, cause);
    }
    return __real_cielo_call_on_failure(call, sent, cause, text);
}

const char *__wrap_cielo_call_record(cielo_call *call,
                                     const cielo_origin *origin, size_t *length)
{
    const char *line = __real_cielo_call_record(call, origin, length);
    sim_call *c = call_of(call);

    if (c && line)
        sim_check_record(c->process->world, c, line, *length);
    return line;
}

int __wrap_cielo_call_on_record(cielo_call *call, int ok, const char *why)
{
    sim_call *c = call_of(call);

    if (c) {
        sim_say(c->process->world, c, "recorded: %s", ok ? "yes" : why);
        sim_check_recorded(c->process->world, c, ok);
    }
    return __real_cielo_call_on_record(call, ok, why);
}

/* ---- threads that block ---- */

cielo__lease_state __wrap_cielo__lease_wait(cielo__lease *lease,
                                            int64_t until_ms);
void __wrap_cielo__client_wait(cielo_client *client, uint64_t epoch,
                               int64_t until_ms);

/* On the condition that another thread signals: here, until it has. */
cielo__lease_state __wrap_cielo__lease_wait(cielo__lease *lease,
                                            int64_t until_ms)
{
    sim_process *p = sim_here();

    while (lease->state == CIELO__LEASE_QUEUED
           && sim_pass(p->world, until_ms - p->offset))
        continue;
    return lease->state;
}

void __wrap_cielo__client_wait(cielo_client *client, uint64_t epoch,
                               int64_t until_ms)
{
    sim_process *p = sim_here();

    while (cielo_client_epoch(client) == epoch
           && sim_pass(p->world, until_ms - p->offset))
        continue;
}

static void finish(sim_world *w, sim_call *c)
{
    sim_enter(c->process);
    if (!c->process->struck && !sim_peril(c->process))
        sim_check_done(w, c);
    end(c);
}

/* What else happens meanwhile happens inside: it looks at its signals and at
 * its caller's wishes between two slices. */
static void block(sim_world *w, sim_call *c)
{
    sim_process *p = c->process;
    int slice = 10 + (int)sim_below(&c->draw, 200);

    c->blocking = 1;
    w->blocked = c;
    sim_say(w, c, "blocks a thread");
    do {
        sim_enter(p);
        sim_enter_loop(NULL);
    } while (cielo_perform_slice(c->call, slice, NULL) == CIELO_EAGAIN
             && !c->given_up && !p->doomed && !p->struck);
    w->blocked = NULL;
    if (p->doomed || p->struck)
        return; /* whoever began this sees to it */
    if (c->given_up)
        sim_host_cancel(w, c);
    else
        finish(w, c);
}

/* ---- beginning, and giving up ---- */

void sim_host_start(sim_world *w, sim_call *c)
{
    sim_family *f = c->family;
    sim_process *p = c->process;

    if (w->blocked || w->nested || !sim_chance(&c->draw, w->blocking)) {
        sim_loop_add(w, &f->loops[sim_below(&c->draw, f->loop_count)], c);
        return;
    }
    block(w, c);
    if (p->doomed || p->struck)
        sim_die(w, p);
}

void sim_host_done(sim_world *w, cielo_call *call)
{
    sim_call *c = call_of(call);

    if (c)
        finish(w, c);
}

/* Told as given up, whatever it was doing. */
static void cancel(sim_world *w, sim_call *c)
{
    if (c->exchange && sim_may_have_gone(c->exchange))
        sim_check_reported(w, c, 1);
    if (c->loop && sim_chance(&c->draw, 500))
        cielo_multi_remove(c->loop->multi, c->call);
    else
        cielo_call_cancel(c->call);
    finish(w, c);
}

void sim_host_cancel(sim_world *w, sim_call *c)
{
    sim_loop *l = c->loop;

    if (!c->call || c->process->struck)
        return;
    if (w->blocked == c) {
        c->given_up = 1;
        return;
    }
    sim_enter(c->process);
    sim_enter_loop(l);
    sim_say(w, c, "cancelled by its caller");
    cancel(w, c);
    if (l)
        sim_loop_follow(w, l);
    sim_enter_loop(NULL);
}

/* Those of blocking calls; a loop's are its own. */
void sim_host_close_idle(sim_world *w, sim_family *f)
{
    sim_line *k;

    sim_enter(f->process);
    cielo_client_close_idle(f->client);
    for (k = f->lines; k; k = k->beside) {
        if (!k->loop && k->state == CIELO__LINE_OPEN && !k->now)
            sim_break(w, NULL, "an idle line that was to be closed");
        k->old |= !k->loop;
    }
}

/* ---- the end of a process ---- */

void sim_host_close(sim_world *w, sim_family *f)
{
    int i;

    for (i = 0; i < f->loop_count; i++) {
        sim_call *c;

        for (c = f->calls; c; c = c->next) {
            if (c->loop == &f->loops[i] && c->exchange
                && sim_may_have_gone(c->exchange))
                sim_check_reported(w, c, 1);
        }
        sim_loop_close(&f->loops[i]);
    }
    while (f->calls) {
        sim_call *c = f->calls;

        sim_say(w, c, "given up with its process");
        if (c->blocking)
            cancel(w, c);
        else
            finish(w, c);
    }
}

/* In one order or the other: a call that is freed leaves its loop. */
void sim_host_kill(sim_world *w, sim_family *f)
{
    int calls_first = f->process->lives % 2, i;

    for (i = 0; i < f->loop_count && !calls_first; i++)
        sim_loop_close(&f->loops[i]);
    while (f->calls) {
        sim_say(w, f->calls, "gone with its process");
        end(f->calls);
    }
    for (i = 0; i < f->loop_count && calls_first; i++)
        sim_loop_close(&f->loops[i]);
}
