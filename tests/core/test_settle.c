/*
 * The rules of settling, asked without a call: what is read, what an answer
 * tells, and above all what is not adopted.
 */
#include "check.h"

#include <stdlib.h>

#include <cielo/cielo.h>

#include "call/call.h"

#define ID "24bc8366-fc31-4d6c-8555-17049a836a07"
#define OTHER_ID "11111111-fc31-4d6c-8555-17049a836a07"

/* Noon of 2026-03-02 in Brasilia: the moment of the list's answer. */
#define NOON INT64_C(1772463600000)

typedef struct scene {
    cielo_client *client;
    cielo_value *params;
    cielo_value *body;
    cielo__intent intent;
    cielo__settling s;
    cielo__verdict verdict;
    int64_t now; /* the caller's clock */
} scene;

static cielo_value *json(const char *text)
{
    cielo_value *tree = NULL;

    CHECK_INT(cielo_value_parse(&tree, text, strlen(text), NULL), CIELO_OK);
    return tree;
}

static void begin(scene *at, int operation, const char *params,
                  const char *body)
{
    memset(at, 0, sizeof(*at));
    CHECK_INT(cielo_client_new(&at->client, NULL, NULL), CIELO_OK);
    at->params = json(params);
    at->body = body ? json(body) : NULL;
    at->intent.operation = operation;
    at->intent.row = cielo__operation_row(operation);
    at->intent.params = at->params;
    at->intent.body = at->body;
    at->verdict = cielo__settle_start(&at->s, &at->intent, 0);
}

static void end(scene *at)
{
    cielo_value_free(at->verdict.answer);
    cielo__settle_clear(&at->s);
    cielo_value_free(at->params);
    cielo_value_free(at->body);
    cielo_client_unref(at->client);
}

/* Answers what was to be read, `late` ms after the operation began. The answer
 * takes no time, so that both estimates of the beginning are one. */
static void answer_at(scene *at, int http_status, const char *body,
                      int64_t date, int64_t late)
{
    cielo__seen seen;

    seen.http_status = http_status;
    seen.date = date;
    seen.begin = date < 0 ? -1 : date - late;
    seen.bound = seen.begin;
    seen.now = at->now;
    seen.tree = body ? json(body) : NULL;
    cielo_value_free(at->verdict.answer);
    at->verdict = cielo__settle_judge(&at->s, &at->intent,
                                      cielo__client_shared(at->client), &seen);
    cielo_value_free(seen.tree);
}

static void answer(scene *at, const char *body)
{
    answer_at(at, 200, body, NOON, 1000);
}

static const char *asked(const scene *at)
{
    return cielo__settle_row(&at->s)->facts.name;
}

/* The text of the one parameter of the next look-up. */
static void check_param(const scene *at, const char *name, const char *text)
{
    cielo_value *params = cielo__settle_params(&at->s, &at->intent);

    CHECK_INT(cielo_value_size(params), 1);
    CHECK_STR(cielo_value_text(cielo_value_get(params, name), NULL), text);
    cielo_value_free(params);
}

static void check_answer(const scene *at, const char *expected)
{
    char *text = NULL;
    size_t length = 0;

    CHECK_INT(at->verdict.step, CIELO__VERDICT_ADOPT);
    CHECK_INT(cielo_value_print(at->verdict.answer, &text, &length), CIELO_OK);
    CHECK_STR(text, expected);
    cielo_text_free(text, length);
}

/* ---- a sale ---- */

#define SENT                                                              \
    "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"Type\":\"CreditCard\","   \
    "\"Amount\":15700,\"Installments\":1,\"CreditCard\":{\"CardNumber\":" \
    "\"4024007153763191\"}}}"

#define LISTED(id, date) \
    "{\"PaymentId\":\"" id "\",\"ReceivedDate\":\"" date "\"}"
#define LIST_OF(items) "{\"Payments\":[" items "]}"

#define SALE_OF(order, id, date, status, amount, more)                       \
    "{\"MerchantOrderId\":\"" order "\",\"Payment\":{\"PaymentId\":\"" id    \
    "\",\"Type\":\"CreditCard\",\"ReceivedDate\":\"" date "\",\"Status\":"   \
    status ",\"Amount\":" amount ",\"CreditCard\":{\"CardNumber\":"          \
    "\"402400******3191\"}" more "}}"
#define AT_NOON "2026-03-02 12:00:00"
#define OWN SALE_OF("A1", ID, AT_NOON, "1", "15700", ",\"Installments\":1")

static void begin_sale(scene *at)
{
    begin(at, CIELO_OP_SALE_CREATE, "{}", SENT);
}

/* A round with one candidate. */
static void play_sale(scene *at, const char *sale)
{
    answer(at, LIST_OF(LISTED(ID, AT_NOON)));
    CHECK_INT(at->verdict.step, CIELO__VERDICT_READ);
    check_param(at, "payment_id", ID);
    answer(at, sale);
}

static void a_sale_is_found_by_its_order(void)
{
    scene at;

    begin_sale(&at);
    CHECK(cielo__settle_can(&at.intent));
    CHECK(!cielo__settle_looks_ahead(&at.intent));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_READ);
    CHECK_STR(asked(&at), "sale_find");
    check_param(&at, "merchant_order_id", "A1");
    play_sale(&at, OWN);
    check_answer(&at, OWN);
    end(&at);
}

/* What differs from what was sent is another sale, whatever else agrees. */
static void other_sales_are_not_adopted(void)
{
    static const char *const others[] = {
        SALE_OF("a1", ID, AT_NOON, "1", "15700", ",\"Installments\":1"),
        SALE_OF("A1", ID, AT_NOON, "1", "15701", ",\"Installments\":1"),
        SALE_OF("A1", ID, AT_NOON, "1", "15700", ",\"Installments\":2"),
        SALE_OF("A1", ID, AT_NOON, "1", "15700", ",\"Installments\":\"x\""),
        SALE_OF("A1", ID, "2026-03-02 11:59:56", "1", "15700", ""),
        SALE_OF("A1", ID, "2026-03-02 12:01:01", "1", "15700", ""),
        "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"" ID "\","
        "\"Type\":\"DebitCard\",\"ReceivedDate\":\"" AT_NOON "\",\"Status\":1,"
        "\"Amount\":15700,\"DebitCard\":{\"CardNumber\":"
        "\"402400******3191\"}}}",
        "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"" ID "\","
        "\"Type\":\"CreditCard\",\"ReceivedDate\":\"" AT_NOON "\",\"Status\":1,"
        "\"Amount\":15700}}",
        "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"Status\":1,\"Type\":"
        "\"CreditCard\",\"ReceivedDate\":\"" AT_NOON "\",\"Amount\":15700,"
        "\"CreditCard\":{\"CardNumber\":\"402400******3191\"}}}"};
    scene at;
    size_t i;

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        begin_sale(&at);
        play_sale(&at, others[i]);
        CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
        CHECK_STR(asked(&at), "sale_find");
        CHECK_INT(cielo_value_size(at.s.found), 1);
        end(&at);
    }
}

static void play_card(const char *sent, const char *seen, int step)
{
    char body[256], sale[512];
    scene at;

    snprintf(body, sizeof(body),
             "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"Type\":\"CreditCard\","
             "\"Amount\":999999999999999,\"CreditCard\":{%s}}}", sent);
    snprintf(sale, sizeof(sale),
             "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"" ID
             "\",\"Type\":\"creditcard\",\"ReceivedDate\":\"" AT_NOON "\","
             "\"Status\":1,\"Amount\":\"999999999999999\","
             "\"CreditCard\":{%s}}}",
             seen);
    begin(&at, CIELO_OP_SALE_CREATE, "{}", body);
    play_sale(&at, sale);
    CHECK_INT(at.verdict.step, step);
    end(&at);
}

/* Both ends of a card have to agree, and a token as a whole. */
static void cards_are_compared_at_both_ends(void)
{
    int adopt = CIELO__VERDICT_ADOPT, again = CIELO__VERDICT_AGAIN;

    play_card("\"CardNumber\":\"4024007153763191\"",
              "\"CardNumber\":\"402400******3191\"", adopt);
    play_card("\"CardNumber\":\"4024007153763191\"",
              "\"CardNumber\":\"402401******3191\"", again);
    play_card("\"CardNumber\":\"4024007153763191\"",
              "\"CardNumber\":\"402400******3192\"", again);
    play_card("\"CardNumber\":\"4024007153763191\"", "", again);
    play_card("\"CardNumber\":\"4024007153763191\"",
              "\"CardNumber\":\"3191\"", again);
    play_card("\"CardNumber\":\"5899160000000000003\"",
              "\"CardNumber\":\"589916*********0003\"", adopt);
    play_card("\"CardNumber\":\"4222222222222\"",
              "\"CardNumber\":\"422222***2222\"", adopt);
    play_card("\"CardToken\":\"" ID "\"", "\"CardToken\":\"" ID "\"", adopt);
    play_card("\"CardToken\":\"" ID "\"", "\"CardToken\":\"" OTHER_ID "\"",
              again);
    play_card("\"CardToken\":\"" ID "\"", "\"CardNumber\":\"402400******3191\"",
              again);
    play_card("\"PaymentToken\":\"x\"", "", again);
}

/* The tolerance is two seconds to the millisecond, and the list has to be
 * dated. */
static void the_tolerance_has_an_edge(void)
{
    static const struct {
        int64_t late; /* from the beginning to the list's answer */
        int fits;     /* a sale of exactly noon */
    } rows[] = {{0, 1}, {1000, 1}, {-2000, 1}, {-2001, 0}, {60000, 1}};
    scene at;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin_sale(&at);
        answer_at(&at, 200, LIST_OF(LISTED(ID, AT_NOON)), NOON, rows[i].late);
        CHECK_INT(at.verdict.step, rows[i].fits ? CIELO__VERDICT_READ
                                                : CIELO__VERDICT_AGAIN);
        if (rows[i].fits) {
            answer(&at, OWN);
            CHECK_INT(at.verdict.step, CIELO__VERDICT_ADOPT);
        }
        end(&at);
    }
    begin_sale(&at);
    answer_at(&at, 200, LIST_OF(LISTED(ID, AT_NOON)), -1, 0);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    CHECK_INT(cielo_value_size(at.s.found), 1);
    end(&at);
}

/* A minute ahead of the list is the most that two clocks may differ. */
static void dates_ahead_are_of_another_zone(void)
{
    scene at;

    begin_sale(&at);
    play_sale(&at, SALE_OF("A1", ID, "2026-03-02 12:01:00", "1", "15700", ""));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_ADOPT);
    end(&at);
    begin_sale(&at);
    play_sale(&at, SALE_OF("A1", ID, "2026-03-02 13:00:00", "1", "15700", ""));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    end(&at);
}

/* A list dates what the sale itself does not. */
static void the_list_dates_an_undated_sale(void)
{
    static const char undated[]
        = "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"" ID "\","
          "\"Type\":\"CreditCard\",\"Status\":1,\"Amount\":15700,"
          "\"CreditCard\":{\"CardNumber\":\"402400******3191\"}}}";
    scene at;

    begin_sale(&at);
    play_sale(&at, undated);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_ADOPT);
    end(&at);
    begin_sale(&at);
    answer(&at, LIST_OF("{\"PaymentId\":\"" ID "\",\"ReceveidDate\":\"" AT_NOON
                        "\"}"));
    answer(&at, undated);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_ADOPT);
    end(&at);
    begin_sale(&at);
    answer(&at, LIST_OF("{\"PaymentId\":\"" ID "\"}"));
    answer(&at, undated);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    end(&at);
}

static void two_that_fit_settle_nothing(void)
{
    scene at;

    begin_sale(&at);
    answer(&at, LIST_OF(LISTED(ID, AT_NOON) "," LISTED(OTHER_ID, AT_NOON)));
    answer(&at, OWN);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_READ);
    check_param(&at, "payment_id", OTHER_ID);
    answer(&at, SALE_OF("A1", OTHER_ID, AT_NOON, "3", "15700", ""));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_UNKNOWN);
    CHECK_STR(at.verdict.why, "several sales fit");
    CHECK_INT(cielo_value_size(at.s.found), 2);
    end(&at);
}

/* A candidate that could not be read may be the one: nothing is adopted this
 * round, and all is asked again. */
static void an_unseen_candidate_bars_the_others(void)
{
    scene at;

    begin_sale(&at);
    answer(&at, LIST_OF(LISTED(ID, AT_NOON) "," LISTED(OTHER_ID, AT_NOON)));
    answer(&at, OWN);
    answer_at(&at, 0, NULL, -1, 0);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    CHECK_STR(asked(&at), "sale_find");
    answer(&at, LIST_OF(LISTED(ID, AT_NOON)));
    answer(&at, OWN);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_ADOPT);
    end(&at);
    begin_sale(&at); /* the others are looked at all the same, and shown */
    answer(&at, LIST_OF(LISTED(ID, AT_NOON) "," LISTED(OTHER_ID, AT_NOON)));
    answer_at(&at, 500, NULL, -1, 0);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_READ);
    check_param(&at, "payment_id", OTHER_ID);
    answer(&at, SALE_OF("A1", OTHER_ID, AT_NOON, "1", "15700", ""));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    CHECK_INT(cielo_value_size(at.s.found), 1);
    end(&at);
    begin_sale(&at); /* one that has no id in the list is unseen too */
    answer(&at, LIST_OF(LISTED(ID, AT_NOON) ",{\"ReceivedDate\":\"x\"}"));
    answer(&at, OWN);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    end(&at);
}

static void too_many_candidates_settle_nothing(void)
{
    char list[4096] = "{\"Payments\":[", sale[600];
    scene at;
    int i;

    for (i = 0; i <= CIELO__CANDIDATES; i++)
        snprintf(list + strlen(list), sizeof(list) - strlen(list),
                 "%s{\"PaymentId\":\"id-%d\",\"ReceivedDate\":\"" AT_NOON
                 "\"}", i ? "," : "", i);
    strcat(list, "]}");
    begin_sale(&at);
    answer(&at, list);
    for (i = 0; i < CIELO__CANDIDATES; i++) {
        CHECK_INT(at.verdict.step, CIELO__VERDICT_READ);
        snprintf(sale, sizeof(sale), "%s", i ? "{\"Payment\":{\"Status\":1}}"
                                             : OWN);
        answer(&at, sale);
    }
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    CHECK_INT(cielo_value_size(at.s.found), CIELO__CANDIDATES + 1);
    play_sale(&at, OWN); /* and the next round begins anew */
    CHECK_INT(at.verdict.step, CIELO__VERDICT_ADOPT);
    CHECK_INT(cielo_value_size(at.s.found), 1);
    end(&at);
}

/* An id that no buffer holds cannot be looked at. */
static void long_ids_are_unseen(void)
{
    char id[66], list[256];
    scene at;
    size_t n;

    for (n = 63; n <= 64; n++) {
        memset(id, 'x', n);
        id[n] = '\0';
        snprintf(list, sizeof(list), "[{\"PaymentId\":\"%s\","
                 "\"ReceivedDate\":\"" AT_NOON "\"}]", id);
        begin_sale(&at);
        answer(&at, list);
        CHECK_INT(at.verdict.step, n == 63 ? CIELO__VERDICT_READ
                                           : CIELO__VERDICT_AGAIN);
        if (n == 63)
            check_param(&at, "payment_id", id);
        end(&at);
    }
}

/* Those that are none of the candidates are told of too. */
static void old_sales_are_found_and_not_read(void)
{
    scene at;

    begin_sale(&at);
    answer(&at, LIST_OF(LISTED(OTHER_ID, "2026-03-02 11:00:00") ","
                        LISTED(ID, AT_NOON)));
    check_param(&at, "payment_id", ID);
    answer(&at, OWN);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_ADOPT);
    CHECK_INT(cielo_value_size(at.s.found), 2);
    end(&at);
}

/* What this process was told of is nobody else's lost answer. */
static void a_told_sale_is_no_candidate(void)
{
    scene at;

    begin_sale(&at);
    cielo__tell(cielo__client_shared(at.client), ID);
    answer(&at, LIST_OF(LISTED(ID, AT_NOON)));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    CHECK_INT(cielo_value_size(at.s.found), 1);
    end(&at);
    begin_sale(&at); /* told between the list and the look at it */
    answer(&at, LIST_OF(LISTED(ID, AT_NOON)));
    cielo__tell(cielo__client_shared(at.client), ID);
    answer(&at, OWN);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    end(&at);
    begin_sale(&at); /* and adopted, it is told */
    play_sale(&at, OWN);
    CHECK(cielo__is_told(cielo__client_shared(at.client), ID));
    end(&at);
}

#define UNKNOWN_ORDER "Cielo knows no sale of this order number"
#define REFUSED "Cielo refused to have it looked up"
#define UNANSWERED "no look-up was answered"

static void look_ups_fail_in_several_ways(void)
{
    static const struct {
        int http_status;
        const char *body;
        int step;
        const char *why;
    } rows[] = {
        {404, NULL, CIELO__VERDICT_AGAIN, UNKNOWN_ORDER},
        {401, NULL, CIELO__VERDICT_UNKNOWN, REFUSED},
        {403, "{}", CIELO__VERDICT_UNKNOWN, REFUSED},
        {500, NULL, CIELO__VERDICT_AGAIN, UNANSWERED},
        {0, NULL, CIELO__VERDICT_AGAIN, UNANSWERED},
        {200, "{}", CIELO__VERDICT_AGAIN, UNANSWERED},
        {200, NULL, CIELO__VERDICT_AGAIN, UNANSWERED},
        {302, LIST_OF(LISTED(ID, AT_NOON)), CIELO__VERDICT_AGAIN, UNANSWERED},
        {200, "{\"Payments\":[]}", CIELO__VERDICT_AGAIN,
         "no sale was found that is surely this one"},
    };
    scene at;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin_sale(&at);
        answer_at(&at, rows[i].http_status, rows[i].body, NOON, 1000);
        CHECK_INT(at.verdict.step, rows[i].step);
        CHECK_STR(at.verdict.why, rows[i].why);
        CHECK_STR(asked(&at), "sale_find");
        end(&at);
    }
    begin_sale(&at); /* of a candidate a 404 says only that it was not seen */
    answer(&at, LIST_OF(LISTED(ID, AT_NOON)));
    answer_at(&at, 404, NULL, NOON, 1000);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    end(&at);
}

static void some_sales_cannot_be_settled(void)
{
    scene at;

    begin(&at, CIELO_OP_SALE_CREATE, "{}", "{\"Payment\":{\"Amount\":1}}");
    CHECK(!cielo__settle_can(&at.intent));
    end(&at);
    begin(&at, CIELO_OP_SALE_CREATE, "{}",
          "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"RecurrentPayment\":"
          "{\"AuthorizeNow\":false}}}");
    CHECK(!cielo__settle_can(&at.intent));
    end(&at);
    begin(&at, CIELO_OP_CARD_TOKENIZE, "{}", "{}");
    CHECK(!cielo__settle_can(&at.intent));
    end(&at);
    begin(&at, CIELO_OP_REQUEST, "{}", NULL);
    CHECK(!cielo__settle_can(&at.intent));
    end(&at);
}

/* ---- a sale by hand ---- */

/* An id that no test before has told this process of. */
static void fresh_id(char id[37])
{
    static unsigned next;

    snprintf(id, 37, "00000000-fc31-4d6c-8555-%012u", ++next);
}

static void play_manual(const char *status, int told, int looks, int step)
{
    char sale[512], list[128], id[37];
    scene at;
    int i;

    begin(&at, CIELO_OP_SALE_RECONCILE,
          "{\"merchant_order_id\":\"A1\",\"amount\":15700}", NULL);
    CHECK(cielo__settle_can(&at.intent));
    fresh_id(id);
    if (told)
        cielo__tell(cielo__client_shared(at.client), id);
    snprintf(list, sizeof(list),
             LIST_OF(LISTED("%s", "2020-01-01 00:00:00")), id);
    snprintf(sale, sizeof(sale),
             SALE_OF("A1", "%s", AT_NOON, "%s", "15700", ""), id, status);
    for (i = 0; i < looks; i++) {
        answer_at(&at, 200, list, -1, 0);
        answer(&at, sale);
        at.now += 1000;
    }
    CHECK_INT(at.verdict.step, step);
    end(&at);
}

/* What the caller was told of before is adopted only if it is paid or may
 * be. */
static void by_hand_the_paid_are_adopted_again(void)
{
    static const char *const paid[] = {"0", "1", "2", "12", "20"};
    static const char *const over[] = {"3", "13", "10", "11", "99"};
    size_t i;

    for (i = 0; i < 5; i++) {
        play_manual(paid[i], 0, 1, CIELO__VERDICT_ADOPT);
        play_manual(paid[i], 1, 1, CIELO__VERDICT_ADOPT);
        play_manual(over[i], 0, 1, CIELO__VERDICT_AGAIN);
        play_manual(over[i], 0, 2, CIELO__VERDICT_ADOPT);
        play_manual(over[i], 1, 3, CIELO__VERDICT_AGAIN);
    }
}

/* The caller may say from when on; what is not dated is not known to be
 * later. */
static void by_hand_a_moment_may_be_given(void)
{
    static const struct {
        int64_t seconds;
        const char *date;
        int step;
    } rows[] = {{NOON / 1000, AT_NOON, CIELO__VERDICT_ADOPT},
                {NOON / 1000 + 1, AT_NOON, CIELO__VERDICT_AGAIN},
                {NOON / 1000 - 1, AT_NOON, CIELO__VERDICT_ADOPT},
                {0, "?", CIELO__VERDICT_AGAIN}};
    char params[100], list[160], sale[512], id[37];
    scene at;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(params, sizeof(params), "{\"merchant_order_id\":\"A1\","
                 "\"amount\":15700,\"not_before\":%ld}",
                 (long)rows[i].seconds);
        begin(&at, CIELO_OP_SALE_RECONCILE, params, NULL);
        fresh_id(id);
        snprintf(list, sizeof(list), LIST_OF(LISTED("%s", "%s")), id,
                 rows[i].date);
        snprintf(sale, sizeof(sale),
                 SALE_OF("A1", "%s", "%s", "2", "15700", ""), id, rows[i].date);
        answer(&at, list);
        if (at.verdict.step == CIELO__VERDICT_READ)
            answer(&at, sale);
        CHECK_INT(at.verdict.step, rows[i].step);
        end(&at);
    }
}

/* ---- refusals: every cell of who, how old, and which clocks ---- */

/* One world: a refusal that somebody made, and the answers that show it. */
typedef struct world {
    int own;         /* it is this operation's */
    int told;        /* to another client of this process */
    int64_t age;     /* how long before the operation it was made, ms */
    int64_t skew;    /* of the dates of sales against the true time, ms */
    int64_t lag;     /* of the Date header behind the true time, ms */
    int undated;     /* there is no Date header */
    int known_zone;  /* an answer of before showed how dates are written */
    int64_t apart;   /* between the looks, ms */
} world;

/* Text of a moment, as Cielo writes it. */
static void write_date(int64_t ms, char out[40])
{
    int64_t day = ms / 1000 - NOON / 1000; /* seconds from noon */
    int64_t seconds = 12 * 3600 + day;

    snprintf(out, 40, "2026-03-02 %02d:%02d:%02d", (int)(seconds / 3600),
             (int)(seconds / 60 % 60), (int)(seconds % 60));
}

/* How the process ends up: 1 when the refusal is adopted. */
static int is_adopted(const world *w)
{
    char date[40], list[200], sale[512], id[37];
    int64_t made = NOON + 400 - (w->own ? -300 : w->age), looked;
    int adopted, round;
    scene at;

    begin_sale(&at);
    fresh_id(id);
    if (w->told)
        cielo__tell(cielo__client_shared(at.client), id);
    if (w->known_zone)
        cielo__note_dates(cielo__client_shared(at.client), NOON + w->skew,
                          NOON - w->lag);
    write_date(made + w->skew, date);
    snprintf(list, sizeof(list), LIST_OF(LISTED("%s", "%s")), id, date);
    snprintf(sale, sizeof(sale), SALE_OF("A1", "%s", "%s", "3", "15700", ""),
             id, date);
    for (round = 0; round < 2; round++) {
        at.now = 2000 + round * w->apart; /* since it began, at NOON + 400 */
        looked = (NOON + 400 + at.now - w->lag) / 1000 * 1000;
        answer_at(&at, 200, list, w->undated ? -1 : looked, at.now);
        if (at.verdict.step == CIELO__VERDICT_READ)
            answer_at(&at, 200, sale, w->undated ? -1 : looked, at.now);
    }
    adopted = at.verdict.step == CIELO__VERDICT_ADOPT;
    end(&at);
    return adopted;
}

static void ones_own_refusal_settles_after_two_looks(void)
{
    world w = {1, 0, 0, 0, 0, 0, 0, 1000};

    CHECK(is_adopted(&w));
    w.apart = 999;
    CHECK(!is_adopted(&w));
    w.apart = 1000;
    w.undated = 1;
    CHECK(!is_adopted(&w));
}

/*
 * Ages of 0 to 60 s, clocks up to a minute apart, a Date that lags or is
 * missing, another client of the process, another process. What this process
 * was told of is never adopted; what another process made, only if no clock can
 * tell it from one's own: with clocks alike that is less than two seconds.
 */
static void foreign_refusals_are_not_adopted(void)
{
    static const int64_t seconds[] = {0, 1, 2, 3, 5, 10, 20, 30, 45, 60};
    unsigned cells = 0, residue = 0;
    size_t a, s, l;
    int told, known, undated;

    for (a = 0; a < 10; a++)
    for (s = 0; s < 19; s++)
    for (l = 0; l < 10; l++)
    for (told = 0; told < 2; told++)
    for (known = 0; known < 2; known++)
    for (undated = 0; undated < 2; undated++) {
        int64_t skew = s < 10 ? seconds[s] : -seconds[s - 9];
        world w = {0, 0, 0, 0, 0, 0, 0, 1500};
        int adopted;

        w.age = seconds[a] * 1000;
        w.skew = skew * 1000;
        w.lag = seconds[l] * 1000;
        w.told = told;
        w.known_zone = known;
        w.undated = undated;
        adopted = is_adopted(&w);
        cells++;
        residue += adopted;
        if (told || undated)
            CHECK(!adopted);
        else if (w.skew == 0 && w.lag == 0) /* the same second, and no other */
            CHECK_INT(adopted, w.age == 0);
        else if (w.age >= 2000 && w.skew + w.lag <= 0)
            CHECK(!adopted);
        else if (w.age >= 3000 && known) /* that clocks differ is seen too late
                                            by a second at most */
            CHECK(!adopted);
        else if (adopted) /* dates ahead of Date by no more than the age */
            CHECK(w.age < 2000 + w.skew + w.lag);
    }
    printf("refusals: %u cells, %u that no clock can tell from one's own\n",
           cells, residue);
}

/* A list with any date ahead of its own tells that its clocks differ. */
static void dates_ahead_bar_refusals(void)
{
    scene at;
    int i;

    begin_sale(&at);
    for (i = 0; i < 3; i++) {
        answer(&at, LIST_OF(LISTED(ID "0", AT_NOON) ","
                            LISTED("x", "2026-03-02 12:00:03")));
        while (at.verdict.step == CIELO__VERDICT_READ)
            answer(&at, at.s.next ? "{\"Payment\":{\"Status\":1}}"
                                  : SALE_OF("A1", ID "0", AT_NOON, "3", "15700",
                                            ""));
        CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
        at.now += 2000;
    }
    end(&at);
}

/* One that changes between the looks is not decided. */
static void a_refusal_that_changes_is_looked_at_again(void)
{
    static const char *const statuses[] = {"3", "13", "13"};
    char sale[512];
    scene at;
    int i;

    begin_sale(&at);
    for (i = 0; i < 3; i++) {
        answer(&at, LIST_OF(LISTED("changing", AT_NOON)));
        snprintf(sale, sizeof(sale),
                 SALE_OF("A1", "changing", AT_NOON, "%s", "15700", ""),
                 statuses[i]);
        answer(&at, sale);
        CHECK_INT(at.verdict.step, i < 2 ? CIELO__VERDICT_AGAIN
                                         : CIELO__VERDICT_ADOPT);
        if (i < 2)
            CHECK_INT(at.verdict.pause, 1000);
        at.now += 1000;
    }
    end(&at);
}

/* Plays one look at the refusal that a list has. */
static void look_at(scene *at, const char *listed, const char *sale,
                    int64_t late)
{
    answer_at(at, 200, listed, NOON, late);
    if (at->verdict.step == CIELO__VERDICT_READ)
        answer_at(at, 200, sale, NOON, late);
    at->now += 1000;
}

/* Velocity refuses with a status of none; nothing about it is sure at once. */
static void a_velocity_refusal_needs_two_looks_too(void)
{
    static const char sale[]
        = "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"fast\","
          "\"ReceivedDate\":\"" AT_NOON "\",\"Type\":\"CreditCard\","
          "\"Status\":0,\"ReturnCode\":\"BP171\",\"Amount\":15700,"
          "\"CreditCard\":{\"CardNumber\":\"402400******3191\"},"
          "\"VelocityAnalysis\":{\"ResultMessage\":\"Reject\"}}}";
    scene at;

    begin_sale(&at);
    look_at(&at, LIST_OF(LISTED("fast", AT_NOON)), sale, 500);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    look_at(&at, LIST_OF(LISTED("fast", AT_NOON)), sale, 500);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_ADOPT);
    end(&at);
}

/* The best estimate of the beginning holds, whichever look gave it. */
static void the_best_look_tells_when_it_began(void)
{
    static const int64_t late[][3]
        = {{1000, 1000, 1000}, {3000, 1000, 1000}, {1000, 3000, 3000},
           {3000, 3000, 1000}};
    char list[160], sale[512], id[37];
    scene at;
    int i;

    for (i = 0; i < 4; i++) {
        begin_sale(&at);
        fresh_id(id);
        snprintf(list, sizeof(list),
                 LIST_OF(LISTED("%s", "2026-03-02 11:59:58")), id);
        snprintf(sale, sizeof(sale),
                 SALE_OF("A1", "%s", "2026-03-02 11:59:58", "3", "15700", ""),
                 id);
        look_at(&at, list, sale, late[i][0]);
        look_at(&at, list, sale, late[i][1]);
        if (i < 3)
            look_at(&at, list, sale, late[i][2]);
        CHECK_INT(at.verdict.step,
                  i == 3 ? CIELO__VERDICT_ADOPT : CIELO__VERDICT_AGAIN);
        end(&at);
    }
}

/* One that does not say its own date or id is known by the list's, or not. */
static void a_refusal_without_date_has_the_lists(void)
{
    static const char undated[]
        = "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"undated\","
          "\"Type\":\"CreditCard\",\"Status\":3,\"Amount\":15700,"
          "\"CreditCard\":{\"CardNumber\":\"402400******3191\"}}}";
    static const char late[]
        = "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"late\","
          "\"Type\":\"CreditCard\",\"Status\":3,\"Amount\":15700,"
          "\"CreditCard\":{\"CardNumber\":\"402400******3191\"}}}";
    static const char nameless[]
        = "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"ReceivedDate\":\"" AT_NOON
          "\",\"Type\":\"CreditCard\",\"Status\":3,\"Amount\":15700,"
          "\"CreditCard\":{\"CardNumber\":\"402400******3191\"}}}";
    scene at;
    int i;

    begin_sale(&at);
    look_at(&at, LIST_OF(LISTED("undated", AT_NOON)), undated, 500);
    look_at(&at, LIST_OF(LISTED("undated", AT_NOON)), undated, 500);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_ADOPT);
    end(&at);
    begin_sale(&at); /* the date of its own line, not of the first */
    for (i = 0; i < 2; i++) {
        answer_at(&at, 200, LIST_OF(LISTED("other", AT_NOON) ","
                                    LISTED("late", "2026-03-02 11:59:58")),
                  NOON, 500);
        answer_at(&at, 200, SALE_OF("A1", "other", AT_NOON, "3", "1", ""), NOON,
                  500);
        answer_at(&at, 200, late, NOON, 500);
        CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
        at.now += 1000;
    }
    end(&at);
    begin_sale(&at);
    look_at(&at, LIST_OF(LISTED("nameless", AT_NOON)), nameless, 500);
    look_at(&at, LIST_OF(LISTED("nameless", AT_NOON)), nameless, 500);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    end(&at);
}

/* What one round held is gone in the next. */
static void a_refusal_may_be_gone_again(void)
{
    scene at;

    begin_sale(&at);
    look_at(&at, LIST_OF(LISTED("gone", AT_NOON)),
            SALE_OF("A1", "gone", AT_NOON, "3", "15700", ""), 500);
    look_at(&at, LIST_OF(""), NULL, 500);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    look_at(&at, LIST_OF(""), NULL, 500);
    CHECK_INT(cielo_value_size(at.s.found), 0);
    end(&at);
}

/* ---- captures and voids ---- */

#define CHANGED(status, more) \
    "{\"Payment\":{\"Status\":" status ",\"Amount\":15700" more "}}"

static void play_change(int operation, const char *params, const char *sale,
                        int step)
{
    scene at;

    begin(&at, operation, params, NULL);
    CHECK_STR(asked(&at), "sale_get");
    check_param(&at, "payment_id", ID);
    answer(&at, sale);
    CHECK_INT(at.verdict.step, step);
    if (step == CIELO__VERDICT_AGAIN)
        CHECK_STR(asked(&at), "sale_get");
    end(&at);
}

static void captures_are_seen_by_amount(void)
{
    static const char whole[] = "{\"payment_id\":\"" ID "\"}";
    static const char part[] = "{\"payment_id\":\"" ID "\",\"amount\":100}";
    int adopt = CIELO__VERDICT_ADOPT, again = CIELO__VERDICT_AGAIN;

    play_change(CIELO_OP_SALE_CAPTURE, whole, CHANGED("2", ""), adopt);
    play_change(CIELO_OP_SALE_CAPTURE, whole,
                CHANGED("2", ",\"CapturedAmount\":15700"), adopt);
    play_change(CIELO_OP_SALE_CAPTURE, whole,
                CHANGED("2", ",\"CapturedAmount\":100"), again);
    play_change(CIELO_OP_SALE_CAPTURE, whole,
                CHANGED("2", ",\"CapturedAmount\":\"x\""), again);
    play_change(CIELO_OP_SALE_CAPTURE, whole, CHANGED("1", ""), again);
    play_change(CIELO_OP_SALE_CAPTURE, whole, CHANGED("12", ""), again);
    play_change(CIELO_OP_SALE_CAPTURE, part,
                CHANGED("2", ",\"CapturedAmount\":\"100\""), adopt);
    play_change(CIELO_OP_SALE_CAPTURE, part,
                CHANGED("2", ",\"CapturedAmount\":101"), again);
    play_change(CIELO_OP_SALE_CAPTURE, part, CHANGED("2", ""), again);
}

static void whole_voids_are_seen_by_status(void)
{
    static const char whole[] = "{\"payment_id\":\"" ID "\"}";
    int adopt = CIELO__VERDICT_ADOPT, again = CIELO__VERDICT_AGAIN;

    play_change(CIELO_OP_SALE_VOID, whole, CHANGED("10", ""), adopt);
    play_change(CIELO_OP_SALE_VOID, whole, CHANGED("11", ""), adopt);
    play_change(CIELO_OP_SALE_VOID, whole, CHANGED("2", ""), again);
    play_change(CIELO_OP_SALE_VOID, whole, CHANGED("3", ""), again);
    play_change(CIELO_OP_SALE_VOID, whole, CHANGED("10", ",\"Type\":\"Pix\""),
                again);
    play_change(CIELO_OP_SALE_VOID, whole, CHANGED("11", ",\"Type\":\"Pix\""),
                adopt);
}

static void play_part(const char *before, const char *after, int step)
{
    scene at;

    begin(&at, CIELO_OP_SALE_VOID,
          "{\"payment_id\":\"" ID "\",\"amount\":100}", NULL);
    CHECK(cielo__settle_looks_ahead(&at.intent));
    at.verdict = cielo__settle_start(&at.s, &at.intent, 1);
    answer(&at, before);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_SEND);
    at.verdict = cielo__settle_start(&at.s, &at.intent, 0);
    answer(&at, after);
    CHECK_INT(at.verdict.step, step);
    end(&at);
}

/* The exact difference to the total before, and no other. */
static void part_voids_are_seen_by_difference(void)
{
    int adopt = CIELO__VERDICT_ADOPT, again = CIELO__VERDICT_AGAIN;

    play_part(CHANGED("2", ""), CHANGED("2", ",\"VoidedAmount\":100"), adopt);
    play_part(CHANGED("2", ",\"VoidedAmount\":50"),
              CHANGED("2", ",\"VoidedAmount\":\"150\""), adopt);
    play_part(CHANGED("2", ",\"VoidedAmount\":50"),
              CHANGED("2", ",\"VoidedAmount\":100"), again);
    play_part(CHANGED("2", ",\"VoidedAmount\":50"),
              CHANGED("11", ",\"VoidedAmount\":15700"), again);
    play_part(CHANGED("2", ",\"VoidedAmount\":\"?\""),
              CHANGED("2", ",\"VoidedAmount\":100"), again);
    play_part(CHANGED("2", ""), CHANGED("2", ",\"VoidedAmount\":\"?\""), again);
}

static void a_read_ahead_that_fails_sends_nothing(void)
{
    scene at;

    begin(&at, CIELO_OP_SALE_VOID,
          "{\"payment_id\":\"" ID "\",\"amount\":100}", NULL);
    at.verdict = cielo__settle_start(&at.s, &at.intent, 1);
    answer_at(&at, 401, NULL, NOON, 0);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_UNREAD);
    end(&at);
}

#define TWO_SALES(first, second) \
    LIST_OF(LISTED(ID, first) "," LISTED(OTHER_ID, second))

static void begin_newest(scene *at, int ahead, const char *list)
{
    begin(at, CIELO_OP_SALE_VOID_BY_ORDER,
          "{\"merchant_order_id\":\"A1\",\"amount\":100}", NULL);
    at->verdict = cielo__settle_start(&at->s, &at->intent, ahead);
    CHECK_STR(asked(at), "sale_find");
    answer(at, list);
}

static void the_newest_of_an_order_is_meant(void)
{
    scene at;

    begin_newest(&at, 0, TWO_SALES(AT_NOON, "2026-03-02 12:00:01"));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_READ);
    CHECK_STR(asked(&at), "sale_get");
    check_param(&at, "payment_id", OTHER_ID);
    answer(&at, CHANGED("2", ""));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    CHECK_STR(asked(&at), "sale_get"); /* it is known now */
    end(&at);
    begin_newest(&at, 0, TWO_SALES(AT_NOON, AT_NOON));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_UNKNOWN);
    end(&at);
    begin_newest(&at, 0, TWO_SALES(AT_NOON, "?"));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_UNKNOWN);
    end(&at);
    begin_newest(&at, 1, TWO_SALES(AT_NOON, AT_NOON));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_REFUSE);
    end(&at);
    begin_newest(&at, 1, TWO_SALES("2026-03-02 12:00:01", AT_NOON));
    answer(&at, CHANGED("2", ""));
    CHECK_INT(at.verdict.step, CIELO__VERDICT_SEND);
    at.verdict = cielo__settle_start(&at.s, &at.intent, 0);
    CHECK_STR(asked(&at), "sale_get");
    check_param(&at, "payment_id", ID);
    end(&at);
}

/* The list led to a sale of another number: it was not the answer to this. */
static void the_sale_of_another_order_tells_nothing(void)
{
    static const char other[]
        = "{\"MerchantOrderId\":\"B1\",\"Payment\":{\"Status\":2,"
          "\"VoidedAmount\":100,\"Amount\":15700}}";
    scene at;

    begin_newest(&at, 0, TWO_SALES(AT_NOON, "2026-03-02 12:00:01"));
    answer(&at, other);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    CHECK_STR(asked(&at), "sale_find"); /* what it named is forgotten */
    end(&at);
    begin_newest(&at, 1, TWO_SALES(AT_NOON, "2026-03-02 12:00:01"));
    answer(&at, other);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_REFUSE);
    end(&at);
    begin_newest(&at, 1, TWO_SALES(AT_NOON, "2026-03-02 12:00:01"));
    answer(&at, "{\"MerchantOrderId\":\"a1 \",\"Payment\":{\"Status\":2}}");
    CHECK_INT(at.verdict.step, CIELO__VERDICT_SEND); /* padded, it is the one */
    end(&at);
}

/* An id that no buffer holds names nothing that could be read. */
static void a_long_newest_id_is_no_name(void)
{
    char id[66], list[256];
    scene at;
    size_t n;

    for (n = 63; n <= 64; n++) {
        memset(id, 'x', n);
        id[n] = '\0';
        snprintf(list, sizeof(list),
                 "[{\"PaymentId\":\"%s\",\"ReceivedDate\":\"" AT_NOON "\"}]",
                 id);
        begin_newest(&at, 0, list);
        CHECK_INT(at.verdict.step, n == 63 ? CIELO__VERDICT_READ
                                           : CIELO__VERDICT_UNKNOWN);
        end(&at);
    }
}

/* An id that no buffer holds is no refusal that could be seen again. */
static void a_long_id_is_no_refusal(void)
{
    char id[66], list[256], sale[512];
    scene at;

    memset(id, 'x', 64);
    id[64] = '\0';
    snprintf(list, sizeof(list), LIST_OF(LISTED("%s", AT_NOON)), ID);
    snprintf(sale, sizeof(sale),
             SALE_OF("A1", "%s", AT_NOON, "3", "15700", ""), id);
    begin_sale(&at);
    look_at(&at, list, sale, 500);
    look_at(&at, list, sale, 500);
    CHECK_INT(at.verdict.step, CIELO__VERDICT_AGAIN);
    end(&at);
}

static int fits_by_card(const char *sent, const char *seen)
{
    char body[256], sale[256];
    scene at;
    cielo_value *tree;
    int fits;

    snprintf(body, sizeof(body),
             "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"Type\":\"CreditCard\","
             "\"Amount\":100,\"CreditCard\":{\"CardNumber\":\"%s\"}}}",
             sent);
    snprintf(sale, sizeof(sale),
             "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"Type\":\"CreditCard\","
             "\"Amount\":100,\"ReceivedDate\":\"" AT_NOON
             "\",\"CreditCard\":{\"CardNumber\":\"%s\"}}}",
             seen);
    begin(&at, CIELO_OP_SALE_CREATE, "{}", body);
    tree = json(sale);
    fits = cielo__sale_fits(&at.intent, tree, NOON, NOON, NOON);
    cielo_value_free(tree);
    end(&at);
    return fits;
}

static void cards_are_known_by_six_and_four(void)
{
    CHECK(fits_by_card("4024007153191", "402400***3191"));
    CHECK(fits_by_card("4024007153191", "4024003191"));
    CHECK(!fits_by_card("4024007153191", "402401***3191"));
    CHECK(!fits_by_card("4024007153191", "402400***3192"));
    CHECK(!fits_by_card("4024007153191", "40240***"));
    CHECK(!fits_by_card("402400715319", "402400**5319"));
}

/* What is told to have been found is what the last round found. */
static void each_round_finds_anew(void)
{
    scene at;

    begin(&at, CIELO_OP_SALE_VOID, "{\"payment_id\":\"" ID "\"}", NULL);
    answer(&at, CHANGED("2", ""));
    answer(&at, CHANGED("2", ""));
    CHECK_INT(cielo_value_size(at.s.found), 1);
    end(&at);
    begin_newest(&at, 0, TWO_SALES(AT_NOON, "2026-03-02 12:00:01"));
    CHECK_INT(cielo_value_size(at.s.found), 2);
    answer(&at, CHANGED("2", ""));
    CHECK_INT(cielo_value_size(at.s.found), 1);
    end(&at);
    begin_sale(&at);
    answer(&at, LIST_OF(LISTED(ID, AT_NOON)));
    answer(&at, SALE_OF("A1", ID, AT_NOON, "1", "1", ""));
    CHECK_INT(cielo_value_size(at.s.found), 1);
    answer_at(&at, 404, NULL, NOON, 1000);
    CHECK_INT(cielo_value_size(at.s.found), 0);
    end(&at);
}

/* Ends of what the clocks are allowed, to the millisecond. */
static void times_are_compared_with_their_ends(void)
{
    CHECK(cielo__is_late_enough(NOON - 2000, NOON));
    CHECK(!cielo__is_late_enough(NOON - 2001, NOON));
    CHECK(!cielo__is_late_enough(NOON, -1));
    CHECK(!cielo__is_ahead(NOON + 2000, NOON));
    CHECK(cielo__is_ahead(NOON + 2001, NOON));
    CHECK(!cielo__is_ahead(NOON, -1));
}

static void a_change_is_told_in_its_own_shape(void)
{
    scene at;

    begin(&at, CIELO_OP_SALE_VOID, "{\"payment_id\":\"" ID "\"}", NULL);
    answer(&at, "{\"Links\":[],\"Payment\":{\"Status\":10,\"Tid\":\"t\","
                "\"ReturnCode\":\"9\",\"Amount\":1}}");
    check_answer(&at, "{\"Status\":10,\"Tid\":\"t\",\"ReturnCode\":\"9\","
                      "\"Links\":[]}");
    end(&at);
}

/* ---- recurrences ---- */

#define RECURRENCE(members) "{\"RecurrentPayment\":{" members "}}"

static void play_recurrence(int operation, const char *body, const char *seen,
                            int step)
{
    scene at;

    begin(&at, operation, "{\"id\":\"" ID "\"}", body);
    CHECK(cielo__settle_can(&at.intent));
    CHECK_STR(asked(&at), "recurrence_get");
    check_param(&at, "id", ID);
    answer(&at, seen);
    CHECK_INT(at.verdict.step, step);
    CHECK(at.verdict.answer == NULL);
    end(&at);
}

static void recurrences_show_their_changes(void)
{
    int adopt = CIELO__VERDICT_ADOPT, again = CIELO__VERDICT_AGAIN;

    play_recurrence(CIELO_OP_RECURRENCE_SET_AMOUNT, "156",
                    RECURRENCE("\"Amount\":156"), adopt);
    play_recurrence(CIELO_OP_RECURRENCE_SET_AMOUNT, "156",
                    RECURRENCE("\"Amount\":1560"), again);
    play_recurrence(CIELO_OP_RECURRENCE_SET_AMOUNT, "156",
                    RECURRENCE("\"Amount\":157"), again);
    play_recurrence(CIELO_OP_RECURRENCE_SET_AMOUNT, "156", RECURRENCE(""),
                    again);
    play_recurrence(CIELO_OP_RECURRENCE_SET_DAY, "5",
                    RECURRENCE("\"RecurrencyDay\":5"), adopt);
    play_recurrence(CIELO_OP_RECURRENCE_SET_END_DATE, "\"2027-01-31\"",
                    RECURRENCE("\"EndDate\":\"2027-01-31T00:00:00\""), adopt);
    play_recurrence(CIELO_OP_RECURRENCE_SET_END_DATE, "\"2027-01-31\"",
                    RECURRENCE("\"EndDate\":\"2027-01-30\""), again);
    play_recurrence(CIELO_OP_RECURRENCE_SET_NEXT_PAYMENT_DATE, "\"2027-01-31\"",
                    RECURRENCE("\"NextRecurrency\":\"2027-01-31\""), adopt);
    play_recurrence(CIELO_OP_RECURRENCE_SET_INTERVAL, "6",
                    RECURRENCE("\"Interval\":\"SemiAnnual\""), adopt);
    play_recurrence(CIELO_OP_RECURRENCE_SET_INTERVAL, "6",
                    RECURRENCE("\"Interval\":6"), adopt);
    play_recurrence(CIELO_OP_RECURRENCE_SET_INTERVAL, "6",
                    RECURRENCE("\"Interval\":\"Monthly\""), again);
    play_recurrence(CIELO_OP_RECURRENCE_SET_CUSTOMER, "{\"Name\":\"Ana\"}",
                    "{\"Customer\":{\"Name\":\"Ana\"},\"RecurrentPayment\":{}}",
                    adopt);
    play_recurrence(CIELO_OP_RECURRENCE_SET_CUSTOMER, "{\"Name\":\"Ana\"}",
                    "{\"Customer\":{\"Name\":\"Eva\"},\"RecurrentPayment\":{}}",
                    again);
    play_recurrence(CIELO_OP_RECURRENCE_SET_CUSTOMER, "{\"Name\":\"Ana\"}",
                    "{\"Customer\":{\"Name\":\"Anabel\"},"
                    "\"RecurrentPayment\":{}}",
                    again);
    play_recurrence(CIELO_OP_RECURRENCE_SET_INTERVAL, "0",
                    RECURRENCE("\"Interval\":\"Never\""), again);
    play_recurrence(CIELO_OP_RECURRENCE_SET_INTERVAL, "\"x\"",
                    RECURRENCE("\"Interval\":6"), again);
    play_recurrence(CIELO_OP_RECURRENCE_DEACTIVATE, NULL,
                    RECURRENCE("\"Status\":3"), adopt);
    play_recurrence(CIELO_OP_RECURRENCE_DEACTIVATE, NULL,
                    RECURRENCE("\"Status\":4"), again);
    play_recurrence(CIELO_OP_RECURRENCE_REACTIVATE, NULL,
                    RECURRENCE("\"Status\":1"), adopt);
    play_recurrence(CIELO_OP_RECURRENCE_REACTIVATE, NULL,
                    RECURRENCE("\"Status\":3"), again);
}

static void what_a_recurrence_does_not_show_is_not_read(void)
{
    scene at;

    begin(&at, CIELO_OP_RECURRENCE_SET_PAYMENT, "{\"id\":\"" ID "\"}", "{}");
    CHECK(!cielo__settle_can(&at.intent));
    end(&at);
    begin(&at, CIELO_OP_RECURRENCE_SET_CUSTOMER, "{\"id\":\"" ID "\"}",
          "{\"Name\":\"Ana\",\"Email\":\"a@b\"}");
    CHECK(!cielo__settle_can(&at.intent));
    end(&at);
}

/* ---- Checkout orders ---- */

static void play_order(int operation, const char *word, int step)
{
    char order[120];
    scene at;

    begin(&at, operation, "{\"checkout_order_number\":\"c1\"}", NULL);
    CHECK_STR(asked(&at), "order_get");
    check_param(&at, "checkout_order_number", "c1");
    snprintf(order, sizeof(order),
             "{\"payment\":{\"status\":\"%s\",\"errorcode\":\"00\"}}", word);
    answer(&at, order);
    CHECK_INT(at.verdict.step, step);
    if (step == CIELO__VERDICT_ADOPT)
        check_answer(&at, "{\"success\":true,\"returnCode\":\"00\"}");
    end(&at);
}

static void orders_show_their_changes_as_a_word(void)
{
    int adopt = CIELO__VERDICT_ADOPT, again = CIELO__VERDICT_AGAIN;
    scene at;

    play_order(CIELO_OP_ORDER_CAPTURE, "Paid", adopt);
    play_order(CIELO_OP_ORDER_CAPTURE, "paid", adopt);
    play_order(CIELO_OP_ORDER_CAPTURE, "Authorized", again);
    play_order(CIELO_OP_ORDER_VOID, "Voided", adopt);
    play_order(CIELO_OP_ORDER_VOID, "Paid", again);
    play_order(CIELO_OP_ORDER_VOID, "Chargeback", again);
    play_order(CIELO_OP_ORDER_VOID, "", again);
    begin(&at, CIELO_OP_ORDER_VOID,
          "{\"checkout_order_number\":\"c1\",\"amount\":1}", NULL);
    CHECK(!cielo__settle_can(&at.intent)); /* an order shows no amounts */
    end(&at);
}

CHECK_MAIN(a_sale_is_found_by_its_order, other_sales_are_not_adopted,
           cards_are_compared_at_both_ends, the_tolerance_has_an_edge,
           dates_ahead_are_of_another_zone, the_list_dates_an_undated_sale,
           two_that_fit_settle_nothing, an_unseen_candidate_bars_the_others,
           too_many_candidates_settle_nothing, long_ids_are_unseen,
           old_sales_are_found_and_not_read, a_told_sale_is_no_candidate,
           look_ups_fail_in_several_ways, some_sales_cannot_be_settled,
           by_hand_the_paid_are_adopted_again, by_hand_a_moment_may_be_given,
           ones_own_refusal_settles_after_two_looks,
           foreign_refusals_are_not_adopted, dates_ahead_bar_refusals,
           a_refusal_that_changes_is_looked_at_again,
           a_velocity_refusal_needs_two_looks_too,
           the_best_look_tells_when_it_began,
           a_refusal_without_date_has_the_lists, a_refusal_may_be_gone_again,
           a_long_newest_id_is_no_name, captures_are_seen_by_amount,
           whole_voids_are_seen_by_status, part_voids_are_seen_by_difference,
           a_read_ahead_that_fails_sends_nothing,
           the_newest_of_an_order_is_meant,
           the_sale_of_another_order_tells_nothing, a_long_id_is_no_refusal,
           cards_are_known_by_six_and_four, each_round_finds_anew,
           times_are_compared_with_their_ends,
           a_change_is_told_in_its_own_shape, recurrences_show_their_changes,
           what_a_recurrence_does_not_show_is_not_read,
           orders_show_their_changes_as_a_word)
