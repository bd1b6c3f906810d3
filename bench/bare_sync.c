/*
 * What a disk takes by itself: as many bytes as a sale leaves in a journal, one
 * write and one fdatasync.
 *
 *     bare_sync FILE WARM COUNT
 */
#include <fcntl.h>
#include <unistd.h>

#include "measure.h"

#define BYTES 850

static void once(void *context)
{
    static const char bytes[BYTES];
    const int *fd = context;

    if (write(*fd, bytes, BYTES) != BYTES || fdatasync(*fd) != 0)
        exit(1);
}

int main(int argc, char **argv)
{
    int fd;

    if (argc < 4)
        return 2;
    fd = open(argv[1], O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (fd < 0)
        return 1;
    measure(once, &fd, number_of(argv[2]), number_of(argv[3]));
    close(fd);
    return 0;
}
