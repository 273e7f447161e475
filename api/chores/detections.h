/* detections.h -- finds out whose network a reported address leads to, after the vendor has
 * its answer.
 *
 * A detection waits at least RESOLVE_AFTER, and up to four times as long, so a vendor that
 * reports one and times its next call learns nothing: just then the writer is at no other work
 * for somebody's address than for nobody's. What is written later is made even, too. They are
 * resolved in the order of their positions, a few in a turn, and nobody waits for it.
 *
 * What waits when the service stops or dies is resolved after the next start.
 *
 * THREADS   The chore's own; detections_waiting(): any.
 */
#ifndef PIOT_API_CHORES_DETECTIONS_H
#define PIOT_API_CHORES_DETECTIONS_H

#include "api/ground/chore.h"

#define RESOLVE_AFTER (100 * MILLISECOND)

extern const struct chore_row detections_chore;

/* How many wait, counted up to DETECTIONS_COUNTED. */
enum { DETECTIONS_COUNTED = 10000 };
size_t detections_waiting(struct ground *ground);

#endif
