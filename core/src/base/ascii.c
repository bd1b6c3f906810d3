/* Letters and escapes of ASCII, whatever the locale. */
#include "base.h"

int cielo__same_case(const char *a, const char *b, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (cielo__lower(a[i]) != cielo__lower(b[i]))
            return 0;
    }
    return 1;
}

static int hex_digit(char c)
{
    c = cielo__lower(c);
    return c >= '0' && c <= '9' ? c - '0'
        : c >= 'a' && c <= 'f'  ? c - 'a' + 10
                                : -1;
}

int cielo__is_escape(const char *at)
{
    return at[0] == '%' && hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0
        && (at[1] != '0' || at[2] != '0');
}

int cielo__unescape(char *text)
{
    char *to = text;

    while (*text) {
        if (cielo__is_escape(text)) {
            *to++ = (char)(hex_digit(text[1]) * 16 + hex_digit(text[2]));
            text += 3;
        } else {
            *to++ = *text++;
        }
    }
    cielo__wipe(to, (size_t)(text - to));
    return to < text;
}
