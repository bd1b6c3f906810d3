/* The journal of calls that are sent: what stands in it, and when, and what
 * becomes of a call where it cannot be kept. */
#define _DEFAULT_SOURCE /* getrlimit and its like, under c99 */

#include <cielo/cielo.h>
#include <pthread.h>
#include <sys/resource.h>

#include "check.h"
#include "loopback.h"
#include "notebook.h"
#include "scratch.h"

/* What the script of a server looks at, while no test changes it. */
static const char *looked_at;
static int unnoted; /* requests that came before their intents */

/* ---- scenes ---- */

typedef struct scene {
    char *root;
    loopback *server;
    cielo_client *client;
} scene;

static cielo_client *client_of(const char *root, const loopback *server,
                               int required)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    char base[64];

    snprintf(base, sizeof(base), "http://127.0.0.1:%d", server->port);
    options.merchant_id = NOTEBOOK_MERCHANT;
    options.merchant_key = "key";
    options.base_url = base;
    options.journal = root;
    options.journal_required = required;
    options.timeout_ms = 20000;
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    return client;
}

static scene begin(void (*script)(peer *p))
{
    scene s;

    s.root = scratch_new();
    s.server = loopback_start(script);
    s.client = client_of(s.root, s.server, 1);
    return s;
}

static void end(scene *s)
{
    cielo_client_unref(s->client);
    loopback_end(s->server);
    scratch_end(s->root);
}

static int sell(cielo_client *client, const char *order)
{
    cielo_call *call = notebook_sale(client, order);
    int status = cielo_perform(call, NULL);

    cielo_call_free(call);
    return status;
}

/* ---- scripts ---- */

static int answer(peer *p)
{
    char order[60], text[1200];
    char body[900];

    notebook_order(p->request, order, sizeof(order));
    snprintf(body, sizeof(body), NOTEBOOK_SOLD, order);
    snprintf(text, sizeof(text),
             "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
             "Content-Length: %d\r\n\r\n%s",
             (int)strlen(body), body);
    return peer_say(p, text);
}

static void sells(peer *p)
{
    while (peer_read(p) && answer(p))
        continue;
}

/* As above, once it has seen that the intent is in the folder. */
static void sells_what_is_noted(peer *p)
{
    while (peer_read(p)) {
        char order[60];

        notebook_order(p->request, order, sizeof(order));
        if (!notebook_has(looked_at, "intent", "order", order))
            __atomic_fetch_add(&unnoted, 1, __ATOMIC_RELAXED);
        (void)answer(p);
    }
}

static void holds(peer *p)
{
    while (peer_read(p))
        peer_await(p, 0);
}

/* ---- tests ---- */

static void a_sale_is_noted_before_it_is_sent(void)
{
    scene s = begin(sells_what_is_noted);
    notes n;

    looked_at = s.root;
    CHECK_INT(sell(s.client, "A1"), CIELO_OK);
    CHECK_INT(sell(s.client, "A2"), CIELO_OK);
    CHECK_INT(unnoted, 0);
    n = notebook_read(s.root);
    CHECK_INT(n.intents, 2);
    CHECK_INT(n.outcomes, 2);
    CHECK_INT(n.damaged, 0);
    CHECK(notebook_has(s.root, "intent", "order", "A2"));
    CHECK(notebook_has(s.root, "outcome", "result", "approved"));
    end(&s);
}

static void many_are_noted_before_they_are_sent(void)
{
    enum { CALLS = 60 };
    scene s = begin(sells_what_is_noted);
    cielo_multi *multi;
    cielo_call *call;
    int left = CALLS, i;
    notes n;

    looked_at = s.root;
    CHECK_INT(cielo_multi_new(&multi, s.client, NULL), CIELO_OK);
    for (i = 0; i < CALLS; i++) {
        char order[20];

        snprintf(order, sizeof(order), "B%d", i);
        CHECK_INT(cielo_multi_add(multi, notebook_sale(s.client, order), NULL),
                  CIELO_OK);
    }
    while (left > 0) {
        CHECK_INT(cielo_multi_wait(multi, 10000), CIELO_OK);
        for (; (call = cielo_multi_done(multi)) != NULL; left--) {
            const cielo_value *value;

            CHECK_INT(cielo_call_result(call, &value, NULL), CIELO_OK);
            cielo_call_free(call);
        }
    }
    cielo_multi_free(multi);
    CHECK_INT(unnoted, 0);
    n = notebook_read(s.root);
    CHECK_INT(n.intents, CALLS);
    CHECK_INT(n.outcomes, CALLS);
    end(&s);
}

static void a_read_is_not_noted(void)
{
    scene s = begin(sells);
    cielo_call *call = notebook_call(s.client, CIELO_OP_SALE_GET,
                                     "{\"payment_id\":\"" NOTEBOOK_ID "\"}");

    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    cielo_call_free(call);
    CHECK_INT(notebook_read(s.root).segments, 0);
    end(&s);
}

static void what_cannot_be_noted_is_not_sent(void)
{
    scene s = begin(sells);
    cielo_client *client;
    cielo_call *call;
    cielo_error err;
    char file[300];

    snprintf(file, sizeof(file), "%s/file", s.root);
    scratch_write(s.root, "file", "", 0);
    client = client_of(file, s.server, 1);
    call = notebook_sale(client, "C1");
    CHECK_INT(cielo_perform(call, &err), CIELO_EJOURNAL);
    CHECK(strstr(err.message, "it is no folder"));
    CHECK_STR(notebook_text(cielo_call_details(call), "sent"), "no");
    CHECK_INT(loopback_count(s.server, &s.server->requests), 0);
    cielo_call_free(call);
    cielo_client_unref(client);
    end(&s);
}

static void or_it_is_sent_with_a_warning(void)
{
    scene s = begin(sells);
    cielo_client *client;
    cielo_call *call;
    char file[300];

    snprintf(file, sizeof(file), "%s/file", s.root);
    scratch_write(s.root, "file", "", 0);
    client = client_of(file, s.server, 0);
    call = notebook_sale(client, "C1");
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    CHECK_INT(notebook_warnings(call, "unrecorded"), 1);
    CHECK_INT(loopback_count(s.server, &s.server->requests), 1);
    cielo_call_free(call);
    cielo_client_unref(client);
    end(&s);
}

static void limit_files(rlim_t most)
{
    struct rlimit limit;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = most;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void sells_and_fills_the_disk(peer *p)
{
    while (peer_read(p)) {
        limit_files(1);
        (void)answer(p);
    }
}

static int lose_an_outcome(const char *root)
{
    loopback *server;
    cielo_client *client;
    cielo_call *call;

    check__failures = 0;
    limit_files(1000000);
    server = loopback_start(sells_and_fills_the_disk);
    client = client_of(root, server, 1);
    call = notebook_sale(client, "D1");
    CHECK_INT(cielo_perform(call, NULL), CIELO_OK);
    CHECK_INT(notebook_warnings(call, "unrecorded"), 1);
    cielo_call_free(call);
    cielo_client_unref(client);
    loopback_end(server);
    return check__failures;
}

/* The sale is what it is; who settles it finds out once more. */
static void an_outcome_that_is_lost_is_told(void)
{
    char *root = scratch_new();
    pid_t child = fork();
    notes n;

    if (child == 0)
        _exit(lose_an_outcome(root));
    CHECK_INT(scratch_wait(child), 0);
    n = notebook_read(root);
    CHECK_INT(n.intents, 1);
    CHECK_INT(n.outcomes, 0);
    scratch_end(root);
}

static void what_is_cancelled_is_noted(void)
{
    scene s = begin(holds);
    cielo_call *call = notebook_sale(s.client, "E1");

    while (loopback_count(s.server, &s.server->requests) < 1)
        CHECK_INT(cielo_perform_slice(call, 5, NULL), CIELO_EAGAIN);
    cielo_call_cancel(call);
    CHECK_INT(notebook_read(s.root).outcomes, 1);
    CHECK(notebook_has(s.root, "outcome", "result", "unknown"));
    cielo_call_free(call);
    call = notebook_sale(s.client, "E2");
    while (loopback_count(s.server, &s.server->requests) < 2)
        CHECK_INT(cielo_perform_slice(call, 5, NULL), CIELO_EAGAIN);
    cielo_call_free(call);
    CHECK_INT(notebook_read(s.root).outcomes, 2);
    loopback_allow(s.server, 0);
    end(&s);
}

enum { THREADS = 8, SALES = 40 };

typedef struct seller {
    pthread_t thread;
    cielo_client *client;
    int number;
    int failed;
} seller;

static void *sell_some(void *argument)
{
    seller *s = argument;
    char order[30];
    int i;

    for (i = 0; i < SALES; i++) {
        snprintf(order, sizeof(order), "F%d-%d", s->number, i);
        s->failed += sell(s->client, order) != CIELO_OK;
    }
    return NULL;
}

static void threads_share_a_segment(void)
{
    scene s = begin(sells_what_is_noted);
    seller sellers[THREADS];
    notes n;
    int i;

    looked_at = s.root;
    memset(sellers, 0, sizeof(sellers));
    for (i = 0; i < THREADS; i++) {
        sellers[i].client = s.client;
        sellers[i].number = i;
        pthread_create(&sellers[i].thread, NULL, sell_some, &sellers[i]);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(sellers[i].thread, NULL);
        CHECK_INT(sellers[i].failed, 0);
    }
    CHECK_INT(unnoted, 0);
    n = notebook_read(s.root);
    CHECK_INT(n.segments, 1);
    CHECK_INT(n.intents, THREADS * SALES);
    CHECK_INT(n.outcomes, THREADS * SALES);
    CHECK_INT(n.damaged, 0);
    end(&s);
}

CHECK_MAIN(a_sale_is_noted_before_it_is_sent,
           many_are_noted_before_they_are_sent, a_read_is_not_noted,
           what_cannot_be_noted_is_not_sent, or_it_is_sent_with_a_warning,
           an_outcome_that_is_lost_is_told, what_is_cancelled_is_noted,
           threads_share_a_segment)
