/* What the host reports: an answer, or why there is none. */
#include <stdio.h>
#include <string.h>

#include "call_internal.h"

void cielo__event_clear(cielo__event *event)
{
    cielo_value_free(event->tree);
    cielo__free_secret(NULL, event->text);
    memset(event, 0, sizeof(*event));
}

/* What is kept is longer, so that nothing is cut before it is masked. */
enum { BODY_SHOWN = 4096, KEPT = 2 * BODY_SHOWN };

/* What is no JSON is kept for the error only, cleaned and cut. */
static int keep_text(cielo_call *call, const cielo_response *response)
{
    size_t length = response->body_length < KEPT ? response->body_length : KEPT;
    cielo__buf utf8, out;

    cielo__buf_init(&utf8, NULL, SIZE_MAX - 1);
    cielo__buf_init(&out, NULL, BODY_SHOWN + 64);
    cielo__utf8_add(&utf8, response->body, length,
                    cielo__is_latin(response->content_type));
    cielo__call_clean(call, &out, cielo__buf_string(&utf8), utf8.length,
                      BODY_SHOWN);
    call->event.text = out.status == CIELO_OK && utf8.status == CIELO_OK
        ? cielo__strdup(NULL, cielo__buf_string(&out))
        : NULL;
    cielo__buf_clear(&out);
    cielo__buf_clear(&utf8);
    return call->event.text ? CIELO_OK : CIELO_EMEMORY;
}

static int is_blank(const char *text, size_t length)
{
    size_t i;

    for (i = cielo__utf8_mark(text, length); i < length; i++) {
        if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r'
            && text[i] != '\n')
            return 0;
    }
    return 1;
}

/* What was asked last; of a look-up no more than this is asked for. */
static cielo__intent asked_last(const cielo_call *call)
{
    cielo__intent asked = call->intent;

    if (call->job == CIELO__JOB_LOOK) {
        asked.row = cielo__settle_row(&call->settle);
        asked.operation = cielo__operation_number(asked.row);
        asked.params = call->look;
        asked.body = NULL;
    }
    return asked;
}

/* Whether the answer that was read names another thing than was asked for. A
 * token names nothing that could be held against it. */
static int is_foreign(const cielo_call *call)
{
    cielo__intent asked = asked_last(call);

    return call->job != CIELO__JOB_TOKEN && call->event.http_status / 100 == 2
        && !cielo__is_answer_to(&asked, call->event.tree);
}

/* Whether it is none to what was asked, whatever it is: what another request is
 * answered with may name nothing at all, and looks so. */
static int is_strange(const cielo_call *call)
{
    const cielo__intent asked = asked_last(call);
    const cielo__event *e = &call->event;

    if (e->http_status / 100 != 2)
        return 0;
    if (call->job == CIELO__JOB_TOKEN)
        return cielo_value_type(cielo__member(e->tree, "access_token"))
            != CIELO_TEXT;
    return asked.row->facts.object != CIELO_OBJECT_EMPTY
        && !((e->tree || e->empty) && cielo__is_whole_answer(&asked, e->tree));
}

/* Of another request's answer nothing is kept: it may be another customer's. */
static int drop_foreign(cielo__event *e)
{
    cielo_value_free(e->tree);
    e->tree = NULL;
    e->foreign = 1;
    return CIELO_EDECODE;
}

int cielo_call_on_response(cielo_call *call, const cielo_response *response)
{
    cielo__event *e = &call->event;
    int64_t date;
    int status;

    if (call->mode != CIELO__MODE_OPEN || e->kind != CIELO__EVENT_NONE)
        return CIELO_EUSAGE;
    e->kind = CIELO__EVENT_ANSWER;
    e->http_status = response->http_status;
    e->date = cielo__http_date(response->date, &date) ? date : -1;
    e->retry_after = cielo__retry_after(response->retry_after, response->date);
    e->empty = is_blank(response->body, response->body_length);
    if (e->empty)
        return is_strange(call) ? CIELO_EDECODE : CIELO_OK;
    status = cielo__answer_parse(&e->tree, response->body,
                                 response->body_length, response->content_type,
                                 &call->scratch, NULL);
    if (status == CIELO_EDECODE)
        status = keep_text(call, response);
    e->lost = status != CIELO_OK;
    if (status == CIELO_OK && is_foreign(call))
        return drop_foreign(e);
    return status == CIELO_OK && is_strange(call) ? CIELO_EDECODE : status;
}

int cielo_call_on_failure(cielo_call *call, cielo_sent sent, cielo_cause cause,
                          const char *text)
{
    cielo__event *e = &call->event;
    cielo__buf out;

    if (call->mode != CIELO__MODE_OPEN || e->kind != CIELO__EVENT_NONE
        || (unsigned)sent > CIELO_SENT_YES
        || (unsigned)cause >= CIELO_CAUSE_END)
        return CIELO_EUSAGE;
    e->kind = CIELO__EVENT_FAILURE;
    e->sent = sent;
    e->cause = cause;
    if (text) {
        cielo__buf_init(&out, NULL, sizeof(e->reason));
        cielo__call_clean(call, &out, text, strlen(text),
                          sizeof(e->reason) - 1);
        snprintf(e->reason, sizeof(e->reason), "%s", cielo__buf_string(&out));
        cielo__buf_clear(&out);
    }
    return CIELO_OK;
}
