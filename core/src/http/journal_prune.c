/* What needs a journal to itself: its lock, and the removal of segments that
 * nobody needs any more. */
#include <errno.h>
#include <string.h>

#include <cielo/perform.h>

#include "journal_index.h"

/* ---- the lock ---- */

struct cielo_journal_lock {
    cielo__file *file;
};

int cielo_journal_lock_take(cielo_journal_lock **out, const char *folder,
                            cielo_error *err)
{
    static const char name[] = "settle.lock";
    cielo_journal_lock *lock;
    int error;

    *out = NULL;
    if (!folder || !*folder)
        return cielo__report(err, CIELO_EUSAGE, NULL);
    lock = cielo__calloc(NULL, sizeof(*lock));
    if (!lock)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    error = cielo__file_lock(&lock->file, NULL, folder, name);
    if (!error) {
        *out = lock;
        return cielo__report(err, CIELO_OK, NULL);
    }
    cielo__free(NULL, lock);
    if (error == EWOULDBLOCK)
        return cielo__report(err, CIELO_EAGAIN,
                             "the journal is being settled by another");
    return cielo__journal_report(err, error, "locking settle.lock in", folder);
}

void cielo_journal_lock_free(cielo_journal_lock *lock)
{
    if (!lock)
        return;
    cielo__file_close(lock->file);
    cielo__free(NULL, lock);
}

/* ---- pruning ---- */

/* Of an order in doubt the others stay too, since what they made is not its;
 * and of a payment whose void is in doubt its other voids, since they say that
 * what is given back may be theirs. */
static void keep_others(const cielo__index *index, const cielo__entry *entry,
                        unsigned char *kept)
{
    size_t count, i;
    const uint32_t *of = cielo__index_of_order(index, entry, &count);

    for (i = 0; i < count; i++)
        kept[of[i]] = 1;
    of = cielo__index_of_payment(index, entry, &count);
    for (i = 0; i < count; i++)
        kept[of[i]] = 1;
    kept[entry - index->entries] = 1;
}

/* 1 where a segment was to go and has to stay: it has a record of an entry that
 * stays; and the entry stays whose intent stands in one that does. */
static int keep_more(const cielo__index *index, unsigned char *kept,
                     unsigned char *stays)
{
    int changed = 0;
    size_t i;

    for (i = 0; i < index->count; i++) {
        const cielo__entry *entry = &index->entries[i];
        uint32_t at;

        if (entry->segment != CIELO__NOWHERE && stays[entry->segment])
            kept[i] = 1;
        for (at = entry->first; kept[i] && at != CIELO__NOWHERE;
             at = index->places[at].next) {
            changed |= !stays[index->places[at].segment];
            stays[index->places[at].segment] = 1;
        }
    }
    return changed;
}

static void choose(const cielo__index *index, unsigned char *kept,
                   unsigned char *stays)
{
    size_t i;

    for (i = 0; i < index->count; i++) {
        if (index->entries[i].segment != CIELO__NOWHERE
            && cielo__entry_ending(&index->entries[i]) <= CIELO__ENDING_UNKNOWN)
            keep_others(index, &index->entries[i], kept);
    }
    while (keep_more(index, kept, stays))
        continue;
}

static int is_old(const char *folder, const char *name, int64_t before)
{
    cielo__file *file = NULL;
    int old;

    if (cielo__file_open(&file, NULL, folder, name) != 0)
        return 0;
    old = cielo__file_time(file) <= before && !cielo__file_is_held(file);
    cielo__file_close(file);
    return old;
}

static int remove_all(const cielo_journal *journal, const char *folder,
                      const unsigned char *stays, size_t *removed,
                      cielo_error *err)
{
    size_t i;

    for (i = 0; i < cielo__journal_segment_count(journal); i++) {
        const char *name = cielo__journal_segment(journal, i, NULL);
        int error = stays[i] ? 0 : cielo__file_remove(folder, name);

        if (error && error != ENOENT)
            return cielo__journal_report(err, error, "removing", name);
        *removed += !stays[i] && !error;
    }
    return cielo__report(err, CIELO_OK, NULL);
}

static int prune(const cielo_journal *journal, const char *folder,
                 int64_t before, size_t *removed, cielo_error *err)
{
    const cielo__index *index = cielo__journal_index(journal);
    size_t count = cielo__journal_segment_count(journal), i;
    unsigned char *stays = cielo__calloc(NULL, count + index->count);
    int status;

    if (!stays)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    for (i = 0; i < count; i++) {
        int whole;
        const char *name = cielo__journal_segment(journal, i, &whole);

        stays[i] = !whole || !is_old(folder, name, before);
    }
    choose(index, stays + count, stays);
    status = remove_all(journal, folder, stays, removed, err);
    cielo__free(NULL, stays);
    return status;
}

int cielo_journal_prune(const char *folder, int days, size_t *removed,
                        cielo_error *err)
{
    const int64_t day = (int64_t)24 * 3600 * 1000;
    cielo_journal_lock *lock;
    cielo_journal *journal = NULL;
    int status;

    *removed = 0;
    if (days < 0)
        return cielo__report(err, CIELO_EUSAGE, NULL);
    status = cielo_journal_lock_take(&lock, folder, err);
    if (status != CIELO_OK)
        return status;
    status = cielo_journal_open(&journal, folder, NULL, err);
    if (status == CIELO_OK)
        status = cielo_journal_load(journal, 0, err);
    if (status == CIELO_OK)
        status = prune(journal, folder, cielo_wall_ms() - days * day, removed,
                       err);
    cielo_journal_close(journal);
    cielo_journal_lock_free(lock);
    return status;
}
