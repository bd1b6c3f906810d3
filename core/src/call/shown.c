/*
 * What people, logs and files may see of texts and trees: the one mask.
 *
 * Of a card number the first six and the last four digits stay and a star
 * stands for each of the others; what is hidden otherwise becomes three stars,
 * whatever its length. The map vouches for ids and amounts, which may have as
 * many digits as a card and stay readable.
 */
#include <string.h>

#include <cielo/shown.h>

#include "call.h"

enum {
    SECRET_SHORTEST = 3, /* that of a security code */
    SECRET_ANYWHERE = 4, /* shorter ones would blot out parts of words */
    FEW = 256,
    AMOUNT_DIGITS = 15,
    CARD_DIGITS = 13
};

#define STARS "***"

/* ---- what a text itself calls a secret ---- */

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The end of a JSON text whose first quote stands before `at`. */
static size_t text_end(const char *text, size_t length, size_t at)
{
    while (at < length && text[at] != '"')
        at += text[at] == '\\' && at + 1 < length ? 2 : 1;
    return at < length ? at : length;
}

static size_t skip_blanks(const char *text, size_t length, size_t at)
{
    while (at < length && is_blank(text[at]))
        at++;
    return at;
}

/* The end of an array or an object that begins at `at`, or of the text. */
static size_t bracket_end(const char *text, size_t length, size_t at)
{
    size_t depth = 0;

    for (; at < length; at++) {
        if (text[at] == '"')
            at = text_end(text, length, at + 1);
        else if (text[at] == '[' || text[at] == '{')
            depth++;
        else if ((text[at] == ']' || text[at] == '}') && --depth == 0)
            return at + 1;
    }
    return length;
}

/* Hides the value of a secret member at `at`, and gives its end. */
static size_t mark_value(const char *text, size_t length, size_t at,
                         const char *ends, unsigned char *marks)
{
    size_t end = at;

    if (at < length && text[at] == '"') {
        at++;
        end = text_end(text, length, at);
    } else if (at < length && (text[at] == '[' || text[at] == '{')) {
        end = bracket_end(text, length, at);
    } else {
        while (end < length && !strchr(ends, text[end]))
            end++;
    }
    memset(marks + at, CIELO__HIDE, end - at);
    return end;
}

/* "name": value, also where the JSON around it is cut or broken. */
static void mark_members(const char *text, size_t length, unsigned char *marks)
{
    size_t at = 0;

    while (at < length) {
        size_t start, end;

        if (text[at++] != '"')
            continue;
        start = at;
        end = text_end(text, length, start);
        at = skip_blanks(text, length, end < length ? end + 1 : end);
        if (at >= length || text[at] != ':')
            continue;
        at = skip_blanks(text, length, at + 1);
        if (cielo__field_kind(text + start, end - start) != CIELO_FIELD_OPEN)
            at = mark_value(text, length, at, ",}] \t\r\n", marks);
    }
}

static int is_name(char c)
{
    return cielo__is_alnum(c) || c == '_' || c == '-';
}

/* name=value, as in forms and queries. */
static void mark_form(const char *text, size_t length, unsigned char *marks)
{
    size_t at = 0, start = 0;

    for (; at < length; at++) {
        if (text[at] == '=' && at > start
            && cielo__field_kind(text + start, at - start) != CIELO_FIELD_OPEN)
            at = mark_value(text, length, at + 1, "&; \t\r\n'<>", marks);
        if (at < length && !is_name(text[at]))
            start = at + 1;
    }
}

/* A slash, as JSON may escape it; its bytes, 0 when there is none. */
static size_t slash_length(const char *text, size_t length, size_t at)
{
    if (at < length && text[at] == '/')
        return 1;
    return at + 1 < length && text[at] == '\\' && text[at + 1] == '/' ? 2 : 0;
}

/* Behind "/card/" at `at`, however many slashes there are; 0 when it is not. */
static size_t behind_card(const char *text, size_t length, size_t at)
{
    static const char card[] = "card";
    const size_t size = sizeof(card) - 1;
    size_t slash = slash_length(text, length, at);

    at += slash;
    if (slash == 0 || length - at < size
        || !cielo__same_case(text + at, card, size))
        return 0;
    at += size;
    slash = slash_length(text, length, at);
    if (slash == 0)
        return 0;
    for (; slash > 0; slash = slash_length(text, length, at))
        at += slash;
    return at;
}

/* What follows /card/ in an address stands for a card. */
static void mark_links(const char *text, size_t length, unsigned char *marks)
{
    size_t at, i;

    for (at = 0; at < length; at++) {
        i = behind_card(text, length, at);
        for (; i > 0 && i < length && !is_blank(text[i])
             && !strchr("/?#\"'<>\\", text[i]);
             i++)
            marks[i] = CIELO__HIDE;
    }
}

static int stands_alone(const char *text, size_t length, size_t at, size_t n)
{
    return (at == 0 || !cielo__is_alnum(text[at - 1]))
        && (at + n == length || !cielo__is_alnum(text[at + n]));
}

/* Every occurrence is hidden: secrets may overlap. */
static void mark_secrets(const char *text, size_t length,
                         const char *const *secrets, unsigned char *marks)
{
    for (; secrets && *secrets; secrets++) {
        size_t n = strlen(*secrets), at;

        for (at = 0; n >= SECRET_SHORTEST && at + n <= length; at++) {
            if (memcmp(text + at, *secrets, n) == 0
                && (n >= SECRET_ANYWHERE || stands_alone(text, length, at, n)))
                memset(marks + at, CIELO__HIDE, n);
        }
    }
}

/* ---- a text ---- */

/* What stands for the byte or character at `at`, and in `*taken` its size. */
static const char *shown_at(const char *text, size_t length, size_t at,
                            const unsigned char *marks, size_t *size,
                            size_t *taken)
{
    *taken = *size = 1;
    if (marks[at] == CIELO__STAR)
        return "*";
    if (marks[at] == CIELO__HIDE) {
        while (at + *taken < length && marks[at + *taken] == CIELO__HIDE)
            ++*taken;
        *size = sizeof(STARS) - 1;
        return STARS;
    }
    *taken = cielo__utf8(text + at, length - at);
    *size = *taken;
    if (*taken > 0 && text[at] != '\0')
        return text + at;
    *taken = *size = 1;
    return "?"; /* what is shown is for people and must be UTF-8 */
}

static void add_shown(cielo__buf *out, const char *text, size_t length,
                      const unsigned char *marks, size_t limit)
{
    size_t at, size, taken;

    for (at = 0; at < length; at += taken) {
        const char *shown = shown_at(text, length, at, marks, &size, &taken);

        if (size > limit || cielo__buf_add(out, shown, size) != CIELO_OK)
            return;
        limit -= size;
    }
}

static void mark_text(const char *text, size_t length, unsigned char *marks)
{
    cielo__cards_mark(text, length, marks);
    mark_members(text, length, marks);
    mark_form(text, length, marks);
    mark_links(text, length, marks);
}

static int show(cielo__buf *out, const char *text, size_t length,
                const char *const *secrets, size_t limit,
                void (*mark)(const char *, size_t, unsigned char *))
{
    unsigned char few[FEW], *marks = few;

    if (length > sizeof(few))
        marks = cielo__allocate(NULL, length);
    if (!marks)
        return CIELO_EMEMORY;
    memset(marks, CIELO__SHOW, length);
    if (mark)
        mark(text, length, marks);
    mark_secrets(text, length, secrets, marks);
    add_shown(out, text, length, marks, limit);
    if (marks != few)
        cielo__free(NULL, marks);
    return out->status;
}

int cielo__text_shown(cielo__buf *out, const char *text, size_t length,
                      const char *const *secrets, size_t limit)
{
    return show(out, text, length, secrets, limit, mark_text);
}

int cielo__secrets_hide(cielo__buf *out, const char *text, size_t length,
                        const char *const *secrets, size_t limit)
{
    return show(out, text, length, secrets, limit, NULL);
}

/* ---- a member ---- */

static const cielo_field *row_of(int object, const char *name, size_t length)
{
    const cielo_field *field = cielo_field_by_wire(object, name, length);

    return field ? field : cielo_field_by_name(object, name, length);
}

/* What the maps say of a member: the type of its row, or what its name makes it
 * where the object is not known to have it. */
static int type_of(int object, const char *name, size_t length)
{
    const cielo_field *field = row_of(object, name, length);

    if (field)
        return field->type;
    if (cielo__field_kind(name, length) != CIELO_FIELD_OPEN)
        return cielo__field_kind(name, length);
    return cielo__field_is_id(name, length) ? CIELO_FIELD_ID : CIELO_FIELD_OPEN;
}

/* Ids, and amounts of as many digits as one may have, are known to be no card
 * numbers. */
static int is_vouched(int type, size_t length)
{
    if (type == CIELO_FIELD_ID || type == CIELO_FIELD_ORDER_ID)
        return 1;
    return type == CIELO_FIELD_AMOUNT && length <= AMOUNT_DIGITS;
}

/* A card number shows its ends, all other secrets nothing. */
static int add_secret(cielo__buf *out, const char *text, size_t length,
                      int may_be_card)
{
    if (!may_be_card || !cielo__card_add(out, text, length))
        cielo__buf_text(out, STARS);
    return out->status;
}

static int add_member(cielo__buf *out, int type, const char *text,
                      size_t length)
{
    if (cielo__is_secret(type))
        return add_secret(out, text, length, type == CIELO_FIELD_CARD_NUMBER);
    if (is_vouched(type, length))
        return cielo__buf_add(out, text, length);
    return cielo__text_shown(out, text, length, NULL, SIZE_MAX);
}

/* Copies what was made to the caller's memory. */
static size_t hand_out(cielo__buf *shown, char *out, size_t size)
{
    size_t needed = shown->length;

    if (size > 0) {
        size_t fits = needed < size ? needed : size - 1;

        memcpy(out, cielo__buf_string(shown), fits);
        out[fits] = '\0';
    }
    cielo__buf_clear(shown);
    return needed;
}

static size_t show_member(int type, const char *text, size_t length, char *out,
                          size_t size)
{
    cielo__buf shown;

    cielo__buf_init(&shown, NULL, SIZE_MAX - 1);
    if (add_member(&shown, type, text, length) != CIELO_OK) {
        cielo__buf_reset(&shown);
        cielo__buf_text(&shown, STARS);
    }
    return hand_out(&shown, out, size);
}

size_t cielo_text_shown(int object, const char *name, size_t name_length,
                        const char *text, size_t length, char *out, size_t size)
{
    return show_member(type_of(object, name, name_length), text, length, out,
                       size);
}

/*
 * Of random ids without hyphens one in 125 has digits in a row that pass for a
 * card's number or a stripe, and who looks an order up needs all of it. So the
 * operation's parameter vouches for the form, as the map does for a member. A
 * letter among them is asked for since 32 decimal digits are two numbers more
 * often than an id. Free text has no such vouch: a card's number between
 * letters, a stripe, or a number that is filled up with F have the same form,
 * and who holds a card can write them.
 */
int cielo__is_id(const char *text, size_t length)
{
    size_t i = 0;

    while (i < length && (cielo__is_digit(text[i]) || text[i] == '-'))
        i++;
    return i < length
        && (cielo__is_guid(text, length) || cielo__is_bare_id(text, length));
}

size_t cielo_id_shown(const char *text, size_t length, char *out, size_t size)
{
    return show_member(cielo__is_id(text, length) ? CIELO_FIELD_ID
                                                  : CIELO_FIELD_OPEN,
                       text, length, out, size);
}

size_t cielo_mask(const char *text, size_t length, char *out, size_t size)
{
    cielo__buf shown;

    cielo__buf_init(&shown, NULL, length + sizeof(STARS));
    add_secret(&shown, text, length, 1);
    return hand_out(&shown, out, size);
}

/* ---- a tree ---- */

/* 1 for a number with fewer digits than a card has, whatever its value. */
static int is_short(const char *number, size_t length)
{
    size_t digits = 0, i;

    for (i = 0; i < length; i++)
        digits += cielo__is_digit(number[i]) != 0;
    return digits < CARD_DIGITS;
}

static cielo_value *shown_leaf(const cielo_value *value, int type)
{
    cielo_type kind = cielo_value_type(value);
    size_t length = 0;
    const char *text = cielo_value_text(value, &length);
    cielo_value *copy = NULL;
    cielo__buf out;

    if ((kind != CIELO_TEXT && kind != CIELO_NUMBER)
        || (kind == CIELO_NUMBER && !cielo__is_secret(type)
            && is_short(text, length)))
        return cielo_value_dup(value);
    cielo__buf_init(&out, NULL, SIZE_MAX - 1);
    if (add_member(&out, type, text, length) == CIELO_OK)
        copy = kind == CIELO_NUMBER && out.length == length
                && memcmp(cielo__buf_string(&out), text, length) == 0
            ? cielo_value_dup(value)
            : cielo_value_new_text(cielo__buf_string(&out), out.length);
    cielo__buf_clear(&out);
    return copy;
}

static cielo_value *shown_as(const cielo_value *value, int object, int type);

/* A name is the other side's text: it might be a card number. */
static int set_shown(cielo_value *to, const char *name, size_t length,
                     cielo_value *item)
{
    cielo__buf out;
    int status;

    cielo__buf_init(&out, NULL, SIZE_MAX - 1);
    status = cielo__text_shown(&out, name, length, NULL, SIZE_MAX);
    if (status == CIELO_OK) {
        /* Names that stay are as different as they were: nothing is looked for
         * among the members, of which there may be many. */
        int same = out.length == length
            && memcmp(cielo__buf_string(&out), name, length) == 0;

        status = same ? cielo__value_add(to, name, item)
                      : cielo_value_set_named(to, cielo__buf_string(&out),
                                              out.length, item);
        item = NULL; /* taken, whatever came of it */
    }
    cielo_value_free(item);
    cielo__buf_clear(&out);
    return status;
}

/* What stands inside a secret member is as secret, in whatever shape. */
static int add_item(cielo_value *to, const cielo_value *item, int object,
                    int type)
{
    size_t length = 0;
    const char *name = cielo_value_name(item, &length);
    const cielo_field *field = name ? row_of(object, name, length) : NULL;

    if (!name)
        return cielo_value_append(to, shown_as(item, object, type));
    if (!cielo__is_secret(type))
        type = type_of(object, name, length);
    object = field && field->child ? field->child : CIELO_OBJECT_ANY;
    return set_shown(to, name, length, shown_as(item, object, type));
}

static cielo_value *shown_as(const cielo_value *value, int object, int type)
{
    cielo_type kind = cielo_value_type(value);
    const cielo_value *item;
    cielo_value *out;

    if (kind != CIELO_OBJECT && kind != CIELO_ARRAY)
        return shown_leaf(value, type);
    out = kind == CIELO_OBJECT ? cielo_value_new_object()
                               : cielo_value_new_array();
    for (item = cielo_value_first(value); item && out;
         item = cielo_value_next(item)) {
        if (add_item(out, item, object, type) != CIELO_OK) {
            cielo_value_free(out);
            out = NULL;
        }
    }
    return out;
}

cielo_value *cielo_value_shown(const cielo_value *value, int object)
{
    return value ? shown_as(value, object, CIELO_FIELD_OPEN) : NULL;
}

/* ---- the secrets of one call ---- */

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
