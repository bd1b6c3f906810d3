/*
 * What writes a client's journal: appends to a segment of its own, in the order
 * of asking, and knows what of it is on disk. Any thread may lead a sync, and
 * all that was appended before it began is settled by it.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cielo/journal.h>

#include "http.h"

#define SEGMENT_BYTES ((int64_t)64 * 1024 * 1024)
#define SEGMENT_MS ((int64_t)24 * 60 * 60 * 1000)
/* A little after its time is over readers take a call to have ended, and nobody
 * waits for its record. */
#define GRACE_MS 10000
#define NAMES 1000 /* that may be taken before a new one is found */

struct cielo__segment {
    cielo__segment *next;
    cielo__file *file;
    int64_t length;
    int64_t began;
    int64_t until;   /* when the last call with an intent in it has ended */
    int used;        /* a whole line is in it */
    uint64_t last;   /* ticket in it, 0: none */
    uint64_t failed; /* the first ticket that is not on disk ... */
    int error;       /* ... since a sync failed with this errno */
};

/* ---- why not ---- */

static const char *text_of(int error)
{
    switch (error) {
    case ENOSPC:
        return "the disk is full";
    case EDQUOT:
        return "the quota of the disk is used up";
    case EFBIG:
        return "the file would grow past the size that the process may write";
    case ENOENT:
        return "the folder is gone";
    case ENOTDIR:
        return "it is no folder";
    case EACCES:
    case EPERM:
        return "there is no permission to write there";
    case EROFS:
        return "the file system is read-only";
    case EMFILE:
    case ENFILE:
        return "too many files are open";
    case ENAMETOOLONG:
        return "the path is too long";
    case ELOOP:
        return "the path has too many links";
    case ENOLCK:
    case EOPNOTSUPP:
    case EINVAL:
        return "the file system has no locks or no syncs: a local one is "
               "needed";
    case EIO:
        return "the disk failed";
    default:
        return NULL;
    }
}

static int report(cielo_error *err, const cielo__writer *w, int error)
{
    const char *text = text_of(error);

    if (error == ENOMEM)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    if (text)
        return cielo__reportf(err, CIELO_EJOURNAL, "%s (%s)", text, w->folder);
    return cielo__reportf(err, CIELO_EJOURNAL, "error %d of the system (%s)",
                          error, w->folder);
}

/* ---- segments ---- */

/* Characters that stand for themselves in names of files everywhere; a name
 * without any is no segment's. */
static void clean_name(char *text)
{
    if (!*text)
        memcpy(text, "_", sizeof("_"));
    for (; *text; text++) {
        if (!cielo__is_alnum(*text) && *text != '.' && *text != '_')
            *text = '_';
    }
}

static int create(cielo__writer *w, cielo__segment *s)
{
    char name[sizeof(w->stem) + 32];
    int error = cielo__folder_make(w->folder, w->group);
    int tries = 0;

    while (!error) {
        (void)snprintf(name, sizeof(name), "%s-%u.jsonl", w->stem, w->number++);
        error = cielo__file_create(&s->file, w->mem, w->folder, name, w->group);
        if (error != EEXIST || ++tries == NAMES)
            break;
        error = 0;
    }
    return error;
}

/* Opens the next segment; gives 0 or an errno. */
static int begin_segment(cielo__writer *w)
{
    cielo__segment *s = cielo__calloc(w->mem, sizeof(*s));
    cielo__segment **end = &w->first;
    int error;

    if (!s)
        return ENOMEM;
    error = create(w, s);
    if (error) {
        cielo__free(w->mem, s);
        return error;
    }
    s->began = cielo_now_ms();
    while (*end)
        end = &(*end)->next;
    *end = s;
    w->current = s;
    return 0;
}

static void free_segment(cielo__writer *w, cielo__segment *s)
{
    cielo__file_close(s->file);
    cielo__free(w->mem, s);
}

/* Lets go of those that are written to no more and of which no call is under
 * way: until then their lock says that the writer lives. */
static void end_segments(cielo__writer *w, int64_t now)
{
    cielo__segment **at = &w->first;

    while (*at) {
        cielo__segment *s = *at;

        if (s == w->current || s == w->syncing || s->last > w->settled
            || s->until + GRACE_MS > now) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        free_segment(w, s);
    }
}

/* The segment to append so many bytes to: 0 or an errno. */
static int choose_segment(cielo__writer *w, size_t length)
{
    cielo__segment *s = w->current;
    int64_t now = cielo_now_ms();

    if (s
        && (now - s->began >= w->oldest
            || (s->length && s->length + (int64_t)length > w->longest)))
        w->current = NULL;
    if (w->first != w->current)
        end_segments(w, now);
    return w->current ? 0 : begin_segment(w);
}

static int append(cielo__writer *w, const char *bytes, size_t length)
{
    cielo__segment *s = w->current;
    size_t done;
    int error = cielo__file_append(s->file, bytes, length, &done);

    s->length += (int64_t)done;
    s->used |= !error;
    /* A disk may have room again; what else failed may be this file's own. */
    if (error && error != ENOSPC && error != EDQUOT && error != EFBIG)
        w->current = NULL;
    return error;
}

/* Adds a whole line, to a new segment where the present one may grow no more.
 */
static int add_line(cielo__writer *w, const char *bytes, size_t length)
{
    int error = choose_segment(w, length);

    if (error)
        return error;
    error = append(w, bytes, length);
    if (error != EFBIG || !w->current->used)
        return error;
    w->current = NULL;
    error = begin_segment(w);
    return error ? error : append(w, bytes, length);
}

/* ---- the writer ---- */

static void run_job(void *context);

static void end_writer(cielo__writer *w)
{
    while (w->first) {
        cielo__segment *s = w->first;

        w->first = s->next;
        free_segment(w, s);
    }
    w->current = w->syncing = NULL;
}

/*
 * In a forked child the segments are the parent's, and go with the child's
 * copies of their descriptors, unless a thread of the parent's was inside: then
 * what the lock guards may be half changed.
 */
static void leave_to_parent(cielo__writer *w)
{
    if (pthread_mutex_trylock(&w->mutex) == 0)
        end_writer(w);
}

/* With the last reference to the client. */
static void writer_destroy(void *writer)
{
    cielo__writer *w = writer;

    while (w) {
        cielo__writer *elder = w->elder;

        if (w->forks == cielo__forks()) {
            cielo__syncer_leave(&w->job);
            end_writer(w);
            pthread_cond_destroy(&w->settling);
            pthread_mutex_destroy(&w->mutex);
        } else {
            leave_to_parent(w);
        }
        cielo__free(w->mem, w);
        w = elder;
    }
}

static int make_locks(cielo__writer *w)
{
    if (pthread_mutex_init(&w->mutex, NULL) != 0)
        return 0;
    if (pthread_cond_init(&w->settling, NULL) == 0)
        return 1;
    pthread_mutex_destroy(&w->mutex);
    return 0;
}

static cielo__writer *writer_new(cielo_client *client, cielo__writer *elder)
{
    const cielo_allocator *mem = cielo__client_allocator(client);
    cielo__writer *w = cielo__calloc(mem, sizeof(*w));
    char host[sizeof(w->host)];

    if (!w || !make_locks(w)) {
        cielo__free(mem, w);
        return NULL;
    }
    w->mem = mem;
    w->folder = cielo_client_journal(client);
    w->group = cielo__client_journal_is_shared(client);
    w->longest = SEGMENT_BYTES;
    w->oldest = SEGMENT_MS;
    w->job.run = run_job;
    w->job.context = w;
    w->forks = cielo__forks();
    w->pid = cielo__process_id();
    (void)cielo__host_name(w->host, sizeof(w->host));
    memcpy(host, w->host, sizeof(host));
    clean_name(host);
    (void)snprintf(w->stem, sizeof(w->stem), "%s-%" PRId64 "-%" PRId64, host,
                   w->pid, cielo_wall_ms());
    if (elder)
        leave_to_parent(elder);
    w->elder = elder;
    return w;
}

cielo__writer *cielo__writer_of(cielo_client *client)
{
    cielo__writer *w;
    void **slot;

    if (!cielo_client_journal(client))
        return NULL;
    cielo__client_lock(client);
    slot = cielo__client_writer(client, writer_destroy);
    w = *slot;
    if (!w || w->forks != cielo__forks()) {
        w = writer_new(client, w);
        if (w)
            *slot = w;
    }
    cielo__client_unlock(client);
    return w;
}

void cielo__writer_tell(cielo__writer *w, cielo__listener *listener,
                        cielo__bell *bell)
{
    pthread_mutex_lock(&w->mutex);
    listener->bell = bell;
    listener->next = w->listeners;
    w->listeners = listener;
    pthread_mutex_unlock(&w->mutex);
}

void cielo__writer_cease(cielo__writer *w, cielo__listener *listener)
{
    cielo__listener **at = &w->listeners;

    pthread_mutex_lock(&w->mutex);
    while (*at != listener)
        at = &(*at)->next;
    *at = listener->next;
    listener->bell = NULL;
    pthread_mutex_unlock(&w->mutex);
}

/* ---- appending ---- */

/* Under the lock. The next segment is begun where somebody removed this one. */
static int add_intent(cielo__writer *w, const cielo_call *call,
                      const char *bytes, size_t length, uint64_t *ticket)
{
    int64_t end = cielo_now_ms() + cielo__call_left(call);
    cielo__segment *s;
    int error;

    if (w->current && cielo__file_is_gone(w->current->file))
        w->current = NULL;
    error = add_line(w, bytes, length);
    if (error)
        return error;
    s = w->current;
    if (s->until < end)
        s->until = end;
    if (ticket)
        *ticket = s->last = ++w->given;
    return 0;
}

/* The call was cancelled or freed after its intent was given. */
static void on_ended(cielo_call *call)
{
    cielo__journal_outcome(call);
}

static int write_intent(cielo__writer *w, cielo_call *call, const char *bytes,
                        size_t length, uint64_t *ticket, cielo_error *err)
{
    int syncs = cielo__client_journal_syncs(cielo__call_client(call));
    int error;

    if (!bytes)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    pthread_mutex_lock(&w->mutex);
    error = add_intent(w, call, bytes, length, syncs ? ticket : NULL);
    pthread_mutex_unlock(&w->mutex);
    if (error)
        return report(err, w, error);
    *cielo__call_note(call, on_ended) = w->forks + 1;
    return cielo__report(err, CIELO_OK, NULL);
}

static int write_outcome(cielo__writer *w, const char *bytes, size_t length,
                         cielo_error *err)
{
    int error;

    if (!bytes)
        return cielo__report(err, CIELO_OK, NULL);
    pthread_mutex_lock(&w->mutex);
    error = add_line(w, bytes, length);
    pthread_mutex_unlock(&w->mutex);
    return error ? report(err, w, error) : cielo__report(err, CIELO_OK, NULL);
}

/*
 * Whether there can be a line to write at the end: not when the intent was
 * never appended, nor for a child's copy of a call that its parent goes on
 * with, which says what becomes of it.
 */
static int has_outcome(const cielo__writer *w, cielo_call *call)
{
    unsigned note = *cielo__call_note(call, on_ended);

    return note ? note == w->forks + 1
                : cielo_call_settled(call) != CIELO_SETTLED_NONE
            || cielo__call_is_use(call);
}

int cielo_journal_write(cielo_call *call, uint64_t *ticket, cielo_error *err)
{
    const cielo_value *value;
    cielo__writer *w;
    cielo_origin origin;
    const char *bytes;
    size_t length = 0;
    int is_ended;

    if (ticket)
        *ticket = 0;
    if (!call)
        return cielo__report(err, CIELO_EUSAGE, "no call was given");
    if (!cielo_client_journal(cielo__call_client(call)))
        return cielo__report(err, CIELO_OK, NULL);
    w = cielo__writer_of(cielo__call_client(call));
    if (!w)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    is_ended = cielo_call_result(call, &value, NULL) != CIELO_EAGAIN;
    if (is_ended && !has_outcome(w, call))
        return cielo__report(err, CIELO_OK, NULL);
    origin.wall_ms = cielo_wall_ms();
    origin.host = w->host;
    origin.pid = w->pid;
    bytes = cielo_call_record(call, &origin, &length);
    if (!is_ended)
        return write_intent(w, call, bytes, length, ticket, err);
    *cielo__call_note(call, on_ended) = 0;
    return write_outcome(w, bytes, length, err);
}

void cielo__journal_outcome(cielo_call *call)
{
    cielo_error err;

    if (cielo_journal_write(call, NULL, &err) != CIELO_OK)
        (void)cielo_call_on_record(call, 0, err.message);
}

/* ---- syncing ---- */

/* Under the lock: the oldest segment with something to sync becomes the one
 * that is synced; NULL when there is none or one is under way. */
static cielo__segment *begin_sync(cielo__writer *w)
{
    cielo__segment *s = w->first;

    if (w->syncing)
        return NULL;
    while (s && s->last <= w->settled)
        s = s->next;
    w->syncing = s;
    if (s)
        w->target = s->last;
    return s;
}

/* Under the lock. What a failed sync left is in nobody's hands: the system may
 * forget that it was ever to be written. */
static void end_sync(cielo__writer *w, int error)
{
    cielo__segment *s = w->syncing;
    cielo__listener *at;

    w->syncing = NULL;
    if (error) {
        s->failed = w->settled + 1;
        s->error = error;
        w->settled = s->last;
        if (w->current == s)
            w->current = NULL;
    } else {
        w->settled = w->target;
    }
    pthread_cond_broadcast(&w->settling);
    for (at = w->listeners; at; at = at->next)
        cielo__bell_ring(at->bell);
}

/* Under the lock, which it lets go while it syncs. */
static void lead(cielo__writer *w)
{
    cielo__segment *s = begin_sync(w);
    int error;

    if (!s)
        return;
    pthread_mutex_unlock(&w->mutex);
    error = cielo__file_sync(s->file);
    pthread_mutex_lock(&w->mutex);
    end_sync(w, error);
}

/* On the syncer's thread. Where another one leads, that one asks anew. */
static void run_job(void *context)
{
    cielo__writer *w = context;

    pthread_mutex_lock(&w->mutex);
    while (w->wanted > w->settled && !w->syncing)
        lead(w);
    pthread_mutex_unlock(&w->mutex);
}

/* Under the lock, after an end: for those who do not lead by themselves. The
 * thread is there, as it knows the job since they asked. */
static void ask_anew(cielo__writer *w)
{
    if (w->wanted > w->settled)
        (void)cielo__syncer_ask(&w->job);
}

/* Under the lock. */
static int state_of(const cielo__writer *w, uint64_t ticket, cielo_error *err)
{
    const cielo__segment *s = w->first;

    if (ticket > w->settled)
        return cielo__report(err, CIELO_EAGAIN, NULL);
    while (s && !(s->error && ticket >= s->failed && ticket <= s->last))
        s = s->next;
    return s ? report(err, w, s->error) : cielo__report(err, CIELO_OK, NULL);
}

/* The writer that a ticket is of; NULL and `*status` where there is none. */
static cielo__writer *find_writer(cielo_client *client, uint64_t ticket,
                                  int *status, cielo_error *err)
{
    cielo__writer *w = client ? cielo__writer_of(client) : NULL;
    int known;

    if (!client || !cielo_client_journal(client))
        *status = cielo__report(err, CIELO_EUSAGE, "no client with a journal");
    else if (!w)
        *status = cielo__report(err, CIELO_EMEMORY, NULL);
    if (!w)
        return NULL;
    pthread_mutex_lock(&w->mutex);
    known = ticket <= w->given;
    pthread_mutex_unlock(&w->mutex);
    if (known)
        return w;
    *status = cielo__report(err, CIELO_EJOURNAL,
                            "the record is not of this process");
    return NULL;
}

int cielo_journal_sync(cielo_client *client, uint64_t ticket, cielo_error *err)
{
    int status = CIELO_OK;
    cielo__writer *w = find_writer(client, ticket, &status, err);

    if (!w)
        return status;
    pthread_mutex_lock(&w->mutex);
    while (ticket > w->settled) {
        if (w->syncing)
            pthread_cond_wait(&w->settling, &w->mutex);
        else
            lead(w);
    }
    ask_anew(w);
    status = state_of(w, ticket, err);
    pthread_mutex_unlock(&w->mutex);
    return status;
}

int cielo_journal_sync_start(cielo_client *client, uint64_t ticket,
                             cielo_error *err)
{
    int status = CIELO_OK;
    cielo__writer *w = find_writer(client, ticket, &status, err);
    int error = 0;

    if (!w)
        return status;
    pthread_mutex_lock(&w->mutex);
    if (ticket > w->settled) {
        if (ticket > w->wanted)
            w->wanted = ticket;
        error = cielo__syncer_ask(&w->job);
    }
    pthread_mutex_unlock(&w->mutex);
    if (error)
        return cielo__report(err, CIELO_EJOURNAL,
                             "there is no thread to be had that would sync");
    return cielo__report(err, CIELO_OK, NULL);
}

int cielo_journal_synced(cielo_client *client, uint64_t ticket,
                         cielo_error *err)
{
    int status = CIELO_OK;
    cielo__writer *w = find_writer(client, ticket, &status, err);

    if (!w)
        return status;
    pthread_mutex_lock(&w->mutex);
    status = state_of(w, ticket, err);
    pthread_mutex_unlock(&w->mutex);
    return status;
}

int cielo_journal_sync_begin(cielo_client *client, int *fd, uint64_t *ticket)
{
    cielo__writer *w = client ? cielo__writer_of(client) : NULL;
    cielo__segment *s;

    if (!w)
        return 0;
    pthread_mutex_lock(&w->mutex);
    s = begin_sync(w);
    if (s) {
        *fd = cielo__file_descriptor(s->file);
        *ticket = w->target;
    }
    pthread_mutex_unlock(&w->mutex);
    return s != NULL;
}

void cielo_journal_sync_end(cielo_client *client, uint64_t ticket, int error)
{
    cielo__writer *w = client ? cielo__writer_of(client) : NULL;

    if (!w)
        return;
    pthread_mutex_lock(&w->mutex);
    if (w->syncing && w->target == ticket) {
        end_sync(w, error);
        ask_anew(w);
    }
    pthread_mutex_unlock(&w->mutex);
}
