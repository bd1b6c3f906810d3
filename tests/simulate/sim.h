/*
 * A simulation: shops that run the real core, a model of Cielo, and a network
 * between them that fails, all in one thread on one virtual clock. Whatever
 * happens follows from a seed.
 *
 *     simulate.c  what is asked for, seeds in turn, the figures
 *     world.c     clock, events, processes and their deaths, the story
 *     shop.c      what the shops want, and the calls that they make
 *     host.c      what a host does for a call: wire, connections, waiting
 *     network.c   the way there and back, and all that can go wrong on it
 *     cielo.c     the model's door: addresses, tokens, statuses
 *     books.c     sales, recurrences and orders as Cielo keeps them
 *     oracle.c    whether what was told is what happened
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
    X(OLD_ATTEMPT, "by hand: an attempt before, while a newer is not shown")

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
    char card[24]; /* masked, or the token in full with `by_token` */
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

/* A client and those made of it: they share connections and state. */
typedef struct sim_family {
    struct sim_process *process;
    cielo_client *client;
    cielo_client *other; /* made of it, with a time-out of its own */
    uint64_t epoch;
    struct sim_call *calls; /* alive */
    struct sim_connection *idle;
    struct void_mark *voids;
} sim_family;

enum { SIM_FAMILIES = 2, SIM_PROCESSES = 3 };

typedef struct sim_process {
    int number;
    int alive;
    int lives;      /* times it was started */
    int64_t offset; /* of its monotonic clock */
    sim_family families[SIM_FAMILIES];
    void *told; /* what the core keeps per process */
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
    int64_t timeout;
    const sim_slot *slot;
    char target[64]; /* PaymentId, order number or id that it is about */
    char void_key[64];
    int64_t amount;                /* asked for; -1: the whole */
    int64_t not_before;            /* seconds since 1970; -1: not given */
    char wanted[32];               /* the value that a recurrence is given */
    struct sim_exchange *exchange; /* under way */
    int turn; /* a step event of an earlier turn is stale */
    int waiting;
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
    struct sim_connection *connections;
    struct sim_exchange *all_exchanges;
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
} sim_figures;

/* ---- world.c ---- */

enum sim_kind {
    SIM_ITEM,
    SIM_STEP,
    SIM_CONNECTED,
    SIM_TAKE,
    SIM_ARRIVE,
    SIM_PROCESS,
    SIM_BYTES,
    SIM_CANCEL,
    SIM_DIE,
    SIM_START
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
/* Makes the core run as this process. */
void sim_enter(sim_process *p);
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

/* ---- host.c ---- */

/* Takes the call on until it waits for something. */
void sim_drive(sim_world *w, sim_call *c);
void sim_host_step(sim_world *w, sim_call *c, int64_t turn);
void sim_host_cancel(sim_world *w, sim_call *c);
/* Re-steps those who wait for what another call did. */
void sim_host_wake(sim_world *w, sim_family *f);
void sim_host_drop(sim_world *w, sim_call *c);

/* ---- network.c ---- */

typedef struct sim_connection sim_connection;
typedef struct sim_exchange sim_exchange;
typedef struct sim_message sim_message;

void sim_send(sim_world *w, sim_call *c);
/* The host gives up: at its deadline, or because nobody wants it any more. */
void sim_abandon(sim_world *w, sim_exchange *e);
void sim_connected(sim_world *w, sim_exchange *e);
void sim_take(sim_world *w, sim_exchange *e);
void sim_arrive(sim_world *w, sim_exchange *e);
void sim_process_late(sim_world *w, sim_exchange *e);
void sim_bytes(sim_world *w, sim_message *m);
void sim_network_free(sim_world *w);
/* The Date header of now. */
void sim_date(const sim_world *w, char *out, size_t size);
void sim_family_close(sim_world *w, sim_family *f);
/* What of a request the kernel was given, and whether that was all. */
cielo_sent sim_exchange_sent(const sim_exchange *e);

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
