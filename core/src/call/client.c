/* A client: settings that never change, and the state that its calls share. */
#include <string.h>

#include <cielo/cielo.h>
#include <cielo/journal.h>

#include "../base/atomic.h"
#include "call.h"
#include "slots.h"

enum {
    DEFAULT_TIMEOUT = 45000,
    DEFAULT_CONNECT_TIMEOUT = 5000,
    DEFAULT_RETRIES = 2,
    DEFAULT_CONNECTIONS = 100
};

/* What a client has in common with those that cielo_client_with makes of it. */
typedef struct family {
    unsigned refs;
    cielo_allocator mem;
    cielo__settings settings;
    char *agent;
    char *bases[CIELO__HOST_LOCAL];
    cielo__address addresses[CIELO__HOST_LOCAL]; /* empty where the base is */
    cielo__shared *shared;
    int max_connections;
    int journal_required;
    int tells; /* attempts, to its host */
} family;

struct cielo_client {
    unsigned refs;
    family *family;
    int64_t timeout;
    int64_t connect_timeout;
    int max_retries;
    int reconcile;
    int validate;
};

/* ---- the family ---- */

/* The only list of Cielo's hosts [two-hosts] [browser-tokens]:
 * X(HOST, production, sandbox). */
#define HOST_MAP(X)                                                           \
    X(TRANSACTION, "https://api.cieloecommerce.cielo.com.br",                 \
      "https://apisandbox.cieloecommerce.cielo.com.br")                       \
    X(QUERY, "https://apiquery.cieloecommerce.cielo.com.br",                  \
      "https://apiquerysandbox.cieloecommerce.cielo.com.br")                  \
    X(CHECKOUT, "https://cieloecommerce.cielo.com.br", "")                    \
    X(MPI, "https://mpi.braspag.com.br", "https://mpisandbox.braspag.com.br") \
    X(POST, "https://transaction.pagador.com.br",                             \
      "https://transactionsandbox.pagador.com.br")                            \
    X(POST_AUTH, "https://auth.braspag.com.br",                               \
      "https://authsandbox.braspag.com.br")

static size_t without_slashes(const char *base)
{
    size_t length = strlen(base);

    while (length > 0 && base[length - 1] == '/')
        length--;
    return length;
}

static int set_bases(family *f)
{
    static const char *const hosts[][2] = {
#define X(name, production, sandbox) {production, sandbox},
        HOST_MAP(X)
#undef X
    };
    int sandbox = strcmp(f->settings.environment, "production") != 0;
    int i;

    for (i = 0; i < CIELO__HOST_LOCAL; i++) {
        const char *base = *f->settings.base_url ? f->settings.base_url
                                                 : hosts[i][sandbox];

        f->bases[i] = cielo__strndup(&f->mem, base, without_slashes(base));
        if (!f->bases[i])
            return CIELO_EMEMORY;
        (void)cielo__address_parse(&f->addresses[i], base);
    }
    return CIELO_OK;
}

/* The name that the user gave, and the library's own. */
static int set_agent(family *f)
{
    static const char own[] = "libcielo/" CIELO_VERSION;
    const char *given = f->settings.user_agent;
    size_t length = strlen(given), at = length > 0 ? length + 1 : 0;

    f->agent = cielo__allocate(&f->mem, at + sizeof(own));
    if (!f->agent)
        return CIELO_EMEMORY;
    memcpy(f->agent, given, length);
    if (at > 0)
        f->agent[length] = ' ';
    memcpy(f->agent + at, own, sizeof(own));
    return CIELO_OK;
}

static void family_free(family *f)
{
    cielo_allocator mem;
    int i;

    if (!f)
        return;
    mem = f->mem;
    cielo__shared_free(f->shared);
    for (i = 0; i < CIELO__HOST_LOCAL; i++)
        cielo__free(&mem, f->bases[i]);
    cielo__free(&mem, f->agent);
    cielo__settings_free(&mem, &f->settings);
    cielo__free(&mem, f);
}

static void family_unref(family *f)
{
    if (f && cielo__atomic_add(&f->refs, -1) == 0)
        family_free(f);
}

static int64_t first_given(int64_t given, int64_t otherwise)
{
    return given >= 0 ? given : otherwise;
}

static int family_new(family **out, const cielo_options *options,
                      cielo_error *err)
{
    const cielo_allocator *mem = cielo__allocator(options->allocator);
    family *f = cielo__calloc(mem, sizeof(*f));

    *out = NULL;
    if (!f)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    f->refs = 1;
    f->mem = *mem;
    f->max_connections
        = (int)first_given(options->max_connections, DEFAULT_CONNECTIONS);
    f->tells = options->tell_attempts == 1;
    f->journal_required = first_given(options->journal_required, 1) != 0;
    f->shared = cielo__shared_new(&f->mem);
    if (!f->shared || cielo__settings_copy(&f->mem, &f->settings, options)
        || set_agent(f) != CIELO_OK || set_bases(f) != CIELO_OK) {
        family_unref(f);
        return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    *out = f;
    return CIELO_OK;
}

/* ---- life ---- */

/* Takes over the reference to `f`. */
static int client_make(cielo_client **out, family *f, const cielo_options *o,
                       const cielo_client *from, cielo_error *err)
{
    cielo_client *client = cielo__calloc(&f->mem, sizeof(*client));

    *out = client;
    if (!client) {
        family_unref(f);
        return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    client->refs = 1;
    client->family = f;
    client->timeout
        = first_given(o->timeout_ms, from ? from->timeout : DEFAULT_TIMEOUT);
    client->connect_timeout
        = first_given(o->connect_timeout_ms,
                      from ? from->connect_timeout : DEFAULT_CONNECT_TIMEOUT);
    client->max_retries
        = (int)first_given(o->max_retries,
                           from ? from->max_retries : DEFAULT_RETRIES);
    client->reconcile
        = (int)first_given(o->reconcile, from ? from->reconcile : 1) != 0;
    client->validate = (int)first_given(o->validate, from ? from->validate : 1)
        != 0;
    return CIELO_OK;
}

int cielo_client_new(cielo_client **out, const cielo_options *options,
                     cielo_error *err)
{
    cielo_options o;
    family *f;
    int status;

    *out = NULL;
    status = cielo__options_read(&o, options, err);
    if (status == CIELO_OK)
        status = cielo__options_check(&o, NULL, err);
    if (status == CIELO_OK)
        status = family_new(&f, &o, err);
    return status == CIELO_OK ? client_make(out, f, &o, NULL, err) : status;
}

int cielo_client_with(cielo_client **out, cielo_client *client,
                      const cielo_options *options, cielo_error *err)
{
    cielo_options o;
    int status;

    *out = NULL;
    status = cielo__options_read(&o, options, err);
    if (status == CIELO_OK)
        status = cielo__options_check(&o, client, err);
    if (status != CIELO_OK)
        return status;
    cielo__atomic_add(&client->family->refs, 1);
    return client_make(out, client->family, &o, client, err);
}

cielo_client *cielo_client_ref(cielo_client *client)
{
    cielo__atomic_add(&client->refs, 1);
    return client;
}

void cielo_client_unref(cielo_client *client)
{
    family *f;

    if (!client || cielo__atomic_add(&client->refs, -1) != 0)
        return;
    f = client->family;
    cielo__free(&f->mem, client);
    family_unref(f);
}

void cielo_client_close_idle(cielo_client *client)
{
    cielo__shared_close_idle(client->family->shared);
}

/* ---- getters ---- */

const char *cielo_client_environment(const cielo_client *client)
{
    const char *name = client->family->settings.environment;

    return *name ? name : "sandbox";
}

const char *cielo_client_base_url(const cielo_client *client)
{
    return client->family->settings.base_url;
}

const char *cielo_client_merchant_id(const cielo_client *client)
{
    return client->family->settings.merchant_id;
}

int64_t cielo_client_timeout(const cielo_client *client)
{
    return client->timeout;
}

const cielo__settings *cielo__client_settings(const cielo_client *client)
{
    return &client->family->settings;
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

int cielo__client_needs_journal(const cielo_client *client)
{
    return client->family->journal_required;
}

const char *cielo_client_journal(const cielo_client *client)
{
    const char *folder = client->family->settings.journal;

    return *folder ? folder : NULL;
}

int cielo__client_tells(const cielo_client *client)
{
    return client->family->tells;
}

int cielo__client_journal_syncs(const cielo_client *client)
{
    return strcmp(client->family->settings.journal_sync, "off") != 0;
}

int cielo__client_journal_is_shared(const cielo_client *client)
{
    return strcmp(client->family->settings.journal_mode, "group") == 0;
}

void **cielo__client_writer(cielo_client *client, void (*destroy)(void *writer))
{
    return cielo__shared_writer(client->family->shared, destroy);
}

const char *cielo__client_agent(const cielo_client *client)
{
    return client->family->agent;
}

const char *cielo__client_base(const cielo_client *client, cielo__host host)
{
    return client->family->bases[host];
}

const cielo__address *cielo__client_address(const cielo_client *client,
                                            cielo__host host)
{
    return &client->family->addresses[host];
}

const cielo_allocator *cielo__client_allocator(const cielo_client *client)
{
    return &client->family->mem;
}

int cielo__client_shares(const cielo_client *client, const cielo_client *other)
{
    return client->family == other->family;
}

const char *cielo__client_ca_file(const cielo_client *client)
{
    return client->family->settings.ca_file;
}

const char *cielo__client_proxy(const cielo_client *client)
{
    return client->family->settings.proxy;
}

size_t cielo__client_max_connections(const cielo_client *client)
{
    return (size_t)client->family->max_connections;
}

void **cielo__client_transport(cielo_client *client,
                               void (*destroy)(void *transport, int idle_only))
{
    return cielo__shared_transport(client->family->shared, destroy);
}

cielo__shared *cielo__client_shared(const cielo_client *client)
{
    return client->family->shared;
}

/* ---- what the transports and the hosts ask of the shared state ---- */

void cielo__client_lock(cielo_client *client)
{
    cielo__shared_lock(client->family->shared);
}

void cielo__client_unlock(cielo_client *client)
{
    cielo__shared_unlock(client->family->shared);
}

uint64_t cielo_client_epoch(const cielo_client *client)
{
    return cielo__shared_epoch(client->family->shared);
}

void cielo__client_wait(cielo_client *client, uint64_t epoch, int64_t until)
{
    cielo__shared_wait(client->family->shared, epoch, until);
}

int cielo_client_token_get(cielo_client *client, char *buffer, size_t size,
                           int64_t *expires_ms)
{
    return cielo__token_get(client->family->shared, buffer, size, expires_ms);
}

int cielo_client_token_put(cielo_client *client, const char *token,
                           int64_t expires_ms)
{
    /* It becomes a header's value. */
    if (token && (!*token || !cielo__is_header_text(token)))
        return CIELO_EUSAGE;
    return cielo__token_put(client->family->shared, token, expires_ms);
}
