/*
 * HTTP/1.1 as bytes, without I/O, for hosts that have a stream and no HTTP
 * client: the host sends what cielo_wire_output gives and feeds what it reads.
 *
 *     cielo_wire_start(wire, cielo_call_request(call));
 *     while (cielo_wire_output(wire, &data, &length))
 *         cielo_wire_sent(wire, send_some(data, length));
 *     do {
 *         n = receive_some(buffer);              // 0: the peer closed
 *         state = n ? cielo_wire_input(wire, buffer, n)
 *                   : cielo_wire_eof(wire);
 *     } while (state == CIELO_WIRE_MORE);
 *     if (state == CIELO_WIRE_DONE)
 *         cielo_wire_response(wire, &response);  // cielo_call_on_response
 *     else                                       // cielo_call_on_failure
 *         report(cielo_wire_sent_state(wire), cielo_wire_cause(wire),
 *                cielo_wire_text(wire));
 *     pool_or_close(cielo_wire_keep(wire));
 *
 * The result does not depend on how the bytes are cut. A wire serves one
 * exchange at a time, any number in turn, on whatever connection.
 *
 * Accepted is what HTTP says a server sends, no more, since two readings of
 * one answer are how somebody else's bytes become the answer to a payment:
 * lines end in CRLF (a bare LF, as a folded header, is refused: servers and
 * proxies in use write CRLF); no control characters in lines; one length,
 * repeated alike at most, and never beside Transfer-Encoding; no transfer
 * coding but "chunked" and no content coding, since none was asked for.
 * Bounds: CIELO_BODY_LIMIT for the body; for everything else together, interim
 * answers and trailers included, 64 KB and 200 lines.
 */
#ifndef CIELO_WIRE_H
#define CIELO_WIRE_H

#include <stddef.h>

#include <cielo/alloc.h>
#include <cielo/api.h>
#include <cielo/call.h>

CIELO_BEGIN

/* Belongs to one thread at a time. What it holds of requests and answers is
 * wiped when it is released. */
typedef struct cielo_wire cielo_wire;

typedef enum cielo_wire_state {
    CIELO_WIRE_MORE,  /* go on: the answer is not complete */
    CIELO_WIRE_DONE,  /* cielo_wire_response */
    CIELO_WIRE_FAILED /* cielo_wire_cause; the connection must be closed */
} cielo_wire_state;

/* Makes a wire, which is FAILED until its first start. `allocator` is copied;
 * NULL means malloc. `*out` is NULL on failure. Errors: CIELO_EMEMORY. */
CIELO_API int cielo_wire_new(cielo_wire **out,
                             const cielo_allocator *allocator);

/* Wipes and frees. NULL is a no-op. */
CIELO_API void cielo_wire_free(cielo_wire *wire);

/* Wipes what the wire holds of its exchange: it is as new, for a host that
 * keeps it for another call. */
CIELO_API void cielo_wire_forget(cielo_wire *wire);

/*
 * Forgets the exchange before and makes the bytes of `request`, which is
 * copied: `connect_timeout_ms`, `url` and `write` are not looked at. Host,
 * Content-Length (0 for a method with a body that has none) and
 * "Accept-Encoding: identity" are added; a header that would change the
 * framing or these is refused. Errors, which leave the wire FAILED with
 * nothing to send and cielo_wire_text saying why: CIELO_EMEMORY; CIELO_EUSAGE
 * for a control character in a header's value, and for a name, method,
 * target, host, port, scheme or size that a request cannot have.
 */
CIELO_API int cielo_wire_start(cielo_wire *wire, const cielo_request *request);

/* What remains to be sent: 1 and the bytes, or 0 when nothing does, because
 * all was taken or the exchange has ended. Borrowed until the next
 * cielo_wire_sent or _start. */
CIELO_API int cielo_wire_output(const cielo_wire *wire, const char **data,
                                size_t *length);

/* The kernel took the next `length` bytes of the output. Say so before feeding
 * what was read after it; bytes that may have been taken count as taken. After
 * the last one the request is wiped. Errors: CIELO_EUSAGE for more than
 * remains; then nothing changes. */
CIELO_API int cielo_wire_sent(cielo_wire *wire, size_t length);

/* Bytes came in. They are copied; none of them is an empty no-op. A request
 * that is answered before all of it was sent is DONE, and its connection not
 * kept. Bytes before any of the request was taken are not its answer: FAILED.
 * After DONE or FAILED the state stays. */
CIELO_API cielo_wire_state cielo_wire_input(cielo_wire *wire, const char *data,
                                            size_t length);

/* The peer closed: ends a body that has no length, and breaks off everything
 * else. Report errors of the connection and time-outs to the call instead,
 * with cielo_wire_sent_state. */
CIELO_API cielo_wire_state cielo_wire_eof(cielo_wire *wire);

/* The answer, once DONE. Its texts are borrowed until the next start. Errors:
 * CIELO_EUSAGE when not DONE; `*out` is then zero. */
CIELO_API int cielo_wire_response(const cielo_wire *wire, cielo_response *out);

/*
 * 1 when the connection can take another request: DONE, the whole request
 * taken before that, the answer ended by its framing, persistence agreed
 * (HTTP/1.1 without "close", HTTP/1.0 with "keep-alive"), and neither further
 * bytes nor the end after it.
 */
CIELO_API int cielo_wire_keep(const cielo_wire *wire);

/* For cielo_call_on_failure, at any moment: NO when not every byte was taken
 * and nothing came back, YES when a status line began to, else MAYBE. */
CIELO_API cielo_sent cielo_wire_sent_state(const cielo_wire *wire);

/* Why it FAILED: CLOSED, PROTOCOL, TOO_LARGE, MEMORY, or INTERNAL when no
 * request was started. CIELO_CAUSE_END when it has not. */
CIELO_API cielo_cause cielo_wire_cause(const cielo_wire *wire);

/* The same for people, static and without anything of the exchange; "" when it
 * has not failed. */
CIELO_API const char *cielo_wire_text(const cielo_wire *wire);

CIELO_END

#endif
