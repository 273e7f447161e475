/* endpoint.h -- whether a URL may be one that we call, by its look alone. Where its name
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
/* The same of where a vendor's webhooks go: no query, in which there might be a secret that
 * logs would keep, and no address that would be refused at each connection. */
const char *endpoint_webhook_why_not(struct slice url, bool allow_private);

#endif
