/* families.c -- which of RocksDB's families is whose.
 *
 * A family is stored under the name of its row, or, once it was made again beside itself
 * (shadow.c), under that name and a generation: "devices_v1", "devices_v1~2". Which one
 * counts says a row of meta, the names of all that are not the first, with blanks
 * between. What it does not name and nobody is making is left over from a rebuild that
 * was cut short, and goes at the next opening.
 */
#include "core/store/rocks.h"

#include <stdlib.h>
#include <string.h>

/* -- handles in use ------------------------------------------------------------------- */

struct handles *handles_new(void)
{
    struct handles *handles = calloc(1, sizeof *handles);

    ensure(handles != NULL);
    atomic_store(&handles->users, 1);
    return handles;
}

/* Who finds one that nobody has in use comes too late: another is current by then. */
struct handles *handles_use(struct store *store)
{
    for (;;) {
        struct handles *handles = atomic_load(&store->handles);
        unsigned        users   = atomic_load(&handles->users);

        while (users)
            if (atomic_compare_exchange_weak(&handles->users, &users, users + 1)) return handles;
    }
}

void handles_leave(struct handles *handles)
{
    if (atomic_fetch_sub(&handles->users, 1) > 1) return;
    for (size_t family = 0; family < FAMILY_COUNT; family++)
        if (handles->gone[family]) rocksdb_column_family_handle_destroy(handles->gone[family]);
}

struct handles *reader_enter(struct reader *reader)
{
    if (reader->handles) return reader->handles;
    return reader->batch ? atomic_load(&reader->store->handles) : handles_use(reader->store);
}

void reader_leave(struct reader *reader, struct handles *handles)
{
    if (!reader->handles && !reader->batch) handles_leave(handles);
}

rocksdb_column_family_handle_t *handles_family(const struct store   *store,
                                               const struct handles *handles, enum family family)
{
    ensure(family < FAMILY_COUNT && store->wanted[family]);
    return handles->of[family];
}

rocksdb_column_family_handle_t *store_family(const struct store *store, enum family family)
{
    return handles_family(store, atomic_load(&store->handles), family);
}

/* -- what is open --------------------------------------------------------------------- */

void family_add(struct store *store, const char *name, rocksdb_column_family_handle_t *handle)
{
    ensure(pthread_mutex_lock(&store->lock) == 0);
    store->all = realloc(store->all, (store->all_count + 1) * sizeof *store->all);
    ensure(store->all != NULL);
    store->all[store->all_count++] = (struct stored){ strdup(name), handle };
    ensure(store->all[store->all_count - 1].name != NULL);
    ensure(pthread_mutex_unlock(&store->lock) == 0);
}

static void forget(struct store *store, rocksdb_column_family_handle_t *handle)
{
    ensure(pthread_mutex_lock(&store->lock) == 0);
    for (size_t at = store->all_count; at-- > 0;)
        if (store->all[at].handle == handle) {
            free(store->all[at].name);
            store->all[at] = store->all[--store->all_count];
        }
    ensure(pthread_mutex_unlock(&store->lock) == 0);
}

struct status family_drop(struct store *store, rocksdb_column_family_handle_t *handle)
{
    char *error = NULL;

    rocksdb_drop_column_family(store->db, handle, &error);
    TRY(rocks_status(error, "dropping a family"));
    forget(store, handle);
    return OK;
}

/* -- names ---------------------------------------------------------------------------- */

struct key generations_key(const struct store *store)
{
    struct key key = key_new(store->partition);

    key_add_bytes(&key, SLICE("generations"));
    return key;
}

struct slice stored_base(const char *name) { return (struct slice){ name, strcspn(name, "~") }; }

/* The next of the names in `row`, with blanks between; false: there is none. */
static bool next_name(struct slice *row, struct slice *name)
{
    size_t size = 0;

    while (row->size && *row->data == ' ') *row = (struct slice){ row->data + 1, row->size - 1 };
    while (size < row->size && row->data[size] != ' ') size++;
    *name = (struct slice){ row->data, size };
    if (size) *row = (struct slice){ row->data + size, row->size - size };
    return size > 0;
}

static const struct stored *find_stored(const struct store *store, struct slice name)
{
    for (size_t at = 0; at < store->all_count; at++)
        if (slice_equal(slice_text(store->all[at].name), name)) return &store->all[at];
    return NULL;
}

/* What is not there any more (a view that another version of us dropped) does not count. */
static struct status read_generations(struct store *store)
{
    const struct stored *meta  = find_stored(store, slice_text(family_stored_name(FAMILY_meta)));
    struct key           key   = generations_key(store);
    size_t               size  = 0;
    char                *error = NULL;
    struct slice         name;

    if (!meta || store->memory) return OK;
    char *text = rocksdb_get_cf(store->db, store->reader.options, meta->handle,
                                (const char *)key.bytes, key.size, &size, &error);
    TRY(rocks_status(error, "reading which families count"));
    for (struct slice row = { text, size }; next_name(&row, &name);)
        if (find_stored(store, name))
            buffer_print(&store->generations, "%.*s ", (int)name.size, name.data);
    rocksdb_free(text);
    return OK;
}

bool stored_counts(const struct store *store, const char *name)
{
    struct slice base = stored_base(name), row = buffer_slice(&store->generations), other;

    while (next_name(&row, &other)) {
        struct slice other_base = { other.data, 0 };
        while (other_base.size < other.size && other.data[other_base.size] != '~')
            other_base.size++;
        if (slice_equal(other_base, base)) return slice_equal(other, slice_text(name));
    }
    return base.size == strlen(name);
}

/* 12 for "devices_v12" beside "devices_v3"; 0 for what is no version of that. */
static unsigned long version_of(const char *name, const char *stored_name)
{
    const char *version = strstr(stored_name, "_v");
    size_t      size    = version ? (size_t)(version - stored_name) + 2 : 0;
    return size && strncmp(name, stored_name, size) == 0 ? strtoul(name + size, NULL, 10) : 0;
}

static rocksdb_column_family_handle_t *newest_version(const struct store *store,
                                                      const char         *stored_name)
{
    rocksdb_column_family_handle_t *handle = NULL;
    unsigned long                   newest = 0;

    for (size_t at = 0; at < store->all_count; at++) {
        unsigned long version = version_of(store->all[at].name, stored_name);
        if (version <= newest || !stored_counts(store, store->all[at].name)) continue;
        newest = version;
        handle = store->all[at].handle;
    }
    return handle;
}

struct status families_find(struct store *store, bool any_version)
{
    struct handles *handles = atomic_load(&store->handles);

    TRY(read_generations(store));
    for (size_t family = 0; family < FAMILY_COUNT; family++) {
        const char *stored_name = family_stored_name((enum family)family);
        if (!store->wanted[family]) continue;
        for (size_t at = 0; at < store->all_count; at++)
            if (store->memory ||
                (slice_equal(stored_base(store->all[at].name), slice_text(stored_name)) &&
                 stored_counts(store, store->all[at].name)))
                handles->of[family] = store->all[at].handle;
        if (!handles->of[family] && any_version)
            handles->of[family] = newest_version(store, stored_name);
        if (!handles->of[family] && !store->read_only)
            return failed(STATUS_CORRUPT, "%s is there, but not the generation that counts",
                          stored_name);
    }
    return OK;
}

/* -- dropping ------------------------------------------------------------------------- */

struct status families_drop(struct store *store, bool (*unwanted)(const struct store  *store,
                                                                  const struct stored *stored))
{
    for (size_t at = store->all_count; at-- > 0;) {
        rocksdb_column_family_handle_t *handle = store->all[at].handle;
        if (!unwanted(store, &store->all[at])) continue;
        TRY(family_drop(store, handle)); /* the last takes its place: it was looked at */
        rocksdb_column_family_handle_destroy(handle);
    }
    return OK;
}

static bool is_leftover(const struct store *store, const struct stored *stored)
{
    return !stored_counts(store, stored->name);
}

struct status families_drop_leftovers(struct store *store)
{
    return families_drop(store, is_leftover);
}

static bool is_ours(const char *name)
{
    for (size_t family = 0; family < FAMILY_COUNT; family++)
        if (slice_equal(stored_base(name), slice_text(family_stored_name((enum family)family))))
            return true;
    return false;
}

/* Another version of ours, or of what we have no row for at all. What has no version may be
 * all there is of something, unless ours is a version of it. */
static bool is_old_view(const struct store *store, const struct stored *stored)
{
    const char *name = stored->name;

    (void)store;
    if (is_ours(name)) return false;
    for (size_t family = 0; family < FAMILY_COUNT; family++) {
        const char *ours = family_stored_name((enum family)family), *end = strstr(ours, "_v");
        if (end && slice_equal(slice_text(name), (struct slice){ ours, (size_t)(end - ours) }))
            return true;
    }
    return strstr(name, "_v") != NULL;
}

struct status store_drop_old_views(struct store *store)
{
    ensure(!store->read_only && !store->under);
    return store->memory ? OK : families_drop(store, is_old_view);
}
