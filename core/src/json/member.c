/* Members found through objects, whatever the case of their names, and what
 * they say. */
#include <string.h>

#include "json.h"

const cielo_value *cielo__member_from(const cielo_value *tree, const char *path,
                                      size_t length)
{
    while (tree && length > 0) {
        tree = cielo__value_named(tree, path, length);
        path += length;
        path += *path == '.';
        for (length = 0;
             path[length] && path[length] != '.' && path[length] != '#';)
            length++;
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
