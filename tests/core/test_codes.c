/* The code books: look-ups by exact text, the advice that joins the tables,
 * and the plan of repeats. check_codes.py compares the rows with the facts. */
#include <cielo/codes.h>

#include "check.h"

#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)
/* 2026-03-10T15:00:00Z: noon in Brasilia. */
#define NOON INT64_C(1773154800)
#define MIDNIGHT (NOON + 12 * HOUR)

static const cielo_code *code_of(const char *code, int operation)
{
    return cielo_return_code(code, strlen(code), operation);
}

static const char *category_of(const char *code, int operation)
{
    const cielo_code *found = code_of(code, operation);

    return found ? found->category : NULL;
}

static const char *name_of(int book, int number)
{
    const cielo_status *found = cielo_book_get(book, number);

    return found ? found->name : NULL;
}

static int number_of(int book, const char *word)
{
    const cielo_status *found = cielo_book_word(book, word, strlen(word));

    return found ? found->number : -1;
}

/* 1 reversible, 0 not, -1 not found. */
static int reversible(const char *brand, const char *code)
{
    const cielo_denial *found =
        cielo_abecs(brand, strlen(brand), code, strlen(code));

    return found ? found->reversible : -1;
}

static cielo_advice advise(const char *code, const char *brand,
                           const char *merchant_advice, int status)
{
    cielo_advice_input in = CIELO_ADVICE_INPUT_INIT;
    cielo_advice advice;

    in.return_code = code;
    in.return_code_length = code ? strlen(code) : 0;
    in.brand = brand;
    in.brand_length = brand ? strlen(brand) : 0;
    in.merchant_advice = merchant_advice;
    in.merchant_advice_length = merchant_advice ? strlen(merchant_advice) : 0;
    in.status = status;
    cielo_advise(&in, &advice);
    return advice;
}

static void check_rule(const cielo_retry *rule, int kind, int attempts,
                       int days, int hours)
{
    CHECK_STR(cielo_retry_name(rule->kind), cielo_retry_name(kind));
    CHECK_INT(rule->max_attempts, attempts);
    CHECK_INT(rule->window_days, days);
    CHECK_INT(rule->after_hours, hours);
}

static void codes_are_exact_text(void)
{
    CHECK_STR(category_of("4", CIELO_CODE_SALE), "success");
    CHECK_STR(category_of("04", CIELO_CODE_SALE), "blocked");
    CHECK_STR(category_of("6", CIELO_CODE_SALE), "success");
    CHECK_STR(category_of("06", CIELO_CODE_SALE), "blocked");
    CHECK(code_of("0", CIELO_CODE_SALE) != code_of("00", CIELO_CODE_SALE));
    CHECK(code_of("00", CIELO_CODE_SALE) != code_of("000", CIELO_CODE_SALE));
    CHECK(!code_of("0000", CIELO_CODE_SALE));
    CHECK(!code_of("5", CIELO_CODE_SALE));
    CHECK(!code_of("057", CIELO_CODE_SALE));
    CHECK(!code_of("fg", CIELO_CODE_SALE));
    CHECK(!code_of(" 51", CIELO_CODE_SALE));
    CHECK(!code_of("", CIELO_CODE_SALE));
    CHECK(!cielo_return_code(NULL, 2, CIELO_CODE_SALE));
    CHECK(!cielo_return_code("51\0", 3, CIELO_CODE_SALE));
    CHECK(cielo_return_code("519", 2, CIELO_CODE_SALE) ==
          code_of("51", CIELO_CODE_SALE));
    CHECK(!code_of("a code far too long to be one", CIELO_CODE_SALE));
}

static void codes_of_the_gateway_may_have_a_blank(void)
{
    CHECK(code_of("BP171", CIELO_CODE_SALE) != NULL);
    CHECK(code_of("BP 171", CIELO_CODE_SALE) ==
          code_of("BP171", CIELO_CODE_SALE));
    CHECK(!code_of("BP  171", CIELO_CODE_SALE));
    CHECK(!code_of("BP 999", CIELO_CODE_SALE));
}

/* Listed by Cielo without a meaning: a row that says so, and no advice. Of a
 * void they leave open whether it was done. */
static void codes_without_a_text_say_so(void)
{
    static const char *const voids[] = {"BP900", "BP903"};
    static const char *const advice[] = {"06", "07", "08", "43", "90", "99"};
    size_t i;

    for (i = 0; i < 2; i++) {
        const cielo_code *row = code_of(voids[i], CIELO_CODE_VOID);

        CHECK(strstr(row->meaning_pt, "não publicou") != NULL);
        CHECK(strstr(row->meaning_en, "not published") != NULL);
        CHECK_STR(row->category, "communication");
        CHECK_INT(row->retry.kind, CIELO_RETRY_UNKNOWN);
    }
    for (i = 0; i < 6; i++) {
        const cielo_merchant_code *row = cielo_merchant_advice(advice[i], 2);

        CHECK(strstr(row->meaning_pt, "sem publicar") != NULL);
        CHECK(strstr(row->meaning_en, "without publishing") != NULL);
        CHECK_INT(row->retry.kind, CIELO_RETRY_UNKNOWN);
        CHECK_INT(row->change, CIELO_CHANGE_NOTHING);
    }
    CHECK(strstr(cielo_abecs("elo", 3, "5C", 2)->meaning_en,
                 "not published") != NULL);
}

static void books_of_operations_are_apart(void)
{
    CHECK_STR(category_of("9", CIELO_CODE_SALE), "cancellation");
    CHECK_STR(category_of("9", CIELO_CODE_VOID), "success");
    CHECK_STR(category_of("FF", CIELO_CODE_VOID), "success");
    CHECK_STR(category_of("6", CIELO_CODE_CAPTURE), "success");
    /* The same text denies a void. */
    CHECK_STR(category_of("6", CIELO_CODE_VOID), "state");
    CHECK_INT(code_of("6", CIELO_CODE_VOID)->retry.kind, CIELO_RETRY_NEVER);
    CHECK(!code_of("51", CIELO_CODE_CAPTURE));
    CHECK(!code_of("51", -1));
    CHECK(!code_of("51", CIELO_CODE_OPERATION_END));
    CHECK_INT(cielo_code_operation("void", 4), CIELO_CODE_VOID);
    CHECK_INT(cielo_code_operation("voids", 5), -1);
    CHECK_INT(cielo_code_operation(NULL, 0), -1);
    CHECK_STR(cielo_code_operation_name(CIELO_CODE_CAPTURE), "capture");
    CHECK(!cielo_code_operation_name(CIELO_CODE_OPERATION_END));
}

/* The look-up halves sorted rows; this is what it relies on. */
static void every_row_is_in_order_and_found(void)
{
    const cielo_code *code, *last = NULL;
    size_t i, twice = 0;

    for (i = 0; (code = cielo_return_code_at(i)) != NULL; i++) {
        const cielo_code *found = code_of(code->code, code->operation);
        int order = last && last->operation == code->operation
                        ? strcmp(last->code, code->code)
                        : -1;

        CHECK(order <= 0);
        CHECK(found == (order == 0 ? last : code));
        twice += order == 0;
        last = code;
    }
    CHECK_INT((long long)twice, 1);
    CHECK(i < 256);
    CHECK_STR(code_of("FG", CIELO_CODE_SALE)[1].code, "FG");
}

static void every_numbered_row_is_found(void)
{
    const cielo_status *status;
    int book;
    size_t i;

    for (book = 0; book < CIELO_BOOK_END; book++) {
        int last = -1;

        for (i = 0; (status = cielo_book_at(book, i)) != NULL; i++) {
            CHECK(status->number > last);
            CHECK(cielo_book_get(book, status->number) == status);
            CHECK_INT(number_of(book, status->name), status->number);
            last = status->number;
        }
        CHECK(i > 0 && i < 256);
        CHECK(!cielo_book_get(book, -1));
        CHECK(!cielo_book_get(book, 9999));
    }
    CHECK(!cielo_book_get(-1, 1));
    CHECK(!cielo_book_get(CIELO_BOOK_END, 1));
    CHECK(!cielo_book_at(CIELO_BOOK_END, 0));
}

static void statuses_of_the_families_are_apart(void)
{
    CHECK_STR(name_of(CIELO_BOOK_SALE_STATUS, 2), "payment_confirmed");
    CHECK_STR(name_of(CIELO_BOOK_SALE_STATUS, 1), "authorized");
    CHECK_STR(name_of(CIELO_BOOK_ORDER_STATUS, 1), "pending");
    CHECK_STR(name_of(CIELO_BOOK_SALE_STATUS, 10), "voided");
    CHECK_STR(name_of(CIELO_BOOK_ORDER_STATUS, 5), "voided");
    CHECK_STR(name_of(CIELO_BOOK_RECURRENCE_STATUS, 3),
              "disabled_by_merchant");
    CHECK_STR(name_of(CIELO_BOOK_ORDER_RECURRENCE_STATUS, 3),
              "disabled_by_user");
    CHECK_STR(name_of(CIELO_BOOK_ANTIFRAUD_STATUS, 1), "accept");
    CHECK_STR(name_of(CIELO_BOOK_ORDER_ANTIFRAUD_STATUS, 1), "low_risk");
}

static void words_find_statuses(void)
{
    CHECK_INT(number_of(CIELO_BOOK_ORDER_STATUS, "Paid"), 2);
    CHECK_INT(number_of(CIELO_BOOK_ORDER_STATUS, "pAID"), 2);
    CHECK_INT(number_of(CIELO_BOOK_ORDER_STATUS, "NotFinalized"), 6);
    CHECK_INT(number_of(CIELO_BOOK_ORDER_STATUS, "not_finalized"), 6);
    CHECK_INT(number_of(CIELO_BOOK_ORDER_STATUS, "7"), 7);
    CHECK_INT(number_of(CIELO_BOOK_ORDER_STATUS, "Pai"), -1);
    CHECK_INT(number_of(CIELO_BOOK_ORDER_STATUS, "Paids"), -1);
    CHECK_INT(number_of(CIELO_BOOK_ORDER_STATUS, ""), -1);
    CHECK_INT(number_of(CIELO_BOOK_REASON_CODE, "00"), 0);
    CHECK_INT(number_of(CIELO_BOOK_REASON_CODE, "07"), 7);
    CHECK_INT(number_of(CIELO_BOOK_REASON_CODE, "IssuficientFunds"), 2);
    CHECK_INT(number_of(CIELO_BOOK_API_ERROR, "126"), 126);
    CHECK_INT(number_of(CIELO_BOOK_API_ERROR, "-1"), -1);
    CHECK_INT(number_of(CIELO_BOOK_API_ERROR, "4294967422"), -1);
    CHECK(!cielo_book_word(CIELO_BOOK_API_ERROR, NULL, 3));
    CHECK(!cielo_book_word(CIELO_BOOK_END, "Paid", 4));
}

static void denials_are_found_by_brand(void)
{
    const cielo_denial *denial;
    size_t i;

    CHECK_INT(reversible("visa", "51"), 1);
    CHECK_INT(reversible("VISA", "05"), 1);
    CHECK_INT(reversible("Master", "4"), 0);
    CHECK_INT(reversible("Elo", "04"), 1);
    CHECK_INT(reversible("mastercard", "57"), 1);
    CHECK_INT(reversible("Hiper", "57"), 1);
    CHECK_INT(reversible("HIPERCARD", "04"), 0);
    CHECK_INT(reversible("elo", "57"), 0);
    CHECK_INT(reversible("elo", "14"), 0); /* "14 ou 56" is two rows */
    CHECK_INT(reversible("elo", "56"), 0);
    CHECK_INT(reversible("elo", "62"), 1);
    CHECK_INT(reversible("elo", "5C"), 1);
    CHECK_INT(reversible("master", "62"), 0); /* one of its causes is not */
    CHECK_INT(reversible("visa", "62"), 1);
    CHECK_INT(reversible("amex", "116"), 1);
    CHECK_INT(reversible("AmericanExpress", "A5"), 1);
    CHECK_INT(reversible("amex", "FD"), 0);
    CHECK_INT(reversible("jcb", "51"), -1);
    CHECK_INT(reversible("", "51"), -1);
    CHECK_INT(reversible("visa", ""), -1);
    CHECK_INT(reversible("visa", "00"), -1);
    CHECK_INT(reversible("visa", "P5"), -1);
    CHECK(!cielo_abecs(NULL, 4, NULL, 2));
    for (i = 0; (denial = cielo_abecs_at(i)) != NULL; i++)
        CHECK(cielo_abecs(denial->brand, strlen(denial->brand), denial->code,
                          strlen(denial->code)) == denial);
    CHECK(i > 0 && i < 256);
}

static void visa_sorts_codes_into_categories(void)
{
    CHECK_INT(cielo_visa_category("04", 2), 1);
    CHECK_INT(cielo_visa_category("4", 1), 1);
    CHECK_INT(cielo_visa_category("R1", 2), 1);
    CHECK_INT(cielo_visa_category("51", 2), 2);
    CHECK_INT(cielo_visa_category("N7", 2), 3);
    CHECK_INT(cielo_visa_category("05", 2), 4);
    CHECK_INT(cielo_visa_category("00", 2), 0);
    CHECK_INT(cielo_visa_category("BP171", 5), 0);
    CHECK_INT(cielo_visa_category("5 ", 2), 0);
    CHECK_INT(cielo_visa_category(NULL, 0), 0);
}

static void merchant_advice_is_padded(void)
{
    CHECK(cielo_merchant_advice("1", 1) == cielo_merchant_advice("01", 2));
    CHECK_STR(cielo_merchant_advice("3", 1)->code, "03");
    check_rule(&cielo_merchant_advice("03", 2)->retry, CIELO_RETRY_NEVER, 0, 0,
               0);
    check_rule(&cielo_merchant_advice("02", 2)->retry, CIELO_RETRY_AFTER, 0, 0,
               72);
    check_rule(&cielo_merchant_advice("30", 2)->retry, CIELO_RETRY_AFTER, 0, 0,
               240);
    CHECK(!cielo_merchant_advice("003", 3));
    CHECK(cielo_merchant_advice("6", 1) == cielo_merchant_advice("06", 2));
    CHECK(!cielo_merchant_advice("98", 2));
    CHECK(!cielo_merchant_advice("", 0));
    CHECK(!cielo_merchant_advice(NULL, 2));
}

/* What a repeat against the advice costs, and from when a rule is known to
 * hold. */
static void programmes_say_since_when(void)
{
    const cielo_programme *programme;
    size_t i;

    CHECK_INT(cielo_merchant_advice("24", 2)->charged, 1);
    CHECK_INT(cielo_merchant_advice("24", 2)->since, 202610);
    CHECK_INT(cielo_merchant_advice("30", 2)->charged, 1);
    CHECK_INT(cielo_merchant_advice("03", 2)->charged, 1);
    CHECK_INT(cielo_merchant_advice("03", 2)->since, 0);
    CHECK_INT(cielo_merchant_advice("40", 2)->charged, 0);
    CHECK_INT(cielo_merchant_advice("43", 2)->since, 202508);
    CHECK_INT(cielo_merchant_advice("45", 2)->change, CIELO_CHANGE_MEANS);
    CHECK_INT(cielo_merchant_advice("99", 2)->since, 202611);
    for (i = 0; (programme = cielo_programme_at(i)) != NULL; i++) {
        CHECK_INT(programme->retry.kind, CIELO_RETRY_LIMITED);
        CHECK_INT(programme->retry.window_days, 30);
        CHECK_INT(programme->since, 0); /* no source dates them */
    }
    CHECK_INT((long long)i, 3);
}

static void names_have_a_fallback(void)
{
    CHECK_STR(cielo_retry_name(CIELO_RETRY_LIMITED_NEXT_DAY),
              "limited_next_day");
    CHECK_STR(cielo_retry_name(-1), "unknown");
    CHECK_STR(cielo_retry_name(CIELO_RETRY_END), "unknown");
    CHECK_STR(cielo_change_name(CIELO_CHANGE_MEANS), "means");
    CHECK_STR(cielo_change_name(-1), "nothing");
    CHECK_STR(cielo_change_name(CIELO_CHANGE_END), "nothing");
}

static void advice_of_a_code_alone(void)
{
    cielo_advice advice = advise("51", NULL, NULL, 3);

    CHECK_STR(advice.code->code, "51");
    check_rule(&advice.retry, CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 0);
    CHECK_INT(advice.not_before_hours, 24);
    CHECK_INT((long long)advice.source_count, 1);
    CHECK_STR(advice.sources[0].table, "return_code");

    advice = advise("ZZ", "JCB", NULL, 3);
    CHECK(!advice.code);
    check_rule(&advice.retry, CIELO_RETRY_UNKNOWN, 0, 0, 0);
    CHECK_INT((long long)advice.source_count, 0);

    advice = advise("RP", NULL, NULL, -1);
    check_rule(&advice.retry, CIELO_RETRY_AFTER, 0, 0, 72);
    CHECK_INT(advice.not_before_hours, 72);
}

static void advice_takes_the_strictest(void)
{
    cielo_advice advice = advise("51", "Visa", NULL, 3);

    check_rule(&advice.retry, CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 0);
    CHECK_INT((long long)advice.source_count, 3);
    CHECK_STR(advice.sources[1].table, "abecs");
    check_rule(&advice.sources[1].retry, CIELO_RETRY_ALLOWED, 0, 0, 0);
    CHECK_STR(advice.sources[2].table, "visa");
    check_rule(&advice.sources[2].retry, CIELO_RETRY_LIMITED, 15, 30, 0);

    /* Four times by the return code, never by Visa. */
    advice = advise("57", "Visa", NULL, 3);
    check_rule(&advice.retry, CIELO_RETRY_NEVER, 0, 0, 0);
    CHECK_INT(advice.change, CIELO_CHANGE_CARD);

    /* Never by the return code, though the brand would allow it. */
    advice = advise("59", "Visa", NULL, 3);
    check_rule(&advice.retry, CIELO_RETRY_NEVER, 0, 0, 0);
    CHECK_INT(advice.sources[2].retry.kind, CIELO_RETRY_LIMITED);

    advice = advise("05", "Master", NULL, 3);
    check_rule(&advice.retry, CIELO_RETRY_LIMITED, 4, 16, 0);
    CHECK_INT((long long)advice.source_count, 3);
    CHECK_STR(advice.sources[2].table, "brand_programme");
    check_rule(&advice.sources[2].retry, CIELO_RETRY_LIMITED, 7, 30, 0);

    advice = advise("05", "Elo", NULL, 3);
    check_rule(&advice.sources[2].retry, CIELO_RETRY_LIMITED, 15, 30, 0);

    advice = advise("XX", "Elo", NULL, 3); /* in no table: the limit alone */
    check_rule(&advice.retry, CIELO_RETRY_LIMITED, 15, 30, 0);
}

static void advice_of_mastercard_joins_in(void)
{
    cielo_advice advice = advise("51", "Master", "24", 3);

    check_rule(&advice.retry, CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 1);
    CHECK_INT(advice.not_before_hours, 24);
    CHECK_INT((long long)advice.source_count, 4);

    advice = advise("51", "Master", "30", 3);
    check_rule(&advice.retry, CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 240);
    CHECK_INT(advice.not_before_hours, 240);

    advice = advise("05", "Master", "2", 3);
    check_rule(&advice.retry, CIELO_RETRY_AFTER, 4, 16, 72);

    advice = advise("51", "Master", "3", 3);
    check_rule(&advice.retry, CIELO_RETRY_NEVER, 0, 0, 0);
    CHECK_INT(advice.not_before_hours, 0);
    CHECK_INT(advice.change, CIELO_CHANGE_CARD);

    advice = advise("05", "Master", "01", 3);
    CHECK_INT(advice.retry.kind, CIELO_RETRY_LIMITED);
    CHECK_INT(advice.change, CIELO_CHANGE_DATA);

    /* One that nobody knows the meaning of loosens nothing. */
    advice = advise("05", "Master", "99", 3);
    check_rule(&advice.retry, CIELO_RETRY_LIMITED, 4, 16, 0);
    CHECK_INT((long long)advice.source_count, 4);

    /* Of two categories, the stricter. */
    advice = advise("14", "Visa", NULL, 3);
    CHECK_INT(advice.retry.kind, CIELO_RETRY_NEVER);
    advice = advise("5C", "Elo", NULL, 3);
    check_rule(&advice.retry, CIELO_RETRY_LIMITED, 15, 30, 0);
    advice = advise("05", "Hiper", NULL, 3); /* of Mastercard's column only */
    CHECK_INT((long long)advice.source_count, 2);
}

static void advice_on_what_was_not_denied(void)
{
    static const int statuses[] = {1, 2, 10, 11};
    cielo_advice advice;
    size_t i;

    for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        advice = advise("51", "Visa", "02", statuses[i]);
        check_rule(&advice.retry, CIELO_RETRY_NEVER, 0, 0, 0);
        CHECK_INT(advice.change, CIELO_CHANGE_NOTHING);
        CHECK_INT((long long)advice.source_count, 0);
        CHECK_STR(advice.code->code, "51");
    }
    /* One that may become anything is looked up first, whatever its code. */
    for (i = 0; i < 3; i++) {
        static const int open[] = {0, 12, 20};

        advice = advise(i ? "51" : "99", "Visa", "02", open[i]);
        check_rule(&advice.retry, CIELO_RETRY_UNKNOWN, 0, 0, 0);
        CHECK_INT(advice.change, CIELO_CHANGE_NOTHING);
        CHECK_INT((long long)advice.source_count, 0);
    }
    /* "4" means authorised: no brand's code 4 is asked. */
    advice = advise("4", "Elo", NULL, -1);
    check_rule(&advice.retry, CIELO_RETRY_NEVER, 0, 0, 0);
    CHECK_INT((long long)advice.source_count, 1);
    /* A rejection by velocity rules leaves the sale "not finished". */
    advice = advise("BP171", "Visa", NULL, 0);
    check_rule(&advice.retry, CIELO_RETRY_NEVER, 0, 0, 0);
    CHECK_INT((long long)advice.source_count, 1);
}

static void advice_on_a_void_asks_no_brand(void)
{
    cielo_advice_input in = CIELO_ADVICE_INPUT_INIT;
    cielo_advice advice;

    in.return_code = "57";
    in.return_code_length = 2;
    in.brand = "Visa";
    in.brand_length = 4;
    in.operation = CIELO_CODE_VOID;
    in.status = 2; /* the sale, still paid after a void that failed */
    cielo_advise(&in, &advice);
    CHECK_INT(advice.retry.kind, CIELO_RETRY_ALLOWED);
    CHECK_INT((long long)advice.source_count, 1);
}

/* Whether the plan gives exactly this. */
static int plans(int kind, int attempts, int days, int hours,
                 const int64_t *times, size_t count, int64_t now,
                 int64_t expected)
{
    cielo_retry rule;
    int64_t next;

    rule.kind = kind;
    rule.max_attempts = attempts;
    rule.window_days = days;
    rule.after_hours = hours;
    return cielo_retry_plan(&rule, times, count, now, &next) &&
           next == expected;
}

static void plan_of_simple_kinds(void)
{
    static const int64_t sale[] = {NOON};
    cielo_retry rule = {CIELO_RETRY_NEVER, 0, 0, 0};
    int64_t next = 1;

    CHECK(!cielo_retry_plan(&rule, sale, 1, NOON, &next));
    CHECK_INT(next, 0);
    rule.kind = CIELO_RETRY_UNKNOWN;
    CHECK(!cielo_retry_plan(&rule, sale, 1, NOON, &next));
    rule.kind = 99;
    CHECK(!cielo_retry_plan(&rule, sale, 1, NOON, &next));
    CHECK(plans(CIELO_RETRY_ALLOWED, 0, 0, 0, sale, 1, NOON + 5, NOON + 5));
    CHECK(plans(CIELO_RETRY_AFTER, 0, 0, 72, sale, 1, NOON + 5,
                NOON + 72 * HOUR));
    CHECK(plans(CIELO_RETRY_AFTER, 0, 0, 72, sale, 1, NOON + 9 * DAY,
                NOON + 9 * DAY));
    CHECK(plans(CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 72, NULL, 0, NOON, NOON));
}

static void plan_of_four_in_sixteen_days(void)
{
    static const int64_t times[] = {NOON, NOON + DAY, NOON + 2 * DAY,
                                    NOON + 3 * DAY, NOON + 4 * DAY};
    static const int64_t shuffled[] = {NOON + 2 * DAY, NOON + 4 * DAY, NOON,
                                       NOON + 3 * DAY, NOON + DAY};

    CHECK(plans(CIELO_RETRY_LIMITED, 4, 16, 0, times, 1, NOON, NOON));
    CHECK(plans(CIELO_RETRY_LIMITED, 4, 16, 0, times, 4, NOON + 3 * DAY,
                NOON + 3 * DAY));
    /* Full: the first repeat, a day after the sale, has to leave the window. */
    CHECK(plans(CIELO_RETRY_LIMITED, 4, 16, 0, times, 5, NOON + 4 * DAY,
                NOON + 17 * DAY));
    CHECK(plans(CIELO_RETRY_LIMITED, 4, 16, 0, shuffled, 5, NOON + 4 * DAY,
                NOON + 17 * DAY));
    CHECK(plans(CIELO_RETRY_LIMITED, 4, 16, 0, times, 5, NOON + 20 * DAY,
                NOON + 20 * DAY));
}

static void plan_from_the_next_day(void)
{
    static const int64_t noon[] = {NOON};
    static const int64_t late[] = {MIDNIGHT - 1};
    static const int64_t early[] = {MIDNIGHT};
    static const int64_t before_1970[] = {-1};

    CHECK(plans(CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 0, noon, 1, NOON,
                MIDNIGHT));
    CHECK(plans(CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 0, late, 1, NOON,
                MIDNIGHT));
    CHECK(plans(CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 0, early, 1, NOON,
                MIDNIGHT + DAY));
    CHECK(plans(CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 1, late, 1, NOON,
                MIDNIGHT - 1 + HOUR));
    CHECK(plans(CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 0, before_1970, 1, -1,
                3 * HOUR));
}

static void plan_survives_absurd_times(void)
{
    static const int64_t last[] = {INT64_MAX};
    static const int64_t first[] = {INT64_MIN};

    CHECK(plans(CIELO_RETRY_LIMITED_NEXT_DAY, 1, 16, 1, last, 1, 0, INT64_MAX));
    CHECK(plans(CIELO_RETRY_LIMITED_NEXT_DAY, 1, 16, 1, first, 1, 0, 0));
}

static void plan_of_an_advice(void)
{
    cielo_advice advice = advise("51", "Master", "25", 3);
    int64_t times[9];
    int64_t next;
    int i;

    for (i = 0; i < 4; i++) /* a sale and three repeats, a week apart */
        times[i] = NOON + 7 * i * DAY;
    CHECK(cielo_advice_plan(&advice, times, 1, NOON, &next));
    CHECK_INT(next, NOON + DAY); /* 24 hours are later than midnight */

    /* Seven repeats in 30 days, though never more than four in 16: the limit
     * of the brand is the one that holds. */
    for (i = 0; i < 8; i++)
        times[i] = NOON + 4 * i * DAY;
    CHECK(cielo_advice_plan(&advice, times, 8, NOON + 28 * DAY, &next));
    CHECK_INT(next, NOON + 34 * DAY);

    advice = advise("51", "Master", "03", 3);
    CHECK(!cielo_advice_plan(&advice, times, 1, NOON, &next));
    CHECK_INT(next, 0);
    advice = advise("ZZ", NULL, NULL, 3);
    CHECK(!cielo_advice_plan(&advice, times, 1, NOON, &next));
    advice = advise("51", NULL, NULL, 2); /* paid */
    CHECK(!cielo_advice_plan(&advice, times, 1, NOON, &next));
}

CHECK_MAIN(codes_are_exact_text, codes_of_the_gateway_may_have_a_blank,
           codes_without_a_text_say_so, books_of_operations_are_apart,
           every_row_is_in_order_and_found,
           every_numbered_row_is_found, statuses_of_the_families_are_apart,
           words_find_statuses, denials_are_found_by_brand,
           visa_sorts_codes_into_categories, merchant_advice_is_padded,
           programmes_say_since_when, names_have_a_fallback,
           advice_of_a_code_alone,
           advice_takes_the_strictest, advice_of_mastercard_joins_in,
           advice_on_what_was_not_denied, advice_on_a_void_asks_no_brand,
           plan_of_simple_kinds, plan_of_four_in_sixteen_days,
           plan_from_the_next_day, plan_survives_absurd_times,
           plan_of_an_advice)
