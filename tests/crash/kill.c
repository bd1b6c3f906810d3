/*
 * Kills its process at a named moment of a write that a journal keeps: a
 * library for LD_PRELOAD, so that any host dies there that has never heard of
 * it. It knows the journal's files by their path, and the request by how it
 * begins.
 *
 *     CRASH_AT       the moment, a word of `moments`
 *     CRASH_JOURNAL  the folder of the journal, without links in it
 *     CRASH_REQUEST  such as "POST /1/sales"
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum moment {
    NEVER,
    BEFORE_INTENT,
    IN_INTENT,
    AFTER_INTENT,
    AFTER_SYNC,
    IN_SEND,
    AFTER_SEND,
    BEFORE_OUTCOME,
    IN_OUTCOME
};

static const char *const moments[]
    = {"never",        "before_intent", "in_intent",  "after_intent",
       "after_sync",   "in_send",       "after_send", "before_outcome",
       "in_outcome"};

/* What the environment says, read before the host may change it. */
static enum moment at;
static char journal[PATH_MAX];
static char request[256];

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_sendto)(int, const void *, size_t, int,
                              const struct sockaddr *, socklen_t);
static ssize_t (*real_sendmsg)(int, const struct msghdr *, int);
static int (*real_fdatasync)(int);
static int (*real_fsync)(int);

/* The request that is looked for, as far as it was sent. */
static int request_fd = -1;
static char sent[65536];
static size_t sent_length;
static int intent_is_written;

static void find(void *slot, const char *name)
{
    *(void **)slot = dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void)
{
    const char *word = getenv("CRASH_AT");
    size_t i;

    find(&real_write, "write");
    find(&real_writev, "writev");
    find(&real_send, "send");
    find(&real_sendto, "sendto");
    find(&real_sendmsg, "sendmsg");
    find(&real_fdatasync, "fdatasync");
    find(&real_fsync, "fsync");
    for (i = 0; word && i < sizeof(moments) / sizeof(*moments); i++)
        if (strcmp(word, moments[i]) == 0)
            at = (enum moment)i;
    if (getenv("CRASH_JOURNAL"))
        snprintf(journal, sizeof(journal), "%s/", getenv("CRASH_JOURNAL"));
    if (getenv("CRASH_REQUEST"))
        snprintf(request, sizeof(request), "%s", getenv("CRASH_REQUEST"));
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* ---- the journal ---- */

static int is_journal(int fd)
{
    char link[64], path[PATH_MAX];
    ssize_t length;

    if (at == NEVER || !*journal)
        return 0;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof(path) - 1);
    if (length < 6)
        return 0;
    path[length] = '\0';
    return strncmp(path, journal, strlen(journal)) == 0
        && strcmp(path + length - 6, ".jsonl") == 0;
}

static int holds(const char *data, size_t length, const char *word)
{
    return memmem(data, length, word, strlen(word)) != NULL;
}

static ssize_t write_record(int fd, const char *data, size_t length)
{
    int is_intent = holds(data, length, "\"rec\":\"intent\"");
    int is_outcome = holds(data, length, "\"rec\":\"outcome\"");
    ssize_t done;

    if ((is_intent && at == BEFORE_INTENT)
        || (is_outcome && at == BEFORE_OUTCOME))
        die();
    if ((is_intent && at == IN_INTENT) || (is_outcome && at == IN_OUTCOME)) {
        if (real_write(fd, data, length / 2) > 0)
            die();
    }
    done = real_write(fd, data, length);
    if (is_intent && done == (ssize_t)length) {
        intent_is_written = 1;
        if (at == AFTER_INTENT)
            die();
    }
    return done;
}

/* ---- the request ---- */

/* The length that its head tells; 0 while that is not whole. */
static size_t whole_length(void)
{
    const char *end = memmem(sent, sent_length, "\r\n\r\n", 4), *line;
    size_t body = 0;

    if (!end)
        return 0;
    for (line = sent; line < end; line++)
        if (strncasecmp(line, "\r\ncontent-length:", 17) == 0)
            body = strtoul(line + 17, NULL, 10);
    return (size_t)(end - sent) + 4 + body;
}

static int is_request(int fd, const char *data, size_t length)
{
    if (at == NEVER || !*request)
        return 0;
    if (fd == request_fd)
        return 1;
    if (length < strlen(request) || memcmp(data, request, strlen(request)) != 0)
        return 0;
    request_fd = fd;
    sent_length = 0;
    return 1;
}

/* After `done` bytes of it went out. */
static void note_sent(const char *data, ssize_t done)
{
    if (done <= 0 || sent_length + (size_t)done >= sizeof(sent))
        return;
    memcpy(sent + sent_length, data, (size_t)done);
    sent_length += (size_t)done;
    sent[sent_length] = '\0';
    if (at == AFTER_SEND && whole_length() > 0 && sent_length >= whole_length())
        die();
}

static ssize_t send_request(int fd, const char *data, size_t length, int flags)
{
    ssize_t done;

    if (at == IN_SEND) {
        if (real_send(fd, data, length / 2, flags | MSG_NOSIGNAL) > 0)
            die();
    }
    done = real_send(fd, data, length, flags | MSG_NOSIGNAL);
    note_sent(data, done);
    return done;
}

/* ---- what the host calls ---- */

ssize_t write(int fd, const void *data, size_t length)
{
    if (is_journal(fd))
        return write_record(fd, data, length);
    return is_request(fd, data, length) ? send_request(fd, data, length, 0)
                                        : real_write(fd, data, length);
}

/* All of it as one text, the caller's to free. */
static char *join(const struct iovec *parts, size_t count, size_t *length)
{
    char *joined;
    size_t i, at_byte = 0;

    *length = 0;
    for (i = 0; i < count; i++)
        *length += parts[i].iov_len;
    joined = malloc(*length + 1);
    if (!joined)
        abort();
    for (i = 0; i < count; i++) {
        memcpy(joined + at_byte, parts[i].iov_base, parts[i].iov_len);
        at_byte += parts[i].iov_len;
    }
    return joined;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    size_t length;
    char *joined;
    ssize_t done;

    if (at == NEVER || count <= 0)
        return real_writev(fd, parts, count);
    joined = join(parts, (size_t)count, &length);
    if (is_journal(fd))
        done = write_record(fd, joined, length);
    else if (is_request(fd, joined, length))
        done = send_request(fd, joined, length, 0);
    else
        done = real_writev(fd, parts, count);
    free(joined);
    return done;
}

ssize_t send(int fd, const void *data, size_t length, int flags)
{
    return is_request(fd, data, length) ? send_request(fd, data, length, flags)
                                        : real_send(fd, data, length, flags);
}

ssize_t sendto(int fd, const void *data, size_t length, int flags,
               const struct sockaddr *to, socklen_t size)
{
    return !to && is_request(fd, data, length)
        ? send_request(fd, data, length, flags)
        : real_sendto(fd, data, length, flags, to, size);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    size_t length;
    char *joined;
    ssize_t done;

    if (at == NEVER || message->msg_control || message->msg_name)
        return real_sendmsg(fd, message, flags);
    joined = join(message->msg_iov, message->msg_iovlen, &length);
    done = is_request(fd, joined, length)
        ? send_request(fd, joined, length, flags)
        : real_sendmsg(fd, message, flags);
    free(joined);
    return done;
}

static int sync_file(int (*real)(int), int fd)
{
    int status = real(fd);

    if (at == AFTER_SYNC && intent_is_written && is_journal(fd))
        die();
    return status;
}

int fdatasync(int fd)
{
    return sync_file(real_fdatasync, fd);
}

int fsync(int fd)
{
    return sync_file(real_fsync, fd);
}
