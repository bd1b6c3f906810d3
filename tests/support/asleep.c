/* A machine that slept: to be preloaded, with the seconds in `asleep`. */
#define _GNU_SOURCE

#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int64_t asleep;

int clock_gettime(clockid_t id, struct timespec *now)
{
    int status = (int)syscall(SYS_clock_gettime, id, now);

    if (id == CLOCK_BOOTTIME || id == CLOCK_REALTIME)
        now->tv_sec += asleep;
    return status;
}
