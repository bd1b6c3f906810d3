/* The floor of JSON trees: what its files share beyond <cielo/value.h>. */
#ifndef CIELO_JSON_H
#define CIELO_JSON_H

#include <cielo/value.h>

#include "../base/base.h"

/* ---- scan.c ---- */

/*
 * Reads what came in: JSON as cielo_value_parse has it, and beside that what
 * costs no value its meaning, since an answer that is not read leaves a payment
 * in doubt. A byte-order mark is skipped and control characters in texts are
 * kept; half a surrogate pair, a NUL and bytes that are no text become U+FFFD,
 * but for what `content_type` (may be NULL) declares. `scratch`: memory that is
 * needed meanwhile; left empty. Errors: CIELO_EDECODE, CIELO_EMEMORY.
 */
int cielo__answer_parse(cielo_value **out, const char *text, size_t length,
                        const char *content_type, cielo__buf *scratch,
                        cielo_error *err);

/* cielo_value_print into `out`, whose text is replaced; empty on an error. */
int cielo__value_print(cielo__buf *out, const cielo_value *value);

/* ---- read.c ---- */

/* cielo_value_get_case for a name of which only `length` bytes are one. */
const cielo_value *cielo__value_named(const cielo_value *object,
                                      const char *name, size_t length);

/* ---- value.c ---- */

/* Moves a member out of an object into the caller's hands; NULL when there is
 * none, or when memory ran out for what is no container. A tree that stands in
 * one block and what is moved out of it belong to the same thread, and both
 * keep the block. */
cielo_value *cielo__value_detach(cielo_value *object, const char *name);
cielo_value *cielo__value_edit(cielo_value *object, const char *name);
/* cielo_value_set for a name of the maps that the object does not have yet. */
int cielo__value_add(cielo_value *object, const char *name, cielo_value *item);

/* How a member of a block's tree is called: UTF-8 without a NUL, but NULL for
 * an item of an array. What `lasts`, a name of the maps, is not copied, and
 * holds nothing that is escaped. */
typedef struct cielo__name {
    const char *text;
    size_t length;
    int lasts;
} cielo__name;

/* cielo_value_put_ with names and texts that were checked already. */
cielo_value *cielo__put(cielo_value *to, cielo__name name, cielo_type type);
cielo_value *cielo__put_bool(cielo_value *to, cielo__name name, int flag);
/* A text, a number or what is invalid. */
cielo_value *cielo__put_text(cielo_value *to, cielo__name name, cielo_type type,
                             const char *text, size_t length);
cielo_value *cielo__put_integer(cielo_value *to, cielo__name name,
                                int64_t number);
/* A deep copy; NULL also where it would nest past CIELO_VALUE_DEPTH. */
cielo_value *cielo__put_copy(cielo_value *to, cielo__name name,
                             const cielo_value *from);

/* ---- charset.c ---- */

/* The length of the byte-order mark that a text begins with, 0 without one. */
size_t cielo__utf8_mark(const char *text, size_t length);
/* 1 when a Content-Type, which may be NULL, declares Latin-1 or its like. */
int cielo__is_latin(const char *content_type);
/*
 * Adds a text as UTF-8: each byte that is no part of it, and each NUL, becomes
 * U+FFFD. With `latin` a text that is not UTF-8 throughout is windows-1252, of
 * which Latin-1 is the part that texts use. Errors: CIELO_EMEMORY.
 */
int cielo__utf8_add(cielo__buf *out, const char *text, size_t length,
                    int latin);

/* 1 for a text with U+FFFD in it: what was written there is not known. */
int cielo__has_substitute(const char *text, size_t length);

/* ---- read.c ---- */

/* cielo_value_get for a name whose length is known. */
const cielo_value *cielo__value_find(const cielo_value *object,
                                     const char *name, size_t length);
/* cielo_value_get for a literal. */
#define CIELO__GET(object, name) \
    cielo__value_find((object), "" name, sizeof(name) - 1)

/* ---- member.c ---- */

/* A member by its wire name ignoring case, through objects: "Payment.Status".*/
const cielo_value *cielo__member(const cielo_value *tree, const char *path);
/* 1 for the text that is `word`. */
int cielo__is_word(const cielo_value *value, const char *word);

#endif
