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
    cielo__input input = {NULL, NULL, NULL, NULL};
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
    cielo__input input = {NULL, NULL, NULL, NULL};
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
                 {"/1/%252525252525252541", "path:format"},
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
    cielo__input input = {NULL, NULL, NULL, NULL};
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

static void marked(const char *payment, const char *warnings)
{
    cielo__input input = {NULL, NULL, NULL, NULL};
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
    descriptor("Caf\xC3\xA9", 1, "soft_descriptor:format");
    descriptor("CARTEIRA*NOMELOJA", 1,
           "soft_descriptor:size soft_descriptor:format");
    descriptor("CARTEIRA*NOMELOJA", 0, "");
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
           a_name_given_twice_is_a_problem, any_depth_is_checked)
