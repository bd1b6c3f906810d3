/* A write and the journal, from the host's side: what is to be noted, and what
 * follows when it cannot be. */
#include <stdio.h>
#include <string.h>

#include "call_internal.h"
#include "check.h"
#include "record.h"
#include "slots.h"

enum { REASON = 160 }; /* bytes of what a host says of a failure */

/* Whose use it is, its line has to say: a client for 3DS alone may know no
 * store. */
int cielo__call_is_use(const cielo_call *call)
{
    return call->row->note == CIELO__NOTE_BILLED
        && call->mode == CIELO__MODE_DONE && call->error.status == CIELO_OK
        && cielo_client_journal(call->client)
        && *cielo__record_merchant(call->client, call->row, call->input.params);
}

typedef int (*maker)(cielo__buf *out, const cielo_call *call,
                     const cielo_origin *origin);

/* Who makes what is to be noted now, and where it is kept that it was given;
 * NULL: nothing is. */
static maker find_maker(cielo_call *call, int **given)
{
    if (call->mode == CIELO__MODE_RECORD
        && call->recording == CIELO__RECORD_ASKED && !call->intent_given) {
        *given = &call->intent_given;
        return cielo__record_intent;
    }
    if (call->mode != CIELO__MODE_DONE)
        return NULL;
    if (call->recorded && call->looked && !call->looks_given) {
        *given = &call->looks_given;
        return cielo__record_settling;
    }
    if (call->intent_given && !call->outcome_given) {
        *given = &call->outcome_given;
        return cielo__record_outcome;
    }
    if (!call->outcome_given && cielo__call_is_use(call)) {
        *given = &call->outcome_given;
        return cielo__record_use;
    }
    return NULL;
}

const char *cielo_call_record(cielo_call *call, const cielo_origin *origin,
                              size_t *length)
{
    int *given;
    maker make = find_maker(call, &given);

    *length = 0;
    if (!make)
        return NULL;
    cielo__buf_reset(&call->scratch);
    if (make == cielo__record_intent && !*call->record_id)
        cielo__random_timed(&call->random, origin->wall_ms, call->record_id);
    if (make(&call->scratch, call, origin) != CIELO_OK) {
        cielo__buf_reset(&call->scratch);
        return NULL;
    }
    *given = 1;
    *length = call->scratch.length;
    return cielo__buf_string(&call->scratch);
}

/* A sentence and why, which comes from the host. */
static void explain(const cielo_call *call, const char *what, const char *why,
                    char *message, size_t size)
{
    cielo__buf out;

    cielo__buf_init(&out, NULL, REASON);
    cielo__call_clean(call, &out, why, strlen(why), REASON - 1);
    snprintf(message, size, "%s%s%s", what, out.length ? ": " : "",
             cielo__buf_string(&out));
    cielo__buf_clear(&out);
}

static int warn_unrecorded(cielo_call *call, const char *message)
{
    if (!call->input.warnings)
        call->input.warnings = cielo_value_new_array();
    return cielo__problem_add(call->input.warnings, "journal", RULE_UNRECORDED,
                              message);
}

static void read_no_record(cielo_call *call, const char *why)
{
    char message[sizeof(call->error.message)];

    if (cielo__client_needs_journal(call->client)) {
        explain(call, cielo_strerror(CIELO_EJOURNAL), why, message,
                sizeof(message));
        cielo__call_fail(call, CIELO_EJOURNAL, message);
        return;
    }
    explain(call, "it is sent without a record", why, message, sizeof(message));
    if (warn_unrecorded(call, message) != CIELO_OK)
        cielo__call_fail(call, CIELO_EMEMORY, NULL);
}

/* Whoever settles it will find out again. */
static int read_no_outcome(cielo_call *call, const char *why)
{
    char message[sizeof(call->error.message)];

    explain(call,
            call->intent_given ? "what came of it is not in the journal"
                               : "that it was used is not in the journal",
            why, message, sizeof(message));
    return warn_unrecorded(call, message);
}

int cielo_call_on_record(cielo_call *call, int ok, const char *why)
{
    if (call->mode == CIELO__MODE_DONE && call->outcome_given)
        return ok ? CIELO_OK : read_no_outcome(call, why ? why : "");
    if (call->mode != CIELO__MODE_RECORD
        || call->recording != CIELO__RECORD_ASKED)
        return CIELO_EUSAGE;
    call->recording = CIELO__RECORD_REPORTED;
    if (!ok)
        read_no_record(call, why ? why : "");
    return CIELO_OK;
}
