/* A test harness of a few macros: a test is a `static void name(void)`. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

static int check__failures; /* in the test that runs */

static inline void check__fail(const char *file, int line, const char *what)
{
    printf("%s:%d: %s\n", file, line, what);
    check__failures++;
}

static inline void check__text(const char *file, int line, const char *what,
                               const char *is, const char *should)
{
    if (is == should || (is && should && strcmp(is, should) == 0))
        return;
    check__fail(file, line, what);
    printf("    is        %s\n    should be %s\n", is ? is : "(NULL)",
           should ? should : "(NULL)");
}

static inline void check__number(const char *file, int line, const char *what,
                                 long long is, long long should)
{
    if (is == should)
        return;
    check__fail(file, line, what);
    printf("    is        %lld\n    should be %lld\n", is, should);
}

static inline int check__main(void (*const *tests)(void), size_t count)
{
    size_t i, failed = 0;

    for (i = 0; i < count; i++) {
        check__failures = 0;
        tests[i]();
        failed += check__failures > 0;
    }
    printf("%lu passed, %lu failed\n", (unsigned long)(count - failed),
           (unsigned long)failed);
    return failed > 0;
}

#define CHECK(cond) \
    ((cond) ? (void)0 : check__fail(__FILE__, __LINE__, #cond))
#define CHECK_STR(a, b) check__text(__FILE__, __LINE__, #a " is " #b, a, b)
#define CHECK_INT(a, b) check__number(__FILE__, __LINE__, #a " is " #b, a, b)
#define CHECK_MAIN(...)                                          \
    int main(void)                                               \
    {                                                            \
        static void (*const tests[])(void) = {__VA_ARGS__};      \
        return check__main(tests, sizeof(tests) / sizeof(*tests)); \
    }

#endif
