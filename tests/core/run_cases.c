/* Runs the case files given on the command line through the call machine. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"

static int run_case(const char *path)
{
    const char *slash = strrchr(path, '/');
    cielo_value *tree = case_load(path);
    case_run run;

    if (!tree)
        return 1;
    case_start(&run, slash ? slash + 1 : path, tree);
    if (case_begin(&run)) {
        case_play(&run);
        case_outcome(&run);
        case_canaries(&run);
        if (run.next)
            case_differ(&run, "a request was not made: %s",
                        case_print(case_get(run.next, "request")));
    }
    case_end(&run);
    cielo_value_free(tree);
    return run.differences > 0;
}

/* Settings of the machine that runs this are none of the cases'. */
static void clear_environment(void)
{
    static const char *const names[]
        = {"CIELO_MERCHANT_ID", "CIELO_MERCHANT_KEY", "CIELO_CLIENT_ID",
           "CIELO_CLIENT_SECRET", "CIELO_CHECKOUT_MERCHANT_ID",
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
    for (i = 1; i < count; i++)
        failed += run_case(paths[i]);
    printf("%d passed, %d failed\n", count - 1 - failed, failed);
    return failed > 0;
}
