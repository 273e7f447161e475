#include "core/store/wal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/durable.h"
#include "core/store/crc32c.h"
#include "core/store/rocks.h"

enum {
    BLOCK     = 32 * 1024,
    HEADER    = 7,
    SEQUENCE  = 8,    /* the first bytes of a batch */
    FILES_MAX = 1024, /* RocksDB holds a handful */
};
enum record_type { RECORD_NONE, RECORD_FULL, RECORD_FIRST, RECORD_MIDDLE, RECORD_LAST };

struct wal_file {
    uint64_t number;
    off_t    size; /* as it was when it was found */
};

/* Where the walk over all files is. */
struct wal_walk {
    const char *path;
    char        file[PATH_MAX]; /* the one that is read */
    uint64_t    sequence;       /* of the last whole batch */
    bool        begun;          /* a batch whose last record has not come yet */
    uint8_t     head[SEQUENCE]; /* of that batch: its records may split it anywhere */
    size_t      head_size;
    bool        damaged;
    char        damaged_file[64]; /* its name, and where */
    uint64_t    damaged_at;
};

/* -- records ------------------------------------------------------------------------------- */

static uint32_t number_32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint64_t number_64(const uint8_t *at)
{
    return number_32(at) | (uint64_t)number_32(at + 4) << 32;
}

/* RocksDB's mask: a checksum of bytes that hold checksums is a weak one. */
static uint32_t unmasked(uint32_t masked)
{
    uint32_t rotated = masked - UINT32_C(0xa282ead8);

    return rotated >> 17 | rotated << 15;
}

/* The size of the whole record that stands at `at`; 0: none does. */
static size_t record_size(const uint8_t *at, size_t left)
{
    if (left < HEADER) return 0;
    size_t length = at[4] | (size_t)at[5] << 8;
    if (at[6] < RECORD_FULL || at[6] > RECORD_LAST || HEADER + length > left) return 0;
    return crc32c(at + 6, length + 1) == unmasked(number_32(at)) ? HEADER + length : 0;
}

static bool is_zero(const uint8_t *at, size_t size)
{
    while (size && !*at) at++, size--;
    return !size;
}

/* -- the walk -------------------------------------------------------------------------------- */

static void walk_damaged(struct wal_walk *walk, uint64_t at)
{
    walk->begun = false;
    if (walk->damaged) return;
    const char *name = strrchr(walk->file, '/');
    walk->damaged    = true;
    walk->damaged_at = at;
    snprintf(walk->damaged_file, sizeof walk->damaged_file, "%.63s", name ? name + 1 : walk->file);
}

static struct status walk_whole(struct wal_walk *walk, uint64_t sequence)
{
    if (walk->damaged && sequence > walk->sequence)
        return failed(STATUS_CORRUPT,
                      "%.100s/%s is damaged at byte %llu, and whole commits follow: it is no torn "
                      "end. Restore a backup",
                      walk->path, walk->damaged_file, (unsigned long long)walk->damaged_at);
    if (sequence > walk->sequence) walk->sequence = sequence;
    return OK;
}

/* A batch counts when all of its records are there, one after the other. */
static struct status walk_record(struct wal_walk *walk, const uint8_t *at, uint64_t position)
{
    size_t length = at[4] | (size_t)at[5] << 8;
    bool   begins = at[6] == RECORD_FULL || at[6] == RECORD_FIRST;

    if (begins == walk->begun) walk_damaged(walk, position); /* an end or a begin was lost */
    if (!begins && !walk->begun) return OK;
    if (begins) walk->head_size = 0;
    size_t missing = SEQUENCE - walk->head_size, taken = length < missing ? length : missing;
    memcpy(walk->head + walk->head_size, at + HEADER, taken);
    walk->head_size += taken;
    walk->begun = at[6] == RECORD_FIRST || at[6] == RECORD_MIDDLE;
    return walk->begun || walk->head_size < SEQUENCE ? OK : walk_whole(walk, number_64(walk->head));
}

/* Behind damage the next record may begin at any byte. */
static struct status walk_block(struct wal_walk *walk, const uint8_t *block, size_t size,
                                uint64_t position)
{
    size_t at = 0, record;

    while (at < size) {
        if ((record = record_size(block + at, size - at))) {
            TRY(walk_record(walk, block + at, position + at));
            at += record;
            continue;
        }
        if (size == BLOCK && size - at < HEADER && is_zero(block + at, size - at)) return OK;
        walk_damaged(walk, position + at);
        at++;
    }
    return OK;
}

static struct status walk_read(struct wal_walk *walk, int fd, off_t size)
{
    uint8_t block[BLOCK];

    for (off_t position = 0; position < size; position += BLOCK) {
        size_t  wanted = size - position < BLOCK ? (size_t)(size - position) : BLOCK;
        ssize_t got    = pread(fd, block, wanted, position);
        if (got < 0) return file_failed("reading", walk->file);
        TRY(walk_block(walk, block, (size_t)got, (uint64_t)position));
        if ((size_t)got < wanted) break;
    }
    if (walk->begun) walk_damaged(walk, (uint64_t)size); /* its end is missing */
    return OK;
}

/* One that is gone was not needed any more. */
static struct status walk_file(struct wal_walk *walk, const struct wal_file *file)
{
    char name[32];

    snprintf(name, sizeof name, "%06llu.log", (unsigned long long)file->number);
    TRY(durable_join(walk->file, walk->path, name));
    int fd = durable_open(walk->file, O_RDONLY);
    if (fd < 0) return errno == ENOENT ? OK : file_failed("opening", walk->file);
    struct status status = walk_read(walk, fd, file->size);
    close(fd);
    return status;
}

/* -- which there are ------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    const struct wal_file *left = a, *right = b;

    return left->number < right->number ? -1 : left->number > right->number;
}

static bool is_wal(const char *name, uint64_t *number)
{
    char *end;

    *number = strtoull(name, &end, 10);
    return end != name && strcmp(end, ".log") == 0;
}

/* The newest is measured first: what an older one has by then, it has for good. */
static struct status find_files(const char *path, struct wal_file files[FILES_MAX], size_t *count)
{
    DIR           *folder = opendir(path);
    struct dirent *entry;

    *count = 0;
    if (!folder) return errno == ENOENT ? OK : file_failed("opening", path);
    while (*count < FILES_MAX && (entry = readdir(folder)) != NULL)
        *count += is_wal(entry->d_name, &files[*count].number);
    qsort(files, *count, sizeof *files, by_number);
    for (size_t i = *count; i-- > 0;) {
        char        name[32];
        struct stat found;
        snprintf(name, sizeof name, "%06llu.log", (unsigned long long)files[i].number);
        files[i].size = fstatat(dirfd(folder), name, &found, 0) == 0 ? found.st_size : 0;
    }
    closedir(folder);
    return OK;
}

struct status wal_check(const char *path)
{
    struct wal_file *files = calloc(FILES_MAX, sizeof *files);
    struct wal_walk  walk  = { .path = path };
    size_t           count;

    ensure(files != NULL);
    struct status status = find_files(path, files, &count);
    for (size_t i = 0; status.code == STATUS_OK && i < count; i++)
        status = walk_file(&walk, &files[i]);
    free(files);
    return status;
}
