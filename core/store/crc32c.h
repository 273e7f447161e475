/* crc32c.h -- the checksum of RocksDB's log records: CRC-32C (Castagnoli, RFC 3720, B.4).
 *
 * THREADS   Any.
 */
#ifndef PIOT_STORE_CRC32C_H
#define PIOT_STORE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const void *bytes, size_t size);

#endif
