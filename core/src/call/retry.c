/* When a read may be asked again, and how long to wait first. */
#include <string.h>

#include "call.h"

enum { FIRST_DELAY = 200, LONGEST_DELAY = 5000 };

int cielo__retry_status(int http_status)
{
    return http_status == 429 || http_status == 502 || http_status == 503
        || http_status == 504;
}

/* 408, 409, 425, 499: a gateway may say so after it forwarded the request. Of
 * the redirects only these three say that nothing was done here: 303, and often
 * 302, points at what came of it [gateway-statuses]. */
int cielo__is_doubtful(int http_status)
{
    if (http_status / 100 == 3)
        return http_status != 301 && http_status != 307 && http_status != 308;
    return http_status == 408 || http_status == 409 || http_status == 425
        || http_status == 499;
}

int64_t cielo__retry_delay(int tries, int64_t retry_after,
                           cielo__random *random)
{
    int64_t delay = FIRST_DELAY;

    while (--tries > 0 && delay < LONGEST_DELAY)
        delay *= 2;
    if (delay > LONGEST_DELAY)
        delay = LONGEST_DELAY;
    /* Half fixed, half drawn, so that clients that failed together do not come
     * back together. */
    delay = delay / 2
        + (int64_t)(cielo__random_next(random) % (uint64_t)(delay / 2 + 1));
    /* Asked for less, or for none, the pause stays: no three requests at once.
     */
    return retry_after > delay ? retry_after : delay;
}

int64_t cielo__retry_after(const char *text, const char *date)
{
    int64_t seconds = 0;
    int64_t then, now;
    const char *c;

    if (!text)
        return -1;
    /* A moment of the server's clock, which only its own date tells. */
    if (cielo__http_date(text, &then))
        return date && cielo__http_date(date, &now) && then > now ? then - now
                                                                  : -1;
    for (c = text; *c >= '0' && *c <= '9'; c++) {
        if (seconds < 1000000) /* more is no longer waited for by anyone */
            seconds = seconds * 10 + (*c - '0');
    }
    return c == text || *c != '\0' ? -1 : seconds * 1000;
}

int cielo__status_of(int http_status)
{
    switch (http_status) {
    case 401:
        return CIELO_EAUTHENTICATION;
    case 403:
        return CIELO_EPERMISSION;
    case 404:
        return CIELO_ENOTFOUND;
    case 429:
        return CIELO_ERATELIMIT;
    default:
        return http_status >= 500 ? CIELO_ESERVER
            : http_status >= 300  ? CIELO_EREQUEST
                                  : CIELO_EDECODE;
    }
}
