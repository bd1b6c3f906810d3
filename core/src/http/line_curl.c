/* Lines that libcurl opens: it looks up names, goes through proxies and speaks
 * TLS. HTTP is not its business, but for the CONNECT of a proxy. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include <cielo/perform.h>

#include "../base/base.h"
#include "../call/slots.h"
#include "line.h"

enum {
    OPENING_SOCKETS = 8, /* libcurl tries two addresses at once at most */
    POLL_LIMIT_MS = 100
};

struct cielo__net {
    const cielo_allocator *mem;
    CURLSH *share;
    pthread_mutex_t locks[CURL_LOCK_DATA_LAST];
    unsigned forks;
};

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
    int sockets[OPENING_SOCKETS];
    int socket_count;
    unsigned forks;
    int64_t timer;
    cielo_cause cause;
    CURLcode code;
    char text[CURL_ERROR_SIZE];
} curl_line;

/* ---- the one-time start ---- */

static pthread_once_t start_once = PTHREAD_ONCE_INIT;
static CURLcode start_code = CURLE_FAILED_INIT;
static int raises_sigpipe;

static void start_curl(void)
{
    start_code = curl_global_init(CURL_GLOBAL_DEFAULT);
    raises_sigpipe = curl_version_info(CURLVERSION_NOW)->version_num < 0x075800;
}

int cielo__net_start(void)
{
    if (pthread_once(&start_once, start_curl) != 0 || start_code != CURLE_OK)
        return CIELO_ETRANSPORT;
    return CIELO_OK;
}

/* ---- SIGPIPE ---- */

/*
 * Stands around what may write through TLS. Before 7.88 libcurl leaves that to
 * OpenSSL, which raises SIGPIPE on a connection that is gone; the signal is
 * kept off this thread, and taken away if it came. Later ones, and what is sent
 * here, ask the kernel for none, so that this costs nothing there.
 */
typedef struct hush {
    sigset_t before;
    int active;
} hush;

static void hush_begin(hush *h)
{
    sigset_t set;

    h->active = 0;
    if (!raises_sigpipe || sigpending(&set) != 0 || sigismember(&set, SIGPIPE))
        return; /* one that waits already is not ours to take */
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    h->active = pthread_sigmask(SIG_BLOCK, &set, &h->before) == 0;
}

static void hush_end(const hush *h)
{
    struct timespec none = {0, 0};
    sigset_t set;

    if (!h->active)
        return;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
#ifdef __APPLE__ /* has no sigtimedwait, and its sockets do not raise it */
    (void)none;
#else
    while (sigtimedwait(&set, NULL, &none) < 0 && errno == EINTR)
        continue;
#endif
    (void)pthread_sigmask(SIG_SETMASK, &h->before, NULL);
}

/* ---- the net ---- */

/* A child's copy may be locked by a thread that is not there: it is cleaned up
 * without. */
static void lock_share(CURL *easy, curl_lock_data data, curl_lock_access access,
                       void *context)
{
    cielo__net *net = context;

    (void)easy;
    (void)access;
    if (net->forks == cielo__forks())
        pthread_mutex_lock(&net->locks[data]);
}

static void unlock_share(CURL *easy, curl_lock_data data, void *context)
{
    cielo__net *net = context;

    (void)easy;
    if (net->forks == cielo__forks())
        pthread_mutex_unlock(&net->locks[data]);
}

cielo__net *cielo__net_new(const cielo_allocator *mem)
{
    cielo__net *net = cielo__calloc(mem, sizeof(*net));
    int i;

    if (!net)
        return NULL;
    net->mem = mem;
    net->forks = cielo__forks();
    net->share = curl_share_init();
    if (!net->share) {
        cielo__free(mem, net);
        return NULL;
    }
    for (i = 0; i < CURL_LOCK_DATA_LAST; i++)
        (void)pthread_mutex_init(&net->locks[i], NULL);
    (void)curl_share_setopt(net->share, CURLSHOPT_LOCKFUNC, lock_share);
    (void)curl_share_setopt(net->share, CURLSHOPT_UNLOCKFUNC, unlock_share);
    (void)curl_share_setopt(net->share, CURLSHOPT_USERDATA, net);
    (void)curl_share_setopt(net->share, CURLSHOPT_SHARE,
                            CURL_LOCK_DATA_SSL_SESSION);
    (void)curl_share_setopt(net->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    return net;
}

void cielo__net_free(cielo__net *net)
{
    int i;

    if (!net)
        return;
    if (net->forks == cielo__forks()) {
        (void)curl_share_cleanup(net->share);
        for (i = 0; i < CURL_LOCK_DATA_LAST; i++)
            pthread_mutex_destroy(&net->locks[i]);
    }
    cielo__free(net->mem, net);
}

/* ---- libcurl's sockets while a line opens ---- */

static int find_socket(const curl_line *l, int fd)
{
    int i;

    for (i = 0; i < l->socket_count; i++) {
        if (l->sockets[i] == fd)
            return i;
    }
    return -1;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    curl_line *l = context;
    int fd;

    (void)purpose;
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
    l->sockets[l->socket_count++] = fd;
    return fd;
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

static CURLcode set_protocols(curl_line *l)
{
    CURLcode code = CURLE_OK;

#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    SET(CURLOPT_CONNECT_ONLY, 1L);
    /* Else ALPN would offer what is not spoken here. */
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_HTTPPROXYTUNNEL, 1L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    return code;
}

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

/*
 * The hosts that take no proxy, "" for none of them, NULL for those of
 * NO_PROXY, which libcurl else asks beside an option too: a way that was chosen
 * in the program would end where somebody set that. What goes in the clear goes
 * to a loopback host or where allow_plain_http sent it: a proxy that only the
 * environment names is not to read keys and cards.
 */
static const char *proxy_override(const char *proxy, const char *url)
{
    if (proxy[0])
        return "";
    return strncmp(url, "http:", 5) == 0 ? "*" : NULL;
}

static long clamp_ms(int64_t ms)
{
    if (ms < 1)
        return 1; /* to libcurl 0 means its own limit */
    return ms > INT_MAX ? (long)INT_MAX : (long)ms;
}

static CURLcode set_way(curl_line *l, cielo_client *client, const char *url)
{
    const char *ca_file = cielo__client_ca_file(client);
    const char *proxy = cielo__client_proxy(client);
    CURLcode code = CURLE_OK;

    SET(CURLOPT_URL, url);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_NOPROGRESS, 1L);
    SET(CURLOPT_TCP_NODELAY, 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Else a time-out while a name is looked up waits for the resolver's
     * thread, which may take half a minute. It is left to end by itself. */
    SET(CURLOPT_QUICK_EXIT, 1L);
#endif
    if (ca_file[0])
        SET(CURLOPT_CAINFO, ca_file);
    if (proxy[0])
        SET(CURLOPT_PROXY, proxy);
    SET(CURLOPT_NOPROXY, proxy_override(proxy, url));
    l->in_clear = strncmp(url, "http:", 5) == 0
        && !curl_strnequal(proxy, "https:", 6);
    return code;
}

static CURLcode set_all(curl_line *l, const cielo__net *net,
                        cielo_client *client, const cielo_request *request,
                        int64_t limit_ms)
{
    CURLcode code = set_protocols(l);

    if (code == CURLE_OK)
        code = set_callbacks(l, net);
    if (code == CURLE_OK)
        code = set_way(l, client, request->url);
    SET(CURLOPT_CONNECTTIMEOUT_MS, clamp_ms(limit_ms));
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
    hush h;

    hush_begin(&h);
    if (l->easy && l->multi)
        (void)curl_multi_remove_handle(l->multi, l->easy);
    curl_easy_cleanup(l->easy);
    (void)curl_multi_cleanup(l->multi);
    hush_end(&h);
    l->easy = NULL;
    l->multi = NULL;
}

/* ---- how opening ends ---- */

static cielo_cause cause_of(CURLcode code)
{
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return CIELO_CAUSE_TIMEOUT;
    case CURLE_OUT_OF_MEMORY:
        return CIELO_CAUSE_MEMORY;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_CLIENTCERT:
        return CIELO_CAUSE_TLS;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
    case CURLE_GOT_NOTHING: /* these of a proxy, or before TLS was up */
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return CIELO_CAUSE_CONNECT;
    case CURLE_UNSUPPORTED_PROTOCOL: /* no status line from a proxy */
    case CURLE_WEIRD_SERVER_REPLY:
        return CIELO_CAUSE_PROTOCOL;
    default:
        return CIELO_CAUSE_INTERNAL;
    }
}

const char *cielo__line_text(const cielo__line *line)
{
    const curl_line *l = (const curl_line *)line;

    /* Its name may be a piece of a password that was taken for a host. */
    if (l->code == CURLE_COULDNT_RESOLVE_PROXY)
        return "the name of the proxy cannot be resolved";
    /* A proxy that libcurl cannot use is quoted with its password, whether it
     * came from the options or the environment. */
    if (strchr(l->text, '@'))
        return strstr(l->text, "proxy") ? "the proxy's address cannot be used"
                                        : curl_easy_strerror(l->code);
    return l->text[0] ? l->text : curl_easy_strerror(l->code);
}

static void fail(curl_line *l, CURLcode code)
{
    l->state = CIELO__LINE_FAILED;
    l->code = code;
    l->cause = cause_of(code);
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
    code = set_all(l, net, client, request, limit_ms);
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
    hush h;
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
    hush_begin(&h);
    code = curl_multi_socket_action(l->multi, fd < 0 ? CURL_SOCKET_TIMEOUT : fd,
                                    mask, &running);
    hush_end(&h);
    look_at(l, code);
}

int64_t cielo__line_timer(const cielo__line *line)
{
    return ((const curl_line *)line)->timer;
}

void cielo__line_finish(cielo__line *line, int64_t until_ms)
{
    curl_line *l = (curl_line *)line;
    hush h;

    hush_begin(&h);
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
    hush_end(&h);
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
    hush h;

    hush_begin(&h);
    code = curl_easy_send(l->easy, data, length, &count);
    hush_end(&h);
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
    hush h;

    hush_begin(&h); /* what is read may have to be answered */
    code = curl_easy_recv(l->easy, buffer, size, &count);
    hush_end(&h);
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
        if (null < 0 || dup2(null, l->sockets[i]) < 0)
            close(l->sockets[i]);
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
    if (l->ours) {
        close(l->fd);
    } else if (idle) {
        silence(l);
        drop_curl(l);
    } else {
        for (i = 0; i < l->socket_count; i++)
            close(l->sockets[i]);
    }
    cielo__free(l->mem, l);
}
