/* The code books: rows and look-ups, and the advice that they give together. */
#include <string.h>

#include "facts.h"

#include "codes_abecs.h"
#include "codes_api_error.h"
#include "codes_capture.h"
#include "codes_return.h"
#include "codes_rules.h"
#include "codes_shopper.h"
#include "codes_status.h"
#include "codes_void.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The variable part of a row is its texts: one argument may hold two. */
#define CODE_ROW(operation, code, category, rule, change, ...)              \
    {code,       operation, #category, RETRY_##rule, CIELO_CHANGE_##change, \
     __VA_ARGS__},
#define SALE_ROW(...) CODE_ROW(CIELO_CODE_SALE, __VA_ARGS__)
#define CAPTURE_ROW(...) CODE_ROW(CIELO_CODE_CAPTURE, __VA_ARGS__)
#define VOID_ROW(...) CODE_ROW(CIELO_CODE_VOID, __VA_ARGS__)
#define STATUS_ROW(number, name, ...) \
    {number, name, __VA_ARGS__, CIELO_NATURE_NONE},
#define NATURED_ROW(number, name, wire, nature, ...) \
    {number, name, wire, __VA_ARGS__, CIELO_NATURE_##nature},
#define ABECS_ROW(brand, code, cause) {brand, code, ABECS_##cause},
#define FEE_CHARGED 1
#define FEE_FREE 0
#define MERCHANT_ADVICE_ROW(code, rule, change, fee, since, ...) \
    {code, RETRY_##rule, CIELO_CHANGE_##change, __VA_ARGS__, FEE_##fee, since},
#define VISA_ROW(code, category) {code, category},

static const cielo_code sale_codes[] = {CIELO__SALE_CODES(SALE_ROW)};
static const cielo_code capture_codes[] = {CIELO__CAPTURE_CODES(CAPTURE_ROW)};
static const cielo_code void_codes[] = {CIELO__VOID_CODES(VOID_ROW)};

static const struct {
    const cielo_code *rows;
    size_t count;
} code_books[CIELO_CODE_OPERATION_END] = {
    {sale_codes, COUNT(sale_codes)},
    {capture_codes, COUNT(capture_codes)},
    {void_codes, COUNT(void_codes)},
};

#define ROW_OF_SALE_STATUS NATURED_ROW
#define ROW_OF_ORDER_STATUS NATURED_ROW
#define ROW_OF_RECURRENCE_STATUS STATUS_ROW
#define ROW_OF_ORDER_RECURRENCE_STATUS STATUS_ROW
#define ROW_OF_ANTIFRAUD_STATUS STATUS_ROW
#define ROW_OF_ORDER_ANTIFRAUD_STATUS STATUS_ROW
#define ROW_OF_REASON_CODE STATUS_ROW
#define ROW_OF_API_ERROR STATUS_ROW

#define CIELO_X(id, name) \
    static const cielo_status book_##id[] = {CIELO__##id##_ROWS(ROW_OF_##id)};
CIELO_BOOK_MAP(CIELO_X)
#undef CIELO_X

static const struct {
    const cielo_status *rows;
    size_t count;
} books[CIELO_BOOK_END] = {
#define CIELO_X(id, name) {book_##id, COUNT(book_##id)},
    CIELO_BOOK_MAP(CIELO_X)
#undef CIELO_X
};

static const cielo_denial denials[] = {CIELO__ABECS_ROWS(ABECS_ROW)};

static const cielo_merchant_code merchant_codes[]
    = {CIELO__MERCHANT_ADVICE_ROWS(MERCHANT_ADVICE_ROW)};

static const struct visa_code {
    const char *code;
    int category;
} visa_codes[] = {CIELO__VISA_ROWS(VISA_ROW)};

/*
 * The repeats a brand leaves free of a fee, and the month from which the
 * figures hold, which no source tells of these. Elo charges from the 16th retry
 * in the month, told in days like the others. Mastercard charges from the 8th,
 * and Cielo writes both "in 24 hours" and "in the month": the stricter is
 * taken, which also stays below its fee from 35 denials in 30 days. Visa's
 * limit stands for every code but those of category 1.
 */
#define PROGRAMME_MAP(X)              \
    X(ELO, "elo", 15, 30, 0)          \
    X(MASTERCARD, "master", 7, 30, 0) \
    X(VISA, "visa", 15, 30, 0)

enum programme_number {
#define CIELO_X(id, brand, attempts, days, since) PROGRAMME_##id,
    PROGRAMME_MAP(CIELO_X)
#undef CIELO_X
        PROGRAMME_END
};

static const cielo_programme programmes[PROGRAMME_END] = {
#define CIELO_X(id, brand, attempts, days, since) \
    {brand, {CIELO_RETRY_LIMITED, attempts, days, 0}, since},
    PROGRAMME_MAP(CIELO_X)
#undef CIELO_X
};

static const cielo_retry retry_never = RETRY_NEVER;
static const cielo_retry retry_allowed = RETRY_ALLOWED;

/* A brand as users write it and the name its denials stand under. */
static const struct brand {
    const char *spelling;
    const char *name;
    const cielo_programme *programme; /* NULL: none is known */
} brands[] = {
    {"elo", "elo", &programmes[PROGRAMME_ELO]},
    {"visa", "visa", &programmes[PROGRAMME_VISA]},
    {"master", "master", &programmes[PROGRAMME_MASTERCARD]},
    {"mastercard", "master", &programmes[PROGRAMME_MASTERCARD]},
    {"hiper", "master", NULL},
    {"hipercard", "master", NULL},
    {"amex", "amex", NULL},
    {"americanexpress", "amex", NULL},
};

typedef struct text {
    const char *at;
    size_t length;
} text;

static text as_text(const char *at, size_t length)
{
    text result;

    result.at = at ? at : "";
    result.length = at ? length : 0;
    return result;
}

static int compare_text(text key, const char *row)
{
    size_t length = strlen(row);
    size_t shorter = key.length < length ? key.length : length;
    int order = memcmp(key.at, row, shorter);

    if (order != 0)
        return order;
    return (key.length > length) - (key.length < length);
}

static int same_word(text key, const char *word)
{
    size_t i;

    for (i = 0; i < key.length && word[i] != '\0'; i++)
        if (cielo__lower(key.at[i]) != cielo__lower(word[i]))
            return 0;
    return i == key.length && word[i] == '\0' && i > 0;
}

static text without_zeros(text code)
{
    while (code.length > 0 && *code.at == '0') {
        code.at++;
        code.length--;
    }
    return code;
}

/*
 * The first row that is not below `key`, or `count`. The tables are constants
 * of fewer than 256 rows, so that no look-up takes more than eight comparisons
 * of a few bytes, whatever is asked: constant time without a hash that somebody
 * would have to regenerate. A test holds the order of the rows.
 */
static size_t lower_bound(const void *key, const void *table, size_t count,
                          size_t stride,
                          int (*compare)(const void *key, const void *row))
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2;

        if (compare(key, (const char *)table + middle * stride) > 0)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

/* The first row that equals `key`, or NULL. */
static const void *find_row(const void *key, const void *table, size_t count,
                            size_t stride,
                            int (*compare)(const void *key, const void *row))
{
    size_t at = lower_bound(key, table, count, stride, compare);
    const char *row = (const char *)table + at * stride;

    return at < count && compare(key, row) == 0 ? row : NULL;
}

#define FIND(key, rows, count, compare) \
    find_row(key, rows, count, sizeof((rows)[0]), compare)

static int compare_code(const void *key, const void *row)
{
    return compare_text(*(const text *)key, ((const cielo_code *)row)->code);
}

static int compare_merchant_code(const void *key, const void *row)
{
    return compare_text(*(const text *)key,
                        ((const cielo_merchant_code *)row)->code);
}

static int compare_visa_code(const void *key, const void *row)
{
    return compare_text(*(const text *)key,
                        ((const struct visa_code *)row)->code);
}

static int compare_number(const void *key, const void *row)
{
    int number = *(const int *)key;
    int other = ((const cielo_status *)row)->number;

    return (number > other) - (number < other);
}

typedef struct denial_key {
    const char *brand;
    text code;
} denial_key;

static int compare_denial(const void *key, const void *row)
{
    const denial_key *sought = key;
    const cielo_denial *denial = row;
    int order = strcmp(sought->brand, denial->brand);

    return order != 0 ? order : compare_text(sought->code, denial->code);
}

const char *cielo_retry_name(int kind)
{
    static const char *const names[] = {
#define CIELO_X(id, name) name,
        CIELO_RETRY_MAP(CIELO_X)
#undef CIELO_X
    };

    return names[kind >= 0 && kind < CIELO_RETRY_END ? kind
                                                     : CIELO_RETRY_UNKNOWN];
}

const char *cielo_change_name(int change)
{
    static const char *const names[] = {
#define CIELO_X(id, name) name,
        CIELO_CHANGE_MAP(CIELO_X)
#undef CIELO_X
    };

    return names[change >= 0 && change < CIELO_CHANGE_END
                     ? change
                     : CIELO_CHANGE_NOTHING];
}

static const char *const operation_names[] = {
#define CIELO_X(id, name) name,
    CIELO_CODE_OPERATION_MAP(CIELO_X)
#undef CIELO_X
};

const char *cielo_code_operation_name(int operation)
{
    return operation >= 0 && operation < CIELO_CODE_OPERATION_END
        ? operation_names[operation]
        : NULL;
}

int cielo_code_operation(const char *name, size_t length)
{
    text key = as_text(name, length);
    int i;

    for (i = 0; i < CIELO_CODE_OPERATION_END; i++)
        if (compare_text(key, operation_names[i]) == 0)
            return i;
    return -1;
}

const cielo_code *cielo_return_code(const char *code, size_t length,
                                    int operation)
{
    text key = as_text(code, length);
    char joined[5];

    if (operation < 0 || operation >= CIELO_CODE_OPERATION_END)
        return NULL;
    if (key.length == 6 && memcmp(key.at, "BP ", 3) == 0) {
        memcpy(joined, key.at, 2);
        memcpy(joined + 2, key.at + 3, 3);
        key = as_text(joined, sizeof(joined));
    }
    return FIND(&key, code_books[operation].rows, code_books[operation].count,
                compare_code);
}

const cielo_code *cielo_return_code_at(size_t index)
{
    size_t i;

    for (i = 0; i < COUNT(code_books); i++) {
        if (index < code_books[i].count)
            return &code_books[i].rows[index];
        index -= code_books[i].count;
    }
    return NULL;
}

const cielo_status *cielo_book_get(int book, int number)
{
    if (book < 0 || book >= CIELO_BOOK_END)
        return NULL;
    return FIND(&number, books[book].rows, books[book].count, compare_number);
}

int cielo__code_is_final(const char *code, size_t length)
{
    static const char *const codes[] = {"BP171"};
    const cielo_code *entry
        = code ? cielo_return_code(code, length, CIELO_CODE_SALE) : NULL;
    size_t i;

    for (i = 0; entry && i < COUNT(codes); i++) {
        if (strcmp(entry->code, codes[i]) == 0)
            return 1;
    }
    return 0;
}

cielo_nature cielo__sale_nature(int64_t status)
{
    const cielo_status *entry = status == (int)status
        ? cielo_book_get(CIELO_BOOK_SALE_STATUS, (int)status)
        : NULL;

    return entry ? entry->nature : CIELO_NATURE_NONE;
}

const cielo_status *cielo_book_at(int book, size_t index)
{
    if (book < 0 || book >= CIELO_BOOK_END || index >= books[book].count)
        return NULL;
    return &books[book].rows[index];
}

/* The value of up to four decimal digits, or -1. */
static int read_decimal(text word)
{
    int number = 0;
    size_t i;

    if (word.length == 0 || word.length > 4)
        return -1;
    for (i = 0; i < word.length; i++) {
        if (word.at[i] < '0' || word.at[i] > '9')
            return -1;
        number = number * 10 + (word.at[i] - '0');
    }
    return number;
}

const cielo_status *cielo_book_word(int book, const char *word, size_t length)
{
    text key = as_text(word, length);
    const cielo_status *row;
    size_t i;

    if (read_decimal(key) >= 0)
        return cielo_book_get(book, read_decimal(key));
    for (i = 0; (row = cielo_book_at(book, i)) != NULL; i++)
        if (same_word(key, row->wire) || same_word(key, row->name))
            return row;
    return NULL;
}

static const struct brand *find_brand(text spelling)
{
    size_t i;

    for (i = 0; i < COUNT(brands); i++)
        if (same_word(spelling, brands[i].spelling))
            return &brands[i];
    return NULL;
}

int cielo__is_mastercard(const char *brand)
{
    const struct brand *known = find_brand(as_text(brand, strlen(brand)));

    return known && known->programme == &programmes[PROGRAMME_MASTERCARD];
}

int cielo__wants_initiator(const char *brand)
{
    return cielo__is_mastercard(brand)
        || same_word(as_text(brand, strlen(brand)), "hipercard");
}

const cielo_denial *cielo_abecs(const char *brand, size_t brand_length,
                                const char *code, size_t length)
{
    const struct brand *known = find_brand(as_text(brand, brand_length));
    denial_key key;

    if (!known)
        return NULL;
    key.brand = known->name;
    key.code = without_zeros(as_text(code, length));
    return FIND(&key, denials, COUNT(denials), compare_denial);
}

const cielo_denial *cielo_abecs_at(size_t index)
{
    return index < COUNT(denials) ? &denials[index] : NULL;
}

/* An issuer's code as Visa writes it, two characters, in `out`; 0 for a text
 * that is none. */
static int pad_issuer_code(text code, char out[2])
{
    size_t i;

    code = without_zeros(code);
    if (code.length == 0 || code.length > 2)
        return 0;
    for (i = 0; i < code.length; i++)
        if (!((code.at[i] >= '0' && code.at[i] <= '9')
              || (code.at[i] >= 'A' && code.at[i] <= 'Z')))
            return 0;
    out[0] = code.length == 2 ? code.at[0] : '0';
    out[1] = code.at[code.length - 1];
    return 1;
}

int cielo_visa_category(const char *code, size_t length)
{
    const struct visa_code *row;
    char padded[2];
    text key;

    if (!pad_issuer_code(as_text(code, length), padded))
        return 0;
    key = as_text(padded, sizeof(padded));
    row = FIND(&key, visa_codes, COUNT(visa_codes), compare_visa_code);
    return row ? row->category : 4;
}

const cielo_merchant_code *cielo_merchant_advice(const char *code,
                                                 size_t length)
{
    text key = as_text(code, length);
    char padded[2] = {'0', '0'};

    if (key.length == 1) {
        padded[1] = key.at[0];
        key = as_text(padded, sizeof(padded));
    }
    return FIND(&key, merchant_codes, COUNT(merchant_codes),
                compare_merchant_code);
}

const cielo_merchant_code *cielo_merchant_advice_at(size_t index)
{
    return index < COUNT(merchant_codes) ? &merchant_codes[index] : NULL;
}

const cielo_programme *cielo_programme_at(size_t index)
{
    return index < COUNT(programmes) ? &programmes[index] : NULL;
}

static int smaller_given(int a, int b)
{
    if (a == 0 || b == 0)
        return a + b;
    return a < b ? a : b;
}

/* Makes `rule` as strict as both. */
static void join_retry(cielo_retry *rule, const cielo_retry *other)
{
    if (rule->kind == CIELO_RETRY_NEVER || other->kind == CIELO_RETRY_NEVER) {
        *rule = retry_never;
        return;
    }
    if (other->kind > rule->kind)
        rule->kind = other->kind;
    rule->max_attempts = smaller_given(rule->max_attempts, other->max_attempts);
    rule->window_days = smaller_given(rule->window_days, other->window_days);
    if (other->after_hours > rule->after_hours)
        rule->after_hours = other->after_hours;
}

static void add_source(cielo_advice *advice, int table,
                       const cielo_retry *retry, int change)
{
    static const char *const names[] = {
#define CIELO_X(id, name) name,
        CIELO_ADVICE_TABLE_MAP(CIELO_X)
#undef CIELO_X
    };
    cielo_advice_source *source = &advice->sources[advice->source_count++];

    source->table = names[table];
    source->retry = *retry;
    source->change = change;
    join_retry(&advice->retry, retry);
    if (change > advice->change)
        advice->change = change;
}

static cielo_nature nature_of(const cielo_advice_input *in)
{
    return in->operation == CIELO_CODE_SALE ? cielo__sale_nature(in->status)
                                            : CIELO_NATURE_NONE;
}

/* A sale in one of these states was not denied: a repeat would charge twice or
 * bring back what was undone. */
static int is_not_denied(const cielo_advice_input *in)
{
    cielo_nature nature = nature_of(in);

    return nature == CIELO_NATURE_AUTHORIZED || nature == CIELO_NATURE_PAID
        || nature == CIELO_NATURE_GIVEN_BACK;
}

/* One that may become anything: it is looked up before another is made. */
static int is_undecided(const cielo_advice_input *in)
{
    cielo_nature nature = nature_of(in);

    return nature == CIELO_NATURE_PENDING
        || (nature == CIELO_NATURE_UNFINISHED
            && !cielo__code_is_final(in->return_code, in->return_code_length));
}

/* What the brand says about a denied sale. */
static void add_brand(cielo_advice *advice, const cielo_advice_input *in)
{
    const struct brand *brand
        = find_brand(as_text(in->brand, in->brand_length));
    const cielo_denial *denial = cielo_abecs(in->brand, in->brand_length,
                                             in->return_code,
                                             in->return_code_length);
    int category = cielo_visa_category(in->return_code, in->return_code_length);

    if (denial)
        add_source(advice, CIELO_ADVICE_ABECS,
                   denial->reversible ? &retry_allowed : &retry_never,
                   denial->change);
    if (!brand || !brand->programme || category == 0)
        return;
    if (brand->programme != &programmes[PROGRAMME_VISA])
        add_source(advice, CIELO_ADVICE_BRAND_PROGRAMME,
                   &brand->programme->retry, CIELO_CHANGE_NOTHING);
    else
        add_source(advice, CIELO_ADVICE_VISA,
                   category == 1 ? &retry_never : &brand->programme->retry,
                   CIELO_CHANGE_NOTHING);
}

static int means_success(const cielo_code *code)
{
    return code && strcmp(code->category, "success") == 0;
}

static void add_tables(cielo_advice *advice, const cielo_advice_input *in)
{
    const cielo_merchant_code *merchant
        = cielo_merchant_advice(in->merchant_advice,
                                in->merchant_advice_length);

    if (advice->code)
        add_source(advice, CIELO_ADVICE_RETURN_CODE, &advice->code->retry,
                   advice->code->change);
    if (in->operation != CIELO_CODE_SALE || means_success(advice->code))
        return;
    add_brand(advice, in);
    if (merchant)
        add_source(advice, CIELO_ADVICE_MERCHANT_ADVICE, &merchant->retry,
                   merchant->change);
}

void cielo_advise(const cielo_advice_input *in, cielo_advice *out)
{
    static const cielo_advice nothing_known
        = {NULL, RETRY_UNKNOWN, 0, CIELO_CHANGE_NOTHING, 0, {{0}}};

    *out = nothing_known;
    out->code = cielo_return_code(in->return_code, in->return_code_length,
                                  in->operation);
    if (is_not_denied(in))
        out->retry = retry_never;
    else if (!is_undecided(in))
        add_tables(out, in);
    out->not_before_hours = out->retry.after_hours;
    if (out->retry.kind == CIELO_RETRY_LIMITED_NEXT_DAY
        && out->not_before_hours < 24)
        out->not_before_hours = 24;
}

#define HOUR ((int64_t)3600)
#define DAY (24 * HOUR)
/* Brasilia is three hours behind UTC; it has had no summer time since 2019. */
#define BRASILIA (3 * HOUR)

/* The sum, or the nearest time there is: times come from the caller. */
static int64_t later_by(int64_t time, int64_t seconds)
{
    if (seconds > 0 && time > INT64_MAX - seconds)
        return INT64_MAX;
    if (seconds < 0 && time < INT64_MIN - seconds)
        return INT64_MIN;
    return time + seconds;
}

static int64_t next_midnight(int64_t time)
{
    int64_t local = later_by(time, -BRASILIA);
    int64_t into_day = local % DAY;

    if (into_day < 0)
        into_day += DAY;
    return later_by(later_by(local, DAY - into_day), BRASILIA);
}

/* Whether attempt `a` is before attempt `b`; equal times keep their order. */
static int is_before(const int64_t *attempts, size_t a, size_t b)
{
    return attempts[a] < attempts[b] || (attempts[a] == attempts[b] && a < b);
}

/* The time of the n-th latest attempt, the latest being the first; n is 1 to
 * `count`. Callers' lists are short and in any order: no sorting. */
static int64_t nth_latest(const int64_t *attempts, size_t count, size_t n)
{
    size_t found = count, i;

    while (n-- > 0) {
        size_t best = count;

        for (i = 0; i < count; i++)
            if ((found == count || is_before(attempts, i, found))
                && (best == count || is_before(attempts, best, i)))
                best = i;
        found = best;
    }
    return attempts[found];
}

static void put_off(int64_t *next, int64_t time)
{
    if (*next < time)
        *next = time;
}

int cielo_retry_plan(const cielo_retry *rule, const int64_t *attempts,
                     size_t count, int64_t now, int64_t *next)
{
    size_t limit = rule->max_attempts > 0 ? (size_t)rule->max_attempts : 0;

    *next = 0;
    if (rule->kind <= CIELO_RETRY_UNKNOWN || rule->kind >= CIELO_RETRY_NEVER)
        return 0;
    *next = now;
    if (count == 0)
        return 1;
    if (rule->after_hours > 0)
        put_off(next,
                later_by(nth_latest(attempts, count, 1),
                         rule->after_hours * HOUR));
    if (rule->kind == CIELO_RETRY_LIMITED_NEXT_DAY)
        put_off(next, next_midnight(nth_latest(attempts, count, 1)));
    if (limit > 0 && count - 1 >= limit)
        put_off(next,
                later_by(nth_latest(attempts, count, limit),
                         rule->window_days * DAY));
    return 1;
}

int cielo_advice_plan(const cielo_advice *advice, const int64_t *attempts,
                      size_t count, int64_t now, int64_t *next)
{
    int64_t latest = now;
    size_t i;

    *next = 0;
    if (advice->retry.kind <= CIELO_RETRY_UNKNOWN
        || advice->retry.kind >= CIELO_RETRY_NEVER)
        return 0;
    for (i = 0; i < advice->source_count; i++) {
        int64_t wanted;

        if (cielo_retry_plan(&advice->sources[i].retry, attempts, count, now,
                             &wanted))
            put_off(&latest, wanted);
    }
    *next = latest;
    return 1;
}
