/* address.h -- which addresses we may call on somebody else's word.
 *
 * A vendor names a URL, and we call it from inside the operator's network: whoever
 * may choose where we connect to could reach what only we can reach. So an address
 * is judged by where it leads, and the judge looks at the address a socket is about
 * to connect to, never at a name, which may resolve to something else a moment later.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_API_POST_ADDRESS_H
#define PIOT_API_POST_ADDRESS_H

#include "core/base/base.h"

struct sockaddr;

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

/* Where does this socket address lead? What is neither IPv4 nor IPv6 is reserved. */
enum address_class address_class_of(const struct sockaddr *address);

/* May a webhook go there? Public addresses are always good for TLS. `allow_private` adds
 * loopback, private and shared ones, and plain HTTP to loopback; nothing adds the rest. */
bool address_allowed(enum address_class class, bool allow_private, bool plain);

#endif
