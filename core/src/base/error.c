/* Statuses, and the error that functions fill. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

const char *cielo_strerror(int status)
{
    switch (status) {
#define CIELO_X(name, number, kind, type, text) \
    case number:                                \
        return text;
        CIELO_STATUS_MAP(CIELO_X)
#undef CIELO_X
    default:
        return "unknown status";
    }
}

const char *cielo_status_name(int status)
{
    switch (status) {
#define CIELO_X(name, number, kind, type, text) \
    case number:                                \
        return kind;
        CIELO_STATUS_MAP(CIELO_X)
#undef CIELO_X
    default:
        return "unknown";
    }
}

/* Hosts decode the message as UTF-8, but what libcurl, the resolver or an
 * answer says may be in another encoding: a stray byte becomes '?'. */
static void copy_text(char *to, size_t size, const char *from, size_t left)
{
    while (left > 0) {
        size_t step = cielo__utf8(from, left);
        size_t taken = step ? step : 1;

        if (taken >= size)
            break;
        if (step)
            memcpy(to, from, step);
        else
            *to = '?';
        to += taken;
        size -= taken;
        from += taken;
        left -= taken;
    }
    *to = '\0';
}

static int is_ascii(const char *text, size_t length)
{
    unsigned char bits = 0;
    size_t i;

    for (i = 0; i < length; i++)
        bits |= (unsigned char)text[i];
    return bits < 0x80;
}

/* A text of ours, in ASCII. */
static int report_status(cielo_error *err, int status)
{
    const char *text = cielo_strerror(status);
    size_t length = strlen(text);

    /* Not what stands behind the text: every call ends here. */
    memset(err, 0, offsetof(cielo_error, message));
    err->status = status;
    if (length >= sizeof(err->message))
        length = sizeof(err->message) - 1;
    memcpy(err->message, text, length);
    err->message[length] = '\0';
    return status;
}

int cielo__report(cielo_error *err, int status, const char *message)
{
    cielo_error filled;
    size_t length;

    if (!err)
        return status;
    if (!message)
        return report_status(err, status);
    memset(&filled, 0, sizeof(filled));
    filled.status = status;
    length = strlen(message);
    if (length < sizeof(filled.message) && is_ascii(message, length))
        memcpy(filled.message, message, length);
    else
        copy_text(filled.message, sizeof(filled.message), message, length);
    /* Only now, as `message` may be the one that stands in `err`. */
    *err = filled;
    return status;
}

int cielo__reportf(cielo_error *err, int status, const char *format, ...)
{
    /* Room for one character more, so that one cut by vsnprintf is left out
     * whole by cielo__report. */
    char message[sizeof(err->message) + 4];
    va_list args;
    int length;

    if (!err)
        return status;
    va_start(args, format);
    length = vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    return cielo__report(err, status, length < 0 ? NULL : message);
}
