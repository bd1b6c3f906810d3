/* Where a folder is, by a path that stays right when the process works in
 * another. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base.h"

/* The folder that the process works in; NULL and an errno. */
static char *working_folder(const cielo_allocator *mem, int *error)
{
    const size_t longest = (size_t)1 << 20;
    size_t size;

    *error = ENAMETOOLONG;
    for (size = 256; size <= longest && *error != 0; size *= 2) {
        char *path = cielo__allocate(mem, size);

        *error = !path ? ENOMEM : getcwd(path, size) ? 0 : errno;
        /* One that lies outside of the root of the process has none. */
        if (*error == 0 && path[0] == '/')
            return path;
        cielo__free(mem, path);
        if (*error != ERANGE)
            break;
    }
    *error = *error ? *error : ENOENT;
    return NULL;
}

/* Without "./" at its beginning, which says nothing. */
static const char *behind_dots(const char *path)
{
    while (path[0] == '.' && (path[1] == '/' || path[1] == '\0')) {
        path++;
        while (*path == '/')
            path++;
    }
    return path;
}

char *cielo__absolute(const cielo_allocator *mem, const char *path, int *error)
{
    const char *rest = path[0] == '/' ? path : behind_dots(path);
    char *folder = NULL, *out;
    size_t length = 0, size = strlen(rest) + 1;

    *error = 0;
    if (path[0] != '/') {
        folder = working_folder(mem, error);
        if (!folder)
            return NULL;
        length = strlen(folder);
        if (folder[length - 1] != '/') /* as that of the root is */
            folder[length++] = '/';
    }
    out = cielo__allocate(mem, length + size);
    if (out && folder)
        memcpy(out, folder, length);
    if (out)
        memcpy(out + length, rest, size);
    cielo__free(mem, folder);
    *error = out ? 0 : ENOMEM;
    return out;
}
