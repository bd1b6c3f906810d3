/* Requests as bytes, and what may stand in the head of a message. */
#include <string.h>

#include "http.h"

/* ---- characters: the locale has no say in them ---- */

enum { TOKEN = 1, NAME = 2, TARGET = 4 };

/* Of each byte: whether it may stand in a token (RFC 9110, 5.6.2), in the name
 * of a host, in a target. */
static const unsigned char kinds[256] = {
#define LINE(a, b, c, d, e, f, g, h) a, b, c, d, e, f, g, h
    LINE(0, 0, 0, 0, 0, 0, 0, 0),                               /* 00 */
    LINE(0, 0, 0, 0, 0, 0, 0, 0), LINE(0, 0, 0, 0, 0, 0, 0, 0), /* 10 */
    LINE(0, 0, 0, 0, 0, 0, 0, 0), LINE(0, 5, 4, 5, 5, 5, 5, 5), /* !"#$%&' */
    LINE(4, 4, 5, 5, 4, 7, 7, 4),                               /* ()*+,-./ */
    LINE(7, 7, 7, 7, 7, 7, 7, 7),                               /* 01234567 */
    LINE(7, 7, 4, 4, 4, 4, 4, 4),                               /* 89:;<=>? */
    LINE(4, 7, 7, 7, 7, 7, 7, 7),                               /* @ABCDEFG */
    LINE(7, 7, 7, 7, 7, 7, 7, 7),                               /* HIJKLMNO */
    LINE(7, 7, 7, 7, 7, 7, 7, 7),                               /* PQRSTUVW */
    LINE(7, 7, 7, 4, 4, 4, 5, 7),                               /* XYZ[\]^_ */
    LINE(5, 7, 7, 7, 7, 7, 7, 7),                               /* `abcdefg */
    LINE(7, 7, 7, 7, 7, 7, 7, 7),                               /* hijklmno */
    LINE(7, 7, 7, 7, 7, 7, 7, 7),                               /* pqrstuvw */
    LINE(7, 7, 7, 4, 5, 4, 5, 0),                               /* xyz{|}~ */
#undef LINE
};

static int is_all(const char *text, size_t length, int kind)
{
    size_t i;

    for (i = 0; i < length; i++)
        if (!(kinds[(unsigned char)text[i]] & kind))
            return 0;
    return length > 0;
}

int cielo__is_http_token(const char *text, size_t length)
{
    return is_all(text, length, TOKEN);
}

int cielo__is_lower(const char *text, const char *word, size_t length)
{
    return cielo__same_case(text, word, length);
}

#define EVERY(byte) ((uint64_t)0x0101010101010101 * (byte))

/* Whether one of eight bytes is a control character; a tab may be taken for
 * one, and what stands before DEL. */
static int may_be_control(const char *text)
{
    uint64_t eight, below, del;

    memcpy(&eight, text, sizeof(eight));
    below = (eight - EVERY(0x20)) & ~eight;
    del = eight ^ EVERY(0x7F);
    del = (del - EVERY(1)) & ~del;
    return ((below | del) & EVERY(0x80)) != 0;
}

int cielo__is_http_text(const char *text, size_t length)
{
    size_t i = 0;

    while (i + 8 <= length && !may_be_control(text + i))
        i += 8;
    /* The last eight together, with some that were looked at. */
    if (length >= 8 && i + 8 > length && !may_be_control(text + length - 8))
        return 1;
    for (; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c < ' ' && c != '\t') || c == 0x7F)
            return 0;
    }
    return 1;
}

/* ---- what cannot be sent ---- */

/* A name, an IPv4 or a bare IPv6 address, up to a zone: that has a meaning on
 * this machine only and is not sent (RFC 6874, 4). 0 when it is none. */
static size_t host_length(const char *host)
{
    size_t length, i;

    if (!strchr(host, ':')) {
        length = strlen(host);
        return is_all(host, length, NAME) ? length : 0;
    }
    length = strcspn(host, "%");
    for (i = 0; i < length; i++)
        if (!cielo__is_alnum(host[i]) && host[i] != ':' && host[i] != '.')
            return 0;
    return length;
}

static int default_port(const char *scheme)
{
    if (strcmp(scheme, "https") == 0)
        return 443;
    return strcmp(scheme, "http") == 0 ? 80 : 0;
}

/* Headers that say how the bytes are framed, or that ask for an answer which
 * is not read here. */
static int is_ours(const char *name, size_t length)
{
    static const struct {
        size_t length;
        const char *name;
    } ours[] = {
        {4, "host"},        {14, "content-length"},  {17, "transfer-encoding"},
        {10, "connection"}, {15, "accept-encoding"}, {6, "expect"},
        {2, "te"},          {7, "trailer"},          {7, "upgrade"}};
    size_t i;

    for (i = 0; i < sizeof(ours) / sizeof(*ours); i++)
        if (ours[i].length == length
            && cielo__is_lower(name, ours[i].name, length))
            return 1;
    return 0;
}

/* Of so many headers the lengths are kept, of others counted again. */
enum { MEASURED = 8 };

/* The lengths of what is put into a head. */
typedef struct sizes {
    size_t method;
    size_t target;
    size_t host;
    size_t all; /* of the head, or a little more */
    size_t names[MEASURED];
    size_t values[MEASURED];
} sizes;

/* Room for what is the same in every head: less than a hundred bytes of words,
 * signs and line ends, and two numbers of up to five and seven digits. */
enum { HEAD_ROOM = 128 };

/* Why a header cannot be sent, or NULL. */
static const char *header_problem(const cielo_header *header, size_t index,
                                  sizes *s)
{
    size_t name = strlen(header->name);
    size_t value = strlen(header->value);

    if (index < MEASURED) {
        s->names[index] = name;
        s->values[index] = value;
    }
    s->all += name + value + 4;
    if (!cielo__is_http_token(header->name, name)
        || is_ours(header->name, name))
        return "a header of the request has a name that cannot be sent";
    if (!cielo__is_http_text(header->value, value))
        return "a header of the request holds a control character";
    return NULL;
}

/* Why the request cannot be sent, or NULL. */
static const char *problem_of(const cielo_request *request, sizes *s)
{
    const char *problem = NULL;
    size_t i;

    s->method = strlen(request->method);
    s->target = strlen(request->target);
    s->host = host_length(request->host);
    s->all = s->method + s->target + s->host + HEAD_ROOM;
    if (!cielo__is_http_token(request->method, s->method)
        || strcmp(request->method, "CONNECT") == 0)
        return "the request's method cannot be sent";
    if (request->target[0] != '/'
        || !is_all(request->target, s->target, TARGET))
        return "the request's target cannot be sent";
    if (!default_port(request->scheme) || request->port < 1
        || request->port > 65535 || s->host == 0)
        return "the request's address cannot be sent";
    if (!request->body && request->body_length)
        return "the request's body is missing";
    for (i = 0; i < request->header_count && !problem; i++)
        problem = header_problem(&request->headers[i], i, s);
    return problem;
}

/* ---- the bytes ---- */

static char *put(char *at, const char *text, size_t length)
{
    memcpy(at, text, length);
    return at + length;
}

/* With the end of the array's text known when this is compiled. */
#define PUT(at, literal) put((at), (literal), sizeof(literal) - 1)

static char *put_number(char *at, size_t number)
{
    char digits[20];
    size_t from = sizeof(digits);

    do {
        digits[--from] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    return put(at, digits + from, sizeof(digits) - from);
}

static char *put_host(char *at, const cielo_request *request, const sizes *s)
{
    int six = memchr(request->host, ':', s->host) != NULL;

    at = PUT(at, "Host: ");
    if (six)
        *at++ = '[';
    at = put(at, request->host, s->host);
    if (six)
        *at++ = ']';
    if (request->port != default_port(request->scheme)) {
        *at++ = ':';
        at = put_number(at, (size_t)request->port);
    }
    return PUT(at, "\r\n");
}

/* GET, HEAD and DELETE without a body say nothing of one; everything else has
 * one, if empty, and servers may insist on its length (RFC 9110, 8.6). */
static int has_body(const cielo_request *request)
{
    return request->body
        || (strcmp(request->method, "GET") != 0
            && strcmp(request->method, "HEAD") != 0
            && strcmp(request->method, "DELETE") != 0);
}

/* Into room for all of it. */
static char *put_request(char *at, const cielo_request *request, const sizes *s)
{
    size_t i;

    at = put(at, request->method, s->method);
    *at++ = ' ';
    at = put(at, request->target, s->target);
    at = PUT(at, " HTTP/1.1\r\n");
    at = put_host(at, request, s);
    for (i = 0; i < request->header_count; i++) {
        const cielo_header *header = &request->headers[i];

        at = put(at, header->name,
                 i < MEASURED ? s->names[i] : strlen(header->name));
        at = PUT(at, ": ");
        at = put(at, header->value,
                 i < MEASURED ? s->values[i] : strlen(header->value));
        at = PUT(at, "\r\n");
    }
    /* Said, since to say nothing means that any coding will do (RFC 9110,
     * 12.5.3). */
    at = PUT(at, "Accept-Encoding: identity\r\n");
    if (has_body(request)) {
        at = PUT(at, "Content-Length: ");
        at = put_number(at, request->body_length);
        at = PUT(at, "\r\n");
    }
    at = PUT(at, "\r\n");
    return request->body_length ? put(at, request->body, request->body_length)
                                : at;
}

int cielo__wire_request(cielo__buf *out, const cielo_request *request,
                        const char **problem)
{
    char *end;
    sizes s;

    *problem = problem_of(request, &s);
    if (*problem)
        return CIELO_EUSAGE;
    *problem = "the request is longer than the limit";
    if (request->body_length > out->ceiling || s.all > out->ceiling)
        return CIELO_EUSAGE;
    /* At once, or the keys would be moved as it grows. */
    if (cielo__buf_reserve(out, s.all + request->body_length) != CIELO_OK)
        return out->status;
    end = put_request(out->data, request, &s);
    *end = '\0';
    out->length = (size_t)(end - out->data);
    return CIELO_OK;
}
