/*
 * The one thread of a process, and the bells that it rings. It is there while
 * somebody's job may be asked for, takes no signal of the host's, and knows
 * nothing of files: a job does that.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "../base/atomic.h"
#include "../base/base.h"
#include "syncer.h"

/* ---- the thread ---- */

typedef enum phase { ABSENT, PRESENT, LEAVING } phase;

/* Of the process, as the thread is. A fork waits until nobody is inside, and
 * its child begins anew. */
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    phase phase;
    pthread_t thread;
    unsigned jobs; /* that may be asked for */
    cielo__sync_job *first;
    cielo__sync_job *last;
    const cielo__sync_job *running;
} syncer
    = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void before_fork(void)
{
    pthread_mutex_lock(&syncer.mutex);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&syncer.mutex);
}

static void in_child(void)
{
    static const pthread_cond_t fresh = PTHREAD_COND_INITIALIZER;

    syncer.changed = fresh; /* the parent's thread waits on the other */
    syncer.phase = ABSENT;
    syncer.jobs = 0;
    syncer.first = syncer.last = NULL;
    syncer.running = NULL;
    pthread_mutex_unlock(&syncer.mutex);
}

static void watch_forks(void)
{
    (void)pthread_atfork(before_fork, after_fork, in_child);
}

static cielo__sync_job *take_job(void)
{
    cielo__sync_job *job = syncer.first;

    syncer.first = job->next;
    if (!syncer.first)
        syncer.last = NULL;
    job->next = NULL;
    job->queued = 0;
    return job;
}

static void *serve(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&syncer.mutex);
    while (syncer.phase == PRESENT) {
        cielo__sync_job *job;

        if (!syncer.first) {
            pthread_cond_wait(&syncer.changed, &syncer.mutex);
            continue;
        }
        job = take_job();
        syncer.running = job;
        pthread_mutex_unlock(&syncer.mutex);
        job->run(job->context);
        pthread_mutex_lock(&syncer.mutex);
        syncer.running = NULL;
        pthread_cond_broadcast(&syncer.changed);
    }
    pthread_mutex_unlock(&syncer.mutex);
    return NULL;
}

/* Under the lock. Signals of the host are for its own threads. */
static int start(void)
{
    sigset_t all, before;
    int error;

    sigfillset(&all);
    error = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (error)
        return error;
    syncer.phase = PRESENT;
    error = pthread_create(&syncer.thread, NULL, serve, NULL);
    if (error)
        syncer.phase = ABSENT;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static void put_job(cielo__sync_job *job)
{
    if (!job->known)
        syncer.jobs++;
    job->known = 1;
    if (job->queued)
        return;
    job->queued = 1;
    if (syncer.last)
        syncer.last->next = job;
    else
        syncer.first = job;
    syncer.last = job;
    pthread_cond_broadcast(&syncer.changed);
}

int cielo__syncer_ask(cielo__sync_job *job)
{
    int error = 0;

    (void)pthread_once(&once, watch_forks);
    pthread_mutex_lock(&syncer.mutex);
    while (syncer.phase == LEAVING)
        pthread_cond_wait(&syncer.changed, &syncer.mutex);
    if (syncer.phase == ABSENT)
        error = start();
    if (!error)
        put_job(job);
    pthread_mutex_unlock(&syncer.mutex);
    return error;
}

static void drop_job(cielo__sync_job *job)
{
    cielo__sync_job **at = &syncer.first;
    cielo__sync_job *before = NULL;

    while (*at != job) {
        before = *at;
        at = &before->next;
    }
    *at = job->next;
    if (syncer.last == job)
        syncer.last = before;
}

/* Under the lock, which it lets go meanwhile. */
static void end_thread(void)
{
    syncer.phase = LEAVING;
    pthread_cond_broadcast(&syncer.changed);
    pthread_mutex_unlock(&syncer.mutex);
    (void)pthread_join(syncer.thread, NULL);
    pthread_mutex_lock(&syncer.mutex);
    syncer.phase = ABSENT;
    pthread_cond_broadcast(&syncer.changed);
}

void cielo__syncer_leave(cielo__sync_job *job)
{
    pthread_mutex_lock(&syncer.mutex);
    if (job->queued)
        drop_job(job);
    while (syncer.running == job)
        pthread_cond_wait(&syncer.changed, &syncer.mutex);
    if (job->known && --syncer.jobs == 0)
        end_thread();
    job->known = job->queued = 0;
    pthread_mutex_unlock(&syncer.mutex);
}

/* ---- bells ---- */

struct cielo__bell {
    const cielo_allocator *mem;
    int ends[2];
    int rung; /* one byte is in the pipe, or about to be */
};

static int make_quiet(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0
        || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        return errno;
    return 0;
}

int cielo__bell_new(cielo__bell **out, const cielo_allocator *mem)
{
    cielo__bell *bell = cielo__calloc(mem, sizeof(*bell));
    int error;

    *out = NULL;
    if (!bell)
        return ENOMEM;
    bell->mem = mem;
    if (pipe(bell->ends) != 0) {
        error = errno;
        cielo__free(mem, bell);
        return error;
    }
    error = make_quiet(bell->ends[0]);
    if (!error)
        error = make_quiet(bell->ends[1]);
    if (error) {
        cielo__bell_free(bell);
        return error;
    }
    *out = bell;
    return 0;
}

int cielo__bell_descriptor(const cielo__bell *bell)
{
    return bell->ends[0];
}

void cielo__bell_ring(cielo__bell *bell)
{
    if (cielo__atomic_swap(&bell->rung, 1))
        return;
    while (write(bell->ends[1], "", 1) < 0 && errno == EINTR)
        continue;
}

void cielo__bell_hush(cielo__bell *bell)
{
    char rung[8];

    /* In this order: a ring in between is heard by who looks after this, and a
     * byte read after the store would be missed by the next. */
    while (read(bell->ends[0], rung, sizeof(rung)) < 0 && errno == EINTR)
        continue;
    cielo__atomic_store(&bell->rung, 0);
}

void cielo__bell_free(cielo__bell *bell)
{
    if (!bell)
        return;
    close(bell->ends[0]);
    close(bell->ends[1]);
    cielo__free(bell->mem, bell);
}
