/*
 * The code books: what Cielo's return codes, statuses, brand denials and
 * merchant advice codes mean, and whether and when a sale may be tried again.
 *
 * Everything here is read-only data of the program: every pointer handed out
 * is static, is never freed and never changes, and every function may be called
 * from any thread. Nothing allocates, reads a clock or keeps state. A look-up
 * takes a bounded number of steps; what a book does not hold is NULL, never a
 * guess. Text arguments are pointer and length and may be NULL, which is "".
 *
 * Texts are UTF-8: `meaning` is for the merchant, `shopper` may be shown to
 * whoever is paying.
 */
#ifndef CIELO_CODES_H
#define CIELO_CODES_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/api.h>

CIELO_BEGIN

/*
 * May the same sale be sent again? X(NAME, name), from the mildest kind to the
 * strictest, so that of two kinds the greater number wins.
 */
#define CIELO_RETRY_MAP(X)                  \
    X(UNKNOWN, "unknown")                   \
    X(ALLOWED, "allowed")                   \
    X(LIMITED, "limited")                   \
    X(AFTER, "after")                       \
    X(LIMITED_NEXT_DAY, "limited_next_day") \
    X(NEVER, "never")

enum cielo_retry_kind {
#define CIELO_X(id, name) CIELO_RETRY_##id,
    CIELO_RETRY_MAP(CIELO_X)
#undef CIELO_X
    CIELO_RETRY_END
};

/*
 * A rule as data. A figure that does not apply is 0. A rule taken from one
 * table has the figures of its kind; a rule joined from several (cielo_advise)
 * may carry more, and every figure that is not 0 holds.
 */
typedef struct cielo_retry {
    int kind;         /* CIELO_RETRY_... */
    int max_attempts; /* repeats beside the first attempt, in any ... */
    int window_days;  /* ... so many days */
    int after_hours;  /* wait this long after the latest attempt */
} cielo_retry;

/* The name of a kind, "unknown" for a number that is none. */
CIELO_API const char *cielo_retry_name(int kind);

/*
 * What to alter before trying again: X(NAME, name), from the least to the most.
 * "nothing": the same request as it was; "amount": amount or instalments;
 * "data": what was typed or sent; "card": another card; "means": another means
 * of payment, or another kind of it (debit for credit).
 */
#define CIELO_CHANGE_MAP(X) \
    X(NOTHING, "nothing")   \
    X(AMOUNT, "amount")     \
    X(DATA, "data")         \
    X(CARD, "card")         \
    X(MEANS, "means")

enum cielo_change {
#define CIELO_X(id, name) CIELO_CHANGE_##id,
    CIELO_CHANGE_MAP(CIELO_X)
#undef CIELO_X
    CIELO_CHANGE_END
};

/* The name of a change, "nothing" for a number that is none. */
CIELO_API const char *cielo_change_name(int change);

/* Which request a return code answered: X(NAME, name). Each has its own book,
 * because one text means different things in them. */
#define CIELO_CODE_OPERATION_MAP(X) \
    X(SALE, "sale")                 \
    X(CAPTURE, "capture")           \
    X(VOID, "void")

enum cielo_code_operation {
#define CIELO_X(id, name) CIELO_CODE_##id,
    CIELO_CODE_OPERATION_MAP(CIELO_X)
#undef CIELO_X
    CIELO_CODE_OPERATION_END
};

/* The number of an operation's name ("void"), or -1. */
CIELO_API int cielo_code_operation(const char *name, size_t length);

/* The name of an operation's number, or NULL. */
CIELO_API const char *cielo_code_operation_name(int operation);

/* What a code is about, a closed list: X(NAME, name). */
#define CIELO_CATEGORY_MAP(X)                              \
    X(SUCCESS, "success")                                  \
    X(ISSUER_DECLINE, "issuer_decline")                    \
    X(FUNDS, "funds")                                      \
    X(LIMITS, "limits")                                    \
    X(AMOUNT, "amount")                                    \
    X(CARD_DATA, "card_data")                              \
    X(EXPIRED, "expired")                                  \
    X(SECURITY_CODE, "security_code")                      \
    X(AUTHENTICATION, "authentication")                    \
    X(BLOCKED, "blocked")                                  \
    X(FRAUD, "fraud")                                      \
    X(NOT_PERMITTED, "not_permitted")                      \
    X(INVALID_REQUEST, "invalid_request")                  \
    X(MERCHANT_CONFIGURATION, "merchant_configuration")    \
    X(COMMUNICATION, "communication")                      \
    X(CANCELLATION, "cancellation")                        \
    X(NOT_FOUND, "not_found")                              \
    X(DUPLICATE, "duplicate")                              \
    X(STATE, "state")

/*
 * One code of one book. The sale book is Cielo's table of return codes, the
 * success values seen in answers ("4" authorised, "6" captured) and what
 * Cielo's later table adds; the capture and void books are Cielo's tables for
 * those requests and what was seen in answers: success, and "6", by which a
 * void is denied. A code that Cielo lists without saying what it means is a row
 * that says so.
 */
typedef struct cielo_code {
    const char *code;     /* as Cielo writes it: "04" is not "4" */
    int operation;        /* CIELO_CODE_... */
    const char *category; /* a name of CIELO_CATEGORY_MAP */
    cielo_retry retry;    /* what the table says, nothing joined */
    int change;           /* CIELO_CHANGE_..., our reading of the cause */
    const char *meaning_pt;
    const char *meaning_en;
    const char *shopper_pt;
    const char *shopper_en;
} cielo_code;

/*
 * The entry of a return code, by its exact text: "4" is a success and "04" a
 * blocked card [code-zeros]. One liberty: Cielo writes the gateway's own codes
 * with and without a blank, so "BP 171" finds "BP171". "FG" stands twice in
 * Cielo's table; the first answers.
 */
CIELO_API const cielo_code *cielo_return_code(const char *code, size_t length,
                                              int operation);

/* Every entry, the second "FG" too, for index 0, 1, ... until NULL: the sale
 * book, then capture, then void, each in the byte order of its codes. */
CIELO_API const cielo_code *cielo_return_code_at(size_t index);

/*
 * The numbered books: X(NAME, name). The families of Cielo's API number their
 * statuses differently, so that no number means anything without its book
 * [sale-statuses], [order-statuses], [recurrence-statuses].
 *   sale_status             API 3.0, Payment.Status
 *   order_status            Checkout and payment links
 *   recurrence_status       API 3.0, RecurrentPayment.Status
 *   order_recurrence_status Checkout
 *   antifraud_status        API 3.0, FraudAnalysis.Status
 *   order_antifraud_status  Checkout
 *   reason_code             API 3.0, Payment.ReasonCode
 *   api_error               API 3.0, Code of an error body
 */
#define CIELO_BOOK_MAP(X)                                 \
    X(SALE_STATUS, "sale_status")                         \
    X(ORDER_STATUS, "order_status")                       \
    X(RECURRENCE_STATUS, "recurrence_status")             \
    X(ORDER_RECURRENCE_STATUS, "order_recurrence_status") \
    X(ANTIFRAUD_STATUS, "antifraud_status")               \
    X(ORDER_ANTIFRAUD_STATUS, "order_antifraud_status")   \
    X(REASON_CODE, "reason_code")                         \
    X(API_ERROR, "api_error")

enum cielo_book {
#define CIELO_X(id, name) CIELO_BOOK_##id,
    CIELO_BOOK_MAP(CIELO_X)
#undef CIELO_X
    CIELO_BOOK_END
};

/*
 * What a status of a sale or of a Checkout order means for the money: X(NAME,
 * name). None is said of what is in no book, nor of what comes after a payment
 * or an authorisation ended.
 *   unfinished  no outcome yet, and it may be any
 *   pending     on its way, not refused
 *   authorized  reserved, to be captured; a boleto or Pix: registered, unpaid
 *   paid        captured or received
 *   refused     nothing was charged, nor will be
 *   given_back  voided or refunded, whole
 */
#define CIELO_NATURE_MAP(X)          \
    X(NONE, "none")                  \
    X(UNFINISHED, "unfinished")      \
    X(PENDING, "pending")            \
    X(AUTHORIZED, "authorized")      \
    X(PAID, "paid")                  \
    X(REFUSED, "refused")            \
    X(GIVEN_BACK, "given_back")

typedef enum cielo_nature {
#define CIELO_X(id, name) CIELO_NATURE_##id,
    CIELO_NATURE_MAP(CIELO_X)
#undef CIELO_X
    CIELO_NATURE_END
} cielo_nature;

typedef struct cielo_status {
    int number;
    const char *name; /* snake_case, such as "payment_confirmed" */
    const char *wire; /* Cielo's own word, misspelt or not; "" if it has none */
    const char *meaning_pt;
    const char *meaning_en;
    cielo_nature nature; /* NONE in the books of other things */
} cielo_status;

/* The entry of a number; NULL for an unknown number or book. */
CIELO_API const cielo_status *cielo_book_get(int book, int number);

/*
 * The entry of a text: a wire word or a name, ignoring the case of ASCII
 * letters ("Paid", "NotFinalized"), or a decimal number of at most four digits,
 * since Cielo writes some numbers as text ("00", "126").
 */
CIELO_API const cielo_status *cielo_book_word(int book, const char *word,
                                              size_t length);

/* The entries of a book, in the order of their numbers, until NULL. */
CIELO_API const cielo_status *cielo_book_at(int book, size_t index);

/* One denial code of one brand, from the table of ABECS, the association of
 * the Brazilian card business, as Cielo publishes it. */
typedef struct cielo_denial {
    const char *brand;    /* "elo", "visa", "master", "amex" */
    const char *code;     /* without leading zeros, as the table has it */
    const char *category; /* a name of CIELO_CATEGORY_MAP */
    int reversible;       /* 1: may be tried again; 0: never */
    int change;           /* CIELO_CHANGE_... */
    const char *meaning_pt;
    const char *meaning_en;
} cielo_denial;

/*
 * The denial of a brand's code, its leading zeros ignored. Brands, in any case:
 * Elo, Visa, Master or Mastercard, Hiper or Hipercard (which share Mastercard's
 * column), Amex or AmericanExpress (found by Amex's number and by the code
 * Cielo translates it to). Where the table gives one code several causes, an
 * irreversible one wins over reversible ones, and the first of equals wins.
 */
CIELO_API const cielo_denial *cielo_abecs(const char *brand,
                                          size_t brand_length,
                                          const char *code, size_t length);

/* Every entry of every brand, until NULL. */
CIELO_API const cielo_denial *cielo_abecs_at(size_t index);

/*
 * The category of Visa's retry programme: 1 irreversible, 2 reversible, 3 wrong
 * data (reversible), 4 everything else (reversible). 0 for a text that cannot
 * be an issuer's code, which has one or two letters or digits.
 */
CIELO_API int cielo_visa_category(const char *code, size_t length);

/* What Mastercard advises the merchant to do (Payment.MerchantAdviceCode). */
typedef struct cielo_merchant_code {
    const char *code; /* two digits */
    cielo_retry retry;
    int change; /* CIELO_CHANGE_... */
    const char *meaning_pt;
    const char *meaning_en;
    int charged; /* 1: Mastercard charges for a repeat against the advice */
    int since;   /* YYYYMM, the month from which the row holds; 0 not known */
} cielo_merchant_code;

/* The entry of a merchant advice code; one digit is read as if padded: "1" is
 * "01". */
CIELO_API const cielo_merchant_code *cielo_merchant_advice(const char *code,
                                                           size_t length);

/* Every merchant advice code, until NULL. */
CIELO_API const cielo_merchant_code *cielo_merchant_advice_at(size_t index);

/* How many repeats of a denied sale a brand leaves free of a fee. Visa's stands
 * for the categories that may be tried again. */
typedef struct cielo_programme {
    const char *brand; /* as in cielo_denial */
    cielo_retry retry;
    int since; /* YYYYMM, the month from which it holds; 0 not known */
} cielo_programme;

/* Every brand's programme, until NULL. */
CIELO_API const cielo_programme *cielo_programme_at(size_t index);

/* What a sale's answer said. Start from CIELO_ADVICE_INPUT_INIT; leave out
 * what the answer did not have. */
typedef struct cielo_advice_input {
    const char *return_code; /* Payment.ReturnCode, or the provider's */
    size_t return_code_length;
    const char *brand; /* CreditCard.Brand or DebitCard.Brand */
    size_t brand_length;
    const char *merchant_advice; /* Payment.MerchantAdviceCode */
    size_t merchant_advice_length;
    int operation; /* CIELO_CODE_... */
    int status;    /* Payment.Status of a sale, -1 if not known */
} cielo_advice_input;

#define CIELO_ADVICE_INPUT_INIT {NULL, 0, NULL, 0, NULL, 0, CIELO_CODE_SALE, -1}

/* The tables: X(NAME, name). At most one row of each is among the sources. */
#define CIELO_ADVICE_TABLE_MAP(X)           \
    X(RETURN_CODE, "return_code")           \
    X(ABECS, "abecs")                       \
    X(VISA, "visa")                         \
    X(MERCHANT_ADVICE, "merchant_advice")   \
    X(BRAND_PROGRAMME, "brand_programme")

enum cielo_advice_table {
#define CIELO_X(id, name) CIELO_ADVICE_##id,
    CIELO_ADVICE_TABLE_MAP(CIELO_X)
#undef CIELO_X
    CIELO_ADVICE_END
};

typedef struct cielo_advice_source {
    const char *table; /* a name of CIELO_ADVICE_TABLE_MAP */
    cielo_retry retry;
    int change;
} cielo_advice_source;

/* Caller-owned; its pointers are static. */
typedef struct cielo_advice {
    const cielo_code *code; /* the entry of the return code, or NULL */
    cielo_retry retry;      /* all sources joined */
    int not_before_hours;   /* a wait after the latest attempt that satisfies
                               the rule: 24 where it says "the next day" */
    int change;             /* CIELO_CHANGE_... */
    size_t source_count;
    cielo_advice_source sources[CIELO_ADVICE_END];
} cielo_advice;

/*
 * Fills `out`: may this be tried again, when at the earliest, how often, and
 * what to change first. The strictest of the tables that apply wins:
 *   - kind: never, limited_next_day, after, limited, allowed, unknown, in that
 *     order. "never" drops every figure.
 *   - otherwise the smallest max_attempts and the smallest window_days that are
 *     given, and the longest after_hours, whatever the kind: the next day and
 *     an hour is "limited_next_day" with after_hours 1.
 *   - change: the greatest.
 * The return code's book is always asked; the other tables speak only of sales
 * that a brand denied, so neither of a code that means success nor of Cielo's
 * own codes (those of more than two characters). A sale with status authorised,
 * confirmed, voided or refunded was not denied: "never", "nothing", without
 * sources. One that is pending, scheduled or not finished may become anything:
 * "unknown", without sources, until it was looked up; but for a code that
 * refuses such a sale for good (velocity).
 */
CIELO_API void cielo_advise(const cielo_advice_input *in, cielo_advice *out);

/*
 * The next time at which a sale may be tried again. All times are seconds since
 * 1970-01-01T00:00:00Z; `attempts` are those made so far, the original sale
 * among them, in any order; `now` is the caller's clock.
 * Returns 1 and the time in `*next`, never before `now` (equal: it may be sent
 * at once), or 0 with `*next` 0 when no repeat is allowed, and also for the
 * kind "unknown": without a rule there is no date.
 *   - after_hours counts from the latest attempt.
 *   - The next day begins at midnight in Brasilia (UTC-3 all year), counted
 *     from the latest attempt.
 *   - max_attempts in window_days: no window of that length holds more repeats;
 *     when it is full, the time at which its oldest repeat leaves it.
 */
CIELO_API int cielo_retry_plan(const cielo_retry *rule, const int64_t *attempts,
                               size_t count, int64_t now, int64_t *next);

/* The same for an advice: the latest time that any of its sources asks for,
 * which is exact where two sources have different windows. */
CIELO_API int cielo_advice_plan(const cielo_advice *advice,
                                const int64_t *attempts, size_t count,
                                int64_t now, int64_t *next);

CIELO_END

#endif
