/* Letters of ASCII, whatever the locale. */
#include "base.h"

int cielo__same_case(const char *a, const char *b, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (cielo__lower(a[i]) != cielo__lower(b[i]))
            return 0;
    }
    return 1;
}
