/* Folders, files and locks, as the journal sees them. */
#define _DEFAULT_SOURCE /* setgroups */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "http/file.h"
#include "scratch.h"

/* The most that a read gives at once, 0: all; every other is interrupted. */
static size_t at_once;
static int reads;

ssize_t __real_pread(int fd, void *buffer, size_t size, off_t at);
ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t at);

ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t at)
{
    if (at_once && reads++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return __real_pread(fd, buffer, at_once && at_once < size ? at_once : size,
                        at);
}

static cielo__file *create(const char *folder, const char *name)
{
    cielo__file *file = NULL;

    CHECK_INT(cielo__file_create(&file, NULL, folder, name, 0), 0);
    return file;
}

static cielo__file *open_file(const char *folder, const char *name)
{
    cielo__file *file = NULL;

    CHECK_INT(cielo__file_open(&file, NULL, folder, name), 0);
    return file;
}

static void append(cielo__file *file, const char *text)
{
    size_t done = 99;

    CHECK_INT(cielo__file_append(file, text, strlen(text), &done), 0);
    CHECK_INT(done, strlen(text));
}

/* ---- folders ---- */

static void makes_what_leads_to_a_folder(void)
{
    char *root = scratch_new();
    char path[300];
    mode_t before = umask(077);

    snprintf(path, sizeof(path), "%s/a/b//c/", root);
    CHECK_INT(cielo__folder_make(path, 0), 0);
    CHECK_INT(scratch_mode(root, "a/b/c"), 0700);
    CHECK_INT(scratch_mode(root, "a"), 0700);
    CHECK_INT(cielo__folder_make(path, 1), 0);
    CHECK_INT(scratch_mode(root, "a/b/c"), 0700); /* it was there */
    snprintf(path, sizeof(path), "%s/g", root);
    CHECK_INT(cielo__folder_make(path, 1), 0);
    CHECK_INT(scratch_mode(root, "g"), 02770);
    umask(before);
    scratch_end(root);
}

static void says_why_a_folder_cannot_be(void)
{
    char *root = scratch_new();
    char path[5000];

    scratch_write(root, "file", "x", 1);
    snprintf(path, sizeof(path), "%s/file", root);
    CHECK_INT(cielo__folder_make(path, 0), ENOTDIR);
    snprintf(path, sizeof(path), "%s/file/under", root);
    CHECK_INT(cielo__folder_make(path, 0), ENOTDIR);
    CHECK_INT(cielo__folder_make("", 0), ENOENT);
    memset(path, 'a', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    CHECK_INT(cielo__folder_make(path, 0), ENAMETOOLONG);
    scratch_end(root);
}

static int count_three(void *context, const char *name)
{
    int *count = context;

    CHECK(name[0] != '.');
    return ++*count == 3 ? 77 : 0;
}

static void lists_until_told_otherwise(void)
{
    char *root = scratch_new();
    char path[300];
    int count = 0;

    scratch_write(root, "a", "", 0);
    scratch_write(root, "b", "", 0);
    CHECK_INT(cielo__folder_list(root, count_three, &count), 0);
    CHECK_INT(count, 2);
    scratch_write(root, "c", "", 0);
    scratch_write(root, "d", "", 0);
    count = 0;
    CHECK_INT(cielo__folder_list(root, count_three, &count), 77);
    CHECK_INT(cielo__file_remove(root, "d"), 0);
    CHECK_INT(cielo__file_remove(root, "d"), ENOENT);
    snprintf(path, sizeof(path), "%s/none", root);
    CHECK_INT(cielo__folder_list(path, count_three, &count), ENOENT);
    scratch_end(root);
}

/* ---- files ---- */

static void writes_at_the_end_and_reads_anywhere(void)
{
    char *root = scratch_new();
    cielo__file *file = create(root, "a"), *other = NULL, *reader;
    char buffer[32];
    size_t got;
    time_t now = time(NULL);

    CHECK_INT(scratch_mode(root, "a"), 0600);
    CHECK_INT(cielo__file_create(&other, NULL, root, "a", 0), EEXIST);
    CHECK(!other);
    append(file, "one ");
    append(file, "two");
    CHECK_INT(cielo__file_sync(file), 0);
    CHECK(cielo__file_descriptor(file) >= 0);
    CHECK(fcntl(cielo__file_descriptor(file), F_GETFD) & FD_CLOEXEC);
    reader = open_file(root, "a");
    CHECK_INT(cielo__file_read(reader, 4, buffer, sizeof(buffer), &got), 0);
    CHECK_INT(got, 3);
    CHECK(memcmp(buffer, "two", 3) == 0);
    CHECK_INT(cielo__file_read(reader, 7, buffer, sizeof(buffer), &got), 0);
    CHECK_INT(got, 0);
    CHECK_INT(cielo__file_size(reader), 7);
    CHECK(cielo__file_time(reader) / 1000 - (int64_t)now < 60);
    CHECK(cielo__file_time(reader) / 1000 - (int64_t)now > -60);
    cielo__file_close(reader);
    cielo__file_close(file);
    CHECK_INT(cielo__file_open(&reader, NULL, root, "none"), ENOENT);
    scratch_end(root);
}

/* A pipe in the folder would else hold up its reader for ever. */
/* A system may give less than was asked for, though there is more. */
static void reads_all_that_there_is(void)
{
    char *root = scratch_new();
    cielo__file *file = create(root, "a"), *reader;
    char buffer[32];
    size_t got;

    append(file, "0123456789");
    reader = open_file(root, "a");
    at_once = 3;
    CHECK_INT(cielo__file_read(reader, 1, buffer, 8, &got), 0);
    CHECK_INT(got, 8);
    CHECK(memcmp(buffer, "12345678", 8) == 0);
    CHECK_INT(cielo__file_read(reader, 5, buffer, sizeof(buffer), &got), 0);
    CHECK_INT(got, 5);
    CHECK(memcmp(buffer, "56789", 5) == 0);
    at_once = 0;
    cielo__file_close(reader);
    cielo__file_close(file);
    scratch_end(root);
}

static void reads_nothing_but_files(void)
{
    char *root = scratch_new();
    char path[300];
    cielo__file *file = NULL;

    snprintf(path, sizeof(path), "%s/pipe", root);
    CHECK_INT(mkfifo(path, 0600), 0);
    CHECK_INT(cielo__file_open(&file, NULL, root, "pipe"), EINVAL);
    CHECK(!file);
    scratch_end(root);
}

static void a_group_may_write_whatever_the_umask(void)
{
    char *root = scratch_new();
    mode_t before = umask(077);
    cielo__file *file = NULL, *held = NULL;

    CHECK_INT(cielo__file_create(&file, NULL, root, "a", 1), 0);
    CHECK_INT(scratch_mode(root, "a"), 0660);
    CHECK_INT(cielo__file_lock(&held, NULL, root, "own"), 0);
    CHECK_INT(scratch_mode(root, "own"), 0600);
    cielo__file_close(held);
    CHECK_INT(chmod(root, 02770), 0);
    CHECK_INT(cielo__file_lock(&held, NULL, root, "lock"), 0);
    CHECK_INT(scratch_mode(root, "lock"), 0660);
    umask(before);
    cielo__file_close(file);
    cielo__file_close(held);
    scratch_end(root);
}

/* ---- locks ---- */

static void a_writer_holds_its_file(void)
{
    char *root = scratch_new();
    cielo__file *file = create(root, "a"), *reader = open_file(root, "a");

    CHECK_INT(cielo__file_is_held(reader), 1);
    cielo__file_close(file);
    CHECK_INT(cielo__file_is_held(reader), 0);
    CHECK_INT(cielo__file_is_held(reader), 0);
    cielo__file_close(reader);
    scratch_end(root);
}

static void one_has_a_lock(void)
{
    char *root = scratch_new();
    cielo__file *first = NULL, *second = NULL;

    CHECK_INT(cielo__file_lock(&first, NULL, root, "lock"), 0);
    CHECK_INT(cielo__file_lock(&second, NULL, root, "lock"), EWOULDBLOCK);
    CHECK(!second);
    cielo__file_close(first);
    CHECK_INT(cielo__file_lock(&second, NULL, root, "lock"), 0);
    cielo__file_close(second);
    scratch_end(root);
}

/* Its copy of the descriptor keeps the lock, and its closing lets the parent's
 * be; the parent's ends it for both. */
static void a_child_lets_its_parent_hold(void)
{
    char *root = scratch_new();
    cielo__file *file = create(root, "a"), *reader = open_file(root, "a");
    int go[2];
    char byte;
    pid_t child;

    CHECK_INT(pipe(go), 0);
    child = fork();
    if (child == 0) {
        close(go[1]);
        cielo__file_close(file);
        _exit(cielo__file_is_held(reader) ? 0 : 1);
    }
    CHECK_INT(scratch_wait(child), 0);
    CHECK_INT(cielo__file_is_held(reader), 1);
    child = fork();
    if (child == 0) {
        close(go[1]);
        _exit(read(go[0], &byte, 1) == 0 ? 0 : 1);
    }
    cielo__file_close(file);
    CHECK_INT(cielo__file_is_held(reader), 0);
    close(go[1]);
    CHECK_INT(scratch_wait(child), 0);
    close(go[0]);
    cielo__file_close(reader);
    scratch_end(root);
}

static void a_killed_writer_holds_nothing(void)
{
    char *root = scratch_new();
    cielo__file *reader;
    int ready[2];
    char byte;
    pid_t child;

    CHECK_INT(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        (void)create(root, "a");
        _exit(write(ready[1], "x", 1) == 1 && pause() ? 1 : 0);
    }
    CHECK_INT(read(ready[0], &byte, 1), 1);
    reader = open_file(root, "a");
    CHECK_INT(cielo__file_is_held(reader), 1);
    kill(child, SIGKILL);
    (void)scratch_wait(child);
    CHECK_INT(cielo__file_is_held(reader), 0);
    cielo__file_close(reader);
    close(ready[0]);
    close(ready[1]);
    scratch_end(root);
}

/* ---- what goes wrong ---- */

static int fill(const char *root, rlim_t most)
{
    struct rlimit limit;
    cielo__file *file = NULL;
    size_t done;
    int error;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = most;
    setrlimit(RLIMIT_FSIZE, &limit);
    error = cielo__file_create(&file, NULL, root, "a", 0);
    if (!error)
        error = cielo__file_append(file, "0123456789", 10, &done);
    if (error != EFBIG || done != (size_t)most)
        return 2;
    error = cielo__file_append(file, "x", 1, &done);
    if (error != EFBIG || done != 0)
        return 3;
    cielo__file_close(file);
    return 0;
}

/* The signal that comes of it ends a process; it comes to others as before. */
static void no_signal_comes_of_a_limit(void)
{
    char *root = scratch_new();
    pid_t child = fork();

    if (child == 0)
        _exit(fill(root, 6));
    CHECK_INT(scratch_wait(child), 0);
    child = fork();
    if (child == 0) {
        (void)cielo__file_remove(root, "a");
        if (fill(root, 6) == 0)
            raise(SIGXFSZ);
        _exit(0);
    }
    CHECK_INT(scratch_wait(child), 256 + SIGXFSZ);
    scratch_end(root);
}

/* As `nobody`, whom files and folders of others are closed to. */
static int become_nobody(void)
{
    return geteuid() != 0
        || (setgroups(0, NULL) == 0 && setgid(65534) == 0
            && setuid(65534) == 0);
}

static uid_t owner_of(const char *folder, const char *name)
{
    char path[300];
    struct stat is;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return stat(path, &is) == 0 ? is.st_uid : (uid_t)-1;
}

/* The service whose folder it is opens what a command of root's left. */
static void what_root_makes_is_the_folders_owners(void)
{
    char *root = scratch_new();
    uid_t owner = geteuid() == 0 ? 65534 : geteuid();
    cielo__file *lock = NULL;

    CHECK_INT(chown(root, owner, (gid_t)-1), 0);
    cielo__file_close(create(root, "a"));
    CHECK_INT(cielo__file_lock(&lock, NULL, root, "lock"), 0);
    cielo__file_close(lock);
    CHECK_INT(owner_of(root, "a"), owner);
    CHECK_INT(owner_of(root, "lock"), owner);
    scratch_end(root);
}

static int try_as_nobody(const char *root)
{
    char under[300];
    cielo__file *file = NULL;

    snprintf(under, sizeof(under), "%s/x/y", root);
    if (!become_nobody())
        return 9;
    if (cielo__file_create(&file, NULL, root, "a", 0) != EACCES || file)
        return 1;
    if (cielo__folder_make(under, 0) != EACCES)
        return 2;
    return 0;
}

static void says_that_it_may_not_write(void)
{
    char *root = scratch_new();
    pid_t child;

    CHECK_INT(chmod(root, 0555), 0);
    child = fork();
    if (child == 0)
        _exit(try_as_nobody(root));
    CHECK_INT(scratch_wait(child), 0);
    CHECK_INT(chmod(root, 0700), 0);
    scratch_end(root);
}

static void says_that_the_disk_is_full(void)
{
    char *root = scratch_new();
    char piece[4096];
    cielo__file *file;
    size_t done, all = 0;
    int error = 0;

    if (mount("none", root, "tmpfs", 0, "size=64k") != 0) {
        printf("skipped says_that_the_disk_is_full: no tmpfs can be mounted "
               "here (%s)\n",
               strerror(errno));
        scratch_end(root);
        return;
    }
    memset(piece, 'x', sizeof(piece));
    file = create(root, "a");
    while (!error && all < 200000) {
        error = cielo__file_append(file, piece, sizeof(piece) - 1, &done);
        all += done;
    }
    CHECK_INT(error, ENOSPC);
    CHECK_INT(all, cielo__file_size(file));
    cielo__file_close(file);
    CHECK_INT(umount(root), 0);
    scratch_end(root);
}

static void knows_who_it_is(void)
{
    char name[256], little[2];

    CHECK(*cielo__host_name(name, sizeof(name)));
    CHECK(strlen(cielo__host_name(little, sizeof(little))) <= 1);
    CHECK_INT(cielo__process_id(), getpid());
}

CHECK_MAIN(makes_what_leads_to_a_folder, says_why_a_folder_cannot_be,
           lists_until_told_otherwise, writes_at_the_end_and_reads_anywhere,
           reads_all_that_there_is, reads_nothing_but_files,
           a_group_may_write_whatever_the_umask,
           a_writer_holds_its_file, one_has_a_lock,
           a_child_lets_its_parent_hold, a_killed_writer_holds_nothing,
           no_signal_comes_of_a_limit, says_that_it_may_not_write,
           what_root_makes_is_the_folders_owners,
           says_that_the_disk_is_full, knows_who_it_is)
