/* names.h -- the secret that names of people's things are made with.
 *
 * It is derived from a key in the vault that is made before the first event, and the store
 * has a row that says so: a vault that has lost it, or is another log's, is not served with.
 *
 *     meta   "names"  -> "secret", or "plain": a log from before there was a secret
 *
 * An import has the vault alone; then that decides, and the row is put at the first start.
 *
 * THREADS   Before the loops and the ledger's writer start.
 */
#ifndef PIOT_API_SERVICE_NAMES_H
#define PIOT_API_SERVICE_NAMES_H

#include "api/service/service_internal.h"

/* Sets ground.names. STATUS_CONFLICT: the vault is not this log's. */
must_use struct status service_find_names(struct service *service);

#endif
