/* Lines that libcurl opens: it looks up names, goes through proxies and speaks
 * TLS. HTTP is not its business, but for the CONNECT of a proxy. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include <cielo/perform.h>

#include "../base/base.h"
#include "../call/slots.h"
#include "line_curl.h"

enum {
    OPENING_SOCKETS = 8, /* libcurl tries two addresses at once at most */
    POLL_LIMIT_MS = 100
};

/* A number, and what stood behind it when it was libcurl's. */
typedef struct line_socket {
    int fd;
    dev_t device;
    ino_t inode;
} line_socket;

/*
 * Each has a CURLM of its own, in which an easy handle must stay to send: so no
 * line is looked for among others, and libcurl, which tidies up when another
 * connection is made, never closes one behind our back. Once open in the clear,
 * the socket is ours and libcurl is let go.
 */
typedef struct curl_line {
    cielo__line line; /* first: the line is all that others know */
    const cielo_allocator *mem;
    const cielo__watcher *watcher;
    CURLM *multi;
    CURL *easy;
    cielo__line_state state;
    int in_clear; /* no TLS, neither to the host nor to a proxy */
    int fd;       /* once OPEN */
    int ours;     /* `fd` is not libcurl's any more */
    line_socket sockets[OPENING_SOCKETS];
    int socket_count;
    unsigned forks;
    int64_t timer;
    cielo_cause cause;
    CURLcode code;
    char text[CURL_ERROR_SIZE];
} curl_line;

/* ---- libcurl's sockets while a line opens ---- */

static int find_socket(const curl_line *l, int fd)
{
    int i;

    for (i = 0; i < l->socket_count; i++) {
        if (l->sockets[i].fd == fd)
            return i;
    }
    return -1;
}

/* libcurl 7.88 closes a socket that did not come to connect without a word, and
 * somebody else may have its number by now. */
static int is_ours_still(const line_socket *s)
{
    struct stat now;

    return fstat(s->fd, &now) == 0 && now.st_dev == s->device
        && now.st_ino == s->inode;
}

static void drop_closed(curl_line *l)
{
    int i;

    for (i = l->socket_count - 1; i >= 0; i--) {
        if (!is_ours_still(&l->sockets[i]))
            l->sockets[i] = l->sockets[--l->socket_count];
    }
}

/* Gives 0 where it cannot be told what stands behind it. */
static int add_socket(curl_line *l, int fd)
{
    line_socket *s = &l->sockets[l->socket_count];
    struct stat now;

    if (fstat(fd, &now) != 0)
        return 0;
    s->fd = fd;
    s->device = now.st_dev;
    s->inode = now.st_ino;
    l->socket_count++;
    return 1;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    curl_line *l = context;
    int fd;

    (void)purpose;
    drop_closed(l);
    if (l->socket_count == OPENING_SOCKETS)
        return CURL_SOCKET_BAD;
#ifdef SOCK_CLOEXEC
    fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                address->protocol);
#else
    fd = socket(address->family, address->socktype, address->protocol);
    if (fd >= 0)
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
#endif
    if (fd < 0)
        return CURL_SOCKET_BAD;
    if (l->watcher)
        l->watcher->opened(l->watcher->context, fd);
    if (add_socket(l, fd))
        return fd;
    close(fd);
    return CURL_SOCKET_BAD;
}

static void tell_closed(const curl_line *l, int fd)
{
    if (l->watcher)
        l->watcher->closed(l->watcher->context, fd);
}

static int close_socket(void *context, curl_socket_t fd)
{
    curl_line *l = context;
    int at = find_socket(l, fd);

    if (at >= 0)
        l->sockets[at] = l->sockets[--l->socket_count];
    if (l->ours && fd == l->fd)
        return 0;
    tell_closed(l, fd);
    return close(fd);
}

/* A number that is not of our sockets is the resolver's, which closes it
 * without a word. */
static int socket_changed(CURL *easy, curl_socket_t fd, int what, void *context,
                          void *assigned)
{
    curl_line *l = context;
    int events = 0;

    (void)easy;
    (void)assigned;
    if (!l->watcher) /* abandoned */
        return 0;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        events |= CIELO_READABLE;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        events |= CIELO_WRITABLE;
    l->watcher->watch(l->watcher->context, &l->line, fd, events);
    if (what == CURL_POLL_REMOVE && find_socket(l, fd) < 0)
        tell_closed(l, fd);
    return 0;
}

static size_t drop_bytes(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

/* ---- opening ---- */

/* Goes on only while nothing failed: one check at the end is enough. */
#define SET(option, value)                                       \
    do {                                                         \
        if (code == CURLE_OK)                                    \
            code = curl_easy_setopt(l->easy, (option), (value)); \
    } while (0)

static CURLcode set_callbacks(curl_line *l, const cielo__net *net)
{
    CURLcode code = CURLE_OK;

    SET(CURLOPT_ERRORBUFFER, l->text);
    SET(CURLOPT_WRITEFUNCTION, drop_bytes); /* of what refuses a tunnel */
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, l);
    SET(CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    SET(CURLOPT_CLOSESOCKETDATA, l);
    SET(CURLOPT_SHARE, net->share);
    return code;
}

static CURLcode code_of(CURLMcode code)
{
    if (code == CURLM_OK)
        return CURLE_OK;
    return code == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY
                                       : CURLE_FAILED_INIT;
}

/* Takes libcurl away from a line, and closes what it still has. */
static void drop_curl(curl_line *l)
{
    cielo__hush h;

    cielo__hush_begin(&h);
    if (l->easy && l->multi)
        (void)curl_multi_remove_handle(l->multi, l->easy);
    curl_easy_cleanup(l->easy);
    (void)curl_multi_cleanup(l->multi);
    cielo__hush_end(&h);
    l->easy = NULL;
    l->multi = NULL;
}

/* ---- how opening ends ---- */

const char *cielo__line_text(const cielo__line *line)
{
    const curl_line *l = (const curl_line *)line;

    return cielo__way_text(l->code, l->text);
}

static void fail(curl_line *l, CURLcode code)
{
    l->state = CIELO__LINE_FAILED;
    l->code = code;
    l->cause = cielo__way_cause(code);
    drop_curl(l);
}

static void open_up(curl_line *l)
{
    curl_socket_t fd = CURL_SOCKET_BAD;

    if (curl_easy_getinfo(l->easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK
        || fd == CURL_SOCKET_BAD) {
        fail(l, CURLE_COULDNT_CONNECT);
        return;
    }
    l->state = CIELO__LINE_OPEN;
    l->fd = fd;
    if (!l->in_clear)
        return;
    l->ours = 1;
    drop_curl(l);
}

/* After libcurl worked, with what its CURLM said. */
static void look_at(curl_line *l, CURLMcode code)
{
    int left;
    long ms = -1;
    CURLMsg *message = curl_multi_info_read(l->multi, &left);

    l->timer = -1;
    if (message && message->data.result == CURLE_OK) {
        open_up(l);
    } else if (message || code != CURLM_OK) {
        fail(l, message ? message->data.result : code_of(code));
    } else {
        (void)curl_multi_timeout(l->multi, &ms);
        if (ms >= 0 && l->watcher)
            l->timer = cielo_now_ms() + ms;
    }
}

static CURLcode begin(curl_line *l)
{
    CURLcode code = CURLE_OK;

    if (l->watcher) {
        code = code_of(curl_multi_setopt(l->multi, CURLMOPT_SOCKETFUNCTION,
                                         socket_changed));
        if (code == CURLE_OK)
            code = code_of(curl_multi_setopt(l->multi, CURLMOPT_SOCKETDATA, l));
    }
    if (code == CURLE_OK)
        code = code_of(curl_multi_add_handle(l->multi, l->easy));
    return code;
}

cielo__line *cielo__line_open(cielo__net *net, cielo_client *client,
                              const cielo_request *request, int64_t limit_ms,
                              const cielo__watcher *watcher)
{
    const cielo_allocator *mem = cielo__client_allocator(client);
    curl_line *l = cielo__calloc(mem, sizeof(*l));
    CURLcode code;

    if (!l)
        return NULL;
    l->mem = mem;
    l->watcher = watcher;
    l->fd = -1;
    l->timer = -1;
    l->forks = cielo__forks();
    l->cause = CIELO_CAUSE_END;
    l->multi = curl_multi_init();
    l->easy = curl_easy_init();
    if (!l->multi || !l->easy) {
        cielo__line_free(&l->line, 0);
        return NULL;
    }
    l->in_clear = cielo__way_in_clear(client, request->url);
    code = cielo__way_set(l->easy, client, request->url, limit_ms);
    if (code == CURLE_OK)
        code = set_callbacks(l, net);
    if (code == CURLE_OK)
        code = begin(l);
    if (code != CURLE_OK)
        fail(l, code);
    else if (watcher)
        cielo__line_advance(&l->line, -1, 0);
    return &l->line;
}

void cielo__line_advance(cielo__line *line, int fd, int ready)
{
    curl_line *l = (curl_line *)line;
    CURLMcode code;
    cielo__hush h;
    int mask = 0;
    int running;

    if (l->state != CIELO__LINE_OPENING)
        return;
    if (ready & CIELO_READABLE)
        mask |= CURL_CSELECT_IN;
    if (ready & CIELO_WRITABLE)
        mask |= CURL_CSELECT_OUT;
    if (ready & CIELO_BROKEN)
        mask |= CURL_CSELECT_ERR;
    cielo__hush_begin(&h);
    code = curl_multi_socket_action(l->multi, fd < 0 ? CURL_SOCKET_TIMEOUT : fd,
                                    mask, &running);
    cielo__hush_end(&h);
    look_at(l, code);
}

int64_t cielo__line_timer(const cielo__line *line)
{
    return ((const curl_line *)line)->timer;
}

void cielo__line_finish(cielo__line *line, int64_t until_ms)
{
    curl_line *l = (curl_line *)line;
    cielo__hush h;

    cielo__hush_begin(&h);
    while (l->state == CIELO__LINE_OPENING) {
        int64_t left;
        int number;

        look_at(l, curl_multi_perform(l->multi, &number));
        left = until_ms - cielo_now_ms();
        if (l->state != CIELO__LINE_OPENING || left <= 0)
            break;
        (void)curl_multi_poll(l->multi, NULL, 0,
                              left < POLL_LIMIT_MS ? (int)left : POLL_LIMIT_MS,
                              NULL);
    }
    cielo__hush_end(&h);
}

cielo__line_state cielo__line_state_of(const cielo__line *line)
{
    return ((const curl_line *)line)->state;
}

cielo_cause cielo__line_cause(const cielo__line *line)
{
    return ((const curl_line *)line)->cause;
}

int cielo__line_fd(const cielo__line *line)
{
    return ((const curl_line *)line)->fd;
}

/* ---- bytes ---- */

static ptrdiff_t outcome_of(ssize_t count)
{
    if (count >= 0)
        return (ptrdiff_t)count;
    return errno == EAGAIN || errno == EWOULDBLOCK ? CIELO__LINE_AGAIN
                                                   : CIELO__LINE_BROKEN;
}

static ptrdiff_t send_tls(curl_line *l, const char *data, size_t length)
{
    size_t count = 0;
    CURLcode code;
    cielo__hush h;

    cielo__hush_begin(&h);
    code = curl_easy_send(l->easy, data, length, &count);
    cielo__hush_end(&h);
    if (code == CURLE_OK && count > 0)
        return (ptrdiff_t)count;
    return code == CURLE_OK || code == CURLE_AGAIN ? CIELO__LINE_AGAIN
                                                   : CIELO__LINE_BROKEN;
}

ptrdiff_t cielo__line_send(cielo__line *line, const char *data, size_t length)
{
    curl_line *l = (curl_line *)line;
    ssize_t count;

    if (!l->ours)
        return send_tls(l, data, length);
    do
        count = send(l->fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    return outcome_of(count);
}

static ptrdiff_t receive_tls(curl_line *l, char *buffer, size_t size)
{
    size_t count = 0;
    CURLcode code;
    cielo__hush h;

    cielo__hush_begin(&h); /* what is read may have to be answered */
    code = curl_easy_recv(l->easy, buffer, size, &count);
    cielo__hush_end(&h);
    if (code == CURLE_OK)
        return (ptrdiff_t)count;
    return code == CURLE_AGAIN ? CIELO__LINE_AGAIN : CIELO__LINE_BROKEN;
}

ptrdiff_t cielo__line_receive(cielo__line *line, char *buffer, size_t size)
{
    curl_line *l = (curl_line *)line;
    ssize_t count;

    if (!l->ours)
        return receive_tls(l, buffer, size);
    do
        count = recv(l->fd, buffer, size, MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    return outcome_of(count);
}

/* Received, not peeked: TLS takes what is its own, such as the tickets that
 * come after the handshake, and any byte more ends the line. */
int cielo__line_is_sound(cielo__line *line)
{
    char byte;

    return cielo__line_receive(line, &byte, 1) == CIELO__LINE_AGAIN;
}

int cielo__line_wait(cielo__line *line, int events, int64_t ms)
{
    struct pollfd p;

    p.fd = ((curl_line *)line)->fd;
    p.events = (short)((events & CIELO_READABLE ? POLLIN : 0)
                       | (events & CIELO_WRITABLE ? POLLOUT : 0));
    p.revents = 0;
    if (poll(&p, 1, ms > INT_MAX ? INT_MAX : (int)ms) <= 0)
        return 0;
    return (p.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
}

/* ---- the end ---- */

/* Puts /dev/null behind each number, so that libcurl can close its connection
 * as usual and nobody hears of it. */
static void silence(const curl_line *l)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int i;

    for (i = 0; i < l->socket_count; i++) {
        /* Without a substitute a shut number is as silent: writes fail. */
        if (null < 0 || dup2(null, l->sockets[i].fd) < 0)
            close(l->sockets[i].fd);
    }
    if (null >= 0)
        close(null);
}

void cielo__line_free(cielo__line *line, int amid)
{
    curl_line *l = (curl_line *)line;

    if (amid && l->fd >= 0)
        (void)shutdown(l->fd, SHUT_RDWR);
    drop_curl(l);
    if (l->ours) {
        tell_closed(l, l->fd);
        close(l->fd);
    }
    cielo__free(l->mem, l);
}

void cielo__line_abandon(cielo__line *line, int idle)
{
    curl_line *l = (curl_line *)line;
    int i;

    l->watcher = NULL;
    drop_closed(l);
    if (l->ours) {
        close(l->fd);
    } else if (idle) {
        silence(l);
        drop_curl(l);
    } else {
        for (i = 0; i < l->socket_count; i++)
            close(l->sockets[i].fd);
    }
    cielo__free(l->mem, l);
}
