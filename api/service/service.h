/* service.h -- all of piotd, opened and closed.
 *
 * THREADS   main()'s.
 */
#ifndef PIOT_API_SERVICE_SERVICE_H
#define PIOT_API_SERVICE_SERVICE_H

#include "api/settings/settings.h"

struct service;

/* Opens everything in the data directory, starts the writer, the loops and what goes on in the
 * background, and says where it listens: DIR/listen. A first opening also writes
 * DIR/operator.token. On an error everything is closed again, and *service is NULL. `stop` is
 * called, from another thread, when the service cannot go on; somebody then has to call
 * service_close(). The settings stay the caller's, outlive the service, and their arena takes
 * what is made of them. */
must_use struct status service_open(struct service **service, struct settings            *settings,
                                    void (*stop)(void *context, struct status why), void *context);
/* Settings were read again: takes over those of the LIVE rows that are files, and what stands in
 * them now. On an error nothing is changed, and the sentence names the setting or the file. */
must_use struct status service_reread(struct service *service, const struct settings *fresh);
/* Drains, finishes what has queued, closes. NULL is fine. */
void service_close(struct service *service);
/* Where it is reached; without a slash at its end. */
struct slice service_url(const struct service *service);

#endif
