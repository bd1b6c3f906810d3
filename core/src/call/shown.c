/* Trees and texts as errors and logs may show them. */
#include <string.h>

#include "call.h"

enum {
    CARD_SHORTEST = 13,
    CARD_LONGEST = 19,
    CARD_FIRST = 6, /* what may be shown of a card number */
    CARD_LAST = 4,
    SECRET_SHORTEST = 3, /* that of a security code */
    SECRET_ANYWHERE = 4  /* shorter ones would blot out parts of words */
};

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

/* The masked text of one secret member. */
static cielo_value *masked_text(int kind, const char *text, size_t length)
{
    cielo__buf out;
    cielo_value *value;

    cielo__buf_init(&out, NULL, 4096);
    if (kind == CIELO_FIELD_CARD_NUMBER)
        cielo__mask_card(&out, text, length);
    else
        cielo__buf_text(&out, "***");
    value = cielo_value_new_text(cielo__buf_string(&out), out.length);
    cielo__buf_clear(&out);
    return value;
}

/* Free text may quote a card number: error messages of Cielo do. */
static cielo_value *cleaned_text(const char *text, size_t length)
{
    cielo__buf out;
    cielo_value *value;

    cielo__buf_init(&out, NULL, length * 2 + 64);
    cielo__mask_text(&out, text, length, NULL, length + 64);
    value = cielo_value_new_text(cielo__buf_string(&out), out.length);
    cielo__buf_clear(&out);
    return value;
}

static cielo_value *masked_leaf(const cielo_value *value, int kind)
{
    size_t length = 0;
    const char *text = cielo_value_text(value, &length);

    if (kind != CIELO_FIELD_OPEN && text)
        return masked_text(kind, text, length);
    if (cielo_value_type(value) == CIELO_TEXT)
        return cleaned_text(text, length);
    return cielo_value_dup(value);
}

static cielo_value *masked_as(const cielo_value *value, int kind);

/* What stands inside a secret member is as secret, in whatever shape. */
static int add_masked(cielo_value *to, const cielo_value *item, int kind)
{
    size_t length = 0;
    const char *name = cielo_value_name(item, &length);
    cielo_value *copy;

    if (name && kind == CIELO_FIELD_OPEN)
        kind = cielo__field_kind(name, length);
    copy = masked_as(item, kind);
    return name ? cielo_value_set_named(to, name, length, copy)
                : cielo_value_append(to, copy);
}

static cielo_value *masked_as(const cielo_value *value, int kind)
{
    cielo_type type = cielo_value_type(value);
    const cielo_value *item;
    cielo_value *out;

    if (type != CIELO_OBJECT && type != CIELO_ARRAY)
        return masked_leaf(value, kind);
    out = type == CIELO_OBJECT ? cielo_value_new_object()
                               : cielo_value_new_array();
    for (item = cielo_value_first(value); item && out;
         item = cielo_value_next(item)) {
        if (add_masked(out, item, kind) != CIELO_OK) {
            cielo_value_free(out);
            out = NULL;
        }
    }
    return out;
}

cielo_value *cielo__masked(const cielo_value *value)
{
    return masked_as(value, CIELO_FIELD_OPEN);
}

/* The end of a JSON text whose first quote stands before `at`. */
static size_t text_end(const char *text, size_t length, size_t at)
{
    while (at < length && text[at] != '"')
        at += text[at] == '\\' && at + 1 < length ? 2 : 1;
    return at;
}

static size_t skip_blanks(const char *text, size_t length, size_t at)
{
    while (at < length && (text[at] == ' ' || text[at] == '\t'
                           || text[at] == '\r' || text[at] == '\n'))
        at++;
    return at;
}

static size_t value_end(const char *text, size_t length, size_t at)
{
    if (at < length && text[at] == '"')
        return text_end(text, length, at + 1) + 1;
    while (at < length && text[at] != ',' && text[at] != '}')
        at++;
    return at;
}

void cielo__mask_members(char *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        size_t start, end;

        if (text[at++] != '"')
            continue;
        start = at;
        end = text_end(text, length, start);
        at = skip_blanks(text, length, end + 1);
        if (at >= length || text[at] != ':')
            continue;
        at = skip_blanks(text, length, at + 1);
        if (cielo__field_kind(text + start, end - start) == CIELO_FIELD_OPEN)
            continue;
        end = value_end(text, length, at);
        if (end > length)
            end = length;
        memset(text + at, '*', end - at);
        at = end + 1;
    }
}

void cielo__secrets_add(cielo__secrets *secrets, const char *text)
{
    size_t room = sizeof(secrets->list) / sizeof(secrets->list[0]) - 1;

    if (text && *text && secrets->count < room)
        secrets->list[secrets->count++] = text;
}

void cielo__secrets_collect(cielo__secrets *secrets, const cielo_value *body)
{
    const cielo_value *item;

    for (item = cielo_value_first(body); item; item = cielo_value_next(item)) {
        size_t length = 0;
        const char *name = cielo_value_name(item, &length);

        if (cielo_value_text(item, NULL) && name
            && cielo__field_kind(name, length) != CIELO_FIELD_OPEN)
            cielo__secrets_add(secrets, cielo_value_text(item, NULL));
        cielo__secrets_collect(secrets, item);
    }
}

size_t cielo_mask(const char *text, size_t length, char *out, size_t size)
{
    cielo__buf masked;
    size_t needed;

    cielo__buf_init(&masked, NULL, length + 64);
    cielo__mask_card(&masked, text, length);
    needed = masked.length;
    if (size > 0) {
        size_t fits = needed < size ? needed : size - 1;

        if (fits > 0)
            memcpy(out, cielo__buf_string(&masked), fits);
        out[fits] = '\0';
    }
    cielo__buf_clear(&masked);
    return needed;
}
