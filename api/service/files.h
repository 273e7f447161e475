/* files.h -- how many files and sockets may be open, and how many of them each part gets.
 *
 * Connections of strangers get what the rest leaves: whatever they do, the store, the anchor,
 * the vault and the courier find a descriptor when they need one.
 *
 * THREADS   main()'s, before all others.
 */
#ifndef PIOT_API_SERVICE_FILES_H
#define PIOT_API_SERVICE_FILES_H

#include "api/settings/settings.h"

/* Raises the process's limit as far as it may, then shares it out: `store_files` tables may be
 * open in the store, and settings->connections_max becomes less if it has to, which is reported.
 * STATUS_LIMIT: it does not go round. */
must_use struct status files_share(struct settings *settings, size_t loops, size_t *store_files);

/* The same with a limit that is known, silently: a pure function, for the tests. `needed`: the
 * least that goes round. */
struct files_shares {
    size_t store, connections; /* of each loop; 0: it does not go round */
    size_t needed;
};
struct files_shares files_shares_of(const struct settings *settings, size_t loops, size_t limit);

#endif
