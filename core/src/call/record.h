/*
 * The lines of the journal, for who writes one that is no live call's own, and
 * for who reads them.
 *
 * A line is "\n{...,"crc":"0123abcd"}\n": a line feed of its own before it,
 * compact JSON, and the CRC-32C (cielo__crc32c) of the bytes from "{" to the
 * comma before "crc", that comma left out, as eight lower-case digits.
 */
#ifndef CIELO_RECORD_H
#define CIELO_RECORD_H

#include <cielo/journal.h>

#include "call.h"

enum {
    CIELO__RECORD_VERSION = 1,
    CIELO__RECORD_LIMIT = 64 * 1024, /* bytes of a line, its line feeds too */
    CIELO__RECORD_ID = 36,           /* characters of an intent's id */
    CIELO__RECORD_TAIL = 18          /* bytes of ,"crc":"0123abcd"} */
};

/* ---- record.c ---- */

/* Adds a line to `out`: of a look at the intent `of`, at `at` ms since 1970;
 * `why` may be NULL. Errors: CIELO_EMEMORY. */
int cielo__record_look(cielo__buf *out, const cielo_call *call, const char *of,
                       int64_t at, cielo__saw saw, const char *why);
/* Adds a line to `out`: how the intent `of` ended. The result is that of
 * `call`, which has ended. Errors: CIELO_EMEMORY. */
int cielo__record_settled(cielo__buf *out, const cielo_call *call,
                          const char *of, int64_t at, cielo_settled state);

/* The store that a record of such an operation names, and where it is: an entry
 * is settled by a client of the same two. */
const char *cielo__record_merchant(const cielo_client *client,
                                   const cielo__operation *row,
                                   const cielo_value *params);
const char *cielo__record_place(const cielo_client *client);

#endif
