/*
 * Looks at all memory that is given back, for what must not be left in it.
 * Linked with -Wl,--wrap=free,--wrap=realloc; trees, which come from cJSON, are
 * reached through its hooks. Memory that libcurl and TLS give back is theirs.
 */
#ifndef FREED_H
#define FREED_H

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

enum { FREED_SECRETS = 64 };

static struct freed {
    const char *secrets[FREED_SECRETS];
    size_t count;
    long looks; /* at memory that was given back */
    long finds; /* of a secret in it */
} freed;

void __real_free(void *memory);
void __wrap_free(void *memory);
void *__wrap_realloc(void *memory, size_t size);

/* Any byte of the block, whatever was asked for: a text may have been longer
 * once. */
static const char *freed_holds(const char *memory, size_t size)
{
    size_t i, length, at;

    for (i = 0; i < freed.count; i++) {
        const char *secret = freed.secrets[i];

        length = strlen(secret);
        for (at = 0; at + length <= size; at++) {
            const char *next = memchr(memory + at, secret[0], size - at);

            if (!next)
                break;
            at = (size_t)(next - memory);
            if (at + length <= size && memcmp(next, secret, length) == 0)
                return secret;
        }
    }
    return NULL;
}

static void freed_look(const void *memory)
{
    const char *secret
        = memory && freed.count
        ? freed_holds(memory, malloc_usable_size((void *)(size_t)memory))
        : NULL;

    freed.looks += memory != NULL;
    if (!secret)
        return;
    freed.finds++;
    printf("memory was given back with \"%s\" in it\n", secret);
}

void __wrap_free(void *memory)
{
    freed_look(memory);
    __real_free(memory);
}

/* Moves always, as realloc may: what it leaves behind is given back. */
void *__wrap_realloc(void *memory, size_t size)
{
    size_t old = memory ? malloc_usable_size(memory) : 0;
    void *moved = malloc(size);

    if (moved && memory) {
        memcpy(moved, memory, old < size ? old : size);
        __wrap_free(memory);
    }
    return moved;
}

static void freed_hook_free(void *memory)
{
    free(memory);
}

static void *freed_hook_malloc(size_t size)
{
    return malloc(size);
}

static void freed_start(void)
{
    cJSON_Hooks hooks = {freed_hook_malloc, freed_hook_free};

    cJSON_InitHooks(&hooks);
}

/* `secret` is borrowed until freed_forget. */
static void freed_watch(const char *secret)
{
    if (freed.count == FREED_SECRETS)
        abort();
    freed.secrets[freed.count++] = secret;
}

static void freed_forget(void)
{
    freed.count = 0;
}

#endif
