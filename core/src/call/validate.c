/*
 * What the user gave, held against the maps: names to wire names, types to the
 * wire's, and every problem, not the first. What only Cielo knows is left to
 * Cielo.
 */
#include <stdio.h>
#include <string.h>

#include "call.h"

/* The rules a problem can name. */
#define RULE_REQUIRED "required"
#define RULE_TYPE "type"
#define RULE_SIZE "size"
#define RULE_FORMAT "format"
#define RULE_RANGE "range"
#define RULE_CHOICE "choice"
#define RULE_UNKNOWN "unknown_name"
#define RULE_TWICE "given_twice"
#define RULE_CONFLICT "conflict"
#define RULE_JSON "json"

enum { PATH_LIMIT = 1024, NAME_LIMIT = 64 };

typedef struct check {
    cielo__input *input; /* problems and warnings go there */
    int rules;           /* 0: only what cannot be sent is a problem */
    int ignore_required;
    int status; /* sticky CIELO_EMEMORY */
    cielo__buf path;
} check;

static cielo_value *copy_object(check *c, int object, const cielo_value *in,
                                int depth);

/* ---- problems and warnings ---- */

/* Adds what is to say of the member `name`, or of where the check stands. */
static void add_note(check *c, cielo_value *notes, const char *name,
                     const char *rule, const char *message)
{
    cielo__buf path;

    cielo__buf_init(&path, NULL, PATH_LIMIT * 2);
    /* A member's name is the user's text: it might be a card number. */
    cielo__text_shown(&path, cielo__buf_string(&c->path), c->path.length, NULL,
                      PATH_LIMIT);
    if (name && path.length > 0)
        cielo__buf_char(&path, '.');
    if (name)
        cielo__buf_text(&path, name);
    if (cielo__problem_add(notes, cielo__buf_string(&path), rule, message)
        != CIELO_OK)
        c->status = CIELO_EMEMORY;
    cielo__buf_clear(&path);
}

static void add_problem(check *c, const char *name, const char *rule,
                        const char *message)
{
    add_note(c, c->input->problems, name, rule, message);
}

/* A problem only where rules are checked. */
static void add_breach(check *c, const char *rule, const char *message)
{
    if (c->rules)
        add_problem(c, NULL, rule, message);
}

/* What Cielo may take otherwise than was meant: sent as it is, and told. */
static void warn(check *c, const char *name, const char *rule,
                 const char *message)
{
    if (!c->rules)
        return;
    if (!c->input->warnings)
        c->input->warnings = cielo_value_new_array();
    add_note(c, c->input->warnings, name, rule, message);
}

static size_t enter(check *c, const char *name, size_t length)
{
    size_t before = c->path.length;
    size_t shown = length < NAME_LIMIT ? length : NAME_LIMIT;

    /* Cut on a character, not on one of its later bytes. */
    while (shown < length && shown > 0
           && ((unsigned char)name[shown] & 0xC0) == 0x80)
        shown--;
    if (before > 0)
        cielo__buf_char(&c->path, '.');
    cielo__buf_add(&c->path, name, shown);
    return before;
}

static void enter_index(check *c, size_t index)
{
    cielo__buf_char(&c->path, '[');
    cielo__buf_integer(&c->path, (int64_t)index);
    cielo__buf_char(&c->path, ']');
}

static void leave(check *c, size_t before)
{
    c->path.length = before;
    c->path.status = CIELO_OK; /* what did not fit is left behind */
    if (c->path.data)
        c->path.data[before] = '\0';
}

static cielo_value *keep(check *c, cielo_value *value)
{
    if (!value)
        c->status = CIELO_EMEMORY;
    return value;
}

/* ---- texts ---- */

static size_t count_characters(const char *text, size_t length)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

static int all_digits(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
    }
    return length > 0;
}

static int all_alphanumeric(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        char l = cielo__lower(text[i]);

        if (!(l >= 'a' && l <= 'z') && !(l >= '0' && l <= '9'))
            return 0;
    }
    return length > 0;
}

static int is_guid(const char *text, size_t length)
{
    size_t i;

    if (length != 36)
        return 0;
    for (i = 0; i < length; i++) {
        char l = cielo__lower(text[i]);
        int dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? l != '-'
                 : !((l >= '0' && l <= '9') || (l >= 'a' && l <= 'f')))
            return 0;
    }
    return 1;
}

static int is_expiration(const char *text, size_t length)
{
    return length == 7 && all_digits(text, 2) && text[2] == '/'
        && all_digits(text + 3, 4)
        && (text[0] == '0' ? text[1] != '0' : text[0] == '1' && text[1] < '3');
}

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

static int is_choice_of(const choice *row, const cielo_field *field)
{
    /* Cards have the same brands and uses wherever they stand. */
    int object = field->object;

    if (strcmp(field->wire, "Brand") == 0)
        object = CIELO_OBJECT_CARD;
    return row->object == object && strcmp(row->wire, field->wire) == 0;
}

/* "MasterCard" for "Master": a longer spelling of a word that is long enough
 * not to begin others by chance. */
static int begins_with(const char *given, size_t length, const char *word)
{
    size_t n = strlen(word);

    return n >= 6 && length > n && cielo__same_case(given, word, n);
}

/* The documented word that `text` is but for case; NULL when it is none, and
 * then `slip` is what it may be a slip of. */
static const char *find_choice(const cielo_field *field, const char *text,
                               size_t length, const char **slip)
{
    size_t i;

    *slip = NULL;
    for (i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        const char *word = choices[i].word;

        if (!is_choice_of(&choices[i], field))
            continue;
        if (strlen(word) == length && cielo__same_case(word, text, length))
            return word;
        if (!*slip
            && (is_near(text, length, word) || begins_with(text, length, word)))
            *slip = word;
    }
    return NULL;
}

/* ---- values by type ---- */

static const char *require_text(check *c, const cielo_value *in, size_t *length,
                                const char *message)
{
    if (cielo_value_type(in) == CIELO_TEXT)
        return cielo_value_text(in, length);
    add_breach(c, RULE_TYPE, message);
    return NULL;
}

static void check_size(check *c, const cielo_field *field, const char *text,
                       size_t length)
{
    char message[96];

    if (field->size == 0
        || count_characters(text, length) <= (size_t)field->size)
        return;
    snprintf(message, sizeof(message), "has %lu characters; at most %d fit",
             (unsigned long)count_characters(text, length), field->size);
    add_breach(c, RULE_SIZE, message);
}

/* Cielo documents 13 characters and "no special" ones, and prints samples with
 * 17 and with underscores: what becomes of those is Cielo's to decide
 * [descriptor-signs]. */
static void check_descriptor(check *c, const cielo_field *field,
                             const char *text, size_t length)
{
    char message[120];
    size_t i;

    if (count_characters(text, length) > (size_t)field->size) {
        snprintf(message, sizeof(message),
                 "has %lu characters; Cielo documents at most %d, and may cut "
                 "or refuse it",
                 (unsigned long)count_characters(text, length), field->size);
        warn(c, NULL, RULE_SIZE, message);
    }
    for (i = 0; i < length; i++) {
        if (text[i] != ' ' && !all_alphanumeric(text + i, 1)) {
            warn(c, NULL, RULE_FORMAT,
                 "has other characters than a-z, A-Z, 0-9 and spaces; Cielo "
                 "may change or refuse it");
            return;
        }
    }
}

static void check_text(check *c, const cielo_field *field,
                       const cielo_value *in)
{
    size_t length;
    const char *text = require_text(c, in, &length, "must be text");

    if (!text)
        return;
    if (field->type == CIELO_FIELD_TEXT || field->type == CIELO_FIELD_ID)
        check_size(c, field, text, length);
    else if (field->type == CIELO_FIELD_DESCRIPTOR)
        check_descriptor(c, field, text, length);
    else if (field->type == CIELO_FIELD_ORDER_ID
             && !all_alphanumeric(text, length))
        add_breach(c, RULE_FORMAT, "may hold only a-z, A-Z and 0-9");
    else if (field->type == CIELO_FIELD_ORDER_ID)
        check_size(c, field, text, length);
    else if ((field->type == CIELO_FIELD_GUID
              || field->type == CIELO_FIELD_TOKEN)
             && !is_guid(text, length))
        add_breach(c, RULE_FORMAT,
                   "must be a GUID: 8-4-4-4-12 hexadecimal digits");
}

/* Formats that hold digits only and, being secrets, are never quoted. */
static void check_digits(check *c, const cielo_field *field,
                         const cielo_value *in)
{
    int card = field->type == CIELO_FIELD_CARD_NUMBER;
    size_t length;
    const char *text = require_text(
        c, in, &length,
        card ? "must be text: a number loses digits and leading zeros"
             : "must be text: a number loses leading zeros");

    if (!text)
        return;
    if (!all_digits(text, length))
        add_breach(c, RULE_FORMAT, "must hold digits only");
    else if (card && (length < 13 || length > 19))
        add_breach(c, RULE_SIZE, "must have 13 to 19 digits");
    else if (!card && (length < 3 || length > 4))
        add_breach(c, RULE_SIZE, "must have 3 or 4 digits");
}

static void check_date(check *c, const cielo_field *field,
                       const cielo_value *in)
{
    size_t length;
    const char *text = require_text(c, in, &length, "must be text");

    if (!text)
        return;
    if (field->type == CIELO_FIELD_EXPIRATION) {
        if (!is_expiration(text, length))
            add_breach(c, RULE_FORMAT, "must be MM/YYYY");
    } else if (length != 10 || !cielo__calendar_day(text, length)) {
        add_breach(c, RULE_FORMAT,
                   "must be a date of the calendar, YYYY-MM-DD");
    }
}

/* Integers come as numbers or, in Cielo's samples, as text [text-numbers]. */
static cielo_value *copy_integer(check *c, const cielo_field *field,
                                 const cielo_value *in)
{
    int amount = field->type == CIELO_FIELD_AMOUNT;
    size_t length = 0;
    const char *text = cielo_value_text(in, &length);
    size_t size = (size_t)field->size;
    char message[96];

    if (cielo_value_type(in) == CIELO_NUMBER && !cielo_value_is_integer(in)) {
        add_breach(c, RULE_TYPE,
                   amount ? "must be an integer: an amount is in cents"
                          : "must be an integer");
    } else if (!text
               || (cielo_value_type(in) == CIELO_TEXT
                   && !all_digits(text, length))) {
        add_breach(c, RULE_TYPE,
                   amount ? "must be an integer number of cents"
                          : "must be an integer");
    } else if (text[0] == '-') {
        add_breach(c, RULE_RANGE, "must not be negative");
    } else if (size > 0 && length > size) {
        snprintf(message, sizeof(message), "has more than %d digits",
                 field->size);
        add_breach(c, RULE_SIZE, message);
    } else if (cielo_value_type(in) == CIELO_TEXT) {
        while (length > 1 && *text == '0') {
            text++;
            length--;
        }
        return cielo_value_new_number(text, length);
    }
    return cielo_value_dup(in);
}

/* An amount in the address is never left to Cielo: one that is no number would
 * drop out of it, and no amount stands for the whole. */
static cielo_value *copy_amount(check *c, int size, const cielo_value *in)
{
    const cielo_field amount = {"", "", 0, CIELO_FIELD_AMOUNT, size, 0, 0};
    int rules = c->rules;
    cielo_value *out;

    c->rules = 1;
    out = copy_integer(c, &amount, in);
    c->rules = rules;
    return out;
}

static cielo_value *copy_bool(check *c, const cielo_value *in)
{
    size_t length = 0;
    const char *text = cielo_value_text(in, &length);
    int64_t flag;

    if (cielo_value_type(in) == CIELO_TEXT
        && cielo_field_reads(CIELO_FIELD_BOOL, text, length, &flag)
            == CIELO_BOOL)
        return cielo_value_new_bool(flag != 0);
    if (cielo_value_type(in) != CIELO_BOOL)
        add_breach(c, RULE_TYPE, "must be true or false");
    return cielo_value_dup(in);
}

static cielo_value *copy_interval(check *c, const cielo_value *in,
                                  int as_number)
{
    int64_t months = 0;
    const char *name;

    if (cielo_value_type(in) == CIELO_TEXT)
        months = cielo__interval_months(cielo_value_text(in, NULL));
    else
        cielo_value_integer(in, &months);
    name = cielo__interval_name(months);
    if (name)
        return as_number ? cielo_value_new_integer(months)
                         : cielo_value_new_text(name, strlen(name));
    add_breach(c, RULE_CHOICE,
#define X(name, months) " " name " (" #months "),"
               "must be" CIELO__INTERVAL_MAP(X) " as a name or its months");
#undef X
    return cielo_value_dup(in);
}

/* What JSON cannot say is a problem wherever it stands. */
static void scan_open(check *c, const cielo_value *in, int depth)
{
    const cielo_value *item;
    size_t before = c->path.length;
    size_t index = 0;

    if (cielo_value_type(in) == CIELO_INVALID)
        add_problem(c, NULL, RULE_JSON, cielo_value_text(in, NULL));
    if (depth >= CIELO_VALUE_DEPTH) {
        add_problem(c, NULL, RULE_JSON, "is nested too deeply");
        return;
    }
    for (item = cielo_value_first(in); item; item = cielo_value_next(item)) {
        size_t length;
        const char *name = cielo_value_name(item, &length);

        if (name)
            enter(c, name, length);
        else
            enter_index(c, index++);
        scan_open(c, item, depth + 1);
        leave(c, before);
    }
}

/* What no rule looks into is sent as it is. */
static cielo_value *copy_open(check *c, const cielo_value *in)
{
    scan_open(c, in, 0);
    return cielo_value_dup(in);
}

static cielo_value *copy_choice(check *c, const cielo_field *field,
                                const cielo_value *in)
{
    size_t length;
    const char *text = require_text(c, in, &length, "must be text");
    const char *slip, *word;
    char message[160];

    if (!text || !c->rules)
        return copy_open(c, in);
    word = find_choice(field, text, length, &slip);
    if (word)
        return cielo_value_new_text(word, length);
    if (slip) {
        snprintf(message, sizeof(message),
                 "is nearly a known word: did you mean \"%s\"?", slip);
        add_breach(c, RULE_CHOICE, message);
    }
    return cielo_value_dup(in);
}

static cielo_value *copy_list(check *c, const cielo_field *field,
                              const cielo_value *in, int depth)
{
    cielo_value *out = keep(c, cielo_value_new_array());
    const cielo_value *item;
    size_t index = 0;

    for (item = cielo_value_first(in); item && out;
         item = cielo_value_next(item)) {
        size_t before = c->path.length;

        enter_index(c, index++);
        if (cielo_value_type(item) != CIELO_OBJECT)
            add_breach(c, RULE_TYPE, "must be an object");
        if (cielo_value_append(out,
                               copy_object(c, field->child, item, depth + 1))
            != CIELO_OK)
            c->status = CIELO_EMEMORY;
        leave(c, before);
    }
    return out;
}

static cielo_value *copy_field(check *c, const cielo_field *field,
                               const cielo_value *in, int depth)
{
    cielo_type type = cielo_value_type(in);

    if (type == CIELO_INVALID || field->use == CIELO_USE_ANSWER)
        return copy_open(c, in);
    switch (field->type) {
    case CIELO_FIELD_NUMBER:
    case CIELO_FIELD_AMOUNT:
        return copy_integer(c, field, in);
    case CIELO_FIELD_BOOL:
        return copy_bool(c, in);
    case CIELO_FIELD_CHOICE:
        return copy_choice(c, field, in);
    case CIELO_FIELD_INTERVAL:
    case CIELO_FIELD_INTERVAL_NUMBER:
        return copy_interval(c, in, field->type == CIELO_FIELD_INTERVAL_NUMBER);
    case CIELO_FIELD_OBJECT:
        if (type != CIELO_OBJECT)
            add_breach(c, RULE_TYPE, "must be an object");
        return copy_object(c, field->child, in, depth + 1);
    case CIELO_FIELD_LIST:
        if (type != CIELO_ARRAY)
            add_breach(c, RULE_TYPE, "must be a list");
        return type == CIELO_ARRAY ? copy_list(c, field, in, depth)
                                   : copy_open(c, in);
    case CIELO_FIELD_CARD_NUMBER:
    case CIELO_FIELD_SECURITY_CODE:
        check_digits(c, field, in);
        break;
    case CIELO_FIELD_DATE:
    case CIELO_FIELD_EXPIRATION:
        check_date(c, field, in);
        break;
    case CIELO_FIELD_VARIANT:
        if (type == CIELO_OBJECT || type == CIELO_ARRAY)
            add_breach(c, RULE_TYPE, "must be text or a number");
        break;
    case CIELO_FIELD_OPEN:
    case CIELO_FIELD_EITHER:
        break;
    default:
        check_text(c, field, in);
        break;
    }
    return copy_open(c, in);
}

/* ---- objects ---- */

static void check_unknown(check *c, int object, const char *name, size_t length)
{
    const cielo_field *field;
    char message[160];
    size_t i;

    for (i = cielo__field_first(object);
         (field = cielo_field_at(i)) != NULL && field->object == object; i++) {
        if ((field->use != CIELO_USE_REQUIRED
             && field->use != CIELO_USE_OPTIONAL)
            || !is_near(name, length, field->wire))
            continue;
        snprintf(message, sizeof(message),
                 "is not a member here: did you mean \"%s\"?", field->host);
        add_breach(c, RULE_UNKNOWN, message);
        return;
    }
}

static void copy_known(check *c, const cielo_field *field, cielo_value *out,
                       const cielo_value *in, int depth)
{
    size_t before = enter(c, field->host, strlen(field->host));

    /* null stands for "not given": members without value are left out. */
    if (cielo_value_type(in) != CIELO_NULL
        && cielo__value_add(out, field->wire,
                            keep(c, copy_field(c, field, in, depth)))
            != CIELO_OK)
        c->status = CIELO_EMEMORY;
    leave(c, before);
}

/* Which of two spellings was meant is anyone's guess: neither is looked into,
 * and a null stands in so that the member is not missed as well. */
static void refuse_twins(check *c, const cielo_field *field, cielo_value *out)
{
    size_t before = enter(c, field->host, strlen(field->host));

    add_problem(c, NULL, RULE_TWICE, "is given twice, in two spellings");
    if (cielo__value_add(out, field->wire, keep(c, cielo_value_new_null()))
        != CIELO_OK)
        c->status = CIELO_EMEMORY;
    leave(c, before);
}

static void copy_unknown(check *c, int object, cielo_value *out,
                         const cielo_value *in)
{
    size_t length;
    const char *name = cielo_value_name(in, &length);
    size_t before = enter(c, name, length);

    if (object != CIELO_OBJECT_ANY)
        check_unknown(c, object, name, length);
    if (cielo_value_set_named(out, name, length, keep(c, copy_open(c, in)))
        != CIELO_OK)
        c->status = CIELO_EMEMORY;
    leave(c, before);
}

/* A member and its row of the map, CIELO__NO_FIELD if that does not know it. */
typedef struct place {
    size_t row;
    const cielo_value *member;
} place;

/* By row, and as given where that is the same. What a program puts down in the
 * map's order, or nearly, is moved little. */
static void sort_places(place *places, int object, const cielo_value *in)
{
    const cielo_value *member;
    size_t count = 0;

    for (member = cielo_value_first(in); member;
         member = cielo_value_next(member)) {
        size_t length, at;
        const char *name = cielo_value_name(member, &length);
        size_t row = cielo__field_index(object, name, length);

        for (at = count++; at > 0 && places[at - 1].row > row; at--)
            places[at] = places[at - 1];
        places[at].row = row;
        places[at].member = member;
    }
}

/* How many members from `first` on stand for the same row. */
static size_t spellings(const place *first, const place *end)
{
    const place *at = first + 1;

    while (first->row != CIELO__NO_FIELD && at < end && at->row == first->row)
        at++;
    return (size_t)(at - first);
}

/* Known members in the map's order, so that every host sends the same bytes
 * and is told the same problems; the rest after them, as given. */
static void copy_members(check *c, int object, cielo_value *out,
                         const cielo_value *in, int depth)
{
    enum { FEW = 16 };
    size_t count = cielo_value_size(in);
    place few[FEW];
    place *places = few, *at;

    if (count > FEW)
        places = cielo__allocate(NULL, count * sizeof(*places));
    if (!places) {
        c->status = CIELO_EMEMORY;
        return;
    }
    sort_places(places, object, in);
    for (at = places; at < places + count;) {
        const cielo_field *field = cielo_field_at(at->row);
        size_t same = spellings(at, places + count);

        if (!field)
            copy_unknown(c, object, out, at->member);
        else if (same == 1)
            copy_known(c, field, out, at->member, depth);
        else
            refuse_twins(c, field, out);
        at += same;
    }
    if (places != few)
        cielo__free(NULL, places);
}

static int is_left_out(const cielo_field *field, const cielo_value *out)
{
    return field->object == CIELO_OBJECT_PAYMENT
        && strcmp(field->wire, "Amount") == 0 && cielo__is_consent(out);
}

static void check_required(check *c, int object, const cielo_value *out)
{
    const cielo_field *field;
    size_t i;

    if (!c->rules || c->ignore_required)
        return;
    for (i = cielo__field_first(object);
         (field = cielo_field_at(i)) != NULL && field->object == object; i++) {
        if (field->use == CIELO_USE_REQUIRED
            && !cielo_value_get(out, field->wire) && !is_left_out(field, out))
            add_problem(c, field->host, RULE_REQUIRED, "is required");
    }
}

/* ---- rules between members ---- */

static int has(const cielo_value *object, const char *name)
{
    return cielo_value_get(object, name) != NULL;
}

static int is_text(const cielo_value *value, const char *word)
{
    const char *text = cielo_value_type(value) == CIELO_TEXT
        ? cielo_value_text(value, NULL)
        : NULL;

    return text && strcmp(text, word) == 0;
}

static int is_true(const cielo_value *object, const char *name)
{
    return cielo_value_bool(cielo_value_get(object, name));
}

static void need(check *c, const cielo_value *object, const char *wire,
                 const char *host, const char *why)
{
    if (c->rules && !has(object, wire))
        add_problem(c, host, RULE_REQUIRED, why);
}

/* A number with its holder and date, or what stands for them [card-data]. */
static void check_card(check *c, const cielo_value *card)
{
    const cielo_value *on_file = cielo_value_get(card, "CardOnFile");

    if (!c->rules)
        return;
    if (has(card, "CardNumber")) {
        need(c, card, "Holder", "holder", "is required with a card number");
        need(c, card, "ExpirationDate", "expiration_date",
             "is required with a card number");
    } else if (!has(card, "CardToken") && !has(card, "PaymentToken")) {
        add_problem(c, "card_number", RULE_REQUIRED,
                    "is required, or card_token or payment_token instead");
    }
    if (!has(card, "PaymentToken"))
        need(c, card, "Brand", "brand", "is required");
    if (has(on_file, "Reason")
        && is_text(cielo_value_get(on_file, "Usage"), "First"))
        add_problem(c, "card_on_file.reason", RULE_CONFLICT,
                    "goes with usage \"Used\" only");
}

static void check_recurrence(check *c, const cielo_value *payment)
{
    const cielo_value *recurrent = cielo_value_get(payment, "RecurrentPayment");
    const cielo_value *now = cielo_value_get(recurrent, "AuthorizeNow");
    int64_t count = 1;

    if (!c->rules || (!recurrent && !is_true(payment, "Recurrent")))
        return;
    cielo_value_integer(cielo_value_get(payment, "Installments"), &count);
    if (count != 1)
        add_problem(c, "installments", RULE_CONFLICT,
                    "must be 1 in a recurrence");
    if (is_true(payment, "Recurrent") && is_true(payment, "Authenticate"))
        add_problem(c, "authenticate", RULE_CONFLICT,
                    "must be false when recurrent is true");
    if (cielo_value_type(now) == CIELO_BOOL && !cielo_value_bool(now))
        need(c, recurrent, "StartDate", "recurrent_payment.start_date",
             "is required when authorize_now is false");
}

static void check_card_payment(check *c, const cielo_value *payment,
                               const char *wire, const char *host)
{
    int64_t amount = 1;
    size_t before = c->path.length;

    need(c, payment, "Installments", "installments", "is required for cards");
    cielo_value_integer(cielo_value_get(payment, "Amount"), &amount);
    if (c->rules && amount == 0)
        add_problem(
            c, "amount", RULE_RANGE,
            "must be above 0 for cards; cards.verify checks a card without "
            "charging it");
    if (!has(payment, wire)) {
        if (!has(payment, "Wallet"))
            need(c, payment, wire, host, "is required for this payment type");
        return;
    }
    if (has(payment, "Wallet"))
        return;
    enter(c, host, strlen(host));
    check_card(c, cielo_value_get(payment, wire));
    leave(c, before);
}

static void check_payment(check *c, const cielo_value *payment)
{
    const cielo_value *type = cielo_value_get(payment, "Type");

    if (is_text(type, "CreditCard"))
        check_card_payment(c, payment, "CreditCard", "credit_card");
    else if (is_text(type, "DebitCard"))
        check_card_payment(c, payment, "DebitCard", "debit_card");
    else if (is_text(type, "Boleto"))
        need(c, payment, "Provider", "provider", "is required for a boleto");
    check_recurrence(c, payment);
}

/* A charge that the store calls recurring, with a card it keeps. */
static int is_on_file_recurring(const cielo_value *card)
{
    const cielo_value *on_file = cielo_value_get(card, "CardOnFile");

    return has(card, "CardToken")
        && is_text(cielo_value_get(on_file, "Usage"), "Used")
        && is_text(cielo_value_get(on_file, "Reason"), "Recurring");
}

int cielo__lacks_mark(const cielo_value *sale)
{
    const cielo_value *payment = cielo_value_get(sale, "Payment");

    return !is_true(payment, "Recurrent") && !has(payment, "RecurrentPayment")
        && (is_on_file_recurring(cielo_value_get(payment, "CreditCard"))
            || is_on_file_recurring(cielo_value_get(payment, "DebitCard")));
}

/* What the buyer must say of himself for Pix and boleto [pix-payer]. */
static void check_sale(check *c, const cielo_value *sale)
{
    static const char *const pix[][2]
        = {{"Name", "customer.name"},
           {"Identity", "customer.identity"},
           {"IdentityType", "customer.identity_type"}};
    static const char *const boleto[][2]
        = {{"ZipCode", "customer.address.zip_code"},
           {"State", "customer.address.state"},
           {"City", "customer.address.city"},
           {"District", "customer.address.district"},
           {"Street", "customer.address.street"},
           {"Number", "customer.address.number"}};
    const cielo_value *customer = cielo_value_get(sale, "Customer");
    const cielo_value *type
        = cielo_value_get(cielo_value_get(sale, "Payment"), "Type");
    size_t i;

    for (i = 0; is_text(type, "Pix") && i < 3; i++)
        need(c, customer, pix[i][0], pix[i][1], "is required for Pix");
    for (i = 0; is_text(type, "Boleto") && i < 6; i++)
        need(c, cielo_value_get(customer, "Address"), boleto[i][0],
             boleto[i][1], "is required for a boleto");
    if (cielo__lacks_mark(sale))
        warn(c, "payment.recurrent", RULE_REQUIRED,
             "is not true: Cielo denies a stored card's charge whose reason is "
             "\"Recurring\" without this mark");
}

static void check_zero_auth(check *c, const cielo_value *fields)
{
    if (has(fields, "Card") || has(fields, "Wallet"))
        return;
    check_card(c, fields);
}

static void check_between(check *c, int object, const cielo_value *out)
{
    if (object == CIELO_OBJECT_SALE)
        check_sale(c, out);
    else if (object == CIELO_OBJECT_PAYMENT)
        check_payment(c, out);
    else if (object == CIELO_OBJECT_ZERO_AUTH)
        check_zero_auth(c, out);
}

/* What a recurring charge with a stored card leaves unsaid
 * [on-file-reason]. */
static void add_reason(check *c, cielo_value *payment, const char *node)
{
    cielo_value *card = cielo__value_edit(payment, node);
    cielo_value *on_file = card ? cielo__value_edit(card, "CardOnFile") : NULL;

    if (!on_file || has(on_file, "Reason")
        || !is_text(cielo_value_get(on_file, "Usage"), "Used")
        || (!is_true(payment, "Recurrent")
            && !has(payment, "RecurrentPayment")))
        return;
    if (cielo_value_set(on_file, "Reason", cielo_value_new_text("Recurring", 9))
        != CIELO_OK)
        c->status = CIELO_EMEMORY;
}

static cielo_value *copy_object(check *c, int object, const cielo_value *in,
                                int depth)
{
    cielo_value *out;

    if (cielo_value_type(in) != CIELO_OBJECT)
        return copy_open(c, in);
    if (depth >= CIELO_VALUE_DEPTH) {
        add_problem(c, NULL, RULE_JSON, "is nested too deeply");
        return cielo_value_new_null();
    }
    out = keep(c, cielo_value_new_object());
    if (!out)
        return NULL;
    copy_members(c, object, out, in, depth);
    check_required(c, object, out);
    check_between(c, object, out);
    if (object == CIELO_OBJECT_PAYMENT) {
        add_reason(c, out, "CreditCard");
        add_reason(c, out, "DebitCard");
    }
    return out;
}

/* ---- parameters ---- */

static int is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* "." or ".." between slashes of either kind; what follows a ";" is not part of
 * the name to some servers. */
static int has_directions(const char *text, size_t length)
{
    size_t start, dots;

    for (start = 0; start < length; start++) {
        if (start > 0 && !is_slash(text[start - 1]))
            continue;
        for (dots = 0; start + dots < length && text[start + dots] == '.';)
            dots++;
        if ((dots == 1 || dots == 2)
            && (start + dots == length || is_slash(text[start + dots])
                || text[start + dots] == ';'))
            return 1;
    }
    return 0;
}

static size_t count_slashes(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += (size_t)is_slash(*text);
    return count;
}

/* 1 for what leads elsewhere once its escapes are read, however often a server
 * and what stands before it do so; in a whole path no slash may be hidden.
 * Without memory to look at it 1 too. */
static int leads_astray(check *c, const char *text, size_t length, int whole)
{
    enum { MOST_READINGS = 4 };
    char *copy;
    size_t slashes;
    int readings, bad = has_directions(text, length);

    if (bad || !memchr(text, '%', length))
        return bad;
    copy = cielo__strndup(NULL, text, length);
    if (!copy) {
        c->status = CIELO_EMEMORY;
        return 1;
    }
    slashes = count_slashes(copy);
    for (readings = 0; !bad && cielo__unescape(copy); readings++)
        bad = readings == MOST_READINGS || has_directions(copy, strlen(copy))
            || (whole && count_slashes(copy) != slashes);
    bad = bad || strstr(copy, "%00"); /* which no reading takes away */
    cielo__free_secret(NULL, copy);
    return bad;
}

/* Path parts that a server might read as directions are problems, since no
 * escape takes their meaning away. */
static void check_path_part(check *c, const cielo_value *in, int size)
{
    const cielo_field field = {"", "", 0, CIELO_FIELD_TEXT, size, 0, 0};
    size_t length, i;
    const char *text;

    if (cielo_value_type(in) != CIELO_TEXT) {
        add_problem(c, NULL, RULE_TYPE, "must be text");
        return;
    }
    text = cielo_value_text(in, &length);
    if (length == 0 || leads_astray(c, text, length, 0)) {
        add_problem(c, NULL, RULE_FORMAT,
                    "must not be empty, nor \".\" or \"..\" between slashes, "
                    "escaped or not");
        return;
    }
    for (i = 0; i < length; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F) {
            add_problem(c, NULL, RULE_FORMAT, "holds a control character");
            return;
        }
    }
    check_size(c, &field, text, length);
}

static void check_bin(check *c, const cielo_value *in)
{
    size_t length = 0;
    const char *text = cielo_value_text(in, &length);

    if (cielo_value_type(in) != CIELO_TEXT)
        add_problem(c, NULL, RULE_TYPE, "must be text");
    else if (!all_digits(text, length) || (length != 6 && length != 9))
        add_problem(c, NULL, RULE_FORMAT,
                    "must be the first 6 or 9 digits of a card number");
}

static cielo_value *copy_day(check *c, const cielo_value *in)
{
    int64_t day;

    if (!cielo_value_integer(in, &day))
        add_problem(c, NULL, RULE_TYPE, "must be an integer");
    else if (day < 1 || day > 31)
        add_problem(c, NULL, RULE_RANGE, "must be a day of the month, 1 to 31");
    return cielo_value_dup(in);
}

/* Far from the ends of the clock in milliseconds. */
#define LATEST_MOMENT ((int64_t)1 << 40)

static void check_moment(check *c, const cielo_value *in)
{
    int64_t seconds;

    if (!cielo_value_integer(in, &seconds))
        add_problem(c, NULL, RULE_TYPE, "must be whole seconds since 1970");
    else if (seconds < 0 || seconds > LATEST_MOMENT)
        add_problem(c, NULL, RULE_RANGE, "must be seconds since 1970");
}

static void check_word(check *c, const cielo_value *in,
                       const char *const *words, const char *message)
{
    for (; *words; words++) {
        if (is_text(in, *words))
            return;
    }
    add_problem(c, NULL, RULE_CHOICE, message);
}

static int is_escaped_well(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (text[i] == '%' && !cielo__is_escape(text + i))
            return 0;
    }
    return 1;
}

static void check_target(check *c, const cielo_value *in)
{
    size_t length = 0, i;
    const char *text = cielo_value_text(in, &length);
    size_t end;

    if (cielo_value_type(in) != CIELO_TEXT || length == 0 || text[0] != '/') {
        add_problem(c, NULL, RULE_FORMAT,
                    "must be text that starts with \"/\"");
        return;
    }
    end = strcspn(text, "?");
    for (i = 0; i < length; i++) {
        unsigned char ch = (unsigned char)text[i];

        if (ch <= 0x20 || ch >= 0x7F || ch == '#' || ch == '\\') {
            end = 0;
            break;
        }
    }
    if (end == 0 || !is_escaped_well(text, end)) {
        add_problem(c, NULL, RULE_FORMAT,
                    "must be percent-encoded ASCII without a fragment");
        return;
    }
    /* A last slash leaves an empty end, which Cielo's own paths have. */
    for (i = 1; i < end && !(text[i - 1] == '/' && text[i] == '/'); i++)
        ;
    if (i < end || leads_astray(c, text, end, 1))
        add_problem(c, NULL, RULE_FORMAT,
                    "must have no empty, \".\" or \"..\" segment and no slash "
                    "that is escaped");
}

/* Which recurrence changes is said in the body, once
 * [checkout-recurrence]. */
static cielo_value *copy_change(check *c, const cielo__operation *row,
                                const cielo_value *params,
                                const cielo_value *fields)
{
    static const char name[] = "PagadorRecurrentPaymentId";
    const cielo_value *id = cielo_value_get(params, "id");
    cielo_value *out = copy_object(c, row->facts.fields, fields, 0);
    const cielo_value *given = cielo_value_get(out, name);
    cielo_value *whole = keep(c, cielo_value_new_object());
    const cielo_value *member;

    if (given && id && !cielo_value_equal(given, id))
        add_problem(c, "pagador_recurrent_payment_id", RULE_CONFLICT,
                    "is another recurrence than id");
    if (cielo_value_set(whole, name, keep(c, cielo_value_dup(id))) != CIELO_OK)
        c->status = CIELO_EMEMORY;
    for (member = cielo_value_first(out); member;
         member = cielo_value_next(member)) {
        size_t length;
        const char *text = cielo_value_name(member, &length);

        if (member != given
            && cielo_value_set_named(whole, text, length,
                                     cielo_value_dup(member))
                != CIELO_OK)
            c->status = CIELO_EMEMORY;
    }
    cielo_value_free(out);
    return whole;
}

static cielo_value *copy_fields(check *c, const cielo__operation *row,
                                const cielo_value *params,
                                const cielo_value *in)
{
    if (cielo_value_type(in) != CIELO_OBJECT) {
        add_problem(c, NULL, RULE_TYPE, "must be an object");
        return cielo_value_dup(in);
    }
    leave(c, 0); /* paths inside start at the fields */
    return row->note == CIELO__NOTE_ID_IN_BODY
        ? copy_change(c, row, params, in)
        : copy_object(c, row->facts.fields, in, 0);
}

static cielo_value *copy_param(check *c, const cielo__operation *row,
                               const cielo_param *param,
                               const cielo_value *params, const cielo_value *in)
{
    static const char *const methods[]
        = {"GET", "POST", "PUT", "DELETE", "PATCH", NULL};
    static const char *const hosts[]
        = {"transaction", "query", "checkout", NULL};
    const cielo_field date = {"", "", 0, CIELO_FIELD_DATE, 10, 0, 0};

    if (cielo_value_type(in) == CIELO_INVALID)
        return copy_open(c, in);
    switch (param->kind) {
    case CIELO_PARAM_ID:
    case CIELO_PARAM_ORDER:
    case CIELO_PARAM_TOKEN:
        check_path_part(c, in, param->size);
        break;
    case CIELO_PARAM_BIN:
        check_bin(c, in);
        break;
    case CIELO_PARAM_AMOUNT:
        return copy_amount(c, param->size, in);
    case CIELO_PARAM_DAY:
        return copy_day(c, in);
    case CIELO_PARAM_DATE:
        check_date(c, &date, in);
        break;
    case CIELO_PARAM_MOMENT:
        check_moment(c, in);
        break;
    case CIELO_PARAM_INTERVAL:
        return copy_interval(c, in, 1);
    case CIELO_PARAM_METHOD:
        check_word(c, in, methods, "must be GET, POST, PUT, DELETE or PATCH");
        break;
    case CIELO_PARAM_TARGET:
        check_target(c, in);
        break;
    case CIELO_PARAM_HOST:
        check_word(c, in, hosts, "must be transaction, query or checkout");
        break;
    case CIELO_PARAM_FIELDS:
        return copy_fields(c, row, params, in);
    case CIELO_PARAM_BODY:
        return copy_open(c, in);
    case CIELO_PARAM_MEMBER: /* with the others, as one object */
        break;
    }
    return cielo_value_dup(in);
}

/* An amount of nothing would be taken for the whole by some, refused by
 * others: the whole is said by leaving it out [whole-when-omitted]. */
static void check_positive(check *c, const cielo__operation *row,
                           const cielo_value *params)
{
    int64_t amount;

    if (c->rules && row->note == CIELO__NOTE_PART
        && cielo_value_integer(cielo_value_get(params, "amount"), &amount)
        && amount == 0)
        add_problem(c, "amount", RULE_RANGE,
                    "must be above 0; leave it out for the whole amount");
}

static void add_param(check *c, const cielo__operation *row,
                      const cielo_value *params, const char *name,
                      size_t length, int optional, cielo_value *out)
{
    const cielo_param *param = cielo_param_find(name, length);
    size_t before = c->path.length;
    const cielo_value *in;

    if (!param) { /* a slip of the library's own, which a test tells */
        add_problem(c, NULL, RULE_UNKNOWN,
                    "a parameter of the row is in no map");
        return;
    }
    in = cielo_value_get(params, param->name);
    if (!in || cielo_value_type(in) == CIELO_NULL) {
        if (!optional)
            add_problem(c, param->name, RULE_REQUIRED, "is required");
        return;
    }
    enter(c, name, length);
    if (cielo_value_set(out, param->name,
                        keep(c, copy_param(c, row, param, params, in)))
        != CIELO_OK)
        c->status = CIELO_EMEMORY;
    leave(c, before);
}

int cielo__validate(const cielo__operation *row, const cielo_value *params,
                    int check_rules, cielo__input *input)
{
    const char *at = row->facts.params;
    check c;

    memset(&c, 0, sizeof(c));
    c.rules = check_rules;
    /* A change of a link may leave out what stays [link-rules]; what is missing
     * of parameters that make up a body was told already. */
    c.ignore_required = row->note == CIELO__NOTE_PARTIAL_UPDATE
        || row->body[0] == '*';
    cielo__buf_init(&c.path, NULL, PATH_LIMIT);
    c.input = input;
    input->problems = keep(&c, cielo_value_new_array());
    input->params = keep(&c, cielo_value_new_object());
    while (c.status == CIELO_OK && *at) {
        size_t length = strcspn(at, " ");
        int optional = at[length - 1] == '?';

        add_param(&c, row, params, at, length - (size_t)optional, optional,
                  input->params);
        at += length;
        at += strspn(at, " ");
    }
    if (c.status == CIELO_OK)
        check_positive(&c, row, input->params);
    if (c.status == CIELO_OK && row->body[0] == '*')
        input->body = copy_object(&c, row->facts.fields, input->params, 0);
    else if (c.status == CIELO_OK && row->body[0] != '-')
        input->body = cielo__value_detach(input->params, row->body);
    cielo__buf_clear(&c.path);
    return c.status;
}
