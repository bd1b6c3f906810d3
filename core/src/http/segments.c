/* The segments of a journal's folder: which files are some, and their order. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal_read.h"

int cielo__journal_report(cielo_error *err, int error, const char *what,
                          const char *name)
{
    if (error == ENOMEM)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    return cielo__reportf(err, CIELO_EJOURNAL, "the journal: %s %s: %s", what,
                          name, strerror(error));
}

/* ---- names: HOST-PID-START-N.jsonl ---- */

typedef struct parts {
    size_t host; /* its length */
    int64_t pid;
    int64_t start;
    int64_t number;
} parts;

/* Reads the digits before `*end`, and the "-" before them, backwards. */
static int read_back(const char *name, size_t *end, int64_t *number)
{
    size_t at = *end;

    while (at > 0 && cielo__is_digit(name[at - 1]))
        at--;
    if (at == *end || *end - at > 18 || at < 2 || name[at - 1] != '-')
        return 0;
    *number = strtoll(name + at, NULL, 10);
    *end = at - 1;
    return 1;
}

static int is_host(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (!cielo__is_alnum(text[i]) && text[i] != '.' && text[i] != '_')
            return 0;
    }
    return length > 0;
}

static int read_name(const char *name, parts *out)
{
    static const char end[] = ".jsonl";
    size_t length = strlen(name);

    if (length < sizeof(end) || strcmp(name + length - sizeof(end) + 1, end))
        return 0;
    length -= sizeof(end) - 1;
    if (!read_back(name, &length, &out->number)
        || !read_back(name, &length, &out->start)
        || !read_back(name, &length, &out->pid))
        return 0;
    out->host = length;
    return is_host(name, length);
}

static int order_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int cielo__names_order(const char *a, const char *b)
{
    parts of_a = {0, 0, 0, 0}, of_b = {0, 0, 0, 0};
    int order;

    read_name(a, &of_a);
    read_name(b, &of_b);
    order = order_of(of_a.start, of_b.start);
    if (!order)
        order = order_of(of_a.pid, of_b.pid);
    if (!order)
        order = order_of(of_a.number, of_b.number);
    return order ? order : strcmp(a, b);
}

static int compare(const void *first, const void *second)
{
    return cielo__names_order(*(char *const *)first, *(char *const *)second);
}

/* ---- the list ---- */

static int add_name(void *context, const char *name)
{
    cielo__names *names = context;
    parts of;
    char **grown;

    if (!read_name(name, &of))
        return 0;
    if (names->count == names->room) {
        size_t room = names->room ? names->room * 2 : 16;

        grown = cielo__reallocate(names->mem, names->items,
                                  room * sizeof(*grown));
        if (!grown)
            return ENOMEM;
        names->items = grown;
        names->room = room;
    }
    names->items[names->count] = cielo__strdup(names->mem, name);
    if (!names->items[names->count])
        return ENOMEM;
    names->count++;
    return 0;
}

int cielo__names_list(cielo__names *out, const cielo_allocator *mem,
                      const char *folder, cielo_error *err)
{
    int error;

    memset(out, 0, sizeof(*out));
    out->mem = mem;
    error = cielo__folder_list(folder, add_name, out);
    if (error) {
        cielo__names_clear(out);
        return cielo__journal_report(err, error, "reading the folder", folder);
    }
    if (out->count > 1)
        qsort(out->items, out->count, sizeof(*out->items), compare);
    return cielo__report(err, CIELO_OK, NULL);
}

void cielo__names_clear(cielo__names *names)
{
    size_t i;

    for (i = 0; i < names->count; i++)
        cielo__free(names->mem, names->items[i]);
    cielo__free(names->mem, names->items);
    memset(names, 0, sizeof(*names));
}

/* ---- for who asks ---- */

static int add_segment(cielo_value *list, const char *name, cielo__file *file)
{
    cielo_value *one = cielo_value_new_object();
    int status = cielo_value_set(one, "name",
                                 cielo_value_new_text(name, strlen(name)));

    if (status == CIELO_OK)
        status
            = cielo_value_set(one, "size",
                              cielo_value_new_integer(cielo__file_size(file)));
    if (status == CIELO_OK)
        status
            = cielo_value_set(one, "live",
                              cielo_value_new_bool(cielo__file_is_held(file)));
    if (status == CIELO_OK)
        return cielo_value_append(list, one);
    cielo_value_free(one);
    return CIELO_EMEMORY;
}

static int add_segments(cielo_value *list, const cielo__names *names,
                        const char *folder, cielo_error *err)
{
    size_t i;

    for (i = 0; i < names->count; i++) {
        cielo__file *file = NULL;
        int error = cielo__file_open(&file, NULL, folder, names->items[i]);
        int status;

        if (error == ENOENT)
            continue; /* somebody pruned */
        if (error)
            return cielo__journal_report(err, error, "opening",
                                         names->items[i]);
        status = add_segment(list, names->items[i], file);
        cielo__file_close(file);
        if (status != CIELO_OK)
            return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    return CIELO_OK;
}

int cielo_journal_segments(cielo_value **out, const char *folder,
                           cielo_error *err)
{
    cielo__names names;
    cielo_value *list;
    int status;

    *out = NULL;
    if (!folder || !*folder)
        return cielo__report(err, CIELO_EUSAGE, NULL);
    status = cielo__names_list(&names, NULL, folder, err);
    if (status != CIELO_OK)
        return status;
    list = cielo_value_new_array();
    status = list ? add_segments(list, &names, folder, err)
                  : cielo__report(err, CIELO_EMEMORY, NULL);
    cielo__names_clear(&names);
    if (status == CIELO_OK)
        *out = list;
    else
        cielo_value_free(list);
    return status;
}
