/* The allocator a client carries. Never global. */
#ifndef CIELO_ALLOC_H
#define CIELO_ALLOC_H

#include <stddef.h>

#include <cielo/api.h>

CIELO_BEGIN

/*
 * Copied into the client that is given it; `context` is the caller's and must
 * outlive the client. All three functions are needed; they follow malloc,
 * realloc and free, may be called from any thread that uses the client, and
 * must not raise. JSON trees do not come from it: cJSON's allocation hooks are
 * process-wide, so they are left alone, and a cielo_value uses malloc.
 */
typedef struct cielo_allocator {
    void *context;
    void *(*allocate)(void *context, size_t size);
    void *(*reallocate)(void *context, void *memory, size_t size);
    void (*release)(void *context, void *memory);
} cielo_allocator;

CIELO_END

#endif
