/* A folder for a test, which goes with all that is in it; and children. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static inline void scratch_path(char *out, size_t size, const char *path,
                                const char *name)
{
    if (snprintf(out, size, "%s/%s", path, name) >= (int)size)
        abort();
}

/* A new empty folder: its path, for scratch_end to free. */
static inline char *scratch_new(void)
{
    const char *place = getenv("TMPDIR");
    char *path = malloc(300);

    snprintf(path, 300, "%s/cielo-XXXXXX", place && *place ? place : "/tmp");
    if (!mkdtemp(path))
        abort();
    return path;
}

static inline void scratch_empty(const char *path)
{
    DIR *names = opendir(path);
    struct dirent *entry;

    while (names && (entry = readdir(names)) != NULL) {
        char under[600];

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        scratch_path(under, sizeof(under), path, entry->d_name);
        if (unlink(under) != 0) {
            scratch_empty(under);
            rmdir(under);
        }
    }
    if (names)
        closedir(names);
}

static inline void scratch_end(char *path)
{
    scratch_empty(path);
    if (rmdir(path) != 0)
        perror(path);
    free(path);
}

/* The permissions of what stands there, -1 when nothing does. */
static inline int scratch_mode(const char *path, const char *name)
{
    char under[600];
    struct stat is;

    scratch_path(under, sizeof(under), path, name);
    return stat(under, &is) == 0 ? (int)(is.st_mode & 07777) : -1;
}

static inline void scratch_write(const char *path, const char *name,
                                 const char *bytes, size_t length)
{
    char under[600];
    FILE *file;

    scratch_path(under, sizeof(under), path, name);
    file = fopen(under, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length)
        abort();
    fclose(file);
}

/* What a child said at its end, 256 and the signal when one ended it. */
static inline int scratch_wait(pid_t child)
{
    int status;

    if (waitpid(child, &status, 0) != child)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

#endif
