/* Conditions, with a limit to each wait. */
#define _POSIX_C_SOURCE 200809L

#include <time.h>

#include "cond.h"

int cielo__cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    int made;

    if (pthread_condattr_init(&attributes) != 0)
        return 0;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    made = pthread_cond_init(cond, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return made;
}

int cielo__cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex,
                     int64_t until)
{
    struct timespec end;

    end.tv_sec = (time_t)(until / 1000);
    end.tv_nsec = (long)(until % 1000) * 1000000L;
    return pthread_cond_timedwait(cond, mutex, &end) == 0;
}
