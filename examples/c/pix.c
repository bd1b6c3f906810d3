/*
 * A Pix from its code to the refund, and one whose code is taken back unpaid.
 *
 *     cc pix.c $(pkg-config --cflags --libs cielo) -o pix
 *     CIELO_BASE_URL=http://127.0.0.1:8645 ./pix
 *
 * The shopper of the local Cielo pays when asked to; at Cielo, whose sandbox
 * plays no Pix, a person does, and a notification tells.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cielo/cielo.h>

/* The code lives ten minutes. New stores have no other provider. */
static const char pix_json[]
    = "{\"fields\": {\"MerchantOrderId\": \"%s\","
      " \"Customer\": {\"Name\": \"Nome do Pagador\","
      "  \"Identity\": \"12345678909\", \"IdentityType\": \"CPF\"},"
      " \"Payment\": {\"Type\": \"Pix\", \"Provider\": \"Cielo2\","
      "  \"Amount\": 10000, \"QrCode\": {\"Expiration\": 600}}}}";
static const char pay_json[]
    = "{\"method\": \"POST\", \"path\": \"/_sandbox/pay\","
      " \"body\": {\"payment_id\": \"%s\"}}";
static const char get_json[] = "{\"payment_id\": \"%s\"}";
static const char part_json[] = "{\"payment_id\": \"%s\", \"amount\": 2500}";

/* Runs one operation, its parameters written around an id; the call keeps its
 * result until it is freed. `*err` says how it ended. */
static cielo_call *run(cielo_client *client, int operation, const char *json,
                       const char *id, cielo_error *err)
{
    cielo_call *call = NULL;
    cielo_value *params = NULL;
    cielo_entropy entropy;
    char text[512];

    snprintf(text, sizeof(text), json, id);
    if (cielo_value_parse(&params, text, strlen(text), err) != CIELO_OK
        || cielo_entropy_fill(&entropy) != CIELO_OK
        || cielo_call_new(&call, client, operation, params, &entropy, err)
            != CIELO_OK)
        exit(1);
    cielo_perform(call, err);
    cielo_value_free(params);
    return call;
}

/* The same where anything but success ends the program. */
static cielo_call *run_well(cielo_client *client, int operation,
                            const char *json, const char *id)
{
    cielo_error err;
    cielo_call *call = run(client, operation, json, id, &err);

    if (err.status != CIELO_OK) {
        fprintf(stderr, "%s: %s\n", cielo_status_name(err.status), err.message);
        exit(1);
    }
    return call;
}

static int fact(cielo_call *call, const char *name)
{
    return cielo_value_bool(cielo_value_get(cielo_call_facts(call), name));
}

/* Makes a Pix; its PaymentId is written to `id`. */
static void create(cielo_client *client, const char *order, char id[64])
{
    cielo_call *call = run_well(client, CIELO_OP_SALE_CREATE, pix_json, order);
    const cielo_value *sale = NULL, *payment;

    cielo_call_result(call, &sale, NULL);
    payment = cielo_value_get(sale, "Payment");
    snprintf(id, 64, "%s",
             cielo_value_text(cielo_value_get(payment, "PaymentId"), NULL));
    printf("to be paid: %s\n",
           cielo_value_text(cielo_value_get(payment, "QrCodeString"), NULL));
    cielo_call_free(call);
}

static void pay_and_refund(cielo_client *client, const char *id)
{
    cielo_call *call = run_well(client, CIELO_OP_REQUEST, pay_json, id);

    cielo_call_free(call);
    call = run_well(client, CIELO_OP_SALE_GET, get_json, id);
    printf("paid: %d\n", fact(call, "approved"));
    cielo_call_free(call);
    call = run_well(client, CIELO_OP_SALE_VOID, part_json, id);
    printf("refund of R$ 25.00 accepted: %d\n",
           fact(call, "pending") || fact(call, "approved"));
    cielo_call_free(call);
}

/* Takes an unpaid code back. It is refused once somebody has paid; accepted, it
 * is not done yet, and until it is the code can still be paid. */
static void take_back(cielo_client *client, const char *id)
{
    cielo_error err;
    cielo_call *call = run(client, CIELO_OP_SALE_VOID, get_json, id, &err);

    if (err.status == CIELO_OK)
        printf("removal accepted: %d\n", fact(call, "pending"));
    else
        printf("not removed: %s\n", err.message);
    cielo_call_free(call);
}

int main(int argc, char **argv)
{
    const char *order = argc > 1 ? argv[1] : "examplePix";
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    cielo_error err;
    char paid[64], unpaid[64];

    if (getenv("CIELO_BASE_URL") && !getenv("CIELO_MERCHANT_ID")) {
        options.merchant_id = "a local store"; /* the local Cielo takes any */
        options.merchant_key = "and its key";
    }
    if (cielo_client_new(&client, &options, &err) != CIELO_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    create(client, order, paid);
    pay_and_refund(client, paid);
    create(client, argc > 2 ? argv[2] : "examplePixUnpaid", unpaid);
    take_back(client, unpaid);
    cielo_client_unref(client);
    return 0;
}
