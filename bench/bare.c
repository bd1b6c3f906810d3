/*
 * The floor: one libcurl easy handle, kept alive, POSTs the bytes of a sale
 * with the headers that Cielo needs and copies the answer into a buffer. It
 * makes no JSON and reads none, checks nothing, retries nothing.
 *
 *     bare URL SALE_FILE WARM COUNT
 */
#include <curl/curl.h>

#include "measure.h"

struct answer {
    char bytes[1 << 16];
    size_t length;
};

struct exchange {
    CURL *curl;
    struct answer answer;
};

static size_t take(char *data, size_t size, size_t count, void *context)
{
    struct answer *answer = context;

    if (answer->length + size * count > sizeof(answer->bytes))
        return 0;
    memcpy(answer->bytes + answer->length, data, size * count);
    answer->length += size * count;
    return size * count;
}

static void once(void *context)
{
    struct exchange *exchange = context;
    long status = 0;

    exchange->answer.length = 0;
    if (curl_easy_perform(exchange->curl) != CURLE_OK)
        exit(1);
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 201 || exchange->answer.length == 0)
        exit(1);
}

int main(int argc, char **argv)
{
    static struct exchange exchange;
    struct curl_slist *headers = NULL;
    char url[256];
    char *sale;

    if (argc != 5)
        return 2;
    sale = read_file(argv[2]);
    snprintf(url, sizeof(url), "%s/1/sales/", argv[1]);
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(
        headers, "MerchantId: 00000000-0000-0000-0000-000000000001");
    headers = curl_slist_append(
        headers, "MerchantKey: LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA");
    headers = curl_slist_append(
        headers, "RequestId: 00000000-0000-0000-0000-000000000009");
    exchange.curl = curl_easy_init();
    curl_easy_setopt(exchange.curl, CURLOPT_URL, url);
    curl_easy_setopt(exchange.curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(exchange.curl, CURLOPT_POSTFIELDS, sale);
    curl_easy_setopt(exchange.curl, CURLOPT_POSTFIELDSIZE, (long)strlen(sale));
    curl_easy_setopt(exchange.curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(exchange.curl, CURLOPT_WRITEDATA, &exchange.answer);
    curl_easy_setopt(exchange.curl, CURLOPT_NOSIGNAL, 1L);
    measure(once, &exchange, atoi(argv[3]), atoi(argv[4]));
    curl_easy_cleanup(exchange.curl);
    curl_slist_free_all(headers);
    free(sale);
    return 0;
}
