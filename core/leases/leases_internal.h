/* leases_internal.h -- between the files of this room.
 *
 * Why there is an index: the rows of one address are in the order of their ports and
 * beginnings, and any of them may last long enough to cover a moment. So that a look-up does
 * not walk all of them, each lease stands in the index under its class, too: how many ports it
 * has and how long it lasts, both as powers of two. Within a class only those can cover a
 * port and a moment that begin less than a class's size before both.
 *
 * An index row has no value and may be out of date: the lease was told again with another
 * end, or is gone. Its row says so, and the sweep takes it away.
 */
#ifndef PIOT_CORE_LEASES_LEASES_INTERNAL_H
#define PIOT_CORE_LEASES_LEASES_INTERNAL_H

#include "core/leases/leases.h"

enum { /* kinds of rows */
       LEASES_IPV4    = '4',
       LEASES_IPV6    = '6',
       LEASES_INDEX   = 'i',
       LEASES_LENGTHS = 'n',
       LEASES_READY   = 'r',
};
enum { LEASE_PORTS = 65535 };

/* At most 2^width ports, for less than 2^life µs; an open one is in a class of its own. */
struct lease_class {
    uint8_t width, life;
};
enum { LEASE_LIFE_OPEN = 255 };
struct lease_class lease_class_of(const struct lease *lease);

/* What all rows of a range of addresses begin with; the index's rows of it likewise. */
struct key lease_range_key(const struct reader *reader, const struct lease *range);
struct key lease_index_key(const struct reader *reader, const struct lease *range);
/* What the rows that say which prefix lengths there are begin with. */
struct key lease_length_key(const struct reader *reader);
/* What follows that: of a row, and of an index row after its class. */
void lease_add_rest(struct key *key, const struct lease *lease);
void lease_add_u16(struct key *key, uint16_t value);
void lease_add_place(struct key *key, uint16_t port_from, int64_t from);

/* Takes a row apart whose kind was read: its range, then the rest. False: it is not one. */
bool lease_read_range(uint8_t kind, struct slice *key, struct lease *lease);
bool lease_read(struct slice rest, struct slice value, struct lease *lease);
bool lease_read_index(struct slice rest, struct lease_class *class, struct lease *lease);
/* The lease an index row is about, if it is still as the row says: into `lease`, of which
 * range, ports, beginning and gateway are known. A failed read is noted. */
bool lease_of_index(struct reader *reader, struct arena *arena, struct lease_class class,
                    struct lease *lease);

#endif
