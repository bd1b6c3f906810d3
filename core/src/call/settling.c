/*
 * A call that looks once what became of a recorded intent: it is made of an
 * entry of the journal, goes the way of a live call that reads back, and tells
 * the journal what it saw.
 */
#include <string.h>

#include <cielo/journal.h>

#include "call_internal.h"
#include "record.h"

/* ---- what it came to ---- */

cielo_settled cielo_call_settled(const cielo_call *call)
{
    if (call->mode != CIELO__MODE_DONE || !call->recorded)
        return CIELO_SETTLED_NONE;
    if (call->error.status == CIELO_OK)
        return CIELO_SETTLED_ADOPTED;
    return call->error.status == CIELO_EUNKNOWN && cielo__is_absent(call)
        ? CIELO_SETTLED_ABSENT
        : CIELO_SETTLED_UNKNOWN;
}

const char *cielo_settled_name(cielo_settled settled)
{
    static const char *const names[] = {NULL,
#define CIELO_X(name, word) word,
                                        CIELO_SETTLED_MAP(CIELO_X)
#undef CIELO_X
    };

    return (unsigned)settled < CIELO_SETTLED_END ? names[settled] : NULL;
}

/* By Cielo's clock, also of a look that it did not answer, where it has told
 * the client the time before. Else one that saw something is of the moment of
 * the last that saw nothing, after which it came: by a clock of the host's own
 * that is out it would not stand between that one and the next. */
static int64_t moment_of_look(const cielo_call *call,
                              const cielo_origin *origin)
{
    int64_t ahead, within, at;

    if (call->saw_at >= 0)
        return call->saw_at;
    if (cielo__clock_ahead(cielo__client_shared(call->client), &ahead, &within))
        return call->now + ahead;
    at = call->saw == CIELO__SAW_UNREAD ? -1
                                        : cielo__last_absence(call->recorded);
    return at >= 0 ? at : origin->wall_ms;
}

int cielo__record_settling(cielo__buf *out, const cielo_call *call,
                           const cielo_origin *origin)
{
    int64_t at = moment_of_look(call, origin);
    cielo_settled settled = cielo_call_settled(call);
    const char *id = call->recorded->id;
    int status
        = cielo__record_look(out, call, id, at, call->saw, call->saw_why);

    if (status == CIELO_OK && settled != CIELO_SETTLED_UNKNOWN)
        status = cielo__record_settled(out, call, id, at, settled);
    return status;
}

/* ---- life ---- */

/* Texts of a record are cut at so many bytes. */
enum { COMPARED = 255 };

static int is_same(const cielo_value *record, const char *name,
                   const char *ours)
{
    const char *text = cielo_value_text(cielo_value_get(record, name), NULL);

    return text && strncmp(text, ours, COMPARED) == 0;
}

/* Another store's sales are not seen, and would be told to be absent. */
static int check_place(const cielo_client *client, const cielo__intent *intent,
                       const cielo_value *record, cielo_error *err)
{
    const char *ours
        = cielo__record_merchant(client, intent->row, intent->params);

    if (!is_same(record, "env", cielo__record_place(client)))
        return cielo__report(err, CIELO_EVALIDATION,
                             "the entry is of another environment");
    if (intent->row->settle != CIELO__SETTLE_NONE
        && !is_same(record, "merchant", ours))
        return cielo__report(err, CIELO_EVALIDATION,
                             "the entry is of another merchant");
    return CIELO_OK;
}

/* Moves the record into the call. */
static int take_up(cielo_call *call, cielo__recorded *recorded,
                   const cielo__intent *intent)
{
    call->recorded = recorded;
    call->intent = *intent;
    call->saw = CIELO__SAW_UNREAD;
    call->saw_at = -1;
    call->timeout = cielo_client_timeout(call->client);
    call->input.params = recorded->params;
    call->input.body = recorded->body;
    recorded->params = recorded->body = NULL; /* the input's own by now */
    call->input.problems = cielo_value_new_array();
    return call->input.problems ? cielo__call_check_credentials(call)
                                : CIELO_EMEMORY;
}

int cielo_settle_new(cielo_call **out, cielo_client *client,
                     const cielo_value *entry, const cielo_entropy *entropy,
                     cielo_error *err)
{
    cielo__recorded *recorded;
    cielo__intent intent;
    cielo_call *call;
    int status;

    *out = NULL;
    if (!client || !entropy || !cielo_client_journal(client))
        return cielo__report(err, CIELO_EUSAGE, NULL);
    status = cielo__recorded_new(&recorded, &intent, entry, err);
    if (status != CIELO_OK)
        return status;
    status = check_place(client, &intent,
                         cielo_value_get(recorded->entry, "intent"), err);
    if (status != CIELO_OK) {
        cielo__recorded_free(recorded);
        return status;
    }
    call = cielo__call_make(client, intent.row, entropy);
    if (!call) {
        cielo__recorded_free(recorded);
        return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    if (take_up(call, recorded, &intent) != CIELO_OK) {
        cielo_call_free(call);
        return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    *out = call;
    return CIELO_OK;
}
