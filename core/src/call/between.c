/*
 * Rules between members: what one of them asks of others. A problem is what
 * Cielo documents an error for, or what nobody can mean; the rest is warned of
 * [sure-refusals].
 */
#include <string.h>

#include "check.h"

/* Inline, so that the length of a literal is known. */
static inline const cielo_value *find(const cielo_value *object,
                                      const char *name)
{
    return cielo__value_find(object, name, strlen(name));
}

static inline int has(const cielo_value *object, const char *name)
{
    return find(object, name) != NULL;
}

static inline int is_true(const cielo_value *object, const char *name)
{
    return cielo_value_bool(find(object, name));
}

static int is_false(const cielo_value *object, const char *name)
{
    const cielo_value *flag = find(object, name);

    return cielo_value_type(flag) == CIELO_BOOL && !cielo_value_bool(flag);
}

/* The bytes of a text member; 0 when there is none. */
static inline size_t text_size(const cielo_value *object, const char *name)
{
    const cielo_value *member = find(object, name);
    size_t length = 0;

    if (cielo_value_type(member) == CIELO_TEXT)
        cielo_value_text(member, &length);
    return length;
}

static void need(cielo__check *c, const cielo_value *object, const char *wire,
                 const char *host, const char *why)
{
    if (c->rules && !has(object, wire))
        cielo__check_problem(c, host, RULE_REQUIRED, why);
}

/* The same where Cielo's documents ask for it, and name no error. */
static void miss(cielo__check *c, const cielo_value *object, const char *wire,
                 const char *host, const char *why)
{
    if (!has(object, wire))
        cielo__check_warn(c, host, RULE_REQUIRED, why);
}

/* ---- cards ---- */

/* A number with its holder and date, or what stands for them [card-data]. */
static void check_card(cielo__check *c, const cielo_value *card)
{
    if (!c->rules)
        return;
    if (has(card, "CardNumber")) {
        need(c, card, "Holder", "holder", "is required with a card number");
        need(c, card, "ExpirationDate", "expiration_date",
             "is required with a card number");
    } else if (!has(card, "CardToken") && !has(card, "PaymentToken")) {
        cielo__check_problem(c, "card_number", RULE_REQUIRED,
                             "is required, or card_token or payment_token "
                             "instead");
    }
    if (!has(card, "PaymentToken"))
        need(c, card, "Brand", "brand", "is required");
}

/* What a code that is a cryptogram stands for only Zero Auth takes
 * [cryptogram-as-code]. */
static void check_code(cielo__check *c, const cielo_value *card)
{
    enum { CODE_DIGITS = 4 };

    if (c->rules && text_size(card, "SecurityCode") > CODE_DIGITS)
        cielo__check_problem(c, "security_code", RULE_SIZE,
                             "must have 3 or 4 digits in a sale; a cryptogram "
                             "goes into cryptogram");
}

static void check_card_payment(cielo__check *c, const cielo_value *payment,
                               const char *wire, const char *host)
{
    const cielo_value *card = find(payment, wire);
    int64_t amount = 1, instalments = 1;
    size_t before = c->depth;

    cielo_value_integer(cielo_value_get(payment, "Amount"), &amount);
    if (c->rules && amount == 0)
        cielo__check_problem(
            c, "amount", RULE_RANGE,
            "must be above 0 for cards; cards.verify checks a card without "
            "charging it");
    cielo_value_integer(CIELO__GET(payment, "Installments"), &instalments);
    if (c->rules && instalments == 0)
        cielo__check_problem(c, "installments", RULE_RANGE,
                             "must be 1 or more");
    if (!card) {
        if (!has(payment, "Wallet"))
            need(c, payment, wire, host, "is required for this payment type");
        return;
    }
    cielo__check_enter(c, host, CIELO__WHOLE);
    if (!has(payment, "Wallet"))
        check_card(c, card);
    check_code(c, card);
    cielo__check_leave(c, before);
}

static void check_zero_auth(cielo__check *c, const cielo_value *fields)
{
    if (!has(fields, "Card") && !has(fields, "Wallet"))
        check_card(c, fields);
}

/* ---- recurrences ---- */

int cielo__check_spares(const cielo_field *field, const cielo_value *out)
{
    return field->object == CIELO_OBJECT_PAYMENT
        && strcmp(field->wire, "Amount") == 0 && cielo__is_consent(out);
}

static void check_recurrence(cielo__check *c, const cielo_value *payment)
{
    const cielo_value *recurrent = CIELO__GET(payment, "RecurrentPayment");
    int64_t count = 1;

    if (!c->rules || (!recurrent && !is_true(payment, "Recurrent")))
        return;
    cielo_value_integer(CIELO__GET(payment, "Installments"), &count);
    if (count != 1)
        cielo__check_problem(c, "installments", RULE_CONFLICT,
                             "must be 1 in a recurrence");
    if (is_true(payment, "Recurrent") && is_true(payment, "Authenticate"))
        cielo__check_warn(c, "authenticate", RULE_CONFLICT,
                          "is true beside recurrent, which Cielo's documents "
                          "do not allow");
    if (is_false(recurrent, "AuthorizeNow"))
        need(c, recurrent, "StartDate", "recurrent_payment.start_date",
             "is required when authorize_now is false");
}

/* A charge that the store calls recurring, with a card it keeps. */
static int is_on_file_recurring(const cielo_value *card)
{
    const cielo_value *on_file;

    if (!has(card, "CardToken"))
        return 0;
    on_file = CIELO__GET(card, "CardOnFile");
    return cielo__is_word(CIELO__GET(on_file, "Usage"), "Used")
        && cielo__is_word(CIELO__GET(on_file, "Reason"), "Recurring");
}

int cielo__lacks_mark(const cielo_value *sale)
{
    const cielo_value *payment = CIELO__GET(sale, "Payment");

    return (is_on_file_recurring(CIELO__GET(payment, "CreditCard"))
            || is_on_file_recurring(CIELO__GET(payment, "DebitCard")))
        && !is_true(payment, "Recurrent") && !has(payment, "RecurrentPayment");
}

/* ---- payments and sales ---- */

static void check_payment(cielo__check *c, const cielo_value *payment)
{
    const cielo_value *type = CIELO__GET(payment, "Type");

    if (cielo__is_word(type, "CreditCard")) {
        need(c, payment, "Installments", "installments",
             "is required for credit cards");
        check_card_payment(c, payment, "CreditCard", "credit_card");
    } else if (cielo__is_word(type, "DebitCard")) {
        check_card_payment(c, payment, "DebitCard", "debit_card");
    } else if (cielo__is_word(type, "Boleto")) {
        need(c, payment, "Provider", "provider", "is required for a boleto");
    }
    check_recurrence(c, payment);
}

/* What the buyer must say of himself, who provides the Pix, and limits of the
 * newer provider [pix-payer] [pix-provider] [pix-life]. */
static void check_pix(cielo__check *c, const cielo_value *sale,
                      const cielo_value *payment)
{
    enum { LONGEST_LIFE = 86400, NUMBER_SIZE = 25 };
    const cielo_value *customer = CIELO__GET(sale, "Customer");
    int64_t life = 0;

    need(c, customer, "Name", "customer.name", "is required for Pix");
    need(c, customer, "Identity", "customer.identity", "is required for Pix");
    miss(c, customer, "IdentityType", "customer.identity_type",
         "is missing, which Cielo's documents ask for with Pix");
    miss(c, payment, "Provider", "payment.provider",
         "is missing: Cielo refuses the Pix of newer stores without "
         "\"Cielo2\"");
    if (!cielo__is_word(CIELO__GET(payment, "Provider"), "Cielo2")) {
        if (has(payment, "Provider"))
            cielo__check_warn(c, "payment.provider", RULE_CHOICE,
                              "is not \"Cielo2\", without which Cielo refuses "
                              "the Pix of newer stores");
        return;
    }
    if (!has(payment, "RecurrentPayment")
        && text_size(sale, "MerchantOrderId") > NUMBER_SIZE)
        cielo__check_warn(c, "merchant_order_id", RULE_SIZE,
                          "has more than the 25 characters that Cielo2 takes");
    if (cielo_value_integer(CIELO__GET(cielo_value_get(payment, "QrCode"),
                                       "Expiration"),
                            &life)
        && life > LONGEST_LIFE)
        cielo__check_warn(c, "payment.qr_code.expiration", RULE_RANGE,
                          "is more than 86400 seconds, a day");
}

static void check_boleto(cielo__check *c, const cielo_value *sale)
{
    static const char *const members[][2]
        = {{"ZipCode", "customer.address.zip_code"},
           {"State", "customer.address.state"},
           {"City", "customer.address.city"},
           {"District", "customer.address.district"},
           {"Street", "customer.address.street"},
           {"Number", "customer.address.number"}};
    const cielo_value *address
        = CIELO__GET(cielo_value_get(sale, "Customer"), "Address");
    size_t i;

    for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        need(c, address, members[i][0], members[i][1],
             "is required for a boleto");
}

/* A longer one ends the analysis of a sale that is authorised all the same
 * [antifraud-complement]. */
static void check_complements(cielo__check *c, const cielo_value *customer)
{
    enum { COMPLEMENT_SIZE = 14 };
    static const char *const addresses[][2]
        = {{"DeliveryAddress", "customer.delivery_address.complement"},
           {"BillingAddress", "customer.billing_address.complement"}};
    size_t i;

    for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        if (text_size(find(customer, addresses[i][0]), "Complement")
            > COMPLEMENT_SIZE)
            cielo__check_warn(c, addresses[i][1], RULE_SIZE,
                              "has more than 14 characters, which may abort "
                              "the analysis of fraud");
    }
}

/* A longer one the acquirer does not get either; of a Pix, whose own number the
 * acquirer gets in any case, check_pix tells [order-number]. */
static void check_number(cielo__check *c, const cielo_value *sale)
{
    enum { NUMBER_SIZE = 20 };

    if (text_size(sale, "MerchantOrderId") > NUMBER_SIZE)
        cielo__check_warn(c, "merchant_order_id", RULE_SIZE,
                          "has more than 20 characters: " CIELO__OTHER_NUMBER);
}

static void check_sale(cielo__check *c, const cielo_value *sale)
{
    const cielo_value *payment = CIELO__GET(sale, "Payment");
    const cielo_value *type = CIELO__GET(payment, "Type");

    if (cielo__is_word(type, "Pix"))
        check_pix(c, sale, payment);
    else if (cielo__is_word(type, "Boleto"))
        check_boleto(c, sale);
    else if (cielo__is_word(type, "CreditCard")
             || cielo__is_word(type, "DebitCard"))
        check_number(c, sale);
    if (has(payment, "FraudAnalysis"))
        check_complements(c, CIELO__GET(sale, "Customer"));
    if (cielo__lacks_mark(sale))
        cielo__check_warn(c, "payment.recurrent", RULE_REQUIRED,
                          "is not true: Cielo denies a stored card's charge "
                          "whose reason is \"Recurring\" without this mark");
}

/* Who sells through a facilitator [facilitator-needs]. */
static void check_sub_establishment(cielo__check *c, const cielo_value *shop)
{
    static const char why[] = "is missing, which the brands ask for";

    miss(c, shop, "Identity", "identity", why);
    miss(c, shop, "CompanyName", "company_name", why);
    miss(c, shop, "EstablishmentUrl", "establishment_url", why);
}

void cielo__check_between(cielo__check *c, int object, const cielo_value *out)
{
    switch (object) {
    case CIELO_OBJECT_SALE:
        check_sale(c, out);
        break;
    case CIELO_OBJECT_PAYMENT:
        check_payment(c, out);
        break;
    case CIELO_OBJECT_SUB_ESTABLISHMENT:
        check_sub_establishment(c, out);
        break;
    case CIELO_OBJECT_ZERO_AUTH:
        check_zero_auth(c, out);
        break;
    case CIELO_OBJECT_RECURRENT_PAYMENT:
        cielo__check_span(c, out);
        break;
    case CIELO_OBJECT_LINK:
        cielo__check_link_end(c, out);
        break;
    }
}
