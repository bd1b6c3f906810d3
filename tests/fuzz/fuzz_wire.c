/*
 * Whatever the bytes: no crash, and the same result however they are cut; and
 * no text of a request puts a line of its own on the wire. With
 * -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION this is only the target that
 * libFuzzer links; without, it runs the files it is given as answers to a POST,
 * where a name that begins with "done" must be complete, one with "close" must
 * be so once the peer closed, one with "more" must be cut short, and one with
 * "fail" must be refused.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cielo/wire.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                  \
    do {                                                               \
        if (!(cond)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
            abort();                                                   \
        }                                                              \
    } while (0)

/* ---- answers ---- */

static void start(cielo_wire *wire, const char *method, int whole)
{
    static const char body[] = "{\"Amount\":100}";
    cielo_request request;
    const char *data;
    size_t length;

    memset(&request, 0, sizeof(request));
    request.method = method;
    request.scheme = "https";
    request.host = "api.example";
    request.port = 443;
    request.target = "/1/sales";
    request.body = body;
    request.body_length = sizeof(body) - 1;
    REQUIRE(cielo_wire_start(wire, &request) == CIELO_OK);
    REQUIRE(cielo_wire_sent_state(wire) == CIELO_SENT_NO);
    REQUIRE(cielo_wire_output(wire, &data, &length));
    REQUIRE(cielo_wire_sent(wire, whole ? length : length / 2) == CIELO_OK);
}

static void require_sound(const cielo_wire *wire, cielo_wire_state state)
{
    cielo_response response;
    cielo_cause cause = cielo_wire_cause(wire);
    int done = cielo_wire_response(wire, &response) == CIELO_OK;

    REQUIRE(done == (state == CIELO_WIRE_DONE));
    REQUIRE((cause == CIELO_CAUSE_END) == (state != CIELO_WIRE_FAILED));
    REQUIRE((cielo_wire_text(wire)[0] == '\0') == (cause == CIELO_CAUSE_END));
    REQUIRE(cause == CIELO_CAUSE_END || cause == CIELO_CAUSE_PROTOCOL
            || cause == CIELO_CAUSE_TOO_LARGE || cause == CIELO_CAUSE_CLOSED);
    REQUIRE(done || !cielo_wire_keep(wire));
    if (!done)
        return;
    REQUIRE(cielo_wire_sent_state(wire) == CIELO_SENT_YES);
    REQUIRE(response.http_status >= 200 && response.http_status <= 999);
    REQUIRE(response.body_length <= CIELO_BODY_LIMIT);
    REQUIRE(response.body[response.body_length] == '\0');
}

static int same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void require_same(const cielo_wire *a, const cielo_wire *b)
{
    cielo_response first, second;

    REQUIRE(cielo_wire_cause(a) == cielo_wire_cause(b));
    REQUIRE(same_text(cielo_wire_text(a), cielo_wire_text(b)));
    REQUIRE(cielo_wire_keep(a) == cielo_wire_keep(b));
    REQUIRE(cielo_wire_sent_state(a) == cielo_wire_sent_state(b));
    REQUIRE(cielo_wire_response(a, &first) == cielo_wire_response(b, &second));
    REQUIRE(first.http_status == second.http_status);
    REQUIRE(same_text(first.date, second.date));
    REQUIRE(same_text(first.retry_after, second.retry_after));
    REQUIRE(same_text(first.content_type, second.content_type));
    REQUIRE(first.body_length == second.body_length);
    REQUIRE(first.body_length == 0
            || memcmp(first.body, second.body, first.body_length) == 0);
}

/* Each piece in memory of its own, so that a sanitizer sees a byte read past
 * it; the longest piece is `most`. */
static cielo_wire_state feed_cut(cielo_wire *wire, const uint8_t *data,
                                 size_t size, size_t most, uint32_t seed)
{
    cielo_wire_state state = cielo_wire_input(wire, "", 0), before;

    while (size > 0) {
        size_t length = 1 + (most > 1 ? seed >> 8 : 0) % most;
        char *piece;

        seed = seed * 1664525u + 1013904223u;
        if (length > size)
            length = size;
        piece = malloc(length);
        REQUIRE(piece);
        memcpy(piece, data, length);
        before = state;
        state = cielo_wire_input(wire, piece, length);
        REQUIRE(before == CIELO_WIRE_MORE || before == state);
        free(piece);
        data += length;
        size -= length;
    }
    return state;
}

/* Gives the state before the peer closed, and in `*closed` the one after. */
static cielo_wire_state answer(cielo_wire *whole, cielo_wire *cut,
                               const char *method, int sent,
                               const uint8_t *data, size_t size,
                               cielo_wire_state *closed)
{
    uint32_t seed = (uint32_t)size;
    cielo_wire_state state;
    size_t i, most;

    for (i = 0; i < size; i++)
        seed = (seed ^ data[i]) * 16777619u;
    for (most = 1; most <= 64; most *= 8) {
        start(whole, method, sent);
        start(cut, method, sent);
        state = cielo_wire_input(whole, (const char *)data, size);
        REQUIRE(feed_cut(cut, data, size, most, seed) == state);
        require_sound(whole, state);
        require_same(whole, cut);
        REQUIRE(sent || !cielo_wire_keep(whole));
        *closed = cielo_wire_eof(whole);
        REQUIRE(*closed != CIELO_WIRE_MORE);
        REQUIRE(cielo_wire_eof(cut) == *closed);
        require_sound(whole, *closed);
        require_same(whole, cut);
        REQUIRE(!cielo_wire_keep(whole));
    }
    return state;
}

static cielo_wire_state answers(const uint8_t *data, size_t size,
                                cielo_wire_state *closed)
{
    cielo_wire *whole, *cut;
    cielo_wire_state state;

    REQUIRE(cielo_wire_new(&whole, NULL) == CIELO_OK);
    REQUIRE(cielo_wire_new(&cut, NULL) == CIELO_OK);
    answer(whole, cut, "HEAD", 1, data, size, closed);
    answer(whole, cut, "POST", 0, data, size, closed);
    state = answer(whole, cut, "POST", 1, data, size, closed);
    cielo_wire_free(whole);
    cielo_wire_free(cut);
    return state;
}

/* ---- requests ---- */

static size_t count_lines(const char *data, size_t length)
{
    size_t count = 0, i;

    for (i = 0; i < length; i++) {
        if (data[i] == '\n')
            REQUIRE(i > 0 && data[i - 1] == '\r');
        if (data[i] == '\r')
            REQUIRE(i + 1 < length && data[i + 1] == '\n');
        count += data[i] == '\n';
    }
    return count;
}

static void try_request(cielo_wire *wire, const cielo_request *request)
{
    const char *data;
    size_t length;

    if (cielo_wire_start(wire, request) != CIELO_OK) {
        REQUIRE(cielo_wire_cause(wire) == CIELO_CAUSE_INTERNAL);
        REQUIRE(!cielo_wire_output(wire, &data, &length));
        REQUIRE(data && length == 0);
        REQUIRE(cielo_wire_sent(wire, 1) == CIELO_EUSAGE);
        return;
    }
    REQUIRE(cielo_wire_output(wire, &data, &length));
    /* The request line, Host, the header, Accept-Encoding, Content-Length when
     * the method wants one, and the empty line. */
    REQUIRE(count_lines(data, length)
            == (strcmp(request->method, "GET") == 0
                        || strcmp(request->method, "HEAD") == 0
                        || strcmp(request->method, "DELETE") == 0
                    ? 5
                    : 6));
    REQUIRE(memcmp(data + length - 4, "\r\n\r\n", 4) == 0);
}

/* The bytes in the place of each text of a request. */
static void requests(const uint8_t *data, size_t size)
{
    cielo_header header = {"RequestId", "1"};
    cielo_request request;
    const char **places[6];
    char *text = malloc(size + 1);
    cielo_wire *wire;
    size_t i;

    REQUIRE(text);
    memcpy(text, data, size);
    text[size] = '\0';
    memset(&request, 0, sizeof(request));
    request.method = "PUT";
    request.scheme = "http";
    request.host = "localhost";
    request.port = 8080;
    request.target = "/1/sales";
    request.headers = &header;
    request.header_count = 1;
    places[0] = &request.method;
    places[1] = &request.scheme;
    places[2] = &request.host;
    places[3] = &request.target;
    places[4] = &header.name;
    places[5] = &header.value;
    REQUIRE(cielo_wire_new(&wire, NULL) == CIELO_OK);
    for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
        const char *before = *places[i];

        *places[i] = text;
        try_request(wire, &request);
        *places[i] = before;
    }
    cielo_wire_free(wire);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cielo_wire_state closed;

    answers(data, size, &closed);
    requests(data, size);
    return 0;
}

#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    long end;

    *size = 0;
    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) >= 0
        && fseek(file, 0, SEEK_SET) == 0 && (data = malloc((size_t)end + 1)))
        *size = fread(data, 1, (size_t)end, file);
    fclose(file);
    return data;
}

static int is_as_named(const char *name, cielo_wire_state state,
                       cielo_wire_state closed)
{
    if (strncmp(name, "done", 4) == 0)
        return state == CIELO_WIRE_DONE;
    if (strncmp(name, "close", 5) == 0)
        return state == CIELO_WIRE_MORE && closed == CIELO_WIRE_DONE;
    if (strncmp(name, "more", 4) == 0)
        return state == CIELO_WIRE_MORE && closed == CIELO_WIRE_FAILED;
    return strncmp(name, "fail", 4) != 0 || state == CIELO_WIRE_FAILED;
}

static int run_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    cielo_wire_state state, closed;
    size_t size;
    uint8_t *data = read_file(path, &size);

    if (!data) {
        printf("%s: cannot be read\n", path);
        return 0;
    }
    state = answers(data, size, &closed);
    requests(data, size);
    free(data);
    if (is_as_named(slash ? slash + 1 : path, state, closed))
        return 1;
    printf("%s: is not as its name says\n", path);
    return 0;
}

int main(int argc, char **argv)
{
    int passed = 0, i;

    for (i = 1; i < argc; i++)
        passed += run_file(argv[i]);
    printf("%d passed, %d failed\n", passed, argc - 1 - passed);
    return argc < 2 || passed != argc - 1;
}
#endif
