/* endpoint.h -- whether a URL may be where webhooks go, by its look alone. Where its name
 * leads is judged at each connection (address.h).
 *
 * THREADS   Pure.
 */
#ifndef PIOT_API_POST_ENDPOINT_H
#define PIOT_API_POST_ENDPOINT_H

#include "core/base/base.h"

/* https, or http to a loopback address; a host, maybe a port, a path and a query; no
 * user, no fragment, no blanks. NULL: it may; else why not, "has to be …". */
const char *endpoint_why_not(struct slice url);

#endif
