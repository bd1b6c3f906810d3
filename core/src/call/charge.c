/*
 * The next charge of a stored card. What a brand wants to see again stands in
 * the result of a sale before; what is not there, or may be another sale's, is
 * asked for: a charge with a wrong or missing mark is denied.
 */
#include <string.h>

#include <cielo/charge.h>

#include "check.h"

#define PAYMENT_PATH "sale.payment"

typedef struct charge {
    const cielo_value *sale;
    const cielo_value *payment;
    const cielo_value *card;
    const char *card_name; /* wire name of the member that holds the card */
    const cielo_value *given;
    int64_t amount;
    const char *reason;
    int captures; /* the sale before was captured at once */
    cielo_value *problems;
    int status; /* sticky CIELO_EMEMORY */
} charge;

static void refuse(charge *c, const char *path, const char *rule,
                   const char *message)
{
    if (cielo__problem_add(c->problems, path, rule, message) != CIELO_OK)
        c->status = CIELO_EMEMORY;
}

/* ---- reading: hosts keep results in wire names or in their own ---- */

/* Of several spellings the one that the result reads; NULL for a null. */
static const cielo_value *member(const cielo_value *object, const char *wire)
{
    const cielo_value *item = cielo__member(object, wire);

    if (item)
        return item;
    for (item = cielo_value_first(object); item;
         item = cielo_value_next(item)) {
        size_t length;
        const char *name = cielo_value_name(item, &length);

        if (name && cielo__same_name(wire, name, length)
            && cielo_value_type(item) != CIELO_NULL)
            return item;
    }
    return NULL;
}

/* NULL for what is no text, or an empty one. */
static const char *text_of(const cielo_value *object, const char *wire)
{
    const cielo_value *value = member(object, wire);
    const char *text = cielo_value_type(value) == CIELO_TEXT
        ? cielo_value_text(value, NULL)
        : NULL;

    return text && *text ? text : NULL;
}

static const char *brand_of(const charge *c)
{
    return text_of(c->card, "Brand");
}

/* 1 for a sale that says that the store made it by itself, or that it used a
 * card kept before. */
static int is_later(const charge *c)
{
    const char *category
        = text_of(member(c->payment, "InitiatedTransactionIndicator"),
                  "Category");
    const char *usage = text_of(member(c->card, "CardOnFile"), "Usage");

    if (category)
        return cielo__lower(*category) == 'm';
    return cielo__same_word(usage, "Used");
}

/* ---- what is wrong with what was given ---- */

static void check_status(charge *c)
{
    const cielo_value *given = member(c->payment, "Status");
    int64_t status;
    cielo_nature nature;

    if (!given) {
        refuse(c, PAYMENT_PATH ".status", RULE_REQUIRED,
               "is missing: only an approved sale has a next charge");
        return;
    }
    if (!cielo__number(given, "", &status)) {
        refuse(c, PAYMENT_PATH ".status", RULE_TYPE, "must be an integer");
        return;
    }
    nature = cielo__sale_nature(status);
    if (nature != CIELO_NATURE_AUTHORIZED && nature != CIELO_NATURE_PAID
        && nature != CIELO_NATURE_GIVEN_BACK)
        refuse(c, PAYMENT_PATH ".status", RULE_CONFLICT,
               "is no approved sale's: give the last one that was approved");
}

static void check_card(charge *c)
{
    const char *token;

    c->card_name = "CreditCard";
    c->card = member(c->payment, c->card_name);
    if (!c->card) {
        c->card_name = "DebitCard";
        c->card = member(c->payment, c->card_name);
    }
    token = text_of(c->card, "CardToken");
    if (!c->card)
        refuse(c, PAYMENT_PATH ".credit_card", RULE_REQUIRED,
               "is missing: only a card's sale has a next charge");
    else if (!token)
        refuse(c, PAYMENT_PATH ".credit_card.card_token", RULE_REQUIRED,
               "is missing: a sale has it that stores its card or uses a "
               "stored one");
    else if (strchr(token, '*'))
        refuse(c, PAYMENT_PATH ".credit_card.card_token", RULE_FORMAT,
               "is masked: keep the result with its secrets revealed");
    if (token && !brand_of(c))
        refuse(c, PAYMENT_PATH ".credit_card.brand", RULE_REQUIRED,
               "is missing");
}

static void check_given(charge *c)
{
    if (!text_of(c->given, "merchant_order_id"))
        refuse(c, "merchant_order_id", RULE_REQUIRED, "is required");
    if (!cielo_value_integer(member(c->given, "amount"), &c->amount))
        refuse(c, "amount", RULE_TYPE, "must be an integer, in cents");
    else if (c->amount <= 0)
        refuse(c, "amount", RULE_RANGE, "must be above 0");
}

/* 0 for what is left out. What cannot be read is no false: a charge that is not
 * captured, or not marked, costs the sale. */
static int read_flag(charge *c, const char *wire, const char *path)
{
    const cielo_value *given = member(c->payment, wire);
    int flag = cielo__flag(given);

    if (given && flag < 0)
        refuse(c, path, RULE_TYPE, "must be true or false");
    return flag > 0;
}

/* ---- the reason ---- */

/* Given, or the last sale's, or what its mark says. */
static void choose_reason(charge *c)
{
    static const char *const reasons[]
        = {"Recurring", "Unscheduled", "Installments"};
    const char *word = text_of(c->given, "reason");
    size_t i;

    if (!word)
        word = text_of(member(c->card, "CardOnFile"), "Reason");
    if (!word)
        word = read_flag(c, "Recurrent", PAYMENT_PATH ".recurrent")
            ? reasons[0]
            : reasons[1];
    for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (cielo__same_word(word, reasons[i]))
            c->reason = reasons[i];
    }
    if (!c->reason)
        refuse(c, "reason", "choice",
               "must be Recurring, Unscheduled or Installments");
}

static int is_recurring(const charge *c)
{
    return strcmp(c->reason, "Recurring") == 0;
}

/* The subcategory of a charge that the store begins: the one of the sale
 * before, where it holds for such a charge too, or what the reason says. */
static const char *subcategory_of(const charge *c)
{
    static const char *const kept[]
        = {"CredentialsOnFile", "StandingOrder", "Subscription", "Installment"};
    const char *before
        = text_of(member(c->payment, "InitiatedTransactionIndicator"),
                  "Subcategory");
    size_t i;

    for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (cielo__same_word(before, kept[i]))
            return kept[i];
    }
    return is_recurring(c)                       ? "Subscription"
        : strcmp(c->reason, "Installments") == 0 ? "Installment"
                                                 : "CredentialsOnFile";
}

/* ---- the link id ---- */

/* NULL when there is none to send. Of a later charge it is another one: which
 * was the first's is nothing that it shows [link-id]. */
static const char *choose_link(charge *c)
{
    const char *given = text_of(c->given, "transaction_link_id");

    if (!brand_of(c) || !cielo__is_mastercard(brand_of(c)))
        return NULL;
    if (given || member(c->given, "transaction_link_id"))
        return given;
    if (!is_later(c))
        return text_of(c->payment, "TransactionLinkId");
    refuse(c, "transaction_link_id", RULE_REQUIRED,
           "is required after a later charge: the first sale's, or \"\" if it "
           "had none");
    return NULL;
}

/* ---- writing ---- */

static void put(charge *c, cielo_value *object, const char *name,
                cielo_value *value)
{
    if (cielo_value_set(object, name, value) != CIELO_OK)
        c->status = CIELO_EMEMORY;
}

/* Leaves out what there is none of. */
static void put_text(charge *c, cielo_value *object, const char *name,
                     const char *text)
{
    if (text)
        put(c, object, name, cielo_value_new_text(text, strlen(text)));
}

static cielo_value *new_card(charge *c)
{
    cielo_value *card = cielo_value_new_object();
    cielo_value *on_file = cielo_value_new_object();

    put_text(c, card, "CardToken", text_of(c->card, "CardToken"));
    put_text(c, card, "Brand", brand_of(c));
    put_text(c, on_file, "Usage", "Used");
    put_text(c, on_file, "Reason", c->reason);
    put(c, card, "CardOnFile", on_file);
    return card;
}

static cielo_value *new_indicator(charge *c)
{
    cielo_value *indicator = cielo_value_new_object();

    put_text(c, indicator, "Category", "M1");
    put_text(c, indicator, "Subcategory", subcategory_of(c));
    return indicator;
}

static cielo_value *new_payment(charge *c, const char *link)
{
    cielo_value *payment = cielo_value_new_object();

    put_text(c, payment, "Type", c->card_name);
    put(c, payment, "Amount", cielo_value_new_integer(c->amount));
    put(c, payment, "Installments", cielo_value_new_integer(1));
    if (c->captures)
        put(c, payment, "Capture", cielo_value_new_bool(1));
    if (is_recurring(c)) /* without it Cielo denies it [own-recurrence] */
        put(c, payment, "Recurrent", cielo_value_new_bool(1));
    put(c, payment, c->card_name, new_card(c));
    put_text(c, payment, "IssuerTransactionId",
             text_of(c->payment, "IssuerTransactionId"));
    put_text(c, payment, "TransactionLinkId", link);
    if (cielo__wants_initiator(brand_of(c)))
        put(c, payment, "InitiatedTransactionIndicator", new_indicator(c));
    return payment;
}

static cielo_value *new_sale(charge *c, const char *link)
{
    cielo_value *sale = cielo_value_new_object();
    const char *name = text_of(member(c->sale, "Customer"), "Name");
    cielo_value *customer = name ? cielo_value_new_object() : NULL;

    put_text(c, sale, "MerchantOrderId",
             text_of(c->given, "merchant_order_id"));
    if (name) {
        put_text(c, customer, "Name", name);
        put(c, sale, "Customer", customer);
    }
    put(c, sale, "Payment", new_payment(c, link));
    return sale;
}

int cielo_next_charge(cielo_value **out, cielo_value **problems,
                      const cielo_value *sale, const cielo_value *given,
                      cielo_error *err)
{
    const char *link;
    charge c;

    *out = NULL;
    *problems = NULL;
    memset(&c, 0, sizeof(c));
    c.sale = sale;
    c.payment = member(sale, "Payment");
    c.given = given;
    c.problems = cielo_value_new_array();
    if (!c.problems)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    check_card(&c);
    check_status(&c);
    check_given(&c);
    c.captures = read_flag(&c, "Capture", PAYMENT_PATH ".capture");
    choose_reason(&c);
    link = choose_link(&c);
    if (c.status == CIELO_OK && cielo_value_size(c.problems) > 0) {
        *problems = c.problems;
        return cielo__problems_report(c.problems, err);
    }
    if (c.status == CIELO_OK)
        *out = new_sale(&c, link);
    cielo_value_free(c.problems);
    if (c.status == CIELO_OK && *out)
        return cielo__report(err, CIELO_OK, NULL);
    cielo_value_free(*out);
    *out = NULL;
    return cielo__report(err, CIELO_EMEMORY, NULL);
}
