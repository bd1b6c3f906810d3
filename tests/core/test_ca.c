/* Where certificates are looked for by a libcurl that was built elsewhere. The
 * file is a part of this one, since nothing else asks for it. */
#include "http/net_curl.c"
#include "check.h"

#define HERE "/proc/self/exe"
#define GONE "/no/such/file"

static const char *const places[] = {GONE, HERE, "/proc/self/maps", NULL};

static void its_own_are_left_alone(void)
{
    CHECK(find_ca(HERE, NULL, places) == NULL);
    CHECK(find_ca(GONE, "/proc/self", places) == NULL);
    CHECK(find_ca(NULL, NULL, places) == NULL);
}

static void the_first_that_is_there_is_taken(void)
{
    static const char *const none[] = {GONE, NULL};

    CHECK_STR(find_ca(GONE, NULL, places), HERE);
    CHECK_STR(find_ca(GONE, GONE, places), HERE);
    CHECK(find_ca(GONE, NULL, none) == NULL);
}

static void debians_libcurl_finds_its_own(void)
{
    CHECK_INT(cielo__net_start(), CIELO_OK);
    CHECK(cielo__net_ca_file() == NULL);
}

CHECK_MAIN(its_own_are_left_alone, the_first_that_is_there_is_taken,
           debians_libcurl_finds_its_own)
