/* resolver_ipv4_port.c -- an IPv4 address with a block of ports, as address translation has it. */
#include "api/places/resolver.h"

struct lease_holder resolver_ipv4_port(struct reader *reader, const struct observation *observed)
{
    if (observed->family != 4 || !observed->has_port)
        return (struct lease_holder){ .found = false };
    return leases_of_port(reader, observed->address, observed->port, observed->at);
}
