/* The shapes of answers: what makes one readable, and its list of sales. */
#include <string.h>

#include "call.h"

/* A member of an answer under any of the spellings that the map knows of the
 * wire name `wire` [any-case]. */
static const cielo_value *spelled(int object, const cielo_value *tree,
                                  const char *wire)
{
    const cielo_field *wanted = cielo_field_by_wire(object, wire, strlen(wire));
    const cielo_value *member = wanted ? cielo_value_first(tree) : NULL;

    for (; member; member = cielo_value_next(member)) {
        size_t length;
        const char *name = cielo_value_name(member, &length);
        const cielo_field *field
            = name ? cielo_field_by_wire(object, name, length) : NULL;

        if (field && strcmp(field->host, wanted->host) == 0
            && cielo_value_type(member) != CIELO_NULL)
            return member;
    }
    return NULL;
}

/* "Payment.Status#": the "#" asks for an integer. */
static int has_member(int object, const cielo_value *tree, const char *expect)
{
    char path[64];
    size_t length = strcspn(expect, "#");
    const cielo_value *member;

    memcpy(path, expect, length);
    path[length] = '\0';
    member = cielo__member(tree, path);
    if (!member)
        member = spelled(object, tree, path);
    return expect[length] == '#' ? cielo_value_is_integer(member)
                                 : cielo_value_type(member) != CIELO_NULL;
}

int cielo__readable(const cielo__operation *row, const cielo_value *tree)
{
    if (strcmp(row->expect, "-") == 0)
        return 1;
    if (strcmp(row->expect, "{}") == 0)
        return cielo_value_type(tree) == CIELO_OBJECT;
    if (strcmp(row->expect, "[]") == 0)
        return cielo__list_of(tree) != NULL;
    return has_member(row->facts.object, tree, row->expect);
}

const cielo_value *cielo__list_of(const cielo_value *tree)
{
    static const char *const names[] = {"Payments", "Payment"};
    size_t i;

    if (cielo_value_type(tree) == CIELO_ARRAY)
        return tree;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const cielo_value *list = cielo_value_get_case(tree, names[i]);

        if (cielo_value_type(list) == CIELO_ARRAY)
            return list;
    }
    return NULL;
}
