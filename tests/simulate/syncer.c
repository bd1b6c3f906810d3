/* The thread that syncs beside the event loops of a simulated process, and the
 * bells that it rings, in place of the core's own: both take their time. */
#include <errno.h>
#include <stdlib.h>

#include "base/base.h"
#include "http/syncer.h"
#include "lines.h"

/* ---- the thread ---- */

static int64_t draw_delay(sim_random *draw)
{
    int64_t most = sim_chance(draw, 900) ? 4
        : sim_chance(draw, 900)          ? 300
                                         : 9000;

    return sim_below(draw, most + 1);
}

static void await(sim_process *p)
{
    if (p->asked_sync)
        return;
    p->asked_sync = 1;
    sim_at(p->world, p->world->now + draw_delay(&p->perils), SIM_SYNC, p,
           p->lives);
}

int cielo__syncer_ask(cielo__sync_job *job)
{
    sim_process *p = sim_here();
    cielo__sync_job **end = (cielo__sync_job **)&p->jobs;

    /* No thread is to be had; one that knows the job is there. */
    p->refused = !p->struck && !p->busy && sim_rarely(&p->perils, 20)
        && !job->known;
    if (p->refused)
        return EAGAIN;
    job->known = 1;
    if (job->queued)
        return 0;
    job->queued = 1;
    while (*end)
        end = &(*end)->next;
    *end = job;
    await(p);
    return 0;
}

void cielo__syncer_leave(cielo__sync_job *job)
{
    cielo__sync_job **at = (cielo__sync_job **)&sim_here()->jobs;

    while (*at && *at != job)
        at = &(*at)->next;
    if (*at)
        *at = job->next;
    job->next = NULL;
    job->queued = job->known = 0;
}

void sim_sync(sim_world *w, sim_process *p, int life)
{
    cielo__sync_job *job;

    (void)w;
    if (!p->alive || p->struck || p->lives != life)
        return;
    p->asked_sync = 0;
    job = p->jobs;
    if (!job)
        return;
    if (p->syncing) { /* one after the other */
        await(p);
        return;
    }
    p->jobs = job->next;
    job->next = NULL;
    job->queued = 0;
    sim_enter(p);
    sim_enter_loop(NULL);
    p->syncing = 1;
    job->run(job->context);
    p->syncing = 0;
    if (p->jobs)
        await(p);
}

/* ---- bells ---- */

struct cielo__bell {
    const cielo_allocator *mem;
    sim_process *process;
    sim_line *line; /* as a loop's poller has it */
};

int cielo__bell_new(cielo__bell **out, const cielo_allocator *mem)
{
    cielo__bell *bell = cielo__calloc(mem, sizeof(*bell));

    *out = bell;
    if (!bell)
        return ENOMEM;
    bell->mem = mem;
    bell->process = sim_here();
    bell->line = sim_line_of_bell(bell->process);
    return 0;
}

int cielo__bell_descriptor(const cielo__bell *bell)
{
    return bell->line->fd;
}

void cielo__bell_ring(cielo__bell *bell)
{
    if (bell->process->struck || bell->process->dying)
        return;
    bell->line->rung = 1;
    sim_line_changed(bell->line);
}

void cielo__bell_hush(cielo__bell *bell)
{
    bell->line->rung = 0;
}

void cielo__bell_free(cielo__bell *bell)
{
    if (!bell)
        return;
    sim_line_drop_bell(bell->process, bell->line);
    cielo__free(bell->mem, bell);
}
