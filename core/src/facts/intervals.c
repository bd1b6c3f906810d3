/* How often a recurrence charges, as a name and as its months
 * [interval-words]. */
#include <string.h>

#include "facts.h"

static const struct interval {
    const char *name;
    int months;
} intervals[] = {
#define X(name, months) {name, months},
    CIELO__INTERVAL_MAP(X)
#undef X
};

#define COUNT (sizeof(intervals) / sizeof(intervals[0]))

int64_t cielo__interval_months(const char *name)
{
    size_t length = name ? strlen(name) : 0;
    size_t i;

    for (i = 0; i < COUNT; i++) {
        if (strlen(intervals[i].name) == length
            && cielo__same_case(intervals[i].name, name, length))
            return intervals[i].months;
    }
    return 0;
}

const char *cielo__interval_name(int64_t months)
{
    size_t i;

    for (i = 0; i < COUNT; i++) {
        if (intervals[i].months == months)
            return intervals[i].name;
    }
    return NULL;
}

const char *cielo__interval_at(size_t index)
{
    return index < COUNT ? intervals[index].name : NULL;
}
