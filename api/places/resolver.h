/* resolver.h -- one way to find the gateway behind an observation; for this room. */
#ifndef PIOT_API_PLACES_RESOLVER_H
#define PIOT_API_PLACES_RESOLVER_H

#include "api/places/resolve.h"
#include "core/leases/leases.h"

/* holder.found false: not by this way, the next one is tried. */
typedef struct lease_holder resolver(struct reader *reader, const struct observation *observed);

/* Every way, the most exact first: its file's name, and the method as the log has it. */
/* clang-format off */
#define RESOLVERS                              \
    RESOLVER(ipv6_prefix, "ipv6-prefix")       \
    RESOLVER(ipv4_port,   "ipv4-port")         \
    RESOLVER(ipv4,        "ipv4")
/* clang-format on */

#define RESOLVER(name, method) resolver resolver_##name;
RESOLVERS
#undef RESOLVER

#endif
