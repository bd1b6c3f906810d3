/* The inside of a call, for the files that take its steps. */
#ifndef CIELO_CALL_INTERNAL_H
#define CIELO_CALL_INTERNAL_H

#include "call.h"
#include "slots.h"

/* What the request under way is for. */
typedef enum cielo__job {
    CIELO__JOB_MAIN,
    CIELO__JOB_TOKEN,
    CIELO__JOB_LIST, /* the sales of an order number */
    CIELO__JOB_SALE, /* one sale, recurrence or order read back */
    CIELO__JOB_COUNT
} cielo__job;

typedef enum cielo__mode {
    CIELO__MODE_READY, /* `job` is to be started */
    CIELO__MODE_OPEN,  /* its request is with the host */
    CIELO__MODE_WAIT,  /* until `wait_until`, then READY */
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
    int lost;            /* memory ran out while the body was read */
    char *text; /* the start of a body that is no JSON, masked; or NULL */
    cielo_sent sent;
    cielo_cause cause;
    char reason[120];
} cielo__event;

enum { CIELO__CANDIDATES = 16 };

/* Reading back an outcome. */
typedef struct cielo__settling {
    int active;
    int before;         /* reading the total ahead of a partial void */
    int rounds;
    int64_t limit;      /* no read after this */
    int64_t voided_before;
    char payment_id[64];
    char candidates[CIELO__CANDIDATES][64];
    int64_t received[CIELO__CANDIDATES]; /* of the list, ms; -1 unknown */
    int64_t begin;      /* of the call, by the clock of the list's answer, ms
                           since 1970; -1 unknown */
    int64_t listed;     /* when the list was answered, by the same clock */
    size_t count;
    size_t next;
    int unseen;         /* a candidate could not be read this round */
    int too_many;
    cielo_value *match; /* the one that fits so far */
    size_t matches;
    cielo_value *found; /* what this round saw: [{PaymentId, ...}] */
} cielo__settling;

/* What one request came to, until somebody asks for the details. */
typedef struct cielo__attempt {
    struct cielo__attempt *next;
    const char *method; /* static, or of the call's parameters */
    int answered;
    int http_status;    /* of the answer */
    cielo_sent sent;
    cielo_cause cause;
    int64_t ms;
    char request_id[64];
    size_t url_length;
    char texts[]; /* the URL as logs may show it, NUL, the reason, NUL */
} cielo__attempt;

struct cielo_call {
    cielo_client *client;
    const cielo__operation *row;
    int operation;
    cielo__input input;
    cielo__random random;
    int64_t timeout;
    char request_id[64]; /* given by the user, or "" */
    char own_id[64];     /* of the operation's request, not of a look-up */

    int started;
    int64_t now;
    int64_t start;
    int64_t deadline;

    cielo__mode mode;
    cielo__job job;
    cielo__job resume;   /* what goes on once the token is there */
    int64_t wait_until;
    int64_t send_deadline;
    int64_t sent_at;
    int tries;           /* of the job under way */
    int token_renewed;
    int watching;        /* the wait may end with the client's epoch */
    int holds_void;
    int void_sent;       /* it may have gone out, at the latest at `void_at` */
    int64_t void_at;
    int holds_token;
    cielo__buf token;
    cielo__message message;
    cielo__event event;

    cielo_sent sent;     /* of the operation itself */
    cielo__settling settle;
    cielo_value *answer; /* owns `result` */
    const cielo_value *result;
    cielo__attempt *attempts; /* the first one */
    cielo__attempt **last_attempt; /* where the next is put */
    cielo_value *facts;   /* these two once they are asked for */
    cielo_value *details;
    cielo_error error;
    int reconciled;
    int http_status;     /* of the answer that decided */

    void *transport;
    void (*transport_destroy)(void *exchange);

    /* These outlive the call, as those of a spare one. */
    const cielo_allocator *mem;
    cielo__buf scratch; /* for reading answers */
};

/* Ends the call. */
void cielo__call_succeed(cielo_call *call);
void cielo__call_fail(cielo_call *call, int status, const char *message);
/* Ends it as outcome_unknown, with what made it so. */
void cielo__call_unknown(cielo_call *call, const char *why);
/* Ends it with what the last answer or failure of a read says. */
void cielo__call_fail_event(cielo_call *call);
/* 1 when the event may be asked again and the call now waits to do so. */
int cielo__call_retry(cielo_call *call);
/* The longest of Cielo's codes that is shown as it is: it may be equal to a
 * security code, and says nothing of it. */
enum { CIELO__SHORT_CODE = 3 };
/* Takes up a job now, or after a wait. */
void cielo__call_take(cielo_call *call, cielo__job job);
void cielo__call_wait(cielo_call *call, cielo__job job, int64_t until);
/* Moves the tree of the event into `answer` and makes it the result. */
void cielo__call_adopt(cielo_call *call, cielo_value *tree);

/* ---- settle.c ---- */

/* 1 when a write of this call in doubt can be read back. */
int cielo__settle_can(const cielo_call *call);
/* Starts reading back; ends the call when it cannot be. */
void cielo__settle_begin(cielo_call *call, const char *why);
/* Starts reading the running total ahead of a partial void; 0 when this call
 * needs none. */
int cielo__settle_before(cielo_call *call);
/* Takes the answer to a LIST or SALE job. */
void cielo__settle_event(cielo_call *call);
/* The job under way cannot be sent in time. */
void cielo__settle_late(cielo_call *call);
/* The row and the parameters (the caller's to free) of a LIST or SALE job. */
const cielo__operation *cielo__settle_row(const cielo_call *call);
cielo_value *cielo__settle_params(const cielo_call *call);
void cielo__settle_clear(cielo__settling *settle);

/* ---- result.c ---- */

/* Adds free text of the outside, cleaned of what this call must not show and
 * cut on a character after `limit` bytes. */
void cielo__call_clean(const cielo_call *call, cielo__buf *out,
                       const char *text, size_t length, size_t limit);
/* Facts and details of a call that ended. */
void cielo__result_facts(cielo_call *call);
void cielo__result_details(cielo_call *call);
/* Notes what became of the request under way. */
void cielo__result_attempt(cielo_call *call);
void cielo__attempts_free(cielo_call *call);
/* The shop's number of the order that the call is about, or NULL. */
const char *cielo__order_number(const cielo_call *call);
/* Adds the errors of an answer's body, in any of its shapes. */
void cielo__result_errors(cielo_call *call, const cielo_value *tree);

#endif
