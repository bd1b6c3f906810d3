/*
 * CRC-32C (Castagnoli; RFC 3720, B.4), which tells a line of the journal that
 * was torn or changed. Eight bytes a step: by the instruction for it where the
 * processor has one; else each is looked up in a table of its own, which takes
 * a fifth of what records cost. The preprocessor makes the tables, since a
 * checksum is linear: that of a byte is the sum of those of its bits.
 */
#include <string.h>

#include "base.h"

/* The entry of the byte n, of those of its bits from the lowest up. */
#define BIT(n, bit, of) ((n) >> (bit)&1 ? (of) : 0)
#define ENTRY(n, a, b, c, d, e, f, g, h)                                    \
    UINT32_C(0) ^ BIT(n, 0, a) ^ BIT(n, 1, b) ^ BIT(n, 2, c) ^ BIT(n, 3, d) \
        ^ BIT(n, 4, e) ^ BIT(n, 5, f) ^ BIT(n, 6, g) ^ BIT(n, 7, h)
#define FOUR(n, ...)                                      \
    ENTRY((n), __VA_ARGS__), ENTRY((n) + 1, __VA_ARGS__), \
        ENTRY((n) + 2, __VA_ARGS__), ENTRY((n) + 3, __VA_ARGS__)
#define SIXTEEN(n, ...)                                 \
    FOUR((n), __VA_ARGS__), FOUR((n) + 4, __VA_ARGS__), \
        FOUR((n) + 8, __VA_ARGS__), FOUR((n) + 12, __VA_ARGS__)
#define SIXTY_FOUR(n, ...)                                     \
    SIXTEEN((n), __VA_ARGS__), SIXTEEN((n) + 16, __VA_ARGS__), \
        SIXTEEN((n) + 32, __VA_ARGS__), SIXTEEN((n) + 48, __VA_ARGS__)
#define TABLE(...)                                                       \
    {                                                                    \
        SIXTY_FOUR(0u, __VA_ARGS__), SIXTY_FOUR(64u, __VA_ARGS__),       \
            SIXTY_FOUR(128u, __VA_ARGS__), SIXTY_FOUR(192u, __VA_ARGS__) \
    }

/* A table for each of eight bytes, by how many of them follow it. */
static const uint32_t tables[8][256]
    = {TABLE(0xF26B8303, 0xE13B70F7, 0xC79A971F, 0x8AD958CF, 0x105EC76F,
             0x20BD8EDE, 0x417B1DBC, 0x82F63B78),
       TABLE(0x13A29877, 0x274530EE, 0x4E8A61DC, 0x9D14C3B8, 0x3FC5F181,
             0x7F8BE302, 0xFF17C604, 0xFBC3FAF9),
       TABLE(0xA541927E, 0x4F6F520D, 0x9EDEA41A, 0x38513EC5, 0x70A27D8A,
             0xE144FB14, 0xC76580D9, 0x8B277743),
       TABLE(0xDD45AAB8, 0xBF672381, 0x7B2231F3, 0xF64463E6, 0xE964B13D,
             0xD725148B, 0xABA65FE7, 0x52A0C93F),
       TABLE(0x38116FAC, 0x7022DF58, 0xE045BEB0, 0xC5670B91, 0x8F2261D3,
             0x1BA8B557, 0x37516AAE, 0x6EA2D55C),
       TABLE(0xEF306B19, 0xDB8CA0C3, 0xB2F53777, 0x6006181F, 0xC00C303E,
             0x85F4168D, 0x0E045BEB, 0x1C08B7D6),
       TABLE(0x68032CC8, 0xD0065990, 0xA5E0C5D1, 0x4E2DFD53, 0x9C5BFAA6,
             0x3D5B83BD, 0x7AB7077A, 0xF56E0EF4),
       TABLE(0x493C7D27, 0x9278FA4E, 0x211D826D, 0x423B04DA, 0x847609B4,
             0x0D006599, 0x1A00CB32, 0x34019664)};

/* The byte of the least significance first, wherever it runs. */
static uint32_t four_bytes(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16
        | (uint32_t)at[3] << 24;
}

static uint32_t by_tables(const char *data, size_t length)
{
    const unsigned char *at = (const unsigned char *)data;
    uint32_t crc = UINT32_MAX, next;

    for (; length >= 8; length -= 8, at += 8) {
        crc ^= four_bytes(at);
        next = four_bytes(at + 4);
        crc = tables[7][crc & 255] ^ tables[6][crc >> 8 & 255]
            ^ tables[5][crc >> 16 & 255] ^ tables[4][crc >> 24]
            ^ tables[3][next & 255] ^ tables[2][next >> 8 & 255]
            ^ tables[1][next >> 16 & 255] ^ tables[0][next >> 24];
    }
    for (; length > 0; length--)
        crc = crc >> 8 ^ tables[0][(crc ^ *at++) & 255];
    return crc ^ UINT32_MAX;
}

#if defined(__GNUC__) && defined(__x86_64__)

__attribute__((target("sse4.2"))) static uint32_t
by_instruction(const char *data, size_t length)
{
    uint64_t crc = UINT32_MAX, next;

    for (; length >= sizeof(next); length -= sizeof(next)) {
        memcpy(&next, data, sizeof(next));
        crc = __builtin_ia32_crc32di(crc, next);
        data += sizeof(next);
    }
    for (; length > 0; length--)
        crc = __builtin_ia32_crc32qi((uint32_t)crc, (unsigned char)*data++);
    return (uint32_t)crc ^ UINT32_MAX;
}

uint32_t cielo__crc32c(const char *data, size_t length)
{
    return __builtin_cpu_supports("sse4.2") ? by_instruction(data, length)
                                            : by_tables(data, length);
}

#else

uint32_t cielo__crc32c(const char *data, size_t length)
{
    return by_tables(data, length);
}

#endif
