/* verify_archive.c -- could whoever has the archive's folder alone check what is in it?
 *
 *     rule       says
 *     archive    the folder has each tile that leads from an archived event to the root of
 *                the folder's checkpoint, with the log's hashes; that checkpoint is signed
 *                by the log's key, has the root of its size, and no archived event is
 *                beyond it
 *
 * Of an older log that the archive has left behind, as a backup's, the tiles are checked as
 * far as the log has their hashes.
 *
 * The archived events themselves are read with all others (verify.c).
 */
#include "replay/verify/verify_archive.h"

#include "core/log/archived.h"
#include "replay/fold/findings.h"

struct look {
    struct reader              *reader;
    struct findings            *findings;
    const struct replay_checks *checks; /* NULL: none */
    struct merkle              *tree;
    struct archived             archived;
    struct arena                arena;
};

static const char *folder_of(const struct look *look) { return look->archived.folder.data; }

static struct status open_note(const struct look *look, struct slice note, struct checkpoint *head)
{
    const struct note_key *key   = look->checks ? look->checks->key : NULL;
    bool                   older = look->checks && look->checks->older;
    struct hash            root;

    TRY(key ? checkpoint_open(note, key, head) : archived_note_read(note, head));
    if (head->size < look->archived.through)
        return failed(STATUS_CORRUPT, "it is of %llu, before the end of what is archived",
                      (unsigned long long)head->size);
    if (head->size > merkle_size(look->tree) && older) return OK;
    if (head->size > merkle_size(look->tree))
        return failed(STATUS_CORRUPT, "it is of %llu, where the log does not reach",
                      (unsigned long long)head->size);
    TRY(merkle_root(look->tree, look->reader, head->size, &root));
    return hash_equal(&root, &head->root)
               ? OK
               : failed(STATUS_CORRUPT, "it has another root than the log at %llu",
                        (unsigned long long)head->size);
}

/* A log that was not signed yet, as after a loss, has had none to put there. */
static struct status check_note(struct look *look, struct checkpoint *head)
{
    struct slice note, last;

    *head = (struct checkpoint){ .size = 0 };
    TRY(archived_note(folder_of(look), &look->arena, &note));
    TRY(checkpoint_last(look->reader, &look->arena, &last));
    if (!note.data && !last.data) return OK;
    struct status status = note.data ? open_note(look, note, head)
                                     : failed(STATUS_CORRUPT, "it is lost");
    if (status.code != STATUS_CORRUPT) return status;
    finding_add(look->findings, look->archived.through, "archive", "%.100s/checkpoint: %.80s",
                folder_of(look), status.text);
    *head = (struct checkpoint){ .size = 0 };
    return OK;
}

static struct status check_tile(struct look *look, const struct tile_path *path)
{
    struct status status = archived_tile_check(look->tree, look->reader, folder_of(look), path);

    if (status.code != STATUS_CORRUPT) return status;
    finding_add(look->findings, (path->index << 8 * (path->level + 1)) + 1, "archive", "%s",
                status.text);
    return OK;
}

/* Without its checkpoint nobody can say which others there have to be. */
static struct status check_all(struct look *look)
{
    struct checkpoint     head;
    struct archived_tiles tiles = { .through = look->archived.through };
    struct tile_path      path;

    TRY(check_note(look, &head));
    tiles.size = head.size;
    while (head.size && archived_tiles_next(&tiles, &path)) TRY(check_tile(look, &path));
    return OK;
}

struct status verify_archive(struct reader *reader, const struct replay_checks *checks,
                             struct findings *findings)
{
    struct look   look   = { .reader = reader, .findings = findings, .checks = checks };
    struct status status = archived_look(reader, &look.arena, &look.archived);

    if (status.code == STATUS_OK && look.archived.through) {
        status = merkle_open(&look.tree, reader);
        if (status.code == STATUS_OK) status = check_all(&look);
        merkle_close(look.tree);
    }
    arena_free(&look.arena);
    if (status.code != STATUS_CORRUPT) return status;
    finding_add(findings, look.archived.through, "archive",
                "it cannot be held against the log: "
                "%.150s",
                status.text);
    return OK;
}
