/*
 * The same sale through libcielo: fields parsed, checked and printed, the
 * answer parsed, its PaymentId read.
 *
 *     ours URL SALE_FILE WARM COUNT
 */
#include <cielo/cielo.h>

#include "measure.h"

struct shop {
    cielo_client *client;
    char *sale;
};

static void once(void *context)
{
    struct shop *shop = context;
    cielo_value *params = cielo_value_new_object(), *fields = NULL;
    const cielo_value *result = NULL;
    cielo_call *call = NULL;
    cielo_entropy entropy;
    cielo_error err;

    if (cielo_value_parse(&fields, shop->sale, strlen(shop->sale), NULL)
            != CIELO_OK
        || cielo_value_set(params, "fields", fields) != CIELO_OK
        || cielo_entropy_fill(&entropy) != CIELO_OK
        || cielo_call_new(&call, shop->client, CIELO_OP_SALE_CREATE, params,
                          &entropy, &err) != CIELO_OK
        || cielo_perform(call, &err) != CIELO_OK
        || cielo_call_result(call, &result, NULL) != CIELO_OK
        || !cielo_value_text(
            cielo_value_get(cielo_value_get(result, "Payment"), "PaymentId"),
            NULL)) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    cielo_call_free(call);
    cielo_value_free(params);
}

int main(int argc, char **argv)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    struct shop shop;

    if (argc != 5)
        return 2;
    shop.sale = read_file(argv[2]);
    options.base_url = argv[1];
    options.merchant_id = "00000000-0000-0000-0000-000000000001";
    options.merchant_key = "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA";
    if (cielo_client_new(&shop.client, &options, NULL) != CIELO_OK)
        return 1;
    measure(once, &shop, atoi(argv[3]), atoi(argv[4]));
    cielo_client_unref(shop.client);
    free(shop.sale);
    return 0;
}
