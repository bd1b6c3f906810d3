/*
 * What a shop does when it starts: it asks Cielo what became of the writes that
 * its journal left in doubt, before it takes money again.
 *
 *     cc startup.c $(pkg-config --cflags --libs cielo) -o startup
 *     CIELO_BASE_URL=http://127.0.0.1:8645 ./startup /var/lib/shop/journal
 *
 * Ends with 0 when nothing is in doubt any more, 3 when something is, and 1
 * when that could not be found out. What is in doubt is asked again at the next
 * start, or ten minutes later: only then is one said never to have happened.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cielo/cielo.h>

enum { SETTLED = 0, FAILED = 1, LEFT = 3 };

static int tell(const cielo_error *err)
{
    fprintf(stderr, "%s: %s\n", cielo_status_name(err->status), err->message);
    return FAILED;
}

static const char *text(const cielo_value *of, const char *name)
{
    const char *found = cielo_value_text(cielo_value_get(of, name), NULL);

    return found ? found : "-";
}

/* Looks once what became of an entry, and notes it in the journal. */
static int settle(cielo_client *client, const cielo_value *entry)
{
    cielo_call *call = NULL;
    cielo_entropy entropy;
    cielo_settled settled;
    cielo_error err;

    if (cielo_entropy_fill(&entropy) != CIELO_OK)
        return FAILED;
    if (cielo_settle_new(&call, client, entry, &entropy, &err) != CIELO_OK)
        return tell(&err);
    cielo_perform(call, &err); /* which keeps the journal by itself */
    settled = cielo_call_settled(call);
    printf("%s of order %s, %s cents: %s\n", text(entry, "operation"),
           text(entry, "merchant_order_id"), text(entry, "amount"),
           cielo_settled_name(settled));
    cielo_call_free(call);
    return settled == CIELO_SETTLED_UNKNOWN ? LEFT : SETTLED;
}

/* Settles one after the other; gives LEFT when one of them is still in doubt.
 * Of what fails the others are no part. */
static int settle_all(cielo_client *client, cielo_journal *journal)
{
    const cielo_value *entry;
    cielo_error err;
    int result = SETTLED;

    while (cielo_journal_next(journal, 1, &entry, &err) == CIELO_OK) {
        int one = settle(client, entry);

        if (one != SETTLED && result != FAILED)
            result = one;
    }
    return err.status == CIELO_ENOTFOUND ? result : tell(&err);
}

/* One process at a time: of two that look at once, neither sees what the other
 * is about to note. The journal is read with the lock held. */
static int recover(cielo_client *client)
{
    const char *folder = cielo_client_journal(client);
    cielo_journal_lock *lock = NULL;
    cielo_journal *journal = NULL;
    cielo_journal_counts counts;
    cielo_error err;
    int result;

    if (cielo_journal_lock_take(&lock, folder, &err) != CIELO_OK)
        return tell(&err);
    if (cielo_journal_open(&journal, folder, NULL, &err) == CIELO_OK
        && cielo_journal_load(journal, 0, &err) == CIELO_OK) {
        cielo_journal_count(journal, &counts);
        printf("%lu writes noted, %lu in doubt\n",
               (unsigned long)counts.entries, (unsigned long)counts.in_doubt);
        result = settle_all(client, journal);
    } else {
        result = tell(&err);
    }
    cielo_journal_close(journal);
    cielo_journal_lock_free(lock);
    return result;
}

int main(int argc, char **argv)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    cielo_error err;
    int result;

    options.journal = argc > 1 ? argv[1] : getenv("CIELO_JOURNAL");
    if (!options.journal) {
        fprintf(stderr, "which folder has the journal?\n");
        return FAILED;
    }
    if (getenv("CIELO_BASE_URL") && !getenv("CIELO_MERCHANT_ID")) {
        options.merchant_id = "a local store"; /* the local Cielo takes any */
        options.merchant_key = "and its key";
    }
    (void)mkdir(options.journal, 0700); /* at the first start of all */
    if (cielo_client_new(&client, &options, &err) != CIELO_OK)
        return tell(&err);
    result = recover(client);
    cielo_client_unref(client);
    return result;
}
