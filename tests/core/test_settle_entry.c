/*
 * Calls that look what became of an entry of the journal, played against a
 * script of answers: what is asked, what is adopted, what is told the journal,
 * and above all what is never said.
 */
#include "check.h"

#include <stdarg.h>
#include <stdlib.h>

#include <cielo/cielo.h>
#include <cielo/journal.h>

#include "base/base.h"

#define ID "24bc8366-fc31-4d6c-8555-17049a836a07"
#define OTHER_ID "11111111-fc31-4d6c-8555-17049a836a07"
#define ENTRY_ID "0198f3c2-0000-7000-8000-000000000001"

/* 15:00:00 UTC, which is noon at Cielo: when the intents were noted. */
#define AT "2026-03-02T15:00:00.000Z"
#define DEADLINE "2026-03-02T15:00:45.000Z"
#define NOON "2026-03-02 12:00:00"

/* When looks are answered. */
#define HOUR_LATER "Mon, 02 Mar 2026 16:00:00 GMT"
#define HOUR_LATER_IS "2026-03-02T16:00:00.000Z"

typedef struct answer {
    const char *path; /* what the address asked for ends with */
    int http_status;  /* 0: no answer comes */
    const char *body;
    const char *date;
} answer;

typedef struct play {
    cielo_client *client;
    cielo_value *entry;
    cielo_call *call;
    size_t asked;
    int64_t now;
    int waits;
    cielo_value *lines[2]; /* what the journal is told */
    size_t told;
} play;

static cielo_client *client_of(const char *merchant, const char *environment,
                               const char *journal)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;

    options.merchant_id = merchant;
    options.merchant_key = "its key";
    options.client_id = "checkout store";
    options.client_secret = "its secret";
    options.environment = environment;
    options.journal = journal;
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    return client;
}

static cielo_value *json(const char *format, ...)
{
    static char text[8192];
    cielo_value *tree = NULL;
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    CHECK_INT(cielo_value_parse(&tree, text, (size_t)length, NULL), CIELO_OK);
    return tree;
}

#define INTENT(op, merchant, members)                                     \
    "\"id\":\"" ENTRY_ID "\",\"at\":\"" AT "\",\"deadline\":\"" DEADLINE  \
    "\",\"op\":\"" op "\",\"merchant\":\"" merchant                       \
    "\",\"env\":\"production\"," members

#define ENTRY(intent, more) \
    "{\"state\":\"in_doubt\",\"intent\":{" intent "}" more "}"

/* A sale of R$ 157.00, its writer's clock as Cielo's. */
#define SALE_MEMBERS                                                      \
    "\"order\":\"A1\",\"amount\":15700,\"type\":\"CreditCard\","          \
    "\"card\":{\"first6\":\"402400\",\"last4\":\"3191\"},\"installments\":1"
#define SALE(clock, more) \
    ENTRY(INTENT("sale_create", "store", SALE_MEMBERS clock), more)
/* How far Cielo's is ahead of the writer's, at least, and how much more. */
#define CLOCK(ahead, within) \
    ",\"clock\":" ahead ",\"clock_within\":" within
#define OWN_CLOCK CLOCK("0", "0")

#define LISTED(id, date) \
    "{\"PaymentId\":\"" id "\",\"ReceivedDate\":\"" date "\"}"
#define LIST_OF(items) "{\"Payments\":[" items "]}"
#define SALE_OF(id, date, status, amount, card)                             \
    "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"" id          \
    "\",\"Type\":\"CreditCard\",\"ReceivedDate\":\"" date "\",\"Status\":"  \
    status ",\"Amount\":" amount ",\"Installments\":1,\"CreditCard\":{"     \
    card "}}}"
#define CARD "\"CardNumber\":\"402400******3191\",\"Brand\":\"Visa\""
#define OWN SALE_OF(ID, NOON, "2", "15700", CARD)

#define FIND "/1/sales?merchantOrderId=A1"
#define GET "/1/sales/" ID
#define GET_OTHER "/1/sales/" OTHER_ID

#define LOOKED(at, saw) \
    "{\"at\":\"" at "\",\"saw\":\"" saw "\",\"why\":\"because\"}"

static int ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static void exchange(play *p, const answer *script, size_t count)
{
    const cielo_request *request = cielo_call_request(p->call);
    const answer *a = &script[p->asked];
    cielo_response response;

    p->now += 100;
    if (p->asked++ >= count) {
        check__fail(__FILE__, __LINE__, request->url);
        cielo_call_on_failure(p->call, CIELO_SENT_NO, CIELO_CAUSE_CONNECT, "");
        return;
    }
    if (!ends_with(request->url, a->path))
        CHECK_STR(request->url, a->path);
    CHECK(!request->write);
    if (!a->http_status) {
        cielo_call_on_failure(p->call, CIELO_SENT_YES, CIELO_CAUSE_TIMEOUT, "");
        return;
    }
    memset(&response, 0, sizeof(response));
    response.http_status = a->http_status;
    response.date = a->date;
    response.body = a->body;
    response.body_length = strlen(a->body);
    cielo_call_on_response(p->call, &response);
}

/* What the call tells the journal, line by line. */
static void read_lines(play *p)
{
    cielo_origin origin = {INT64_C(1772470800000), "shop", 7};
    size_t length = 0;
    const char *text = cielo_call_record(p->call, &origin, &length);
    const char *end;

    p->told = 0;
    while (text && length > 2 && p->told < 2) {
        CHECK(*text == '\n');
        end = memchr(text + 1, '\n', length - 1);
        CHECK(end != NULL);
        CHECK_INT(cielo_value_parse(&p->lines[p->told++], text + 1,
                                    (size_t)(end - text - 1), NULL),
                  CIELO_OK);
        length -= (size_t)(end + 1 - text);
        text = end + 1;
    }
    CHECK(!cielo_call_record(p->call, &origin, &length));
}

static void start(play *p, cielo_client *client, const char *entry)
{
    cielo_entropy entropy;

    memset(&entropy, 7, sizeof(entropy));
    memset(p, 0, sizeof(*p));
    p->client = client ? cielo_client_ref(client)
                       : client_of("store", "production", "/nowhere");
    p->entry = json("%s", entry);
    CHECK_INT(cielo_settle_new(&p->call, p->client, p->entry, &entropy, NULL),
              CIELO_OK);
    CHECK_INT(cielo_call_settled(p->call), CIELO_SETTLED_NONE);
    cielo_value_free(p->entry); /* it was copied */
}

static void run(play *p, const answer *script, size_t count)
{
    cielo_step step;

    while ((step = cielo_call_step(p->call, p->now)) != CIELO_STEP_DONE) {
        if (step == CIELO_STEP_SEND) {
            exchange(p, script, count);
        } else {
            CHECK_INT(step, CIELO_STEP_WAIT);
            p->waits++;
            p->now = cielo_call_deadline(p->call);
        }
    }
    CHECK_INT(p->asked, count);
    read_lines(p);
}

static void end(play *p)
{
    size_t i;

    for (i = 0; i < p->told; i++)
        cielo_value_free(p->lines[i]);
    cielo_call_free(p->call);
    cielo_client_unref(p->client);
}

#define SCRIPT(...) \
    (const answer[]){__VA_ARGS__}, \
        sizeof((const answer[]){__VA_ARGS__}) / sizeof(answer)

static const char *text(const cielo_value *of, const char *name)
{
    return cielo_value_text(cielo_value_get(of, name), NULL);
}

/* What it came to, and what the journal is told; `saw` NULL: nothing. */
static void check_end(play *p, cielo_settled settled, const char *saw)
{
    const cielo_value *value;
    int status = cielo_call_result(p->call, &value, NULL);

    CHECK_INT(cielo_call_settled(p->call), settled);
    CHECK_INT(status,
              settled == CIELO_SETTLED_ADOPTED ? CIELO_OK : CIELO_EUNKNOWN);
    CHECK_INT(p->told, !saw ? 0 : settled == CIELO_SETTLED_UNKNOWN ? 1 : 2);
    if (p->told > 0) {
        CHECK_STR(text(p->lines[0], "rec"), "look");
        CHECK_STR(text(p->lines[0], "of"), ENTRY_ID);
        CHECK_STR(text(p->lines[0], "saw"), saw);
    }
    if (p->told > 1) {
        CHECK_STR(text(p->lines[1], "rec"), "settled");
        CHECK_STR(text(p->lines[1], "of"), ENTRY_ID);
        CHECK_STR(text(p->lines[1], "state"), cielo_settled_name(settled));
    }
}

/* Plays a whole one. */
static void look(const char *entry, cielo_settled settled, const char *saw,
                 const answer *script, size_t count)
{
    play p;

    start(&p, NULL, entry);
    run(&p, script, count);
    check_end(&p, settled, saw);
    end(&p);
}

#define ADOPTED CIELO_SETTLED_ADOPTED, "adopted"
#define NOTHING CIELO_SETTLED_UNKNOWN, "nothing"
#define UNSURE CIELO_SETTLED_UNKNOWN, "unsure"
#define UNREAD CIELO_SETTLED_UNKNOWN, "unread"

/* ---- sales ---- */

static const answer nothing_at_all[] = {{FIND, 404, "", HOUR_LATER}};

static void a_sale_is_adopted(void)
{
    const cielo_value *value, *payment;
    play p;

    start(&p, NULL, SALE(OWN_CLOCK, ""));
    CHECK_STR(cielo_call_order(p.call), "A1");
    run(&p,
        SCRIPT({FIND, 200, LIST_OF(LISTED(ID, NOON)), HOUR_LATER},
               {GET, 200, OWN, HOUR_LATER}));
    check_end(&p, ADOPTED);
    CHECK_INT(cielo_call_result(p.call, &value, NULL), CIELO_OK);
    payment = cielo_value_get(value, "Payment");
    CHECK_STR(text(payment, "PaymentId"), ID);
    CHECK(cielo_value_bool(cielo_value_get(cielo_call_facts(p.call),
                                           "reconciled")));
    CHECK(cielo_value_bool(cielo_value_get(cielo_call_facts(p.call),
                                           "approved")));
    CHECK_STR(text(p.lines[0], "at"), HOUR_LATER_IS);
    CHECK(!cielo_value_get(p.lines[0], "why"));
    CHECK_STR(text(p.lines[1], "at"), HOUR_LATER_IS);
    CHECK_STR(text(p.lines[1], "result"), "approved");
    CHECK_STR(text(p.lines[1], "payment_id"), ID);
    CHECK(cielo_value_bool(cielo_value_get(p.lines[1], "reconciled")));
    end(&p);
}

/* Once, and a refused connection or an answer that cannot be read is no look
 * that saw nothing; a sale that was listed and could not be read was seen. */
static void one_round_is_all(void)
{
    static const char found[] = LIST_OF(LISTED(ID, NOON));

    look(SALE(OWN_CLOCK, ""), UNREAD, SCRIPT({FIND, 0, "", NULL}));
    look(SALE(OWN_CLOCK, ""), UNREAD, SCRIPT({FIND, 500, "", HOUR_LATER}));
    look(SALE(OWN_CLOCK, ""), UNREAD, SCRIPT({FIND, 401, "", HOUR_LATER}));
    look(SALE(OWN_CLOCK, ""), UNREAD, SCRIPT({FIND, 200, "{", HOUR_LATER}));
    look(SALE(OWN_CLOCK, ""), UNSURE,
         SCRIPT({FIND, 200, found, HOUR_LATER}, {GET, 503, "", HOUR_LATER}));
    look(SALE(OWN_CLOCK, ""), UNSURE,
         SCRIPT({FIND, 200, found, HOUR_LATER}, {GET, 401, "", HOUR_LATER}));
    look(SALE(OWN_CLOCK, ""), UNSURE,
         SCRIPT({FIND, 200, LIST_OF("{\"ReceivedDate\":\"" NOON "\"}"),
                 HOUR_LATER}));
}

static void nothing_is_a_dated_list_without_it(void)
{
    look(SALE(OWN_CLOCK, ""), NOTHING,
         SCRIPT({FIND, 200, LIST_OF(""), HOUR_LATER}));
    look(SALE(OWN_CLOCK, ""), NOTHING, SCRIPT({FIND, 404, "", HOUR_LATER}));
    look(SALE(OWN_CLOCK, ""), UNSURE, SCRIPT({FIND, 200, LIST_OF(""), NULL}));
    look(SALE(OWN_CLOCK, ""), UNSURE, SCRIPT({FIND, 404, "", NULL}));
}

/* Of those that are there each has to be another one for sure. */
static void what_may_be_it_is_not_nothing(void)
{
    static const struct {
        const char *sale;
        int nothing;
    } rows[] = {
        {SALE_OF(ID, NOON, "2", "15701", CARD), 1},
        {SALE_OF(ID, NOON, "2", "15700", "\"CardNumber\":\"402401******3191\""),
         1},
        {SALE_OF(ID, NOON, "2", "15700", "\"CardNumber\":\"402400******3192\""),
         1},
        {SALE_OF(ID, NOON, "2", "15700", "\"CardNumber\":\"************3192\""),
         0},
        {SALE_OF(ID, NOON, "2", "15700", "\"CardNumber\":\"3192\""), 0},
        {SALE_OF(ID, NOON, "2", "15700", ""), 0},
        {SALE_OF(ID, NOON, "2", "\"x\"", CARD), 0},
        {SALE_OF(ID, "2026-03-02 12:01:46", "2", "15700", CARD), 0},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        play p;

        start(&p, NULL, SALE(OWN_CLOCK, ""));
        run(&p, SCRIPT({FIND, 200, LIST_OF(LISTED(ID, NOON)), HOUR_LATER},
                       {GET, 200, rows[i].sale, HOUR_LATER}));
        check_end(&p, CIELO_SETTLED_UNKNOWN,
                  rows[i].nothing ? "nothing" : "unsure");
        end(&p);
    }
}

static void several_settle_nothing(void)
{
    look(SALE(OWN_CLOCK, ""), CIELO_SETTLED_UNKNOWN, "several",
         SCRIPT({FIND, 200,
                 LIST_OF(LISTED(ID, NOON) "," LISTED(OTHER_ID, NOON)),
                 HOUR_LATER},
                {GET, 200, OWN, HOUR_LATER},
                {GET_OTHER, 200, SALE_OF(OTHER_ID, NOON, "2", "15700", CARD),
                 HOUR_LATER}));
}

/* What another entry of the order made is neither adopted nor in the way. */
static void what_others_made_is_left_to_them(void)
{
    static const char entry[] = SALE(OWN_CLOCK, ",\"told\":[\"" OTHER_ID "\"]");
    static const char both[]
        = LIST_OF(LISTED(OTHER_ID, NOON) "," LISTED(ID, NOON));

    look(entry, NOTHING,
         SCRIPT({FIND, 200, LIST_OF(LISTED(OTHER_ID, NOON)), HOUR_LATER}));
    look(entry, ADOPTED,
         SCRIPT({FIND, 200, both, HOUR_LATER}, {GET, 200, OWN, HOUR_LATER}));
}

/* The dates of sales are held against the intent's, by Cielo's clock, whatever
 * hours the writer's was out; without it neither a day before nor one after is
 * sure, and what is further away is not adopted either. */
static void dates_are_by_cielos_clock(void)
{
    static const struct {
        const char *clock;
        const char *received;
        int asked;
        int adopted;
    } rows[] = {
        {CLOCK("0", "0"), "2026-03-02 11:59:58", 1, 1},
        {CLOCK("0", "0"), "2026-03-02 11:59:57", 0, 0},
        {CLOCK("0", "0"), "2026-03-02 12:01:45", 1, 1},
        {CLOCK("0", "0"), "2026-03-02 12:01:46", 1, 0},
        {CLOCK("-10800000", "0"), "2026-03-02 08:59:58", 1, 1},
        {CLOCK("-10800000", "0"), "2026-03-02 08:59:57", 0, 0},
        {CLOCK("-10800000", "0"), "2026-03-02 12:00:00", 1, 0},
        {"", "2026-03-02 12:00:00", 1, 1},
        {"", "2026-03-01 12:00:00", 1, 1},
        {"", "2026-03-01 11:59:57", 0, 0},
    };
    char entry[2048], list[256], sale[1024];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        play p;

        snprintf(entry, sizeof(entry), SALE("%s", ""), rows[i].clock);
        snprintf(list, sizeof(list), LIST_OF(LISTED(ID, "%s")),
                 rows[i].received);
        snprintf(sale, sizeof(sale), SALE_OF(ID, "%s", "2", "15700", CARD),
                 rows[i].received);
        start(&p, NULL, entry);
        if (rows[i].asked)
            run(&p, SCRIPT({FIND, 200, list, HOUR_LATER},
                           {GET, 200, sale, HOUR_LATER}));
        else
            run(&p, SCRIPT({FIND, 200, list, HOUR_LATER}));
        if (rows[i].adopted)
            check_end(&p, ADOPTED);
        else
            check_end(&p, UNSURE);
        end(&p);
    }
}

/* A sale that is dated more than a day before is another one, by a clock that
 * is known; by none it may be it. */
static void an_old_sale_is_another(void)
{
    static const char old[] = LIST_OF(LISTED(ID, "2026-03-01 11:59:59"));

    look(SALE(OWN_CLOCK, ""), NOTHING, SCRIPT({FIND, 200, old, HOUR_LATER}));
    look(SALE("", ""), UNSURE,
         SCRIPT({FIND, 200, LIST_OF(LISTED(ID, "2026-01-01 11:59:59")),
                 HOUR_LATER}));
}

/* ---- refusals ---- */


#define DENIED_ID(n) "0dec11ed-0000-4d6c-8555-00000000000" n
#define GET_DENIED(n) "/1/sales/" DENIED_ID(n)

static void play_refusal(const char *id, const char *clock, int rounds,
                         int adopted)
{
    char entry[2048], list[256], sale[1024], get[128];
    play p;

    snprintf(entry, sizeof(entry), SALE("%s", ""), clock);
    snprintf(list, sizeof(list), LIST_OF(LISTED("%s", NOON)), id);
    snprintf(sale, sizeof(sale), SALE_OF("%s", NOON, "3", "15700", CARD), id);
    snprintf(get, sizeof(get), "/1/sales/%s", id);
    start(&p, NULL, entry);
    if (rounds == 2)
        run(&p, SCRIPT({FIND, 200, list, HOUR_LATER},
                       {get, 200, sale, HOUR_LATER},
                       {FIND, 200, list, HOUR_LATER},
                       {get, 200, sale, HOUR_LATER}));
    else
        run(&p, SCRIPT({FIND, 200, list, HOUR_LATER},
                       {get, 200, sale, HOUR_LATER}));
    CHECK_INT(p.waits, rounds - 1);
    CHECK(rounds == 1 || p.now >= 1000);
    if (adopted) {
        check_end(&p, ADOPTED);
        CHECK_STR(text(p.lines[1], "result"), "declined");
    } else {
        check_end(&p, UNSURE);
    }
    end(&p);
}

/* A refusal is looked at twice, a second apart, and adopted where Cielo's clock
 * is known and has it begin in that second at the latest. */
static void a_refusal_needs_two_looks_and_a_clock(void)
{
    play_refusal(DENIED_ID("1"), CLOCK("0", "0"), 2, 1);
    play_refusal(DENIED_ID("2"), CLOCK("999", "0"), 2, 1);
    play_refusal(DENIED_ID("3"), CLOCK("1000", "0"), 1, 0);
    play_refusal(DENIED_ID("4"), "", 1, 0);
    play_refusal(DENIED_ID("8"), CLOCK("-1500", "2499"), 2, 1);
    play_refusal(DENIED_ID("9"), CLOCK("-1500", "2500"), 1, 0);
    play_refusal(DENIED_ID("1"), CLOCK("0", "0"), 1, 0); /* it was told here */
}

/* What the second of the two does not see is not sure, and no nothing. */
static void a_refusal_may_not_be_seen_again(void)
{
    static const char list[] = LIST_OF(LISTED(DENIED_ID("5"), NOON));
    static const char sale[]
        = SALE_OF(DENIED_ID("5"), NOON, "3", "15700", CARD);

    look(SALE(OWN_CLOCK, ""), UNSURE,
         SCRIPT({FIND, 200, list, HOUR_LATER},
                {GET_DENIED("5"), 200, sale, HOUR_LATER},
                {FIND, 500, "", HOUR_LATER}));
    look(SALE(OWN_CLOCK, ",\"looks\":[" LOOKED("2026-03-02T15:10:00.000Z",
                                              "nothing") "]"),
         UNSURE,
         SCRIPT({FIND, 200, list, HOUR_LATER},
                {GET_DENIED("5"), 200, sale, HOUR_LATER},
                {FIND, 404, "", HOUR_LATER}));
}

/* A clock may have been out: a refusal that fits by it is not adopted beside a
 * sale that is the intended one but for its date. */
static void a_refusal_stands_alone(void)
{
    static const char list[] = LIST_OF(
        LISTED(DENIED_ID("6"), NOON) "," LISTED(ID, "2026-03-02 17:00:00"));
    const answer script[]
        = {{FIND, 200, list, HOUR_LATER},
           {GET_DENIED("6"), 200,
            SALE_OF(DENIED_ID("6"), NOON, "3", "15700", CARD), HOUR_LATER},
           {GET, 200, SALE_OF(ID, "2026-03-02 17:00:00", "2", "15700", CARD),
            HOUR_LATER}};

    look(SALE(OWN_CLOCK, ""), UNSURE, script, 3);
}

/* A record may say anything. */
static void no_clock_is_out_of_all_bounds(void)
{
    look(SALE(CLOCK("9223372036854775807", "9223372036854775807"), ""), NOTHING,
         nothing_at_all, 1);
    look(SALE(CLOCK("-9223372036854775808", "0"), ""), NOTHING, nothing_at_all,
         1);
}

/* ---- cards ---- */

#define STORED                                                             \
    ENTRY(INTENT("sale_create", "store",                                   \
                 "\"order\":\"A1\",\"amount\":15700,\"type\":"             \
                 "\"CreditCard\",\"brand\":\"Visa\",\"card\":{\"stored\":" \
                 "true},\"installments\":1,\"clock\":0,\"clock_within\":0"),                  \
          "")
#define HIDDEN                                                             \
    ENTRY(INTENT("sale_create", "store",                                   \
                 "\"order\":\"A1\",\"amount\":15700,\"type\":"             \
                 "\"CreditCard\",\"card\":{\"hidden\":true},"              \
                 "\"installments\":1,\"clock\":0,\"clock_within\":0"),                        \
          "")

/* A stored card is told by being one, and by its brand; a refusal of one by
 * nothing. A wallet's is never told. */
static void a_stored_card_is_one(void)
{
    static const char list[] = LIST_OF(LISTED(ID, NOON));

    look(STORED, ADOPTED,
         SCRIPT({FIND, 200, list, HOUR_LATER},
                {GET, 200,
                 SALE_OF(ID, NOON, "2", "15700", "\"CardToken\":\"t\""),
                 HOUR_LATER}));
    look(STORED, UNSURE,
         SCRIPT({FIND, 200, list, HOUR_LATER},
                {GET, 200,
                 SALE_OF(ID, NOON, "2", "15700",
                         "\"CardToken\":\"t\",\"Brand\":\"Master\""),
                 HOUR_LATER}));
    look(STORED, UNSURE,
         SCRIPT({FIND, 200, list, HOUR_LATER}, {GET, 200, OWN, HOUR_LATER}));
    look(STORED, UNSURE,
         SCRIPT({FIND, 200, list, HOUR_LATER},
                {GET, 200,
                 SALE_OF(ID, NOON, "3", "15700", "\"CardToken\":\"t\""),
                 HOUR_LATER}));
    look(HIDDEN, UNSURE,
         SCRIPT({FIND, 200, list, HOUR_LATER}, {GET, 200, OWN, HOUR_LATER}));
}

static void a_pix_has_no_card(void)
{
    static const char entry[]
        = ENTRY(INTENT("sale_create", "store",
                       "\"order\":\"A1\",\"amount\":100,\"type\":\"Pix\","
                       "\"clock\":0,\"clock_within\":0"),
                "");
    static const char sale[]
        = "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"" ID
          "\",\"Type\":\"Pix\",\"ReceivedDate\":\"" NOON
          "\",\"Status\":12,\"Amount\":100}}";

    look(entry, ADOPTED,
         SCRIPT({FIND, 200, LIST_OF(LISTED(ID, NOON)), HOUR_LATER},
                {GET, 200, sale, HOUR_LATER}));
}

/* ---- absence ---- */

static void play_absence(const char *looks, const answer *script, size_t count,
                         cielo_settled settled, const char *saw)
{
    char entry[2048];

    snprintf(entry, sizeof(entry), SALE(OWN_CLOCK, ",\"looks\":[%s]"), looks);
    look(entry, settled, saw, script, count);
}


/* Two looks that saw nothing, ten minutes apart to the millisecond, of which
 * others are no part. */
static void absence_needs_two_looks(void)
{
    cielo_settled absent = CIELO_SETTLED_ABSENT, no = CIELO_SETTLED_UNKNOWN;
    static const answer unread[] = {{FIND, 500, "", HOUR_LATER}};
    static const answer undated[] = {{FIND, 404, "", NULL}};

    play_absence("", nothing_at_all, 1, no, "nothing");
    play_absence(LOOKED("2026-03-02T15:51:00.000Z", "nothing"), nothing_at_all,
                 1, no, "nothing");
    play_absence(LOOKED("2026-03-02T15:50:00.001Z", "nothing"), nothing_at_all,
                 1, no, "nothing");
    play_absence(LOOKED("2026-03-02T15:50:00.000Z", "nothing"), nothing_at_all,
                 1, absent, "nothing");
    play_absence(LOOKED("2026-03-02T15:10:00.000Z", "unread") "," LOOKED(
                     "2026-03-02T15:11:00.000Z", "unsure") ","
                     LOOKED("2026-03-02T15:51:00.000Z", "nothing"),
                 nothing_at_all, 1, no, "nothing");
    play_absence(LOOKED("2026-03-02T15:10:00.000Z", "nothing") "," LOOKED(
                     "2026-03-02T15:55:00.000Z", "unsure"),
                 nothing_at_all, 1, no, "nothing");
    play_absence(LOOKED("2026-03-02T15:10:00.000Z", "nothing") "," LOOKED(
                     "2026-03-02T15:55:00.000Z", "unread"),
                 nothing_at_all, 1, absent, "nothing");
    play_absence(LOOKED("2026-03-02T15:51:00.000Z", "nothing") "," LOOKED(
                     "2026-03-02T15:41:00.000Z", "nothing"),
                 nothing_at_all, 1, absent, "nothing");
    play_absence(LOOKED("2026-03-02T15:10:00.000Z", "nothing"), unread, 1, no,
                 "unread");
    play_absence(LOOKED("2026-03-02T15:10:00.000Z", "nothing"), undated, 1, no,
                 "unsure");
    play_absence(LOOKED("yesterday", "nothing"), nothing_at_all, 1, no,
                 "nothing");
}

/* A call that may last longer than that is given its time: a machine whose
 * clock was out, or that slept, may have sent it after the first look. */
static void absence_is_no_shorter_than_the_call(void)
{
    static const char entry[]
        = "{\"state\":\"in_doubt\",\"intent\":{\"id\":\"" ENTRY_ID
          "\",\"at\":\"" AT "\",\"deadline\":\"2026-03-02T15:40:00.000Z\","
          "\"op\":\"sale_create\",\"merchant\":\"store\",\"env\":"
          "\"production\"," SALE_MEMBERS OWN_CLOCK "},\"looks\":[%s]}";
    char text[2048];

    snprintf(text, sizeof(text), entry,
             LOOKED("2026-03-02T15:20:00.001Z", "nothing"));
    look(text, NOTHING, nothing_at_all, 1);
    snprintf(text, sizeof(text), entry,
             LOOKED("2026-03-02T15:20:00.000Z", "nothing"));
    look(text, CIELO_SETTLED_ABSENT, "nothing", nothing_at_all, 1);
}

/* A look is as old as the answers that it is made of, each of them. */
static void an_undated_look_saw_nothing_sure(void)
{
    static const answer script[]
        = {{FIND, 200, LIST_OF(LISTED(ID, NOON)), HOUR_LATER},
           {GET, 200, SALE_OF(ID, NOON, "2", "15701", CARD), NULL}};

    look(SALE(OWN_CLOCK, ""), UNSURE, script, 2);
}

/* Of an answer without a date, and of a client that knows nothing of Cielo's
 * clock: the machine's own is an hour ahead here. Behind a look that saw
 * nothing it begins the ten minutes anew all the same. */
static void an_undated_look_stands_behind_the_last(void)
{
    static const char *const before[]
        = {LOOKED("2026-03-02T15:10:00.000Z", "nothing"), ""};
    static const char *const dates[]
        = {"2026-03-02T15:10:00.000Z", "2026-03-02T17:00:00.000Z"};
    char entry[2048];
    size_t i;
    play p;

    for (i = 0; i < 2; i++) {
        snprintf(entry, sizeof(entry), SALE(OWN_CLOCK, ",\"looks\":[%s]"),
                 before[i]);
        start(&p, NULL, entry);
        run(&p, SCRIPT({FIND, 404, "", NULL}));
        check_end(&p, UNSURE);
        CHECK_STR(text(p.lines[0], "at"), dates[i]);
        end(&p);
    }
    play_absence(LOOKED("2026-03-02T15:10:00.000Z", "nothing") "," LOOKED(
                     "2026-03-02T15:10:00.000Z", "unsure"),
                 nothing_at_all, 1, CIELO_SETTLED_UNKNOWN, "nothing");
}

/* The page or the object of a gateway on the way is not Cielo's 404. */
static void a_404_has_to_be_cielos(void)
{
    look(SALE(OWN_CLOCK, ""), UNREAD,
         SCRIPT({FIND, 404, "<html>Not Found</html>", HOUR_LATER}));
    look(SALE(OWN_CLOCK, ""), UNREAD,
         SCRIPT({FIND, 404, "{\"message\":\"no Route matched\"}",
                 HOUR_LATER}));
    look(SALE(OWN_CLOCK, ""), NOTHING,
         SCRIPT({FIND, 404, "[{\"Code\":1,\"Message\":\"m\"}]", HOUR_LATER}));
}

/* Two that saw nothing settle nothing once the third sees it. */
static void a_sale_that_came_late_is_adopted(void)
{
    static const answer script[]
        = {{FIND, 200, LIST_OF(LISTED(ID, NOON)), HOUR_LATER},
           {GET, 200, OWN, HOUR_LATER}};

    play_absence(LOOKED("2026-03-02T15:10:00.000Z", "nothing"), script, 2,
                 ADOPTED);
}

/* ---- captures and voids ---- */

#define CAPTURE(more)                                                   \
    ENTRY(INTENT("sale_capture", "store",                               \
                 "\"payment_id\":\"" ID "\"" more),                     \
          ",\"looks\":[" LOOKED("2026-03-02T15:10:00.000Z", "nothing") "]")
#define VOID(more, entry)                                               \
    ENTRY(INTENT("sale_void", "store",                                  \
                 "\"payment_id\":\"" ID "\"" more),                     \
          ",\"looks\":[" LOOKED("2026-03-02T15:10:00.000Z", "nothing")  \
          "]" entry)
#define PAYMENT(type, status, more)                                       \
    "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"" ID        \
    "\",\"Type\":\"" type "\",\"Status\":" status ",\"Amount\":1000" more \
    "}}"

static void look_at_sale(const char *entry, const char *sale,
                         cielo_settled settled, const char *saw)
{
    const answer script[] = {{GET, 200, sale, HOUR_LATER}};

    look(entry, settled, saw, script, 1);
}

#define ABSENT CIELO_SETTLED_ABSENT, "nothing"

static void a_capture_is_read_off_the_sale(void)
{
    look_at_sale(CAPTURE(""), PAYMENT("CreditCard", "2", ""), ADOPTED);
    look_at_sale(CAPTURE(",\"amount\":400"),
                 PAYMENT("CreditCard", "2", ",\"CapturedAmount\":400"),
                 ADOPTED);
    look_at_sale(CAPTURE(",\"amount\":400"),
                 PAYMENT("CreditCard", "2", ",\"CapturedAmount\":500"), UNSURE);
    look_at_sale(CAPTURE(""), PAYMENT("CreditCard", "1", ""), ABSENT);
    look_at_sale(CAPTURE(""),
                 PAYMENT("CreditCard", "1", ",\"CapturedAmount\":0"), ABSENT);
    look_at_sale(CAPTURE(""),
                 PAYMENT("CreditCard", "1", ",\"CapturedAmount\":9"), UNSURE);
    look_at_sale(CAPTURE(""),
                 PAYMENT("CreditCard", "1", ",\"CapturedAmount\":\"x\""),
                 UNSURE);
    look_at_sale(CAPTURE(""), PAYMENT("CreditCard", "10", ""), UNSURE);
    look_at_sale(CAPTURE(""), PAYMENT("Pix", "1", ""), UNSURE);
}

/* Of what was refused nothing can be captured or voided. */
static void what_was_refused_is_not_changed(void)
{
    look_at_sale(CAPTURE(""), PAYMENT("CreditCard", "3", ""), ABSENT);
    look_at_sale(CAPTURE(",\"amount\":400"),
                 PAYMENT("DebitCard", "13", ",\"CapturedAmount\":0"), ABSENT);
    look_at_sale(CAPTURE(""),
                 PAYMENT("CreditCard", "3", ",\"CapturedAmount\":9"), UNSURE);
    look_at_sale(CAPTURE(""), PAYMENT("CreditCard", "0", ""), UNSURE);
    look_at_sale(CAPTURE(""), PAYMENT("Pix", "3", ""), UNSURE);
    look_at_sale(VOID("", ""), PAYMENT("CreditCard", "3", ""), ABSENT);
    look_at_sale(VOID("", ""),
                 PAYMENT("CreditCard", "3", ",\"VoidedAmount\":9"), UNSURE);
    look_at_sale(VOID("", ""), PAYMENT("CreditCard", "0", ""), UNSURE);
    look_at_sale(VOID("", ""), PAYMENT("Pix", "3", ""), UNSURE);
    look_at_sale(VOID(",\"amount\":100", ""), PAYMENT("CreditCard", "3", ""),
                 UNSURE);
}

static void a_void_is_read_off_the_sale(void)
{
    look_at_sale(VOID("", ""), PAYMENT("CreditCard", "10", ""), ADOPTED);
    look_at_sale(VOID("", ""), PAYMENT("CreditCard", "2", ""), ABSENT);
    look_at_sale(VOID("", ""), PAYMENT("CreditCard", "1", ""), ABSENT);
    look_at_sale(VOID("", ""),
                 PAYMENT("CreditCard", "2", ",\"VoidedAmount\":100"), UNSURE);
    look_at_sale(VOID("", ""), PAYMENT("CreditCard", "12", ""), UNSURE);
    look_at_sale(VOID("", ""), PAYMENT("Pix", "2", ""), UNSURE);
    look_at_sale(VOID("", ",\"overtaken\":true"),
                 PAYMENT("CreditCard", "10", ""), ADOPTED);
}

#define PART ",\"amount\":100,\"before\":{\"captured\":1000,\"voided\":200}"

/* By what was given back before, and only where no other void came between. */
static void a_part_is_told_by_what_was_before(void)
{
    look_at_sale(VOID(PART, ""),
                 PAYMENT("CreditCard", "2", ",\"VoidedAmount\":300"), ADOPTED);
    look_at_sale(VOID(PART, ""),
                 PAYMENT("CreditCard", "2", ",\"VoidedAmount\":200"), ABSENT);
    look_at_sale(VOID(PART, ""),
                 PAYMENT("CreditCard", "2", ",\"VoidedAmount\":400"), UNSURE);
    look_at_sale(VOID(PART, ""), PAYMENT("CreditCard", "2", ""), UNSURE);
    look_at_sale(VOID(",\"amount\":100", ""),
                 PAYMENT("CreditCard", "2", ",\"VoidedAmount\":100"), UNSURE);
    look_at_sale(VOID(",\"amount\":100", ""), PAYMENT("CreditCard", "2", ""),
                 UNSURE);
    look_at_sale(VOID(PART, ",\"overtaken\":true"),
                 PAYMENT("CreditCard", "2", ",\"VoidedAmount\":300"), UNSURE);
    look_at_sale(VOID(PART, ",\"overtaken\":true"),
                 PAYMENT("CreditCard", "2", ",\"VoidedAmount\":200"), UNSURE);
}

#define BY_ORDER(more)                                                     \
    ENTRY(INTENT("sale_void_by_order", "store", "\"order\":\"A1\"" more), "")
#define VOIDED PAYMENT("CreditCard", "10", "")

/* That the newest of now stands as it was says nothing: what it voided may have
 * been a sale that the list does not show yet. */
static void a_whole_void_by_order_is_never_told_absent(void)
{
    look(BY_ORDER(CLOCK("0", "0")), UNSURE,
         SCRIPT({FIND, 200, LIST_OF(LISTED(ID, "2026-03-02 11:00:00")),
                 HOUR_LATER},
                {GET, 200, PAYMENT("CreditCard", "2", ""), HOUR_LATER}));
}

/* The newest of then, not of now; where it is not clear which, none. */
static void a_void_by_order_is_of_the_newest_then(void)
{
    static const char entry[] = BY_ORDER(CLOCK("0", "0"));
    static const struct {
        const char *list;
        int clear;
    } rows[] = {
        {LIST_OF(LISTED(ID, "2026-03-02 11:00:00")), 1},
        {LIST_OF(LISTED(ID, "2026-03-02 11:00:00") "," LISTED(
            OTHER_ID, "2026-03-02 10:00:00")), 1},
        {LIST_OF(LISTED(ID, "2026-03-02 11:00:00") "," LISTED(
            OTHER_ID, "2026-03-02 13:00:00")), 1},
        {LIST_OF(LISTED(ID, "2026-03-02 11:00:00") "," LISTED(
            OTHER_ID, "2026-03-02 12:00:10")), 0},
        {LIST_OF(LISTED(ID, "2026-03-02 11:00:00") "," LISTED(
            OTHER_ID, "2026-03-02 11:00:00")), 0},
        {LIST_OF("{\"PaymentId\":\"" ID "\"}"), 0},
        {LIST_OF(LISTED(ID, "2026-03-02 13:00:00")), 0},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const answer script[] = {{FIND, 200, rows[i].list, HOUR_LATER},
                                 {GET, 200, VOIDED, HOUR_LATER}};

        if (rows[i].clear)
            look(entry, ADOPTED, script, 2);
        else
            look(entry, UNSURE, script, 1);
    }
    look(BY_ORDER(""), UNSURE,
         SCRIPT({FIND, 200, LIST_OF(LISTED(ID, "2026-03-02 11:00:00")),
                 HOUR_LATER}));
    look(BY_ORDER(",\"payment_id\":\"" ID "\"" PART), ADOPTED,
         SCRIPT({GET, 200,
                 PAYMENT("CreditCard", "2", ",\"VoidedAmount\":300"),
                 HOUR_LATER}));
}

/* ---- recurrences ---- */

#define CHANGE(op, more)                                             \
    ENTRY(INTENT(op, "store", "\"recurrence_id\":\"R\"" more),       \
          ",\"looks\":[" LOOKED("2026-03-02T15:10:00.000Z", "nothing") "]")
#define RECURRENCE(members)                                     \
    "{\"Customer\":{\"Name\":\"N\"},\"RecurrentPayment\":{"     \
    "\"RecurrentPaymentId\":\"R\"," members "}}"

static void look_at_recurrence(const char *entry, const char *members,
                               cielo_settled settled, const char *saw)
{
    char body[512];
    const answer script[] = {{"/1/RecurrentPayment/R", 200, body, HOUR_LATER}};

    snprintf(body, sizeof(body), RECURRENCE("%s"), members);
    look(entry, settled, saw, script, 1);
}

static void a_recurrence_shows_its_member(void)
{
    static const struct {
        const char *entry;
        const char *is;
        const char *is_not;
    } rows[] = {
        {CHANGE("recurrence_set_amount", ",\"amount\":500"),
         "\"Status\":1,\"Amount\":500", "\"Status\":1,\"Amount\":400"},
        {CHANGE("recurrence_set_day", ",\"day\":5"),
         "\"Status\":1,\"RecurrencyDay\":5",
         "\"Status\":1,\"RecurrencyDay\":6"},
        {CHANGE("recurrence_set_interval", ",\"interval\":6"),
         "\"Status\":1,\"Interval\":\"SemiAnnual\"",
         "\"Status\":1,\"Interval\":\"Monthly\""},
        {CHANGE("recurrence_set_end_date", ",\"end_date\":\"2027-01-02\""),
         "\"Status\":1,\"EndDate\":\"2027-01-02\"",
         "\"Status\":1,\"EndDate\":\"2027-01-03\""},
        {CHANGE("recurrence_set_next_payment_date",
                ",\"next_payment_date\":\"2027-01-02\""),
         "\"Status\":1,\"NextRecurrency\":\"2027-01-02\"",
         "\"Status\":1,\"NextRecurrency\":\"2027-01-03\""},
        {CHANGE("recurrence_deactivate", ""), "\"Status\":3", "\"Status\":1"},
        {CHANGE("recurrence_reactivate", ""), "\"Status\":1", "\"Status\":3"},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        look_at_recurrence(rows[i].entry, rows[i].is, ADOPTED);
        look_at_recurrence(rows[i].entry, rows[i].is_not, ABSENT);
    }
    look_at_recurrence(rows[0].entry, "\"Status\":1", UNSURE);
}

/* A record may lack what it is to be looked up by. */
static void what_has_no_name_is_not_looked_up(void)
{
    static const char *const ops[]
        = {"sale_capture", "sale_void", "sale_void_by_order",
           "recurrence_set_day", "sale_create"};
    size_t i;

    for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        char entry[512];
        play p;

        snprintf(entry, sizeof(entry),
                 ENTRY(INTENT("%s", "store", "\"day\":5"), ""), ops[i]);
        start(&p, NULL, entry);
        run(&p, NULL, 0);
        check_end(&p, CIELO_SETTLED_UNKNOWN, NULL);
        end(&p);
    }
}

/* What may have been set once more since says nothing of the first time. */
static void a_recurrence_moves_on(void)
{
    look_at_recurrence(CHANGE("recurrence_set_next_payment_date",
                              ",\"next_payment_date\":\"2026-03-02\""),
                       "\"Status\":1,\"NextRecurrency\":\"2026-04-02\"",
                       UNSURE);
    look_at_recurrence(CHANGE("recurrence_set_next_payment_date",
                              ",\"next_payment_date\":\"2026-03-03\""),
                       "\"Status\":1,\"NextRecurrency\":\"2026-04-02\"",
                       ABSENT);
    look_at_recurrence(ENTRY(INTENT("recurrence_set_amount", "store",
                                    "\"recurrence_id\":\"R\",\"amount\":500"),
                             ",\"overtaken\":true,\"looks\":[" LOOKED(
                                 "2026-03-02T15:10:00.000Z", "nothing") "]"),
                       "\"Status\":1,\"Amount\":400", UNSURE);
}

/* ---- Checkout ---- */

#define ORDER(op, more)                                                     \
    ENTRY(INTENT(op, "checkout store", "\"checkout_order\":\"C\"" more),    \
          ",\"looks\":[" LOOKED("2026-03-02T15:10:00.000Z", "nothing") "]")

static void look_at_order(const char *entry, const char *status,
                          cielo_settled settled, const char *saw)
{
    char body[256];
    const answer script[]
        = {{"/api/public/v2/token", 201,
            "{\"access_token\":\"t\",\"expires_in\":1200}", HOUR_LATER},
           {"/api/public/v2/orders/C", 200, body, HOUR_LATER}};

    snprintf(body, sizeof(body),
             "{\"orderNumber\":\"C\",\"payment\":{\"status\":\"%s\"}}", status);
    look(entry, settled, saw, script, 2);
}

static void an_order_shows_its_status(void)
{
    look_at_order(ORDER("order_capture", ""), "Paid", ADOPTED);
    look_at_order(ORDER("order_capture", ""), "Authorized", ABSENT);
    look_at_order(ORDER("order_capture", ""), "Denied", UNSURE);
    look_at_order(ORDER("order_void", ""), "Voided", ADOPTED);
    look_at_order(ORDER("order_void", ""), "Paid", ABSENT);
    look_at_order(ORDER("order_void", ""), "Pending", UNSURE);
    look(ORDER("order_capture", ""), UNREAD,
         SCRIPT({"/api/public/v2/token", 400, "{}", HOUR_LATER}));
}

/* ---- what no look can settle ---- */

static void what_nothing_shows_stays_unknown(void)
{
    static const char *const entries[] = {
        ENTRY(INTENT("card_tokenize", "store", "\"x\":1"), ""),
        ENTRY(INTENT("card_verify", "store", "\"x\":1"), ""),
        ENTRY(INTENT("link_create", "checkout store", "\"x\":1"), ""),
        ENTRY(INTENT("request", "whatever", "\"method\":\"POST\""), ""),
        CHANGE("recurrence_set_customer", ""),
        CHANGE("recurrence_set_payment", ""),
        ORDER("order_capture", ",\"amount\":100"),
        ENTRY(INTENT("sale_create", "store",
                     "\"order\":\"A1\",\"amount\":100,\"authorize_now\":"
                     "false,\"clock\":0,\"clock_within\":0"),
              ""),
        ENTRY(INTENT("sale_create", "store", "\"amount\":100"), "")};
    size_t i;

    for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
        look(entries[i], CIELO_SETTLED_UNKNOWN, NULL, NULL, 0);
}

/* ---- one client ---- */

static const answer found_own[]
    = {{FIND, 200, LIST_OF(LISTED(ID, NOON)), HOUR_LATER},
       {GET, 200, OWN, HOUR_LATER}};

/* An entry whose end could not be noted is settled once more, to the same; but
 * no second entry is settled by the same sale. */
static void a_sale_is_one_entrys(void)
{
    static const char other[]
        = "{\"state\":\"in_doubt\",\"intent\":{\"id\":\"another\",\"at\":\"" AT
          "\",\"deadline\":\"" DEADLINE "\",\"op\":\"sale_create\","
          "\"merchant\":\"store\",\"env\":\"production\"," SALE_MEMBERS
          ",\"clock\":0,\"clock_within\":0}}";
    cielo_client *client = client_of("store", "production", "/nowhere");
    play p;
    int i;

    for (i = 0; i < 2; i++) {
        start(&p, client, SALE(OWN_CLOCK, ""));
        run(&p, found_own, 2);
        check_end(&p, ADOPTED);
        end(&p);
    }
    start(&p, client, other);
    run(&p, found_own, 1);
    CHECK_INT(cielo_call_settled(p.call), CIELO_SETTLED_UNKNOWN);
    CHECK_STR(text(p.lines[0], "saw"), "unsure");
    end(&p);
    cielo_client_unref(client);
}

/* What somebody read by hand before may be adopted all the same; what a call of
 * this client made may not. */
static void a_read_is_no_claim(void)
{
    static const char get[] = "{\"payment_id\":\"" ID "\"}";
    static const char create[]
        = "{\"fields\":{\"MerchantOrderId\":\"A1\",\"Payment\":{\"Type\":"
          "\"CreditCard\",\"Amount\":15700,\"Installments\":1,\"CreditCard\":"
          "{\"CardNumber\":\"4024007153763191\",\"Holder\":\"H\","
          "\"ExpirationDate\":\"12/2030\",\"SecurityCode\":\"123\","
          "\"Brand\":\"Visa\"}}}}";
    cielo_client *client = client_of("store", "production", "/nowhere");
    cielo_entropy entropy;
    cielo_response response;
    cielo_origin origin = {0, NULL, 0};
    size_t length;
    int i;

    memset(&entropy, 7, sizeof(entropy));
    memset(&response, 0, sizeof(response));
    response.http_status = 200;
    response.body = OWN;
    response.body_length = strlen(response.body);
    for (i = 0; i < 2; i++) {
        cielo_value *params = json("%s", i == 0 ? get : create);
        cielo_call *call = NULL;
        play p;

        CHECK_INT(cielo_call_new(&call, client,
                                 i == 0 ? CIELO_OP_SALE_GET
                                        : CIELO_OP_SALE_CREATE,
                                 params, &entropy, NULL),
                  CIELO_OK);
        if (cielo_call_step(call, 0) == CIELO_STEP_RECORD) {
            CHECK(cielo_call_record(call, &origin, &length) != NULL);
            cielo_call_on_record(call, 1, NULL);
            CHECK_INT(cielo_call_step(call, 0), CIELO_STEP_SEND);
        }
        CHECK_INT(cielo_call_on_response(call, &response), CIELO_OK);
        CHECK_INT(cielo_call_step(call, 1), CIELO_STEP_DONE);
        CHECK_INT(cielo_call_result(call, NULL, NULL), CIELO_OK);
        cielo_call_free(call);
        cielo_value_free(params);
        if (i == 0) {
            start(&p, client, SALE(OWN_CLOCK, ""));
            run(&p, found_own, 2);
            check_end(&p, ADOPTED);
            end(&p);
            cielo_client_unref(client);
            client = client_of("store", "production", "/nowhere");
        } else {
            start(&p, client, SALE(OWN_CLOCK, ""));
            run(&p, found_own, 1);
            check_end(&p, UNSURE);
            end(&p);
        }
    }
    cielo_client_unref(client);
}

/* Whatever the options say of live calls. */
static void options_do_not_bar_it(void)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = client_of("store", "production", "/nowhere");
    cielo_client *with = NULL;
    play p;

    options.reconcile = 0;
    CHECK_INT(cielo_client_with(&with, client, &options, NULL), CIELO_OK);
    start(&p, with, SALE(OWN_CLOCK, ""));
    run(&p, found_own, 2);
    check_end(&p, ADOPTED);
    end(&p);
    cielo_client_unref(with);
    cielo_client_unref(client);
}

static void a_look_may_be_cancelled(void)
{
    play p;

    start(&p, NULL, SALE(OWN_CLOCK, ",\"looks\":[" LOOKED(
                             "2026-03-02T15:10:00.000Z", "nothing") "]"));
    CHECK_INT(cielo_call_step(p.call, 0), CIELO_STEP_SEND);
    cielo_call_cancel(p.call);
    read_lines(&p);
    check_end(&p, UNREAD);
    end(&p);
    start(&p, NULL, SALE(OWN_CLOCK, ""));
    cielo_call_free(p.call);
    p.call = NULL;
    end(&p);
}

/* ---- what is refused ---- */

static void check_refused(cielo_client *client, const char *entry, int status)
{
    cielo_value *tree = json("%s", entry);
    cielo_entropy entropy;
    cielo_call *call;
    cielo_error err;

    memset(&entropy, 7, sizeof(entropy));
    CHECK_INT(cielo_settle_new(&call, client, tree, &entropy, &err), status);
    CHECK_INT(err.status, status);
    CHECK(!call);
    cielo_value_free(tree);
}

static void another_stores_entry_is_refused(void)
{
    cielo_client *client = client_of("store", "production", "/nowhere");
    cielo_client *other = client_of("other", "production", "/nowhere");
    cielo_client *sandbox = client_of("store", "sandbox", "/nowhere");
    cielo_client *without = client_of("store", "production", NULL);
    static const char entry[] = SALE(OWN_CLOCK, "");

    check_refused(other, entry, CIELO_EVALIDATION);
    check_refused(sandbox, entry, CIELO_EVALIDATION);
    check_refused(without, entry, CIELO_EUSAGE);
    check_refused(client, "{\"state\":\"done\",\"intent\":{" INTENT(
                      "sale_create", "store", SALE_MEMBERS) "}}",
                  CIELO_EUSAGE);
    check_refused(client, ENTRY(INTENT("sale_make", "store", SALE_MEMBERS), ""),
                  CIELO_EUSAGE);
    check_refused(client, "{\"state\":\"in_doubt\"}", CIELO_EUSAGE);
    check_refused(client, "[]", CIELO_EUSAGE);
    cielo_client_unref(client);
    cielo_client_unref(other);
    cielo_client_unref(sandbox);
    cielo_client_unref(without);
}

static void ends_have_names(void)
{
    CHECK_STR(cielo_settled_name(CIELO_SETTLED_ADOPTED), "adopted");
    CHECK_STR(cielo_settled_name(CIELO_SETTLED_ABSENT), "absent");
    CHECK_STR(cielo_settled_name(CIELO_SETTLED_UNKNOWN), "unknown");
    CHECK_STR(cielo_settled_name(CIELO_SETTLED_NONE), NULL);
    CHECK_STR(cielo_settled_name((cielo_settled)99), NULL);
}

CHECK_MAIN(a_sale_is_adopted, one_round_is_all,
           nothing_is_a_dated_list_without_it, what_may_be_it_is_not_nothing,
           several_settle_nothing, what_others_made_is_left_to_them,
           dates_are_by_cielos_clock, an_old_sale_is_another,
           a_refusal_needs_two_looks_and_a_clock,
           a_refusal_may_not_be_seen_again, a_stored_card_is_one,
           a_pix_has_no_card, absence_needs_two_looks,
           absence_is_no_shorter_than_the_call,
           an_undated_look_saw_nothing_sure,
           an_undated_look_stands_behind_the_last, a_404_has_to_be_cielos,
           a_refusal_stands_alone, no_clock_is_out_of_all_bounds,
           a_recurrence_moves_on, what_has_no_name_is_not_looked_up,
           a_sale_that_came_late_is_adopted, a_capture_is_read_off_the_sale,
           what_was_refused_is_not_changed,
           a_void_is_read_off_the_sale, a_part_is_told_by_what_was_before,
           a_whole_void_by_order_is_never_told_absent,
           a_void_by_order_is_of_the_newest_then, a_recurrence_shows_its_member,
           an_order_shows_its_status, what_nothing_shows_stays_unknown,
           a_sale_is_one_entrys, a_read_is_no_claim, options_do_not_bar_it,
           a_look_may_be_cancelled, another_stores_entry_is_refused,
           ends_have_names)
