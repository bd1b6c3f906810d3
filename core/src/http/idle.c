/* The idle lines of a cielo_multi, the last one used first. */
#include <string.h>

#include "http.h"

/* Those to one place. */
struct cielo__rank {
    cielo__line *first;
    cielo__line *last;
    size_t count;
};

/* NULL when memory is short. */
static cielo__rank *rank_of(cielo__idle *idle, const cielo__place *place)
{
    size_t number = cielo__place_number(place);
    size_t count = number + 4;
    cielo__rank *ranks;

    if (number < idle->count)
        return &idle->ranks[number];
    ranks = cielo__reallocate(idle->mem, idle->ranks, count * sizeof(*ranks));
    if (!ranks)
        return NULL;
    memset(ranks + idle->count, 0, (count - idle->count) * sizeof(*ranks));
    idle->ranks = ranks;
    idle->count = count;
    return &ranks[number];
}

static void pull_line(cielo__rank *r, cielo__line *line)
{
    if (line->prev)
        line->prev->next = line->next;
    else
        r->first = line->next;
    if (line->next)
        line->next->prev = line->prev;
    else
        r->last = line->prev;
    r->count--;
    line->next = line->prev = NULL;
}

void cielo__idle_keep(cielo__idle *idle, const cielo__lease *lease,
                      cielo__line *line)
{
    cielo__rank *r = rank_of(idle, lease->place);

    if (!r) {
        cielo__line_free(line, 0);
        return;
    }
    line->place = lease->place;
    line->idle_since = cielo_now_ms();
    line->prev = NULL;
    line->next = r->first;
    if (r->first)
        r->first->prev = line;
    else
        r->last = line;
    r->first = line;
    r->count++;
    if (r->count > idle->limit
        || r->last->idle_since + CIELO__IDLE_LIMIT_MS < line->idle_since)
        cielo__idle_drop(idle, r->last);
}

cielo__line *cielo__idle_take(cielo__idle *idle, const cielo__lease *lease)
{
    cielo__rank *r = rank_of(idle, lease->place);
    int64_t oldest;

    if (!r || !r->first)
        return NULL;
    oldest = cielo_now_ms() - CIELO__IDLE_LIMIT_MS;
    while (r->first) {
        cielo__line *line = r->first;

        pull_line(r, line);
        if (line->idle_since > oldest)
            return line;
        cielo__line_free(line, 0);
    }
    return NULL;
}

void cielo__idle_drop(cielo__idle *idle, cielo__line *line)
{
    pull_line(rank_of(idle, line->place), line);
    cielo__line_free(line, 0);
}

void cielo__idle_close(cielo__idle *idle, int forked)
{
    size_t i;

    for (i = 0; i < idle->count; i++) {
        cielo__rank *r = &idle->ranks[i];

        while (r->first) {
            cielo__line *line = r->first;

            pull_line(r, line);
            if (forked)
                cielo__line_abandon(line, 0);
            else
                cielo__line_free(line, 0);
        }
    }
}
