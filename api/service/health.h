/* health.h -- is it alive, is it ready, how is it doing: /livez, /readyz, /metrics.
 *
 * The first two answer on the service's own port too; /metrics only at
 * settings.metrics_listen, on a thread of its own that also answers when all
 * loops are busy.
 *
 * THREADS   health_ready() and metrics_write(): any.
 */
#ifndef PIOT_API_SERVICE_HEALTH_H
#define PIOT_API_SERVICE_HEALTH_H

#include "api/service/routes.h"

/* Why the service is not ready, or not as it should be, one sentence after the other into
 * `reasons`, as items of an open JSON array; true: it is ready. A checkpoint that waits for
 * witnesses is a reason to look, and none to send nobody here. Nor is a read that failed in
 * the last ten minutes: its own request failed, and all others are served; a disk that
 * takes or gives nothing any more stops the ledger, and then nothing is ready. Nor is a disk
 * that is almost full: reads and erasures go on, and nobody else could take the writes. */
bool health_ready(struct ground *ground, struct json *reasons);

enum { SCRAPERS_MAX = 64 }; /* connections to the door for /metrics */

struct service;
struct health;

/* The door for /metrics. Nothing is opened if the setting is empty. */
must_use struct status health_open(struct health **health, struct service *service);
void                   health_close(struct health *health);

/* All of metrics.def in OpenMetrics text. */
void metrics_write(struct service *service, struct buffer *out);

#endif
