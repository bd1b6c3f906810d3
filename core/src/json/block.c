/*
 * The memory of trees. A node by itself is an allocation, with its text behind
 * it; the nodes of a tree that is made at once stand in one block, which is
 * freed as a whole: that takes one wipe and no walk.
 */
#include "node.h"

/* A chunk is twice as large as the one before it up to here, so that many nodes
 * take few allocations, and a large tree little more than it needs. */
enum { LARGEST_STEP = 1 << 20 };

/* Where a node may stand behind a head. */
struct block_start {
    cielo__block block;
    cJSON node;
};

struct chunk_start {
    cielo__chunk chunk;
    cJSON node;
};

enum {
    BLOCK_HEAD = offsetof(struct block_start, node),
    CHUNK_HEAD = offsetof(struct chunk_start, node)
};

static void set_chunk(cielo__chunk *chunk, char *from, char *end)
{
    chunk->next = NULL;
    chunk->nodes = from;
    chunk->texts = end;
    chunk->end = end;
}

cielo__block *cielo__block_new(size_t size)
{
    cielo__block *block
        = size < SIZE_MAX - BLOCK_HEAD ? cJSON_malloc(BLOCK_HEAD + size) : NULL;
    char *memory = (char *)(void *)block;

    if (!block)
        return NULL;
    set_chunk(&block->first, memory + BLOCK_HEAD, memory + BLOCK_HEAD + size);
    block->now = &block->first;
    block->refs = 0;
    block->mixed = 0;
    return block;
}

int cielo__block_extend(cielo__block *block, size_t size)
{
    cielo__chunk *chunk
        = size < SIZE_MAX - CHUNK_HEAD ? cJSON_malloc(CHUNK_HEAD + size) : NULL;
    char *memory = (char *)(void *)chunk;

    if (!chunk)
        return 0;
    set_chunk(chunk, memory + CHUNK_HEAD, memory + CHUNK_HEAD + size);
    block->now->next = chunk;
    block->now = chunk;
    return 1;
}

int cielo__block_grow(cielo__block *block, size_t size)
{
    size_t step = (size_t)(block->now->end - (char *)(void *)block->now) * 2;

    if (step > LARGEST_STEP)
        step = LARGEST_STEP;
    return cielo__block_extend(block, size < step ? step : size);
}

/* Only texts and names are anybody's secrets. */
void cielo__block_unref(cielo__block *block)
{
    cielo__chunk *chunk, *next;

    if (--block->refs > 0)
        return;
    for (chunk = &block->first; chunk; chunk = next) {
        next = chunk->next;
        cielo__wipe(chunk->texts, (size_t)(chunk->end - chunk->texts));
        if (chunk != &block->first)
            cJSON_free(chunk);
    }
    cJSON_free(block);
}

/* ---- nodes ---- */

cJSON *cielo__node_new(int type, const char *text, size_t length)
{
    size_t room = text ? length + 1 : 0;
    cJSON *node = length < SIZE_MAX - sizeof(*node)
        ? cJSON_malloc(sizeof(*node) + room)
        : NULL;

    if (!node)
        return NULL;
    memset(node, 0, sizeof(*node));
    node->type = type;
    node->valueint = cielo__is_container(node);
    cielo__set_lengths(node, length, 0);
    if (!text)
        return node;
    node->valuestring = (char *)(node + 1);
    memcpy(node->valuestring, text, length);
    node->valuestring[length] = '\0';
    return node;
}

/* Lets go of one node. A root is put before `roots`: what else stands in its
 * block may be yet to come. */
static void release(cJSON *node, cJSON **roots)
{
    if (!cielo__is_container(node) && node->valuestring)
        cielo__wipe(node->valuestring, cielo__text_length(node));
    if (node->string && !(node->valueint & CIELO__NAME_STAYS)) {
        cielo__wipe(node->string, cielo__name_length(node));
        cJSON_free(node->string);
    }
    if (node->valueint & CIELO__ROOT) {
        node->child = *roots;
        *roots = node;
    } else if (!(node->valueint & CIELO__IN_BLOCK)) {
        cJSON_free(node);
    }
}

/* 1 for a root below which nothing has to be freed by itself. */
static int is_whole(const cJSON *node)
{
    const cielo__block *block;

    if (!(node->valueint & CIELO__ROOT))
        return 0;
    block = cielo__block_of(node);
    return !block->mixed && block->refs == 1;
}

/* cJSON_Delete recurses, and a host may have built a tree of any depth: each
 * node's children are put before what is still to be freed. */
void cielo__node_free(cJSON *node)
{
    cJSON *roots = NULL, *next;

    while (node) {
        if (node->child && !is_whole(node)) {
            node->child->prev->next = node->next;
            node->next = node->child;
        }
        next = node->next;
        release(node, &roots);
        node = next;
    }
    for (; roots; roots = next) {
        next = roots->child;
        cielo__block_unref((cielo__block *)(void *)roots->valuestring);
    }
}

/* Of a name whose length is not kept. */
static cJSON *find_long(const cJSON *object, const char *name, size_t length)
{
    cJSON *member;

    for (member = object->child; member; member = member->next) {
        if (strncmp(member->string, name, length) == 0
            && member->string[length] == '\0')
            return member;
    }
    return NULL;
}

/* The loop calls nothing, which makes it half as dear. */
cJSON *cielo__node_find(const cJSON *object, const char *name, size_t length)
{
    cJSON *member;

    if (!object || object->type != cJSON_Object)
        return NULL;
    if (length >= UINT32_MAX)
        return find_long(object, name, length);
    for (member = object->child; member; member = member->next) {
        if (cielo__lengths_of(member).name == length
            && cielo__same_bytes(member->string, name, length))
            return member;
    }
    return NULL;
}

/* ---- texts ---- */

/* 1 when one of eight bytes is a NUL or past ASCII, or may be. */
static int is_odd(const char *text)
{
    uint64_t word;

    memcpy(&word, text, sizeof(word));
    return (((word - CIELO__ONES) | word) & CIELO__ONES * 0x80) != 0;
}

const char *cielo__text_problem(const char *text, size_t length)
{
    size_t at = 0, step;

    while (at < length) {
        while (length - at >= 8 && !is_odd(text + at))
            at += 8;
        if (at == length)
            break;
        if (text[at] == '\0')
            return "a text with a NUL character in it";
        step = (unsigned char)text[at] < 0x80
            ? 1
            : cielo__utf8(text + at, length - at);
        if (step == 0)
            return "a text that is not UTF-8";
        at += step;
    }
    return NULL;
}
