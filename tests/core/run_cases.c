/*
 * Runs the case files given on the command line through the call machine, and
 * looks for their secrets in all memory that is given back.
 */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "freed.h"

/* ---- the outcome ---- */

static void check_error(case_run *run, const cielo_value *should)
{
    const cielo_value *details = cielo_call_details(run->call);
    const cielo_value *item;
    char what[64];

    for (item = cielo_value_first(should); item;
         item = cielo_value_next(item)) {
        const char *name = cielo_value_name(item, NULL);
        const cielo_value *is = case_get(details, name);
        int64_t count = -1;

        snprintf(what, sizeof(what), "error.%s", name);
        if (strcmp(name, "attempts") == 0
            && cielo_value_integer(item, &count)) {
            if ((int64_t)cielo_value_size(is) != count)
                case_differ(run, "%s: %lu, should be %ld", what,
                            (unsigned long)cielo_value_size(is), (long)count);
        } else if (!case_fits(item, is)) {
            case_differ(run, "%s is\n    %s\n  should be\n    %s", what,
                        case_print(is), case_print(item));
        }
    }
}

/* The result as it may be shown, and what is nowhere in it. */
static void check_shown(case_run *run, const cielo_value *outcome,
                        const cielo_value *result)
{
    int object
        = cielo_operation_at(cielo_call_operation(run->call))->object;
    cielo_value *shown = cielo_value_shown(result, object);
    const cielo_value *hidden
        = cielo_value_first(case_get(outcome, "hidden"));
    char *text = NULL;
    size_t length = 0;

    case_same_members(run, "what is shown", case_get(outcome, "shown"), shown);
    cielo_value_print(shown, &text, &length);
    for (; hidden; hidden = cielo_value_next(hidden))
        case_scan(run, cielo_value_text(hidden, NULL), "the result", text);
    cielo_text_free(text, length);
    cielo_value_free(shown);
}

/* All warnings of the call, where a case tells of them. */
static void check_warnings(case_run *run, const cielo_value *outcome)
{
    const cielo_value *should = case_get(outcome, "warnings");
    const cielo_value *is = cielo_call_warnings(run->call);

    if (should && cielo_value_size(should) + cielo_value_size(is) > 0)
        case_same_members(run, "the list of warnings", should, is);
}

/* What nobody asked for: the call ended too early. */
static void check_all_asked(case_run *run)
{
    for (; run->next; run->next = cielo_value_next(run->next))
        case_differ(run, "not asked for: %s",
                    case_print(case_get(run->next, "request")));
}

static void check_outcome(case_run *run)
{
    const cielo_value *outcome = case_get(run->tree, "outcome");
    const cielo_value *hidden
        = cielo_value_first(case_get(outcome, "hidden"));
    const cielo_value *result;
    cielo_error err;
    int status = cielo_call_result(run->call, &result, &err);

    for (; hidden; hidden = cielo_value_next(hidden))
        case_scan_all(run, cielo_value_text(hidden, NULL));
    check_warnings(run, outcome);
    check_all_asked(run);

    if (case_get(outcome, "error")) {
        if (status == CIELO_OK)
            case_differ(run, "succeeds with\n    %s", case_print(result));
        check_error(run, case_get(outcome, "error"));
        return;
    }
    if (status != CIELO_OK) {
        case_differ(run, "fails: %s", err.message);
        case_differ(run, "details\n    %s",
                    case_print(cielo_call_details(run->call)));
        return;
    }
    case_same_members(run, "the result", case_get(outcome, "result"), result);
    case_same_members(run, "the facts", case_get(outcome, "facts"),
                      cielo_call_facts(run->call));
    check_shown(run, outcome, result);
}

/* ---- memory ---- */

static void watch(case_run *run, const char *secret)
{
    (void)run;
    freed_watch(secret);
}

/* The file itself is read by the same functions, and freed last. */
static void watch_secrets(case_run *run)
{
    freed_watch(CASE_MERCHANT_KEY);
    freed_watch(CASE_CLIENT_SECRET);
    freed_watch(CASE_MPI_SECRET);
    freed_watch(CASE_POST_SECRET);
    freed_watch("CANARYTOKEN");
    case_each_secret(run, case_get(run->tree, "params"), watch);
}

static int run_case(const char *path)
{
    const char *slash = strrchr(path, '/');
    cielo_value *tree = case_load(path);
    long finds = freed.finds;
    case_run run;

    if (!tree)
        return 1;
    case_start(&run, slash ? slash + 1 : path, tree);
    watch_secrets(&run);
    if (case_begin(&run)) {
        case_play(&run);
        check_outcome(&run);
        case_canaries(&run);
        if (run.next)
            case_differ(&run, "a request was not made: %s",
                        case_print(case_get(run.next, "request")));
    }
    case_end(&run);
    freed_forget();
    cielo_value_free(tree);
    if (freed.finds > finds)
        case_differ(&run, "see above");
    return run.differences > 0;
}

/* Settings of the machine that runs this are none of the cases'. */
static void clear_environment(void)
{
    static const char *const names[]
        = {"CIELO_MERCHANT_ID", "CIELO_MERCHANT_KEY", "CIELO_CLIENT_ID",
           "CIELO_CLIENT_SECRET", "CIELO_CHECKOUT_MERCHANT_ID",
           "CIELO_MPI_CLIENT_ID", "CIELO_MPI_CLIENT_SECRET",
           "CIELO_POST_CLIENT_ID", "CIELO_POST_CLIENT_SECRET",
           "CIELO_ENVIRONMENT", "CIELO_BASE_URL"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
}

int main(int count, char **paths)
{
    int failed = 0;
    int i;

    clear_environment();
    freed_start();
    for (i = 1; i < count; i++)
        failed += run_case(paths[i]);
    printf("%d passed, %d failed\n", count - 1 - failed, failed);
    return failed > 0;
}
