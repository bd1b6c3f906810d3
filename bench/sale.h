/* A sale as a store in C makes it: a client, and fields made by name. */
#ifndef BENCH_SALE_H
#define BENCH_SALE_H

#include <cielo/cielo.h>

#include "measure.h"

static cielo_value *text_of(const char *text)
{
    return cielo_value_new_text(text, strlen(text));
}

/* The object under a new name of another. */
static cielo_value *put_object(cielo_value *to, const char *name)
{
    cielo_value *made = cielo_value_new_object();

    if (cielo_value_set(to, name, made) != CIELO_OK)
        exit(1);
    return made;
}

static void put(cielo_value *to, const char *name, cielo_value *item)
{
    if (cielo_value_set(to, name, item) != CIELO_OK)
        exit(1);
}

/* The parameters of sale.create, the caller's to free. */
static cielo_value *make_params(void)
{
    cielo_value *params = cielo_value_new_object();
    cielo_value *fields = put_object(params, "fields"), *payment, *card;

    put(fields, "MerchantOrderId", text_of("bench0001"));
    put(put_object(fields, "Customer"), "Name", text_of("Comprador Teste"));
    payment = put_object(fields, "Payment");
    put(payment, "Type", text_of("CreditCard"));
    put(payment, "Amount", cielo_value_new_integer(15700));
    put(payment, "Installments", cielo_value_new_integer(1));
    put(payment, "SoftDescriptor", text_of("123456789ABCD"));
    card = put_object(payment, "CreditCard");
    put(card, "CardNumber", text_of("4024007153763191"));
    put(card, "Holder", text_of("Teste Holder"));
    put(card, "ExpirationDate", text_of("12/2035"));
    put(card, "SecurityCode", text_of("123"));
    put(card, "Brand", text_of("Visa"));
    return params;
}

static cielo_call *make_call(cielo_client *client)
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
static void check(const cielo_call *call)
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

/* `ca_file` may be NULL. */
static cielo_client *make_client(const char *url, const char *ca_file)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;

    options.base_url = url;
    options.ca_file = ca_file;
    options.merchant_id = "00000000-0000-0000-0000-000000000001";
    options.merchant_key = "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA";
    options.timeout_ms = 120000; /* 10,000 at once queue for one core */
    options.connect_timeout_ms = 60000;
#ifdef CIELO_HAS_MAX_CONNECTIONS
    options.max_connections = 20000;
#endif
    if (cielo_client_new(&client, &options, NULL) != CIELO_OK)
        exit(1);
    return client;
}

#endif
