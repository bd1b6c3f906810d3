/* What an answer says of a capture or a void, and whose answer it is. */
#include "check.h"

#include <cielo/cielo.h>

#include "call/call.h"

static cielo_value *json(const char *text)
{
    cielo_value *tree = NULL;

    if (text)
        CHECK_INT(cielo_value_parse(&tree, text, strlen(text), NULL),
                  CIELO_OK);
    return tree;
}

static void says(int operation, const char *params, const char *answer,
                 cielo__change expected)
{
    cielo_value *given = json(params), *tree = json(answer);
    cielo__intent intent;

    memset(&intent, 0, sizeof(intent));
    intent.operation = operation;
    intent.row = cielo__operation_row(operation);
    intent.params = given;
    CHECK_INT(cielo__change_of(&intent, tree), expected);
    cielo_value_free(given);
    cielo_value_free(tree);
}

#define WHOLE "{\"payment_id\":\"x\"}"
#define PART "{\"payment_id\":\"x\",\"amount\":100}"

static void a_void_is_judged_by_six_rules(void)
{
    static const struct {
        const char *params;
        const char *answer;
        cielo__change change;
    } rows[] = {
        {WHOLE, "{\"Status\":10,\"ReturnCode\":\"9\"}", CIELO__CHANGE_DONE},
        {WHOLE, "{\"Status\":11,\"ReturnCode\":\"0\"}", CIELO__CHANGE_DONE},
        {WHOLE, "{\"Status\":\"10\",\"ReasonCode\":\"0\"}", CIELO__CHANGE_DONE},
        {WHOLE, "{\"Status\":10,\"ReturnCode\":\"6\"}", CIELO__CHANGE_DONE},
        {WHOLE, "{\"Status\":10,\"ReasonCode\":7}", CIELO__CHANGE_REFUSED},
        {WHOLE, "{\"Status\":2,\"ReasonCode\":8}", CIELO__CHANGE_PENDING},
        {WHOLE, "{\"Status\":12}", CIELO__CHANGE_PENDING},
        {WHOLE, "{\"Status\":2,\"ReasonCode\":7}", CIELO__CHANGE_REFUSED},
        {WHOLE, "{\"Status\":2,\"ReturnCode\":\"6\"}", CIELO__CHANGE_REFUSED},
        {WHOLE, "{\"Status\":1,\"ReturnCode\":\"101\"}", CIELO__CHANGE_REFUSED},
        {WHOLE, "{\"Status\":2,\"ProviderReturnCode\":\"72\"}",
         CIELO__CHANGE_REFUSED},
        {WHOLE, "{\"Status\":2,\"ReturnCode\":\"9\"}", CIELO__CHANGE_DOUBT},
        {WHOLE, "{\"Status\":2,\"ReasonCode\":0}", CIELO__CHANGE_DOUBT},
        {WHOLE, "{\"Status\":2,\"ReturnCode\":\"475\"}", CIELO__CHANGE_DOUBT},
        {WHOLE, "{\"Status\":2,\"ReturnCode\":\"no such\"}",
         CIELO__CHANGE_DOUBT},
        {WHOLE, "{\"Status\":3,\"ReturnCode\":\"6\"}", CIELO__CHANGE_DOUBT},
        {WHOLE, "{\"Status\":99}", CIELO__CHANGE_DOUBT},
        {WHOLE, "{\"success\":true,\"Status\":2}", CIELO__CHANGE_DOUBT},
        {PART, "{\"Status\":2,\"ReturnCode\":\"0\"}", CIELO__CHANGE_DONE},
        {PART, "{\"Status\":2,\"ReturnCode\":\"9\"}", CIELO__CHANGE_DONE},
        {PART, "{\"Status\":2,\"ReasonCode\":0,\"ReturnCode\":\"6\"}",
         CIELO__CHANGE_DONE},
        {PART, "{\"Status\":11}", CIELO__CHANGE_DONE},
        {PART, "{\"Status\":2}", CIELO__CHANGE_DOUBT},
        {PART, "{\"Status\":1,\"ReasonCode\":0}", CIELO__CHANGE_DOUBT},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        says(CIELO_OP_SALE_VOID, rows[i].params, rows[i].answer,
             rows[i].change);
    says(CIELO_OP_SALE_VOID_BY_ORDER, "{\"merchant_order_id\":\"x\"}",
         "{\"Status\":2,\"ReasonCode\":7}", CIELO__CHANGE_REFUSED);
}

static void a_capture_is_judged_by_its_status_and_reason(void)
{
    says(CIELO_OP_SALE_CAPTURE, WHOLE, "{\"Status\":2,\"ReturnCode\":\"6\"}",
         CIELO__CHANGE_DONE);
    says(CIELO_OP_SALE_CAPTURE, PART, "{\"Status\":2,\"ReturnCode\":\"00\"}",
         CIELO__CHANGE_DONE);
    says(CIELO_OP_SALE_CAPTURE, WHOLE, "{\"Status\":2,\"ReasonCode\":7}",
         CIELO__CHANGE_REFUSED);
    says(CIELO_OP_SALE_CAPTURE, WHOLE, "{\"Status\":12}",
         CIELO__CHANGE_PENDING);
    says(CIELO_OP_SALE_CAPTURE, WHOLE, "{\"Status\":1,\"ReturnCode\":\"842\"}",
         CIELO__CHANGE_REFUSED);
    says(CIELO_OP_SALE_CAPTURE, WHOLE, "{\"Status\":1,\"ReturnCode\":\"999\"}",
         CIELO__CHANGE_DOUBT);
    says(CIELO_OP_SALE_CAPTURE, WHOLE, "{\"Status\":1}", CIELO__CHANGE_DOUBT);
    says(CIELO_OP_SALE_CAPTURE, WHOLE, "{\"Status\":10}", CIELO__CHANGE_DOUBT);
}

static void checkout_says_it_in_one_word(void)
{
    static const int operations[]
        = {CIELO_OP_ORDER_CAPTURE, CIELO_OP_ORDER_VOID};
    size_t i;

    for (i = 0; i < 2; i++) {
        says(operations[i], "{}", "{\"success\":true,\"status\":2,"
             "\"returnCode\":\"6\"}", CIELO__CHANGE_DONE);
        says(operations[i], "{}", "{\"Success\":\"True\"}", CIELO__CHANGE_DONE);
        says(operations[i], "{}", "{\"success\":false,\"status\":5}",
             CIELO__CHANGE_REFUSED);
        says(operations[i], "{}", "{\"success\":\"maybe\",\"status\":5}",
             CIELO__CHANGE_DOUBT);
        says(operations[i], "{}", "{\"success\":1}", CIELO__CHANGE_DOUBT);
    }
}

/* ---- whose answer ---- */

static void answers(int operation, const char *params, const char *body,
                    const char *answer, int expected)
{
    cielo_value *given = json(params), *sent = json(body), *tree = json(answer);
    cielo__intent intent;

    memset(&intent, 0, sizeof(intent));
    intent.operation = operation;
    intent.row = cielo__operation_row(operation);
    intent.params = given;
    intent.body = sent;
    CHECK_INT(cielo__is_answer_to(&intent, tree), expected);
    cielo_value_free(given);
    cielo_value_free(sent);
    cielo_value_free(tree);
}

#define SENT "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"Amount\":100}}"

static void an_answer_repeats_what_was_asked(void)
{
    int sale = CIELO_OP_SALE_CREATE, get = CIELO_OP_SALE_GET;

    answers(sale, "{}", SENT, SENT, 1);
    answers(sale, "{}", SENT, "{\"merchantorderid\":\" a1 \"}", 1);
    answers(sale, "{}", SENT, "{\"Payment\":{\"Amount\":\"100\"}}", 1);
    answers(sale, "{}", SENT, "{\"Payment\":{\"Amount\":\"?\"}}", 1);
    answers(sale, "{}", SENT, "{}", 1);
    answers(sale, "{}", SENT, "{\"MerchantOrderId\":\"  \"}", 1);
    answers(sale, "{}", SENT, "{\"MerchantOrderId\":\"A1  \"}", 1);
    answers(sale, "{}", SENT, "{\"MerchantOrderId\":\"  A1\"}", 1);
    answers(sale, "{}", SENT, "{\"MerchantOrderId\":\"  A2\"}", 0);
    answers(sale, "{}", "{\"Payment\":{}}", SENT, 1);
    answers(sale, "{}", SENT, "{\"MerchantOrderId\":\"A2\"}", 0);
    answers(sale, "{}", SENT, "{\"merchantorderid\":\"A2\"}", 0);
    answers(sale, "{}", SENT, "{\"MerchantOrderId\":\"A11\"}", 0);
    answers(sale, "{}", SENT, "{\"Payment\":{\"Amount\":101}}", 0);
    answers(get, "{\"payment_id\":\"a-b\"}", NULL,
            "{\"Payment\":{\"PaymentId\":\"A-B\"}}", 1);
    answers(get, "{\"payment_id\":\"a-b\"}", NULL,
            "{\"Payment\":{\"PaymentId\":\"a-c\"}}", 0);
    answers(CIELO_OP_SALE_CAPTURE, PART, NULL, "{\"CapturedAmount\":99}", 0);
    answers(CIELO_OP_SALE_CAPTURE, WHOLE, NULL, "{\"CapturedAmount\":99}", 1);
    answers(CIELO_OP_ORDER_GET, "{\"checkout_order_number\":\"abc\"}", NULL,
            "{\"orderNumber\":\"abd\"}", 0);
    answers(CIELO_OP_ORDER_GET, "{\"checkout_order_number\":\"abc\"}", NULL,
            "{\"orderNumber\":\"the shop's\"}", 1);
    answers(CIELO_OP_CARD_BIN, "{\"digits\":\"402400\"}", NULL, "{}", 1);
}

#define GUID "24bc8366-fc31-4d6c-a251-312345678901"
#define BARE "24BC8366FC314D6CA251312345678901"
#define OTHER "34bc8366-fc31-4d6c-a251-312345678901"
#define LINKED(rel, href) \
    "{\"Status\":10,\"Links\":[{\"Rel\":\"" rel "\",\"Href\":\"" href "\"}]}"

/* A change's answer names no sale but in its links. */
static void links_and_ids_say_whose_a_change_is(void)
{
    static const char params[] = "{\"payment_id\":\"" GUID "\"}";
    int change = CIELO_OP_SALE_VOID;

    answers(change, params, NULL, LINKED("self", "https://h/1/sales/" GUID), 1);
    answers(change, params, NULL, LINKED("self", "https://h/1/sales/" BARE), 1);
    answers(change, params, NULL,
            LINKED("self", "https://h/1/sales/{" GUID "}"), 1);
    answers(change, params, NULL, LINKED("self", "https://h/1/sales/" OTHER),
            0);
    answers(change, params, NULL,
            LINKED("capture", "https://h/1/sales/" OTHER "/capture"), 0);
    answers(change, params, NULL, LINKED("self", "https://h/"), 1);
    answers(change, params, NULL, "{\"Status\":10,\"Links\":[]}", 1);
    answers(CIELO_OP_SALE_GET, params, NULL,
            "{\"Payment\":{\"PaymentId\":\"" BARE "\"}}", 1);
    answers(CIELO_OP_SALE_CREATE, "{}",
            "{\"MerchantOrderId\":\" B2\",\"Payment\":{\"Amount\":100}}",
            "{\"MerchantOrderId\":\"B1\"}", 0);
}

static int is_readable(int operation, const char *answer)
{
    cielo_value *tree = json(answer);
    int readable = cielo__readable(cielo__operation_row(operation), tree);

    cielo_value_free(tree);
    return readable;
}

/* Under any spelling, and only what is meant. */
static void an_answer_has_what_is_expected(void)
{
    CHECK(is_readable(CIELO_OP_CARD_TOKENIZE, "{\"CardToken\":\"a\"}"));
    CHECK(is_readable(CIELO_OP_CARD_TOKENIZE, "{\"PCardtoken\":\"a\"}"));
    CHECK(!is_readable(CIELO_OP_CARD_TOKENIZE, "{\"CardToken\":null}"));
    CHECK(!is_readable(CIELO_OP_CARD_TOKENIZE, "{\"Links\":[{}]}"));
    CHECK(!is_readable(CIELO_OP_CARD_TOKENIZE, "[]"));
    CHECK(is_readable(CIELO_OP_ORDER_RECURRENCE_GET, "{}"));
    CHECK(!is_readable(CIELO_OP_ORDER_RECURRENCE_GET, "[]"));
    CHECK(is_readable(CIELO_OP_SALE_VOID, "{\"Status\":10}"));
    CHECK(!is_readable(CIELO_OP_SALE_VOID, "{\"Status\":\"ten\"}"));
}

CHECK_MAIN(an_answer_has_what_is_expected, a_void_is_judged_by_six_rules,
           a_capture_is_judged_by_its_status_and_reason,
           checkout_says_it_in_one_word, an_answer_repeats_what_was_asked,
           links_and_ids_say_whose_a_change_is)
