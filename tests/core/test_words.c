/* Words and names that users write: what they may mean, and the policies. */
#include <cielo/cielo.h>

#include "check.h"
#include "facts/facts.h"

static const char *guessed(int object, const char *name, cielo__guess kind)
{
    static char meant[128];

    meant[0] = '\0';
    CHECK_INT(cielo__name_guess(object, name, strlen(name), meant,
                                sizeof(meant)), kind);
    return meant;
}

static void slip(int object, const char *name, const char *meant)
{
    CHECK_STR(guessed(object, name, CIELO__GUESS_SLIP), meant);
}

static void means(int object, const char *name, const char *meant)
{
    CHECK_STR(guessed(object, name, CIELO__GUESS_MEANT), meant);
}

static void nothing(int object, const char *name)
{
    CHECK_STR(guessed(object, name, CIELO__GUESS_NONE), "");
}

static void slips_of_the_pen_are_told_from_other_names(void)
{
    slip(CIELO_OBJECT_CUSTOMER, "Nmae", "name");
    slip(CIELO_OBJECT_CUSTOMER, "Adress", "address");
    slip(CIELO_OBJECT_PAYMENT, "instalments", "installments");
    /* A document spells it so. */
    means(CIELO_OBJECT_RECURRENT_PAYMENT, "RecurrentType", "recurrence_type");
    nothing(CIELO_OBJECT_CUSTOMER, "LoyaltyLevel");
    nothing(CIELO_OBJECT_CUSTOMER, "");
    nothing(CIELO_OBJECT_CUSTOMER, "_");
}

static void names_of_other_programs_are_known(void)
{
    means(CIELO_OBJECT_CARD, "cvv", "security_code");
    means(CIELO_OBJECT_CARD, "CVC2", "security_code");
    means(CIELO_OBJECT_CARD, "pan", "card_number");
    means(CIELO_OBJECT_CARD, "number", "card_number");
    means(CIELO_OBJECT_CARD, "expiration", "expiration_date");
    means(CIELO_OBJECT_CARD, "holderName", "holder");
    means(CIELO_OBJECT_CARD, "cardHolder", "holder");
    means(CIELO_OBJECT_PAYMENT, "auto_capture", "capture");
    means(CIELO_OBJECT_PAYMENT, "amountInCents", "amount");
}

static void names_of_objects_below_are_found(void)
{
    means(CIELO_OBJECT_SALE, "capture", "payment.capture");
    means(CIELO_OBJECT_SALE, "cvv", "payment.credit_card.security_code");
    means(CIELO_OBJECT_SALE, "ip_address", "customer.ip_address");
    means(CIELO_OBJECT_PAYMENT, "QrCodeExpiration", "qr_code.expiration");
    means(CIELO_OBJECT_PAYMENT, "credit_card_number",
          "credit_card.card_number");
    means(CIELO_OBJECT_SALE, "CustomerName", "customer.name");
}

static void word_means(int object, const char *member, const char *given,
                       const char *meant)
{
    const char *slip;
    const cielo_field *field
        = cielo_field_by_wire(object, member, strlen(member));

    CHECK(!cielo__choice_find(field, given, strlen(given), &slip));
    CHECK_STR(slip ? slip : "", meant);
}

static void words_that_begin_a_known_one_are_slips_of_it(void)
{
    word_means(CIELO_OBJECT_PAYMENT, "Type", "credit", "CreditCard");
    word_means(CIELO_OBJECT_PAYMENT, "Type", "Debit", "DebitCard");
    word_means(CIELO_OBJECT_PAYMENT, "Type", "BOLE", "Boleto");
    word_means(CIELO_OBJECT_PAYMENT, "Type", "cre", "");
    word_means(CIELO_OBJECT_PAYMENT, "Type", "card", "");
    word_means(CIELO_OBJECT_WALLET, "Type", "samsung", "SamsungPay");
}

/* A name as long as a page, and a buffer that is short. */
static void lengths_are_kept_to(void)
{
    char name[300];
    char meant[8];

    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    nothing(CIELO_OBJECT_PAYMENT, name);
    memcpy(name, "capture_", 8);
    nothing(CIELO_OBJECT_PAYMENT, name);
    CHECK_INT(cielo__name_guess(CIELO_OBJECT_SALE, "capture", 7, meant,
                                sizeof(meant)), CIELO__GUESS_NONE);
    CHECK_INT(cielo__name_guess(CIELO_OBJECT_CARD, "cvv", 3, meant,
                                sizeof(meant)), CIELO__GUESS_MEANT);
    CHECK_STR(meant, "securit");
}

static int policy(int object, const char *name)
{
    return cielo__field_policy(
        cielo_field_by_wire(object, name, strlen(name)));
}

static void policies_are_the_types_or_the_members(void)
{
    const cielo_field parameter = {"", "", 0, CIELO_FIELD_TEXT, 8, 0, 0};

    CHECK_INT(policy(CIELO_OBJECT_CARD, "Holder"), CIELO_POLICY_WARN);
    CHECK_INT(policy(CIELO_OBJECT_CUSTOMER, "Name"), CIELO_POLICY_REFUSE);
    CHECK_INT(policy(CIELO_OBJECT_CUSTOMER, "Mobile"), CIELO_POLICY_PASS);
    CHECK_INT(policy(CIELO_OBJECT_PAYMENT, "Amount"), CIELO_POLICY_REFUSE);
    CHECK_INT(policy(CIELO_OBJECT_ORDER_RECURRENCE_CHANGE, "Amount"),
              CIELO_POLICY_WARN);
    CHECK_INT(cielo__field_policy(&parameter), CIELO_POLICY_REFUSE);
}

/* Each row of the members' policies is one of the field map's. */
static void policies_are_of_members(void)
{
    static const struct {
        int object;
        const char *wire;
    } rows[] = {
#define CIELO_X(object, wire, policy, code) {CIELO_OBJECT_##object, wire},
        CIELO_MEMBER_POLICY_MAP(CIELO_X)
#undef CIELO_X
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const cielo_field *field = cielo_field_by_wire(
            rows[i].object, rows[i].wire, strlen(rows[i].wire));

        CHECK(field && cielo_field_is_given(field)
              && strcmp(field->wire, rows[i].wire) == 0);
    }
}

static const cielo_field *member(int object, const char *wire)
{
    return cielo_field_by_wire(object, wire, strlen(wire));
}

static void members_tell_their_words(void)
{
    const cielo_field *status = member(CIELO_OBJECT_CUSTOMER, "Status");

    CHECK_STR(cielo_field_word(status, 0), "NEW");
    CHECK_STR(cielo_field_word(status, 1), "EXISTING");
    CHECK(!cielo_field_word(status, 2));
    /* Brands are a card's wherever they stand. */
    CHECK_STR(cielo_field_word(member(CIELO_OBJECT_ZERO_AUTH, "Brand"), 0),
              "Visa");
    CHECK_STR(cielo_field_word(
                  member(CIELO_OBJECT_RECURRENT_PAYMENT, "Interval"), 4),
              "Annual");
    CHECK(!cielo_field_word(
        member(CIELO_OBJECT_RECURRENT_PAYMENT, "Interval"), 5));
    CHECK(!cielo_field_word(member(CIELO_OBJECT_CUSTOMER, "Name"), 0));
    CHECK_STR(cielo_field_takes(member(CIELO_OBJECT_CARD, "ExpirationDate")),
              "MM/YYYY");
}

static int fit(int object, const char *name)
{
    return (int)cielo_object_fits(object, name, strlen(name));
}

static void objects_are_found_by_any_of_their_names(void)
{
    CHECK_INT(fit(CIELO_OBJECT_PAYMENT, "payment"), CIELO_FIT_TYPE);
    CHECK_INT(fit(CIELO_OBJECT_CARD_ON_FILE, "card_on_file"), CIELO_FIT_TYPE);
    CHECK_INT(fit(CIELO_OBJECT_CARD, "CreditCard"), CIELO_FIT_MEMBER);
    CHECK_INT(fit(CIELO_OBJECT_CARD, "debit_card"), CIELO_FIT_MEMBER);
    CHECK_INT(fit(CIELO_OBJECT_PAYMENT, "paymnt"), CIELO_FIT_SLIP);
    CHECK_INT(fit(CIELO_OBJECT_CARD, "debit_crad"), CIELO_FIT_SLIP);
    CHECK_INT(fit(CIELO_OBJECT_CARD, "payment"), CIELO_FIT_NONE);
    CHECK_INT(fit(CIELO_OBJECT_CARD, ""), CIELO_FIT_NONE);
    /* In answers alone. */
    CHECK_INT(fit(CIELO_OBJECT_CHARGEBACK, "chargeback"), CIELO_FIT_NONE);
    CHECK_INT(fit(CIELO_OBJECT_ANY, "result"), CIELO_FIT_NONE);
    CHECK_INT(fit(CIELO_OBJECT_COUNT, "payment"), CIELO_FIT_NONE);
}

CHECK_MAIN(slips_of_the_pen_are_told_from_other_names,
           names_of_other_programs_are_known, names_of_objects_below_are_found,
           words_that_begin_a_known_one_are_slips_of_it,
           lengths_are_kept_to, policies_are_the_types_or_the_members,
           policies_are_of_members, members_tell_their_words,
           objects_are_found_by_any_of_their_names)
