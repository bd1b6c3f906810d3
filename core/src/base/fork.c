/* Which process this is, without asking the kernel for it at each call. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>

#include "atomic.h"
#include "base.h"

/* Of the process, as what it counts is: only a child ever adds to it. */
static unsigned forks;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void count_fork(void)
{
    (void)cielo__atomic_add(&forks, 1);
}

static void watch(void)
{
    (void)pthread_atfork(NULL, NULL, count_fork);
}

unsigned cielo__forks(void)
{
    (void)pthread_once(&once, watch);
    return cielo__atomic_load(&forks);
}
