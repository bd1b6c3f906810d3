/* The system's clocks and its entropy, for the hosts that ask. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/random.h>
#endif

#include <cielo/perform.h>

#include "../base/atomic.h"
#include "../base/base.h"
#include "http.h"

/* On Linux CLOCK_MONOTONIC stands still while the machine sleeps; elsewhere
 * there is no other. */
#if defined(__linux__) && defined(CLOCK_BOOTTIME)
#define STEADY CLOCK_BOOTTIME
#else
#define STEADY CLOCK_MONOTONIC
#endif

static int64_t read_clock(clockid_t clock)
{
    struct timespec now = {0, 0};

    if (clock_gettime(clock, &now) != 0) /* a sandbox that knows only some */
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t cielo_now_ms(void)
{
    return read_clock(STEADY);
}

int64_t cielo__cond_ms(int64_t until_ms)
{
    return read_clock(CLOCK_MONOTONIC) + (until_ms - cielo_now_ms());
}

int64_t cielo_wall_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

static int fill_from_device(unsigned char *bytes, size_t size)
{
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    size_t done = 0;

    if (fd < 0)
        return 0;
    while (done < size) {
        ssize_t got = read(fd, bytes + done, size - done);

        if (got > 0)
            done += (size_t)got;
        else if (got == 0 || errno != EINTR)
            break;
    }
    close(fd);
    return done == size;
}

/* CIELO_OK, or CIELO_ETRANSPORT when the system has none to give. */
static int ask_system(unsigned char *bytes, size_t size)
{
    size_t done = 0;

#if defined(__linux__)
    while (done < size) {
        ssize_t got = getrandom(bytes + done, size - done, 0);

        if (got > 0)
            done += (size_t)got;
        else if (errno != EINTR)
            break; /* a kernel or a sandbox without it */
    }
#endif
    if (done == size || fill_from_device(bytes + done, size - done))
        return CIELO_OK;
    return CIELO_ETRANSPORT;
}

/*
 * A generator for each thread, so that the system is asked once and not for
 * each call. It is no state that calls or clients share: a thread alone reads
 * and writes its own, hence without a lock, and a fork cannot find one held.
 * The child of a fork inherits a copy, which would give the same numbers
 * again, and sees by the count of forks that it is none of its own. What is
 * drawn names requests and spreads retries; none of it is a secret.
 */
typedef struct generator {
    cielo__random random;
    unsigned forks; /* that the seed was asked after */
    unsigned left;  /* draws until it is asked for anew; 0: not seeded */
} generator;

static cielo__thread_local generator own;

enum { DRAWS = 1 << 20 };

static int seed(generator *g)
{
    cielo_entropy fresh;

    if (ask_system(fresh.bytes, sizeof(fresh.bytes)) != CIELO_OK)
        return CIELO_ETRANSPORT;
    cielo__random_seed(&g->random, fresh.bytes);
    g->forks = cielo__forks();
    g->left = DRAWS;
    return CIELO_OK;
}

int cielo_entropy_fill(cielo_entropy *entropy)
{
    generator *g = &own;
    size_t at;

    if ((g->left == 0 || g->forks != cielo__forks()) && seed(g) != CIELO_OK)
        return CIELO_ETRANSPORT;
    g->left--;
    for (at = 0; at < sizeof(entropy->bytes); at += sizeof(uint64_t)) {
        uint64_t drawn = cielo__random_next(&g->random);

        memcpy(entropy->bytes + at, &drawn, sizeof(drawn));
    }
    entropy->wall_ms = cielo_wall_ms();
    return CIELO_OK;
}
