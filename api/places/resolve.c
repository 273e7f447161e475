#include "api/places/resolve.h"

#include <string.h>

#include "projections/projection.h"

enum { BY_IPV4 = '4', BY_IPV6 = '6', LENGTHS = 'n', PORTS = 65535 };

/* -- rows --------------------------------------------------------------------------------- */

static struct key range_key(const struct reader *reader, unsigned family, const uint8_t *address,
                            unsigned prefix)
{
    struct key key = reader_key(reader);

    key_add_byte(&key, family == 4 ? BY_IPV4 : BY_IPV6);
    if (family == 6) key_add_byte(&key, (uint8_t)prefix);
    key_add_bytes(&key, (struct slice){ (const char *)address, family == 4 ? 4 : 16 });
    return key;
}

static void add_u16(struct key *key, uint16_t value)
{
    key_add_byte(key, (uint8_t)(value >> 8));
    key_add_byte(key, (uint8_t)(value & 0xff));
}

static struct key length_key(const struct reader *reader)
{
    struct key key = reader_key(reader);

    key_add_byte(&key, LENGTHS);
    return key;
}

void lease_put(struct batch *batch, const struct lease *lease)
{
    struct reader *reader = batch_reader(batch);
    struct key     value  = { 0 };
    struct key     key    = range_key(reader, lease->family, lease->address, lease->prefix);

    ensure(lease->family == 4 || lease->family == 6);
    ensure(lease->from > 0 && lease->from < lease->until && lease->port_from <= lease->port_to);
    if (lease->family == 4) add_u16(&key, lease->port_from);
    key_add_u64(&key, (uint64_t)lease->from);
    key_add_id(&key, lease->gateway);
    add_u16(&value, lease->port_to);
    key_add_u64(&value, (uint64_t)lease->until);
    key_add_u64(&value, (uint64_t)lease->told_at);
    batch_put(batch, FAMILY_leases, key_slice(&key), key_slice(&value));
    if (lease->family == 4) return;
    key = length_key(reader);
    key_add_byte(&key, (uint8_t)lease->prefix);
    batch_put(batch, FAMILY_leases, key_slice(&key), SLICE(""));
}

static bool read_u16(struct slice *rest, uint16_t *value)
{
    uint8_t high, low;

    if (!key_read_byte(rest, &high) || !key_read_byte(rest, &low)) return false;
    *value = (uint16_t)(high << 8 | low);
    return true;
}

/* A row of which `key` is what follows the address. */
static bool read_lease(unsigned family, struct slice key, struct slice value, struct lease *lease)
{
    uint64_t from, until, told;

    *lease = (struct lease){ .family = family, .port_to = PORTS };
    if (family == 4 && !read_u16(&key, &lease->port_from)) return false;
    if (!key_read_u64(&key, &from) || !key_read_id(&key, &lease->gateway) || key.size) return false;
    if (!read_u16(&value, &lease->port_to) || !key_read_u64(&value, &until) ||
        !key_read_u64(&value, &told) || value.size)
        return false;
    lease->from    = (int64_t)from;
    lease->until   = (int64_t)until;
    lease->told_at = (int64_t)told;
    return true;
}

/* -- who held it ----------------------------------------------------------------------------- */

enum wanted { ANY_LEASE, BLOCKS_WITH_PORT, WHOLE_ADDRESS };

struct finding {
    struct id gateway;
    bool      found, torn; /* torn: two gateways, or too many rows to be sure */
};

static void find(struct finding *finding, struct id gateway)
{
    if (finding->found && !id_equal(finding->gateway, gateway)) finding->torn = true;
    finding->gateway = gateway;
    finding->found   = true;
}

static bool is_whole(const struct lease *lease)
{
    return lease->port_from == 0 && lease->port_to == PORTS;
}

static bool is_wanted(const struct lease *lease, enum wanted wanted, uint16_t port)
{
    if (wanted == ANY_LEASE) return true;
    if (wanted == WHOLE_ADDRESS) return is_whole(lease);
    return !is_whole(lease) && lease->port_from <= port && port <= lease->port_to;
}

/* Walks the rows of one address or prefix from the last: of one range, the latest
 * beginning comes first, and an open lease before it has ended there. */
static struct finding look_up(struct reader *reader, struct key prefix, unsigned family,
                              enum wanted wanted, uint16_t port, int64_t at)
{
    struct cursor *cursor  = cursor_open(reader, FAMILY_leases, key_slice(&prefix),
                                         (struct slice){ 0 });
    struct finding finding = { .found = false };
    struct lease   lease, later = { .port_from = 0 };
    bool           has_later = false;
    size_t         rows      = 0;

    while (cursor_previous(cursor)) {
        struct slice key = cursor_key(cursor);
        if (++rows > LEASE_ROWS_MAX) {
            finding.found = finding.torn = true;
            break;
        }
        key = (struct slice){ key.data + prefix.size, key.size - prefix.size };
        if (!read_lease(family, key, cursor_value(cursor), &lease)) {
            reader_note(reader, failed(STATUS_CORRUPT, "an address lease is not as written"));
            break;
        }
        if (lease.from > at || !is_wanted(&lease, wanted, port)) continue;
        bool superseded = has_later && later.port_from == lease.port_from &&
                          later.from > lease.from && lease.until == LEASE_OPEN;
        if (!superseded && at < lease.until) find(&finding, lease.gateway);
        later     = lease;
        has_later = true;
    }
    reader_note(reader, cursor_close(cursor));
    return finding;
}

static void keep_bits(uint8_t address[16], unsigned bits)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned left = bits > 8 * i ? bits - 8 * i : 0;
        if (left < 8) address[i] = (uint8_t)(address[i] & (0xff00 >> left));
    }
}

/* Longest first: 'n' rows say which lengths there are. */
static struct finding by_ipv6(struct reader *reader, const struct observation *observed)
{
    struct key     lengths = length_key(reader);
    struct cursor *cursor  = cursor_open(reader, FAMILY_leases, key_slice(&lengths),
                                         (struct slice){ 0 });
    struct finding finding = { .found = false };

    while (!finding.found && cursor_previous(cursor)) {
        struct slice key    = cursor_key(cursor);
        unsigned     length = (uint8_t)key.data[key.size - 1];
        uint8_t      address[16];

        memcpy(address, observed->address, sizeof address);
        keep_bits(address, length);
        finding = look_up(reader, range_key(reader, 6, address, length), 6, ANY_LEASE, 0,
                          observed->at);
    }
    reader_note(reader, cursor_close(cursor));
    return finding;
}

static struct finding by_ipv4(struct reader *reader, const struct observation *observed,
                              const char **method)
{
    struct key     key = range_key(reader, 4, observed->address, 0);
    struct finding finding;

    *method = "ipv4-port";
    if (observed->has_port) {
        finding = look_up(reader, key, 4, BLOCKS_WITH_PORT, observed->port, observed->at);
        if (finding.found) return finding;
        *method = "ipv4";
        return look_up(reader, key, 4, WHOLE_ADDRESS, 0, observed->at);
    }
    /* Without a port, a block of ports on the address makes it anybody's. */
    *method              = "ipv4";
    struct finding whole = look_up(reader, key, 4, WHOLE_ADDRESS, 0, observed->at);
    finding              = look_up(reader, key, 4, ANY_LEASE, 0, observed->at);
    if (finding.found && !whole.found) finding.torn = true;
    return finding;
}

/* -- the answer ------------------------------------------------------------------------------- */

static struct hash hash_of(struct vault *vault, const struct observation *observed)
{
    uint8_t bytes[19] = { (uint8_t)observed->family };

    memcpy(bytes + 1, observed->address, observed->family == 4 ? 4 : 16);
    if (observed->has_port) {
        bytes[17] = (uint8_t)(observed->port >> 8);
        bytes[18] = (uint8_t)(observed->port & 0xff);
    }
    return vault_keyed_hash(vault, "address", SLICE_OF(bytes));
}

struct resolution resolve(struct reader *reader, struct vault *vault, struct arena *arena,
                          const struct observation *observation)
{
    struct resolution  resolution = { .method = SLICE("none"), .confidence = CONFIDENCE_none };
    struct finding     finding    = { .found = false };
    const char        *method     = "none";
    struct gateway_row gateway;

    if (observation->family == 6) {
        method  = "ipv6-prefix";
        finding = by_ipv6(reader, observation);
    } else if (observation->family == 4) {
        finding = by_ipv4(reader, observation, &method);
    }
    if (observation->family) resolution.address_hash = hash_of(vault, observation);
    /* Asked about nobody too, so that the time it takes tells nothing. */
    bool known = view_get_gateway(reader,
                                  finding.found ? finding.gateway : name_gateway(NULL, SLICE("")),
                                  NO_ID, arena, &gateway);
    if (!finding.found) return resolution;
    resolution.method = slice_text(method);
    if (finding.torn || (known && gateway.shared)) {
        resolution.confidence = CONFIDENCE_ambiguous;
        return resolution;
    }
    if (!known || !id_given(gateway.account)) return resolution;
    resolution.confidence = CONFIDENCE_exact;
    resolution.gateway    = finding.gateway;
    resolution.account    = gateway.account;
    resolution.network    = gateway.network;
    return resolution;
}

struct id resolve_here(struct reader *reader, struct vault *vault, struct arena *arena,
                       struct peer peer, int64_t now_us)
{
    struct observation observed = {
        .family = peer.family, .has_port = peer.port != 0, .port = peer.port, .at = now_us
    };

    memcpy(observed.address, peer.address, sizeof observed.address);
    return resolve(reader, vault, arena, &observed).gateway;
}

/* -- forgetting ------------------------------------------------------------------------------ */

/* Which leases go: those whose time is over, or those of some gateways. */
struct going {
    int64_t          now_us, lease_life; /* 0: by gateway */
    const struct id *gateways;
    size_t           count;
};

static bool has(const struct going *going, struct id gateway)
{
    for (size_t i = 0; i < going->count; i++)
        if (id_equal(going->gateways[i], gateway)) return true;
    return false;
}

static bool goes(const struct going *going, struct slice key, struct slice value)
{
    struct slice rest = key;
    struct lease lease;
    uint32_t     partition;
    uint8_t      kind;

    if (!key_read_u32(&rest, &partition) || !key_read_byte(&rest, &kind)) return false;
    if (kind != BY_IPV4 && kind != BY_IPV6) return false;
    size_t skip = kind == BY_IPV4 ? 4 : 17;
    if (rest.size < skip) return false;
    rest = (struct slice){ rest.data + skip, rest.size - skip };
    if (!read_lease(kind == BY_IPV4 ? 4 : 6, rest, value, &lease)) return true;
    if (!going->lease_life) return has(going, lease.gateway);
    int64_t last = lease.until == LEASE_OPEN ? lease.told_at : lease.until;
    return last <= going->now_us - going->lease_life;
}

static size_t sweep(struct batch *batch, struct sweep_place *place, const struct going *going)
{
    struct reader *reader = batch_reader(batch);
    struct key     prefix = reader_key(reader);
    struct cursor *cursor = cursor_open(reader, FAMILY_leases, key_slice(&prefix),
                                        place->key.size ? key_slice(&place->key)
                                                        : (struct slice){ 0 });
    struct key     over[LEASE_SWEEP_MAX];
    size_t         rows = 0, count = 0;

    place->key.size = 0;
    while (cursor_next(cursor)) {
        struct slice key  = cursor_key(cursor);
        struct key   copy = { .size = key.size };
        memcpy(copy.bytes, key.data, key.size);
        if (rows++ == LEASE_SWEEP_MAX) {
            place->key = copy;
            break;
        }
        if (goes(going, key, cursor_value(cursor))) over[count++] = copy;
    }
    reader_note(reader, cursor_close(cursor));
    for (size_t i = 0; i < count; i++) batch_erase(batch, FAMILY_leases, key_slice(&over[i]));
    return count;
}

size_t resolve_sweep(struct batch *batch, struct sweep_place *place, int64_t now_us,
                     int64_t lease_life)
{
    ensure(lease_life > 0);
    return sweep(batch, place, &(struct going){ .now_us = now_us, .lease_life = lease_life });
}

size_t resolve_forget(struct batch *batch, struct sweep_place *place, const struct id *gateways,
                      size_t count)
{
    return sweep(batch, place, &(struct going){ .gateways = gateways, .count = count });
}
