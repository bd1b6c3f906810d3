/* The writer of a journal, the thread that syncs, and both ways of running
 * calls, with calls that follow a script. */
#define _DEFAULT_SOURCE /* setgroups */

#include <cielo/journal.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <time.h>

#include "check.h"
#include "fake_call.h"
#include "http/http.h"
#include "loopback.h"
#include "scratch.h"

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define LONG ((int64_t)30000)

/* ---- what stands in a folder ---- */

typedef struct found {
    const char *root;
    int segments;
    int lines;      /* whole ones: between two line feeds */
    int stumps;     /* others */
    const char *of; /* of which lines are counted */
    int same;
    char name[300]; /* of some segment */
    long size;      /* of the largest */
} found;

static void read_lines(found *f, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");

        if (length && text[0] == '{' && text[length - 1] == '}')
            f->lines++;
        else if (length)
            f->stumps++;
        if (f->of && strlen(f->of) == length && !strncmp(text, f->of, length))
            f->same++;
        text += length + (text[length] == '\n');
    }
}

static int read_segment(void *context, const char *name)
{
    found *f = context;
    size_t length = strlen(name);
    cielo__file *file = NULL;
    char *text;
    size_t got, all = 0;

    if (length < 6 || strcmp(name + length - 6, ".jsonl") != 0)
        return 0;
    f->segments++;
    snprintf(f->name, sizeof(f->name), "%s", name);
    if (cielo__file_open(&file, NULL, f->root, name) != 0)
        return 1;
    length = (size_t)cielo__file_size(file);
    text = calloc(1, length + 1);
    while (all < length
           && cielo__file_read(file, (int64_t)all, text + all, length - all,
                               &got) == 0
           && got)
        all += got;
    if ((long)length > f->size)
        f->size = (long)length;
    read_lines(f, text);
    free(text);
    cielo__file_close(file);
    return 0;
}

/* Counts the lines, and those that are `of`, which may be NULL. */
static found look(const char *root, const char *of)
{
    found f;

    memset(&f, 0, sizeof(f));
    f.root = root;
    f.of = of;
    CHECK_INT(cielo__folder_list(root, read_segment, &f), 0);
    return f;
}

/* ---- scenes ---- */

typedef struct scene {
    char *root;
    cielo_client *client;
} scene;

static scene begin(void)
{
    scene s;

    s.root = scratch_new();
    s.client = fake_client();
    s.client->journal = s.root;
    return s;
}

static void end(scene *s)
{
    CHECK_INT(s->client->refs, 1);
    CHECK_INT(fake_client_end(s->client), 0);
    scratch_end(s->root);
}

/* A call that notes `line` and ends. */
static cielo_call *noting(cielo_client *client, const char *line)
{
    cielo_call *call = fake_call(client);

    fake_record(call, line, LONG);
    (void)cielo_call_step(call, cielo_now_ms());
    return call;
}

/* Writes an intent: its status, the ticket, and why not. */
static int note(cielo_client *client, const char *line, uint64_t *ticket,
                cielo_error *err)
{
    cielo_call *call = noting(client, line);
    int status = cielo_journal_write(call, ticket, err);

    call->note = 0; /* no outcome is to be */
    fake_call_free(call);
    return status;
}

static void note_well(cielo_client *client, const char *line)
{
    cielo_error err;
    uint64_t ticket = 0;

    CHECK_INT(note(client, line, &ticket, &err), CIELO_OK);
    CHECK(ticket > 0);
    CHECK_INT(cielo_journal_sync(client, ticket, &err), CIELO_OK);
}

static void note_ill(cielo_client *client, const char *line, const char *why)
{
    cielo_error err;
    uint64_t ticket = 0;

    CHECK_INT(note(client, line, &ticket, &err), CIELO_EJOURNAL);
    CHECK_INT(ticket, 0);
    CHECK(strstr(err.message, why) == err.message);
    CHECK(strstr(err.message, client->journal));
    if (strstr(err.message, why) != err.message)
        printf("    is        %s\n", err.message);
}

/* ---- segments ---- */

static void a_segment_is_made_with_the_first_record(void)
{
    scene s = begin();
    char folder[300], host[64], name[200];
    cielo__file *reader = NULL;
    found f;

    snprintf(folder, sizeof(folder), "%s/a/b", s.root);
    s.client->journal = folder;
    CHECK(cielo__writer_of(s.client));
    CHECK_INT(look(s.root, NULL).segments, 0);
    CHECK_INT(scratch_mode(s.root, "a"), -1);
    note_well(s.client, "\n{one}\n");
    note_well(s.client, "\n{two}\n");
    f = look(folder, "{two}");
    CHECK_INT(f.segments, 1);
    CHECK_INT(f.lines, 2);
    CHECK_INT(f.same, 1);
    CHECK_INT(scratch_mode(s.root, "a/b"), 0700);
    CHECK_INT(scratch_mode(folder, f.name), 0600);
    snprintf(name, sizeof(name), "%.63s-%ld-",
             cielo__host_name(host, sizeof(host)), (long)getpid());
    CHECK(strncmp(f.name, name, strlen(name)) == 0);
    CHECK(strstr(f.name, "-0.jsonl"));
    CHECK_INT(cielo__file_open(&reader, NULL, folder, f.name), 0);
    CHECK_INT(cielo__file_is_held(reader), 1);
    fake_client_end(s.client);
    CHECK_INT(cielo__file_is_held(reader), 0);
    cielo__file_close(reader);
    scratch_end(s.root);
}

static void two_clients_have_two_segments(void)
{
    scene s = begin();
    cielo_client *other = fake_client();

    other->journal = s.root;
    note_well(s.client, "\n{one}\n");
    note_well(other, "\n{two}\n");
    CHECK_INT(look(s.root, NULL).segments, 2);
    CHECK_INT(fake_client_end(other), 0);
    end(&s);
}

static void the_group_may_read_and_write(void)
{
    scene s = begin();
    char folder[300];
    mode_t before = umask(077);

    snprintf(folder, sizeof(folder), "%s/g", s.root);
    s.client->journal = folder;
    s.client->is_shared = 1;
    note_well(s.client, "\n{one}\n");
    CHECK_INT(scratch_mode(s.root, "g"), 02770);
    CHECK_INT(scratch_mode(folder, look(folder, NULL).name), 0660);
    umask(before);
    end(&s);
}

static void the_next_segment_comes_by_size(void)
{
    scene s = begin();
    cielo__writer *w = cielo__writer_of(s.client);
    found f;
    int i;

    w->longest = 64;
    for (i = 0; i < 20; i++)
        note_well(s.client, "\n{0123456789}\n"); /* 14 bytes: four in each */
    f = look(s.root, NULL);
    CHECK_INT(f.segments, 5);
    CHECK_INT(f.lines, 20);
    CHECK_INT(f.size, 56);
    note_well(s.client, "\n{a line that is longer than a whole segment, which "
                        "it has for itself}\n");
    CHECK_INT(look(s.root, NULL).segments, 6);
    end(&s);
}

static void the_next_segment_comes_by_age(void)
{
    scene s = begin();
    cielo__writer *w = cielo__writer_of(s.client);

    note_well(s.client, "\n{one}\n");
    CHECK_INT(look(s.root, NULL).segments, 1);
    w->oldest = 5;
    loopback_nap();
    loopback_nap();
    loopback_nap();
    note_well(s.client, "\n{two}\n");
    CHECK_INT(look(s.root, NULL).segments, 2);
    end(&s);
}

static int is_held(const char *root, const char *name)
{
    cielo__file *reader = NULL;
    int held;

    CHECK_INT(cielo__file_open(&reader, NULL, root, name), 0);
    held = cielo__file_is_held(reader);
    cielo__file_close(reader);
    return held;
}

/* Who reads must not take its calls for those of a dead writer. */
static void an_old_segment_is_held_until_its_calls_have_ended(void)
{
    scene s = begin();
    cielo__writer *w = cielo__writer_of(s.client);
    cielo_call *call = fake_call(s.client);
    char name[300];

    fake_record(call, "\n{short}\n", -20000); /* ended, and the grace with it */
    (void)cielo_call_step(call, cielo_now_ms());
    CHECK_INT(cielo_journal_write(call, NULL, NULL), CIELO_OK);
    call->note = 0;
    fake_call_free(call);
    snprintf(name, sizeof(name), "%s", look(s.root, NULL).name);
    w->longest = 1;
    note_well(s.client, "\n{two}\n");
    CHECK_INT(is_held(s.root, name), 0);
    CHECK_INT(cielo__file_remove(s.root, name), 0);
    snprintf(name, sizeof(name), "%s", look(s.root, NULL).name);
    note_well(s.client, "\n{three}\n");
    CHECK_INT(look(s.root, NULL).segments, 2);
    CHECK_INT(is_held(s.root, name), 1); /* two has half a minute */
    end(&s);
}

/* How the machine is called, where a test says so. */
static const char *machine;

int gethostname(char *name, size_t size)
{
    size_t length = machine ? strlen(machine) : 4;

    snprintf(name, size, "%s", machine ? machine : "shop");
    if (length < size)
        return 0;
    errno = ENAMETOOLONG;
    return -1;
}

/* Whatever the machine is called, who reads finds the segment. */
static void any_machine_has_a_name(void)
{
    static const char *const names[]
        = {"", "a name of 64 characters, the most that Linux has, is no end...",
           "-7-8-9", "caf\xC3\xA9", "a/b\nc"};
    char longest[256];
    size_t i;

    memset(longest, 'h', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    for (i = 0; i <= sizeof(names) / sizeof(names[0]); i++) {
        scene s = begin();
        cielo_value *segments = NULL;

        machine = i < sizeof(names) / sizeof(names[0]) ? names[i] : longest;
        note_well(s.client, "\n{one}\n");
        CHECK_INT(cielo_journal_segments(&segments, s.root, NULL), CIELO_OK);
        CHECK_INT(cielo_value_size(segments), 1);
        cielo_value_free(segments);
        machine = NULL;
        end(&s);
    }
}

/* A host's steps may have a clock of their own: what failed stays so for as
 * long as a call may ask, and no longer. */
static void a_failure_is_told_by_any_clock(void)
{
    scene s = begin();
    cielo_call *call = fake_call(s.client);
    uint64_t ticket, at;
    int fd;

    fake_record(call, "\n{one}\n", LONG);
    (void)cielo_call_step(call, 5); /* long before cielo_now_ms */
    CHECK_INT(cielo_journal_write(call, &ticket, NULL), CIELO_OK);
    call->note = 0;
    fake_call_free(call);
    CHECK_INT(cielo_journal_sync_begin(s.client, &fd, &at), 1);
    cielo_journal_sync_end(s.client, at, EIO);
    note_well(s.client, "\n{two}\n");
    CHECK_INT(cielo_journal_synced(s.client, ticket, NULL), CIELO_EJOURNAL);
    end(&s);
}

/* ---- forks ---- */

static int write_in_child(cielo_client *client, const char *line)
{
    uint64_t ticket;
    cielo_error err;

    return note(client, line, &ticket, &err) == CIELO_OK
        && cielo_journal_sync(client, ticket, &err) == CIELO_OK
        && fake_client_end(client) >= 0;
}

static void a_child_writes_its_own(void)
{
    scene s = begin();
    char name[300];
    uint64_t ticket;
    pid_t child;

    note_well(s.client, "\n{parent}\n");
    snprintf(name, sizeof(name), "%s", look(s.root, NULL).name);
    child = fork();
    if (child == 0)
        _exit(write_in_child(s.client, "\n{child}\n") ? 0 : 1);
    CHECK_INT(scratch_wait(child), 0);
    CHECK_INT(look(s.root, NULL).segments, 2);
    CHECK_INT(is_held(s.root, name), 1); /* the child closed its copy */
    CHECK_INT(note(s.client, "\n{parent}\n", &ticket, NULL), CIELO_OK);
    child = fork();
    if (child == 0) { /* it can say nothing of a ticket of its parent's */
        int status = cielo_journal_sync(s.client, ticket, NULL);

        _exit(status == CIELO_EJOURNAL ? 0 : 1);
    }
    CHECK_INT(scratch_wait(child), 0);
    CHECK_INT(cielo_journal_sync(s.client, ticket, NULL), CIELO_OK);
    CHECK_INT(look(s.root, "{parent}").same, 2);
    CHECK_INT(look(s.root, "{child}").same, 1);
    end(&s);
}

static int wait_for(cielo_client *client, uint64_t ticket)
{
    int status, naps = 0;

    while ((status = cielo_journal_synced(client, ticket, NULL))
               == CIELO_EAGAIN
           && naps++ < 5000)
        loopback_nap();
    return status;
}

static int start_in_child(cielo_client *client)
{
    uint64_t ticket;

    return note(client, "\n{child}\n", &ticket, NULL) == CIELO_OK
        && cielo_journal_sync_start(client, ticket, NULL) == CIELO_OK
        && wait_for(client, ticket) == CIELO_OK && fake_client_end(client) >= 0;
}

/* Forked while the thread is at work, again and again. */
static void a_child_has_a_thread_of_its_own(void)
{
    scene s = begin();
    int i;

    for (i = 0; i < 20; i++) {
        uint64_t ticket;
        pid_t child;

        CHECK_INT(note(s.client, "\n{parent}\n", &ticket, NULL), CIELO_OK);
        CHECK_INT(cielo_journal_sync_start(s.client, ticket, NULL), CIELO_OK);
        child = fork();
        if (child == 0)
            _exit(start_in_child(s.client) ? 0 : 1);
        CHECK_INT(wait_for(s.client, ticket), CIELO_OK);
        CHECK_INT(scratch_wait(child), 0);
    }
    CHECK_INT(look(s.root, "{parent}").same, 20);
    CHECK_INT(look(s.root, "{child}").same, 20);
    end(&s);
}

/* ---- syncs ---- */

static void tickets_are_settled_by_any_sync(void)
{
    scene s = begin();
    uint64_t first, second, third, at = 0;
    int fd = -1;

    CHECK_INT(cielo_journal_sync_begin(s.client, &fd, &at), 0);
    CHECK_INT(note(s.client, "\n{one}\n", &first, NULL), CIELO_OK);
    CHECK_INT(note(s.client, "\n{two}\n", &second, NULL), CIELO_OK);
    CHECK(first < second);
    CHECK_INT(cielo_journal_synced(s.client, 0, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_synced(s.client, first, NULL), CIELO_EAGAIN);
    CHECK_INT(cielo_journal_sync_begin(s.client, &fd, &at), 1);
    CHECK_INT(at, second);
    CHECK(fcntl(fd, F_GETFD) >= 0);
    CHECK_INT(note(s.client, "\n{three}\n", &third, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_sync_begin(s.client, &fd, &at), 0);
    CHECK_INT(at, second);
    cielo_journal_sync_end(s.client, second, 0);
    CHECK_INT(cielo_journal_synced(s.client, first, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_synced(s.client, second, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_synced(s.client, third, NULL), CIELO_EAGAIN);
    CHECK_INT(cielo_journal_sync(s.client, third, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_synced(s.client, third + 1, NULL), CIELO_EJOURNAL);
    end(&s);
}

static void a_failed_sync_fails_its_segment(void)
{
    scene s = begin();
    uint64_t good, early, late, next, at;
    cielo_error err;
    int fd;

    CHECK_INT(note(s.client, "\n{good}\n", &good, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_sync(s.client, good, NULL), CIELO_OK);
    CHECK_INT(note(s.client, "\n{early}\n", &early, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_sync_begin(s.client, &fd, &at), 1);
    CHECK_INT(note(s.client, "\n{late}\n", &late, NULL), CIELO_OK);
    cielo_journal_sync_end(s.client, at, EIO);
    CHECK_INT(note(s.client, "\n{next}\n", &next, NULL), CIELO_OK);
    CHECK_INT(look(s.root, NULL).segments, 2);
    CHECK_INT(cielo_journal_sync(s.client, next, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_synced(s.client, good, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_synced(s.client, early, &err), CIELO_EJOURNAL);
    CHECK(strstr(err.message, "the disk failed") == err.message);
    CHECK_INT(cielo_journal_sync(s.client, late, &err), CIELO_EJOURNAL);
    CHECK_INT(cielo_journal_synced(s.client, next, NULL), CIELO_OK);
    end(&s);
}

static void nothing_is_to_be_synced_where_it_is_off(void)
{
    scene s = begin();
    uint64_t ticket = 99, at;
    int fd;

    s.client->syncs = 0;
    CHECK_INT(note(s.client, "\n{one}\n", &ticket, NULL), CIELO_OK);
    CHECK_INT(ticket, 0);
    CHECK_INT(cielo_journal_sync_begin(s.client, &fd, &at), 0);
    CHECK_INT(look(s.root, "{one}").same, 1);
    end(&s);
}

static void the_thread_syncs_until_its_last_client_ends(void)
{
    scene s = begin();
    cielo_client *other = fake_client();
    uint64_t mine, others;
    int i;

    other->journal = s.root;
    for (i = 0; i < 50; i++) {
        CHECK_INT(note(s.client, "\n{one}\n", &mine, NULL), CIELO_OK);
        CHECK_INT(note(other, "\n{two}\n", &others, NULL), CIELO_OK);
        CHECK_INT(cielo_journal_sync_start(s.client, mine, NULL), CIELO_OK);
        CHECK_INT(cielo_journal_sync_start(other, others, NULL), CIELO_OK);
        CHECK_INT(wait_for(other, others), CIELO_OK);
        CHECK_INT(wait_for(s.client, mine), CIELO_OK);
    }
    CHECK_INT(fake_client_end(other), 0);
    CHECK_INT(note(s.client, "\n{one}\n", &mine, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_sync_start(s.client, mine, NULL), CIELO_OK);
    end(&s); /* while it may be at work */
}

/* Threads of this process; -1 where the system does not tell. */
static int count_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int count = -2; /* "." and ".." */

    if (!tasks)
        return -1;
    while (readdir(tasks))
        count++;
    closedir(tasks);
    return count;
}

static void on_alarm(int signal)
{
    (void)signal;
}

/* A host's handlers run in its own threads, and a thread that nobody needs is
 * not there. */
static void the_thread_takes_no_signal_and_goes(void)
{
    scene s = begin();
    sigset_t set, before;
    uint64_t ticket;
    int taken, pending, threads = count_threads();

    signal(SIGALRM, on_alarm);
    CHECK_INT(note(s.client, "\n{one}\n", &ticket, NULL), CIELO_OK);
    CHECK_INT(count_threads(), threads);
    CHECK_INT(cielo_journal_sync_start(s.client, ticket, NULL), CIELO_OK);
    CHECK_INT(count_threads(), threads < 0 ? threads : threads + 1);
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    kill(getpid(), SIGALRM); /* stays, as no other thread takes it */
    CHECK_INT(wait_for(s.client, ticket), CIELO_OK);
    CHECK_INT(sigpending(&set), 0);
    pending = sigismember(&set, SIGALRM);
    CHECK(pending);
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    if (pending)
        CHECK_INT(sigwait(&set, &taken), 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    signal(SIGALRM, SIG_DFL);
    end(&s);
    CHECK_INT(count_threads(), threads);
}

/* Another led when it was asked: what came later must not be forgotten. */
static void the_thread_goes_on_where_another_ended(void)
{
    scene s = begin();
    uint64_t first, second, at;
    int fd;

    CHECK_INT(note(s.client, "\n{one}\n", &first, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_sync_begin(s.client, &fd, &at), 1);
    CHECK_INT(note(s.client, "\n{two}\n", &second, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_sync_start(s.client, second, NULL), CIELO_OK);
    loopback_nap();
    CHECK_INT(cielo_journal_synced(s.client, second, NULL), CIELO_EAGAIN);
    cielo_journal_sync_end(s.client, at, 0);
    CHECK_INT(wait_for(s.client, second), CIELO_OK);
    end(&s);
}

enum { STORMERS = 8, STORM = 500 };

typedef struct stormer {
    pthread_t thread;
    cielo_client *client;
    int number;
    int failed;
} stormer;

static void *storm(void *argument)
{
    stormer *s = argument;
    char line[40];
    int i;

    for (i = 0; i < STORM; i++) {
        cielo_call *call = calloc(1, sizeof(*call));
        uint64_t ticket;

        snprintf(line, sizeof(line), "\n{%d %d}\n", s->number, i);
        call->client = s->client; /* without a count, which is no atomic */
        call->status = CIELO_EAGAIN;
        fake_record(call, line, LONG);
        (void)cielo_call_step(call, cielo_now_ms());
        s->failed += cielo_journal_write(call, &ticket, NULL) != CIELO_OK;
        if (i % 3 == 0)
            s->failed
                += cielo_journal_sync_start(s->client, ticket, NULL) != CIELO_OK
                || wait_for(s->client, ticket) != CIELO_OK;
        else
            s->failed
                += cielo_journal_sync(s->client, ticket, NULL) != CIELO_OK;
        free(call);
    }
    return NULL;
}

static void threads_lose_nothing(void)
{
    scene s = begin();
    cielo__writer *w = cielo__writer_of(s.client);
    stormer stormers[STORMERS];
    int i;

    w->longest = 10000; /* some segments */
    memset(stormers, 0, sizeof(stormers));
    for (i = 0; i < STORMERS; i++) {
        stormers[i].client = s.client;
        stormers[i].number = i;
        pthread_create(&stormers[i].thread, NULL, storm, &stormers[i]);
    }
    for (i = 0; i < STORMERS; i++) {
        pthread_join(stormers[i].thread, NULL);
        CHECK_INT(stormers[i].failed, 0);
    }
    CHECK_INT(look(s.root, NULL).lines, STORMERS * STORM);
    CHECK_INT(look(s.root, NULL).stumps, 0);
    CHECK_INT(look(s.root, "{7 499}").same, 1);
    CHECK(look(s.root, NULL).segments > 3);
    end(&s);
}

/* ---- what goes wrong ---- */

static void a_removed_folder_is_made_again(void)
{
    scene s = begin();
    char folder[300];

    snprintf(folder, sizeof(folder), "%s/j", s.root);
    s.client->journal = folder;
    note_well(s.client, "\n{one}\n");
    scratch_empty(folder);
    CHECK_INT(rmdir(folder), 0);
    note_well(s.client, "\n{two}\n");
    CHECK_INT(look(folder, "{two}").same, 1);
    scratch_empty(folder);
    note_well(s.client, "\n{three}\n"); /* the file alone was removed */
    CHECK_INT(look(folder, "{three}").same, 1);
    CHECK_INT(rmdir(folder) == 0, 0);
    scratch_empty(folder);
    CHECK_INT(rmdir(folder), 0);
    scratch_write(s.root, "j", "", 0);
    note_ill(s.client, "\n{four}\n", "it is no folder (");
    end(&s);
}

static void says_that_there_is_no_permission(void)
{
    scene s = begin();
    pid_t child;

    CHECK_INT(chmod(s.root, 0555), 0);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        if (geteuid() == 0
            && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
            _exit(9);
        check__failures = 0;
        note_ill(s.client, "\n{one}\n", "there is no permission to write");
        fflush(stdout);
        _exit(check__failures);
    }
    CHECK_INT(scratch_wait(child), 0);
    CHECK_INT(chmod(s.root, 0700), 0);
    end(&s);
}

static int write_small_files(cielo_client *client, const char *root)
{
    struct rlimit limit;
    int i;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 50; /* two lines of 20 bytes and a stump */
    setrlimit(RLIMIT_FSIZE, &limit);
    check__failures = 0;
    for (i = 0; i < 6; i++)
        note_well(client, "\n{0123456789012345}\n");
    CHECK_INT(look(root, "{0123456789012345}").same, 6);
    CHECK_INT(look(root, NULL).stumps, 2);
    note_ill(client,
             "\n{a line that is too long for any file that there may be}\n",
             "the file would grow past the size that the process may");
    note_ill(client,
             "\n{a line that is too long for any file that there may be}\n",
             "the file would grow past the size that the process may");
    CHECK(look(root, NULL).segments <= 4);
    limit.rlim_cur = limit.rlim_max; /* what is said may be longer */
    setrlimit(RLIMIT_FSIZE, &limit);
    fflush(stdout);
    return check__failures;
}

static void a_limit_of_size_makes_more_files(void)
{
    scene s = begin();
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0)
        _exit(write_small_files(s.client, s.root));
    CHECK_INT(scratch_wait(child), 0);
    end(&s);
}

/* What was written before the end of the disk stays readable, and so does what
 * comes when there is room again. */
static void a_full_disk_is_told_and_outlived(void)
{
    scene s = begin();
    char line[3000], filler[300];
    cielo_error err;
    uint64_t ticket;
    int well = 0, i;

    if (mount("none", s.root, "tmpfs", 0, "size=64k") != 0) {
        printf("skipped a_full_disk_is_told_and_outlived: no tmpfs can be "
               "mounted here (%s)\n",
               strerror(errno));
        end(&s);
        return;
    }
    memset(line, 'x', sizeof(line));
    memcpy(line, "\n{", 2);
    memcpy(line + sizeof(line) - 3, "}\n", 3);
    scratch_write(s.root, "filler", line, sizeof(line));
    for (i = 0; i < 40; i++) {
        int status = note(s.client, line, &ticket, &err);

        well += status == CIELO_OK;
        CHECK(status == CIELO_OK
              || strstr(err.message, "the disk is full (") == err.message);
    }
    CHECK(well > 10 && well < 30);
    snprintf(filler, sizeof(filler), "%s/filler", s.root);
    CHECK_INT(unlink(filler), 0);
    note_well(s.client, "\n{after}\n");
    CHECK_INT(look(s.root, "{after}").same, 1);
    CHECK_INT(look(s.root, NULL).lines, well + 1);
    CHECK_INT(fake_client_end(s.client), 0);
    CHECK_INT(umount(s.root), 0);
    scratch_end(s.root);
}

static void without_memory_nothing_is_written(void)
{
    long left;

    for (left = 0; left < 6; left++) {
        scene s = begin();
        cielo_call *call = noting(s.client, "\n{one}\n");
        uint64_t ticket = 9;
        int status;

        s.client->left = left;
        status = cielo_journal_write(call, &ticket, NULL);
        s.client->left = -1;
        CHECK(status == CIELO_OK ? left >= 3 : status == CIELO_EMEMORY);
        CHECK_INT(look(s.root, NULL).lines, status == CIELO_OK);
        call->note = 0;
        fake_call_free(call);
        call = noting(s.client, NULL); /* the call has none for its line */
        CHECK_INT(cielo_journal_write(call, &ticket, NULL), CIELO_EMEMORY);
        fake_call_free(call);
        end(&s);
    }
}

/* ---- calls ---- */

/* Waits for descriptors alone, as a loop does whose timer is far away; gives
 * how many were ready. */
static int poll_for(cielo_multi *multi, int ms)
{
    struct pollfd fds[64];
    size_t count = 0, i;
    int fd, events, found;

    while (count < 64 && cielo_multi_interest(multi, count, &fd, &events)) {
        fds[count].fd = fd;
        fds[count].events = (short)((events & CIELO_READABLE ? POLLIN : 0)
                                    | (events & CIELO_WRITABLE ? POLLOUT : 0));
        fds[count++].revents = 0;
    }
    found = poll(fds, count, ms);
    for (i = 0; i < count; i++) {
        int ready = (fds[i].revents & POLLIN ? CIELO_READABLE : 0)
            | (fds[i].revents & POLLOUT ? CIELO_WRITABLE : 0)
            | (fds[i].revents & (POLLERR | POLLHUP) ? CIELO_BROKEN : 0);

        if (ready)
            CHECK_INT(cielo_multi_advance(multi, fds[i].fd, ready), CIELO_OK);
    }
    return found;
}

static void poll_once(cielo_multi *multi)
{
    CHECK(poll_for(multi, 10000) > 0);
}

static void keep_alive(peer *p)
{
    while (peer_read(p) && peer_say(p, OK_ANSWER))
        continue;
}

static void hold(peer *p)
{
    while (peer_read(p)) {
        peer_await(p, 0);
        peer_say(p, OK_ANSWER);
    }
}

/* A write with a journal, to be answered by `server`. */
static cielo_call *writing(cielo_client *client, loopback *server)
{
    cielo_call *call = fake_call(client);

    fake_record(call, "\n{intent}\n", LONG);
    fake_send(call, "POST", server->url, "{}");
    call->outcome = "\n{outcome}\n";
    return call;
}

static void performs_after_noting(void)
{
    scene s = begin();
    loopback *server = loopback_start(keep_alive);
    cielo_call *call = writing(s.client, server);

    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    CHECK_INT(call->recorded, 1);
    CHECK_INT(call->reports[0].http_status, 200);
    CHECK_INT(look(s.root, "{intent}").same, 1);
    CHECK_INT(look(s.root, "{outcome}").same, 1);
    CHECK_INT(cielo_journal_sync_begin(s.client, NULL, NULL), 0);
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    fake_call_free(call);
    CHECK_INT(look(s.root, NULL).lines, 2);
    end(&s);
    loopback_end(server);
}

static void sends_nothing_that_it_cannot_note(void)
{
    scene s = begin();
    loopback *server = loopback_start(keep_alive);
    char folder[300];
    cielo_call *call = writing(s.client, server);
    cielo_multi *multi;

    scratch_write(s.root, "file", "", 0);
    snprintf(folder, sizeof(folder), "%s/file", s.root);
    s.client->journal = folder;
    CHECK_INT(cielo_perform(call, NULL), CIELO_EJOURNAL);
    CHECK_INT(call->unrecorded, 1); /* it has no outcome */
    CHECK(strstr(call->why, "it is no folder (") == call->why);
    fake_call_free(call);
    call = writing(s.client, server);
    CHECK_INT(cielo_multi_new(&multi, s.client, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_add(multi, call, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_advance(multi, -1, 0), CIELO_OK);
    CHECK(cielo_multi_done(multi) == call);
    CHECK_INT(call->status, CIELO_EJOURNAL);
    CHECK_INT(loopback_count(server, &server->requests), 0);
    fake_call_free(call);
    cielo_multi_free(multi);
    end(&s);
    loopback_end(server);
}

/* What came of a call is noted, whichever way it ends. */
static void notes_the_end_of_what_is_dropped(void)
{
    scene s = begin();
    loopback *server = loopback_start(hold);
    cielo_call *calls[4];
    cielo_multi *multi;
    int i;

    CHECK_INT(cielo_multi_new(&multi, s.client, NULL), CIELO_OK);
    for (i = 0; i < 4; i++) {
        calls[i] = writing(s.client, server);
        CHECK_INT(cielo_multi_add(multi, calls[i], NULL), CIELO_OK);
    }
    CHECK_INT(cielo_multi_advance(multi, -1, 0), CIELO_OK);
    for (i = 0; i < 1000 && loopback_count(server, &server->requests) < 4; i++)
        (void)poll_for(multi, 10);
    CHECK_INT(loopback_reaches(server, &server->requests, 4), 4);
    cielo_multi_remove(multi, calls[0]);
    CHECK_INT(look(s.root, "{outcome}").same, 1);
    cielo_call_cancel(calls[1]);
    CHECK_INT(look(s.root, "{outcome}").same, 2);
    fake_call_free(calls[2]);
    CHECK_INT(look(s.root, "{outcome}").same, 3);
    cielo_multi_free(multi);
    CHECK_INT(look(s.root, "{outcome}").same, 4);
    fake_call_free(calls[0]);
    fake_call_free(calls[1]);
    fake_call_free(calls[3]);
    CHECK_INT(look(s.root, "{intent}").same, 4);
    CHECK_INT(look(s.root, "{outcome}").same, 4);
    loopback_allow(server, 0);
    end(&s);
    loopback_end(server);
}

static void a_slice_that_is_freed_is_noted(void)
{
    scene s = begin();
    loopback *server = loopback_start(hold);
    cielo_call *call = writing(s.client, server);

    while (loopback_count(server, &server->requests) < 1)
        CHECK_INT(cielo_perform_slice(call, 5, NULL), CIELO_EAGAIN);
    CHECK_INT(look(s.root, "{outcome}").same, 0);
    fake_call_free(call);
    CHECK_INT(look(s.root, "{outcome}").same, 1);
    loopback_allow(server, 0);
    end(&s);
    loopback_end(server);
}

/* Its parent goes on with the call, and notes what comes of it. */
static void a_child_notes_nothing_of_its_parent(void)
{
    scene s = begin();
    loopback *server = loopback_start(hold);
    cielo_call *call = writing(s.client, server);
    pid_t child;

    while (loopback_count(server, &server->requests) < 1)
        CHECK_INT(cielo_perform_slice(call, 5, NULL), CIELO_EAGAIN);
    child = fork();
    if (child == 0) {
        fake_call_free(call);
        _exit(look(s.root, "{outcome}").same);
    }
    CHECK_INT(scratch_wait(child), 0);
    child = fork();
    if (child == 0) {
        (void)cielo_perform(call, NULL);
        _exit(look(s.root, "{outcome}").same);
    }
    CHECK_INT(scratch_wait(child), 0);
    loopback_allow(server, 0);
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    CHECK_INT(look(s.root, "{outcome}").same, 1);
    fake_call_free(call);
    end(&s);
    loopback_end(server);
}

/* ---- a cielo_multi ---- */

/* Calls that note something and end, so that nothing but the bell can wake. */
static void the_bell_wakes_a_multi(void)
{
    enum { CALLS = 100 };
    scene s = begin();
    cielo_call *calls[CALLS];
    cielo_multi *multi;
    int left = CALLS, rounds = 0, i;

    CHECK_INT(cielo_multi_new(&multi, s.client, NULL), CIELO_OK);
    for (i = 0; i < CALLS; i++) {
        calls[i] = fake_call(s.client);
        fake_record(calls[i], "\n{intent}\n", LONG);
        calls[i]->outcome = "\n{outcome}\n";
        CHECK_INT(cielo_multi_add(multi, calls[i], NULL), CIELO_OK);
    }
    CHECK_INT(cielo_multi_advance(multi, -1, 0), CIELO_OK);
    CHECK(cielo_multi_deadline(multi) > cielo_now_ms() + LONG / 2);
    while (left > 0 && rounds++ < 50) {
        poll_once(multi);
        while (cielo_multi_done(multi))
            left--;
    }
    CHECK_INT(left, 0);
    CHECK(rounds <= 3); /* they share a sync */
    for (i = 0; i < CALLS; i++) {
        CHECK_INT(calls[i]->recorded, 1);
        fake_call_free(calls[i]);
    }
    CHECK_INT(look(s.root, "{outcome}").same, CALLS);
    cielo_multi_free(multi);
    end(&s);
}

static void a_failed_sync_ends_those_who_wait(void)
{
    scene s = begin();
    cielo_call *call = fake_call(s.client);
    cielo_multi *multi;
    uint64_t at;
    int fd;

    note_well(s.client, "\n{first}\n");
    fake_record(call, "\n{intent}\n", LONG);
    CHECK_INT(note(s.client, "\n{other}\n", &at, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_sync_begin(s.client, &fd, &at), 1);
    CHECK_INT(cielo_multi_new(&multi, s.client, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_add(multi, call, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_advance(multi, -1, 0), CIELO_OK);
    CHECK(!cielo_multi_done(multi));
    cielo_journal_sync_end(s.client, at, EIO);
    poll_once(multi);
    CHECK(cielo_multi_done(multi) == call);
    CHECK_INT(call->status, CIELO_EJOURNAL);
    CHECK(strstr(call->why, "the disk failed (") == call->why);
    fake_call_free(call);
    cielo_multi_free(multi);
    end(&s);
}

/* A disk that does not answer holds no call past its end. */
static void a_slow_disk_does_not_hold_a_call(void)
{
    scene s = begin();
    cielo_call *calls[2];
    cielo_multi *multi;
    uint64_t at;
    int fd, i;

    CHECK_INT(note(s.client, "\n{first}\n", &at, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_sync_begin(s.client, &fd, &at), 1);
    CHECK_INT(cielo_multi_new(&multi, s.client, NULL), CIELO_OK);
    for (i = 0; i < 2; i++) {
        calls[i] = fake_call(s.client);
        fake_record(calls[i], "\n{intent}\n", i ? LONG : 20);
        CHECK_INT(cielo_multi_add(multi, calls[i], NULL), CIELO_OK);
    }
    for (i = 0; i < 20 && calls[0]->status == CIELO_EAGAIN; i++) {
        loopback_nap();
        CHECK_INT(cielo_multi_advance(multi, -1, 0), CIELO_OK);
    }
    CHECK(cielo_multi_done(multi) == calls[0]);
    CHECK_INT(calls[0]->status, CIELO_ETIMEOUT);
    cielo_multi_remove(multi, calls[1]); /* while it waits */
    CHECK_INT(calls[1]->status, CIELO_ECANCELLED);
    cielo_journal_sync_end(s.client, at, 0);
    CHECK_INT(cielo_multi_advance(multi, -1, 0), CIELO_OK);
    fake_call_free(calls[0]);
    fake_call_free(calls[1]);
    cielo_multi_free(multi);
    end(&s);
}

static void a_multi_may_need_no_sync(void)
{
    scene s = begin();
    cielo_call *call = fake_call(s.client);
    cielo_multi *multi;
    int fd, events;

    s.client->syncs = 0;
    fake_record(call, "\n{intent}\n", LONG);
    CHECK_INT(cielo_multi_new(&multi, s.client, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_add(multi, call, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_advance(multi, -1, 0), CIELO_OK);
    CHECK(cielo_multi_done(multi) == call);
    CHECK_INT(call->recorded, 1);
    CHECK_INT(cielo_multi_interest(multi, 0, &fd, &events), 0);
    fake_call_free(call);
    cielo_multi_free(multi);
    end(&s);
}

/* Whatever fails, the call ends or is noted, and nothing leaks. */
static void a_multi_outlives_having_no_memory(void)
{
    long left;
    int well = 0;

    for (left = 0; left < 14; left++) {
        scene s = begin();
        cielo_call *call = fake_call(s.client);
        cielo_multi *multi;
        int i;

        fake_record(call, "\n{intent}\n", LONG);
        CHECK_INT(cielo_multi_new(&multi, s.client, NULL), CIELO_OK);
        CHECK_INT(cielo_multi_add(multi, call, NULL), CIELO_OK);
        s.client->left = left;
        for (i = 0; i < 1000 && call->status == CIELO_EAGAIN; i++) {
            loopback_nap();
            (void)cielo_multi_advance(multi, -1, 0);
        }
        s.client->left = -1;
        CHECK(call->status != CIELO_EAGAIN);
        CHECK(cielo_multi_done(multi) == call);
        CHECK(call->status != CIELO_OK || call->recorded == 1);
        well += call->status == CIELO_OK;
        fake_call_free(call);
        cielo_multi_free(multi);
        end(&s);
    }
    CHECK(well > 0 && well < 14);
}

/* The child's is lost, and its end disturbs nobody. */
static void a_multi_that_waits_is_forked(void)
{
    scene s = begin();
    cielo_call *call = fake_call(s.client);
    cielo_multi *multi;
    pid_t child;

    fake_record(call, "\n{intent}\n", LONG);
    call->outcome = "\n{outcome}\n";
    CHECK_INT(cielo_multi_new(&multi, s.client, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_add(multi, call, NULL), CIELO_OK);
    CHECK_INT(cielo_multi_advance(multi, -1, 0), CIELO_OK);
    child = fork();
    if (child == 0) {
        if (cielo_multi_advance(multi, -1, 0) == CIELO_OK
            || cielo_multi_done(multi) != call)
            _exit(1);
        cielo_multi_free(multi);
        fake_call_free(call);
        _exit(fake_client_end(s.client) < 0);
    }
    CHECK_INT(scratch_wait(child), 0);
    while (!cielo_multi_done(multi))
        poll_once(multi);
    CHECK_INT(call->recorded, 1);
    fake_call_free(call);
    cielo_multi_free(multi);
    CHECK_INT(look(s.root, "{outcome}").same, 1);
    end(&s);
}

CHECK_MAIN(a_segment_is_made_with_the_first_record,
           two_clients_have_two_segments, the_group_may_read_and_write,
           the_next_segment_comes_by_size, the_next_segment_comes_by_age,
           an_old_segment_is_held_until_its_calls_have_ended,
           any_machine_has_a_name, a_failure_is_told_by_any_clock,
           a_child_writes_its_own, a_child_has_a_thread_of_its_own,
           tickets_are_settled_by_any_sync, a_failed_sync_fails_its_segment,
           nothing_is_to_be_synced_where_it_is_off,
           the_thread_syncs_until_its_last_client_ends,
           the_thread_takes_no_signal_and_goes,
           the_thread_goes_on_where_another_ended, threads_lose_nothing,
           a_removed_folder_is_made_again, says_that_there_is_no_permission,
           a_limit_of_size_makes_more_files, a_full_disk_is_told_and_outlived,
           without_memory_nothing_is_written, performs_after_noting,
           sends_nothing_that_it_cannot_note, notes_the_end_of_what_is_dropped,
           a_slice_that_is_freed_is_noted, a_child_notes_nothing_of_its_parent,
           the_bell_wakes_a_multi, a_failed_sync_ends_those_who_wait,
           a_slow_disk_does_not_hold_a_call, a_multi_may_need_no_sync,
           a_multi_outlives_having_no_memory,
           a_multi_that_waits_is_forked)
