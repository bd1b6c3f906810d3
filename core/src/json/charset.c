/*
 * Texts that came in as other than UTF-8. JSON has no other, and its media type
 * no charset to declare, so what is UTF-8 is read as that whatever is declared;
 * the declaration is asked only of what is not [odd-texts].
 */
#include <string.h>

#include "json.h"

size_t cielo__utf8_mark(const char *text, size_t length)
{
    return length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/* X("label"): names of Latin-1, and of windows-1252, for which the others are
 * used so often that browsers take them for it. */
#define LATIN_MAP(X)  \
    X("windows-1252") \
    X("cp1252")       \
    X("x-cp1252")     \
    X("iso-8859-1")   \
    X("iso8859-1")    \
    X("iso_8859-1")   \
    X("latin-1")      \
    X("latin1")       \
    X("l1")           \
    X("us-ascii")     \
    X("ascii")

static const char *const latin_labels[] = {
#define X(label) label,
    LATIN_MAP(X)
#undef X
};

/* The value of the parameter "charset", not terminated, without quotes; NULL
 * when there is none. */
static const char *charset_of(const char *content_type, size_t *length)
{
    static const char name[] = "charset=";
    size_t size = sizeof(name) - 1;
    const char *at = content_type ? strchr(content_type, ';') : NULL;

    for (; at; at = strchr(at, ';')) {
        at += 1 + strspn(at + 1, " \t");
        if (strlen(at) < size || !cielo__same_case(at, name, size))
            continue;
        at += size;
        at += *at == '"';
        *length = strcspn(at, "\"; \t");
        return at;
    }
    return NULL;
}

int cielo__is_latin(const char *content_type)
{
    size_t length = 0, i;
    const char *charset = charset_of(content_type, &length);

    if (!charset)
        return 0;
    for (i = 0; i < sizeof(latin_labels) / sizeof(latin_labels[0]); i++) {
        if (strlen(latin_labels[i]) == length
            && cielo__same_case(charset, latin_labels[i], length))
            return 1;
    }
    return 0;
}

/* The characters of 0x80 to 0x9F; 0 where there is none. */
static const unsigned short windows_1252[32]
    = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
       0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
       0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
       0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

enum { SUBSTITUTE = 0xFFFD };

/* A character from U+0080 to U+FFFF. */
static void add_character(cielo__buf *out, unsigned code)
{
    if (code < 0x800) {
        cielo__buf_char(out, (char)(0xC0 | code >> 6));
    } else {
        cielo__buf_char(out, (char)(0xE0 | code >> 12));
        cielo__buf_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
    }
    cielo__buf_char(out, (char)(0x80 | (code & 0x3F)));
}

static unsigned latin_character(unsigned char c)
{
    unsigned code = c >= 0xA0 ? c : windows_1252[c - 0x80];

    return code ? code : SUBSTITUTE;
}

int cielo__has_substitute(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i + 3 <= length; i++) {
        if (memcmp(text + i, "\xEF\xBF\xBD", 3) == 0)
            return 1;
    }
    return 0;
}

static int is_utf8(const char *text, size_t length)
{
    size_t at, step;

    for (at = 0; at < length; at += step) {
        step = cielo__utf8(text + at, length - at);
        if (step == 0)
            return 0;
    }
    return 1;
}

int cielo__utf8_add(cielo__buf *out, const char *text, size_t length, int latin)
{
    int as_latin = latin && !is_utf8(text, length);
    size_t at, step;

    for (at = 0; at < length; at += step) {
        unsigned char c = (unsigned char)text[at];

        step = c < 0x80 || as_latin ? 1 : cielo__utf8(text + at, length - at);
        if (c && (c < 0x80 || step > 1))
            cielo__buf_add(out, text + at, step);
        else
            add_character(out, as_latin && c ? latin_character(c) : SUBSTITUTE);
        step += step == 0;
    }
    return out->status;
}
