/*
 * Every case again with one allocation failing: the n-th, or the n-th and all
 * after it. Nothing may crash or leak, and a write is never told wrongly: once
 * it may have gone out, the call succeeds as it should or is in doubt.
 *
 * Linked with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc. A case with many
 * allocations is sampled: every one of the first MOST_DENSE, then each k-th.
 */
#define _POSIX_C_SOURCE 200809L

#include <cjson/cJSON.h>
#include <time.h>

#include "case.h"

enum { MOST_DENSE = 400, MOST_SPARSE = 200 };

static long counted; /* allocations so far, while counting */
static long failing; /* the one that fails, 0 for none */
static int onwards;  /* all after it fail too */
static int counting;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static int fails(void)
{
    if (!counting)
        return 0;
    counted++;
    return failing && (onwards ? counted >= failing : counted == failing);
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

/* cJSON is linked as it is installed, past the reach of --wrap. */
static void *hook_malloc(size_t size)
{
    return malloc(size);
}

static void hook_free(void *memory)
{
    free(memory);
}

static void *own_allocate(void *context, size_t size)
{
    void *memory = malloc(size);

    *(long *)context += memory != NULL;
    return memory;
}

static void *own_reallocate(void *context, void *memory, size_t size)
{
    void *moved = realloc(memory, size);

    *(long *)context += !memory && moved;
    return moved;
}

static void own_release(void *context, void *memory)
{
    *(long *)context -= memory != NULL;
    free(memory);
}

/* ---- what may be told ---- */

static const char *kind_of(const cielo_value *tree)
{
    return case_text(case_get(case_get(tree, "outcome"), "error"), "kind");
}

/* What a caller would take for an answer though it is none. */
static const char *wrongly_told(const case_run *run, int status)
{
    const char *kind = kind_of(run->tree);
    const char *is = cielo_status_name(status);
    const char *sent = case_text(cielo_call_details(run->call), "sent");

    if (run->writes > 1)
        return "the write went out twice";
    if (run->asked > 0 && !cielo_value_size(case_get(run->tree, "exchanges")))
        return "asked, though it is to be refused before";
    if (status == CIELO_OK)
        return kind ? "success for failure" : NULL;
    if (kind && strcmp(kind, is) == 0)
        return NULL;
    if (run->writes > 0)
        return status != CIELO_EUNKNOWN ? "no doubt about a lost write" : NULL;
    if (status == CIELO_EUNKNOWN) /* looked up by hand */
        return cielo_call_operation(run->call) == CIELO_OP_SALE_RECONCILE
            ? NULL
            : "doubt about what was never sent";
    if (sent && strcmp(sent, "no") != 0
        && cielo_call_operation(run->call) != CIELO_OP_REQUEST
        && cielo_operation_at(cielo_call_operation(run->call))->is_write)
        return "sent, though nothing was";
    return status == CIELO_EMEMORY || status == CIELO_ETRANSPORT
            || status == CIELO_ETIMEOUT
            || (status == CIELO_EJOURNAL && run->journal)
        ? NULL
        : "another failure";
}

static int check_told(case_run *run)
{
    const cielo_value *result;
    int status = cielo_call_result(run->call, &result, NULL);
    const char *wrong = wrongly_told(run, status);

    if (status == CIELO_OK && !wrong) {
        int before = run->differences;

        case_same_members(run, "the result",
                          case_get(case_get(run->tree, "outcome"), "result"),
                          result);
        if (run->differences > before)
            wrong = "another result";
    }
    if (wrong)
        printf("%s: allocation %ld%s: %s (%s)\n", run->name, failing,
               onwards ? " and on" : "", wrong, cielo_status_name(status));
    return wrong != NULL;
}

/* ---- one run ---- */

static void pause_counting(int on)
{
    counting = !on;
}

static int run_once(const char *name, const cielo_value *tree, long n,
                    case_journal *journal)
{
    static long blocks;
    const cielo_allocator mem
        = {&blocks, own_allocate, own_reallocate, own_release};
    case_run run;
    int bad = 0;

    blocks = 0;
    case_start(&run, name, tree);
    run.mem = &mem;
    run.journal = journal;
    run.loose = 1;
    run.pause = pause_counting;
    failing = n;
    counted = 0;
    counting = 1;
    if (case_begin(&run)) {
        case_play(&run);
        counting = 0;
        bad = check_told(&run);
        run.differences = 0;
        case_canaries(&run);
        if (run.differences) {
            printf("%s: allocation %ld: a secret is shown\n", name, n);
            bad = 1;
        }
    } else if (!run.memory && n > 0) {
        printf("%s: allocation %ld: begins with another failure\n", name, n);
        bad = 1;
    }
    counting = 0;
    case_end(&run);
    if (blocks != 0) {
        printf("%s: allocation %ld: %ld blocks leak\n", name, n, blocks);
        bad = 1;
    }
    return bad;
}

static long step_of(long total, long n)
{
    return n < MOST_DENSE ? 1 : 1 + (total - MOST_DENSE) / MOST_SPARSE;
}

/* 1 when all is well; `*runs` counts. */
static int run_all(const char *name, const cielo_value *tree, int noted,
                   long *runs, long *sampled)
{
    static case_journal journal;
    long total, n;
    int bad;

    onwards = 0;
    memset(&journal, 0, sizeof(journal));
    bad = run_once(name, tree, 0, noted ? &journal : NULL);
    total = counted;
    for (n = 1; n <= total && !bad; n += step_of(total, n)) {
        for (onwards = 0; onwards < 2 && !bad; onwards++) {
            journal.count = 0;
            bad = run_once(name, tree, n, noted ? &journal : NULL);
        }
        *runs += 2;
    }
    *sampled += total > MOST_DENSE + MOST_SPARSE;
    return !bad;
}

/* Without a journal, and with one. */
static int run_case(const char *path, long *runs, long *sampled)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    cielo_value *tree = case_load(path, 0);
    int good = tree && run_all(name, tree, 0, runs, sampled)
        && run_all(name, tree, 1, runs, sampled);

    cielo_value_free(tree);
    return good;
}

/* A client that shares another's state, the same way. */
static int run_clients(void)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    long n = 0, total = 1;
    int bad = 0;

    onwards = 0;
    for (; n <= total; n++) {
        cielo_client *client = NULL, *other = NULL;
        cielo_options shared = CIELO_OPTIONS_INIT;

        counted = 0;
        failing = n;
        counting = 1;
        options.merchant_id = "a";
        options.proxy = "http://user:p%3Aw@127.0.0.1:3128";
        shared.timeout_ms = 5;
        if (cielo_client_new(&client, &options, NULL) == CIELO_OK
            && cielo_client_with(&other, client, &shared, NULL) == CIELO_OK)
            cielo_client_token_put(other, "abc", 1);
        counting = 0;
        if (n == 0)
            total = counted;
        bad += n > 0 && client && other && counted < n;
        cielo_client_unref(client);
        cielo_client_unref(other);
    }
    return !bad;
}

static cielo_call *void_of_one(cielo_client *client)
{
    cielo_entropy entropy = {{0}, 0};
    cielo_value *params = cielo_value_new_object();
    cielo_call *call = NULL;

    cielo_value_set(params, "payment_id", cielo_value_new_text("p", 1));
    (void)cielo_call_new(&call, client, CIELO_OP_SALE_VOID, params, &entropy,
                         NULL);
    cielo_value_free(params);
    return call;
}

/* A stored card's next charge, whole or none, the same way. */
static int run_charge(void)
{
    static const char sale_text[]
        = "{\"Customer\":{\"Name\":\"A\"},\"Payment\":{\"Status\":2,"
          "\"Capture\":\"true\",\"CreditCard\":{\"CardToken\":\"t\","
          "\"Brand\":\"Master\"}}}";
    static const char given_text[]
        = "{\"merchant_order_id\":\"o\",\"amount\":1,\"reason\":\"x\"}";
    cielo_value *sale = NULL, *given = NULL;
    long n = 0, total = 1;
    int bad = 0, refused;

    if (cielo_value_parse(&sale, sale_text, strlen(sale_text), NULL)
            != CIELO_OK
        || cielo_value_parse(&given, given_text, strlen(given_text), NULL)
            != CIELO_OK)
        return 0;
    for (refused = 1; refused >= 0; refused--) {
        if (!refused)
            cielo_value_set(given, "reason", cielo_value_new_null());
        for (n = 0, total = 1; n <= total; n++) {
            cielo_value *out, *problems;
            int status;

            counted = 0;
            failing = n;
            counting = 1;
            status = cielo_next_charge(&out, &problems, sale, given, NULL);
            counting = 0;
            if (n == 0)
                total = counted;
            bad += (out != NULL) != (status == CIELO_OK)
                || (problems != NULL) != (status == CIELO_EVALIDATION)
                || (n == 0
                    && status != (refused ? CIELO_EVALIDATION : CIELO_OK))
                || (n > 0 && n <= total && status != CIELO_EMEMORY);
            cielo_value_free(out);
            cielo_value_free(problems);
        }
    }
    cielo_value_free(sale);
    cielo_value_free(given);
    return !bad;
}

/* Many calls of which one more has no room in memory, the same way: it is the
 * caller's still, and the others go on. */
static int run_many(void)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    long n = 0, total = 1;
    int bad = 0;

    options.merchant_id = "a";
    options.merchant_key = "b";
    onwards = 0;
    if (cielo_client_new(&client, &options, NULL) != CIELO_OK)
        return 0;
    for (; n <= total; n++) {
        cielo_many *many = NULL;
        cielo_call *calls[3] = {NULL, NULL, NULL};
        size_t i, in = 0;

        for (i = 0; i < 3; i++)
            calls[i] = void_of_one(client);
        counted = 0;
        failing = n;
        counting = 1;
        if (cielo_many_new(&many, client, 3, NULL) == CIELO_OK)
            for (i = 0; i < 3; i++)
                in += cielo_many_put(many, calls[i], NULL) == CIELO_OK;
        if (many && in > 0)
            bad += cielo_many_start(many, 1) == NULL;
        counting = 0;
        if (n == 0)
            total = counted;
        bad += many ? cielo_many_count(many) != in : n == 0;
        bad += n > 0 && in == 3;
        cielo_many_free(many);
        for (i = 0; i < 3; i++)
            cielo_call_free(calls[i]);
    }
    cielo_client_unref(client);
    return !bad;
}

int main(int count, char **paths)
{
    cJSON_Hooks hooks = {hook_malloc, hook_free};
    long runs = 0, sampled = 0;
    int passed = 0;
    int i;

    cJSON_InitHooks(&hooks);
    passed += run_clients() + run_charge() + run_many();
    for (i = 1; i < count; i++)
        passed += run_case(paths[i], &runs, &sampled);
    cJSON_InitHooks(NULL);
    printf("%ld runs; %ld cases with many allocations were sampled\n", runs,
           sampled);
    printf("%d passed, %d failed\n", passed, count + 2 - passed);
    return passed < count + 2;
}
