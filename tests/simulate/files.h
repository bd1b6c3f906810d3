/* Files of the simulated machines: what files.c keeps, and who looks at it. */
#ifndef SIM_FILES_H
#define SIM_FILES_H

#include "http/file.h"
#include "sim.h"

/* A file, or a lock. Of its bytes the first `synced` outlast a power cut. */
struct sim_file {
    struct sim_file *next; /* of the machine */
    const sim_machine *machine;
    struct sim_file *was; /* of which it is a copy */
    char folder[24];
    char name[160];
    char *bytes;
    size_t length, capacity;
    size_t synced;
    int64_t synced_at;
    int named;   /* its name is on disk too */
    int sick;    /* an fdatasync failed: what was not on disk never will be */
    int rotten;  /* some bit of it changed */
    int removed; /* open handles still reach it */
    int64_t written;     /* when, by the machine's clock */
    cielo__file *holder; /* of its lock */
};

/* The next whole record of a file, from `*at` on, which moves behind it: found
 * by a reader of the simulator's own. NULL at the end. */
const char *sim_record_next(const sim_file *f, size_t *at, size_t *length);

#endif
