/* shadow.c -- families made again beside the ones that are read, and put in their place.
 *
 * The switch is one row of meta, synced. Before the old families are dropped all is
 * flushed, so that no damage to the write-ahead log can take that row back: dropping
 * is at once in RocksDB's manifest.
 */
#include "core/base/report.h"
#include "core/store/rocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_SIZE = 64 };

/* One more than any that is there; "devices_v1" itself is the first. */
static unsigned long next_generation(struct store *store, enum family family)
{
    struct slice  base   = slice_text(family_stored_name(family));
    unsigned long newest = 1;

    ensure(pthread_mutex_lock(&store->lock) == 0);
    for (size_t at = 0; at < store->all_count; at++) {
        const char *name = store->all[at].name;
        if (!slice_equal(stored_base(name), base) || !name[base.size]) continue;
        unsigned long generation = strtoul(name + base.size + 1, NULL, 10);
        if (generation > newest) newest = generation;
    }
    ensure(pthread_mutex_unlock(&store->lock) == 0);
    return newest + 1;
}

static struct status make_family(struct store *shadow, enum family family)
{
    struct store        *store   = shadow->under;
    struct store_options options = { .write_bytes = store->write_bytes };
    char                 name[NAME_MAX_SIZE];
    char                *error = NULL;

    snprintf(name, sizeof name, "%s~%lu", family_stored_name(family),
             next_generation(store, family));
    rocksdb_options_t              *rocks  = options_new(store, &options, options_shape_of(name),
                                                         rocksdb_absolute_consistency_recovery);
    rocksdb_column_family_handle_t *handle = rocksdb_create_column_family(store->db, rocks, name,
                                                                          &error);
    rocksdb_options_destroy(rocks);
    TRY(rocks_status(error, "making a family"));
    family_add(store, name, handle);
    atomic_load(&shadow->handles)->of[family] = handle;
    shadow->shadowed[family]                  = true;
    return OK;
}

struct status store_shadow_open(struct store **opened, struct store *store,
                                const bool families[FAMILY_COUNT])
{
    struct store *shadow = calloc(1, sizeof *shadow);
    struct status status = OK;

    ensure(shadow != NULL && !store->read_only && !store->memory && !store->under);
    shadow->under          = store;
    shadow->partition      = store->partition;
    shadow->db             = store->db;
    shadow->read           = store->read;
    shadow->write          = store->write;
    shadow->write_synced   = store->write_synced;
    shadow->write_unlogged = store->write_unlogged;
    memcpy(shadow->wanted, store->wanted, sizeof shadow->wanted);
    reader_start(&shadow->reader, shadow, NULL, NULL);
    atomic_store(&shadow->handles, handles_new());
    memcpy(atomic_load(&shadow->handles)->of, atomic_load(&store->handles)->of,
           sizeof atomic_load(&shadow->handles)->of);
    for (size_t family = 0; family < FAMILY_COUNT && status.code == STATUS_OK; family++)
        if (families[family]) {
            ensure(store->wanted[family]);
            status = make_family(shadow, (enum family)family);
        }
    if (status.code == STATUS_OK) *opened = shadow;
    else if (store_shadow_close(shadow).code != STATUS_OK)
        report(REPORT_WARNING, "store", "what was made of a shadow stays till the next start");
    return status;
}

static bool is_replaced(const struct store *shadow, const char *name)
{
    for (size_t family = 0; family < FAMILY_COUNT; family++)
        if (shadow->shadowed[family] &&
            slice_equal(stored_base(name), slice_text(family_stored_name((enum family)family))))
            return true;
    return false;
}

static bool is_new(const struct store *shadow, const rocksdb_column_family_handle_t *handle)
{
    const struct handles *handles = atomic_load(&shadow->handles);

    for (size_t family = 0; family < FAMILY_COUNT; family++)
        if (shadow->shadowed[family] && handles->of[family] == handle) return true;
    return false;
}

/* Which generations count once the shadow's do: its own, and of the others what did. */
static void name_generations(const struct store *shadow, struct buffer *row)
{
    struct store *store = shadow->under;

    ensure(pthread_mutex_lock(&store->lock) == 0);
    for (size_t at = 0; at < store->all_count; at++) {
        const struct stored *stored = &store->all[at];
        if (is_replaced(shadow, stored->name)
                ? is_new(shadow, stored->handle)
                : strchr(stored->name, '~') && stored_counts(store, stored->name))
            buffer_print(row, "%s ", stored->name);
    }
    ensure(pthread_mutex_unlock(&store->lock) == 0);
}

struct status store_shadow_switch(struct store *shadow)
{
    struct store   *store   = shadow->under;
    struct handles *handles = atomic_load(&shadow->handles);
    struct batch   *batch   = batch_open(store);
    struct key      key     = generations_key(store);
    struct buffer   row     = { 0 };

    ensure(!shadow->switched);
    name_generations(shadow, &row);
    batch_put(batch, FAMILY_meta, key_slice(&key), buffer_slice(&row));
    struct status status = batch_commit(batch, true);
    batch_close(batch);
    if (status.code != STATUS_OK) {
        buffer_free(&row);
        return status;
    }
    buffer_free(&store->generations);
    store->generations = row;
    handles->before    = atomic_load(&store->handles);
    atomic_store(&store->handles, handles);
    shadow->switched = true;
    return OK;
}

/* What can be destroyed when the last has left them. */
static struct status drop_replaced(struct store *shadow)
{
    struct store   *store  = shadow->under;
    struct handles *old    = atomic_load(&shadow->handles)->before;
    struct status   status = store_flush(store);

    for (size_t family = 0; family < FAMILY_COUNT && status.code == STATUS_OK; family++) {
        if (!shadow->shadowed[family]) continue;
        status = family_drop(store, old->of[family]);
        if (status.code == STATUS_OK) old->gone[family] = old->of[family];
    }
    handles_leave(old);
    return status;
}

static struct status drop_unused(struct store *shadow)
{
    struct handles *handles = atomic_load(&shadow->handles);
    struct status   status  = OK;

    for (size_t family = 0; family < FAMILY_COUNT && status.code == STATUS_OK; family++) {
        if (!shadow->shadowed[family]) continue;
        status = family_drop(shadow->under, handles->of[family]);
        if (status.code == STATUS_OK) rocksdb_column_family_handle_destroy(handles->of[family]);
    }
    free(handles);
    return status;
}

struct status store_shadow_close(struct store *shadow)
{
    if (!shadow) return OK;
    struct status status = shadow->switched ? drop_replaced(shadow) : drop_unused(shadow);
    free(shadow);
    return status;
}
