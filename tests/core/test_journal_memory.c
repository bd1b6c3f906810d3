/*
 * Reading a journal and settling with one allocation failing: the n-th, or the
 * n-th and all after it. Nothing leaks, a doubt is never left out of a list
 * that was read to its end, and nothing is said to be absent or adopted that is
 * not.
 *
 * Linked with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc.
 */
#define _DEFAULT_SOURCE

#include "check.h"

#include <cjson/cJSON.h>

#include <cielo/cielo.h>

#include "lines.h"

static long counted; /* allocations so far, while counting */
static long failing; /* the one that fails, 0 for none */
static int onwards;  /* all after it fail too */
static int counting;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static int fails(void)
{
    if (!counting)
        return 0;
    counted++;
    return failing && (onwards ? counted >= failing : counted == failing);
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

/* cJSON is linked as it is installed, past the reach of --wrap. */
static void *hook_malloc(size_t size)
{
    return malloc(size);
}

static void hook_free(void *memory)
{
    free(memory);
}

/* Runs `once` with each of its allocations failing, until it needs fewer. */
static void fail_each(void (*once)(void *), void *context)
{
    cJSON_Hooks hooks = {hook_malloc, hook_free};

    cJSON_InitHooks(&hooks);
    for (onwards = 0; onwards < 2; onwards++) {
        for (failing = 1;; failing++) {
            counted = 0;
            once(context);
            counting = 0;
            if (counted < failing)
                break;
        }
        CHECK(failing > 5);
    }
    failing = 0;
    cJSON_InitHooks(NULL);
}

/* ---- reading ---- */

#define FIRST "shop-7-1772463600000-1.jsonl"
#define OTHER "shop-8-1772463600001-1.jsonl"

static char *make_folder(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0}, other = {"", 0, 0};

    lines_intent(&of, 1, "A1");
    lines_outcome(&of, 1, "unknown", NULL);
    lines_look(&of, 1, "2026-03-02T15:30:00.000Z", "nothing");
    lines_intent(&of, 2, "A1");
    lines_outcome(&of, 2, "approved", "P");
    lines_intent(&other, 3, "A3");
    lines_intent(&other, 4, "A4");
    lines_settled(&other, 4, "absent", NULL);
    lines_write(&of, folder, FIRST);
    lines_write(&other, folder, OTHER);
    return folder;
}

/* Where one allocation failed, what is asked again goes on. */
static int again(int status)
{
    if (status != CIELO_EMEMORY)
        return 0;
    return !onwards;
}

static void list_doubts(cielo_journal *journal)
{
    const cielo_value *entry;
    char ids[8] = "";
    size_t count = 0;
    int status;

    do {
        status = cielo_journal_next(journal, 1, &entry, NULL);
        if (status == CIELO_OK && count < 7) {
            const char *id = cielo_value_text(cielo_value_get(entry, "id"),
                                              NULL);

            ids[count++] = id[35];
            CHECK_INT(cielo_value_size(cielo_value_get(entry, "looks")),
                      id[35] == '1');
            CHECK_INT(cielo_value_size(cielo_value_get(entry, "told")),
                      id[35] == '1');
        }
    } while (status == CIELO_OK || again(status));
    if (status == CIELO_ENOTFOUND)
        CHECK_STR(ids, "13");
    else
        CHECK_INT(status, CIELO_EMEMORY);
}

static void read_once(void *folder)
{
    cielo_journal *journal = NULL;
    cielo_journal_counts counts;
    int status;

    counting = 1;
    do {
        status = cielo_journal_open(&journal, folder, NULL, NULL);
    } while (again(status));
    if (status == CIELO_OK) {
        do {
            status = cielo_journal_load(journal, 0, NULL);
        } while (again(status));
    }
    if (status == CIELO_OK) {
        cielo_journal_count(journal, &counts);
        CHECK_INT(counts.entries, 4);
        CHECK_INT(counts.in_doubt, 2);
        CHECK_INT(counts.damaged, 0);
        list_doubts(journal);
    } else {
        CHECK_INT(status, CIELO_EMEMORY);
    }
    cielo_journal_close(journal);
}

static void a_journal_is_read_whole_or_not(void)
{
    char *folder = make_folder();

    fail_each(read_once, folder);
    scratch_end(folder);
}

static void records_once(void *folder)
{
    cielo_records *records = NULL;
    const cielo_value *record;
    cielo_value *list = NULL;
    int64_t offset;
    size_t count = 0;
    int status;

    counting = 1;
    status = cielo_records_open(&records, folder, FIRST, 0, NULL, NULL);
    while (status == CIELO_OK || (records && again(status))) {
        status = cielo_records_next(records, &record, &offset, NULL);
        count += status == CIELO_OK;
    }
    if (status == CIELO_ENOTFOUND) {
        CHECK_INT(count, 5);
        CHECK_INT(cielo_records_damaged(records), 0);
    } else {
        CHECK_INT(status, CIELO_EMEMORY);
    }
    cielo_records_close(records);
    status = cielo_journal_segments(&list, folder, NULL);
    CHECK_INT(cielo_value_size(list), status == CIELO_OK ? 2 : 0);
    cielo_value_free(list);
}

static void records_are_read_one_by_one(void)
{
    char *folder = make_folder();

    fail_each(records_once, folder);
    scratch_end(folder);
}

/* ---- pruning ---- */

/* Nothing goes: a doubt keeps both. */
static void prune_once(void *folder)
{
    size_t removed = 9;
    int status;

    counting = 1;
    status = cielo_journal_prune(folder, 0, &removed, NULL);
    CHECK(status == CIELO_OK || status == CIELO_EMEMORY);
    CHECK_INT(removed, 0);
}

static void pruning_keeps_what_it_cannot_read(void)
{
    char *folder = make_folder();

    fail_each(prune_once, folder);
    CHECK(scratch_mode(folder, FIRST) >= 0);
    CHECK(scratch_mode(folder, OTHER) >= 0);
    scratch_end(folder);
}

/* ---- settling ---- */

#define ID "24bc8366-fc31-4d6c-8555-17049a836a07"

static const char entry_text[]
    = "{\"state\":\"in_doubt\",\"told\":[\"other\"],\"looks\":[{\"at\":"
      "\"2026-03-02T15:10:00.000Z\",\"saw\":\"nothing\"}],\"intent\":{\"id\":"
      "\"x\",\"at\":\"2026-03-02T15:00:00.000Z\",\"deadline\":"
      "\"2026-03-02T15:00:45.000Z\",\"op\":\"sale_create\",\"merchant\":"
      "\"store\",\"env\":\"sandbox\",\"order\":\"A1\",\"amount\":15700,"
      "\"type\":\"CreditCard\",\"brand\":\"Visa\",\"card\":{\"first6\":"
      "\"402400\",\"last4\":\"3191\"},\"installments\":1,\"clock\":0,"
      "\"clock_within\":0}}";
static const char list_text[]
    = "{\"Payments\":[{\"PaymentId\":\"" ID
      "\",\"ReceivedDate\":\"2026-03-02 12:00:00\"}]}";
static const char sale_text[]
    = "{\"MerchantOrderId\":\"A1\",\"Payment\":{\"PaymentId\":\"" ID
      "\",\"Type\":\"CreditCard\",\"ReceivedDate\":\"2026-03-02 12:00:00\","
      "\"Status\":2,\"Amount\":15700,\"Installments\":1,\"CreditCard\":{"
      "\"CardNumber\":\"402400******3191\"}}}";

typedef struct doubt {
    cielo_value *entry;
    const char *answers[2]; /* NULL: 404 */
} doubt;

static void answer(cielo_call *call, const char *body)
{
    cielo_response response;

    memset(&response, 0, sizeof(response));
    response.http_status = body ? 200 : 404;
    response.date = "Mon, 02 Mar 2026 16:00:00 GMT";
    response.body = body ? body : "";
    response.body_length = strlen(response.body);
    (void)cielo_call_on_response(call, &response);
}

static void check_lines(cielo_call *call)
{
    cielo_origin origin = {INT64_C(1772470800000), "shop", 7};
    cielo_settled settled = cielo_call_settled(call);
    size_t length = 0;
    const char *text = cielo_call_record(call, &origin, &length);

    if (!text && !onwards && failing)
        text = cielo_call_record(call, &origin, &length);
    if (text)
        CHECK_INT(strstr(text, "\"rec\":\"settled\"") != NULL,
                  settled != CIELO_SETTLED_UNKNOWN);
}

static void settle_once(void *context)
{
    const doubt *of = context;
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    cielo_entropy entropy;
    cielo_call *call = NULL;
    int64_t now = 0;
    int asked = 0;

    memset(&entropy, 7, sizeof(entropy));
    options.merchant_id = "store";
    options.merchant_key = "its key";
    options.environment = "sandbox";
    options.journal = "/nowhere";
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    counting = 1;
    if (cielo_settle_new(&call, client, of->entry, &entropy, NULL)
        == CIELO_OK) {
        cielo_step step;

        while ((step = cielo_call_step(call, now)) != CIELO_STEP_DONE) {
            if (step == CIELO_STEP_SEND)
                answer(call, of->answers[asked++ > 0]);
            else
                now = cielo_call_deadline(call);
        }
        CHECK(cielo_call_settled(call) == CIELO_SETTLED_UNKNOWN
              || cielo_call_settled(call)
                  == (of->answers[0] ? CIELO_SETTLED_ADOPTED
                                     : CIELO_SETTLED_ABSENT));
        CHECK(failing || cielo_call_settled(call) != CIELO_SETTLED_UNKNOWN);
        check_lines(call);
    }
    counting = 0;
    cielo_call_free(call);
    cielo_client_unref(client);
}

static void a_doubt_stays_one_without_memory(void)
{
    doubt there = {NULL, {list_text, sale_text}}, absent = {NULL, {NULL, NULL}};

    CHECK_INT(cielo_value_parse(&there.entry, entry_text,
                                sizeof(entry_text) - 1, NULL),
              CIELO_OK);
    absent.entry = there.entry;
    fail_each(settle_once, &there);
    settle_once(&there);
    fail_each(settle_once, &absent);
    settle_once(&absent);
    cielo_value_free(there.entry);
}

CHECK_MAIN(a_journal_is_read_whole_or_not, records_are_read_one_by_one,
           pruning_keeps_what_it_cannot_read, a_doubt_stays_one_without_memory)
