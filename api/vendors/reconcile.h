/* reconcile.h -- the worker that compares what is granted with what a vendor has. */
#ifndef PIOT_API_VENDORS_RECONCILE_H
#define PIOT_API_VENDORS_RECONCILE_H

#include "api/call/worker.h"

extern const struct chore_row reconciliations_chore;

#endif
