#include "api/service/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/durable.h"
#include "core/base/report.h"

/* Of a small file system, at most that part. */
enum { LOW_PART = 8, LEAST_PART = 16, RESERVE_PART = 32, PLACES_MAX = 4 };

struct place {
    char path[PATH_MAX];
    bool waited_for; /* a turn fails if there is no room here */
};

struct disk {
    const struct settings *settings;
    struct place           places[PLACES_MAX]; /* each on a file system of its own */
    size_t                 count;
    char                   reserve[PATH_MAX];
    bool                   reserved, unable; /* the file is there; it cannot be made */
    enum ledger_room       room;             /* at the last look */
    _Atomic uint64_t       free, total;
    atomic_bool            low;
};

/* -- looking --------------------------------------------------------------------------- */

static uint64_t smaller(uint64_t a, uint64_t b) { return a < b ? a : b; }

struct disk_marks disk_marks_of(const struct settings *settings, uint64_t size)
{
    return (struct disk_marks){ .low     = smaller(settings->disk_low, size / LOW_PART),
                                .least   = smaller(settings->disk_least, size / LEAST_PART),
                                .reserve = smaller(settings->disk_reserve, size / RESERVE_PART) };
}

struct view_of_disk {
    uint64_t         free;  /* where there is least */
    uint64_t         total; /* of that file system */
    uint64_t         spare; /* in the data directory, above the mark for writes */
    uint64_t         reserve;
    bool             low;
    enum ledger_room room;
};

static struct status place_look(const struct place *place, uint64_t *free, uint64_t *size)
{
    struct statvfs found;

    if (statvfs(place->path, &found) != 0)
        return durable_failed("looking for room at", place->path);
    *free = (uint64_t)found.f_bavail * found.f_frsize;
    *size = (uint64_t)found.f_blocks * found.f_frsize;
    return OK;
}

static enum ledger_room room_of(uint64_t free, const struct disk_marks *marks)
{
    if (free < smaller(DISK_TURN, marks->least)) return LEDGER_ROOM_NONE;
    return free < marks->least ? LEDGER_ROOM_RESERVE : LEDGER_ROOM_ENOUGH;
}

/* Where the system does not say, a write will. */
static struct view_of_disk view(const struct disk *disk)
{
    struct view_of_disk seen = { .free = UINT64_MAX };

    for (size_t i = 0; i < disk->count; i++) {
        const struct place *place = &disk->places[i];
        uint64_t            free = 0, size = 0;
        if (place_look(place, &free, &size).code != STATUS_OK) continue;
        struct disk_marks marks = disk_marks_of(disk->settings, size);
        enum ledger_room  room  = room_of(free, &marks);
        if (free < seen.free) seen.free = free, seen.total = size;
        seen.low |= free < marks.low;
        if (place->waited_for && room > seen.room) seen.room = room;
        if (i) continue;
        seen.spare   = free > marks.least ? free - marks.least : 0;
        seen.reserve = marks.reserve;
    }
    return seen;
}

/* -- the reserve --------------------------------------------------------------------------- */

static void reserve_give_back(struct disk *disk)
{
    if (unlink(disk->reserve) != 0 && errno != ENOENT) {
        report(REPORT_ERROR, "api", "removing %s: %s", disk->reserve, strerror(errno));
        disk->unable = true;
    }
    disk->reserved = false;
}

/* Its blocks are what counts: nothing is written into them. */
static void reserve_make(struct disk *disk, uint64_t size)
{
    int fd    = durable_open(disk->reserve, O_WRONLY | O_CREAT);
    int error = fd < 0 ? errno : posix_fallocate(fd, 0, (off_t)size);

    if (fd >= 0) close(fd);
    disk->reserved = !error;
    if (!error) return;
    disk->unable = true;
    unlink(disk->reserve);
    report(REPORT_WARNING, "api", "no room is kept for erasures on a full disk: %s: %s",
           disk->reserve, strerror(error));
}

/* -- each turn ---------------------------------------------------------------------------- */

static void disk_report(const struct disk *disk, enum ledger_room now)
{
    static const char *const sentences[] = {
        [LEDGER_ROOM_ENOUGH]  = "there is room on the disk again (%" PRIu64 " KiB): writes go on",
        [LEDGER_ROOM_RESERVE] = "the disk is almost full (%" PRIu64
                                " KiB are free): writes are refused, but for erasures",
        [LEDGER_ROOM_NONE] = "the disk is full (%" PRIu64 " KiB are free): nothing is written",
    };

    if (now == disk->room) return;
    report(now ? REPORT_ERROR : REPORT_NOTICE, "api", sentences[now],
           atomic_load(&disk->free) / 1024);
}

enum ledger_room disk_look(void *context)
{
    struct disk        *disk = context;
    struct view_of_disk seen = view(disk);

    if (seen.room == LEDGER_ROOM_NONE && disk->reserved) {
        reserve_give_back(disk);
        seen = view(disk);
    }
    if (!disk->reserved && !disk->unable && seen.reserve && seen.spare > 2 * seen.reserve)
        reserve_make(disk, seen.reserve);
    atomic_store(&disk->free, seen.free);
    atomic_store(&disk->total, seen.total);
    atomic_store(&disk->low, seen.low);
    disk_report(disk, seen.room);
    disk->room = seen.room;
    return seen.room;
}

uint64_t disk_free(const struct disk *disk) { return atomic_load(&disk->free); }

uint64_t disk_total(const struct disk *disk) { return atomic_load(&disk->total); }

bool disk_is_low(const struct disk *disk) { return atomic_load(&disk->low); }

/* -- opening ------------------------------------------------------------------------------- */

/* The folder itself, or what holds the name if that is not there yet, or is a file. */
static struct status place_find(struct place *place, const char *path, dev_t *device)
{
    struct stat found;
    char       *slash;

    if (strlen(path) >= sizeof place->path)
        return failed(STATUS_INVALID, "%.60s… is too long", path);
    memcpy(place->path, path, strlen(path) + 1);
    while (stat(place->path, &found) != 0 || !S_ISDIR(found.st_mode)) {
        if ((slash = strrchr(place->path, '/')) == place->path) slash++;
        if (slash) *slash = '\0';
        if (!slash || !*place->path) memcpy(place->path, ".", 2);
    }
    *device = found.st_dev;
    return OK;
}

static struct status disk_find_places(struct disk *disk, const struct data_paths *paths)
{
    const char *const wanted[PLACES_MAX] = { disk->settings->data, paths->vault, paths->anchor,
                                             disk->settings->archive_folder };
    dev_t             devices[PLACES_MAX];

    for (size_t i = 0; i < PLACES_MAX; i++) {
        size_t at = 0, next = disk->count;
        if (!*wanted[i]) continue;
        TRY(place_find(&disk->places[next], wanted[i], &devices[next]));
        while (devices[at] != devices[next]) at++;
        disk->places[at].waited_for |= wanted[i] != disk->settings->archive_folder;
        if (at == next) disk->count++;
    }
    return OK;
}

/* What an opening reads again, and puts into tables. */
static uint64_t wal_bytes(const char *folder)
{
    DIR           *open  = opendir(folder);
    uint64_t       bytes = 0;
    struct dirent *entry;
    struct stat    found;

    while (open && (entry = readdir(open)) != NULL) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot && strcmp(dot, ".log") == 0 && fstatat(dirfd(open), entry->d_name, &found, 0) == 0)
            bytes += (uint64_t)found.st_size;
    }
    if (open) closedir(open);
    return bytes;
}

static struct status disk_check_start(const struct disk *disk, const struct data_paths *paths)
{
    char keys[PATH_MAX];

    TRY(durable_join(keys, paths->vault, "keys"));
    uint64_t needed = DISK_START + wal_bytes(paths->store) + wal_bytes(keys);
    for (size_t i = 0; i < disk->count; i++) {
        const struct place *place = &disk->places[i];
        uint64_t            free = 0, size = 0;
        TRY(place_look(place, &free, &size));
        if (place->waited_for && free < needed)
            return failed(STATUS_LIMIT,
                          "the disk is full: a start needs %" PRIu64 " KiB at %.120s, and %" PRIu64
                          " KiB are free. Make room; nothing was changed",
                          needed / 1024, place->path, free / 1024);
    }
    return OK;
}

static struct status disk_begin(struct disk *disk, const struct data_paths *paths)
{
    TRY(durable_join(disk->reserve, disk->settings->data, "reserve"));
    disk->reserved = access(disk->reserve, F_OK) == 0;
    TRY(disk_find_places(disk, paths));
    return disk_check_start(disk, paths);
}

struct status disk_open(struct disk **out, const struct settings *settings,
                        const struct data_paths *paths)
{
    struct disk *disk = calloc(1, sizeof *disk);

    ensure(disk != NULL);
    disk->settings       = settings;
    struct status status = disk_begin(disk, paths);
    *out                 = status.code == STATUS_OK ? disk : NULL;
    if (!*out) disk_close(disk);
    return status;
}

void disk_close(struct disk *disk) { free(disk); }
