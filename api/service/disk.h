/* disk.h -- how much room the disk has, and what is still written when there is little.
 *
 *     free space         what is done
 *     below disk_low     /readyz and the reports say so; all goes on
 *     below disk_least   writes are refused with 503, but for erasures; files are not rewritten
 *     below DISK_TURN    DIR/reserve, a file that holds disk_reserve bytes, is given back; when
 *                        that is used up, too, nothing is written at all
 *
 * The file systems of the data directory, the vault, the anchor and the archive are looked at;
 * where there is least counts, but for the archive, whose files nobody waits for. Of a small
 * file system the marks are a part of it: an 8th, a 16th and a 32nd at most. When there is room
 * again, writes go on by themselves, and the reserve is made again.
 *
 * THREADS   disk_open() and disk_close(): the service's. disk_look(): the writer's. disk_free(),
 *           disk_total() and disk_is_low(): any.
 * ERRORS    STATUS_LIMIT   too little room for a start
 *           STATUS_IO      the disk does not say
 */
#ifndef PIOT_API_SERVICE_DISK_H
#define PIOT_API_SERVICE_DISK_H

#include "api/service/data.h"

enum {
    DISK_TURN  = 512 << 10, /* bytes that a turn from the reserve takes at most, and its anchor */
    DISK_START = 2 << 20,   /* what RocksDB writes at an opening, beside what the WAL holds */
};

struct disk;
/* Refuses to start where an opening could not write what it has to: before anything is
 * written. */
must_use struct status disk_open(struct disk **disk, const struct settings *settings,
                                 const struct data_paths *paths);
void                   disk_close(struct disk *disk); /* NULL is fine */

/* A struct ledger_settings' room(). */
enum ledger_room disk_look(void *disk);
/* At the last look: bytes, where there is least; and is that below the first mark? */
uint64_t disk_free(const struct disk *disk);
uint64_t disk_total(const struct disk *disk); /* of the file system where there is least */
bool     disk_is_low(const struct disk *disk);

/* The marks of a file system of `size` bytes: a pure function, for the tests. */
struct disk_marks {
    uint64_t low, least, reserve;
};
struct disk_marks disk_marks_of(const struct settings *settings, uint64_t size);

#endif
