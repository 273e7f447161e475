/* index.c -- where things stand: one walk serves streams, ids and types, one search
 * instants. */
#include "core/log/rows.h"

struct walk {
    uint64_t       from;
    enum log_order order;
    uint64_t      *positions;
    size_t         max;
};

/* Keys are `prefix` and a position. Position 0, a stream's head, is no event. */
static struct status walk(struct reader *reader, enum family family, const struct key *prefix,
                          struct walk walk, size_t *count)
{
    bool       rising = walk.order == LOG_RISING;
    struct key from   = *prefix;
    bool       good   = true;

    *count = 0;
    if (walk.from == (rising ? UINT64_MAX : 0)) return OK;
    key_add_u64(&from, rising ? walk.from + 1 : walk.from - 1);
    struct cursor *cursor = cursor_open(reader, family, key_slice(prefix), key_slice(&from));

    while (*count < walk.max && good && (rising ? cursor_next(cursor) : cursor_previous(cursor))) {
        struct slice rest = cursor_key(cursor);
        uint64_t     position;

        rest = (struct slice){ rest.data + prefix->size, rest.size - prefix->size };
        good = key_read_u64(&rest, &position) && rest.size == 0;
        if (!good || position == 0) break;
        walk.positions[(*count)++] = position;
    }
    TRY(cursor_close(cursor));
    return good ? OK
                : failed(STATUS_CORRUPT, "a key of %s is not one of ours", family_name(family));
}

struct status log_stream_positions(struct reader *reader, struct id stream, uint64_t from,
                                   enum log_order order, uint64_t *positions, size_t max,
                                   size_t *count)
{
    struct key prefix = row_id(reader, stream);

    return walk(reader, FAMILY_stream, &prefix, (struct walk){ from, order, positions, max },
                count);
}

struct status log_index_positions(struct reader *reader, struct id id, uint64_t from,
                                  enum log_order order, uint64_t *positions, size_t max,
                                  size_t *count)
{
    struct key prefix = row_id(reader, id);

    return walk(reader, FAMILY_index, &prefix, (struct walk){ from, order, positions, max }, count);
}

struct status log_type_positions(struct reader *reader, enum event_type type, uint64_t from,
                                 enum log_order order, uint64_t *positions, size_t max,
                                 size_t *count)
{
    struct key prefix = row_type(reader, type);

    return walk(reader, FAMILY_index, &prefix, (struct walk){ from, order, positions, max }, count);
}

static struct status recorded_at(struct reader *reader, uint64_t position, struct arena *arena,
                                 int64_t *at_us)
{
    struct event  event;
    struct status status = log_read(reader, NULL, position, arena, &event);

    *at_us = status.code == STATUS_OK ? event.recorded_at : 0;
    arena_reset(arena);
    return status;
}

/* What is at or before `low` is not too late, what is after `high` is. */
struct status log_position_at(struct reader *reader, int64_t at_us, uint64_t *position)
{
    struct arena  arena  = { 0 };
    uint64_t      low    = 0, high;
    struct status status = log_head(reader, &high);

    while (status.code == STATUS_OK && low < high) {
        uint64_t middle = high - (high - low) / 2;
        int64_t  recorded_us;

        status = recorded_at(reader, middle, &arena, &recorded_us);
        if (recorded_us <= at_us) low = middle;
        else high = middle - 1;
    }
    arena_free(&arena);
    *position = low;
    return status;
}
