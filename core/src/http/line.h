/*
 * Lines: connections to where requests go, as bytes, without HTTP. Whoever
 * links other functions under these names has a network of its own.
 */
#ifndef CIELO_LINE_H
#define CIELO_LINE_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/call.h>
#include <cielo/client.h>

/* What the lines of one client have in common: TLS sessions, names that were
 * looked up. Threads may share it. */
typedef struct cielo__net cielo__net;

/* Once in the process, before all else: CIELO_OK or CIELO_ETRANSPORT. */
int cielo__net_start(void);
/* NULL when memory is short. */
cielo__net *cielo__net_new(const cielo_allocator *mem);
/* After the last of its lines. In a forked child only the memory is freed: a
 * thread of the parent may have been amid the rest. NULL is a no-op. */
void cielo__net_free(cielo__net *net);

typedef enum cielo__line_state {
    CIELO__LINE_OPENING,
    CIELO__LINE_OPEN,
    CIELO__LINE_FAILED /* to open: cielo__line_cause */
} cielo__line_state;

/* One thread at a time. What follows belongs to whoever holds the line; behind
 * it stands what the network keeps. */
typedef struct cielo__line {
    struct cielo__line *next; /* in a list of idle ones */
    struct cielo__line *prev;
    void *owner;        /* who uses it now, NULL while idle */
    void *place;        /* where it leads */
    int64_t idle_since; /* in the clock of cielo_now_ms */
} cielo__line;

/* How a line whose owner must not block tells what it waits for while it opens:
 * `watch` with the events (CIELO_READABLE, _WRITABLE; 0: none any more),
 * `closed` for each descriptor that was watched and is closed, in all its life,
 * and `opened` for each that is new: where one of that number was watched, it
 * was closed without a word. None of them may call back. */
typedef struct cielo__watcher {
    void *context;
    void (*watch)(void *context, cielo__line *line, int fd, int events);
    void (*closed)(void *context, int fd);
    void (*opened)(void *context, int fd);
} cielo__watcher;

/*
 * Begins to open a line to the host of `request`, with names, proxy and
 * certificates as the client's options say, for at most `limit_ms`. `watcher`
 * is NULL for a line that cielo__line_finish opens, and else outlives it. NULL
 * when memory is short.
 */
cielo__line *cielo__line_open(cielo__net *net, cielo_client *client,
                              const cielo_request *request, int64_t limit_ms,
                              const cielo__watcher *watcher);

/* Goes on with opening: `fd` is ready for `ready`, or -1 for time passing. */
void cielo__line_advance(cielo__line *line, int fd, int ready);
/* When to do so with -1 at the latest; -1 when only descriptors count. */
int64_t cielo__line_timer(const cielo__line *line);
/* Blocks until it no longer opens, or `until_ms`. */
void cielo__line_finish(cielo__line *line, int64_t until_ms);

cielo__line_state cielo__line_state_of(const cielo__line *line);
/* Why it is FAILED. The text borrows from the line; no secret of a proxy is in
 * it. */
cielo_cause cielo__line_cause(const cielo__line *line);
const char *cielo__line_text(const cielo__line *line);

enum {
    CIELO__LINE_AGAIN = -1, /* not now */
    CIELO__LINE_BROKEN = -2
};

/* How many of the bytes the kernel took, at least one; or one of the above.
 * After AGAIN the same bytes are to be given again. */
ptrdiff_t cielo__line_send(cielo__line *line, const char *data, size_t length);
/* How many bytes came; 0 when the peer ended the stream; or one of the above.
 * Ask until AGAIN before waiting: TLS holds what it read further. */
ptrdiff_t cielo__line_receive(cielo__line *line, char *buffer, size_t size);
/* Whether an idle line may be used: neither ended nor with bytes that nobody
 * asked for. */
int cielo__line_is_sound(cielo__line *line);

/* Of an OPEN line: watched as readable as long as it lives. */
int cielo__line_fd(const cielo__line *line);
/* Blocks until the line is ready for one of `events` or `ms` passed; gives 1
 * when there may be something to receive. */
int cielo__line_wait(cielo__line *line, int events, int64_t ms);

/* Closes and frees. `amid` 1: an exchange was under way, and what of its
 * request is still on this side of the kernel does not leave any more. */
void cielo__line_free(cielo__line *line, int amid);
/* In a forked child, for a line that the parent goes on with: closes this
 * process's copies without a word on the wire, and tells nobody. `idle` 1: no
 * thread of the parent can have been inside. */
void cielo__line_abandon(cielo__line *line, int idle);

#endif
