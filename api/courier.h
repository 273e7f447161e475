/* courier.h -- carrying webhooks to vendors: what the outbox says is due goes out,
 * and its outcome comes back as an intent.
 *
 * THREADS   One of its own. courier_wake() is anybody's.
 */
#ifndef PIOT_COURIER_H
#define PIOT_COURIER_H

#include "api/service.h"

struct courier;
/* Starts the thread; it looks at the outbox at once. */
must_use struct status courier_start(struct courier **courier, struct service *service);
/* Lets what is under way come to its end within seconds, reports it, and ends. The
 * ledger must still run. NULL is fine. */
void courier_stop(struct courier *courier);
/* Something was committed: look at the outbox. Cheap, never blocks. */
void courier_wake(struct courier *courier);

#endif
