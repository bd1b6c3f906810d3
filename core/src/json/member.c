/* Members found through objects, whatever the case of their names. */
#include <string.h>

#include "json.h"

const cielo_value *cielo__member(const cielo_value *tree, const char *path)
{
    char name[64];

    while (tree && *path) {
        size_t length = strcspn(path, ".");

        memcpy(name, path, length);
        name[length] = '\0';
        tree = cielo_value_get_case(tree, name);
        path += length;
        path += *path == '.';
    }
    return cielo_value_type(tree) == CIELO_NULL ? NULL : tree;
}
