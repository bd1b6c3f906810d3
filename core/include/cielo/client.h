/* Settings, and the state that calls of one client share. */
#ifndef CIELO_CLIENT_H
#define CIELO_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/alloc.h>
#include <cielo/api.h>
#include <cielo/error.h>
#include <cielo/value.h>

CIELO_BEGIN

/*
 * Start from CIELO_OPTIONS_INIT, so that fields appended later have their
 * defaults. Texts are NUL-terminated UTF-8, copied by cielo_client_new. NULL,
 * and -1 for a number, mean "not given": the environment variable, else the
 * default, is taken.
 */
typedef struct cielo_options {
    size_t struct_size;
    const char *merchant_id;          /* CIELO_MERCHANT_ID; API 3.0 */
    const char *merchant_key;         /* CIELO_MERCHANT_KEY */
    const char *client_id;            /* CIELO_CLIENT_ID; Checkout */
    const char *client_secret;        /* CIELO_CLIENT_SECRET */
    const char *checkout_merchant_id; /* CIELO_CHECKOUT_MERCHANT_ID */
    const char *environment;          /* CIELO_ENVIRONMENT: "sandbox" (the
                                         default) or "production"; given here
                                         it beats CIELO_BASE_URL */
    const char *base_url;             /* CIELO_BASE_URL: replaces every host */
    const char *ca_file;              /* PEM bundle; default the system's */
    const char *proxy;                /* as libcurl's CURLOPT_PROXY; user and
                                         password percent-encoded */
    const char *user_agent;           /* put before the library's own */
    int64_t timeout_ms;               /* the whole call; default 45000 */
    int64_t connect_timeout_ms;       /* one connection; default 5000 */
    int max_retries;                  /* reads and tokens only; default 2 */
    int reconcile;                    /* settle writes in doubt; default 1 */
    int validate;                     /* check fields first; default 1 */
    int allow_plain_http;             /* http:// beyond loopback; default 0 */
    const cielo_allocator *allocator; /* NULL means malloc */
    const char *mpi_client_id;        /* CIELO_MPI_CLIENT_ID; 3DS */
    const char *mpi_client_secret;    /* CIELO_MPI_CLIENT_SECRET */
    const char *post_client_id;       /* CIELO_POST_CLIENT_ID; Silent Order
                                         Post */
    const char *post_client_secret;   /* CIELO_POST_CLIENT_SECRET */
    int max_connections;              /* in use at once, to each host; further
                                         calls wait for one; default 100 */
    const char *journal;              /* CIELO_JOURNAL: a folder of a local file
                                         system, made if it is missing, from
                                         where the process works now; "" for
                                         none, the default (journal.h) */
    const char *journal_sync;         /* "intent" (the default): on disk before
                                         a write is sent; or "off": with the
                                         kernel, which a crash of the process
                                         does not touch and a power cut may */
    int journal_required;             /* what cannot be recorded is not sent;
                                         0: it is, with a warning; default 1 */
    const char *journal_mode;         /* "private" (the default): files for the
                                         owner alone; "group": for its group
                                         too */
    int tell_attempts;                /* a call pauses after each attempt, for
                                         its host to ask cielo_call_attempt;
                                         default 0. Not in the map below: what
                                         a host does with it is its own */
} cielo_options;

#define CIELO_OPTIONS_INIT                                                     \
    {                                                                          \
        sizeof(cielo_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
            NULL, NULL, -1, -1, -1, -1, -1, -1, NULL, NULL, NULL, NULL, NULL,  \
            -1, NULL, NULL, -1, NULL, -1                                         \
    }

/*
 * The names of the options as bindings spell them, in the order of the struct:
 * X(name, kind, shareable) with kind TEXT, SECRET, MS or FLAG or COUNT.
 * `shareable` is 1 for what cielo_client_with takes.
 */
#define CIELO_OPTION_MAP(X)           \
    X(merchant_id, TEXT, 0)           \
    X(merchant_key, SECRET, 0)        \
    X(client_id, TEXT, 0)             \
    X(client_secret, SECRET, 0)       \
    X(checkout_merchant_id, TEXT, 0)  \
    X(environment, TEXT, 0)           \
    X(base_url, TEXT, 0)              \
    X(ca_file, TEXT, 0)               \
    X(proxy, TEXT, 0)                 \
    X(user_agent, TEXT, 0)            \
    X(timeout, MS, 1)                 \
    X(connect_timeout, MS, 1)         \
    X(max_retries, COUNT, 1)          \
    X(reconcile, FLAG, 1)             \
    X(validate, FLAG, 1)              \
    X(allow_plain_http, FLAG, 0)      \
    X(mpi_client_id, TEXT, 0)         \
    X(mpi_client_secret, SECRET, 0)   \
    X(post_client_id, TEXT, 0)        \
    X(post_client_secret, SECRET, 0)  \
    X(max_connections, COUNT, 0)      \
    X(journal, TEXT, 0)               \
    X(journal_sync, TEXT, 0)          \
    X(journal_required, FLAG, 0)      \
    X(journal_mode, TEXT, 0)

/* Immutable settings and shared state, counted; any thread may share one. */
typedef struct cielo_client cielo_client;

/*
 * Makes a client and hands the caller its one reference. Reads the environment
 * variables for what is missing. Errors: CIELO_EVALIDATION (the message names
 * the option and the rule), CIELO_EMEMORY.
 */
CIELO_API int cielo_client_new(cielo_client **out, const cielo_options *options,
                               cielo_error *err);

/*
 * Why cielo_client_new, or for a `client` cielo_client_with, refuses `options`:
 * `*out` is a list of all problems, [{path, rule, message}], where the path is
 * the option's name; the caller's to free, NULL when there are none. Errors:
 * CIELO_EMEMORY, CIELO_EUSAGE (not begun from CIELO_OPTIONS_INIT).
 */
CIELO_API int cielo_options_problems(cielo_value **out,
                                     const cielo_options *options,
                                     const cielo_client *client);

/*
 * A client that shares connections, token, void times and known sales with
 * `client`, and differs in what `options` gives of timeout_ms,
 * connect_timeout_ms, max_retries, reconcile and validate; any other option
 * given is CIELO_EVALIDATION.
 */
CIELO_API int cielo_client_with(cielo_client **out, cielo_client *client,
                                const cielo_options *options, cielo_error *err);

CIELO_API cielo_client *cielo_client_ref(cielo_client *client);
/* Drops a reference; the last wipes the secrets and closes the connections.
 * NULL is a no-op. */
CIELO_API void cielo_client_unref(cielo_client *client);

/* Read-only settings, valid as long as the client. Never a secret. */
CIELO_API const char *cielo_client_environment(const cielo_client *client);
/* "" when no base_url replaces the hosts. */
CIELO_API const char *cielo_client_base_url(const cielo_client *client);
CIELO_API const char *cielo_client_merchant_id(const cielo_client *client);
CIELO_API int64_t cielo_client_timeout(const cielo_client *client);

/* Closes the idle connections of this client and of all that share its state,
 * but for those of a cielo_multi, which are its own. Calls under way are not
 * touched, and later ones connect afresh. */
CIELO_API void cielo_client_close_idle(cielo_client *client);

/*
 * A number that changes whenever a call that WAITs for another one (a token
 * being fetched, a void under way) should be stepped again. Any thread.
 */
CIELO_API uint64_t cielo_client_epoch(const cielo_client *client);

/*
 * The OAuth token, for hosts that keep it somewhere of their own [token-life].
 * `_get` copies it into `buffer` (NUL-terminated) and gives its end in `now`'s
 * clock; CIELO_ENOTFOUND when there is none, CIELO_EUSAGE when it does not
 * fit. `_put` takes a token that ends at `expires_ms`; NULL drops the one
 * there. Errors of `_put`: CIELO_EUSAGE (empty, or control characters in it),
 * CIELO_EMEMORY.
 */
CIELO_API int cielo_client_token_get(cielo_client *client, char *buffer,
                                     size_t size, int64_t *expires_ms);
CIELO_API int cielo_client_token_put(cielo_client *client, const char *token,
                                     int64_t expires_ms);

CIELO_END

#endif
