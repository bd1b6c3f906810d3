/* The index of a journal: of each entry what is needed to tell its state and
 * its place in the order of time, and where its records stand. */
#ifndef CIELO_JOURNAL_INDEX_H
#define CIELO_JOURNAL_INDEX_H

#include "journal_read.h"

typedef enum cielo__record_kind {
    CIELO__RECORD_INTENT,
    CIELO__RECORD_OUTCOME,
    CIELO__RECORD_LOOK,
    CIELO__RECORD_SETTLED
} cielo__record_kind;

/* No entry, no record. */
#define CIELO__NOWHERE UINT32_MAX

/* Where a record stands. */
typedef struct cielo__place_of_record {
    int64_t from;
    uint32_t length; /* with its line feed */
    uint32_t segment;
    uint32_t next; /* of the same entry */
    cielo__record_kind kind;
} cielo__place_of_record;

typedef enum cielo__ending {
    CIELO__ENDING_NONE,
    CIELO__ENDING_UNKNOWN, /* the call ended in doubt */
    CIELO__ENDING_FAILED,  /* nothing took effect */
    CIELO__ENDING_DONE,
    CIELO__ENDING_ABSENT, /* these two were settled */
    CIELO__ENDING_ADOPTED
} cielo__ending;

typedef struct cielo__entry {
    uint64_t id[2];
    int64_t at;       /* of the intent, by its writer's clock, ms */
    int64_t deadline; /* likewise: when the call had to have ended */
    int64_t ended;    /* likewise; INT64_MAX: not known to have */
    uint64_t order;   /* a hash; 0: none */
    uint64_t payment; /* likewise, of what is changed: money given back, or
                         a recurrence */
    uint32_t first;   /* record */
    uint32_t last;
    uint32_t segment; /* of the intent; CIELO__NOWHERE: it was not seen */
    uint32_t made;    /* in `texts`, the sale that it made; 0: none is known */
    unsigned char makes;   /* its operation makes sales */
    unsigned char outcome; /* these two a cielo__ending */
    unsigned char settled;
} cielo__entry;

typedef struct cielo__list {
    uint32_t *items;
    size_t count;
    size_t room;
} cielo__list;

typedef struct cielo__index {
    const cielo_allocator *mem;
    cielo__entry *entries;
    size_t count;
    size_t room;
    cielo__place_of_record *places;
    size_t place_count;
    size_t place_room;
    uint32_t *slots; /* entries by id, a power of two of them */
    size_t slot_count;
    cielo__buf texts;
    cielo__list by_time;  /* these three of entries whose intent was seen */
    cielo__list by_order; /* and that make sales */
    cielo__list by_payment;
} cielo__index;

void cielo__index_init(cielo__index *index, const cielo_allocator *mem);
void cielo__index_clear(cielo__index *index);
/* Takes up a record. Errors: CIELO_EMEMORY, CIELO_EDECODE (it is none that is
 * understood here). */
int cielo__index_add(cielo__index *index, const cielo_value *record,
                     const cielo__place_of_record *place);
/* Orders what was added. Errors: CIELO_EMEMORY. */
int cielo__index_sort(cielo__index *index);
/* CIELO__NOWHERE when there is none. */
uint32_t cielo__index_find(const cielo__index *index, const char *id,
                           size_t length);
/* What is known of its end: CIELO__ENDING_NONE and _UNKNOWN when nothing is. */
cielo__ending cielo__entry_ending(const cielo__entry *entry);

/* The part of a list that has one hash, those of `entry`: `*count` of them. */
const uint32_t *cielo__index_of_order(const cielo__index *index,
                                      const cielo__entry *entry, size_t *count);
const uint32_t *cielo__index_of_payment(const cielo__index *index,
                                        const cielo__entry *entry,
                                        size_t *count);
/* 1 when another one changed the same since, or may have. */
int cielo__index_is_overtaken(const cielo__index *index,
                              const cielo__entry *entry);

/* ---- journal_read.c: what is behind a journal that was loaded ---- */

const cielo__index *cielo__journal_index(const cielo_journal *journal);
size_t cielo__journal_segment_count(const cielo_journal *journal);
/* The name of one, by the number that places have; `*whole` (may be NULL): all
 * of it was read, nothing will be added, and no line of it was lost but the
 * one that its writer died in. */
const char *cielo__journal_segment(const cielo_journal *journal, size_t number,
                                   int *whole);

#endif
