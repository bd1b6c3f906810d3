/* Dates: their forms, and whether they lie behind [dates-behind]. */
#include <string.h>

#include "check.h"

#define IS_PAST "is in the past"

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 1 for what may be a date in another style, as 27/12/2026 or 12/2026: which
 * style is Cielo's to say. */
static int is_date_like(const char *text, size_t length)
{
    enum { FEWEST = 6 };
    size_t digits = 0, i;

    for (i = 0; i < length; i++) {
        if (is_digit(text[i]))
            digits++;
        else if (!strchr("/-.: T", text[i]))
            return 0;
    }
    return digits >= FEWEST && !(length == 10 && text[4] == '-');
}

/* year * 100 + month of MM/YYYY; 0 when it is none. */
static int read_expiration(const char *text, size_t length)
{
    char day[10] = "YYYY-MM-01";

    if (length != 7 || text[2] != '/')
        return 0;
    memcpy(day, text + 3, 4);
    memcpy(day + 5, text, 2);
    return cielo__calendar_day(day, sizeof(day)) / 100;
}

static void check_expiration(cielo__check *c, const cielo_field *field,
                             const char *text, size_t length)
{
    int month = read_expiration(text, length);

    if (!month)
        cielo__check_judge(c, field, RULE_FORMAT, "must be MM/YYYY");
    else if (month < c->input->today / 100)
        cielo__check_warn(c, NULL, RULE_RANGE,
                          IS_PAST ": issuers deny a card that has expired");
}

void cielo__check_date(cielo__check *c, const cielo_field *field,
                       const cielo_value *in)
{
    size_t length = 0;
    const char *text = cielo_value_text(in, &length);
    int day;

    if (cielo_value_type(in) != CIELO_TEXT) {
        cielo__check_breach(c, RULE_TYPE, "must be text");
        return;
    }
    if (field->type == CIELO_FIELD_EXPIRATION) {
        check_expiration(c, field, text, length);
        return;
    }
    day = length == 10 ? cielo__calendar_day(text, length) : 0;
    if (day && field->type == CIELO_FIELD_DUE && day < c->input->today)
        cielo__check_warn(c, NULL, RULE_RANGE, IS_PAST);
    else if (!day && is_date_like(text, length))
        cielo__check_judge(c, field, RULE_FORMAT,
                           "is not YYYY-MM-DD: Cielo may take its day for its "
                           "month");
    else if (!day)
        cielo__check_breach(c, RULE_FORMAT,
                            "must be a date of the calendar, YYYY-MM-DD");
}

static int day_of(const cielo_value *object, const char *name)
{
    size_t length = 0;
    const char *text = cielo_value_text(cielo_value_get(object, name), &length);

    return text ? cielo__calendar_day(text, length) : 0;
}

/* Today's is left alone, whatever the hour it names. */
void cielo__check_link_end(cielo__check *c, const cielo_value *link)
{
    int day = day_of(link, "expirationDate");

    if (day && day < c->input->today)
        cielo__check_warn(c, "expiration_date", RULE_RANGE, IS_PAST);
}

void cielo__check_span(cielo__check *c, const cielo_value *recurrence)
{
    int start = day_of(recurrence, "StartDate");
    int end = day_of(recurrence, "EndDate");

    if (start && start < c->input->today)
        cielo__check_warn(c, "start_date", RULE_RANGE,
                          IS_PAST ": Cielo charges once a day until it has "
                                  "caught up");
    if (end && end < start)
        cielo__check_warn(c, "end_date", RULE_CONFLICT, "is before start_date");
}
