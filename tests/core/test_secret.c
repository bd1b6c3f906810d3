/* Memory that is wiped. */
#include <stdlib.h>

#include "check.h"
#include <cielo/cielo.h>

#include "base/base.h"

static void wiping_overwrites(void)
{
    char text[] = "4111111111111111";

    cielo__wipe(text, sizeof(text));
    CHECK(memcmp(text, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16) == 0);
    cielo__wipe(NULL, 0);
    cielo__wipe(NULL, 4);
}

/* Sees whether what is released was wiped: `context` counts what was not. */
static void *keep_allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void *keep_reallocate(void *context, void *memory, size_t size)
{
    (void)context;
    return realloc(memory, size);
}

static void keep_release(void *context, void *memory)
{
    *(int *)context += memcmp(memory, "\0\0\0", 3) != 0;
    free(memory);
}

static void secrets_are_wiped_when_freed(void)
{
    int unwiped = 0;
    cielo_allocator mem = {NULL, keep_allocate, keep_reallocate, keep_release};

    mem.context = &unwiped;
    cielo__free_secret(&mem, cielo__strdup(&mem, "key"));
    CHECK_INT(unwiped, 0);
    cielo__free_secret(&mem, NULL);
}

/* ---- what a call leaves in the memory that its client keeps ---- */

#define ORDER "2026112201"
#define CARD "4024007153763191"
#define SALE                                                              \
    "{\"fields\":{\"merchant_order_id\":\"" ORDER "\",\"payment\":{"     \
    "\"type\":\"CreditCard\",\"amount\":15700,\"installments\":1,"      \
    "\"credit_card\":{\"card_number\":\"" CARD "\",\"holder\":\"HOLDER\"," \
    "\"expiration_date\":\"12/2035\",\"security_code\":\"987\","       \
    "\"brand\":\"Visa\"}}}}"

/* The blocks that an allocator has given and not got back. */
typedef struct block {
    struct block *next;
    struct block **place; /* what points at it */
    size_t size;
    size_t unused; /* keeps what follows aligned */
} block;

typedef struct book {
    block *first;
    int shown; /* blocks that came back with a secret in them */
} book;

static const char *const secrets[]
    = {ORDER, CARD, "HOLDER", "987", "broken here"};

static int holds_secret(const void *memory, size_t size)
{
    const char *at = memory;
    size_t i, s;

    for (s = 0; s < sizeof(secrets) / sizeof(secrets[0]); s++) {
        size_t length = strlen(secrets[s]);

        for (i = 0; i + length <= size; i++)
            if (memcmp(at + i, secrets[s], length) == 0)
                return 1;
    }
    return 0;
}

static void *book_allocate(void *context, size_t size)
{
    book *of = context;
    block *made = malloc(sizeof(*made) + size);

    if (!made)
        return NULL;
    made->size = size;
    made->next = of->first;
    made->place = &of->first;
    if (made->next)
        made->next->place = &made->next;
    of->first = made;
    return made + 1;
}

static void book_release(void *context, void *memory)
{
    book *of = context;
    block *gone = (block *)memory - 1;

    of->shown += holds_secret(memory, gone->size);
    *gone->place = gone->next;
    if (gone->next)
        gone->next->place = gone->place;
    free(gone);
}

/* How many of the blocks that are out hold a secret. What waits for the next
 * call is as good as freed to the sanitizer, and is looked at all the same. */
static int count_shown(book *of)
{
    int count = 0;
    block *at;

    for (at = of->first; at; at = at->next) {
        cielo__allow(at + 1, at->size);
        count += holds_secret(at + 1, at->size);
    }
    return count;
}

static cielo_call *sale_of(cielo_client *client)
{
    cielo_value *tree = NULL;
    cielo_entropy entropy;
    cielo_call *call = NULL;

    memset(&entropy, 7, sizeof(entropy));
    CHECK_INT(cielo_value_parse(&tree, SALE, strlen(SALE), NULL), CIELO_OK);
    CHECK_INT(cielo_call_new(&call, client, CIELO_OP_SALE_CREATE, tree,
                             &entropy, NULL),
              CIELO_OK);
    cielo_value_free(tree);
    CHECK_INT(cielo_call_step(call, 1000), CIELO_STEP_SEND);
    return call;
}

static void a_call_leaves_wiped_memory(void)
{
    book blocks = {NULL, 0};
    cielo_allocator mem = {NULL, book_allocate, NULL, book_release};
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    cielo_call *call;

    mem.context = &blocks;
    options.allocator = &mem;
    options.merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d";
    options.merchant_key = "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA";
    CHECK_INT(cielo_client_new(&client, &options, NULL), CIELO_OK);
    call = sale_of(client);
    CHECK(count_shown(&blocks) > 0); /* the request, which is open */
    CHECK_INT(cielo_call_on_failure(call, CIELO_SENT_YES, CIELO_CAUSE_CLOSED,
                                    "broken here"),
              CIELO_OK);
    CHECK_INT(cielo_call_step(call, 1001), CIELO_STEP_SEND); /* a look-up */
    cielo_call_free(call);
    CHECK_INT(count_shown(&blocks), 0);
    cielo_client_unref(client);
    CHECK(blocks.first == NULL);
    CHECK_INT(blocks.shown, 0);
}

CHECK_MAIN(wiping_overwrites, secrets_are_wiped_when_freed,
           a_call_leaves_wiped_memory)
