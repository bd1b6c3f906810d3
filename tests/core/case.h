/*
 * Plays one case file (tests/cases/README.md) against the call machine, with a
 * clock of its own and no socket. Included by run_cases.c and fail_alloc.c.
 */
#ifndef CASE_H
#define CASE_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cielo/cielo.h>

#include "call/call_internal.h"
#include "case_record.h"

#define CASE_MERCHANT_ID "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d"
#define CASE_MERCHANT_KEY "CANARYKEYABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
#define CASE_CLIENT_ID "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11"
#define CASE_CLIENT_SECRET "CANARYSECRETabcdefghijklmnopqrst"
#define CASE_MPI_SECRET "CANARYMPISECRETabcdefghijklmnopq"
#define CASE_POST_SECRET "CANARYPOSTSECRETabcdefghijklmnop"

typedef struct case_run {
    const char *name;
    const cielo_value *tree;
    const cielo_value *next; /* the exchange expected */
    const cielo_allocator *mem;
    cielo_client *client;
    cielo_call *call;
    int64_t now;
    int64_t waited;  /* since the last exchange */
    int loose;       /* memory fails: the script need not be followed */
    int differences;
    int asked;       /* requests that the machine wanted sent */
    int writes;      /* those of the operation that may have gone out */
    int memory;      /* making client or call ran out of memory */
    case_journal *journal; /* kept for the client; NULL: it keeps none */
    void (*pause)(int on); /* around what the runner itself allocates */
} case_run;

static void case_differ(case_run *run, const char *format, ...)
{
    va_list args;

    run->differences++;
    if (run->loose)
        return;
    printf("%s: ", run->name);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

/* ---- reading the file ---- */

/* A process adopts a refusal once: for a second play its id is another. */
static void case_rename_refusals(char *text)
{
    static const char refusal[] = "0dec11ed-";

    while ((text = strstr(text, refusal)) != NULL)
        text[sizeof(refusal) - 3]++;
}

/* `play`: which play of the file it is for, from 0. */
static cielo_value *case_load(const char *path, int play)
{
    static char text[256 * 1024];
    FILE *file = fopen(path, "rb");
    cielo_value *tree = NULL;
    cielo_error err;
    size_t length;

    if (!file) {
        printf("%s: cannot be opened\n", path);
        return NULL;
    }
    length = fread(text, 1, sizeof(text) - 1, file);
    text[length] = '\0';
    fclose(file);
    while (play-- > 0)
        case_rename_refusals(text);
    if (cielo_value_parse(&tree, text, length, &err) != CIELO_OK)
        printf("%s: %s\n", path, err.message);
    return tree;
}

static const cielo_value *case_get(const cielo_value *object, const char *name)
{
    return cielo_value_get(object, name);
}

static const char *case_text(const cielo_value *object, const char *name)
{
    return cielo_value_text(case_get(object, name), NULL);
}

static int64_t case_integer(const cielo_value *object, const char *name,
                            int64_t otherwise)
{
    cielo_value_integer(case_get(object, name), &otherwise);
    return otherwise;
}

static char *case_print(const cielo_value *value)
{
    static char shown[4][16 * 1024];
    static int turn;
    char *out = shown[turn++ & 3];
    char *text = NULL;
    size_t length = 0;

    snprintf(out, sizeof(shown[0]), "(nothing)");
    if (value && cielo_value_print(value, &text, &length) == CIELO_OK)
        snprintf(out, sizeof(shown[0]), "%s", text);
    cielo_text_free(text, length);
    return out;
}

/* ---- comparing ---- */

static int case_fits(const cielo_value *should, const cielo_value *is);

static int case_list_fits(const cielo_value *should, const cielo_value *is)
{
    const cielo_value *a = cielo_value_first(should);
    const cielo_value *b = cielo_value_first(is);

    if (cielo_value_type(is) != CIELO_ARRAY
        || cielo_value_size(should) != cielo_value_size(is))
        return 0;
    for (; a; a = cielo_value_next(a), b = cielo_value_next(b)) {
        if (!case_fits(a, b))
            return 0;
    }
    return 1;
}

/* 1 when `is` holds all that `should` names. */
static int case_fits(const cielo_value *should, const cielo_value *is)
{
    const cielo_value *item;

    if (cielo_value_bool(case_get(should, "$any")))
        return cielo_value_type(is) != CIELO_NULL;
    if (cielo_value_type(should) == CIELO_ARRAY)
        return case_list_fits(should, is);
    if (cielo_value_type(should) != CIELO_OBJECT)
        return cielo_value_equal(should, is)
            || (cielo_value_type(should) == CIELO_NULL
                && cielo_value_type(is) == CIELO_NULL);
    for (item = cielo_value_first(should); item;
         item = cielo_value_next(item)) {
        if (!case_fits(item, case_get(is, cielo_value_name(item, NULL))))
            return 0;
    }
    return cielo_value_size(should) == 0
        || cielo_value_type(is) == CIELO_OBJECT;
}

static void case_same_members(case_run *run, const char *what,
                              const cielo_value *should, const cielo_value *is)
{
    const cielo_value *item;

    if (should && cielo_value_type(should) != CIELO_OBJECT) {
        if (!case_fits(should, is))
            case_differ(run, "%s is\n    %s\n  should be\n    %s", what,
                        case_print(is), case_print(should));
        return;
    }
    if (should && cielo_value_type(is) != CIELO_OBJECT
        && cielo_value_type(is) != CIELO_NULL)
        case_differ(run, "%s is\n    %s\n  should be an object", what,
                    case_print(is));
    for (item = cielo_value_first(should); item;
         item = cielo_value_next(item)) {
        const char *name = cielo_value_name(item, NULL);

        if (!case_fits(item, case_get(is, name)))
            case_differ(run, "%s, member %s, is\n    %s\n  should be\n    %s",
                        what, name, case_print(case_get(is, name)),
                        case_print(item));
    }
}

/* ---- the request ---- */

static void case_text_is(case_run *run, const char *what, const char *is,
                         const char *should)
{
    if (!is || !should ? is != should : strcmp(is, should) != 0)
        case_differ(run, "%s is\n    %s\n  should be\n    %s", what,
                    is ? is : "(absent)", should ? should : "(absent)");
}

static const char *case_header(const cielo_request *request, const char *name)
{
    size_t i;

    for (i = 0; i < request->header_count; i++) {
        const char *given = request->headers[i].name;

        if (strlen(given) == strlen(name)
            && cielo__same_case(given, name, strlen(name)))
            return request->headers[i].value;
    }
    return NULL;
}

static void case_check_headers(case_run *run, const cielo_request *request,
                               const cielo_value *should)
{
    const cielo_value *item;
    char what[80];

    for (item = cielo_value_first(should); item;
         item = cielo_value_next(item)) {
        const char *name = cielo_value_name(item, NULL);
        const char *is = case_header(request, name);

        snprintf(what, sizeof(what), "header %s", name);
        if (cielo_value_bool(case_get(item, "$any")))
            case_text_is(run, what, is ? "present" : NULL, "present");
        else
            case_text_is(run, what, is, cielo_value_text(item, NULL));
    }
}

/* Not in the files, since it holds for each: who asks, in what form. */
static void case_check_manners(case_run *run, const cielo_request *request)
{
    const char *key = case_header(request, "MerchantKey");
    const char *agent = case_header(request, "User-Agent");
    const char *id = case_header(request, "RequestId");

    if (!agent || !strstr(agent, "libcielo/"))
        case_differ(run, "no User-Agent of ours");
    if (key && (!id || !*id))
        case_differ(run, "no RequestId");
    if (request->body && !case_header(request, "Content-Type"))
        case_differ(run, "a body without Content-Type");
    if (!request->write && strcmp(request->method, "GET") != 0
        && !strstr(request->target, "/token")
        && !strstr(request->target, "/accesstoken"))
        case_differ(run, "a %s that the transport may repeat", request->method);
}

static void case_check_body(case_run *run, const cielo_request *request,
                            const cielo_value *should)
{
    const cielo_value *body = case_get(should, "body");
    const char *form = case_text(should, "form");

    if (body)
        form = case_print(body);
    case_text_is(run, "the body", request->body, form);
    if (request->body && strlen(request->body) != request->body_length)
        case_differ(run, "the body's length is wrong");
}

static void case_check_host(case_run *run, const cielo_request *request,
                            const char *host)
{
    static const char *const names[][3]
        = {{"transaction", "apisandbox.cieloecommerce.cielo.com.br",
            "api.cieloecommerce.cielo.com.br"},
           {"query", "apiquerysandbox.cieloecommerce.cielo.com.br",
            "apiquery.cieloecommerce.cielo.com.br"},
           {"checkout", "cieloecommerce.cielo.com.br",
            "cieloecommerce.cielo.com.br"},
           {"mpi", "mpisandbox.braspag.com.br", "mpi.braspag.com.br"},
           {"post", "transactionsandbox.pagador.com.br",
            "transaction.pagador.com.br"},
           {"post_auth", "authsandbox.braspag.com.br",
            "auth.braspag.com.br"}};
    int live = strcmp(cielo_client_environment(run->client), "production") == 0;
    size_t i;

    for (i = 0; host && i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i][0], host) != 0)
            continue;
        case_text_is(run, "the host", request->host, names[i][1 + live]);
        case_text_is(run, "the scheme", request->scheme, "https");
    }
}

static void case_check_request(case_run *run, const cielo_request *request,
                               const cielo_value *should)
{
    const cielo_value *wait = case_get(run->next, "wait_ms");
    int64_t low = 0, high = 0;

    case_text_is(run, "the method", request->method,
                 case_text(should, "method"));
    case_text_is(run, "the path", request->target, case_text(should, "path"));
    case_check_host(run, request, case_text(should, "host"));
    case_check_headers(run, request, case_get(should, "headers"));
    case_check_manners(run, request);
    case_check_body(run, request, should);
    if (!wait)
        return;
    cielo_value_integer(cielo_value_first(wait), &low);
    cielo_value_integer(cielo_value_next(cielo_value_first(wait)), &high);
    if (run->waited < low || run->waited > high)
        case_differ(run, "the wait is %lld ms, should be %lld to %lld",
                    (long long)run->waited, (long long)low, (long long)high);
}

/* ---- what comes back ---- */

static int case_body(case_run *run, const cielo_value *body, char **text,
                     size_t *length)
{
    int status;

    if (run->pause)
        run->pause(1);
    status = body ? cielo_value_print(body, text, length) : CIELO_EUSAGE;
    if (run->pause)
        run->pause(0);
    return status == CIELO_OK;
}

/* Each character of the text as the byte of its number, up to U+00FF. */
static const char *case_bytes(const char *text)
{
    static char bytes[16 * 1024];
    size_t length = 0;

    for (; *text && length < sizeof(bytes) - 1; text++) {
        unsigned char c = (unsigned char)*text;

        if (c >= 0xC0)
            c = (unsigned char)(c << 6 | ((unsigned char)*++text & 0x3F));
        bytes[length++] = (char)c;
    }
    bytes[length] = '\0';
    return bytes;
}

static void case_reply(case_run *run, const cielo_value *reply)
{
    const cielo_value *body = case_get(reply, "body");
    cielo_response response;
    char *text = NULL;
    size_t length = 0;

    memset(&response, 0, sizeof(response));
    response.http_status = (int)case_integer(reply, "status", 200);
    response.date = cielo_value_text(
        cielo_value_get_case(case_get(reply, "headers"), "Date"), NULL);
    response.retry_after = cielo_value_text(
        cielo_value_get_case(case_get(reply, "headers"), "Retry-After"), NULL);
    response.content_type = cielo_value_text(
        cielo_value_get_case(case_get(reply, "headers"), "Content-Type"), NULL);
    response.body = "";
    if (case_body(run, body, &text, &length)) {
        response.body = text;
        response.body_length = length;
    } else if (case_text(reply, "text")) {
        response.body = case_text(reply, "text");
        response.body_length = strlen(response.body);
    } else if (case_text(reply, "bytes")) {
        response.body = case_bytes(case_text(reply, "bytes"));
        response.body_length = strlen(response.body);
    }
    (void)cielo_call_on_response(run->call, &response);
    cielo_text_free(text, length);
}

static void case_fail(case_run *run, const char *how)
{
    static const struct {
        const char *how;
        cielo_sent sent;
        cielo_cause cause;
        const char *text;
    } ways[] = {
        {"refused", CIELO_SENT_NO, CIELO_CAUSE_CONNECT, "nobody listens"},
        {"close", CIELO_SENT_YES, CIELO_CAUSE_CLOSED, "connection closed"},
        {"half", CIELO_SENT_YES, CIELO_CAUSE_CLOSED, "the answer was cut"},
        {"stall", CIELO_SENT_YES, CIELO_CAUSE_TIMEOUT, "no answer in time"},
        {"garbage", CIELO_SENT_YES, CIELO_CAUSE_PROTOCOL, "no HTTP"}};
    size_t i;

    for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(ways[i].how, how) != 0)
            continue;
        if (ways[i].cause == CIELO_CAUSE_TIMEOUT)
            run->now = cielo_call_deadline(run->call);
        (void)cielo_call_on_failure(run->call, ways[i].sent, ways[i].cause,
                                    ways[i].text);
        return;
    }
    case_differ(run, "no such failure: %s", how);
}

static void case_refuse(case_run *run)
{
    (void)cielo_call_on_failure(run->call, CIELO_SENT_NO, CIELO_CAUSE_CONNECT,
                                "past the end of the script");
}

static int case_is_next(const case_run *run, const cielo_request *request)
{
    const cielo_value *should = case_get(run->next, "request");
    const char *method = case_text(should, "method");
    const char *path = case_text(should, "path");

    return method && path && strcmp(method, request->method) == 0
        && strcmp(path, request->target) == 0;
}

static void case_send(case_run *run)
{
    const cielo_request *request = cielo_call_request(run->call);
    const cielo_value *exchange = run->next;
    const char *how = case_text(exchange, "fail");

    run->asked++;
    if (run->journal && request->write && run->journal->count == 0)
        case_differ(run, "a write that was not noted: %s", request->method);
    if (!exchange || (run->loose && !case_is_next(run, request))) {
        if (!exchange)
            case_differ(run, "a request too many: %s %s", request->method,
                        request->target);
        case_refuse(run);
        return;
    }
    case_check_request(run, request, case_get(exchange, "request"));
    run->writes += request->write && (!how || strcmp(how, "refused") != 0)
        && case_integer(case_get(exchange, "reply"), "status", 0) != 401;
    run->next = cielo_value_next(exchange);
    run->waited = 0;
    run->now += case_integer(exchange, "after_ms", 0);
    if (run->now >= cielo_call_deadline(run->call))
        how = "stall";
    if (how)
        case_fail(run, how);
    else
        case_reply(run, case_get(exchange, "reply"));
}

/* ---- the client and the call ---- */

static void case_browser_options(cielo_options *options,
                                 const cielo_value *given)
{
    if (case_get(given, "mpi_client_id"))
        options->mpi_client_id = case_text(given, "mpi_client_id");
    if (case_get(given, "mpi_client_secret"))
        options->mpi_client_secret = case_text(given, "mpi_client_secret");
    if (case_get(given, "post_client_id"))
        options->post_client_id = case_text(given, "post_client_id");
    if (case_get(given, "post_client_secret"))
        options->post_client_secret = case_text(given, "post_client_secret");
}

static void case_options(cielo_options *options, const cielo_value *given)
{
    options->merchant_id = CASE_MERCHANT_ID;
    options->merchant_key = CASE_MERCHANT_KEY;
    options->client_id = CASE_CLIENT_ID;
    options->client_secret = CASE_CLIENT_SECRET;
    options->checkout_merchant_id = CASE_MERCHANT_ID;
    options->mpi_client_id = CASE_CLIENT_ID;
    options->mpi_client_secret = CASE_MPI_SECRET;
    options->post_client_id = CASE_CLIENT_ID;
    options->post_client_secret = CASE_POST_SECRET;
    options->environment = "sandbox";
    if (case_text(given, "environment"))
        options->environment = case_text(given, "environment");
    if (case_get(given, "merchant_id"))
        options->merchant_id = case_text(given, "merchant_id");
    if (case_get(given, "merchant_key"))
        options->merchant_key = case_text(given, "merchant_key");
    if (case_get(given, "client_id"))
        options->client_id = case_text(given, "client_id");
    if (case_get(given, "client_secret"))
        options->client_secret = case_text(given, "client_secret");
    if (case_get(given, "checkout_merchant_id"))
        options->checkout_merchant_id
            = case_text(given, "checkout_merchant_id");
    case_browser_options(options, given);
    options->journal = ""; /* but for who keeps one */
    options->user_agent = case_text(given, "user_agent");
    options->timeout_ms = case_integer(given, "timeout_ms", -1);
    options->connect_timeout_ms = case_integer(given, "connect_timeout_ms", -1);
    options->max_retries = (int)case_integer(given, "max_retries", -1);
    if (case_get(given, "reconcile"))
        options->reconcile = cielo_value_bool(case_get(given, "reconcile"));
    if (case_get(given, "validate"))
        options->validate = cielo_value_bool(case_get(given, "validate"));
}

/* 1 when client and call are there. */
static int case_begin(case_run *run)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    const char *name = case_text(run->tree, "operation");
    cielo_value *none = cielo_value_new_object();
    const cielo_value *params = case_get(run->tree, "params");
    cielo_entropy entropy;
    cielo_error err;
    int status;

    memset(&entropy, 7, sizeof(entropy));
    entropy.wall_ms = CASE_WALL;
    case_options(&options, case_get(run->tree, "options"));
    options.allocator = run->mem;
    if (run->journal)
        options.journal = "in memory";
    status = cielo_client_new(&run->client, &options, &err);
    if (status == CIELO_OK)
        status = cielo_call_new(&run->call, run->client,
                                name ? cielo_operation_find(name) : -1,
                                params ? params : none, &entropy, &err);
    cielo_value_free(none);
    if (status == CIELO_OK)
        return 1;
    run->memory = status == CIELO_EMEMORY;
    case_differ(run, "cannot begin: %s", err.message);
    return 0;
}

static void case_record(case_run *run)
{
    int noted = run->journal
        && case_note(run->journal, run->call, run->now);

    if (!noted && !run->loose)
        case_differ(run, run->journal ? "a RECORD without a record"
                                      : "a RECORD without a journal");
    (void)cielo_call_on_record(run->call, noted, "no memory");
}

enum { CASE_STEPS = 500 };

static void case_play(case_run *run)
{
    int steps = 0;
    cielo_step step;

    while ((step = cielo_call_step(run->call, run->now)) != CIELO_STEP_DONE) {
        int64_t until = cielo_call_deadline(run->call);

        if (++steps > CASE_STEPS) {
            case_differ(run, "the call never ends");
            cielo_call_cancel(run->call);
            return;
        }
        if (step == CIELO_STEP_SEND) {
            case_send(run);
        } else if (step == CIELO_STEP_RECORD) {
            case_record(run);
        } else if (until <= run->now) {
            case_differ(run, "waits for what is past");
            run->now++;
        } else {
            run->waited += until - run->now;
            run->now = until;
        }
    }
    if (run->journal)
        (void)case_note(run->journal, run->call, run->now);
}

/* ---- canaries: what must not be in errors and logs ---- */

static void case_scan(case_run *run, const char *secret, const char *where,
                      const char *text)
{
    if (text && strstr(text, secret))
        case_differ(run, "%s shows a secret:\n    %s", where, text);
}

static void case_scan_all(case_run *run, const char *secret)
{
    const cielo_value *trees[2];
    cielo_error err;
    size_t i;

    trees[0] = cielo_call_details(run->call);
    trees[1] = cielo_call_facts(run->call);
    for (i = 0; i < 2; i++) {
        char *text = NULL;
        size_t length = 0;

        if (cielo_value_print(trees[i], &text, &length) == CIELO_OK)
            case_scan(run, secret, i ? "facts" : "details", text);
        else if (!run->loose)
            case_differ(run, "%s cannot be printed", i ? "facts" : "details");
        cielo_text_free(text, length);
    }
    (void)cielo_call_result(run->call, NULL, &err);
    case_scan(run, secret, "the error", err.message);
    case_scan(run, secret, "the error's code", err.code);
    for (i = 0; run->journal && i < run->journal->count; i++)
        case_scan(run, secret, "the journal", run->journal->lines[i]);
}

/* The secrets of the parameters, by the names the field map calls so. */
static void case_each_secret(case_run *run, const cielo_value *tree,
                             void (*visit)(case_run *run, const char *secret))
{
    const cielo_value *item;

    for (item = cielo_value_first(tree); item; item = cielo_value_next(item)) {
        size_t n = 0, length = 0;
        const char *name = cielo_value_name(item, &n);
        const char *text = cielo_value_text(item, &length);

        /* A three-digit code stands in a date or a GUID by chance. */
        if (name && text && length > 3 && length < 200
            && cielo__field_kind(name, n) != CIELO_FIELD_OPEN)
            visit(run, text);
        case_each_secret(run, item, visit);
    }
}

/* Each line is whole, and has nothing of what was asked and answered but what
 * is on the lists. */
static void case_check_line(case_run *run, const char *line, size_t length)
{
    cielo_value *record = case_unframed(line, length);
    const cielo_value *item;
    const char *text;

    if (!record) {
        case_differ(run, "a broken line:%s", line);
        return;
    }
    if (case_unlisted(record))
        case_differ(run, "no record has %s:%s", case_unlisted(record), line);
    text = case_leaked(case_get(run->tree, "params"), record);
    item = cielo_value_first(case_get(run->tree, "exchanges"));
    for (; item && !text; item = cielo_value_next(item))
        text = case_leaked(case_get(item, "reply"), record);
    if (text)
        case_differ(run, "the journal holds %s:%s", text, line);
    cielo_value_free(record);
}

static void case_check_lines(case_run *run)
{
    size_t i;

    for (i = 0; run->journal && i < run->journal->count; i++)
        case_check_line(run, run->journal->lines[i], run->journal->lengths[i]);
}

static void case_canaries(case_run *run)
{
    case_check_lines(run);
    case_scan_all(run, CASE_MERCHANT_KEY);
    case_scan_all(run, CASE_CLIENT_SECRET);
    case_scan_all(run, CASE_MPI_SECRET);
    case_scan_all(run, CASE_POST_SECRET);
    case_scan_all(run, "CANARYTOKEN");
    case_each_secret(run, case_get(run->tree, "params"), case_scan_all);
}

/* ---- one case ---- */

static void case_end(case_run *run)
{
    cielo_call_free(run->call);
    cielo_client_unref(run->client);
    run->call = NULL;
    run->client = NULL;
}

/* Plays the case; the call stays for the caller to look at, until case_end. */
static void case_start(case_run *run, const char *name, const cielo_value *tree)
{
    memset(run, 0, sizeof(*run));
    run->name = name;
    run->tree = tree;
    run->next = cielo_value_first(case_get(tree, "exchanges"));
    run->now = CASE_START;
}

#endif
