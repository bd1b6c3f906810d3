/* The call machine: what to do next, decided from what the host reported. */
#include <stdio.h>
#include <string.h>

#include "call_internal.h"

/* What ends with a call, and what its memory keeps. */
#define OWN_PART offsetof(struct cielo_call, mem)

/* ---- life ---- */

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
    return add_problem(call, name, "required", message);
}

/* What the host of the operation authenticates by. */
static int check_credentials(cielo_call *call)
{
    const cielo__settings *s = cielo__client_settings(call->client);
    int status;

    if (cielo__host_of(call->row, call->input.params) != CIELO__HOST_CHECKOUT) {
        status = need_option(call, s->merchant_id, "merchant_id");
        return status ? status
                      : need_option(call, s->merchant_key, "merchant_key");
    }
    if (!*cielo__client_base(call->client, CIELO__HOST_CHECKOUT))
        return add_problem(call, "environment", "conflict",
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
    return status ? status : need_option(call, s->client_secret,
                                         "client_secret");
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
        return add_problem(call, "timeout", "range",
                           cielo_value_is_integer(timeout)
                               ? "must be above 0"
                               : "must be a whole number of milliseconds");
    if (call->timeout > LONGEST_TIMEOUT)
        call->timeout = LONGEST_TIMEOUT;
    if (cielo_value_type(id) == CIELO_NULL)
        return CIELO_OK;
    for (i = 0; i < length && (unsigned char)text[i] > 0x20
         && (unsigned char)text[i] < 0x7F; i++)
        continue;
    if (cielo_value_type(id) != CIELO_TEXT || length == 0 || i < length
        || length >= sizeof(call->request_id))
        return add_problem(call, "request_id", "format",
                           "must be 1 to 63 visible ASCII characters");
    memcpy(call->request_id, text, length + 1);
    return CIELO_OK;
}

static int prepare(cielo_call *call, const cielo_value *params)
{
    int status = cielo__validate(call->row, params,
                                 cielo__client_validate(call->client),
                                 &call->input);

    if (status == CIELO_OK)
        status = read_call_options(call, params);
    if (status == CIELO_OK)
        status = check_credentials(call);
    return status;
}

static cielo_call *allocate(cielo_client *client)
{
    cielo_call *call = cielo__spare_take(cielo__client_shared(client));

    if (call) {
        cielo__allow(call, OWN_PART);
        return call;
    }
    call = cielo__calloc(cielo__client_allocator(client), sizeof(*call));
    if (call) {
        call->mem = cielo__client_allocator(client);
        cielo__buf_init(&call->scratch, NULL, SIZE_MAX - 1);
    }
    return call;
}

int cielo_call_new(cielo_call **out, cielo_client *client, int operation,
                   const cielo_value *params, const cielo_entropy *entropy,
                   cielo_error *err)
{
    const cielo__operation *row = cielo__operation_row(operation);
    cielo_call *call;

    *out = NULL;
    if (!client || !row || !entropy
        || cielo_value_type(params) != CIELO_OBJECT)
        return cielo__report(err, CIELO_EUSAGE, NULL);
    call = allocate(client);
    if (!call)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    call->client = cielo_client_ref(client);
    call->row = row;
    call->operation = operation;
    call->sent = CIELO_SENT_NO;
    cielo__random_seed(&call->random, entropy->bytes);
    cielo__message_init(&call->message, call->mem);
    cielo__buf_init(&call->token, call->mem, 64 * 1024);
    call->last_attempt = &call->attempts;
    if (prepare(call, params) != CIELO_OK) {
        cielo_call_free(call);
        return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    *out = call;
    return CIELO_OK;
}

static void event_clear(cielo__event *event)
{
    cielo_value_free(event->tree);
    cielo__free_secret(NULL, event->text);
    memset(event, 0, sizeof(*event));
}

/* Others may have their turn: the token's lease, the void's place. */
static void give_back(cielo_call *call)
{
    if (call->holds_token)
        cielo__token_done(cielo__client_shared(call->client), call, NULL, 0);
    if (call->holds_void)
        cielo__void_done(cielo__client_shared(call->client), call, call->void_sent, call->void_at);
    call->holds_token = 0;
    call->holds_void = 0;
}

static void drop_transport(cielo_call *call)
{
    void *exchange = call->transport;

    call->transport = NULL;
    if (exchange)
        call->transport_destroy(exchange);
}

enum { SCRATCH_KEPT = 16 * 1024 };

/* Leaves nothing of the call but its memory. */
static void retire(cielo_call *call)
{
    if (call->scratch.capacity > SCRATCH_KEPT)
        cielo__buf_clear(&call->scratch);
    cielo__wipe(call, OWN_PART);
    cielo__forbid(call, OWN_PART);
}

/* Frees a spare call. */
static void destroy_spare(void *spare)
{
    cielo_call *call = spare;

    cielo__allow(call, OWN_PART);
    cielo__buf_clear(&call->scratch);
    cielo__free(call->mem, call);
}

void cielo_call_free(cielo_call *call)
{
    cielo_client *client;

    if (!call)
        return;
    drop_transport(call);
    give_back(call);
    event_clear(&call->event);
    cielo__settle_clear(&call->settle);
    cielo__message_clear(&call->message);
    cielo__buf_clear(&call->token);
    cielo_value_free(call->input.params);
    cielo_value_free(call->input.body);
    cielo_value_free(call->input.problems);
    cielo_value_free(call->input.warnings);
    cielo_value_free(call->answer);
    cielo__attempts_free(call);
    cielo_value_free(call->facts);
    cielo_value_free(call->details);
    client = call->client;
    retire(call);
    cielo__spare_give(cielo__client_shared(client), call,
                      destroy_spare);
    cielo_client_unref(client);
}

/* ---- the end ---- */

static void finish(cielo_call *call)
{
    call->mode = CIELO__MODE_DONE;
    give_back(call);
    /* An error's details quote the answer, which goes after this step. */
    if (call->error.status != CIELO_OK)
        cielo__result_details(call);
}

void cielo__call_succeed(cielo_call *call)
{
    cielo__report(&call->error, CIELO_OK, NULL);
    finish(call);
}

void cielo__call_fail(cielo_call *call, int status, const char *message)
{
    cielo__report(&call->error, status, message);
    call->error.http_status = call->http_status;
    finish(call);
}

void cielo__call_unknown(cielo_call *call, const char *why)
{
    const char *order = cielo__order_number(call);
    char message[sizeof(call->error.message)];

    snprintf(message, sizeof(message),
             "outcome unknown (%s): look %s%s up before repeating", why,
             order ? "order " : "the order", order ? order : "");
    cielo__call_fail(call, CIELO_EUNKNOWN, message);
}

void cielo__call_adopt(cielo_call *call, cielo_value *tree)
{
    cielo_value_free(call->answer);
    call->answer = tree;
    call->result = tree;
}

void cielo__call_take(cielo_call *call, cielo__job job)
{
    call->mode = CIELO__MODE_READY;
    call->job = job;
    call->tries = 0;
}

void cielo__call_wait(cielo_call *call, cielo__job job, int64_t until)
{
    call->mode = CIELO__MODE_WAIT;
    call->job = job;
    call->wait_until = until;
    call->watching = 0;
}

/* A wait that another call of the client may end. */
static void watch(cielo_call *call, int64_t until)
{
    cielo__call_wait(call, call->job, until);
    call->watching = 1;
}

/* ---- starting a job ---- */

static int64_t job_limit(const cielo_call *call)
{
    return call->settle.active ? call->settle.limit : call->deadline;
}

/* The first attempt of a write leaves a third for reading its outcome back. */
static int64_t send_deadline(const cielo_call *call, int64_t limit)
{
    int64_t left = limit - call->now;

    if (call->settle.active)
        return left < 2000 ? limit : call->now + left / 2;
    if (call->job == CIELO__JOB_MAIN && cielo__settle_can(call))
        return call->now + left * 2 / 3;
    return limit;
}

static void late(cielo_call *call)
{
    if (call->settle.active)
        cielo__settle_late(call);
    else
        cielo__call_fail(call, CIELO_ETIMEOUT,
                         "the time-out passed before the request was sent");
}

/* 1 when the token is there or not needed; else the call fetches or waits. */
static int have_token(cielo_call *call, const cielo__operation *row,
                      int64_t limit)
{
    int64_t until = limit;

    /* What this call holds serves to its end: a 401 says when it does not. */
    if (call->job == CIELO__JOB_TOKEN || call->token.length > 0
        || cielo__host_of(row, call->input.params) != CIELO__HOST_CHECKOUT
        || !*cielo__client_settings(call->client)->client_id
        || !*cielo__client_settings(call->client)->client_secret)
        return 1;
    switch (cielo__token_turn(cielo__client_shared(call->client), call, call->now, call->deadline,
                              &call->token, &until)) {
    case CIELO__TURN_READY:
        return 1;
    case CIELO__TURN_MINE:
        call->holds_token = 1;
        call->resume = call->job;
        cielo__call_take(call, CIELO__JOB_TOKEN);
        return 0;
    default:
        watch(call, until < limit ? until : limit);
        return 0;
    }
}

/* Voids of one payment are counted by what names it. */
static const char *void_key(const cielo_call *call)
{
    static const char *const names[]
        = {"payment_id", "merchant_order_id", "checkout_order_number"};
    size_t i;

    if (call->row->settle != CIELO__SETTLE_VOID
        && call->row->settle != CIELO__SETTLE_ORDER_VOID)
        return NULL;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const cielo_value *name = cielo_value_get(call->input.params, names[i]);

        if (name)
            return cielo_value_text(name, NULL);
    }
    return NULL;
}

/* 1 when this void may go; else the call waits or ends. */
static int have_turn(cielo_call *call)
{
    const char *key = void_key(call);
    int64_t until = 0;

    /* The total ahead of a partial void is read when its turn has come: read
     * before, it would not know of the void that is waited for. */
    if (!key || call->holds_void
        || (call->job != CIELO__JOB_MAIN && !call->settle.before))
        return 1;
    if (cielo__void_turn(cielo__client_shared(call->client), call, key, call->now, &until)
        == CIELO__TURN_READY) {
        call->holds_void = 1;
        return 1;
    }
    if (until != INT64_MAX && until >= call->deadline) {
        cielo__call_fail(call, CIELO_ETIMEOUT,
                         "the time-out is shorter than the wait between voids "
                         "of one payment, five seconds");
        return 0;
    }
    watch(call, until < call->deadline ? until : call->deadline);
    return 0;
}

static int build(cielo_call *call, const cielo__operation *row)
{
    const char *id = *call->request_id ? call->request_id : NULL;
    cielo_value *params;
    int status;

    if (call->job == CIELO__JOB_TOKEN)
        return cielo__message_token(&call->message, call->client);
    if (call->job == CIELO__JOB_MAIN)
        return cielo__message_build(
            &call->message, call->client, row, call->input.params,
            call->input.body, cielo__buf_string(&call->token), id,
            &call->random);
    params = cielo__settle_params(call);
    if (!params)
        return CIELO_EMEMORY;
    status = cielo__message_build(&call->message, call->client, row, params,
                                  NULL, cielo__buf_string(&call->token), NULL,
                                  &call->random);
    cielo_value_free(params);
    return status;
}

static void start_job(cielo_call *call)
{
    int64_t limit = job_limit(call);
    const cielo__operation *row = call->job == CIELO__JOB_MAIN
            || call->job == CIELO__JOB_TOKEN
        ? call->row
        : cielo__settle_row(call);

    if (call->now >= limit) {
        late(call);
        return;
    }
    if (!have_token(call, row, limit) || !have_turn(call))
        return;
    if (build(call, row) != CIELO_OK) {
        if (call->settle.active && !call->settle.before)
            cielo__call_unknown(call, "out of memory");
        else
            cielo__call_fail(call, CIELO_EMEMORY, NULL);
        return;
    }
    call->send_deadline = send_deadline(call, limit);
    call->sent_at = call->now;
    if (call->job == CIELO__JOB_MAIN) {
        call->void_sent = 1;
        call->void_at = call->now;
        strcpy(call->own_id, call->message.request_id);
    }
    call->mode = CIELO__MODE_OPEN;
}

/* ---- what came of a read ---- */

int cielo__call_retry(cielo_call *call)
{
    const cielo__event *e = &call->event;
    int again = e->kind == CIELO__EVENT_ANSWER
        ? cielo__retry_status(e->http_status)
        : e->cause == CIELO_CAUSE_CONNECT || e->cause == CIELO_CAUSE_CLOSED
            || (e->cause == CIELO_CAUSE_TIMEOUT && e->sent == CIELO_SENT_NO);
    int64_t delay;

    if (!again || call->tries >= cielo__client_max_retries(call->client))
        return 0;
    call->tries++;
    delay = cielo__retry_delay(call->tries,
                               e->kind == CIELO__EVENT_ANSWER ? e->retry_after
                                                              : -1,
                               &call->random);
    if (delay >= job_limit(call) - call->now)
        return 0;
    cielo__call_wait(call, call->job, call->now + delay);
    return 1;
}

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
static void fail_answer(cielo_call *call, int status)
{
    const cielo__event *e = &call->event;
    const cielo_value *first;
    const char *code, *text, *hint;
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
    hint = cielo__hint(call->operation, call->input.params, status);
    if (status == CIELO_EDECODE)
        snprintf(message, sizeof(message),
                 "the answer (HTTP %d) cannot be read", e->http_status);
    else
        snprintf(message, sizeof(message), "%s (HTTP %d)%s%s%s%s%s%s",
                 cielo_strerror(status), e->http_status,
                 code || text ? ": " : "", code ? code : "",
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
        fail_answer(call, cielo__status_of(e->http_status));
        return;
    }
    status = status_of_cause(e->cause);
    snprintf(message, sizeof(message), "%s%s%s", cielo_strerror(status),
             *e->reason ? ": " : "", e->reason);
    cielo__call_fail(call, status, message);
}

/* ---- the token ---- */

/* What may stand in a header: a line break would add one. */
static int is_token(const cielo_value *token)
{
    size_t length = 0, i;
    const char *text = cielo_value_text(token, &length);

    if (cielo_value_type(token) != CIELO_TEXT)
        return 0;
    for (i = 0; i < length; i++) {
        if ((unsigned char)text[i] <= 0x20 || (unsigned char)text[i] >= 0x7F)
            return 0;
    }
    return length > 0;
}

static void token_event(cielo_call *call)
{
    const cielo__event *e = &call->event;
    const cielo_value *token = cielo_value_get(e->tree, "access_token");
    const cielo_value *life = cielo_value_get(e->tree, "expires_in");
    int64_t seconds = 0;
    const char *text = cielo_value_text(token, NULL);

    if (e->kind == CIELO__EVENT_ANSWER && e->http_status / 100 == 2
        && is_token(token)
        && cielo_value_integer(life, &seconds) && seconds > 0
        && seconds < 1000000) {
        call->holds_token = 0;
        if (cielo__token_done(cielo__client_shared(call->client), call, text,
                              call->sent_at + seconds * 1000)
            != CIELO_OK) {
            cielo__call_fail(call, CIELO_EMEMORY, NULL);
            return;
        }
        /* Taken from the answer, not from the shared state, which lends no
         * token in its last minute. */
        cielo__buf_reset(&call->token);
        cielo__buf_text(&call->token, text);
        cielo__call_take(call, call->resume);
        return;
    }
    if (cielo__call_retry(call))
        return;
    if (call->settle.active && !call->settle.before) {
        cielo__call_unknown(call, "no token to look it up with");
        return;
    }
    call->http_status = e->kind == CIELO__EVENT_ANSWER ? e->http_status : 0;
    if (call->http_status == 400) /* bad credentials [bad-client] */
        fail_answer(call, CIELO_EAUTHENTICATION);
    else
        cielo__call_fail_event(call);
}

/* ---- the operation itself ---- */

static cielo_value *take_list(cielo__event *e)
{
    const cielo_value *list = cielo__list_of(e->tree);
    cielo_value *whole = e->tree;

    if (list != whole)
        return cielo__value_detach(whole, cielo_value_name(list, NULL));
    e->tree = NULL;
    return whole;
}

static void tell(cielo_call *call)
{
    const char *id = cielo_value_text(
        cielo__member(call->result, "Payment.PaymentId"), NULL);

    if (id)
        cielo__tell(cielo__client_shared(call->client), id);
}

static void take_answer(cielo_call *call)
{
    cielo__event *e = &call->event;

    if (call->row->facts.is_list) {
        cielo__call_adopt(call, take_list(e));
    } else if (call->row->facts.object == CIELO_OBJECT_EMPTY
               && cielo_value_type(e->tree) != CIELO_OBJECT) {
        cielo__call_adopt(call, NULL); /* no word has a meaning */
    } else {
        cielo__call_adopt(call, e->tree);
        e->tree = NULL;
        if (call->row->facts.object == CIELO_OBJECT_SALE)
            tell(call);
    }
    cielo__call_succeed(call);
}

static int is_readable(const cielo_call *call)
{
    const cielo__event *e = &call->event;

    /* Where no body is due, any body will do [no-body-due]. */
    if (call->row->facts.object == CIELO_OBJECT_EMPTY)
        return 1;
    if (!e->tree && !e->empty)
        return 0;
    return cielo__readable(call->row, e->tree);
}

static void write_answer(cielo_call *call)
{
    const cielo__event *e = &call->event;
    int class = e->http_status / 100;

    if (class == 2 && is_readable(call))
        take_answer(call);
    else if (class == 3 || class == 4)
        fail_answer(call, cielo__status_of(e->http_status));
    else
        cielo__settle_begin(call, class == 2 ? "the answer cannot be read"
                                             : "Cielo failed to answer");
}

static void read_answer(cielo_call *call)
{
    const cielo__event *e = &call->event;

    if (e->http_status / 100 == 2 && is_readable(call)) {
        take_answer(call);
    } else if (e->http_status == 404 && call->row->facts.is_list) {
        cielo__call_adopt(call, cielo_value_new_array());
        if (call->answer)
            cielo__call_succeed(call);
        else
            cielo__call_fail(call, CIELO_EMEMORY, NULL);
    } else if (!cielo__call_retry(call)) {
        fail_answer(call, cielo__status_of(e->http_status));
    }
}

/* A token that ended early is fetched anew once; a 401 took no effect. */
static int renew_token(cielo_call *call)
{
    if (call->event.http_status != 401 || call->token_renewed
        || call->token.length == 0)
        return 0;
    call->token_renewed = 1;
    cielo__token_drop(cielo__client_shared(call->client), cielo__buf_string(&call->token));
    cielo__buf_reset(&call->token);
    cielo__call_take(call, call->job);
    return 1;
}

static void main_event(cielo_call *call)
{
    const cielo__event *e = &call->event;
    int answered = e->kind == CIELO__EVENT_ANSWER;
    int write = call->message.request.write;

    if (answered && renew_token(call))
        return;
    call->sent = answered ? CIELO_SENT_YES : e->sent;
    call->http_status = answered ? e->http_status : 0;
    /* The turn is kept while the void is read back, so that the difference
     * is this one's own. */
    call->void_sent = answered || e->sent != CIELO_SENT_NO;
    call->void_at = call->now;
    if (answered && write)
        write_answer(call);
    else if (answered)
        read_answer(call);
    else if (write && e->sent != CIELO_SENT_NO)
        cielo__settle_begin(call, *e->reason ? e->reason
                                             : "the connection broke");
    else if (write || !cielo__call_retry(call))
        cielo__call_fail_event(call);
}

static void take_event(cielo_call *call)
{
    call->mode = CIELO__MODE_READY;
    cielo__result_attempt(call);
    if (call->job == CIELO__JOB_TOKEN)
        token_event(call);
    else if (call->job == CIELO__JOB_MAIN)
        main_event(call);
    else if (call->event.kind != CIELO__EVENT_ANSWER || !renew_token(call))
        cielo__settle_event(call);
    event_clear(&call->event);
}

/* ---- stepping ---- */

static void start(cielo_call *call)
{
    call->started = 1;
    call->start = call->now;
    call->deadline = call->now + call->timeout;
    call->settle.limit = call->deadline;
    if (cielo_value_size(call->input.problems) > 0) {
        cielo_error err;

        cielo__problems_report(call->input.problems, &err);
        cielo__call_fail(call, CIELO_EVALIDATION, err.message);
    } else if (call->row->host == CIELO__HOST_LOCAL) {
        /* What it looks for was sent before: "no" would invite a repeat. */
        call->sent = CIELO_SENT_MAYBE;
        cielo__settle_begin(call, "no such sale was found");
    } else if (!cielo__settle_before(call)) {
        cielo__call_take(call, CIELO__JOB_MAIN);
    }
}

cielo_step cielo_call_step(cielo_call *call, int64_t now_ms)
{
    if (call->mode == CIELO__MODE_DONE)
        return CIELO_STEP_DONE;
    call->now = now_ms;
    if (!call->started)
        start(call);
    if (call->event.kind != CIELO__EVENT_NONE)
        take_event(call);
    if (call->mode == CIELO__MODE_WAIT
        && (call->watching || now_ms >= call->wait_until))
        call->mode = CIELO__MODE_READY;
    while (call->mode == CIELO__MODE_READY)
        start_job(call);
    return call->mode == CIELO__MODE_DONE ? CIELO_STEP_DONE
        : call->mode == CIELO__MODE_WAIT  ? CIELO_STEP_WAIT
                                          : CIELO_STEP_SEND;
}

const cielo_request *cielo_call_request(const cielo_call *call)
{
    return call->mode == CIELO__MODE_OPEN ? &call->message.request : NULL;
}

int64_t cielo_call_deadline(const cielo_call *call)
{
    return call->mode == CIELO__MODE_WAIT ? call->wait_until
                                          : call->send_deadline;
}

/* ---- reports ---- */

/* What is kept is longer, so that nothing is cut before it is masked. */
enum { BODY_SHOWN = 4096, KEPT = 2 * BODY_SHOWN };

/* What is no JSON is kept for the error only, cleaned and cut. */
static int keep_text(cielo_call *call, const char *text, size_t length)
{
    cielo__buf out;

    cielo__buf_init(&out, NULL, BODY_SHOWN + 64);
    cielo__call_clean(call, &out, text, length < KEPT ? length : KEPT,
                      BODY_SHOWN);
    call->event.text = out.status == CIELO_OK
        ? cielo__strdup(NULL, cielo__buf_string(&out))
        : NULL;
    cielo__buf_clear(&out);
    return call->event.text ? CIELO_OK : CIELO_EMEMORY;
}

static int is_blank(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r'
            && text[i] != '\n')
            return 0;
    }
    return 1;
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
        return CIELO_OK;
    status = cielo__value_parse(&e->tree, response->body,
                                response->body_length, &call->scratch, NULL);
    if (status == CIELO_EDECODE)
        status = keep_text(call, response->body, response->body_length);
    e->lost = status != CIELO_OK;
    return status;
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

void cielo_call_cancel(cielo_call *call)
{
    int doubtful;

    if (call->mode == CIELO__MODE_DONE)
        return;
    /* A write that the host has had in hand may have gone out. */
    doubtful = (call->settle.active && !call->settle.before
                && call->row->facts.is_write)
        || (call->mode == CIELO__MODE_OPEN && call->job == CIELO__JOB_MAIN
            && call->message.request.write
            && !(call->event.kind == CIELO__EVENT_FAILURE
                 && call->event.sent == CIELO_SENT_NO));
    drop_transport(call);
    if (doubtful) {
        if (call->sent == CIELO_SENT_NO)
            call->sent = CIELO_SENT_MAYBE;
        cielo__call_unknown(call, "the call was cancelled");
    } else {
        cielo__call_fail(call, CIELO_ECANCELLED, NULL);
    }
}

/* ---- results ---- */

int cielo_call_result(const cielo_call *call, const cielo_value **value,
                      cielo_error *err)
{
    if (value)
        *value = NULL;
    if (call->mode != CIELO__MODE_DONE)
        return cielo__report(err, CIELO_EAGAIN, NULL);
    if (err)
        *err = call->error;
    if (value && call->error.status == CIELO_OK)
        *value = call->result;
    return call->error.status;
}

cielo_value *cielo_call_take_result(cielo_call *call)
{
    cielo_value *taken = NULL;

    if (call->mode == CIELO__MODE_DONE && call->error.status == CIELO_OK) {
        if (!cielo_call_facts(call)) /* made from what goes away */
            return NULL;
        taken = call->answer;
        call->answer = NULL;
        call->result = NULL;
    }
    return taken;
}

/* Facts and details are made for who asks: most calls end well, and then
 * nobody looks at their details. */
const cielo_value *cielo_call_facts(cielo_call *call)
{
    if (!call->facts && call->mode == CIELO__MODE_DONE)
        cielo__result_facts(call);
    return call->facts;
}

const cielo_value *cielo_call_details(cielo_call *call)
{
    if (!call->details && call->mode == CIELO__MODE_DONE)
        cielo__result_details(call);
    return call->details;
}

const cielo_value *cielo_call_warnings(const cielo_call *call)
{
    return call->input.warnings;
}

int cielo_call_operation(const cielo_call *call)
{
    return call->operation;
}

int cielo__call_is_open(const cielo_call *call)
{
    return call->mode == CIELO__MODE_OPEN
        && call->event.kind == CIELO__EVENT_NONE;
}

cielo_client *cielo__call_client(const cielo_call *call)
{
    return call->client;
}

void **cielo__call_transport(cielo_call *call, void (*destroy)(void *exchange))
{
    call->transport_destroy = destroy;
    return &call->transport;
}
