/* What the files that check a call's parameters share. */
#ifndef CIELO_CHECK_H
#define CIELO_CHECK_H

#include <cielo/results.h>

#include "call.h"

/* RULE_REQUIRED, RULE_TYPE and so on. */
#define CIELO_X(name, word) static const char RULE_##name[] = word;
CIELO_RULE_MAP(CIELO_X)
#undef CIELO_X

enum { CIELO__PATH_LIMIT = 1024 };

/* Where the check stands: a member's name as its host has it, or with NULL an
 * item. Made a path only where there is something to tell. */
typedef struct cielo__step {
    const char *name;
    size_t number; /* the name's length, or which item */
} cielo__step;

/* The length of a name of the maps, which is counted where it is told. */
#define CIELO__WHOLE SIZE_MAX

/* A call's own parameters, and what stands in one: both as deep as any. */
enum { CIELO__MOST_STEPS = 2 * CIELO_VALUE_DEPTH + 8 };

typedef struct cielo__check {
    cielo__input *input; /* problems and warnings go there */
    int rules;           /* 0: only what cannot be sent is a problem */
    int ignore_required;
    int status;        /* sticky CIELO_EMEMORY */
    size_t depth;      /* steps from the parameters down */
    cielo_value *last; /* a list with the last warning there is room for */
    size_t untold;     /* warnings after it */
    cielo__step steps[CIELO__MOST_STEPS];
} cielo__check;

/* ---- check.c: what is told, and of which member ---- */

void cielo__check_init(cielo__check *c, cielo__input *input, int rules);
/* A problem of the member `name`, or with NULL of where the check stands. */
void cielo__check_problem(cielo__check *c, const char *name, const char *rule,
                          const char *message);
/* A problem of where the check stands, only where rules are checked. */
void cielo__check_breach(cielo__check *c, const char *rule,
                         const char *message);
/* What Cielo may take otherwise than was meant: sent as it is, and told. */
void cielo__check_warn(cielo__check *c, const char *name, const char *rule,
                       const char *message);
/* Frees what the check holds, and tells the last warning. */
void cielo__check_end(cielo__check *c);
/* A value that the member can hold and that breaks its rule: a problem, a
 * warning or nothing, as the member's policy says. */
void cielo__check_judge(cielo__check *c, const cielo_field *field,
                        const char *rule, const char *message);
/* Of UTF-8. */
size_t cielo__count_characters(const char *text, size_t length);
/* Judges a text that is longer than its member's size, if that has one. */
void cielo__check_size(cielo__check *c, const cielo_field *field,
                       const char *text, size_t length);
/* What becomes of an order number that Cielo does not pass on, for sales
 * [order-number]. */
#define CIELO__OTHER_NUMBER                                       \
    "the acquirer gets another order number, which answers show " \
    "as payment.sent_order_id; look-ups go by yours"
/* Goes to a member, whose name is not copied; gives what cielo__check_leave
 * wants. */
size_t cielo__check_enter(cielo__check *c, const char *name, size_t length);
void cielo__check_enter_index(cielo__check *c, size_t index);
void cielo__check_leave(cielo__check *c, size_t before);

/* ---- path.c: what goes into an address ---- */

/* A part of a path, of `size` characters at most. */
void cielo__check_path_part(cielo__check *c, const cielo_value *in, int size);
/* A path and a query that the user wrote whole. */
void cielo__check_target(cielo__check *c, const cielo_value *in);

/* ---- dates.c ---- */

/* A date or a card's month, by the member's type. */
void cielo__check_date(cielo__check *c, const cielo_field *field,
                       const cielo_value *in);
/* When a payment link ends, and a recurrence begins and ends. */
void cielo__check_link_end(cielo__check *c, const cielo_value *link);
void cielo__check_span(cielo__check *c, const cielo_value *recurrence);

/* ---- between.c: rules between members ---- */

/* 1 for a member that its object needs, but for this one. */
int cielo__check_spares(const cielo_field *field, const cielo_value *out);
/* Holds the members of a copied object against one another. */
void cielo__check_between(cielo__check *c, int object, const cielo_value *out);

#endif
