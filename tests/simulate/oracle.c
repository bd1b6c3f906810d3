/* The rules: nothing reaches Cielo twice, and nobody is told what did not
 * happen. What no client could know is counted under its name. */
#include <stdlib.h>
#include <string.h>

#include "sim.h"

/* Two looks that saw nothing are this far apart before one says absent. */
#define ABSENT_MS 600000

/* How long a thread may wait for its disk, or for another's, since one runs at
 * a time. */
#define DISK_MS 6

/* When voids of one payment were answered, by what names it. */
typedef struct void_mark {
    struct void_mark *next;
    char key[64];
    int64_t ended; /* true time */
    const sim_call *open;
} void_mark;

static int is_void(const sim_call *c)
{
    return c->operation == CIELO_OP_SALE_VOID
        || c->operation == CIELO_OP_SALE_VOID_BY_ORDER
        || c->operation == CIELO_OP_ORDER_VOID;
}

static int is_capture(const sim_call *c)
{
    return c->operation == CIELO_OP_SALE_CAPTURE
        || c->operation == CIELO_OP_ORDER_CAPTURE;
}

static int is_recurrence(const sim_call *c)
{
    return c->operation >= CIELO_OP_RECURRENCE_SET_CUSTOMER
        && c->operation <= CIELO_OP_RECURRENCE_REACTIVATE;
}

/* An answer to one names the payment, the order or the number. */
static int is_named(const sim_call *c)
{
    return c->operation == CIELO_OP_SALE_CREATE
        || c->operation == CIELO_OP_SALE_CAPTURE
        || c->operation == CIELO_OP_SALE_VOID
        || c->operation == CIELO_OP_ORDER_CAPTURE
        || c->operation == CIELO_OP_ORDER_VOID;
}

void sim_residue_of(sim_world *w, sim_call *c, sim_residue what)
{
    sim_say(w, c, "[%s]", sim_residue_names[what]);
    c->residue = what;
    c->has_residue = 1;
    if (w->figures)
        w->figures->residue[what]++;
}

/* ---- nothing twice ---- */

static void_mark *mark_of(sim_call *c)
{
    void_mark *m = c->family->voids;

    while (m && strcmp(m->key, c->void_key) != 0)
        m = m->next;
    if (!m) {
        m = calloc(1, sizeof(*m));
        if (!m)
            abort();
        strcpy(m->key, c->void_key);
        m->ended = INT64_MIN / 2;
        m->next = c->family->voids;
        c->family->voids = m;
    }
    return m;
}

void sim_check_forget(sim_family *f)
{
    while (f->voids) {
        void_mark *m = f->voids;

        f->voids = m->next;
        free(m);
    }
}

void sim_check_send(sim_world *w, sim_call *c)
{
    const cielo_request *request = cielo_call_request(c->call);

    if (!request->write)
        return;
    sim_check_remembered(w, c);
    if (c->settles)
        sim_break(w, c, "a look that writes");
    if (c->unsafe)
        sim_break(w, c, "a write is sent again that may have arrived");
    if (is_void(c)) {
        void_mark *m = mark_of(c);

        if (m->open && m->open != c)
            sim_break(w, c, "two voids of one payment at once");
        if (w->now - m->ended < 5000)
            sim_break(w, c, "%lld ms after another void of the payment",
                      (long long)(w->now - m->ended));
        m->open = c;
    }
}

void sim_check_reported(sim_world *w, sim_call *c, int may_have_gone)
{
    const cielo_request *request = cielo_call_request(c->call);

    if (!is_void(c) || !request || !request->write)
        return;
    if (may_have_gone)
        mark_of(c)->ended = w->now;
    mark_of(c)->open = NULL;
}

/* ---- time ---- */

void sim_check_step(sim_world *w, sim_call *c, cielo_step step)
{
    int64_t end = c->start + c->timeout;
    int late = c->loop ? c->loop->late : w->records ? DISK_MS : 0;
    int64_t until = cielo_call_deadline(c->call) - c->process->offset;

    if (step == CIELO_STEP_DONE) {
        if (w->now > end + late)
            sim_break(w, c, "ended %lld ms late", (long long)(w->now - end));
        return;
    }
    if (until > end)
        sim_break(w, c, "a step may last %lld ms past the time-out",
                  (long long)(until - end));
    if (until < w->now)
        sim_break(w, c, "a step that ended before it began");
}

/* ---- what was told ---- */

static const char *text_at(const cielo_value *tree, const char *object,
                           const char *name)
{
    const char *text;

    if (*object)
        tree = cielo_value_get(tree, object);
    text = cielo_value_text(cielo_value_get(tree, name), NULL);
    return text ? text : "";
}

static int fact(const cielo_call *call, const char *name)
{
    return cielo_value_bool(
               cielo_value_get(cielo_call_facts((cielo_call *)call), name))
        == 1;
}

static sim_told told_of(sim_call *c, int status)
{
    if (status == CIELO_EUNKNOWN)
        return SIM_TOLD_UNKNOWN;
    if (status == CIELO_ECANCELLED)
        return SIM_TOLD_CANCELLED;
    if (status != CIELO_OK)
        return SIM_TOLD_FAILED;
    if (fact(c->call, "declined"))
        return SIM_TOLD_DECLINED;
    if (fact(c->call, "pending"))
        return SIM_TOLD_PENDING;
    return SIM_TOLD_DONE;
}

/* How much earlier a foreign sale may lie, for the clocks of this world. */
static int64_t apart(const sim_world *w)
{
    int64_t ahead = w->books_off - w->date_off;

    return ahead > 0 ? ahead : 0;
}

/* Somebody of the process was told of it. */
static int told_in_process(const sim_sale *s, const sim_call *c)
{
    return s->told && s->told->process == c->process
        && s->told->life == c->life;
}

/* What is asked for by hand: number and amount. */
static int is_asked(const sim_sale *s, const sim_slot *slot)
{
    return strcmp(s->order, slot->order) == 0 && s->amount == slot->amount;
}

static int same_card(const sim_sale *s, const sim_slot *slot)
{
    if (s->by_token || slot->by_token)
        return s->by_token == slot->by_token
            && strcmp(s->card, slot->card) == 0;
    if (strcmp(slot->type, "Pix") == 0)
        return !s->card[0];
    return strncmp(s->card, slot->card, 6) == 0
        && strcmp(s->card + strlen(s->card) - 4,
                  slot->card + strlen(slot->card) - 4)
        == 0;
}

/* All that a look-up can compare. */
static int is_twin(const sim_sale *s, const sim_slot *slot)
{
    return is_asked(s, slot) && strcmp(s->type, slot->type) == 0
        && s->installments == slot->installments && same_card(s, slot);
}

static int is_refusal(const sim_sale *s)
{
    return !sim_is_paid(s);
}

/* But for an earlier look at the same intent, which may not have been noted. */
static int told_to_family(const sim_sale *s, const sim_call *c)
{
    return told_in_process(s, c) && s->told->family == c->family
        && !(c->settles && s->told->settles == c->settles);
}

/* The journal that is settled has whose it is, and had it when it was read. */
static int is_recorded_as_told(const sim_sale *s, const sim_call *c)
{
    const sim_call *by = s->by;

    return by && by->told_sale == s && by->ended_in && by->file && !by->lost
        && by->ended_when < c->loaded
        && sim_is_on(by->ended_in, c->process->machine)
        && sim_is_on(by->file, c->process->machine);
}

/* A look adopts nothing that was made later than a minute after its call's
 * time, by either clock. */
static int is_too_late(const sim_world *w, const sim_call *c, int64_t age)
{
    int64_t off = w->books_off - w->date_off;

    return c->settles && c->settles->clocked && !c->settles->misclocked
        && !c->ever_fooled
        && -age > c->settles->timeout + 65000 + (off < 0 ? -off : 0);
}

/* It was told of a sale that another call made. */
static void check_anothers(sim_world *w, sim_call *c, sim_sale *s, int settled)
{
    int64_t age = c->since - s->made;
    int refused = is_refusal(s) && c->told != SIM_TOLD_PENDING
        && !fact(c->call, "approved"); /* when it was looked at */

    if (settled ? !is_twin(s, c->slot) : !is_asked(s, c->slot)) {
        sim_break(w, c, "told of a sale that it did not ask for, %s", s->id);
    } else if (settled && told_to_family(s, c)) {
        sim_break(w, c, "told of a sale that this client was told of, %s",
                  s->id);
    } else if (c->settles && is_recorded_as_told(s, c)) {
        sim_break(w, c, "adopted what its journal says is another's, %s",
                  s->id);
    } else if (!settled && !c->fooled) {
        sim_break(w, c, "answered with another's sale, %s", s->id);
    } else if (!settled) {
        sim_residue_of(w, c, SIM_RESIDUE_TWIN_ANSWER);
    } else if (is_too_late(w, c, age)) {
        sim_break(w, c, "adopted a sale that is %lld ms newer, %s",
                  (long long)-age, s->id);
    } else if (c->settles && !c->settles->clocked && !refused) {
        sim_residue_of(w, c, SIM_RESIDUE_CLOCKLESS);
    } else if (age > 2000 + apart(w) && c->ever_fooled) {
        sim_residue_of(w, c,
                       SIM_RESIDUE_NAMELESS); /* a list of before, its date */
    } else if (c->settles && c->settles->misclocked) {
        sim_residue_of(w, c, SIM_RESIDUE_MISCLOCKED);
    } else if (c->settles && !refused && age > 3000 + apart(w)
               && age <= 3000 + apart(w) + c->settles->early) {
        sim_residue_of(w, c, SIM_RESIDUE_ROUGH_CLOCK);
    } else if (age > 3000 + apart(w)) {
        sim_break(w, c, "adopted a sale that is %lld ms older, %s",
                  (long long)age, s->id);
    } else if (!refused) {
        sim_residue_of(w, c, SIM_RESIDUE_TWIN_PAYMENT);
    } else if (told_in_process(s, c)) {
        sim_break(w, c, "adopted a refusal that this process knows, %s", s->id);
    } else if (age > 2000 + apart(w)) {
        sim_break(w, c, "adopted a refusal that is %lld ms older, %s",
                  (long long)age, s->id);
    } else if (age > 2000) {
        sim_residue_of(w, c, SIM_RESIDUE_CLOCKS_APART);
    } else {
        sim_residue_of(w, c,
                       s->by && s->by->process == c->process
                           ? SIM_RESIDUE_TWIN_IN_FLIGHT
                           : SIM_RESIDUE_TWIN_REFUSAL);
    }
}

/* What is told of a sale, against how it stands or stood. */
static void check_words(sim_world *w, sim_call *c, const sim_sale *s)
{
    if (c->told == SIM_TOLD_DECLINED && s->ever_authorized)
        sim_break(w, c, "told declined, and it is charged: %s", s->id);
    if (fact(c->call, "approved") && !s->ever_authorized)
        sim_break(w, c, "told approved, and it is not charged: %s", s->id);
}

static void check_sale(sim_world *w, sim_call *c, const cielo_value *value)
{
    int settled = fact(c->call, "reconciled");
    sim_sale *s = sim_sale_by_id(w, text_at(value, "Payment", "PaymentId"));

    if (!s) { /* scheduled: there is none yet */
        if (!c->fooled && (!c->wanted[0] || !c->did))
            sim_break(w, c, "told of a sale that is not in the books");
        else if (!c->wanted[0])
            sim_residue_of(w, c, SIM_RESIDUE_NAMELESS);
        return;
    }
    check_words(w, c, s);
    if (settled && is_refusal(s) && c->told == SIM_TOLD_DECLINED
        && w->now - s->made < 1000)
        sim_break(w, c, "adopted a refusal that is %lld ms old: one look",
                  (long long)(w->now - s->made));
    if (s->by != (c->settles ? c->settles : c)) {
        check_anothers(w, c, s, settled);
        s->taken = 1;
    }
    s->told = c;
    c->told_sale = s;
}

/* Asked by hand: an old refusal says nothing of a later attempt. */
static void check_by_hand(sim_world *w, sim_call *c, const cielo_value *value)
{
    sim_sale *s = sim_sale_by_id(w, text_at(value, "Payment", "PaymentId"));
    const sim_sale *other;

    if (!s || !is_asked(s, c->slot)) {
        sim_break(w, c, "told of a sale that was not asked for");
        return;
    }
    check_words(w, c, s);
    if ((SIM_EPOCH_MS + s->made + w->books_off) / 1000 < c->not_before
        && w->zone == -3)
        sim_break(w, c, "told by hand of a sale before the time it asked for");
    if (!fact(c->call, "approved") && is_refusal(s) && told_in_process(s, c))
        sim_break(w, c, "told by hand of a refusal that the process knows");
    for (other = w->sales; other; other = other->next) {
        if (other == s || !is_asked(other, c->slot) || !is_refusal(s)
            || fact(c->call, "approved") || !sim_is_paid(other)
            || (SIM_EPOCH_MS + other->made + w->books_off) / 1000
                < c->not_before)
            continue;
        if (other->visible <= c->start && other->made <= c->start)
            sim_break(w, c, "told of a refusal beside a payment, %s",
                      other->id);
        else
            sim_residue_of(w, c, SIM_RESIDUE_OLD_ATTEMPT);
    }
    s->told = c;
}

/* ---- changes ---- */

/* Another call voided a part of the same payment meanwhile. */
static int voided_meanwhile(const sim_world *w, const sim_call *c,
                            const sim_sale *s)
{
    const sim_call *o;

    for (o = w->calls; o; o = o->older) {
        if (o != c && o->did && o->did_at >= c->since && is_void(o)
            && (strcmp(o->target, s->id) == 0
                || strcmp(o->target, s->order) == 0))
            return 1;
    }
    return 0;
}

static int shows_change(const sim_call *c, const sim_sale *s)
{
    if (is_capture(c))
        return s->captured > 0
            && s->captured == (c->amount < 0 ? s->amount : c->amount);
    return s->ever_given_back;
}

/* The payment that was asked for; by order number the one that shows it, since
 * a newer may have been made meanwhile. */
static sim_sale *changed_sale(const sim_world *w, const sim_call *c)
{
    sim_sale *s;

    if (c->operation != CIELO_OP_SALE_VOID_BY_ORDER)
        return sim_sale_by_id(w, c->target);
    for (s = w->sales; s; s = s->next) {
        if (strcmp(s->order, c->target) == 0 && shows_change(c, s))
            return s;
    }
    return sim_newest_of(w, c->target);
}

static void check_sale_change(sim_world *w, sim_call *c)
{
    sim_sale *s = changed_sale(w, c);

    if (c->did)
        return;
    if (c->fooled && (!is_named(c) || c->fooled_by_own))
        sim_residue_of(w, c,
                       is_named(c) ? SIM_RESIDUE_SAME_PAYMENT
                                   : SIM_RESIDUE_NAMELESS);
    else if (!s)
        sim_break(w, c, "told done of a payment that there is not");
    else if (!fact(c->call, "reconciled"))
        sim_break(w, c, "told done, and it was not done");
    else if (is_void(c) && c->amount >= 0 && voided_meanwhile(w, c, s))
        sim_residue_of(w, c, SIM_RESIDUE_OTHER_VOID);
    else if (!shows_change(c, s))
        sim_break(w, c, "told done, and the books do not show it");
}

static void check_order_change(sim_world *w, sim_call *c)
{
    int i = 0;

    while (i < SIM_ORDERS && strcmp(w->orders[i].number, c->target) != 0)
        i++;
    if (c->did)
        return;
    if (c->fooled_by_own)
        sim_residue_of(w, c, SIM_RESIDUE_SAME_PAYMENT);
    else if (!fact(c->call, "reconciled") || i == SIM_ORDERS)
        sim_break(w, c, "told done, and it was not done");
    else if (w->orders[i].status == 0)
        sim_break(w, c, "told done, and the order does not show it");
}

static int shows_recurrence(const sim_recurrence *r, const sim_call *c)
{
    switch (c->operation) {
    case CIELO_OP_RECURRENCE_SET_CUSTOMER:
        return strcmp(r->name, c->wanted) == 0;
    case CIELO_OP_RECURRENCE_SET_END_DATE:
        return strcmp(r->end_date, c->wanted) == 0;
    case CIELO_OP_RECURRENCE_SET_NEXT_PAYMENT_DATE:
        return strcmp(r->next_date, c->wanted) == 0;
    case CIELO_OP_RECURRENCE_SET_INTERVAL:
        return r->interval == atoi(c->wanted);
    case CIELO_OP_RECURRENCE_SET_DAY:
        return r->day == atoi(c->wanted);
    case CIELO_OP_RECURRENCE_SET_AMOUNT:
        return r->amount == atoi(c->wanted);
    default:
        return r->status
            == (c->operation == CIELO_OP_RECURRENCE_DEACTIVATE ? 3 : 1);
    }
}

/* Another call of the kind changed it since. */
static int changed_meanwhile(const sim_world *w, const sim_call *c)
{
    const sim_call *o;

    for (o = w->calls; o; o = o->older) {
        if (o != c && o->did && o->did_at >= c->since
            && strcmp(o->target, c->target) == 0)
            return 1;
    }
    return 0;
}

static void check_recurrence(sim_world *w, sim_call *c)
{
    int i = 0;

    while (i < SIM_RECURRENCES && strcmp(w->recurrences[i].id, c->target) != 0)
        i++;
    if (c->did)
        return;
    if (c->fooled)
        sim_residue_of(w, c, SIM_RESIDUE_NAMELESS);
    else if (!fact(c->call, "reconciled"))
        sim_break(w, c, "told done, and it was not done");
    else if (!shows_recurrence(&w->recurrences[i], c)
             && !changed_meanwhile(w, c))
        sim_break(w, c, "told done, and the recurrence does not show it");
}

/* ---- reads ---- */

/* An answer that names nothing, to what was asked by a name. */
static void check_name(sim_world *w, sim_call *c, const char *told)
{
    if (strcmp(told, c->target) == 0)
        return;
    if (c->fooled && !*told)
        sim_residue_of(w, c, SIM_RESIDUE_NAMELESS);
    else
        sim_break(w, c, "told of another than was asked for: %s", told);
}

static void check_read(sim_world *w, sim_call *c, const cielo_value *value)
{
    const cielo_value *item;

    if (c->operation == CIELO_OP_SALE_GET)
        check_name(w, c, text_at(value, "Payment", "PaymentId"));
    if (c->operation == CIELO_OP_SALE_GET_BY_TID)
        check_name(w, c, text_at(value, "Payment", "Tid"));
    if (c->operation == CIELO_OP_RECURRENCE_GET)
        check_name(w, c,
                   text_at(value, "RecurrentPayment", "RecurrentPaymentId"));
    if (c->operation != CIELO_OP_SALE_FIND)
        return;
    for (item = cielo_value_first(value); item; item = cielo_value_next(item)) {
        sim_sale *s = sim_sale_by_id(w, text_at(item, "", "PaymentId"));

        if (s && strcmp(s->order, c->target) == 0)
            continue;
        if (!c->fooled)
            sim_break(w, c, "told of another order's sales");
        else
            sim_residue_of(w, c, SIM_RESIDUE_NAMELESS);
        break;
    }
}

/* ---- the end of a call ---- */

static void check_result(sim_world *w, sim_call *c, const cielo_value *value)
{
    if (c->operation == CIELO_OP_SALE_CREATE)
        check_sale(w, c, value);
    else if (c->operation == CIELO_OP_SALE_RECONCILE)
        check_by_hand(w, c, value);
    else if (!c->is_write)
        check_read(w, c, value);
    else if (c->told != SIM_TOLD_DONE)
        return;
    else if (c->operation == CIELO_OP_ORDER_CAPTURE
             || c->operation == CIELO_OP_ORDER_VOID)
        check_order_change(w, c);
    else if (is_void(c) || is_capture(c))
        check_sale_change(w, c);
    else if (is_recurrence(c))
        check_recurrence(w, c);
    else if (!c->did && c->fooled)
        sim_residue_of(w, c, SIM_RESIDUE_NAMELESS);
    else if (!c->did)
        sim_break(w, c, "told done, and it was not done");
}

/* What was made may have been refused since. */
int sim_has_effect(const sim_call *c)
{
    if (c->made && c->told == SIM_TOLD_DECLINED)
        return c->made->ever_authorized;
    return c->made ? sim_is_paid(c->made) || c->made->ever_authorized : c->did;
}

/* Whoever is told that it did not happen may try again. */
static void check_undone(sim_world *w, sim_call *c)
{
    if (!c->is_write || !sim_has_effect(c))
        return;
    if ((c->told == SIM_TOLD_FAILED && (c->fooled || c->misled))
        || (c->told == SIM_TOLD_CANCELLED && c->misled))
        sim_residue_of(w, c, SIM_RESIDUE_NAMELESS);
    else if (c->told == SIM_TOLD_FAILED || c->told == SIM_TOLD_CANCELLED)
        sim_break(w, c, "told %s, and it was done", sim_told_names[c->told]);
    if (c->told != SIM_TOLD_DECLINED || c->has_residue)
        return;
    if (c->fooled_by_own && is_named(c))
        sim_residue_of(w, c, SIM_RESIDUE_SAME_PAYMENT);
    else if (c->fooled && !is_named(c))
        sim_residue_of(w, c, SIM_RESIDUE_NAMELESS);
    else
        sim_break(w, c, "told declined, and it was done");
}

/* A twin took what it made for its own, and was told so: there is one payment
 * for each that was told of one. */
static int is_taken(const sim_call *c)
{
    return c->made && c->made->taken;
}

/* Likewise whoever is told so by a look at his journal. */
void sim_check_settled_undone(sim_world *w, sim_call *c)
{
    if (!sim_has_effect(c))
        return;
    if (c->settled == CIELO_SETTLED_ABSENT && c->blind)
        sim_residue_of(w, c, SIM_RESIDUE_NAMELESS);
    else if (c->settled == CIELO_SETTLED_ABSENT && is_taken(c))
        sim_residue_of(w, c, SIM_RESIDUE_TAKEN);
    else if (c->settled == CIELO_SETTLED_ABSENT && is_recurrence(c)
             && changed_meanwhile(w, c))
        sim_residue_of(w, c, SIM_RESIDUE_OVERWRITTEN);
    else if (c->settled == CIELO_SETTLED_ABSENT)
        sim_break(w, c, "told absent, and it was done");
    if (c->settled == CIELO_SETTLED_ADOPTED
        && c->settled_as == SIM_TOLD_DECLINED && !c->has_residue)
        sim_break(w, c, "settled as declined, and it was done");
}

void sim_check_late(sim_world *w, sim_call *c)
{
    if (c->is_done)
        check_undone(w, c);
    sim_check_settled_undone(w, c);
}

/* What a look came to, and what the shop does about it. */
static void note_settled(sim_world *w, sim_call *c, cielo_settled settled)
{
    sim_call *of = c->settles;

    of->settled = settled;
    of->settled_as = c->told;
    of->blind |= c->ever_fooled;
    of->has_residue |= c->has_residue;
    if (settled == CIELO_SETTLED_ABSENT && !of->blind
        && (of->first_nothing < 0
            || w->now - of->first_nothing < ABSENT_MS - 1500))
        sim_break(w, of,
                  "told absent, and the first look that saw nothing "
                  "was %lld ms ago",
                  (long long)(w->now - of->first_nothing));
    sim_check_settled_undone(w, of);
    if (settled == CIELO_SETTLED_ABSENT)
        sim_at(w, w->now + 1, SIM_REPEAT, of, 0);
}

static void check_settled(sim_world *w, sim_call *c, int status,
                          const cielo_value *value)
{
    cielo_settled settled = cielo_call_settled(c->call);
    const sim_call *of = c->settles;

    c->did = of->did;
    c->did_at = of->did_at;
    c->made = of->made;
    sim_say(w, c, "=> %s what became of #%d",
            cielo_settled_name(settled) ? cielo_settled_name(settled) : "-",
            of->number);
    if (settled == CIELO_SETTLED_NONE
        || (settled == CIELO_SETTLED_ADOPTED) != (status == CIELO_OK))
        sim_break(w, c, "a look that came to nothing");
    if (status == CIELO_OK) {
        c->is_write = 1; /* held against what the write asked for */
        check_result(w, c, value);
        c->is_write = 0;
    } else if (status != CIELO_EUNKNOWN) {
        sim_break(w, c, "a look that failed: %s", cielo_status_name(status));
    }
    if (settled == CIELO_SETTLED_ADOPTED || settled == CIELO_SETTLED_ABSENT)
        note_settled(w, c, settled);
    else
        c->settles->blind |= c->ever_fooled;
    if (w->figures && settled != CIELO_SETTLED_NONE)
        w->figures->by_settled[settled]++;
    sim_at(w, w->now, SIM_SETTLE_NEXT, c->process, 0);
}

/* 1 when `text` has the name, or the ends of it where it looks so much like a
 * card number that its middle is hidden. Of a run of digits that is longer than
 * any card's not even the ends are shown. */
static int names(const char *text, const char *name)
{
    enum { CARD_LONGEST = 19 };
    size_t length = strlen(name), head = strspn(name, "0123456789"), tail = 0;
    char first[4] = "";

    if (length < 32)
        return strstr(text, name) != NULL;
    memcpy(first, name, 3);
    while (tail < length && strchr("0123456789", name[length - tail - 1]))
        tail++;
    return (head > CARD_LONGEST || strstr(text, first))
        && (tail > CARD_LONGEST || strstr(text, name + length - 4));
}

/* A doubt names what it is about, and no error shows a card or a key. */
static void check_error(sim_world *w, sim_call *c, const cielo_error *err)
{
    char *text = NULL;
    size_t length = 0;
    const char *about = c->target;

    if (c->told == SIM_TOLD_UNKNOWN && *about && is_named(c)
        && !names(err->message, about))
        sim_break(w, c, "a doubt that does not name %s: %s", about,
                  err->message);
    if (cielo_value_print(cielo_call_details(c->call), &text, &length)
        != CIELO_OK)
        return;
    if (strstr(text, "4551870000000183") || strstr(text, "4024007153763191")
        || strstr(text, "4091688625337641") || strstr(text, "CANARY")
        || strstr(text, "TOKEN0"))
        sim_break(w, c, "a secret in the details of an error");
    cielo_text_free(text, length);
}

void sim_check_done(sim_world *w, sim_call *c)
{
    const cielo_value *value = NULL;
    cielo_error err;
    int status = cielo_call_result(c->call, &value, &err), i;

    c->told = told_of(c, status);
    c->is_done = 1;
    if (is_void(c) && mark_of(c)->open == c)
        mark_of(c)->open = NULL;
    sim_say(w, c, "=> told %s%s%s", sim_told_names[c->told],
            status == CIELO_OK ? "" : ": ",
            status == CIELO_OK
                ? (fact(c->call, "reconciled") ? " (looked up)" : "")
                : err.message);
    if (c->settles) {
        check_settled(w, c, status, value);
        return;
    }
    sim_check_waited(w, c);
    if (status == CIELO_OK)
        check_result(w, c, value);
    else
        check_error(w, c, &err);
    if (status == CIELO_EVALIDATION)
        sim_break(w, c, "refused before it was sent: %s", err.message);
    check_undone(w, c);
    if (!w->figures)
        return;
    w->figures->by_operation[c->operation][c->told]++;
    w->figures->reconciled += status == CIELO_OK && fact(c->call, "reconciled");
    for (i = 0; c->is_write && i < SIM_FAULTS; i++)
        w->figures->by_fault[i][c->told] += c->tried[i] > 0;
}
