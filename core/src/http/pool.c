/* The lines of a client: how many lead to one place at once, whose turn is
 * next, and the idle ones of blocking calls. */
#define _POSIX_C_SOURCE 200809L

#include <string.h>

#include "../base/cond.h"
#include "http.h"

enum { SPARE_EXCHANGES = 64 };

/* A scheme, host and port. Kept as long as the pool: a client knows a few. */
struct cielo__place {
    struct cielo__place *next;
    size_t number;
    size_t used;       /* leases that are HELD */
    size_t idle_count; /* of the lines here */
    cielo__line *idle; /* the last one used first: it is the warmest */
    cielo__line *oldest;
    cielo__leases queue;
    size_t length;
    char origin[1]; /* "https://host:port", as the URLs of requests have it */
};

struct cielo__pool {
    const cielo_allocator *mem;
    pthread_mutex_t mutex; /* taken after the client's lock, never before */
    cielo__net *net;
    size_t limit;
    cielo__place *places;
    size_t place_count;
    cielo__exchange *spare;
    size_t spare_count;
    unsigned age; /* grows when idle lines are closed */
    unsigned forks;
    cielo__pool *elder; /* a parent's, whose leases may still be known here */
};

/* ---- places ---- */

static size_t origin_length(const char *url)
{
    const char *at = strstr(url, "://");

    return at ? (size_t)(at + 3 - url) + strcspn(at + 3, "/?#") : strlen(url);
}

static cielo__place *find_place(cielo__pool *pool, const char *url)
{
    size_t length = origin_length(url);
    cielo__place *place = pool->places;

    while (
        place
        && (place->length != length || memcmp(place->origin, url, length) != 0))
        place = place->next;
    if (place)
        return place;
    place = cielo__calloc(pool->mem, sizeof(*place) + length);
    if (!place)
        return NULL;
    memcpy(place->origin, url, length);
    place->length = length;
    place->number = pool->place_count++;
    place->next = pool->places;
    pool->places = place;
    return place;
}

size_t cielo__place_number(const cielo__place *place)
{
    return place->number;
}

static void put_idle(cielo__place *place, cielo__line *line)
{
    line->prev = NULL;
    line->next = place->idle;
    if (place->idle)
        place->idle->prev = line;
    else
        place->oldest = line;
    place->idle = line;
    place->idle_count++;
}

static cielo__line *take_idle(cielo__place *place, cielo__line *line)
{
    if (line->prev)
        line->prev->next = line->next;
    else
        place->idle = line->next;
    if (line->next)
        line->next->prev = line->prev;
    else
        place->oldest = line->prev;
    place->idle_count--;
    line->next = line->prev = NULL;
    return line;
}

static void free_lines(cielo__line *line)
{
    while (line) {
        cielo__line *next = line->next;

        cielo__line_free(line, 0);
        line = next;
    }
}

/* ---- the pool ---- */

/* Takes all idle lines, as a list. */
static cielo__line *take_all_idle(cielo__pool *pool)
{
    cielo__line *all = NULL;
    cielo__place *place;

    for (place = pool->places; place; place = place->next) {
        while (place->idle) {
            cielo__line *line = take_idle(place, place->idle);

            line->next = all;
            all = line;
        }
    }
    return all;
}

static void free_spare(cielo__pool *pool)
{
    while (pool->spare) {
        cielo__exchange *x = pool->spare;

        pool->spare = x->next;
        cielo__exchange_free(x);
    }
    pool->spare_count = 0;
}

static void pool_free(cielo__pool *pool)
{
    if (pool->forks == cielo__forks())
        free_spare(pool);
    while (pool->places) {
        cielo__place *place = pool->places;

        pool->places = place->next;
        cielo__free(pool->mem, place);
    }
    cielo__net_free(pool->net);
    if (pool->forks == cielo__forks()) /* else it may be held */
        pthread_mutex_destroy(&pool->mutex);
    cielo__free(pool->mem, pool);
}

/* Runs under the client's lock, or when nobody else is left. */
static void pool_destroy(void *transport, int idle_only)
{
    cielo__pool *pool = transport;
    cielo__line *idle = NULL;

    if (pool->forks == cielo__forks()) {
        pthread_mutex_lock(&pool->mutex);
        pool->age++;
        idle = take_all_idle(pool);
        pthread_mutex_unlock(&pool->mutex);
    }
    free_lines(idle);
    while (!idle_only && pool) {
        cielo__pool *elder = pool->elder;

        pool_free(pool);
        pool = elder;
    }
}

/*
 * In a forked child the connections are the parent's. They are let go of unless
 * the lock is held: then a thread of the parent was inside, and what it guarded
 * may be half changed.
 */
static void leave_to_parent(cielo__pool *pool)
{
    cielo__line *line;

    if (pthread_mutex_trylock(&pool->mutex) != 0)
        return;
    line = take_all_idle(pool);
    while (line) {
        cielo__line *next = line->next;

        cielo__line_abandon(line, 1);
        line = next;
    }
    free_spare(pool);
}

static cielo__pool *pool_new(cielo_client *client, cielo__pool *elder)
{
    const cielo_allocator *mem = cielo__client_allocator(client);
    cielo__pool *pool = cielo__calloc(mem, sizeof(*pool));

    if (!pool)
        return NULL;
    pool->mem = mem;
    pool->forks = cielo__forks();
    pool->limit = cielo__client_max_connections(client);
    pool->net = cielo__net_new(mem);
    if (!pool->net || pthread_mutex_init(&pool->mutex, NULL) != 0) {
        cielo__net_free(pool->net);
        cielo__free(mem, pool);
        return NULL;
    }
    if (elder)
        leave_to_parent(elder);
    pool->elder = elder;
    return pool;
}

cielo__pool *cielo__pool_of(cielo_client *client)
{
    cielo__pool *pool;
    void **slot;

    cielo__client_lock(client);
    slot = cielo__client_transport(client, pool_destroy);
    pool = *slot;
    if (!pool || pool->forks != cielo__forks()) {
        pool = pool_new(client, pool);
        if (pool)
            *slot = pool;
    }
    cielo__client_unlock(client);
    return pool;
}

cielo__net *cielo__pool_net(const cielo__pool *pool)
{
    return pool->net;
}

size_t cielo__pool_limit(const cielo__pool *pool)
{
    return pool->limit;
}

/* ---- leases ---- */

static void enqueue(cielo__leases *queue, cielo__lease *lease)
{
    lease->next = NULL;
    lease->prev = queue->last;
    if (queue->last)
        queue->last->next = lease;
    else
        queue->first = lease;
    queue->last = lease;
}

static void dequeue(cielo__leases *queue, cielo__lease *lease)
{
    if (lease->prev)
        lease->prev->next = lease->next;
    else
        queue->first = lease->next;
    if (lease->next)
        lease->next->prev = lease->prev;
    else
        queue->last = lease->prev;
    lease->next = lease->prev = NULL;
}

static int make_turn(cielo__lease *lease)
{
    if (lease->board || lease->has_turn)
        return 1;
    lease->has_turn = cielo__cond_init(&lease->turn);
    return lease->has_turn;
}

cielo__lease_state cielo__lease_ask(cielo__lease *lease, cielo__pool *pool,
                                    const char *url, cielo__leases *board)
{
    cielo__lease_state state = CIELO__LEASE_NONE;
    cielo__place *place;

    lease->pool = pool;
    lease->board = board;
    lease->posted = 0;
    pthread_mutex_lock(&pool->mutex);
    place = find_place(pool, url);
    lease->place = place;
    if (place && place->used < pool->limit) {
        place->used++;
        state = CIELO__LEASE_HELD;
    } else if (place && make_turn(lease)) {
        enqueue(&place->queue, lease);
        state = CIELO__LEASE_QUEUED;
    }
    lease->state = state;
    pthread_mutex_unlock(&pool->mutex);
    return state;
}

cielo__lease_state cielo__lease_wait(cielo__lease *lease, int64_t until_ms)
{
    cielo__lease_state state;
    int64_t until = cielo__cond_ms(until_ms);

    pthread_mutex_lock(&lease->pool->mutex);
    while (lease->state == CIELO__LEASE_QUEUED
           && cielo__cond_wait(&lease->turn, &lease->pool->mutex, until))
        continue;
    state = lease->state;
    pthread_mutex_unlock(&lease->pool->mutex);
    return state;
}

/* Under the lock: a line to `place` is free for the next in turn. */
static void pass_on(cielo__place *place)
{
    cielo__lease *next = place->queue.first;

    if (!next) {
        place->used--;
        return;
    }
    dequeue(&place->queue, next);
    next->state = CIELO__LEASE_HELD;
    next->posted = next->board != NULL;
    if (next->board)
        enqueue(next->board, next);
    else
        pthread_cond_signal(&next->turn);
}

static void unpost(cielo__lease *lease)
{
    if (lease->posted)
        dequeue(lease->board, lease);
    lease->posted = 0;
}

void cielo__lease_end(cielo__lease *lease)
{
    cielo__pool *pool = lease->pool;

    if (pool && pool->forks == cielo__forks()) {
        pthread_mutex_lock(&pool->mutex);
        unpost(lease);
        if (lease->state == CIELO__LEASE_QUEUED)
            dequeue(&lease->place->queue, lease);
        else if (lease->state == CIELO__LEASE_HELD)
            pass_on(lease->place);
        lease->state = CIELO__LEASE_NONE;
        pthread_mutex_unlock(&pool->mutex);
    }
    /* In a child a thread of the parent's waits on it for ever, and so would
     * who destroys it. */
    if (lease->has_turn && pool && pool->forks == cielo__forks())
        pthread_cond_destroy(&lease->turn);
    lease->has_turn = 0;
    lease->pool = NULL;
}

cielo__lease *cielo__board_next(cielo__pool *pool, cielo__leases *board)
{
    cielo__lease *lease;

    pthread_mutex_lock(&pool->mutex);
    lease = board->first;
    if (lease)
        unpost(lease);
    pthread_mutex_unlock(&pool->mutex);
    return lease;
}

/* ---- what blocking calls leave to the next ---- */

cielo__exchange *cielo__pool_borrow(cielo__pool *pool)
{
    cielo__exchange *x;

    pthread_mutex_lock(&pool->mutex);
    x = pool->spare;
    if (x) {
        pool->spare = x->next;
        pool->spare_count--;
    }
    pthread_mutex_unlock(&pool->mutex);
    return x ? x : cielo__exchange_new(pool->mem);
}

void cielo__pool_return(cielo__pool *pool, cielo__exchange *x)
{
    pthread_mutex_lock(&pool->mutex);
    if (pool->spare_count < SPARE_EXCHANGES) {
        x->next = pool->spare;
        pool->spare = x;
        pool->spare_count++;
        x = NULL;
    }
    pthread_mutex_unlock(&pool->mutex);
    cielo__exchange_free(x);
}

cielo__line *cielo__pool_take(const cielo__lease *lease, unsigned *age)
{
    cielo__pool *pool = lease->pool;
    cielo__place *place = lease->place;
    cielo__line *line = NULL;

    pthread_mutex_lock(&pool->mutex);
    *age = pool->age;
    if (place->idle)
        line = take_idle(place, place->idle);
    pthread_mutex_unlock(&pool->mutex);
    return line;
}

void cielo__pool_make_room(const cielo__lease *lease)
{
    cielo__pool *pool = lease->pool;
    cielo__place *place = lease->place;
    cielo__line *surplus = NULL;

    pthread_mutex_lock(&pool->mutex);
    if (place->oldest && place->used + place->idle_count > pool->limit)
        surplus = take_idle(place, place->oldest);
    pthread_mutex_unlock(&pool->mutex);
    if (surplus)
        cielo__line_free(surplus, 0);
}

void cielo__pool_give(const cielo__lease *lease, cielo__line *line,
                      unsigned age)
{
    cielo__pool *pool = lease->pool;
    cielo__place *place = lease->place;
    cielo__line *stale = NULL;

    line->idle_since = cielo_now_ms();
    pthread_mutex_lock(&pool->mutex);
    if (pool->age != age) {
        stale = line;
    } else {
        put_idle(place, line);
        if (place->idle_count > pool->limit
            || place->oldest->idle_since + CIELO__IDLE_LIMIT_MS
                < line->idle_since)
            stale = take_idle(place, place->oldest);
    }
    pthread_mutex_unlock(&pool->mutex);
    if (stale)
        cielo__line_free(stale, 0);
}
