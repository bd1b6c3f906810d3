/* The POST of the bytes of a sale with the headers that Cielo needs, as an
 * easy handle of libcurl that copies the answer into a buffer. */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <curl/curl.h>

#include "measure.h"

struct exchange {
    CURL *curl;
    char answer[1 << 13];
    size_t length;
};

static size_t take(char *data, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;

    if (exchange->length + size * count > sizeof(exchange->answer))
        return 0;
    memcpy(exchange->answer + exchange->length, data, size * count);
    exchange->length += size * count;
    return size * count;
}

static struct curl_slist *headers(void)
{
    struct curl_slist *list =
        curl_slist_append(NULL, "Content-Type: application/json");

    list = curl_slist_append(
        list, "MerchantId: 00000000-0000-0000-0000-000000000001");
    list = curl_slist_append(
        list, "MerchantKey: LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA");
    return curl_slist_append(
        list, "RequestId: 00000000-0000-0000-0000-000000000009");
}

/* `list` and `sale` are borrowed. */
static void prepare(struct exchange *exchange, const char *base,
                    struct curl_slist *list, const char *sale)
{
    char url[256];

    snprintf(url, sizeof(url), "%s/1/sales/", base);
    exchange->curl = curl_easy_init();
    curl_easy_setopt(exchange->curl, CURLOPT_URL, url);
    curl_easy_setopt(exchange->curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(exchange->curl, CURLOPT_POSTFIELDS, sale);
    curl_easy_setopt(exchange->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(sale));
    curl_easy_setopt(exchange->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(exchange->curl, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(exchange->curl, CURLOPT_NOSIGNAL, 1L);
}

/* Ends the program when what came back is no answer to a sale. */
static void check(const struct exchange *exchange, CURLcode code)
{
    long status = 0;

    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status != 201 || exchange->length == 0) {
        fprintf(stderr, "%s, status %ld\n", curl_easy_strerror(code), status);
        exit(1);
    }
}

#endif
