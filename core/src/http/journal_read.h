/* What the files that read a journal share: names of segments, records one
 * after the other, and the index of a folder's entries. */
#ifndef CIELO_JOURNAL_READ_H
#define CIELO_JOURNAL_READ_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/journal.h>

#include "../base/base.h"
#include "file.h"

/* ---- segments.c ---- */

/* Tells that `what` of the journal failed with `error`, an errno; gives the
 * status: CIELO_EMEMORY for ENOMEM, else CIELO_EJOURNAL. */
int cielo__journal_report(cielo_error *err, int error, const char *what,
                          const char *name);
/* The segments of a folder, oldest first; zeros to begin with. */
typedef struct cielo__names {
    const cielo_allocator *mem;
    char **items;
    size_t count;
    size_t room;
} cielo__names;
int cielo__names_list(cielo__names *out, const cielo_allocator *mem,
                      const char *folder, cielo_error *err);
void cielo__names_clear(cielo__names *names);
/* Negative, 0 or positive, as the list has them. */
int cielo__names_order(const char *a, const char *b);

/* ---- records.c ---- */

/* The longest line, without its line feeds. */
enum { CIELO__LINE_LIMIT = 64 * 1024 };

/* The tree of a line, without its sum: CIELO_OK, CIELO_EDECODE when it is
 * damaged, CIELO_EMEMORY. Changes the line meanwhile. */
int cielo__record_parse(cielo_value **out, char *line, size_t length);

/* Gives 0 or an errno. */
int cielo__records_new(cielo_records **out, const char *folder,
                       const char *segment, int64_t from,
                       const cielo_allocator *mem);
/* cielo_records_next, with where the line began; gives CIELO_EJOURNAL without
 * telling it, but for `*error`. */
int cielo__records_read(cielo_records *records, const cielo_value **record,
                        int64_t *from, int64_t *to, int *error);
/* 1 once the end of a segment was read whose writer is dead: all of it was. */
int cielo__records_are_whole(const cielo_records *records);
/* Damaged lines but for what a dead writer left of its last one, which was
 * never said to be written. */
size_t cielo__records_lost(const cielo_records *records);

#endif
