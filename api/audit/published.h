/* published.h -- the log as it was last signed: all that is served of its tree.
 *
 * What came after the checkpoint is in the log, but nobody has put a name to it yet; the
 * next second's checkpoint will.
 *
 * THREADS   The loop's.
 */
#ifndef PIOT_AUDIT_PUBLISHED_H
#define PIOT_AUDIT_PUBLISHED_H

#include "api/call/call.h"
#include "core/log/checkpoint.h"

struct published_head {
    struct slice note; /* in the call's arena */
    uint64_t     size; /* of the tree it speaks of */
};
/* False: there is none yet, or it cannot be read, and that has been answered. */
must_use bool published_head(struct call *call, struct published_head *head);

#endif
