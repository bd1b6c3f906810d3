/* One world: its clock, its events in their order, its processes. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"
#include "sim.h"

const char *const sim_fault_names[SIM_FAULTS] = {
#define X(name, weight, text) text,
    SIM_FAULT_MAP(X)
#undef X
};

const char *const sim_told_names[SIM_TOLDS] = {
#define X(name, text) text,
    SIM_TOLD_MAP(X)
#undef X
};

const char *const sim_residue_names[SIM_RESIDUES] = {
#define X(name, text) text,
    SIM_RESIDUE_MAP(X)
#undef X
};

/* ---- events: a heap by time, then by the order of their making ---- */

struct sim_event {
    int64_t when;
    uint64_t sequence;
    int kind;
    int64_t number;
    void *what;
};

static int is_before(const sim_event *a, const sim_event *b)
{
    return a->when != b->when ? a->when < b->when : a->sequence < b->sequence;
}

static void swap(sim_event *a, sim_event *b)
{
    sim_event kept = *a;

    *a = *b;
    *b = kept;
}

void sim_at(sim_world *w, int64_t when, int kind, void *what, int64_t number)
{
    sim_event *e;
    size_t i;

    if (w->events == w->capacity) {
        w->capacity = w->capacity ? w->capacity * 2 : 256;
        w->heap = realloc(w->heap, w->capacity * sizeof(*w->heap));
        if (!w->heap)
            abort();
    }
    e = &w->heap[w->events++];
    e->when = when < w->now ? w->now : when;
    e->sequence = w->sequence++;
    e->kind = kind;
    e->what = what;
    e->number = number;
    for (i = w->events - 1; i > 0; i = (i - 1) / 2) {
        if (!is_before(&w->heap[i], &w->heap[(i - 1) / 2]))
            break;
        swap(&w->heap[i], &w->heap[(i - 1) / 2]);
    }
}

static sim_event next_event(sim_world *w)
{
    sim_event first = w->heap[0];
    size_t i = 0, child;

    w->heap[0] = w->heap[--w->events];
    for (; (child = 2 * i + 1) < w->events; i = child) {
        if (child + 1 < w->events
            && is_before(&w->heap[child + 1], &w->heap[child]))
            child++;
        if (!is_before(&w->heap[child], &w->heap[i]))
            break;
        swap(&w->heap[child], &w->heap[i]);
    }
    return first;
}

/* ---- the story ---- */

static void say_who(sim_world *w, const sim_call *c)
{
    fprintf(w->out, "%9.3f s  ", (double)w->now / 1000);
    if (c)
        fprintf(w->out, "%d/%c #%-3d %-24s ", c->process->number,
                'a' + (int)(c->family - c->process->families), c->number,
                cielo_operation_at(c->operation)->name);
}

void sim_say(sim_world *w, const sim_call *c, const char *format, ...)
{
    va_list args;

    if (!w->tell)
        return;
    say_who(w, c);
    va_start(args, format);
    vfprintf(w->out, format, args);
    va_end(args);
    fprintf(w->out, "\n");
}

void sim_break(sim_world *w, const sim_call *c, const char *format, ...)
{
    char text[sizeof(w->violation)];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (w->violations++ == 0)
        snprintf(w->violation, sizeof(w->violation), "%s", text);
    if (w->tell) {
        say_who(w, c);
        fprintf(w->out, "BROKEN: %s\n", text);
    }
}

/* ---- processes ---- */

int64_t sim_clock(const sim_world *w, const sim_process *p)
{
    return w->now + p->offset;
}

/* Where the one thread of the simulation is just now: the core asks for clock
 * and lines without saying whose. */
static struct {
    sim_process *process;
    sim_loop *loop;
} here;

void sim_enter(sim_process *p)
{
    here.process = p;
    sim_told_enter(p->told);
}

sim_process *sim_here(void)
{
    return here.process;
}

void sim_enter_loop(sim_loop *l)
{
    here.loop = l;
}

sim_loop *sim_loop_here(void)
{
    return here.loop;
}

static cielo_client *make_client(const sim_world *w, const sim_family *f,
                                 sim_random *draw)
{
    cielo_options o = CIELO_OPTIONS_INIT;
    cielo_client *client;
    cielo_error err;

    o.merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d";
    o.merchant_key = "CANARYKEYABCDEFGHIJKLMNOPQRSTUVWXYZ01234";
    o.client_id = "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11";
    o.client_secret = "CANARYSECRETabcdefghijklmnopqrst";
    o.mpi_client_id = o.post_client_id = o.client_id;
    o.mpi_client_secret = o.post_client_secret = o.client_secret;
    o.checkout_merchant_id = o.merchant_id;
    o.max_connections = f->most;
    if (w->one_place)
        o.base_url = "http://127.0.0.1:8645";
    else
        o.environment = "production";
    o.journal = f->records ? "/journal" : "";
    o.journal_sync = f->syncs ? "intent" : "off";
    o.journal_required = f->requires;
    o.timeout_ms = 3000 + sim_below(draw, 43) * 1000;
    o.max_retries = (int)sim_below(draw, 4);
    o.reconcile = !sim_chance(draw, 30);
    if (cielo_client_new(&client, &o, &err) != CIELO_OK) {
        fprintf(stderr, "no client: %s\n", err.message);
        abort();
    }
    return client;
}

static cielo_client *make_other(cielo_client *client, sim_random *draw)
{
    cielo_options o = CIELO_OPTIONS_INIT;
    cielo_client *other;

    o.timeout_ms = 1500 + sim_below(draw, 30) * 1000;
    if (cielo_client_with(&other, client, &o, NULL) != CIELO_OK)
        abort();
    return other;
}

/* In some, a segment has room for a few calls alone: often a new one begins
 * while those of the last are under way. */
static void draw_segments(const sim_family *f)
{
    const sim_process *p = f->process;
    sim_random draw
        = sim_stream(p->world->seed,
                     50000 + (uint64_t)p->number * 100 + (uint64_t)p->lives);
    cielo__writer *writer = cielo__writer_of(f->client);

    if (writer && sim_chance(&draw, 250))
        writer->longest = 500 + sim_below(&draw, 8000);
}

static void start_family(sim_world *w, sim_process *p, sim_family *f,
                         sim_random *draw)
{
    int i;

    memset(f, 0, sizeof(*f));
    f->process = p;
    f->most = sim_chance(draw, w->narrow) ? 1 + (int)sim_below(draw, 3) : 100;
    f->records = sim_chance(draw, w->records)
        || (w->records && f == &p->families[0]); /* who settles */
    f->syncs = !sim_chance(draw, 150);
    f->requires = !sim_chance(draw, 120);
    f->client = make_client(w, f, draw);
    f->other = make_other(f->client, draw);
    draw_segments(f);
    f->full = w->now;
    f->loop_count = sim_chance(draw, 200) ? SIM_LOOPS : 1;
    for (i = 0; i < f->loop_count; i++)
        sim_loop_open(&f->loops[i], f, (sim_way)sim_below(draw, 3),
                      sim_chance(draw, 200) ? (int)sim_below(draw, 40) : 0);
}

static void start_process(sim_world *w, sim_process *p)
{
    sim_random draw
        = sim_stream(w->seed,
                     9000 + (uint64_t)p->number * 100 + (uint64_t)p->lives);
    int i;

    p->world = w;
    p->told = sim_told_new();
    p->alive = 1;
    p->dying = p->doomed = p->struck = 0;
    p->lives++;
    p->perils = sim_stream(sim_next(&draw), 1);
    p->jobs = NULL;
    p->asked_sync = p->syncing = 0;
    p->offset = 1000 + sim_below(&draw, 1000000000);
    sim_enter(p);
    for (i = 0; i < SIM_FAMILIES; i++)
        start_family(w, p, &p->families[i], &draw);
    if (p->lives > 1) {
        sim_say(w, NULL, "process %d starts again", p->number);
        sim_at(w, w->now + sim_below(&draw, 8000), SIM_SETTLE, p, 0);
        sim_shop_restarted(w, p);
    }
}

/* In order, it leaves nothing locked. */
static void check_let_go(sim_world *w, sim_process *p)
{
    if (sim_files_held(p))
        sim_break(w, NULL, "a process that ended keeps a file locked");
}

/* Its calls are gone; what the kernel took of them stays on its way. One that
 * is killed tells nobody how they ended. */
static void stop_process(sim_world *w, sim_process *p, int killed)
{
    int i;

    if (!p->alive)
        return;
    sim_enter(p);
    p->dying = killed;
    if (killed)
        sim_files_let_go(p);
    sim_settle_stop(p);
    for (i = 0; i < SIM_FAMILIES; i++) {
        sim_family *f = &p->families[i];

        if (killed)
            sim_host_kill(w, f);
        else
            sim_host_close(w, f);
        sim_check_forget(f);
        cielo_client_unref(f->other);
        cielo_client_unref(f->client);
        memset(f, 0, sizeof(*f));
    }
    free(p->told);
    p->told = NULL;
    p->alive = 0;
    if (!killed)
        check_let_go(w, p);
}

/* ---- deaths ---- */

void sim_strike(sim_world *w, sim_process *p)
{
    if (!p->alive || p->struck)
        return;
    sim_say(w, NULL, "process %d is killed in the middle", p->number);
    sim_files_let_go(p);
    p->struck = 1;
    if (w->figures)
        w->figures->kills++;
    sim_at(w, w->now, SIM_DIE, p, 0);
}

/* A machine without power: all that runs on it dies at once, and what was not
 * on disk may be lost. */
static void cut_power(sim_world *w, sim_machine *m, sim_random *draw)
{
    int i;

    sim_say(w, NULL, "the power of machine %d goes", m->number);
    for (i = 0; i < SIM_PROCESSES; i++) {
        if (w->processes[i].machine == m)
            sim_strike(w, &w->processes[i]);
    }
    sim_files_lose_power(m, draw);
    sim_check_lost(w);
    if (w->figures)
        w->figures->power_cuts++;
}

int sim_peril(sim_process *p)
{
    sim_world *w = p->world;

    if (p->struck || p->dying)
        return 1;
    if (!w->perils || !sim_rarely(&p->perils, w->perils))
        return 0;
    if (sim_chance(&p->perils, w->powers))
        cut_power(w, p->machine, &p->perils);
    else
        sim_strike(w, p);
    return 1;
}

void sim_end(sim_world *w, sim_process *p)
{
    stop_process(w, p, 1);
}

void sim_die(sim_world *w, sim_process *p)
{
    sim_random draw
        = sim_stream(w->seed,
                     9500 + (uint64_t)p->number * 100 + (uint64_t)p->lives);
    int killed = sim_chance(&draw, 600) || p->struck;

    if (!p->alive)
        return;
    if (w->blocked && w->blocked->process == p) {
        p->doomed = 1; /* once its thread is where it can be left */
        return;
    }
    if (p->busy) { /* likewise */
        sim_at(w, w->now + 1, SIM_DIE, p, 0);
        return;
    }
    sim_say(w, NULL, "process %d %s", p->number, killed ? "dies" : "ends");
    if (w->figures)
        w->figures->deaths++;
    stop_process(w, p, killed);
    if (!p->machine->burnt)
        sim_at(w, w->now + 200 + sim_below(&draw, 20000), SIM_START, p, 0);
}

/* ---- a world ---- */

/* How far Cielo's clocks lie apart, how its dates are written, what fails. */
static void draw_clocks(sim_world *w)
{
    sim_random draw = sim_stream(w->seed, 7001);

    w->zone = -3;
    if (sim_chance(&draw, 500) || w->mask->honest)
        return;
    w->date_off = (sim_below(&draw, 121) - 60) * 1000
        / (sim_below(&draw, 9) + 1);
    if (sim_chance(&draw, 500))
        w->books_off = (sim_below(&draw, 121) - 60) * 1000
            / (sim_below(&draw, 9) + 1);
    if (sim_chance(&draw, 80))
        w->zone = sim_chance(&draw, 500) ? -2 : 0;
    if (sim_chance(&draw, 150))
        w->no_dates = 200;
}

static sim_span draw_span(sim_random *draw, int permille)
{
    sim_span span = {0, 0};

    if (sim_chance(draw, permille)) {
        span.from = sim_below(draw, 200000);
        span.until = span.from + 500 + sim_below(draw, 30000);
    }
    return span;
}

/* Right to a second or two, wrong by minutes, or by hours. */
static int64_t draw_wall(sim_random *draw)
{
    static const int64_t most[] = {0, 2000, 2000, 90000, 4 * 3600 * 1000};
    int64_t wrong = most[sim_below(draw, 5)];

    return wrong ? sim_below(draw, 2 * wrong + 1) - wrong : 0;
}

static void draw_machines(sim_world *w)
{
    static const int places[][SIM_PROCESSES]
        = {{0, 0, 1}, {0, 1, 1}, {0, 0, 0}, {0, 1, 2}};
    sim_random draw = sim_stream(w->seed, 7004);
    const int *of = places[sim_below(&draw, 4)];
    int i;

    for (i = 0; i < SIM_MACHINES; i++) {
        sim_machine *m = &w->machines[i];

        m->number = i + 1;
        m->wall = draw_wall(&draw);
        if (w->mask->honest)
            m->wall = 0;
        m->full = draw_span(&draw, 100);
        m->ill = draw_span(&draw, 100);
        m->shut = draw_span(&draw, 60);
    }
    for (i = 0; i < SIM_PROCESSES; i++)
        w->processes[i].machine = &w->machines[of[i]];
}

/* What memory there is, and what endangers it. */
static void draw_dangers(sim_world *w)
{
    static const int perils[] = {0, 0, 0, 2, 8, 25, 60};
    static const int records[] = {0, 700, 1000, 1000, 1000, 1000};
    sim_random draw = sim_stream(w->seed, 7005);

    w->perils = perils[sim_below(&draw, 7)];
    w->powers = sim_chance(&draw, 500) ? 300 : 0;
    w->contained = sim_chance(&draw, 250);
    w->records = records[sim_below(&draw, 6)];
    w->one_place = sim_chance(&draw, 500);
    if (w->mask->immortal)
        w->perils = 0;
}

static void draw_settings(sim_world *w)
{
    static const int faults[] = {0, 80, 80, 200, 200, 400, 700};
    sim_random draw = sim_stream(w->seed, 7002);

    w->items = 60 + (int)sim_below(&draw, 90);
    w->faults = faults[sim_below(&draw, 7)];
    w->lag = sim_chance(&draw, 250) ? (int)sim_below(&draw, 4000) : 0;
    w->twins = sim_chance(&draw, 250) ? 850 : 250;
    w->deaths = sim_chance(&draw, 400) && !w->mask->immortal ? 25 : 0;
    w->blocking = sim_chance(&draw, 400) ? 400 : 0;
    w->narrow = sim_chance(&draw, 400) ? 700 : 0;
    draw_clocks(w);
    draw_machines(w);
    draw_dangers(w);
}

static void open_world(sim_world *w)
{
    int64_t when = 0;
    int i;

    draw_settings(w);
    sim_books_open(w);
    sim_shop_open(w);
    for (i = 0; i < SIM_PROCESSES; i++) {
        w->processes[i].number = i + 1;
        start_process(w, &w->processes[i]);
    }
    for (i = 0; i < w->items; i++) {
        sim_random draw = sim_stream(w->seed, 3000 + (uint64_t)i);

        /* Now at once, now far apart: in flight together and one by one. */
        when += sim_chance(&draw, 400) ? sim_below(&draw, 50)
                                       : sim_below(&draw, 4000);
        if (!w->mask->skip[i])
            sim_at(w, when, SIM_ITEM, NULL, i);
        if (sim_chance(&draw, w->deaths))
            sim_at(w, when + sim_below(&draw, 3000), SIM_DIE,
                   &w->processes[sim_below(&draw, SIM_PROCESSES)], 0);
    }
    sim_say(w, NULL,
            "seed %llu: %d wishes, %d in a thousand exchanges fail, dates "
            "%+lld ms, books %+lld ms at UTC%+lld, lists lag %d ms",
            (unsigned long long)w->seed, w->items, w->faults,
            (long long)w->date_off, (long long)w->books_off, (long long)w->zone,
            w->lag);
}

static void happen(sim_world *w, const sim_event *e)
{
    switch (e->kind) {
    case SIM_ITEM:
        sim_shop_item(w, (int)e->number);
        break;
    case SIM_READY:
        sim_loop_ready(w, e->what, (int)e->number);
        break;
    case SIM_WAKE:
        sim_loop_wake(w, e->what);
        break;
    case SIM_CONNECTED:
        sim_connected(e->what);
        break;
    case SIM_ROOM:
        sim_room(w, e->what);
        break;
    case SIM_ARRIVE:
        sim_arrive(w, e->what);
        break;
    case SIM_PROCESS:
        sim_process_late(w, e->what);
        break;
    case SIM_BYTES:
        sim_bytes(w, e->what);
        break;
    case SIM_CANCEL:
        sim_host_cancel(w, e->what);
        break;
    case SIM_DIE:
        sim_die(w, e->what);
        break;
    case SIM_SETTLE:
        sim_settle(w, e->what, (int)e->number);
        break;
    case SIM_SETTLE_NEXT:
        sim_settle_next(w, e->what);
        break;
    case SIM_SYNC:
        sim_sync(w, e->what, (int)e->number);
        break;
    case SIM_REPEAT:
        sim_shop_repeat(w, e->what);
        break;
    default:
        if (!((sim_process *)e->what)->machine->burnt)
            start_process(w, e->what);
        break;
    }
}

int sim_pass(sim_world *w, int64_t until)
{
    sim_process *p = here.process;
    sim_event e;

    if (w->events == 0 || w->heap[0].when > until) {
        if (w->now < until)
            w->now = until;
        return 0;
    }
    e = next_event(w);
    w->now = e.when;
    happen(w, &e);
    sim_enter(p);
    sim_enter_loop(NULL);
    return 1;
}

/* Nothing is to happen any more. */
static void check_ended(sim_world *w)
{
    const sim_call *c;

    for (c = w->calls; c; c = c->older) {
        if (c->call)
            sim_break(w, c, "a call that nobody ends");
    }
}

static void run(sim_world *w)
{
    while (w->events > 0) {
        sim_event e = next_event(w);

        w->now = e.when;
        happen(w, &e);
    }
    check_ended(w);
}

static void close_world(sim_world *w)
{
    int i;

    for (i = 0; i < SIM_PROCESSES; i++)
        stop_process(w, &w->processes[i], 1);
    for (i = 0; i < SIM_MACHINES; i++)
        sim_files_free(&w->machines[i]);
    sim_network_free(w);
    here.process = NULL;
    sim_books_free(w);
    while (w->calls) {
        sim_call *c = w->calls;

        w->calls = c->older;
        free(c);
    }
    free(w->heap);
}

void sim_open_one(sim_world *w)
{
    w->zone = -3;
    sim_books_open(w);
    sim_shop_open(w);
    w->processes[0].number = 1;
    w->processes[0].machine = &w->machines[0];
    start_process(w, &w->processes[0]);
}

void sim_close(sim_world *w)
{
    close_world(w);
}

int sim_play(uint64_t seed, const sim_mask *mask, sim_figures *figures,
             FILE *story, char violation[240])
{
    sim_world *w = calloc(1, sizeof(*w));
    int violations;

    if (!w)
        abort();
    w->seed = seed;
    w->mask = mask;
    w->draw = sim_stream(seed, 1);
    w->figures = figures;
    w->tell = story != NULL;
    w->out = story;
    open_world(w);
    run(w);
    sim_shop_last_look(w);
    run(w);
    sim_settle_all(w, run);
    close_world(w);
    if (figures)
        figures->worlds++;
    violations = w->violations;
    if (violation)
        strcpy(violation, w->violation);
    free(w);
    return violations == 0;
}
