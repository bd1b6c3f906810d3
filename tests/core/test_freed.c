/* What calls leave in memory that they give back: all the way from fields to
 * result over a real connection, however it goes. */
#define _POSIX_C_SOURCE 200809L

#include <cielo/cielo.h>
#include <cielo/perform.h>

#include "check.h"
#include "freed.h"
#include "loopback.h"

#define CARD "4024007153763191"
#define CODE "\"987\""
#define KEY "CANARYKEYABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
#define SECRET "CANARYSECRETabcdefghijklmnopqrst"
#define TOKEN "CANARYTOKENaaaaaaaaaaaaaaaaaaaaaaaa"
#define STORED "db62dc71-d07b-4745-9969-42697b988ccb"

#define SALE                                                                  \
    "{\"MerchantOrderId\":\"2014111703\",\"Payment\":{\"Type\":\"CreditCard\"," \
    "\"Amount\":15700,\"Installments\":1,\"CreditCard\":{\"CardNumber\":\""     \
    CARD "\",\"Holder\":\"Teste\",\"ExpirationDate\":\"12/2035\","              \
    "\"SecurityCode\":" CODE ",\"SaveCard\":true,\"Brand\":\"Visa\"}}}"

#define SOLD                                                                  \
    "{\"MerchantOrderId\":\"2014111703\",\"Payment\":{\"Amount\":15700,"        \
    "\"Installments\":1,\"Type\":\"CreditCard\",\"CreditCard\":{"               \
    "\"CardNumber\":\"402400******3191\",\"CardToken\":\"" STORED "\"},"        \
    "\"PaymentId\":\"24bc8366-fc31-4d6c-8555-17049a836a07\",\"Status\":1,"      \
    "\"ReturnCode\":\"4\"}}"

/* ---- what the server does ---- */

static void say_answer(peer *p, const char *body, size_t cut)
{
    static char text[4096];
    int length = snprintf(text, sizeof(text),
                          "HTTP/1.1 201 Created\r\n"
                          "Content-Length: %lu\r\n\r\n%s",
                          (unsigned long)strlen(body), body);

    if (cut)
        text[(size_t)length - cut] = '\0';
    (void)peer_say(p, text);
}

static void sells(peer *p)
{
    while (peer_read(p))
        say_answer(p, SOLD, 0);
}

static void cuts(peer *p)
{
    if (peer_read(p))
        say_answer(p, SOLD, 40);
}

static void babbles(peer *p)
{
    if (peer_read(p))
        (void)peer_say(p, "HTTP/1.1 201 Created\r\n"
                          "Content-Length: 90000\r\n\r\n"
                          "{\"CardToken\":\"" STORED "\", no JSON");
}

static void hangs_up(peer *p)
{
    (void)peer_read(p);
}

static void gives_token(peer *p)
{
    while (peer_read(p)) {
        if (strstr(p->request, "/api/public/v2/token"))
            say_answer(p, "{\"access_token\":\"" TOKEN
                          "\",\"token_type\":\"bearer\",\"expires_in\":1199}",
                       0);
        else
            say_answer(p, "{\"orderNumber\":\"x\"}", 0);
    }
}

/* ---- a call ---- */

static cielo_client *client_of(const loopback *server)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d", server->port);
    options.base_url = url;
    options.merchant_id = "00000000-0000-0000-0000-000000000001";
    options.merchant_key = KEY;
    options.client_id = "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11";
    options.client_secret = SECRET;
    options.timeout_ms = 1500;
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    return client;
}

static cielo_value *params_of(const char *name, const char *json)
{
    cielo_value *params = cielo_value_new_object(), *value = NULL;

    CHECK_INT(cielo_value_parse(&value, json, strlen(json), NULL), CIELO_OK);
    CHECK_INT(cielo_value_set(params, name, value), CIELO_OK);
    return params;
}

static void call_once(cielo_client *client, int operation, const char *name,
                      const char *json, int status)
{
    cielo_value *params = params_of(name, json);
    cielo_entropy entropy;
    cielo_call *call = NULL;
    cielo_value *kept;

    CHECK_INT(cielo_entropy_fill(&entropy), CIELO_OK);
    CHECK_INT(cielo_call_new(&call, client, operation, params, &entropy, NULL),
              CIELO_OK);
    cielo_value_free(params);
    CHECK_INT(cielo_perform(call, NULL), status);
    (void)cielo_call_facts(call);
    (void)cielo_call_details(call);
    kept = cielo_call_take_result(call);
    cielo_call_free(call);
    cielo_value_free(kept);
}

static void watch_all(void)
{
    static const char *const secrets[]
        = {CARD, CODE, KEY, SECRET, TOKEN, STORED};
    size_t i;

    for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
        freed_watch(secrets[i]);
}

/* Over one connection that is kept, and at the end of all. */
static void sell(void (*script)(peer *p), int status, int times)
{
    loopback *server = loopback_start(script);
    cielo_client *client = client_of(server);
    long finds = freed.finds, looks = freed.looks;

    watch_all();
    while (times--)
        call_once(client, CIELO_OP_SALE_CREATE, "fields", SALE, status);
    cielo_client_unref(client);
    CHECK_INT(freed.finds, finds);
    CHECK(freed.looks > looks);
    freed_forget();
    loopback_end(server); /* holds the requests, and is no part of this */
}

/* ---- tests ---- */

/* What is looked with sees a text at either end, and no part of one. */
static void test_look(void)
{
    char memory[64] = "";

    freed_watch("nothing");
    freed_watch(CARD);
    CHECK_STR(freed_holds(memory, sizeof(memory)), NULL);
    memcpy(memory + sizeof(memory) - strlen(CARD), CARD, strlen(CARD));
    CHECK_STR(freed_holds(memory, sizeof(memory)), CARD);
    CHECK_STR(freed_holds(memory, sizeof(memory) - 1), NULL);
    memcpy(memory, CARD, strlen(CARD));
    CHECK_STR(freed_holds(memory, strlen(CARD)), CARD);
    freed_forget();
}

static void test_sale(void)
{
    sell(sells, CIELO_OK, 3);
}

static void test_sale_in_doubt(void)
{
    sell(cuts, CIELO_EUNKNOWN, 1);
    sell(babbles, CIELO_EUNKNOWN, 1);
    sell(hangs_up, CIELO_EUNKNOWN, 1);
}

static void test_wrong_fields(void)
{
    loopback *server = loopback_start(sells);
    cielo_client *client = client_of(server);
    long finds = freed.finds;

    watch_all();
    call_once(client, CIELO_OP_SALE_CREATE, "fields",
              "{\"MerchantOrderId\":7,\"Payment\":{\"Amount\":\"x\","
              "\"CreditCard\":{\"CardNumber\":\"" CARD "\",\"SecurityCode\":"
              CODE ",\"Nonsense\":{}}}}",
              CIELO_EVALIDATION);
    cielo_client_unref(client);
    CHECK_INT(freed.finds, finds);
    freed_forget();
    loopback_end(server);
}

static void test_token(void)
{
    loopback *server = loopback_start(gives_token);
    cielo_client *client = client_of(server);
    long finds = freed.finds;

    watch_all();
    call_once(client, CIELO_OP_ORDER_GET, "checkout_order_number",
              "\"24bc8366fc314d6c855517049a836a07\"", CIELO_EDECODE);
    cielo_client_unref(client);
    CHECK_INT(freed.finds, finds);
    freed_forget();
    loopback_end(server);
}

int main(void)
{
    static void (*const tests[])(void)
        = {test_look, test_sale, test_sale_in_doubt, test_wrong_fields,
           test_token};

    freed_start();
    return check__main(tests, sizeof(tests) / sizeof(*tests));
}
