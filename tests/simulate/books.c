/* Cielo's books: sales, recurrences, Checkout orders. By the documents: what an
 * amount's last digit decides here stands for what a card's does there. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim.h"

enum {
    UNFINISHED = 0,
    AUTHORIZED = 1,
    CONFIRMED = 2,
    DENIED = 3,
    VOIDED = 10,
    REFUNDED = 11,
    PENDING = 12,
    ABORTED = 13,
    SCHEDULED = 20
};

/* Cielo denies the second of two voids within this. */
#define VOID_GAP_MS 5000
int sim_is_paid(const sim_sale *s)
{
    return s->status == AUTHORIZED || s->status == CONFIRMED
        || s->status == PENDING || s->status == SCHEDULED
        || (s->status == UNFINISHED && strncmp(s->code, "BP", 2) != 0);
}

int sim_is_given_back(const sim_sale *s)
{
    return s->status == VOIDED || s->status == REFUNDED;
}

/* ---- dates ---- */

static void write_date(const sim_world *w, int64_t when, char out[24])
{
    time_t seconds = (time_t)((SIM_EPOCH_MS + when + w->books_off) / 1000
                              + w->zone * 3600);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(out, 24, "%Y-%m-%d %H:%M:%S", &parts);
}

/* ---- finding ---- */

sim_sale *sim_sale_by_id(const sim_world *w, const char *id)
{
    sim_sale *s = w->sales;

    while (s && strcmp(s->id, id) != 0)
        s = s->next;
    return s;
}

/* Sales stand with the newest first. */
sim_sale *sim_newest_of(const sim_world *w, const char *order)
{
    sim_sale *s = w->sales;

    while (s && strcmp(s->order, order) != 0)
        s = s->next;
    return s;
}

void sim_books_settle(sim_world *w, sim_sale *s)
{
    if (s->settles == 0 || w->now < s->settles)
        return;
    s->settles = 0;
    s->status = s->amount / 10 % 2 ? AUTHORIZED : DENIED;
    strcpy(s->code, s->status == AUTHORIZED ? "4" : "05");
    s->ever_authorized = s->status == AUTHORIZED;
}

/* ---- a sale is made ---- */

/* What the acquirer says, by the amount's last digit. */
static void decide(sim_world *w, sim_sale *s, int capture)
{
    int digit = (int)(s->amount % 10);

    s->status = capture ? CONFIRMED : AUTHORIZED;
    strcpy(s->code, "4");
    if (strcmp(s->type, "Pix") == 0) {
        s->status = PENDING;
        strcpy(s->code, "0");
    } else if (digit == 2 || digit == 5) {
        s->status = DENIED;
        strcpy(s->code, digit == 2 ? "05" : "57");
    } else if (digit == 6) {
        s->status = UNFINISHED;
        strcpy(s->code, "99");
        s->settles = w->now + 500 + sim_below(&w->draw, 20000);
    } else if (digit == 8) {
        s->status = UNFINISHED;
        strcpy(s->code, "BP171");
    }
    if (s->status == CONFIRMED)
        s->captured = s->amount;
    s->ever_authorized = s->status == AUTHORIZED || s->status == CONFIRMED;
}

static void copy_text(char *to, size_t size, const cJSON *object,
                      const char *name, const char *otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    snprintf(to, size, "%s",
             cJSON_IsString(item) ? item->valuestring : otherwise);
}

static int64_t number_of(const cJSON *object, const char *name,
                         int64_t otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : otherwise;
}

static void copy_card(sim_sale *s, const cJSON *payment)
{
    const cJSON *card = cJSON_GetObjectItemCaseSensitive(payment, "CreditCard");
    char number[24];

    if (!card)
        card = cJSON_GetObjectItemCaseSensitive(payment, "DebitCard");
    copy_text(s->card, sizeof(s->card), card, "CardToken", "");
    s->by_token = s->card[0] != '\0';
    copy_text(number, sizeof(number), card, "CardNumber", "");
    if (!s->by_token && number[0])
        snprintf(s->card, sizeof(s->card), "%.6s******%s", number,
                 number + strlen(number) - 4);
}

static sim_sale *new_sale(sim_world *w, const cJSON *root, sim_call *by)
{
    const cJSON *payment = cJSON_GetObjectItemCaseSensitive(root, "Payment");
    sim_sale *s = calloc(1, sizeof(*s));

    if (!s)
        abort();
    snprintf(s->id, sizeof(s->id), "%08llx-fc31-4d6c-8555-%012x",
             (unsigned long long)(sim_next(&w->draw) >> 32), ++w->sale_count);
    snprintf(s->tid, sizeof(s->tid), "10000000%08x", w->sale_count);
    copy_text(s->order, sizeof(s->order), root, "MerchantOrderId", "");
    copy_text(s->type, sizeof(s->type), payment, "Type", "");
    copy_card(s, payment);
    s->amount = number_of(payment, "Amount", 0);
    s->installments = (int)number_of(payment, "Installments", 1);
    s->made = w->now;
    s->visible = w->now + (w->lag ? sim_below(&w->draw, w->lag) : 0);
    s->by = by;
    decide(w, s,
           cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(payment, "Capture"))
               || strcmp(s->type, "DebitCard") == 0);
    s->next = w->sales;
    w->sales = s;
    return s;
}

/* A recurrence whose first charge is later makes no sale yet. */
static int is_scheduled(const cJSON *root)
{
    const cJSON *payment = cJSON_GetObjectItemCaseSensitive(root, "Payment");
    const cJSON *recurrent
        = cJSON_GetObjectItemCaseSensitive(payment, "RecurrentPayment");

    return cJSON_IsFalse(
        cJSON_GetObjectItemCaseSensitive(recurrent, "AuthorizeNow"));
}

static void put_sale(sim_world *w, const sim_sale *s, int status, int whole,
                     sim_answer *out)
{
    const char *kind = strcmp(s->type, "DebitCard") == 0 ? "DebitCard"
                                                         : "CreditCard";
    char card[200] = "", more[200] = "", date[24];

    write_date(w, s->made, date);
    if (s->card[0])
        snprintf(card, sizeof(card),
                 "\"%s\":{\"%s\":\"%s\",\"Brand\":\"Visa\"},", kind,
                 s->by_token ? "CardToken" : "CardNumber", s->card);
    if (whole && s->captured)
        snprintf(more, sizeof(more), "\"CapturedAmount\":%lld,",
                 (long long)s->captured);
    if (whole && s->voided)
        snprintf(more + strlen(more), sizeof(more) - strlen(more),
                 "\"VoidedAmount\":%lld,", (long long)s->voided);
    sim_put(
        out, status,
        "{\"MerchantOrderId\":\"%s\",\"Customer\":{\"Name\":\"Comprador\"},"
        "\"Payment\":{%s%s\"ServiceTaxAmount\":0,\"Installments\":%d,"
        "\"Interest\":0,\"Tid\":\"%s\",\"PaymentId\":\"%s\",\"Type\":\"%s\","
        "\"Amount\":%lld,\"ReceivedDate\":\"%s\",\"Currency\":\"BRL\","
        "\"Country\":\"BRA\",\"ReturnCode\":\"%s\",\"Status\":%d,"
        "\"Links\":[{\"Method\":\"GET\",\"Rel\":\"self\",\"Href\":"
        "\"https://apiquery.cielo/1/sales/%s\"}]}}",
        s->order, card, more, s->installments, s->tid, s->id, s->type,
        (long long)s->amount, date, s->code, s->status, s->id);
}

void sim_sale_create(sim_world *w, const char *body, sim_call *by,
                     sim_answer *out)
{
    cJSON *root = cJSON_Parse(body);
    sim_sale *s;

    if (!root) {
        sim_put(out, 400, "[{\"Code\":147,\"Message\":\"unreadable\"}]");
        return;
    }
    if (is_scheduled(root)) {
        char order[32];

        copy_text(order, sizeof(order), root, "MerchantOrderId", "");
        if (by)
            by->did = 1;
        sim_put(out, 201,
                "{\"MerchantOrderId\":\"%s\",\"Payment\":{\"Amount\":%lld,"
                "\"Type\":\"CreditCard\",\"Status\":20,\"RecurrentPayment\":"
                "{\"RecurrentPaymentId\":\"%08llx-ec11-44b3-ba0a-"
                "56fbbc8274c5\",\"ReasonCode\":0,\"Interval\":1}}}",
                order,
                (long long)
                    number_of(cJSON_GetObjectItemCaseSensitive(root, "Payment"),
                              "Amount", 0),
                (unsigned long long)(sim_next(&w->draw) >> 32));
        cJSON_Delete(root);
        return;
    }
    s = new_sale(w, root, by);
    if (by) {
        by->made = s;
        by->did = sim_is_paid(s);
    }
    put_sale(w, s, 201, 0, out);
    cJSON_Delete(root);
}

/* ---- a sale is shown ---- */

void sim_sale_show(sim_world *w, sim_sale *s, sim_answer *out)
{
    if (!s || w->now < s->visible) {
        sim_put(out, 404, "%s", "");
        return;
    }
    sim_books_settle(w, s);
    put_sale(w, s, 200, 1, out);
}

void sim_sale_list(sim_world *w, const char *order, sim_answer *out)
{
    char lines[4800] = "";
    size_t used = 0;
    const sim_sale *s;

    for (s = w->sales; s; s = s->next) {
        char date[24];

        if (strcmp(s->order, order) != 0 || w->now < s->visible)
            continue;
        write_date(w, s->made, date);
        used += (size_t)snprintf(lines + used, sizeof(lines) - used,
                                 "%s{\"PaymentId\":\"%s\",\"ReceveidDate\":"
                                 "\"%s\"}",
                                 used ? "," : "", s->id, date);
        if (used >= sizeof(lines) - 200)
            break;
    }
    if (used == 0)
        sim_put(out, 404, "%s", "");
    else
        sim_put(out, 200, "{\"ReasonCode\":0,\"Payments\":[%s]}", lines);
}

/* ---- captures and voids ---- */

static void put_change(const sim_sale *s, const char *id, int reason,
                       const char *code, sim_answer *out)
{
    sim_put(out, 200,
            "{\"Status\":%d,\"ReasonCode\":%d,\"ReasonMessage\":\"%s\","
            "\"ProviderReturnCode\":\"%s\",\"ReturnCode\":\"%s\","
            "\"ReturnMessage\":\"x\",\"Links\":[{\"Method\":\"GET\","
            "\"Rel\":\"self\",\"Href\":\"https://apiquery.cielo/1/sales/"
            "%s\"}]}",
            s->status, reason, reason ? "Denied" : "Successful", code, code,
            id);
}

static void capture(sim_sale *s, int64_t amount, sim_call *by, sim_answer *out)
{
    if (amount < 0)
        amount = s->amount;
    if (s->status != AUTHORIZED || amount > s->amount) {
        sim_put(out, 400,
                "[{\"Code\":308,\"Message\":\"Transaction not available to "
                "capture\"}]");
        return;
    }
    s->status = CONFIRMED;
    s->captured = amount;
    if (by)
        by->did = 1;
    put_change(s, s->id, 0, "6", out);
}

static void deny(sim_sale *s, sim_call *by, const char *code, sim_answer *out)
{
    if (by)
        by->denied = 1;
    put_change(s, s->id, 7, code, out);
}

static void give_back(sim_world *w, sim_sale *s, int64_t amount, sim_call *by,
                      sim_answer *out)
{
    int64_t since = w->now - s->last_void;

    s->last_void = w->now;
    if (s->status != AUTHORIZED && s->status != CONFIRMED
        && s->status != PENDING) {
        sim_put(out, 400,
                "[{\"Code\":309,\"Message\":\"Transaction not available to "
                "void\"}]");
        return;
    }
    if (s->status == PENDING) { /* the removal of a Pix that nobody paid */
        if (by)
            by->did = 1;
        sim_put(out, 200,
                "{\"Status\":2,\"ReasonCode\":8,\"ReasonMessage\":"
                "\"Scheduled\",\"ReturnCode\":\"0\",\"Links\":[]}");
        return;
    }
    if (s->amount % 100 == 77) { /* a shop without balance */
        deny(s, by, "6", out);
        return;
    }
    if (s->void_seen && since < VOID_GAP_MS) {
        deny(s, by, "BP900", out);
        return;
    }
    s->void_seen = 1;
    if (amount >= 0
        && (s->status != CONFIRMED || s->voided + amount > s->captured)) {
        deny(s, by, "100", out);
        return;
    }
    if (amount < 0) {
        s->voided = s->captured ? s->captured : s->amount;
    } else {
        s->voided += amount;
    }
    if (amount < 0 || s->voided == s->captured)
        s->status = w->now - s->made < 40000 ? VOIDED : REFUNDED;
    s->ever_given_back |= sim_is_given_back(s);
    if (by)
        by->did = 1;
    put_change(s, s->id, 0, "0", out);
}

void sim_sale_change(sim_world *w, const char *id, const char *verb,
                     const char *query, sim_call *by, sim_answer *out)
{
    sim_sale *s = sim_sale_by_id(w, id);
    const char *given = strstr(query, "amount=");
    int64_t amount = given ? strtoll(given + 7, NULL, 10) : -1;

    if (!s) {
        sim_put(out, 404, "%s", "");
        return;
    }
    sim_books_settle(w, s);
    if (strncmp(verb, "/capture", 8) == 0)
        capture(s, amount, by, out);
    else
        give_back(w, s, amount, by, out);
}

/* ---- recurrences ---- */

static void put_recurrence(const sim_recurrence *r, sim_answer *out)
{
    static const char *const names[]
        = {"", "Monthly", "Bimonthly", "Quarterly", "", "", "SemiAnnual"};

    sim_put(out, 200,
            "{\"Customer\":{\"Name\":\"%s\"},\"RecurrentPayment\":"
            "{\"RecurrentPaymentId\":\"%s\",\"NextRecurrency\":\"%s\","
            "\"StartDate\":\"2026-01-15\",\"EndDate\":\"%s\",\"Interval\":"
            "\"%s\",\"Amount\":%lld,\"RecurrencyDay\":%d,\"Status\":%d,"
            "\"Links\":[],\"RecurrentTransactions\":[]}}",
            r->name, r->id, r->next_date, r->end_date,
            r->interval > 6 ? "Annual" : names[r->interval],
            (long long)r->amount, r->day, r->status);
}

/* The body of a change is a bare JSON value, but for a customer. */
static void change_recurrence(sim_recurrence *r, const char *what,
                              const char *body)
{
    cJSON *value = cJSON_Parse(body);
    const char *text = cJSON_IsString(value) ? value->valuestring : "";

    if (strcmp(what, "/EndDate") == 0)
        snprintf(r->end_date, sizeof(r->end_date), "%.10s", text);
    else if (strcmp(what, "/NextPaymentDate") == 0)
        snprintf(r->next_date, sizeof(r->next_date), "%.10s", text);
    else if (strcmp(what, "/Interval") == 0)
        r->interval = (int)value->valuedouble;
    else if (strcmp(what, "/RecurrencyDay") == 0)
        r->day = (int)value->valuedouble;
    else if (strcmp(what, "/Amount") == 0)
        r->amount = (int64_t)value->valuedouble;
    else if (strcmp(what, "/Customer") == 0)
        copy_text(r->name, sizeof(r->name), value, "Name", "");
    else if (strcmp(what, "/Deactivate") == 0)
        r->status = 3;
    else if (strcmp(what, "/Reactivate") == 0)
        r->status = 1;
    cJSON_Delete(value);
}

void sim_recurrence_request(sim_world *w, const char *method, const char *rest,
                            const char *body, sim_call *by, sim_answer *out)
{
    size_t length = strcspn(rest, "/");
    int i = 0;

    while (i < SIM_RECURRENCES
           && (strlen(w->recurrences[i].id) != length
               || strncmp(w->recurrences[i].id, rest, length) != 0))
        i++;
    if (i == SIM_RECURRENCES) {
        sim_put(out, 404, "%s", "");
    } else if (strcmp(method, "GET") == 0) {
        put_recurrence(&w->recurrences[i], out);
    } else {
        change_recurrence(&w->recurrences[i], rest + length, body);
        if (by)
            by->did = 1;
        sim_put(out, 200, "%s", "");
    }
}

/* ---- Checkout orders ---- */

static const char *const order_words[] = {"Authorized", "Paid", "Voided"};

static void put_order(const sim_order *o, sim_answer *out)
{
    sim_put(out, 200,
            "{\"merchantId\":\"x\",\"orderNumber\":\"%s\",\"payment\":"
            "{\"status\":\"%s\",\"tid\":\"1\",\"numberOfPayments\":1},"
            "\"cart\":{\"items\":[]}}",
            o->number, order_words[o->status]);
}

static void change_order(sim_order *o, const char *verb, sim_call *by,
                         sim_answer *out)
{
    int captures = strncmp(verb, "/capture", 8) == 0;
    int part = strstr(verb, "amount=") != NULL;
    int can = captures ? o->status == 0 : o->status < 2;

    if (can && !part)
        o->status = captures ? 1 : 2;
    else if (can && captures)
        o->status = 1;
    if (by) {
        by->did = can;
        by->denied = !can;
    }
    sim_put(out, 200,
            "{\"success\":%s,\"status\":2,\"returnCode\":\"%s\",\"links\":"
            "[{\"method\":\"GET\",\"rel\":\"self\",\"href\":"
            "\"https://cielo/api/public/v2/orders/%s\"}]}",
            can ? "true" : "false", can ? "6" : "9", o->number);
}

static void put_orders_of(const sim_world *w, const char *number,
                          sim_answer *out)
{
    int i;

    for (i = 0; i < SIM_ORDERS; i++) {
        if (strcmp(w->orders[i].merchant_number, number) == 0)
            break;
    }
    if (i == SIM_ORDERS)
        sim_put(out, 404, "%s", "");
    else
        sim_put(out, 200,
                "[{\"$id\":\"1\",\"checkoutOrderNumber\":\"%s\","
                "\"createdDate\":\"2026-01-01T00:00:00\",\"links\":[]}]",
                w->orders[i].number);
}

static void put_notice(const sim_order *o, sim_answer *out)
{
    sim_put(out, 200,
            "{\"order_number\":\"%s\",\"checkout_cielo_order_number\":\"%s\","
            "\"amount\":%lld,\"payment_status\":%d}",
            o->merchant_number, o->number, (long long)o->amount,
            o->status == 0 ? 7 : 2);
}

void sim_order_request(sim_world *w, const char *method, const char *target,
                       sim_call *by, sim_answer *out)
{
    const char *number = strstr(target, "/merchantOrderNumber/");
    int i;

    if (number) {
        put_orders_of(w, number + strlen("/merchantOrderNumber/"), out);
        return;
    }
    for (i = 0; i < SIM_ORDERS; i++) {
        sim_order *o = &w->orders[i];
        const char *at = strstr(target, o->number);

        if (at && strcmp(method, "GET") == 0) {
            put_order(o, out);
            return;
        }
        if (at) {
            change_order(o, at + strlen(o->number), by, out);
            return;
        }
        if (strstr(target, "/v1/orders/")
            && strstr(target, o->merchant_number)) {
            put_notice(o, out);
            return;
        }
    }
    sim_put(out, 404, "%s", "");
}

/* ---- life ---- */

void sim_books_open(sim_world *w)
{
    sim_random draw = sim_stream(w->seed, 7003);
    int i;

    for (i = 0; i < SIM_RECURRENCES; i++) {
        sim_recurrence *r = &w->recurrences[i];

        snprintf(r->id, sizeof(r->id), "%08llx-ec11-44b3-ba0a-56fbbc827400",
                 (unsigned long long)(sim_next(&draw) >> 32));
        r->amount = 1000;
        r->interval = 1;
        r->day = 5;
        r->status = 1;
        strcpy(r->end_date, "2030-01-01");
        strcpy(r->next_date, "2027-01-05");
        strcpy(r->name, "Fulano");
    }
    for (i = 0; i < SIM_ORDERS; i++) {
        sim_order *o = &w->orders[i];

        snprintf(o->number, sizeof(o->number), "%016llx%016llx",
                 (unsigned long long)sim_next(&draw),
                 (unsigned long long)sim_next(&draw));
        snprintf(o->merchant_number, sizeof(o->merchant_number), "P%08llx",
                 (unsigned long long)(sim_next(&draw) >> 32));
        o->amount = 5000;
    }
}

void sim_books_free(sim_world *w)
{
    while (w->sales) {
        sim_sale *s = w->sales;

        w->sales = s->next;
        free(s);
    }
}
