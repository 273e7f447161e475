#include "replay/verify/published.h"

#include "core/base/durable.h"
#include "core/log/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PLACE_MAX = TILE_PATH_MAX + 16 }; /* bytes of a path, with the NUL */

struct published_walk {
    const struct published *from;
    uint64_t                size, next; /* the position that comes now */
    uint64_t                count;      /* how many are there */
    bool                    bare;       /* without ciphertexts */
    struct buffer           hashes, entries, ciphertexts, other;
    uint64_t                hashes_of; /* the index of what `hashes` holds */
    struct slice            rest, sealed_rest;
    struct status           status;
};

/* -- a folder ------------------------------------------------------------------------ */

static struct status fetch_file(void *context, const char *name, struct buffer *bytes)
{
    char path[PATH_MAX];

    TRY(durable_join(path, context, name));
    return durable_read(path, PUBLISHED_FILE_MAX, bytes);
}

struct published published_folder(const char *folder)
{
    return (struct published){ .fetch = fetch_file, .context = (void *)(uintptr_t)folder };
}

/* -- the head ------------------------------------------------------------------------- */

struct status published_checkpoint(const struct published *published, const struct note_key *key,
                                   struct buffer *note, struct checkpoint *head)
{
    TRY(published->fetch(published->context, "checkpoint", note));
    return checkpoint_open(buffer_slice(note), key, head);
}

/* -- tiles and bundles ------------------------------------------------------------------ */

/* What is there in bundles of TILE_WIDTH: "tile/0", "tile/entries", "personal". */
struct place {
    const char *kind;
    uint64_t    index;
    unsigned    width;
};

static void name_of(const struct place *place, unsigned width, char name[PLACE_MAX])
{
    char index[TILE_PATH_MAX];

    tile_index_text(place->index, width, index);
    snprintf(name, PLACE_MAX, "%s/%s", place->kind, index);
}

/* `whole`: the full one came in place of the partial one. */
static struct status fetch(const struct published *from, const struct place *place,
                           struct buffer *bytes, bool *whole)
{
    char          name[PLACE_MAX], full[PLACE_MAX];
    struct status status;

    *whole = place->width == TILE_WIDTH;
    buffer_clear(bytes);
    name_of(place, place->width, name);
    status = from->fetch(from->context, name, bytes);
    if (status.code == STATUS_NOT_FOUND && !*whole) {
        *whole = true;
        buffer_clear(bytes);
        name_of(place, TILE_WIDTH, full);
        status = from->fetch(from->context, full, bytes);
    }
    return status.code == STATUS_NOT_FOUND ? failed(STATUS_CORRUPT, "%s is missing", name) : status;
}

static struct status tile(void *context, const struct tile_path *path, struct arena *arena,
                          struct slice *hashes)
{
    struct published_walk *walk = context;
    struct buffer         *held = &walk->hashes;
    size_t                 size = path->width * SHA256_SIZE;
    char                   kind[PLACE_MAX];
    bool                   whole;

    *hashes = (struct slice){ 0 };
    if (path->level > 0 || path->index != walk->hashes_of) {
        held = &walk->other;
        snprintf(kind, sizeof kind, "tile/%u", path->level);
        struct place  place  = { kind, path->index, path->width };
        struct status status = fetch(walk->from, &place, held, &whole);
        if (status.code == STATUS_CORRUPT) return OK; /* nothing is there */
        TRY(status);
        if (whole && held->size > size) held->size = size;
    }
    *hashes = arena_copy(arena, buffer_slice(held));
    return OK;
}

static struct status check_form(const struct place *place, bool good)
{
    char name[PLACE_MAX];

    name_of(place, place->width, name);
    return good ? OK
                : failed(STATUS_CORRUPT, "%s does not hold %u of what it should", name,
                         place->width);
}

static struct status load_hashes(struct published_walk *walk, uint64_t index, unsigned width)
{
    const struct place place = { "tile/0", index, width };
    bool               whole;

    TRY(fetch(walk->from, &place, &walk->hashes, &whole));
    TRY(check_form(&place, walk->hashes.size == (whole ? TILE_WIDTH : width) * SHA256_SIZE));
    walk->hashes.size = width * SHA256_SIZE;
    walk->hashes_of   = index;
    return OK;
}

/* Every entry can be taken, and nothing is left over, before the first is given. */
static bool holds(struct slice bundle, enum bundle_kind kind, unsigned count)
{
    struct slice entry;

    while (count--)
        if (!bundle_take(&bundle, kind, &entry)) return false;
    return bundle.size == 0;
}

static struct status load_bundle(struct published_walk *walk, const struct place *place,
                                 enum bundle_kind kind, struct buffer *bundle, struct slice *rest)
{
    bool whole;

    TRY(fetch(walk->from, place, bundle, &whole));
    *rest = buffer_slice(bundle);
    return check_form(place, holds(*rest, kind, whole ? TILE_WIDTH : place->width));
}

static struct status load_ciphertexts(struct published_walk *walk, uint64_t index, unsigned width)
{
    const struct place place = { "personal", index, width };

    return load_bundle(walk, &place, BUNDLE_CIPHERTEXTS, &walk->ciphertexts, &walk->sealed_rest);
}

/* -- the walk ---------------------------------------------------------------------------- */

static struct status load(struct published_walk *walk, uint64_t index)
{
    unsigned width = tile_width_of(0, index, walk->size);

    const struct place entries = { "tile/entries", index, width };

    TRY(load_hashes(walk, index, width));
    TRY(load_bundle(walk, &entries, BUNDLE_ENTRIES, &walk->entries, &walk->rest));
    return walk->bare ? OK : load_ciphertexts(walk, index, width);
}

static bool next(void *context, struct log_record *record)
{
    struct published_walk *walk = context;

    if (walk->status.code != STATUS_OK || walk->next > walk->count) return false;
    uint64_t index = (walk->next - 1) / TILE_WIDTH;
    size_t   at    = (walk->next - 1) % TILE_WIDTH;
    if (at == 0) walk->status = load(walk, index);
    if (walk->status.code != STATUS_OK) return false;
    *record = (struct log_record){
        .position = walk->next++,
        .leaf     = { walk->hashes.data + at * SHA256_SIZE, SHA256_SIZE },
    };
    ensure(bundle_take(&walk->rest, BUNDLE_ENTRIES, &record->envelope));
    if (!record->envelope.data) record->envelope = SLICE("");
    if (!walk->bare)
        ensure(bundle_take(&walk->sealed_rest, BUNDLE_CIPHERTEXTS, &record->ciphertext));
    return true;
}

static struct status end(void *context) { return ((struct published_walk *)context)->status; }

/* By the first bundle: is anything of the kind there? */
static struct status look_for_ciphertexts(struct published_walk *walk)
{
    struct status status = OK;

    if (walk->size) status = load_ciphertexts(walk, 0, tile_width_of(0, 0, walk->size));
    walk->bare = walk->size == 0 || !walk->ciphertexts.size;
    return status.code == STATUS_IO ? status : OK; /* what is amiss is told in its turn */
}

static struct status is_there(struct published_walk *walk, const char *kind, uint64_t index,
                              bool *there)
{
    const struct place place = { kind, index, TILE_WIDTH };
    bool               whole;
    struct status      status = fetch(walk->from, &place, &walk->other, &whole);

    *there = status.code == STATUS_OK;
    return status.code == STATUS_CORRUPT ? OK : status;
}

/* From above: below the last bundle of which there is anything, all has to be there. Of none
 * the first is missing. */
static struct status find_end(struct published_walk *walk)
{
    bool there = false;

    walk->count = walk->size;
    if (!walk->from->part || walk->size < TILE_WIDTH) return OK;
    for (uint64_t bundles = walk->size / TILE_WIDTH; bundles > 0 && !there; bundles--) {
        walk->count = bundles * TILE_WIDTH;
        TRY(is_there(walk, "tile/0", bundles - 1, &there));
        if (!there) TRY(is_there(walk, "tile/entries", bundles - 1, &there));
    }
    return OK;
}

struct status published_open(const struct published *published, uint64_t size,
                             struct published_walk **opened, struct record_source *source)
{
    struct published_walk *walk = calloc(1, sizeof *walk);

    ensure(walk != NULL);
    walk->from           = published;
    walk->size           = size;
    walk->next           = 1;
    walk->hashes_of      = UINT64_MAX;
    *opened              = walk;
    struct status status = find_end(walk);
    if (status.code == STATUS_OK) status = look_for_ciphertexts(walk);
    *source = (struct record_source){ .count   = walk->count,
                                      .size    = size,
                                      .bare    = walk->bare,
                                      .next    = next,
                                      .end     = end,
                                      .tile    = tile,
                                      .context = walk };
    return status;
}

void published_close(struct published_walk *walk)
{
    if (!walk) return;
    buffer_free(&walk->hashes);
    buffer_free(&walk->entries);
    buffer_free(&walk->ciphertexts);
    buffer_free(&walk->other);
    free(walk);
}
