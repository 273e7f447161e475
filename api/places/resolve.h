/* resolve.h -- which gateway held an address at a moment.
 *
 * The operator feeds leases: this gateway had this address, from then until then.
 * They are personal, so they are kept apart from the log, in the leases family, for
 * settings.lease_life, and the log has only the method, the grade and a keyed hash.
 *
 * A chain of resolvers, the most exact first: the longest IPv6 prefix, IPv4 with a
 * block of ports, a whole IPv4 address. At the first that matches, one gateway is an
 * answer, two are "ambiguous": nobody guesses about whom to ask. A lease without an
 * end ends when the next one of the same address and ports begins.
 *
 * Rows of `leases`, after the partition:
 *     '4', address (4), first port (u16), from (u64), gateway  -> last port, until, told
 *     '6', prefix length (u8), prefix (16), from (u64), gateway -> the same
 *     'n', prefix length (u8)                        -> nothing: lengths in use
 * A whole address is the ports 0 to 65535, which no block is.
 *
 * THREADS   Reading: any. Recording: the turn's.
 * ERRORS    A failed read is noted with the reader, and resolves to nothing.
 */
#ifndef PIOT_API_PLACES_RESOLVE_H
#define PIOT_API_PLACES_RESOLVE_H

#include "api/http/request.h"
#include "core/facts/states.h"
#include "core/store/store.h"
#include "core/vault/vault.h"

enum {
    LEASE_ROWS_MAX  = 1024, /* of one address or prefix looked at; more: ambiguous */
    LEASE_SWEEP_MAX = 512,  /* rows looked at in one step of the sweep */
};
#define LEASE_OPEN INT64_MAX

struct lease {
    struct id gateway;
    unsigned  family;             /* 4 or 6 */
    uint8_t   address[16];        /* the first 4 for IPv4; bits past the prefix zero */
    unsigned  prefix;             /* of IPv6: its length */
    uint16_t  port_from, port_to; /* of IPv4; 0 and 65535: the whole address */
    int64_t   from, until;        /* until not included; LEASE_OPEN: it still lasts */
    int64_t   told_at;            /* when we heard */
};
void lease_put(struct batch *batch, const struct lease *lease);

struct observation {
    unsigned family; /* 4 or 6; 0: none was given */
    uint8_t  address[16];
    bool     has_port;
    uint16_t port;
    int64_t  at;
};
struct resolution {
    struct id       gateway, account, network; /* given if exact or corroborated */
    struct slice    method;                    /* "ipv6-prefix", "ipv4-port", "ipv4" or "none" */
    enum confidence confidence;
    struct hash     address_hash; /* keyed: cannot be guessed back */
};
/* Which gateway, whose, how sure. A shared gateway, or one that no account has,
 * is never an answer. `vault` keys the hash. */
struct resolution resolve(struct reader *reader, struct vault *vault, struct arena *arena,
                          const struct observation *observation);
/* The gateway an app is behind now, by the address it calls from; none if unsure. */
struct id resolve_here(struct reader *reader, struct vault *vault, struct arena *arena,
                       struct peer peer, int64_t now_us);

/* Erases leases whose time is over, at most LEASE_SWEEP_MAX rows looked at, from
 * `place` on (starts as { 0 }), where the next step goes on. */
struct sweep_place {
    struct key key;
};
size_t resolve_sweep(struct batch *batch, struct sweep_place *place, int64_t now_us,
                     int64_t lease_life);
/* The same for every lease of these gateways, whenever it ends. */
size_t resolve_forget(struct batch *batch, struct sweep_place *place, const struct id *gateways,
                      size_t count);

#endif
