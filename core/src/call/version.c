/* The version of the library that a program runs with. */
#include <cielo/cielo.h>

const char *cielo_version(void)
{
    return CIELO_VERSION;
}
