/*
 * The floor: one libcurl easy handle, kept alive, POSTs the bytes of a sale
 * with the headers that Cielo needs and copies the answer into a buffer. It
 * makes no JSON and reads none, checks nothing, retries nothing.
 *
 *     bare URL SALE_FILE WARM COUNT [CA_FILE]
 */
#include "bare.h"

static void once(void *context)
{
    struct exchange *exchange = context;

    exchange->length = 0;
    check(exchange, curl_easy_perform(exchange->curl));
}

int main(int argc, char **argv)
{
    static struct exchange exchange;
    struct curl_slist *list;
    char *sale;

    if (argc < 5)
        return 2;
    sale = read_file(argv[2]);
    list = headers();
    prepare(&exchange, argv[1], list, sale);
    if (argc > 5)
        curl_easy_setopt(exchange.curl, CURLOPT_CAINFO, argv[5]);
    /* As its rival speaks: HTTP/2 costs more for one call at a time. */
    curl_easy_setopt(exchange.curl, CURLOPT_HTTP_VERSION,
                     (long)CURL_HTTP_VERSION_1_1);
    measure(once, &exchange, number_of(argv[3]), number_of(argv[4]));
    curl_easy_cleanup(exchange.curl);
    curl_slist_free_all(list);
    free(sale);
    return 0;
}
