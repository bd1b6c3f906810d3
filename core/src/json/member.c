/* Members found through objects, whatever the case of their names, and what
 * they say. */
#include <string.h>

#include "json.h"

const cielo_value *cielo__member(const cielo_value *tree, const char *path)
{
    while (tree && *path) {
        size_t length = 0;

        while (path[length] && path[length] != '.')
            length++;
        tree = cielo__value_named(tree, path, length);
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
