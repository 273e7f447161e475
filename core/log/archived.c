/* archived.c -- finding an old envelope; archived_write.c puts it there. */
#include "core/log/archived_internal.h"

#include "core/base/durable.h"
#include "core/log/bundle.h"

#include <limits.h>
#include <unistd.h>

enum { FILE_SIZE_MAX = TILE_WIDTH * (2 + ENVELOPE_MAX) }; /* bytes of a bundle at most */

/* -- the row ------------------------------------------------------------------ */

static struct key archived_key(const struct reader *reader)
{
    struct key key = reader_key(reader);

    key_add_bytes(&key, SLICE("archived"));
    return key;
}

struct status archived_look(struct reader *reader, struct arena *arena, struct archived *archived)
{
    struct key   key = archived_key(reader);
    struct slice value;

    *archived = (struct archived){ .through = 0 };
    TRY(reader_get(reader, FAMILY_meta, key_slice(&key), arena, &value));
    if (!value.data) return OK;
    if (!key_read_u64(&value, &archived->through) || archived->through % TILE_WIDTH != 0)
        return failed(STATUS_CORRUPT, "nobody knows how far the log is archived");
    archived->folder = arena_print(arena, "%.*s", (int)value.size, value.data);
    return OK;
}

void archived_row_put(struct batch *batch, const char *folder, uint64_t through)
{
    struct key    key = archived_key(batch_reader(batch)), number = { .size = 0 };
    struct buffer value = { 0 };

    key_add_u64(&number, through);
    buffer_add(&value, key_slice(&number));
    buffer_add(&value, slice_text(folder));
    batch_put(batch, FAMILY_meta, key_slice(&key), buffer_slice(&value));
    buffer_free(&value);
}

/* -- a file ------------------------------------------------------------------- */

struct tile_path archived_bundle_path(uint64_t index)
{
    return (struct tile_path){ .entries = true, .index = index, .width = TILE_WIDTH };
}

struct status archived_path(char *file, const char *folder, const struct tile_path *path)
{
    char text[TILE_PATH_MAX];

    tile_path_text(path, text);
    return durable_join(file, folder, text);
}

static struct status read_leaves(struct archived_bundle *bundle, struct reader *reader,
                                 uint64_t index)
{
    struct key   key   = reader_key(reader);
    struct arena arena = { 0 };
    struct slice tile;

    key_add_byte(&key, 0);
    key_add_u64(&key, index);
    struct status status = reader_get(reader, FAMILY_tiles, key_slice(&key), &arena, &tile);
    if (status.code == STATUS_OK && tile.size != sizeof bundle->leaves)
        status = failed(STATUS_CORRUPT, "tile 0/%llu is missing", (unsigned long long)index);
    if (status.code == STATUS_OK) memcpy(bundle->leaves, tile.data, sizeof bundle->leaves);
    arena_free(&arena);
    return status;
}

static struct status split(struct archived_bundle *bundle)
{
    struct slice rest = buffer_slice(&bundle->bytes);

    for (unsigned place = 0; place < TILE_WIDTH; place++)
        if (!bundle_take(&rest, BUNDLE_ENTRIES, &bundle->entries[place]))
            return failed(STATUS_CORRUPT, "the archive's %.160s ends too early", bundle->file.data);
    return rest.size == 0
               ? OK
               : failed(STATUS_CORRUPT, "the archive's %.160s is too long", bundle->file.data);
}

struct status archived_hold(struct archived_bundle *bundle, struct reader *reader,
                            const char *folder, uint64_t index)
{
    const struct tile_path name = archived_bundle_path(index);
    char                   path[PATH_MAX];

    ensure(folder != NULL);
    bundle->held = false;
    buffer_clear(&bundle->file);
    buffer_clear(&bundle->bytes);
    TRY(archived_path(path, folder, &name));
    buffer_print(&bundle->file, "%s", path);
    buffer_add_byte(&bundle->file, '\0');
    struct status status = durable_read(path, FILE_SIZE_MAX, &bundle->bytes);
    if (status.code == STATUS_NOT_FOUND && access(folder, F_OK) != 0)
        return failed(STATUS_CORRUPT,
                      "the archive is at %.100s no more: if it was moved, "
                      "archive_folder or piot archive --to says where to",
                      folder);
    if (status.code == STATUS_NOT_FOUND)
        return failed(STATUS_CORRUPT, "the archive's %.160s is lost", path);
    TRY(status);
    TRY(read_leaves(bundle, reader, index));
    TRY(split(bundle));
    bundle->index = index;
    bundle->held  = true;
    return OK;
}

struct status archived_take(const struct archived_bundle *bundle, unsigned place,
                            struct log_record *record)
{
    const struct hash *leaf     = &bundle->leaves[place];
    uint64_t           position = bundle->index * TILE_WIDTH + place + 1;
    struct hash        hash     = hash_leaf(bundle->entries[place]);

    if (!hash_equal(&hash, leaf))
        return failed(STATUS_CORRUPT, "event %llu is not as it was archived: %.160s",
                      (unsigned long long)position, bundle->file.data);
    *record = (struct log_record){
        .position = position,
        .leaf     = { (const char *)leaf->bytes, LEAF_SIZE },
        .envelope = bundle->entries[place],
    };
    return OK;
}

/* -- an event ----------------------------------------------------------------- */

static struct status find(struct archived_bundle *bundle, struct reader *reader, uint64_t position)
{
    struct arena    arena = { 0 };
    struct archived archived;
    struct status   status = archived_look(reader, &arena, &archived);

    if (status.code == STATUS_OK && position > archived.through)
        status = failed(STATUS_NOT_FOUND, "no event stands at %llu", (unsigned long long)position);
    if (status.code == STATUS_OK)
        status = archived_hold(bundle, reader, archived.folder.data, (position - 1) / TILE_WIDTH);
    arena_free(&arena);
    return status;
}

struct status archived_record(struct archived_bundle *bundle, struct reader *reader,
                              uint64_t position, struct log_record *record)
{
    if (position == 0) return failed(STATUS_NOT_FOUND, "no event stands at 0");
    if (!bundle->held || bundle->index != (position - 1) / TILE_WIDTH)
        TRY(find(bundle, reader, position));
    return archived_take(bundle, (unsigned)((position - 1) % TILE_WIDTH), record);
}

void archived_release(struct archived_bundle *bundle)
{
    buffer_free(&bundle->file);
    buffer_free(&bundle->bytes);
    bundle->held = false;
}
