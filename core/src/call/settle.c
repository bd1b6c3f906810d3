/*
 * Reading back a write whose outcome is in doubt. Reads only; when in doubt
 * nothing is adopted, since a wrong "declined" invites a second charge.
 */
#include <stdio.h>
#include <string.h>

#include "call_internal.h"

/* How far Cielo's dates may lie before the call began: they are cut to
 * seconds, and so is the Date header they are held against. */
#define TOLERANCE_MS 2000
/* How far they may lie after the look-up: clocks of two servers. More tells of
 * dates in another zone, and then of no sale how old it is. */
#define AHEAD_MS 60000

static const char *text_at(const cielo_value *tree, const char *path)
{
    const cielo_value *value = cielo__member(tree, path);

    return cielo_value_type(value) == CIELO_TEXT ? cielo_value_text(value, NULL)
                                                 : NULL;
}

static int same_text(const char *a, const char *b)
{
    return a && b && strlen(a) == strlen(b)
        && cielo__same_case(a, b, strlen(a));
}

static int is_manual(const cielo_call *call)
{
    return call->operation == CIELO_OP_SALE_RECONCILE;
}

static const cielo_value *param(const cielo_call *call, const char *name)
{
    return cielo_value_get(call->input.params, name);
}

static const char *order_of(const cielo_call *call)
{
    const cielo_value *given = param(call, "merchant_order_id");

    return given ? cielo_value_text(given, NULL)
                 : text_at(call->input.body, "MerchantOrderId");
}

/* ---- whether and how ---- */

/* A recurrence that is only scheduled makes no sale to look for. */
static int is_scheduled_only(const cielo_call *call)
{
    const cielo_value *now = cielo__member(
        call->input.body, "Payment.RecurrentPayment.AuthorizeNow");

    return cielo_value_type(now) == CIELO_BOOL && !cielo_value_bool(now);
}

/* A recurrence shows its customer's name and nothing else of him, and nothing
 * of its payment (2.11). */
static int is_shown(const cielo_call *call)
{
    const cielo_value *body = call->input.body;

    if (call->operation == CIELO_OP_RECURRENCE_SET_PAYMENT)
        return 0;
    if (call->operation == CIELO_OP_RECURRENCE_SET_CUSTOMER)
        return cielo_value_size(body) == 1 && cielo_value_get(body, "Name");
    return 1;
}

int cielo__settle_can(const cielo_call *call)
{
    if (is_manual(call))
        return 1;
    if (!cielo__client_reconcile(call->client))
        return 0;
    switch (call->row->settle) {
    case CIELO__SETTLE_NONE:
        return 0;
    case CIELO__SETTLE_SALE:
        return !is_scheduled_only(call) && order_of(call) != NULL;
    case CIELO__SETTLE_RECURRENCE:
        return is_shown(call);
    case CIELO__SETTLE_ORDER_CAPTURE:
    case CIELO__SETTLE_ORDER_VOID:
        return param(call, "amount") == NULL;
    default:
        return 1;
    }
}

/* Voids by order number act on the newest sale of it (2.13): a list first. */
static int needs_list(const cielo_call *call)
{
    return call->row->settle == CIELO__SETTLE_SALE
        || (call->operation == CIELO_OP_SALE_VOID_BY_ORDER
            && !*call->settle.payment_id);
}

static void take_round(cielo_call *call)
{
    cielo__call_take(call, needs_list(call) ? CIELO__JOB_LIST
                                            : CIELO__JOB_SALE);
}

static void use_payment_id(cielo_call *call)
{
    const char *id = cielo_value_text(param(call, "payment_id"), NULL);

    if (id && strlen(id) < sizeof(call->settle.payment_id))
        strcpy(call->settle.payment_id, id);
}

void cielo__settle_begin(cielo_call *call, const char *why)
{
    cielo__settling *s = &call->settle;
    int64_t limit = call->now + call->timeout / 3;

    if (!cielo__settle_can(call)) {
        cielo__call_unknown(call, why);
        return;
    }
    s->active = 1;
    s->before = 0;
    s->rounds = 0;
    s->limit = limit < call->deadline ? limit : call->deadline;
    use_payment_id(call);
    take_round(call);
}

int cielo__settle_before(cielo_call *call)
{
    if (call->row->settle != CIELO__SETTLE_VOID || !param(call, "amount")
        || !cielo__settle_can(call))
        return 0;
    call->settle.active = 1;
    call->settle.before = 1;
    call->settle.limit = call->deadline;
    use_payment_id(call);
    take_round(call);
    return 1;
}

/* ---- the requests ---- */

static const char *recurrence_or_order(const cielo_call *call,
                                       const char **name)
{
    int order = call->row->settle == CIELO__SETTLE_ORDER_CAPTURE
        || call->row->settle == CIELO__SETTLE_ORDER_VOID;

    *name = order ? "checkout_order_number" : "id";
    return cielo_value_text(param(call, *name), NULL);
}

const cielo__operation *cielo__settle_row(const cielo_call *call)
{
    int operation = CIELO_OP_SALE_GET;

    if (call->job == CIELO__JOB_LIST)
        operation = CIELO_OP_SALE_FIND;
    else if (call->row->settle == CIELO__SETTLE_RECURRENCE)
        operation = CIELO_OP_RECURRENCE_GET;
    else if (call->row->settle == CIELO__SETTLE_ORDER_CAPTURE
             || call->row->settle == CIELO__SETTLE_ORDER_VOID)
        operation = CIELO_OP_ORDER_GET;
    return cielo__operation_row(operation);
}

cielo_value *cielo__settle_params(const cielo_call *call)
{
    const cielo__settling *s = &call->settle;
    cielo_value *params = cielo_value_new_object();
    const char *name = "payment_id";
    const char *text = s->payment_id;

    if (call->job == CIELO__JOB_LIST) {
        name = "merchant_order_id";
        text = order_of(call);
    } else if (call->row->settle == CIELO__SETTLE_SALE) {
        text = s->candidates[s->next];
    } else if (call->row->settle != CIELO__SETTLE_CAPTURE
               && call->row->settle != CIELO__SETTLE_VOID) {
        text = recurrence_or_order(call, &name);
    }
    if (cielo_value_set(params, name, cielo_value_new_text(text, strlen(text)))
        != CIELO_OK) {
        cielo_value_free(params);
        return NULL;
    }
    return params;
}

/* ---- what was found ---- */

static int copy_member(cielo_value *to, const char *name,
                       const cielo_value *from)
{
    return from ? cielo_value_set(to, name, cielo_value_dup(from)) : CIELO_OK;
}

/* One line of `found`: from the list, or from the sale itself. */
static void add_found(cielo_call *call, const cielo_value *item)
{
    const cielo_value *payment = cielo__member(item, "Payment");
    const cielo_value *of = payment ? payment : item;
    static const char *const names[]
        = {"PaymentId", "ReceivedDate", "Status", "Type",
           "Amount", "CapturedAmount", "VoidedAmount"};
    cielo_value *line = cielo_value_new_object();
    size_t i;

    if (!call->settle.found)
        call->settle.found = cielo_value_new_array();
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        copy_member(line, names[i], cielo__member(of, names[i]));
    if (!payment)
        copy_member(line, "ReceivedDate", cielo__member(item, "ReceveidDate"));
    cielo_value_append(call->settle.found, line);
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
}

void cielo__settle_clear(cielo__settling *settle)
{
    clear_round(settle);
}

static void again(cielo_call *call, const char *why)
{
    cielo__settling *s = &call->settle;
    int64_t delay = cielo__retry_delay(++s->rounds, -1, &call->random);

    if (delay >= s->limit - call->now)
        cielo__call_unknown(call, why);
    else
        cielo__call_wait(call, needs_list(call) ? CIELO__JOB_LIST
                                                : CIELO__JOB_SALE,
                         call->now + delay);
}

void cielo__settle_late(cielo_call *call)
{
    if (call->settle.before)
        cielo__call_fail(call, CIELO_ETIMEOUT,
                         "the time-out passed before the void was sent");
    else
        cielo__call_unknown(call, "no look-up settled it in time");
}

/* ---- a sale ---- */

static int64_t received_of(const cielo_value *item)
{
    const char *text = text_at(item, "ReceivedDate");
    int64_t ms;

    if (!text)
        text = text_at(item, "ReceveidDate");
    return text && cielo__cielo_date(text, strlen(text), &ms) ? ms : -1;
}

/*
 * When the call began, by the server's clock; -1 when the answer had no date.
 * The date was written at some moment after the look-up was sent; taking that
 * moment for the sending errs towards "before this call", which adopts less.
 */
static int64_t server_start(const cielo_call *call)
{
    return call->event.date < 0
        ? -1
        : call->event.date - (call->sent_at - call->start);
}

/* 1 when a listed sale may be this call's own. */
static int is_candidate(const cielo_call *call, const char *id,
                        int64_t received)
{
    int64_t begin = call->settle.begin;

    if (is_manual(call))
        return 1;
    return begin >= 0 && (received < 0 || received >= begin - TOLERANCE_MS)
        && !cielo__is_told(cielo__client_shared(call->client), id);
}

static void list_candidates(cielo_call *call, const cielo_value *list)
{
    cielo__settling *s = &call->settle;
    const cielo_value *item;

    for (item = cielo_value_first(list); item; item = cielo_value_next(item)) {
        const char *id = text_at(item, "PaymentId");
        int64_t received = received_of(item);

        if (!id || strlen(id) >= sizeof(s->candidates[0])) {
            s->unseen = 1;
        } else if (!is_candidate(call, id, received)) {
            add_found(call, item);
        } else if (s->count == CIELO__CANDIDATES) {
            s->too_many = 1;
            add_found(call, item);
        } else {
            strcpy(s->candidates[s->count], id);
            s->received[s->count++] = received;
        }
    }
}

static const cielo_value *card_of(const cielo_value *payment)
{
    const cielo_value *card = cielo__member(payment, "CreditCard");

    return card ? card : cielo__member(payment, "DebitCard");
}

/* First six and last four: all that an answer shows of a card. */
static int same_number(const char *sent, const char *seen)
{
    size_t n = strlen(sent);
    size_t m = seen ? strlen(seen) : 0;

    return n >= 13 && m >= 10 && memcmp(sent, seen, 6) == 0
        && memcmp(sent + n - 4, seen + m - 4, 4) == 0;
}

static int same_card(const cielo_value *sent, const cielo_value *seen)
{
    const cielo_value *ours = card_of(sent);
    const cielo_value *theirs = card_of(seen);
    const char *number = text_at(ours, "CardNumber");
    const char *token = text_at(ours, "CardToken");

    if (number)
        return same_number(number, text_at(theirs, "CardNumber"));
    if (token)
        return same_text(token, text_at(theirs, "CardToken"));
    /* A wallet or a single-use token leaves nothing to compare. */
    return !ours && !cielo__member(sent, "Wallet");
}

/* Left out they are one; 0, which is no number of them, when unreadable. */
static int64_t installments(const cielo_value *payment)
{
    int64_t count;

    if (cielo__amount(payment, "Installments", &count))
        return count;
    return cielo__member(payment, "Installments") ? 0 : 1;
}

static int same_installments(const cielo_value *sent, const cielo_value *seen)
{
    int64_t count = installments(seen);

    return count > 0 && count == installments(sent);
}

static int same_amount(const cielo_call *call, const cielo_value *seen)
{
    int64_t ours, theirs;
    int known = is_manual(call)
        ? cielo_value_integer(param(call, "amount"), &ours)
        : cielo__amount(call->input.body, "Payment.Amount", &ours);

    return known && cielo__amount(seen, "Payment.Amount", &theirs)
        && ours == theirs;
}

/* Cielo may look numbers up without regard to case: they are others all the
 * same. */
static int same_order(const char *ours, const char *theirs)
{
    return ours && theirs && strcmp(ours, theirs) == 0;
}

static int fits(const cielo_call *call, const cielo_value *seen)
{
    const cielo_value *sent = cielo__member(call->input.body, "Payment");
    const cielo_value *payment = cielo__member(seen, "Payment");
    int64_t received = received_of(payment);
    int64_t begin = call->settle.begin;

    if (!same_amount(call, seen)
        || !same_order(order_of(call), text_at(seen, "MerchantOrderId")))
        return 0;
    if (is_manual(call))
        return 1;
    if (received < 0)
        received = call->settle.received[call->settle.next];
    return begin >= 0 && received >= begin - TOLERANCE_MS
        && received <= call->settle.listed + AHEAD_MS
        && same_text(text_at(sent, "Type"), text_at(payment, "Type"))
        && same_installments(sent, payment)
        && same_card(sent, payment);
}

/* Paid, or on its way there: 0, 12 and 20 wait (6.1). */
static int may_be_paid(int64_t status)
{
    return status == 0 || status == 1 || status == 2 || status == 12
        || status == 20;
}

/* Asked by hand, an old decline or void that the caller knows of says nothing of
 * a later attempt; a sale that is paid, or may be yet, invites none. */
static int may_adopt(cielo_call *call, const cielo_value *seen)
{
    const char *id = text_at(seen, "Payment.PaymentId");
    int64_t status = -1;

    if (!id)
        return 0;
    if (cielo__claim(cielo__client_shared(call->client), id))
        return 1;
    cielo_value_integer(cielo__member(seen, "Payment.Status"), &status);
    return is_manual(call) && may_be_paid(status);
}

static void adopt(cielo_call *call, cielo_value *tree)
{
    if (!tree) {
        cielo__call_unknown(call, "out of memory");
        return;
    }
    call->reconciled = 1;
    call->http_status = call->event.http_status;
    cielo__call_adopt(call, tree);
    cielo__call_succeed(call);
}

/* For what is answered without a body. */
static void adopt_nothing(cielo_call *call)
{
    call->reconciled = 1;
    call->http_status = call->event.http_status;
    cielo__call_adopt(call, NULL);
    cielo__call_succeed(call);
}

static void end_sale_round(cielo_call *call)
{
    cielo__settling *s = &call->settle;
    cielo_value *match = s->match;

    if (s->matches > 1) {
        cielo__call_unknown(call, "several sales fit");
    } else if (s->matches == 1 && !s->unseen && !s->too_many
               && may_adopt(call, match)) {
        s->match = NULL;
        adopt(call, match);
    } else {
        again(call, "no sale was found that is surely this one");
    }
}

static void sale_list(cielo_call *call)
{
    clear_round(&call->settle);
    call->settle.begin = server_start(call);
    call->settle.listed = call->event.date;
    list_candidates(call, cielo__list_of(call->event.tree));
    if (call->settle.count > 0)
        cielo__call_take(call, CIELO__JOB_SALE);
    else
        end_sale_round(call);
}

static void sale_candidate(cielo_call *call, int readable)
{
    cielo__settling *s = &call->settle;

    if (!readable) {
        s->unseen = 1;
    } else {
        add_found(call, call->event.tree);
        if (fits(call, call->event.tree) && s->matches++ == 0) {
            s->match = call->event.tree;
            call->event.tree = NULL;
        }
    }
    if (++s->next < s->count)
        cielo__call_take(call, CIELO__JOB_SALE);
    else
        end_sale_round(call);
}

/* ---- a capture or a void ---- */

/* An answer of the shape that a capture or void has (2.12, 2.13), out of the
 * sale as it stands. */
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
            member = cielo_value_get_case(sale, "Links"); /* 7.2, row 23 */
        if (copy_member(out, names[i], member) != CIELO_OK) {
            cielo_value_free(out);
            return NULL;
        }
    }
    return out;
}

static int is_captured(const cielo_call *call, const cielo_value *sale)
{
    static const char path[] = "Payment.CapturedAmount";
    int64_t status = -1, whole, asked, captured;
    int known = cielo__amount(sale, path, &captured);

    cielo_value_integer(cielo__member(sale, "Payment.Status"), &status);
    if (status != 2)
        return 0;
    if (cielo_value_integer(param(call, "amount"), &asked))
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

static int is_voided(const cielo_call *call, const cielo_value *sale)
{
    int64_t before = call->settle.voided_before, voided = voided_of(sale);
    int64_t status = -1, asked;

    if (cielo_value_integer(param(call, "amount"), &asked))
        return before >= 0 && voided >= 0 && voided - before == asked;
    cielo_value_integer(cielo__member(sale, "Payment.Status"), &status);
    return status == 10 || status == 11;
}

static void change_seen(cielo_call *call)
{
    const cielo_value *sale = call->event.tree;
    int done = call->row->settle == CIELO__SETTLE_CAPTURE
        ? is_captured(call, sale)
        : is_voided(call, sale);

    if (call->settle.before) {
        call->settle.before = 0;
        call->settle.active = 0;
        call->settle.voided_before = voided_of(sale);
        cielo__call_take(call, CIELO__JOB_MAIN);
        return;
    }
    clear_round(&call->settle);
    add_found(call, sale);
    if (done)
        adopt(call, as_change(sale));
    else
        again(call, "the sale does not show it");
}

/* The newest sale of the order number, if one is. */
static void newest_of(cielo_call *call)
{
    const cielo_value *list = cielo__list_of(call->event.tree);
    const cielo_value *item;
    const char *newest = NULL;
    int64_t latest = -1;
    int undated = 0;

    clear_round(&call->settle);
    for (item = cielo_value_first(list); item; item = cielo_value_next(item)) {
        int64_t received = received_of(item);

        add_found(call, item);
        undated |= received < 0; /* it may be the newest */
        if (received == latest)
            newest = NULL; /* two as new: which one was meant is unknown */
        if (received > latest) {
            latest = received;
            newest = text_at(item, "PaymentId");
        }
    }
    if (newest && !undated
        && strlen(newest) < sizeof(call->settle.payment_id)) {
        strcpy(call->settle.payment_id, newest);
        cielo__call_take(call, CIELO__JOB_SALE);
    } else if (call->settle.before) {
        cielo__call_fail(call, CIELO_EDECODE,
                         "which sale is the newest of the order cannot be "
                         "read; nothing was sent");
    } else {
        cielo__call_unknown(call, "which sale was meant cannot be read");
    }
}

/* ---- a recurrence ---- */

static int same_member(const cielo_value *tree, const char *path,
                       const cielo_value *wanted)
{
    const cielo_value *seen = cielo__member(tree, path);
    size_t n = 0, m = 0;
    const char *a = cielo_value_text(seen, &n);
    const char *b = cielo_value_text(wanted, &m);

    return a && b && n == m && memcmp(a, b, n) == 0;
}

static int same_date(const cielo_value *tree, const char *path,
                     const cielo_value *wanted)
{
    size_t n = 0, m = 0;
    const char *a = cielo_value_text(cielo__member(tree, path), &n);
    const char *b = cielo_value_text(wanted, &m);
    int day = a ? cielo__calendar_day(a, n) : 0;

    return day && b && day == cielo__calendar_day(b, m);
}

/* The number or the name (7.1, row 4). */
static int same_interval(const cielo_value *seen, const cielo_value *wanted)
{
    int64_t a = 0, b = 0;

    if (!cielo_value_integer(wanted, &b))
        return 0;
    if (!cielo_value_integer(seen, &a))
        a = cielo__interval_months(cielo_value_text(seen, NULL));
    return a == b && b > 0;
}

static int has_status(const cielo_value *tree, int64_t wanted)
{
    int64_t status = -1;

    cielo_value_integer(cielo__member(tree, "RecurrentPayment.Status"),
                        &status);
    return status == wanted;
}

static int is_changed(const cielo_call *call, const cielo_value *tree)
{
    const cielo_value *body = call->input.body;

    switch (call->operation) {
    case CIELO_OP_RECURRENCE_SET_CUSTOMER:
        return same_member(tree, "Customer.Name", cielo_value_get(body, "Name"));
    case CIELO_OP_RECURRENCE_SET_END_DATE:
        return same_date(tree, "RecurrentPayment.EndDate", body);
    case CIELO_OP_RECURRENCE_SET_INTERVAL:
        return same_interval(cielo__member(tree, "RecurrentPayment.Interval"),
                             body);
    case CIELO_OP_RECURRENCE_SET_DAY:
        return same_member(tree, "RecurrentPayment.RecurrencyDay", body);
    case CIELO_OP_RECURRENCE_SET_AMOUNT:
        return same_member(tree, "RecurrentPayment.Amount", body);
    case CIELO_OP_RECURRENCE_SET_NEXT_PAYMENT_DATE:
        return same_date(tree, "RecurrentPayment.NextRecurrency", body);
    case CIELO_OP_RECURRENCE_DEACTIVATE:
        return has_status(tree, 3);
    case CIELO_OP_RECURRENCE_REACTIVATE:
        return has_status(tree, 1);
    default:
        return 0;
    }
}

static void recurrence_seen(cielo_call *call)
{
    if (is_changed(call, call->event.tree))
        adopt_nothing(call);
    else
        again(call, "the recurrence does not show it");
}

/* ---- a Checkout order ---- */

/* The answer of 2.19 in the words that are sure. */
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

static void order_seen(cielo_call *call)
{
    const cielo_value *order = call->event.tree;
    const char *wanted = call->row->settle == CIELO__SETTLE_ORDER_CAPTURE
        ? "Paid"
        : "Voided";

    if (same_text(text_at(order, "payment.status"), wanted))
        adopt(call, as_order_change(order));
    else
        again(call, "the order does not show it");
}

/* ---- the event ---- */

static void not_readable(cielo_call *call)
{
    int status = call->event.kind == CIELO__EVENT_ANSWER
        ? call->event.http_status
        : 0;

    if (call->settle.before) {
        if (cielo__call_retry(call))
            return;
        call->http_status = status;
        cielo__call_fail_event(call);
    } else if (status == 401 || status == 403) {
        cielo__call_unknown(call, "Cielo refused to have it looked up");
    } else if (status == 404 && call->job == CIELO__JOB_LIST) {
        clear_round(&call->settle);
        again(call, "Cielo knows no sale of this order number");
    } else if (call->row->settle == CIELO__SETTLE_SALE
               && call->job == CIELO__JOB_SALE) {
        sale_candidate(call, 0);
    } else {
        again(call, "no look-up was answered");
    }
}

static void readable(cielo_call *call)
{
    if (call->row->settle == CIELO__SETTLE_SALE) {
        if (call->job == CIELO__JOB_LIST)
            sale_list(call);
        else
            sale_candidate(call, 1);
    } else if (call->job == CIELO__JOB_LIST) {
        newest_of(call);
    } else if (call->row->settle == CIELO__SETTLE_RECURRENCE) {
        recurrence_seen(call);
    } else if (call->row->settle == CIELO__SETTLE_ORDER_CAPTURE
               || call->row->settle == CIELO__SETTLE_ORDER_VOID) {
        order_seen(call);
    } else {
        change_seen(call);
    }
}

void cielo__settle_event(cielo_call *call)
{
    const cielo__event *e = &call->event;

    if (e->kind == CIELO__EVENT_ANSWER && e->http_status / 100 == 2
        && cielo__readable(cielo__settle_row(call), e->tree))
        readable(call);
    else
        not_readable(call);
}
