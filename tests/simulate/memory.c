/* The rules of the journal: what is sent was recorded before, what was recorded
 * is read back, nobody's secret stands in it, and what it says is so. */
#include <stdlib.h>
#include <string.h>

#include "files.h"

/* ---- records as they are written ---- */

/* The text of a member of a line of ours; 0 when it is not there. */
static int member(const char *line, size_t length, const char *name, char *out,
                  size_t size)
{
    char mark[40];
    size_t marked = (size_t)snprintf(mark, sizeof(mark), "\"%s\":\"", name);
    size_t at, end;

    for (at = 0; at + marked < length; at++) {
        if (memcmp(line + at, mark, marked) != 0)
            continue;
        at += marked;
        for (end = at; end < length && line[end] != '"'; end++)
            continue;
        if (end - at >= size)
            return 0;
        memcpy(out, line + at, end - at);
        out[end - at] = '\0';
        return 1;
    }
    return 0;
}

/* Likewise of one that is a number. */
static int number(const char *line, size_t length, const char *name,
                  int64_t *out)
{
    char mark[40];
    size_t marked = (size_t)snprintf(mark, sizeof(mark), "\"%s\":", name);
    size_t at;

    for (at = 0; at + marked < length; at++) {
        if (memcmp(line + at, mark, marked) == 0) {
            *out = strtoll(line + at + marked, NULL, 10);
            return 1;
        }
    }
    return 0;
}

static int is_kind(const char *line, size_t length, const char *kind)
{
    char rec[16];

    return member(line, length, "rec", rec, sizeof(rec))
        && strcmp(rec, kind) == 0;
}

static sim_call *call_by_intent(const sim_world *w, const char *id)
{
    sim_call *c = w->calls;

    while (c && (!c->intent[0] || strcmp(c->intent, id) != 0))
        c = c->older;
    return c;
}

/* How far Cielo's clock is ahead of the machine's lies in what it says, unless
 * an answer of another moment was taken for one's own. */
static void check_clock(sim_world *w, sim_call *c, const char *line,
                        size_t length)
{
    int64_t true_one = w->date_off - c->process->machine->wall;
    int64_t least, within = -1;

    c->clocked = number(line, length, "clock", &least);
    if (!c->clocked)
        return;
    if (!number(line, length, "clock_within", &within) || within < 0)
        sim_break(w, c, "an intent's clock that is no range");
    c->early = true_one - least;
    c->misclocked = true_one < least || true_one > least + within;
    if (c->misclocked && !c->family->misdated)
        sim_break(w, c, "an intent's clock that is wrong by %lld ms",
                  (long long)(true_one < least ? least - true_one
                                               : true_one - least - within));
}

void sim_check_record(sim_world *w, sim_call *c, const char *line,
                      size_t length)
{
    char id[40];

    if (!is_kind(line, length, "intent"))
        return;
    if (c->settles || !c->is_write)
        sim_break(w, c, "an intent of what writes nothing");
    if (c->intent[0])
        sim_break(w, c, "a second intent");
    if (!member(line, length, "id", id, sizeof(id)) || call_by_intent(w, id))
        sim_break(w, c, "an intent without an id of its own");
    else
        strcpy(c->intent, id);
    check_clock(w, c, line, length);
}

static void check_secrets(sim_world *w, const char *bytes, size_t length)
{
    static const char *const secrets[] = {"4551870000000183",
                                          "4024007153763191",
                                          "4091688625337641",
                                          "4024007197692931",
                                          "6e1bf77a-b28b",
                                          "Holder",
                                          "Comprador",
                                          "12345678909",
                                          "12/2035",
                                          "\"123\"",
                                          "CANARY",
                                          "TOKEN0",
                                          "PAGE",
                                          "Nome "};
    char text[8192];
    size_t i;

    if (length >= sizeof(text))
        length = sizeof(text) - 1;
    memcpy(text, bytes, length);
    text[length] = '\0';
    for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        if (strstr(text, secrets[i]))
            sim_break(w, NULL, "a record has %s", secrets[i]);
    }
}

/* Of a look that is under way in this process. */
static sim_call *look_of(sim_process *p, const char *id)
{
    sim_call *c;
    int i;

    for (i = 0; i < SIM_FAMILIES; i++) {
        for (c = p->families[i].calls; c; c = c->next) {
            if (c->settles && strcmp(c->settles->intent, id) == 0)
                return c;
        }
    }
    return NULL;
}

/* From the first look that saw nothing on, "absent" is counted. */
static void note_look(sim_process *p, const char *bytes, size_t length)
{
    char of[40], saw[16];
    sim_call *c;

    if (!member(bytes, length, "of", of, sizeof(of))
        || !member(bytes, length, "saw", saw, sizeof(saw))
        || strcmp(saw, "nothing") != 0 || !(c = look_of(p, of)))
        return;
    c->settles->blind |= c->ever_fooled;
    if (c->settles->first_nothing < 0)
        c->settles->first_nothing = c->start;
}

/* A twin's payment, which the journal has as its own from now on. */
static void note_taken(sim_world *w, const sim_call *c, const char *line,
                       size_t length)
{
    char id[40];
    sim_sale *s = member(line, length, "payment_id", id, sizeof(id))
        ? sim_sale_by_id(w, id)
        : NULL;

    if (s && s != c->made)
        s->taken = 1;
}

/* Who wrote it may die before anybody is told. */
static void note_settled(sim_process *p, const char *bytes, size_t length)
{
    sim_world *w = p->world;
    char of[40], state[16];
    sim_call *c, *look;

    if (!member(bytes, length, "of", of, sizeof(of))
        || !member(bytes, length, "state", state, sizeof(state))
        || !(c = call_by_intent(w, of)))
        return;
    look = look_of(p, of);
    c->blind |= look && look->ever_fooled;
    if (strcmp(state, "absent") == 0)
        c->noted = c->settled = CIELO_SETTLED_ABSENT;
    else {
        c->noted = CIELO_SETTLED_ADOPTED;
        note_taken(w, c, bytes, length);
    }
    sim_check_settled_undone(w, c);
}

static void note_intent(sim_world *w, sim_file *f, const char *line,
                        size_t length)
{
    char id[40];
    sim_call *c = member(line, length, "id", id, sizeof(id))
        ? call_by_intent(w, id)
        : NULL;

    if (!c) {
        sim_break(w, NULL, "an intent of no call is written");
        return;
    }
    c->file = f;
    c->file_end = f->length;
    if (w->figures)
        w->figures->intents++;
}

/* What is unknown is no end; nor, while its writer lives, is a line without its
 * own. */
static void note_outcome(sim_world *w, const sim_file *f, const char *line,
                         size_t length)
{
    char of[40], result[16];
    sim_call *c;

    if (!member(line, length, "of", of, sizeof(of))
        || !member(line, length, "result", result, sizeof(result))
        || strcmp(result, "unknown") == 0 || !(c = call_by_intent(w, of)))
        return;
    c->ended_in = f;
    c->ended_at = f->length;
    c->ended_when = w->now;
}

void sim_check_written(sim_process *p, sim_file *f, const char *bytes,
                       size_t length, size_t count)
{
    size_t at = 0;

    check_secrets(p->world, bytes, length);
    while (at < count) {
        const char *line = bytes + at, *end = memchr(line, '\n', count - at);
        size_t size = end ? (size_t)(end - line) : count - at;

        if (!end && count + 1 < length) /* else nothing but its end is torn */
            return;
        at += size + 1;
        if (is_kind(line, size, "look"))
            note_look(p, line, size);
        else if (is_kind(line, size, "settled"))
            note_settled(p, line, size);
        else if (is_kind(line, size, "intent"))
            note_intent(p->world, f, line, size);
        else if (end && is_kind(line, size, "outcome"))
            note_outcome(p->world, f, line, size);
    }
}

/* ---- before anything is sent ---- */

void sim_check_recorded(sim_world *w, sim_call *c, int ok)
{
    c->recorded = ok ? 1 : -1;
    if (!ok)
        return;
    c->durable = c->family->syncs;
    if (!c->file)
        sim_break(w, c, "told recorded, and it is not");
    else if (c->durable && c->file->synced < c->file_end)
        sim_break(w, c, "told on disk, and it is not");
    else if (c->durable && c->loop
             && c->file->synced_at + 200 + c->loop->late < w->now)
        sim_break(w, c, "told on disk, %lld ms after it was",
                  (long long)(w->now - c->file->synced_at));
}

void sim_check_remembered(sim_world *w, sim_call *c)
{
    if (!c->family->records)
        return;
    if (c->recorded == 0)
        sim_break(w, c, "sent, and it was not recorded");
    if (c->recorded < 0 && c->family->requires)
        sim_break(w, c, "sent, and it could not be recorded");
}

/* Its record was there, and it went on waiting for that. */
void sim_check_waited(sim_world *w, sim_call *c)
{
    if (c->file && c->recorded == 0 && c->told == SIM_TOLD_FAILED
        && c->file->synced >= c->file_end && c->family->syncs
        && c->file->synced_at + 200 < w->now)
        sim_break(w, c, "out of time, and its record was on disk");
    if (c->file && c->recorded == 0 && c->told == SIM_TOLD_FAILED
        && c->file->synced < c->file_end && c->family->syncs
        && !c->process->asked_sync && !c->process->syncing)
        sim_break(w, c, "out of time, and nobody asked for its disk");
}

/* ---- what is in doubt ---- */

static int is_alive(const sim_call *c)
{
    return c->call && c->process->alive && !c->process->struck
        && c->life == c->process->lives && !c->is_done;
}

static const char *text_of(const cielo_value *object, const char *name)
{
    const char *text = cielo_value_text(cielo_value_get(object, name), NULL);

    return text ? text : "";
}

sim_call *sim_check_doubt(sim_world *w, const cielo_value *entry)
{
    sim_call *c = call_by_intent(w, text_of(entry, "id"));

    if (!c)
        sim_break(w, NULL, "an entry of no call");
    else if (is_alive(c))
        sim_break(w, c, "in doubt, and it is under way");
    else if (c->ended_in && !c->ended_in->rotten)
        sim_break(w, c, "in doubt, and its outcome is recorded");
    return c;
}

void sim_check_alone(sim_world *w, const sim_process *p)
{
    int i;

    for (i = 0; i < SIM_PROCESSES; i++) {
        const sim_process *other = &w->processes[i];

        if (other != p && other->machine == p->machine && other->settler
            && other->alive && !other->struck)
            sim_break(w, NULL, "two settle one journal at once");
    }
}

void sim_check_once(sim_world *w, sim_call *c)
{
    sim_call *before;

    for (before = c->repeats; before; before = before->repeats) {
        if (sim_has_effect(before) && !before->blind && !before->has_residue)
            sim_break(w, c, "charged again, after #%d", before->number);
    }
}

/* 1 when nobody will ask for it any more. */
static int is_over(const sim_call *c)
{
    return c->settled
        || (c->is_done && c->told != SIM_TOLD_UNKNOWN
            && c->told != SIM_TOLD_CANCELLED);
}

void sim_check_removed(sim_world *w, const sim_file *f)
{
    sim_call *c;

    for (c = w->calls; c; c = c->older) {
        if (!c->file || c->lost || (c->file != f && c->file != f->was))
            continue;
        if (!is_over(c) && c->told != SIM_TOLD_CANCELLED && !c->ended)
            sim_break(w, c, "its record is removed, and it is in doubt");
        c->lost = 1;
    }
}

void sim_check_lost(sim_world *w)
{
    sim_call *c;

    for (c = w->calls; c; c = c->older) {
        if (c->ended_in && c->ended_in->length < c->ended_at)
            c->ended_in = NULL;
        if (!c->file || c->lost
            || (c->file->length >= c->file_end && !c->file->removed))
            continue;
        c->lost = 1;
        if (c->recorded > 0 && c->durable)
            sim_break(w, c, "it was on disk, and the power took it");
    }
}

/* ---- all of it, at the end ---- */

static int has_result(const cielo_value *of, const char *word)
{
    return strcmp(text_of(of, "result"), word) == 0;
}

/* What its outcome says, of one that told nobody. */
static void check_outcome(sim_world *w, sim_call *c, const cielo_value *outcome)
{
    int excused = c->fooled || c->ever_fooled || c->misled || c->has_residue;

    if (c->told != SIM_TOLD_NOTHING || excused)
        return;
    if ((has_result(outcome, "failed") || has_result(outcome, "declined"))
        && sim_has_effect(c))
        sim_break(w, c, "recorded as %s, and it was done",
                  text_of(outcome, "result"));
    if ((has_result(outcome, "approved") || has_result(outcome, "done"))
        && !c->did && !c->made
        && cielo_value_bool(cielo_value_get(outcome, "reconciled")) != 1)
        sim_break(w, c, "recorded as done, and it was not");
}

/* Cielo shows nothing of such a change: no look ends the doubt. */
static int is_unseen(const sim_call *c)
{
    switch (c->operation) {
    case CIELO_OP_SALE_CREATE:
        return c->wanted[0] != '\0'; /* scheduled */
    case CIELO_OP_ORDER_CAPTURE:
    case CIELO_OP_ORDER_VOID:
        return c->amount >= 0;
    case CIELO_OP_SALE_CAPTURE:
    case CIELO_OP_SALE_VOID:
    case CIELO_OP_SALE_VOID_BY_ORDER:
    case CIELO_OP_RECURRENCE_SET_END_DATE:
    case CIELO_OP_RECURRENCE_SET_INTERVAL:
    case CIELO_OP_RECURRENCE_SET_DAY:
    case CIELO_OP_RECURRENCE_SET_AMOUNT:
    case CIELO_OP_RECURRENCE_SET_NEXT_PAYMENT_DATE:
    case CIELO_OP_RECURRENCE_DEACTIVATE:
    case CIELO_OP_RECURRENCE_REACTIVATE:
        return 0;
    default:
        return 1;
    }
}

/* Its payment is in the books, else there is nothing to read. */
static int is_there(const sim_world *w, const sim_call *c)
{
    return (c->operation != CIELO_OP_SALE_CAPTURE
            && c->operation != CIELO_OP_SALE_VOID)
        || sim_sale_by_id(w, c->target) != NULL;
}

/* After looks enough, in a calm world. */
static void check_doubt_stays(sim_world *w, sim_call *c,
                              const cielo_value *entry)
{
    const cielo_value *looks = cielo_value_get(entry, "looks"), *look;
    int unsure = 0, nothing = 0;

    for (look = cielo_value_first(looks); look; look = cielo_value_next(look)) {
        const char *saw = text_of(look, "saw");

        unsure |= strcmp(saw, "unsure") == 0 || strcmp(saw, "several") == 0;
        nothing |= strcmp(saw, "nothing") == 0;
    }
    sim_say(w, c, "stays in doubt");
    if (w->figures)
        w->figures->by_settled[CIELO_SETTLED_NONE]++;
    if (is_unseen(c) || unsure || (!nothing && !is_there(w, c)))
        return;
    sim_break(w, c, "a doubt that %s",
              cielo_value_first(looks) ? "no look ends" : "nobody looks at");
}

static void check_entry(sim_world *w, sim_call *c, const cielo_value *entry)
{
    const char *state = text_of(entry, "state");

    c->ended = strcmp(state, "in_doubt") != 0;
    if (strcmp(state, "open") == 0)
        sim_break(w, c, "under way for ever, in the journal");
    else if (strcmp(state, "done") == 0 && c->told == SIM_TOLD_UNKNOWN)
        sim_break(w, c, "done in the journal, and told unknown");
    else if (strcmp(state, "done") == 0)
        check_outcome(w, c, cielo_value_get(entry, "outcome"));
    else if (strcmp(state, "in_doubt") == 0)
        check_doubt_stays(w, c, entry);
    else if (!c->noted || strcmp(state, cielo_settled_name(c->noted)) != 0)
        sim_break(w, c, "%s in the journal, and no look said so", state);
}

/* Its intent is the last line of a file whose holder may go on with it. */
static int is_open_ended(const sim_call *c)
{
    const sim_file *f = c->file;

    return f->holder && f->length == c->file_end
        && f->bytes[f->length - 1] != '\n';
}

static void check_calls(sim_world *w, const sim_machine *m,
                        cielo_journal *journal)
{
    sim_call *c;

    for (c = w->calls; c; c = c->older) {
        const cielo_value *entry = NULL;
        cielo_error err;

        if (c->settles || !c->file || c->lost || c->file->machine != m)
            continue;
        if (cielo_journal_find(journal, c->intent, &entry, &err) == CIELO_OK)
            check_entry(w, c, entry);
        else if (!c->file->rotten && !is_open_ended(c))
            sim_break(w, c, "recorded, and not read back: %s", err.message);
        if (entry && w->figures)
            w->figures->read_back++;
    }
}

/* As many records as there are whole lines, however damaged the others. */
static void check_file(sim_world *w, const sim_file *f)
{
    cielo_records *records;
    const cielo_value *record;
    size_t at = 0, length;
    int64_t offset;
    int whole = 0, read = 0;

    while (sim_record_next(f, &at, &length))
        whole++;
    if (cielo_records_open(&records, f->folder, f->name, 0, NULL, NULL)
        != CIELO_OK) {
        sim_break(w, NULL, "a segment that cannot be opened: %s", f->name);
        return;
    }
    while (cielo_records_next(records, &record, &offset, NULL) == CIELO_OK)
        read++;
    if (read != whole)
        sim_break(w, NULL, "%d records of %d are read of %s", read, whole,
                  f->name);
    if (w->figures)
        w->figures->damaged += (int64_t)cielo_records_damaged(records);
    cielo_records_close(records);
}

void sim_check_memory(sim_world *w, sim_process *p)
{
    cielo_journal *journal = NULL;
    const sim_file *f;
    size_t removed;

    sim_enter(p);
    for (f = p->machine->files; f; f = f->next) {
        if (!f->removed && strstr(f->name, ".jsonl"))
            check_file(w, f);
    }
    if (!p->machine->files)
        return;
    if (cielo_journal_open(&journal, "/journal", NULL, NULL) != CIELO_OK
        || cielo_journal_load(journal, 0, NULL) != CIELO_OK)
        sim_break(w, NULL, "a journal that cannot be read");
    else
        check_calls(w, p->machine, journal);
    cielo_journal_close(journal);
    (void)cielo_journal_prune("/journal", 0, &removed, NULL);
}
