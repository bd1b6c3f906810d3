/*
 * Whatever stands in a segment: no crash, the same records from wherever it is
 * read on, and a whole record after it is read as if it were alone. With
 * -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION this is only the target that
 * libFuzzer links; without, it runs the files it is given, whose names begin
 * with how many records they have and how many damaged lines: "2-1-...".
 */
#define _DEFAULT_SOURCE

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cielo/journal.h>

#define SEGMENT "fuzz-1-1-1.jsonl"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                  \
    do {                                                               \
        if (!(cond)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
            abort();                                                   \
        }                                                              \
    } while (0)

/* ---- a segment in a folder of its own ---- */

typedef struct place {
    char folder[64];
    char path[128];
} place;

static void place_make(place *at)
{
    snprintf(at->folder, sizeof(at->folder), "/tmp/cielo-fuzz-XXXXXX");
    REQUIRE(mkdtemp(at->folder));
    snprintf(at->path, sizeof(at->path), "%s/" SEGMENT, at->folder);
}

static void place_end(const place *at)
{
    REQUIRE(unlink(at->path) == 0);
    REQUIRE(rmdir(at->folder) == 0);
}

static void put(const place *at, const char *mode, const void *data,
                size_t size)
{
    FILE *file = fopen(at->path, mode);

    REQUIRE(file);
    REQUIRE(fwrite(data, 1, size, file) == size);
    fclose(file);
}

/* ---- reading ---- */

typedef struct count {
    size_t records;
    size_t damaged;
    int64_t end;
    int64_t offsets[64]; /* behind the first records */
} count;

static count read_from(const place *at, int64_t from)
{
    cielo_records *records = NULL;
    const cielo_value *record;
    count out;
    int64_t offset;
    int status;

    memset(&out, 0, sizeof(out));
    out.end = from;
    REQUIRE(cielo_records_open(&records, at->folder, SEGMENT, from, NULL, NULL)
            == CIELO_OK);
    while ((status = cielo_records_next(records, &record, &offset, NULL))
           == CIELO_OK) {
        REQUIRE(cielo_value_type(record) == CIELO_OBJECT);
        REQUIRE(offset > out.end);
        out.end = offset;
        if (out.records < 64)
            out.offsets[out.records] = offset;
        out.records++;
    }
    REQUIRE(status == CIELO_ENOTFOUND);
    REQUIRE(offset >= out.end);
    out.end = offset;
    out.damaged = cielo_records_damaged(records);
    cielo_records_close(records);
    return out;
}

/* From behind each record the others follow, and no more damage than in all. */
static void require_same_from(const place *at, const count *all)
{
    size_t i;

    for (i = 0; i < all->records && i < 64; i++) {
        count rest = read_from(at, all->offsets[i]);

        REQUIRE(rest.records == all->records - i - 1);
        REQUIRE(rest.damaged <= all->damaged);
        REQUIRE(rest.end == all->end);
    }
}

/* An index of it has no more entries than it has records, and gives each. */
static void require_index(const place *at, const count *all)
{
    cielo_journal *journal = NULL;
    cielo_journal_counts counts;
    const cielo_value *entry;
    size_t listed = 0;
    cielo_value *list;

    REQUIRE(cielo_journal_segments(&list, at->folder, NULL) == CIELO_OK);
    REQUIRE(cielo_value_size(list) == 1);
    cielo_value_free(list);
    REQUIRE(cielo_journal_open(&journal, at->folder, NULL, NULL) == CIELO_OK);
    while (cielo_journal_load(journal, 7, NULL) == CIELO_EAGAIN)
        continue;
    cielo_journal_count(journal, &counts);
    REQUIRE(counts.entries <= all->records);
    REQUIRE(counts.in_doubt <= counts.entries);
    REQUIRE(counts.damaged >= all->damaged);
    while (cielo_journal_next(journal, 0, &entry, NULL) == CIELO_OK) {
        REQUIRE(cielo_value_get(entry, "intent"));
        listed++;
    }
    REQUIRE(listed == counts.entries);
    cielo_journal_close(journal);
}

static count read_all(const uint8_t *data, size_t size)
{
    static const char whole[]
        = "\n{\"v\":1,\"rec\":\"intent\",\"id\":\"x\",\"crc\":\"1f80a529\"}\n";
    count all, more;
    place at;

    place_make(&at);
    put(&at, "wb", data, size);
    all = read_from(&at, 0);
    REQUIRE(all.end == (int64_t)size);
    require_same_from(&at, &all);
    require_index(&at, &all);
    put(&at, "ab", whole, sizeof(whole) - 1);
    more = read_from(&at, 0);
    REQUIRE(more.records == all.records + 1);
    REQUIRE(more.damaged == all.damaged);
    place_end(&at);
    return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)read_all(data, size);
    return 0;
}

#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    long end;

    *size = 0;
    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) >= 0
        && fseek(file, 0, SEEK_SET) == 0 && (data = malloc((size_t)end + 1)))
        *size = fread(data, 1, (size_t)end, file);
    fclose(file);
    return data;
}

static int run_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t size;
    uint8_t *data = read_file(path, &size);
    char is[64];
    count all;

    if (!data) {
        printf("%s: cannot be read\n", path);
        return 0;
    }
    all = read_all(data, size);
    free(data);
    snprintf(is, sizeof(is), "%lu-%lu-", (unsigned long)all.records,
             (unsigned long)all.damaged);
    if (strncmp(slash ? slash + 1 : path, is, strlen(is)) == 0)
        return 1;
    printf("%s: has %s\n", path, is);
    return 0;
}

int main(int argc, char **argv)
{
    int passed = 0, i;

    for (i = 1; i < argc; i++)
        passed += run_file(argv[i]);
    printf("%d passed, %d failed\n", passed, argc - 1 - passed);
    return argc < 2 || passed != argc - 1;
}
#endif
