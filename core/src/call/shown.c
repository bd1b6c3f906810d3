/*
 * What people, logs and files may see of texts and trees: the one mask.
 *
 * Of a card number the first six and the last four digits stay and a star stands
 * for each of the others; what is hidden otherwise becomes three stars, whatever
 * its length. A text is looked at as a chain of groups of digits, since people
 * write a number in groups, and a code or a date beside it. The map vouches for
 * ids and amounts, which may have as many digits and stay readable.
 */
#include <string.h>

#include <cielo/shown.h>

#include "call.h"

enum {
    CARD_SHORTEST = 13,
    CARD_USUAL = 16,
    CARD_LONGEST = 19,
    CARD_FIRST = 6, /* what may be shown of a card number */
    CARD_LAST = 4,
    GROUP_SHORT = 2, /* digits of a group of a date or a telephone */
    SECRET_SHORTEST = 3, /* that of a security code */
    SECRET_ANYWHERE = 4, /* shorter ones would blot out parts of words */
    SEPARATOR_LONGEST = 3, /* one character of UTF-8, or ", " and such */
    GROUPS = 64,
    GUID = 36,
    FEW = 256,
    AMOUNT_DIGITS = 15
};

#define STARS "***"

/* What becomes of a byte. */
enum { SHOW, STAR, HIDE };

/* ---- letters ---- */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_word(char c)
{
    char l = cielo__lower(c);

    return is_digit(c) || (l >= 'a' && l <= 'z');
}

static int is_hexadecimal(char c)
{
    char l = cielo__lower(c);

    return is_digit(c) || (l >= 'a' && l <= 'f');
}

static int is_shown(size_t index, size_t digits)
{
    return index < CARD_FIRST || index >= digits - CARD_LAST;
}

/* The bytes of what may stand between two groups of digits at `at`; 0 when no
 * group follows. A star may be a digit that was masked before. */
static size_t separator(const char *text, size_t length, size_t at)
{
    size_t n = 0;

    while (n <= SEPARATOR_LONGEST && at + n < length && !is_word(text[at + n])
           && text[at + n] != '*' && text[at + n] != '\0')
        n++;
    return n > 0 && n <= SEPARATOR_LONGEST && at + n < length
            && is_digit(text[at + n])
        ? n
        : 0;
}

/* ---- a text that is a card number and nothing else ---- */

/* Its digits, stars that somebody put in its middle counted as such; 0 when it
 * is none. */
static size_t card_digits(const char *text, size_t length)
{
    size_t digits = 0, i, index = 0;

    for (i = 0; i < length; i++) {
        if (is_digit(text[i]) || text[i] == '*')
            digits++;
        else if (is_word(text[i]) || i == 0 || i + 1 == length)
            return 0;
    }
    if (digits < CARD_SHORTEST || digits > CARD_LONGEST)
        return 0;
    for (i = 0; i < length; i++) {
        if (text[i] == '*' && is_shown(index, digits))
            return 0;
        index += is_digit(text[i]) || text[i] == '*';
    }
    return digits;
}

/* Adds a card number as it may be shown, or stars for any other text. */
static int add_card(cielo__buf *out, const char *text, size_t length)
{
    size_t digits = card_digits(text, length), index = 0, i;

    if (digits == 0)
        return cielo__buf_text(out, STARS);
    for (i = 0; i < length; i++) {
        int counts = is_digit(text[i]) || text[i] == '*';

        cielo__buf_char(out, counts && !is_shown(index, digits) ? '*' : text[i]);
        index += counts;
    }
    return out->status;
}

/* ---- card numbers in a text ---- */

/* A run of digits, and how it is shown. */
typedef struct group {
    size_t at;
    size_t length;
    size_t begin;  /* its digits from `begin` to `end` belong to a card ... */
    size_t end;
    size_t first;  /* ... and are those from `first` on ... */
    size_t digits; /* ... of so many; 0: they belong to none */
} group;

typedef struct chain {
    const char *text;
    group groups[GROUPS];
    size_t count;
    size_t end;   /* behind the last group */
    int too_long; /* more groups than are looked at */
    int cards;
} chain;

/* Groups that together may be a card number: all but `skip` digits of the first
 * and no more than `take` of the last, since another number may touch them. */
typedef struct window {
    size_t from;
    size_t to; /* behind the last group */
    size_t skip;
    size_t take;
    size_t digits;
} window;

static void read_chain(chain *c, const char *text, size_t length, size_t at)
{
    size_t between;

    memset(c, 0, sizeof(*c));
    c->text = text;
    do {
        size_t start = at;

        while (at < length && is_digit(text[at]))
            at++;
        if (c->count == GROUPS) {
            c->too_long = 1;
        } else {
            c->groups[c->count].at = start;
            c->groups[c->count++].length = at - start;
        }
        c->end = at;
        between = separator(text, length, at);
        at += between;
    } while (between);
}

/* The digits of a window that stand in one of its groups. */
static void part_of(const chain *c, const window *w, size_t g, size_t *begin,
                    size_t *end)
{
    *begin = g == w->from ? w->skip : 0;
    *end = g + 1 == w->to ? w->take : c->groups[g].length;
}

/* The check digit that the last of a card number is (ISO/IEC 7812-1). */
static int passes_check(const chain *c, const window *w)
{
    size_t g, i, begin, end;
    int sum = 0, twice = 0;

    for (g = w->to; g-- > w->from;) {
        part_of(c, w, g, &begin, &end);
        for (i = end; i-- > begin; twice = !twice) {
            int digit = c->text[c->groups[g].at + i] - '0';

            digit <<= twice;
            sum += digit > 9 ? digit - 9 : digit;
        }
    }
    return sum % 10 == 0;
}

/* 1 for a number whose first digit and check digit are a brand's. */
static int is_sound(const chain *c, const window *w)
{
    char first = c->text[c->groups[w->from].at + w->skip];

    return first >= '2' && first <= '6' && passes_check(c, w);
}

/* 1 when the same text parts all groups. */
static int is_parted_alike(const chain *c, const window *w)
{
    const char *first
        = c->text + c->groups[w->from].at + c->groups[w->from].length;
    size_t size = c->groups[w->from + 1].at
        - (c->groups[w->from].at + c->groups[w->from].length);
    size_t g;

    for (g = w->from; g + 1 < w->to; g++) {
        size_t end = c->groups[g].at + c->groups[g].length;

        if (c->groups[g + 1].at - end != size
            || memcmp(c->text + end, first, size) != 0)
            return 0;
    }
    return 1;
}

/* 1 when groups in fours are parted as people part a card number. */
static int is_parted_as_a_card(const chain *c, const window *w)
{
    const group *first = &c->groups[w->from];

    return strchr(" -./", c->text[first->at + first->length])
        && c->groups[w->from + 1].at == first->at + first->length + 1
        && is_parted_alike(c, w);
}

/* The size of the groups of a window, of which the last may be shorter; 0 when
 * they have none in common. */
static size_t common_size(const chain *c, const window *w)
{
    size_t size = c->groups[w->from].length - w->skip, g;

    for (g = w->from + 1; g + 1 < w->to; g++) {
        if (c->groups[g].length != size)
            return 0;
    }
    return w->take <= size ? size : 0;
}

/* As American Express prints them: 4-6-5, 4-6-4. */
static int is_amex(const chain *c, const window *w)
{
    return w->to - w->from == 3 && c->groups[w->from].length - w->skip == 4
        && c->groups[w->from + 1].length == 6
        && (w->take == 4 || w->take == 5);
}

static int has_short_group(const chain *c, const window *w)
{
    size_t g, begin, end;

    for (g = w->from; g < w->to; g++) {
        part_of(c, w, g, &begin, &end);
        if (end - begin <= GROUP_SHORT)
            return 1;
    }
    return 0;
}

/*
 * Whether the groups of a window are written as a card number may be: one group,
 * or several that are parted alike and of one size, or none of them short. Dates
 * and telephones have groups of two, parted in several ways.
 */
static int is_shaped(const chain *c, const window *w)
{
    size_t size = common_size(c, w);

    return w->to - w->from == 1
        || (is_parted_alike(c, w)
            && (size || is_amex(c, w) || !has_short_group(c, w)));
}

/* 1 for what is a card number though its check fails, as test numbers' does. */
static int is_plain(const chain *c, const window *w)
{
    return w->to - w->from == 1
        || (common_size(c, w) == 4 && is_parted_as_a_card(c, w));
}

static int may_be_card(const chain *c, const window *w)
{
    return w->digits >= CARD_SHORTEST && w->digits <= CARD_LONGEST
        && is_shaped(c, w) && is_sound(c, w);
}

static void count_digits(const chain *c, window *w)
{
    size_t g, begin, end;

    w->digits = 0;
    for (g = w->from; g < w->to; g++) {
        part_of(c, w, g, &begin, &end);
        w->digits += end - begin;
    }
}

static void whole_window(const chain *c, size_t from, size_t to, window *w)
{
    w->from = from;
    w->to = to;
    w->skip = 0;
    w->take = c->groups[to - 1].length;
    count_digits(c, w);
}

/* 1 when a beginning of the last group makes the window a card number. */
static int find_take(const chain *c, window *w)
{
    size_t before;

    w->take = 0;
    count_digits(c, w);
    before = w->digits;
    for (w->take = c->groups[w->to - 1].length; w->take > 0; w->take--) {
        w->digits = before + w->take;
        if (may_be_card(c, w))
            return 1;
    }
    return 0;
}

/* 1 when a card number is left of the groups without digits that touch the first
 * and the last of them. What size groups have is seen from three on; of two any
 * part may be the number. */
static int find_within(const chain *c, size_t from, size_t to, window *w)
{
    size_t first = c->groups[from].length, size;

    whole_window(c, from, to, w);
    if (find_take(c, w))
        return 1;
    if (to - from > 2) {
        size = c->groups[from + 1].length;
        w->skip = first > size ? first - size : 0;
        if (find_take(c, w))
            return 1;
        w->skip = first > 4 ? first - 4 : 0; /* American Express */
        return find_take(c, w);
    }
    for (w->skip = 1; w->skip < first; w->skip++) {
        if (find_take(c, w))
            return 1;
    }
    return 0;
}

static void mark_card(chain *c, const window *w)
{
    size_t first = 0, g;

    for (g = w->from; g < w->to; g++) {
        group *part = &c->groups[g];

        part_of(c, w, g, &part->begin, &part->end);
        part->first = first;
        part->digits = w->digits;
        first += part->end - part->begin;
    }
    c->cards++;
}

/* Nearly all numbers have sixteen digits. A longer one may be a number and the
 * code beside it: the last choice, since its end would be shown. */
static size_t rank_of(const window *w)
{
    return w->digits <= CARD_USUAL ? CARD_USUAL - w->digits : w->digits;
}

/* The best run of whole groups that is a card number; one whose check fails only
 * where there is no other. */
static int find_whole(const chain *c, size_t from, window *found)
{
    int sound = 0;
    window w;
    size_t to;

    found->to = 0;
    for (to = from + 1; to <= c->count && to - from <= CARD_LONGEST; to++) {
        whole_window(c, from, to, &w);
        if (w.digits > CARD_LONGEST)
            break;
        if (may_be_card(c, &w)) {
            if (!sound || rank_of(&w) < rank_of(found))
                *found = w;
            sound = 1;
        } else if (!found->to && w.digits >= CARD_SHORTEST && is_plain(c, &w)) {
            *found = w;
        }
    }
    return found->to != 0;
}

static int find_part(const chain *c, size_t from, window *found)
{
    size_t to;

    for (to = from + 2; to <= c->count && to - from <= CARD_LONGEST; to++) {
        if (find_within(c, from, to, found))
            return 1;
    }
    return 0;
}

/* Marks a card number that begins in a group, if one does, and gives the group
 * behind it. */
static size_t find_card(chain *c, size_t from)
{
    window w;

    if (!find_whole(c, from, &w) && !find_part(c, from, &w))
        return from + 1;
    mark_card(c, &w);
    return w.to;
}

/* Numbers by themselves first: then all else of the chain is hidden. */
static void find_cards(chain *c)
{
    window w;
    size_t g;

    for (g = 0; g < c->count; g++) {
        whole_window(c, g, g + 1, &w);
        if (w.digits >= CARD_SHORTEST && w.digits <= CARD_LONGEST)
            mark_card(c, &w);
    }
    if (c->cards == 0) {
        for (g = 0; g < c->count;)
            g = find_card(c, g);
    }
}

/* What stands beside a card number may be its code, its date or a part of it. */
static void mark_group(const chain *c, const group *g, unsigned char *marks)
{
    size_t i;
    int hide = g->digits == 0 && (c->cards > 0 || g->length > CARD_LONGEST);

    for (i = 0; i < g->length; i++) {
        if (hide || (g->digits && (i < g->begin || i >= g->end)))
            marks[g->at + i] = HIDE;
        else if (g->digits && !is_shown(g->first + i - g->begin, g->digits))
            marks[g->at + i] = STAR;
    }
}

/* Marks the card numbers of the chain of digits at `at`, and what stands beside
 * them; gives the end of the chain. One of more groups than anyone writes is
 * hidden, whatever it is. */
static size_t mark_chain(const char *text, size_t length, size_t at,
                         unsigned char *marks)
{
    chain c;
    size_t g;

    read_chain(&c, text, length, at);
    if (c.too_long) {
        memset(marks + at, HIDE, c.end - at);
        return c.end;
    }
    find_cards(&c);
    for (g = 0; g < c.count; g++)
        mark_group(&c, &c.groups[g], marks);
    return c.end;
}

/* An id of the form 8-4-4-4-12, some of which have as many digits in a row as a
 * card number. */
static int is_guid(const char *text, size_t length, size_t at)
{
    size_t i;

    if (length - at < GUID || (at > 0 && is_word(text[at - 1]))
        || (length - at > GUID && is_word(text[at + GUID])))
        return 0;
    for (i = 0; i < GUID; i++) {
        int dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? text[at + i] != '-' : !is_hexadecimal(text[at + i]))
            return 0;
    }
    return 1;
}

static void mark_cards(const char *text, size_t length, unsigned char *marks)
{
    size_t at = 0;

    while (at < length) {
        if (is_guid(text, length, at))
            at += GUID;
        else if (is_digit(text[at]))
            at = mark_chain(text, length, at, marks);
        else
            at++;
    }
}

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

/* Marks the value of a secret member at `at`, and gives its end. */
static size_t mark_value(const char *text, size_t length, size_t at, int form,
                         unsigned char *marks)
{
    size_t end = at;

    if (!form && at < length && text[at] == '"') {
        at++;
        end = text_end(text, length, at);
    } else {
        while (end < length && !strchr(form ? "&; \t\r\n\"'<>" : ",}] \t\r\n",
                                       text[end]))
            end++;
    }
    memset(marks + at, HIDE, end - at);
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
            at = mark_value(text, length, at, 0, marks);
    }
}

static int is_name(char c)
{
    return is_word(c) || c == '_' || c == '-';
}

/* name=value, as in forms and queries. */
static void mark_form(const char *text, size_t length, unsigned char *marks)
{
    size_t at = 0, start = 0;

    for (; at < length; at++) {
        if (text[at] == '=' && at > start
            && cielo__field_kind(text + start, at - start) != CIELO_FIELD_OPEN)
            at = mark_value(text, length, at + 1, 1, marks);
        if (at < length && !is_name(text[at]))
            start = at + 1;
    }
}

/* What follows /card/ in an address stands for a card. */
static void mark_links(const char *text, size_t length, unsigned char *marks)
{
    static const char card[] = "/card/";
    const size_t size = sizeof(card) - 1;
    size_t at, i;

    for (at = 0; at + size < length; at++) {
        if (!cielo__same_case(text + at, card, size))
            continue;
        for (i = at + size; i < length && !is_blank(text[i])
             && !strchr("/?#\"'<>\\", text[i]); i++)
            marks[i] = HIDE;
    }
}

static int stands_alone(const char *text, size_t length, size_t at, size_t n)
{
    return (at == 0 || !is_word(text[at - 1]))
        && (at + n == length || !is_word(text[at + n]));
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
                memset(marks + at, HIDE, n);
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
    if (marks[at] == STAR)
        return "*";
    if (marks[at] == HIDE) {
        while (at + *taken < length && marks[at + *taken] == HIDE)
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
    mark_cards(text, length, marks);
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
    memset(marks, SHOW, length);
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
    return (type == CIELO_FIELD_AMOUNT || type == CIELO_FIELD_NUMBER)
        && length <= AMOUNT_DIGITS;
}

static int add_member(cielo__buf *out, int type, const char *text,
                      size_t length)
{
    if (type == CIELO_FIELD_CARD_NUMBER)
        return add_card(out, text, length);
    if (cielo__is_secret(type))
        return cielo__buf_text(out, STARS);
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

size_t cielo_text_shown(int object, const char *name, size_t name_length,
                        const char *text, size_t length, char *out, size_t size)
{
    cielo__buf shown;

    cielo__buf_init(&shown, NULL, SIZE_MAX - 1);
    if (add_member(&shown, type_of(object, name, name_length), text, length)
        != CIELO_OK) {
        cielo__buf_reset(&shown);
        cielo__buf_text(&shown, STARS);
    }
    return hand_out(&shown, out, size);
}

size_t cielo_mask(const char *text, size_t length, char *out, size_t size)
{
    cielo__buf shown;

    cielo__buf_init(&shown, NULL, length + sizeof(STARS));
    add_card(&shown, text, length);
    return hand_out(&shown, out, size);
}

/* ---- a tree ---- */

/* A number of a member that nothing vouches for is a card number's if it is
 * large enough to be one. */
static int is_small(const cielo_value *number)
{
    double real = cielo_value_real(number);

    return real > -1e12 && real < 1e12;
}

static cielo_value *shown_leaf(const cielo_value *value, int type)
{
    cielo_type kind = cielo_value_type(value);
    size_t length = 0;
    const char *text = cielo_value_text(value, &length);
    cielo_value *copy = NULL;
    cielo__buf out;

    if ((kind != CIELO_TEXT && kind != CIELO_NUMBER)
        || (kind == CIELO_NUMBER && !cielo__is_secret(type) && is_small(value)))
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
        status = cielo_value_set_named(to, cielo__buf_string(&out), out.length,
                                       item);
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
    const cielo_field *field
        = name ? row_of(object, name, length) : NULL;

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
