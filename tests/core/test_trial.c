/* A dry run: the bytes that fields become, or what is wrong with them. */
#include <stdlib.h>

#include <cielo/cielo.h>

#include "check.h"

#define SALE(amount)                                                 \
    "{\"fields\":{\"Payment\":{\"Type\":\"CreditCard\",\"Amount\":"  \
    amount ",\"Installments\":1,\"CreditCard\":{\"CardNumber\":"     \
    "\"4024007153763191\",\"Holder\":\"A\",\"ExpirationDate\":"      \
    "\"12/2030\",\"Brand\":\"Visa\"}},\"MerchantOrderId\":\"1\"}}"

static cielo_client *new_client(int validate)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;

    options.merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d";
    options.validate = validate;
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    return client;
}

/* The bytes, the caller's to free; `problem` is the path of the first. */
static char *check(int validate, int operation, const char *params, int status,
                   const char *problem)
{
    cielo_client *client = new_client(validate);
    cielo_value *tree = NULL, *problems = NULL;
    const cielo_value *first;
    cielo_error err;
    char *text, *again;
    size_t length, other;

    CHECK_INT(cielo_value_parse(&tree, params, strlen(params), NULL), CIELO_OK);
    CHECK_INT(cielo_fields_check(&text, &length, &problems, client, operation,
                                 tree, &err),
              status);
    CHECK_INT(err.status, status);
    CHECK_INT(text ? strlen(text) : 0, length);
    CHECK(!problem == !problems);
    first = cielo_value_first(problems);
    if (problem)
        CHECK_STR(cielo_value_text(cielo_value_get(first, "path"), NULL),
                  problem);
    /* Who asks for neither is told the same. */
    CHECK_INT(cielo_fields_check(&again, &other, NULL, client, operation, tree,
                                 NULL),
              status);
    CHECK_INT(other, length);
    cielo_text_free(again, other);
    cielo_value_free(problems);
    cielo_value_free(tree);
    cielo_client_unref(client);
    return text;
}

/* Without a merchant's key no call could be made. */
static void fields_become_what_is_sent(void)
{
    char *text = check(1, CIELO_OP_SALE_CREATE, SALE("100"), CIELO_OK, NULL);

    CHECK_STR(text,
              "{\"MerchantOrderId\":\"1\",\"Payment\":{\"Type\":"
              "\"CreditCard\",\"Amount\":100,\"Installments\":1,"
              "\"CreditCard\":{\"CardNumber\":\"4024007153763191\","
              "\"Holder\":\"A\",\"ExpirationDate\":\"12/2030\","
              "\"Brand\":\"Visa\"}}}");
    cielo_text_free(text, text ? strlen(text) : 0);
}

static void problems_are_told(void)
{
    CHECK(!check(1, CIELO_OP_SALE_CREATE, SALE("\"x\""), CIELO_EVALIDATION,
                 "payment.amount"));
    CHECK(!check(1, CIELO_OP_SALE_CREATE, "{}", CIELO_EVALIDATION, "fields"));
}

/* As the client says. */
static void rules_may_be_off(void)
{
    char *text = check(0, CIELO_OP_SALE_CREATE, "{\"fields\":{}}", CIELO_OK,
                       NULL);

    CHECK_STR(text, "{}");
    cielo_text_free(text, text ? strlen(text) : 0);
    CHECK(!check(1, CIELO_OP_SALE_CREATE, "{\"fields\":{}}", CIELO_EVALIDATION,
                 "merchant_order_id"));
}

static void some_operations_send_no_fields(void)
{
    CHECK(!check(1, CIELO_OP_SALE_FIND, "{\"merchant_order_id\":\"1\"}",
                 CIELO_OK, NULL));
}

static void misuse_is_refused(void)
{
    CHECK(!check(1, CIELO_OP_COUNT, "{}", CIELO_EUSAGE, NULL));
    CHECK(!check(1, CIELO_OP_SALE_CREATE, "[]", CIELO_EUSAGE, NULL));
}

CHECK_MAIN(fields_become_what_is_sent, problems_are_told, rules_may_be_off,
           some_operations_send_no_fields, misuse_is_refused)
