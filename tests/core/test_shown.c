/* The one mask: texts, members and trees as people and logs may see them. */
#include "check.h"

#include <cielo/cielo.h>
#include <stdlib.h>

#include "call/call.h"

/* ---- card numbers and other secrets by themselves ---- */

static void card(const char *text, const char *expected)
{
    char out[64];

    CHECK_INT(cielo_mask(text, strlen(text), out, sizeof(out)),
              strlen(expected));
    CHECK_STR(out, expected);
}

static void cards_show_six_and_four(void)
{
    card("4111111111111234", "411111******1234");
    card("4111111111234", "411111***1234");
    card("4111111111111111234", "411111*********1234");
    card("4111 1111 1111 1234", "4111 11** **** 1234");
    card("4111-1111-1111-1234", "4111-11**-****-1234");
    card("411111******1234", "411111******1234");
}

static void other_secrets_are_three_stars(void)
{
    card("", "***");
    card("123", "***");
    card("411111111234", "***");
    card("4111 1111 123", "***");
    card("4111111111111x34", "***");
    card("41111111111111111234", "***");
    card("****************", "***");
    card("a long sentence that is no card", "***");
}

static void a_small_buffer_is_filled_and_told_of(void)
{
    char out[5];

    CHECK_INT(cielo_mask("4024007153763191", 16, out, sizeof(out)), 16);
    CHECK_STR(out, "4024");
    CHECK_INT(cielo_mask("4024007153763191", 16, NULL, 0), 16);
}

/* ---- free text ---- */

static void text(const char *from, const char *const *secrets, size_t limit,
                 const char *expected)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 4000);
    CHECK_INT(cielo__text_shown(&buf, from, strlen(from), secrets, limit),
              CIELO_OK);
    CHECK_STR(cielo__buf_string(&buf), expected);
    cielo__buf_clear(&buf);
}

static void plain(const char *from, const char *expected)
{
    text(from, NULL, 4000, expected);
}

static void stays(const char *from)
{
    plain(from, from);
}

static void plain_text_stays(void)
{
    stays("");
    stays("Pedido 2024-05-01 12:30:45, R$ 157,00");
    stays("2024-05-01T12:30:45.1234567");
    stays("+55 11 91234-5678, CNPJ 12.345.678/0001-90, CPF 123.456.789-09");
    stays("cart\xC3\xA3o 123456789012");
    stays("10.0.0.1 and 192.168.100.200; 1500, 1500, 1500, 1500");
    stays("see 24bc8366-fc31-4d6c-a251-312345678901 and "
          "12345678-1234-1234-1234-123456789012.");
}

/* Checkout's orders are numbered so; a run of digits in them is a card number
 * only where its check digit says so. */
static void ids_without_hyphens_stay(void)
{
    stays("order 9b354cf70496259633846e7a34c695ed again");
    stays("3cb058ce403116d5641dc764b1bdcbe1");
    plain("a53d6a6947c914cbe994607582720320",
          "a53d6a6947c914cbe994607*****0320");
    plain("36813334131780d25121010000000000",
          "368133****1780d251210*******0000");
    plain("70496259633846d25121010000000000",
          "704962****3846d251210*******0000");
    plain("4091688625337641abcdefabcdefabcd",
          "409168******7641abcdefabcdefabcd");
    plain("a53d6a6947c914cbe994607582720320a",
          "a53d6a6947c914cbe994607*****0320a");
    plain("40916886253376414091688625337641", "***");
}

static void id(const char *given, const char *expected)
{
    char out[100];

    CHECK_INT(cielo_id_shown(given, strlen(given), out, sizeof(out)),
              strlen(expected));
    CHECK_STR(out, expected);
}

/* One of 125 random ids has digits that pass for a card's number. */
static void ids_that_are_asked_for_are_whole(void)
{
    id("a53d6a6947c914cbe994607582720320", "a53d6a6947c914cbe994607582720320");
    id("36813334131780D25121010000000000", "36813334131780D25121010000000000");
    id("24bc8366-fc31-4d6c-a251-312345678901",
       "24bc8366-fc31-4d6c-a251-312345678901");
    id("", "");
    id("4091688625337641", "409168******7641");
    id("4091688625337641abcdefabcdefabc", "409168******7641abcdefabcdefabc");
    id("4091688625337641abcdefabcdefabcde",
       "409168******7641abcdefabcdefabcde");
    id("4091688625337641-bcdefabcdefabcd", "409168******7641-bcdefabcdefabcd");
    id("40916886253376414091688625337641", "***");
    id("order a53d6a6947c914cbe994607582720320",
       "order a53d6a6947c914cbe994607*****0320");
    CHECK_INT(cielo_id_shown("a53d6a6947c914cbe994607582720320", 32, NULL, 0),
              32);
}

static void runs_are_masked(void)
{
    plain("card 4111111111111234.", "card 411111******1234.");
    plain("4111111111234", "411111***1234");
    plain("a4111111111111234,4111111111111235b",
          "a411111******1234,411111******1235b");
    plain("-4551870000000183", "-455187******0183");
    plain("4551870000000183.0", "455187******0183.***");
    plain("0000000000000001", "000000******0001");
    /* What looks like an id but is longer than one is none. */
    plain("12345678-1234-1234-1234-12345678901234",
          "***-***-***-***-123456****1234");
}

static void groups_are_masked(void)
{
    plain("n=4111 1111 1111 1234 x", "n=4111 11** **** 1234 x");
    plain("4111-1111-1111-1234", "4111-11**-****-1234");
    plain("4111.1111.1111.1234", "4111.11**.****.1234");
    plain("4111/1111/1111/1234", "4111/11**/****/1234");
    plain("3782 822463 10005", "3782 82**** *0005");
    plain("45518700 00000183", "455187** ****0183");
    plain("4 5 5 1 8 7 0 0 0 0 0 0 0 1 8 3",
          "4 5 5 1 8 7 * * * * * * 0 1 8 3");
    plain("4551\xC2\xA0" "8700\xC2\xA0" "0000\xC2\xA0" "0183",
          "4551\xC2\xA0" "87**\xC2\xA0" "****\xC2\xA0" "0183");
    plain("4551%208700%200000%200183", "4551%2087**%20****%200183");
    plain("4551&nbsp;8700&nbsp;0000&nbsp;0183",
          "4551&nbsp;87**&nbsp;****&nbsp;0183");
    plain("4551\\u00a08700\\u00a00000\\u00a00183",
          "4551\\u00a087**\\u00a0****\\u00a00183");
}

/* A comma parts the numbers of a list; a moment begins with its year. */
static void lists_and_moments_stay(void)
{
    stays("4551, 8700, 0000, 0183");
    stays("[\"4551\",\"8700\",\"0000\",\"0183\"]");
    stays("order 20241118153045 is late");
    plain("20241318153045", "202413****3045");
    plain("30241118153045", "302411****3045");
}

/* What is found in a text may cost no more than the text is long. */
static void long_runs_are_masked_in_time(void)
{
    enum { RUN = 30000 };
    char *from = malloc(2 * RUN + 2);
    cielo__buf buf;

    memset(from, '7', 2 * RUN + 1);
    from[RUN] = ' ';
    from[2 * RUN + 1] = '\0';
    cielo__buf_init(&buf, NULL, 4 * RUN);
    CHECK_INT(cielo__text_shown(&buf, from, 2 * RUN + 1, NULL, 4 * RUN),
              CIELO_OK);
    CHECK_STR(cielo__buf_string(&buf), "*** ***");
    cielo__buf_clear(&buf);
    free(from);
}

/* A code or a date may stand before or behind. */
static void what_touches_a_card_goes_too(void)
{
    plain("card 4551870000000183 12/2030", "card 455187******0183 ***/***");
    plain("bad 987 4091688625337641", "bad *** 409168******7641");
    plain("4551 8700 0000 0183 987", "4551 87** **** 0183 ***");
    plain("456 4091688625337641", "*** 409168******7641");
    plain("12345678901234567890", "***");
    plain("4551870000000183122030987", "***");
}

static void secrets_by_name_are_hidden(void)
{
    plain("{\"CardToken\":\"abc\",\"a\":1", "{\"CardToken\":\"***\",\"a\":1");
    plain("{\"CardToken\" : \"ab", "{\"CardToken\" : \"***");
    plain("{\"SecurityCode\":123}", "{\"SecurityCode\":***}");
    plain("{\"cvv\":\"123\",\"x\":2}", "{\"cvv\":\"***\",\"x\":2}");
    plain("grant=x&client_secret=ab%2Fc&y=1", "grant=x&client_secret=***&y=1");
    plain("password=hunter22", "password=***");
    plain("{\"CardToken\":[\"a]\",{\"b\":1}],\"x\":2}",
          "{\"CardToken\":***,\"x\":2}");
    plain("{\"cvn\":{\"a\":[1,2]},\"x\":2}", "{\"cvn\":***,\"x\":2}");
    plain("{\"cvv\":[1,2", "{\"cvv\":***");
    stays("\"CardToken");
    stays("\"CardToken\"");
    stays("\"CardToken\":");
    stays("\"a\\");
    stays("<a href=\"x\">");
    stays("a == b, c=d");
}

static void links_to_cards_are_cut(void)
{
    plain("https://h/1/card/d37bf475-307d-47be-b50a-8dcc38c5056c",
          "https://h/1/card/***");
    plain("https://h/1/CARD/abc/more?x=1 and",
          "https://h/1/CARD/***/more?x=1 and");
    plain("/card/card/abc", "/card/***/***");
    plain("/1/card//abc", "/1/card//***");
    plain("https:\\/\\/h\\/card\\/abc", "https:\\/\\/h\\/card\\/***");
    stays("/1/card/");
}

static void secrets_become_stars(void)
{
    static const char *const secrets[] = {"KEY-123", "hunter22", NULL};

    text("key KEY-123, hunter22!", secrets, 100, "key ***, ***!");
    text("KEY-123KEY-123", secrets, 100, "***");
    text("KEY-12 KEY-1234", secrets, 100, "KEY-12 ***4");
}

static void short_secrets_are_left(void)
{
    static const char *const secrets[] = {"", "a", "12", "abcd", NULL};

    text("a 12 abcd", secrets, 100, "a 12 ***");
}

/* A security code has three digits, and so have many other numbers. */
static void three_characters_are_a_secret_as_a_word(void)
{
    static const char *const secrets[] = {"739", NULL};

    text("739", secrets, 100, "***");
    text("code '739', 739.", secrets, 100, "code '***', ***.");
    text("7390 1739 a739 739b 73", secrets, 100, "7390 1739 a739 739b 73");
    text("bad 739 4091688625337641", secrets, 100, "bad *** 409168******7641");
}

static void secrets_may_overlap(void)
{
    static const char *const secrets[] = {"abcdef", "defghi", "abcd", NULL};

    text("x abcdefghi y", secrets, 100, "x *** y");
    text("x abcdxef", secrets, 100, "x ***xef");
}

static void secret_in_a_card_shows_no_more_of_it(void)
{
    static const char *const secrets[] = {"1234", "9xyz", NULL};

    text("4000000000001234", secrets, 100, "400000*********");
    text("4000123400000000", secrets, 100, "4000*******0000");
    text("4000000000000009xyz!", secrets, 100, "400000******000***!");
}

static void limit_cuts_on_a_character(void)
{
    static const char *const secrets[] = {"secret", NULL};

    text("abc", NULL, 0, "");
    text("abc", NULL, 2, "ab");
    text("a\xE2\x82\xAC" "b", NULL, 3, "a");
    text("a\xE2\x82\xAC" "b", NULL, 4, "a\xE2\x82\xAC");
    text("ab secret", secrets, 5, "ab ");
    text("ab secret", secrets, 6, "ab ***");
    text("4111111111111234", NULL, 14, "411111******12");
}

static void shown_text_is_utf8(void)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 100);
    cielo__text_shown(&buf, "a\xE3o\0b\xC3", 6, NULL, 100);
    CHECK_STR(cielo__buf_string(&buf), "a?o?b?");
    cielo__buf_clear(&buf);
}

static void a_full_buffer_is_told(void)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 5);
    CHECK_INT(cielo__text_shown(&buf, "abcdefgh", 8, NULL, 100), CIELO_EUSAGE);
    cielo__buf_clear(&buf);
}

/* More groups than anyone writes: none of them is shown. */
static void endless_chains_are_hidden(void)
{
    char from[400] = "";
    cielo__buf buf;
    int i;

    for (i = 0; i < 80; i++)
        strcat(from, "12 ");
    cielo__buf_init(&buf, NULL, 4000);
    cielo__text_shown(&buf, from, strlen(from), NULL, 4000);
    CHECK(!strchr(cielo__buf_string(&buf), '1'));
    cielo__buf_clear(&buf);
}

/* ---- members ---- */

static void member(int object, const char *name, const char *from,
                   const char *expected)
{
    char out[100];

    CHECK_INT(cielo_text_shown(object, name, strlen(name), from, strlen(from),
                               out, sizeof(out)), strlen(expected));
    CHECK_STR(out, expected);
}

static void members_are_shown_by_their_rows(void)
{
    member(CIELO_OBJECT_CARD, "card_number", "4551870000000183",
           "455187******0183");
    member(CIELO_OBJECT_CARD, "SecurityCode", "123", "***");
    member(CIELO_OBJECT_CARD, "Holder", "4551870000000183", "455187******0183");
    member(CIELO_OBJECT_SALE, "merchant_order_id", "20241118153045",
           "20241118153045");
    member(CIELO_OBJECT_PAYMENT, "Tid", "10069930690007300001",
           "10069930690007300001");
    member(CIELO_OBJECT_PAYMENT, "Amount", "999999999999999",
           "999999999999999");
    member(CIELO_OBJECT_PAYMENT, "QrCodeString", "52040000530398654041",
           "52040000530398654041");
    member(CIELO_OBJECT_ANY, "Pan", "4551870000000183", "455187******0183");
    member(CIELO_OBJECT_ANY, "cvv", "987", "***");
    member(CIELO_OBJECT_ANY, "Tid", "12345678901234", "12345678901234");
    member(CIELO_OBJECT_ANY, "", "4551870000000183", "455187******0183");
    member(CIELO_OBJECT_HYPERLINK, "href", "https://x/1/Card/abc",
           "https://x/1/Card/***");
}

/* ---- trees ---- */

static void tree(int object, const char *json, const char *expected)
{
    cielo_value *made = NULL, *copy;
    char *text = NULL;
    size_t length = 0;

    CHECK_INT(cielo_value_parse(&made, json, strlen(json), NULL), CIELO_OK);
    copy = cielo_value_shown(made, object);
    CHECK_INT(cielo_value_print(copy, &text, &length), CIELO_OK);
    CHECK_STR(text, expected);
    cielo_text_free(text, length);
    cielo_value_free(copy);
    cielo_value_free(made);
}

static void trees_are_masked(void)
{
    tree(CIELO_OBJECT_ANY,
         "{\"A\":[{\"cardnumber\":\"4024007153763191\"}],"
         "\"SecurityCode\":123,\"CardToken\":\"abc\"}",
         "{\"A\":[{\"cardnumber\":\"402400******3191\"}],"
         "\"SecurityCode\":\"***\",\"CardToken\":\"***\"}");
    tree(CIELO_OBJECT_ANY,
         "{\"Text\":\"card 4024 0071 5376 3191!\",\"N\":1.50,\"Z\":null}",
         "{\"Text\":\"card 4024 00** **** 3191!\",\"N\":1.50,\"Z\":null}");
    tree(CIELO_OBJECT_ANY,
         "{\"SecurityCode\":[\"123\"],\"CardNumber\":{\"x\":\"12345\"}}",
         "{\"SecurityCode\":[\"***\"],\"CardNumber\":{\"x\":\"***\"}}");
    tree(CIELO_OBJECT_ANY, "[]", "[]");
    tree(CIELO_OBJECT_ANY, "\"x\"", "\"x\"");
    CHECK(cielo_value_shown(NULL, CIELO_OBJECT_ANY) == NULL);
}

static void numbers_and_names_are_masked(void)
{
    tree(CIELO_OBJECT_ANY,
         "{\"X\":4551870000000183,\"Y\":-4551870000000183,"
         "\"F\":4551870000000183.0,\"E\":4.551870000000183e15,"
         "\"Far\":-23.561399000000003,\"Big\":123456789012}",
         "{\"X\":\"455187******0183\",\"Y\":\"-455187******0183\","
         "\"F\":\"455187******0183.***\",\"E\":\"***.551870*****0183e15\","
         "\"Far\":\"-***.561399*****0003\",\"Big\":123456789012}");
    tree(CIELO_OBJECT_ANY, "{\"4551870000000183\":1}",
         "{\"455187******0183\":1}");
    tree(CIELO_OBJECT_SALE,
         "{\"MerchantOrderId\":\"20241118153045\",\"Payment\":{\"Amount\":"
         "999999999999999,\"Tid\":10069930690007300001}}",
         "{\"MerchantOrderId\":\"20241118153045\",\"Payment\":{\"Amount\":"
         "999999999999999,\"Tid\":10069930690007300001}}");
}

/* ---- properties ---- */

static unsigned long seed = 1;

static unsigned draw(unsigned below)
{
    seed = (seed * 1103515245UL + 12345UL) & 0x7FFFFFFFUL;
    return (unsigned)(seed >> 12) % below;
}

/* A number of 13 to 19 digits with its check digit; no moment, which begins
 * with a century. */
static void draw_card(char out[20])
{
    size_t length = 13 + draw(7), i;
    int sum = 0;

    for (i = 0; i + 1 < length; i++) {
        int digit = i ? (int)draw(10) : 3 + (int)draw(4);
        int twice = (length - 1 - i) % 2 ? digit * 2 : digit;

        out[i] = (char)('0' + digit);
        sum += twice > 9 ? twice - 9 : twice;
    }
    out[i++] = (char)('0' + (10 - sum % 10) % 10);
    out[i] = '\0';
}

/* The number as somebody may have written it. */
static void write_card(const char *digits, char out[160])
{
    static const char *const between[] = {"", " ", "-", ".", "/", " - ",
                                          "\xC2\xA0", "%20", "&nbsp;"};
    const char *separator = between[draw(9)];
    size_t size = 1 + draw(8), i, at = 0;

    for (i = 0; digits[i]; i++) {
        if (i > 0 && i % size == 0)
            at += (size_t)sprintf(out + at, "%s", separator);
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

static void draw_noise(char *out, size_t most)
{
    static const char letters[]
        = "0123456789  -./:,abcXYZ\"{}[]=&*\n\xC3\xA3";
    size_t length = draw((unsigned)most), i;

    for (i = 0; i < length; i++)
        out[i] = letters[draw(sizeof(letters) - 1)];
    out[length] = '\0';
}

/* 1 when the digits of `card` follow each other in a text, whatever stands
 * between them. */
static int is_found(const char *text, const char *card)
{
    char digits[2048];
    size_t count = 0;

    for (; *text && count + 1 < sizeof(digits); text++) {
        if (*text >= '0' && *text <= '9')
            digits[count++] = *text;
        else if (*text == '*') /* a digit that is not shown */
            digits[count++] = '*';
    }
    digits[count] = '\0';
    return strstr(digits, card) != NULL;
}

/* Digits may touch a number of the usual length; others are told from chance by
 * their ends alone. */
static void no_card_is_found_in_a_text(void)
{
    char digits[20], written[160], before[40], after[40], from[300];
    const char *touch;
    cielo__buf buf;
    int round;

    cielo__buf_init(&buf, NULL, 4000);
    for (round = 0; round < 50000; round++) {
        draw_card(digits);
        write_card(digits, written);
        draw_noise(before, sizeof(before));
        draw_noise(after, sizeof(after));
        touch = strlen(digits) == 15 || strlen(digits) == 16 ? "" : "x";
        snprintf(from, sizeof(from), "%s%s%s%s%s", before, touch, written,
                 touch, after);
        cielo__buf_reset(&buf);
        cielo__text_shown(&buf, from, strlen(from), NULL, 4000);
        if (is_found(cielo__buf_string(&buf), digits)) {
            check__fail(__FILE__, __LINE__, "a card number is found");
            printf("    in        %s\n    shown     %s\n", from,
                   cielo__buf_string(&buf));
        }
    }
    cielo__buf_clear(&buf);
}

/* A member that holds the number as text, number, name or link, at some
 * depth. */
static cielo_value *draw_member(const char *digits, int depth)
{
    cielo_value *object = cielo_value_new_object();
    char written[160];
    int shape = (int)draw(6);

    write_card(digits, written);
    if (depth > 0 && shape < 2)
        cielo_value_set(object, "In", draw_member(digits, depth - 1));
    else if (shape == 2)
        cielo_value_set(object, "N",
                        cielo_value_new_number(digits, strlen(digits)));
    else if (shape == 3)
        cielo_value_set(object, digits, cielo_value_new_bool(1));
    else if (shape == 4)
        cielo_value_set(object, "CardNumber",
                        cielo_value_new_text(written, strlen(written)));
    else
        cielo_value_set(object, "Note",
                        cielo_value_new_text(written, strlen(written)));
    return object;
}

static void no_card_is_found_in_a_tree(void)
{
    char digits[20], *text;
    size_t length;
    int round;

    for (round = 0; round < 20000; round++) {
        cielo_value *made, *copy;

        draw_card(digits);
        made = draw_member(digits, 4);
        copy = cielo_value_shown(made, (int)draw(CIELO_OBJECT_COUNT));
        CHECK_INT(cielo_value_print(copy, &text, &length), CIELO_OK);
        CHECK(!is_found(text, digits));
        cielo_text_free(text, length);
        cielo_value_free(copy);
        cielo_value_free(made);
    }
}

static void masking_twice_changes_nothing(void)
{
    char from[120];
    cielo__buf once, twice;
    int round;

    cielo__buf_init(&once, NULL, 4000);
    cielo__buf_init(&twice, NULL, 4000);
    for (round = 0; round < 20000; round++) {
        draw_noise(from, sizeof(from));
        cielo__buf_reset(&once);
        cielo__buf_reset(&twice);
        cielo__text_shown(&once, from, strlen(from), NULL, 4000);
        cielo__text_shown(&twice, cielo__buf_string(&once), once.length, NULL,
                          4000);
        CHECK_STR(cielo__buf_string(&twice), cielo__buf_string(&once));
        CHECK(once.length <= 2 * strlen(from) + 3);
    }
    cielo__buf_clear(&once);
    cielo__buf_clear(&twice);
}

CHECK_MAIN(cards_show_six_and_four, other_secrets_are_three_stars,
           a_small_buffer_is_filled_and_told_of, plain_text_stays,
           ids_without_hyphens_stay,
           ids_that_are_asked_for_are_whole, runs_are_masked, groups_are_masked,
           lists_and_moments_stay,
           long_runs_are_masked_in_time, what_touches_a_card_goes_too,
           secrets_by_name_are_hidden, links_to_cards_are_cut,
           secrets_become_stars, short_secrets_are_left,
           three_characters_are_a_secret_as_a_word, secrets_may_overlap,
           secret_in_a_card_shows_no_more_of_it, limit_cuts_on_a_character,
           shown_text_is_utf8, a_full_buffer_is_told, endless_chains_are_hidden,
           members_are_shown_by_their_rows, trees_are_masked,
           numbers_and_names_are_masked, no_card_is_found_in_a_text,
           no_card_is_found_in_a_tree, masking_twice_changes_nothing)
