/*
 * The same sale through libcielo: fields made, checked and printed, the answer
 * read, its PaymentId taken.
 *
 *     ours URL WARM COUNT [CA_FILE]
 */
#include "sale.h"

static void once(void *context)
{
    cielo_call *call = make_call(context);

    cielo_perform(call, NULL);
    check(call);
    cielo_call_free(call);
}

int main(int argc, char **argv)
{
    cielo_client *client;

    if (argc < 4)
        return 2;
    client = make_client(argv[1], argc > 4 ? argv[4] : NULL, 100);
    measure(once, client, number_of(argv[2]), number_of(argv[3]));
    cielo_client_unref(client);
    return 0;
}
