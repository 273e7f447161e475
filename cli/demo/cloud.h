/* cloud.h -- the vendor's cloud: it knows its devices, tells piotd of them in signed
 * webhooks, and takes piotd's at an endpoint of its own.
 *
 * THREADS   One of its own, between cloud_start() and cloud_stop(); whoever has a wish
 *           leaves it in a bounded queue.
 * MEMORY    The cloud copies what it is given.
 * ERRORS    What is not as it should be is said at once and marks the demo as differing.
 */
#ifndef PIOT_CLI_DEMO_CLOUD_H
#define PIOT_CLI_DEMO_CLOUD_H

#include "cli/demo/demo.h"
#include "cli/demo/things.h"

enum {
    CLOUD_THINGS_MAX = 64,
    CLOUD_JOBS_MAX   = 64,
    CLOUD_DEVICE_MS  = 150,   /* what a device takes to do as it is told */
    CLOUD_DRIFT_MS   = 10000, /* between two temperatures */
    CLOUD_VISITOR_MS = 30000, /* until another device connects, if none waits */
};

struct cloud;
/* Opens the endpoint, so that its address is known before the vendor is. */
must_use struct status cloud_open(struct cloud **cloud, struct demo *demo);
uint16_t               cloud_port(const struct cloud *cloud);
/* From here on it is `vendor` with that secret (whsec_…) on its own thread; with its API key it
 * fetches, if it is to. */
must_use struct status cloud_start(struct cloud *cloud, const char *vendor_id, struct slice secret,
                                   const char *api_key);
void                   cloud_stop(struct cloud *cloud); /* and joins; whatever its state */
void                   cloud_close(struct cloud *cloud);

/* Has a test notification come? */
bool cloud_was_tried(struct cloud *cloud);

/* A device connects, from an address: the cloud reports it. `port` 0: IPv6. */
void cloud_connect(struct cloud *cloud, enum thing_kind kind, const char *id, const char *name,
                   const char *address, uint16_t port);
/* From now on it lives by itself: temperatures drift, and now and then a device of
 * `prefix` (of addresses, "2001:db8:1::") connects. */
void cloud_live(struct cloud *cloud, const char *prefix);

#endif
