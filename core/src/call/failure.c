/* What an answer that is no success, or a failure, says for people. */
#include <stdio.h>
#include <string.h>

#include "call_internal.h"

static int status_of_cause(cielo_cause cause)
{
    switch (cause) {
    case CIELO_CAUSE_TIMEOUT:
        return CIELO_ETIMEOUT;
    case CIELO_CAUSE_PROTOCOL:
    case CIELO_CAUSE_TOO_LARGE:
        return CIELO_EDECODE;
    case CIELO_CAUSE_MEMORY:
        return CIELO_EMEMORY;
    case CIELO_CAUSE_CANCELLED:
        return CIELO_ECANCELLED;
    default:
        return CIELO_ETRANSPORT;
    }
}

static void set_code(cielo_call *call, const char *code)
{
    cielo__buf out;

    if (strlen(code) <= CIELO__SHORT_CODE) {
        strcpy(call->error.code, code);
        return;
    }
    cielo__buf_init(&out, NULL, sizeof(call->error.code));
    cielo__call_clean(call, &out, code, strlen(code),
                      sizeof(call->error.code) - 1);
    strcpy(call->error.code, cielo__buf_string(&out));
    cielo__buf_clear(&out);
}

/* Names the first of Cielo's own errors in the message. */
void cielo__call_fail_answer(cielo_call *call, int status)
{
    const cielo__event *e = &call->event;
    const cielo_value *first;
    const char *code, *text, *hint, *asked;
    /* Room for a character that cielo__report cuts off whole. */
    char message[sizeof(call->error.message) + 4];

    if (status == CIELO_EDECODE && e->lost) {
        cielo__call_fail(call, CIELO_EMEMORY, NULL);
        return;
    }
    cielo__result_errors(call, e->tree);
    first = cielo_value_first(cielo_value_get(call->details, "errors"));
    code = cielo_value_text(cielo_value_get(first, "code"), NULL);
    text = cielo_value_text(cielo_value_get(first, "message"), NULL);
    hint = cielo__hint(call->operation, call->input.params, status, code);
    asked = cielo__asked(call->client, call->message.request.host, status);
    if (status == CIELO_EDECODE)
        snprintf(message, sizeof(message),
                 e->foreign ? "the answer (HTTP %d) is to another request"
                            : "the answer (HTTP %d) cannot be read",
                 e->http_status);
    else
        snprintf(message, sizeof(message), "%s (HTTP %d%s%s)%s%s%s%s%s%s",
                 cielo_strerror(status), e->http_status, asked ? ", " : "",
                 asked ? asked : "", code || text ? ": " : "", code ? code : "",
                 code && text ? " " : "", text ? text : "",
                 hint ? "; most likely: " : "", hint ? hint : "");
    cielo__call_fail(call, status, message);
    if (code)
        set_code(call, code);
}

void cielo__call_fail_event(cielo_call *call)
{
    const cielo__event *e = &call->event;
    char message[sizeof(call->error.message)];
    int status;

    if (e->kind == CIELO__EVENT_ANSWER) {
        cielo__call_fail_answer(call, cielo__status_of(e->http_status));
        return;
    }
    status = status_of_cause(e->cause);
    snprintf(message, sizeof(message), "%s%s%s", cielo_strerror(status),
             *e->reason ? ": " : "", e->reason);
    cielo__call_fail(call, status, message);
}
