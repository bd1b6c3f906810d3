/* Descriptors that a host watches for a cielo_multi: as a list of all, and as
 * what changed. */
#include <string.h>

#include "http.h"

/* What became of a number since the host last saw the list: it may have been
 * closed once it is watched no more, and was if another one has it. */
enum { GONE_NOT, GONE_UNWATCHED, GONE_CLOSED };

void cielo__watches_init(cielo__watches *w, const cielo_allocator *mem)
{
    memset(w, 0, sizeof(*w));
    w->mem = mem;
}

void cielo__watches_clear(cielo__watches *w)
{
    cielo__free(w->mem, w->slots);
    cielo__free(w->mem, w->shown.items);
    cielo__free(w->mem, w->held.items);
    cielo__free(w->mem, w->gone.items);
    cielo__free(w->mem, w->changes.items);
    cielo__watches_init(w, w->mem);
}

/* ---- numbers ---- */

static int add_number(cielo__watches *w, cielo__numbers *to, int fd)
{
    size_t capacity = to->capacity;
    int *items = to->items;

    if (to->count == capacity) {
        capacity = capacity ? capacity * 2 : 16;
        items = cielo__reallocate(w->mem, items, capacity * sizeof(*items));
        if (!items) {
            w->status = CIELO_EMEMORY;
            return 0;
        }
        to->items = items;
        to->capacity = capacity;
    }
    to->items[to->count++] = fd;
    return 1;
}

static void drop_first(cielo__numbers *from, size_t count)
{
    from->count -= count;
    if (from->count)
        memmove(from->items, from->items + count,
                from->count * sizeof(*from->items));
}

/* The slot of a number, made when it is not there yet; NULL without memory. */
static cielo__watched *slot_of(cielo__watches *w, int fd)
{
    size_t room = w->room ? w->room : 32;
    cielo__watched *slots;

    if ((size_t)fd < w->room)
        return &w->slots[fd];
    while (room <= (size_t)fd)
        room *= 2;
    slots = cielo__reallocate(w->mem, w->slots, room * sizeof(*slots));
    if (!slots) {
        w->status = CIELO_EMEMORY;
        return NULL;
    }
    memset(slots + w->room, 0, (room - w->room) * sizeof(*slots));
    w->slots = slots;
    w->room = room;
    return &w->slots[fd];
}

/* ---- the list of all ---- */

static void show(cielo__watches *w, int fd)
{
    if (add_number(w, &w->shown, fd))
        w->slots[fd].place = w->shown.count;
}

static void unshow(cielo__watches *w, cielo__watched *slot)
{
    int last = w->shown.items[--w->shown.count];

    w->slots[last].place = slot->place;
    w->shown.items[slot->place - 1] = last;
    slot->place = 0;
}

static void list_fd(cielo__watches *w, cielo__watched *slot, int fd)
{
    if (!slot->events) {
        if (slot->place)
            unshow(w, slot);
    } else if (!slot->place && !slot->held) {
        if (slot->gone != GONE_CLOSED || !w->listed)
            show(w, fd);
        else if (add_number(w, &w->held, fd))
            slot->held = 1;
    }
}

static void note_gone(cielo__watches *w, cielo__watched *slot, int fd,
                      unsigned char how)
{
    if (w->listed && (slot->gone || add_number(w, &w->gone, fd))
        && slot->gone < how)
        slot->gone = how;
}

/* Past the last, the host has seen the whole list. */
static void end_look(cielo__watches *w)
{
    size_t i;

    for (i = 0; i < w->gone.count; i++)
        w->slots[w->gone.items[i]].gone = GONE_NOT;
    w->gone.count = 0;
    w->held_seen = w->held.count;
}

int cielo__watch_at(cielo__watches *w, size_t index, int *fd, int *events)
{
    w->listed = 1;
    if (index >= w->shown.count) {
        end_look(w);
        return 0;
    }
    *fd = w->shown.items[index];
    *events = w->slots[*fd].events;
    return 1;
}

void cielo__watch_round(cielo__watches *w)
{
    size_t i;

    if (!w->held_seen)
        return;
    for (i = 0; i < w->held_seen; i++) {
        cielo__watched *slot = &w->slots[w->held.items[i]];

        slot->held = 0;
        if (slot->events && !slot->place)
            show(w, w->held.items[i]);
    }
    drop_first(&w->held, w->held_seen);
    w->held_seen = 0;
}

/* ---- changes ---- */

static void note_change(cielo__watches *w, cielo__watched *slot, int fd)
{
    if (slot->changed || (!slot->closed && slot->events == slot->told))
        return;
    if (w->next_change && w->changes.count == w->changes.capacity) {
        drop_first(&w->changes, w->next_change);
        w->next_change = 0;
    }
    slot->changed = (unsigned char)add_number(w, &w->changes, fd);
}

int cielo__watch_change(cielo__watches *w, int *fd, int *events)
{
    while (w->next_change < w->changes.count) {
        cielo__watched *slot;
        int before;

        *fd = w->changes.items[w->next_change++];
        slot = &w->slots[*fd];
        before = slot->told;
        *events = slot->told = slot->closed ? 0 : slot->events;
        slot->changed = slot->closed = 0;
        note_change(w, slot, *fd);
        if (*events != before)
            return 1;
    }
    w->next_change = w->changes.count = 0;
    return 0;
}

/* ---- what is watched ---- */

void cielo__watch_set(cielo__watches *w, cielo__line *line, int fd, int events)
{
    cielo__watched *slot = slot_of(w, fd);

    if (!slot)
        return;
    /* libcurl may say late that it closed one, which is another line's now. */
    if (!events && line && slot->line && slot->line != line)
        return;
    slot->line = events ? line : NULL;
    if (slot->events == events)
        return;
    slot->events = events;
    if (!events)
        note_gone(w, slot, fd, GONE_UNWATCHED);
    list_fd(w, slot, fd);
    note_change(w, slot, fd);
}

/* What the host was told of the number is of one that is closed. */
static void forget(cielo__watches *w, cielo__watched *slot, int fd)
{
    if (!slot->told)
        return;
    slot->closed = 1;
    note_change(w, slot, fd);
}

void cielo__watch_closed(cielo__watches *w, int fd)
{
    cielo__watched *slot = slot_of(w, fd);

    if (!slot)
        return;
    cielo__watch_set(w, NULL, fd, 0);
    note_gone(w, slot, fd, GONE_CLOSED);
    forget(w, slot, fd);
}

void cielo__watch_opened(cielo__watches *w, int fd)
{
    cielo__watched *slot = slot_of(w, fd);

    if (!slot)
        return;
    cielo__watch_set(w, NULL, fd, 0);
    if (slot->gone)
        slot->gone = GONE_CLOSED;
    forget(w, slot, fd);
}

cielo__line *cielo__watch_line(const cielo__watches *w, int fd)
{
    return fd >= 0 && (size_t)fd < w->room ? w->slots[fd].line : NULL;
}
