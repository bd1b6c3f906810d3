/*
 * A hundred sales, eight at once.
 *
 *     cc many.c $(pkg-config --cflags --libs cielo) -o many
 *     CIELO_BASE_URL=http://127.0.0.1:8645 ./many
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cielo/cielo.h>

enum { SALES = 100, AT_ONCE = 8 };

static const char sale_json[]
    = "{\"fields\": {\"MerchantOrderId\": \"many%ldn%d\","
      " \"Payment\": {\"Type\": \"CreditCard\", \"Amount\": 1990,"
      "  \"Installments\": 1, \"CreditCard\": {"
      "   \"CardNumber\": \"4024007197692931\", \"Holder\": \"Teste Holder\","
      "   \"ExpirationDate\": \"12/2030\", \"SecurityCode\": \"123\","
      "   \"Brand\": \"Visa\"}}}}";

static cielo_call *make_call(cielo_client *client, long run, int number)
{
    cielo_call *call = NULL;
    cielo_value *params = NULL;
    cielo_entropy entropy;
    char text[512];

    snprintf(text, sizeof(text), sale_json, run, number);
    if (cielo_value_parse(&params, text, strlen(text), NULL) != CIELO_OK
        || cielo_entropy_fill(&entropy) != CIELO_OK
        || cielo_call_new(&call, client, CIELO_OP_SALE_CREATE, params, &entropy,
                          NULL)
            != CIELO_OK)
        exit(1);
    cielo_value_free(params);
    return call;
}

/* 1 for a sale that was made; else it says why not. */
static int tell(const cielo_call *call)
{
    const cielo_value *sale;
    cielo_error err;

    if (cielo_call_result(call, &sale, &err) == CIELO_OK)
        return 1;
    fprintf(stderr, "%s: %s: %s\n", cielo_call_order(call),
            cielo_status_name(err.status), err.message);
    return 0;
}

/* How long to wait: until a call that waits for its turn may start, or else
 * for what is under way. */
static int wait_for(const cielo_many *many)
{
    int64_t until = cielo_many_deadline(many);
    int64_t left = until - cielo_now_ms();

    if (until < 0)
        return -1;
    return left < 0 ? 0 : left > 1000 ? 1000 : (int)left;
}

int main(void)
{
    cielo_options options = CIELO_OPTIONS_INIT;
    cielo_client *client = NULL;
    cielo_multi *multi = NULL;
    cielo_many *many = NULL;
    cielo_call *call;
    cielo_error err;
    long run = (long)(cielo_wall_ms() / 1000);
    int begun = 0, made = 0;

    if (cielo_client_new(&client, &options, &err) != CIELO_OK
        || cielo_multi_new(&multi, client, &err) != CIELO_OK
        || cielo_many_new(&many, client, AT_ONCE, &err) != CIELO_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    while (begun < SALES || cielo_many_count(many) > 0) {
        while (begun < SALES && cielo_many_room(many))
            if (cielo_many_put(many, make_call(client, run, begun++), &err)
                != CIELO_OK)
                return 1;
        while ((call = cielo_many_start(many, cielo_now_ms())) != NULL)
            if (cielo_multi_add(multi, call, &err) != CIELO_OK)
                return 1;
        if (cielo_multi_wait(multi, wait_for(many)) != CIELO_OK)
            return 1;
        while ((call = cielo_multi_done(multi)) != NULL) {
            cielo_many_ended(many, call, cielo_now_ms());
            made += tell(call);
            cielo_call_free(call);
        }
    }
    printf("%d of %d sales were made\n", made, SALES);
    cielo_multi_free(multi);
    cielo_many_free(many);
    cielo_client_unref(client);
    return made == SALES ? 0 : 1;
}
