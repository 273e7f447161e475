/* address.h -- what kind of address this is, by IANA's special-purpose registries (RFC 6890).
 *
 * THREADS   Pure.
 */
#ifndef PIOT_CORE_WIRE_ADDRESS_H
#define PIOT_CORE_WIRE_ADDRESS_H

#include "core/base/base.h"

enum address_class {
    ADDRESS_PUBLIC,      /* anybody on the Internet can reach it */
    ADDRESS_LOOPBACK,    /* this machine */
    ADDRESS_PRIVATE,     /* the operator's own network: RFC 1918, RFC 4193, site-local */
    ADDRESS_SHARED,      /* behind a carrier's NAT: RFC 6598 */
    ADDRESS_LINK_LOCAL,  /* this cable; also where clouds keep their machines' secrets */
    ADDRESS_MULTICAST,   /* many at once, broadcast included */
    ADDRESS_UNSPECIFIED, /* nobody, which connects to this machine all the same */
    ADDRESS_RESERVED,    /* documentation, benchmarks, tunnels, not yet given out */
};

/* `address` has 4 bytes (IPv4) or 16 (IPv6), in network order. An IPv4 address mapped
 * into IPv6, or behind the well-known NAT64 prefix, is what it is by itself. */
enum address_class address_class(struct slice address);

/* Can a gateway be given it? Private and shared ones, too, behind a NAT of the operator's own. */
bool address_is_held(enum address_class class);
/* Can a server on the Internet have seen somebody call from it? The reserved ones stand among
 * these: documentation lives there. */
bool address_is_seen(enum address_class class);

#endif
