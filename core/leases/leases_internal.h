/* leases_internal.h -- between the files of this room. */
#ifndef PIOT_CORE_LEASES_LEASES_INTERNAL_H
#define PIOT_CORE_LEASES_LEASES_INTERNAL_H

#include "core/leases/leases.h"

enum { LEASES_IPV4 = '4', LEASES_IPV6 = '6', LEASES_LENGTHS = 'n' }; /* kinds of rows */

/* A row of which `key` is what follows the address. False: it is not one. */
bool lease_read(unsigned family, struct slice key, struct slice value, struct lease *lease);

#endif
