/* Event loops: each has a cielo_multi, a poller and a timer, as a thread of a
 * process would. */
#include <stdlib.h>
#include <string.h>

#include "lines.h"

/* As often may a loop run without that time passes. */
enum { SPINS = 1000 };

/* ---- the poller ---- */

static void drop_watch(sim_watch *at)
{
    at->line = NULL;
    at->events = 0;
}

/* A poller forgets what was closed, whoever opens the number again: adding it
 * anew is the only way to hear of that. */
static void set_watch(sim_world *w, sim_loop *l, int fd, int events)
{
    sim_line *open = l->family->process->numbers[fd];
    sim_watch *at = &l->watches[fd];

    if (fd > l->highest)
        l->highest = fd;
    if (!open) {
        sim_break(w, NULL, "a descriptor is watched that is closed");
        return;
    }
    if (at->events && at->line != open && l->way != SIM_BY_POLL)
        sim_break(w, NULL, "a number is watched on that was opened again");
    if (open->bell)
        open->loop = l;
    at->line = open;
    at->events = events;
    sim_loop_poke(w, l, open);
}

static void follow_list(sim_world *w, sim_loop *l)
{
    int fd, events;
    size_t i;

    for (i = 0; cielo_multi_interest(l->multi, i, &fd, &events); i++) {
        sim_watch *at = &l->watches[fd];

        at->seen = 1;
        if (l->way == SIM_BY_POLL || at->events != events)
            set_watch(w, l, fd, events);
    }
    for (fd = 0; fd <= l->highest; fd++) {
        if (!l->watches[fd].seen)
            drop_watch(&l->watches[fd]);
        l->watches[fd].seen = 0;
    }
}

static void follow_changes(sim_world *w, sim_loop *l)
{
    int fd, events;

    while (cielo_multi_change(l->multi, &fd, &events)) {
        if (events)
            set_watch(w, l, fd, events);
        else
            drop_watch(&l->watches[fd]);
    }
}

void sim_loop_poke(sim_world *w, sim_loop *l, sim_line *k)
{
    sim_watch *at = k->fd < 0 ? NULL : &l->watches[k->fd];
    int64_t when;

    if (!at || at->line != k || at->due || l->spins >= SPINS
        || !(sim_line_ready(k) & at->events))
        return;
    at->due = 1;
    when = w->now + (sim_chance(&k->draw, 100) ? sim_below(&k->draw, 3) : 0);
    sim_at(w, when + l->late, SIM_READY, l, k->fd);
}

/* ---- turns ---- */

static void check_pause(sim_world *w, sim_loop *l)
{
    if (l->spun != w->now && l->spins < SPINS)
        l->spins = 0;
    l->spun = w->now;
    if (++l->spins == SPINS) /* and here it ends */
        sim_break(w, NULL, "a loop does not come to rest");
}

/* Told again and again of the same, it does nothing about it. */
static void check_heard(sim_world *w, sim_loop *l, sim_line *k)
{
    if (++k->told < SPINS)
        return;
    l->spins = SPINS;
    sim_break(w, NULL, "a loop leaves a descriptor ready for ever");
}

/* An event that comes before the moment finds out, and is made anew. */
static void arm(sim_world *w, sim_loop *l)
{
    if (l->until == INT64_MAX || l->spins >= SPINS
        || (l->wake >= w->now && l->wake <= l->until + l->late))
        return;
    l->wake = (l->until < w->now ? w->now : l->until) + l->late;
    sim_at(w, l->wake, SIM_WAKE, l, 0);
}

/* What a host does after every touch: hears who is done, what to watch, and
 * until when. */
void sim_loop_follow(sim_world *w, sim_loop *l)
{
    cielo_call *call;
    int64_t when;

    if (l->family->process->struck)
        return;
    while ((call = cielo_multi_done(l->multi)) != NULL)
        sim_host_done(w, call);
    if (l->family->process->struck)
        return;
    if (l->way == SIM_BY_CHANGES)
        follow_changes(w, l);
    else
        follow_list(w, l);
    when = cielo_multi_deadline(l->multi);
    l->until = when < 0 ? INT64_MAX : when - l->family->process->offset;
    arm(w, l);
}

static void advance(sim_world *w, sim_loop *l, int fd, int ready)
{
    check_pause(w, l);
    sim_enter(l->family->process);
    sim_enter_loop(l);
    if (cielo_multi_advance(l->multi, fd, ready) != CIELO_OK
        && !l->family->process->struck)
        sim_break(w, NULL, "a loop that cannot go on");
    sim_loop_follow(w, l);
    sim_enter_loop(NULL);
}

void sim_loop_add(sim_world *w, sim_loop *l, sim_call *c)
{
    cielo_error err;

    c->loop = l;
    if (cielo_multi_add(l->multi, c->call, &err) != CIELO_OK)
        sim_break(w, c, "a call that no loop takes: %s", err.message);
    advance(w, l, -1, 0);
}

void sim_loop_wake(sim_world *w, sim_loop *l)
{
    if (!l->multi || l->wake != w->now || l->family->process->struck)
        return;
    l->wake = -1;
    if (w->now >= l->until)
        advance(w, l, -1, 0);
    else
        arm(w, l);
}

/* What a poller gave in one go may be stale for the second of them. */
static void be_stale(sim_world *w, sim_loop *l, sim_random *draw)
{
    advance(w, l, (int)sim_below(draw, l->highest + 2),
            1 + (int)sim_below(draw, 7));
}

/* Now and then it is told of one that is not ready after all. */
void sim_loop_ready(sim_world *w, sim_loop *l, int fd)
{
    sim_watch *at = &l->watches[fd];
    sim_line *k = at->line;
    int ready;

    at->due = 0;
    if (!l->multi || l->family->process->struck)
        return;
    if (k && sim_chance(&k->draw, 20))
        be_stale(w, l, &k->draw);
    k = at->line;
    if (!l->multi || !k || k->freed || k->fd != fd
        || l->family->process->struck)
        return;
    ready = sim_line_ready(k) & at->events;
    if (!ready && !sim_chance(&k->draw, 500))
        return;
    if (k->broken || k->end == 2)
        ready |= CIELO_BROKEN;
    check_heard(w, l, k);
    advance(w, l, fd, ready ? ready : at->events);
    if (l->multi && at->line == k && !k->freed && !l->family->process->struck)
        sim_loop_poke(w, l, k);
}

/* ---- life ---- */

void sim_loop_open(sim_loop *l, sim_family *f, sim_way way, int late)
{
    memset(l, 0, sizeof(*l));
    l->family = f;
    l->way = way;
    l->late = late;
    l->wake = -1;
    l->spun = -1;
    if (cielo_multi_new(&l->multi, f->client, NULL) != CIELO_OK)
        abort();
}

void sim_loop_close(sim_loop *l)
{
    cielo_multi_free(l->multi);
    l->multi = NULL;
}
