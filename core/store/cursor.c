/* cursor.c -- walking a range of keys, either way, also through a batch.
 *
 * A cursor over a batch walks two halves in step: what is committed, and the
 * batch's changes as they stood when it was opened. Both halves stand one key
 * ahead, and what the cursor shows is a copy, because erasing what one walks over
 * is the most natural thing to do.
 *
 * RocksDB's half has its bounds set, which keep it from wading through what was
 * erased beyond them (timers and outbox leave a lot).
 */
#include "core/base/buffer.h"
#include "core/store/overlay.h"
#include "core/store/rocks.h"

#include <stdlib.h>
#include <string.h>

enum cursor_place { PLACE_FRESH, PLACE_ON, PLACE_ENDED };

struct bytes {
    size_t size; /* 0: none */
    char   data[ROCKS_KEY_MAX];
};

struct cursor {
    struct store          *store;
    rocksdb_iterator_t    *iterator; /* NULL: a family that the files lack */
    rocksdb_readoptions_t *options;  /* the iterator looks at it as long as it lives */
    enum family            family;
    enum cursor_place      place;
    struct bytes           prefix, from;
    struct bytes           beyond;  /* the first key after the prefix */
    size_t                 lead;    /* bytes of a key that are not the caller's */
    bool                   copies;  /* over a batch */
    bool                   forward; /* the way both halves stand ahead */
    const struct change  **changes; /* the batch's half, in order */
    size_t                 change_count;
    ptrdiff_t              at; /* the change ahead; out of range: none */
    size_t                 key_size;
    struct buffer          copy; /* the key, then the value */
};

static struct slice bytes_slice(const struct bytes *bytes)
{
    return (struct slice){ bytes->data, bytes->size };
}

static void bytes_set(struct bytes *bytes, struct slice from)
{
    ensure(from.size <= sizeof bytes->data);
    bytes->size = from.size;
    if (from.size) memcpy(bytes->data, from.data, from.size);
}

/* "ab" → "ac", "a\xff" → "b", "\xff" → none: then the prefix has no end. */
static void bytes_after(struct bytes *after, const struct bytes *prefix)
{
    after->size = prefix->size;
    while (after->size > 0 && (uint8_t)prefix->data[after->size - 1] == 0xff) after->size--;
    if (after->size == 0) return;
    memcpy(after->data, prefix->data, after->size);
    after->data[after->size - 1] = (char)((uint8_t)after->data[after->size - 1] + 1);
}

static void cursor_range(struct cursor *cursor, const struct store *store, enum family family,
                         struct slice prefix, struct slice from, struct slice before)
{
    char room[ROCKS_KEY_MAX];
    bytes_set(&cursor->prefix, rocks_key(store, family, prefix, room));
    bytes_set(&cursor->from, from.size ? rocks_key(store, family, from, room) : from);
    bytes_after(&cursor->beyond, &cursor->prefix);
    if (before.size) bytes_set(&cursor->beyond, rocks_key(store, family, before, room));
}

static void cursor_bound(struct cursor *cursor, const struct reader *reader)
{
    cursor->options = rocksdb_readoptions_create();
    if (reader->snapshot) rocksdb_readoptions_set_snapshot(cursor->options, reader->snapshot);
    if (cursor->prefix.size)
        rocksdb_readoptions_set_iterate_lower_bound(cursor->options, cursor->prefix.data,
                                                    cursor->prefix.size);
    if (cursor->beyond.size) /* NOLINT(clang-analyzer-core.*): cursor_range() has set it */
        rocksdb_readoptions_set_iterate_upper_bound(cursor->options, cursor->beyond.data,
                                                    cursor->beyond.size);
}

/* The batch's half knows no bounds of RocksDB's. */
static void bound_changes(struct cursor *cursor)
{
    struct slice beyond = bytes_slice(&cursor->beyond);
    while (beyond.size && cursor->change_count &&
           slice_compare(cursor->changes[cursor->change_count - 1]->key, beyond) >= 0)
        cursor->change_count--;
}

struct cursor *cursor_open(struct reader *reader, enum family family, struct slice prefix,
                           struct slice from)
{
    return cursor_open_before(reader, family, prefix, from, (struct slice){ NULL, 0 });
}

struct cursor *cursor_open_before(struct reader *reader, enum family family, struct slice prefix,
                                  struct slice from, struct slice before)
{
    struct handles                 *handles = reader_enter(reader);
    rocksdb_column_family_handle_t *handle  = handles_family(reader->store, handles, family);
    struct cursor                  *cursor  = malloc(sizeof *cursor);
    ensure(cursor != NULL);
    cursor->store    = reader->store;
    cursor->family   = family;
    cursor->place    = PLACE_FRESH;
    cursor->iterator = NULL;
    cursor->copies   = reader->batch != NULL;
    cursor->copy     = (struct buffer){ 0 };
    cursor->changes  = NULL;
    cursor->lead     = rocks_key_lead(reader->store);
    cursor_range(cursor, reader->store, family, prefix, from, before);
    cursor_bound(cursor, reader);
    if (handle)
        cursor->iterator = rocksdb_create_iterator_cf(reader->store->db, cursor->options, handle);
    reader_leave(reader, handles);
    if (handle && reader->batch) {
        cursor->changes = overlay_sorted(batch_changes(reader->batch), family,
                                         bytes_slice(&cursor->prefix), &cursor->change_count);
        bound_changes(cursor);
    }
    return cursor;
}

void cursor_restart(struct cursor *cursor, struct slice from)
{
    char room[ROCKS_KEY_MAX];
    bytes_set(&cursor->from, rocks_key(cursor->store, cursor->family, from, room));
    cursor->place = PLACE_FRESH;
}

static struct slice current_key(const struct cursor *cursor)
{
    size_t      size;
    const char *data = rocksdb_iter_key(cursor->iterator, &size);
    return (struct slice){ data, size };
}

static struct slice current_value(const struct cursor *cursor)
{
    size_t      size;
    const char *data = rocksdb_iter_value(cursor->iterator, &size);
    return (struct slice){ data ? data : "", size };
}

/* Within the bounds, which RocksDB minds, every key starts with the prefix. */
static bool iterator_on(const struct cursor *cursor)
{
    return rocksdb_iter_valid(cursor->iterator);
}

static void seek_first(struct cursor *cursor)
{
    struct slice prefix = bytes_slice(&cursor->prefix), from = bytes_slice(&cursor->from);
    struct slice start = slice_compare(from, prefix) > 0 ? from : prefix;
    if (start.size) rocksdb_iter_seek(cursor->iterator, start.data, start.size);
    else rocksdb_iter_seek_to_first(cursor->iterator);
}

static void seek_last(struct cursor *cursor)
{
    struct slice from = bytes_slice(&cursor->from), beyond = bytes_slice(&cursor->beyond);
    if (from.size && (!beyond.size || slice_compare(from, beyond) < 0))
        rocksdb_iter_seek_for_prev(cursor->iterator, from.data, from.size);
    else rocksdb_iter_seek_to_last(cursor->iterator); /* of the bounds */
}

static void iterator_move(struct cursor *cursor, bool forward)
{
    if (forward) rocksdb_iter_next(cursor->iterator);
    else rocksdb_iter_prev(cursor->iterator);
}

/* -- over a batch: two halves in step ----------------------------------------- */

/* The first change not less than `start`, or the last not greater. */
static ptrdiff_t change_from(const struct cursor *cursor, struct slice start, bool forward)
{
    ptrdiff_t low = 0, high = (ptrdiff_t)cursor->change_count;
    while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        int       order  = slice_compare(cursor->changes[middle]->key, start);
        if (order < 0 || (order == 0 && !forward)) low = middle + 1;
        else high = middle;
    }
    return forward ? low : low - 1;
}

static struct slice shown_key(const struct cursor *cursor)
{
    return (struct slice){ cursor->copy.data, cursor->key_size };
}

static const struct change *change_ahead(const struct cursor *cursor)
{
    bool there = cursor->at >= 0 && cursor->at < (ptrdiff_t)cursor->change_count;
    return there ? cursor->changes[cursor->at] : NULL;
}

/* Puts both halves one ahead of where the cursor stands, that way. */
static void halves_seek(struct cursor *cursor, bool forward)
{
    struct slice from = bytes_slice(&cursor->from);
    if (cursor->place == PLACE_FRESH) {
        if (forward) seek_first(cursor);
        else seek_last(cursor);
        cursor->at = from.size ? change_from(cursor, from, forward)
                     : forward ? 0
                               : (ptrdiff_t)cursor->change_count - 1;
    } else { /* the way is turned: both stand on the wrong side of what is shown */
        struct slice key = shown_key(cursor);
        if (forward) rocksdb_iter_seek(cursor->iterator, key.data, key.size);
        else rocksdb_iter_seek_for_prev(cursor->iterator, key.data, key.size);
        if (iterator_on(cursor) && slice_equal(current_key(cursor), key))
            iterator_move(cursor, forward);
        cursor->at                  = change_from(cursor, key, forward);
        const struct change *change = change_ahead(cursor);
        if (change && slice_equal(change->key, key)) cursor->at += forward ? 1 : -1;
    }
    cursor->forward = forward;
}

static void show(struct cursor *cursor, struct slice key, struct slice value)
{
    buffer_clear(&cursor->copy);
    buffer_add(&cursor->copy, key);
    buffer_add(&cursor->copy, value);
    cursor->key_size = key.size;
}

static bool halves_move(struct cursor *cursor, bool forward)
{
    if (cursor->place == PLACE_FRESH || cursor->forward != forward) halves_seek(cursor, forward);
    for (;;) {
        const struct change *change    = change_ahead(cursor);
        bool                 committed = iterator_on(cursor);
        if (!change && !committed) return false;
        int order = !change      ? -1
                    : !committed ? 1
                    : forward    ? slice_compare(current_key(cursor), change->key)
                                 : slice_compare(change->key, current_key(cursor));
        if (order < 0) {
            show(cursor, current_key(cursor), current_value(cursor));
            iterator_move(cursor, forward);
            return true;
        }
        if (order == 0) iterator_move(cursor, forward); /* the change has the last word */
        cursor->at += forward ? 1 : -1;
        if (change->value.data) {
            show(cursor, change->key, change->value);
            return true;
        }
    }
}

/* -- moving ------------------------------------------------------------------- */

static bool cursor_move(struct cursor *cursor, bool forward)
{
    bool on;
    if (cursor->place == PLACE_ENDED || !cursor->iterator) return false;
    if (cursor->copies) {
        on = halves_move(cursor, forward);
    } else {
        if (cursor->place == PLACE_ON) iterator_move(cursor, forward);
        else if (forward) seek_first(cursor);
        else seek_last(cursor);
        on = iterator_on(cursor);
    }
    cursor->place = on ? PLACE_ON : PLACE_ENDED;
    return on;
}

bool cursor_next(struct cursor *cursor) { return cursor_move(cursor, true); }

bool cursor_previous(struct cursor *cursor) { return cursor_move(cursor, false); }

struct slice cursor_key(const struct cursor *cursor)
{
    ensure(cursor->place == PLACE_ON);
    struct slice key = cursor->copies ? shown_key(cursor) : current_key(cursor);
    return (struct slice){ key.data + cursor->lead, key.size - cursor->lead };
}

struct slice cursor_value(const struct cursor *cursor)
{
    ensure(cursor->place == PLACE_ON);
    if (!cursor->copies) return current_value(cursor);
    return (struct slice){ cursor->copy.data + cursor->key_size,
                           cursor->copy.size - cursor->key_size };
}

struct status cursor_close(struct cursor *cursor)
{
    if (!cursor) return OK;
    struct store *store = cursor->store;
    char         *error = NULL;
    if (cursor->iterator) {
        rocksdb_iter_get_error(cursor->iterator, &error);
        rocksdb_iter_destroy(cursor->iterator);
    }
    rocksdb_readoptions_destroy(cursor->options);
    buffer_free(&cursor->copy);
    free(cursor->changes);
    free(cursor);
    return reader_outcome(store, error, "walking");
}
