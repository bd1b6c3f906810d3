/* A growing text that never passes its ceiling and leaves no copy behind. */
#include <string.h>

#include "base.h"

enum { SMALLEST = 64 };

void cielo__buf_init(cielo__buf *buf, const cielo_allocator *mem,
                     size_t ceiling)
{
    buf->mem = mem;
    buf->data = NULL;
    buf->length = 0;
    buf->capacity = 0;
    buf->ceiling = ceiling;
    buf->status = CIELO_OK;
}

void cielo__buf_clear(cielo__buf *buf)
{
    if (buf->data)
        cielo__wipe(buf->data, buf->capacity);
    cielo__free(buf->mem, buf->data);
    cielo__buf_init(buf, buf->mem, buf->ceiling);
}

void cielo__buf_reset(cielo__buf *buf)
{
    if (buf->data)
        cielo__wipe(buf->data, buf->capacity);
    buf->length = 0;
    buf->status = CIELO_OK;
}

/* Twice what there was, so that adding is O(1) amortised, but neither less
 * than `needed` nor more than a full buffer takes. */
static size_t next_capacity(const cielo__buf *buf, size_t needed)
{
    size_t capacity = buf->capacity < SMALLEST ? SMALLEST : buf->capacity;

    if (capacity > SIZE_MAX / 2)
        return needed;
    if (buf->capacity)
        capacity *= 2;
    if (capacity - 1 > buf->ceiling)
        capacity = buf->ceiling + 1;
    return capacity < needed ? needed : capacity;
}

/* realloc would leave the old text, card number and all, in freed memory. */
static int grow(cielo__buf *buf, size_t needed)
{
    size_t capacity = next_capacity(buf, needed);
    char *data = cielo__allocate(buf->mem, capacity);

    if (!data)
        return CIELO_EMEMORY;
    memset(data, 0, capacity);
    if (buf->data) {
        memcpy(data, buf->data, buf->length);
        cielo__wipe(buf->data, buf->capacity);
        cielo__free(buf->mem, buf->data);
    }
    buf->data = data;
    buf->capacity = capacity;
    return CIELO_OK;
}

int cielo__buf_reserve(cielo__buf *buf, size_t length)
{
    size_t needed;

    if (buf->status != CIELO_OK)
        return buf->status;
    if (length > buf->ceiling - buf->length)
        return buf->status = CIELO_EUSAGE;
    needed = buf->length + length;
    if (needed == SIZE_MAX)
        return buf->status = CIELO_EMEMORY;
    if (needed + 1 > buf->capacity)
        buf->status = grow(buf, needed + 1);
    return buf->status;
}

int cielo__buf_add(cielo__buf *buf, const char *data, size_t length)
{
    if (length == 0 || cielo__buf_reserve(buf, length) != CIELO_OK)
        return buf->status;
    memcpy(buf->data + buf->length, data, length);
    buf->length += length;
    buf->data[buf->length] = '\0';
    return CIELO_OK;
}

int cielo__buf_text(cielo__buf *buf, const char *text)
{
    return cielo__buf_add(buf, text, strlen(text));
}

int cielo__buf_char(cielo__buf *buf, char c)
{
    return cielo__buf_add(buf, &c, 1);
}

size_t cielo__digits(char out[CIELO__DIGITS], int64_t number)
{
    size_t at = CIELO__DIGITS;
    /* The magnitude of INT64_MIN has no int64_t. */
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do {
        out[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        out[--at] = '-';
    return at;
}

int cielo__buf_integer(cielo__buf *buf, int64_t number)
{
    char digits[CIELO__DIGITS];
    size_t at = cielo__digits(digits, number);

    return cielo__buf_add(buf, digits + at, CIELO__DIGITS - at);
}

/* isalnum would follow the process's locale. */
static int is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'
        || c == '~';
}

int cielo__buf_percent(cielo__buf *buf, const char *text, size_t length)
{
    static const char hex[] = "0123456789ABCDEF";
    char escape[3] = {'%', 0, 0};
    size_t i;

    for (i = 0; i < length; i++) {
        size_t start = i;

        while (i < length && is_unreserved(text[i]))
            i++;
        cielo__buf_add(buf, text + start, i - start);
        if (i == length)
            break;
        escape[1] = hex[(unsigned char)text[i] >> 4];
        escape[2] = hex[(unsigned char)text[i] & 15];
        cielo__buf_add(buf, escape, sizeof(escape));
    }
    return buf->status;
}

int cielo__buf_base64(cielo__buf *buf, const char *data, size_t length)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *from = (const unsigned char *)data;
    char group[4];

    while (length > 0 && buf->status == CIELO_OK) {
        size_t taken = length < 3 ? length : 3;
        unsigned long bits = (unsigned long)from[0] << 16;

        if (taken > 1)
            bits |= (unsigned long)from[1] << 8;
        if (taken > 2)
            bits |= from[2];
        group[0] = alphabet[bits >> 18];
        group[1] = alphabet[bits >> 12 & 63];
        group[2] = '=';
        group[3] = '=';
        if (taken > 1)
            group[2] = alphabet[bits >> 6 & 63];
        if (taken > 2)
            group[3] = alphabet[bits & 63];
        cielo__buf_add(buf, group, sizeof(group));
        from += taken;
        length -= taken;
    }
    cielo__wipe(group, sizeof(group));
    return buf->status;
}

const char *cielo__buf_string(const cielo__buf *buf)
{
    return buf->data ? buf->data : "";
}

size_t cielo__utf8(const char *text, size_t length)
{
    const unsigned char *byte = (const unsigned char *)text;
    unsigned least = 0x80, most = 0xBF; /* what the second byte may be */
    size_t size, i;

    if (length == 0)
        return 0;
    if (byte[0] < 0x80)
        return 1;
    if (byte[0] < 0xC2 || byte[0] > 0xF4)
        return 0;
    size = byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;
    if (size > length)
        return 0;
    if (byte[0] == 0xE0)
        least = 0xA0; /* less is overlong */
    else if (byte[0] == 0xED)
        most = 0x9F; /* more is a surrogate */
    else if (byte[0] == 0xF0)
        least = 0x90; /* less is overlong */
    else if (byte[0] == 0xF4)
        most = 0x8F; /* more is past U+10FFFF */
    if (byte[1] < least || byte[1] > most)
        return 0;
    for (i = 2; i < size; i++)
        if (byte[i] < 0x80 || byte[i] > 0xBF)
            return 0;
    return size;
}
