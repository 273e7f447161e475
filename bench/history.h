/* history.h -- a log to read: one account with a dozen devices of two vendors, nine reports
 * of state to every command, among as many events of somebody else.
 *
 * Only the log is written, not the views. */
#ifndef PIOT_BENCH_HISTORY_H
#define PIOT_BENCH_HISTORY_H

#include "core/log/log.h"

struct id history_account(void);
struct id history_device(uint64_t number);
/* About `events` of the account, twice as many in all. Stops the program on an error. */
void history_write(struct store *store, struct vault *vault, uint64_t events);

/* The world failed: says why, and ends the program. */
void   stop_if(struct status status);
double median_of(int64_t *values, unsigned count); /* sorts them */

#endif
