/* Statuses and the fixed-size error. */
#include "check.h"
#include <cielo/cielo.h>

#include "base/base.h"

static void every_status_has_a_text_and_a_name(void)
{
    CHECK_STR(cielo_strerror(CIELO_OK), "success");
    CHECK_STR(cielo_strerror(CIELO_EMEMORY), "out of memory");
    CHECK_STR(cielo_strerror(CIELO_EAGAIN), "not finished yet");
    CHECK_STR(cielo_strerror(1), "unknown status");
    CHECK_STR(cielo_strerror(-99), "unknown status");
    CHECK_STR(cielo_status_name(CIELO_OK), "ok");
    CHECK_STR(cielo_status_name(CIELO_EUNKNOWN), "outcome_unknown");
    CHECK_STR(cielo_status_name(1), "unknown");
}

static void texts_of_statuses_fit_in_an_error(void)
{
    cielo_error err;

#define CIELO_X(name, number, kind, type, text)       \
    cielo__report(&err, CIELO_##name, NULL);          \
    CHECK_STR(err.message, text);
    CIELO_STATUS_MAP(CIELO_X)
#undef CIELO_X
}

static void version_is_the_headers(void)
{
    CHECK_STR(cielo_version(), CIELO_VERSION);
}

static void report_fills_everything(void)
{
    cielo_error err;

    memset(&err, 'x', sizeof(err));
    CHECK_INT(cielo__report(&err, CIELO_ENOTFOUND, NULL), CIELO_ENOTFOUND);
    CHECK_INT(err.status, CIELO_ENOTFOUND);
    CHECK_INT(err.http_status, 0);
    CHECK_STR(err.code, "");
    CHECK_STR(err.message, cielo_strerror(CIELO_ENOTFOUND));
    CHECK_INT(cielo__report(NULL, CIELO_ECLOSED, "x"), CIELO_ECLOSED);
    CHECK_INT(cielo__reportf(NULL, CIELO_ECLOSED, "%d", 1), CIELO_ECLOSED);
}

static void report_takes_its_own_message(void)
{
    cielo_error err;

    cielo__report(&err, CIELO_EUSAGE, "what happened");
    cielo__report(&err, CIELO_EDECODE, err.message);
    CHECK_STR(err.message, "what happened");
    cielo__reportf(&err, CIELO_EDECODE, "%s, again", err.message);
    CHECK_STR(err.message, "what happened, again");
}

/* A message of `ascii` letters and then euro signs, 3 bytes each. */
static const char *euros(char *text, size_t size, size_t ascii)
{
    size_t at = ascii;

    memset(text, 'a', ascii);
    for (; at + 3 < size; at += 3)
        memcpy(text + at, "\xE2\x82\xAC", 3);
    text[at] = '\0';
    return text;
}

static void messages_are_cut_on_a_character(void)
{
    cielo_error plain, formatted;
    char text[sizeof(plain.message) + 100];
    size_t ascii, at;

    for (ascii = 0; ascii < 6; ascii++) {
        euros(text, sizeof(text), ascii);
        cielo__report(&plain, CIELO_EUSAGE, text);
        cielo__reportf(&formatted, CIELO_EUSAGE, "%s", text);
        at = ascii + (sizeof(plain.message) - 1 - ascii) / 3 * 3;
        CHECK_INT(strlen(plain.message), at);
        CHECK(memcmp(plain.message, text, at) == 0);
        CHECK_STR(formatted.message, plain.message);
    }
}

static void messages_fill_all_the_room(void)
{
    cielo_error err;
    char text[sizeof(err.message) + 100];

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    cielo__report(&err, CIELO_EUSAGE, text);
    CHECK_INT(strlen(err.message), sizeof(err.message) - 1);
}

static void stray_bytes_become_question_marks(void)
{
    cielo_error err;

    /* Latin-1, as a resolver in an old locale says it. */
    cielo__report(&err, CIELO_ETRANSPORT, "conex\xE3o recusada\xC3");
    CHECK_STR(err.message, "conex?o recusada?");
    cielo__report(&err, CIELO_ETRANSPORT, "conex\xC3\xA3o \xED\xA0\x80");
    CHECK_STR(err.message, "conex\xC3\xA3o ???");
}

CHECK_MAIN(every_status_has_a_text_and_a_name,
           texts_of_statuses_fit_in_an_error, version_is_the_headers,
           report_fills_everything, report_takes_its_own_message,
           messages_are_cut_on_a_character, messages_fill_all_the_room,
           stray_bytes_become_question_marks)
