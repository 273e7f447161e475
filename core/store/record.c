#include "core/store/record.h"

/* An event of an altered log may name nothing; a row without an id is one that no reader finds. */
__attribute__((cold, noinline)) static void note_nameless(struct reader *reader)
{
    reader_note(reader, failed(STATUS_CORRUPT, "a row has to have an id"));
}

static struct key key_of(struct reader *reader, const struct record_type *type, struct id first,
                         struct id second)
{
    struct key key = reader_key(reader);

    if (!id_given(first)) note_nameless(reader);
    key_add_byte(&key, (uint8_t)type->letter);
    key_add_id(&key, first);
    if (id_given(second)) key_add_id(&key, second);
    return key;
}

bool record_key(struct slice key, char *letter, struct id *first, struct id *second)
{
    uint32_t partition;
    uint8_t  byte;

    *second = NO_ID;
    if (!key_read_u32(&key, &partition) || !key_read_byte(&key, &byte) || !key_read_id(&key, first))
        return false;
    *letter = (char)byte;
    return key.size == 0 || (key_read_id(&key, second) && key.size == 0);
}

bool record_get(struct reader *reader, const struct record_type *type, struct id first,
                struct id second, struct arena *arena, void *body)
{
    struct key    key = key_of(reader, type, first, second);
    struct slice  value;
    struct status status = reader_get(reader, type->family, key_slice(&key), arena, &value);

    if (status.code == STATUS_OK && value.data)
        status = shape_decode(&type->shape, value, SHAPE_ALL, arena, body);
    reader_note(reader, status);
    return status.code == STATUS_OK && value.data;
}

void record_put(struct batch *batch, const struct record_type *type, struct id first,
                struct id second, const void *body)
{
    struct key    key   = key_of(batch_reader(batch), type, first, second);
    struct buffer value = { 0 };

    shape_encode(&type->shape, body, SHAPE_ALL, &value);
    batch_put(batch, type->family, key_slice(&key), buffer_slice(&value));
    buffer_free(&value);
}

void record_erase(struct batch *batch, const struct record_type *type, struct id first,
                  struct id second)
{
    struct key key = key_of(batch_reader(batch), type, first, second);

    batch_erase(batch, type->family, key_slice(&key));
}

/* Takes the second id from the key the cursor is at; none: it is the record of `first` itself. */
static size_t take_second(struct cursor *cursor, const struct key *prefix, struct id *second)
{
    struct slice rest = cursor_key(cursor);

    rest = (struct slice){ rest.data + prefix->size, rest.size - prefix->size };
    if (rest.size != ID_SIZE) return 0;
    ensure(key_read_id(&rest, second));
    return 1;
}

size_t record_list(struct reader *reader, const struct record_type *type, struct id first,
                   struct id after, struct id *seconds, size_t max)
{
    struct key     prefix = key_of(reader, type, first, NO_ID);
    struct key     from   = key_of(reader, type, first, after);
    size_t         count  = 0;
    struct cursor *cursor;

    if (id_given(after)) key_add_byte(&from, 0); /* the least key that is greater */
    cursor = cursor_open(reader, type->family, key_slice(&prefix), key_slice(&from));
    while (count < max && cursor_next(cursor))
        count += take_second(cursor, &prefix, &seconds[count]);
    reader_note(reader, cursor_close(cursor));
    return count;
}

size_t record_list_falling(struct reader *reader, const struct record_type *type, struct id first,
                           struct id before, struct id *seconds, size_t max)
{
    struct key     prefix = key_of(reader, type, first, NO_ID);
    struct key     from   = key_of(reader, type, first, before);
    size_t         count  = 0;
    struct cursor *cursor = cursor_open(reader, type->family, key_slice(&prefix),
                                        id_given(before) ? key_slice(&from) : SLICE(""));

    while (count < max && cursor_previous(cursor)) {
        count += take_second(cursor, &prefix, &seconds[count]);
        if (count == 1 && id_equal(seconds[0], before)) count = 0; /* it was the last time's */
    }
    reader_note(reader, cursor_close(cursor));
    return count;
}
