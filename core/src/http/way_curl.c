/* How libcurl is to connect, and what it says when it could not. */
#define _POSIX_C_SOURCE 200809L

#include <limits.h>
#include <string.h>

#include "line_curl.h"

/* Goes on only while nothing failed: one check at the end is enough. */
#define SET(option, value)                                    \
    do {                                                      \
        if (code == CURLE_OK)                                 \
            code = curl_easy_setopt(easy, (option), (value)); \
    } while (0)

static CURLcode set_protocols(CURL *easy)
{
    CURLcode code = CURLE_OK;

#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    SET(CURLOPT_CONNECT_ONLY, 1L);
    /* Else ALPN would offer what is not spoken here. */
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_HTTPPROXYTUNNEL, 1L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    /* For the answer of a proxy alone, which comes in any pieces: what is sent
     * and received over an open line goes past it. */
    SET(CURLOPT_BUFFERSIZE, 1024L);
    return code;
}

/*
 * The hosts that take no proxy, "" for none of them, NULL for those of
 * NO_PROXY, which libcurl else asks beside an option too: a way that was chosen
 * in the program would end where somebody set that. What goes in the clear goes
 * to a loopback host or where allow_plain_http sent it: a proxy that only the
 * environment names is not to read keys and cards.
 */
static const char *proxy_override(const char *proxy, const char *url)
{
    if (proxy[0])
        return "";
    return strncmp(url, "http:", 5) == 0 ? "*" : NULL;
}

static long clamp_ms(int64_t ms)
{
    if (ms < 1)
        return 1; /* to libcurl 0 means its own limit */
    return ms > INT_MAX ? (long)INT_MAX : (long)ms;
}

CURLcode cielo__way_set(CURL *easy, cielo_client *client, const char *url,
                        int64_t limit_ms)
{
    const char *ca_file = cielo__client_ca_file(client);
    const char *proxy = cielo__client_proxy(client);
    CURLcode code = set_protocols(easy);

    SET(CURLOPT_URL, url);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_NOPROGRESS, 1L);
    SET(CURLOPT_TCP_NODELAY, 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Else a time-out while a name is looked up waits for the resolver's
     * thread, which may take half a minute. It is left to end by itself. */
    SET(CURLOPT_QUICK_EXIT, 1L);
#endif
    if (!ca_file[0])
        ca_file = cielo__net_ca_file();
    if (ca_file)
        SET(CURLOPT_CAINFO, ca_file);
    if (proxy[0])
        SET(CURLOPT_PROXY, proxy);
    SET(CURLOPT_NOPROXY, proxy_override(proxy, url));
    SET(CURLOPT_CONNECTTIMEOUT_MS, clamp_ms(limit_ms));
    return code;
}

int cielo__way_in_clear(const cielo_client *client, const char *url)
{
    return strncmp(url, "http:", 5) == 0
        && !curl_strnequal(cielo__client_proxy(client), "https:", 6);
}

cielo_cause cielo__way_cause(CURLcode code)
{
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return CIELO_CAUSE_TIMEOUT;
    case CURLE_OUT_OF_MEMORY:
        return CIELO_CAUSE_MEMORY;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_CLIENTCERT:
        return CIELO_CAUSE_TLS;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
    case CURLE_GOT_NOTHING: /* these of a proxy, or before TLS was up */
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return CIELO_CAUSE_CONNECT;
    case CURLE_UNSUPPORTED_PROTOCOL: /* no status line from a proxy */
    case CURLE_WEIRD_SERVER_REPLY:
        return CIELO_CAUSE_PROTOCOL;
    default:
        return CIELO_CAUSE_INTERNAL;
    }
}

const char *cielo__way_text(CURLcode code, const char *text)
{
    /* Its name may be a piece of a password that was taken for a host. */
    if (code == CURLE_COULDNT_RESOLVE_PROXY)
        return "the name of the proxy cannot be resolved";
    /* A proxy that libcurl cannot use is quoted with its password, whether it
     * came from the options or the environment. */
    if (strchr(text, '@'))
        return strstr(text, "proxy") ? "the proxy's address cannot be used"
                                     : curl_easy_strerror(code);
    return text[0] ? text : curl_easy_strerror(code);
}
