/* What a call needs before its first step: parameters, options, credentials. */
#include <string.h>

#include "call_internal.h"
#include "check.h"

static int add_problem(cielo_call *call, const char *path, const char *rule,
                       const char *message)
{
    return cielo__problem_add(call->input.problems, path, rule, message);
}

static int need_option(cielo_call *call, const char *value, const char *name)
{
    char message[96] = "is missing: give it, or set CIELO_";
    size_t at = strlen(message);
    size_t i;

    if (*value)
        return CIELO_OK;
    for (i = 0; name[i] && at + 1 < sizeof(message); i++) {
        char c = name[i];

        message[at++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    message[at] = '\0';
    return add_problem(call, name, RULE_REQUIRED, message);
}

/* What the tokens for a shop's page are asked with [browser-tokens]. */
static int check_browser(cielo_call *call, const cielo__settings *s)
{
    int status;

    if (call->row->auth == CIELO__AUTH_MPI) {
        status = need_option(call, s->mpi_client_id, "mpi_client_id");
        return status
            ? status
            : need_option(call, s->mpi_client_secret, "mpi_client_secret");
    }
    status = need_option(call, s->merchant_id, "merchant_id");
    if (status == CIELO_OK)
        status = need_option(call, s->post_client_id, "post_client_id");
    return status
        ? status
        : need_option(call, s->post_client_secret, "post_client_secret");
}

/* What the host of the operation authenticates by. */
int cielo__call_check_credentials(cielo_call *call)
{
    const cielo__settings *s = cielo__client_settings(call->client);
    int status;

    if (call->row->auth == CIELO__AUTH_MPI
        || call->row->auth == CIELO__AUTH_POST)
        return check_browser(call, s);
    if (cielo__host_of(call->row, call->input.params) != CIELO__HOST_CHECKOUT) {
        status = need_option(call, s->merchant_id, "merchant_id");
        return status ? status
                      : need_option(call, s->merchant_key, "merchant_key");
    }
    if (!*cielo__client_base(call->client, CIELO__HOST_CHECKOUT))
        return add_problem(call, "environment", RULE_CONFLICT,
                           "Checkout has no sandbox host: use environment "
                           "\"production\" with the store's test mode, or a "
                           "base_url");
    if (call->row->auth == CIELO__AUTH_PAGE
        && (*s->checkout_merchant_id || !*s->client_id || !*s->client_secret))
        return need_option(call, s->checkout_merchant_id,
                           "checkout_merchant_id");
    if (call->row->auth == CIELO__AUTH_NOTICE)
        return CIELO_OK; /* the store's id is all it takes */
    status = need_option(call, s->client_id, "client_id");
    return status ? status
                  : need_option(call, s->client_secret, "client_secret");
}

/* Longer than anyone waits, and far from the ends of the clock. */
#define LONGEST_TIMEOUT ((int64_t)1 << 50)

/* "timeout" and "request_id" of this call alone. */
static int read_call_options(cielo_call *call, const cielo_value *params)
{
    const cielo_value *timeout = cielo_value_get(params, "timeout");
    const cielo_value *id = cielo_value_get(params, "request_id");
    size_t length = 0, i;
    const char *text = cielo_value_text(id, &length);

    call->timeout = cielo_client_timeout(call->client);
    if (cielo_value_type(timeout) != CIELO_NULL
        && (!cielo_value_integer(timeout, &call->timeout)
            || call->timeout <= 0))
        return add_problem(call, "timeout", RULE_RANGE,
                           cielo_value_is_integer(timeout)
                               ? "must be above 0"
                               : "must be a whole number of milliseconds");
    if (call->timeout > LONGEST_TIMEOUT)
        call->timeout = LONGEST_TIMEOUT;
    if (cielo_value_type(id) == CIELO_NULL)
        return CIELO_OK;
    for (i = 0; i < length && (unsigned char)text[i] > 0x20
         && (unsigned char)text[i] < 0x7F;
         i++)
        continue;
    if (cielo_value_type(id) != CIELO_TEXT || length == 0 || i < length
        || length >= sizeof(call->request_id))
        return add_problem(call, "request_id", RULE_FORMAT,
                           "must be 1 to 63 visible ASCII characters");
    memcpy(call->request_id, text, length + 1);
    return CIELO_OK;
}

int cielo__call_prepare(cielo_call *call, const cielo_value *params)
{
    int status = cielo__validate(call->row, params,
                                 cielo__client_validate(call->client),
                                 &call->input);

    if (status == CIELO_OK)
        status = read_call_options(call, params);
    if (status == CIELO_OK)
        status = cielo__call_check_credentials(call);
    return status;
}
