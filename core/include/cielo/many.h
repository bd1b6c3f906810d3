/*
 * Many calls, a few at once: which of them may start now. It moves no bytes and
 * waits for nothing, so that every host has the same order: so many calls at
 * once, and of the voids of one payment one after the other, five seconds
 * apart, while those of others go on. A call that waits here has not begun: its
 * time-out runs from its first step.
 *
 *     while (more || cielo_many_count(many) > 0) {
 *         while (more && cielo_many_room(many))
 *             more = make_a_call(&call)
                && cielo_many_put(many, call, &err) == CIELO_OK;
 *         while ((call = cielo_many_start(many, cielo_now_ms())) != NULL)
 *             cielo_multi_add(multi, call, &err);
 *         cielo_multi_wait(multi, until(cielo_many_deadline(many)));
 *         while ((call = cielo_multi_done(multi)) != NULL)
 *             cielo_many_ended(many, call, cielo_now_ms());
 *     }
 */
#ifndef CIELO_MANY_H
#define CIELO_MANY_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/api.h>
#include <cielo/call.h>
#include <cielo/client.h>
#include <cielo/error.h>

CIELO_BEGIN

/* One thread. Owns no call: those put in stay the caller's, and have to outlive
 * their stay. */
typedef struct cielo_many cielo_many;

/* `concurrency`: the most calls started and not ended, 1 to 10,000. Errors:
 * CIELO_EVALIDATION, CIELO_EMEMORY. */
CIELO_API int cielo_many_new(cielo_many **out, cielo_client *client,
                             int concurrency, cielo_error *err);
CIELO_API void cielo_many_free(cielo_many *many);

/* 1 when another call may be put in: there is a place for it, or a few (at most
 * 1,000) wait for the turn of their payment and it may be of another. */
CIELO_API int cielo_many_room(const cielo_many *many);
/* Errors: CIELO_EUSAGE (no room; the call has begun, or is in a cielo_many; its
 * client shares nothing with this one's), CIELO_EMEMORY. */
CIELO_API int cielo_many_put(cielo_many *many, cielo_call *call,
                             cielo_error *err);
/* The next call to start now, or NULL. */
CIELO_API cielo_call *cielo_many_start(cielo_many *many, int64_t now_ms);
/* A started call has ended. */
CIELO_API void cielo_many_ended(cielo_many *many, cielo_call *call,
                                int64_t now_ms);
/* When to ask cielo_many_start again though none ended, in its clock: as early
 * as it may be, in the past when at once. -1 when there is no need. */
CIELO_API int64_t cielo_many_deadline(const cielo_many *many);
/* Takes out, one by one, the calls that were not started; NULL past the
 * last. */
CIELO_API cielo_call *cielo_many_take(cielo_many *many);
/* The calls in it, started or not. */
CIELO_API size_t cielo_many_count(const cielo_many *many);

CIELO_END

#endif
