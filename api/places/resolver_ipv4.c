/* resolver_ipv4.c -- a whole IPv4 address. */
#include "api/places/resolver.h"

struct lease_holder resolver_ipv4(struct reader *reader, const struct observation *observed)
{
    if (observed->family != 4) return (struct lease_holder){ .found = false };
    struct lease_holder whole = leases_of_whole(reader, observed->address, observed->at);
    if (observed->has_port) return whole;
    /* Without a port, a block of ports on the address makes it anybody's. */
    struct lease_holder any = leases_of_any(reader, observed->address, observed->at);
    any.unsure |= any.found && !whole.found;
    return any;
}
