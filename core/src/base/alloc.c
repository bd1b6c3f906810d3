/* The client's allocator, or malloc. */
#include <stdlib.h>
#include <string.h>

#include "base.h"

static void *heap_allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void *heap_reallocate(void *context, void *memory, size_t size)
{
    (void)context;
    return realloc(memory, size);
}

static void heap_release(void *context, void *memory)
{
    (void)context;
    free(memory);
}

static const cielo_allocator heap
    = {NULL, heap_allocate, heap_reallocate, heap_release};

const cielo_allocator *cielo__allocator(const cielo_allocator *mem)
{
    return mem ? mem : &heap;
}

/* An allocator may answer NULL to a size of 0, which would read as memory that
 * ran out. */
static size_t at_least_one(size_t size)
{
    return size ? size : 1;
}

void *cielo__allocate(const cielo_allocator *mem, size_t size)
{
    mem = cielo__allocator(mem);
    return mem->allocate(mem->context, at_least_one(size));
}

void *cielo__calloc(const cielo_allocator *mem, size_t size)
{
    void *memory = cielo__allocate(mem, size);

    if (memory)
        memset(memory, 0, size);
    return memory;
}

void *cielo__reallocate(const cielo_allocator *mem, void *memory, size_t size)
{
    mem = cielo__allocator(mem);
    return mem->reallocate(mem->context, memory, at_least_one(size));
}

void cielo__free(const cielo_allocator *mem, void *memory)
{
    if (!memory)
        return;
    mem = cielo__allocator(mem);
    mem->release(mem->context, memory);
}

char *cielo__strdup(const cielo_allocator *mem, const char *text)
{
    size_t size = text ? strlen(text) + 1 : 0;
    char *copy = text ? cielo__allocate(mem, size) : NULL;

    if (copy)
        memcpy(copy, text, size);
    return copy;
}
