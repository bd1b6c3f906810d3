/*
 * What a result and an error hold besides Cielo's own members: the single list
 * of names, types and meanings. Bindings, annotations and pages grow from it.
 */
#ifndef CIELO_RESULTS_H
#define CIELO_RESULTS_H

#include <stddef.h>

#include <cielo/api.h>

CIELO_BEGIN

/* X(NAME, "word"): the rules that a problem or a warning can name. */
#define CIELO_RULE_MAP(X)      \
    X(REQUIRED, "required")    \
    X(TYPE, "type")            \
    X(SIZE, "size")            \
    X(FORMAT, "format")        \
    X(RANGE, "range")          \
    X(CHOICE, "choice")        \
    X(UNKNOWN, "unknown_name") \
    X(TWICE, "given_twice")    \
    X(CONFLICT, "conflict")    \
    X(JSON, "json")            \
    X(UNRECORDED, "unrecorded")

/* X(NAME, "type"): the types of facts and details. KIND is a word of
 * CIELO_STATUS_MAP, RULE of CIELO_RULE_MAP, CAUSE of CIELO_CAUSE_MAP; STATUS is
 * the name of a status of a sale, or of a Checkout order; SENT is "no", "maybe"
 * or "yes"; FOUND a list of payments. */
#define CIELO_DETAIL_TYPE_MAP(X) \
    X(TEXT, "text")              \
    X(RULE, "text")              \
    X(CAUSE, "text")             \
    X(STATUS, "text")            \
    X(KIND, "text")              \
    X(SENT, "text")              \
    X(NUMBER, "integer")         \
    X(BOOL, "boolean")           \
    X(ADVICE, "advice")          \
    X(PROBLEMS, "problems")      \
    X(ERRORS, "errors")          \
    X(ATTEMPTS, "attempts")      \
    X(FOUND, "payments")

enum cielo_detail_type {
#define CIELO_X(name, type) CIELO_DETAIL_##name,
    CIELO_DETAIL_TYPE_MAP(CIELO_X)
#undef CIELO_X
    CIELO_DETAIL_TYPE_END
};

/* X(NAME, name): what facts and details are of. A fact is of every result; of a
 * sale, a capture or a void of API 3.0; of a Checkout order; of a change of
 * one; or of several of them. */
#define CIELO_DETAIL_OWNER_MAP(X)        \
    X(RESULT, "result")                  \
    X(SALE, "sale")                      \
    X(ORDER, "order")                    \
    X(CHANGE, "change")                  \
    X(SALE_AND_ORDER, "sale_and_order")  \
    X(SALE_AND_CHANGE, "sale_and_change") \
    X(ERROR, "error")                    \
    X(PROBLEM, "problem")                \
    X(ENTRY, "entry")                    \
    X(ATTEMPT, "attempt")

enum cielo_detail_owner {
#define CIELO_X(id, name) CIELO_OF_##id,
    CIELO_DETAIL_OWNER_MAP(CIELO_X)
#undef CIELO_X
    CIELO_OF_END
};

/*
 * X(name, TYPE, OWNER, KNOWN, about): what a result adds to the members of the
 * answer. KNOWN: ALWAYS, or MAYBE where nobody may know it, and then it is
 * null. "reconciled" is also a fact of every change, "warnings" only where
 * there are any; "advice" is made by cielo_call_advice.
 */
#define CIELO_FACT_MAP(X)                                                      \
    X(http_status, NUMBER, RESULT, ALWAYS, "of the answer that decided")       \
    X(request_id, TEXT, RESULT, MAYBE, "under which Cielo knows the request")  \
    X(warnings, PROBLEMS, RESULT, ALWAYS,                                      \
      "what Cielo may take otherwise than was meant")                          \
    X(status_name, STATUS, SALE_AND_ORDER, MAYBE,                                \
      "such as authorized; none for a status that no table has")               \
    X(status_number, NUMBER, ORDER, MAYBE, "the same as Cielo's number")       \
    X(approved, BOOL, SALE_AND_CHANGE, ALWAYS,                                 \
      "authorised or paid; a boleto or Pix: paid; a capture or void: done")    \
    X(declined, BOOL, SALE_AND_CHANGE, ALWAYS, "refused for good")             \
    X(pending, BOOL, SALE_AND_CHANGE, ALWAYS,                                  \
      "not decided yet, or not paid; a capture or void: accepted, not done")   \
    X(reconciled, BOOL, SALE_AND_CHANGE, ALWAYS,                               \
      "a lost answer was read back")                                           \
    X(advice, ADVICE, SALE, ALWAYS, "may it be tried again?")

enum cielo_fact_number {
#define CIELO_X(name, type, owner, known, about) CIELO_FACT_##name,
    CIELO_FACT_MAP(CIELO_X)
#undef CIELO_X
    CIELO_FACT_COUNT
};

/*
 * X(OWNER, name, TYPE, KNOWN, about): the attributes of an error, and of what
 * stands in its lists.
 */
#define CIELO_DETAIL_MAP(X)                                                    \
    X(ERROR, kind, KIND, ALWAYS, "what went wrong, such as not_found")         \
    X(ERROR, message, TEXT, ALWAYS, "for people")                              \
    X(ERROR, http_status, NUMBER, MAYBE, "of the answer that decided")         \
    X(ERROR, errors, ERRORS, ALWAYS, "what Cielo answered, code and message")  \
    X(ERROR, body, TEXT, MAYBE, "of that answer, masked, cut at 4 KB")         \
    X(ERROR, request_id, TEXT, MAYBE, "under which Cielo knows the request")   \
    X(ERROR, sent, SENT, ALWAYS, "whether it can have reached Cielo")          \
    X(ERROR, operation, TEXT, MAYBE, "such as sale_create")                    \
    X(ERROR, merchant_order_id, TEXT, MAYBE, "the shop's number of the order") \
    X(ERROR, attempts, ATTEMPTS, ALWAYS, "every request that was made")        \
    X(ERROR, problems, PROBLEMS, ALWAYS, "every rule that the input breaks")   \
    X(ERROR, warnings, PROBLEMS, ALWAYS, "as a result's")                      \
    X(ERROR, found, FOUND, ALWAYS, "the sales that a look-up saw")             \
    X(PROBLEM, path, TEXT, ALWAYS, "where, such as payment.amount")            \
    X(PROBLEM, rule, RULE, ALWAYS, "the rule that is broken, one word")        \
    X(PROBLEM, message, TEXT, ALWAYS, "for people")                            \
    X(ENTRY, code, TEXT, ALWAYS, "Cielo's code")                               \
    X(ENTRY, message, TEXT, ALWAYS, "Cielo's text")                            \
    X(ATTEMPT, method, TEXT, ALWAYS, "such as POST")                           \
    X(ATTEMPT, url, TEXT, ALWAYS, "without secrets")                           \
    X(ATTEMPT, request_id, TEXT, MAYBE, "of this request")                     \
    X(ATTEMPT, http_status, NUMBER, MAYBE, "of its answer, where one came")    \
    X(ATTEMPT, sent, SENT, ALWAYS, "whether it can have reached Cielo")        \
    X(ATTEMPT, cause, CAUSE, MAYBE, "why no answer came, a word")               \
    X(ATTEMPT, text, TEXT, MAYBE, "the same, for people")                      \
    X(ATTEMPT, ms, NUMBER, MAYBE, "how long it took")

/* A row of either map; static. */
typedef struct cielo_detail {
    int owner; /* CIELO_OF_... */
    const char *name;
    int type;  /* CIELO_DETAIL_... */
    int known; /* 1: never null */
    const char *about;
} cielo_detail;

/* The n-th row of CIELO_FACT_MAP (CIELO_FACT_...), and of CIELO_DETAIL_MAP,
 * whose rows stand together by owner; NULL past the last. */
CIELO_API const cielo_detail *cielo_fact_at(size_t index);
CIELO_API const cielo_detail *cielo_detail_at(size_t index);

/* 1 when a fact or detail of that name holds of results whose object is
 * `object` (CIELO_OBJECT_...). */
CIELO_API int cielo_fact_is_of(const cielo_detail *fact, int object);

CIELO_END

#endif
