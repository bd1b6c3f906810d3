/* Numbers drawn from a seed: xoshiro256** (Blackman and Vigna). */
#include <string.h>

#include "base.h"

void cielo__random_seed(cielo__random *random, const unsigned char *seed)
{
    memcpy(random->state, seed, sizeof(random->state));
    random->state[0] |= 1; /* all zeros would stay zeros */
}

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

uint64_t cielo__random_next(cielo__random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

static const char hex[] = "0123456789abcdef";

/* Writes the lowest bits as `digits` hexadecimal ones; gives the end. */
static char *put_hex(char *out, uint64_t bits, int digits)
{
    for (; digits > 0; digits--, bits >>= 4)
        *out++ = hex[bits & 15];
    return out;
}

/* The same in the order in which numbers are read. */
static char *put_hex_high_first(char *out, uint64_t bits, int digits)
{
    while (--digits >= 0)
        *out++ = hex[bits >> 4 * digits & 15];
    return out;
}

/*
 * RFC 9562, 5.7. Its bits beside the time are drawn, so that processes and
 * threads that know nothing of each other give no id twice.
 */
void cielo__random_timed(cielo__random *random, int64_t ms, char out[37])
{
    uint64_t first = cielo__random_next(random);
    uint64_t second = cielo__random_next(random);

    out = put_hex_high_first(out, (uint64_t)ms >> 16, 8);
    *out++ = '-';
    out = put_hex_high_first(out, (uint64_t)ms, 4);
    *out++ = '-';
    *out++ = '7'; /* the version */
    out = put_hex(out, first, 3);
    *out++ = '-';
    *out++ = hex[(first >> 12 & 3) | 8]; /* the variant */
    out = put_hex(out, first >> 14, 3);
    *out++ = '-';
    out = put_hex(out, second, 12);
    *out = '\0';
}

void cielo__random_guid(cielo__random *random, char out[37])
{
    uint64_t first = cielo__random_next(random);
    uint64_t second = cielo__random_next(random);

    out = put_hex(out, first, 8);
    *out++ = '-';
    out = put_hex(out, first >> 32, 4);
    *out++ = '-';
    *out++ = '4'; /* the version */
    out = put_hex(out, first >> 48, 3);
    *out++ = '-';
    *out++ = hex[(first >> 60 & 3) | 8]; /* the variant */
    out = put_hex(out, second, 3);
    *out++ = '-';
    out = put_hex(out, second >> 12, 12);
    *out = '\0';
}
