/* The JSON tree: reading, writing, building, comparing. */
#include <cjson/cJSON.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include <cielo/cielo.h>

#include "json/json.h"

/* ---- helpers ---- */

static cielo_value *parse_bytes(const char *text, size_t length)
{
    cielo_value *value;
    cielo_error err;
    /* On its own, so that a sanitizer sees a byte read past the end. */
    char *copy = malloc(length ? length : 1);

    if (length)
        memcpy(copy, text, length);
    if (cielo_value_parse(&value, copy, length, &err) != CIELO_OK)
        printf("    %s\n", err.message);
    free(copy);
    return value;
}

static cielo_value *parse(const char *text)
{
    return parse_bytes(text, strlen(text));
}

/* Checks how `value` prints, and frees it. */
static void prints(cielo_value *value, const char *expected)
{
    char *text;
    size_t length;

    CHECK_INT(cielo_value_print(value, &text, &length), CIELO_OK);
    CHECK_STR(text, expected);
    CHECK_INT(length, strlen(expected));
    cielo_text_free(text, length);
    cielo_value_free(value);
}

static void stays(const char *text)
{
    prints(parse(text), text);
}

static void refused_bytes(const char *text, size_t length, const char *message)
{
    cielo_value *value = (cielo_value *)&length;
    cielo_error err;
    char *copy = malloc(length ? length : 1);

    if (length)
        memcpy(copy, text, length);
    CHECK_INT(cielo_value_parse(&value, copy, length, &err), CIELO_EDECODE);
    CHECK(value == NULL);
    CHECK_INT(err.status, CIELO_EDECODE);
    CHECK_STR(err.message, message);
    cielo_value_free(value);
    free(copy);
}

static void refused(const char *text, const char *message)
{
    refused_bytes(text, strlen(text), message);
}

/* `count` times `part`, then `middle`, then `count` times `end`. */
static char *repeated(const char *part, size_t count, const char *middle,
                      const char *end)
{
    size_t size = count * (strlen(part) + strlen(end)) + strlen(middle) + 1;
    char *text = malloc(size), *at = text;
    size_t i;

    for (i = 0; i < count; i++, at += strlen(part))
        memcpy(at, part, strlen(part));
    memcpy(at, middle, strlen(middle));
    at += strlen(middle);
    for (i = 0; i < count; i++, at += strlen(end))
        memcpy(at, end, strlen(end));
    *at = '\0';
    return text;
}

/* ---- what cJSON lets through ---- */

static void text_is_not_cut_at_an_escaped_nul(void)
{
    refused("{\"a\":\"b\\u0000c\"}", "not JSON: a NUL character at byte 9");
    refused("{\"a\\u0000\":1}", "not JSON: a NUL character at byte 5");
    refused_bytes("\"a\0b\"", 5,
                  "not JSON: control character in a text at byte 2");
    refused_bytes("1\0", 2, "not JSON: text after the end at byte 1");
}

static void integers_past_2_53_stay_exact(void)
{
    stays("9007199254740992");
    stays("[9007199254740993,9223372036854775807,-9223372036854775808]");
    stays("123456789012345678901234567890123456789012345678901234567890"
          "1234567890");
}

static void numbers_stay_as_written(void)
{
    stays("[1.0,1.10,1e2,1E+2,-0,0.1,-1.5e-3,0e0,100]");
}

static void leading_zeros_are_refused(void)
{
    refused("[01]", "not JSON: bad number at byte 1");
    refused("-01", "not JSON: bad number at byte 0");
}

static void numbers_past_a_double_are_refused(void)
{
    char *digits = repeated("9", 310, "", "");

    refused("1e400", "not JSON: number out of range at byte 0");
    refused("[-1e309]", "not JSON: number out of range at byte 1");
    refused(digits, "not JSON: number out of range at byte 0");
    free(digits);
    stays("1.7976931348623157e308");
    stays("1e-400");
}

static void text_after_the_end_is_refused(void)
{
    refused("{} x", "not JSON: text after the end at byte 3");
    refused("1 2", "not JSON: text after the end at byte 2");
    refused("[]]", "not JSON: text after the end at byte 2");
    prints(parse(" \t\r\n[ ] \n"), "[]");
}

static void bad_utf8_is_refused(void)
{
    refused("\"\xE3\"", "not JSON: bad UTF-8 at byte 1");
    refused("\"a\xC0\x80\"", "not JSON: bad UTF-8 at byte 2");
    refused("{\"\xED\xA0\x80\":1}", "not JSON: bad UTF-8 at byte 2");
    refused("\"\xF4\x90\x80\x80\"", "not JSON: bad UTF-8 at byte 1");
    refused_bytes("\"\xE2\x82", 3, "not JSON: bad UTF-8 at byte 1");
    stays("\"\xC3\xA3\xE2\x82\xAC\xF0\x9F\x92\xB3\"");
}

static void lone_surrogates_are_refused(void)
{
    refused("\"\\ud83d\"", "not JSON: half a surrogate pair at byte 3");
    refused("\"\\ud83dx\"", "not JSON: half a surrogate pair at byte 3");
    refused("\"\\ud83d\\u0041\"", "not JSON: half a surrogate pair at byte 3");
    refused("\"\\ud83d\\n\"", "not JSON: half a surrogate pair at byte 3");
    refused("\"\\udcb3\"", "not JSON: half a surrogate pair at byte 3");
    prints(parse("\"\\ud83d\\udcB3\""), "\"\xF0\x9F\x92\xB3\"");
}

/* Where a character takes a byte more, and about the halves of pairs. */
static void escapes_are_read_up_to_every_edge(void)
{
    refused("\"\\ud800\"", "not JSON: half a surrogate pair at byte 3");
    refused("\"\\udbff\\udbff\"",
            "not JSON: half a surrogate pair at byte 3");
    refused("\"\\ud800\\ue000\"",
            "not JSON: half a surrogate pair at byte 3");
    refused("\"\\udc00\\udc00\"",
            "not JSON: half a surrogate pair at byte 3");
    refused("\"\\udfff\"", "not JSON: half a surrogate pair at byte 3");
    prints(parse("\"\\u0001\\u007f\\u0080\\u07ff\\u0800\\ud7ff\\ue000"
                 "\\uffff\""),
           "\"\\u0001\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80"
           "\xEF\xBF\xBF\"");
    prints(parse("\"\\ud800\\udc00\\udbff\\udfff\""),
           "\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"");
}

/* ---- what came in ---- */

static cielo_value *read_answer(const char *text, size_t length,
                                const char *type)
{
    cielo_value *value;
    cielo__buf scratch;
    char *copy = malloc(length ? length : 1);
    int status;

    if (length)
        memcpy(copy, text, length);
    cielo__buf_init(&scratch, NULL, SIZE_MAX - 1);
    status = cielo__answer_parse(&value, copy, length, type, &scratch, NULL);
    CHECK_INT(status, value ? CIELO_OK : CIELO_EDECODE);
    cielo__buf_clear(&scratch);
    free(copy);
    return value;
}

#define LATIN "application/json; charset=iso-8859-1"
#define FFFD  "\xEF\xBF\xBD"

/* Each as it prints, so that a NUL or a lone half would show. */
static void answers_are_read_where_a_text_is_odd(void)
{
    static const struct {
        const char *text;
        size_t length;
        const char *type;
        const char *printed;
    } rows[] = {
#define ROW(text, type, printed) {text, sizeof(text) - 1, type, printed}
        ROW("\"\\ud83d\"", NULL, "\"" FFFD "\""),
        ROW("\"\\uDCB3x\"", NULL, "\"" FFFD "x\""),
        ROW("\"\\ud83d\\u0041\"", NULL, "\"" FFFD "A\""),
        ROW("\"\\ud83d\\n\"", NULL, "\"" FFFD "\\n\""),
        ROW("\"\\ud83d\\ud83d\\udcb3\"", NULL,
            "\"" FFFD "\xF0\x9F\x92\xB3\""),
        ROW("{\"a\\u0000b\":\"c\\u0000\"}", NULL,
            "{\"a" FFFD "b\":\"c" FFFD "\"}"),
        ROW("[\"a\0b\",12]", NULL, "[\"a" FFFD "b\",12]"),
        ROW("\"a\tb\nc\x01\"", NULL, "\"a\\tb\\nc\\u0001\""),
        ROW("\xEF\xBB\xBF {\"a\":1.50}", NULL, "{\"a\":1.50}"),
        ROW("{\"n\":\"Jos\xE9\",\"a\":[10,-2.5e3]}", LATIN,
            "{\"n\":\"Jos\xC3\xA9\",\"a\":[10,-2.5e3]}"),
        ROW("\"\x80\x81\x9F\xFF\"", "text/json;charset=\"Windows-1252\"",
            "\"\xE2\x82\xAC" FFFD "\xC5\xB8\xC3\xBF\""),
        /* Declared as what it is not: it says so itself. */
        ROW("\"Jos\xC3\xA9\"", LATIN, "\"Jos\xC3\xA9\""),
        ROW("\"\xC3\xA9\\u0000\0\"", LATIN,
            "\"\xC3\xA9" FFFD FFFD "\""),
        /* Not declared: what stands there is not known, all else is. */
        ROW("\"S\xE3o \xC3\xA9\"", NULL, "\"S" FFFD "o \xC3\xA9\""),
        ROW("\"cut \xC3\"", "application/json; charset=utf-8",
            "\"cut " FFFD "\""),
        ROW("\"\xE2\x82\"", "application/json; xcharset=latin1",
            "\"" FFFD FFFD "\""),
        ROW("\"\xED\xA0\x80\"", "charset=latin1", "\"" FFFD FFFD FFFD "\""),
#undef ROW
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        prints(read_answer(rows[i].text, rows[i].length, rows[i].type),
               rows[i].printed);
}

static void answers_stay_strict_where_a_value_is_at_stake(void)
{
    static const char *const texts[] = {
        "",       "\xEF\xBB\xBF", "{\"a\":\"\xE9", "[1] x",
        "{\"a\"", "\"\\ud83",     "\"\\u00\"",    "\"\\x\"",
        "01",     "1e400",        "{\"a\":1,\"a\":1}", "{\"a\":2,}",
        "nul",    "{a:1}",        "[1,\t\v2]",      "\xEF\xBB\xBF"
                                                   "\xEF\xBB\xBF{}",
        "\xE9",   "[\"\xE9\"] \xE9", "{\"\xE9\":1,\"\xE9\":2}"};
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        CHECK(!read_answer(texts[i], strlen(texts[i]), NULL));
        CHECK(!read_answer(texts[i], strlen(texts[i]), LATIN));
    }
    CHECK(!read_answer("1\0", 2, NULL));
    CHECK(!read_answer("\0{}", 3, NULL));
}

static void labels_of_latin_1_are_known(void)
{
    static const char *const latin[]
        = {"a/b;charset=ISO-8859-1", "a/b; q=1 ; Charset=\"latin1\" ;x=2",
           "a/b;\tcharset=CP1252", "a/b; charset=us-ascii"};
    static const char *const others[]
        = {NULL, "", "a/b", "a/b; charset=", "a/b; charset=utf-8",
           "a/b; charset=iso-8859-15", "a/b; charset", "charset=latin1",
           "a/b; xcharset=latin1", ";", ";;"};
    size_t i;

    for (i = 0; i < sizeof(latin) / sizeof(*latin); i++)
        CHECK(cielo__is_latin(latin[i]));
    for (i = 0; i < sizeof(others) / sizeof(*others); i++)
        CHECK(!cielo__is_latin(others[i]));
}

/* A name in exactly the case that is asked for, else the first; a null only
 * where nothing else is. */
static void a_spelling_is_chosen(void)
{
    static const struct {
        const char *text;
        int64_t status;
    } rows[] = {{"{\"Status\":2,\"status\":3}", 2},
                {"{\"status\":3,\"Status\":2}", 2},
                {"{\"STATUS\":4,\"status\":3}", 4},
                {"{\"Status\":null,\"status\":3}", 3},
                {"{\"status\":3,\"Status\":null,\"STATUS\":4}", 3},
                {"{\"status\":null,\"STATUS\":4}", 4}};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        cielo_value *value = parse(rows[i].text);
        int64_t status = -1;

        cielo_value_integer(cielo_value_get_case(value, "Status"), &status);
        CHECK_INT(status, rows[i].status);
        cielo_value_free(value);
    }
}

static void repeated_names_are_refused(void)
{
    refused("{\"a\":1,\"b\":2,\"a\":3}",
            "not JSON: a member named twice in the object at byte 0");
    refused("{\"a\":1,\"\\u0061\":2}",
            "not JSON: a member named twice in the object at byte 0");
    refused("[{\"{\":\"\\\"{\"},-2,{\"x\":{\"a\":1,\"a\":1}}]",
            "not JSON: a member named twice in the object at byte 21");
    stays("{\"a\":{\"a\":1},\"A\":2}");
}

static void names_are_exact(void)
{
    cielo_value *value = parse("{\"paymentId\":1,\"PaymentId\":2}");

    prints(cielo_value_dup(cielo_value_get(value, "PaymentId")), "2");
    CHECK(cielo_value_get(value, "PAYMENTID") == NULL);
    prints(cielo_value_dup(cielo_value_get_case(value, "PAYMENTID")), "1");
    CHECK(cielo_value_get_case(value, "payment") == NULL);
    CHECK(cielo_value_get_case(value, "paymentIds") == NULL);
    CHECK(cielo_value_get_case(NULL, "a") == NULL);
    CHECK(cielo_value_get(value, NULL) == NULL);
    CHECK(cielo_value_get_case(value, NULL) == NULL);
    cielo_value_free(value);
}

static void numbers_of_any_length_are_read(void)
{
    char *tenths = repeated("1", 100, ".", "3");

    /* Some versions of cJSON stop at 63 characters of a number. */
    stays(tenths);
    free(tenths);
}

static void numbers_do_not_follow_the_locale(void)
{
    static const char *const names[] = {"pt_BR.UTF-8", "de_DE.UTF-8",
                                        "fr_FR.UTF-8", "pt_BR", "de_DE"};
    cielo_value *value;
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (setlocale(LC_ALL, names[i]))
            break;
    if (i == sizeof(names) / sizeof(*names))
        printf("skipped in part: no locale with a decimal comma\n");
    value = parse("[1.5,2.25e1]");
    CHECK(cielo_value_real(cielo_value_first(value)) == 1.5);
    prints(value, "[1.5,2.25e1]");
    prints(cielo_value_new_real(0.1), "0.1");
    prints(cielo_value_new_real(1234567.875), "1234567.875");
    setlocale(LC_ALL, "C");
}

/* ---- the rest of the grammar ---- */

static void json_is_read(void)
{
    prints(parse("{ \"a\" : [ 1 , true, false,null ] , \"b\":{} }"),
           "{\"a\":[1,true,false,null],\"b\":{}}");
    stays("\"\"");
    stays("null");
    stays("{\"\":\"\"}");
    prints(parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\\u00e3\\u20AC\x7F\""),
           "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\xC3\xA3\xE2\x82\xAC\x7F\"");
}

static void what_is_no_json_is_refused(void)
{
    static const char *const texts[] = {
        "",          " ",        "{",        "}",        "[",
        "]",         "[1",       "[1,",      "[1,]",     "[,1]",
        "{\"a\"",    "{\"a\":",  "{\"a\":1", "{\"a\":1,", "{\"a\":1,}",
        "{a:1}",     "{1:1}",    "{,}",      "{\"a\" 1}", "[1 2]",
        "[1}",       "{\"a\":1]", "nul",     "nulll",    "True",
        "NaN",       "Infinity", "-Infinity", "-",       "+1",
        ".5",        "1.",       "1.e1",     "1e",       "1e+",
        "0x10",      "1_000",    "--1",      "\"",       "\"\\\"",
        "\"\\x\"",   "\"\\u12\"", "\"\\u12g4\"", "\"\\",  "\"\\u",
        "'a'",       "\"a\nb\"", "\"a\tb\"", "// x\n1",  "[1]/**/",
        "\xEF\xBB\xBF{}", "\xC2\xA0[]", "\v1", "[1]\f", "undefined"};
    cielo_value *value;
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        cielo_error err;

        CHECK_INT(cielo_value_parse(&value, texts[i], strlen(texts[i]), &err),
                  CIELO_EDECODE);
        CHECK(value == NULL);
        CHECK(strncmp(err.message, "not JSON: ", 10) == 0);
        if (value)
            printf("    %s\n", texts[i]);
        cielo_value_free(value);
    }
}

static void any_prefix_is_safe(void)
{
    static const char text[] = "{\"a\":[-1.5e+3,\"\\u00e3\\ud83d\\udcb3\\n"
                               "\xE2\x82\xAC\",true,null,{\"b\":false}]}";
    size_t length;

    for (length = 0; length < sizeof(text) - 1; length++) {
        cielo_value *value;
        char *copy = malloc(length ? length : 1);

        memcpy(copy, text, length);
        CHECK_INT(cielo_value_parse(&value, copy, length, NULL),
                  CIELO_EDECODE);
        free(copy);
    }
    cielo_value_free(parse(text));
}

static void errors_quote_no_content(void)
{
    refused("{\"CardNumber\":\"4111111111111111\",\"CardNumber\":1}",
            "not JSON: a member named twice in the object at byte 0");
    refused("[4111111111111111 5", "not JSON: a comma or a closing bracket is "
                                   "missing at byte 18");
}

static void depth_is_bounded_when_parsing(void)
{
    char *right = repeated("[", CIELO_VALUE_DEPTH, "1", "]");
    char *wrong = repeated("[", CIELO_VALUE_DEPTH + 1, "", "]");
    char *hostile = repeated("{\"a\":[", 500000, "", "");

    stays(right);
    refused(wrong, "not JSON: nested too deeply at byte 64");
    refused(hostile, "not JSON: nested too deeply at byte 192");
    free(right);
    free(wrong);
    free(hostile);
}

/* An object of `count` members, the last named as the first when `twice`. */
static char *wide_object(size_t count, int twice)
{
    char *text = malloc(count * 16 + 3), *at = text;
    size_t i;

    *at++ = '{';
    for (i = 0; i < count; i++)
        at += sprintf(at, "%s\"n%lu\":%lu", i ? "," : "",
                      (unsigned long)(twice && i + 1 == count ? 0 : i),
                      (unsigned long)i % 10);
    strcpy(at, "}");
    return text;
}

/* With one comparison for each pair this would take minutes. */
static void many_members_take_no_square_time(void)
{
    char *good = wide_object(200000, 0), *bad = wide_object(200000, 1);
    cielo_value *value = parse(good);

    CHECK_INT(cielo_value_size(value), 200000);
    cielo_value_free(value);
    refused(bad, "not JSON: a member named twice in the object at byte 0");
    free(good);
    free(bad);
}

static void twins_are_found_in_objects_of_every_size(void)
{
    size_t count;

    for (count = 2; count < 80; count++) {
        char *good = wide_object(count, 0), *bad = wide_object(count, 1);

        stays(good);
        refused(bad, "not JSON: a member named twice in the object at byte 0");
        free(good);
        free(bad);
    }
}

/* Digits inside texts and names are none of the numbers. */
static void numbers_keep_their_places(void)
{
    enum { COUNT = 200 };
    char text[COUNT * 24 + 2] = "[";
    size_t at = 1, i;

    for (i = 0; i < COUNT; i++)
        at += (size_t)sprintf(text + at, "%s{\"7\":-%lu.5,\"\\\"3\":\"12\"}",
                              i ? "," : "", (unsigned long)i);
    strcpy(text + at, "]");
    stays(text);
}

/* ---- building ---- */

static void nodes_are_built(void)
{
    prints(cielo_value_new_null(), "null");
    prints(cielo_value_new_bool(2), "true");
    prints(cielo_value_new_bool(0), "false");
    prints(cielo_value_new_integer(0), "0");
    prints(cielo_value_new_integer(INT64_MAX), "9223372036854775807");
    prints(cielo_value_new_integer(INT64_MIN), "-9223372036854775808");
    prints(cielo_value_new_text("a\"\n", 3), "\"a\\\"\\n\"");
    prints(cielo_value_new_text(NULL, 0), "\"\"");
    prints(cielo_value_new_array(), "[]");
    prints(cielo_value_new_object(), "{}");
    prints(cielo_value_new_number("-12.50", 6), "-12.50");
    prints(NULL, "null");
}

static void reals_read_back_the_same(void)
{
    static const double numbers[] = {
        0.1,     1.0 / 3,   2.0 / 3,  157.35, 1e15,     1e22,
        1e-7,    5e-324,    123456.789e3,     -0.0,     9007199254740993.0,
        1.7976931348623157e308, 2.2250738585072014e-308, 0.1 + 0.2};
    size_t i;

    for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        cielo_value *value = cielo_value_new_real(numbers[i]);

        CHECK(cielo_value_real(value) == numbers[i]);
        cielo_value_free(value);
    }
    prints(cielo_value_new_real(0.1), "0.1");
    prints(cielo_value_new_real(0.1 + 0.2), "0.30000000000000004");
    prints(cielo_value_new_real(157.0), "157");
    prints(cielo_value_new_real(-157.0), "-157");
    prints(cielo_value_new_real(999999999999999.0), "999999999999999");
    prints(cielo_value_new_real(100000000000000.0), "100000000000000");
}

static void is_invalid(cielo_value *value, const char *reason)
{
    char *text;
    size_t length;

    CHECK_INT(cielo_value_type(value), CIELO_INVALID);
    CHECK_STR(cielo_value_text(value, NULL), reason);
    CHECK_INT(cielo_value_print(value, &text, &length), CIELO_EVALIDATION);
    CHECK(text == NULL);
    cielo_value_free(value);
}

static void what_json_cannot_say_is_invalid(void)
{
    is_invalid(cielo_value_new_invalid("a set is not a JSON value"),
               "a set is not a JSON value");
    is_invalid(cielo_value_new_invalid(NULL), "not a JSON value");
    is_invalid(cielo_value_new_real(HUGE_VAL), "a number that is not finite");
    is_invalid(cielo_value_new_real(-HUGE_VAL), "a number that is not finite");
    is_invalid(cielo_value_new_real(HUGE_VAL - HUGE_VAL),
               "a number that is not finite");
    is_invalid(cielo_value_new_text("a\0b", 3),
               "a text with a NUL character in it");
    is_invalid(cielo_value_new_text("\xE3", 1), "a text that is not UTF-8");
    is_invalid(cielo_value_new_number("", 0), "not a JSON number");
    is_invalid(cielo_value_new_number("1 ", 2), "not a JSON number");
    is_invalid(cielo_value_new_number("0x1", 3), "not a JSON number");
    is_invalid(cielo_value_new_number("01", 2), "not a JSON number");
    is_invalid(cielo_value_new_number("1e400", 5), "a number out of range");
}

static void an_invalid_node_below_is_not_printed(void)
{
    cielo_value *value = parse("{\"a\":[1]}");
    char *text;
    size_t length;

    cielo_value_append(cielo__value_edit(value, "a"),
                       cielo_value_new_invalid("x"));
    CHECK_INT(cielo_value_print(value, &text, &length), CIELO_EVALIDATION);
    CHECK(text == NULL);
    CHECK_INT(length, 0);
    cielo_value_free(value);
}

static void members_keep_their_order(void)
{
    cielo_value *object = cielo_value_new_object();

    CHECK_INT(cielo_value_set(object, "b", cielo_value_new_integer(1)), 0);
    CHECK_INT(cielo_value_set(object, "a", cielo_value_new_integer(2)), 0);
    CHECK_INT(cielo_value_set(object, "B", cielo_value_new_integer(3)), 0);
    CHECK_INT(cielo_value_set_named(object, "ab", 1, parse("[2]")), 0);
    CHECK_INT(cielo_value_set(object, "b", cielo_value_new_text("x", 1)), 0);
    CHECK_INT(cielo_value_set(object, "B", cielo_value_new_null()), 0);
    CHECK_INT(cielo_value_set(object, "c", cielo_value_new_null()), 0);
    prints(object, "{\"b\":\"x\",\"a\":[2],\"B\":null,\"c\":null}");
    object = parse("{\"a\":1}");
    CHECK_INT(cielo_value_set(object, "a", cielo_value_new_integer(2)), 0);
    CHECK_INT(cielo_value_set(object, "b", cielo_value_new_integer(3)), 0);
    prints(object, "{\"a\":2,\"b\":3}");
}

static void wrong_use_is_told_and_frees_the_item(void)
{
    cielo_value *array = cielo_value_new_array();
    cielo_value *object = cielo_value_new_object();

    CHECK_INT(cielo_value_append(object, cielo_value_new_null()),
              CIELO_EUSAGE);
    CHECK_INT(cielo_value_append(NULL, cielo_value_new_null()), CIELO_EUSAGE);
    CHECK_INT(cielo_value_append(array, NULL), CIELO_EMEMORY);
    CHECK_INT(cielo_value_set(array, "a", cielo_value_new_null()),
              CIELO_EUSAGE);
    CHECK_INT(cielo_value_set(object, "a", NULL), CIELO_EMEMORY);
    CHECK_INT(cielo_value_set(object, NULL, cielo_value_new_null()),
              CIELO_EUSAGE);
    CHECK_INT(cielo_value_set_named(object, "a\0b", 3, cielo_value_new_null()),
              CIELO_EUSAGE);
    CHECK_INT(cielo_value_set(object, "\xE3", cielo_value_new_null()),
              CIELO_EUSAGE);
    prints(array, "[]");
    prints(object, "{}");
}

static void an_item_stands_in_one_tree(void)
{
    cielo_value *array = parse("[[1]]");
    cielo_value *item = cielo_value_new_array();
    cielo_value *object = cielo_value_new_object();

    CHECK_INT(cielo_value_append(array, array), CIELO_EUSAGE);
    CHECK_INT(cielo_value_append(array, item), CIELO_OK);
    CHECK_INT(cielo_value_append(array, item), CIELO_EUSAGE);
    CHECK_INT(cielo_value_set(object, "a", item), CIELO_EUSAGE);
    CHECK_INT(cielo_value_set(object, "a", object), CIELO_EUSAGE);
    prints(array, "[[1],[]]");
    prints(object, "{}");
}

static void depth_is_bounded_when_building(void)
{
    cielo_value *value = cielo_value_new_array();
    cielo_value *parsed, *other;
    char *text = repeated("[", CIELO_VALUE_DEPTH - 1, "", "]");
    int depth;

    for (depth = 1; depth < CIELO_VALUE_DEPTH; depth++) {
        cielo_value *outer = cielo_value_new_array();

        CHECK_INT(cielo_value_append(outer, value), CIELO_OK);
        value = outer;
    }
    other = cielo_value_new_object();
    CHECK_INT(cielo_value_set(other, "a", value), CIELO_EUSAGE);
    parsed = parse(text);
    CHECK_INT(cielo_value_set(other, "a", cielo_value_dup(parsed)), CIELO_OK);
    cielo_value_free(parsed);
    value = cielo_value_new_array();
    CHECK_INT(cielo_value_append(value, other), CIELO_EUSAGE);
    prints(value, "[]");
    free(text);
}

/* Built downwards, through pointers that a host kept. */
static void any_depth_is_freed_and_refused_elsewhere(void)
{
    cielo_value *root = cielo_value_new_array(), *inner = root;
    char *text;
    size_t length;
    int i;

    for (i = 0; i < 300000; i++) {
        cielo_value *next = cielo_value_new_array();

        CHECK_INT(cielo_value_append(inner, next), CIELO_OK);
        inner = next;
    }
    CHECK_INT(cielo_value_print(root, &text, &length), CIELO_EVALIDATION);
    CHECK(cielo_value_dup(root) == NULL);
    CHECK(!cielo_value_equal(root, root));
    cielo_value_free(root);
}

/* A pile of a replaced member's descendants is freed as flatly. */
static void any_depth_is_replaced(void)
{
    cielo_value *root = cielo_value_new_object();
    cielo_value *inner = cielo_value_new_array();
    int i;

    cielo_value_set(root, "a", inner);
    for (i = 0; i < 300000; i++) {
        cielo_value *next = cielo_value_new_array();

        cielo_value_append(inner, next);
        inner = next;
    }
    CHECK_INT(cielo_value_set(root, "a", cielo_value_new_null()), CIELO_OK);
    prints(root, "{\"a\":null}");
}

static void members_are_detached(void)
{
    cielo_value *object = parse("{\"a\":1,\"b\":[2],\"c\":3}");
    cielo_value *member = cielo__value_detach(object, "b");

    CHECK(cielo_value_name(member, NULL) == NULL);
    CHECK(cielo_value_next(member) == NULL);
    CHECK(cielo__value_detach(object, "b") == NULL);
    CHECK(cielo__value_detach(NULL, "b") == NULL);
    CHECK(cielo__value_detach(member, "b") == NULL);
    CHECK_INT(cielo_value_set(object, "z", member), CIELO_OK);
    cielo_value_free(cielo__value_detach(object, "a"));
    cielo_value_free(cielo__value_detach(object, "z"));
    prints(cielo__value_detach(object, "c"), "3");
    CHECK_INT(cielo_value_set(object, "d", cielo_value_new_null()), CIELO_OK);
    prints(object, "{\"d\":null}");
}

static void members_are_edited(void)
{
    cielo_value *object = parse("{\"a\":{}}");

    CHECK(cielo__value_edit(object, "x") == NULL);
    CHECK(cielo__value_edit(NULL, "x") == NULL);
    cielo_value_set(cielo__value_edit(object, "a"), "b",
                    cielo_value_new_integer(1));
    prints(object, "{\"a\":{\"b\":1}}");
}

static void copies_are_deep(void)
{
    static const char text[] = "{\"a\":[1,\"x\",null,true,{\"b\":[]}],\"c\":2}";
    cielo_value *value = parse(text);
    cielo_value *copy = cielo_value_dup(value);
    cielo_value *part = cielo_value_dup(cielo_value_get(value, "a"));

    CHECK(cielo_value_equal(value, copy));
    cielo_value_free(value);
    prints(copy, text);
    CHECK(cielo_value_name(part, NULL) == NULL);
    CHECK(cielo_value_next(part) == NULL);
    prints(part, "[1,\"x\",null,true,{\"b\":[]}]");
    CHECK(cielo_value_dup(NULL) == NULL);
    copy = cielo_value_dup(value = cielo_value_new_invalid("why"));
    CHECK_STR(cielo_value_text(copy, NULL), "why");
    cielo_value_free(value);
    cielo_value_free(copy);
    cielo_value_free(NULL);
}

/* ---- trees in one block ---- */

/* Every kind of node, with names and without. */
static cielo_value *put_all(void)
{
    cielo_value *root = cielo_value_new_block(CIELO_OBJECT), *list, *object;
    int whole;

    if (!root)
        return NULL;
    list = cielo_value_put_array(root, "list", 4);
    whole = list && cielo_value_put_null(list, NULL, 0)
        && cielo_value_put_bool(list, NULL, 0, 1)
        && cielo_value_put_bool(list, NULL, 0, 0)
        && cielo_value_put_integer(list, NULL, 0, INT64_MIN)
        && cielo_value_put_number(list, NULL, 0, "1.50", 4)
        && cielo_value_put_text(list, NULL, 0, "4111\"\n", 6)
        && cielo_value_put_text(list, NULL, 0, NULL, 0);
    object = whole ? cielo_value_put_object(root, "4111", 4) : NULL;
    whole = object && cielo_value_put_integer(object, "", 0, 0)
        && cielo_value_put_text(object, "long", 4,
                                "a text of more than eight bytes \xC3\xA3", 34)
        && cielo_value_put_array(object, "none", 4);
    if (whole)
        return root;
    cielo_value_free(root);
    return NULL;
}

static const char all[]
    = "{\"list\":[null,true,false,-9223372036854775808,1.50,\"4111\\\"\\n\","
      "\"\"],\"4111\":{\"\":0,\"long\":\"a text of more than eight bytes "
      "\xC3\xA3\",\"none\":[]}}";

static void nodes_are_made_where_they_stand(void)
{
    cielo_value *value = put_all(), *twin = put_all(), *read = parse(all);
    size_t length;

    CHECK(cielo_value_equal(value, twin));
    CHECK(cielo_value_equal(value, read));
    CHECK_INT(cielo_value_size(cielo_value_get(value, "list")), 7);
    CHECK(cielo_value_text(value, &length) == NULL);
    CHECK_INT(length, 0);
    CHECK(cielo_value_text(cielo_value_get(value, "list"), NULL) == NULL);
    CHECK(cielo_value_name(value, NULL) == NULL);
    cielo_value_free(twin);
    cielo_value_free(read);
    twin = cielo_value_dup(value);
    prints(value, all);
    prints(twin, all);
}

static void what_a_block_cannot_hold_is_invalid_or_refused(void)
{
    cielo_value *root = cielo_value_new_block(CIELO_ARRAY), *text;
    cielo_value *object = cielo_value_put_object(root, NULL, 0);
    cielo_value *inner = root;
    int depth;

    CHECK_STR(cielo_value_text(cielo_value_put_text(root, NULL, 0, "\xFF", 1),
                               NULL),
              "a text that is not UTF-8");
    CHECK_STR(cielo_value_text(cielo_value_put_text(root, NULL, 0,
                                                    "12345678\0", 9),
                               NULL),
              "a text with a NUL character in it");
    CHECK_STR(cielo_value_text(cielo_value_put_number(root, NULL, 0, "01", 2),
                               NULL),
              "not a JSON number");
    CHECK_STR(cielo_value_text(cielo_value_put_number(root, NULL, 0, "1e999",
                                                      5),
                               NULL),
              "a number out of range");
    CHECK_STR(cielo_value_text(cielo_value_put_invalid(root, NULL, 0, NULL),
                               NULL),
              "not a JSON value");
    text = cielo_value_put_invalid(object, "why", 3, "a set");
    CHECK_INT(cielo_value_type(text), CIELO_INVALID);
    CHECK(cielo_value_put_null(text, NULL, 0) == NULL);
    CHECK(cielo_value_put_null(NULL, NULL, 0) == NULL);
    CHECK(cielo_value_put_null(object, NULL, 0) == NULL);
    CHECK(cielo_value_put_null(root, "a", 1) == NULL);
    CHECK(cielo_value_put_null(object, "\xFF", 1) == NULL);
    CHECK(cielo_value_put_object(object, "a\0", 2) == NULL);
    CHECK(cielo_value_put_array(object, "\xC3", 1) == NULL);
    CHECK(cielo_value_put_bool(object, "\xFF", 1, 1) == NULL);
    CHECK(cielo_value_put_integer(object, "\xFF", 1, 1) == NULL);
    CHECK(cielo_value_put_number(object, "\xFF", 1, "1", 1) == NULL);
    CHECK(cielo_value_put_text(object, "\xFF", 1, "1", 1) == NULL);
    CHECK(cielo_value_put_invalid(object, "\xFF", 1, "1") == NULL);
    CHECK_INT(cielo_value_size(object), 1);
    for (depth = 1; depth < CIELO_VALUE_DEPTH; depth++)
        inner = cielo_value_put_array(inner, NULL, 0);
    CHECK(inner && cielo_value_put_null(inner, NULL, 0));
    CHECK(cielo_value_put_array(inner, NULL, 0) == NULL);
    CHECK(cielo_value_put_object(inner, NULL, 0) == NULL);
    /* So deep a tree goes into no other. */
    CHECK_INT(cielo_value_append(cielo_value_put_array(root, NULL, 0),
                                 cielo_value_new_null()),
              CIELO_OK);
    text = cielo_value_new_array();
    CHECK_INT(cielo_value_append(text, root), CIELO_EUSAGE);
    cielo_value_free(text);
}

static void a_block_holds_many_nodes(void)
{
    cielo_value *root = cielo_value_new_block(CIELO_ARRAY), *copy;
    char *text = repeated("x", 5000, "", "");
    int i;

    for (i = 0; i < 3000; i++) {
        CHECK(cielo_value_put_integer(root, NULL, 0, i));
        if (i % 100 == 0)
            CHECK(cielo_value_put_text(root, NULL, 0, text, 5000));
    }
    free(text);
    CHECK_INT(cielo_value_size(root), 3030);
    copy = cielo_value_dup(root);
    CHECK(cielo_value_equal(root, copy));
    cielo_value_free(root);
    cielo_value_free(copy);
}

/* A block's tree changes as any other does, and goes into others. */
static void blocks_are_changed(void)
{
    cielo_value *root = put_all(), *other = put_all(), *part, *plain;

    CHECK_INT(cielo_value_set(root, "list", cielo_value_new_integer(1)),
              CIELO_OK);
    part = cielo__value_edit(root, "4111");
    CHECK_INT(cielo_value_set(part, "long", cielo_value_new_null()), CIELO_OK);
    CHECK_INT(cielo_value_append(cielo__value_edit(part, "none"),
                                 cielo_value_new_text("4111", 4)),
              CIELO_OK);
    part = cielo__value_detach(other, "4111");
    cielo_value_free(cielo__value_detach(part, "long"));
    CHECK_INT(cielo_value_set(root, "part", part), CIELO_OK);
    CHECK_INT(cielo_value_set(root, "part", part), CIELO_EUSAGE);
    cielo_value_free(other);
    CHECK(cielo_value_put_integer(part, "more", 4, 5));
    other = cielo_value_new_object();
    CHECK_INT(cielo_value_set(other, "in", root), CIELO_OK);
    plain = cielo__value_edit(root, "part");
    CHECK(cielo_value_put_text(other, "x", 1, "y", 1));
    CHECK(cielo_value_put_bool(cielo_value_put_array(other, "l", 1), NULL, 0,
                               1));
    CHECK(plain == part);
    plain = cielo_value_dup(other);
    CHECK(cielo_value_equal(plain, other));
    cielo_value_free(plain);
    prints(other,
           "{\"in\":{\"list\":1,\"4111\":{\"\":0,\"long\":null,\"none\":["
           "\"4111\"]},\"part\":{\"\":0,\"none\":[],\"more\":5}},\"x\":\"y\","
           "\"l\":[true]}");
}

/* What was taken out of a block outlives the rest of it, and may come back. */
static void parts_of_a_block_outlive_it(void)
{
    cielo_value *root = parse("{\"a\":{\"b\":[1,\"4111\"]},\"c\":\"4111\"}");
    cielo_value *part = cielo__value_detach(root, "a"), *inner;

    prints(cielo__value_detach(root, "c"), "\"4111\"");
    inner = cielo__value_detach(part, "b");
    CHECK_INT(cielo_value_set(root, "back", inner), CIELO_OK);
    cielo_value_free(root);
    prints(part, "{}");
    root = parse("{\"a\":{\"b\":[1,\"4111\"]},\"c\":2}");
    part = cielo__value_detach(root, "a");
    cielo_value_free(root);
    CHECK_INT(cielo_value_set(part, "d", cielo_value_new_integer(3)), CIELO_OK);
    prints(part, "{\"b\":[1,\"4111\"],\"d\":3}");
}

/* Parts are freed where each of three stands: first, inside and last. */
static void members_are_replaced_and_detached_anywhere(void)
{
    static const char *const names[] = {"a", "b", "c"};
    static const char *const set[]
        = {"{\"a\":9,\"b\":2,\"c\":3,\"z\":0}", "{\"a\":1,\"b\":9,\"c\":3,"
           "\"z\":0}", "{\"a\":1,\"b\":2,\"c\":9,\"z\":0}"};
    static const char *const left[]
        = {"{\"b\":2,\"c\":3,\"z\":0}", "{\"a\":1,\"c\":3,\"z\":0}",
           "{\"a\":1,\"b\":2,\"z\":0}"};
    size_t i;

    for (i = 0; i < 3; i++) {
        cielo_value *value = parse("{\"a\":1,\"b\":2,\"c\":3}");

        cielo_value_set(value, names[i], cielo_value_new_integer(9));
        cielo_value_set(value, "z", cielo_value_new_integer(0));
        prints(value, set[i]);
        value = parse("{\"a\":1,\"b\":2,\"c\":3}");
        cielo_value_free(cielo__value_detach(value, names[i]));
        cielo_value_set(value, "z", cielo_value_new_integer(0));
        prints(value, left[i]);
    }
}

/* ---- reading ---- */

static void nodes_are_read(void)
{
    cielo_value *value = parse("[null,true,12,\"ab\",[],{\"n\":1}]");
    const cielo_value *item = cielo_value_first(value);
    size_t length;

    CHECK_INT(cielo_value_type(value), CIELO_ARRAY);
    CHECK_INT(cielo_value_size(value), 6);
    CHECK_INT(cielo_value_type(item), CIELO_NULL);
    CHECK(cielo_value_text(item, &length) == NULL);
    CHECK_INT(length, 0);
    item = cielo_value_next(item);
    CHECK_INT(cielo_value_type(item), CIELO_BOOL);
    CHECK_INT(cielo_value_bool(item), 1);
    item = cielo_value_next(item);
    CHECK_INT(cielo_value_type(item), CIELO_NUMBER);
    CHECK_STR(cielo_value_text(item, &length), "12");
    CHECK_INT(length, 2);
    CHECK_INT(cielo_value_bool(item), 0);
    item = cielo_value_next(item);
    CHECK_INT(cielo_value_type(item), CIELO_TEXT);
    CHECK_STR(cielo_value_text(item, NULL), "ab");
    item = cielo_value_next(item);
    CHECK_INT(cielo_value_type(item), CIELO_ARRAY);
    CHECK_INT(cielo_value_size(item), 0);
    CHECK(cielo_value_first(item) == NULL);
    CHECK(cielo_value_get(item, "n") == NULL);
    item = cielo_value_next(item);
    CHECK_INT(cielo_value_type(item), CIELO_OBJECT);
    CHECK(cielo_value_name(item, NULL) == NULL);
    CHECK_STR(cielo_value_name(cielo_value_first(item), &length), "n");
    CHECK_INT(length, 1);
    CHECK(cielo_value_next(item) == NULL);
    cielo_value_free(value);
}

static void null_reads_as_null(void)
{
    int64_t number = 7;

    CHECK_INT(cielo_value_type(NULL), CIELO_NULL);
    CHECK_INT(cielo_value_bool(NULL), 0);
    CHECK(cielo_value_text(NULL, NULL) == NULL);
    CHECK_INT(cielo_value_integer(NULL, &number), 0);
    CHECK_INT(number, 7);
    CHECK_INT(cielo_value_is_integer(NULL), 0);
    CHECK(cielo_value_real(NULL) == 0);
    CHECK_INT(cielo_value_size(NULL), 0);
    CHECK(cielo_value_first(NULL) == NULL);
    CHECK(cielo_value_next(NULL) == NULL);
    CHECK(cielo_value_name(NULL, NULL) == NULL);
    CHECK(cielo_value_get(NULL, "a") == NULL);
    CHECK(cielo_value_equal(NULL, NULL));
}

static void integer(const char *text, int fits, int64_t expected)
{
    cielo_value *value = cielo_value_new_number(text, strlen(text));
    int64_t number = 7;

    CHECK_INT(cielo_value_integer(value, &number), fits);
    CHECK_INT(number, fits ? expected : 7);
    cielo_value_free(value);
}

static void integers_are_read(void)
{
    integer("0", 1, 0);
    integer("-0", 1, 0);
    integer("15700", 1, 15700);
    integer("9223372036854775807", 1, INT64_MAX);
    integer("9223372036854775808", 0, 0);
    integer("-9223372036854775808", 1, INT64_MIN);
    integer("-9223372036854775809", 0, 0);
    integer("92233720368547758070", 0, 0);
    integer("1.0", 0, 0);
    integer("1e2", 0, 0);
    integer("1E2", 0, 0);
}

static void integers_are_told_from_other_numbers(void)
{
    static const struct {
        const char *text;
        int is;
    } cases[] = {{"1", 1},     {"-1", 1},    {"1.0", 0}, {"1e1", 0},
                 {"\"1\"", 0}, {"true", 0},  {"[]", 0},
                 {"123456789012345678901234567890", 1}};
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        cielo_value *value = parse(cases[i].text);

        CHECK_INT(cielo_value_is_integer(value), cases[i].is);
        cielo_value_free(value);
    }
}

static void real(const char *text, double expected)
{
    cielo_value *value = parse(text);

    CHECK(cielo_value_real(value) == expected);
    cielo_value_free(value);
}

static void reals_are_read_to_the_nearest(void)
{
    char *zeros = repeated("0", 1000, "", "");
    char *text = malloc(3000);

    real("0.1", 0.1);
    real("-1.5e-3", -0.0015);
    real("0.000123", 0.000123);
    real("100e-2", 1.0);
    real("9007199254740993", 9007199254740992.0);
    real("1e-400", 0);
    real("0e999999999999999999999", 0);
    real("1e-999999999999999999999", 0);
    real("\"5\"", 0);
    /* Halfway between two doubles, then a 1 past the digits kept. */
    sprintf(text, "9007199254740993.%s1", zeros);
    real(text, 9007199254740994.0);
    sprintf(text, "0.%s1e1001", zeros);
    real(text, 1.0);
    sprintf(text, "1%se-1000", zeros);
    real(text, 1.0);
    free(text);
    free(zeros);
}

static void equality(const char *a, const char *b, int same)
{
    cielo_value *left = parse(a), *right = parse(b);

    CHECK_INT(cielo_value_equal(left, right), same);
    CHECK_INT(cielo_value_equal(right, left), same);
    cielo_value_free(left);
    cielo_value_free(right);
}

static void trees_are_compared(void)
{
    equality("{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}", 1);
    equality("{\"a\":1}", "{\"a\":1,\"b\":2}", 0);
    equality("{\"a\":1}", "{\"A\":1}", 0);
    equality("{\"a\":1}", "{\"a\":2}", 0);
    equality("[1,2]", "[2,1]", 0);
    equality("[1,2]", "[1,2,3]", 0);
    equality("[]", "{}", 0);
    equality("[]", "[]", 1);
    equality("1", "1.0", 0);
    equality("1", "\"1\"", 0);
    equality("true", "false", 0);
    equality("null", "null", 1);
    equality("{\"a\":1,\"b\":2,\"c\":3}", "{\"c\":3,\"a\":1,\"b\":2}", 1);
}

static void null_equals_a_null_node(void)
{
    cielo_value *null = cielo_value_new_null(), *flag = cielo_value_new_bool(0);

    CHECK(cielo_value_equal(NULL, null));
    CHECK(cielo_value_equal(null, NULL));
    CHECK(!cielo_value_equal(NULL, flag));
    cielo_value_free(null);
    cielo_value_free(flag);
}

/* ---- memory ---- */

/* All memory of trees comes through cJSON's hooks, so a test can fail any of
 * it and look at all that is freed. */
typedef union block {
    size_t size;
    long double align;
} block;

static size_t in_use;        /* bytes */
static size_t most_in_use;
static int allocations_left; /* -1: none fails */
static int blocks;           /* not freed yet */
static int unwiped;          /* freed with card data in them */

static void *watched_malloc(size_t size)
{
    block *memory;

    if (allocations_left == 0)
        return NULL;
    if (allocations_left > 0)
        allocations_left--;
    memory = malloc(sizeof(*memory) + size);
    memory->size = size;
    memset(memory + 1, 0, size);
    blocks++;
    in_use += size;
    if (in_use > most_in_use)
        most_in_use = in_use;
    return memory + 1;
}

static void watched_free(void *memory)
{
    const char *bytes = memory;
    block *start;
    size_t i;

    if (!memory)
        return;
    start = (block *)memory - 1;
    for (i = 0; i + 4 <= start->size; i++)
        if (memcmp(bytes + i, "4111", 4) == 0)
            break;
    unwiped += i + 4 <= start->size;
    in_use -= start->size;
    blocks--;
    free(start);
}

static void watch(int left)
{
    cJSON_Hooks hooks;

    hooks.malloc_fn = watched_malloc;
    hooks.free_fn = watched_free;
    cJSON_InitHooks(&hooks);
    allocations_left = left;
    blocks = 0;
    unwiped = 0;
    in_use = 0;
    most_in_use = 0;
}

static void unwatch(void)
{
    cJSON_InitHooks(NULL);
}

static const char payment[] =
    "{\"MerchantOrderId\":\"1\",\"Payment\":{\"Amount\":15700,\"CreditCard\":"
    "{\"CardNumber\":\"4111111111111111\",\"4111\":4111111111111111},"
    "\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,"
    "\"j\":0,\"k\":1,\"l\":2,\"m\":3,\"n\":4,\"o\":5,\"p\":[true,null]}}";

static int parse_only(void)
{
    cielo_value *value;
    cielo_error err;
    int status;

    status = cielo_value_parse(&value, payment, sizeof(payment) - 1, &err);
    CHECK_INT(err.status, status);
    CHECK((value != NULL) == (status == CIELO_OK));
    cielo_value_free(value);
    return status;
}

static int build_and_print(void)
{
    cielo_value *object = cielo_value_new_object();
    cielo_value *list = cielo_value_new_array();
    char *text = NULL;
    size_t length = 0;
    int status = object && list ? CIELO_OK : CIELO_EMEMORY;

    if (status == CIELO_OK)
        status = cielo_value_append(list, cielo_value_new_text("4111", 4));
    if (status == CIELO_OK)
        status = cielo_value_append(list, cielo_value_new_real(4111.5));
    if (status == CIELO_OK)
        status = cielo_value_append(list, cielo_value_new_invalid("4111"));
    if (status == CIELO_OK)
        status = cielo_value_set(object, "4111", list);
    else
        cielo_value_free(list);
    if (status == CIELO_OK)
        status = cielo_value_set(object, "4111", cielo_value_new_integer(4111));
    if (status == CIELO_OK)
        status = cielo_value_print(object, &text, &length);
    if (status == CIELO_OK)
        CHECK_STR(text, "{\"4111\":4111}");
    cielo_text_free(text, length);
    cielo_value_free(object);
    return status;
}

static int copy_and_detach(void)
{
    int left = allocations_left, status = CIELO_OK;
    cielo_value *value, *copy;

    allocations_left = -1;
    value = parse(payment);
    allocations_left = left;
    copy = cielo_value_dup(value);
    if (copy)
        cielo_value_free(cielo__value_detach(copy, "Payment"));
    else
        status = CIELO_EMEMORY;
    cielo_value_free(copy);
    cielo_value_free(value);
    return status;
}

static int put_in_block(void)
{
    cielo_value *value = put_all(), *part = NULL;
    int status = value ? CIELO_OK : CIELO_EMEMORY;

    if (status == CIELO_OK)
        part = cielo__value_detach(value, "4111");
    if (status == CIELO_OK)
        status
            = cielo_value_set(value, "list", cielo_value_new_text("4111", 4));
    if (status == CIELO_OK) {
        status = cielo_value_set(part, "4111", value);
        value = NULL;
    }
    cielo_value_free(value);
    cielo_value_free(part);
    return status;
}

/* Runs `work`, which makes `least` allocations or more, with each in turn
 * failing, until none does. */
static void every_allocation_fails(int (*work)(void), int least)
{
    int left, status = CIELO_EMEMORY;

    for (left = 0; status == CIELO_EMEMORY && left < 10000; left++) {
        watch(left);
        status = work();
        CHECK_INT(blocks, 0);
    }
    unwatch();
    CHECK_INT(status, CIELO_OK);
    CHECK(left > least);
}

static void parsing_survives_failed_allocations(void)
{
    every_allocation_fails(parse_only, 1);
}

static void building_survives_failed_allocations(void)
{
    every_allocation_fails(build_and_print, 5);
}

static void copying_survives_failed_allocations(void)
{
    every_allocation_fails(copy_and_detach, 1);
}

static void blocks_survive_failed_allocations(void)
{
    every_allocation_fails(put_in_block, 4);
}

static void freed_memory_holds_no_card(void)
{
    cielo_value *value;

    watch(-1);
    CHECK_INT(parse_only(), CIELO_OK);
    CHECK_INT(build_and_print(), CIELO_OK);
    CHECK_INT(copy_and_detach(), CIELO_OK);
    CHECK_INT(put_in_block(), CIELO_OK);
    CHECK_INT(cielo_value_parse(&value, "[\"4111\",4111,]", 14, NULL),
              CIELO_EDECODE);
    CHECK_INT(cielo_value_parse(&value, "{\"4111\":1,\"4111\":2}", 19, NULL),
              CIELO_EDECODE);
    CHECK_INT(blocks, 0);
    CHECK_INT(unwiped, 0);
    unwatch();
}

/* 1 for a text that is read, in no more memory than scan.c promises. */
static int is_bounded(const char *text, size_t length)
{
    enum { TIMES = 36, AND = 2048 };
    cielo_value *value;
    int status;

    watch(-1);
    status = cielo_value_parse(&value, text, length, NULL);
    cielo_value_free(value);
    CHECK(most_in_use <= length * TIMES + AND);
    if (most_in_use > length * TIMES + AND)
        printf("    %.10s: %lu bytes for %lu\n", text,
               (unsigned long)most_in_use, (unsigned long)length);
    CHECK_INT(blocks, 0);
    unwatch();
    return status == CIELO_OK;
}

/* Whatever an answer holds, of whatever size up to two million bytes. */
static void hostile_answers_take_bounded_memory(void)
{
    static const struct {
        const char *part;
        const char *last; /* that ends it well, or NULL */
    } rows[] = {{"0,", "0]"},    {"[],", "0]"},       {"{},", "0]"},
                {"\"\",", "0]"}, {"{\"\":0},", "0]"}, {"[0],", "0]"},
                {"[[", NULL},    {",", NULL},         {"\"", NULL},
                {"{\"a\":", NULL}, {"1", NULL},       {"\\u0041", NULL}};
    static const size_t counts[] = {1, 3, 17, 100, 1000, 20000, 200000};
    size_t i, j;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        for (j = 0; j < sizeof(counts) / sizeof(*counts); j++) {
            char *text = repeated(rows[i].part, counts[j],
                                  rows[i].last ? rows[i].last : "", "");
            size_t length = strlen(text);
            char *whole = malloc(length + 2);

            whole[0] = '[';
            memcpy(whole + 1, text, length + 1);
            CHECK_INT(is_bounded(whole, length + 1), rows[i].last != NULL);
            free(whole);
            free(text);
        }
    }
}

/* Names that differ, so that all are sorted; and one that stands twice. */
static void many_members_take_bounded_memory(void)
{
    enum { COUNT = 200000, ROOM = 16 };
    char *text = malloc((size_t)COUNT * ROOM), *at = text;
    int i;

    for (i = 0; i < COUNT; i++)
        at += sprintf(at, "%c\"%x\":0", i ? ',' : '{', (unsigned)i);
    strcpy(at, "}");
    CHECK(is_bounded(text, (size_t)(at - text) + 1));
    strcpy(at, ",\"0\":1}");
    CHECK(!is_bounded(text, strlen(text)));
    free(text);
}

static void printed_text_is_wiped_when_freed(void)
{
    cielo_value *value;
    char *text;
    size_t length;

    watch(-1);
    value = parse(payment);
    CHECK_INT(cielo_value_print(value, &text, &length), CIELO_OK);
    CHECK_STR(text, payment);
    cielo_text_free(text, length);
    cielo_value_free(value);
    cielo_text_free(NULL, 0);
    CHECK_INT(unwiped, 0);
    CHECK_INT(blocks, 0);
    unwatch();
}

CHECK_MAIN(text_is_not_cut_at_an_escaped_nul, integers_past_2_53_stay_exact,
           numbers_keep_their_places, numbers_stay_as_written,
           leading_zeros_are_refused,
           numbers_past_a_double_are_refused, text_after_the_end_is_refused,
           bad_utf8_is_refused, lone_surrogates_are_refused,
           escapes_are_read_up_to_every_edge,
           answers_are_read_where_a_text_is_odd,
           answers_stay_strict_where_a_value_is_at_stake,
           labels_of_latin_1_are_known, a_spelling_is_chosen,
           repeated_names_are_refused, names_are_exact,
           numbers_of_any_length_are_read, numbers_do_not_follow_the_locale,
           json_is_read, what_is_no_json_is_refused, any_prefix_is_safe,
           errors_quote_no_content, depth_is_bounded_when_parsing,
           many_members_take_no_square_time,
           twins_are_found_in_objects_of_every_size, nodes_are_built,
           reals_read_back_the_same, what_json_cannot_say_is_invalid,
           an_invalid_node_below_is_not_printed, members_keep_their_order,
           wrong_use_is_told_and_frees_the_item, an_item_stands_in_one_tree,
           depth_is_bounded_when_building,
           any_depth_is_freed_and_refused_elsewhere, any_depth_is_replaced,
           members_are_detached, members_are_edited, copies_are_deep,
           nodes_are_made_where_they_stand,
           what_a_block_cannot_hold_is_invalid_or_refused,
           a_block_holds_many_nodes, blocks_are_changed,
           parts_of_a_block_outlive_it,
           members_are_replaced_and_detached_anywhere,
           nodes_are_read, null_reads_as_null, integers_are_read,
           integers_are_told_from_other_numbers, reals_are_read_to_the_nearest,
           trees_are_compared, null_equals_a_null_node,
           parsing_survives_failed_allocations,
           building_survives_failed_allocations,
           copying_survives_failed_allocations,
           blocks_survive_failed_allocations, freed_memory_holds_no_card,
           hostile_answers_take_bounded_memory,
           many_members_take_bounded_memory, printed_text_is_wiped_when_freed)
