/* Many calls side by side, driven by a host's event loop. It is never called
 * by us: what to watch and until when is noted, and asked for. */
#include <string.h>

#include <cielo/journal.h>

#include "http.h"

#define IDLE_EXCHANGES_LIMIT 256
/* How long what other threads do may go unnoticed: a change of the epoch, a
 * turn in the queue for a line. */
#define OTHERS_POLL_MS 50

enum state {
    READY,
    RECORDING,
    QUEUED,
    SENDING,
    WAITING,
    TELLING, /* until its host was given the attempt that ended */
    ENDED,
    STATES
};

#define NOT_TIMED SIZE_MAX

/* A call's stay. */
typedef struct entry {
    cielo__seat seat; /* first: the call's slot points here */
    cielo_call *call;
    enum state state;
    struct entry *prev; /* in the list of its state */
    struct entry *next;
    cielo__exchange *exchange; /* while QUEUED or SENDING */
    int64_t time;    /* when to look at it next, while it is in the heap */
    size_t at;       /* in the heap, or NOT_TIMED */
    uint64_t epoch;  /* read before the step that said WAIT */
    uint64_t ticket; /* while RECORDING: of its intent */
    int ended;       /* while TELLING: that was its last */
} entry;

typedef struct list {
    entry *first;
    entry *last;
} list;

struct cielo_multi {
    const cielo_allocator *mem;
    cielo_client *client;
    cielo__pool *pool;
    int lost;
    int status; /* why it is lost, or will be; else CIELO_OK */
    unsigned forks;
    cielo__watcher watcher;
    cielo__watches watches;
    cielo__exchange *spare;
    size_t spare_count;
    cielo__idle idle;
    list lists[STATES];
    size_t entries;
    entry **heap; /* by time, room for all entries */
    size_t heap_count;
    size_t heap_capacity;
    cielo__leases board;
    uint64_t epoch;    /* the last one that waiting calls were compared with */
    cielo__bell *bell; /* of ended syncs, from the first intent on */
    cielo__writer *writer; /* that rings it */
    cielo__listener listener;
    uint64_t unasked; /* the last ticket that no sync was asked for; 0: none */
};

/* ---- lists ---- */

static void append_entry(cielo_multi *multi, entry *e, enum state state)
{
    list *to = &multi->lists[state];

    e->state = state;
    e->prev = to->last;
    e->next = NULL;
    if (to->last)
        to->last->next = e;
    else
        to->first = e;
    to->last = e;
}

static void unlink_entry(cielo_multi *multi, entry *e)
{
    list *from = &multi->lists[e->state];

    if (e->prev)
        e->prev->next = e->next;
    else
        from->first = e->next;
    if (e->next)
        e->next->prev = e->prev;
    else
        from->last = e->prev;
}

static void move_entry(cielo_multi *multi, entry *e, enum state state)
{
    if (e->state == state)
        return;
    unlink_entry(multi, e);
    append_entry(multi, e, state);
}

/* ---- the heap ---- */

static void heap_put(cielo_multi *multi, entry *e, size_t at)
{
    multi->heap[at] = e;
    e->at = at;
}

static void heap_up(cielo_multi *multi, entry *e, size_t at)
{
    while (at > 0) {
        entry *parent = multi->heap[(at - 1) / 2];

        if (parent->time <= e->time)
            break;
        heap_put(multi, parent, at);
        at = (at - 1) / 2;
    }
    heap_put(multi, e, at);
}

static void heap_down(cielo_multi *multi, entry *e, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;

        if (child + 1 < multi->heap_count
            && multi->heap[child + 1]->time < multi->heap[child]->time)
            child++;
        if (child >= multi->heap_count || multi->heap[child]->time >= e->time)
            break;
        heap_put(multi, multi->heap[child], at);
        at = child;
    }
    heap_put(multi, e, at);
}

static void untime(cielo_multi *multi, entry *e)
{
    size_t at = e->at;
    entry *last;

    if (at == NOT_TIMED)
        return;
    e->at = NOT_TIMED;
    last = multi->heap[--multi->heap_count];
    if (last == e)
        return;
    heap_down(multi, last, at);
    heap_up(multi, last, last->at);
}

static void time_entry(cielo_multi *multi, entry *e, int64_t time)
{
    if (e->at != NOT_TIMED && e->time == time)
        return;
    untime(multi, e);
    e->time = time;
    heap_up(multi, e, multi->heap_count++);
}

/* ---- idle lines ---- */

/* Its descriptor stays watched: the end of an idle line is seen at once. */
static void keep_line(cielo_multi *multi, const cielo__lease *lease,
                      cielo__line *line)
{
    line->owner = NULL;
    cielo__watch_set(&multi->watches, line, cielo__line_fd(line),
                     CIELO_READABLE);
    cielo__idle_keep(&multi->idle, lease, line);
}

static cielo__line *take_line(cielo_multi *multi, const cielo__lease *lease)
{
    cielo__line *line;

    while ((line = cielo__idle_take(&multi->idle, lease)) != NULL
           && !cielo__line_is_sound(line))
        cielo__line_free(line, 0);
    return line;
}

/* An idle line has something to say: that it ended, or what is TLS's own. */
static void look_at_idle(cielo_multi *multi, cielo__line *line)
{
    if (!cielo__line_is_sound(line))
        cielo__idle_drop(&multi->idle, line);
}

/* ---- exchanges ---- */

static cielo__exchange *exchange_take(cielo_multi *multi)
{
    cielo__exchange *x = multi->spare;

    if (!x)
        return cielo__exchange_new(multi->mem);
    multi->spare = x->next;
    multi->spare_count--;
    return x;
}

static void exchange_give(cielo_multi *multi, cielo__exchange *x)
{
    if (multi->spare_count >= IDLE_EXCHANGES_LIMIT) {
        cielo__exchange_free(x);
        return;
    }
    x->next = multi->spare;
    multi->spare = x;
    multi->spare_count++;
}

/* Lets go of what an entry sends with, which it no longer does. */
static void release(cielo_multi *multi, entry *e)
{
    if (!e->exchange)
        return;
    cielo__exchange_close(e->exchange);
    cielo__lease_end(&e->exchange->lease);
    cielo_wire_forget(e->exchange->wire);
    exchange_give(multi, e->exchange);
    e->exchange = NULL;
    untime(multi, e);
}

static void finish(cielo_multi *multi, entry *e)
{
    cielo__exchange *x = e->exchange;

    if (cielo__exchange_report(x, e->call)) {
        keep_line(multi, &e->exchange->lease, x->line);
        x->line = NULL;
    }
    release(multi, e);
    move_entry(multi, e, READY);
}

static void fail_memory(cielo_multi *multi, entry *e)
{
    cielo__exchange_fail(e->exchange, CIELO_CAUSE_MEMORY, "out of memory");
    finish(multi, e);
}

/* Whichever is first: its end, or libcurl's own timer. */
static void time_opening(cielo_multi *multi, entry *e)
{
    int64_t timer = cielo__line_timer(e->exchange->line);

    time_entry(multi, e,
               timer >= 0 && timer < e->exchange->limit ? timer
                                                        : e->exchange->limit);
}

static void open_line(cielo_multi *multi, entry *e)
{
    const cielo_request *request = cielo_call_request(e->call);
    int64_t left = e->exchange->limit - cielo_now_ms();

    if (left > request->connect_timeout_ms)
        left = request->connect_timeout_ms;
    cielo__pool_make_room(&e->exchange->lease);
    e->exchange->line = cielo__line_open(cielo__pool_net(multi->pool),
                                         multi->client, request, left,
                                         &multi->watcher);
}

static void move(cielo_multi *multi, entry *e, int readable);

/* A new line, which opens or, at once, does not. */
static void use_new_line(cielo_multi *multi, entry *e)
{
    open_line(multi, e);
    if (!e->exchange->line) {
        fail_memory(multi, e);
        return;
    }
    e->exchange->line->owner = e;
    move(multi, e, 0);
}

static void use_line(cielo_multi *multi, entry *e)
{
    cielo__exchange *x = e->exchange;

    move_entry(multi, e, SENDING);
    x->line = take_line(multi, &e->exchange->lease);
    x->reused = x->line != NULL;
    if (!x->line) {
        use_new_line(multi, e);
        return;
    }
    x->line->owner = e;
    time_entry(multi, e, e->exchange->limit);
    move(multi, e, 0);
}

static void send_anew(cielo_multi *multi, entry *e)
{
    cielo__exchange_close(e->exchange);
    if (cielo__exchange_again(e->exchange, e->call))
        use_new_line(multi, e);
    else
        finish(multi, e);
}

/* Goes on with an entry that has a line. */
static void move(cielo_multi *multi, entry *e, int readable)
{
    cielo__exchange *x = e->exchange;
    int events = CIELO_READABLE;

    switch (cielo__line_state_of(x->line)) {
    case CIELO__LINE_OPENING:
        time_opening(multi, e);
        return;
    case CIELO__LINE_FAILED:
        cielo__exchange_fail_line(x);
        finish(multi, e);
        return;
    case CIELO__LINE_OPEN:
        break;
    }
    switch (cielo__exchange_move(x, readable)) {
    case CIELO__WAIT_BOTH:
        events |= CIELO_WRITABLE;
        break;
    case CIELO__WAIT_READ:
        break;
    case CIELO__ANEW:
        send_anew(multi, e);
        return;
    case CIELO__ENDED:
        finish(multi, e);
        return;
    }
    cielo__watch_set(&multi->watches, x->line, cielo__line_fd(x->line), events);
    time_entry(multi, e, e->exchange->limit);
}

/* Starts the SEND of a call. What goes wrong here is reported to the call,
 * which then is READY still. */
static void begin_send(cielo_multi *multi, entry *e)
{
    e->exchange = exchange_take(multi);
    if (!e->exchange) {
        (void)cielo_call_on_failure(e->call, CIELO_SENT_NO, CIELO_CAUSE_MEMORY,
                                    "out of memory");
        return;
    }
    if (!cielo__exchange_start(e->exchange, e->call)) {
        finish(multi, e);
        return;
    }
    switch (cielo__lease_ask(&e->exchange->lease, multi->pool,
                             cielo_call_request(e->call)->url, &multi->board)) {
    case CIELO__LEASE_HELD:
        use_line(multi, e);
        break;
    case CIELO__LEASE_QUEUED:
        e->exchange->lease.owner = e;
        time_entry(multi, e, e->exchange->limit);
        move_entry(multi, e, QUEUED);
        break;
    case CIELO__LEASE_NONE:
        fail_memory(multi, e);
        break;
    }
}

/* ---- the journal ---- */

/* Has the end of syncs told. Gives NULL, or why it cannot be. */
static const char *hear_syncs(cielo_multi *multi)
{
    int fd;

    if (multi->bell)
        return NULL;
    multi->writer = cielo__writer_of(multi->client);
    if (!multi->writer || cielo__bell_new(&multi->bell, multi->mem) != 0)
        return "no memory or no descriptor is left to wait for the disk";
    cielo__writer_tell(multi->writer, &multi->listener, multi->bell);
    fd = cielo__bell_descriptor(multi->bell);
    cielo__watch_opened(&multi->watches, fd);
    cielo__watch_set(&multi->watches, NULL, fd, CIELO_READABLE);
    return NULL;
}

static void hear_no_more(cielo_multi *multi)
{
    if (!multi->bell)
        return;
    if (multi->forks == cielo__forks())
        cielo__writer_cease(multi->writer, &multi->listener);
    cielo__watch_closed(&multi->watches, cielo__bell_descriptor(multi->bell));
    cielo__bell_free(multi->bell);
    multi->bell = NULL;
}

/* Appends the call's intent, which then waits to be on disk where its client
 * wants that. */
static void record(cielo_multi *multi, entry *e)
{
    int syncs = cielo__client_journal_syncs(multi->client);
    const char *why = syncs ? hear_syncs(multi) : NULL;
    cielo_error err;

    if (!why && cielo_journal_write(e->call, &e->ticket, &err) != CIELO_OK)
        why = err.message;
    if (why || !e->ticket) {
        (void)cielo_call_on_record(e->call, !why, why);
        return;
    }
    multi->unasked = e->ticket;
    move_entry(multi, e, RECORDING);
    time_entry(multi, e, cielo_call_deadline(e->call));
}

/* In the order of their tickets: those whose intents are on disk, or will never
 * be. */
static void wake_recorded(cielo_multi *multi)
{
    entry *e;

    while ((e = multi->lists[RECORDING].first) != NULL) {
        cielo_error err;
        int status = cielo_journal_synced(multi->client, e->ticket, &err);

        if (status == CIELO_EAGAIN)
            return;
        (void)cielo_call_on_record(e->call, status == CIELO_OK, err.message);
        untime(multi, e);
        move_entry(multi, e, READY);
    }
}

/* Once for all that were appended since: 1 when there is no thread for it, and
 * it was done here. */
static int ask_sync(cielo_multi *multi)
{
    uint64_t ticket = multi->unasked;

    multi->unasked = 0;
    if (!ticket
        || cielo_journal_sync_start(multi->client, ticket, NULL) == CIELO_OK)
        return 0;
    (void)cielo_journal_sync(multi->client, ticket, NULL);
    wake_recorded(multi);
    return 1;
}

/* ---- leaving ---- */

static void entry_free(cielo_multi *multi, entry *e)
{
    if (e->exchange)
        cielo__exchange_drop(e->exchange, e->call);
    release(multi, e);
    untime(multi, e);
    unlink_entry(multi, e);
    multi->entries--;
    cielo__free(multi->mem, e);
}

/* Ends all calls, after a fork or without memory, and lets go of all lines. */
static void lose(cielo_multi *multi, int status)
{
    static const enum state order[]
        = {SENDING, QUEUED, RECORDING, WAITING, TELLING, READY};
    size_t i;

    multi->status = status;
    multi->lost = 1;
    for (i = 0; i < sizeof(order) / sizeof(*order); i++) {
        entry *e;

        while ((e = multi->lists[order[i]].first) != NULL) {
            if (e->exchange)
                cielo__exchange_drop(e->exchange, e->call);
            release(multi, e);
            untime(multi, e);
            cielo__seat_set(e->call, NULL);
            cielo_call_cancel(e->call);
            cielo__seat_set(e->call, &e->seat);
            move_entry(multi, e, ENDED);
        }
    }
    cielo__idle_close(&multi->idle, multi->forks != cielo__forks());
    hear_no_more(multi);
    if (multi->forks != cielo__forks()) /* nobody told them of the end */
        cielo__watches_clear(&multi->watches);
}

/* Whether the multi can go on; after a fork it cannot. */
static int check_lost(cielo_multi *multi)
{
    if (!multi->lost && multi->forks != cielo__forks())
        lose(multi, CIELO_ETRANSPORT);
    return multi->lost;
}

/* The call is being freed or cancelled by itself: it just vanishes here. */
static void drop_entry(cielo__seat *seat)
{
    entry_free(seat->multi, (entry *)seat);
}

/* ---- steps ---- */

static void step_entry(cielo_multi *multi, entry *e)
{
    cielo_step step;

    /* Read before the step: a change after it must end the wait. */
    e->epoch = cielo_client_epoch(multi->client);
    step = cielo_call_step(e->call, cielo_now_ms());
    if (step == CIELO_STEP_DONE)
        cielo__journal_outcome(e->call);
    if ((step == CIELO_STEP_DONE || step == CIELO_STEP_WAIT)
        && cielo__call_has_news(e->call)) {
        e->ended = step == CIELO_STEP_DONE;
        move_entry(multi, e, TELLING);
        return;
    }
    switch (step) {
    case CIELO_STEP_DONE:
        move_entry(multi, e, ENDED);
        break;
    case CIELO_STEP_RECORD:
        record(multi, e);
        break;
    case CIELO_STEP_WAIT:
        move_entry(multi, e, WAITING);
        time_entry(multi, e, cielo_call_deadline(e->call));
        break;
    case CIELO_STEP_SEND:
        begin_send(multi, e);
        break;
    }
}

/* Once the epoch changed: those that have not seen it. */
static void wake_waiting(cielo_multi *multi)
{
    uint64_t epoch = cielo_client_epoch(multi->client);
    entry *e = multi->lists[WAITING].first;

    if (epoch == multi->epoch)
        return;
    multi->epoch = epoch;
    while (e) {
        entry *next = e->next;

        if (e->epoch != epoch) {
            untime(multi, e);
            move_entry(multi, e, READY);
        }
        e = next;
    }
}

/* Its time has come. */
static void on_time(cielo_multi *multi, entry *e, int64_t now)
{
    if (e->state == WAITING || e->state == RECORDING) {
        untime(multi, e);
        move_entry(multi, e, READY);
    } else if (now >= e->exchange->limit) {
        cielo__exchange_fail_late(e->exchange);
        finish(multi, e);
    } else {
        cielo__line_advance(e->exchange->line, -1, 0);
        move(multi, e, 0);
    }
}

static void wake_timed(cielo_multi *multi)
{
    int64_t now = cielo_now_ms();
    size_t left = multi->heap_count; /* a timer may be due again at once */

    while (multi->heap_count && left-- && multi->heap[0]->time <= now)
        on_time(multi, multi->heap[0], now);
}

static void take_turns(cielo_multi *multi)
{
    cielo__lease *lease;

    while (multi->lists[QUEUED].first
           && (lease = cielo__board_next(multi->pool, &multi->board)) != NULL)
        use_line(multi, lease->owner);
}

/* Steps all that can be. */
static void go_on(cielo_multi *multi)
{
    while (multi->lists[READY].first) {
        while (multi->lists[READY].first)
            step_entry(multi, multi->lists[READY].first);
        take_turns(multi);
    }
}

static void on_ready(cielo_multi *multi, int fd, int ready)
{
    cielo__line *line = cielo__watch_line(&multi->watches, fd);
    entry *e = line ? line->owner : NULL;

    if (multi->bell && fd == cielo__bell_descriptor(multi->bell))
        cielo__bell_hush(multi->bell);
    if (!line)
        return;
    if (!e) {
        look_at_idle(multi, line);
        return;
    }
    if (cielo__line_state_of(line) == CIELO__LINE_OPENING) {
        cielo__line_advance(line, fd, ready);
        ready = 0;
    }
    move(multi, e, (ready & (CIELO_READABLE | CIELO_BROKEN)) != 0);
}

/* ---- the public functions ---- */

static void on_watch(void *context, cielo__line *line, int fd, int events)
{
    cielo__watch_set(&((cielo_multi *)context)->watches, line, fd, events);
}

static void on_closed(void *context, int fd)
{
    cielo__watch_closed(&((cielo_multi *)context)->watches, fd);
}

static void on_opened(void *context, int fd)
{
    cielo__watch_opened(&((cielo_multi *)context)->watches, fd);
}

int cielo_multi_new(cielo_multi **out, cielo_client *client, cielo_error *err)
{
    const cielo_allocator *mem;
    cielo__pool *pool;
    cielo_multi *multi;

    *out = NULL;
    if (!client)
        return cielo__report(err, CIELO_EUSAGE, "no client was given");
    if (cielo__net_start() != CIELO_OK)
        return cielo__report(err, CIELO_ETRANSPORT, "libcurl did not start");
    mem = cielo__client_allocator(client);
    pool = cielo__pool_of(client);
    multi = pool ? cielo__calloc(mem, sizeof(*multi)) : NULL;
    if (!multi)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    multi->mem = mem;
    multi->client = cielo_client_ref(client);
    multi->pool = pool;
    multi->forks = cielo__forks();
    multi->watcher.context = multi;
    multi->watcher.watch = on_watch;
    multi->watcher.closed = on_closed;
    multi->watcher.opened = on_opened;
    cielo__watches_init(&multi->watches, mem);
    multi->idle.mem = mem;
    multi->idle.limit = cielo__pool_limit(pool);
    *out = multi;
    return cielo__report(err, CIELO_OK, NULL);
}

void cielo_multi_free(cielo_multi *multi)
{
    cielo_client *client;
    entry *e;

    if (!multi)
        return;
    if (!check_lost(multi))
        lose(multi, CIELO_ECANCELLED);
    while ((e = multi->lists[ENDED].first) != NULL) {
        cielo__seat_set(e->call, NULL);
        entry_free(multi, e);
    }
    while (multi->spare) {
        cielo__exchange *x = multi->spare;

        multi->spare = x->next;
        cielo__exchange_free(x);
    }
    cielo__watches_clear(&multi->watches);
    cielo__free(multi->mem, multi->idle.ranks);
    cielo__free(multi->mem, multi->heap);
    client = multi->client;
    cielo__free(multi->mem, multi);
    cielo_client_unref(client); /* last: it owns the allocator */
}

/* Makes room for one more in the heap now, so that timing it cannot fail. */
static int reserve_heap(cielo_multi *multi)
{
    size_t capacity = multi->heap_capacity;
    entry **heap;

    if (multi->entries < capacity)
        return 1;
    capacity = capacity ? capacity * 2 : 16;
    heap = cielo__reallocate(multi->mem, multi->heap, capacity * sizeof(*heap));
    if (!heap)
        return 0;
    multi->heap = heap;
    multi->heap_capacity = capacity;
    return 1;
}

int cielo_multi_add(cielo_multi *multi, cielo_call *call, cielo_error *err)
{
    entry *e;

    if (!multi || !call)
        return cielo__report(err, CIELO_EUSAGE, "no multi or no call given");
    if (check_lost(multi))
        return cielo__report(err, multi->status,
                             "this cielo_multi can no longer be used");
    /* Connections are made with the settings that those who share have alike:
     * the CA file, the proxy. */
    if (!cielo__client_shares(cielo__call_client(call), multi->client))
        return cielo__report(err, CIELO_EUSAGE,
                             "the call's client shares nothing with that of "
                             "this cielo_multi");
    if (cielo__seat_get(call))
        return cielo__report(err, CIELO_EUSAGE, "the call is under way");
    if (cielo__call_is_open(call)) /* it would be sent twice */
        return cielo__report(err, CIELO_EUSAGE,
                             "the call's request is with another host");
    e = reserve_heap(multi) ? cielo__calloc(multi->mem, sizeof(*e)) : NULL;
    if (!e)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    e->seat.multi = multi;
    e->seat.drop = drop_entry;
    e->call = call;
    e->at = NOT_TIMED;
    append_entry(multi, e, READY);
    multi->entries++;
    cielo__seat_set(call, &e->seat);
    return cielo__report(err, CIELO_OK, NULL);
}

void cielo_multi_remove(cielo_multi *multi, cielo_call *call)
{
    cielo__seat *seat = multi && call ? cielo__seat_get(call) : NULL;

    if (!seat || seat->multi != multi)
        return;
    (void)check_lost(multi);
    cielo__seat_set(call, NULL);
    entry_free(multi, (entry *)seat);
    cielo_call_cancel(call);
}

int cielo_multi_advance(cielo_multi *multi, int fd, int ready)
{
    if (!multi)
        return CIELO_EUSAGE;
    if (check_lost(multi))
        return multi->status;
    cielo__watch_round(&multi->watches);
    on_ready(multi, fd, ready);
    wake_recorded(multi);
    wake_timed(multi);
    wake_waiting(multi);
    take_turns(multi);
    do {
        go_on(multi);
    } while (ask_sync(multi));
    if (multi->watches.status != CIELO_OK)
        lose(multi, multi->watches.status);
    return multi->status;
}

void cielo__multi_ready(cielo_multi *multi, int fd, int ready)
{
    if (!check_lost(multi))
        on_ready(multi, fd, ready);
}

const cielo_allocator *cielo__multi_allocator(const cielo_multi *multi)
{
    return multi->mem;
}

cielo_call *cielo_multi_attempt(cielo_multi *multi)
{
    entry *e = multi ? multi->lists[TELLING].first : NULL;

    if (!e)
        return NULL;
    move_entry(multi, e, e->ended ? ENDED : READY);
    return e->call;
}

cielo_call *cielo_multi_done(cielo_multi *multi)
{
    entry *e = multi ? multi->lists[ENDED].first : NULL;
    cielo_call *call;

    if (!e)
        return NULL;
    call = e->call;
    cielo__seat_set(call, NULL);
    entry_free(multi, e);
    return call;
}

int cielo_multi_interest(cielo_multi *multi, size_t index, int *fd, int *events)
{
    return multi ? cielo__watch_at(&multi->watches, index, fd, events) : 0;
}

int cielo_multi_change(cielo_multi *multi, int *fd, int *events)
{
    return multi ? cielo__watch_change(&multi->watches, fd, events) : 0;
}

int64_t cielo_multi_deadline(const cielo_multi *multi)
{
    int64_t now = cielo_now_ms();
    int64_t deadline;

    if (!multi)
        return -1;
    if (multi->lists[READY].first || multi->lists[ENDED].first
        || multi->lists[TELLING].first || multi->watches.held.count)
        return now;
    if (multi->lists[WAITING].first
        && cielo_client_epoch(multi->client) != multi->epoch)
        return now;
    deadline = multi->heap_count ? multi->heap[0]->time : -1;
    if ((multi->lists[WAITING].first || multi->lists[QUEUED].first)
        && deadline > now + OTHERS_POLL_MS)
        deadline = now + OTHERS_POLL_MS;
    return deadline;
}
