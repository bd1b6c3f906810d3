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

/* "126 Expiration date is invalid", of what has either. */
static size_t write_entry(const cielo_value *entry, char *out, size_t size)
{
    const char *code = cielo_value_text(cielo_value_get(entry, "code"), NULL);
    const char *text
        = cielo_value_text(cielo_value_get(entry, "message"), NULL);
    int length = snprintf(out, size, "%s%s%s", code ? code : "",
                          code && text ? " " : "", text ? text : "");

    return length < 0 ? 0 : (size_t)length;
}

/* Cielo's own errors, as many as there is room for; the first is cut. */
static void write_errors(const cielo_value *errors, char *out, size_t size)
{
    enum { COUNT_ROOM = 40 };
    const cielo_value *item = cielo_value_first(errors);
    size_t left = cielo_value_size(errors);
    size_t at = write_entry(item, out, size);

    while (left > 1 && at + COUNT_ROOM < size) {
        size_t room = size - at - COUNT_ROOM, length;

        item = cielo_value_next(item);
        length = write_entry(item, out + at + 2, room);
        if (length + 2 >= room)
            break;
        memcpy(out + at, "; ", 2);
        at += length + 2;
        left--;
    }
    if (left > 1 && at + COUNT_ROOM < size)
        snprintf(out + at, COUNT_ROOM, " (and %lu more)",
                 (unsigned long)left - 1);
}

/* "; most likely: ..." stands behind what Cielo says, and is not cut. */
static void write_answer(const cielo_call *call, int status, const char *hint,
                         char *out, size_t size)
{
    static const char lead[] = "; most likely: ";
    const cielo_value *errors = cielo_value_get(call->details, "errors");
    const char *asked
        = cielo__asked(call->client, call->message.request.host, status);
    size_t end = hint ? strlen(hint) + sizeof(lead) - 1 : 0;
    size_t at;

    snprintf(out, size, "%s (HTTP %d%s%s)%s", cielo_strerror(status),
             call->event.http_status, asked ? ", " : "", asked ? asked : "",
             cielo_value_size(errors) ? ": " : "");
    at = strlen(out);
    if (cielo_value_size(errors) && at + end < size)
        write_errors(errors, out + at, size - at - end);
    at = strlen(out);
    if (hint)
        snprintf(out + at, size - at, "%s%s", lead, hint);
}

/* Names Cielo's own errors in the message. */
void cielo__call_fail_answer(cielo_call *call, int status)
{
    const cielo__event *e = &call->event;
    const char *code;
    /* Room for a character that cielo__report cuts off whole. */
    char message[sizeof(call->error.message) + 4];

    if (status == CIELO_EDECODE && e->lost) {
        cielo__call_fail(call, CIELO_EMEMORY, NULL);
        return;
    }
    cielo__result_errors(call, e->tree);
    code = cielo_value_text(cielo_value_get(cielo_value_first(cielo_value_get(
                                                call->details, "errors")),
                                            "code"),
                            NULL);
    if (status == CIELO_EDECODE)
        snprintf(message, sizeof(message),
                 e->foreign ? "the answer (HTTP %d) is to another request"
                            : "the answer (HTTP %d) cannot be read",
                 e->http_status);
    else
        write_answer(call, status,
                     cielo__hint(call->operation, call->input.params, status,
                                 code),
                     message, sizeof(message));
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
