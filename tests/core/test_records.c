/*
 * A segment record by record: what is whole is read, wherever it was cut and
 * whatever was changed in it, and what is damaged is counted.
 */
#define _DEFAULT_SOURCE

#include "check.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>

#include <cielo/cielo.h>
#include <cielo/journal.h>

#include "lines.h"

/* Bytes that are too few to be called damage. */
enum { SCRAP = 2 };

#define SEGMENT "shop-7-1772463600000-1.jsonl"

/* What reading a segment from `from` gave: the last digits of the ids of its
 * intents, in their order. */
typedef struct seen {
    char ids[64];
    size_t count;
    size_t damaged;
    int64_t offset;
} seen;

static seen read_from(const char *folder, int64_t from)
{
    cielo_records *records = NULL;
    const cielo_value *record;
    cielo_error err;
    seen out;
    int status;

    memset(&out, 0, sizeof(out));
    CHECK_INT(cielo_records_open(&records, folder, SEGMENT, from, NULL, &err),
              CIELO_OK);
    while ((status = cielo_records_next(records, &record, &out.offset, &err))
           == CIELO_OK) {
        const char *id = cielo_value_text(cielo_value_get(record, "id"), NULL);

        CHECK(!cielo_value_get(record, "crc"));
        if (id && out.count < sizeof(out.ids) - 1)
            out.ids[out.count++] = id[35];
    }
    CHECK_INT(status, CIELO_ENOTFOUND);
    CHECK_INT(err.status, CIELO_ENOTFOUND);
    CHECK(!record);
    out.damaged = cielo_records_damaged(records);
    cielo_records_close(records);
    return out;
}

static void write_bytes(const char *folder, const char *bytes, size_t length)
{
    scratch_write(folder, SEGMENT, bytes, length);
}

static void records_come_in_their_order(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    seen is;

    lines_intent(&of, 1, "A1");
    lines_intent(&of, 2, "A2");
    lines_intent(&of, 3, "A3");
    lines_write(&of, folder, SEGMENT);
    is = read_from(folder, 0);
    CHECK_STR(is.ids, "123");
    CHECK_INT(is.damaged, 0);
    CHECK_INT(is.offset, of.length);
    is = read_from(folder, (int64_t)of.last);
    CHECK_STR(is.ids, "3");
    CHECK_INT(is.offset, of.length);
    is = read_from(folder, is.offset);
    CHECK_STR(is.ids, "");
    CHECK_INT(is.offset, of.length);
    scratch_end(folder);
}

/* The offset behind each record leads to the next, which is read by itself. */
static void an_offset_leads_on(void)
{
    char *folder = scratch_new();
    cielo_records *records = NULL;
    const cielo_value *record;
    lines of = {"", 0, 0};
    int64_t offset;

    lines_intent(&of, 1, "A1");
    lines_intent(&of, 2, "A2");
    lines_write(&of, folder, SEGMENT);
    CHECK_INT(cielo_records_open(&records, folder, SEGMENT, 0, NULL, NULL),
              CIELO_OK);
    CHECK_INT(cielo_records_next(records, &record, &offset, NULL), CIELO_OK);
    CHECK_INT(offset, of.last);
    CHECK_STR(read_from(folder, offset).ids, "2");
    cielo_records_close(records);
    scratch_end(folder);
}

/* Cut anywhere in the last record, with a dead writer: those before are read,
 * and what is left of it is one damaged line. Without its line feed alone it is
 * all there. */
static void a_segment_may_be_cut_anywhere(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    size_t at;

    lines_intent(&of, 1, "A1");
    lines_intent(&of, 2, "A2");
    lines_intent(&of, 3, "A3");
    for (at = of.last; at <= of.length; at++) {
        int whole = at >= of.length - 1, none = at <= of.last + 1 + SCRAP;
        seen is;

        write_bytes(folder, of.text, at);
        is = read_from(folder, 0);
        CHECK_STR(is.ids, whole ? "123" : "12");
        CHECK_INT(is.damaged, !whole && !none);
        CHECK_INT(is.offset, at);
    }
    scratch_end(folder);
}

/* What is written after such a stump is read as if it were not there. */
static void a_stump_hurts_no_other(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    size_t at;

    lines_intent(&of, 1, "A1");
    for (at = 1; at < of.length; at++) {
        lines all = of;
        int whole = at == of.length - 1;
        seen is;

        all.length = at;
        lines_intent(&all, 2, "A2");
        lines_write(&all, folder, SEGMENT);
        is = read_from(folder, 0);
        CHECK_STR(is.ids, whole ? "12" : "2");
        CHECK_INT(is.damaged, !whole && at > 1 + SCRAP);
    }
    scratch_end(folder);
}

/* Each bit of the middle one of three records changed: it is never read as if
 * it were whole, and the others are. A line feed that comes makes two lines of
 * one, which is one damaged line or two; with one that goes nothing is lost. */
static void a_changed_byte_is_seen(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    size_t from, to, at;
    int bit;

    lines_intent(&of, 1, "A1");
    lines_intent(&of, 2, "A2");
    from = of.last;
    to = of.length;
    lines_intent(&of, 3, "A3");
    for (at = from; at < to; at++) {
        for (bit = 0; bit < 8; bit++) {
            lines all = of;
            seen is;

            all.text[at] = (char)(all.text[at] ^ 1 << bit);
            lines_write(&all, folder, SEGMENT);
            is = read_from(folder, 0);
            CHECK_STR(is.ids, at == from || at == to - 1 ? "123" : "13");
            CHECK(is.damaged == (at > from && at < to - 1)
                  || (is.damaged == 2 && all.text[at] == '\n'));
        }
    }
    scratch_end(folder);
}

static void check_pruned(const char *folder, size_t expected)
{
    size_t removed;

    CHECK_INT(cielo_journal_prune(folder, 0, &removed, NULL), CIELO_OK);
    CHECK_INT(removed, expected);
}

/* A torn line of a dead writer, of which nothing was sent, may go; one that was
 * whole once may not, with or without what rotted of its line feed. */
static void what_rotted_is_not_torn(void)
{
    size_t cut;

    for (cut = 0; cut <= 3; cut++) {
        char *folder = scratch_new();
        lines of = {"", 0, 0};

        lines_intent(&of, 1, "A1");
        of.text[of.length - 1] = '\v';
        of.text[of.length / 2] ^= 1;
        of.length -= cut;
        lines_write(&of, folder, SEGMENT);
        CHECK_STR(read_from(folder, 0).ids, "");
        CHECK_INT(read_from(folder, 0).damaged, 1);
        check_pruned(folder, cut > 1);
        scratch_end(folder);
    }
}

static void check_doubts(const char *folder, size_t expected)
{
    const cielo_value *entry;
    cielo_journal *journal;
    size_t count = 0;

    CHECK_INT(cielo_journal_open(&journal, folder, NULL, NULL), CIELO_OK);
    CHECK_INT(cielo_journal_load(journal, 0, NULL), CIELO_OK);
    while (cielo_journal_next(journal, 1, &entry, NULL) == CIELO_OK)
        count++;
    CHECK_INT(count, expected);
    cielo_journal_close(journal);
}

/* Of any record, what a dead writer wrote last among them, which would pass for
 * a torn line and be pruned; before it and behind it, one by one and all. */
static void a_line_feed_may_rot(void)
{
    unsigned which;

    for (which = 0; which < 16; which++) {
        char *folder = scratch_new();
        lines of = {"", 0, 0};
        seen is;

        lines_intent(&of, 1, "A1");
        of.text[0] = which & 1 ? '\v' : '\n';
        of.text[of.length - 1] = which & 2 ? '"' : '\n';
        lines_intent(&of, 2, "A2");
        of.text[of.last] = which & 4 ? '{' : '\n';
        of.text[of.length - 1] = which & 8 ? '}' : '\n';
        lines_write(&of, folder, SEGMENT);
        is = read_from(folder, 0);
        CHECK_STR(is.ids, "12");
        CHECK_INT(is.damaged, 0);
        CHECK_INT(is.offset, of.length);
        check_pruned(folder, 0);
        check_doubts(folder, 2);
        scratch_end(folder);
    }
}

/* Behind a stump whose end is no line feed any more, and behind a record that
 * has rotted, too: of these each is lost, and stays. */
static void what_is_glued_to_damage_is_read(void)
{
    size_t at;

    for (at = 10; at < 300; at += 17) {
        char *folder = scratch_new();
        lines of = {"", 0, 0};
        seen is;

        lines_intent(&of, 1, "A1");
        of.length = at;
        lines_intent(&of, 2, "A2");
        of.text[of.last] = 'x';
        lines_intent(&of, 3, "A3");
        of.text[of.last + 9] ^= 1;
        of.text[of.length - 1] = 'x';
        lines_intent(&of, 4, "A4");
        of.text[of.last] = 'x';
        lines_write(&of, folder, SEGMENT);
        is = read_from(folder, 0);
        CHECK_STR(is.ids, "24");
        CHECK_INT(is.damaged, 2);
        check_pruned(folder, 0);
        check_doubts(folder, 2);
        scratch_end(folder);
    }
}

/* A text of the outside has its quotes escaped: as an order's number a whole
 * record is none, also where the one that holds it has rotted. */
static void a_record_in_a_text_is_none(void)
{
    char *folder = scratch_new(), order[800];
    lines inner = {"", 0, 0}, of = {"", 0, 0};
    size_t at, length = 0;

    lines_intent(&inner, 1, "A1");
    for (at = 1; at < inner.length - 1; at++) {
        if (inner.text[at] == '"')
            order[length++] = '\\';
        order[length++] = inner.text[at];
    }
    order[length] = '\0';
    lines_intent(&of, 2, order);
    lines_write(&of, folder, SEGMENT);
    CHECK_STR(read_from(folder, 0).ids, "2");
    of.text[9] ^= 1;
    lines_write(&of, folder, SEGMENT);
    CHECK_STR(read_from(folder, 0).ids, "");
    CHECK_INT(read_from(folder, 0).damaged, 1);
    scratch_end(folder);
}

/* Wherever it stands in a line without an end, and however much is read at
 * once. */
static void a_record_in_a_long_line_is_read(void)
{
    enum { LENGTH = 700000, STEP = 32749 };
    char *folder = scratch_new(), *bytes = malloc(LENGTH);
    lines of = {"", 0, 0};
    size_t at;

    lines_intent(&of, 1, "A1");
    for (at = 3; at < LENGTH - of.length; at += STEP) {
        seen is;

        memset(bytes, 'x', LENGTH);
        memcpy(bytes + at, of.text + 1, of.length - 2);
        write_bytes(folder, bytes, LENGTH);
        is = read_from(folder, 0);
        CHECK_STR(is.ids, "1");
        CHECK_INT(is.damaged, 2);
        CHECK_INT(is.offset, LENGTH);
        CHECK_STR(read_from(folder, (int64_t)at).ids, "1");
        CHECK_STR(read_from(folder, (int64_t)at + 1).ids, "");
        check_doubts(folder, 1);
    }
    free(bytes);
    scratch_end(folder);
}

/* Also where the line is as long as one may be. */
static void the_longest_line_may_end_in_rot(void)
{
    enum { LONGEST = 64 * 1024, SUM = 18 };
    char *folder = scratch_new(), *line = malloc(LONGEST + 3);
    char sum[SUM + 1];
    lines of = {"", 0, 0};
    size_t body;

    lines_intent(&of, 1, "A1");
    body = of.length - 2 - SUM; /* without its line feeds */
    memset(line, ' ', LONGEST);
    memcpy(line, of.text + 1, body);
    snprintf(sum, sizeof(sum), ",\"crc\":\"%08lx\"}",
             (unsigned long)cielo__crc32c(line, LONGEST - SUM));
    memcpy(line + LONGEST - SUM, sum, SUM);
    memcpy(line + LONGEST, "\v\n", 2);
    write_bytes(folder, line, LONGEST + 2);
    CHECK_STR(read_from(folder, 0).ids, "1");
    check_doubts(folder, 1);
    free(line);
    scratch_end(folder);
}

/* Of the two line feeds between two records one is enough. */
static void one_line_feed_may_go(void)
{
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    size_t at;

    lines_intent(&of, 1, "A1");
    at = of.length;
    lines_intent(&of, 2, "A2");
    memmove(of.text + at, of.text + at + 1, of.length - at - 1);
    of.length--;
    lines_write(&of, folder, SEGMENT);
    CHECK_STR(read_from(folder, 0).ids, "12");
    CHECK_INT(read_from(folder, 0).damaged, 0);
    scratch_end(folder);
}

/* Such lines have a right sum, and are none all the same. */
static void what_is_no_object_is_damaged(void)
{
    static const char *const odd[]
        = {"\"v\":1,\"v\":1", "\"v\":01", "\"v\":\"\\u0000\"", "v", "\"v\":[1"};
    char *folder = scratch_new();
    size_t i;

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        lines of = {"", 0, 0};

        lines_add(&of, "%s", odd[i]);
        lines_intent(&of, 2, "A2");
        lines_write(&of, folder, SEGMENT);
        CHECK_STR(read_from(folder, 0).ids, "2");
        CHECK_INT(read_from(folder, 0).damaged, 1);
    }
    scratch_end(folder);
}

/* Of any length: one past the limit is damaged and skipped, once. */
static void a_line_may_be_too_long(void)
{
    static const size_t lengths[] = {60000, 65536, 65537, 262144, 900001};
    char *folder = scratch_new();
    lines of = {"", 0, 0};
    size_t i;

    lines_intent(&of, 1, "A1");
    for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        size_t length = lengths[i] + 1 + of.length;
        char *bytes = malloc(length);
        seen is;

        memset(bytes, 'x', lengths[i]);
        bytes[lengths[i]] = '\n';
        memcpy(bytes + lengths[i] + 1, of.text, of.length);
        write_bytes(folder, bytes, length);
        is = read_from(folder, 0);
        CHECK_STR(is.ids, "1");
        CHECK_INT(is.damaged, 1);
        CHECK_INT(is.offset, length);
        write_bytes(folder, bytes, lengths[i]);
        is = read_from(folder, 0);
        CHECK_INT(is.count, 0);
        CHECK_INT(is.damaged, 1);
        CHECK_INT(is.offset, lengths[i]);
        free(bytes);
    }
    scratch_end(folder);
}

/* ---- while the writer lives ---- */

static int hold(const char *folder)
{
    char path[400];
    int fd;

    scratch_path(path, sizeof(path), folder, SEGMENT);
    fd = open(path, O_WRONLY | O_APPEND);
    CHECK(fd >= 0);
    CHECK_INT(flock(fd, LOCK_EX | LOCK_NB), 0);
    return fd;
}

/* A last line is not whole yet, byte for byte, and then it is. */
static void a_line_grows(void)
{
    char *folder = scratch_new();
    cielo_records *records = NULL;
    const cielo_value *record;
    lines of = {"", 0, 0};
    int64_t offset = -1;
    size_t at;
    int fd;

    lines_intent(&of, 1, "A1");
    write_bytes(folder, "", 0);
    fd = hold(folder);
    CHECK_INT(cielo_records_open(&records, folder, SEGMENT, 0, NULL, NULL),
              CIELO_OK);
    for (at = 0; at < of.length; at++) {
        CHECK_INT(cielo_records_next(records, &record, &offset, NULL),
                  CIELO_ENOTFOUND);
        CHECK_INT(offset, at > 0);
        CHECK_INT(write(fd, of.text + at, 1), 1);
    }
    CHECK_INT(cielo_records_next(records, &record, &offset, NULL), CIELO_OK);
    CHECK_INT(offset, of.length);
    CHECK_INT(cielo_records_damaged(records), 0);
    CHECK_INT(write(fd, "\n{\"v\"", 5), 5);
    CHECK_INT(cielo_records_next(records, &record, &offset, NULL),
              CIELO_ENOTFOUND);
    CHECK_INT(cielo_records_damaged(records), 0);
    close(fd); /* its writer dies */
    CHECK_INT(cielo_records_next(records, &record, &offset, NULL),
              CIELO_ENOTFOUND);
    CHECK_INT(cielo_records_damaged(records), 1);
    CHECK_INT(offset, of.length + 5);
    cielo_records_close(records);
    scratch_end(folder);
}

/* ---- what cannot be read ---- */

static void what_is_no_segment_is_refused(void)
{
    char *folder = scratch_new();
    cielo_records *records = NULL;
    cielo_error err;

    CHECK_INT(cielo_records_open(&records, folder, SEGMENT, 0, NULL, &err),
              CIELO_EJOURNAL);
    CHECK(!records);
    CHECK(strstr(err.message, SEGMENT) != NULL);
    CHECK_INT(cielo_records_open(&records, folder, "../x", 0, NULL, NULL),
              CIELO_EUSAGE);
    CHECK_INT(cielo_records_open(&records, folder, "", 0, NULL, NULL),
              CIELO_EUSAGE);
    CHECK_INT(cielo_records_open(&records, NULL, SEGMENT, 0, NULL, NULL),
              CIELO_EUSAGE);
    CHECK_INT(cielo_records_open(&records, folder, SEGMENT, -1, NULL, NULL),
              CIELO_EUSAGE);
    cielo_records_close(NULL);
    scratch_end(folder);
}

CHECK_MAIN(records_come_in_their_order, an_offset_leads_on,
           a_segment_may_be_cut_anywhere, a_stump_hurts_no_other,
           a_changed_byte_is_seen, one_line_feed_may_go,
           a_line_feed_may_rot, what_is_glued_to_damage_is_read,
           a_record_in_a_text_is_none, a_record_in_a_long_line_is_read,
           the_longest_line_may_end_in_rot,
           what_rotted_is_not_torn,
           what_is_no_object_is_damaged, a_line_may_be_too_long, a_line_grows,
           what_is_no_segment_is_refused)
