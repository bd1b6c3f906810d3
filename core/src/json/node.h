/*
 * What a cielo_value is, for the files of this floor alone.
 *
 * It is a cJSON node behind a cast. cJSON gives the node and, through its
 * hooks, the memory, so that a program that set those has trees in its own
 * memory and looks at a tree with the tools it has for cJSON's. Its parser and
 * its printer are not used: it cuts a string at \u0000, rounds integers, reads
 * [01], 1e400, bad UTF-8, repeated names and text after the end, looks names up
 * ignoring case, and leaves card data in freed memory.
 *
 * A node stands alone, with its text right behind it and its name, if it has
 * one, in memory of its own; or in a block with the others of its tree, with
 * their texts and names. A member of cJSON's means:
 *
 *   type         the type, without flags; a number is a cJSON_Raw
 *   valuestring  the text, the digits or the reason; of a container in a block
 *                the container it stands in, or, of a root, its block
 *   valueint     the containers one below another, the node included; and flags
 *   valuedouble  no double: how long text and name are
 */
#ifndef CIELO_NODE_H
#define CIELO_NODE_H

#include <string.h>

#include <cjson/cJSON.h>

#include "json.h"

enum {
    CIELO__HEIGHT = 0xFF,
    CIELO__IN_BLOCK = 0x100,   /* else it is freed by itself */
    CIELO__ROOT = 0x200,       /* of the block it stands in, which it holds */
    CIELO__NAME_STAYS = 0x400, /* in the block or for ever; else it is freed */
    CIELO__NAME_PLAIN = 0x800  /* of the maps: nothing in it is escaped */
};

static inline cielo_value *cielo__as_value(cJSON *node)
{
    return (cielo_value *)node;
}

static inline cJSON *cielo__as_node(cielo_value *value)
{
    return (cJSON *)value;
}

static inline const cJSON *cielo__as_const_node(const cielo_value *value)
{
    return (const cJSON *)value;
}

static inline int cielo__is_container(const cJSON *node)
{
    return node->type == cJSON_Array || node->type == cJSON_Object;
}

static inline int cielo__height(const cJSON *node)
{
    return node->valueint & CIELO__HEIGHT;
}

/* A container stands above one of that height. */
static inline void cielo__raise(cJSON *node, int height)
{
    if (cielo__height(node) <= height)
        node->valueint = (node->valueint & ~CIELO__HEIGHT) | (height + 1);
}

/* ---- lengths ---- */

typedef struct cielo__lengths {
    uint32_t text; /* UINT32_MAX: as long or longer */
    uint32_t name;
} cielo__lengths;

/* Has a negative size where a double is too small for them. */
typedef char
    cielo__lengths_fit[sizeof(double) >= sizeof(cielo__lengths) ? 1 : -1];

static inline uint32_t cielo__clip(size_t length)
{
    return length < UINT32_MAX ? (uint32_t)length : UINT32_MAX;
}

static inline cielo__lengths cielo__lengths_of(const cJSON *node)
{
    cielo__lengths lengths;

    memcpy(&lengths, &node->valuedouble, sizeof(lengths));
    return lengths;
}

static inline void cielo__set_lengths(cJSON *node, size_t text, size_t name)
{
    cielo__lengths lengths;

    lengths.text = cielo__clip(text);
    lengths.name = cielo__clip(name);
    memcpy(&node->valuedouble, &lengths, sizeof(lengths));
}

/* The text that a node has, which is no container. */
static inline size_t cielo__text_length(const cJSON *node)
{
    size_t length = cielo__lengths_of(node).text;

    return length < UINT32_MAX ? length : strlen(node->valuestring);
}

static inline size_t cielo__name_length(const cJSON *node)
{
    size_t length = cielo__lengths_of(node).name;

    return length < UINT32_MAX ? length : strlen(node->string);
}

/* ---- block.c: the memory of trees ---- */

/* A piece of memory: nodes from its beginning on, texts from its end down. */
typedef struct cielo__chunk {
    struct cielo__chunk *next;
    char *nodes; /* where the next one goes */
    char *texts; /* where the last one begins */
    char *end;
} cielo__chunk;

/* What nodes of one tree, or of trees that were one, stand in. */
typedef struct cielo__block {
    cielo__chunk first;
    cielo__chunk *now; /* that is filled */
    size_t refs;       /* roots that hold it */
    int mixed;         /* some node below its roots has memory of its own */
} cielo__block;

/* A block without a node, `size` bytes of room in it; NULL: no memory. */
cielo__block *cielo__block_new(size_t size);
/* Room for so many bytes more in one chunk, and for others that will follow; 0
 * when memory ran out. */
int cielo__block_grow(cielo__block *block, size_t size);
/* The same, and for no others. */
int cielo__block_extend(cielo__block *block, size_t size);
/* Drops a reference; the last wipes and frees. */
void cielo__block_unref(cielo__block *block);

/* The block of a container that stands in one. */
static inline cielo__block *cielo__block_of(const cJSON *container)
{
    while (!(container->valueint & CIELO__ROOT))
        container = (const cJSON *)(const void *)container->valuestring;
    return (cielo__block *)(void *)container->valuestring;
}

/* Memory for a node, not filled; NULL when memory ran out. */
static inline cJSON *cielo__block_node(cielo__block *block)
{
    cielo__chunk *chunk = block->now;
    cJSON *node;

    if ((size_t)(chunk->texts - chunk->nodes) < sizeof(cJSON)) {
        if (!cielo__block_grow(block, sizeof(cJSON)))
            return NULL;
        chunk = block->now;
    }
    node = (cJSON *)(void *)chunk->nodes;
    chunk->nodes += sizeof(cJSON);
    return node;
}

/* Makes a node the root that holds a block. */
static inline void cielo__block_root(cielo__block *block, cJSON *node)
{
    node->valueint |= CIELO__ROOT;
    node->valuestring = (char *)(void *)block;
    block->refs++;
}

/* A node by itself; `text` may be NULL. NULL when memory ran out. */
cJSON *cielo__node_new(int type, const char *text, size_t length);
/* Puts a node behind the last child. */
static inline void cielo__node_link(cJSON *parent, cJSON *node)
{
    cJSON *first = parent->child;

    node->next = NULL;
    if (first) {
        node->prev = first->prev;
        first->prev->next = node;
        first->prev = node;
    } else {
        node->prev = node;
        parent->child = node;
    }
}
/* Wipes and frees a node that stands in no container, and all below it. */
void cielo__node_free(cJSON *node);
/* Why JSON cannot hold the text; NULL when it can. */
const char *cielo__text_problem(const char *text, size_t length);
/* The first member of exactly that name, NULL when there is none. */
cJSON *cielo__node_find(const cJSON *object, const char *name, size_t length);

/* ---- number.c ---- */

/* The length of the number that `text` begins with, 0 when it begins with
 * none. */
size_t cielo__number_length(const char *text, size_t length);
/* The nearest double to a number, whatever the locale. */
double cielo__number_real(const char *text, size_t length);
/* 1 when a number is not past a double's range. */
int cielo__number_fits(const char *text, size_t length);

/* ---- bytes, eight at a time ---- */

/* 1 when eight bytes are the same. */
static inline int cielo__same_eight(const char *a, const char *b)
{
    uint64_t left, right;

    memcpy(&left, a, sizeof(left));
    memcpy(&right, b, sizeof(right));
    return left == right;
}

static inline int cielo__same_four(const char *a, const char *b)
{
    uint32_t left, right;

    memcpy(&left, a, sizeof(left));
    memcpy(&right, b, sizeof(right));
    return left == right;
}

/* Inline, since a call costs more than to compare a dozen letters; the first
 * ones and the last may overlap. */
static inline int cielo__same_bytes(const char *a, const char *b, size_t length)
{
    size_t at = 0;

    if (length >= 8 && length <= 16)
        return cielo__same_eight(a, b)
            && cielo__same_eight(a + length - 8, b + length - 8);
    if (length >= 4 && length < 8)
        return cielo__same_four(a, b)
            && cielo__same_four(a + length - 4, b + length - 4);
    while (at < length && a[at] == b[at])
        at++;
    return at == length;
}

#define CIELO__ONES (UINT64_MAX / 255)

/* Not 0 when one of eight bytes is a quote, a backslash, below 0x20, or, with
 * 0x80 for `high`, past ASCII. */
static inline uint64_t cielo__special(const char *text, unsigned char high)
{
    const uint64_t quotes = CIELO__ONES * '"', slashes = CIELO__ONES * '\\';
    uint64_t word, found;

    memcpy(&word, text, sizeof(word));
    /* A borrow of a lower byte may mark a byte that is none of those: the
     * caller looks at each of the eight then. */
    found = (word - CIELO__ONES * 0x20) | ((word ^ quotes) - CIELO__ONES)
        | ((word ^ slashes) - CIELO__ONES);
    return high ? (found | word) & CIELO__ONES * 0x80
                : found & ~word & CIELO__ONES * 0x80;
}

#endif
