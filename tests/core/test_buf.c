/* Memory and growing texts: ceilings, wiping, allocations that fail. */
#include <stdlib.h>

#include "check.h"
#include <cielo/cielo.h>

#include "base/base.h"

/* An allocator that fails on demand, and sees what is released. */
typedef struct watch {
    int blocks;      /* not released yet */
    int left;        /* allocations before one fails; -1: none does */
    int unwiped;     /* blocks released with a '4' in them */
    int reallocated; /* must stay 0 */
} watch;

typedef union block {
    size_t size;
    long double align;
} block;

static void *watch_allocate(void *context, size_t size)
{
    watch *w = context;
    block *memory;

    if (w->left == 0)
        return NULL;
    if (w->left > 0)
        w->left--;
    memory = malloc(sizeof(*memory) + size);
    if (!memory)
        return NULL;
    memory->size = size;
    memset(memory + 1, 'z', size);
    w->blocks++;
    return memory + 1;
}

static void *watch_reallocate(void *context, void *memory, size_t size)
{
    (void)memory;
    (void)size;
    ((watch *)context)->reallocated++;
    return NULL;
}

static void watch_release(void *context, void *memory)
{
    watch *w = context;
    block *start = (block *)memory - 1;

    if (memchr(memory, '4', start->size))
        w->unwiped++;
    w->blocks--;
    free(start);
}

static cielo_allocator watched(watch *w)
{
    cielo_allocator mem = {NULL, watch_allocate, watch_reallocate,
                           watch_release};

    w->blocks = 0;
    w->left = -1;
    w->unwiped = 0;
    w->reallocated = 0;
    mem.context = w;
    return mem;
}

static void allocation_takes_null_for_malloc(void)
{
    char *text = cielo__strdup(NULL, "abc");
    char *zeros = cielo__calloc(NULL, 4);
    void *nothing = cielo__allocate(NULL, 0);

    CHECK_STR(text, "abc");
    CHECK(zeros && memcmp(zeros, "\0\0\0\0", 4) == 0);
    CHECK(nothing != NULL);
    CHECK(cielo__strdup(NULL, NULL) == NULL);
    text = cielo__reallocate(NULL, text, 100);
    CHECK_STR(text, "abc");
    cielo__free(NULL, text);
    cielo__free(NULL, zeros);
    cielo__free(NULL, nothing);
    cielo__free(NULL, NULL);
}

static void allocation_uses_the_one_given(void)
{
    watch w;
    cielo_allocator mem = watched(&w);
    char *text = cielo__strdup(&mem, "abc");
    void *zeros = cielo__calloc(&mem, 8);

    CHECK(cielo__allocator(&mem) == &mem);
    CHECK_INT(w.blocks, 2);
    CHECK(zeros && memcmp(zeros, "\0\0\0\0\0\0\0\0", 8) == 0);
    cielo__free(&mem, text);
    cielo__free(&mem, zeros);
    cielo__free(&mem, NULL);
    CHECK_INT(w.blocks, 0);
    w.left = 0;
    CHECK(cielo__calloc(&mem, 8) == NULL);
    CHECK(cielo__strdup(&mem, "abc") == NULL);
}

static void buffer_starts_empty(void)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 10);
    CHECK_STR(cielo__buf_string(&buf), "");
    CHECK(buf.data == NULL);
    CHECK_INT(cielo__buf_add(&buf, NULL, 0), CIELO_OK);
    CHECK_INT(cielo__buf_text(&buf, ""), CIELO_OK);
    CHECK(buf.data == NULL);
    cielo__buf_reset(&buf);
    cielo__buf_clear(&buf);
}

static void buffer_grows_and_keeps_the_text(void)
{
    cielo__buf buf;
    int i;

    cielo__buf_init(&buf, NULL, SIZE_MAX);
    for (i = 0; i < 5000; i++)
        cielo__buf_char(&buf, (char)('a' + i % 26));
    CHECK_INT(buf.status, CIELO_OK);
    CHECK_INT(buf.length, 5000);
    CHECK_INT(strlen(cielo__buf_string(&buf)), 5000);
    for (i = 0; i < 5000; i++)
        if (buf.data[i] != 'a' + i % 26)
            break;
    CHECK_INT(i, 5000);
    cielo__buf_clear(&buf);
    CHECK_STR(cielo__buf_string(&buf), "");
    CHECK_INT(cielo__buf_text(&buf, "again"), CIELO_OK);
    CHECK_STR(cielo__buf_string(&buf), "again");
    cielo__buf_clear(&buf);
}

static void ceiling_holds_and_sticks(void)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 5);
    CHECK_INT(cielo__buf_text(&buf, "12345"), CIELO_OK);
    CHECK_INT(buf.capacity, 6);
    CHECK_INT(cielo__buf_char(&buf, '6'), CIELO_EUSAGE);
    CHECK_STR(cielo__buf_string(&buf), "12345");
    cielo__buf_reset(&buf);
    CHECK_STR(cielo__buf_string(&buf), "");
    CHECK_INT(cielo__buf_text(&buf, "123456"), CIELO_EUSAGE);
    CHECK_INT(cielo__buf_text(&buf, "1"), CIELO_EUSAGE);
    CHECK_STR(cielo__buf_string(&buf), "");
    cielo__buf_reset(&buf);
    CHECK_INT(cielo__buf_text(&buf, "1"), CIELO_OK);
    cielo__buf_clear(&buf);
}

static void ceiling_of_nothing_takes_nothing(void)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 0);
    CHECK_INT(cielo__buf_text(&buf, ""), CIELO_OK);
    CHECK_INT(cielo__buf_char(&buf, 'a'), CIELO_EUSAGE);
    cielo__buf_clear(&buf);
}

static void sizes_do_not_overflow(void)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, SIZE_MAX);
    CHECK_INT(cielo__buf_add(&buf, "a", 1), CIELO_OK);
    CHECK_INT(cielo__buf_add(&buf, "a", SIZE_MAX - 1), CIELO_EMEMORY);
    CHECK_INT(cielo__buf_add(&buf, "a", 1), CIELO_EMEMORY);
    CHECK_STR(cielo__buf_string(&buf), "a");
    cielo__buf_reset(&buf);
    CHECK_INT(cielo__buf_add(&buf, "a", SIZE_MAX), CIELO_EMEMORY);
    cielo__buf_clear(&buf);
}

static void memory_that_runs_out_sticks(void)
{
    watch w;
    cielo_allocator mem = watched(&w);
    cielo__buf buf;
    int i;

    cielo__buf_init(&buf, &mem, 100000);
    w.left = 1;
    for (i = 0; i < 1000; i++)
        cielo__buf_char(&buf, 'a');
    CHECK_INT(buf.status, CIELO_EMEMORY);
    CHECK_INT(strlen(cielo__buf_string(&buf)), buf.length);
    w.left = -1;
    CHECK_INT(cielo__buf_char(&buf, 'a'), CIELO_EMEMORY);
    cielo__buf_reset(&buf);
    CHECK_INT(cielo__buf_char(&buf, 'a'), CIELO_OK);
    cielo__buf_clear(&buf);
    CHECK_INT(w.blocks, 0);
}

static void buffer_leaves_nothing_behind(void)
{
    watch w;
    cielo_allocator mem = watched(&w);
    cielo__buf buf;
    int i;

    cielo__buf_init(&buf, &mem, 100000);
    for (i = 0; i < 1000; i++)
        cielo__buf_text(&buf, "4111");
    cielo__buf_reset(&buf);
    CHECK(!memchr(buf.data, '4', buf.capacity));
    cielo__buf_text(&buf, "4111");
    cielo__buf_clear(&buf);
    CHECK_INT(w.unwiped, 0);
    CHECK_INT(w.reallocated, 0);
    CHECK_INT(w.blocks, 0);
}

static void integers_are_written(void)
{
    static const struct {
        int64_t number;
        const char *text;
    } cases[] = {{0, "0"},
                 {-1, "-1"},
                 {15700, "15700"},
                 {INT64_MAX, "9223372036854775807"},
                 {INT64_MIN, "-9223372036854775808"}};
    cielo__buf buf;
    size_t i;

    cielo__buf_init(&buf, NULL, 20);
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        cielo__buf_reset(&buf);
        CHECK_INT(cielo__buf_integer(&buf, cases[i].number), CIELO_OK);
        CHECK_STR(cielo__buf_string(&buf), cases[i].text);
    }
    cielo__buf_clear(&buf);
}

static void percent_leaves_unreserved_characters(void)
{
    cielo__buf buf;

    cielo__buf_init(&buf, NULL, 1000);
    cielo__buf_percent(&buf, "AZaz09-._~", 10);
    CHECK_STR(cielo__buf_string(&buf), "AZaz09-._~");
    cielo__buf_reset(&buf);
    cielo__buf_percent(&buf, "a b/?#[]@!$&'()*+,;=%\xC3\xA3\x00z", 25);
    CHECK_STR(cielo__buf_string(&buf),
              "a%20b%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25"
              "%C3%A3%00z");
    cielo__buf_clear(&buf);
}

static void base64_is_rfc_4648(void)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xFB\xFF\xFE", "+//+"}};
    cielo__buf buf;
    size_t i;

    cielo__buf_init(&buf, NULL, 100);
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        cielo__buf_reset(&buf);
        CHECK_INT(cielo__buf_base64(&buf, cases[i][0], strlen(cases[i][0])),
                  CIELO_OK);
        CHECK_STR(cielo__buf_string(&buf), cases[i][1]);
    }
    cielo__buf_reset(&buf);
    cielo__buf_base64(&buf, "\0\0", 2);
    CHECK_STR(cielo__buf_string(&buf), "AAA=");
    cielo__buf_clear(&buf);
}

static void utf8_is_strict(void)
{
    static const struct {
        const char *text;
        size_t length, step;
    } cases[] = {
        {"", 0, 0},
        {"a", 1, 1},
        {"\0", 1, 1},
        {"\x7F", 1, 1},
        {"\x80", 1, 0},
        {"\xC1\xBF", 2, 0}, /* overlong */
        {"\xC2\x80", 2, 2},
        {"\xC2", 1, 0},
        {"\xC2\x7F", 2, 0},
        {"\xC2\xC0", 2, 0},
        {"\xE0\x9F\xBF", 3, 0}, /* overlong */
        {"\xE0\xA0\x80", 3, 3},
        {"\xE2\x82\xAC", 2, 0},
        {"\xE2\x82\x41", 3, 0},
        {"\xED\x9F\xBF", 3, 3},
        {"\xED\xA0\x80", 3, 0}, /* a surrogate */
        {"\xEE\x80\x80", 3, 3},
        {"\xEF\xBF\xBF", 3, 3},
        {"\xF0\x8F\xBF\xBF", 4, 0}, /* overlong */
        {"\xF0\x90\x80\x80", 4, 4},
        {"\xF0\x90\x80", 3, 0},
        {"\xF4\x8F\xBF\xBF", 4, 4},
        {"\xF4\x90\x80\x80", 4, 0}, /* past U+10FFFF */
        {"\xF5\x80\x80\x80", 4, 0},
        {"\xFF", 1, 0}};
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        CHECK_INT(cielo__utf8(cases[i].text, cases[i].length), cases[i].step);
}

CHECK_MAIN(allocation_takes_null_for_malloc, allocation_uses_the_one_given,
           buffer_starts_empty, buffer_grows_and_keeps_the_text,
           ceiling_holds_and_sticks, ceiling_of_nothing_takes_nothing,
           sizes_do_not_overflow, memory_that_runs_out_sticks,
           buffer_leaves_nothing_behind, integers_are_written,
           percent_leaves_unreserved_characters, base64_is_rfc_4648,
           utf8_is_strict)
