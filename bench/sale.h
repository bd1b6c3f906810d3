/* A sale as a store in C makes it: a client, and fields made by name. */
#ifndef BENCH_SALE_H
#define BENCH_SALE_H

#include <cielo/cielo.h>

#include "measure.h"

#define NAME(text) text, sizeof(text) - 1

static cielo_value *put_object(cielo_value *to, const char *name, size_t length)
{
    cielo_value *made = cielo_value_put_object(to, name, length);

    if (!made)
        exit(1);
    return made;
}

static void put_text(cielo_value *to, const char *name, size_t length,
                     const char *text)
{
    if (!cielo_value_put_text(to, name, length, text, strlen(text)))
        exit(1);
}

static void put_integer(cielo_value *to, const char *name, size_t length,
                        int64_t number)
{
    if (!cielo_value_put_integer(to, name, length, number))
        exit(1);
}

/* The parameters of sale.create, the caller's to free. */
static cielo_value *make_params(void)
{
    cielo_value *params = cielo_value_new_block(CIELO_OBJECT);
    cielo_value *fields, *customer, *payment, *card;

    if (!params)
        exit(1);
    fields = put_object(params, NAME("fields"));
    put_text(fields, NAME("MerchantOrderId"), "bench0001");
    customer = put_object(fields, NAME("Customer"));
    put_text(customer, NAME("Name"), "Comprador Teste");
    payment = put_object(fields, NAME("Payment"));
    put_text(payment, NAME("Type"), "CreditCard");
    put_integer(payment, NAME("Amount"), 15700);
    put_integer(payment, NAME("Installments"), 1);
    put_text(payment, NAME("SoftDescriptor"), "123456789ABCD");
    card = put_object(payment, NAME("CreditCard"));
    put_text(card, NAME("CardNumber"), "4024007153763191");
    put_text(card, NAME("Holder"), "Teste Holder");
    put_text(card, NAME("ExpirationDate"), "12/2035");
    put_text(card, NAME("SecurityCode"), "123");
    put_text(card, NAME("Brand"), "Visa");
    return params;
}

static inline cielo_call *make_call(cielo_client *client)
{
    cielo_value *params = make_params();
    cielo_call *call = NULL;
    cielo_entropy entropy;
    cielo_error err;

    if (cielo_entropy_fill(&entropy) != CIELO_OK
        || cielo_call_new(&call, client, CIELO_OP_SALE_CREATE, params, &entropy,
                          &err) != CIELO_OK)
        exit(1);
    cielo_value_free(params);
    return call;
}

/* Ends the program when the sale has no PaymentId. */
static inline void check(const cielo_call *call)
{
    const cielo_value *result = NULL;
    cielo_error err;

    if (cielo_call_result(call, &result, &err) != CIELO_OK
        || !cielo_value_text(
            cielo_value_get(cielo_value_get(result, "Payment"), "PaymentId"),
            NULL)) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
}

/* `ca_file` may be NULL. Whether there is a journal says CIELO_JOURNAL, as it
 * does for every client, and how it syncs a variable of the bench's. */
static inline cielo_client *make_client(const char *url, const char *ca_file,
                                 int connections)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;

    options.base_url = url;
    options.ca_file = ca_file;
    options.merchant_id = "00000000-0000-0000-0000-000000000001";
    options.merchant_key = "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA";
    options.timeout_ms = 120000; /* 10,000 at once queue for one core */
    options.connect_timeout_ms = 60000;
    options.max_connections = connections;
    options.journal_sync = getenv("BENCH_JOURNAL_SYNC");
    if (cielo_client_new(&client, &options, NULL) != CIELO_OK)
        exit(1);
    return client;
}

#endif
