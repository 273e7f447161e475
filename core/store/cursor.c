/* cursor.c -- walking a range of keys, either way, also through a batch.
 *
 * RocksDB bounds only the committed half of a batch's iterator: the half that
 * walks the batch knows no bounds. So the prefix is checked here on every move,
 * and the bounds are set for the committed half alone, where they keep it from
 * wading through what was erased beyond them (timers and outbox leave a lot).
 *
 * A key or value that stands in a batch moves in memory when the batch grows, and
 * erasing what one walks over is the most natural thing to do; so a cursor over
 * a batch shows copies.
 */
#include "core/base/buffer.h"
#include "core/store/rocks.h"

#include <stdlib.h>
#include <string.h>

enum cursor_place { PLACE_FRESH, PLACE_ON, PLACE_ENDED };

struct bytes {
    size_t size; /* 0: none */
    char   data[ROCKS_KEY_MAX];
};

struct cursor {
    rocksdb_iterator_t    *iterator; /* NULL: a family that the files lack */
    rocksdb_readoptions_t *options;  /* the iterator looks at it as long as it lives */
    enum cursor_place      place;
    struct bytes           prefix, from;
    struct bytes           beyond; /* the first key after the prefix */
    size_t                 lead;   /* bytes of a key that are not the caller's */
    bool                   copies; /* over a batch */
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
    if (from.size)
        memcpy(bytes->data, from.data, from.size);
}

/* "ab" → "ac", "a\xff" → "b", "\xff" → none: then the prefix has no end. */
static void bytes_after(struct bytes *after, const struct bytes *prefix)
{
    after->size = prefix->size;
    while (after->size > 0 && (uint8_t)prefix->data[after->size - 1] == 0xff)
        after->size--;
    if (after->size == 0)
        return;
    memcpy(after->data, prefix->data, after->size);
    after->data[after->size - 1] = (char)((uint8_t)after->data[after->size - 1] + 1);
}

static void cursor_range(struct cursor *cursor, const struct store *store, enum family family,
                         struct slice prefix, struct slice from)
{
    char room[ROCKS_KEY_MAX];
    bytes_set(&cursor->prefix, rocks_key(store, family, prefix, room));
    bytes_set(&cursor->from, from.size ? rocks_key(store, family, from, room) : from);
    bytes_after(&cursor->beyond, &cursor->prefix);
}

static void cursor_bound(struct cursor *cursor, const struct reader *reader)
{
    cursor->options = rocksdb_readoptions_create();
    if (reader->snapshot)
        rocksdb_readoptions_set_snapshot(cursor->options, reader->snapshot);
    if (cursor->prefix.size)
        rocksdb_readoptions_set_iterate_lower_bound(cursor->options, cursor->prefix.data,
                                                    cursor->prefix.size);
    if (cursor->beyond.size)
        rocksdb_readoptions_set_iterate_upper_bound(cursor->options, cursor->beyond.data,
                                                    cursor->beyond.size);
}

struct cursor *cursor_open(struct reader *reader, enum family family, struct slice prefix,
                           struct slice from)
{
    rocksdb_column_family_handle_t *handle = store_family(reader->store, family);
    struct cursor                  *cursor = malloc(sizeof *cursor);
    ensure(cursor != NULL);
    cursor->place    = PLACE_FRESH;
    cursor->iterator = NULL;
    cursor->copies   = reader->batch != NULL;
    cursor->copy     = (struct buffer){ 0 };
    cursor->lead     = rocks_key_lead(reader->store);
    cursor_range(cursor, reader->store, family, prefix, from);
    cursor_bound(cursor, reader);
    if (!handle)
        return cursor;
    cursor->iterator = rocksdb_create_iterator_cf(reader->store->db, cursor->options, handle);
    if (reader->batch) /* takes the committed half over */
        cursor->iterator = rocksdb_writebatch_wi_create_iterator_with_base_cf(
            batch_changes(reader->batch), cursor->iterator, handle);
    return cursor;
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

static void cursor_copy(struct cursor *cursor)
{
    struct slice key = current_key(cursor);
    buffer_clear(&cursor->copy);
    buffer_add(&cursor->copy, key);
    buffer_add(&cursor->copy, current_value(cursor));
    cursor->key_size = key.size;
}

static bool cursor_settle(struct cursor *cursor)
{
    bool on = rocksdb_iter_valid(cursor->iterator) &&
              slice_starts(current_key(cursor), bytes_slice(&cursor->prefix));
    cursor->place = on ? PLACE_ON : PLACE_ENDED;
    if (on && cursor->copies)
        cursor_copy(cursor);
    return on;
}

static void seek_first(struct cursor *cursor)
{
    struct slice prefix = bytes_slice(&cursor->prefix), from = bytes_slice(&cursor->from);
    struct slice start = slice_compare(from, prefix) > 0 ? from : prefix;
    if (start.size)
        rocksdb_iter_seek(cursor->iterator, start.data, start.size);
    else
        rocksdb_iter_seek_to_first(cursor->iterator);
}

/* The batch's half may stand on `beyond` itself, the one key too many. */
static void seek_last(struct cursor *cursor)
{
    struct slice from = bytes_slice(&cursor->from), beyond = bytes_slice(&cursor->beyond);
    if (from.size && (!beyond.size || slice_compare(from, beyond) < 0)) {
        rocksdb_iter_seek_for_prev(cursor->iterator, from.data, from.size);
    } else if (beyond.size) {
        rocksdb_iter_seek_for_prev(cursor->iterator, beyond.data, beyond.size);
        if (rocksdb_iter_valid(cursor->iterator) && slice_equal(current_key(cursor), beyond))
            rocksdb_iter_prev(cursor->iterator);
    } else {
        rocksdb_iter_seek_to_last(cursor->iterator);
    }
}

bool cursor_next(struct cursor *cursor)
{
    if (cursor->place == PLACE_ENDED || !cursor->iterator)
        return false;
    if (cursor->place == PLACE_FRESH)
        seek_first(cursor);
    else
        rocksdb_iter_next(cursor->iterator);
    return cursor_settle(cursor);
}

bool cursor_previous(struct cursor *cursor)
{
    if (cursor->place == PLACE_ENDED || !cursor->iterator)
        return false;
    if (cursor->place == PLACE_FRESH)
        seek_last(cursor);
    else
        rocksdb_iter_prev(cursor->iterator);
    return cursor_settle(cursor);
}

struct slice cursor_key(const struct cursor *cursor)
{
    ensure(cursor->place == PLACE_ON);
    struct slice key = { cursor->copy.data, cursor->key_size };
    if (!cursor->copies)
        key = current_key(cursor);
    return (struct slice){ key.data + cursor->lead, key.size - cursor->lead };
}

struct slice cursor_value(const struct cursor *cursor)
{
    ensure(cursor->place == PLACE_ON);
    if (!cursor->copies)
        return current_value(cursor);
    return (struct slice){ cursor->copy.data + cursor->key_size,
                           cursor->copy.size - cursor->key_size };
}

struct status cursor_close(struct cursor *cursor)
{
    if (!cursor)
        return OK;
    char *error = NULL;
    if (cursor->iterator) {
        rocksdb_iter_get_error(cursor->iterator, &error);
        rocksdb_iter_destroy(cursor->iterator);
    }
    rocksdb_readoptions_destroy(cursor->options);
    buffer_free(&cursor->copy);
    free(cursor);
    return rocks_status(error, "walking");
}
