/* What the files that use libcurl have in common. */
#ifndef CIELO_LINE_CURL_H
#define CIELO_LINE_CURL_H

#include <pthread.h>
#include <signal.h>

#include <curl/curl.h>

#include <cielo/perform.h>

#include "../base/base.h"
#include "../call/slots.h"
#include "line.h"

/* ---- net_curl.c ---- */

struct cielo__net {
    const cielo_allocator *mem;
    CURLSH *share;
    pthread_mutex_t locks[CURL_LOCK_DATA_LAST];
    unsigned forks;
};

/*
 * Stands around what may write through TLS. Before 7.88 libcurl leaves that to
 * OpenSSL, which raises SIGPIPE on a connection that is gone; the signal is
 * kept off this thread, and taken away if it came. Later ones, and what is sent
 * here, ask the kernel for none, so that this costs nothing there.
 */
typedef struct cielo__hush {
    sigset_t before;
    int active;
} cielo__hush;

void cielo__hush_begin(cielo__hush *h);
void cielo__hush_end(const cielo__hush *h);

/* The file of certificates to name to a libcurl whose own are not there, as
 * where it came in a package that was built on another system; else NULL. */
const char *cielo__net_ca_file(void);

/* ---- way_curl.c ---- */

/* Makes a handle ready to connect to where `url` leads. */
CURLcode cielo__way_set(CURL *easy, cielo_client *client, const char *url,
                        int64_t limit_ms);
/* Whether there is no TLS on the way, neither to the host nor to a proxy. */
int cielo__way_in_clear(const cielo_client *client, const char *url);
/* Why it could not connect. */
cielo_cause cielo__way_cause(CURLcode code);
/* The same for people, without a secret of a proxy; `text` is libcurl's own, ""
 * when it has none. */
const char *cielo__way_text(CURLcode code, const char *text);

#endif
