/* crc32c.c -- eight bytes at a time from eight tables: 64 MiB take less than a tenth of a
 * second, and a WAL is no longer than that. */
#include "core/store/crc32c.h"

#include <pthread.h>
#include <string.h>

enum { STEP = 8 };

static uint32_t tables[STEP][256];

static void make_tables(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t sum = byte;
        for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (sum & 1 ? UINT32_C(0x82f63b78) : 0);
        tables[0][byte] = sum;
    }
    for (int step = 1; step < STEP; step++)
        for (uint32_t byte = 0; byte < 256; byte++)
            tables[step][byte] = tables[step - 1][byte] >> 8 ^
                                 tables[0][tables[step - 1][byte] & 0xff];
}

static uint32_t little_endian(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint32_t crc32c(const void *bytes, size_t size)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const uint8_t        *at   = bytes;
    uint32_t              sum  = UINT32_MAX;

    pthread_once(&once, make_tables);
    for (; size >= STEP; at += STEP, size -= STEP) {
        uint32_t low = sum ^ little_endian(at), high = little_endian(at + 4);
        sum = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^
              tables[4][low >> 24] ^ tables[3][high & 0xff] ^ tables[2][high >> 8 & 0xff] ^
              tables[1][high >> 16 & 0xff] ^ tables[0][high >> 24];
    }
    while (size--) sum = sum >> 8 ^ tables[0][(sum ^ *at++) & 0xff];
    return ~sum;
}
