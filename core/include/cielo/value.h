/* The JSON tree callers build and read. */
#ifndef CIELO_VALUE_H
#define CIELO_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/api.h>
#include <cielo/error.h>

CIELO_BEGIN

/*
 * A node and all below it. A tree belongs to one thread at a time; a const
 * tree may be read by many. Numbers are kept as the text they came as, so that
 * integers of any size stay exact. Text is UTF-8 and holds no NUL.
 */
typedef struct cielo_value cielo_value;

typedef enum cielo_type {
    CIELO_INVALID, /* what a host could not express in JSON; see below */
    CIELO_NULL,
    CIELO_BOOL,
    CIELO_NUMBER,
    CIELO_TEXT,
    CIELO_ARRAY,
    CIELO_OBJECT
} cielo_type;

/* Nesting deeper than this is refused when parsing and when building. */
#define CIELO_VALUE_DEPTH 64

/*
 * Parses one JSON text (RFC 8259, UTF-8, nothing after it but white space).
 * Refused with CIELO_EDECODE: bad UTF-8, lone surrogates, \u0000, leading
 * zeros, numbers past a double's range, a member named twice in one object,
 * nesting past CIELO_VALUE_DEPTH. Calls and notifications read what came in
 * more freely; what a program sends is to say what it means. `*out` is the
 * caller's to free; NULL on failure. Errors: CIELO_EDECODE, CIELO_EMEMORY.
 */
CIELO_API int cielo_value_parse(cielo_value **out, const char *text,
                                size_t length, cielo_error *err);

/*
 * Prints compact UTF-8 JSON. `*text` is NUL-terminated and is released with
 * cielo_text_free. Errors: CIELO_EVALIDATION when the tree holds a
 * CIELO_INVALID node or nests past CIELO_VALUE_DEPTH, CIELO_EMEMORY.
 */
CIELO_API int cielo_value_print(const cielo_value *value, char **text,
                                size_t *length);

/* Wipes and frees what cielo_value_print gave. NULL is a no-op. */
CIELO_API void cielo_text_free(char *text, size_t length);

/* New nodes, the caller's to free; NULL when memory ran out. */
CIELO_API cielo_value *cielo_value_new_null(void);
CIELO_API cielo_value *cielo_value_new_bool(int flag);
CIELO_API cielo_value *cielo_value_new_integer(int64_t number);
/* A finite double, shortest text that reads back the same; an integral one has
 * no fraction. Not finite: a CIELO_INVALID node. */
CIELO_API cielo_value *cielo_value_new_real(double number);
/* A JSON number given as text, for integers past 64 bits. Anything else: a
 * CIELO_INVALID node. */
CIELO_API cielo_value *cielo_value_new_number(const char *text, size_t length);
/* Bad UTF-8 or a NUL inside: a CIELO_INVALID node. */
CIELO_API cielo_value *cielo_value_new_text(const char *text, size_t length);
CIELO_API cielo_value *cielo_value_new_array(void);
CIELO_API cielo_value *cielo_value_new_object(void);
/* What the host's value was and why JSON cannot say it, in a few words such as
 * "a set is not a JSON value"; validation reports it with its path. */
CIELO_API cielo_value *cielo_value_new_invalid(const char *reason);

/*
 * Adds `item`, which is taken on success and on failure alike; NULL counts as
 * memory that ran out, so constructors can be passed straight in. `set`
 * replaces a member of exactly that name, in its place. Errors: CIELO_EMEMORY,
 * CIELO_EUSAGE (wrong node type, nesting past CIELO_VALUE_DEPTH, a NUL or bad
 * UTF-8 in the name; or an item that stands in a tree already, which is then
 * left there).
 */
CIELO_API int cielo_value_append(cielo_value *array, cielo_value *item);
CIELO_API int cielo_value_set(cielo_value *object, const char *name,
                              cielo_value *item);
CIELO_API int cielo_value_set_named(cielo_value *object, const char *name,
                                    size_t length, cielo_value *item);

/*
 * A tree whose nodes stand in one block, which takes fewer allocations and is
 * freed at once. The root, CIELO_OBJECT or CIELO_ARRAY, owns the block and is
 * the caller's to free; NULL when memory ran out.
 */
CIELO_API cielo_value *cielo_value_new_block(cielo_type type);
/*
 * Makes a node as the last in `to`, in the memory of the tree that this stands
 * in, and gives it; it is the tree's. An item of an array has the name NULL, 0.
 * The caller vouches that the object has no member of that name. Bad UTF-8, a
 * NUL inside a text and what is no number make a CIELO_INVALID node. NULL, and
 * nothing added, when memory ran out; when `to` is no container of that kind;
 * for a name with bad UTF-8 or a NUL; past CIELO_VALUE_DEPTH.
 */
CIELO_API cielo_value *cielo_value_put_object(cielo_value *to, const char *name,
                                              size_t name_length);
CIELO_API cielo_value *cielo_value_put_array(cielo_value *to, const char *name,
                                             size_t name_length);
CIELO_API cielo_value *cielo_value_put_null(cielo_value *to, const char *name,
                                            size_t name_length);
CIELO_API cielo_value *cielo_value_put_bool(cielo_value *to, const char *name,
                                            size_t name_length, int flag);
CIELO_API cielo_value *cielo_value_put_integer(cielo_value *to,
                                               const char *name,
                                               size_t name_length,
                                               int64_t number);
CIELO_API cielo_value *cielo_value_put_number(cielo_value *to, const char *name,
                                              size_t name_length,
                                              const char *digits,
                                              size_t length);
CIELO_API cielo_value *cielo_value_put_text(cielo_value *to, const char *name,
                                            size_t name_length,
                                            const char *text, size_t length);
/* `reason`: as cielo_value_new_invalid has it. */
CIELO_API cielo_value *cielo_value_put_invalid(cielo_value *to,
                                               const char *name,
                                               size_t name_length,
                                               const char *reason);

/* A deep copy, NULL when memory ran out or `value` is NULL. */
CIELO_API cielo_value *cielo_value_dup(const cielo_value *value);

/* Wipes every text below and frees. NULL is a no-op. */
CIELO_API void cielo_value_free(cielo_value *value);

/* Getters borrow from their first argument. NULL reads as CIELO_NULL. */
CIELO_API cielo_type cielo_value_type(const cielo_value *value);
CIELO_API int cielo_value_bool(const cielo_value *value);
/* The text of CIELO_TEXT, the digits of CIELO_NUMBER, the reason of
 * CIELO_INVALID; NULL for the rest. `length` may be NULL. */
CIELO_API const char *cielo_value_text(const cielo_value *value,
                                       size_t *length);
/* 1 and `*out` when the node is a number written without fraction or exponent
 * that fits; else 0 and `*out` untouched. */
CIELO_API int cielo_value_integer(const cielo_value *value, int64_t *out);
/* 1 when the node is a number written without fraction or exponent. */
CIELO_API int cielo_value_is_integer(const cielo_value *value);
/* The nearest double, whatever the process's locale; 0 for other nodes. */
CIELO_API double cielo_value_real(const cielo_value *value);
/* Members or items; 0 for other nodes. */
CIELO_API size_t cielo_value_size(const cielo_value *value);
/* Walks items and members in their order:
 * for (v = cielo_value_first(tree); v; v = cielo_value_next(v)) */
CIELO_API const cielo_value *cielo_value_first(const cielo_value *value);
CIELO_API const cielo_value *cielo_value_next(const cielo_value *value);
/* The name of a member, NULL for an item or a root. `length` may be NULL. */
CIELO_API const char *cielo_value_name(const cielo_value *value,
                                       size_t *length);
/* A member by its exact name, or by its name ignoring ASCII case: of several
 * the one of exactly that name, else the first, and a null only where no other
 * has a value. NULL when absent or when `object` is no object. */
CIELO_API const cielo_value *cielo_value_get(const cielo_value *object,
                                             const char *name);
CIELO_API const cielo_value *cielo_value_get_case(const cielo_value *object,
                                                  const char *name);
/* 1 when both trees are equal; members in any order, numbers by their text. */
CIELO_API int cielo_value_equal(const cielo_value *a, const cielo_value *b);

CIELO_END

#endif
