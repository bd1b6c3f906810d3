/* What cielo_perform and cielo_multi share: exchanges, the pool of a client's
 * lines, and what a host is told to watch. */
#ifndef CIELO_HTTP_H
#define CIELO_HTTP_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <cielo/perform.h>
#include <cielo/wire.h>

#include "../base/base.h"
#include "../call/slots.h"
#include "file.h"
#include "line.h"
#include "syncer.h"

/* ---- seat.c ---- */

/*
 * What a call's transport slot points at: the first member of whatever runs
 * the call. `multi` is the cielo_multi, or NULL for cielo_perform; `drop` runs
 * when the call is freed or cancelled under way.
 */
typedef struct cielo__seat {
    cielo_multi *multi;
    void (*drop)(struct cielo__seat *seat);
} cielo__seat;

/* The call's seat, NULL when nobody runs it. */
cielo__seat *cielo__seat_get(cielo_call *call);
void cielo__seat_set(cielo_call *call, cielo__seat *seat);

/* ---- pool.c: the lines of a client ---- */

typedef struct cielo__pool cielo__pool;
typedef struct cielo__place cielo__place;

/* A queue of leases. As the board of a cielo_multi it has those whose turn has
 * come: any thread may put one there, under the pool's lock. */
typedef struct cielo__leases {
    struct cielo__lease *first;
    struct cielo__lease *last;
} cielo__leases;

typedef enum cielo__lease_state {
    CIELO__LEASE_NONE,
    CIELO__LEASE_QUEUED,
    CIELO__LEASE_HELD
} cielo__lease_state;

/* A call's right to one line to one place, or its turn in the queue for it. */
typedef struct cielo__lease {
    cielo__pool *pool;
    cielo__place *place;
    cielo__lease_state state;
    struct cielo__lease *next; /* in the queue, then on the board */
    struct cielo__lease *prev;
    cielo__leases *board; /* NULL: a thread waits, on `turn` */
    int posted;           /* on the board */
    int has_turn;         /* `turn` is made */
    pthread_cond_t turn;
    void *owner;
} cielo__lease;

/* The client's pool, also in a forked child; NULL when memory is short. */
cielo__pool *cielo__pool_of(cielo_client *client);
cielo__net *cielo__pool_net(const cielo__pool *pool);
/* How many idle lines to one place are kept, and the most in use at once. */
size_t cielo__pool_limit(const cielo__pool *pool);

/* Asks for a line to where `url` leads: HELD, QUEUED behind those who asked
 * before, or NONE when memory is short. A `board` is told of its turn, without
 * one cielo__lease_wait is for it. */
cielo__lease_state cielo__lease_ask(cielo__lease *lease, cielo__pool *pool,
                                    const char *url, cielo__leases *board);
/* Blocks while it is QUEUED, or until `until_ms`. */
cielo__lease_state cielo__lease_wait(cielo__lease *lease, int64_t until_ms);
/* Gives it back, and the next in the queue its turn. One that was never asked
 * for, or not since it ended, is let be. */
void cielo__lease_end(cielo__lease *lease);
/* The next lease on the board, now HELD; NULL when there is none. */
cielo__lease *cielo__board_next(cielo__pool *pool, cielo__leases *board);

/* An idle line of blocking calls to where the lease leads, or NULL. */
cielo__line *cielo__pool_take(const cielo__lease *lease, unsigned *age);
/* Before a new line is opened: closes an idle one where there would else be
 * more than the limit. */
void cielo__pool_make_room(const cielo__lease *lease);
/* Keeps a line for blocking calls, or closes it where it was taken or opened
 * before idle ones were closed. */
void cielo__pool_give(const cielo__lease *lease, cielo__line *line,
                      unsigned age);

/* An exchange that is idle in the pool, or a new one; NULL when memory is
 * short. */
struct cielo__exchange *cielo__pool_borrow(cielo__pool *pool);
/* Gives back one whose request is forgotten and whose lease has ended. */
void cielo__pool_return(cielo__pool *pool, struct cielo__exchange *x);

/* How long an idle line is trusted, ms: most servers close after a minute. */
#define CIELO__IDLE_LIMIT_MS ((int64_t)60 * 1000)

/* From 0, in the order in which places were first asked for. */
size_t cielo__place_number(const cielo__place *place);

/* ---- wire_request.c ---- */

/* Whether `text` is a token (RFC 9110, 5.6.2). */
int cielo__is_http_token(const char *text, size_t length);
/* Bytes past ASCII may stand in values (RFC 9110, 5.5), controls may not. */
int cielo__is_http_text(const char *text, size_t length);
/* Whether `text` is `word`, which is in lower case, in whatever case. */
int cielo__is_lower(const char *text, const char *word, size_t length);

#define CIELO__REQUEST_LIMIT ((size_t)4 * 1024 * 1024)

/* Adds the bytes of a request to an empty buffer. Errors: CIELO_EMEMORY;
 * CIELO_EUSAGE, with a `*problem` that says why. */
int cielo__wire_request(cielo__buf *out, const cielo_request *request,
                        const char **problem);

/* ---- exchange.c: one request and what came of it ---- */

typedef enum cielo__progress {
    CIELO__WAIT_READ,
    CIELO__WAIT_BOTH, /* room to send, and an early answer */
    CIELO__ANEW,      /* surely not sent: to be sent once more, on a new line */
    CIELO__ENDED
} cielo__progress;

/* It serves one request at a time and may serve any number in turn. */
typedef struct cielo__exchange {
    cielo__seat seat; /* first: a call's slot points here, in cielo_perform */
    const cielo_allocator *mem;
    struct cielo__exchange *next; /* in the owner's list of idle ones */
    cielo_wire *wire;
    cielo__line *line;
    cielo__lease lease;
    int64_t limit;     /* by when it must end */
    cielo_call *call;  /* in cielo_perform: whose request it is */
    int queued;        /* in cielo_perform: the lease is */
    int wait;          /* likewise: for which events, 0: it was not tried yet */
    unsigned age;      /* likewise: the pool's when the line was had */
    unsigned forks;    /* of the process that began it */
    int reused;        /* the line served another request before */
    int again;         /* it was sent anew already */
    cielo_cause cause; /* why it failed beside the wire, else
                          CIELO_CAUSE_END */
    const char *text;
} cielo__exchange;

/* NULL when memory is short. */
cielo__exchange *cielo__exchange_new(const cielo_allocator *mem);
/* Closes its line, which is not to serve another; the parent's stays as it is
 * in a forked child. */
void cielo__exchange_close(cielo__exchange *x);
/* Wipes and frees; its line is gone, its lease has ended. NULL is a no-op. */
void cielo__exchange_free(cielo__exchange *x);

/* Makes the bytes of the call's open SEND. Gives 0 when they cannot be made,
 * with the reason to report. */
int cielo__exchange_start(cielo__exchange *x, const cielo_call *call);
/* The same once more, after ANEW. */
int cielo__exchange_again(cielo__exchange *x, const cielo_call *call);
/* Moves bytes over its OPEN line; `readable` 1: something may have come. */
cielo__progress cielo__exchange_move(cielo__exchange *x, int readable);
/* Notes why it ends, with a text that lives until the report. */
void cielo__exchange_fail(cielo__exchange *x, cielo_cause cause,
                          const char *text);
/* Its time is over. */
void cielo__exchange_fail_late(cielo__exchange *x);
/* Its line could not be opened. */
void cielo__exchange_fail_line(cielo__exchange *x);
/* The call is dropped under way, and its line closed next: tells it when the
 * whole request surely did not leave. */
void cielo__exchange_drop(const cielo__exchange *x, cielo_call *call);
/* Tells the call how it went and forgets the exchange; gives 1 when the line
 * may serve another. */
int cielo__exchange_report(cielo__exchange *x, cielo_call *call);

/* ---- multi.c ---- */

/* Takes note that `fd` is ready; cielo_multi_advance goes on. */
void cielo__multi_ready(cielo_multi *multi, int fd, int ready);
const cielo_allocator *cielo__multi_allocator(const cielo_multi *multi);

/* ---- idle.c: the idle lines of a cielo_multi ---- */

typedef struct cielo__rank cielo__rank;

typedef struct cielo__idle {
    const cielo_allocator *mem;
    cielo__rank *ranks; /* by the number of the place; freed by the owner */
    size_t count;
    size_t limit; /* of lines to one place */
} cielo__idle;

/* Closes the oldest one where there are too many, or one is too old. */
void cielo__idle_keep(cielo__idle *idle, const cielo__lease *lease,
                      cielo__line *line);
/* One to where the lease leads, not looked at yet; or NULL. */
cielo__line *cielo__idle_take(cielo__idle *idle, const cielo__lease *lease);
/* Closes one that is kept. */
void cielo__idle_drop(cielo__idle *idle, cielo__line *line);
/* Closes all; `forked` 1: they are a parent's. */
void cielo__idle_close(cielo__idle *idle, int forked);

/* ---- watch.c: descriptors, as a host is told of them ---- */

typedef struct cielo__watched {
    cielo__line *line;     /* that it belongs to, while watched */
    size_t place;          /* in `shown` plus one, 0: not there */
    int events;            /* what is waited for */
    int told;              /* what the host knows from changes */
    unsigned char changed; /* in `changes` */
    unsigned char closed;  /* since the host was told */
    unsigned char gone;    /* since the host last saw the list, see watch.c */
    unsigned char held;
} cielo__watched;

typedef struct cielo__numbers {
    int *items;
    size_t count;
    size_t capacity;
} cielo__numbers;

/*
 * By number. One that is closed and opened again while the host is not looking
 * must not seem unchanged to it: its poller dropped the old one. As changes it
 * is told as gone first; in the list of all it is missing (`held`) until the
 * host has seen it to be.
 */
typedef struct cielo__watches {
    const cielo_allocator *mem;
    cielo__watched *slots;
    size_t room;
    cielo__numbers shown;
    cielo__numbers held;
    cielo__numbers gone;
    cielo__numbers changes;
    size_t next_change; /* those before were told */
    size_t held_seen;   /* the first ones, which the host saw missing */
    int listed;         /* the host has asked for the list */
    int status;         /* CIELO_EMEMORY once memory was short */
} cielo__watches;

void cielo__watches_init(cielo__watches *w, const cielo_allocator *mem);
void cielo__watches_clear(cielo__watches *w);
void cielo__watch_set(cielo__watches *w, cielo__line *line, int fd, int events);
void cielo__watch_closed(cielo__watches *w, int fd);
/* A new descriptor has the number. */
void cielo__watch_opened(cielo__watches *w, int fd);
/* The line that waits for the descriptor, or NULL. */
cielo__line *cielo__watch_line(const cielo__watches *w, int fd);
int cielo__watch_change(cielo__watches *w, int *fd, int *events);
int cielo__watch_at(cielo__watches *w, size_t index, int *fd, int *events);
/* What the host saw missing may come back. */
void cielo__watch_round(cielo__watches *w);

/* ---- journal.c: what writes the journal of a client ---- */

typedef struct cielo__segment cielo__segment;

/* Who is to be told when syncs have ended. */
typedef struct cielo__listener {
    struct cielo__listener *next;
    cielo__bell *bell; /* NULL: not among them */
} cielo__listener;

/*
 * Tickets count the intents that have to be on disk: all up to `settled` are,
 * or are in a segment that failed.
 */
typedef struct cielo__writer {
    const cielo_allocator *mem;
    pthread_mutex_t mutex;   /* taken after the client's lock, never before */
    pthread_cond_t settling; /* a sync has ended */
    const char *folder;
    int group;
    char stem[128]; /* of the names of segments, up to their numbers */
    char host[64];
    int64_t pid;
    unsigned number; /* of the next segment */
    int64_t longest; /* bytes of a segment, and ms that it is written to */
    int64_t oldest;
    cielo__segment *first;   /* the segments, in their order */
    cielo__segment *current; /* the one that is appended to, or NULL */
    cielo__segment *syncing; /* the one that somebody syncs, or NULL */
    uint64_t target;         /* ... and what is settled by it */
    uint64_t given;
    uint64_t settled;
    uint64_t wanted; /* the last one that the syncer was asked for */
    cielo__sync_job job;
    cielo__listener *listeners;
    unsigned forks;
    struct cielo__writer *elder; /* a parent's */
} cielo__writer;

/* The client's writer, also in a forked child; NULL when it has no journal, or
 * memory is short. */
cielo__writer *cielo__writer_of(cielo_client *client);
/* Rings the bell of `listener` after each sync from now on; `cease` ends it. */
void cielo__writer_tell(cielo__writer *w, cielo__listener *listener,
                        cielo__bell *bell);
void cielo__writer_cease(cielo__writer *w, cielo__listener *listener);

/* Appends the outcome of a call that is DONE, where it has one. That it could
 * not be is a warning of the call. */
void cielo__journal_outcome(cielo_call *call);

/* ---- clock.c ---- */

/* A moment of cielo_now_ms in the clock of conditions (base/cond.h). */
int64_t cielo__cond_ms(int64_t until_ms);

#endif
