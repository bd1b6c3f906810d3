/*
 * What may be shown: the one mask, for errors, logs, pages and whatever else a
 * host prints.
 *
 * Of a card number the first six and the last four digits stay, and a star
 * stands for each of the others; separators between groups stay where they are.
 * What is hidden otherwise becomes "***", whatever its length. Hidden are:
 *   - members that the map calls a security code, a token or a cipher, and
 *     those of any object that are named like one: a code, a key, a password;
 *   - every run of 13 to 19 digits, in names of members too; digits in groups,
 *     parted by one and the same sign, its escape (%20, &nbsp;) or a hyphen
 *     between blanks, that are printed as a card's are or pass its check; and
 *     a longer run, whole. A group of three or four digits beside a card number
 *     may be its code, and goes too;
 *   - numbers of trees that have 13 digits or more, wherever their point is;
 *   - what follows /card/ in an address: a stored card's token.
 * Left whole are ids, order numbers, amounts and GUIDs, for which the map
 * vouches; moments written as YYYYMMDDhhmmss; and the numbers of a list, which
 * commas part. Text comes out as UTF-8, with "?" for what is none.
 */
#ifndef CIELO_SHOWN_H
#define CIELO_SHOWN_H

#include <stddef.h>

#include <cielo/api.h>
#include <cielo/value.h>

CIELO_BEGIN

/*
 * A copy of a tree as it may be shown. `object` is the CIELO_OBJECT_... that it
 * is, CIELO_OBJECT_ANY for what is in no map. A number that has to be masked
 * becomes text. The caller frees it; NULL when memory ran out or `value` is
 * NULL.
 */
CIELO_API cielo_value *cielo_value_shown(const cielo_value *value, int object);

/*
 * The text of one member as it may be shown, under any spelling of its name (""
 * for free text). Writes at most `size` bytes with the NUL and gives the length
 * it needs, never more than twice `length` and three; "***" when there is no
 * memory to look at it.
 */
CIELO_API size_t cielo_text_shown(int object, const char *name,
                                  size_t name_length, const char *text,
                                  size_t length, char *out, size_t size);

/*
 * An id of Cielo's that a call was given, as it may be shown: whole where it
 * has the form of one, a GUID or 32 hexadecimal digits with a letter among
 * them; else as free text, since a card's number may be given in its place.
 * Of a sentence with such an id in it ask for the id by itself: between other
 * words nobody vouches for 32 digits, and what passes for a card's number among
 * them is masked. Writes and gives as cielo_text_shown does.
 */
CIELO_API size_t cielo_id_shown(const char *text, size_t length, char *out,
                                size_t size);

/*
 * The text of a secret as it may be shown: a card number as above, "***" for
 * all else. Writes and gives as cielo_text_shown does.
 */
CIELO_API size_t cielo_mask(const char *text, size_t length, char *out,
                            size_t size);

CIELO_END

#endif
