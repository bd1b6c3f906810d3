/* What a call tells its host at the end: errors, attempts, details. */
#include <stdio.h>
#include <string.h>

#include <cielo/shown.h>

#include "call_internal.h"

/* ---- building: each name is given once ---- */

static int set_text(cielo_value *object, const char *name, const char *text)
{
    return text && *text
        ? cielo__value_add(object, name,
                           cielo_value_new_text(text, strlen(text)))
        : CIELO_OK;
}

static int set_integer(cielo_value *object, const char *name, int64_t number)
{
    return cielo__value_add(object, name, cielo_value_new_integer(number));
}

/* ---- texts cleaned of what this call must not show ---- */

static void collect_secrets(const cielo_call *call, cielo__secrets *secrets)
{
    const cielo__settings *s = cielo__client_settings(call->client);
    size_t i;

    memset(secrets, 0, sizeof(*secrets));
    cielo__secrets_add(secrets, s->merchant_key);
    cielo__secrets_add(secrets, s->client_secret);
    cielo__secrets_add(secrets, s->mpi_client_secret);
    cielo__secrets_add(secrets, s->post_client_secret);
    cielo__secrets_add(secrets, cielo__buf_string(&call->token));
    for (i = 0; s->proxy_secrets[i]; i++)
        cielo__secrets_add(secrets, s->proxy_secrets[i]);
    /* The Base64 of "Basic " holds the client's secret too. */
    cielo__secrets_add(secrets, cielo__message_credentials(&call->message));
    cielo__secrets_collect(secrets, call->input.params);
    cielo__secrets_collect(secrets, call->input.body);
}

void cielo__call_clean(const cielo_call *call, cielo__buf *out,
                       const char *text, size_t length, size_t limit)
{
    cielo__secrets secrets;

    collect_secrets(call, &secrets);
    cielo__text_shown(out, text, length, secrets.list, limit);
}

/* ---- errors of a body, in any of its shapes [error-shapes] ---- */

enum { ERROR_TEXT = 255, MOST_ERRORS = 64 };

/* How an error's message is called. */
static const char *const messages[]
    = {"Message", "ReturnMessage", "error_description", "detail", NULL};

/* The text or number of the first of some names; NULL when there is none. */
static const char *first_of(const cielo_value *item, const char *const *names)
{
    const char *text = NULL;

    for (; *names && !text; names++)
        text = cielo_value_text(cielo__member(item, *names), NULL);
    return text;
}

static void set_cleaned(const cielo_call *call, cielo_value *line,
                        const char *name, const char *text)
{
    cielo__buf out;

    cielo__buf_init(&out, NULL, ERROR_TEXT);
    if (text)
        cielo__call_clean(call, &out, text, strlen(text), ERROR_TEXT);
    set_text(line, name, cielo__buf_string(&out));
    cielo__buf_clear(&out);
}

static void add_line(const cielo_call *call, cielo_value *errors,
                     const char *code, const char *text)
{
    cielo_value *line = cielo_value_new_object();

    if (code && strlen(code) <= CIELO__SHORT_CODE)
        set_text(line, "code", code);
    else
        set_cleaned(call, line, "code", code);
    set_cleaned(call, line, "message", text);
    cielo_value_append(errors, line);
}

/* What one error says, itself a text or under one of many names; nothing is
 * added where it says nothing. `texts` are the names of its message. */
static void add_error(const cielo_call *call, cielo_value *errors,
                      const cielo_value *item, const char *const *texts)
{
    static const char *const codes[]
        = {"Code", "ReturnCode", "field", "error", NULL};
    const char *code = first_of(item, codes);
    const char *text = cielo_value_type(item) == CIELO_TEXT
        ? cielo_value_text(item, NULL)
        : first_of(item, texts);

    if (((code && *code) || (text && *text))
        && cielo_value_size(errors) < MOST_ERRORS)
        add_line(call, errors, code, text);
}

/* {"Shipping.Type": ["...", "..."]}: what is wrong with each of some members,
 * or an error by itself. */
static void add_named(const cielo_call *call, cielo_value *errors,
                      const cielo_value *map)
{
    const cielo_value *item, *text;
    size_t before = cielo_value_size(errors);

    add_error(call, errors, map, messages);
    if (cielo_value_size(errors) > before)
        return;
    for (item = cielo_value_first(map); item; item = cielo_value_next(item)) {
        const cielo_value *first = cielo_value_first(item);

        for (text = first ? first : item;
             text && cielo_value_size(errors) < MOST_ERRORS;
             text = first ? cielo_value_next(text) : NULL)
            if (cielo_value_type(text) == CIELO_TEXT)
                add_line(call, errors, cielo_value_name(item, NULL),
                         cielo_value_text(text, NULL));
    }
}

static void add_list(const cielo_call *call, cielo_value *errors,
                     const cielo_value *list)
{
    const cielo_value *item;

    for (item = cielo_value_first(list); item; item = cielo_value_next(item))
        add_error(call, errors, item, messages);
}

/* Where a body has a list of errors or a map of members' beside its own. */
static void add_inner(const cielo_call *call, cielo_value *errors,
                      const cielo_value *tree)
{
    static const char *const names[] = {"Errors", "error", "modelState"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const cielo_value *inner = cielo__member(tree, names[i]);

        if (cielo_value_type(inner) == CIELO_ARRAY)
            add_list(call, errors, inner);
        else if (cielo_value_type(inner) == CIELO_OBJECT)
            add_named(call, errors, inner);
    }
}

void cielo__result_errors(cielo_call *call, const cielo_value *tree)
{
    static const char *const titles[] = {"title", NULL};
    cielo_value *errors = cielo_value_new_array();

    if (cielo_value_type(tree) == CIELO_ARRAY) {
        add_list(call, errors, tree);
    } else {
        add_error(call, errors, tree, messages);
        add_inner(call, errors, tree);
    }
    /* What every problem of its kind is called says least. */
    if (cielo_value_size(errors) == 0)
        add_error(call, errors, tree, titles);
    if (!call->details)
        call->details = cielo_value_new_object();
    cielo_value_set(call->details, "errors", errors);
}

/* ---- attempts ---- */

static const char *const sent_words[] = {"no", "maybe", "yes"};

static const char *const cause_words[] = {
#define CIELO_X(name, word) word,
    CIELO_CAUSE_MAP(CIELO_X)
#undef CIELO_X
};

/* The address of the request under way, where it cannot be told any more from
 * what the call keeps. That of a token holds no secret. */
static void add_address(const cielo_call *call, cielo__buf *out)
{
    if (call->job == CIELO__JOB_TOKEN)
        cielo__buf_text(out, call->message.request.url);
    else if (call->job == CIELO__JOB_LOOK)
        cielo__message_shown(out, call->client,
                             cielo__settle_row(&call->settle), call->look,
                             NULL);
}

/* Without memory for it the attempt goes unmentioned. */
void cielo__result_attempt(cielo_call *call)
{
    const cielo__event *e = &call->event;
    cielo__buf *list = &call->attempts;
    size_t before = list->length;
    cielo__attempt attempt;
    cielo__buf url;

    memset(&attempt, 0, sizeof(attempt));
    cielo__buf_init(&url, NULL, CIELO__TEXTS);
    add_address(call, &url);
    attempt.job = call->job;
    attempt.method = call->message.request.method;
    attempt.answered = e->kind == CIELO__EVENT_ANSWER;
    attempt.http_status = e->http_status;
    attempt.sent = attempt.answered ? CIELO_SENT_YES : e->sent;
    attempt.cause = e->cause;
    attempt.ms = call->now - call->sent_at;
    strcpy(attempt.request_id, call->message.request_id);
    attempt.url_length = url.length;
    attempt.reason_length = strlen(e->reason);
    if (url.status != CIELO_OK
        || cielo__buf_add(list, (const char *)&attempt, sizeof(attempt))
        || cielo__buf_add(list, cielo__buf_string(&url), url.length)
        || cielo__buf_add(list, e->reason, attempt.reason_length)) {
        list->length = before;
        list->status = CIELO_OK;
    }
    cielo__buf_clear(&url);
}

static int set_part(cielo_value *line, const char *name, const char *text,
                    size_t length)
{
    return length > 0
        ? cielo__value_add(line, name, cielo_value_new_text(text, length))
        : CIELO_OK;
}

/* The operation's own, made from what the call keeps. */
static void set_own_address(const cielo_call *call, cielo_value *line)
{
    cielo__buf url;

    cielo__buf_init(&url, NULL, CIELO__TEXTS);
    cielo__message_shown(&url, call->client, call->row, call->input.params,
                         call->input.body);
    if (url.status == CIELO_OK)
        set_part(line, "url", cielo__buf_string(&url), url.length);
    cielo__buf_clear(&url);
}

/* `texts`: the address and the reason. */
static cielo_value *attempt_line(const cielo_call *call,
                                 const cielo__attempt *attempt,
                                 const char *texts)
{
    cielo_value *line = cielo_value_new_object();

    set_text(line, "method", attempt->method);
    if (attempt->job == CIELO__JOB_MAIN)
        set_own_address(call, line);
    else
        set_part(line, "url", texts, attempt->url_length);
    set_text(line, "request_id", attempt->request_id);
    if (attempt->answered)
        set_integer(line, "http_status", attempt->http_status);
    else
        set_text(line, "cause", cause_words[attempt->cause]);
    set_part(line, "text", texts + attempt->url_length, attempt->reason_length);
    set_text(line, "sent", sent_words[attempt->sent]);
    set_integer(line, "ms", attempt->ms);
    return line;
}

/* The one at `*at`, which goes on to the next. */
static cielo_value *next_line(const cielo_call *call, size_t *at)
{
    const char *bytes = cielo__buf_string(&call->attempts) + *at;
    cielo__attempt attempt;

    memcpy(&attempt, bytes, sizeof(attempt)); /* it may stand anywhere */
    *at += sizeof(attempt) + attempt.url_length + attempt.reason_length;
    return attempt_line(call, &attempt, bytes + sizeof(attempt));
}

static cielo_value *attempt_lines(const cielo_call *call)
{
    cielo_value *lines = cielo_value_new_array();
    size_t at = 0;

    while (at < call->attempts.length)
        cielo_value_append(lines, next_line(call, &at));
    return lines;
}

int cielo__call_has_news(const cielo_call *call)
{
    return call->attempts_given < call->attempts.length
        && cielo__client_tells(call->client);
}

cielo_value *cielo_call_attempt(cielo_call *call)
{
    static const char *const absent[]
        = {"url", "http_status", "cause", "text", "order"};
    cielo_value *line;
    size_t i;

    if (!call || call->attempts_given >= call->attempts.length)
        return NULL;
    line = next_line(call, &call->attempts_given);
    set_text(line, "operation", call->row->facts.name);
    set_text(line, "order", cielo__order_number(call));
    for (i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
        if (!cielo_value_get(line, absent[i]))
            cielo__value_add(line, absent[i], cielo_value_new_null());
    return line;
}

/* ---- details ---- */

enum { BODY_SHOWN = 4096 };

/* The body of the last answer to the operation, cleaned and cut. */
static void set_body(cielo_call *call)
{
    const cielo__event *e = &call->event;
    cielo__secrets secrets;
    cielo_value *shown;
    char *text = NULL;
    size_t length = 0;
    cielo__buf cut;

    if (e->kind != CIELO__EVENT_ANSWER)
        return;
    /* One that cannot be read may hold a token under whatever name. */
    if (call->job == CIELO__JOB_TOKEN && e->http_status / 100 == 2)
        return;
    if (!e->tree) {
        set_text(call->details, "body", e->text);
        return;
    }
    shown = cielo_value_shown(e->tree, CIELO_OBJECT_ANY);
    if (shown && cielo_value_print(shown, &text, &length) == CIELO_OK) {
        collect_secrets(call, &secrets);
        cielo__buf_init(&cut, NULL, BODY_SHOWN + 64);
        cielo__secrets_hide(&cut, text, length, secrets.list, BODY_SHOWN);
        set_text(call->details, "body", cielo__buf_string(&cut));
        cielo__buf_clear(&cut);
        cielo_text_free(text, length);
    }
    cielo_value_free(shown);
}

const char *cielo__order_number(const cielo_call *call)
{
    static const char *const names[]
        = {"merchant_order_id", "merchant_order_number", NULL};
    const cielo_value *body = call->input.body;
    const cielo__layout *layout;
    size_t i;

    for (i = 0; names[i]; i++) {
        const cielo_value *given
            = cielo_value_get(call->input.params, names[i]);

        if (given)
            return cielo_value_text(given, NULL);
    }
    layout = cielo__layout_of(call->row->facts.fields);
    return layout && layout->order
        ? cielo_value_text(cielo_value_get(body, layout->order), NULL)
        : NULL;
}

static void put_list(cielo_value *to, const char *name, cielo_value *list)
{
    if (!cielo_value_get(to, name))
        cielo_value_set(to, name, list ? list : cielo_value_new_array());
    else
        cielo_value_free(list);
}

void cielo__result_details(cielo_call *call)
{
    cielo_value *found = call->settle.found;
    cielo_value *d;

    if (!call->details)
        call->details = cielo_value_new_object();
    d = call->details;
    call->settle.found = NULL;
    cielo__value_add(d, "attempts", attempt_lines(call));
    set_text(d, "operation", call->row->facts.name);
    set_text(d, "sent", sent_words[call->sent]);
    put_list(d, "problems", cielo_value_dup(call->input.problems));
    cielo__add_warnings(call, d);
    put_list(d, "errors", NULL);
    put_list(d, "found", found);
    set_text(d, "request_id", cielo__call_id(call));
    set_text(d, "merchant_order_id", cielo__order_number(call));
    if (call->error.status == CIELO_OK)
        return;
    set_text(d, "kind", cielo_status_name(call->error.status));
    set_text(d, "message", call->error.message);
    if (call->http_status)
        set_integer(d, "http_status", call->http_status);
    set_body(call);
}
