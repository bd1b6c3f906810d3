/* What every C contestant prints: CPU time of its loop, memory, and how long
 * the loop took. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* What was so before the measured calls. */
struct measured {
    double cpu;
    double clock;
    long resident;
};

/* User and system time of this process, in microseconds. */
static double cpu_us(void)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6
        + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

/* Microseconds since some moment. */
static double clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

/* A line of /proc/self/status that is in KB: "VmRSS:", "VmHWM:". */
static long memory_kb(const char *name)
{
    char line[256];
    long kb = 0;
    FILE *file = fopen("/proc/self/status", "r");

    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, name, strlen(name)) == 0)
            kb = strtol(line + strlen(name), NULL, 10);
    if (file)
        fclose(file);
    return kb;
}

static inline char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 16);

    if (!file || !text || fread(text, 1, (1 << 16) - 1, file) == 0)
        exit(1);
    fclose(file);
    return text;
}

static inline int number_of(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

static struct measured measured_from(void)
{
    struct measured before;

    before.resident = memory_kb("VmRSS:");
    before.clock = clock_us();
    before.cpu = cpu_us();
    return before;
}

/* Prints microseconds of CPU per call, then KB: before, after, and the highest;
 * then microseconds that passed per call. */
static void report(struct measured before, int count)
{
    double spent = (cpu_us() - before.cpu) / count;
    double passed = (clock_us() - before.clock) / count;

    printf("%.3f %ld %ld %ld %.3f\n", spent, before.resident,
           memory_kb("VmRSS:"), memory_kb("VmHWM:"), passed);
}

/* Runs `once` `warm` times unmeasured, then `count` times. */
static inline void measure(void (*once)(void *), void *context, int warm,
                           int count)
{
    struct measured before;
    int i;

    for (i = 0; i < warm; i++)
        once(context);
    before = measured_from();
    for (i = 0; i < count; i++)
        once(context);
    report(before, count);
}

#endif
