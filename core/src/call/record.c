/*
 * What a call writes to the journal: the intent before a write is sent, the
 * outcome after it, the use of a read that Cielo bills. What may stand in a
 * record is on the lists below; nothing else of a call is ever written, and of
 * what is listed the texts that others wrote are held against what a card
 * number looks like.
 */
#include <string.h>

#include <cielo/datetime.h>

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
    char *at;
    char *end;    /* the last byte, which is kept for a NUL */
    size_t start; /* where "{" stands */
    int fresh;    /* nothing stands in the object yet */
} line;

static void lay_down(line *l)
{
    if (l->at)
        l->out->length = (size_t)(l->at - l->out->data);
}

/* Room for so many bytes more; 0 when there is none, then or before. */
static int grow(line *l, size_t more)
{
    lay_down(l);
    if (cielo__buf_reserve(l->out, more) != CIELO_OK)
        return 0;
    l->at = l->out->data + l->out->length;
    l->end = l->out->data + l->out->capacity - 1;
    return 1;
}

static inline int has_room(line *l, size_t more)
{
    return (size_t)(l->end - l->at) >= more || grow(l, more);
}

static inline void put(line *l, const char *text, size_t length)
{
    if (!has_room(l, length))
        return;
    cielo__copy_bytes(l->at, text, length);
    l->at += length;
}

static inline void put_char(line *l, char c)
{
    if (has_room(l, 1))
        *l->at++ = c;
}

/* `name` is ,"name": of which a fresh object has no comma. */
static inline void put_name(line *l, const char *name, size_t length)
{
    size_t skipped = l->fresh != 0;

    put(l, name + skipped, length - skipped);
    l->fresh = 0;
}

#define NAME(l, name) put_name(l, ",\"" name "\":", sizeof(name) + 3)

/* A text that holds nothing to be escaped. */
static void put_plain(line *l, const char *text, size_t length)
{
    if (!has_room(l, length + 2))
        return;
    *l->at++ = '"';
    cielo__copy_bytes(l->at, text, length);
    l->at += length;
    *l->at++ = '"';
}

/* 1 for a text of ASCII without quotes, backslashes and control characters. */
static int is_plain(const char *text, size_t length)
{
    size_t at = 0;

    for (; length - at >= 8; at += 8) {
        if (cielo__special(text + at, 0x80))
            return 0;
    }
    if (length >= 8)
        return !cielo__special(text + length - 8, 0x80);
    for (; at < length; at++) {
        if ((unsigned char)text[at] < 0x20 || (unsigned char)text[at] >= 0x80
            || text[at] == '"' || text[at] == '\\')
            return 0;
    }
    return 1;
}

/* The bytes of the character at `text`, 0 for one that is not written as it
 * is: no UTF-8, or a control character. */
static size_t printable(const char *text, size_t length)
{
    return (unsigned char)*text < 0x20 ? 0 : cielo__utf8(text, length);
}

static void put_odd(line *l, const char *text, size_t length, size_t limit)
{
    size_t at, size;

    put_char(l, '"');
    for (at = 0; at < length; at += size ? size : 1) {
        size = printable(text + at, length - at);
        if (at + (size ? size : 1) > limit)
            break;
        if (text[at] == '"' || text[at] == '\\')
            put_char(l, '\\');
        put(l, size ? text + at : "?", size ? size : 1);
    }
    put_char(l, '"');
}

/* Any text, cut on a character after `limit` bytes. */
static void put_text(line *l, const char *text, size_t length, size_t limit)
{
    if (length <= limit && is_plain(text, length))
        put_plain(l, text, length);
    else
        put_odd(l, text, length, limit);
}

static void put_string(line *l, const char *text)
{
    put_text(l, text, strlen(text), TEXT_LONGEST);
}

/* A text of the outside, as logs show it. What is looked at is longer than what
 * is kept, so that nothing is cut before it is masked. */
static void put_shown(line *l, const char *text, size_t length, size_t limit)
{
    enum { LOOKED_AT = 4 * TEXT_LONGEST };
    cielo__buf shown;

    if (length > LOOKED_AT)
        length = LOOKED_AT;
    cielo__buf_init(&shown, NULL, SIZE_MAX - 1);
    cielo__call_clean(l->call, &shown, text, length, limit);
    if (shown.status != CIELO_OK)
        l->out->status = CIELO_EMEMORY;
    put_text(l, cielo__buf_string(&shown), shown.length, limit);
    cielo__buf_clear(&shown);
}

static void put_moment(line *l, int64_t ms)
{
    char text[CIELO__MOMENT + 1];

    cielo__moment_write(ms, text);
    put_plain(l, text, CIELO__MOMENT);
}

static void put_integer(line *l, int64_t number)
{
    char digits[CIELO__DIGITS];
    size_t at = cielo__digits(digits, number);

    put(l, digits + at, CIELO__DIGITS - at);
}

static void put_flag(line *l, int flag)
{
    put(l, flag ? "true" : "false", flag ? 4 : 5);
}

static void begin(line *l, cielo__buf *out, const cielo_call *call,
                  const char *kind)
{
    static const char opening[] = "\n{\"v\":1,\"rec\":";

    memset(l, 0, sizeof(*l));
    l->call = call;
    l->out = out;
    if (!grow(l, USUAL))
        return;
    l->start = out->length + 1;
    put(l, opening, sizeof(opening) - 1);
    put_plain(l, kind, strlen(kind));
}

static int end(line *l)
{
    static const char hex[] = "0123456789abcdef";
    char tail[] = ",\"crc\":\"00000000\"}\n";
    uint32_t crc;
    size_t i;

    lay_down(l);
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
    put_char(l, '{');
    l->fresh = 1;
}

#define GROUP(l, name) begin_group(l, ",\"" name "\":", sizeof(name) + 3)

static void end_group(line *l)
{
    put_char(l, '}');
    l->fresh = 0;
}

/* ---- what a listed member may hold ---- */

typedef enum how {
    ID,    /* of Cielo's own, whatever its digits */
    WORD,  /* a word of an API, an id of the user's */
    DATE,  /* in any of Cielo's styles */
    ORDER, /* the shop's, whole */
    CENTS, /* an integer: 157.0 may be reais */
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

/* 1 for a word in which no card number can be. */
static int is_word(const char *text, size_t length)
{
    enum { CARD_SHORTEST = 13 };
    int digits = 0;
    size_t i;

    if (cielo__is_guid(text, length) || cielo__is_bare_id(text, length))
        return 1;
    for (i = 0; i < length && digits < CARD_SHORTEST; i++) {
        if (cielo__is_digit(text[i]))
            digits++;
        else if (cielo__is_alnum(text[i]))
            digits = 0;
        else if (text[i] != '-' && text[i] != '_')
            return 0;
    }
    return digits < CARD_SHORTEST && length <= ID_LONGEST;
}

static int is_date(const char *text, size_t length)
{
    cielo_time time;

    return length <= ID_LONGEST
        && cielo_time_parse(&time, text, length, NULL) == CIELO_OK;
}

static int is_of_kind(const char *text, size_t length, how as)
{
    return as == ID  ? is_id(text, length)
        : as == DATE ? is_date(text, length)
                     : is_word(text, length);
}

static void put_value_text(line *l, const cielo_value *value, how as)
{
    size_t length = 0;
    const char *text = cielo_value_text(value, &length);

    if (as == ORDER)
        put_text(l, text, length, TEXT_LONGEST);
    else if (is_of_kind(text, length, as))
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
    if (as == CENTS || as == NUMBER) {
        if (!cielo_value_integer(value, &number)
            && !(as == CENTS ? cielo__amount(value, "", &number)
                             : cielo__number(value, "", &number)))
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
    X("amount", PARAMS, "amount", CENTS)                       \
    X("amount", PAYMENT, "Amount", CENTS)                      \
    X("amount", LINK, "price", CENTS)                          \
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
    X(RECURRENCE_SET_AMOUNT, "amount", CENTS)      \
    X(RECURRENCE_SET_DAY, "day", NUMBER)           \
    X(RECURRENCE_SET_INTERVAL, "interval", NUMBER) \
    X(RECURRENCE_SET_END_DATE, "end_date", DATE)   \
    X(RECURRENCE_SET_NEXT_PAYMENT_DATE, "next_payment_date", DATE)

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

/* 1 when the call's card number is in it. */
static int shows_card(const char *order, const cielo_value *card)
{
    const char *number = cielo_value_text(CIELO__GET(card, "CardNumber"), NULL);

    return number && *number && strstr(order, number) != NULL;
}

/* 1 for a text that a record has as it is. */
static int is_kept_whole(const char *text)
{
    size_t length = strlen(text), at, size;

    for (at = 0; at < length; at += size) {
        size = printable(text + at, length - at);
        if (!size)
            return 0;
    }
    return length <= TEXT_LONGEST;
}

/* Whole or not at all: by another one nothing would be found, and the sale be
 * told to be none. */
static void put_order(line *l, const cielo_value *card)
{
    const char *order = cielo_call_order(l->call);

    if (!order || shows_card(order, card) || !is_kept_whole(order))
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
    const cielo_value *places[PLACES], *card;
    size_t i;

    find_places(l->call, places);
    card = card_of(l->call, places[PAYMENT]);
    put_order(l, card);
    for (i = 0; i < sizeof(intent_members) / sizeof(intent_members[0]); i++) {
        const listed *one = &intent_members[i];

        if (places[one->place])
            put_member(l, one->member, one->member_length,
                       cielo__value_find(places[one->place], one->name,
                                         one->name_length),
                       one->how);
    }
    put_changed(l);
    put_card(l, card);
    put_before(l);
}

/* What is asked for, by which store, and where. */
static void put_whose(line *l)
{
    const cielo_call *call = l->call;

    NAME(l, "op");
    put_plain(l, call->row->facts.name, strlen(call->row->facts.name));
    NAME(l, "merchant");
    put_string(l,
               cielo__record_merchant(call->client, call->row,
                                      call->input.params));
    NAME(l, "env");
    put_string(l, cielo__record_place(call->client));
}

static void put_writer(line *l, const cielo_origin *origin)
{
    if (origin->host) {
        NAME(l, "host");
        put_string(l, origin->host);
    }
    if (origin->pid) {
        NAME(l, "pid");
        put_integer(l, origin->pid);
    }
}

/* Who writes it, until when it may be under way, and by whose clock. */
static void put_origin(line *l, const cielo_origin *origin)
{
    const cielo_call *call = l->call;
    const char *id = call->message.request_id;
    int64_t ahead, within;

    if (*id) {
        NAME(l, "request_id");
        if (!*call->request_id || is_word(id, strlen(id)))
            put_plain(l, id, strlen(id)); /* drawn, or as a drawn one */
        else
            put_shown(l, id, strlen(id), ID_LONGEST);
    }
    put_writer(l, origin);
    NAME(l, "deadline");
    put_moment(l, origin->wall_ms + (call->deadline - call->now));
    if (cielo__clock_ahead(cielo__client_shared(call->client), &ahead,
                           &within)) {
        NAME(l, "clock");
        put_integer(l, call->now + ahead - origin->wall_ms);
        NAME(l, "clock_within");
        put_integer(l, within);
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
    put_whose(&l);
    put_what(&l);
    put_origin(&l, origin);
    return end(&l);
}

/* ---- the outcome ---- */

/* The objects in a record. */
typedef enum group { TOP, AMOUNTS, DATES } group;

/* X(NAME, object of the record, member there, name in an answer's payment, name
 * in the object there or "", how): where two have one member, the first that
 * the answer has is taken. */
#define ANSWER_MAP(X, of)                                             \
    X(of, PAYMENT_ID, TOP, "payment_id", "PaymentId", "", ID)         \
    X(of, RECURRENCE, TOP, "recurrence_id", "RecurrentPayment",       \
      "RecurrentPaymentId", ID)                                       \
    X(of, TID, TOP, "tid", "Tid", "", ID)                             \
    X(of, NSU, TOP, "nsu", "ProofOfSale", "", ID)                     \
    X(of, AUTH, TOP, "auth", "AuthorizationCode", "", WORD)           \
    X(of, STATUS, TOP, "status", "Status", "", NUMBER)                \
    X(of, REASON, TOP, "reason", "ReasonCode", "", NUMBER)            \
    X(of, CODE, TOP, "code", "ReturnCode", "", WORD)                  \
    X(of, PROVIDER_CODE, TOP, "code", "ProviderReturnCode", "", WORD) \
    X(of, FRAUD, TOP, "fraud", "FraudAnalysis", "Status", NUMBER)     \
    X(of, AMOUNT, AMOUNTS, "amount", "Amount", "", CENTS)             \
    X(of, CAPTURED, AMOUNTS, "captured", "CapturedAmount", "", CENTS) \
    X(of, VOIDED, AMOUNTS, "voided", "VoidedAmount", "", CENTS)       \
    X(of, RECEIVED_DATE, DATES, "received", "ReceivedDate", "", DATE) \
    X(of, RECEIVED_SLIP, DATES, "received", "ReceveidDate", "", DATE) \
    X(of, CAPTURED_DATE, DATES, "captured", "CapturedDate", "", DATE) \
    X(of, VOIDED_DATE, DATES, "voided", "VoidedDate", "", DATE)

enum {
#define X(of, name, group, member, wire, inner, how) ANSWER_##name,
    ANSWER_MAP(X, )
#undef X
        ANSWERS
};

static const struct answered {
    group group;
    const char *member; /* ,"name": */
    size_t member_length;
    const char *wire;
    size_t wire_length;
    const char *inner;
    how how;
} answers[] = {
#define X(of, name, group, member, wire, inner, how) \
    {group, ",\"" member "\":", sizeof(member) + 3,  \
     wire,  sizeof(wire) - 1,   inner,               \
     how},
    ANSWER_MAP(X, )
#undef X
};

/* Which rows have a name of a length, a bit each. */
#define X(of, name, group, member, wire, inner, how) \
    | (uint32_t)(sizeof(wire) - 1 == (of)) << ANSWER_##name
#define FOUR(n)                                                             \
    0 ANSWER_MAP(X, n), 0 ANSWER_MAP(X, (n) + 1), 0 ANSWER_MAP(X, (n) + 2), \
        0 ANSWER_MAP(X, (n) + 3)
static const uint32_t rows_of[20]
    = {FOUR(0), FOUR(4), FOUR(8), FOUR(12), FOUR(16)};
#undef FOUR
#undef X

/* The row of a member in any case; of two the one that is spelled so. */
static void note_answer(const cielo_value *item, const char *name,
                        size_t length, const cielo_value *found[])
{
    uint32_t rows = rows_of[length];

    for (; rows; rows &= rows - 1) {
        size_t i = (size_t)__builtin_ctz(rows);
        int same = cielo__same_bytes(name, answers[i].wire, length);

        if (same
            || (!found[i] && cielo__same_case(name, answers[i].wire, length)))
            found[i] = item;
    }
}

/* One pass over all that the answer has, which is more than what is listed. */
static void find_answers(const cielo_value *told, const cielo_value *found[])
{
    const cielo_value *item;

    memset(found, 0, sizeof(*found) * ANSWERS);
    for (item = cielo_value_first(told); item; item = cielo_value_next(item)) {
        size_t length = 0;
        const char *name = cielo_value_name(item, &length);

        if (length < sizeof(rows_of) / sizeof(rows_of[0]) && rows_of[length]
            && cielo_value_type(item) != CIELO_NULL)
            note_answer(item, name, length, found);
    }
}

static void enter_group(line *l, group *now, group next)
{
    if (*now == next)
        return;
    if (*now != TOP)
        end_group(l);
    *now = next;
    if (next == AMOUNTS)
        GROUP(l, "amounts");
    else if (next == DATES)
        GROUP(l, "dates");
}

static void put_answers(line *l, const cielo_value *found[])
{
    const char *last = "";
    group now = TOP;
    size_t i;

    for (i = 0; i < ANSWERS; i++) {
        const struct answered *one = &answers[i];
        const cielo_value *value = found[i];

        if (value && *one->inner)
            value = cielo__member(value, one->inner);
        if (!value || (now == one->group && strcmp(one->member, last) == 0))
            continue;
        enter_group(l, &now, one->group);
        put_member(l, one->member, one->member_length, value, one->how);
        last = one->member;
    }
    enter_group(l, &now, TOP);
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

/* The payment that was asked for: a change's answer names none. */
static void put_asked(line *l)
{
    const cielo_call *call = l->call;

    if (*call->settle.payment_id) {
        NAME(l, "payment_id");
        put_string(l, call->settle.payment_id);
    } else {
        put_member(l, ",\"payment_id\":", 14,
                   CIELO__GET(call->input.params, "payment_id"), WORD);
    }
}

static void put_told(line *l)
{
    const cielo_value *found[ANSWERS];

    find_answers(told_of(l->call), found);
    if (!found[ANSWER_PAYMENT_ID])
        put_asked(l);
    if (!l->call->payment)
        found[ANSWER_STATUS] = NULL; /* of another table [order-statuses] */
    put_answers(l, found);
    if (l->call->row->facts.object == CIELO_OBJECT_LINK)
        put_member(l, ",\"link_id\":", 11, cielo__member(l->call->result, "id"),
                   ID);
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

/* ---- a use ---- */

int cielo__record_use(cielo__buf *out, const cielo_call *call,
                      const cielo_origin *origin)
{
    line l;

    begin(&l, out, call, "use");
    NAME(&l, "at");
    put_moment(&l, origin->wall_ms);
    put_whose(&l);
    put_writer(&l, origin);
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
