/* Many calls, a few at once: the order in which they start. */
#include <string.h>

#include <cielo/many.h>

#include "call.h"
#include "slots.h"

enum {
    CONCURRENCY_LIMIT = 10000,
    PARKED_LIMIT = 1000, /* calls that wait for their payment's turn */
    BUCKETS = 256,
    /* A turn that a call outside holds ends when that is answered, which
     * nobody tells here: it is asked for this often. */
    ASK_AGAIN_MS = 50
};

enum state {
    READY,  /* may start as soon as there is a place */
    TIMED,  /* its payment's turn comes at `time` */
    BEHIND, /* another one of its payment is before it */
    STARTED,
    STATES
};

/* A call's stay. */
typedef struct stay {
    cielo_call *call;
    enum state state;
    struct stay *prev; /* in the list of its state */
    struct stay *next;
    uint64_t number; /* in which it was put in */
    int64_t time;
    uint64_t payment; /* of a void; 0 for any other call */
    /* The first void of a payment stands in its bucket, and the others of that
     * payment behind it. */
    struct stay *chain;
    struct stay *behind;
    struct stay *last;
} stay;

typedef struct list {
    stay *first;
    stay *last;
    size_t count;
} list;

struct cielo_many {
    const cielo_allocator *mem;
    cielo_client *client;
    size_t concurrency;
    uint64_t numbers;
    list lists[STATES];
    stay *buckets[BUCKETS];
};

/* ---- lists ---- */

static void unlink_stay(cielo_many *many, stay *s)
{
    list *from = &many->lists[s->state];

    if (s->prev)
        s->prev->next = s->next;
    else
        from->first = s->next;
    if (s->next)
        s->next->prev = s->prev;
    else
        from->last = s->prev;
    from->count--;
}

static void link_after(cielo_many *many, stay *s, enum state state,
                       stay *before)
{
    list *to = &many->lists[state];

    s->state = state;
    s->prev = before;
    s->next = before ? before->next : to->first;
    if (s->prev)
        s->prev->next = s;
    else
        to->first = s;
    if (s->next)
        s->next->prev = s;
    else
        to->last = s;
    to->count++;
}

static void append_stay(cielo_many *many, stay *s, enum state state)
{
    link_after(many, s, state, many->lists[state].last);
}

/* Whose turn has come stands before those that were put in later, of which
 * there are few before it. */
static void make_ready(cielo_many *many, stay *s)
{
    stay *before = NULL;
    stay *next = many->lists[READY].first;

    unlink_stay(many, s);
    for (; next && next->number < s->number; next = next->next)
        before = next;
    link_after(many, s, READY, before);
}

/* By time; most come due after those that wait already. */
static void park(cielo_many *many, stay *s, int64_t time)
{
    stay *before = many->lists[TIMED].last;

    unlink_stay(many, s);
    s->time = time;
    while (before && before->time > time)
        before = before->prev;
    link_after(many, s, TIMED, before);
}

/* ---- payments ---- */

static stay **place_of(cielo_many *many, uint64_t payment)
{
    stay **at = &many->buckets[payment % BUCKETS];

    while (*at && (*at)->payment != payment)
        at = &(*at)->chain;
    return at;
}

/* Puts a void last of its payment: 1 when it is the only one. */
static int queue_void(cielo_many *many, stay *s)
{
    stay **at = place_of(many, s->payment);

    if (!*at) {
        *at = s;
        s->last = s;
        return 1;
    }
    (*at)->last->behind = s;
    (*at)->last = s;
    return 0;
}

/* The first of its payment leaves; the next, which it gives, takes its
 * place. */
static stay *leave_first(cielo_many *many, stay *s)
{
    stay **at = place_of(many, s->payment);
    stay *next = s->behind;

    *at = s->chain;
    if (!next)
        return NULL;
    next->last = s->last;
    next->chain = *at;
    *at = next;
    make_ready(many, next);
    return next;
}

/* One leaves from behind a first that was started: the oldest. */
static void leave_behind(cielo_many *many, stay *s)
{
    stay *first = *place_of(many, s->payment);

    first->behind = s->behind;
    if (first->last == s)
        first->last = first;
}

/* ---- stays ---- */

static void free_stay(cielo_many *many, stay *s)
{
    *cielo__call_stay(s->call) = NULL;
    unlink_stay(many, s);
    cielo__free(many->mem, s);
}

/* 1 when the call may be sent now; a void that may not is parked. */
static int has_turn(cielo_many *many, stay *s, int64_t now)
{
    int64_t until = 0;

    if (!s->payment
        || cielo__void_may_start(cielo__client_shared(many->client), s->payment,
                                 now, &until))
        return 1;
    park(many, s, until == INT64_MAX ? now + ASK_AGAIN_MS : until);
    return 0;
}

static void wake_due(cielo_many *many, int64_t now)
{
    stay *s;

    while ((s = many->lists[TIMED].first) != NULL && s->time <= now)
        make_ready(many, s);
}

/* ---- the public functions ---- */

int cielo_many_new(cielo_many **out, cielo_client *client, int concurrency,
                   cielo_error *err)
{
    const cielo_allocator *mem;
    cielo_many *many;

    *out = NULL;
    if (!client)
        return cielo__report(err, CIELO_EUSAGE, "no client was given");
    if (concurrency < 1 || concurrency > CONCURRENCY_LIMIT)
        return cielo__report(err, CIELO_EVALIDATION,
                             "concurrency must be from 1 to 10000");
    mem = cielo__client_allocator(client);
    many = cielo__calloc(mem, sizeof(*many));
    if (!many)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    many->mem = mem;
    many->client = cielo_client_ref(client);
    many->concurrency = (size_t)concurrency;
    *out = many;
    return cielo__report(err, CIELO_OK, NULL);
}

void cielo_many_free(cielo_many *many)
{
    cielo_client *client;
    size_t i;

    if (!many)
        return;
    for (i = 0; i < STATES; i++)
        while (many->lists[i].first)
            free_stay(many, many->lists[i].first);
    client = many->client;
    cielo__free(many->mem, many);
    cielo_client_unref(client); /* last: it owns the allocator */
}

int cielo_many_room(const cielo_many *many)
{
    return many
        && many->lists[READY].count + many->lists[STARTED].count
        < many->concurrency
        && many->lists[TIMED].count + many->lists[BEHIND].count < PARKED_LIMIT;
}

int cielo_many_put(cielo_many *many, cielo_call *call, cielo_error *err)
{
    stay *s;

    if (!many || !call)
        return cielo__report(err, CIELO_EUSAGE, "no many or no call given");
    if (!cielo_many_room(many))
        return cielo__report(err, CIELO_EUSAGE, "there is no room");
    if (*cielo__call_stay(call))
        return cielo__report(err, CIELO_EUSAGE, "the call is in already");
    if (cielo__call_has_begun(call))
        return cielo__report(err, CIELO_EUSAGE, "the call has begun");
    if (!cielo__client_shares(cielo__call_client(call), many->client))
        return cielo__report(err, CIELO_EUSAGE,
                             "the call's client shares nothing with that of "
                             "this cielo_many");
    s = cielo__calloc(many->mem, sizeof(*s));
    if (!s)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    s->call = call;
    s->number = many->numbers++;
    s->payment = cielo__call_payment(call);
    *cielo__call_stay(call) = s;
    append_stay(many, s, !s->payment || queue_void(many, s) ? READY : BEHIND);
    return cielo__report(err, CIELO_OK, NULL);
}

cielo_call *cielo_many_start(cielo_many *many, int64_t now_ms)
{
    stay *s;

    if (!many)
        return NULL;
    wake_due(many, now_ms);
    while ((s = many->lists[READY].first) != NULL
           && many->lists[STARTED].count < many->concurrency) {
        if (!has_turn(many, s, now_ms))
            continue;
        unlink_stay(many, s);
        append_stay(many, s, STARTED);
        return s->call;
    }
    return NULL;
}

void cielo_many_ended(cielo_many *many, cielo_call *call, int64_t now_ms)
{
    stay *s = many && call ? *cielo__call_stay(call) : NULL;
    stay *next;

    if (!s || s->state != STARTED)
        return;
    next = s->payment ? leave_first(many, s) : NULL;
    free_stay(many, s);
    /* Its five seconds begin: until they end it takes no other's place. */
    if (next)
        (void)has_turn(many, next, now_ms);
}

int64_t cielo_many_deadline(const cielo_many *many)
{
    if (!many || many->lists[STARTED].count >= many->concurrency)
        return -1;
    if (many->lists[READY].first)
        return 0;
    return many->lists[TIMED].first ? many->lists[TIMED].first->time : -1;
}

cielo_call *cielo_many_take(cielo_many *many)
{
    cielo_call *call;
    stay *s = NULL;
    int i;

    for (i = READY; many && !s && i < STARTED; i++)
        s = many->lists[i].first;
    if (!s)
        return NULL;
    if (s->state == BEHIND)
        leave_behind(many, s);
    else if (s->payment)
        (void)leave_first(many, s);
    call = s->call;
    free_stay(many, s);
    return call;
}

size_t cielo_many_count(const cielo_many *many)
{
    size_t count = 0, i;

    for (i = 0; many && i < STATES; i++)
        count += many->lists[i].count;
    return count;
}
