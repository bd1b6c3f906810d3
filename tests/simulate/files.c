/* The disks of the simulated machines, in place of the system's: they lose what
 * was not synced when the power goes, tear what a dying process writes, are
 * full, or fail. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "files.h"

struct cielo__file {
    sim_file *of;
    sim_process *process;
    const cielo_allocator *mem;
    int writes;
};

/* ---- machines ---- */

static sim_machine *machine_here(void)
{
    return sim_here()->machine;
}

/* In a container every process has the number 1. */
int64_t cielo__process_id(void)
{
    const sim_process *p = sim_here();

    if (!p || p->world->contained)
        return 1;
    return 1000 + p->number * 100 + p->lives;
}

const char *cielo__host_name(char *buffer, size_t size)
{
    const sim_process *p = sim_here();

    snprintf(buffer, size, "loja%d",
             !p || p->world->contained ? 0 : p->machine->number);
    return buffer;
}

/* A process that is being killed reaches no disk any more. */
static int is_gone(const sim_process *p)
{
    return p->struck || p->dying;
}

static int within(const sim_world *w, const sim_span *span)
{
    return w->now >= span->from && w->now < span->until;
}

/* ---- files ---- */

static sim_file *find(const sim_machine *m, const char *folder,
                      const char *name)
{
    sim_file *f = m->files;

    while (f
           && (f->removed || strcmp(f->name, name) != 0
               || strcmp(f->folder, folder) != 0))
        f = f->next;
    return f;
}

static sim_file *add(sim_machine *m, const char *folder, const char *name)
{
    sim_file *f = calloc(1, sizeof(*f));

    if (!f || strlen(name) >= sizeof(f->name)
        || strlen(folder) >= sizeof(f->folder))
        abort();
    strcpy(f->folder, folder);
    strcpy(f->name, name);
    f->machine = m;
    f->next = m->files;
    m->files = f;
    return f;
}

static void put_bytes(sim_file *f, const char *bytes, size_t length)
{
    if (f->length + length > f->capacity) {
        f->capacity = 2 * (f->length + length) + 4096;
        f->bytes = realloc(f->bytes, f->capacity);
        if (!f->bytes)
            abort();
    }
    if (length > 0)
        memcpy(f->bytes + f->length, bytes, length);
    f->length += length;
}

static int open_handle(cielo__file **out, const cielo_allocator *mem,
                       sim_file *of, int writes)
{
    cielo__file *file = cielo__calloc(mem, sizeof(*file));

    *out = file;
    if (!file)
        return ENOMEM;
    file->of = of;
    file->process = sim_here();
    file->mem = mem;
    file->writes = writes;
    if (writes)
        of->holder = file;
    return 0;
}

int cielo__folder_make(const char *folder, int group)
{
    sim_process *p = sim_here();

    (void)folder;
    (void)group;
    if (is_gone(p))
        return EIO;
    return within(p->world, &p->machine->shut) ? EACCES : 0;
}

int cielo__file_create(cielo__file **out, const cielo_allocator *mem,
                       const char *folder, const char *name, int group)
{
    sim_process *p = sim_here();
    sim_file *f;

    (void)group;
    *out = NULL;
    if (is_gone(p) || sim_peril(p))
        return EIO;
    if (within(p->world, &p->machine->shut))
        return sim_chance(&p->perils, 500) ? ENOENT : EACCES;
    if (find(p->machine, folder, name))
        return EEXIST;
    f = add(p->machine, folder, name);
    f->written = cielo_wall_ms();
    if (sim_peril(p)) /* before its name is on disk */
        return EIO;
    f->named = 1;
    return open_handle(out, mem, f, 1);
}

/* How much of it the disk takes. */
static size_t room_for(sim_process *p, size_t length)
{
    if (!within(p->world, &p->machine->full))
        return length;
    return (size_t)sim_below(&p->perils, 3) == 0
        ? (size_t)sim_below(&p->perils, (int64_t)length)
        : 0;
}

int cielo__file_append(cielo__file *file, const char *bytes, size_t length,
                       size_t *done)
{
    sim_process *p = file->process;
    size_t count = length;

    *done = 0;
    if (is_gone(p) || sim_peril(p))
        return EIO;
    if (!file->writes || file->of->holder != file)
        sim_break(p->world, NULL, "a file is written to that is not held");
    count = room_for(p, length);
    if (sim_peril(p)) /* in the middle of it */
        count = (size_t)sim_below(&p->perils, (int64_t)length + 1);
    put_bytes(file->of, bytes, count);
    file->of->written = cielo_wall_ms();
    sim_check_written(p, file->of, bytes, length, count);
    if (is_gone(p) || sim_peril(p))
        return EIO;
    *done = count;
    return count < length ? ENOSPC : 0;
}

/* Time passes, and what else happens meanwhile happens inside. */
static void take_time(sim_process *p)
{
    sim_world *w = p->world;
    int64_t until = w->now + sim_below(&p->perils, 6);

    if (sim_loop_here() && !p->refused)
        sim_break(w, NULL, "an event loop waits for a disk");
    if (sim_loop_here())
        return;
    w->nested++;
    p->busy++;
    while (sim_pass(w, until))
        continue;
    w->nested--;
    p->busy--;
    sim_enter(p);
}

/* What a failed fdatasync did not write it never will, whatever later ones
 * say; one that is done wrote what was there when it began. */
int cielo__file_sync(cielo__file *file)
{
    sim_process *p = file->process;
    sim_file *f = file->of;
    size_t length = f->length;

    if (is_gone(p) || sim_peril(p))
        return EIO;
    take_time(p);
    if (is_gone(p))
        return EIO;
    if (within(p->world, &p->machine->ill) && sim_chance(&p->perils, 700)) {
        f->sick = 1;
        return EIO;
    }
    if (!f->sick && f->synced < length) {
        f->synced = length;
        f->synced_at = p->world->now;
    }
    return sim_peril(p) ? EIO : 0;
}

int cielo__file_descriptor(const cielo__file *file)
{
    (void)file;
    return 1000;
}

int cielo__file_is_gone(const cielo__file *file)
{
    return file->of->removed;
}

int cielo__file_open(cielo__file **out, const cielo_allocator *mem,
                     const char *folder, const char *name)
{
    sim_process *p = sim_here();
    sim_file *f = find(p->machine, folder, name);

    *out = NULL;
    if (is_gone(p))
        return EIO;
    return f ? open_handle(out, mem, f, 0) : ENOENT;
}

int cielo__file_read(cielo__file *file, int64_t offset, char *buffer,
                     size_t size, size_t *got)
{
    const sim_file *f = file->of;
    size_t at = (size_t)offset;

    *got = 0;
    if (is_gone(file->process))
        return EIO;
    if (at < f->length)
        *got = f->length - at < size ? f->length - at : size;
    if (*got > 0)
        memcpy(buffer, f->bytes + at, *got);
    return 0;
}

/* Whoever holds it may die just before that is asked, after what was read. */
int cielo__file_is_held(cielo__file *file)
{
    cielo__file *holder = file->of->holder;
    sim_process *p = file->process;

    if (holder && holder->process != p && !is_gone(p) && p->world->perils
        && sim_chance(&p->perils, 60)) {
        take_time(p);
        if (file->of->holder == holder)
            sim_strike(p->world, holder->process);
    }
    return file->of->holder != NULL;
}

int64_t cielo__file_size(cielo__file *file)
{
    return (int64_t)file->of->length;
}

int64_t cielo__file_time(cielo__file *file)
{
    return file->of->written;
}

int cielo__file_lock(cielo__file **out, const cielo_allocator *mem,
                     const char *folder, const char *name)
{
    sim_process *p = sim_here();
    sim_file *f = find(p->machine, folder, name);

    *out = NULL;
    if (is_gone(p))
        return EIO;
    if (within(p->world, &p->machine->shut))
        return EACCES;
    if (!f)
        f = add(p->machine, folder, name);
    f->named = 1;
    if (f->holder)
        return EWOULDBLOCK;
    return open_handle(out, mem, f, 1);
}

void cielo__file_close(cielo__file *file)
{
    if (!file)
        return;
    if (file->of->holder == file)
        file->of->holder = NULL;
    cielo__free(file->mem, file);
}

int cielo__folder_list(const char *folder,
                       int (*each)(void *context, const char *name),
                       void *context)
{
    sim_process *p = sim_here();
    sim_file *f;
    int result = 0;

    if (is_gone(p))
        return EIO;
    for (f = p->machine->files; f && result == 0; f = f->next) {
        if (!f->removed && strcmp(f->folder, folder) == 0)
            result = each(context, f->name);
    }
    return result;
}

int cielo__file_remove(const char *folder, const char *name)
{
    sim_file *f = find(machine_here(), folder, name);

    if (!f)
        return ENOENT;
    f->removed = 1;
    sim_check_removed(sim_here()->world, f);
    return 0;
}

/* ---- what happens to them ---- */

void sim_files_let_go(sim_process *p)
{
    sim_file *f;

    for (f = p->machine->files; f; f = f->next) {
        if (f->holder && f->holder->process == p)
            f->holder = NULL;
    }
}

int sim_files_held(const sim_process *p)
{
    const sim_file *f;

    for (f = p->machine->files; f; f = f->next) {
        if (f->holder && f->holder->process == p)
            return 1;
    }
    return 0;
}

void sim_files_lose_power(sim_machine *m, sim_random *draw)
{
    sim_file *f;

    for (f = m->files; f; f = f->next) {
        size_t tail = f->length - f->synced;

        if (tail > 0 && !sim_chance(draw, 250))
            f->length = f->synced
                + (f->sick ? 0 : (size_t)sim_below(draw, (int64_t)tail + 1));
        if (!f->named && sim_chance(draw, 500))
            f->removed = 1;
        f->synced = f->length;
    }
}

void sim_files_copy(sim_machine *from, sim_machine *to)
{
    sim_file *f;

    for (f = from->files; f; f = f->next) {
        char name[160];
        sim_file *made;

        if (f->removed || !strstr(f->name, ".jsonl"))
            continue;
        snprintf(name, sizeof(name), "%.100s", f->name);
        if (find(to, f->folder, name))
            snprintf(name, sizeof(name), "m%d%.100s", from->number, f->name);
        made = add(to, f->folder, name);
        put_bytes(made, f->bytes, f->length);
        made->synced = made->length;
        made->named = 1;
        made->written = f->written;
        made->was = f;
        f->machine = to;
    }
}

void sim_files_rot(sim_machine *m, sim_random *draw)
{
    sim_file *f = m->files;
    int64_t n = sim_below(draw, 6);

    while (f && n-- > 0)
        f = f->next;
    if (!f || f->removed || f->length == 0 || f->holder)
        return;
    f->bytes[sim_below(draw, (int64_t)f->length)]
        ^= (char)(1 << sim_below(draw, 7));
    f->rotten = 1;
    if (f->was)
        f->was->rotten = 1;
}

int sim_is_on(const sim_file *f, const sim_machine *m)
{
    return f->machine == m && !f->rotten && !f->removed;
}

void sim_files_free(sim_machine *m)
{
    while (m->files) {
        sim_file *f = m->files;

        m->files = f->next;
        free(f->bytes);
        free(f);
    }
}

/* ---- a reader of one's own ---- */

/* CRC-32C, bit by bit. */
static uint32_t check_sum(const char *bytes, size_t length)
{
    uint32_t sum = 0xFFFFFFFF;
    int bit;

    while (length-- > 0) {
        sum ^= (unsigned char)*bytes++;
        for (bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0x82F63B78 : 0);
    }
    return ~sum;
}

/* {...,"crc":"xxxxxxxx"} */
static int is_whole(const char *line, size_t length)
{
    enum { TAIL = 18 };
    char tail[TAIL + 1];

    if (length <= TAIL || line[0] != '{'
        || memcmp(line + length - TAIL, ",\"crc\":\"", 8) != 0)
        return 0;
    snprintf(tail, sizeof(tail), ",\"crc\":\"%08x\"}",
             (unsigned)check_sum(line, length - TAIL));
    return memcmp(line + length - TAIL, tail, TAIL) == 0;
}

/* From every brace of the line to every other: a rotten line feed loses
 * nothing. */
static const char *find_whole(const char *line, size_t *length)
{
    size_t from, to;

    for (from = 0; from < *length; from++) {
        for (to = from + 1; line[from] == '{' && to <= *length; to++) {
            if (line[to - 1] == '}' && is_whole(line + from, to - from)) {
                *length = to - from;
                return line + from;
            }
        }
    }
    return NULL;
}

const char *sim_record_next(const sim_file *f, size_t *at, size_t *length)
{
    while (*at < f->length) {
        const char *line = f->bytes + *at, *found;
        const char *end = memchr(line, '\n', f->length - *at);

        *length = end ? (size_t)(end - line) : f->length - *at;
        if (!end && f->holder)
            break; /* whoever holds it may go on with it */
        *at += *length + 1;
        found = find_whole(line, length);
        if (found) {
            *at = (size_t)(found - f->bytes) + *length;
            return found;
        }
    }
    return NULL;
}
