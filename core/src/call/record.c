/*
 * What a call writes to the journal: the intent before a write is sent, the
 * outcome after it. What may stand in a record is on the lists below; nothing
 * else of a call is ever written, and of what is listed the texts that others
 * wrote are held against what a card number looks like.
 */
#include <string.h>

#include "call_internal.h"
#include "record.h"

/* ---- a line ---- */

enum {
    ID_LONGEST = 64,
    TEXT_LONGEST = 255,
    USUAL = 1024 /* bytes of a line */
};

typedef struct line {
    const cielo_call *call;
    cielo__buf *out;
    size_t start; /* where "{" stands */
    int fresh;    /* nothing stands in the object yet */
} line;

#define PUT(l, literal) cielo__buf_add((l)->out, literal, sizeof(literal) - 1)

/* `name` is ,"name": of which a fresh object has no comma. */
static void put_name(line *l, const char *name, size_t length)
{
    size_t skipped = l->fresh != 0;

    cielo__buf_add(l->out, name + skipped, length - skipped);
    l->fresh = 0;
}

#define NAME(l, name) put_name(l, ",\"" name "\":", sizeof(name) + 3)

/* A text that holds nothing to be escaped. */
static void put_plain(line *l, const char *text, size_t length)
{
    cielo__buf_char(l->out, '"');
    cielo__buf_add(l->out, text, length);
    cielo__buf_char(l->out, '"');
}

/* The bytes of the character at `text`, 0 for one that is not written as it
 * is: no UTF-8, or a control character. */
static size_t printable(const char *text, size_t length)
{
    return (unsigned char)*text < 0x20 || *text == 0x7F
        ? 0
        : cielo__utf8(text, length);
}

/* Any text, cut on a character after `limit` bytes. */
static void put_text(line *l, const char *text, size_t length, size_t limit)
{
    size_t at, size;

    cielo__buf_char(l->out, '"');
    for (at = 0; at < length; at += size ? size : 1) {
        size = printable(text + at, length - at);
        if (at + (size ? size : 1) > limit)
            break;
        if (text[at] == '"' || text[at] == '\\')
            cielo__buf_char(l->out, '\\');
        cielo__buf_add(l->out, size ? text + at : "?", size ? size : 1);
    }
    cielo__buf_char(l->out, '"');
}

/* A text of the outside, as logs show it. */
static void put_shown(line *l, const char *text, size_t length, size_t limit)
{
    cielo__buf shown;

    cielo__buf_init(&shown, NULL, SIZE_MAX - 1);
    cielo__call_clean(l->call, &shown, text, length, limit);
    if (shown.status != CIELO_OK)
        l->out->status = CIELO_EMEMORY;
    put_text(l, cielo__buf_string(&shown), shown.length, limit);
    cielo__buf_clear(&shown);
}

static void begin(line *l, cielo__buf *out, const cielo_call *call,
                  const char *kind)
{
    memset(l, 0, sizeof(*l));
    l->call = call;
    l->out = out;
    cielo__buf_reserve(out, USUAL);
    PUT(l, "\n");
    l->start = out->length;
    PUT(l, "{\"v\":1");
    NAME(l, "rec");
    put_plain(l, kind, strlen(kind));
}

static int end(line *l)
{
    static const char hex[] = "0123456789abcdef";
    char tail[] = ",\"crc\":\"00000000\"}\n";
    uint32_t crc;
    size_t i;

    if (l->out->status != CIELO_OK)
        return CIELO_EMEMORY;
    crc = cielo__crc32c(l->out->data + l->start, l->out->length - l->start);
    for (i = 0; i < 8; i++)
        tail[8 + i] = hex[crc >> (28 - 4 * i) & 15];
    return cielo__buf_add(l->out, tail, sizeof(tail) - 1);
}

static void begin_group(line *l, const char *name, size_t length)
{
    put_name(l, name, length);
    cielo__buf_char(l->out, '{');
    l->fresh = 1;
}

#define GROUP(l, name) begin_group(l, ",\"" name "\":", sizeof(name) + 3)

static void end_group(line *l)
{
    cielo__buf_char(l->out, '}');
    l->fresh = 0;
}

static void put_moment(line *l, int64_t ms)
{
    char text[CIELO__MOMENT + 1];

    cielo__moment_write(ms, text);
    put_plain(l, text, CIELO__MOMENT);
}

static void put_integer(line *l, int64_t number)
{
    cielo__buf_integer(l->out, number);
}

static void put_flag(line *l, int flag)
{
    if (flag)
        PUT(l, "true");
    else
        PUT(l, "false");
}

/* ---- what a listed member may hold ---- */

typedef enum how {
    ID,    /* of Cielo's own, whatever its digits */
    WORD,  /* a word of an API, a date, an id of the user's */
    ORDER, /* the shop's, whole */
    NUMBER,
    FLAG
} how;

/* 1 for what ids are made of. */
static int is_id(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (!cielo__is_alnum(text[i]) && text[i] != '-')
            return 0;
    }
    return length <= ID_LONGEST;
}

/* 1 for a word or a date in which no card number can be. */
static int is_word(const char *text, size_t length)
{
    enum { CARD_SHORTEST = 13 };
    int digits = 0;
    size_t i;

    for (i = 0; i < length && digits < CARD_SHORTEST; i++) {
        if (cielo__is_digit(text[i]))
            digits++;
        else if (cielo__is_alnum(text[i]))
            digits = 0;
        else if (!strchr("-_.:/ +", text[i]) || text[i] == '\0')
            return 0;
    }
    return digits < CARD_SHORTEST && length <= ID_LONGEST;
}

static void put_value_text(line *l, const cielo_value *value, how as)
{
    size_t length = 0;
    const char *text = cielo_value_text(value, &length);

    if (as == ORDER)
        put_text(l, text, length, TEXT_LONGEST);
    else if (as == ID ? is_id(text, length) : is_word(text, length))
        put_plain(l, text, length);
    else
        put_shown(l, text, length, ID_LONGEST);
}

/* Adds a member, or nothing where the value is none of its kind. */
static void put_member(line *l, const char *name, size_t name_length,
                       const cielo_value *value, how as)
{
    int64_t number;
    int flag;

    if (!value)
        return;
    if (as == NUMBER) {
        if (!cielo__number(value, "", &number))
            return;
        put_name(l, name, name_length);
        put_integer(l, number);
    } else if (as == FLAG) {
        flag = cielo__flag(value);
        if (flag < 0)
            return;
        put_name(l, name, name_length);
        put_flag(l, flag);
    } else if (cielo_value_text(value, NULL)) {
        put_name(l, name, name_length);
        put_value_text(l, value, as);
    }
}

/* ---- the intent ---- */

/* Where a call has what is listed. */
typedef enum place {
    PARAMS,
    RECURRENCE, /* the parameters, of a recurrence's operation */
    PRODUCT,    /* likewise of a link's */
    LINK,       /* a link's fields */
    PAYMENT,    /* the payment in the fields, or the fields that are one */
    SCHEDULE,   /* the recurrence that a payment begins */
    PLACES
} place;

/* X(member of the record, place, name there, how): all that an intent has of
 * the parameters and the body beside order and card. */
#define INTENT_MAP(X)                                          \
    X("payment_id", PARAMS, "payment_id", WORD)                \
    X("recurrence_id", RECURRENCE, "id", WORD)                 \
    X("link_id", PRODUCT, "id", WORD)                          \
    X("checkout_order", PARAMS, "checkout_order_number", WORD) \
    X("amount", PARAMS, "amount", NUMBER)                      \
    X("amount", PAYMENT, "Amount", NUMBER)                     \
    X("amount", LINK, "price", NUMBER)                         \
    X("type", PAYMENT, "Type", WORD)                           \
    X("provider", PAYMENT, "Provider", WORD)                   \
    X("installments", PAYMENT, "Installments", NUMBER)         \
    X("recurrent", PAYMENT, "Recurrent", FLAG)                 \
    X("authorize_now", SCHEDULE, "AuthorizeNow", FLAG)         \
    X("method", PARAMS, "method", WORD)

typedef struct listed {
    const char *member; /* ,"name": */
    size_t member_length;
    place place;
    const char *name;
    size_t name_length;
    how how;
} listed;

static const listed intent_members[] = {
#define X(member, place, name, how) \
    {",\"" member "\":",            \
     sizeof(member) + 3,            \
     place,                         \
     name,                          \
     sizeof(name) - 1,              \
     how},
    INTENT_MAP(X)
#undef X
};

/* X(operation, member of the record, how): what a recurrence's change sets,
 * which is its whole body. A customer's name is not listed. */
#define CHANGED_MAP(X)                             \
    X(RECURRENCE_SET_AMOUNT, "amount", NUMBER)     \
    X(RECURRENCE_SET_DAY, "day", NUMBER)           \
    X(RECURRENCE_SET_INTERVAL, "interval", NUMBER) \
    X(RECURRENCE_SET_END_DATE, "end_date", WORD)   \
    X(RECURRENCE_SET_NEXT_PAYMENT_DATE, "next_payment_date", WORD)

static const struct changed {
    int operation;
    const char *member;
    size_t member_length;
    how how;
} changed_members[] = {
#define X(operation, member, how) \
    {CIELO_OP_##operation, ",\"" member "\":", sizeof(member) + 3, how},
    CHANGED_MAP(X)
#undef X
};

static int has_noun(const cielo_call *call, const char *noun)
{
    return strcmp(call->row->facts.noun, noun) == 0;
}

static void find_places(const cielo_call *call, const cielo_value *places[])
{
    const cielo_value *params = call->input.params, *body = call->input.body;
    int fields = call->row->facts.fields;

    memset(places, 0, sizeof(*places) * PLACES);
    places[PARAMS] = params;
    if (has_noun(call, "recurrences")
        || call->operation == CIELO_OP_ORDER_RECURRENCE_UPDATE
        || call->operation == CIELO_OP_ORDER_RECURRENCE_DEACTIVATE)
        places[RECURRENCE] = params;
    else if (has_noun(call, "links"))
        places[PRODUCT] = params;
    if (fields == CIELO_OBJECT_SALE)
        places[PAYMENT] = CIELO__GET(body, "Payment");
    else if (fields == CIELO_OBJECT_PAYMENT)
        places[PAYMENT] = body;
    else if (fields == CIELO_OBJECT_LINK)
        places[LINK] = body;
    places[SCHEDULE] = CIELO__GET(places[PAYMENT], "RecurrentPayment");
}

static void put_changed(line *l)
{
    size_t i;

    for (i = 0; i < sizeof(changed_members) / sizeof(changed_members[0]); i++) {
        const struct changed *one = &changed_members[i];

        if (one->operation == l->call->operation)
            put_member(l, one->member, one->member_length, l->call->input.body,
                       one->how);
    }
}

/* ---- its card ---- */

/* All that is kept of a number: how it begins and ends. 1 when it is one. */
static int put_ends(line *l, const cielo_value *number)
{
    enum { FIRST = 6, LAST = 4, SHORTEST = 13, LONGEST = 19 };
    char digits[LONGEST];
    size_t length = 0, count = 0, i;
    const char *text = cielo_value_text(number, &length);

    for (i = 0; text && i < length; i++) {
        if (!cielo__is_digit(text[i]))
            continue;
        if (count == LONGEST)
            return 0;
        digits[count++] = text[i];
    }
    if (count < SHORTEST)
        return 0;
    NAME(l, "first6");
    put_plain(l, digits, FIRST);
    NAME(l, "last4");
    put_plain(l, digits + count - LAST, LAST);
    return 1;
}

/* What stands for a card in a sale's payment, or in the body of an operation on
 * cards. */
static const cielo_value *card_of(const cielo_call *call,
                                  const cielo_value *payment)
{
    const cielo_value *of = payment, *card;

    if (!of && has_noun(call, "cards"))
        of = call->input.body;
    card = CIELO__GET(of, "CreditCard");
    if (!card)
        card = CIELO__GET(of, "DebitCard");
    if (!card)
        card = CIELO__GET(of, "Card");
    if (card)
        return card;
    return payment ? CIELO__GET(of, "Wallet") : of;
}

/* Its brand and, of a number, the ends; of a stored card that it is one, of any
 * other, as of a wallet, that nothing tells it from others. */
static void put_card(line *l, const cielo_value *card)
{
    if (!card)
        return;
    put_member(l, ",\"brand\":", 9, CIELO__GET(card, "Brand"), WORD);
    GROUP(l, "card");
    if (CIELO__GET(card, "CardToken")) {
        NAME(l, "stored");
        put_flag(l, 1);
    } else if (!put_ends(l, CIELO__GET(card, "CardNumber"))) {
        NAME(l, "hidden");
        put_flag(l, 1);
    }
    end_group(l);
}

/* ---- its line ---- */

const char *cielo__record_merchant(const cielo_client *client,
                                   const cielo__operation *row,
                                   const cielo_value *params)
{
    const cielo__settings *s = cielo__client_settings(client);

    if (cielo__host_of(row, params) != CIELO__HOST_CHECKOUT)
        return s->merchant_id;
    return *s->client_id ? s->client_id : s->checkout_merchant_id;
}

const char *cielo__record_place(const cielo_client *client)
{
    return *cielo_client_base_url(client) ? cielo_client_base_url(client)
                                          : cielo_client_environment(client);
}

static void put_string(line *l, const char *text)
{
    put_text(l, text, strlen(text), TEXT_LONGEST);
}

static void put_order(line *l)
{
    const char *order = cielo_call_order(l->call);

    if (!order)
        return;
    NAME(l, "order");
    put_string(l, order);
}

/* What was read ahead of it: the sale that it acts on, and its amounts. */
static void put_before(line *l)
{
    const cielo__settling *s = &l->call->settle;

    if (!l->call->looked)
        return;
    if (!cielo_value_get(l->call->input.params, "payment_id")
        && *s->payment_id) {
        NAME(l, "payment_id");
        put_string(l, s->payment_id);
    }
    GROUP(l, "before");
    if (s->captured_before >= 0) {
        NAME(l, "captured");
        put_integer(l, s->captured_before);
    }
    if (s->voided_before >= 0) {
        NAME(l, "voided");
        put_integer(l, s->voided_before);
    }
    end_group(l);
}

static void put_what(line *l)
{
    const cielo_value *places[PLACES];
    size_t i;

    find_places(l->call, places);
    put_order(l);
    for (i = 0; i < sizeof(intent_members) / sizeof(intent_members[0]); i++) {
        const listed *one = &intent_members[i];

        if (places[one->place])
            put_member(l, one->member, one->member_length,
                       cielo__value_find(places[one->place], one->name,
                                         one->name_length),
                       one->how);
    }
    put_changed(l);
    put_card(l, card_of(l->call, places[PAYMENT]));
    put_before(l);
}

/* Who writes it, until when it may be under way, and by whose clock. */
static void put_origin(line *l, const cielo_origin *origin)
{
    const cielo_call *call = l->call;
    const char *id = call->message.request_id;
    int64_t ahead;

    if (*id) {
        NAME(l, "request_id");
        if (is_word(id, strlen(id)))
            put_plain(l, id, strlen(id));
        else
            put_shown(l, id, strlen(id), ID_LONGEST);
    }
    if (origin->host) {
        NAME(l, "host");
        put_string(l, origin->host);
    }
    if (origin->pid) {
        NAME(l, "pid");
        put_integer(l, origin->pid);
    }
    NAME(l, "deadline");
    put_moment(l, origin->wall_ms + (call->deadline - call->now));
    if (cielo__clock_ahead(cielo__client_shared(call->client), &ahead)) {
        NAME(l, "clock");
        put_integer(l, call->now + ahead - origin->wall_ms);
    }
}

int cielo__record_intent(cielo__buf *out, const cielo_call *call,
                         const cielo_origin *origin)
{
    line l;

    begin(&l, out, call, "intent");
    NAME(&l, "id");
    put_plain(&l, call->record_id, CIELO__RECORD_ID);
    NAME(&l, "at");
    put_moment(&l, origin->wall_ms);
    NAME(&l, "op");
    put_plain(&l, call->row->facts.name, strlen(call->row->facts.name));
    NAME(&l, "merchant");
    put_string(&l,
               cielo__record_merchant(call->client, call->row,
                                      call->input.params));
    NAME(&l, "env");
    put_string(&l, cielo__record_place(call->client));
    put_what(&l);
    put_origin(&l, origin);
    return end(&l);
}

/* ---- the outcome ---- */

/* X(member of the record, name in the payment of an answer, how). */
#define OUTCOME_MAP(X)                   \
    X("payment_id", "PaymentId", ID)     \
    X("tid", "Tid", ID)                  \
    X("nsu", "ProofOfSale", ID)          \
    X("auth", "AuthorizationCode", WORD) \
    X("status", "Status", NUMBER)        \
    X("reason", "ReasonCode", NUMBER)    \
    X("code", "ReturnCode", WORD)

#define AMOUNTS_MAP(X)                      \
    X("amount", "Amount", NUMBER)           \
    X("captured", "CapturedAmount", NUMBER) \
    X("voided", "VoidedAmount", NUMBER)

#define DATES_MAP(X)                    \
    X("received", "ReceivedDate", WORD) \
    X("captured", "CapturedDate", WORD) \
    X("voided", "VoidedDate", WORD)

typedef struct answered {
    const char *member; /* ,"name": */
    size_t member_length;
    const char *name;
    size_t name_length;
    how how;
} answered;

#define X(member, name, how) \
    {",\"" member "\":", sizeof(member) + 3, name, sizeof(name) - 1, how},
static const answered outcome_members[] = {OUTCOME_MAP(X)};
static const answered amounts[] = {AMOUNTS_MAP(X)};
static const answered dates[] = {DATES_MAP(X)};
#undef X

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void put_answered(line *l, const cielo_value *from, const answered *list,
                         size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        put_member(l, list[i].member, list[i].member_length,
                   cielo__value_named(from, list[i].name, list[i].name_length),
                   list[i].how);
}

/* The same as an object, which is left out when it would be empty. */
static void put_answered_group(line *l, const char *name, size_t name_length,
                               const cielo_value *from, const answered *list,
                               size_t count)
{
    size_t before = l->out->length;

    begin_group(l, name, name_length);
    put_answered(l, from, list, count);
    if (l->fresh && l->out->status == CIELO_OK)
        l->out->length = before;
    else
        cielo__buf_char(l->out, '}');
    l->fresh = 0;
}

/* What an answer says that a record may have: of a payment, or of a change. */
static const cielo_value *told_of(const cielo_call *call)
{
    int object = call->row->facts.object;

    if (call->payment)
        return call->payment;
    return object == CIELO_OBJECT_ORDER_CHANGE
            || object == CIELO_OBJECT_ZERO_AUTH
        ? call->result
        : NULL;
}

/* The id of what was made or changed; a change's answer has none. */
static void put_ids(line *l, const cielo_value *told)
{
    const cielo_call *call = l->call;
    const cielo_value *schedule, *param;

    param = cielo_value_get(call->input.params, "payment_id");
    if (!cielo__member(told, "PaymentId")) {
        if (*call->settle.payment_id) {
            NAME(l, "payment_id");
            put_string(l, call->settle.payment_id);
        } else {
            put_member(l, ",\"payment_id\":", 14, param, WORD);
        }
    }
    schedule = cielo__member(told, "RecurrentPayment.RecurrentPaymentId");
    put_member(l, ",\"recurrence_id\":", 17, schedule, ID);
    if (call->row->facts.object == CIELO_OBJECT_LINK)
        put_member(l, ",\"link_id\":", 11, cielo__member(call->result, "id"),
                   ID);
}

static void put_told(line *l)
{
    const cielo_value *told = told_of(l->call);

    put_ids(l, told);
    if (!told)
        return;
    put_answered(l, told, outcome_members, COUNT(outcome_members));
    if (!cielo__member(told, "ReturnCode"))
        put_member(l, ",\"code\":", 8,
                   cielo__member(told, "ProviderReturnCode"), WORD);
    put_answered_group(l, ",\"amounts\":", 11, told, amounts, COUNT(amounts));
    put_answered_group(l, ",\"dates\":", 9, told, dates, COUNT(dates));
    put_member(l, ",\"fraud\":", 9, cielo__member(told, "FraudAnalysis.Status"),
               NUMBER);
}

/* One word for what it came to. */
static const char *result_of(const cielo_call *call)
{
    if (call->error.status == CIELO_EUNKNOWN)
        return "unknown";
    if (call->error.status != CIELO_OK)
        return "failed";
    return call->outcome.approved ? "approved"
        : call->outcome.declined  ? "declined"
        : call->outcome.pending   ? "pending"
                                  : "done";
}

static void put_error(line *l)
{
    const cielo_error *error = &l->call->error;

    NAME(l, "kind");
    put_string(l, cielo_status_name(error->status));
    if (*error->code) {
        NAME(l, "code");
        put_string(l, error->code);
    }
}

static void put_result(line *l)
{
    static const char *const sent[] = {"no", "maybe", "yes"};
    const cielo_call *call = l->call;

    NAME(l, "result");
    put_string(l, result_of(call));
    NAME(l, "sent");
    put_string(l, sent[call->sent]);
    if (call->http_status) {
        NAME(l, "http");
        put_integer(l, call->http_status);
    }
    NAME(l, "ms");
    put_integer(l, call->now - call->start);
    if (call->error.status != CIELO_OK) {
        put_error(l);
        return;
    }
    put_told(l);
    NAME(l, "reconciled");
    put_flag(l, call->reconciled);
}

int cielo__record_outcome(cielo__buf *out, const cielo_call *call,
                          const cielo_origin *origin)
{
    line l;

    begin(&l, out, call, "outcome");
    NAME(&l, "of");
    put_plain(&l, call->record_id, CIELO__RECORD_ID);
    NAME(&l, "at");
    put_moment(&l, origin->wall_ms);
    put_result(&l);
    return end(&l);
}

/* ---- settling ---- */

int cielo__record_look(cielo__buf *out, const cielo_call *call, const char *of,
                       int64_t at, cielo__saw saw, const char *why)
{
    static const char *const words[] = {
#define CIELO_X(name, word) word,
        CIELO__SAW_MAP(CIELO_X)
#undef CIELO_X
    };
    line l;

    begin(&l, out, call, "look");
    NAME(&l, "of");
    put_string(&l, of);
    NAME(&l, "at");
    put_moment(&l, at);
    NAME(&l, "saw");
    put_string(&l, words[saw]);
    if (why) {
        NAME(&l, "why");
        put_shown(&l, why, strlen(why), TEXT_LONGEST);
    }
    return end(&l);
}

int cielo__record_settled(cielo__buf *out, const cielo_call *call,
                          const char *of, int64_t at, cielo_settled state)
{
    static const char *const words[] = {"",
#define CIELO_X(name, word) word,
                                        CIELO_SETTLED_MAP(CIELO_X)
#undef CIELO_X
    };
    line l;

    begin(&l, out, call, "settled");
    NAME(&l, "of");
    put_string(&l, of);
    NAME(&l, "at");
    put_moment(&l, at);
    NAME(&l, "state");
    put_string(&l, words[state]);
    if (state == CIELO_SETTLED_ADOPTED)
        put_result(&l);
    return end(&l);
}
