/* The ground floor: memory, texts, clocks and chance. It knows no Cielo. */
#ifndef CIELO_BASE_H
#define CIELO_BASE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cielo/alloc.h>
#include <cielo/error.h>

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

/* ---- folder.c ---- */

/* The path of a folder, from the root on: what is relative is taken from where
 * the process works now. NULL and an errno where that has no path. */
char *cielo__absolute(const cielo_allocator *mem, const char *path, int *error);

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
/* Makes room for `length` bytes more and the NUL after them. */
int cielo__buf_reserve(cielo__buf *buf, size_t length);
int cielo__buf_add(cielo__buf *buf, const char *data, size_t length);
int cielo__buf_text(cielo__buf *buf, const char *text);
int cielo__buf_char(cielo__buf *buf, char c);
int cielo__buf_integer(cielo__buf *buf, int64_t number);
/* Writes a number's digits to the end of `out`; gives where they begin. */
enum { CIELO__DIGITS = 20 };
size_t cielo__digits(char out[CIELO__DIGITS], int64_t number);
/* Percent-encodes all but RFC 3986 unreserved characters. */
int cielo__buf_percent(cielo__buf *buf, const char *text, size_t length);
/* Standard Base64 with padding (RFC 4648, 4). */
int cielo__buf_base64(cielo__buf *buf, const char *data, size_t length);
/* The text, "" when nothing was added; valid until the next change. */
const char *cielo__buf_string(const cielo__buf *buf);

/* The bytes of the UTF-8 character that `text` begins with, 0 when it begins
 * with none: neither overlong, nor a surrogate, nor cut by `length`. */
size_t cielo__utf8(const char *text, size_t length);

/* ---- secret.c: memory that is wiped ---- */

/* Overwrites in a way the compiler may not drop. */
void cielo__wipe(void *memory, size_t size);
/* Wipes a NUL-terminated text and releases it. NULL is a no-op. */
void cielo__free_secret(const cielo_allocator *mem, char *text);

/* Under AddressSanitizer the memory of what ended is as good as freed. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define cielo__forbid(memory, size) \
    __asan_poison_memory_region((memory), (size))
#define cielo__allow(memory, size) \
    __asan_unpoison_memory_region((memory), (size))
#else
#define cielo__forbid(memory, size) ((void)0)
#define cielo__allow(memory, size) ((void)0)
#endif

/* ---- fork.c ---- */

/*
 * How many forks lie between the process that asked first and this one: what
 * was made under another count is a parent's. Costs no system call. A child
 * made by a bare clone() or vfork(), around libc, is not seen.
 */
unsigned cielo__forks(void);

/* ---- ascii.c: letters without a locale ---- */

/* Inline: names are compared letter by letter, some thousand a call. */
static inline char cielo__lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline int cielo__is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline int cielo__is_alnum(char c)
{
    char l = cielo__lower(c);

    return cielo__is_digit(c) || (l >= 'a' && l <= 'z');
}

static inline int cielo__is_hexadecimal(char c)
{
    char l = cielo__lower(c);

    return cielo__is_digit(c) || (l >= 'a' && l <= 'f');
}

int cielo__same_case(const char *a, const char *b, size_t length);

/* Ids of Cielo's: hexadecimal digits of the form 8-4-4-4-12, or, as Checkout
 * numbers orders, 32 of them. */
enum { CIELO__GUID = 36, CIELO__BARE_ID = 32 };
int cielo__is_guid(const char *text, size_t length);
int cielo__is_bare_id(const char *text, size_t length);

/* ---- escape.c ---- */

/* Percent and two digits, which a NUL may end early. One that stands for NUL is
 * none. */
int cielo__is_escape(const char *at);
/* Decodes every escape once, in place and without a rest behind the new end; 1
 * when there was any. */
int cielo__unescape(char *text);

/* ---- cards.c: card numbers in texts ---- */

/* What becomes of a byte: shown, a star in its place, or hidden with those
 * around it. */
enum { CIELO__SHOW, CIELO__STAR, CIELO__HIDE };

/* Marks the bytes of a text that belong to card numbers, and what touches them;
 * leaves the marks of all others. */
void cielo__cards_mark(const char *text, size_t length, unsigned char *marks);
/* Adds a text that is a card number and nothing else, stars that somebody put
 * in its middle counted as digits, with stars for all but its ends; 0 and
 * nothing added for other texts. */
int cielo__card_add(cielo__buf *out, const char *text, size_t length);

/* ---- random.c: xoshiro256**, seeded by the host ---- */

typedef struct cielo__random {
    uint64_t state[4];
} cielo__random;
/* `seed` has 32 bytes. */
void cielo__random_seed(cielo__random *random, const unsigned char *seed);
uint64_t cielo__random_next(cielo__random *random);
/* Writes a version 4 GUID of 36 characters. */
void cielo__random_guid(cielo__random *random, char out[37]);
/* Writes a version 7 GUID: it begins with the time, ms since 1970, and so sorts
 * by it. */
void cielo__random_timed(cielo__random *random, int64_t ms, char out[37]);

/* ---- crc.c ---- */

uint32_t cielo__crc32c(const char *data, size_t length);

/* ---- datetime.c: no clock, only texts ---- */

/* RFC 9110 HTTP-date to milliseconds since 1970; 0 when it is none. */
int cielo__http_date(const char *text, int64_t *ms);
/* A Cielo moment without zone in Brasilia's; 0 when none. */
int cielo__cielo_date(const char *text, size_t length, int64_t *ms);
/* The calendar day (year * 10000 + month * 100 + day) at the start of a text
 * in YYYY-MM-DD; 0 when there is none. */
int cielo__calendar_day(const char *text, size_t length);
/* The day at a moment in Brasilia, likewise; 0 before 1970 and past 9999. */
int cielo__brasilia_day(int64_t ms);
/* RFC 3339, UTC, with milliseconds: "2026-11-27T20:49:15.123Z". A moment of no
 * year from 0 to 9999 becomes the nearest one that has such a year. */
enum { CIELO__MOMENT = 24 };
void cielo__moment_write(int64_t ms, char out[CIELO__MOMENT + 1]);
/* The moment of such a text; 0 for any other. */
int cielo__moment_read(const char *text, size_t length, int64_t *ms);

#endif
