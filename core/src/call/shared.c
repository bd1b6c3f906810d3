/* What the calls of one client and of those made from it share: a lock, the
 * token, the times of voids, the sales told, and slots. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "../base/atomic.h"
#include "../base/cond.h"
#include "call.h"

enum {
    SPARES = 64,  /* calls at once that find the memory of earlier ones */
    VOIDS = 4096, /* payments whose void times are kept */
    TOLD = 4096,  /* sales the client remembers being told of */
    ZONE_MS = 10 * 60
        * 1000,         /* no clock is so far out; the next zone is more */
    CLOCK_MS = 1000,    /* the second that both dates are cut to */
    VOID_GAP = 5100,    /* five seconds [void-gap], and a little for clocks */
    TOKEN_EARLY = 60000 /* a minute before its end [token-life] */
};

/* A payment whose void is under way or was answered lately. */
typedef struct void_time {
    uint64_t key; /* 0: free */
    const void *holder;
    int64_t ready; /* when the next may be sent ... */
    int left;      /* ... at the latest: nobody knows when it was answered */
} void_time;

struct cielo__shared {
    const cielo_allocator *mem;

    long process; /* that the lock belongs to (this_process), negative while
                     that process makes it anew */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint64_t epoch;

    char *token;
    int64_t token_expires;
    const void *token_holder;
    int64_t lease_end;

    void_time *voids;

    /* These two without the lock. */
    uint64_t *told; /* a ring; NULL until the first is told */
    size_t told_next;
    int64_t
        apart; /* how far the date of the last sale lay ahead of the answer's
                      own date, ms */

    int64_t
        clock_least; /* how far Cielo's clock is ahead of the callers' ... */
    int64_t clock_most;
    int64_t clock_since; /* ... by what was noted from then on; -1: nothing */
    int clock_torn;      /* some of which contradicts the rest */

    void *transport;
    void (*transport_destroy)(void *transport, int idle_only);
    void *writer;
    void (*writer_destroy)(void *writer);

    void *spares[SPARES]; /* each swapped in and out as a whole */
    unsigned spare_top;   /* those below it are mostly there, others not */
    void (*spare_destroy)(void *spare);
};

/* ---- the lock, in forked children too ---- */

static long this_process(void)
{
    return (long)cielo__forks() + 1;
}

static int init_lock(cielo__shared *s)
{
    if (!cielo__cond_init(&s->changed))
        return CIELO_EMEMORY;
    if (pthread_mutex_init(&s->mutex, NULL) != 0) {
        pthread_cond_destroy(&s->changed);
        return CIELO_EMEMORY;
    }
    return CIELO_OK;
}

/*
 * In a child the lock may be held by a thread that does not exist there, and
 * what it guarded may be half changed: both are made anew, the token is left
 * behind (not freed: its memory may be the half that changed), and leases end
 * because their calls are the parent's. What the parent was told of stays told:
 * it is written a word at a time, without the lock.
 */
static void after_fork(cielo__shared *s, long owner)
{
    long self = this_process();

    /* One thread does it, also where the fork came while another process was
     * about to. */
    if (owner == -self || !cielo__atomic_swap_if(&s->process, &owner, -self)) {
        while (cielo__atomic_load(&s->process) != self)
            sched_yield();
        return;
    }
    init_lock(s);
    cielo__atomic_add(&s->epoch, 1);
    s->token = NULL;
    s->token_holder = NULL;
    s->voids = NULL;
    cielo__atomic_store(&s->process, self);
}

static void own_it(cielo__shared *s)
{
    long process = cielo__atomic_load(&s->process);

    if (process != this_process())
        after_fork(s, process);
}

static void lock(cielo__shared *s)
{
    own_it(s);
    pthread_mutex_lock(&s->mutex);
}

static void unlock(cielo__shared *s)
{
    pthread_mutex_unlock(&s->mutex);
}

/* Under the lock: something that others wait for happened. */
static void bump(cielo__shared *s)
{
    cielo__atomic_add(&s->epoch, 1);
    pthread_cond_broadcast(&s->changed);
}

void cielo__shared_lock(cielo__shared *s)
{
    lock(s);
}

void cielo__shared_unlock(cielo__shared *s)
{
    unlock(s);
}

uint64_t cielo__shared_epoch(cielo__shared *s)
{
    own_it(s);
    return cielo__atomic_load(&s->epoch);
}

void cielo__shared_wait(cielo__shared *s, uint64_t epoch, int64_t until)
{
    lock(s);
    while (s->epoch == epoch && cielo__cond_wait(&s->changed, &s->mutex, until))
        continue;
    unlock(s);
}

/* ---- life ---- */

cielo__shared *cielo__shared_new(const cielo_allocator *mem)
{
    cielo__shared *s = cielo__calloc(mem, sizeof(*s));

    if (s && init_lock(s) != CIELO_OK) {
        cielo__free(mem, s);
        return NULL;
    }
    if (s) {
        s->process = this_process();
        s->mem = mem;
        s->clock_since = -1;
    }
    return s;
}

void cielo__shared_free(cielo__shared *s)
{
    int i;

    if (!s)
        return;
    if (s->transport_destroy && s->transport)
        s->transport_destroy(s->transport, 0);
    if (s->writer)
        s->writer_destroy(s->writer);
    /* In a forked child this makes the condition anew: with a waiter of the
     * parent on it, destroying it would wait for that thread for ever. */
    lock(s);
    unlock(s);
    for (i = 0; i < SPARES; i++) {
        if (s->spares[i])
            s->spare_destroy(s->spares[i]);
    }
    cielo__free_secret(s->mem, s->token);
    cielo__free(s->mem, s->voids);
    cielo__free(s->mem, s->told);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->mutex);
    cielo__free(s->mem, s);
}

void cielo__shared_close_idle(cielo__shared *s)
{
    lock(s);
    if (s->transport_destroy && s->transport)
        s->transport_destroy(s->transport, 1);
    unlock(s);
}

void **cielo__shared_transport(cielo__shared *s,
                               void (*destroy)(void *transport, int idle_only))
{
    s->transport_destroy = destroy;
    return &s->transport;
}

void **cielo__shared_writer(cielo__shared *s, void (*destroy)(void *writer))
{
    s->writer_destroy = destroy;
    return &s->writer;
}

/* ---- spares ---- */

void *cielo__spare_take(cielo__shared *s)
{
    unsigned i = cielo__atomic_load(&s->spare_top);
    void *spare = NULL;

    while (i > 0 && !spare) {
        i--;
        if (cielo__atomic_load(&s->spares[i]))
            spare = cielo__atomic_swap(&s->spares[i], NULL);
    }
    cielo__atomic_store(&s->spare_top, i);
    return spare;
}

void cielo__spare_give(cielo__shared *s, void *spare,
                       void (*destroy)(void *spare))
{
    unsigned i = cielo__atomic_load(&s->spare_top);

    cielo__atomic_store(&s->spare_destroy, destroy);
    for (; i < SPARES && spare; i++) {
        if (!cielo__atomic_load(&s->spares[i]))
            spare = cielo__atomic_swap(&s->spares[i], spare);
    }
    cielo__atomic_store(&s->spare_top, i);
    if (spare)
        destroy(spare);
}

/* ---- the token and its lease ---- */

cielo__turn cielo__token_turn(cielo__shared *s, const void *holder, int64_t now,
                              int64_t lease_end, cielo__buf *token,
                              int64_t *until)
{
    cielo__turn turn = CIELO__TURN_WAIT;

    lock(s);
    if (s->token && now + TOKEN_EARLY < s->token_expires) {
        cielo__buf_reset(token);
        cielo__buf_text(token, s->token);
        turn = CIELO__TURN_READY;
    } else if (!s->token_holder || s->token_holder == holder
               || now >= s->lease_end) {
        s->token_holder = holder;
        s->lease_end = lease_end;
        turn = CIELO__TURN_MINE;
    } else {
        *until = s->lease_end;
    }
    unlock(s);
    return turn;
}

static int put_token(cielo__shared *s, const char *token, int64_t expires)
{
    char *copy = token ? cielo__strdup(s->mem, token) : NULL;

    if (token && !copy)
        return CIELO_EMEMORY;
    cielo__free_secret(s->mem, s->token);
    s->token = copy;
    s->token_expires = expires;
    return CIELO_OK;
}

int cielo__token_done(cielo__shared *s, const void *holder, const char *token,
                      int64_t expires)
{
    int status = CIELO_OK;

    lock(s);
    if (token)
        status = put_token(s, token, expires);
    if (s->token_holder == holder)
        s->token_holder = NULL;
    bump(s);
    unlock(s);
    return status;
}

void cielo__token_drop(cielo__shared *s, const char *token)
{
    lock(s);
    if (s->token && strcmp(s->token, token) == 0)
        put_token(s, NULL, 0);
    unlock(s);
}

int cielo__token_get(cielo__shared *s, char *buffer, size_t size,
                     int64_t *expires_ms)
{
    int status = CIELO_ENOTFOUND;

    lock(s);
    if (s->token && strlen(s->token) >= size) {
        status = CIELO_EUSAGE;
    } else if (s->token) {
        memcpy(buffer, s->token, strlen(s->token) + 1);
        *expires_ms = s->token_expires;
        status = CIELO_OK;
    }
    unlock(s);
    return status;
}

int cielo__token_put(cielo__shared *s, const char *token, int64_t expires_ms)
{
    int status;

    lock(s);
    status = put_token(s, token, expires_ms);
    bump(s);
    unlock(s);
    return status;
}

/* ---- void times ---- */

/* A hash of eight bytes at a time, ignoring case as GUIDs do; never 0. A clash
 * only makes a void wait or a sale be taken for one told before, both on the
 * safe side. */
static uint64_t key_of(const char *text)
{
    static const uint64_t lower = UINT64_C(0x2020202020202020);
    size_t left = strlen(text);
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ left;

    while (left > 0) {
        size_t taken = left < 8 ? left : 8;
        uint64_t word = 0;

        memcpy(&word, text, taken);
        hash = (hash ^ (word | lower)) * UINT64_C(0xFF51AFD7ED558CCD);
        hash ^= hash >> 32;
        text += taken;
        left -= taken;
    }
    return hash ? hash : 1;
}

/* The entry of `key`, else the best one to take over. */
static void_time *void_entry(cielo__shared *s, uint64_t key, int64_t now)
{
    void_time *best = NULL;
    size_t i;

    for (i = 0; i < VOIDS; i++) {
        void_time *entry = &s->voids[i];

        if (entry->key == key)
            return entry;
        if (!entry->holder
            && (!best || entry->key == 0 || entry->ready < best->ready))
            best = entry;
        if (entry->key == 0)
            break; /* entries fill from the front: nothing stands behind */
    }
    if (best && best->key != 0 && best->ready > now)
        return NULL;
    return best;
}

/* Whether a void of the entry's payment has to wait. */
static int has_to_wait(void_time *entry, int64_t now, int64_t *until)
{
    if (entry->holder) {
        *until = INT64_MAX; /* until that void is answered: the epoch tells */
        return 1;
    }
    if (entry->ready <= now)
        return 0;
    if (entry->left && now + VOID_GAP < entry->ready)
        entry->ready = now + VOID_GAP;
    entry->left = 0;
    *until = entry->ready;
    return 1;
}

uint64_t cielo__payment_hash(const char *key)
{
    return key_of(key);
}

int cielo__void_may_start(cielo__shared *s, uint64_t payment, int64_t now,
                          int64_t *until)
{
    void_time *entry;
    int may;

    lock(s);
    entry = s->voids ? void_entry(s, payment, now) : NULL;
    may = !entry || entry->key != payment || !has_to_wait(entry, now, until);
    unlock(s);
    return may;
}

cielo__turn cielo__void_turn(cielo__shared *s, const void *holder,
                             const char *key, int64_t now, int64_t *until)
{
    cielo__turn turn = CIELO__TURN_READY;
    void_time *entry = NULL;
    uint64_t hash = key_of(key);

    lock(s);
    if (!s->voids)
        s->voids = cielo__calloc(s->mem, VOIDS * sizeof(*s->voids));
    if (s->voids)
        entry = void_entry(s, hash, now);
    if (entry && entry->key == hash && has_to_wait(entry, now, until)) {
        turn = CIELO__TURN_WAIT;
    } else if (entry) {
        entry->key = hash;
        entry->holder = holder;
        entry->ready = 0;
    }
    /* No room and no memory let the void go unspaced: Cielo then refuses it,
     * which loses nothing. */
    unlock(s);
    return turn;
}

void cielo__void_done(cielo__shared *s, const void *holder, int sent,
                      int64_t answered, int left)
{
    size_t i;

    lock(s);
    for (i = 0; s->voids && i < VOIDS && s->voids[i].key != 0; i++) {
        if (s->voids[i].holder == holder) {
            s->voids[i].holder = NULL;
            s->voids[i].ready = sent ? answered + VOID_GAP : 0;
            s->voids[i].left = left;
        }
    }
    bump(s);
    unlock(s);
}

/* ---- sales told ---- */

/*
 * What any client of the process was told of, since a refusal that one of them
 * knows is not another's lost answer. The only state that no client owns:
 * hashes of ids, each written whole, the oldest overwritten.
 */
static uint64_t told_here[TOLD];
static size_t told_here_next;

static void tell_here(uint64_t hash)
{
    size_t at = cielo__atomic_add(&told_here_next, 1) % TOLD;

    cielo__atomic_store(&told_here[at], hash);
    cielo__atomic_fence();
}

/* The ring, made by whoever tells first; NULL when memory is short. */
static uint64_t *told_ring(cielo__shared *s)
{
    uint64_t *ring = cielo__atomic_load(&s->told), *made;

    if (ring)
        return ring;
    made = cielo__calloc(s->mem, TOLD * sizeof(*made));
    if (!made || cielo__atomic_swap_if(&s->told, &ring, made))
        return made;
    cielo__free(s->mem, made);
    return ring;
}

/* The lowest bit of what is told: one of its own calls made it. */
#define MADE UINT64_C(1)

/* One that another thread is about to tell leaves a gap: all are looked at.
 * `ignored`: bits that may be others. */
static int is_told(const cielo__shared *s, uint64_t hash, uint64_t ignored)
{
    const uint64_t *ring = cielo__atomic_load(&s->told);
    size_t i;

    for (i = 0; ring && i < TOLD; i++) {
        if ((cielo__atomic_load(&ring[i]) | ignored) == (hash | ignored))
            return 1;
    }
    return 0;
}

static void put_told(cielo__shared *s, uint64_t hash)
{
    uint64_t *ring = told_ring(s);

    if (!ring)
        return;
    cielo__atomic_store(&ring[(cielo__atomic_add(&s->told_next, 1) - 1) % TOLD],
                        hash);
    cielo__atomic_fence();
}

static void add_told(cielo__shared *s, uint64_t hash)
{
    tell_here(hash | MADE);
    put_told(s, hash);
}

static size_t count_told_here(const char *payment_id)
{
    uint64_t hash = key_of(payment_id) | MADE;
    size_t count = 0, i;

    for (i = 0; i < TOLD; i++)
        count += cielo__atomic_load(&told_here[i]) == hash;
    return count;
}

int cielo__is_told_here(const char *payment_id)
{
    return count_told_here(payment_id) > 0;
}

int cielo__is_told_once(const char *payment_id)
{
    return count_told_here(payment_id) == 1;
}

void cielo__note_dates(cielo__shared *s, int64_t received, int64_t answered)
{
    if (received >= 0 && answered >= 0)
        cielo__atomic_store(&s->apart, received - answered);
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A Date has whole seconds, so that it was up to one later when it was written;
 * several narrow that down. Clocks drift, so that what is old is left. Of dates
 * that contradict each other one is of another moment, such as an answer that
 * was meant for another request: which one nobody knows, and any may be so. */
void cielo__note_clock(cielo__shared *s, int64_t date, int64_t sent,
                       int64_t now)
{
    enum { SECOND = 999, AGED = 10 * 60 * 1000 };
    int64_t least = date - now, most = date + SECOND - sent;
    int contradicts;

    lock(s);
    contradicts = least > s->clock_most || most < s->clock_least;
    if (s->clock_since < 0 || now - s->clock_since > AGED) {
        s->clock_least = least;
        s->clock_most = most;
        s->clock_since = now;
        s->clock_torn = 0;
    } else if (contradicts || s->clock_torn) {
        s->clock_least = lesser(least, s->clock_least);
        s->clock_most = greater(most, s->clock_most);
        s->clock_since = contradicts ? now : s->clock_since;
        s->clock_torn = 1;
    } else {
        s->clock_least = greater(least, s->clock_least);
        s->clock_most = lesser(most, s->clock_most);
    }
    unlock(s);
}

int cielo__clock_ahead(cielo__shared *s, int64_t *ahead, int64_t *within)
{
    int known;

    lock(s);
    known = s->clock_since >= 0;
    *ahead = s->clock_least;
    *within = s->clock_most - s->clock_least;
    unlock(s);
    return known;
}

int cielo__is_same_zone(cielo__shared *s)
{
    int64_t apart = cielo__atomic_load(&s->apart);

    return apart <= ZONE_MS && apart >= -ZONE_MS;
}

int cielo__is_same_clock(cielo__shared *s)
{
    return cielo__atomic_load(&s->apart) <= CLOCK_MS;
}

void cielo__tell(cielo__shared *s, const char *payment_id)
{
    add_told(s, key_of(payment_id) & ~MADE);
}

void cielo__tell_made(cielo__shared *s, const char *payment_id)
{
    add_told(s, key_of(payment_id) | MADE);
}

int cielo__is_told(cielo__shared *s, const char *payment_id)
{
    return is_told(s, key_of(payment_id), MADE);
}

/* Under the lock, so that of two claims the second finds the first. */
int cielo__claim(cielo__shared *s, const char *payment_id)
{
    uint64_t hash = key_of(payment_id);
    int told;

    lock(s);
    told = is_told(s, hash, MADE);
    if (!told)
        add_told(s, hash | MADE);
    unlock(s);
    return !told;
}

/* What an intent claimed, both of them in one. */
static uint64_t key_of_claim(const char *payment_id, const char *intent)
{
    return key_of(payment_id) * 31 + key_of(intent);
}

static int is_free_for(const cielo__shared *s, const char *payment_id,
                       const char *intent)
{
    return !is_told(s, key_of(payment_id) | MADE, 0)
        || is_told(s, key_of_claim(payment_id, intent), 0);
}

int cielo__is_free_for(cielo__shared *s, const char *payment_id,
                       const char *intent)
{
    return is_free_for(s, payment_id, intent);
}

int cielo__claim_for(cielo__shared *s, const char *payment_id,
                     const char *intent)
{
    int is_free;

    lock(s);
    is_free = is_free_for(s, payment_id, intent);
    if (is_free && !is_told(s, key_of_claim(payment_id, intent), 0)) {
        add_told(s, key_of(payment_id) | MADE);
        put_told(s, key_of_claim(payment_id, intent));
    }
    unlock(s);
    return is_free;
}
