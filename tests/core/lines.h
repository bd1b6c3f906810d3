/* Journals for tests: segments of lines as the core writes them. */
#ifndef LINES_H
#define LINES_H

#include <stdarg.h>

#include "base/base.h"
#include "scratch.h"

/* The lines of one segment. */
typedef struct lines {
    char text[64 * 1024];
    size_t length;
    size_t last; /* where the last of them begins, with its line feed */
} lines;

/* Adds a record, given without its braces and its sum. */
static inline void lines_add(lines *to, const char *members, ...)
{
    size_t room = sizeof(to->text) - to->length;
    char *at = to->text + to->length;
    va_list args;
    int length;

    to->last = to->length;
    *at++ = '\n';
    *at = '{';
    va_start(args, members);
    length = 1 + vsnprintf(at + 1, room - 2, members, args);
    va_end(args);
    if ((size_t)length + 32 > room)
        abort();
    length += sprintf(at + length, ",\"crc\":\"%08lx\"}\n",
                      (unsigned long)cielo__crc32c(at, (size_t)length));
    to->length += 1 + (size_t)length;
}

static inline void lines_write(const lines *from, const char *folder,
                               const char *segment)
{
    scratch_write(folder, segment, from->text, from->length);
}

/* Ids of intents, by their number. */
#define LINES_ID "0198f3c2-0000-7000-8000-%012d"

#define LINES_STORE "\"merchant\":\"store\",\"env\":\"sandbox\""

/* A sale of R$ 157.00 by number; the deadline is a minute later, long ago. */
static inline void lines_intent(lines *to, int number, const char *order)
{
    lines_add(to,
              "\"v\":1,\"rec\":\"intent\",\"id\":\"" LINES_ID "\",\"at\":"
              "\"2026-03-02T15:00:%02d.000Z\",\"op\":\"sale_create\","
              LINES_STORE ",\"order\":\"%s\",\"amount\":15700,"
              "\"type\":\"CreditCard\",\"card\":{\"first6\":\"402400\","
              "\"last4\":\"3191\"},\"installments\":1,\"host\":\"shop\","
              "\"pid\":7,\"deadline\":\"2026-03-02T15:01:%02d.000Z\"",
              number, number % 60, order, number % 60);
}

static inline void lines_outcome(lines *to, int number, const char *result,
                                 const char *payment_id)
{
    lines_add(to,
              "\"v\":1,\"rec\":\"outcome\",\"of\":\"" LINES_ID "\",\"at\":"
              "\"2026-03-02T15:00:%02d.500Z\",\"result\":\"%s\"%s%s%s",
              number, number % 60, result,
              payment_id ? ",\"payment_id\":\"" : "",
              payment_id ? payment_id : "", payment_id ? "\"" : "");
}

static inline void lines_look(lines *to, int number, const char *at,
                              const char *saw)
{
    lines_add(to,
              "\"v\":1,\"rec\":\"look\",\"of\":\"" LINES_ID "\",\"at\":\"%s\","
              "\"saw\":\"%s\",\"why\":\"because\"",
              number, at, saw);
}

static inline void lines_settled(lines *to, int number, const char *state,
                                 const char *payment_id)
{
    lines_add(to,
              "\"v\":1,\"rec\":\"settled\",\"of\":\"" LINES_ID "\",\"at\":"
              "\"2026-03-02T16:00:00.000Z\",\"state\":\"%s\"%s%s%s",
              number, state, payment_id ? ",\"payment_id\":\"" : "",
              payment_id ? payment_id : "", payment_id ? "\"" : "");
}

#endif
