/* Waiting for many calls, for a host without an event loop. */
#include <limits.h>
#include <poll.h>

#include "http.h"

/* Descriptors that need no memory. */
enum { FEW = 64 };

static int time_left(const cielo_multi *multi, int timeout_ms)
{
    int64_t deadline = cielo_multi_deadline(multi);
    int64_t left = timeout_ms < 0 ? INT_MAX : timeout_ms;

    if (deadline >= 0 && deadline - cielo_now_ms() < left)
        left = deadline - cielo_now_ms();
    if (left < 0)
        return 0;
    /* With nothing to wait for this is no end. */
    return timeout_ms < 0 && deadline < 0 ? -1 : (int)left;
}

static short events_of(int events)
{
    return (short)((events & CIELO_READABLE ? POLLIN : 0)
                   | (events & CIELO_WRITABLE ? POLLOUT : 0));
}

static int ready_of(short events)
{
    return (events & POLLIN ? CIELO_READABLE : 0)
        | (events & POLLOUT ? CIELO_WRITABLE : 0)
        | (events & (POLLERR | POLLHUP | POLLNVAL) ? CIELO_BROKEN : 0);
}

/* Fills what there is room for, and gives how many there are. */
static size_t list_interest(cielo_multi *multi, struct pollfd *fds, size_t room)
{
    size_t count = 0;
    int fd, events;

    for (; cielo_multi_interest(multi, count, &fd, &events); count++) {
        if (count >= room)
            continue;
        fds[count].fd = fd;
        fds[count].events = events_of(events);
        fds[count].revents = 0;
    }
    return count;
}

/*
 * All that is ready is looked at before any time-out is: a host that was long
 * away finds answers that came meanwhile, not calls that are late. A number
 * that was opened again meanwhile is then looked at for nothing, which does no
 * harm.
 */
static void take_ready(cielo_multi *multi, const struct pollfd *fds,
                       size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (fds[i].revents)
            cielo__multi_ready(multi, fds[i].fd, ready_of(fds[i].revents));
}

int cielo_multi_wait(cielo_multi *multi, int timeout_ms)
{
    struct pollfd few[FEW], *fds = few, *more = NULL;
    size_t count;

    if (!multi)
        return CIELO_EUSAGE;
    count = list_interest(multi, few, FEW);
    if (count > FEW) {
        fds = more = cielo__reallocate(cielo__multi_allocator(multi), NULL,
                                       count * sizeof(*more));
        if (!more)
            return CIELO_EMEMORY;
        (void)list_interest(multi, more, count);
    }
    if (poll(fds, (nfds_t)count, time_left(multi, timeout_ms)) > 0)
        take_ready(multi, fds, count);
    cielo__free(cielo__multi_allocator(multi), more);
    return cielo_multi_advance(multi, -1, 0);
}
