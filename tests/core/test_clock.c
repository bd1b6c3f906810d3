/* Clock and entropy: how often the system is asked, and that nothing is drawn
 * twice, in whatever thread or process. */
#define _GNU_SOURCE

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cielo/cielo.h>

#include "call/slots.h"
#include "check.h"
#include "http/http.h"

/* ---- the system's side, in the place of libc's ---- */

static int asked;      /* calls of getrandom so far */
static int is_missing; /* as in a kernel or a sandbox without it */

ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
    __atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED);
    if (is_missing) {
        errno = ENOSYS;
        return -1;
    }
    return syscall(SYS_getrandom, bytes, size, flags);
}

static int64_t asleep; /* seconds that the machine was, lately */
static int is_plain; /* the system has no clock that goes on */

int clock_gettime(clockid_t id, struct timespec *now)
{
    int status;

    if (is_plain && id == CLOCK_BOOTTIME) {
        errno = EINVAL;
        return -1;
    }
    status = (int)syscall(SYS_clock_gettime, id, now);
    if (id == CLOCK_BOOTTIME || id == CLOCK_REALTIME)
        now->tv_sec += __atomic_load_n(&asleep, __ATOMIC_RELAXED);
    return status;
}

/* ---- what is drawn ---- */

enum { EACH = 2000, THREADS = 8, PROCESSES = 4 };

static void draw(cielo_entropy *to, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (cielo_entropy_fill(&to[i]) != CIELO_OK)
            memset(&to[i], 0, sizeof(to[i]));
}

static int compare(const void *a, const void *b)
{
    const cielo_entropy *one = a, *other = b;

    return memcmp(one->bytes, other->bytes, sizeof(one->bytes));
}

/* How many of them were drawn before, or not at all. */
static size_t count_doubles(cielo_entropy *all, size_t count)
{
    static const cielo_entropy none;
    size_t doubles, i;

    qsort(all, count, sizeof(*all), compare);
    doubles = compare(&all[0], &none) == 0;
    for (i = 1; i < count; i++)
        doubles += compare(&all[i - 1], &all[i]) == 0;
    return doubles;
}

static void the_clock_only_goes_on(void)
{
    int64_t before = cielo_now_ms();

    CHECK(before > 0);
    CHECK(cielo_now_ms() >= before);
}

/* As old as it is by the day's clock is what was known of Cielo's before. */
static void it_goes_on_while_the_machine_sleeps(void)
{
    int64_t before = cielo_now_ms(), apart = cielo_wall_ms() - before;

    asleep = 9 * 3600;
    CHECK(cielo_now_ms() - before >= 9 * 3600 * 1000);
    CHECK(cielo_now_ms() - before < 9 * 3600 * 1000 + 60000);
    apart = cielo_wall_ms() - cielo_now_ms() - apart;
    CHECK(apart > -1000 && apart < 1000);
    asleep = 0;
}

/* A clock that stood at 0 would let no time-out come. */
static void without_it_there_is_another(void)
{
    int64_t now, until;

    is_plain = 1;
    now = cielo_now_ms();
    until = cielo__cond_ms(now + 30);
    is_plain = 0;
    CHECK(now > 0);
    CHECK(until > now - 60000 && until <= now + 30);
}

/* Waits have another clock, by which nothing is late for having slept, nor
 * waits for as long again. */
static void waits_are_of_the_time_awake(void)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client;
    int64_t start, passed;

    options.merchant_id = options.merchant_key = "x";
    asleep = 9 * 3600;
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    start = cielo_now_ms();
    cielo__client_wait(client, cielo_client_epoch(client),
                       cielo__cond_ms(start + 30));
    passed = cielo_now_ms() - start;
    CHECK(passed >= 29 && passed < 30000);
    cielo_client_unref(client);
    asleep = 0;
}

static void the_system_is_asked_once(void)
{
    static cielo_entropy all[EACH];

    draw(all, 1);
    asked = 0;
    draw(all, EACH);
    CHECK_INT(asked, 0);
    CHECK_INT(count_doubles(all, EACH), 0);
}

static void the_system_is_asked_again_after_many(void)
{
    cielo_entropy one;
    int i;

    asked = 0;
    for (i = 0; i < 1 << 20; i++)
        draw(&one, 1);
    CHECK_INT(asked, 1);
}

static void *draw_in_thread(void *to)
{
    draw(to, EACH);
    return NULL;
}

static void threads_draw_no_number_twice(void)
{
    static cielo_entropy all[THREADS][EACH];
    pthread_t threads[THREADS];
    int i;

    asked = 0;
    for (i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, draw_in_thread, all[i]) == 0);
    for (i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(asked, THREADS);
    CHECK_INT(count_doubles(all[0], THREADS * EACH), 0);
}

enum { FEW = 100 };

/* Draws and tells what it drew; so does its child, and the child of that. */
static void draw_in_children(int pipe, int generations)
{
    cielo_entropy few[FEW];
    pid_t child = 0;

    while (--generations > 0 && child == 0)
        child = fork();
    draw(few, FEW);
    if (write(pipe, few, sizeof(few)) != (ssize_t)sizeof(few))
        _exit(1);
    if (child > 0)
        waitpid(child, NULL, 0);
    _exit(0);
}

static void read_whole(int pipe, void *to, size_t size)
{
    char *at = to;
    ssize_t got = 1;

    while (size > 0 && got > 0) {
        got = read(pipe, at, size);
        at += got;
        size -= (size_t)got;
    }
    CHECK_INT(size, 0);
}

/* A process, two children of it, and those that come after one of them. */
static void processes_draw_no_number_twice(void)
{
    static cielo_entropy all[PROCESSES + 1][FEW];
    int ends[2], i;
    pid_t children[2];

    draw(all[0], FEW); /* seeded before the fork */
    CHECK(pipe(ends) == 0);
    for (i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == 0)
            draw_in_children(ends[1], i == 0 ? 3 : 1);
    }
    close(ends[1]);
    draw(all[0], FEW);
    read_whole(ends[0], all[1], sizeof(all) - sizeof(all[0]));
    for (i = 0; i < 2; i++)
        waitpid(children[i], NULL, 0);
    close(ends[0]);
    CHECK_INT(count_doubles(all[0], (PROCESSES + 1) * FEW), 0);
}

static void *fork_in_thread(void *to)
{
    cielo_entropy *mine = to;
    int ends[2];
    pid_t child;

    draw(mine, FEW);
    CHECK(pipe(ends) == 0);
    child = fork();
    if (child == 0)
        draw_in_children(ends[1], 1);
    close(ends[1]);
    draw(mine, FEW);
    read_whole(ends[0], mine + FEW, FEW * sizeof(*mine));
    close(ends[0]);
    waitpid(child, NULL, 0);
    return NULL;
}

static void a_child_of_a_thread_draws_its_own(void)
{
    static cielo_entropy all[2 * FEW];
    pthread_t thread;

    CHECK(pthread_create(&thread, NULL, fork_in_thread, all) == 0);
    pthread_join(thread, NULL);
    CHECK_INT(count_doubles(all, 2 * FEW), 0);
}

static void *draw_from_device(void *to)
{
    is_missing = 1;
    draw(to, FEW);
    is_missing = 0;
    return NULL;
}

static void without_the_call_the_device_is_read(void)
{
    static cielo_entropy all[FEW];
    pthread_t thread;

    asked = 0;
    CHECK(pthread_create(&thread, NULL, draw_from_device, all) == 0);
    pthread_join(thread, NULL);
    CHECK_INT(asked, 1);
    CHECK_INT(count_doubles(all, FEW), 0);
}

CHECK_MAIN(the_clock_only_goes_on, it_goes_on_while_the_machine_sleeps,
           without_it_there_is_another, waits_are_of_the_time_awake,
           the_system_is_asked_once,
           the_system_is_asked_again_after_many, threads_draw_no_number_twice,
           processes_draw_no_number_twice, a_child_of_a_thread_draws_its_own,
           without_the_call_the_device_is_read)
