/* Letters of ASCII, whatever the locale. */
#include "base.h"

char cielo__lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int cielo__same_case(const char *a, const char *b, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (cielo__lower(a[i]) != cielo__lower(b[i]))
            return 0;
    }
    return 1;
}

int cielo__is_digit(char c)
{
    return c >= '0' && c <= '9';
}

int cielo__is_alnum(char c)
{
    char l = cielo__lower(c);

    return cielo__is_digit(c) || (l >= 'a' && l <= 'z');
}
