/* One request over one line: the bytes are the wire's, the way is the line's,
 * and what the kernel took is what was sent. */
#include <string.h>

#include "http.h"

#define PIECE ((size_t)16 * 1024)

cielo__exchange *cielo__exchange_new(const cielo_allocator *mem)
{
    cielo__exchange *x = cielo__calloc(mem, sizeof(*x));

    if (!x)
        return NULL;
    x->mem = mem;
    if (cielo_wire_new(&x->wire, mem) == CIELO_OK)
        return x;
    cielo__free(mem, x);
    return NULL;
}

void cielo__exchange_close(cielo__exchange *x)
{
    cielo__line *line = x->line;

    x->line = NULL;
    if (!line)
        return;
    if (x->forks != cielo__forks())
        cielo__line_abandon(line, 0);
    else
        cielo__line_free(line, 1);
}

void cielo__exchange_free(cielo__exchange *x)
{
    if (!x)
        return;
    cielo_wire_free(x->wire);
    cielo__free(x->mem, x);
}

int cielo__exchange_start(cielo__exchange *x, const cielo_call *call)
{
    x->limit = cielo_call_deadline(call);
    x->forks = cielo__forks();
    x->reused = x->again = 0;
    x->cause = CIELO_CAUSE_END;
    x->text = "";
    return cielo_wire_start(x->wire, cielo_call_request(call)) == CIELO_OK;
}

int cielo__exchange_again(cielo__exchange *x, const cielo_call *call)
{
    int made = cielo__exchange_start(x, call);

    x->again = 1;
    return made;
}

void cielo__exchange_fail(cielo__exchange *x, cielo_cause cause,
                          const char *text)
{
    x->cause = cause;
    x->text = text;
}

void cielo__exchange_fail_late(cielo__exchange *x)
{
    const char *data;
    size_t length;

    if (!x->line)
        cielo__exchange_fail(x, CIELO_CAUSE_TIMEOUT,
                             "no connection was free in time: all that "
                             "max_connections allows are in use");
    else if (cielo__line_state_of(x->line) != CIELO__LINE_OPEN)
        cielo__exchange_fail(x, CIELO_CAUSE_TIMEOUT,
                             "no connection was made in time");
    else if (cielo_wire_output(x->wire, &data, &length))
        cielo__exchange_fail(x, CIELO_CAUSE_TIMEOUT,
                             "the request was not taken in time");
    else
        cielo__exchange_fail(x, CIELO_CAUSE_TIMEOUT,
                             "no whole answer came in time");
}

void cielo__exchange_fail_line(cielo__exchange *x)
{
    cielo__exchange_fail(x, cielo__line_cause(x->line),
                         cielo__line_text(x->line));
}

/* ---- moving bytes ---- */

/* Gives 0 or the reason why not all was taken. */
static ptrdiff_t push(cielo__exchange *x)
{
    const char *data;
    size_t length;

    while (cielo_wire_output(x->wire, &data, &length)) {
        ptrdiff_t taken = cielo__line_send(x->line, data, length);

        if (taken < 0)
            return taken;
        (void)cielo_wire_sent(x->wire, (size_t)taken);
    }
    return 0;
}

static int is_open(const cielo__exchange *x)
{
    return cielo_wire_input(x->wire, "", 0) == CIELO_WIRE_MORE;
}

static void fail_broken(cielo__exchange *x)
{
    cielo_sent sent = cielo_wire_sent_state(x->wire);

    cielo__exchange_fail(x, CIELO_CAUSE_CLOSED,
                         sent == CIELO_SENT_YES
                             ? "the connection ended in the middle of the "
                               "answer"
                             : sent == CIELO_SENT_MAYBE
                             ? "the connection ended without an answer"
                             : "the connection ended before all of the request "
                               "was taken");
}

/* Until nothing more is there or the answer is complete. The end of the stream
 * may end an answer; a broken connection never does. */
static void pull(cielo__exchange *x)
{
    char piece[PIECE];
    ptrdiff_t most = 0;

    while (is_open(x)) {
        ptrdiff_t count = cielo__line_receive(x->line, piece, sizeof(piece));

        if (count > most)
            most = count;
        if (count > 0) {
            (void)cielo_wire_input(x->wire, piece, (size_t)count);
        } else {
            if (count == CIELO__LINE_BROKEN
                || (count == 0 && cielo_wire_eof(x->wire) != CIELO_WIRE_DONE))
                fail_broken(x);
            break;
        }
    }
    cielo__wipe(piece, (size_t)most);
}

/*
 * A kept connection is closed when its server says so and not when we look: a
 * request of which the kernel did not take the whole, and which nothing came
 * back to, cannot have been carried out, and is sent once more on a new one.
 * Once all of it was taken nothing is ever repeated here.
 */
static int may_go_anew(const cielo__exchange *x)
{
    cielo_cause cause = x->cause != CIELO_CAUSE_END ? x->cause
                                                    : cielo_wire_cause(x->wire);

    return x->reused && !x->again && cause == CIELO_CAUSE_CLOSED
        && cielo_wire_sent_state(x->wire) == CIELO_SENT_NO;
}

/* Once its time is over no more of a request leaves: a call that ends late may
 * have been told to have sent nothing. */
static int is_too_late(const cielo__exchange *x)
{
    const char *data;
    size_t length;

    return cielo_wire_output(x->wire, &data, &length)
        && cielo_now_ms() >= x->limit;
}

cielo__progress cielo__exchange_move(cielo__exchange *x, int readable)
{
    ptrdiff_t rest;

    if (is_too_late(x)) {
        cielo__exchange_fail_late(x);
        return CIELO__ENDED;
    }
    rest = push(x);
    if (readable || rest == CIELO__LINE_BROKEN)
        pull(x);
    if (is_open(x) && x->cause == CIELO_CAUSE_END) {
        if (rest == 0)
            return CIELO__WAIT_READ;
        if (rest == CIELO__LINE_AGAIN)
            return CIELO__WAIT_BOTH;
        fail_broken(x);
    }
    return may_go_anew(x) ? CIELO__ANEW : CIELO__ENDED;
}

/* ---- the outcome ---- */

static int report(cielo__exchange *x, cielo_call *call)
{
    cielo_response response;
    int told;

    if (x->cause == CIELO_CAUSE_END
        && cielo_wire_response(x->wire, &response) == CIELO_OK) {
        told = cielo_call_on_response(call, &response);
        return told != CIELO_EDECODE && cielo_wire_keep(x->wire);
    }
    if (x->cause == CIELO_CAUSE_END)
        cielo__exchange_fail(x, cielo_wire_cause(x->wire),
                             cielo_wire_text(x->wire));
    (void)cielo_call_on_failure(call, cielo_wire_sent_state(x->wire), x->cause,
                                x->text);
    return 0;
}

void cielo__exchange_drop(const cielo__exchange *x, cielo_call *call)
{
    /* In a forked child the parent may send it yet. */
    if (x->forks == cielo__forks()
        && cielo_wire_sent_state(x->wire) == CIELO_SENT_NO)
        (void)cielo_call_on_failure(call, CIELO_SENT_NO, CIELO_CAUSE_CANCELLED,
                                    "cancelled before the request was sent");
}

int cielo__exchange_report(cielo__exchange *x, cielo_call *call)
{
    int keep = report(x, call);

    cielo_wire_forget(x->wire);
    return keep;
}
