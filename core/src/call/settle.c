/*
 * Settling: what became of a write whose answer is in doubt, by reading back.
 * It decides what to read and what that tells, and does nothing else: it knows
 * an intent, live or recorded, and answers, and no call. When in doubt nothing
 * is adopted, since a wrong "declined" invites a second charge.
 */
#include <string.h>

#include "call.h"

/* How far apart two looks at a refusal have to be. */
#define REFUSAL_MS 1000
/* How far clocks and zones may be out where a sale that is not seen would be
 * told to be none. */
#define DAY_MS (24 * INT64_C(3600000))

/* ---- what is read, and by which parameter ---- */

typedef enum target { LIST, SALE, RECURRENCE, ORDER } target;

static const struct reading {
    int operation;
    const char *param;
} readings[] = {
    {CIELO_OP_SALE_FIND, "merchant_order_id"},
    {CIELO_OP_SALE_GET, "payment_id"},
    {CIELO_OP_RECURRENCE_GET, "id"},
    {CIELO_OP_ORDER_GET, "checkout_order_number"},
};

/* A way to settle: a row of the table at the end of the file. */
typedef struct rule {
    target first;
    target then; /* what is read of what the first named */
    /* Whether Cielo shows such a change at all. */
    int (*can)(const cielo__intent *intent);
    /* Whether what was read shows this one. */
    int (*shows)(const cielo__settling *s, const cielo__intent *intent,
                 const cielo_value *tree);
    /* What the operation is told then; NULL: it has an answer without body. */
    cielo_value *(*as_answer)(const cielo_value *tree);
    /* Whether it surely shows that this one is not: as it was before. */
    int (*denies)(const cielo__settling *s, const cielo__intent *intent,
                  const cielo_value *tree);
    const char *unseen; /* why, when it does not */
} rule;

static const rule *rule_of(const cielo__intent *intent);

/* ---- texts and parameters ---- */

static const char *text_at(const cielo_value *tree, const char *path)
{
    const cielo_value *value = cielo__member(tree, path);

    return cielo_value_type(value) == CIELO_TEXT ? cielo_value_text(value, NULL)
                                                 : NULL;
}

static const cielo_value *param(const cielo__intent *intent, const char *name)
{
    return cielo_value_get(intent->params, name);
}

static cielo_nature nature_at(const cielo_value *tree, const char *path)
{
    int64_t status;

    return cielo__number(tree, path, &status) ? cielo__sale_nature(status)
                                              : CIELO_NATURE_NONE;
}

/* ---- verdicts ---- */

static cielo__verdict verdict(cielo__step_of_settling step, const char *why)
{
    cielo__verdict out
        = {CIELO__VERDICT_UNKNOWN, CIELO__SAW_UNSURE, NULL, 0, NULL};

    out.step = step;
    out.why = why;
    return out;
}

static cielo__verdict read_next(cielo__settling *s, target what)
{
    s->look = what;
    return verdict(CIELO__VERDICT_READ, NULL);
}

/* A sale that is named is not asked for by its order number. */
static target first_target(const cielo__settling *s,
                           const cielo__intent *intent)
{
    return *s->payment_id ? rule_of(intent)->then : rule_of(intent)->first;
}

static cielo__verdict look_again(cielo__settling *s,
                                 const cielo__intent *intent, cielo__saw saw,
                                 const char *why)
{
    cielo__verdict out = verdict(CIELO__VERDICT_AGAIN, why);

    s->look = first_target(s, intent);
    out.saw = saw;
    return out;
}

static cielo__verdict adopt(cielo_value *answer)
{
    cielo__verdict out
        = verdict(answer ? CIELO__VERDICT_ADOPT : CIELO__VERDICT_UNKNOWN,
                  "out of memory");

    out.saw = answer ? CIELO__SAW_ADOPTED : CIELO__SAW_UNSURE;
    out.answer = answer;
    return out;
}

/* It is told nothing: the operation has an answer without a body. */
static cielo__verdict adopt_empty(void)
{
    cielo__verdict out = verdict(CIELO__VERDICT_ADOPT, NULL);

    out.saw = CIELO__SAW_ADOPTED;
    return out;
}

/* ---- what was found ---- */

static int copy_member(cielo_value *to, const char *name,
                       const cielo_value *from)
{
    return from ? cielo_value_set(to, name, cielo_value_dup(from)) : CIELO_OK;
}

/* One line of `found`: from the list, or from the sale itself. */
static void add_found(cielo__settling *s, const cielo_value *item)
{
    const cielo_value *payment = cielo__member(item, "Payment");
    const cielo_value *of = payment ? payment : item;
    static const char *const names[]
        = {"PaymentId", "ReceivedDate",   "Status",      "Type",
           "Amount",    "CapturedAmount", "VoidedAmount"};
    cielo_value *line = cielo_value_new_object();
    size_t i;

    if (!s->found)
        s->found = cielo_value_new_array();
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        copy_member(line, names[i], cielo__member(of, names[i]));
    if (!payment)
        copy_member(line, "ReceivedDate", cielo__member(item, "ReceveidDate"));
    cielo_value_append(s->found, line);
}

static void clear_round(cielo__settling *s)
{
    cielo_value_free(s->found);
    cielo_value_free(s->match);
    s->found = NULL;
    s->match = NULL;
    s->matches = 0;
    s->count = 0;
    s->next = 0;
    s->unseen = 0;
    s->too_many = 0;
    s->maybe = 0;
    s->unfit = 0;
}

void cielo__settle_clear(cielo__settling *s)
{
    clear_round(s);
}

/* ---- a sale: the list and its candidates ---- */

/* 1 for a sale that another recorded intent is known to have made. */
static int is_of_another(const cielo__intent *intent, const char *id)
{
    const cielo_value *told;

    if (!intent->recorded)
        return 0;
    for (told = cielo_value_first(intent->recorded->told); told;
         told = cielo_value_next(told)) {
        if (cielo__same_word(cielo_value_text(told, NULL), id))
            return 1;
    }
    return 0;
}

/* 1 for a sale that no other call of the client was told of; what a read told
 * the client is no reason against what was recorded. */
static int is_free(const cielo__intent *intent, cielo__shared *shared,
                   const char *id)
{
    return intent->recorded
        ? cielo__is_free_for(shared, id, intent->recorded->id)
        : !cielo__is_told(shared, id);
}

/* 1 when a listed sale may be this operation's own. */
static int is_candidate(cielo__settling *s, const cielo__intent *intent,
                        cielo__shared *shared, const char *id, int64_t received)
{
    int is_early = received >= 0
        && !cielo__is_late_enough(received, s->begin < 0 ? 0 : s->begin);

    if (cielo__intent_is_manual(intent))
        return received < 0 || cielo__is_meant(intent, received);
    if (is_of_another(intent, id))
        return 0;
    if (s->begin >= 0 && !is_early && is_free(intent, shared, id))
        return 1;
    s->maybe |= !is_early || s->bound < 0 || received >= s->bound - DAY_MS;
    return 0;
}

static void list_candidates(cielo__settling *s, const cielo__intent *intent,
                            cielo__shared *shared, const cielo_value *list)
{
    const cielo_value *item;

    for (item = cielo_value_first(list); item; item = cielo_value_next(item)) {
        const char *id = text_at(item, "PaymentId");
        int64_t received = cielo__received_at(item);

        if (cielo__is_ahead(received, s->listed))
            s->no_refusals = 1;
        if (!id || strlen(id) >= sizeof(s->candidates[0])) {
            s->unseen = 1;
        } else if (!is_candidate(s, intent, shared, id, received)) {
            add_found(s, item);
        } else if (s->count == CIELO__CANDIDATES) {
            s->too_many = 1;
            add_found(s, item);
        } else {
            strcpy(s->candidates[s->count], id);
            s->received[s->count++] = received;
        }
    }
}

/* ---- a sale: may it be adopted? ---- */

/* What no second charge may follow, as a sale that is paid or may be yet. */
static int is_payment(const cielo_value *seen)
{
    cielo_nature nature = nature_at(seen, "Payment.Status");

    return nature != CIELO_NATURE_NONE && nature != CIELO_NATURE_GIVEN_BACK
        && !cielo__is_refused(cielo__member(seen, "Payment"));
}

static int claim(const cielo__intent *intent, cielo__shared *shared,
                 const char *id)
{
    return intent->recorded ? cielo__claim_for(shared, id, intent->recorded->id)
                            : cielo__claim(shared, id);
}

/*
 * Asked by hand, an old decline or void that the caller knows of says nothing
 * of a later attempt; a sale that is paid, or may be yet, invites none.
 */
static int may_adopt(const cielo__intent *intent, cielo__shared *shared,
                     const cielo_value *seen)
{
    const char *id = text_at(seen, "Payment.PaymentId");

    if (!id)
        return 0;
    if (claim(intent, shared, id)) /* of two that find a refusal, neither */
        return is_payment(seen) || cielo__is_told_once(id);
    return cielo__intent_is_manual(intent) && is_payment(seen);
}

/* Keeps what a refusal shows, to hold the next look against it. */
static void note_refusal(cielo__settling *s, const cielo__seen *look,
                         const char *id, int64_t date, int64_t status)
{
    memcpy(s->refused_id, id, strlen(id) + 1);
    s->refused_date = date;
    s->refused_status = status;
    s->refused_at = look->now;
}

/*
 * A wrong "declined" invites a second charge, so that a refusal or a void needs
 * more than a payment: the same id, date and status in two looks at least a
 * second apart; no client of this process was told of it; no listed date ahead
 * of its list; and, but for one that is asked for by hand, a date no earlier
 * than the second in which the operation began, without any tolerance. That of
 * a recorded intent, whose clock may have been out, stands beside no sale that
 * may be the intent's too. 1 when it has all.
 */
static int is_sure_refusal(cielo__settling *s, const cielo__intent *intent,
                           cielo__shared *shared, const cielo__seen *look,
                           const cielo_value *seen)
{
    const char *id = text_at(seen, "Payment.PaymentId");
    int64_t date = cielo__received_at(cielo__member(seen, "Payment"));
    int64_t status = -1;
    int again;

    cielo__number(seen, "Payment.Status", &status);
    if (date < 0)
        date = s->received[s->matched];
    if (!id || strlen(id) >= sizeof(s->refused_id) || s->no_refusals
        || cielo__is_told_here(id) || !cielo__is_same_clock(shared)
        || (intent->recorded && (intent->recorded->is_stored || s->unfit)))
        return 0;
    if (!cielo__intent_is_manual(intent)
        && (s->bound < 0 || date < s->bound / 1000 * 1000))
        return 0;
    again = strcmp(s->refused_id, id) == 0 && s->refused_date == date
        && s->refused_status == status;
    if (!again) {
        note_refusal(s, look, id, date, status);
        return 0;
    }
    return look->now - s->refused_at >= REFUSAL_MS;
}

/* What a list of that date without the sale says: nothing, if it is dated and
 * an earlier one had none either. */
static cielo__saw saw_none(const cielo__settling *s, int64_t date)
{
    return date < 0 || *s->refused_id ? CIELO__SAW_UNSURE : CIELO__SAW_NOTHING;
}

/* What a round saw that adopts nothing. */
static cielo__saw saw_in_round(const cielo__settling *s)
{
    return s->matches > 0 || s->unseen || s->too_many || s->maybe
        ? CIELO__SAW_UNSURE
        : saw_none(s, s->listed);
}

static cielo__verdict end_round(cielo__settling *s, const cielo__intent *intent,
                                cielo__shared *shared, const cielo__seen *look)
{
    cielo_value *match = s->match;
    cielo__verdict again;

    if (s->matches > 1) {
        again = verdict(CIELO__VERDICT_UNKNOWN, "several sales fit");
        again.saw = CIELO__SAW_SEVERAL;
        return again;
    }
    if (s->matches == 1 && !s->unseen && !s->too_many
        && (is_payment(match)
            || is_sure_refusal(s, intent, shared, look, match))
        && may_adopt(intent, shared, match)) {
        s->match = NULL;
        return adopt(match);
    }
    again = look_again(s, intent, saw_in_round(s),
                       "no sale was found that is surely this one");
    if (*s->refused_id)
        again.pause = REFUSAL_MS;
    return again;
}

/* The next candidate, or what came of all of them. */
static cielo__verdict next_candidate(cielo__settling *s,
                                     const cielo__intent *intent,
                                     cielo__shared *shared,
                                     const cielo__seen *look)
{
    if (s->next < s->count)
        return read_next(s, SALE);
    return end_round(s, intent, shared, look);
}

/* When the operation began: of a live one each look tells it, of a recorded one
 * its record. */
static void date_operation(cielo__settling *s, const cielo__intent *intent,
                           const cielo__seen *seen)
{
    if (intent->recorded) {
        s->begin = intent->recorded->earliest;
        s->bound = intent->recorded->begin;
        return;
    }
    s->begin = seen->begin;
    if (seen->bound > s->bound || s->bound == 0)
        s->bound = seen->bound;
}

static cielo__verdict judge_list(cielo__settling *s,
                                 const cielo__intent *intent,
                                 cielo__shared *shared, const cielo__seen *seen)
{
    clear_round(s);
    date_operation(s, intent, seen);
    if (!cielo__is_same_zone(shared))
        s->begin = -1;
    s->listed = seen->date;
    list_candidates(s, intent, shared, cielo__list_of(seen->tree));
    return next_candidate(s, intent, shared, seen);
}

static cielo__verdict judge_candidate(cielo__settling *s,
                                      const cielo__intent *intent,
                                      cielo__shared *shared, cielo__seen *seen,
                                      int readable)
{
    if (!readable) {
        s->unseen = 1;
    } else {
        add_found(s, seen->tree);
        if (cielo__sale_fits(intent, seen->tree, s->begin, s->listed,
                             s->received[s->next])
            && s->matches++ == 0) {
            s->match = seen->tree;
            s->matched = s->next;
            seen->tree = NULL;
        }
        s->unfit |= seen->tree && !cielo__is_other_sale(intent, seen->tree);
        s->maybe |= s->unfit;
    }
    s->next++;
    return next_candidate(s, intent, shared, seen);
}

/* ---- a capture or a void ---- */

/* An answer of the shape that a capture or void has, out of the sale as it
 * stands. */
static cielo_value *as_change(const cielo_value *sale)
{
    static const char *const names[]
        = {"Status",     "Tid",           "ProofOfSale", "AuthorizationCode",
           "ReturnCode", "ReturnMessage", "Links"};
    const cielo_value *payment = cielo__member(sale, "Payment");
    cielo_value *out = cielo_value_new_object();
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const cielo_value *member = cielo__member(payment, names[i]);

        if (!member && strcmp(names[i], "Links") == 0)
            member = cielo_value_get_case(sale, "Links"); /* [links-places] */
        if (copy_member(out, names[i], member) != CIELO_OK) {
            cielo_value_free(out);
            return NULL;
        }
    }
    return out;
}

static int is_captured(const cielo__settling *s, const cielo__intent *intent,
                       const cielo_value *sale)
{
    static const char path[] = "Payment.CapturedAmount";
    int64_t whole, asked, captured;
    int known = cielo__amount(sale, path, &captured);

    (void)s;
    if (nature_at(sale, "Payment.Status") != cielo__wanted_nature(intent->row))
        return 0;
    if (cielo_value_integer(param(intent, "amount"), &asked))
        return known && captured == asked;
    if (!known) /* left out, it says nothing against the whole */
        return !cielo__member(sale, path);
    return cielo__amount(sale, "Payment.Amount", &whole) && captured == whole;
}

/* -1 when it cannot be read. */
static int64_t voided_of(const cielo_value *sale)
{
    static const char path[] = "Payment.VoidedAmount";
    int64_t voided;

    if (cielo__amount(sale, path, &voided))
        return voided;
    return cielo__member(sale, path) ? -1 : 0;
}

/* A Pix is refunded, never voided: such a status tells of something else
 * [pix-statuses]. */
static int is_removed_pix(const cielo_value *sale)
{
    const cielo_status *voided
        = cielo_book_word(CIELO_BOOK_SALE_STATUS, "voided", strlen("voided"));
    int64_t status = -1;

    cielo__number(sale, "Payment.Status", &status);
    return voided && status == voided->number
        && cielo__same_word(text_at(sale, "Payment.Type"), "Pix");
}

static int is_voided(const cielo__settling *s, const cielo__intent *intent,
                     const cielo_value *sale)
{
    int64_t before = s->voided_before, voided = voided_of(sale);
    int64_t asked;

    if (cielo_value_integer(param(intent, "amount"), &asked))
        return before >= 0 && voided >= 0 && voided - before == asked;
    return nature_at(sale, "Payment.Status")
        == cielo__wanted_nature(intent->row)
        && !is_removed_pix(sale);
}

/* Only a card's changes are done at once. */
static int is_delayed(const cielo_value *sale)
{
    const char *type = text_at(sale, "Payment.Type");

    return !cielo__same_word(type, "CreditCard")
        && !cielo__same_word(type, "DebitCard");
}

/* Authorized, or refused: then nothing of it can be captured or voided. */
static int is_unpaid(const cielo_value *sale)
{
    return nature_at(sale, "Payment.Status") == CIELO_NATURE_AUTHORIZED
        || cielo__is_refused(cielo__member(sale, "Payment"));
}

/* Authorized or refused, and nothing of it captured. */
static int is_not_captured(const cielo__settling *s,
                           const cielo__intent *intent, const cielo_value *sale)
{
    static const char path[] = "Payment.CapturedAmount";
    int64_t captured;
    int known = cielo__amount(sale, path, &captured);

    (void)s;
    (void)intent;
    return is_unpaid(sale) && !is_delayed(sale)
        && (known ? captured == 0 : !cielo__member(sale, path));
}

/* Paid, authorized or refused, and no more of it given back than before. */
static int is_not_voided(const cielo__settling *s, const cielo__intent *intent,
                         const cielo_value *sale)
{
    int64_t before = s->voided_before;

    if (before < 0 && !param(intent, "amount"))
        before = 0;
    return (nature_at(sale, "Payment.Status") == CIELO_NATURE_PAID
            || is_unpaid(sale))
        && !is_delayed(sale) && before >= 0 && voided_of(sale) == before;
}

static const char unread_newest[]
    = "which sale is the newest of the order cannot be read; nothing was sent";

/* Whether a recorded void was sent so shortly before or after a sale that
 * nobody knows which came first; and whether the sale came after it. */
static int is_near(const cielo__recorded *void_of, int64_t received)
{
    return void_of && received <= void_of->latest
        && cielo__is_late_enough(received, void_of->earliest);
}

static int is_later(const cielo__recorded *void_of, int64_t received)
{
    return void_of && received > void_of->latest;
}

/* A void by order number acts on the newest sale of it [newest-of-order]. */
static cielo__verdict judge_newest(cielo__settling *s,
                                   const cielo__intent *intent,
                                   const cielo_value *list)
{
    const cielo_value *item;
    const char *newest = NULL;
    int64_t latest = -1;
    int unclear = 0;

    clear_round(s);
    for (item = cielo_value_first(list); item; item = cielo_value_next(item)) {
        int64_t received = cielo__received_at(item);

        add_found(s, item);
        if (is_later(intent->recorded, received))
            continue;
        /* It may be the newest. */
        unclear |= received < 0 || is_near(intent->recorded, received);
        if (received == latest)
            newest = NULL; /* two as new: which one was meant is unknown */
        if (received > latest) {
            latest = received;
            newest = text_at(item, "PaymentId");
        }
    }
    if (newest && !unclear && strlen(newest) < sizeof(s->payment_id)) {
        strcpy(s->payment_id, newest);
        return read_next(s, SALE);
    }
    return s->ahead ? verdict(CIELO__VERDICT_REFUSE, unread_newest)
                    : verdict(CIELO__VERDICT_UNKNOWN,
                              "which sale was meant cannot be read");
}

/* ---- a recurrence ---- */

static int same_words(const cielo_value *seen, const cielo_value *wanted)
{
    size_t n = 0, m = 0;
    const char *a = cielo_value_text(seen, &n);
    const char *b = cielo_value_text(wanted, &m);

    return a && b && n == m && memcmp(a, b, n) == 0;
}

static int same_name(const cielo_value *seen, const cielo_value *wanted)
{
    return same_words(seen, cielo_value_get(wanted, "Name"));
}

static int same_day(const cielo_value *seen, const cielo_value *wanted)
{
    size_t n = 0, m = 0;
    const char *a = cielo_value_text(seen, &n);
    const char *b = cielo_value_text(wanted, &m);
    int day = a ? cielo__calendar_day(a, n) : 0;

    return day && b && day == cielo__calendar_day(b, m);
}

/* Shown as the number or as the name [interval-words]. */
static int same_interval(const cielo_value *seen, const cielo_value *wanted)
{
    int64_t a = 0, b = 0;

    if (!cielo_value_integer(wanted, &b))
        return 0;
    if (!cielo__number(seen, "", &a))
        a = cielo__interval_months(cielo_value_text(seen, NULL));
    return a == b && b > 0;
}

static int has_status(const cielo_value *seen, const char *name)
{
    const cielo_status *entry
        = cielo_book_word(CIELO_BOOK_RECURRENCE_STATUS, name, strlen(name));
    int64_t status;

    return cielo__number(seen, "", &status) && entry && status == entry->number;
}

static int is_stopped(const cielo_value *seen, const cielo_value *wanted)
{
    (void)wanted;
    return has_status(seen, "disabled_by_merchant");
}

static int is_running(const cielo_value *seen, const cielo_value *wanted)
{
    (void)wanted;
    return has_status(seen, "active");
}

/* Where a recurrence shows each of its changes, and how that is held against
 * what was sent. Of its payment it shows nothing. */
static const struct change {
    int operation;
    const char *path;
    int (*same)(const cielo_value *seen, const cielo_value *wanted);
} changes[] = {
    {CIELO_OP_RECURRENCE_SET_CUSTOMER, "Customer.Name", same_name},
    {CIELO_OP_RECURRENCE_SET_END_DATE, "RecurrentPayment.EndDate", same_day},
    {CIELO_OP_RECURRENCE_SET_INTERVAL, "RecurrentPayment.Interval",
     same_interval},
    {CIELO_OP_RECURRENCE_SET_DAY, "RecurrentPayment.RecurrencyDay", same_words},
    {CIELO_OP_RECURRENCE_SET_AMOUNT, "RecurrentPayment.Amount", same_words},
    {CIELO_OP_RECURRENCE_SET_NEXT_PAYMENT_DATE,
     "RecurrentPayment.NextRecurrency", same_day},
    {CIELO_OP_RECURRENCE_DEACTIVATE, "RecurrentPayment.Status", is_stopped},
    {CIELO_OP_RECURRENCE_REACTIVATE, "RecurrentPayment.Status", is_running},
};

static const struct change *change_of(int operation)
{
    size_t i;

    for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        if (changes[i].operation == operation)
            return &changes[i];
    }
    return NULL;
}

/* Of a customer it shows the name and nothing else. */
static int is_shown(const cielo__intent *intent)
{
    const struct change *change = change_of(intent->operation);

    if (!change || change->same != same_name)
        return change != NULL;
    return cielo_value_size(intent->body) == 1
        && cielo_value_get(intent->body, "Name") != NULL;
}

static int is_changed(const cielo__settling *s, const cielo__intent *intent,
                      const cielo_value *tree)
{
    const struct change *change = change_of(intent->operation);

    (void)s;
    return change
        && change->same(cielo__member(tree, change->path), intent->body);
}

/* 1 when the next date that was set may have come since: with each charge it
 * moves on. */
static int has_moved_on(const cielo__settling *s, const cielo__intent *intent)
{
    char now[CIELO__MOMENT + 1];
    size_t length = 0;
    const char *wanted = cielo_value_text(intent->body, &length);

    if (intent->operation != CIELO_OP_RECURRENCE_SET_NEXT_PAYMENT_DATE)
        return 0;
    cielo__moment_write(s->listed, now);
    return !wanted
        || cielo__calendar_day(now, CIELO__MOMENT)
        >= cielo__calendar_day(wanted, length);
}

/* It shows the member as it was; not where it may have been set once more. */
static int is_not_changed(const cielo__settling *s, const cielo__intent *intent,
                          const cielo_value *tree)
{
    const struct change *change = change_of(intent->operation);

    return change && cielo__member(tree, change->path)
        && !has_moved_on(s, intent)
        && !(intent->recorded && intent->recorded->is_overtaken);
}

/* ---- a Checkout order ---- */

/* The answer to a capture or void of an order, in the words that are sure
 * [checkout-changes]. */
static cielo_value *as_order_change(const cielo_value *order)
{
    cielo_value *out = cielo_value_new_object();

    if (cielo_value_set(out, "success", cielo_value_new_bool(1)) != CIELO_OK
        || copy_member(out, "returnCode",
                       cielo__member(order, "payment.errorcode"))
            != CIELO_OK
        || copy_member(out, "links", cielo__member(order, "links"))
            != CIELO_OK) {
        cielo_value_free(out);
        return NULL;
    }
    return out;
}

static cielo_nature order_nature(const cielo_value *order)
{
    const char *word = text_at(order, "payment.status");
    const cielo_status *entry = word
        ? cielo_book_word(CIELO_BOOK_ORDER_STATUS, word, strlen(word))
        : NULL;

    return entry ? entry->nature : CIELO_NATURE_NONE;
}

static int is_order_changed(const cielo__settling *s,
                            const cielo__intent *intent,
                            const cielo_value *order)
{
    (void)s;
    return order_nature(order) == cielo__wanted_nature(intent->row);
}

/* As it stands before such a change. */
static int is_order_not_changed(const cielo__settling *s,
                                const cielo__intent *intent,
                                const cielo_value *order)
{
    cielo_nature nature = order_nature(order);

    (void)s;
    return nature == CIELO_NATURE_AUTHORIZED
        || (nature == CIELO_NATURE_PAID
            && cielo__wanted_nature(intent->row) != CIELO_NATURE_PAID);
}

/* ---- the rules ---- */

/* A recurrence that is only scheduled makes no sale to look for
 * [scheduled-only], and a payer's consent alone has no amount by which to tell
 * it from another of the order [pix-automatic]. */
static int has_sale(const cielo__intent *intent)
{
    const cielo_value *now
        = cielo__member(intent->body, "Payment.RecurrentPayment.AuthorizeNow");

    return cielo__intent_is_manual(intent)
        || ((cielo_value_type(now) != CIELO_BOOL || cielo_value_bool(now))
            && cielo__intent_order(intent) != NULL);
}

static int always(const cielo__intent *intent)
{
    (void)intent;
    return 1;
}

static int never(const cielo__intent *intent)
{
    (void)intent;
    return 0;
}

/* An order does not show amounts. */
static int is_whole(const cielo__intent *intent)
{
    return param(intent, "amount") == NULL;
}

/* What is voided is the newest sale of the order when Cielo gets to it, which
 * may be a later one than was looked at [newest-of-order]. */
static int cannot_be_denied(const cielo__settling *s,
                            const cielo__intent *intent,
                            const cielo_value *sale)
{
    (void)s;
    (void)intent;
    (void)sale;
    return 0;
}

/* In the order of cielo__settle_rule. A sale has no `shows`: of several
 * candidates one has to fit, and it is what the operation is told. */
static const rule rules[] = {
    {SALE, SALE, never, NULL, NULL, NULL, NULL},
    {LIST, SALE, has_sale, NULL, NULL, NULL, NULL},
    {SALE, SALE, always, is_captured, as_change, is_not_captured,
     "the sale does not show it"},
    {SALE, SALE, always, is_voided, as_change, is_not_voided,
     "the sale does not show it"},
    {LIST, SALE, always, is_voided, as_change, cannot_be_denied,
     "the sale does not show it"},
    {RECURRENCE, RECURRENCE, is_shown, is_changed, NULL, is_not_changed,
     "the recurrence does not show it"},
    {ORDER, ORDER, is_whole, is_order_changed, as_order_change,
     is_order_not_changed, "the order does not show it"},
    {ORDER, ORDER, is_whole, is_order_changed, as_order_change,
     is_order_not_changed, "the order does not show it"},
};

static const rule *rule_of(const cielo__intent *intent)
{
    return &rules[intent->row->settle];
}

/* What is to be looked up is named, which a record need not do. */
static int is_named(const cielo__intent *intent)
{
    const char *name = readings[rule_of(intent)->then].param;
    const char *text = cielo_value_text(param(intent, name), NULL);

    if (!text && rule_of(intent)->first == LIST)
        text = cielo__intent_order(intent);
    return text && *text;
}

int cielo__settle_can(const cielo__intent *intent)
{
    return rule_of(intent)->can(intent)
        && (!intent->recorded || is_named(intent));
}

/* What a part void adds is seen only beside the total before it. */
int cielo__settle_looks_ahead(const cielo__intent *intent)
{
    return rule_of(intent)->shows == is_voided
        && param(intent, "amount") != NULL;
}

/* ---- reading ---- */

cielo__verdict cielo__settle_start(cielo__settling *s,
                                   const cielo__intent *intent, int ahead)
{
    const char *id = cielo_value_text(param(intent, "payment_id"), NULL);

    s->ahead = ahead;
    if (intent->recorded)
        s->voided_before = intent->recorded->voided_before;
    if (id && strlen(id) < sizeof(s->payment_id))
        strcpy(s->payment_id, id);
    return read_next(s, first_target(s, intent));
}

const cielo__operation *cielo__settle_row(const cielo__settling *s)
{
    return cielo__operation_row(readings[s->look].operation);
}

cielo_value *cielo__settle_params(const cielo__settling *s,
                                  const cielo__intent *intent)
{
    const char *name = readings[s->look].param;
    const char *text = cielo_value_text(param(intent, name), NULL);
    cielo_value *params = cielo_value_new_object();

    if (s->look == LIST)
        text = cielo__intent_order(intent);
    else if (s->look == SALE)
        text = s->count > 0 ? s->candidates[s->next] : s->payment_id;
    if (cielo_value_set(params, name, cielo_value_new_text(text, strlen(text)))
        != CIELO_OK) {
        cielo_value_free(params);
        return NULL;
    }
    return params;
}

/* ---- what an answer tells ---- */

/* 0 for a sale that an order number led to and that has another: the list was
 * another request's answer. */
static int is_of_order(const cielo__intent *intent, const cielo_value *sale)
{
    return cielo__is_text_echoed(param(intent, "merchant_order_id"),
                                 cielo__member(sale, "MerchantOrderId"));
}

/* What a change that is not shown is taken for; `dated`: the look is. */
static cielo__saw saw_of_change(const cielo__settling *s,
                                const cielo__intent *intent,
                                const cielo_value *tree, int dated)
{
    return dated && rule_of(intent)->denies(s, intent, tree)
        ? CIELO__SAW_NOTHING
        : CIELO__SAW_UNSURE;
}

/* 1 for a part that was given back, and another one after it or at the same
 * time: what each of them added is not seen. */
static int is_blurred(const cielo__intent *intent)
{
    return intent->recorded && intent->recorded->is_overtaken
        && cielo__settle_looks_ahead(intent);
}

static cielo__verdict judge_change(cielo__settling *s,
                                   const cielo__intent *intent,
                                   const cielo_value *tree, int dated)
{
    const rule *way = rule_of(intent);

    if (!is_of_order(intent, tree)) {
        *s->payment_id = '\0';
        return s->ahead ? verdict(CIELO__VERDICT_REFUSE, unread_newest)
                        : look_again(s, intent, CIELO__SAW_UNSURE, way->unseen);
    }
    if (s->ahead) {
        if (!cielo__amount(tree, "Payment.CapturedAmount", &s->captured_before))
            s->captured_before = -1;
        s->voided_before = voided_of(tree);
        return verdict(CIELO__VERDICT_SEND, NULL);
    }
    clear_round(s);
    if (way->then == SALE)
        add_found(s, tree);
    if (is_blurred(intent))
        return verdict(CIELO__VERDICT_UNKNOWN,
                       "the payment had another void since");
    if (!way->shows(s, intent, tree))
        return look_again(s, intent, saw_of_change(s, intent, tree, dated),
                          way->unseen);
    return way->as_answer ? adopt(way->as_answer(tree)) : adopt_empty();
}

static cielo__verdict judge_readable(cielo__settling *s,
                                     const cielo__intent *intent,
                                     cielo__shared *shared, cielo__seen *seen)
{
    int sale = rule_of(intent)->shows == NULL;

    if (s->look == LIST)
        return sale ? judge_list(s, intent, shared, seen)
                    : judge_newest(s, intent, cielo__list_of(seen->tree));
    if (!sale)
        s->listed = seen->date;
    return sale ? judge_candidate(s, intent, shared, seen, 1)
                : judge_change(s, intent, seen->tree, seen->date >= 0);
}

static cielo__verdict unread(const char *why)
{
    cielo__verdict out = verdict(CIELO__VERDICT_UNKNOWN, why);

    out.saw = CIELO__SAW_UNREAD;
    return out;
}

static cielo__verdict judge_unreadable(cielo__settling *s,
                                       const cielo__intent *intent,
                                       cielo__shared *shared, cielo__seen *seen)
{
    if (s->ahead)
        return verdict(CIELO__VERDICT_UNREAD, NULL);
    if (seen->http_status == 401 || seen->http_status == 403)
        return unread("Cielo refused to have it looked up");
    if (seen->http_status == 404 && s->look == LIST) {
        clear_round(s);
        return look_again(s, intent,
                          cielo__is_own_404(seen->empty, seen->tree)
                              ? saw_none(s, seen->date)
                              : CIELO__SAW_UNREAD,
                          "Cielo knows no sale of this order number");
    }
    if (s->look == SALE && rule_of(intent)->shows == NULL)
        return judge_candidate(s, intent, shared, seen, 0);
    return look_again(s, intent, CIELO__SAW_UNREAD, "no look-up was answered");
}

cielo__verdict cielo__settle_judge(cielo__settling *s,
                                   const cielo__intent *intent,
                                   cielo__shared *shared, cielo__seen *seen)
{
    return seen->http_status / 100 == 2
            && cielo__readable(cielo__settle_row(s), seen->tree)
        ? judge_readable(s, intent, shared, seen)
        : judge_unreadable(s, intent, shared, seen);
}
