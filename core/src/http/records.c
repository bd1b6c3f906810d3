/*
 * A segment, record by record. A line is a record when its sum is right; what
 * else stands there is skipped and counted. Each record begins with a line feed
 * of its own, so that what a torn one left hurts no other. At the end, while
 * the writer lives, a line without its line feed is not whole yet.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "journal_read.h"

/* What is read at once; a line has room in it four times. */
enum { CHUNK = 4 * CIELO__LINE_LIMIT };

struct cielo_records {
    cielo_allocator mem;
    cielo__file *file;
    char *data;  /* CHUNK bytes, of which ... */
    size_t from; /* ... those from here to `to` are not used yet */
    size_t to;
    int64_t at;   /* where in the file `from` is */
    int too_long; /* in the middle of a line that is */
    int whole;    /* the writer is dead, so that nothing comes after the end */
    int torn;     /* and what it left of its last line is damaged */
    size_t damaged;
    cielo_value *record;
    char name[256]; /* of the segment, for errors */
};

/* ---- a line ---- */

/* ,"crc":"xxxxxxxx"} */
enum { SUM_AT = 8, SUM = 8, TAIL = SUM_AT + SUM + 2 };

static int is_tail(const char *tail)
{
    return memcmp(tail, ",\"crc\":\"", SUM_AT) == 0
        && memcmp(tail + SUM_AT + SUM, "\"}", 2) == 0;
}

static int has_sum(const char *tail, const char *line)
{
    uint32_t sum = cielo__crc32c(line, (size_t)(tail - line));
    char text[SUM + 1];

    snprintf(text, sizeof(text), "%08lx", (unsigned long)sum);
    return is_tail(tail) && memcmp(tail + SUM_AT, text, SUM) == 0;
}

int cielo__record_parse(cielo_value **out, char *line, size_t length)
{
    char *tail = line + length - TAIL;
    int status;

    *out = NULL;
    if (length <= TAIL || length > CIELO__LINE_LIMIT || *line != '{'
        || !has_sum(tail, line))
        return CIELO_EDECODE;
    *tail = '}';
    status = cielo_value_parse(out, line, (size_t)(tail + 1 - line), NULL);
    *tail = ',';
    return status;
}

/* ---- moving on ---- */

static void pass(cielo_records *r, size_t bytes)
{
    r->from += bytes;
    r->at += (int64_t)bytes;
}

/* Reads more behind what is there; `*got` 0: there is no more. */
static int fill(cielo_records *r, size_t *got)
{
    size_t left = r->to - r->from;
    int error;

    if (r->from > 0 && left > 0)
        memmove(r->data, r->data + r->from, left);
    r->from = 0;
    r->to = left;
    error = cielo__file_read(r->file, r->at + (int64_t)left, r->data + left,
                             CHUNK - left, got);
    if (!error)
        r->to += *got;
    return error;
}

/* One without an end within the limit is damaged, and the rest of it, which
 * nobody keeps, is a part of it. */
static void drop_too_long(cielo_records *r)
{
    if (r->to - r->from > CIELO__LINE_LIMIT) {
        r->damaged += !r->too_long;
        r->too_long = 1;
    }
    if (r->too_long)
        pass(r, r->to - r->from);
}

/* The record of a line, also where the line feed behind it has rotted: of a
 * dead writer's last line the rest would be taken for a torn one, of which
 * nothing was sent. */
static int parse_line(cielo_value **out, char *line, size_t length)
{
    int status = cielo__record_parse(out, line, length);

    return status == CIELO_EDECODE ? cielo__record_parse(out, line, length - 1)
                                   : status;
}

/* What the line is; it is passed, but for want of memory. */
static int take_line(cielo_records *r, size_t length, size_t feed,
                     int64_t *from)
{
    int status = CIELO_EDECODE;

    *from = r->at;
    if (!r->too_long && length > 0)
        status = parse_line(&r->record, r->data + r->from, length);
    if (status == CIELO_EMEMORY)
        return status;
    r->damaged += status != CIELO_OK && length > 0 && !r->too_long;
    r->too_long = 0;
    pass(r, length + feed);
    return status;
}

/* 1 for a line that was whole once, with or without a line feed that rotted. */
static int has_an_end(const char *line, size_t length)
{
    return (length >= TAIL && is_tail(line + length - TAIL))
        || (length > TAIL && is_tail(line + length - TAIL - 1));
}

/* The last line of a dead writer, which has no line feed. */
static int take_rest(cielo_records *r, int64_t *from)
{
    size_t before = r->damaged;
    int torn = r->too_long;
    int was_whole = has_an_end(r->data + r->from, r->to - r->from);
    int status;

    if (r->from == r->to && !torn)
        return CIELO_ENOTFOUND;
    status = take_line(r, r->to - r->from, 0, from);
    r->torn |= torn || (r->damaged > before && !was_whole);
    return status == CIELO_EDECODE ? CIELO_ENOTFOUND : status;
}

/* 1 when all that a dead writer wrote is read. It may have died after the last
 * bytes were read and before its lock was looked at: then there are more. One
 * that has written nothing may be about to take its lock. */
static int is_finished(cielo_records *r)
{
    int was_whole = r->whole;

    if (!r->whole && r->at + (int64_t)(r->to - r->from) > 0)
        r->whole = !cielo__file_is_held(r->file);
    return was_whole;
}

int cielo__records_read(cielo_records *r, const cielo_value **record,
                        int64_t *from, int64_t *to, int *error)
{
    int status = CIELO_EDECODE;

    *record = NULL;
    *error = 0;
    cielo_value_free(r->record);
    r->record = NULL;
    while (status == CIELO_EDECODE) {
        char *line = r->data + r->from;
        char *end = r->from < r->to ? memchr(line, '\n', r->to - r->from)
                                    : NULL;
        size_t got = 0;

        if (end) {
            status = take_line(r, (size_t)(end - line), 1, from);
            continue;
        }
        drop_too_long(r);
        *error = fill(r, &got);
        if (*error)
            return CIELO_EJOURNAL;
        if (got == 0 && is_finished(r))
            status = take_rest(r, from);
        else if (got == 0 && !r->whole)
            status = CIELO_ENOTFOUND;
    }
    *to = r->at;
    *record = r->record;
    return status;
}

/* ---- life ---- */

int cielo__records_new(cielo_records **out, const char *folder,
                       const char *segment, int64_t from,
                       const cielo_allocator *mem)
{
    cielo_records *r = cielo__calloc(mem, sizeof(*r));
    int error = ENOMEM;

    *out = NULL;
    if (!r)
        return error;
    r->mem = *cielo__allocator(mem);
    r->at = from;
    snprintf(r->name, sizeof(r->name), "%s", segment);
    r->data = cielo__allocate(mem, CHUNK);
    if (r->data)
        error = cielo__file_open(&r->file, &r->mem, folder, segment);
    if (error) {
        cielo_records_close(r);
        return error;
    }
    *out = r;
    return 0;
}

int cielo_records_open(cielo_records **out, const char *folder,
                       const char *segment, int64_t from,
                       const cielo_allocator *allocator, cielo_error *err)
{
    int error;

    *out = NULL;
    if (!folder || !*folder || !segment || !*segment || strchr(segment, '/')
        || from < 0)
        return cielo__report(err, CIELO_EUSAGE, NULL);
    error = cielo__records_new(out, folder, segment, from, allocator);
    return error ? cielo__journal_report(err, error, "opening", segment)
                 : cielo__report(err, CIELO_OK, NULL);
}

int cielo_records_next(cielo_records *records, const cielo_value **record,
                       int64_t *offset, cielo_error *err)
{
    int64_t from, to = records->at;
    int error;
    int status = cielo__records_read(records, record, &from, &to, &error);

    if (offset)
        *offset = to;
    return error ? cielo__journal_report(err, error, "reading", records->name)
                 : cielo__report(err, status, NULL);
}

size_t cielo_records_damaged(const cielo_records *records)
{
    return records->damaged;
}

int cielo__records_are_whole(const cielo_records *records)
{
    return records->whole;
}

size_t cielo__records_lost(const cielo_records *records)
{
    return records->damaged - (size_t)records->torn;
}

void cielo_records_close(cielo_records *records)
{
    cielo_allocator mem;

    if (!records)
        return;
    mem = records->mem;
    cielo__file_close(records->file);
    cielo_value_free(records->record);
    cielo__free(&mem, records->data);
    cielo__free(&mem, records);
}
