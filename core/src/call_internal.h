/* The inside of a call, shared by the files that decide its steps. */
#ifndef CIELO_CALL_INTERNAL_H
#define CIELO_CALL_INTERNAL_H

#include "internal.h"

enum { CIELO__READ = 0, CIELO__WRITE = 1 };

typedef enum cielo__host {
    CIELO__HOST_TRANSACTION,
    CIELO__HOST_QUERY,
    CIELO__HOST_CHECKOUT,
    CIELO__HOST_LOCAL
} cielo__host;

typedef enum cielo__settle_rule {
    CIELO__SETTLE_NONE,
    CIELO__SETTLE_SALE,
    CIELO__SETTLE_CAPTURE,
    CIELO__SETTLE_VOID,
    CIELO__SETTLE_RECURRENCE,
    CIELO__SETTLE_ORDER_CAPTURE,
    CIELO__SETTLE_ORDER_VOID
} cielo__settle_rule;

typedef struct cielo__operation {
    cielo_operation facts;
    cielo__host host;
    const char *body; /* the parameter that is the body, or "-" */
    cielo__settle_rule settle;
    const char *expect;
} cielo__operation;

const cielo__operation *cielo__operation_row(int operation);

/* ---- fields.c ---- */

char cielo__lower(char c);
int cielo__same_case(const char *a, const char *b, size_t length);
/* The index of the first row of an object in the field map. */
size_t cielo__field_first(int object);
/* The row that users may mean by `name`, case and '_' ignored; no index of any
 * when there is none. */
#define CIELO__NO_FIELD SIZE_MAX
size_t cielo__field_index(int object, const char *name, size_t length);
/* The secret type of any member of that name, CIELO_FIELD_OPEN when none. */
int cielo__field_kind(const char *name, size_t length);
/* 1 for the types whose text is never shown. */
int cielo__is_secret(int type);

/* ---- validate.c ---- */

/* What a call sends, out of what the user gave. */
typedef struct cielo__input {
    cielo_value *params; /* parameters checked and in wire form */
    cielo_value *body;   /* in wire names, or NULL */
    cielo_value *problems; /* [{path, rule, message}] */
    cielo_value *warnings; /* the same; NULL when there are none */
} cielo__input;

/* Fills `input`; wrong values become problems. Errors: CIELO_EMEMORY. */
int cielo__validate(const cielo__operation *row, const cielo_value *params,
                    int check_rules, cielo__input *input);

/* Adds {path, rule, message} to a list. Errors: CIELO_EMEMORY. */
int cielo__problem_add(cielo_value *problems, const char *path,
                       const char *rule, const char *message);
/* Tells the first of a list that is not empty, and how many more there are;
 * always CIELO_EVALIDATION. */
int cielo__problems_report(const cielo_value *problems, cielo_error *err);

/* The months of an interval's name (6.7); 0 when it is none. */
int64_t cielo__interval_months(const char *name);

/* ---- mask.c: trees and texts cleaned of secrets ---- */

/* A copy with wire names in which every secret member is masked. */
cielo_value *cielo__masked(const cielo_value *value);
/* Stars over the secret members of what is JSON but for its end or a slip. */
void cielo__mask_members(char *text, size_t length);
/* A collection of the secret texts of a request body, for cielo__mask_text. */
typedef struct cielo__secrets {
    const char *list[32]; /* NULL-terminated; borrowed */
    size_t count;
} cielo__secrets;
void cielo__secrets_collect(cielo__secrets *secrets, const cielo_value *body);
void cielo__secrets_add(cielo__secrets *secrets, const char *text);

/* ---- client.c ---- */

typedef struct cielo__settings {
    char *merchant_id;
    char *merchant_key;
    char *client_id;
    char *client_secret;
    char *checkout_merchant_id;
    char *environment;
    char *base_url;
    char *ca_file;
    char *proxy;
    char *user_agent;
} cielo__settings;

const cielo__settings *cielo__client_settings(const cielo_client *client);
int64_t cielo__client_connect_timeout(const cielo_client *client);
int cielo__client_max_retries(const cielo_client *client);
int cielo__client_reconcile(const cielo_client *client);
int cielo__client_validate(const cielo_client *client);

/* "https://api.cieloecommerce.cielo.com.br" and such: the base of a host. */
const char *cielo__client_base(const cielo_client *client, cielo__host host);

/* Scheme, host, port and path prefix of a base address. */
typedef struct cielo__address {
    char scheme[8];
    char host[256];
    char prefix[256];
    int port;
} cielo__address;
int cielo__address_parse(cielo__address *out, const char *url);
const cielo__address *cielo__client_address(const cielo_client *client,
                                            cielo__host host);

/* A call that ended, kept so that the next need not allocate what takes a heap
 * longest, its few large blocks; NULL when none is. Without the lock. */
cielo_call *cielo__spare_take(cielo_client *client);
/* Keeps one, or destroys it when enough are kept. */
void cielo__spare_give(cielo_client *client, cielo_call *call);

/* What became of asking the shared state for the token or a void's turn. */
typedef enum cielo__turn {
    CIELO__TURN_READY, /* go on (token copied, or the void's turn taken) */
    CIELO__TURN_MINE,  /* the caller holds the lease: fetch it */
    CIELO__TURN_WAIT   /* ask again at `*until` or when the epoch changes */
} cielo__turn;

/* The OAuth token or the lease to fetch it until `lease_end`. */
cielo__turn cielo__token_turn(cielo_client *client, const void *holder,
                              int64_t now, int64_t lease_end,
                              cielo__buf *token, int64_t *until);
/* Ends the lease of `holder`, with the token it fetched or NULL. */
int cielo__token_done(cielo_client *client, const void *holder,
                      const char *token, int64_t expires);
/* Drops the token if it is still this one. */
void cielo__token_drop(cielo_client *client, const char *token);

/* Five seconds between voids of one payment (3.2). */
cielo__turn cielo__void_turn(cielo_client *client, const void *holder,
                             const char *key, int64_t now, int64_t *until);
/* Ends the turn of `holder`; what was sent is counted from its answer. */
void cielo__void_done(cielo_client *client, const void *holder, int sent,
                      int64_t answered);

/* The sales this client was told of lately. `claim` adds one and gives 1 if it
 * was not there: of two calls that find the same sale, one may adopt it. */
void cielo__tell(cielo_client *client, const char *payment_id);
int cielo__is_told(cielo_client *client, const char *payment_id);
int cielo__claim(cielo_client *client, const char *payment_id);

/* ---- request.c ---- */

typedef struct cielo__random {
    uint64_t state[4];
} cielo__random;
void cielo__random_seed(cielo__random *random, const cielo_entropy *entropy);
uint64_t cielo__random_next(cielo__random *random);
/* Writes a version 4 GUID of 36 characters. */
void cielo__random_guid(cielo__random *random, char out[37]);

enum { CIELO__HEADERS = 8 };

/* A request and the memory behind it. */
typedef struct cielo__message {
    cielo_request request;
    cielo_header headers[CIELO__HEADERS];
    cielo__buf url;
    cielo__buf shown; /* the URL as logs may show it */
    cielo__buf authorization;
    cielo__buf agent;
    char *body;
    size_t body_length;
    char request_id[64];
} cielo__message;

/* The host a call goes to: the row's, or what a bare request names. */
cielo__host cielo__host_of(const cielo__operation *row,
                           const cielo_value *params);

void cielo__message_init(cielo__message *message, const cielo_allocator *mem);
void cielo__message_clear(cielo__message *message);
/* Builds the request of a row. `token` is for Checkout; `request_id` NULL
 * draws a fresh one. Errors: CIELO_EMEMORY. */
int cielo__message_build(cielo__message *message, const cielo_client *client,
                         const cielo__operation *row, const cielo_value *params,
                         const cielo_value *body, const char *token,
                         const char *request_id, cielo__random *random);
/* Builds the request for an OAuth token (1.3). */
int cielo__message_token(cielo__message *message, const cielo_client *client);

/* ---- datetime.c: no clock, only texts ---- */

/* RFC 9110 HTTP-date to milliseconds since 1970; 0 when it is none. */
int cielo__http_date(const char *text, int64_t *ms);
/* A Cielo moment without zone (7.1, row 15) in Brasilia's; 0 when none. */
int cielo__cielo_date(const char *text, size_t length, int64_t *ms);
/* The calendar day (year * 10000 + month * 100 + day) at the start of a text
 * in YYYY-MM-DD; 0 when there is none. */
int cielo__calendar_day(const char *text, size_t length);

/* ---- retry.c ---- */

/* 1 when an answer says that a read may be asked again. */
int cielo__retry_status(int http_status);
/* How long to wait before try `tries` (from 1), jitter included; what the
 * server asks for (`retry_after`, ms, -1 when nothing) comes first. */
int64_t cielo__retry_delay(int tries, int64_t retry_after,
                           cielo__random *random);
/* The text of Retry-After in ms, seconds or date; -1 when unreadable. */
int64_t cielo__retry_after(const char *text, const char *date);
/* The status for an answer that is no success. */
int cielo__status_of(int http_status);

/* ---- hint.c ---- */

struct cielo_call;
/* The documented rule that a refusal with `status` most likely comes from;
 * static, NULL when there is none to name. */
const char *cielo__hint(const struct cielo_call *call, int status);

/* ---- call.c ---- */

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

/* Frees a spare call. */
void cielo__call_destroy(cielo_call *call);

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
/* Adds free text of the outside, cleaned of what this call must not show and
 * cut on a character after `limit` bytes. */
void cielo__call_clean(const cielo_call *call, cielo__buf *out,
                       const char *text, size_t length, size_t limit);
/* Takes up a job now, or after a wait. */
void cielo__call_take(cielo_call *call, cielo__job job);
void cielo__call_wait(cielo_call *call, cielo__job job, int64_t until);
/* Moves the tree of the event into `answer` and makes it the result. */
void cielo__call_adopt(cielo_call *call, cielo_value *tree);
/* 1 when the tree has what the row's `expect` names. */
int cielo__readable(const cielo__operation *row, const cielo_value *tree);
/* The sales in an answer to a query by order number: the answer itself, or the
 * member of it that is a list, of two names and in any case (7.2, row 26); NULL
 * when there is none. */
const cielo_value *cielo__list_of(const cielo_value *tree);

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

/* Facts and details of a call that ended. */
void cielo__result_facts(cielo_call *call);
void cielo__result_details(cielo_call *call);
/* Notes what became of the request under way. */
void cielo__result_attempt(cielo_call *call);
void cielo__attempts_free(cielo_call *call);
/* The shop's number of the order that the call is about, or NULL. */
const char *cielo__order_number(const cielo_call *call);
/* Adds the errors of an answer's body, in any of its shapes (1.6). */
void cielo__result_errors(cielo_call *call, const cielo_value *tree);
/* A member by its wire name ignoring case, through objects: "Payment.Status".*/
const cielo_value *cielo__member(const cielo_value *tree, const char *path);
/* The cents of a member; 0 when it is no integer (`*out` is then -1). */
int cielo__amount(const cielo_value *tree, const char *path, int64_t *out);

#endif
