/* Folders, files and their locks as POSIX has them: the only file that asks the
 * system for them. */
#define _DEFAULT_SOURCE /* flock */
#define _DARWIN_C_SOURCE
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../base/base.h"
#include "file.h"

struct cielo__file {
    const cielo_allocator *mem;
    int fd;
    int limited;    /* it may grow past what the process is allowed */
    unsigned forks; /* of the process that opened it */
};

/* ---- folders ---- */

/* Makes the names that were added to a folder durable, on file systems that
 * know of such a thing. */
static int sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = 0;

    if (fd < 0)
        return errno;
    if (fsync(fd) != 0 && errno != EINVAL && errno != EBADF)
        error = errno;
    close(fd);
    return error;
}

/* The folder that a path stands in. */
static void parent_of(char *path)
{
    char *slash = strrchr(path, '/');

    if (!slash)
        memcpy(path, ".", sizeof("."));
    else
        slash[slash == path] = '\0';
}

static int check_folder(const char *path)
{
    struct stat is;

    if (stat(path, &is) != 0)
        return errno;
    return S_ISDIR(is.st_mode) ? 0 : ENOTDIR;
}

static int make_one(const char *path, int group)
{
    char parent[PATH_MAX];
    int error;

    if (mkdir(path, 0700) != 0)
        return errno == EEXIST ? check_folder(path) : errno;
    /* What mkdir is told goes through the umask, and drops the bit by which
     * files get the folder's group. */
    if (group && chmod(path, 02770) != 0) {
        error = errno;
        (void)rmdir(path);
        return error;
    }
    memcpy(parent, path, strlen(path) + 1);
    parent_of(parent);
    return sync_folder(parent);
}

int cielo__folder_make(const char *folder, int group)
{
    char path[PATH_MAX];
    size_t length = strlen(folder);
    int error = check_folder(folder);
    char *at;

    if (error != ENOENT || length == 0)
        return error;
    if (length >= sizeof(path))
        return ENAMETOOLONG;
    memcpy(path, folder, length + 1);
    while (length > 1 && path[length - 1] == '/')
        path[--length] = '\0';
    for (at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        error = make_one(path, group);
        *at = '/';
        if (error)
            return error;
    }
    return make_one(path, group);
}

int cielo__folder_list(const char *folder,
                       int (*each)(void *context, const char *name),
                       void *context)
{
    DIR *names = opendir(folder);
    int result = 0;

    if (!names)
        return errno;
    while (!result) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(names);
        if (!entry) {
            result = errno;
            break;
        }
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            result = each(context, entry->d_name);
    }
    closedir(names);
    return result;
}

/* ---- opening ---- */

static int join(char *path, size_t size, const char *folder, const char *name)
{
    size_t first = strlen(folder);
    size_t second = strlen(name);

    if (first + 1 + second >= size)
        return ENAMETOOLONG;
    memcpy(path, folder, first);
    path[first] = '/';
    memcpy(path + first + 1, name, second + 1);
    return 0;
}

int cielo__file_remove(const char *folder, const char *name)
{
    char path[PATH_MAX];
    int error = join(path, sizeof(path), folder, name);

    if (error)
        return error;
    return unlink(path) == 0 ? 0 : errno;
}

/* Opens with `flags`; what it makes has the mode in spite of the umask. */
static int open_file(cielo__file **out, const cielo_allocator *mem,
                     const char *folder, const char *name, int flags, int group)
{
    char path[PATH_MAX];
    cielo__file *file;
    int error = join(path, sizeof(path), folder, name);

    *out = NULL;
    if (error)
        return error;
    file = cielo__calloc(mem, sizeof(*file));
    if (!file)
        return ENOMEM;
    file->mem = mem;
    file->forks = cielo__forks();
    do {
        file->fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                        group ? 0660 : 0600);
    } while (file->fd < 0 && errno == EINTR);
    if (file->fd < 0) {
        error = errno;
        cielo__free(mem, file);
        return error;
    }
    *out = file;
    return 0;
}

/* What root's command makes belongs to the owner of the folder, whose service
 * could not open it otherwise. Where root may not give files away, as in some
 * containers, it stays root's and is of use to root. */
static void hand_over(const cielo__file *file, const char *folder)
{
    struct stat is;

    if (geteuid() == 0 && stat(folder, &is) == 0 && is.st_uid != 0)
        (void)!fchown(file->fd, is.st_uid, (gid_t)-1);
}

/* Closes it again where something failed since it was opened. */
static int give_up(cielo__file **file, int error)
{
    cielo__file_close(*file);
    *file = NULL;
    return error;
}

/* 0, or EWOULDBLOCK where another one has it. */
static int lock(const cielo__file *file, int how)
{
    int locked;

    do {
        locked = flock(file->fd, how | LOCK_NB);
    } while (locked != 0 && errno == EINTR);
    return locked == 0 ? 0 : errno;
}

/* Whether the process may not write files of any size. It is asked once: a
 * limit that is set while a file is open is not seen. */
static int has_limit(void)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_FSIZE, &limit) != 0
        || limit.rlim_cur != RLIM_INFINITY;
}

int cielo__file_create(cielo__file **out, const cielo_allocator *mem,
                       const char *folder, const char *name, int group)
{
    int error = open_file(out, mem, folder, name,
                          O_WRONLY | O_APPEND | O_CREAT | O_EXCL, group);

    if (error)
        return error;
    (*out)->limited = has_limit();
    hand_over(*out, folder);
    if (group && fchmod((*out)->fd, 0660) != 0)
        error = errno;
    if (!error)
        error = lock(*out, LOCK_EX);
    if (!error)
        error = sync_folder(folder);
    if (!error)
        return 0;
    /* A reader may have probed the lock just now. */
    (void)cielo__file_remove(folder, name);
    return give_up(out, error == EWOULDBLOCK ? EEXIST : error);
}

int cielo__file_open(cielo__file **out, const cielo_allocator *mem,
                     const char *folder, const char *name)
{
    int error = open_file(out, mem, folder, name, O_RDONLY, 0);
    struct stat is;

    if (error)
        return error;
    if (fstat((*out)->fd, &is) != 0)
        return give_up(out, errno);
    return S_ISREG(is.st_mode) ? 0 : give_up(out, EINVAL);
}

/* Whether who shares a folder may write to it: then they share its lock. */
static int is_shared(const char *folder)
{
    struct stat is;

    return stat(folder, &is) == 0 && (is.st_mode & S_IWGRP) != 0;
}

int cielo__file_lock(cielo__file **out, const cielo_allocator *mem,
                     const char *folder, const char *name)
{
    int group = is_shared(folder);
    int error
        = open_file(out, mem, folder, name, O_RDWR | O_CREAT | O_EXCL, group);
    int made = !error;

    if (error == EEXIST)
        error = open_file(out, mem, folder, name, O_RDWR, group);
    if (error)
        return error;
    if (made)
        hand_over(*out, folder);
    if (made && group && fchmod((*out)->fd, 0660) != 0)
        return give_up(out, errno);
    error = lock(*out, LOCK_EX);
    return error ? give_up(out, error) : 0;
}

void cielo__file_close(cielo__file *file)
{
    if (!file)
        return;
    /* A child may still have a copy of the descriptor, by which the lock would
     * live on; a child's own close must not end its parent's lock. */
    if (file->forks == cielo__forks())
        (void)flock(file->fd, LOCK_UN);
    close(file->fd);
    cielo__free(file->mem, file);
}

/* ---- writing ---- */

/* SIGXFSZ, which would end the process, while a file may grow too large. */
typedef struct hush {
    int active;
    sigset_t before;
} hush;

static void hush_begin(hush *h, int limited)
{
    sigset_t set;

    h->active = 0;
    if (!limited || sigpending(&set) != 0 || sigismember(&set, SIGXFSZ))
        return; /* one that waits already is not ours to take */
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    h->active = pthread_sigmask(SIG_BLOCK, &set, &h->before) == 0;
}

static void hush_end(const hush *h)
{
    sigset_t set;
    int taken;

    if (!h->active)
        return;
    if (sigpending(&set) == 0 && sigismember(&set, SIGXFSZ)) {
        sigemptyset(&set);
        sigaddset(&set, SIGXFSZ);
        (void)sigwait(&set, &taken);
    }
    (void)pthread_sigmask(SIG_SETMASK, &h->before, NULL);
}

static int append(const cielo__file *file, const char *bytes, size_t length,
                  size_t *done)
{
    while (*done < length) {
        ssize_t count = write(file->fd, bytes + *done, length - *done);

        if (count > 0)
            *done += (size_t)count;
        else if (count == 0)
            return ENOSPC;
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

int cielo__file_append(cielo__file *file, const char *bytes, size_t length,
                       size_t *done)
{
    hush h;
    int error;

    *done = 0;
    hush_begin(&h, file->limited);
    error = append(file, bytes, length, done);
    hush_end(&h);
    return error;
}

int cielo__file_sync(cielo__file *file)
{
    int failed;

    do {
#ifdef __APPLE__ /* where only this reaches the disk itself */
        failed = fcntl(file->fd, F_FULLFSYNC);
#else
        failed = fdatasync(file->fd);
#endif
    } while (failed != 0 && errno == EINTR);
    return failed == 0 ? 0 : errno;
}

int cielo__file_descriptor(const cielo__file *file)
{
    return file->fd;
}

int cielo__file_is_gone(const cielo__file *file)
{
    struct stat is;

    return fstat(file->fd, &is) == 0 && is.st_nlink == 0;
}

/* ---- reading ---- */

int cielo__file_read(cielo__file *file, int64_t offset, char *buffer,
                     size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t count = pread(file->fd, buffer + *got, size - *got,
                              (off_t)offset + (off_t)*got);

        if (count == 0)
            break;
        if (count > 0)
            *got += (size_t)count;
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

int cielo__file_is_held(cielo__file *file)
{
    if (lock(file, LOCK_SH) != 0) /* also where nobody can tell */
        return 1;
    (void)flock(file->fd, LOCK_UN);
    return 0;
}

int64_t cielo__file_size(cielo__file *file)
{
    struct stat is;

    return fstat(file->fd, &is) == 0 ? (int64_t)is.st_size : 0;
}

int64_t cielo__file_time(cielo__file *file)
{
    struct stat is;

    if (fstat(file->fd, &is) != 0)
        return 0;
    return (int64_t)is.st_mtim.tv_sec * 1000 + is.st_mtim.tv_nsec / 1000000;
}

/* ---- who writes ---- */

const char *cielo__host_name(char *buffer, size_t size)
{
    /* One that is cut is an error to some systems: none has longer ones. */
    char name[256] = "";

    if (gethostname(name, sizeof(name) - 1) != 0)
        name[0] = '\0';
    snprintf(buffer, size, "%s", name);
    return buffer;
}

int64_t cielo__process_id(void)
{
    return (int64_t)getpid();
}
