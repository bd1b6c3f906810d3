/* Settings, and the state that the calls of one client share. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "atomic.h"
#include "call_internal.h"

enum {
    DEFAULT_TIMEOUT = 45000,
    DEFAULT_CONNECT_TIMEOUT = 5000,
    DEFAULT_RETRIES = 2,
    SPARES = 16,        /* calls at once that find the memory of earlier ones */
    VOIDS = 4096,       /* payments whose void times are kept */
    TOLD = 4096,        /* sales the client remembers being told of */
    VOID_GAP = 5100,    /* five seconds [void-gap], and a little for clocks */
    TOKEN_EARLY = 60000 /* a minute before its end [token-life] */
};

/* A payment whose void is under way or was answered lately. */
typedef struct void_time {
    uint64_t key; /* 0: free */
    const void *holder;
    int64_t ready; /* when the next may be sent */
} void_time;

typedef struct shared {
    unsigned refs;
    const cielo_allocator *mem; /* into the settings' owner below */
    cielo_allocator mem_copy;
    cielo__settings settings;
    char *bases[CIELO__HOST_LOCAL];
    cielo__address addresses[CIELO__HOST_LOCAL]; /* empty where the base is */

    long pid; /* of the process the lock belongs to, negative while that
                 process makes it anew */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned generation;
    uint64_t epoch;

    char *token;
    int64_t token_expires;
    const void *token_holder;
    int64_t lease_end;

    void_time *voids;
    uint64_t *told;
    size_t told_next;

    void *transport;
    void (*transport_destroy)(void *transport, int idle_only);

    cielo_call *spares[SPARES]; /* each swapped in and out as a whole */
} shared;

struct cielo_client {
    unsigned refs;
    shared *shared;
    int64_t timeout;
    int64_t connect_timeout;
    int max_retries;
    int reconcile;
    int validate;
};

/* ---- the lock, in forked children too ---- */

static int init_lock(shared *s)
{
    pthread_condattr_t attributes;
    int failed;

    if (pthread_condattr_init(&attributes) != 0)
        return CIELO_EMEMORY;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    failed = pthread_cond_init(&s->changed, &attributes) != 0;
    pthread_condattr_destroy(&attributes);
    if (failed)
        return CIELO_EMEMORY;
    if (pthread_mutex_init(&s->mutex, NULL) != 0) {
        pthread_cond_destroy(&s->changed);
        return CIELO_EMEMORY;
    }
    return CIELO_OK;
}

/*
 * In a child the lock may be held by a thread that does not exist there, and
 * what it guarded may be half changed: both are made anew, the token is left
 * behind (not freed: its memory may be the half that changed), and leases end
 * because their calls are the parent's.
 */
static void after_fork(shared *s, long owner)
{
    long self = (long)getpid();

    /* One thread does it, also where the fork came while another process was
     * about to. */
    if (owner == -self || !cielo__atomic_swap_if(&s->pid, &owner, -self)) {
        while (cielo__atomic_load(&s->pid) != self)
            sched_yield();
        return;
    }
    init_lock(s);
    s->generation++;
    s->epoch++;
    s->token = NULL;
    s->token_holder = NULL;
    s->voids = NULL;
    s->told = NULL;
    s->told_next = 0;
    cielo__atomic_store(&s->pid, self);
}

static void lock(shared *s)
{
    long pid = cielo__atomic_load(&s->pid);

    if (pid != (long)getpid())
        after_fork(s, pid);
    pthread_mutex_lock(&s->mutex);
}

static void unlock(shared *s)
{
    pthread_mutex_unlock(&s->mutex);
}

/* Under the lock: something that others wait for happened. */
static void bump(shared *s)
{
    s->epoch++;
    pthread_cond_broadcast(&s->changed);
}

void cielo__client_lock(cielo_client *client)
{
    lock(client->shared);
}

void cielo__client_unlock(cielo_client *client)
{
    unlock(client->shared);
}

unsigned cielo__client_generation(cielo_client *client)
{
    return client->shared->generation;
}

uint64_t cielo_client_epoch(const cielo_client *client)
{
    uint64_t epoch;

    lock(client->shared);
    epoch = client->shared->epoch;
    unlock(client->shared);
    return epoch;
}

void cielo__client_wait(cielo_client *client, uint64_t epoch, int64_t until_ms)
{
    shared *s = client->shared;
    struct timespec end;
    int code = 0;

    end.tv_sec = (time_t)(until_ms / 1000);
    end.tv_nsec = (long)(until_ms % 1000) * 1000000L;
    lock(s);
    while (s->epoch == epoch && code == 0)
        code = pthread_cond_timedwait(&s->changed, &s->mutex, &end);
    unlock(s);
}

/* ---- options ---- */

static int is_given(const char *text)
{
    return text && *text;
}

static int copy_setting(const cielo_allocator *mem, char **out,
                        const char *given, const char *variable)
{
    const char *text = given ? given : variable ? getenv(variable) : NULL;

    *out = cielo__strdup(mem, text ? text : "");
    return *out ? CIELO_OK : CIELO_EMEMORY;
}

static int copy_settings(const cielo_allocator *mem, cielo__settings *to,
                         const cielo_options *from)
{
    /* An explicit environment beats CIELO_BASE_URL. */
    const char *base = is_given(from->environment) ? NULL : "CIELO_BASE_URL";

    return copy_setting(mem, &to->merchant_id, from->merchant_id,
                        "CIELO_MERCHANT_ID")
        || copy_setting(mem, &to->merchant_key, from->merchant_key,
                        "CIELO_MERCHANT_KEY")
        || copy_setting(mem, &to->client_id, from->client_id,
                        "CIELO_CLIENT_ID")
        || copy_setting(mem, &to->client_secret, from->client_secret,
                        "CIELO_CLIENT_SECRET")
        || copy_setting(mem, &to->checkout_merchant_id,
                        from->checkout_merchant_id,
                        "CIELO_CHECKOUT_MERCHANT_ID")
        || copy_setting(mem, &to->environment, from->environment,
                        "CIELO_ENVIRONMENT")
        || copy_setting(mem, &to->base_url, from->base_url, base)
        || copy_setting(mem, &to->ca_file, from->ca_file, NULL)
        || copy_setting(mem, &to->proxy, from->proxy, NULL)
        || copy_setting(mem, &to->user_agent, from->user_agent, NULL);
}

/* Texts that become header values: a line break would add a header. */
static int is_header_text(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return 0;
    }
    return 1;
}

static int check_headers(const cielo__settings *s, cielo_value *problems)
{
    const struct {
        const char *name;
        const char *text;
    } texts[] = {{"merchant_id", s->merchant_id},
                 {"merchant_key", s->merchant_key},
                 {"client_id", s->client_id},
                 {"client_secret", s->client_secret},
                 {"checkout_merchant_id", s->checkout_merchant_id},
                 {"user_agent", s->user_agent}};
    const size_t count = sizeof(texts) / sizeof(texts[0]);
    int status = CIELO_OK;
    size_t i;

    for (i = 0; i < count && status == CIELO_OK; i++) {
        if (!is_header_text(texts[i].text))
            status = cielo__problem_add(problems, texts[i].name, "format",
                                        "must not hold control characters");
    }
    return status;
}

static int is_loopback(const char *host)
{
    size_t length = strlen(host);

    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0
        || (strncmp(host, "127.", 4) == 0
            && strspn(host, "0123456789.") == length);
}

static int parse_port(const char *text, size_t length, int *port)
{
    size_t i;

    *port = 0;
    for (i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || *port > 6553)
            return 0;
        *port = *port * 10 + (text[i] - '0');
    }
    return length > 0 && *port > 0 && *port < 65536;
}

/* The host, with or without brackets, up to its port. */
static const char *parse_host(const char *at, const char *end,
                              cielo__address *out)
{
    const char *stop;

    if (at < end && *at == '[') {
        stop = memchr(at, ']', (size_t)(end - at));
        if (!stop || (size_t)(stop - at) > sizeof(out->host))
            return NULL;
        memcpy(out->host, at + 1, (size_t)(stop - at - 1));
        out->host[stop - at - 1] = '\0';
        return stop + 1;
    }
    for (stop = at; stop < end && *stop != ':'; stop++) {
        if (!((cielo__lower(*stop) >= 'a' && cielo__lower(*stop) <= 'z')
              || (*stop >= '0' && *stop <= '9') || *stop == '-'
              || *stop == '.' || *stop == '_'))
            return NULL;
    }
    if (stop == at || (size_t)(stop - at) >= sizeof(out->host))
        return NULL;
    memcpy(out->host, at, (size_t)(stop - at));
    out->host[stop - at] = '\0';
    return stop;
}

int cielo__address_parse(cielo__address *out, const char *url)
{
    const char *at, *end;
    size_t length;

    memset(out, 0, sizeof(*out));
    if (strncmp(url, "https://", 8) == 0) {
        memcpy(out->scheme, "https", 6);
        out->port = 443;
        at = url + 8;
    } else if (strncmp(url, "http://", 7) == 0) {
        memcpy(out->scheme, "http", 5);
        out->port = 80;
        at = url + 7;
    } else {
        return 0;
    }
    end = at + strcspn(at, "/?#");
    at = parse_host(at, end, out);
    if (!at)
        return 0;
    if (at < end
        && (*at != ':' || !parse_port(at + 1, (size_t)(end - at - 1),
                                      &out->port)))
        return 0;
    length = strlen(end);
    while (length > 0 && end[length - 1] == '/')
        length--;
    if (length >= sizeof(out->prefix) || strcspn(end, "?#") < length
        || !is_header_text(end) || strchr(end, ' '))
        return 0;
    memcpy(out->prefix, end, length);
    out->prefix[length] = '\0';
    return 1;
}

static int check_base_url(const cielo__settings *s, int plain,
                          cielo_value *problems)
{
    cielo__address address;

    if (!is_given(s->base_url))
        return CIELO_OK;
    if (!cielo__address_parse(&address, s->base_url))
        return cielo__problem_add(problems, "base_url", "format",
                                  "must be http:// or https://, a host, and "
                                  "optionally a port and a path");
    if (strcmp(address.scheme, "http") == 0 && !plain
        && !is_loopback(address.host))
        return cielo__problem_add(problems, "base_url", "conflict",
                                  "plain http:// goes to a loopback host only, "
                                  "unless allow_plain_http is set");
    return CIELO_OK;
}

static int check_environment(const cielo__settings *s, cielo_value *problems)
{
    if (!is_given(s->environment) || strcmp(s->environment, "sandbox") == 0
        || strcmp(s->environment, "production") == 0)
        return CIELO_OK;
    return cielo__problem_add(problems, "environment", "choice",
                              "must be \"sandbox\" or \"production\"");
}

static int check_numbers(const cielo_options *o, cielo_value *problems)
{
    int status = CIELO_OK;

    if (o->timeout_ms == 0 || o->timeout_ms < -1)
        status = cielo__problem_add(problems, "timeout", "range",
                                    "must be above 0");
    if (status == CIELO_OK
        && (o->connect_timeout_ms == 0 || o->connect_timeout_ms < -1))
        status = cielo__problem_add(problems, "connect_timeout", "range",
                                    "must be above 0");
    if (status == CIELO_OK && (o->max_retries < -1 || o->max_retries > 100))
        status = cielo__problem_add(problems, "max_retries", "range",
                                    "must be from 0 to 100");
    return status;
}

/* The only list of Cielo's hosts [two-hosts]: X(HOST, production, sandbox). */
#define HOST_MAP(X)                                                            \
    X(TRANSACTION, "https://api.cieloecommerce.cielo.com.br",                  \
      "https://apisandbox.cieloecommerce.cielo.com.br")                        \
    X(QUERY, "https://apiquery.cieloecommerce.cielo.com.br",                   \
      "https://apiquerysandbox.cieloecommerce.cielo.com.br")                   \
    X(CHECKOUT, "https://cieloecommerce.cielo.com.br", "")

static int set_bases(shared *s)
{
    static const char *const hosts[][2] = {
#define X(name, production, sandbox) {production, sandbox},
        HOST_MAP(X)
#undef X
    };
    int sandbox = strcmp(s->settings.environment, "production") != 0;
    int i;

    for (i = 0; i < CIELO__HOST_LOCAL; i++) {
        const char *base = is_given(s->settings.base_url)
            ? s->settings.base_url
            : hosts[i][sandbox];

        s->bases[i] = cielo__strdup(s->mem, base);
        if (!s->bases[i])
            return CIELO_EMEMORY;
        (void)cielo__address_parse(&s->addresses[i], base);
    }
    return CIELO_OK;
}

/* ---- spare calls ---- */

cielo_call *cielo__spare_take(cielo_client *client)
{
    cielo_call **spares = client->shared->spares;
    cielo_call *call = NULL;
    int i;

    for (i = 0; i < SPARES && !call; i++) {
        if (cielo__atomic_load(&spares[i]))
            call = cielo__atomic_swap(&spares[i], NULL);
    }
    return call;
}

void cielo__spare_give(cielo_client *client, cielo_call *call)
{
    cielo_call **spares = client->shared->spares;
    int i;

    for (i = 0; i < SPARES && call; i++) {
        if (!cielo__atomic_load(&spares[i]))
            call = cielo__atomic_swap(&spares[i], call);
    }
    if (call)
        cielo__call_destroy(call);
}

/* ---- life ---- */

static void free_settings(const cielo_allocator *mem, cielo__settings *s)
{
    cielo__free(mem, s->merchant_id);
    cielo__free_secret(mem, s->merchant_key);
    cielo__free(mem, s->client_id);
    cielo__free_secret(mem, s->client_secret);
    cielo__free(mem, s->checkout_merchant_id);
    cielo__free(mem, s->environment);
    cielo__free(mem, s->base_url);
    cielo__free(mem, s->ca_file);
    cielo__free_secret(mem, s->proxy); /* may carry a password */
    cielo__free(mem, s->user_agent);
}

static void shared_free(shared *s)
{
    cielo_allocator mem;
    int i;

    if (!s)
        return;
    mem = s->mem_copy;
    if (s->transport_destroy && s->transport)
        s->transport_destroy(s->transport, 0);
    /* In a forked child this makes the condition anew: with a waiter of the
     * parent on it, destroying it would wait for that thread for ever. */
    lock(s);
    unlock(s);
    for (i = 0; i < SPARES; i++)
        cielo__call_destroy(s->spares[i]);
    for (i = 0; i < CIELO__HOST_LOCAL; i++)
        cielo__free(&mem, s->bases[i]);
    cielo__free_secret(&mem, s->token);
    cielo__free(&mem, s->voids);
    cielo__free(&mem, s->told);
    free_settings(&mem, &s->settings);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->mutex);
    cielo__free(&mem, s);
}

static void shared_unref(shared *s)
{
    if (s && cielo__atomic_add(&s->refs, -1) == 0)
        shared_free(s);
}

static int shared_new(shared **out, const cielo_options *options,
                      cielo_error *err)
{
    const cielo_allocator *mem = cielo__allocator(options->allocator);
    shared *s = cielo__calloc(mem, sizeof(*s));
    int status = CIELO_EMEMORY;

    *out = NULL;
    if (!s)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    if (init_lock(s) != CIELO_OK) {
        cielo__free(mem, s);
        return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    s->refs = 1;
    s->pid = (long)getpid();
    s->mem_copy = *mem;
    s->mem = &s->mem_copy;
    if (copy_settings(s->mem, &s->settings, options)) {
        cielo__report(err, CIELO_EMEMORY, NULL);
        goto done;
    }
    status = set_bases(s);
    if (status != CIELO_OK)
        cielo__report(err, status, NULL);
    if (status == CIELO_OK) {
        *out = s;
        s = NULL; /* moved to the caller */
    }
done:
    shared_unref(s);
    return status;
}

/* The caller's struct may be an older or a newer one. */
static int read_options(cielo_options *out, const cielo_options *given,
                        cielo_error *err)
{
    const cielo_options defaults = CIELO_OPTIONS_INIT;

    *out = defaults;
    if (!given)
        return CIELO_OK;
    if (given->struct_size < sizeof(size_t)
        || given->struct_size > sizeof(cielo_options))
        return cielo__report(err, CIELO_EUSAGE,
                             "start from CIELO_OPTIONS_INIT");
    memcpy(out, given, given->struct_size);
    out->struct_size = sizeof(*out);
    return CIELO_OK;
}

static int64_t either(int64_t given, int64_t otherwise)
{
    return given >= 0 ? given : otherwise;
}

/* Takes over the reference to `s`. */
static int client_make(cielo_client **out, shared *s, const cielo_options *o,
                       const cielo_client *from, cielo_error *err)
{
    cielo_client *client = cielo__calloc(s->mem, sizeof(*client));

    *out = client;
    if (!client) {
        shared_unref(s);
        return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    client->refs = 1;
    client->shared = s;
    client->timeout = either(o->timeout_ms,
                             from ? from->timeout : DEFAULT_TIMEOUT);
    client->connect_timeout
        = either(o->connect_timeout_ms,
                 from ? from->connect_timeout : DEFAULT_CONNECT_TIMEOUT);
    client->max_retries = (int)either(
        o->max_retries, from ? from->max_retries : DEFAULT_RETRIES);
    client->reconcile
        = (int)either(o->reconcile, from ? from->reconcile : 1) != 0;
    client->validate = (int)either(o->validate, from ? from->validate : 1) != 0;
    return CIELO_OK;
}

/* Options that no client can change once it shares connections and token. */
static int check_fixed(const cielo_options *o, cielo_value *problems)
{
    const struct {
        const char *name;
        int given;
    } options[] = {{"merchant_id", o->merchant_id != NULL},
                   {"merchant_key", o->merchant_key != NULL},
                   {"client_id", o->client_id != NULL},
                   {"client_secret", o->client_secret != NULL},
                   {"checkout_merchant_id", o->checkout_merchant_id != NULL},
                   {"environment", o->environment != NULL},
                   {"base_url", o->base_url != NULL},
                   {"ca_file", o->ca_file != NULL},
                   {"proxy", o->proxy != NULL},
                   {"user_agent", o->user_agent != NULL},
                   {"allow_plain_http", o->allow_plain_http != -1},
                   {"allocator", o->allocator != NULL}};
    int status = CIELO_OK;
    size_t i;

    for (i = 0; i < sizeof(options) / sizeof(options[0]) && status == CIELO_OK;
         i++) {
        if (options[i].given)
            status = cielo__problem_add(problems, options[i].name, "conflict",
                                        "cannot differ between clients that "
                                        "share connections");
    }
    return status;
}

/* What the options and the environment variables give together. */
static int check_settings(const cielo_options *o, cielo_value *problems)
{
    const cielo_allocator *mem = cielo__allocator(o->allocator);
    cielo__settings s;
    int status;

    memset(&s, 0, sizeof(s));
    status = copy_settings(mem, &s, o) ? CIELO_EMEMORY : CIELO_OK;
    if (status == CIELO_OK)
        status = check_environment(&s, problems);
    if (status == CIELO_OK)
        status = check_headers(&s, problems);
    if (status == CIELO_OK)
        status = check_base_url(&s, o->allow_plain_http == 1, problems);
    free_settings(mem, &s);
    return status;
}

int cielo_options_problems(cielo_value **out, const cielo_options *options,
                           const cielo_client *client)
{
    cielo_options o;
    cielo_value *problems;
    int status = read_options(&o, options, NULL);

    *out = NULL;
    if (status != CIELO_OK)
        return status;
    problems = cielo_value_new_array();
    status = problems ? check_numbers(&o, problems) : CIELO_EMEMORY;
    if (status == CIELO_OK)
        status = client ? check_fixed(&o, problems)
                        : check_settings(&o, problems);
    if (status == CIELO_OK && cielo_value_size(problems) > 0)
        *out = problems;
    else
        cielo_value_free(problems);
    return status;
}

/* CIELO_OK for options that can be had. */
static int check_options(const cielo_options *o, const cielo_client *client,
                         cielo_error *err)
{
    cielo_value *problems;
    int status = cielo_options_problems(&problems, o, client);

    if (status != CIELO_OK)
        return cielo__report(err, status, NULL);
    if (problems)
        status = cielo__problems_report(problems, err);
    cielo_value_free(problems);
    return status;
}

int cielo_client_new(cielo_client **out, const cielo_options *options,
                     cielo_error *err)
{
    cielo_options o;
    shared *s;
    int status;

    *out = NULL;
    status = read_options(&o, options, err);
    if (status == CIELO_OK)
        status = check_options(&o, NULL, err);
    if (status == CIELO_OK)
        status = shared_new(&s, &o, err);
    return status == CIELO_OK ? client_make(out, s, &o, NULL, err) : status;
}

int cielo_client_with(cielo_client **out, cielo_client *client,
                      const cielo_options *options, cielo_error *err)
{
    cielo_options o;
    int status;

    *out = NULL;
    status = read_options(&o, options, err);
    if (status == CIELO_OK)
        status = check_options(&o, client, err);
    if (status != CIELO_OK)
        return status;
    cielo__atomic_add(&client->shared->refs, 1);
    return client_make(out, client->shared, &o, client, err);
}

cielo_client *cielo_client_ref(cielo_client *client)
{
    cielo__atomic_add(&client->refs, 1);
    return client;
}

void cielo_client_unref(cielo_client *client)
{
    shared *s;

    if (!client || cielo__atomic_add(&client->refs, -1) != 0)
        return;
    s = client->shared;
    cielo__free(s->mem, client);
    shared_unref(s);
}

void cielo_client_close_idle(cielo_client *client)
{
    shared *s = client->shared;

    lock(s);
    if (s->transport_destroy && s->transport)
        s->transport_destroy(s->transport, 1);
    unlock(s);
}

/* ---- getters ---- */

const char *cielo_client_environment(const cielo_client *client)
{
    const char *name = client->shared->settings.environment;

    return *name ? name : "sandbox";
}

const char *cielo_client_base_url(const cielo_client *client)
{
    return client->shared->settings.base_url;
}

const char *cielo_client_merchant_id(const cielo_client *client)
{
    return client->shared->settings.merchant_id;
}

int64_t cielo_client_timeout(const cielo_client *client)
{
    return client->timeout;
}

const cielo__settings *cielo__client_settings(const cielo_client *client)
{
    return &client->shared->settings;
}

int64_t cielo__client_connect_timeout(const cielo_client *client)
{
    return client->connect_timeout;
}

int cielo__client_max_retries(const cielo_client *client)
{
    return client->max_retries;
}

int cielo__client_reconcile(const cielo_client *client)
{
    return client->reconcile;
}

int cielo__client_validate(const cielo_client *client)
{
    return client->validate;
}

const char *cielo__client_base(const cielo_client *client, cielo__host host)
{
    return client->shared->bases[host];
}

const cielo__address *cielo__client_address(const cielo_client *client,
                                            cielo__host host)
{
    return &client->shared->addresses[host];
}

const cielo_allocator *cielo__client_allocator(const cielo_client *client)
{
    return client->shared->mem;
}

int cielo__client_shares(const cielo_client *client, const cielo_client *other)
{
    return client->shared == other->shared;
}

const char *cielo__client_ca_file(const cielo_client *client)
{
    return client->shared->settings.ca_file;
}

const char *cielo__client_proxy(const cielo_client *client)
{
    return client->shared->settings.proxy;
}

void **cielo__client_transport(cielo_client *client,
                               void (*destroy)(void *transport, int idle_only))
{
    client->shared->transport_destroy = destroy;
    return &client->shared->transport;
}

/* ---- the token and its lease ---- */

cielo__turn cielo__token_turn(cielo_client *client, const void *holder,
                              int64_t now, int64_t lease_end,
                              cielo__buf *token, int64_t *until)
{
    shared *s = client->shared;
    cielo__turn turn = CIELO__TURN_WAIT;

    lock(s);
    if (s->token && now + TOKEN_EARLY < s->token_expires) {
        cielo__buf_reset(token);
        cielo__buf_text(token, s->token);
        turn = CIELO__TURN_READY;
    } else if (!s->token_holder || s->token_holder == holder
               || now >= s->lease_end) {
        s->token_holder = holder;
        s->lease_end = lease_end;
        turn = CIELO__TURN_MINE;
    } else {
        *until = s->lease_end;
    }
    unlock(s);
    return turn;
}

static int put_token(shared *s, const char *token, int64_t expires)
{
    char *copy = token ? cielo__strdup(s->mem, token) : NULL;

    if (token && !copy)
        return CIELO_EMEMORY;
    cielo__free_secret(s->mem, s->token);
    s->token = copy;
    s->token_expires = expires;
    return CIELO_OK;
}

int cielo__token_done(cielo_client *client, const void *holder,
                      const char *token, int64_t expires)
{
    shared *s = client->shared;
    int status = CIELO_OK;

    lock(s);
    if (token)
        status = put_token(s, token, expires);
    if (s->token_holder == holder)
        s->token_holder = NULL;
    bump(s);
    unlock(s);
    return status;
}

void cielo__token_drop(cielo_client *client, const char *token)
{
    shared *s = client->shared;

    lock(s);
    if (s->token && strcmp(s->token, token) == 0)
        put_token(s, NULL, 0);
    unlock(s);
}

int cielo_client_token_get(cielo_client *client, char *buffer, size_t size,
                           int64_t *expires_ms)
{
    shared *s = client->shared;
    int status = CIELO_ENOTFOUND;

    lock(s);
    if (s->token && strlen(s->token) >= size) {
        status = CIELO_EUSAGE;
    } else if (s->token) {
        memcpy(buffer, s->token, strlen(s->token) + 1);
        *expires_ms = s->token_expires;
        status = CIELO_OK;
    }
    unlock(s);
    return status;
}

int cielo_client_token_put(cielo_client *client, const char *token,
                           int64_t expires_ms)
{
    shared *s = client->shared;
    int status;

    /* It becomes a header's value. */
    if (token && (!*token || !is_header_text(token)))
        return CIELO_EUSAGE;
    lock(s);
    status = put_token(s, token, expires_ms);
    bump(s);
    unlock(s);
    return status;
}

/* ---- void times ---- */

/* FNV-1a, ignoring case as GUIDs do; never 0. A clash only makes a void wait
 * or a sale be taken for one told before, both on the safe side. */
static uint64_t key_of(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (; *text; text++) {
        hash ^= (unsigned char)cielo__lower(*text);
        hash *= UINT64_C(1099511628211);
    }
    return hash ? hash : 1;
}

/* The entry of `key`, else the best one to take over. */
static void_time *void_entry(shared *s, uint64_t key, int64_t now)
{
    void_time *best = NULL;
    size_t i;

    for (i = 0; i < VOIDS; i++) {
        void_time *entry = &s->voids[i];

        if (entry->key == key)
            return entry;
        if (!entry->holder
            && (!best || entry->key == 0 || entry->ready < best->ready))
            best = entry;
        if (entry->key == 0)
            break; /* entries fill from the front: nothing stands behind */
    }
    if (best && best->key != 0 && best->ready > now)
        return NULL;
    return best;
}

cielo__turn cielo__void_turn(cielo_client *client, const void *holder,
                             const char *key, int64_t now, int64_t *until)
{
    shared *s = client->shared;
    cielo__turn turn = CIELO__TURN_READY;
    void_time *entry = NULL;
    uint64_t hash = key_of(key);

    lock(s);
    if (!s->voids)
        s->voids = cielo__calloc(s->mem, VOIDS * sizeof(*s->voids));
    if (s->voids)
        entry = void_entry(s, hash, now);
    if (entry && entry->key == hash && entry->holder) {
        *until = INT64_MAX; /* until that void is answered: the epoch tells */
        turn = CIELO__TURN_WAIT;
    } else if (entry && entry->key == hash && entry->ready > now) {
        *until = entry->ready;
        turn = CIELO__TURN_WAIT;
    } else if (entry) {
        entry->key = hash;
        entry->holder = holder;
        entry->ready = 0;
    }
    /* No room and no memory let the void go unspaced: Cielo then refuses it,
     * which loses nothing. */
    unlock(s);
    return turn;
}

void cielo__void_done(cielo_client *client, const void *holder, int sent,
                      int64_t answered)
{
    shared *s = client->shared;
    size_t i;

    lock(s);
    for (i = 0; s->voids && i < VOIDS && s->voids[i].key != 0; i++) {
        if (s->voids[i].holder == holder) {
            s->voids[i].holder = NULL;
            s->voids[i].ready = sent ? answered + VOID_GAP : 0;
        }
    }
    bump(s);
    unlock(s);
}

/* ---- sales told ---- */

static int is_told(const shared *s, uint64_t hash)
{
    size_t i;

    for (i = 0; s->told && i < TOLD && s->told[i] != 0; i++) {
        if (s->told[i] == hash)
            return 1;
    }
    return 0;
}

static void add_told(shared *s, uint64_t hash)
{
    if (!s->told)
        s->told = cielo__calloc(s->mem, TOLD * sizeof(*s->told));
    if (!s->told)
        return;
    s->told[s->told_next] = hash;
    s->told_next = (s->told_next + 1) % TOLD;
}

void cielo__tell(cielo_client *client, const char *payment_id)
{
    shared *s = client->shared;

    lock(s);
    add_told(s, key_of(payment_id));
    unlock(s);
}

int cielo__is_told(cielo_client *client, const char *payment_id)
{
    shared *s = client->shared;
    int told;

    lock(s);
    told = is_told(s, key_of(payment_id));
    unlock(s);
    return told;
}

int cielo__claim(cielo_client *client, const char *payment_id)
{
    shared *s = client->shared;
    uint64_t hash = key_of(payment_id);
    int told;

    lock(s);
    told = is_told(s, hash);
    if (!told)
        add_told(s, hash);
    unlock(s);
    return !told;
}
