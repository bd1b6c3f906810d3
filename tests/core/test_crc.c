/* CRC-32C against the vectors of RFC 3720, B.4, and against its definition, by
 * whatever the processor has for it and by the tables. The file is a part of
 * this one, so that the tables are tested where the library has no use for
 * them. */
#include "base/crc.c"
#include "check.h"

/* Bit by bit, as the polynomial says it. */
static uint32_t slowly(const char *data, size_t length)
{
    uint32_t crc = UINT32_MAX;
    size_t i;
    int bit;

    for (i = 0; i < length; i++) {
        crc ^= (unsigned char)data[i];
        for (bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ UINT32_C(0x82F63B78) : crc >> 1;
    }
    return crc ^ UINT32_MAX;
}

/* By the tables; the other way must say the same. */
static uint32_t sum_of(const char *data, size_t length)
{
    uint32_t sum = by_tables(data, length);

    CHECK_INT(cielo__crc32c(data, length), sum);
    return sum;
}

static void it_gives_the_known_sums(void)
{
    char bytes[32];
    int i;

    CHECK_INT(sum_of("", 0), 0);
    CHECK_INT(sum_of("123456789", 9), 0xE3069283);
    memset(bytes, 0, sizeof(bytes));
    CHECK_INT(sum_of(bytes, sizeof(bytes)), 0x8A9136AA);
    memset(bytes, 0xFF, sizeof(bytes));
    CHECK_INT(sum_of(bytes, sizeof(bytes)), 0x62A8AB43);
    for (i = 0; i < 32; i++)
        bytes[i] = (char)i;
    CHECK_INT(sum_of(bytes, sizeof(bytes)), 0x46DD794E);
    for (i = 0; i < 32; i++)
        bytes[i] = (char)(31 - i);
    CHECK_INT(sum_of(bytes, sizeof(bytes)), 0x113FDB5C);
}

/* Each byte of each table, at every place of a step and behind the last. */
static void every_entry_is_right(void)
{
    char bytes[27];
    size_t at;
    int value;

    for (at = 0; at < sizeof(bytes); at++) {
        for (value = 0; value < 256; value++) {
            memset(bytes, 0x5A, sizeof(bytes));
            bytes[at] = (char)value;
            CHECK_INT(sum_of(bytes, sizeof(bytes)),
                      slowly(bytes, sizeof(bytes)));
        }
    }
}

static void every_length_is_read_to_its_end(void)
{
    char bytes[64];
    size_t from, length;

    for (from = 0; from < sizeof(bytes); from++)
        bytes[from] = (char)(from * 37 + 11);
    for (from = 0; from < 8; from++) {
        for (length = 0; length <= sizeof(bytes) - from; length++)
            CHECK_INT(sum_of(bytes + from, length),
                      slowly(bytes + from, length));
    }
}

CHECK_MAIN(it_gives_the_known_sums, every_entry_is_right,
           every_length_is_read_to_its_end)
