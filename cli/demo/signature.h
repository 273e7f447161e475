/* signature.h -- Standard Webhooks 1.0 from the vendor's side: sign what goes out,
 * check what comes in. Written by the public contract alone, as a vendor would.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_CLI_DEMO_SIGNATURE_H
#define PIOT_CLI_DEMO_SIGNATURE_H

#include "core/base/arena.h"

enum { WEBHOOK_TOLERANCE_S = 300 };

/* The bytes behind "whsec_…"; data NULL: it is none. */
struct slice demo_secret(struct arena *arena, struct slice text);
/* "v1,…": the header webhook-signature. */
struct slice demo_sign(struct arena *arena, struct slice secret, struct slice id,
                       struct slice timestamp, struct slice body);
/* Does the header hold a signature of ours, made about now? NULL: yes; else why not. */
const char *demo_distrust(struct arena *arena, struct slice secret, struct slice id,
                          struct slice timestamp, struct slice header, struct slice body,
                          int64_t now_us);

#endif
