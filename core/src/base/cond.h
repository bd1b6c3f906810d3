/*
 * Conditions that are waited for with a limit. Their clock stands still while
 * the machine sleeps, since systems give them no other.
 */
#ifndef CIELO_COND_H
#define CIELO_COND_H

#include <pthread.h>
#include <stdint.h>

/* 1, or 0 when there is no room for one. */
int cielo__cond_init(pthread_cond_t *cond);
/* Waits once: 1, or 0 when it is `until` ms of that clock (cielo__cond_ms), or
 * past it. */
int cielo__cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex,
                     int64_t until);

#endif
