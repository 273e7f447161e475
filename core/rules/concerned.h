/* concerned.h -- whom an event is about: who may want to know that it happened.
 *
 * That is the account or the vendor whose stream it stands in, and every account and vendor
 * that its fields name. What becomes of a command names the command alone: the registry
 * knows which vendor passes it on. An event that concerns somebody need not be for them to
 * see.
 *
 * THREADS   As the reader's.
 * ERRORS    As core/store/record.h: a read that fails is noted with the reader.
 */
#ifndef PIOT_CORE_RULES_CONCERNED_H
#define PIOT_CORE_RULES_CONCERNED_H

#include "core/facts/event.h"
#include "core/store/store.h"

enum { CONCERNED_ACCOUNTS_MAX = 2 }; /* who holds a device, and where it was seen */

struct concerned {
    struct id accounts[CONCERNED_ACCOUNTS_MAX]; /* none: no more of them */
    struct id vendor;                           /* none: it is about no vendor */
};
/* As the registry has it once the event is folded. */
struct concerned concerned_by(const struct event *event, struct reader *registry,
                              struct arena *scratch);

#endif
