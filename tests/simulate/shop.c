/* What the shops want: sales and their changes, recurrences, orders, links. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

/* ---- what there is to sell ---- */

static void fill_slot(sim_world *w, sim_slot *slot, int number)
{
    /* The documents' test cards. */
    static const char *const cards[]
        = {"4551870000000183", "4024007153763191", "4091688625337641"};
    sim_random draw = sim_stream(w->seed, 5000 + (uint64_t)number);

    slot->number = number;
    snprintf(slot->order, sizeof(slot->order), "S%xN%d",
             (unsigned)(w->seed & 0xFFFF), number);
    slot->amount = 100 + sim_below(&draw, 900000);
    slot->card = cards[sim_below(&draw, 3)];
    slot->by_token = sim_chance(&draw, 150);
    if (slot->by_token)
        slot->card = "6e1bf77a-b28b-4660-b14f-455e2a1c95e9";
    slot->installments = sim_chance(&draw, 700) ? 1
                                                : 2 + (int)sim_below(&draw, 9);
    slot->capture = sim_chance(&draw, 400);
    slot->type = "CreditCard";
    if (sim_chance(&draw, 120)) {
        slot->type = sim_chance(&draw, 500) ? "Pix" : "DebitCard";
        slot->installments = 1;
        slot->by_token = 0;
        slot->card = cards[0];
    }
}

/* Another attempt under the number: nearly the same, and yet no twin. */
static void fill_other(sim_world *w, sim_slot *other, const sim_slot *slot)
{
    sim_random draw = sim_stream(w->seed, 6000 + (uint64_t)slot->number);
    int64_t what = sim_below(&draw, 3);

    *other = *slot;
    if (what == 0 && strcmp(slot->type, "CreditCard") == 0 && !slot->by_token)
        /* The same first digits as one of the others. */
        other->card = strncmp(slot->card, "402400", 6) == 0
            ? "4024007197692931"
            : "4024007153763191";
    else if (what == 1 && strcmp(slot->type, "CreditCard") == 0)
        other->installments++;
    else
        other->amount += 10;
}

void sim_shop_open(sim_world *w)
{
    int i;

    for (i = 0; i < SIM_NUMBERS; i++) {
        fill_slot(w, &w->slots[i], i);
        fill_other(w, &w->slots[SIM_NUMBERS + i], &w->slots[i]);
    }
}

/* ---- parameters ---- */

static cielo_value *parse(const char *format, ...)
{
    char text[1200];
    cielo_value *out;
    cielo_error err;
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (cielo_value_parse(&out, text, (size_t)length, &err) != CIELO_OK)
        abort();
    return out;
}

static cielo_value *sale_params(const sim_slot *s, const char *more)
{
    char card[300] = "";

    if (strcmp(s->type, "Pix") == 0)
        return parse("{\"fields\":{\"MerchantOrderId\":\"%s\",\"Customer\":"
                     "{\"Name\":\"Comprador\",\"Identity\":\"12345678909\","
                     "\"IdentityType\":\"CPF\"},\"Payment\":{\"Type\":\"Pix\","
                     "\"Provider\":\"Cielo2\",\"Amount\":%lld}}}",
                     s->order, (long long)s->amount);
    if (s->by_token)
        snprintf(card, sizeof(card),
                 "\"CreditCard\":{\"CardToken\":\"%s\",\"Brand\":\"Visa\"}",
                 s->card);
    else
        snprintf(card, sizeof(card),
                 "\"%s\":{\"CardNumber\":\"%s\",\"Holder\":\"Teste Holder\","
                 "\"ExpirationDate\":\"12/2035\",\"SecurityCode\":\"123\","
                 "\"Brand\":\"Visa\"}",
                 s->type, s->card);
    return parse("{\"fields\":{\"MerchantOrderId\":\"%s\",\"Payment\":{"
                 "\"Type\":\"%s\",\"Amount\":%lld,\"Installments\":%d,"
                 "\"Capture\":%s,%s%s}}}",
                 s->order, s->type, (long long)s->amount, s->installments,
                 s->capture ? "true" : "false", card, more);
}

/* A part of what is left, or the whole. */
static int64_t some_amount(sim_call *c, const sim_sale *s)
{
    if (!s || sim_chance(&c->draw, 500))
        return -1;
    /* Often the same part again: then the total alone tells them apart. */
    return sim_chance(&c->draw, 400) ? 1 + s->amount / 5
                                     : 1 + sim_below(&c->draw, s->amount);
}

static cielo_value *target_params(sim_call *c, const char *name)
{
    if (c->amount >= 0)
        return parse("{\"%s\":\"%s\",\"amount\":%lld}", name, c->target,
                     (long long)c->amount);
    return parse("{\"%s\":\"%s\"}", name, c->target);
}

/* ---- operations: how each is asked for ---- */

/* Any sale that was made, rather a late one; NULL when there is none. */
static sim_sale *some_sale(sim_world *w, sim_call *c)
{
    sim_sale *s = w->sales;
    int64_t n = s ? sim_below(&c->draw, w->sale_count < 8 ? w->sale_count : 8)
                  : 0;

    while (n-- > 0 && s->next)
        s = s->next;
    return s;
}

static cielo_value *ask_sale(sim_world *w, sim_call *c)
{
    const sim_slot *slot = c->slot;
    int64_t kind = slot->installments == 1 ? sim_below(&c->draw, 30) : -1;

    (void)w;
    strcpy(c->target, slot->order);
    c->amount = slot->amount;
    if (kind == 0 && strcmp(slot->type, "CreditCard") == 0)
        return sale_params(slot,
                           ",\"RecurrentPayment\":{\"AuthorizeNow\":true,"
                           "\"EndDate\":\"2030-12-01\",\"Interval\":"
                           "\"Monthly\"}");
    if (kind == 1 && strcmp(slot->type, "CreditCard") == 0) {
        c->wanted[0] = 's'; /* scheduled: it makes no sale yet */
        return sale_params(slot,
                           ",\"RecurrentPayment\":{\"AuthorizeNow\":false,"
                           "\"StartDate\":\"2030-01-01\",\"Interval\":"
                           "\"Monthly\"}");
    }
    return sale_params(slot, "");
}

static cielo_value *ask_payment(sim_world *w, sim_call *c)
{
    sim_sale *s = some_sale(w, c);

    snprintf(c->target, sizeof(c->target), "%s",
             s ? s->id : "00000000-fc31-4d6c-8555-000000000000");
    strcpy(c->void_key, c->target);
    if (c->operation == CIELO_OP_SALE_CAPTURE
        || c->operation == CIELO_OP_SALE_VOID)
        c->amount = some_amount(c, s);
    return target_params(c, "payment_id");
}

static cielo_value *ask_by_order(sim_world *w, sim_call *c)
{
    sim_sale *s = some_sale(w, c);

    snprintf(c->target, sizeof(c->target), "%s", s ? s->order : c->slot->order);
    strcpy(c->void_key, c->target);
    if (c->operation == CIELO_OP_SALE_VOID_BY_ORDER)
        c->amount = some_amount(c, s);
    return target_params(c, "merchant_order_id");
}

static cielo_value *ask_by_tid(sim_world *w, sim_call *c)
{
    sim_sale *s = some_sale(w, c);

    snprintf(c->target, sizeof(c->target), "%s",
             s ? s->tid : "1000000000000000");
    return parse("{\"tid\":\"%s\"}", c->target);
}

static cielo_value *ask_reconcile(sim_world *w, sim_call *c)
{
    (void)w;
    strcpy(c->target, c->slot->order);
    c->amount = c->slot->amount;
    if (c->not_before >= 0)
        return parse("{\"merchant_order_id\":\"%s\",\"amount\":%lld,"
                     "\"not_before\":%lld}",
                     c->target, (long long)c->amount, (long long)c->not_before);
    return target_params(c, "merchant_order_id");
}

static cielo_value *ask_recurrence(sim_world *w, sim_call *c)
{
    int64_t n = sim_below(&c->draw, 900);

    strcpy(c->target, w->recurrences[sim_below(&c->draw, SIM_RECURRENCES)].id);
    switch (c->operation) {
    case CIELO_OP_RECURRENCE_SET_CUSTOMER:
        snprintf(c->wanted, sizeof(c->wanted), "Nome %c%c", 'A' + (int)(n % 26),
                 'a' + (int)(n / 36));
        return parse("{\"id\":\"%s\",\"fields\":{\"Name\":\"%s\"}}", c->target,
                     c->wanted);
    case CIELO_OP_RECURRENCE_SET_END_DATE:
    case CIELO_OP_RECURRENCE_SET_NEXT_PAYMENT_DATE:
        snprintf(c->wanted, sizeof(c->wanted), "20%02d-%02d-%02d",
                 28 + (int)(n % 9), 1 + (int)(n % 12), 1 + (int)(n % 28));
        return parse("{\"id\":\"%s\",\"date\":\"%s\"}", c->target, c->wanted);
    case CIELO_OP_RECURRENCE_SET_INTERVAL: {
        static const int intervals[] = {1, 2, 3, 6, 12};

        snprintf(c->wanted, sizeof(c->wanted), "%d", intervals[n % 5]);
        return parse("{\"id\":\"%s\",\"interval\":%s}", c->target, c->wanted);
    }
    case CIELO_OP_RECURRENCE_SET_DAY:
        snprintf(c->wanted, sizeof(c->wanted), "%d", 1 + (int)(n % 28));
        return parse("{\"id\":\"%s\",\"day\":%s}", c->target, c->wanted);
    case CIELO_OP_RECURRENCE_SET_AMOUNT:
        snprintf(c->wanted, sizeof(c->wanted), "%d", 100 + (int)n);
        return parse("{\"id\":\"%s\",\"amount\":%s}", c->target, c->wanted);
    case CIELO_OP_RECURRENCE_SET_PAYMENT:
        return parse("{\"id\":\"%s\",\"fields\":{\"Type\":\"CreditCard\","
                     "\"Amount\":100,\"Installments\":1,\"CreditCard\":{"
                     "\"Brand\":\"Visa\",\"Holder\":\"Teste\",\"CardNumber\":"
                     "\"4551870000000183\",\"ExpirationDate\":\"12/2035\"}}}",
                     c->target);
    default:
        return parse("{\"id\":\"%s\"}", c->target);
    }
}

static cielo_value *ask_order(sim_world *w, sim_call *c)
{
    const sim_order *o = &w->orders[sim_below(&c->draw, SIM_ORDERS)];

    strcpy(c->target, o->number);
    strcpy(c->void_key, o->number);
    switch (c->operation) {
    case CIELO_OP_ORDER_FIND:
        strcpy(c->target, o->merchant_number);
        return parse("{\"merchant_order_number\":\"%s\"}", c->target);
    case CIELO_OP_ORDER_NOTIFIED:
        strcpy(c->target, o->merchant_number);
        return parse("{\"merchant_id\":\"5c1d7c2e-9a1b-4f0e-8d35-"
                     "0f6f2a1b9c7d\",\"merchant_order_number\":\"%s\"}",
                     c->target);
    case CIELO_OP_ORDER_GET:
        return target_params(c, "checkout_order_number");
    default:
        c->amount = sim_chance(&c->draw, 300)
            ? 1 + sim_below(&c->draw, o->amount)
            : -1;
        return target_params(c, "checkout_order_number");
    }
}

static cielo_value *ask_page(sim_world *w, sim_call *c)
{
    (void)w;
    strcpy(c->target, c->slot->order);
    return parse("{\"fields\":{\"OrderNumber\":\"%s\",\"Cart\":{\"Items\":[{"
                 "\"Name\":\"Produto\",\"UnitPrice\":100,\"Quantity\":1,"
                 "\"Type\":\"Asset\"}]},\"Shipping\":{\"Type\":"
                 "\"WithoutShipping\"}}}",
                 c->target);
}

static cielo_value *ask_order_recurrence(sim_world *w, sim_call *c)
{
    (void)w;
    strcpy(c->target, "fd1b5d51-c1d9-4b21-8f6a-6a3d1d7e9a01");
    if (c->operation == CIELO_OP_ORDER_RECURRENCE_UPDATE)
        return parse("{\"id\":\"%s\",\"fields\":{\"Amount\":1500}}", c->target);
    return parse("{\"id\":\"%s\"}", c->target);
}

static cielo_value *ask_link(sim_world *w, sim_call *c)
{
    static const char fields[]
        = "{\"type\":\"Digital\",\"name\":\"Pedido\",\"price\":100,"
          "\"shipping\":{\"type\":\"WithoutShipping\"}}";

    (void)w;
    strcpy(c->target, "529aca91-2961-4976-8f7d-9e3f2fa8a0c9");
    if (c->operation == CIELO_OP_LINK_CREATE)
        return parse("{\"fields\":%s}", fields);
    if (c->operation == CIELO_OP_LINK_UPDATE)
        return parse("{\"id\":\"%s\",\"fields\":%s}", c->target, fields);
    return parse("{\"id\":\"%s\"}", c->target);
}

static cielo_value *ask_card(sim_world *w, sim_call *c)
{
    static const char card[]
        = "\"CardNumber\":\"4551870000000183\",\"Holder\":\"Teste\","
          "\"ExpirationDate\":\"12/2035\",\"Brand\":\"Visa\"";

    (void)w;
    if (c->operation == CIELO_OP_CARD_TOKENIZE)
        return parse("{\"fields\":{\"CustomerName\":\"Comprador\",%s}}", card);
    if (c->operation == CIELO_OP_CARD_VERIFY)
        return parse("{\"fields\":{\"CardType\":\"CreditCard\","
                     "\"SecurityCode\":\"123\",%s}}",
                     card);
    if (c->operation == CIELO_OP_CARD_GET)
        return parse("{\"card_token\":\"6e1bf77a-b28b-4660-b14f-"
                     "455e2a1c95e9\"}");
    return parse("{\"digits\":\"455187\"}");
}

static cielo_value *ask_browser(sim_world *w, sim_call *c)
{
    (void)w;
    if (c->operation == CIELO_OP_BROWSER_POST_TOKEN)
        return parse("{}");
    return parse("{\"establishment_code\":\"1006993069\","
                 "\"merchant_name\":\"Loja\",\"mcc\":\"5912\"}");
}

static cielo_value *ask_request(sim_world *w, sim_call *c)
{
    (void)w;
    (void)c;
    return parse("{\"method\":\"POST\",\"path\":\"/1/anything\",\"body\":{}}");
}

static const struct wish {
    int operation;
    int weight;
    cielo_value *(*ask)(sim_world *w, sim_call *c);
} wishes[] = {
    {CIELO_OP_SALE_CREATE, 420, ask_sale},
    {CIELO_OP_SALE_CAPTURE, 110, ask_payment},
    {CIELO_OP_SALE_VOID, 130, ask_payment},
    {CIELO_OP_SALE_VOID_BY_ORDER, 50, ask_by_order},
    {CIELO_OP_SALE_GET, 20, ask_payment},
    {CIELO_OP_SALE_GET_BY_TID, 6, ask_by_tid},
    {CIELO_OP_SALE_FIND, 12, ask_by_order},
    {CIELO_OP_SALE_RECONCILE, 20, ask_reconcile},
    {CIELO_OP_RECURRENCE_GET, 6, ask_recurrence},
    {CIELO_OP_RECURRENCE_SET_CUSTOMER, 8, ask_recurrence},
    {CIELO_OP_RECURRENCE_SET_END_DATE, 8, ask_recurrence},
    {CIELO_OP_RECURRENCE_SET_INTERVAL, 8, ask_recurrence},
    {CIELO_OP_RECURRENCE_SET_DAY, 8, ask_recurrence},
    {CIELO_OP_RECURRENCE_SET_AMOUNT, 8, ask_recurrence},
    {CIELO_OP_RECURRENCE_SET_NEXT_PAYMENT_DATE, 8, ask_recurrence},
    {CIELO_OP_RECURRENCE_SET_PAYMENT, 6, ask_recurrence},
    {CIELO_OP_RECURRENCE_DEACTIVATE, 8, ask_recurrence},
    {CIELO_OP_RECURRENCE_REACTIVATE, 8, ask_recurrence},
    {CIELO_OP_CARD_TOKENIZE, 12, ask_card},
    {CIELO_OP_CARD_GET, 4, ask_card},
    {CIELO_OP_CARD_VERIFY, 8, ask_card},
    {CIELO_OP_CARD_BIN, 4, ask_card},
    {CIELO_OP_ORDER_GET, 8, ask_order},
    {CIELO_OP_ORDER_FIND, 6, ask_order},
    {CIELO_OP_ORDER_CAPTURE, 20, ask_order},
    {CIELO_OP_ORDER_VOID, 20, ask_order},
    {CIELO_OP_ORDER_CREATE, 8, ask_page},
    {CIELO_OP_ORDER_NOTIFIED, 4, ask_order},
    {CIELO_OP_ORDER_RECURRENCE_GET, 4, ask_order_recurrence},
    {CIELO_OP_ORDER_RECURRENCE_UPDATE, 6, ask_order_recurrence},
    {CIELO_OP_ORDER_RECURRENCE_DEACTIVATE, 6, ask_order_recurrence},
    {CIELO_OP_LINK_CREATE, 8, ask_link},
    {CIELO_OP_LINK_GET, 4, ask_link},
    {CIELO_OP_LINK_UPDATE, 6, ask_link},
    {CIELO_OP_LINK_DELETE, 6, ask_link},
    {CIELO_OP_LINK_PAYMENTS, 4, ask_link},
    {CIELO_OP_BROWSER_THREEDS_TOKEN, 3, ask_browser},
    {CIELO_OP_BROWSER_POST_TOKEN, 3, ask_browser},
    {CIELO_OP_REQUEST, 8, ask_request},
};

enum { WISHES = sizeof(wishes) / sizeof(wishes[0]) };

static const struct wish *draw_wish(sim_random *draw)
{
    int64_t sum = 0, at;
    int i;

    for (i = 0; i < WISHES; i++)
        sum += wishes[i].weight;
    at = sim_below(draw, sum);
    for (i = 0; at >= wishes[i].weight; i++)
        at -= wishes[i].weight;
    return &wishes[i];
}

static const struct wish *wish_of(int operation)
{
    int i;

    for (i = 0; i < WISHES; i++) {
        if (wishes[i].operation == operation)
            return &wishes[i];
    }
    return NULL;
}

/* ---- calls ---- */

sim_call *sim_shop_new(sim_world *w, sim_family *f, int operation, int item,
                       const sim_random *draw)
{
    sim_call *c = calloc(1, sizeof(*c));

    if (!c)
        abort();
    c->item = item;
    c->number = ++w->call_count;
    c->process = f->process;
    c->family = f;
    c->life = f->process->lives;
    c->operation = operation;
    c->is_write = cielo_operation_at(operation)->is_write;
    c->draw = *draw;
    c->amount = -1;
    c->not_before = -1;
    c->first_nothing = -1;
    c->slot = &w->slots[item % SIM_NUMBERS];
    c->older = w->calls;
    w->calls = c;
    return c;
}

void sim_entropy(sim_random *draw, cielo_entropy *out)
{
    size_t i;

    for (i = 0; i < sizeof(out->bytes); i++)
        out->bytes[i] = (unsigned char)sim_next(draw);
    out->wall_ms = 0;
}

/* Makes the core's call, and takes it up. */
static void begin(sim_world *w, sim_call *c)
{
    cielo_client *client = sim_chance(&c->draw, 250) ? c->family->other
                                                     : c->family->client;
    cielo_value *params = wish_of(c->operation)->ask(w, c);
    cielo_entropy entropy;

    sim_entropy(&c->draw, &entropy);
    c->start = c->since = w->now;
    c->timeout = cielo_client_timeout(client);
    sim_enter(c->process);
    if (cielo_call_new(&c->call, client, c->operation, params, &entropy, NULL)
        != CIELO_OK)
        abort();
    cielo_value_free(params);
    if (w->figures) {
        w->figures->calls++;
        w->figures->writes += c->is_write;
        w->figures->repeats += c->repeats != NULL;
    }
    c->next = c->family->calls;
    c->family->calls = c;
    sim_say(w, c, "begins: %s%s%.0lld", c->target, c->amount >= 0 ? " " : "",
            (long long)(c->amount >= 0 ? c->amount : 0));
}

int sim_shop_knows(int operation)
{
    return wish_of(operation) != NULL;
}

sim_call *sim_shop_call(sim_world *w, sim_family *f, int operation, int item,
                        sim_random *draw)
{
    sim_call *c = sim_shop_new(w, f, operation, item, draw);

    begin(w, c);
    return c;
}

/* Some sales are tried again under the number of an earlier one, at once or
 * later, by whoever it may be: as its twin, or with another card or amount. */
static void choose_slot(sim_world *w, sim_call *c, int item)
{
    int64_t back = sim_chance(&c->draw, w->twins) ? 1 + sim_below(&c->draw, 4)
                                                  : 0;
    int other = sim_chance(&c->draw, 200) ? SIM_NUMBERS : 0;
    sim_random far = sim_stream(w->seed, 60000 + (uint64_t)item);

    if (back > 0 && sim_chance(&far, 100)) /* minutes later */
        back += 20 + sim_below(&far, 120);
    if (c->operation == CIELO_OP_SALE_RECONCILE)
        back = sim_below(&c->draw, 6);
    if (c->operation == CIELO_OP_SALE_RECONCILE && sim_chance(&c->draw, 500))
        c->not_before = (SIM_EPOCH_MS + w->now) / 1000
            - sim_below(&c->draw, 20);
    c->slot = &w->slots[other + (item > back ? item - back : 0) % SIM_NUMBERS];
}

void sim_shop_item(sim_world *w, int item)
{
    sim_random draw = sim_stream(w->seed, 1000 + (uint64_t)item);
    sim_process *p = &w->processes[sim_below(&draw, SIM_PROCESSES)];
    sim_family *f = &p->families[sim_below(&draw, SIM_FAMILIES)];
    int operation = draw_wish(&draw)->operation;
    sim_call *c;

    if (!p->alive || p->struck)
        return;
    c = sim_shop_new(w, f, operation, item, &draw);
    choose_slot(w, c, item);
    begin(w, c);
    if (sim_chance(&c->draw, 20))
        sim_host_close_idle(w, f);
    if (sim_chance(&c->draw, 25))
        sim_at(w, w->now + sim_below(&c->draw, 5) * sim_below(&c->draw, 400),
               SIM_CANCEL, c, 0);
    sim_host_start(w, c);
}

void sim_shop_repeat(sim_world *w, sim_call *lost)
{
    sim_random draw = sim_stream(w->seed, 30000 + (uint64_t)lost->number);
    sim_process *p = &w->processes[sim_below(&draw, SIM_PROCESSES)];
    sim_call *c;

    if (lost->operation != CIELO_OP_SALE_CREATE || !p->alive || p->struck
        || sim_chance(&draw, 400))
        return;
    c = sim_shop_new(w, &p->families[sim_below(&draw, SIM_FAMILIES)],
                     lost->operation, lost->item, &draw);
    c->repeats = lost;
    if (sim_chance(&draw, 500))
        c->slot = lost->slot; /* else under the number of the wish */
    begin(w, c);
    sim_host_start(w, c);
}

/* ---- after a death, and at the end ---- */

/* The shop wrote down its numbers before it asked: it looks up each whose end
 * it does not know, from the moment of its attempt on. */
static void look_up(sim_world *w, sim_family *f, const sim_call *lost)
{
    sim_random draw = sim_stream(w->seed, 20000 + (uint64_t)lost->number);
    sim_call *c
        = sim_shop_new(w, f, CIELO_OP_SALE_RECONCILE, lost->item, &draw);

    c->slot = lost->slot;
    c->not_before = (SIM_EPOCH_MS + lost->start) / 1000;
    begin(w, c);
    sim_host_start(w, c);
}

/* What a journal remembers is settled. */
static int is_open_question(const sim_call *c)
{
    return !c->intent[0] && !c->settles && c->operation == CIELO_OP_SALE_CREATE
        && !c->wanted[0] && !c->call
        && (c->told == SIM_TOLD_NOTHING || c->told == SIM_TOLD_UNKNOWN);
}

void sim_shop_restarted(sim_world *w, sim_process *p)
{
    int life = p->lives;
    sim_call *c;

    /* While one blocks the next death may come. */
    for (c = w->calls; c && p->alive && !p->struck && p->lives == life;
         c = c->older) {
        if (c->process == p && c->life == p->lives - 1
            && c->told == SIM_TOLD_NOTHING && is_open_question(c))
            look_up(w, &p->families[0], c);
    }
}

void sim_shop_last_look(sim_world *w)
{
    sim_process *p = &w->processes[0];
    sim_call *c;

    w->now += 300000; /* minutes later */
    for (c = w->calls; c && p->alive && !p->struck; c = c->older) {
        if (is_open_question(c))
            look_up(w, &p->families[0], c);
    }
}
