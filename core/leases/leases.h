/* leases.h -- who held which address, and when.
 *
 * The operator feeds leases: this gateway had this address, from then until then. They are
 * personal, so they are kept apart from the log, in the leases family, for as long as
 * settings.lease_life, and the log has only the method, the grade and a keyed hash. A lease
 * without an end ends when the next one of the same address and ports begins.
 *
 * Rows of `leases`, after the partition:
 *     '4', address (4), first port (u16), from (u64), gateway  -> last port, until, recorded at
 *     '6', prefix length (u8), prefix (16), from (u64), gateway -> the same
 *     'i', '4' or '6' and the range as there, class (2), first port, from, gateway -> nothing
 *     'n', prefix length (u8)                        -> nothing: lengths in use
 *     'r'                                            -> nothing: every row is in the index
 * A whole address is the ports 0 to 65535, which no block is.
 *
 * What a look-up costs depends on how many classes an address has (leases_internal.h) and on
 * how many leases cover that moment, not on how many there were before.
 *
 * THREADS   Reading: any. Putting and sweeping: the turn's.
 * ERRORS    A failed read is noted with the reader, and then nobody is found.
 */
#ifndef PIOT_CORE_LEASES_LEASES_H
#define PIOT_CORE_LEASES_LEASES_H

#include "core/store/store.h"

enum { LEASE_SWEEP_MAX = 512 }; /* rows looked at in one step of the sweep */
#define LEASE_OPEN INT64_MAX

struct lease {
    struct id gateway;
    unsigned  family;             /* 4 or 6 */
    uint8_t   address[16];        /* the first 4 for IPv4; bits past the prefix zero */
    unsigned  prefix;             /* of IPv6: its length */
    uint16_t  port_from, port_to; /* of IPv4; 0 and 65535: the whole address */
    int64_t   from, until;        /* until not included; LEASE_OPEN: it still lasts */
    int64_t   recorded_at;        /* when we heard */
};
/* Over the same one with another end: same range, first port, beginning and gateway. */
void lease_put(struct batch *batch, const struct lease *lease);
/* Puts what an older piotd stored into the index, once; before anybody else is here. */
must_use struct status leases_make_ready(struct store *store);

/* -- who held it ------------------------------------------------------------------- */

struct lease_holder {
    struct id gateway;
    bool      found;
    bool      unsure; /* two gateways did */
};
/* By the longest prefix that anybody held at that moment. */
struct lease_holder leases_of_ipv6(struct reader *reader, const uint8_t address[16], int64_t at);
/* By a block that has the port. */
struct lease_holder leases_of_port(struct reader *reader, const uint8_t address[4], uint16_t port,
                                   int64_t at);
/* By the whole address; and by it or any block of it. */
struct lease_holder leases_of_whole(struct reader *reader, const uint8_t address[4], int64_t at);
struct lease_holder leases_of_any(struct reader *reader, const uint8_t address[4], int64_t at);

/* -- forgetting: leases_sweep.c ----------------------------------------------------- */

/* Erases leases whose time is over, at most LEASE_SWEEP_MAX rows looked at, from `place` on
 * (starts as { 0 }), where the next step goes on. How many were erased. */
struct sweep_place {
    struct key key;
};
size_t leases_sweep(struct batch *batch, struct sweep_place *place, int64_t now_us,
                    int64_t lease_life);
/* The same for every lease of these gateways, whenever it ends. */
size_t leases_forget(struct batch *batch, struct sweep_place *place, const struct id *gateways,
                     size_t count);

#endif
