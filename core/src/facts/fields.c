/* Look-ups in the field map: names of any spelling to rows. */
#include <string.h>

#include <cielo/datetime.h>

#include "facts.h"

typedef struct row {
    cielo_field field;
    unsigned short wire_length;
    unsigned short host_length;
} row;

static const row rows[] = {
#define CIELO_X(object, wire, host, type, size, use, child)        \
    {{wire, host, CIELO_OBJECT_##object, CIELO_FIELD_##type, size, \
      CIELO_USE_##use, CIELO_OBJECT_##child},                      \
     sizeof(wire) - 1,                                             \
     sizeof(host) - 1},
    CIELO_FIELD_MAP(CIELO_X)
#undef CIELO_X
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static const char *const objects[] = {
#define CIELO_X(name, text) text,
    CIELO_OBJECT_MAP(CIELO_X)
#undef CIELO_X
};

const cielo_field *cielo_field_at(size_t index)
{
    return index < ROWS ? &rows[index].field : NULL;
}

const char *cielo_object_name(int object)
{
    return object >= 0 && object < CIELO_OBJECT_COUNT ? objects[object] : NULL;
}

/* Rows stand in the order of the objects. */
size_t cielo__field_first(int object)
{
    size_t low = 0;
    size_t high = ROWS;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (rows[middle].field.object < object)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const cielo_field *cielo_field_by_wire(int object, const char *name,
                                       size_t length)
{
    size_t i;

    for (i = cielo__field_first(object);
         i < ROWS && rows[i].field.object == object; i++) {
        if (rows[i].wire_length == length
            && cielo__same_case(rows[i].field.wire, name, length))
            return &rows[i].field;
    }
    return NULL;
}

int cielo__same_name(const char *a, const char *b, size_t b_length)
{
    const char *end = b + b_length;

    for (;;) {
        while (*a == '_')
            a++;
        while (b < end && *b == '_')
            b++;
        if (*a == '\0' || b == end)
            return *a == '\0' && b == end;
        if (cielo__lower(*a++) != cielo__lower(*b++))
            return 0;
    }
}

/* The characters of a name but for '_', and the first of them. */
static size_t bare_length(const char *name, size_t length, char *first)
{
    size_t count = 0;
    size_t i;

    *first = '\0';
    for (i = 0; i < length; i++) {
        if (name[i] == '_')
            continue;
        if (count++ == 0)
            *first = cielo__lower(name[i]);
    }
    return count;
}

/* A host name is its wire name but for case and '_' (a test holds it), so one
 * comparison answers for both. Most rows fall to the look at their length and
 * first letter. */
static size_t find_any_spelling(int object, size_t first, const char *name,
                                size_t length)
{
    char letter;
    size_t least = bare_length(name, length, &letter);
    size_t i;

    for (i = first; i < ROWS && rows[i].field.object == object; i++) {
        const row *at = &rows[i];

        if (at->wire_length >= least
            && cielo__lower(at->field.wire[0]) == letter
            && at->field.use != CIELO_USE_ALIAS
            && cielo__same_name(at->field.wire, name, length))
            return i;
    }
    return CIELO__NO_FIELD;
}

/* 1 for one of the two names that a row has, as they are written. */
static inline int is_called(const row *at, const char *name, size_t length)
{
    return ((at->wire_length == length
             && cielo__same_bytes(at->field.wire, name, length))
            || (at->host_length == length
                && cielo__same_bytes(at->field.host, name, length)))
        && at->field.use != CIELO_USE_ALIAS;
}

size_t cielo__field_among(int object, size_t first, size_t guess,
                          const char *name, size_t length)
{
    size_t i;

    if (guess < ROWS && rows[guess].field.object == object
        && is_called(&rows[guess], name, length))
        return guess;
    for (i = first; i < ROWS && rows[i].field.object == object; i++) {
        if (is_called(&rows[i], name, length))
            return i;
    }
    return find_any_spelling(object, first, name, length);
}

/* The few rows of what users must give. */
#define KEEP_REQUIRED(...) {__VA_ARGS__},
#define KEEP_OPTIONAL(...)
#define KEEP_ANSWER(...)
#define KEEP_ALIAS(...)
static const cielo_field required[] = {
#define CIELO_X(object, wire, host, type, size, use, child)                 \
    KEEP_##use(wire, host, CIELO_OBJECT_##object, CIELO_FIELD_##type, size, \
               CIELO_USE_##use, CIELO_OBJECT_##child)
    CIELO_FIELD_MAP(CIELO_X)
#undef CIELO_X
};

const cielo_field *cielo__field_required(int object, size_t index)
{
    size_t i = 0;

    while (i < sizeof(required) / sizeof(required[0])
           && required[i].object < object)
        i++;
    i += index;
    return i < sizeof(required) / sizeof(required[0])
            && required[i].object == object
        ? &required[i]
        : NULL;
}

size_t cielo__field_wire_length(const cielo_field *field)
{
    return ((const row *)(const void *)field)->wire_length;
}

const cielo_field *cielo_field_by_name(int object, const char *name,
                                       size_t length)
{
    size_t first = cielo__field_first(object);

    return cielo_field_at(
        cielo__field_among(object, first, first, name, length));
}

/* X(name, TYPE): how programs and services outside Cielo's documents call what
 * nobody may see, "_", "-" and case ignored; a longer name that ends so counts
 * too. */
#define SECRET_NAME_MAP(X)                   \
    X("card_number", CARD_NUMBER)            \
    X("primary_account_number", CARD_NUMBER) \
    X("numero_cartao", CARD_NUMBER)          \
    X("numero_do_cartao", CARD_NUMBER)       \
    X("security_code", SECURITY_CODE)        \
    X("card_code", SECURITY_CODE)            \
    X("cvv", SECURITY_CODE)                  \
    X("cvv2", SECURITY_CODE)                 \
    X("cvc", SECURITY_CODE)                  \
    X("cvn", SECURITY_CODE)                  \
    X("verification_value", SECURITY_CODE)   \
    X("cvc2", SECURITY_CODE)                 \
    X("codigo_seguranca", SECURITY_CODE)     \
    X("codigo_de_seguranca", SECURITY_CODE)  \
    X("token", TOKEN)                        \
    X("secret", TOKEN)                       \
    X("password", TOKEN)                     \
    X("pwd", TOKEN)                          \
    X("passwd", TOKEN)                       \
    X("senha", TOKEN)                        \
    X("merchant_key", TOKEN)                 \
    X("api_key", TOKEN)                      \
    X("access_key", TOKEN)                   \
    X("secret_key", TOKEN)                   \
    X("private_key", TOKEN)                  \
    X("authorization", TOKEN)

static const struct secret_name {
    const char *name;
    int type;
} secret_names[] = {
#define X(name, type) {name, CIELO_FIELD_##type},
    SECRET_NAME_MAP(X)
#undef X
};

static int is_filler(char c)
{
    return c == '_' || c == '-';
}

/* 1 when `name` ends in `ending`. */
static int ends_so(const char *name, size_t length, const char *ending)
{
    size_t left = strlen(ending);

    while (left > 0) {
        if (is_filler(ending[left - 1])) {
            left--;
        } else if (length == 0) {
            return 0;
        } else if (is_filler(name[length - 1])) {
            length--;
        } else if (cielo__lower(name[--length]) != ending[--left]) {
            return 0;
        }
    }
    return 1;
}

int cielo__field_kind(const char *name, size_t length)
{
    size_t i;

    for (i = 0; i < ROWS; i++) {
        const cielo_field *field = &rows[i].field;

        if (cielo__is_secret(field->type)
            && cielo__same_name(field->wire, name, length))
            return field->type;
    }
    if (length == 3 && cielo__same_case(name, "pan", 3))
        return CIELO_FIELD_CARD_NUMBER; /* the end of many a word */
    for (i = 0; i < sizeof(secret_names) / sizeof(secret_names[0]); i++) {
        if (ends_so(name, length, secret_names[i].name))
            return secret_names[i].type;
    }
    return CIELO_FIELD_OPEN;
}

int cielo__field_is_id(const char *name, size_t length)
{
    int is_id = 0;
    size_t i;

    for (i = 0; i < ROWS; i++) {
        const cielo_field *field = &rows[i].field;

        if (!cielo__same_name(field->wire, name, length))
            continue;
        if (field->type == CIELO_FIELD_ID
            || field->type == CIELO_FIELD_ORDER_ID)
            is_id = 1;
        else if (field->type != CIELO_FIELD_VARIANT)
            return 0;
    }
    return is_id;
}

int cielo_field_is_given(const cielo_field *field)
{
    return field->use == CIELO_USE_REQUIRED || field->use == CIELO_USE_OPTIONAL;
}

int cielo__field_is_known(const char *name, size_t length)
{
    size_t i;

    for (i = 0; i < ROWS; i++) {
        if (cielo__same_name(rows[i].field.wire, name, length))
            return 1;
    }
    return 0;
}

static const struct member_policy {
    int object;
    const char *wire;
    int policy;
} member_policies[] = {
#define CIELO_X(object, wire, policy, code) \
    {CIELO_OBJECT_##object, wire, CIELO_POLICY_##policy},
    CIELO_MEMBER_POLICY_MAP(CIELO_X)
#undef CIELO_X
};

static const int type_policies[] = {
#define CIELO_X(name, text, policy, takes) CIELO_POLICY_##policy,
    CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
};

int cielo__field_policy(const cielo_field *field)
{
    size_t i;

    if (field->object == CIELO_OBJECT_NONE)
        return CIELO_POLICY_REFUSE;
    for (i = 0; i < sizeof(member_policies) / sizeof(member_policies[0]); i++) {
        const struct member_policy *at = &member_policies[i];

        if (at->object == field->object && strcmp(at->wire, field->wire) == 0)
            return at->policy;
    }
    return type_policies[field->type];
}

const char *cielo_field_takes(const cielo_field *field)
{
    static const char *const takes_of[] = {
#define CIELO_X(name, text, policy, takes) takes,
        CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
    };

    return takes_of[field->type];
}

/* Digits that every host's integers hold, zeros in front among them. */
static int read_digits(const char *text, size_t length, int64_t *number)
{
    int64_t value = 0;
    size_t i;

    for (i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++)
        value = value * 10 + (text[i] - '0');
    if (length == 0 || i < length)
        return 0;
    *number = value;
    return 1;
}

cielo_type cielo_field_reads(int type, const char *text, size_t length,
                             int64_t *number)
{
    enum { MOST_DIGITS = 15 };
    static const char never[] = CIELO_NEVER;

    if (length == sizeof(never) - 1 && memcmp(text, never, length) == 0)
        return CIELO_NULL;
    if (type == CIELO_FIELD_BOOL) {
        int yes = length == 4 && cielo__same_case(text, "true", 4);

        if (yes || (length == 5 && cielo__same_case(text, "false", 5))) {
            *number = yes;
            return CIELO_BOOL;
        }
    }
    if ((type == CIELO_FIELD_NUMBER || type == CIELO_FIELD_AMOUNT)
        && length <= MOST_DIGITS && read_digits(text, length, number))
        return CIELO_NUMBER;
    return CIELO_TEXT;
}

/* No status, count or reason is longer; a double holds it. */
#define MOST_WHOLE 1e9

static int read_amount(const cielo_value *amount, int64_t *out)
{
    size_t length;
    const char *text;

    *out = -1;
    if (cielo_value_type(amount) != CIELO_TEXT)
        return cielo_value_integer(amount, out);
    text = cielo_value_text(amount, &length);
    return cielo_field_reads(CIELO_FIELD_AMOUNT, text, length, out)
        == CIELO_NUMBER;
}

int cielo__amount(const cielo_value *tree, const char *path, int64_t *out)
{
    return read_amount(cielo__member(tree, path), out);
}

int cielo__number(const cielo_value *tree, const char *path, int64_t *out)
{
    const cielo_value *member = cielo__member(tree, path);
    double number;

    if (read_amount(member, out))
        return 1;
    if (cielo_value_type(member) != CIELO_NUMBER
        || cielo_value_is_integer(member))
        return 0;
    number = cielo_value_real(member);
    if (number < -MOST_WHOLE || number > MOST_WHOLE
        || number != (double)(int64_t)number)
        return 0;
    *out = (int64_t)number;
    return 1;
}

int cielo__flag(const cielo_value *member)
{
    size_t length = 0;
    const char *text = cielo_value_text(member, &length);
    int64_t flag;

    if (cielo_value_type(member) == CIELO_BOOL)
        return cielo_value_bool(member) != 0;
    return cielo_value_type(member) == CIELO_TEXT
            && cielo_field_reads(CIELO_FIELD_BOOL, text, length, &flag)
                == CIELO_BOOL
        ? flag != 0
        : -1;
}

int cielo__is_secret(int type)
{
    return type == CIELO_FIELD_CARD_NUMBER || type == CIELO_FIELD_SECURITY_CODE
        || type == CIELO_FIELD_TOKEN || type == CIELO_FIELD_CIPHER;
}

static int is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static int is_lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* A word starts at a capital after a small letter, and at the last capital of
 * a run that a small letter follows. */
static int starts_word(const char *name, size_t length, size_t i)
{
    if (i == 0 || !is_upper(name[i]))
        return 0;
    if (is_lower_or_digit(name[i - 1]))
        return 1;
    return is_upper(name[i - 1]) && i + 1 < length && name[i + 1] >= 'a'
        && name[i + 1] <= 'z';
}

static size_t put_char(char *out, size_t size, size_t at, char c)
{
    if (at + 1 < size)
        out[at] = c;
    return at + 1;
}

static size_t split_name(const char *name, size_t length, char *out,
                         size_t size)
{
    size_t at = 0;
    size_t i;

    for (i = 0; i < length; i++) {
        if (starts_word(name, length, i))
            at = put_char(out, size, at, '_');
        at = put_char(out, size, at, cielo__lower(name[i]));
    }
    return at;
}

size_t cielo_host_name(int object, const char *name, size_t length, char *out,
                       size_t size)
{
    const cielo_field *field = cielo_field_by_wire(object, name, length);
    size_t at;

    if (field) {
        const char *c;

        at = 0;
        for (c = field->host; *c; c++)
            at = put_char(out, size, at, *c);
    } else {
        at = split_name(name, length, out, size);
    }
    if (size > 0)
        out[at < size ? at : size - 1] = '\0';
    return at;
}
