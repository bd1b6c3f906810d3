/*
 * Writers that are killed at random: every intent that was acknowledged is in
 * the journal afterwards, once. A few seconds of it; `test_killed SECONDS` for
 * more.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include <cielo/cielo.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include "check.h"
#include "notebook.h"
#include "scratch.h"

enum { WRITERS = 8, LIVES = 100000 };

/* One writer's life. What it acknowledged outlives it. */
typedef struct life {
    unsigned acknowledged;
    unsigned found; /* of those */
} life;

static life *lives;

static cielo_client *client_of(const char *root, const char *sync)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;

    options.merchant_id = NOTEBOOK_MERCHANT;
    options.merchant_key = "key";
    options.base_url = "http://127.0.0.1:1";
    options.journal = root;
    options.journal_sync = sync;
    if (cielo_client_new(&client, &options, NULL) != CIELO_OK)
        abort();
    return client;
}

/* As a host notes an intent: with the thread's sync for some, with one of its
 * own for others. */
static int note(cielo_client *client, cielo_call *call, int by_thread)
{
    uint64_t ticket;

    if (cielo_call_step(call, cielo_now_ms()) != CIELO_STEP_RECORD
        || cielo_journal_write(call, &ticket, NULL) != CIELO_OK)
        return 0;
    if (by_thread
        && cielo_journal_sync_start(client, ticket, NULL) != CIELO_OK)
        return 0;
    while (by_thread
           && cielo_journal_synced(client, ticket, NULL) == CIELO_EAGAIN)
        usleep(50);
    return cielo_journal_sync(client, ticket, NULL) == CIELO_OK;
}

static void write_until_killed(const char *root, unsigned number)
{
    cielo_client *client = client_of(root, number % 3 ? "intent" : "off");
    unsigned i;

    for (i = 0;; i++) {
        char order[40];
        cielo_call *call;

        snprintf(order, sizeof(order), "%u-%u", number, i);
        call = notebook_sale(client, order);
        if (!note(client, call, number % 3 == 1))
            _exit(1);
        __atomic_store_n(&lives[number].acknowledged, i + 1, __ATOMIC_SEQ_CST);
        cielo_call_free(call);
    }
}

/* ---- killing ---- */

static unsigned draw(unsigned *state, unsigned below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

static pid_t begin_life(const char *root, unsigned number)
{
    pid_t child = fork();

    if (child == 0)
        write_until_killed(root, number);
    return child;
}

static void end_life(pid_t child)
{
    kill(child, SIGKILL);
    CHECK_INT(scratch_wait(child), 256 + SIGKILL);
}

/* Gives how many lives there were. */
static unsigned kill_for(const char *root, int seconds)
{
    time_t until = time(NULL) + seconds;
    pid_t writers[WRITERS];
    unsigned state = 7, begun, i;

    for (begun = 0; begun < WRITERS; begun++)
        writers[begun] = begin_life(root, begun);
    while (time(NULL) < until && begun < LIVES) {
        struct timespec nap = {0, 0};

        nap.tv_nsec = (long)draw(&state, 12000000);
        nanosleep(&nap, NULL);
        i = draw(&state, WRITERS);
        end_life(writers[i]);
        writers[i] = begin_life(root, begun++);
    }
    for (i = 0; i < WRITERS; i++)
        end_life(writers[i]);
    return begun;
}

/* ---- looking ---- */

static void count(void *context, const char *rec, const cielo_value *record)
{
    const char *order = notebook_text(record, "order");
    char *end;
    unsigned long number, i;

    (void)context;
    if (strcmp(rec, "intent") != 0 || !order)
        return;
    number = strtoul(order, &end, 10);
    i = strtoul(end + 1, NULL, 10);
    lives[number].found += i < lives[number].acknowledged;
}

int main(int argc, char **argv)
{
    int seconds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 3;
    char *root = scratch_new();
    unsigned begun, i, all = 0;
    notes n;

    lives = mmap(NULL, LIVES * sizeof(*lives), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (lives == MAP_FAILED)
        abort();
    begun = kill_for(root, seconds);
    n = notebook_walk(root, count, NULL);
    for (i = 0; i < begun; i++) {
        CHECK_INT(lives[i].found, lives[i].acknowledged);
        all += lives[i].acknowledged;
    }
    CHECK(all > 0);
    CHECK((unsigned)n.intents >= all);
    printf("%u lives, %u intents acknowledged, %d in the journal, %d outcomes, "
           "%lu damaged lines\n",
           begun, all, n.intents, n.outcomes, (unsigned long)n.damaged);
    scratch_end(root);
    printf("%d passed, %d failed\n", check__failures == 0,
           check__failures != 0);
    return check__failures != 0;
}
