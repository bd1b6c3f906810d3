/*
 * The simulator's command.
 *
 *     simulate SEED             tells what happens in one world, and what it
 *                               breaks; then the shortest story that does
 *     simulate --writes N       plays worlds until N writes were made
 *     simulate --walk DEPTH     every sequence of DEPTH events
 *     simulate --seeds FILE     the seeds that found something once
 */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim.h"

static const char usage[]
    = "usage: simulate SEED [--honest] [--immortal] [--without LIST] "
      "[--calm LIST] [--whole]\n"
      "       simulate --writes N [--from SEED] [--jobs N] [--first] "
      "[--table]\n"
      "       simulate --walk DEPTH\n"
      "       simulate --seeds FILE\n"
      "\n"
      "  SEED            tells one world's story, shrunk to what breaks a "
      "rule\n"
      "  --whole         the story as it is, not shrunk\n"
      "  --honest        Cielo's clocks agree\n"
      "  --immortal      no process dies\n"
      "  --without LIST  wishes that are left out, such as 0-12,15\n"
      "  --calm LIST     wishes whose exchanges do not fail\n"
      "  --writes N      plays seeds from 1 on until N writes were made\n"
      "  --first         stops at the first world that breaks a rule\n"
      "  --table         the figures as a page has them\n"
      "  --walk DEPTH    for each operation every sequence of DEPTH events\n";

typedef struct wanted {
    uint64_t seed;
    int has_seed;
    int whole;
    sim_mask mask;
    int64_t writes;
    uint64_t from;
    int jobs;
    int first;
    int table;
    int walk;
    const char *seeds;
} wanted;

/* ---- one world ---- */

static int tell(uint64_t seed, const sim_mask *mask)
{
    char broken[240];
    int whole = sim_play(seed, mask, NULL, stdout, broken);

    if (whole)
        printf("seed %" PRIu64 ": no rule was broken\n", seed);
    else
        printf("seed %" PRIu64 " BROKE: %s\n", seed, broken);
    return whole;
}

static int tell_shrunk(uint64_t seed, sim_mask *mask)
{
    if (sim_play(seed, mask, NULL, NULL, NULL))
        return tell(seed, mask);
    sim_shrink(seed, mask);
    tell(seed, mask);
    printf("again: build/test/simulate %" PRIu64 " --whole", seed);
    sim_mask_print(stdout, mask);
    printf("\n");
    return 0;
}

/* ---- many ---- */

enum { LISTED = 8 };

typedef struct report {
    sim_figures figures;
    int64_t broken;
    struct {
        uint64_t seed;
        char why[240];
    } first[LISTED];
} report;

static void add_broken(report *out, uint64_t seed, const char *why)
{
    if (out->broken < LISTED) {
        out->first[out->broken].seed = seed;
        strcpy(out->first[out->broken].why, why);
    }
    out->broken++;
}

static void play_some(const wanted *q, report *out, uint64_t seed, int progress)
{
    static const sim_mask none;
    int64_t writes = q->writes / q->jobs, told = 0;

    for (; out->figures.writes < writes && !(q->first && out->broken);
         seed += (uint64_t)q->jobs) {
        char broken[240];

        if (!sim_play(seed, &none, &out->figures, NULL, broken))
            add_broken(out, seed, broken);
        if (progress && out->figures.writes >= told + writes / 20) {
            told = out->figures.writes;
            fprintf(stderr, "\r%3d %%", (int)(told * 100 / writes));
        }
    }
    if (progress)
        fprintf(stderr, "\r     \r");
}

/* Two structs of nothing but int64_t, added member by member. */
static void add_figures(sim_figures *to, const sim_figures *from)
{
    int64_t *a = (int64_t *)to;
    const int64_t *b = (const int64_t *)from;
    size_t i;

    for (i = 0; i < sizeof(*to) / sizeof(*a); i++)
        a[i] += b[i];
}

static void add_report(report *to, const report *from)
{
    int64_t i;

    add_figures(&to->figures, &from->figures);
    for (i = 0; i < from->broken && i < LISTED; i++)
        add_broken(to, from->first[i].seed, from->first[i].why);
    to->broken += from->broken - i;
}

/* A process of its own for each job: the core's state is that of a process. */
static pid_t start_job(const wanted *q, int job, int *fd)
{
    int ends[2];
    report *part;
    pid_t pid;

    if (pipe(ends) != 0 || (pid = fork()) < 0) {
        perror("simulate");
        exit(2);
    }
    if (pid > 0) {
        close(ends[1]);
        *fd = ends[0];
        return pid;
    }
    part = calloc(1, sizeof(*part));
    play_some(q, part, q->from + (uint64_t)job, job == 0 && isatty(2));
    if (write(ends[1], part, sizeof(*part)) != (ssize_t)sizeof(*part))
        _exit(2);
    free(part);
    exit(0); /* not _exit: that would skip the search for leaks */
}

static int read_whole(int fd, void *out, size_t size)
{
    size_t done = 0;
    ssize_t n;

    while (done < size && (n = read(fd, (char *)out + done, size - done)) > 0)
        done += (size_t)n;
    close(fd);
    return done == size;
}

static int run_jobs(const wanted *q, report *all)
{
    report *part = malloc(sizeof(*part));
    int fds[64], failed = 0, status, i;
    pid_t pids[64];

    for (i = 0; i < q->jobs; i++)
        pids[i] = start_job(q, i, &fds[i]);
    for (i = 0; i < q->jobs; i++) {
        if (read_whole(fds[i], part, sizeof(*part)))
            add_report(all, part);
        else
            failed = 1;
        waitpid(pids[i], &status, 0);
        failed |= status != 0;
    }
    free(part);
    return failed;
}

/* ---- figures ---- */

static void print_row(const char *name, const int64_t *told, int table)
{
    int64_t sum = 0;
    int i;

    for (i = 0; i < SIM_TOLDS; i++)
        sum += told[i];
    if (sum == 0)
        return;
    printf(table ? "| %s |" : "%-56s", name);
    for (i = 1; i < SIM_TOLDS; i++)
        printf(table ? " %" PRId64 " |" : " %10" PRId64, told[i]);
    printf("\n");
}

static void print_head(const char *name, int table)
{
    int i;

    printf(table ? "| %s |" : "%-56s", name);
    for (i = 1; i < SIM_TOLDS; i++)
        printf(table ? " %s |" : " %10s", sim_told_names[i]);
    printf(table ? "\n|---|---:|---:|---:|---:|---:|---:|\n" : "\n");
}

/* What became of what the journals had in doubt, and of the journals. */
static void print_memory(const sim_figures *f, int table)
{
    static const char *const names[] = {"in doubt for ever", "adopted",
                                        "absent", "looks that ended nothing"};
    const struct {
        const char *name;
        int64_t times;
    } lines[] = {
        {"intents that were written", f->intents},
        {"intents that were read back at the end", f->read_back},
        {"lines that a death, a disk or a bit damaged", f->damaged},
        {"processes killed between two steps, or in one", f->kills},
        {"machines without power", f->power_cuts},
        {"sales tried again after \"absent\"", f->repeats},
    };
    size_t i;

    printf("\n");
    printf(table ? "| %s | times |\n|---|---:|\n" : "%s\n", "journals");
    for (i = 0; i < CIELO_SETTLED_END; i++)
        printf(table ? "| settled: %s | %" PRId64 " |\n"
                     : "settled: %-59s %" PRId64 "\n",
               names[i], f->by_settled[i]);
    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        printf(table ? "| %s | %" PRId64 " |\n" : "%-68s %" PRId64 "\n",
               lines[i].name, lines[i].times);
}

static void print_figures(const sim_figures *f, int table)
{
    int i;

    print_head("told, by operation", table);
    for (i = 0; i < CIELO_OP_COUNT; i++)
        print_row(cielo_operation_at(i)->name, f->by_operation[i], table);
    printf("\n");
    print_head("told to writes that met it", table);
    for (i = 0; i < SIM_FAULTS; i++)
        print_row(sim_fault_names[i], f->by_fault[i], table);
    printf("\n");
    printf(table ? "| %s | times |\n|---|---:|\n" : "%s, counted and excused\n",
           "what no client can know");
    for (i = 0; i < SIM_RESIDUES; i++)
        printf(table ? "| %s | %" PRId64 " |\n" : "%-68s %" PRId64 "\n",
               sim_residue_names[i], f->residue[i]);
    print_memory(f, table);
    printf("\n%" PRId64 " worlds, %" PRId64 " calls, %" PRId64
           " writes, %" PRId64 " exchanges, %" PRId64
           " deaths of processes, %" PRId64 " outcomes read back\n",
           f->worlds, f->calls, f->writes, f->exchanges, f->deaths,
           f->reconciled);
}

static void print_broken(const report *r)
{
    int64_t i;

    for (i = 0; i < r->broken && i < LISTED; i++)
        printf("seed %" PRIu64 " BROKE: %s\n", r->first[i].seed,
               r->first[i].why);
    printf("%" PRId64
           " worlds broke a rule; a story: build/test/simulate %" PRIu64 "\n",
           r->broken, r->first[0].seed);
}

static int play_many(const wanted *q)
{
    report *all = calloc(1, sizeof(*all));
    int failed = run_jobs(q, all);
    int broken = all->broken != 0;

    print_figures(&all->figures, q->table);
    if (broken)
        print_broken(all);
    if (failed)
        printf("a process ended badly: see above\n");
    printf("%d passed, %d failed\n", !broken && !failed, broken || failed);
    free(all);
    return broken || failed;
}

/* ---- seeds that found something ---- */

static int parse_options(int argc, char **argv, wanted *q);

/* A line is what stands behind "simulate", then "#" and what it found. */
static int play_seeds(const char *path)
{
    FILE *file = fopen(path, "r");
    int passed = 0, failed = 0;
    char line[2000];

    if (!file) {
        perror(path);
        return 1;
    }
    while (fgets(line, sizeof(line), file)) {
        char *words[32] = {"simulate"}, broken[240], *word;
        wanted q;
        int n = 1;

        line[strcspn(line, "#\n")] = '\0';
        for (word = strtok(line, " "); word && n < 32; word = strtok(NULL, " "))
            words[n++] = word;
        if (n == 1)
            continue;
        if (!parse_options(n, words, &q) || !q.has_seed) {
            printf("%s: not a seed: %s\n", path, words[1]);
            failed++;
        } else if (sim_play(q.seed, &q.mask, NULL, NULL, broken)) {
            passed++;
        } else {
            printf("seed %" PRIu64 " BROKE: %s\n", q.seed, broken);
            failed++;
        }
    }
    fclose(file);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}

/* ---- options ---- */

static int parse_list(const char *text, unsigned char *flags)
{
    char *end;

    while (*text) {
        long from = strtol(text, &end, 10), to = from;

        if (end == text)
            return 0;
        if (*end == '-')
            to = strtol(end + 1, &end, 10);
        for (; from >= 0 && from <= to && from < SIM_ITEMS; from++)
            flags[from] = 1;
        if (*end != ',' && *end != '\0')
            return 0;
        text = *end ? end + 1 : end;
    }
    return 1;
}

static int parse_flag(const char *word, wanted *q)
{
    if (strcmp(word, "--whole") == 0)
        q->whole = 1;
    else if (strcmp(word, "--honest") == 0)
        q->mask.honest = 1;
    else if (strcmp(word, "--immortal") == 0)
        q->mask.immortal = 1;
    else if (strcmp(word, "--first") == 0)
        q->first = 1;
    else if (strcmp(word, "--table") == 0)
        q->table = 1;
    else
        return 0;
    return 1;
}

static int parse_valued(const char *word, const char *value, wanted *q)
{
    char *end = "";
    unsigned long long number = value ? strtoull(value, &end, 10) : 0;

    if (!value)
        return 0;
    if (strcmp(word, "--without") == 0)
        return parse_list(value, q->mask.skip);
    if (strcmp(word, "--calm") == 0)
        return parse_list(value, q->mask.calm);
    if (strcmp(word, "--seeds") == 0) {
        q->seeds = value;
        return 1;
    }
    if (end == value || *end)
        return 0;
    if (strcmp(word, "--writes") == 0)
        q->writes = (int64_t)number;
    else if (strcmp(word, "--from") == 0)
        q->from = number;
    else if (strcmp(word, "--jobs") == 0 && number > 0 && number <= 64)
        q->jobs = (int)number;
    else if (strcmp(word, "--walk") == 0)
        q->walk = (int)number;
    else
        return 0;
    return 1;
}

static int parse_options(int argc, char **argv, wanted *q)
{
    char *end;
    int i;

    memset(q, 0, sizeof(*q));
    q->from = 1;
    q->jobs = 1;
    for (i = 1; i < argc; i++) {
        if (parse_flag(argv[i], q))
            continue;
        if (argv[i][0] != '-' && !q->has_seed) {
            q->seed = strtoull(argv[i], &end, 10);
            q->has_seed = *end == '\0';
            if (q->has_seed)
                continue;
        }
        if (!parse_valued(argv[i], argv[i + 1], q)) {
            fprintf(stderr, "simulate: %s?\n", argv[i]);
            return 0;
        }
        i++;
    }
    return 1;
}

int main(int argc, char **argv)
{
    wanted q;

    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        printf("%s", usage);
        return 0;
    }
    if (!parse_options(argc, argv, &q)) {
        fprintf(stderr, "%s", usage);
        return 2;
    }
    if (q.seeds)
        return play_seeds(q.seeds);
    if (q.walk)
        return sim_walk(q.walk, stdout) > 0;
    if (q.writes)
        return play_many(&q);
    if (!q.has_seed) {
        fprintf(stderr, "%s", usage);
        return 2;
    }
    return q.whole ? !tell(q.seed, &q.mask) : !tell_shrunk(q.seed, &q.mask);
}
