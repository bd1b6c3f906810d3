/* The floor of JSON trees: what its files share beyond <cielo/value.h>. */
#ifndef CIELO_JSON_H
#define CIELO_JSON_H

#include <cielo/value.h>

#include "../base/base.h"

/* ---- value.c ---- */

/* cielo_value_parse with the memory that it needs meanwhile; left empty. */
int cielo__value_parse(cielo_value **out, const char *text, size_t length,
                       cielo__buf *scratch, cielo_error *err);

/* Moves `item` out of `object`/array into the caller's hands. */
cielo_value *cielo__value_detach(cielo_value *object, const char *name);
cielo_value *cielo__value_edit(cielo_value *object, const char *name);
/* cielo_value_set for a name of the maps that the object does not have yet. */
int cielo__value_add(cielo_value *object, const char *name, cielo_value *item);

/* ---- member.c ---- */

/* A member by its wire name ignoring case, through objects: "Payment.Status".*/
const cielo_value *cielo__member(const cielo_value *tree, const char *path);
/* 1 for the text that is `word`. */
int cielo__is_word(const cielo_value *value, const char *word);

#endif
