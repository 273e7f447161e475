/* charts.h -- where the reports of a long time are read for a chart: a thread of its own, so that
 * no loop waits for the month of somebody else. */
#ifndef PIOT_API_APP_CHARTS_H
#define PIOT_API_APP_CHARTS_H

#include "api/call/worker.h"

/* worker_submit(&charts_chore, job); job->whose is the account. */
extern const struct chore_row charts_chore;

#endif
