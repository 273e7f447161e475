/* resolver_ipv6_prefix.c -- the longest IPv6 prefix that somebody held. */
#include "api/places/resolver.h"

struct lease_holder resolver_ipv6_prefix(struct reader *reader, const struct observation *observed)
{
    if (observed->family != 6) return (struct lease_holder){ .found = false };
    return leases_of_ipv6(reader, observed->address, observed->at);
}
