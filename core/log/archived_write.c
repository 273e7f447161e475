/* archived_write.c -- old envelopes into plain files, and only then out of the store.
 *
 * Killed anywhere, it leaves files that nobody looks at yet; the next time they are found
 * and checked. The row that sends readers to them and the end of the store's own rows are
 * one batch.
 */
#include "core/log/archived_room.h"

#include "core/log/bundle.h"
#include "core/log/checkpoint.h"
#include "core/log/durable.h"
#include "core/log/rows.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

/* -- what is due -------------------------------------------------------------- */

static struct status signed_size(struct reader *reader, uint32_t partition, struct arena *arena,
                                 uint64_t *size)
{
    struct checkpoint checkpoint;
    struct slice      note, text, lines;

    *size = 0;
    TRY(checkpoint_last(reader, partition, arena, &note));
    if (!note.data) return OK;
    TRY(note_split(note, &text, &lines));
    TRY(checkpoint_parse(text, &checkpoint));
    *size = checkpoint.size;
    return OK;
}

static struct status is_old(struct reader *reader, uint32_t partition, uint64_t position,
                            int64_t before_us, struct arena *arena, bool *old)
{
    struct log_record record;
    struct event      event;

    TRY(log_read_record(reader, partition, position, arena, &record));
    TRY(log_record_event(&record, NULL, arena, &event));
    *old = event.recorded_at <= before_us;
    return OK;
}

static struct status due(struct reader *reader, uint32_t partition, int64_t before_us,
                         struct arena *arena, uint64_t *through)
{
    struct archived archived;
    uint64_t        head, signed_up_to;
    bool            old = true;

    TRY(archived_look(reader, partition, arena, &archived));
    TRY(signed_size(reader, partition, arena, &signed_up_to));
    TRY(log_head(reader, partition, &head));
    *through = archived.through;
    for (int i = 0; i < ARCHIVED_AT_ONCE; i++) {
        uint64_t next = *through + TILE_WIDTH;
        if (next > signed_up_to || next >= head) break;
        TRY(is_old(reader, partition, next, before_us, arena, &old));
        if (!old) break;
        *through = next;
    }
    return OK;
}

struct status archived_due(struct reader *reader, uint32_t partition, int64_t before_us,
                           uint64_t *through)
{
    struct arena  arena  = { 0 };
    struct status status = due(reader, partition, before_us, &arena, through);

    arena_free(&arena);
    return status;
}

/* -- the files ---------------------------------------------------------------- */

/* Every folder on the way to `path`, the first of them included. */
static struct status make_way(const char *folder, const char *path)
{
    char way[PATH_MAX];

    for (const char *slash = path + strlen(folder); slash; slash = strchr(slash + 1, '/')) {
        memcpy(way, path, (size_t)(slash - path));
        way[slash - path] = '\0';
        TRY(durable_folder(way));
    }
    return OK;
}

static struct status gather(struct reader *reader, uint32_t partition, uint64_t index,
                            struct buffer *bundle)
{
    struct log_scan  *scan  = log_scan_open(reader, partition, index * TILE_WIDTH);
    unsigned          count = 0;
    struct log_record record;

    while (count < TILE_WIDTH && log_scan_next(scan, &record)) {
        bundle_add(bundle, BUNDLE_ENTRIES, record.envelope);
        count++;
    }
    TRY(log_scan_close(scan));
    return count == TILE_WIDTH ? OK
                               : failed(STATUS_CORRUPT, "bundle %llu is not full",
                                        (unsigned long long)index);
}

static struct status put(struct reader *reader, uint32_t partition, const char *folder,
                         uint64_t index)
{
    char          path[PATH_MAX];
    struct buffer bundle = { 0 };

    TRY(archived_path(path, folder, index));
    if (access(path, F_OK) == 0) return OK; /* it is checked below, as all are */
    TRY(make_way(folder, path));
    struct status status = gather(reader, partition, index, &bundle);
    if (status.code == STATUS_OK)
        status = durable_write(path, buffer_slice(&bundle), DURABLE_NEW);
    buffer_free(&bundle);
    return status;
}

/* All of it: a name that an earlier run gave and did not live to sync, too. */
static struct status sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) return durable_failed("opening", folder);
    struct status status = syncfs(fd) == 0 ? OK : durable_failed("syncing", folder);
    close(fd);
    return status;
}

/* What is read next comes from the disk, as far as the system lets itself be told. */
static void forget_cached(const char *folder, uint64_t index)
{
    char path[PATH_MAX];

    if (archived_path(path, folder, index).code != STATUS_OK) return;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return; /* reading it says why */
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
}

static struct status check(struct reader *reader, uint32_t partition, const char *folder,
                           uint64_t first, uint64_t end)
{
    struct archived_bundle bundle = { .held = false };
    struct status          status = OK;
    struct log_record      record;

    for (uint64_t index = first; status.code == STATUS_OK && index < end; index++) {
        forget_cached(folder, index);
        status = archived_hold(&bundle, reader, partition, folder, index);
        for (unsigned place = 0; status.code == STATUS_OK && place < TILE_WIDTH; place++)
            status = archived_take(&bundle, place, &record);
    }
    archived_release(&bundle);
    return status;
}

struct status archived_check(struct reader *reader, uint32_t partition, const char *folder,
                             uint64_t through)
{
    return check(reader, partition, folder, 0, through / TILE_WIDTH);
}

struct status archived_write(struct reader *reader, uint32_t partition, const char *folder,
                             uint64_t through)
{
    struct arena    arena = { 0 };
    struct archived archived;
    struct status   status = archived_look(reader, partition, &arena, &archived);

    arena_free(&arena);
    TRY(status);
    ensure(through % TILE_WIDTH == 0);
    uint64_t first = archived.through / TILE_WIDTH, end = through / TILE_WIDTH;
    for (uint64_t index = first; index < end; index++)
        TRY(put(reader, partition, folder, index));
    TRY(sync_folder(folder));
    return check(reader, partition, folder, first, end);
}

/* -- the rows ----------------------------------------------------------------- */

struct status archived_drop(struct batch *batch, uint32_t partition, const char *folder,
                            uint64_t through)
{
    struct arena    arena = { 0 };
    struct archived archived;
    struct status   status = archived_look(batch_reader(batch), partition, &arena, &archived);

    arena_free(&arena);
    TRY(status);
    ensure(through % TILE_WIDTH == 0 && through >= archived.through);
    for (uint64_t position = archived.through + 1; position <= through; position++) {
        struct key key = row_position(partition, position);
        batch_erase(batch, FAMILY_log, key_slice(&key));
    }
    archived_row_put(batch, partition, folder, through);
    return OK;
}
