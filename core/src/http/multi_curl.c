/*
 * Many calls over one CURLM, driven by a host's event loop. libcurl's socket
 * callback only notes what it wants watched; the host asks for it.
 */
#define _POSIX_C_SOURCE 200809L

#include <string.h>

#include "http.h"

#define IDLE_EXCHANGES_LIMIT 256
#define KEPT_CONNECTIONS 64
/* How long a change of the epoch by another thread may go unnoticed. */
#define EPOCH_POLL_MS 50

enum state { READY, SENDING, WAITING, ENDED };

/* A call's stay. */
typedef struct entry {
    cielo__seat seat; /* first: the call's slot points here */
    cielo_call *call;
    enum state state;
    struct entry *prev; /* in the list of its state, but for WAITING */
    struct entry *next;
    cielo__exchange *exchange; /* while SENDING */
    int64_t deadline;          /* while WAITING */
    uint64_t epoch;            /* read before the step that said WAIT */
    size_t place;              /* in the heap while WAITING */
} entry;

typedef struct list {
    entry *first;
    entry *last;
} list;

typedef struct watch {
    int fd;
    int events;
} watch;

typedef struct watches {
    watch *items;
    size_t count;
    size_t capacity;
} watches;

struct cielo_multi {
    const cielo_allocator *mem;
    cielo_client *client;
    CURLM *curl; /* NULL once the multi is lost */
    int status;  /* why it is lost, else CIELO_OK */
    cielo__sockets sockets;
    cielo__exchange *idle;
    size_t idle_count;
    size_t kept;   /* connections libcurl may keep */
    list lists[4]; /* by state; that of WAITING is not used */
    size_t entries;
    size_t sending;
    entry **waiting; /* a heap by deadline, room for all entries */
    size_t waiting_count;
    size_t waiting_capacity;
    uint64_t epoch; /* the last one that waiting calls were compared with */
    int64_t timer;  /* when libcurl wants to go on, or -1 */
    /*
     * A number that is closed and opened again while the host is not looking
     * must not seem unchanged to it: its poller dropped the old one. So a
     * number that left `shown` since the host last looked (`gone`) comes back
     * through `held`, and is shown only after it was seen to be missing.
     */
    watches shown;
    watches held;
    watches gone;
    size_t held_seen; /* the first ones, which the host saw missing */
};

/* ---- lists and the heap ---- */

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

static void heap_put(cielo_multi *multi, entry *e, size_t place)
{
    multi->waiting[place] = e;
    e->place = place;
}

static void heap_up(cielo_multi *multi, entry *e, size_t place)
{
    while (place > 0) {
        entry *parent = multi->waiting[(place - 1) / 2];

        if (parent->deadline <= e->deadline)
            break;
        heap_put(multi, parent, place);
        place = (place - 1) / 2;
    }
    heap_put(multi, e, place);
}

static void heap_down(cielo_multi *multi, entry *e, size_t place)
{
    for (;;) {
        size_t child = 2 * place + 1;

        if (child + 1 < multi->waiting_count
            && multi->waiting[child + 1]->deadline
                < multi->waiting[child]->deadline)
            child++;
        if (child >= multi->waiting_count
            || multi->waiting[child]->deadline >= e->deadline)
            break;
        heap_put(multi, multi->waiting[child], place);
        place = child;
    }
    heap_put(multi, e, place);
}

static void heap_remove(cielo_multi *multi, entry *e)
{
    size_t place = e->place;
    entry *last = multi->waiting[--multi->waiting_count];

    if (last == e)
        return;
    heap_down(multi, last, place);
    heap_up(multi, last, last->place);
}

/* Takes an entry out of where its state keeps it. */
static void unlink_entry(cielo_multi *multi, entry *e)
{
    list *from = &multi->lists[e->state];

    if (e->state == WAITING) {
        heap_remove(multi, e);
        return;
    }
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
    unlink_entry(multi, e);
    append_entry(multi, e, state);
}

static void wait_until(cielo_multi *multi, entry *e, int64_t deadline)
{
    unlink_entry(multi, e);
    e->state = WAITING;
    e->deadline = deadline;
    heap_up(multi, e, multi->waiting_count++);
}

/* ---- what to watch ---- */

static int add_watch(cielo_multi *multi, watches *to, int fd, int events)
{
    size_t capacity = to->capacity;
    watch *items = to->items;

    if (to->count == capacity) {
        capacity = capacity ? capacity * 2 : 8;
        items = cielo__reallocate(multi->mem, items, capacity * sizeof(*items));
        if (!items) {
            multi->status = CIELO_EMEMORY;
            return 0;
        }
        to->items = items;
        to->capacity = capacity;
    }
    to->items[to->count].fd = fd;
    to->items[to->count].events = events;
    to->count++;
    return 1;
}

static watch *find_watch(const watches *in, int fd)
{
    size_t i;

    for (i = 0; i < in->count; i++) {
        if (in->items[i].fd == fd)
            return &in->items[i];
    }
    return NULL;
}

/* libcurl keeps, with each socket shown, its index plus one. */
static void note_index(cielo_multi *multi, size_t index)
{
    (void)curl_multi_assign(multi->curl, multi->shown.items[index].fd,
                            (void *)(uintptr_t)(index + 1));
}

static void show_fd(cielo_multi *multi, int fd, int events)
{
    if (add_watch(multi, &multi->shown, fd, events))
        note_index(multi, multi->shown.count - 1);
}

static void unshow_index(cielo_multi *multi, size_t index)
{
    watches *shown = &multi->shown;

    (void)add_watch(multi, &multi->gone, shown->items[index].fd, 0);
    shown->count--;
    if (index < shown->count) {
        shown->items[index] = shown->items[shown->count];
        note_index(multi, index);
    }
}

static void unhold_fd(cielo_multi *multi, int fd)
{
    watches *held = &multi->held;
    watch *found = find_watch(held, fd);
    size_t index;

    if (!found)
        return;
    index = (size_t)(found - held->items);
    held->count--;
    memmove(found, found + 1, (held->count - index) * sizeof(*found));
    if (index < multi->held_seen)
        multi->held_seen--;
}

static void rewatch_fd(cielo_multi *multi, int fd, int events)
{
    watch *held = find_watch(&multi->held, fd);

    if (held)
        held->events = events;
    else if (find_watch(&multi->gone, fd))
        (void)add_watch(multi, &multi->held, fd, events);
    else
        show_fd(multi, fd, events);
}

static int socket_changed(CURL *easy, curl_socket_t fd, int what, void *context,
                          void *assigned)
{
    cielo_multi *multi = context;
    size_t number = (size_t)(uintptr_t)assigned;
    int events = 0;

    (void)easy;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        events |= CIELO_READABLE;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        events |= CIELO_WRITABLE;
    if (what == CURL_POLL_REMOVE) {
        if (number)
            unshow_index(multi, number - 1);
        else
            unhold_fd(multi, fd);
    } else if (number) {
        multi->shown.items[number - 1].events = events;
    } else {
        rewatch_fd(multi, fd, events);
    }
    return 0;
}

/* Before an advance: what the host saw missing may come back. */
static void open_round(cielo_multi *multi)
{
    watches *held = &multi->held;
    size_t i;

    for (i = 0; i < multi->held_seen; i++)
        show_fd(multi, held->items[i].fd, held->items[i].events);
    held->count -= multi->held_seen;
    if (held->count)
        memmove(held->items, held->items + multi->held_seen,
                held->count * sizeof(*held->items));
    multi->held_seen = 0;
}

static void close_round(cielo_multi *multi)
{
    long ms = -1;

    /* Asked for instead of taken from the timer callback, which stays silent
     * when a timer fired a little early and has to be set again. */
    (void)curl_multi_timeout(multi->curl, &ms);
    multi->timer = ms < 0 ? -1 : cielo_now_ms() + ms;
}

/* ---- exchanges ---- */

static cielo__exchange *exchange_take(cielo_multi *multi)
{
    cielo__exchange *x = multi->idle;

    if (!x)
        return cielo__exchange_new(multi->client, &multi->sockets);
    multi->idle = x->next;
    multi->idle_count--;
    return x;
}

static void exchange_give(cielo_multi *multi, cielo__exchange *x)
{
    if (multi->idle_count >= IDLE_EXCHANGES_LIMIT) {
        cielo__exchange_free(x);
        return;
    }
    x->next = multi->idle;
    multi->idle = x;
    multi->idle_count++;
}

/* As many connections are kept as were needed at once: with fewer, a busy host
 * would close some at the end of each exchange to open them anew. */
static void raise_kept(cielo_multi *multi)
{
    if (multi->sending <= multi->kept)
        return;
    multi->kept *= 2;
    (void)curl_multi_setopt(multi->curl, CURLMOPT_MAXCONNECTS,
                            (long)multi->kept);
}

/* Starts the SEND of a call. What goes wrong here is reported to the call,
 * which then is READY still. */
static void begin_send(cielo_multi *multi, entry *e)
{
    cielo__exchange *x = exchange_take(multi);
    CURLcode code;

    if (!x) {
        (void)cielo_call_on_failure(e->call, CIELO_SENT_NO, CIELO_CAUSE_MEMORY,
                                    "out of memory");
        return;
    }
    code = cielo__exchange_prepare(x, e->call);
    if (code == CURLE_OK)
        code = curl_easy_setopt(x->easy, CURLOPT_PRIVATE, e);
    if (code == CURLE_OK)
        code
            = cielo__exchange_code(curl_multi_add_handle(multi->curl, x->easy));
    if (code != CURLE_OK) {
        cielo__exchange_report(x, e->call, code);
        exchange_give(multi, x);
        return;
    }
    e->exchange = x;
    move_entry(multi, e, SENDING);
    multi->sending++;
    raise_kept(multi);
}

/* Takes an entry's exchange out of libcurl. */
static cielo__exchange *detach(cielo_multi *multi, entry *e)
{
    cielo__exchange *x = e->exchange;
    cielo__hush hush;

    cielo__hush_begin(&hush);
    cielo__exchange_leave(x, multi->curl);
    cielo__hush_end(&hush);
    e->exchange = NULL;
    multi->sending--;
    return x;
}

static void harvest(cielo_multi *multi)
{
    CURLMsg *message;
    int number;

    while ((message = curl_multi_info_read(multi->curl, &number)) != NULL) {
        CURLcode code = message->data.result;
        cielo__exchange *x;
        entry *e = NULL;

        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &e);
        x = detach(multi, e);
        cielo__exchange_report(x, e->call, code);
        exchange_give(multi, x);
        move_entry(multi, e, READY);
    }
}

/* ---- leaving ---- */

static void entry_free(cielo_multi *multi, entry *e)
{
    if (e->state == SENDING) {
        cielo__exchange *x = detach(multi, e);

        cielo__exchange_forget(x);
        exchange_give(multi, x);
    }
    unlink_entry(multi, e);
    multi->entries--;
    cielo__free(multi->mem, e);
}

/*
 * Ends all calls, after a fork or without memory, and lets go of libcurl. Its
 * handles are left as they are in a forked child, where a thread of the parent
 * may have been inside them.
 */
static void lose(cielo_multi *multi, int status)
{
    int forked = cielo__sockets_forked(&multi->sockets);
    enum state order[] = {SENDING, READY};
    size_t i;

    multi->status = status;
    while (multi->waiting_count) {
        entry *e = multi->waiting[--multi->waiting_count];

        append_entry(multi, e, READY);
    }
    for (i = 0; i < 2; i++) {
        entry *e;

        while ((e = multi->lists[order[i]].first) != NULL) {
            if (e->exchange && forked)
                cielo__exchange_abandon(e->exchange);
            else if (e->exchange)
                cielo__exchange_free(detach(multi, e));
            e->exchange = NULL;
            cielo__seat_set(e->call, NULL);
            cielo_call_cancel(e->call);
            cielo__seat_set(e->call, &e->seat);
            move_entry(multi, e, ENDED);
        }
    }
}

static void close_curl(cielo_multi *multi)
{
    int forked = cielo__sockets_forked(&multi->sockets);
    cielo__hush hush;

    while (multi->idle) {
        cielo__exchange *x = multi->idle;

        multi->idle = x->next;
        if (forked)
            cielo__exchange_abandon(x);
        else
            cielo__exchange_free(x);
    }
    if (forked) {
        cielo__sockets_abandon(&multi->sockets);
    } else if (multi->curl) {
        cielo__hush_begin(&hush);
        (void)curl_multi_setopt(multi->curl, CURLMOPT_SOCKETFUNCTION, NULL);
        (void)curl_multi_cleanup(multi->curl);
        cielo__hush_end(&hush);
    }
    multi->curl = NULL;
    multi->shown.count = multi->held.count = multi->gone.count = 0;
    multi->held_seen = 0;
    multi->timer = -1;
}

/* Whether the multi can go on; after a fork it cannot. */
static int check_lost(cielo_multi *multi)
{
    if (!multi->curl)
        return 1;
    if (!cielo__sockets_forked(&multi->sockets))
        return 0;
    lose(multi, CIELO_ETRANSPORT);
    close_curl(multi);
    return 1;
}

/* The call is being freed or cancelled by itself: it just vanishes here. */
static void drop_entry(cielo__seat *seat)
{
    entry *e = (entry *)seat;
    cielo_multi *multi = seat->multi;

    if (multi->curl && cielo__sockets_forked(&multi->sockets)
        && e->state == SENDING) {
        cielo__exchange_abandon(e->exchange);
        e->exchange = NULL;
        move_entry(multi, e, READY);
    }
    entry_free(multi, e);
}

/* ---- steps ---- */

static void step_entry(cielo_multi *multi, entry *e)
{
    /* Read before the step: a change after it must end the wait. */
    e->epoch = cielo_client_epoch(multi->client);
    switch (cielo_call_step(e->call, cielo_now_ms())) {
    case CIELO_STEP_DONE:
        move_entry(multi, e, ENDED);
        break;
    case CIELO_STEP_WAIT:
        wait_until(multi, e, cielo_call_deadline(e->call));
        break;
    case CIELO_STEP_SEND:
        begin_send(multi, e);
        break;
    }
}

/* Makes READY those whose time came, and, once the epoch changed, those that
 * have not seen it. */
static void wake(cielo_multi *multi)
{
    uint64_t epoch = cielo_client_epoch(multi->client);
    int64_t now = cielo_now_ms();
    size_t i;

    if (epoch != multi->epoch) {
        multi->epoch = epoch;
        for (i = 0; i < multi->waiting_count; i++) {
            if (multi->waiting[i]->epoch != epoch)
                multi->waiting[i]->deadline = INT64_MIN;
        }
        for (i = multi->waiting_count / 2; i-- > 0;)
            heap_down(multi, multi->waiting[i], i);
    }
    while (multi->waiting_count && multi->waiting[0]->deadline <= now)
        move_entry(multi, multi->waiting[0], READY);
}

static CURLMcode drive(cielo_multi *multi, int fd, int ready)
{
    CURLMcode code;
    cielo__hush hush;
    int mask = 0;
    int running;

    if (ready & CIELO_READABLE)
        mask |= CURL_CSELECT_IN;
    if (ready & CIELO_WRITABLE)
        mask |= CURL_CSELECT_OUT;
    if (ready & CIELO_BROKEN)
        mask |= CURL_CSELECT_ERR;
    cielo__hush_begin(&hush);
    code = curl_multi_socket_action(multi->curl, fd, mask, &running);
    cielo__hush_end(&hush);
    return code;
}

/* ---- the public functions ---- */

int cielo_multi_new(cielo_multi **out, cielo_client *client, cielo_error *err)
{
    const cielo_allocator *mem;
    cielo_multi *multi = NULL;
    int status = CIELO_EMEMORY;

    *out = NULL;
    if (!client)
        return cielo__report(err, CIELO_EUSAGE, "no client was given");
    if (cielo__curl_start() != CIELO_OK)
        return cielo__report(err, CIELO_ETRANSPORT, "libcurl did not start");
    mem = cielo__client_allocator(client);
    multi = cielo__calloc(mem, sizeof(*multi));
    if (!multi)
        goto done;
    multi->mem = mem;
    multi->client = cielo_client_ref(client);
    multi->kept = KEPT_CONNECTIONS;
    multi->timer = -1;
    cielo__sockets_init(&multi->sockets, mem);
    multi->curl = curl_multi_init();
    if (!multi->curl)
        goto done;
    (void)curl_multi_setopt(multi->curl, CURLMOPT_SOCKETFUNCTION,
                            socket_changed);
    (void)curl_multi_setopt(multi->curl, CURLMOPT_SOCKETDATA, multi);
    (void)curl_multi_setopt(multi->curl, CURLMOPT_MAXCONNECTS,
                            (long)multi->kept);
    *out = multi;
    multi = NULL; /* moved to the caller */
    status = CIELO_OK;
done:
    cielo_multi_free(multi);
    return cielo__report(err, status, NULL);
}

void cielo_multi_free(cielo_multi *multi)
{
    cielo_client *client;
    entry *e;

    if (!multi)
        return;
    if (!check_lost(multi)) {
        lose(multi, CIELO_ECANCELLED);
        close_curl(multi);
    }
    while ((e = multi->lists[ENDED].first) != NULL) {
        cielo__seat_set(e->call, NULL);
        entry_free(multi, e);
    }
    cielo__sockets_clear(&multi->sockets);
    cielo__free(multi->mem, multi->waiting);
    cielo__free(multi->mem, multi->shown.items);
    cielo__free(multi->mem, multi->held.items);
    cielo__free(multi->mem, multi->gone.items);
    client = multi->client;
    cielo__free(multi->mem, multi);
    cielo_client_unref(client); /* last: it owns the allocator */
}

/* Makes room for one more in the heap now, so that a WAIT cannot fail. */
static int reserve_heap(cielo_multi *multi)
{
    size_t capacity = multi->waiting_capacity;
    entry **waiting;

    if (multi->entries < capacity)
        return 1;
    capacity = capacity ? capacity * 2 : 16;
    waiting = cielo__reallocate(multi->mem, multi->waiting,
                                capacity * sizeof(*waiting));
    if (!waiting)
        return 0;
    multi->waiting = waiting;
    multi->waiting_capacity = capacity;
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
    CURLMcode code = CURLM_OK;

    if (!multi)
        return CIELO_EUSAGE;
    if (check_lost(multi))
        return multi->status;
    open_round(multi);
    if (fd >= 0)
        code = drive(multi, fd, ready);
    if (code == CURLM_OK && multi->timer >= 0 && multi->timer <= cielo_now_ms())
        code = drive(multi, CURL_SOCKET_TIMEOUT, 0);
    harvest(multi);
    wake(multi);
    while (code == CURLM_OK && multi->lists[READY].first) {
        while (multi->lists[READY].first)
            step_entry(multi, multi->lists[READY].first);
        code = drive(multi, CURL_SOCKET_TIMEOUT, 0); /* starts the new ones */
        harvest(multi);
    }
    close_round(multi);
    if (code == CURLM_OUT_OF_MEMORY)
        multi->status = CIELO_EMEMORY;
    else if (code != CURLM_OK)
        multi->status = CIELO_ETRANSPORT;
    if (multi->status == CIELO_OK)
        return CIELO_OK;
    lose(multi, multi->status);
    close_curl(multi);
    return multi->status;
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

/* Past the last, the host has seen the whole list. */
static int end_look(cielo_multi *multi)
{
    multi->gone.count = 0;
    multi->held_seen = multi->held.count;
    return 0;
}

int cielo_multi_interest(cielo_multi *multi, size_t index, int *fd, int *events)
{
    if (!multi)
        return 0;
    if (index >= multi->shown.count)
        return end_look(multi);
    *fd = multi->shown.items[index].fd;
    *events = multi->shown.items[index].events;
    return 1;
}

int64_t cielo_multi_deadline(const cielo_multi *multi)
{
    int64_t now = cielo_now_ms();
    int64_t deadline;

    if (!multi)
        return -1;
    deadline = multi->timer;
    if (multi->lists[READY].first || multi->held.count)
        return now;
    if (multi->waiting_count) {
        int64_t wait = multi->waiting[0]->deadline;

        if (cielo_client_epoch(multi->client) != multi->epoch)
            return now;
        if (wait > now + EPOCH_POLL_MS)
            wait = now + EPOCH_POLL_MS;
        if (deadline < 0 || wait < deadline)
            deadline = wait;
    }
    return deadline;
}
