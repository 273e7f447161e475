#include "core/leases/leases_internal.h"

#include <string.h>

enum { LEASE_PORTS = 65535 };

/* -- rows --------------------------------------------------------------------------------- */

static struct key lease_range_key(const struct reader *reader, unsigned family,
                                  const uint8_t *address, unsigned prefix)
{
    struct key key = reader_key(reader);

    key_add_byte(&key, family == 4 ? LEASES_IPV4 : LEASES_IPV6);
    if (family == 6) key_add_byte(&key, (uint8_t)prefix);
    key_add_bytes(&key, (struct slice){ (const char *)address, family == 4 ? 4 : 16 });
    return key;
}

static void lease_add_u16(struct key *key, uint16_t value)
{
    key_add_byte(key, (uint8_t)(value >> 8));
    key_add_byte(key, (uint8_t)(value & 0xff));
}

static struct key lease_length_key(const struct reader *reader)
{
    struct key key = reader_key(reader);

    key_add_byte(&key, LEASES_LENGTHS);
    return key;
}

void lease_put(struct batch *batch, const struct lease *lease)
{
    struct reader *reader = batch_reader(batch);
    struct key     value  = { 0 };
    struct key     key    = lease_range_key(reader, lease->family, lease->address, lease->prefix);

    ensure(lease->family == 4 || lease->family == 6);
    ensure(lease->from > 0 && lease->from < lease->until && lease->port_from <= lease->port_to);
    if (lease->family == 4) lease_add_u16(&key, lease->port_from);
    key_add_u64(&key, (uint64_t)lease->from);
    key_add_id(&key, lease->gateway);
    lease_add_u16(&value, lease->port_to);
    key_add_u64(&value, (uint64_t)lease->until);
    key_add_u64(&value, (uint64_t)lease->recorded_at);
    batch_put(batch, FAMILY_leases, key_slice(&key), key_slice(&value));
    if (lease->family == 4) return;
    key = lease_length_key(reader);
    key_add_byte(&key, (uint8_t)lease->prefix);
    batch_put(batch, FAMILY_leases, key_slice(&key), SLICE(""));
}

static bool lease_read_u16(struct slice *rest, uint16_t *value)
{
    uint8_t high, low;

    if (!key_read_byte(rest, &high) || !key_read_byte(rest, &low)) return false;
    *value = (uint16_t)(high << 8 | low);
    return true;
}

bool lease_read(unsigned family, struct slice key, struct slice value, struct lease *lease)
{
    uint64_t from, until, recorded;

    *lease = (struct lease){ .family = family, .port_to = LEASE_PORTS };
    if (family == 4 && !lease_read_u16(&key, &lease->port_from)) return false;
    if (!key_read_u64(&key, &from) || !key_read_id(&key, &lease->gateway) || key.size) return false;
    if (!lease_read_u16(&value, &lease->port_to) || !key_read_u64(&value, &until) ||
        !key_read_u64(&value, &recorded) || value.size)
        return false;
    lease->from        = (int64_t)from;
    lease->until       = (int64_t)until;
    lease->recorded_at = (int64_t)recorded;
    return true;
}

/* -- who held it ----------------------------------------------------------------------------- */

enum wanted { ANY_LEASE, BLOCKS_WITH_PORT, WHOLE_ADDRESS };

static void lease_holder_add(struct lease_holder *holder, struct id gateway)
{
    if (holder->found && !id_equal(holder->gateway, gateway)) holder->unsure = true;
    holder->gateway = gateway;
    holder->found   = true;
}

static bool lease_is_whole(const struct lease *lease)
{
    return lease->port_from == 0 && lease->port_to == LEASE_PORTS;
}

static bool lease_is_wanted(const struct lease *lease, enum wanted wanted, uint16_t port)
{
    if (wanted == ANY_LEASE) return true;
    if (wanted == WHOLE_ADDRESS) return lease_is_whole(lease);
    return !lease_is_whole(lease) && lease->port_from <= port && port <= lease->port_to;
}

/* Walks the rows of one address or prefix from the last: of one range, the latest
 * beginning comes first, and an open lease before it has ended there. */
static struct lease_holder leases_look_up(struct reader *reader, struct key prefix, unsigned family,
                                          enum wanted wanted, uint16_t port, int64_t at)
{
    struct cursor      *cursor = cursor_open(reader, FAMILY_leases, key_slice(&prefix),
                                             (struct slice){ 0 });
    struct lease_holder holder = { .found = false };
    struct lease        lease, later = { .port_from = 0 };
    bool                has_later = false;
    size_t              rows      = 0;

    while (cursor_previous(cursor)) {
        struct slice key = cursor_key(cursor);
        if (++rows > LEASE_ROWS_MAX) {
            holder.found = holder.unsure = true;
            break;
        }
        key = (struct slice){ key.data + prefix.size, key.size - prefix.size };
        if (!lease_read(family, key, cursor_value(cursor), &lease)) {
            reader_note(reader, failed(STATUS_CORRUPT, "an address lease is not as written"));
            break;
        }
        if (lease.from > at || !lease_is_wanted(&lease, wanted, port)) continue;
        bool superseded = has_later && later.port_from == lease.port_from &&
                          later.from > lease.from && lease.until == LEASE_OPEN;
        if (!superseded && at < lease.until) lease_holder_add(&holder, lease.gateway);
        later     = lease;
        has_later = true;
    }
    reader_note(reader, cursor_close(cursor));
    return holder;
}

static void lease_keep_bits(uint8_t address[16], unsigned bits)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned left = bits > 8 * i ? bits - 8 * i : 0;
        if (left < 8) address[i] = (uint8_t)(address[i] & (0xff00 >> left));
    }
}

/* Longest first: 'n' rows say which lengths there are. */
struct lease_holder leases_of_ipv6(struct reader *reader, const uint8_t wanted[16], int64_t at)
{
    struct key          lengths = lease_length_key(reader);
    struct cursor      *cursor  = cursor_open(reader, FAMILY_leases, key_slice(&lengths),
                                              (struct slice){ 0 });
    struct lease_holder holder  = { .found = false };

    while (!holder.found && cursor_previous(cursor)) {
        struct slice key    = cursor_key(cursor);
        unsigned     length = (uint8_t)key.data[key.size - 1];
        uint8_t      address[16];

        memcpy(address, wanted, sizeof address);
        lease_keep_bits(address, length);
        holder = leases_look_up(reader, lease_range_key(reader, 6, address, length), 6, ANY_LEASE,
                                0, at);
    }
    reader_note(reader, cursor_close(cursor));
    return holder;
}

struct lease_holder leases_of_port(struct reader *reader, const uint8_t address[4], uint16_t port,
                                   int64_t at)
{
    return leases_look_up(reader, lease_range_key(reader, 4, address, 0), 4, BLOCKS_WITH_PORT, port,
                          at);
}

struct lease_holder leases_of_whole(struct reader *reader, const uint8_t address[4], int64_t at)
{
    return leases_look_up(reader, lease_range_key(reader, 4, address, 0), 4, WHOLE_ADDRESS, 0, at);
}

struct lease_holder leases_of_any(struct reader *reader, const uint8_t address[4], int64_t at)
{
    return leases_look_up(reader, lease_range_key(reader, 4, address, 0), 4, ANY_LEASE, 0, at);
}
