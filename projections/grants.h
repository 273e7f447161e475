/* grants.h -- what a vendor may use: a part of the consents' fold, and what is read of it.
 *
 * A vendor_grant stands as long as its vendor has to know of the grant: while it lives, and
 * after that until the vendor says that it knows the end. One that lives is also found by the
 * vendor's own name for the device, in the order of its bytes: what both sides compare.
 * Rows of the family grants: vendor, name -> the consent's id.
 *
 * THREADS   Folding: the owner of the batch. Reading: as the reader.
 */
#ifndef PIOT_PROJECTIONS_GRANTS_H
#define PIOT_PROJECTIONS_GRANTS_H

#include "projections/projection.h"

enum grant_standing { GRANT_IS_GONE, GRANT_ENDS, GRANT_LIVES };
/* How the grant of the consent stands from now on. */
void grant_stands(struct batch *batch, struct arena *scratch, struct id consent,
                  const struct consent_row *row, enum grant_standing standing);

/* The live grants of a vendor whose names are not less than `from` and less than `to`; nothing:
 * from the first, to the last. Each lies in the cursor until it moves. */
struct grant_range {
    struct slice from, to;
};
struct cursor *grants_open(struct reader *reader, struct id vendor, struct grant_range range);
bool           grants_next(struct cursor *cursor, struct slice *name, struct id *consent);
/* As cursor_close(). */
must_use struct status grants_close(struct cursor *cursor);

#endif
