/* The inside of a call, for the files that take its steps. */
#ifndef CIELO_CALL_INTERNAL_H
#define CIELO_CALL_INTERNAL_H

#include "call.h"
#include "slots.h"

/* What the request under way is for. */
typedef enum cielo__job {
    CIELO__JOB_MAIN,
    CIELO__JOB_TOKEN,
    CIELO__JOB_LOOK /* a look-up that settles */
} cielo__job;

typedef enum cielo__mode {
    CIELO__MODE_READY,  /* `job` is to be started */
    CIELO__MODE_RECORD, /* its request is made, and is noted first */
    CIELO__MODE_OPEN,   /* its request is with the host */
    CIELO__MODE_WAIT,   /* until `wait_until`, then READY */
    CIELO__MODE_DONE
} cielo__mode;

/* The host's report of one request, read at the next step. */
typedef struct cielo__event {
    enum { CIELO__EVENT_NONE, CIELO__EVENT_ANSWER, CIELO__EVENT_FAILURE } kind;
    int http_status;
    int64_t date;        /* of the server, ms since 1970; -1 unknown */
    int64_t retry_after; /* ms; -1 not given */
    cielo_value *tree;   /* NULL when empty or unreadable */
    int empty;
    int lost;    /* memory ran out while the body was read */
    int foreign; /* it is the answer to another request */
    char *text;  /* the start of a body that is no JSON, masked; or NULL */
    cielo_sent sent;
    cielo_cause cause;
    char reason[120];
} cielo__event;

/* What one request came to, until somebody asks for the details. */
typedef struct cielo__attempt {
    cielo__job job;     /* that it was for */
    const char *method; /* static, or of the call's parameters */
    int answered;
    int http_status; /* of the answer */
    cielo_sent sent;
    cielo_cause cause;
    int64_t ms;
    char request_id[64];
    size_t url_length;    /* as logs may show it; 0: that of the operation */
    size_t reason_length; /* why no answer came */
} cielo__attempt;

/* What a success came to. It outlives the answer that it was read from. */
typedef struct cielo__outcome {
    const cielo_status *status; /* of a sale or an order; NULL: in no table */
    int number;                 /* a sale's status as it came; -1: unknown */
    unsigned char approved;     /* these three of a sale or a change */
    unsigned char declined;
    unsigned char pending;
} cielo__outcome;

/* Whether the intent is in the journal. */
typedef enum cielo__recording {
    CIELO__RECORD_NONE, /* nobody was asked to note it */
    CIELO__RECORD_ASKED,
    CIELO__RECORD_REPORTED
} cielo__recording;

/* Whether look-ups are under way, and what for. */
typedef enum cielo__phase {
    CIELO__PHASE_SEND,  /* none: the operation itself */
    CIELO__PHASE_AHEAD, /* what has to be known before it is sent */
    CIELO__PHASE_BACK   /* what became of it */
} cielo__phase;

struct cielo_call {
    cielo_client *client;
    const cielo__operation *row;
    int operation;
    cielo__input input;
    cielo__intent intent; /* of the input, for settling */
    /* These of a call that looks what became of a recorded intent. */
    cielo__recorded *recorded; /* NULL for a live one */
    cielo__saw saw;
    int64_t saw_at;      /* by Cielo's clock, ms since 1970; -1 unknown */
    const char *saw_why; /* static; NULL where it settled */
    int looks_given;
    cielo__random random;
    int64_t timeout;
    char request_id[64]; /* given by the user, or "" */
    char own_id[64];     /* of the operation's request, not of a look-up */

    cielo__recording recording;
    int intent_given; /* its line, to the host */
    int outcome_given;
    char record_id[37]; /* of the intent's line, or "" */

    int started;
    int64_t now;
    int64_t start;
    int64_t deadline;

    cielo__mode mode;
    cielo__job job;
    cielo__job resume; /* what goes on once the token is there */
    int64_t wait_until;
    int64_t send_deadline;
    int64_t sent_at;
    int tries; /* of the job under way */
    int token_renewed;
    int watching; /* the wait may end with the client's epoch */
    int holds_void;
    int void_sent; /* it may have gone out, at the latest at `void_at` */
    int64_t void_at;
    int void_left; /* by then: it was given up while the host had it */
    int holds_token;
    cielo__message message;
    cielo_value *look; /* the parameters of the look-up under way, or NULL */
    cielo__event event;

    cielo_sent sent; /* of the operation itself */
    cielo__phase phase;
    int looked;           /* `settle` was used */
    int64_t settle_limit; /* no look-up after this */
    int rounds;           /* of look-ups that did not settle */
    cielo_value *answer;  /* owns `result` */
    const cielo_value *result;
    const cielo_value *payment; /* that it is or holds, or NULL */
    cielo_value *facts;         /* these two once they are asked for */
    cielo_value *details;
    size_t attempts_given; /* bytes of `attempts` that were */
    int reconciled;
    cielo__change change; /* what became of a capture or a void */
    int http_status;      /* of the answer that decided */
    cielo__outcome outcome;

    void *transport;
    void (*transport_destroy)(void *exchange);
    unsigned note; /* of who noted the intent; 0: nobody did */
    void (*note_ended)(cielo_call *call);
    void *user; /* the host's own */
    void *stay; /* in a cielo_many, or NULL */

    /* Large, and few calls look up anything, or fail. */
    cielo__settling settle;
    cielo_error error;

    /* These outlive the call, as those of a spare one: empty, in memory that
     * the next call need not ask for. */
    const cielo_allocator *mem;
    cielo__buf scratch; /* for reading answers */
    cielo__buf token;
    cielo__buf texts;    /* of the message */
    cielo__buf body;     /* likewise */
    cielo__buf attempts; /* of each a cielo__attempt, its URL, its reason */
};

/* ---- call.c ---- */

/* A call without parameters; NULL when memory is short. */
cielo_call *cielo__call_make(cielo_client *client, const cielo__operation *row,
                             const cielo_entropy *entropy);
/* Ends the call. */
void cielo__call_succeed(cielo_call *call);
void cielo__call_fail(cielo_call *call, int status, const char *message);
/* Ends it as outcome_unknown, with what made it so. */
void cielo__call_unknown(cielo_call *call, const char *why);
/* Ends it for want of memory: in doubt once the write was sent. */
void cielo__call_fail_memory(cielo_call *call);
/* Makes a tree the result, and NULL one without members. */
void cielo__call_adopt(cielo_call *call, cielo_value *tree);
/* Takes up a job now, or after a wait. */
void cielo__call_start_job(cielo_call *call, cielo__job job);
void cielo__call_wait(cielo_call *call, cielo__job job, int64_t until);
/* Until when the job under way may last. */
int64_t cielo__call_limit(const cielo_call *call);
/* 1 when the outcome of this call, if in doubt, may be read back. */
int cielo__call_settles(const cielo_call *call);

/* ---- prepare.c ---- */

/* Checks parameters, options of the call and credentials; what is wrong becomes
 * problems. Errors: CIELO_EMEMORY. */
int cielo__call_prepare(cielo_call *call, const cielo_value *params);
/* The credentials alone. */
int cielo__call_check_credentials(cielo_call *call);

/* ---- failure.c ---- */

/* Ends the call with what the last answer says, or the last failure. */
void cielo__call_fail_answer(cielo_call *call, int status);
void cielo__call_fail_event(cielo_call *call);
/* The longest of Cielo's codes that is shown as it is: it may be equal to a
 * security code, and says nothing of it. */
enum { CIELO__SHORT_CODE = 3 };

/* ---- send.c ---- */

/* Hands the request of the job to the host; or waits for the token or the turn
 * that it needs; or ends the call. */
void cielo__call_send(cielo_call *call);
/* Goes on with what is at RECORD: it was reported, or its time has passed. */
void cielo__call_send_recorded(cielo_call *call);

/* ---- record.c ---- */

/* Adds the line of a call that is at RECORD, or that has ended, to `out`.
 * Errors: CIELO_EMEMORY. */
int cielo__record_intent(cielo__buf *out, const cielo_call *call,
                         const cielo_origin *origin);
int cielo__record_outcome(cielo__buf *out, const cielo_call *call,
                          const cielo_origin *origin);
/* Likewise of a read that Cielo bills: that it was used, and by which store. */
int cielo__record_use(cielo__buf *out, const cielo_call *call,
                      const cielo_origin *origin);

/* ---- settling.c ---- */

/* Adds the lines of a call that ended and looked at a recorded intent: what it
 * saw, and the end if that is known. Errors: CIELO_EMEMORY. */
int cielo__record_settling(cielo__buf *out, const cielo_call *call,
                           const cielo_origin *origin);
/* 1 when two looks that are far enough apart saw nothing. */
static inline int cielo__is_absent(const cielo_call *call)
{
    return call->recorded && call->saw == CIELO__SAW_NOTHING
        && cielo__was_absent_long(call->recorded, call->saw_at);
}

/* ---- report.c ---- */

void cielo__event_clear(cielo__event *event);

/* ---- result.c ---- */

/* Adds free text of the outside, cleaned of what this call must not show and
 * cut on a character after `limit` bytes. */
void cielo__call_clean(const cielo_call *call, cielo__buf *out,
                       const char *text, size_t length, size_t limit);
/* The details of a call that ended. */
void cielo__result_details(cielo_call *call);
/* Notes what became of the request under way. */
void cielo__result_attempt(cielo_call *call);
/* The shop's number of the order that the call is about, or NULL. */
const char *cielo__order_number(const cielo_call *call);
/* Adds the errors of an answer's body, in any of its shapes. */
void cielo__result_errors(cielo_call *call, const cielo_value *tree);

/* ---- outcome.c ---- */

/* The payment that a result is, or holds; NULL for results of other things. */
const cielo_value *cielo__payment_of(const cielo__operation *row,
                                     const cielo_value *result);
/* Fills `outcome` from the result of a call that succeeds. */
void cielo__outcome_read(cielo_call *call);
/* Makes the tree of facts of a call that ended; NULL when memory is short. */
void cielo__result_facts(cielo_call *call);
/* Adds them only where there are any: few calls have one. Errors:
 * CIELO_EMEMORY. */
int cielo__add_warnings(const cielo_call *call, cielo_value *to);
/* The id under which Cielo knows the operation, or else its last look-up; ""
 * for none. */
const char *cielo__call_id(const cielo_call *call);

#endif
