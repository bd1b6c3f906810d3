/* JSON numbers, which are kept as they were written. */
#include <stdio.h>
#include <stdlib.h>

#include "node.h"

/* A double is decided by at most 767 digits and whether any follow. */
enum { NUMBER_DIGITS = 800, NUMBER_EXPONENT = 99999 };

static size_t digits_in(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

size_t cielo__number_length(const char *text, size_t length)
{
    size_t at = length > 0 && text[0] == '-';
    size_t digits = digits_in(text + at, length - at);

    if (digits == 0 || (digits > 1 && text[at] == '0'))
        return 0;
    at += digits;
    if (at < length && text[at] == '.') {
        at++;
        digits = digits_in(text + at, length - at);
        if (digits == 0)
            return 0;
        at += digits;
    }
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        at += at < length && (text[at] == '+' || text[at] == '-');
        digits = digits_in(text + at, length - at);
        if (digits == 0)
            return 0;
        at += digits;
    }
    return at;
}

/* The exponent at `text`, which is empty or such as "e-7"; one past any sense
 * is cut short. */
static int64_t exponent_of(const char *text, size_t length)
{
    int64_t exponent = 0;
    size_t at = length > 1 && (text[1] == '-' || text[1] == '+') ? 2 : 1;

    for (; at < length && exponent < INT64_MAX / 100; at++)
        exponent = exponent * 10 + (text[at] - '0');
    return length > 1 && text[1] == '-' ? -exponent : exponent;
}

/* Rewrites a number without its decimal point, which strtod would look for in
 * the process's locale: 1.5 becomes 15e-1. */
double cielo__number_real(const char *text, size_t length)
{
    char plain[NUMBER_DIGITS + 16];
    size_t used = 0, digits = 0, at;
    int fraction = 0, rest = 0;
    int64_t exponent = 0;

    if (length > 0 && text[0] == '-')
        plain[used++] = '-';
    for (at = used; at < length && text[at] != 'e' && text[at] != 'E'; at++) {
        if (text[at] == '.') {
            fraction = 1;
        } else if (digits == 0 && text[at] == '0') {
            exponent -= fraction;
        } else if (digits < NUMBER_DIGITS) {
            plain[used++] = text[at];
            digits++;
            exponent -= fraction;
        } else {
            rest |= text[at] != '0';
            exponent += !fraction;
        }
    }
    exponent += exponent_of(text + at, length - at) - (digits > 0 && rest);
    if (exponent > NUMBER_EXPONENT)
        exponent = NUMBER_EXPONENT;
    if (exponent < -NUMBER_EXPONENT)
        exponent = -NUMBER_EXPONENT;
    if (digits == 0 || rest)
        plain[used++] = digits == 0 ? '0' : '1';
    snprintf(plain + used, sizeof(plain) - used, "e%d", (int)exponent);
    return strtod(plain, NULL);
}

static int is_finite(double number)
{
    return number - number == 0;
}

int cielo__number_fits(const char *text, size_t length)
{
    /* Without an exponent that takes 309 digits; a call saved for most. */
    if (length < 300 && !memchr(text, 'e', length)
        && !memchr(text, 'E', length))
        return 1;
    return is_finite(cielo__number_real(text, length));
}
