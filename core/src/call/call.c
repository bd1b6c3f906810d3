/* A call: its life, its end, and what it can be asked. */
#include <stdio.h>
#include <string.h>

#include <cielo/shown.h>

#include "call_internal.h"

/* What ends with a call, and what its memory keeps. */
#define OWN_PART offsetof(struct cielo_call, mem)

/* ---- life ---- */

/* Of each buffer no more is kept for the next call. */
enum { SCRATCH_KEPT = 16 * 1024, TEXTS_KEPT = 2 * 1024 };

static void keep(cielo__buf *buf, size_t most)
{
    if (buf->capacity > most)
        cielo__buf_clear(buf);
    else
        cielo__buf_reset(buf);
    if (buf->data)
        cielo__forbid(buf->data, buf->capacity);
}

static void take_up(cielo__buf *buf)
{
    if (buf->data)
        cielo__allow(buf->data, buf->capacity);
}

static void take_up_buffers(cielo_call *call)
{
    take_up(&call->scratch);
    take_up(&call->token);
    take_up(&call->texts);
    take_up(&call->body);
    take_up(&call->attempts);
}

static cielo_call *allocate(cielo_client *client)
{
    cielo_call *call = cielo__spare_take(cielo__client_shared(client));

    if (call) {
        cielo__allow(call, OWN_PART);
        take_up_buffers(call);
        return call;
    }
    call = cielo__calloc(cielo__client_allocator(client), sizeof(*call));
    if (call) {
        call->mem = cielo__client_allocator(client);
        cielo__buf_init(&call->scratch, NULL, SIZE_MAX - 1);
        cielo__buf_init(&call->token, call->mem, 64 * 1024);
        cielo__buf_init(&call->texts, call->mem, CIELO__TEXTS);
        cielo__buf_init(&call->body, call->mem, SIZE_MAX - 1);
        cielo__buf_init(&call->attempts, call->mem, SIZE_MAX - 1);
    }
    return call;
}

cielo_call *cielo__call_make(cielo_client *client, const cielo__operation *row,
                             const cielo_entropy *entropy)
{
    cielo_call *call = allocate(client);

    if (!call)
        return NULL;
    call->client = cielo_client_ref(client);
    call->row = row;
    call->operation = cielo__operation_number(row);
    call->sent = CIELO_SENT_NO;
    cielo__random_seed(&call->random, entropy->bytes);
    cielo__message_init(&call->message, &call->texts, &call->body);
    return call;
}

int cielo_call_new(cielo_call **out, cielo_client *client, int operation,
                   const cielo_value *params, const cielo_entropy *entropy,
                   cielo_error *err)
{
    const cielo__operation *row = cielo__operation_row(operation);
    cielo_call *call;

    *out = NULL;
    if (!client || !row || !entropy || cielo_value_type(params) != CIELO_OBJECT)
        return cielo__report(err, CIELO_EUSAGE, NULL);
    call = cielo__call_make(client, row, entropy);
    if (!call)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    call->input.today = cielo__brasilia_day(entropy->wall_ms);
    if (cielo__call_prepare(call, params) != CIELO_OK) {
        cielo_call_free(call);
        return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    call->intent.operation = operation;
    call->intent.row = row;
    call->intent.params = call->input.params;
    call->intent.body = call->input.body;
    *out = call;
    return CIELO_OK;
}

/* Nobody will tell when a void that the host has in hand ends: by its deadline
 * at the latest. */
static void leave_void(cielo_call *call)
{
    if (call->mode != CIELO__MODE_OPEN || call->job != CIELO__JOB_MAIN)
        return;
    call->void_at = call->send_deadline;
    call->void_left = 1;
}

/* Others may have their turn: the token's lease, the void's place. */
static void give_back(cielo_call *call)
{
    if (call->holds_token)
        cielo__token_done(cielo__client_shared(call->client), call, NULL, 0);
    if (call->holds_void)
        cielo__void_done(cielo__client_shared(call->client), call,
                         call->void_sent, call->void_at, call->void_left);
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

/* To whoever noted the intent and was not told of the end. */
static void tell_end(cielo_call *call)
{
    if (call->note)
        call->note_ended(call);
    call->note = 0;
}

/* Leaves nothing of the call but its memory. */
static void retire(cielo_call *call)
{
    keep(&call->scratch, SCRATCH_KEPT);
    keep(&call->token, TEXTS_KEPT);
    keep(&call->texts, TEXTS_KEPT);
    keep(&call->body, TEXTS_KEPT);
    keep(&call->attempts, TEXTS_KEPT);
    if (call->looked)
        cielo__wipe(&call->settle, sizeof(call->settle));
    if (call->error.status != CIELO_OK)
        cielo__wipe(&call->error, sizeof(call->error));
    cielo__wipe(call, offsetof(struct cielo_call, settle));
    cielo__forbid(call, OWN_PART);
}

/* Frees a spare call. */
static void destroy_spare(void *spare)
{
    cielo_call *call = spare;

    cielo__allow(call, OWN_PART);
    take_up_buffers(call);
    cielo__buf_clear(&call->scratch);
    cielo__buf_clear(&call->token);
    cielo__buf_clear(&call->texts);
    cielo__buf_clear(&call->body);
    cielo__buf_clear(&call->attempts);
    cielo__free(call->mem, call);
}

void cielo_call_free(cielo_call *call)
{
    cielo_client *client;

    if (!call)
        return;
    if (call->note)
        cielo_call_cancel(call);
    tell_end(call);
    drop_transport(call);
    leave_void(call);
    give_back(call);
    cielo__event_clear(&call->event);
    cielo__settle_clear(&call->settle);
    cielo_value_free(call->look);
    cielo_value_free(call->input.params);
    cielo_value_free(call->input.body);
    cielo_value_free(call->input.problems);
    cielo_value_free(call->input.warnings);
    cielo_value_free(call->answer);
    cielo_value_free(call->facts);
    cielo_value_free(call->details);
    cielo__recorded_free(call->recorded);
    client = call->client;
    retire(call);
    cielo__spare_give(cielo__client_shared(client), call, destroy_spare);
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
    cielo__outcome_read(call);
    finish(call);
}

void cielo__call_fail(cielo_call *call, int status, const char *message)
{
    cielo__report(&call->error, status, message);
    call->error.http_status = call->http_status;
    finish(call);
}

/* What a write in doubt is looked up by: the order, or what it changes. */
static void name_doubt(const cielo_call *call, char *out, size_t size)
{
    static const char *const names[][2] = {{"payment_id", "payment "},
                                           {"checkout_order_number", "order "},
                                           {"id", "id "}};
    const char *order = cielo__order_number(call), *kind = "order ",
               *id = order;
    char shown[80];
    size_t i;

    for (i = 0; !id && i < sizeof(names) / sizeof(names[0]); i++) {
        kind = names[i][1];
        id = cielo_value_text(cielo_value_get(call->input.params, names[i][0]),
                              NULL);
    }
    if (id && !order) {
        cielo_id_shown(id, strlen(id), shown, sizeof(shown));
        id = shown;
    }
    snprintf(out, size, "%s%s", id ? kind : "it", id ? id : "");
}

void cielo__call_unknown(cielo_call *call, const char *why)
{
    char message[sizeof(call->error.message)], what[120];

    if (call->recorded) /* of which no reason comes from outside */
        call->saw_why = why;
    name_doubt(call, what, sizeof(what));
    snprintf(message, sizeof(message),
             "outcome unknown (%s): look %s up before repeating", why, what);
    if (cielo__is_absent(call)) /* nobody need look */
        snprintf(message, sizeof(message), "%s: it never took effect (%s)",
                 what, why);
    cielo__call_fail(call, CIELO_EUNKNOWN, message);
}

void cielo__call_fail_memory(cielo_call *call)
{
    if (call->phase == CIELO__PHASE_BACK)
        cielo__call_unknown(call, "out of memory");
    else
        cielo__call_fail(call, CIELO_EMEMORY, NULL);
}

void cielo__call_adopt(cielo_call *call, cielo_value *tree)
{
    cielo_value_free(call->answer);
    call->answer = tree;
    call->result = tree;
    call->payment = cielo__payment_of(call->row, tree);
}

void cielo__call_start_job(cielo_call *call, cielo__job job)
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

int64_t cielo__call_limit(const cielo_call *call)
{
    return call->phase == CIELO__PHASE_BACK ? call->settle_limit
                                            : call->deadline;
}

/* Asked for by hand, a sale is read back whatever the client's options say, and
 * so is what was recorded. */
int cielo__call_settles(const cielo_call *call)
{
    return (cielo__client_reconcile(call->client)
            || call->row->host == CIELO__HOST_LOCAL || call->recorded)
        && cielo__settle_can(&call->intent);
}

/* ---- the host's side ---- */

const cielo_request *cielo_call_request(const cielo_call *call)
{
    return call->mode == CIELO__MODE_OPEN ? &call->message.request : NULL;
}

int64_t cielo_call_deadline(const cielo_call *call)
{
    return call->mode == CIELO__MODE_WAIT ? call->wait_until
                                          : call->send_deadline;
}

void cielo_call_cancel(cielo_call *call)
{
    int doubtful;

    if (call->mode == CIELO__MODE_DONE)
        return;
    drop_transport(call); /* which tells of a request that did not leave */
    /* Any other write that the host has had in hand may have gone out. */
    doubtful = (call->phase == CIELO__PHASE_BACK && call->row->facts.is_write)
        || (call->mode == CIELO__MODE_OPEN && call->job == CIELO__JOB_MAIN
            && call->message.request.write
            && !(call->event.kind == CIELO__EVENT_FAILURE
                 && call->event.sent == CIELO_SENT_NO));
    leave_void(call);
    if (doubtful) {
        if (call->sent == CIELO_SENT_NO)
            call->sent = CIELO_SENT_MAYBE;
        cielo__call_unknown(call, "the call was cancelled");
    } else {
        cielo__call_fail(call, CIELO_ECANCELLED, NULL);
    }
    tell_end(call);
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
        taken = call->answer;
        call->answer = NULL;
        call->result = NULL;
        call->payment = NULL;
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

const char *cielo_call_order(const cielo_call *call)
{
    return cielo__order_number(call);
}

int cielo_call_operation(const cielo_call *call)
{
    return call->operation;
}

void **cielo__call_stay(cielo_call *call)
{
    return &call->stay;
}

int cielo__call_has_begun(const cielo_call *call)
{
    return call->started;
}

int cielo__call_is_open(const cielo_call *call)
{
    return call->mode == CIELO__MODE_OPEN
        && call->event.kind == CIELO__EVENT_NONE;
}

int64_t cielo__call_left(const cielo_call *call)
{
    return call->deadline - call->now;
}

cielo_client *cielo__call_client(const cielo_call *call)
{
    return call->client;
}

void cielo_call_set_user(cielo_call *call, void *user)
{
    call->user = user;
}

void *cielo_call_user(const cielo_call *call)
{
    return call->user;
}

void **cielo__call_transport(cielo_call *call, void (*destroy)(void *exchange))
{
    call->transport_destroy = destroy;
    return &call->transport;
}

unsigned *cielo__call_note(cielo_call *call, void (*ended)(cielo_call *call))
{
    call->note_ended = ended;
    return &call->note;
}
