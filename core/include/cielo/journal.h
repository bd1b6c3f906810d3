/*
 * The memory that outlives the process: a folder of append-only files in which
 * each write is noted before it is sent, and what came of it afterwards. After
 * a crash the notes say which charges may have happened, and each of them can
 * be settled by asking Cielo.
 *
 * cielo_perform and cielo_multi keep it by themselves for a client with the
 * option `journal`. What follows is for hosts that send the bytes themselves,
 * and for who reads.
 *
 * A file is one process's own: HOST-PID-START-N.jsonl, one record a line, each
 * begun by a line feed of its own and ended by "crc", a CRC-32C of the bytes
 * before it. While the process lives it holds a lock (flock) on the file.
 */
#ifndef CIELO_JOURNAL_H
#define CIELO_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/alloc.h>
#include <cielo/api.h>
#include <cielo/call.h>
#include <cielo/client.h>
#include <cielo/error.h>
#include <cielo/value.h>

CIELO_BEGIN

/* ---- writing, for hosts with a transport of their own; any thread ---- */

/*
 * Appends cielo_call_record of a call that is at RECORD or DONE to its client's
 * journal. `*ticket` (may be NULL after DONE) is what a durable write waits
 * for, or 0 when there is nothing to wait for: an outcome, journal_sync "off",
 * nothing to write. Reports nothing to the call. Errors: CIELO_EJOURNAL (the
 * message says why: disk full, folder gone, no permission), CIELO_EMEMORY.
 */
CIELO_API int cielo_journal_write(cielo_call *call, uint64_t *ticket,
                                  cielo_error *err);

/* Blocks until a ticket's record is on disk: one fdatasync, or another
 * thread's. Errors: CIELO_EJOURNAL (it is not, and never will be). */
CIELO_API int cielo_journal_sync(cielo_client *client, uint64_t ticket,
                                 cielo_error *err);

/* The same without blocking: asks the one thread that the process keeps for
 * it. Errors: CIELO_EJOURNAL, CIELO_EMEMORY. */
CIELO_API int cielo_journal_sync_start(cielo_client *client, uint64_t ticket,
                                       cielo_error *err);
/* CIELO_OK once it is on disk, CIELO_EAGAIN until then, CIELO_EJOURNAL when it
 * is not and never will be. */
CIELO_API int cielo_journal_synced(cielo_client *client, uint64_t ticket,
                                   cielo_error *err);

/*
 * The same for a host with threads of its own: 1 and the descriptor on which
 * one of them calls fdatasync, kept open until _end, which is told its errno
 * (0: done) and settles all tickets up to `*ticket`; 0 when nothing is to be
 * synced, or a sync is under way: ask again after its end.
 */
CIELO_API int cielo_journal_sync_begin(cielo_client *client, int *fd,
                                       uint64_t *ticket);
CIELO_API void cielo_journal_sync_end(cielo_client *client, uint64_t ticket,
                                      int error);

/* The folder of the client's journal, by its absolute path; NULL when it has
 * none. */
CIELO_API const char *cielo_client_journal(const cielo_client *client);

/* ---- reading ---- */

/*
 * One segment after the other, record by record, as they were written: for who
 * keeps a copy of the journal. `from` is 0 or an offset that `_next` gave.
 */
typedef struct cielo_records cielo_records;
CIELO_API int cielo_records_open(cielo_records **out, const char *folder,
                                 const char *segment, int64_t from,
                                 const cielo_allocator *allocator,
                                 cielo_error *err);
/* The next whole record: CIELO_OK with `*record` (borrowed until the next) and
 * the offset behind it; CIELO_ENOTFOUND at the end, where more may be written
 * later. Damaged lines are skipped and counted. Errors: CIELO_EMEMORY,
 * CIELO_EJOURNAL (it cannot be read). */
CIELO_API int cielo_records_next(cielo_records *records,
                                 const cielo_value **record, int64_t *offset,
                                 cielo_error *err);
CIELO_API size_t cielo_records_damaged(const cielo_records *records);
CIELO_API void cielo_records_close(cielo_records *records);

/* The names of a folder's segments, oldest first: an array of objects {name,
 * size, live}, the caller's to free; `live` is true while the writer's process
 * lives. Errors: CIELO_EJOURNAL (no such folder), CIELO_EMEMORY. */
CIELO_API int cielo_journal_segments(cielo_value **out, const char *folder,
                                     cielo_error *err);

/*
 * A folder as entries: each intent with its outcome, looks and end. It reads
 * the folder once, in slices, and then gives entries by their time.
 */
typedef struct cielo_journal cielo_journal;
CIELO_API int cielo_journal_open(cielo_journal **out, const char *folder,
                                 const cielo_allocator *allocator,
                                 cielo_error *err);
/* Reads on, about `bytes` of it (0: all): CIELO_OK when all is read,
 * CIELO_EAGAIN when there is more. Asked again after CIELO_OK it reads what was
 * written since, and rewinds. Errors: CIELO_EMEMORY, CIELO_EJOURNAL. */
CIELO_API int cielo_journal_load(cielo_journal *journal, size_t bytes,
                                 cielo_error *err);

/*
 * After loading: the next entry, in the order of time: CIELO_OK and `*entry`,
 * borrowed until the next call, or CIELO_ENOTFOUND past the last. `in_doubt` 1:
 * only those whose outcome nobody knows and whose writer is dead, or whose call
 * has ended, or had to: never a call in flight. An object of
 *   id, at (RFC 3339, UTC), operation, merchant_order_id, payment_id, amount
 *   (cents), process ("host:pid"), state, looks [{at, saw, why}], intent,
 *   outcome, settled: these three as they were written, or absent;
 *   of an entry in doubt alone, told: ids of sales that other entries of its
 *   order made; overtaken: true for a void whose payment had another one since,
 *   and for the change of a recurrence that was changed again.
 * state: "open" (in flight), "done", "in_doubt", "adopted", "absent". Errors:
 * CIELO_EMEMORY, CIELO_EJOURNAL (it cannot be read any more).
 */
CIELO_API int cielo_journal_next(cielo_journal *journal, int in_doubt,
                                 const cielo_value **entry, cielo_error *err);
CIELO_API void cielo_journal_rewind(cielo_journal *journal);
/* The entry of an id, borrowed likewise. Errors: CIELO_ENOTFOUND, and those of
 * cielo_journal_next. */
CIELO_API int cielo_journal_find(cielo_journal *journal, const char *id,
                                 const cielo_value **entry, cielo_error *err);

typedef struct cielo_journal_counts {
    size_t segments;
    size_t entries;
    size_t in_doubt;
    size_t damaged; /* lines that were skipped */
} cielo_journal_counts;
CIELO_API void cielo_journal_count(const cielo_journal *journal,
                                   cielo_journal_counts *out);
CIELO_API void cielo_journal_close(cielo_journal *journal);

/* Removes the segments whose writers are dead, whose entries all have a known
 * end, and that nobody wrote to for `days`. Gives in `*removed` how many.
 * Errors: CIELO_EJOURNAL, CIELO_EMEMORY, CIELO_EAGAIN (being settled). */
CIELO_API int cielo_journal_prune(const char *folder, int days,
                                  size_t *removed, cielo_error *err);

/* ---- settling ---- */

/* One settler at a time: CIELO_OK, or CIELO_EAGAIN while another has it. */
typedef struct cielo_journal_lock cielo_journal_lock;
CIELO_API int cielo_journal_lock_take(cielo_journal_lock **out,
                                      const char *folder, cielo_error *err);
CIELO_API void cielo_journal_lock_free(cielo_journal_lock *lock);

/*
 * A call that looks once what became of an entry: any host runs it as any call,
 * and writes cielo_call_record after DONE as for any. `entry` is one of
 * cielo_journal_next; it is copied. It sends nothing but reads. Its result is
 * that of the operation when it is adopted; else it ends with CIELO_EUNKNOWN
 * and details that say what was seen. Errors: CIELO_EMEMORY, CIELO_EUSAGE (no
 * entry, or one that is not in doubt; a client without a journal), and
 * CIELO_EVALIDATION for an entry of another merchant or environment.
 */
CIELO_API int cielo_settle_new(cielo_call **out, cielo_client *client,
                               const cielo_value *entry,
                               const cielo_entropy *entropy, cielo_error *err);

/* What a look came to. ABSENT is said only after two looks at least ten minutes
 * apart saw nothing, by Cielo's clock where it is known: X(NAME, "word"). */
#define CIELO_SETTLED_MAP(X) \
    X(ADOPTED, "adopted")    \
    X(ABSENT, "absent")      \
    X(UNKNOWN, "unknown")
typedef enum cielo_settled {
    CIELO_SETTLED_NONE, /* not DONE, or no call of cielo_settle_new */
#define CIELO_X(name, word) CIELO_SETTLED_##name,
    CIELO_SETTLED_MAP(CIELO_X)
#undef CIELO_X
    CIELO_SETTLED_END
} cielo_settled;
CIELO_API cielo_settled cielo_call_settled(const cielo_call *call);
/* "adopted" and so on, static; NULL for NONE. */
CIELO_API const char *cielo_settled_name(cielo_settled settled);

CIELO_END

#endif
