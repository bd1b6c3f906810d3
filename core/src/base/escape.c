/* Percent-encoding taken back (RFC 3986, 2.1). */
#include "base.h"

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
