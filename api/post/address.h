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

#include "core/wire/address.h"

struct sockaddr;

/* Where does this socket address lead? What is neither IPv4 nor IPv6 is reserved. */
enum address_class address_class_of(const struct sockaddr *address);

/* May a webhook go there? Public addresses are always good for TLS. `allow_private` adds
 * loopback, private and shared ones, and plain HTTP to loopback; nothing adds the rest. */
bool address_allowed(enum address_class class, bool allow_private, bool plain);

#endif
