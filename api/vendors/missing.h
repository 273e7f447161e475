/* missing.h -- asks vendors for the numbered events that have not come (sequence.h).
 *
 * What numbers came is noted in a turn of its own beside that of the events; if it cannot be,
 * as when the queue is full, more is asked for later than is missing. A gap may be filled for
 * as long as the setting missing_after says; then its vendor is told once, by events-missing.
 *
 * THREADS   missing_note(): any. The chore: its own.
 */
#ifndef PIOT_API_VENDORS_MISSING_H
#define PIOT_API_VENDORS_MISSING_H

#include "api/ground/chore.h"

/* These have come; nothing of the caller's is kept. */
void missing_note(struct ground *ground, struct id vendor, const uint64_t *numbers, size_t count);

extern const struct chore_row missing_chore;

#endif
