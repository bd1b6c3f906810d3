/*
 * A folder as entries: reads its segments once, in slices, into an index, and
 * makes entries on demand, out of the records of each.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cielo/perform.h>

#include "../json/json.h"
#include "journal_index.h"

/* How long after its deadline a call may still write what it came to. */
#define LATE_MS 5000

typedef struct segment {
    char *name;
    int64_t at;      /* what is before was read */
    int64_t read_at; /* when the last look at it began, ms since 1970 */
    size_t damaged;
    size_t lost;
    int whole; /* all was read, and nothing will be added */
    int gone;  /* somebody pruned it */
} segment;

struct cielo_journal {
    cielo_allocator mem;
    char *folder;
    cielo__names names; /* of the last list */
    segment *segments;  /* by number */
    size_t count;
    size_t room;
    size_t turn;            /* the segment that is read */
    cielo_records *records; /* of it */
    int loading;
    size_t in_doubt;
    cielo__index index;
    size_t next; /* in the order of time */
    cielo_value *entry;
    cielo__file *file; /* of the segment `open` */
    uint32_t open;
    /* One record, of at most that with its line feed, is made into a tree at a
     * time. */
    char line[CIELO__LINE_LIMIT + 1];
};

/* ---- segments ---- */

static int add_segment(cielo_journal *j, const char *name)
{
    segment *grown;

    if (j->count == j->room) {
        size_t room = j->room ? j->room * 2 : 16;

        grown = cielo__reallocate(&j->mem, j->segments, room * sizeof(*grown));
        if (!grown)
            return CIELO_EMEMORY;
        j->segments = grown;
        j->room = room;
    }
    memset(&j->segments[j->count], 0, sizeof(*j->segments));
    j->segments[j->count].name = cielo__strdup(&j->mem, name);
    if (!j->segments[j->count].name)
        return CIELO_EMEMORY;
    j->count++;
    return CIELO_OK;
}

/* Adds those of a list that the last one did not have: both are in order. */
static int add_new(cielo_journal *j, const cielo__names *list)
{
    size_t known = 0, i;
    int status = CIELO_OK;

    for (i = 0; i < list->count && status == CIELO_OK; i++) {
        int order = 1;

        while (known < j->names.count
               && (order
                   = cielo__names_order(j->names.items[known], list->items[i]))
                   < 0)
            known++;
        if (known == j->names.count || order > 0)
            status = add_segment(j, list->items[i]);
    }
    return status;
}

/* Lists the folder. What a call came to may stand in a segment that its
 * process opened after the last list. */
static int list_segments(cielo_journal *j, cielo_error *err)
{
    size_t before = j->count;
    cielo__names list;
    int status = cielo__names_list(&list, &j->mem, j->folder, err);

    if (status != CIELO_OK)
        return status;
    status = add_new(j, &list);
    if (status != CIELO_OK) {
        while (j->count > before)
            cielo__free(&j->mem, j->segments[--j->count].name);
        cielo__names_clear(&list);
        return cielo__report(err, status, NULL);
    }
    cielo__names_clear(&j->names);
    j->names = list;
    return CIELO_OK;
}

static int open_segment(cielo_journal *j, segment *s, cielo_error *err)
{
    int error
        = cielo__records_new(&j->records, j->folder, s->name, s->at, &j->mem);

    if (error == ENOENT) {
        s->whole = s->gone = 1;
        return CIELO_OK;
    }
    s->read_at = cielo_wall_ms();
    return error ? cielo__journal_report(err, error, "opening", s->name)
                 : CIELO_OK;
}

static void end_segment(cielo_journal *j, segment *s)
{
    s->whole = cielo__records_are_whole(j->records);
    s->damaged += cielo_records_damaged(j->records);
    s->lost += cielo__records_lost(j->records);
    cielo_records_close(j->records);
    j->records = NULL;
}

/* ---- loading ---- */

/* Takes up one record; CIELO_ENOTFOUND at the end of the segment. */
static int take_record(cielo_journal *j, segment *s, cielo_error *err)
{
    const cielo_value *record;
    cielo__place_of_record place;
    int64_t to;
    int error;
    int status
        = cielo__records_read(j->records, &record, &place.from, &to, &error);

    if (error)
        return cielo__journal_report(err, error, "reading", s->name);
    if (status != CIELO_OK) {
        s->at = to;
        return cielo__report(err, status, NULL);
    }
    place.length = (uint32_t)(to - place.from);
    place.segment = (uint32_t)j->turn;
    status = cielo__index_add(&j->index, record, &place);
    if (status == CIELO_EMEMORY)
        return cielo__report(err, status, NULL);
    s->damaged += status != CIELO_OK;
    s->lost += status != CIELO_OK;
    s->at = to;
    return CIELO_OK;
}

/* Reads a segment to its end or until `*left` bytes are read: CIELO_OK,
 * CIELO_EAGAIN. */
static int read_segment(cielo_journal *j, int64_t *left, cielo_error *err)
{
    segment *s = &j->segments[j->turn];
    int status = CIELO_OK;

    if (!j->records)
        status = open_segment(j, s, err);
    if (status != CIELO_OK || !j->records)
        return status;
    while (status == CIELO_OK) {
        int64_t before = s->at;

        status = take_record(j, s, err);
        *left -= s->at - before;
        if (status == CIELO_OK && *left <= 0)
            return CIELO_EAGAIN;
    }
    if (status == CIELO_ENOTFOUND) {
        end_segment(j, s);
        return CIELO_OK;
    }
    /* What could not be taken up is read again. */
    cielo_records_close(j->records);
    j->records = NULL;
    return status;
}

static int is_in_doubt(const cielo_journal *j, const cielo__entry *entry)
{
    const segment *s = &j->segments[entry->segment];
    cielo__ending ending = cielo__entry_ending(entry);

    return ending == CIELO__ENDING_UNKNOWN
        || (ending == CIELO__ENDING_NONE
            && (s->whole || s->read_at > entry->deadline + LATE_MS));
}

static int finish(cielo_journal *j, cielo_error *err)
{
    size_t i;

    if (cielo__index_sort(&j->index) != CIELO_OK)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    j->in_doubt = 0;
    for (i = 0; i < j->index.by_time.count; i++)
        j->in_doubt
            += is_in_doubt(j, &j->index.entries[j->index.by_time.items[i]]);
    j->loading = 0;
    cielo_journal_rewind(j);
    return cielo__report(err, CIELO_OK, NULL);
}

int cielo_journal_load(cielo_journal *j, size_t bytes, cielo_error *err)
{
    int64_t left = bytes > 0 && bytes < INT64_MAX ? (int64_t)bytes : INT64_MAX;
    size_t before;
    int status;

    if (!j->loading) {
        j->loading = 1;
        j->turn = 0;
    }
    do {
        for (; j->turn < j->count; j->turn++) {
            if (j->segments[j->turn].whole)
                continue;
            status = read_segment(j, &left, err);
            if (status == CIELO_EAGAIN)
                return cielo__report(err, status, NULL);
            if (status != CIELO_OK)
                return status;
        }
        before = j->count;
        status = list_segments(j, err);
        if (status != CIELO_OK)
            return status;
    } while (j->count > before);
    return finish(j, err);
}

/* ---- entries ---- */

/* The record that stands there. */
static int read_record(cielo_journal *j, const cielo__place_of_record *place,
                       cielo_value **out, cielo_error *err)
{
    const char *name = j->segments[place->segment].name;
    size_t got = 0;
    int error = 0, status;

    *out = NULL;
    if (j->file && j->open != place->segment) {
        cielo__file_close(j->file);
        j->file = NULL;
    }
    if (!j->file)
        error = cielo__file_open(&j->file, &j->mem, j->folder, name);
    j->open = place->segment;
    if (!error)
        error = cielo__file_read(j->file, place->from, j->line, place->length,
                                 &got);
    if (error)
        return cielo__journal_report(err, error, "reading", name);
    while (got > 0 && j->line[got - 1] != '}')
        got--; /* its line feed */
    status = cielo__record_parse(out, j->line, got);
    if (status == CIELO_EDECODE)
        return cielo__reportf(err, CIELO_EJOURNAL,
                              "the journal: %s was changed while it was read",
                              name);
    return cielo__report(err, status, NULL);
}

static const char *state_of(const cielo_journal *j, const cielo__entry *entry)
{
    switch (cielo__entry_ending(entry)) {
    case CIELO__ENDING_ADOPTED:
        return "adopted";
    case CIELO__ENDING_ABSENT:
        return "absent";
    case CIELO__ENDING_FAILED:
    case CIELO__ENDING_DONE:
        return "done";
    default:
        return is_in_doubt(j, entry) ? "in_doubt" : "open";
    }
}

static int put_text(cielo_value *to, const char *name, const char *text)
{
    return cielo_value_set(to, name, cielo_value_new_text(text, strlen(text)));
}

static int put_member(cielo_value *to, const char *name,
                      const cielo_value *from, const char *member)
{
    const cielo_value *value = cielo_value_get(from, member);

    return value ? cielo_value_set(to, name, cielo_value_dup(value)) : CIELO_OK;
}

static int put_process(cielo_value *to, const cielo_value *intent)
{
    const char *host = cielo_value_text(cielo_value_get(intent, "host"), NULL);
    const char *pid = cielo_value_text(cielo_value_get(intent, "pid"), NULL);
    char text[320];

    snprintf(text, sizeof(text), "%s:%s", host ? host : "", pid ? pid : "");
    return put_text(to, "process", text);
}

static int put_look(cielo_value *looks, const cielo_value *record)
{
    cielo_value *look = cielo_value_new_object();
    int status = put_member(look, "at", record, "at");

    if (status == CIELO_OK)
        status = put_member(look, "saw", record, "saw");
    if (status == CIELO_OK)
        status = put_member(look, "why", record, "why");
    if (status == CIELO_OK && look)
        return cielo_value_append(looks, look);
    cielo_value_free(look);
    return CIELO_EMEMORY;
}

/* 1 when a record of a kind of which one is shown is to be this one. */
static int stands(const cielo_value *shown, cielo__record_kind kind)
{
    return !shown
        || (kind == CIELO__RECORD_OUTCOME
            && cielo__is_word(cielo_value_get(shown, "result"), "unknown"))
        || (kind == CIELO__RECORD_SETTLED
            && cielo__is_word(cielo_value_get(shown, "state"), "absent"));
}

static int put_records(cielo_journal *j, const cielo__entry *entry,
                       cielo_value *to, cielo_value *looks, cielo_error *err)
{
    static const char *const names[]
        = {"intent", "outcome", "looks", "settled"};
    uint32_t at;

    for (at = entry->first; at != CIELO__NOWHERE;
         at = j->index.places[at].next) {
        const cielo__place_of_record *place = &j->index.places[at];
        const char *name = names[place->kind];
        cielo_value *record;
        int status = read_record(j, place, &record, err);

        if (status != CIELO_OK)
            return status;
        if (place->kind == CIELO__RECORD_LOOK) {
            status = put_look(looks, record);
        } else if (stands(cielo_value_get(to, name), place->kind)) {
            status = cielo_value_set(to, name, record);
            record = NULL;
        }
        cielo_value_free(record);
        if (status != CIELO_OK)
            return cielo__report(err, CIELO_EMEMORY, NULL);
    }
    return CIELO_OK;
}

/* What the records say, for who does not look into them. */
static int put_summary(cielo_value *to)
{
    static const char *const names[][2] = {{"at", "at"},
                                           {"operation", "op"},
                                           {"merchant_order_id", "order"},
                                           {"amount", "amount"}};
    static const char *const tellers[] = {"settled", "outcome", "intent"};
    const cielo_value *intent = cielo_value_get(to, "intent");
    int status = CIELO_OK;
    size_t i;

    for (i = 0; status == CIELO_OK && i < sizeof(names) / sizeof(names[0]); i++)
        status = put_member(to, names[i][0], intent, names[i][1]);
    for (i = 0; status == CIELO_OK && i < sizeof(tellers) / sizeof(tellers[0])
         && !cielo_value_get(to, "payment_id");
         i++)
        status = put_member(to, "payment_id", cielo_value_get(to, tellers[i]),
                            "payment_id");
    return status == CIELO_OK ? put_process(to, intent) : status;
}

static int put_told(const cielo_journal *j, const cielo__entry *entry,
                    cielo_value *to)
{
    const char *texts = cielo__buf_string(&j->index.texts);
    cielo_value *told = cielo_value_new_array();
    int status = told ? CIELO_OK : CIELO_EMEMORY;
    size_t count, i;
    const uint32_t *of = cielo__index_of_order(&j->index, entry, &count);

    for (i = 0; i < count && status == CIELO_OK; i++) {
        const cielo__entry *other = &j->index.entries[of[i]];
        const char *id = texts + other->made;

        if (other != entry && other->made)
            status = cielo_value_append(told,
                                        cielo_value_new_text(id, strlen(id)));
    }
    if (status == CIELO_OK)
        return cielo_value_set(to, "told", told);
    cielo_value_free(told);
    return status;
}

/* The members that are not in the records. What others of its order and its
 * payment were is of use to a doubt alone, and of one order there may be
 * many. */
static int put_index(const cielo_journal *j, const cielo__entry *entry,
                     cielo_value *to)
{
    const char *state = state_of(j, entry);
    int status = put_text(to, "state", state);

    if (status != CIELO_OK || strcmp(state, "in_doubt") != 0)
        return status;
    status = put_told(j, entry, to);
    if (status == CIELO_OK && cielo__index_is_overtaken(&j->index, entry))
        status = cielo_value_set(to, "overtaken", cielo_value_new_bool(1));
    return status;
}

static int fill_entry(cielo_journal *j, const cielo__entry *entry,
                      cielo_value *to, cielo_error *err)
{
    cielo_value *looks = cielo_value_new_array();
    int status = put_records(j, entry, to, looks, err);

    if (status != CIELO_OK) {
        cielo_value_free(looks);
        return status;
    }
    status = put_member(to, "id", cielo_value_get(to, "intent"), "id");
    if (status == CIELO_OK)
        status = put_summary(to);
    if (status == CIELO_OK)
        status = put_index(j, entry, to);
    if (status == CIELO_OK)
        status = cielo_value_set(to, "looks", looks);
    else
        cielo_value_free(looks);
    return cielo__report(err, status, NULL);
}

static int make_entry(cielo_journal *j, uint32_t number,
                      const cielo_value **out, cielo_error *err)
{
    cielo_value *entry = cielo_value_new_object();
    int status;

    cielo_value_free(j->entry);
    j->entry = NULL;
    if (!entry)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    status = fill_entry(j, &j->index.entries[number], entry, err);
    if (status != CIELO_OK) {
        cielo_value_free(entry);
        return status;
    }
    *out = j->entry = entry;
    return CIELO_OK;
}

int cielo_journal_next(cielo_journal *j, int in_doubt,
                       const cielo_value **entry, cielo_error *err)
{
    const cielo__list *list = &j->index.by_time;
    int status;

    *entry = NULL;
    while (j->next < list->count && in_doubt
           && !is_in_doubt(j, &j->index.entries[list->items[j->next]]))
        j->next++;
    if (j->next >= list->count)
        return cielo__report(err, CIELO_ENOTFOUND, NULL);
    status = make_entry(j, list->items[j->next], entry, err);
    j->next += status == CIELO_OK;
    return status;
}

void cielo_journal_rewind(cielo_journal *j)
{
    j->next = 0;
}

int cielo_journal_find(cielo_journal *j, const char *id,
                       const cielo_value **entry, cielo_error *err)
{
    uint32_t number = id ? cielo__index_find(&j->index, id, strlen(id))
                         : CIELO__NOWHERE;

    *entry = NULL;
    if (number == CIELO__NOWHERE
        || j->index.entries[number].segment == CIELO__NOWHERE)
        return cielo__report(err, CIELO_ENOTFOUND, NULL);
    return make_entry(j, number, entry, err);
}

void cielo_journal_count(const cielo_journal *j, cielo_journal_counts *out)
{
    size_t i;

    memset(out, 0, sizeof(*out));
    for (i = 0; i < j->count; i++) {
        out->segments += !j->segments[i].gone;
        out->damaged += j->segments[i].damaged;
    }
    out->entries = j->index.by_time.count;
    out->in_doubt = j->in_doubt;
}

/* ---- for who prunes ---- */

const cielo__index *cielo__journal_index(const cielo_journal *j)
{
    return &j->index;
}

size_t cielo__journal_segment_count(const cielo_journal *j)
{
    return j->count;
}

const char *cielo__journal_segment(const cielo_journal *j, size_t number,
                                   int *whole)
{
    const segment *s = &j->segments[number];

    if (whole)
        *whole = s->whole && s->lost == 0;
    return s->name;
}

/* ---- life ---- */

int cielo_journal_open(cielo_journal **out, const char *folder,
                       const cielo_allocator *allocator, cielo_error *err)
{
    const cielo_allocator *mem = cielo__allocator(allocator);
    cielo_journal *j;
    int status, error;

    *out = NULL;
    if (!folder || !*folder)
        return cielo__report(err, CIELO_EUSAGE, NULL);
    j = cielo__calloc(mem, sizeof(*j));
    if (!j)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    j->mem = *mem;
    cielo__index_init(&j->index, &j->mem);
    j->folder = cielo__absolute(mem, folder, &error);
    status = j->folder ? list_segments(j, err)
                       : cielo__journal_report(err, error, "finding", folder);
    if (status == CIELO_OK)
        *out = j;
    else
        cielo_journal_close(j);
    return status;
}

void cielo_journal_close(cielo_journal *j)
{
    cielo_allocator mem;
    size_t i;

    if (!j)
        return;
    mem = j->mem;
    cielo_records_close(j->records);
    cielo__file_close(j->file);
    cielo_value_free(j->entry);
    cielo__index_clear(&j->index);
    cielo__names_clear(&j->names);
    for (i = 0; i < j->count; i++)
        cielo__free(&mem, j->segments[i].name);
    cielo__free(&mem, j->segments);
    cielo__free(&mem, j->folder);
    cielo__free(&mem, j);
}
