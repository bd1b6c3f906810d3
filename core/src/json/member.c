/* Members found through objects, whatever the case of their names, and what
 * they say. */
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

int cielo__is_word(const cielo_value *value, const char *word)
{
    const char *text = cielo_value_type(value) == CIELO_TEXT
        ? cielo_value_text(value, NULL)
        : NULL;

    return text && strcmp(text, word) == 0;
}
