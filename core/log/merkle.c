/* merkle.c -- the tiles and the edge: growing, and reading single hashes back. */
#include "core/log/merkle.h"

#include "core/log/merkle_look.h"
#include "core/log/rows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { TILE_BITS = 8, TILE_SIZE = TILE_WIDTH * SHA256_SIZE };

/* What stands to the right of the full tiles. */
struct edge {
    uint64_t    size; /* of the tree */
    struct hash hashes[TILE_LEVELS][TILE_WIDTH];
};

struct merkle {
    struct edge     edge; /* the appender's */
    pthread_mutex_t lock; /* over `published` */
    struct edge     published;
};

/* How many hashes a tree of that size has at a level. */
static uint64_t level_count(uint64_t size, unsigned level) { return size >> TILE_BITS * level; }

static unsigned edge_count(uint64_t size, unsigned level)
{
    return (unsigned)(level_count(size, level) % TILE_WIDTH);
}

/* -- rows ---------------------------------------------------------------------- */

static struct key tile_key(const struct reader *reader, unsigned level, uint64_t index)
{
    struct key key = reader_key(reader);

    key_add_byte(&key, (uint8_t)level);
    key_add_u64(&key, index);
    return key;
}

static struct status tile_read(struct reader *reader, unsigned level, uint64_t index,
                               struct hash hashes[TILE_WIDTH])
{
    struct key    key   = tile_key(reader, level, index);
    struct arena  arena = { 0 };
    struct slice  value;
    struct status status = reader_get(reader, FAMILY_tiles, key_slice(&key), &arena, &value);

    if (status.code == STATUS_OK && value.size != TILE_SIZE)
        status = failed(STATUS_CORRUPT, "tile %u/%llu %s", level, (unsigned long long)index,
                        value.data ? "has the wrong size" : "is missing");
    if (status.code == STATUS_OK) memcpy(hashes, value.data, TILE_SIZE);
    arena_free(&arena);
    return status;
}

/* -- the edge -------------------------------------------------------------------- */

static void copy_edge(struct edge *to, const struct edge *from)
{
    to->size = from->size;
    for (unsigned level = 0; level < TILE_LEVELS; level++)
        memcpy(to->hashes[level], from->hashes[level],
               edge_count(from->size, level) * sizeof(struct hash));
}

static struct status edge_leaves(struct edge *edge, struct reader *reader)
{
    unsigned          count = edge_count(edge->size, 0), found = 0;
    struct log_scan  *scan = log_scan_open(reader, edge->size - count);
    struct log_record record;

    while (found < count && log_scan_next(scan, &record))
        memcpy(edge->hashes[0][found++].bytes, record.leaf.data, SHA256_SIZE);
    TRY(log_scan_close(scan));
    return found == count ? OK
                          : failed(STATUS_CORRUPT, "event %llu is missing",
                                   (unsigned long long)(edge->size - count + found + 1));
}

static struct status edge_level(struct edge *edge, struct reader *reader, unsigned level)
{
    unsigned    count = edge_count(edge->size, level);
    uint64_t    first = level_count(edge->size, level) - count;
    struct hash below[TILE_WIDTH];

    for (unsigned i = 0; i < count; i++) {
        TRY(tile_read(reader, level - 1, first + i, below));
        edge->hashes[level][i] = hash_row(below, TILE_WIDTH);
    }
    return OK;
}

struct status merkle_rewind(struct merkle *tree, struct reader *reader)
{
    TRY(log_head(reader, &tree->edge.size));
    TRY(edge_leaves(&tree->edge, reader));
    for (unsigned level = 1; level < TILE_LEVELS; level++)
        TRY(edge_level(&tree->edge, reader, level));
    return OK;
}

struct status merkle_open(struct merkle **opened, struct reader *reader)
{
    struct merkle *tree = malloc(sizeof *tree);

    ensure(tree != NULL);
    tree->published.size = 0;
    ensure(pthread_mutex_init(&tree->lock, NULL) == 0);
    struct status status = merkle_rewind(tree, reader);
    if (status.code == STATUS_OK) merkle_publish(tree);
    *opened = status.code == STATUS_OK ? tree : NULL;
    if (!*opened) merkle_close(tree);
    return status;
}

void merkle_close(struct merkle *tree)
{
    if (!tree) return;
    ensure(pthread_mutex_destroy(&tree->lock) == 0);
    free(tree);
}

/* -- growing --------------------------------------------------------------------- */

void merkle_add(struct merkle *tree, struct batch *batch, const struct hash *leaf)
{
    struct edge *edge  = &tree->edge;
    struct hash  hash  = *leaf;
    unsigned     level = 0, at = edge_count(edge->size, 0);

    edge->hashes[0][at] = hash;
    while (at == TILE_WIDTH - 1) {
        struct key key = tile_key(batch_reader(batch), level,
                                  edge->size >> TILE_BITS * (level + 1));

        batch_put(batch, FAMILY_tiles, key_slice(&key),
                  (struct slice){ (const char *)edge->hashes[level], TILE_SIZE });
        hash = hash_row(edge->hashes[level], TILE_WIDTH);
        ensure(++level < TILE_LEVELS);
        at                      = edge_count(edge->size, level);
        edge->hashes[level][at] = hash;
    }
    edge->size++;
}

void merkle_publish(struct merkle *tree)
{
    ensure(pthread_mutex_lock(&tree->lock) == 0);
    copy_edge(&tree->published, &tree->edge);
    ensure(pthread_mutex_unlock(&tree->lock) == 0);
}

uint64_t merkle_size(struct merkle *tree)
{
    ensure(pthread_mutex_lock(&tree->lock) == 0);
    uint64_t size = tree->published.size;
    ensure(pthread_mutex_unlock(&tree->lock) == 0);
    return size;
}

/* -- reading ---------------------------------------------------------------------- */

/* False: the tile is no longer of the edge, so it is full and stored. */
static bool edge_tile(struct merkle *tree, unsigned level, uint64_t index,
                      struct hash hashes[TILE_WIDTH])
{
    ensure(pthread_mutex_lock(&tree->lock) == 0);
    bool of_edge = index == level_count(tree->published.size, level) / TILE_WIDTH;
    if (of_edge)
        memcpy(hashes, tree->published.hashes[level],
               edge_count(tree->published.size, level) * sizeof *hashes);
    ensure(pthread_mutex_unlock(&tree->lock) == 0);
    return of_edge;
}

struct status look_tile(struct look *look, unsigned level, uint64_t index)
{
    if (look->held && look->level == level && look->index == index) return OK;
    look->held = false;
    if (!edge_tile(look->tree, level, index, look->hashes))
        TRY(tile_read(look->reader, level, index, look->hashes));
    look->level = level;
    look->index = index;
    look->held  = true;
    return OK;
}

struct status merkle_tile(struct merkle *tree, struct reader *reader, unsigned level,
                          uint64_t index, unsigned width, struct hash hashes[TILE_WIDTH])
{
    struct look look = { .tree = tree, .reader = reader };
    uint64_t    size = merkle_size(tree);

    ensure(width >= 1 && width <= TILE_WIDTH);
    if (level >= TILE_LEVELS || index > level_count(size, level) / TILE_WIDTH ||
        index * TILE_WIDTH + width > level_count(size, level))
        return failed(STATUS_INVALID, "tile %u/%llu has no %u hashes in a tree of %llu", level,
                      (unsigned long long)index, width, (unsigned long long)size);
    TRY(look_tile(&look, level, index));
    memcpy(hashes, look.hashes, width * sizeof *hashes);
    return OK;
}
