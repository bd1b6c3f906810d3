/* Letters and digits of ASCII, whatever the locale. */
#include <string.h>

#include "base.h"

static int same_letters(const char *a, const char *b, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (a[i] != b[i] && cielo__lower(a[i]) != cielo__lower(b[i]))
            return 0;
    }
    return 1;
}

/* Eight bytes at a time: most texts that are compared are one, or differ in
 * more than the bit that tells the case. */
int cielo__same_case(const char *a, const char *b, size_t length)
{
    static const uint64_t cases = UINT64_C(0x2020202020202020);
    uint64_t x, y;

    for (; length >= sizeof(x); length -= sizeof(x)) {
        memcpy(&x, a, sizeof(x));
        memcpy(&y, b, sizeof(y));
        if (((x ^ y) & ~cases) != 0
            || (x != y && !same_letters(a, b, sizeof(x))))
            return 0;
        a += sizeof(x);
        b += sizeof(x);
    }
    return same_letters(a, b, length);
}

int cielo__is_guid(const char *text, size_t length)
{
    size_t i;

    if (length != CIELO__GUID)
        return 0;
    for (i = 0; i < length; i++) {
        int hyphen = i == 8 || i == 13 || i == 18 || i == 23;

        if (hyphen ? text[i] != '-' : !cielo__is_hexadecimal(text[i]))
            return 0;
    }
    return 1;
}

int cielo__is_bare_id(const char *text, size_t length)
{
    size_t i = 0;

    while (i < length && cielo__is_hexadecimal(text[i]))
        i++;
    return length == CIELO__BARE_ID && i == length;
}
