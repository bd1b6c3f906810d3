/*
 * Recovery: a journal of COUNT sales, of which each DOUBT-th has no outcome,
 * and the list of these out of it, as a shop has it read when it starts.
 *
 *     recover write FOLDER COUNT DOUBT
 *     recover read FOLDER
 *
 * The records are those of calls that answer themselves. `read` prints the
 * microseconds from open to the end of the list, entries, and those in doubt.
 */
#include "sale.h"

/* As many bytes as a segment has before the next is begun. */
#define SEGMENT (64L << 20)

/* How answer.json begins, and how long the order number is that follows. */
#define BEFORE_ORDER "{\"MerchantOrderId\":\""
#define ORDER 9

static FILE *open_segment(const char *folder, int number)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof(path), "%s/bench-1-1772463600000-%d.jsonl", folder,
             number);
    file = fopen(path, "wb");
    if (!file)
        exit(1);
    return file;
}

static void append(FILE *file, cielo_call *call, int64_t at)
{
    cielo_origin origin = {0, "bench", 1};
    size_t length = 0;
    const char *line;

    origin.wall_ms = at;
    line = cielo_call_record(call, &origin, &length);
    if (!line || fwrite(line, 1, length, file) != length)
        exit(1);
}

/* Each of an order of its own, by a client that keeps its journal there. */
static cielo_call *make_sale(cielo_client *client, const char *order)
{
    cielo_value *params = make_params();
    cielo_call *call = NULL;
    cielo_entropy entropy;
    cielo_value *fields = (cielo_value *)cielo_value_get(params, "fields");

    if (cielo_value_set(fields, "MerchantOrderId",
                        cielo_value_new_text(order, ORDER))
            != CIELO_OK
        || cielo_entropy_fill(&entropy) != CIELO_OK
        || cielo_call_new(&call, client, CIELO_OP_SALE_CREATE, params, &entropy,
                          NULL)
            != CIELO_OK)
        exit(1);
    cielo_value_free(params);
    return call;
}

static cielo_client *client_of(const char *folder)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;

    options.merchant_id = "00000000-0000-0000-0000-000000000001";
    options.merchant_key = "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA";
    options.journal = folder;
    if (cielo_client_new(&client, &options, NULL) != CIELO_OK)
        exit(1);
    return client;
}

/* `body` is an answer, which becomes this sale's. */
static void sell(FILE *file, cielo_client *client, char *body, int number,
                 int ends)
{
    int64_t at = INT64_C(1772463600000) + number * 10;
    cielo_response answer;
    cielo_call *call;
    char order[ORDER + 1];

    snprintf(order, sizeof(order), "%0*d", ORDER, number);
    memcpy(body + sizeof(BEFORE_ORDER) - 1, order, ORDER);
    memset(&answer, 0, sizeof(answer));
    answer.http_status = 201;
    answer.date = "Mon, 02 Mar 2026 15:00:00 GMT";
    answer.body = body;
    answer.body_length = strlen(body);
    call = make_sale(client, order);

    if (cielo_call_step(call, at) != CIELO_STEP_RECORD)
        exit(1);
    append(file, call, at);
    cielo_call_on_record(call, 1, NULL);
    if (ends) {
        cielo_call_step(call, at);
        cielo_call_on_response(call, &answer);
        cielo_call_step(call, at);
        append(file, call, at);
    }
    cielo_call_free(call);
}

static void write_all(const char *folder, int count, int doubt)
{
    cielo_client *client = client_of(folder);
    FILE *file = open_segment(folder, 1);
    char *body = read_file("bench/answer.json");
    int number = 1, i;

    for (i = 0; i < count; i++) {
        if (ftell(file) > SEGMENT) {
            fclose(file);
            file = open_segment(folder, ++number);
        }
        sell(file, client, body, i, i % doubt != 0);
    }
    fclose(file);
    free(body);
    cielo_client_unref(client);
}

static void read_all(const char *folder)
{
    double from = clock_us();
    cielo_journal *journal;
    cielo_journal_counts counts;
    const cielo_value *entry;
    size_t listed = 0;

    if (cielo_journal_open(&journal, folder, NULL, NULL) != CIELO_OK
        || cielo_journal_load(journal, 0, NULL) != CIELO_OK)
        exit(1);
    while (cielo_journal_next(journal, 1, &entry, NULL) == CIELO_OK)
        listed++;
    cielo_journal_count(journal, &counts);
    printf("%.0f %lu %lu\n", clock_us() - from, (unsigned long)counts.entries,
           (unsigned long)listed);
    cielo_journal_close(journal);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "write") == 0)
        write_all(argv[2], number_of(argv[3]), number_of(argv[4]));
    else if (argc == 3 && strcmp(argv[1], "read") == 0)
        read_all(argv[2]);
    else
        return 2;
    return 0;
}
