/* One HTTP exchange over libcurl, for perform_curl.c and multi_curl.c. */
#ifndef CIELO_HTTP_H
#define CIELO_HTTP_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <curl/curl.h>

#include <cielo/perform.h>

#include "../base/base.h"
#include "../call/slots.h"

/*
 * The sockets that one CURLM has open. After a fork both processes hold them;
 * the child must let go of its copies without a word on the wire, since a TLS
 * farewell from it would end the parent's connections. A process id tells the
 * two apart without a lock, also where no client is at hand any more.
 */
typedef struct cielo__sockets {
    const cielo_allocator *mem;
    pid_t owner;
    curl_socket_t *fds;
    size_t count;
    size_t capacity;
} cielo__sockets;

void cielo__sockets_init(cielo__sockets *sockets, const cielo_allocator *mem);
/* Whether this process is a fork of the one that opened them. */
int cielo__sockets_forked(const cielo__sockets *sockets);
/* In a forked child: puts /dev/null behind each number, so that libcurl can
 * close its connections as usual and nobody hears of it. */
void cielo__sockets_silence(cielo__sockets *sockets);
/* In a forked child: closes the child's copies, for handles that are left
 * alone because a thread of the parent may have been inside them. */
void cielo__sockets_abandon(cielo__sockets *sockets);
void cielo__sockets_clear(cielo__sockets *sockets);

/* Starts libcurl once in the process; gives CIELO_OK or CIELO_ETRANSPORT. */
int cielo__curl_start(void);

/*
 * Stands around what may write to a socket. Before 7.88 libcurl leaves TLS
 * writes to OpenSSL, which raises SIGPIPE on a connection that is gone; the
 * signal is kept off this thread, and taken away if it came.
 */
typedef struct cielo__hush {
    sigset_t before;
    int active;
} cielo__hush;

void cielo__hush_begin(cielo__hush *hush);
void cielo__hush_end(const cielo__hush *hush);

/*
 * What a call's transport slot points at: the first member of whatever runs
 * the call. `multi` is the cielo_multi, or NULL for cielo_perform; `drop` runs
 * when the call is freed or cancelled under way.
 */
typedef struct cielo__seat {
    cielo_multi *multi;
    void (*drop)(struct cielo__seat *seat);
} cielo__seat;

/* The call's seat, NULL when nobody runs it. */
cielo__seat *cielo__seat_get(cielo_call *call);
void cielo__seat_set(cielo_call *call, cielo__seat *seat);

/* An easy handle with what it collects. It serves one exchange at a time and
 * may serve any number in turn. */
typedef struct cielo__exchange {
    const cielo_allocator *mem;
    cielo__sockets *sockets;      /* of the CURLM this one is added to */
    CURL *easy;                   /* CURLINFO_PRIVATE is the owner's */
    struct cielo__exchange *next; /* in the owner's list of idle ones */
    cielo__buf lines;             /* request headers, each NUL-terminated */
    struct curl_slist *list;      /* libcurl's view of `lines` */
    size_t list_room;
    cielo__buf body;
    char date[64];
    char retry_after[64];
    char content_type[64];
    size_t header_bytes;
    int header_lines;
    int write;        /* never to be repeated by libcurl */
    int begun;        /* a connection was ready for the request */
    int resend;       /* libcurl tried to repeat a write, and was stopped */
    int answered;     /* a status line arrived */
    int headed;       /* the header section of the last answer is complete */
    cielo_cause stop; /* why a callback stopped it, else CIELO_CAUSE_END */
    curl_socket_t socket; /* of the connection when it left its CURLM */
    char text[CURL_ERROR_SIZE];
} cielo__exchange;

/* Gives NULL when memory is short. */
cielo__exchange *cielo__exchange_new(cielo_client *client,
                                     cielo__sockets *sockets);
/* Wipes and frees; the handle must have left its CURLM. NULL is a no-op. */
void cielo__exchange_free(cielo__exchange *x);
/* The same without a call into libcurl, in a forked child. */
void cielo__exchange_abandon(cielo__exchange *x);

/* Sets the handle up for the call's open SEND. */
CURLcode cielo__exchange_prepare(cielo__exchange *x, const cielo_call *call);
/* Takes the handle out of its CURLM. */
void cielo__exchange_leave(cielo__exchange *x, CURLM *multi);
/* Tells the call how it went and forgets the exchange. */
void cielo__exchange_report(cielo__exchange *x, cielo_call *call,
                            CURLcode code);
/* Forgets an exchange that nobody wants to hear of any more. */
void cielo__exchange_forget(cielo__exchange *x);
/* What a code of the multi interface means for the exchanges in it. */
CURLcode cielo__exchange_code(CURLMcode code);

#endif
