/* Lists of problems: {path, rule, message} each. */
#include <stdio.h>
#include <string.h>

#include "call.h"

int cielo__problem_add(cielo_value *problems, const char *path,
                       const char *rule, const char *message)
{
    cielo_value *item = cielo_value_new_object();
    const char *const members[][2]
        = {{"path", path}, {"rule", rule}, {"message", message}};
    size_t i;

    for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (cielo_value_set(item, members[i][0],
                            cielo_value_new_text(members[i][1],
                                                 strlen(members[i][1])))
            != CIELO_OK) {
            cielo_value_free(item);
            return CIELO_EMEMORY;
        }
    }
    return cielo_value_append(problems, item);
}

int cielo__problems_report(const cielo_value *problems, cielo_error *err)
{
    const cielo_value *first = cielo_value_first(problems);
    size_t count = cielo_value_size(problems);
    char more[48] = "";

    if (count > 1)
        snprintf(more, sizeof(more), " (and %lu more problem%s)",
                 (unsigned long)count - 1, count > 2 ? "s" : "");
    return cielo__reportf(
        err, CIELO_EVALIDATION, "%s: %s%s",
        cielo_value_text(cielo_value_get(first, "path"), NULL),
        cielo_value_text(cielo_value_get(first, "message"), NULL), more);
}
