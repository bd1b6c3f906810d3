/* What a host does for a call: it takes its steps, waits, and reports. */
#include <string.h>

#include "sim.h"

/* ---- calls that are alive ---- */

static void forget(sim_call *c)
{
    sim_call **at = &c->family->calls;

    while (*at && *at != c)
        at = &(*at)->next;
    if (*at)
        *at = c->next;
}

static void end(sim_world *w, sim_call *c)
{
    if (c->exchange)
        sim_abandon(w, c->exchange);
    forget(c);
    cielo_call_free(c->call);
    c->call = NULL;
    c->turn++;
}

/* The process died: nobody is told anything. */
void sim_host_drop(sim_world *w, sim_call *c)
{
    sim_say(w, c, "gone with its process");
    end(w, c);
}

/* ---- steps ---- */

void sim_drive(sim_world *w, sim_call *c)
{
    int64_t offset = c->process->offset;
    cielo_step step;

    sim_enter(c->process);
    step = cielo_call_step(c->call, sim_clock(w, c->process));
    c->turn++;
    c->waiting = step == CIELO_STEP_WAIT;
    sim_check_step(w, c, step);
    if (step == CIELO_STEP_DONE) {
        sim_check_done(w, c);
        end(w, c);
        return;
    }
    sim_at(w, cielo_call_deadline(c->call) - offset, SIM_STEP, c, c->turn);
    if (step == CIELO_STEP_SEND)
        sim_send(w, c);
    else
        sim_say(w, c, "waits until %.3f s",
                (double)(cielo_call_deadline(c->call) - offset) / 1000);
}

/* A wait is over, or the time of a request. */
void sim_host_step(sim_world *w, sim_call *c, int64_t turn)
{
    sim_family *f = c->family;

    if (!c->call || c->turn != turn)
        return;
    sim_enter(c->process);
    if (c->exchange) {
        sim_exchange *e = c->exchange;
        cielo_sent sent = sim_exchange_sent(e);

        sim_say(w, c, "time is up, sent %s",
                sent == CIELO_SENT_NO ? "no" : "perhaps");
        sim_check_reported(w, c, sent != CIELO_SENT_NO);
        sim_abandon(w, e);
        cielo_call_on_failure(c->call, sent, CIELO_CAUSE_TIMEOUT,
                              "no answer in time");
    }
    sim_drive(w, c);
    sim_host_wake(w, f);
}

void sim_host_cancel(sim_world *w, sim_call *c)
{
    sim_family *f = c->family;

    if (!c->call)
        return;
    sim_enter(c->process);
    sim_say(w, c, "cancelled by its caller");
    if (c->exchange && sim_exchange_sent(c->exchange) != CIELO_SENT_NO)
        sim_check_reported(w, c, 1);
    cielo_call_cancel(c->call);
    sim_check_done(w, c);
    end(w, c);
    sim_host_wake(w, f);
}

void sim_host_wake(sim_world *w, sim_family *f)
{
    sim_call *c;

    if (!f->client)
        return;
    sim_enter(f->process);
    while (f->epoch != cielo_client_epoch(f->client)) {
        f->epoch = cielo_client_epoch(f->client);
        for (c = f->calls; c;) {
            sim_call *next = c->next;

            if (c->waiting)
                sim_drive(w, c);
            c = next;
        }
    }
}
