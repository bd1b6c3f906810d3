/* Dates and moments as Cielo writes them: results keep them as text. */
#ifndef CIELO_DATETIME_H
#define CIELO_DATETIME_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/api.h>
#include <cielo/error.h>

CIELO_BEGIN

/* How Checkout writes "never", as in the last payment of a recurrence that had
 * none [never-date]. Bindings read a member with this text as absent. */
#define CIELO_NEVER "0001-01-01T00:00:00"

/* By the clock on the wall: Cielo gives no zone, and none is assumed
 * [no-zone]. */
typedef struct cielo_time {
    int year;  /* 0: never, and all others are 0 too */
    int month; /* from 1 */
    int day;   /* from 1 */
    int hour;  /* these four are 0 where the text is a date alone */
    int minute;
    int second;
    int microsecond; /* of a finer fraction, what it begins with */
} cielo_time;

/*
 * Reads a text in any of Cielo's styles: YYYY-MM-DD, dd/MM/yyyy or dd-MM-yyyy,
 * which a blank or "T" and HH:MM:SS may follow, with or without a fraction, a
 * point alone among it. Only CIELO_NEVER, as it stands, is never: the first of
 * January of the year 1 in another style is that day. `length` is in bytes;
 * `err` may be NULL. Errors: CIELO_EDECODE for anything else, such as a zone,
 * the second 60, or a day that the calendar does not have.
 */
CIELO_API int cielo_time_parse(cielo_time *out, const char *text, size_t length,
                               cielo_error *err);

/* When a sale was tried, for who knows nothing but its answer, in seconds since
 * 1970: its ReceivedDate by Brasilia's clock, and `now` for NULL, a text that
 * is no date, and one that is yet to come. */
CIELO_API int64_t cielo_attempted_at(const char *received, size_t length,
                                     int64_t now);

CIELO_END

#endif
