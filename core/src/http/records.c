/*
 * A segment, record by record. A line is a record when its sum is right; what
 * else stands there is skipped and counted. Each record begins with a line feed
 * of its own, so that what a torn one left hurts no other; where that one has
 * rotted, the record is found inside the line by how it begins and by its sum.
 * At the end, while the writer lives, a line without its line feed is not whole
 * yet.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "journal_read.h"

enum {
    /* What is read at once; a line has room in it four times. */
    CHUNK = 4 * CIELO__LINE_LIMIT,
    /* As many bytes are no record that was lost: the two line feeds between
     * records, rotted, or a stump that ends before any name. */
    SCRAP = 2
};

struct cielo_records {
    cielo_allocator mem;
    cielo__file *file;
    char *data;  /* CHUNK bytes, of which ... */
    size_t from; /* ... those from here to `to` are not used yet */
    size_t to;
    int64_t at;   /* where in the file `from` is */
    int too_long; /* in the middle of a line that is, and was counted */
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

/* A record inside a line: where it begins and ends. */
typedef struct span {
    size_t begin;
    size_t end;
} span;

/*
 * The first record inside bytes that are no line of one. No text of a record
 * can pass for another: its quotes are escaped, and both what a record begins
 * with and what stands before its sum have bare ones. So a record ends at the
 * first sum behind its beginning, and begins at the last beginning before its
 * sum; what stood before is a stump, or has rotted.
 */
static int find_inside(cielo_value **out, char *text, size_t length, span *is)
{
    static const char opening[] = "{\"v\":";
    const size_t size = sizeof(opening) - 1;
    int status = CIELO_EDECODE, open = 0;
    size_t at;

    *out = NULL;
    is->begin = is->end = 0;
    for (at = 0; length - at >= TAIL && status == CIELO_EDECODE; at++) {
        if (memcmp(text + at, opening, size) == 0) {
            open = 1;
            is->begin = at;
        } else if (open && is_tail(text + at)) {
            open = 0;
            is->end = at + TAIL;
            status = cielo__record_parse(out, text + is->begin,
                                         is->end - is->begin);
        }
    }
    return status;
}

static void count_damage(cielo_records *r, size_t bytes)
{
    r->damaged += bytes > SCRAP && !r->too_long;
}

/* Takes a record out of the middle of `length` bytes, and leaves what stands
 * behind it, which is looked at as if it were a line. */
static int take_inside(cielo_records *r, size_t length, int64_t *from)
{
    span is;
    int status = find_inside(&r->record, r->data + r->from, length, &is);

    if (status != CIELO_OK)
        return status;
    count_damage(r, is.begin);
    r->too_long = 0;
    *from = r->at + (int64_t)is.begin;
    pass(r, is.end);
    return CIELO_OK;
}

/* Of a line that has no end within the limit, so much is kept as a record may
 * begin in. */
static int take_from_long(cielo_records *r, int64_t *from)
{
    size_t length = r->to - r->from;
    int status = take_inside(r, length, from);

    if (status == CIELO_EDECODE) {
        count_damage(r, length);
        r->too_long = 1;
        pass(r, length - CIELO__LINE_LIMIT);
    }
    return status;
}

/* What the line is; it is passed, but for want of memory, or as far as a record
 * inside it goes. */
static int take_line(cielo_records *r, size_t length, size_t feed,
                     int64_t *from)
{
    int status = CIELO_EDECODE;

    *from = r->at;
    if (!r->too_long && length > 0)
        status = cielo__record_parse(&r->record, r->data + r->from, length);
    if (status == CIELO_EDECODE) {
        status = take_inside(r, length, from);
        if (status != CIELO_EDECODE)
            return status;
        count_damage(r, length);
    }
    if (status == CIELO_EMEMORY)
        return status;
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
    int too_long = r->too_long;
    int was_whole = has_an_end(r->data + r->from, r->to - r->from);
    int status;

    if (r->from == r->to && !too_long)
        return CIELO_ENOTFOUND;
    status = take_line(r, r->to - r->from, 0, from);
    if (status != CIELO_EDECODE)
        return status;
    r->torn |= too_long || (r->damaged > before && !was_whole);
    return CIELO_ENOTFOUND;
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
        if (r->to - r->from > CHUNK / 2) {
            status = take_from_long(r, from);
            continue;
        }
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
