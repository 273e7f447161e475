/* archived_tree.c -- tiles and a checkpoint beside the archived entries, so that the folder
 * can be checked by whoever has nothing but it and the log's key.
 *
 * The checkpoint in the folder says how far its tiles go: it comes last, and the next
 * writing begins there. A folder without one gets all tiles from the first.
 */
#include "core/log/archived_internal.h"

#include "core/base/durable.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { TILE_FILE_SIZE = TILE_WIDTH * SHA256_SIZE };

/* -- which tiles -------------------------------------------------------------- */

static uint64_t first_index(const struct archived_tiles *tiles)
{
    return tiles->level ? (tiles->from >> 8 * tiles->level) / TILE_WIDTH : tiles->first;
}

bool archived_tiles_next(struct archived_tiles *tiles, struct tile_path *path)
{
    uint64_t archived = tiles->through / TILE_WIDTH, edge = tiles->size / TILE_WIDTH;

    while (tiles->level < TILE_LEVELS) {
        uint64_t index = first_index(tiles) + tiles->passed;
        if (tiles->level == 0 && index >= archived) index += edge - archived;
        unsigned width = tile_width_of(tiles->level, index, tiles->size);
        *path = (struct tile_path){ .level = tiles->level, .index = index, .width = width };
        tiles->passed++;
        if (width) return true;
        tiles->level++;
        tiles->passed = 0;
    }
    return false;
}

/* -- files -------------------------------------------------------------------- */

/* The file has as many as its name says, the log perhaps fewer. */
static bool begins_with(struct slice found, const struct tile_path *path, const struct hash *hashes,
                        unsigned count)
{
    return found.size == path->width * sizeof *hashes &&
           memcmp(found.data, hashes, count * sizeof *hashes) == 0;
}

struct status archived_tile_check(struct merkle *tree, struct reader *reader, const char *folder,
                                  const struct tile_path *path)
{
    char          file[PATH_MAX];
    struct hash   hashes[TILE_WIDTH];
    struct buffer found = { 0 };
    unsigned      count = tile_width_of(path->level, path->index, merkle_size(tree));

    if (!count) return OK;
    if (count > path->width) count = path->width;
    TRY(merkle_tile(tree, reader, path->level, path->index, count, hashes));
    TRY(archived_path(file, folder, path));
    struct status status = durable_read(file, TILE_FILE_SIZE, &found);
    if (status.code == STATUS_NOT_FOUND)
        status = failed(STATUS_CORRUPT, "the archive's %.160s is lost", file);
    else if (status.code == STATUS_OK && !begins_with(buffer_slice(&found), path, hashes, count))
        status = failed(STATUS_CORRUPT, "the archive's %.160s has other hashes than the log", file);
    buffer_free(&found);
    return status;
}

struct status archived_note(const char *folder, struct arena *arena, struct slice *note)
{
    char          path[PATH_MAX];
    struct buffer text = { 0 };

    *note = (struct slice){ 0 };
    TRY(durable_join(path, folder, "checkpoint"));
    struct status status = durable_read(path, NOTE_MAX, &text);
    if (status.code == STATUS_OK) *note = arena_copy(arena, buffer_slice(&text));
    buffer_free(&text);
    return status.code == STATUS_NOT_FOUND ? OK : status;
}

/* -- what is there ------------------------------------------------------------ */

struct status archived_note_read(struct slice note, struct checkpoint *checkpoint)
{
    struct slice text, lines;

    *checkpoint = (struct checkpoint){ .size = 0 };
    if (!note.data) return OK;
    TRY(note_split(note, &text, &lines));
    return checkpoint_parse(text, checkpoint);
}

static struct status belongs(struct archived_tree *tree)
{
    const struct checkpoint *there = &tree->there;
    struct hash              root;

    if (!there->size) return OK;
    if (!slice_equal(there->origin, tree->last.origin))
        return failed(STATUS_CONFLICT,
                      "%.120s holds the archive of another log, %.*s: choose "
                      "another folder",
                      tree->folder, (int)there->origin.size, there->origin.data);
    if (there->size > merkle_size(tree->merkle)) return OK; /* archived_tree_within() */
    TRY(merkle_root(tree->merkle, tree->reader, there->size, &root));
    return hash_equal(&root, &there->root)
               ? OK
               : failed(STATUS_CONFLICT, "%.120s holds another history of this log", tree->folder);
}

struct status archived_tree_within(const struct archived_tree *tree)
{
    uint64_t size = merkle_size(tree->merkle);

    if (tree->there.size <= size) return OK;
    return failed(STATUS_CONFLICT,
                  "the checkpoint in %.120s knows %llu events, this log has "
                  "%llu: has it lost its end?",
                  tree->folder, (unsigned long long)tree->there.size, (unsigned long long)size);
}

static struct status of_checkpoint(const struct archived_tree *tree, struct status status)
{
    return status.code == STATUS_OK
               ? OK
               : failed(status.code, "%.120s/checkpoint: %.120s", tree->folder, status.text);
}

static struct status look(struct archived_tree *tree)
{
    TRY(checkpoint_last(tree->reader, &tree->arena, &tree->note));
    TRY(archived_note_read(tree->note, &tree->last));
    TRY(archived_note(tree->folder, &tree->arena, &tree->note_there));
    return of_checkpoint(tree, archived_note_read(tree->note_there, &tree->there));
}

struct status archived_tree_open(struct archived_tree *tree, struct reader *reader,
                                 const char *folder)
{
    *tree                = (struct archived_tree){ .reader = reader, .folder = folder };
    struct status status = look(tree); /* first: the log may grow meanwhile */
    if (status.code == STATUS_OK) status = merkle_open(&tree->merkle, reader);
    if (status.code == STATUS_OK) status = belongs(tree);
    if (status.code != STATUS_OK) archived_tree_close(tree);
    return status;
}

void archived_tree_close(struct archived_tree *tree)
{
    merkle_close(tree->merkle);
    arena_free(&tree->arena);
    *tree = (struct archived_tree){ .merkle = NULL };
}

/* -- writing ------------------------------------------------------------------ */

static struct status put_tile(struct archived_tree *tree, const struct tile_path *path,
                              enum archived_present present)
{
    char        file[PATH_MAX];
    struct hash hashes[TILE_WIDTH];

    TRY(archived_path(file, tree->folder, path));
    bool there = access(file, F_OK) == 0;
    if (there && present == ARCHIVED_TRUSTED) return OK;
    TRY(merkle_tile(tree->merkle, tree->reader, path->level, path->index, path->width, hashes));
    if (!there)
        TRY(archived_put(tree->folder, file,
                         (struct slice){ (const char *)hashes, path->width * sizeof *hashes }));
    return archived_tile_check(tree->merkle, tree->reader, tree->folder, path);
}

struct status archived_tree_put(struct archived_tree *tree, uint64_t first, uint64_t through,
                                enum archived_present present)
{
    bool                  newer = tree->last.size > tree->there.size;
    struct archived_tiles tiles = { .first   = tree->there.size ? first : 0,
                                    .through = through,
                                    .from    = tree->there.size,
                                    .size    = newer ? tree->last.size : tree->there.size };
    struct tile_path      path;

    while (archived_tiles_next(&tiles, &path)) TRY(put_tile(tree, &path, present));
    return OK;
}

struct status archived_tree_sign(struct archived_tree *tree)
{
    char path[PATH_MAX];

    if (tree->last.size <= tree->there.size) return OK;
    TRY(durable_join(path, tree->folder, "checkpoint"));
    return durable_write(path, tree->note, DURABLE_REPLACE);
}

struct status archived_tree_check(struct archived_tree *tree, uint64_t through,
                                  const struct note_key *key)
{
    struct archived_tiles tiles = { .through = through, .size = tree->there.size };
    struct checkpoint     head;
    struct tile_path      path;

    if (tree->there.size < through && tree->note.data)
        return failed(STATUS_CORRUPT,
                      "the archive's %.120s/checkpoint is lost, or older than "
                      "what is archived",
                      tree->folder);
    if (key && tree->note_there.data)
        TRY(of_checkpoint(tree, checkpoint_open(tree->note_there, key, &head)));
    while (archived_tiles_next(&tiles, &path))
        TRY(archived_tile_check(tree->merkle, tree->reader, tree->folder, &path));
    return OK;
}
