/* What the files of the core share and callers do not see. */
#ifndef CIELO_INTERNAL_H
#define CIELO_INTERNAL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cielo/cielo.h>

/* ---- error.c ---- */

/* Fills `err` (NULL is fine) with `status` and a message, cut to fit on a
 * character; NULL means the status's own text. Gives `status`. */
int cielo__report(cielo_error *err, int status, const char *message);
int cielo__reportf(cielo_error *err, int status, const char *format, ...);

/* ---- alloc.c: every function takes NULL for malloc ---- */

const cielo_allocator *cielo__allocator(const cielo_allocator *mem);
void *cielo__allocate(const cielo_allocator *mem, size_t size);
void *cielo__calloc(const cielo_allocator *mem, size_t size);
void *cielo__reallocate(const cielo_allocator *mem, void *memory, size_t size);
void cielo__free(const cielo_allocator *mem, void *memory);
char *cielo__strdup(const cielo_allocator *mem, const char *text);
char *cielo__strndup(const cielo_allocator *mem, const char *text, size_t n);

/* ---- buf.c: a growing text with a ceiling; NUL-terminated, wiped ---- */

typedef struct cielo__buf {
    const cielo_allocator *mem;
    char *data; /* NULL until something is added */
    size_t length;
    size_t capacity;
    size_t ceiling; /* the longest length allowed */
    int status;     /* sticky: CIELO_OK, CIELO_EMEMORY or CIELO_EUSAGE (full) */
} cielo__buf;

void cielo__buf_init(cielo__buf *buf, const cielo_allocator *mem,
                     size_t ceiling);
/* Wipes and releases; the buffer can be used again. */
void cielo__buf_clear(cielo__buf *buf);
/* Empties and wipes, keeps the memory. */
void cielo__buf_reset(cielo__buf *buf);
int cielo__buf_add(cielo__buf *buf, const char *data, size_t length);
int cielo__buf_text(cielo__buf *buf, const char *text);
int cielo__buf_char(cielo__buf *buf, char c);
int cielo__buf_integer(cielo__buf *buf, int64_t number);
/* Percent-encodes all but RFC 3986 unreserved characters. */
int cielo__buf_percent(cielo__buf *buf, const char *text, size_t length);
/* Standard Base64 with padding (RFC 4648, 4). */
int cielo__buf_base64(cielo__buf *buf, const char *data, size_t length);
/* The text, "" when nothing was added; valid until the next change. */
const char *cielo__buf_string(const cielo__buf *buf);

/* The bytes of the UTF-8 character that `text` begins with, 0 when it begins
 * with none: neither overlong, nor a surrogate, nor cut by `length`. */
size_t cielo__utf8(const char *text, size_t length);

/* ---- secret.c: wiping and masking ---- */

/* Overwrites in a way the compiler may not drop. */
void cielo__wipe(void *memory, size_t size);
/* Wipes a NUL-terminated text and releases it. NULL is a no-op. */
void cielo__free_secret(const cielo_allocator *mem, char *text);
/* Adds a card number as first six, stars, last four; anything shorter than 13
 * characters as stars only. */
int cielo__mask_card(cielo__buf *out, const char *text, size_t length);
/* 1 for nothing but the digits of a card number, blanks and hyphens. */
int cielo__is_card(const char *text, size_t length);
/* Adds free text with every run of 13 to 19 digits (blanks and hyphens may
 * stand between them) masked as a card, and every occurrence of a text in
 * `secrets` (NULL-terminated list; may be NULL) replaced by stars; one of three
 * characters only where it is a word by itself. Stops, on a character, once
 * `limit` bytes were added. */
int cielo__mask_text(cielo__buf *out, const char *text, size_t length,
                     const char *const *secrets, size_t limit);

/* Under AddressSanitizer the memory of what ended is as good as freed. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define cielo__forbid(memory, size) __asan_poison_memory_region((memory), (size))
#define cielo__allow(memory, size) __asan_unpoison_memory_region((memory), (size))
#else
#define cielo__forbid(memory, size) ((void)0)
#define cielo__allow(memory, size) ((void)0)
#endif

/* ---- value.c ---- */

/* cielo_value_parse with the memory that it needs meanwhile; left empty. */
int cielo__value_parse(cielo_value **out, const char *text, size_t length,
                       cielo__buf *scratch, cielo_error *err);

/* Moves `item` out of `object`/array into the caller's hands. */
cielo_value *cielo__value_detach(cielo_value *object, const char *name);
cielo_value *cielo__value_edit(cielo_value *object, const char *name);
/* cielo_value_set for a name of the maps that the object does not have yet. */
int cielo__value_add(cielo_value *object, const char *name, cielo_value *item);

/* ---- client.c ---- */

/* Makes the shared state safe to touch, in a forked child too. */
void cielo__client_lock(cielo_client *client);
void cielo__client_unlock(cielo_client *client);
/* Grows by one in every forked child; read under the lock. */
unsigned cielo__client_generation(cielo_client *client);
/* The slot where a transport keeps what calls share (its idle connections);
 * use it under the lock. `destroy` runs with the last reference, and with
 * `idle_only` 1 when idle connections are to be closed. */
void **cielo__client_transport(cielo_client *client,
                               void (*destroy)(void *transport,
                                               int idle_only));
/* Blocks until the epoch is no longer `epoch`, or until `until_ms`. */
void cielo__client_wait(cielo_client *client, uint64_t epoch, int64_t until_ms);
const cielo_allocator *cielo__client_allocator(const cielo_client *client);
/* Whether one was made of the other by cielo_client_with, or both of a third. */
int cielo__client_shares(const cielo_client *client, const cielo_client *other);
/* Options the transport needs; "" when not given. */
const char *cielo__client_ca_file(const cielo_client *client);
const char *cielo__client_proxy(const cielo_client *client);

/* ---- call.c, for transports ---- */

cielo_client *cielo__call_client(const cielo_call *call);
/* 1 while a request is with a host that has not reported yet. */
int cielo__call_is_open(const cielo_call *call);
/* A slot in which a transport keeps its exchange for this call; `destroy` runs
 * when the call is freed or cancelled with the slot still set. */
void **cielo__call_transport(cielo_call *call, void (*destroy)(void *exchange));

#endif
