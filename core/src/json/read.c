/* What a tree says. */
#include <string.h>

#include "node.h"

/* By cJSON's type, each of which is another bit. */
static const unsigned char kinds[]
    = {[cJSON_Invalid] = CIELO_INVALID, [cJSON_NULL] = CIELO_NULL,
       [cJSON_False] = CIELO_BOOL,      [cJSON_True] = CIELO_BOOL,
       [cJSON_Raw] = CIELO_NUMBER,      [cJSON_String] = CIELO_TEXT,
       [cJSON_Array] = CIELO_ARRAY,     [cJSON_Object] = CIELO_OBJECT};

cielo_type cielo_value_type(const cielo_value *value)
{
    return value ? (cielo_type)kinds[cielo__as_const_node(value)->type]
                 : CIELO_NULL;
}

int cielo_value_bool(const cielo_value *value)
{
    return value && cielo__as_const_node(value)->type == cJSON_True;
}

const char *cielo_value_text(const cielo_value *value, size_t *length)
{
    const cJSON *node = cielo__as_const_node(value);
    const char *text = node && !cielo__is_container(node) ? node->valuestring
                                                          : NULL;

    if (length)
        *length = text ? cielo__text_length(node) : 0;
    return text;
}

int cielo_value_is_integer(const cielo_value *value)
{
    return cielo_value_type(value) == CIELO_NUMBER
        && !strpbrk(cielo__as_const_node(value)->valuestring, ".eE");
}

int cielo_value_integer(const cielo_value *value, int64_t *out)
{
    const char *digit;
    int64_t number = 0;
    int negative;

    if (!cielo_value_is_integer(value))
        return 0;
    digit = cielo__as_const_node(value)->valuestring;
    negative = *digit == '-';
    /* Counted downwards: INT64_MIN has no positive twin. */
    for (digit += negative; *digit; digit++) {
        int units = *digit - '0';

        if (number < (INT64_MIN + units) / 10)
            return 0;
        number = number * 10 - units;
    }
    if (!negative && number == INT64_MIN)
        return 0;
    *out = negative ? number : -number;
    return 1;
}

double cielo_value_real(const cielo_value *value)
{
    const char *text;
    size_t length;

    if (cielo_value_type(value) != CIELO_NUMBER)
        return 0;
    text = cielo_value_text(value, &length);
    return cielo__number_real(text, length);
}

const cielo_value *cielo_value_first(const cielo_value *value)
{
    return value ? (const cielo_value *)cielo__as_const_node(value)->child
                 : NULL;
}

const cielo_value *cielo_value_next(const cielo_value *value)
{
    return value ? (const cielo_value *)cielo__as_const_node(value)->next
                 : NULL;
}

size_t cielo_value_size(const cielo_value *value)
{
    const cielo_value *item;
    size_t size = 0;

    for (item = cielo_value_first(value); item; item = cielo_value_next(item))
        size++;
    return size;
}

const char *cielo_value_name(const cielo_value *value, size_t *length)
{
    const cJSON *node = cielo__as_const_node(value);
    const char *name = node ? node->string : NULL;

    if (length)
        *length = name ? cielo__name_length(node) : 0;
    return name;
}

const cielo_value *cielo__value_find(const cielo_value *object,
                                     const char *name, size_t length)
{
    return (const cielo_value *)cielo__node_find(cielo__as_const_node(object),
                                                 name, length);
}

const cielo_value *cielo_value_get(const cielo_value *object, const char *name)
{
    return name ? cielo__value_find(object, name, strlen(name)) : NULL;
}

/* Most members fall to the look at their length and first letter. */
static int is_named(const cJSON *member, const char *name, size_t length)
{
    return cielo__name_length(member) == length
        && (length == 0 || ((member->string[0] ^ name[0]) & ~0x20) == 0)
        && cielo__same_case(member->string, name, length);
}

const cielo_value *cielo__value_named(const cielo_value *object,
                                      const char *name, size_t length)
{
    const cJSON *member, *other = NULL, *null = NULL;

    if (!object || cielo__as_const_node(object)->type != cJSON_Object)
        return NULL;
    for (member = cielo__as_const_node(object)->child; member;
         member = member->next) {
        if (!is_named(member, name, length))
            continue;
        if (member->type == cJSON_NULL)
            null = member;
        else if (memcmp(member->string, name, length) == 0)
            return (const cielo_value *)member;
        else if (!other)
            other = member;
    }
    return (const cielo_value *)(other ? other : null);
}

const cielo_value *cielo_value_get_case(const cielo_value *object,
                                        const char *name)
{
    return name ? cielo__value_named(object, name, strlen(name)) : NULL;
}

static int same_tree(const cJSON *a, const cJSON *b, int depth);

static int same_members(const cJSON *a, const cJSON *b, int depth)
{
    const cJSON *member, *guess = b->child;

    for (member = a->child; member; member = member->next) {
        /* Two trees in the same order take no search. */
        const cJSON *other = guess;

        if (!other || strcmp(other->string, member->string) != 0)
            other = cielo__node_find(b, member->string,
                                     cielo__name_length(member));
        if (!other || !same_tree(member, other, depth))
            return 0;
        guess = other->next;
    }
    return 1;
}

static int same_items(const cJSON *a, const cJSON *b, int depth)
{
    const cJSON *left = a->child, *right = b->child;

    while (left && right && same_tree(left, right, depth)) {
        left = left->next;
        right = right->next;
    }
    return !left && !right;
}

/* Trees nested past the bound are equal to none. */
static int same_tree(const cJSON *a, const cJSON *b, int depth)
{
    if (a->type != b->type || depth > CIELO_VALUE_DEPTH)
        return 0;
    if (!cielo__is_container(a))
        return !a->valuestring || strcmp(a->valuestring, b->valuestring) == 0;
    if (a->type == cJSON_Array)
        return same_items(a, b, depth + 1);
    /* Of two objects without repeated names and with as many members, one
     * holding the other's is enough. */
    return cielo_value_size((const cielo_value *)a)
        == cielo_value_size((const cielo_value *)b)
        && same_members(a, b, depth + 1);
}

int cielo_value_equal(const cielo_value *a, const cielo_value *b)
{
    if (!a || !b)
        return cielo_value_type(a) == CIELO_NULL
            && cielo_value_type(b) == CIELO_NULL;
    return same_tree(cielo__as_const_node(a), cielo__as_const_node(b), 0);
}
