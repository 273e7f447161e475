#include "core/leases/leases_internal.h"

#include <string.h>

/* -- keys --------------------------------------------------------------------------------- */

static void lease_add_range(struct key *key, const struct lease *range)
{
    ensure(range->family == 4 || range->family == 6);
    key_add_byte(key, range->family == 4 ? LEASES_IPV4 : LEASES_IPV6);
    if (range->family == 6) key_add_byte(key, (uint8_t)range->prefix);
    key_add_bytes(key, (struct slice){ (const char *)range->address, range->family == 4 ? 4 : 16 });
}

struct key lease_range_key(const struct reader *reader, const struct lease *range)
{
    struct key key = reader_key(reader);

    lease_add_range(&key, range);
    return key;
}

struct key lease_index_key(const struct reader *reader, const struct lease *range)
{
    struct key key = reader_key(reader);

    key_add_byte(&key, LEASES_INDEX);
    lease_add_range(&key, range);
    return key;
}

void lease_add_u16(struct key *key, uint16_t value)
{
    key_add_byte(key, (uint8_t)(value >> 8));
    key_add_byte(key, (uint8_t)(value & 0xff));
}

void lease_add_place(struct key *key, uint16_t port_from, int64_t from)
{
    lease_add_u16(key, port_from);
    key_add_u64(key, (uint64_t)from);
}

void lease_add_rest(struct key *key, const struct lease *lease)
{
    if (lease->family == 4) lease_add_u16(key, lease->port_from);
    key_add_u64(key, (uint64_t)lease->from);
    key_add_id(key, lease->gateway);
}

/* -- classes ---------------------------------------------------------------------------------- */

static uint8_t bits_of(uint64_t number)
{
    uint8_t bits = 0;

    for (; number; number >>= 1) bits++;
    return bits;
}

struct lease_class lease_class_of(const struct lease *lease)
{
    unsigned more = (unsigned)(lease->port_to - lease->port_from); /* ports after the first */

    return (struct lease_class){
        .width = bits_of(more),
        .life  = lease->until == LEASE_OPEN ? (uint8_t)LEASE_LIFE_OPEN
                                            : bits_of((uint64_t)(lease->until - lease->from)),
    };
}

/* -- writing ------------------------------------------------------------------------------ */

static void lease_put_index(struct batch *batch, const struct lease *lease)
{
    struct lease_class class = lease_class_of(lease);
    struct key key           = lease_index_key(batch_reader(batch), lease);

    key_add_byte(&key, class.width);
    key_add_byte(&key, class.life);
    lease_add_place(&key, lease->port_from, lease->from);
    key_add_id(&key, lease->gateway);
    batch_put(batch, FAMILY_leases, key_slice(&key), SLICE(""));
}

struct key lease_length_key(const struct reader *reader)
{
    struct key key = reader_key(reader);

    key_add_byte(&key, LEASES_LENGTHS);
    return key;
}

void lease_put(struct batch *batch, const struct lease *lease)
{
    struct reader *reader = batch_reader(batch);
    struct key     value  = { 0 };
    struct key     key    = lease_range_key(reader, lease);

    ensure(lease->from > 0 && lease->from < lease->until && lease->port_from <= lease->port_to);
    ensure(lease->family == 4 || (lease->port_from == 0 && lease->port_to == LEASE_PORTS));
    lease_add_rest(&key, lease);
    lease_add_u16(&value, lease->port_to);
    key_add_u64(&value, (uint64_t)lease->until);
    key_add_u64(&value, (uint64_t)lease->recorded_at);
    batch_put(batch, FAMILY_leases, key_slice(&key), key_slice(&value));
    lease_put_index(batch, lease);
    if (lease->family == 4) return;
    key = lease_length_key(reader);
    key_add_byte(&key, (uint8_t)lease->prefix);
    batch_put(batch, FAMILY_leases, key_slice(&key), SLICE(""));
}

/* -- reading -------------------------------------------------------------------------------- */

static bool lease_read_u16(struct slice *rest, uint16_t *value)
{
    uint8_t high, low;

    if (!key_read_byte(rest, &high) || !key_read_byte(rest, &low)) return false;
    *value = (uint16_t)(high << 8 | low);
    return true;
}

bool lease_read_range(uint8_t kind, struct slice *key, struct lease *lease)
{
    uint8_t prefix = 0;

    *lease = (struct lease){ .family = kind == LEASES_IPV4 ? 4 : 6, .port_to = LEASE_PORTS };
    if (kind != LEASES_IPV4 && kind != LEASES_IPV6) return false;
    if (kind == LEASES_IPV6 && !key_read_byte(key, &prefix)) return false;
    size_t size = kind == LEASES_IPV4 ? 4 : 16;
    if (key->size < size || prefix > 128) return false;
    memcpy(lease->address, key->data, size);
    lease->prefix = prefix;
    *key          = (struct slice){ key->data + size, key->size - size };
    return true;
}

static bool lease_read_from(struct slice *rest, struct lease *lease)
{
    uint64_t from;

    if (!key_read_u64(rest, &from) || !key_read_id(rest, &lease->gateway) || rest->size)
        return false;
    lease->from = (int64_t)from;
    return lease->from > 0;
}

static bool lease_read_value(struct slice value, struct lease *lease)
{
    uint64_t until, recorded;

    if (!lease_read_u16(&value, &lease->port_to) || !key_read_u64(&value, &until) ||
        !key_read_u64(&value, &recorded) || value.size)
        return false;
    lease->until       = (int64_t)until;
    lease->recorded_at = (int64_t)recorded;
    return lease->from < lease->until && lease->port_from <= lease->port_to;
}

bool lease_read(struct slice rest, struct slice value, struct lease *lease)
{
    if (lease->family == 4 && !lease_read_u16(&rest, &lease->port_from)) return false;
    return lease_read_from(&rest, lease) && lease_read_value(value, lease);
}

bool lease_read_index(struct slice rest, struct lease_class *class, struct lease *lease)
{
    return key_read_byte(&rest, &class->width) && key_read_byte(&rest, &class->life) &&
           lease_read_u16(&rest, &lease->port_from) && lease_read_from(&rest, lease);
}

bool lease_of_index(struct reader *reader, struct arena *arena, struct lease_class class,
                    struct lease *lease)
{
    struct key    key = lease_range_key(reader, lease);
    struct slice  value;
    struct status status;

    lease_add_rest(&key, lease);
    status = reader_get(reader, FAMILY_leases, key_slice(&key), arena, &value);
    if (status.code == STATUS_OK && value.data && !lease_read_value(value, lease))
        status = failed(STATUS_CORRUPT, "an address lease is not as written");
    reader_note(reader, status);
    if (status.code != STATUS_OK || !value.data) return false;
    struct lease_class now = lease_class_of(lease);
    return now.width == class.width && now.life == class.life;
}

/* -- from before there was an index ------------------------------------------------------------ */

enum { LEASES_AT_ONCE = 4096 }; /* rows of one batch */

/* Gives the rows from `next` on their index rows; how many it saw. */
static struct status leases_index_some(struct batch *batch, struct key *next, size_t *rows)
{
    struct reader *reader = batch_reader(batch);
    struct key     all    = reader_key(reader);
    struct cursor *cursor = cursor_open(reader, FAMILY_leases, key_slice(&all), key_slice(next));

    for (*rows = 0; *rows < LEASES_AT_ONCE && cursor_next(cursor); ++*rows) {
        struct slice rest = cursor_key(cursor);
        struct lease lease;
        uint32_t     partition;
        uint8_t      kind;

        next->size = 0;
        key_add_bytes(next, rest);
        key_add_byte(next, 0); /* the least key that is greater */
        if (key_read_u32(&rest, &partition) && key_read_byte(&rest, &kind) &&
            lease_read_range(kind, &rest, &lease) && lease_read(rest, cursor_value(cursor), &lease))
            lease_put_index(batch, &lease);
    }
    TRY(cursor_close(cursor));
    return batch_commit(batch, true);
}

struct status leases_make_ready(struct store *store)
{
    struct batch *batch = batch_open(store);
    struct arena  arena = { 0 };
    struct key    ready = reader_key(batch_reader(batch)), next = ready;
    size_t        rows = LEASES_AT_ONCE;
    struct slice  value;

    key_add_byte(&ready, LEASES_READY);
    struct status status = reader_get(batch_reader(batch), FAMILY_leases, key_slice(&ready), &arena,
                                      &value);
    if (status.code == STATUS_OK && !value.data) {
        while (status.code == STATUS_OK && rows == LEASES_AT_ONCE)
            status = leases_index_some(batch, &next, &rows);
        batch_put(batch, FAMILY_leases, key_slice(&ready), SLICE(""));
        if (status.code == STATUS_OK) status = batch_commit(batch, true);
    }
    batch_close(batch);
    arena_free(&arena);
    return status;
}
