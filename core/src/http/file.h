/*
 * The only view of a file system. file_posix.c is it; the simulator has one of
 * its own, which loses what was not synced and tears what is being written.
 * Functions give 0 or an errno.
 */
#ifndef CIELO_FILE_H
#define CIELO_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/alloc.h>

typedef struct cielo__file cielo__file;

/* Makes the folder and what leads to it if it is missing: mode 0700, or 2770
 * with `group`, its name synced. A folder that is there keeps its mode. */
int cielo__folder_make(const char *folder, int group);

/* A new file (O_EXCL, append, close-on-exec; 0600, or 0660 with `group`) with
 * its lock held and its name synced. EEXIST: another name, please. */
int cielo__file_create(cielo__file **out, const cielo_allocator *mem,
                       const char *folder, const char *name, int group);
/* Appends; `*done` says how much, on an error too. No signal comes of a file
 * that grows past its limit. */
int cielo__file_append(cielo__file *file, const char *bytes, size_t length,
                       size_t *done);
/* fdatasync. */
int cielo__file_sync(cielo__file *file);
int cielo__file_descriptor(const cielo__file *file);
/* 1 when its name was removed: nobody will find what is written to it. */
int cielo__file_is_gone(const cielo__file *file);

/* An existing file to read. ENOENT and others. */
int cielo__file_open(cielo__file **out, const cielo_allocator *mem,
                     const char *folder, const char *name);
/* All that there is, up to `size`; `*got` 0: the end. */
int cielo__file_read(cielo__file *file, int64_t offset, char *buffer,
                     size_t size, size_t *got);
/* 1 while a writer lives that made it, asked of a file that was opened. */
int cielo__file_is_held(cielo__file *file);
int64_t cielo__file_size(cielo__file *file);
/* When it was last written to, ms since 1970. */
int64_t cielo__file_time(cielo__file *file);

/* An exclusive lock on DIR/name, made if it is missing, for the folder's group
 * too where that may write there; EWOULDBLOCK while another file of any process
 * has it. Released by cielo__file_close. */
int cielo__file_lock(cielo__file **out, const cielo_allocator *mem,
                     const char *folder, const char *name);

/* NULL is a no-op. A forked child closes what its parent opened without letting
 * go of the lock. */
void cielo__file_close(cielo__file *file);

/* The names in a folder, in no order: calls `each` for every one until it gives
 * other than 0, which is then the result. */
int cielo__folder_list(const char *folder,
                       int (*each)(void *context, const char *name),
                       void *context);
int cielo__file_remove(const char *folder, const char *name);

/* Who writes, for people and for names of files. A host's name is cut to fit,
 * and "" where it has none. */
const char *cielo__host_name(char *buffer, size_t size);
int64_t cielo__process_id(void);

#endif
