/* The call machine: what to do next, decided from what the host reported. */
#include <stdio.h>
#include <string.h>

#include "call_internal.h"

/* ---- what came of a read ---- */

/* 1 when the event may be asked again and the call now waits to do so. */
static int retry(cielo_call *call)
{
    const cielo__event *e = &call->event;
    int again = e->kind == CIELO__EVENT_ANSWER
        ? cielo__retry_status(e->http_status)
        : e->cause == CIELO_CAUSE_CONNECT || e->cause == CIELO_CAUSE_CLOSED
            || (e->cause == CIELO_CAUSE_TIMEOUT && e->sent == CIELO_SENT_NO);
    int64_t delay;

    if (!again || call->tries >= cielo__client_max_retries(call->client))
        return 0;
    call->tries++;
    delay = cielo__retry_delay(call->tries,
                               e->kind == CIELO__EVENT_ANSWER ? e->retry_after
                                                              : -1,
                               &call->random);
    if (delay >= cielo__call_limit(call) - call->now)
        return 0;
    cielo__call_wait(call, call->job, call->now + delay);
    return 1;
}

/* ---- the token ---- */

/* What may stand in a header: a line break would add one. */
static int is_header_token(const cielo_value *token)
{
    size_t length = 0, i;
    const char *text = cielo_value_text(token, &length);

    if (cielo_value_type(token) != CIELO_TEXT)
        return 0;
    for (i = 0; i < length; i++) {
        if ((unsigned char)text[i] <= 0x20 || (unsigned char)text[i] >= 0x7F)
            return 0;
    }
    return length > 0;
}

/* A token for one call alone is just fetched: a 401 to it is no matter of age,
 * and nobody else is given it [browser-tokens]. */
static int share_token(cielo_call *call, const char *token, int64_t expires)
{
    call->token_renewed |= cielo__has_own_token(call->row);
    return cielo__has_own_token(call->row)
        ? CIELO_OK
        : cielo__token_done(cielo__client_shared(call->client), call, token,
                            expires);
}

/* In seconds, as the token's answer says in a number or a text, a fraction left
 * out; else as long as Cielo's last [token-life]. */
static int64_t life_of(const cielo_value *answer)
{
    enum { DOCUMENTED = 20 * 60, LONGEST = 1000000 };
    const cielo_value *life = cielo__member(answer, "expires_in");
    const char *text = cielo_value_text(life, NULL);
    cielo_value *number = text ? cielo_value_new_number(text, strlen(text))
                               : NULL;
    double seconds = DOCUMENTED;

    if (cielo_value_type(number) == CIELO_NUMBER)
        seconds = cielo_value_real(number);
    cielo_value_free(number);
    return seconds < 0 ? 0 : seconds > LONGEST ? LONGEST : (int64_t)seconds;
}

static void read_token(cielo_call *call)
{
    const cielo__event *e = &call->event;
    const cielo_value *token = cielo__member(e->tree, "access_token");
    const char *text = cielo_value_text(token, NULL);

    if (e->kind == CIELO__EVENT_ANSWER && e->http_status / 100 == 2
        && is_header_token(token)) {
        call->holds_token = 0;
        /* Taken from the answer, not from the shared state, which lends no
         * token in its last minute. */
        cielo__buf_reset(&call->token);
        if (share_token(call, text, call->sent_at + life_of(e->tree) * 1000)
                != CIELO_OK
            || cielo__buf_text(&call->token, text) != CIELO_OK)
            cielo__call_fail_memory(call);
        else
            cielo__call_start_job(call, call->resume);
        return;
    }
    if (retry(call))
        return;
    if (call->phase == CIELO__PHASE_BACK) {
        cielo__call_unknown(call, "no token to look it up with");
        return;
    }
    call->http_status = e->kind == CIELO__EVENT_ANSWER ? e->http_status : 0;
    if (call->http_status == 400) /* bad credentials [bad-client] */
        cielo__call_fail_answer(call, CIELO_EAUTHENTICATION);
    else
        cielo__call_fail_event(call);
}

/* ---- settling: what the rules decide is carried out here ---- */

static void start_looking(cielo_call *call, cielo__phase phase)
{
    call->phase = phase;
    call->looked = 1;
    call->rounds = 0;
    (void)cielo__settle_start(&call->settle, &call->intent,
                              phase == CIELO__PHASE_AHEAD);
    cielo__call_start_job(call, CIELO__JOB_LOOK);
}

/* Reads back what is in doubt, within a third of the time; ends the call where
 * nothing can be read. */
static void read_back(cielo_call *call, const char *why)
{
    int64_t limit = call->now + call->timeout / 3;

    if (!cielo__call_settles(call)) {
        cielo__call_unknown(call, why);
        return;
    }
    call->settle_limit = limit < call->deadline ? limit : call->deadline;
    start_looking(call, CIELO__PHASE_BACK);
}

static const char absent[]
    = "two looks at least ten minutes apart saw nothing of it";

/* What was recorded is looked at once: a refusal twice, a little apart. */
static int is_last_look(const cielo_call *call, const cielo__verdict *verdict)
{
    return call->recorded && (verdict->pause == 0 || call->rounds > 0);
}

static void look_again(cielo_call *call, const cielo__verdict *verdict)
{
    const char *why = cielo__is_absent(call) ? absent : verdict->why;
    int64_t delay;

    if (is_last_look(call, verdict)) {
        cielo__call_unknown(call, why);
        return;
    }
    delay = cielo__retry_delay(++call->rounds, -1, &call->random);
    if (delay < verdict->pause)
        delay = verdict->pause;
    if (delay >= call->settle_limit - call->now)
        cielo__call_unknown(call, why);
    else
        cielo__call_wait(call, CIELO__JOB_LOOK, call->now + delay);
}

static void adopt_settled(cielo_call *call, cielo_value *answer)
{
    call->reconciled = 1;
    if (cielo__is_change(call->row))
        call->change = CIELO__CHANGE_DONE; /* that is what was seen */
    call->http_status = call->event.http_status;
    cielo__call_adopt(call, answer);
    cielo__call_succeed(call);
}

/* A read ahead of the write failed: it is a read like any other. */
static void fail_ahead(cielo_call *call)
{
    if (retry(call))
        return;
    call->http_status = call->event.http_status;
    cielo__call_fail_event(call);
}

/* What this look saw, for the record of it. What is to be read next was seen,
 * whatever becomes of the call; and no silence later takes back what was. */
static void note_look(cielo_call *call, const cielo__verdict *verdict)
{
    int64_t date = call->event.kind == CIELO__EVENT_ANSWER ? call->event.date
                                                           : -1;
    int saw_before = call->saw == CIELO__SAW_UNSURE;

    if (verdict->step == CIELO__VERDICT_SEND
        || verdict->step == CIELO__VERDICT_UNREAD
        || verdict->step == CIELO__VERDICT_REFUSE
        || (verdict->saw == CIELO__SAW_UNREAD && saw_before))
        return;
    call->saw = verdict->saw;
    /* Of which nobody could tell how long before the next it was. */
    if (call->saw == CIELO__SAW_NOTHING && date < 0)
        call->saw = CIELO__SAW_UNSURE;
    if (date >= 0 || call->saw != CIELO__SAW_UNSURE || !saw_before)
        call->saw_at = date;
}

static void carry_out(cielo_call *call, const cielo__verdict *verdict)
{
    note_look(call, verdict);
    switch (verdict->step) {
    case CIELO__VERDICT_READ:
        cielo__call_start_job(call, CIELO__JOB_LOOK);
        break;
    case CIELO__VERDICT_AGAIN:
        look_again(call, verdict);
        break;
    case CIELO__VERDICT_ADOPT:
        adopt_settled(call, verdict->answer);
        break;
    case CIELO__VERDICT_UNKNOWN:
        cielo__call_unknown(call, verdict->why);
        break;
    case CIELO__VERDICT_SEND:
        call->phase = CIELO__PHASE_SEND;
        cielo__call_start_job(call, CIELO__JOB_MAIN);
        break;
    case CIELO__VERDICT_UNREAD:
        fail_ahead(call);
        break;
    case CIELO__VERDICT_REFUSE:
        call->http_status = call->event.http_status;
        cielo__call_fail(call, CIELO_EDECODE, verdict->why);
        break;
    }
}

/*
 * The date was written at some moment between the sending of the look-up and
 * now. Taking it for the sending errs towards a beginning that is too late, by
 * which less is adopted; taking it for now gives one that is surely not too
 * late.
 */
static void read_look(cielo_call *call)
{
    cielo__event *e = &call->event;
    int answered = e->kind == CIELO__EVENT_ANSWER;
    cielo__verdict verdict;
    cielo__seen seen;

    seen.http_status = answered ? e->http_status : 0;
    seen.date = answered ? e->date : -1;
    seen.begin = seen.date < 0 ? -1 : seen.date - (call->sent_at - call->start);
    seen.bound = seen.date < 0 ? -1 : seen.date - (call->now - call->start);
    seen.now = call->now;
    seen.empty = answered && e->empty;
    seen.tree = e->tree;
    verdict = cielo__settle_judge(&call->settle, &call->intent,
                                  cielo__client_shared(call->client), &seen);
    e->tree = seen.tree;
    carry_out(call, &verdict);
}

/* ---- the operation itself ---- */

/* The list of an answer, out of what it may be wrapped in. */
static cielo_value *detach_list(cielo__event *e)
{
    const cielo_value *list = cielo__list_of(e->tree);
    cielo_value *whole = e->tree;

    if (list != whole)
        return cielo__value_detach(whole, cielo_value_name(list, NULL));
    e->tree = NULL;
    return whole;
}

/* A sale that the caller is told of is nobody else's lost answer. */
static void note_told(cielo_call *call)
{
    const cielo_value *payment = call->payment && call->payment != call->result
        ? call->payment
        : cielo__member(call->result, "Payment");
    const char *id = call->payment
        ? cielo_value_text(cielo_value_get_case(payment, "PaymentId"), NULL)
        : NULL;

    if (call->job == CIELO__JOB_MAIN && call->row->facts.is_write
        && call->event.kind == CIELO__EVENT_ANSWER)
        cielo__note_dates(cielo__client_shared(call->client),
                          cielo__received_at(payment), call->event.date);
    if (id && call->row->facts.is_write)
        cielo__tell_made(cielo__client_shared(call->client), id);
    else if (id)
        cielo__tell(cielo__client_shared(call->client), id);
}

static void tell_answer(cielo_call *call)
{
    cielo__event *e = &call->event;

    if (call->row->facts.is_list) {
        cielo__call_adopt(call, detach_list(e));
    } else if (call->row->facts.object == CIELO_OBJECT_EMPTY
               && cielo_value_type(e->tree) != CIELO_OBJECT) {
        cielo__call_adopt(call, NULL); /* no word has a meaning */
    } else {
        cielo__call_adopt(call, e->tree);
        e->tree = NULL;
        note_told(call);
    }
    cielo__call_succeed(call);
}

static int is_readable(const cielo_call *call)
{
    const cielo__event *e = &call->event;

    if (e->foreign)
        return 0;
    /* Where no body is due, any body will do [no-body-due]; without memory to
     * read it, whose it is cannot be told. */
    if (call->row->facts.object == CIELO_OBJECT_EMPTY)
        return !e->lost;
    if (!e->tree && !e->empty)
        return 0;
    return cielo__is_whole_answer(&call->intent, e->tree);
}

/* A capture or a void whose answer does not say what became of it is looked up,
 * as one that was lost. */
static void tell_change(cielo_call *call)
{
    if (cielo__is_change(call->row))
        call->change = cielo__change_of(&call->intent, call->event.tree);
    if (call->change == CIELO__CHANGE_DOUBT)
        read_back(call, "the answer does not say what became of it");
    else
        tell_answer(call);
}

static void read_write_answer(cielo_call *call)
{
    const cielo__event *e = &call->event;
    int class = e->http_status / 100;

    if (class == 2 && is_readable(call))
        tell_change(call);
    else if ((class == 3 || class == 4) && !cielo__is_doubtful(e->http_status))
        cielo__call_fail_answer(call, cielo__status_of(e->http_status));
    else
        read_back(call,
                  e->foreign       ? "the answer is to another request"
                      : class == 2 ? "the answer cannot be read"
                                   : "Cielo failed to answer");
}

/* Without memory to read it, whose 404 it is cannot be told. */
static void tell_none(cielo_call *call)
{
    if (!call->event.lost)
        cielo__call_adopt(call, cielo_value_new_array());
    if (call->answer)
        cielo__call_succeed(call);
    else
        cielo__call_fail(call, CIELO_EMEMORY, NULL);
}

static void read_read_answer(cielo_call *call)
{
    const cielo__event *e = &call->event;

    if (e->http_status / 100 == 2 && is_readable(call))
        tell_answer(call);
    else if (e->http_status == 404 && call->row->facts.is_list
             && (e->lost || cielo__is_own_404(e->empty, e->tree)))
        tell_none(call);
    else if (!retry(call))
        cielo__call_fail_answer(call, cielo__status_of(e->http_status));
}

/* A token that ended early is fetched anew once; a 401 took no effect. */
static int renew_token(cielo_call *call)
{
    if (call->event.http_status != 401 || call->token_renewed
        || call->token.length == 0)
        return 0;
    call->token_renewed = 1;
    cielo__token_drop(cielo__client_shared(call->client),
                      cielo__buf_string(&call->token));
    cielo__buf_reset(&call->token);
    cielo__call_start_job(call, call->job);
    return 1;
}

static void read_main(cielo_call *call)
{
    const cielo__event *e = &call->event;
    int answered = e->kind == CIELO__EVENT_ANSWER;
    int write = call->message.request.write;

    if (answered && renew_token(call))
        return;
    call->sent = answered ? CIELO_SENT_YES : e->sent;
    call->http_status = answered ? e->http_status : 0;
    /* The turn is kept while the void is read back, so that the difference
     * is this one's own. */
    call->void_sent = answered || e->sent != CIELO_SENT_NO;
    call->void_at = call->now;
    if (answered && write)
        read_write_answer(call);
    else if (answered)
        read_read_answer(call);
    else if (write && e->sent != CIELO_SENT_NO)
        read_back(call, *e->reason ? e->reason : "the connection broke");
    else if (write || !retry(call))
        cielo__call_fail_event(call);
}

static void read_event(cielo_call *call)
{
    call->mode = CIELO__MODE_READY;
    if (call->event.kind == CIELO__EVENT_ANSWER && call->event.date >= 0)
        cielo__note_clock(cielo__client_shared(call->client), call->event.date,
                          call->sent_at, call->now);
    cielo__result_attempt(call);
    if (call->job == CIELO__JOB_TOKEN)
        read_token(call);
    else if (call->job == CIELO__JOB_MAIN)
        read_main(call);
    else if (call->event.kind != CIELO__EVENT_ANSWER || !renew_token(call))
        read_look(call);
    cielo__event_clear(&call->event);
}

/* ---- stepping ---- */

static void begin(cielo_call *call)
{
    call->started = 1;
    call->start = call->now;
    call->deadline = call->now + call->timeout;
    if (cielo_value_size(call->input.problems) > 0) {
        cielo_error err;

        cielo__problems_report(call->input.problems, &err);
        cielo__call_fail(call, CIELO_EVALIDATION, err.message);
    } else if (call->recorded) {
        call->sent = CIELO_SENT_MAYBE;
        read_back(call, "Cielo shows nothing by which to tell");
        call->settle_limit = call->deadline;
    } else if (call->row->host == CIELO__HOST_LOCAL) {
        /* What it looks for was sent before: "no" would invite a repeat. */
        call->sent = CIELO_SENT_MAYBE;
        read_back(call, "no such sale was found");
    } else if (cielo__settle_looks_ahead(&call->intent)
               && cielo__call_settles(call)) {
        start_looking(call, CIELO__PHASE_AHEAD);
    } else {
        cielo__call_start_job(call, CIELO__JOB_MAIN);
    }
}

cielo_step cielo_call_step(cielo_call *call, int64_t now_ms)
{
    if (call->mode == CIELO__MODE_DONE)
        return CIELO_STEP_DONE;
    call->now = now_ms;
    if (!call->started)
        begin(call);
    if (call->event.kind != CIELO__EVENT_NONE) {
        read_event(call);
        if (call->mode == CIELO__MODE_READY && cielo__call_has_news(call)) {
            cielo__call_wait(call, call->job, now_ms);
            return CIELO_STEP_WAIT;
        }
    }
    if (call->mode == CIELO__MODE_WAIT
        && (call->watching || now_ms >= call->wait_until))
        call->mode = CIELO__MODE_READY;
    if (call->mode == CIELO__MODE_RECORD)
        cielo__call_send_recorded(call);
    while (call->mode == CIELO__MODE_READY)
        cielo__call_send(call);
    switch (call->mode) {
    case CIELO__MODE_DONE:
        return CIELO_STEP_DONE;
    case CIELO__MODE_WAIT:
        return CIELO_STEP_WAIT;
    case CIELO__MODE_RECORD:
        return CIELO_STEP_RECORD;
    default:
        return CIELO_STEP_SEND;
    }
}
