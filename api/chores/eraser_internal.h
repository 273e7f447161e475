/* eraser_internal.h -- between the files of the eraser. */
#ifndef PIOT_API_CHORES_ERASER_INTERNAL_H
#define PIOT_API_CHORES_ERASER_INTERNAL_H

#include "api/chores/eraser.h"
#include "api/ground/chore.h"
#include "projections/projection.h"

enum { ERASURES_AT_ONCE = 256 }; /* looked at; those behind them come with the next look */

struct eraser {
    struct chore  *chore;
    struct reader *reader;   /* of this pass */
    int64_t        wiped_us; /* monotonic, when files were last rewritten; 0: not yet */
};

/* -- eraser_rows.c ----------------------------------------------------------------- */

/* Destroys the account's key, and then every row that is sealed under it, or names its
 * gateways' addresses, or was kept for its repeats. */
must_use struct status eraser_erase_rows(struct eraser *eraser, struct id account);

#endif
