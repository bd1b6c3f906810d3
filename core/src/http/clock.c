/* The system's monotonic clock and its entropy, for the hosts that ask. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/random.h>
#endif

#include <cielo/perform.h>

#include "../base/base.h"

int64_t cielo_now_ms(void)
{
    struct timespec now = {0, 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
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

int cielo_entropy_fill(cielo_entropy *entropy)
{
    size_t size = sizeof(entropy->bytes);
    size_t done = 0;

#if defined(__linux__)
    while (done < size) {
        ssize_t got = getrandom(entropy->bytes + done, size - done, 0);

        if (got > 0)
            done += (size_t)got;
        else if (errno != EINTR)
            break; /* a kernel or a sandbox without it */
    }
#endif
    if (done == size || fill_from_device(entropy->bytes + done, size - done))
        return CIELO_OK;
    return CIELO_ETRANSPORT;
}
