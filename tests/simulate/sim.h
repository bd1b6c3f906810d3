/*
 * A simulation: shops that run the real core, a model of Cielo, and a network
 * between them that fails, all in one thread on one virtual clock. Whatever
 * happens follows from a seed.
 *
 *     simulate.c  what is asked for, seeds in turn, the figures
 *     world.c     clock, events, processes and their deaths, the story
 *     shop.c      what the shops want, and the calls that they make
 *     host.c      calls: side by side, blocking, given up; what they are told
 *     loop.c      event loops: descriptors, timers, the core's cielo_multi
 *     lines.c     connections, in place of the core's own over libcurl
 *     files.c     disks, in place of the core's own over the system
 *     syncer.c    the thread that waits for them, likewise
 *     settlers.c  shops that settle what their journals have in doubt
 *     network.c   the way there and back, and all that can go wrong on it
 *     cielo.c     the model's door: addresses, tokens, statuses
 *     books.c     sales, recurrences and orders as Cielo keeps them
 *     oracle.c    whether what was told is what happened
 *     memory.c    whether what is recorded is what happened
 *     shrink.c    the shortest story that still breaks a rule
 *     walk.c      every sequence of a few events, for each operation
 */
#ifndef SIM_H
#define SIM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cielo/cielo.h>

/* ---- chance ---- */

typedef struct sim_random {
    uint64_t state;
} sim_random;

/* SplitMix64: any seed is a good one. */
static inline uint64_t sim_next(sim_random *r)
{
    uint64_t z = (r->state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* 0 to n - 1. */
static inline int64_t sim_below(sim_random *r, int64_t n)
{
    return (int64_t)(sim_next(r) % (uint64_t)n);
}

/* 1 in `permille` of a thousand. */
static inline int sim_chance(sim_random *r, int permille)
{
    return sim_below(r, 1000) < permille;
}

/* The stream of part `which` of what `seed` draws: leaving one part out changes
 * no other. */
static inline sim_random sim_stream(uint64_t seed, uint64_t which)
{
    sim_random r;

    r.state = seed * UINT64_C(0xD1342543DE82EF95) + which;
    r.state = sim_next(&r) ^ which;
    return r;
}

/* 1 in `count` of ten thousand. */
static inline int sim_rarely(sim_random *r, int count)
{
    return sim_below(r, 10000) < count;
}

/* ---- what may go wrong with one exchange: X(NAME, weight, "name") ---- */

#define SIM_FAULT_MAP(X)                                                  \
    X(NONE, 0, "none")                                                    \
    X(REFUSED, 4, "connection refused")                                   \
    X(CONNECT_LATE, 2, "connection never made")                           \
    X(BROKEN_SENDING, 6, "broken while sending")                          \
    X(STUCK_SENDING, 3, "stuck while sending")                            \
    X(LOST, 5, "request lost on the way")                                 \
    X(CLOSED_UNREAD, 6, "closed before it was carried out")               \
    X(CLOSED_DONE, 10, "carried out, then closed")                        \
    X(CUT_HEAD, 4, "carried out, answer cut in its head")                 \
    X(CUT_BODY, 5, "carried out, answer cut in its body")                 \
    X(STALLED, 6, "carried out, never answered")                          \
    X(SLOW, 5, "answered late")                                           \
    X(HELD, 8, "held back and carried out later, never answered")         \
    X(HELD_STATUS, 6, "held back, a gateway's status, carried out later") \
    X(DOUBT_UNREAD, 5, "a status of doubt, not carried out")              \
    X(DOUBT_DONE, 6, "a status of doubt, carried out")                    \
    X(REFUSAL, 6, "a refusal under 500, not carried out")                 \
    X(UNAUTHORIZED, 4, "401, not carried out")                            \
    X(EARLY, 3, "answered before it was sent whole")                      \
    X(GARBAGE_DONE, 5, "carried out, answer unreadable")                  \
    X(GARBAGE_UNREAD, 3, "not carried out, answer unreadable")            \
    X(TWICE_GLUED, 4, "answered twice at once")                           \
    X(TWICE_LATER, 8, "answered a second time later")                     \
    X(ANOTHERS, 5, "carried out, another request's answer")               \
    X(CLOSED_IDLE, 5, "answered, closed while idle")

typedef enum sim_fault {
#define X(name, weight, text) SIM_FAULT_##name,
    SIM_FAULT_MAP(X)
#undef X
        SIM_FAULTS
} sim_fault;

extern const char *const sim_fault_names[SIM_FAULTS];

/* ---- what a caller was told ---- */

#define SIM_TOLD_MAP(X)                          \
    X(NOTHING, "nothing") /* the process died */ \
    X(DONE, "done")                              \
    X(DECLINED, "declined")                      \
    X(PENDING, "pending")                        \
    X(FAILED, "failed")                          \
    X(UNKNOWN, "unknown")                        \
    X(CANCELLED, "cancelled")

typedef enum sim_told {
#define X(name, text) SIM_TOLD_##name,
    SIM_TOLD_MAP(X)
#undef X
        SIM_TOLDS
} sim_told;

extern const char *const sim_told_names[SIM_TOLDS];

/* What no client can tell, as architecture and pages name it; counted. */
#define SIM_RESIDUE_MAP(X)                                                     \
    X(TWIN_PAYMENT, "a twin's payment under the same number, card and amount") \
    X(TWIN_ANSWER, "the answer to a twin, on a connection that is one off")    \
    X(TWIN_REFUSAL, "another process's refusal of the same moment")            \
    X(TWIN_IN_FLIGHT, "a twin's refusal that nobody was told of")              \
    X(CLOCKS_APART, "the same, older by as much as Cielo's clocks differ")     \
    X(OTHER_VOID, "another's void of the same part in between")                \
    X(NAMELESS, "another request's answer, which names nothing")               \
    X(SAME_PAYMENT, "an answer twice, to two changes of one payment")          \
    X(OLD_ATTEMPT, "by hand: an attempt before, while a newer is not shown")   \
    X(CLOCKLESS,                                                               \
      "settled without Cielo's clock: a twin's payment of that day")           \
    X(ROUGH_CLOCK,                                                             \
      "settled by a clock that a late answer told: a twin's payment")          \
    X(MISCLOCKED,                                                              \
      "settled by the date of another request's answer: a twin's sale")        \
    X(TAKEN,                                                                   \
      "settled as absent: a twin was told that its payment was his own")       \
    X(OVERWRITTEN, "settled as absent: another changed the same since")

typedef enum sim_residue {
#define X(name, text) SIM_RESIDUE_##name,
    SIM_RESIDUE_MAP(X)
#undef X
        SIM_RESIDUES
} sim_residue;

extern const char *const sim_residue_names[SIM_RESIDUES];

/* ---- Cielo's books ---- */

/* True time 0, in ms since 1970. */
#define SIM_EPOCH_MS INT64_C(1795000000000)

struct sim_call;

typedef struct sim_sale {
    struct sim_sale *next; /* the one made before */
    char id[40];
    char tid[24];
    char order[32];
    char type[16];
    char card[40]; /* masked, or the token in full with `by_token` */
    int by_token;
    int64_t amount, captured, voided;
    int installments;
    int status;
    char code[8];
    int64_t made;    /* true time, ms */
    int64_t visible; /* to queries, from then on */
    int64_t settles; /* a time-out of the acquirer ends then; 0: none */
    int64_t last_void;
    int void_seen;
    int ever_authorized;
    int ever_given_back;
    int taken; /* another call was told that it made it */
    struct sim_call *by;
    struct sim_call *told; /* the last call that was told of it */
} sim_sale;

typedef struct sim_recurrence {
    char id[40];
    int64_t amount;
    int interval;
    int day;
    char end_date[12];
    char next_date[12];
    char name[32];
    int status;
} sim_recurrence;

typedef struct sim_order {
    char number[40];
    char merchant_number[24];
    int64_t amount;
    int status; /* an index of books.c's words */
} sim_order;

enum {
    SIM_ITEMS = 160,
    SIM_RECURRENCES = 3,
    SIM_ORDERS = 4,
    SIM_NUMBERS = 160, /* of orders */
    SIM_SLOTS = 2 * SIM_NUMBERS,
    SIM_TOKENS = 8
};

/* ---- shops ---- */

/* What a shop may sell: calls of one slot share everything that a look-up
 * compares. */
typedef struct sim_slot {
    int number;
    char order[32];
    int64_t amount;
    const char *card;
    int by_token;
    int installments;
    int capture;
    const char *type;
} sim_slot;

struct sim_process;
struct sim_exchange;

/* How a loop learns what to watch, and what its poller remembers of it. */
typedef enum sim_way {
    SIM_BY_POLL,   /* the list, made anew each time */
    SIM_BY_LIST,   /* the list, compared with what the poller has */
    SIM_BY_CHANGES /* what changed since */
} sim_way;

/* True times. */
typedef struct sim_span {
    int64_t from, until;
} sim_span;

typedef struct sim_file sim_file;

/* What keeps files, has a time of day, and loses its power as a whole. */
typedef struct sim_machine {
    int number;
    int64_t wall; /* how far its clock is ahead, ms */
    sim_file *files;
    sim_span full; /* its disk takes nothing, or not all */
    sim_span ill;  /* it cannot write to it */
    sim_span shut; /* it opens no new file */
    int burnt;     /* it is gone; another has its files */
} sim_machine;

/* What a loop's poller has under a number. */
typedef struct sim_watch {
    struct sim_line *line; /* that was open under it when it was added */
    int events;            /* 0: not added */
    int due;               /* an event is on its way */
    int seen;              /* in the list, this time */
} sim_watch;

enum { SIM_NUMBERS_OPEN = 256 };

/* An event loop, as one thread of a process runs it. */
typedef struct sim_loop {
    struct sim_family *family;
    cielo_multi *multi;
    sim_way way;
    sim_watch watches[SIM_NUMBERS_OPEN];
    int highest;   /* number that was ever watched */
    int late;      /* it is busy with other things for so long, ms */
    int64_t until; /* true times: when to go on at the latest, ... */
    int64_t wake;  /* ... and of the event that sees to it */
    int64_t spun;  /* since when it is awake without a pause, ... */
    int spins;     /* ... and how often since */
} sim_loop;

enum { SIM_FAMILIES = 2, SIM_PROCESSES = 3, SIM_MACHINES = 3, SIM_LOOPS = 2 };

/* A client and those made of it: they share connections and state. */
typedef struct sim_family {
    struct sim_process *process;
    cielo_client *client;
    cielo_client *other;    /* made of it, with a time-out of its own */
    int most;               /* connections to one place in use at once */
    struct sim_call *calls; /* alive */
    sim_loop loops[SIM_LOOPS];
    int loop_count;
    struct sim_line *lines; /* that are not closed */
    int64_t full;           /* when all that may be used last were in use */
    struct void_mark *voids;
    int records;  /* it has a journal, ... */
    int syncs;    /* ... whose intents are to be on disk ... */
    int requires; /* ... before anything is sent */
    int misdated; /* it was handed an answer of another moment */
} sim_family;

typedef struct sim_process {
    struct sim_world *world;
    int number;
    int alive;
    int lives;      /* times it was started */
    int64_t offset; /* of its monotonic clock */
    sim_family families[SIM_FAMILIES];
    void *told; /* what the core keeps per process */
    struct sim_line *numbers[SIM_NUMBERS_OPEN]; /* by descriptor */
    int dying;  /* nothing that it holds leaves it any more */
    int doomed; /* to die when its blocking call comes up for air */
    int struck; /* it is dead already: nothing it does has an effect */
    sim_machine *machine;
    sim_random perils;
    struct sim_settler *settler; /* at work, or NULL */
    void *jobs;                  /* of the thread that syncs */
    int asked_sync;              /* it will look at them */
    int syncing;                 /* it is at work */
    int busy;                    /* it waits for a disk */
    int refused;                 /* there is none just now */
} sim_process;

typedef struct sim_call {
    struct sim_call *next;  /* alive, of the family */
    struct sim_call *older; /* of the world */
    int item;
    int number;
    sim_process *process;
    sim_family *family;
    int life; /* of the process */
    cielo_call *call;
    int operation;
    int is_write;
    sim_random draw;
    int64_t start; /* true time */
    int64_t since; /* of the attempt that it is, or looks at */
    int64_t timeout;
    const sim_slot *slot;
    char target[64]; /* PaymentId, order number or id that it is about */
    char void_key[64];
    int64_t amount;                /* asked for; -1: the whole */
    int64_t not_before;            /* seconds since 1970; -1: not given */
    char wanted[32];               /* the value that a recurrence is given */
    sim_loop *loop;                /* that runs it */
    int blocking;                  /* a thread of its own runs it */
    int given_up;                  /* by the caller, when it next may */
    int64_t waits;                 /* until then */
    struct sim_exchange *exchange; /* under way */
    int exchanges;
    int tried[SIM_FAULTS];
    int fooled;        /* it was handed another request's answer */
    int fooled_by_own; /* one to the same payment or recurrence */
    int ever_fooled;
    int misled; /* by a 401 that was another's: it asked again */
    /* the truth */
    int unsafe; /* a write of it may have arrived */
    int processed;
    int did;        /* the books changed, ... */
    int64_t did_at; /* ... then */
    int denied;
    int held; /* it comes out of a gateway after the call ended */
    sim_sale *made;
    /* what was told */
    sim_told told;
    int is_done;
    sim_sale *told_sale;
    sim_residue residue;
    int has_residue;
    /* what the journal has of it */
    char intent[40];          /* its id there; "" before it has one */
    int clocked;              /* and Cielo's time, ... */
    int misclocked;           /* ... which is another, ... */
    int64_t early;            /* ... or may be so much earlier, ms */
    const sim_file *ended_in; /* its outcome, which is known, ... */
    size_t ended_at;          /* ... up to there, ... */
    int64_t ended_when;       /* ... written then */
    int recorded; /* the core was told that it is there: 1, or not: -1 */
    const sim_file *file;
    size_t file_end;          /* of its intent there, 0: it is not whole */
    int durable;              /* its client syncs them */
    int lost;                 /* the power went before it was on disk */
    struct sim_call *settles; /* the call whose intent it looks at, ... */
    int64_t loaded;           /* ... by a journal that was read then */
    struct sim_call *repeats; /* the one that was told absent */
    int64_t first_nothing;    /* when the first look saw nothing; -1 */
    cielo_settled settled;    /* what a look came to, when it is an end ... */
    cielo_settled noted;      /* ... and what stands in the journal */
    sim_told settled_as;
    int ended; /* the journal says that it is over */
    int blind; /* a look at it was handed another request's answer */
} sim_call;

/* ---- a world ---- */

typedef struct sim_event sim_event;

/* What is left out, so that a story gets short. */
typedef struct sim_mask {
    unsigned char skip[SIM_ITEMS]; /* items that do not happen */
    unsigned char calm[SIM_ITEMS]; /* items whose exchanges do not fail */
    int honest;                    /* clocks agree */
    int immortal;                  /* no process dies */
} sim_mask;

typedef struct sim_world {
    uint64_t seed;
    const sim_mask *mask;
    sim_random draw;
    int64_t now; /* true time, ms */
    sim_event *heap;
    size_t events, capacity;
    uint64_t sequence;

    int items;
    int faults;        /* in a thousand exchanges */
    int64_t date_off;  /* of the Date header, beside true time, ms */
    int64_t books_off; /* of the dates in the books */
    int64_t zone;      /* hours beside UTC of those */
    int no_dates;      /* in a thousand answers */
    int lag;           /* of what queries show, ms at most */
    int deaths;        /* in a thousand items */
    int twins;         /* in a thousand sales: under an earlier number */
    int perils;        /* in ten thousand touches of disk and network */
    int powers;        /* in a thousand of those: the power goes */
    int contained;     /* every process has the number 1, on one host */
    int records;       /* in a thousand families: a journal */
    int one_place;     /* for all that is Cielo's */

    sim_machine machines[SIM_MACHINES];
    sim_process processes[SIM_PROCESSES];
    sim_slot slots[SIM_SLOTS];
    int slot_count;
    sim_sale *sales;
    int sale_count;
    sim_recurrence recurrences[SIM_RECURRENCES];
    sim_order orders[SIM_ORDERS];
    char tokens[SIM_TOKENS][24];
    int64_t token_ends[SIM_TOKENS];
    int token_next;
    sim_call *calls;
    int call_count;
    int blocking;      /* in a thousand calls, while no other is ... */
    sim_call *blocked; /* ... such as this one */
    int nested;        /* waits for disks, in which time passes */
    int narrow;        /* in a thousand families: few connections */
    struct sim_line *lines;
    struct sim_exchange *all_exchanges;
    uint64_t asked; /* exchanges */
    struct sim_message *last_answers[8];
    int last_answer;

    int tell; /* print the story */
    FILE *out;
    int violations;
    char violation[240]; /* the first */
    struct sim_figures *figures;
} sim_world;

/* The figures of many worlds. */
typedef struct sim_figures {
    int64_t worlds, writes, calls, exchanges, deaths;
    int64_t by_operation[CIELO_OP_COUNT][SIM_TOLDS];
    int64_t by_fault[SIM_FAULTS][SIM_TOLDS];
    int64_t residue[SIM_RESIDUES];
    int64_t reconciled;
    int64_t by_settled[CIELO_SETTLED_END];
    int64_t kills, power_cuts, intents, read_back, damaged, repeats;
} sim_figures;

/* ---- world.c ---- */

enum sim_kind {
    SIM_ITEM,
    SIM_READY,
    SIM_WAKE,
    SIM_CONNECTED,
    SIM_ROOM,
    SIM_ARRIVE,
    SIM_PROCESS,
    SIM_BYTES,
    SIM_CANCEL,
    SIM_DIE,
    SIM_START,
    SIM_SETTLE,
    SIM_SETTLE_NEXT,
    SIM_REPEAT,
    SIM_SYNC
};

void sim_at(sim_world *w, int64_t when, int kind, void *what, int64_t number);
void sim_say(sim_world *w, const sim_call *c, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A rule was broken. */
void sim_break(sim_world *w, const sim_call *c, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Plays one seed; 1 when no rule was broken. `violation` gets the first. */
int sim_play(uint64_t seed, const sim_mask *mask, sim_figures *figures,
             FILE *story, char violation[240]);
/* A world of one process without a network, for the walk; `w` is zeroed but for
 * its seed and mask. */
void sim_open_one(sim_world *w);
void sim_close(sim_world *w);
/* Makes the core run as this process; which one it is. */
void sim_enter(sim_process *p);
sim_process *sim_here(void);
/* Which loop of it runs, NULL for a thread that blocks. */
void sim_enter_loop(sim_loop *l);
sim_loop *sim_loop_here(void);
/* The process ends, in one way or the other. */
void sim_die(sim_world *w, sim_process *p);
/* It is gone and does not come back, as its machine. */
void sim_end(sim_world *w, sim_process *p);
/* It is dead from here on; the rest of it is taken away once its thread is
 * where it can be left. */
void sim_strike(sim_world *w, sim_process *p);
/* It may be killed just here: 1 when it is, or was, and nothing that it does
 * has an effect any more. */
int sim_peril(sim_process *p);
/* For a thread that blocks: lets one thing happen elsewhere, unless nothing
 * does before `until`, which it is then, and 0 is given. */
int sim_pass(sim_world *w, int64_t until);
/* The process's own clock, ms. */
int64_t sim_clock(const sim_world *w, const sim_process *p);

/* ---- process.c ---- */

/* What a process was told of, as the core keeps it: to be freed with free(). */
void *sim_told_new(void);
/* Which one the core uses from now on. */
void sim_told_enter(void *of);

/* ---- shop.c ---- */

void sim_shop_open(sim_world *w);
void sim_shop_item(sim_world *w, int item);
void sim_shop_restarted(sim_world *w, sim_process *p);
void sim_shop_last_look(sim_world *w);
/* 1 for an operation that the shops ask for. */
int sim_shop_knows(int operation);
/* One call of an operation they know, for the walk. */
sim_call *sim_shop_call(sim_world *w, sim_family *f, int operation, int item,
                        sim_random *draw);

void sim_entropy(sim_random *draw, cielo_entropy *out);
/* A new call, which nobody takes up yet. */
sim_call *sim_shop_new(sim_world *w, sim_family *f, int operation, int item,
                       const sim_random *draw);
/* Told that it never happened, a shop may try again. */
void sim_shop_repeat(sim_world *w, sim_call *lost);

/* ---- host.c ---- */

/* Takes a new call up: in a loop, or blocking until it is done. */
void sim_host_start(sim_world *w, sim_call *c);
/* Its caller gives it up. */
void sim_host_cancel(sim_world *w, sim_call *c);
/* Connections that nobody uses just now are to be closed. */
void sim_host_close_idle(sim_world *w, sim_family *f);
/* It left its loop, done. */
void sim_host_done(sim_world *w, cielo_call *call);
/* A process that ends of itself: what is under way is cancelled. */
void sim_host_close(sim_world *w, sim_family *f);
/* One that is killed: nobody is told anything. */
void sim_host_kill(sim_world *w, sim_family *f);

/* ---- loop.c ---- */

void sim_loop_open(sim_loop *l, sim_family *f, sim_way way, int late);
void sim_loop_close(sim_loop *l);
/* A call joins; it is taken on as far as it goes. */
void sim_loop_add(sim_world *w, sim_loop *l, sim_call *c);
/* After anything that was done with its calls beside it. */
void sim_loop_follow(sim_world *w, sim_loop *l);
void sim_loop_wake(sim_world *w, sim_loop *l);
void sim_loop_ready(sim_world *w, sim_loop *l, int fd);
/* The line may be ready for what it was not. */
void sim_loop_poke(sim_world *w, sim_loop *l, struct sim_line *k);

/* ---- network.c ---- */

typedef struct sim_line sim_line;
typedef struct sim_exchange sim_exchange;
typedef struct sim_message sim_message;

/* The call's SEND is open. */
void sim_send(sim_world *w, sim_call *c);
/* Of the request that is under way: 1 when Cielo may have it, or answered. */
int sim_may_have_gone(const sim_exchange *e);
/* It is, or will be, nobody's any more. */
void sim_abandon(sim_exchange *e);
/* What the core makes of it. */
void sim_check_failure(sim_world *w, sim_call *c, cielo_sent sent,
                       cielo_cause cause);
void sim_check_answer(sim_world *w, sim_call *c,
                      const cielo_response *response);
/* The line that the call's request is under way on, or NULL. */
sim_line *sim_line_under(const sim_call *c);
/* The core says that the answer there was to another request. */
void sim_spoil_line(sim_line *k);
void sim_room(sim_world *w, sim_exchange *e);
void sim_arrive(sim_world *w, sim_exchange *e);
void sim_process_late(sim_world *w, sim_exchange *e);
void sim_bytes(sim_world *w, sim_message *m);
void sim_network_free(sim_world *w);
/* The Date header of now. */
void sim_date(const sim_world *w, char *out, size_t size);

/* ---- lines.c ---- */

/* The network has done its part of an opening. */
void sim_connected(sim_line *k);
void sim_lines_free(sim_world *w);

/* ---- files.c ---- */

/* What a dead process held is free. */
void sim_files_let_go(sim_process *p);
int sim_files_held(const sim_process *p);
void sim_files_lose_power(sim_machine *m, sim_random *draw);
void sim_files_copy(sim_machine *from, sim_machine *to);
/* A bit of some file of nobody's changes. */
void sim_files_rot(sim_machine *m, sim_random *draw);
/* 1 for a whole file of the machine's. */
int sim_is_on(const sim_file *f, const sim_machine *m);
void sim_files_free(sim_machine *m);

/* ---- syncer.c ---- */

void sim_sync(sim_world *w, sim_process *p, int life);

/* ---- settlers.c ---- */

/* A process begins to settle, or looks at the next entry. */
void sim_settle(sim_world *w, sim_process *p, int tries);
void sim_settle_next(sim_world *w, sim_process *p);
/* The end of one that is killed, or ends. */
void sim_settle_stop(sim_process *p);
/* Hours of it, after the shops have closed. */
void sim_settle_all(sim_world *w, void (*run)(sim_world *w));

/* ---- memory.c ---- */

/* The core hands over the record of a call. */
void sim_check_record(sim_world *w, sim_call *c, const char *line,
                      size_t length);
/* It is told what became of it. */
void sim_check_recorded(sim_world *w, sim_call *c, int ok);
/* Bytes were appended to a file, all of them or not. */
void sim_check_written(sim_process *p, sim_file *f, const char *bytes,
                       size_t length, size_t count);
/* Before a write is sent. */
void sim_check_remembered(sim_world *w, sim_call *c);
/* An entry is said to be in doubt: the call that made it. */
sim_call *sim_check_doubt(sim_world *w, const cielo_value *entry);
/* A file is removed, by whoever prunes. */
void sim_check_removed(sim_world *w, const sim_file *f);
/* A call is done: if it waited for its disk, was that in vain? */
void sim_check_waited(sim_world *w, sim_call *c);
/* Two at once have a folder to themselves. */
void sim_check_alone(sim_world *w, const sim_process *p);
/* It was carried out: then what it repeats was not. */
void sim_check_once(sim_world *w, sim_call *c);
/* The power went. */
void sim_check_lost(sim_world *w);
/* All that was recorded, read back at the end by `p`. */
void sim_check_memory(sim_world *w, sim_process *p);

/* ---- cielo.c, books.c ---- */

typedef struct sim_answer {
    int status;
    size_t length;
    char body[6000];
} sim_answer;

/* Carries out a request. `by` is the call whose own write it is, or NULL. */
void sim_cielo(sim_world *w, const char *method, const char *target,
               const char *token, const char *body, sim_call *by,
               sim_answer *out);
void sim_books_open(sim_world *w);
void sim_books_free(sim_world *w);
/* Time-outs at the acquirer that have ended by now. */
void sim_books_settle(sim_world *w, sim_sale *sale);
sim_sale *sim_sale_by_id(const sim_world *w, const char *id);
sim_sale *sim_newest_of(const sim_world *w, const char *order);
/* 1 for a payment that Cielo has, or may yet have. */
int sim_is_paid(const sim_sale *s);
int sim_is_given_back(const sim_sale *s);

void sim_sale_create(sim_world *w, const char *body, sim_call *by,
                     sim_answer *out);
void sim_sale_change(sim_world *w, const char *id, const char *verb,
                     const char *query, sim_call *by, sim_answer *out);
void sim_sale_show(sim_world *w, sim_sale *s, sim_answer *out);
void sim_sale_list(sim_world *w, const char *order, sim_answer *out);
void sim_recurrence_request(sim_world *w, const char *method, const char *rest,
                            const char *body, sim_call *by, sim_answer *out);
void sim_order_request(sim_world *w, const char *method, const char *rest,
                       sim_call *by, sim_answer *out);
void sim_put(sim_answer *out, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- oracle.c ---- */

/* A write goes to the host: may it? */
void sim_check_send(sim_world *w, sim_call *c);
/* The family is gone. */
void sim_check_forget(sim_family *f);
/* It was answered or failed: voids of one payment are counted from then. */
void sim_check_reported(sim_world *w, sim_call *c, int may_have_gone);
void sim_check_step(sim_world *w, sim_call *c, cielo_step step);
void sim_check_done(sim_world *w, sim_call *c);
/* The books changed by a call that was told already. */
void sim_check_late(sim_world *w, sim_call *c);
/* A look at it said that it was not done: is that so? */
void sim_check_settled_undone(sim_world *w, sim_call *c);
/* Whether what it asked for took effect. */
int sim_has_effect(const sim_call *c);
/* What no client can know. */
void sim_residue_of(sim_world *w, sim_call *c, sim_residue what);

/* ---- shrink.c ---- */

/* The shortest mask with which `seed` still breaks a rule. */
void sim_shrink(uint64_t seed, sim_mask *mask);
void sim_mask_print(FILE *out, const sim_mask *mask);

/* ---- walk.c ---- */

/* Every sequence of distinct events to `depth`, for each operation, as far as
 * none leads to a state that was seen before; gives the number of broken
 * rules. */
int sim_walk(int depth, FILE *out);

#endif
