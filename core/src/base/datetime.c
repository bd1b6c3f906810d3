/* Dates as texts: HTTP's; Cielo's, which carry no zone; and our own. */
#include <string.h>

#include <cielo/datetime.h>

#include "base.h"

/* Brasilia has been three hours behind UTC all year since 2019. */
#define BRASILIA_MS ((int64_t)3 * 3600 * 1000)

/* What a text of ours can say: 0000-03-01 to the end of the year 9999. */
#define FIRST_MS (-719468 * (int64_t)86400000)
#define LAST_MS ((int64_t)253402300799999)

static int read_digits(const char *text, size_t count, int *out)
{
    int value = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return 1;
}

static int is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar, with years that
 * start in March so that the leap day comes last. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400;
    int64_t year_of_era = y - era * 400;
    int64_t month_of_year = (month + 9) % 12;
    int64_t day_of_year = (153 * month_of_year + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100
        + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static int64_t moment(int year, int month, int day, int seconds)
{
    return (days_of(year, month, day) * 86400 + seconds) * 1000;
}

/* HH:MM:SS */
static int read_clock(const char *text, int *seconds)
{
    int hour, minute, second;

    if (!read_digits(text, 2, &hour) || text[2] != ':'
        || !read_digits(text + 3, 2, &minute) || text[5] != ':'
        || !read_digits(text + 6, 2, &second))
        return 0;
    if (hour > 23 || minute > 59 || second > 60)
        return 0;
    *seconds = hour * 3600 + minute * 60 + second;
    return 1;
}

static int month_of_name(const char *text)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int i;

    for (i = 0; i < 12; i++) {
        if (memcmp(names + i * 3, text, 3) == 0)
            return i + 1;
    }
    return 0;
}

int cielo__http_date(const char *text, int64_t *ms)
{
    int day, month, year, seconds;

    /* Sun, 06 Nov 1994 08:49:37 GMT: the one form a server may send today. */
    if (!text || strlen(text) != 29 || strcmp(text + 25, " GMT") != 0)
        return 0;
    month = month_of_name(text + 8);
    if (!read_digits(text + 5, 2, &day) || !month
        || !read_digits(text + 12, 4, &year) || !read_clock(text + 17, &seconds)
        || day < 1 || day > month_days(year, month))
        return 0;
    *ms = moment(year, month, day, seconds);
    return 1;
}

int cielo__calendar_day(const char *text, size_t length)
{
    int year, month, day;

    if (length < 10 || !read_digits(text, 4, &year) || text[4] != '-'
        || !read_digits(text + 5, 2, &month) || text[7] != '-'
        || !read_digits(text + 8, 2, &day))
        return 0;
    if (month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return 0;
    return year * 10000 + month * 100 + day;
}

/* dd/MM/yyyy or dd-MM-yyyy, as cielo__calendar_day gives the other style. */
static int read_reversed_day(const char *text, size_t length)
{
    char turned[10];

    if (length < 10 || (text[2] != '/' && text[2] != '-') || text[5] != text[2])
        return 0;
    memcpy(turned, text + 6, 4);
    memcpy(turned + 5, text + 3, 2);
    memcpy(turned + 8, text, 2);
    turned[4] = turned[7] = '-';
    return cielo__calendar_day(turned, sizeof(turned));
}

/* ".42" and such to the end of the text. */
static int read_fraction(const char *text, size_t length, int *microseconds)
{
    int scale = 100000;
    size_t i;

    *microseconds = 0;
    if (length > 0 && text[0] != '.')
        return 0;
    for (i = 1; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        *microseconds += (text[i] - '0') * scale;
        scale /= 10;
    }
    return 1;
}

static int read_time(cielo_time *out, const char *text, size_t length)
{
    int day = cielo__calendar_day(text, length);
    int seconds = 0;

    if (!day)
        day = read_reversed_day(text, length);
    if (day < 10000 || (length > 10 && length < 19))
        return 0;
    if (length > 10
        && ((text[10] != ' ' && text[10] != 'T')
            || !read_clock(text + 11, &seconds) || text[17] == '6'
            || !read_fraction(text + 19, length - 19, &out->microsecond)))
        return 0;
    out->year = day / 10000;
    out->month = day / 100 % 100;
    out->day = day % 100;
    out->hour = seconds / 3600;
    out->minute = seconds / 60 % 60;
    out->second = seconds % 60;
    return 1;
}

int cielo_time_parse(cielo_time *out, const char *text, size_t length,
                     cielo_error *err)
{
    static const char never[] = CIELO_NEVER;

    memset(out, 0, sizeof(*out));
    if (length == sizeof(never) - 1 && memcmp(text, never, length) == 0)
        return CIELO_OK;
    if (read_time(out, text, length))
        return CIELO_OK;
    memset(out, 0, sizeof(*out));
    return cielo__report(err, CIELO_EDECODE,
                         "not a date or moment in any of Cielo's styles, such "
                         "as 2026-11-22 12:00:05 or 22/11/2026");
}

int cielo__cielo_date(const char *text, size_t length, int64_t *ms)
{
    cielo_time t;

    /* A date alone says nothing of which of two sales came first. */
    if (length < 19 || cielo_time_parse(&t, text, length, NULL) != CIELO_OK
        || t.year == 0)
        return 0;
    *ms = moment(t.year, t.month, t.day,
                 (t.hour * 60 + t.minute) * 60 + t.second)
        + t.microsecond / 1000 + BRASILIA_MS;
    return 1;
}

/* ---- our own: RFC 3339 ---- */

/* The calendar of a day since 0000-03-01, as days_of counts them. */
static void calendar_of(int since, int *year, int *month, int *day)
{
    int era = since / 146097;
    int of_era = since - era * 146097;
    int year_of_era
        = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era
        - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int from_march = (5 * of_year + 2) / 153;

    *day = of_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

int cielo__brasilia_day(int64_t ms)
{
    int year, month, day;

    if (ms <= 0 || ms > LAST_MS)
        return 0;
    calendar_of((int)((ms - BRASILIA_MS - FIRST_MS) / 86400000), &year, &month,
                &day);
    return year * 10000 + month * 100 + day;
}

static void put_two(char *out, int number)
{
    out[0] = (char)('0' + number / 10);
    out[1] = (char)('0' + number % 10);
}

void cielo__moment_write(int64_t ms, char out[CIELO__MOMENT + 1])
{
    static const char form[CIELO__MOMENT + 1] = "0000-00-00T00:00:00.000Z";
    int since, rest, year, month, day;

    ms = (ms < FIRST_MS ? FIRST_MS : ms > LAST_MS ? LAST_MS : ms) - FIRST_MS;
    since = (int)(ms / 86400000);
    rest = (int)(ms - (int64_t)since * 86400000);
    calendar_of(since, &year, &month, &day);
    memcpy(out, form, sizeof(form));
    put_two(out, year / 100);
    put_two(out + 2, year % 100);
    put_two(out + 5, month);
    put_two(out + 8, day);
    put_two(out + 11, rest / 3600000);
    put_two(out + 14, rest / 60000 % 60);
    put_two(out + 17, rest / 1000 % 60);
    out[20] = (char)('0' + rest % 1000 / 100);
    put_two(out + 21, rest % 100);
}

int cielo__moment_read(const char *text, size_t length, int64_t *ms)
{
    int day, seconds, fraction;

    if (length != CIELO__MOMENT || text[10] != 'T' || text[17] == '6'
        || text[19] != '.' || text[23] != 'Z')
        return 0;
    day = cielo__calendar_day(text, 10);
    if (!day || !read_clock(text + 11, &seconds)
        || !read_digits(text + 20, 3, &fraction))
        return 0;
    *ms = moment(day / 10000, day / 100 % 100, day % 100, seconds) + fraction;
    return 1;
}

int64_t cielo_attempted_at(const char *received, size_t length, int64_t now)
{
    int64_t ms;

    if (!received || !cielo__cielo_date(received, length, &ms)
        || ms / 1000 > now)
        return now;
    return ms / 1000;
}
