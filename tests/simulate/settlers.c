/* Shops that settle what their journals have in doubt: after each start, and
 * every few minutes once they have closed; one entry at a time, by whichever
 * client, while others of the machine may try the same. */
#include <stdlib.h>
#include <string.h>

#include "sim.h"

static const char folder[] = "/journal";

/* At work: the folder is its own until it ends. */
typedef struct sim_settler {
    cielo_journal_lock *lock;
    cielo_journal *journal;
    int64_t loaded; /* true time at which it began to be read */
} sim_settler;

void sim_settle_stop(sim_process *p)
{
    sim_settler *s = p->settler;

    if (!s)
        return;
    p->settler = NULL;
    cielo_journal_close(s->journal);
    cielo_journal_lock_free(s->lock);
    free(s);
}

static int is_able(const sim_process *p)
{
    return p->alive && !p->struck;
}

/* ---- beginning ---- */

/* All of it, in slices, between which it may be killed. */
static int load(sim_process *p, sim_settler *s, size_t slice)
{
    int status;

    s->loaded = p->world->now;
    if (cielo_journal_open(&s->journal, folder, NULL, NULL) != CIELO_OK)
        return 0;
    do {
        status = cielo_journal_load(s->journal, slice, NULL);
    } while (status == CIELO_EAGAIN && !sim_peril(p));
    return status == CIELO_OK && !sim_peril(p);
}

void sim_settle(sim_world *w, sim_process *p, int tries)
{
    sim_settler *s;
    int status;

    if (!is_able(p) || p->settler)
        return;
    s = calloc(1, sizeof(*s));
    if (!s)
        abort();
    p->settler = s;
    sim_enter(p);
    sim_enter_loop(NULL);
    status = cielo_journal_lock_take(&s->lock, folder, NULL);
    if (status == CIELO_OK)
        sim_check_alone(w, p);
    if (status == CIELO_OK && load(p, s, sim_chance(&p->perils, 500) ? 0 : 700))
        sim_at(w, w->now, SIM_SETTLE_NEXT, p, 0);
    else if (is_able(p))
        sim_settle_stop(p);
    if (status == CIELO_EAGAIN && tries < 20)
        sim_at(w, w->now + 500 + sim_below(&p->perils, 5000), SIM_SETTLE, p,
               tries + 1);
}

/* ---- one entry after the other ---- */

/* A client that may ask about it, else NULL. */
static sim_call *look_at(sim_world *w, sim_process *p, sim_call *of,
                         const cielo_value *entry)
{
    sim_random draw = sim_stream(w->seed, 40000 + (uint64_t)w->call_count);
    int first = (int)sim_below(&draw, SIM_FAMILIES), i;

    for (i = 0; i < SIM_FAMILIES; i++) {
        sim_family *f = &p->families[(first + i) % SIM_FAMILIES];
        cielo_entropy entropy;
        cielo_call *call;
        cielo_error err;
        sim_call *c;

        if (!f->records)
            continue;
        sim_entropy(&draw, &entropy);
        if (cielo_settle_new(&call, f->client, entry, &entropy, &err)
            != CIELO_OK) {
            if (is_able(p))
                sim_break(w, of, "an entry that cannot be looked at: %s",
                          err.message);
            return NULL;
        }
        c = sim_shop_new(w, f, of->operation, of->item, &draw);
        c->call = call;
        c->settles = of;
        c->loaded = p->settler->loaded;
        return c;
    }
    return NULL;
}

/* What is held against the truth is what was asked for then. */
static void be_as(sim_call *c, const sim_call *of)
{
    c->is_write = 0;
    c->slot = of->slot;
    strcpy(c->target, of->target);
    strcpy(c->wanted, of->wanted);
    c->amount = of->amount;
    c->since = of->since;
}

static void begin(sim_world *w, sim_call *c)
{
    c->start = w->now;
    c->timeout = cielo_client_timeout(c->family->client);
    be_as(c, c->settles);
    c->next = c->family->calls;
    c->family->calls = c;
    sim_say(w, c, "looks what became of #%d", c->settles->number);
    sim_host_start(w, c);
}

void sim_settle_next(sim_world *w, sim_process *p)
{
    const cielo_value *entry;
    sim_call *of, *c = NULL;

    if (!is_able(p) || !p->settler)
        return;
    sim_enter(p);
    sim_enter_loop(NULL);
    while (!c
           && cielo_journal_next(p->settler->journal, 1, &entry, NULL)
               == CIELO_OK) {
        of = sim_check_doubt(w, entry);
        if (of)
            c = look_at(w, p, of, entry);
    }
    if (c)
        begin(w, c);
    else if (is_able(p))
        sim_settle_stop(p);
}

/* ---- after the shops have closed ---- */

/* A machine is gone for ever, and another is given its files. */
static void burn(sim_world *w, sim_random *draw)
{
    sim_machine *m = w->processes[sim_below(draw, SIM_PROCESSES)].machine;
    sim_machine *heir = NULL;
    int i;

    for (i = 0; i < SIM_PROCESSES; i++) {
        if (w->processes[i].machine != m)
            heir = w->processes[i].machine;
    }
    if (!heir)
        return;
    sim_say(w, NULL, "machine %d burns, machine %d has its files", m->number,
            heir->number);
    m->burnt = 1;
    for (i = 0; i < SIM_PROCESSES; i++) {
        if (w->processes[i].machine == m)
            sim_end(w, &w->processes[i]);
    }
    sim_files_lose_power(m, draw);
    sim_check_lost(w);
    sim_files_copy(m, heir);
}

static void rot(sim_world *w, sim_random *draw)
{
    int i = 1 + (int)sim_below(draw, 4);

    while (i-- > 0)
        sim_files_rot(w->processes[sim_below(draw, SIM_PROCESSES)].machine,
                      draw);
}

static sim_process *reader_of(sim_world *w, const sim_machine *m)
{
    int i;

    for (i = 0; i < SIM_PROCESSES; i++) {
        if (w->processes[i].machine == m && is_able(&w->processes[i]))
            return &w->processes[i];
    }
    return NULL;
}

static void settle_round(sim_world *w, sim_random *draw,
                         void (*run)(sim_world *w))
{
    static const int64_t pauses[] = {60, 300, 570, 595, 605, 660, 660, 900};
    int i;

    w->now += 1000 * pauses[sim_below(draw, 8)];
    for (i = 0; i < SIM_PROCESSES; i++) {
        if (sim_chance(draw, 500))
            sim_at(w, w->now + sim_below(draw, 50), SIM_SETTLE,
                   &w->processes[i], 0);
    }
    run(w);
}

/* By one of each machine, ten minutes after the one before. */
static void calm_round(sim_world *w, void (*run)(sim_world *w))
{
    int i;

    w->now += 660000;
    for (i = 0; i < SIM_MACHINES; i++) {
        sim_process *p = reader_of(w, &w->machines[i]);

        if (p)
            sim_at(w, w->now, SIM_SETTLE, p, 0);
    }
    run(w);
}

/* The last rounds are without faults, so that all ends as it is to. */
void sim_settle_all(sim_world *w, void (*run)(sim_world *w))
{
    enum { ROUNDS = 4, CALM = 3 };
    sim_random draw = sim_stream(w->seed, 7006);
    int i;

    if (!w->records)
        return;
    if (sim_chance(&draw, 150) && !w->mask->immortal)
        burn(w, &draw);
    if (sim_chance(&draw, 100) && !w->mask->honest)
        rot(w, &draw);
    for (i = 0; i < ROUNDS; i++)
        settle_round(w, &draw, run);
    w->faults = w->perils = w->deaths = w->no_dates = 0;
    for (i = 0; i < CALM; i++)
        calm_round(w, run);
    for (i = 0; i < SIM_MACHINES; i++) {
        sim_process *p = reader_of(w, &w->machines[i]);

        if (p)
            sim_check_memory(w, p);
    }
}
