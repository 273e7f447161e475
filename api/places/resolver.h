/* resolver.h -- one way to find the gateway behind an observation; for this room. */
#ifndef PIOT_API_PLACES_RESOLVER_H
#define PIOT_API_PLACES_RESOLVER_H

#include "api/places/resolve.h"
#include "core/leases/leases.h"

/* holder.found false: not by this way, the next one is tried. */
typedef struct lease_holder resolver(struct reader *reader, const struct observation *observed);

resolver resolver_ipv6_prefix, resolver_ipv4_port, resolver_ipv4;

#endif
