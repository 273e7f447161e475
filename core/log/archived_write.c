/* archived_write.c -- old envelopes into plain files, and only then out of the store.
 *
 * Killed anywhere, it leaves files that nobody looks at yet; the next time they are found
 * and checked. The row that sends readers to them and the end of the store's own rows are
 * one batch. A file has its name when it is whole and synced, so a copy of the archive
 * takes what is there for good; what is about to be the only copy is read all the same.
 */
#include "core/log/archived_internal.h"

#include "core/base/durable.h"
#include "core/log/bundle.h"
#include "core/log/checkpoint.h"
#include "core/log/rows.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

/* -- what is due -------------------------------------------------------------- */

static struct status signed_size(struct reader *reader, struct arena *arena, uint64_t *size)
{
    struct checkpoint checkpoint;
    struct slice      note;

    TRY(checkpoint_last(reader, arena, &note));
    TRY(archived_note_read(note, &checkpoint));
    *size = checkpoint.size;
    return OK;
}

static struct status is_old(struct reader *reader, uint64_t position, int64_t before_us,
                            struct arena *arena, bool *old)
{
    struct log_record record;
    struct event      event;

    TRY(log_read_record(reader, position, arena, &record));
    TRY(log_record_event(&record, NULL, arena, &event));
    *old = event.recorded_at <= before_us;
    return OK;
}

static struct status due(struct reader *reader, int64_t before_us, struct arena *arena,
                         uint64_t *through)
{
    struct archived archived;
    uint64_t        head, signed_up_to;
    bool            old = true;

    TRY(archived_look(reader, arena, &archived));
    TRY(signed_size(reader, arena, &signed_up_to));
    TRY(log_head(reader, &head));
    *through = archived.through;
    for (int i = 0; i < ARCHIVED_AT_ONCE; i++) {
        uint64_t next = *through + TILE_WIDTH;
        if (next > signed_up_to || next >= head) break;
        TRY(is_old(reader, next, before_us, arena, &old));
        if (!old) break;
        *through = next;
    }
    return OK;
}

struct status archived_due(struct reader *reader, int64_t before_us, uint64_t *through)
{
    struct arena  arena  = { 0 };
    struct status status = due(reader, before_us, &arena, through);

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

static struct status gather(struct reader *reader, uint64_t index, struct buffer *bundle)
{
    struct log_scan  *scan  = log_scan_open(reader, index * TILE_WIDTH);
    unsigned          count = 0;
    struct log_record record;

    while (count < TILE_WIDTH && log_scan_next(scan, &record)) {
        bundle_add(bundle, BUNDLE_ENTRIES, record.envelope);
        count++;
    }
    TRY(log_scan_close(scan));
    return count == TILE_WIDTH
               ? OK
               : failed(STATUS_CORRUPT, "bundle %llu is not full", (unsigned long long)index);
}

/* What is read next comes from the disk, as far as the system lets itself be told. */
static void forget_cached(const char *file)
{
    int fd = durable_open(file, O_RDONLY);

    if (fd < 0) return; /* reading it says why */
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
}

struct status archived_put(const char *folder, const char *file, struct slice bytes)
{
    TRY(make_way(folder, file));
    TRY(durable_write(file, bytes, DURABLE_NEW));
    forget_cached(file);
    return OK;
}

static struct status check_bundle(struct reader *reader, const char *folder, uint64_t index)
{
    struct archived_bundle bundle = { .held = false };
    struct log_record      record;
    struct status          status = archived_hold(&bundle, reader, folder, index);

    for (unsigned place = 0; status.code == STATUS_OK && place < TILE_WIDTH; place++)
        status = archived_take(&bundle, place, &record);
    archived_release(&bundle);
    return status;
}

static struct status put_bundle(struct reader *reader, const char *folder, uint64_t index,
                                enum archived_present present)
{
    const struct tile_path name = archived_bundle_path(index);
    char                   file[PATH_MAX];
    struct buffer          bundle = { 0 };
    struct status          status = OK;

    TRY(archived_path(file, folder, &name));
    bool there = access(file, F_OK) == 0;
    if (there && present == ARCHIVED_TRUSTED) return OK;
    if (there) forget_cached(file);
    else status = gather(reader, index, &bundle);
    if (status.code == STATUS_OK && !there)
        status = archived_put(folder, file, buffer_slice(&bundle));
    buffer_free(&bundle);
    return status.code == STATUS_OK ? check_bundle(reader, folder, index) : status;
}

/* All of it: a name that an earlier run gave and did not live to sync, too. */
static struct status sync_folder(const char *folder)
{
    int fd = durable_open(folder, O_RDONLY | O_DIRECTORY);

    if (fd < 0) return durable_failed("opening", folder);
    struct status status = syncfs(fd) == 0 ? OK : durable_failed("syncing", folder);
    close(fd);
    return status;
}

static struct status put_all(struct archived_tree *tree, uint64_t first, uint64_t through,
                             enum archived_present present)
{
    TRY(archived_tree_within(tree));
    for (uint64_t index = first; index < through / TILE_WIDTH; index++)
        TRY(put_bundle(tree->reader, tree->folder, index, present));
    TRY(archived_tree_put(tree, first, through, present));
    TRY(sync_folder(tree->folder));
    return archived_tree_sign(tree);
}

static struct status look(struct reader *reader, uint64_t *through)
{
    struct arena    arena = { 0 };
    struct archived archived;
    struct status   status = archived_look(reader, &arena, &archived);

    *through = archived.through;
    arena_free(&arena);
    return status;
}

struct status archived_write(struct reader *reader, const char *folder, uint64_t through)
{
    struct archived_tree tree;
    uint64_t             before;

    ensure(through % TILE_WIDTH == 0);
    TRY(look(reader, &before));
    TRY(archived_tree_open(&tree, reader, folder));
    struct status status = put_all(&tree, before / TILE_WIDTH, through, ARCHIVED_CHECKED);
    archived_tree_close(&tree);
    return status;
}

struct status archived_copy(struct reader *reader, const char *folder)
{
    struct archived_tree tree;
    uint64_t             through;

    TRY(look(reader, &through));
    if (!through) return OK;
    TRY(durable_folder(folder));
    TRY(archived_tree_open(&tree, reader, folder));
    struct status status = put_all(&tree, 0, through, ARCHIVED_TRUSTED);
    archived_tree_close(&tree);
    return status;
}

struct status archived_check(struct reader *reader, const char *folder, uint64_t through,
                             const struct note_key *key)
{
    struct archived_tree tree;

    for (uint64_t index = 0; index < through / TILE_WIDTH; index++)
        TRY(check_bundle(reader, folder, index));
    TRY(archived_tree_open(&tree, reader, folder));
    struct status status = archived_tree_check(&tree, through, key);
    archived_tree_close(&tree);
    return status;
}

struct status archived_belongs(struct reader *reader, const char *folder)
{
    struct archived_tree tree;

    TRY(archived_tree_open(&tree, reader, folder));
    struct status status = archived_tree_within(&tree);
    archived_tree_close(&tree);
    return status;
}

/* -- the rows ----------------------------------------------------------------- */

struct status archived_drop(struct batch *batch, const char *folder, uint64_t through)
{
    uint64_t before;

    TRY(look(batch_reader(batch), &before));
    ensure(through % TILE_WIDTH == 0 && through >= before);
    for (uint64_t position = before + 1; position <= through; position++) {
        struct key key = row_position(batch_reader(batch), position);
        batch_erase(batch, FAMILY_log, key_slice(&key));
    }
    archived_row_put(batch, folder, through);
    return OK;
}

struct status archived_drop_alone(struct store *store, const char *folder, uint64_t through)
{
    struct batch *batch  = batch_open(store);
    struct status status = archived_drop(batch, folder, through);

    if (status.code == STATUS_OK) status = batch_commit(batch, true);
    batch_close(batch);
    return status;
}
