/* Memory that is wiped. */
#include <stdlib.h>

#include "check.h"
#include <cielo/cielo.h>

#include "base/base.h"

static void wiping_overwrites(void)
{
    char text[] = "4111111111111111";

    cielo__wipe(text, sizeof(text));
    CHECK(memcmp(text, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16) == 0);
    cielo__wipe(NULL, 0);
    cielo__wipe(NULL, 4);
}

/* Sees whether what is released was wiped: `context` counts what was not. */
static void *keep_allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void *keep_reallocate(void *context, void *memory, size_t size)
{
    (void)context;
    return realloc(memory, size);
}

static void keep_release(void *context, void *memory)
{
    *(int *)context += memcmp(memory, "\0\0\0", 3) != 0;
    free(memory);
}

static void secrets_are_wiped_when_freed(void)
{
    int unwiped = 0;
    cielo_allocator mem = {NULL, keep_allocate, keep_reallocate, keep_release};

    mem.context = &unwiped;
    cielo__free_secret(&mem, cielo__strdup(&mem, "key"));
    CHECK_INT(unwiped, 0);
    cielo__free_secret(&mem, NULL);
}

CHECK_MAIN(wiping_overwrites, secrets_are_wiped_when_freed)
