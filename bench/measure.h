/* What every C contestant prints: CPU time of its loop, and memory. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* User and system time of this process, in microseconds. */
static double cpu_us(void)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6
        + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

static long resident_kb(void)
{
    char line[256];
    long kb = 0;
    FILE *file = fopen("/proc/self/status", "r");

    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = atol(line + 6);
    if (file)
        fclose(file);
    return kb;
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 16);

    if (!file || !text || fread(text, 1, (1 << 16) - 1, file) == 0)
        exit(1);
    fclose(file);
    return text;
}

/* Runs `once` `warm` times unmeasured, then `count` times. */
static void measure(void (*once)(void *), void *context, int warm, int count)
{
    double before;
    long early;
    int i;

    for (i = 0; i < warm; i++)
        once(context);
    early = resident_kb();
    before = cpu_us();
    for (i = 0; i < count; i++)
        once(context);
    printf("%.3f %ld %ld\n", (cpu_us() - before) / count, early, resident_kb());
}

#endif
