/*
 * What the user gave, held against the maps: names to wire names, types to the
 * wire's, and every problem, not the first. What only Cielo knows is left to
 * Cielo.
 *
 * Hosts put a dictionary or a table into one block, and it is read here; the
 * checker does not ask them for members. For a card sale the block takes some
 * 4,000 instructions, beside the 14,000 of checking and printing. In return no
 * host's code runs inside the check: what is checked cannot change under it,
 * there is one way to read it, and it is checked as any tree is.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"

/* Where a checked value goes. */
typedef struct spot {
    cielo_value *to;
    cielo__name name; /* for ever, where it is of the maps */
} spot;

static cielo_value *put_object(cielo__check *c, const spot *at, int object,
                               const cielo_value *in, int depth);

static cielo_value *keep(cielo__check *c, cielo_value *value)
{
    if (!value)
        c->status = CIELO_EMEMORY;
    return value;
}

static cielo__name name_of_map(const char *name)
{
    cielo__name out;

    out.text = name;
    out.length = strlen(name);
    out.lasts = 1;
    return out;
}

static cielo__name name_of_field(const cielo_field *field)
{
    cielo__name out;

    out.text = field->wire;
    out.length = cielo__field_wire_length(field);
    out.lasts = 1;
    return out;
}

/* ---- texts ---- */

static int all_digits(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
    }
    return length > 0;
}

/* ---- values of any type ---- */

/* What JSON cannot say is a problem wherever it stands. 0 where the value is
 * nested too deeply to be put anywhere. */
static int scan_open(cielo__check *c, const cielo_value *in, int depth)
{
    const cielo_value *item;
    size_t before = c->depth;
    size_t index = 0;
    int fits = 1;

    if (cielo_value_type(in) == CIELO_INVALID)
        cielo__check_problem(c, NULL, RULE_JSON, cielo_value_text(in, NULL));
    if (depth >= CIELO_VALUE_DEPTH) {
        cielo__check_problem(c, NULL, RULE_JSON, "is nested too deeply");
        return 0;
    }
    for (item = cielo_value_first(in); item; item = cielo_value_next(item)) {
        size_t length;
        const char *name = cielo_value_name(item, &length);

        if (name)
            cielo__check_enter(c, name, length);
        else
            cielo__check_enter_index(c, index++);
        fits &= scan_open(c, item, depth + 1);
        cielo__check_leave(c, before);
    }
    return fits;
}

static void put_same(cielo__check *c, const spot *at, const cielo_value *in)
{
    keep(c, cielo__put_copy(at->to, &at->name, in));
}

static void put_null(cielo__check *c, const spot *at)
{
    keep(c, cielo__put(at->to, &at->name, CIELO_NULL));
}

/* What no rule looks into is sent as it is. */
static void put_open(cielo__check *c, const spot *at, const cielo_value *in)
{
    if (cielo_value_type(in) == CIELO_TEXT || scan_open(c, in, 0))
        put_same(c, at, in);
    else
        put_null(c, at);
}

/* ---- values by type ---- */

static const char *require_text(cielo__check *c, const cielo_value *in,
                                size_t *length, const char *message)
{
    if (cielo_value_type(in) == CIELO_TEXT)
        return cielo_value_text(in, length);
    cielo__check_breach(c, RULE_TYPE, message);
    return NULL;
}

/* 1 when `text` holds other signs than letters, digits and `more`. */
static int has_signs(const char *text, size_t length, const char *more)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (!cielo__is_alnum(text[i]) && !strchr(more, text[i]))
            return 1;
    }
    return 0;
}

/* Cielo documents 13 characters and "no special" ones, and prints samples with
 * 17 and with underscores: what becomes of those is Cielo's to decide
 * [descriptor-signs]. */
static void check_descriptor(cielo__check *c, const cielo_field *field,
                             const char *text, size_t length)
{
    char message[120];

    if (length > (size_t)field->size
        && cielo__count_characters(text, length) > (size_t)field->size) {
        snprintf(message, sizeof(message),
                 "has %lu characters; Cielo documents at most %d, and may cut "
                 "or refuse it",
                 (unsigned long)cielo__count_characters(text, length),
                 field->size);
        cielo__check_judge(c, field, RULE_SIZE, message);
    }
    if (has_signs(text, length, " "))
        cielo__check_judge(c, field, RULE_FORMAT,
                           "has other characters than a-z, A-Z, 0-9 and "
                           "spaces; Cielo may change or refuse it");
}

#define OTHER_SIGNS "has other characters than a-z, A-Z and 0-9: "

/* Signs are taken, and the acquirer gets another number than the store's;
 * blanks and control characters nobody means [order-number]. */
static void check_order_id(cielo__check *c, const cielo_field *field,
                           const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if ((unsigned char)text[i] <= 0x20 || text[i] == 0x7F)
            break;
    }
    if (length == 0)
        cielo__check_judge(c, field, RULE_FORMAT, "is empty");
    else if (i < length)
        cielo__check_breach(c, RULE_FORMAT,
                            "must have no blanks and no control characters");
    else if (has_signs(text, length, ""))
        cielo__check_warn(c, NULL, RULE_FORMAT,
                          field->object == CIELO_OBJECT_SALE
                              ? OTHER_SIGNS CIELO__OTHER_NUMBER
                              : OTHER_SIGNS
                              "the acquirer gets another order number");
    cielo__check_size(c, field, text, length);
}

/* 1 for digits that had zeros before them which a number cannot keep, or may
 * have had: a postal code has 8, a CPF 11, a CNPJ 14. */
static int may_lack_zeros(const cielo_field *field, size_t digits)
{
    enum { POSTAL_CODE = 8, CPF = 11, CNPJ = 14 };
    size_t size = (size_t)field->size;

    if (field->type != CIELO_FIELD_DIGITS)
        return field->type == CIELO_FIELD_ID && digits != size;
    if (size >= CNPJ)
        return digits != CPF && digits != CNPJ;
    return digits < (size > POSTAL_CODE ? POSTAL_CODE : size);
}

/* The digits of a number where text is due; NULL when it is none of those. */
static const char *find_digits(cielo__check *c, const cielo_field *field,
                               const cielo_value *in, size_t *length)
{
    const char *text;

    if (!c->rules || field->type == CIELO_FIELD_GUID
        || field->type == CIELO_FIELD_TOKEN || field->type == CIELO_FIELD_CIPHER
        || field->type == CIELO_FIELD_TIME || !cielo_value_is_integer(in))
        return NULL;
    text = cielo_value_text(in, length);
    if (!all_digits(text, *length))
        return NULL;
    if (may_lack_zeros(field, *length))
        cielo__check_warn(c, NULL, RULE_TYPE,
                          "is a number, sent as text: zeros before it, if it "
                          "had some, are lost");
    return text;
}

/* Text, also of a number that stands for its digits. */
static void put_text(cielo__check *c, const spot *at, const cielo_field *field,
                     const cielo_value *in)
{
    size_t length = 0;
    const char *digits = find_digits(c, field, in, &length);
    const char *text = digits ? digits
                              : require_text(c, in, &length, "must be text");

    if (!text) {
        put_open(c, at, in);
        return;
    }
    switch (field->type) {
    case CIELO_FIELD_DESCRIPTOR:
        check_descriptor(c, field, text, length);
        break;
    case CIELO_FIELD_ORDER_ID:
        check_order_id(c, field, text, length);
        break;
    case CIELO_FIELD_GUID:
    case CIELO_FIELD_TOKEN:
        if (!cielo__is_guid(text, length))
            cielo__check_judge(c, field, RULE_FORMAT,
                               "must be a GUID: 8-4-4-4-12 hexadecimal digits");
        break;
    case CIELO_FIELD_TEXT:
    case CIELO_FIELD_ID:
    case CIELO_FIELD_DIGITS:
        cielo__check_size(c, field, text, length);
        break;
    }
    keep(c, cielo__put_text(at->to, &at->name, CIELO_TEXT, text, length));
}

/* What may stand in place of a code: key material in Base64
 * [cryptogram-as-code]. */
static int is_cryptogram(const char *text, size_t length)
{
    enum { SHORTEST = 20 };

    return length >= SHORTEST && !all_digits(text, length)
        && !has_signs(text, length, "+/=");
}

/* Formats that hold digits only and, being secrets, are never quoted. */
static void check_digits(cielo__check *c, const cielo_field *field,
                         const cielo_value *in)
{
    int card = field->type == CIELO_FIELD_CARD_NUMBER;
    size_t length;
    const char *text = require_text(
        c, in, &length,
        card ? "must be text: a number loses digits and leading zeros"
             : "must be text: a number loses leading zeros");

    if (!text || (!card && is_cryptogram(text, length)))
        return;
    if (!all_digits(text, length))
        cielo__check_judge(c, field, RULE_FORMAT, "must hold digits only");
    else if (card && (length < 13 || length > 19))
        cielo__check_judge(c, field, RULE_SIZE, "must have 13 to 19 digits");
    else if (!card && (length < 3 || length > 4))
        cielo__check_judge(c, field, RULE_SIZE, "must have 3 or 4 digits");
}

/* Cielo's own sample of an amount in reais, where its table says cents
 * [text-numbers]. */
static int is_decimal(const char *text, size_t length)
{
    return length > 3 && text[length - 3] == '.' && all_digits(text, length - 3)
        && all_digits(text + length - 2, 2);
}

/* An amount below nothing, or past what any is, cannot be meant. */
static void judge_number(cielo__check *c, const cielo_field *field,
                         const char *rule, const char *message)
{
    if (field->type == CIELO_FIELD_AMOUNT)
        cielo__check_breach(c, rule, message);
    else
        cielo__check_judge(c, field, rule, message);
}

/* Integers come as numbers or, in Cielo's samples, as text [text-numbers]. */
static void put_integer(cielo__check *c, const spot *at,
                        const cielo_field *field, const cielo_value *in)
{
    int amount = field->type == CIELO_FIELD_AMOUNT;
    const char *wanted = amount ? "must be an integer number of cents"
                                : "must be an integer";
    size_t length = 0;
    const char *text = cielo_value_text(in, &length);
    size_t size = (size_t)field->size;
    char message[96];

    if (!text
        || (cielo_value_type(in) == CIELO_TEXT && !all_digits(text, length)
            && !is_decimal(text, length))) {
        cielo__check_breach(c, RULE_TYPE, wanted);
    } else if (cielo_value_type(in) == CIELO_NUMBER
               && !cielo_value_is_integer(in)) {
        if (amount)
            cielo__check_breach(c, RULE_TYPE,
                                "must be an integer: an amount is in cents");
        else
            cielo__check_judge(c, field, RULE_TYPE, wanted);
    } else if (cielo_value_type(in) == CIELO_TEXT
               && !all_digits(text, length)) {
        cielo__check_judge(c, field, RULE_TYPE, wanted);
    } else if (text[0] == '-') {
        judge_number(c, field, RULE_RANGE, "must not be negative");
    } else if (size > 0 && length > size) {
        snprintf(message, sizeof(message), "has more than %d digits",
                 field->size);
        judge_number(c, field, RULE_SIZE, message);
    } else if (cielo_value_type(in) == CIELO_TEXT) {
        while (length > 1 && *text == '0') {
            text++;
            length--;
        }
        keep(c,
             cielo_value_put_number(at->to, at->name.text, at->name.length,
                                    text, length));
        return;
    }
    put_same(c, at, in);
}

/* An amount in the address is never left to Cielo: one that is no number would
 * drop out of it, and no amount stands for the whole. */
static void put_amount(cielo__check *c, const spot *at, int size,
                       const cielo_value *in)
{
    const cielo_field amount = {"", "", 0, CIELO_FIELD_AMOUNT, size, 0, 0};
    int rules = c->rules;

    c->rules = 1;
    put_integer(c, at, &amount, in);
    c->rules = rules;
}

static void put_bool(cielo__check *c, const spot *at, const cielo_value *in)
{
    int flag = cielo__flag(in);

    if (flag >= 0) {
        keep(c, cielo__put_bool(at->to, &at->name, flag));
        return;
    }
    cielo__check_breach(c, RULE_TYPE, "must be true or false");
    put_same(c, at, in);
}

static void put_interval(cielo__check *c, const spot *at,
                         const cielo_field *field, const cielo_value *in)
{
    cielo_type type = cielo_value_type(in);
    int64_t months = 0;
    const char *name;
#define X(name, months) " " name " (" #months "),"
    static const char wanted[]
        = "must be" CIELO__INTERVAL_MAP(X) " as a name or its months";
#undef X

    if (type == CIELO_TEXT)
        months = cielo__interval_months(cielo_value_text(in, NULL));
    else
        cielo_value_integer(in, &months);
    name = cielo__interval_name(months);
    if (name) {
        keep(c,
             field->type == CIELO_FIELD_INTERVAL_NUMBER
                 ? cielo__put_integer(at->to, &at->name, months)
                 : cielo__put_text(at->to, &at->name, CIELO_TEXT, name,
                                   strlen(name)));
        return;
    }
    if (type == CIELO_TEXT || type == CIELO_NUMBER)
        cielo__check_judge(c, field, RULE_CHOICE, wanted);
    else
        cielo__check_breach(c, RULE_CHOICE, wanted);
    put_same(c, at, in);
}

static void put_choice(cielo__check *c, const spot *at,
                       const cielo_field *field, const cielo_value *in)
{
    size_t length;
    const char *text = require_text(c, in, &length, "must be text");
    const char *slip, *word;
    char message[160];

    if (!text || !c->rules) {
        put_open(c, at, in);
        return;
    }
    word = cielo__choice_find(field, text, length, &slip);
    if (!word && slip) {
        snprintf(message, sizeof(message),
                 "is nearly a known word: did you mean \"%s\"?", slip);
        cielo__check_judge(c, field, RULE_CHOICE, message);
    }
    keep(c,
         cielo__put_text(at->to, &at->name, CIELO_TEXT, word ? word : text,
                         length));
}

static void put_list(cielo__check *c, const spot *at, const cielo_field *field,
                     const cielo_value *in, int depth)
{
    spot here = {NULL, {NULL, 0, 0}};
    const cielo_value *item;
    size_t index = 0;

    here.to = keep(c, cielo__put(at->to, &at->name, CIELO_ARRAY));
    for (item = cielo_value_first(in); item && here.to;
         item = cielo_value_next(item)) {
        size_t before = c->depth;

        cielo__check_enter_index(c, index++);
        if (cielo_value_type(item) != CIELO_OBJECT)
            cielo__check_breach(c, RULE_TYPE, "must be an object");
        put_object(c, &here, field->child, item, depth + 1);
        cielo__check_leave(c, before);
    }
}

/* Numbers and words: 0 for the types that are none. */
static int put_scalar(cielo__check *c, const spot *at, const cielo_field *field,
                      const cielo_value *in)
{
    switch (field->type) {
    case CIELO_FIELD_NUMBER:
    case CIELO_FIELD_AMOUNT:
        put_integer(c, at, field, in);
        return 1;
    case CIELO_FIELD_BOOL:
        put_bool(c, at, in);
        return 1;
    case CIELO_FIELD_CHOICE:
        put_choice(c, at, field, in);
        return 1;
    case CIELO_FIELD_INTERVAL:
    case CIELO_FIELD_INTERVAL_NUMBER:
        put_interval(c, at, field, in);
        return 1;
    }
    return 0;
}

static void put_field(cielo__check *c, const spot *at, const cielo_field *field,
                      const cielo_value *in, int depth)
{
    cielo_type type = cielo_value_type(in);

    if (type == CIELO_INVALID || field->use == CIELO_USE_ANSWER) {
        put_open(c, at, in);
        return;
    }
    if (put_scalar(c, at, field, in))
        return;
    switch (field->type) {
    case CIELO_FIELD_OBJECT:
        if (type != CIELO_OBJECT)
            cielo__check_breach(c, RULE_TYPE, "must be an object");
        put_object(c, at, field->child, in, depth + 1);
        return;
    case CIELO_FIELD_LIST:
        /* An empty table of Lua's is as good a list as an object. */
        if (type == CIELO_ARRAY
            || (type == CIELO_OBJECT && !cielo_value_first(in))) {
            put_list(c, at, field, in, depth);
            return;
        }
        cielo__check_breach(c, RULE_TYPE, "must be a list");
        break;
    case CIELO_FIELD_CARD_NUMBER:
    case CIELO_FIELD_SECURITY_CODE:
        check_digits(c, field, in);
        break;
    case CIELO_FIELD_DATE:
    case CIELO_FIELD_DUE:
    case CIELO_FIELD_EXPIRATION:
        cielo__check_date(c, field, in);
        break;
    case CIELO_FIELD_VARIANT:
        if (type == CIELO_OBJECT || type == CIELO_ARRAY)
            cielo__check_breach(c, RULE_TYPE, "must be text or a number");
        break;
    case CIELO_FIELD_OPEN:
    case CIELO_FIELD_EITHER:
        break;
    default:
        put_text(c, at, field, in);
        return;
    }
    put_open(c, at, in);
}

/* ---- objects ---- */

/* A member that the object does not have: whatever it is, Cielo gets it, but
 * for a slip of the pen, which Cielo would not see. */
static void check_unknown(cielo__check *c, int object, const char *name,
                          size_t length)
{
    char meant[128];
    char message[224];

    if (!c->rules)
        return;
    switch (cielo__name_guess(object, name, length, meant, sizeof(meant))) {
    case CIELO__GUESS_SLIP:
        snprintf(message, sizeof(message),
                 "is not a member here: did you mean \"%s\"?", meant);
        cielo__check_breach(c, RULE_UNKNOWN, message);
        return;
    case CIELO__GUESS_MEANT:
        snprintf(message, sizeof(message),
                 "is not a known member here, and is sent as it is: did you "
                 "mean \"%s\"?",
                 meant);
        cielo__check_warn(c, NULL, RULE_UNKNOWN, message);
        return;
    case CIELO__GUESS_NONE:
        cielo__check_warn(c, NULL, RULE_UNKNOWN,
                          "is not a known member here, and is sent as it is");
        return;
    }
}

static void put_known(cielo__check *c, const cielo_field *field,
                      cielo_value *out, const cielo_value *in, int depth)
{
    size_t before = cielo__check_enter(c, field->host, CIELO__WHOLE);
    spot at;

    at.to = out;
    at.name = name_of_field(field);
    /* null stands for "not given": members without value are left out. */
    if (cielo_value_type(in) != CIELO_NULL)
        put_field(c, &at, field, in, depth);
    cielo__check_leave(c, before);
}

/* Which of two spellings was meant is anyone's guess: neither is looked into,
 * and a null stands in so that the member is not missed as well. */
static void refuse_twins(cielo__check *c, const cielo_field *field,
                         cielo_value *out)
{
    size_t before = cielo__check_enter(c, field->host, CIELO__WHOLE);
    spot at;

    at.to = out;
    at.name = name_of_field(field);
    cielo__check_problem(c, NULL, RULE_TWICE,
                         "is given twice, in two spellings");
    put_null(c, &at);
    cielo__check_leave(c, before);
}

/* A name that stands twice is what hosts vouch that they do not give. */
static void put_unknown(cielo__check *c, int object, cielo_value *out,
                        const cielo_value *in)
{
    spot at = {NULL, {NULL, 0, 0}};
    size_t before;

    at.to = out;
    at.name.text = cielo_value_name(in, &at.name.length);
    before = cielo__check_enter(c, at.name.text, at.name.length);
    if (cielo__value_find(out, at.name.text, at.name.length)) {
        cielo__check_problem(c, NULL, RULE_TWICE, "is given twice");
    } else {
        if (object != CIELO_OBJECT_ANY)
            check_unknown(c, object, at.name.text, at.name.length);
        put_open(c, &at, in);
    }
    cielo__check_leave(c, before);
}

/* A member and its row of the map, CIELO__NO_FIELD if that does not know it. */
typedef struct place {
    size_t row;
    const cielo_value *member;
} place;

/* By row, and as given where that is the same. What a program puts down in the
 * map's order, or nearly, is moved little, and found where it is looked for
 * first. */
static void sort_places(place *places, int object, const cielo_value *in)
{
    const cielo_value *member;
    size_t first = cielo__field_first(object);
    size_t count = 0, guess = first;

    for (member = cielo_value_first(in); member;
         member = cielo_value_next(member)) {
        size_t length, at;
        const char *name = cielo_value_name(member, &length);
        size_t row = cielo__field_among(object, first, guess, name, length);

        if (row != CIELO__NO_FIELD)
            guess = row + 1;
        for (at = count++; at > 0 && places[at - 1].row > row; at--)
            places[at] = places[at - 1];
        places[at].row = row;
        places[at].member = member;
    }
}

static void check_required(cielo__check *c, int object, const cielo_value *out)
{
    const cielo_field *field;
    size_t i;

    if (!c->rules || c->ignore_required)
        return;
    for (i = 0; (field = cielo__field_required(object, i)) != NULL; i++) {
        if (!cielo_value_get(out, field->wire)
            && !cielo__check_spares(field, out))
            cielo__check_problem(c, field->host, RULE_REQUIRED, "is required");
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
static void put_members(cielo__check *c, int object, cielo_value *out,
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
            put_unknown(c, object, out, at->member);
        else if (same == 1)
            put_known(c, field, out, at->member, depth);
        else
            refuse_twins(c, field, out);
        at += same;
    }
    if (places != few)
        cielo__free(NULL, places);
    check_required(c, object, out);
}

/* ---- whole objects ---- */

/* What a recurring charge with a stored card leaves unsaid
 * [on-file-reason]. */
static void add_reason(cielo__check *c, cielo_value *payment, const char *node)
{
    cielo_value *card = cielo__value_edit(payment, node);
    cielo_value *on_file = card ? cielo__value_edit(card, "CardOnFile") : NULL;
    cielo__name reason;

    if (!on_file || cielo_value_get(on_file, "Reason")
        || !cielo__is_word(cielo_value_get(on_file, "Usage"), "Used")
        || (!cielo_value_bool(cielo_value_get(payment, "Recurrent"))
            && !cielo_value_get(payment, "RecurrentPayment")))
        return;
    reason = name_of_map("Reason");
    keep(c, cielo__put_text(on_file, &reason, CIELO_TEXT, "Recurring", 9));
}

/* Gives the object; NULL where another value was put. */
static cielo_value *put_object(cielo__check *c, const spot *at, int object,
                               const cielo_value *in, int depth)
{
    cielo_value *out;

    if (cielo_value_type(in) != CIELO_OBJECT) {
        put_open(c, at, in);
        return NULL;
    }
    if (depth >= CIELO_VALUE_DEPTH) {
        cielo__check_problem(c, NULL, RULE_JSON, "is nested too deeply");
        put_null(c, at);
        return NULL;
    }
    out = keep(c, cielo__put(at->to, &at->name, CIELO_OBJECT));
    if (!out)
        return NULL;
    put_members(c, object, out, in, depth);
    cielo__check_between(c, object, out);
    if (object == CIELO_OBJECT_PAYMENT) {
        add_reason(c, out, "CreditCard");
        add_reason(c, out, "DebitCard");
    }
    return out;
}

/* ---- parameters ---- */

static void check_bin(cielo__check *c, const cielo_value *in)
{
    size_t length = 0;
    const char *text = cielo_value_text(in, &length);

    if (cielo_value_type(in) != CIELO_TEXT)
        cielo__check_problem(c, NULL, RULE_TYPE, "must be text");
    else if (!all_digits(text, length) || length < 6 || length > 19)
        cielo__check_problem(c, NULL, RULE_FORMAT,
                             "must be the first digits of a card number, 6 to "
                             "19 of them");
}

static void check_day(cielo__check *c, const cielo_value *in)
{
    int64_t day;

    if (!cielo_value_integer(in, &day))
        cielo__check_problem(c, NULL, RULE_TYPE, "must be an integer");
    else if (day < 1 || day > 31)
        cielo__check_problem(c, NULL, RULE_RANGE,
                             "must be a day of the month, 1 to 31");
}

/* Far from the ends of the clock in milliseconds. */
#define LATEST_MOMENT ((int64_t)1 << 40)

static void check_moment(cielo__check *c, const cielo_value *in)
{
    int64_t seconds;

    if (!cielo_value_integer(in, &seconds))
        cielo__check_problem(c, NULL, RULE_TYPE,
                             "must be whole seconds since 1970");
    else if (seconds < 0 || seconds > LATEST_MOMENT)
        cielo__check_problem(c, NULL, RULE_RANGE, "must be seconds since 1970");
}

static void check_word(cielo__check *c, const cielo_value *in,
                       const char *const *words, const char *message)
{
    for (; *words; words++) {
        if (cielo__is_word(in, *words))
            return;
    }
    cielo__check_problem(c, NULL, RULE_CHOICE, message);
}

/* Which recurrence changes is said in the body, once
 * [checkout-recurrence]. */
static void put_change(cielo__check *c, const spot *at,
                       const cielo__operation *row, const cielo_value *params,
                       const cielo_value *fields)
{
    static const char name[] = "PagadorRecurrentPaymentId";
    const cielo_value *id = cielo_value_get(params, "id"), *given, *member;
    spot aside = {NULL, {NULL, 0, 0}}, here = {NULL, {NULL, 0, 0}};
    cielo_value *out;

    aside.to = keep(c, cielo_value_new_block(CIELO_ARRAY));
    if (!aside.to)
        return;
    out = put_object(c, &aside, row->facts.fields, fields, 0);
    given = cielo_value_get(out, name);
    if (given && id && !cielo_value_equal(given, id))
        cielo__check_problem(c, "pagador_recurrent_payment_id", RULE_CONFLICT,
                             "is another recurrence than id");
    here.to = keep(c, cielo__put(at->to, &at->name, CIELO_OBJECT));
    here.name = name_of_map(name);
    if (here.to && id)
        put_same(c, &here, id);
    here.name.lasts = 0;
    for (member = cielo_value_first(out); here.to && member;
         member = cielo_value_next(member)) {
        here.name.text = cielo_value_name(member, &here.name.length);
        if (member != given)
            put_same(c, &here, member);
    }
    cielo_value_free(aside.to);
}

static void put_fields(cielo__check *c, const spot *at,
                       const cielo__operation *row, const cielo_value *params,
                       const cielo_value *in)
{
    if (cielo_value_type(in) != CIELO_OBJECT) {
        cielo__check_problem(c, NULL, RULE_TYPE, "must be an object");
        return;
    }
    cielo__check_leave(c, 0); /* paths inside start at the fields */
    if (row->note == CIELO__NOTE_ID_IN_BODY)
        put_change(c, at, row, params, in);
    else
        put_object(c, at, row->facts.fields, in, 0);
}

static void put_param(cielo__check *c, const spot *at,
                      const cielo__operation *row, const cielo_param *param,
                      const cielo_value *params, const cielo_value *in)
{
    static const char *const methods[]
        = {"GET", "POST", "PUT", "DELETE", "PATCH", NULL};
    static const char *const hosts[]
        = {"transaction", "query", "checkout", NULL};
    const cielo_field date = {"", "", 0, CIELO_FIELD_DUE, 10, 0, 0};
    const cielo_field interval
        = {"", "", 0, CIELO_FIELD_INTERVAL_NUMBER, 0, 0, 0};

    if (cielo_value_type(in) == CIELO_INVALID) {
        put_open(c, at, in);
        return;
    }
    switch (param->kind) {
    case CIELO_PARAM_ID:
    case CIELO_PARAM_ORDER:
    case CIELO_PARAM_TOKEN:
        cielo__check_path_part(c, in, param->size);
        break;
    case CIELO_PARAM_BIN:
        check_bin(c, in);
        break;
    case CIELO_PARAM_AMOUNT:
        put_amount(c, at, param->size, in);
        return;
    case CIELO_PARAM_DAY:
        check_day(c, in);
        break;
    case CIELO_PARAM_DATE:
        cielo__check_date(c, &date, in);
        break;
    case CIELO_PARAM_MOMENT:
        check_moment(c, in);
        break;
    case CIELO_PARAM_INTERVAL:
        put_interval(c, at, &interval, in);
        return;
    case CIELO_PARAM_METHOD:
        check_word(c, in, methods, "must be GET, POST, PUT, DELETE or PATCH");
        break;
    case CIELO_PARAM_TARGET:
        cielo__check_target(c, in);
        break;
    case CIELO_PARAM_HOST:
        check_word(c, in, hosts, "must be transaction, query or checkout");
        break;
    case CIELO_PARAM_FIELDS:
        put_fields(c, at, row, params, in);
        return;
    case CIELO_PARAM_BODY:
        put_open(c, at, in);
        return;
    case CIELO_PARAM_MEMBER: /* with the others, as one object */
        break;
    }
    put_same(c, at, in);
}

/* An amount of nothing would be taken for the whole by some, refused by
 * others: the whole is said by leaving it out [whole-when-omitted]. */
static void check_positive(cielo__check *c, const cielo__operation *row,
                           const cielo_value *params)
{
    int64_t amount;

    if (c->rules && row->note == CIELO__NOTE_PART
        && cielo_value_integer(cielo_value_get(params, "amount"), &amount)
        && amount == 0)
        cielo__check_problem(
            c, "amount", RULE_RANGE,
            "must be above 0; leave it out for the whole amount");
}

static void add_param(cielo__check *c, const cielo__operation *row,
                      const cielo_value *params, const char *name,
                      size_t length, int optional, cielo_value *out)
{
    const cielo_param *param = cielo_param_find(name, length);
    size_t before = c->depth;
    const cielo_value *in;
    spot at;

    if (!param) { /* a slip of the library's own, which a test tells */
        cielo__check_problem(c, NULL, RULE_UNKNOWN,
                             "a parameter of the row is in no map");
        return;
    }
    in = cielo_value_get(params, param->name);
    if (!in || cielo_value_type(in) == CIELO_NULL) {
        if (!optional)
            cielo__check_problem(c, param->name, RULE_REQUIRED, "is required");
        return;
    }
    cielo__check_enter(c, name, length);
    at.to = out;
    at.name = name_of_map(param->name);
    put_param(c, &at, row, param, params, in);
    cielo__check_leave(c, before);
}

/* The parameters that make up a body, as one, out of a block of its own. */
static cielo_value *put_whole(cielo__check *c, const cielo__operation *row,
                              const cielo_value *params)
{
    static const char name[] = "body";
    spot at;
    cielo_value *whole;

    at.to = keep(c, cielo_value_new_block(CIELO_OBJECT));
    at.name = name_of_map(name);
    if (!at.to)
        return NULL;
    put_object(c, &at, row->facts.fields, params, 0);
    whole = cielo__value_detach(at.to, name);
    cielo_value_free(at.to);
    return whole;
}

static void set_body(cielo__check *c, const cielo__operation *row,
                     cielo__input *input)
{
    if (row->body[0] == '*') {
        input->body = put_whole(c, row, input->params);
    } else if (row->body[0] != '-'
               && cielo_value_get(input->params, row->body)) {
        input->body = cielo__value_detach(input->params, row->body);
        keep(c, input->body); /* or it would not be sent */
    }
}

int cielo__validate(const cielo__operation *row, const cielo_value *params,
                    int check_rules, cielo__input *input)
{
    const char *at = row->facts.params;
    cielo__check c;

    cielo__check_init(&c, input, check_rules);
    /* A change of a link may leave out what stays [link-rules]; what is missing
     * of parameters that make up a body was told already. */
    c.ignore_required = row->note == CIELO__NOTE_PARTIAL_UPDATE
        || row->body[0] == '*';
    input->problems = keep(&c, cielo_value_new_array());
    input->params = keep(&c, cielo_value_new_block(CIELO_OBJECT));
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
    if (c.status == CIELO_OK)
        set_body(&c, row, input);
    cielo__check_end(&c);
    return c.status;
}
