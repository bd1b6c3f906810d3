/* An operation row and its parameters to a method, an address and headers. */
#include <string.h>

#include "call.h"

enum { URL_LIMIT = 8192 };

static const char authorization[] = "Authorization";

/* ---- the message ---- */

void cielo__message_init(cielo__message *message, cielo__buf *texts,
                         cielo__buf *body)
{
    memset(message, 0, sizeof(*message));
    message->texts = texts;
    message->body = body;
}

static void add_header(cielo__message *message, const char *name,
                       const char *value)
{
    cielo_header *header = &message->headers[message->request.header_count++];

    header->name = name;
    header->value = value;
}

/* ---- the address ---- */

/* Where an address is written, and for whom. */
typedef struct address_writer {
    cielo__buf *out;
    int for_logs; /* 1: parameters that nobody may see become stars */
} address_writer;

static const char *param_text(const cielo_value *params, const char *name,
                              size_t length, size_t *text_length)
{
    const cielo_value *item;

    for (item = cielo_value_first(params); item;
         item = cielo_value_next(item)) {
        size_t n;
        const char *member = cielo_value_name(item, &n);

        if (n == length && memcmp(member, name, length) == 0)
            return cielo_value_text(item, text_length);
    }
    return NULL;
}

/* 1 for the text of a parameter that an address in a log may show. Cielo's own
 * ids are no mere digits, so that a number there is a card's, given in the
 * wrong place; a shop's order numbers may well be some. */
static int is_for_logs(const char *name, size_t length, const char *text,
                       size_t text_length)
{
    const cielo_param *param = cielo_param_find(name, length);
    cielo__buf shown;
    int same;

    if (!param || param->kind == CIELO_PARAM_TOKEN)
        return 0;
    if (param->kind == CIELO_PARAM_ORDER
        || (param->kind == CIELO_PARAM_ID && cielo__is_id(text, text_length)))
        return 1;
    cielo__buf_init(&shown, NULL, URL_LIMIT);
    cielo__text_shown(&shown, text, text_length, NULL, URL_LIMIT);
    same = shown.length == text_length
        && memcmp(cielo__buf_string(&shown), text, text_length) == 0;
    cielo__buf_clear(&shown);
    return same;
}

static void put_param(const address_writer *w, const char *name, size_t length,
                      const char *text, size_t text_length)
{
    if (w->for_logs && !is_for_logs(name, length, text, text_length))
        cielo__buf_text(w->out, "***");
    else
        cielo__buf_percent(w->out, text, text_length);
}

static void put_path(const address_writer *w, const char *at, const char *end,
                     const cielo_value *params)
{
    while (at < end) {
        const char *open = memchr(at, '{', (size_t)(end - at));
        const char *close;
        size_t length = 0;
        const char *text;

        cielo__buf_add(w->out, at, (size_t)((open ? open : end) - at));
        if (!open)
            break;
        at = open;
        close = strchr(at, '}');
        text = param_text(params, at + 1, (size_t)(close - at - 1), &length);
        put_param(w, at + 1, (size_t)(close - at - 1), text, length);
        at = close + 1;
    }
}

/* "name={param}&..." with what has no value left out. */
static void put_query(const address_writer *w, const char *at,
                      const cielo_value *params)
{
    const char *separator = "?";

    while (*at) {
        const char *open = strchr(at, '{');
        const char *close = strchr(open, '}');
        size_t length = 0;
        const char *text
            = param_text(params, open + 1, (size_t)(close - open - 1), &length);

        if (text) {
            cielo__buf_add(w->out, separator, 1);
            cielo__buf_add(w->out, at, (size_t)(open - at));
            put_param(w, open + 1, (size_t)(close - open - 1), text, length);
            separator = "&";
        }
        at = close[1] == '&' ? close + 2 : close + 1;
    }
}

/* The user wrote the path; what the query says is nobody's business. A number
 * that escapes part is looked for in the path as it is meant. */
static void put_shown_path(cielo__buf *out, const char *path)
{
    size_t length = strcspn(path, "?"), meant;
    char *copy = cielo__strndup(NULL, path, length);
    cielo__buf shown;

    if (!copy) {
        out->status = CIELO_EMEMORY;
        return;
    }
    while (cielo__unescape(copy))
        continue;
    meant = strlen(copy);
    cielo__buf_init(&shown, NULL, URL_LIMIT);
    cielo__text_shown(&shown, copy, meant, NULL, URL_LIMIT);
    if (meant < length
        && (shown.length != meant
            || memcmp(cielo__buf_string(&shown), copy, meant) != 0))
        cielo__buf_text(out, "/***");
    else
        cielo__text_shown(out, path, length, NULL, URL_LIMIT);
    cielo__buf_clear(&shown);
    cielo__free_secret(NULL, copy);
}

cielo__host cielo__host_of(const cielo__operation *row,
                           const cielo_value *params)
{
    const char *host, *method;

    if (row->auth != CIELO__AUTH_GIVEN)
        return row->host;
    host = cielo_value_text(cielo_value_get(params, "host"), NULL);
    method = cielo_value_text(cielo_value_get(params, "method"), NULL);
    if (!host)
        return method && strcmp(method, "GET") == 0 ? CIELO__HOST_QUERY
                                                    : CIELO__HOST_TRANSACTION;
    return strcmp(host, "query") == 0   ? CIELO__HOST_QUERY
        : strcmp(host, "checkout") == 0 ? CIELO__HOST_CHECKOUT
                                        : CIELO__HOST_TRANSACTION;
}

static void set_address(cielo__message *message, const cielo_client *client,
                        cielo__host host)
{
    const cielo__address *address = cielo__client_address(client, host);
    cielo_request *request = &message->request;

    request->url = cielo__buf_string(message->texts);
    request->scheme = address->scheme;
    request->host = address->host;
    request->port = address->port;
    request->target = request->url + address->target;
}

/* 1 when the body is for the second version of the row's path: a card that is
 * given as an object, or a decrypted wallet [zero-auth-wallet]. */
static int is_second_version(const cielo__operation *row,
                             const cielo_value *body)
{
    return row->note == CIELO__NOTE_CARD_BY_V2
        && (cielo_value_get(body, "Card") || cielo_value_get(body, "Wallet"));
}

static void put_address(const address_writer *w, const cielo_client *client,
                        const cielo__operation *row, const cielo_value *params,
                        const cielo_value *body)
{
    const char *path = row->facts.path, *query = strchr(path, '?');

    cielo__buf_text(w->out,
                    cielo__client_base(client, cielo__host_of(row, params)));
    if (path[0] == '-') {
        path = cielo_value_text(cielo_value_get(params, "path"), NULL);
        if (w->for_logs)
            put_shown_path(w->out, path);
        else
            cielo__buf_text(w->out, path);
        return;
    }
    if (is_second_version(row, body)) {
        cielo__buf_add(w->out, "/2", 2);
        path += 2; /* "/1" */
    }
    put_path(w, path, query ? query : path + strlen(path), params);
    if (query)
        put_query(w, query + 1, params);
}

void cielo__message_shown(cielo__buf *out, const cielo_client *client,
                          const cielo__operation *row,
                          const cielo_value *params, const cielo_value *body)
{
    const address_writer logs = {out, 1};

    put_address(&logs, client, row, params, body);
}

/* Ends the address, behind which the credentials may stand. */
static void end_address(cielo__message *message)
{
    cielo__buf *texts = message->texts;

    if (texts->length > URL_LIMIT)
        texts->status = CIELO_EUSAGE;
    cielo__buf_add(texts, "", 1);
    message->credentials = texts->length;
}

/* ---- headers ---- */

static void put_agent(cielo__message *message, const cielo_client *client)
{
    add_header(message, "User-Agent", cielo__client_agent(client));
    add_header(message, "Accept", "application/json");
}

/* The credentials of API 3.0 [merchant-headers]. */
static void put_merchant(cielo__message *message,
                         const cielo__settings *settings,
                         const char *request_id, cielo__random *random)
{
    if (request_id)
        memcpy(message->request_id, request_id, strlen(request_id) + 1);
    else
        cielo__random_guid(random, message->request_id);
    add_header(message, "MerchantId", settings->merchant_id);
    add_header(message, "MerchantKey", settings->merchant_key);
    add_header(message, "RequestId", message->request_id);
}

/* Without the blank of Cielo's example [token-request]. */
static void put_basic(cielo__message *message, const char *id,
                      const char *secret)
{
    cielo__buf pair, *texts = message->texts;

    cielo__buf_init(&pair, texts->mem, 4096);
    cielo__buf_text(&pair, id);
    cielo__buf_char(&pair, ':');
    cielo__buf_text(&pair, secret);
    cielo__buf_text(texts, "Basic ");
    cielo__buf_base64(texts, cielo__buf_string(&pair), pair.length);
    if (pair.status != CIELO_OK)
        texts->status = pair.status;
    cielo__buf_clear(&pair);
    add_header(message, authorization, NULL); /* set by end_message */
}

/* A page is made with the store's id, a token, or both [page-credentials]: what
 * the client has. What a JSON notification points to is asked for alike. */
static void put_bearer(cielo__message *message, const cielo__settings *settings,
                       const cielo__operation *row, const cielo_value *params,
                       const char *token)
{
    if (row->auth == CIELO__AUTH_PAGE && *settings->checkout_merchant_id)
        add_header(message, "MerchantId", settings->checkout_merchant_id);
    if (row->auth == CIELO__AUTH_NOTICE)
        add_header(message, "MerchantId",
                   cielo_value_text(cielo_value_get(params, "merchant_id"),
                                    NULL));
    if (row->auth == CIELO__AUTH_POST)
        add_header(message, "MerchantId", settings->merchant_id);
    if (!token || !*token)
        return;
    cielo__buf_text(message->texts, "Bearer ");
    cielo__buf_text(message->texts, token);
    add_header(message, authorization, NULL); /* set by end_message */
}

static void start_message(cielo__message *message)
{
    memset(&message->request, 0, sizeof(message->request));
    message->request.headers = message->headers;
    message->request_id[0] = '\0';
    message->credentials = 0;
    cielo__buf_reset(message->texts);
    cielo__buf_reset(message->body);
}

static int put_body(cielo__message *message, const cielo_value *body)
{
    int status;

    if (!body)
        return CIELO_OK;
    status = cielo__value_print(message->body, body);
    message->request.body = cielo__buf_string(message->body);
    message->request.body_length = message->body->length;
    add_header(message, "Content-Type", "application/json");
    return status;
}

/* Points at the texts, which have moved as they grew until now. */
static int end_message(cielo__message *message, const cielo_client *client,
                       cielo__host host)
{
    size_t i;

    if (message->texts->status != CIELO_OK)
        return CIELO_EMEMORY;
    set_address(message, client, host);
    for (i = 0; i < message->request.header_count; i++) {
        if (message->headers[i].name == authorization)
            message->headers[i].value = message->request.url
                + message->credentials;
    }
    return CIELO_OK;
}

const char *cielo__message_credentials(const cielo__message *message)
{
    const char *texts = cielo__buf_string(message->texts);
    const char *scheme_end = message->credentials
        ? strchr(texts + message->credentials, ' ')
        : NULL;

    return scheme_end ? scheme_end + 1 : NULL;
}

int cielo__message_build(cielo__message *message, const cielo_client *client,
                         const cielo__operation *row, const cielo_value *params,
                         const cielo_value *body, const char *token,
                         const char *request_id, cielo__random *random)
{
    const cielo__settings *settings = cielo__client_settings(client);
    const cielo_value *method = row->auth == CIELO__AUTH_GIVEN
        ? cielo_value_get(params, "method")
        : NULL;
    cielo__host host = cielo__host_of(row, params);
    const address_writer url = {message->texts, 0};
    int status;

    start_message(message);
    put_address(&url, client, row, params, body);
    end_address(message);
    message->request.method = method ? cielo_value_text(method, NULL)
                                     : row->facts.method;
    message->request.write = method
        ? strcmp(message->request.method, "GET") != 0
        : row->facts.is_write;
    message->request.connect_timeout_ms = cielo__client_connect_timeout(client);
    if (row->auth == CIELO__AUTH_MPI)
        put_basic(message, settings->mpi_client_id,
                  settings->mpi_client_secret);
    else if (host == CIELO__HOST_CHECKOUT || row->auth == CIELO__AUTH_POST)
        put_bearer(message, settings, row, params, token);
    else
        put_merchant(message, settings, request_id, random);
    put_agent(message, client);
    status = put_body(message, body);
    return status == CIELO_OK ? end_message(message, client, host)
                              : CIELO_EMEMORY;
}

int cielo__has_own_token(const cielo__operation *row)
{
    return row->auth == CIELO__AUTH_POST;
}

int cielo__message_token(cielo__message *message, const cielo_client *client,
                         const cielo__operation *row)
{
    static const char form[] = "grant_type=client_credentials";
    const cielo__settings *settings = cielo__client_settings(client);
    int own = cielo__has_own_token(row);
    cielo__host host = own ? CIELO__HOST_POST_AUTH : CIELO__HOST_CHECKOUT;
    const char *path = own ? "/oauth2/token" : "/api/public/v2/token";

    start_message(message);
    cielo__buf_text(message->texts, cielo__client_base(client, host));
    cielo__buf_text(message->texts, path);
    end_address(message);
    message->request.method = "POST";
    message->request.token = !own;
    message->request.connect_timeout_ms = cielo__client_connect_timeout(client);
    put_basic(message, own ? settings->post_client_id : settings->client_id,
              own ? settings->post_client_secret : settings->client_secret);
    add_header(message, "Content-Type", "application/x-www-form-urlencoded");
    put_agent(message, client);
    message->request.body = form;
    message->request.body_length = sizeof(form) - 1;
    return end_message(message, client, host);
}
