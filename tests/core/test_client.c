/* Options, addresses, and the state that calls share. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cielo/cielo.h>

#include "call/call_internal.h"
#include "check.h"
#include "http/http.h"
#include "scratch.h"

static int refused(const cielo_options *options, const char *part)
{
    cielo_client *client = NULL;
    cielo_error err;
    int status = cielo_client_new(&client, options, &err);

    CHECK(client == NULL);
    CHECK(strstr(err.message, part) != NULL);
    cielo_client_unref(client);
    return status;
}

static cielo_client *made(const cielo_options *options)
{
    cielo_client *client = NULL;

    CHECK_INT(cielo_client_new(&client, options, NULL), CIELO_OK);
    return client;
}

/* ---- options ---- */

static void defaults_are_as_documented(void)
{
    cielo_client *client = made(NULL);

    CHECK_STR(cielo_client_environment(client), "sandbox");
    CHECK_STR(cielo_client_base_url(client), "");
    CHECK_INT(cielo_client_timeout(client), 45000);
    CHECK_INT(cielo__client_connect_timeout(client), 5000);
    CHECK_INT(cielo__client_max_retries(client), 2);
    CHECK(cielo__client_reconcile(client) && cielo__client_validate(client));
    CHECK_STR(cielo__client_base(client, CIELO__HOST_CHECKOUT), "");
    cielo_client_unref(client);
}

static void wrong_options_are_refused(void)
{
    cielo_options o = CIELO_OPTIONS_INIT;

    o.environment = "Production";
    CHECK_INT(refused(&o, "environment"), CIELO_EVALIDATION);
    o.environment = NULL;
    o.timeout_ms = 0;
    CHECK_INT(refused(&o, "timeout"), CIELO_EVALIDATION);
    o.timeout_ms = -1;
    o.connect_timeout_ms = -5;
    CHECK_INT(refused(&o, "connect_timeout"), CIELO_EVALIDATION);
    o.connect_timeout_ms = -1;
    o.max_retries = 101;
    CHECK_INT(refused(&o, "max_retries"), CIELO_EVALIDATION);
    o.max_retries = -1;
    o.merchant_key = "a\r\nX: y";
    CHECK_INT(refused(&o, "merchant_key"), CIELO_EVALIDATION);
    o.merchant_key = NULL;
    o.struct_size = sizeof(o) + 8;
    CHECK_INT(refused(&o, "CIELO_OPTIONS_INIT"), CIELO_EUSAGE);
}

static void an_older_struct_has_the_defaults(void)
{
    cielo_options o = CIELO_OPTIONS_INIT;
    cielo_client *client;

    o.merchant_id = "abc";
    o.timeout_ms = 1; /* past the end of the older struct */
    o.struct_size = offsetof(cielo_options, merchant_key);
    client = made(&o);
    CHECK_STR(cielo_client_merchant_id(client), "abc");
    CHECK_INT(cielo_client_timeout(client), 45000);
    cielo_client_unref(client);
}

static const struct {
    const char *url;
    int plain;
    int good;
} base_urls[] = {
    {"http://127.0.0.1:8645", 0, 1},
    {"http://127.0.0.1:8645/", 0, 1},
    {"http://localhost", 0, 1},
    {"http://[::1]:80/a/b", 0, 1},
    {"https://proxy.example/cielo", 0, 1},
    {"http://10.0.0.1", 0, 0},
    {"http://10.0.0.1", 1, 1},
    {"http://127.evil.example", 0, 0},
    {"http://127.0.0.1.evil.example", 0, 0},
    {"http://127.255.0.1", 0, 1},
    {"http://127.999.0.1", 0, 0},
    {"http://127.999.0.1", 1, 1},
    {"http://127.0.0.256", 0, 0},
    {"http://127.0.0.0001", 0, 0},
    {"http://127.0.0.08", 0, 0},
    {"http://127.0.0.1.", 0, 0},
    {"http://127.0.0.1.1", 0, 0},
    {"http://127.0.0", 0, 0},
    {"http://127..0.1", 0, 0},
    {"http://127.1", 0, 0},
    {"http://127.", 0, 0},
    {"http://127", 0, 0},
    {"http://0127.0.0.1", 0, 0},
    {"http://0x7f.1", 0, 0},
    {"http://2130706433", 0, 0},
    {"http://[::ffff:127.0.0.1]", 0, 0},
    {"http://[::1].evil.example", 0, 0},
    {"http://[::1]x", 0, 0},
    {"http://localhost.", 0, 0},
    {"http://localhost.evil.example", 0, 0},
    {"http://127.0.0.1@evil.example", 0, 0},
    {"http://user@localhost", 1, 0},
    {"https://user:SECRET@localhost", 1, 0},
    {"https://user:SE@CRET/PW@localhost", 1, 0},
    {"ftp://localhost", 1, 0},
    {"localhost:80", 1, 0},
    {"http://", 1, 0},
    {"http://localhost:0", 1, 0},
    {"http://localhost:65536", 1, 0},
    {"http://localhost:", 1, 0},
    {"http://localhost/?a", 1, 0},
    {"http://localhost/#a", 1, 0},
    {"http://localhost/a b", 1, 0},
    {"http://[::1", 1, 0},
};

static void base_urls_are_checked(void)
{
    size_t i;
    int good;

    for (i = 0; i < sizeof(base_urls) / sizeof(base_urls[0]); i++) {
        cielo_options o = CIELO_OPTIONS_INIT;
        cielo_client *client = NULL;
        cielo_error err = {0};

        o.base_url = base_urls[i].url;
        o.allow_plain_http = base_urls[i].plain ? 1 : -1;
        good = cielo_client_new(&client, &o, &err) == CIELO_OK;
        if (good != base_urls[i].good)
            CHECK_STR(base_urls[i].url, good ? "refused" : "taken");
        CHECK(!strstr(err.message, "CRET") && !strstr(err.message, "PW"));
        cielo_client_unref(client);
    }
}

/* What is in no address of a proxy may be a piece of a password, and parsers
 * disagree on where it ends: nothing of it is told. */
static void proxies_are_checked(void)
{
    static const struct {
        const char *url;
        int good;
    } cases[] = {{"", 1},
                 {"http://proxy.example:3128", 1},
                 {"HTTP://proxy.example", 1},
                 {"proxy.example:3128/", 1},
                 {"socks5h://[::1]:1080", 1},
                 {"http://user:SE%40CRET%2FPW@10.0.0.1:3128", 1},
                 {"user:SECRET:PW@proxy.example", 1},
                 {"http://user:SE@CRET/PW@proxy.example", 0},
                 {"http://user:SECRET/PW@proxy.example", 0},
                 {"http://user:SECRET?PW@proxy.example", 0},
                 {"http://user:SECRET#PW@proxy.example", 0},
                 {"http://user:SE\\CRET@proxy.example", 0},
                 {"http://user:SE@CRET@proxy.example", 0},
                 {"http://user:SE%CRET@proxy.example", 0},
                 {"http://user:SE CRET@proxy.example", 0},
                 {"http://user:SE%00CRET@proxy.example", 0},
                 {"http://user:SECRET@", 0},
                 {"http://user:SECRET@proxy.example:0", 0},
                 {"http://user:SECRET@proxy.example/SECRET", 0},
                 {"http://user:SECRET", 0},
                 {"user://SECRET@proxy.example", 0},
                 {"SECRET", 1}, /* a host's name, for all that can be seen */
                 {"//SECRET", 0},
                 {"http://", 0}};
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cielo_options o = CIELO_OPTIONS_INIT;
        cielo_client *client = NULL;
        cielo_error err;

        o.proxy = cases[i].url;
        if ((cielo_client_new(&client, &o, &err) == CIELO_OK) != cases[i].good)
            CHECK_STR(cases[i].url, cases[i].good ? "taken" : "refused");
        if (!cases[i].good) {
            CHECK(strncmp(err.message, "proxy: must", 11) == 0);
            CHECK(!strstr(err.message, "CRET") && !strstr(err.message, "PW"));
        }
        cielo_client_unref(client);
    }
}

static void the_environment_gives_what_is_missing(void)
{
    cielo_options o = CIELO_OPTIONS_INIT;
    cielo_client *client;

    setenv("CIELO_MERCHANT_ID", "from-outside", 1);
    setenv("CIELO_BASE_URL", "http://localhost:1", 1);
    client = made(&o);
    CHECK_STR(cielo_client_merchant_id(client), "from-outside");
    CHECK_STR(cielo_client_base_url(client), "http://localhost:1");
    cielo_client_unref(client);
    o.environment = "sandbox"; /* beats CIELO_BASE_URL */
    o.merchant_id = "given";
    client = made(&o);
    CHECK_STR(cielo_client_merchant_id(client), "given");
    CHECK_STR(cielo_client_base_url(client), "");
    cielo_client_unref(client);
    unsetenv("CIELO_MERCHANT_ID");
    unsetenv("CIELO_BASE_URL");
}

static void with_takes_only_what_may_differ(void)
{
    cielo_client *client = made(NULL), *other = NULL, *stranger;
    cielo_options o = CIELO_OPTIONS_INIT;
    cielo_error err;

    o.merchant_id = "x";
    CHECK_INT(cielo_client_with(&other, client, &o, &err), CIELO_EVALIDATION);
    CHECK(other == NULL && strstr(err.message, "merchant_id") != NULL);
    o.merchant_id = NULL;
    o.max_retries = 0;
    o.reconcile = 0;
    CHECK_INT(cielo_client_with(&other, client, &o, NULL), CIELO_OK);
    CHECK_INT(cielo__client_max_retries(other), 0);
    CHECK_INT(cielo__client_reconcile(other), 0);
    CHECK_INT(cielo__client_validate(other), 1);
    CHECK(cielo__client_shares(other, client));
    stranger = made(NULL);
    CHECK(!cielo__client_shares(stranger, client));
    cielo_client_unref(stranger);
    cielo_client_unref(client); /* the state outlives the one it came from */
    CHECK_STR(cielo_client_environment(other), "sandbox");
    cielo_client_unref(other);
    cielo_client_unref(NULL);
}

/* ---- shared state ---- */

static void tokens_can_be_kept_outside(void)
{
    cielo_client *client = made(NULL);
    char text[8];
    int64_t expires = 0;

    CHECK_INT(cielo_client_token_get(client, text, 8, &expires),
              CIELO_ENOTFOUND);
    CHECK_INT(cielo_client_token_put(client, "abcdefg", 5), CIELO_OK);
    CHECK_INT(cielo_client_token_get(client, text, 7, &expires), CIELO_EUSAGE);
    CHECK_INT(cielo_client_token_get(client, text, 8, &expires), CIELO_OK);
    CHECK_STR(text, "abcdefg");
    CHECK_INT(expires, 5);
    CHECK_INT(cielo_client_token_put(client, NULL, 0), CIELO_OK);
    CHECK_INT(cielo_client_token_get(client, text, 8, &expires),
              CIELO_ENOTFOUND);
    cielo_client_unref(client);
}

static void sales_told_are_remembered_up_to_a_bound(void)
{
    cielo_client *client = made(NULL);
    char id[32];
    int i;

    CHECK(cielo__claim(cielo__client_shared(client), "Abc"));
    CHECK(!cielo__claim(cielo__client_shared(client), "aBC"));
    for (i = 0; i < 4095; i++) {
        snprintf(id, sizeof(id), "id-%d", i);
        cielo__tell(cielo__client_shared(client), id);
    }
    CHECK(cielo__is_told(cielo__client_shared(client), "abc"));
    cielo__tell(cielo__client_shared(client), "one more");
    CHECK(!cielo__is_told(cielo__client_shared(client), "abc"));
    CHECK(cielo__is_told(cielo__client_shared(client), "id-0"));
    cielo_client_unref(client);
}

static void count_destroyed(void *spare)
{
    ++*(int *)spare;
}

/* Each is kept or destroyed, none twice, and no more than a bound is kept. */
static void spares_are_kept_up_to_a_bound(void)
{
    enum { GIVEN = 100, KEPT = 64 };
    cielo_client *client = made(NULL);
    cielo__shared *shared = cielo__client_shared(client);
    int spares[GIVEN] = {0}, taken[GIVEN] = {0}, i;
    int *spare;

    CHECK(cielo__spare_take(shared) == NULL);
    for (i = 0; i < GIVEN; i++)
        cielo__spare_give(shared, &spares[i], count_destroyed);
    for (i = 0; (spare = cielo__spare_take(shared)) != NULL; i++)
        taken[spare - spares]++;
    CHECK_INT(i, KEPT);
    for (i = 0; i < GIVEN; i++)
        CHECK_INT(spares[i] + taken[i], 1);
    CHECK(cielo__spare_take(shared) == NULL);
    cielo__spare_give(shared, &spares[0], count_destroyed);
    cielo__spare_give(shared, &spares[1], count_destroyed);
    CHECK(cielo__spare_take(shared) == &spares[1]);
    cielo_client_unref(client);
    CHECK_INT(spares[0], 1);
    CHECK_INT(spares[1], 0);
}

enum { ROUNDS = 2000, HELD = 20 };

/* Takes what others gave, or a new one, and gives all back. */
static void *take_and_give(void *shared)
{
    int *held[HELD], round, i;

    for (round = 0; round < ROUNDS; round++) {
        for (i = 0; i < HELD; i++) {
            held[i] = cielo__spare_take(shared);
            if (!held[i])
                held[i] = calloc(1, sizeof(*held[i]));
            ++*held[i]; /* odd while somebody has it */
        }
        for (i = 0; i < HELD; i++) {
            CHECK_INT(*held[i] % 2, 1);
            ++*held[i];
            cielo__spare_give(shared, held[i], free);
        }
    }
    return NULL;
}

static void threads_share_spares(void)
{
    cielo_client *client = made(NULL);
    pthread_t threads[4];
    int i;

    for (i = 0; i < 4; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, take_and_give,
                                 cielo__client_shared(client)), 0);
    for (i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    cielo_client_unref(client); /* a leak or a double free would show */
}

/* What was told to a parent is no lost answer of its child's. */
static void a_child_knows_what_its_parent_was_told(void)
{
    cielo_client *client = made(NULL);
    cielo__shared *shared = cielo__client_shared(client);
    int status = 0;
    pid_t child;

    cielo__tell(shared, "before");
    child = fork();
    if (child == 0) {
        cielo__tell(shared, "in the child");
        _exit(cielo__is_told(shared, "before")
              && !cielo__claim(shared, "in the child")
              && cielo__claim(shared, "new"));
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    CHECK(!cielo__is_told(shared, "in the child"));
    cielo_client_unref(client);
}

static void *tell_many(void *context)
{
    char id[32];
    int i;

    for (i = 0; i < 500; i++) {
        snprintf(id, sizeof(id), "%d", i);
        cielo__tell(context, id);
    }
    return NULL;
}

/* Nothing is lost between threads that tell without a lock, the first ones
 * among them, which make the memory for it. */
static void what_threads_tell_at_once_is_remembered(void)
{
    cielo_client *client = made(NULL);
    cielo__shared *shared = cielo__client_shared(client);
    pthread_t threads[4];
    char id[32];
    int i;

    for (i = 0; i < 4; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, tell_many, shared), 0);
    for (i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (i = 0; i < 500; i++) {
        snprintf(id, sizeof(id), "%d", i);
        CHECK(cielo__is_told(shared, id));
    }
    CHECK(!cielo__is_told(shared, "500"));
    cielo_client_unref(client);
}

static void void_times_are_bounded(void)
{
    cielo_client *client = made(NULL);
    int64_t until = 0;
    char id[32];
    int i;

    for (i = 0; i < 5000; i++) {
        int holder;

        snprintf(id, sizeof(id), "id-%d", i);
        CHECK_INT(cielo__void_turn(cielo__client_shared(client), &holder, id,
                                   1000, &until),
                  CIELO__TURN_READY);
        cielo__void_done(cielo__client_shared(client), &holder, 1, 1000,
                         0);
    }
    CHECK_INT(cielo__void_turn(cielo__client_shared(client), &until, "id-7",
                               6099, &until),
              CIELO__TURN_WAIT);
    CHECK_INT(until, 6100);
    CHECK_INT(cielo__void_turn(cielo__client_shared(client), &until, "id-7",
                               6100, &until),
              CIELO__TURN_READY);
    cielo_client_unref(client);
}

static int64_t wait_after_left(int64_t deadline, int64_t now)
{
    cielo_client *client = made(NULL);
    cielo__shared *shared = cielo__client_shared(client);
    int64_t until = 0;
    int first, second;

    CHECK_INT(cielo__void_turn(shared, &first, "p", 1000, &until),
              CIELO__TURN_READY);
    cielo__void_done(shared, &first, 1, deadline, 1);
    if (cielo__void_turn(shared, &second, "p", now, &until)
        == CIELO__TURN_READY)
        until = now;
    else /* asked again, it does not wait longer */
        cielo__void_turn(shared, &second, "p", until - 1, &until);
    cielo_client_unref(client);
    return until;
}

/* Nobody knows when a void that was given up was answered: by its deadline, or
 * before the next is asked for. */
static void a_void_left_counts_from_the_next(void)
{
    CHECK_INT(wait_after_left(30000, 2000), 7100);
    CHECK_INT(wait_after_left(30000, 29000), 34100);
    CHECK_INT(wait_after_left(30000, 34000), 35100);
    CHECK_INT(wait_after_left(30000, 35100), 35100);
}

static void *use(void *context)
{
    cielo_client *client = context;
    int64_t until;
    int i;

    for (i = 0; i < 300; i++) {
        cielo_client *mine = cielo_client_ref(client);
        cielo__shared *shared = cielo__client_shared(mine);

        cielo_client_token_put(mine, "abc", i);
        cielo__tell(shared, "x");
        if (cielo__void_turn(shared, &i, "y", i, &until) == CIELO__TURN_READY)
            cielo__void_done(shared, &i, 0, 0, 0);
        (void)cielo_client_epoch(mine);
        cielo_client_unref(mine);
    }
    return NULL;
}

static void threads_may_share_a_client(void)
{
    cielo_client *client = made(NULL);
    pthread_t threads[4];
    int i;

    for (i = 0; i < 4; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, use, client), 0);
    for (i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    cielo_client_unref(client);
}

static void any_end_of_a_token_may_be_given(void)
{
    cielo_client *client = made(NULL);
    cielo__buf token;
    int64_t until;
    int me;

    cielo__buf_init(&token, NULL, 100);
    CHECK_INT(cielo_client_token_put(client, "abc", INT64_MIN), CIELO_OK);
    CHECK_INT(cielo__token_turn(cielo__client_shared(client), &me, 1000, 9000,
                                &token, &until),
              CIELO__TURN_MINE);
    CHECK_INT(cielo_client_token_put(client, "abc", INT64_MAX), CIELO_OK);
    CHECK_INT(cielo__token_turn(cielo__client_shared(client), &me, 1000, 9000,
                                &token, &until),
              CIELO__TURN_READY);
    cielo__buf_clear(&token);
    cielo_client_unref(client);
}

/* ---- forks ---- */

static int ended_well(pid_t child)
{
    int status;

    return waitpid(child, &status, 0) == child && WIFEXITED(status)
        && WEXITSTATUS(status) == 0;
}

static void *touch(void *client)
{
    (void)cielo_client_epoch(client);
    return NULL;
}

/* All of its threads may be the first to touch the client there. */
static void a_child_makes_the_lock_anew_once(void)
{
    int i;

    for (i = 0; i < 20; i++) {
        cielo_client *client = made(NULL);
        uint64_t before = cielo_client_epoch(client);
        pid_t child = fork();

        if (child == 0) {
            pthread_t threads[4];
            int k;

            alarm(30);
            for (k = 0; k < 4; k++)
                pthread_create(&threads[k], NULL, touch, client);
            for (k = 0; k < 4; k++)
                pthread_join(threads[k], NULL);
            _exit(cielo_client_epoch(client) != before + 1);
        }
        CHECK(ended_well(child));
        cielo_client_unref(client);
    }
}

static void *wait_in_vain(void *client)
{
    cielo__client_wait(client, cielo_client_epoch(client),
                       cielo__cond_ms(cielo_now_ms() + 1000));
    return NULL;
}

static void a_child_does_not_wait_for_the_parents_threads(void)
{
    cielo_client *client = made(NULL);
    struct timespec moment = {0, 100000000};
    pthread_t thread;
    pid_t child;

    CHECK_INT(pthread_create(&thread, NULL, wait_in_vain, client), 0);
    nanosleep(&moment, NULL); /* the thread waits now */
    child = fork();
    if (child == 0) {
        alarm(30);
        cielo_client_unref(client); /* the last reference of the child */
        _exit(0);
    }
    CHECK(ended_well(child));
    pthread_join(thread, NULL);
    cielo_client_unref(client);
}

static int problem_count(const cielo_options *options, const cielo_client *of)
{
    cielo_value *problems = NULL;
    int count;

    CHECK_INT(cielo_options_problems(&problems, options, of), CIELO_OK);
    count = (int)cielo_value_size(problems);
    cielo_value_free(problems);
    return count;
}

static void all_problems_of_options_are_told(void)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    cielo_value *none = NULL;

    options.environment = "sandbox";
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    CHECK_INT(cielo_options_problems(&none, &options, NULL), CIELO_OK);
    CHECK(!none);
    CHECK_INT(problem_count(&options, client), 1);
    options.environment = "staging";
    options.timeout_ms = 0;
    options.base_url = "ftp://a.b";
    CHECK_INT(problem_count(&options, NULL), 3);
    CHECK_INT(problem_count(&options, client), 3);
    options.struct_size = 1;
    CHECK_INT(cielo_options_problems(&none, &options, NULL), CIELO_EUSAGE);
    cielo_client_unref(client);
}

/* Where the process works, and what stands there. */
static void name_here(char *out, size_t size, const char *name)
{
    char here[400];

    if (!getcwd(here, sizeof(here)) || chdir(here) != 0)
        abort();
    scratch_path(out, size, strcmp(here, "/") == 0 ? "" : here, name);
}

static void check_journal_is(const char *given, const char *folder)
{
    cielo_options o = CIELO_OPTIONS_INIT;
    cielo_client *client;

    o.journal = given;
    client = made(&o);
    CHECK_STR(cielo_client_journal(client), folder);
    cielo_client_unref(client);
}

/* A relative path would lead elsewhere once the process works elsewhere. */
static void the_journal_stays_where_it_was(void)
{
    char *folder = scratch_new(), before[400], here[800];
    cielo_options o = CIELO_OPTIONS_INIT;

    name_here(before, sizeof(before), "");
    CHECK_INT(chdir(folder), 0);
    name_here(here, sizeof(here), "books");
    check_journal_is("books", here);
    check_journal_is("././/books", here);
    name_here(here, sizeof(here), "../books");
    check_journal_is("../books", here);
    check_journal_is("/tmp/../books", "/tmp/../books");
    setenv("CIELO_JOURNAL", "books", 1);
    name_here(here, sizeof(here), "books");
    check_journal_is(NULL, here);
    unsetenv("CIELO_JOURNAL");
    CHECK_INT(chdir("/"), 0);
    check_journal_is("books", "/books");
    CHECK_INT(chdir(folder), 0);
    rmdir(folder);
    o.journal = "books";
    CHECK_INT(refused(&o, "journal: must be an absolute path"),
              CIELO_EVALIDATION);
    check_journal_is("/books", "/books");
    CHECK_INT(chdir(before), 0);
    free(folder);
}

CHECK_MAIN(all_problems_of_options_are_told, the_journal_stays_where_it_was,
           defaults_are_as_documented, wrong_options_are_refused,
           an_older_struct_has_the_defaults, base_urls_are_checked,
           proxies_are_checked,
           the_environment_gives_what_is_missing,
           with_takes_only_what_may_differ, tokens_can_be_kept_outside,
           sales_told_are_remembered_up_to_a_bound,
           spares_are_kept_up_to_a_bound, threads_share_spares,
           a_child_knows_what_its_parent_was_told,
           what_threads_tell_at_once_is_remembered, void_times_are_bounded,
           a_void_left_counts_from_the_next,
           threads_may_share_a_client, any_end_of_a_token_may_be_given,
           a_child_makes_the_lock_anew_once,
           a_child_does_not_wait_for_the_parents_threads)
