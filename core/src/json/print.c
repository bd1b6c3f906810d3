/*
 * A tree to its text, in one pass. cJSON's printer grows its buffer with
 * realloc, which leaves card data in freed memory, and knows neither depth nor
 * CIELO_INVALID.
 */
#include "node.h"

typedef struct printer {
    cielo__buf *out;
    char *at;
    char *end; /* the last byte, which is kept for a NUL */
    int status;
} printer;

static int grow(printer *p, size_t more)
{
    cielo__buf *out = p->out;

    out->length = p->at ? (size_t)(p->at - out->data) : 0;
    if (cielo__buf_reserve(out, more) != CIELO_OK) {
        p->status = CIELO_EMEMORY;
        return 0;
    }
    p->at = out->data + out->length;
    p->end = out->data + out->capacity - 1;
    return 1;
}

static inline int has_room(printer *p, size_t more)
{
    return (size_t)(p->end - p->at) >= more || grow(p, more);
}

static inline void put(printer *p, const char *text, size_t length)
{
    if (!has_room(p, length))
        return;
    cielo__copy_bytes(p->at, text, length);
    p->at += length;
}

static inline void put_char(printer *p, char c)
{
    if (has_room(p, 1))
        *p->at++ = c;
}

static void put_escape(printer *p, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    char escape[6] = {'\\', 'u', '0', '0', 0, 0};
    size_t i;

    for (i = 0; i < sizeof(named) - 1; i += 2) {
        if ((unsigned char)named[i] == c) {
            escape[1] = named[i + 1];
            put(p, escape, 2);
            return;
        }
    }
    escape[4] = hex[c >> 4];
    escape[5] = hex[c & 15];
    put(p, escape, sizeof(escape));
}

/* The bytes before one that is escaped, or all. The last eight are looked at
 * together too, with some that were. */
static size_t plain_length(const char *text, size_t length)
{
    size_t at = 0;

    if (length >= 8) {
        while (length - at >= 8 && !cielo__special(text + at, 0))
            at += 8;
        if (length - at < 8 && !cielo__special(text + length - 8, 0))
            return length;
    }
    while (at < length && (unsigned char)text[at] >= 0x20 && text[at] != '"'
           && text[at] != '\\')
        at++;
    return at;
}

/* A text in which nothing is escaped. */
static inline void put_plain(printer *p, const char *text, size_t length,
                             char after)
{
    char *at;

    if (!has_room(p, length + 3))
        return;
    at = p->at;
    *at++ = '"';
    cielo__copy_bytes(at, text, length);
    at += length;
    *at++ = '"';
    *at = after;
    p->at = at + (after != 0);
}

/* A text, and what follows it if that is not 0. */
static void put_text(printer *p, const char *text, size_t length, char after)
{
    size_t plain = plain_length(text, length);

    if (plain == length) {
        put_plain(p, text, length, after);
        return;
    }
    put_char(p, '"');
    for (;;) {
        put(p, text, plain);
        if (plain == length || p->status != CIELO_OK)
            break;
        put_escape(p, (unsigned char)text[plain]);
        text += plain + 1;
        length -= plain + 1;
        plain = plain_length(text, length);
    }
    put_char(p, '"');
    if (after)
        put_char(p, after);
}

static void put_node(printer *p, const cJSON *node, int depth);

static void put_container(printer *p, const cJSON *node, int depth)
{
    int object = node->type == cJSON_Object;
    const cJSON *child;

    if (depth == CIELO_VALUE_DEPTH) {
        p->status = CIELO_EVALIDATION;
        return;
    }
    put_char(p, object ? '{' : '[');
    for (child = node->child; child && p->status == CIELO_OK;
         child = child->next) {
        if (child != node->child)
            put_char(p, ',');
        if (object && child->valueint & CIELO__NAME_PLAIN)
            put_plain(p, child->string, cielo__lengths_of(child).name, ':');
        else if (object)
            put_text(p, child->string, cielo__name_length(child), ':');
        put_node(p, child, depth + 1);
    }
    put_char(p, object ? '}' : ']');
}

static void put_node(printer *p, const cJSON *node, int depth)
{
    switch (cielo_value_type((const cielo_value *)node)) {
    case CIELO_INVALID:
        p->status = CIELO_EVALIDATION;
        return;
    case CIELO_NULL:
        put(p, "null", 4);
        return;
    case CIELO_BOOL:
        if (node->type == cJSON_True)
            put(p, "true", 4);
        else
            put(p, "false", 5);
        return;
    case CIELO_NUMBER:
        put(p, node->valuestring, cielo__text_length(node));
        return;
    case CIELO_TEXT:
        put_text(p, node->valuestring, cielo__text_length(node), 0);
        return;
    case CIELO_ARRAY:
    case CIELO_OBJECT:
        put_container(p, node, depth);
        return;
    }
}

/* What a tree in a block prints as is rarely longer; others are longer or not.
 */
static size_t guess_size(const cJSON *node)
{
    enum { A_LITTLE = 256, OF_A_NODE = 32 };
    const cielo__chunk *chunk;
    size_t size = A_LITTLE;

    if (!node || !cielo__is_container(node)
        || !(node->valueint & CIELO__IN_BLOCK))
        return size;
    for (chunk = &cielo__block_of(node)->first; chunk; chunk = chunk->next)
        size += (size_t)(chunk->end - chunk->texts)
            + (size_t)(chunk->nodes - (const char *)(const void *)chunk)
                / sizeof(*node) * OF_A_NODE;
    return size;
}

int cielo__value_print(cielo__buf *out, const cielo_value *value)
{
    const cJSON *node = cielo__as_const_node(value);
    printer p = {out, NULL, NULL, CIELO_OK};

    cielo__buf_reset(out);
    if (grow(&p, guess_size(node)))
        put_node(&p, node, 0);
    if (p.status != CIELO_OK) {
        cielo__buf_clear(out);
        return p.status;
    }
    *p.at = '\0';
    out->length = (size_t)(p.at - out->data);
    return CIELO_OK;
}

/* What a caller is handed goes back to where the nodes come from. */
static void *allocate(void *context, size_t size)
{
    (void)context;
    return cJSON_malloc(size);
}

static void release(void *context, void *memory)
{
    (void)context;
    cJSON_free(memory);
}

int cielo_value_print(const cielo_value *value, char **text, size_t *length)
{
    static const cielo_allocator json = {NULL, allocate, NULL, release};
    cielo__buf out;
    int status;

    cielo__buf_init(&out, &json, SIZE_MAX - 1);
    status = cielo__value_print(&out, value);
    *text = out.data;
    *length = out.length;
    return status;
}

void cielo_text_free(char *text, size_t length)
{
    if (text)
        cielo__wipe(text, length);
    cJSON_free(text);
}
