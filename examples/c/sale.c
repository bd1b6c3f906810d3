/*
 * A card sale: authorised, captured in part, read back.
 *
 *     cc sale.c $(pkg-config --cflags --libs cielo) -o sale
 *     CIELO_BASE_URL=http://127.0.0.1:8645 ./sale
 *
 * Without CIELO_BASE_URL it talks to Cielo's sandbox with the credentials of
 * CIELO_MERCHANT_ID and CIELO_MERCHANT_KEY.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cielo/cielo.h>

/* The test card of Cielo's manual whose last digit means "authorised". */
static const char sale_json[]
    = "{\"MerchantOrderId\": \"%s\","
      " \"Customer\": {\"Name\": \"Comprador Teste\"},"
      " \"Payment\": {\"Type\": \"CreditCard\", \"Amount\": 15700,"
      "  \"Installments\": 1,"
      "  \"CreditCard\": {\"CardNumber\": \"4024007153763191\","
      "   \"Holder\": \"Teste Holder\", \"ExpirationDate\": \"12/2035\","
      "   \"SecurityCode\": \"123\", \"Brand\": \"Visa\"}}}";

/* Runs one operation; the call keeps its result until it is freed. */
static cielo_call *run(cielo_client *client, int operation,
                       const cielo_value *params)
{
    cielo_call *call = NULL;
    cielo_entropy entropy;
    cielo_error err;

    if (cielo_entropy_fill(&entropy) != CIELO_OK
        || cielo_call_new(&call, client, operation, params, &entropy, &err)
            != CIELO_OK
        || cielo_perform(call, &err) != CIELO_OK) {
        fprintf(stderr, "%s: %s\n", cielo_status_name(err.status), err.message);
        cielo_call_free(call);
        exit(1);
    }
    return call;
}

static const cielo_value *result_of(const cielo_call *call)
{
    const cielo_value *result = NULL;

    cielo_call_result(call, &result, NULL);
    return result;
}

static cielo_value *create_params(const char *order)
{
    cielo_value *params = cielo_value_new_object();
    cielo_value *fields = NULL;
    char json[1024];

    snprintf(json, sizeof(json), sale_json, order);
    if (cielo_value_parse(&fields, json, strlen(json), NULL) != CIELO_OK
        || cielo_value_set(params, "fields", fields) != CIELO_OK)
        exit(1);
    return params;
}

static cielo_value *capture_params(const char *payment_id, int64_t amount)
{
    cielo_value *params = cielo_value_new_object();

    if (cielo_value_set(params, "payment_id",
                        cielo_value_new_text(payment_id, strlen(payment_id)))
            != CIELO_OK
        || cielo_value_set(params, "amount", cielo_value_new_integer(amount))
            != CIELO_OK)
        exit(1);
    return params;
}

int main(int argc, char **argv)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    cielo_call *created, *captured;
    cielo_value *params;
    const cielo_value *payment;
    cielo_error err;
    int done;

    if (getenv("CIELO_BASE_URL") && !getenv("CIELO_MERCHANT_ID")) {
        options.merchant_id = "a local store"; /* the local Cielo takes any */
        options.merchant_key = "and its key";
    }
    if (cielo_client_new(&client, &options, &err) != CIELO_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    params = create_params(argc > 1 ? argv[1] : "exampleC1");
    created = run(client, CIELO_OP_SALE_CREATE, params);
    cielo_value_free(params);
    payment = cielo_value_get(result_of(created), "Payment");
    printf("created  %s, R$ 157.00\n",
           cielo_value_text(cielo_value_get(payment, "PaymentId"), NULL));

    params = capture_params(
        cielo_value_text(cielo_value_get(payment, "PaymentId"), NULL), 10000);
    captured = run(client, CIELO_OP_SALE_CAPTURE, params);
    cielo_value_free(params);
    /* The status is the sale's: whether the capture was carried out is a fact
     * of its own. */
    done = cielo_value_bool(
        cielo_value_get(cielo_call_facts(captured), "approved"));
    printf("captured R$ 100.00: %s\n", done ? "done" : "refused");

    cielo_call_free(captured);
    cielo_call_free(created);
    cielo_client_unref(client);
    return done ? 0 : 1;
}
