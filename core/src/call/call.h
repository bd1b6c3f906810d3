/* The floor of calls: what its files share that needs no call. */
#ifndef CIELO_CALL_FLOOR_H
#define CIELO_CALL_FLOOR_H

#include <cielo/call.h>
#include <cielo/client.h>

#include "../facts/facts.h"

/* ---- problems.c ---- */

/* Adds {path, rule, message} to a list. Errors: CIELO_EMEMORY. */
int cielo__problem_add(cielo_value *problems, const char *path,
                       const char *rule, const char *message);
/* Tells those of a list that is not empty, ten at most, each on a line of its
 * own where there are several; always CIELO_EVALIDATION. */
int cielo__problems_report(const cielo_value *problems, cielo_error *err);

/* ---- validate.c ---- */

/* What a call sends, out of what the user gave. */
typedef struct cielo__input {
    int today;             /* given: in Brasilia, as cielo__calendar_day
                              has it; 0: not known */
    cielo_value *params;   /* parameters checked and in wire form */
    cielo_value *body;     /* in wire names, or NULL */
    cielo_value *problems; /* [{path, rule, message}] */
    cielo_value *warnings; /* the same; NULL when there are none */
} cielo__input;

/* Fills `input`; wrong values become problems. Errors: CIELO_EMEMORY. */
int cielo__validate(const cielo__operation *row, const cielo_value *params,
                    int check_rules, cielo__input *input);

/* ---- between.c: what is left of its look at a sale ---- */

/* 1 for a sale in wire names that Cielo is sure to deny: a stored card's
 * recurring charge without the mark of one [own-recurrence]. */
int cielo__lacks_mark(const cielo_value *sale);

/* ---- shown.c: what <cielo/shown.h> does not say ---- */

/* A collection of the secret texts of a call, for cielo__text_shown. */
typedef struct cielo__secrets {
    const char *list[48]; /* NULL-terminated; borrowed */
    size_t count;
} cielo__secrets;
void cielo__secrets_collect(cielo__secrets *secrets, const cielo_value *body);
void cielo__secrets_add(cielo__secrets *secrets, const char *text);

/* 1 for what has the form of an id of Cielo's and not that of a number: shown
 * whole where an id is asked for. */
int cielo__is_id(const char *text, size_t length);

/* Adds free text as it may be shown, with every occurrence of a text in
 * `secrets` (NULL-terminated list; may be NULL) hidden; one of three characters
 * only where it is a word by itself. Stops, on a character, once `limit` bytes
 * were added. */
int cielo__text_shown(cielo__buf *out, const char *text, size_t length,
                      const char *const *secrets, size_t limit);
/* The same for what was made from a tree as it may be shown: the secrets alone
 * are hidden. */
int cielo__secrets_hide(cielo__buf *out, const char *text, size_t length,
                        const char *const *secrets, size_t limit);

/* ---- options.c ---- */

/* In how many ways a text can show the user and password of a proxy. */
enum { CIELO__PROXY_FORMS = 11 };

typedef struct cielo__settings {
    char *merchant_id;
    char *merchant_key;
    char *client_id;
    char *client_secret;
    char *checkout_merchant_id;
    char *mpi_client_id;
    char *mpi_client_secret;
    char *post_client_id;
    char *post_client_secret;
    char *environment;
    char *base_url;
    char *ca_file;
    char *proxy;
    char *user_agent;
    char *journal;
    char *journal_sync;
    char *journal_mode;
    /* What no text may show of the proxy's user and password, up to a NULL. */
    char *proxy_secrets[CIELO__PROXY_FORMS + 1];
} cielo__settings;

/* Copies what was given, else what the environment says; not CIELO_OK when
 * memory is short. Release with cielo__settings_free either way. */
int cielo__settings_copy(const cielo_allocator *mem, cielo__settings *to,
                         const cielo_options *from);
void cielo__settings_free(const cielo_allocator *mem, cielo__settings *s);
/* The caller's struct, which may be of an older size, with defaults. */
int cielo__options_read(cielo_options *out, const cielo_options *given,
                        cielo_error *err);
/* CIELO_OK for options that can be had; `client`: for one made of it. */
int cielo__options_check(const cielo_options *o, const cielo_client *client,
                         cielo_error *err);
/* Texts that become header values: a line break would add a header. */
int cielo__is_header_text(const char *text);

/* Scheme, host, port and path prefix of a base address. */
typedef struct cielo__address {
    char scheme[8];
    char host[256];
    char prefix[256];
    int port;
    size_t target; /* where the path begins in the address itself */
} cielo__address;
int cielo__address_parse(cielo__address *out, const char *url);
/* ---- client.c ---- */

const cielo__settings *cielo__client_settings(const cielo_client *client);
int64_t cielo__client_connect_timeout(const cielo_client *client);
int cielo__client_max_retries(const cielo_client *client);
int cielo__client_reconcile(const cielo_client *client);
int cielo__client_validate(const cielo_client *client);
/* 1 when a call pauses after each attempt. */
int cielo__client_tells(const cielo_client *client);
/* 1 when what cannot be recorded is not sent. */
int cielo__client_needs_journal(const cielo_client *client);

/* What every request of the client names as its sender. */
const char *cielo__client_agent(const cielo_client *client);

/* "https://api.cieloecommerce.cielo.com.br" and such: the base of a host,
 * without a slash at its end. */
const char *cielo__client_base(const cielo_client *client, cielo__host host);

const cielo__address *cielo__client_address(const cielo_client *client,
                                            cielo__host host);

/* The state that all clients of one family share. */
typedef struct cielo__shared cielo__shared;
cielo__shared *cielo__client_shared(const cielo_client *client);

/* ---- shared.c ---- */

/* Borrows `mem`. NULL when memory is short. */
cielo__shared *cielo__shared_new(const cielo_allocator *mem);
void cielo__shared_free(cielo__shared *s);
/* Safe in a forked child too, where it makes all anew. */
void cielo__shared_lock(cielo__shared *s);
void cielo__shared_unlock(cielo__shared *s);
uint64_t cielo__shared_epoch(cielo__shared *s);
void cielo__shared_wait(cielo__shared *s, uint64_t epoch, int64_t until);
void **cielo__shared_transport(cielo__shared *s,
                               void (*destroy)(void *transport, int idle_only));
void cielo__shared_close_idle(cielo__shared *s);
/* The slot of what writes the journal; `destroy` runs with the state's end. */
void **cielo__shared_writer(cielo__shared *s, void (*destroy)(void *writer));

/* The memory of a call that ended, kept so that the next need not allocate what
 * takes a heap longest, its few large blocks; NULL when none is. No lock. */
void *cielo__spare_take(cielo__shared *s);
/* Keeps one, or destroys it when enough are kept. */
void cielo__spare_give(cielo__shared *s, void *spare,
                       void (*destroy)(void *spare));

/* What became of asking the shared state for the token or a void's turn. */
typedef enum cielo__turn {
    CIELO__TURN_READY, /* go on (token copied, or the void's turn taken) */
    CIELO__TURN_MINE,  /* the caller holds the lease: fetch it */
    CIELO__TURN_WAIT   /* ask again at `*until` or when the epoch changes */
} cielo__turn;

/* The OAuth token or the lease to fetch it until `lease_end`. */
cielo__turn cielo__token_turn(cielo__shared *s, const void *holder, int64_t now,
                              int64_t lease_end, cielo__buf *token,
                              int64_t *until);
/* Ends the lease of `holder`, with the token it fetched or NULL. */
int cielo__token_done(cielo__shared *s, const void *holder, const char *token,
                      int64_t expires);
/* Drops the token if it is still this one. */
void cielo__token_drop(cielo__shared *s, const char *token);

/* The host's side of the token: see cielo_client_token_get and _put. */
int cielo__token_get(cielo__shared *s, char *buffer, size_t size,
                     int64_t *expires_ms);
int cielo__token_put(cielo__shared *s, const char *token, int64_t expires_ms);

/* A payment, by the text that names it, whatever the case; never 0. */
uint64_t cielo__payment_hash(const char *key);
/* 1 when a void of a payment that were asked for now would have its turn; else
 * `*until` is as of cielo__void_turn. */
int cielo__void_may_start(cielo__shared *s, uint64_t payment, int64_t now,
                          int64_t *until);
/* Five seconds between voids of one payment. */
cielo__turn cielo__void_turn(cielo__shared *s, const void *holder,
                             const char *key, int64_t now, int64_t *until);
/* Ends the turn of `holder`; what was sent is counted from its answer. With
 * `left` it may be answered yet, no later than `answered`: it is then counted
 * from when the next asks, if that is earlier. */
void cielo__void_done(cielo__shared *s, const void *holder, int sent,
                      int64_t answered, int left);

/* The sales this client was told of lately. `claim` adds one and gives 1 if it
 * was not there: of two calls that find the same sale, one may adopt it. */
void cielo__tell(cielo__shared *s, const char *payment_id);
int cielo__is_told(cielo__shared *s, const char *payment_id);
int cielo__claim(cielo__shared *s, const char *payment_id);
/* The same of a sale that one of its own calls made, which is nobody else's. */
void cielo__tell_made(cielo__shared *s, const char *payment_id);
/* The same for a recorded intent, which may claim again what it claimed, and
 * what the client was told of by a read. The other: 0 when it may not. */
int cielo__claim_for(cielo__shared *s, const char *payment_id,
                     const char *intent);
int cielo__is_free_for(cielo__shared *s, const char *payment_id,
                       const char *intent);
/* 1 for a sale that any client of this process was told of lately. */
int cielo__is_told_here(const char *payment_id);
/* 1 after a claim when no other client of the process has made one too. */
int cielo__is_told_once(const char *payment_id);
/* Notes how a sale that Cielo just made was dated beside the answer's own date,
 * both in ms since 1970; negative: unknown. */
void cielo__note_dates(cielo__shared *s, int64_t received, int64_t answered);
/* 0 when the last of them was of another zone: no date tells a sale's age then.
 * The other: 0 when it lay ahead of the answer: none tells a refusal's. */
int cielo__is_same_zone(cielo__shared *s);
/* Notes that a Date was written between `sent` and `now` of the callers' clock,
 * which is monotonic: it bounds how far Cielo's, of the day, is ahead. */
void cielo__note_clock(cielo__shared *s, int64_t date, int64_t sent,
                       int64_t now);
/* How far that is, ms: `*ahead` at least, and `*within` more at most, by all
 * that was noted lately. 0 when nothing was. */
int cielo__clock_ahead(cielo__shared *s, int64_t *ahead, int64_t *within);
int cielo__is_same_clock(cielo__shared *s);

/* ---- call.c, send.c: what many.c sees of calls ---- */

/* Where a cielo_many keeps a call's place in it; NULL while it is in none. */
void **cielo__call_stay(cielo_call *call);
int cielo__call_has_begun(const cielo_call *call);
/* The payment of a void that is to be sent; 0 for any other call. */
uint64_t cielo__call_payment(const cielo_call *call);

/* ---- request.c ---- */

enum { CIELO__HEADERS = 8 };

/* The room that the texts of a message may take: an address, a token. */
enum { CIELO__TEXTS = 72 * 1024 };

/* A request and the memory behind it. What is one for all requests of a client
 * is borrowed from it. */
typedef struct cielo__message {
    cielo_request request;
    cielo_header headers[CIELO__HEADERS];
    cielo__buf *texts;  /* the address, NUL, and what Authorization says */
    size_t credentials; /* where in `texts` that begins */
    cielo__buf *body;
    char request_id[64];
} cielo__message;

/* The host a call goes to: the row's, or what a bare request names. */
cielo__host cielo__host_of(const cielo__operation *row,
                           const cielo_value *params);

/* Borrows both, which are this message's alone. */
void cielo__message_init(cielo__message *message, cielo__buf *texts,
                         cielo__buf *body);
/* Builds the request of a row. `token` is for those that have one;
 * `request_id` NULL draws a fresh one. Errors: CIELO_EMEMORY. */
int cielo__message_build(cielo__message *message, const cielo_client *client,
                         const cielo__operation *row, const cielo_value *params,
                         const cielo_value *body, const char *token,
                         const char *request_id, cielo__random *random);
/* Adds the address of what was built from these as logs may show it. */
void cielo__message_shown(cielo__buf *out, const cielo_client *client,
                          const cielo__operation *row,
                          const cielo_value *params, const cielo_value *body);
/* The secret part of what Authorization says; NULL when there is none. */
const char *cielo__message_credentials(const cielo__message *message);
/* 1 for a row whose requests need an OAuth token of their own. */
int cielo__has_own_token(const cielo__operation *row);
/* Builds the request for the OAuth token that a row's requests need. */
int cielo__message_token(cielo__message *message, const cielo_client *client,
                         const cielo__operation *row);

/* ---- retry.c ---- */

/* 1 for an answer to a write, under 500, that leaves its outcome in doubt. */
int cielo__is_doubtful(int http_status);
/* 1 when an answer says that a read may be asked again. */
int cielo__retry_status(int http_status);
/* How long to wait before try `tries` (from 1), jitter included; longer where
 * the server asks for it (`retry_after`, ms, -1 when nothing). */
int64_t cielo__retry_delay(int tries, int64_t retry_after,
                           cielo__random *random);
/* The text of Retry-After in ms, seconds or date; -1 when unreadable, and for a
 * date that does not lie ahead of `date`, the server's own, or NULL. */
int64_t cielo__retry_after(const char *text, const char *date);
/* The status for an answer that is no success. */
int cielo__status_of(int http_status);

/* ---- hint.c ---- */

/* The documented rule that a refusal with `status` and Cielo's `code`, which
 * may be NULL, most likely comes from; static, NULL when there is none. */
const char *cielo__hint(int operation, const cielo_value *params, int status,
                        const char *code);
/* The environment that was asked, or the host where a base_url stands for it:
 * credentials and sales of one are unknown to the other. NULL for a `status`
 * that says nothing of that. */
const char *cielo__asked(const cielo_client *client, const char *host,
                         int status);

/* ---- answer.c ---- */

/* What else a record says of what was asked for. Moments are of Cielo's clock,
 * ms since 1970. */
typedef struct cielo__recorded {
    char id[64];             /* of the intent */
    int64_t begin;           /* surely not too early; -1 unknown */
    int64_t earliest;        /* what it made is of no date before, ... */
    int64_t latest;          /* ... and of none after */
    int64_t lasts;           /* its call, at most; -1 unknown */
    int64_t voided_before;   /* -1 unknown */
    int is_stored;           /* of the card nothing but that is known */
    int is_overtaken;        /* what it changes was changed again since */
    const cielo_value *told; /* ids of sales that others of its order made */
    /* These three are its own. */
    cielo_value *entry;
    cielo_value *params;
    cielo_value *body;
} cielo__recorded;

/* What was asked for, by a live call or by a record of one. Borrowed. */
typedef struct cielo__intent {
    int operation;
    const cielo__operation *row;
    const cielo_value *params;       /* checked and in wire form */
    const cielo_value *body;         /* in wire names, or NULL */
    const cielo__recorded *recorded; /* NULL for a live one */
} cielo__intent;

/* 1 when the tree has what the row's `expect` names. */
int cielo__readable(const cielo__operation *row, const cielo_value *tree);
/* The same for the answer to an intent, which may be due to show less. */
int cielo__is_whole_answer(const cielo__intent *intent,
                           const cielo_value *tree);
/* 1 for a 404 of Cielo's own, which has no body or its list of errors; the page
 * or the object of a gateway on the way says nothing of sales. */
int cielo__is_own_404(int is_empty, const cielo_value *tree);
/* The sales in an answer to a query by order number: the answer itself, or the
 * member of it that is a list, of two names and in any case; NULL when there is
 * none. */
const cielo_value *cielo__list_of(const cielo_value *tree);
/* 0 for a text of an answer that is another than was asked for, whatever its
 * case and the blanks around it; what is not there contradicts nothing. */
int cielo__is_text_echoed(const cielo_value *asked, const cielo_value *told);
/* 0 for an answer that carries another id, order number or amount than was
 * asked: it is another request's. */
int cielo__is_answer_to(const cielo__intent *intent, const cielo_value *tree);

/* ---- match.c ---- */

/* Asked for by hand: the caller says what to look for, and knows of it. */
int cielo__intent_is_manual(const cielo__intent *intent);
/* 1 for a Pix payment in wire names that asks for the payer's consent to later
 * charges and charges nothing itself [pix-automatic]. */
int cielo__is_consent(const cielo_value *payment);
/* 1 for two texts that are one but for case; NULL is none. */
int cielo__same_word(const char *a, const char *b);
/* The shop's number of the order, or NULL. */
const char *cielo__intent_order(const cielo__intent *intent);
/* 1 for a payment that is refused for good, by its status or, where that says
 * nothing yet, by its code or its analysis [velocity-refusal]. */
int cielo__is_refused(const cielo_value *payment);
/* The same of one whose status is of that nature. */
int cielo__is_refused_as(const cielo_value *payment, cielo_nature nature);
/* When Cielo received a sale, under either spelling of the member; ms since
 * 1970, -1 when that cannot be read. */
int64_t cielo__received_at(const cielo_value *payment);
/* 1 for the date of a sale that began no earlier than `begin`, by the server's
 * clock; -1 there is no such clock. */
int cielo__is_late_enough(int64_t received, int64_t begin);
/* 0 for a date, ms, that is earlier than what the caller asks for by hand; an
 * unknown one is. */
int cielo__is_meant(const cielo__intent *intent, int64_t received);
/* 1 for a date that lies ahead of the list that has it by more than the seconds
 * that both are cut to. */
int cielo__is_ahead(int64_t received, int64_t listed);
/* 1 for a sale that is the intended one: order, amount, type, instalments, card
 * and date. `listed` is when the list that named it was answered, `listed_date`
 * the date that it gave, for a sale that shows none itself. */
int cielo__sale_fits(const cielo__intent *intent, const cielo_value *seen,
                     int64_t begin, int64_t listed, int64_t listed_date);

/* 1 for a sale that is surely another one, by its order number, its amount or
 * its card: what cannot be read is not sure. */
int cielo__is_other_sale(const cielo__intent *intent, const cielo_value *seen);

/* ---- change.c ---- */

/* What became of a capture or a void. */
typedef enum cielo__change {
    CIELO__CHANGE_NONE, /* the operation is no such change */
    CIELO__CHANGE_DONE,
    CIELO__CHANGE_REFUSED,
    CIELO__CHANGE_PENDING, /* accepted and not done yet */
    CIELO__CHANGE_DOUBT    /* the answer does not say */
} cielo__change;

/* 1 for captures and voids, of API 3.0 and of Checkout. */
int cielo__is_change(const cielo__operation *row);
/* What a payment shows once such a change is done, whole; CIELO_NATURE_NONE for
 * other operations. */
cielo_nature cielo__wanted_nature(const cielo__operation *row);
/* The book that knows the codes of a row, CIELO_CODE_... */
int cielo__code_book(const cielo__operation *row);
/* What an answer to a capture or a void says. */
cielo__change cielo__change_of(const cielo__intent *intent,
                               const cielo_value *answer);

/* ---- entry.c: an intent out of the journal ---- */

/* Reads what an entry says (journal.h), which is copied, and makes an intent of
 * it that borrows from `*out`. Errors: CIELO_EMEMORY, CIELO_EUSAGE (it is no
 * entry that is in doubt). */
int cielo__recorded_new(cielo__recorded **out, cielo__intent *intent,
                        const cielo_value *entry, cielo_error *err);
/* NULL is a no-op. */
void cielo__recorded_free(cielo__recorded *recorded);
/* 1 when a look that sees nothing `now`, by Cielo's clock, is the second that
 * does, long enough after the first, and no look between them saw anything
 * else: a list without the sale, after one that had it, is somebody else's
 * answer. */
int cielo__was_absent_long(const cielo__recorded *recorded, int64_t now);
/* The date of the last look before that saw nothing; -1 when none did. */
int64_t cielo__last_absence(const cielo__recorded *recorded);

/* ---- settle.c: what became of a write in doubt ---- */

enum { CIELO__CANDIDATES = 16 };

/* How far the reading back of one intent is. Zeros to begin with. */
typedef struct cielo__settling {
    int ahead;               /* reading what has to be known before the write */
    int look;                /* what is read next, of settle.c */
    int64_t captured_before; /* these two of the look ahead; -1: unreadable */
    int64_t voided_before;
    char payment_id[64];
    char candidates[CIELO__CANDIDATES][64];
    int64_t received[CIELO__CANDIDATES]; /* of the list, ms; -1 unknown */
    int64_t begin;  /* of the operation, by the clock of the list's answer,
                           ms since 1970; -1 unknown */
    int64_t listed; /* when the list was answered, by the same clock, or what
                           shows a change */
    size_t count;
    size_t next;
    int unseen; /* a candidate could not be read this round */
    int too_many;
    int maybe;       /* there is a sale that is not surely another one */
    int unfit;       /* one of the candidates is such a sale */
    int64_t bound;   /* the best of the looks' estimates of the beginning that
                           is surely no later; -1 unknown */
    int no_refusals; /* a listed date lay ahead of its list's */
    char refused_id[64]; /* the refusal that was seen in an earlier round */
    int64_t refused_date;
    int64_t refused_status;
    int64_t refused_at; /* when, by the caller's clock, ms */
    cielo_value *match; /* the one that fits so far */
    size_t matched;     /* which of the candidates it is */
    size_t matches;
    cielo_value *found; /* what this round saw: [{PaymentId, ...}] */
} cielo__settling;

/* What a look-up was answered. */
typedef struct cielo__seen {
    int http_status; /* 0: no answer came */
    int64_t date;    /* of the answer, ms since 1970; -1 unknown */
    int64_t begin;   /* when the operation began, by that clock, as if the date
                          had been written when the look-up was sent: it is
                          rather too late; -1 unknown */
    int64_t bound;   /* the same as if it had been written when the answer came:
                          surely not too late; -1 unknown */
    int64_t now;     /* of the caller's clock, ms */
    int empty;       /* it has no body */
    cielo_value *tree; /* NULL when empty or unreadable; NULL too once it is
                          part of a verdict */
} cielo__seen;

/* What to do next. */
typedef enum cielo__step_of_settling {
    CIELO__VERDICT_READ,    /* read cielo__settle_row with its parameters */
    CIELO__VERDICT_AGAIN,   /* the same after a pause, if time is left; else in
                               doubt: `why` */
    CIELO__VERDICT_ADOPT,   /* done: `answer`, NULL where none is due */
    CIELO__VERDICT_UNKNOWN, /* in doubt for good: `why` */
    CIELO__VERDICT_SEND,    /* what had to be known before is: send the write */
    CIELO__VERDICT_UNREAD,  /* it is not: this read failed as any read may */
    CIELO__VERDICT_REFUSE   /* it cannot be known: nothing is sent, `why` */
} cielo__step_of_settling;

/* What a look at a doubt saw: X(NAME, "word"). */
#define CIELO__SAW_MAP(X)                                               \
    X(NOTHING, "nothing")                                               \
    X(ADOPTED, "adopted")                                               \
    X(UNREAD, "unread")   /* no answer: neither nothing nor anything */ \
    X(SEVERAL, "several") /* that may be it */                          \
    X(UNSURE, "unsure")   /* something that is not surely it */
typedef enum cielo__saw {
#define CIELO_X(name, word) CIELO__SAW_##name,
    CIELO__SAW_MAP(CIELO_X)
#undef CIELO_X
        CIELO__SAW_END
} cielo__saw;

typedef struct cielo__verdict {
    cielo__step_of_settling step;
    cielo__saw saw;      /* of AGAIN, ADOPT and UNKNOWN */
    const char *why;     /* static, or NULL */
    int64_t pause;       /* the least pause before AGAIN, ms */
    cielo_value *answer; /* the caller's to free */
} cielo__verdict;

/* 1 when such a write in doubt can be read back. */
int cielo__settle_can(const cielo__intent *intent);
/* 1 when something has to be read before the write is sent. */
int cielo__settle_looks_ahead(const cielo__intent *intent);
/* Starts reading, ahead of the write or back after it. */
cielo__verdict cielo__settle_start(cielo__settling *s,
                                   const cielo__intent *intent, int ahead);
/* The row and the parameters (the caller's to free; NULL: no memory) of what is
 * to be read. */
const cielo__operation *cielo__settle_row(const cielo__settling *s);
cielo_value *cielo__settle_params(const cielo__settling *s,
                                  const cielo__intent *intent);
/* What an answer tells. `shared` knows the sales this process was told of, and
 * is told of the one that is adopted. */
cielo__verdict cielo__settle_judge(cielo__settling *s,
                                   const cielo__intent *intent,
                                   cielo__shared *shared, cielo__seen *seen);
void cielo__settle_clear(cielo__settling *s);

#endif
