/* Trees that are built node by node, and what changes them. */
#include <stdio.h>

#include "node.h"

/* ---- new nodes ---- */

static cielo_value *new_node(int type, const char *text, size_t length)
{
    return cielo__as_value(cielo__node_new(type, text, length));
}

cielo_value *cielo_value_new_null(void)
{
    return new_node(cJSON_NULL, NULL, 0);
}

cielo_value *cielo_value_new_bool(int flag)
{
    return new_node(flag ? cJSON_True : cJSON_False, NULL, 0);
}

cielo_value *cielo_value_new_array(void)
{
    return new_node(cJSON_Array, NULL, 0);
}

cielo_value *cielo_value_new_object(void)
{
    return new_node(cJSON_Object, NULL, 0);
}

static const char *reason_of(const char *reason)
{
    return reason ? reason : "not a JSON value";
}

cielo_value *cielo_value_new_invalid(const char *reason)
{
    reason = reason_of(reason);
    return new_node(cJSON_Invalid, reason, strlen(reason));
}

enum { MOST_DIGITS = 24 };

/* Writes a number's digits at the end of `out` and gives where they begin. */
static const char *digits_of(int64_t number, char out[MOST_DIGITS],
                             size_t *length)
{
    size_t at = MOST_DIGITS;
    /* The magnitude of INT64_MIN has no int64_t. */
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do {
        out[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        out[--at] = '-';
    *length = MOST_DIGITS - at;
    return out + at;
}

cielo_value *cielo_value_new_integer(int64_t number)
{
    char room[MOST_DIGITS];
    size_t length;
    const char *digits = digits_of(number, room, &length);

    return new_node(cJSON_Raw, digits, length);
}

/* Whatever bytes the locale's decimal point has become one '.'. */
static size_t use_point(char *text)
{
    size_t from, to = 0;

    for (from = 0; text[from]; from++) {
        if (strchr("0123456789+-e", text[from]))
            text[to++] = text[from];
        else if (text[to - 1] != '.')
            text[to++] = '.';
    }
    text[to] = '\0';
    return to;
}

cielo_value *cielo_value_new_real(double number)
{
    char text[40];
    size_t length = 0;
    int precision;

    if (!(number - number == 0))
        return cielo_value_new_invalid("a number that is not finite");
    for (precision = 15; precision <= 17; precision++) {
        snprintf(text, sizeof(text), "%.*g", precision, number);
        length = use_point(text);
        if (cielo__number_real(text, length) == number)
            break;
    }
    return new_node(cJSON_Raw, text, length);
}

/* Why a text is no number of JSON's; NULL when it is one. */
static const char *number_problem(const char *text, size_t length)
{
    if (length == 0 || cielo__number_length(text, length) != length)
        return "not a JSON number";
    return cielo__number_fits(text, length) ? NULL : "a number out of range";
}

cielo_value *cielo_value_new_number(const char *text, size_t length)
{
    const char *problem = number_problem(text, length);

    return problem ? cielo_value_new_invalid(problem)
                   : new_node(cJSON_Raw, text, length);
}

cielo_value *cielo_value_new_text(const char *text, size_t length)
{
    const char *problem = cielo__text_problem(text, length);

    return problem ? cielo_value_new_invalid(problem)
                   : new_node(cJSON_String, length ? text : "", length);
}

/* ---- a node put into a tree ---- */

static char *copy_bytes(const char *text, size_t length)
{
    char *copy = length < SIZE_MAX ? cJSON_malloc(length + 1) : NULL;

    if (!copy)
        return NULL;
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* What is put below a container in a block has memory of its own. */
static void mix(cJSON *parent)
{
    if (parent->valueint & CIELO__IN_BLOCK)
        cielo__block_of(parent)->mixed = 1;
}

/* As far up as the tree says what stands above. */
static void count_containers(cJSON *parent, const cJSON *item)
{
    int height = cielo__height(item);

    cielo__raise(parent, height);
    while ((parent->valueint & (CIELO__IN_BLOCK | CIELO__ROOT))
           == CIELO__IN_BLOCK) {
        height = cielo__height(parent);
        parent = (cJSON *)(void *)parent->valuestring;
        cielo__raise(parent, height);
    }
}

/* Whether `item` may go into `parent`. */
static int check_place(const cJSON *parent, int type, const cJSON *item)
{
    if (!item)
        return CIELO_EMEMORY;
    if (!parent || parent->type != type)
        return CIELO_EUSAGE;
    return cielo__height(item) < CIELO_VALUE_DEPTH ? CIELO_OK : CIELO_EUSAGE;
}

/* A node that already stands in a tree belongs to that tree, and one put into
 * itself to its caller. */
static int is_taken(const cJSON *parent, const cJSON *item)
{
    return item && (item == parent || item->prev);
}

int cielo_value_append(cielo_value *array, cielo_value *item)
{
    cJSON *parent = cielo__as_node(array), *node = cielo__as_node(item);
    int status;

    if (is_taken(parent, node))
        return CIELO_EUSAGE;
    status = check_place(parent, cJSON_Array, node);
    if (status != CIELO_OK) {
        cielo_value_free(item);
        return status;
    }
    mix(parent);
    cielo__node_link(parent, node);
    count_containers(parent, node);
    return CIELO_OK;
}

static void unlink_node(cJSON *parent, cJSON *node)
{
    cJSON *first = parent->child;

    if (node->next)
        node->next->prev = node->prev;
    else if (node != first)
        first->prev = node->prev;
    if (node == first)
        parent->child = node->next;
    else
        node->prev->next = node->next;
    node->next = NULL;
    node->prev = NULL;
}

/* Puts `node` where `old` stands, and frees that. */
static void replace(cJSON *parent, cJSON *old, cJSON *node)
{
    node->next = old->next;
    node->prev = old == parent->child && !old->next ? node : old->prev;
    if (old->next)
        old->next->prev = node;
    else
        parent->child->prev = node;
    if (old == parent->child)
        parent->child = node;
    else
        old->prev->next = node;
    old->next = NULL;
    old->prev = NULL;
    cielo__node_free(old);
}

/* Moves `item` into the object, in the place of `old` or at its end. */
static int put_member(cJSON *parent, const char *name, size_t length,
                      cJSON *old, cJSON *node)
{
    char *copy = copy_bytes(name, length);

    if (!copy) {
        cielo__node_free(node);
        return CIELO_EMEMORY;
    }
    mix(parent);
    node->string = copy;
    cielo__set_lengths(node, cielo__lengths_of(node).text, length);
    if (old)
        replace(parent, old, node);
    else
        cielo__node_link(parent, node);
    count_containers(parent, node);
    return CIELO_OK;
}

int cielo_value_set_named(cielo_value *object, const char *name, size_t length,
                          cielo_value *item)
{
    cJSON *parent = cielo__as_node(object), *node = cielo__as_node(item);
    int status;

    if (is_taken(parent, node))
        return CIELO_EUSAGE;
    status = check_place(parent, cJSON_Object, node);
    if (status == CIELO_OK && (!name || cielo__text_problem(name, length)))
        status = CIELO_EUSAGE;
    if (status == CIELO_OK)
        return put_member(parent, name, length,
                          cielo__node_find(parent, name, length), node);
    cielo_value_free(item);
    return status;
}

int cielo_value_set(cielo_value *object, const char *name, cielo_value *item)
{
    return cielo_value_set_named(object, name, name ? strlen(name) : 0, item);
}

int cielo__value_add(cielo_value *object, const char *name, cielo_value *item)
{
    cJSON *parent = cielo__as_node(object), *node = cielo__as_node(item);
    int status = check_place(parent, cJSON_Object, node);

    if (status == CIELO_OK)
        return put_member(parent, name, strlen(name), NULL, node);
    cielo_value_free(item);
    return status;
}

/* ---- nodes made where they stand ---- */

enum { FIRST_BLOCK = 2048 };

static cielo_value *new_block(int type, size_t size)
{
    cielo__block *block = cielo__block_new(size);
    cJSON *root;

    if (!block)
        return NULL;
    root = cielo__block_node(block);
    memset(root, 0, sizeof(*root));
    root->type = type;
    root->valueint = CIELO__IN_BLOCK | 1;
    cielo__set_lengths(root, 0, 0);
    cielo__block_root(block, root);
    return cielo__as_value(root);
}

cielo_value *cielo_value_new_block(cielo_type type)
{
    return new_block(type == CIELO_ARRAY ? cJSON_Array : cJSON_Object,
                     FIRST_BLOCK);
}

/* A copy of the bytes in a block, a NUL behind them. */
static inline char *block_bytes(cielo__block *block, const char *text,
                                size_t length)
{
    cielo__chunk *chunk = block->now;

    if (length == SIZE_MAX)
        return NULL;
    if ((size_t)(chunk->texts - chunk->nodes) <= length) {
        if (!cielo__block_grow(block, length + 1))
            return NULL;
        chunk = block->now;
    }
    chunk->texts -= length + 1;
    if (length)
        memcpy(chunk->texts, text, length);
    chunk->texts[length] = '\0';
    return chunk->texts;
}

/* A node of a block; what it holds and how it is called is put in later. */
static inline cJSON *block_item(cielo__block *block, cJSON *parent, int type)
{
    cJSON *node = cielo__block_node(block);

    if (!node)
        return NULL;
    node->child = NULL;
    node->type = type;
    node->valueint = CIELO__IN_BLOCK;
    node->valuestring = NULL;
    node->string = NULL;
    if (cielo__is_container(node)) {
        node->valueint |= 1;
        node->valuestring = (char *)(void *)parent;
    }
    return node;
}

/* How many containers stand one above another here, as far as is known. */
static int level_of(const cJSON *container)
{
    int level = 1;

    while (!(container->valueint & CIELO__ROOT)) {
        container = (const cJSON *)(const void *)container->valuestring;
        level++;
    }
    return level;
}

static inline cJSON *put_in_block(cJSON *parent, const cielo__name *name,
                                  int type, const char *text, size_t length)
{
    cielo__block *block = cielo__block_of(parent);
    cJSON *node = block_item(block, parent, type);

    if (!node)
        return NULL;
    if (text && !(node->valuestring = block_bytes(block, text, length)))
        return NULL;
    if (name->text) {
        node->string = name->lasts
            ? (char *)(uintptr_t)name->text
            : block_bytes(block, name->text, name->length);
        if (!node->string)
            return NULL;
        node->valueint |= CIELO__NAME_STAYS
            | (name->lasts ? CIELO__NAME_PLAIN : 0);
    }
    cielo__set_lengths(node, length, name->text ? name->length : 0);
    cielo__node_link(parent, node);
    if (cielo__is_container(node))
        count_containers(parent, node);
    return node;
}

/* The same where the tree stands in no block. */
static cJSON *put_alone(cJSON *parent, const cielo__name *name, int type,
                        const char *text, size_t length)
{
    cJSON *node = cielo__node_new(type, text, length);
    int status;

    if (!node)
        return NULL;
    if (name->text)
        return put_member(parent, name->text, name->length, NULL, node)
                == CIELO_OK
            ? node
            : NULL;
    status = cielo_value_append(cielo__as_value(parent), cielo__as_value(node));
    return status == CIELO_OK ? node : NULL;
}

static cielo_value *put(cielo_value *to, const cielo__name *name, int type,
                        const char *text, size_t length)
{
    cJSON *parent = cielo__as_node(to);
    int deep = type == cJSON_Array || type == cJSON_Object;

    if (!parent || parent->type != (name->text ? cJSON_Object : cJSON_Array))
        return NULL;
    if (!(parent->valueint & CIELO__IN_BLOCK))
        return cielo__as_value(put_alone(parent, name, type, text, length));
    if (deep && level_of(parent) == CIELO_VALUE_DEPTH)
        return NULL;
    return cielo__as_value(put_in_block(parent, name, type, text, length));
}

static const int types[] = {cJSON_Invalid, cJSON_NULL,  cJSON_False, cJSON_Raw,
                            cJSON_String,  cJSON_Array, cJSON_Object};

cielo_value *cielo__put(cielo_value *to, cielo__name name, cielo_type type)
{
    return put(to, &name, types[type], NULL, 0);
}

cielo_value *cielo__put_bool(cielo_value *to, cielo__name name, int flag)
{
    return put(to, &name, flag ? cJSON_True : cJSON_False, NULL, 0);
}

cielo_value *cielo__put_text(cielo_value *to, cielo__name name, cielo_type type,
                             const char *text, size_t length)
{
    return put(to, &name, types[type], length ? text : "", length);
}

cielo_value *cielo__put_integer(cielo_value *to, cielo__name name,
                                int64_t number)
{
    char room[MOST_DIGITS];
    size_t length;
    const char *digits = digits_of(number, room, &length);

    return put(to, &name, cJSON_Raw, digits, length);
}

/* A name that a host gave: NULL for one that no member can have. */
static int name_of(cielo__name *out, const char *name, size_t length)
{
    out->text = name;
    out->length = length;
    out->lasts = 0;
    return !name || !cielo__text_problem(name, length);
}

cielo_value *cielo_value_put_object(cielo_value *to, const char *name,
                                    size_t name_length)
{
    cielo__name key;

    return name_of(&key, name, name_length) ? cielo__put(to, key, CIELO_OBJECT)
                                            : NULL;
}

cielo_value *cielo_value_put_array(cielo_value *to, const char *name,
                                   size_t name_length)
{
    cielo__name key;

    return name_of(&key, name, name_length) ? cielo__put(to, key, CIELO_ARRAY)
                                            : NULL;
}

cielo_value *cielo_value_put_null(cielo_value *to, const char *name,
                                  size_t name_length)
{
    cielo__name key;

    return name_of(&key, name, name_length) ? cielo__put(to, key, CIELO_NULL)
                                            : NULL;
}

cielo_value *cielo_value_put_bool(cielo_value *to, const char *name,
                                  size_t name_length, int flag)
{
    cielo__name key;

    return name_of(&key, name, name_length) ? cielo__put_bool(to, key, flag)
                                            : NULL;
}

cielo_value *cielo_value_put_integer(cielo_value *to, const char *name,
                                     size_t name_length, int64_t number)
{
    cielo__name key;

    return name_of(&key, name, name_length)
        ? cielo__put_integer(to, key, number)
        : NULL;
}

cielo_value *cielo_value_put_invalid(cielo_value *to, const char *name,
                                     size_t name_length, const char *reason)
{
    cielo__name key;

    reason = reason_of(reason);
    return name_of(&key, name, name_length)
        ? cielo__put_text(to, key, CIELO_INVALID, reason, strlen(reason))
        : NULL;
}

cielo_value *cielo_value_put_text(cielo_value *to, const char *name,
                                  size_t name_length, const char *text,
                                  size_t length)
{
    const char *problem = cielo__text_problem(text, length);
    cielo__name key;

    if (problem)
        return cielo_value_put_invalid(to, name, name_length, problem);
    return name_of(&key, name, name_length)
        ? cielo__put_text(to, key, CIELO_TEXT, text, length)
        : NULL;
}

cielo_value *cielo_value_put_number(cielo_value *to, const char *name,
                                    size_t name_length, const char *digits,
                                    size_t length)
{
    const char *problem = number_problem(digits, length);
    cielo__name key;

    if (problem)
        return cielo_value_put_invalid(to, name, name_length, problem);
    return name_of(&key, name, name_length)
        ? cielo__put_text(to, key, CIELO_NUMBER, digits, length)
        : NULL;
}

/* ---- copies, and parts taken out ---- */

static int copy_children(cielo_value *to, const cJSON *from);

cielo_value *cielo__put_copy(cielo_value *to, cielo__name name,
                             const cielo_value *from)
{
    const cJSON *node = cielo__as_const_node(from);
    cielo_value *copy;

    if (!cielo__is_container(node))
        return put(to, &name, node->type, node->valuestring,
                   node->valuestring ? cielo__text_length(node) : 0);
    copy = put(to, &name, node->type, NULL, 0);
    return copy && copy_children(copy, node) ? copy : NULL;
}

/* As deep as a tree may be, since `put` refuses more. */
static int copy_children(cielo_value *to, const cJSON *from)
{
    const cJSON *child;

    for (child = from->child; child; child = child->next) {
        cielo__name name;

        name.text = child->string;
        name.length = child->string ? cielo__name_length(child) : 0;
        name.lasts = 0;
        if (!cielo__put_copy(to, name, (const cielo_value *)child))
            return 0;
    }
    return 1;
}

cielo_value *cielo_value_dup(const cielo_value *value)
{
    const cJSON *node = cielo__as_const_node(value);
    cielo_value *copy;

    if (!node)
        return NULL;
    if (!cielo__is_container(node))
        return new_node(node->type, node->valuestring,
                        node->valuestring ? cielo__text_length(node) : 0);
    copy = new_block(node->type, FIRST_BLOCK);
    if (copy && copy_children(copy, node))
        return copy;
    cielo_value_free(copy);
    return NULL;
}

cielo_value *cielo__value_edit(cielo_value *object, const char *name)
{
    return cielo__as_value(
        cielo__node_find(cielo__as_node(object), name, strlen(name)));
}

/* A container holds the block it stands in as its root does; what is none has
 * no room to say so, and is copied. */
cielo_value *cielo__value_detach(cielo_value *object, const char *name)
{
    cJSON *parent = cielo__as_node(object);
    cJSON *member = cielo__node_find(parent, name, strlen(name)), *copy;
    int flags = member ? member->valueint : 0;

    if (!member)
        return NULL;
    if (flags & CIELO__IN_BLOCK && !cielo__is_container(member)) {
        copy = cielo__as_node(cielo_value_dup(cielo__as_value(member)));
        if (!copy)
            return NULL;
        unlink_node(parent, member);
        cielo__node_free(member);
        return cielo__as_value(copy);
    }
    if ((flags & (CIELO__IN_BLOCK | CIELO__ROOT)) == CIELO__IN_BLOCK)
        cielo__block_root(cielo__block_of(member), member);
    unlink_node(parent, member);
    if (!(flags & CIELO__NAME_STAYS)) {
        cielo__wipe(member->string, cielo__name_length(member));
        cJSON_free(member->string);
    }
    member->string = NULL;
    member->valueint &= ~(CIELO__NAME_STAYS | CIELO__NAME_PLAIN);
    cielo__set_lengths(member, cielo__lengths_of(member).text, 0);
    return cielo__as_value(member);
}

void cielo_value_free(cielo_value *value)
{
    cielo__node_free(cielo__as_node(value));
}
