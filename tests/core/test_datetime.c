/* Dates as texts. */
#include <cielo/cielo.h>

#include "call/call_internal.h"
#include "check.h"

static void http_dates_are_read(void)
{
    int64_t ms = 0;

    CHECK(cielo__http_date("Sun, 06 Nov 1994 08:49:37 GMT", &ms));
    CHECK_INT(ms, INT64_C(784111777000));
    CHECK(cielo__http_date("Thu, 01 Jan 1970 00:00:00 GMT", &ms));
    CHECK_INT(ms, 0);
    CHECK(cielo__http_date("Thu, 29 Feb 2024 23:59:60 GMT", &ms));
    CHECK_INT(ms, INT64_C(1709251200000));
}

static void other_texts_are_no_http_dates(void)
{
    static const char *const texts[]
        = {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
           "Sun, 06 Nov 1994 08:49:37 BRT", "Sun, 30 Feb 2024 08:49:37 GMT",
           "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nix 1994 08:49:37 GMT",
           "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
           "Sun, 06 Nov 1994 08-49-37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "};
    int64_t ms;
    size_t i;

    CHECK(!cielo__http_date(NULL, &ms));
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        CHECK(!cielo__http_date(texts[i], &ms));
}

static int64_t cielo_ms(const char *text)
{
    int64_t ms = -1;

    return cielo__cielo_date(text, strlen(text), &ms) ? ms : -1;
}

/* Brasilia is three hours behind, all year. */
static void cielo_dates_are_brasilias(void)
{
    CHECK_INT(cielo_ms("1970-01-01 00:00:00"), 3 * 3600 * 1000);
    CHECK_INT(cielo_ms("2026-11-22 12:00:05"), INT64_C(1795359605000));
    CHECK_INT(cielo_ms("2026-11-22T12:00:05.42"), INT64_C(1795359605420));
    CHECK_INT(cielo_ms("2026-11-22T12:00:05.4201234"), INT64_C(1795359605420));
    CHECK_INT(cielo_ms("2026-11-22T12:00:05."), INT64_C(1795359605000));
    CHECK_INT(cielo_ms("2026-11-22"), -1);
    CHECK_INT(cielo_ms("22/11/2026 12:00:05"), INT64_C(1795359605000));
    CHECK_INT(cielo_ms("2026-11-22T12:00:05Z"), -1);
    CHECK_INT(cielo_ms(CIELO_NEVER), -1);
    CHECK_INT(cielo_ms("2026-11-22 12:00"), -1);
    CHECK_INT(cielo_ms("2026-13-22 12:00:05"), -1);
    CHECK_INT(cielo_ms("2026-11-22 25:00:05"), -1);
}

static void check_time(const char *text, const char *expected)
{
    char got[64] = "none";
    cielo_time t;
    cielo_error err;

    if (cielo_time_parse(&t, text, strlen(text), &err) == CIELO_OK)
        snprintf(got, sizeof(got), "%d-%d-%d %d:%d:%d %d", t.year, t.month,
                 t.day, t.hour, t.minute, t.second, t.microsecond);
    else
        CHECK_INT(err.status, CIELO_EDECODE);
    CHECK_STR(got, expected);
}

/* Moments without zone, and "never" [no-zone], [never-date]. */
static void times_are_read_in_every_style(void)
{
    check_time("2026-11-22 12:00:05", "2026-11-22 12:0:5 0");
    check_time("2026-11-22T12:00:05.42", "2026-11-22 12:0:5 420000");
    check_time("2026-11-22T23:59:59.1234567", "2026-11-22 23:59:59 123456");
    check_time("2026-11-22T12:00:05.", "2026-11-22 12:0:5 0");
    check_time("2024-02-29", "2024-2-29 0:0:0 0");
    check_time("22/11/2026", "2026-11-22 0:0:0 0");
    check_time("22/11/2026 08:09:10", "2026-11-22 8:9:10 0");
    check_time("22-11-2026 08:09:10", "2026-11-22 8:9:10 0");
    check_time("9999-12-31", "9999-12-31 0:0:0 0");
    check_time(CIELO_NEVER, "0-0-0 0:0:0 0");
}

static void other_texts_are_no_times(void)
{
    static const char *const texts[] = {
        "", "2026", "22/11/26", "2026-02-29", "29/02/2026", "22/11-2026",
        "2026/11/22", "0000-01-01", "2026-11-22 ", "2026-11-22 12:00",
        "2026-11-22 12:00:05Z", "2026-11-22T12:00:05.4-03:00",
        "2026-11-22 24:00:00", "2026-11-22 23:59:60", "2026-11-22_12:00:05",
        "2026-11-22 12:00:05 ", "-026-11-22", "12/2026", "11/22/2026"};
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        check_time(texts[i], "none");
}

static int day(const char *text)
{
    return cielo__calendar_day(text, strlen(text));
}

static void days_are_of_the_calendar(void)
{
    CHECK_INT(day("2026-11-22"), 20261122);
    CHECK_INT(day("2026-11-22T10:00:00"), 20261122);
    CHECK_INT(day("2000-02-29"), 20000229);
    CHECK_INT(day("1900-02-29"), 0);
    CHECK_INT(day("2026-04-31"), 0);
    CHECK_INT(day("2026-00-01"), 0);
    CHECK_INT(day("2026-01-00"), 0);
    CHECK_INT(day("2026/01/01"), 0);
    CHECK_INT(day("2026-1-01"), 0);
    CHECK_INT(day("12/2026"), 0);
}

static void a_day_begins_in_brasilia(void)
{
    const int64_t midnight = INT64_C(1795316400000); /* 22 November 2026 */

    CHECK_INT(cielo__brasilia_day(midnight), 20261122);
    CHECK_INT(cielo__brasilia_day(midnight - 1), 20261121);
    CHECK_INT(cielo__brasilia_day(1), 19691231);
    CHECK_INT(cielo__brasilia_day(0), 0);
    CHECK_INT(cielo__brasilia_day(INT64_C(253402300799999)), 99991231);
    CHECK_INT(cielo__brasilia_day(INT64_C(253402300800000)), 0);
}

/* Retry-After: seconds, or a date held against the answer's own. */
static void retry_after_is_read(void)
{
    const char *now = "Sun, 06 Nov 1994 08:49:37 GMT";

    CHECK_INT(cielo__retry_after(NULL, now), -1);
    CHECK_INT(cielo__retry_after("", now), -1);
    CHECK_INT(cielo__retry_after("0", NULL), 0);
    CHECK_INT(cielo__retry_after("120", NULL), 120000);
    CHECK_INT(cielo__retry_after("12x", NULL), -1);
    CHECK_INT(cielo__retry_after("-1", NULL), -1);
    CHECK(cielo__retry_after("99999999999999999999", NULL) >= 1000000000);
    CHECK_INT(cielo__retry_after("Sun, 06 Nov 1994 08:49:40 GMT", now), 3000);
    CHECK_INT(cielo__retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now), -1);
    CHECK_INT(cielo__retry_after("Sun, 06 Nov 1994 08:49:40 GMT", NULL), -1);
}

static void delays_grow_to_a_limit(void)
{
    static const int64_t fixed[] = {100, 200, 400, 800, 1600, 2500, 2500};
    cielo__random random;
    cielo_entropy entropy;
    int tries;

    memset(&entropy, 3, sizeof(entropy));
    cielo__random_seed(&random, entropy.bytes);
    for (tries = 1; tries <= 7; tries++) {
        int i;

        for (i = 0; i < 100; i++) {
            int64_t delay = cielo__retry_delay(tries, -1, &random);

            CHECK(delay >= fixed[tries - 1] && delay <= 2 * fixed[tries - 1]);
        }
    }
    CHECK_INT(cielo__retry_delay(3, 700, &random), 700);
}

/* ---- our own ---- */

static void check_moment(int64_t ms, const char *text)
{
    char out[CIELO__MOMENT + 1];
    int64_t back = -1;

    cielo__moment_write(ms, out);
    CHECK_STR(out, text);
    CHECK(cielo__moment_read(out, strlen(out), &back));
    CHECK_INT(back, ms);
}

static void moments_are_written_and_read(void)
{
    check_moment(0, "1970-01-01T00:00:00.000Z");
    check_moment(-1, "1969-12-31T23:59:59.999Z");
    check_moment(INT64_C(951782400000), "2000-02-29T00:00:00.000Z");
    check_moment(INT64_C(1709251199999), "2024-02-29T23:59:59.999Z");
    check_moment(INT64_C(4107542400000), "2100-03-01T00:00:00.000Z");
    check_moment(INT64_C(1795819755123), "2026-11-27T22:49:15.123Z");
    check_moment(INT64_C(253402300799999), "9999-12-31T23:59:59.999Z");
    check_moment(INT64_C(-62162035200000), "0000-03-01T00:00:00.000Z");
}

/* Each day of 800 years, across what the calendar leaves out. */
static void every_day_is_its_own(void)
{
    const int64_t day = 86400000;
    char out[CIELO__MOMENT + 1], last[CIELO__MOMENT + 1] = "";
    int64_t ms, back;

    for (ms = -400 * 366 * day; ms < 400 * 366 * day; ms += day) {
        cielo__moment_write(ms + 43200000, out);
        CHECK(strcmp(last, out) < 0);
        CHECK(cielo__moment_read(out, CIELO__MOMENT, &back)
              && back == ms + 43200000);
        memcpy(last, out, sizeof(last));
    }
}

static void moments_past_the_years_become_the_nearest(void)
{
    char out[CIELO__MOMENT + 1];

    cielo__moment_write(INT64_MIN, out);
    CHECK_STR(out, "0000-03-01T00:00:00.000Z");
    cielo__moment_write(INT64_MAX, out);
    CHECK_STR(out, "9999-12-31T23:59:59.999Z");
}

static void other_texts_are_no_moments(void)
{
    static const char *const texts[]
        = {"",
           "2026-11-27T22:49:15.123",
           "2026-11-27T22:49:15Z",
           "2026-11-27 22:49:15.123Z",
           "2026-02-30T22:49:15.123Z",
           "2026-11-27T24:49:15.123Z",
           "2026-11-27T22:49:60.123Z",
           "2026-11-27T22:49:15,123Z",
           "2026-11-27T22:49:15.12xZ",
           "2026-11-27T22:49:15.123+",
           "2026-11-27T22:49:15.1234Z",
           "26-11-2027T22:49:15.123Z"};
    int64_t ms;
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        CHECK(!cielo__moment_read(texts[i], strlen(texts[i]), &ms));
}

/* 1893499200 is 2030-01-01T12:00:00Z, nine in the morning in Brasilia. */
static int64_t attempted(const char *text)
{
    return cielo_attempted_at(text, text ? strlen(text) : 0, 1893499200 + 60);
}

static void an_attempt_is_of_the_date_received(void)
{
    CHECK_INT(attempted("2030-01-01 09:00:00"), 1893499200);
    CHECK_INT(attempted("2030-01-01T09:00:59.9"), 1893499200 + 59);
    CHECK_INT(attempted("2030-01-01 09:01:01"), 1893499200 + 60);
    CHECK_INT(attempted("yesterday"), 1893499200 + 60);
    CHECK_INT(attempted(NULL), 1893499200 + 60);
}

CHECK_MAIN(times_are_read_in_every_style, other_texts_are_no_times,
           http_dates_are_read, other_texts_are_no_http_dates,
           cielo_dates_are_brasilias, days_are_of_the_calendar,
           a_day_begins_in_brasilia,
           retry_after_is_read, delays_grow_to_a_limit,
           moments_are_written_and_read, every_day_is_its_own,
           moments_past_the_years_become_the_nearest,
           other_texts_are_no_moments,
           an_attempt_is_of_the_date_received)
