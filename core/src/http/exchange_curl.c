/* One HTTP exchange over libcurl: the handle, what it collects, its sockets. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http.h"

#define HEADER_BYTES_LIMIT ((size_t)64 * 1024)
#define HEADER_LINES_LIMIT 200
#define REQUEST_LINES_LIMIT ((size_t)256 * 1024)
#define KEPT_BYTES_LIMIT ((size_t)16 * 1024)

/* ---- the one-time start ---- */

static pthread_once_t start_once = PTHREAD_ONCE_INIT;
static CURLcode start_code = CURLE_FAILED_INIT;

static int raises_sigpipe;

static void start_curl(void)
{
    start_code = curl_global_init(CURL_GLOBAL_DEFAULT);
    raises_sigpipe = curl_version_info(CURLVERSION_NOW)->version_num < 0x075800;
}

int cielo__curl_start(void)
{
    if (pthread_once(&start_once, start_curl) != 0 || start_code != CURLE_OK)
        return CIELO_ETRANSPORT;
    return CIELO_OK;
}

void cielo__hush_begin(cielo__hush *hush)
{
    sigset_t set;

    hush->active = 0;
    if (!raises_sigpipe || sigpending(&set) != 0 || sigismember(&set, SIGPIPE))
        return; /* one that waits already is not ours to take */
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    hush->active = pthread_sigmask(SIG_BLOCK, &set, &hush->before) == 0;
}

void cielo__hush_end(const cielo__hush *hush)
{
    struct timespec none = {0, 0};
    sigset_t set;

    if (!hush->active)
        return;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
#ifdef __APPLE__ /* has no sigtimedwait, and its sockets do not raise it */
    (void)none;
#else
    while (sigtimedwait(&set, NULL, &none) < 0 && errno == EINTR)
        continue;
#endif
    (void)pthread_sigmask(SIG_SETMASK, &hush->before, NULL);
}

/* ---- seats ---- */

static void drop(void *seat)
{
    ((cielo__seat *)seat)->drop(seat);
}

cielo__seat *cielo__seat_get(cielo_call *call)
{
    return *cielo__call_transport(call, drop);
}

void cielo__seat_set(cielo_call *call, cielo__seat *seat)
{
    *cielo__call_transport(call, drop) = seat;
}

/* ---- sockets ---- */

void cielo__sockets_init(cielo__sockets *sockets, const cielo_allocator *mem)
{
    memset(sockets, 0, sizeof(*sockets));
    sockets->mem = mem;
    sockets->owner = getpid();
}

int cielo__sockets_forked(const cielo__sockets *sockets)
{
    return sockets->owner != getpid();
}

void cielo__sockets_silence(cielo__sockets *sockets)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    size_t i;

    for (i = 0; i < sockets->count; i++) {
        /* Without a substitute a shut number is as silent: writes fail. */
        if (null < 0 || dup2(null, sockets->fds[i]) < 0)
            close(sockets->fds[i]);
    }
    if (null >= 0)
        close(null);
}

void cielo__sockets_abandon(cielo__sockets *sockets)
{
    size_t i;

    for (i = 0; i < sockets->count; i++)
        close(sockets->fds[i]);
    sockets->count = 0;
}

void cielo__sockets_clear(cielo__sockets *sockets)
{
    cielo__free(sockets->mem, sockets->fds);
    sockets->fds = NULL;
    sockets->count = sockets->capacity = 0;
}

static int sockets_add(cielo__sockets *sockets, curl_socket_t fd)
{
    curl_socket_t *fds = sockets->fds;
    size_t capacity = sockets->capacity;

    if (sockets->count == capacity) {
        capacity = capacity ? capacity * 2 : 4;
        fds = cielo__reallocate(sockets->mem, fds, capacity * sizeof(*fds));
        if (!fds)
            return 0;
        sockets->fds = fds;
        sockets->capacity = capacity;
    }
    fds[sockets->count++] = fd;
    return 1;
}

static int sockets_has(const cielo__sockets *sockets, curl_socket_t fd)
{
    size_t i;

    for (i = 0; i < sockets->count; i++) {
        if (sockets->fds[i] == fd)
            return 1;
    }
    return 0;
}

/* A walk over plain integers: ten thousand take a few microseconds, far below
 * the cost of the connection that is being closed. */
static void sockets_remove(cielo__sockets *sockets, curl_socket_t fd)
{
    size_t i;

    for (i = 0; i < sockets->count; i++) {
        if (sockets->fds[i] == fd) {
            sockets->fds[i] = sockets->fds[--sockets->count];
            return;
        }
    }
}

/* ---- callbacks ---- */

static curl_socket_t open_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    cielo__exchange *x = context;
    int fd;

    (void)purpose;
    /* A socket wanted after a connection was ready is libcurl on its way to
     * send the write again: stop it here, before it spends time connecting. */
    if (x->write && x->begun) {
        x->resend = 1;
        return CURL_SOCKET_BAD;
    }
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
    if (!sockets_add(x->sockets, fd)) {
        x->stop = CIELO_CAUSE_MEMORY;
        close(fd);
        return CURL_SOCKET_BAD;
    }
    return fd;
}

static int close_socket(void *context, curl_socket_t fd)
{
    sockets_remove(context, fd);
    return close(fd);
}

/*
 * libcurl repeats a request by itself when a reused connection ends without an
 * answer, and when an HTTP/2 stream is refused; there is no option against it.
 * This runs each time before a request goes out, so the second time for one
 * write is the resend.
 */
static int before_request(void *context, char *peer, char *local, int peer_port,
                          int local_port)
{
    cielo__exchange *x = context;

    (void)peer;
    (void)local;
    (void)peer_port;
    (void)local_port;
    if (x->write && x->begun) {
        x->resend = 1;
        return CURL_PREREQFUNC_ABORT;
    }
    x->begun = 1;
    return CURL_PREREQFUNC_OK;
}

/* Copies the value of a header line that begins with `name`, which ends in a
 * colon. One that does not fit is no date, no delay and no type of JSON: it is
 * left out. */
static void copy_value(char *out, size_t size, const char *name,
                       const char *line, size_t length)
{
    size_t skip = strlen(name);

    if (length < skip || !curl_strnequal(line, name, skip))
        return;
    line += skip;
    length -= skip;
    while (length && (*line == ' ' || *line == '\t')) {
        line++;
        length--;
    }
    while (length && (unsigned char)line[length - 1] <= ' ')
        length--;
    if (length >= size || memchr(line, '\0', length))
        return;
    memcpy(out, line, length);
    out[length] = '\0';
}

static size_t receive_header(char *data, size_t size, size_t count,
                             void *context)
{
    cielo__exchange *x = context;
    size_t length = size * count;

    x->header_bytes += length;
    x->header_lines++;
    if (x->header_bytes > HEADER_BYTES_LIMIT
        || x->header_lines > HEADER_LINES_LIMIT) {
        x->stop = CIELO_CAUSE_PROTOCOL;
        return 0;
    }
    if (length >= 5 && memcmp(data, "HTTP/", 5) == 0) {
        /* An interim answer (1xx) is followed by another status line. */
        x->answered = 1;
        x->headed = 0;
        x->date[0] = x->retry_after[0] = x->content_type[0] = '\0';
    } else if (length <= 2 && (data[0] == '\r' || data[0] == '\n')) {
        x->headed = 1;
    } else if (!x->headed) {
        copy_value(x->date, sizeof(x->date), "date:", data, length);
        copy_value(x->retry_after, sizeof(x->retry_after), "retry-after:", data,
                   length);
        copy_value(x->content_type, sizeof(x->content_type),
                   "content-type:", data, length);
    }
    return length;
}

static size_t receive_body(char *data, size_t size, size_t count, void *context)
{
    cielo__exchange *x = context;
    size_t length = size * count;

    switch (cielo__buf_add(&x->body, data, length)) {
    case CIELO_OK:
        return length;
    case CIELO_EMEMORY:
        x->stop = CIELO_CAUSE_MEMORY;
        break;
    default:
        x->stop = CIELO_CAUSE_TOO_LARGE;
        break;
    }
    return length ? 0 : 1; /* any other number than `length` stops it */
}

/* ---- making and freeing ---- */

/* Goes on only while nothing failed: one check at the end is enough. */
#define SET(option, value)                                       \
    do {                                                         \
        if (code == CURLE_OK)                                    \
            code = curl_easy_setopt(x->easy, (option), (value)); \
    } while (0)

static CURLcode set_protocols(cielo__exchange *x)
{
    CURLcode code = CURLE_OK;

#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    return code;
}

static CURLcode set_callbacks(cielo__exchange *x)
{
    CURLcode code = CURLE_OK;

    SET(CURLOPT_ERRORBUFFER, x->text);
    SET(CURLOPT_HEADERFUNCTION, receive_header);
    SET(CURLOPT_HEADERDATA, x);
    SET(CURLOPT_WRITEFUNCTION, receive_body);
    SET(CURLOPT_WRITEDATA, x);
    SET(CURLOPT_PREREQFUNCTION, before_request);
    SET(CURLOPT_PREREQDATA, x);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, x);
    SET(CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    /* The connection outlives this handle, so it gets what outlives both. */
    SET(CURLOPT_CLOSESOCKETDATA, x->sockets);
    return code;
}

/* What is the same for every exchange of the client. */
static CURLcode set_constants(cielo__exchange *x, cielo_client *client)
{
    const char *ca_file = cielo__client_ca_file(client);
    const char *proxy = cielo__client_proxy(client);
    CURLcode code = set_protocols(x);

    if (code == CURLE_OK)
        code = set_callbacks(x);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_NOPROGRESS, 1L);
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_ACCEPT_ENCODING, "");
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_TCP_NODELAY, 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)CIELO_BODY_LIMIT);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Else a time-out while a name is looked up waits for the resolver's
     * thread, which may take half a minute. It is left to end by itself. */
    SET(CURLOPT_QUICK_EXIT, 1L);
#endif
    if (ca_file[0])
        SET(CURLOPT_CAINFO, ca_file);
    if (proxy[0])
        SET(CURLOPT_PROXY, proxy);
    return code;
}

cielo__exchange *cielo__exchange_new(cielo_client *client,
                                     cielo__sockets *sockets)
{
    const cielo_allocator *mem = cielo__client_allocator(client);
    cielo__exchange *x = cielo__calloc(mem, sizeof(*x));
    cielo__exchange *made = NULL;

    if (!x)
        goto done;
    x->mem = mem;
    x->sockets = sockets;
    x->stop = CIELO_CAUSE_END;
    cielo__buf_init(&x->lines, mem, REQUEST_LINES_LIMIT);
    cielo__buf_init(&x->body, mem, CIELO_BODY_LIMIT);
    x->easy = curl_easy_init();
    if (!x->easy || set_constants(x, client) != CURLE_OK)
        goto done;
    made = x;
    x = NULL;
done:
    cielo__exchange_free(x);
    return made;
}

/* Wiped, and kept for the next exchange unless it grew out of the usual. */
static void empty_buf(cielo__buf *buf)
{
    if (buf->capacity > KEPT_BYTES_LIMIT)
        cielo__buf_clear(buf);
    else
        cielo__buf_reset(buf);
}

void cielo__exchange_forget(cielo__exchange *x)
{
    /* libcurl only borrows these. */
    (void)curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, NULL);
    (void)curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, NULL);
    empty_buf(&x->lines);
    empty_buf(&x->body);
}

static void release(cielo__exchange *x)
{
    cielo__buf_clear(&x->lines);
    cielo__buf_clear(&x->body);
    cielo__free(x->mem, x->list);
    cielo__free(x->mem, x);
}

void cielo__exchange_free(cielo__exchange *x)
{
    if (!x)
        return;
    curl_easy_cleanup(x->easy);
    release(x);
}

void cielo__exchange_abandon(cielo__exchange *x)
{
    release(x);
}

/* ---- the request ---- */

static int has_header(const cielo_request *request, const char *name)
{
    size_t i;

    for (i = 0; i < request->header_count; i++) {
        if (curl_strequal(request->headers[i].name, name))
            return 1;
    }
    return 0;
}

static void add_line(cielo__buf *lines, const char *name, const char *value)
{
    cielo__buf_text(lines, name);
    /* To libcurl "Name:" means "leave it out" and "Name;" an empty value. */
    cielo__buf_text(lines, value[0] ? ": " : ";");
    cielo__buf_text(lines, value);
    cielo__buf_add(lines, "", 1);
}

static void add_removal(cielo__buf *lines, const char *name)
{
    cielo__buf_text(lines, name);
    cielo__buf_add(lines, ":", 2);
}

static int reserve_list(cielo__exchange *x, size_t count)
{
    if (count <= x->list_room)
        return 1;
    cielo__free(x->mem, x->list);
    x->list = cielo__allocate(x->mem, count * sizeof(*x->list));
    x->list_room = x->list ? count : 0;
    return x->list != NULL;
}

/* The header list in memory of ours, since it carries the keys: it is wiped,
 * which curl_slist_free_all would not do. */
static CURLcode make_list(cielo__exchange *x, const cielo_request *request)
{
    size_t count = request->header_count + 2;
    char *line;
    size_t i;

    for (i = 0; i < request->header_count; i++)
        add_line(&x->lines, request->headers[i].name,
                 request->headers[i].value);
    add_removal(&x->lines, "Expect");
    if (!has_header(request, "Content-Type"))
        add_removal(&x->lines, "Content-Type"); /* libcurl's is a form */
    else
        count--;
    if (x->lines.status != CIELO_OK || !reserve_list(x, count))
        return CURLE_OUT_OF_MEMORY;
    line = x->lines.data;
    for (i = 0; i < count; i++) {
        x->list[i].data = line;
        x->list[i].next = i + 1 < count ? &x->list[i + 1] : NULL;
        line += strlen(line) + 1;
    }
    return CURLE_OK;
}

/* A GET or DELETE has a body only if one is given; all else has at least an
 * empty one, which is what makes libcurl send "Content-Length: 0". */
static CURLcode set_method(cielo__exchange *x, const cielo_request *request)
{
    const char *method = request->method;
    int bare = !request->body
        && (strcmp(method, "GET") == 0 || strcmp(method, "DELETE") == 0
            || strcmp(method, "HEAD") == 0);
    CURLcode code = CURLE_OK;

    SET(CURLOPT_HTTPGET, 1L); /* forgets the exchange before */
    if (strcmp(method, "HEAD") == 0) {
        SET(CURLOPT_NOBODY, 1L);
    } else if (!bare) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE,
            (curl_off_t)(request->body ? request->body_length : 0));
        SET(CURLOPT_POSTFIELDS, request->body ? request->body : "");
    }
    SET(CURLOPT_CUSTOMREQUEST, method);
    return code;
}

static long clamp_ms(int64_t ms)
{
    if (ms < 1)
        return 1; /* to libcurl 0 means "no limit" */
    return ms > INT_MAX ? (long)INT_MAX : (long)ms;
}

static void reset(cielo__exchange *x)
{
    x->date[0] = x->retry_after[0] = x->content_type[0] = x->text[0] = '\0';
    x->header_bytes = 0;
    x->header_lines = 0;
    x->write = x->begun = x->resend = x->answered = x->headed = 0;
    x->stop = CIELO_CAUSE_END;
}

/*
 * The hosts that take no proxy, "" for none of them, NULL for those of
 * NO_PROXY, which libcurl else asks beside an option too: a way that was chosen
 * in the program would end where somebody set that. What goes in the clear goes
 * to a loopback host or where allow_plain_http sent it: a proxy that only the
 * environment names is not to read keys and cards.
 */
static const char *proxy_override(const cielo_call *call)
{
    if (cielo__client_proxy(cielo__call_client(call))[0])
        return "";
    return strncmp(cielo_call_request(call)->url, "http:", 5) == 0 ? "*" : NULL;
}

CURLcode cielo__exchange_prepare(cielo__exchange *x, const cielo_call *call)
{
    const cielo_request *request = cielo_call_request(call);
    int64_t left = cielo_call_deadline(call) - cielo_now_ms();
    CURLcode code;

    reset(x);
    x->write = request->write;
    code = make_list(x, request);
    if (code == CURLE_OK)
        code = set_method(x, request);
    SET(CURLOPT_URL, request->url);
    SET(CURLOPT_NOPROXY, proxy_override(call));
    SET(CURLOPT_HTTPHEADER, x->list);
    SET(CURLOPT_CONNECTTIMEOUT_MS, clamp_ms(request->connect_timeout_ms));
    SET(CURLOPT_TIMEOUT_MS, clamp_ms(left));
    return code;
}

/* ---- the outcome ---- */

CURLcode cielo__exchange_code(CURLMcode code)
{
    if (code == CURLM_OK)
        return CURLE_OK;
    return code == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY
                                       : CURLE_FAILED_INIT;
}

static cielo_cause cause_of_code(CURLcode code)
{
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return CIELO_CAUSE_TIMEOUT;
    case CURLE_OUT_OF_MEMORY:
        return CIELO_CAUSE_MEMORY;
    case CURLE_FILESIZE_EXCEEDED:
        return CIELO_CAUSE_TOO_LARGE;
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
        return CIELO_CAUSE_CONNECT;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2: /* also how it tells of a GOAWAY */
    case CURLE_HTTP2_STREAM:
    case CURLE_SEND_FAIL_REWIND:
        return CIELO_CAUSE_CLOSED;
    case CURLE_UNSUPPORTED_PROTOCOL: /* no status line */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:
        return CIELO_CAUSE_PROTOCOL;
    default:
        return CIELO_CAUSE_INTERNAL;
    }
}

/* Where the code alone says too little. */
static cielo_cause cause_of(const cielo__exchange *x, CURLcode code)
{
    cielo_cause cause = cause_of_code(code);

    if (x->stop != CIELO_CAUSE_END)
        return x->stop;
    if (x->resend)
        return CIELO_CAUSE_CLOSED;
    if (cause == CIELO_CAUSE_CLOSED && !x->begun)
        return CIELO_CAUSE_CONNECT; /* the proxy, or before TLS was up */
    if (code == CURLE_RECV_ERROR && strstr(x->text, "chunked-encoding"))
        return CIELO_CAUSE_PROTOCOL; /* same code as a cut connection */
    return cause;
}

static const char *failure_text(const cielo__exchange *x, CURLcode code)
{
    if (x->stop == CIELO_CAUSE_TOO_LARGE)
        return "the answer's body is longer than the limit";
    if (x->stop == CIELO_CAUSE_PROTOCOL)
        return "the answer's header section is longer than the limit";
    if (x->stop == CIELO_CAUSE_MEMORY)
        return "out of memory";
    if (x->resend)
        return "the connection ended without an answer";
    if (code == CURLE_PARTIAL_FILE && x->answered && !x->headed)
        return "the connection ended amid the answer's headers";
    /* Its name may be a piece of a password that was taken for a host. */
    if (code == CURLE_COULDNT_RESOLVE_PROXY)
        return "the name of the proxy cannot be resolved";
    /* A proxy that libcurl cannot use is quoted with its password, whether it
     * came from the options or the environment. */
    if (strchr(x->text, '@'))
        return strstr(x->text, "proxy") ? "the proxy's address cannot be used"
                                        : curl_easy_strerror(code);
    return x->text[0] ? x->text : curl_easy_strerror(code);
}

/*
 * NO only when no connection was ever ready for the request. libcurl's count
 * of uploaded bytes is no ground for more: over HTTP/2 it lags behind what
 * already left, and it starts over with each connection.
 */
static cielo_sent sent_of(const cielo__exchange *x)
{
    if (x->answered)
        return CIELO_SENT_YES;
    return x->begun ? CIELO_SENT_MAYBE : CIELO_SENT_NO;
}

/* Which connection it was is forgotten once the handle has left. */
void cielo__exchange_leave(cielo__exchange *x, CURLM *multi)
{
    if (curl_easy_getinfo(x->easy, CURLINFO_ACTIVESOCKET, &x->socket)
        != CURLE_OK)
        x->socket = CURL_SOCKET_BAD;
    (void)curl_multi_remove_handle(multi, x->easy);
}

/* A connection on which answers are one off: libcurl, which has taken it back,
 * finds it dead when it looks at it next. */
static void end_connection(const cielo__exchange *x)
{
    if (sockets_has(x->sockets, x->socket)) /* else it is closed already, and
                                               the number anybody's */
        (void)shutdown(x->socket, SHUT_RDWR);
}

static void report_response(cielo__exchange *x, cielo_call *call,
                            long http_status)
{
    cielo_response response;

    memset(&response, 0, sizeof(response));
    response.http_status = (int)http_status;
    response.date = x->date[0] ? x->date : NULL;
    response.retry_after = x->retry_after[0] ? x->retry_after : NULL;
    response.content_type = x->content_type[0] ? x->content_type : NULL;
    response.body = cielo__buf_string(&x->body);
    response.body_length = x->body.length;
    if (cielo_call_on_response(call, &response) == CIELO_EDECODE)
        end_connection(x);
}

void cielo__exchange_report(cielo__exchange *x, cielo_call *call, CURLcode code)
{
    long http_status = 0;

    if (code == CURLE_OK) {
        (void)curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &http_status);
        if (!x->headed)
            code = CURLE_PARTIAL_FILE; /* for libcurl that is an empty body */
        else if (http_status < 200 || http_status > 999)
            code = CURLE_WEIRD_SERVER_REPLY;
    }
    /* How libcurl says that a header line is past its own limit. */
    if (code == CURLE_OUT_OF_MEMORY && x->begun && !x->headed
        && x->stop == CIELO_CAUSE_END)
        x->stop = CIELO_CAUSE_PROTOCOL;
    if (code == CURLE_OK)
        report_response(x, call, http_status);
    else
        (void)cielo_call_on_failure(call, sent_of(x), cause_of(x, code),
                                    failure_text(x, code));
    cielo__exchange_forget(x);
}
