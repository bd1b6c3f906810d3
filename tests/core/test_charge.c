/* The next charge of a stored card: what is taken, what is asked for. */
#include <stdlib.h>
#include <string.h>

#include <cielo/cielo.h>

#include "check.h"

#define TOKEN "db62dc71-d07b-4745-9969-42697b988ccb"
#define LINK "MCC1abcd_EFGH-ijkl0123"

/* A sale that stored its card, with members of the payment and of the card. */
#define SALE(payment, card)                                               \
    "{\"Customer\":{\"Name\":\"Aline\"},\"Payment\":{\"Status\":2,"       \
    "\"Type\":\"CreditCard\"," payment "\"CreditCard\":{" card            \
    "\"CardToken\":\"" TOKEN "\"}}}"
#define FIRST "\"CardOnFile\":{\"Usage\":\"First\"},"
#define USED "\"CardOnFile\":{\"Usage\":\"Used\",\"Reason\":\"Recurring\"},"
#define VISA "\"Brand\":\"Visa\","
#define MASTER "\"Brand\":\"Master\","
#define GIVEN(more) "{\"merchant_order_id\":\"o2\",\"amount\":500" more "}"

enum { ROOM = 2048 };

static cielo_value *tree(const char *json)
{
    cielo_value *out = NULL;

    CHECK_INT(cielo_value_parse(&out, json, strlen(json), NULL), CIELO_OK);
    return out;
}

/* The charge in JSON, or "path rule" of each problem; the caller's to free. */
static char *next(const char *sale_json, const char *given_json)
{
    cielo_value *sale = tree(sale_json), *given = tree(given_json);
    cielo_value *out, *problems;
    const cielo_value *item;
    char *text = calloc(1, ROOM), *printed = NULL;
    cielo_error err;
    int status = cielo_next_charge(&out, &problems, sale, given, &err);
    size_t used = 0, length = 0;

    CHECK_INT(status, err.status);
    CHECK((status == CIELO_OK) == (out != NULL));
    CHECK((status == CIELO_EVALIDATION) == (problems != NULL));
    if (out)
        CHECK_INT(cielo_value_print(out, &printed, &length), CIELO_OK);
    if (printed)
        snprintf(text, ROOM, "%s", printed);
    cielo_text_free(printed, length);
    for (item = cielo_value_first(problems); item;
         item = cielo_value_next(item))
        used += (size_t)snprintf(
            text + used, ROOM - used, "%s%s %s", used ? "; " : "",
            cielo_value_text(cielo_value_get(item, "path"), NULL),
            cielo_value_text(cielo_value_get(item, "rule"), NULL));
    cielo_value_free(out);
    cielo_value_free(problems);
    cielo_value_free(given);
    cielo_value_free(sale);
    return text;
}

static void gives(const char *sale, const char *given, const char *wanted)
{
    char *text = next(sale, given);

    CHECK_STR(text, wanted);
    free(text);
}

/* The charge of a Visa card, but for what stands behind the card. */
#define CHARGE(mark, reason, behind)                                      \
    "{\"MerchantOrderId\":\"o2\",\"Customer\":{\"Name\":\"Aline\"},"      \
    "\"Payment\":{\"Type\":\"CreditCard\",\"Amount\":500,"                \
    "\"Installments\":1," mark "\"CreditCard\":{\"CardToken\":\"" TOKEN   \
    "\",\"Brand\":\"Visa\",\"CardOnFile\":{\"Usage\":\"Used\","           \
    "\"Reason\":\"" reason "\"}}" behind "}}"
#define MARK "\"Recurrent\":true,"
#define VISA_CHARGE                                                       \
    "{\"MerchantOrderId\":\"o2\",\"Payment\":{\"Type\":\"CreditCard\","   \
    "\"Amount\":500,\"Installments\":1,\"CreditCard\":{\"CardToken\":\""  \
    TOKEN "\",\"Brand\":\"Visa\",\"CardOnFile\":{\"Usage\":\"Used\","     \
    "\"Reason\":\"Unscheduled\"}}}}"

static void test_reasons(void)
{
    gives(SALE("", VISA FIRST), GIVEN(""), CHARGE("", "Unscheduled", ""));
    gives(SALE("\"Recurrent\":true,", VISA), GIVEN(""),
          CHARGE(MARK, "Recurring", ""));
    gives(SALE("", VISA USED), GIVEN(""), CHARGE(MARK, "Recurring", ""));
    gives(SALE("", VISA USED), GIVEN(",\"reason\":\"installments\""),
          CHARGE("", "Installments", ""));
    gives(SALE("\"Capture\":true,", VISA FIRST), GIVEN(""),
          CHARGE("\"Capture\":true,", "Unscheduled", ""));
    gives(SALE("", VISA), GIVEN(",\"reason\":\"Monthly\""), "reason choice");
}

static void test_issuer_id(void)
{
    gives(SALE("\"IssuerTransactionId\":\"580027442382078\",", VISA USED),
          GIVEN(""),
          CHARGE(MARK, "Recurring",
                 ",\"IssuerTransactionId\":\"580027442382078\""));
    /* The link id is Mastercard's alone. */
    gives(SALE("\"TransactionLinkId\":\"" LINK "\",", VISA FIRST),
          GIVEN(",\"transaction_link_id\":\"" LINK "\""),
          CHARGE("", "Unscheduled", ""));
}

/* What Mastercard wants behind the card. */
static void ends(const char *sale, const char *given, const char *wanted)
{
    char *text = next(sale, given);
    const char *end = strstr(text, "}},") ? strstr(text, "}},") + 3 : text;

    CHECK_STR(end, wanted);
    free(text);
}

#define INDICATOR(subcategory)                                            \
    "\"InitiatedTransactionIndicator\":{\"Category\":\"M1\","             \
    "\"Subcategory\":\"" subcategory "\"}}}"
#define SENT_LINK "\"TransactionLinkId\":\"" LINK "\","
#define BEGUN_BY(category, subcategory)                                   \
    "\"InitiatedTransactionIndicator\":{\"Category\":\"" category "\","   \
    "\"Subcategory\":\"" subcategory "\"},"

static void test_link_id(void)
{
    /* The first sale shows it. */
    ends(SALE(SENT_LINK, MASTER FIRST), GIVEN(""),
         SENT_LINK INDICATOR("CredentialsOnFile"));
    ends(SALE("", "\"Brand\":\"MasterCard\"," FIRST), GIVEN(""),
         INDICATOR("CredentialsOnFile"));
    /* A later one's is another: it has to be given. */
    ends(SALE(SENT_LINK, MASTER USED), GIVEN(""),
         "transaction_link_id required");
    ends(SALE(BEGUN_BY("M1", "Subscription"), MASTER), GIVEN(""),
         "transaction_link_id required");
    ends(SALE(SENT_LINK BEGUN_BY("C1", "StandingOrder"), MASTER USED),
         GIVEN(""), SENT_LINK INDICATOR("StandingOrder"));
    ends(SALE("\"TransactionLinkId\":\"another\",", MASTER USED),
         GIVEN(",\"transaction_link_id\":\"" LINK "\""),
         SENT_LINK INDICATOR("Subscription"));
    ends(SALE("", MASTER USED), GIVEN(",\"transaction_link_id\":\"\""),
         INDICATOR("Subscription"));
}

static void test_initiator(void)
{
    ends(SALE(BEGUN_BY("M2", "NoShow"), MASTER FIRST),
         GIVEN(",\"reason\":\"Installments\",\"transaction_link_id\":\"\""),
         INDICATOR("Installment"));
    ends(SALE("", "\"Brand\":\"Hipercard\"," FIRST), GIVEN(""),
         INDICATOR("CredentialsOnFile"));
}

/* Hosts keep results under names of their own, and JSON null. */
static void test_spellings(void)
{
    gives("{\"customer\":{\"name\":\"Aline\"},\"payment\":{\"status\":1,"
          "\"issuer_transaction_id\":\"1\",\"credit_card\":{\"brand\":\"Visa\","
          "\"card_token\":\"" TOKEN "\",\"card_on_file\":null}}}",
          GIVEN(",\"reason\":null"),
          CHARGE("", "Unscheduled", ",\"IssuerTransactionId\":\"1\""));
}

static void test_debit(void)
{
    gives("{\"Payment\":{\"Type\":\"DebitCard\",\"Status\":2,\"DebitCard\":{"
          "\"Brand\":\"Elo\",\"CardToken\":\"" TOKEN "\"}}}",
          GIVEN(""),
          "{\"MerchantOrderId\":\"o2\",\"Payment\":{\"Type\":\"DebitCard\","
          "\"Amount\":500,\"Installments\":1,\"DebitCard\":{\"CardToken\":"
          "\"" TOKEN "\",\"Brand\":\"Elo\",\"CardOnFile\":{\"Usage\":\"Used\","
          "\"Reason\":\"Unscheduled\"}}}}");
}

#define CARD "sale.payment.credit_card"
#define STATUS "sale.payment.status"
#define WITH(members)                                                     \
    "{\"Payment\":{" members "\"CreditCard\":{\"Brand\":\"Visa\","        \
    "\"CardToken\":\"" TOKEN "\"}}}"

/* Only a sale that says that it was approved has a next charge. */
static void test_status(void)
{
    static const struct {
        const char *sale, *rule;
    } rows[] = {
        {WITH("\"Status\":3,"), STATUS " conflict"},
        {WITH("\"Status\":0,"), STATUS " conflict"},
        {WITH("\"Status\":\"13\","), STATUS " conflict"},
        {WITH("\"Status\":3.0,"), STATUS " conflict"},
        {WITH("\"status\":2,\"Status\":3,"), STATUS " conflict"},
        {WITH("\"status\":3,\"Status\":null,"), STATUS " conflict"},
        {WITH(""), STATUS " required"},
        {WITH("\"Status\":null,"), STATUS " required"},
        {WITH("\"Status\":\"3.0\","), STATUS " type"},
        {WITH("\"Status\":2.5,"), STATUS " type"},
        {WITH("\"Status\":true,"), STATUS " type"},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        gives(rows[i].sale, GIVEN(""), rows[i].rule);
    gives(WITH("\"status\":3,\"Status\":2.0,"), GIVEN(""), VISA_CHARGE);
    gives(WITH("\"Status\":\"10\","), GIVEN(""), VISA_CHARGE);
}

/* A result reads a boolean's word as one. */
static void test_flags(void)
{
    gives(SALE("\"Capture\":\"True\",", VISA FIRST), GIVEN(""),
          CHARGE("\"Capture\":true,", "Unscheduled", ""));
    gives(SALE("\"capture\":true,\"Capture\":\"false\",", VISA FIRST),
          GIVEN(""), CHARGE("", "Unscheduled", ""));
    gives(SALE("\"Recurrent\":\"true\",", VISA), GIVEN(""),
          CHARGE(MARK, "Recurring", ""));
    gives(SALE("\"Recurrent\":\"false\",", VISA), GIVEN(""),
          CHARGE("", "Unscheduled", ""));
    gives(SALE("\"Capture\":1,\"Recurrent\":\"yes\",", VISA), GIVEN(""),
          "sale.payment.capture type; sale.payment.recurrent type");
    /* It is asked for only where no reason is known. */
    gives(SALE("\"Recurrent\":\"yes\",", VISA USED), GIVEN(""),
          CHARGE(MARK, "Recurring", ""));
}

static void test_refused(void)
{
    gives("{\"Payment\":{\"Type\":\"Pix\",\"Status\":2}}", GIVEN(""),
          CARD " required");
    gives("{}", GIVEN(""), CARD " required; " STATUS " required");
    gives("{\"Payment\":{\"Status\":2,\"CreditCard\":{\"Brand\":\"Visa\"}}}",
          GIVEN(""), CARD ".card_token required");
    gives("{\"Payment\":{\"Status\":2,\"CreditCard\":{\"Brand\":\"Visa\","
          "\"CardToken\":\"***\"}}}",
          GIVEN(""), CARD ".card_token format");
    gives(SALE("", ""), GIVEN(""), CARD ".brand required");
    gives(SALE("", VISA), "{\"merchant_order_id\":\"\",\"amount\":0}",
          "merchant_order_id required; amount range");
    gives(SALE("", VISA), "{\"merchant_order_id\":\"a\",\"amount\":1.5}",
          "amount type");
}

CHECK_MAIN(test_reasons, test_issuer_id, test_link_id, test_initiator,
           test_spellings, test_debit, test_status, test_flags,
           test_refused)
