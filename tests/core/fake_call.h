/*
 * A client and calls that follow a script, in place of client.c and call.c: the
 * transport alone is tested with them. It defines what those two files define,
 * so it is included once, by a test program.
 */
#ifndef FAKE_CALL_H
#define FAKE_CALL_H

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <cielo/cielo.h>

#include "base/base.h"
#include "base/cond.h"

#define FAKE_STEPS 8

struct cielo_client {
    unsigned refs;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint64_t epoch;
    void *transport;
    void (*destroy)(void *transport, int idle_only);
    const char *ca_file;
    const char *proxy;
    size_t max_connections;
    const char *journal; /* the folder, or NULL */
    int syncs;
    int is_shared;
    void *writer;
    void (*writer_destroy)(void *writer);
    cielo_allocator mem;
    long blocks; /* allocated and not released */
    long left;   /* allocations until one fails; -1: none does */
};

/* One turn of a script: a request to send, or a wait. */
typedef struct fake_turn {
    cielo_step step;
    cielo_request request;
    char scheme[16];
    char host[128];
    const char *line; /* of a RECORD */
    int64_t ms;     /* how long the SEND or the WAIT may last */
    uint64_t epoch; /* WAIT until the client's epoch is at least this; 0: not */
} fake_turn;

/* What the transport reported for one SEND. */
typedef struct fake_report {
    int http_status; /* 0 for a failure */
    cielo_sent sent;
    cielo_cause cause;
    char text[300];
    char date[64];
    char retry_after[64];
    char content_type[64];
    char *body;
    size_t body_length;
} fake_report;

struct cielo_call {
    cielo_client *client;
    void *transport;
    void (*destroy)(void *exchange);
    fake_turn turns[FAKE_STEPS];
    fake_report reports[FAKE_STEPS];
    size_t count;
    size_t at;
    size_t reported;
    int open; /* the turn at `at` was handed out */
    int64_t now; /* of its last step */
    int64_t deadline;
    int status;
    int news;    /* an attempt ended that is to be told */
    int foreign; /* answers are told to be another request's */
    const char *outcome; /* the line of it; NULL once it was given */
    int recorded;        /* RECORDs that were reported as done */
    int unrecorded;      /* ... as failed, or after the end */
    char why[300];
    unsigned note;
    void (*note_ended)(cielo_call *call);
};

/* ---- the client ---- */

static inline void *fake_allocate(void *context, size_t size)
{
    cielo_client *client = context;

    if (__atomic_load_n(&client->left, __ATOMIC_RELAXED) >= 0 &&
        __atomic_fetch_sub(&client->left, 1, __ATOMIC_RELAXED) <= 0) {
        __atomic_store_n(&client->left, 0, __ATOMIC_RELAXED);
        return NULL;
    }
    __atomic_fetch_add(&client->blocks, 1, __ATOMIC_RELAXED);
    return malloc(size);
}

static inline void *fake_reallocate(void *context, void *memory, size_t size)
{
    return memory ? realloc(memory, size) : fake_allocate(context, size);
}

static inline void fake_release(void *context, void *memory)
{
    cielo_client *client = context;

    if (memory)
        __atomic_fetch_sub(&client->blocks, 1, __ATOMIC_RELAXED);
    free(memory);
}

static inline cielo_client *fake_client(void)
{
    cielo_client *client = calloc(1, sizeof(*client));

    client->refs = 1;
    client->left = -1;
    client->ca_file = client->proxy = "";
    client->max_connections = 100;
    client->syncs = 1;
    client->mem.context = client;
    client->mem.allocate = fake_allocate;
    client->mem.reallocate = fake_reallocate;
    client->mem.release = fake_release;
    pthread_mutex_init(&client->mutex, NULL);
    CHECK(cielo__cond_init(&client->changed));
    return client;
}

static inline void fake_client_bump(cielo_client *client)
{
    pthread_mutex_lock(&client->mutex);
    client->epoch++;
    pthread_cond_broadcast(&client->changed);
    pthread_mutex_unlock(&client->mutex);
}

/* Gives the blocks that the transport did not release. */
static inline long fake_client_end(cielo_client *client)
{
    long blocks;

    if (client->transport)
        client->destroy(client->transport, 0);
    if (client->writer)
        client->writer_destroy(client->writer);
    blocks = client->blocks;
    pthread_cond_destroy(&client->changed);
    pthread_mutex_destroy(&client->mutex);
    free(client);
    return blocks;
}

int cielo__client_shares(const cielo_client *client, const cielo_client *other)
{
    return client == other;
}

cielo_client *cielo_client_ref(cielo_client *client)
{
    client->refs++;
    return client;
}

void cielo_client_unref(cielo_client *client)
{
    if (client)
        client->refs--;
}

void cielo_client_close_idle(cielo_client *client)
{
    pthread_mutex_lock(&client->mutex);
    if (client->transport)
        client->destroy(client->transport, 1);
    pthread_mutex_unlock(&client->mutex);
}

uint64_t cielo_client_epoch(const cielo_client *client)
{
    cielo_client *locked = (cielo_client *)client;
    uint64_t epoch;

    pthread_mutex_lock(&locked->mutex);
    epoch = locked->epoch;
    pthread_mutex_unlock(&locked->mutex);
    return epoch;
}

void cielo__client_lock(cielo_client *client)
{
    pthread_mutex_lock(&client->mutex);
}

void cielo__client_unlock(cielo_client *client)
{
    pthread_mutex_unlock(&client->mutex);
}

void **cielo__client_transport(cielo_client *client,
                               void (*destroy)(void *transport, int idle_only))
{
    client->destroy = destroy;
    return &client->transport;
}

void cielo__client_wait(cielo_client *client, uint64_t epoch, int64_t until)
{
    pthread_mutex_lock(&client->mutex);
    while (client->epoch == epoch &&
           cielo__cond_wait(&client->changed, &client->mutex, until))
        continue;
    pthread_mutex_unlock(&client->mutex);
}

const cielo_allocator *cielo__client_allocator(const cielo_client *client)
{
    return &client->mem;
}

const char *cielo__client_ca_file(const cielo_client *client)
{
    return client->ca_file;
}

const char *cielo__client_proxy(const cielo_client *client)
{
    return client->proxy;
}

size_t cielo__client_max_connections(const cielo_client *client)
{
    return client->max_connections;
}

const char *cielo_client_journal(const cielo_client *client)
{
    return client->journal;
}

int cielo__client_journal_syncs(const cielo_client *client)
{
    return client->syncs;
}

int cielo__client_journal_is_shared(const cielo_client *client)
{
    return client->is_shared;
}

void **cielo__client_writer(cielo_client *client, void (*destroy)(void *writer))
{
    client->writer_destroy = destroy;
    return &client->writer;
}

/* ---- the call ---- */

static inline cielo_call *fake_call(cielo_client *client)
{
    cielo_call *call = calloc(1, sizeof(*call));

    call->client = cielo_client_ref(client);
    call->status = CIELO_EAGAIN;
    return call;
}

/* Takes a URL apart, as far as it is one; the host may be in brackets. */
static inline void fake_address(fake_turn *turn, const char *url)
{
    const char *at = strstr(url, "://");
    size_t length = at ? (size_t)(at - url) : 0;
    const char *end;

    memcpy(turn->scheme, url, length);
    at = at ? at + 3 : url;
    end = at + strcspn(at, "/?#");
    length = *at == '[' ? strcspn(++at, "]") : strcspn(at, ":/?#");
    memcpy(turn->host, at, length);
    at += length + (at[length] == ']');
    turn->request.url = url;
    turn->request.scheme = turn->scheme;
    turn->request.host = turn->host;
    turn->request.port = *at == ':'                             ? atoi(at + 1)
                         : strcmp(turn->scheme, "https") == 0 ? 443
                                                              : 80;
    turn->request.target = *end ? end : "/";
}

static inline fake_turn *fake_send(cielo_call *call, const char *method,
                            const char *url, const char *body)
{
    static const cielo_header headers[] = {
        {"Content-Type", "application/json"}, {"MerchantKey", "the key"},
        {"X-Empty", ""}};
    fake_turn *turn = &call->turns[call->count++];

    turn->step = CIELO_STEP_SEND;
    turn->ms = 20000;
    turn->request.method = method;
    fake_address(turn, url);
    turn->request.headers = headers;
    turn->request.header_count = 3;
    turn->request.body = body;
    turn->request.body_length = body ? strlen(body) : 0;
    turn->request.write = strcmp(method, "GET") != 0;
    turn->request.connect_timeout_ms = 10000;
    return turn;
}

static inline void fake_wait(cielo_call *call, int64_t ms, uint64_t epoch)
{
    fake_turn *turn = &call->turns[call->count++];

    turn->step = CIELO_STEP_WAIT;
    turn->ms = ms;
    turn->epoch = epoch;
}

/* `ms`: by when the call has to have ended. */
static inline void fake_record(cielo_call *call, const char *line, int64_t ms)
{
    fake_turn *turn = &call->turns[call->count++];

    turn->step = CIELO_STEP_RECORD;
    turn->line = line;
    turn->ms = ms;
}

static inline void fake_drop(cielo_call *call)
{
    void *exchange = call->transport;

    call->transport = NULL;
    if (exchange)
        call->destroy(exchange);
}

static inline void fake_tell_end(cielo_call *call)
{
    if (call->note) {
        call->status = CIELO_ECANCELLED;
        call->note_ended(call);
    }
    call->note = 0;
}

static inline void fake_call_free(cielo_call *call)
{
    size_t i;

    fake_drop(call);
    fake_tell_end(call);
    for (i = 0; i < FAKE_STEPS; i++)
        free(call->reports[i].body);
    cielo_client_unref(call->client);
    free(call);
}

cielo_step cielo_call_step(cielo_call *call, int64_t now_ms)
{
    fake_turn *turn = &call->turns[call->at];

    call->now = now_ms;
    if (call->status == CIELO_EAGAIN && call->at == call->count)
        call->status = CIELO_OK;
    if (call->status != CIELO_EAGAIN)
        return CIELO_STEP_DONE;
    if (!call->open) {
        call->open = 1;
        call->deadline = now_ms + turn->ms;
    } else if (turn->step == CIELO_STEP_RECORD && now_ms >= call->deadline) {
        call->status = CIELO_ETIMEOUT;
        return CIELO_STEP_DONE;
    } else if (turn->step == CIELO_STEP_WAIT &&
               (now_ms >= call->deadline ||
                (turn->epoch &&
                 cielo_client_epoch(call->client) >= turn->epoch))) {
        call->open = 0;
        call->at++;
        return cielo_call_step(call, now_ms);
    }
    return turn->step;
}

const cielo_request *cielo_call_request(const cielo_call *call)
{
    return &call->turns[call->at].request;
}

int64_t cielo_call_deadline(const cielo_call *call)
{
    return call->deadline;
}

int cielo__call_is_open(const cielo_call *call)
{
    return call->status == CIELO_EAGAIN && call->open && !call->transport
        && call->turns[call->at].step == CIELO_STEP_SEND;
}

static inline fake_report *fake_next(cielo_call *call)
{
    call->at++;
    call->open = 0;
    return &call->reports[call->reported++];
}

int cielo_call_on_response(cielo_call *call, const cielo_response *response)
{
    fake_report *report = fake_next(call);

    report->http_status = response->http_status;
    if (response->date)
        strncpy(report->date, response->date, sizeof(report->date) - 1);
    if (response->retry_after)
        strncpy(report->retry_after, response->retry_after,
                sizeof(report->retry_after) - 1);
    if (response->content_type)
        strncpy(report->content_type, response->content_type,
                sizeof(report->content_type) - 1);
    report->body_length = response->body_length;
    report->body = calloc(1, response->body_length + 1);
    memcpy(report->body, response->body, response->body_length);
    return call->foreign ? CIELO_EDECODE : CIELO_OK;
}

/* Without a line there is no memory for one. */
const char *cielo_call_record(cielo_call *call, const cielo_origin *origin,
                              size_t *length)
{
    const char **at = call->status == CIELO_EAGAIN ? &call->turns[call->at].line
                                                   : &call->outcome;
    const char *line = *at;

    (void)origin;
    *at = NULL;
    *length = line ? strlen(line) : 0;
    return line;
}

int cielo_call_on_record(cielo_call *call, int ok, const char *why)
{
    if (!ok)
        strncpy(call->why, why, sizeof(call->why) - 1);
    call->recorded += ok;
    call->unrecorded += !ok;
    if (call->status != CIELO_EAGAIN)
        return CIELO_OK;
    call->at++;
    call->open = 0;
    if (!ok)
        call->status = CIELO_EJOURNAL;
    return CIELO_OK;
}

int cielo_call_on_failure(cielo_call *call, cielo_sent sent, cielo_cause cause,
                          const char *text)
{
    fake_report *report = fake_next(call);

    report->sent = sent;
    report->cause = cause;
    strncpy(report->text, text ? text : "", sizeof(report->text) - 1);
    return CIELO_OK;
}

int cielo_call_result(const cielo_call *call, const cielo_value **value,
                      cielo_error *err)
{
    *value = NULL;
    return cielo__report(err, call->status, NULL);
}

void cielo_call_cancel(cielo_call *call)
{
    fake_drop(call);
    if (call->status == CIELO_EAGAIN)
        call->status = CIELO_ECANCELLED;
    fake_tell_end(call);
}

cielo_settled cielo_call_settled(const cielo_call *call)
{
    (void)call;
    return CIELO_SETTLED_NONE;
}

int cielo__call_is_use(const cielo_call *call)
{
    (void)call;
    return 0;
}

int64_t cielo__call_left(const cielo_call *call)
{
    return call->deadline - call->now;
}

unsigned *cielo__call_note(cielo_call *call, void (*ended)(cielo_call *call))
{
    call->note_ended = ended;
    return &call->note;
}

int cielo__call_has_news(const cielo_call *call)
{
    return call->news;
}

cielo_client *cielo__call_client(const cielo_call *call)
{
    return call->client;
}

void **cielo__call_transport(cielo_call *call, void (*destroy)(void *exchange))
{
    call->destroy = destroy;
    return &call->transport;
}

#endif
