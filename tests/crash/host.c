/*
 * A host in C that is to be killed: makes one write of a client with a journal,
 * or settles what others left.
 *
 *     host sale ORDER AMOUNT | capture PAYMENT AMOUNT | void PAYMENT AMOUNT
 *     host settle          a line of JSON for each entry that was in doubt
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cielo/cielo.h>

/* Cielo's own test card, with names that no file may show. */
static const char sale_json[]
    = "{\"MerchantOrderId\": \"%s\","
      " \"Customer\": {\"Name\": \"CANARYNAME\","
      "  \"Email\": \"canary@example.com\"},"
      " \"Payment\": {\"Type\": \"CreditCard\", \"Amount\": %s,"
      "  \"Installments\": 1, \"Capture\": true,"
      "  \"CreditCard\": {\"CardNumber\": \"4024007197692931\","
      "   \"Holder\": \"CANARYHOLDER\", \"ExpirationDate\": \"12/2035\","
      "   \"SecurityCode\": \"973\", \"Brand\": \"Visa\"}}}";

static void check(int status, const cielo_error *err)
{
    if (status == CIELO_OK)
        return;
    fprintf(stderr, "%s: %s\n", cielo_status_name(status), err->message);
    exit(1);
}

static cielo_value *text(const char *words)
{
    return cielo_value_new_text(words, strlen(words));
}

static cielo_value *sale_params(const char *order, const char *amount)
{
    cielo_value *params = cielo_value_new_object(), *fields;
    char json[1024];

    snprintf(json, sizeof(json), sale_json, order, amount);
    if (cielo_value_parse(&fields, json, strlen(json), NULL) != CIELO_OK
        || cielo_value_set(params, "fields", fields) != CIELO_OK)
        exit(1);
    return params;
}

static cielo_value *change_params(const char *payment_id, const char *amount)
{
    cielo_value *params = cielo_value_new_object();

    if (cielo_value_set(params, "payment_id", text(payment_id)) != CIELO_OK
        || cielo_value_set(params, "amount",
                           cielo_value_new_integer(strtol(amount, NULL, 10)))
            != CIELO_OK)
        exit(1);
    return params;
}

static void write_one(cielo_client *client, char **argv)
{
    int is_sale = strcmp(argv[1], "sale") == 0;
    int operation = is_sale                  ? CIELO_OP_SALE_CREATE
        : strcmp(argv[1], "capture") == 0 ? CIELO_OP_SALE_CAPTURE
                                          : CIELO_OP_SALE_VOID;
    cielo_value *params = is_sale ? sale_params(argv[2], argv[3])
                                  : change_params(argv[2], argv[3]);
    cielo_entropy entropy;
    cielo_call *call;
    cielo_error err;

    check(cielo_entropy_fill(&entropy), &err);
    check(cielo_call_new(&call, client, operation, params, &entropy, &err),
          &err);
    check(cielo_perform(call, &err), &err);
    cielo_call_free(call);
    cielo_value_free(params);
}

/* ---- settling ---- */

static const char *member(const cielo_value *entry, const char *name)
{
    const char *words = cielo_value_text(cielo_value_get(entry, name), NULL);

    return words ? words : "";
}

/* The entries borrow from the journal one at a time: the call has a copy. */
static void settle_one(cielo_client *client, const cielo_value *entry)
{
    cielo_entropy entropy;
    cielo_call *call;
    cielo_error err;
    int64_t amount = 0;

    check(cielo_entropy_fill(&entropy), &err);
    check(cielo_settle_new(&call, client, entry, &entropy, &err), &err);
    cielo_perform(call, &err); /* it fails where nothing is settled */
    cielo_value_integer(cielo_value_get(entry, "amount"), &amount);
    printf("{\"id\":\"%s\",\"order\":\"%s\",\"payment_id\":\"%s\","
           "\"operation\":\"%s\",\"amount\":%ld,\"state\":\"%s\"}\n",
           member(entry, "id"), member(entry, "merchant_order_id"),
           member(entry, "payment_id"), member(entry, "operation"),
           (long)amount, cielo_settled_name(cielo_call_settled(call)));
    cielo_call_free(call);
}

static void settle_all(cielo_client *client)
{
    const char *folder = cielo_client_journal(client);
    cielo_journal_lock *lock;
    cielo_journal *journal;
    const cielo_value *entry;
    cielo_error err;
    int status;

    check(cielo_journal_lock_take(&lock, folder, &err), &err);
    check(cielo_journal_open(&journal, folder, NULL, &err), &err);
    check(cielo_journal_load(journal, 0, &err), &err);
    while ((status = cielo_journal_next(journal, 1, &entry, &err)) == CIELO_OK)
        settle_one(client, entry);
    if (status != CIELO_ENOTFOUND)
        check(status, &err);
    cielo_journal_close(journal);
    cielo_journal_lock_free(lock);
}

int main(int argc, char **argv)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client;
    cielo_error err;

    check(cielo_client_new(&client, &options, &err), &err);
    if (argc == 4)
        write_one(client, argv);
    else
        settle_all(client);
    cielo_client_unref(client);
    puts("done");
    return 0;
}
