/*
 * What of the journal is done beside the threads of the host: one thread of the
 * process that syncs, and bells by which threads wake event loops. Whoever
 * links other functions under these names needs neither.
 */
#ifndef CIELO_SYNCER_H
#define CIELO_SYNCER_H

#include <cielo/alloc.h>

/* Work of one owner, which it keeps, zero to begin with but for the first two.
 * `run` is called on the thread, as often as was asked since the last time
 * counts once. */
typedef struct cielo__sync_job {
    void (*run)(void *context);
    void *context;
    struct cielo__sync_job *next; /* these are the syncer's own */
    int known;
    int queued;
} cielo__sync_job;

/* Any thread: has the job run soon. Starts the thread where it is not there;
 * gives 0, or the errno why it cannot be. */
int cielo__syncer_ask(cielo__sync_job *job);
/* Waits for one that runs; it will not run again. The last job's leaving ends
 * the thread. Not to be called in a child of the process that asked. */
void cielo__syncer_leave(cielo__sync_job *job);

/* A descriptor that is readable between a ring and the next hush. */
typedef struct cielo__bell cielo__bell;
/* Gives 0 or an errno. */
int cielo__bell_new(cielo__bell **out, const cielo_allocator *mem);
int cielo__bell_descriptor(const cielo__bell *bell);
/* Any thread. */
void cielo__bell_ring(cielo__bell *bell);
/* What was rung before is as if it had not been. */
void cielo__bell_hush(cielo__bell *bell);
/* NULL is a no-op. */
void cielo__bell_free(cielo__bell *bell);

#endif
