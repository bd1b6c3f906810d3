/* Words and names as users write them, and what they may have meant. */
#include <stdio.h>
#include <string.h>

#include "facts.h"

/* Names longer than this are no slips of any. */
enum { NAME_LIMIT = 64 };

/* Lower case without '_', for comparing spellings. */
static size_t squeeze(const char *text, size_t length, char out[NAME_LIMIT])
{
    size_t at = 0;
    size_t i;

    for (i = 0; i < length && at < NAME_LIMIT; i++) {
        if (text[i] != '_')
            out[at++] = cielo__lower(text[i]);
    }
    return at;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Edits (a swap of neighbours counts as one) between two short words. */
static unsigned count_edits(const char *a, size_t n, const char *b, size_t m)
{
    unsigned row[3][NAME_LIMIT + 1];
    size_t i, j;

    for (j = 0; j <= m; j++)
        row[0][j] = (unsigned)j;
    for (i = 1; i <= n; i++) {
        unsigned *now = row[i % 3];
        const unsigned *last = row[(i + 2) % 3];
        const unsigned *before = row[(i + 1) % 3];

        now[0] = (unsigned)i;
        for (j = 1; j <= m; j++) {
            now[j] = least(least(now[j - 1], last[j]) + 1,
                           last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

/* 1 when the spellings are close enough for one to be a slip of the other. */
static int is_near(const char *given, size_t given_length, const char *known)
{
    char a[NAME_LIMIT], b[NAME_LIMIT];
    size_t n = squeeze(given, given_length, a);
    size_t m = squeeze(known, strlen(known), b);
    unsigned allowed = n >= 8 ? 2 : 1;

    if (n < 4 || m < 4 || n > m + allowed || m > n + allowed)
        return n == m && n > 0 && memcmp(a, b, n) == 0;
    return count_edits(a, n, b, m) <= allowed;
}

/* ---- choices ---- */

typedef struct choice {
    int object;
    const char *wire;
    const char *word;
} choice;

static const choice choices[] = {
#define CIELO_X(object, wire, word) {CIELO_OBJECT_##object, wire, word},
    CIELO_CHOICE_MAP(CIELO_X)
#undef CIELO_X
};

/* "MasterCard" for "Master": a longer spelling of a word that is long enough
 * not to begin others by chance. */
static int begins_with(const char *given, size_t length, const char *word)
{
    size_t n = strlen(word);

    return n >= 6 && length > n && cielo__same_case(given, word, n);
}

/* "credit" for "CreditCard", which begins with it. */
static int begins(const char *given, size_t length, const char *word)
{
    return length >= 4 && length < strlen(word)
        && cielo__same_case(word, given, length);
}

/* Cards have the same brands wherever they stand. */
static int owner_of_words(const cielo_field *field)
{
    return strcmp(field->wire, "Brand") == 0 ? CIELO_OBJECT_CARD
                                             : field->object;
}

const char *cielo__choice_find(const cielo_field *field, const char *text,
                               size_t length, const char **slip)
{
    int object = owner_of_words(field);
    size_t i;

    *slip = NULL;
    for (i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        const char *word = choices[i].word;

        if (choices[i].object != object
            || strcmp(choices[i].wire, field->wire) != 0)
            continue;
        if (strlen(word) == length && cielo__same_case(word, text, length))
            return word;
        if (!*slip
            && (is_near(text, length, word) || begins_with(text, length, word)
                || begins(text, length, word)))
            *slip = word;
    }
    return NULL;
}

const char *cielo_field_word(const cielo_field *field, size_t index)
{
    int object = owner_of_words(field);
    size_t i;

    if (field->type == CIELO_FIELD_INTERVAL
        || field->type == CIELO_FIELD_INTERVAL_NUMBER)
        return cielo__interval_at(index);
    for (i = 0; field->type == CIELO_FIELD_CHOICE
         && i < sizeof(choices) / sizeof(choices[0]);
         i++) {
        if (choices[i].object == object
            && strcmp(choices[i].wire, field->wire) == 0 && index-- == 0)
            return choices[i].word;
    }
    return NULL;
}

/* ---- names ---- */

/* A name that its object does not have, and as hosts would show it. */
typedef struct stranger {
    const char *name;
    size_t length;
    int kind; /* the secret type that such a name stands for, or OPEN */
    char host[2 * NAME_LIMIT];
} stranger;

/* Whether a member may be what the stranger means. */
typedef int relation(const cielo_field *field, const stranger *of);

static int is_slip(const cielo_field *field, const stranger *of)
{
    return is_near(of->name, of->length, field->wire);
}

static int is_same(const cielo_field *field, const stranger *of)
{
    return (of->kind != CIELO_FIELD_OPEN && field->type == of->kind)
        || cielo__same_name(field->wire, of->name, of->length);
}

/* 1 when `whole` begins or ends with the words of `part`, and has others. */
static int has_words(const char *whole, const char *part)
{
    size_t n = strlen(whole), m = strlen(part);

    return n > m + 1
        && ((memcmp(whole, part, m) == 0 && whole[m] == '_')
            || (strcmp(whole + n - m, part) == 0 && whole[n - m - 1] == '_'));
}

/* "auto_capture" for "capture". */
static int is_longer(const cielo_field *field, const stranger *of)
{
    return has_words(of->host, field->host);
}

/* "expiration" for "expiration_date". */
static int is_shorter(const cielo_field *field, const stranger *of)
{
    return has_words(field->host, of->host);
}

/* The first member of an object, of those that users give, in that relation. */
static const cielo_field *find(int object, relation *fits, const stranger *of)
{
    const cielo_field *field;
    size_t i;

    for (i = cielo__field_first(object);
         (field = cielo_field_at(i)) != NULL && field->object == object; i++) {
        if (cielo_field_is_given(field) && fits(field, of))
            return field;
    }
    return NULL;
}

/* The same in the object or in those below it, as a path. */
static int find_path(int object, relation *fits, const stranger *of, int depth,
                     char *out, size_t size)
{
    const cielo_field *field = find(object, fits, of);
    size_t i;

    if (field) {
        snprintf(out, size, "%s", field->host);
        return 1;
    }
    for (i = cielo__field_first(object); depth > 0
         && (field = cielo_field_at(i)) != NULL && field->object == object;
         i++) {
        size_t length = strlen(field->host) + 1;

        if (field->type != CIELO_FIELD_OBJECT || !cielo_field_is_given(field)
            || length >= size)
            continue;
        snprintf(out, size, "%s.", field->host);
        if (find_path(field->child, fits, of, depth - 1, out + length,
                      size - length))
            return 1;
    }
    return 0;
}

/* "qr_code_expiration" for "qr_code.expiration": an object's name and that of
 * one of its members. */
static int find_joined(int object, const stranger *of, char *out, size_t size)
{
    const cielo_field *field;
    stranger rest;
    size_t i, length;

    for (i = cielo__field_first(object);
         (field = cielo_field_at(i)) != NULL && field->object == object; i++) {
        const cielo_field *child;

        length = strlen(field->host);
        if (field->type != CIELO_FIELD_OBJECT || !cielo_field_is_given(field)
            || strncmp(of->host, field->host, length) != 0
            || of->host[length] != '_')
            continue;
        snprintf(rest.host, sizeof(rest.host), "%s", of->host + length + 1);
        rest.name = rest.host;
        rest.length = strlen(rest.host);
        rest.kind = CIELO_FIELD_OPEN;
        child = find(field->child, is_same, &rest);
        if (!child)
            child = find(field->child, is_shorter, &rest);
        if (child) {
            snprintf(out, size, "%s.%s", field->host, child->host);
            return 1;
        }
    }
    return 0;
}

cielo__guess cielo__name_guess(int object, const char *name, size_t length,
                               char *out, size_t size)
{
    enum { LEVELS_BELOW = 2 };
    const cielo_field *field;
    stranger of;

    of.name = name;
    of.length = length;
    of.kind = cielo__field_kind(name, length);
    *out = '\0';
    if (length >= NAME_LIMIT)
        return CIELO__GUESS_NONE;
    cielo_host_name(CIELO_OBJECT_NONE, name, length, of.host, sizeof(of.host));
    field = find(object, is_slip, &of);
    if (field) {
        snprintf(out, size, "%s", field->host);
        return cielo__field_is_known(name, length) ? CIELO__GUESS_MEANT
                                                   : CIELO__GUESS_SLIP;
    }
    if (find_path(object, is_same, &of, LEVELS_BELOW, out, size)
        || find_joined(object, &of, out, size)
        || find_path(object, is_longer, &of, 0, out, size)
        || find_path(object, is_shorter, &of, 0, out, size))
        return CIELO__GUESS_MEANT;
    *out = '\0';
    return CIELO__GUESS_NONE;
}

/* ---- objects ---- */

static cielo_fit fit_of(const char *known, cielo_fit as, const char *name,
                        size_t length)
{
    if (cielo__same_name(known, name, length))
        return as;
    return is_near(name, length, known) ? CIELO_FIT_SLIP : CIELO_FIT_NONE;
}

static int is_object_given(int object)
{
    const cielo_field *field;
    size_t i;

    for (i = cielo__field_first(object);
         (field = cielo_field_at(i)) != NULL && field->object == object; i++) {
        if (cielo_field_is_given(field))
            return 1;
    }
    return 0;
}

cielo_fit cielo_object_fits(int object, const char *name, size_t length)
{
    const cielo_field *field;
    cielo_fit best;
    size_t i;

    if (length == 0 || object <= CIELO_OBJECT_ANY
        || object >= CIELO_OBJECT_COUNT || !is_object_given(object))
        return CIELO_FIT_NONE;
    best = fit_of(cielo_object_name(object), CIELO_FIT_TYPE, name, length);
    for (i = 0; (field = cielo_field_at(i)) != NULL; i++) {
        cielo_fit fit;

        if (field->child != object || !cielo_field_is_given(field))
            continue;
        fit = fit_of(field->wire, CIELO_FIT_MEMBER, name, length);
        if (fit > best)
            best = fit;
    }
    return best;
}
