/* Names, types and rules, where the cases do not reach. */
#include <stdlib.h>

#include <cielo/cielo.h>

#include "call/call_internal.h"
#include "check.h"

/* ---- helpers ---- */

/* "path:rule path:rule" of all problems. */
static const char *listed(const cielo_value *problems)
{
    static char out[4096];
    const cielo_value *item;
    size_t at = 0;

    out[0] = '\0';
    for (item = cielo_value_first(problems); item;
         item = cielo_value_next(item)) {
        const char *path
            = cielo_value_text(cielo_value_get(item, "path"), NULL);
        const char *rule
            = cielo_value_text(cielo_value_get(item, "rule"), NULL);

        CHECK_INT(cielo_value_type(cielo_value_get(item, "path")), CIELO_TEXT);
        CHECK_INT(cielo_value_type(cielo_value_get(item, "message")),
                  CIELO_TEXT);
        at += (size_t)snprintf(out + at, sizeof(out) - at, "%s%s:%s",
                               at ? " " : "", path ? path : "?", rule);
    }
    return out;
}

static void clear(cielo__input *input)
{
    cielo_value_free(input->params);
    cielo_value_free(input->body);
    cielo_value_free(input->problems);
    cielo_value_free(input->warnings);
}

static void check_tree(int operation, const cielo_value *params, int rules,
                       const char *problems, const char *body)
{
    cielo__input input = {0, NULL, NULL, NULL, NULL};
    char *text = NULL;
    size_t length = 0;

    CHECK_INT(cielo__validate(cielo__operation_row(operation), params, rules,
                              &input), CIELO_OK);
    CHECK_STR(listed(input.problems), problems);
    if (body) {
        CHECK_INT(cielo_value_print(input.body, &text, &length), CIELO_OK);
        CHECK_STR(text, body);
        cielo_text_free(text, length);
    }
    clear(&input);
}

static void check(int operation, const char *params, const char *problems,
                  const char *body)
{
    cielo_value *tree = NULL;

    CHECK_INT(cielo_value_parse(&tree, params, strlen(params), NULL), CIELO_OK);
    check_tree(operation, tree, 1, problems, body);
    cielo_value_free(tree);
}

#define CUSTOMER(members) "{\"id\":\"x\",\"fields\":{" members "}}"

static void customer(const char *params, const char *problems,
                     const char *body)
{
    check(CIELO_OP_RECURRENCE_SET_CUSTOMER, params, problems, body);
}

/* Params of set_customer with one host-made member. */
static cielo_value *with_member(const char *name, cielo_value *item)
{
    cielo_value *params = cielo_value_new_object();
    cielo_value *fields = cielo_value_new_object();

    CHECK_INT(cielo_value_set(fields, name, item), CIELO_OK);
    CHECK_INT(cielo_value_set(params, "id", cielo_value_new_text("x", 1)),
              CIELO_OK);
    CHECK_INT(cielo_value_set(params, "fields", fields), CIELO_OK);
    return params;
}

/* ---- names ---- */

static void names_are_matched_at_any_depth(void)
{
    customer(CUSTOMER("\"delivery_address\":{\"ZIPCODE\":\"1\","
                      "\"street\":\"S\"},\"N_A_M_E\":\"A\""),
             "", "{\"Name\":\"A\",\"DeliveryAddress\":{\"Street\":\"S\","
                 "\"ZipCode\":\"1\"}}");
}

static void two_spellings_are_a_problem_at_any_depth(void)
{
    customer(CUSTOMER("\"Name\":\"A\",\"name\":\"B\",\"address\":"
                      "{\"City\":\"a\",\"city\":\"b\"}"),
             "name:given_twice address.city:given_twice", NULL);
}

static void slips_are_found_and_strangers_pass(void)
{
    customer(CUSTOMER("\"Nmae\":\"A\""), "Nmae:unknown_name", NULL);
    customer(CUSTOMER("\"Adress\":{}"), "Adress:unknown_name", NULL);
    customer(CUSTOMER("\"LoyaltyLevel\":3"), "", "{\"LoyaltyLevel\":3}");
    customer(CUSTOMER("\"address\":{\"Bairro\":\"x\"}"), "",
             "{\"Address\":{\"Bairro\":\"x\"}}");
}

static void a_name_that_is_a_card_number_is_masked(void)
{
    cielo_value *params = with_member("4024007153763191",
                                      cielo_value_new_invalid("a set"));

    check_tree(CIELO_OP_RECURRENCE_SET_CUSTOMER, params, 1,
               "402400******3191:json", NULL);
    cielo_value_free(params);
}

static void a_long_name_is_cut_between_characters(void)
{
    char name[128];
    char path[128];
    cielo_value *params;
    size_t i;

    name[0] = path[0] = 'x';
    for (i = 1; i < 121; i += 2)
        memcpy(name + i, "\xC3\xA9", 3);
    memcpy(path, name, 63);
    strcpy(path + 63, ":json");
    params = with_member(name, cielo_value_new_invalid("a set"));
    check_tree(CIELO_OP_RECURRENCE_SET_CUSTOMER, params, 1, path, NULL);
    cielo_value_free(params);
}

/* A path longer than its buffer is cut; those after it are whole again. */
static void a_deep_path_spoils_no_other(void)
{
    char name[64];
    char expected[2048];
    cielo_value *inner = cielo_value_new_invalid("a set");
    cielo_value *params;
    cielo__input input = {0, NULL, NULL, NULL, NULL};
    const char *last;
    int i;

    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    for (i = 0; i < 30; i++) {
        cielo_value *outer = cielo_value_new_object();

        CHECK_INT(cielo_value_set(outer, name, inner), CIELO_OK);
        inner = outer;
    }
    params = with_member("Stranger", inner);
    CHECK_INT(cielo_value_set(cielo__value_edit(params, "fields"), "Another",
                              cielo_value_new_invalid("a set")), CIELO_OK);
    CHECK_INT(cielo__validate(
                  cielo__operation_row(CIELO_OP_RECURRENCE_SET_CUSTOMER),
                  params, 1, &input), CIELO_OK);
    snprintf(expected, sizeof(expected), "%s", listed(input.problems));
    last = strrchr(expected, ' ');
    CHECK_STR(last ? last + 1 : expected, "Another:json");
    clear(&input);
    cielo_value_free(params);
}

/* ---- types ---- */

static void what_json_cannot_say_is_a_problem_anywhere(void)
{
    cielo_value *list = cielo_value_new_array();
    cielo_value *params;

    CHECK_INT(cielo_value_append(list, cielo_value_new_integer(1)), CIELO_OK);
    CHECK_INT(cielo_value_append(list, cielo_value_new_invalid("a set")),
              CIELO_OK);
    params = with_member("Stranger", list);
    check_tree(CIELO_OP_RECURRENCE_SET_CUSTOMER, params, 1,
               "Stranger[1]:json", NULL);
    check_tree(CIELO_OP_RECURRENCE_SET_CUSTOMER, params, 0,
               "Stranger[1]:json", NULL);
    cielo_value_free(params);
    params = with_member("name", cielo_value_new_invalid("a set"));
    check_tree(CIELO_OP_RECURRENCE_SET_CUSTOMER, params, 0, "name:json", NULL);
    cielo_value_free(params);
}

static void types_are_checked(void)
{
    customer(CUSTOMER("\"name\":1"), "", "{\"Name\":\"1\"}");
    customer(CUSTOMER("\"name\":-1"), "name:type", NULL);
    customer(CUSTOMER("\"name\":1.5"), "name:type", NULL);
    customer(CUSTOMER("\"name\":true"), "name:type", NULL);
    customer(CUSTOMER("\"address\":\"street 1\""), "address:type", NULL);
    customer(CUSTOMER("\"address\":[]"), "address:type", NULL);
    customer(CUSTOMER("\"birthdate\":19900101"), "birthdate:type", NULL);
    customer(CUSTOMER("\"birthdate\":\"1990-02-29\""), "birthdate:format",
             NULL);
    customer(CUSTOMER("\"birthdate\":\"1992-02-29\""), "", NULL);
    customer(CUSTOMER("\"birthdate\":\"1992/02/29\""), "", NULL);
    customer(CUSTOMER("\"birthdate\":\"a leap day\""), "birthdate:format",
             NULL);
    customer(CUSTOMER("\"birthdate\":\"1/92\""), "birthdate:format", NULL);
    customer(CUSTOMER("\"status\":\"new\""), "", "{\"Status\":\"NEW\"}");
    customer(CUSTOMER("\"status\":\"NWE\""), "", "{\"Status\":\"NWE\"}");
    customer(CUSTOMER("\"status\":\"Exsiting\""), "",
             "{\"Status\":\"Exsiting\"}");
    customer(CUSTOMER("\"status\":5"), "status:type", NULL);
    customer(CUSTOMER("\"status\":\"Diamond\""), "", NULL);
    check(CIELO_OP_RECURRENCE_SET_CUSTOMER, "{\"id\":\"x\",\"fields\":[]}",
          "fields:type", NULL);
    check(CIELO_OP_RECURRENCE_SET_CUSTOMER, "{\"fields\":{}}", "id:required",
          NULL);
}

static void sizes_count_characters(void)
{
    customer(CUSTOMER("\"address\":{\"state\":\"\xC3\xA9\xC3\xA9\"}"), "",
             NULL);
    customer(CUSTOMER("\"address\":{\"state\":\"abc\"}"),
             "address.state:size", NULL);
}

static void booleans_may_be_words(void)
{
    check(CIELO_OP_RECURRENCE_SET_PAYMENT,
          "{\"id\":\"x\",\"fields\":{\"type\":\"Pix\",\"amount\":\"0100\","
          "\"capture\":\"FALSE\",\"recurrent\":\"True\",\"tip\":\"yes\","
          "\"quasi_cash\":1}}",
          "tip:type quasi_cash:type", NULL);
    check(CIELO_OP_RECURRENCE_SET_PAYMENT,
          "{\"id\":\"x\",\"fields\":{\"type\":\"Pix\",\"amount\":\"0100\","
          "\"capture\":\"FALSE\",\"tip\":\"tRue\"}}",
          "", "{\"Type\":\"Pix\",\"Amount\":100,\"Capture\":false,"
              "\"Tip\":true}");
}

static void amounts_are_whole_cents(void)
{
    static const struct {
        const char *amount;
        const char *problems;
    } cases[] = {{"1", ""},
                 {"999999999999999", ""},
                 {"1000000000000000", "amount:size"},
                 {"12345678901234567890123", "amount:size"},
                 {"0", "amount:range"},
                 {"-1", "amount:range"},
                 {"1.0", "amount:type"},
                 {"1e3", "amount:type"},
                 {"\"100\"", ""},
                 {"\"1.00\"", "amount:type"},
                 {"\"\"", "amount:type"},
                 {"true", "amount:type"},
                 {"{}", "amount:type"},
                 {"null", ""}};
    char params[128];
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(params, sizeof(params), "{\"payment_id\":\"x\",\"amount\":%s}",
                 cases[i].amount);
        check(CIELO_OP_SALE_CAPTURE, params, cases[i].problems, NULL);
    }
}

/* A number of instalments that no bank divides by [sure-refusals]. */
static void instalments_are_counted(void)
{
    static const struct {
        const char *count;
        const char *problems;
    } cases[] = {{"1", ""},
                 {"\"12\"", ""},
                 {"0", "installments:range"},
                 {"-1", "installments:range"},
                 {"1.5", "installments:type"},
                 {"\"1.50\"", "installments:type"},
                 {"100", "installments:size"}};
    char params[256];
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(params, sizeof(params),
                 "{\"id\":\"x\",\"fields\":{\"type\":\"DebitCard\","
                 "\"amount\":1,\"wallet\":{},\"installments\":%s}}",
                 cases[i].count);
        check(CIELO_OP_RECURRENCE_SET_PAYMENT, params, cases[i].problems, NULL);
    }
}

static void secrets_are_text_and_digits(void)
{
    check(CIELO_OP_CARD_VERIFY,
          "{\"fields\":{\"card_number\":\"402400715376319\\u0661\","
          "\"security_code\":123,\"holder\":\"A\",\"expiration_date\":"
          "\"00/2030\",\"brand\":\"Visa\"}}",
          "card_number:format expiration_date:format security_code:type",
          NULL);
    check(CIELO_OP_CARD_VERIFY,
          "{\"fields\":{\"card_number\":\"402400715376\",\"security_code\":"
          "\"12345\",\"holder\":\"A\",\"expiration_date\":\"12/30\","
          "\"brand\":\"Visa\"}}",
          "card_number:size expiration_date:format security_code:size", NULL);
    check(CIELO_OP_CARD_VERIFY, "{\"fields\":{\"card_token\":\"no guid\","
                                "\"brand\":\"Visa\"}}",
          "card_token:format", NULL);
    check(CIELO_OP_CARD_VERIFY, "{\"fields\":{\"brand\":\"Visa\"}}",
          "card_number:required", NULL);
}

static void only_what_cannot_be_sent_is_checked_without_rules(void)
{
    cielo_value *params = NULL;
    static const char text[]
        = "{\"fields\":{\"Nmae\":1,\"MerchantOrderId\":\"a b\",\"Payment\":"
          "{\"Amount\":-1.5,\"Capture\":\"perhaps\",\"Installments\":\"x\"}}}";

    CHECK_INT(cielo_value_parse(&params, text, sizeof(text) - 1, NULL),
              CIELO_OK);
    check_tree(CIELO_OP_SALE_CREATE, params, 0, "",
               "{\"MerchantOrderId\":\"a b\",\"Payment\":{\"Amount\":-1.5,"
               "\"Installments\":\"x\",\"Capture\":\"perhaps\"},\"Nmae\":1}");
    cielo_value_free(params);
}

/* ---- parameters ---- */

static void path_parts_are_checked(void)
{
    check(CIELO_OP_SALE_GET, "{\"payment_id\":\"\"}", "payment_id:format",
          NULL);
    check(CIELO_OP_SALE_GET, "{\"payment_id\":\".\"}", "payment_id:format",
          NULL);
    check(CIELO_OP_SALE_GET, "{\"payment_id\":\"a\\nb\"}", "payment_id:format",
          NULL);
    check(CIELO_OP_SALE_GET, "{\"payment_id\":7}", "payment_id:type", NULL);
    check(CIELO_OP_SALE_GET, "{}", "payment_id:required", NULL);
    check(CIELO_OP_SALE_GET, "{\"payment_id\":null}", "payment_id:required",
          NULL);
    check(CIELO_OP_SALE_GET, "{\"payment_id\":\"...\"}", "", NULL);
}

/* A part is escaped once more when it is sent; what a server that reads it
 * twice would follow is refused all the same. */
static void escapes_in_path_parts_lead_nowhere(void)
{
    static const char *const bad[]
        = {"..", "../x", "a/../b", "a/..", "..\\\\x", "%2e%2e", "%2E.",
           "%252e%252e", "x%2f..%2fy", "..%5cx", "a%00", "..;a"};
    static const char *const good[]
        = {"a.b", "2026/001", "a/", "50%off", "100%", "%41", "a..b"};
    char params[96];
    size_t i;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(params, sizeof(params), "{\"payment_id\":\"%s\"}", bad[i]);
        check(CIELO_OP_SALE_GET, params, "payment_id:format", NULL);
    }
    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        snprintf(params, sizeof(params), "{\"merchant_order_id\":\"%s\"}",
                 good[i]);
        check(CIELO_OP_SALE_VOID_BY_ORDER, params, "", NULL);
    }
}

static void targets_are_checked(void)
{
    static const struct {
        const char *path;
        const char *problems;
    } cases[] = {{"/1/sales/", ""},
                 {"/1/sales?a=../b", ""},
                 {"/", ""},
                 {"1/sales", "path:format"},
                 {"", "path:format"},
                 {"//evil.example/x", "path:format"},
                 {"/a//b", "path:format"},
                 {"/a/./b", "path:format"},
                 {"/a/..", "path:format"},
                 {"/a/..?b", "path:format"},
                 {"/a/..;b/c", "path:format"},
                 {"/a/.../b", ""},
                 {"/1/%2e%2e/x", "path:format"},
                 {"/1/%2E", "path:format"},
                 {"/1/.%2e", "path:format"},
                 {"/1/%252e%252E/x", "path:format"},
                 {"/1/%25252e./x", "path:format"},
                 {"/1/%25%32%65/x", "path:format"},
                 {"/1/%25252541", ""},
                 {"/1/%2525252541", "path:format"},
                 {"/1/%252525252525252541", "path:format"},
                 {"/1?%", ""},
                 {"/1?a//b", ""},
                 {"/a\x7F", "path:format"},
                 {"/1/a%2fb", "path:format"},
                 {"/1/a%252Fb", "path:format"},
                 {"/1/a%5cb", "path:format"},
                 {"/1/a%00", "path:format"},
                 {"/1/a%2500", "path:format"},
                 {"/1/%zz", "path:format"},
                 {"/1/%4", "path:format"},
                 {"/1/%", "path:format"},
                 {"/1/a%2eb%20c/%E3%81%82", ""},
                 {"/1/50%25off", ""},
                 {"/1/x?a=%2e%2e%2f&b=%", ""},
                 {"/a b", "path:format"},
                 {"/a#b", "path:format"},
                 {"/a\\\\b", "path:format"},
                 {"/caf\xC3\xA9", "path:format"}};
    char params[128];
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(params, sizeof(params),
                 "{\"method\":\"GET\",\"path\":\"%s\"}", cases[i].path);
        check(CIELO_OP_REQUEST, params, cases[i].problems, NULL);
    }
    check(CIELO_OP_REQUEST,
          "{\"method\":\"get\",\"path\":\"/\",\"host\":\"x\"}",
          "method:choice host:choice", NULL);
}

static void days_and_intervals_are_checked(void)
{
    check(CIELO_OP_RECURRENCE_SET_DAY, "{\"id\":\"x\",\"day\":\"1\"}",
          "day:type", NULL);
    check(CIELO_OP_RECURRENCE_SET_DAY, "{\"id\":\"x\",\"day\":0}", "day:range",
          NULL);
    check(CIELO_OP_RECURRENCE_SET_DAY, "{\"id\":\"x\",\"day\":31}", "", "31");
    check(CIELO_OP_RECURRENCE_SET_INTERVAL,
          "{\"id\":\"x\",\"interval\":\"semiannual\"}", "", "6");
    check(CIELO_OP_RECURRENCE_SET_INTERVAL, "{\"id\":\"x\",\"interval\":12}",
          "", "12");
    check(CIELO_OP_RECURRENCE_SET_INTERVAL, "{\"id\":\"x\",\"interval\":4}",
          "interval:choice", NULL);
}

/* A partial void whose amount were left out would be a total one. */
static void amounts_are_checked_without_rules_too(void)
{
    static const char *const amounts[]
        = {"true", "{}", "[]", "10.5", "\"10,00\"", "\"\"", "-5", "\"1e3\""};
    char params[64];
    cielo_value *tree;
    size_t i;

    for (i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
        snprintf(params, sizeof(params), "{\"payment_id\":\"x\",\"amount\":%s}",
                 amounts[i]);
        CHECK_INT(cielo_value_parse(&tree, params, strlen(params), NULL),
                  CIELO_OK);
        check_tree(CIELO_OP_SALE_VOID, tree, 0,
                   strcmp(amounts[i], "-5") == 0 ? "amount:range"
                                                 : "amount:type",
                   NULL);
        cielo_value_free(tree);
    }
}

/* What a call with these parameters is warned of, and nothing refused. */
static void warned(int operation, const char *params, int rules,
                   const char *warnings)
{
    cielo__input input = {0, NULL, NULL, NULL, NULL};
    cielo_value *tree;

    CHECK_INT(cielo_value_parse(&tree, params, strlen(params), NULL), CIELO_OK);
    CHECK_INT(cielo__validate(cielo__operation_row(operation), tree, rules,
                              &input), CIELO_OK);
    CHECK_STR(listed(input.problems), "");
    CHECK_STR(listed(input.warnings), warnings);
    CHECK((input.warnings != NULL) == (*warnings != '\0'));
    clear(&input);
    cielo_value_free(tree);
}

static void descriptor(const char *text, int rules, const char *warnings)
{
    char params[160];

    snprintf(params, sizeof(params),
             "{\"id\":\"x\",\"fields\":{\"SoftDescriptor\":\"%s\"}}", text);
    warned(CIELO_OP_LINK_UPDATE, params, rules, warnings);
}

static void buyer(const char *params, const char *warnings)
{
    warned(CIELO_OP_RECURRENCE_SET_CUSTOMER, params, 1, warnings);
}

static void zeros_that_a_number_loses_are_warned_of(void)
{
    buyer(CUSTOMER("\"identity\":12345678909"), "");
    buyer(CUSTOMER("\"identity\":12345678000195"), "");
    buyer(CUSTOMER("\"identity\":1234567890"), "identity:type");
    buyer(CUSTOMER("\"identity\":1234567800019"), "identity:type");
    buyer(CUSTOMER("\"identity\":\"1234567890\""), "");
    buyer(CUSTOMER("\"mobile\":11987654321"), "");
    buyer(CUSTOMER("\"address\":{\"zip_code\":22750012,\"number\":7}"), "");
    buyer(CUSTOMER("\"address\":{\"zip_code\":1310100}"),
          "address.zip_code:type");
}

static void what_cielo_takes_is_warned_of(void)
{
    buyer(CUSTOMER("\"birthdate\":\"29/02/1992\""), "birthdate:format");
    buyer(CUSTOMER("\"birthdate\":\"1992-02-29T00:00:00\""),
          "birthdate:format");
    buyer(CUSTOMER("\"status\":\"Exsiting\""), "status:choice");
    buyer(CUSTOMER("\"address\":{\"address_type\":1.5}"),
          "address.address_type:type");
    buyer(CUSTOMER("\"address\":{\"address_type\":-1}"),
          "address.address_type:range");
    buyer(CUSTOMER("\"LoyaltyLevel\":3"), "LoyaltyLevel:unknown_name");
    warned(CIELO_OP_RECURRENCE_SET_CUSTOMER,
           CUSTOMER("\"LoyaltyLevel\":3,\"status\":\"Exsiting\""), 0, "");
    warned(CIELO_OP_RECURRENCE_SET_PAYMENT,
           "{\"id\":\"x\",\"fields\":{\"type\":\"Pix\",\"amount\":1,"
           "\"boleto_number\":12}}", 1, "boleto_number:type");
    warned(CIELO_OP_ORDER_CREATE,
           "{\"fields\":{\"order_number\":\"\",\"cart\":{\"items\":[]},"
           "\"shipping\":{\"type\":\"Free\"}}}", 1,
           "order_number:format");
    warned(CIELO_OP_RECURRENCE_SET_PAYMENT,
           "{\"id\":\"x\",\"fields\":{\"type\":\"Pix\",\"amount\":1,"
           "\"recurrent_payment\":{\"interval\":4}}}", 1,
           "recurrent_payment.interval:choice");
}

/* Which recurrence a change is for is a parameter, and needed. */
static void a_change_needs_its_id(void)
{
    check(CIELO_OP_ORDER_RECURRENCE_UPDATE, "{\"fields\":{\"amount\":100}}",
          "id:required", NULL);
    check(CIELO_OP_ORDER_RECURRENCE_UPDATE,
          "{\"id\":\"1\",\"fields\":{\"amount\":100,\"x\":[1,{\"y\":null}],"
          "\"pagador_recurrent_payment_id\":\"1\"}}",
          "",
          "{\"PagadorRecurrentPaymentId\":\"1\",\"Amount\":100,"
          "\"x\":[1,{\"y\":null}]}");
}

/* A host vouches that it gives no name twice, and may be wrong. */
static void a_name_given_twice_is_a_problem(void)
{
    cielo_value *params = cielo_value_new_block(CIELO_OBJECT), *fields;

    cielo_value_put_text(params, "id", 2, "x", 1);
    fields = cielo_value_put_object(params, "fields", 6);
    cielo_value_put_integer(fields, "Zzzzzz", 6, 1);
    cielo_value_put_text(fields, "Name", 4, "A", 1);
    cielo_value_put_integer(fields, "Zzzzzz", 6, 2);
    cielo_value_put_text(fields, "Name", 4, "B", 1);
    check_tree(CIELO_OP_RECURRENCE_SET_CUSTOMER, params, 1,
               "name:given_twice Zzzzzz:given_twice",
               "{\"Name\":null,\"Zzzzzz\":1}");
    cielo_value_free(params);
}

/* Deeper than any path is told, and than anything is sent. */
static void any_depth_is_checked(void)
{
    cielo_value *root = cielo_value_new_object(), *list, *inner;
    int i;

    CHECK_INT(cielo_value_set(root, "id", cielo_value_new_text("x", 1)),
              CIELO_OK);
    list = cielo_value_new_array();
    inner = list;
    CHECK_INT(cielo_value_set(root, "fields", cielo_value_new_object()),
              CIELO_OK);
    CHECK_INT(cielo_value_set(cielo__value_edit(root, "fields"), "zzzzzz",
                              list),
              CIELO_OK);
    for (i = 0; i < 1000; i++) {
        cielo_value *next = cielo_value_new_array();

        CHECK_INT(cielo_value_append(inner, next), CIELO_OK);
        inner = next;
    }
    check_tree(CIELO_OP_RECURRENCE_SET_CUSTOMER, root, 0,
               "zzzzzz"
               "[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]"
               "[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]"
               "[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]"
               "[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]:json",
               "{\"zzzzzz\":null}");
    cielo_value_free(root);
}

/* A line for each, ten at most, and no more than there is room for. */
static void several_problems_are_told_by_line(void)
{
    cielo_value *problems = cielo_value_new_array();
    char text[300];
    cielo_error err;
    int i;

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (i = 0; i < 12; i++)
        CHECK_INT(cielo__problem_add(problems, "amount", "size", "is long"),
                  CIELO_OK);
    CHECK_INT(cielo__problems_report(problems, &err), CIELO_EVALIDATION);
    CHECK(strncmp(err.message, "12 problems:\n  amount: is long\n", 31) == 0);
    CHECK(strstr(err.message, "is long\n  and 2 more") != NULL);
    cielo_value_free(problems);
    problems = cielo_value_new_array();
    for (i = 0; i < 5; i++)
        CHECK_INT(cielo__problem_add(problems, "amount", "size", text),
                  CIELO_OK);
    CHECK_INT(cielo__problems_report(problems, &err), CIELO_EVALIDATION);
    CHECK(strstr(err.message, "xxx\n  and 2 more") != NULL);
    cielo_value_free(problems);
}

/* Names of members are whoever's, and as long as they like. */
static void a_long_problem_hides_no_other(void)
{
    cielo_value *problems = cielo_value_new_array();
    char path[sizeof(((cielo_error *)0)->message)];
    cielo_error err;

    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    CHECK_INT(cielo__problem_add(problems, path, "json", "is NaN"), CIELO_OK);
    CHECK_INT(cielo__problem_add(problems, "amount", "size", "is long"),
              CIELO_OK);
    CHECK_INT(cielo__problems_report(problems, &err), CIELO_EVALIDATION);
    CHECK_STR(err.message, "2 problems:\n  amount: is long\n  and 1 more");
    cielo_value_free(problems);
}

/* The warnings of parameters that are given on 28 November 2026. */
static void behind(int operation, const char *params, const char *warnings)
{
    cielo__input input = {20261128, NULL, NULL, NULL, NULL};
    cielo_value *tree = NULL;

    CHECK_INT(cielo_value_parse(&tree, params, strlen(params), NULL), CIELO_OK);
    CHECK_INT(cielo__validate(cielo__operation_row(operation), tree, 1, &input),
              CIELO_OK);
    CHECK_STR(listed(input.problems), "");
    CHECK_STR(listed(input.warnings), warnings);
    clear(&input);
    cielo_value_free(tree);
}

#define SET_DATE(day) \
    CIELO_OP_RECURRENCE_SET_END_DATE, "{\"id\":\"x\",\"date\":\"" day "\"}"
#define VERIFY(month)                                                        \
    CIELO_OP_CARD_VERIFY,                                                    \
        "{\"fields\":{\"CardType\":\"CreditCard\",\"CardNumber\":"             \
        "\"4091688625337641\",\"Holder\":\"A\",\"Brand\":\"Visa\","             \
        "\"ExpirationDate\":\"" month "\"}}"
#define LINK(end)                                                            \
    CIELO_OP_LINK_CREATE,                                                    \
        "{\"fields\":{\"type\":\"Digital\",\"name\":\"A\",\"price\":100,"      \
        "\"expirationDate\":\"" end "\"}}"
#define SPAN(start, end)                                                     \
    CIELO_OP_RECURRENCE_SET_PAYMENT,                                         \
        "{\"id\":\"x\",\"fields\":{\"Type\":\"CreditCard\",\"Amount\":1,"      \
        "\"Installments\":1,\"CreditCard\":{\"Brand\":\"Visa\","               \
        "\"PaymentToken\":\"1a2b3c4d-1a2b-1a2b-1a2b-1a2b3c4d5e6f\"},"        \
        "\"RecurrentPayment\":{\"StartDate\":\"" start                        \
        "\",\"EndDate\":\"" end "\"}}}"

static void dates_that_lie_behind_are_warned_of(void)
{
    behind(SET_DATE("2026-11-27"), "date:range");
    behind(SET_DATE("2026-11-28"), "");
    behind(VERIFY("10/2026"), "expiration_date:range");
    behind(VERIFY("11/2026"), "");
    behind(LINK("2026-11-27T23:59:59"), "expiration_date:range");
    behind(LINK("2026-11-28 00:00:00"), "");
    behind(LINK("27/11/2026"), "");
    behind(SPAN("2026-11-28", "2026-11-28"), "");
    behind(SPAN("2026-11-27", "2026-11-28"),
           "recurrent_payment.start_date:range");
    behind(SPAN("2026-12-02", "2026-12-01"),
           "recurrent_payment.end_date:conflict");
}

/* The last of `count` strangers, as it is warned of. */
static void last_warning(int count, size_t told, const char *ending)
{
    cielo__input input = {0, NULL, NULL, NULL, NULL};
    cielo_value *params = cielo_value_new_block(CIELO_OBJECT), *fields;
    const cielo_value *last = NULL, *item;
    const char *message;
    int i;

    cielo_value_put_text(params, "id", 2, "x", 1);
    fields = cielo_value_put_object(params, "fields", 6);
    for (i = 0; i < count; i++) {
        char name[32];

        snprintf(name, sizeof(name), "Zqxjvk%d", i);
        cielo_value_put_null(fields, name, strlen(name));
    }
    CHECK_INT(cielo__validate(
                  cielo__operation_row(CIELO_OP_RECURRENCE_SET_CUSTOMER),
                  params, 1, &input),
              CIELO_OK);
    CHECK_INT(cielo_value_size(input.body), count);
    CHECK_INT(cielo_value_size(input.warnings), told);
    for (item = cielo_value_first(input.warnings); item;
         item = cielo_value_next(item))
        last = item;
    message = cielo_value_text(cielo_value_get(last, "message"), NULL);
    CHECK_STR(message + strlen(message) - strlen(ending), ending);
    clear(&input);
    cielo_value_free(params);
}

static void the_last_warning_counts_the_others(void)
{
    last_warning(32, 32, "is sent as it is");
    last_warning(33, 32, "is sent as it is (and 1 more warning)");
    last_warning(34, 32, "is sent as it is (and 2 more warnings)");
}

/* That rules are checked for an amount ends with it. */
static void an_amount_of_nothing_passes_without_rules(void)
{
    cielo_value *params = cielo_value_new_block(CIELO_OBJECT);

    cielo_value_put_text(params, "payment_id", 10, "x", 1);
    cielo_value_put_integer(params, "amount", 6, 0);
    check_tree(CIELO_OP_SALE_CAPTURE, params, 1, "amount:range", NULL);
    check_tree(CIELO_OP_SALE_CAPTURE, params, 0, "", NULL);
    cielo_value_free(params);
}

static void a_card_needs_its_brand(void)
{
#define SALE(card)                                                             \
    "{\"fields\":{\"MerchantOrderId\":\"1\",\"Payment\":{\"Type\":"           \
    "\"CreditCard\",\"Amount\":100,\"Installments\":1,\"CreditCard\":{" card   \
    "}}}}"
    check(CIELO_OP_SALE_CREATE,
          SALE("\"CardToken\":\"737a8d9a-88fe-4f74-931f-acf81149f4a0\""),
          "payment.credit_card.brand:required", NULL);
    check(CIELO_OP_SALE_CREATE,
          SALE("\"PaymentToken\":\"737a8d9a-88fe-4f74-931f-acf81149f4a0\""),
          "", NULL);
#undef SALE
}

static void marked(const char *payment, const char *warnings)
{
    cielo__input input = {0, NULL, NULL, NULL, NULL};
    char params[512];
    cielo_value *tree;

    snprintf(params, sizeof(params),
             "{\"fields\":{\"MerchantOrderId\":\"1\",\"Payment\":{"
             "\"Type\":\"CreditCard\",\"Amount\":100,\"Installments\":1,%s}}}",
             payment);
    CHECK_INT(cielo_value_parse(&tree, params, strlen(params), NULL), CIELO_OK);
    CHECK_INT(cielo__validate(cielo__operation_row(CIELO_OP_SALE_CREATE), tree,
                              1, &input), CIELO_OK);
    CHECK_STR(listed(input.problems), "");
    CHECK_STR(listed(input.warnings), warnings);
    CHECK_INT(cielo__lacks_mark(input.body), *warnings != '\0');
    clear(&input);
    cielo_value_free(tree);
}

#define TOKEN "\"CardToken\":\"737a8d9a-88fe-4f74-931f-acf81149f4a0\""
#define USED(reason)                                                           \
    "\"CardOnFile\":{\"Usage\":\"Used\"" reason "},\"Brand\":\"Visa\""
#define RECURRING USED(",\"Reason\":\"recurring\"")

/* Cielo denies a stored card's recurring charge without its mark
 * [own-recurrence]. */
static void a_missing_mark_is_warned_of(void)
{
    static const char missing[] = "payment.recurrent:required";

    marked("\"CreditCard\":{" TOKEN "," RECURRING "}", missing);
    marked("\"Recurrent\":\"false\",\"CreditCard\":{" TOKEN "," RECURRING "}",
           missing);
    marked("\"Recurrent\":null,\"DebitCard\":{" TOKEN "," RECURRING "},"
           "\"CreditCard\":{\"PaymentToken\":"
           "\"737a8d9a-88fe-4f74-931f-acf81149f4a0\"}", missing);
    marked("\"Recurrent\":\"True\",\"CreditCard\":{" TOKEN "," RECURRING "}",
           "");
    marked("\"RecurrentPayment\":{\"AuthorizeNow\":true},\"CreditCard\":{"
           TOKEN "," RECURRING "}", "");
    marked("\"CreditCard\":{" TOKEN "," USED("") "}", "");
    marked("\"CreditCard\":{" TOKEN ","
           USED(",\"Reason\":\"Unscheduled\"") "}", "");
    /* A card that is not stored yet. */
    marked("\"CreditCard\":{\"CardNumber\":\"4024007153763191\","
           "\"Holder\":\"A\",\"ExpirationDate\":\"12/2030\"," RECURRING "}",
           "");
}

/* Warned of, not refused, not cut [descriptor-signs]. */
static void descriptors_are_warned_of(void)
{
    descriptor("Loja 1234 ABC", 1, "");
    descriptor("Loja 1234 ABCD", 1, "soft_descriptor:size");
    descriptor("Loja_ABC_1234", 1, "soft_descriptor:format");
    descriptor("_Loja", 1, "soft_descriptor:format");
    descriptor("Caf\xC3\xA9", 1, "soft_descriptor:format");
    descriptor("CARTEIRA*NOMELOJA", 1,
           "soft_descriptor:size soft_descriptor:format");
    descriptor("CARTEIRA*NOMELOJA", 0, "");
}

/* ---- each rule at its edges ---- */

/* A call, with ' for " in its parameters, and what it is told. */
typedef struct told {
    const char *params;
    const char *problems;
    const char *warnings;
    const char *body; /* NULL: not looked at */
} told;

static void is_told(int operation, int rules, const told *row)
{
    cielo__input input = {0, NULL, NULL, NULL, NULL};
    cielo_value *tree = NULL;
    char params[1024], *text = NULL;
    size_t length = 0, i;

    snprintf(params, sizeof(params), "%s", row->params);
    for (i = 0; params[i]; i++) {
        if (params[i] == '\'')
            params[i] = '"';
    }
    CHECK_INT(cielo_value_parse(&tree, params, i, NULL), CIELO_OK);
    CHECK_INT(cielo__validate(cielo__operation_row(operation), tree, rules,
                              &input), CIELO_OK);
    CHECK_STR(listed(input.problems), row->problems);
    CHECK_STR(listed(input.warnings), row->warnings);
    if (row->body) {
        CHECK_INT(cielo_value_print(input.body, &text, &length), CIELO_OK);
        for (i = 0; text && i < length; i++) {
            if (text[i] == '"')
                text[i] = '\'';
        }
        CHECK_STR(text, row->body);
        cielo_text_free(text, length);
    }
    clear(&input);
    cielo_value_free(tree);
}

#define ALL_TOLD(operation, rules, rows)                                       \
    do {                                                                       \
        size_t at;                                                             \
                                                                               \
        for (at = 0; at < sizeof(rows) / sizeof(rows[0]); at++)                \
            is_told(operation, rules, &rows[at]);                              \
    } while (0)

#define FIELDS(members) "{'id':'x','fields':{" members "}}"
#define SALE(customer, payment)                                                \
    "{'fields':{'MerchantOrderId':'1','Customer':{" customer "},"              \
    "'Payment':{" payment "}}}"
#define ZERO_AUTH_CARD                                                         \
    "'Holder':'A','ExpirationDate':'12/2030','Brand':'Visa'"
#define CREDIT "'Type':'CreditCard','Amount':100,'Installments':1,"
#define GUID "737a8d9a-88fe-4f74-931f-acf81149f4a0"

/* One text of `pattern`, which has one %s. */
static void text_is_told(int operation, const char *pattern, const char *text,
                         const char *problems, const char *warnings)
{
    char params[1024];
    told row = {NULL, NULL, NULL, NULL};

    snprintf(params, sizeof(params), pattern, text);
    row.params = params;
    row.problems = problems;
    row.warnings = warnings;
    is_told(operation, 1, &row);
}

static void tokens_are_guids(void)
{
    static const char pattern[]
        = "{'fields':{'CardToken':'%s','Brand':'Visa'}}";
    static const char *const bad[]
        = {"g37a8d9a-88fe-4f74-931f-acf81149f4a0",
           "/37a8d9a-88fe-4f74-931f-acf81149f4a0",
           ":37a8d9a-88fe-4f74-931f-acf81149f4a0",
           "`37a8d9a-88fe-4f74-931f-acf81149f4a0",
           "-37a8d9a-88fe-4f74-931f-acf81149f4a0",
           "737a8d9a088fe-4f74-931f-acf81149f4a0",
           "737a8d9a-88fe04f74-931f-acf81149f4a0",
           "737a8d9a-88fe-4f740931f-acf81149f4a0",
           "737a8d9a-88fe-4f74-931f0acf81149f4a0",
           "737a8d9a-88fe-4f74-931f-acf81149f4a",
           "737a8d9a-88fe-4f74-931f-acf81149f4a00"};
    size_t i;

    text_is_told(CIELO_OP_CARD_VERIFY, pattern, GUID, "", "");
    text_is_told(CIELO_OP_CARD_VERIFY, pattern,
                 "09AFAF9A-88FE-4F74-931F-ACF81149F4A0", "", "");
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        text_is_told(CIELO_OP_CARD_VERIFY, pattern, bad[i],
                     "card_token:format", "");
}

static void expirations_are_months(void)
{
    static const char pattern[]
        = "{'fields':{'CardNumber':'4024007153763191','Holder':'A',"
          "'ExpirationDate':'%s','Brand':'Visa'}}";
    static const char *const good[] = {"01/2030", "09/2030", "10/2030",
                                       "12/2030"};
    static const char *const bad[]
        = {"00/2030", "13/2030", "20/2030", "1a/2030", "a1/2030",
           "12-2030", "12/203a", "12/20300", "12/203"};
    size_t i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        text_is_told(CIELO_OP_CARD_VERIFY, pattern, good[i], "", "");
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        text_is_told(CIELO_OP_CARD_VERIFY, pattern, bad[i],
                     "expiration_date:format", "");
}

static void card_numbers_and_codes_have_lengths(void)
{
    static const struct {
        const char *member;
        const char *text;
        const char *problems;
    } cases[] = {{"CardNumber", "402400715376", "card_number:size"},
                 {"CardNumber", "4024007153763", ""},
                 {"CardNumber", "4024007153763191402", ""},
                 {"CardNumber", "40240071537631914024", "card_number:size"},
                 {"CardNumber", "x024007153763191", "card_number:format"},
                 {"SecurityCode", "12", "security_code:size"},
                 {"SecurityCode", "123", ""},
                 {"SecurityCode", "1234", ""},
                 {"SecurityCode", "12345", "security_code:size"},
                 {"SecurityCode", "x23", "security_code:format"},
                 /* what may be a cryptogram */
                 {"SecurityCode", "AAAAAAAAAAAAAAAAAAA",
                  "security_code:format"},
                 {"SecurityCode", "AAAAAAAAAAAAAAAAAAAA", ""},
                 {"SecurityCode", "AAAAAAAAAAAAAAAAA+/=", ""},
                 {"SecurityCode", "AAAAAAAAAAAAAAAAAAA-",
                  "security_code:format"},
                 {"SecurityCode", "12345678901234567890",
                  "security_code:size"}};
    char params[256];
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int number = strcmp(cases[i].member, "CardNumber") == 0;

        snprintf(params, sizeof(params), "{'fields':{%s'%s':'%%s',%s}}",
                 number ? "" : "'CardNumber':'4024007153763191',",
                 cases[i].member, ZERO_AUTH_CARD);
        text_is_told(CIELO_OP_CARD_VERIFY, params, cases[i].text,
                     cases[i].problems, "");
    }
}

/* A card of its own or a wallet stands for the members of a card. */
static void zero_auth_takes_three_forms(void)
{
    static const told rows[]
        = {{"{'fields':{'CardNumber':'4024007153763191'}}",
            "holder:required expiration_date:required brand:required", "",
            NULL},
           {"{'fields':{'Card':{'CardToken':'" GUID "','Brand':'Visa'}}}", "",
            "", NULL},
           {"{'fields':{'Wallet':{'Type':'ApplePay'}}}", "", "", NULL},
           {"{'fields':{'Cryptogram':1,'Brand':'Visa'}}",
            "card_number:required", "Cryptogram:unknown_name", NULL}};

    ALL_TOLD(CIELO_OP_CARD_VERIFY, 1, rows);
}

static void order_numbers_are_looked_into(void)
{
    static const struct {
        const char *text;
        const char *problems;
        const char *warnings;
    } cases[] = {{"a1", "", ""},
                 {"a_1", "", "merchant_order_id:format"},
                 {"a 1", "merchant_order_id:format", ""},
                 {" a", "merchant_order_id:format", ""},
                 {"a\x7F", "merchant_order_id:format", ""},
                 {"a\\t", "merchant_order_id:format", ""},
                 {"12345678901234567890", "", ""},
                 {"123456789012345678901", "", "merchant_order_id:size"},
                 {"12345678901234567890123456789012345678901234567890", "",
                  "merchant_order_id:size"},
                 {"123456789012345678901234567890123456789012345678901",
                  "merchant_order_id:size", "merchant_order_id:size"},
                 {"", "merchant_order_id:format", ""}};
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        text_is_told(CIELO_OP_SALE_CREATE,
                     "{'fields':{'MerchantOrderId':'%s','Payment':{" CREDIT
                     "'CreditCard':{'CardToken':'" GUID "','Brand':'Visa'}}}}",
                     cases[i].text, cases[i].problems, cases[i].warnings);
}

/* The message of the only warning. */
static void check_message(int operation, const char *params, const char *part)
{
    cielo__input input = {0, NULL, NULL, NULL, NULL};
    cielo_value *tree = NULL;
    const char *message;

    CHECK_INT(cielo_value_parse(&tree, params, strlen(params), NULL), CIELO_OK);
    CHECK_INT(cielo__validate(cielo__operation_row(operation), tree, 1, &input),
              CIELO_OK);
    CHECK_INT(cielo_value_size(input.warnings), 1);
    message = cielo_value_text(
        cielo_value_get(cielo_value_first(input.warnings), "message"), NULL);
    CHECK(message && strstr(message, part));
    clear(&input);
    cielo_value_free(tree);
}

static void messages_name_what_is_meant(void)
{
    check_message(CIELO_OP_SALE_CREATE,
                  "{\"fields\":{\"MerchantOrderId\":\"a_1\",\"Payment\":{"
                  "\"Type\":\"DebitCard\",\"Amount\":1,\"Wallet\":{}}}}",
                  "payment.sent_order_id");
    check_message(CIELO_OP_ORDER_CREATE,
                  "{\"fields\":{\"order_number\":\"a_1\",\"cart\":{\"items\":"
                  "[]},\"shipping\":{\"type\":\"Free\"}}}",
                  "0-9: the acquirer gets another order number");
    check_message(CIELO_OP_RECURRENCE_SET_CUSTOMER,
                  CUSTOMER("\"status\":\"Exsiting\""),
                  "did you mean \"EXISTING\"?");
    check_message(CIELO_OP_RECURRENCE_SET_CUSTOMER,
                  CUSTOMER("\"zip_code\":\"1\""),
                  "did you mean \"address.zip_code\"?");
}

static void parameters_are_told_at_their_edges(void)
{
    static const struct {
        int operation;
        told row;
    } cases[] = {
        {CIELO_OP_CARD_BIN, {"{'digits':'12345'}", "digits:format", "", NULL}},
        {CIELO_OP_CARD_BIN, {"{'digits':'123456'}", "", "", NULL}},
        {CIELO_OP_CARD_BIN, {"{'digits':'1234567890123456789'}", "", "", NULL}},
        {CIELO_OP_CARD_BIN,
         {"{'digits':'12345678901234567890'}", "digits:format", "", NULL}},
        {CIELO_OP_CARD_BIN, {"{'digits':'x23456'}", "digits:format", "", NULL}},
        {CIELO_OP_CARD_BIN, {"{'digits':123456}", "digits:type", "", NULL}},
        {CIELO_OP_RECURRENCE_SET_DAY, {"{'id':'x','day':1}", "", "", "1"}},
        {CIELO_OP_RECURRENCE_SET_DAY, {"{'id':'x','day':31}", "", "", "31"}},
        {CIELO_OP_RECURRENCE_SET_DAY,
         {"{'id':'x','day':32}", "day:range", "", NULL}},
        {CIELO_OP_RECURRENCE_SET_END_DATE,
         {"{'id':'x','date':'2026-13-01'}", "date:format", "", NULL}},
        {CIELO_OP_RECURRENCE_SET_END_DATE,
         {"{'id':'x','date':'2026-12-01'}", "", "", "'2026-12-01'"}},
        {CIELO_OP_RECURRENCE_SET_INTERVAL,
         {"{'id':'x','interval':true}", "interval:choice", "", NULL}},
        {CIELO_OP_RECURRENCE_SET_CUSTOMER,
         {"{'id':'x','fields':7}", "fields:type", "", NULL}},
        {CIELO_OP_SALE_GET,
         {"{'payment_id':'\\na'}", "payment_id:format", "", NULL}},
        {CIELO_OP_SALE_GET,
         {"{'payment_id':'a\x7F'}", "payment_id:format", "", NULL}},
        {CIELO_OP_SALE_GET, {"{'payment_id':'a b'}", "", "", NULL}},
        {CIELO_OP_REQUEST,
         {"{'method':'GET','path':'/ b'}", "path:format", "", NULL}},
        {CIELO_OP_REQUEST,
         {"{'method':'GET','path':'/%zz'}", "path:format", "", NULL}},
        {CIELO_OP_REQUEST,
         {"{'method':'GET','path':true}", "path:format", "", NULL}},
        {CIELO_OP_REQUEST,
         {"{'method':'POST','path':'/','host':'query','body':{'a':[1]}}", "",
          "", "{'a':[1]}"}},
        {CIELO_OP_BROWSER_THREEDS_TOKEN,
         {"{'establishment_code':'1','merchant_name':'A','mcc':'2'}", "", "",
          "{'EstablishmentCode':'1','MerchantName':'A','MCC':'2'}"}},
        {CIELO_OP_BROWSER_THREEDS_TOKEN,
         {"{'merchant_name':'A','mcc':'2'}", "establishment_code:required", "",
          NULL}}};
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        is_told(cases[i].operation, 1, &cases[i].row);
}

static void moments_are_seconds(void)
{
    static const struct {
        const char *moment;
        const char *problems;
    } cases[] = {{"0", ""},
                 {"-1", "not_before:range"},
                 {"1099511627776", ""},
                 {"1099511627777", "not_before:range"},
                 {"1.5", "not_before:type"},
                 {"'1'", "not_before:type"}};
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        text_is_told(CIELO_OP_SALE_RECONCILE,
                     "{'merchant_order_id':'1','amount':1,'not_before':%s}",
                     cases[i].moment, cases[i].problems, "");
}

/* In a parameter too, and of it nothing else is told. */
static void an_invalid_parameter_is_told_once(void)
{
    cielo_value *params = cielo_value_new_object(), *list;

    CHECK_INT(cielo_value_set(params, "payment_id",
                              cielo_value_new_invalid("a set")), CIELO_OK);
    check_tree(CIELO_OP_SALE_GET, params, 1, "payment_id:json", NULL);
    cielo_value_free(params);
    params = cielo_value_new_object();
    list = cielo_value_new_array();
    CHECK_INT(cielo_value_append(list, cielo_value_new_invalid("a set")),
              CIELO_OK);
    CHECK_INT(cielo_value_set(params, "method", cielo_value_new_text("PUT", 3)),
              CIELO_OK);
    CHECK_INT(cielo_value_set(params, "path", cielo_value_new_text("/", 1)),
              CIELO_OK);
    CHECK_INT(cielo_value_set(params, "body", list), CIELO_OK);
    check_tree(CIELO_OP_REQUEST, params, 1, "body[0]:json", NULL);
    cielo_value_free(params);
    params = with_member("name", cielo_value_new_invalid("a set"));
    check_tree(CIELO_OP_RECURRENCE_SET_CUSTOMER, params, 1, "name:json", NULL);
    cielo_value_free(params);
}

static void numbers_may_be_texts(void)
{
    static const told rows[]
        = {{FIELDS("'AddressType':'0'"), "", "", "{'AddressType':0}"},
           {FIELDS("'AddressType':'007'"), "", "", "{'AddressType':7}"},
           {FIELDS("'AddressType':'1.50'"), "", "address_type:type",
            "{'AddressType':'1.50'}"},
           {FIELDS("'AddressType':'1.5'"), "address_type:type", "", NULL},
           {FIELDS("'AddressType':'.50'"), "address_type:type", "", NULL},
           {FIELDS("'AddressType':'x.50'"), "address_type:type", "", NULL},
           {FIELDS("'AddressType':'1.5x'"), "address_type:type", "", NULL},
           {FIELDS("'AddressType':'1.x5'"), "address_type:type", "", NULL},
           {FIELDS("'AddressType':'1x50'"), "address_type:type", "", NULL},
           {FIELDS("'AddressType':'1.505'"), "address_type:type", "", NULL},
           {FIELDS("'AddressType':123456789"), "", "",
            "{'AddressType':123456789}"}};
    told wrapped;
    char params[256], problems[64], warnings[64], body[128];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(params, sizeof(params), "{'id':'x','fields':{'Address':%s}}",
                 strchr(rows[i].params + 1, '{'));
        params[strlen(params) - 1] = '\0';
        snprintf(problems, sizeof(problems), "%s%s",
                 *rows[i].problems ? "address." : "", rows[i].problems);
        snprintf(warnings, sizeof(warnings), "%s%s",
                 *rows[i].warnings ? "address." : "", rows[i].warnings);
        snprintf(body, sizeof(body), "{'Address':%s}",
                 rows[i].body ? rows[i].body : "");
        wrapped.params = params;
        wrapped.problems = problems;
        wrapped.warnings = warnings;
        wrapped.body = rows[i].body ? body : NULL;
        is_told(CIELO_OP_RECURRENCE_SET_CUSTOMER, 1, &wrapped);
    }
}

static void dates_of_other_styles_are_told_apart(void)
{
    static const struct {
        const char *date;
        const char *problems;
        const char *warnings;
    } cases[] = {{"12/2026", "", "birthdate:format"},
                 {"1/2026", "birthdate:format", ""},
                 {"x12/12/2026", "birthdate:format", ""},
                 {"12/12/2026x", "birthdate:format", ""},
                 {"2026-12-1", "", "birthdate:format"},
                 {"2026-12-32", "birthdate:format", ""},
                 {"12-12-2026", "", "birthdate:format"}};
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        text_is_told(CIELO_OP_RECURRENCE_SET_CUSTOMER,
                     FIELDS("'Birthdate':'%s'"), cases[i].date,
                     cases[i].problems, cases[i].warnings);
}

/* Thirteen characters, in however many bytes. */
static void descriptors_are_counted_in_characters(void)
{
    descriptor("Loja 1234 AB\xC3\xA9", 1, "soft_descriptor:format");
    descriptor("Loja 1234 ABC\xC3\xA9", 1,
               "soft_descriptor:size soft_descriptor:format");
}

#define PAYMENT(members)                                                       \
    "{'id':'x','fields':{'Type':'Other','Amount':1," members "}}"

static void payment_members_are_told(void)
{
    static const told rows[]
        = {{PAYMENT("'Interest':{}"), "interest:type", "", NULL},
           {PAYMENT("'Interest':[]"), "interest:type", "", NULL},
           {PAYMENT("'Interest':'1.5'"), "", "", NULL},
           {PAYMENT("'Interest':1.5"), "", "", NULL},
           {PAYMENT("'Tid':5"), "", "", NULL},
           {PAYMENT("'IssuerTransactionId':'123456789012345678901234567890'"),
            "", "", NULL},
           {PAYMENT("'TransactionLinkId':'1234567890123456789012'"), "", "",
            NULL},
           {PAYMENT("'TransactionLinkId':'12345678901234567890123'"), "",
            "transaction_link_id:size", NULL},
           {PAYMENT("'ExternalAuthentication':{'Cavv':1}"),
            "external_authentication.cavv:type", "", NULL},
           {PAYMENT("'RecurrentPayment':{'Interval':'monthly'}"), "", "",
            "{'Type':'Other','Amount':1,'RecurrentPayment':{'Interval':"
            "'Monthly'}}"},
           {PAYMENT("'RecurrentPayment':{'Interval':6}"), "", "",
            "{'Type':'Other','Amount':1,'RecurrentPayment':{'Interval':"
            "'SemiAnnual'}}"},
           {PAYMENT("'RecurrentPayment':{'Interval':'Daily'}"), "",
            "recurrent_payment.interval:choice",
            "{'Type':'Other','Amount':1,'RecurrentPayment':{'Interval':"
            "'Daily'}}"},
           {PAYMENT("'RecurrentPayment':{'Interval':true}"),
            "recurrent_payment.interval:choice", "", NULL},
           {PAYMENT("'RecurrentPayment':{'Interval':{}}"),
            "recurrent_payment.interval:choice", "", NULL},
           {PAYMENT("'PaymentFacilitator':{'SubEstablishment':{}}"), "",
            "payment_facilitator.sub_establishment.identity:required "
            "payment_facilitator.sub_establishment.company_name:required "
            "payment_facilitator.sub_establishment.establishment_url:required",
            NULL},
           {PAYMENT("'PaymentFacilitator':{'SubEstablishment':{'Identity':"
                    "1234567890,'CompanyName':'A','EstablishmentUrl':'a'}}"),
            "", "payment_facilitator.sub_establishment.identity:type", NULL},
           {PAYMENT("'PaymentFacilitator':{'SubEstablishment':{'Identity':"
                    "12345678901,'CompanyName':'A','EstablishmentUrl':'a'}}"),
            "", "", NULL}};

    ALL_TOLD(CIELO_OP_RECURRENCE_SET_PAYMENT, 1, rows);
}

static void numbers_are_no_guids(void)
{
    static const told rows[]
        = {{"{'id':'x','fields':{'PagadorRecurrentPaymentId':7}}",
            "pagador_recurrent_payment_id:type "
            "pagador_recurrent_payment_id:conflict", "", NULL},
           {"{'id':'" GUID "','fields':{'PagadorRecurrentPaymentId':"
            "'837a8d9a-88fe-4f74-931f-acf81149f4a0'}}",
            "pagador_recurrent_payment_id:conflict", "", NULL},
           {"{'id':'" GUID "','fields':{'PagadorRecurrentPaymentId':'" GUID
            "'}}", "", "", "{'PagadorRecurrentPaymentId':'" GUID "'}"}};
    static const told token
        = {"{'fields':{'CardToken':7,'Brand':'Visa'}}", "card_token:type", "",
           NULL};

    ALL_TOLD(CIELO_OP_ORDER_RECURRENCE_UPDATE, 1, rows);
    is_told(CIELO_OP_CARD_VERIFY, 1, &token);
}

/* Without rules what has another type is sent as it is. */
static void other_types_pass_without_rules(void)
{
    static const told rows[]
        = {{FIELDS("'Name':1"), "", "", "{'Name':1}"},
           {FIELDS("'Name':[1]"), "", "", "{'Name':[1]}"},
           {FIELDS("'Status':5"), "", "", "{'Status':5}"},
           {FIELDS("'Status':'exsiting'"), "", "", "{'Status':'exsiting'}"},
           {FIELDS("'Birthdate':5"), "", "", "{'Birthdate':5}"},
           {FIELDS("'Address':'a'"), "", "", "{'Address':'a'}"}};
    static const told interval
        = {"{'id':'x','fields':{'RecurrentPayment':{'Interval':true}}}", "", "",
           "{'RecurrentPayment':{'Interval':true}}"};

    ALL_TOLD(CIELO_OP_RECURRENCE_SET_CUSTOMER, 0, rows);
    is_told(CIELO_OP_RECURRENCE_SET_PAYMENT, 0, &interval);
}

/* More than the few that need no memory of their own, all of them known. */
static void many_members_are_put_in_order(void)
{
    static const told rows[]
        = {{FIELDS("'Capture':true,'Type':'Other','Amount':1,'Currency':'BRL',"
                   "'Country':'BRA','Provider':'Simulado','Installments':1,"
                   "'Interest':1,'Authenticate':false,'Recurrent':false,"
                   "'ServiceTaxAmount':1,'Tip':false,'QuasiCash':false,"
                   "'ReturnUrl':'a','Demonstrative':'a','Assignor':'a',"
                   "'Address':'a'"),
            "", "",
            "{'Type':'Other','Amount':1,'Currency':'BRL','Country':'BRA',"
            "'Provider':'Simulado','Installments':1,'Interest':1,"
            "'Capture':true,'Authenticate':false,'Recurrent':false,"
            "'ServiceTaxAmount':1,'Tip':false,'ReturnUrl':'a',"
            "'QuasiCash':false,'Address':'a','Assignor':'a',"
            "'Demonstrative':'a'}"}};

    ALL_TOLD(CIELO_OP_RECURRENCE_SET_PAYMENT, 1, rows);
}

#define PAGE(items)                                                            \
    "{'fields':{'Cart':{'Items':" items "},'Shipping':{'Type':'Free'}}}"

static void lists_are_checked_by_item(void)
{
    static const char item[]
        = PAGE("[{'Name':'A','UnitPrice':1,'Quantity':1,'Type':'Asset'}]");
    static const told rows[]
        = {{item, "", "", "{'Cart':{'Items':[{'Name':'A','UnitPrice':1,"
                          "'Quantity':1,'Type':'Asset'}]},'Shipping':{"
                          "'Type':'Free'}}"},
           {PAGE("{}"), "", "",
            "{'Cart':{'Items':[]},'Shipping':{'Type':'Free'}}"},
           {PAGE("{'a':1}"), "cart.items:type", "", NULL},
           {PAGE("'a'"), "cart.items:type", "", NULL},
           {PAGE("[1,'a']"), "cart.items[0]:type cart.items[1]:type", "", NULL},
           {PAGE("[{},{'Name':'A','UnitPrice':1,'Quantity':1}]"),
            "cart.items[0].name:required cart.items[0].unit_price:required "
            "cart.items[0].quantity:required cart.items[0].type:required "
            "cart.items[1].type:required", "", NULL}};
    static const told raw
        = {PAGE("[1,{'Name':2}]"), "", "",
           "{'Cart':{'Items':[1,{'Name':2}]},'Shipping':{'Type':'Free'}}"};

    ALL_TOLD(CIELO_OP_ORDER_CREATE, 1, rows);
    is_told(CIELO_OP_ORDER_CREATE, 0, &raw);
}

#define STORED(more) "{'Brand':'Visa','CardToken':'" GUID "'" more "}"
#define KEPT(more) STORED(",'CardOnFile':{'Usage':'Used'" more "}")

static void required_members_are_missed(void)
{
    static const told rows[]
        = {{"{'fields':{}}", "merchant_order_id:required payment:required", "",
            NULL},
           {SALE("", "'Type':'CreditCard'"),
            "payment.amount:required payment.installments:required "
            "payment.credit_card:required", "", NULL},
           {SALE("", "'Type':'CreditCard','Amount':0,'Installments':0"),
            "payment.amount:range payment.installments:range "
            "payment.credit_card:required", "", NULL},
           {SALE("", "'Type':'DebitCard','Amount':1"),
            "payment.debit_card:required", "", NULL},
           {SALE("", "'Type':'DebitCard','Amount':1,'Wallet':{}"), "", "",
            NULL},
           {SALE("", CREDIT "'CreditCard':{'CardNumber':'4024007153763191'}"),
            "payment.credit_card.holder:required "
            "payment.credit_card.expiration_date:required "
            "payment.credit_card.brand:required", "", NULL},
           {SALE("", CREDIT "'CreditCard':{'Brand':'Visa'}"),
            "payment.credit_card.card_number:required", "", NULL},
           {SALE("", CREDIT "'Wallet':{},'CreditCard':{}"), "", "", NULL},
           {SALE("", CREDIT "'CreditCard':" STORED(",'SecurityCode':'1234'")),
            "", "", NULL},
           {SALE("", CREDIT "'CreditCard':" STORED(
                ",'SecurityCode':'AAAAAAAAAAAAAAAAAAAA'")),
            "payment.credit_card.security_code:size", "", NULL}};

    ALL_TOLD(CIELO_OP_SALE_CREATE, 1, rows);
}

static void recurrences_are_checked(void)
{
    static const told rows[]
        = {{SALE("", "'Type':'CreditCard','Amount':1,'Installments':2,"
                     "'Recurrent':true,'CreditCard':" STORED("")),
            "payment.installments:conflict", "", NULL},
           {SALE("", "'Type':'CreditCard','Amount':1,'Installments':2,"
                     "'RecurrentPayment':{},'CreditCard':" STORED("")),
            "payment.installments:conflict", "", NULL},
           {SALE("", "'Type':'CreditCard','Amount':1,'Installments':2,"
                     "'Recurrent':false,'CreditCard':" STORED("")),
            "", "", NULL},
           {SALE("", CREDIT "'Recurrent':true,'Authenticate':true,"
                            "'CreditCard':" STORED("")),
            "", "payment.authenticate:conflict", NULL},
           {SALE("", CREDIT "'RecurrentPayment':{},'Authenticate':true,"
                            "'CreditCard':" STORED("")),
            "", "", NULL},
           {SALE("", CREDIT "'RecurrentPayment':{'AuthorizeNow':false},"
                            "'CreditCard':" STORED("")),
            "payment.recurrent_payment.start_date:required", "", NULL},
           {SALE("", CREDIT "'RecurrentPayment':{'AuthorizeNow':true},"
                            "'CreditCard':" STORED("")),
            "", "", NULL},
           {SALE("", CREDIT "'RecurrentPayment':{'AuthorizeNow':false,"
                            "'StartDate':'2030-01-01'},"
                            "'CreditCard':" STORED("")),
            "", "", NULL}};

    ALL_TOLD(CIELO_OP_SALE_CREATE, 1, rows);
}

/* A recurring charge with a stored card says why it has the card. */
static void a_reason_is_added(void)
{
    static const struct {
        const char *payment;
        const char *reason; /* NULL: none is sent */
    } cases[]
        = {{"'Recurrent':true,'CreditCard':" KEPT(""), "Recurring"},
           {"'Recurrent':true,'DebitCard':" KEPT(""), "Recurring"},
           {"'RecurrentPayment':{},'CreditCard':" KEPT(""), "Recurring"},
           {"'Recurrent':false,'CreditCard':" KEPT(""), NULL},
           {"'Recurrent':true,'CreditCard':" KEPT(",'Reason':'Unscheduled'"),
            "Unscheduled"},
           {"'Recurrent':true,'CreditCard':" STORED(
                ",'CardOnFile':{'Usage':'First'}"), NULL},
           {"'Recurrent':true,'CreditCard':" STORED(",'CardOnFile':{}"),
            NULL}};
    char params[512], body[512];
    told row = {NULL, "", "", NULL};
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *given = cases[i].payment;
        const char *said = strstr(given, ",'Reason'");
        size_t kept = said ? (size_t)(said - given)
                           : (size_t)(strchr(strstr(given, "CardOnFile"), '}')
                                      - given);

        snprintf(params, sizeof(params),
                 PAYMENT("%s"), given);
        snprintf(body, sizeof(body), "{'Type':'Other','Amount':1,%.*s%s%s%s}}}",
                 (int)kept, given, cases[i].reason ? ",'Reason':'" : "",
                 cases[i].reason ? cases[i].reason : "",
                 cases[i].reason ? "'" : "");
        row.params = params;
        row.body = body;
        is_told(CIELO_OP_RECURRENCE_SET_PAYMENT, 1, &row);
    }
}

#define BUYER "'Name':'A','Identity':'12345678909','IdentityType':'CPF'"
#define PIX "'Type':'Pix','Amount':1,'Provider':'Cielo2'"

static void pix_has_needs_and_limits(void)
{
    static const told rows[]
        = {{SALE("", "'Type':'Pix','Amount':1"),
            "customer.name:required customer.identity:required",
            "customer.identity_type:required payment.provider:required", NULL},
           {SALE(BUYER, PIX), "", "", NULL},
           {SALE(BUYER, "'Type':'Pix','Amount':1,'Provider':'Cielo30'"), "",
            "payment.provider:choice", NULL},
           {SALE(BUYER, PIX ",'QrCode':{'Expiration':86400}"), "", "", NULL},
           {SALE(BUYER, PIX ",'QrCode':{'Expiration':86401}"), "",
            "payment.qr_code.expiration:range", NULL},
           {SALE(BUYER, PIX ",'QrCode':{}"), "", "", NULL}};
    static const struct {
        const char *number;
        const char *more;
        const char *warnings;
    } numbers[] = {{"1234567890123456789012345", "", ""},
                   {"12345678901234567890123456", "", "merchant_order_id:size"},
                   {"12345678901234567890123456", ",'RecurrentPayment':{}",
                    ""}};
    char params[512];
    size_t i;

    ALL_TOLD(CIELO_OP_SALE_CREATE, 1, rows);
    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        snprintf(params, sizeof(params),
                 "{'fields':{'MerchantOrderId':'%%s','Customer':{" BUYER
                 "},'Payment':{" PIX "%s}}}", numbers[i].more);
        text_is_told(CIELO_OP_SALE_CREATE, params, numbers[i].number, "",
                     numbers[i].warnings);
    }
}

/* A consent to later Pix charges has no amount; nothing else is without one. */
static void a_consent_needs_no_amount(void)
{
#define CONSENT(type)                                                          \
    "'Type':'Pix','Provider':'Cielo2','RecurrentPayment':{'AuthorizeNow':"     \
    "false,'StartDate':'2030-01-01'" type "}"
    static const told rows[]
        = {{SALE(BUYER, CONSENT(",'RecurrenceType':'SelfManagedConsent'")), "",
            "", NULL},
           {SALE(BUYER, CONSENT("")), "payment.amount:required", "", NULL}};

    ALL_TOLD(CIELO_OP_SALE_CREATE, 1, rows);
#undef CONSENT
}

static void boletos_and_analyses_have_needs(void)
{
    static const told rows[]
        = {{SALE("", "'Type':'Boleto','Amount':1"),
            "payment.provider:required customer.address.zip_code:required "
            "customer.address.state:required customer.address.city:required "
            "customer.address.district:required "
            "customer.address.street:required "
            "customer.address.number:required", "", NULL},
           {SALE("'Address':{'ZipCode':'1','State':'A','City':'A','District':"
                 "'A','Street':'A','Number':'1'}",
                 "'Type':'Boleto','Amount':1,'Provider':'Bradesco2'"),
            "", "", NULL},
           {SALE("'DeliveryAddress':{'Complement':'12345678901234'},"
                 "'BillingAddress':{'Complement':'12345678901234'}",
                 "'Type':'Other','Amount':1,'FraudAnalysis':{}"),
            "", "", NULL},
           {SALE("'DeliveryAddress':{'Complement':'123456789012345'},"
                 "'BillingAddress':{'Complement':'123456789012345'}",
                 "'Type':'Other','Amount':1,'FraudAnalysis':{}"),
            "", "customer.delivery_address.complement:size "
                "customer.billing_address.complement:size", NULL},
           {SALE("'DeliveryAddress':{'Complement':'123456789012345'}",
                 "'Type':'Other','Amount':1"), "", "", NULL}};

    ALL_TOLD(CIELO_OP_SALE_CREATE, 1, rows);
}

CHECK_MAIN(names_are_matched_at_any_depth,
           two_spellings_are_a_problem_at_any_depth,
           slips_are_found_and_strangers_pass,
           a_name_that_is_a_card_number_is_masked,
           a_long_name_is_cut_between_characters, a_deep_path_spoils_no_other,
           what_json_cannot_say_is_a_problem_anywhere, types_are_checked,
           sizes_count_characters, booleans_may_be_words,
           amounts_are_whole_cents, instalments_are_counted,
           secrets_are_text_and_digits,
           only_what_cannot_be_sent_is_checked_without_rules,
           path_parts_are_checked, escapes_in_path_parts_lead_nowhere,
           targets_are_checked,
           days_and_intervals_are_checked,
           amounts_are_checked_without_rules_too, descriptors_are_warned_of,
           a_missing_mark_is_warned_of,
           zeros_that_a_number_loses_are_warned_of,
           what_cielo_takes_is_warned_of, a_change_needs_its_id,
           a_name_given_twice_is_a_problem, any_depth_is_checked,
           several_problems_are_told_by_line,
           a_long_problem_hides_no_other,
           dates_that_lie_behind_are_warned_of,
           the_last_warning_counts_the_others, a_card_needs_its_brand,
           an_amount_of_nothing_passes_without_rules,
           tokens_are_guids,
           expirations_are_months,
           card_numbers_and_codes_have_lengths,
           zero_auth_takes_three_forms,
           order_numbers_are_looked_into,
           messages_name_what_is_meant,
           parameters_are_told_at_their_edges,
           moments_are_seconds,
           an_invalid_parameter_is_told_once,
           numbers_may_be_texts,
           dates_of_other_styles_are_told_apart,
           descriptors_are_counted_in_characters,
           payment_members_are_told,
           numbers_are_no_guids,
           other_types_pass_without_rules,
           many_members_are_put_in_order,
           lists_are_checked_by_item,
           required_members_are_missed,
           recurrences_are_checked,
           a_reason_is_added,
           pix_has_needs_and_limits,
           a_consent_needs_no_amount,
           boletos_and_analyses_have_needs)
