/* What Cielo posts, in every documented shape and in none. */
#include <stdlib.h>
#include <string.h>

#include <cielo/cielo.h>

#include "check.h"

static cielo_value *parse(const char *body, const char *content_type)
{
    cielo_value *out = NULL;
    cielo_error err;
    int status = cielo_notification_parse(&out, body, strlen(body),
                                          content_type, &err);

    CHECK_INT(status, err.status);
    CHECK((status == CIELO_OK) == (out != NULL));
    return out;
}

static const char *text(const cielo_value *of, const char *name)
{
    const char *found = cielo_value_text(cielo_value_get(of, name), NULL);

    return found ? found : "(nothing)";
}

static int64_t number(const cielo_value *of, const char *name)
{
    int64_t found = -1;

    cielo_value_integer(cielo_value_get(of, name), &found);
    return found;
}

/* Which operation confirms it, and the parameter it is asked with. */
static void confirms(const cielo_value *notification, int wanted,
                     const char *name, const char *id)
{
    cielo_value *params = NULL;
    int operation = -1;

    CHECK_INT(cielo_notification_confirm(notification, &operation, &params,
                                         NULL),
              CIELO_OK);
    CHECK_INT(operation, wanted);
    CHECK_STR(text(params, name), id);
    cielo_value_free(params);
}

static void test_payment(void)
{
    cielo_value *n = parse("{\"PaymentId\": \"abc\", \"ChangeType\": 1}",
                           "application/json");

    CHECK_STR(text(n, "kind"), "sale");
    CHECK_STR(text(n, "change"), "payment_status_changed");
    CHECK_INT((int)number(n, "change_type"), 1);
    confirms(n, CIELO_OP_SALE_GET, "payment_id", "abc");
    cielo_value_free(n);
}

/* Older posts write the change as text; a charge of a recurrence names both. */
static void test_recurrence(void)
{
    cielo_value *n = parse("{\"RecurrentPaymentId\": \"r\", \"PaymentId\": "
                           "\"p\", \"ChangeType\": \"2\"}",
                           NULL);

    CHECK_STR(text(n, "kind"), "recurrence");
    CHECK_STR(text(n, "change"), "recurrence_created");
    CHECK_STR(text(n, "payment_id"), "p");
    confirms(n, CIELO_OP_RECURRENCE_GET, "id", "r");
    cielo_value_free(n);
    n = parse("{\"RecurrentPaymentId\": \"r\", \"PaymentId\": \"p\", "
              "\"ChangeType\": 1}",
              NULL);
    CHECK_STR(text(n, "kind"), "sale");
    confirms(n, CIELO_OP_SALE_GET, "payment_id", "p");
    cielo_value_free(n);
}

static void test_unknown_change(void)
{
    cielo_value *n = parse("{\"PaymentId\": \"p\", \"ChangeType\": 99}", NULL);

    CHECK_INT((int)number(n, "change_type"), 99);
    CHECK(cielo_value_get(n, "change") == NULL);
    cielo_value_free(n);
}

static void test_order_form(void)
{
    cielo_value *n = parse(
        "checkout_cielo_order_number=4cea5664b9a446a5a1ae1b3e5f9b9e39"
        "&amount=12345&order_number=Pedido%201&created_date=02%2F03%2F2018+"
        "14%3A29%3A43&customer_name=Jo%C3%A3o+da+Silva&payment_status=2"
        "&test_transaction=True&payment_maskedcreditcard=471612******7041",
        "application/x-www-form-urlencoded; charset=utf-8");
    const cielo_value *fields = cielo_value_get(n, "fields");

    CHECK_STR(text(n, "kind"), "order");
    CHECK_STR(text(n, "merchant_order_number"), "Pedido 1");
    CHECK_INT((int)number(n, "amount"), 12345);
    CHECK_INT((int)number(n, "payment_status"), 2);
    CHECK_STR(text(n, "status_name"), "paid");
    CHECK(cielo_value_bool(cielo_value_get(n, "test_transaction")));
    CHECK_STR(text(fields, "customer_name"), "Jo\xC3\xA3o da Silva");
    CHECK_STR(text(fields, "created_date"), "02/03/2018 14:29:43");
    confirms(n, CIELO_OP_ORDER_GET, "checkout_order_number",
             "4cea5664b9a446a5a1ae1b3e5f9b9e39");
    cielo_value_free(n);
}

static void test_order_status_form(void)
{
    cielo_value *n = parse("checkout_cielo_order_number=c1&amount=100"
                           "&order_number=7&payment_status=5&brand=Visa",
                           NULL);

    CHECK_STR(text(n, "kind"), "order_status");
    CHECK_STR(text(n, "status_name"), "voided");
    cielo_value_free(n);
}

/* The URL of the body is not even kept. */
static void test_order_reference(void)
{
    cielo_value *n = parse("{\"MerchantId\": \"m\", \"MerchantOrderNumber\": "
                           "\"o\", \"Url\": \"https://evil.example/\"}",
                           NULL);
    cielo_value *params = NULL;
    int operation;

    CHECK_STR(text(n, "kind"), "order_reference");
    CHECK(cielo_value_get(n, "url") == NULL);
    CHECK_INT(cielo_notification_confirm(n, &operation, &params, NULL),
              CIELO_OK);
    CHECK_INT(operation, CIELO_OP_ORDER_NOTIFIED);
    CHECK_STR(text(params, "merchant_id"), "m");
    CHECK_STR(text(params, "merchant_order_number"), "o");
    cielo_value_free(params);
    cielo_value_free(n);
}

static void test_latin_1(void)
{
    cielo_value *n = parse(
        "checkout_cielo_order_number=c&customer_name=Jo%E3o&created_date=x",
        NULL);

    CHECK_STR(text(cielo_value_get(n, "fields"), "customer_name"),
              "Jo\xC3\xA3o");
    cielo_value_free(n);
}

/* What is odd and costs no id its meaning is read. */
static void test_odd_texts(void)
{
    static const struct {
        const char *body;
        const char *type;
        const char *name;
    } rows[]
        = {{"\xEF\xBB\xBF{\"checkout_cielo_order_number\":\"c\","
            "\"n\":\"\\ud83d\\u0000\t\"}",
            NULL, "\xEF\xBF\xBD\xEF\xBF\xBD\t"},
           {"{\"checkout_cielo_order_number\":\"c\",\"n\":\"Jo\xE3o\"}",
            "application/json; charset=ISO-8859-1", "Jo\xC3\xA3o"},
           {"{\"checkout_cielo_order_number\":\"c\",\"n\":\"Jo\xE3o\"}", NULL,
            "Jo\xEF\xBF\xBDo"},
           {"checkout_cielo_order_number=c&n=Jos%C3%A9%00", NULL,
            "Jos\xC3\xA9\xEF\xBF\xBD"},
           {"checkout_cielo_order_number=c&n=%80+5", NULL,
            "\xE2\x82\xAC 5"}};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cielo_value *n = parse(rows[i].body, rows[i].type);

        CHECK_STR(text(n, "checkout_order_number"), "c");
        CHECK_STR(text(cielo_value_get(n, "fields"), "n"), rows[i].name);
        cielo_value_free(n);
    }
}

static void test_refused(void)
{
    static const char *const bodies[]
        = {"", " ", "{}", "[]", "null", "{\"PaymentId\": 7}",
           "{\"PaymentId\": \"\"}", "{\"PaymentId\": \"p\\udcb3\"}", "a=b&c",
           "%", "%%%=%", "&&&&", "=x",
           "{\"PaymentId\": \"p\"", "checkout_cielo_order_number=",
           "\xFF\xFE", "<html>"};
    size_t i;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        CHECK(parse(bodies[i], NULL) == NULL);
    CHECK(parse("PaymentId=p", "application/json") == NULL);
}

static void test_too_large(void)
{
    size_t length = CIELO_NOTIFICATION_LIMIT + 1;
    char *body = malloc(length);
    cielo_value *out = NULL;

    CHECK(body != NULL);
    memset(body, 'a', length);
    CHECK_INT(cielo_notification_parse(&out, body, length, NULL, NULL),
              CIELO_EDECODE);
    CHECK(out == NULL);
    free(body);
}

/* Any bytes give an answer of one of the two kinds and leak nothing. */
static void test_any_bytes(void)
{
    static const char *const seeds[]
        = {"{\"PaymentId\": \"p\", \"ChangeType\": 1}",
           "checkout_cielo_order_number=c&amount=1&order_number=%C3%A3+"};
    unsigned state = 1;
    size_t round;

    for (round = 0; round < 20000; round++) {
        const char *seed = seeds[round % 2];
        size_t length = strlen(seed);
        char body[128];
        cielo_value *out = NULL;
        int status;

        memcpy(body, seed, length);
        state = state * 1103515245u + 12345u;
        body[(state >> 8) % length] = (char)(state >> 20);
        state = state * 1103515245u + 12345u;
        status = cielo_notification_parse(&out, body, (state >> 8) % length + 1,
                                          NULL, NULL);
        CHECK(status == CIELO_OK || status == CIELO_EDECODE);
        cielo_value_free(out);
    }
}

static void test_confirm_without_id(void)
{
    cielo_value *empty = cielo_value_new_object();
    cielo_value *params = NULL;
    int operation;

    CHECK_INT(cielo_notification_confirm(empty, &operation, &params, NULL),
              CIELO_EVALIDATION);
    CHECK(params == NULL);
    cielo_value_free(empty);
}

CHECK_MAIN(test_payment, test_recurrence, test_unknown_change, test_order_form,
           test_order_status_form, test_order_reference, test_latin_1,
           test_odd_texts,
           test_refused, test_too_large, test_any_bytes,
           test_confirm_without_id)
