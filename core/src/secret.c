/* Wiping memory, and masking what people get to read. */
#include <string.h>

#include "internal.h"

enum {
    CARD_SHORTEST = 13,
    CARD_LONGEST = 19,
    CARD_FIRST = 6, /* what may be shown of a card number */
    CARD_LAST = 4,
    SECRET_SHORTEST = 3, /* that of a security code */
    SECRET_ANYWHERE = 4  /* shorter ones would blot out parts of words */
};

void cielo__wipe(void *memory, size_t size)
{
    /* A call through a volatile pointer cannot be dropped as a dead store. */
    static void *(*const volatile fill)(void *, int, size_t) = memset;

    if (memory && size)
        fill(memory, 0, size);
}

void cielo__free_secret(const cielo_allocator *mem, char *text)
{
    if (!text)
        return;
    cielo__wipe(text, strlen(text));
    cielo__free(mem, text);
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_separator(char c)
{
    return c == ' ' || c == '-';
}

/* The digits of a card number, stars that Cielo put in it counted as such; 0
 * when it is no card number. */
static size_t card_digits(const char *text, size_t length)
{
    size_t digits = 0, i;

    for (i = 0; i < length; i++) {
        if (is_digit(text[i]) || text[i] == '*')
            digits++;
        else if (!is_separator(text[i]))
            return 0;
    }
    return digits < CARD_SHORTEST ? 0 : digits;
}

static int is_shown(size_t index, size_t digits)
{
    return index < CARD_FIRST || index >= digits - CARD_LAST;
}

int cielo__is_card(const char *text, size_t length)
{
    size_t digits = card_digits(text, length);

    return digits > 0 && digits <= CARD_LONGEST;
}

int cielo__mask_card(cielo__buf *out, const char *text, size_t length)
{
    size_t digits = card_digits(text, length), index = 0, i;

    if (digits == 0) {
        for (i = 0; i < length && i < CARD_LONGEST; i++)
            cielo__buf_char(out, '*');
        return out->status;
    }
    for (i = 0; i < length; i++) {
        if (is_separator(text[i]))
            continue;
        cielo__buf_char(out, is_shown(index, digits) ? text[i] : '*');
        index++;
    }
    return out->status;
}

typedef struct mask {
    const char *text;
    size_t length;
    const char *const *secrets;
    size_t secret_end; /* text before it belongs to a secret */
    size_t run_end;    /* text before it belongs to a run of digits */
    size_t run_digits; /* in that run, 0 when it is too short for a card */
    size_t run_index;  /* digits of it already passed */
} mask;

static int is_word(const mask *m, size_t at)
{
    char c = m->text[at];

    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int stands_alone(const mask *m, size_t at, size_t length)
{
    return (at == 0 || !is_word(m, at - 1))
        && (at + length == m->length || !is_word(m, at + length));
}

/* Secrets are looked for at every byte, inside a secret or a card too: they
 * may overlap. */
static void find_secret(mask *m, size_t at)
{
    const char *const *secret;
    size_t length;

    for (secret = m->secrets; secret && *secret; secret++) {
        if (**secret != m->text[at])
            continue;
        length = strlen(*secret);
        if (length < SECRET_SHORTEST || length > m->length - at ||
            memcmp(*secret, m->text + at, length) != 0)
            continue;
        if (length < SECRET_ANYWHERE && !stands_alone(m, at, length))
            continue;
        if (at + length > m->secret_end)
            m->secret_end = at + length;
    }
}

static void find_run(mask *m, size_t at)
{
    size_t digits = 0;

    if (at < m->run_end || !is_digit(m->text[at]))
        return;
    while (at < m->length && is_digit(m->text[at])) {
        digits++;
        at++;
        m->run_end = at;
        if (at < m->length && is_separator(m->text[at]))
            at++;
    }
    m->run_digits = digits < CARD_SHORTEST ? 0 : digits;
    m->run_index = 0;
}

/* What stands for the byte or character at `at`, and in `*taken` its size. */
static const char *masked(mask *m, size_t at, size_t *size, size_t *taken)
{
    const char *shown = m->text + at;
    size_t before = m->secret_end;

    find_run(m, at);
    find_secret(m, at);
    *taken = *size = 1;
    if (at < m->run_end && m->run_digits) {
        if (is_separator(*shown))
            *size = 0;
        else if (!is_shown(m->run_index++, m->run_digits))
            shown = "*";
    }
    if (at < m->secret_end) {
        *size = at < before ? 0 : 3;
        return "***";
    }
    if (*size == 0 || *shown == '*')
        return shown;
    *taken = cielo__utf8(shown, m->length - at);
    *size = *taken;
    if (*taken > 0 && *shown != '\0')
        return shown;
    *taken = *size = 1;
    return "?"; /* what is masked is for people and must be UTF-8 */
}

int cielo__mask_text(cielo__buf *out, const char *text, size_t length,
                     const char *const *secrets, size_t limit)
{
    mask m = {NULL, 0, NULL, 0, 0, 0, 0};
    size_t at, size, taken;

    m.text = text;
    m.length = length;
    m.secrets = secrets;
    for (at = 0; at < length; at += taken) {
        const char *shown = masked(&m, at, &size, &taken);

        if (size > limit)
            break;
        limit -= size;
        if (cielo__buf_add(out, shown, size) != CIELO_OK)
            break;
    }
    return out->status;
}
