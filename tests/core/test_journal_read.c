/*
 * A folder as entries: what is known of each, in the order of time, and which
 * are in doubt.
 */
#define _DEFAULT_SOURCE

#include "check.h"

#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <utime.h>

#include <cielo/cielo.h>
#include <cielo/journal.h>
#include <cielo/perform.h>

#include "lines.h"

#define FIRST "shop-7-1772463600000-1.jsonl"
#define SECOND "shop-7-1772463600000-2.jsonl"
#define OTHER "shop-8-1772463600001-1.jsonl"

#define PAID "24bc8366-fc31-4d6c-8555-17049a836a07"

static cielo_journal *load(const char *folder)
{
    cielo_journal *journal = NULL;
    cielo_error err;

    CHECK_INT(cielo_journal_open(&journal, folder, NULL, &err), CIELO_OK);
    CHECK_INT(cielo_journal_load(journal, 0, &err), CIELO_OK);
    return journal;
}

static const cielo_value *find(cielo_journal *journal, int number)
{
    const cielo_value *entry;
    char id[40];

    snprintf(id, sizeof(id), LINES_ID, number);
    CHECK_INT(cielo_journal_find(journal, id, &entry, NULL), CIELO_OK);
    return entry;
}

static const char *text(const cielo_value *of, const char *name)
{
    return cielo_value_text(cielo_value_get(of, name), NULL);
}

static void check_state(cielo_journal *journal, int number, const char *state)
{
    CHECK_STR(text(find(journal, number), "state"), state);
}

/* The last digits of the ids that come one after the other. */
static void check_list(cielo_journal *journal, int in_doubt, const char *ids)
{
    const cielo_value *entry;
    cielo_error err;
    char seen[64] = "";
    size_t count = 0;

    cielo_journal_rewind(journal);
    while (cielo_journal_next(journal, in_doubt, &entry, &err) == CIELO_OK)
        seen[count++] = text(entry, "id")[35];
    seen[count] = '\0';
    CHECK_INT(err.status, CIELO_ENOTFOUND);
    CHECK(!entry);
    CHECK_STR(seen, ids);
}

static void check_counts(cielo_journal *journal, size_t segments,
                         size_t entries, size_t in_doubt, size_t damaged)
{
    cielo_journal_counts counts;

    cielo_journal_count(journal, &counts);
    CHECK_INT(counts.segments, segments);
    CHECK_INT(counts.entries, entries);
    CHECK_INT(counts.in_doubt, in_doubt);
    CHECK_INT(counts.damaged, damaged);
}

static int hold(const char *folder, const char *segment)
{
    char path[400];
    int fd;

    scratch_path(path, sizeof(path), folder, segment);
    fd = open(path, O_WRONLY | O_APPEND);
    CHECK_INT(flock(fd, LOCK_EX | LOCK_NB), 0);
    return fd;
}

/* ---- entries ---- */

static void an_entry_tells_what_is_known(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    cielo_journal *journal;
    const cielo_value *entry, *looks;
    int64_t amount = 0;

    lines_intent(&of, 1, "A1");
    lines_look(&of, 1, "2026-03-02T15:30:00.000Z", "unread");
    lines_look(&of, 1, "2026-03-02T15:40:00.000Z", "nothing");
    lines_outcome(&of, 1, "unknown", NULL);
    lines_settled(&of, 1, "adopted", PAID);
    lines_write(&of, folder, FIRST);
    journal = load(folder);
    entry = find(journal, 1);
    CHECK_STR(text(entry, "id"), "0198f3c2-0000-7000-8000-000000000001");
    CHECK_STR(text(entry, "at"), "2026-03-02T15:00:01.000Z");
    CHECK_STR(text(entry, "operation"), "sale_create");
    CHECK_STR(text(entry, "merchant_order_id"), "A1");
    CHECK_STR(text(entry, "payment_id"), PAID);
    CHECK_STR(text(entry, "process"), "shop:7");
    CHECK_STR(text(entry, "state"), "adopted");
    CHECK(cielo_value_integer(cielo_value_get(entry, "amount"), &amount));
    CHECK_INT(amount, 15700);
    looks = cielo_value_get(entry, "looks");
    CHECK_INT(cielo_value_size(looks), 2);
    CHECK_STR(text(cielo_value_first(looks), "saw"), "unread");
    CHECK_STR(text(cielo_value_first(looks), "at"), "2026-03-02T15:30:00.000Z");
    CHECK_STR(text(cielo_value_first(looks), "why"), "because");
    CHECK_STR(text(cielo_value_get(entry, "intent"), "host"), "shop");
    CHECK_STR(text(cielo_value_get(entry, "outcome"), "result"), "unknown");
    CHECK_STR(text(cielo_value_get(entry, "settled"), "state"), "adopted");
    CHECK(!cielo_value_get(entry, "told"));
    CHECK(!cielo_value_get(entry, "overtaken"));
    check_counts(journal, 1, 1, 0, 0);
    CHECK_INT(cielo_journal_find(journal, "none", &entry, NULL),
              CIELO_ENOTFOUND);
    CHECK(!entry);
    CHECK_INT(cielo_journal_find(journal, NULL, &entry, NULL), CIELO_ENOTFOUND);
    cielo_journal_close(journal);
    scratch_end(folder);
}

/* In the order of time, whatever segment they are in; what has no intent is no
 * entry. */
static void entries_come_in_the_order_of_time(void)
{
    char *folder = scratch_new();
    lines first = {"", 0, 0}, other = {"", 0, 0};
    cielo_journal *journal;

    lines_intent(&first, 2, "A2");
    lines_intent(&first, 5, "A5");
    lines_outcome(&first, 5, "approved", PAID);
    lines_intent(&other, 3, "A3");
    lines_intent(&other, 1, "A1");
    lines_outcome(&other, 9, "approved", PAID);
    lines_write(&first, folder, FIRST);
    lines_write(&other, folder, OTHER);
    scratch_write(folder, "settle.lock", "", 0);
    scratch_write(folder, "notes.jsonl", "x", 1);
    journal = load(folder);
    check_list(journal, 0, "1235");
    check_list(journal, 1, "123");
    check_counts(journal, 2, 4, 3, 0);
    cielo_journal_close(journal);
    scratch_end(folder);
}

/* The end may stand in any segment, and be read before the beginning. */
static void an_end_stands_anywhere(void)
{
    char *folder = scratch_new();
    lines first = {"", 0, 0}, other = {"", 0, 0};
    cielo_journal *journal;

    lines_settled(&first, 1, "absent", NULL);
    lines_look(&first, 1, "2026-03-02T15:40:00.000Z", "nothing");
    lines_outcome(&first, 2, "approved", PAID);
    lines_intent(&other, 1, "A1");
    lines_intent(&other, 2, "A2");
    lines_write(&first, folder, FIRST);
    lines_write(&other, folder, OTHER);
    journal = load(folder);
    check_state(journal, 1, "absent");
    check_state(journal, 2, "done");
    CHECK_INT(cielo_value_size(cielo_value_get(find(journal, 1), "looks")), 1);
    cielo_journal_close(journal);
    scratch_end(folder);
}

/* Of two that tell how it ended the one that knows stands. */
static void what_is_known_stands(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    cielo_journal *journal;

    lines_intent(&of, 1, "A1");
    lines_settled(&of, 1, "absent", NULL);
    lines_outcome(&of, 1, "approved", PAID);
    lines_intent(&of, 2, "A2");
    lines_settled(&of, 2, "adopted", PAID);
    lines_outcome(&of, 2, "unknown", NULL);
    lines_intent(&of, 3, "A3");
    lines_settled(&of, 3, "absent", NULL);
    lines_settled(&of, 3, "adopted", PAID);
    lines_intent(&of, 4, "A4");
    lines_outcome(&of, 4, "failed", NULL);
    lines_outcome(&of, 4, "unknown", NULL);
    lines_write(&of, folder, FIRST);
    journal = load(folder);
    check_state(journal, 1, "done");
    check_state(journal, 2, "adopted");
    check_state(journal, 3, "adopted");
    CHECK_STR(text(cielo_value_get(find(journal, 3), "settled"), "state"),
              "adopted");
    check_state(journal, 4, "done");
    CHECK_STR(text(cielo_value_get(find(journal, 4), "outcome"), "result"),
              "failed");
    check_list(journal, 1, "");
    cielo_journal_close(journal);
    scratch_end(folder);
}

static void others_of_its_order_were_told(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    cielo_journal *journal;
    const cielo_value *told;

    lines_intent(&of, 1, "A1");
    lines_intent(&of, 2, "A1");
    lines_outcome(&of, 2, "approved", PAID);
    lines_intent(&of, 3, "A3");
    lines_outcome(&of, 3, "approved", "another");
    lines_intent(&of, 4, "A1");
    lines_settled(&of, 4, "adopted", "adopted one");
    lines_write(&of, folder, FIRST);
    journal = load(folder);
    told = cielo_value_get(find(journal, 1), "told");
    CHECK_INT(cielo_value_size(told), 2);
    CHECK_STR(cielo_value_text(cielo_value_first(told), NULL), PAID);
    told = cielo_value_next(cielo_value_first(told));
    CHECK_STR(cielo_value_text(told, NULL), "adopted one");
    /* Of use to a doubt alone, and many to many. */
    CHECK(!cielo_value_get(find(journal, 2), "told"));
    cielo_journal_close(journal);
    scratch_end(folder);
}

static void add_void(lines *to, int number, int minute, const char *payment)
{
    lines_add(to,
              "\"v\":1,\"rec\":\"intent\",\"id\":\"" LINES_ID "\",\"at\":"
              "\"2026-03-02T15:%02d:00.000Z\",\"op\":\"sale_void\","
              LINES_STORE ",\"payment_id\":\"%s\",\"amount\":100",
              number, minute, payment);
}

/* Of two voids of one payment the earlier one can no longer be told apart, and
 * neither can of two at once; what failed took no effect. */
static void a_void_is_overtaken(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    cielo_journal *journal;
    static const int overtaken[] = {0, 1, 0, 0, 0, 1, 1};
    int i;

    add_void(&of, 1, 1, "P");
    add_void(&of, 2, 10, "P");
    lines_outcome(&of, 2, "done", NULL); /* at 15:00:02 */
    add_void(&of, 3, 1, "Q");
    add_void(&of, 4, 5, "Q");
    lines_outcome(&of, 4, "failed", NULL);
    add_void(&of, 5, 1, "R");
    add_void(&of, 6, 1, "R");
    lines_write(&of, folder, FIRST);
    journal = load(folder);
    for (i = 1; i <= 6; i++)
        CHECK_INT(cielo_value_bool(cielo_value_get(find(journal, i),
                                                   "overtaken")),
                  overtaken[i]);
    cielo_journal_close(journal);
    scratch_end(folder);
}

static void add_change(lines *to, int number, int minute, const char *id)
{
    lines_add(to,
              "\"v\":1,\"rec\":\"intent\",\"id\":\"" LINES_ID "\",\"at\":"
              "\"2026-03-02T15:%02d:00.000Z\",\"op\":\"recurrence_set_day\","
              LINES_STORE ",\"recurrence_id\":\"%s\",\"day\":5",
              number, minute, id);
}

/* Likewise a recurrence that was changed again. */
static void a_change_is_overtaken(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    cielo_journal *journal;
    static const int overtaken[] = {0, 1, 0, 0};
    int i;

    add_change(&of, 1, 1, "R");
    add_change(&of, 2, 10, "R");
    lines_outcome(&of, 2, "done", NULL);
    add_change(&of, 3, 1, "S");
    lines_write(&of, folder, FIRST);
    journal = load(folder);
    for (i = 1; i <= 3; i++)
        CHECK_INT(cielo_value_bool(cielo_value_get(find(journal, i),
                                                   "overtaken")),
                  overtaken[i]);
    cielo_journal_close(journal);
    scratch_end(folder);
}

static void what_is_not_understood_is_counted(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    cielo_journal *journal;

    lines_add(&of, "\"v\":2,\"rec\":\"intent\",\"id\":\"x\"");
    lines_add(&of, "\"v\":1,\"rec\":\"intent\"");
    lines_add(&of, "\"v\":1,\"rec\":\"intent\",\"id\":7");
    lines_add(&of, "\"v\":1,\"rec\":\"settled\",\"of\":\"x\",\"state\":\"y\"");
    lines_add(&of, "\"v\":1,\"rec\":\"notice\"");
    lines_intent(&of, 1, "A1");
    lines_write(&of, folder, FIRST);
    journal = load(folder);
    check_counts(journal, 1, 1, 1, 4);
    cielo_journal_close(journal);
    scratch_end(folder);
}

/* ---- calls in flight ---- */

static void add_late(lines *to, int number, int64_t deadline)
{
    char at[CIELO__MOMENT + 1];

    cielo__moment_write(deadline, at);
    lines_add(to,
              "\"v\":1,\"rec\":\"intent\",\"id\":\"" LINES_ID "\",\"at\":"
              "\"2026-03-02T15:00:00.000Z\",\"op\":\"sale_create\","
              "\"order\":\"A\",\"deadline\":\"%s\"",
              number, at);
}

/* While the writer lives its call is in doubt once it has ended so, or had to
 * end long enough ago; when it is dead, at once. */
static void a_call_in_flight_is_not_in_doubt(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    cielo_journal *journal;
    int64_t now = cielo_wall_ms();
    int fd;

    add_late(&of, 1, now + 60000);
    add_late(&of, 2, now - 3000);
    add_late(&of, 3, now - 60000);
    add_late(&of, 4, now + 60000);
    lines_outcome(&of, 4, "unknown", NULL);
    lines_write(&of, folder, FIRST);
    fd = hold(folder, FIRST);
    journal = load(folder);
    check_state(journal, 1, "open");
    check_state(journal, 2, "open");
    check_state(journal, 3, "in_doubt");
    check_state(journal, 4, "in_doubt");
    check_list(journal, 1, "34");
    check_counts(journal, 1, 4, 2, 0);
    close(fd);
    CHECK_INT(cielo_journal_load(journal, 0, NULL), CIELO_OK);
    check_list(journal, 1, "1234");
    check_counts(journal, 1, 4, 4, 0);
    cielo_journal_close(journal);
    scratch_end(folder);
}

/* Loading again reads on, in segments that were there and in new ones. */
static void loading_again_reads_on(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0}, more = {"", 0, 0}, second = {"", 0, 0};
    cielo_journal *journal;
    int fd;

    add_late(&of, 1, cielo_wall_ms() + 60000);
    lines_write(&of, folder, FIRST);
    fd = hold(folder, FIRST);
    journal = load(folder);
    check_list(journal, 0, "1");
    lines_outcome(&more, 1, "approved", PAID);
    add_late(&more, 2, cielo_wall_ms() + 60000);
    CHECK_INT(write(fd, more.text, more.length), more.length);
    lines_intent(&second, 3, "A3");
    lines_write(&second, folder, SECOND);
    CHECK_INT(cielo_journal_load(journal, 0, NULL), CIELO_OK);
    check_state(journal, 1, "done");
    check_state(journal, 2, "open");
    check_state(journal, 3, "in_doubt");
    check_counts(journal, 2, 3, 1, 0);
    close(fd);
    cielo_journal_close(journal);
    scratch_end(folder);
}

static void slices_come_to_the_same(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0}, second = {"", 0, 0};
    cielo_journal *journal;
    cielo_error err;
    int slices = 0, i;

    for (i = 1; i <= 9; i++)
        lines_intent(i < 5 ? &of : &second, i, "A");
    lines_write(&of, folder, FIRST);
    lines_write(&second, folder, SECOND);
    CHECK_INT(cielo_journal_open(&journal, folder, NULL, NULL), CIELO_OK);
    while (cielo_journal_load(journal, 1, &err) == CIELO_EAGAIN)
        slices++;
    CHECK_INT(err.status, CIELO_OK);
    CHECK_INT(slices, 9);
    check_list(journal, 1, "123456789");
    cielo_journal_close(journal);
    scratch_end(folder);
}

/* ---- what cannot be read ---- */

static void a_folder_has_to_be_there(void)
{
    cielo_journal *journal;
    cielo_value *list;
    cielo_error err;

    CHECK_INT(cielo_journal_open(&journal, "/nowhere/at/all", NULL, &err),
              CIELO_EJOURNAL);
    CHECK(!journal);
    CHECK(strstr(err.message, "/nowhere/at/all") != NULL);
    CHECK_INT(cielo_journal_open(&journal, "", NULL, &err), CIELO_EUSAGE);
    CHECK_INT(cielo_journal_segments(&list, "/nowhere/at/all", &err),
              CIELO_EJOURNAL);
    CHECK(!list);
    CHECK_INT(cielo_journal_segments(&list, NULL, &err), CIELO_EUSAGE);
    cielo_journal_close(NULL);
}

/* An entry that cannot be read any more is no end of the list. */
static void a_change_under_way_is_told(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    cielo_journal *journal;
    const cielo_value *entry;
    cielo_error err;

    lines_intent(&of, 1, "A1");
    lines_write(&of, folder, FIRST);
    journal = load(folder);
    of.text[20] = '?';
    lines_write(&of, folder, FIRST);
    CHECK_INT(cielo_journal_next(journal, 1, &entry, &err), CIELO_EJOURNAL);
    CHECK(!entry);
    CHECK_INT(cielo_journal_next(journal, 1, &entry, &err), CIELO_EJOURNAL);
    cielo_journal_close(journal);
    scratch_end(folder);
}

/* ---- segments ---- */

static void segments_are_listed_oldest_first(void)
{
    static const char *const names[]
        = {"a-9-1-10.jsonl",   "a-9-1-9.jsonl", "b_c.d-2-1-1.jsonl",
           "a-1-20-1.jsonl",   "a-1-1.jsonl",   "-1-1-1.jsonl",
           "a-x-1-1.jsonl",    "a b-1-1-1.jsonl", "a-1-1-1.json",
           "a-1-1-.jsonl",     ".jsonl",        "a-1-1-1.jsonl.old"};
    static const char *const order[] = {"b_c.d-2-1-1.jsonl", "a-9-1-9.jsonl",
                                        "a-9-1-10.jsonl", "a-1-20-1.jsonl"};
    char *folder = scratch_new();
    const cielo_value *one;
    cielo_value *list;
    int64_t size;
    size_t i;
    int fd;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        scratch_write(folder, names[i], "\n\n\n\n\n\n\n\n\n\n\n\n", i);
    fd = hold(folder, "a-9-1-9.jsonl");
    CHECK_INT(cielo_journal_segments(&list, folder, NULL), CIELO_OK);
    CHECK_INT(cielo_value_size(list), 4);
    for (i = 0, one = cielo_value_first(list); one;
         one = cielo_value_next(one), i++) {
        CHECK_STR(text(one, "name"), order[i]);
        CHECK_INT(cielo_value_bool(cielo_value_get(one, "live")), i == 1);
    }
    CHECK(cielo_value_integer(cielo_value_get(cielo_value_first(list), "size"),
                              &size));
    CHECK_INT(size, 2);
    close(fd);
    cielo_value_free(list);
    scratch_end(folder);
}

/* ---- pruning ---- */

static void age(const char *folder, const char *segment, int days)
{
    struct utimbuf at;
    char path[400];

    scratch_path(path, sizeof(path), folder, segment);
    at.actime = at.modtime = time(NULL) - days * 86400 - 60;
    CHECK_INT(utime(path, &at), 0);
}

static size_t prune(const char *folder, int days)
{
    size_t removed = 99;

    CHECK_INT(cielo_journal_prune(folder, days, &removed, NULL), CIELO_OK);
    return removed;
}

static void what_ended_long_ago_is_pruned(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    int fd;

    lines_intent(&of, 1, "A1");
    lines_outcome(&of, 1, "approved", PAID);
    lines_intent(&of, 2, "A2");
    lines_settled(&of, 2, "absent", NULL);
    lines_write(&of, folder, FIRST);
    age(folder, FIRST, 29);
    CHECK_INT(prune(folder, 30), 0);
    age(folder, FIRST, 30);
    fd = hold(folder, FIRST);
    CHECK_INT(prune(folder, 30), 0);
    close(fd);
    CHECK_INT(prune(folder, 30), 1);
    CHECK_INT(scratch_mode(folder, FIRST), -1);
    CHECK_INT(prune(folder, 30), 0);
    scratch_end(folder);
}

/* A doubt keeps its segment, those with what it came to, and those of its
 * order: what they were told of is not its. */
static void a_doubt_keeps_what_it_needs(void)
{
    char *folder = scratch_new();
    lines first = {"", 0, 0}, second = {"", 0, 0}, other = {"", 0, 0};

    lines_intent(&first, 1, "A1");
    lines_outcome(&first, 1, "unknown", NULL);
    lines_intent(&first, 2, "A2");
    lines_outcome(&second, 2, "approved", PAID);
    lines_intent(&other, 3, "A1");
    lines_outcome(&other, 3, "approved", PAID);
    lines_write(&first, folder, FIRST);
    lines_write(&second, folder, SECOND);
    lines_write(&other, folder, OTHER);
    CHECK_INT(prune(folder, 0), 0);
    lines_settled(&first, 1, "absent", NULL);
    lines_write(&first, folder, FIRST);
    CHECK_INT(prune(folder, 1), 0);
    CHECK_INT(prune(folder, 0), 3);
    scratch_end(folder);
}

/* Of a payment whose void is in doubt the other voids stay: by them alone it is
 * known that the doubt can no longer be told apart. */
static void a_doubt_keeps_what_overtook_it(void)
{
    char *folder = scratch_new();
    lines first = {"", 0, 0}, second = {"", 0, 0};
    cielo_journal *journal;

    add_void(&first, 1, 1, "24bc8366-fc31-4d6c-8555-17049a836a07");
    lines_outcome(&first, 1, "unknown", NULL);
    add_void(&second, 2, 10, "24BC8366-FC31-4D6C-8555-17049A836A07");
    lines_outcome(&second, 2, "done", NULL);
    lines_write(&first, folder, FIRST);
    lines_write(&second, folder, SECOND);
    CHECK_INT(prune(folder, 0), 0);
    journal = load(folder);
    CHECK_INT(cielo_value_bool(cielo_value_get(find(journal, 1), "overtaken")),
              1);
    cielo_journal_close(journal);
    scratch_end(folder);
}

/* A line that cannot be read may be a doubt; what a writer left at its death
 * was never sent. */
static void damage_keeps_a_segment(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    size_t removed = 99;
    cielo_error err;
    cielo_journal_lock *lock;

    lines_intent(&of, 1, "A1");
    lines_outcome(&of, 1, "approved", PAID);
    of.text[of.last + 9] ^= 1;
    lines_outcome(&of, 1, "approved", PAID);
    lines_write(&of, folder, FIRST);
    CHECK_INT(prune(folder, 0), 0);
    of.length = 0;
    lines_intent(&of, 1, "A1");
    lines_outcome(&of, 1, "approved", PAID);
    lines_outcome(&of, 1, "approved", PAID);
    of.length -= 9;
    lines_write(&of, folder, FIRST);
    CHECK_INT(cielo_journal_lock_take(&lock, folder, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_prune(folder, 0, &removed, &err), CIELO_EAGAIN);
    CHECK_INT(removed, 0);
    cielo_journal_lock_free(lock);
    CHECK_INT(prune(folder, 0), 1);
    CHECK_INT(cielo_journal_prune(folder, -1, &removed, &err), CIELO_EUSAGE);
    scratch_end(folder);
}

/* ---- the lock ---- */

static void one_settles_at_a_time(void)
{
    char *folder = scratch_new();
    cielo_journal_lock *lock = NULL, *second = NULL;
    cielo_error err;

    CHECK_INT(cielo_journal_lock_take(&lock, folder, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_lock_take(&second, folder, &err), CIELO_EAGAIN);
    CHECK(!second);
    cielo_journal_lock_free(lock);
    CHECK_INT(cielo_journal_lock_take(&second, folder, NULL), CIELO_OK);
    cielo_journal_lock_free(second);
    cielo_journal_lock_free(NULL);
    CHECK_INT(cielo_journal_lock_take(&second, "/nowhere/at/all", &err),
              CIELO_EJOURNAL);
    CHECK_INT(cielo_journal_lock_take(&second, "", &err), CIELO_EUSAGE);
    scratch_end(folder);
}

CHECK_MAIN(an_entry_tells_what_is_known, entries_come_in_the_order_of_time,
           an_end_stands_anywhere, what_is_known_stands,
           others_of_its_order_were_told, a_void_is_overtaken,
           a_change_is_overtaken,
           what_is_not_understood_is_counted, a_call_in_flight_is_not_in_doubt,
           loading_again_reads_on, slices_come_to_the_same,
           a_folder_has_to_be_there, a_change_under_way_is_told,
           segments_are_listed_oldest_first, what_ended_long_ago_is_pruned,
           a_doubt_keeps_what_it_needs,
           a_doubt_keeps_what_overtook_it, damage_keeps_a_segment,
           one_settles_at_a_time)
