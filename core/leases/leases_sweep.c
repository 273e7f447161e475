/* leases_sweep.c -- forgetting leases, a bounded step at a time. */
#include <string.h>

#include "core/leases/leases_internal.h"

/* Which leases go: those whose time is over, or those of some gateways. */
struct going {
    int64_t          now_us, lease_life; /* 0: by gateway */
    const struct id *gateways;
    size_t           count;
};

static bool going_has(const struct going *going, struct id gateway)
{
    for (size_t i = 0; i < going->count; i++)
        if (id_equal(going->gateways[i], gateway)) return true;
    return false;
}

/* A row of the index: with its lease, which comes before it, or once that has another class. */
static bool index_goes(struct reader *reader, struct arena *arena, const struct going *going,
                       struct slice rest)
{
    struct lease_class class;
    struct lease lease;
    uint8_t      kind;

    if (!key_read_byte(&rest, &kind) || !lease_read_range(kind, &rest, &lease) ||
        !lease_read_index(rest, &class, &lease))
        return true;
    if (!going->lease_life) return going_has(going, lease.gateway);
    return !lease_of_index(reader, arena, class, &lease);
}

static bool lease_goes(struct reader *reader, struct arena *arena, const struct going *going,
                       struct slice key, struct slice value)
{
    struct slice rest = key;
    struct lease lease;
    uint32_t     partition;
    uint8_t      kind;

    if (!key_read_u32(&rest, &partition) || !key_read_byte(&rest, &kind)) return false;
    if (kind == LEASES_INDEX) return index_goes(reader, arena, going, rest);
    if (!lease_read_range(kind, &rest, &lease)) return false;
    if (!lease_read(rest, value, &lease)) return true;
    if (!going->lease_life) return going_has(going, lease.gateway);
    int64_t last = lease.until == LEASE_OPEN ? lease.recorded_at : lease.until;
    return last <= going->now_us - going->lease_life;
}

static size_t leases_sweep_step(struct batch *batch, struct sweep_place *place,
                                const struct going *going)
{
    struct reader *reader = batch_reader(batch);
    struct key     prefix = reader_key(reader);
    struct cursor *cursor = cursor_open(reader, FAMILY_leases, key_slice(&prefix),
                                        place->key.size ? key_slice(&place->key)
                                                        : (struct slice){ 0 });
    struct arena   arena  = { 0 };
    size_t         rows = 0, count = 0;

    place->key.size = 0;
    while (cursor_next(cursor)) {
        struct slice found = cursor_key(cursor);
        struct key   key   = { .size = found.size };
        memcpy(key.bytes, found.data, found.size);
        if (rows++ == LEASE_SWEEP_MAX) {
            place->key = key;
            break;
        }
        if (!lease_goes(reader, &arena, going, found, cursor_value(cursor))) continue;
        count += key.bytes[prefix.size] != LEASES_INDEX;
        batch_erase(batch, FAMILY_leases, key_slice(&key));
    }
    reader_note(reader, cursor_close(cursor));
    arena_free(&arena);
    return count;
}

size_t leases_sweep(struct batch *batch, struct sweep_place *place, int64_t now_us,
                    int64_t lease_life)
{
    ensure(lease_life > 0);
    return leases_sweep_step(batch, place,
                             &(struct going){ .now_us = now_us, .lease_life = lease_life });
}

size_t leases_forget(struct batch *batch, struct sweep_place *place, const struct id *gateways,
                     size_t count)
{
    return leases_sweep_step(batch, place, &(struct going){ .gateways = gateways, .count = count });
}
