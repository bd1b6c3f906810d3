#include <stdlib.h>

#include "check.h"
#include <cielo/cielo.h>

#include "call/call.h"

static void wiping_overwrites(void)
{
    char text[] = "4111111111111111";

    cielo__wipe(text, sizeof(text));
    CHECK(memcmp(text, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16) == 0);
    cielo__wipe(NULL, 0);
    cielo__wipe(NULL, 4);
}

/* Sees whether what is released was wiped: `context` counts what was not. */
static void *keep_allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void *keep_reallocate(void *context, void *memory, size_t size)
{
    (void)context;
    return realloc(memory, size);
}

static void keep_release(void *context, void *memory)
{
    *(int *)context += memcmp(memory, "\0\0\0", 3) != 0;
    free(memory);
}

static void secrets_are_wiped_when_freed(void)
{
    int unwiped = 0;
    cielo_allocator mem = {NULL, keep_allocate, keep_reallocate, keep_release};

    mem.context = &unwiped;
    cielo__free_secret(&mem, cielo__strdup(&mem, "key"));
    CHECK_INT(unwiped, 0);
    cielo__free_secret(&mem, NULL);
}

static void card(const char *text, const char *expected)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 1000);
    CHECK_INT(cielo__mask_card(&buf, text, strlen(text)), CIELO_OK);
    CHECK_STR(cielo__buf_string(&buf), expected);
    cielo__buf_clear(&buf);
}

static void cards_show_six_and_four(void)
{
    card("4111111111111234", "411111******1234");
    card("4111111111234", "411111***1234");
    card("4111111111111111234", "411111*********1234");
    card("4111 1111 1111 1234", "411111******1234");
    card("4111-1111-1111-1234", "411111******1234");
    card("411111******1234", "411111******1234");
}

static void what_is_no_card_is_all_stars(void)
{
    card("", "");
    card("123", "***");
    card("411111111234", "************");
    card("4111 1111 123", "*************");
    card("4111111111111x34", "****************");
    card("a long sentence that is no card", "*******************");
}

static void text(const char *from, const char *const *secrets, size_t limit,
                 const char *expected)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 1000);
    CHECK_INT(cielo__mask_text(&buf, from, strlen(from), secrets, limit),
              CIELO_OK);
    CHECK_STR(cielo__buf_string(&buf), expected);
    cielo__buf_clear(&buf);
}

static void plain_text_stays(void)
{
    text("", NULL, 100, "");
    text("Pedido 2024-05-01 12:30:45, R$ 157,00", NULL, 100,
         "Pedido 2024-05-01 12:30:45, R$ 157,00");
    text("cart\xC3\xA3o 123456789012", NULL, 100, "cart\xC3\xA3o 123456789012");
}

static void cards_in_text_are_masked(void)
{
    text("card 4111111111111234.", NULL, 100, "card 411111******1234.");
    text("4111111111234", NULL, 100, "411111***1234");
    text("n=4111 1111 1111 1234 x", NULL, 100, "n=411111******1234 x");
    text("4111-1111-1111-1234", NULL, 100, "411111******1234");
    text("4111 1111-1111 1234-", NULL, 100, "411111******1234-");
    text("4 1 1 1 1 1 1 1 1 1 2 3 4", NULL, 100, "411111***1234");
    text("a4111111111111234,4111111111111235b", NULL, 100,
         "a411111******1234,411111******1235b");
}

static void longer_runs_are_masked_too(void)
{
    text("12345678901234567890", NULL, 100, "123456**********7890");
    text("0001 4111111111111234", NULL, 100, "000141**********1234");
}

static void two_separators_end_a_run(void)
{
    text("41111111  11111234", NULL, 100, "41111111  11111234");
    text("4111--1111--1111", NULL, 100, "4111--1111--1111");
}

static void secrets_become_stars(void)
{
    static const char *const secrets[] = {"KEY-123", "hunter22", NULL};

    text("key KEY-123, hunter22!", secrets, 100, "key ***, ***!");
    text("KEY-123KEY-123", secrets, 100, "******");
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

static void masked_text_is_utf8(void)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 100);
    cielo__mask_text(&buf, "a\xE3o\0b\xC3", 6, NULL, 100);
    CHECK_STR(cielo__buf_string(&buf), "a?o?b?");
    cielo__buf_clear(&buf);
}

static void a_full_buffer_is_told(void)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 5);
    CHECK_INT(cielo__mask_text(&buf, "abcdefgh", 8, NULL, 100), CIELO_EUSAGE);
    CHECK_INT(cielo__mask_card(&buf, "4111111111111234", 16), CIELO_EUSAGE);
    cielo__buf_clear(&buf);
}

/* The longest run of digits, single separators left out. */
static size_t longest_run(const char *text)
{
    size_t longest = 0, digits = 0;

    for (; *text; text++) {
        if (*text >= '0' && *text <= '9')
            digits++;
        else if (digits == 0 || (*text != ' ' && *text != '-') ||
                 text[1] < '0' || text[1] > '9')
            digits = 0;
        if (digits > longest)
            longest = digits;
    }
    return longest;
}

static void no_card_is_left_whatever_the_text(void)
{
    static const char letters[] = "00112233445566778899 -x\xC3\xA3";
    static const char *const secrets[] = {"x -x", "1122", "x334", NULL};
    unsigned long seed = 1;
    cielo__buf buf;
    char random[120];
    size_t length, i, limit;
    int round;

    cielo__buf_init(&buf, NULL, 1000);
    for (round = 0; round < 20000; round++) {
        for (i = 0; i < sizeof(random); i++) {
            seed = (seed * 1103515245UL + 12345UL) & 0x7FFFFFFFUL;
            random[i] = letters[(seed >> 12) % (sizeof(letters) - 1)];
        }
        length = (seed >> 8) % sizeof(random);
        limit = (seed >> 4) % 200;
        cielo__buf_reset(&buf);
        cielo__mask_text(&buf, random, length, secrets, limit);
        CHECK(longest_run(cielo__buf_string(&buf)) < 13);
        CHECK(buf.length <= limit);
        CHECK(!strstr(cielo__buf_string(&buf), secrets[0]));
    }
    cielo__buf_clear(&buf);
}

CHECK_MAIN(wiping_overwrites, secrets_are_wiped_when_freed,
           cards_show_six_and_four, what_is_no_card_is_all_stars,
           plain_text_stays, cards_in_text_are_masked,
           longer_runs_are_masked_too, two_separators_end_a_run,
           secrets_become_stars, short_secrets_are_left,
           three_characters_are_a_secret_as_a_word, secrets_may_overlap,
           secret_in_a_card_shows_no_more_of_it, limit_cuts_on_a_character,
           masked_text_is_utf8, a_full_buffer_is_told,
           no_card_is_left_whatever_the_text)
