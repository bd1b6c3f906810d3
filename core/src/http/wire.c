/* HTTP/1.1 framing: requests to bytes, bytes to answers (RFC 9110, 9112). */
#include <string.h>

#include <cielo/wire.h>

#include "../base/base.h"
#include "http.h"

#define HEAD_BYTES ((size_t)64 * 1024) /* all that is not body, per exchange */

#define NO_STATUS_LINE "the answer has no HTTP/1.1 status line"
#define LONG_HEAD "the answer's headers are longer than the limit"
#define BAD_CHUNK_SIZE "the answer has a chunk size that cannot be read"

enum {
    HEAD_LINES = 200,
    INTERIM_ANSWERS = 16,
    CHUNK_LINE = 1024, /* the size of a chunk with its extensions */
    CHUNK_DIGITS = 16,
    VALUE_SIZE = 64,       /* of the headers that are handed out */
    KEPT_BYTES = 16 * 1024 /* of memory, from one exchange to the next */
};

/* What the next bytes are. */
typedef enum part {
    PART_STATUS,
    PART_HEADER,
    PART_BODY, /* of a known length */
    PART_CHUNK_SIZE,
    PART_CHUNK_DATA,
    PART_CHUNK_END, /* the line end after the data */
    PART_TRAILER,
    PART_UNTIL_CLOSE /* a body that only the end of the stream ends */
} part;

/* What one status line and its headers said. */
typedef struct wire_head {
    int http_status;
    int minor;      /* of HTTP/1.x */
    int close;      /* Connection: close */
    int keep_alive; /* Connection: keep-alive */
    int chunked;
    int encoded; /* a content coding that nobody asked for */
    int has_length;
    size_t length; /* more than CIELO_BODY_LIMIT: too much, not how much */
    char date[VALUE_SIZE];
    char retry_after[VALUE_SIZE];
    char content_type[VALUE_SIZE];
} wire_head;

struct cielo_wire {
    cielo_allocator mem;
    cielo__buf request; /* released once the kernel has it */
    size_t total;       /* bytes of the request, 0 without one */
    size_t taken;       /* of these, by the kernel */
    int bodiless;       /* the answer to a HEAD has no body */

    cielo_wire_state state;
    cielo_cause cause; /* CIELO_CAUSE_END: none */
    const char *text;
    int heard;    /* any byte came back */
    int answered; /* a status line began */
    int reusable; /* DONE in a way that leaves the connection usable */

    part part;
    wire_head head;
    cielo__buf line; /* the line that is being read */
    cielo__buf body;
    size_t left;       /* of the body or chunk */
    size_t head_bytes; /* so far, of HEAD_BYTES */
    int head_lines;
    int interim_answers;
};

static void fail(cielo_wire *wire, cielo_cause cause, const char *text)
{
    wire->state = CIELO_WIRE_FAILED;
    wire->cause = cause;
    wire->text = text;
}

static void fail_protocol(cielo_wire *wire, const char *text)
{
    fail(wire, CIELO_CAUSE_PROTOCOL, text);
}

static void fail_too_large(cielo_wire *wire)
{
    fail(wire, CIELO_CAUSE_TOO_LARGE,
         "the answer's body is longer than the limit");
}

static int is_whole(const cielo_wire *wire)
{
    return wire->total > 0 && wire->taken == wire->total;
}

/* ---- words ---- */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether `text` is `word`, which is in lower case. */
static int is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && cielo__is_lower(text, word, length);
}

/* ---- the end of an answer ---- */

static void finish(cielo_wire *wire)
{
    const wire_head *head = &wire->head;

    wire->state = CIELO_WIRE_DONE;
    wire->reusable = (head->minor == 1 || head->keep_alive) && !head->close
        && is_whole(wire) && wire->part != PART_UNTIL_CLOSE;
}

/* An answer without a body that has headers for one: a server that sends it
 * all the same must not have it read as the next answer. */
static void finish_bare(cielo_wire *wire)
{
    if (wire->head.chunked || wire->head.length > 0)
        wire->head.close = 1;
    finish(wire);
}

static void end_interim(cielo_wire *wire)
{
    if (wire->head.http_status == 101)
        fail_protocol(wire, "the answer changes to a protocol not asked for");
    else if (wire->head.chunked || wire->head.has_length)
        fail_protocol(wire, "an interim answer announces a body");
    else if (wire->interim_answers++ == INTERIM_ANSWERS)
        fail_protocol(wire, "there are more interim answers than the limit");
    else
        wire->part = PART_STATUS;
}

static void begin_body(cielo_wire *wire)
{
    const wire_head *head = &wire->head;

    if (head->encoded) {
        fail_protocol(wire, "the answer has a content coding not asked for");
    } else if (head->chunked) {
        wire->part = PART_CHUNK_SIZE;
    } else if (!head->has_length) {
        wire->part = PART_UNTIL_CLOSE;
    } else if (head->length > CIELO_BODY_LIMIT) {
        fail_too_large(wire);
    } else {
        wire->part = PART_BODY;
        wire->left = head->length;
        if (wire->left == 0)
            finish(wire);
        else if (wire->left <= KEPT_BYTES) /* what is announced may not come */
            (void)cielo__buf_reserve(&wire->body, wire->left);
    }
}

/* The order is that of RFC 9112, 6.3. */
static void end_head(cielo_wire *wire)
{
    const wire_head *head = &wire->head;

    if (head->chunked && head->has_length)
        fail_protocol(wire, "the answer announces both a length and chunks");
    else if (head->chunked && head->minor == 0)
        fail_protocol(wire, "the answer has chunks before HTTP/1.1");
    else if (head->http_status < 200)
        end_interim(wire);
    else if (wire->bodiless)
        finish(wire);
    else if (head->http_status == 204 || head->http_status == 304)
        finish_bare(wire);
    else
        begin_body(wire);
}

/* ---- headers ---- */

static void read_length(cielo_wire *wire, const char *value, size_t length)
{
    wire_head *head = &wire->head;
    size_t number = 0, i;

    for (i = 0; i < length && is_digit(value[i]); i++)
        if (number <= CIELO_BODY_LIMIT)
            number = number * 10 + (size_t)(value[i] - '0');
    if (length == 0 || i < length)
        fail_protocol(wire, "the answer's Content-Length is no number");
    else if (head->has_length && head->length != number)
        fail_protocol(wire, "the answer has two lengths");
    head->has_length = 1;
    head->length = number;
}

static void read_transfer(cielo_wire *wire, const char *value, size_t length)
{
    if (wire->head.chunked || !is_word(value, length, "chunked"))
        fail_protocol(wire, "the answer's transfer coding is not just chunked");
    wire->head.chunked = 1;
}

static void read_coding(cielo_wire *wire, const char *value, size_t length)
{
    if (length > 0 && !is_word(value, length, "identity"))
        wire->head.encoded = 1;
}

static void read_connection(cielo_wire *wire, const char *value, size_t length)
{
    const char *end = value + length;

    while (value < end) {
        const char *comma = memchr(value, ',', (size_t)(end - value));
        const char *next = comma ? comma + 1 : end;
        const char *stop = comma ? comma : end;

        while (value < stop && is_blank(*value))
            value++;
        while (stop > value && is_blank(stop[-1]))
            stop--;
        if (is_word(value, (size_t)(stop - value), "close"))
            wire->head.close = 1;
        else if (is_word(value, (size_t)(stop - value), "keep-alive"))
            wire->head.keep_alive = 1;
        value = next;
    }
}

/* One that does not fit is no date, no delay and no type of JSON: it is left
 * out. */
static void copy_value(char *out, const char *value, size_t length)
{
    if (length >= VALUE_SIZE)
        return;
    memcpy(out, value, length);
    out[length] = '\0';
}

static void read_date(cielo_wire *wire, const char *value, size_t length)
{
    copy_value(wire->head.date, value, length);
}

static void read_retry_after(cielo_wire *wire, const char *value, size_t length)
{
    copy_value(wire->head.retry_after, value, length);
}

static void read_type(cielo_wire *wire, const char *value, size_t length)
{
    copy_value(wire->head.content_type, value, length);
}

static void read_known(cielo_wire *wire, const char *name, size_t name_length,
                       const char *value, size_t length)
{
    static const struct {
        const char *name;
        size_t length;
        void (*read)(cielo_wire *wire, const char *value, size_t length);
    } known[] = {
        {"date", 4, read_date},
        {"connection", 10, read_connection},
        {"retry-after", 11, read_retry_after},
        {"content-type", 12, read_type},
        {"content-length", 14, read_length},
        {"content-encoding", 16, read_coding},
        {"transfer-encoding", 17, read_transfer},
    };
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (known[i].length == name_length
            && cielo__is_lower(name, known[i].name, name_length))
            known[i].read(wire, value, length);
}

/* A header, or a trailer: those are checked alike and mean nothing, or a
 * server could take its word back after the body. */
static void read_header(cielo_wire *wire, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    const char *value, *end = line + length;

    if (is_blank(line[0])) {
        fail_protocol(wire, "the answer has a folded header");
        return;
    }
    if (!colon || !cielo__is_http_token(line, (size_t)(colon - line))) {
        fail_protocol(wire, "the answer has a header without a name");
        return;
    }
    for (value = colon + 1; value < end && is_blank(*value); value++)
        continue;
    while (end > value && is_blank(end[-1]))
        end--;
    if (wire->part == PART_HEADER)
        read_known(wire, line, (size_t)(colon - line), value,
                   (size_t)(end - value));
}

static void read_header_line(cielo_wire *wire, const char *line, size_t length)
{
    if (length > 0)
        read_header(wire, line, length);
    else if (wire->part == PART_HEADER)
        end_head(wire);
    else
        finish(wire);
}

/* "HTTP/1.1 200 OK". Not all servers write the blank before an empty reason,
 * though they should; nothing else can be meant. The line begins with
 * "HTTP/1.". */
static void read_status_line(cielo_wire *wire, const char *line, size_t length)
{
    wire_head *head = &wire->head;

    memset(head, 0, sizeof(*head));
    if (length < 12 || (line[7] != '0' && line[7] != '1') || line[8] != ' '
        || line[9] < '1' || line[9] > '9' || !is_digit(line[10])
        || !is_digit(line[11]) || (length > 12 && line[12] != ' ')) {
        fail_protocol(wire, NO_STATUS_LINE);
        return;
    }
    head->minor = line[7] - '0';
    head->http_status = (line[9] - '0') * 100 + (line[10] - '0') * 10
        + (line[11] - '0');
    wire->part = PART_HEADER;
}

/* ---- chunks ---- */

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    c = cielo__lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Extensions mean nothing here. They count as head, so that a body cannot be
 * made of them. */
static int skip_extensions(cielo_wire *wire, const char *text, size_t length)
{
    size_t i = 0;

    while (i < length && is_blank(text[i]))
        i++;
    if (length > 0 && (i == length || text[i] != ';')) {
        fail_protocol(wire, BAD_CHUNK_SIZE);
        return 0;
    }
    if (length > HEAD_BYTES - wire->head_bytes) {
        fail_protocol(wire, LONG_HEAD);
        return 0;
    }
    wire->head_bytes += length;
    return 1;
}

static void read_chunk_size(cielo_wire *wire, const char *line, size_t length)
{
    size_t digits = 0;
    uint64_t size = 0;

    while (digits < length && digits < CHUNK_DIGITS
           && hex_value(line[digits]) >= 0)
        size = size << 4 | (unsigned)hex_value(line[digits++]);
    if (digits == 0) {
        fail_protocol(wire, BAD_CHUNK_SIZE);
        return;
    }
    if (!skip_extensions(wire, line + digits, length - digits))
        return;
    if (size > CIELO_BODY_LIMIT - wire->body.length) {
        fail_too_large(wire);
        return;
    }
    wire->left = (size_t)size;
    wire->part = size > 0 ? PART_CHUNK_DATA : PART_TRAILER;
}

/* The room for a chunk's end is that of the line itself, so this line is
 * empty. */
static void read_chunk_end(cielo_wire *wire)
{
    wire->part = PART_CHUNK_SIZE;
}

/* ---- bytes ---- */

/* Said at once, not at the end of a line that may never come: what answers
 * without HTTP, such as a TLS port, often sends nothing more. */
static int check_status_start(cielo_wire *wire, const char *data, size_t length)
{
    static const char start[] = "HTTP/1.";
    size_t at = wire->line.length;
    size_t room = HEAD_BYTES - wire->head_bytes;

    if (at >= sizeof(start) - 1)
        return 1;
    if (at == 0 && data[0] == 'H')
        wire->answered = 1;
    /* What does not fit fails for that, however the bytes are cut. */
    if (length > room)
        length = room;
    if (length > sizeof(start) - 1 - at)
        length = sizeof(start) - 1 - at;
    if (memcmp(data, start + at, length) == 0)
        return 1;
    fail_protocol(wire, NO_STATUS_LINE);
    return 0;
}

static int is_head(const cielo_wire *wire)
{
    return wire->part != PART_CHUNK_SIZE && wire->part != PART_CHUNK_END;
}

/* Counts bytes of the line that is being read; 0 when they pass its bound. */
static int count_bytes(cielo_wire *wire, size_t length)
{
    if (is_head(wire)) {
        if (length > HEAD_BYTES - wire->head_bytes)
            fail_protocol(wire, LONG_HEAD);
        else
            wire->head_bytes += length;
    } else if (wire->part == PART_CHUNK_SIZE) {
        if (length > CHUNK_LINE - wire->line.length)
            fail_protocol(wire, BAD_CHUNK_SIZE);
    } else if (length > 2 - wire->line.length) {
        fail_protocol(wire, "the answer has a chunk longer than its size");
    }
    return wire->state == CIELO_WIRE_MORE;
}

static int add_to_line(cielo_wire *wire, const char *data, size_t length)
{
    if (cielo__buf_add(&wire->line, data, length) == CIELO_OK)
        return 1;
    fail(wire, CIELO_CAUSE_MEMORY, "out of memory");
    return 0;
}

/* Whether what ends in LF is a line; `length` is without its end then. */
static int check_line(cielo_wire *wire, const char *line, size_t *end)
{
    size_t length = *end;

    if (length < 2 || line[length - 2] != '\r') {
        fail_protocol(wire, "the answer has a line that does not end in CRLF");
        return 0;
    }
    *end = length -= 2;
    if (!cielo__is_http_text(line, length)) {
        fail_protocol(wire, "the answer has a control character in a line");
        return 0;
    }
    if (is_head(wire) && ++wire->head_lines > HEAD_LINES) {
        fail_protocol(wire, "the answer has more headers than the limit");
        return 0;
    }
    return 1;
}

static void read_line(cielo_wire *wire, const char *line, size_t length)
{
    if (!check_line(wire, line, &length))
        return;
    switch (wire->part) {
    case PART_STATUS:
        read_status_line(wire, line, length);
        break;
    case PART_CHUNK_SIZE:
        read_chunk_size(wire, line, length);
        break;
    case PART_CHUNK_END:
        read_chunk_end(wire);
        break;
    default:
        read_header_line(wire, line, length);
        break;
    }
}

/* Each gives how many of the bytes it used; all of them when it failed. A line
 * that came whole is read where it is. */
static size_t read_line_bytes(cielo_wire *wire, const char *data, size_t length)
{
    const char *end = memchr(data, '\n', length);

    if (end)
        length = (size_t)(end - data) + 1;
    if ((wire->part == PART_STATUS && !check_status_start(wire, data, length))
        || !count_bytes(wire, length))
        return length;
    if (end && wire->line.length == 0) {
        read_line(wire, data, length);
    } else if (add_to_line(wire, data, length) && end) {
        read_line(wire, wire->line.data, wire->line.length);
        /* Not cielo__buf_reset: that wipes all the memory, which after one
         * long line would be a great deal of work for each of a million
         * chunks. */
        wire->line.length = 0;
    }
    return length;
}

static int add_to_body(cielo_wire *wire, const char *data, size_t length)
{
    int status = cielo__buf_add(&wire->body, data, length);

    if (status == CIELO_EMEMORY)
        fail(wire, CIELO_CAUSE_MEMORY, "out of memory");
    else if (status != CIELO_OK)
        fail_too_large(wire);
    return status == CIELO_OK;
}

static size_t read_body_bytes(cielo_wire *wire, const char *data, size_t length)
{
    if (wire->part != PART_UNTIL_CLOSE && length > wire->left)
        length = wire->left;
    if (!add_to_body(wire, data, length) || wire->part == PART_UNTIL_CLOSE)
        return length;
    wire->left -= length;
    if (wire->left == 0 && wire->part == PART_BODY)
        finish(wire);
    else if (wire->left == 0)
        wire->part = PART_CHUNK_END;
    return length;
}

/* ---- the public side ---- */

/* Wiped, and the memory kept for what comes next unless it grew out of the
 * usual. */
static void empty(cielo__buf *buf)
{
    if (buf->capacity > KEPT_BYTES + 1)
        cielo__buf_clear(buf);
    else
        cielo__buf_reset(buf);
}

/* A request and the body of its answer are rarely there at once: they take
 * turns with one piece of memory. */
static void hand_over(cielo__buf *from, cielo__buf *to)
{
    empty(from);
    if (to->data)
        return;
    to->data = from->data;
    to->capacity = from->capacity;
    from->data = NULL;
    from->capacity = 0;
}

/* Back to where nothing was started, with nothing left of what was. */
void cielo_wire_forget(cielo_wire *wire)
{
    empty(&wire->request);
    empty(&wire->line);
    hand_over(&wire->body, &wire->request);
    wire->total = wire->taken = wire->left = wire->head_bytes = 0;
    wire->bodiless = wire->heard = wire->answered = wire->reusable = 0;
    wire->head_lines = wire->interim_answers = 0;
    wire->part = PART_STATUS;
    fail(wire, CIELO_CAUSE_INTERNAL, "no request was started");
}

int cielo_wire_new(cielo_wire **out, const cielo_allocator *allocator)
{
    const cielo_allocator *mem = cielo__allocator(allocator);
    cielo_wire *wire = cielo__calloc(mem, sizeof(*wire));

    *out = wire;
    if (!wire)
        return CIELO_EMEMORY;
    wire->mem = *mem;
    cielo__buf_init(&wire->request, &wire->mem, CIELO__REQUEST_LIMIT);
    cielo__buf_init(&wire->line, &wire->mem, HEAD_BYTES);
    cielo__buf_init(&wire->body, &wire->mem, CIELO_BODY_LIMIT);
    cielo_wire_forget(wire);
    return CIELO_OK;
}

void cielo_wire_free(cielo_wire *wire)
{
    cielo_allocator mem;

    if (!wire)
        return;
    cielo__buf_clear(&wire->request);
    cielo__buf_clear(&wire->line);
    cielo__buf_clear(&wire->body);
    mem = wire->mem; /* goes with the wire */
    cielo__free(&mem, wire);
}

int cielo_wire_start(cielo_wire *wire, const cielo_request *request)
{
    const char *problem;
    int status;

    cielo_wire_forget(wire);
    status = cielo__wire_request(&wire->request, request, &problem);
    if (status == CIELO_EMEMORY)
        fail(wire, CIELO_CAUSE_MEMORY, "out of memory");
    else if (status != CIELO_OK)
        fail(wire, CIELO_CAUSE_INTERNAL, problem);
    if (status != CIELO_OK) {
        cielo__buf_clear(&wire->request);
        return status;
    }
    wire->total = wire->request.length;
    wire->bodiless = strcmp(request->method, "HEAD") == 0;
    wire->state = CIELO_WIRE_MORE;
    wire->cause = CIELO_CAUSE_END;
    wire->text = "";
    return CIELO_OK;
}

int cielo_wire_output(const cielo_wire *wire, const char **data, size_t *length)
{
    int more = wire->state == CIELO_WIRE_MORE && wire->taken < wire->total;

    *data = more ? wire->request.data + wire->taken : "";
    *length = more ? wire->total - wire->taken : 0;
    return more;
}

int cielo_wire_sent(cielo_wire *wire, size_t length)
{
    if (length > wire->total - wire->taken)
        return CIELO_EUSAGE;
    wire->taken += length;
    if (is_whole(wire))
        hand_over(&wire->request, &wire->body);
    return CIELO_OK;
}

cielo_wire_state cielo_wire_input(cielo_wire *wire, const char *data,
                                  size_t length)
{
    size_t used;

    if (length == 0)
        return wire->state;
    wire->heard = 1;
    if (wire->state == CIELO_WIRE_MORE && wire->taken == 0)
        fail_protocol(wire, "the peer spoke before the request was sent");
    for (; length > 0 && wire->state == CIELO_WIRE_MORE;
         data += used, length -= used) {
        if (wire->part == PART_BODY || wire->part == PART_CHUNK_DATA
            || wire->part == PART_UNTIL_CLOSE)
            used = read_body_bytes(wire, data, length);
        else
            used = read_line_bytes(wire, data, length);
    }
    if (length > 0)
        wire->reusable = 0; /* an answer to a question nobody asked */
    return wire->state;
}

cielo_wire_state cielo_wire_eof(cielo_wire *wire)
{
    wire->reusable = 0;
    if (wire->state != CIELO_WIRE_MORE)
        return wire->state;
    if (wire->part == PART_UNTIL_CLOSE)
        finish(wire);
    else
        fail(wire, CIELO_CAUSE_CLOSED,
             wire->answered ? "the connection ended in the middle of the answer"
                            : "the connection ended without an answer");
    return wire->state;
}

int cielo_wire_response(const cielo_wire *wire, cielo_response *out)
{
    const wire_head *head = &wire->head;

    memset(out, 0, sizeof(*out));
    if (wire->state != CIELO_WIRE_DONE)
        return CIELO_EUSAGE;
    out->http_status = head->http_status;
    out->date = head->date[0] ? head->date : NULL;
    out->retry_after = head->retry_after[0] ? head->retry_after : NULL;
    out->content_type = head->content_type[0] ? head->content_type : NULL;
    out->body = cielo__buf_string(&wire->body);
    out->body_length = wire->body.length;
    return CIELO_OK;
}

int cielo_wire_keep(const cielo_wire *wire)
{
    return wire->state == CIELO_WIRE_DONE && wire->reusable;
}

cielo_sent cielo_wire_sent_state(const cielo_wire *wire)
{
    if (wire->answered)
        return CIELO_SENT_YES;
    return wire->heard || is_whole(wire) ? CIELO_SENT_MAYBE : CIELO_SENT_NO;
}

cielo_cause cielo_wire_cause(const cielo_wire *wire)
{
    return wire->cause;
}

const char *cielo_wire_text(const cielo_wire *wire)
{
    return wire->text;
}
