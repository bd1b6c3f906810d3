/* The floor of JSON trees: what its files share beyond <cielo/value.h>. */
#ifndef CIELO_JSON_H
#define CIELO_JSON_H

#include <cielo/value.h>

#include "../base/base.h"

/* ---- value.c ---- */

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

/* Moves `item` out of `object`/array into the caller's hands. */
cielo_value *cielo__value_detach(cielo_value *object, const char *name);
cielo_value *cielo__value_edit(cielo_value *object, const char *name);
/* cielo_value_set for a name of the maps that the object does not have yet. */
int cielo__value_add(cielo_value *object, const char *name, cielo_value *item);

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

/* ---- member.c ---- */

/* A member by its wire name ignoring case, through objects: "Payment.Status".*/
const cielo_value *cielo__member(const cielo_value *tree, const char *path);
/* 1 for the text that is `word`. */
int cielo__is_word(const cielo_value *value, const char *word);

#endif
