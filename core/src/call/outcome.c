/* What a success says beside Cielo's own members: facts and advice. */
#include <string.h>

#include "call_internal.h"

/* ---- read once, as the call ends: the answer may be taken away then ---- */

const cielo_value *cielo__payment_of(const cielo__operation *row,
                                     const cielo_value *result)
{
    const cielo__layout *layout = cielo__layout_of(row->facts.object);

    return layout && layout->payment ? cielo__member(result, layout->payment)
                                     : NULL;
}

/* What became of the change: the payment's status tells something else. */
static void read_change(cielo_call *call)
{
    call->outcome.approved = call->change == CIELO__CHANGE_DONE;
    call->outcome.declined = call->change == CIELO__CHANGE_REFUSED;
    call->outcome.pending = call->change == CIELO__CHANGE_PENDING;
}

/* A sale's status as a merchant acts on it [sale-statuses]: a boleto or a Pix
 * that was registered is not paid. */
static void read_sale(cielo_call *call, const cielo_value *payment,
                      cielo_nature nature)
{
    cielo__outcome *outcome = &call->outcome;
    int registered = nature == CIELO_NATURE_AUTHORIZED;
    const char *type = registered
        ? cielo_value_text(cielo_value_get_case(payment, "Type"), NULL)
        : NULL;
    int boleto = cielo__same_word(type, "Boleto");
    int paid_later = boleto || cielo__same_word(type, "Pix");

    outcome->approved = nature == CIELO_NATURE_PAID
        || (registered && !paid_later);
    outcome->declined = cielo__is_refused_as(payment, nature);
    outcome->pending = !outcome->declined
        && (nature == CIELO_NATURE_UNFINISHED || nature == CIELO_NATURE_PENDING
            || boleto);
}

/* 1 and the number of a payment's status; 0 and -1 where it has none. */
static int status_of(const cielo_value *payment, int *number)
{
    int64_t status;
    int known = cielo__number(payment, "Status", &status);

    *number = status == (int)status ? (int)status : -1;
    return known;
}

static void read_status(cielo_call *call, const cielo_value *payment)
{
    const cielo_status *entry;
    int known = status_of(payment, &call->outcome.number);

    /* Only a payer's consent may go without, and waits for him
     * [pix-automatic]. */
    if (!known) {
        call->outcome.pending = 1;
        return;
    }
    entry = cielo_book_get(CIELO_BOOK_SALE_STATUS, call->outcome.number);
    call->outcome.status = entry;
    if (cielo__is_change(call->row))
        read_change(call);
    else
        read_sale(call, payment, entry ? entry->nature : CIELO_NATURE_NONE);
}

/* Checkout says its status in a word; its numbers are its own
 * [order-statuses]. */
static const cielo_status *order_status(const cielo_call *call)
{
    size_t length = 0;
    const char *word
        = cielo_value_text(cielo__member(call->result, "payment.status"),
                           &length);

    return cielo_book_word(CIELO_BOOK_ORDER_STATUS, word, length);
}

void cielo__outcome_read(cielo_call *call)
{
    const cielo__layout *layout = cielo__layout_of(call->row->facts.object);

    switch (layout ? layout->owner : -1) {
    case CIELO_OF_SALE:
        read_status(call, call->payment);
        break;
    case CIELO_OF_ORDER:
        call->outcome.status = order_status(call);
        break;
    case CIELO_OF_CHANGE:
        read_change(call);
        break;
    default:
        break;
    }
}

/* ---- facts ---- */

const char *cielo__call_id(const cielo_call *call)
{
    return *call->own_id ? call->own_id : call->message.request_id;
}

/* Whether this call's result has the fact at all, if only as null. */
static int has_fact(const cielo_call *call, size_t index)
{
    const cielo_detail *fact = cielo_fact_at(index);

    if (!fact || call->mode != CIELO__MODE_DONE)
        return 0;
    if (index == CIELO_FACT_http_status)
        return call->http_status != 0;
    if (index == CIELO_FACT_request_id)
        return 1;
    if (index == CIELO_FACT_warnings || index == CIELO_FACT_advice
        || call->error.status != CIELO_OK)
        return 0;
    return cielo_fact_is_of(fact, call->row->facts.object)
        || (index == CIELO_FACT_reconciled && call->row->facts.is_write);
}

static void give_text(cielo_fact_value *out, const char *text)
{
    if (!text || !*text)
        return; /* nobody knows it */
    out->type = CIELO_TEXT;
    out->text = text;
}

static void give_number(cielo_fact_value *out, int64_t number)
{
    out->type = CIELO_NUMBER;
    out->number = number;
}

static void give_flag(cielo_fact_value *out, int flag)
{
    out->type = CIELO_BOOL;
    out->number = flag != 0;
}

int cielo_call_fact(const cielo_call *call, size_t index, cielo_fact_value *out)
{
    const cielo__outcome *outcome = &call->outcome;

    out->type = CIELO_NULL;
    out->number = 0;
    out->text = NULL;
    if (!has_fact(call, index))
        return 0;
    if (index == CIELO_FACT_http_status)
        give_number(out, call->http_status);
    else if (index == CIELO_FACT_request_id)
        give_text(out, cielo__call_id(call));
    else if (index == CIELO_FACT_status_name)
        give_text(out, outcome->status ? outcome->status->name : NULL);
    else if (index == CIELO_FACT_status_number && outcome->status)
        give_number(out, outcome->status->number);
    else if (index == CIELO_FACT_approved)
        give_flag(out, outcome->approved);
    else if (index == CIELO_FACT_declined)
        give_flag(out, outcome->declined);
    else if (index == CIELO_FACT_pending)
        give_flag(out, outcome->pending);
    else if (index == CIELO_FACT_reconciled)
        give_flag(out, call->reconciled);
    return 1;
}

static cielo_value *value_of(const cielo_fact_value *fact)
{
    switch (fact->type) {
    case CIELO_TEXT:
        return cielo_value_new_text(fact->text, strlen(fact->text));
    case CIELO_NUMBER:
        return cielo_value_new_integer(fact->number);
    case CIELO_BOOL:
        return cielo_value_new_bool((int)fact->number);
    default:
        return cielo_value_new_null();
    }
}

int cielo__add_warnings(const cielo_call *call, cielo_value *to)
{
    const cielo_value *warnings = call->input.warnings;

    return warnings
        ? cielo__value_add(to, cielo_fact_at(CIELO_FACT_warnings)->name,
                           cielo_value_dup(warnings))
        : CIELO_OK;
}

static int add_fact(const cielo_call *call, size_t index, cielo_value *to)
{
    cielo_fact_value fact;

    if (index == CIELO_FACT_warnings)
        return cielo__add_warnings(call, to);
    return cielo_call_fact(call, index, &fact)
        ? cielo__value_add(to, cielo_fact_at(index)->name, value_of(&fact))
        : CIELO_OK;
}

/* All or none: a sale without "approved" would read as one that is not. */
void cielo__result_facts(cielo_call *call)
{
    cielo_value *facts = cielo_value_new_object();
    size_t i;

    for (i = 0; facts && i < CIELO_FACT_COUNT; i++) {
        if (add_fact(call, i, facts) != CIELO_OK) {
            cielo_value_free(facts);
            facts = NULL;
        }
    }
    call->facts = facts;
}

/* ---- advice ---- */

static void read_text(const cielo_value *tree, const char *name,
                      const char **text, size_t *length)
{
    *text = cielo_value_text(cielo_value_get_case(tree, name), length);
}

/* Cielo's code says nothing of a mark that is missing, the call does. */
int cielo_call_lacks_mark(const cielo_call *call)
{
    return call->operation == CIELO_OP_SALE_CREATE
        && cielo__sale_nature(call->outcome.number) == CIELO_NATURE_REFUSED
        && cielo__lacks_mark(call->input.body);
}

static int advise(const cielo__operation *row, const cielo_value *of,
                  int status, int lacks_mark, cielo_advice *out)
{
    cielo_advice_input in = CIELO_ADVICE_INPUT_INIT;

    /* Without a status nothing is known, which is advice too. */
    if (cielo_value_type(of) != CIELO_OBJECT)
        return 0;
    in.status = status;
    in.operation = cielo__code_book(row);
    read_text(of, "ReturnCode", &in.return_code, &in.return_code_length);
    if (!in.return_code)
        read_text(of, "ProviderReturnCode", &in.return_code,
                  &in.return_code_length);
    read_text(cielo_value_get_case(of, "CreditCard"), "Brand", &in.brand,
              &in.brand_length);
    if (!in.brand)
        read_text(cielo_value_get_case(of, "DebitCard"), "Brand", &in.brand,
                  &in.brand_length);
    read_text(of, "MerchantAdviceCode", &in.merchant_advice,
              &in.merchant_advice_length);
    cielo_advise(&in, out);
    if (lacks_mark && out->change < CIELO_CHANGE_DATA)
        out->change = CIELO_CHANGE_DATA;
    return 1;
}

int cielo_call_advice(const cielo_call *call, cielo_advice *out)
{
    return advise(call->row, call->payment, call->outcome.number,
                  cielo_call_lacks_mark(call), out);
}

int cielo_result_advice(int operation, const cielo_value *result,
                        int lacks_mark, cielo_advice *out)
{
    const cielo__operation *row = cielo__operation_row(operation);
    const cielo_value *of = row ? cielo__payment_of(row, result) : NULL;
    int status;

    status_of(of, &status);
    return row && advise(row, of, status, lacks_mark, out);
}
