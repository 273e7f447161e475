/* change.h -- the rows of changes.def: what a turn carries that no event tells of.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_CORE_LEDGER_CHANGE_H
#define PIOT_CORE_LEDGER_CHANGE_H

#include "core/store/store.h"

enum change_type {
    CHANGE_NONE,
#define CHANGE(name, whose, families, meaning) CHANGE_##name,
#include "core/ledger/changes.def"
#undef CHANGE
};

enum change_whose { THIS_NODE, EVERY_NODE };

struct change_shape {
    const char       *name;
    enum change_whose whose;
    uint32_t          families; /* those it may touch, as batch_allow() has them */
    const char       *meaning;
};
/* Not of CHANGE_NONE; NULL past the last. */
const struct change_shape *change_shape(enum change_type type);

#endif
