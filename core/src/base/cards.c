/*
 * Card numbers in texts: which bytes of one may be shown. A text is looked at
 * as chains of groups of digits, since people write a number in groups, and a
 * code or a date beside it.
 */
#include <string.h>

#include "base.h"

enum {
    CARD_SHORTEST = 13,
    CARD_USUAL = 16,
    CARD_LONGEST = 19,
    CARD_FIRST = 6, /* what may be shown of a card number */
    CARD_LAST = 4,
    GROUP_SHORT = 2,       /* digits of a group of a date or a telephone */
    ENTITY_LONGEST = 8,    /* bytes of "&nbsp;" and its like */
    SEPARATOR_LONGEST = 3, /* one character of UTF-8, or ", " and such */
    GROUPS = 64
};

/* ---- letters ---- */

static int is_end_digit(size_t index, size_t digits)
{
    return index < CARD_FIRST || index >= digits - CARD_LAST;
}

/* The bytes of a blank or a hyphen that is written as an escape: %20, &nbsp;,
 * \u00a0; 0 when none is at `at`. */
static size_t escape_length(const char *text, size_t length, size_t at)
{
    size_t left = length - at, n;

    if (text[at] == '%' && left >= 3 && cielo__is_hexadecimal(text[at + 1])
        && cielo__is_hexadecimal(text[at + 2]))
        return 3;
    if (text[at] == '\\' && left >= 6 && text[at + 1] == 'u')
        return 6;
    if (text[at] != '&')
        return 0;
    for (n = 1; n < ENTITY_LONGEST && n < left; n++) {
        if (text[at + n] == ';')
            return n + 1;
        if (text[at + n] != '#' && !cielo__is_alnum(text[at + n]))
            return 0;
    }
    return 0;
}

/* The bytes of what stands between two groups of digits at `at`, one character
 * or a few; 0 when no group follows. A star may be a digit that was masked
 * before. */
static size_t separator_length(const char *text, size_t length, size_t at)
{
    size_t n = at < length ? escape_length(text, length, at) : 0;

    if (n == 0) {
        while (n <= SEPARATOR_LONGEST && at + n < length
               && !cielo__is_alnum(text[at + n]) && text[at + n] != '*'
               && text[at + n] != '\0')
            n++;
        if (n > SEPARATOR_LONGEST)
            return 0;
    }
    return at + n < length && cielo__is_digit(text[at + n]) ? n : 0;
}

/* 1 for what people part a card number by: a sign or two, and no comma, which
 * parts numbers of a list. */
static int is_card_separator(const char *text, size_t n)
{
    if (n == 1)
        return !strchr(",;\"'()[]{}<>=&", text[0]);
    return text[0] == '%' || text[0] == '\\' || text[0] == '&'
        || (n == 3 && memcmp(text, " - ", 3) == 0) || cielo__utf8(text, n) == n;
}

/* ---- a text that is a card number and nothing else ---- */

/* Its digits, stars that somebody put in its middle counted as such; 0 when it
 * is none. */
static size_t count_card_digits(const char *text, size_t length)
{
    size_t digits = 0, i, index = 0;

    for (i = 0; i < length; i++) {
        if (cielo__is_digit(text[i]) || text[i] == '*')
            digits++;
        else if (cielo__is_alnum(text[i]) || i == 0 || i + 1 == length)
            return 0;
    }
    if (digits < CARD_SHORTEST || digits > CARD_LONGEST)
        return 0;
    for (i = 0; i < length; i++) {
        if (text[i] == '*' && is_end_digit(index, digits))
            return 0;
        index += cielo__is_digit(text[i]) || text[i] == '*';
    }
    return digits;
}

int cielo__card_add(cielo__buf *out, const char *text, size_t length)
{
    size_t digits = count_card_digits(text, length), index = 0, i;

    if (digits == 0)
        return 0;
    for (i = 0; i < length; i++) {
        int counts = cielo__is_digit(text[i]) || text[i] == '*';

        cielo__buf_char(out,
                        counts && !is_end_digit(index, digits) ? '*' : text[i]);
        index += counts;
    }
    return 1;
}

/* ---- card numbers in a text ---- */

/* A run of digits, and how it is shown. */
typedef struct group {
    size_t at;
    size_t length;
    size_t begin; /* its digits from `begin` to `end` belong to a card ... */
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

        while (at < length && cielo__is_digit(text[at]))
            at++;
        if (c->count == GROUPS) {
            c->too_long = 1;
        } else {
            c->groups[c->count].at = start;
            c->groups[c->count++].length = at - start;
        }
        c->end = at;
        between = separator_length(text, length, at);
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

/* 1 when one and the same text, such as parts a card number, parts all groups.
 */
static int is_parted_alike(const chain *c, const window *w)
{
    const char *first = c->text + c->groups[w->from].at
        + c->groups[w->from].length;
    size_t size = c->groups[w->from + 1].at
        - (c->groups[w->from].at + c->groups[w->from].length);
    size_t g;

    if (!is_card_separator(first, size))
        return 0;
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

/* As American Express and Diners print them: 4-6-5, 4-6-4. */
static int is_amex(const chain *c, const window *w)
{
    return w->to - w->from == 3
        && c->text[c->groups[w->from].at + w->skip] == '3'
        && c->groups[w->from].length - w->skip == 4
        && c->groups[w->from + 1].length == 6 && (w->take == 4 || w->take == 5);
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

static int is_usual(const window *w)
{
    return w->digits == CARD_USUAL || w->digits == CARD_USUAL - 1;
}

/* The n-th digits of a window, two of them, as a number. */
static int pair_at(const chain *c, const window *w, size_t n)
{
    size_t g, begin, end;
    int pair = 0, left = 2;

    for (g = w->from; g < w->to && left > 0; g++) {
        part_of(c, w, g, &begin, &end);
        for (; begin < end && left > 0; begin++) {
            if (n > 0) {
                n--;
                continue;
            }
            pair = pair * 10 + c->text[c->groups[g].at + begin] - '0';
            left--;
        }
    }
    return pair;
}

/* YYYYMMDDhhmmss, as order numbers and lines of logs have it. No brand's
 * numbers of so many digits begin so. */
static int is_moment(const chain *c, const window *w)
{
    int century, month, day;

    if (w->digits != 14)
        return 0;
    century = pair_at(c, w, 0);
    month = pair_at(c, w, 4);
    day = pair_at(c, w, 6);
    return (century == 19 || century == 20) && month >= 1 && month <= 12
        && day >= 1 && day <= 31 && pair_at(c, w, 8) < 24
        && pair_at(c, w, 10) < 60 && pair_at(c, w, 12) < 60;
}

/*
 * Whether the groups of a window are written as a card number may be: one
 * group, or several that are parted alike and of one size, or, for a number of
 * the usual length, none of them short. Dates and telephones have groups of
 * two, parted in several ways.
 */
static int is_shaped(const chain *c, const window *w)
{
    size_t size = common_size(c, w);

    return w->to - w->from == 1
        || (is_parted_alike(c, w)
            && (size || is_amex(c, w)
                || (is_usual(w) && !has_short_group(c, w))));
}

/* 1 for what is a card number though its check fails, as test numbers' does. */
static int is_plain(const chain *c, const window *w)
{
    if (w->digits < CARD_SHORTEST || w->digits > CARD_LONGEST
        || is_moment(c, w))
        return 0;
    return w->to - w->from == 1
        || (common_size(c, w) == 4 && is_parted_as_a_card(c, w));
}

static int may_be_card(const chain *c, const window *w)
{
    return w->digits >= CARD_SHORTEST && w->digits <= CARD_LONGEST
        && is_shaped(c, w) && is_sound(c, w) && !is_moment(c, w);
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

static void set_whole_window(const chain *c, size_t from, size_t to, window *w)
{
    w->from = from;
    w->to = to;
    w->skip = 0;
    w->take = c->groups[to - 1].length;
    count_digits(c, w);
}

/* 1 when a beginning of the last group makes the window a card number. Where
 * digits touch it, only numbers of the usual length are told from chance. */
static int find_take(const chain *c, window *w)
{
    size_t last = c->groups[w->to - 1].length, before;

    w->take = 0;
    count_digits(c, w);
    before = w->digits;
    for (w->take = last < CARD_LONGEST ? last : CARD_LONGEST; w->take > 0;
         w->take--) {
        w->digits = before + w->take;
        if (is_usual(w) && may_be_card(c, w))
            return 1;
    }
    return 0;
}

/* 1 when a card number is left of the groups without digits that touch the
 * first and the last of them. What size groups have is seen from three on; of
 * two any part may be the number. */
static int find_within(const chain *c, size_t from, size_t to, window *w)
{
    size_t first = c->groups[from].length, size;

    set_whole_window(c, from, to, w);
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
    w->skip = first > CARD_LONGEST ? first - CARD_LONGEST : 1;
    for (; w->skip < first; w->skip++) {
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

/* The best run of whole groups that is a card number; one whose check fails
 * only where there is no other. */
static int find_whole(const chain *c, size_t from, window *found)
{
    int sound = 0;
    window w;
    size_t to;

    found->to = 0;
    for (to = from + 1; to <= c->count && to - from <= CARD_LONGEST; to++) {
        set_whole_window(c, from, to, &w);
        if (w.digits > CARD_LONGEST)
            break;
        if (may_be_card(c, &w)) {
            if (!sound || rank_of(&w) < rank_of(found))
                *found = w;
            sound = 1;
        } else if (!found->to && is_plain(c, &w)) {
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
        set_whole_window(c, g, g + 1, &w);
        if (is_plain(c, &w))
            mark_card(c, &w);
    }
    if (c->cards == 0) {
        for (g = 0; g < c->count;)
            g = find_card(c, g);
    }
}

/* What stands beside a card number may be its code or its date, or a part. */
static void mark_group(const chain *c, const group *g, unsigned char *marks)
{
    size_t i;
    int hide = g->digits == 0 && (c->cards > 0 || g->length > CARD_LONGEST);

    for (i = 0; i < g->length; i++) {
        if (hide || (g->digits && (i < g->begin || i >= g->end)))
            marks[g->at + i] = CIELO__HIDE;
        else if (g->digits && !is_end_digit(g->first + i - g->begin, g->digits))
            marks[g->at + i] = CIELO__STAR;
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
        memset(marks + at, CIELO__HIDE, c.end - at);
        return c.end;
    }
    find_cards(&c);
    for (g = 0; g < c.count; g++)
        mark_group(&c, &c.groups[g], marks);
    return c.end;
}

/* 1 when a number that a brand may have issued stands in a run of digits, or
 * one is parted from its date as on a card's stripe. */
static int has_number(const chain *c, const char *id)
{
    const group *run = &c->groups[0];
    char next = c->end < CIELO__BARE_ID ? cielo__lower(id[c->end]) : '\0';
    window w = {0, 1, 0, 0, 0};

    if (run->length >= CARD_SHORTEST && (next == 'd' || next == 'f'))
        return 1;
    for (; w.skip + CARD_SHORTEST <= run->length; w.skip++) {
        for (w.digits = CARD_SHORTEST; w.digits <= CARD_LONGEST; w.digits++) {
            w.take = w.skip + w.digits;
            if (w.take <= run->length && is_sound(c, &w))
                return 1;
        }
    }
    return 0;
}

/* 1 when `length` bytes at `at` have no letter or digit beside them. */
static int is_apart(const char *text, size_t whole, size_t at, size_t length)
{
    return whole - at >= length && (at == 0 || !cielo__is_alnum(text[at - 1]))
        && (whole - at == length || !cielo__is_alnum(text[at + length]));
}

/* An id of 32 hexadecimal digits: by chance it has a long run of decimal ones,
 * which is no card number where no check digit says so. */
static int is_bare_id(const char *text, size_t length, size_t at)
{
    const char *id = text + at;
    int letters = 0;
    size_t i;
    chain c;

    if (!is_apart(text, length, at, CIELO__BARE_ID)
        || !cielo__is_bare_id(id, CIELO__BARE_ID))
        return 0;
    for (i = 0; i < CIELO__BARE_ID; i++)
        letters += !cielo__is_digit(id[i]);
    for (i = 0; letters && i < CIELO__BARE_ID; i++) {
        if (!cielo__is_digit(id[i]))
            continue;
        read_chain(&c, id, CIELO__BARE_ID, i);
        if (has_number(&c, id))
            return 0;
        i = c.end;
    }
    return letters > 0;
}

/* Some of which have as many digits in a row as a card number. */
static int is_guid(const char *text, size_t length, size_t at)
{
    return is_apart(text, length, at, CIELO__GUID)
        && cielo__is_guid(text + at, CIELO__GUID);
}

void cielo__cards_mark(const char *text, size_t length, unsigned char *marks)
{
    size_t at = 0;

    while (at < length) {
        if (is_guid(text, length, at))
            at += CIELO__GUID;
        else if (is_bare_id(text, length, at))
            at += CIELO__BARE_ID;
        else if (cielo__is_digit(text[at]))
            at = mark_chain(text, length, at, marks);
        else
            at++;
    }
}
