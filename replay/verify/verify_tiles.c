/* verify_tiles.c -- is the tree that of the log, and is what was signed its head?
 *
 *     rule          says
 *     tile          each full tile is there with the hashes below it, and no other is
 *     checkpoint    each checkpoint in the rows is signed by the log's key, and those
 *                   and the ones handed in have the root of their size; beyond the records
 *                   of a part, its tiles lead to the root of the checkpoint
 *
 * Nothing of core/log/merkle.c is used: the hashes are gathered again, level by level.
 */
#include "replay/verify/verify_tiles.h"

#include "replay/fold/findings.h"

#include <stdlib.h>
#include <string.h>

struct tree_walk {
    const struct record_source *source;
    struct reader              *reader; /* NULL: there are no rows of checkpoints */
    const struct replay_checks *checks;
    struct findings            *findings;
    struct cursor              *rows; /* of checkpoints; NULL: ended */
    uint64_t                    row_size;
    uint64_t                    size;
    struct arena                arena;
    struct hash                 edge[TILE_LEVELS][TILE_WIDTH];
};

/* -- the hashes ---------------------------------------------------------------------- */

static unsigned places(uint64_t size, unsigned level)
{
    return (unsigned)(size >> 8 * level) % TILE_WIDTH;
}

/* From the lowest level up: what stands right of the complete subtrees joins them. */
static struct hash root_now(const struct tree_walk *walk)
{
    struct hash root = crypto_sha256((struct slice){ 0 });
    bool        some = false;

    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        unsigned count = places(walk->size, level);
        for (unsigned run = 1; run < TILE_WIDTH; run *= 2) {
            if (!(count & run)) continue;
            struct hash part = hash_row(&walk->edge[level][count - run], run);
            root             = some ? hash_node(&part, &root) : part;
            some             = true;
            count -= run;
        }
    }
    return root;
}

static uint64_t first_position(unsigned level, uint64_t index)
{
    return (index << 8 * (level + 1)) + 1;
}

static struct status check_tile(struct tree_walk *walk, unsigned level, uint64_t index,
                                unsigned width)
{
    const struct tile_path path = { .level = level, .index = index, .width = width };
    struct slice           made = { (const char *)walk->edge[level], width * SHA256_SIZE }, found;

    arena_reset(&walk->arena);
    TRY(walk->source->tile(walk->source->context, &path, &walk->arena, &found));
    if (!slice_equal(found, made))
        finding_add(walk->findings, first_position(level, index), "tile", "tile %u/%llu %s", level,
                    (unsigned long long)index,
                    found.data ? "has other hashes than the log" : "is missing");
    return OK;
}

/* By the hash of a complete subtree. `count` is how many the level had before. */
static struct status grow(struct tree_walk *walk, unsigned level, struct hash hash)
{
    uint64_t count = walk->size >> 8 * level;

    walk->size += (uint64_t)1 << 8 * level;
    for (;; level++) {
        ensure(level < TILE_LEVELS);
        walk->edge[level][count % TILE_WIDTH] = hash;
        if (count % TILE_WIDTH != TILE_WIDTH - 1) return OK;
        TRY(check_tile(walk, level, count / TILE_WIDTH, TILE_WIDTH));
        hash = hash_row(walk->edge[level], TILE_WIDTH);
        count /= TILE_WIDTH;
    }
}

static bool tile_belongs(const struct tree_walk *walk, struct slice key)
{
    uint32_t partition;
    uint8_t  level;
    uint64_t index;

    return key_read_u32(&key, &partition) && key_read_byte(&key, &level) &&
           key_read_u64(&key, &index) && key.size == 0 && level < TILE_LEVELS &&
           index < walk->size >> 8 * level >> 8; /* never by 64 at once */
}

static struct status check_strays(struct tree_walk *walk)
{
    struct key     prefix = reader_key(walk->reader);
    struct cursor *tiles  = cursor_open(walk->reader, FAMILY_tiles, key_slice(&prefix),
                                        (struct slice){ 0 });
    uint64_t       strays = 0;

    while (cursor_next(tiles)) strays += !tile_belongs(walk, cursor_key(tiles));
    if (strays)
        finding_add(walk->findings, 0, "tile", "%llu tiles are of no event in the log",
                    (unsigned long long)strays);
    return cursor_close(tiles);
}

/* -- what was signed ------------------------------------------------------------------- */

static void next_row(struct tree_walk *walk)
{
    struct slice key;
    uint32_t     partition;

    walk->row_size = UINT64_MAX;
    if (!walk->rows || !cursor_next(walk->rows)) return;
    key = cursor_key(walk->rows);
    if (!key_read_u32(&key, &partition) || !key_read_u64(&key, &walk->row_size)) walk->row_size = 0;
}

static void check_root(struct tree_walk *walk, const struct checkpoint *signed_head)
{
    struct hash root = root_now(walk);

    if (!hash_equal(&root, &signed_head->root))
        finding_add(walk->findings, walk->size, "checkpoint",
                    "the checkpoint of %llu has another root than %s",
                    (unsigned long long)signed_head->size,
                    walk->source->count < walk->source->size ? "its entries and tiles lead to"
                                                             : "the log");
}

static void check_row(struct tree_walk *walk)
{
    struct slice      note = cursor_value(walk->rows), text, lines;
    struct checkpoint head;
    struct status     status;

    if (walk->checks && walk->checks->key) status = checkpoint_open(note, walk->checks->key, &head);
    else {
        status = note_split(note, &text, &lines);
        if (status.code == STATUS_OK) status = checkpoint_parse(text, &head);
    }
    if (status.code == STATUS_OK && head.size != walk->row_size)
        status = failed(STATUS_CORRUPT, "it is of %llu", (unsigned long long)head.size);
    if (status.code == STATUS_OK) check_root(walk, &head);
    else
        finding_add(walk->findings, walk->row_size, "checkpoint", "the checkpoint of %llu: %s",
                    (unsigned long long)walk->row_size, status.text);
}

static void check_signed(struct tree_walk *walk)
{
    const struct replay_checks *checks = walk->checks;

    for (; walk->row_size <= walk->size; next_row(walk)) check_row(walk);
    for (size_t i = 0; checks && i < checks->earlier_count; i++)
        if (checks->earlier[i].size == walk->size) check_root(walk, &checks->earlier[i]);
}

static void check_beyond(struct tree_walk *walk)
{
    const struct replay_checks *checks = walk->checks;

    if (walk->row_size != UINT64_MAX)
        finding_add(walk->findings, walk->size, "checkpoint",
                    "the log ends at %llu, but was signed up to %llu",
                    (unsigned long long)walk->size, (unsigned long long)walk->row_size);
    for (size_t i = 0; checks && i < checks->earlier_count; i++)
        if (checks->earlier[i].size > walk->size)
            finding_add(walk->findings, walk->size, "checkpoint",
                        "the log ends at %llu, but an earlier checkpoint is of %llu",
                        (unsigned long long)walk->size,
                        (unsigned long long)checks->earlier[i].size);
}

/* -- the walk ---------------------------------------------------------------------------- */

struct tree_walk *tree_walk_open(const struct record_source *source,
                                 const struct replay_checks *checks, struct findings *findings)
{
    struct reader    *reader = source->reader;
    struct tree_walk *walk   = calloc(1, sizeof *walk);
    struct key        prefix;

    ensure(walk != NULL);
    walk->source   = source;
    walk->reader   = reader;
    walk->checks   = checks;
    walk->findings = findings;
    if (reader) {
        prefix     = reader_key(reader);
        walk->rows = cursor_open(reader, FAMILY_checkpoints, key_slice(&prefix),
                                 (struct slice){ 0 });
    }
    next_row(walk);
    check_signed(walk); /* of the empty log */
    return walk;
}

struct status tree_walk_add(struct tree_walk *walk, const struct hash *leaf)
{
    TRY(grow(walk, 0, *leaf));
    check_signed(walk);
    return OK;
}

/* A copy has the right edge as files of its own. */
static struct status check_edge(struct tree_walk *walk)
{
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        unsigned width = places(walk->size, level);
        if (!width) continue;
        TRY(check_tile(walk, level, (walk->size >> 8 * level) / TILE_WIDTH, width));
    }
    return OK;
}

/* One that was kept from before and is of a size that no tile tells. */
static struct status can_be_checked(const struct tree_walk *walk)
{
    const struct replay_checks *checks = walk->checks;

    for (size_t i = 0; checks && i < checks->earlier_count; i++)
        if (checks->earlier[i].size > walk->size && checks->earlier[i].size < walk->source->size)
            return failed(STATUS_INVALID,
                          "a checkpoint of %llu cannot be held against a part of "
                          "the log that ends at %llu: verify the whole log",
                          (unsigned long long)checks->earlier[i].size,
                          (unsigned long long)walk->size);
    return OK;
}

/* The tile that goes on where the walk is, as far as there is one; `gone`: it is not there. */
static struct status follow(struct tree_walk *walk, unsigned level, bool *gone)
{
    uint64_t               index = walk->size >> 8 * (level + 1);
    const struct tile_path path  = { .level = level,
                                     .index = index,
                                     .width = tile_width_of(level, index, walk->source->size) };
    struct slice           found;
    struct hash            hashes[TILE_WIDTH];

    if (path.width <= places(walk->size, level)) return OK;
    arena_reset(&walk->arena);
    TRY(walk->source->tile(walk->source->context, &path, &walk->arena, &found));
    *gone = found.size != path.width * SHA256_SIZE;
    if (*gone)
        finding_add(walk->findings, first_position(level, index), "tile", "tile %u/%llu %s", level,
                    (unsigned long long)index, found.data ? "has the wrong size" : "is missing");
    if (*gone) return OK;
    memcpy(hashes, found.data, found.size);
    for (unsigned at = places(walk->size, level); at < path.width; at++)
        TRY(grow(walk, level, hashes[at]));
    return OK;
}

/* From the end of a part to the checkpoint: by whole lowest tiles, then by what is left. */
static struct status go_on(struct tree_walk *walk, bool *arrived)
{
    uint64_t size = walk->source->size;
    bool     gone = false;

    *arrived = true;
    if (walk->reader || walk->size == size) return OK;
    ensure(walk->size < size && walk->size % TILE_WIDTH == 0);
    TRY(can_be_checked(walk));
    while (!gone && walk->size / TILE_WIDTH < size / TILE_WIDTH) TRY(follow(walk, 1, &gone));
    if (!gone) TRY(follow(walk, 0, &gone));
    if (!gone) check_signed(walk);
    *arrived = !gone;
    return OK;
}

struct status tree_walk_end(struct tree_walk *walk, struct hash *root)
{
    struct cursor *rows = walk->rows;
    bool           arrived;

    TRY(go_on(walk, &arrived));
    *root = root_now(walk);
    if (!arrived) return OK; /* which has been found */
    check_beyond(walk);
    walk->rows = NULL;
    TRY(cursor_close(rows));
    return walk->reader ? check_strays(walk) : check_edge(walk);
}

void tree_walk_close(struct tree_walk *walk)
{
    if (!walk) return;
    struct status ended = cursor_close(walk->rows);
    (void)ended; /* the walk was given up for a reason of its own */
    arena_free(&walk->arena);
    free(walk);
}
