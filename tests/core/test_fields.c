/* The maps as data: order, names, look-ups, masking by name. */
#include <stdlib.h>

#include <cielo/cielo.h>

#include "call/call_internal.h"
#include "check.h"

static const cielo_field *by_name(int object, const char *name)
{
    return cielo_field_by_name(object, name, strlen(name));
}

static void rows_stand_in_the_order_of_objects(void)
{
    const cielo_field *field;
    int last = 0;
    size_t i;

    for (i = 0; (field = cielo_field_at(i)) != NULL; i++) {
        CHECK(field->object >= last && field->object < CIELO_OBJECT_COUNT);
        CHECK(cielo__field_first(field->object) <= i);
        last = field->object;
    }
    CHECK_INT(cielo__field_first(CIELO_OBJECT_COUNT), i);
    CHECK(cielo_field_at((size_t)-1) == NULL);
}

static int is_child_due(const cielo_field *field)
{
    return field->type == CIELO_FIELD_OBJECT || field->type == CIELO_FIELD_LIST
        || field->type == CIELO_FIELD_EITHER;
}

/* What a row says agrees with itself, and every row can be found. */
static void rows_are_sound(void)
{
    const cielo_field *field;
    char name[128];
    size_t i;

    for (i = 0; (field = cielo_field_at(i)) != NULL; i++) {
        size_t n = strlen(field->wire);

        if (is_child_due(field) != (field->child != CIELO_OBJECT_NONE))
            CHECK_STR(field->wire, "a row with the child its type needs");
        CHECK(cielo_field_by_wire(field->object, field->wire, n) != NULL);
        CHECK(cielo_host_name(field->object, field->wire, n, name,
                              sizeof(name)) == strlen(name));
        if (field->use == CIELO_USE_ALIAS) {
            CHECK(by_name(field->object, field->host) != NULL);
            continue;
        }
        CHECK(by_name(field->object, field->wire) == field);
        CHECK(by_name(field->object, field->host) == field);
        CHECK_STR(name, field->host);
    }
}

/* Wherever it is looked for first. */
static void a_row_is_found_from_any_guess(void)
{
    static const size_t steps[] = {0, 1, 2, 50, SIZE_MAX / 2};
    const cielo_field *field;
    size_t i, j, needed = 0;

    for (i = 0; (field = cielo_field_at(i)) != NULL; i++) {
        size_t first = cielo__field_first(field->object);

        if (i == first)
            needed = 0;
        CHECK_INT(cielo__field_wire_length(field), strlen(field->wire));
        if (field->use == CIELO_USE_REQUIRED) {
            const cielo_field *same
                = cielo__field_required(field->object, needed++);

            CHECK(same && strcmp(same->wire, field->wire) == 0
                  && strcmp(same->host, field->host) == 0
                  && same->object == field->object);
        }
        CHECK(cielo__field_required(field->object, needed + 100) == NULL);
        for (j = 0; field->use != CIELO_USE_ALIAS
             && j < sizeof(steps) / sizeof(*steps);
             j++) {
            CHECK_INT(cielo__field_among(field->object, first, first + steps[j],
                                         field->wire, strlen(field->wire)), i);
            CHECK_INT(cielo__field_among(field->object, first, i - (i > 0),
                                         field->host, strlen(field->host)), i);
        }
    }
    CHECK(cielo__field_required(CIELO_OBJECT_COUNT, 0) == NULL);
    CHECK(cielo__field_required(CIELO_OBJECT_ANY, 0) == NULL);
}

static void names_ignore_case_and_underscores(void)
{
    const char *const spellings[]
        = {"MerchantOrderId", "merchant_order_id", "merchantorderid",
           "MERCHANT_ORDER_ID", "_merchant__order_id_"};
    size_t i;

    for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
        CHECK(by_name(CIELO_OBJECT_SALE, spellings[i]) != NULL);
    CHECK(by_name(CIELO_OBJECT_SALE, "merchant_order_i") == NULL);
    CHECK(by_name(CIELO_OBJECT_SALE, "merchant_order_ids") == NULL);
    CHECK(by_name(CIELO_OBJECT_SALE, "") == NULL);
    CHECK(by_name(CIELO_OBJECT_NONE, "payment") == NULL);
    CHECK(by_name(CIELO_OBJECT_COUNT, "payment") == NULL);
}

static void host(int object, const char *wire, const char *expected)
{
    char name[64];

    CHECK_INT(cielo_host_name(object, wire, strlen(wire), name, sizeof(name)),
              strlen(expected));
    CHECK_STR(name, expected);
}

static void unknown_names_are_split_at_capitals(void)
{
    host(CIELO_OBJECT_ANY, "ECI", "eci");
    host(CIELO_OBJECT_ANY, "EndToEndId", "end_to_end_id");
    host(CIELO_OBJECT_ANY, "QRCodeURL", "qr_code_url");
    host(CIELO_OBJECT_ANY, "Base64Image", "base64_image");
    host(CIELO_OBJECT_ANY, "already_so", "already_so");
    host(CIELO_OBJECT_ANY, "camelCase", "camel_case");
    host(CIELO_OBJECT_ANY, "", "");
    host(CIELO_OBJECT_PAYMENT, "ECI", "eci");
    host(CIELO_OBJECT_PAYMENT, "Paymentid", "payment_id");
    host(CIELO_OBJECT_SALE_REFERENCE, "ReceveidDate", "received_date");
}

static void a_name_that_does_not_fit_is_cut(void)
{
    char name[5];

    CHECK_INT(cielo_host_name(CIELO_OBJECT_ANY, "EndToEndId", 10, name,
                              sizeof(name)), 13);
    CHECK_STR(name, "end_");
    CHECK_INT(cielo_host_name(CIELO_OBJECT_ANY, "EndToEndId", 10, NULL, 0),
              13);
}

static int kind(const char *name)
{
    return cielo__field_kind(name, strlen(name));
}

static void secrets_are_known_by_name(void)
{
    CHECK_INT(kind("CardNumber"), CIELO_FIELD_CARD_NUMBER);
    CHECK_INT(kind("card_number"), CIELO_FIELD_CARD_NUMBER);
    CHECK_INT(kind("securitycode"), CIELO_FIELD_SECURITY_CODE);
    CHECK_INT(kind("Cardtoken"), CIELO_FIELD_TOKEN);
    CHECK_INT(kind("PCardToken"), CIELO_FIELD_TOKEN);
    CHECK_INT(kind("PaymentToken"), CIELO_FIELD_TOKEN);
    CHECK_INT(kind("Cryptogram"), CIELO_FIELD_CIPHER);
    CHECK_INT(kind("WalletKey"), CIELO_FIELD_CIPHER);
    CHECK_INT(kind("Cavv"), CIELO_FIELD_CIPHER);
    CHECK_INT(kind("access_token"), CIELO_FIELD_TOKEN);
    CHECK_INT(kind("PaymentId"), CIELO_FIELD_OPEN);
    CHECK_INT(kind("Holder"), CIELO_FIELD_OPEN);
}

/* Whatever programs beside Cielo's documents call a code, a key, a password. */
static void usual_names_are_secret_too(void)
{
    CHECK_INT(kind("cvv"), CIELO_FIELD_SECURITY_CODE);
    CHECK_INT(kind("CVC2"), CIELO_FIELD_SECURITY_CODE);
    CHECK_INT(kind("card-code"), CIELO_FIELD_SECURITY_CODE);
    CHECK_INT(kind("codigo_de_seguranca"), CIELO_FIELD_SECURITY_CODE);
    CHECK_INT(kind("PAN"), CIELO_FIELD_CARD_NUMBER);
    CHECK_INT(kind("creditCardNumber"), CIELO_FIELD_CARD_NUMBER);
    CHECK_INT(kind("NumeroCartao"), CIELO_FIELD_CARD_NUMBER);
    CHECK_INT(kind("client_secret"), CIELO_FIELD_TOKEN);
    CHECK_INT(kind("Authorization"), CIELO_FIELD_TOKEN);
    CHECK_INT(kind("X-Api-Key"), CIELO_FIELD_TOKEN);
    CHECK_INT(kind("Senha"), CIELO_FIELD_TOKEN);
    CHECK_INT(kind("AuthorizationCode"), CIELO_FIELD_OPEN);
    CHECK_INT(kind("span"), CIELO_FIELD_OPEN);
    CHECK_INT(kind(""), CIELO_FIELD_OPEN);
}

static int is_id(const char *name)
{
    return cielo__field_is_id(name, strlen(name));
}

static void ids_are_known_by_name(void)
{
    CHECK(is_id("Tid"));
    CHECK(is_id("proof_of_sale"));
    CHECK(is_id("MerchantOrderId"));
    CHECK(!is_id("Number")); /* of a boleto, and of a house */
    CHECK(!is_id("CardNumber"));
    CHECK(!is_id("Nothing"));
}

static void host_names_are_wire_names(void)
{
    const cielo_field *field;
    size_t i;

    for (i = 0; (field = cielo_field_at(i)) != NULL; i++)
        CHECK(field->use == CIELO_USE_ALIAS
              || cielo_field_by_name(field->object, field->host,
                                     strlen(field->host)) == field);
}

static void objects_have_names(void)
{
    CHECK_STR(cielo_object_name(CIELO_OBJECT_SALE), "Sale");
    CHECK_STR(cielo_object_name(CIELO_OBJECT_NONE), "None");
    CHECK(cielo_object_name(-1) == NULL);
    CHECK(cielo_object_name(CIELO_OBJECT_COUNT) == NULL);
}

static void reads(int type, const char *text, cielo_type as, int64_t value)
{
    int64_t number = value;

    CHECK_INT(cielo_field_reads(type, text, strlen(text), &number), as);
    CHECK_INT(number, value);
}

/* Booleans, integers and "never" as text [text-numbers]. */
static void texts_read_as_what_is_due(void)
{
    reads(CIELO_FIELD_BOOL, "true", CIELO_BOOL, 1);
    reads(CIELO_FIELD_BOOL, "False", CIELO_BOOL, 0);
    reads(CIELO_FIELD_BOOL, "1", CIELO_TEXT, 0);
    reads(CIELO_FIELD_TEXT, "true", CIELO_TEXT, -1);
    reads(CIELO_FIELD_AMOUNT, "015700", CIELO_NUMBER, 15700);
    reads(CIELO_FIELD_NUMBER, "999999999999999", CIELO_NUMBER,
          INT64_C(999999999999999));
    reads(CIELO_FIELD_NUMBER, "9999999999999999", CIELO_TEXT, -1);
    CHECK_INT(cielo_field_reads(CIELO_FIELD_NUMBER, "", 0, &(int64_t){0}),
              CIELO_TEXT);
    CHECK_INT(cielo_field_reads(CIELO_FIELD_AMOUNT, "33333.33", 8,
                                &(int64_t){0}),
              CIELO_TEXT);
    CHECK_INT(cielo_field_reads(CIELO_FIELD_AMOUNT, "-5", 2, &(int64_t){0}),
              CIELO_TEXT);
    reads(CIELO_FIELD_TEXT, "15700", CIELO_TEXT, -1);
    reads(CIELO_FIELD_TIME, CIELO_NEVER, CIELO_NULL, -1);
    reads(CIELO_FIELD_OPEN, CIELO_NEVER, CIELO_NULL, -1);
}

CHECK_MAIN(rows_stand_in_the_order_of_objects, rows_are_sound,
           a_row_is_found_from_any_guess,
           names_ignore_case_and_underscores,
           unknown_names_are_split_at_capitals,
           a_name_that_does_not_fit_is_cut, secrets_are_known_by_name,
           usual_names_are_secret_too, ids_are_known_by_name,
           objects_have_names, host_names_are_wire_names,
           texts_read_as_what_is_due)
