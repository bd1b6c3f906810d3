/*
 * One operation as a machine without socket, clock, thread or sleep: the host
 * asks what to do next, does it, and reports what it saw.
 *
 *     while ((step = cielo_call_step(call, now())) != CIELO_STEP_DONE) {
 *         if (step == CIELO_STEP_WAIT)
 *             sleep_until(cielo_call_deadline(call));
 *         else
 *             exchange(cielo_call_request(call));   // then _on_response
 *     }                                             // or _on_failure
 */
#ifndef CIELO_CALL_H
#define CIELO_CALL_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/api.h>
#include <cielo/client.h>
#include <cielo/codes.h>
#include <cielo/error.h>
#include <cielo/operations.h>
#include <cielo/value.h>

CIELO_BEGIN

/* Belongs to one thread at a time, and holds a reference to its client. */
typedef struct cielo_call cielo_call;

/* What a call takes of its host when it is made: random bytes, for request ids
 * and the jitter of back-off; and the time of day, by which dates that lie
 * behind are warned of. */
typedef struct cielo_entropy {
    unsigned char bytes[32];
    int64_t wall_ms; /* since 1970 UTC; 0, or past the year 9999: not known */
} cielo_entropy;

typedef enum cielo_step {
    CIELO_STEP_SEND, /* exchange cielo_call_request, report, step again */
    CIELO_STEP_WAIT, /* step again at cielo_call_deadline or when the epoch
                        of the client changes, whichever is first */
    CIELO_STEP_DONE, /* cielo_call_result */
    CIELO_STEP_RECORD /* persist cielo_call_record, report with
                         cielo_call_on_record, step again; only for a write of
                         a client with a journal */
} cielo_step;

/* Whether the request can have reached Cielo. NO only if no connection was
 * made or the kernel did not take the whole request. */
typedef enum cielo_sent { CIELO_SENT_NO, CIELO_SENT_MAYBE, CIELO_SENT_YES }
    cielo_sent;

/* Why no answer came: X(NAME, word). */
#define CIELO_CAUSE_MAP(X)      \
    X(CONNECT, "connect")       \
    X(TLS, "tls")               \
    X(TIMEOUT, "timeout")       \
    X(CLOSED, "closed")         \
    X(PROTOCOL, "protocol")     \
    X(TOO_LARGE, "too_large")   \
    X(CANCELLED, "cancelled")   \
    X(MEMORY, "memory")         \
    X(INTERNAL, "internal")

typedef enum cielo_cause {
#define CIELO_X(name, word) CIELO_CAUSE_##name,
    CIELO_CAUSE_MAP(CIELO_X)
#undef CIELO_X
    CIELO_CAUSE_END
} cielo_cause;

typedef struct cielo_header {
    const char *name;
    const char *value; /* may be a secret: never log it */
} cielo_header;

/* What to send. Borrowed from the call, valid until its next step. */
typedef struct cielo_request {
    const char *method;
    const char *url;    /* absolute */
    const char *scheme; /* "http" or "https" */
    const char *host;   /* without brackets */
    const char *target; /* path and query, as the request line has it */
    int port;
    const cielo_header *headers; /* without Host and Content-Length */
    size_t header_count;
    const char *body; /* NULL: none; a PUT or POST then says length 0 */
    size_t body_length;
    int write; /* 1: the transport must never repeat it by itself */
    int token; /* 1: asks for Checkout's OAuth token, which a host may answer
                  out of a store that it shares with other processes; 0 for
                  one that serves a single call [browser-tokens] */
    int64_t connect_timeout_ms;
} cielo_request;

/* What came back. The host keeps it; it is read during the report only. Set all
 * of it to zero first: what a host does not know is NULL. */
typedef struct cielo_response {
    int http_status;
    const char *date;        /* the header of that name, or NULL */
    const char *retry_after; /* likewise */
    const char *body;
    size_t body_length;
    const char *content_type; /* the header of that name, or NULL: says how a
                                 body that is not UTF-8 is written */
} cielo_response;

/* The longest body a host should take; past it, report TOO_LARGE. */
#define CIELO_BODY_LIMIT ((size_t)2 * 1024 * 1024)

/*
 * Makes a call of `operation` (CIELO_OP_...). `params` is an object with the
 * operation's parameters by name (see operations.h), plus the optional members
 * "timeout" (ms, a number) and "request_id" (text) for this call alone; it is
 * copied. Wrong parameters and fields do not fail here: the call is then DONE
 * at its first step with CIELO_EVALIDATION and every problem in its details.
 * Errors: CIELO_EMEMORY, CIELO_EUSAGE (no such operation; `params` no object).
 */
CIELO_API int cielo_call_new(cielo_call **out, cielo_client *client,
                             int operation, const cielo_value *params,
                             const cielo_entropy *entropy, cielo_error *err);

/*
 * A dry run: checks the parameters as cielo_call_new does, and gives the body
 * that the operation would send; nothing is sent, and neither the client's
 * credentials nor "timeout" and "request_id" are looked at. `*text` is a secret
 * of `*length` bytes, to be freed with cielo_text_free, and NULL where there is
 * none: an operation without a body, or a failure. With `problems` not NULL,
 * CIELO_EVALIDATION puts all of them there, [{path, rule, message}], the
 * caller's to free; NULL otherwise. Errors: CIELO_EVALIDATION, CIELO_EMEMORY,
 * CIELO_EUSAGE (as of cielo_call_new).
 */
CIELO_API int cielo_fields_check(char **text, size_t *length,
                                 cielo_value **problems,
                                 const cielo_client *client, int operation,
                                 const cielo_value *params, cielo_error *err);

/* Gives back leases, wipes and frees. NULL is a no-op. */
CIELO_API void cielo_call_free(cielo_call *call);

/* What to do next. `now_ms` is monotonic and goes on while the machine sleeps,
 * as cielo_now_ms does: one clock for all calls of a client. The time-out of
 * the call starts at its first step. */
CIELO_API cielo_step cielo_call_step(cielo_call *call, int64_t now_ms);

/* The request of a SEND, else NULL. */
CIELO_API const cielo_request *cielo_call_request(const cielo_call *call);

/* In the clock of `now_ms`: when a WAIT ends, or by when a SEND or a RECORD
 * must end. */
CIELO_API int64_t cielo_call_deadline(const cielo_call *call);

/* What a host says of itself and of the moment, for a record. */
typedef struct cielo_origin {
    int64_t wall_ms;  /* the time of day, ms since 1970 UTC */
    const char *host; /* its name, for people; NULL: not known */
    int64_t pid;      /* likewise; 0: not known */
} cielo_origin;

/*
 * The lines to append to the journal now (journal.h), each given once: at a
 * RECORD the intent, which has to be durable before cielo_call_on_record says
 * so; after DONE the outcome of a call whose intent was given, what a call of
 * cielo_settle_new saw, or that a read which Cielo bills was used, for which
 * nobody waits; to be asked for before cielo_call_take_result. NULL when there
 * is nothing to write, and when there was no memory for it: at a RECORD that is
 * reported as a failure. Free of secrets: what stands in it is on a list, all
 * else is left out. Borrowed, `*length` bytes, valid until the call's next
 * step.
 */
CIELO_API const char *cielo_call_record(cielo_call *call,
                                        const cielo_origin *origin,
                                        size_t *length);

/*
 * Reports what became of a RECORD: `ok` 1 when the intent is as durable as the
 * client asks; 0 with `why`, for people, which may be NULL. The call then ends
 * with CIELO_EJOURNAL and `sent` no, or goes on with a warning of the path
 * "journal" where journal_required is 0. Reported past the call's deadline, or
 * not at all, nothing is sent. After DONE, 0 says that the outcome could not be
 * noted: a warning more, which changes nothing else. Errors: CIELO_EUSAGE (no
 * RECORD is open, no outcome was given), CIELO_EMEMORY (for the warning).
 */
CIELO_API int cielo_call_on_record(cielo_call *call, int ok, const char *why);

/* Reports the answer to a SEND, whose texts may be odd [odd-texts]. Errors:
 * CIELO_EMEMORY (the call then ends as its rules say: a write in doubt),
 * CIELO_EUSAGE (no SEND is open), CIELO_EDECODE (it answers another request, or
 * cannot be read as an answer to this one: the call goes on, and the host
 * closes the connection, on which answers may be one off). */
CIELO_API int cielo_call_on_response(cielo_call *call,
                                     const cielo_response *response);

/* Reports that no whole answer came. `text` says why, for people; it is
 * cleaned of the call's secrets, cut and copied. May be NULL. */
CIELO_API int cielo_call_on_failure(cielo_call *call, cielo_sent sent,
                                    cielo_cause cause, const char *text);

/*
 * After DONE: CIELO_OK and `*value`, or the status of the failure, with `err`
 * filled. `*value` borrows from the call; NULL for an answer without members.
 * Wire names inside. A `find` gives an array.
 */
CIELO_API int cielo_call_result(const cielo_call *call,
                                const cielo_value **value, cielo_error *err);

/* Moves the value of cielo_call_result out of the call, for a host that keeps
 * it longer: the caller frees it. NULL where that was NULL, and that is NULL
 * from then on. The facts stay; advice on it is cielo_result_advice's. */
CIELO_API cielo_value *cielo_call_take_result(cielo_call *call);

/*
 * What the result adds to the wire's members, by host names: "http_status",
 * "request_id", and for a sale, capture or void "status_name", "approved",
 * "declined", "pending"; for a Checkout order "status_name" and
 * "status_number"; for a sale and every change "reconciled"; and
 * "warnings" where there are any. A null "request_id" (Checkout has none),
 * "status_name" or "status_number" (Cielo's is in no table) says that nobody
 * knows it. Borrowed; NULL before DONE, and when there was no memory for them:
 * all are there or none.
 */
CIELO_API const cielo_value *cielo_call_facts(cielo_call *call);

/* One fact: a CIELO_TEXT, CIELO_NUMBER or CIELO_BOOL, or CIELO_NULL for what
 * nobody knows. */
typedef struct cielo_fact_value {
    cielo_type type;
    int64_t number;   /* of a CIELO_NUMBER; 1 or 0 of a CIELO_BOOL */
    const char *text; /* of a CIELO_TEXT; borrowed from the call, or static */
} cielo_fact_value;

/*
 * The n-th fact of CIELO_FACT_MAP (CIELO_FACT_...) without a tree for all of
 * them: 1 and `*out`, or 0 before DONE and when the result has no such fact.
 * CIELO_FACT_warnings and CIELO_FACT_advice are asked for with
 * cielo_call_warnings and cielo_call_advice; here they are 0.
 */
CIELO_API int cielo_call_fact(const cielo_call *call, size_t index,
                              cielo_fact_value *out);

/*
 * May this sale, capture or void be tried again, and what to change first: the
 * tables of codes.h asked with what the answer said. A sale that was denied
 * after a warning that its mark as a recurring charge is missing has at least
 * "data" to change, whatever its code. Gives 1 and fills `out`, or 0 when the
 * call has no such result. Its pointers are static.
 */
CIELO_API int cielo_call_advice(const cielo_call *call, cielo_advice *out);

/*
 * The same of a result that a host took out of its call, and so for who asks:
 * `operation` is the call's, and `lacks_mark` what cielo_call_lacks_mark said
 * of it, after DONE: 1 for a sale that was denied and whose fields lack the
 * mark of a recurring charge.
 */
CIELO_API int cielo_result_advice(int operation, const cielo_value *result,
                                  int lacks_mark, cielo_advice *out);
CIELO_API int cielo_call_lacks_mark(const cielo_call *call);

/*
 * What happened, for errors and logs, free of secrets: an object with
 * "operation", "sent" ("no", "maybe", "yes"), "problems" [{path, rule,
 * message}], "errors" [{code, message}], "found" (sales the look-up saw),
 * "attempts" [{method, url, request_id, http_status, sent, cause, text, ms}],
 * and, where there is one, "warnings" (as "problems"), "kind", "message",
 * "http_status", "body" (text, cut at 4 KB), "request_id", "merchant_order_id".
 * Borrowed; made at the first look, as the facts are. NULL before DONE.
 */
CIELO_API const cielo_value *cielo_call_details(cielo_call *call);

/*
 * An attempt that ended and was not given here before, oldest first, as
 * "attempts" above has it, and of its call "operation" and "order"; what it has
 * not is null. At any time, after a step; the caller's to free. NULL when there
 * is none, or was no memory for it. With tell_attempts the step that ends an
 * attempt is a WAIT that is over at once, or DONE.
 */
CIELO_API cielo_value *cielo_call_attempt(cielo_call *call);

/*
 * What is sent as it was given although Cielo may take it otherwise than was
 * meant: [{path, rule, message}], free of secrets, from the start of the call
 * on, so that a host can tell before anything is sent. NULL when there is
 * nothing to tell, as for nearly every call. At most 32, the journal's apart:
 * the message of the last one says how many more there are. Borrowed.
 * CIELO_POLICY_MAP says what is warned of, and what is refused [sure-refusals].
 */
CIELO_API const cielo_value *cielo_call_warnings(const cielo_call *call);

/* The order number of the shop's that the call names, at any time; NULL when it
 * names none. Borrowed from the call, and as the caller gave it. */
CIELO_API const char *cielo_call_order(const cielo_call *call);

/* The call's operation, CIELO_OP_... */
CIELO_API int cielo_call_operation(const cielo_call *call);

/* A pointer of the host's, for one that is given the call back, as by
 * cielo_multi_done: kept as it is, and never looked behind. NULL until set. */
CIELO_API void cielo_call_set_user(cielo_call *call, void *user);
CIELO_API void *cielo_call_user(const cielo_call *call);

/* Ends the call at any step with CIELO_ECANCELLED (CIELO_EUNKNOWN when a write
 * may have taken effect) and gives back its leases. */
CIELO_API void cielo_call_cancel(cielo_call *call);

CIELO_END

#endif
