/* restore.c -- a backup comes back, whole and into the one log there is, or not at all. */
#include "replay/copy/backup.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/durable.h"
#include "core/log/archived.h"
#include "core/store/backup.h"

static struct status choose(const struct restore_order *order, struct arena *arena,
                            struct backup *chosen)
{
    struct backup *backups;
    size_t         count;

    TRY(backup_list(order->folder, arena, &backups, &count));
    for (size_t i = count; i-- > 0;)
        if (!order->number || backups[i].number == order->number) {
            *chosen = backups[i];
            return OK;
        }
    if (!order->number) return failed(STATUS_NOT_FOUND, "there is no backup in %s", order->folder);
    return failed(STATUS_NOT_FOUND, "there is no backup %u in %s", order->number, order->folder);
}

static struct status read_last(struct reader *reader, uint64_t head, int64_t *last_us)
{
    struct arena  arena  = { 0 };
    struct status status = OK;
    struct event  event;

    if (head) status = log_read(reader, NULL, head, &arena, &event);
    if (head && status.code == STATUS_OK) *last_us = event.recorded_at;
    arena_free(&arena);
    return status;
}

static bool is_verdict(struct status status) { return status.code == STATUS_CORRUPT; }

/* By itself and against the checkpoint that it was taken with. */
static struct status check_log(const struct restore_order *order, struct reader *reader,
                               struct restored *restored)
{
    struct checkpoint    taken;
    struct replay_checks checks = {
        .key           = order->key,
        .earlier       = &taken,
        .earlier_count = 1,
        .older         = true,
    };

    TRY(checkpoint_open(restored->from.note, order->key, &taken));
    TRY(checkpoint_check(reader, &taken));
    TRY(replay_verify_log(reader, order->vault, &checks, order->progress, order->findings,
                          &restored->log));
    return read_last(reader, restored->log.head, &restored->last_us);
}

/* Is this the log that the anchor knows, as far as that knows it? */
static struct status check_anchor(const struct restore_order *order, struct reader *reader,
                                  struct restored *restored)
{
    struct checkpoint anchored;
    struct status     status;

    restored->verdict = order->accept_loss ? RESTORED_SHORT : RESTORE_UNSURE;
    if (!order->anchor.data) return OK;
    TRY(checkpoint_open(order->anchor, order->key, &anchored));
    restored->anchored = anchored.size;
    status             = checkpoint_check(reader, &anchored);
    if (status.code == STATUS_OK) status = anchor_covers(order->anchor, reader);
    if (status.code != STATUS_OK && !is_verdict(status)) return status;
    if (status.code == STATUS_OK) restored->verdict = RESTORED;
    else if (!order->accept_loss) restored->verdict = RESTORE_SHORT;
    snprintf(restored->why, sizeof restored->why, "%s", status.text);
    return OK;
}

/* -- the archive ------------------------------------------------------------------- */

static const char *kept_in(const struct restore_order *order, struct arena *arena)
{
    return arena_print(arena, "%s/archive", order->folder).data;
}

static bool is_there(const char *path) { return access(path, F_OK) == 0; }

/* In the backups' folder it would be the one copy, and pass for two. */
static struct status check_apart(const struct restore_order *order, const char *archive)
{
    bool within;

    TRY(durable_within(archive, order->folder, &within));
    if (!within) return OK;
    return failed(STATUS_INVALID,
                  "%.120s is with the backups, and there would be no second copy "
                  "of the archive: --archive has to name another folder",
                  archive);
}

/* Where it was, of the backups' own if the store is not to live with it. */
static struct status find_own(const struct restore_order *order, struct store *store,
                              struct arena *arena, struct restored *restored)
{
    const char *kept = kept_in(order, arena), *was = restored->archive.data;

    if (order->look_only && !restored->uncopied)
        return archived_drop_alone(store, kept, restored->archived);
    if (is_there(was)) return order->look_only ? OK : check_apart(order, was);
    if (restored->uncopied)
        return failed(STATUS_NOT_FOUND,
                      "the first %llu events are archived, not in the backup and "
                      "no more in %.80s: bring the archive to %.80s",
                      (unsigned long long)restored->archived, was, kept);
    return failed(STATUS_NOT_FOUND,
                  "the first %llu events are archived in %.80s, which is not "
                  "there: --archive DIR says where it is, or is to be: what is "
                  "missing in DIR is in the backup",
                  (unsigned long long)restored->archived, was);
}

/* A folder that has all of it needs none of the backup's, which may be damaged, or of before
 * backups had any. */
static struct status find_given(const struct restore_order *order, struct store *store,
                                struct arena *arena, struct restored *restored)
{
    char          folder[PATH_MAX];
    const char   *kept  = kept_in(order, arena);
    struct status whole = failed(STATUS_CORRUPT, "%.120s is not there", order->archive);

    TRY(check_apart(order, order->archive));
    if (realpath(order->archive, folder))
        whole = archived_check(store_reader(store), folder, restored->archived, order->key);
    if (whole.code == STATUS_OK) {
        restored->archive = arena_print(arena, "%s", folder);
        return archived_drop_alone(store, folder, restored->archived);
    }
    if (whole.code != STATUS_CORRUPT && whole.code != STATUS_CONFLICT) return whole;
    if (restored->uncopied)
        return failed(STATUS_NOT_FOUND,
                      "the backup does not have the archive: --archive has to "
                      "name a folder that has the first %llu events whole, but "
                      "%.100s",
                      (unsigned long long)restored->archived, whole.text);
    return archived_drop_alone(store, kept, restored->archived);
}

/* The store looks into the copy that is to be checked. */
static struct status find_archive(const struct restore_order *order, struct store *store,
                                  struct arena *arena, struct restored *restored)
{
    struct archived archived;

    TRY(archived_look(store_reader(store), arena, &archived));
    restored->archived = archived.through;
    restored->archive  = archived.folder;
    restored->uncopied = !is_there(kept_in(order, arena));
    if (!archived.through) return OK;
    return order->archive ? find_given(order, store, arena, restored)
                          : find_own(order, store, arena, restored);
}

/* What is in the folder already is the operator's: it is said, and not replaced. */
static struct status fill_archive(const struct restore_order *order, struct reader *reader,
                                  uint64_t archived)
{
    TRY(archived_copy(reader, order->archive));
    struct status status = archived_check(reader, order->archive, archived, order->key);
    return status.code == STATUS_CORRUPT
               ? failed(STATUS_CONFLICT, "%.190s: move it away, and it comes from the backup",
                        status.text)
               : status;
}

static struct status bring_archive(const struct restore_order *order, struct store *store,
                                   struct arena *arena, struct restored *restored)
{
    char            folder[PATH_MAX];
    struct archived checked;

    if (!restored->archived) return OK;
    if (!order->archive && restored->verdict != RESTORED)
        return failed(STATUS_INVALID,
                      "the archive in %.100s is signed as the old log's: --archive "
                      "DIR, an empty folder, gives the new log one of its own",
                      restored->archive.data);
    TRY(archived_look(store_reader(store), arena, &checked));
    if (!slice_equal(checked.folder, slice_text(kept_in(order, arena)))) /* it is in its place */
        return archived_belongs(store_reader(store), checked.folder.data);
    TRY(fill_archive(order, store_reader(store), restored->archived));
    if (!realpath(order->archive, folder)) return durable_failed("finding", order->archive);
    restored->archive = arena_print(arena, "%s", folder);
    return archived_drop_alone(store, folder, restored->archived);
}

/* -- all of it --------------------------------------------------------------------- */

static struct status finish(const struct restore_order *order, struct store *store,
                            struct arena *arena, struct restored *restored)
{
    uint64_t count;

    if (restored->verdict == RESTORED_SHORT) TRY(store_clear(store, FAMILY_checkpoints));
    TRY(bring_archive(order, store, arena, restored));
    return replay_rebuild(store, order->vault, order->folds, order->progress, &count);
}

static struct status check_and_fold(const struct restore_order *order, const char *draft,
                                    struct arena *arena, struct restored *restored)
{
    struct store_options options = { .path = draft };
    struct store        *store;

    store_families_all(options.families);
    TRY(store_open(&store, &options));
    struct status status = find_archive(order, store, arena, restored);
    if (status.code == STATUS_OK) status = check_log(order, store_reader(store), restored);
    if (status.code == STATUS_OK && order->findings->count) restored->verdict = RESTORE_DAMAGED;
    else if (status.code == STATUS_OK) status = check_anchor(order, store_reader(store), restored);
    if (status.code == STATUS_OK && restored->verdict <= RESTORED_SHORT && !order->look_only)
        status = finish(order, store, arena, restored);
    store_close(store);
    return status;
}

struct status backup_restore(const struct restore_order *order, struct arena *arena,
                             struct restored *restored)
{
    const char   *store = arena_print(arena, "%s/store", order->folder).data;
    const char   *draft = arena_print(arena, "%s.restoring", order->path).data;
    struct status status;

    *restored = (struct restored){ .verdict = RESTORE_DAMAGED };
    if (access(order->path, F_OK) == 0)
        return failed(STATUS_CONFLICT, "there is a store at %s already: nothing is overwritten",
                      order->path);
    TRY(choose(order, arena, &restored->from));
    TRY(store_remove(draft)); /* what a kill left */
    status = store_restore(store, restored->from.number, draft);
    if (status.code == STATUS_OK) status = check_and_fold(order, draft, arena, restored);
    if (status.code == STATUS_OK && restored->verdict <= RESTORED_SHORT && !order->look_only)
        return durable_rename(draft, order->path);
    struct status removed = store_remove(draft);
    return status.code == STATUS_OK ? removed : status;
}
