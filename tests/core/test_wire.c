/* HTTP/1.1 as bytes, however they are cut. */
#include <stdlib.h>

#include "check.h"
#include <cielo/cielo.h>

#include "base/base.h"

#define CARD "4111111111111111"
#define OK_LINE "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK_LINE "Transfer-Encoding: chunked\r\n\r\n"
#define HEAD_BYTES ((size_t)64 * 1024)

/* ---- helpers ---- */

/* An allocator that fails on demand, and sees what is released. */
typedef struct watch {
    int blocks;  /* not released yet */
    int left;    /* allocations before one fails; -1: none does */
    int unwiped; /* blocks released with a card number in them */
} watch;

typedef union block {
    size_t size;
    long double align;
} block;

static void *watch_allocate(void *context, size_t size)
{
    watch *w = context;
    block *memory;

    if (w->left == 0)
        return NULL;
    if (w->left > 0)
        w->left--;
    memory = malloc(sizeof(*memory) + size);
    if (!memory)
        return NULL;
    memory->size = size;
    w->blocks++;
    return memory + 1;
}

static void *watch_reallocate(void *context, void *memory, size_t size)
{
    (void)context;
    (void)memory;
    (void)size;
    return NULL; /* it could leave a copy behind: never used here */
}

static void watch_release(void *context, void *memory)
{
    watch *w = context;
    block *start = (block *)memory - 1;
    const char *text = memory;
    size_t i;

    for (i = 0; i + sizeof(CARD) - 1 <= start->size; i++)
        w->unwiped += memcmp(text + i, CARD, sizeof(CARD) - 1) == 0;
    w->blocks--;
    free(start);
}

static cielo_allocator watched(watch *w, int left)
{
    cielo_allocator mem = {NULL, watch_allocate, watch_reallocate,
                           watch_release};

    w->blocks = 0;
    w->left = left;
    w->unwiped = 0;
    mem.context = w;
    return mem;
}

static cielo_request request_of(const char *method, const char *body)
{
    cielo_request request;

    memset(&request, 0, sizeof(request));
    request.method = method;
    request.scheme = "https";
    request.host = "api.cieloecommerce.cielo.com.br";
    request.port = 443;
    request.target = "/1/sales";
    request.body = body;
    request.body_length = body ? strlen(body) : 0;
    return request;
}

static cielo_wire *new_wire(void)
{
    cielo_wire *wire;

    CHECK_INT(cielo_wire_new(&wire, NULL), CIELO_OK);
    return wire;
}

static void send_all(cielo_wire *wire)
{
    const char *data;
    size_t length;

    CHECK(cielo_wire_output(wire, &data, &length));
    CHECK_INT(cielo_wire_sent(wire, length), CIELO_OK);
    CHECK(!cielo_wire_output(wire, &data, &length));
    CHECK_INT(length, 0);
}

/* A request that the kernel has taken. */
static void exchange(cielo_wire *wire, const char *method)
{
    cielo_request request = request_of(method, NULL);

    CHECK_INT(cielo_wire_start(wire, &request), CIELO_OK);
    send_all(wire);
}

/* From memory of its own, so that a sanitizer sees a byte read past it. */
static cielo_wire_state feed(cielo_wire *wire, const char *data, size_t length)
{
    char *copy = malloc(length ? length : 1);
    cielo_wire_state state;

    if (length)
        memcpy(copy, data, length);
    state = cielo_wire_input(wire, copy, length);
    free(copy);
    return state;
}

static cielo_wire_state feed_text(cielo_wire *wire, const char *text)
{
    return feed(wire, text, strlen(text));
}

static cielo_wire_state feed_bytes(cielo_wire *wire, const char *data,
                                   size_t length)
{
    cielo_wire_state state = feed(wire, "", 0);
    size_t i;

    for (i = 0; i < length; i++)
        state = feed(wire, data + i, 1);
    return state;
}

static int same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static int same(const cielo_wire *a, const cielo_wire *b)
{
    cielo_response first, second;

    return cielo_wire_cause(a) == cielo_wire_cause(b) &&
           same_text(cielo_wire_text(a), cielo_wire_text(b)) &&
           cielo_wire_keep(a) == cielo_wire_keep(b) &&
           cielo_wire_sent_state(a) == cielo_wire_sent_state(b) &&
           cielo_wire_response(a, &first) == cielo_wire_response(b, &second) &&
           first.http_status == second.http_status &&
           same_text(first.date, second.date) &&
           same_text(first.retry_after, second.retry_after) &&
           same_text(first.content_type, second.content_type) &&
           first.body_length == second.body_length &&
           (!first.body ||
            memcmp(first.body, second.body, first.body_length) == 0);
}

/* `part` `count` times between `before` and `after`; the caller frees it. */
static char *repeated(const char *before, const char *part, size_t count,
                      const char *after)
{
    size_t length = strlen(part), i;
    char *text = malloc(strlen(before) + count * length + strlen(after) + 1);
    char *at = text + strlen(before);

    strcpy(text, before);
    for (i = 0; i < count; i++, at += length)
        memcpy(at, part, length);
    strcpy(at, after);
    return text;
}

/* ---- requests ---- */

static void writes(const cielo_request *request, const char *expected)
{
    cielo_wire *wire = new_wire();
    const char *data;
    size_t length;
    char *text;

    CHECK_INT(cielo_wire_start(wire, request), CIELO_OK);
    CHECK_INT(cielo_wire_output(wire, &data, &length), 1);
    text = calloc(1, length + 1);
    memcpy(text, data, length);
    CHECK_STR(text, expected);
    free(text);
    cielo_wire_free(wire);
}

static void a_request_is_written_whole(void)
{
    const cielo_header headers[] = {{"MerchantId", "m-1"},
                                    {"Content-Type", "application/json"},
                                    {"X-Empty", ""}};
    cielo_request request = request_of("POST", "{\"A\":\"\r\n\"}");

    request.headers = headers;
    request.header_count = 3;
    writes(&request, "POST /1/sales HTTP/1.1\r\n"
                     "Host: api.cieloecommerce.cielo.com.br\r\n"
                     "MerchantId: m-1\r\n"
                     "Content-Type: application/json\r\n"
                     "X-Empty: \r\n"
                     "Accept-Encoding: identity\r\n"
                     "Content-Length: 10\r\n\r\n"
                     "{\"A\":\"\r\n\"}");
}

static void a_body_is_announced_where_one_is_due(void)
{
    static const char *const with[] = {"POST", "PUT", "PATCH"};
    static const char *const without[] = {"GET", "DELETE", "HEAD"};
    cielo_request request;
    char expected[256];
    size_t i;

    for (i = 0; i < 3; i++) {
        request = request_of(with[i], NULL);
        request.host = "h";
        snprintf(expected, sizeof(expected),
                 "%s /1/sales HTTP/1.1\r\nHost: h\r\n"
                 "Accept-Encoding: identity\r\nContent-Length: 0\r\n\r\n",
                 with[i]);
        writes(&request, expected);
        request = request_of(without[i], NULL);
        request.host = "h";
        snprintf(expected, sizeof(expected),
                 "%s /1/sales HTTP/1.1\r\nHost: h\r\n"
                 "Accept-Encoding: identity\r\n\r\n",
                 without[i]);
        writes(&request, expected);
    }
    request = request_of("DELETE", "{}");
    request.host = "h";
    writes(&request, "DELETE /1/sales HTTP/1.1\r\nHost: h\r\n"
                     "Accept-Encoding: identity\r\nContent-Length: 2\r\n\r\n"
                     "{}");
}

static void writes_host(const char *scheme, const char *host, int port,
                        const char *expected)
{
    cielo_request request = request_of("GET", NULL);
    char text[256];

    request.scheme = scheme;
    request.host = host;
    request.port = port;
    snprintf(text, sizeof(text),
             "GET /1/sales HTTP/1.1\r\nHost: %s\r\n"
             "Accept-Encoding: identity\r\n\r\n",
             expected);
    writes(&request, text);
}

static void the_host_has_its_port_and_brackets(void)
{
    writes_host("https", "a-b.example", 443, "a-b.example");
    writes_host("http", "a_b.example", 80, "a_b.example");
    writes_host("http", "localhost", 443, "localhost:443");
    writes_host("https", "127.0.0.1", 65535, "127.0.0.1:65535");
    writes_host("http", "::1", 80, "[::1]");
    writes_host("http", "::ffff:1.2.3.4", 8080, "[::ffff:1.2.3.4]:8080");
    writes_host("http", "fe80::1%eth0", 8080, "[fe80::1]:8080");
}

static void refuses(const cielo_request *request, const char *text)
{
    cielo_wire *wire = new_wire();
    const char *data;
    size_t length;

    exchange(wire, "GET"); /* of which nothing may be left */
    CHECK_INT(feed_text(wire, OK_LINE), CIELO_WIRE_MORE);
    CHECK_INT(cielo_wire_start(wire, request), CIELO_EUSAGE);
    CHECK_STR(cielo_wire_text(wire), text);
    CHECK_INT(cielo_wire_cause(wire), CIELO_CAUSE_INTERNAL);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_NO);
    CHECK(!cielo_wire_output(wire, &data, &length));
    CHECK_INT(length, 0);
    CHECK_INT(cielo_wire_sent(wire, 0), CIELO_OK);
    CHECK_INT(cielo_wire_sent(wire, 1), CIELO_EUSAGE);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_NO);
    CHECK_INT(cielo_wire_eof(wire), CIELO_WIRE_FAILED);
    cielo_wire_free(wire);
}

static void headers_that_would_break_the_framing_are_refused(void)
{
    static const char *const values[] = {"a\r\nb: c", "a\n", "\r", "\x7f",
                                         "\x1b[2J"};
    static const char *const names[] = {
        "", "a b", "a:", "a\r\nb", "\xe9", "Host", "content-length",
        "Transfer-Encoding", "CONNECTION", "Accept-Encoding", "Expect", "TE",
        "Trailer", "Upgrade"};
    cielo_request request = request_of("GET", NULL);
    cielo_header header = {"RequestId", NULL};
    size_t i;

    request.headers = &header;
    request.header_count = 1;
    for (i = 0; i < sizeof(values) / sizeof(*values); i++) {
        header.value = values[i];
        refuses(&request, "a header of the request holds a control character");
    }
    header.value = "1";
    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        header.name = names[i];
        refuses(&request,
                "a header of the request has a name that cannot be sent");
    }
}

static void request_lines_that_cannot_be_sent_are_refused(void)
{
    static const char *const methods[] = {"", "GET /", "G\r\n", "CONNECT"};
    static const char *const targets[] = {
        "", "1/sales", "*", "/a b", "/a\r\nX: y", "/\xc3\xa9", "/\t",
        "/\x7f"};
    cielo_request request = request_of("GET", NULL);
    size_t i;

    for (i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
        request.method = methods[i];
        refuses(&request, "the request's method cannot be sent");
    }
    request.method = "GET";
    for (i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        request.target = targets[i];
        refuses(&request, "the request's target cannot be sent");
    }
    request.target = "/";
    request.body_length = 1;
    refuses(&request, "the request's body is missing");
}

static void addresses_that_cannot_be_sent_are_refused(void)
{
    static const char *const hosts[] = {"",      "a b",    "a\r\nX: y", "a/b",
                                        "u@a",   "[::1]",  "::1\r\n",   "a%25",
                                        "%a::1", "caf\xe9"};
    static const int ports[] = {0, -1, 65536};
    static const char text[] = "the request's address cannot be sent";
    cielo_request request = request_of("GET", NULL);
    size_t i;

    for (i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
        request.host = hosts[i];
        refuses(&request, text);
    }
    request.host = "localhost";
    for (i = 0; i < sizeof(ports) / sizeof(*ports); i++) {
        request.port = ports[i];
        refuses(&request, text);
    }
    request.port = 80;
    request.scheme = "ftp";
    refuses(&request, text);
}

static void a_request_past_the_limit_is_refused(void)
{
    char *body = repeated("", "x", (size_t)4 * 1024 * 1024, "");
    cielo_request request = request_of("POST", body);

    refuses(&request, "the request is longer than the limit");
    free(body);
}

static void what_the_kernel_took_is_not_given_again(void)
{
    cielo_request request = request_of("POST", "{\"Amount\":1}");
    cielo_wire *wire = new_wire();
    const char *data;
    char text[512] = "";
    size_t total, length;

    CHECK_INT(cielo_wire_start(wire, &request), CIELO_OK);
    CHECK(cielo_wire_output(wire, &data, &total));
    while (cielo_wire_output(wire, &data, &length)) {
        CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_NO);
        CHECK_INT(cielo_wire_sent(wire, length + 1), CIELO_EUSAGE);
        CHECK_INT(cielo_wire_sent(wire, 0), CIELO_OK);
        strncat(text, data, 1);
        CHECK_INT(cielo_wire_sent(wire, 1), CIELO_OK);
    }
    CHECK_INT(strlen(text), total);
    CHECK(strstr(text, "\r\n\r\n{\"Amount\":1}") != NULL);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_MAYBE);
    cielo_wire_free(wire);
}

/* ---- answers, however they are cut ---- */

typedef struct answer {
    const char *text;
    int http_status; /* 0: it fails */
    const char *body; /* or why it fails */
    int keep;        /* or the cause */
} answer;

#define FAILS(text, why) {text, 0, why, CIELO_CAUSE_PROTOCOL}
#define NO_STATUS "the answer has no HTTP/1.1 status line"
#define NO_CRLF "the answer has a line that does not end in CRLF"
#define CONTROL "the answer has a control character in a line"
#define NO_NAME "the answer has a header without a name"
#define NO_NUMBER "the answer's Content-Length is no number"
#define NO_SIZE "the answer has a chunk size that cannot be read"
#define NOT_CHUNKED "the answer's transfer coding is not just chunked"
#define LARGE "the answer's body is longer than the limit"

static const answer answers[] = {
    {OK_LINE "Content-Length: 2\r\n\r\n{}", 200, "{}", 1},
    {OK_LINE "content-LENGTH:\t2 \r\n\r\n{}", 200, "{}", 1},
    {OK_LINE "Content-Length: 0\r\n\r\n", 200, "", 1},
    {"HTTP/1.1 201\r\nContent-Length: 0\r\n\r\n", 201, "", 1},
    {"HTTP/1.1 400 \r\nContent-Length: 0\r\n\r\n", 400, "", 1},
    {"HTTP/1.1 999 N\xe3o\r\nX: \xe9\r\nContent-Length: 0\r\n\r\n", 999, "",
     1},
    {"HTTP/1.1 204 No\r\n\r\n", 204, "", 1},
    {"HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n", 204, "", 1},
    {"HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\n", 204, "", 0},
    {"HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", 204, "", 0},
    {"HTTP/1.1 304 Not\r\n\r\n", 304, "", 1},
    {CHUNKED "1\r\n{\r\n01\r\n}\r\n0\r\n\r\n", 200, "{}", 1},
    {CHUNKED "A\r\n0123456789\r\n0\r\n\r\n", 200, "0123456789", 1},
    {CHUNKED "a;b=\"c\";d\r\n0123456789\r\n00 ;e\r\n\r\n", 200, "0123456789",
     1},
    {CHUNKED "0\r\nDate: no\r\nContent-Length: 9\r\n\r\n", 200, "", 1},
    {"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 103 E\r\nLink: x\r\n\r\n" OK_LINE
     "Content-Length: 2\r\n\r\n{}", 200, "{}", 1},
    {"HTTP/1.1 100 C\r\nConnection: close\r\n\r\n" OK_LINE
     "Content-Length: 0\r\n\r\n", 200, "", 1},
    {OK_LINE "Content-Length: 2\r\nContent-Length: 02\r\n\r\n{}", 200, "{}",
     1},
    {OK_LINE "Connection: x, Close\r\nContent-Length: 0\r\n\r\n", 200, "", 0},
    {OK_LINE "Connection: closed\r\nContent-Length: 0\r\n\r\n", 200, "", 1},
    {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", 0},
    {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n",
     200, "", 1},
    {"HTTP/1.0 200 K\r\nConnection: keep-alive,close\r\nContent-Length: 0\r\n"
     "\r\n", 200, "", 0},
    {OK_LINE "Content-Encoding: Identity\r\nContent-Length: 2\r\n\r\n{}", 200,
     "{}", 1},
    {OK_LINE "Content-Length: 2\r\n\r\n{}\r\n", 200, "{}", 0},
    {OK_LINE "Content-Length: 0\r\n\r\n" OK_LINE, 200, "", 0},
    {CHUNKED "0\r\n\r\n0\r\n\r\n", 200, "", 0},

    FAILS("\r\n" OK_LINE, NO_STATUS),
    FAILS("SSH-2.0-x", NO_STATUS),
    FAILS("http/1.1 200 OK\r\n", NO_STATUS),
    FAILS("HTTP/2 200 OK\r\n", NO_STATUS),
    FAILS("HTTP/1.2 200 OK\r\n", NO_STATUS),
    FAILS("HTTP/1.1  200 OK\r\n", NO_STATUS),
    FAILS("HTTP/1.1 20\r\n", NO_STATUS),
    FAILS("HTTP/1.1 2000 OK\r\n", NO_STATUS),
    FAILS("HTTP/1.1 099 OK\r\n", NO_STATUS),
    FAILS("HTTP/1.1 2x0 OK\r\n", NO_STATUS),
    FAILS("HTTP/1.1 200\tOK\r\n", NO_STATUS),
    FAILS("HTTP/1.1 200 OK\n", NO_CRLF),
    FAILS(OK_LINE "X: y\n", NO_CRLF),
    FAILS(OK_LINE "\n", NO_CRLF),
    FAILS(OK_LINE "X: y\rZ: 1\r\n", CONTROL),
    FAILS(OK_LINE "X: y\r\r\n", CONTROL),
    FAILS(OK_LINE "X: \x01\r\n", CONTROL),
    FAILS(OK_LINE "X: y\r\n z\r\n", "the answer has a folded header"),
    FAILS(OK_LINE "\tX: y\r\n", "the answer has a folded header"),
    FAILS(OK_LINE "nothing\r\n", NO_NAME),
    FAILS(OK_LINE ": y\r\n", NO_NAME),
    FAILS(OK_LINE "Content-Length : 2\r\n", NO_NAME),
    FAILS(OK_LINE "Content-Length: 2\r\nContent-Length: 3\r\n",
          "the answer has two lengths"),
    FAILS(OK_LINE "Content-Length: 2, 2\r\n", NO_NUMBER),
    FAILS(OK_LINE "Content-Length: -1\r\n", NO_NUMBER),
    FAILS(OK_LINE "Content-Length: +1\r\n", NO_NUMBER),
    FAILS(OK_LINE "Content-Length: 0x1\r\n", NO_NUMBER),
    FAILS(OK_LINE "Content-Length:\r\n", NO_NUMBER),
    FAILS(OK_LINE "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
          "the answer announces both a length and chunks"),
    FAILS(OK_LINE "Transfer-Encoding: gzip, chunked\r\n", NOT_CHUNKED),
    FAILS(OK_LINE "Transfer-Encoding: identity\r\n", NOT_CHUNKED),
    FAILS(OK_LINE "Transfer-Encoding:\r\n", NOT_CHUNKED),
    FAILS(OK_LINE "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
          "\r\n", NOT_CHUNKED),
    FAILS("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
          "the answer has chunks before HTTP/1.1"),
    FAILS(OK_LINE "Content-Encoding: gzip\r\n\r\n",
          "the answer has a content coding not asked for"),
    FAILS("HTTP/1.1 101 S\r\n\r\n",
          "the answer changes to a protocol not asked for"),
    FAILS("HTTP/1.1 100 C\r\nContent-Length: 0\r\n\r\n",
          "an interim answer announces a body"),
    FAILS("HTTP/1.1 100 C\r\n\r\nX", NO_STATUS),
    FAILS(CHUNKED "\r\n", NO_SIZE),
    FAILS(CHUNKED "x\r\n", NO_SIZE),
    FAILS(CHUNKED "-1\r\n", NO_SIZE),
    FAILS(CHUNKED "0x1\r\n", NO_SIZE),
    FAILS(CHUNKED "1 \r\n", NO_SIZE),
    FAILS(CHUNKED " 1\r\n", NO_SIZE),
    FAILS(CHUNKED "00000000000000001\r\n", NO_SIZE),
    FAILS(CHUNKED "1\n", NO_CRLF),
    FAILS(CHUNKED "1;\x01\r\n", CONTROL),
    FAILS(CHUNKED "1\r\n{}\r\n",
          "the answer has a chunk longer than its size"),
    FAILS(CHUNKED "1\r\n{\n", NO_CRLF),
    FAILS(CHUNKED "0\r\nnothing\r\n", NO_NAME),
    FAILS(CHUNKED "0\r\nX: y\r\n z\r\n", "the answer has a folded header"),
    {CHUNKED "ffffffffffffffff\r\n", 0, LARGE, CIELO_CAUSE_TOO_LARGE},
    {CHUNKED "1\r\n{\r\n200000\r\n", 0, LARGE, CIELO_CAUSE_TOO_LARGE},
    {OK_LINE "Content-Length: 2097153\r\n\r\n", 0, LARGE,
     CIELO_CAUSE_TOO_LARGE},
    {OK_LINE "Content-Length: 18446744073709551617\r\n\r\n", 0, LARGE,
     CIELO_CAUSE_TOO_LARGE},
};

enum { ANSWERS = sizeof(answers) / sizeof(*answers) };

static void check_answer(const answer *a, const cielo_wire *wire,
                         cielo_wire_state state)
{
    cielo_response response;

    if (state != (a->http_status ? CIELO_WIRE_DONE : CIELO_WIRE_FAILED))
        printf("%s\n", a->text);
    if (a->http_status) {
        CHECK_INT(state, CIELO_WIRE_DONE);
        CHECK_STR(cielo_wire_text(wire), "");
        CHECK_INT(cielo_wire_cause(wire), CIELO_CAUSE_END);
        CHECK_INT(cielo_wire_response(wire, &response), CIELO_OK);
        CHECK_INT(response.http_status, a->http_status);
        CHECK_STR(response.body, a->body);
        CHECK_INT(response.body_length, strlen(a->body));
        CHECK(response.date == NULL);
        CHECK_INT(cielo_wire_keep(wire), a->keep);
        CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_YES);
    } else {
        CHECK_INT(state, CIELO_WIRE_FAILED);
        CHECK_STR(cielo_wire_text(wire), a->body);
        CHECK_INT(cielo_wire_cause(wire), a->keep);
        CHECK_INT(cielo_wire_response(wire, &response), CIELO_EUSAGE);
        CHECK(!response.body);
        CHECK_INT(cielo_wire_keep(wire), 0);
    }
}

static void answers_are_read_or_refused(void)
{
    cielo_wire *wire = new_wire();
    size_t i;

    for (i = 0; i < ANSWERS; i++) {
        exchange(wire, "POST");
        check_answer(&answers[i], wire, feed_text(wire, answers[i].text));
    }
    cielo_wire_free(wire);
}

static void one_byte_at_a_time_changes_nothing(void)
{
    cielo_wire *whole = new_wire(), *cut = new_wire();
    size_t i;

    for (i = 0; i < ANSWERS; i++) {
        const char *text = answers[i].text;

        exchange(whole, "POST");
        exchange(cut, "POST");
        CHECK_INT(feed_bytes(cut, text, strlen(text)), feed_text(whole, text));
        CHECK(same(whole, cut));
    }
    cielo_wire_free(whole);
    cielo_wire_free(cut);
}

/* 1 when every way to cut the text in three gives the state and result of
 * `whole`. */
static int cuts_alike(cielo_wire *cut, const cielo_wire *whole,
                      cielo_wire_state state, const char *text)
{
    size_t length = strlen(text), i, j;

    for (i = 0; i <= length; i++) {
        for (j = i; j <= length; j++) {
            exchange(cut, "POST");
            cielo_wire_input(cut, text, i);
            cielo_wire_input(cut, text + i, j - i);
            if (cielo_wire_input(cut, text + j, length - j) != state ||
                !same(cut, whole)) {
                printf("cut at %lu and %lu: %s\n", (unsigned long)i,
                       (unsigned long)j, text);
                return 0;
            }
        }
    }
    return 1;
}

static void two_cuts_change_nothing(void)
{
    cielo_wire *whole = new_wire(), *cut = new_wire();
    size_t i;

    for (i = 0; i < ANSWERS; i++) {
        const char *text = answers[i].text;

        exchange(whole, "POST");
        CHECK(cuts_alike(cut, whole, feed_text(whole, text), text));
    }
    cielo_wire_free(whole);
    cielo_wire_free(cut);
}

/* Every answer, cut short anywhere, is neither complete nor a mystery. */
static void an_early_end_is_closed(void)
{
    cielo_wire *wire = new_wire();
    size_t i, length;

    for (i = 0; i < ANSWERS; i++) {
        for (length = 0; length < strlen(answers[i].text); length++) {
            exchange(wire, "POST");
            if (feed(wire, answers[i].text, length) != CIELO_WIRE_MORE)
                break;
            CHECK_INT(cielo_wire_keep(wire), 0);
            CHECK_INT(cielo_wire_eof(wire), CIELO_WIRE_FAILED);
            CHECK_INT(cielo_wire_cause(wire), CIELO_CAUSE_CLOSED);
            CHECK_STR(cielo_wire_text(wire),
                      length
                          ? "the connection ended in the middle of the answer"
                          : "the connection ended without an answer");
            CHECK_INT(cielo_wire_sent_state(wire),
                      length ? CIELO_SENT_YES : CIELO_SENT_MAYBE);
        }
    }
    cielo_wire_free(wire);
}

static void nul_is_refused_in_lines_and_taken_in_bodies(void)
{
    static const char line[] = OK_LINE "X: a\0b\r\n";
    static const char name[] = OK_LINE "X\0: b\r\n";
    static const char body[] = OK_LINE "Content-Length: 3\r\n\r\na\0b";
    cielo_wire *wire = new_wire();
    cielo_response response;

    exchange(wire, "GET");
    CHECK_INT(feed(wire, line, sizeof(line) - 1), CIELO_WIRE_FAILED);
    CHECK_STR(cielo_wire_text(wire), CONTROL);
    exchange(wire, "GET");
    CHECK_INT(feed(wire, name, sizeof(name) - 1), CIELO_WIRE_FAILED);
    exchange(wire, "GET");
    CHECK_INT(feed(wire, body, sizeof(body) - 1), CIELO_WIRE_DONE);
    CHECK_INT(cielo_wire_response(wire, &response), CIELO_OK);
    CHECK_INT(response.body_length, 3);
    CHECK(memcmp(response.body, "a\0b", 4) == 0);
    cielo_wire_free(wire);
}

static void the_end_of_the_stream_ends_a_body_without_length(void)
{
    cielo_wire *wire = new_wire();
    cielo_response response;

    exchange(wire, "GET");
    CHECK_INT(feed_text(wire, "HTTP/1.1 502 Bad\r\n\r\n<html>\r\n"),
              CIELO_WIRE_MORE);
    CHECK_INT(feed_text(wire, OK_LINE), CIELO_WIRE_MORE);
    CHECK_INT(cielo_wire_response(wire, &response), CIELO_EUSAGE);
    CHECK_INT(cielo_wire_eof(wire), CIELO_WIRE_DONE);
    CHECK_INT(cielo_wire_response(wire, &response), CIELO_OK);
    CHECK_INT(response.http_status, 502);
    CHECK_STR(response.body, "<html>\r\n" OK_LINE);
    CHECK_INT(cielo_wire_keep(wire), 0);
    cielo_wire_free(wire);
}

static void the_answer_to_a_head_has_no_body(void)
{
    cielo_wire *wire = new_wire();

    exchange(wire, "HEAD");
    CHECK_INT(feed_text(wire, OK_LINE "Content-Length: 9999999\r\n"
                                      "Content-Encoding: gzip\r\n\r\n"),
              CIELO_WIRE_DONE);
    CHECK_INT(cielo_wire_keep(wire), 1);
    exchange(wire, "HEAD");
    CHECK_INT(feed_text(wire, CHUNKED), CIELO_WIRE_DONE);
    CHECK_INT(cielo_wire_keep(wire), 1);
    cielo_wire_free(wire);
}

static void what_calls_read_is_handed_out(void)
{
    cielo_wire *wire = new_wire();
    cielo_response response;
    char *text;

    exchange(wire, "GET");
    feed_text(wire, "HTTP/1.1 100 C\r\nRetry-After: 9\r\n\r\n"
                    "HTTP/1.1 429 Slow\r\n"
                    "DATE: Sun, 06 Nov 1994 08:49:37 GMT \r\n"
                    "X-Date: no\r\nContent-Length: 0\r\n\r\n");
    CHECK_INT(cielo_wire_response(wire, &response), CIELO_OK);
    CHECK_STR(response.date, "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK_STR(response.retry_after, NULL);
    CHECK_STR(response.content_type, NULL);
    exchange(wire, "GET");
    text = repeated(OK_LINE "retry-after:120\r\n"
                            "content-type: a/b; charset=latin1\r\nDate: ",
                    "1", 64,
                    "\r\nContent-Length: 0\r\n\r\n");
    feed_text(wire, text);
    CHECK_INT(cielo_wire_response(wire, &response), CIELO_OK);
    CHECK_STR(response.date, NULL); /* longer than any date */
    CHECK_STR(response.retry_after, "120");
    CHECK_STR(response.content_type, "a/b; charset=latin1");
    free(text);
    cielo_wire_free(wire);
}

/* ---- bounds ---- */

/* Takes `text`; whole and in bytes it must end as said. */
static void ends(char *text, cielo_wire_state state, cielo_cause cause)
{
    cielo_wire *whole = new_wire(), *cut = new_wire();

    exchange(whole, "GET");
    exchange(cut, "GET");
    CHECK_INT(feed_text(whole, text), state);
    CHECK_INT(cielo_wire_cause(whole), cause);
    CHECK_INT(feed_bytes(cut, text, strlen(text)), state);
    CHECK(same(whole, cut));
    cielo_wire_free(whole);
    cielo_wire_free(cut);
    free(text);
}

static void ends_done(char *text)
{
    ends(text, CIELO_WIRE_DONE, CIELO_CAUSE_END);
}

static void ends_refused(char *text)
{
    ends(text, CIELO_WIRE_FAILED, CIELO_CAUSE_PROTOCOL);
}

static void headers_have_a_limit(void)
{
    static const char before[] = OK_LINE "Content-Length: 0\r\nX: ";
    size_t room = HEAD_BYTES - (sizeof(before) - 1) - 4;

    ends_done(repeated(before, "a", room, "\r\n\r\n"));
    ends_refused(repeated(before, "a", room + 1, "\r\n\r\n"));
    ends_refused(repeated(before, "a", room + 1000, ""));
    ends_refused(repeated("HTTP/1.1 200 ", "a", HEAD_BYTES, ""));
    ends_refused(repeated("", "x", HEAD_BYTES + 1, ""));
    /* Status line, length and empty line are lines too. */
    ends_done(repeated(OK_LINE "Content-Length: 0\r\n", "X: y\r\n", 197,
                       "\r\n"));
    ends_refused(repeated(OK_LINE "Content-Length: 0\r\n", "X: y\r\n", 198,
                          "\r\n"));
}

static void interim_answers_have_a_limit(void)
{
    static const char interim[] = "HTTP/1.1 102 P\r\n\r\n";
    char big[8192], tail[32];
    int room;

    ends_done(repeated("", interim, 16, OK_LINE "Content-Length: 0\r\n\r\n"));
    ends_refused(repeated("", interim, 17, ""));
    snprintf(big, sizeof(big), "HTTP/1.1 102 P\r\nX: %08100d\r\n\r\n", 0);
    ends_refused(repeated("", big, 9, ""));
    /* The limit falls into the start of a status line that is wrong after. */
    for (room = 0; room < 7; room++) {
        snprintf(tail, sizeof(tail), "\r\n\r\n%.*sXXXXXXXX", room + 1,
                 "HTTP/1.");
        ends_refused(repeated("HTTP/1.1 102 P\r\nX: ", "a",
                              HEAD_BYTES - 23 - (size_t)room, tail));
    }
}

static void trailers_have_the_same_limit(void)
{
    ends_done(repeated(CHUNKED "0\r\n", "X: y\r\n", 196, "\r\n"));
    ends_refused(repeated(CHUNKED "0\r\n", "X: y\r\n", 197, "\r\n"));
    ends_refused(repeated(CHUNKED "0\r\nX: ", "a", HEAD_BYTES, ""));
}

static void chunk_lines_have_a_limit(void)
{
    char chunk[1100];

    ends_done(repeated(CHUNKED "0;", "a", 1020, "\r\n\r\n"));
    ends_refused(repeated(CHUNKED "0;", "a", 1021, "\r\n\r\n"));
    ends_refused(repeated(CHUNKED "0;", "a", 5000, ""));
    ends_refused(repeated(CHUNKED, "0", 5000, ""));
    snprintf(chunk, sizeof(chunk), "1;%01000d\r\n.\r\n", 0);
    ends_done(repeated(CHUNKED, chunk, 65, "0\r\n\r\n"));
    ends_refused(repeated(CHUNKED, chunk, 66, "0\r\n\r\n"));
}

/* A long line first: what it needed must not be paid for by each chunk. */
static void bodies_have_a_limit(void)
{
    static const char chunks[] = CHUNKED "1fffff\r\n";
    char head[64 + 60000];

    snprintf(head, sizeof(head), OK_LINE "Content-Length: 2097152\r\n\r\n");
    ends_done(repeated(head, "a", CIELO_BODY_LIMIT, ""));
    ends_done(repeated(chunks, "a", CIELO_BODY_LIMIT - 1,
                       "\r\n1\r\n.\r\n0\r\n\r\n"));
    ends(repeated(chunks, "a", CIELO_BODY_LIMIT - 1, "\r\n2\r\n"),
         CIELO_WIRE_FAILED, CIELO_CAUSE_TOO_LARGE);
    ends(repeated(OK_LINE "\r\n", "a", CIELO_BODY_LIMIT, ""), CIELO_WIRE_MORE,
         CIELO_CAUSE_END);
    ends(repeated(OK_LINE "\r\n", "a", CIELO_BODY_LIMIT + 1, ""),
         CIELO_WIRE_FAILED, CIELO_CAUSE_TOO_LARGE);
    snprintf(head, sizeof(head),
             OK_LINE "X: %059900d\r\nTransfer-Encoding: chunked\r\n\r\n", 0);
    ends_done(repeated(head, "1\r\n.\r\n", 300000, "0\r\n\r\n"));
}

/* ---- the connection ---- */

static void a_new_wire_has_nothing_to_do(void)
{
    cielo_wire *wire = new_wire();
    const char *data;
    size_t length;

    CHECK(!cielo_wire_output(wire, &data, &length));
    CHECK_INT(feed_text(wire, OK_LINE), CIELO_WIRE_FAILED);
    CHECK_INT(cielo_wire_cause(wire), CIELO_CAUSE_INTERNAL);
    CHECK_STR(cielo_wire_text(wire), "no request was started");
    CHECK_INT(cielo_wire_keep(wire), 0);
    cielo_wire_free(wire);
    cielo_wire_free(NULL);
}

static void nothing_taken_whole_and_nothing_heard_is_not_sent(void)
{
    cielo_request request = request_of("POST", "{}");
    cielo_wire *wire = new_wire();
    const char *data;
    size_t length;

    CHECK_INT(cielo_wire_start(wire, &request), CIELO_OK);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_NO);
    CHECK(cielo_wire_output(wire, &data, &length));
    CHECK_INT(cielo_wire_sent(wire, length - 1), CIELO_OK);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_NO);
    CHECK_INT(cielo_wire_eof(wire), CIELO_WIRE_FAILED);
    CHECK_INT(cielo_wire_cause(wire), CIELO_CAUSE_CLOSED);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_NO);
    CHECK(!cielo_wire_output(wire, &data, &length));
    /* A host that writes and reads at once may learn of it late. */
    CHECK_INT(cielo_wire_sent(wire, 1), CIELO_OK);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_MAYBE);
    cielo_wire_free(wire);
}

static void any_byte_that_came_back_leaves_doubt(void)
{
    cielo_request request = request_of("POST", "{}");
    cielo_wire *wire = new_wire();

    CHECK_INT(cielo_wire_start(wire, &request), CIELO_OK);
    CHECK_INT(cielo_wire_sent(wire, 1), CIELO_OK);
    CHECK_INT(feed_text(wire, ""), CIELO_WIRE_MORE);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_NO);
    CHECK_INT(feed_text(wire, "\x15\x03"), CIELO_WIRE_FAILED);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_MAYBE);
    CHECK_INT(cielo_wire_start(wire, &request), CIELO_OK);
    CHECK_INT(cielo_wire_sent(wire, 1), CIELO_OK);
    CHECK_INT(feed_text(wire, "H"), CIELO_WIRE_MORE);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_YES);
    cielo_wire_free(wire);
}

static void bytes_before_the_request_are_not_its_answer(void)
{
    cielo_request request = request_of("POST", "{}");
    cielo_wire *wire = new_wire();

    CHECK_INT(cielo_wire_start(wire, &request), CIELO_OK);
    CHECK_INT(feed_text(wire, OK_LINE "Content-Length: 0\r\n\r\n"),
              CIELO_WIRE_FAILED);
    CHECK_INT(cielo_wire_cause(wire), CIELO_CAUSE_PROTOCOL);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_MAYBE);
    cielo_wire_free(wire);
}

static void an_early_answer_counts_and_costs_the_connection(void)
{
    cielo_request request = request_of("POST", "{}");
    cielo_wire *wire = new_wire();
    cielo_response response;
    const char *data;
    size_t length;

    CHECK_INT(cielo_wire_start(wire, &request), CIELO_OK);
    CHECK_INT(cielo_wire_sent(wire, 10), CIELO_OK);
    CHECK_INT(feed_text(wire, "HTTP/1.1 413 Large\r\n"
                              "Content-Length: 0\r\n\r\n"),
              CIELO_WIRE_DONE);
    CHECK_INT(cielo_wire_response(wire, &response), CIELO_OK);
    CHECK_INT(response.http_status, 413);
    CHECK_INT(cielo_wire_keep(wire), 0);
    CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_YES);
    CHECK(!cielo_wire_output(wire, &data, &length));
    CHECK_INT(cielo_wire_sent(wire, 1), CIELO_OK);
    CHECK_INT(cielo_wire_keep(wire), 0);
    cielo_wire_free(wire);
}

static void what_comes_after_the_answer_costs_the_connection(void)
{
    cielo_wire *wire = new_wire();
    cielo_response response;

    exchange(wire, "GET");
    feed_text(wire, OK_LINE "Content-Length: 2\r\n\r\n{}");
    CHECK_INT(cielo_wire_keep(wire), 1);
    CHECK_INT(feed_text(wire, ""), CIELO_WIRE_DONE);
    CHECK_INT(cielo_wire_keep(wire), 1);
    CHECK_INT(feed_text(wire, "x"), CIELO_WIRE_DONE);
    CHECK_INT(cielo_wire_keep(wire), 0);
    CHECK_INT(cielo_wire_response(wire, &response), CIELO_OK);
    CHECK_STR(response.body, "{}");
    exchange(wire, "GET");
    feed_text(wire, OK_LINE "Content-Length: 2\r\n\r\n{}");
    CHECK_INT(cielo_wire_eof(wire), CIELO_WIRE_DONE);
    CHECK_INT(cielo_wire_keep(wire), 0);
    cielo_wire_free(wire);
}

static void an_exchange_leaves_nothing_to_the_next(void)
{
    cielo_wire *used = new_wire(), *fresh;
    size_t i;

    for (i = 0; i < ANSWERS; i++) {
        fresh = new_wire();
        exchange(used, "HEAD");
        feed_text(used, "HTTP/1.1 100 C\r\n\r\n" OK_LINE
                        "Connection: close\r\nDate: d\r\nRetry-After: 1\r\n"
                        "Content-Encoding: x\r\n");
        feed_text(used, answers[i].text);
        exchange(used, "GET");
        exchange(fresh, "GET");
        CHECK_INT(cielo_wire_sent_state(used), CIELO_SENT_MAYBE);
        CHECK_INT(feed_text(used, OK_LINE "Content-Length: 2\r\n\r\n{}"),
                  CIELO_WIRE_DONE);
        feed_text(fresh, OK_LINE "Content-Length: 2\r\n\r\n{}");
        CHECK(same(used, fresh));
        cielo_wire_free(fresh);
    }
    cielo_wire_free(used);
}

/* ---- memory ---- */

static void cards_are_wiped(void)
{
    cielo_request request = request_of("POST", "{\"CardNumber\":\"" CARD "\"}");
    cielo_wire *wire;
    watch w;
    cielo_allocator mem = watched(&w, -1);
    const char *data;
    size_t length, i;

    CHECK_INT(cielo_wire_new(&wire, &mem), CIELO_OK);
    CHECK_INT(cielo_wire_start(wire, &request), CIELO_OK);
    CHECK(cielo_wire_output(wire, &data, &length));
    send_all(wire);
    for (i = 0; i < length; i++) /* wiped while the answer is awaited */
        CHECK_INT(data[i], 0);
    feed_text(wire, OK_LINE "X: " CARD "\r\nContent-Length: 16\r\n\r\n" CARD);
    CHECK_INT(cielo_wire_start(wire, &request), CIELO_OK);
    cielo_wire_free(wire);
    CHECK_INT(w.blocks, 0);
    CHECK_INT(w.unwiped, 0);
}

#define DIGITS32 "01234567890123456789012345678901"
#define DIGITS96 DIGITS32 DIGITS32 DIGITS32

/* 1 when the exchange came to its end, 0 when memory ran out in it. */
static int run_short_of_memory(cielo_wire *wire)
{
    static const char text[] =
        CHUNKED "10\r\n" CARD "\r\n60\r\n"
        DIGITS96 "\r\n60\r\n" DIGITS96 "\r\n60\r\n" DIGITS96 "\r\n60\r\n"
        DIGITS96 "\r\n60\r\n" DIGITS96 "\r\n0;" DIGITS96 "\r\n\r\n";
    cielo_request request = request_of("POST", "{\"CardNumber\":\"" CARD "\"}");
    const char *data;
    size_t length;
    int status = cielo_wire_start(wire, &request);

    if (status != CIELO_OK) {
        CHECK_INT(status, CIELO_EMEMORY);
        CHECK_INT(cielo_wire_sent_state(wire), CIELO_SENT_NO);
        CHECK(!cielo_wire_output(wire, &data, &length));
        CHECK_INT(feed_text(wire, text), CIELO_WIRE_FAILED);
        CHECK_INT(cielo_wire_cause(wire), CIELO_CAUSE_MEMORY);
        return 0;
    }
    send_all(wire);
    if (feed_bytes(wire, text, sizeof(text) - 1) == CIELO_WIRE_DONE)
        return 1;
    CHECK_INT(cielo_wire_eof(wire), CIELO_WIRE_FAILED);
    CHECK_INT(cielo_wire_cause(wire), CIELO_CAUSE_MEMORY);
    CHECK_STR(cielo_wire_text(wire), "out of memory");
    CHECK(cielo_wire_sent_state(wire) != CIELO_SENT_NO);
    return 0;
}

static void memory_may_run_out_anywhere(void)
{
    cielo_wire *wire;
    watch w;
    int left, ended = 0;

    for (left = 0; left < 100 && !ended; left++) {
        cielo_allocator mem = watched(&w, left);

        if (cielo_wire_new(&wire, &mem) != CIELO_OK) {
            CHECK(wire == NULL);
            continue;
        }
        ended = run_short_of_memory(wire);
        w.left = -1;
        CHECK_INT(run_short_of_memory(wire), 1);
        CHECK_INT(cielo_wire_keep(wire), 1);
        cielo_wire_free(wire);
        CHECK_INT(w.blocks, 0);
        CHECK_INT(w.unwiped, 0);
    }
    CHECK(ended);
    CHECK(left > 5); /* the wire, and each buffer with one growth or more */
}

CHECK_MAIN(a_request_is_written_whole, a_body_is_announced_where_one_is_due,
           the_host_has_its_port_and_brackets,
           headers_that_would_break_the_framing_are_refused,
           request_lines_that_cannot_be_sent_are_refused,
           addresses_that_cannot_be_sent_are_refused,
           a_request_past_the_limit_is_refused,
           what_the_kernel_took_is_not_given_again,
           answers_are_read_or_refused, one_byte_at_a_time_changes_nothing,
           two_cuts_change_nothing, an_early_end_is_closed,
           nul_is_refused_in_lines_and_taken_in_bodies,
           the_end_of_the_stream_ends_a_body_without_length,
           the_answer_to_a_head_has_no_body, what_calls_read_is_handed_out,
           headers_have_a_limit, interim_answers_have_a_limit,
           trailers_have_the_same_limit, chunk_lines_have_a_limit,
           bodies_have_a_limit, a_new_wire_has_nothing_to_do,
           nothing_taken_whole_and_nothing_heard_is_not_sent,
           any_byte_that_came_back_leaves_doubt,
           bytes_before_the_request_are_not_its_answer,
           an_early_answer_counts_and_costs_the_connection,
           what_comes_after_the_answer_costs_the_connection,
           an_exchange_leaves_nothing_to_the_next, cards_are_wiped,
           memory_may_run_out_anywhere)
