/* The state that the core keeps per process, one for each simulated one: the
 * core's own file, in which what was told to a process is behind pointers. */
#define told_here (*sim_told_ids)
#define told_here_next (*sim_told_next)
#include "call/shared.c"
#undef told_here
#undef told_here_next

#include <stdlib.h>

#include "sim.h"

typedef struct sim_told_state {
    uint64_t ids[TOLD];
    size_t next;
} sim_told_state;

void *sim_told_new(void)
{
    void *made = calloc(1, sizeof(sim_told_state));

    if (!made)
        abort();
    return made;
}

void sim_told_enter(void *of)
{
    sim_told_state *state = of;

    sim_told_ids = &state->ids;
    sim_told_next = &state->next;
}
