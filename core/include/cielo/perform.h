/* HTTP/1.1 over connections that libcurl makes: the one header that means "may
 * block". */
#ifndef CIELO_PERFORM_H
#define CIELO_PERFORM_H

#include <stdint.h>

#include <cielo/api.h>
#include <cielo/call.h>
#include <cielo/error.h>

CIELO_BEGIN

/* A monotonic clock in milliseconds, for cielo_call_step. It goes on while the
 * machine sleeps (CLOCK_BOOTTIME): what was known of Cielo's clock, of a token
 * and of idle connections is as old as it is. */
CIELO_API int64_t cielo_now_ms(void);

/* The time of day, milliseconds since 1970 UTC, for cielo_origin. */
CIELO_API int64_t cielo_wall_ms(void);

/* Fills `entropy` from a generator that the system seeds, once for each thread
 * and each process: for names and delays, no secrets. Errors: CIELO_ETRANSPORT
 * when the system has none to give. */
CIELO_API int cielo_entropy_fill(cielo_entropy *entropy);

/*
 * Runs the call to its end over connections of its client that are kept and
 * shared between calls, at most max_connections of them to one host at once:
 * further calls wait their turn within their time-out. Gives the status of the
 * call, as cielo_call_result.
 */
CIELO_API int cielo_perform(cielo_call *call, cielo_error *err);

/*
 * The same in slices: gives CIELO_EAGAIN after about `slice_ms` when the call
 * goes on, so that a host can look at its signals and ask again. All slices of
 * one call come from one thread at a time. Freeing or cancelling the call
 * between slices drops its connection. With tell_attempts a slice also ends
 * with each attempt, which cielo_call_attempt then gives; so it does after the
 * last slice.
 */
CIELO_API int cielo_perform_slice(cielo_call *call, int slice_ms,
                                  cielo_error *err);

/*
 * Many calls over one set of connections, for a host with an event loop. It is
 * asked, never calls: which descriptors it waits for, until when, and which
 * calls ended. One thread.
 */
typedef struct cielo_multi cielo_multi;

#define CIELO_READABLE 1
#define CIELO_WRITABLE 2
#define CIELO_BROKEN 4

/* Holds a reference to `client`. Errors: CIELO_EMEMORY, CIELO_ETRANSPORT. */
CIELO_API int cielo_multi_new(cielo_multi **out, cielo_client *client,
                              cielo_error *err);
/* Cancels what is under way, then closes. NULL is a no-op. */
CIELO_API void cielo_multi_free(cielo_multi *multi);

/*
 * Starts a call, which stays the caller's and must outlive its stay here: it
 * leaves through cielo_multi_done or cielo_multi_remove. Its client is the
 * cielo_multi's, or one that shares its state through cielo_client_with; any
 * other is CIELO_EUSAGE.
 */
CIELO_API int cielo_multi_add(cielo_multi *multi, cielo_call *call,
                              cielo_error *err);
/* Cancels a call and takes it out. */
CIELO_API void cielo_multi_remove(cielo_multi *multi, cielo_call *call);

/* Goes on: `fd` is ready for `ready` (a mask), or -1 when only time passed. */
CIELO_API int cielo_multi_advance(cielo_multi *multi, int fd, int ready);

/* For a host without a loop of its own: waits until something is to be done,
 * `timeout_ms` at most (-1: no limit), and goes on. Gives what
 * cielo_multi_advance gives; a signal may end the wait early. It asks
 * cielo_multi_interest, so that no host asks cielo_multi_change beside it.
 * CIELO_EMEMORY with calls under way that did not end: nothing was done. */
CIELO_API int cielo_multi_wait(cielo_multi *multi, int timeout_ms);

/* The next call that ended, in the order they ended, or NULL. To be asked
 * until then after each advance, before the host waits. */
CIELO_API cielo_call *cielo_multi_done(cielo_multi *multi);

/*
 * With tell_attempts: the next call of which an attempt ended, for
 * cielo_call_attempt, or NULL. To be asked until then after each advance and
 * before cielo_multi_done: the call goes on, or ends, once it was given here.
 */
CIELO_API cielo_call *cielo_multi_attempt(cielo_multi *multi);

/* The descriptors to watch, by index from 0: gives 0 past the last. */
CIELO_API int cielo_multi_interest(cielo_multi *multi, size_t index,
                                   int *fd, int *events);

/*
 * The same as changes, which cost nothing while nothing changes: gives 1 and
 * the next descriptor whose events are others than was told, 0 when there is
 * none. `events` 0: watch it no more; it may be closed by now, and a number
 * that was opened again meanwhile is told as 0 first. A connection is watched
 * for CIELO_READABLE once, for its life, between calls too. Ask after each
 * advance, add, remove and cielo_call_free, and use one of the two.
 */
CIELO_API int cielo_multi_change(cielo_multi *multi, int *fd, int *events);

/* When to advance with -1 at the latest, in the clock of cielo_now_ms; -1 when
 * there is nothing to wait for. */
CIELO_API int64_t cielo_multi_deadline(const cielo_multi *multi);

CIELO_END

#endif
