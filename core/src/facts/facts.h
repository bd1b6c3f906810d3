/* The floor of facts: the maps as tables, and look-ups in them. */
#ifndef CIELO_FACTS_H
#define CIELO_FACTS_H

#include <cielo/codes.h>
#include <cielo/fields.h>
#include <cielo/operations.h>
#include <cielo/results.h>

#include "../json/json.h"

/* ---- operations.c ---- */

enum { CIELO__READ = 0, CIELO__WRITE = 1 };

typedef enum cielo__host {
    CIELO__HOST_TRANSACTION,
    CIELO__HOST_QUERY,
    CIELO__HOST_CHECKOUT,
    CIELO__HOST_MPI,
    CIELO__HOST_POST,
    CIELO__HOST_POST_AUTH, /* where POST's tokens come from */
    CIELO__HOST_LOCAL
} cielo__host;

typedef enum cielo__auth {
    CIELO__AUTH_MERCHANT,
    CIELO__AUTH_BEARER,
    CIELO__AUTH_PAGE,
    CIELO__AUTH_NOTICE,
    CIELO__AUTH_MPI,
    CIELO__AUTH_POST,
    CIELO__AUTH_GIVEN
} cielo__auth;

typedef enum cielo__note {
    CIELO__NOTE_NONE,
    CIELO__NOTE_PART,
    CIELO__NOTE_PARTIAL_UPDATE,
    CIELO__NOTE_ID_IN_BODY,
    CIELO__NOTE_CARD_BY_V2,
    CIELO__NOTE_BILLED
} cielo__note;

typedef enum cielo__settle_rule {
    CIELO__SETTLE_NONE,
    CIELO__SETTLE_SALE,
    CIELO__SETTLE_CAPTURE,
    CIELO__SETTLE_VOID,
    CIELO__SETTLE_VOID_NEWEST,
    CIELO__SETTLE_RECURRENCE,
    CIELO__SETTLE_ORDER_CAPTURE,
    CIELO__SETTLE_ORDER_VOID
} cielo__settle_rule;

typedef struct cielo__operation {
    cielo_operation facts;
    cielo__host host;
    cielo__auth auth;
    cielo__note note;
    const char *body; /* the parameter that is the body, "*" or "-" */
    cielo__settle_rule settle;
    const char *expect;
} cielo__operation;

const cielo__operation *cielo__operation_row(int operation);
/* The number of a row, CIELO_OP_... */
int cielo__operation_number(const cielo__operation *row);
/* 1 for those that give back a payment, of which one waits for the last. */
int cielo__operation_is_void(const cielo__operation *row);

/* ---- fields.c ---- */

/* The index of the first row of an object in the field map. */
size_t cielo__field_first(int object);
/* The row of an object that users may mean by `name`, case and '_' ignored; no
 * index of any when there is none. `first`: the object's first row; `guess`:
 * where it is looked for first. */
#define CIELO__NO_FIELD SIZE_MAX
size_t cielo__field_among(int object, size_t first, size_t guess,
                          const char *name, size_t length);
/* What users must give in an object, one after another; NULL after the last. */
const cielo_field *cielo__field_required(int object, size_t index);
/* The length of the wire name of a row that cielo_field_at gave. */
size_t cielo__field_wire_length(const cielo_field *field);
/* 1 when the names are one, case and '_' ignored. */
int cielo__same_name(const char *a, const char *b, size_t b_length);
/* The secret type of any member of that name, CIELO_FIELD_OPEN when none: of
 * the rows, or of the usual names of what nobody may see. */
int cielo__field_kind(const char *name, size_t length);
/* 1 for the name of an id or an order number, in whatever object has it. */
int cielo__field_is_id(const char *name, size_t length);
/* 1 for the types whose text is never shown. */
int cielo__is_secret(int type);
/* 1 when the names are one, case and '_' ignored. */
int cielo__same_name(const char *a, const char *b, size_t b_length);
/* 1 for a name that a member of any object has in Cielo's documents. */
int cielo__field_is_known(const char *name, size_t length);
/* CIELO_POLICY_..., what becomes of a value that breaks the member's rule; a
 * field of no object is a parameter, for which nothing is left to Cielo. */
int cielo__field_policy(const cielo_field *field);

/* The cents of a member, a number or its digits as text; 0 when it is no
 * integer (`*out` is then -1). */
int cielo__amount(const cielo_value *tree, const char *path, int64_t *out);
/* The same of what is no money: 2.0 is 2, where of an amount it might be the
 * cents or the whole. */
int cielo__number(const cielo_value *tree, const char *path, int64_t *out);
/* 1 or 0 for a boolean or its word as text, -1 for anything else. */
int cielo__flag(const cielo_value *member);

/* ---- words.c: what users write, and what it may mean ---- */

/* The documented word that `text` is but for case; NULL when it is none, and
 * then `*slip` is what it may be a slip of, or NULL. */
const char *cielo__choice_find(const cielo_field *field, const char *text,
                               size_t length, const char **slip);

typedef enum cielo__guess {
    CIELO__GUESS_NONE,
    CIELO__GUESS_MEANT, /* another member may be meant */
    CIELO__GUESS_SLIP   /* it is nearly a member's, and no document knows it */
} cielo__guess;

/* What a name that is none of the object's may mean: writes the member's name,
 * or its path from the object, as hosts show it, or "", cut at `size` bytes. */
cielo__guess cielo__name_guess(int object, const char *name, size_t length,
                               char *out, size_t size);

/* ---- details.c ---- */

/* Where an object has what the core itself reads. */
typedef struct cielo__layout {
    int object;
    int owner;           /* of the facts that results of it have, or -1 */
    const char *payment; /* the member with the payment, "" for itself; NULL */
    const char *order;   /* the member with the shop's number; NULL */
} cielo__layout;

/* NULL for an object of which the core reads nothing. */
const cielo__layout *cielo__layout_of(int object);

/* ---- codes.c ---- */

/* 1 for a name of Mastercard. */
int cielo__is_mastercard(const char *brand);
/* 1 for a brand that wants to know who began a stored card's charge
 * [who-began]. */
int cielo__wants_initiator(const char *brand);
/* The nature of a sale's status, CIELO_NATURE_NONE for an unknown one. */
cielo_nature cielo__sale_nature(int64_t status);
/* 1 for a return code that refuses a sale for good though the status says that
 * it is not finished [velocity-refusal]. */
int cielo__code_is_final(const char *code, size_t length);

/* ---- intervals.c: how often a recurrence charges ---- */

/* X(name, months), every interval there is. */
#define CIELO__INTERVAL_MAP(X) \
    X("Monthly", 1)            \
    X("Bimonthly", 2)          \
    X("Quarterly", 3)          \
    X("SemiAnnual", 6)         \
    X("Annual", 12)

/* The months of an interval's name in any case; 0 when it is none. */
int64_t cielo__interval_months(const char *name);
/* The name of an interval of so many months; NULL when there is none. */
const char *cielo__interval_name(int64_t months);
/* The n-th interval's name; NULL past the last. */
const char *cielo__interval_at(size_t index);

#endif
