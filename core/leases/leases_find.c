/* leases_find.c -- who held an address at a moment, by the index of classes. */
#include <string.h>

#include "core/leases/leases_internal.h"

enum wanted { ANY_LEASE, BLOCKS_WITH_PORT, WHOLE_ADDRESS };

struct search {
    struct reader      *reader;
    struct arena        arena;
    struct lease        range; /* family, address, prefix */
    struct key          index; /* what its index rows begin with */
    enum wanted         wanted;
    uint16_t            port;
    int64_t             at;
    struct lease_holder holder;
};

static bool search_is_over(const struct search *search)
{
    return search->holder.unsure || reader_failure(search->reader).code != STATUS_OK;
}

static bool lease_is_whole(const struct lease *lease)
{
    return lease->port_from == 0 && lease->port_to == LEASE_PORTS;
}

static bool search_wants(const struct search *search, const struct lease *lease)
{
    switch (search->wanted) {
    case ANY_LEASE: return true;
    case WHOLE_ADDRESS: return lease_is_whole(lease);
    case BLOCKS_WITH_PORT:
        return !lease_is_whole(lease) && lease->port_from <= search->port &&
               search->port <= lease->port_to;
    }
    impossible("no other kind is wanted");
}

static struct key search_class_key(const struct search *search, struct lease_class class)
{
    struct key key = search->index;

    key_add_byte(&key, class.width);
    key_add_byte(&key, class.life);
    return key;
}

/* -- rows of the index ---------------------------------------------------------------------- */

/* The row the cursor moved to; false: it has ended, or a row is not as it was written. */
static bool search_read(struct search *search, struct cursor *cursor, bool moved,
                        struct lease_class *class, struct lease *lease)
{
    if (!moved) return false;
    struct slice key = cursor_key(cursor);

    *lease = search->range;
    key    = (struct slice){ key.data + search->index.size, key.size - search->index.size };
    if (lease_read_index(key, class, lease)) return true;
    reader_note(search->reader, failed(STATUS_CORRUPT, "an index of leases is not as written"));
    return false;
}

/* The class of the first row in or after `class`. */
static bool search_next_class(struct search *search, struct lease_class *class)
{
    struct key     from   = search_class_key(search, *class);
    struct cursor *cursor = cursor_open(search->reader, FAMILY_leases, key_slice(&search->index),
                                        key_slice(&from));
    struct lease   lease;
    bool           found = search_read(search, cursor, cursor_next(cursor), class, &lease);

    reader_note(search->reader, cursor_close(cursor));
    return found;
}

/* Does the class have a lease of those ports that began after `since`, by the moment? */
static bool search_has_later(struct search      *search, struct lease_class class,
                             const struct lease *since)
{
    struct key     prefix = search_class_key(search, class), from = prefix;
    struct cursor *cursor;
    struct lease   lease;
    bool           later = false;

    lease_add_u16(&prefix, since->port_from);
    lease_add_place(&from, since->port_from, search->at + 1);
    cursor = cursor_open(search->reader, FAMILY_leases, key_slice(&prefix), key_slice(&from));
    while (!later && search_read(search, cursor, cursor_previous(cursor), &class, &lease) &&
           lease.from > since->from)
        later = lease.from <= search->at &&
                lease_of_index(search->reader, &search->arena, class, &lease);
    reader_note(search->reader, cursor_close(cursor));
    return later;
}

/* Has the next lease of the same ports begun, which ends one that is open? */
static bool search_is_superseded(struct search      *search, struct lease_class class,
                                 const struct lease *open)
{
    struct lease_class other = { class.width, 0 };

    while (search_next_class(search, &other) && other.width == class.width &&
           other.life != LEASE_LIFE_OPEN) {
        if (search_has_later(search, other, open)) return true;
        other.life++;
    }
    return false;
}

/* -- a class ----------------------------------------------------------------------------------- */

static void search_found(struct search *search, struct id gateway)
{
    struct lease_holder *holder = &search->holder;

    if (holder->found && !id_equal(holder->gateway, gateway)) holder->unsure = true;
    holder->gateway = gateway;
    holder->found   = true;
}

/* May a lease of the class that began then still last? Of open ones, only the last may. */
static bool search_may_last(const struct search *search, struct lease_class class, int64_t from,
                            int64_t last_open)
{
    if (class.life == LEASE_LIFE_OPEN) return !last_open || from == last_open;
    return class.life > 62 || search->at - from < INT64_C(1) << class.life;
}

/* The leases of the class whose ports begin there. */
static void search_ports(struct search *search, struct lease_class class, uint16_t port_from)
{
    struct key     prefix = search_class_key(search, class), from = prefix;
    int64_t        last_open = 0;
    struct cursor *cursor;
    struct lease   lease;

    lease_add_u16(&prefix, port_from);
    lease_add_place(&from, port_from, search->at + 1);
    cursor = cursor_open(search->reader, FAMILY_leases, key_slice(&prefix), key_slice(&from));
    while (!search_is_over(search) &&
           search_read(search, cursor, cursor_previous(cursor), &class, &lease) &&
           search_may_last(search, class, lease.from, last_open)) {
        if (!lease_of_index(search->reader, &search->arena, class, &lease)) continue;
        if (lease.until == LEASE_OPEN) last_open = lease.from;
        if (search->at < lease.until && search_wants(search, &lease) &&
            !(lease.until == LEASE_OPEN && search_is_superseded(search, class, &lease)))
            search_found(search, lease.gateway);
    }
    reader_note(search->reader, cursor_close(cursor));
}

/* The highest first port, not above *port, that a lease of the class has. */
static bool search_next_ports(struct search *search, struct lease_class class, uint16_t *port)
{
    struct key     prefix = search_class_key(search, class), from = prefix;
    struct cursor *cursor;
    struct lease   lease;

    lease_add_place(&from, *port, INT64_MAX);
    cursor     = cursor_open(search->reader, FAMILY_leases, key_slice(&prefix), key_slice(&from));
    bool found = search_read(search, cursor, cursor_previous(cursor), &class, &lease);
    reader_note(search->reader, cursor_close(cursor));
    if (found) *port = lease.port_from;
    return found;
}

static void search_class(struct search *search, struct lease_class class)
{
    uint16_t port = search->wanted == ANY_LEASE          ? LEASE_PORTS
                    : search->wanted == BLOCKS_WITH_PORT ? search->port
                                                         : 0;

    while (!search_is_over(search) && search_next_ports(search, class, &port)) {
        if (search->wanted == BLOCKS_WITH_PORT && port + (1 << class.width) <= search->port)
            return; /* no wider block is in this class */
        search_ports(search, class, port);
        if (!port--) return;
    }
}

/* -- all classes ------------------------------------------------------------------------------- */

static struct lease_holder leases_look_up(struct reader *reader, struct lease range,
                                          enum wanted wanted, uint16_t port, int64_t at)
{
    struct search search = {
        .reader = reader, .range = range, .wanted = wanted, .port = port, .at = at
    };
    struct lease_class class = { 0, 0 };

    search.index = lease_index_key(reader, &range);
    while (at > 0 && !search_is_over(&search) && search_next_class(&search, &class)) {
        search_class(&search, class);
        if (class.life < UINT8_MAX) class.life++;
        else class = (struct lease_class){ (uint8_t)(class.width + 1), 0 };
    }
    arena_free(&search.arena);
    if (reader_failure(reader).code != STATUS_OK) search.holder.found = false;
    return search.holder;
}

static struct lease lease_range_ipv4(const uint8_t address[4])
{
    struct lease range = { .family = 4, .port_to = LEASE_PORTS };

    memcpy(range.address, address, 4);
    return range;
}

/* The first bits of an address; the others zero. */
static struct lease lease_range_ipv6(const uint8_t address[16], unsigned bits)
{
    struct lease range = { .family = 6, .prefix = bits, .port_to = LEASE_PORTS };

    memcpy(range.address, address, 16);
    for (unsigned i = 0; i < 16; i++) {
        unsigned left = bits > 8 * i ? bits - 8 * i : 0;
        if (left < 8) range.address[i] = (uint8_t)(range.address[i] & (0xff00 >> left));
    }
    return range;
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

        if (length > 128) {
            reader_note(reader, failed(STATUS_CORRUPT, "an address prefix has %u bits", length));
            break;
        }
        holder = leases_look_up(reader, lease_range_ipv6(wanted, length), ANY_LEASE, 0, at);
    }
    reader_note(reader, cursor_close(cursor));
    return holder;
}

struct lease_holder leases_of_port(struct reader *reader, const uint8_t address[4], uint16_t port,
                                   int64_t at)
{
    return leases_look_up(reader, lease_range_ipv4(address), BLOCKS_WITH_PORT, port, at);
}

struct lease_holder leases_of_whole(struct reader *reader, const uint8_t address[4], int64_t at)
{
    return leases_look_up(reader, lease_range_ipv4(address), WHOLE_ADDRESS, 0, at);
}

struct lease_holder leases_of_any(struct reader *reader, const uint8_t address[4], int64_t at)
{
    return leases_look_up(reader, lease_range_ipv4(address), ANY_LEASE, 0, at);
}
