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

char *cielo__strndup(const cielo_allocator *mem, const char *text, size_t n)
{
    const char *end;
    size_t length;
    char *copy;

    if (!text)
        return NULL;
    end = memchr(text, '\0', n);
    length = end ? (size_t)(end - text) : n;
    if (length == SIZE_MAX)
        return NULL;
    copy = cielo__allocate(mem, length + 1);
    if (!copy)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *cielo__strdup(const cielo_allocator *mem, const char *text)
{
    return text ? cielo__strndup(mem, text, strlen(text)) : NULL;
}
