/* Statuses and the fixed-size error every fallible function fills. */
#ifndef CIELO_ERROR_H
#define CIELO_ERROR_H

#include <cielo/api.h>

CIELO_BEGIN

/*
 * The single list of statuses: X(NAME, number, kind, Python class, text).
 * `kind` is the word bindings show; the class "-" means
 * that the host's own exception is raised.
 */
#define CIELO_STATUS_MAP(X)                                                    \
    X(OK, 0, "ok", "-", "success")                                             \
    X(EMEMORY, -1, "memory", "-", "out of memory")                             \
    X(EUSAGE, -2, "usage", "-", "wrong argument to a library function")        \
    X(EVALIDATION, -3, "validation", "ValidationError",                        \
      "the input breaks a rule; nothing was sent")                             \
    X(ETRANSPORT, -4, "transport", "TransportError",                           \
      "no answer, and nothing took effect")                                    \
    X(ETIMEOUT, -5, "timeout", "RequestTimeoutError",                          \
      "no answer in time, and nothing took effect")                            \
    X(EUNKNOWN, -6, "outcome_unknown", "OutcomeUnknownError",                  \
      "outcome unknown: look it up before repeating")                   \
    X(EAUTHENTICATION, -7, "authentication", "AuthenticationError",            \
      "Cielo refused the credentials")                                         \
    X(EPERMISSION, -8, "permission", "PermissionDeniedError",                  \
      "Cielo does not allow this caller")                                      \
    X(ENOTFOUND, -9, "not_found", "NotFoundError",                             \
      "Cielo knows no such thing")                                             \
    X(ERATELIMIT, -10, "rate_limit", "RateLimitError",                         \
      "Cielo asks for fewer requests")                                         \
    X(EREQUEST, -11, "invalid_request", "InvalidRequestError",                 \
      "Cielo refused the request")                                             \
    X(ESERVER, -12, "server", "ServerError", "Cielo failed to answer a read")  \
    X(EDECODE, -13, "decode", "DecodeError", "the answer cannot be read")      \
    X(EPHASE, -14, "phase", "-", "this phase cannot do I/O")                   \
    X(ECLOSED, -15, "closed", "ClosedError", "the client is closed")           \
    X(ECANCELLED, -16, "cancelled", "-", "the call was cancelled")             \
    X(EAGAIN, -17, "again", "-", "not finished yet")                           \
    X(EJOURNAL, -18, "journal", "JournalError",                                \
      "the journal cannot record it; nothing was sent")

enum cielo_status_number {
#define CIELO_X(name, number, kind, type, text) CIELO_##name = number,
    CIELO_STATUS_MAP(CIELO_X)
#undef CIELO_X
    CIELO_STATUS_END = 1
};

/* Caller-owned, fixed size, no pointers: copying it is safe, nothing to free.
 * Every text in it is NUL-terminated UTF-8 and holds no card data or keys. */
typedef struct cielo_error {
    int status;        /* one of CIELO_STATUS_MAP */
    int http_status;   /* 0 when no answer arrived */
    char code[16];     /* Cielo's own code, or "" */
    char message[1024]; /* for people; of several problems, a line each */
} cielo_error;

/* The text of a status, static; "unknown status" for any other number. */
CIELO_API const char *cielo_strerror(int status);

/* The kind of a status, such as "not_found", static; "unknown" otherwise. */
CIELO_API const char *cielo_status_name(int status);

CIELO_END

#endif
