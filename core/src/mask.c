/* Trees and texts as errors and logs may show them. */
#include <string.h>

#include "call_internal.h"

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
