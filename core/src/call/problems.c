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

/* A line for each that there is room for, which leaves some for how many more
 * there are; gives their number. One with a path of its own length hides no
 * other. */
static size_t list_problems(char *out, size_t size, const cielo_value *problems)
{
    enum { MOST = 10, TAIL = 32 };
    const cielo_value *item;
    size_t used = strlen(out), count = 0;

    for (item = cielo_value_first(problems); item && count < MOST;
         item = cielo_value_next(item)) {
        const char *path
            = cielo_value_text(cielo_value_get(item, "path"), NULL);
        const char *message
            = cielo_value_text(cielo_value_get(item, "message"), NULL);

        if (used + strlen(path) + strlen(message) + TAIL > size)
            continue;
        used += (size_t)snprintf(out + used, size - used, "\n  %s: %s", path,
                                 message);
        count++;
    }
    return count;
}

int cielo__problems_report(const cielo_value *problems, cielo_error *err)
{
    const cielo_value *first = cielo_value_first(problems);
    size_t count = cielo_value_size(problems), told;
    char text[sizeof(err->message)];

    if (count == 1)
        return cielo__reportf(
            err, CIELO_EVALIDATION, "%s: %s",
            cielo_value_text(cielo_value_get(first, "path"), NULL),
            cielo_value_text(cielo_value_get(first, "message"), NULL));
    snprintf(text, sizeof(text), "%lu problems:", (unsigned long)count);
    told = list_problems(text, sizeof(text), problems);
    if (told < count)
        return cielo__reportf(err, CIELO_EVALIDATION, "%s\n  and %lu more",
                              text, (unsigned long)(count - told));
    return cielo__report(err, CIELO_EVALIDATION, text);
}
