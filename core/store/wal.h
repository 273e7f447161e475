/* wal.h -- does anything whole stand behind damage in a write-ahead log?
 *
 * RocksDB's recovery ends at the first damaged record. What follows is lost, and it cannot tell
 * a torn tail, which nobody was promised, from one flipped bit in front of a hundred synced
 * commits. Here is the difference: behind a torn tail there is no whole batch, since a commit is
 * synced before the next one is written. So a whole batch with a higher sequence number, after
 * damage or after zeros, in the same file or a later one, says that what was acknowledged has
 * been altered.
 *
 *     block     32 KiB of the file: records, and zeros where none fits any more
 *     record    CRC-32C of type and payload, masked (4 bytes), length (2), type (1), payload
 *     batch     a full record, or a first, middles and a last: sequence (8), count (4), …
 *
 * (RocksDB 7.8, db/log_format.h and db/write_batch.cc; all numbers little endian. Log files are
 * not recycled here, and batches not compressed: options.c.)
 *
 * THREADS   Pure but for reading; beside a running writer, too: a file is read as far as it had
 *           come before those that are older were looked at.
 * ERRORS    STATUS_CORRUPT  with the file and the place of the damage
 *           STATUS_IO       the disk failed
 */
#ifndef PIOT_STORE_WAL_H
#define PIOT_STORE_WAL_H

#include "core/base/base.h"

/* All of the store's at `path`; none are fine. */
must_use struct status wal_check(const char *path);

#endif
