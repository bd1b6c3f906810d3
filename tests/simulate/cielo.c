/* The model of Cielo at its door: who may come in, and which book it is for.
 * Written from the documents; shares no table with the core. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

void sim_put(sim_answer *out, int status, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(out->body, sizeof(out->body), format, args);
    va_end(args);
    if (length < 0 || (size_t)length >= sizeof(out->body))
        abort();
    out->status = status;
    out->length = (size_t)length;
}

/* ---- tokens of Checkout ---- */

static void grant_token(sim_world *w, sim_answer *out)
{
    int at = w->token_next++ % SIM_TOKENS;
    int64_t life = sim_chance(&w->draw, 500) ? 1199
                                             : 65 + sim_below(&w->draw, 60);

    snprintf(w->tokens[at], sizeof(w->tokens[at]), "TOKEN%012llx",
             (unsigned long long)(sim_next(&w->draw) >> 16));
    /* Cielo may forget one before its time. */
    w->token_ends[at] = w->now
        + (sim_chance(&w->draw, 300) ? sim_below(&w->draw, life * 1000)
                                     : life * 1000);
    sim_put(out, 200,
            "{\"access_token\":\"%s\",\"token_type\":\"bearer\","
            "\"expires_in\":%lld}",
            w->tokens[at], (long long)life);
}

static int is_token(const sim_world *w, const char *token)
{
    int i;

    for (i = 0; token && i < SIM_TOKENS; i++) {
        if (w->tokens[i][0] && strcmp(w->tokens[i], token) == 0)
            return w->now < w->token_ends[i];
    }
    return 0;
}

/* ---- addresses ---- */

/* What follows `prefix` in the target, or NULL. */
static const char *after(const char *target, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(target, prefix, length) == 0 ? target + length : NULL;
}

/* The part of `rest` up to the next stroke or question mark. */
static const char *part(const char *rest, char *out, size_t size)
{
    size_t length = strcspn(rest, "/?");

    if (length >= size)
        length = size - 1;
    memcpy(out, rest, length);
    out[length] = '\0';
    return rest + strcspn(rest, "/?");
}

static void ask_sales(sim_world *w, const char *method, const char *rest,
                      const char *body, sim_call *by, sim_answer *out)
{
    char id[64];
    const char *verb, *found;

    if (strcmp(method, "POST") == 0) {
        sim_sale_create(w, body, by, out);
        return;
    }
    if ((found = after(rest, "?merchantOrderId="))) {
        sim_sale_list(w, found, out);
        return;
    }
    if ((found = after(rest, "/OrderId/"))) {
        sim_sale *newest;

        verb = part(found, id, sizeof(id));
        newest = sim_newest_of(w, id);
        sim_sale_change(w, newest ? newest->id : "", verb, verb, by, out);
        return;
    }
    if ((found = after(rest, "/acquirerTid/"))) {
        sim_sale *s = w->sales;

        while (s && strcmp(s->tid, found) != 0)
            s = s->next;
        sim_sale_show(w, s, out);
        return;
    }
    verb = part(rest + 1, id, sizeof(id));
    if (strcmp(method, "GET") == 0)
        sim_sale_show(w, sim_sale_by_id(w, id), out);
    else
        sim_sale_change(w, id, verb, verb, by, out);
}

static void ask_cards(sim_world *w, const char *method, const char *rest,
                      sim_call *by, sim_answer *out)
{
    if (strcmp(method, "POST") == 0) {
        if (by)
            by->did = 1;
        sim_put(out, 201,
                "{\"CardToken\":\"%08llx-b28b-4660-b14f-455e2a1c95e9\"}",
                (unsigned long long)(sim_next(&w->draw) >> 32));
        return;
    }
    (void)rest;
    sim_put(out, 200,
            "{\"CardNumber\":\"402400******3191\",\"Holder\":\"Comprador\","
            "\"ExpirationDate\":\"12/2030\"}");
}

/* Tokens for the scripts of a shop's page: fresh ones, which nothing is held
 * against here. 1 when it was one. */
static int grant_page_token(sim_world *w, const char *target, sim_answer *out)
{
    static const struct {
        const char *end;
        const char *name;
    } kinds[] = {{"/v2/auth/token", "access_token"},
                 {"/oauth2/token", "access_token"},
                 {"/v2/accesstoken", "AccessToken"}};
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!strstr(target, kinds[i].end))
            continue;
        sim_put(out, 200, "{\"%s\":\"PAGE%llx\",\"expires_in\":1200}",
                kinds[i].name, (unsigned long long)sim_next(&w->draw));
        return 1;
    }
    return 0;
}

/* What changes nothing that anybody could charge. */
static void ask_others(const char *method, const char *target, sim_call *by,
                       sim_answer *out)
{
    if (by)
        by->did = 1;
    if (after(target, "/1/zeroauth"))
        sim_put(out, 200, "{\"Valid\":true,\"ReturnCode\":\"00\"}");
    else if (after(target, "/1/cardBin/"))
        sim_put(out, 200, "{\"Status\":\"00\",\"Provider\":\"VISA\"}");
    else
        sim_put(out, 200, "{\"asked\":\"%s\"}", method);
}

static void ask_products(const char *method, const char *rest, sim_call *by,
                         sim_answer *out)
{
    char id[64] = "529aca91-2961-4976-8f7d-9e3f2fa8a0c9";

    if (by)
        by->did = 1;
    if (*rest == '/' && rest[1])
        part(rest + 1, id, sizeof(id));
    if (strcmp(method, "DELETE") == 0)
        sim_put(out, 204, "%s", "");
    else if (strstr(rest, "/payments"))
        sim_put(out, 200, "{\"productId\":\"%s\",\"orders\":[]}", id);
    else
        sim_put(out, strcmp(method, "POST") == 0 ? 201 : 200,
                "{\"id\":\"%s\",\"shortUrl\":\"https://cielolink.com.br/x\","
                "\"type\":\"Digital\",\"name\":\"Pedido\",\"price\":100}",
                id);
}

static void ask_checkout(sim_world *w, const char *method, const char *target,
                         sim_call *by, sim_answer *out)
{
    const char *rest;

    if ((rest = after(target, "/api/public/v1/products"))) {
        ask_products(method, rest, by, out);
    } else if ((rest = after(target, "/api/public/v1/RecurrentPayment/"))) {
        if (by)
            by->did = 1;
        if (strcmp(method, "GET") == 0)
            sim_put(out, 200, "{\"id\":\"%s\",\"status\":\"Active\"}", rest);
        else
            sim_put(out, 200, "%s", "");
    } else if (strcmp(target, "/api/public/v1/orders") == 0) {
        if (by)
            by->did = 1;
        sim_put(out, 201,
                "{\"Settings\":{\"CheckoutUrl\":\"https://cielo/%llx\","
                "\"Profile\":\"CheckoutCielo\"}}",
                (unsigned long long)sim_next(&w->draw));
    } else {
        sim_order_request(w, method, target, by, out);
    }
}

void sim_cielo(sim_world *w, const char *method, const char *target,
               const char *token, const char *body, sim_call *by,
               sim_answer *out)
{
    const char *rest;

    if (strcmp(target, "/api/public/v2/token") == 0) {
        grant_token(w, out);
        return;
    }
    if (grant_page_token(w, target, out))
        return;
    if (after(target, "/api/public/") && !is_token(w, token)) {
        sim_put(out, 401, "{\"message\":\"unauthorized\"}");
        return;
    }
    if (by)
        by->processed++;
    if (after(target, "/api/public/"))
        ask_checkout(w, method, target, by, out);
    else if ((rest = after(target, "/1/sales")))
        ask_sales(w, method, rest, body, by, out);
    else if ((rest = after(target, "/1/RecurrentPayment/")))
        sim_recurrence_request(w, method, rest, body, by, out);
    else if ((rest = after(target, "/1/card/")))
        ask_cards(w, method, rest, by, out);
    else
        ask_others(method, target, by, out);
}
