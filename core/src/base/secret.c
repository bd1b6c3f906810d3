/* Memory that is wiped before it is let go. */
#include <string.h>

#include "base.h"

void cielo__wipe(void *memory, size_t size)
{
    /* A call through a volatile pointer cannot be dropped as a dead store. */
    static void *(*const volatile fill)(void *, int, size_t) = memset;

    if (memory && size)
        fill(memory, 0, size);
}

void cielo__free_secret(const cielo_allocator *mem, char *text)
{
    if (!text)
        return;
    cielo__wipe(text, strlen(text));
    cielo__free(mem, text);
}
