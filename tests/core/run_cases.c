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

/* ---- the journal ---- */

/* A line that is there and of its kind; the caller's to free. */
static cielo_value *read_line(case_run *run, size_t index, const char *kind)
{
    const case_journal *journal = run->journal;
    cielo_value *tree = index < journal->count
        ? case_unframed(journal->lines[index], journal->lengths[index])
        : NULL;

    if (tree && strcmp(case_text(tree, "rec"), kind) != 0)
        case_differ(run, "is no %s:%s", kind, journal->lines[index]);
    return tree;
}

/* What the outcome's line says beside what the caller is told. */
static void check_told(case_run *run, const cielo_value *line)
{
    const cielo_value *details = cielo_call_details(run->call);
    int status = cielo_call_result(run->call, NULL, NULL);
    const char *result = case_text(line, "result");

    case_text_is(run, "sent of the journal", case_text(line, "sent"),
                 case_text(details, "sent"));
    case_text_is(run, "kind of the journal", case_text(line, "kind"),
                 status == CIELO_OK ? NULL : cielo_status_name(status));
    if ((strcmp(result, "unknown") == 0) != (status == CIELO_EUNKNOWN)
        || (strcmp(result, "failed") == 0)
            != (status != CIELO_OK && status != CIELO_EUNKNOWN))
        case_differ(run, "the journal says %s of %s", result,
                    cielo_status_name(status));
}

/* That a read which Cielo bills was used is all that stands there of it. */
static void check_use(case_run *run)
{
    cielo_value *use = read_line(run, 0, "use");

    if (run->journal->count > 1)
        case_differ(run, "more in the journal than a use");
    case_same_members(run, "the use",
                      case_get(case_get(run->tree, "record"), "use"), use);
    cielo_value_free(use);
}

/* An intent and an outcome of it, or nothing: before the call ends both. */
static void check_journal(case_run *run)
{
    const cielo_value *should = case_get(run->tree, "record");
    cielo_value *intent, *outcome;

    if (case_get(should, "use")) {
        check_use(run);
        return;
    }
    intent = read_line(run, 0, "intent");
    outcome = read_line(run, 1, "outcome");

    if (run->journal->too_many || !intent != !outcome)
        case_differ(run, "no whole pair of records");
    if (run->writes > 0 && !intent)
        case_differ(run, "nothing in the journal of what was sent");
    if (outcome) {
        case_text_is(run, "the outcome's intent", case_text(outcome, "of"),
                     case_text(intent, "id"));
        check_told(run, outcome);
    }
    case_same_members(run, "the intent", case_get(should, "intent"), intent);
    case_same_members(run, "the outcome's line", case_get(should, "outcome"),
                      outcome);
    cielo_value_free(intent);
    cielo_value_free(outcome);
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

static int play_case(const char *path, case_journal *journal)
{
    const char *slash = strrchr(path, '/');
    cielo_value *tree = case_load(path, journal != NULL);
    long finds = freed.finds;
    case_run run;

    if (!tree)
        return 1;
    case_start(&run, slash ? slash + 1 : path, tree);
    run.journal = journal;
    watch_secrets(&run);
    if (case_begin(&run)) {
        case_play(&run);
        check_outcome(&run);
        if (journal)
            check_journal(&run);
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

/* As it is, and once more with a journal, which changes nothing of it. */
static int run_case(const char *path)
{
    static case_journal journal;

    memset(&journal, 0, sizeof(journal));
    return play_case(path, NULL) || play_case(path, &journal);
}

/* Settings of the machine that runs this are none of the cases'. */
static void clear_environment(void)
{
    static const char *const names[]
        = {"CIELO_MERCHANT_ID", "CIELO_MERCHANT_KEY", "CIELO_CLIENT_ID",
           "CIELO_CLIENT_SECRET", "CIELO_CHECKOUT_MERCHANT_ID",
           "CIELO_MPI_CLIENT_ID", "CIELO_MPI_CLIENT_SECRET",
           "CIELO_POST_CLIENT_ID", "CIELO_POST_CLIENT_SECRET",
           "CIELO_ENVIRONMENT", "CIELO_BASE_URL", "CIELO_JOURNAL"};
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
